/* retention_column.c: TB308, a TTL that counts from something that is no date. */
#include "model/infer.h"
#include "retention_check.h"

typedef struct {
    Arena *arena;
    const Resource *datasource;
    const TtlRule *rule;
    const Column *column; /* the one that the last name in the expression stands for */
    Str missing;          /* a name that the schema lacks */
    size_t names;
    bool unsure; /* something stands there that may be a column, or that may lead to one */
} TtlColumns;

/* ---- names ---- */

static const Type *type_of_name(void *context, const Expr *expr)
{
    const TtlColumns *columns = context;
    if (expr->path.len != 1)
        return NULL;
    const Column *column = datafile_column(columns->datasource->facts, expr->path.items[0].text);
    return column ? column->type : NULL;
}

static void note_column(TtlColumns *columns, const Expr *expr)
{
    if (expr->path.len != 1) { /* a part of a JSON, a tuple, a nested column */
        columns->unsure = true;
        return;
    }
    Str name = expr->path.items[0].text;
    columns->names++;
    columns->column = datafile_column(columns->datasource->facts, name);
    /* A connector brings columns that the schema need not list: __timestamp. */
    if (!columns->column && !str_starts(name, "_"))
        columns->missing = name;
}

static bool note_name(const Expr *expr, void *context)
{
    TtlColumns *columns = context;
    switch (expr->kind) {
    case EXPR_COLUMN:
        note_column(columns, expr);
        return true;
    case EXPR_LAMBDA: /* its parameters are no columns */
    case EXPR_UNKNOWN:
    case EXPR_SUBQUERY:
    case EXPR_STAR:
        columns->unsure = true;
        return false;
    default:
        return true;
    }
}

/* ---- types ---- */

static bool is_interval(const Expr *expr)
{
    return expr->kind == EXPR_INTERVAL ||
           (expr->kind == EXPR_CALL && str_starts(expr->name, "toInterval"));
}

/* Of the whole TTL, or of what the interval is added to: NULL when not certain. ClickHouse reads a
 * String before an interval as a time. */
static const Type *ttl_type(const TypeScope *scope, const Expr *expr)
{
    const Type *type = infer_type(scope, expr);
    bool sum = expr->kind == EXPR_OPERATOR && expr->args.len == 2 &&
               (str_is(expr->name, "+") || str_is(expr->name, "-"));
    if (type || !sum || !is_interval(expr->args.items[1]))
        return type;
    type = infer_type(scope, expr->args.items[0]);
    return type && type_is_string_like(type) ? NULL : type;
}

static bool is_number_or_text(const Type *bare)
{
    static const char *const names[] = {
        "UInt8",   "UInt16", "UInt32", "UInt64", "UInt128",     "UInt256", "Int8",
        "Int16",   "Int32",  "Int64",  "Int128", "Int256",      "Float32", "Float64",
        "Decimal", "String", "UUID",   "Bool",   "FixedString", "IPv4",    "IPv6"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (type_is(bare, names[i]))
            return true;
    }
    return false;
}

/* What is wrong with counting from the type, or NULL: then it can be done, or nobody knows. */
static const char *refusal_of(const Type *type)
{
    if (!type)
        return NULL;
    const Type *bare = type_bare(type);
    if (type_is_nullable(type) && (type_is_date_or_time(bare) || is_number_or_text(bare)))
        return "is Nullable";
    return is_number_or_text(bare) ? "is no date or time" : NULL;
}

/* ---- one rule of a TTL ---- */

static bool counts_from_column_itself(const TtlColumns *columns)
{
    return str_eq(columns->rule->base, columns->column->name.text);
}

static Str type_advice(const TtlColumns *columns, const Type *type)
{
    Str name = sql_name(columns->arena, columns->column->name.text);
    const Type *bare = type_bare(type);
    bool by_day = type_is(bare, "Date") || type_is(bare, "Date32");
    if (type_is_date_or_time(bare))
        return str_fmt(columns->arena,
                       "Make the column not Nullable, or say when rows without a value expire: "
                       "with ifNull(%.*s, %s) they expire at once.",
                       STR_ARG(name), by_day ? "toDate(0)" : "toDateTime(0)");
    if (type_is_string_like(bare))
        return str_fmt(columns->arena, "If it holds a time as text: parseDateTimeBestEffort(%.*s).",
                       STR_ARG(name));
    return str_fmt(columns->arena, "If it holds seconds since 1970: toDateTime(%.*s).",
                   STR_ARG(name));
}

static bool judge_type(const TtlColumns *columns, const Expr *expr, TtlRefusal *out)
{
    TypeScope scope = {
        .arena = columns->arena, .column = type_of_name, .context = (void *)(uintptr_t)columns};
    const Type *type = ttl_type(&scope, expr);
    const char *why = refusal_of(type);
    if (!why || columns->unsure || columns->names != 1 || !columns->column)
        return false;
    bool itself = counts_from_column_itself(columns);
    Str name = columns->column->name.text;
    const Type *shown = itself && columns->column->type ? columns->column->type : type;
    Str from = itself ? quoted(columns->arena, name) : columns->rule->base;
    bool nullable = str_is(str_of(why), "is Nullable");
    out->column = columns->column;
    out->what = str_fmt(columns->arena, "counts from %.*s, which %s %.*s%s", STR_ARG(from),
                        itself ? "is" : "gives", STR_ARG(shown->text),
                        nullable ? "" : " and no date or time");
    out->meaning =
        str_fmt(columns->arena, "%.*s %s", STR_ARG(name), nullable ? "nullable" : "type");
    out->advice = type_advice(columns, shown);
    return true;
}

static bool judge_item(const TtlColumns *start, const TtlItem *item, TtlRefusal *out)
{
    TtlColumns from = *start;
    expr_walk(item->expr, note_name, &from);
    TtlColumns all = from;
    if (item->where)
        expr_walk(item->where, note_name, &all);
    *out = (TtlRefusal){.range = start->rule->range};
    if (all.missing.len) {
        out->missing = all.missing;
        out->meaning = all.missing;
        out->what = str_fmt(start->arena, "names '%.*s', which its schema does not have",
                            STR_ARG(all.missing));
        out->advice = from.missing.len ? STR("Count from a Date or DateTime column of the schema.")
                                       : STR("Name columns of the schema in the condition.");
        return true;
    }
    if (from.names == 0 && !from.unsure) {
        out->meaning = STR("no column");
        out->what = STR("counts from no column");
        out->advice = STR("Count from a Date or DateTime column: ts + INTERVAL 30 DAY.");
        return true;
    }
    return judge_type(&from, item->expr, out);
}

/* ---- all rules of a data source ---- */

static bool can_judge(const Resource *datasource)
{
    const DatasourceFacts *facts = datasource->datasource;
    return facts && datasource->facts && datasource->facts->has_schema && !datasource->vendored &&
           !datasource->facts->has_include && facts->ttl.present && facts->ttl.readable;
}

TtlRefusals retention_refusals(const Check *check, const Resource *datasource)
{
    TtlRefusals refusals = {0};
    if (!can_judge(datasource))
        return refusals;
    const TtlRules *rules = &datasource->datasource->ttl.rules;
    Token value = datasource->datasource->ttl_token;
    TtlItems items = sql_parse_ttl(check->loader->sql, check->arena, value.text, value.range.start);
    for (size_t i = 0; i < items.len && i < rules->len; i++) {
        TtlColumns columns = {check->arena, datasource, .rule = &rules->items[i]};
        TtlRefusal refusal;
        if (judge_item(&columns, &items.items[i], &refusal))
            vec_push(check->arena, &refusals, refusal);
    }
    return refusals;
}

static bool is_in(const TtlRefusals *refusals, Str meaning)
{
    for (size_t i = 0; i < refusals->len; i++) {
        if (str_eq(refusals->items[i].meaning, meaning))
            return true;
    }
    return false;
}

bool retention_is_refused_now(const Check *check, const ResourceChange *change)
{
    TtlRefusals now = retention_refusals(check, change->candidate);
    TtlRefusals before = {0};
    if (now.len && change->live)
        before = retention_refusals(check, change->live);
    for (size_t i = 0; i < now.len; i++) {
        if (!is_in(&before, now.items[i].meaning))
            return true;
    }
    return false;
}

/* TB106 speaks of a column that this change drops. */
static bool is_dropped_now(const Check *check, const Resource *datasource, Str name)
{
    const ResourceChange *change =
        name.len ? map_get(check->diff->datasources, datasource->name) : NULL;
    const ColumnChange *column = change ? diff_column(change, name) : NULL;
    return column && (column->bits & COLUMN_DROPPED);
}

/* The column's line where its type is what this change edits, else the TTL's. */
static void set_places(const Check *check, const Resource *datasource, const TtlRefusal *refusal,
                       Finding *finding)
{
    const ResourceChange *change = map_get(check->diff->datasources, datasource->name);
    if (!refusal->column)
        return;
    Place ttl = {datasource->project->side, datasource->file, refusal->range, STR("the TTL")};
    Place column = {datasource->project->side, datasource->file, refusal->column->range,
                    STR("its type")};
    bool is_edited = change && change->live && !change->ttl_changed;
    finding->place = is_edited ? column : ttl;
    finding->place.message = (Str){0};
    vec_push(check->arena, &finding->related, is_edited ? ttl : column);
}

static void report(const Check *check, const Resource *datasource, const TtlRefusal *refusal,
                   Findings *findings)
{
    Finding finding =
        check_single_finding(datasource, RULE_TB308, refusal->range, refusal->meaning);
    finding.message = str_fmt(check->arena, "The TTL of '%.*s' %.*s: the deploy will be refused.",
                              STR_ARG(datasource->name), STR_ARG(refusal->what));
    finding.refuses_deploy = true;
    finding.candidate_meaning = refusal->meaning;
    finding.advice = refusal->advice;
    set_places(check, datasource, refusal, &finding);
    findings_add(findings, finding);
}

void retention_columns(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *datasource = map_value(project->datasources, i);
        TtlRefusals refusals = retention_refusals(check, datasource);
        for (size_t j = 0; j < refusals.len; j++) {
            if (!is_dropped_now(check, datasource, refusals.items[j].missing))
                report(check, datasource, &refusals.items[j], findings);
        }
    }
}
