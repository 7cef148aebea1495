/*
 * token_change.h: permissions that a change gives to tokens or takes from them.
 *
 * Only what changed files say: a token that another file still names may keep what is listed as
 * removed here for one resource, never for this one.
 */
#ifndef TBLINT_TOKEN_CHANGE_H
#define TBLINT_TOKEN_CHANGE_H

#include "diff.h"

typedef struct {
    Str token;
    Strs added;   /* "events:READ", by name */
    Strs removed; /* likewise */
} TokenChange;

typedef VEC(TokenChange) TokenChanges;

/* By token name. Files that could not be read take no part. */
TokenChanges token_changes(Arena *arena, const Diff *diff);

#endif
