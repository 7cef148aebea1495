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
run git commit -q -m risky datasources/events.datasource
expect "commit FILE" 1 "TB101"
datasource other String
git add datasources/other.datasource
run git commit -q -m other datasources/other.datasource
expect "commit FILE judges that file alone" 0 "Passed"
git reset -q --hard HEAD~1
{ printf 'DESCRIPTION one\n\n' && sed 's/String/UInt64/' datasources/events.datasource; } \
    >"$scratch/two"
cp "$scratch/two" datasources/events.datasource
run sh -c "printf 's\ny\nn\n' | git commit -q -p -m part"
expect "commit -p of the harmless part" 0 "Passed"
same "the bad part is still there" "$(grep -c UInt64 datasources/events.datasource)" 1
run sh -c "printf 'y\n' | git commit -q -p -m part"
expect "commit -p of the bad part" 1 "TB101" "UInt64"
run git commit -q --amend -a -m again
expect "amend with a bad change" 1 "TB101"
git reset -q --hard
run git commit -q --amend --allow-empty -m again
expect "amend" 0 "Passed"
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
datasource events UInt64
git add -A
run git push -q origin work:refs/heads/again
expect "a new remote branch: the index is not judged" 0
git reset -q --hard
run git push -q origin "HEAD~1:refs/heads/again" -f
expect "a forced push of a bad commit" 1 "TB101"
git checkout -q --detach
datasource events UInt16
git add -A && git commit -q --no-verify -m bad
git tag -a -m bad bad-tag
git checkout -q work
run git push -q origin bad-tag; expect "a tag of a bad commit" 1 "TB101" "UInt16"

# The program gives its hooks no list of refs, and one commit of it: the first that brings something.
run env PRE_COMMIT=1 PRE_COMMIT_TO_REF="$(git rev-parse HEAD~1)" tblint hook run pre-push
expect "run as pre-push by the program" 1 "TB101"

# A whole history goes to an empty remote: there is no span then, only the name of a ref.
git init -q --bare "$scratch/empty.git"
git remote add empty "$scratch/empty.git"
git branch bad HEAD~1
run git push -q empty bad;      expect "a first push of a bad branch" 1 "TB101"
datasource events UInt64
git add -A
run git push -q empty work;     expect "a first push of a good branch, the index is bad" 0
git reset -q --hard

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

# Built from source by the hook's first run, in pre-commit's copy of the repository: a copy of this
# tree, also where it is no checkout.
if pkg-config --exists libgit2 tree-sitter libcjson yaml-0.1 2>/dev/null; then
    fresh source
    (cd "$root" && tar -cf - Makefile .pre-commit-hooks.yaml ci-templates analyzers cmd rules grammar) |
        tar -xf - --exclude=node_modules
    git add -A && git commit -q -m source
    managed built
    sed -i "s|repo: .*|repo: $scratch/source|; s|rev: .*|rev: $(git -C "$scratch/source" rev-parse HEAD)|
        s|id: tblint|id: tblint-build|" .pre-commit-config.yaml
    git add -A && git commit -q --no-verify -m "Build tblint"
    git branch -f main
    datasource events "LowCardinality(String)"
    git add -A
    with_tblint=$PATH
    PATH=$venv/bin:/usr/bin:/bin
    run git commit -q -m risky
    expect "built by the first run" 1 "TB101" "built from source"
    run git commit -q -m risky;     expect "not built again" 1 "TB101"
    absent "not built again" "built from source"
    same "the user's repository has nothing of it" "$(git status --porcelain)" \
        "M  datasources/events.datasource"
    same "one program is kept" \
        "$(find "$PRE_COMMIT_HOME" -path '*/build/*' | grep -c '/build/pre-commit')" 2
    git reset -q --hard
    run git commit -q --allow-empty -m empty
    expect "a commit without a change" 0 "Passed"
    # A build that fails stops the commit, and says why.
    kept=$(find "$PRE_COMMIT_HOME" -name tblint -path '*/build/pre-commit/*')
    rm -f "$kept"
    run env PKG_CONFIG_LIBDIR=/nowhere PKG_CONFIG_PATH=/nowhere git commit -q --allow-empty -m empty
    expect "a build that fails is no pass" 1 "sudo apt-get install" "nothing was checked"
    PATH=$with_tblint
else
    echo "skipped: the libraries to build from source are missing"
fi

# The template, as a user copies it and fills it in.
project template
git checkout -q main
sed "s|repo: .*|repo: $hooks|; s|rev: .*|rev: $revision|" \
    "$root/ci-templates/pre-commit/.pre-commit-config.yaml" >.pre-commit-config.yaml
run pre-commit validate-config .pre-commit-config.yaml
expect "the template is valid" 0
git add -A && git commit -q -m "Run tblint"
git checkout -q -B work
run pre-commit install
same "the template installs three hooks" \
    "$(cd .git/hooks && echo pre-commit pre-merge-commit pre-push | xargs -n 1 ls | wc -l)" 3
datasource events "LowCardinality(String)"
git add -A
run git commit -q -m risky;     expect "the template stops a risky commit" 1 "TB101"
git commit -q --no-verify -m risky
git init -q --bare "$scratch/template.git"
git remote add origin "$scratch/template.git"
run git push -q origin HEAD:refs/heads/risky
expect "the template stops a risky push" 1 "TB101"
git reset -q --hard main
datasource events String
sed -i 's/^ENGINE "MergeTree"/ENGINE "MergeTree"\nENGINE_TTL "ts + INTERVAL 9 DAY"/' \
    datasources/events.datasource
git add -A
run git commit -q -m warned;    expect "the template shows warnings" 0 "warning[TB306]"

# One configuration for many repositories: some have no Tinybird project.
fresh plain
printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: tblint\n' "$hooks" "$revision" \
    >.pre-commit-config.yaml
git add -A
run pre-commit run;             expect "a repository without a project" 0 "Passed"
run pre-commit validate-manifest "$root/.pre-commit-hooks.yaml"
expect "the list of hooks is valid" 0
finish
