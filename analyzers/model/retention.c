/* retention.c: reads TTL expressions into base, length and condition. */
#include "retention.h"

#include <stdlib.h>

#include "retention_number.h"

enum { MAX_DEPTH = 100 };

static const int64_t LARGEST = 1000000000000; /* seconds: 30,000 years */

/* The parts of a sum. */
typedef struct {
    int64_t months;
    int64_t seconds;
    double number; /* bare numbers */
    bool has_number;
    bool unknown;     /* a part is an interval, but no constant one, or is beyond all measure */
    const Expr *base; /* the part that is none of these */
    size_t base_count;
} Sum;

static bool is_call(const Expr *expr, const char *name, size_t args)
{
    return expr->kind == EXPR_CALL && str_is_nocase(expr->name, name) && expr->args.len == args;
}

static void add_interval(Sum *sum, Str unit, const Expr *count, int sign)
{
    double number;
    int64_t months;
    int64_t seconds;
    if (!constant_number(count, &number) || !unit_length(unit, number, &months, &seconds)) {
        sum->unknown = true;
        return;
    }
    sum->months += sign * months;
    sum->seconds += sign * seconds;
    /* Beyond any calendar; and a long chain of such terms would overflow. */
    if (sum->seconds > LARGEST || sum->seconds < -LARGEST || sum->months > LARGEST ||
        sum->months < -LARGEST)
        *sum = (Sum){.unknown = true, .base = sum->base, .base_count = sum->base_count};
}

/* INTERVAL 60 DAY, toIntervalDay(60). */
static bool take_interval(Sum *sum, const Expr *expr, int sign)
{
    Str unit = expr->name;
    if (expr->kind == EXPR_CALL)
        unit = unit_of_function(expr->name, "toInterval");
    else if (expr->kind != EXPR_INTERVAL)
        return false;
    if (unit.len == 0 || expr->args.len != 1)
        return false;
    add_interval(sum, unit, expr->args.items[0], sign);
    return true;
}

/* addDays(ts, 60), subtractDays(ts, 60): the sign, and the unit in `unit`; 0 for others. */
static int adding_function(const Expr *expr, Str *unit)
{
    if (expr->kind != EXPR_CALL || expr->args.len != 2)
        return 0;
    *unit = unit_of_function(expr->name, "add");
    if (unit->len)
        return 1;
    *unit = unit_of_function(expr->name, "subtract");
    return unit->len ? -1 : 0;
}

static int operator_sign(const Expr *expr)
{
    bool op = expr->kind == EXPR_OPERATOR && expr->args.len == 2;
    if ((op && str_is(expr->name, "+")) || is_call(expr, "plus", 2))
        return 1;
    if ((op && str_is(expr->name, "-")) || is_call(expr, "minus", 2))
        return -1;
    return 0;
}

static void read_sum(Sum *sum, const Expr *expr, int sign, int depth)
{
    double number;
    Str unit;
    if (!expr || depth > MAX_DEPTH) {
        sum->unknown = true;
        return;
    }
    if (take_interval(sum, expr, sign))
        return;
    if (constant_number(expr, &number)) {
        sum->number += sign * number;
        sum->has_number = true;
        return;
    }
    int added = adding_function(expr, &unit);
    if (added) {
        add_interval(sum, unit, expr->args.items[1], sign * added);
        read_sum(sum, expr->args.items[0], sign, depth + 1);
        return;
    }
    int second = operator_sign(expr);
    if (second) {
        read_sum(sum, expr->args.items[0], sign, depth + 1);
        read_sum(sum, expr->args.items[1], sign * second, depth + 1);
        return;
    }
    sum->base = expr;
    sum->base_count++;
    sum->unknown = sum->unknown || sign < 0;
}

/* ---- what the base is ---------------------------------------------------------------------- */

static TtlUnit unit_of_type(const Type *type)
{
    const Type *bare = type_bare(type);
    if (type_is(bare, "Date") || type_is(bare, "Date32"))
        return TTL_UNIT_DAYS;
    return type_is_date_or_time(bare) ? TTL_UNIT_SECONDS : TTL_UNIT_UNKNOWN;
}

static TtlUnit unit_of_call(const Expr *call)
{
    static const char *const days[] = {
        "toDate",        "toDate32", "toStartOfMonth",   "toStartOfQuarter", "toStartOfYear",
        "toStartOfWeek", "toMonday", "toStartOfISOYear", "toLastDayOfMonth", "parseDate"};
    static const char *const seconds[] = {"toDateTime",      "parseDateTime", "fromUnixTimestamp",
                                          "toStartOfDay",    "toStartOfHour", "toStartOfMinute",
                                          "toStartOfSecond", "toStartOfFive", "toStartOfTen",
                                          "toStartOfFifteen"};
    static const char *const same[] = {"assumeNotNull", "ifNull", "coalesce", "greatest", "least"};
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        if (str_is_nocase(call->name, days[i]))
            return TTL_UNIT_DAYS;
    for (size_t i = 0; i < ARRAY_LEN(seconds); i++)
        if (str_starts(call->name, seconds[i]))
            return TTL_UNIT_SECONDS;
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        if (str_is_nocase(call->name, same[i]))
            return TTL_UNIT_OF_COLUMN;
    return TTL_UNIT_UNKNOWN;
}

static TtlUnit unit_of_base(const Expr *base)
{
    switch (base->kind) {
    case EXPR_COLUMN:
        return TTL_UNIT_OF_COLUMN;
    case EXPR_CAST:
        return unit_of_type(base->type);
    case EXPR_CALL:
        return unit_of_call(base);
    default:
        return TTL_UNIT_UNKNOWN;
    }
}

typedef struct {
    Arena *arena;
    Str column;
    bool several;
    bool has_interval; /* the base adds something of its own somewhere inside */
} BaseNames;

static Str path_text(Arena *arena, const Tokens *path)
{
    if (path->len == 1)
        return path->items[0].text;
    Strs parts = {0};
    for (size_t i = 0; i < path->len; i++)
        vec_push(arena, &parts, path->items[i].text);
    return str_join(arena, parts.items, parts.len, ".");
}

static bool note_names(const Expr *expr, void *context)
{
    BaseNames *names = context;
    if (expr->kind == EXPR_INTERVAL ||
        (expr->kind == EXPR_CALL && str_starts(expr->name, "toInterval")))
        names->has_interval = true;
    if (expr->kind == EXPR_UNKNOWN || expr->kind == EXPR_SUBQUERY || expr->kind == EXPR_STAR)
        names->several = true;
    if (expr->kind != EXPR_COLUMN)
        return true;
    Str column = path_text(names->arena, &expr->path);
    if (names->column.len && !str_eq(names->column, column))
        names->several = true;
    names->column = column;
    return true;
}

/* The column, or its day or time: toDate(ts). */
static bool is_moment(const Expr *base, int depth)
{
    static const char *const wrappers[] = {"toDate", "toDate32", "toDateTime", "toDateTime64"};
    if (base->kind == EXPR_COLUMN)
        return true;
    if (base->kind != EXPR_CALL || base->args.len == 0 || depth > MAX_DEPTH)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++)
        if (str_is(base->name, wrappers[i]))
            return is_moment(base->args.items[0], depth + 1);
    return false;
}

/* ---- rules --------------------------------------------------------------------------------- */

static void set_length(TtlRule *rule, const Sum *sum, bool certain)
{
    double whole = sum->number < 0 ? -sum->number : sum->number;
    rule->number = whole <= 1e12 ? (int64_t)sum->number : 0;
    if (!certain || whole > 1e12)
        return;
    rule->length = ttl_length_of(sum->months, sum->seconds);
    if (sum->has_number && rule->unit == TTL_UNIT_SECONDS)
        rule->length = ttl_length_of(sum->months, sum->seconds + rule->number);
    else if (sum->has_number && rule->unit == TTL_UNIT_DAYS)
        rule->length = ttl_length_of(sum->months, sum->seconds + rule->number * 86400);
    else if (sum->has_number)
        rule->length.known = false;
}

void ttl_rule_resolve(TtlRule *rule, const Type *column_type)
{
    TtlUnit unit = unit_of_type(column_type);
    if (rule->length.known || rule->unit != TTL_UNIT_OF_COLUMN || unit == TTL_UNIT_UNKNOWN)
        return;
    int64_t size = unit == TTL_UNIT_DAYS ? 86400 : 1;
    rule->unit = unit;
    rule->length = ttl_length_of(rule->length.months, rule->length.seconds + rule->number * size);
}

static TtlRule read_rule(Arena *arena, const TtlItem *item)
{
    TtlRule rule = {.range = item->range, .action = str_of(item->action)};
    Sum sum = {0};
    BaseNames names = {.arena = arena};
    read_sum(&sum, item->expr, 1, 0);
    if (item->where)
        rule.condition = expr_text(arena, item->where);
    if (sum.base_count == 0)
        return rule;
    rule.base = expr_text(arena, sum.base_count == 1 ? sum.base : item->expr);
    expr_walk(sum.base, note_names, &names);
    rule.unit = unit_of_base(sum.base);
    if (sum.base_count == 1 && !names.several) {
        rule.column = names.column;
        rule.base_is_moment = is_moment(sum.base, 0);
    }
    if (rule.unit == TTL_UNIT_OF_COLUMN && rule.column.len == 0)
        rule.unit = TTL_UNIT_UNKNOWN;
    set_length(&rule, &sum, sum.base_count == 1 && !sum.unknown && !names.has_interval);
    if (!sum.has_number)
        rule.unit = TTL_UNIT_UNKNOWN;
    return rule;
}

static void add_list(Buf *out, Arena *arena, const char *word, const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++) {
        buf_add(out, i ? ", " : word);
        buf_add_str(out, expr_text(arena, list->items[i]));
    }
}

static void add_length(Buf *out, Arena *arena, const TtlRule *rule, const TtlItem *item)
{
    bool summed = rule->length.known || rule->unit == TTL_UNIT_OF_COLUMN;
    if (!summed) {
        buf_add_str(out, expr_text(arena, item->expr));
        return;
    }
    buf_add_str(out, rule->base);
    buf_addf(out, " + %d months %lld seconds", (int)rule->length.months,
             (long long)rule->length.seconds);
    if (!rule->length.known)
        buf_addf(out, " %lld", (long long)rule->number);
}

/* Lengths as numbers, so that 2 weeks and 14 days are the same. */
static Str rule_text(Arena *arena, const TtlRule *rule, const TtlItem *item)
{
    Buf out = {0};
    add_length(&out, arena, rule, item);
    buf_add_char(&out, ' ');
    buf_add_str(&out, rule->action);
    if (item->target.text.len) {
        buf_add_char(&out, ' ');
        buf_add_str(&out, item->target.text);
    }
    add_list(&out, arena, " BY ", &item->group_by);
    add_list(&out, arena, " SET ", &item->set);
    if (rule->condition.len) {
        buf_add(&out, " WHERE ");
        buf_add_str(&out, rule->condition);
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static Str without_semicolon(Str value)
{
    value = str_trim(value);
    while (str_ends(value, ";"))
        value = str_trim(str_slice(value, 0, value.len - 1));
    return value;
}

Ttl ttl_parse(SqlParser *parser, Arena *arena, Str value, uint32_t offset)
{
    Ttl ttl = {0};
    Str text = without_semicolon(value);
    if (text.len == 0)
        return ttl;
    ttl.present = true;
    ttl.normalized = text;
    uint32_t start = offset + (uint32_t)(text.ptr - value.ptr);
    TtlItems items = sql_parse_ttl(parser, arena, text, start);
    Strs texts = {0};
    for (size_t i = 0; i < items.len; i++) {
        TtlRule rule = read_rule(arena, &items.items[i]);
        vec_push(arena, &ttl.rules, rule);
        vec_push(arena, &texts, rule_text(arena, &rule, &items.items[i]));
    }
    ttl.readable = items.len > 0;
    if (!ttl.readable)
        return ttl;
    qsort(texts.items, texts.len, sizeof *texts.items, compare_texts);
    ttl.normalized = str_join(arena, texts.items, texts.len, ", ");
    return ttl;
}
