/*
 * Rules, pages, cases and code belong together: what a person who adds a rule can forget.
 *
 * A rule is built when it has a page. test_examples runs the examples of the pages and test_cases
 * the cases; here is only said what is missing, each with the file to write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "findings/rule.h"
#include "lib/file_set.h"

/* TB905 is about values of any instruction: a file each for four kinds of them. */
enum { MOST_HOMES = 4 };

typedef struct {
    Arena *arena;
    const char *source; /* the top of the source */
    int problems;
} State;

#define PROBLEM(state, ...) ((state)->problems++, print_message(__VA_ARGS__))

static FileSet files_below(const State *state, const char *folder)
{
    return file_set_read(state->arena, str_fmt(state->arena, "%s/%s", state->source, folder).ptr);
}

/* ---- rules.def ---- */

static bool is_kebab(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return name.len > 0;
}

static void the_list_is_in_order(void **context)
{
    State *state = *context;
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        Str summary = str_of(rule->summary);
        if (id > 0 && str_cmp(str_of(rule_get(id - 1)->code), str_of(rule->code)) >= 0)
            PROBLEM(state, "rules.def: %s does not stand in the order of the codes\n", rule->code);
        if (!is_kebab(str_of(rule->name)) || rule_find(str_of(rule->name)) != rule)
            PROBLEM(state, "rules.def: '%s' is no name, or one that is taken\n", rule->name);
        if (summary.len == 0 || str_ends(summary, ".") || str_find_char(summary, '\n') >= 0)
            PROBLEM(state, "rules.def: the summary of %s is one line without a full stop\n",
                    rule->code);
        if (rule->severity == SEVERITY_OFF)
            PROBLEM(state, "rules.def: %s has no severity\n", rule->code);
    }
    assert_int_equal(state->problems, 0);
}

/* ---- pages ---- */

static void pages_name_their_rule(void **context)
{
    State *state = *context;
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        if (!rule->page)
            continue;
        Str title = str_fmt(state->arena, "# %s %s\n", rule->code, rule->name);
        if (!str_starts((Str){rule->page, rule->page_len}, title.ptr))
            PROBLEM(state, "rules/%s.md: the first line is not '# %s %s'\n", rule->name, rule->code,
                    rule->name);
        if (str_trim(rule_page_intro(rule)).len == 0)
            PROBLEM(state, "rules/%s.md: no paragraph below the title\n", rule->name);
        Str setting = str_fmt(state->arena, "`rules: {%s: off}`", rule->name);
        if (str_find(rule_page_section(rule, "How to accept"), setting.ptr) < 0)
            PROBLEM(state, "rules/%s.md: 'How to accept' does not say %s\n", rule->name,
                    setting.ptr);
    }
    assert_int_equal(state->problems, 0);
}

/* ---- cases ---- */

static void count_cases(const FileSet *files, const char *rule, size_t *loud, size_t *silent)
{
    *loud = *silent = 0;
    for (size_t i = 0; i < files->len; i++) {
        Str path = files->items[i].path;
        ptrdiff_t slash = str_find_char(path, '/');
        if (slash < 0 || !str_is(str_slice(path, 0, (size_t)slash), rule))
            continue;
        Str rest = str_slice(path, (size_t)slash + 1, path.len);
        if (str_ends(rest, "/expected.txt"))
            ++*(str_starts(rest, "silent-") ? silent : loud);
    }
}

static void built_rules_have_cases(void **context)
{
    State *state = *context;
    FileSet files = files_below(state, "tests/cases");
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        size_t loud, silent;
        if (!rule->page)
            continue;
        count_cases(&files, rule->name, &loud, &silent);
        if (loud == 0)
            PROBLEM(state, "tests/cases/%s: no case in which it is reported\n", rule->name);
        if (silent == 0)
            PROBLEM(state, "tests/cases/%s: no case silent-... in which it is not\n", rule->name);
    }
    assert_int_equal(state->problems, 0);
}

static void cases_belong_to_built_rules(void **context)
{
    State *state = *context;
    FileSet files = files_below(state, "tests/cases");
    Str last = {0};
    for (size_t i = 0; i < files.len; i++) {
        Str path = files.items[i].path;
        ptrdiff_t slash = str_find_char(path, '/');
        Str name = str_slice(path, 0, slash < 0 ? path.len : (size_t)slash);
        const Rule *rule = rule_find(name);
        if (str_eq(name, last))
            continue;
        last = name;
        if (!rule)
            PROBLEM(state, "tests/cases/%.*s: rules.def has no rule of that name\n", STR_ARG(name));
        else if (!rule->page)
            PROBLEM(state, "tests/cases/%.*s: rules/%s.md is missing\n", STR_ARG(name), rule->name);
    }
    assert_int_equal(state->problems, 0);
}

/* ---- code ---- */

/* Marks the rules that the text names as RULE_TB101. */
static void mark_named(Str text, bool *named)
{
    const Str prefix = STR("RULE_");
    for (ptrdiff_t at; (at = str_find(text, "RULE_TB")) >= 0;) {
        text = str_slice(text, (size_t)at + prefix.len, text.len);
        const Rule *rule = rule_find(str_slice(text, 0, 5));
        if (rule)
            named[rule->id] = true;
    }
}

static void built_rules_are_reported_and_others_not(void **context)
{
    static const char *const folders[] = {"analyzers/checks", "cmd"};
    State *state = *context;
    bool named[RULE_COUNT] = {false};
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        FileSet files = files_below(state, folders[i]);
        for (size_t j = 0; j < files.len; j++)
            mark_named(files.items[j].text, named);
    }
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        if (rule->page && !named[id])
            PROBLEM(state, "rules/%s.md: no check names RULE_%s\n", rule->name, rule->code);
        if (!rule->page && named[id])
            PROBLEM(state, "RULE_%s is reported, but rules/%s.md is missing\n", rule->code,
                    rule->name);
    }
    assert_int_equal(state->problems, 0);
}

/* The files of a family start with its name; those of forward_query are forward_*.c. */
static bool is_file_of(Str path, const char *family)
{
    return str_starts(path, strcmp(family, "forward_query") == 0 ? "forward_" : family);
}

/* Whoever looks for a rule finds it: grep -rn RULE_TB305 analyzers/checks */
static void rules_are_in_the_files_of_their_family(void **context)
{
    State *state = *context;
    FileSet files = files_below(state, "analyzers/checks");
    int homes[RULE_COUNT] = {0};
    for (size_t i = 0; i < files.len; i++) {
        bool named[RULE_COUNT] = {false};
        mark_named(files.items[i].text, named);
        for (RuleId id = 0; id < RULE_COUNT; id++)
            homes[id] += named[id] && is_file_of(files.items[i].path, rule_get(id)->family);
    }
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        if (rule->page && homes[id] == 0 && strcmp(rule->family, "meta") != 0)
            PROBLEM(state, "RULE_%s is in no file analyzers/checks/%s*.c\n", rule->code,
                    rule->family);
        if (homes[id] > MOST_HOMES)
            PROBLEM(state, "RULE_%s is in %d files: who looks for it has to read them all\n",
                    rule->code, homes[id]);
    }
    assert_int_equal(state->problems, 0);
}

/* ---- the shared list, where it is at hand ---- */

static Str next_field(Str *line)
{
    ptrdiff_t tab = str_find_char(*line, '\t');
    size_t end = tab < 0 ? line->len : (size_t)tab;
    Str field = str_slice(*line, 0, end);
    *line = str_slice(*line, end + 1, line->len);
    return field;
}

static void compare_rule(State *state, const Rule *rule, Str line)
{
    Str name = next_field(&line);
    Str family = next_field(&line);
    Str severity = next_field(&line);
    if (!str_is(name, rule->name) || !str_is(family, rule->family) ||
        !str_is(severity, severity_text(rule->severity)))
        PROBLEM(state, "rules.def and rules.tsv differ: %s is %.*s, %.*s, %.*s in the latter\n",
                rule->code, STR_ARG(name), STR_ARG(family), STR_ARG(severity));
}

static void the_shared_list_agrees(void **context)
{
    State *state = *context;
    const char *shared = getenv("TBLINT_SHARED");
    const char *path = str_fmt(state->arena, "%s/rules.tsv", shared ? shared : "").ptr;
    if (!shared || !file_exists(path)) {
        printf("skipped: rules.def against the shared list (no TBLINT_SHARED)\n");
        return;
    }
    size_t count = 0;
    Str rest = file_read(state->arena, path);
    for (Str line; str_split_line(&rest, &line);) {
        Str code = next_field(&line);
        const Rule *rule = rule_find(code);
        if (!str_starts(code, "TB"))
            continue;
        count++;
        if (rule)
            compare_rule(state, rule, line);
        else
            PROBLEM(state, "rules.def lacks %.*s\n", STR_ARG(code));
    }
    if (count != RULE_COUNT)
        PROBLEM(state, "rules.def has %d rules, rules.tsv %zu\n", (int)RULE_COUNT, count);
    assert_int_equal(state->problems, 0);
}

/* ---- running ---- */

static int begin(void **context)
{
    const char *source = getenv("TBLINT_SOURCE");
    State *state = xmalloc(sizeof *state);
    *state = (State){.arena = arena_new(), .source = source ? source : "."};
    *context = state;
    return 0;
}

static int end(void **context)
{
    State *state = *context;
    arena_free(state->arena);
    free(state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_list_is_in_order),
        TEST(pages_name_their_rule),
        TEST(built_rules_have_cases),
        TEST(cases_belong_to_built_rules),
        TEST(built_rules_are_reported_and_others_not),
        TEST(rules_are_in_the_files_of_their_family),
        TEST(the_shared_list_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
