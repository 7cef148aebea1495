/* scaffold_column.c: the column whose values a cutoff divides. */
#include "scaffold_text.h"

#include "checks/check.h"

static bool is_moment(const Type *type)
{
    const Type *bare = type != NULL ? type_bare(type) : NULL;
    return bare != NULL && (type_is(bare, "DateTime") || type_is(bare, "DateTime64"));
}

static bool is_now(const Expr *expr, void *context)
{
    bool *found = context;
    *found = *found || (expr->kind == EXPR_CALL && sql_function_is_now(expr->name));
    return !*found;
}

bool is_ingestion_time(const ScaffoldInput *in, const Column *column)
{
    if (str_is(column->name.text, "__timestamp"))
        return true;
    Str text = column->default_expr.text;
    const Expr *expr = text.len > 0 ? sql_parse_expr(in->loader->sql, in->arena, text, 0) : NULL;
    bool found = false;
    if (expr != NULL)
        expr_walk(expr, is_now, &found);
    return found;
}

static int wanted_column(const Resource *datasource, Str wanted, const Column **out, Fault *fault)
{
    const Column *column = datafile_column(datasource->facts, wanted);
    if (column == NULL)
        return fault_set(fault, FAULT_USAGE, "'%.*s' has no column '%.*s'",
                         STR_ARG(datasource->name), STR_ARG(wanted));
    if (!is_moment(column->type))
        return fault_set(fault, FAULT_USAGE,
                         "'%.*s' is no DateTime or DateTime64: a cutoff needs a moment, not a day",
                         STR_ARG(wanted));
    if (type_is_nullable(column->type))
        return fault_set(fault, FAULT_USAGE,
                         "'%.*s' can be NULL, which is neither before nor after a cutoff: its rows "
                         "would never be copied",
                         STR_ARG(wanted));
    *out = column;
    return 0;
}

static int ambiguous(const ScaffoldInput *in, const Resource *datasource, const Strs *names,
                     Fault *fault)
{
    if (names->len == 0)
        return fault_set(
            fault, FAULT_USAGE,
            "'%.*s' has no DateTime column that is never NULL: there is nothing that a "
            "cutoff could divide",
            STR_ARG(datasource->name));
    fault_set(fault, FAULT_USAGE, "'%.*s' has several columns that a cutoff could divide: %.*s",
              STR_ARG(datasource->name),
              STR_ARG(quoted_list(in->arena, names->items, names->len, 8)));
    return fault_repair(fault, "--column with one of them: best the time at which rows come in");
}

int time_column(const ScaffoldInput *in, const Resource *datasource, Str wanted, const Column **out,
                Fault *fault)
{
    if (wanted.len > 0)
        return wanted_column(datasource, wanted, out, fault);
    const Columns *columns = &datasource->facts->columns;
    Strs ingestion = {0}, all = {0};
    for (size_t i = 0; i < columns->len; i++) {
        const Column *column = &columns->items[i];
        if (!is_moment(column->type) || type_is_nullable(column->type))
            continue;
        vec_push(in->arena, &all, column->name.text);
        if (is_ingestion_time(in, column))
            vec_push(in->arena, &ingestion, column->name.text);
    }
    const Strs *best = ingestion.len > 0 ? &ingestion : &all;
    if (best->len != 1)
        return ambiguous(in, datasource, best, fault);
    *out = datafile_column(datasource->facts, best->items[0]);
    return 0;
}

static bool has_other_zone(const Type *type)
{
    const Type *bare = type_bare(type);
    for (size_t i = 0; i < bare->arg_count; i++) {
        const TypeArg *arg = &bare->args[i];
        if (arg->kind == TYPE_ARG_STRING && !str_is_nocase(arg->text, "UTC") &&
            !str_is_nocase(arg->text, "Etc/UTC"))
            return true;
    }
    return false;
}

Str time_comparison(Arena *arena, const Column *column, const char *operator_text, Str moment)
{
    Str name = sql_name(arena, column->name.text);
    if (has_other_zone(column->type))
        return str_fmt(arena, "%.*s %s toDateTime('%.*s', 'UTC')", STR_ARG(name), operator_text,
                       STR_ARG(moment));
    return str_fmt(arena, "%.*s %s '%.*s'", STR_ARG(name), operator_text, STR_ARG(moment));
}
