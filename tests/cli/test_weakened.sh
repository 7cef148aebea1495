#!/bin/sh
# Settings and acceptances of the same change are told: whoever reviews it is to see that it was the
# change itself that made the findings go.
. "$(dirname "$0")/lib.sh"

# settings TEXT: the configuration of the working tree.
settings() {
    printf '%b\n' "$1" >.tblint.yaml
}

# weakened NAME TEXT...: the text report names each, the JSON one has as many.
weakened() {
    name=$1
    shift
    run tblint lint --quiet --format text --format json="$scratch/weakened.json"
    same "$name: in JSON" "$(grep -c '"setting":' "$scratch/weakened.json")" $#
    if [ $# -eq 0 ]; then
        absent "$name" "weakens"
    else
        tr '\n' ' ' <"$out" | tr -s ' ' >"$scratch/line" && mv "$scratch/line" "$out"
        expect "$name" "$code" "$@"
    fi
}

# live TEXT: the configuration of main, and a change on top of it that has the same one.
live() {
    git checkout -q -f main
    settings "$1"
    git add -A && git commit -q -m settings
    git checkout -q -B change
}

project weakened
weakened "no configuration at all"
settings "rules: {column-dropped: off}\nfail_on: never"
weakened "a first configuration" "'rules.column-dropped' from warning to off" \
    "'fail_on' from error to never"
settings "rules: {column-dropped: error}\nprofile: forward\nlive: main"
weakened "a first configuration that is stricter"
git commit -q --allow-empty -m work
settings "live: change"
weakened "a first configuration that compares the branch with itself" "'live' from unset to change"

live "fail_on: warning\nrules: {TB104: error, TB105: error}\nlive: main"
weakened "the same"
settings "live: main\nrules:\n  dropped-column-still-used: error # by its name\n  column-dropped: error\nfail_on: warning"
weakened "other words, another order"
settings "live: main\nrules: {TB104: error, TB105: error}\nfail_on: note"
weakened "stricter"
rm .tblint.yaml
weakened "the configuration is deleted" "'fail_on' from warning to error" \
    "'rules.column-dropped' from error to warning" "'live' from main to unset"
settings "live: HEAD\nfail_on: warning\nrules: {TB104: error, TB105: error}"
weakened "the change chooses what it is compared with" "'live' from main to HEAD"
settings "fail_on: never\nlive: main"
run tblint lint --quiet --config .tblint.yaml
absent "a configuration by hand is not compared" "weakens"

# Whose doing it is.
git checkout -q -f change
datasource others String
git add -A && git commit -q -m "Without a setting"
git checkout -q main
settings "fail_on: note\nrules: {TB104: error, TB105: error, TB106: error}\nlive: main"
git commit -q -a -m "Live is stricter by now"
git checkout -q change
weakened "a branch that is behind did not do it"
settings "fail_on: error\nrules: {TB104: error, TB105: error}\nlive: main"
weakened "what it did itself is told, from what live has" "'fail_on' from note to error"
run tblint lint --quiet --as-is
expect "as it stands" 0 "this change weakens 1 setting: 'fail_on' from note to error"
git checkout -q -f main
settings "fail_on: error\nlive: main"
git commit -q -a -m "Live is weaker by now"
git checkout -q change
settings "fail_on: error\nlive: main\nrules: {TB104: error, TB105: error}"
weakened "live has it already"

# A broken one, on either side.
git checkout -q -f main
settings "fail_on: ["
git commit -q -a -m broken
git checkout -q -B change
settings "fail_on: never"
weakened "live's is broken"
expect "live's is broken: that is said" 0 "not checked: .tblint.yaml: live's own is broken"
git checkout -q -f change
run tblint lint --quiet
expect "the same broken one" 2 ".tblint.yaml:"

# A project that the change takes away, or gives another name, together with its setting.
fresh projects
mkdir a b && (cd a && datasource events String) && (cd b && datasource visits String)
settings "projects: [a, b]"
git add -A && git commit -q -m live
git checkout -q -b change
git rm -r -q b
settings "projects: [a]"
weakened "a project goes with its setting" "'projects' leaves out b"
git checkout -q -f main && git checkout -q -B change
git mv b c
settings "projects: [a, c]"
weakened "a project is moved with its setting" "'projects' leaves out b"
git checkout -q -f main && git checkout -q -B change
mkdir c && (cd c && datasource clicks String)
settings "projects: [a, b, c]"
weakened "a project comes with its setting"
git add -A && git commit -q -m "One more"
git branch -q -f main && git checkout -q -B change main^
settings "projects: [a, b]\nfail_on: error"
weakened "a project that came to live since is not left out by the change"

# Every rule that is an error somewhere is told when it becomes less, also the first time.
fresh every
datasource events String
git add -A && git commit -q -m live
codes=$(tblint rules | grep -oE '^TB[0-9]+')
{ echo "rules:" && for code in $codes; do echo "  $code: warning"; done; } >.tblint.yaml
run tblint lint --quiet --format json
expect "all rules are warnings" 0 '"weakened"'
missing=""
for rule in $(cat "$TBLINT_SOURCE"/tests/cases/*/*/expected.txt |
    sed -n 's/^error\[TB[0-9]*\] \([a-z0-9-]*\).*/\1/p' | sort -u); do
    grep -qF "\"rules.$rule\"" "$out" || missing="$missing $rule"
done
same "no rule that can be an error is forgotten" "$missing" ""

# ---- acceptances, in the file and in comments ----

project accepted
datasource events "LowCardinality(String)"
sed -i 's/^.*`host`/    # tblint: allow type-change-without-forward-query -- the table is empty\n&/' \
    datasources/events.datasource
run tblint lint --quiet --format text --format markdown="$scratch/summary" \
    --format github="$scratch/annotations" --format sarif="$scratch/sarif"
expect "a comment that the change adds is told" 0 "this change adds 1 acceptance"
same "in the summary" "$(grep -c 'This change adds 1 acceptance' "$scratch/summary")" 1
same "in an annotation" "$(grep -c 'This change adds 1 acceptance' "$scratch/annotations")" 1
same "in SARIF" "$(grep -c 'This change adds 1 acceptance' "$scratch/sarif")" 1
finish
