/* Settings that a change makes weaker: what counts as weaker, and how each format tells it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_weakened.h"
#include "lib/made_report.h"
#include "lib/parsed_run.h"

#include <string.h>

/* ---- what is weaker ---- */

static Config config_of(Arena *arena, const char *text)
{
    Config config;
    Fault fault = {0};
    if (config_parse(&config, arena, str_of(text), "c.yaml", &fault) < 0)
        fail_msg("%s", fault.message);
    return config;
}

static void add_file(Arena *arena, SourceFiles *files, const char *path)
{
    SourceFile *file = ARENA_NEW(arena, SourceFile);
    file->path = str_of(path);
    vec_push(arena, files, file);
}

static void show(Buf *out, const WeakenedSettings *settings)
{
    for (size_t i = 0; i < settings->len; i++) {
        const WeakenedSetting *item = &settings->items[i];
        buf_addf(out, "%s%.*s: %.*s > %.*s", i ? "\n" : "", STR_ARG(item->what),
                 STR_ARG(item->from), STR_ARG(item->to));
    }
}

/* A line for each setting that is weaker in `now`, over two projects of the default layout. */
static void weaker(const char *before, const char *now, const char *wanted)
{
    Arena *arena = arena_new();
    SourceFiles files = {0};
    add_file(arena, &files, "a/datasources/x.datasource");
    add_file(arena, &files, "b/datasources/y.datasource");
    WeakenedScope scope = {arena, &files, PROFILE_FORWARD};
    Config configs[] = {config_of(arena, before), config_of(arena, now)};
    WeakenedSettings settings = {0};
    config_weakened(&scope, &configs[0], &configs[1], &settings);
    Buf text = {0};
    show(&text, &settings);
    buf_add_char(&text, '\0');
    assert_string_equal(text.ptr, wanted);
    buf_free(&text);
    arena_free(arena);
}

static void test_rules(void **state)
{
    (void)state;
    weaker("", "rules: {column-dropped: off}", "rules.column-dropped: warning > off");
    weaker("", "rules: {TB101: warning}",
           "rules.type-change-without-forward-query: error > warning");
    weaker("rules: {column-dropped: error}", "", "rules.column-dropped: error > warning");
    weaker("rules: {column-dropped: error}", "rules: {column-dropped: note, tb101: off}",
           "rules.type-change-without-forward-query: error > off\n"
           "rules.column-dropped: error > note");
    weaker("", "rules: {key-change-rewrites-table: note}",
           "rules.key-change-rewrites-table: error > note");
}

static void test_values(void **state)
{
    (void)state;
    weaker("", "fail_on: never", "fail_on: error > never");
    weaker("fail_on: note", "fail_on: warning", "fail_on: note > warning");
    weaker("fail_on: warning", "", "fail_on: warning > error");
    weaker("accept: {require_reason: true}", "", "accept.require_reason: true > false");
    weaker("", "migration: {margin_minutes: 30}", "migration.margin_minutes: 60 > 30");
    weaker("migration: {margin_minutes: 90}", "", "migration.margin_minutes: 90 > 60");
    weaker("", "profile: classic", "profile: by layout > classic");
    weaker("profile: classic", "profile: forward", "profile: classic > forward");
}

static void test_paths(void **state)
{
    (void)state;
    weaker("", "paths: {ignore: [x/**, x/**, '*.pipe']}",
           "paths.ignore:  > x/**\npaths.ignore:  > *.pipe");
    weaker("paths: {ignore: [x/*]}", "paths: {ignore: [x/**]}", "paths.ignore:  > x/**");
    weaker("paths: {ignore: [x/**]}", "paths: {ignore: [xx/y]}", "paths.ignore:  > xx/y");
    /* The one is of the top folder, the other of every folder of that name. */
    weaker("paths: {ignore: [x/**]}", "paths: {ignore: [x/]}", "paths.ignore:  > x/");
    weaker("", "projects: [a]", "projects: b > ");
    weaker("projects: [a, b]", "projects: [b]", "projects: a > ");
    weaker("", "projects: [nowhere]", "projects: a > \nprojects: b > ");
}

static void test_not_weaker(void **state)
{
    (void)state;
    weaker("", "", "");
    weaker("fail_on: error\nrules: {TB104: note}",
           "rules:\n  # by its name\n  column-dropped: note\nversion: 1", "");
    weaker("rules: {TB104: off}", "rules: {TB104: warning}", "");
    weaker("rules: {TB104: note}", "", "");
    weaker("", "rules: {TB104: error, TB101: error}", "");
    weaker("", "fail_on: error\nmigration: {margin_minutes: 60}\naccept: {require_reason: false}",
           "");
    weaker("fail_on: never\nmigration: {margin_minutes: 5}", "fail_on: note", "");
    weaker("paths: {ignore: [b, a/**]}", "paths: {ignore: [a/b/*.pipe, a/**, b]}", "");
    weaker("paths: {ignore: [a/**]}", "", "");
    weaker("paths: {ignore: ['**']}", "paths: {ignore: [x]}", "");
    weaker("projects: [a]", "", "");
    weaker("projects: [a]", "projects: [b, a]", "");
    weaker("", "projects: [b, a]", "");
    weaker("", "profile: forward", "");
    weaker("profile: forward", "", "");
    weaker("rules: {no-such-rule: error}", "rules: {no-such-rule: off}", "");
}

static void test_both(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    WeakenedSetting of_live[] = {{STR("fail_on"), STR("note"), STR("never")},
                                 {STR("rules.a"), STR("error"), STR("note")},
                                 {STR("projects"), STR("b"), {0}}};
    WeakenedSetting of_base[] = {{STR("fail_on"), STR("error"), STR("never")},
                                 {STR("projects"), STR("c"), {0}}};
    WeakenedSettings live = {.items = of_live, .len = 3, .cap = 3};
    WeakenedSettings base = {.items = of_base, .len = 2, .cap = 2};
    WeakenedSettings both = weakened_by_both(arena, &live, &base);
    assert_int_equal(both.len, 1);
    assert_true(str_is(both.items[0].what, "fail_on") && str_is(both.items[0].from, "note"));
    arena_free(arena);
}

/* Many, or one of many parts, are compared without anything that grows with their square. */
static void test_hostile(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Buf text = {0};
    buf_add(&text, "paths:\n  ignore:\n    - '");
    buf_add_repeat(&text, '/', 200000);
    buf_add(&text, "'\n");
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "    - a/%d/b/**\n", i);
    buf_add_char(&text, '\0');
    Config now = config_of(arena, text.ptr);
    Config before = config_default();
    WeakenedSettings settings = {0};
    SourceFiles files = {0};
    WeakenedScope scope = {arena, &files, PROFILE_FORWARD};
    config_weakened(&scope, &before, &now, &settings);
    assert_int_equal(settings.len, 20001);
    buf_free(&text);
    arena_free(arena);
}

/* ---- the formats ---- */

static void weaken(Made *made, const char *what, const char *from, const char *to)
{
    WeakenedSetting setting = {str_of(what), str_of(from), str_of(to)};
    vec_push(made->arena, &made->report.weakened, setting);
}

static void formats_name_each(void **state)
{
    Made *made = *state;
    Comparison comparison = {0};
    made->report.comparison = &comparison;
    made->report.width = 100;
    weaken(made, "fail_on", "error", "never");
    weaken(made, "paths.ignore", "", "<b>|\n::warning::");
    weaken(made, "projects", "b", "");
    const char *text = made_text(made, "text");
    assert_non_null(strstr(text, "this change weakens 3 settings: 'fail_on' from error to never;"));
    text = made_text(made, "markdown");
    assert_non_null(strstr(text, "**This change weakens 3 settings**\n\n"));
    assert_non_null(strstr(text, "- 'projects' leaves out b\n"));
    assert_null(strstr(text, "<b>"));
    text = made_text(made, "github");
    assert_non_null(strstr(text, "::notice title=tblint%3A weaker settings::This change weakens 3 "
                                 "settings: 'fail_on' from error to never; 'paths.ignore' adds "));
    assert_null(strstr(text, "\n::warning::"));
    text = made_text(made, "sarif");
    assert_non_null(strstr(text, "{\"level\":\"note\",\"message\":{\"text\":\"This change weakens "
                                 "3 settings: "));
    cJSON *root = made_json(made, "json");
    const cJSON *last = cJSON_GetArrayItem(json_at(root, "weakened", NULL), 2);
    assert_string_equal(json_text_at(last, "setting"), "projects");
    assert_string_equal(json_text_at(last, "from"), "b");
    assert_true(cJSON_IsNull(json_at(last, "to", NULL)));
    cJSON_Delete(root);
}

static void formats_say_nothing_of_none(void **state)
{
    Made *made = *state;
    static const char *const names[] = {"text", "markdown", "github", "sarif"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_null(strstr(made_text(made, names[i]), "weaken"));
    cJSON *root = made_json(made, "json");
    assert_int_equal(cJSON_GetArraySize(json_at(root, "weakened", NULL)), 0);
    cJSON_Delete(root);
}

static void formats_cut_many(void **state)
{
    Made *made = *state;
    Comparison comparison = {0};
    made->report.comparison = &comparison;
    made->report.width = 100;
    for (int i = 0; i < 5000; i++)
        weaken(made, "paths.ignore", "", str_fmt(made->arena, "a/%d", i).ptr);
    assert_non_null(strstr(made_text(made, "text"), "a/9;"));
    assert_null(strstr(made_text(made, "text"), "a/10"));
    assert_non_null(strstr(made_text(made, "text"), "4990 more"));
    assert_non_null(strstr(made_text(made, "github"), "; and 4990 more."));
    assert_non_null(strstr(made_text(made, "markdown"), "\n4950 more weaker settings: "));
    cJSON *root = made_json(made, "json");
    assert_int_equal(cJSON_GetArraySize(json_at(root, "weakened", NULL)), 5000);
    cJSON_Delete(root);
}

#define FORMAT(name) cmocka_unit_test_setup_teardown(name, made_set_up, made_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules), cmocka_unit_test(test_values),
        cmocka_unit_test(test_paths), cmocka_unit_test(test_not_weaker),
        cmocka_unit_test(test_both),  cmocka_unit_test(test_hostile),
        FORMAT(formats_name_each),    FORMAT(formats_say_nothing_of_none),
        FORMAT(formats_cut_many),
    };
    return cmocka_run_group_tests_name("weakened", tests, NULL, NULL);
}
