#!/bin/sh
# Completions: each script is taken by its shell, and what it offers is what the program takes.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

run tblint completions;         expect "the shell is missing" 2 "bash"
run tblint completions tcsh;    expect "a shell that has none" 2 "tcsh" "zsh"
for shell in bash zsh fish; do
    run tblint completions $shell; expect "for $shell" 0 "tblint completions $shell"
    cp "$out" "$scratch/$shell"
done
run tblint completions bash
same "the same script each time" "$(cat "$out")" "$(cat "$scratch/bash")"

# Every option and every command of --help stands in every script.
tblint --help | grep -oE '^  --[a-z-]+' | tr -d ' -' | sort >"$scratch/options"
tblint --help | sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z-]*\) .*/\1/p' >"$scratch/commands"
for shell in bash zsh fish; do
    for word in $(tblint --help | grep -oE '^  --[a-z-]+' | sed 's/^  --//') $(cat "$scratch/commands"); do
        grep -qE -- "(--|-l |-a |^    |'|\\b)$word\\b" "$scratch/$shell" || echo "$word"
    done >"$scratch/missing"
    same "nothing is missing for $shell" "$(cat "$scratch/missing")" ""
done

# ---- the same questions to every shell that is there ----

project completed
mkdir -p pipes && : >report.json
# git allows this name; nothing of it is run.
git update-ref 'refs/heads/x$(touch${IFS}run)' HEAD

# LINE|OFFERS, sorted: what stands at the end of the line is completed. Of paths only the last part
# counts, and of OPTION=VALUE the value: shells differ in how much of a word they offer.
cat >"$scratch/questions" <<'END'
tblint li|lint
tblint sarif-check --so|--source
tblint --fo|--format
tblint plan --ro|--rollback
tblint lint --roll|
tblint why --roll|
tblint --color |always auto never
tblint --color=al|always
tblint --fail-on w|warning
tblint lint --format sar|sarif
tblint --format=sar|sarif
tblint hook run --format ma|markdown
tblint plan --format m|markdown mermaid
tblint why --format |json text
tblint --format sarif=rep|report.json
tblint --live main pl|plan
tblint --live=main pl|plan
tblint explain TB10|TB101 TB102 TB103 TB104 TB105 TB106 TB107 TB108 TB109
tblint explain ttl-s|ttl-shortened
tblint explain json-|json-schema
tblint why events TB10|TB101 TB102 TB103 TB104 TB105 TB106 TB107 TB108 TB109
tblint why datasources/events.datasource ttl-s|ttl-shortened
tblint why dat|datasources
tblint why datasources/e|events.datasource
tblint sarif-check rep|report.json
tblint --config rep|report.json
tblint --project da|datasources
tblint --live ch|change
tblint lint --commit ma|main
tblint hook un|uninstall
tblint hook install pre-m|pre-merge-commit
tblint scaffold re|replicate
tblint scaffold backfill x --method c|copy
tblint scaffold replicate x --name li|
tblint help sca|scaffold
tblint completions z|zsh
END
echo "tblint |$(sort "$scratch/commands" | tr '\n' ' ' | sed 's/ $//')" >>"$scratch/questions"
# Every option of every command, and no other.
while read -r command; do
    echo "tblint $command --|$(tblint help "$command" | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')"
done <"$scratch/commands" >>"$scratch/questions"
cut -d'|' -f1 "$scratch/questions" >"$scratch/lines"

# Offers one a line, each behind its question and a bar, in the form above.
gathered() {
    awk -F'|' '{ offer = $2
            sub(/\/$/, "", offer); sub(/.*[\/=]/, "", offer)
            print $1 "|" offer }' | LC_ALL=C sort -u |
        awk -F'|' 'NR == FNR { if ($2 != "") offers[$1] = offers[$1] " " $2; next }
            { print $0 "|" substr(offers[$0], 2) }' - "$scratch/lines"
}

# answers SHELL: all questions that it answers otherwise.
answers() {
    LC_ALL=C gathered <"$scratch/offers" >"$scratch/answers"
    while read -r line; do
        : >"$out" >"$err"
        same "$1: ${line%%|*}" "$(grep -F "${line%%|*}|" "$scratch/answers" | grep "^${line%%|*}|")" "$line"
    done <"$scratch/questions"
    same "$1: nothing was run" "$(ls -d run 2>/dev/null)" ""
}

if command -v zsh >/dev/null 2>&1; then
    run zsh -n "$scratch/zsh";  expect "zsh takes it" 0
    mkdir "$scratch/functions" && cp "$scratch/zsh" "$scratch/functions/_tblint"
    zsh -f "$TBLINT_SOURCE/tests/cli/completions.zsh" "$scratch/functions" <"$scratch/lines" >"$scratch/offers"
    answers zsh
else
    echo "skipped: no zsh to run its completions"
fi
if command -v fish >/dev/null 2>&1; then
    run fish --no-execute "$scratch/fish"; expect "fish takes it" 0
    cat >"$scratch/ask.fish" <<'END'
source $argv[1]
while read -l line
    for offer in (complete -C $line)
        echo $line'|'(string split \t -- $offer)[1]
    end
end
END
    fish -N "$scratch/ask.fish" "$scratch/fish" <"$scratch/lines" >"$scratch/offers"
    answers fish
else
    echo "skipped: no fish to run its completions"
fi
if command -v bash >/dev/null 2>&1; then
    cat >"$scratch/ask.bash" <<'END'
. "$1"
while IFS= read -r line; do
    # = is a word of its own, as readline has it.
    spaced=${line//=/ = }
    read -r -a COMP_WORDS <<<"$spaced"
    [[ $line == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _tblint
    for offer in "${COMPREPLY[@]}"; do
        printf '%s|%s\n' "$line" "$offer"
    done
done
END
    bash "$scratch/ask.bash" "$scratch/bash" <"$scratch/lines" >"$scratch/offers"
    answers bash
fi

# ---- bash ----
if ! command -v bash >/dev/null 2>&1; then
    echo "skipped: no bash to run its completions"
    finish
    exit
fi
run bash -n "$scratch/bash";    expect "bash takes it" 0

# completed WORD...: what is offered for the last word; bash splits at `=` as it does for a user.
completed() {
    bash -c '. "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _tblint
        [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' bash "$scratch/bash" "$@" 2>&1 |
        tr '\n' ' '
}
same "a command" "$(completed tblint li)" "lint "
same "every command" "$(completed tblint '')" "$(tr '\n' ' ' <"$scratch/commands")"
same "an option" "$(completed tblint --fo)" "--format "
same "an option of the command" "$(completed tblint plan --ro)" "--rollback "
same "none of another command" "$(completed tblint lint --roll)" ""
same "all options of a command" "$(completed tblint doctor --)" \
    "$(tblint help doctor | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | tr '\n' ' ')"
same "values" "$(completed tblint --color '')" "auto always never "
same "values behind =" "$(completed tblint --color = al)" "always "
same "nothing typed behind =" "$(completed tblint --color =)" "auto always never "
same "formats of findings" "$(completed tblint lint --format sar)" "sarif "
same "formats of a plan" "$(completed tblint plan --format m)" "markdown mermaid "
same "an option before the command" "$(completed tblint --live main pl)" "plan "
same "and its value behind =" "$(completed tblint --live = main pl)" "plan "
same "a format's file before the command" "$(completed tblint --format sarif = a.sarif pl)" "plan "
same "a rule by code" "$(completed tblint explain TB10)" \
    "TB101 TB102 TB103 TB104 TB105 TB106 TB107 TB108 TB109 "
same "a rule by name" "$(completed tblint explain ttl-s)" "ttl-shortened "
same "what a hook does" "$(completed tblint hook un)" "uninstall "
same "a value that is anything" "$(completed tblint scaffold replicate x --name li)" ""

same "a file" "$(completed tblint --config rep)" "report.json "
same "a format's file" "$(completed tblint --format sarif = rep)" "report.json "
same "a folder" "$(completed tblint --project data)" "datasources "
same "a branch" "$(completed tblint --live ch)" "change "
# What is offered is quoted.
same "a branch with a command in its name" "$(completed tblint --live x)" 'x\$\(touch\$\{IFS\}run\) '
run test -e run;                expect "nothing was run" 1

# make install puts each where its shell looks.
build=$(dirname "${TBLINT_BIN#"$TBLINT_SOURCE"/}")
run env -u MAKEFLAGS make -s -C "$TBLINT_SOURCE" -o all BUILD="$build" DESTDIR="$scratch/root" PREFIX=/usr install
expect "make install" 0
cmp -s "$scratch/root/usr/share/bash-completion/completions/tblint" "$scratch/bash" &&
    cmp -s "$scratch/root/usr/share/zsh/site-functions/_tblint" "$scratch/zsh" &&
    cmp -s "$scratch/root/usr/share/fish/vendor_completions.d/tblint.fish" "$scratch/fish"
same "make install puts the three scripts there" "$?" 0
finish
