#!/usr/bin/env bash
# Fetches what the comparison needs and the checkout lacks: the live commit, and the commit where the
# branch left it. A full clone is never fetched with a depth, which would cut its history off.
#
# With the live commit alone two trees can be compared, but what others have merged since the branch
# left it would look as if this change took it back. So a shallow clone is deepened until both have a
# commit in common: by one, which is all that the merge commit of a pull request needs, then by a
# hundred, then by everything.
#
# What cannot be fetched fails nothing here: tblint itself says what it lacks, and that is no pass.
set -euo pipefail

is_shallow() {
    [ "$(git rev-parse --is-shallow-repository)" = true ]
}

has_commit() {
    git rev-parse --quiet --verify "$1^{commit}" >/dev/null
}

# The token reaches git as a variable and for this one server; the empty value first takes away what
# the checkout has kept, since the server refuses two.
fetch() {
    local -a credentials=()
    if [ -n "${TOKEN:-}" ]; then
        local key=http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader basic
        basic=$(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\n')
        credentials=(GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0="$key" GIT_CONFIG_VALUE_0=
            GIT_CONFIG_KEY_1="$key" GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $basic")
    fi
    echo "git fetch $*"
    (
        [ ${#credentials[@]} -eq 0 ] || export "${credentials[@]}"
        GIT_TERMINAL_PROMPT=0 git fetch --quiet --no-tags --no-recurse-submodules "$@"
    ) || echo "This could not be fetched."
}

# fetch_tip WHAT: a commit or branch, by itself where the clone is shallow.
fetch_tip() {
    local -a depth=()
    ! is_shallow || depth=(--depth=1)
    fetch "${depth[@]}" origin "$1"
}

# lacks_parent COMMIT: it has one, which was cut off.
lacks_parent() {
    git cat-file commit "$1" | sed '/^$/q' | grep -q '^parent ' && ! has_commit "$1^1"
}

# What tblint makes of the clone: it alone knows which branch is live.
ask_tblint() {
    local -a options=(--commit HEAD)
    [ -z "${CONFIG:-}" ] || options+=("--config=$CONFIG")
    answer=$(tblint doctor "${options[@]}" 2>/dev/null) || true
}

# What it asks for is taken by its form: a commit, or a branch to where git keeps that of origin.
wanted() {
    local line branch
    line=$(sed -n 's/^ *run  git fetch --no-tags \(--depth=1 \)\{0,1\}origin \([^ ]*\)$/\2/p' \
        <<<"$answer" | head -n 1)
    [[ $line != \'*\' ]] || line=${line:1:-1} # as a shell would need it
    branch=${line#+refs/heads/}
    branch=${branch%%:*}
    if [[ $line =~ ^[0-9a-f]{40}$ ]] ||
        { [ "$line" = "+refs/heads/$branch:refs/remotes/origin/$branch" ] &&
            git check-ref-format "refs/heads/$branch"; }; then
        echo "$line"
    fi
}

live_commit() {
    sed -n 's/^ *chosen .*, commit \([0-9a-f]\{12\}\), .*/\1/p' <<<"$answer" | head -n 1
}

has_base() {
    grep -q '^  merge base  *[0-9a-f]\{40\}$' <<<"$answer"
}

if ! head=$(git rev-parse --verify 'HEAD^{commit}') || ! git remote get-url origin >/dev/null; then
    echo "This is no checkout that could fetch."
    exit 0
fi
[ -z "${LIVE:-}" ] || export TBLINT_LIVE=$LIVE

if is_shallow && lacks_parent "$head"; then
    fetch --deepen=1 origin "$head"
fi
# A checkout of the branch in place of the merge that GitHub has made of it: the commit before its last
# one is a part of the change, and not what it will meet.
base=refs/remotes/origin/${GITHUB_BASE_REF:-}
if [ -n "${GITHUB_BASE_REF:-}" ] && [ "$head" != "${GITHUB_SHA:-}" ] && ! has_commit "$base"; then
    fetch_tip "+refs/heads/$GITHUB_BASE_REF:$base"
fi
# What the branch was before a forced push is gone from it, but the server may have it still.
if [ "${GITHUB_EVENT_NAME:-}" = push ] && [[ ${BEFORE:-} =~ ^[0-9a-f]{40}$ ]] &&
    [[ ! $BEFORE =~ ^0*$ ]] && ! has_commit "$BEFORE"; then
    fetch_tip "$BEFORE"
fi
ask_tblint
missing=$(wanted)
if [ -n "$missing" ]; then
    fetch_tip "$missing"
    # Gone from the server, too. A full clone shows that it is, and the first parent stands for it.
    if [ "$missing" = "${BEFORE:-}" ] && ! has_commit "$missing" && is_shallow; then
        fetch --unshallow origin "$head"
    fi
    ask_tblint
fi
for more in --deepen=100 --unshallow; do
    live=$(live_commit)
    if [ -z "$live" ] || has_base || ! is_shallow; then
        break
    fi
    fetch "$more" origin "$head" "$(git rev-parse "$live^{commit}")"
    ask_tblint
done
