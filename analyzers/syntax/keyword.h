/*
 * keyword.h: the instructions of the datafile language, one table for both products.
 *
 * The table says where a word may stand, what form it takes and what a second one does; the
 * scanner's block-end rule, the analyzers' messages and the completion of misspelt words all
 * read it.
 */
#ifndef TBLINT_KEYWORD_H
#define TBLINT_KEYWORD_H

#include "base/str.h"

typedef enum { DATAFILE_DATASOURCE, DATAFILE_PIPE, DATAFILE_CONNECTION } DatafileKind;
typedef enum { DIALECT_FORWARD, DIALECT_CLASSIC } Dialect;

typedef enum {
    KEYWORD_UNKNOWN = 0,
#define KEYWORD(id, word, ...) KEYWORD_##id,
#include "keyword.def"
#undef KEYWORD
    KEYWORD_COUNT
} Keyword;

typedef enum { FORM_LINE, FORM_BLOCK, FORM_EITHER } KeywordForm;
typedef enum { REPEAT_LAST_WINS, REPEAT_ADDS, REPEAT_NEW_NODE } KeywordRepeat;

/* In which kinds of file a product takes the word. */
enum { IN_DATASOURCE = 1, IN_PIPE = 2, IN_CONNECTION = 4, IN_ALL = 7 };

typedef enum {
    STATUS_OK,
    STATUS_IGNORED, /* deprecated: a warning, then ignored */
    STATUS_REFUSED, /* deprecated: an error */
} KeywordStatus;

typedef struct {
    Keyword id;
    const char *word; /* upper case */
    unsigned forward; /* IN_ bits */
    unsigned classic; /* IN_ bits where it has a meaning; Classic's parser itself takes any */
    KeywordForm form; /* in Forward */
    KeywordRepeat repeat;
    KeywordStatus status; /* in Forward */
} KeywordInfo;

Keyword keyword_find(Str word); /* any letter case; KEYWORD_UNKNOWN */
const KeywordInfo *keyword_info(Keyword keyword);

/* The word ends a block of this kind of file when it opens a line at column 0. */
bool keyword_ends_block(Keyword keyword, DatafileKind kind, Dialect dialect);

/* The nearest word that is valid there, or empty when none is near. */
Str keyword_suggest(Str word, DatafileKind kind, Dialect dialect);

#endif
