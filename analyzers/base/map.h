/*
 * map.h: from text to pointer, remembering the order of insertion.
 *
 * Iteration is by index in that order, so output never depends on the hash; the hash is keyed
 * anew in every process, so a hostile repository cannot choose names that collide.
 * The map lives in the arena; keys are borrowed, values belong to the caller.
 */
#ifndef TBLINT_MAP_H
#define TBLINT_MAP_H

#include "str.h"

typedef struct Map Map;

Map *map_new(Arena *arena);
void map_reserve(Map *map, size_t count);     /* room for so many, in a map that is still empty */
void map_put(Map *map, Str key, void *value); /* replaces; a replaced key keeps its place */
/* The place of the key's value, NULL at first: for finding or adding with one search. It is good
 * until the next key is added. */
void **map_at(Map *map, Str key);
void *map_get(const Map *map, Str key); /* NULL when absent */
bool map_has(const Map *map, Str key);
size_t map_len(const Map *map);
Str map_key(const Map *map, size_t index);
void *map_value(const Map *map, size_t index);

#endif
