#!/bin/sh
# The manual page names the same commands, options, variables and exit codes as --help.
. "$(dirname "$0")/lib.sh"
page=$TBLINT_SOURCE/cmd/tblint.1
: >"$out" >"$err"

# The page's text without its markup.
plain() { sed -E 's/\\f[A-Z]//g; s/\\-/-/g; s/^\.[A-Z]+ *//; s/[" ]+/ /g' "$page"; }
options() { grep -oE -- '--[a-z][a-z-]+' | grep -vE '^--(check)$' | sort -u; }
variables() { grep -oE '\b(TBLINT_[A-Z]+|NO_COLOR)\b' | sort -u; }

same "options" "$(plain | options)" "$(tblint --help | options)"
same "variables" "$(plain | variables)" "$(tblint --help | variables)"
for command in $(tblint --help | sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
    run sh -c 'sed -n "/^.SH COMMANDS/,/^.SH OPTIONS/p" "$1" | sed "s/\\\\-/-/g" | grep -qE "^\.(B|BI) \"? ?$2"' sh "$page" "$command"
    expect "the command $command" 0
done
version=$(tblint version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+')
run grep -q "^.TH TBLINT 1 .*\"tblint $version\"" "$page"
expect "the version" 0

# The configuration in the page is taken as it stands.
project manual
mkdir analytics && mv datasources analytics/
mkdir analytics/one && mv analytics/datasources analytics/one/
sed -n '/^version: 1$/,/^\.fi$/p' "$page" | sed '$d; s/\\-/-/g' >.tblint.yaml
git add -A && git commit -q -m moved
run tblint lint --live HEAD;    expect "the configuration" 0 "in 1 file"

if command -v mandoc >/dev/null 2>&1; then
    run sh -c 'mandoc -Tlint -Wwarning "$1"' sh "$page"
    expect "mandoc has no objection" 0
else
    echo "skipped: no mandoc to read the manual page"
fi
if command -v man >/dev/null 2>&1; then
    run sh -c 'LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 >/dev/null' sh "$page"
    expect "man has no objection" 0
    same "man warns of nothing" "$(cat "$out")" ""
else
    echo "skipped: no man to show the manual page"
fi
if command -v lexgrog >/dev/null 2>&1; then
    run lexgrog "$page"
    expect "apropos finds it" 0 "tblint - say what a change"
fi
finish
