/* quality_test.c: the data quality tests of one side of a project, with what their SQL reads. */
#include "quality_test.h"

#include "lineage.h"
#include "project_internal.h"

#include <string.h>

/* ---- what a test reads ---- */

typedef struct {
    Arena *arena;
    QualityTest *test;
} TableList;

enum { TABLES_MAX = 64 }; /* of a test; more is no comparison */

static bool has_table(const QualityTest *test, Str name)
{
    for (size_t i = 0; i < test->tables.len; i++)
        if (str_eq(test->tables.items[i], name))
            return true;
    return false;
}

static bool add_table(const Token *table, void *context)
{
    TableList *list = context;
    if (has_table(list->test, table->text))
        return true;
    if (list->test->tables.len == TABLES_MAX) {
        list->test->complete = false;
        return false;
    }
    vec_push(list->arena, &list->test->tables, table->text);
    return true;
}

static void read_sql(Loader *loader, QualityTest *test)
{
    test->complete = !test->is_alias;
    if (test->is_alias || test->sql.len == 0)
        return;
    QueryVariants variants =
        sql_parse_variants(loader->sql, loader->arena, test->sql, test->sql_range.start);
    test->query = variants.items[0];
    test->meaning = query_variants_text(loader->sql, loader->arena, &variants, test->sql);
    if (test->meaning.len == 0)
        test->meaning = query_text(loader->arena, variants.items[0]);
    test->complete = variants.unread == 0 && !test->query->has_template;
    TableList list = {.arena = loader->arena, .test = test};
    for (size_t i = 0; i < variants.len; i++) {
        if (variants.items[i]->broken)
            test->complete = false;
        else
            query_tables(variants.items[i], add_table, &list);
    }
}

bool quality_test_reads(const QualityTest *test, Str name)
{
    return has_table(test, name) || (!test->complete && word_occurs_in(test->sql, name));
}

/* ---- files ---- */

static SourceFile *file_on(const FilePair *pair, Side side)
{
    return side == SIDE_LIVE ? pair->live : pair->candidate;
}

static bool is_test_file(const SourceFile *file)
{
    return file != NULL && path_kind(file->path) == PATH_TEST;
}

static bool differs(const FilePair *pair)
{
    return pair->live == NULL || pair->candidate == NULL ||
           memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) != 0;
}

bool quality_tests_changed(const ProjectPair *files)
{
    for (size_t i = 0; i < files->others.len; i++) {
        const FilePair *pair = &files->others.items[i];
        if ((is_test_file(pair->candidate) || is_test_file(pair->live)) && differs(pair))
            return true;
    }
    return false;
}

static void report(Loader *loader, SourceFile *file, Range at, const char *why)
{
    Unchecked entry = {
        .path = file->path,
        .why = str_fmt(loader->arena, "the data quality tests could not be read: %s", why)};
    if (file->loaded)
        entry.line = lines_position(source_file_lines(loader->arena, file), at.start).line;
    vec_push(loader->arena, loader->unchecked, entry);
}

static bool load(Loader *loader, SourceFile *file)
{
    Fault fault = {0};
    if (!file->loaded && file->trouble == FILE_OK)
        source_file_load(loader->repo, file, &fault);
    return file->loaded;
}

/* Whatever a file that cannot be read names may be tested. */
static void add_unread(Loader *loader, SourceFile *file, QualityTests *out)
{
    vec_push(loader->arena, out, (QualityTest){.file = file, .sql = file->text});
}

/* Endpoint tests have no SQL: most files of Forward are not parsed. */
static void read_file(Loader *loader, SourceFile *file, bool is_changed, QualityTests *out)
{
    QualityTests found;
    Range at = {0, 0};
    if (!load(loader, file)) {
        if (is_changed)
            report(loader, file, at, file_trouble_text(file->trouble));
        return;
    }
    if (!word_occurs_in(file->text, STR("sql")))
        return;
    const char *why = quality_tests_parse(loader->arena, file, &found, &at);
    if (why != NULL && is_changed)
        report(loader, file, at, why);
    if (why != NULL)
        add_unread(loader, file, out);
    bool has_alias = false;
    for (size_t i = 0; i < found.len; i++) {
        QualityTest *test = &found.items[i];
        if (test->is_alias && !has_alias)
            test->sql = file->text;
        has_alias |= test->is_alias;
        read_sql(loader, test);
        vec_push(loader->arena, out, *test);
    }
}

static QualityTests *read_side(Loader *loader, const ProjectPair *files, Side side)
{
    QualityTests *tests = ARENA_NEW(loader->arena, QualityTests);
    for (size_t i = 0; i < files->others.len; i++) {
        const FilePair *pair = &files->others.items[i];
        SourceFile *file = file_on(pair, side);
        if (is_test_file(file))
            read_file(loader, file, side == SIDE_CANDIDATE && differs(pair), tests);
    }
    return tests;
}

const QualityTests *quality_tests_of(Loader *loader, const ProjectPair *files, Side side)
{
    Str key = str_fmt(loader->arena, "%p %d", (const void *)files, (int)side);
    if (loader->quality_tests == NULL)
        loader->quality_tests = map_new(loader->arena);
    void **place = map_at(loader->quality_tests, key);
    if (*place == NULL)
        *place = read_side(loader, files, side);
    return *place;
}

/* ---- new tests ---- */

Map *quality_test_meanings(Arena *arena, const QualityTests *tests)
{
    Map *meanings = map_new(arena);
    for (size_t i = 0; i < tests->len; i++)
        map_put(meanings, tests->items[i].meaning, &tests->items[i]);
    return meanings;
}

bool quality_test_is_new(const Map *live, const QualityTest *test)
{
    return !map_has(live, test->meaning);
}

Strs quality_tests_new_tables(Loader *loader, const ProjectPair *files)
{
    Strs names = {0};
    if (!quality_tests_changed(files))
        return names;
    const Map *live =
        quality_test_meanings(loader->arena, quality_tests_of(loader, files, SIDE_LIVE));
    const QualityTests *candidate = quality_tests_of(loader, files, SIDE_CANDIDATE);
    for (size_t i = 0; i < candidate->len; i++) {
        const QualityTest *test = &candidate->items[i];
        bool is_new = test->tables.len > 0 && quality_test_is_new(live, test);
        for (size_t j = 0; is_new && j < test->tables.len; j++)
            vec_push(loader->arena, &names, test->tables.items[j]);
    }
    return names;
}
