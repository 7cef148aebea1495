/* TB107, TB108, TB109: a new column of a data source that has rows. */
#include "forward_types.h"
#include "model/conversion.h"
#include "schema.h"

static Finding added_finding(const Schema *schema, RuleId rule, const ColumnChange *column)
{
    Finding finding = check_finding(schema->check, rule, schema->change, column->name);
    const Column *added = column->candidate;
    finding.candidate_meaning =
        str_fmt(schema->check->arena, "%.*s %.*s %.*s", STR_ARG(added->type_text.text),
                STR_ARG(added->default_expr.text), STR_ARG(added->path.text));
    return finding;
}

/* Kafka and DynamoDB fill columns of these names by themselves. */
static bool is_meta_column(const Schema *schema, Str name)
{
    return schema->candidate->has_connector && (str_starts(name, "__") || str_starts(name, "_"));
}

/* ---- TB107 ---- */

static Str same_type_here(const Schema *schema, const ColumnChange *column)
{
    return str_fmt(schema->check->arena, "%.*s %.*s", STR_ARG(schema->change->name),
                   STR_ARG(column->candidate->type->text));
}

/* BigQuery and Snowflake bring what IMPORT_QUERY selects: TB705 speaks of a column it lacks. */
static bool is_imported_by_query(const Schema *schema)
{
    return datafile_find(schema->change->candidate->facts, KEYWORD_IMPORT_QUERY) != NULL;
}

static bool ingests(const Schema *schema)
{
    return schema->candidate->has_jsonpaths || schema->candidate->has_connector;
}

/* $ is the whole row, which no row lacks. */
static bool lacks_default(const Schema *schema, const Column *added)
{
    return !is_imported_by_query(schema) && added->type && !added->default_expr.text.len &&
           !type_is_nullable(added->type) && !str_is(added->path.text, "$");
}

bool schema_needs_value(const Schema *schema, const ColumnChange *column)
{
    bool has_path = !schema->candidate->has_jsonpaths || column->candidate->path.text.len;
    return ingests(schema) && has_path && !schema->has_writers &&
           !is_meta_column(schema, column->name) && lacks_default(schema, column->candidate);
}

/* A key takes no NULL: TB115. */
static bool is_in_key(const Schema *schema, Str column)
{
    const KeyExpr *keys[] = {&schema->candidate->sorting_key, &schema->candidate->primary_key,
                             &schema->candidate->partition_key, &schema->candidate->ver};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        for (size_t j = 0; j < keys[i]->columns.len; j++) {
            if (str_eq(keys[i]->columns.items[j], column))
                return true;
        }
    }
    return false;
}

static Str not_null_advice(const Schema *schema, const Column *added)
{
    /* No key column may be NULL, and no Array, Map or Tuple. */
    const Type *nullable = is_in_key(schema, added->name.text)
                               ? NULL
                               : type_nullable(schema->check->arena, added->type);
    if (!nullable)
        return STR("Add a DEFAULT, unless every producer sends it already.");
    return str_fmt(schema->check->arena,
                   "Write %.*s, or add a DEFAULT, unless every producer sends it already.",
                   STR_ARG(nullable->text));
}

static void check_not_null(const Schema *schema, const ColumnChange *column)
{
    const Column *added = column->candidate;
    if (!lacks_default(schema, added))
        return;
    Arena *arena = schema->check->arena;
    Finding finding = added_finding(schema, RULE_TB107, column);
    finding.place.range = added->type_text.range;
    Str old_rows = type_default_sql(arena, added->type);
    finding.message = str_fmt(arena,
                              "Column '%.*s' is added to '%.*s' without DEFAULT or Nullable: rows "
                              "that lack it go to quarantine.",
                              STR_ARG(column->name), STR_ARG(schema->change->name));
    if (old_rows.len && !schema->forward)
        schema_detail(schema, &finding,
                      str_fmt(arena, "rows  old rows read %.*s", STR_ARG(old_rows)));
    if (!ingests(schema))
        finding.severity = SEVERITY_NOTE;
    finding.advice = not_null_advice(schema, added);
    if (!is_in_key(schema, column->name))
        finding.cause = same_type_here(schema, column); /* the advice names it */
    findings_add(schema->check->findings, finding);
}

/* ---- TB108 ---- */

/* Live already holds a column that ingestion cannot fill, so the product takes them. */
static bool live_has_unfilled(const Schema *schema)
{
    const Columns *columns = &schema->change->live->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        if (!columns->items[i].path.text.len && !columns->items[i].default_expr.text.len)
            return true;
    }
    return false;
}

static bool check_jsonpath(const Schema *schema, const ColumnChange *column)
{
    if (!schema->live->has_jsonpaths || !schema->candidate->has_jsonpaths ||
        column->candidate->path.text.len)
        return false;
    Arena *arena = schema->check->arena;
    bool computed = column->candidate->default_expr.text.len != 0;
    Finding finding = added_finding(schema, RULE_TB108, column);
    finding.severity = computed || live_has_unfilled(schema) ? SEVERITY_WARNING : SEVERITY_ERROR;
    finding.refuses_deploy = finding.severity == SEVERITY_ERROR;
    finding.message =
        str_fmt(arena,
                "Column '%.*s' is added to '%.*s' without a jsonpath: nothing that is ingested "
                "will fill it.",
                STR_ARG(column->name), STR_ARG(schema->change->name));
    if (finding.severity == SEVERITY_ERROR)
        finding.message = str_fmt(arena,
                                  "%.*s The other columns have one, and the deploy will be "
                                  "refused.",
                                  STR_ARG(finding.message));
    finding.advice = str_fmt(arena, "Add `json:$.%.*s`, or the path under which it is sent.",
                             STR_ARG(column->name));
    finding.cause = schema->change->name;
    findings_add(schema->check->findings, finding);
    return true;
}

/* ---- TB109 ---- */

typedef struct {
    const Datafile *file;
    Str column;   /* another column that the expression reads */
    Str function; /* a call that gives another value each time */
} DefaultReads;

static bool look_at(const Expr *expr, void *context)
{
    DefaultReads *reads = context;
    if (expr->kind == EXPR_COLUMN && expr->path.len)
        reads->column = expr->path.items[0].text;
    bool is_call = expr->kind == EXPR_CALL;
    if (is_call && (sql_function_is_now(expr->name) || sql_function_is_random(expr->name)))
        reads->function = expr->name;
    return true;
}

static void check_default(const Schema *schema, const ColumnChange *column)
{
    Token text = column->candidate->default_expr;
    if (text.text.len == 0 || schema->forward)
        return;
    const Expr *expr = sql_parse_expr(schema->check->loader->sql, schema->check->arena, text.text,
                                      text.range.start);
    DefaultReads reads = {.file = schema->change->candidate->facts};
    if (expr)
        expr_walk(expr, look_at, &reads);
    if (!reads.column.len && !reads.function.len)
        return;
    Arena *arena = schema->check->arena;
    Finding finding = added_finding(schema, RULE_TB109, column);
    finding.place.range = text.range;
    finding.message = str_fmt(arena,
                              "Old rows of '%.*s' compute the DEFAULT of the new column '%.*s' "
                              "each time they are read.",
                              STR_ARG(schema->change->name), STR_ARG(column->name));
    if (reads.function.len)
        schema_detail(schema, &finding,
                      str_fmt(arena,
                              "rows  %.*s() gives old rows another value on each read until they "
                              "are merged",
                              STR_ARG(reads.function)));
    finding.advice = STR("If old rows must hold the value, a FORWARD_QUERY that computes it stores "
                         "it once, at the price of a full copy.");
    findings_add(schema->check->findings, finding);
}

/* The other half of a rename: TB103 speaks for both, or the same field fills it as before. */
static bool continues_another(const Schema *schema, const ColumnChange *column)
{
    if (!column->renamed_from)
        return false;
    return !schema->forward ||
           str_eq(column->renamed_from->live->path.text, column->candidate->path.text);
}

static void check_added(const Schema *schema, const ColumnChange *column)
{
    check_default(schema, column);
    if (is_meta_column(schema, column->name) || continues_another(schema, column))
        return;
    /* Pipes fill the columns of their targets: no ingestion, no quarantine. */
    if (!check_jsonpath(schema, column) && !schema->has_writers)
        check_not_null(schema, column);
}

void schema_added(const Schema *schema)
{
    for (size_t i = 0; i < schema->change->columns.len; i++) {
        const ColumnChange *column = &schema->change->columns.items[i];
        if (column->bits & COLUMN_ADDED)
            check_added(schema, column);
    }
}
