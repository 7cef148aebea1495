#!/bin/sh
# The pages of topics: tblint explain shows them, and what they say was tried. TBLINT_UPDATE=1 writes
# anew what they show as printed.
. "$(dirname "$0")/lib.sh"
. "$TBLINT_SOURCE/tests/lib/session.sh"
topics=$TBLINT_SOURCE/rules/topics

# ---- explain ----

cd "$scratch" || exit 1
for page in "$topics"/*.md "$topics"/*.json; do
    topic=$(basename "$page" | sed 's/\.[a-z]*$//')
    run tblint explain "$topic"
    expect "explain $topic" 0
    [ -n "${TBLINT_UPDATE:-}" ] || same "$topic: the page as it was written" "$(cat "$out")" "$(cat "$page")"
    run tblint explain;             expect "explain alone names $topic" 2 "tblint rules" "  $topic "
    run tblint explain nonsense;    expect "explain nonsense names $topic" 2 "no topic 'nonsense'" "  $topic "
    run tblint completions bash;    expect "the shell completes $topic" 0 " $topic"
    run grep -q "^\.BR $(echo "$topic" | sed 's/-/.-/') ,\$" "$TBLINT_SOURCE/cmd/tblint.1"
    expect "the manual page names $topic" 0
    run grep -qF "tblint explain $topic" "$TBLINT_SOURCE/README.md"
    expect "README.md points to $topic" 0
done
run tblint explain Comparison;  expect "a topic in capitals" 0 "what is compared with what"
run tblint explain ttl-shortend; expect "a misspelt rule" 2 "did you mean ttl-shortened?"
run tblint why events comparison; [ "$code" -ge 2 ] && code=2; expect "a topic is no rule" 2

# ---- the files and sessions of a page ----

# files_of PAGE SIDE: writes the files of that side here.
files_of() {
    awk -v side="$2" '
        /^```/ { if (file) { close(file); file = ""; next } }
        match($0, "^```[a-z]+ " side "=") {
            file = substr($0, RLENGTH + 1); folder = file; sub("/[^/]*$", "", folder)
            system("mkdir -p \"" folder "\""); printf "" >file; next
        }
        file { print >file }' "$1"
}

# shown NAME: the page of that name is what the sessions print.
shown() {
    [ -z "${TBLINT_UPDATE:-}" ] || cp "$scratch/shown" "$topics/$1.md"
    : >"$out"
    diff "$topics/$1.md" "$scratch/shown" >"$err" 2>&1
    same "what the page '$1' shows is what the program prints" "$(cat "$err")" ""
}

fresh acceptance
git config user.name Ada
cp -R "$TBLINT_SOURCE/tests/projects/demo/live/." .
git add -A && git commit -q -m live
git checkout -q -b shorter
cp "$TBLINT_SOURCE/tests/projects/demo/candidate/datasources/requests.datasource" datasources/
(
    TBLINT_NOW=2026-11-21T09:00:00Z
    export TBLINT_NOW
    session_text <"$topics/acceptance.md" >"$scratch/shown"
)
shown acceptance
run tblint lint --fail-on warning; expect "what the page accepts is accepted" 0 "1 accepted"

page=$topics/comparison.md
fresh comparison
files_of "$page" base
git add -A && git commit -q -m base
git branch change && git branch conflict
files_of "$page" live
git add -A && git commit -q -m live
git checkout -q conflict && files_of "$page" conflict
git commit -q -a -m conflict
git checkout -q change && files_of "$page" candidate
git commit -q -a -m candidate
# The last session is that of the branch in conflict.
last=$(grep -n '^```datasource conflict=' "$page" | cut -d: -f1)
head -n "$last" "$page" | session_text >"$scratch/begin"
git checkout -q conflict
tail -n "+$((last + 1))" "$page" | session_text >"$scratch/end"
cat "$scratch/begin" "$scratch/end" >"$scratch/shown"
shown comparison
git checkout -q change
run tblint lint
expect "two changes that break only together" 1 "[TB105]" "failures"
absent "and live's own column is not said to be dropped" "country"
run tblint lint --as-is;        expect "as it is, the deploy would undo what live has" 0 "[TB001]" "country"
git checkout -q conflict
run tblint lint;                expect "both in the same lines" 0 "same lines"
git checkout -q main~1 2>/dev/null
run tblint lint;                expect "behind and nothing else" 0 "no findings"

# What it says of shallow clones: without live, with both tips, and as GitHub checks a merge out.
git checkout -q change
tblint lint --quiet --format json >"$scratch/whole.json"
origin=$PWD
# shallow NAME COMMIT DEPTH: a clone of so many commits of it, entered.
shallow() {
    cd "$scratch" || exit 1
    git init -q "$1"
    cd "$1" || exit 1
    git remote add origin "file://$origin"
    git fetch -q --no-tags --depth "$3" origin "$2"
    git checkout -q FETCH_HEAD
}
shallow lacks_live change 1
run tblint lint --commit HEAD
expect "without the live branch" 3 "git fetch --no-tags --depth=1 origin +refs/heads/main:refs/remotes/origin/main"
repair=$(sed -n 's/^ *run *//p' "$err")
run sh -c "$repair";            expect "the command that it names" 0
run tblint lint --commit HEAD
[ "$code" -le 1 ]
same "after that it runs" "$?" 0
same "without a common commit a note says that the tips are compared" \
    "$(grep -c 'no merge base.*git fetch --unshallow' "$err")" 1
run git fetch -q --unshallow;   expect "and the history that it names" 0
run tblint lint --commit HEAD;  expect "after that it is the whole answer" 1 "[TB105]"
absent "after that it is the whole answer: nothing of live is undone" country

cd "$origin" || exit 1
git checkout -q -b merged main
git merge -q -m "the merge that GitHub makes" change >/dev/null
shallow merge merged 2
export GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main
GITHUB_SHA=$(git rev-parse HEAD)
export GITHUB_SHA
run tblint lint --commit HEAD --format json
expect "two commits of the merge are enough" 1 "TB105"
same "with the same ids" "$(grep -oE '"id": ?"[0-9a-f]+"' "$out")" "$(grep -oE '"id": ?"[0-9a-f]+"' "$scratch/whole.json")"
unset GITHUB_EVENT_NAME GITHUB_BASE_REF GITHUB_SHA
finish
