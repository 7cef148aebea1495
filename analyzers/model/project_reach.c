/* Tells how far the change of a data source reaches among the pipes that read it. */
#include "project_internal.h"

#include <string.h>

/* Words of a data source that change nothing for those who read it. */
static bool is_label(Keyword keyword)
{
    return keyword == KEYWORD_DESCRIPTION || keyword == KEYWORD_TAGS || keyword == KEYWORD_TOKEN ||
           keyword == KEYWORD_MAINTAINER || keyword == KEYWORD_VERSION;
}

/* Words that say how rows are stored or where they come from, and neither which rows a query finds
 * nor what their columns are. A rewrite that they bring goes on through views alone. */
static bool is_storage(Keyword keyword)
{
    return keyword == KEYWORD_ENGINE_SORTING_KEY || keyword == KEYWORD_ENGINE_PARTITION_KEY ||
           keyword == KEYWORD_ENGINE_PRIMARY_KEY || keyword == KEYWORD_ENGINE_SETTINGS ||
           keyword == KEYWORD_INDEXES;
}

static const Instruction *next_that_counts(const Datafile *file, size_t *at)
{
    while (*at < file->instructions.len) {
        const Instruction *instruction = &file->instructions.items[(*at)++];
        if (!is_label(instruction->keyword))
            return instruction;
    }
    return NULL;
}

static bool same_instruction(const Instruction *a, const Instruction *b)
{
    return str_eq_nocase(a->word.text, b->word.text) && str_eq(a->value.text, b->value.text);
}

/* What the two versions differ in, instruction by instruction; columns are REACH_NAMED. */
static ReachKind kind_of(const Datafile *a, const Datafile *b)
{
    ReachKind kind = REACH_NOBODY;
    size_t at_a = 0, at_b = 0;
    if (a->problems.len || b->problems.len)
        return REACH_ALL;
    for (;;) {
        const Instruction *one = next_that_counts(a, &at_a);
        const Instruction *other = next_that_counts(b, &at_b);
        if (!one || !other)
            return one == other ? kind : REACH_ALL;
        if (same_instruction(one, other))
            continue;
        bool alike = one->keyword == other->keyword;
        if (alike && is_storage(one->keyword) && kind < REACH_VIEWS)
            kind = REACH_VIEWS;
        else if (alike && one->keyword == KEYWORD_SCHEMA)
            kind = REACH_NAMED;
        else if (!alike || !is_storage(one->keyword))
            return REACH_ALL;
    }
}

/* ---- columns ---- */

static Str text_of(const Datafile *file, const Column *column)
{
    return str_range(file->text, column->range);
}

/* The columns of `a` that `b` lacks or writes otherwise. False when a name has no word in it, by
 * which it could be found. */
static bool add_differing(NameSet *names, const Datafile *a, const Datafile *b)
{
    for (size_t i = 0; i < a->columns.len; i++) {
        const Column *column = &a->columns.items[i];
        const Column *other = datafile_column(b, column->name.text);
        Str rest = column->name.text, word;
        if (other && str_eq(text_of(a, column), text_of(b, other)))
            continue;
        if (!next_word(&rest, &word))
            return false;
        name_set_add(names, column->name.text);
    }
    return true;
}

Reach reach_of_change(Arena *arena, const Resource *resource)
{
    const Resource *other = resource->other;
    Reach reach = {.kind = REACH_ALL};
    if (resource->kind != DATAFILE_DATASOURCE || !other || !other->facts || !resource->facts)
        return reach;
    reach.kind = kind_of(resource->facts, other->facts);
    if (reach.kind != REACH_NAMED)
        return reach;
    reach.columns = name_set_new(arena);
    if (!add_differing(reach.columns, resource->facts, other->facts) ||
        !add_differing(reach.columns, other->facts, resource->facts))
        reach.kind = REACH_ALL;
    return reach;
}

/* A star or one of these takes columns that the text does not name; an escape may hide a name. */
static bool takes_unnamed(Str text)
{
    if (memchr(text.ptr, '*', text.len) || memchr(text.ptr, '\\', text.len))
        return true;
    for (Str word; next_word(&text, &word);) {
        if (str_is_nocase(word, "columns") || str_is_nocase(word, "column"))
            return true;
    }
    return false;
}

bool reach_touches(const Reach *reach, Str text)
{
    if (reach->kind != REACH_NAMED)
        return reach->kind == REACH_ALL;
    return name_set_occurs_in(reach->columns, text) || takes_unnamed(text);
}
