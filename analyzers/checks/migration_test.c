/* migration_test.c: the data quality tests of a migration: TB518, TB519. */
#include "migration_test.h"

#include "model/lineage.h"

Finding *add_test_finding(const TestedMigration *t, const QualityTest *test, RuleId rule, Range at,
                          Str message)
{
    const Migration *m = t->migration;
    bool maps = !range_is_empty(test->sql_range) && !range_is_empty(at);
    Finding finding = {
        .rule = rule,
        .severity = rule_get(rule)->severity,
        .project = m->project->root,
        .resource = m->replica->name,
        .subject = test->name,
        .place = {SIDE_CANDIDATE, test->file, maps ? at : test->range, {0}},
        .message = message,
        .candidate_meaning = test->meaning,
    };
    Arena *arena = t->check->arena;
    Str to = quoted(arena, m->replica->name);
    if (m->sync != NULL)
        vec_push(
            arena, &finding.related,
            place_candidate(m->sync, m->sync_filter.where,
                            str_fmt(arena, "the pipe that copies new rows to %.*s", STR_ARG(to))));
    else if (m->backfill != NULL)
        vec_push(arena, &finding.related,
                 place_candidate(m->backfill, m->backfill_filter.where,
                                 str_fmt(arena, "the backfill of %.*s", STR_ARG(to))));
    return findings_add(t->check->findings, finding);
}

/* ---- TB518 ---- */

static bool is_tested(const MigrationSides *sides, const QualityTests *tests)
{
    for (size_t i = 0; i < tests->len; i++)
        if (quality_test_compares(sides, &tests->items[i]))
            return true;
    return false;
}

static Str bounded_count(Arena *arena, Str table, Str column)
{
    return str_fmt(arena, "(SELECT count() FROM %.*s WHERE %.*s <= now() - INTERVAL 10 SECOND)",
                   STR_ARG(table), STR_ARG(sql_name(arena, column)));
}

Str shared_time_column(const Migration *m)
{
    Str column = m->sync != NULL ? m->sync_filter.column : m->backfill_filter.column;
    bool shared = column.len > 0 && m->legacy != NULL && m->legacy->facts != NULL &&
                  m->replica->facts != NULL && datafile_column(m->legacy->facts, column) != NULL &&
                  datafile_column(m->replica->facts, column) != NULL;
    return shared ? column : STR("");
}

/* Rows that stay are counted; what merges is compared by its merged values. */
static Str missing_advice(const TestedMigration *t)
{
    const Migration *m = t->migration;
    Arena *arena = t->check->arena;
    Str column = shared_time_column(m);
    bool counts = merged_rows(m->legacy) == ROWS_STAY && merged_rows(m->replica) == ROWS_STAY &&
                  column.len > 0;
    if (counts)
        return str_fmt(arena,
                       "Add a test to tests/: SELECT %.*s - %.*s AS difference WHERE difference != "
                       "0",
                       STR_ARG(bounded_count(arena, m->legacy->name, column)),
                       STR_ARG(bounded_count(arena, m->replica->name, column)));
    return str_fmt(arena,
                   "Add a test to tests/ that reads both, compares %.*s, and gives a row when they "
                   "differ.",
                   STR_ARG(comparable_values(arena, m->replica, m->legacy)));
}

static Range target_range(const Resource *pipe)
{
    if (pipe->facts == NULL || pipe->pipe->node < 0)
        return (Range){0, 0};
    return pipe->facts->nodes.items[pipe->pipe->node].datasource.range;
}

static void add_missing(const TestedMigration *t)
{
    const Migration *m = t->migration;
    Arena *arena = t->check->arena;
    Finding finding = {
        .rule = RULE_TB518,
        .severity = rule_get(RULE_TB518)->severity,
        .project = m->project->root,
        .resource = m->backfill->name,
        .subject = m->replica->name,
        .place = place_candidate(m->backfill, target_range(m->backfill), (Str){0}),
        .advice = missing_advice(t),
    };
    finding.message = str_fmt(
        arena,
        "No data quality test compares %.*s with %.*s: rows that the migration loses or doubles "
        "will go unnoticed.",
        STR_ARG(quoted(arena, m->legacy->name)), STR_ARG(quoted(arena, m->replica->name)));
    finding.candidate_meaning = m->legacy->name;
    if (m->sync != NULL)
        vec_push(
            arena, &finding.related,
            place_candidate(m->sync, m->sync_filter.where, STR("the pipe that copies new rows")));
    findings_add(t->check->findings, finding);
}

/* A test that was meant to compare them: TB519 stands instead. */
static bool has_wrong_test(const TestedMigration *t)
{
    const FindingItems *items = &t->check->findings->items;
    for (size_t i = 0; i < items->len; i++)
        if (items->items[i].rule == RULE_TB519 &&
            str_eq(items->items[i].resource, t->migration->replica->name) &&
            str_eq(items->items[i].project, t->migration->project->root))
            return true;
    return false;
}

/* Said once: when the backfill comes. Forward runs no such tests, so there only where the project
 * keeps some. */
static void judge_missing(const TestedMigration *t, const QualityTests *tests)
{
    bool is_new = t->migration->backfill != NULL && (t->change->doing & STEP_BACKFILL) != 0;
    bool expected = t->check->classic || tests->len > 0;
    if (is_new && expected && t->migration->legacy != NULL && !is_tested(&t->sides, tests) &&
        !has_wrong_test(t))
        add_missing(t);
}

/* ---- TB519 ---- */

static bool is_quarantine(const Project *project, Str name)
{
    static const char suffix[] = "_quarantine";
    if (!str_ends(name, suffix))
        return false;
    Str base = str_slice(name, 0, name.len - (sizeof suffix - 1));
    return project_find(project, DATAFILE_DATASOURCE, base) != NULL;
}

/* A table of this workspace that no file defines; those with a dot belong to others. */
static bool is_missing(const Project *project, Str name)
{
    return str_find_char(name, '.') < 0 && !is_quarantine(project, name) &&
           project_find(project, DATAFILE_DATASOURCE, name) == NULL &&
           project_find(project, DATAFILE_PIPE, name) == NULL;
}

typedef struct {
    Str name;
    Range range;
} TableSearch;

static bool match_table(const Token *table, void *context)
{
    TableSearch *search = context;
    if (!str_eq(table->text, search->name))
        return true;
    search->range = table->range;
    return false;
}

static Range table_range(const QualityTest *test, Str name)
{
    TableSearch search = {.name = name};
    query_tables(test->query, match_table, &search);
    return search.range;
}

/* What one test reads of one migration. */
typedef struct {
    bool old_side;
    bool new_side;
} SidesRead;

/* What the test should read instead: the side that it lacks. */
static Str wanted_table(const TestedMigration *t, SidesRead reads)
{
    const Migration *m = t->migration;
    const Resource *old = m->legacy != NULL ? m->legacy : m->origin;
    if (reads.old_side && reads.new_side)
        return STR("");
    if (reads.old_side)
        return m->replica->name;
    return old != NULL ? old->name : STR("");
}

static void advise(const TestedMigration *t, Finding *finding, Str wanted, Str instead)
{
    Arena *arena = t->check->arena;
    if (wanted.len > 0)
        finding->advice = str_fmt(arena, "Read %.*s in place of %.*s.",
                                  STR_ARG(quoted(arena, wanted)), STR_ARG(quoted(arena, instead)));
}

static void add_unknown(const TestedMigration *t, const QualityTest *test, Str name,
                        SidesRead reads)
{
    Arena *arena = t->check->arena;
    Str message =
        str_fmt(arena,
                "The test %.*s reads %.*s, which does not exist: it fails, and %.*s stays "
                "unchecked.",
                STR_ARG(quoted(arena, test->name)), STR_ARG(quoted(arena, name)),
                STR_ARG(quoted(arena, t->migration->replica->name)));
    Finding *finding = add_test_finding(t, test, RULE_TB519, table_range(test, name), message);
    advise(t, finding, wanted_table(t, reads), name);
}

static void add_stranger(const TestedMigration *t, const QualityTest *test, Str known, Str stranger,
                         SidesRead reads)
{
    Arena *arena = t->check->arena;
    Str message = str_fmt(
        arena, "The test %.*s compares %.*s with %.*s, which is no part of the migration to %.*s.",
        STR_ARG(quoted(arena, test->name)), STR_ARG(quoted(arena, known)),
        STR_ARG(quoted(arena, stranger)), STR_ARG(quoted(arena, t->migration->replica->name)));
    Finding *finding = add_test_finding(t, test, RULE_TB519, table_range(test, stranger), message);
    advise(t, finding, wanted_table(t, reads), stranger);
}

static void add_itself(const TestedMigration *t, const QualityTest *test, const Measure *second,
                       SidesRead reads)
{
    Arena *arena = t->check->arena;
    Str name = second->table->name.text;
    Str message = str_fmt(arena, "The test %.*s compares %.*s with itself: it always passes.",
                          STR_ARG(quoted(arena, test->name)), STR_ARG(quoted(arena, name)));
    Finding *finding = add_test_finding(t, test, RULE_TB519, second->table->name.range, message);
    advise(t, finding, wanted_table(t, reads), name);
}

/* Two measures that take the same from two tables, or from one. */
static bool is_comparison(const Measures *measures)
{
    return measures->len == 2 && str_eq(measures->items[0].items, measures->items[1].items);
}

static bool is_on_a_side(const TestedMigration *all, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (migration_has_old(&all[i].sides, name) || migration_has_new(&all[i].sides, name))
            return true;
    return false;
}

static bool add_first_unknown(const TestedMigration *t, const QualityTest *test, SidesRead reads)
{
    for (size_t i = 0; i < test->tables.len; i++) {
        Str name = test->tables.items[i];
        if (!is_missing(t->migration->project, name))
            continue;
        add_unknown(t, test, name, reads);
        return true;
    }
    return false;
}

/* One of the migration's tables and another that no migration knows, or one of them alone. */
static void judge_pair(const TestedMigration *all, size_t count, const TestedMigration *t,
                       const QualityTest *test, SidesRead reads)
{
    Measures measures = quality_measures(t->check->arena, test);
    if (!is_comparison(&measures))
        return;
    const Measure *first = &measures.items[0], *second = &measures.items[1];
    Str a = first->table->name.text, b = second->table->name.text;
    if (str_eq(a, b)) {
        if (str_eq(first->text, second->text) && test->tables.len == 1)
            add_itself(t, test, second, reads);
        return;
    }
    bool knows_a = is_on_a_side(all, count, a), knows_b = is_on_a_side(all, count, b);
    if (test->tables.len == 2 && knows_a != knows_b)
        add_stranger(t, test, knows_a ? a : b, knows_a ? b : a, reads);
}

static void judge_tables(const TestedMigration *all, size_t count, const TestedMigration *t,
                         const QualityTest *test)
{
    SidesRead reads = {0};
    for (size_t i = 0; i < test->tables.len; i++) {
        reads.old_side |= migration_has_old(&t->sides, test->tables.items[i]);
        reads.new_side |= migration_has_new(&t->sides, test->tables.items[i]);
    }
    if (!reads.old_side && !reads.new_side)
        return;
    if (!add_first_unknown(t, test, reads) && !(reads.old_side && reads.new_side))
        judge_pair(all, count, t, test, reads);
}

/* ---- all of them ---- */

typedef VEC(TestedMigration) TestedMigrations;

/* One finding a test: the first migration that it is about. */
static void judge_test(const TestedMigrations *all, const QualityTest *test)
{
    if (test->query == NULL || !test->complete)
        return;
    for (size_t i = 0; i < all->len; i++) {
        size_t before = all->items[i].check->findings->items.len;
        if (quality_test_compares(&all->items[i].sides, test))
            migration_test_counts(&all->items[i], test);
        judge_tables(all->items, all->len, &all->items[i], test);
        if (all->items[i].check->findings->items.len > before)
            return;
    }
}

/* Recovered rows are not those of the legacy data source: they compare with nothing. */
static TestedMigrations tested_migrations(const Check *check)
{
    const MigrationChanges *changes = migration_changes(check->diff, check->now);
    TestedMigrations all = {0};
    for (size_t i = 0; i < changes->len; i++) {
        const Migration *m = changes->items[i].candidate;
        if (m != NULL && !m->from_quarantine)
            vec_push(
                check->arena, &all,
                (TestedMigration){check, &changes->items[i], m, migration_sides(check->arena, m)});
    }
    return all;
}

void migration_tests(const Check *check)
{
    const ProjectPair *files = check->diff->sides.files;
    bool everything = check->loader->everything;
    if (check->diff->changes.len == 0 && !everything && !quality_tests_changed(files))
        return;
    TestedMigrations all = tested_migrations(check);
    if (all.len == 0)
        return;
    const QualityTests *tests = quality_tests_of(check->loader, files, SIDE_CANDIDATE);
    const Map *live =
        quality_test_meanings(check->arena, quality_tests_of(check->loader, files, SIDE_LIVE));
    for (size_t i = 0; i < tests->len; i++)
        if (everything || quality_test_is_new(live, &tests->items[i]))
            judge_test(&all, &tests->items[i]);
    for (size_t i = 0; i < all.len; i++)
        judge_missing(&all.items[i], tests);
}
