#!/bin/sh
# Writes the pages that check.mjs opens: sh tests/html/pages.sh TBLINT OUT. Each is the report of a
# repository of its own, made below OUT/repositories.
set -eu
tblint=$1 out=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY TBLINT_LIVE GITHUB_ACTIONS \
    GITHUB_BASE_REF GITHUB_EVENT_NAME GITHUB_EVENT_PATH CI GITLAB_CI
export TBLINT_NOW=2026-11-21T12:00:00Z GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.invalid GIT_COMMITTER_NAME=t \
    GIT_COMMITTER_EMAIL=t@example.invalid
export GIT_AUTHOR_DATE=2026-11-19T12:00:00Z GIT_COMMITTER_DATE=2026-11-19T12:00:00Z
mkdir -p "$out/repositories"

# page NAME OPTIONS...: the report of the repository of that name.
page() {
    name=$1
    shift
    (cd "$out/repositories/$name" && "$tblint" "$@" --quiet --format "html=$out/$name.html") || true
    [ -s "$out/$name.html" ]
}

# begin NAME: an empty repository, entered.
begin() {
    git init -q -b main "$out/repositories/$1"
    cd "$out/repositories/$1"
}

live() {
    git add -A
    git commit -q --allow-empty -m live
}

# case_page NAME CASE: of tests/cases.
case_page() {
    begin "$1"
    cp -R "$root/tests/cases/$2/live/." .
    live
    git rm -r -q --ignore-unmatch .
    cp -R "$root/tests/cases/$2/candidate/." .
    page "$1" lint --live main
}

begin demo
cp -R "$root/tests/projects/demo/live/." .
live
cp -R "$root/tests/projects/demo/candidate/." .
git add -A
page demo lint --live main --staged

begin empty
cp -R "$root/tests/projects/demo/live/." .
live
page empty lint --live main

begin fault
live
page fault lint --live nowhere

# One finding, which is about no single resource.
begin gone
cp -R "$root/tests/projects/demo/live/." .
echo 'What else is there.' >README.md
live
git rm -r -q .
echo 'What else is there.' >README.md
git add -A
page gone lint --live main --staged

# ---- names and texts that are meant to run, or to break out of where they stand ----

begin hostile
mkdir datasources pipes
printf 'SCHEMA >\n    `a` String\nENGINE "MergeTree"\nENGINE_SORTING_KEY "a"\n' >datasources/events.datasource
live
hostile() {
    name=$(printf '%b.' "$1")
    name=${name%.}
    file=$(printf '%s' "$name" | tr '/' '_')
    printf 'DESCRIPTION >\n    %s\nSCHEMA >\n    `%s` Strng\n' "$name" "$name" >"datasources/$file.datasource"
    printf 'DESCRIPTION %s\nNODE n\nSQL >\n    SELECT %s FROM events\nTYPE endpoint\n' "$name" "$name" \
        >"pipes/p$file.pipe"
}
hostile '<script>window.__pwned=1</script>'
hostile '</script><script>window.__pwned=1</script>'
hostile '</style><img src=x onerror=window.__pwned=1>'
hostile '<img src=x onerror=alert(1)>'
hostile '"><svg onload=window.__pwned=1>'
hostile "' autofocus onfocus=window.__pwned=1 x='"
hostile 'javascript:window.__pwned=1'
hostile ']]><!--'
hostile '{{7*7}}${7*7}'
hostile '\0342\0200\0256bidi'
hostile 'esc\033[31m\007'
hostile '\0377\0300'
hostile 'line\nend'
hostile '\0346\0227\0245\0346\0234\0254\0350\0252\0236\0343\0203\0206\0343\0203\0274\0343\0203\0226\0343\0203\0253'
hostile 'a_name_of_a_data_source_that_is_much_longer_than_any_box_of_the_picture_could_hold_and_more'
page hostile lint --live main

# ---- many resources: chains, fans, connections, rings ----

datasource() { # NAME TYPE MORE
    printf 'SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    `host` %s `json:$.host`,\n    `n` UInt64 `json:$.n`\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "ts"\n%b' \
        "$2" "${3-}" >"datasources/$1.datasource"
}
pipe() { # NAME FROM TYPE MORE
    printf 'NODE n\nSQL >\n    SELECT ts, host, n FROM %s\n\nTYPE %s\n%b' "$2" "$3" "${4-}" >"pipes/$1.pipe"
}
many() { # TYPE
    mkdir -p datasources pipes connections
    printf 'TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS localhost:9092\nKAFKA_KEY {{ tb_secret("k") }}\nKAFKA_SECRET {{ tb_secret("s") }}\n' \
        >connections/stream.connection
    for i in 1 2 3 4 5 6 7 8 9 10; do
        datasource "landing_$i" "$1" "KAFKA_CONNECTION_NAME stream\nKAFKA_TOPIC t$i\nKAFKA_GROUP_ID g$i\n"
        printf 'SCHEMA >\n    `ts` DateTime,\n    `host` %s,\n    `n` UInt64\n\nENGINE "MergeTree"\nENGINE_SORTING_KEY "ts"\n' "$1" \
            >"datasources/hourly_$i.datasource"
        pipe "to_hourly_$i" "landing_$i" materialized "DATASOURCE hourly_$i\n"
        pipe "top_hosts_$i" "hourly_$i" endpoint
        pipe "recent_$i" "landing_$i" endpoint
        pipe "nightly_copy_of_hourly_$i" "hourly_$i" copy "TARGET_DATASOURCE archive\nCOPY_SCHEDULE @on-demand\n"
    done
    datasource archive "$1"
    pipe everything "landing_1, landing_2, landing_3" endpoint
    pipe ring_a ring_b endpoint
    pipe ring_b ring_a endpoint
}
begin many
many String
live
many UInt32
sed -i 's/9092/9093/' connections/stream.connection
rm pipes/top_hosts_10.pipe datasources/hourly_9.datasource
page many lint --live main

begin projects
mkdir web shop
(cd web && many String && touch tinybird.config.json && echo '{}' >tinybird.config.json)
(cd shop && many String && echo '{}' >tinybird.config.json)
live
(cd web && many 'LowCardinality(String)')
rm shop/pipes/recent_1.pipe
page projects plan --live main

begin accepted
cp -R "$root/tests/projects/demo/live/." .
live
git checkout -q -b change
cp -R "$root/tests/projects/demo/candidate/." .
git add -A
"$tblint" accept --staged --quiet 7e52ebad8d8c --reason 'old rows are <of no use>' >/dev/null 2>&1
git add -A
page accepted lint --live main --staged

case_page column dropped-column-still-used/"$(ls "$root/tests/cases/dropped-column-still-used" | grep -v '^silent' | head -n 1)"
case_page rebuild mv-downstream-rebuild/"$(ls "$root/tests/cases/mv-downstream-rebuild" | grep -v '^silent' | head -n 1)"
case_page migration backfill-before-cutoff/"$(ls "$root/tests/cases/backfill-before-cutoff" | grep -v '^silent' | head -n 1)"

# ---- real changes, where the corpus is at hand ----

corpus_page() { # NAME HISTORY COMMIT
    bundle=${TBLINT_SHARED:-$root/../shared}/corpus/histories/$2.bundle
    [ -f "$bundle" ] || return 0
    git clone -q "$bundle" "$out/repositories/$1"
    page "$1" lint --live "$3^" --commit "$3" --profile forward
}
corpus_page corpus-copies linuxfoundation__crowd.dev be966f878f84965373afedce6640a1a65c558744
corpus_page corpus-large openstatusHQ__openstatus bf93020b0e6f9557be79a1bd556b7d8f9abefa08
