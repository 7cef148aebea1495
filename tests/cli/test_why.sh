#!/bin/sh
# tblint why: what is known of a file, a line, a rule there.
. "$(dirname "$0")/lib.sh"

project why
mkdir -p pipes connections
cat >pipes/by_day.pipe <<'END'
NODE rows
SQL >
    SELECT toDate(ts) AS day, host, countState() AS hits FROM events GROUP BY day, host

TYPE materialized
DATASOURCE daily
END
cat >datasources/daily.datasource <<'END'
SCHEMA >
    `day` Date,
    `host` String,
    `hits` AggregateFunction(count)

ENGINE "AggregatingMergeTree"
ENGINE_SORTING_KEY "day, host"
END
cat >pipes/top.pipe <<'END'
NODE endpoint
SQL >
    %
    SELECT host, countMerge(hits) AS n FROM daily
    {% if defined(from) %} WHERE day > {{Date(from)}} {% end %} GROUP BY host

TYPE endpoint
END
cat >pipes/lost.pipe <<'END'
NODE n
SQL >
    SELECT a FROM nowhere
END
datasource other String
git add -A && git commit -q -m more && git branch -q -f main

# ---- nothing changes ----
run tblint why datasources/events.datasource
expect "an unchanged file" 0 "data source 'events', as live has it" "this file does not change" \
    "read by materialized pipe 'by_day' (pipes/by_day.pipe:3)" "None."
run tblint why pipes/lost.pipe TB105
expect "live as it is" 0 "TB105 found nothing here" "Nothing of this project differs from live"
run tblint why pipes/lost.pipe; expect "what is not known of it" 0 "Not checked" "line 3: " "nowhere"

# Only what is around the file is parsed: itself, who reads and writes it, and what these rest on.
run tblint why other --timing;  expect "a file that nothing reads" 0 "read, 1 parsed"
run tblint why pipes/top.pipe --timing
expect "a pipe and what it reads" 0 "read, 4 parsed" "reads data source 'daily'"

# ---- a change and what it leads to ----
datasource events "LowCardinality(String)"
run tblint why datasources/events.datasource
expect "the changed file" 0 "data source 'events', changed" "It is refused" "column host changed type" \
    "error[TB101]" "cause the change of 'events'" "written by whoever sends it JSON"
same "nothing is said twice" "$(grep -c "pipes/by_day.pipe:3" "$out")" 1
run tblint why datasources/events.datasource:3
expect "a line" 0 "Column 'host' LowCardinality(String)." "Live has the type 'String'." "Findings at this line" "TB101"
run tblint why datasources/events.datasource:2:5
expect "a line and a column" 0 "Column 'ts' DateTime." "None."
absent "findings of another line" "TB101"
run tblint why datasources/events.datasource:5
expect "an instruction" 0 "Instruction ENGINE."
run tblint why daily
expect "by name, and the way to it" 0 "datasources/daily.datasource" "filling it anew by 'by_day'" \
    "What leads to it: events -> by_day -> daily." "written by materialized pipe 'by_day' (pipes/by_day.pipe:6)" \
    "read by endpoint pipe 'top'" "TB407" "it begins with 'events': column host changed type"
run tblint why pipes/top.pipe:4
expect "a pipe below" 0 "pipe 'top', as live has it" "Node 'endpoint'." "What it reads changes:" "It rewrites 'daily'" "gives 'host' and 'n'"

# ---- the same for other programs ----
# has TEXT...: each stands in the answer, blanks aside.
has() {
    for text in "$@"; do
        same "JSON has $text" "$(tr -d ' \t\n' <"$out" | grep -cF -- "$(printf %s "$text" | tr -d ' ')")" 1
    done
}
run tblint why daily --format json
expect "as JSON" 0 '"tblint/1"'
json_valid <"$out";             same "it is JSON" "$?" 0
has '"about": {"path": "datasources/daily.datasource", "line": null, "project": ".",
    "kind": "datasource", "resource": "daily", "change": "none"}' \
    '"backfill": "view-query", "via": ["by_day"]' '"chain": ["events", "by_day", "daily"]' \
    '"role": "written-by", "kind": "pipe", "type": "materialized", "name": "by_day", "side": "candidate",
    "certain": true, "path": "pipes/by_day.pipe", "range": {"start": {"line": 6, "column": 12}' \
    '"role": "read-by", "kind": "pipe", "type": "endpoint", "name": "top"' '"code": "TB407"' \
    '"cause": "it begins with' '"at_line": null' '"rule": null'
run tblint why datasources/events.datasource:3 TB101 --format json
has '"columns": [{"name": "host", "type": "LowCardinality(String)", "added": false, "dropped": false,
    "live_type": "String", "read_by": [{"role": "read-by"' '"rule": {"code": "TB101",
    "rule": "type-change-without-forward-query", "verdict": "speaks", "id": "' '"refused_by": ["'
run tblint why pipes/top.pipe:4 --format json
has '"nodes": [{"name": "endpoint", "reads": [{"role": "reads", "kind": "datasource", "type": null, "name": "daily"' \
    '"gives": ["host", "n"]'
run tblint why pipes/lost.pipe:3 TB305 --format json
has '"verdict": "silent", "id": null, "message": null, "reasons": ["TB305 found nothing here."' '"kind": "missing"' \
    '"unchecked": [{"path": "pipes/lost.pipe", "why": "'
run tblint why daily --format json="$scratch/why.json" --format text
expect "to a file, and text" 0 "What leads to it"
json_valid <"$scratch/why.json"; same "the file is JSON" "$?" 0

# What lint reports, why reports, with the same ids, at its file.
tblint lint --format json 2>/dev/null | grep -oE '"id":\s*"[0-9a-f]{12}"' | grep -oE '[0-9a-f]{12}' | sort >"$scratch/ids"
tblint why datasources/events.datasource 2>/dev/null | grep -oE ' id [0-9a-f]{12}$' | cut -c5- | sort >"$scratch/told"
same "the findings of lint" "$(cat "$scratch/told")" "$(cat "$scratch/ids")"

# ---- from elsewhere ----
cd pipes || exit 1
run tblint why top.pipe;        expect "from a subfolder" 0 "pipes/top.pipe: pipe 'top'"
run tblint why ../datasources/daily.datasource; expect "through the parent" 0 "data source 'daily'"
run tblint why datasources/daily.datasource; expect "from the top" 0 "data source 'daily'"
run tblint why "$PWD/top.pipe"; expect "a whole path" 0 "pipes/top.pipe: pipe 'top'"
run tblint why ../../elsewhere/top.pipf; expect "outside" 2 "no file of a project"
cd .. || exit 1

# ---- a rule ----
run tblint why events TB101;    expect "it speaks" 0 "It speaks here: id "
absent "only that rule" "note[TB407]"
run tblint why daily type-change-without-forward-query
expect "it speaks elsewhere" 0 "TB101 found nothing here." "It does speak in this run: of 'events'" \
    "Told here: TB407. What has one cause is told by one rule."
run tblint why other TB305
expect "the file is unchanged" 0 "does not touch the file in meaning" "the reason is not known" "The data source is new."
run tblint why pipes/top.pipe TB101
expect "what it reads changes" 0 "something that it reads does"
printf 'version: 1\nrules: {type-change-without-forward-query: off}\n' >.tblint.yaml
run tblint why events TB101
expect "turned off" 0 "TB101 would speak here, but .tblint.yaml turns it off" "It would say: Column 'host' changes"
rm .tblint.yaml
id=$(tblint lint --quiet | sed -n 's/^error\[TB101\].* id //p')
run tblint accept "$id" --reason "agreed with the team"
expect "accepting" 0
run tblint why events TB101
expect "accepted" 0 "It is accepted here: id $id" "agreed with the team"
rm .tblint.accept.yaml
run tblint why events TB999;    expect "an unknown rule" 2 "there is no rule 'TB999'"
run tblint why events ttl-shortend; expect "a misspelt rule" 2 "did you mean ttl-shortened?"

# ---- what live has already ----
git checkout -q -- datasources
cat >>pipes/lost.pipe <<'END'

NODE more
SQL >
    SELECT a FROM nowhere
END
rule=$(tblint lint --all --quiet | sed -n '/^[a-z]*\[TB/{s/.*\[\(TB[0-9]*\)\].*/\1/;h}; /pipes\/lost.pipe:3/{g;p;q}')
run tblint why pipes/lost.pipe "$rule"
expect "live has it already" 0 "$rule is silent since live has the same already" "With --all it"
run tblint why pipes/lost.pipe "$rule" --all
expect "with --all it speaks" 0 "It speaks here: id "

# ---- deleted, new, moved, merged ----
git checkout -q -- pipes
git rm -q datasources/other.datasource
run tblint why datasources/other.datasource
expect "deleted" 0 "data source 'other', deleted" "It deletes 'other'" "TB601"
git reset -q --hard
datasource fresh String
run tblint why fresh;           expect "new" 0 "data source 'fresh', new" "It creates 'fresh'"
rm datasources/fresh.datasource
sed -i 's/DateTime/ DateTime/' datasources/events.datasource
run tblint why events;          expect "another spelling" 0 "other text, same meaning"
git checkout -q -- datasources
git checkout -q main
datasource events "LowCardinality(String)"
git commit -qam "live moves on"
git checkout -q change
run tblint why events TB101
expect "only live changed it" 0 "as live has it" "TB101 found nothing here"

# ---- misuse ----
run tblint why;                 expect "no file" 2 "PATH"
run tblint why datasources/event.datasource
expect "an unknown path" 2 "no file of a project" "did you mean datasources/events.datasource"
run tblint why events:99;       expect "a line that is not there" 2 "has 8 lines, not 99"
run tblint why events:99999999999; expect "a number that is none" 2 "no file of a project"
run tblint why events TB101 more; expect "too many" 2 "does not take 'more'"
run tblint why events --format sarif
expect "a format without such an answer" 2 "the answer of why cannot be shown as sarif" "one of text, json"
run tblint why events --live nowhere; expect "no live" 3 "nowhere"
run tblint why "$(printf 'a\033[31mb')"
expect "no escapes to the terminal" 2 '\x1b[31m'
finish
