#!/bin/sh
# All formats of findings over one project, and over a project whose names are hostile, read by
# parsers that know nothing of tblint.
. "$(dirname "$0")/lib.sh"

formats="text json sarif github gitlab junit rdjson markdown html"
wanted="" listed=""
for format in $formats; do
    wanted="$wanted --format $format=$scratch/out.$format"
    listed="$listed $scratch/out.$format"
done

# all_formats NAME CODE: one run that writes every format, and what each of them must be.
all_formats() {
    # shellcheck disable=SC2086
    rm -f $listed
    # shellcheck disable=SC2086
    run tblint lint --staged --quiet $wanted
    expect "$1: every format in one run" "$2"
    for format in $formats; do
        [ -f "$scratch/out.$format" ]
        same "$1: $format is written" "$?" 0
    done
    for format in json gitlab rdjson sarif; do
        json_valid <"$scratch/out.$format"
        same "$1: $format is JSON" "$?" 0
    done
    same "$1: no line of github is anything but an annotation" \
        "$(grep -cvE '^::(error|warning|notice) [^:]*::' "$scratch/out.github")" 0
    same "$1: nothing in a log is a command" \
        "$(cat "$scratch/out.text" "$scratch/out.json" "$scratch/out.gitlab" \
            "$scratch/out.rdjson" "$scratch/out.junit" "$scratch/out.markdown" |
            grep -cE '^[[:space:]]*::|##\[')" 0
    same "$1: no control bytes" \
        "$(cat "$scratch"/out.* | LC_ALL=C tr -d '\n\t' | LC_ALL=C grep -c '[[:cntrl:]]')" 0
    if command -v python3 >/dev/null 2>&1; then
        run python3 "$TBLINT_SOURCE/tests/lib/formats_agree.py" "$scratch"
        expect "$1: the formats tell the same findings" 0
    fi
}

# ---- the sample project ----

fresh demo
cp -R "$TBLINT_SOURCE/tests/projects/demo/live/." .
git add -A
git commit -q -m live
git checkout -q -b change
cp -R "$TBLINT_SOURCE/tests/projects/demo/candidate/." .
git add -A
all_formats "demo" 1
same "demo: ids" \
    "$(grep -oE '"id":.*"[0-9a-f]{12}"' "$scratch/out.json" | grep -oE '[0-9a-f]{12}' | sort)" \
    "$(grep -oE '"fingerprint":.*"[0-9a-f]{12}"' "$scratch/out.gitlab" | grep -oE '[0-9a-f]{12}' | sort)"
same "demo: ids of the page" \
    "$(grep -oE '"id":.*"[0-9a-f]{12}"' "$scratch/out.json" | grep -oE '[0-9a-f]{12}' | sort)" \
    "$(grep -oE '<article [^>]* id="finding-[0-9a-f]{12}"' "$scratch/out.html" | grep -oE '[0-9a-f]{12}' | sort)"
run tblint plan --staged --quiet --format html
expect "the page of a plan" 0 "What the deploy does"
run tblint plan --staged --quiet --rollback --format html
expect "the page of a rollback" 0 "To undo it"
for format in github gitlab junit rdjson markdown html; do
    run tblint lint --staged --quiet --format "$format"
    expect "demo: $format on standard output" 1
    cmp -s "$out" "$scratch/out.$format"
    same "demo: $format is the same bytes" "$?" 0
    run tblint lint --staged --quiet --live nowhere --format "$format"
    expect "$format of a failed run" 3 "nowhere"
    case $format in markdown | html) continue ;; esac
    run tblint plan --format "$format"
    expect "no plan as $format" 2
done
run tblint lint --staged --quiet --fail-on never --format junit
expect "a level that nothing reaches" 0 'failures="0"' "TB101"
run tblint accept --staged --quiet 7e52ebad8d8c --reason 'old <rows> ]]> | ::error::'
expect "accept one of them" 0
git add -A
all_formats "one accepted" 1
same "one accepted: markdown says so" \
    "$(grep -cF -e '2 errors, 1 note in 3 of 6 files, 1 accepted' -e '**This change adds 1 acceptance.**' \
        "$scratch/out.markdown")" 2
same "one accepted: an annotation says so" \
    "$(grep -cF '::This change adds 1 acceptance.' "$scratch/out.github")" 1
git checkout -q -f main
all_formats "nothing changed" 0
same "no findings: github" "$(cat "$scratch/out.github")" ""
same "no findings: gitlab" "$(cat "$scratch/out.gitlab")" "[]"

# ---- hostile names ----

fresh hostile
mkdir datasources
printf 'SCHEMA >\n    `a` String\n' >datasources/events.datasource
git add -A
git commit -q -m live
git checkout -q -b change
# hostile NAME: a data source of that name, and a column of it; its type is none, which is an error.
hostile() {
    name=$(printf '%b.' "$1")
    name=${name%.}
    printf 'SCHEMA >\n    `%s` Strng\n' "$name" >"datasources/$(printf '%s' "$name" | tr '/' '_').datasource"
}
hostile '::add-mask::secret'
hostile '::error file=a,line=1::x'
hostile '%%0A::stop-commands::y'
hostile '##[add-mask]z'
hostile '<img src=x onerror=1>'
hostile '](x) |@all*_`$a$'
hostile ']]>&lt;!--'
hostile 'esc\033[31m\007\0302\0233'
hostile '\0377\0300'
hostile '\0342\0200\0256bidi'
hostile '\0357\0277\0276'
hostile "quote'\"x"
hostile 'line\nend'
hostile 'return\rend'
git add -A
all_formats "hostile" 1
finish
