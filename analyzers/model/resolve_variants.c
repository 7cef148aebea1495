/* Puts together what the variants of a templated node read and give. */
#include "resolve.h"

#include <stdlib.h>

/* ---- the output ---- */

static bool same_names(const Relation *a, const Relation *b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->fields.len && a->fields.items[i].ghost)
            i++;
        while (j < b->fields.len && b->fields.items[j].ghost)
            j++;
        if (i >= a->fields.len || j >= b->fields.len)
            return i >= a->fields.len && j >= b->fields.len;
        if (!str_eq(a->fields.items[i].out.name, b->fields.items[j].out.name))
            return false;
    }
}

/* What the variants do not share is not certain. */
static void join_field(Field *field, const Field *other)
{
    if (!type_eq(field->out.type, other->out.type))
        field->out.type = NULL;
    field->out.expr = NULL; /* also where both variants share it: tags stand around it */
    if (field->out.source != other->out.source || !str_eq(field->out.column, other->out.column)) {
        field->out.source = NULL;
        field->out.column = (Str){0};
        field->by_star = false;
    }
    field->unsure |= other->unsure;
}

static void add_missing(Arena *arena, Relation *into, const Relation *from)
{
    size_t before = into->fields.len;
    for (size_t i = 0; i < from->fields.len; i++) {
        Field field = from->fields.items[i];
        if (relation_find(into, field.out.name, field.ghost))
            continue;
        field.unsure = true;
        vec_push(arena, &into->fields, field);
    }
    if (into->fields.len > before)
        relation_finish(arena, into);
}

static void join_relation(Arena *arena, Relation *into, const Relation *next)
{
    bool same = same_names(into, next);
    if (into->complete && (!next->complete || !same)) {
        into->complete = false;
        into->gap = next->complete ? STR("its columns depend on a template") : next->gap;
        into->gap_range = next->gap_range;
    }
    for (size_t i = 0; i < into->fields.len; i++) {
        Field *field = &into->fields.items[i];
        const Field *other = relation_find(next, field->out.name, field->ghost);
        if (other)
            join_field(field, other);
        else
            field->unsure = true;
    }
    add_missing(arena, into, next);
    into->unsteady |= next->unsteady;
    into->named &= into->complete && next->named;
}

static Output make_output(Arena *arena, const Relation *relation)
{
    Output out = {.known = relation->complete && relation->named};
    out.gap = relation->gap;
    out.gap_range = relation->gap_range;
    for (size_t i = 0; i < relation->fields.len; i++) {
        const Field *field = &relation->fields.items[i];
        if (!field->ghost)
            vec_push(arena, &out.columns, field->out);
        if (!field->ghost && field->unsure && relation->complete && !out.gap.len) {
            out.gap = str_fmt(arena, "the name of '%.*s' depends on the engine's version",
                              STR_ARG(field->out.name));
            out.gap_range = field->out.range;
        }
    }
    return out;
}

/* ---- what it reads ---- */

static int by_place(Range a, Range b)
{
    if (a.start != b.start)
        return a.start < b.start ? -1 : 1;
    return a.end < b.end ? -1 : a.end > b.end;
}

static int compare_tables(const void *a, const void *b)
{
    const TableUse *x = a, *y = b;
    int order = by_place(x->name.range, y->name.range);
    return order ? order : str_cmp(x->name.text, y->name.text);
}

static int compare_reads(const void *a, const void *b)
{
    const ColumnRead *x = a, *y = b;
    int order = by_place(x->range, y->range);
    if (order == 0)
        order = str_cmp(x->source->name, y->source->name);
    return order ? order : str_cmp(x->column, y->column);
}

static int compare_gaps(const void *a, const void *b)
{
    const Gap *x = a, *y = b;
    int order = by_place(x->range, y->range);
    return order ? order : str_cmp(x->why, y->why);
}

/* One variant names a place once; so the runs of equal places count the variants. */
static void merge_tables(Arena *arena, TableUses *all, size_t variants)
{
    TableUses out = {0};
    if (all->len > 1)
        qsort(all->items, all->len, sizeof *all->items, compare_tables);
    for (size_t i = 0; i < all->len;) {
        TableUse use = all->items[i];
        size_t count = 0;
        for (; i < all->len && compare_tables(&use, &all->items[i]) == 0; i++) {
            use.certain &= all->items[i].certain;
            use.triggers |= all->items[i].triggers;
            count++;
        }
        use.certain &= count >= variants;
        vec_push(arena, &out, use);
    }
    *all = out;
}

static void merge_reads(Arena *arena, ColumnReads *all, size_t variants)
{
    ColumnReads out = {0};
    if (all->len > 1)
        qsort(all->items, all->len, sizeof *all->items, compare_reads);
    for (size_t i = 0; i < all->len;) {
        ColumnRead read = all->items[i];
        size_t count = 0;
        for (; i < all->len && compare_reads(&read, &all->items[i]) == 0; i++) {
            read.certain &= all->items[i].certain;
            read.dropped &= all->items[i].dropped;
            count++;
        }
        read.certain &= count >= variants;
        vec_push(arena, &out, read);
    }
    *all = out;
}

static void merge_gaps(Arena *arena, Gaps *all)
{
    Gaps out = {0};
    if (all->len > 1)
        qsort(all->items, all->len, sizeof *all->items, compare_gaps);
    for (size_t i = 0; i < all->len; i++) {
        if (i == 0 || compare_gaps(&all->items[i - 1], &all->items[i]) != 0)
            vec_push(arena, &out, all->items[i]);
    }
    *all = out;
}

void resolve_merge(Arena *arena, ResolvedNode *node, const VariantResult *results, size_t count,
                   bool complete)
{
    NodeLineage *lineage = &node->lineage;
    node->relation = results[0].relation;
    for (size_t i = 1; i < count; i++)
        join_relation(arena, node->relation, results[i].relation);
    for (size_t i = 0; i < count; i++) {
        const VariantResult *one = &results[i];
        for (size_t j = 0; j < one->tables.len; j++)
            vec_push(arena, &lineage->tables, one->tables.items[j]);
        for (size_t j = 0; j < one->reads.len; j++)
            vec_push(arena, &lineage->reads, one->reads.items[j]);
        for (size_t j = 0; j < one->gaps.len; j++)
            vec_push(arena, &lineage->gaps, one->gaps.items[j]);
    }
    size_t needed = complete ? count : count + 1; /* branches that were not read may differ */
    merge_tables(arena, &lineage->tables, needed);
    merge_reads(arena, &lineage->reads, needed);
    merge_gaps(arena, &lineage->gaps);
    lineage->output = make_output(arena, node->relation);
}
