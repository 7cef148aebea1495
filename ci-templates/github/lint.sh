#!/usr/bin/env bash
# Runs tblint once: text in the log, annotations, SARIF and the summary. Keeps the exit code in the
# output `exit-code` and passes. Outputs are numbers and paths of its own: no text of the project's
# gets into them, so no name in a datafile can set another one.
set -euo pipefail
report=$(mktemp -d "${RUNNER_TEMP:-/tmp}/tblint-report.XXXXXX")
summary_most=1048576 # bytes; GitHub shows nothing of a longer one

set_output() {
    echo "$1=$2" >>"$GITHUB_OUTPUT"
}

# refuse SENTENCE: misuse, in all places where somebody may look.
refuse() {
    echo "::error title=tblint::$1"
    printf '## tblint could not judge this change\n\n%s\n' "$1" >>"$GITHUB_STEP_SUMMARY"
    set_output exit-code 2
    exit 0
}

arguments=(lint --commit HEAD)

# option NAME VALUE
option() {
    [ -z "$2" ] || arguments+=("$1=$2")
}

# switch NAME VALUE
switch() {
    case $2 in
        true) arguments+=("$1") ;;
        false | "") ;;
        *) refuse "The input ${1#--} is true or false." ;;
    esac
}

# count LEVEL: from the closing summary of the JSON. A name of the project's cannot stand for it,
# since its quotes are escaped.
count() {
    tr -d '\n\t' <"$report/findings.json" |
        sed -n 's/.*"summary": *{\([^}]*\)}.*/\1/p' |
        sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

size() {
    [ ! -f "$1" ] || wc -c <"$1"
}

# Adds to what is there. tblint keeps below the limit; the rest is for what others wrote before.
add_summary() {
    if [ ! -s "$report/summary.md" ]; then
        printf '## tblint could not judge this change\n\nThe log of the step says why.\n' \
            >"$report/summary.md"
    fi
    if [ $(($(size "$GITHUB_STEP_SUMMARY") + $(size "$report/summary.md"))) -lt "$summary_most" ]; then
        cat "$report/summary.md" >>"$GITHUB_STEP_SUMMARY"
    else
        echo "The summary has no room left: it is in $report/summary.md"
    fi
}

[ "${GITHUB_EVENT_NAME:-}" != pull_request_target ] ||
    refuse "pull_request_target checks out the base branch, not the change: use pull_request."
case ${UPLOAD:-auto} in
    auto | never) ;;
    *) refuse "The input upload-sarif is auto or never." ;;
esac
option --project "${PROJECT:-}"
option --config "${CONFIG:-}"
option --fail-on "${FAIL_ON:-}"
option --profile "${PROFILE:-}"
option --sarif-category "${CATEGORY:-}"
switch --require-reason "${REQUIRE_REASON:-}"
switch --as-is "${AS_IS:-}"
# Not --live: that would compare a push to the live branch with itself.
[ -z "${LIVE:-}" ] || export TBLINT_LIVE=$LIVE

# No line of the log between these two is a command to the runner, whatever is in it.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
code=0
tblint "${arguments[@]}" --format text --format "json=$report/findings.json" \
    --format "github=$report/annotations" --format "sarif=$report/tblint.sarif" \
    --format "markdown=$report/summary.md" 2>&1 || code=$?
echo
echo "::$token::"
if [ -s "$report/annotations" ]; then
    cat "$report/annotations"
elif [ "$code" -gt 1 ]; then
    echo "::error title=tblint::The change could not be judged: the log of the step Lint says why."
fi
add_summary

set_output exit-code "$code"
set_output summary-file "$report/summary.md"
[ ! -s "$report/tblint.sarif" ] || set_output sarif-file "$report/tblint.sarif"
if [ "$code" -le 1 ]; then
    set_output complete true
    for level in error warning note; do
        set_output "$level-count" "$(count "$level")"
    done
fi
