/*
 * template_variants.h: the texts that a template can become, each as long as the template.
 */
#ifndef TBLINT_TEMPLATE_VARIANTS_H
#define TBLINT_TEMPLATE_VARIANTS_H

#include "template.h"

enum { TEMPLATE_MAX_VARIANTS = 64, TEMPLATE_MAX_TEXT = 2 << 20 };

typedef struct {
    Strs texts;        /* at least one, no two equal; the first takes every first branch */
    size_t unread;     /* branches with SQL of their own that no text holds */
    Str problem;       /* empty, or why the template is broken; then there is one text */
    Range range;       /* of the tag to blame, in the text */
    bool has_template; /* a tag, or a leading % */
} TemplateVariants;

/* Every branch of every if, elif, else (also one that is not written) and except stands in at least
 * one text, together with those that its condition allows. A loop's body is read once, which
 * makes its item the first and the last. A branch that raises error() is left out: it leaves no
 * query. At most `limit` texts, and TEMPLATE_MAX_TEXT bytes in all but for the first. */
TemplateVariants template_variants(Arena *arena, Str text, size_t limit);

/* Every tag, and what stands in the blocks, squeezed; empty for a broken template. */
Str template_structure(Arena *arena, Str text);

#endif
