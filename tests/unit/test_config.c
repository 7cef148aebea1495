/* The configuration: every key, and each refusal with its line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"

#include <string.h>

static void accepted(Arena *arena, const char *text, Config *out)
{
    Fault fault = {0};
    if (config_parse(out, arena, str_of(text), "c.yaml", &fault) < 0)
        fail_msg("%s", fault.message);
}

static void refused(const char *text, const char *place, const char *message)
{
    Arena *arena = arena_new();
    Config config;
    Fault fault = {0};
    assert_int_equal(config_parse(&config, arena, str_of(text), "c.yaml", &fault), -1);
    assert_int_equal(fault.kind, FAULT_USAGE);
    if (strncmp(fault.message, place, strlen(place)) != 0 || !strstr(fault.message, message))
        fail_msg("wanted %s ... %s, got %s", place, message, fault.message);
    arena_free(arena);
}

static void test_every_key(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Config config;
    accepted(arena,
             "version: 1\nlive: origin/prod\nprofile: classic\nprojects: [a, 'b/*']\n"
             "fail_on: warning\nrules:\n  column-dropped: off\n  tb101: note\n"
             "paths:\n  ignore: [x/**]\nmigration: {margin_minutes: 90}\n",
             &config);
    assert_string_equal(config.live, "origin/prod");
    assert_int_equal(config.profile, PROFILE_CLASSIC);
    assert_int_equal(config.projects.len, 2);
    assert_true(str_is(config.projects.items[1], "b/*"));
    assert_int_equal(config.fail_on, SEVERITY_WARNING);
    assert_true(config.has_severity[RULE_TB104]);
    assert_int_equal(config.severity[RULE_TB104], SEVERITY_OFF);
    assert_int_equal(config.severity[RULE_TB101], SEVERITY_NOTE);
    assert_false(config.has_severity[RULE_TB102]);
    assert_int_equal(config.ignore.len, 1);
    assert_int_equal(config.margin_minutes, 90);
    arena_free(arena);
}

static void test_empty_is_default(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n# only a comment\n", "---\n", "~\n", "---\n---\n"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Arena *arena = arena_new();
        Config config;
        accepted(arena, texts[i], &config);
        assert_null(config.live);
        assert_int_equal(config.margin_minutes, 60);
        arena_free(arena);
    }
}

static void test_unknown_keys(void **state)
{
    (void)state;
    refused("version: 1\nfial_on: error\n", "c.yaml:2:1: ", "did you mean 'fail_on'?");
    refused("profile: forward\n---\nfail_on: note\n", "c.yaml:3:1: ", "a second document");
    refused("paths:\n  ignored: []\n", "c.yaml:2:3: ", "did you mean 'ignore'?");
    refused("zzzzzzzzzzzz: 1\n", "c.yaml:1:1: ", "there is no key 'zzzzzzzzzzzz'");
}

/* The name may be one of a newer version: no fault, but told. */
static void test_unknown_rules(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Config config;
    accepted(arena, "rules:\n  column-droped: off\n  TB104: note\n", &config);
    assert_int_equal(config.unknown_rules.len, 1);
    assert_true(str_is(config.unknown_rules.items[0].name, "column-droped"));
    assert_int_equal(config.unknown_rules.items[0].line, 2);
    assert_int_equal(config.unknown_rules.items[0].column, 3);
    assert_int_equal(config.severity[RULE_TB104], SEVERITY_NOTE);
    refused("rules:\n  column-droped: loud\n", "c.yaml:2:18: ", "error, warning, note or off");
    arena_free(arena);
}

static void test_reasons(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Config config;
    accepted(arena, "accept: {require_reason: true}\n", &config);
    assert_true(config.require_reason);
    accepted(arena, "accept: {require_reason: false}\n", &config);
    assert_false(config.require_reason);
    refused("accept: {require_reason: yes}\n", "c.yaml:1:26: ", "true or false");
    refused("accept: {reason: true}\n", "c.yaml:1:10: ", "there is no key 'reason'");
    refused("accept: true\n", "c.yaml:1:9: ", "a mapping");
    arena_free(arena);
}

static void test_bad_values(void **state)
{
    (void)state;
    refused("version: 2\n", "c.yaml:1:10: ", "must be 1");
    refused("profile: modern\n", "c.yaml:1:10: ", "forward or classic");
    refused("fail_on: off\n", "c.yaml:1:10: ", "error, warning, note or never");
    refused("rules: {column-dropped: loud}\n", "c.yaml:1:25: ", "error, warning, note or off");
    refused("rules: [column-dropped]\n", "c.yaml:1:8: ", "a mapping");
    refused("migration: {margin_minutes: -1}\n", "c.yaml:1:29: ", "whole number");
    refused("migration: {margin_minutes: 99999}\n", "c.yaml:1:29: ", "at most 10080");
    refused("projects: [[a]]\n", "c.yaml:1:12: ", "list of paths");
    refused("live:\n", "c.yaml:1:6: ", "name of a branch");
    refused("- a\n", "c.yaml:1:1: ", "mapping of keys");
}

static void test_given_twice(void **state)
{
    (void)state;
    refused("live: a\nlive: b\n", "c.yaml:2:1: ", "'live' is given twice");
    refused("rules:\n  TB104: off\n  column-dropped: note\n", "c.yaml:3:3: ", "given twice");
}

static void test_broken_yaml(void **state)
{
    (void)state;
    refused("live: [a\n", "c.yaml:2:1: ", "");
    refused("a: b: c\n", "c.yaml:1:5: ", "");
    refused("live: \"\xff\"\n", "c.yaml:1:1: ", "");
    refused("a: &x [*x]\n", "c.yaml:1:1: ", "there is no key 'a'");
}

static void test_hostile_sizes(void **state)
{
    (void)state;
    Buf deep = {0};
    buf_add(&deep, "projects: ");
    buf_add_repeat(&deep, '[', 5000);
    buf_add_char(&deep, '\0');
    refused(deep.ptr, "c.yaml:", "");
    deep.len = 0;
    buf_add_repeat(&deep, '#', (1 << 20) + 2);
    buf_add_char(&deep, '\0');
    refused(deep.ptr, "c.yaml:1:1: ", "larger than 1 MiB");
    buf_free(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key),     cmocka_unit_test(test_empty_is_default),
        cmocka_unit_test(test_unknown_keys),  cmocka_unit_test(test_unknown_rules),
        cmocka_unit_test(test_reasons),       cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_given_twice),   cmocka_unit_test(test_broken_yaml),
        cmocka_unit_test(test_hostile_sizes),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
