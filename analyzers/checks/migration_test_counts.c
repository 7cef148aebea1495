/* migration_test_counts.c: tests whose counts differ though nothing is missing: TB520. */
#include "migration_test.h"

/* ---- what merges do ---- */

MergedRows merged_rows(const Resource *datasource)
{
    static const struct {
        const char *engine;
        MergedRows rows;
    } ENGINES[] = {
        {"AggregatingMergeTree", ROWS_AGGREGATE},
        {"SummingMergeTree", ROWS_SUM},
        {"ReplacingMergeTree", ROWS_REPLACE},
        {"CollapsingMergeTree", ROWS_CANCEL},
    };
    if (datasource->datasource == NULL)
        return ROWS_STAY;
    for (size_t i = 0; i < ARRAY_LEN(ENGINES); i++)
        if (str_ends(datasource->datasource->engine, ENGINES[i].engine))
            return ENGINES[i].rows;
    return ROWS_STAY;
}

/* Gives the same for the same rows, in whatever parts they lie: not any(), not groupArray(). */
static bool is_comparable(Str function)
{
    static const char *const NAMES[] = {
        "count", "sum", "sumWithOverflow", "min", "max", "uniq", "uniqExact", "uniqCombined64",
    };
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (str_is(function, NAMES[i]))
            return true;
    return false;
}

/* countMerge(hits) of the first column with such an aggregate in both; empty when there is none. */
static Str merged_example(Arena *arena, const Resource *datasource, const Resource *other)
{
    const Columns *columns = &datasource->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        Str name = columns->items[i].name.text;
        const Type *type = columns->items[i].type;
        if (type == NULL || type->arg_count == 0 || type->args[0].kind != TYPE_ARG_FUNCTION ||
            !is_comparable(type->args[0].name))
            continue;
        if (other == NULL || other->facts == NULL || datafile_column(other->facts, name) == NULL)
            continue;
        bool is_state = str_is(type->name, "AggregateFunction");
        return str_fmt(arena, "%.*s%s(%.*s)", STR_ARG(type->args[0].name), is_state ? "Merge" : "",
                       STR_ARG(sql_name(arena, name)));
    }
    return STR("");
}

static Str merged_values(Arena *arena, const Resource *datasource, const Resource *other)
{
    Str example = merged_example(arena, datasource, other);
    if (example.len == 0)
        return STR("merged values");
    return str_fmt(arena, "merged values such as %.*s", STR_ARG(example));
}

Str comparable_values(Arena *arena, const Resource *datasource, const Resource *other)
{
    switch (merged_rows(datasource)) {
    case ROWS_AGGREGATE:
        return merged_values(arena, datasource, other);
    case ROWS_SUM:
        return STR("sums of the summed columns");
    case ROWS_REPLACE:
        return STR("counts with FINAL");
    case ROWS_CANCEL:
        return str_fmt(arena, "sum(%.*s)",
                       STR_ARG(sql_name(arena, datasource->datasource->sign.normalized)));
    default:
        return STR("counts up to one moment");
    }
}

/* ---- counts of rows that merge ---- */

static const char *merge_words(MergedRows rows)
{
    if (rows == ROWS_REPLACE)
        return "keeps replaced rows until it merges them";
    if (rows == ROWS_CANCEL)
        return "keeps cancelled rows until it merges them";
    return "holds several rows a key until it merges them";
}

static const Resource *the_other(const TestedMigration *t, const Resource *datasource)
{
    const Migration *m = t->migration;
    return datasource == m->replica ? m->legacy : m->replica;
}

static void add_merging(const TestedMigration *t, const QualityTest *test, const Measure *measure,
                        const Resource *datasource)
{
    Arena *arena = t->check->arena;
    Str engine = datasource->datasource->engine;
    Str message =
        str_fmt(arena,
                "The counts of the test %.*s can differ though no data is missing. It counts "
                "stored rows of "
                "%.*s, whose %.*s %s.",
                STR_ARG(quoted(arena, test->name)), STR_ARG(quoted(arena, datasource->name)),
                STR_ARG(engine), merge_words(merged_rows(datasource)));
    Finding *finding = add_test_finding(t, test, RULE_TB520, measure->count->core, message);
    vec_push(arena, &finding->related,
             place_candidate(datasource, datasource->datasource->engine_token.range,
                             STR("merges in the background")));
    Str values = comparable_values(arena, datasource, the_other(t, datasource));
    finding->advice =
        str_fmt(arena, "Compare %.*s%s.", STR_ARG(values),
                merged_rows(datasource) == ROWS_REPLACE ? ", or the number of distinct sorting keys"
                                                        : ", or read the table with FINAL");
}

static const Resource *measured(const TestedMigration *t, const Measure *measure)
{
    const Resource *found =
        project_find(t->migration->project, DATAFILE_DATASOURCE, measure->table->name.text);
    return found != NULL && found->datasource != NULL ? found : NULL;
}

static bool judge_merging(const TestedMigration *t, const QualityTest *test,
                          const Measures *measures)
{
    for (size_t i = 0; i < measures->len; i++) {
        const Measure *measure = &measures->items[i];
        const Resource *datasource = measured(t, measure);
        if (measure->count == NULL || measure->table->is_final || datasource == NULL ||
            merged_rows(datasource) == ROWS_STAY)
            continue;
        add_merging(t, test, measure, datasource);
        return true;
    }
    return false;
}

/* ---- counts that reach differently far ---- */

/* The counts of a table of the old side and one of the new side, once each. */
typedef struct {
    const Measure *old;
    const Measure *new;
    const Resource *old_table; /* NULL: a pipe */
    const Resource *new_table;
    MeasureBounds old_bounds;
    MeasureBounds new_bounds;
} Counts;

static bool find_counts(const TestedMigration *t, const Measures *measures, Counts *out)
{
    if (measures->len != 2)
        return false;
    for (size_t i = 0; i < 2; i++) {
        const Measure *one = &measures->items[i], *other = &measures->items[1 - i];
        if (one->count != NULL && other->count != NULL &&
            migration_has_new(&t->sides, one->table->name.text) &&
            migration_has_old(&t->sides, other->table->name.text) &&
            !migration_has_new(&t->sides, other->table->name.text))
            *out = (Counts){.old = other, .new = one};
    }
    if (out->old == NULL)
        return false;
    Arena *arena = t->check->arena;
    out->old_table = measured(t, out->old);
    out->new_table = measured(t, out->new);
    out->old_bounds = measure_bounds(arena, out->old);
    out->new_bounds = measure_bounds(arena, out->new);
    return out->old_bounds.known && out->new_bounds.known;
}

static bool share_a_bound(const Counts *c)
{
    for (size_t i = 0; i < c->old_bounds.uppers.len; i++)
        for (size_t j = 0; j < c->new_bounds.uppers.len; j++)
            if (str_eq(c->old_bounds.uppers.items[i], c->new_bounds.uppers.items[j]))
                return true;
    return false;
}

static Str old_name(Arena *arena, const Counts *c)
{
    return quoted(arena, c->old->table->name.text);
}

static Str new_name(Arena *arena, const Counts *c)
{
    return quoted(arena, c->new->table->name.text);
}

/* How the two counts reach; empty when they reach equally far. */
static Str bound_words(Arena *arena, const Counts *c)
{
    bool old = c->old_bounds.uppers.len > 0, new = c->new_bounds.uppers.len > 0;
    if (share_a_bound(c))
        return STR("");
    if (old && new)
        return str_fmt(arena, "counts %.*s and %.*s up to different moments",
                       STR_ARG(old_name(arena, c)), STR_ARG(new_name(arena, c)));
    if (!old && !new)
        return str_fmt(arena, "counts %.*s and %.*s without a common upper bound in time",
                       STR_ARG(old_name(arena, c)), STR_ARG(new_name(arena, c)));
    return str_fmt(arena, "counts %.*s up to a moment and %.*s without one",
                   STR_ARG(old ? old_name(arena, c) : new_name(arena, c)),
                   STR_ARG(old ? new_name(arena, c) : old_name(arena, c)));
}

/* The one length after which all rows go. False when the TTL says something else. */
static bool whole_ttl(const Resource *datasource, TtlLength *out)
{
    const Ttl *ttl = &datasource->datasource->ttl;
    if (!ttl->present || !ttl->readable || ttl->rules.len != 1)
        return false;
    TtlRule rule = ttl->rules.items[0];
    const Column *column = datafile_column(datasource->facts, rule.column);
    if (!rule.length.known && column != NULL)
        ttl_rule_resolve(&rule, column->type);
    *out = rule.length;
    bool deletes = rule.action.len == 0 || str_is_nocase(rule.action, "DELETE");
    return deletes && rule.condition.len == 0 && rule.length.known;
}

static Str kept_text(Arena *arena, const Resource *datasource, TtlLength length)
{
    if (!datasource->datasource->ttl.present)
        return str_fmt(arena, "%.*s keeps them forever", STR_ARG(quoted(arena, datasource->name)));
    return str_fmt(arena, "%.*s keeps rows for %.*s", STR_ARG(quoted(arena, datasource->name)),
                   STR_ARG(ttl_length_text(arena, length)));
}

/* Empty when the two keep rows equally long, or it is not certain. */
static Str ttl_words(Arena *arena, const Counts *c)
{
    TtlLength old = {0}, new = {0};
    if (c->old_table == NULL || c->new_table == NULL || c->old_bounds.has_lower ||
        c->new_bounds.has_lower)
        return STR("");
    bool has_old = whole_ttl(c->old_table, &old), has_new = whole_ttl(c->new_table, &new);
    bool none_old = !c->old_table->datasource->ttl.present;
    bool none_new = !c->new_table->datasource->ttl.present;
    if ((!has_old && !none_old) || (!has_new && !none_new) || (none_old && none_new))
        return STR("");
    if (has_old && has_new) {
        TtlOrder order = ttl_length_compare(old, new);
        if (order == TTL_EQUAL || order == TTL_UNORDERED)
            return STR("");
    }
    Str first =
        none_old ? kept_text(arena, c->new_table, new) : kept_text(arena, c->old_table, old);
    Str second =
        none_old ? kept_text(arena, c->old_table, old) : kept_text(arena, c->new_table, new);
    return str_fmt(arena, "%.*s and %.*s", STR_ARG(first), STR_ARG(second));
}

static Str counts_message(Arena *arena, Str test, Str bounds, Str ttl)
{
    if (bounds.len > 0 && ttl.len > 0)
        return str_fmt(arena,
                       "The test %.*s fails while rows arrive. It %.*s. Also, %.*s: the counts "
                       "differ by design.",
                       STR_ARG(test), STR_ARG(bounds), STR_ARG(ttl));
    if (bounds.len > 0)
        return str_fmt(arena, "The test %.*s can fail while rows arrive. It %.*s.", STR_ARG(test),
                       STR_ARG(bounds));
    return str_fmt(arena, "The counts of the test %.*s will differ by design. %.*s.", STR_ARG(test),
                   STR_ARG(ttl));
}

static Str bound_advice(Arena *arena, const Migration *m)
{
    Str column = shared_time_column(m);
    return str_fmt(arena,
                   "End both counts at one moment a little in the past: WHERE %.*s <= now() - "
                   "INTERVAL 10 SECOND.",
                   STR_ARG(column.len > 0 ? sql_name(arena, column) : STR("<time column>")));
}

static void judge_reach(const TestedMigration *t, const QualityTest *test, const Measures *measures)
{
    Counts counts = {0};
    if (!find_counts(t, measures, &counts))
        return;
    Arena *arena = t->check->arena;
    Str bounds = bound_words(arena, &counts);
    Str ttl = ttl_words(arena, &counts);
    if (bounds.len == 0 && ttl.len == 0)
        return;
    Finding *finding =
        add_test_finding(t, test, RULE_TB520, counts.new->count->core,
                         counts_message(arena, quoted(arena, test->name), bounds, ttl));
    finding->severity = SEVERITY_NOTE;
    finding->advice = bounds.len > 0 ? bound_advice(arena, t->migration)
                                     : STR("Start both counts where the shorter retention starts, "
                                           "or keep rows equally long.");
}

void migration_test_counts(const TestedMigration *t, const QualityTest *test)
{
    Measures measures = quality_measures(t->check->arena, test);
    if (!judge_merging(t, test, &measures))
        judge_reach(t, test, &measures);
}
