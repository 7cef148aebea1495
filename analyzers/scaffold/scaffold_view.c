/* scaffold_view.c: the replica of a view's target: the same view once more, from a moment on. */
#include "scaffold_text.h"

#include "model/view.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS_MAX = 16 }; /* nodes that read one another */

static int by_hand(const Resource *pipe, const char *why, Fault *fault)
{
    fault_set(fault, FAULT_USAGE, "'%.*s': %s: write the copy of it with the filter by hand",
              STR_ARG(pipe->name), why);
    return -1;
}

int filling_view(const ScaffoldInput *in, const Resource *target, const View **out, Fault *fault)
{
    Views views = views_into(in->loader, target);
    *out = NULL;
    if (views.len == 0)
        return 0;
    const View *view = views.items[0];
    if (views.len > 1)
        return fault_set(fault, FAULT_USAGE,
                         "'%.*s' is filled by %zu views: write the copies of them with the filters "
                         "by hand",
                         STR_ARG(target->name), views.len);
    if (view == NULL || !view->certain)
        return by_hand(view ? view->pipe : target->writers.items[0],
                       view && view->gap.len > 0 ? str_cstr(in->arena, view->gap)
                                                 : "it cannot be read",
                       fault);
    if (view->sources.len != 1 || !view->sources.items[0]->facts)
        return by_hand(view->pipe, "it does not read one data source", fault);
    if (!name_is_plain(view->pipe->name) || !name_is_plain(view->sources.items[0]->name))
        return by_hand(view->pipe, "it or what it reads has a name that cannot be", fault);
    *out = view;
    return 0;
}

/* ---- the select that reads the source ---- */

typedef struct {
    const Resource *pipe;
    size_t node;
    const Select *select;
} Reading;

static int node_named(const Datafile *file, Str name)
{
    for (size_t i = 0; i < file->nodes.len; i++) {
        if (str_eq(file->nodes.items[i].name.text, name))
            return (int)i;
    }
    return -1;
}

/* Follows the nodes of the pipe from its output down to the source. */
static int find_reading(const ScaffoldInput *in, const View *view, Reading *out, Fault *fault)
{
    const Resource *pipe = view->pipe;
    int node = pipe->pipe->node;
    for (int depth = 0; depth < LEVELS_MAX && node >= 0; depth++) {
        const Query *query = pipe_query(in->loader, pipe, (size_t)node);
        if (query == NULL || query->broken || query->has_template || query->selects.len != 1)
            return by_hand(pipe, "it is no single SELECT", fault);
        const Select *select = query->selects.items[0];
        if (select->from.len != 1 || select->from.items[0].kind != TABLE_NAME ||
            select->array_join.len > 0 || select->with.len > 0)
            return by_hand(pipe, "it reads more than one table, or by WITH or ARRAY JOIN", fault);
        Str name = select->from.items[0].name.text;
        *out = (Reading){pipe, (size_t)node, select};
        node = node_named(pipe->facts, name);
        if (node < 0 && str_eq(name, view->sources.items[0]->name))
            return 0;
    }
    return by_hand(pipe, "it reads its data source through another pipe", fault);
}

/* ---- the condition ---- */

/* An alias of the select list hides the column of that name: then the table is named. */
static Str comparison_of(Arena *arena, const Reading *r, const Column *column, Str moment)
{
    Str text = time_comparison(arena, column, ">", moment);
    for (size_t i = 0; i < r->select->items.len; i++) {
        if (!str_eq(r->select->items.items[i]->alias.text, column->name.text))
            continue;
        const TableRef *table = &r->select->from.items[0];
        Str qualifier = table->alias.text.len > 0 ? table->alias.text : table->name.text;
        return str_fmt(arena, "%.*s.%.*s", STR_ARG(qualifier), STR_ARG(text));
    }
    return text;
}

static Edits condition_edits(Arena *arena, const Reading *r, Str comparison)
{
    Edits edits = {0};
    Str text = r->pipe->facts->text;
    const Expr *where = r->select->where;
    if (where == NULL) {
        const TableRef *table = &r->select->from.items[0];
        Range last = r->select->prewhere ? r->select->prewhere->range : table->range;
        Range at = {last.end, last.end};
        vec_push(arena, &edits,
                 ((Edit){at, str_fmt(arena, "\n%.*sWHERE %.*s",
                                     STR_ARG(str_line_indent(text, table->range.start)),
                                     STR_ARG(comparison))}));
        return edits;
    }
    bool either = where->kind == EXPR_OPERATOR && str_is(where->name, "OR");
    Range start = {where->range.start, where->range.start};
    Range end = {where->range.end, where->range.end};
    if (either)
        vec_push(arena, &edits, ((Edit){start, STR("(")}));
    vec_push(arena, &edits,
             ((Edit){end, str_fmt(arena, "%s\n%.*s    AND %.*s", either ? ")" : "",
                                  STR_ARG(str_line_indent(text, where->range.start)),
                                  STR_ARG(comparison))}));
    return edits;
}

/* ---- the text ---- */

static int by_place(const void *a, const void *b)
{
    const Edit *left = a;
    const Edit *right = b;
    return (left->range.start > right->range.start) - (left->range.start < right->range.start);
}

/* The text reads as before but for one condition more. */
static bool is_sound(const ScaffoldInput *in, const Draft *draft, const Reading *r)
{
    const Datafile *file = draft->facts;
    if (file->problems.len > 0 || file->nodes.len != r->pipe->facts->nodes.len)
        return false;
    Token sql = file->nodes.items[r->node].sql;
    const Query *query = sql_parse_query(in->loader->sql, in->arena, sql.text, sql.range.start);
    return !query->broken && query->selects.len == 1 && query->selects.items[0]->where != NULL &&
           query->selects.items[0]->items.len == r->select->items.len;
}

int write_view_from(Scaffold *out, const ScaffoldInput *in, const View *view, const ViewFrom *from,
                    Fault *fault)
{
    Arena *arena = in->arena;
    Reading reading = {0};
    if (find_reading(in, view, &reading, fault) < 0)
        return -1;
    Str comparison = comparison_of(arena, &reading, from->column, from->cutoff);
    Edits edits = condition_edits(arena, &reading, comparison);
    const Datafile *file = view->pipe->facts;
    const Node *node = &file->nodes.items[view->node];
    vec_push(arena, &edits, name_edit(arena, file->text, node->datasource.range, from->replica));
    qsort(edits.items, edits.len, sizeof(Edit), by_place);
    Draft draft = draft_of(in, file);
    draft_apply(&draft, &edits);
    if (!is_sound(in, &draft, &reading))
        return by_hand(view->pipe, "it is written in an unusual way", fault);
    draft_tidy_pipe(&draft, in, NULL);
    draft_describe(&draft,
                   str_fmt(arena,
                           "Fills '%.*s' from rows of '%.*s' after %.*s UTC, as '%.*s' fills "
                           "'%.*s', and takes its place.",
                           STR_ARG(from->replica), STR_ARG(view->sources.items[0]->name),
                           STR_ARG(from->cutoff), STR_ARG(view->pipe->name),
                           STR_ARG(view->target->name)));
    NewFile new_file = {sibling_path(in, view->pipe, from->name), draft.facts->text};
    vec_push(arena, &out->files, new_file);
    return 0;
}
