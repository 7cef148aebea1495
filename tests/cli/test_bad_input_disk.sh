#!/bin/sh
# A full disk, a killed run, too little memory, odd places to write to: what was there stays or the
# whole of the new is there, nothing else is left, and what was lost never ends with exit code 0.
. "$(dirname "$0")/lib.sh"

formats="text json sarif github gitlab junit rdjson markdown"
tblint lint --format nothing 2>&1 | grep -q html && formats="$formats html"

# left FOLDER: everything in it, in one line.
left() { (cd "$1" && find . -mindepth 1 ! -path './.git*' | LC_ALL=C sort | tr '\n' ' '); }

project disk
datasource events "LowCardinality(String)"
mkdir "$scratch/reports"
reports=$scratch/reports

# ---- standard output that takes nothing ----
if [ -w /dev/full ]; then
    for command in "lint" "plan" "rules" "explain TB101" "why datasources/events.datasource" "doctor" \
        "completions bash" "completions zsh" "completions fish" "--help" "lint --help" "--version" \
        "hook run pre-commit" "plan --format dot" "scaffold replicate events --dry-run"; do
        run sh -c "tblint $command >/dev/full"
        expect "tblint $command on a full device" 4 "standard output cannot be written"
    done
    tblint lint --quiet --format sarif="$reports/sarif" 2>/dev/null
    run sh -c "tblint sarif-check $reports/sarif >/dev/full"
    expect "tblint sarif-check on a full device" 4 "standard output cannot be written"
    rm "$reports/sarif"
    for format in $formats; do
        run sh -c "tblint lint --fail-on never --format $format >/dev/full"
        expect "--format $format on a full device" 4 "standard output cannot be written"
        run tblint lint --fail-on never --format "$format=/dev/full"
        expect "--format $format=/dev/full" 4 "cannot write '/dev/full'"
    done
fi

# ---- files that may not grow ----
for format in $formats; do
    echo old >"$reports/report"
    run sh -c "ulimit -f 0; tblint lint --fail-on never --quiet --format $format=$reports/report"
    expect "$format over the limit of a file's size" 4
    same "$format over the limit: what was there stays" "$(cat "$reports/report")" old
    same "$format over the limit: nothing else is left" "$(left "$reports")" "./report "
done

# ---- a full disk ----
mkdir "$scratch/small"
# on_small_disk SIZE COMMAND...: with an empty file system of that size at $scratch/small.
on_small_disk() {
    size=$1
    shift
    run unshare -rm sh -c 'mount -t tmpfs -o size='"$size"' none "$0" && exec "$@"' "$scratch/small" "$@"
}
on_small_disk 64k true
if [ "$code" -eq 0 ]; then
    for format in $formats; do
        # shellcheck disable=SC2016
        on_small_disk 64k sh -c 'cd "$1" && echo old >report && head -c 200000 /dev/zero >filler 2>/dev/null
            cd "$2" && tblint lint --fail-on never --quiet --format "$3=$1/report"; code=$?
            [ "$(cat "$1/report")" = old ] && [ "$(ls -A "$1" | tr "\n" " ")" = "filler report " ] || exit 99
            exit $code' sh "$scratch/small" "$PWD" "$format"
        expect "$format on a full disk: exit 4, the old report stays, nothing is left" 4 "No space left"
    done
    # shellcheck disable=SC2016
    on_small_disk 64k sh -c 'head -c 200000 /dev/zero >"$1/filler" 2>/dev/null
        tblint lint --fail-on never --quiet --format "json=$1/report"; code=$?
        [ "$(ls -A "$1")" = filler ] || exit 99
        exit $code' sh "$scratch/small"
    expect "a new report on a full disk: no file" 4 "No space left"
    # A repository on it: what writes into the working tree and into the git folder.
    for command in "accept %s --reason x" "hook install" "scaffold replicate events"; do
        # shellcheck disable=SC2016
        on_small_disk 4m sh -c 'cp -R . "$1/repo" && cd "$1/repo" && git update-index -q --refresh
            id=$(tblint lint --quiet --format json | grep -oE "\"id\":.*\"[0-9a-f]{12}\"" | grep -oE "[0-9a-f]{12}" | head -n 1)
            rm -f .git/hooks/*
            [ -z "$3" ] || git checkout -q datasources
            head -c 9000000 /dev/zero >../filler 2>/dev/null
            before=$(find . | LC_ALL=C sort)
            tblint $(printf "$2" "$id"); code=$?
            [ "$(find . | LC_ALL=C sort)" = "$before" ] || { find . -newer ../filler; exit 99; }
            exit $code' sh "$scratch/small" "$command" "$(case $command in scaffold*) echo clean ;; esac)"
        expect "tblint $command on a full disk: exit 4, and nothing is left" 4 "No space left"
    done
else
    echo "skipped: a full disk: no file system can be mounted here"
fi

# ---- a run that is ended ----
i=0
while [ $i -lt 200 ]; do
    datasource "d$i" String
    i=$((i + 1))
done
git add -A && git commit -q -m many && git branch -f main
i=0
while [ $i -lt 200 ]; do
    datasource "d$i" "LowCardinality(String)"
    i=$((i + 1))
done
rm -f "$reports"/*
run tblint lint --quiet --format sarif="$reports/report"
whole=$(cksum <"$reports/report")
for signal in KILL TERM INT HUP; do
    halves=0 strays=0 codes="" i=0
    while [ $i -lt 15 ]; do
        echo old >"$reports/report"
        code=0
        timeout --preserve-status -s "$signal" "0.0$((i * 6 / 10 + 1))" \
            tblint lint --quiet --format sarif="$reports/report" >/dev/null 2>&1 || code=$?
        now=$(cksum <"$reports/report")
        [ "$now" = "$whole" ] || [ "$(cat "$reports/report")" = old ] || halves=$((halves + 1))
        [ "$signal" = KILL ] || [ "$(left "$reports")" = "./report " ] || strays=$((strays + 1))
        [ "$now" = "$whole" ] || case $signal$code in
        KILL137 | TERM143 | INT130 | HUP129) ;;
        *) codes="$codes $code" ;;
        esac
        rm -f "$reports"/.tblint-*
        i=$((i + 1))
    done
    same "SIG$signal: the old report or the new one" "$halves" 0
    same "SIG$signal: nothing else is left" "$strays $(left "$reports")" "0 ./report "
    same "SIG$signal: the exit code says so" "$codes" ""
done
# A draft that a SIGKILL left between its last two steps: no datafile, and in nobody's way.
run tblint plan --format json
cp "$out" "$scratch/plan"
cp datasources/d0.datasource datasources/.tblint-1-0.tmp
run tblint plan --format json
cmp -s "$out" "$scratch/plan"
same "a draft that was left is no resource" "$?" 0
rm datasources/.tblint-1-0.tmp

tblint hook install >/dev/null 2>&1
git add -A
before=$(git rev-parse HEAD) i=0
while [ $i -lt 8 ]; do
    timeout -s INT "0.0$((i + 1))" git commit -q -m risky >/dev/null 2>&1
    rm -f .git/index.lock
    i=$((i + 1))
done
same "a commit whose hook is interrupted is none" "$(git rev-parse HEAD)" "$before"

# ---- places ----
rm -f "$reports"/*
echo old >"$reports/target"
chmod 660 "$reports/target"
ln -s target "$reports/link"
run tblint lint --quiet --format json="$reports/link"
expect "a link, which a repository can bring" 2 "it is a symbolic link"
same "a link: its target stays" "$(cat "$reports/target")" old
[ -L "$reports/link" ]
same "a link stays one" "$?" 0
run sh -c 'umask 077 && tblint lint --quiet --format json="$0"' "$reports/target"
expect "a file that is there" 1
json_valid <"$reports/target"
same "a file that is there is written over" "$?" 0
same "the mode stays, whatever the umask" "$(stat -c %a "$reports/target")" 660
ln -s nowhere/x "$reports/dangling"
run tblint lint --quiet --format json="$reports/dangling"
expect "a link to nowhere" 2 "it is a symbolic link"
echo before >"$reports/log"
run sh -c 'tblint lint --quiet --format json=/dev/stdout >>"$0"' "$reports/log"
expect "standard output as a file" 1
run sh -c 'tblint lint --quiet --format json=/dev/fd/3 --format github=/dev/null 3>>"$0"' "$reports/log"
expect "an open descriptor as a file" 1
same "a log keeps what it has" "$(head -n 1 "$reports/log")" before
same "and gets both" "$(grep -c '"schema"' "$reports/log")" 2
mkfifo "$reports/pipe"
cat "$reports/pipe" >"$reports/read" &
run tblint lint --quiet --format json="$reports/pipe"
wait
expect "a pipe with a reader" 1
json_valid <"$reports/read"
same "a pipe is written to, and stays" "$?" 0
run tblint lint --quiet --format json="$reports/new/"
expect "a folder that is missing" 2 "cannot write"
run tblint lint --quiet --format json="$reports"
expect "a folder" 2 "Is a directory"
run tblint lint --quiet --format json="$reports/$(head -c 300 /dev/zero | tr '\0' a)"
expect "a name that is too long" 2 "cannot write"
long=$(head -c 250 /dev/zero | tr '\0' a)
run tblint lint --quiet --format json="$reports/$long"
expect "the longest name" 1
run tblint lint --quiet --format json=a --format sarif=a
expect "two formats for one file" 2 "two formats"
[ ! -e a ]
same "two formats for one file: neither is written" "$?" 0
rm -rf "$reports"/*
i=0
while [ $i -lt 8 ]; do
    tblint lint --quiet --format sarif="$reports/report" >/dev/null 2>&1 &
    i=$((i + 1))
done
wait
same "eight runs with one file: it is whole" "$(cksum <"$reports/report")" "$whole"
same "eight runs with one file: nothing else is left" "$(left "$reports")" "./report "

# ---- memory ----
# With a sanitizer the program wants more than any limit to begin with.
if (ulimit -v 1000000 && tblint --version) >/dev/null 2>&1; then
    run tblint lint --quiet
    cp "$out" "$scratch/whole"
    bad="" kib=14000
    while [ $kib -lt 60000 ]; do
        code=0
        (ulimit -v $kib && exec tblint lint --quiet) >"$out" 2>"$err" || code=$?
        case $code in
        1) cmp -s "$out" "$scratch/whole" || bad="$bad $kib:other" ;;
        4) grep -q "out of memory" "$err" || bad="$bad $kib:silent" ;;
        127) ;; # the libraries did not fit
        *) grep -q . "$err" && [ $code -gt 1 ] && [ $code -lt 5 ] || bad="$bad $kib:$code" ;;
        esac
        kib=$((kib + 2300))
    done
    same "too little memory: the whole report, or exit 4" "$bad" ""
fi
finish
