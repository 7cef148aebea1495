#!/bin/sh
# Includes point downwards only: base < source, syntax < model < checks < scaffold < cmd, and findings
# between source and checks. git is used in source/ only, tree-sitter in syntax/ only, and nothing below cmd/
# prints. Prints each breach and fails.
set -u
status=0

# allowed LAYER: the folders that files of the layer may include from.
allowed() {
    case $1 in
        base) echo base ;;
        source) echo "base source" ;;
        syntax) echo "base syntax" ;;
        findings) echo "base source findings" ;;
        model) echo "base source syntax model" ;;
        checks) echo "base source syntax model findings checks" ;;
        scaffold) echo "base source syntax model findings checks scaffold" ;;
    esac
}

for layer in base source syntax findings model checks scaffold; do
    may=" $(allowed "$layer") "
    for file in analyzers/"$layer"/*.[ch]; do
        for folder in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
            case $may in
                *" $folder "*) ;;
                *) echo "$file includes $folder/, which $layer may not see"; status=1 ;;
            esac
        done
    done
done

breach() {
    if [ -n "$2" ]; then
        printf '%s:\n%s\n' "$1" "$2"
        status=1
    fi
}
breach "libgit2 outside source/" \
    "$(grep -l '<git2' analyzers/*/*.[ch] $(find cmd -name "*.[ch]") | grep -v '^analyzers/source/')"
breach "tree-sitter outside syntax/" \
    "$(grep -l 'tree_sitter/' analyzers/*/*.[ch] $(find cmd -name "*.[ch]") |
        grep -v '^analyzers/syntax/')"
breach "printing below cmd/" \
    "$(grep -nE '\b(printf|puts|putchar|perror|fprintf)\(' analyzers/*/*.c |
        grep -v 'analyzers/base/arena.c')"
breach "another entry at the top, where a newcomer looks first" \
    "$(git ls-files 2>/dev/null | sed -n 's/^\([^.][^/]*\).*/\1/p' | sort -u |
        grep -vxE 'Makefile|README\.md|analyzers|ci-templates|cmd|grammar|rules|tests')"
exit $status
