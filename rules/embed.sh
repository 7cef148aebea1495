#!/bin/sh
# Prints the C file that holds every rule with its page, and the pages of topics/:
#   sh rules/embed.sh rules > rules_pages.c
# A page that belongs to no rule in rules.def is refused.
set -eu
LC_ALL=C
export LC_ALL

dir=${1:?usage: embed.sh RULES_DIR}
codes=$(sed -n 's/^RULE(\(TB[0-9]*\), "\([^"]*\)".*/\1 \2/p' "$dir/rules.def")

for page in "$dir"/*.md; do
    [ -e "$page" ] || continue
    name=$(basename "$page" .md)
    if ! printf '%s\n' "$codes" | grep -q " $name\$"; then
        echo "embed.sh: $page belongs to no rule in $dir/rules.def" >&2
        exit 1
    fi
done

echo '/* Written by rules/embed.sh from rules.def and the pages beside it. */'
echo '#include "findings/rule_pages.h"'
echo
echo '/* A page is longer than the text that ISO C promises to take in one literal. */'
echo '#pragma GCC diagnostic ignored "-Woverlength-strings"'
echo

# literal NAME FILE: the file's text as a string of that name.
literal() {
    echo "static const char $1[] ="
    # A question mark is escaped because two of them could begin a trigraph.
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/	/\\t/g' \
        -e 's/^/    "/' -e 's/$/\\n"/' "$2"
    echo '    "";'
}

printf '%s\n' "$codes" | while read -r code name; do
    page="$dir/$name.md"
    if [ -e "$page" ]; then
        literal "page_$code" "$page"
        echo "#define PAGE_$code page_$code, sizeof(page_$code) - 1"
    else
        echo "#define PAGE_$code NULL, 0"
    fi
done

cat <<'END'

const Rule rule_table[RULE_COUNT] = {
#define RULE(code, name, family, severity, summary)                                                \
    {RULE_##code, #code, name, family, SEVERITY_##severity, summary, PAGE_##code},
#include "rules.def"
#undef RULE
};

END

# The first line of a topic is "# NAME: TITLE"; of JSON, "title" stands in a line of its own.
topic_name() { basename "$1" | sed 's/\.[a-z]*$//'; }
topic_text() { echo "topic_$(topic_name "$1" | tr - _)"; }
for page in "$dir"/topics/*.md "$dir"/topics/*.json; do
    literal "$(topic_text "$page")" "$page"
done
echo
echo 'const Topic topic_table[] = {'
for page in "$dir"/topics/*.md "$dir"/topics/*.json; do
    name=$(topic_name "$page") text=$(topic_text "$page")
    title=$(sed -n -e "1s/^# $name: //p" -e '2s/^ *"title": "\(.*\)",$/\1/p' -e '3s/^ *"title": "\(.*\)",$/\1/p' "$page")
    [ -n "$title" ] || { echo "embed.sh: $page does not begin with its title" >&2; exit 1; }
    echo "    {\"$name\", \"$title\", $text, sizeof($text) - 1},"
done
echo '    {0},'
echo '};'
