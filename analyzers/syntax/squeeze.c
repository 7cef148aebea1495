/* squeeze.c: takes out of SQL and of template tags what means nothing. */
#include "squeeze.h"

#include "template.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static Str take(Buf *out, Arena *arena)
{
    Str text = str_copy(arena, buf_str(out));
    buf_free(out);
    return text;
}

/* Where the text that opens at `at` ends; the end of all when it never closes. */
static size_t quoted_end(Str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote)
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

static size_t word_end(Str text, size_t at)
{
    while (at < text.len && is_word(text.ptr[at]))
        at++;
    return at;
}

/* ---- Python -------------------------------------------------------------------------------- */

static void put_python_text(Buf *out, Str quoted)
{
    Str inside = str_slice(quoted, 1, quoted.len - 1);
    bool plain = quoted.len >= 2 && quoted.ptr[0] == '"' && quoted.ptr[quoted.len - 1] == '"' &&
                 str_find_char(inside, '\'') < 0 && str_find_char(inside, '\\') < 0;
    if (!plain) {
        buf_add_str(out, quoted);
        return;
    }
    buf_add_char(out, '\'');
    buf_add_str(out, inside);
    buf_add_char(out, '\'');
}

/* Which open brackets are calls and lists, where a last comma means nothing: in (1,) it does. */
typedef struct {
    uint64_t plain; /* a bit each, the innermost lowest */
    int depth;
} Brackets;

static void put_bracket(Buf *out, size_t start, Brackets *open, char c)
{
    char last = out->len > start ? out->ptr[out->len - 1] : '\0';
    if (c == '(' || c == '[') {
        open->plain = (open->plain << 1) | (c == '[' || is_word(last) || last == ')');
        open->depth++;
    } else if (open->depth > 0) {
        if (last == ',' && (open->plain & 1) != 0 && open->depth <= 64)
            out->len--;
        open->plain >>= 1;
        open->depth--;
    }
    buf_add_char(out, c);
}

static void put_python(Buf *out, Str text)
{
    size_t start = out->len;
    Brackets open = {0, 0};
    bool blank = false;

    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        if (is_blank(c)) {
            blank = true;
            at++;
            continue;
        }
        if (blank && out->len > start && is_word(c) && is_word(out->ptr[out->len - 1]))
            buf_add_char(out, ' ');
        blank = false;
        if (c == '\'' || c == '"') {
            size_t end = quoted_end(text, at);
            put_python_text(out, str_slice(text, at, end));
            at = end;
        } else {
            if (strchr("()[]", c) && c != '\0')
                put_bracket(out, start, &open, c);
            else
                buf_add_char(out, c);
            at++;
        }
    }
}

Str squeeze_python(Arena *arena, Str text)
{
    Buf out = {0};
    put_python(&out, text);
    return take(&out, arena);
}

/* ---- SQL ----------------------------------------------------------------------------------- */

static const char *keyword(Str word)
{
    static const char *const WORDS[] = {
        "SELECT", "FROM",  "WHERE", "AND",   "OR",       "NOT",   "AS",     "IN",   "ON",  "JOIN",
        "LEFT",   "INNER", "GROUP", "BY",    "ORDER",    "LIMIT", "HAVING", "LIKE", "IS",  "NULL",
        "UNION",  "ALL",   "WITH",  "USING", "DISTINCT", "CASE",  "WHEN",   "THEN", "ELSE"};
    if (word.len > 8)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (str_is_nocase(word, WORDS[i]))
            return WORDS[i];
    return NULL;
}

static void put_tag(Buf *out, Str text, const Tag *tag)
{
    buf_add_str(out, str_slice(text, tag->range.start, tag->range.start + 2));
    put_python(out, tag->body);
    buf_add_str(out, str_slice(text, tag->range.end - 2, tag->range.end));
}

/* The end of the comment that starts at `at`, or `at` when none does. */
static size_t comment_end(Str text, size_t at)
{
    Str rest = str_slice(text, at, text.len);
    bool sharp = rest.len > 1 && rest.ptr[0] == '#' && (rest.ptr[1] == ' ' || rest.ptr[1] == '!');
    const char *close = str_starts(rest, "/*")                                      ? "*/"
                        : sharp || str_starts(rest, "--") || str_starts(rest, "//") ? "\n"
                                                                                    : NULL;
    if (!close)
        return at;
    ptrdiff_t end = str_find(str_slice(rest, 2, rest.len), close);
    return end < 0 ? text.len : at + 2 + (size_t)end + strlen(close);
}

typedef struct {
    Buf out;
    Str text;
    Tags tags;
    size_t tag;   /* the next one */
    size_t limit; /* where it starts */
    bool blank;
    bool loose; /* see is_loose() */
} Squeeze;

static bool stands_alone(char c)
{
    return c == ',' || c == '(' || c == ')' || c == '[' || c == ']';
}

static bool is_operator(char c)
{
    return c == '=' || c == '<' || c == '>' || c == '!' || c == '+' || c == '-';
}

static bool is_operand(char c)
{
    return is_word(c) || c == '\'' || c == '"' || c == '`';
}

/* `a= 1` and `a = 1`; not `- -1` nor `> =`, nor `- {{x}}`, which may print a sign. */
static bool is_between_operands(char last, char next)
{
    if (next == '{')
        return last == '=' || last == '<' || last == '>';
    return (is_operator(last) && is_operand(next)) || (is_operand(last) && is_operator(next));
}

/* Before what starts with `next`: '{' of a tag that prints, '%' of a statement. */
static void put_blank(Squeeze *squeeze, char next)
{
    size_t len = squeeze->out.len;
    bool percent = len == 1 && squeeze->out.ptr[0] == '%'; /* it marks a template */
    bool needless = len == 0 || percent || stands_alone(next) ||
                    stands_alone(squeeze->out.ptr[len - 1]) ||
                    is_between_operands(squeeze->out.ptr[len - 1], next);
    if (squeeze->blank && !needless)
        buf_add_char(&squeeze->out, ' ');
    squeeze->blank = false;
}

/* A quoted text may hold tags, and tags may hold quotes. */
static size_t put_quoted(Squeeze *squeeze, size_t at)
{
    char quote = squeeze->text.ptr[at];
    buf_add_char(&squeeze->out, quote);
    for (at++; at < squeeze->text.len; at++) {
        if (at == squeeze->limit) {
            const Tag *tag = &squeeze->tags.items[squeeze->tag++];
            put_tag(&squeeze->out, squeeze->text, tag);
            squeeze->limit = squeeze->tag < squeeze->tags.len
                                 ? squeeze->tags.items[squeeze->tag].range.start
                                 : squeeze->text.len;
            at = tag->range.end - 1;
            continue;
        }
        char c = squeeze->text.ptr[at];
        buf_add_char(&squeeze->out, c);
        if (c == quote)
            return at + 1;
        if (c == '\\' && at + 1 < squeeze->limit)
            buf_add_char(&squeeze->out, squeeze->text.ptr[++at]);
    }
    return at;
}

static size_t put_sql_token(Squeeze *squeeze, size_t at)
{
    Str text = squeeze->text;
    char c = text.ptr[at];

    if (is_blank(c)) {
        squeeze->blank = true;
        return at + 1;
    }
    size_t end = comment_end(str_slice(text, 0, squeeze->limit), at);
    if (end > at) {
        squeeze->blank = true;
        return end;
    }
    put_blank(squeeze, c);
    if (c == '\'' || c == '"' || c == '`')
        return put_quoted(squeeze, at);
    end = word_end(str_slice(text, 0, squeeze->limit), at);
    Str word = str_slice(text, at, end > at ? end : at + 1);
    const char *upper = keyword(word);
    buf_add_str(&squeeze->out, upper ? str_of(upper) : word);
    return at + word.len;
}

static bool is_joint(Str text, size_t at)
{
    return at < text.len && !is_blank(text.ptr[at]) && !stands_alone(text.ptr[at]);
}

/* Of {% if x %}, which prints nothing, the sides: is there something that what comes before or
 * behind could grow together with? */
static void note_joints(Str text, const Tags *tags, size_t at, bool *before, bool *behind)
{
    Range range = tags->items[at].range;
    const Tag *last = at > 0 ? &tags->items[at - 1] : NULL;
    const Tag *next = at + 1 < tags->len ? &tags->items[at + 1] : NULL;
    bool follows = last && last->range.end == range.start && last->kind != TAG_EXPRESSION;
    bool leads = next && next->range.start == range.end && next->kind != TAG_EXPRESSION;

    if (range.start > 0 && !follows)
        *before |= is_joint(text, range.start - 1);
    if (!leads)
        *behind |= is_joint(text, range.end);
}

/* True when blanks around statements mean nothing: never does a text touch one from the left
 * while another touches one from the right, so that no word is made of two halves. */
static bool is_loose(Str text, const Tags *tags)
{
    bool before = false;
    bool behind = false;
    for (size_t i = 0; i < tags->len; i++)
        if (tags->items[i].kind != TAG_EXPRESSION)
            note_joints(text, tags, i, &before, &behind);
    return !before || !behind;
}

static size_t put_next_tag(Squeeze *squeeze)
{
    const Tag *tag = &squeeze->tags.items[squeeze->tag++];

    squeeze->limit = squeeze->tag < squeeze->tags.len
                         ? squeeze->tags.items[squeeze->tag].range.start
                         : squeeze->text.len;
    if (tag->kind == TAG_COMMENT) {
        squeeze->blank = true;
        return tag->range.end;
    }
    bool loose = squeeze->loose && tag->kind == TAG_STATEMENT;
    squeeze->blank |= loose;
    put_blank(squeeze, tag->kind == TAG_EXPRESSION ? '{' : '%');
    put_tag(&squeeze->out, squeeze->text, tag);
    squeeze->blank = loose;
    return tag->range.end;
}

Str squeeze_sql(Arena *arena, Str text)
{
    Squeeze squeeze = {.text = text, .tags = template_tags(arena, text, NULL), .limit = text.len};

    squeeze.loose = is_loose(text, &squeeze.tags);
    if (squeeze.tags.len)
        squeeze.limit = squeeze.tags.items[0].range.start;
    for (size_t at = 0; at < text.len;)
        at = at == squeeze.limit ? put_next_tag(&squeeze) : put_sql_token(&squeeze, at);
    return take(&squeeze.out, arena);
}

bool squeeze_joins(Arena *arena, Str text)
{
    Tags tags = template_tags(arena, text, NULL);
    return !is_loose(text, &tags);
}

Str squeeze_tags(Arena *arena, Str text)
{
    Tags tags = template_tags(arena, text, NULL);
    Buf out = {0};
    size_t at = 0;

    for (size_t i = 0; i < tags.len; i++) {
        buf_add_str(&out, str_slice(text, at, tags.items[i].range.start));
        put_tag(&out, text, &tags.items[i]);
        at = tags.items[i].range.end;
    }
    buf_add_str(&out, str_slice(text, at, text.len));
    return take(&out, arena);
}
