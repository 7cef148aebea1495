#!/bin/bash
# ci-templates/hook/: under core.hooksPath, husky and lefthook, which npm brings where it can.
set -u
. "$TBLINT_SOURCE/tests/cli/lib.sh"
hook=$TBLINT_SOURCE/ci-templates/hook

# moments NAME: what the installed hooks stop, and what they let through.
moments() {
    datasource events "LowCardinality(String)"
    git add -A
    run git commit -q -m risky;     expect "$1: a risky commit is stopped" 1 "TB101"
    run git commit -q -a -m risky;  expect "$1: commit -a" 1 "TB101"
    datasource events String 'TOKEN "reader" READ'
    run git commit -q -a -m fine;   expect "$1: a harmless commit passes" 0
    git rm -q datasources/events.datasource
    run git commit -q -m gone;      expect "$1: a commit that only deletes" 1 "TB601"
    git commit -q --no-verify -m gone
    run git commit -q --amend -m said
    expect "$1: an amended message of what was not judged" 1 "TB601"
    git reset -q --hard HEAD~1
    datasource events UInt64
    git add -A && git commit -q --no-verify -m bad
    run git push -q origin HEAD:refs/heads/bad
    expect "$1: a risky push is stopped" 1 "TB101"
    git reset -q --hard HEAD~1
    run git push -q origin HEAD:refs/heads/good
    expect "$1: a harmless push passes" 0
    git push -q --no-verify -u origin change
    git rm -q datasources/events.datasource && git commit -q --no-verify -m gone
    run git push -q origin change;  expect "$1: a push that only deletes" 1 "TB601"
    git branch gone && git reset -q --hard HEAD~1
    run git push -q origin gone;    expect "$1: a push of another branch" 1 "TB601"
}

# shared NAME: a project whose main has been pushed.
shared() {
    project "$1"
    git init -q --bare "$scratch/$1.git"
    git remote add origin "$scratch/$1.git"
    git push -q origin main
}

shared plain
mkdir .githooks
for name in pre-commit pre-push pre-merge-commit; do
    cp "$hook/tblint-hook" ".githooks/$name"
done
git config core.hooksPath .githooks
moments "core.hooksPath"
git checkout -q -b other main
datasource events "LowCardinality(String)"
git add -A && git commit -q --no-verify -m risky
git checkout -q change
run git merge -q --no-ff --no-edit other
expect "core.hooksPath: merging a risky branch" 1 "TB101"
git merge --abort 2>/dev/null
without=$(printf '%s' "$PATH" | tr ':' '\n' | grep -vF "$(dirname "$TBLINT_BIN")" | tr '\n' ':')
run env PATH="$without" git commit -q --allow-empty -m empty
expect "without tblint nothing passes" 1 "so nothing was checked"
run env PATH="$without" TBLINT_OPTIONAL=1 git commit -q --allow-empty -m empty
expect "unless that is asked for, and said" 0 "so nothing was checked"
if command -v shellcheck >/dev/null 2>&1; then
    run shellcheck "$hook/tblint-hook"
    expect "shellcheck has no objection" 0
fi

tools=$BUILD/hook-managers
if [ ! -x "$tools/node_modules/.bin/lefthook" ] || [ ! -x "$tools/node_modules/.bin/husky" ]; then
    HOME=$BUILD npm install --silent --no-audit --no-fund --prefix "$tools" husky@9 lefthook@2 \
        >/dev/null 2>&1
fi
PATH=$PATH:$tools/node_modules/.bin
if [ -x "$tools/node_modules/.bin/husky" ]; then
    shared husky
    run husky
    expect "husky is installed" 0
    cp "$hook/tblint-hook" .husky/pre-commit
    cp "$hook/tblint-hook" .husky/pre-push
    moments husky
else
    echo "skipped: husky cannot be had"
fi
if [ -x "$tools/node_modules/.bin/lefthook" ] && lefthook version >/dev/null 2>&1; then
    shared lefthook
    cp "$hook/lefthook.yml" .
    for name in pre-commit pre-push pre-merge-commit; do
        mkdir -p ".lefthook/$name"
        cp "$hook/tblint-hook" ".lefthook/$name/$name"
    done
    run lefthook install
    expect "lefthook is installed" 0
    run lefthook validate
    expect "lefthook reads the file" 0
    moments lefthook
else
    echo "skipped: lefthook cannot be had"
fi
finish
