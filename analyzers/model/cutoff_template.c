/* cutoff_template.c: filters of templates: parameters that choose a chunk within literal bounds. */
#include "cutoff_internal.h"
#include "migration.h"

static bool same_bound(const TimeBound *a, const TimeBound *b)
{
    return a->present == b->present && (!a->present || a->at == b->at);
}

static bool same_texts(const Strs *a, const Strs *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (!str_eq(a->items[i], b->items[i]))
            return false;
    return true;
}

static bool same_filter(const CutoffFilter *a, const CutoffFilter *b)
{
    return a->trouble == NULL && b->trouble == NULL && str_eq(a->column, b->column) &&
           a->by_day == b->by_day && same_bound(&a->lower, &b->lower) &&
           same_bound(&a->upper, &b->upper) && same_texts(&a->others, &b->others);
}

/* What one variant of the pipe's own query filters by. */
static CutoffFilter read_variant(const FilterReader *r, const Query *query)
{
    CutoffFilter filter = {.tick = 1, .source = r->filter->source};
    FilterReader reader = {.loader = r->loader,
                           .project = r->project,
                           .pipe = r->pipe,
                           .source = r->source,
                           .filter = &filter};
    if (query->broken || query->too_deep || query->selects.len != 1) {
        filter.trouble = "it could not be read";
        return filter;
    }
    const Select *select = query->selects.items[0];
    bool plain = select->from.len == 1 && select->from.items[0].kind == TABLE_NAME &&
                 str_eq(select->from.items[0].name.text, r->filter->source);
    if (!plain)
        filter.trouble = "it reads another table";
    reader.select = select;
    cutoff_read_select(&reader);
    return filter;
}

/* Whatever the parameters are, the same literals bound the rows. */
static bool variants_agree(const FilterReader *r)
{
    const QueryVariants *variants = pipe_variants(r->loader, r->pipe, (size_t)r->pipe->pipe->node);
    if (variants == NULL || variants->unread > 0)
        return false;
    CutoffFilter first = read_variant(r, variants->items[0]);
    for (size_t i = 0; i < variants->len; i++) {
        CutoffFilter filter = read_variant(r, variants->items[i]);
        if (!filter.upper.present || !same_filter(&first, &filter))
            return false;
    }
    return true;
}

static bool only_chunks(const FilterReader *r)
{
    const Query *output = pipe_query(r->loader, r->pipe, (size_t)r->pipe->pipe->node);
    return r->filter->trouble == NULL && r->templated == output && r->filter->upper.present &&
           runs_on_demand(r->pipe) && variants_agree(r);
}

void cutoff_settle_template(FilterReader *r)
{
    CutoffFilter *filter = r->filter;
    if (r->templated == NULL || only_chunks(r))
        return;
    for (size_t i = 0; i < r->chunks.len; i++)
        vec_push(r->loader->arena, &filter->others, r->chunks.items[i]);
    filter->others_move = filter->others_move || r->chunks.len > 0;
    if (!r->templated_first)
        return;
    filter->trouble = "its query depends on template values";
    filter->trouble_range = r->templated->range;
}
