/*
 * schema.h: the objects of SARIF 2.1.0 as data, read from schema.def.
 */
#ifndef TBLINT_SARIF_SHAPE_H
#define TBLINT_SARIF_SHAPE_H

#include "base/map.h"

typedef enum {
    SHAPE_TEXT,
    SHAPE_URI,
    SHAPE_REFERENCE,
    SHAPE_GUID,
    SHAPE_TIME,
    SHAPE_MEDIA,
    SHAPE_LANGUAGE,
    SHAPE_QUAD,
    SHAPE_INTEGER,
    SHAPE_INDEX,   /* an integer from -1 */
    SHAPE_COUNT,   /* from 0 */
    SHAPE_ORDINAL, /* from 1 */
    SHAPE_NUMBER,
    SHAPE_RANK, /* -1 to 100 */
    SHAPE_BOOLEAN,
    SHAPE_BAG,    /* any members; `tags` is a list of texts */
    SHAPE_WORDS,  /* one of `words` */
    SHAPE_OBJECT, /* `object` */
} ShapeKind;

typedef enum { NEED_NOTHING, NEED_ALWAYS, NEED_EITHER, NEED_EXACTLY_ONE } ShapeNeed;

typedef struct {
    Str name;
    ShapeNeed need;
    ShapeKind kind;
    Str words;  /* a|b */
    Str object; /* the name of its shape */
    bool is_array;
    bool is_map;   /* any names, each of the kind */
    bool distinct; /* no equal elements */
    bool filled;   /* not empty */
} ShapeMember;

typedef struct {
    Str name;
    struct {
        ShapeMember *items;
        size_t len;
        size_t cap;
    } members; /* at most 32 */
} Shape;

/* Name -> Shape. */
Map *sarif_shapes(Arena *arena);

#endif
