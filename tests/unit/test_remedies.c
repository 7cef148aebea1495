/*
 * What is offered must not lead into the next finding: over all cases, each fix is applied, and
 * the files of a migration are written for each data source that is live.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/forward_layout.h"
#include "lib/cases.h"
#include "lib/project_fixture.h"
#include "scaffold/scaffold.h"

#include <string.h>

/* What the program would tell of live -> candidate. */
static void judge_made(ProjectFixture *f)
{
    Findings *live_singles = findings_new(f->arena);
    checks_run(&f->check, live_singles);
    findings_settle(f->check.findings, live_singles, false);
}

static void judge(ProjectFixture *f, const FileSet *live, const FileSet *candidate)
{
    project_fixture_make(f, live, candidate);
    judge_made(f);
}

static bool is_same(const Finding *a, const Finding *b)
{
    return a->rule == b->rule && str_eq(a->resource, b->resource) && str_eq(a->subject, b->subject);
}

static const Finding *find_same(const ProjectFixture *f, const Finding *finding)
{
    const FindingItems *items = &f->check.findings->items;
    for (size_t i = 0; i < items->len; i++) {
        if (is_same(&items->items[i], finding))
            return &items->items[i];
    }
    return NULL;
}

static void tell(const char *what, const Finding *finding)
{
    print_message("%s: %s %s of '%.*s' '%.*s': %.*s\n", what, severity_text(finding->severity),
                  rule_get(finding->rule)->code, STR_ARG(finding->resource),
                  STR_ARG(finding->subject), STR_ARG(finding->message));
}

/* What the offer itself says will follow, in its own words. */
static bool is_announced(const Finding *offer, const Finding *follower)
{
    static const struct {
        const char *offer, *follower, *words;
    } announced[] = {
        {"TB101", "TB206", "some values may fail or change"},
        {"TB101", "TB207", "some values may fail or change"},
        {"TB103", "TB105", "is still read by"},
        {"TB103", "TB107", "quarantine"},
        {"TB404", "TB413", "old rows stay without"},
    };
    Strs texts = {0};
    Arena *arena = arena_new();
    vec_push(arena, &texts, offer->fix->title);
    for (size_t i = 0; i < offer->details.len; i++)
        vec_push(arena, &texts, offer->details.items[i]);
    Str text = str_join(arena, texts.items, texts.len, "\n");
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(announced); i++)
        found = found || (strcmp(rule_get(offer->rule)->code, announced[i].offer) == 0 &&
                          strcmp(rule_get(follower->rule)->code, announced[i].follower) == 0 &&
                          str_find(text, announced[i].words) >= 0);
    arena_free(arena);
    return found;
}

/* Errors and warnings that were not there before; each is told. */
static size_t count_new(const char *what, const Finding *offer, const ProjectFixture *before,
                        const ProjectFixture *after)
{
    const FindingItems *items = &after->check.findings->items;
    size_t count = 0;
    for (size_t i = 0; i < items->len; i++) {
        const Finding *finding = &items->items[i];
        const Finding *old = find_same(before, finding);
        if (finding->severity < SEVERITY_WARNING || (old && old->severity >= finding->severity) ||
            (offer && is_announced(offer, finding)))
            continue;
        tell(what, finding);
        count++;
    }
    return count;
}

/* ---- fixes ---- */

static FileSet apply(Arena *arena, const FileSet *files, const Fix *fix)
{
    FileSet out = {0};
    bool found = false;
    for (size_t i = 0; i < files->len; i++) {
        TestFile file = files->items[i];
        if (str_eq(file.path, fix->file->path)) {
            file.text = edits_applied(arena, file.text, &fix->edits);
            found = true;
        }
        vec_push(arena, &out, file);
    }
    assert_true(found);
    return out;
}

static bool has_id(const ProjectFixture *f, const char *id)
{
    const FindingItems *items = &f->check.findings->items;
    for (size_t i = 0; i < items->len; i++) {
        if (strcmp(items->items[i].id, id) == 0)
            return true;
    }
    return false;
}

static size_t try_fix(const FileSet *live, const FileSet *candidate, const ProjectFixture *before,
                      const Finding *finding)
{
    ProjectFixture after;
    FileSet files = apply(before->arena, candidate, finding->fix);
    judge(&after, live, &files);
    const char *what = str_fmt(before->arena, "the fix of %s, \"%.*s\", leads into",
                               rule_get(finding->rule)->code, STR_ARG(finding->fix->title))
                           .ptr;
    size_t faults = count_new(what, finding, before, &after);
    if (has_id(&after, finding->id)) {
        tell("the fix does not mend", finding);
        faults++;
    }
    project_fixture_free(&after);
    return faults;
}

static void test_fixes(void **state)
{
    const Case *test = *state;
    FileSet live = case_files(test, "live");
    FileSet candidate = case_files(test, "candidate");
    ProjectFixture before;
    judge(&before, &live, &candidate);
    const FindingItems *items = &before.check.findings->items;
    size_t faults = 0;
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].fix)
            faults += try_fix(&live, &candidate, &before, &items->items[i]);
    }
    project_fixture_free(&before);
    assert_int_equal(faults, 0);
}

/* ---- scaffolds ---- */

static size_t replicas, backfills; /* that could be written */

enum { DAY = 24 * 3600 };

static ScaffoldInput input_of(const ProjectFixture *f)
{
    return (ScaffoldInput){.arena = f->arena,
                           .loader = (Loader *)(uintptr_t)&f->loader,
                           .sides = &f->diff->sides,
                           .now = f->check.now,
                           .margin_minutes = 60};
}

static FileSet with_files(Arena *arena, const FileSet *files, const Scaffold *scaffold)
{
    FileSet out = {0};
    for (size_t i = 0; i < files->len; i++)
        vec_push(arena, &out, files->items[i]);
    for (size_t i = 0; i < scaffold->files.len; i++)
        file_set_add(arena, &out, scaffold->files.items[i].path, scaffold->files.items[i].text);
    return out;
}

/* A copy has what was wrong with the original, and in Classic any change runs the scripts of a
 * VERSION that stays. */
static void drop_inherited(const ProjectFixture *before, ProjectFixture *after)
{
    FindingItems *items = &after->check.findings->items;
    const FindingItems *old = &before->check.findings->items;
    for (size_t i = 0; i < items->len; i++) {
        bool inherited = items->items[i].rule == RULE_TB805;
        for (size_t j = 0; j < old->len; j++)
            inherited = inherited || old->items[j].rule == items->items[i].rule;
        if (inherited)
            items->items[i].severity = SEVERITY_NOTE;
    }
}

/* What the files lead into; `now` is that of the fixture, and so many seconds. */
static size_t try_files(const FileSet *live, const FileSet *files, Str datasource, Instant later)
{
    ProjectFixture before, after;
    project_fixture_make_whole(&before, live, live);
    checks_run(&before.check, NULL);
    project_fixture_make(&after, live, files);
    after.check.now += later;
    judge_made(&after);
    drop_inherited(&before, &after);
    const char *what =
        str_fmt(after.arena, "the scaffold for '%.*s' leads into", STR_ARG(datasource)).ptr;
    size_t faults = count_new(what, NULL, &before, &after);
    project_fixture_free(&after);
    project_fixture_free(&before);
    return faults;
}

/* The second step, a day later, when the first is live and its cutoff has passed. */
static size_t try_backfill(const FileSet *live, Str datasource)
{
    ProjectFixture f;
    project_fixture_make_whole(&f, live, live);
    f.check.now += DAY;
    ScaffoldInput in = input_of(&f);
    BackfillOptions options = {.replica = str_fmt(f.arena, "%.*s_new", STR_ARG(datasource))};
    Scaffold out = {0};
    Fault fault = {0};
    size_t faults = 0;
    if (scaffold_backfill(&out, &in, &options, &fault) == 0) {
        FileSet files = with_files(f.arena, live, &out);
        faults = try_files(live, &files, options.replica, DAY);
        backfills++;
    }
    project_fixture_free(&f);
    return faults;
}

static size_t try_scaffold(const FileSet *live, const ProjectFixture *before, Str datasource)
{
    ScaffoldInput in = input_of(before);
    ReplicateOptions options = {.datasource = datasource};
    Scaffold out = {0};
    Fault fault = {0};
    if (scaffold_replicate(&out, &in, &options, &fault) != 0)
        return 0; /* it says what it needs to be given */
    FileSet files = with_files(before->arena, live, &out);
    replicas++;
    return try_files(live, &files, datasource, 0) + try_backfill(&files, datasource);
}

/* A clone takes over all of its original: a target's Kafka group, a view's cutoff that has passed,
 * columns that do not fit. What is said then is right, and the files are there to be edited. */
static bool is_known(const Case *test)
{
    static const struct {
        const char *rule, *name;
    } known[] = {
        {"connector-removed", "still-filled-by-view"},
        {"mv-columns-mismatch", "silent-live-has-it"},
        {"quality-test-missing", "silent-nothing-is-replaced"},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(test->rule, known[i].rule) && str_is(test->name, known[i].name))
            return true;
    }
    return false;
}

static void test_scaffolds(void **state)
{
    const Case *test = *state;
    FileSet live = case_files(test, "live");
    ProjectFixture before;
    project_fixture_make_whole(&before, &live, &live);
    const Map *datasources = before.diff->sides.candidate->datasources;
    size_t faults = 0;
    for (size_t i = 0; i < map_len(datasources); i++)
        faults += try_scaffold(&live, &before, ((Resource *)map_value(datasources, i))->name);
    project_fixture_free(&before);
    assert_int_equal(faults > 0, is_known(test));
}

int main(void)
{
    Arena *arena = arena_new();
    Cases cases = cases_find(arena);
    int failed = cases_run("fixes", &cases, test_fixes);
    failed += cases_run("scaffolds", &cases, test_scaffolds);
    print_message("%zu replicas, %zu backfills\n", replicas, backfills);
    failed += cases.len > 1000 && (replicas == 0 || backfills == 0); /* nothing was tried */
    arena_free(arena);
    return failed != 0;
}
