/* Every measured conversion of the engine against what the table says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/tsv.h"
#include "model/conversion.h"

typedef struct {
    size_t wrong;    /* the engine failed or changed where the table says it cannot */
    size_t cautious; /* the table is more pessimistic than what was measured, or unknown */
    size_t lossless; /* certain on both sides */
} Score;

static void report(Score *score, const Tsv *tsv, size_t row, const char *what)
{
    Str from = tsv_cell(tsv, row, "from");
    Str to = tsv_cell(tsv, row, "to");
    fprintf(stderr, "%.*s -> %.*s: %s\n", STR_ARG(from), STR_ARG(to), what);
    score->wrong++;
}

/* What the engine puts in by INSERT SELECT, not by CAST: a Nullable text that cannot be read gives
 * NULL, and that the default of the column. CAST fails on it, as the row says elsewhere. */
static bool measured_on_insert(const Tsv *tsv, size_t row, Conversion c)
{
    Str from = tsv_cell(tsv, row, "from");
    bool text =
        str_is(from, "Nullable(String)") || str_is(from, "LowCardinality(Nullable(String))");
    return text && c.can_fail == CONVERSION_YES;
}

static void check_cast(Score *score, const Tsv *tsv, size_t row, Conversion c)
{
    Str fails = tsv_cell(tsv, row, "can_fail_on_some_value");
    bool changed = str_is(tsv_cell(tsv, row, "can_change_value_silently"), "yes");
    bool never = str_is(fails, "always");
    if (c.possible == CONVERSION_NO && !never)
        report(score, tsv, row, "converts, the table says never");
    if (c.possible == CONVERSION_YES && never)
        report(score, tsv, row, "never converts, the table says it can");
    if (c.can_fail == CONVERSION_NO && !str_is(fails, "no"))
        report(score, tsv, row, "failed, the table says it cannot");
    if (c.can_change == CONVERSION_NO && changed && !measured_on_insert(tsv, row, c))
        report(score, tsv, row, "changed a value, the table says it cannot");
    bool fails_more = c.can_fail != CONVERSION_NO && str_is(fails, "no");
    bool changes_more = c.can_change != CONVERSION_NO && !changed;
    if (fails_more || changes_more || c.possible == CONVERSION_UNKNOWN) {
        score->cautious++;
    } else if (c.can_fail == CONVERSION_NO && c.can_change == CONVERSION_NO) {
        score->lossless++;
    }
}

static void check_accurate(Score *score, const Tsv *tsv, size_t row, Conversion c)
{
    Str measured = tsv_cell(tsv, row, "accurateCast");
    if (c.possible == CONVERSION_NO && !str_is(measured, "never"))
        report(score, tsv, row, "accurateCast converts, the table says never");
    if (c.can_fail == CONVERSION_NO && !str_is(measured, "ok"))
        report(score, tsv, row, "accurateCast failed, the table says it cannot");
}

static void check_replacing(Score *score, const Tsv *tsv, size_t row, Conversion c,
                            const char *column)
{
    bool raises = !str_is(tsv_cell(tsv, row, column), "ok");
    if (c.possible == CONVERSION_YES && c.can_fail == CONVERSION_NO && raises) {
        report(score, tsv, row, column);
    }
}

static void every_row_agrees(void **state)
{
    Arena *arena = *state;
    Tsv tsv;
    if (!tsv_read(arena, "oracle/cast-matrix.tsv", &tsv))
        skip();
    Score score = {0};
    assert_true(tsv.rows > 8000);
    for (size_t row = 0; row < tsv.rows; row++) {
        const Type *from = type_parse_sql(arena, tsv_cell(&tsv, row, "from"), NULL);
        const Type *to = type_parse_sql(arena, tsv_cell(&tsv, row, "to"), NULL);
        assert_non_null(from);
        assert_non_null(to);
        check_cast(&score, &tsv, row, conversion_of(from, to, CAST_STRICT));
        check_accurate(&score, &tsv, row, conversion_of(from, to, CAST_ACCURATE));
        check_replacing(&score, &tsv, row, conversion_of(from, to, CAST_OR_NULL),
                        "accurateCastOrNull");
        check_replacing(&score, &tsv, row, conversion_of(from, to, CAST_OR_DEFAULT),
                        "accurateCastOrDefault");
    }
    fprintf(stderr, "%zu rows: %zu wrong, %zu cautious, %zu lossless\n", tsv.rows, score.wrong,
            score.cautious, score.lossless);
    assert_int_equal(score.wrong, 0);
    /* Fewer is better; more means that the table lost knowledge. */
    assert_true(score.cautious <= 606);
    assert_true(score.lossless >= 1006);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_agrees)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
