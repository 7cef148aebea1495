#!/bin/sh
# Runs the test programs in $BUILD and prints one closing line with all counts.
# Output of a program is shown only when it fails or skips.
set -u
build=${BUILD:-build}
log=$build/test-output
: "${TBLINT_SHARED:=$(cd .. && pwd)/shared}"
[ -d "$TBLINT_SHARED" ] && export TBLINT_SHARED || unset TBLINT_SHARED
export TBLINT_BIN="$PWD/$build/tblint" TBLINT_SOURCE="$PWD" CMOCKA_MESSAGE_OUTPUT=stdout

passed=0 failed=0 skipped=0
mkdir -p "$log"

# listed WORD OUTPUT: the sum of cmocka's "N test(s), listed below"; each test's own line comes twice.
listed() {
    sed -n "s/^\\[  $1 *\\] \\([0-9]*\\) test(s), listed below.*/\\1/p" "$2" |
        awk '{s+=$1} END {print s+0}'
}

# Adds the counts of one cmocka output. A program that died counts as one failure.
add_counts() {
    p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s).*/\1/p' "$1" | awk '{s+=$1} END {print s+0}')
    f=$(listed FAILED "$1")
    s=$(listed SKIPPED "$1")
    [ "$2" -ne 0 ] && [ "$f" -eq 0 ] && f=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

for program in "$build"/unit/*; do
    case $program in *.d | *.o) continue ;; esac
    [ -x "$program" ] || continue
    name=$(basename "$program")
    "$program" >"$log/$name.txt" 2>&1
    status=$?
    add_counts "$log/$name.txt" "$status"
    if [ "$status" -ne 0 ]; then
        echo "FAILED $name (exit $status)"
        tail -n 60 "$log/$name.txt"
    else
        echo "ok     $name"
        grep -h '^skipped:' "$log/$name.txt"
    fi
done

# Shell tests close with a line of counts of their own.
for script in tests/cli/test_*.sh; do
    name=$(basename "$script" .sh)
    sh "$script" >"$log/$name.txt" 2>&1
    status=$?
    counts=$(tail -n 1 "$log/$name.txt" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
    p=${counts% *} f=${counts#* }
    [ "$status" -eq 0 ] && [ -n "$counts" ] || [ "${f:-0}" -gt 0 ] || f=1
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
    if [ "$status" -ne 0 ]; then
        echo "FAILED $name"
        cat "$log/$name.txt"
    else
        echo "ok     $name"
        grep -h '^skipped:' "$log/$name.txt"
    fi
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
