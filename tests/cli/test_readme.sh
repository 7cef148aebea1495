#!/bin/sh
# README.md is true: what `make run` prints, and the table of rules. TBLINT_UPDATE=1 rewrites both.
. "$(dirname "$0")/lib.sh"
readme=$TBLINT_SOURCE/README.md
build=$(dirname "$TBLINT_BIN")

demo_text() {
    echo '```text'
    (cd "$TBLINT_SOURCE" && BUILD=$build sh tests/demo.sh 2>&1) | sed "s|SARIF in .*/demo.sarif|SARIF in build/demo.sarif|"
    echo '```'
}

rules_text() {
    echo '| code | rule | default | what it finds |'
    echo '| --- | --- | --- | --- |'
    tblint rules | sed 's/|/\\|/g' |
        sed -E 's;^([^ ]+)  ([^ ]+) +([a-z]+) +(.*)$;| \1 | [\2](rules/\2.md) | \3 | \4 |;'
}

# with_part NAME FILE: standard input with the lines between the marks of NAME replaced.
with_part() {
    awk -v name="$1" -v part="$2" '
        $0 == "<!-- end of " name " -->" { skip = 0 }
        !skip { print }
        $0 == "<!-- " name " -->" { skip = 1; while ((getline line < part) > 0) print line }'
}

demo_text >"$scratch/demo"
rules_text >"$scratch/rules"
with_part "make run" "$scratch/demo" <"$readme" | with_part "rules" "$scratch/rules" >"$out"
[ -z "${TBLINT_UPDATE:-}" ] || cp "$out" "$readme"
diff "$readme" "$out" >"$err" 2>&1 && : >"$out"
same "what README.md shows is what make run and tblint rules print" "$(cat "$err")" ""
run sh -c 'wc -l <"$1"' sh "$scratch/rules"
same "the marks are there" "$(grep -c '^<!-- .* -->$' "$readme")" 4

# The keys of the configuration that it shows are all taken.
project readme
mkdir -p analytics/tinybird
mv datasources analytics/tinybird
sed -n '/^version: 1$/,/^```$/p' "$readme" | sed '$d' >.tblint.yaml
git add -A && git commit -q -m moved
run tblint lint --live HEAD;    expect "the configuration in README.md" 0 "in 1 file"

# Every option that it names exists; the table of rules also names those of tb.
for option in $(grep -v '^| TB' "$readme" | grep -oE -- '`?(tblint|--)[^`]*' | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
    case $option in --no-verify | --param | --yes) continue ;; esac # of git and of tb
    run sh -c 'tblint --help | grep -qE -- "(^| )$1( |$)"' sh "$option"
    expect "$option is in --help" 0
done
finish
