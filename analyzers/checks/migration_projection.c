/* migration_projection.c: what the two pipes of a migration write into each column: TB508. */
#include "migration.h"
#include "model/lineage.h"

enum { NAMES_SHOWN = 4 };

typedef struct {
    const Output *sync;
    const Output *backfill;
    bool qualified; /* a table alias in one of them: texts of equal meaning may differ */
} Outputs;

/* A constant in the backfill is a choice: the value for rows from before. */
static bool is_constant(const Expr *expr)
{
    if (expr == NULL)
        return false;
    if (expr->kind == EXPR_CAST && expr->args.len > 0)
        return is_constant(expr->args.items[0]);
    return expr->kind == EXPR_STRING || expr->kind == EXPR_NUMBER || expr->kind == EXPR_NULL ||
           expr->kind == EXPR_BOOL;
}

static bool same_column(const Check *check, const Outputs *outputs, const OutputColumn *a,
                        const OutputColumn *b)
{
    if (is_constant(b->expr) || (a->source == NULL && a->expr == NULL) ||
        (b->source == NULL && b->expr == NULL))
        return true;
    if (a->source != NULL && b->source != NULL)
        return a->source == b->source && str_eq(a->column, b->column);
    if (a->source != NULL || b->source != NULL)
        return false;
    return outputs->qualified ||
           str_eq(expr_text(check->arena, a->expr), expr_text(check->arena, b->expr));
}

static bool reads_by_alias(const Check *check, const Resource *pipe)
{
    const Query *query = pipe_query(check->loader, pipe, (size_t)pipe->pipe->node);
    if (query == NULL || query->selects.len != 1)
        return true;
    const TableRefs *from = &query->selects.items[0]->from;
    return from->len != 1 || from->items[0].alias.text.len > 0;
}

/* Columns that the two give in different ways, in the sync pipe's order; then those that the
 * backfill alone gives. */
static Strs differing(const Check *check, const Outputs *outputs, const OutputColumn **first)
{
    Strs names = {0};
    for (size_t i = 0; i < outputs->sync->columns.len; i++) {
        const OutputColumn *a = &outputs->sync->columns.items[i];
        const OutputColumn *b = output_column(outputs->backfill, a->name);
        if (b != NULL && same_column(check, outputs, a, b))
            continue;
        if (*first == NULL)
            *first = b;
        vec_push(check->arena, &names, a->name);
    }
    for (size_t i = 0; i < outputs->backfill->columns.len; i++) {
        const OutputColumn *b = &outputs->backfill->columns.items[i];
        if (output_column(outputs->sync, b->name) == NULL)
            vec_push(check->arena, &names, b->name);
    }
    return names;
}

static void report_differing(const Check *check, const Migration *m, const Strs *names,
                             const OutputColumn *first)
{
    Arena *arena = check->arena;
    const ResourceChange *change = query_change(check, m->backfill);
    bool at_backfill = change != NULL;
    if (!at_backfill)
        change = query_change(check, m->sync);
    Range backfill_range = first != NULL ? first->range : m->backfill_filter.where;
    Range sync_range = m->sync_filter.where;
    Finding finding = check_finding(check, RULE_TB508, change, STR(""));
    finding.subject = m->replica->name;
    finding.place =
        place_candidate(change->candidate, at_backfill ? backfill_range : sync_range, STR(""));
    finding.related = (Places){0};
    vec_push(arena, &finding.related,
             at_backfill
                 ? place_candidate(m->sync, sync_range, STR("the pipe that copies new rows"))
                 : place_candidate(m->backfill, backfill_range, STR("the backfill")));
    Str list = quoted_list(arena, names->items, names->len, NAMES_SHOWN);
    finding.message = str_fmt(arena,
                              "Old and new rows of '%.*s' will differ in %.*s: '%.*s' and '%.*s' "
                              "do not compute the same.",
                              STR_ARG(m->replica->name), STR_ARG(list), STR_ARG(m->sync->name),
                              STR_ARG(m->backfill->name));
    finding.candidate_meaning = str_join(arena, names->items, names->len, ", ");
    finding.advice = str_fmt(arena, "Give %.*s in '%.*s' as in '%.*s'.", STR_ARG(list),
                             STR_ARG(m->backfill->name), STR_ARG(m->sync->name));
    findings_add(check->findings, finding);
}

void migration_projection(const Check *check, const Migration *m)
{
    bool changed = m->backfill != NULL && (query_change(check, m->backfill) != NULL ||
                                           query_change(check, m->sync) != NULL);
    if (!changed)
        return;
    Outputs outputs = {.sync = pipe_output(check->loader, m->sync),
                       .backfill = pipe_output(check->loader, m->backfill)};
    if (outputs.sync == NULL || outputs.backfill == NULL || !outputs.sync->known ||
        !outputs.backfill->known)
        return;
    outputs.qualified = reads_by_alias(check, m->sync) || reads_by_alias(check, m->backfill);
    const OutputColumn *first = NULL;
    Strs names = differing(check, &outputs, &first);
    if (names.len > 0)
        report_differing(check, m, &names, first);
}
