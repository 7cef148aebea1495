/*
 * line_hash.c: GitHub's fingerprint of a line.
 *
 * The file is read as UTF-16 code units without blanks and tabs, every line end as one \n, and a
 * unit 65535 after the last. The hash of a line is the polynomial in 37, modulo 2^64, of the 100
 * units that begin with the line (zeros after the end), so it covers the lines after it too.
 */
#include "report/line_hash.h"

#include "report/escape.h"

enum { WINDOW = 100, BASE = 37, END_MARK = 65535 };

typedef VEC(uint16_t) Units;
typedef VEC(uint32_t) Starts;

typedef struct {
    Arena *arena;
    Units units;
    Starts starts; /* index in units of each line's first unit */
    bool at_line_start;
    bool after_return;
} Reader;

static void add_unit(Reader *reader, uint16_t unit)
{
    if (reader->at_line_start)
        vec_push(reader->arena, &reader->starts, (uint32_t)reader->units.len);
    reader->at_line_start = unit == '\n';
    vec_push(reader->arena, &reader->units, unit);
}

static void add_character(Reader *reader, uint32_t c)
{
    bool after_return = reader->after_return;
    reader->after_return = c == '\r';
    if (c == ' ' || c == '\t' || (c == '\n' && after_return))
        return;
    if (c == '\r')
        c = '\n';
    if (c > 0xFFFF) {
        add_unit(reader, (uint16_t)(0xD7C0u + (c >> 10)));
        add_unit(reader, (uint16_t)(0xDC00u + (c & 0x3FFu)));
    } else {
        add_unit(reader, (uint16_t)c);
    }
}

static Reader read_units(Arena *arena, Str text)
{
    Reader reader = {.arena = arena, .at_line_start = true};
    while (text.len > 0)
        add_character(&reader, utf8_next(&text, NULL));
    add_unit(&reader, END_MARK);
    return reader;
}

static uint16_t unit_at(const Units *units, size_t index)
{
    return index < units->len ? units->items[index] : 0;
}

/* ---- occurrences: an open table from hash to count ---- */

typedef struct {
    LineHash *slots;
    size_t mask;
} Counts;

static Counts counts_new(Arena *arena, size_t lines)
{
    size_t size = 16;
    while (size < lines * 2)
        size *= 2;
    return (Counts){ARENA_ARRAY(arena, LineHash, size), size - 1};
}

static uint32_t count_hash(Counts *counts, uint64_t hash)
{
    /* The low bits of a polynomial hash are weak; mixed, equal hashes still meet. */
    size_t slot = (size_t)((hash * 0x9E3779B97F4A7C15u) >> 20) & counts->mask;
    while (counts->slots[slot].occurrence && counts->slots[slot].hash != hash)
        slot = (slot + 1) & counts->mask;
    counts->slots[slot].hash = hash;
    return ++counts->slots[slot].occurrence;
}

LineHashes line_hashes(Arena *arena, Str text)
{
    Reader reader = read_units(arena, text);
    Counts counts = counts_new(arena, reader.starts.len);
    LineHashes hashes = {0};
    uint64_t leaving = 1; /* weight of a unit that falls out of the window */
    for (int i = 0; i < WINDOW; i++)
        leaving *= BASE;
    uint64_t hash = 0; /* of the WINDOW units before `end` */
    size_t next = 0;
    for (size_t end = 0; next < reader.starts.len; end++) {
        hash = hash * BASE + unit_at(&reader.units, end);
        if (end >= WINDOW)
            hash -= leaving * unit_at(&reader.units, end - WINDOW);
        if (end + 1 >= WINDOW && end + 1 - WINDOW == reader.starts.items[next]) {
            LineHash line = {hash, count_hash(&counts, hash)};
            vec_push(arena, &hashes, line);
            next++;
        }
    }
    return hashes;
}
