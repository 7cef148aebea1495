#!/bin/sh
# What the tests say of one rule: its line, its page with the examples, its cases, its row in README.md.
#
#   sh tests/rule.sh ttl-shortened                     what is missing or wrong
#   TBLINT_UPDATE=1 sh tests/rule.sh ttl-shortened     writes what the cases print, and the row
set -u
rule=${1:?usage: sh tests/rule.sh NAME_OF_A_RULE}
build=${BUILD:-build}
case $build in /*) at=$build ;; *) at=$PWD/$build ;; esac
export TBLINT_BIN="$at/tblint" TBLINT_SOURCE="$PWD" CMOCKA_MESSAGE_OUTPUT=stdout
log=$at/test-output
programs="$build/unit/test_rules $build/unit/test_examples $build/unit/test_cases"
# shellcheck disable=SC2086
make --no-print-directory -j2 BUILD="$build" all $programs || exit 1
mkdir -p "$log"
status=0

# part WHAT COMMAND...: what it says is shown when it fails.
part() {
    what=$1
    shift
    if "$@" >"$log/rule.txt" 2>&1; then
        echo "ok     $what"
    else
        echo "FAILED $what"
        grep -vE '^\[ +(RUN|OK) +\]' "$log/rule.txt"
        status=1
    fi
}

# The cases first: they may write what the next looks for.
part "the cases of $rule" env TBLINT_CASE="$rule/" "$build/unit/test_cases"
part "what belongs to a rule" "$build/unit/test_rules"
part "the examples of its page" env TBLINT_RULE="$rule" "$build/unit/test_examples"
part "the table in README.md" sh tests/cli/test_readme.sh
exit $status
