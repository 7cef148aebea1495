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
static void judge(ProjectFixture *f, const FileSet *live, const FileSet *candidate)
{
    project_fixture_make(f, live, candidate);
    Findings *live_singles = findings_new(f->arena);
    checks_run(&f->check, live_singles);
    findings_settle(f->check.findings, live_singles, false);
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

static bool scaffold(Scaffold *out, const ProjectFixture *f, Str datasource)
{
    ScaffoldInput in = {.arena = f->arena,
                        .loader = (Loader *)(uintptr_t)&f->loader,
                        .sides = &f->diff->sides,
                        .now = f->check.now,
                        .margin_minutes = 60};
    ReplicateOptions options = {.datasource = datasource};
    Fault fault = {0};
    return scaffold_replicate(out, &in, &options, &fault) == 0;
}

static size_t try_scaffold(const FileSet *live, const ProjectFixture *before, Str datasource)
{
    Scaffold out = {0};
    if (!scaffold(&out, before, datasource))
        return 0; /* it says what it needs to be given */
    FileSet files = {0};
    for (size_t i = 0; i < live->len; i++)
        vec_push(before->arena, &files, live->items[i]);
    for (size_t i = 0; i < out.files.len; i++)
        file_set_add(before->arena, &files, out.files.items[i].path, out.files.items[i].text);
    ProjectFixture after;
    judge(&after, live, &files);
    const char *what =
        str_fmt(before->arena, "the scaffold for '%.*s' leads into", STR_ARG(datasource)).ptr;
    size_t faults = count_new(what, NULL, before, &after);
    project_fixture_free(&after);
    return faults;
}

static void test_scaffolds(void **state)
{
    const Case *test = *state;
    FileSet live = case_files(test, "live");
    ProjectFixture before;
    project_fixture_make(&before, &live, &live);
    const Map *datasources = before.diff->sides.candidate->datasources;
    size_t faults = 0;
    for (size_t i = 0; i < map_len(datasources); i++)
        faults += try_scaffold(&live, &before, ((Resource *)map_value(datasources, i))->name);
    project_fixture_free(&before);
    assert_int_equal(faults, 0);
}

int main(void)
{
    Arena *arena = arena_new();
    Cases cases = cases_find(arena);
    int failed = cases_run("fixes", &cases, test_fixes);
    failed += cases_run("scaffolds", &cases, test_scaffolds);
    arena_free(arena);
    return failed != 0;
}
