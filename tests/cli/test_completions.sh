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

# ---- zsh and fish, where they are ----
if command -v zsh >/dev/null 2>&1; then
    run zsh -n "$scratch/zsh";  expect "zsh takes it" 0
else
    echo "skipped: no zsh to read its completions"
fi
if command -v fish >/dev/null 2>&1; then
    run fish --no-execute "$scratch/fish"; expect "fish takes it" 0
    offered() { fish -N -c "source $scratch/fish; complete -C '$1'" | cut -f1 | tr '\n' ' '; }
    same "fish: a command" "$(offered 'tblint li')" "lint "
    same "fish: an option" "$(offered 'tblint --fo')" "--format "
    same "fish: formats of a plan" "$(offered 'tblint plan --format d')" "dot "
    same "fish: a rule" "$(offered 'tblint explain ttl-s')" "ttl-shortened "
else
    echo "skipped: no fish to read its completions"
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

project completed
touch report.json
same "a file" "$(completed tblint --config rep)" "report.json "
same "a format's file" "$(completed tblint --format sarif = rep)" "report.json "
same "a folder" "$(completed tblint --project data)" "datasources "
same "a branch" "$(completed tblint --live ch)" "change "
# git allows this name; nothing of it is run, and what is offered is quoted.
git update-ref 'refs/heads/x$(touch${IFS}run)' HEAD
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
