/* Which unchanged files are parsed, and which are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "lib/project_fixture.h"
#include "model/project_internal.h"

#define SCHEMA "SCHEMA >\n    `ts` DateTime,\n    `host` String\n\n"
#define LONGER "SCHEMA >\n    `ts` DateTime,\n    `host` String,\n    `more` String\n\n"

/* A project in the making: `both` sides get a file, or it differs. */
typedef struct {
    Arena *arena;
    FileSet live;
    FileSet candidate;
    ProjectFixture f;
} Case;

static void begin(Case *c)
{
    *c = (Case){.arena = arena_new()};
}

static void differs(Case *c, const char *path, const char *live, const char *candidate)
{
    if (live)
        file_set_add(c->arena, &c->live, str_of(path), str_of(live));
    if (candidate)
        file_set_add(c->arena, &c->candidate, str_of(path), str_of(candidate));
}

static void both(Case *c, const char *path, const char *text)
{
    differs(c, path, text, text);
}

static void source(Case *c, const char *name)
{
    both(c, str_cstr(c->arena, str_fmt(c->arena, "%s.datasource", name)), SCHEMA);
}

static void changed_source(Case *c, const char *name)
{
    differs(c, str_cstr(c->arena, str_fmt(c->arena, "%s.datasource", name)), SCHEMA, LONGER);
}

static const char *reading(Case *c, const char *from)
{
    return str_cstr(c->arena, str_fmt(c->arena, "NODE n\nSQL >\n    SELECT * FROM %s\n", from));
}

static void pipe_reads_from(Case *c, const char *name, const char *from)
{
    both(c, str_cstr(c->arena, str_fmt(c->arena, "%s.pipe", name)), reading(c, from));
}

static void view(Case *c, const char *name, const char *from, const char *target)
{
    both(c, str_cstr(c->arena, str_fmt(c->arena, "%s.pipe", name)),
         str_cstr(c->arena, str_fmt(c->arena,
                                    "NODE n\nSQL >\n    SELECT * FROM %s\n\nTYPE materialized\n"
                                    "DATASOURCE %s\n",
                                    from, target)));
}

static void copy(Case *c, const char *name, const char *from, const char *target)
{
    both(c, str_cstr(c->arena, str_fmt(c->arena, "%s.pipe", name)),
         str_cstr(c->arena, str_fmt(c->arena,
                                    "NODE n\nSQL >\n    SELECT * FROM %s\n\nTYPE copy\n"
                                    "TARGET_DATASOURCE %s\n",
                                    from, target)));
}

static bool is_parsed(const Project *project, const char *name)
{
    const Resource *pipe = project_find(project, DATAFILE_PIPE, str_of(name));
    const Resource *datasource = project_find(project, DATAFILE_DATASOURCE, str_of(name));
    assert_true(pipe || datasource);
    return (pipe && pipe->facts) || (datasource && datasource->facts);
}

/* Names, apart by blanks; those behind '|' must not be parsed, on either side. */
static void expect_parsed(Case *c, const char *names)
{
    project_fixture_make(&c->f, &c->live, &c->candidate);
    const Project *sides[] = {c->f.diff->sides.live, c->f.diff->sides.candidate};
    char copied[512], *rest = copied;
    assert_true(strlen(names) < sizeof copied);
    memcpy(copied, names, strlen(names) + 1);
    bool wanted = true;
    for (char *name; (name = strtok_r(rest, " ", &rest));) {
        if (strcmp(name, "|") == 0) {
            wanted = false;
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
            if (is_parsed(sides[i], name) != wanted)
                fail_msg("%s should%s be parsed", name, wanted ? "" : " not");
        }
    }
    project_fixture_free(&c->f);
    arena_free(c->arena);
}

static void test_readers_of_a_changed_source(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "events");
    source(&c, "other");
    pipe_reads_from(&c, "reader", "events");
    pipe_reads_from(&c, "second", "reader");
    pipe_reads_from(&c, "third", "second");
    pipe_reads_from(&c, "elsewhere", "other");
    pipe_reads_from(&c, "similar", "events_old");
    expect_parsed(&c, "events reader second third | other elsewhere similar");
}

static void endpoint(Case *c, const char *name, const char *sql)
{
    both(c, str_cstr(c->arena, str_fmt(c->arena, "%s.pipe", name)),
         str_cstr(c->arena, str_fmt(c->arena, "NODE n\nSQL >\n    %s\n\nTYPE endpoint\n", sql)));
}

/* A column that changes matters to those who may take it, and to all that hands rows on. */
static void test_readers_of_a_changed_column(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "events");
    source(&c, "daily");
    endpoint(&c, "names", "SELECT more FROM events");
    endpoint(&c, "star", "SELECT * FROM events");
    endpoint(&c, "pattern", "SELECT COLUMNS('o') FROM events");
    endpoint(&c, "template", "% SELECT {{columns('ts')}} FROM events");
    endpoint(&c, "escaped", "SELECT `m\\x6fre` FROM events");
    endpoint(&c, "elsewhere", "SELECT ts, host FROM events");
    endpoint(&c, "between", "SELECT ts FROM events");
    endpoint(&c, "above", "SELECT ts FROM between");
    view(&c, "to_daily", "events", "daily");
    expect_parsed(&c, "names star pattern template escaped between above to_daily | elsewhere");
}

static void test_readers_of_changed_storage(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    differs(&c, "events.datasource", SCHEMA "ENGINE MergeTree\nENGINE_SORTING_KEY ts\n",
            SCHEMA "ENGINE MergeTree\nENGINE_SORTING_KEY host\n");
    source(&c, "daily");
    endpoint(&c, "star", "SELECT * FROM events");
    view(&c, "to_daily", "events", "daily");
    expect_parsed(&c, "events to_daily daily | star");

    begin(&c);
    differs(&c, "events.datasource", SCHEMA "ENGINE MergeTree\nENGINE_TTL ts + toIntervalDay(9)\n",
            SCHEMA "ENGINE MergeTree\nENGINE_TTL ts + toIntervalDay(5)\n");
    endpoint(&c, "back", "SELECT host FROM events");
    expect_parsed(&c, "events back");
}

/* Who reads a data source that is only filled otherwise sees other rows, and no other columns. */
static void test_down_through_views(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "events");
    source(&c, "daily");
    source(&c, "monthly");
    source(&c, "archive");
    view(&c, "to_daily", "events", "daily");
    view(&c, "to_monthly", "daily", "monthly");
    pipe_reads_from(&c, "top", "monthly");
    copy(&c, "to_archive", "monthly", "archive");
    pipe_reads_from(&c, "of_archive", "archive");
    expect_parsed(&c, "to_daily daily to_monthly monthly to_archive archive | top of_archive");
}

/* What a forced rebuild of the target would read decides what is lost. */
static void test_up_to_landing(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    source(&c, "landing");
    source(&c, "middle");
    changed_source(&c, "target");
    source(&c, "dimension");
    view(&c, "to_middle", "landing", "middle");
    view(&c, "to_target", "clean", "target");
    pipe_reads_from(&c, "clean", "middle JOIN dimension USING host");
    pipe_reads_from(&c, "of_landing", "landing");
    pipe_reads_from(&c, "of_middle", "middle");
    pipe_reads_from(&c, "of_writer", "to_target");
    expect_parsed(&c, "to_target clean middle dimension to_middle landing "
                      "| of_landing of_middle of_writer");
}

/* A view that a change reaches is run again: its other sources count up to the landing. */
static void test_ancestors_of_reached_views(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "events");
    source(&c, "users");
    source(&c, "users_landing");
    source(&c, "target");
    source(&c, "sibling_source");
    view(&c, "to_users", "users_landing", "users");
    view(&c, "joined", "through", "target");
    pipe_reads_from(&c, "through", "events JOIN users USING host");
    view(&c, "sibling", "sibling_source", "target");
    expect_parsed(&c, "through joined target users to_users users_landing sibling sibling_source");
}

/* An endpoint needs the columns of what it reads, not how these came to be. */
static void test_endpoint_needs_columns(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    differs(&c, "api.pipe", reading(&c, "first"), "NODE n\nSQL >\n    SELECT ts FROM first\n");
    pipe_reads_from(&c, "first", "second");
    pipe_reads_from(&c, "second", "daily");
    source(&c, "daily");
    source(&c, "landing");
    view(&c, "to_daily", "landing", "daily");
    pipe_reads_from(&c, "of_daily", "daily");
    pipe_reads_from(&c, "of_api", "api");
    expect_parsed(&c, "api of_api first second daily | to_daily landing of_daily");
}

static void test_labels_reach_nobody(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    differs(&c, "events.datasource", SCHEMA, "DESCRIPTION what happened\nTOKEN r READ\n\n" SCHEMA);
    source(&c, "landing");
    view(&c, "writer", "landing", "events");
    pipe_reads_from(&c, "reader", "events");
    expect_parsed(&c, "events writer landing | reader");
}

static void test_deleted_and_new(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    file_set_add(c.arena, &c.live, STR("gone.datasource"), STR(SCHEMA));
    file_set_add(c.arena, &c.candidate, STR("fresh.datasource"), STR(SCHEMA));
    pipe_reads_from(&c, "of_gone", "gone");
    pipe_reads_from(&c, "of_fresh", "fresh");
    pipe_reads_from(&c, "of_neither", "x");
    expect_parsed(&c, "of_gone of_fresh | of_neither");
}

/* What only live's version of a changed pipe names. */
static void test_names_of_live(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    source(&c, "before");
    source(&c, "after");
    source(&c, "unrelated");
    differs(&c, "api.pipe", reading(&c, "before"), reading(&c, "after"));
    expect_parsed(&c, "api before after | unrelated");
}

static void test_spellings(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "events");
    differs(&c, "vendor/team/datasources/hits.datasource", SCHEMA, LONGER);
    changed_source(&c, "with-dash");
    pipe_reads_from(&c, "backticks", "`events`");
    pipe_reads_from(&c, "quotes", "\"events\"");
    pipe_reads_from(&c, "tag", "{{TABLE('events')}}");
    pipe_reads_from(&c, "quarantine", "events_quarantine");
    pipe_reads_from(&c, "shared", "team.hits");
    pipe_reads_from(&c, "dash", "`with-dash`");
    pipe_reads_from(&c, "not_shared", "team.visits");
    pipe_reads_from(&c, "not_dash", "`with-dots`");
    pipe_reads_from(&c, "not_team", "team");
    expect_parsed(&c, "backticks quotes tag quarantine shared dash | not_shared not_dash not_team");
}

static void test_circle(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    changed_source(&c, "a");
    source(&c, "b");
    view(&c, "to_b", "a", "b");
    view(&c, "to_a", "b", "a");
    pipe_reads_from(&c, "x", "y");
    pipe_reads_from(&c, "y", "x");
    expect_parsed(&c, "a b to_a to_b | x y");
}

/* A changed connection concerns the data sources that use it and nobody else. */
static void test_connection(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    differs(&c, "kafka_one.connection", "TYPE kafka\n", "TYPE kafka\nDESCRIPTION x\n");
    both(&c, "hits.datasource", SCHEMA "KAFKA_CONNECTION_NAME kafka_one\nKAFKA_TOPIC t\n");
    source(&c, "other");
    pipe_reads_from(&c, "reader", "hits");
    expect_parsed(&c, "hits | other reader");
}

/* Ten thousand pipes in a row: no stack is used up, and the way down is followed to its end. */
static void test_long_chain(void **state)
{
    (void)state;
    Case c;
    enum { LENGTH = 10000 };
    begin(&c);
    changed_source(&c, "p0");
    for (int i = 1; i < LENGTH; i++) {
        Str name = str_fmt(c.arena, "p%d", i), from = str_fmt(c.arena, "p%d", i - 1);
        pipe_reads_from(&c, str_cstr(c.arena, name), str_cstr(c.arena, from));
    }
    expect_parsed(&c, "p1 p5000 p9999");
}

static NameTable *some_names(Arena *arena)
{
    NameTable *table = name_table_new(arena, 4);
    name_table_add(table, STR("own"));
    name_table_add(table, STR("a.b"));
    name_table_add(table, STR("events"));
    name_table_add(table, STR("events"));
    name_table_add(table, STR("-"));
    return table;
}

static unsigned how_named_in(const char *name, Str text)
{
    Arena *arena = arena_new();
    NameTable *table = some_names(arena);
    MentionReader *reader = mention_reader_new(table);
    mention_reader_read(reader, STR("own"), text);
    const Mentions *found = mention_reader_found(reader);
    ptrdiff_t number = name_table_find(table, str_of(name));
    unsigned how = 0;
    for (size_t i = 0; i < found->len; i++) {
        if ((ptrdiff_t)found->items[i].named == number)
            how |= found->items[i].how;
    }
    mention_reader_free(reader);
    arena_free(arena);
    return how;
}

static unsigned how_named(const char *name, const char *text)
{
    return how_named_in(name, str_of(text));
}

static void test_mentions(void **state)
{
    (void)state;
    assert_int_equal(how_named("events", "FROM events WHERE"), MENTION_READ);
    assert_int_equal(how_named("events", "x=events"), MENTION_READ);
    assert_int_equal(how_named("events", "FROM my_events, events2"), 0);
    assert_int_equal(how_named("events", "DATASOURCE events"), MENTION_MATERIALIZE);
    assert_int_equal(how_named("events", "x\n  datasource\t\"events\"\n"), MENTION_MATERIALIZE);
    assert_int_equal(how_named("events", "TARGET_DATASOURCE events"), MENTION_COPY);
    assert_int_equal(how_named("events", "the datasource events"), MENTION_READ);
    assert_int_equal(how_named("events", "DATASOURCE\nevents"), MENTION_READ);
    assert_int_equal(how_named("events", "FROM events\nDATASOURCE events"),
                     MENTION_READ | MENTION_MATERIALIZE);
    assert_int_equal(how_named("a.b", "FROM a.b"), MENTION_READ);
    assert_int_equal(how_named("a.b", "DATASOURCE a.b"), MENTION_MATERIALIZE);
    assert_int_equal(how_named("a.b", "FROM a . b"), 0);
    assert_int_equal(how_named("own", "FROM own"), 0);
    assert_int_equal(how_named("own", "DATASOURCE own"), MENTION_MATERIALIZE);
    assert_int_equal(how_named("events", "FROM events, events, events_quarantine"), MENTION_READ);
    assert_int_equal(how_named("events", ""), 0);
}

/* Words are found at every place of a block, beside every byte, as next_word() finds them. */
static void test_words_in_blocks(void **state)
{
    (void)state;
    char text[200];
    for (size_t before = 0; before < 140; before++) {
        for (int byte = 0; byte < 256; byte++) {
            memset(text, '.', sizeof text);
            memcpy(text + before, "events", 6);
            text[before + 6] = (char)byte;
            Str rest = {text + before, 7}, word;
            bool whole = next_word(&rest, &word) && word.len == 6;
            Str all = {text, before + 7 + before % 3};
            assert_int_equal(how_named_in("events", all), whole ? MENTION_READ : 0);
            if (before == 0)
                continue;
            text[before - 1] = (char)byte;
            text[before + 6] = ' ';
            rest = (Str){text + before - 1, 7};
            whole = next_word(&rest, &word) && word.len == 6;
            assert_int_equal(how_named_in("events", all), whole ? MENTION_READ : 0);
        }
    }
}

/* A name is recorded once a file. */
static void test_mentions_are_few(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    NameTable *table = some_names(arena);
    MentionReader *reader = mention_reader_new(table);
    mention_reader_read(reader, STR("own"), STR("events events events a.b a.b"));
    assert_int_equal(mention_reader_found(reader)->len, 2);
    mention_reader_read(reader, STR("own"), STR("events"));
    assert_int_equal(mention_reader_found(reader)->len, 3);
    mention_reader_read(reader, STR("unknown"), STR("events"));
    assert_int_equal(mention_reader_found(reader)->len, 3);
    assert_int_equal(name_table_find(table, STR("unknown")), -1);
    assert_int_equal(name_table_find(table, STR("-")), -1);
    mention_reader_free(reader);
    arena_free(arena);
}

/* Names of which the first four words are equal are wanted together. */
static void test_long_names(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    NameTable *table = name_table_new(arena, 1);
    const char *names[] = {"a-b-c-d-e", "a-b-c-d-f", "a-b", "a-b-c-d-e"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        name_table_add(table, str_of(names[i]));
    ptrdiff_t number = name_table_find(table, STR("a-b-c-d-f"));
    assert_int_equal(number, name_table_find(table, STR("a-b-c-d-e")));
    assert_int_not_equal(number, name_table_find(table, STR("a-b")));
    const ResourceNames *all = name_table_names(table);
    assert_true(str_is(all->items[number].text, "a-b-c-d-e"));
    assert_true(str_is(all->items[all->items[number].next].text, "a-b-c-d-f"));
    arena_free(arena);
}

/* Who reads a topic as the same Kafka group, asked only where a changed file has one. */
static void test_consumer_groups(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    differs(&c, "events.datasource", NULL, SCHEMA "KAFKA_GROUP_ID readers-1\n");
    both(&c, "same.datasource", SCHEMA "KAFKA_GROUP_ID 'readers-1'\n");
    both(&c, "other.datasource", SCHEMA "KAFKA_GROUP_ID others-1\n");
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_true(is_parsed(c.f.diff->sides.candidate, "same"));
    assert_false(is_parsed(c.f.diff->sides.candidate, "other"));
    project_fixture_free(&c.f);
    arena_free(c.arena);

    begin(&c);
    differs(&c, "events.datasource", SCHEMA, SCHEMA "KAFKA_GROUP_ID {{ tb_secret(\"G\") }}\n");
    both(&c, "same.datasource", SCHEMA "KAFKA_GROUP_ID {{ tb_secret(\"G\") }}\n");
    expect_parsed(&c, "events | same");
}

/* What a view that comes copies from may be on its way to another place: who else reads it? */
static void test_fellows_of_a_new_view(void **state)
{
    (void)state;
    Case c;
    begin(&c);
    source(&c, "events");
    source(&c, "daily");
    differs(&c, "events_new.datasource", NULL, SCHEMA);
    differs(&c, "sync.pipe", NULL,
            "NODE n\nSQL >\n    SELECT * FROM events\n\nTYPE materialized\n"
            "DATASOURCE events_new\n");
    view(&c, "to_daily", "events", "daily");
    pipe_reads_from(&c, "days", "daily");
    pipe_reads_from(&c, "elsewhere", "other");
    project_fixture_make(&c.f, &c.live, &c.candidate);
    const Project *candidate = c.f.diff->sides.candidate;
    assert_true(is_parsed(candidate, "days"));
    assert_false(is_parsed(candidate, "elsewhere"));
    assert_true(project_find(candidate, DATAFILE_DATASOURCE, STR("events"))->readers_known);
    assert_true(
        project_find(c.f.diff->sides.live, DATAFILE_DATASOURCE, STR("daily"))->readers_known);
    assert_false(project_find(candidate, DATAFILE_PIPE, STR("elsewhere"))->readers_known);
    project_fixture_free(&c.f);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers_of_a_changed_source),
        cmocka_unit_test(test_readers_of_a_changed_column),
        cmocka_unit_test(test_readers_of_changed_storage),
        cmocka_unit_test(test_down_through_views),
        cmocka_unit_test(test_up_to_landing),
        cmocka_unit_test(test_ancestors_of_reached_views),
        cmocka_unit_test(test_endpoint_needs_columns),
        cmocka_unit_test(test_labels_reach_nobody),
        cmocka_unit_test(test_deleted_and_new),
        cmocka_unit_test(test_fellows_of_a_new_view),
        cmocka_unit_test(test_names_of_live),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_circle),
        cmocka_unit_test(test_connection),
        cmocka_unit_test(test_consumer_groups),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_words_in_blocks),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_mentions_are_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
