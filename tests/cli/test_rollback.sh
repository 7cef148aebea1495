#!/bin/sh
# tblint plan --rollback: what would undo the change, in each format that has it.
. "$(dirname "$0")/lib.sh"

project rollback
datasource events 'LowCardinality(String)' 'FORWARD_QUERY >
    SELECT ts, CAST(host, '"'LowCardinality(String)'"') AS host'
run tblint plan --live main --quiet
absent "not unless it is asked for" "To undo it"
run tblint plan --rollback --live main
expect "text" 0 "* To undo it, once it is deployed:" "+ FORWARD_QUERY >" "+         CAST(host, 'String') AS host" \
    "    datasources/events.datasource"
absent "no pipe changed" "Pipes: revert"
run tblint plan --rollback --live main --format markdown
expect "markdown" 0 "### To undo it, once it is deployed" "        CAST(host, 'String') AS host"
run tblint plan --rollback --live main --format json
expect "json" 0 '"rollback":' '"forward_query":' '"action":	"rewrite"'
for format in dot mermaid; do
    run tblint plan --rollback --live main --format "$format"
    expect "no $format" 2 "a rollback cannot be shown as $format" "text, json, markdown"
done
run tblint lint --rollback
expect "of a plan only" 2 "--rollback does not apply to tblint lint"

# The written query, in the file of live over the changed tree: a clean way back.
git add -A && git commit -q -m changed
git checkout -q -b back
tblint plan --rollback --live main --quiet | sed -n 's/^      + //p' >"$scratch/query"
git checkout -q main -- datasources
awk -v query="$scratch/query" '/^ENGINE "/ { while ((getline line < query) > 0) print line; print "" }
    { print }' datasources/events.datasource >"$scratch/new"
cp "$scratch/new" datasources/events.datasource
run tblint lint --live change
expect "the way back is clean" 0 "no findings"
run tblint plan --live change
expect "and it is what the plan does" 0 "From live deployment using Forward Query"

# Pipes: once, however many.
project pipes
mkdir pipes
for i in 1 2; do printf 'NODE n\nSQL >\n    SELECT ts FROM events\nTYPE endpoint\n' >"pipes/p$i.pipe"; done
run tblint plan --rollback --live main
expect "pipes" 0 "Pipes: revert the commit and deploy; they hold no rows."
same "said once" "$(grep -c 'Pipes: revert' "$out")" 1
run tblint plan --rollback --live main --format json
expect "pipes in json" 0 '"resource":	null'

# Many columns: the first of them, JSON has all.
project many
{
    printf 'SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    `host` String `json:$.host`'
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf ',\n    `c%s` UInt8 `json:$.c%s`' $i $i; done
    printf '\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "ts"\n'
} >datasources/events.datasource
run tblint plan --rollback --live main
expect "the first ten" 0 "what is written to 'c10'" "lost  and 2 more: --format json has all"
run tblint plan --rollback --live main --format json
expect "all of them" 0 "what is written to 'c12'"

project nothing
run tblint plan --rollback --live main
expect "nothing" 0 "Nothing that is stored changes"
finish
