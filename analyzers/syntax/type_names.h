/*
 * type_names.h: the type names and aggregate function names that ClickHouse knows.
 */
#ifndef TBLINT_TYPE_NAMES_H
#define TBLINT_TYPE_NAMES_H

#include "base/str.h"

/* What may stand in a type's parentheses. */
typedef enum {
    SHAPE_NONE,
    SHAPE_IGNORED, /* VARCHAR(255), INT(11): numbers that ClickHouse drops */
    SHAPE_ONE,     /* one type */
    SHAPE_MAP,
    SHAPE_TUPLE,
    SHAPE_NESTED,
    SHAPE_VARIANT,
    SHAPE_LENGTH,
    SHAPE_DECIMAL,
    SHAPE_DECIMAL_SCALE, /* Decimal64(4): the name says the precision */
    SHAPE_DATETIME,
    SHAPE_TIME64,
    SHAPE_ENUM,
    SHAPE_JSON,
    SHAPE_DYNAMIC,
    SHAPE_AGGREGATE,
    SHAPE_SIMPLE,
    SHAPE_QBIT,
    SHAPE_TEXT, /* Object('json') */
} TypeShape;

typedef struct {
    Str name;
    bool any_case;
    Str canonical;
    TypeShape shape;
} TypeName;

/* The entry of a name or alias, several words joined by one blank; NULL when there is none. */
const TypeName *type_name_find(Str name);

/* The known name that `name` most looks like; empty when none is near. */
Str type_name_near(Str name);

/* The name under which ClickHouse stores an aggregate function: COUNT -> count. */
Str aggregate_function_name(Str name);

/* The same with combinators behind it: medianIf -> quantileIf. In the arena where it differs. */
Str aggregate_stored_name(Arena *arena, Str name);

#endif
