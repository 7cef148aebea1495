/* template.c: finds the tags of a template, and takes one way through its branches. */
#include "template.h"

#include <string.h>

enum { MAX_BLOCKS = 200 };

static size_t find_from(Str text, size_t from, const char *mark)
{
    ptrdiff_t at = str_find(str_slice(text, from, text.len), mark);
    return at < 0 ? text.len : from + (size_t)at;
}

static bool opens_tag(Str text, size_t at)
{
    if (at + 1 >= text.len || text.ptr[at] != '{')
        return false;
    char mark = text.ptr[at + 1];
    if (mark != '{' && mark != '%' && mark != '#')
        return false;
    if (mark == '{' && at + 2 < text.len && text.ptr[at + 2] == '{')
        return false; /* the next brace opens it */
    return at + 2 >= text.len || text.ptr[at + 2] != '!';
}

static size_t next_tag(Str text, size_t from)
{
    while (from < text.len) {
        const char *brace = memchr(text.ptr + from, '{', text.len - from);
        if (!brace)
            return text.len;
        from = (size_t)(brace - text.ptr);
        if (opens_tag(text, from))
            return from;
        from++;
    }
    return text.len;
}

static TagKind kind_of_mark(char mark)
{
    return mark == '{' ? TAG_EXPRESSION : mark == '%' ? TAG_STATEMENT : TAG_COMMENT;
}

Tags template_tags(Arena *arena, Str text, Range *open)
{
    static const char *const ENDS[] = {"}}", "%}", "#}"};
    Tags tags = {0};

    if (open)
        *open = (Range){0, 0};
    for (size_t at = next_tag(text, 0); at < text.len;) {
        TagKind kind = kind_of_mark(text.ptr[at + 1]);
        size_t end = find_from(text, at + 2, ENDS[kind]);
        if (end >= text.len) {
            if (open)
                *open = (Range){(uint32_t)at, (uint32_t)text.len};
            break;
        }
        Tag tag = {
            kind, str_trim(str_slice(text, at + 2, end)), {(uint32_t)at, (uint32_t)(end + 2)}};
        vec_push(arena, &tags, tag);
        at = next_tag(text, end + 2);
    }
    return tags;
}

bool template_has_tags(Str text)
{
    return next_tag(text, 0) < text.len;
}

/* ---- one way through the branches ---------------------------------------------------------- */

typedef struct {
    Str word;    /* if, for, while, try, ... */
    Range range; /* of the opening tag */
    bool taken;  /* the current branch is read */
} Block;

typedef struct {
    Blanked *out;
    char *bytes;
    Block blocks[MAX_BLOCKS];
    size_t depth;
    size_t untaken; /* how many open blocks are in a branch that is not read */
} Walk;

static Str first_word(Str body)
{
    size_t end = 0;
    while (end < body.len &&
           ((body.ptr[end] >= 'a' && body.ptr[end] <= 'z') ||
            (body.ptr[end] >= 'A' && body.ptr[end] <= 'Z') ||
            (body.ptr[end] >= '0' && body.ptr[end] <= '9') || body.ptr[end] == '_'))
        end++;
    return str_slice(body, 0, end);
}

static bool is_one_of(Str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

static bool opens_block(Str word)
{
    static const char *const WORDS[] = {"if", "for", "while", "try", "block", "apply", "raw"};
    return is_one_of(word, WORDS, ARRAY_LEN(WORDS));
}

static bool opens_branch(Str word)
{
    static const char *const WORDS[] = {"elif", "else", "except", "finally"};
    return is_one_of(word, WORDS, ARRAY_LEN(WORDS));
}

/* Run-time settings and errors leave no text in the query. */
static bool prints_nothing(Str body)
{
    static const char *const WORDS[] = {"max_threads", "backend_hint", "cache_ttl",   "activate",
                                        "disable",     "error",        "custom_error"};
    Str word = first_word(body);
    Str rest = str_trim(str_slice(body, word.len, body.len));
    return str_starts(rest, "(") && is_one_of(word, WORDS, ARRAY_LEN(WORDS));
}

static void blame(Walk *walk, Arena *arena, Range range, const char *format, Str word)
{
    if (walk->out->problem.len)
        return;
    walk->out->problem = str_fmt(arena, format, STR_ARG(word));
    walk->out->range = range;
}

static void set_taken(Walk *walk, Block *block, bool taken)
{
    if (block->taken && !taken)
        walk->untaken++;
    else if (!block->taken && taken)
        walk->untaken--;
    block->taken = taken;
}

static void enter_statement(Walk *walk, Arena *arena, const Tag *tag)
{
    Str word = first_word(tag->body);

    if (opens_block(word)) {
        if (walk->depth == MAX_BLOCKS) {
            blame(walk, arena, tag->range, "template blocks nest too deep at '%.*s'", word);
            return;
        }
        walk->blocks[walk->depth++] = (Block){word, tag->range, true};
    } else if (opens_branch(word)) {
        if (walk->depth == 0)
            blame(walk, arena, tag->range, "'%.*s' stands outside any template block", word);
        else
            set_taken(walk, &walk->blocks[walk->depth - 1], str_is(word, "finally"));
    } else if (str_is(word, "end")) {
        if (walk->depth == 0) {
            blame(walk, arena, tag->range, "'{%% %.*s %%}' closes nothing", word);
            return;
        }
        set_taken(walk, &walk->blocks[walk->depth - 1], true);
        walk->depth--;
    }
}

static void fill(Walk *walk, size_t from, size_t to, char with)
{
    memset(walk->bytes + from, with, to - from);
}

static void take_tag(Walk *walk, Arena *arena, const Tag *tag)
{
    if (tag->kind == TAG_STATEMENT)
        enter_statement(walk, arena, tag);
    bool word = tag->kind == TAG_EXPRESSION && walk->untaken == 0 && !prints_nothing(tag->body);
    fill(walk, tag->range.start, tag->range.end, word ? '_' : ' ');
}

static void blank_leading_percent(Walk *walk, Str text)
{
    size_t at = 0;
    while (at < text.len && strchr(" \t\r\n", text.ptr[at]) && text.ptr[at])
        at++;
    if (at < text.len && text.ptr[at] == '%') {
        fill(walk, at, at + 1, ' ');
        walk->out->has_template = true;
    }
}

Blanked template_blank(Arena *arena, Str text)
{
    Blanked out = {.text = text};
    Range open;
    Tags tags = template_tags(arena, text, &open);
    Walk walk = {.out = &out, .bytes = arena_alloc(arena, text.len + 1)};
    size_t at = 0;

    if (text.len)
        memcpy(walk.bytes, text.ptr, text.len);
    out.has_template = tags.len > 0 || !range_is_empty(open);
    blank_leading_percent(&walk, text);
    for (size_t i = 0; i < tags.len; i++) {
        if (walk.untaken)
            fill(&walk, at, tags.items[i].range.start, ' ');
        take_tag(&walk, arena, &tags.items[i]);
        at = tags.items[i].range.end;
    }
    if (!range_is_empty(open))
        blame(&walk, arena, open, "the template tag%.*s is never closed", (Str){0});
    if (walk.depth > 0)
        blame(&walk, arena, walk.blocks[walk.depth - 1].range, "missing {%% end %%} of '%.*s'",
              walk.blocks[walk.depth - 1].word);
    out.text = (Str){walk.bytes, text.len};
    return out;
}
