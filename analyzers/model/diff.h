/*
 * diff.h: two sides of a project -> typed changes. Equal meaning is no change.
 *
 * The differ runs once; checks and plan read its result and never compare text themselves.
 */
#ifndef TBLINT_DIFF_H
#define TBLINT_DIFF_H

#include "project.h"

typedef enum { STATUS_UNCHANGED, STATUS_NEW, STATUS_MODIFIED, STATUS_DELETED } ChangeStatus;

typedef enum {
    COLUMN_ADDED = 1u << 0,
    COLUMN_DROPPED = 1u << 1,
    COLUMN_TYPE = 1u << 2, /* both types readable and different */
    COLUMN_DEFAULT = 1u << 3,
    COLUMN_CODEC = 1u << 4,
    COLUMN_PATH = 1u << 5,
    COLUMN_MOVED = 1u << 6,      /* its place among the common columns differs */
    COLUMN_UNREADABLE = 1u << 7, /* a type could not be read: silences type rules */
} ColumnChangeBits;

typedef enum {
    TYPE_CHANGE_NONE,
    TYPE_CHANGE_TO_NULLABLE,     /* T -> Nullable(T): an ALTER */
    TYPE_CHANGE_FROM_NULLABLE,   /* Nullable(T) -> T */
    TYPE_CHANGE_LOW_CARDINALITY, /* only the LowCardinality wrapper differs */
    TYPE_CHANGE_ENUM,            /* Enum -> Enum */
    TYPE_CHANGE_OTHER,
} TypeChange;

typedef struct ColumnChange {
    Str name;
    unsigned bits;
    const Column *live;      /* NULL when added */
    const Column *candidate; /* NULL when dropped */
    TypeChange type_change;
    struct ColumnChange *renamed_to;   /* of a dropped column: its likely new name */
    struct ColumnChange *renamed_from; /* of an added column */
    const char *rename_ground;         /* "same jsonpath", "same place", "similar name" */
} ColumnChange;

typedef VEC(ColumnChange) ColumnChanges;

typedef enum {
    KEY_ENGINE = 1u << 0,
    KEY_SORTING = 1u << 1,
    KEY_PARTITION = 1u << 2,
    KEY_PRIMARY = 1u << 3,
    KEY_SAMPLING = 1u << 4,
    KEY_VER = 1u << 5,
    KEY_IS_DELETED = 1u << 6,
    KEY_SIGN = 1u << 7,
    KEY_VERSION = 1u << 8,
    KEY_SUMMING = 1u << 9,
    KEY_SETTINGS = 1u << 10,
} KeyChangeBits;

typedef struct ResourceChange {
    ChangeStatus status;
    DatafileKind kind;
    Str name;
    float similarity;    /* with renamed_to or renamed_from: 0.8 .. 1 */
    Resource *live;      /* NULL when new */
    Resource *candidate; /* NULL when deleted */
    bool only_after_merge;
    struct ResourceChange *renamed_to; /* of a deleted one: the new one alike to it */
    struct ResourceChange *renamed_from;

    /* of data sources on both sides, when both files could be read */
    bool comparable;       /* false: a side is missing, unreadable or has no usable schema */
    ColumnChanges columns; /* changed ones only: candidate's order, then dropped in live's */
    Map *columns_by_name;  /* name -> ColumnChange */
    bool order_changed;    /* the common columns stand in another order */
    unsigned keys;         /* KeyChangeBits */
    bool ttl_changed;
    bool indexes_changed;
    bool description_changed;
    bool tokens_changed;
    bool tags_changed;
    bool sharing_changed;
    bool connector_changed;
    bool connector_removed;     /* "disconnected" in tb's words */
    bool forward_query_changed; /* in meaning; also added or removed */

    /* of pipes */
    bool
        query_changed; /* what the pipe gives differs in meaning, and this file says so; names of
                          nodes, WITH and table aliases and nodes that nothing reads do not count */
    bool view_changed; /* what it gives differs: also where only a pipe that it reads changed. A
                          pipe whose own file is unchanged has no ResourceChange: ask view_same() or
                          compare pipe_meaning() of both sides */
    bool columns_only_added; /* view_changed, and the candidate gives all that live gives and more
                                columns, of the same rows */
    bool nodes_changed;      /* nodes have other names, or some that nothing reads differ; neither
                                matters to what the pipe gives */
    bool spelling_changed;   /* the text of its nodes differs, what they give does not */
    bool settings_changed;   /* TYPE, target, schedule, ...; of the others: any other instruction */
} ResourceChange;

typedef VEC(ResourceChange *) ResourceChanges;

typedef struct {
    ProjectSides sides;
    ResourceChanges changes; /* not the unchanged; data sources, pipes, connections; by name */
    Map *datasources;        /* name -> ResourceChange */
    Map *pipes;
    Loader *loader;          /* that read both sides */
    const struct Plan *plan; /* of this diff, once plan_make() has made it */
} Diff;

Diff *diff_make(Loader *loader, ProjectSides sides);

/* The change of that column, or NULL. */
const ColumnChange *diff_column(const ResourceChange *change, Str name);

/* A schema difference that ALTER cannot make: any type change but to Nullable. */
bool column_needs_conversion(const ColumnChange *column);

#endif
