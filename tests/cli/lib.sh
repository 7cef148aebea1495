# Shared by the command-line tests: a scratch repository, and checks that count.
# Sourced; expects $TBLINT_BIN. Every test file ends with `finish`.

set -u
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY TBLINT_LIVE GITHUB_ACTIONS \
    GITHUB_BASE_REF GITHUB_EVENT_NAME GITHUB_EVENT_PATH GITHUB_SHA CI GITLAB_CI
export TBLINT_NOW=2026-11-21T12:00:00Z NO_COLOR=1
export GIT_AUTHOR_DATE=2026-11-19T12:00:00Z GIT_COMMITTER_DATE=2026-11-19T12:00:00Z
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch/home
mkdir -p "$HOME"
git config --global user.name test
git config --global user.email test@example.invalid
git config --global init.defaultBranch main
PATH=$(dirname "$TBLINT_BIN"):$(dirname "$TBLINT_BIN")/tools:$PATH

passed=0 failed=0 code=0
out=$scratch/out err=$scratch/err

fail() {
    failed=$((failed + 1))
    echo "FAILED $1"
    echo "       exit $code"
    sed 's/^/       out: /' "$out" | head -n 25
    sed 's/^/       err: /' "$err" | head -n 15
}

# run COMMAND...: keeps output and exit code.
run() {
    code=0
    "$@" >"$out" 2>"$err" </dev/null || code=$?
}

# expect NAME CODE [TEXT...]: the last run ended so, and each TEXT stands in its output.
expect() {
    name=$1 want=$2
    shift 2
    [ "$code" -eq "$want" ] || { fail "$name: expected exit $want"; return; }
    for text in "$@"; do
        cat "$out" "$err" | grep -qF -- "$text" || { fail "$name: no '$text'"; return; }
    done
    passed=$((passed + 1))
}

# absent NAME TEXT: the last run did not say it.
absent() {
    if cat "$out" "$err" | grep -qF -- "$2"; then fail "$1: said '$2'"; else passed=$((passed + 1)); fi
}

# same NAME A B
same() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else code=0; fail "$1: '$2' is not '$3'"; fi
}

# fresh NAME: an empty repository, entered.
fresh() {
    cd "$scratch" || exit 1
    git init -q "$1"
    cd "$1" || exit 1
}

# datasource NAME TYPE_OF_HOST [MORE]: writes datasources/NAME.datasource
datasource() {
    mkdir -p datasources
    cat >"datasources/$1.datasource" <<END
SCHEMA >
    \`ts\` DateTime \`json:\$.ts\`,
    \`host\` $2 \`json:\$.host\`

ENGINE "MergeTree"
ENGINE_SORTING_KEY "ts"
${3-}
END
}

# project NAME: a repository whose main has one data source, on a branch of its own.
project() {
    fresh "$1"
    datasource events String
    git add -A
    git commit -q -m live
    git checkout -q -b change
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
