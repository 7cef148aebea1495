/* base/: text, maps, clock, lines, hash, vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/lines.h"
#include "base/map.h"

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void arena_items_are_zeroed_aligned_and_apart(void **state)
{
    Arena *arena = *state;
    char *last = NULL;
    for (size_t size = 1; size < 3000; size += 7) {
        char *item = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)item % _Alignof(uint64_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(item[i], 0);
        memset(item, 0xAB, size);
        assert_ptr_not_equal(item, last);
        last = item;
    }
    assert_true(arena_used(arena) >= 3000);
    memset(arena_alloc(arena, 5u << 20), 1, 5u << 20);
}

static void vectors_grow(void **state)
{
    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++)
        vec_push(*state, &numbers, i * i);
    assert_int_equal(numbers.len, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers.items[i], i * i);
}

static void slices_are_clipped(void **state)
{
    (void)state;
    Str s = STR("datasource");
    assert_true(str_is(str_slice(s, 4, 10), "source"));
    assert_true(str_is(str_slice(s, 4, 99), "source"));
    assert_int_equal(str_slice(s, 8, 3).len, 0);
    assert_int_equal(str_slice(s, 99, 100).len, 0);
    assert_true(str_is(str_trim(STR(" \t\r\n a b \n")), "a b"));
    assert_int_equal(str_trim(STR(" \n ")).len, 0);
}

static void text_is_compared_by_bytes(void **state)
{
    (void)state;
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("aa")) < 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_true(str_eq_nocase(STR("EnGiNe"), STR("ENGINE")));
    assert_false(str_eq_nocase(STR("ENGINE"), STR("ENGINES")));
    assert_true(str_starts(STR("ENGINE_TTL"), "ENGINE_"));
    assert_false(str_ends(STR("x"), ".pipe"));
    assert_int_equal(str_find(STR("a -> b"), "->"), 2);
    assert_int_equal(str_find(STR("a"), "->"), -1);
}

static void lines_are_split_at_either_end(void **state)
{
    (void)state;
    Str rest = STR("one\r\ntwo\n\nfour");
    static const char *const expected[] = {"one", "two", "", "four"};
    size_t count = 0;
    for (Str line; str_split_line(&rest, &line); count++)
        assert_true(str_is(line, expected[count]));
    assert_int_equal(count, 4);
}

static void distance_counts_edits(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR("ENGINE"), STR("ENGINE"), 9), 0);
    assert_int_equal(str_distance(STR("ENIGNE"), STR("ENGINE"), 9), 1);
    assert_int_equal(str_distance(STR("SCHEM"), STR("SCHEMA"), 9), 1);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 2), 2);
    assert_int_equal(str_distance(STR(""), STR("abc"), 9), 3);
}

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    assert_true(str_is_utf8(STR("caf\xc3\xa9 \xe2\x89\xa4 \xf0\x9f\x98\x80")));
    assert_false(str_is_utf8(STR("\xc3")));
    assert_false(str_is_utf8(STR("\xc0\xaf")));
    assert_false(str_is_utf8(STR("\xed\xa0\x80")));
    assert_false(str_is_utf8(STR("\xf4\x90\x80\x80")));
    assert_false(str_is_utf8((Str){"a\0b", 3}));
}

static void maps_keep_the_order_of_insertion(void **state)
{
    Arena *arena = *state;
    Map *map = map_new(arena);
    static int values[5000];
    for (int i = 0; i < 5000; i++)
        map_put(map, str_fmt(arena, "key %d", i), &values[i]);
    map_put(map, STR("key 7"), &values[0]);
    assert_int_equal(map_len(map), 5000);
    for (int i = 0; i < 5000; i++) {
        Str key = str_fmt(arena, "key %d", i);
        assert_true(str_eq(map_key(map, (size_t)i), key));
        assert_ptr_equal(map_get(map, key), &values[i == 7 ? 0 : i]);
    }
    assert_null(map_get(map, STR("absent")));
    assert_false(map_has(map_new(arena), STR("absent")));
}

/* The reference vectors of the authors, for the key 00 01 .. 0f. */
static void siphash_gives_the_published_values(void **state)
{
    (void)state;
    static const HashKey key = {0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
    char bytes[15];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    assert_true(hash_bytes(key, (Str){bytes, 0}) == 0x726fdb47dd0e0e31ULL);
    assert_true(hash_bytes(key, (Str){bytes, 1}) == 0x74f839c593dc67fdULL);
    assert_true(hash_bytes(key, (Str){bytes, 8}) == 0x93f5f5799a932462ULL);
    assert_true(hash_bytes(key, (Str){bytes, 15}) == 0xa129ca6149be45e5ULL);
    assert_true(hash_for_table(key, (Str){bytes, 0}) == 0xabac0158050fc4dcULL);
    assert_true(hash_for_table(key, (Str){bytes, 1}) == 0xc9f49bf37d57ca93ULL);
    assert_true(hash_for_table(key, (Str){bytes, 2}) == 0x82cb9b024dc7d44dULL);
}

static Instant at(const char *text)
{
    Instant out = 0;
    assert_true(instant_parse(str_of(text), &out));
    return out;
}

static void moments_are_read_in_utc(void **state)
{
    (void)state;
    Instant out;
    assert_int_equal(at("1970-01-01"), 0);
    assert_int_equal(at("2024-01-01T00:00:00Z"), 1704067200);
    assert_int_equal(at("2024-02-29 12:30:45.123"), 1709209845);
    assert_int_equal(at("2024-01-01T02:00:00+02:00"), 1704067200);
    assert_int_equal(at("1969-12-31 23:59:59"), -1);
    static const char *const refused[] = {"",
                                          "2024",
                                          "2024-13-01",
                                          "2023-02-29",
                                          "2024-01-01 25:00:00",
                                          "2024-01-01x",
                                          "2024-01-01 ",
                                          "2024-01-01T00:00:00Zz"};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_false(instant_parse(str_of(refused[i]), &out));
}

static void moments_are_written_and_moved(void **state)
{
    Arena *arena = *state;
    assert_true(str_is(instant_text(arena, at("2026-11-21 13:40:05")), "2026-11-21 13:40:05"));
    assert_true(str_is(instant_text(arena, -1), "1969-12-31 23:59:59"));
    assert_true(str_is(instant_date(arena, at("2024-02-29")), "2024-02-29"));
    assert_int_equal(instant_add_months(at("2024-01-31"), 1), at("2024-02-29"));
    assert_int_equal(instant_add_months(at("2024-03-31 10:00:00"), -1), at("2024-02-29 10:00:00"));
    assert_int_equal(instant_add_months(at("2024-01-15"), -13), at("2022-12-15"));
}

static void every_day_of_four_centuries_goes_there_and_back(void **state)
{
    (void)state;
    for (Instant day = at("1899-12-31"); day < at("2300-01-02"); day += 86400) {
        Arena *arena = arena_new();
        Instant back;
        assert_true(instant_parse(instant_date(arena, day), &back));
        assert_int_equal(back, day);
        arena_free(arena);
        day += 86400 * 6; /* every seventh: all dates of the month are met */
    }
}

static void spans_are_said_in_words(void **state)
{
    Arena *arena = *state;
    assert_true(str_is(span_text(arena, 0), "0 seconds"));
    assert_true(str_is(span_text(arena, 1), "1 second"));
    assert_true(str_is(span_text(arena, 5400), "1 hour 30 minutes"));
    assert_true(str_is(span_text(arena, 86400 * 3), "3 days"));
    assert_true(str_is(span_text(arena, -90), "1 minute 30 seconds"));
    assert_true(str_is(age_text(arena, 59), "less than a minute"));
    assert_true(str_is(age_text(arena, 86400 + 3600), "1 day 1 hour"));
    assert_true(str_is(age_text(arena, 86400 * 394 + 3600), "394 days"));
}

static void the_clock_can_be_fixed(void **state)
{
    (void)state;
    Fault fault = {0};
    Instant now;
    setenv("TBLINT_NOW", "2026-11-21T12:00:00Z", 1);
    assert_int_equal(clock_now(&now, &fault), 0);
    assert_int_equal(now, at("2026-11-21 12:00:00"));
    setenv("TBLINT_NOW", "soon", 1);
    assert_int_equal(clock_now(&now, &fault), -1);
    assert_int_equal(fault.kind, FAULT_USAGE);
    assert_non_null(strstr(fault.message, "soon"));
    unsetenv("TBLINT_NOW");
    assert_int_equal(clock_now(&now, &fault), 0);
    assert_true(now > at("2026-01-01"));
}

static void columns_count_utf16_units(void **state)
{
    /* e acute: 2 bytes, 1 unit; emoji: 4 bytes, 2 units; a stray byte: 1 unit */
    Str text = STR("a\xc3\xa9\xf0\x9f\x98\x80\xff"
                   "b\r\nc\rd\n");
    Lines *lines = lines_new(*state, text);
    assert_int_equal(lines_count(lines), 4);
    static const struct {
        uint32_t offset, line, column;
    } expected[] = {{0, 1, 1},  {1, 1, 2},  {3, 1, 3},  {7, 1, 5}, {8, 1, 6},
                    {11, 2, 1}, {13, 3, 1}, {15, 4, 1}, {99, 4, 1}};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        Position position = lines_position(lines, expected[i].offset);
        assert_int_equal(position.line, expected[i].line);
        assert_int_equal(position.column, expected[i].column);
    }
    assert_true(str_is(lines_text(lines, 2), "c"));
    assert_int_equal(lines_text(lines, 9).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_items_are_zeroed_aligned_and_apart),
        cmocka_unit_test(vectors_grow),
        cmocka_unit_test(slices_are_clipped),
        cmocka_unit_test(text_is_compared_by_bytes),
        cmocka_unit_test(lines_are_split_at_either_end),
        cmocka_unit_test(distance_counts_edits),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(maps_keep_the_order_of_insertion),
        cmocka_unit_test(siphash_gives_the_published_values),
        cmocka_unit_test(moments_are_read_in_utc),
        cmocka_unit_test(moments_are_written_and_moved),
        cmocka_unit_test(every_day_of_four_centuries_goes_there_and_back),
        cmocka_unit_test(spans_are_said_in_words),
        cmocka_unit_test(the_clock_can_be_fixed),
        cmocka_unit_test(columns_count_utf16_units),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
