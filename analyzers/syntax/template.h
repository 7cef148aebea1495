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

typedef struct {
    Str text;          /* as long as the original: see template_blank */
    Str problem;       /* empty, or why the template is broken: "missing {% end %} of 'if'" */
    Range range;       /* of the tag to blame, in the text */
    bool has_template; /* a tag, or a leading % */
} Blanked;

/* All tags in order. `open`, when given, is the place of a tag that never closes, else empty. */
Tags template_tags(Arena *arena, Str text, Range *open);

/* True when the text holds a tag, also an unclosed one. */
bool template_has_tags(Str text);

/* The text with one way through its branches taken: of if and try the first branch, of a loop
 * the body once. What is not taken, statements, comments and the leading % become blanks; an
 * expression becomes one word of underscores, or blanks when it prints nothing (error, settings
 * such as max_threads). Offsets stay those of the text. */
Blanked template_blank(Arena *arena, Str text);

#endif
