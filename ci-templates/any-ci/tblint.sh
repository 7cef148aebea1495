#!/bin/sh
# Checks what a change will do to live Tinybird data, in any CI: Jenkins, CircleCI, Bitbucket,
# Buildkite, Azure Pipelines, Drone, Woodpecker. GitHub and GitLab have templates of their own.
#
# Copy to ci/tblint.sh of your project's repository and run it in the checkout, in an image that has
# git and tblint:
#
#     sh ci/tblint.sh [OPTION...]         the options are those of `tblint lint`
#
# The live branch is TBLINT_LIVE; else `live:` of .tblint.yaml; else the target of the change request,
# where the CI says it in a variable; else the default branch of origin. It is fetched, and as much of
# the history as it takes to know where the change began. Findings are in the log and, for the CI to
# show, in tblint-junit.xml (TBLINT_JUNIT names another file).
#
# The exit code is that of tblint: 0 nothing to stop the change, 1 findings, 2 a broken
# configuration, 3 could not analyse, 4 did not run. Let none of 2 to 4 pass.
set -u

stop() {
    echo "tblint.sh: $1" >&2
    exit "$2"
}
for program in git tblint; do
    command -v "$program" >/dev/null || stop "there is no $program here, so nothing was checked" 4
done
top=$(git rev-parse --show-toplevel) || stop "this is no checkout, so nothing was checked" 3
cd "$top" || exit 3

# The default branch of origin, for pushes and where the CI says nothing.
default_branch() {
    git ls-remote --symref origin HEAD 2>/dev/null |
        sed -n 's|^ref: refs/heads/\(.*\)[[:space:]]HEAD$|\1|p'
}

# Drone names the branch that is pushed in this one, too: that would be compared with itself.
[ "${DRONE_BUILD_EVENT:-pull_request}" = pull_request ] || unset DRONE_TARGET_BRANCH
target=
for named in \
    "${BITBUCKET_PR_DESTINATION_BRANCH:-}" \
    "${BUILDKITE_PULL_REQUEST_BASE_BRANCH:-}" \
    "${SYSTEM_PULLREQUEST_TARGETBRANCH:-}" \
    "${CHANGE_TARGET:-}" \
    "${DRONE_TARGET_BRANCH:-}" \
    "${CI_COMMIT_TARGET_BRANCH:-}"; do
    target=${target:-${named#refs/heads/}}
done
set_live() { sed -n "s/^live:[[:space:]]*[\"']\{0,1\}\([^\"'#[:space:]]*\).*/\1/p" .tblint.yaml; }
live=${TBLINT_LIVE:-}
[ -n "$live" ] || [ ! -f .tblint.yaml ] || live=$(set_live)
live=${live:-$target}
against= # tblint finds what is live in the same order, but does not ask origin
if [ -z "$live" ]; then
    live=$(default_branch)
    against=origin/$live
fi
[ -n "$live" ] || stop "it is not known what is live: set TBLINT_LIVE to that branch" 3
live=${live#refs/heads/}
live=${live#refs/remotes/}
live=${live#origin/}
ref=refs/remotes/origin/$live

is_shallow() { [ "$(git rev-parse --is-shallow-repository)" = true ]; }
is_known() { git merge-base HEAD "$ref" >/dev/null 2>&1; }
fetch() { git fetch -q --no-tags --no-recurse-submodules "$@"; }

# A full clone that is fetched from with a depth would become a shallow one.
if is_shallow; then
    fetch --depth=20 origin "+refs/heads/$live:$ref"
else
    fetch origin "+refs/heads/$live:$ref"
fi || stop "'$live', which is live, cannot be fetched from origin: nothing was checked" 3

# A change that names another live branch by its own settings is seen by the target's.
if [ -n "$target" ] && [ "$target" != "$live" ]; then
    if is_shallow; then depth=--depth=1; else depth=--no-prune; fi
    fetch "$depth" origin "+refs/heads/$target:refs/remotes/origin/$target"
fi

# Both sides go back until they meet: without that commit, the work of others looks like a change of
# this one. Not every server gives a commit by its id; the clone's own branch does as well.
deepen() {
    fetch "$1" origin "+refs/heads/$live:$ref" || return
    is_known && return
    is_shallow || return
    fetch "$1" origin "$(git rev-parse HEAD)" 2>/dev/null || fetch "$1" origin
}
for more in --deepen=100 --deepen=1000 --unshallow; do
    if is_known || ! is_shallow; then break; fi
    deepen "$more" || break
done

# This is what live is. Or was, if another push has overtaken this one; that the commits of a change
# request are live by now is no such push.
is_push_to_live() {
    head=$(git rev-parse HEAD)
    [ "$head" = "$(git rev-parse "$ref")" ] ||
        { [ -z "$target" ] && git rev-list --first-parent "$ref" | grep -qx "$head"; }
}
# A parent that a shallow clone lacks is a parent.
has_parent() { git cat-file commit HEAD | sed '/^$/q' | grep -q '^parent '; }

# What was pushed to live is compared with what was there before.
if is_push_to_live; then
    if ! has_parent; then
        echo "tblint.sh: this is the first commit of '$live': there was nothing live before."
        exit 0
    fi
    ! is_shallow || fetch --deepen=1 origin "+refs/heads/$live:$ref"
    against=$(git rev-parse -q --verify HEAD^) ||
        stop "what was live before cannot be fetched from origin: nothing was checked" 3
    echo "tblint.sh: this is '$live' itself, so it is compared with its first parent."
fi

exec tblint lint --commit HEAD ${against:+--live "$against"} --format text \
    --format "junit=${TBLINT_JUNIT:-tblint-junit.xml}" "$@"
