#!/bin/sh
# Time and memory at 250, 2,500 and 25,000 files, as ratios to `git status --porcelain` (the first
# row of each table) and beside the bare libgit2 program. Read the ratios, not the milliseconds.
set -eu
build=$PWD/${BUILD:-build}
shared=${TBLINT_SHARED:-../shared}
generator=$shared/bench/gen_project.py
if [ ! -f "$generator" ]; then
    echo "skipped: the project generator is not beside the project (TBLINT_SHARED)"
    exit 0
fi
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
for n in 100 1000 10000; do
    repo=$build/bench/n$n
    [ -d "$repo/.git" ] || python3 "$generator" --n "$n" --k 10 --seed 1 "$repo" >/dev/null
    rounds=21
    [ "$n" -lt 10000 ] || rounds=7
    echo "--- $((n * 5 / 2)) files, 10 changed and staged"
    "$build/tools/bench_time" "$rounds" "$repo" \
        "git status --porcelain" \
        "$build/tools/bench_floor . main" \
        "$build/tblint --help" \
        "$build/tblint lint --staged --live main --quiet" \
        "$build/tblint lint --worktree --live main --quiet" \
        "$build/tblint lint --staged --live main --quiet --all"
done
echo "--- grammars, over the project of 2500 files"
"$build/tools/bench_parse" "$build/bench/n1000"
