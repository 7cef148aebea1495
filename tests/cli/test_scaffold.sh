#!/bin/sh
# tblint scaffold: both steps are written, lint has nothing to say of them, and nothing is overwritten.
. "$(dirname "$0")/lib.sh"

landing() {
    mkdir -p datasources
    cat >datasources/events.datasource <<'END'
# What the shop sends.
DESCRIPTION >
    Events of the shop

SCHEMA >
    `ts` DateTime `json:$.ts`,
    `received` DateTime `json:$.received` DEFAULT now(),
    `tenant` LowCardinality(String) `json:$.tenant`,
    `from` String `json:$.from`

ENGINE "MergeTree"
ENGINE_PARTITION_KEY "toYYYYMM(ts)"
# By time.
ENGINE_SORTING_KEY "ts"
END
}

# A chain of two views, one of them through another pipe, and an endpoint.
chain() {
    mkdir -p materializations pipes endpoints
    cat >datasources/daily.datasource <<'END'
SCHEMA >
    `day` Date,
    `tenant` LowCardinality(String),
    `hits` AggregateFunction(count)

ENGINE "AggregatingMergeTree"
ENGINE_SORTING_KEY "tenant, day"
END
    cat >datasources/monthly.datasource <<'END'
SCHEMA >
    `month` Date,
    `tenant` LowCardinality(String),
    `hits` AggregateFunction(count)

ENGINE "AggregatingMergeTree"
ENGINE_SORTING_KEY "tenant, month"
END
    cat >pipes/clean.pipe <<'END'
NODE cleaned
SQL >
    SELECT events.ts, events.tenant
    FROM events
    WHERE events.tenant != ''
END
    cat >materializations/daily_mv.pipe <<'END'
# Hits a day.
NODE by_day
SQL >
    -- of events that are clean
    SELECT toDate(ts) AS day, tenant, countState() AS hits
    FROM clean
    GROUP BY day, tenant

TYPE materialized
DATASOURCE daily
END
    cat >materializations/monthly_mv.pipe <<'END'
NODE by_month
SQL >
    SELECT toStartOfMonth(day) AS month, tenant, countMergeState(hits) AS hits
    FROM daily
    GROUP BY month, tenant

TYPE materialized
DATASOURCE monthly
END
    cat >endpoints/hits.pipe <<'END'
NODE endpoint
SQL >
    SELECT day, countMerge(hits) AS hits FROM daily GROUP BY day

TYPE endpoint
END
}

live() {
    git add -A
    git commit -q -m "$1"
    git checkout -q -B change
    git branch -q -f main
}

# silent NAME: lint has neither findings nor anything that it could not check.
silent() {
    run tblint lint --live main
    expect "$1: no finding" 0 "no findings"
    absent "$1: nothing unchecked" "not checked"
}

fresh forward
landing
chain
live first
run tblint scaffold replicate events --sorting-key "tenant, ts" --dry-run
expect "a dry run prints" 0 "==> datasources/events_new.datasource" "ENGINE_SORTING_KEY \"tenant, ts\"" \
    "WHERE received > '2026-11-21 14:00:00'"
same "and writes nothing" "$(git status --porcelain)" ""
run tblint scaffold replicate events --sorting-key "tenant, ts"
expect "forward" 0 "wrote datasources/events_new.datasource" "wrote materializations/sync_events_new.pipe" \
    "wrote datasources/daily_new.datasource" "wrote pipes/clean_new.pipe" \
    "wrote materializations/daily_mv_new.pipe" "wrote datasources/monthly_new.datasource" \
    "wrote materializations/monthly_mv_new.pipe" "Forward has no data quality tests" \
    "tblint scaffold backfill events_new"
absent "the endpoint stays" "hits_new"
cat >"$scratch/want" <<'END'
# What the shop sends.
DESCRIPTION >
    Replica of 'events' with the sorting key 'tenant, ts', filled by 'sync_events_new' until it
    takes the place of 'events'.
    Events of the shop

SCHEMA >
    `ts` DateTime `json:$.ts`,
    `received` DateTime `json:$.received` DEFAULT now(),
    `tenant` LowCardinality(String) `json:$.tenant`,
    `from` String `json:$.from`

ENGINE "MergeTree"
ENGINE_PARTITION_KEY "toYYYYMM(ts)"
# By time.
ENGINE_SORTING_KEY "tenant, ts"
END
same "the replica" "$(diff datasources/events_new.datasource "$scratch/want")" ""
cat >"$scratch/want" <<'END'
DESCRIPTION >
    Copies the rows of 'events' from after 2026-11-21 14:00:00 UTC to 'events_new' as they come
    in. Delete it together with 'events', when all that writes and reads has moved.

NODE copy_new_rows
SQL >
    SELECT
        ts,
        received,
        tenant,
        `from`
    FROM events
    WHERE received > '2026-11-21 14:00:00'

TYPE materialized
DATASOURCE events_new
END
same "the sync pipe" "$(diff materializations/sync_events_new.pipe "$scratch/want")" ""
cat >"$scratch/want" <<'END'
# Hits a day.
DESCRIPTION >
    Copy of 'daily_mv' that fills 'daily_new', until 'events_new' takes the place of 'events'.

NODE by_day
SQL >
    -- of events that are clean
    SELECT toDate(ts) AS day, tenant, countState() AS hits
    FROM clean_new
    GROUP BY day, tenant

TYPE materialized
DATASOURCE daily_new
END
same "a view" "$(diff materializations/daily_mv_new.pipe "$scratch/want")" ""
run cat pipes/clean_new.pipe
expect "names that qualify" 0 "SELECT events_new.ts, events_new.tenant" "FROM events_new" \
    "WHERE events_new.tenant != ''"
silent "forward, first step"

run tblint scaffold replicate events
expect "nothing is overwritten" 2 "there is a 'events_new' already"
run tblint scaffold backfill events_new
expect "not before the sync pipe is live" 2 "is not live"
live second
run tblint scaffold backfill events_new
expect "not before the cutoff" 2 "is still to come" "--method copy"
run tblint scaffold backfill events_new --method materialized
expect "no view in Forward" 2 "--method copy"
run tblint scaffold backfill events_new --method copy
expect "a copy by hand" 0 "wrote copies/backfill_events_new.pipe" "run the copy only after it"
cat >"$scratch/want" <<'END'
DESCRIPTION >
    Copies the rows of 'events' that 'sync_events_new' does not, those from before its cutoff
    2026-11-21 14:00:00, to 'events_new'. Run it by hand after that moment, once, or in chunks
    from start_time on and before end_time. Delete it when all readers have moved.

NODE copy_old_rows
SQL >
    %
    SELECT
        ts,
        received,
        tenant,
        `from`
    FROM events
    WHERE received <= '2026-11-21 14:00:00'
        {% if defined(start_time) %}
        AND received >= {{ DateTime(start_time) }}
        {% end %}
        {% if defined(end_time) %}
        AND received < {{ DateTime(end_time) }}
        {% end %}

TYPE copy
TARGET_DATASOURCE events_new
COPY_SCHEDULE @on-demand
COPY_MODE append
END
same "the backfill" "$(diff copies/backfill_events_new.pipe "$scratch/want")" ""
silent "forward, second step"
run tblint scaffold backfill events_new --method copy
expect "one is enough" 2 "copies the older rows to 'events_new' already"
export TBLINT_NOW=2026-11-21T20:00:00Z
rm -r copies
run tblint scaffold backfill events_new --start 2026-01-01
absent "the column is when rows come in" "late ones"
expect "after the cutoff" 0 "wrote copies/backfill_events_new.pipe"
run cat copies/backfill_events_new.pipe
expect "a start" 0 "AND received >= '2026-01-01 00:00:00'"
silent "forward, second step after the cutoff"
# Where views lie beside the other pipes, copies do, too.
rm -r copies
mkdir -p "$scratch/apart" && mv materializations "$scratch/apart/" && cp "$scratch"/apart/materializations/* pipes/
run tblint scaffold backfill events_new
expect "one folder for all pipes" 0 "wrote pipes/backfill_events_new.pipe"
rm pipes/*_mv*.pipe pipes/sync_*.pipe && mv "$scratch/apart/materializations" .
mkdir copies && mv pipes/backfill_events_new.pipe copies/
live third
sed -i 's/FROM daily /FROM daily_new /' endpoints/hits.pipe
silent "forward, the switch"
export TBLINT_NOW=2026-11-21T12:00:00Z

fresh classic
printf 'VERSION=0.0.1\n' >.tinyenv
landing
chain
rm -r endpoints
live first
run tblint scaffold replicate events --partition-key "toYYYYMMDD(ts)"
expect "classic" 0 "wrote tests/events_new.yaml"
run cat tests/events_new.yaml
expect "the quality test" 0 "FROM events" "FROM events_new" "received > '2026-11-21 14:00:00'" \
    "received < now() - INTERVAL 10 SECOND" "WHERE legacy_rows != replica_rows"
silent "classic, first step"
live second
export TBLINT_NOW=2026-11-21T20:00:00Z
run tblint scaffold backfill events_new --method materialized
expect "a view in Classic" 0 "wrote materializations/backfill_events_new.pipe" "tb pipe populate"
run cat materializations/backfill_events_new.pipe
expect "its filter" 0 "WHERE received <= '2026-11-21 14:00:00'" "TYPE materialized"
absent "no template" "{%"
silent "classic, view"
rm materializations/backfill_events_new.pipe
run tblint scaffold backfill events_new
expect "a copy in Classic" 0 "wrote pipes/backfill_events_new.pipe" "tb pipe copy run"
silent "classic, copy"
export TBLINT_NOW=2026-11-21T12:00:00Z

# A project in a folder, from within another one.
fresh folder
mkdir -p shop/data && cd shop/data || exit 1
landing
chain
live first
mkdir -p ../docs && cd ../docs || exit 1
run tblint scaffold replicate events --column ts
expect "a folder" 0 "wrote shop/data/datasources/events_new.datasource" \
    "wrote shop/data/materializations/sync_events_new.pipe" "late ones"
cd ../.. || exit 1
run git status --porcelain
absent "nothing beside it" "shop/docs"

# A connector stays where it is.
fresh kafka
landing
cat >>datasources/events.datasource <<'END'

KAFKA_CONNECTION_NAME shop
KAFKA_TOPIC events
KAFKA_GROUP_ID shop_live
END
mkdir connections
printf 'TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS localhost:9092\nKAFKA_KEY k\nKAFKA_SECRET s\n' >connections/shop.connection
live first
run tblint scaffold replicate events --engine ReplacingMergeTree --name events_v2
expect "kafka" 0 "the connector of 'events' is left out"
run grep -c KAFKA datasources/events_v2.datasource
same "no connector in the replica" "$(cat "$out")" 0
silent "kafka, first step"

# The target of a view: the view once more, from the cutoff on; what is below it is copied.
fresh target
landing
chain
rm pipes/clean.pipe
cat >materializations/daily_mv.pipe <<'END'
NODE daily_mv
SQL >
    SELECT toDate(ts) AS day, ts, received, tenant
    FROM events
    WHERE tenant != '' OR ts > 0

NODE by_day
SQL >
    SELECT day, tenant, countState() AS hits
    FROM daily_mv
    GROUP BY day, tenant

TYPE materialized
DATASOURCE daily
END
live first
run tblint scaffold replicate daily --sorting-key "day, tenant"
expect "a target" 0 "wrote datasources/daily_new.datasource" "wrote materializations/sync_daily_new.pipe" \
    "wrote materializations/monthly_mv_new.pipe"
absent "its source stays" "events_new"
absent "its old view stays" "daily_mv_new"
cat >"$scratch/want" <<'END'
DESCRIPTION >
    Fills 'daily_new' from rows of 'events' after 2026-11-21 14:00:00 UTC, as 'daily_mv' fills
    'daily', and takes its place.

NODE daily_mv_node
SQL >
    SELECT toDate(ts) AS day, ts, received, tenant
    FROM events
    WHERE (tenant != '' OR ts > 0)
        AND received > '2026-11-21 14:00:00'

NODE by_day
SQL >
    SELECT day, tenant, countState() AS hits
    FROM daily_mv_node
    GROUP BY day, tenant

TYPE materialized
DATASOURCE daily_new
END
same "the view with a filter" "$(diff materializations/sync_daily_new.pipe "$scratch/want")" ""
silent "target, first step"
live second
export TBLINT_NOW=2026-11-21T20:00:00Z
run tblint scaffold backfill daily_new
expect "the older rows" 0 "wrote copies/backfill_daily_new.pipe"
run cat copies/backfill_daily_new.pipe
expect "turned round" 0 "AND received <= '2026-11-21 14:00:00'" "TARGET_DATASOURCE daily_new"
absent "no chunks through another node" "{%"
silent "target, second step"
export TBLINT_NOW=2026-11-21T12:00:00Z

# What is asked for has to fit.
fresh faults
landing
chain
datasource users String
printf 'SCHEMA >\n    `a` DateTime,\n    `b` DateTime\n' >datasources/two.datasource
printf 'SCHEMA >\n    `a` Nullable(DateTime),\n    `d` Date\n' >datasources/none.datasource
printf 'SCHEMA >\n    `t` DateTime('"'Europe/Madrid'"'),\n    `x` UInt8\n' >datasources/zoned.datasource
live first
fault() {
    name=$1 text=$2
    shift 2
    run tblint scaffold "$@"
    expect "$name" 2 "$text"
    same "$name: nothing is written" "$(git status --porcelain)" ""
}
fault "unknown name" "did you mean events?" replicate event
run tblint scaffold replicate zzz
absent "a name that is like no other" "did you mean"
fault "no name" "needs a name" replicate
fault "neither" "replicate, backfill" copy x
fault "a view over another pipe" "'daily_mv': it reads its data source through another pipe" replicate daily
fault "several columns" "'a' and 'b'" replicate two
fault "no column" "no DateTime column that is never NULL" replicate none
fault "a day" "a moment, not a day" replicate none --column d
fault "can be NULL" "can be NULL" replicate none --column a
fault "no such column" "has no column 'z'" replicate two --column z
fault "a key of other columns" "has no column 'z'" replicate events --sorting-key "z, ts"
fault "a cutoff that passed" "has passed" replicate events --cutoff "2026-11-21 11:00:00"
fault "no cutoff" "takes a moment in UTC" replicate events --cutoff tomorrow
fault "a bad name" "is no name" replicate events --name "../x"
fault "a taken name" "there is a 'daily' already" replicate events --name daily
fault "another kind's option" "--method does not apply" replicate events --method copy
fault "another kind's option" "--ttl does not apply" backfill events --ttl x
fault "no method" "--method takes" backfill events --method populate
fault "no replica" "no live materialized pipe" backfill events
run tblint scaffold replicate two --column b --dry-run
expect "the column is given" 0 "WHERE b > '2026-11-21 14:00:00'"
run tblint scaffold replicate zoned --dry-run
expect "a zone" 0 "WHERE t > toDateTime('2026-11-21 14:00:00', 'UTC')"

# All or nothing, inside the working tree.
fresh careful
landing
chain
live first
mkdir -p "$scratch/elsewhere"
mv materializations "$scratch/elsewhere/" && ln -s "$scratch/elsewhere/materializations" materializations
git add -A && git commit -q -m link && git branch -q -f main
run tblint scaffold replicate events
same "no link is followed" "$(git status --porcelain)$(ls "$scratch/elsewhere/materializations" | tr '\n' ' ')" \
    "daily_mv.pipe monthly_mv.pipe "
rm materializations && mv "$scratch/elsewhere/materializations" . && git add -A && git commit -q -m back
git branch -q -f main
printf 'datasources/daily_new.datasource\n' >.gitignore
echo mine >datasources/daily_new.datasource
run tblint scaffold replicate events
expect "a file that git does not know" 2
same "it is as it was" "$(cat datasources/daily_new.datasource)" mine
same "and nothing else is written" "$(git status --porcelain)" "?? .gitignore"
rm .gitignore datasources/daily_new.datasource
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w materializations
    run tblint scaffold replicate events
    expect "a folder without permission" 2 "cannot write"
    same "what was written is taken away" "$(git status --porcelain)" ""
    chmod u+w materializations
fi
finish
