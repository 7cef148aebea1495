#!/bin/sh
# README.md is true: what `make run`, `tblint rules` and the sessions in it print, and every command.
# TBLINT_UPDATE=1 rewrites what is printed.
. "$(dirname "$0")/lib.sh"
. "$TBLINT_SOURCE/tests/lib/session.sh"
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

# part_of NAME: the lines between the marks of NAME.
part_of() {
    awk -v name="$1" '
        $0 == "<!-- end of " name " -->" { shown = 0 }
        shown { print }
        $0 == "<!-- " name " -->" { shown = 1 }' "$readme"
}

# with_part NAME FILE: standard input with the lines between the marks of NAME replaced.
with_part() {
    awk -v name="$1" -v part="$2" '
        $0 == "<!-- end of " name " -->" { skip = 0 }
        !skip { print }
        $0 == "<!-- " name " -->" { skip = 1; while ((getline line < part) > 0) print line }'
}

# sample NAME: a repository with the sample project live, on a branch.
sample() {
    fresh "$1"
    cp -R "$TBLINT_SOURCE/tests/projects/demo/live/." .
    git add -A
    git commit -q -m live
    git checkout -q -b cheaper-storage
}

# add_forward_query: what the finding about `host` says to add.
add_forward_query() {
    cat >>datasources/events.datasource <<'END'

FORWARD_QUERY >
    SELECT
        ts,
        tenant,
        CAST(host, 'LowCardinality(String)') AS host,
        path,
        status
END
}

# ---- what it shows is what is printed ----

mkdir "$scratch/parts"
demo_text >"$scratch/parts/make run"
rules_text >"$scratch/parts/rules"
sample stopped
tblint hook install 2>/dev/null
part_of commit | session_text >"$scratch/parts/commit"
same "the commit that it shows was stopped" "$(git log --format=%s)" live
add_forward_query
git commit -q -a -m mended 2>/dev/null
same "with the fix that it names it is not" "$(git log -n 1 --format=%s)" mended
part_of deploy | session_text >"$scratch/parts/deploy"

sample drawn
cp -R "$TBLINT_SOURCE/tests/projects/demo/candidate/." .
{
    echo '```mermaid'
    tblint plan --quiet --format mermaid
    echo '```'
} >"$scratch/parts/lineage"

cp "$readme" "$scratch/shown"
for part in "make run" commit deploy lineage rules; do
    same "the marks of '$part' are there" "$(grep -cx "<!-- \(end of \)\?$part -->" "$readme")" 2
    with_part "$part" "$scratch/parts/$part" <"$scratch/shown" >"$scratch/replaced"
    mv "$scratch/replaced" "$scratch/shown"
done
[ -z "${TBLINT_UPDATE:-}" ] || cp "$scratch/shown" "$readme"
: >"$out"
diff "$readme" "$scratch/shown" >"$err" 2>&1
same "what README.md shows is what the program prints" "$(cat "$err")" ""

# ---- every command that it shows is one ----

# Lines of the blocks of shell commands that start with tblint, without what is said of them.
commands() {
    awk '/^ *```sh$/ { shown = 1; next } /^ *```/ { shown = 0 } shown' "$readme" |
        sed -nE 's/^ *(tblint .*)/\1/p' | sed -E 's/ +#.*//'
}

sample commands
cp -R "$TBLINT_SOURCE/tests/projects/demo/candidate/." .
git add -A
id=$(tblint lint --quiet --format json | grep -oE '"id":.*"[0-9a-f]{12}"' | grep -oE '[0-9a-f]{12}' | head -n 1)
# The steps of a migration are taken in the tree; the second needs the first to be live.
next_step() {
    case $1 in *backfill*) ;; *) return ;; esac
    git add -A
    git commit -q --no-verify -m step
    git branch -q -f main
    TBLINT_NOW=2026-11-22T12:00:00Z
    export TBLINT_NOW
}
commands >"$scratch/listed"
while IFS= read -r command; do
    next_step "$command"
    run sh -c "$(echo "$command" | sed -E "s/\\b[0-9a-f]{12}\\b/$id/")"
    [ "$code" -le 1 ] && code=0
    expect "$command" 0
done <"$scratch/listed"
same "they were found" "$(awk 'END { print (NR > 10) }' "$scratch/listed")" 1

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

# Every file of the source that it points to is there.
for file in $(grep -oE '\]\([^)#]+\)|src(set)?="[^"]+"' "$readme" | sed -E 's/^[^("]*[("]//; s/[)"]$//' | grep -v '^https:' | sort -u); do
    run test -e "$TBLINT_SOURCE/$file"
    expect "it points to $file" 0
done
finish
