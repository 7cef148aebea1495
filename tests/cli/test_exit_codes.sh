#!/bin/sh
# Exit codes and bad input: a clear message, the right code, the rest still judged.
. "$(dirname "$0")/lib.sh"

cd "$scratch" || exit 1
run tblint --help;              expect "help needs no repository" 0 "tblint" "--live"
run tblint --version;           expect "version" 0 "tblint"
run tblint rules;               expect "rules need no repository" 0 "TB101"
run tblint explain TB101;       expect "explain by code" 0 "type-change-without-forward-query"
run tblint explain ttl-shortened; expect "explain by name" 0 "TB305"
run tblint explain nonsense;    expect "explain of an unknown rule" 2 "nonsense"
run tblint --liev main;         expect "misspelt option names the nearest" 2 "--live"
run tblint lnit;                expect "misspelt command names the nearest" 2 "lint"
run tblint lint --format xml;   expect "unknown format" 2 "xml"
run tblint lint;                expect "not a repository" 3 "repository"

fresh empty
run tblint lint;                expect "no commit and no project" 3 "no Tinybird project in the working tree"
run tblint lint --staged;       expect "nothing is staged" 3 "no Tinybird project in the index"
project usual
run tblint lint;                expect "nothing changed" 0
datasource events "LowCardinality(String)"
run tblint lint;                expect "a finding" 1 "TB101" "FORWARD_QUERY"
run tblint lint --fail-on never; expect "never fails" 0 "TB101"
run tblint lint --live nowhere; expect "no such ref" 3 "nowhere"
run tblint lint --commit nowhere; expect "no such commit" 3 "nowhere"
run tblint lint --staged;       expect "the index has no change yet" 0
git add -A
run tblint lint --staged;       expect "staged" 1 "TB101"

printf 'version: 1\nlive: main\ncolour: red\n' >.tblint.yaml
run tblint lint;                expect "unknown key of the configuration" 2 ".tblint.yaml:3:1" "colour"
printf 'version: 1\nrules: {type-change-without-forward-query: loud}\n' >.tblint.yaml
run tblint lint;                expect "bad severity" 2 ".tblint.yaml:2" "loud"
printf 'version: 1\nrules: [\n' >.tblint.yaml
run tblint lint;                expect "broken YAML" 2 ".tblint.yaml:"
printf 'version: 1\nrules: {type-change-without-forward-query: off}\n' >.tblint.yaml
run tblint lint;                expect "a rule switched off" 0
absent "a rule switched off" "TB101"
printf 'version: 1\nrules: {type-change-without-forward-query: warning}\nfail_on: error\n' >.tblint.yaml
run tblint lint;                expect "a rule made a warning" 0 "TB101"
run tblint lint --fail-on warning; expect "the option beats the configuration" 1 "TB101"
rm .tblint.yaml

# hostile datafiles: each is named, the change of events is still found
head -c 3000 /dev/urandom >datasources/noise.datasource
run tblint lint;                expect "random bytes" 1 "TB101" "noise"
printf 'SCHEMA >\n    a String\0DEFAULT 1\n' >datasources/noise.datasource
run tblint lint;                expect "NUL bytes" 1 "TB101"
printf 'SCHEMA >\n    `\377\376` String\n' >datasources/noise.datasource
run tblint lint;                expect "invalid UTF-8" 1 "TB101"
{ printf 'SCHEMA >\n    a '; head -c 10000 /dev/zero | tr '\0' '('; printf '\n'; } \
    >datasources/noise.datasource
run tblint lint;                expect "10,000 parentheses in a type" 1 "TB101" "noise"
{ printf 'NODE n\nSQL >\n    SELECT '; head -c 10000 /dev/zero | tr '\0' '('; printf '1'
  head -c 10000 /dev/zero | tr '\0' ')'; printf ' FROM events\n'; } >datasources/deep.pipe
rm datasources/noise.datasource
run tblint lint;                expect "10,000 parentheses in a query" 1 "TB101"
rm datasources/deep.pipe
head -c 50000000 /dev/zero | tr '\0' 'x' >datasources/huge.datasource
run tblint lint;                expect "50 MB: the others are judged, exit 3" 3 "TB101" "huge"
rm datasources/huge.datasource
mkfifo datasources/pipe.datasource
run timeout 20 tblint lint;     expect "a FIFO does not block" 3 "TB101" "pipe.datasource"
rm datasources/pipe.datasource
ln -s /etc/passwd datasources/link.datasource
run tblint lint;                expect "a link is not followed" 3 "TB101" "link.datasource"
absent "a link is not followed" "root:"
rm datasources/link.datasource

# formats
run tblint lint --format json;  expect "JSON on stdout" 1 '"tblint/1"'
json_valid <"$out"
same "stdout is one JSON text" "$?" 0
run tblint lint --format json=a.json --format sarif=b.sarif --format text
expect "three formats in one run" 1 "TB101"
same "files are written" "$(ls a.json b.sarif | wc -l)" 2
rm -f a.json b.sarif
run tblint lint --live nowhere --format sarif=c.sarif
expect "SARIF of a failed run" 3
same "it says so" "$(grep -c '"executionSuccessful": *false' c.sarif)" 1
rm -f c.sarif

# ---- what a new user tries ----

run tblint lint datasources/events.datasource
expect "lint of one file" 2 "about the whole change: it does not take" "tblint why datasources/events.datasource"
run tblint plan 'a b';          expect "a name that a shell would split" 2 "tblint why 'a b'"

# Two projects: --project from the top, from here, from the root of the file system.
fresh two
for folder in a b; do
    mkdir -p $folder/datasources $folder/deeper
    printf 'SCHEMA >\n    `x` String\n' >$folder/datasources/in_$folder.datasource
done
git add -A && git commit -q -m live
git checkout -q -b change
sed -i 's/String/UInt8/' a/datasources/in_a.datasource
cd a || exit 1
for named in a ./a/ . .. ../a "$PWD" ../b b deeper; do
    run tblint lint --quiet --project "$named"
    case $named in
    .. | deeper) expect "--project $named, from a" 2 "There is no project at '$named'; found: 'a', 'b'." ;;
    *b) expect "--project $named, from a" 0 "no findings" ;;
    *) expect "--project $named, from a" 1 "'in_a'" ;;
    esac
done
run tblint lint --quiet --project . --format sarif
same "its category is the same from everywhere" "$(grep -o '"automationDetails": *{"id": *"[^"]*"' "$out" | grep -o 'tblint/.*/')" tblint/a/
finish
