/* What tblint writes of each case in SARIF is fit, by `tblint sarif-check`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/case_repo.h"
#include "sarif_check/sarif_check.h"

#include <stdlib.h>
#include <unistd.h>

static Str lint_case(Arena *arena, const char *folder, CaseRepo *repo)
{
    const char *argv[16] = {"tblint", "lint", "--live", "main", "--quiet", "--format", "sarif"};
    int argc = 7;
    FileSet live = file_set_read(arena, str_fmt(arena, "%s/live", folder).ptr);
    FileSet candidate = file_set_read(arena, str_fmt(arena, "%s/candidate", folder).ptr);
    FileSet base = file_set_read(arena, str_fmt(arena, "%s/base", folder).ptr);
    const char *arguments = str_fmt(arena, "%s/args", folder).ptr;
    Str rest = file_exists(arguments) ? file_read(arena, arguments) : (Str){0};
    for (Str line; argc < 16 && rest.len && str_split_line(&rest, &line);) {
        if (line.len)
            argv[argc++] = str_cstr(arena, line);
    }
    case_repo_make(repo, base.len ? &base : NULL, &live, &candidate);
    return case_repo_run(arena, repo, argc, argv).out;
}

/* Titles that are long are no breach; they are counted and shown. Accepted findings are in the
 * report only where the case asks for all. */
static bool is_clean(const char *folder, Str out)
{
    Str line;
    bool clean = true;
    while (out.len && str_split_line(&out, &line)) {
        if (str_find(line, "warning: S1 ") >= 0 || str_find(line, "warning: S13 ") >= 0)
            continue;
        print_message("%s: %.*s\n", folder, STR_ARG(line));
        clean = false;
    }
    return clean;
}

/* One case in four; TBLINT_STEP=1 takes all. */
static void reports_of_the_cases_are_fit(void **state)
{
    char here[4096];
    const char *source = getenv("TBLINT_SOURCE"), *step = getenv("TBLINT_STEP");
    size_t every = step && atoi(step) > 0 ? (size_t)atoi(step) : 4, seen = 0;
    Arena *arena = arena_new();
    size_t cases = 0, titles = 0, unclean = 0;
    (void)state;
    if (!source)
        source = getcwd(here, sizeof here);
    const char *root = str_fmt(arena, "%s/tests/cases", source).ptr;
    FileSet files = file_set_read(arena, root);
    for (size_t i = 0; i < files.len; i++) {
        Str path = files.items[i].path;
        if (!str_ends(path, "/expected.txt") || seen++ % every != 0)
            continue;
        CaseRepo repo;
        Buf out = {0};
        Fault fault = {0};
        SarifCheck check = {.arena = arena, .name = STR("f"), .out = &out};
        Str folder = str_fmt(arena, "%s/%.*s", root, (int)(path.len - 13), path.ptr);
        Str text = lint_case(arena, folder.ptr, &repo);
        check.source = repo.folder;
        assert_int_equal(sarif_check(&check, text, &fault), 0);
        unclean += !is_clean(folder.ptr, buf_str(&out));
        titles += check.warnings;
        cases++;
        buf_free(&out);
        case_repo_remove(&repo);
    }
    print_message("%zu cases, %zu titles of more than 160 characters\n", cases, titles);
    assert_int_equal(unclean, 0);
    assert_true(seen > 100);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_of_the_cases_are_fit)};
    case_repo_begin();
    int failed = cmocka_run_group_tests_name("sarif of the cases", tests, NULL, NULL);
    case_repo_end();
    return failed;
}
