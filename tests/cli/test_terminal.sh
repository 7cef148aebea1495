#!/bin/sh
# Manners at a terminal: colour, width, timing, progress. Machine output holds none of them.
. "$(dirname "$0")/lib.sh"
project manners
datasource events "LowCardinality(String)"
escape=$(printf '\033')

# ---- --timing ----
tblint lint --format json >"$scratch/usual" 2>/dev/null
run tblint lint --format json --timing
expect "timing" 1
same "timing is not in the report" "$(cat "$out")" "$(cat "$scratch/usual")"
phases="repository candidate live compare load diff plan checks report total"
same "every phase" "$(sed -n 's/^timing: \([a-z]*\)  *[0-9]*\.[0-9] ms$/\1/p' "$err" | tr '\n' ' ')" "$phases "
grep -q '^timing: 1 datafiles; files of both sides: 2 read, 2 parsed$' "$err"
same "files read and parsed" "$?" 0
run tblint plan --timing;       expect "timing of a plan" 0 "timing: total"
run tblint lint --timing --quiet; expect "timing where all else is quiet" 1 "timing: total"
absent "timing where all else is quiet" "live: main"
run tblint lint;                expect "no timing unless asked for" 1
absent "no timing unless asked for" "timing:"
run tblint lint --live nowhere --timing
expect "timing of a run that fails" 3 "nowhere" "timing: total"
run tblint rules --timing;      expect "timing of what is no run" 2 "does not apply"

# ---- colour ----
run tblint lint;                absent "no colour in a pipe" "$escape"
run tblint lint --color always; expect "colour where it is asked for" 1 "$escape[1;31merror"
run env NO_COLOR=1 tblint lint --color always; expect "the option beats NO_COLOR" 1 "$escape["
run tblint lint --color never;  absent "none where it is not" "$escape"
run tblint lint --color always --format text=report.txt
absent "a file is no terminal" "$escape"
same "a file is no terminal" "$(grep -c "$escape" report.txt)" 0
rm report.txt
run tblint lint --color always --format json
absent "no colour in JSON" "$escape"

if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    echo "skipped: no script(1), or no terminals for it to make, to play the terminal"
    finish
    exit
fi

# at_terminal COMMAND: what a terminal of 80 columns gets.
at_terminal() {
    : >"$out" >"$err"
    script -qec "stty cols ${columns:-80}; $1" /dev/null </dev/null >"$scratch/seen" 2>&1
    tr -d '\r' <"$scratch/seen"
}
unset NO_COLOR
export TERM=xterm-256color
colours() { at_terminal "$1" | grep -c "$escape\[1;31merror"; }
same "colour at a terminal" "$(colours 'tblint lint')" 1
same "none with NO_COLOR" "$(colours 'NO_COLOR=1 tblint lint')" 0
same "an empty NO_COLOR is none" "$(colours 'NO_COLOR= tblint lint')" 1
same "none at a dumb terminal" "$(colours 'TERM=dumb tblint lint')" 0
same "none with --color never" "$(colours 'tblint lint --color never')" 0
same "none when standard output is a file" "$(colours 'tblint lint >report.txt; cat report.txt')" 0
rm -f report.txt

# widest COMMAND: columns of the longest line of the report.
widest() {
    at_terminal "$1" | sed "s/$escape\[[0-9;]*m//g" | awk '{ if (length($0) > most) most = length($0) } END { print most }'
}
fits() { [ "$(widest 'tblint lint --quiet --color never')" -le "$1" ]; }
columns=72; fits 72;            same "a terminal of 72 columns" "$?" 0
columns=60; fits 60;            same "a terminal of 60 columns" "$?" 0
columns=20; fits 60;            same "a narrow terminal" "$?" 0
columns=300; fits 100;          same "a wide terminal" "$?" 0
COLUMNS=72; export COLUMNS
fits 72;                        same "COLUMNS beats the terminal" "$?" 0
for bad in 0 -5 7x 99999 ""; do
    COLUMNS=$bad
    columns=66; fits 66;        same "COLUMNS='$bad' is no width" "$?" 0
done
unset COLUMNS
columns=80

# ---- progress: nothing is left of it ----
for options in --quiet --color=always; do
    at_terminal "tblint lint $options --format json 2>$scratch/said" >"$scratch/seen_json"
    same "JSON at a terminal with $options" "$(cat "$scratch/seen_json")" "$(cat "$scratch/usual")"
done
finish
