/* TB101, TB102, TB114, TB115: a column of another type. */
#include "column_use.h"
#include "model/conversion.h"
#include "model/engine_facts.h"
#include "schema.h"

/* ---- what the forward query does with the column ---- */

typedef enum {
    CONVERTED, /* or left to the forward_query family */
    NOT_CONVERTED,
    SET_CONSTANT, /* the list gives a constant: nothing of the old values is kept */
} Treatment;

static Treatment treatment_of(const Schema *schema, const ColumnChange *column)
{
    if (!schema->forward)
        return NOT_CONVERTED;
    const ForwardOutput *output = forward_output(schema->forward, column->name);
    if (!schema->forward->usable || !output)
        return CONVERTED; /* TB205, TB201 say so */
    return output->kind == OUTPUT_CONSTANT ? SET_CONSTANT : CONVERTED;
}

/* ---- details ---- */

static Str value_text(Arena *arena, const char *value, const Type *type)
{
    Str text = str_of(value);
    bool plain = !type_is_string_like(type) || str_is(text, "NULL") || str_starts(text, "'");
    return plain ? text : quoted(arena, text);
}

static void add_rows(const Schema *schema, Finding *finding, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    const Type *from = column->live->type;
    const Type *to = column->candidate->type;
    if (conversion_is_lossless(from, to)) {
        schema_detail(schema, finding, STR("rows  lossless: every live value keeps its meaning"));
        return;
    }
    Conversion conversion = conversion_of(from, to, CAST_STRICT);
    if (conversion.possible == CONVERSION_NO)
        schema_detail(schema, finding,
                      STR("rows  no cast converts these types: the expression is yours to write"));
    if (conversion.change_witness && conversion.change_result)
        schema_detail(schema, finding,
                      str_fmt(arena, "rows  %.*s becomes %.*s",
                              STR_ARG(value_text(arena, conversion.change_witness, from)),
                              STR_ARG(value_text(arena, conversion.change_result, to))));
    if (conversion.fail_witness)
        schema_detail(schema, finding,
                      str_fmt(arena, "rows  %.*s does not convert: a cast of it fails the deploy",
                              STR_ARG(value_text(arena, conversion.fail_witness, from))));
}

static void add_uses(const Schema *schema, Finding *finding, const ColumnChange *column)
{
    ColumnUses uses = column_uses(schema->check, schema->change->candidate, column->name);
    if (uses.len == 0)
        return;
    Str list = column_uses_text(schema->check->arena, &uses, 4);
    schema_detail(schema, finding,
                  str_fmt(schema->check->arena, "uses  read by %.*s", STR_ARG(list)));
}

/* ---- TB101, TB102 ---- */

static Finding type_finding(const Schema *schema, RuleId rule, const ColumnChange *column)
{
    Finding finding = check_finding(schema->check, rule, schema->change, column->name);
    finding.place.range = column->candidate->type_text.range;
    finding.place.message = STR("new type");
    if (finding.related.len) {
        finding.related.items[0].range = column->live->type_text.range;
        finding.related.items[0].message = STR("live type");
    }
    finding.live_meaning = column->live->type->text;
    finding.candidate_meaning = column->candidate->type->text;
    return finding;
}

static Str change_text(const Schema *schema, const ColumnChange *column)
{
    return str_fmt(schema->check->arena, "Column '%.*s' changes from '%.*s' to '%.*s'",
                   STR_ARG(column->name), STR_ARG(column->live->type->text),
                   STR_ARG(column->candidate->type->text));
}

static Str in_place_advice(void)
{
    return STR("Add a column or a data source with the new type, fill it with a populate, and move "
               "the readers to it.");
}

static void finish_conversion(const Schema *schema, Finding *finding, const ColumnChange *column)
{
    add_rows(schema, finding, column);
    add_uses(schema, finding, column);
    if (schema->check->classic) {
        finding->advice = in_place_advice();
    } else {
        finding->fix = forward_fix(schema->check, schema->change);
        if (!finding->fix)
            finding->advice = STR("Add a FORWARD_QUERY that gives every column of the new schema "
                                  "in order and converts this one.");
    }
    findings_add(schema->check->findings, *finding);
}

static Str refusal(const Schema *schema, Str change)
{
    Arena *arena = schema->check->arena;
    if (schema->check->classic)
        return str_fmt(arena, "%.*s: Classic cannot convert the stored rows of '%.*s' in place.",
                       STR_ARG(change), STR_ARG(schema->change->name));
    return str_fmt(arena, "%.*s but '%.*s' has no FORWARD_QUERY: the deploy will be refused.",
                   STR_ARG(change), STR_ARG(schema->change->name));
}

static void report_not_converted(const Schema *schema, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    bool null = column->type_change == TYPE_CHANGE_FROM_NULLABLE;
    Finding finding = type_finding(schema, null ? RULE_TB102 : RULE_TB101, column);
    finding.message = refusal(schema, change_text(schema, column));
    finding.refuses_deploy = !schema->check->classic;
    if (null)
        finding.message = str_fmt(arena,
                                  "%.*s Stored NULLs need a value, and rows that arrive with NULL "
                                  "will go to quarantine.",
                                  STR_ARG(finding.message));
    else if (column->type_change == TYPE_CHANGE_LOW_CARDINALITY)
        finding.message =
            str_fmt(arena, "%.*s LowCardinality is a type of its own, not a storage option.",
                    STR_ARG(finding.message));
    finish_conversion(schema, &finding, column);
}

static void report_constant(const Schema *schema, const ColumnChange *column)
{
    Finding finding = type_finding(schema, RULE_TB101, column);
    finding.severity = SEVERITY_WARNING;
    finding.message =
        str_fmt(schema->check->arena,
                "%.*s and the FORWARD_QUERY of '%.*s' sets it to a constant: every stored value "
                "will be lost.",
                STR_ARG(change_text(schema, column)), STR_ARG(schema->change->name));
    finding.advice = STR("Convert the live column instead of replacing it.");
    findings_add(schema->check->findings, finding);
}

/* ---- TB114 ---- */

typedef struct {
    Strs removed;
    Strs renumbered;
    Strs added;
} EnumDiff;

static const TypeArg *enum_value(const Type *type, Str label)
{
    for (size_t i = 0; i < type->arg_count; i++) {
        if (str_eq(type->args[i].text, label))
            return &type->args[i];
    }
    return NULL;
}

static Map *enum_labels(Arena *arena, const Type *type)
{
    Map *labels = map_new(arena);
    for (size_t i = 0; i < type->arg_count; i++)
        map_put(labels, type->args[i].text, (void *)(uintptr_t)&type->args[i]);
    return labels;
}

static EnumDiff enum_diff(Arena *arena, const Type *from, const Type *to)
{
    EnumDiff diff = {0};
    const Map *before = enum_labels(arena, from);
    const Map *after = enum_labels(arena, to);
    for (size_t i = 0; i < from->arg_count; i++) {
        Str label = from->args[i].text;
        const TypeArg *now = map_get(after, label);
        if (!now)
            vec_push(arena, &diff.removed, label);
        else if (now->number != from->args[i].number)
            vec_push(arena, &diff.renumbered, label);
    }
    for (size_t i = 0; i < to->arg_count; i++) {
        if (!map_has(before, to->args[i].text))
            vec_push(arena, &diff.added, to->args[i].text);
    }
    return diff;
}

/* What the numbers of the values that are gone mean now: stored rows hold numbers. */
static void add_renumbered(const Schema *schema, Finding *finding, const Type *from, const Type *to)
{
    for (size_t i = 0; i < from->arg_count && finding->details.len < 4; i++) {
        const TypeArg *before = &from->args[i];
        const TypeArg *after = enum_value(to, before->text);
        if (after && after->number == before->number)
            continue;
        Str now = after ? str_fmt(schema->check->arena, "is %lld now", (long long)after->number)
                        : STR("is no longer a value");
        schema_detail(schema, finding,
                      str_fmt(schema->check->arena, "rows  '%.*s' was %lld and %.*s",
                              STR_ARG(before->text), (long long)before->number, STR_ARG(now)));
    }
}

static void report_enum(const Schema *schema, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    const Type *from = type_bare(column->live->type);
    const Type *to = type_bare(column->candidate->type);
    EnumDiff diff = enum_diff(arena, from, to);
    if (!diff.removed.len && !diff.renumbered.len && !diff.added.len) {
        report_not_converted(schema, column); /* only the width differs */
        return;
    }
    const Strs *values = diff.removed.len      ? &diff.removed
                         : diff.renumbered.len ? &diff.renumbered
                                               : &diff.added;
    const char *what = diff.removed.len ? "loses" : diff.renumbered.len ? "renumbers" : "gains";
    Finding finding = type_finding(schema, RULE_TB114, column);
    Str list = quoted_list(arena, values->items, values->len, 3);
    Str change =
        str_fmt(arena, "Enum column '%.*s' %s %.*s", STR_ARG(column->name), what, STR_ARG(list));
    if (values == &diff.added) {
        finding.severity = SEVERITY_WARNING;
        finding.message =
            str_fmt(arena, "%.*s and '%.*s' has no FORWARD_QUERY: the deploy may be refused.",
                    STR_ARG(change), STR_ARG(schema->change->name));
    } else {
        finding.message = refusal(schema, change);
        finding.refuses_deploy = !schema->check->classic;
        add_renumbered(schema, &finding, from, to);
    }
    finish_conversion(schema, &finding, column);
}

/* ---- TB115 ---- */

static bool keeps_null_of(const Expr *expr, Str column)
{
    /* ClickHouse takes such a call into a key though its argument is Nullable. */
    if (expr->kind == EXPR_CALL && function_removes_null(expr->name))
        return false;
    if (expr->kind == EXPR_COLUMN && expr->path.len == 1 &&
        str_eq(expr->path.items[0].text, column))
        return true;
    for (size_t i = 0; i < expr->args.len; i++) {
        if (keeps_null_of(expr->args.items[i], column))
            return true;
    }
    return false;
}

static bool key_takes_null(const Schema *schema, const KeyExpr *key, Str column)
{
    if (key->normalized.len == 0)
        return false;
    const Expr *expr = sql_parse_expr(schema->check->loader->sql, schema->check->arena,
                                      key->token.text, key->token.range.start);
    return expr && keeps_null_of(expr, column);
}

static bool was_nullable_in_key(const Schema *schema, const KeyExpr *live_key, Str name)
{
    const Column *live = datafile_column(schema->change->live->facts, name);
    return live && live->type && type_is_nullable(live->type) &&
           key_takes_null(schema, live_key, name);
}

static void report_nullable_key(const Schema *schema, const KeyExpr *key, const Column *column)
{
    Arena *arena = schema->check->arena;
    const char *word = keyword_info(key->keyword)->word;
    Finding finding = check_finding(schema->check, RULE_TB115, schema->change, column->name.text);
    const ColumnChange *change = diff_column(schema->change, column->name.text);
    bool became = change && (change->bits & COLUMN_TYPE);
    finding.place.range = became ? column->type_text.range : key->token.range;
    finding.message = str_fmt(
        arena, "Column '%.*s' is Nullable and part of %s in '%.*s': the deploy will be refused.",
        STR_ARG(column->name.text), word, STR_ARG(schema->change->name));
    finding.advice =
        STR("Keep the column without Nullable and give it a DEFAULT, or take it out of the key.");
    finding.refuses_deploy = true;
    Place other = place_candidate(schema->change->candidate,
                                  became ? key->token.range : column->type_text.range,
                                  became ? STR("in the key") : STR("its type"));
    vec_push(arena, &finding.related, other);
    finding.live_meaning = str_fmt(arena, "%s", word);
    finding.candidate_meaning = column->type->text;
    findings_add(schema->check->findings, finding);
}

static void check_key(const Schema *schema, const KeyExpr *live_key, const KeyExpr *key)
{
    for (size_t i = 0; i < key->columns.len; i++) {
        Str name = key->columns.items[i];
        const Column *column = datafile_column(schema->change->candidate->facts, name);
        if (column && column->type && type_is_nullable(column->type) &&
            key_takes_null(schema, key, name) && !was_nullable_in_key(schema, live_key, name))
            report_nullable_key(schema, key, column);
    }
}

static void check_nullable_keys(const Schema *schema)
{
    if (keys_may_be_nullable(schema->candidate))
        return;
    check_key(schema, &schema->live->sorting_key, &schema->candidate->sorting_key);
    check_key(schema, &schema->live->partition_key, &schema->candidate->partition_key);
}

/* ---- all ---- */

static void check_type(const Schema *schema, const ColumnChange *column)
{
    if (!column_needs_conversion(column))
        return;
    /* A target of views is filled again by them: its own rule says whether that works. */
    if (schema->is_view_target && !schema->check->classic && !schema->forward)
        return;
    Treatment treatment = treatment_of(schema, column);
    if (treatment == SET_CONSTANT)
        report_constant(schema, column);
    else if (treatment == NOT_CONVERTED && column->type_change == TYPE_CHANGE_ENUM)
        report_enum(schema, column);
    else if (treatment == NOT_CONVERTED)
        report_not_converted(schema, column);
}

void schema_types(const Schema *schema)
{
    for (size_t i = 0; i < schema->change->columns.len; i++)
        check_type(schema, &schema->change->columns.items[i]);
    check_nullable_keys(schema);
}
