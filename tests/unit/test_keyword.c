/* test_keyword.c: the table of instructions and what ends a block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "syntax/keyword.h"

static void find_in_any_letter_case(void **state)
{
    (void)state;
    assert_int_equal(keyword_find(STR("SCHEMA")), KEYWORD_SCHEMA);
    assert_int_equal(keyword_find(STR("Engine_Ttl")), KEYWORD_ENGINE_TTL);
    assert_int_equal(keyword_find(STR("schema,")), KEYWORD_UNKNOWN);
    assert_int_equal(keyword_find(STR("")), KEYWORD_UNKNOWN);
    assert_int_equal(keyword_find(STR("ENGINE_KEY_COLUMNS")), KEYWORD_UNKNOWN);
}

static void words_are_found_by_their_own_entry(void **state)
{
    (void)state;
    for (int i = KEYWORD_UNKNOWN + 1; i < KEYWORD_COUNT; i++) {
        const KeywordInfo *info = keyword_info((Keyword)i);
        assert_int_equal(info->id, i);
        assert_int_equal(keyword_find(str_of(info->word)), i);
        assert_true(info->forward != 0 || info->classic != 0);
    }
    assert_string_equal(keyword_info(KEYWORD_COUNT)->word, "");
}

static void forward_blocks_end_at_words_of_their_kind(void **state)
{
    (void)state;
    assert_true(keyword_ends_block(KEYWORD_TTL, DATAFILE_DATASOURCE, DIALECT_FORWARD));
    assert_false(keyword_ends_block(KEYWORD_TTL, DATAFILE_PIPE, DIALECT_FORWARD));
    assert_false(keyword_ends_block(KEYWORD_ENGINE, DATAFILE_PIPE, DIALECT_FORWARD));
    assert_false(keyword_ends_block(KEYWORD_NODE, DATAFILE_DATASOURCE, DIALECT_FORWARD));
    assert_true(keyword_ends_block(KEYWORD_S3_ARN, DATAFILE_CONNECTION, DIALECT_FORWARD));
    assert_false(keyword_ends_block(KEYWORD_SETTINGS, DATAFILE_DATASOURCE, DIALECT_FORWARD));
}

static void classic_blocks_end_at_any_word_but_from(void **state)
{
    (void)state;
    assert_true(keyword_ends_block(KEYWORD_ENGINE, DATAFILE_PIPE, DIALECT_CLASSIC));
    assert_true(keyword_ends_block(KEYWORD_NODE, DATAFILE_DATASOURCE, DIALECT_CLASSIC));
    assert_false(keyword_ends_block(KEYWORD_FROM, DATAFILE_PIPE, DIALECT_CLASSIC));
    assert_false(keyword_ends_block(KEYWORD_FORWARD_QUERY, DATAFILE_DATASOURCE, DIALECT_CLASSIC));
    assert_false(keyword_ends_block(KEYWORD_UNKNOWN, DATAFILE_DATASOURCE, DIALECT_CLASSIC));
}

static void suggest_only_what_is_near_and_valid(void **state)
{
    (void)state;
    Str found = keyword_suggest(STR("SHCEMA"), DATAFILE_DATASOURCE, DIALECT_FORWARD);
    assert_true(str_is(found, "SCHEMA"));
    found = keyword_suggest(STR("engine_sort_key"), DATAFILE_DATASOURCE, DIALECT_FORWARD);
    assert_true(str_is(found, "ENGINE_SORTING_KEY"));
    assert_int_equal(keyword_suggest(STR("SHCEMA"), DATAFILE_PIPE, DIALECT_FORWARD).len, 0);
    assert_int_equal(keyword_suggest(STR("SELECT"), DATAFILE_PIPE, DIALECT_FORWARD).len, 0);
    assert_int_equal(keyword_suggest(STR(""), DATAFILE_PIPE, DIALECT_FORWARD).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_in_any_letter_case),
        cmocka_unit_test(words_are_found_by_their_own_entry),
        cmocka_unit_test(forward_blocks_end_at_words_of_their_kind),
        cmocka_unit_test(classic_blocks_end_at_any_word_but_from),
        cmocka_unit_test(suggest_only_what_is_near_and_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
