#!/bin/sh
# What `make run` shows: a small repository with a risky change, linted as the pre-commit hook
# would. The findings go to the terminal, and to $BUILD/demo.sarif for code scanning.
set -eu
build=${BUILD:-build}
tblint=$PWD/$build/tblint
sample=$PWD/tests/projects/demo
sarif=$PWD/$build/demo.sarif
repo=$PWD/$build/demo

unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
rm -rf "$repo" "$sarif"
mkdir -p "$repo"
git_here() {
    git -C "$repo" -c user.name=demo -c user.email=demo@example.invalid -c init.defaultBranch=main \
        -c core.hooksPath=/dev/null "$@"
}

git_here init -q
cp -R "$sample/live/." "$repo"
git_here add -A
GIT_AUTHOR_DATE=2026-11-18T09:00:00Z GIT_COMMITTER_DATE=2026-11-18T09:00:00Z \
    git_here commit -q -m "The project as it is live"
git_here checkout -q -b cheaper-storage
cp -R "$sample/candidate/." "$repo"
git_here add -A

echo "\$ tblint lint --staged --format text --format sarif=demo.sarif"
status=0
(cd "$repo" && "$tblint" lint --staged --format text --format sarif="$sarif") || status=$?
echo
echo "exit $status: 1 means findings, which is what this sample is for; SARIF in $build/demo.sarif"
[ "$status" -eq 1 ]
