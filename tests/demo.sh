#!/bin/sh
# What `make run` shows: a small repository with a risky change, linted as the pre-commit hook
# would. The findings go to the terminal, and to $BUILD/demo.sarif for code scanning.
# Dates, names and the clock are fixed, so that the output is the one that README.md shows.
set -eu
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
tblint=$build/tblint
sample=$PWD/tests/projects/demo
sarif=$build/demo.sarif
repo=$build/demo

# Only the sample counts, wherever this runs: inside a hook, in CI, with settings of the user's own.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY TBLINT_LIVE \
    CI GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_EVENT_PATH GITHUB_BASE_REF GITHUB_SHA GITLAB_CI
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 TBLINT_NOW=2026-11-21T09:00:00Z
export GIT_AUTHOR_DATE=2026-11-18T09:00:00Z GIT_COMMITTER_DATE=2026-11-18T09:00:00Z

rm -rf "$repo" "$sarif"
mkdir -p "$repo"
git_here() {
    git -C "$repo" -c user.name=demo -c user.email=demo@example.invalid -c init.defaultBranch=main "$@"
}

git_here init -q
cp -R "$sample/live/." "$repo"
git_here add -A
git_here commit -q -m "The project as it is live"
git_here checkout -q -b cheaper-storage
cp -R "$sample/candidate/." "$repo"
git_here add -A

echo "\$ tblint lint --staged --format text --format sarif=demo.sarif"
status=0
(cd "$repo" && "$tblint" lint --staged --format text --format sarif="$sarif") || status=$?
echo
echo "exit $status: 1 means errors, which is what this sample is for; SARIF in ${sarif#"$PWD/"}"
[ "$status" -eq 1 ]
