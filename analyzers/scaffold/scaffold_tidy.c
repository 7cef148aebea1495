/* scaffold_tidy.c: what a copy of a file does not take over. */
#include "scaffold_text.h"

#include "model/lineage.h"

#include <stdlib.h>

static void remove_version(Draft *draft)
{
    if (draft->facts->dialect == DIALECT_FORWARD)
        draft_remove_word(draft, KEYWORD_VERSION);
}

void draft_tidy_datasource(Draft *draft)
{
    draft_remove_word(draft, KEYWORD_FORWARD_QUERY);
    remove_version(draft);
}

/* The target has a file of its own, which says how it is stored. */
static bool is_storage(const Instruction *instruction, const void *context)
{
    (void)context;
    return instruction->node >= 0 && str_starts_nocase(instruction->word.text, "ENGINE");
}

/* ---- nodes ---- */

typedef struct {
    Arena *arena;
    Str text;
    Str old, new_name;
    Edits *edits;
} NodeRenaming;

static void add_edit(NodeRenaming *r, Range range)
{
    for (size_t i = 0; i < r->edits->len; i++) {
        if (r->edits->items[i].range.start == range.start)
            return;
    }
    vec_push(r->arena, r->edits, name_edit(r->arena, r->text, range, r->new_name));
}

static bool rename_table(const Token *table, void *context)
{
    NodeRenaming *r = context;
    if (str_eq(table->text, r->old))
        add_edit(r, table->range);
    return true;
}

static int by_place(const void *a, const void *b)
{
    const Edit *left = a;
    const Edit *right = b;
    return (left->range.start > right->range.start) - (left->range.start < right->range.start);
}

static void rename_node(Draft *draft, const ScaffoldInput *in, size_t node)
{
    const Datafile *file = draft->facts;
    Edits edits = {0};
    NodeRenaming r = {.arena = draft->arena,
                      .text = file->text,
                      .old = file->nodes.items[node].name.text,
                      .edits = &edits};
    r.new_name = str_fmt(draft->arena, "%.*s_node", STR_ARG(r.old));
    add_edit(&r, file->nodes.items[node].name.range);
    for (size_t i = 0; i < file->nodes.len; i++) {
        const Token *sql = &file->nodes.items[i].sql;
        QueryVariants variants =
            sql_parse_variants(in->loader->sql, draft->arena, sql->text, sql->range.start);
        for (size_t j = 0; i != node && j < variants.len; j++)
            query_tables(variants.items[j], rename_table, &r);
    }
    if (edits.len > 1)
        qsort(edits.items, edits.len, sizeof(Edit), by_place);
    draft_apply(draft, &edits);
}

static bool is_resource(const ScaffoldInput *in, const Map *names, Str name)
{
    for (size_t i = 0; names != NULL && i < map_len(names); i++) {
        if (str_eq(*(const Str *)map_value(names, i), name))
            return true;
    }
    return name_is_taken(in, name);
}

void draft_tidy_pipe(Draft *draft, const ScaffoldInput *in, const Map *names)
{
    draft_remove(draft, is_storage, NULL);
    remove_version(draft);
    for (size_t i = 0; i < draft->facts->nodes.len; i++) {
        if (is_resource(in, names, draft->facts->nodes.items[i].name.text))
            rename_node(draft, in, i);
    }
}
