/*
 * suppression.h: comments in datafiles that accept a finding:
 *
 *     # tblint: allow column-dropped -- the readers have moved
 *
 * on the finding's line or on the line above it. Within SQL `--` may stand for `#`. A comment
 * cannot name the change that it is for. So it counts for the change that brings it: of one that
 * live has already, only findings about one version alone are taken.
 */
#ifndef TBLINT_SUPPRESSION_H
#define TBLINT_SUPPRESSION_H

#include "findings/acceptance.h"

typedef enum {
    COMMENT_UNMATCHED,
    COMMENT_SILENT, /* as ENTRY_SILENT */
    COMMENT_COUNTS,
    COMMENT_STALE, /* it stands above a finding, but live has it already */
    COMMENT_NO_REASON,
} CommentState;

typedef struct {
    SourceFile *file;
    Str project;
    const Rule *rule; /* NULL: `name` is no rule's */
    Str name;         /* as written; empty: the comment allows nothing */
    Str reason;
    Range range;     /* of the comment */
    uint32_t line;   /* where it stands */
    uint32_t target; /* the line that it is about */
    bool alone;      /* nothing else stands on its line */
    bool in_live;
    CommentState state;
} Suppression;

typedef VEC(Suppression) Suppressions;

/* Adds the comments of a file that is loaded. Of `live`, the same file on the live side (NULL, or
 * loaded), those are known that stand there, too. */
void suppressions_read(Arena *arena, SourceFile *file, SourceFile *live, Str project,
                       Suppressions *out);

/* Marks the findings that a comment takes. Before folding. */
void suppressions_apply(const Accepting *accepting, Suppressions *comments);

/* TB002 and TB003 of comments; `sure` as in AcceptanceScope. */
void suppressions_report(const Accepting *accepting, const Suppressions *comments, bool sure,
                         Findings *out);

#endif
