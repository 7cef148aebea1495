/* Whether two patterns of object names can fit one object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/bucket_pattern.h"

typedef struct {
    const char *a;
    const char *b;
    PatternMeeting meeting;
} Pair;

static const Pair PAIRS[] = {
    {"s3://b/v1/*.ndjson", "s3://b/v1/*.ndjson", PATTERNS_OVERLAP},
    {"s3://b/v1/*.ndjson", "s3://b/v2/*.ndjson", PATTERNS_APART},
    {"s3://b/v1/*.ndjson", "s3://other/v1/*.ndjson", PATTERNS_APART},
    {"s3://b/v1/*.ndjson", "gs://b/v1/*.ndjson", PATTERNS_APART},
    {"s3://b/v1/*.ndjson", "s3://b/v1/*.csv", PATTERNS_APART},
    {"s3://b/v1/*.ndjson", "s3://b/v1/part-*.ndjson", PATTERNS_OVERLAP},
    {"s3://b/v1/a*", "s3://b/v1/*b", PATTERNS_OVERLAP},
    {"s3://b/v1/a*", "s3://b/v1/b*", PATTERNS_APART},
    {"s3://b/*.csv", "s3://b/v1/*.csv", PATTERNS_APART}, /* a star stays in its folder */
    {"s3://b/*/*.csv", "s3://b/v1/*.csv", PATTERNS_OVERLAP},
    {"s3://b/**", "s3://b/v1/2026/x.csv", PATTERNS_OVERLAP},
    {"s3://b/**.csv", "s3://b/v1/2026/x.csv", PATTERNS_OVERLAP},
    {"s3://b/**/x.csv", "s3://b/v1/2026/x.csv", PATTERNS_OVERLAP},
    {"s3://b/**/y.csv", "s3://b/v1/2026/x.csv", PATTERNS_APART},
    {"s3://b/v1/", "s3://b/v1/2026/*.csv", PATTERNS_OVERLAP},
    {"s3://b/v1/", "s3://b/v10/*.csv", PATTERNS_APART},
    {"s3://b/v?/*.csv", "s3://b/v1/*.csv", PATTERNS_OVERLAP},
    {"s3://b/v?/*.csv", "s3://b/v10/*.csv", PATTERNS_APART},
    {"s3://b/v?x.csv", "s3://b/v/x.csv", PATTERNS_APART},
    {"s3://b/{v1,v2}/*.csv", "s3://b/v2/*.csv", PATTERNS_OVERLAP},
    {"s3://b/{v1,v2}/*.csv", "s3://b/v3/*.csv", PATTERNS_APART},
    {"s3://b/{v1,v2}/{x,y}.csv", "s3://b/v2/y.csv", PATTERNS_OVERLAP},
    {"s3://b/a{,1}.csv", "s3://b/a.csv", PATTERNS_OVERLAP},
    {"s3://b/x.csv", "s3://b/x.csv", PATTERNS_OVERLAP},
    {"s3://b/x.csv", "s3://b/x.csv.gz", PATTERNS_APART},
    {"s3://b/x.csv*", "s3://b/x.csv.gz", PATTERNS_OVERLAP},
    {"", "", PATTERNS_OVERLAP},
    {"", "s3://b/*", PATTERNS_APART},
    {"*", "", PATTERNS_OVERLAP},
    {"s3://b/[ab]/*", "s3://b/a/*", PATTERNS_UNKNOWN},
    {"s3://b/{1..9}/*", "s3://b/1/*", PATTERNS_UNKNOWN},
    {"s3://b/{1,2/*", "s3://b/1/*", PATTERNS_UNKNOWN},
    {"s3://b/1}/*", "s3://b/1/*", PATTERNS_UNKNOWN},
    {"s3://b/{a,{b,c}}", "s3://b/a", PATTERNS_UNKNOWN},
    {"s3://b/{a}", "s3://b/a", PATTERNS_UNKNOWN},
    {"s3://b/$DAY/*", "s3://b/1/*", PATTERNS_UNKNOWN},
};

static void pairs_meet_or_not(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
        const Pair *pair = &PAIRS[i];
        PatternMeeting one = bucket_patterns_meet(arena, str_of(pair->a), str_of(pair->b));
        PatternMeeting other = bucket_patterns_meet(arena, str_of(pair->b), str_of(pair->a));
        if (one != pair->meeting || other != pair->meeting)
            print_error("%s, %s: %d and %d\n", pair->a, pair->b, (int)one, (int)other);
        assert_int_equal(one, pair->meeting);
        assert_int_equal(other, pair->meeting);
    }
    arena_free(arena);
}

/* ---- against a matcher that tries every name ---- */

static bool fits(const char *p, const char *s)
{
    if (*p == '\0')
        return *s == '\0';
    if (*p == '*') {
        bool deep = p[1] == '*';
        const char *rest = p;
        while (*rest == '*')
            rest++;
        for (;; s++) {
            if (fits(rest, s))
                return true;
            if (*s == '\0' || (*s == '/' && !deep))
                return false;
        }
    }
    if (*s == '\0' || (*p == '?' ? *s == '/' : *p != *s))
        return false;
    return fits(p + 1, s + 1);
}

static const char NAME_LETTERS[] = "ab/";

/* Some name of at most `room` more letters fits both. */
static bool some_name_fits(const char *a, const char *b, char *name, size_t len, size_t room)
{
    name[len] = '\0';
    if (fits(a, name) && fits(b, name))
        return true;
    for (size_t i = 0; room > 0 && NAME_LETTERS[i]; i++) {
        name[len] = NAME_LETTERS[i];
        if (some_name_fits(a, b, name, len + 1, room - 1))
            return true;
    }
    return false;
}

static void random_pattern(char *out, unsigned *seed)
{
    static const char letters[] = "aab//**?";
    size_t len = (size_t)rand_r(seed) % 5;
    for (size_t i = 0; i < len; i++)
        out[i] = letters[(size_t)rand_r(seed) % (sizeof letters - 1)];
    /* A last '/' means all below it, which the plain matcher does not know. */
    out[len] = 'a';
    out[len + 1] = '\0';
}

static void agrees_with_trying_every_name(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int i = 0; i < 1500; i++) {
        Arena *arena = arena_new();
        char a[8];
        char b[8];
        char name[16];
        random_pattern(a, &seed);
        random_pattern(b, &seed);
        bool expected = some_name_fits(a, b, name, 0, 6);
        PatternMeeting meeting = bucket_patterns_meet(arena, str_of(a), str_of(b));
        if (meeting != (expected ? PATTERNS_OVERLAP : PATTERNS_APART))
            print_error("%s, %s: %d\n", a, b, (int)meeting);
        assert_int_equal(meeting, expected ? PATTERNS_OVERLAP : PATTERNS_APART);
        arena_free(arena);
    }
}

static void large_ones_are_not_known(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    char text[4096];
    memset(text, '*', sizeof text);
    Str stars = {text, sizeof text};
    assert_int_equal(bucket_patterns_meet(arena, stars, STR("a")), PATTERNS_UNKNOWN);
    Str many = STR("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}");
    assert_int_equal(bucket_patterns_meet(arena, many, STR("a")), PATTERNS_UNKNOWN);
    memset(text, 'x', 512);
    text[511] = '/';
    Str full = {text, 512};
    assert_int_equal(bucket_patterns_meet(arena, full, full), PATTERNS_OVERLAP);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_meet_or_not),
        cmocka_unit_test(agrees_with_trying_every_name),
        cmocka_unit_test(large_ones_are_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
