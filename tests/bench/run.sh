#!/bin/sh
# Time and memory at 250, 2,500 and 25,000 files, as ratios to `git status --porcelain` (the first
# row of each table) and beside the bare libgit2 program. Read the ratios, not the milliseconds.
# The block at the end says which targets are met: S is the time of `git status`, F that of the bare
# program, both in the same rounds. Nothing fails when one is not: a busy machine misses most.
set -eu
build=$PWD/${BUILD:-build}
shared=${TBLINT_SHARED:-../shared}
generator=$shared/bench/gen_project.py
if [ ! -f "$generator" ]; then
    echo "skipped: the project generator is not beside the project (TBLINT_SHARED)"
    exit 0
fi
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
rows=$build/bench/rows
mkdir -p "$build/bench"
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
        "$build/tblint lint --worktree --live main --quiet" | tee "$rows-$n"
    # Every file read, parsed and judged: a matter of seconds, which few rounds measure.
    rounds=3
    [ "$n" -lt 10000 ] || rounds=1
    "$build/tools/bench_time" "$rounds" "$repo" \
        "git status --porcelain" \
        "$build/tblint lint --staged --live main --quiet --all" | tee "$rows-all-$n"
done

# One pipe with 1 MB of SQL, changed in the working tree.
long=$build/bench/long
if [ ! -d "$long/.git" ]; then
    mkdir -p "$long"
    printf 'SCHEMA >\n    `a` String,\n    `b` String\n' >"$long/events.datasource"
    git -C "$long" init -q -b main
    git -C "$long" add -A
    git -C "$long" -c user.name=bench -c user.email=bench@localhost commit -q -m "Before"
    awk 'BEGIN {
        printf "NODE n\nSQL >\n    SELECT a"
        for (i = 0; i < 20000; i++) printf ",\n        if(b = %c%d%c, upper(a), b) AS c%d", 39, i, 39, i
        printf "\n    FROM events\n\nTYPE endpoint\n"
    }' >"$long/long.pipe"
fi
echo "--- a new pipe of $(($(wc -c <"$long/long.pipe") / 1000)) kB, 20000 columns"
"$build/tools/bench_time" 5 "$long" "git status --porcelain" \
    "$build/tblint lint --worktree --live main --quiet" | tee "$rows-long"

echo "--- grammars, over the project of 2500 files"
"$build/tools/bench_parse" "$build/bench/n1000"

# field SIZE ROW COLUMN
field() {
    sed -n "$2p" "$rows-$1" | awk -v column="$3" '{ print $column }'
}

# target WHAT VALUE UNIT LIMIT [PER]: VALUE, or VALUE / PER, must be at most LIMIT.
target() {
    awk -v what="$1" -v value="$2" -v unit="$3" -v limit="$4" -v per="${5:-1}" 'BEGIN {
        value /= per
        printf "  %-7s  %-44s %8.1f %-3s (at most %g)\n",
            value <= limit ? "met" : "not met", what, value, unit, limit
    }'
}

echo "--- targets"
target "hook, 2500 files" "$(field 1000 4 1)" F 3 "$(field 1000 2 1)"
target "hook, 25000 files" "$(field 10000 4 1)" S 5 "$(field 10000 1 1)"
target "hook, 25000 files, memory" "$(field 10000 4 4)" MiB 40
target "--help" "$(field 1000 3 1)" ms 3
target "hook, from 2500 to 25000 files" "$(field 10000 4 1)" x 11 "$(field 1000 4 1)"
target "--all, from 2500 to 25000 files" "$(field all-10000 2 1)" x 11 "$(field all-1000 2 1)"
target "a pipe of 1 MB" "$(field long 2 1)" ms 1000
