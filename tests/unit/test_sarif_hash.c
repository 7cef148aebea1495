/* GitHub's line fingerprints. The expected values were worked out by a separate model of the
 * algorithm; that of the empty text is the one that the upload action's own tests state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/line_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void hashes_are(Str text, const char *const *expected, size_t count)
{
    Arena *arena = arena_new();
    LineHashes hashes = line_hashes(arena, text);
    assert_int_equal(hashes.len, count);
    for (size_t i = 0; i < count; i++) {
        char shown[64];
        snprintf(shown, sizeof shown, "%" PRIx64 ":%u", hashes.items[i].hash,
                 hashes.items[i].occurrence);
        assert_string_equal(shown, expected[i]);
    }
    arena_free(arena);
}

static bool same(Str a, Str b)
{
    Arena *arena = arena_new();
    LineHashes left = line_hashes(arena, a);
    LineHashes right = line_hashes(arena, b);
    bool equal = left.len == right.len;
    for (size_t i = 0; equal && i < left.len; i++)
        equal = left.items[i].hash == right.items[i].hash &&
                left.items[i].occurrence == right.items[i].occurrence;
    arena_free(arena);
    return equal;
}

static void test_empty(void **state)
{
    (void)state;
    static const char *const expected[] = {"c129715d7a2bc9a3:1"};
    hashes_are(STR(""), expected, 1);
}

static void test_known_texts(void **state)
{
    (void)state;
    static const char *const text0[] = {"408870d77ea21f32:1", "44c47c05fdab32c1:1",
                                        "3145f4de23e1308f:1", "c129715d7a2bc9a3:1"};
    hashes_are(STR("SCHEMA >\n    `a` String,\n    `b` Int32\n"), text0, ARRAY_LEN(text0));
    static const char *const text1[] = {"603d82b431c13ed3:1"};
    hashes_are(STR("one line without an end"), text1, ARRAY_LEN(text1));
    static const char *const text2[] = {"3005b1ba0f065608:1", "10720af92cebf62e:1",
                                        "c129715d7a2bc9a3:1"};
    hashes_are(STR("caf\303\251 \360\237\230\200\n\344\270\255\n"), text2, ARRAY_LEN(text2));
    static const char *const text3[] = {"4e5d562094661a0d:1", "5b5d4caf73a13177:1",
                                        "3c5bef55b72b93c9:1", "c129715d7a2bc9a3:1"};
    hashes_are(STR("\n\n\n"), text3, ARRAY_LEN(text3));
}

static void test_line_ends_and_blanks_do_not_count(void **state)
{
    (void)state;
    assert_true(same(STR("a b\nc\n"), STR("a b\r\nc\r\n")));
    assert_true(same(STR("a b\nc\n"), STR("a b\rc\r")));
    assert_true(same(STR("a b\nc\n"), STR("\ta  b \n\t c\n")));
    assert_false(same(STR("a b\nc\n"), STR("a b\nd\n")));
}

static void test_repeated_lines_are_counted(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Buf text = {0};
    for (int i = 0; i < 120; i++)
        buf_add(&text, "x\n");
    LineHashes hashes = line_hashes(arena, buf_str(&text));
    assert_int_equal(hashes.len, 121);
    assert_int_equal(hashes.items[0].occurrence, 1);
    assert_int_equal(hashes.items[1].occurrence, 2);
    assert_true(hashes.items[0].hash == hashes.items[70].hash);
    assert_true(hashes.items[70].hash != hashes.items[119].hash);
    buf_free(&text);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_known_texts),
        cmocka_unit_test(test_line_ends_and_blanks_do_not_count),
        cmocka_unit_test(test_repeated_lines_are_counted),
    };
    return cmocka_run_group_tests_name("sarif_hash", tests, NULL, NULL);
}
