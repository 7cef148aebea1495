#!/bin/sh
# What .github/CONTRIBUTING.md says of adding a rule is done in a copy of the tree, with the very blocks
# of the document, and works. TBLINT_UPDATE=1 writes anew what the document shows as printed.
#
# The word behind the kind of a block says what it is for: write=FILE is a new file, add=FILE a line
# for a list, run a command, read=FILE what a file holds by then.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
export TBLINT_BIN="$build/tblint" TBLINT_SOURCE="$root"
[ -x "$TBLINT_BIN" ] || { echo "there is no $TBLINT_BIN: run make first" >&2; exit 2; }
. "$root/tests/cli/lib.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL TBLINT_SHARED BUILD
document=$root/.github/CONTRIBUTING.md
update=${TBLINT_UPDATE:-}
unset TBLINT_UPDATE
copy=$scratch/copy

# ---- the copy: the files of the source, and what is built of them already ----

mkdir "$copy" "$scratch/blocks"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar -cf - --null -T -) |
    tar -xf - -C "$copy"
(cd "$build" && find analyzers cmd grammar tests/lib tests/unit -name '*.[do]' | tar -cf - -T -) |
    (mkdir "$copy/build" && tar -xf - -C "$copy/build")
cp -p "$build"/rules_pages.[co] "$copy/build/"
cd "$copy" || exit 1
# What an object depends on is written with its path, which is another one here.
find build -name '*.d' | while read -r list; do
    sed -i "1s|^[^:]*:|${list%.d}.o:|" "$list"
done
git init -q . && git add -A && git commit -q -m before
# The steps say nothing of speed: what has to be built anew is built fast.
export CFLAGS=-O0

# Every file and folder that it names is there; those of the toy rule are made below.
for path in $(grep -oE '`(\.ci|[a-z-]+)/[A-Za-z0-9_./-]+`' "$document" | tr -d '`' | grep -v ttl-removed | sort -u); do
    run test -e "$root/$path"
    expect "$path is there" 0
done

# ---- the blocks ----

# Each block in a file NNN, and what stands behind its fence in NNN.info.
awk -v folder="$scratch/blocks" '
    !fence && /^```+[a-z]/ {
        fence = $0; sub(/[^`].*/, "", fence)
        file = sprintf("%s/%03d", folder, ++count)
        info = substr($0, length(fence) + 1)
        print info >(file ".info"); printf "" >file
        next
    }
    fence && $0 == fence { fence = ""; next }
    fence { print >file }' "$document"

# add_line LIST BLOCK: into rules.def in the order of the codes, else behind the last of its family.
add_line() {
    case $1 in
        */rules.def)
            awk -v line="$(cat "$2")" '
                BEGIN { split(line, new, "[(,]") }
                /^RULE\(/ { split($0, old, "[(,]"); if (!done && old[2] > new[2]) { print line; done = 1 } }
                { print }' "$1" >"$scratch/list"
            ;;
        *)
            family=$(sed 's/.*(\([a-z_]*\),.*/\1/' "$2")
            last=$(grep -n "($family," "$1" | tail -n 1 | cut -d: -f1)
            sed "${last}r $2" "$1" >"$scratch/list"
            ;;
    esac
    cp "$scratch/list" "$1"
}

# show_anew FILE INFO: the block of the document with that info holds the file's text.
show_anew() {
    awk -v file="$1" -v info="$2" '
        $0 == "```" info { print; while ((getline line < file) > 0) print line; skip = 1; next }
        skip && $0 == "```" { skip = 0 }
        !skip { print }' "$document" >"$scratch/document"
    cp "$scratch/document" "$document"
}

# take_block NUMBER: does what its info says.
take_block() {
    info=$(cat "$scratch/blocks/$1.info")
    block=$scratch/blocks/$1
    word=${info#* }
    case $word in
        write=*)
            mkdir -p "$(dirname "${word#write=}")"
            cp "$block" "${word#write=}"
            ;;
        add=*) add_line "${word#add=}" "$block" ;;
        run)
            run sh -c "$(cat "$block")"
            expect "it runs: $(cat "$block")" 0 "ok     the cases of ttl-removed"
            absent "it runs: and nothing is missing" FAILED
            ;;
        read=*)
            [ -z "$update" ] || { show_anew "${word#read=}" "$info"; cp "${word#read=}" "$block"; }
            same "$word is what it shows" "$(cat "${word#read=}")" "$(cat "$block")"
            ;;
    esac
}

# take_blocks PATTERN: those whose info matches, in their order.
take_blocks() {
    for info in "$scratch"/blocks/*.info; do
        grep -qE "$1" "$info" || continue
        number=$(basename "$info" .info)
        take_block "$number"
    done
}

# ---- the steps, and what the tests say where one was forgotten ----

take_blocks ' (add=rules|write=analyzers)'
run make build/analyzers/checks/retention_removed.o
expect "without its line among the checks" 2 "no previous prototype" "retention_removed"
take_blocks ' add=analyzers'
run sh tests/rule.sh ttl-removed
expect "without a page" 1 "RULE_TB312 is reported, but rules/ttl-removed.md is missing"
take_blocks ' write=rules'
run sh tests/rule.sh ttl-removed
expect "without cases" 1 "tests/cases/ttl-removed: no case in which it is reported" \
    "tests/cases/ttl-removed: no case silent-... in which it is not" \
    "| TB312 | [ttl-removed]" "ok     the examples of its page"
take_blocks ' write=tests'
run sh tests/rule.sh ttl-removed
expect "without what the cases print" 1 \
    "tests/cases/ttl-removed/removed/expected.txt is missing; with TBLINT_UPDATE=1 it is written"
take_blocks ' (run|read=.*)$'
# ---- the rule is whole ----

same "two files, two lines, its cases, and the row that is written for it" \
    "$(git status --porcelain -uall | sed 's/^...//' | sed -E 's|^(tests/cases/ttl-removed)/.*|\1|' | LC_ALL=C sort -u | tr '\n' ' ')" \
    "README.md analyzers/checks/checks.def analyzers/checks/retention_removed.c rules/rules.def rules/ttl-removed.md tests/cases/ttl-removed "
same "one line is added to each list" "$(git diff --numstat -- '*.def' | cut -f1,2 | tr '\t\n' ' ;')" "1 0;1 0;"
same "one row is added to the table" "$(git diff --numstat -- README.md | cut -f1,2 | tr '\t' ' ')" "1 0"

PATH=$copy/build:$PATH
run tblint rules;               expect "tblint rules lists it" 0 "TB312  ttl-removed" "note     A data source that deleted"
run tblint explain TB312
expect "tblint explain shows its page" 0
same "the page as it was written" "$(cat "$out")" "$(cat rules/ttl-removed.md)"
run tblint completions bash;    expect "the shell completes it" 0 "TB312 ttl-removed"
run sh tests/check_layers.sh;   expect "the layers are kept" 0
if command -v clang-format >/dev/null 2>&1; then
    run clang-format --dry-run --Werror analyzers/checks/retention_removed.c
    expect "the format is kept" 0
else
    echo "skipped: no clang-format to look at the toy rule"
fi

# case_repo NAME: a repository with that case of the toy rule, its change staged.
case_repo() {
    fresh "$1"
    cp -R "$copy/tests/cases/ttl-removed/$1/live/." .
    git add -A && git commit -q -m live && git checkout -q -b change
    cp -R "$copy/tests/cases/ttl-removed/$1/candidate/." .
    git add -A
}
case_repo removed
run tblint lint --staged --format text --format sarif=out.sarif
expect "the loud case" 0 "note[TB312] ttl-removed" "'events' loses its TTL" "1 note"
run grep -oE '"id":"TB312"|"ruleId":"TB312"|A TTL on the live side and none in the change|loses its TTL' out.sarif
expect "SARIF holds the rule, its page and the finding" 0 '"id":"TB312"' '"ruleId":"TB312"' \
    "A TTL on the live side" "loses its TTL"
echo 'rules: {ttl-removed: "off"}' | sed '1i version: 1' >.tblint.yaml
git add -A
run tblint lint --staged;       expect "it can be turned off" 0
absent "it can be turned off: silent" TB312
case_repo silent-longer
run tblint lint --staged;       expect "the silent case" 0 "no findings"
finish
