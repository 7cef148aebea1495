/* The HTML report: one page, well formed whatever the names hold, with all that the others say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/made_report.h"
#include "lib/project_fixture.h"
#include "report/html/assets.h"
#include "report/html/parts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- is it HTML as it should be ---- */

static const char *const elements[] = {
    "a",       "article", "b",       "body",   "button", "caption",    "code",    "dd",    "defs",
    "details", "div",     "dl",      "dt",     "figure", "figcaption", "footer",  "form",  "g",
    "h1",      "h2",      "h3",      "h4",     "head",   "header",     "html",    "input", "li",
    "main",    "mark",    "marker",  "meta",   "nav",    "option",     "p",       "path",  "pre",
    "rect",    "script",  "section", "select", "span",   "style",      "summary", "svg",   "table",
    "tbody",   "td",      "text",    "th",     "thead",  "title",      "tr",      "wbr",   "ul",
};

typedef struct {
    Arena *arena;
    Strs open;
    Map *ids;
    size_t scripts, styles;
} Reader;

static bool is_void(Str name)
{
    return str_is(name, "meta") || str_is(name, "input") || str_is(name, "wbr");
}

static Str take_name(const char **at)
{
    const char *start = *at;
    while (isalnum((unsigned char)**at) || **at == '-')
        ++*at;
    return (Str){start, (size_t)(*at - start)};
}

/* name="value" or name; nothing that runs, loads or styles. */
static void read_attribute(Reader *reader, const char **at)
{
    Str name = take_name(at);
    assert_true(name.len > 0);
    assert_false(str_starts(name, "on") || str_is(name, "style") || str_is(name, "src"));
    if (**at != '=')
        return;
    assert_int_equal((*at)[1], '"');
    const char *start = *at + 2;
    const char *close = strchr(start, '"');
    assert_non_null(close);
    Str value = {start, (size_t)(close - start)};
    assert_int_equal(str_find_char(value, '<'), -1);
    if (str_is(name, "href"))
        assert_true(str_starts(value, "#"));
    if (str_is(name, "id")) {
        assert_false(map_has(reader->ids, value));
        map_put(reader->ids, value, reader);
    }
    *at = close + 1;
}

static void close_element(Reader *reader, Str name)
{
    assert_true(reader->open.len > 0);
    assert_true(str_eq(reader->open.items[--reader->open.len], name));
}

static const char *read_tag(Reader *reader, const char *at)
{
    bool closes = *at == '/';
    at += closes;
    Str name = take_name(&at);
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        known = known || str_is(name, elements[i]);
    if (!known)
        print_error("element '%.*s'\n", STR_ARG(name));
    assert_true(known);
    while (*at != '>' && *at != '/') {
        assert_int_equal(*at++, ' ');
        read_attribute(reader, &at);
    }
    bool empty = *at == '/';
    at += empty;
    assert_int_equal(*at, '>');
    if (closes)
        close_element(reader, name);
    else if (!empty && !is_void(name))
        vec_push(reader->arena, &reader->open, name);
    reader->scripts += !closes && str_is(name, "script");
    reader->styles += !closes && str_is(name, "style");
    return at + 1;
}

/* What stands in a style or a script is ours, byte for byte. */
static const char *skip_own(const Reader *reader, const char *at)
{
    if (reader->open.len == 0)
        return at;
    Str name = reader->open.items[reader->open.len - 1];
    const HtmlAsset *asset = str_is(name, "style")    ? &html_style
                             : str_is(name, "script") ? &html_script
                                                      : NULL;
    if (!asset)
        return at;
    size_t len = strlen(asset->text);
    assert_int_equal(strncmp(at, asset->text, len), 0);
    assert_int_equal(at[len], '<');
    return at + len;
}

static void check_page(Arena *arena, const char *page)
{
    Reader reader = {.arena = arena, .ids = map_new(arena)};
    static const char doctype[] = "<!doctype html>\n";
    assert_int_equal(strncmp(page, doctype, sizeof doctype - 1), 0);
    text_is_clean(str_of(page));
    for (const char *at = page + sizeof doctype - 1; *at;) {
        at = skip_own(&reader, at);
        if (*at == '<')
            at = read_tag(&reader, at + 1);
        else
            at++;
    }
    assert_int_equal(reader.open.len, 0);
    assert_int_equal(reader.scripts, 1);
    assert_int_equal(reader.styles, 1);
}

static const char *page_of(Made *made)
{
    const char *page = made_text(made, "html");
    check_page(made->arena, page);
    return page;
}

/* ---- tests ---- */

static void nothing_to_say(void **state)
{
    Made *made = *state;
    const char *page = page_of(made);
    assert_non_null(strstr(page, "<h1>No findings</h1>"));
    assert_non_null(strstr(page, "Passes</p>"));
    assert_non_null(strstr(page, "The deploy would change nothing."));
    assert_non_null(strstr(page, "Nothing changes."));
}

static void could_not_analyse(void **state)
{
    Made *made = *state;
    Fault fault = {.message = "there is no <live> branch", .repair = "git fetch origin \"main\""};
    made->report.fault = &fault;
    made->report.complete = false;
    const char *page = page_of(made);
    assert_non_null(strstr(page, "tblint could not analyse</h1>"));
    assert_non_null(strstr(page, "there is no &lt;live&gt; branch."));
    assert_non_null(strstr(page, "<code>git fetch origin &quot;main&quot;</code>"));
    assert_null(strstr(page, "Passes"));
    assert_null(strstr(page, "No findings"));
}

static void both_sides_are_shown(void **state)
{
    Made *made = *state;
    Finding *finding = made_add(made, SEVERITY_ERROR, 13, 22, STR("It will fail."));
    Place live = {SIDE_LIVE, &made->live, {13, 22}, STR("live type")};
    vec_push(made->arena, &finding->related, live);
    const char *page = page_of(made);
    const char *first = strstr(page, "<figure class=\"frame live\">");
    assert_non_null(first);
    assert_non_null(strstr(first, "<figure class=\"frame new\">"));
    assert_int_equal(text_count(page, "data-n=\"2\""), 2);
    assert_int_equal(text_count(page, "class=\"line hit\""), 2);
    assert_int_equal(text_count(page, "<mark>"), 2);
    assert_int_equal(text_count(page, "data-level=\"error\" data-rule=\"TB101\""), 1);
    assert_int_equal(text_count(page, "id=\"finding-000000000001\""), 1);
    assert_int_equal(text_count(page, "id=\"rule-TB101\""), 1);
    assert_non_null(strstr(page, "Fails</p>"));
}

static void hostile_texts(void **state)
{
    Made *made = *state;
    made_add_hostile(made);
    const char *page = page_of(made);
    assert_int_equal(text_count(page, "<article "), made_hostile_count);
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "\" onload"));
    assert_null(strstr(page, "]]>"));
}

static void fails_from_the_level_on(void **state)
{
    Made *made = *state;
    made_add(made, SEVERITY_WARNING, 0, 6, STR("It may fail."));
    assert_non_null(strstr(page_of(made), "Passes</p>"));
    made->report.fail_on = SEVERITY_WARNING;
    assert_non_null(strstr(page_of(made), "Fails</p>"));
    made->report.complete = false;
    const char *page = page_of(made);
    assert_null(strstr(page, "Passes</p>"));
    assert_non_null(strstr(page, "Could not check everything"));
}

static void five_thousand_at_most(void **state)
{
    Made *made = *state;
    made_add_many(made, SEVERITY_WARNING, HTML_FINDINGS_MOST + 7, STR("One of many."));
    Str page = made_print(made, "html");
    assert_true(page.len < 32u * 1024 * 1024);
    const char *text = str_cstr(made->arena, page);
    assert_int_equal(text_count(text, "<article "), HTML_FINDINGS_MOST);
    assert_non_null(strstr(text, "7 more findings"));
    assert_non_null(strstr(text, "<h1>5007 warnings</h1>"));
}

static void secrets_are_hidden(void **state)
{
    Made *made = *state;
    static const char text[] = "TYPE s3\nS3_ACCESS_KEY AKIAIOSFODNN\nS3_SECRET wJalrXUtnFEMI\n";
    made->candidate.text = STR(text);
    made_add(made, SEVERITY_WARNING, 8, sizeof text - 1, STR("The connection changes."));
    const char *page = page_of(made);
    assert_null(strstr(page, "AKIA"));
    assert_null(strstr(page, "wJalr"));
    assert_int_equal(text_count(page, "********"), 2);
}

static void long_lines_are_cut(void **state)
{
    Made *made = *state;
    Buf text = {0};
    buf_add_repeat(&text, 'a', 100000);
    buf_add(&text, "here");
    buf_add_repeat(&text, 'b', 100000);
    made->candidate.text = str_copy(made->arena, buf_str(&text));
    buf_free(&text);
    made_add(made, SEVERITY_WARNING, 100000, 100004, STR("It is long."));
    const char *page = page_of(made);
    assert_true(strlen(page) < 120000);
    assert_non_null(strstr(page, "a<mark>here</mark>b"));
}

static void source_lines_have_a_bound(void **state)
{
    enum { LINES = 3200, LENGTH = 470 };
    Made *made = *state;
    Buf text = {0};
    for (size_t i = 0; i < LINES; i++) {
        buf_add_repeat(&text, 'a', LENGTH - 1);
        buf_add_char(&text, '\n');
    }
    made->candidate.text = str_copy(made->arena, buf_str(&text));
    buf_free(&text);
    for (uint32_t i = 0; i < LINES; i++)
        made_add(made, SEVERITY_WARNING, i * LENGTH, i * LENGTH + 3, STR("Long."));
    Str page = made_print(made, "html");
    assert_true(page.len > HTML_FRAMES_ROOM && page.len < 2u * HTML_FRAMES_ROOM);
    assert_non_null(strstr(str_cstr(made->arena, page), "places are left out, or the page"));
}

static void fix_is_written(void **state)
{
    Made *made = *state;
    Fix fix = {.title = STR("add it"),
               .file = &made->candidate,
               .lines = STR("FORWARD_QUERY >\n\tSELECT '</script>'\n")};
    made_add(made, SEVERITY_ERROR, 0, 6, STR("It will fail."))->fix = &fix;
    const char *page = page_of(made);
    assert_non_null(strstr(page, "<span class=\"add\">FORWARD_QUERY &gt;\n</span>"));
    assert_non_null(strstr(page, "    SELECT &#39;&lt;/script&gt;&#39;\n"));
}

static void accepted_have_a_place(void **state)
{
    Made *made = *state;
    Accepted accepted = {.reason = STR("known & wanted"), .until = STR("2026-12-15")};
    made_add(made, SEVERITY_ERROR, 0, 6, STR("It will fail."))->accepted = &accepted;
    findings_part_accepted(made->findings);
    made->findings->acceptances_added = 1;
    const char *page = page_of(made);
    assert_non_null(strstr(page, "<h2>Accepted</h2>"));
    assert_non_null(strstr(page, "Accepted until 2026-12-15: known &amp; wanted"));
    assert_non_null(strstr(page, "This change adds 1 acceptance."));
    assert_non_null(strstr(page, "<h1>No findings</h1>"));
}

static void weaker_settings_are_named(void **state)
{
    Made *made = *state;
    WeakenedSetting setting = {STR("fail_on"), STR("warning"), STR("<never>")};
    vec_push(made->arena, &made->report.weakened, setting);
    const char *page = page_of(made);
    assert_non_null(strstr(page, "This change weakens 1 setting:"));
    assert_non_null(strstr(page, "&#39;fail_on&#39; from warning to &lt;never&gt;"));
}

static const char *rendered(Made *made, const char *markdown)
{
    Buf out = {0};
    Html html = html_begin(&made->report, &out);
    html_markdown(&html, str_of(markdown));
    const char *text = str_cstr(made->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void names_may_be_broken(void **state)
{
    Made *made = *state;
    Buf out = {0};
    Html html = html_begin(&made->report, &out);
    html_name(&html, STR("a_b<_>"));
    assert_string_equal(str_cstr(made->arena, buf_str(&out)), "a_<wbr>b&lt;_<wbr>&gt;");
    buf_free(&out);
}

static void pages_are_rendered(void **state)
{
    Made *made = *state;
    assert_string_equal(rendered(made, "# TB1 x\n\nOne `a<b` and\ntwo.\n\n## Why\n* a\n* b `c`\n"),
                        "<p>One <code>a&lt;b</code> and two.</p>\n<h4>Why</h4>\n"
                        "<ul><li>a</li>\n<li>b <code>c</code></li></ul>\n");
    assert_string_equal(
        rendered(made, "```pipe live=a.pipe\nSQL >\n\t# <x>\n* y\n```\nz ` z\n"),
        "<p class=\"file\">live: <code>a.pipe</code></p>\n<pre><code>SQL &gt;\n    # &lt;x&gt;\n"
        "* y\n</code></pre>\n<p>z ` z</p>\n");
    assert_string_equal(rendered(made, ""), "");
    assert_string_equal(rendered(made, "```\nnot closed"),
                        "<pre><code>not closed\n</code></pre>\n");
}

static void every_rule_page_is_well_formed(void **state)
{
    Made *made = *state;
    for (size_t id = 0; id < RULE_COUNT; id++) {
        if (rule_get((RuleId)id)->page)
            made_add(made, SEVERITY_NOTE, 0, 1, STR("x"))->rule = (RuleId)id;
    }
    const char *page = page_of(made);
    assert_int_equal(text_count(page, "<details class=\"rule\""), made->findings->items.len);
    assert_null(strstr(page, "```"));
}

/* The policy names what is in the page, by the hash that a browser computes. */
static void hashes_are_right(void **state)
{
    (void)state;
    const HtmlAsset *assets[] = {&html_style, &html_script};
    if (system("command -v python3 >/dev/null") != 0)
        skip();
    for (size_t i = 0; i < ARRAY_LEN(assets); i++) {
        FILE *python = popen("python3 -c 'import base64, hashlib, sys; d = sys.stdin.buffer.read();"
                             " h, t = d.split(b\"\\0\"); sys.exit(h != b\"sha256-\" + "
                             "base64.b64encode(hashlib.sha256(t).digest()))'",
                             "w");
        assert_non_null(python);
        fwrite(assets[i]->hash, 1, strlen(assets[i]->hash) + 1, python);
        fwrite(assets[i]->text, 1, strlen(assets[i]->text), python);
        assert_int_equal(pclose(python), 0);
    }
}

/* What a system asks for and what the button asks for is the same night: a style has no way to say
 * it once. */
static void both_ways_to_the_dark_are_one(void **state)
{
    Buf blocks[2] = {{0}, {0}};
    const char *at = html_style.text;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
        at = strstr(at, "color-scheme: dark;");
        assert_non_null(at);
        for (; *at != '}'; at++) {
            if (*at != ' ')
                buf_add_char(&blocks[i], *at);
        }
    }
    assert_true(blocks[0].len > 300);
    assert_true(str_eq(buf_str(&blocks[0]), buf_str(&blocks[1])));
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        buf_free(&blocks[i]);
}

/* ---- the plan and the picture ---- */

#define SCHEMA(columns)                                                                            \
    "SCHEMA >\n    `ts` DateTime" columns "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"ts\"\n"
#define VIEW(from, to)                                                                             \
    "NODE n\nSQL >\n    SELECT ts, host FROM " from "\nTYPE materialized\nDATASOURCE " to "\n"

static void add_files(Arena *arena, FileSet *files, const char *events)
{
    file_set_add(arena, files, STR("datasources/daily.datasource"), STR(SCHEMA(", `host` String")));
    file_set_add(arena, files, STR("datasources/events.datasource"), str_of(events));
    file_set_add(arena, files, STR("endpoints/hosts.pipe"),
                 STR("NODE n\nSQL >\n    SELECT host FROM events\nTYPE endpoint\n"));
    file_set_add(arena, files, STR("pipes/daily_mv.pipe"), STR(VIEW("events", "daily")));
}

typedef struct {
    Arena *files;
    ProjectFixture fixture;
    const char *page;
} Shown;

static void show(Shown *shown, const FileSet *live, const FileSet *candidate)
{
    project_fixture_make(&shown->fixture, live, candidate);
    Arena *arena = shown->fixture.arena;
    Report report = {
        .arena = arena, .findings = findings_new(arena), .complete = true, .width = 100};
    ProjectPlan plan = {.root = STR("."), .plan = shown->fixture.plan, .diff = shown->fixture.diff};
    vec_push(arena, &report.plans, plan);
    Buf out = {0};
    report_html(&report, &out);
    shown->page = str_cstr(arena, buf_str(&out));
    buf_free(&out);
    check_page(arena, shown->page);
}

static void hide(Shown *shown)
{
    project_fixture_free(&shown->fixture);
    arena_free(shown->files);
}

static void picture_has_readers(void **state)
{
    (void)state;
    Shown shown = {.files = arena_new()};
    FileSet live = {0}, candidate = {0};
    add_files(shown.files, &live, SCHEMA(", `host` String"));
    add_files(shown.files, &candidate, SCHEMA(""));
    show(&shown, &live, &candidate);
    assert_int_equal(text_count(shown.page, "data-node=\""), 4);
    assert_int_equal(text_count(shown.page, "data-from=\""), 3);
    assert_int_equal(text_count(shown.page, "class=\"node alter\""), 1);
    assert_non_null(strstr(shown.page, "<tr role=\"row\" id=\"res-datasource-events\">"));
    assert_non_null(strstr(shown.page, "<a href=\"#res-datasource-events\""));
    assert_non_null(strstr(shown.page, "column host dropped"));
    hide(&shown);
}

/* What is new is folded where it is much and nothing was found of it, here behind what changes. */
static void much_that_is_new_is_folded(void **state)
{
    (void)state;
    static const char summary[] = "<details><summary>9 new, without findings</summary>";
    for (size_t count = 8; count <= 9; count++) {
        Shown shown = {.files = arena_new()};
        FileSet live = {0}, candidate = {0};
        add_files(shown.files, &live, SCHEMA(", `host` String"));
        add_files(shown.files, &candidate, SCHEMA(""));
        for (size_t i = 0; i < count; i++)
            file_set_add(shown.files, &candidate, str_fmt(shown.files, "pipes/new_%zu.pipe", i),
                         STR("NODE n\nSQL >\n    SELECT ts FROM events\nTYPE endpoint\n"));
        show(&shown, &live, &candidate);
        const char *folded = strstr(shown.page, summary);
        const char *row = strstr(shown.page, "id=\"res-pipe-new_0\"");
        const char *changed = strstr(shown.page, "id=\"res-datasource-events\"");
        assert_true((folded != NULL) == (count == 9));
        assert_true(row && changed && changed < row &&
                    (!folded || (changed < folded && folded < row)));
        hide(&shown);
    }
}

/* A list of nothing but what is new is the plan: it stays open. */
static void what_is_all_new_stays_open(void **state)
{
    (void)state;
    Shown shown = {.files = arena_new()};
    FileSet live = {0}, candidate = {0};
    for (size_t i = 0; i < 12; i++)
        file_set_add(shown.files, &candidate,
                     str_fmt(shown.files, "datasources/new_%zu.datasource", i), STR(SCHEMA("")));
    show(&shown, &live, &candidate);
    assert_null(strstr(shown.page, "<details><summary>"));
    assert_non_null(strstr(shown.page, "id=\"res-datasource-new_11\""));
    hide(&shown);
}

static void add_connected(Arena *arena, FileSet *files, const char *servers)
{
    file_set_add(arena, files, STR("connections/in.connection"),
                 str_fmt(arena, "TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS %s\n", servers));
    file_set_add(arena, files, STR("connections/out.connection"), STR("TYPE s3\nS3_REGION eu\n"));
    file_set_add(arena, files, STR("datasources/events.datasource"),
                 STR(SCHEMA(", `host` String") "KAFKA_CONNECTION_NAME in\nKAFKA_TOPIC t\n"));
    bool changed = strcmp(servers, "b:1") == 0;
    file_set_add(arena, files, STR("pipes/export.pipe"),
                 str_fmt(arena,
                         "NODE n\nSQL >\n    SELECT %s FROM events\nTYPE sink\n"
                         "EXPORT_CONNECTION_NAME out\n",
                         changed ? "ts" : "host"));
}

/* Rows come in by a connection, and leave by one. */
static void picture_has_connections(void **state)
{
    (void)state;
    Shown shown = {.files = arena_new()};
    FileSet live = {0}, candidate = {0};
    add_connected(shown.files, &live, "a:1");
    add_connected(shown.files, &candidate, "b:1");
    show(&shown, &live, &candidate);
    assert_int_equal(text_count(shown.page, "data-node=\""), 4);
    assert_non_null(strstr(shown.page, "<title>in \342\206\222 events</title>"));
    assert_non_null(strstr(shown.page, "<title>events \342\206\222 export</title>"));
    assert_non_null(strstr(shown.page, "<title>export \342\206\222 out</title>"));
    hide(&shown);
}

static void pictures_are_bounded(void **state)
{
    (void)state;
    enum { COUNT = HTML_NODES_MOST + 30 };
    Shown shown = {.files = arena_new()};
    FileSet live = {0}, candidate = {0};
    add_files(shown.files, &live, SCHEMA(", `host` String"));
    add_files(shown.files, &candidate, SCHEMA(""));
    for (size_t i = 0; i < COUNT; i++)
        file_set_add(shown.files, &candidate, str_fmt(shown.files, "pipes/new_%03zu.pipe", i),
                     STR("NODE n\nSQL >\n    SELECT ts FROM events\nTYPE endpoint\n"));
    show(&shown, &live, &candidate);
    assert_int_equal(text_count(shown.page, "data-node=\""), HTML_NODES_MOST);
    assert_non_null(strstr(shown.page, "34 more resources that are affected are not drawn."));
    hide(&shown);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_set_up, made_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_to_say),
        TEST(could_not_analyse),
        TEST(both_sides_are_shown),
        TEST(hostile_texts),
        TEST(fails_from_the_level_on),
        TEST(five_thousand_at_most),
        TEST(secrets_are_hidden),
        TEST(long_lines_are_cut),
        TEST(source_lines_have_a_bound),
        TEST(fix_is_written),
        TEST(accepted_have_a_place),
        TEST(weaker_settings_are_named),
        TEST(names_may_be_broken),
        TEST(pages_are_rendered),
        TEST(every_rule_page_is_well_formed),
        cmocka_unit_test(hashes_are_right),
        cmocka_unit_test(both_ways_to_the_dark_are_one),
        cmocka_unit_test(picture_has_readers),
        cmocka_unit_test(much_that_is_new_is_folded),
        cmocka_unit_test(what_is_all_new_stays_open),
        cmocka_unit_test(picture_has_connections),
        cmocka_unit_test(pictures_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
