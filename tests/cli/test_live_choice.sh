#!/bin/sh
# `live:` of a change's own configuration: in a CI, and for a commit, it counts once it is live itself.
# At one's own desk, for the working tree and the index, it counts at once.
. "$(dirname "$0")/lib.sh"
unset JENKINS_HOME JENKINS_URL BRANCH_NAME GIT_BRANCH TBLINT_BEFORE TEAMCITY_VERSION

# settings TEXT: the configuration, committed.
settings() {
    printf '%b\n' "$1" >.tblint.yaml
    git add -A && git commit -q -m settings
}
# risky: a change that would be refused, committed on a branch of its own.
risky() {
    datasource events "LowCardinality(String)"
    git add -A && git commit -q -m risky
}

project own
risky
git update-ref refs/remotes/origin/main main
git branch -q -f elsewhere HEAD
for setting in HEAD '"@"' HEAD~0 change elsewhere refs/heads/change "$(git rev-parse HEAD)" nowhere; do
    git checkout -q -B change elsewhere
    settings "live: $setting"
    run tblint lint --commit HEAD
    expect "a commit with live: $setting" 1 "TB101" "live: origin/main" "is a setting of this change" \
        "'live' from unset to $(echo "$setting" | tr -d '"')"
    run env CI=true tblint lint
    expect "a working tree in a CI, with live: $setting" 1 "TB101" "live: origin/main"
    run env CI=true tblint doctor --commit HEAD
    expect "doctor says so, too, with live: $setting" 0 "chosen        origin/main"
done
settings "live: HEAD"
run tblint lint
expect "one's own working tree" 0 "live: HEAD"
run tblint lint --commit HEAD --live main
expect "an option is for this run alone" 1 "live: main"
run env TBLINT_LIVE=main CI=true tblint lint --commit HEAD
expect "so is the CI's own variable" 1 "live: origin/main" "by TBLINT_LIVE"
printf 'live: HEAD\n' >"$scratch/by-hand.yaml"
run tblint lint --commit HEAD --config "$scratch/by-hand.yaml"
expect "a file of whoever runs it is theirs" 0 "nothing to compare"
mkdir ci && mv .tblint.yaml ci/tblint.yaml && git add -A && git commit -q -m "Another place"
run env CI=true tblint lint --commit HEAD --config ci/tblint.yaml
expect "a file in the repository is the change's, whatever it is called" 1 "live: origin/main"
printf 'fail_on: never\n' >ci/tblint.yaml && git add -A && git commit -q -m "Weaker"
run env CI=true tblint lint --commit HEAD --config ci/tblint.yaml
expect "what is weaker there is told" 0 "this change weakens 1 setting: 'fail_on' from error to never"
printf 'live: HEAD\n' >ci/tblint.yaml && git add -A && git commit -q -m "HEAD"
cd ci || exit 1
run env CI=true tblint lint --commit HEAD --config tblint.yaml
expect "from a folder below, too" 1 "live: origin/main"
cd .. || exit 1
echo "live: HEAD" >ci/made.yaml
run env CI=true tblint lint --commit HEAD --config ci/made.yaml
expect "a file that the CI makes is the CI's" 0 "live: HEAD^1"
# A change can put a link in its place, or in that of its folder.
outside=$scratch/outside
mkdir "$outside" && printf 'live: HEAD\nfail_on: never\n' >"$outside/tblint.yaml"
rm ci/made.yaml && ln -s -f "$outside/tblint.yaml" ci/tblint.yaml
git add -A && git commit -q -m "A link that leads out"
run env CI=true tblint lint --commit HEAD --config ci/tblint.yaml
expect "a link of the change is the change's" 0 "TB101" "live: origin/main" \
    "'fail_on' from error to never"
rm -r ci && ln -s "$outside" ci && git add -A && git commit -q -m "A folder that leads out"
run env CI=true tblint lint --commit HEAD --config ci/tblint.yaml
expect "so is what a linked folder leads to" 0 "TB101" "live: origin/main" \
    "'fail_on' from error to never"
git init -q "$scratch/sub" && cp "$outside/tblint.yaml" "$scratch/sub"
git -C "$scratch/sub" add -A && git -C "$scratch/sub" commit -q -m "A submodule"
git rm -q ci && git -c protocol.file.allow=always submodule --quiet add "$scratch/sub" ci
git add -A && git commit -q -m "A submodule"
run env CI=true tblint lint --commit HEAD --config ci/tblint.yaml
expect "so is what a submodule has" 0 "TB101" "live: origin/main" "'fail_on' from error to never"

# What live says counts, also where the change takes it away, and HEAD there is no other side.
project said
git branch -q -f prod main
settings "live: prod"
git update-ref refs/remotes/origin/main HEAD && git branch -f main HEAD
risky
run tblint lint --commit HEAD
expect "live's setting" 1 "live: prod"
absent "it is not of this change" "setting of this change"
git rm -q .tblint.yaml && git commit -q -m "No settings"
run tblint lint --commit HEAD
expect "it is taken away" 1 "live: prod" "'live' from prod to unset"
git branch -q -D prod
run tblint lint --commit HEAD
expect "and its branch is gone" 3 "'prod'"
project solo
git checkout -q main
settings "live: HEAD"
git update-ref refs/remotes/origin/main HEAD
risky
run tblint lint --commit HEAD
expect "one person's setting, in a commit" 1 "live: origin/main"
absent "it is not of this change, either" "setting of this change"
datasource events UInt8
run tblint lint --staged
expect "and in the index" 0 "live: HEAD"

# Nothing else tells which branch is live: the setting is there for that.
project alone
git branch -q -m main prod
settings "live: prod"
risky
run tblint lint --commit HEAD
expect "the first settings name it" 1 "live: prod"
for setting in HEAD HEAD~1 '"@"' "$(git rev-parse HEAD~1)"; do
    settings "live: $setting"
    run tblint lint --commit HEAD
    expect "no branch: live: $setting" 3 "is no other branch than what is judged" \
        "tblint lint --live BRANCH"
done
settings "live: change"
run env CI=true tblint lint --commit HEAD
expect "its own branch, in a CI" 3 "is no other branch than what is judged"
run env CI=true TBLINT_LIVE=prod tblint lint --commit HEAD
expect "the CI says it" 1 "live: prod"

# The CI names the branch that would tell, and the clone lacks it.
run env CHANGE_TARGET=prod tblint lint
expect "a variable of a CI is enough" 3 "'prod' (from CHANGE_TARGET)"
run env CI=true CHANGE_TARGET=prod tblint lint --commit HEAD
expect "nobody can tell" 3 "It would say whether \`live: change\`" "+refs/heads/prod:"

# A CI that says nothing of what was pushed: what is live was, as a rule, just pushed.
project pushed
risky
git branch -f main HEAD && git update-ref refs/remotes/origin/main HEAD
run env CI=true tblint lint --commit HEAD
expect "the first parent" 1 "TB101" "since nothing names the commit before the push"
git commit -q --allow-empty -m more && git update-ref refs/remotes/origin/main HEAD
run env CI=true TBLINT_BEFORE="$(git rev-parse HEAD~2)" tblint lint --commit HEAD
expect "what was there is told" 1 "TB101" "by TBLINT_BEFORE"
run env CI=true CIRCLE_BRANCH=work tblint lint --commit HEAD
expect "another branch, of the same commit" 0 "nothing to compare"
run tblint lint --commit HEAD
expect "at one's own desk" 0 "nothing to compare"
# A push to the live branch where another one is the default: that one's settings say so, too.
project two
settings "live: production"
git branch -f main HEAD && git branch -q -f production HEAD && git checkout -q production
before=$(git rev-parse HEAD)
git update-ref refs/remotes/origin/develop HEAD
risky
printf '{"ref":"refs/heads/production","before":"%s","repository":{"default_branch":"develop"}}' \
    "$before" >"$scratch/event.json"
push() {
    run env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_EVENT_PATH="$scratch/event.json" \
        tblint lint --commit HEAD
}
push; expect "a push to a live branch that is not the default" 1 "TB101" "live: $before" "\`before\`"
absent "nothing is set aside" "setting of this change"
settings "live: develop"
push; expect "and a new setting" 1 "live: $before" "'live' from production to develop"
git update-ref -d refs/remotes/origin/develop
push; expect "the default branch is not there" 3 "It would say whether" "+refs/heads/develop:"

# The first setting names the branch that is pushed: it is live anyway.
project adopted
git update-ref refs/remotes/origin/main HEAD
git checkout -q main
settings "live: origin/main"
git update-ref refs/remotes/origin/main HEAD
run env CI=true CIRCLE_BRANCH=main tblint lint --commit HEAD
expect "a first setting comes with a push to live" 0 "live: HEAD^1"
absent "it weakens nothing" "weakens"
settings "live: change"
git update-ref refs/remotes/origin/main HEAD
run env CI=true CIRCLE_BRANCH=main tblint lint --commit HEAD
expect "another one does" 0 "live: HEAD^1" "'live' from origin/main to change"

# A CI that says nothing but that it is one, and one that builds the same commit again.
project marks
git checkout -q main
risky
git update-ref refs/remotes/origin/main HEAD
for mark in CI=true CODEBUILD_BUILD_ID=tblint:1 JENKINS_HOME=/var/jenkins TEAMCITY_VERSION=2025.1; do
    run env "$mark" tblint lint --commit HEAD
    expect "a push to live in a CI with $mark alone" 1 "TB101" "live: HEAD^1"
done
run env JENKINS_HOME=/var/jenkins GIT_BRANCH=origin/main GIT_PREVIOUS_COMMIT="$(git rev-parse HEAD)" \
    tblint lint --commit HEAD
expect "built again" 1 "TB101" "since the commit before is given as the pushed one"
run tblint lint --commit HEAD
expect "at one's desk it is live" 0 "nothing to compare"
parent=$(git rev-parse HEAD^)
git clone -q --depth=1 "file://$PWD" "$scratch/shallow" && cd "$scratch/shallow" || exit 1
run env JENKINS_HOME=/var/jenkins GIT_BRANCH=origin/main GIT_PREVIOUS_COMMIT="$(git rev-parse HEAD)" \
    tblint lint --commit HEAD
expect "built again, without the parent" 3 "run   git fetch --no-tags --depth=1 origin $parent"
fresh first
datasource events String
git add -A && git commit -q -m first
run env JENKINS_HOME=/var/jenkins GIT_BRANCH=origin/main GIT_PREVIOUS_COMMIT="$(git rev-parse HEAD)" \
    tblint lint --commit HEAD
expect "the first commit of all, built again" 0 "every resource counts as new"
finish
