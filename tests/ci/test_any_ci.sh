#!/bin/bash
# ci-templates/any-ci/tblint.sh, in checkouts as the CI systems make them: whole, shallow, of one
# branch, detached, with and without a variable that names the target.
set -u
. "$TBLINT_SOURCE/tests/cli/lib.sh"
. "$TBLINT_SOURCE/tests/ci/repository.sh"
script=$TBLINT_SOURCE/ci-templates/any-ci/tblint.sh
for variable in BITBUCKET_PR_DESTINATION_BRANCH BUILDKITE_PULL_REQUEST_BASE_BRANCH CHANGE_TARGET \
    SYSTEM_PULLREQUEST_TARGETBRANCH DRONE_TARGET_BRANCH DRONE_BUILD_EVENT CI_COMMIT_TARGET_BRANCH \
    TBLINT_JUNIT; do
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
job "the configuration comes before the target" 1 "live: origin/release" CHANGE_TARGET=main
git checkout -q --detach HEAD~1
mkdir -p deep && cd deep || exit 1
job "in a folder below the top" 1 "error[TB101]" CHANGE_TARGET=main
cd .. || exit 1

for depth in 0 1; do
    checkout hijack $depth
    job "a change that is compared with itself, depth $depth" 0 \
        "this change weakens 1 setting: 'live' from unset to origin/hijack" CHANGE_TARGET=main
done

# ---- pushes to live ----

checkout main 1
job "a push to live" 0 "create 1"
expect "it is compared with its parent" 0 "this is 'main' itself"
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
job "the first commit of all" 0 "the first commit of 'main'"

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
