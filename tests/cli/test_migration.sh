#!/bin/sh
# What a migration asks of the commits of the live branch: TB513 after a backfill that is gone again.
. "$(dirname "$0")/lib.sh"

# pipe NAME SQL TYPE...: writes pipes/NAME.pipe
pipe() {
    mkdir -p pipes
    name=$1 sql=$2
    shift 2
    { printf 'NODE n\nSQL >\n    %s\n\n' "$sql"; printf '%s\n' "$@"; } >"pipes/$name.pipe"
}

# commit DAY: everything, on a day of November
commit() {
    git add -A
    GIT_COMMITTER_DATE=2026-11-$1T12:00:00Z git commit -q -m "day $1"
}

# migration NAME: a replica with its sync pipe, and an endpoint that reads the old data source.
migration() {
    fresh "$1"
    datasource events String
    pipe top "SELECT host, count() AS n FROM events GROUP BY host" "TYPE endpoint"
    commit 10
    datasource events_new String "BACKFILL skip"
    pipe sync "SELECT ts, host FROM events WHERE ts > '2026-11-12 14:00:00'" \
        "TYPE materialized" "DATASOURCE events_new"
    commit 12
}

backfill() {
    pipe backfill "SELECT ts, host FROM events WHERE ts <= '2026-11-12 14:00:00'" \
        "TYPE copy" "TARGET_DATASOURCE $1" "COPY_SCHEDULE @on-demand"
}

switch() {
    git checkout -q -b switch
    pipe top "SELECT host, count() AS n FROM events_new GROUP BY host" "TYPE endpoint"
}

migration none
switch
run tblint lint --live main; expect "no backfill" 0 "TB513" "no backfill into"

migration gone
backfill events_new && commit 13
git rm -q pipes/backfill.pipe && commit 14
switch
run tblint lint --live main; expect "a backfill that is gone again" 0
absent "a backfill that is gone again" "TB513"

migration quoted
backfill '"events_new"' && commit 13
git rm -q pipes/backfill.pipe && commit 14
switch
run tblint lint --live main; absent "its target in quotes" "TB513"

migration other
datasource elsewhere String
backfill elsewhere && commit 13
git rm -q pipes/backfill.pipe && commit 14
switch
run tblint lint --live main; expect "a backfill of another data source" 0 "TB513"

migration moved
mkdir materializations && git mv pipes/sync.pipe materializations/ && commit 13
switch
run tblint lint --live main; expect "the sync pipe in another folder" 0 "TB513"
finish
