/* Which conditions are about time: a column that is a date, and a moment that no column gives. */
#include "view_time.h"

#include <string.h>

#include "base/clock.h"

typedef enum { TIME_NO, TIME_UNKNOWN, TIME_YES } TimeKind;

/* Aliases that stand for aliases, and terms of sums. */
enum { MAX_STEPS = 12 };

typedef struct {
    const TimePlace *place;
    int steps;
    const Expr *alias; /* the item that an alias led to: its name is a column inside it */
} TimeWalk;

static TimeKind time_of(TimeWalk w, const Expr *expr);

static bool is_one_of(Str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is_nocase(name, names[i]))
            return true;
    }
    return false;
}

static bool starts_with_one(Str name, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(str_slice(name, 0, strlen(prefixes[i])), str_of(prefixes[i])))
            return true;
    }
    return false;
}

/* ---- functions ----------------------------------------------------------------------------- */

static bool gives_time(Str function)
{
    static const char *const prefixes[] = {
        "toDate",          "toStartOf",         "toMonday",   "toLastDayOf",
        "parseDateTime",   "dateTrunc",         "date_trunc", "makeDate",
        "timeSlot",        "fromUnixTimestamp", "timestamp",  "snowflakeIDToDateTime",
        "UUIDv7ToDateTime"};
    return starts_with_one(function, prefixes, ARRAY_LEN(prefixes));
}

/* Numbers that order as the time does; not the hour of a day or the day of a week. */
static bool gives_number_of_time(Str function)
{
    static const char *const prefixes[] = {"toYYYYMM", "toUnixTimestamp", "toRelative"};
    return starts_with_one(function, prefixes, ARRAY_LEN(prefixes)) ||
           str_is_nocase(function, "toYear") || str_is_nocase(function, "year");
}

/* The first argument's time, or one near it. */
static bool keeps_time(Str function)
{
    static const char *const names[] = {
        "min",        "max",      "any",      "anyLast",    "argMin",      "argMax",
        "minMerge",   "maxMerge", "coalesce", "ifNull",     "nullIf",      "assumeNotNull",
        "toNullable", "greatest", "least",    "toTimeZone", "materialize", "identity"};
    static const char *const prefixes[] = {"add", "subtract"};
    return is_one_of(function, names, ARRAY_LEN(names)) ||
           starts_with_one(function, prefixes, ARRAY_LEN(prefixes));
}

static bool is_difference(Str function)
{
    static const char *const names[] = {"dateDiff", "date_diff", "datediff", "timestampDiff",
                                        "age"};
    return is_one_of(function, names, ARRAY_LEN(names));
}

/* ---- the moment ---------------------------------------------------------------------------- */

typedef struct {
    const TimePlace *place;
    int steps;
    bool has_column;
    bool is_evident; /* a conversion to a time, an interval, a text that is a date */
    bool moves;
} Moment;

/* What an alias of the select or `WITH x AS name` stands for. */
static const Expr *named_value(const SelectScope *scope, const Expr *column)
{
    return column->path.len == 1 ? scope_find_value(scope, column->name) : NULL;
}

static bool look_at(const Expr *expr, void *context)
{
    Moment *moment = context;
    Instant instant;
    switch (expr->kind) {
    case EXPR_COLUMN: {
        const Expr *value = named_value(moment->place->scope, expr);
        if (!value || ++moment->steps > MAX_STEPS)
            moment->has_column = true;
        else
            expr_walk(value, look_at, moment);
        break;
    }
    case EXPR_CALL:
        moment->moves = moment->moves || sql_function_is_now(expr->name);
        moment->is_evident = moment->is_evident || sql_function_is_now(expr->name) ||
                             gives_time(expr->name) || str_starts(expr->name, "toInterval");
        break;
    case EXPR_INTERVAL:
        moment->is_evident = true;
        break;
    case EXPR_STRING:
        moment->is_evident = moment->is_evident || instant_parse(expr->name, &instant);
        break;
    case EXPR_UNKNOWN:
    case EXPR_SUBQUERY:
    case EXPR_STAR:
        moment->has_column = true;
        break;
    default:
        break;
    }
    return true;
}

static Moment moment_of(const TimePlace *place, Expr *const *exprs, size_t count)
{
    Moment moment = {.place = place};
    for (size_t i = 0; i < count; i++)
        expr_walk(exprs[i], look_at, &moment);
    return moment;
}

/* ---- the column ---------------------------------------------------------------------------- */

static TimeKind kind_of_type(const Type *type)
{
    if (!type)
        return TIME_UNKNOWN;
    return type_is_date_or_time(type_bare(type)) ? TIME_YES : TIME_NO;
}

/* Of the item that gives the column in a WITH or a subquery. */
static TimeKind time_of_item(TimeWalk w, const Query *query, Str name)
{
    if (!query || query->selects.len == 0)
        return TIME_UNKNOWN;
    const Select *inner = query->selects.items[0];
    SelectScope scope = {.select = inner, .outer = w.place->scope, .body = NO_CTE};
    TimePlace place = {w.place->lineage, &scope, NULL};
    TimeWalk below = {&place, w.steps + 1, NULL};
    for (size_t i = 0; i < inner->items.len; i++) {
        const Expr *item = inner->items.items[i];
        Str given = item->alias.text.len ? item->alias.text : item->name;
        if (!str_eq(given, name))
            continue;
        below.alias = item;
        return time_of(below, item);
    }
    return TIME_UNKNOWN;
}

static TimeKind time_of_table(TimeWalk w, const TableRef *table, Str name)
{
    if (table->kind == TABLE_SUBQUERY)
        return time_of_item(w, table->query, name);
    const Cte *cte = found_cte(scope_find_cte(w.place->scope, table->name.text));
    if (cte)
        return time_of_item(w, cte->query, name);
    const OutputColumn *column = w.place->from ? output_column(w.place->from, name) : NULL;
    return column ? kind_of_type(column->type) : TIME_UNKNOWN;
}

static TimeKind time_of_column(TimeWalk w, const Expr *column)
{
    const ColumnRead *read = lineage_read_at(w.place->lineage, column->core);
    const Datafile *facts = read ? read->source->facts : NULL;
    const Column *found = facts ? datafile_column(facts, read->column) : NULL;
    if (found)
        return kind_of_type(found->type);
    const Expr *value = named_value(w.place->scope, column);
    if (value && value != w.alias) {
        w.alias = value;
        w.steps++;
        return time_of(w, value);
    }
    const TableRefs *from = &w.place->scope->select->from;
    return from->len == 1 ? time_of_table(w, &from->items[0], column->name) : TIME_UNKNOWN;
}

static TimeKind time_of_call(TimeWalk w, const Expr *call)
{
    const Exprs *args = &call->args;
    w.steps++;
    if (gives_time(call->name))
        return TIME_YES;
    if (args->len == 0)
        return TIME_NO;
    if (gives_number_of_time(call->name))
        return time_of(w, args->items[0]) == TIME_NO ? TIME_NO : TIME_YES;
    return keeps_time(call->name) ? time_of(w, args->items[0]) : TIME_NO;
}

static TimeKind time_of_operator(TimeWalk w, const Expr *expr)
{
    const Exprs *args = &expr->args;
    w.steps++;
    if (str_is(expr->name, "()") && args->len == 1)
        return time_of(w, args->items[0]);
    bool sum = args->len == 2 && (str_is(expr->name, "+") || str_is(expr->name, "-"));
    if (!sum)
        return TIME_NO;
    if (moment_of(w.place, &args->items[1], 1).has_column)
        return TIME_NO;
    return time_of(w, args->items[0]);
}

static TimeKind time_of(TimeWalk w, const Expr *expr)
{
    if (w.steps > MAX_STEPS)
        return TIME_UNKNOWN;
    switch (expr->kind) {
    case EXPR_COLUMN:
        return time_of_column(w, expr);
    case EXPR_CAST:
        return kind_of_type(expr->type);
    case EXPR_CALL:
        return time_of_call(w, expr);
    case EXPR_OPERATOR:
        return time_of_operator(w, expr);
    default:
        return TIME_NO;
    }
}

/* ---- the condition ------------------------------------------------------------------------- */

static bool find_column(const Expr *expr, void *context)
{
    Str *name = context;
    if (expr->kind == EXPR_COLUMN)
        *name = expr->name;
    return name->len == 0;
}

/* dateDiff('day', ts, now()) and now() - ts: the distance of the rows from a moment. */
static bool is_distance(const TimePlace *place, const Expr *expr, bool *moves)
{
    const Exprs *args = &expr->args;
    bool call = expr->kind == EXPR_CALL && is_difference(expr->name) && args->len >= 3;
    bool minus = expr->kind == EXPR_OPERATOR && str_is(expr->name, "-") && args->len == 2;
    if (!call && !minus)
        return false;
    size_t first = call ? 1 : 0;
    for (size_t i = first; i < first + 2; i++) {
        const Expr *other = args->items[2 * first + 1 - i];
        Moment moment = moment_of(place, &args->items[i], 1);
        TimeWalk w = {place, 0, NULL};
        if (moment.has_column || !moment.is_evident ||
            !moment_of(place, (Expr *const *)&other, 1).has_column)
            continue;
        *moves = moment.moves;
        return call || time_of(w, other) != TIME_NO ? moment.moves || call : false;
    }
    return false;
}

/* A time of the rows in `expr`, and in `limits` moments only. */
static bool is_bounded(const TimePlace *place, const Expr *expr, Expr *const *limits, size_t count,
                       bool *moves)
{
    Moment moment = moment_of(place, limits, count);
    TimeWalk w = {place, 0, NULL};
    if (moment.has_column || !moment_of(place, (Expr *const *)&expr, 1).has_column)
        return false;
    if (is_distance(place, expr, moves))
        return true;
    TimeKind kind = time_of(w, expr);
    *moves = moment.moves;
    return kind == TIME_YES || (kind == TIME_UNKNOWN && moment.is_evident);
}

/* `!=` leaves one moment out, which is no stretch of history. */
static bool is_comparison(const Expr *expr)
{
    static const char *const names[] = {"=", "<", "<=", ">", ">=", "BETWEEN", "NOT BETWEEN", "IN"};
    return expr->kind == EXPR_OPERATOR && expr->args.len >= 2 &&
           is_one_of(expr->name, names, ARRAY_LEN(names));
}

bool compares_time(const TimePlace *place, const Expr *condition, Str *column, bool *moves)
{
    *column = (Str){0};
    *moves = false;
    if (!is_comparison(condition))
        return false;
    Expr *const *args = condition->args.items;
    size_t count = condition->args.len;
    bool found = is_bounded(place, args[0], args + 1, count - 1, moves);
    if (!found && count == 2 && !str_is(condition->name, "IN"))
        found = is_bounded(place, args[1], args, 1, moves);
    if (found)
        expr_walk(condition, find_column, column);
    return found;
}
