#!/bin/sh
# Event files and variables of a CI that somebody else could have shaped: the right comparison, or
# exit 3; nothing runs, nothing waits, and nothing is silently compared with itself.
. "$(dirname "$0")/lib.sh"
unset GITHUB_REF CI_MERGE_REQUEST_TARGET_BRANCH_NAME CI_MERGE_REQUEST_DIFF_BASE_SHA \
    CI_COMMIT_BRANCH CI_DEFAULT_BRANCH CI_COMMIT_BEFORE_SHA CHANGE_TARGET

# event JSON: the event file of a run on GitHub.
event() { printf '%s' "$1" >"$scratch/event.json"; }
# on NAME COMMAND...: the command as a job of that event runs it, for at most ten seconds.
on() {
    name=$1
    shift
    run env GITHUB_ACTIONS=true GITHUB_EVENT_NAME="$name" GITHUB_EVENT_PATH="$scratch/event.json" \
        timeout 10 "$@"
}

project events
datasource events "LowCardinality(String)"
git add -A
git commit -q -m change
base=$(git rev-parse main)
head=$(git rev-parse HEAD)
git update-ref refs/remotes/origin/main main

# ---- what is checked out is not the change ----
git checkout -q --detach main
event "{\"pull_request\":{\"base\":{\"ref\":\"main\",\"sha\":\"$base\"}}}"
on pull_request_target env GITHUB_BASE_REF=main tblint lint
expect "pull_request_target without a checkout of the change" 3 \
    "What is checked out is the live commit itself" "was not looked at"
git update-ref refs/remotes/origin/main "$(git commit-tree -p main -m later "$head^{tree}")"
on pull_request_target env GITHUB_BASE_REF=main tblint lint
expect "live has gone on since" 3 "What is checked out is part of live already" "was not looked at"
git update-ref refs/remotes/origin/main main
on pull_request_target env GITHUB_BASE_REF=main tblint lint --format sarif
grep -q '"executionSuccessful":false' "$out"
same "as SARIF it is no success" "$code $?" "3 0"
on pull_request env GITHUB_BASE_REF=main tblint lint --live HEAD
expect "--live HEAD does not make it pass" 3 "was not looked at"
printf 'version: 1\nlive: HEAD\n' >.tblint.yaml
on pull_request env GITHUB_BASE_REF=main tblint lint
expect "live: HEAD in the configuration does not either" 3 "was not looked at"
rm .tblint.yaml
datasource events "LowCardinality(String)"
on pull_request_target env GITHUB_BASE_REF=main tblint lint
expect "the change laid over the base is looked at" 1 TB101
git checkout -q -f change
on pull_request_target env GITHUB_BASE_REF=main tblint lint
expect "pull_request_target with a checkout of the change" 1 TB101
git checkout -q --detach main
event '{"pull_request":{"merged":true,"base":{"ref":"main"}}}'
on pull_request env GITHUB_BASE_REF=main tblint lint
expect "a pull request that is merged" 0 "there was nothing to compare"
event "{\"merge_group\":{\"base_sha\":\"$base\"}}"
on merge_group tblint lint
expect "a merge group whose base is its own commit" 3 "was not looked at"
event '{"repository":{"default_branch":"main"}}'
on workflow_dispatch tblint lint
expect "a run by hand on live: said, and no failure" 0 "there was nothing to compare"
run env GITLAB_CI=true CI_COMMIT_BRANCH=x CI_DEFAULT_BRANCH=main tblint lint
expect "GitLab, a branch that is live: said, and no failure" 0 "there was nothing to compare"
run tblint lint
expect "on one's own machine it is every first run" 0
absent "on one's own machine it is every first run" "nothing to compare"

# ---- pushes to live ----
git checkout -q change
push() {
    event "{\"ref\":\"refs/heads/change\",\"before\":\"$1\",\"repository\":{\"default_branch\":\"change\"}}"
    on push tblint lint
}
push "$base";   expect "a push to live" 1 TB101
push "$head";   expect "before names the pushed commit itself" 1 TB101 "first parent"
push "$(git rev-parse HEAD:datasources/events.datasource)"
expect "before names a blob" 1 TB101 "first parent"
push "$(git rev-parse 'HEAD^{tree}')"
expect "before names a tree" 1 TB101 "first parent"
push '--upload-pack=touch pwned'
expect "before is an option of git" 1 TB101 "first parent"
push '$(touch pwned)'
expect "before is a command" 1 TB101 "first parent"
for before in "$base" "$head" 0000000000000000000000000000000000000000 --output=pwned; do
    run env GITLAB_CI=true CI_COMMIT_BRANCH=change CI_DEFAULT_BRANCH=change \
        CI_COMMIT_BEFORE_SHA=$before tblint lint
    expect "GitLab, a push to live with before $before" 1 TB101
done
event '{"ref":"refs/heads/change"}'
on push env GITHUB_REF=refs/heads/change tblint lint --live main
expect "an event that says little, and an option" 1 TB101
# A push that takes commits away: what it takes away is lost, though the tree was live once.
git checkout -q -b wide main
datasource more String
git add -A
git commit -q -m wide
wide=$(git rev-parse HEAD)
git checkout -q -B change main
push "$wide"
expect "a forced push back: what it takes away is told" 1 "more" "TB001"
git checkout -q -B change "$head"

# ---- event files that are none ----
event 'no JSON'
on push tblint lint;            expect "no JSON" 3 "is no JSON object" "tblint lint --live BRANCH"
on push tblint lint --format json
expect "no JSON: nothing on stdout that looks like a result" 3 "is no JSON object"
on push tblint doctor
[ "$code" -ne 124 ]
same "doctor with an event that is none" "$?" 0
head -c 40000000 /dev/zero | tr '\0' '[' >"$scratch/event.json"
on push tblint lint;            expect "40 MB" 3 "is over 32 MiB"
head -c 3000000 /dev/zero | tr '\0' '[' >"$scratch/event.json"
on push tblint lint;            expect "three million brackets" 3 "is no JSON object"
rm "$scratch/event.json"
on push tblint lint;            expect "no file" 3 "does not exist"
mkdir "$scratch/event.json"
on push tblint lint;            expect "a folder" 3 "is no regular file"
rmdir "$scratch/event.json"
mkfifo "$scratch/event.json"
on push tblint lint;            expect "a pipe that nobody writes to" 3 "is no regular file"
rm "$scratch/event.json"
ln -s /dev/zero "$scratch/event.json"
on push tblint lint;            expect "a device without an end" 3 "is no regular file"
rm "$scratch/event.json"
ln -s event.json "$scratch/event.json"
on push tblint lint;            expect "a link to itself" 3 "cannot be opened"
rm "$scratch/event.json"

# ---- names ----
event '{}'
for branch in '--upload-pack=touch pwned' '../heads/change' 'main~1' 'main@{0}' 'a..b' "$(printf 'm\nain')" \
    '$(touch pwned)' '`touch pwned`' "';touch pwned;'" "$(printf '::add-mask::x\n::error::y\n##[error]z')" \
    "$(head -c 10000 /dev/zero | tr '\0' a)"; do
    for variable in GITHUB_BASE_REF CI_MERGE_REQUEST_TARGET_BRANCH_NAME CHANGE_TARGET \
        BITBUCKET_PR_DESTINATION_BRANCH TBLINT_LIVE; do
        case $variable in
        GITHUB*) on pull_request env "$variable=$branch" tblint lint ;;
        *) run timeout 10 env "$variable=$branch" tblint lint ;;
        esac
        shown=$(printf '%.20s' "$branch" | tr '\n' '.')
        case $variable$branch in
        TBLINT_LIVE*@*) expect "$variable=$shown is a revision of git's" 1 ;;
        *) expect "$variable=$shown" 3 "is not in this clone" ;;
        esac
        same "$variable=$shown: no line is a command" \
            "$(cat "$out" "$err" | grep -cE '^[[:space:]]*::|##\[')" 0
        [ -z "$(sed -n 's/^  run   //p' "$err")" ] || (
            mkdir -p "$scratch/paste"
            cd "$scratch/paste" || exit 1
            printf '#!/bin/sh\nexit 0\n' >git
            chmod +x git
            sed -n 's/^  run   //p' "$err" | PATH=$scratch/paste:$PATH sh >/dev/null 2>&1
            [ ! -e pwned ]
        )
        same "$variable=$shown: what is proposed can be pasted" "$?" 0
    done
done
[ ! -e pwned ]
same "nothing was executed" "$?" 0
finish
