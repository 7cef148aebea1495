/* test_layout.c: what paths say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/glob.h"
#include "source/layout.h"

#include <stdio.h>
#include <string.h>

static void kinds_come_from_names(void **state)
{
    (void)state;
    assert_int_equal(path_kind(STR("datasources/a.datasource")), PATH_DATASOURCE);
    assert_int_equal(path_kind(STR("a.pipe")), PATH_PIPE);
    assert_int_equal(path_kind(STR("x/y.connection")), PATH_CONNECTION);
    assert_int_equal(path_kind(STR("includes/a.incl")), PATH_INCLUDE);
    assert_int_equal(path_kind(STR("t.token")), PATH_TOKEN);
    assert_int_equal(path_kind(STR("a/tinybird.config.json")), PATH_PROJECT_FILE);
    assert_int_equal(path_kind(STR(".tinyenv")), PATH_PROJECT_FILE);
    assert_int_equal(path_kind(STR(".tblint.yaml")), PATH_TBLINT_FILE);
    assert_int_equal(path_kind(STR("sub/.tblint.yaml")), PATH_OTHER);
    assert_int_equal(path_kind(STR("a/tests/x.yaml")), PATH_TEST);
    assert_int_equal(path_kind(STR("a/contests/x.yaml")), PATH_OTHER);
    assert_int_equal(path_kind(STR("deploy/0.0.1/deploy.sh")), PATH_DEPLOY_SCRIPT);
    assert_int_equal(path_kind(STR("deploy/1.2.3-rc1/ci/x.sh")), PATH_DEPLOY_SCRIPT);
    assert_int_equal(path_kind(STR("deploy/main/deploy.sh")), PATH_OTHER);
    assert_int_equal(path_kind(STR("deploy/1.2/deploy.sh")), PATH_OTHER);
    assert_int_equal(path_kind(STR("pipeline")), PATH_OTHER);
    assert_int_equal(path_kind(STR("")), PATH_OTHER);
}

static void assert_name(const char *path, const char *name)
{
    Str actual = path_resource_name(str_of(path));
    if (!str_is(actual, name)) {
        fail_msg("%s: '%.*s' instead of '%s'", path, STR_ARG(actual), name);
    }
}

static void names_end_where_tinybird_ends_them(void **state)
{
    (void)state;
    assert_name("datasources/events.datasource", "events");
    assert_name("datasources/events.v2.datasource", "events.v2");
    assert_name("pipes/top.v2.pipe", "top");
    assert_name("c/kafka.connection", "kafka");
    assert_name("README.md", "");
    assert_name(".pipe", "");
}

static void vendored_files_are_recognised(void **state)
{
    (void)state;
    assert_true(path_is_playground(STR("playgrounds/x.pipe")));
    assert_true(path_is_playground(STR("tinybird/playgrounds/x.pipe")));
    assert_false(path_is_playground(STR("playgrounds/old/x.pipe")));
    assert_false(path_is_playground(STR("my_playgrounds/x.pipe")));
    assert_false(path_is_playground(STR("playgrounds.pipe")));
    assert_true(path_is_vendored(STR("vendor/ws/datasources/x.datasource")));
    assert_true(path_is_vendored(STR("tinybird/vendor/ws/datasources/x.datasource")));
    assert_false(path_is_vendored(STR("vendor/datasources/x.datasource")));
    assert_false(path_is_vendored(STR("datasources/x.datasource")));
}

static void assert_projects(const char *const *list, const char *configured, const char *expected)
{
    Arena *arena = arena_new();
    Strs paths = {0};
    Strs globs = {0};
    for (size_t i = 0; list[i] != NULL; i++) {
        vec_push(arena, &paths, str_of(list[i]));
    }
    if (configured != NULL) {
        vec_push(arena, &globs, str_of(configured));
    }
    Strs roots = projects_find(arena, paths.items, paths.len, globs);
    Str joined = str_join(arena, roots.items, roots.len, " ");
    if (!str_is(joined, expected)) {
        fail_msg("'%.*s' instead of '%s'", STR_ARG(joined), expected);
    }
    arena_free(arena);
}

#define PROJECTS(expected, ...)                                                                    \
    assert_projects((const char *const[]){__VA_ARGS__, NULL}, NULL, expected)

static void projects_are_found_by_markers(void **state)
{
    (void)state;
    PROJECTS(".", "datasources/a.datasource", "pipes/b.pipe");
    PROJECTS("a b", "a/datasources/x.datasource", "b/datasources/x.datasource");
    PROJECTS("x", "x/datasources/sub/y.datasource");
    PROJECTS("tinybird", "tinybird/datasources/a.datasource",
             "tinybird/web_vitals/endpoints/b.pipe");
    PROJECTS("tinybird/web_vitals", "tinybird/web_vitals/endpoints/b.pipe");
    PROJECTS("flat", "flat/a.datasource", "flat/b.pipe");
    PROJECTS("server", "server/tinybird.config.json", "server/tinybird/pipes/a.pipe");
    PROJECTS("pipes/foo", "pipes/foo/datasources/a.datasource");
    PROJECTS("a a-b", "a-b/datasources/x.datasource", "a/datasources/x.datasource");
    PROJECTS("", "README.md", "src/main.c", "vendor/ws/datasources/x.datasource");
    PROJECTS(".", ".tinyenv", "deep/er/pipes/x.pipe");
}

static void a_lone_tinyenv_above_projects_is_none(void **state)
{
    (void)state;
    PROJECTS("a b", ".tinyenv", "a/.tinyenv", "a/pipes/x.pipe", "b/.tinyenv", "b/pipes/x.pipe");
    PROJECTS("a b/c", ".tinyenv", "a/.tinyenv", "a/pipes/x.pipe", "b/c/pipes/x.pipe");
    PROJECTS("v3/a", ".tinyenv", "v3/.tinyenv", "v3/a/.tinyenv", "v3/a/x.datasource");
    PROJECTS(".", ".tinyenv", "a/.tinyenv", "a/pipes/x.pipe", "pipes/y.pipe");
    PROJECTS(".", ".tinyenv", "a/.tinyenv", "a/pipes/x.pipe", "z.pipe");
    PROJECTS(".", ".tinyenv", "a/.tinyenv", "b/pipes/x.pipe");
    PROJECTS(".", "a/tinybird.config.json", "z.pipe");
    PROJECTS(".", "a/.tinyenv", "a/pipes/x.pipe", "tinybird.config.json");
}

static void configured_projects_replace_markers(void **state)
{
    (void)state;
    static const char *const list[] = {"a/datasources/x.datasource", "b/datasources/x.datasource",
                                       "b/c/pipes/y.pipe", "d/a/pipes/z.pipe", NULL};
    assert_projects(list, "b", "b");
    assert_projects(list, "./a/", "a");
    assert_projects(list, "*", "a b d");
    assert_projects(list, "**/a", "a d/a");
    assert_projects(list, ".", ".");
    assert_projects(list, "nothing", "");
}

static void files_find_their_project(void **state)
{
    (void)state;
    Str items[] = {STR_INIT("a"), STR_INIT("a-b"), STR_INIT("c/d")};
    Strs roots = {items, 3, 3};
    assert_int_equal(project_of(roots, STR("a/x.pipe")), 0);
    assert_int_equal(project_of(roots, STR("a-b/x/y.pipe")), 1);
    assert_int_equal(project_of(roots, STR("c/d/e/f.pipe")), 2);
    assert_int_equal(project_of(roots, STR("c/x.pipe")), -1);
    assert_int_equal(project_of(roots, STR("x.pipe")), -1);
    assert_int_equal(project_of(roots, STR("a/.diff/pipes/x.pipe")), -1);
    assert_int_equal(project_of(roots, STR("a/.tinyenv")), 0);
    Str top[] = {STR_INIT(".")};
    assert_int_equal(project_of((Strs){top, 1, 1}, STR("x.pipe")), 0);
    assert_int_equal(project_of((Strs){top, 1, 1}, STR(".diff/pipes/x.pipe")), -1);
    assert_int_equal(project_of((Strs){top, 1, 1}, STR(".tinyenv")), 0);
    assert_int_equal(project_of((Strs){NULL, 0, 0}, STR("a/x.pipe")), -1);
}

static void globs_match_like_a_shell(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool matches;
    } cases[] = {
        {"*.pipe", "a/b/x.pipe", true},
        {"fixtures", "a/fixtures/x.pipe", true},
        {"fixtures/", "a/fixtures/x.pipe", true},
        {"a/*.pipe", "a/x.pipe", true},
        {"a/*.pipe", "a/b/x.pipe", false},
        {"a/**/x.pipe", "a/x.pipe", true},
        {"a/**/x.pipe", "a/b/c/x.pipe", true},
        {"a/**/x.pipe", "ab/x.pipe", false},
        {"**/x.pipe", "x.pipe", true},
        {"**/x.pipe", "a/x.pipe", true},
        {"**/x.pipe", "a/yx.pipe", false},
        {"a/b", "a/b/c/d.pipe", true},
        {"a/b", "a/bc/d.pipe", false},
        {"/a", "a/x.pipe", true},
        {"/a", "b/a/x.pipe", false},
        {"a?c/x", "abc/x", true},
        {"a?c/x", "a/c/x", false},
        {"a/**", "a/b/c", true},
        {"**", "a/b", true},
        {".", "a/b", true},
        {"a*b*c/x", "aXbYbZc/x", true},
        {"", "a", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (glob_match(str_of(cases[i].pattern), str_of(cases[i].path)) != cases[i].matches) {
            fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].path);
        }
    }
}

static void hostile_globs_end_quickly(void **state)
{
    (void)state;
    char pattern[1000];
    char path[4000];
    for (size_t i = 0; i + 1 < sizeof(pattern); i += 2) {
        memcpy(pattern + i, "*a", 2);
    }
    memset(path, 'a', sizeof(path));
    path[sizeof(path) - 1] = 'b';
    assert_false(glob_match((Str){pattern, sizeof(pattern)}, (Str){path, sizeof(path)}));
    char huge[5000];
    memset(huge, '*', sizeof(huge));
    assert_false(glob_match((Str){huge, sizeof(huge)}, STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_come_from_names),
        cmocka_unit_test(names_end_where_tinybird_ends_them),
        cmocka_unit_test(vendored_files_are_recognised),
        cmocka_unit_test(projects_are_found_by_markers),
        cmocka_unit_test(a_lone_tinyenv_above_projects_is_none),
        cmocka_unit_test(configured_projects_replace_markers),
        cmocka_unit_test(files_find_their_project),
        cmocka_unit_test(globs_match_like_a_shell),
        cmocka_unit_test(hostile_globs_end_quickly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
