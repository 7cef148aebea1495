# What zsh offers behind each of the lines on standard input, when tab is pressed there:
#
#   zsh -f completions.zsh FOLDER_WITH_TBLINT_COMPLETIONS <LINES
#
# prints "LINE|MATCH" for each match. A shell in a terminal of its own is asked, as a user's is:
# its completion widget writes down what it would show.
zmodload zsh/zpty || exit 2
folder=$1 notes=$(mktemp -d)
trap 'rm -rf $notes' EXIT

cat >$notes/setup <<'END'
unsetopt prompt_cr prompt_sp zle_bracketed_paste 2>/dev/null
PS1= RPS1=
fpath=($TBLINT_FOLDER $fpath)
autoload -Uz compinit && compinit -u -d $TBLINT_NOTES/dump
compadd() {
    local -a hits
    local arg
    for arg in "$@"; do
        [[ $arg == (-|--) ]] && break
        # Only asked what would match, not told to offer it.
        [[ $arg == -[^-]#[OAD]* && $arg != -[JVXxPSpsIiWrRMFEd]* ]] && { builtin compadd "$@"; return }
    done
    builtin compadd -O hits "$@"
    print -rl -- $hits >>$TBLINT_NOTES/hits
    builtin compadd "$@"
}
ask() {
    zle complete-word
    BUFFER=
    : >$TBLINT_NOTES/done
}
zle -N ask
bindkey '^I' ask
setopt extended_glob
: >$TBLINT_NOTES/ready
END

# wait_for NAME: until the shell has made that file; ten seconds at most.
wait_for() {
    integer i
    for ((i = 0; i < 500; i++)); do
        [[ -e $notes/$1 ]] && return 0
        sleep 0.02
    done
    print -u2 "zsh does not answer"
    zpty -r -t asked >&2
    exit 2
}

export TBLINT_FOLDER=$folder TBLINT_NOTES=$notes TERM=dumb
zpty asked zsh -f -i
zpty -w asked "source $notes/setup"
wait_for ready
while IFS= read -r line; do
    rm -f $notes/done $notes/hits
    zpty -w -n asked "$line"$'\t'
    wait_for done
    hits=()
    [[ -e $notes/hits ]] && hits=(${(fu)"$(<$notes/hits)"})
    for hit in $hits; do
        print -r -- "$line|$hit"
    done
done
zpty -d asked
