/* Migrations by replication: recognition of each variant, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "model/migration.h"

#define ENGINE "\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n"
#define LANDING                                                                                    \
    "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `ts` DateTime `json:$.ts`,\n"                     \
    "    `host` String `json:$.host`" ENGINE
#define TABLE     "SCHEMA >\n    `id` UInt32,\n    `ts` DateTime,\n    `host` String" ENGINE
#define AGGREGATE "SCHEMA >\n    `day` Date,\n    `host` String,\n    `hits` UInt64" ENGINE
#define KAFKA(g)                                                                                   \
    LANDING "\nKAFKA_CONNECTION_NAME broker\nKAFKA_TOPIC events\nKAFKA_GROUP_ID " g "\n"
#define S3(uri)                                                                                    \
    LANDING "\nIMPORT_SERVICE s3\nIMPORT_CONNECTION_NAME bucket\nIMPORT_BUCKET_URI " uri "\n"
#define VIEW(sql, target) "NODE n\nSQL >\n    " sql "\n\nTYPE materialized\nDATASOURCE " target "\n"
#define COPY(sql, target)                                                                          \
    "NODE n\nSQL >\n    %\n    " sql "\n\nTYPE copy\nTARGET_DATASOURCE " target                    \
    "\nCOPY_SCHEDULE @on-demand\n"
#define DAILY(where)                                                                               \
    "SELECT toDate(ts) AS day, host, count() AS hits FROM events " where " GROUP BY day, host"
#define BETWEEN "WHERE ts BETWEEN {{ DateTime(start) }} AND {{ DateTime(end) }}"
#define CUTOFF  "'2026-11-21 14:00:00'"
#define PASSED  "'2026-11-20 14:00:00'"

typedef struct {
    const char *path;
    const char *live; /* NULL: not there */
    const char *candidate;
} Entry;

typedef struct {
    ProjectFixture fixture;
    Arena *files;
    const Migrations *live;
    const Migrations *candidate;
} Setup;

static void make(Setup *s, const Entry *entries)
{
    FileSet live = {0};
    FileSet candidate = {0};
    s->files = arena_new();
    for (size_t i = 0; entries[i].path != NULL; i++) {
        if (entries[i].live != NULL)
            file_set_add(s->files, &live, str_of(entries[i].path), str_of(entries[i].live));
        if (entries[i].candidate != NULL)
            file_set_add(s->files, &candidate, str_of(entries[i].path),
                         str_of(entries[i].candidate));
    }
    project_fixture_make(&s->fixture, &live, &candidate);
    const ProjectSides *sides = &s->fixture.diff->sides;
    s->live = migrations_of(&s->fixture.loader, sides->live, s->fixture.check.now);
    s->candidate = migrations_of(&s->fixture.loader, sides->candidate, s->fixture.check.now);
    assert_ptr_equal(s->candidate,
                     migrations_of(&s->fixture.loader, sides->candidate, s->fixture.check.now));
}

static void drop(Setup *s)
{
    project_fixture_free(&s->fixture);
    arena_free(s->files);
}

static void expect_name(const Resource *resource, const char *name)
{
    if (name == NULL) {
        assert_null(resource);
        return;
    }
    assert_non_null(resource);
    if (!str_is(resource->name, name))
        print_error("'%.*s', not '%s'\n", STR_ARG(resource->name), name);
    assert_true(str_is(resource->name, name));
}

typedef struct {
    const char *replica, *origin, *legacy, *sync, *backfill;
    bool reingests;
    bool from_quarantine;
} Expected;

/* The candidate has that one migration. */
static void expect_one(const Entry *entries, Expected expected)
{
    Setup s;
    make(&s, entries);
    assert_int_equal(s.candidate->len, 1);
    const Migration *m = &s.candidate->items[0];
    expect_name(m->replica, expected.replica);
    expect_name(m->origin, expected.origin);
    expect_name(m->legacy, expected.legacy);
    expect_name(m->sync, expected.sync);
    expect_name(m->backfill, expected.backfill);
    assert_int_equal(m->reingests, expected.reingests);
    assert_int_equal(m->from_quarantine, expected.from_quarantine);
    assert_ptr_equal(migration_find(s.candidate, str_of(expected.replica)), m);
    assert_null(migration_find(s.candidate, STR("nobody")));
    drop(&s);
}

static void expect_none(const Entry *entries)
{
    Setup s;
    make(&s, entries);
    for (size_t i = 0; i < s.candidate->len; i++)
        print_error("recognised: '%.*s'\n", STR_ARG(s.candidate->items[i].replica->name));
    assert_int_equal(s.candidate->len, 0);
    drop(&s);
}

/* ---- variants ---- */

static void test_landing_clone(void **state)
{
    (void)state;
    const Entry alone[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, LANDING},
        {"pipes/sync.pipe", NULL, VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")},
        {0}};
    expect_one(alone, (Expected){"events_new", "events", "events", "sync", NULL, false, false});
    const Entry both[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", LANDING, LANDING},
        {"pipes/sync.pipe", VIEW("SELECT * FROM events WHERE ts > " PASSED, "events_new"),
         VIEW("SELECT * FROM events WHERE ts > " PASSED, "events_new")},
        {"pipes/backfill.pipe", NULL, COPY("SELECT * FROM events " BETWEEN, "events_new")},
        {0}};
    expect_one(both,
               (Expected){"events_new", "events", "events", "sync", "backfill", false, false});
}

static void test_new_prefix(void **state)
{
    (void)state;
    const Entry entries[] = {
        {"datasources/events.datasource", S3("s3://old/*.csv"), S3("s3://old/*.csv")},
        {"datasources/events_new.datasource", NULL, S3("s3://new/*.csv")},
        {"pipes/sync.pipe", NULL, VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")},
        {0}};
    expect_one(entries, (Expected){"events_new", "events", "events", "sync", NULL, true, false});
}

/* The new one reads all files of the old one, or the same topic in a group of its own. */
static void test_reingested(void **state)
{
    (void)state;
    const Entry prefix[] = {
        {"datasources/events.datasource", S3("s3://a/*.csv"), S3("s3://a/*.csv") "\n"},
        {"datasources/events_new.datasource", NULL, S3("s3://a/*.csv")},
        {0}};
    const Entry topic[] = {{"datasources/events.datasource", KAFKA("one"), KAFKA("one") "\n"},
                           {"datasources/events_new.datasource", NULL, KAFKA("two")},
                           {0}};
    const Entry one_group[] = {{"datasources/events.datasource", KAFKA("one"), KAFKA("one") "\n"},
                               {"datasources/events_new.datasource", NULL, KAFKA("one")},
                               {0}};
    const Entry side_by_side[] = {
        {"datasources/events.datasource", KAFKA("one"), KAFKA("one") "\n"},
        {"datasources/events_new.datasource", KAFKA("two"), KAFKA("two") "\n"},
        {0}};
    const Entry two_alike[] = {{"datasources/a.datasource", KAFKA("one"), KAFKA("one") "\n"},
                               {"datasources/b.datasource", KAFKA("two"), KAFKA("two") "\n"},
                               {"datasources/c.datasource", NULL, KAFKA("three")},
                               {0}};
    Expected expected = {"events_new", "events", "events", NULL, NULL, true, false};
    expect_one(prefix, expected);
    expect_one(topic, expected);
    expect_none(one_group);
    expect_none(side_by_side);
    expect_none(two_alike);
}

/* What stays in live when the old one goes. */
static void test_reingested_cleaned_up(void **state)
{
    (void)state;
    const Entry entries[] = {{"datasources/events.datasource", KAFKA("one"), NULL},
                             {"datasources/events_new.datasource", KAFKA("two"), KAFKA("two") "\n"},
                             {0}};
    Setup s;
    make(&s, entries);
    assert_int_equal(s.live->len, 1);
    expect_name(s.live->items[0].legacy, "events");
    assert_int_equal(s.candidate->len, 0);
    drop(&s);
}

static void test_view_target(void **state)
{
    (void)state;
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/daily.datasource", AGGREGATE, AGGREGATE},
        {"datasources/daily1.datasource", NULL, AGGREGATE},
        {"pipes/daily_mv.pipe", VIEW(DAILY(""), "daily"), VIEW(DAILY(""), "daily")},
        {"pipes/daily1_mv.pipe", NULL, VIEW(DAILY("WHERE ts > " CUTOFF), "daily1")},
        {"pipes/daily1_fill.pipe", NULL, VIEW(DAILY("WHERE ts <= " CUTOFF), "daily1")},
        {0}};
    expect_one(entries,
               (Expected){"daily1", "events", "daily", "daily1_mv", "daily1_fill", false, false});
}

/* Both views read a pipe; the origin is the data source behind it. */
static void test_through_pipe(void **state)
{
    (void)state;
    static const char hits[] = "NODE n\nSQL >\n    SELECT ts, host FROM events\n";
    static const char view[] = VIEW(
        "SELECT toDate(ts) AS day, host, count() AS hits FROM hits GROUP BY day, host", "daily");
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/daily.datasource", AGGREGATE, AGGREGATE},
        {"datasources/daily1.datasource", NULL, AGGREGATE},
        {"pipes/hits.pipe", hits, hits},
        {"pipes/daily_mv.pipe", view, view},
        {"pipes/daily1_mv.pipe", NULL,
         VIEW("SELECT toDate(ts) AS day, host, count() AS hits FROM hits WHERE ts > " CUTOFF
              " GROUP BY day, host",
              "daily1")},
        {0}};
    expect_one(entries, (Expected){"daily1", "events", "daily", "daily1_mv", NULL, false, false});
}

/* The filter stands in an own node, or behind one that renames its column. */
static void test_through_nodes(void **state)
{
    (void)state;
    static const char *const syncs[] = {
        "NODE a\nSQL >\n    SELECT id, ts, host FROM events WHERE ts > " CUTOFF
        "\n\n" VIEW("SELECT * FROM a", "events_new"),
        "NODE a\nSQL >\n    SELECT id, ts AS moment, host FROM events\n\n" VIEW(
            "SELECT id, moment AS ts, host FROM a WHERE moment > " CUTOFF, "events_new"),
    };
    for (size_t i = 0; i < ARRAY_LEN(syncs); i++) {
        const Entry entries[] = {{"datasources/events.datasource", LANDING, LANDING},
                                 {"datasources/events_new.datasource", NULL, LANDING},
                                 {"pipes/sync.pipe", NULL, syncs[i]},
                                 {0}};
        Setup s;
        make(&s, entries);
        assert_int_equal(s.candidate->len, 1);
        const Migration *m = &s.candidate->items[0];
        expect_name(m->legacy, "events");
        assert_true(str_is(m->sync_filter.source, "events"));
        assert_true(str_is(m->sync_filter.column, "ts"));
        assert_true(m->sync_filter.lower.present);
        assert_int_equal(m->sync_filter.tick, NANOS_PER_SECOND);
        drop(&s);
    }
    const Entry computed[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, LANDING},
        {"pipes/sync.pipe", NULL,
         "NODE a\nSQL >\n    SELECT id, ts + 3600 AS ts, host FROM events\n\n" VIEW(
             "SELECT * FROM a WHERE ts > " CUTOFF, "events_new")},
        {0}};
    expect_none(computed);
}

static void test_column_with_value(void **state)
{
    (void)state;
    static const char wider[] = "SCHEMA >\n    `id` UInt32,\n    `ts` DateTime,\n    `host` "
                                "String,\n    `env` String" ENGINE;
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events1.datasource", NULL, wider},
        {"pipes/sync.pipe", NULL,
         VIEW("SELECT *, 'production' AS env FROM events WHERE ts > " CUTOFF, "events1")},
        {"pipes/backfill.pipe", NULL,
         COPY("SELECT *, 'production' AS env FROM events " BETWEEN, "events1")},
        {0}};
    expect_one(entries,
               (Expected){"events1", "events", "events", "sync", "backfill", false, false});
}

static void test_quarantine(void **state)
{
    (void)state;
    static const char recover[] =
        VIEW("SELECT assumeNotNull(id) AS id, ts, host FROM events_quarantine WHERE ts > " CUTOFF,
             "events_new");
    const Entry entries[] = {{"datasources/events.datasource", LANDING, LANDING},
                             {"datasources/events_new.datasource", NULL, LANDING},
                             {"pipes/recover.pipe", NULL, recover},
                             {0}};
    expect_one(entries, (Expected){"events_new", NULL, "events", "recover", NULL, false, true});
    const Entry beside_sync[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, LANDING},
        {"pipes/a_recover.pipe", NULL, recover},
        {"pipes/b_sync.pipe", NULL, VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")},
        {0}};
    expect_one(beside_sync,
               (Expected){"events_new", "events", "events", "b_sync", NULL, false, false});
    const Entry itself[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"pipes/recover.pipe", NULL,
         VIEW("SELECT assumeNotNull(id) AS id, ts, host FROM events_quarantine WHERE ts > " CUTOFF,
              "events")},
        {0}};
    expect_none(itself);
}

/* Producers send to the new one; a person copies the history. */
static void test_backfill_alone(void **state)
{
    (void)state;
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, LANDING},
        {"pipes/backfill.pipe", NULL, COPY("SELECT * FROM events " BETWEEN, "events_new")},
        {0}};
    expect_one(entries,
               (Expected){"events_new", "events", "events", NULL, "backfill", false, false});
    const Entry archive[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/archive.datasource", NULL, TABLE},
        {"pipes/backfill.pipe", NULL, COPY("SELECT * FROM events " BETWEEN, "archive")},
        {0}};
    const Entry unbounded[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, LANDING},
        {"pipes/backfill.pipe", NULL, COPY("SELECT * FROM events", "events_new")},
        {0}};
    expect_none(archive);
    expect_none(unbounded);
}

/* ---- what is none, or not sure ---- */

static void test_lasting_filters(void **state)
{
    (void)state;
    static const char *const filters[] = {"WHERE ts > '2024-01-01'", "WHERE ts > now() - 3600",
                                          "WHERE id > 3", ("WHERE ts > " CUTOFF " OR host = 'a'"),
                                          ("WHERE toStartOfHour(ts) > " CUTOFF)};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        Arena *arena = arena_new();
        const char *text = str_fmt(arena, VIEW("SELECT * FROM events %s", "kept"), filters[i]).ptr;
        const Entry entries[] = {{"datasources/events.datasource", LANDING, LANDING},
                                 {"datasources/kept.datasource", NULL, TABLE},
                                 {"pipes/keep.pipe", NULL, text},
                                 {0}};
        expect_none(entries);
        arena_free(arena);
    }
}

static void test_several_legacies(void **state)
{
    (void)state;
    static const char view[] = VIEW("SELECT id, ts, host FROM events", "sorted");
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/sorted.datasource", TABLE, TABLE},
        {"datasources/events_new.datasource", NULL, TABLE},
        {"pipes/sorted_mv.pipe", view, view},
        {"pipes/sync.pipe", NULL, VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")},
        {0}};
    Setup s;
    make(&s, entries);
    assert_int_equal(s.candidate->len, 1);
    const Migration *m = &s.candidate->items[0];
    assert_null(m->legacy);
    expect_name(m->origin, "events");
    assert_string_equal(str_cstr(s.files, m->unsure),
                        "cannot tell whether 'events_new' takes the place of 'events' or 'sorted'");
    drop(&s);
}

static void test_several_backfills(void **state)
{
    (void)state;
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", NULL, TABLE},
        {"pipes/sync.pipe", NULL, VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")},
        {"pipes/one.pipe", NULL, COPY("SELECT * FROM events " BETWEEN, "events_new")},
        {"pipes/two.pipe", NULL, COPY("SELECT * FROM events " BETWEEN, "events_new")},
        {0}};
    expect_one(entries, (Expected){"events_new", "events", "events", "sync", NULL, false, false});
}

/* ---- phases ---- */

/* "r+ s+ b? v- ...": the first letter of each step with its state. */
static Str phases_text(Arena *arena, const MigrationChange *change)
{
    static const char letters[] = {'+', '*', '?', '>', '.'}; /* done, now, not seen, next, later */
    static const char *const names[] = {"replicate", "sync",   "backfill",
                                        "verify",    "switch", "clean"};
    MigrationPhase phases[MIGRATION_STEPS];
    size_t count = migration_phases(change, phases);
    Strs parts = {0};
    for (size_t i = 0; i < count; i++) {
        size_t number = 0;
        while ((1u << number) < (unsigned)phases[i].step)
            number++;
        vec_push(arena, &parts, str_fmt(arena, "%c%s", letters[phases[i].state], names[number]));
    }
    return str_join(arena, parts.items, parts.len, " ");
}

static void expect_phases(const Entry *entries, const char *replica, const char *phases)
{
    Setup s;
    make(&s, entries);
    const MigrationChanges *changes = migration_changes(s.fixture.diff, s.fixture.check.now);
    assert_ptr_equal(changes, migration_changes(s.fixture.diff, s.fixture.check.now));
    assert_int_equal(changes->len, 1);
    assert_true(str_is(changes->items[0].replica, replica));
    assert_string_equal(str_cstr(s.files, phases_text(s.files, &changes->items[0])), phases);
    drop(&s);
}

#define SYNC_LATER VIEW("SELECT * FROM events WHERE ts > " CUTOFF, "events_new")
#define SYNC_LIVE  VIEW("SELECT * FROM events WHERE ts > " PASSED, "events_new")
#define FILL       COPY("SELECT * FROM events " BETWEEN, "events_new")
#define READ(from) "NODE n\nSQL >\n    SELECT host FROM " from "\n\nTYPE endpoint\n"
#define SAME_COUNT                                                                                 \
    "- same-count:\n    max_bytes_read: null\n    max_time: null\n    sql: |\n"                    \
    "      SELECT a.c FROM (SELECT count() c FROM events WHERE ts < now()) a,\n"                   \
    "      (SELECT count() c FROM events_new WHERE ts < now()) b WHERE a.c != b.c\n"

static void test_phases(void **state)
{
    (void)state;
    const Entry start[] = {{"datasources/events.datasource", LANDING, LANDING},
                           {"datasources/events_new.datasource", NULL, LANDING},
                           {"pipes/sync.pipe", NULL, SYNC_LATER},
                           {0}};
    expect_phases(start, "events_new", "*replicate *sync >backfill .verify .switch .clean");
    const Entry fill[] = {{"datasources/events.datasource", LANDING, LANDING},
                          {"datasources/events_new.datasource", LANDING, LANDING},
                          {"pipes/sync.pipe", SYNC_LIVE, SYNC_LIVE},
                          {"pipes/fill.pipe", NULL, FILL},
                          {"tests/same.yaml", NULL, SAME_COUNT},
                          {0}};
    expect_phases(fill, "events_new", "+replicate +sync *backfill *verify >switch .clean");
    const Entry move[] = {{"datasources/events.datasource", LANDING, LANDING},
                          {"datasources/events_new.datasource", LANDING, LANDING},
                          {"pipes/sync.pipe", SYNC_LIVE, SYNC_LIVE},
                          {"pipes/fill.pipe", FILL, FILL},
                          {"pipes/hosts.pipe", READ("events"), READ("events_new")},
                          {0}};
    expect_phases(move, "events_new", "+replicate +sync +backfill ?verify *switch >clean");
    const Entry clean[] = {{"datasources/events.datasource", LANDING, NULL},
                           {"datasources/events_new.datasource", LANDING, LANDING},
                           {"pipes/sync.pipe", SYNC_LIVE, NULL},
                           {"pipes/fill.pipe", FILL, NULL},
                           {"pipes/hosts.pipe", READ("events_new"), READ("events_new")},
                           {0}};
    expect_phases(clean, "events_new", "+replicate +sync +backfill ?verify +switch *clean");
}

/* Steps that fall together, are taken back, or given up. */
static void test_phases_out_of_order(void **state)
{
    (void)state;
    const Entry together[] = {{"datasources/events.datasource", LANDING, LANDING},
                              {"datasources/events_new.datasource", NULL, LANDING},
                              {"pipes/sync.pipe", NULL, SYNC_LATER},
                              {"pipes/hosts.pipe", READ("events"), READ("events_new")},
                              {0}};
    expect_phases(together, "events_new", "*replicate *sync ?backfill ?verify *switch >clean");
    const Entry taken_back[] = {{"datasources/events.datasource", LANDING, LANDING},
                                {"datasources/events_new.datasource", LANDING, LANDING},
                                {"pipes/sync.pipe", SYNC_LIVE, SYNC_LIVE},
                                {"pipes/fill.pipe", FILL, NULL},
                                {0}};
    expect_phases(taken_back, "events_new", "+replicate +sync +backfill >verify .switch .clean");
    const Entry given_up[] = {{"datasources/events.datasource", LANDING, LANDING},
                              {"datasources/events_new.datasource", LANDING, NULL},
                              {"pipes/sync.pipe", SYNC_LIVE, NULL},
                              {0}};
    expect_phases(given_up, "events_new", "+replicate +sync .backfill .verify .switch .clean");
    const Entry cloned[] = {{"datasources/events.datasource", KAFKA("one"), KAFKA("one") "\n"},
                            {"datasources/events_new.datasource", NULL, KAFKA("two")},
                            {0}};
    expect_phases(cloned, "events_new", "*replicate >verify .switch .clean");
}

/* A copy that would bring the rows back is no migration of its own. */
static void test_way_back(void **state)
{
    (void)state;
    const Entry entries[] = {
        {"datasources/events.datasource", LANDING, LANDING},
        {"datasources/events_new.datasource", LANDING, LANDING},
        {"pipes/sync.pipe", SYNC_LIVE, SYNC_LIVE},
        {"pipes/fill.pipe", NULL, FILL},
        {"pipes/back.pipe", NULL, COPY("SELECT * FROM events_new " BETWEEN, "events")},
        {0}};
    expect_one(entries, (Expected){"events_new", "events", "events", "sync", "fill", false, false});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_landing_clone),       cmocka_unit_test(test_new_prefix),
        cmocka_unit_test(test_reingested),          cmocka_unit_test(test_reingested_cleaned_up),
        cmocka_unit_test(test_view_target),         cmocka_unit_test(test_through_pipe),
        cmocka_unit_test(test_through_nodes),       cmocka_unit_test(test_column_with_value),
        cmocka_unit_test(test_quarantine),          cmocka_unit_test(test_backfill_alone),
        cmocka_unit_test(test_lasting_filters),     cmocka_unit_test(test_several_legacies),
        cmocka_unit_test(test_several_backfills),   cmocka_unit_test(test_phases),
        cmocka_unit_test(test_phases_out_of_order), cmocka_unit_test(test_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
