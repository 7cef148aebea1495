#!/bin/sh
# Seeds of the harnesses, made from the cases: seeds.sh FOLDER makes FOLDER/seeds-NAME.
set -eu
to=$1
cases=tests/cases
rm -rf "$to"/seeds-*
mkdir -p "$to/seeds-datafile" "$to/seeds-sql" "$to/seeds-parameter" "$to/seeds-type" \
    "$to/seeds-config" "$to/seeds-project" "$to/seeds-lineage" "$to/seeds-quality_test" \
    "$to/seeds-shell" "$to/seeds-sarif" "$to/seeds-acceptance" "$to/seeds-escape" \
    "$to/seeds-event"

# One file a datafile: kind by its name, Forward; the first byte says which.
n=0
for file in $(find $cases -name '*.datasource' -o -name '*.pipe' -o -name '*.connection' |
    LC_ALL=C sort); do
    case $file in *.datasource) kind='\000' ;; *.pipe) kind='\001' ;; *) kind='\002' ;; esac
    n=$((n + 1))
    { printf "$kind"; cat "$file"; } >"$to/seeds-datafile/$n"
done

# All queries, TTLs, keys and types that stand in the cases, each once.
find $cases -name '*.datasource' -o -name '*.pipe' | LC_ALL=C sort | xargs awk -v to="$to" '
    function save(folder, first, text) {
        if (text == "" || (folder, first, text) in seen) return
        seen[folder, first, text] = 1
        printf "%s%s", first, text > (to "/seeds-" folder "/" ++count)
        close(to "/seeds-" folder "/" count)
    }
    function flush() {
        save("sql", "0", query)
        if (query ~ /[{][{%]/) {
            save("parameter", "", query)
            save("sql", "3", query)
        }
        query = ""
    }
    FNR == 1 { flush(); in_query = in_schema = 0 }
    /^[A-Z_]+ *>/ { flush(); in_query = /^(SQL|FORWARD_QUERY)/; in_schema = /^SCHEMA/; next }
    /^[^ \t]/ { flush(); in_query = in_schema = 0 }
    /^ENGINE_TTL/ { text = $0; gsub(/^ENGINE_TTL *"?|" *$/, "", text); save("sql", "2", text) }
    /^ENGINE_(SORTING|PARTITION)_KEY/ {
        text = $0; gsub(/^ENGINE_[A-Z_]* *"?|" *$/, "", text); save("sql", "1", text)
    }
    in_query { query = query $0 "\n" }
    in_schema && NF > 1 {
        text = $0
        gsub(/^ *[^ ]+ |`json:.*|,? *$| DEFAULT .*| CODEC.*/, "", text)
        save("type", "", text "\n" (last == "" ? "String" : last))
        last = text
    }
    END { flush() }'

n=0
grep -v '^#' tests/engine/accepted.sql | while read -r statement; do
    n=$((n + 1))
    printf '0%s' "$statement" >"$to/seeds-sql/engine-$n"
done

n=0
find tests/cases -name '.tblint.yaml' | LC_ALL=C sort | while read -r file; do
    n=$((n + 1))
    cp "$file" "$to/seeds-config/$n"
done
printf 'version: 1\nlive: origin/main\nprofile: forward\nprojects: [a, "b/*"]\nfail_on: warning\n' \
    >"$to/seeds-config/whole"
printf 'rules: {type-change-without-forward-query: off}\nignore:\n  - x/**\nmigration: {margin_minutes: 90}\n' \
    >>"$to/seeds-config/whole"

n=0
find tests/cases -name '.tblint.accept.yaml' | LC_ALL=C sort | while read -r file; do
    n=$((n + 1))
    cp "$file" "$to/seeds-acceptance/$n"
done
n=0
grep -rl 'tblint: ' tests/cases --include='*.datasource' --include='*.pipe' | LC_ALL=C sort | while read -r file; do
    n=$((n + 1))
    cp "$file" "$to/seeds-acceptance/comment-$n"
done

n=0
find tests/cases -path '*/tests/*.yaml' | LC_ALL=C sort | while read -r file; do
    n=$((n + 1))
    cp "$file" "$to/seeds-quality_test/$n"
done
printf -- '- a: &a {sql: "SELECT 1", pipe: {name: p}}\n- b: *a\n- {"c": {sql: >-\n  SELECT *\n  FROM t}}\n' \
    >"$to/seeds-quality_test/forms"
printf -- "- a:\n    pipe: p\n    sql: |\n      WITH c AS (SELECT count() FROM t) SELECT 'x' FROM c, {{u}}\n" \
    >"$to/seeds-quality_test/block"

# One file a case: both sides, each file behind a line that names it.
for folder in "$cases"/*/*/; do
    name=$(echo "$folder" | tr '/' '_')
    for side in live candidate; do
        [ -d "$folder$side" ] || continue
        (cd "$folder$side" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) |
            while read -r path; do
                printf '== %s %s\n' "$side" "$path"
                cat "$folder$side/$path"
            done
    done >"$to/seeds-project/$name"
done

# Words of four bytes: pipe and target, list, source, form and type. See fuzz_lineage.c.
printf '\000\000\000\003\001\000\001\003\002\000\005\003' >"$to/seeds-lineage/stars"
printf '\000\000\001\000\001\000\005\000\002\000\011\000\003\000\001\000' >"$to/seeds-lineage/circle"
printf '\010\000\000\001\021\000\004\001\032\000\010\001\043\000\014\001\001' >"$to/seeds-lineage/cascade"

# The scripts of the cases, and those of the table in test_shell.c, as far as they are on one line.
n=0
find $cases -name '*.sh' | LC_ALL=C sort | while read -r file; do
    n=$((n + 1))
    cp "$file" "$to/seeds-shell/$n"
done
n=0
sed -n 's/^    {"[^"]*", "\(.*\)\\n", .*/\1/p' tests/unit/test_shell.c | while read -r row; do
    n=$((n + 1))
    printf "$(echo "$row" | sed 's/%/%%/g; s/\\"/"/g')\n" >"$to/seeds-shell/row-$n"
done

# The fit file of test_sarif_check.c, which stands there with ' for ", and the files of other tools.
awk -v to="$to/seeds-sarif/" '
    /^static const char fit\[\] =/ { name = "fit" }
    /^         "\{.version/ || /^         "\{.\$schema/ { name = "tool" ++n }
    name != "" && /^ *"/ {
        text = $0
        last = text ~ /";$/ || text ~ /",$/
        gsub(/^ *"|"[;,]?$/, "", text)
        gsub(/\047/, "\"", text)
        gsub(/\\\\/, "\\", text)
        printf "%s", text > (to name)
        if (last) name = ""
    }' tests/unit/test_sarif_check.c

# Names that mean something to a terminal, a CI or a reader of markup, one a seed.
n=0
while IFS= read -r name; do
    n=$((n + 1))
    printf "$(echo "$name" | sed 's/%/%%/g')" >"$to/seeds-escape/$n"
done <<'END'
::add-mask::x\n  ::error::y ##[error]z
\033[31m\033]8;;https://a.b\033\134 \302\233m\177
\342\200\256\342\201\246\342\200\250\357\273\277\363\240\201\201\330\234
<script>a & b</script> &lt; ]]> <!-- -->
[a](https://b.c) ![d](e) http://f www.g a@b.c @team #1 GH-1 !2 $x$ `y` |z|
\377\376\300\257\355\240\200\364\220\200\200\357\277\277
"]; click n "x" %%{init}%% \134N $(x)`y`;'"
END

# Lines of variables, an empty line, an event. See fuzz_event.c.
event() {
    n=$((n + 1))
    printf '%s\n\n%s' "$1" "$2" >"$to/seeds-event/$n"
}
event '0=push' '{"ref":"refs/heads/main","before":"%0","repository":{"default_branch":"main"}}'
event '0=push' '{"ref":"refs/heads/main","before":"%1","repository":{"default_branch":"main"}}'
event '0=push
2=refs/heads/main
3=main' '{"before":"0000000000000000000000000000000000000000"}'
event '0=pull_request
1=main' '{"pull_request":{"merged":true,"base":{"ref":"main","sha":"%0"}}}'
event '0=pull_request' '{"pull_request":{"base":{"ref":"a b","sha":"%1"}}}'
event '0=merge_group' '{"merge_group":{"base_sha":"%0"}}'
event "0=merge_group" '{"merge_group":{"base_sha":"--upload-pack=x"}}'
event '4=true
5=main
6=%0' ''
event '4=true
7=main
8=main
9=%1' ''
event ":=x\$(y)';z" ''
