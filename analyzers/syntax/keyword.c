/* keyword.c: look-ups in the table of instructions. */
#include "keyword.h"

static const KeywordInfo infos[KEYWORD_COUNT] = {
    [KEYWORD_UNKNOWN] = {KEYWORD_UNKNOWN, "", 0, 0, FORM_EITHER, REPEAT_ADDS, STATUS_OK},
#define KEYWORD(id, word, forward, classic, form, repeat, status)                                  \
    [KEYWORD_##id] = {KEYWORD_##id, word, forward, classic, form, repeat, status},
#include "keyword.def"
#undef KEYWORD
};

/* Lengths apart from the table, so that most words are passed over without reading their text. */
static const unsigned char lengths[KEYWORD_COUNT] = {
#define KEYWORD(id, word, ...) [KEYWORD_##id] = sizeof(word) - 1,
#include "keyword.def"
#undef KEYWORD
};

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

Keyword keyword_find(Str word)
{
    /* Most lines of a file begin with something else. */
    if (word.len == 0 || !is_letter(word.ptr[0]))
        return KEYWORD_UNKNOWN;
    for (int i = KEYWORD_UNKNOWN + 1; i < KEYWORD_COUNT; i++)
        if (lengths[i] == word.len && str_is_nocase(word, infos[i].word))
            return (Keyword)i;
    return KEYWORD_UNKNOWN;
}

const KeywordInfo *keyword_info(Keyword keyword)
{
    return &infos[keyword < KEYWORD_COUNT ? keyword : KEYWORD_UNKNOWN];
}

static unsigned kind_bit(DatafileKind kind)
{
    return 1U << kind;
}

bool keyword_ends_block(Keyword keyword, DatafileKind kind, Dialect dialect)
{
    const KeywordInfo *info = keyword_info(keyword);
    if (dialect == DIALECT_FORWARD)
        return (info->forward & kind_bit(kind)) != 0;
    /* Classic has one table for all kinds, and never ends a block at FROM, which opens so many
     * lines of SQL. */
    return info->classic != 0 && keyword != KEYWORD_FROM;
}

static bool is_valid_in(const KeywordInfo *info, DatafileKind kind, Dialect dialect)
{
    if (dialect == DIALECT_CLASSIC)
        return (info->classic & kind_bit(kind)) != 0;
    return (info->forward & kind_bit(kind)) != 0 && info->status != STATUS_REFUSED;
}

static Str upper_case(Str word, char *buffer, size_t size)
{
    size_t len = word.len < size ? word.len : size;
    for (size_t i = 0; i < len; i++) {
        char c = word.ptr[i];
        buffer[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return (Str){buffer, len};
}

Str keyword_suggest(Str word, DatafileKind kind, Dialect dialect)
{
    char buffer[64];
    Str upper = upper_case(word, buffer, sizeof(buffer));
    Str best = {0};
    /* A third of the letters may be wrong: enough for a slip, too little for another word. */
    size_t limit = 1 + word.len / 3;
    for (int i = KEYWORD_UNKNOWN + 1; i < KEYWORD_COUNT; i++) {
        Str candidate = str_of(infos[i].word);
        if (!is_valid_in(&infos[i], kind, dialect))
            continue;
        size_t distance = str_distance(upper, candidate, limit);
        if (distance < limit) {
            limit = distance;
            best = candidate;
        }
    }
    return best;
}
