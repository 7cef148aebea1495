#!/bin/bash
# ci-templates/gitlab/tblint.yml, played without GitLab: its shell as a runner runs it, in checkouts
# as GitLab's runner makes them, for each pipeline that has the job. gitlab-ci-local, where npm can
# bring it, holds the file against GitLab's own schema and rules.
set -u
. "$TBLINT_SOURCE/tests/cli/lib.sh"
. "$TBLINT_SOURCE/tests/ci/repository.sh"
template=$TBLINT_SOURCE/ci-templates/gitlab/tblint.yml
helper=$TBLINT_SOURCE/tests/ci/gitlab_job.py
if [ -z "${PYTHON:-}" ]; then
    echo "skipped: GitLab: PyYAML cannot be had"
    echo "0 passed, 0 failed"
    exit 0
fi
unset TBLINT_LIVE CI_MERGE_REQUEST_IID

run "$PYTHON" "$helper" check "$template"
expect "the template is what the test knows" 0

# ---- the repository at GitLab, which gives any commit that is asked for ----

make_origin hijack
git -C "$origin" config uploadpack.allowAnySHA1InWant true
main=$(git rev-parse main)

# checkout COMMIT DEPTH [URL]: as the runner does; 0 for all of the history.
checkout() {
    rm -rf "$scratch/checkout"
    fresh checkout
    git remote add origin "${3:-file://$origin}"
    how=--depth=$2
    [ "$2" -gt 0 ] || how=--no-prune
    git fetch -q --no-tags "$how" origin "+$1:refs/pipelines/1"
    git checkout -q -f --detach refs/pipelines/1
}

# job TITLE CODE TEXT [VARIABLE=VALUE...]: runs the job in the checkout, and looks at its reports.
job() {
    title=$1 want=$2 text=$3
    shift 3
    # shellcheck disable=SC2086 # settings are words
    "$PYTHON" "$helper" script "$template" script ${inputs-} >"$scratch/job.sh"
    live=$(printf '%s\n' ${inputs-} | sed -n 's/^live=//p')
    level=$(printf '%s\n' ${inputs-} | sed -n 's/^fail_on=//p')
    does=$(printf '%s\n' ${inputs-} | sed -n 's/^on_findings=//p')
    run env CI=true GITLAB_CI=true CI_PROJECT_DIR="$PWD" CI_PROJECT_ID=5 CI_DEFAULT_BRANCH=main \
        CI_COMMIT_SHA="$(git rev-parse HEAD)" TBLINT_LIVE="$live" TBLINT_FAIL_ON="$level" \
        TBLINT_ON_FINDINGS="${does:-fail}" "$@" bash -eo pipefail "$scratch/job.sh"
    expect "$title" "$want" "$text"
    cp "$out" "$scratch/log" && cat "$err" >>"$scratch/log"
    run "$PYTHON" "$helper" quality gl-code-quality-report.json .
    expect "$title: the Code Quality report" 0
    entries=$(cat "$out")
    run "$PYTHON" -c 'import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])' tblint-junit.xml
    expect "$title: the JUnit report" 0
    same "$title: nothing else is left in the checkout" \
        "$(git status --porcelain | sort | tr '\n' ' ')" \
        "?? gl-code-quality-report.json ?? tblint-junit.xml "
}

# said NAME TEXT: it is in the log of the last job.
said() { same "$1" "$(grep -cF -- "$2" "$scratch/log" | sed 's/^[1-9].*/there/')" there; }

# merge_request BRANCH DEPTH: a detached pipeline of a merge request into main.
merge_request() {
    checkout "$(git -C "$origin" rev-parse "$1")" "$2"
    variables="CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=7
        CI_MERGE_REQUEST_PROJECT_ID=5 CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
        CI_MERGE_REQUEST_DIFF_BASE_SHA=$first CI_COMMIT_BEFORE_SHA=$zero"
}
zero=0000000000000000000000000000000000000000

# shellcheck disable=SC2086 # variables are words
for depth in 20 1 0; do
    merge_request risky $depth
    job "a risky merge request, depth $depth" 1 "error[TB101]" $variables
    same "depth $depth: what is reported" "$entries" "1 TB101"
    merge_request harmless $depth
    job "a harmless one behind its target, depth $depth" 0 "no findings" $variables
    same "depth $depth: what is reported of it" "$entries" "0"
    same "depth $depth: the target's own commit is known" "$(git rev-parse origin/main)" "$main"
done
same "a full clone stays one" "$(git rev-parse --is-shallow-repository)" false
# shellcheck disable=SC2086
{
    merge_request broken 20
    job "a broken configuration" 2 ".tblint.yaml" $variables
    same "it is reported" "$entries" "1 tblint"
    merge_request weaker 20
    job "weaker settings are told" 0 "this change weakens 1 setting" $variables
    merge_request risky 20
    inputs="on_findings=warn" job "findings that only warn" 101 "error[TB101]" $variables
    inputs="fail_on=never" job "findings that do not count" 0 "error[TB101]" $variables
    merge_request broken 20
    inputs="on_findings=warn" job "a broken configuration is no warning" 2 ".tblint.yaml" $variables

    # The target is gone, or cannot be fetched.
    merge_request risky 20
    job "the target cannot be fetched, the base is not known" 3 "cannot be fetched" $variables \
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME=gone
    same "that is reported, too" "$entries" "1 tblint"
    inputs="on_findings=warn fail_on=never" \
        job "what could not be analysed is never let through" 3 "cannot be fetched" $variables \
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME=gone
    merge_request risky 0
    git update-ref refs/remotes/origin/gone "$first~5"
    job "an old copy of the target does not stand for it" 1 "CI_MERGE_REQUEST_DIFF_BASE_SHA" \
        $variables CI_MERGE_REQUEST_TARGET_BRANCH_NAME=gone

    # Another branch than the target is live.
    git -C "$origin" branch -f prod "$main"
    merge_request risky 20
    inputs="live=prod" job "another branch is live" 1 "live: origin/prod" $variables \
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME=develop
    inputs="live=origin/prod" job "by its long name" 1 "live: origin/prod" $variables

    # Whatever the change calls live, it is not compared with itself.
    for depth in 20 1 0; do
        merge_request hijack $depth
        job "a change that calls itself live, depth $depth" 1 \
            "this change weakens 1 setting: 'live' from unset to hijack" $variables
        said "that does not count, depth $depth" "live: origin/main"
        merge_request mirror $depth
        job "a change that calls HEAD live, depth $depth" 1 "error[TB101]" $variables
    done
    merge_request hijack 0
    git update-ref -d refs/remotes/origin/main
    job "nobody can tell whose setting it is" 3 "or is of this change alone" $variables \
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME=gone CI_MERGE_REQUEST_DIFF_BASE_SHA=

    # A pipeline in a fork, whose own main is old.
    git clone -q --bare "$origin" "$scratch/fork.git"
    git -C "$scratch/fork.git" config uploadpack.allowAnySHA1InWant true
    git -C "$scratch/fork.git" branch -f main "$first"
    merge_request harmless 20
    git remote set-url origin "file://$scratch/fork.git"
    job "a fork asks the project of the merge request" 0 "no findings" $variables \
        CI_MERGE_REQUEST_PROJECT_ID=4 CI_MERGE_REQUEST_PROJECT_URL="file://${origin%.git}"
    same "its main is not the fork's" "$(git rev-parse origin/main)" "$main"

    # That project is private, and the fork has no credentials for it.
    "$PYTHON" "$helper" private "$scratch/port" &
    private=$!
    while [ ! -s "$scratch/port" ]; do sleep 0.1; done
    for depth in 20 0; do
        merge_request harmless $depth
        git remote set-url origin "file://$scratch/fork.git"
        git fetch -q origin +main:refs/remotes/origin/main # the fork's own
        job "a fork of a private project, depth $depth" 3 "is of another project" $variables \
            CI_MERGE_REQUEST_PROJECT_ID=4 \
            CI_MERGE_REQUEST_PROJECT_URL="http://127.0.0.1:$(cat "$scratch/port")/data/events"
        said "what to do about it, depth $depth" "can run the pipeline there"
        same "that is reported, too, depth $depth" "$entries" "1 tblint"
    done
    kill "$private"
}

# ---- merged results, and merge trains ----

cd "$scratch/work" || exit 1
git checkout -q --detach main
git merge -q --no-ff --no-edit risky
git push -q origin HEAD:refs/merge-requests/7/merge
for depth in 20 1; do
    merge_request refs/merge-requests/7/merge $depth
    # shellcheck disable=SC2086
    job "merged results, depth $depth" 1 "error[TB101]" $variables \
        CI_MERGE_REQUEST_EVENT_TYPE=merged_result
done

# ---- pushes to the default branch ----

# push BEFORE DEPTH
push() {
    checkout "$(git -C "$origin" rev-parse main)" "$2"
    variables="CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_COMMIT_BEFORE_SHA=$1"
}
git -C "$origin" update-ref refs/heads/main refs/merge-requests/7/merge
# shellcheck disable=SC2086
{
    for depth in 20 1 0; do
        push "$main" $depth
        job "a push to live, depth $depth" 1 "error[TB101]" $variables
        same "depth $depth: it is no old problem of the next one" "$entries" "0"
    done
    push $zero 20
    job "the first push" 1 "error[TB101]" $variables
    push 1234567890123456789012345678901234567890 20
    job "a forced push: what was there is gone" 1 "cannot be fetched" $variables
    push "$main" 20
    inputs="live=main" job "a push to live, by its name" 1 "error[TB101]" $variables
}

git -C "$origin" update-ref refs/heads/main "$main"
# shellcheck disable=SC2086
{
    git -C "$origin" branch -f alone "$(git -C "$origin" commit-tree -m first "$main^{tree}")"
    checkout "$(git -C "$origin" rev-parse alone)" 20
    variables="CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_COMMIT_BEFORE_SHA=$zero"
    job "the first push of all: all of it is new" 0 "live: none, nothing was there before" $variables
    datasource events Strin && git commit -q -a --amend -m first
    job "the first push of all, and what is wrong by itself" 1 "error[TB9" $variables
}

# ---- building ----

: >"$out" && : >"$err"
"$PYTHON" "$helper" script "$template" before_script >"$scratch/build.sh"
run bash -eo pipefail "$scratch/build.sh"
expect "an image that has tblint builds nothing" 0
run env PATH=/usr/bin:/bin TBLINT_SOURCE= bash -eo pipefail "$scratch/build.sh"
expect "it is not known what to build" 4 "the input 'source'"
# Elsewhere than in the image, apt-get and make only say what they were asked for.
fresh source
echo one >Makefile && git add -A && git commit -q -m one && git tag v1
echo two >Makefile && git commit -q -a -m two
mkdir -p "$scratch/image"
for program in git mktemp cat sed; do
    ln -sf "$(command -v $program)" "$scratch/image/"
done
printf '#!%s\necho "apt-get $*"\n' "$(command -v bash)" >"$scratch/image/apt-get"
printf '#!%s\necho "make $3 $4 of $(cat "$2/Makefile")"\n' "$(command -v bash)" \
    >"$scratch/image/make"
chmod +x "$scratch/image/apt-get" "$scratch/image/make"
# built TITLE VERSION WANTED
built() {
    run env PATH="$scratch/image" TMPDIR="$scratch" TBLINT_SOURCE="file://$scratch/source" \
        TBLINT_VERSION="$2" "$(command -v bash)" -eo pipefail "$scratch/build.sh"
    expect "$1" 0 "make WARNINGS= install of $3"
}
built "a branch is built" main two
built "a tag is built" v1 one
git config uploadpack.allowAnySHA1InWant true
built "a commit is built" "$(git rev-parse v1)" one
run env PATH="$scratch/image" TMPDIR="$scratch" TBLINT_SOURCE="file://$scratch/source" \
    TBLINT_VERSION=v9 "$(command -v bash)" -eo pipefail "$scratch/build.sh"
expect "a version that is not there" 128 "v9"
absent "a version that is not there" "make WARNINGS"
: >"$out" && : >"$err"
for package in $(grep -oE 'lib[a-z0-9-]+-dev' "$scratch/build.sh"); do
    same "$package is one of the Makefile's packages" \
        "$(grep -cE "(^PACKAGES| ) .*$package( |\$)" "$TBLINT_SOURCE/Makefile" |
            sed 's/[1-9][0-9]*/1/')" 1
done
if command -v shellcheck >/dev/null 2>&1; then
    run shellcheck -s bash -e SC2086 "$scratch/build.sh" "$scratch/job.sh"
    expect "shellcheck has no objection" 0
fi

# ---- GitLab's schema and rules ----

tools=$BUILD/gitlab-ci-local
player=$tools/node_modules/gitlab-ci-local/dist/index.js
if [ ! -f "$player" ]; then
    HOME=$BUILD npm install --silent --no-audit --no-fund --prefix "$tools" \
        gitlab-ci-local@4.75.1 >/dev/null 2>&1
fi
if [ ! -f "$player" ]; then
    echo "skipped: GitLab: gitlab-ci-local cannot be had"
    finish
    exit
fi
# It was built for Node 22, and works on 20 with this.
mkdir -p "$scratch/player"
echo 'Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };' \
    >"$scratch/player/union.cjs"
# It copies the tree for containers, also where there are none.
command -v rsync >/dev/null 2>&1 || { echo '#!/bin/sh' >"$scratch/player/rsync"; }
chmod +x "$scratch/player"/*
gitlab() {
    PATH=$PATH:$scratch/player \
        node --require "$scratch/player/union.cjs" "$player" --home "$scratch/player" \
        --state-dir "../player/state" "$@"
}

# included INPUTS: a checkout of the risky merge request that includes the template.
included() {
    merge_request risky 0
    mkdir -p .gitlab
    sed '/^  image:/d; /^    image:$/,/default:/d; /inputs.image/d' "$template" >.gitlab/tblint.yml
    printf 'include:\n  - local: .gitlab/tblint.yml\n    inputs:\n      %s\n' "$1" >.gitlab-ci.yml
    git add .gitlab .gitlab-ci.yml # the program includes what git knows
}
# has_job NAME WHEN [VARIABLE=VALUE...]
has_job() {
    name=$1 when=$2
    shift 2
    set -- "${@/#/--variable=}"
    run gitlab --list-csv-all "$@"
    expect "$name" 0 "tblint;test;$when;[101]"
}

included "source: file://$TBLINT_SOURCE"
cp "$template" .gitlab/tblint.yml
has_job "a merge request has the job" on_success CI_PIPELINE_SOURCE=merge_request_event
expect "GitLab's schema holds" 0 "json schema validated"
has_job "a push to the default branch has it" on_success CI_PIPELINE_SOURCE=push \
    CI_COMMIT_BRANCH=main CI_DEFAULT_BRANCH=main
has_job "another push has not" never CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=other \
    CI_DEFAULT_BRANCH=main
has_job "a schedule has not" never CI_PIPELINE_SOURCE=schedule CI_COMMIT_BRANCH=main \
    CI_DEFAULT_BRANCH=main
included "on_findings: perhaps"
cp "$template" .gitlab/tblint.yml
run gitlab --list
expect "a value that an input does not have" 1 "on_findings"

# Whole runs by that program, in this shell instead of the image.
for does in fail warn; do
    included "on_findings: $does"
    run gitlab --force-shell-executor --variable CI_PIPELINE_SOURCE=merge_request_event \
        --variable CI_MERGE_REQUEST_IID=7 --variable CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main \
        --variable CI_PROJECT_ID=5 --variable CI_PROJECT_DIR="$PWD" --variable CI_COMMIT_BRANCH=
    # Its own exit code does not tell a failure where one code is allowed to fail.
    [ $does = fail ] && verdict="FAIL 1 " || verdict="WARN 101 "
    expect "played by gitlab-ci-local, findings $does" 0 "error[TB101]" "$verdict"
done
finish
