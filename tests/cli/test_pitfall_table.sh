#!/bin/sh
# tests/pitfalls.tsv: every pitfall once, and every test that it names exists, by that name.
. "$(dirname "$0")/lib.sh"
table=$TBLINT_SOURCE/tests/pitfalls.tsv
tab=$(printf '\t')
: >"$out" >"$err"
cd "$TBLINT_SOURCE" || exit 1

# is_test FILE NAME: of a C program a test that is registered (so its name stands there twice), of a
# script a name between quotes.
is_test() {
    [ -f "$1" ] || return 1
    case $1 in
        *.c) [ "$(grep -cw -- "$2" "$1" 2>/dev/null)" -ge 2 ] ;;
        *) grep -qF -- "\"$2\"" "$1" 2>/dev/null ;;
    esac
}

# check_row NUMBER TESTS REASON
check_row() {
    if [ "$2" = none ]; then
        [ "${#3}" -ge 20 ]
        same "pitfall $1 says why there is no test" "$?" 0
        return
    fi
    echo "$2" | sed 's/ | /\n/g' >"$scratch/named"
    while read -r file name; do
        if is_test "$file" "$name"; then
            passed=$((passed + 1))
        else
            code=0
            fail "pitfall $1: there is no test '$name' in '$file'"
        fi
    done <"$scratch/named"
}

same "numbers are 1 to 60, in order" "$(grep -v '^#' "$table" | cut -f1 | tr '\n' ' ')" \
    "$(seq 1 60 | tr '\n' ' ')"
same "each row has four columns" "$(grep -v '^#' "$table" | awk -F '\t' 'NF != 4 { print NR }')" ""
grep -v '^#' "$table" >"$scratch/rows"
while IFS="$tab" read -r number what tests reason; do
    [ -n "$what" ] && check_row "$number" "$tests" "$reason"
done <"$scratch/rows"

# The check itself finds a test that was renamed.
is_test tests/cli/test_hook.sh "commit -a"; same "a test of a script" "$?" 0
is_test tests/cli/test_hook.sh "commit -b"; same "none of a script" "$?" 1
is_test tests/unit/test_snapshot.c conflicts_are_refused; same "a test of a program" "$?" 0
is_test tests/unit/test_snapshot.c conflicts_are; same "none of a program" "$?" 1
is_test tests/nowhere.c conflicts_are_refused; same "no file" "$?" 1
finish
