#!/bin/sh
# rules/samples/ holds what each format prints of the sample that `make run` lints. TBLINT_UPDATE=1
# writes the files anew; pictures.py there takes those of report.html.
. "$(dirname "$0")/lib.sh"
samples=$TBLINT_SOURCE/rules/samples
# The clock of tests/demo.sh, so that it is the same sample.
export TBLINT_NOW=2026-11-21T09:00:00Z
export GIT_AUTHOR_DATE=2026-11-18T09:00:00Z GIT_COMMITTER_DATE=2026-11-18T09:00:00Z
git config --global user.name demo
git config --global user.email demo@example.invalid

fresh sample
cp -R "$TBLINT_SOURCE/tests/projects/demo/live/." .
git add -A
git commit -q -m "The project as it is live"
git checkout -q -b cheaper-storage
cp -R "$TBLINT_SOURCE/tests/projects/demo/candidate/." .
git add -A

# What a page says of the change, without its style, its script, their hashes and the pages of the
# rules: neither a colour nor a word in one of those is a reason to fail.
said() {
    sed -e '/<style/,/<\/style>/d' -e '/<script/,/<\/script>/d' -e '/Content-Security-Policy/d' \
        -e '/<section id="rules">/,/<\/section>/d' "$1"
}

# printed FILE COMMAND...: the sample of that name is what the command writes to standard output.
printed() {
    file=$1
    shift
    run "$@"
    [ "$code" -le 1 ] && [ -s "$out" ]
    same "$file is printed" "$?" 0
    [ -z "${TBLINT_UPDATE:-}" ] || cp "$out" "$samples/$file"
    said "$samples/$file" >"$scratch/kept"
    said "$out" >"$scratch/today"
    diff "$scratch/kept" "$scratch/today" >"$err" 2>&1
    : >"$out"
    same "$file is what is printed today" "$(head -c 2000 "$err")" ""
    run grep -qF "($file)" "$samples/README.md"
    expect "$file is in the list" 0
}

printed findings.txt tblint lint --staged --quiet
printed findings.json tblint lint --staged --quiet --format json
printed summary.md tblint lint --staged --quiet --format markdown
printed annotations.txt tblint lint --staged --quiet --format github
printed gitlab.json tblint lint --staged --quiet --format gitlab
printed junit.xml tblint lint --staged --quiet --format junit
printed rdjson.json tblint lint --staged --quiet --format rdjson
printed plan.txt tblint plan --staged --quiet
printed plan.md tblint plan --staged --quiet --format markdown
printed report.html tblint lint --staged --quiet --format html

# Every file is one of them, or is told of; none is large.
for file in "$samples"/*; do
    name=$(basename "$file")
    [ "$name" = README.md ] || { run grep -qF "($name)" "$samples/README.md"; expect "$name is told of" 0; }
    run sh -c '[ "$(wc -c <"$1")" -lt 200000 ]' sh "$file"
    expect "$name is no large file" 0
done
finish
