/*
 * The examples in rules/NAME.md: the failing one reports the rule, the passing one does not.
 *
 * A file of an example is a fenced block whose info string names its kind and place, for instance
 * "datasource live=datasources/events.datasource"; "both=" puts it on both sides. One of the kind
 * "sh" is executable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "findings/rule.h"
#include "lib/case_repo.h"

typedef struct {
    FileSet base; /* where the branch left live; empty when it left at live */
    FileSet live;
    FileSet candidate;
} Example;

typedef struct {
    Arena *arena;
    const Rule *rule;
} PageTest;

static void add_file(Arena *arena, FileSet *files, Str path, Str text, bool executable)
{
    file_set_add(arena, files, path, text);
    files->items[files->len - 1].executable = executable;
}

static void add_block(Arena *arena, Example *example, Str info, Str text)
{
    ptrdiff_t blank = str_find_char(info, ' ');
    Str place = blank < 0 ? STR("") : str_trim(str_slice(info, (size_t)blank, info.len));
    ptrdiff_t sign = str_find_char(place, '=');
    if (sign < 0)
        return;
    Str side = str_slice(place, 0, (size_t)sign);
    Str path = str_slice(place, (size_t)sign + 1, place.len);
    bool executable = str_starts(info, "sh ");
    if (str_is(side, "live") || str_is(side, "both"))
        add_file(arena, &example->live, path, text, executable);
    if (str_is(side, "base") || (str_is(side, "both") && example->base.len))
        add_file(arena, &example->base, path, text, executable);
    if (str_is(side, "candidate") || str_is(side, "both"))
        add_file(arena, &example->candidate, path, text, executable);
}

/* The fenced blocks of one section. */
static Example read_example(Arena *arena, Str section)
{
    Example example = {0};
    Str info = STR("");
    Buf block = {0};
    bool inside = false;
    for (Str line; str_split_line(&section, &line);) {
        if (!str_starts(line, "```")) {
            if (inside) {
                buf_add_str(&block, line);
                buf_add_char(&block, '\n');
            }
            continue;
        }
        if (inside)
            add_block(arena, &example, info, str_copy(arena, buf_str(&block)));
        inside = !inside;
        info = str_trim(str_slice(line, 3, line.len));
        block.len = 0;
    }
    buf_free(&block);
    return example;
}

static bool reports(const PageTest *test, const char *heading)
{
    static const char *const argv[] = {"tblint", "lint", "--live", "main", "--quiet", NULL};
    Example example = read_example(test->arena, rule_page_section(test->rule, heading));
    if (example.live.len + example.candidate.len == 0)
        print_message("%s: no files in '%s'\n", test->rule->name, heading);
    assert_true(example.live.len + example.candidate.len > 0);
    CaseRepo repo;
    case_repo_make(&repo, example.base.len ? &example.base : NULL, &example.live,
                   &example.candidate);
    CaseRun run = case_repo_run(test->arena, &repo, 5, argv);
    if (str_is(str_of(test->rule->code), "TB001")) {
        static const char *const as_is[] = {"tblint",  "lint",    "--live", "main",
                                            "--quiet", "--as-is", NULL};
        run = case_repo_run(test->arena, &repo, 6, as_is);
    }
    case_repo_remove(&repo);
    if (run.code > 1)
        print_message("exit %d: %.*s\n", run.code, STR_ARG(run.err));
    assert_true(run.code <= 1);
    return str_find(run.out, str_fmt(test->arena, "[%s]", test->rule->code).ptr) >= 0;
}

static void test_page(void **state)
{
    static const char *const sections[] = {
        "What it finds",   "Why it matters", "When it is silent", "Failing example",
        "Passing example", "How to fix",     "How to accept"};
    const PageTest *test = *state;
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (str_trim(rule_page_section(test->rule, sections[i])).len == 0)
            print_message("%s: '%s' is missing\n", test->rule->name, sections[i]);
        assert_true(str_trim(rule_page_section(test->rule, sections[i])).len > 0);
    }
    if (!reports(test, "Failing example"))
        print_message("%s: the failing example passes\n", test->rule->name);
    assert_true(reports(test, "Failing example"));
    if (reports(test, "Passing example"))
        print_message("%s: the passing example fails\n", test->rule->name);
    assert_false(reports(test, "Passing example"));
}

int main(void)
{
    const char *only = getenv("TBLINT_RULE"); /* the page of this rule alone */
    Arena *arena = arena_new();
    struct CMUnitTest tests[RULE_COUNT];
    PageTest states[RULE_COUNT];
    size_t count = 0;
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        if (!rule->page || (only && strcmp(only, rule->name) != 0))
            continue;
        states[count] = (PageTest){arena, rule};
        tests[count] = (struct CMUnitTest){rule->name, test_page, NULL, NULL, &states[count]};
        count++;
    }
    case_repo_begin();
    int failed = _cmocka_run_group_tests("rule pages", tests, count, NULL, NULL);
    case_repo_end();
    arena_free(arena);
    return failed != 0;
}
