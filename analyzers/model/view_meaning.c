/* The meaning of a node: its query with names of WITH, aliases, nodes and pipes replaced by what
 * they stand for. Each node is written once; where another one reads it, a hash stands for it. */
#include "view_meaning.h"

#include "base/hash.h"
#include "lineage.h"
#include "project_internal.h"
#include "syntax/squeeze.h"

/* Nodes that read each other in a row. Beyond, the bytes of the file stand for the rest. */
enum { MAX_CHAIN = 500 };

typedef struct {
    Loader *loader;
    Arena *arena;
    const Resource *pipe;
    size_t node;
    OtherPipes others;
    int depth;
} Meaning;

static Str node_name(Meaning m);

/* ---- what a name stands for ---------------------------------------------------------------- */

static PipeMeanings *meanings_of(Loader *loader, const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe)
        return NULL;
    Derived *derived = derived_of(loader, pipe);
    if (derived->meanings)
        return derived->meanings;
    PipeMeanings *made = ARENA_NEW(loader->arena, PipeMeanings);
    const Nodes *nodes = &pipe->facts->nodes;
    made->nodes = map_new(loader->arena);
    for (size_t i = 0; i < nodes->len; i++)
        map_put(made->nodes, nodes->items[i].name.text, (void *)(uintptr_t)(i + 1));
    for (size_t i = 0; i < ARRAY_LEN(made->items); i++)
        made->items[i] = ARENA_ARRAY(loader->arena, NodeMeaning, nodes->len);
    derived->meanings = made;
    return made;
}

const Resource *meant_node(Loader *loader, const Resource *pipe, size_t node, Str table,
                           size_t *meant)
{
    const PipeMeanings *made = meanings_of(loader, pipe);
    uintptr_t own = made ? (uintptr_t)map_get(made->nodes, table) : 0;
    if (own) {
        *meant = own - 1;
        return *meant == node ? NULL : pipe;
    }
    const Resource *other = project_find_table(pipe->project, table);
    int output = other ? pipe_output_node(other) : -1;
    if (output < 0 || other == pipe)
        return NULL;
    *meant = (size_t)output;
    return other;
}

static Str hashed(Arena *arena, Str text)
{
    static const HashKey keys[] = {{0x7461626c65730001, 0x6d65616e696e6701},
                                   {0x7461626c65730002, 0x6d65616e696e6702}};
    return str_fmt(arena, "__h%016llx%016llx", (unsigned long long)hash_bytes(keys[0], text),
                   (unsigned long long)hash_bytes(keys[1], text));
}

/* The text to put for a table's name; empty: the name itself. */
static Str table_meaning(const Meaning *m, Str table)
{
    Meaning other = *m;
    other.pipe = meant_node(m->loader, m->pipe, m->node, table, &other.node);
    if (!other.pipe || (other.pipe != m->pipe && m->others == OTHERS_BY_NAME))
        return (Str){0};
    other.depth++;
    return node_name(other);
}

/* ---- one node ------------------------------------------------------------------------------ */

/* `m` NULL: tables keep their names. */
static void resolve_tables(const Meaning *m, QueryNames *names)
{
    for (size_t i = 0; m && i < names->tables.len; i++) {
        Token table = names->tables.items[i];
        Str text = table_meaning(m, table.text);
        if (text.len)
            names_add(m->arena, names, table.range, text);
    }
    names_sort(names);
}

/* The query, and behind it what it reads of its WITH, in the order of first use. */
static Str plain_text(Arena *arena, const Meaning *m, const Query *query)
{
    QueryNames names = names_of(arena, &query, 1, false);
    Buf out = {0};

    resolve_tables(m, &names);
    buf_add_str(&out, query_text_renamed(arena, query, &names.renames));
    for (size_t i = 0; i < names.ctes.len; i++) {
        Str text = query_text_renamed(arena, names.ctes.items[i]->query, &names.renames);
        buf_addf(&out, "\n__w%zu: %.*s", i + 1, STR_ARG(text));
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

Str query_meaning(Arena *arena, const Query *query)
{
    return plain_text(arena, NULL, query);
}

/* Of columns of joined tables: `p.id` is called "p.id" where the first table has an `id`, too. */
static Str joined_names(const Meaning *m, const Query *query)
{
    const Select *select = query->selects.len ? query->selects.items[0] : NULL;
    if (!select || select->from.len < 2)
        return (Str){0};
    const NodeLineage *lineage = node_lineage(m->loader, m->pipe, m->node);
    const OutputColumns *columns = &lineage->output.columns;
    size_t known = lineage->output.known ? columns->len : 0;
    Strs names = {0};
    size_t next = 0;
    for (size_t i = 0; i < select->items.len; i++) {
        const Expr *item = select->items.items[i];
        Str name = item->alias.text.len ? item->alias.text : item->name;
        if (item->kind != EXPR_COLUMN || item->path.len < 2)
            continue;
        while (next < known && columns->items[next].expr != item)
            next++;
        if (next < known)
            name = columns->items[next].name;
        vec_push(m->arena, &names, name);
    }
    return str_join(m->arena, names.items, names.len, ", ");
}

/* What the words of a text that could not be read whole stand for, should they be tables. */
static Str words_meaning(const Meaning *m, Str sql, const SqlRenames *known)
{
    Map *seen = map_new(m->arena);
    Strs found = {0};
    Str rest = sql;

    for (size_t i = 0; i < known->len; i++)
        map_put(seen, known->items[i].text, seen);
    for (Str word; next_word(&rest, &word);) {
        Str text = map_has(seen, word) ? (Str){0} : table_meaning(m, word);
        map_put(seen, word, seen);
        if (text.len && !map_has(seen, text)) {
            map_put(seen, text, seen);
            vec_push(m->arena, &found, text);
        }
    }
    return str_join(m->arena, found.items, found.len, " ");
}

static bool is_broken(const QueryVariants *variants)
{
    for (size_t i = 0; i < variants->len; i++) {
        if (variants->items[i]->broken || variants->items[i]->too_deep)
            return true;
    }
    return false;
}

/* The meaning of a templated text. Both sides ask for it, and for that of unchanged nodes with the
 * same text; what is parsed for it is not kept. */
static Str template_text(Loader *loader, Str spliced)
{
    if (!loader->template_texts)
        loader->template_texts = map_new(loader->arena);
    Str *known = map_get(loader->template_texts, spliced);
    if (known)
        return *known;
    Arena *scratch = arena_new();
    QueryVariants read = sql_parse_variants(loader->sql, scratch, spliced, 0);
    known = ARENA_NEW(loader->arena, Str);
    Str text = query_variants_text(loader->sql, scratch, &read, spliced);
    *known = str_copy(loader->arena, text.len ? text : query_text(scratch, read.items[0]));
    map_put(loader->template_texts, spliced, known);
    arena_free(scratch);
    return *known;
}

/* The node of that name on the other side is written byte for byte alike. Then its text counts as
 * it stands, on both sides: to parse it again would only say the same of both. */
static bool is_alike_on_other_side(const Meaning *m, Str sql)
{
    const Resource *other = m->pipe->other;
    const PipeMeanings *made = other ? meanings_of(m->loader, other) : NULL;
    Str name = m->pipe->facts->nodes.items[m->node].name.text;
    uintptr_t node = made ? (uintptr_t)map_get(made->nodes, name) : 0;
    return node && str_eq(other->facts->nodes.items[node - 1].sql.text, sql);
}

static Str templated_text(const Meaning *m, Token sql, const QueryVariants *variants)
{
    QueryNames names = names_of(m->arena, variants->items, variants->len, true);
    resolve_tables(m, &names);
    Str spliced = names_splice(m->arena, &names, sql.text, sql.range.start);
    Str text = is_alike_on_other_side(m, sql.text) ? spliced : template_text(m->loader, spliced);
    return str_fmt(m->arena, "%.*s\n%.*s", STR_ARG(text),
                   STR_ARG(words_meaning(m, sql.text, &names.renames)));
}

static Str text_of_node(const Meaning *m)
{
    static const SqlRenames none = {0};
    const QueryVariants *variants = pipe_variants(m->loader, m->pipe, m->node);
    Token sql = m->pipe->facts->nodes.items[m->node].sql;

    if (is_broken(variants))
        return str_fmt(m->arena, "%.*s\n%.*s", STR_ARG(squeeze_sql(m->arena, sql.text)),
                       STR_ARG(words_meaning(m, sql.text, &none)));
    if (variants->items[0]->has_template)
        return templated_text(m, sql, variants);
    Str names = joined_names(m, variants->items[0]);
    Str text = plain_text(m->arena, m, variants->items[0]);
    return names.len ? str_fmt(m->arena, "%.*s\nAS %.*s", STR_ARG(text), STR_ARG(names)) : text;
}

static const NodeMeaning *make_meaning(const Meaning *m)
{
    PipeMeanings *all = meanings_of(m->loader, m->pipe);
    if (!all || m->node >= m->pipe->facts->nodes.len)
        return NULL;
    NodeMeaning *made = &all->items[m->others][m->node];
    if (made->is_made || made->under_way)
        return made;
    made->under_way = true;
    made->text = text_of_node(m);
    made->name = hashed(m->arena, made->text);
    made->under_way = false;
    made->is_made = true;
    return made;
}

/* Empty for a node that reads itself: its name stays. */
static Str node_name(Meaning m)
{
    if (m.depth > MAX_CHAIN)
        return hashed(m.arena, m.pipe->facts->text);
    const NodeMeaning *made = make_meaning(&m);
    return made ? made->name : (Str){0};
}

const NodeMeaning *node_meaning(Loader *loader, const Resource *pipe, size_t node,
                                OtherPipes others)
{
    Meaning m = {loader, loader->arena, pipe, node, others, 0};
    return make_meaning(&m);
}

/* ---- pipes --------------------------------------------------------------------------------- */

Str pipe_outputs_meaning(Loader *loader, const Resource *pipe, OtherPipes others)
{
    int output = pipe_output_node(pipe);
    if (output < 0)
        return (Str){0};
    Strs parts = {0};
    const Nodes *nodes = &pipe->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++) {
        if ((int)i != output && !str_trim(nodes->items[i].type.text).len)
            continue;
        const NodeMeaning *made = node_meaning(loader, pipe, i, others);
        vec_push(loader->arena, &parts, made->text);
    }
    return str_join(loader->arena, parts.items, parts.len, "\n\n");
}

Str pipe_meaning(Loader *loader, const Resource *pipe)
{
    int output = pipe_output_node(pipe);
    if (output < 0)
        return (Str){0};
    return node_meaning(loader, pipe, (size_t)output, OTHERS_BY_CONTENT)->text;
}
