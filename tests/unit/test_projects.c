/*
 * Every history below tests/projects: each step, against a live branch that holds the steps before
 * it, must be silent, and each mutation of a step must be caught by the rule that it names.
 * tests/projects/README.md says what the folders hold. TBLINT_UPDATE=1 writes the expected outputs
 * anew; TBLINT_PROJECT is a part of the names of those to run.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "lib/case_repo.h"
#include "lib/project_state.h"

enum {
    AGE_OF_START = 30 * 24 * 60 * 60, /* seconds between the start and the first step */
    ARGS_MAX = 12,
};

typedef struct {
    Arena *arena;
    Str history; /* folder of the procedure */
    Strs steps;  /* all names, in order */
    size_t step; /* index of the one that is run */
    Str folder;  /* of the step, or of the mutation */
    bool mutated;
    Str name; /* as listed */
} Run;

typedef VEC(Run) Runs;

static const char *path_in(const Run *run, Str folder, const char *name)
{
    return str_fmt(run->arena, "%.*s/%s", STR_ARG(folder), name).ptr;
}

static Str step_folder(const Run *run, size_t step)
{
    return str_fmt(run->arena, "%.*s/%.*s", STR_ARG(run->history), STR_ARG(run->steps.items[step]));
}

static Str read_now(const Run *run, Str folder)
{
    return str_trim(file_read(run->arena, path_in(run, folder, "now")));
}

static Instant time_of(const Run *run, size_t step)
{
    Instant at;
    assert_true(instant_parse(read_now(run, step_folder(run, step)), &at));
    return at;
}

static bool has_line(const Strs *lines, Str line)
{
    for (size_t i = 0; i < lines->len; i++)
        if (str_eq(lines->items[i], line))
            return true;
    return false;
}

/* ---- the states ---- */

/* A mutation can change what an earlier step brought to the live branch, below earlier/STEP. */
static FileSet state_after(const Run *run, const FileSet *before, size_t step)
{
    FileSet files = project_state_after(run->arena, before, step_folder(run, step).ptr);
    Str earlier = str_fmt(run->arena, "%.*s/earlier/%.*s", STR_ARG(run->folder),
                          STR_ARG(run->steps.items[step]));
    return run->mutated ? project_state_after(run->arena, &files, earlier.ptr) : files;
}

/* A mutation can leave out steps that should have gone before it. */
static CaseStates live_states(const Run *run)
{
    CaseStates states = {0};
    Strs skipped = {0};
    if (run->mutated)
        skipped = file_lines(run->arena, path_in(run, run->folder, "without"));
    FileSet files = file_set_read(run->arena, path_in(run, run->history, "start"));
    CaseState state = {files, time_of(run, 0) - AGE_OF_START};
    vec_push(run->arena, &states, state);
    for (size_t i = 0; i < run->step; i++) {
        if (has_line(&skipped, run->steps.items[i]))
            continue;
        state.files = state_after(run, &state.files, i);
        state.time = time_of(run, i);
        vec_push(run->arena, &states, state);
    }
    return states;
}

static FileSet candidate_files(const Run *run, const FileSet *live)
{
    FileSet files = project_state_after(run->arena, live, step_folder(run, run->step).ptr);
    return run->mutated ? project_state_after(run->arena, &files, run->folder.ptr) : files;
}

static const char *clock_of(const Run *run)
{
    bool own = file_exists(path_in(run, run->folder, "now"));
    Str now = read_now(run, own ? run->folder : step_folder(run, run->step));
    return str_cstr(run->arena, now);
}

static int read_arguments(const Run *run, const char *command, const char **argv)
{
    const char *const all[] = {"tblint", command, "--live", "main", "--quiet"};
    int argc = 0;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        argv[argc++] = all[i];
    Strs more = file_lines(run->arena, path_in(run, run->folder, "args"));
    for (size_t i = 0; i < more.len && argc < ARGS_MAX; i++)
        argv[argc++] = str_cstr(run->arena, more.items[i]);
    return argc;
}

/* ---- what is printed ---- */

/* The codes that the output reports, each once, in its order. */
static Strs reported(Arena *arena, Str out)
{
    static const char *const severities[] = {"error[", "warning[", "note["};
    Strs codes = {0};
    for (Str line; str_split_line(&out, &line);) {
        for (size_t i = 0; i < ARRAY_LEN(severities); i++) {
            size_t from = strlen(severities[i]);
            ptrdiff_t end = str_find_char(line, ']');
            if (!str_starts(line, severities[i]) || end < 0)
                continue;
            Str code = str_slice(line, from, (size_t)end);
            if (!has_line(&codes, code))
                vec_push(arena, &codes, code);
        }
    }
    return codes;
}

/* The first line of a mutation's file says what is wrong; it stays when the rest is written anew.
 */
static Str heading_of(const Run *run, const char *file)
{
    if (!run->mutated || !file_exists(file))
        return STR("");
    Str text = file_read(run->arena, file);
    ptrdiff_t end = str_find_char(text, '\n');
    return end < 0 || text.ptr[0] != '#' ? STR("") : str_slice(text, 0, (size_t)end + 1);
}

static void compare_with(const Run *run, const char *name, Str out)
{
    const char *file = path_in(run, run->folder, name);
    const char *update = getenv("TBLINT_UPDATE");
    Str heading = strcmp(name, "expected.txt") == 0 ? heading_of(run, file) : STR("");
    Str text = str_fmt(run->arena, "%.*s%.*s", STR_ARG(heading), STR_ARG(out));
    if (update && *update)
        file_write(file, text);
    assert_true(file_exists(file));
    Str expected = file_read(run->arena, file);
    if (!str_eq(expected, text))
        print_message("---- expected\n%.*s---- printed\n%.*s----\n", STR_ARG(expected),
                      STR_ARG(text));
    assert_true(str_eq(expected, text));
}

/* Nothing is reported but what the step openly does, a deletion for one. */
static void judge_step(const Run *run, Str out)
{
    Strs codes = reported(run->arena, out);
    Strs open = file_lines(run->arena, path_in(run, run->folder, "openly"));
    for (size_t i = 0; i < codes.len; i++) {
        if (!has_line(&open, codes.items[i]))
            print_message("a false alarm, %.*s:\n%.*s", STR_ARG(codes.items[i]), STR_ARG(out));
        assert_true(has_line(&open, codes.items[i]));
    }
    for (size_t i = 0; i < open.len; i++)
        assert_true(has_line(&codes, open.items[i]));
}

static void judge_mutation(const Run *run, Str out)
{
    Strs codes = reported(run->arena, out);
    Strs rules = file_lines(run->arena, path_in(run, run->folder, "rule"));
    Str heading = heading_of(run, path_in(run, run->folder, "expected.txt"));
    if (!str_starts(heading, "# "))
        print_message("the first line of expected.txt must say what is wrong\n");
    assert_true(str_starts(heading, "# "));
    assert_true(rules.len > 0);
    for (size_t i = 0; i < rules.len; i++) {
        if (!has_line(&codes, rules.items[i]))
            print_message("missed, %.*s:\n%.*s", STR_ARG(rules.items[i]), STR_ARG(out));
        assert_true(has_line(&codes, rules.items[i]));
    }
}

static void test_run(void **state)
{
    const Run *run = *state;
    const char *lint[ARGS_MAX];
    const char *plan[ARGS_MAX];
    int lint_args = read_arguments(run, "lint", lint);
    int plan_args = read_arguments(run, "plan", plan);
    CaseStates live = live_states(run);
    FileSet candidate = candidate_files(run, &live.items[live.len - 1].files);
    const char *now = clock_of(run);
    bool planned = file_exists(path_in(run, run->folder, "plan.txt"));
    CaseRepo repo;
    CaseRun planning = {0};
    case_repo_make_history(&repo, &live, &candidate);
    CaseRun linting = case_repo_run_at(run->arena, &repo, now, lint_args, lint);
    if (planned)
        planning = case_repo_run_at(run->arena, &repo, now, plan_args, plan);
    case_repo_remove(&repo);
    if (linting.code > 1)
        print_message("exit %d: %.*s\n", linting.code, STR_ARG(linting.err));
    assert_true(linting.code <= 1);
    if (run->mutated)
        judge_mutation(run, linting.out);
    else
        judge_step(run, linting.out);
    compare_with(run, "expected.txt", linting.out);
    if (planned)
        compare_with(run, "plan.txt", planning.out);
}

/* ---- finding them ---- */

static Strs folders_in(Arena *arena, const char *folder)
{
    struct dirent **names;
    Strs found = {0};
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat st;
        const char *path = str_fmt(arena, "%s/%s", folder, names[i]->d_name).ptr;
        if (names[i]->d_name[0] != '.' && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            vec_push(arena, &found, str_copy(arena, str_of(names[i]->d_name)));
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return found;
}

static void add_step(Runs *runs, Run step, Str procedure)
{
    Arena *arena = step.arena;
    step.folder = step_folder(&step, step.step);
    step.name =
        str_fmt(arena, "%.*s/%.*s", STR_ARG(procedure), STR_ARG(step.steps.items[step.step]));
    vec_push(arena, runs, step);
    Str all = str_fmt(arena, "%.*s/mutations", STR_ARG(step.folder));
    Strs mutations = folders_in(arena, all.ptr);
    for (size_t i = 0; i < mutations.len; i++) {
        Run mutation = step;
        mutation.mutated = true;
        mutation.folder = str_fmt(arena, "%.*s/%.*s", STR_ARG(all), STR_ARG(mutations.items[i]));
        mutation.name =
            str_fmt(arena, "%.*s/%.*s", STR_ARG(step.name), STR_ARG(mutations.items[i]));
        vec_push(arena, runs, mutation);
    }
}

static Runs find_runs(Arena *arena, const char *root)
{
    Runs runs = {0};
    Strs procedures = folders_in(arena, root);
    for (size_t i = 0; i < procedures.len; i++) {
        Run run = {.arena = arena};
        run.history = str_fmt(arena, "%s/%.*s", root, STR_ARG(procedures.items[i]));
        if (!file_exists(path_in(&run, run.history, "start")))
            continue;
        Strs names = folders_in(arena, run.history.ptr);
        for (size_t j = 0; j < names.len; j++)
            if (!str_eq(names.items[j], STR("start")))
                vec_push(arena, &run.steps, names.items[j]);
        for (run.step = 0; run.step < run.steps.len; run.step++)
            add_step(&runs, run, procedures.items[i]);
    }
    return runs;
}

int main(void)
{
    const char *source = getenv("TBLINT_SOURCE");
    const char *only = getenv("TBLINT_PROJECT");
    Arena *arena = arena_new();
    char here[4096];
    if (!source)
        source = getcwd(here, sizeof here);
    Runs runs = find_runs(arena, str_fmt(arena, "%s/tests/projects", source).ptr);
    struct CMUnitTest *tests = ARENA_ARRAY(arena, struct CMUnitTest, runs.len);
    size_t count = 0;
    for (size_t i = 0; i < runs.len; i++) {
        Run *run = &runs.items[i];
        if (!only || str_find(run->name, only) >= 0)
            tests[count++] = (struct CMUnitTest){run->name.ptr, test_run, NULL, NULL, run};
    }
    case_repo_begin();
    int failed = _cmocka_run_group_tests("projects", tests, count, NULL, NULL);
    case_repo_end();
    arena_free(arena);
    return failed != 0;
}
