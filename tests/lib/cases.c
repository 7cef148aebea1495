/* The cases are found by their files, so that an empty folder is no case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cases.h"

const char *case_path(const Case *test, const char *name)
{
    return str_fmt(test->arena, "%.*s/%s", STR_ARG(test->folder), name).ptr;
}

FileSet case_files(const Case *test, const char *side)
{
    return file_set_read(test->arena, case_path(test, side));
}

bool case_is_loud(const Case *test)
{
    return !str_starts(test->name, "silent-");
}

static bool is_case(const Case *test)
{
    return file_exists(case_path(test, "live")) || file_exists(case_path(test, "candidate"));
}

/* "RULE/CASE" of a path below the root; empty where the file is in no case. */
static Str folder_of(Str path)
{
    ptrdiff_t first = str_find_char(path, '/');
    Str rest = first < 0 ? STR("") : str_slice(path, (size_t)first + 1, path.len);
    ptrdiff_t second = str_find_char(rest, '/');
    return second < 0 ? STR("") : str_slice(path, 0, (size_t)(first + 1 + second));
}

static Case case_at(Arena *arena, const char *root, Str folder)
{
    size_t slash = (size_t)str_find_char(folder, '/');
    return (Case){arena, str_slice(folder, 0, slash), str_slice(folder, slash + 1, folder.len),
                  str_fmt(arena, "%s/%.*s", root, STR_ARG(folder))};
}

static bool is_asked_for(const Cases *found, const Case *test, Str folder)
{
    const char *only = getenv("TBLINT_CASE");
    bool one_a_rule = getenv("TBLINT_ONE_CASE_A_RULE") != NULL; /* for valgrind, which is slow */
    bool is_first = found->len == 0 || !str_eq(found->items[found->len - 1].rule, test->rule);
    return (!only || str_find(folder, only) >= 0) && (!one_a_rule || is_first);
}

Cases cases_find(Arena *arena)
{
    char here[4096];
    const char *source = getenv("TBLINT_SOURCE");
    if (!source)
        source = getcwd(here, sizeof here);
    const char *root = str_fmt(arena, "%s/tests/cases", source).ptr;
    FileSet files = file_set_read(arena, root);
    Cases cases = {0};
    Str last = STR("");
    for (size_t i = 0; i < files.len; i++) {
        Str folder = folder_of(files.items[i].path);
        if (folder.len == 0 || str_eq(folder, last))
            continue;
        last = folder;
        Case found = case_at(arena, root, folder);
        if (is_case(&found) && is_asked_for(&cases, &found, folder))
            vec_push(arena, &cases, found);
    }
    return cases;
}

int cases_run(const char *group, const Cases *cases, void (*function)(void **state))
{
    if (cases->len == 0)
        return 0;
    Arena *arena = cases->items[0].arena;
    struct CMUnitTest *tests = ARENA_ARRAY(arena, struct CMUnitTest, cases->len);
    for (size_t i = 0; i < cases->len; i++) {
        Case *test = &cases->items[i];
        Str name = str_fmt(arena, "%.*s/%.*s", STR_ARG(test->rule), STR_ARG(test->name));
        tests[i] = (struct CMUnitTest){name.ptr, function, NULL, NULL, test};
    }
    return _cmocka_run_group_tests(group, tests, cases->len, NULL, NULL);
}
