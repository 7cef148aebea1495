/*
 * template.h: the tags of Tinybird's templates (Tornado's, adapted) in a text.
 *
 *     {{ expression }}   {% statement %}   {# comment #}
 *
 * A tag ends at the first closing mark, also inside quotes, as in Tornado. `{{!`, `{%!` and `{#!`
 * are the escaped marks; of three braces in a row the inner two open the tag.
 */
#ifndef TBLINT_TEMPLATE_H
#define TBLINT_TEMPLATE_H

#include "base/str.h"

typedef enum { TAG_EXPRESSION, TAG_STATEMENT, TAG_COMMENT } TagKind;

typedef struct {
    TagKind kind;
    Str body;    /* between the marks, without blanks around it */
    Range range; /* in the text, marks included */
} Tag;

typedef VEC(Tag) Tags;

/* All tags in order. `open`, when given, is the place of a tag that never closes, else empty. */
Tags template_tags(Arena *arena, Str text, Range *open);

/* True when the text holds a tag, also an unclosed one. */
bool template_has_tags(Str text);

#endif
