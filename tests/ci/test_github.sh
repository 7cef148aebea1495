#!/bin/bash
# ci-templates/github/tblint.yml, played without GitHub: the commands of its steps, run as a runner
# runs them, in checkouts as actions/checkout makes them, for each event that starts the workflow.
set -u
root=$TBLINT_SOURCE
. "$root/tests/cli/lib.sh"
workflow=$root/ci-templates/github/tblint.yml

# step_text NAME: the commands of a step.
step_text() {
    awk -v name="      - name: $1" '
        $0 == name { inside = 1; next }
        inside && /^      - / { exit }
        inside && /^        run: \|$/ { run = 1; next }
        run && /^          / { print substr($0, 11); next }
        run && /^$/ { print; next }
        run { exit }' "$workflow"
}

# play NAME [VARIABLE=VALUE...]: runs a step of the workflow in the checkout.
play() {
    step_text "$1" >"$scratch/step.sh"
    shift
    run env CI=true GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_WORKSPACE="$PWD" \
        GITHUB_EVENT_PATH="$scratch/event.json" GITHUB_OUTPUT="$scratch/output" \
        RUNNER_TEMP="$scratch" "$@" bash -e "$scratch/step.sh"
}

# job NAME CODE TEXT EVENT [VARIABLE=VALUE...]: Lint, then the verdict. CODE is that of the job, TEXT
# stands in the log.
job() {
    title=$1 job_code=$2 text=$3 event=$4
    shift 4
    : >"$scratch/output"
    play Lint GITHUB_EVENT_NAME="$event" "$@"
    expect "$title: the step Lint itself passes" 0 "$text"
    cat "$out" "$err" >"$scratch/log"
    code=0
    same "$title: SARIF is written" "$(json_valid <tblint.sarif && echo valid)" valid
    same "$title: the checkout stays clean" "$(git status --porcelain)" "?? tblint.sarif"
    verdict=$(sed -n 's/^code=//p' "$scratch/output")
    play "Keep the verdict" CODE="$verdict"
    expect "$title: the verdict" "$job_code"
}

# ---- the repository at GitHub ----

origin=$scratch/origin.git
git init -q --bare "$origin"
project work
git checkout -q main
git remote add origin "$origin"
first=$(git rev-parse HEAD)

# branch NAME TYPE [MORE]: a branch of main whose data source has that type.
branch() {
    git checkout -q -B "$1" "$first"
    datasource events "$2" "${3-}"
    git add -A && git commit -q -m "$1"
}
branch risky "LowCardinality(String)"
branch harmless String 'TOKEN "reader" READ'
git checkout -q -B broken "$first"
echo 'fail_on: [' >.tblint.yaml
git add -A && git commit -q -m broken
git checkout -q main
datasource others String
git add -A && git commit -q -m "Others go on"
for name in risky harmless broken; do
    git checkout -q --detach main
    git merge -q --no-ff --no-edit "$name"
    git push -q origin "HEAD:refs/pull/$name/merge" "$name"
done
git push -q origin main
main=$(git rev-parse main)

# checkout REF DEPTH: as actions/checkout does, 0 for all of the history.
checkout() {
    rm -rf "$scratch/checkout"
    fresh checkout
    git remote add origin "file://$origin"
    if [ "$2" -eq 0 ]; then
        git fetch -q --prune --no-recurse-submodules origin '+refs/heads/*:refs/remotes/origin/*'
        git fetch -q origin "+$1:refs/remotes/checked/out"
    else
        git fetch -q --no-tags --prune --no-recurse-submodules --depth="$2" origin \
            "+$1:refs/remotes/checked/out"
    fi
    git checkout -q --force --detach refs/remotes/checked/out
}

pull_request() {
    printf '{"action":"synchronize","number":7,"pull_request":{"base":{"ref":"main","sha":"%s"},
        "head":{"ref":"%s","repo":{"full_name":"acme/shop"}}}}' "$main" "$1" >"$scratch/event.json"
    checkout "refs/pull/$1/merge" "$2"
    variables="GITHUB_BASE_REF=main GITHUB_HEAD_REF=$1 GITHUB_REF=refs/pull/7/merge"
    variables="$variables GITHUB_SHA=$(git rev-parse HEAD)"
}

push() {
    printf '{"before":"%s","ref":"refs/heads/%s","after":"%s",
        "repository":{"default_branch":"main","full_name":"acme/shop"}}' "$2" "$1" \
        "$(git -C "$origin" rev-parse "refs/heads/$1")" >"$scratch/event.json"
    checkout "refs/heads/$1" "$3"
    variables="GITHUB_BASE_REF= GITHUB_HEAD_REF= GITHUB_REF=refs/heads/$1"
    variables="$variables GITHUB_SHA=$(git rev-parse HEAD)"
}

# ---- pull requests ----

pull_request risky 0
job "a risky pull request" 1 "TB101" pull_request $variables
same "its alert is in the SARIF" "$(grep -c '"ruleId": *"TB101"' tblint.sarif)" 1
pull_request harmless 0
job "a harmless one, behind main" 0 "no findings" pull_request $variables
pull_request broken 0
job "a broken configuration" 2 ".tblint.yaml" pull_request $variables
pull_request risky 2
job "a checkout of depth 2 knows the base" 1 "TB101" pull_request $variables
pull_request risky 1
job "a shallow checkout is no pass" 3 "git fetch" pull_request $variables
repair=$(sed -n 's/^ *run  *\(git fetch .*\)$/\1/p' "$scratch/log" | head -n 1)
same "it names the command that repairs it" "${repair%% origin*}" "git fetch --no-tags --depth=1"
$repair 2>/dev/null
rm -f tblint.sarif
job "after that command" 1 "TB101" pull_request $variables

# ---- the merge queue, and pushes ----

printf '{"merge_group":{"base_sha":"%s","base_ref":"refs/heads/main","head_sha":"x"}}' "$main" \
    >"$scratch/event.json"
checkout refs/pull/risky/merge 0
job "the merge queue" 1 "TB101" merge_group GITHUB_BASE_REF= GITHUB_HEAD_REF= \
    GITHUB_REF=refs/heads/gh-readonly-queue/main/pr-7

git -C "$origin" update-ref refs/heads/main refs/pull/risky/merge
push main "$main" 0
job "a push to live" 1 "TB101" push $variables
push main 0000000000000000000000000000000000000000 0
job "the first push: its parent stands for before" 1 "TB101" push $variables
push main 1234567890123456789012345678901234567890 0
job "a forced push: before is gone" 1 "TB101" push $variables
git -C "$origin" update-ref refs/heads/main refs/pull/harmless/merge
push main "$main" 0
job "a harmless push" 0 "no findings" push $variables

# ---- the rest of the workflow ----

play "Is it known where tblint is kept?" TBLINT_REPOSITORY=
expect "no repository is named" 1 "TBLINT_REPOSITORY"
play "Is it known where tblint is kept?" TBLINT_REPOSITORY=acme/tblint
expect "a repository is named" 0
play "Keep the verdict" CODE=
expect "a build that failed is no pass" 4 "did not run"
: >"$out" >"$err"
step_text "Build tblint outside the project" >"$scratch/build.sh"
same "the build step is shell" "$(bash -n "$scratch/build.sh" 2>&1)" ""
for package in $(grep -oE 'lib[a-z0-9-]+-dev' "$scratch/build.sh"); do
    same "$package is one of the Makefile's packages" \
        "$(grep -cE "(^PACKAGES| ) .*$package( |\$)" "$root/Makefile" | sed 's/[1-9][0-9]*/1/')" 1
done
if [ -n "$PYTHON" ]; then
    run "$PYTHON" - "$workflow" <<'END'
import sys, yaml
flow = yaml.safe_load(open(sys.argv[1]))
events = flow.get("on", flow.get(True))
assert set(events) == {"pull_request", "merge_group", "push"}, events
assert flow["permissions"] == {"contents": "read", "security-events": "write", "actions": "read"}
names = [step.get("name") for step in flow["jobs"]["tblint"]["steps"]]
assert names[-1] == "Keep the verdict" and len(set(names)) == len(names)
END
    expect "the workflow is YAML as GitHub reads it" 0
fi
finish
