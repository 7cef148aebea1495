/* The command line: what is taken, what is refused and how it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "options.h"

#include <string.h>

typedef struct {
    Arena *arena;
    Options options;
    Fault fault;
} Parsed;

/* Parses words separated by single blanks; the first is the program's name. */
static int parse(Parsed *parsed, const char *line)
{
    const char *argv[16];
    int argc = 0;
    *parsed = (Parsed){.arena = arena_new()};
    char *copy = arena_alloc(parsed->arena, strlen(line) + 1);
    memcpy(copy, line, strlen(line));
    for (char *word = strtok(copy, " "); word && argc < 16; word = strtok(NULL, " "))
        argv[argc++] = word;
    return options_parse(&parsed->options, parsed->arena, argc, argv, &parsed->fault);
}

static void test_no_command_is_lint(void **state)
{
    (void)state;
    Parsed parsed;
    assert_int_equal(parse(&parsed, "tblint"), 0);
    assert_int_equal(parsed.options.command, COMMAND_LINT);
    assert_int_equal(parsed.options.candidate, CHOOSE_DEFAULT);
    assert_int_equal(parsed.options.fail_on, 0);
    arena_free(parsed.arena);
}

static void test_values_with_and_without_equals(void **state)
{
    (void)state;
    Parsed parsed;
    assert_int_equal(parse(&parsed, "tblint --live=origin/x plan --commit HEAD --as-is"), 0);
    assert_int_equal(parsed.options.command, COMMAND_PLAN);
    assert_string_equal(parsed.options.live, "origin/x");
    assert_string_equal(parsed.options.commit, "HEAD");
    assert_int_equal(parsed.options.candidate, CHOOSE_COMMIT);
    assert_true(parsed.options.as_is);
    arena_free(parsed.arena);
}

static void test_formats_repeat(void **state)
{
    (void)state;
    Parsed parsed;
    assert_int_equal(parse(&parsed, "tblint --format json --format=sarif=a=b.sarif"), 0);
    assert_int_equal(parsed.options.formats.len, 2);
    assert_null(parsed.options.formats.items[0].file);
    assert_true(str_is(parsed.options.formats.items[1].format, "sarif"));
    assert_string_equal(parsed.options.formats.items[1].file, "a=b.sarif");
    arena_free(parsed.arena);
}

static void refused(const char *line, const char *message, const char *repair)
{
    Parsed parsed;
    assert_int_equal(parse(&parsed, line), -1);
    assert_int_equal(parsed.fault.kind, FAULT_USAGE);
    assert_non_null(strstr(parsed.fault.message, message));
    assert_non_null(strstr(parsed.fault.repair, repair));
    arena_free(parsed.arena);
}

static void test_refusals_name_the_nearest(void **state)
{
    (void)state;
    refused("tblint --stage", "no option '--stage'", "--staged");
    refused("tblint --fial-on=error", "'--fial-on'", "--fail-on");
    refused("tblint --zzzzzzzzzzzz", "'--zzzzzzzzzzzz'", "--help");
    refused("tblint lnt", "no command 'lnt'", "tblint lint");
    refused("tblint --format xml", "no format 'xml'", "sarif");
}

static void test_refusals(void **state)
{
    (void)state;
    refused("tblint --staged --worktree", "exclude each other", "");
    refused("tblint --live", "--live needs a value", "");
    refused("tblint --staged=yes", "takes no value", "");
    refused("tblint --fail-on off", "--fail-on takes", "");
    refused("tblint --color red", "--color takes", "");
    refused("tblint --format json --format text", "only one format", "");
    refused("tblint --format json=a --format sarif=a", "two formats", "");
    refused("tblint --format json=", "names no file", "");
    refused("tblint plan --fail-on note", "does not apply to tblint plan", "");
    refused("tblint rules extra", "does not take 'extra'", "");
    refused("tblint lint -- --staged", "does not take '--staged'", "");
}

static void test_help_wins(void **state)
{
    (void)state;
    Parsed parsed;
    assert_int_equal(parse(&parsed, "tblint plan --fail-on note --help"), 0);
    assert_int_equal(parsed.options.command, COMMAND_HELP);
    assert_string_equal(parsed.options.arguments.items[0], "plan");
    arena_free(parsed.arena);
    assert_int_equal(parse(&parsed, "tblint --version"), 0);
    assert_int_equal(parsed.options.command, COMMAND_VERSION);
    arena_free(parsed.arena);
}

static void test_help_names_every_option(void **state)
{
    (void)state;
    static const char *const names[] = {"--live",   "--staged",  "--worktree", "--commit",
                                        "--as-is",  "--project", "--config",   "--profile",
                                        "--format", "--fail-on", "--all",      "--color",
                                        "--quiet",  "--version", "--help"};
    Buf help = {0};
    options_help(&help);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(str_find(buf_str(&help), names[i]) >= 0);
    buf_free(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_command_is_lint),
        cmocka_unit_test(test_values_with_and_without_equals),
        cmocka_unit_test(test_formats_repeat),
        cmocka_unit_test(test_refusals_name_the_nearest),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_help_wins),
        cmocka_unit_test(test_help_names_every_option),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
