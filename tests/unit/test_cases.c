/*
 * Every folder tests/cases/RULE/CASE: live/ -> candidate/ must print exactly expected.txt, and
 * `tblint plan` exactly plan.txt where that file is there.
 *
 * base/, where it exists, is where the branch left live. A case whose name starts with "silent-"
 * must not report its rule, any other must. With TBLINT_UPDATE=1 the files are written anew, and
 * the difference is read in review.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "findings/rule.h"
#include "lib/case_repo.h"
#include "lib/cases.h"

enum { ARGS_MAX = 16 };

/* One argument a line, after those that every case has. */
static int read_arguments(const Case *test, const char *command, const char **argv)
{
    int argc = 0;
    argv[argc++] = "tblint";
    argv[argc++] = command;
    argv[argc++] = "--live";
    argv[argc++] = "main";
    argv[argc++] = "--quiet";
    const char *file = case_path(test, "args");
    if (!file_exists(file))
        return argc;
    Str rest = file_read(test->arena, file);
    for (Str line; argc < ARGS_MAX && str_split_line(&rest, &line);) {
        if (line.len)
            argv[argc++] = str_cstr(test->arena, line);
    }
    return argc;
}

typedef struct {
    CaseRun lint;
    CaseRun plan; /* only where the case has a plan.txt */
} CaseRuns;

static CaseRuns run_case(const Case *test)
{
    FileSet live = case_files(test, "live");
    FileSet candidate = case_files(test, "candidate");
    FileSet base = case_files(test, "base");
    const char *argv[ARGS_MAX];
    int argc = read_arguments(test, "lint", argv);
    CaseRepo repo;
    CaseRuns runs = {0};
    case_repo_make(&repo, base.len ? &base : NULL, &live, &candidate);
    runs.lint = case_repo_run(test->arena, &repo, argc, argv);
    if (file_exists(case_path(test, "plan.txt"))) {
        argc = read_arguments(test, "plan", argv);
        runs.plan = case_repo_run(test->arena, &repo, argc, argv);
    }
    case_repo_remove(&repo);
    return runs;
}

static void compare_with(const Case *test, const char *name, Str out)
{
    const char *file = case_path(test, name);
    const char *update = getenv("TBLINT_UPDATE");
    if (update && *update)
        file_write(file, out);
    if (!file_exists(file))
        print_message("%s is missing; with TBLINT_UPDATE=1 it is written\n", file);
    assert_true(file_exists(file));
    Str expected = file_read(test->arena, file);
    if (!str_eq(expected, out))
        print_message("---- expected\n%.*s---- printed\n%.*s----\n", STR_ARG(expected),
                      STR_ARG(out));
    assert_true(str_eq(expected, out));
}

/* The lines up to a blank one, as one, each behind a blank. */
static Str read_message(Arena *arena, Str *rest)
{
    Str message = STR("");
    for (Str line; str_split_line(rest, &line) && line.len;)
        message = str_fmt(arena, "%.*s %.*s", STR_ARG(message), STR_ARG(str_trim(line)));
    return message;
}

static size_t first_sentence(Str text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        char next = text.ptr[i + 2];
        if (text.ptr[i] == '.' && text.ptr[i + 1] == ' ' &&
            (next == '\'' || (next >= 'A' && next <= 'Z')))
            return i;
    }
    return text.len;
}

/* It is the title of an alert, so it alone says what will happen. Names in the cases are short. */
static void assert_titles_are_short(Arena *arena, Str out)
{
    enum { TITLE_MOST = 161 }; /* and the blank before it */
    Str rest = out;
    for (Str line; str_split_line(&rest, &line);) {
        bool title = str_starts(line, "error[TB") || str_starts(line, "warning[TB") ||
                     str_starts(line, "note[TB");
        Str message = title ? read_message(arena, &rest) : STR("");
        if (first_sentence(message) > TITLE_MOST)
            print_message("a long first sentence:%.*s\n", STR_ARG(message));
        assert_true(first_sentence(message) <= TITLE_MOST);
    }
}

static void test_case(void **state)
{
    const Case *test = *state;
    const Rule *rule = rule_find(test->rule);
    if (!rule)
        print_message("rules.def has no rule '%.*s'\n", STR_ARG(test->rule));
    assert_non_null(rule);
    CaseRuns runs = run_case(test);
    CaseRun run = runs.lint;
    if (run.code > 1 && !str_starts(test->name, "broken-"))
        print_message("exit %d: %.*s\n", run.code, STR_ARG(run.err));
    assert_true(run.code <= 1 || str_starts(test->name, "broken-"));
    bool loud = str_find(run.out, str_fmt(test->arena, "[%s]", rule->code).ptr) >= 0;
    bool silent = !case_is_loud(test);
    if (loud == silent)
        print_message("%s was %sreported:\n%.*s", rule->code, loud ? "" : "not ", STR_ARG(run.out));
    assert_int_equal(loud, !silent);
    assert_titles_are_short(test->arena, run.out);
    compare_with(test, "expected.txt", run.out);
    if (file_exists(case_path(test, "plan.txt")))
        compare_with(test, "plan.txt", runs.plan.out);
}

int main(void)
{
    Arena *arena = arena_new();
    Cases cases = cases_find(arena);
    case_repo_begin();
    int failed = cases_run("cases", &cases, test_case);
    case_repo_end();
    arena_free(arena);
    return failed != 0;
}
