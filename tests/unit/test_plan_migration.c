/* The steps of a migration in every format of the plan, and its cutoff against the clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "report/plan_migration_words.h"
#include "report/report.h"

#include <string.h>

#define TABLE(type)                                                                                \
    "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `ts` " type " `json:$.ts`\n\n"                    \
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n"
#define SYNC(filter)                                                                               \
    "NODE n\nSQL >\n    SELECT * FROM events WHERE " filter                                        \
    "\n\nTYPE materialized\nDATASOURCE events_new\n"
#define FILL                                                                                       \
    "NODE n\nSQL >\n    %\n    SELECT * FROM events WHERE ts BETWEEN {{ DateTime(start) }} AND "   \
    "{{ DateTime(end) }}\n\nTYPE copy\nTARGET_DATASOURCE events_new\nCOPY_SCHEDULE @on-demand\n"

typedef struct {
    const char *type; /* of ts */
    const char *live_sync, *sync, *fill;
    const char *spoiler; /* the view of another table alike */
} Setup;

typedef struct {
    Arena *files;
    ProjectFixture fixture;
    Report report;
} Shown;

static void add(Arena *arena, FileSet *files, const char *path, const char *text)
{
    if (text != NULL)
        file_set_add(arena, files, str_of(path), str_of(text));
}

static void show(Shown *shown, Setup setup)
{
    FileSet live = {0};
    FileSet candidate = {0};
    Arena *arena = shown->files = arena_new();
    const char *table = setup.type != NULL ? setup.type : TABLE("DateTime");
    add(arena, &live, "datasources/events.datasource", table);
    add(arena, &live, "datasources/sorted.datasource", setup.spoiler != NULL ? table : NULL);
    add(arena, &live, "pipes/sorted_mv.pipe", setup.spoiler);
    for (size_t i = 0; i < live.len; i++)
        file_set_add(arena, &candidate, live.items[i].path, live.items[i].text);
    add(arena, &live, "datasources/events_new.datasource", setup.live_sync != NULL ? table : NULL);
    add(arena, &live, "pipes/sync.pipe", setup.live_sync);
    add(arena, &candidate, "datasources/events_new.datasource", table);
    add(arena, &candidate, "pipes/sync.pipe", setup.sync);
    add(arena, &candidate, "pipes/fill.pipe", setup.fill);
    project_fixture_make(&shown->fixture, &live, &candidate);
    ProjectFixture *f = &shown->fixture;
    shown->report = (Report){
        .arena = f->arena, .findings = f->check.findings, .width = 100, .now = f->check.now};
    ProjectPlan plan = {.root = STR("."), .plan = f->plan, .diff = f->diff};
    plan.migrations = migration_changes(f->diff, f->check.now);
    vec_push(f->arena, &shown->report.plans, plan);
}

static void hide(Shown *shown)
{
    project_fixture_free(&shown->fixture);
    arena_free(shown->files);
}

static const char *printed(Shown *shown, const char *format)
{
    Buf out = {0};
    report_format_find(str_of(format))->plan(&shown->report, &out);
    const char *text = str_cstr(shown->fixture.arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void expect_part(Shown *shown, const char *format, const char *part)
{
    const char *text = printed(shown, format);
    if (strstr(text, part) == NULL)
        print_error("%s\n", text);
    assert_non_null(strstr(text, part));
}

#define CUTOFF "'2026-11-21 13:40:00'"

static void first_step(void **state)
{
    (void)state;
    Shown shown;
    show(&shown, (Setup){.sync = SYNC("ts > " CUTOFF)});
    expect_part(&shown, "text",
                "* Migration events -> events_new:\n"
                "  now      replicate, sync (from 2026-11-21 13:40:00 UTC)\n"
                "  next     backfill (not before 2026-11-21 13:40:00 UTC, in 1 hour 40 minutes)\n"
                "  later    verify -> switch -> clean up\n");
    expect_part(&shown, "markdown",
                "**Migration events -&gt; events\\_new**\n\n"
                "- now: replicate, sync (from 2026-11-21 13:40:00 UTC)\n");
    expect_part(&shown, "json", "\"cutoff\":\t\"2026-11-21T13:40:00Z\"");
    expect_part(&shown, "json", "\"backfill_allowed\":\tfalse");
    expect_part(&shown, "json", "\"state\":\t\"next\"");
    expect_part(&shown, "mermaid", " -. \"migration#58; replicate, sync\" .-> ");
    expect_part(&shown, "dot",
                "[style=dashed, constraint=false, label=\"migration: replicate, sync\"]");
    hide(&shown);
}

static void backfill_is_allowed(void **state)
{
    (void)state;
    static const char sync[] = SYNC("ts > '2026-11-21 11:00:00'");
    Shown shown;
    show(&shown, (Setup){.live_sync = sync, .sync = sync, .fill = FILL});
    expect_part(&shown, "text",
                "  done     replicate, sync (from 2026-11-21 11:00:00 UTC)\n"
                "  now      backfill (by fill, allowed now: 2026-11-21 11:00:00 UTC has passed)\n"
                "  next     verify\n"
                "  later    switch -> clean up\n");
    expect_part(&shown, "json", "\"backfill_allowed\":\ttrue");
    expect_part(&shown, "json", "\"backfill\":\t\"fill\"");
    hide(&shown);
}

/* A zone is not converted: within some hours of the literal nobody knows. */
static void other_zones(void **state)
{
    (void)state;
    static const struct {
        const char *sync;
        CutoffState expected;
    } rows[] = {
        {SYNC("ts > '2026-11-23 13:40:00'"), CUTOFF_AHEAD},
        {SYNC("ts > '2026-11-21 13:40:00'"), CUTOFF_UNKNOWN},
        {SYNC("ts > '2026-11-20 13:40:00'"), CUTOFF_PASSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        Shown shown;
        show(&shown, (Setup){.type = TABLE("DateTime('Asia/Tokyo')"), .sync = rows[i].sync});
        const MigrationChanges *changes = shown.report.plans.items[0].migrations;
        assert_int_equal(changes->len, 1);
        assert_int_equal(migration_cutoff_state(&changes->items[0], shown.report.now),
                         rows[i].expected);
        expect_part(&shown, "text", ":40:00 Asia/Tokyo)");
        expect_part(&shown, "json", ":40:00\",\n");
        expect_part(&shown, "json", "\"zone\":\t\"Asia/Tokyo\"");
        hide(&shown);
    }
}

static void moving_cutoff(void **state)
{
    (void)state;
    Shown shown;
    show(&shown, (Setup){.sync = SYNC("ts > now()")});
    expect_part(&shown, "text", "sync (from a moment that moves: now())\n  next     backfill\n");
    expect_part(&shown, "json", "\"cutoff\":\tnull");
    expect_part(&shown, "json", "\"backfill_allowed\":\tnull");
    hide(&shown);
}

static void several_legacies(void **state)
{
    (void)state;
    Shown shown;
    show(&shown, (Setup){.sync = SYNC("ts > " CUTOFF),
                         .spoiler = "NODE n\nSQL >\n    SELECT * FROM events\n\n"
                                    "TYPE materialized\nDATASOURCE sorted\n"});
    expect_part(&shown, "text", "* Migration to events_new:\n  now      replicate, sync (");
    expect_part(
        &shown, "text",
        "  unsure   cannot tell whether 'events_new' takes the place of 'events' or 'sorted'\n");
    expect_part(&shown, "json", "\"legacy\":\tnull");
    assert_null(strstr(printed(&shown, "dot"), "dashed"));
    hide(&shown);
}

static void no_migration(void **state)
{
    (void)state;
    Shown shown;
    show(&shown, (Setup){.sync = SYNC("id > 3")});
    assert_null(strstr(printed(&shown, "text"), "Migration"));
    assert_null(strstr(printed(&shown, "markdown"), "Migration"));
    expect_part(&shown, "json", "\"migrations\":\t[]");
    hide(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step),       cmocka_unit_test(backfill_is_allowed),
        cmocka_unit_test(other_zones),      cmocka_unit_test(moving_cutoff),
        cmocka_unit_test(several_legacies), cmocka_unit_test(no_migration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
