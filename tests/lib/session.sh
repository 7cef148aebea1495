# Sessions in documents: a block that shows commands, each behind "$ ", and what they print. Sourced
# by tests that source tests/cli/lib.sh, too.

# end_command: prints what the last command of a session printed; where the document leaves lines
# out with "...", as many lines before and after it as stand there.
end_command() {
    [ -n "$command" ] || return 0
    if [ "$left_out" = yes ]; then
        head -n "$before" "$scratch/printed"
        echo '...'
        tail -n "$after" "$scratch/printed"
    else
        cat "$scratch/printed"
    fi
}

# session_text: standard input, a document or a part of it, with each `$ command` run here, one after
# the other, and what it prints in place of what stands there.
session_text() {
    command='' left_out=no before=0 after=0 session=no
    cat >"$scratch/session"
    while IFS= read -r line; do
        case $session$line in
            'no```console')
                session=yes
                echo "$line"
                ;;
            no*) echo "$line" ;;
            'yes$ '*)
                end_command
                command=${line#??} left_out=no before=0 after=0
                echo "$line"
                (eval "$command") </dev/null 2>&1 | sed "s|$PWD/||g" >"$scratch/printed"
                ;;
            yes...) left_out=yes ;;
            'yes```')
                end_command
                command='' session=no
                echo "$line"
                ;;
            *) if [ $left_out = yes ]; then after=$((after + 1)); else before=$((before + 1)); fi ;;
        esac
    done <"$scratch/session"
}
