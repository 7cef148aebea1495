/* datafile_index.c: a line of INDEXES -> `name expr TYPE type GRANULARITY n`. */
#include <string.h>

#include "datafile_build.h"

/* A line while it is read; `at` moves over it. */
typedef struct {
    Str text;
    size_t at;
} Line;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r' || c == '\n';
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           ((unsigned char)c & 0x80);
}

static void skip_blanks(Line *line)
{
    while (line->at < line->text.len && is_blank(line->text.ptr[line->at]))
        line->at++;
}

static Range take_word(Line *line)
{
    skip_blanks(line);
    size_t start = line->at;
    while (line->at < line->text.len && is_word_char(line->text.ptr[line->at]))
        line->at++;
    return (Range){(uint32_t)start, (uint32_t)line->at};
}

static Token token_at(Str text, Range range, uint32_t base)
{
    return (Token){str_range(text, range), {range.start + base, range.end + base}};
}

/* Where TYPE stands as Tinybird counts it: once in the line, also inside of other words. */
static ptrdiff_t find_type(Str text)
{
    ptrdiff_t first = str_find(text, "TYPE");
    if (first < 0 || str_find(str_slice(text, (size_t)first + 4, text.len), "TYPE") >= 0)
        return -1;
    bool alone = first > 0 && is_blank(text.ptr[first - 1]) && (size_t)first + 4 < text.len &&
                 is_blank(text.ptr[first + 4]);
    return alone ? first : -1;
}

/* The type's name with its arguments, if these are well formed. */
static Range take_type(Line *line)
{
    Range type = take_word(line);
    Str rest = str_slice(line->text, line->at, line->text.len);
    if (!str_starts(rest, "("))
        return type;
    ptrdiff_t close = str_find_char(rest, ')');
    for (ptrdiff_t i = 1; i < close; i++)
        if (!is_word_char(rest.ptr[i]) && !is_blank(rest.ptr[i]) && !strchr("*.,", rest.ptr[i]))
            return type;
    if (close > 1) {
        line->at += (size_t)close + 1;
        type.end = (uint32_t)line->at;
    }
    return type;
}

static Range take_granularity(Line *line)
{
    size_t start = line->at;
    Range word = take_word(line);
    if (!str_is(str_range(line->text, word), "GRANULARITY") || word.start == start) {
        line->at = start;
        return (Range){0, 0};
    }
    Range number = take_word(line);
    for (uint32_t i = number.start; i < number.end; i++)
        if (line->text.ptr[i] < '0' || line->text.ptr[i] > '9')
            return (Range){number.start, i};
    return number;
}

static bool read_parts(Str text, uint32_t base, IndexDef *index)
{
    Line line = {text, 0};
    Range name = take_word(&line);
    if (str_is(str_range(text, name), "INDEX"))
        name = take_word(&line);
    ptrdiff_t type_word = find_type(text);
    if (range_is_empty(name) || type_word < 0 || (size_t)type_word < line.at)
        return false;
    Str between = str_slice(text, line.at, (size_t)type_word);
    Str expr = str_trim(between);
    if (expr.len == 0 || !is_blank(between.ptr[0]))
        return false;
    uint32_t expr_start = (uint32_t)(expr.ptr - text.ptr);
    line.at = (size_t)type_word + 4;
    Range type = take_type(&line);
    if (range_is_empty(type))
        return false;
    index->name = token_at(text, name, base);
    index->expr = token_at(text, (Range){expr_start, expr_start + (uint32_t)expr.len}, base);
    index->type = token_at(text, type, base);
    Range granularity = take_granularity(&line);
    if (!range_is_empty(granularity))
        index->granularity = token_at(text, granularity, base);
    return true;
}

void read_index(Facts *facts, Range range)
{
    Str text = str_trim(str_range(facts->file->text, range));
    while (str_ends(text, ","))
        text.len--;
    range.end = range.start + (uint32_t)text.len;
    IndexDef index = {.range = range};
    if (text.len && read_parts(text, range.start, &index))
        vec_push(facts->arena, &facts->file->indexes, index);
    else if (!has_template(text))
        facts_problem(facts, PROBLEM_SYNTAX, range, (Str){0},
                      "an index is written 'name expression TYPE type GRANULARITY number'");
}
