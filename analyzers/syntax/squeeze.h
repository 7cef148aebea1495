/*
 * squeeze.h: texts with everything taken out that means nothing, without parsing them.
 *
 * Equal results mean the same; the same meaning may still give two results.
 */
#ifndef TBLINT_SQUEEZE_H
#define TBLINT_SQUEEZE_H

#include "base/str.h"

/* A Python expression of a template tag: no blanks but between two words, texts in single quotes
 * where they hold neither quote nor backslash. */
Str squeeze_python(Arena *arena, Str text);

/* SQL that may hold template tags: white space and comments are one blank, or none beside a comma
 * or a bracket; tags are squeezed, tags that are comments go, the commonest keywords are in upper
 * case. */
Str squeeze_sql(Arena *arena, Str text);

/* True when a statement tag may stand inside of a word: a{% if x %}b{% end %}. */
bool squeeze_joins(Arena *arena, Str text);

/* Only the tags of the text squeezed, the rest as it stands: for a string that holds a tag. */
Str squeeze_tags(Arena *arena, Str text);

#endif
