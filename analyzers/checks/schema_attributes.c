/* TB110 to TB113 and TB117: defaults, paths, codecs, order, quarantine. */
#include "schema.h"

static Str or_none(Str text)
{
    return text.len ? text : STR("none");
}

/* The part of the column that changed: its place on both sides, what it says as meanings. */
static Finding part_finding(const Schema *schema, RuleId rule, const ColumnChange *column,
                            Token live, Token candidate)
{
    Finding finding = check_finding(schema->check, rule, schema->change, column->name);
    if (!range_is_empty(candidate.range))
        finding.place.range = candidate.range;
    if (finding.related.len && !range_is_empty(live.range))
        finding.related.items[0].range = live.range;
    finding.live_meaning = live.text;
    finding.candidate_meaning = candidate.text;
    finding.cause = schema->change->name;
    return finding;
}

/* What goes, what comes and what changes are told apart: one does not stand for the other. */
static Str cause_of(const Schema *schema, Token live, Token candidate)
{
    const char *way = live.text.len == 0 ? "new" : candidate.text.len == 0 ? "gone" : "other";
    return str_fmt(schema->check->arena, "%.*s %s", STR_ARG(schema->change->name), way);
}

static Str default_message(const Schema *schema, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    Str name = column->name;
    Str datasource = schema->change->name;
    Str live = column->live->default_expr.text;
    Str candidate = column->candidate->default_expr.text;
    if (live.len == 0)
        return str_fmt(arena,
                       "'%.*s' of '%.*s' gets the DEFAULT %.*s: stored rows stay as they are.",
                       STR_ARG(name), STR_ARG(datasource), STR_ARG(candidate));
    if (candidate.len == 0)
        return str_fmt(arena,
                       "'%.*s' of '%.*s' loses its DEFAULT %.*s: stored rows keep that value.",
                       STR_ARG(name), STR_ARG(datasource), STR_ARG(live));
    return str_fmt(
        arena,
        "The DEFAULT of '%.*s' in '%.*s' changes from %.*s to %.*s: stored rows keep the "
        "old value.",
        STR_ARG(name), STR_ARG(datasource), STR_ARG(live), STR_ARG(candidate));
}

static void report_default(const Schema *schema, const ColumnChange *column)
{
    Token live = column->live->default_expr;
    Token candidate = column->candidate->default_expr;
    Finding finding = part_finding(schema, RULE_TB110, column, live, candidate);
    finding.message = default_message(schema, column);
    finding.cause = cause_of(schema, live, candidate);
    const Type *type = column->candidate->type;
    if (candidate.text.len == 0 && type && !type_is_nullable(type))
        finding.message =
            str_fmt(schema->check->arena, "%.*s Rows that lack the column now go to quarantine.",
                    STR_ARG(finding.message));
    findings_add(schema->check->findings, finding);
}

static void report_codec(const Schema *schema, const ColumnChange *column)
{
    Token live = column->live->codec;
    Token candidate = column->candidate->codec;
    Finding finding = part_finding(schema, RULE_TB112, column, live, candidate);
    finding.message = str_fmt(schema->check->arena,
                              "The codec of '%.*s' in '%.*s' changes from %.*s to %.*s: existing "
                              "parts keep the old one until merged.",
                              STR_ARG(column->name), STR_ARG(schema->change->name),
                              STR_ARG(or_none(live.text)), STR_ARG(or_none(candidate.text)));
    findings_add(schema->check->findings, finding);
}

static Str path_message(const Schema *schema, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    Str name = column->name;
    Str datasource = schema->change->name;
    Str live = column->live->path.text;
    Str candidate = column->candidate->path.text;
    if (live.len == 0)
        return str_fmt(arena,
                       "'%.*s' of '%.*s' is now read from %.*s: only rows ingested after the "
                       "deploy follow.",
                       STR_ARG(name), STR_ARG(datasource), STR_ARG(candidate));
    if (candidate.len == 0)
        return str_fmt(arena,
                       "'%.*s' of '%.*s' is no longer read from %.*s: rows ingested after the "
                       "deploy will lack it.",
                       STR_ARG(name), STR_ARG(datasource), STR_ARG(live));
    return str_fmt(arena,
                   "'%.*s' of '%.*s' is read from %.*s instead of %.*s: only rows ingested after "
                   "the deploy follow.",
                   STR_ARG(name), STR_ARG(datasource), STR_ARG(candidate), STR_ARG(live));
}

static void report_path(const Schema *schema, const ColumnChange *column)
{
    Token live = column->live->path;
    Token candidate = column->candidate->path;
    Finding finding = part_finding(schema, RULE_TB111, column, live, candidate);
    finding.message = path_message(schema, column);
    finding.cause = cause_of(schema, live, candidate);
    finding.advice = candidate.text.len
                         ? STR("Make sure that the producers send the new field before the deploy.")
                         : STR("Keep the jsonpath as long as producers send the field.");
    if (finding.related.len)
        finding.related.items[0].message = STR("live path");
    findings_add(schema->check->findings, finding);
}

/* All paths are gone: said once, not for every column. */
static void report_no_paths(const Schema *schema)
{
    Finding finding = check_finding(schema->check, RULE_TB111, schema->change, (Str){0});
    finding.message = str_fmt(schema->check->arena,
                              "'%.*s' loses all its jsonpaths: JSON can no longer be ingested "
                              "into it.",
                              STR_ARG(schema->change->name));
    finding.live_meaning = STR("jsonpaths");
    if (schema->has_writers)
        finding.severity = SEVERITY_NOTE; /* pipes fill it, and need no paths */
    findings_add(schema->check->findings, finding);
}

/* $.tags and $.tags[:] say whether the column is an Array: its type has a rule of its own. */
static bool follows_type(const ColumnChange *column)
{
    Str live = column->live->path.text;
    Str candidate = column->candidate->path.text;
    live.len -= str_ends(live, "[:]") ? 3 : 0;
    candidate.len -= str_ends(candidate, "[:]") ? 3 : 0;
    return (column->bits & COLUMN_TYPE) && str_eq(live, candidate);
}

static void check_column(const Schema *schema, const ColumnChange *column)
{
    if (!column->live || !column->candidate)
        return;
    /* With another type the DEFAULT has to change, and a rewrite converts the stored rows. */
    if ((column->bits & COLUMN_DEFAULT) && !(column->bits & COLUMN_TYPE))
        report_default(schema, column);
    if (column->bits & COLUMN_CODEC)
        report_codec(schema, column);
    bool both = schema->live->has_jsonpaths && schema->candidate->has_jsonpaths;
    if ((column->bits & COLUMN_PATH) && both && !follows_type(column))
        report_path(schema, column);
}

/* ---- TB113 ---- */

static void check_order(const Schema *schema)
{
    if (!schema->change->order_changed)
        return;
    Arena *arena = schema->check->arena;
    Strs moved = {0};
    const ColumnChange *first = NULL;
    for (size_t i = 0; i < schema->change->columns.len; i++) {
        const ColumnChange *column = &schema->change->columns.items[i];
        if (!(column->bits & COLUMN_MOVED))
            continue;
        first = first ? first : column;
        vec_push(arena, &moved, column->name);
    }
    if (!first)
        return;
    Finding finding = check_finding(schema->check, RULE_TB113, schema->change, first->name);
    Str list = quoted_list(arena, moved.items, moved.len, 3);
    finding.message =
        str_fmt(arena, "%.*s %s in the schema of '%.*s': what relies on the order must follow.",
                STR_ARG(list), moved.len == 1 ? "moves" : "move", STR_ARG(schema->change->name));
    finding.subject = (Str){0};
    finding.live_meaning = STR("order");
    finding.candidate_meaning = str_join(arena, moved.items, moved.len, ",");
    Strs who = {0};
    if (schema->candidate->forward_query)
        vec_push(arena, &who, STR("its FORWARD_QUERY"));
    for (size_t i = 0; i < schema->change->candidate->writers.len; i++)
        vec_push(arena, &who,
                 str_fmt(arena, "pipe '%.*s'",
                         STR_ARG(schema->change->candidate->writers.items[i]->name)));
    if (who.len) {
        Str writers = str_join(arena, who.items, who.len < 4 ? who.len : 4, ", ");
        schema_detail(schema, &finding, str_fmt(arena, "uses  %.*s", STR_ARG(writers)));
    }
    finding.advice = STR("Put new columns at the end and leave the others where they are.");
    findings_add(schema->check->findings, finding);
}

/* ---- TB117 ---- */

static void check_quarantine(const Schema *schema)
{
    const PlanStep *step = schema_step(schema);
    if (!step || step->action != ACTION_REWRITE || step->backfill == BACKFILL_REFUSED ||
        schema->has_writers)
        return;
    const ColumnChange *cause = NULL;
    for (size_t i = 0; i < schema->change->columns.len && !cause; i++) {
        const ColumnChange *column = &schema->change->columns.items[i];
        if (column->bits & (COLUMN_ADDED | COLUMN_DROPPED))
            cause = column;
    }
    if (!cause)
        return;
    Finding finding = check_finding(schema->check, RULE_TB117, schema->change, cause->name);
    finding.subject = (Str){0};
    finding.message = str_fmt(schema->check->arena,
                              "The rewrite of '%.*s' changes its columns: rows in its quarantine "
                              "will be dropped.",
                              STR_ARG(schema->change->name));
    finding.candidate_meaning = STR("quarantine");
    finding.advice = str_fmt(schema->check->arena,
                             "Look into %.*s_quarantine and save what is worth keeping first.",
                             STR_ARG(schema->change->name));
    findings_add(schema->check->findings, finding);
}

void schema_attributes(const Schema *schema)
{
    for (size_t i = 0; i < schema->change->columns.len; i++)
        check_column(schema, &schema->change->columns.items[i]);
    bool has_columns = schema->change->candidate->facts->columns.len > 0;
    if (schema->live->has_jsonpaths && !schema->candidate->has_jsonpaths && has_columns)
        report_no_paths(schema);
    check_order(schema);
    check_quarantine(schema);
}
