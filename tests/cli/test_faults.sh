#!/bin/sh
# When the machine or the surroundings misbehave: never a silent success, never half a file.
. "$(dirname "$0")/lib.sh"

bytes() { wc -c <"$1" | tr -d ' '; }

# A report that could not be written is a failed run, and the reason is told.
project writing
datasource events "LowCardinality(String)"
if [ -w /dev/full ]; then
    run tblint lint --format json=/dev/full
    expect "a file on a full device" 4 "cannot write '/dev/full'" "No space left"
    run sh -c 'tblint lint >/dev/full'
    expect "stdout on a full device" 4 "failed: standard output cannot be written: No space left"
    run sh -c 'tblint --help >/dev/full'
    expect "help on a full device" 4 "failed: standard output cannot be written: No space left"
    run sh -c 'tblint plan >/dev/full'
    expect "plan on a full device" 4 "failed: standard output cannot be written: No space left"
fi
run tblint lint --format json=nowhere/a.json
expect "a folder that is missing" 2 "cannot write 'nowhere/a.json'" "No such file"
run tblint lint --format json=datasources
expect "a folder in the file's place" 2 "cannot write 'datasources'"
run sh -c 'tblint lint >&-'
expect "stdout closed" 4 "standard output cannot be written: Bad file"
run sh -c 'tblint lint --fail-on never --format text --format json=closed.json >&-'
expect "stdout closed, a report in a file" 4 "standard output cannot be written"
json_valid <closed.json
same "the file has its report alone" "$?" 0
rm -f closed.json
run sh -c 'tblint lint 2>&-'
expect "stderr closed" 1 "TB101"
run sh -c 'tblint lint --format text --format json=closed.json <&- 2>&-'
expect "stdin and stderr closed" 1 "TB101"
json_valid <closed.json
same "the file has its report alone still" "$?" 0
rm -f closed.json

# A reader that goes away ends the run without a word.
run sh -c 'tblint lint | true'
expect "a reader that goes away" 0
absent "a reader that goes away" "written"
absent "a reader that goes away" "fault"
run sh -c 'tblint explain TB101 | head -n 1'
expect "the first line alone" 0
same "one line, no message" "$(cat "$out" "$err" | wc -l | tr -d ' ')" 1

# Another user: what may not be read or written is named.
as_nobody() {
    chmod 755 "$scratch" "$scratch/home"
    [ "$(id -u)" -eq 0 ] || { run "$@"; return; }
    run setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
if [ "$(id -u)" -ne 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups \
    test -x "$TBLINT_BIN" 2>/dev/null; then
    git config --global --add safe.directory '*'
    git update-index -q --refresh
    mkdir -m 555 locked
    as_nobody tblint lint --format json=locked/a.json
    expect "a folder that may not be written" 2 "cannot write 'locked/a.json'" "Permission denied"
    rmdir locked
    cp datasources/events.datasource "$scratch/kept"
    chmod 000 datasources/events.datasource
    as_nobody tblint lint
    expect "a datafile that may not be read" 3 "events.datasource"
    chmod 644 datasources/events.datasource
else
    echo "skipped: no other user may run $TBLINT_BIN"
fi

# A run that is killed leaves the old report or the new one.
project killed
i=0
while [ $i -lt 300 ]; do
    datasource "d$i" String
    i=$((i + 1))
done
git add -A
git commit -q -m many
git branch -f main
i=0
while [ $i -lt 300 ]; do
    datasource "d$i" "LowCardinality(String)"
    i=$((i + 1))
done
run tblint lint --format json=report.json
expect "a big report" 1
whole=$(bytes report.json)
halves=0 i=0
while [ $i -lt 20 ]; do
    echo old >report.json
    tblint lint --format json=report.json >/dev/null 2>&1 &
    sleep "0.0$((i % 10))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    size=$(bytes report.json)
    [ "$size" -eq 4 ] || [ "$size" -eq "$whole" ] || halves=$((halves + 1))
    i=$((i + 1))
done
same "no half of a report after kill -9" "$halves" 0

# The same bytes whatever the surroundings.
project surroundings
datasource events "LowCardinality(String)" 'ENGINE_TTL "ts + INTERVAL 30 DAY"'
tblint lint >"$scratch/usual" 2>/dev/null
identical() {
    name=$1
    shift
    "$@" tblint lint >"$scratch/other" 2>"$err"
    cmp -s "$scratch/usual" "$scratch/other"
    same "$name" "$?" 0
}
identical "without HOME" env -u HOME
identical "HOME that is no folder" env HOME=/dev/null
identical "without TERM" env -u TERM
identical "TERM of a colour terminal" env -u NO_COLOR TERM=xterm-256color
identical "Turkish letters" env LC_ALL=tr_TR.UTF-8
identical "locale C" env LC_ALL=C LANG=C
identical "a locale that is unknown" env LC_ALL=xx_YY
identical "far in the east" env TZ=Pacific/Kiritimati
identical "far in the west" env TZ=Etc/GMT+12
identical "a time zone that is none" env TZ=:nowhere/none
identical "an empty environment" env -i PATH="$PATH" TBLINT_NOW="$TBLINT_NOW"
identical "a narrow terminal" env COLUMNS=20

run env TBLINT_NOW=yesterday tblint lint
expect "a clock that is no time" 2 "TBLINT_NOW" "yesterday"
run env TBLINT_NOW=2026-13-41T99:99:99Z tblint lint
expect "a clock that is no day" 2 "TBLINT_NOW"
run env TBLINT_NOW= tblint lint
expect "an empty clock is none" 1 "TB101"

# Where it is run from.
mkdir -p deep/er
cd deep/er || exit 1
run tblint lint;                expect "from a subfolder" 1 "TB101" "datasources/events.datasource"
mkdir gone
cd gone || exit 1
rmdir ../gone
run tblint lint;                expect "from a folder that is gone" 3 "cannot analyse" "folder"

# awkward NAME FOLDER: a repository whose path holds odd bytes.
awkward() {
    project "$2"
    datasource events "LowCardinality(String)"
    run tblint lint
    expect "$1" 1 "TB101"
    run tblint lint --format json
    json_valid <"$out"
    same "$1: JSON" "$?" 0
    run tblint lint --format sarif
    json_valid <"$out"
    same "$1: SARIF" "$?" 0
    run tblint doctor
    [ "$code" -le 1 ]
    same "$1: doctor" "$?" 0
    run tblint hook install
    expect "$1: hook" 0
    git add -A
    run git commit -q -m change
    expect "$1: commit" 1 "TB101"
}
awkward "blanks and quotes in the path" "a b'c\"d \$e \`f\` (g) & h"
awkward "a line end in the path" "a
b"
awkward "bytes that are no UTF-8 in the path" "$(printf 'a\377\376b')"
awkward "a path that looks like an option" "./-rf --live"
finish
