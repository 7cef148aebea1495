#!/bin/sh
# Checks what a change will do to live Tinybird data, in any CI: Jenkins, CircleCI, Bitbucket,
# Buildkite, Azure Pipelines, Drone, Woodpecker, Travis, Semaphore, TeamCity. GitHub and GitLab have
# templates of their own.
#
# Copy to ci/tblint.sh of your project's repository and run it in the checkout, in an image that has
# git and tblint:
#
#     sh ci/tblint.sh [OPTION...]         the options are those of `tblint lint`
#
# The live branch is TBLINT_LIVE; else what `live:` of .tblint.yaml says in the target of the change
# request, or in the default branch of origin where the CI names no target; else that target or that
# default branch. What the change itself says there counts once it is merged. It is fetched, and as much
# of the history as it takes to know where the change began. Findings are in the log and, for the CI
# to show, in tblint-junit.xml (TBLINT_JUNIT names another file).
#
# A push to the live branch is compared with what was there before it. Jenkins, Drone, Woodpecker,
# Travis and Semaphore name that commit. Elsewhere it is TBLINT_BEFORE, else the first parent: a push
# of several commits then has only the last of them checked. In CircleCI:
#
#     environment: {TBLINT_BEFORE: << pipeline.git.base_revision >>}
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

# These name the branch that is pushed, too: that would be compared with itself.
[ "${DRONE_BUILD_EVENT:-pull_request}" = pull_request ] || unset DRONE_TARGET_BRANCH
travis='' semaphore=''
[ "${TRAVIS_EVENT_TYPE:-}" != pull_request ] || travis=${TRAVIS_BRANCH:-}
[ "${SEMAPHORE_GIT_REF_TYPE:-}" != pull-request ] || semaphore=${SEMAPHORE_GIT_BRANCH:-}
target=
for named in \
    "${BITBUCKET_PR_DESTINATION_BRANCH:-}" \
    "${BUILDKITE_PULL_REQUEST_BASE_BRANCH:-}" \
    "${SYSTEM_PULLREQUEST_TARGETBRANCH:-}" \
    "${CHANGE_TARGET:-}" \
    "${DRONE_TARGET_BRANCH:-}" \
    "${CI_COMMIT_TARGET_BRANCH:-}" \
    "$travis" "$semaphore"; do
    target=${target:-${named#refs/heads/}}
done

is_shallow() { [ "$(git rev-parse --is-shallow-repository)" = true ]; }
fetch() { GIT_TERMINAL_PROMPT=0 git fetch -q --no-tags --no-recurse-submodules "$@"; }

# depth NUMBER: a full clone that is fetched from with a depth would become a shallow one.
depth() {
    if is_shallow; then echo "--depth=$1"; else echo --no-prune; fi
}

bring() {
    fetch "$(depth 20)" origin "+refs/heads/$1:refs/remotes/origin/$1" ||
        stop "'$1', which is live, cannot be fetched from origin: nothing was checked" 3
}

# The word of others about what is live, and then what it says.
live=${TBLINT_LIVE:-}
if [ -z "$live" ]; then
    other=${target:-$(default_branch)}
    [ -n "$other" ] || stop "it is not known what is live: set TBLINT_LIVE to that branch" 3
    bring "$other"
    [ -n "$target" ] || git symbolic-ref refs/remotes/origin/HEAD "refs/remotes/origin/$other"
    live=$(git show "refs/remotes/origin/$other:.tblint.yaml" 2>/dev/null |
        sed -n "s/^live:[[:space:]]*[\"']\{0,1\}\([^\"'#[:space:]]*\).*/\1/p")
    case $live in "" | HEAD* | @*) live=$other ;; esac # the latter are for one's own desk
fi
live=${live#refs/heads/}
live=${live#refs/remotes/}
live=${live#origin/}
ref=refs/remotes/origin/$live
[ "$live" = "${other:-}" ] || bring "$live"

# Both sides go back until they meet: without that commit, the work of others looks like a change of
# this one. Not every server gives a commit by its id; the clone's own branch does as well.
is_known() { git merge-base HEAD "$ref" >/dev/null 2>&1; }
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

# What was live before a push to it, by its id: a forced push has taken it out of the branch. Not
# every server gives it.
for id in "${TBLINT_BEFORE:-}" "${DRONE_COMMIT_BEFORE:-}" "${CI_PREV_COMMIT_SHA:-}" \
    "${GIT_PREVIOUS_SUCCESSFUL_COMMIT:-}" "${SEMAPHORE_GIT_COMMIT_RANGE:-}"; do
    id=${id%%...*}
    echo "$id" | grep -qxE '[0-9a-f]{40}' || continue
    git cat-file -e "$id" 2>/dev/null || fetch "$(depth 1)" origin "$id" 2>/dev/null || true
done
# tblint knows which commit it is in the end, and says when it is missing.
export CI="${CI:-true}"
doctor() { tblint doctor --commit HEAD 2>/dev/null; }
is_missing() {
    doctor |
        grep -qE '^ *run  git fetch --no-tags (--unshallow origin|(--depth=1 )?origin [0-9a-f]{40})$'
}
for more in --deepen=1 --unshallow; do
    if ! is_shallow || ! is_missing; then break; fi
    fetch "$more" origin "+refs/heads/$live:$ref"
done
! is_missing || stop "what was live before cannot be fetched from origin: nothing was checked" 3

# Another push has overtaken this one, so that the commit is part of what is live: where the CI does
# not name the branch that was pushed, only its history tells. That the commits of a change request
# are live by now is no such push.
pushed=${DRONE_BRANCH:-}${CI_COMMIT_BRANCH:-}${TRAVIS_BRANCH:-}${SEMAPHORE_GIT_BRANCH:-}
pushed=$pushed${BUILDKITE_BRANCH:-}${BRANCH_NAME:-}${GIT_BRANCH:-}${CIRCLE_BRANCH:-}
pushed=$pushed${BITBUCKET_BRANCH:-}${BUILD_SOURCEBRANCH:-}
is_overtaken() {
    head=$(git rev-parse HEAD) tip=$(git rev-parse "$ref")
    [ -z "$target$pushed" ] && [ "$head" != "$tip" ] &&
        doctor | grep -q "^ *chosen .*, commit $(echo "$tip" | cut -c1-12)," &&
        git rev-list --first-parent "$ref" | grep -qx "$head"
}
against=
if is_overtaken; then
    against=$(git rev-parse -q --verify HEAD^) ||
        stop "what was live before cannot be fetched from origin: nothing was checked" 3
    echo "tblint.sh: this is a commit of '$live' already, so it is compared with its first parent."
fi

exec tblint lint --commit HEAD ${against:+--live "$against"} --format text \
    --format "junit=${TBLINT_JUNIT:-tblint-junit.xml}" "$@"
