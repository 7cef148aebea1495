/* The plan as text, tree, Markdown, Mermaid and DOT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "report/escape_markup.h"
#include "report/plan_graph.h"
#include "report/report.h"

#include <string.h>

#define SCHEMA(columns, key)                                                                       \
    "SCHEMA >\n" columns "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"" key "\"\n"
#define EVENTS "`ts` DateTime `json:$.ts`, `host` String `json:$.host`"
#define VIEW(from, to)                                                                             \
    "NODE n\nSQL >\n    SELECT ts, host FROM " from "\nTYPE materialized\nDATASOURCE " to "\n"

typedef struct {
    const char *path;
    const char *text;
} FileEntry;

/* events -> daily_mv -> daily -> monthly_mv -> monthly; the landing's key changes. */
static const FileEntry LIVE[] = {
    {"datasources/events.datasource", SCHEMA("    " EVENTS, "ts")},
    {"datasources/daily.datasource", SCHEMA("    `ts` DateTime, `host` String", "ts")},
    {"datasources/monthly.datasource", SCHEMA("    `ts` DateTime, `host` String", "ts")},
    {"pipes/daily_mv.pipe", VIEW("events", "daily")},
    {"pipes/monthly_mv.pipe", VIEW("daily", "monthly")},
    {"endpoints/hosts.pipe", "TOKEN \"web\" READ\nNODE n\nSQL >\n    SELECT host FROM events\n"
                             "TYPE endpoint\n"},
};

typedef struct {
    Arena *files;
    ProjectFixture fixture;
    ProjectPlan project;
    Report report;
} Shown;

static FileSet files_of(Arena *arena, const FileEntry *entries, size_t count)
{
    FileSet files = {0};
    for (size_t i = 0; i < count; i++)
        file_set_add(arena, &files, str_of(entries[i].path), str_of(entries[i].text));
    return files;
}

static void show(Shown *shown, const FileEntry *live, size_t live_count, const FileEntry *candidate,
                 size_t candidate_count)
{
    shown->files = arena_new();
    FileSet before = files_of(shown->files, live, live_count);
    FileSet after = files_of(shown->files, candidate, candidate_count);
    project_fixture_make(&shown->fixture, &before, &after);
    Arena *arena = shown->fixture.arena;
    shown->project =
        (ProjectPlan){.root = STR("."), .plan = shown->fixture.plan, .diff = shown->fixture.diff};
    shown->report =
        (Report){.arena = arena, .findings = shown->fixture.check.findings, .width = 100};
    vec_push(arena, &shown->report.plans, shown->project);
}

static void hide(Shown *shown)
{
    project_fixture_free(&shown->fixture);
    arena_free(shown->files);
}

static void show_chain(Shown *shown)
{
    FileEntry candidate[ARRAY_LEN(LIVE)];
    memcpy(candidate, LIVE, sizeof LIVE);
    candidate[0].text = SCHEMA("    " EVENTS, "host, ts");
    candidate[5].text = "TOKEN \"app\" READ\nNODE n\nSQL >\n    SELECT host FROM events\n"
                        "TYPE endpoint\n";
    show(shown, LIVE, ARRAY_LEN(LIVE), candidate, ARRAY_LEN(candidate));
}

static const char *printed(Shown *shown, const char *format)
{
    Buf out = {0};
    report_format_find(str_of(format))->plan(&shown->report, &out);
    const char *text = str_cstr(shown->fixture.arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

/* ---- tests ---- */

static void tree_follows_the_chain(void **state)
{
    (void)state;
    Shown shown;
    show_chain(&shown);
    const char *text = printed(&shown, "text");
    const char *const lines[] = {
        "  events (datasource): rewritten, every column as it is\n",
        "daily_mv (materialized): unchanged\n",
        "daily (datasource): rebuilt by daily_mv\n",
        "monthly (datasource): rebuilt by monthly_mv\n",
    };
    const char *at = strstr(text, "* From what changes to what it reaches:");
    assert_non_null(at);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        at = strstr(at, lines[i]);
        assert_non_null(at);
    }
    hide(&shown);
}

static void tokens_have_a_table(void **state)
{
    (void)state;
    Shown shown;
    show_chain(&shown);
    const char *text = printed(&shown, "text");
    assert_non_null(strstr(text, "* Changes in tokens to be deployed:"));
    assert_non_null(strstr(text, "| added   | app        | hosts:READ        |"));
    assert_non_null(strstr(text, "| removed | web        |                   | hosts:READ"));
    hide(&shown);
}

static void pictures_have_all_nodes_and_edges(void **state)
{
    (void)state;
    Shown shown;
    show_chain(&shown);
    PlanGraph graph = plan_graph_make(shown.fixture.arena, &shown.project);
    size_t edges = 0;
    for (size_t i = 0; i < graph.len; i++)
        edges += graph.nodes[i].next.len;
    assert_int_equal(graph.len, 6);
    assert_int_equal(edges, 5);
    const char *mermaid = printed(&shown, "mermaid");
    assert_int_equal(count_of(mermaid, " --> "), edges);
    assert_int_equal(count_of(mermaid, ":::"), graph.len);
    const char *dot = printed(&shown, "dot");
    assert_int_equal(count_of(dot, " -> "), edges);
    assert_int_equal(count_of(dot, "label="), graph.len);
    const char *markdown = printed(&shown, "markdown");
    assert_int_equal(count_of(markdown, "```"), 2);
    assert_non_null(strstr(markdown, "| modified | events | datasource |"));
    hide(&shown);
}

/* Pipes that read each other have no beginning, and are drawn all the same. */
static void rings_are_drawn_once(void **state)
{
    (void)state;
    static const FileEntry candidate[] = {
        {"pipes/a.pipe", "NODE n\nSQL >\n    SELECT * FROM b\n"},
        {"pipes/b.pipe", "NODE n\nSQL >\n    SELECT * FROM a\n"},
    };
    Shown shown;
    show(&shown, NULL, 0, candidate, ARRAY_LEN(candidate));
    const char *text = printed(&shown, "text");
    assert_int_equal(count_of(text, "a (pipe): new\n"), 1);
    assert_int_equal(count_of(text, "b (pipe): new\n"), 1);
    assert_int_equal(count_of(text, "see above"), 1);
    hide(&shown);
}

static void nothing_to_deploy(void **state)
{
    (void)state;
    Shown shown;
    show(&shown, LIVE, ARRAY_LEN(LIVE), LIVE, ARRAY_LEN(LIVE));
    const char *text = printed(&shown, "text");
    assert_string_equal(text, "* No changes to be deployed\n\n"
                              "* No changes in tokens to be deployed\n\n"
                              "* No data will be copied with this deployment\n");
    assert_null(strstr(printed(&shown, "markdown"), "mermaid"));
    hide(&shown);
}

typedef void (*Escape)(Buf *out, Str text);

static void gives(Escape escape, Str text, const char *expected)
{
    Buf out = {0};
    escape(&out, text);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void hostile_names(void **state)
{
    (void)state;
    gives(escape_markdown, STR("a|b<img>`x`*@all\n"),
          "a&#124;b&lt;img&gt;\\`x\\`\\*&#64;&#8203;all\\\\x0a");
    gives(escape_markdown, STR("#1 # a !2 ! GH-3 gh-x a-b"),
          "\\#&#8203;1 \\# a \\!&#8203;2 \\! GH-&#8203;3 gh-&#8203;x a-b");
    gives(escape_markdown, STR("https://a WWW.b www ww.x : a:b a@b.c @ x"),
          "https:&#8203;//a WWW&#8203;.b www ww.x : a:b a&#64;&#8203;b.c &#64; x");
    gives(escape_markdown_element, STR("<b> https://a & @all #1 \033[m"),
          "&lt;b&gt; https:&#8203;//a &amp; &#64;&#8203;all #&#8203;1 \\x1b[m");
    gives(escape_mermaid, STR("a\"];click\302\240b"), "a#34;#93;#59;click#160;b");
    gives(escape_dot, STR("a\"];\\b\n"), "a\\\"];\\\\b\\\\x0a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_follows_the_chain),
        cmocka_unit_test(tokens_have_a_table),
        cmocka_unit_test(pictures_have_all_nodes_and_edges),
        cmocka_unit_test(rings_are_drawn_once),
        cmocka_unit_test(nothing_to_deploy),
        cmocka_unit_test(hostile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
