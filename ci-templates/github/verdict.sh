#!/usr/bin/env bash
# Ends with the exit code of tblint, which the steps before have kept. Without one, tblint did not
# run to its end, and that is no pass.
set -euo pipefail
code=${CODE:-4}
case $code in
    0) status=ok sentence="Nothing to stop the merge." ;;
    1) status=findings sentence="tblint found something: see the summary, or the log of the step Lint." ;;
    2) status=misuse sentence="An input or the configuration is wrong: see the log of the step Lint." ;;
    3) status=error sentence="The change could not be judged: see the log of the step Lint." ;;
    *) status=error sentence="tblint did not run to its end: see the log of the steps before." ;;
esac
{
    echo "status=$status"
    echo "exit-code=$code"
} >>"$GITHUB_OUTPUT"

if [ "${OUTCOME:-}" = failure ]; then
    echo "::notice title=tblint::The alerts could not be uploaded. That needs the permission" \
        "security-events: write, which no run for Dependabot has, and in a private repository" \
        "GitHub Code Security. The findings are in the annotations and the summary. The input" \
        "upload-sarif: never says that this is meant."
elif [ "${OUTCOME:-}" = skipped ] && [ "${UPLOAD:-auto}" = auto ] && [ "$code" -le 1 ] &&
    [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; then
    echo "A pull request from a fork has no right to upload alerts: its findings are in the" \
        "annotations and the summary."
fi
echo "$sentence"
exit "$code"
