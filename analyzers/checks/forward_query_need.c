/* forward_query_need.c: forward queries that nothing needs: TB208, TB209, TB210. */
#include "forward_query.h"

#include "model/rebuild.h"

/* ---- TB208: ALTER would do ---- */

static bool column_could_be_alter(const ColumnChange *column)
{
    const unsigned alterable = COLUMN_ADDED | COLUMN_DROPPED | COLUMN_DEFAULT | COLUMN_TYPE;
    if ((column->bits & ~alterable) != 0 || column->renamed_from != NULL ||
        column->renamed_to != NULL)
        return false;
    return (column->bits & COLUMN_TYPE) == 0 || column->type_change == TYPE_CHANGE_TO_NULLABLE;
}

bool change_could_be_alter(const ResourceChange *change)
{
    if (!change_rewrites_storage(change) || change->keys != 0 || change->order_changed)
        return false;
    for (size_t i = 0; i < change->columns.len; i++)
        if (!column_could_be_alter(&change->columns.items[i]))
            return false;
    return true;
}

/* How the rows come out of the query, compared with what ALTER would make of them. */
typedef enum { SAME_ROWS, OTHER_DEFAULTS, OTHER_ROWS } Outcome;

static Str normalized(const Judged *judged, Str sql)
{
    const Expr *expr = sql_parse_expr(judged->check->loader->sql, judged->check->arena, sql, 0);
    return expr != NULL ? expr_text(judged->check->arena, expr) : (Str){0};
}

/* defaultValueOfTypeName('T') with the column's own type. */
static bool is_default_of_type(const Expr *expr, const ForwardOutput *out, const Column *column)
{
    return expr->kind == EXPR_CALL && str_is(expr->name, "defaultValueOfTypeName") &&
           type_eq(out->type, column->type);
}

static bool gives_the_default(const Judged *judged, const ForwardOutput *out, const Column *column)
{
    Arena *arena = judged->check->arena;
    const Expr *expr = out->expr;
    if (expr == NULL)
        return false;
    while (expr->kind == EXPR_CAST && expr->args.len > 0)
        expr = expr->args.items[0];
    bool has_default = column->default_expr.text.len > 0;
    if (!has_default && is_default_of_type(expr, out, column))
        return true;
    Str sql = has_default ? column->default_expr.text : type_default_sql(arena, column->type);
    Expr bare = *expr;
    bare.alias = (Token){0};
    return sql.len > 0 && str_eq(normalized(judged, sql), expr_text(arena, &bare));
}

static Outcome outcome_of(const Judged *judged, const ForwardOutput *out)
{
    const Column *column = judged_column(judged, out->name);
    const Column *live = judged_live_column(judged, out->name);
    if (column == NULL || out->kind == OUTPUT_UNKNOWN)
        return OTHER_ROWS;
    if (live == NULL) {
        if (out->kind != OUTPUT_CONSTANT)
            return OTHER_ROWS;
        return gives_the_default(judged, out, column) ? SAME_ROWS : OTHER_DEFAULTS;
    }
    if (out->source != live)
        return OTHER_ROWS;
    bool keeps =
        out->kind == OUTPUT_PASS ||
        (live->type != NULL && column->type != NULL && !out->handles_null &&
         (type_eq(live->type, column->type) || conversion_is_lossless(live->type, column->type)));
    return keeps ? SAME_ROWS : OTHER_ROWS;
}

static Outcome outcome(const Judged *judged)
{
    Outcome worst = SAME_ROWS;
    for (size_t i = 0; i < judged->list->outputs.len; i++) {
        Outcome one = outcome_of(judged, &judged->list->outputs.items[i]);
        worst = one > worst ? one : worst;
    }
    return worst;
}

static void judge_forced_rewrite(Judged *judged)
{
    if (!forward_list_is_complete(judged->list) || !change_could_be_alter(judged->change))
        return;
    Outcome rows = outcome(judged);
    if (rows == OTHER_ROWS)
        return;
    Arena *arena = judged->check->arena;
    bool plain = rows == SAME_ROWS && !judged->is_target;
    Str name = quoted(arena, judged->change->name);
    Str message = str_fmt(
        arena, "The FORWARD_QUERY makes the deploy copy all of %.*s%s.%s", STR_ARG(name),
        rows == SAME_ROWS ? ", though an ALTER in place would do" : "",
        rows == SAME_ROWS
            ? " Every difference is one that ALTER makes without moving data."
            : " Without it an ALTER would do, but old rows would read the default of the schema "
              "instead of the value that the query gives.");
    Finding *finding = judged_add(judged, RULE_TB208, plain ? SEVERITY_WARNING : SEVERITY_NOTE,
                                  STR(""), judged->list->instruction->word.range, message);
    if (judged->is_target)
        finding->advice = STR("The query also keeps the target from being filled anew by its "
                              "view: take it out only together with DEPLOYMENT_METHOD alter in "
                              "the pipe.");
    else if (rows == SAME_ROWS)
        finding->advice = STR("Take the FORWARD_QUERY out: then no row is copied.");
    else
        finding->advice = STR("Keep it if old rows must hold that value; else take it out, and no "
                              "row is copied.");
    if (plain && !judged->draft)
        finding->fix = forward_removal(judged->check, judged->change);
}

/* ---- TB209, TB210: nothing to migrate ---- */

/* SELECT * on a view's target keeps its history when something upstream is rewritten: meant, where
 * the views could not give every row again, and where it was put there just now. */
static bool protects_history(const Judged *judged)
{
    if (!judged->is_target || !judged->list->usable || !judged->list->is_identity)
        return false;
    if (judged->change->forward_query_changed)
        return true;
    const Rebuild *rebuild =
        rebuild_of(judged->check->loader, judged->check->diff, judged->change->candidate);
    return rebuild->losses.len > 0;
}

static void judge_idle_query(Judged *judged)
{
    if (protects_history(judged))
        return;
    Arena *arena = judged->check->arena;
    Str name = quoted(arena, judged->change->name);
    bool fresh = judged->change->forward_query_changed;
    Str message =
        fresh ? str_fmt(arena,
                        "The FORWARD_QUERY of %.*s has nothing to migrate: the schema and keys "
                        "are as they are live. It waits for the next change and may reset "
                        "columns then.",
                        STR_ARG(name))
              : str_fmt(arena,
                        "The FORWARD_QUERY of %.*s is used up: the live schema is already the "
                        "one that it makes. It will run again with the next change.",
                        STR_ARG(name));
    Finding *finding = judged_add(judged, fresh ? RULE_TB210 : RULE_TB209,
                                  fresh ? SEVERITY_WARNING : SEVERITY_NOTE, STR(""),
                                  judged->list->instruction->word.range, message);
    finding->advice = fresh ? STR("Add it together with the change of the schema that needs it.")
                            : STR("Remove it: a later deploy runs it whatever has changed since.");
    if (!judged->draft)
        finding->fix = forward_removal(judged->check, judged->change);
}

void judge_need(Judged *judged)
{
    if (!judged->runs)
        judge_idle_query(judged);
    else if (judged->errors == 0)
        judge_forced_rewrite(judged);
}
