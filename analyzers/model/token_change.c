/* token_change.c: TOKEN lines of both sides, compared as permissions. */
#include "token_change.h"

#include <stdlib.h>

typedef struct {
    Arena *arena;
    Map *by_token; /* name -> TokenChange */
} Collector;

static TokenChange *change_of(const Collector *collector, Str token)
{
    TokenChange *change = map_get(collector->by_token, token);
    if (!change) {
        change = ARENA_NEW(collector->arena, TokenChange);
        change->token = token;
        map_put(collector->by_token, token, change);
    }
    return change;
}

static bool is_token(const Instruction *instruction)
{
    return instruction->keyword == KEYWORD_TOKEN && instruction->words.len > 0;
}

static Str permission_of(Arena *arena, const Instruction *instruction)
{
    Str permission = instruction->words.len > 1 ? instruction->words.items[1].text : STR("READ");
    Str lower = str_lower(arena, permission);
    return str_is(lower, "append") ? STR("APPEND")
           : str_is(lower, "read") ? STR("READ")
                                   : permission;
}

/* "token\npermission" -> the side has it. */
static Map *grants_of(Arena *arena, const Resource *resource)
{
    Map *grants = map_new(arena);
    if (!resource || !resource->facts)
        return grants;
    const Instructions *all = &resource->facts->instructions;
    for (size_t i = 0; i < all->len; i++) {
        if (!is_token(&all->items[i]))
            continue;
        Str permission = permission_of(arena, &all->items[i]);
        Str key = str_fmt(arena, "%.*s\n%.*s", STR_ARG(all->items[i].words.items[0].text),
                          STR_ARG(permission));
        map_put(grants, key, grants);
    }
    return grants;
}

static void add_missing(const Collector *collector, const ResourceChange *change, const Map *from,
                        const Map *in, bool removed)
{
    for (size_t i = 0; i < map_len(from); i++) {
        Str key = map_key(from, i);
        ptrdiff_t line = str_find_char(key, '\n');
        if (map_has(in, key) || line <= 0)
            continue;
        Str permission = str_slice(key, (size_t)line + 1, key.len);
        Str text =
            str_fmt(collector->arena, "%.*s:%.*s", STR_ARG(change->name), STR_ARG(permission));
        TokenChange *token = change_of(collector, str_slice(key, 0, (size_t)line));
        vec_push(collector->arena, removed ? &token->removed : &token->added, text);
    }
}

static bool unreadable(const Resource *resource)
{
    return resource && !resource->facts;
}

static int by_token(const void *a, const void *b)
{
    return str_cmp(((const TokenChange *)a)->token, ((const TokenChange *)b)->token);
}

TokenChanges token_changes(Arena *arena, const Diff *diff)
{
    TokenChanges out = {0};
    Collector collector = {arena, map_new(arena)};
    for (size_t i = 0; i < diff->changes.len; i++) {
        const ResourceChange *change = diff->changes.items[i];
        if (unreadable(change->live) || unreadable(change->candidate))
            continue;
        Map *live = grants_of(arena, change->live);
        Map *candidate = grants_of(arena, change->candidate);
        add_missing(&collector, change, candidate, live, false);
        add_missing(&collector, change, live, candidate, true);
    }
    for (size_t i = 0; i < map_len(collector.by_token); i++)
        vec_push(arena, &out, *(TokenChange *)map_value(collector.by_token, i));
    if (out.len > 1)
        qsort(out.items, out.len, sizeof(TokenChange), by_token);
    return out;
}
