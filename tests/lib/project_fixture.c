/* A project in memory for unit tests: file sets in, everything up to a Check out. */
#include "project_fixture.h"

#include <stdlib.h>
#include <string.h>

static BlobId id_of(Str text)
{
    BlobId id = {{0}};
    uint64_t low = 14695981039346656037u;
    uint64_t high = text.len;
    for (size_t i = 0; i < text.len; i++) {
        low = (low ^ (unsigned char)text.ptr[i]) * 1099511628211u;
        high = high * 31 + (unsigned char)text.ptr[i];
    }
    memcpy(id.bytes, &low, sizeof low);
    memcpy(id.bytes + sizeof low, &high, sizeof high);
    return id;
}

static SourceFile *file_of(Arena *arena, const TestFile *test)
{
    SourceFile *file = ARENA_NEW(arena, SourceFile);
    file->path = test->path;
    file->text = test->text;
    file->loaded = true;
    file->id = id_of(test->text);
    return file;
}

/* path -> TestFile */
static Map *by_path(Arena *arena, const FileSet *files)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < files->len; i++) {
        if (!map_has(map, files->items[i].path))
            map_put(map, files->items[i].path, &files->items[i]);
    }
    return map;
}

static void add_pair(Arena *arena, ProjectPair *project, SourceFile *live, SourceFile *candidate)
{
    Str path = candidate ? candidate->path : live->path;
    FilePair pair = {.live = live, .candidate = candidate};
    if (path_is_datafile(path_kind(path)))
        vec_push(arena, &project->datafiles, pair);
    else
        vec_push(arena, &project->others, pair);
    if (str_eq(path_base(path), STR(".tinyenv")))
        project->classic_layout = true;
}

static void make_pairs(ProjectFixture *f, const FileSet *live, const FileSet *candidate)
{
    const Map *before = by_path(f->arena, live), *after = by_path(f->arena, candidate);
    f->pair.root = STR(".");
    for (size_t i = 0; i < candidate->len; i++) {
        const TestFile *test = &candidate->items[i];
        const TestFile *old = map_get(before, test->path);
        add_pair(f->arena, &f->pair, old ? file_of(f->arena, old) : NULL, file_of(f->arena, test));
    }
    for (size_t i = 0; i < live->len; i++) {
        const TestFile *test = &live->items[i];
        if (!map_has(after, test->path))
            add_pair(f->arena, &f->pair, file_of(f->arena, test), NULL);
    }
}

static void make_check(ProjectFixture *f)
{
    f->check = (Check){
        .arena = f->arena,
        .loader = &f->loader,
        .diff = f->diff,
        .plan = f->plan,
        .findings = findings_new(f->arena),
        .unchecked = &f->unchecked,
        .margin_minutes = 60,
        .classic = f->diff->sides.candidate->dialect == DIALECT_CLASSIC,
    };
    instant_parse(STR("2026-11-21T12:00:00Z"), &f->check.now);
}

static void make(ProjectFixture *fixture, const FileSet *live, const FileSet *candidate, bool whole)
{
    *fixture = (ProjectFixture){.arena = arena_new()};
    fixture->loader = (Loader){
        .arena = fixture->arena,
        .datafiles = datafile_parser_new(),
        .sql = sql_parser_new(),
        .by_blob = map_new(fixture->arena),
        .unchecked = &fixture->unchecked,
        .everything = whole,
    };
    make_pairs(fixture, live, candidate);
    ProjectSides sides;
    Fault fault = {0};
    if (project_load(&sides, &fixture->loader, &fixture->pair, NULL, &fault) != 0)
        abort();
    fixture->diff = diff_make(&fixture->loader, sides);
    fixture->plan = plan_make(fixture->arena, fixture->diff);
    make_check(fixture);
}

void project_fixture_make(ProjectFixture *fixture, const FileSet *live, const FileSet *candidate)
{
    make(fixture, live, candidate, false);
}

void project_fixture_make_whole(ProjectFixture *fixture, const FileSet *live,
                                const FileSet *candidate)
{
    make(fixture, live, candidate, true);
}

void project_fixture_one(ProjectFixture *fixture, const char *path, const char *live,
                         const char *candidate)
{
    TestFile before = {str_of(path), str_of(live), false};
    TestFile after = {str_of(path), str_of(candidate), false};
    FileSet live_set = {.items = &before, .len = live ? 1 : 0, .cap = 1};
    FileSet candidate_set = {.items = &after, .len = candidate ? 1 : 0, .cap = 1};
    project_fixture_make(fixture, &live_set, &candidate_set);
}

void project_fixture_free(ProjectFixture *fixture)
{
    datafile_parser_free(fixture->loader.datafiles);
    sql_parser_free(fixture->loader.sql);
    arena_free(fixture->arena);
}

const ResourceChange *project_fixture_change(const ProjectFixture *fixture, DatafileKind kind,
                                             const char *name)
{
    for (size_t i = 0; i < fixture->diff->changes.len; i++) {
        const ResourceChange *change = fixture->diff->changes.items[i];
        if (change->kind == kind && str_is(change->name, name))
            return change;
    }
    return NULL;
}

const Finding *project_fixture_finding(const ProjectFixture *fixture, RuleId rule,
                                       const char *subject)
{
    const FindingItems *items = &fixture->check.findings->items;
    for (size_t i = 0; i < items->len; i++) {
        const Finding *finding = &items->items[i];
        if (finding->rule == rule && (!subject || str_is(finding->subject, subject)))
            return finding;
    }
    return NULL;
}
