#!/bin/bash
# ci-templates/any-ci/tblint.sh, in checkouts as the CI systems make them: whole, shallow, of one
# branch, detached, with and without a variable that names the target.
set -u
. "$TBLINT_SOURCE/tests/cli/lib.sh"
. "$TBLINT_SOURCE/tests/ci/repository.sh"
script=$TBLINT_SOURCE/ci-templates/any-ci/tblint.sh
for variable in BITBUCKET_PR_DESTINATION_BRANCH BUILDKITE_PULL_REQUEST_BASE_BRANCH CHANGE_TARGET \
    SYSTEM_PULLREQUEST_TARGETBRANCH DRONE_TARGET_BRANCH DRONE_BUILD_EVENT CI_COMMIT_TARGET_BRANCH \
    TBLINT_JUNIT TBLINT_BEFORE TRAVIS_EVENT_TYPE SEMAPHORE_GIT_REF_TYPE CI_PIPELINE_EVENT JENKINS_HOME \
    BRANCH_NAME GIT_BRANCH CIRCLE_BRANCH BITBUCKET_BRANCH BUILDKITE_BRANCH BUILD_SOURCEBRANCH; do
    unset $variable
done

# A server that gives a commit only by the name of a branch, as some do.
make_origin origin/hijack
git checkout -q -B later risky
datasource others String
git add -A && git commit -q -m "Others go on after it"
git push -q origin later
git push -q origin main:release

# checkout BRANCH DEPTH: a clone of that branch alone, detached; 0 for all of its history.
checkout() {
    rm -rf "$scratch/checkout"
    cd "$scratch" || exit 1
    how=--depth=$2
    [ "$2" -gt 0 ] || how=--no-tags
    git clone -q --single-branch --branch "$1" "$how" "file://$origin" checkout
    cd checkout || exit 1
    git checkout -q --detach
}

# job TITLE CODE TEXT [VARIABLE=VALUE...]
job() {
    title=$1 want=$2 text=$3
    shift 3
    rm -f tblint-junit.xml
    run env CI=true "$@" sh "$script" ${options-}
    expect "$title" "$want" "$text"
}
# reported TITLE COUNT: failures and errors of the JUnit report.
reported() {
    same "$1: JUnit" "$(grep -cE '<(failure|error) ' tblint-junit.xml)" "$2"
}

for depth in 0 20 1; do
    for setting in CHANGE_TARGET=main BUILDKITE_PULL_REQUEST_BASE_BRANCH=main \
        BITBUCKET_PR_DESTINATION_BRANCH=main SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main; do
        checkout risky $depth
        job "risky, depth $depth, $setting" 1 "error[TB101]" $setting
        reported "risky, depth $depth, $setting" 1
    done
    checkout harmless $depth
    job "harmless and behind, depth $depth: origin's default branch" 0 "no findings"
    reported "harmless, depth $depth" 0
    absent "harmless, depth $depth: others' work is not its own" "others"
done
checkout risky 20
job "a pull request in Drone" 1 "error[TB101]" DRONE_BUILD_EVENT=pull_request DRONE_TARGET_BRANCH=main
git commit -q --allow-empty -m "One more, that changes nothing" && git push -q origin HEAD:refs/heads/pushed
job "a push in Drone, which calls the branch its target" 1 "error[TB101]" DRONE_BUILD_EVENT=push \
    DRONE_TARGET_BRANCH=pushed
checkout risky 0
job "a full clone stays one" 1 "error[TB101]"
same "a full clone stays one" "$(git rev-parse --is-shallow-repository)" false

# ---- options, and what the change is compared with ----

checkout risky 20
options="--fail-on never" job "options go to tblint" 0 "error[TB101]"
options="--format github=annotations" job "more formats" 1 "error[TB101]"
same "more formats" "$(grep -c '^::error ' annotations)" 1
job "another file for JUnit" 1 "error[TB101]" TBLINT_JUNIT=other.xml
same "another file for JUnit" "$(ls tblint-junit.xml other.xml 2>/dev/null)" other.xml
job "TBLINT_LIVE comes first" 1 "live: origin/release" TBLINT_LIVE=origin/release CHANGE_TARGET=main
printf "live: 'origin/release' # what is deployed\n" >.tblint.yaml
git add -A && git commit -q -m "Name what is live"
job "settings of the change alone do not count" 1 "live: origin/main" CHANGE_TARGET=main
git checkout -q --detach HEAD~1
mkdir -p deep && cd deep || exit 1
job "in a folder below the top" 1 "error[TB101]" CHANGE_TARGET=main
cd .. || exit 1

# Whatever the change calls live, it is not compared with itself: neither with its own branch, nor with
# what is checked out.
for depth in 0 1; do
    for event in CHANGE_TARGET=main BRANCH_NAME=work CIRCLE_BRANCH=work \
        "DRONE_BUILD_EVENT=push DRONE_BRANCH=work DRONE_TARGET_BRANCH=work"; do
        checkout hijack $depth
        # shellcheck disable=SC2086 # variables are words
        job "its own branch, depth $depth, $event" 1 "error[TB101]" $event
        expect "its own branch, depth $depth, $event: that is told" 1 "live: origin/main" \
            "this change weakens 1 setting: 'live' from unset to origin/hijack" \
            "is a setting of this change, and counts once it is live itself"
        checkout mirror $depth
        # shellcheck disable=SC2086
        job "HEAD, depth $depth, $event" 1 "error[TB101]" $event
    done
done

# What live's settings say does count: here another branch than the target, and HEAD.
git -C "$origin" branch -f develop risky
checkout develop 0
git -C "$origin" update-ref -d refs/heads/develop
printf 'live: release\n' >.tblint.yaml
git add -A && git commit -q -m "Name what is live" && git push -q origin HEAD:refs/heads/develop
git commit -q --allow-empty -m "More work" && git push -q -f origin HEAD:refs/heads/other
for depth in 0 20; do
    checkout other $depth
    job "the target's settings name live, depth $depth" 1 "live: origin/release" CHANGE_TARGET=develop
    absent "they are no setting of the change, depth $depth" "weakens"
done
checkout mirror 0
git -C "$origin" update-ref -d refs/heads/develop && git push -q origin HEAD:refs/heads/develop
datasource others UInt8
git add -A && git commit -q -m "More work" && git push -q -f origin HEAD:refs/heads/other
checkout other 20
job "settings for one's own desk, at live" 0 "live: origin/develop" CHANGE_TARGET=develop
git -C "$origin" update-ref -d refs/heads/develop

# ---- pushes to live ----

checkout main 1
job "a push to live" 0 "create 1"
expect "it is compared with its parent" 0 "since nothing names the commit before the push"
git -C "$origin" update-ref refs/heads/main refs/heads/risky
checkout main 1
job "a risky push to live" 1 "error[TB101]"
git -C "$origin" update-ref refs/heads/main refs/heads/release
for depth in 0 20 1; do
    checkout risky $depth
    git -C "$origin" update-ref refs/heads/main refs/heads/later
    job "a risky push that another one has overtaken, depth $depth" 1 "error[TB101]"
    job "a change request that is live by now, depth $depth" 0 "no findings" CHANGE_TARGET=main
    git -C "$origin" update-ref refs/heads/main refs/heads/release
done
git clone -q --bare --depth=1 --branch risky "file://$origin" "$scratch/cut.git"
git -C "$scratch/cut.git" branch -m risky main
checkout risky 1
git remote set-url origin "file://$scratch/cut.git"
job "a push to live, whose parent origin lacks" 3 "what was live before cannot be fetched"
fresh one && datasource events String && git add -A && git commit -q -m one
git init -q --bare "$scratch/one.git" && git remote add origin "$scratch/one.git"
git push -q origin main
job "the first commit of all: all of it is new" 0 "live: none, nothing was there before"
expect "the first commit of all: it would be made" 0 "create 1"
datasource events Strin && git add -A && git commit -q --amend -m one && git push -q -f origin main
job "the first commit of all, and what is wrong by itself" 1 "error[TB9"
job "the same, where the CI says so" 1 "error[TB9" DRONE_BUILD_EVENT=push DRONE_BRANCH=main \
    DRONE_COMMIT_BEFORE=0000000000000000000000000000000000000000

# ---- pushes of several commits, of which the first is the risky one ----

git -C "$origin" update-ref refs/heads/main release
checkout main 0
before=$(git rev-parse HEAD)
datasource events "LowCardinality(String)" && git commit -q -a -m risky
for i in 1 2; do git commit -q --allow-empty -m "harmless $i"; done
git push -q -f origin HEAD:refs/heads/main
short=$(echo "$before" | cut -c1-12)...123456789012
push="CI_PIPELINE_EVENT=push CI_COMMIT_BRANCH=main"
# shellcheck disable=SC2086 # variables are words
for depth in 0 20 1; do
    while read -r system variables; do
        checkout main $depth
        job "a push in $system, depth $depth" 1 "error[TB101]" $variables
        expect "a push in $system, depth $depth: against what was there" 1 "live: $before"
    done <<END
Drone DRONE_BUILD_EVENT=push DRONE_BRANCH=main DRONE_TARGET_BRANCH=main DRONE_COMMIT_BEFORE=$before
Woodpecker CI=woodpecker $push CI_PREV_PIPELINE_EVENT=push CI_PREV_COMMIT_BRANCH=main CI_PREV_COMMIT_SHA=$before
Travis TRAVIS=true TRAVIS_EVENT_TYPE=push TRAVIS_BRANCH=main TRAVIS_COMMIT_RANGE=$short
Semaphore SEMAPHORE=true SEMAPHORE_GIT_REF_TYPE=branch SEMAPHORE_GIT_BRANCH=main SEMAPHORE_GIT_COMMIT_RANGE=$before...HEAD
Jenkins JENKINS_HOME=/x BRANCH_NAME=main GIT_PREVIOUS_SUCCESSFUL_COMMIT=$before GIT_PREVIOUS_COMMIT=HEAD
a-plain-job-of-Jenkins JENKINS_HOME=/x GIT_BRANCH=origin/main GIT_PREVIOUS_COMMIT=$before
CircleCI CIRCLECI=true CIRCLE_BRANCH=main TBLINT_BEFORE=$before
Buildkite BUILDKITE=true BUILDKITE_PULL_REQUEST=false BUILDKITE_BRANCH=main TBLINT_BEFORE=$before
Bitbucket BITBUCKET_BUILD_NUMBER=1 BITBUCKET_BRANCH=main TBLINT_BEFORE=$before
Azure TF_BUILD=True BUILD_SOURCEBRANCH=refs/heads/main TBLINT_BEFORE=$before
TeamCity TEAMCITY_VERSION=2025.1 TBLINT_BEFORE=$before
END
    checkout main $depth
    job "a push of which nothing is known, depth $depth" 0 "live: HEAD^1"
    job "Woodpecker's last pipeline was a pull request's, depth $depth" 0 "live: HEAD^1" $push \
        CI_PREV_PIPELINE_EVENT=pull_request CI_PREV_COMMIT_BRANCH=main CI_PREV_COMMIT_SHA="$before"
    job "what was there before is an option, depth $depth" 0 "live: HEAD^1" CIRCLE_BRANCH=main \
        TBLINT_BEFORE=
done
git -C "$origin" branch -f first-of-two main~1
checkout first-of-two 0
job "a push that another one has overtaken" 1 "live: $before" DRONE_BUILD_EVENT=push \
    DRONE_BRANCH=main DRONE_COMMIT_BEFORE="$before"
# A forced push takes a data source away that was live.
checkout main 0
wide=$(git rev-parse HEAD)
git -C "$origin" update-ref refs/heads/main "$before~1"
git fetch -q origin +main:refs/remotes/origin/main && git checkout -q --detach origin/main
job "a forced push" 1 "others" DRONE_BUILD_EVENT=push DRONE_BRANCH=main DRONE_COMMIT_BEFORE="$wide"
git -C "$origin" update-ref refs/heads/main "$before"
for setting in "TRAVIS_EVENT_TYPE=pull_request TRAVIS_BRANCH=main" \
    "SEMAPHORE_GIT_REF_TYPE=pull-request SEMAPHORE_GIT_BRANCH=main"; do
    checkout risky 20
    # shellcheck disable=SC2086
    job "a pull request, $setting" 1 "live: origin/main" $setting
done

git -C "$origin" branch -f fresh main~1
checkout fresh 0
job "a new branch of what was live, whose name is known" 0 "live: origin/main" CIRCLE_BRANCH=fresh
git -C "$origin" branch -f fresh main
checkout fresh 0
job "a new branch of what is live" 0 "there was nothing to compare" CIRCLE_BRANCH=fresh

# ---- what is no pass ----

checkout broken 20
job "a broken configuration" 2 ".tblint.yaml"
reported "a broken configuration" 1
checkout risky 20
job "the target is gone" 3 "'gone', which is live, cannot be fetched" CHANGE_TARGET=gone
git remote set-url origin "$scratch/nowhere.git"
job "origin cannot be reached" 3 "it is not known what is live"
job "nor the target" 3 "cannot be fetched" CHANGE_TARGET=main
mkdir -p "$scratch/poor" "$scratch/plain"
for program in git sh sed env grep; do ln -sf "$(command -v $program)" "$scratch/poor/"; done
job "there is no tblint" 4 "there is no tblint here" PATH="$scratch/poor"
cd "$scratch/plain" || exit 1
job "there is no checkout" 3 "this is no checkout" GIT_CEILING_DIRECTORIES="$scratch"

# A name that a CI takes from outside is one word, and no option.
checkout risky 20
job "a hostile target" 3 "nothing was checked" CHANGE_TARGET='$(touch made) --upload-pack=touch made'
same "nothing was run" "$(ls made 2>/dev/null)" ""

if command -v shellcheck >/dev/null 2>&1; then
    run shellcheck "$script"
    expect "shellcheck has no objection" 0
else
    echo "skipped: shellcheck is not installed"
fi
if command -v dash >/dev/null 2>&1; then
    checkout risky 20
    run env CHANGE_TARGET=main dash "$script"
    expect "under dash" 1 "error[TB101]"
fi
finish
