#!/bin/sh
# The hook under the real pre-commit program, which it installs into $BUILD from PyPI. Skips with a
# line that says so where that cannot be done.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
venv=$build/precommit-venv
export TBLINT_BIN="$build/tblint" TBLINT_SOURCE="$root"

skip() {
    echo "skipped: pre-commit: $1"
    echo "0 passed, 0 failed"
    exit 0
}

[ -x "$TBLINT_BIN" ] || skip "$TBLINT_BIN is not built"
if [ ! -x "$venv/bin/pre-commit" ]; then
    python3 -m venv "$venv" >/dev/null 2>&1 || skip "python3-venv is not installed"
    "$venv/bin/pip" install -q 'pre-commit>=3.2' >/dev/null 2>&1 ||
        skip "the package cannot be installed from PyPI"
fi

. "$root/tests/cli/lib.sh"
PATH=$venv/bin:$PATH
export PRE_COMMIT_HOME="$scratch/pre-commit"
git config --global protocol.file.allow always

# What a user names as `repo:`. Only its list of hooks matters: tblint itself is on the PATH.
fresh hooks
cp "$root/.pre-commit-hooks.yaml" .
git add -A && git commit -q -m hooks
hooks=$scratch/hooks revision=$(git rev-parse HEAD)

# managed NAME: a project as `project` makes it, whose hooks pre-commit runs.
managed() {
    project "$1"
    git checkout -q main
    cat >.pre-commit-config.yaml <<END
repos:
  - repo: $hooks
    rev: $revision
    hooks:
      - id: tblint
END
    git add -A && git commit -q -m "Run tblint"
    git checkout -q -B work
    pre-commit install -t pre-commit -t pre-merge-commit -t pre-push >/dev/null
}

managed commits
datasource events "LowCardinality(String)"
git add -A
run git commit -q -m risky;     expect "a risky commit is stopped" 1 "TB101"
run git commit -q -a -m risky;  expect "commit -a" 1 "TB101"
datasource events String 'TOKEN "reader" READ'
git add -A
run git commit -q -m fine;      expect "a harmless commit passes" 0 "Passed"
git rm -q datasources/events.datasource
run git commit -q -m gone;      expect "a commit that only deletes" 1 "TB601"
git reset -q --hard
run git commit -q --allow-empty -m empty
expect "an empty commit" 0 "Passed"

# pre-commit puts unstaged changes aside and brings them back.
datasource events UInt64
git add -A
datasource events String
run git commit -q -m staged;    expect "the index is judged" 1 "UInt64" "Stashing unstaged"
same "the working tree is as it was" "$(grep -c UInt64 datasources/events.datasource)" 0
git reset -q --hard
datasource events UInt64
echo "docs" >notes.md
git add notes.md
run git commit -q -m notes;     expect "a bad working tree does not stop a good index" 0 "Passed"
same "the working tree is still bad" "$(grep -c UInt64 datasources/events.datasource)" 1
git reset -q --hard

before=$(sha1sum .git/index)
run pre-commit run --all-files; expect "run --all-files" 0 "Passed"
same "nothing is written" "$(git status --porcelain)$(sha1sum .git/index)" "$before"
run pre-commit run --all-files --hook-stage manual
expect "the manual stage" 0 "Passed"

# A span of commits: the last one is judged, whatever the index holds.
datasource events UInt64
git add -A && git commit -q --no-verify -m bad
datasource events String
git add -A && git commit -q --no-verify -m "good again"
run pre-commit run --from-ref main --to-ref HEAD~1
expect "--to-ref names a bad commit, the index is good" 1 "TB101" "UInt64"
datasource events UInt32
git add -A
run pre-commit run --from-ref main --to-ref HEAD
expect "--to-ref names a good commit, the index is bad" 0 "Passed"
git reset -q --hard

# Pushing: the commit that is pushed is judged.
git init -q --bare "$scratch/remote.git"
git remote add origin "$scratch/remote.git"
run git push -q origin main;    expect "pushing live itself" 0
run git push -q origin HEAD~1:refs/heads/bad
expect "pushing a bad commit" 1 "TB101"
run git push -q origin work;    expect "pushing a good branch" 0
run git push -q origin --delete work
expect "deleting a remote branch" 0

# Merging a branch that was committed elsewhere, without a hook.
managed merges
git checkout -q -b other
datasource events "LowCardinality(String)"
git add -A && git commit -q --no-verify -m risky
git checkout -q work
git commit -q --no-verify --allow-empty -m aside
run git merge -q --no-ff --no-edit other
expect "merging a risky branch" 1 "TB101"
git merge --abort 2>/dev/null

# try-repo, as the documents of pre-commit advise; a checkout of tblint itself where this is one.
managed tried
datasource events "LowCardinality(String)"
git add -A
run pre-commit try-repo "$hooks" tblint
expect "try-repo" 1 "TB101"
if git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1; then
    git clone -q "$root" "$scratch/clone"
    run pre-commit try-repo "$scratch/clone" tblint
    expect "try-repo of a clone of tblint" 1 "TB101"
fi

# One configuration for many repositories: some have no Tinybird project.
fresh plain
printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: tblint\n' "$hooks" "$revision" \
    >.pre-commit-config.yaml
git add -A
run pre-commit run;             expect "a repository without a project" 0 "Passed"
run pre-commit validate-manifest "$root/.pre-commit-hooks.yaml"
expect "the list of hooks is valid" 0
finish
