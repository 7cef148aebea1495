/*
 * Ids are hashed from meanings, and acceptances live as long as the id: another wording in a new
 * version must not let them lapse. So no sentence of a finding may stand in what is hashed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/cases.h"
#include "lib/project_fixture.h"

/* So many words in a row, outside of quotes, are a phrase. */
enum { PHRASE = 3 };

static bool is_word(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z')
            return false;
    }
    return text.len > 0;
}

/* The next text between blanks; a quotation is one, however many words it has. */
static Str next_text(Str *rest)
{
    *rest = str_trim(*rest);
    size_t end = 0;
    bool quoted = false;
    for (; end < rest->len && (quoted || rest->ptr[end] != ' '); end++)
        quoted ^= rest->ptr[end] == '\'';
    Str text = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return text;
}

/* Quotations are the user's own words. */
static Str without_quotations(Arena *arena, Str text)
{
    Buf out = {0};
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        quoted ^= text.ptr[i] == '\'';
        if (!quoted)
            buf_add_char(&out, text.ptr[i]);
    }
    Str rest = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return rest;
}

/* The first phrase of `text` that `meaning` holds, or an empty text. */
static Str shared_phrase(Arena *arena, Str text, Str meaning)
{
    Str own = without_quotations(arena, meaning);
    Str starts[PHRASE];
    size_t words = 0;
    Str rest = text;
    for (Str word = next_text(&rest); word.len; word = next_text(&rest)) {
        if (!is_word(word)) {
            words = 0;
            continue;
        }
        starts[words++ % PHRASE] = word;
        if (words < PHRASE)
            continue;
        Str first = starts[words % PHRASE];
        Str phrase = {first.ptr, (size_t)(word.ptr + word.len - first.ptr)};
        if (str_find(own, str_cstr(arena, phrase)) >= 0)
            return phrase;
    }
    return (Str){0};
}

static void assert_no_wording(Arena *arena, const Finding *finding)
{
    const Str meanings[] = {finding->subject, finding->live_meaning, finding->candidate_meaning};
    Strs texts = {0};
    vec_push(arena, &texts, finding->message);
    vec_push(arena, &texts, finding->advice);
    for (size_t i = 0; i < finding->details.len; i++)
        vec_push(arena, &texts, finding->details.items[i]);
    for (size_t i = 0; i < texts.len; i++) {
        for (size_t j = 0; j < ARRAY_LEN(meanings); j++) {
            Str phrase = shared_phrase(arena, texts.items[i], meanings[j]);
            if (phrase.len)
                print_message("%s is bound to the words \"%.*s\": %.*s\n",
                              rule_get(finding->rule)->code, STR_ARG(phrase), STR_ARG(meanings[j]));
            assert_true(phrase.len == 0);
        }
    }
}

static void test_case(void **state)
{
    const Case *test = *state;
    FileSet live = case_files(test, "live");
    FileSet candidate = case_files(test, "candidate");
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    checks_run(&f.check, NULL);
    for (size_t i = 0; i < f.check.findings->items.len; i++)
        assert_no_wording(f.arena, &f.check.findings->items.items[i]);
    project_fixture_free(&f);
}

static void test_phrases(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Str text = STR("Rows of 'a b c d' will be lost: three little words.");
    assert_int_equal(shared_phrase(arena, text, STR("a b c d")).len, 0);
    assert_int_equal(shared_phrase(arena, text, STR("they will be")).len, 0);
    assert_true(str_is(shared_phrase(arena, text, STR("these three little ones")), ""));
    assert_true(str_is(shared_phrase(arena, STR("'a' will be lost"), STR("all will be lost")),
                       "will be lost"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest own[] = {cmocka_unit_test(test_phrases)};
    Arena *arena = arena_new();
    Cases cases = cases_find(arena);
    int failed = cmocka_run_group_tests(own, NULL, NULL) + cases_run("meanings", &cases, test_case);
    arena_free(arena);
    return failed != 0;
}
