/* sql_nesting.c: how deep a text nests, by a scan of its bytes before the parser sees it. */
#include "sql_build.h"

#include <string.h>

enum {
    /* Open brackets at once. More is nobody's query, and recovery from it costs too much. */
    MAX_BRACKETS = 1000,
    MAX_SIGNS = 1000,  /* - - - NOT NOT x */
    MAX_FORKS = 500,   /* INTERVAL before an expression */
    MAX_NESTS = 20000, /* CASE, -> and ? in all */
};

/* What a scan of the bytes says about nesting. Strings and comments count too, which no real query
 * notices. */
typedef struct {
    int open;  /* brackets */
    int deep;  /* the most of them at once */
    int run;   /* signs and NOT one after another */
    int signs; /* the longest such run */
    int nests; /* words and signs that nest without brackets */
    int forks; /* `interval -`, which is read in two ways until its unit comes */
} Nesting;

/* The word is in upper case, its first letter known to be there. */
static bool is_word_at(Str text, size_t at, const char *word)
{
    size_t len = strlen(word);
    return at + len <= text.len && (text.ptr[at + 1] & ~0x20) == word[1] &&
           str_eq_nocase(str_slice(text, at, at + len), str_of(word));
}

static void count_sign(Nesting *nesting)
{
    if (++nesting->run > nesting->signs)
        nesting->signs = nesting->run;
}

/* INTERVAL before a number or a text is read in one way only. */
static int forks_at(Str text, size_t at)
{
    while (at < text.len && strchr(" \t\r\n", text.ptr[at]) && text.ptr[at])
        at++;
    return at < text.len && text.ptr[at] != '\'' && (text.ptr[at] < '0' || text.ptr[at] > '9');
}

/* How many bytes at `at` were looked at. */
static size_t scan_nesting(Nesting *nesting, Str text, size_t at)
{
    char c = text.ptr[at];

    if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        return 1;
    if (c == '-' || c == '+') {
        count_sign(nesting);
        nesting->nests += at + 1 < text.len && text.ptr[at + 1] == '>';
        return 1;
    }
    if ((c == 'n' || c == 'N') && is_word_at(text, at, "NOT")) {
        count_sign(nesting);
        return 3;
    }
    nesting->run = 0;
    if (c == '(' || c == '[' || c == '{') {
        if (++nesting->open > nesting->deep)
            nesting->deep = nesting->open;
    } else if ((c == ')' || c == ']' || c == '}') && nesting->open > 0) {
        nesting->open--;
    } else if ((c == 'i' || c == 'I') && is_word_at(text, at, "INTERVAL")) {
        nesting->forks += forks_at(text, at + 8);
        return 8;
    } else if (c == '?' || ((c == 'c' || c == 'C') && is_word_at(text, at, "CASE"))) {
        nesting->nests++;
    }
    return 1;
}

/* Bytes that only end a run of signs: nearly all of a text. */
static bool says_nothing(char c)
{
    static const char SAYS[256] = {
        [' '] = 1, ['\n'] = 1, ['\t'] = 1, ['\r'] = 1, ['-'] = 1, ['+'] = 1, ['n'] = 1,
        ['N'] = 1, ['('] = 1,  ['['] = 1,  ['{'] = 1,  [')'] = 1, [']'] = 1, ['}'] = 1,
        ['i'] = 1, ['I'] = 1,  ['?'] = 1,  ['c'] = 1,  ['C'] = 1,
    };
    return !SAYS[(unsigned char)c];
}

bool sql_nests_too_deep(Str text)
{
    Nesting nesting = {0};
    for (size_t at = 0; at < text.len;) {
        if (says_nothing(text.ptr[at])) {
            nesting.run = 0;
            at++;
        } else {
            at += scan_nesting(&nesting, text, at);
        }
    }
    return nesting.deep > MAX_BRACKETS || nesting.signs > MAX_SIGNS || nesting.nests > MAX_NESTS ||
           nesting.forks > MAX_FORKS;
}
