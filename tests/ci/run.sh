#!/bin/sh
# Runs every tests/ci/test_*: each file of ci-templates/ is played as its CI would run it.
#
#   sh tests/ci/run.sh [NAME...]      such as `github gitlab`; none means all
#
# A test is a shell script or a Python program. It finds in its environment TBLINT_BIN (the built
# program), TBLINT_SOURCE (the top of this tree), BUILD (a folder to keep tools in, absolute) and
# PYTHON (an interpreter with PyYAML; empty where none can be had). It closes with a line of its
# counts, "3 passed, 0 failed", and says in a line "skipped: ..." what it could not do.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
export BUILD="$build" TBLINT_BIN="$build/tblint" TBLINT_SOURCE="$root" PYTHON
log=$build/test-output/ci
mkdir -p "$log"
[ -x "$TBLINT_BIN" ] || { echo "there is no $TBLINT_BIN: run make first" >&2; exit 2; }

# python_with_yaml: prints an interpreter that has PyYAML, installing it once into $BUILD.
python_with_yaml() {
    for python in python3 "$build/ci-venv/bin/python" "$build/precommit-venv/bin/python"; do
        "$python" -c 'import yaml' 2>/dev/null && { command -v "$python"; return; }
    done
    python3 -m venv "$build/ci-venv" >/dev/null 2>&1 &&
        "$build/ci-venv/bin/pip" install -q pyyaml >/dev/null 2>&1 &&
        echo "$build/ci-venv/bin/python"
}
PYTHON=$(python_with_yaml)
export PYTHONDONTWRITEBYTECODE=1 # this tree is not theirs to write to

# run_test FILE: its output and its exit code into the folder of logs.
run_test() {
    name=$(basename "${1%.*}")
    case $1 in
        *.py) "${PYTHON:-python3}" "$1" >"$log/$name.txt" 2>&1 ;;
        *) bash "$1" >"$log/$name.txt" 2>&1 ;;
    esac
    echo $? >"$log/$name.status"
}

passed=0 failed=0 ran=0

# tell NAME: the output of a test is shown where it failed, else only what it skipped.
tell() {
    ran=$((ran + 1))
    status=$(cat "$log/$1.status" 2>/dev/null || echo 1)
    counts=$(tail -n 1 "$log/$1.txt" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p')
    p=${counts% *} f=${counts#* }
    # One that died before its closing line, or failed without a count, is a failure of its own.
    [ "$status" -eq 0 ] && [ -n "$counts" ] || [ "${f:-0}" -gt 0 ] || f=1
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
    if [ "${f:-0}" -gt 0 ]; then
        echo "FAILED $1 (exit $status)"
        sed "s/^/  /" "$log/$1.txt"
    else
        echo "ok     $1: $p passed"
        grep '^skipped:' "$log/$1.txt"
    fi
}

# Two at a time: most of a test is waiting for git and for one short process after the other.
[ $# -gt 0 ] || set -- '*'
rm -f "$log"/test_*
tests='' before=''
for wanted in "$@"; do
    # shellcheck disable=SC2231 # a pattern where no name is given
    for test in "$here"/test_$wanted.sh "$here"/test_$wanted.py; do
        [ -f "$test" ] || continue
        run_test "$test" &
        [ -z "$before" ] || wait "$before"
        before=$!
        tests="$tests $(basename "${test%.*}")"
    done
done
wait
for name in $tests; do
    tell "$name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$ran" -gt 0 ]
