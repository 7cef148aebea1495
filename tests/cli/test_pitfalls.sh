#!/bin/sh
# Pitfalls of git, hooks and CI that no other test has: tests/pitfalls.tsv is the list of them all.
. "$(dirname "$0")/lib.sh"

# ---- what comes into a branch without the pre-commit hook (7) ----

project unhooked
git init -q --bare "$scratch/unhooked.git"
git remote add origin "$scratch/unhooked.git"
git push -q origin main
tblint hook install 2>/dev/null
tblint hook install pre-push 2>/dev/null
datasource events UInt64
git add -A
git commit -q --no-verify -m bad
bad=$(git rev-parse HEAD)
git format-patch -q -1 -o "$scratch/patch"
# brought NAME COMMAND...: the command passes, the push is stopped.
brought() {
    brought_by=$1
    shift
    git checkout -q -B brought "${start:-main}"
    run "$@"
    expect "$brought_by runs no hook" 0
    run git push -q origin brought
    expect "$brought_by: the push is stopped" 1 "TB101"
}
brought "cherry-pick" git cherry-pick "$bad"
brought "am" git am -q "$scratch/patch/0001-bad.patch"
brought "a fast-forward" git merge -q --ff-only "$bad"
start=$bad
brought "rebase" git rebase -q --no-ff main
git checkout -q -B brought "$bad"
datasource events String
git add -A
git commit -q --no-verify -m good
git push -q --no-verify origin brought
run git revert --no-edit HEAD;  expect "revert runs no hook" 0
run git push -q origin brought; expect "revert: the push is stopped" 1 "TB101"
git checkout -q --detach main
run git push -q origin HEAD:refs/heads/detached
expect "a detached HEAD" 0

# ---- the first commit of all (8) ----

fresh first
tblint hook install 2>/dev/null
datasource events "Nonsense(String)"
git add -A
run git commit -q -m first;     expect "the first commit: its own problems are told" 1 "TB906"
datasource events String
git add -A
run git commit -q -m first;     expect "the first commit" 0

# ---- a hook that changes the folder: the index's path is relative (11) ----

project folders
mkdir -p sub .git/hooks
printf '#!/bin/sh\ncd sub && exec tblint hook run pre-commit\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
datasource events UInt64
git add -A
run git commit -q -m bad;       expect "cd in a hook: commit" 1 "TB101"
run git commit -q -a -m bad;    expect "cd in a hook: commit -a" 1 "TB101"
run git commit -q -m bad datasources/events.datasource
expect "cd in a hook: commit FILE" 1 "TB101"

# ---- a program without a terminal, with a poor PATH (13) ----

project poor
tblint hook install 2>/dev/null
datasource events UInt64
git add -A
run env -i PATH=/usr/bin:/bin HOME="$HOME" git commit -q -m bad
expect "not on PATH is no pass" 1 "not on PATH" "nothing was checked"
run env -i PATH="$PATH" HOME="$HOME" TBLINT_NOW="$TBLINT_NOW" git commit -q -m bad
expect "an empty environment" 1 "TB101"
absent "no colour without a terminal" "$(printf '\033')"

# ---- many at once (26) ----

tblint lint --staged >"$scratch/alone" 2>/dev/null
i=0
while [ $i -lt 16 ]; do
    tblint lint --staged >"$scratch/at-once-$i" 2>/dev/null &
    i=$((i + 1))
done
wait
differing=0 i=0
while [ $i -lt 16 ]; do
    cmp -s "$scratch/alone" "$scratch/at-once-$i" || differing=$((differing + 1))
    i=$((i + 1))
done
same "sixteen runs at once say the same" "$differing" 0

# ---- no network (33) ----

if unshare -n true 2>/dev/null; then
    run unshare -n "$TBLINT_BIN" lint --staged
    expect "without a network" 1 "TB101"
else
    echo "skipped: no namespace without a network can be made"
fi

# ---- the repair for a full clone is no shallow fetch, which would truncate it (37) ----

git clone -q "$scratch/unhooked.git" "$scratch/full" 2>/dev/null
cd "$scratch/full" || exit 1
run tblint lint --live origin/production
expect "a full clone that lacks live" 3 "production"
absent "a full clone that lacks live" "--depth"

# ---- an old remote-tracking branch: its age is told (39) ----

run env TBLINT_NOW=2026-12-24T12:00:00Z tblint lint --live origin/main
expect "the age of live" 0 "35 days old"

# ---- names that swap, names that move on (56) ----

# table NAME COLUMN
table() {
    mkdir -p datasources
    printf 'SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    `%s` String `json:$.%s`\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "ts"\n' \
        "$2" "$2" >"datasources/$1.datasource"
}
fresh swap
table a one
table b two
git add -A
git commit -q -m live
git checkout -q -b change
table a two
table b one
run tblint lint
expect "two names swap: each is what is live under the name" 0 \
    "Column 'one' is dropped from 'a'" "Column 'two' is dropped from 'b'"
absent "two names swap" "renamed"
git checkout -q .
git mv datasources/b.datasource datasources/c.datasource
git mv datasources/a.datasource datasources/b.datasource
git add -A
run tblint lint --staged
expect "a chain of names" 1 "'a' is deleted" "Column 'two' is dropped from 'b'"

# ---- live does not parse (60) ----

fresh broken
datasource events String
broken='SCHEMA >\n    `a%s String `json:$.a`,\n    `b` String `json:$.b`\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "b"\n'
# shellcheck disable=SC2059
printf "$broken" '' >datasources/worse.datasource
git add -A
git commit -q -m live
git checkout -q -b change
datasource other String
run tblint lint;                expect "live does not parse, and stays as it is" 0
# shellcheck disable=SC2059
printf "$broken" '`' >datasources/worse.datasource
run tblint lint;                expect "live does not parse, and is mended" 0
absent "live does not parse, and is mended" "TB107"
absent "live does not parse, and is mended" "TB104"
finish
