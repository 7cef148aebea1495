/* Resolves one query: its WITH, its tables, what its expressions read, and what it gives. */
#include "resolve.h"

#include <string.h>

enum {
    TABLES_MAX = 64,    /* in one FROM; more are not looked into */
    COLUMNS_MAX = 10000 /* of one query */
};

void resolve_gap(Resolver *r, Range range, Str why, bool hides)
{
    vec_push(r->arena, &r->gaps, (Gap){range, why, hides});
}

bool resolve_room(Resolver *r, size_t before, size_t more)
{
    r->loader->lineage_columns += more;
    return before + more <= COLUMNS_MAX && r->loader->lineage_columns <= RESOLVE_COLUMNS_MAX;
}

/* ---- WITH ---- */

/* What the recursive part sees of the first: its names; the types may widen. */
static Relation *untyped(Arena *arena, const Relation *of)
{
    Relation *copy = ARENA_NEW(arena, Relation);
    copy->complete = of->complete;
    copy->gap = of->gap;
    copy->gap_range = of->gap_range;
    for (size_t i = 0; i < of->fields.len; i++) {
        Field field = of->fields.items[i];
        field.out.type = NULL;
        vec_push(arena, &copy->fields, field);
    }
    relation_finish(arena, copy);
    return copy;
}

/* In order, so that each finds what it reads resolved, and the depth stays one. */
static void resolve_with(Scope *scope, WithFrame *frame, const Scope *outer)
{
    Resolver *r = scope->r;
    const Ctes *with = &scope->select->with;
    frame->entries = ARENA_ARRAY(r->arena, CteEntry, with->len);
    frame->len = with->len;
    frame->by_name = map_new(r->arena);
    for (size_t i = 0; i < with->len; i++) {
        CteEntry *entry = &frame->entries[i];
        entry->cte = &with->items[i];
        if (entry->cte->query && !map_has(frame->by_name, entry->cte->name.text))
            map_put(frame->by_name, entry->cte->name.text, entry);
        frame->visible = i + (scope->select->is_recursive ? 1 : 0);
        entry->reads_from = r->reads.len;
        if (entry->cte->query)
            entry->relation = resolve_query(r, entry->cte->query, outer, frame, entry);
        entry->reads_to = r->reads.len;
    }
    frame->visible = with->len;
}

/* The engine does not look into a WITH that nothing reads. */
static void doubt_unused(Resolver *r, const WithFrame *frame)
{
    for (size_t i = 0; i < frame->len; i++) {
        const CteEntry *entry = &frame->entries[i];
        if (entry->used || !entry->cte->query)
            continue;
        for (size_t j = entry->reads_from; j < entry->reads_to; j++)
            r->reads.items[j].certain = false;
    }
}

/* ---- FROM ---- */

static Str last_part(Str name)
{
    ptrdiff_t dot = str_rfind_char(name, '.');
    return dot < 0 ? name : str_slice(name, (size_t)dot + 1, name.len);
}

static const Relation *relation_of_function(const Scope *scope, const TableRef *ref)
{
    Arena *arena = scope->r->arena;
    Str name = ref->name.text;
    if (!str_is_nocase(name, "numbers") && !str_is_nocase(name, "numbers_mt") &&
        !str_is_nocase(name, "zeros"))
        return relation_unknown(
            arena, str_fmt(arena, "the columns of %.*s() are not known", STR_ARG(name)),
            ref->range);
    bool zeros = str_is_nocase(name, "zeros");
    OutputColumn out = {.name = zeros ? STR("zero") : STR("number"), .range = ref->range};
    out.type = type_parse_sql(arena, zeros ? STR("UInt8") : STR("UInt64"), NULL);
    Relation *relation = ARENA_NEW(arena, Relation);
    vec_push(arena, &relation->fields, (Field){.out = out});
    relation->complete = true;
    relation_finish(arena, relation);
    return relation;
}

static const Relation *relation_of_ref(const Scope *scope, const TableRef *ref, const Scope *outer)
{
    Resolver *r = scope->r;
    Str why = STR("a template tag stands in place of a table");
    switch (ref->kind) {
    case TABLE_NAME:
        return resolve_table(r, scope->with, ref->name);
    case TABLE_SUBQUERY:
        if (ref->query)
            return resolve_query(r, ref->query, outer, scope->with, NULL);
        return relation_unknown(r->arena, STR("a subquery could not be read"), ref->range);
    case TABLE_FUNCTION:
        return relation_of_function(scope, ref);
    default:
        resolve_gap(r, ref->range, why, true);
        vec_push(r->arena, &r->tables, (TableUse){.name.range = ref->range, .node = -1});
        return relation_unknown(r->arena, why, ref->range);
    }
}

static Map *using_of(Arena *arena, const TableRef *ref)
{
    if (ref->using_columns.len == 0)
        return NULL;
    Map *names = map_new(arena);
    for (size_t i = 0; i < ref->using_columns.len; i++)
        map_put(names, ref->using_columns.items[i].text, names);
    return names;
}

static void resolve_from(Scope *scope, const Scope *outer)
{
    const TableRefs *from = &scope->select->from;
    for (size_t i = 0; i < from->len; i++) {
        const TableRef *ref = &from->items[i];
        Source source = {.ref = ref, .alias = ref->alias.text};
        if (i >= TABLES_MAX)
            resolve_gap(scope->r, ref->range, STR("more than 64 tables are joined"), true);
        if (i > TABLES_MAX)
            return;
        source.relation =
            i < TABLES_MAX ? relation_of_ref(scope, ref, outer)
                           : relation_unknown(scope->r->arena, STR("too many tables"), ref->range);
        if (ref->kind == TABLE_NAME) {
            source.name = ref->name.text;
            source.last_name = last_part(source.name);
        }
        source.using_columns = using_of(scope->r->arena, ref);
        vec_push(scope->r->arena, &scope->sources, source);
    }
}

/* ---- what it reads ---- */

static void read_using_column(const Scope *scope, size_t right, Token column)
{
    for (size_t i = 0; i <= right; i++) {
        const Relation *relation = scope->sources.items[i].relation;
        const Field *field = relation_find(relation, column.text, false);
        bool only = i == right;
        if (!field && (only || relation->ghosts))
            field = relation_find(relation, column.text, true);
        if (!field || (field->ghost && !only && right > 1))
            continue;
        Found found = {FOUND_FIELD, field, scope, i, 0, 1, NULL, true};
        resolve_note(scope->r, &found, column.range);
        if (i < right)
            i = right - 1; /* one of the left side is enough */
    }
}

static void read_from(const Scope *scope)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        const TableRef *ref = scope->sources.items[i].ref;
        resolve_expr(scope, ref->on, NULL);
        resolve_exprs(scope, &ref->args, NULL);
        for (size_t j = 0; j < ref->using_columns.len; j++)
            read_using_column(scope, i, ref->using_columns.items[j]);
    }
}

/* The columns of USING stand among the others, too; both are in the order of the text. */
static void read_others(const Scope *scope)
{
    const Exprs *others = &scope->select->others;
    const TableRefs *from = &scope->select->from;
    size_t table = 0, column = 0;
    for (size_t i = 0; i < others->len; i++) {
        uint32_t at = others->items[i]->core.start;
        while (table < from->len &&
               (column >= from->items[table].using_columns.len ||
                from->items[table].using_columns.items[column].range.start < at)) {
            bool more = column + 1 < from->items[table].using_columns.len;
            column = more ? column + 1 : 0;
            table += more ? 0 : 1;
        }
        bool is_using =
            table < from->len && from->items[table].using_columns.items[column].range.start == at;
        if (!is_using)
            resolve_expr(scope, others->items[i], NULL);
    }
}

static void read_all(const Scope *scope)
{
    const Select *select = scope->select;
    for (size_t i = 0; i < select->with.len; i++) {
        if (!select->with.items[i].query)
            resolve_expr(scope, select->with.items[i].expr, NULL);
    }
    read_from(scope);
    const Exprs *lists[] = {&select->items, &select->array_join, &select->group_by,
                            &select->order_by, &select->limit};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        resolve_exprs(scope, lists[i], NULL);
    const Expr *conditions[] = {select->prewhere, select->where, select->having, select->qualify};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++)
        resolve_expr(scope, conditions[i], NULL);
    read_others(scope);
}

/* ---- what it gives ---- */

/* The column that the item hands on as it is, also by way of an alias; NULL when it computes. */
static const Field *handed_on(const Scope *scope, const Expr *item)
{
    const Expr *expr = item;
    for (int hops = 0; hops < 16 && expr->kind == EXPR_COLUMN; hops++) {
        Around around = {item, &(Around){expr, NULL}};
        Found found = resolve_name(scope, expr, &around);
        bool whole = found.used == expr->path.len;
        if (found.kind == FOUND_FIELD)
            return whole && found.certain && !resolve_unfolds(&found) ? found.field : NULL;
        if (found.kind != FOUND_ALIAS || !whole || found.alias->array_join)
            return NULL;
        expr = found.alias->expr;
    }
    return NULL;
}

static void add_item(const Scope *scope, const Expr *item, Relation *out)
{
    bool sure = true;
    OutputColumn column = {.range = item->range, .expr = item};
    column.name = resolve_item_name(scope, item, &sure);
    column.type = resolve_type(scope, item);
    const Field *field = handed_on(scope, item);
    if (field && !field->unsure) {
        column.source = field->out.source;
        column.column = field->out.column;
    }
    vec_push(scope->r->arena, &out->fields, (Field){.out = column, .unsure = !sure});
}

static void give_up(Relation *out, Str gap, Range range)
{
    if (out->complete) {
        out->gap = gap;
        out->gap_range = range;
    }
    out->complete = false;
}

static void add_items(const Scope *scope, Relation *out)
{
    const Exprs *items = &scope->select->items;
    if (items->len)
        vec_room(scope->r->arena, &out->fields, items->len);
    for (size_t i = 0; i < items->len; i++) {
        const Expr *item = items->items[i];
        bool aliased = item->alias.text.len > 0;
        if (item->kind == EXPR_STAR)
            resolve_star(scope, item, out);
        else if (item->kind == EXPR_UNKNOWN && !aliased)
            give_up(out, STR("a template tag gives columns"), item->range);
        else if (item->kind == EXPR_CALL && str_is(item->name, "untuple"))
            give_up(out, STR("untuple() gives columns that are not known"), item->range);
        else
            add_item(scope, item, out);
    }
}

/* The names of WITH expressions reach into the subqueries of FROM, the tables do not. */
static const Scope *outer_of_tables(const Scope *scope)
{
    Scope *outer = ARENA_NEW(scope->r->arena, Scope);
    bool has_names = false;
    *outer = (Scope){.r = scope->r, .select = scope->select, .outer = scope->outer};
    for (size_t i = 0; i < scope->select->with.len; i++)
        has_names |= !scope->select->with.items[i].query;
    if (!has_names)
        return scope->outer;
    outer->aliases = map_new(scope->r->arena);
    resolve_with_aliases(outer);
    return outer;
}

static Relation *resolve_one(Resolver *r, const Select *select, const Scope *outer,
                             const WithFrame *with)
{
    Scope *scope = ARENA_NEW(r->arena, Scope);
    WithFrame *frame = ARENA_NEW(r->arena, WithFrame);
    *scope = (Scope){.r = r, .select = select, .outer = outer, .with = with};
    scope->aliases = map_new(r->arena);
    const Scope *around_tables = outer_of_tables(scope);
    frame->outer = with;
    if (select->with.len) {
        resolve_with(scope, frame, around_tables);
        scope->with = frame;
    }
    resolve_from(scope, around_tables);
    resolve_aliases(scope);
    read_all(scope);
    doubt_unused(r, frame);
    Relation *out = ARENA_NEW(r->arena, Relation);
    out->complete = true;
    add_items(scope, out);
    if (out->complete && !resolve_room(r, 0, out->fields.len)) {
        out->fields.len = 0;
        give_up(out, STR("there are too many columns to follow"), select->range);
    }
    relation_finish(r->arena, out);
    return out;
}

/* ---- UNION ---- */

static size_t next_there(const Relation *relation, size_t at)
{
    while (at < relation->fields.len && relation->fields.items[at].ghost)
        at++;
    return at;
}

static size_t count_fields(const Relation *relation, bool ghosts)
{
    size_t count = 0;
    for (size_t i = 0; i < relation->fields.len; i++)
        count += relation->fields.items[i].ghost == ghosts;
    return count;
}

static void read_ghosts(Resolver *r, const Relation *relation)
{
    for (size_t i = 0; i < relation->fields.len; i++) {
        Found found = {.kind = FOUND_FIELD, .field = &relation->fields.items[i], .certain = true};
        if (found.field->ghost)
            resolve_note(r, &found, found.field->out.range);
    }
}

/* A wildcard in a UNION needs the column: without it, the selects give different numbers. */
static void read_by_number(Resolver *r, const Relation *a, const Relation *b)
{
    size_t now_a = count_fields(a, false), now_b = count_fields(b, false);
    size_t live_a = now_a + count_fields(a, true), live_b = now_b + count_fields(b, true);
    if (!a->complete || !b->complete || now_a == now_b || live_a != live_b)
        return;
    read_ghosts(r, a);
    read_ghosts(r, b);
}

/* Names are those of the first; what the others change is not known. */
static void join_union(Relation *first, const Relation *next)
{
    size_t a = next_there(first, 0), b = next_there(next, 0);
    for (; a < first->fields.len && b < next->fields.len;
         a = next_there(first, a + 1), b = next_there(next, b + 1)) {
        OutputColumn *out = &first->fields.items[a].out;
        const OutputColumn *other = &next->fields.items[b].out;
        out->expr = NULL;
        if (!type_eq(out->type, other->type))
            out->type = NULL;
        if (out->source != other->source || !str_eq(out->column, other->column)) {
            out->source = NULL;
            out->column = (Str){0};
            first->fields.items[a].by_star = false;
        }
    }
    for (; a < first->fields.len; a = next_there(first, a + 1))
        first->fields.items[a].out.type = NULL;
}

static Relation *broken_query(Resolver *r, const Query *query, Relation *relation)
{
    Str why = str_fmt(r->arena, "the query does not parse: %.*s", STR_ARG(query->error_text));
    if (!relation)
        return relation_unknown(r->arena, why, query->error);
    if (relation->complete) {
        relation->gap = why;
        relation->gap_range = query->error;
    }
    relation->complete = relation->named = false;
    return relation;
}

Relation *resolve_query(Resolver *r, const Query *query, const Scope *outer, const WithFrame *with,
                        CteEntry *entry)
{
    Relation *first = NULL;
    bool doubtful = r->doubtful;
    r->doubtful |= query->broken;
    for (size_t i = 0; i < query->selects.len; i++) {
        Relation *next = resolve_one(r, query->selects.items[i], outer, with);
        if (i == 0)
            first = next;
        else
            read_by_number(r, first, next);
        if (i > 0)
            join_union(first, next);
        if (i == 0 && entry && query->selects.len > 1)
            entry->relation = untyped(r->arena, next);
    }
    r->doubtful = doubtful;
    return query->broken || !first ? broken_query(r, query, first) : first;
}

const Relation *resolve_subquery(const Scope *scope, const Query *query)
{
    Resolver *r = scope->r;
    char key[sizeof query];
    memcpy(key, &query, sizeof key);
    if (!r->subqueries)
        r->subqueries = map_new(r->arena);
    Relation *relation = map_get(r->subqueries, (Str){key, sizeof key});
    if (!relation) {
        relation = resolve_query(r, query, scope, scope->with, NULL);
        map_put(r->subqueries, str_copy(r->arena, (Str){key, sizeof key}), relation);
    }
    return relation;
}
