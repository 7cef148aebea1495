/* Ids, order and what is left out; the rule table and its pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "findings/finding.h"

#include <string.h>

static SourceFile *file_at(Arena *arena, const char *path)
{
    SourceFile *file = ARENA_NEW(arena, SourceFile);
    file->path = str_of(path);
    return file;
}

static Finding finding_at(Arena *arena, RuleId rule, const char *path, uint32_t start)
{
    return (Finding){.rule = rule,
                     .severity = rule_get(rule)->severity,
                     .message = STR("It will happen."),
                     .project = STR("."),
                     .resource = STR("events"),
                     .subject = STR("host"),
                     .place = {SIDE_CANDIDATE, file_at(arena, path), {start, start + 1}, {0}},
                     .live_meaning = STR("String"),
                     .candidate_meaning = STR("Int32")};
}

/* The id that a finding gets on its own. */
static Str id_of(Arena *arena, Finding finding)
{
    Findings *findings = findings_new(arena);
    findings_add(findings, finding);
    findings_finish(findings, NULL, false);
    assert_int_equal(findings->items.len, 1);
    return str_copy(arena, str_of(findings->items.items[0].id));
}

static void test_id_survives_moves_and_wording(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Finding a = finding_at(arena, RULE_TB101, "a.datasource", 5);
    Finding b = finding_at(arena, RULE_TB101, "moved/a.datasource", 900);
    b.message = STR("Worded anew.");
    b.severity = SEVERITY_NOTE;
    Str id = id_of(arena, a);
    assert_int_equal(id.len, 12);
    assert_true(str_eq(id, id_of(arena, b)));
    arena_free(arena);
}

static void test_id_follows_each_part(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Finding base = finding_at(arena, RULE_TB101, "a.datasource", 5);
    Finding other[6] = {base, base, base, base, base, base};
    other[0].rule = RULE_TB102;
    other[1].project = STR("x");
    other[2].resource = STR("x");
    other[3].subject = STR("x");
    other[4].live_meaning = STR("x");
    other[5].candidate_meaning = STR("x");
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        assert_false(str_eq(id_of(arena, base), id_of(arena, other[i])));
    Finding left = base;
    Finding right = base;
    left.resource = STR("ab");
    left.subject = STR("c");
    right.resource = STR("a");
    right.subject = STR("bc");
    assert_false(str_eq(id_of(arena, left), id_of(arena, right)));
    arena_free(arena);
}

/* Acceptances and code hosts keep ids: this one must never change. */
static void test_id_is_stable(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Str id = id_of(arena, finding_at(arena, RULE_TB101, "a.datasource", 5));
    assert_string_equal(str_cstr(arena, id), "d95e972558bb");
    arena_free(arena);
}

static void test_equal_ids_get_ordinals(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *findings = findings_new(arena);
    findings_add(findings, finding_at(arena, RULE_TB901, "b.pipe", 1));
    findings_add(findings, finding_at(arena, RULE_TB901, "a.pipe", 9));
    findings_finish(findings, NULL, false);
    const Finding *items = findings->items.items;
    assert_true(str_is(items[0].place.file->path, "a.pipe"));
    assert_string_not_equal(items[0].id, items[1].id);
    arena_free(arena);
}

static void test_order(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *findings = findings_new(arena);
    findings_add(findings, finding_at(arena, RULE_TB104, "b", 2));
    findings_add(findings, finding_at(arena, RULE_TB104, "a", 9));
    findings_add(findings, finding_at(arena, RULE_TB101, "a", 9));
    findings_add(findings, finding_at(arena, RULE_TB104, "a", 2));
    findings_finish(findings, NULL, false);
    const Finding *items = findings->items.items;
    assert_int_equal(items[0].place.range.start, 2);
    assert_int_equal(items[1].rule, RULE_TB101);
    assert_int_equal(items[2].rule, RULE_TB104);
    assert_true(str_is(items[3].place.file->path, "b"));
    arena_free(arena);
}

static void test_configured_severities(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *findings = findings_new(arena);
    findings_add(findings, finding_at(arena, RULE_TB101, "a", 1));
    findings_add(findings, finding_at(arena, RULE_TB104, "a", 2));
    findings_add(findings, finding_at(arena, RULE_TB110, "a", 3));
    findings->configured[RULE_TB101] = true;
    findings->config[RULE_TB101] = SEVERITY_OFF;
    findings->configured[RULE_TB110] = true;
    findings->config[RULE_TB110] = SEVERITY_ERROR;
    findings_finish(findings, NULL, false);
    assert_int_equal(findings->items.len, 2);
    assert_int_equal(findings_count(findings, SEVERITY_WARNING), 1);
    assert_int_equal(findings_count(findings, SEVERITY_ERROR), 1);
    assert_int_equal(findings_worst(findings), SEVERITY_ERROR);
    assert_int_equal(findings_worst(findings_new(arena)), SEVERITY_OFF);
    arena_free(arena);
}

static Finding single(Arena *arena, const char *path, uint32_t start, const char *text)
{
    Finding finding = finding_at(arena, RULE_TB902, path, start);
    finding.is_single_version = true;
    finding.candidate_meaning = str_of(text);
    return finding;
}

static void test_old_problems_are_silent(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *live = findings_new(arena);
    findings_add(live, single(arena, "old", 70, "SHCEMA"));
    Findings *findings = findings_new(arena);
    findings_add(findings, single(arena, "new", 1, "SHCEMA"));
    findings_add(findings, single(arena, "new", 5, "SHCEMA")); /* once more than live has it */
    findings_add(findings, single(arena, "new", 9, "ENGIEN"));
    findings_finish(findings, live, false);
    assert_int_equal(findings->items.len, 2);
    assert_int_equal(findings->items.items[0].place.range.start, 5);
    assert_int_equal(findings->items.items[1].place.range.start, 9);
    arena_free(arena);
}

static void test_all_keeps_old_problems(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *live = findings_new(arena);
    findings_add(live, single(arena, "old", 70, "SHCEMA"));
    Findings *findings = findings_new(arena);
    findings_add(findings, single(arena, "new", 1, "SHCEMA"));
    findings_finish(findings, live, true);
    assert_int_equal(findings->items.len, 1);
    arena_free(arena);
}

static Findings *finish_of_one_cause(Arena *arena, const char *const *resources, size_t count)
{
    Findings *findings = findings_new(arena);
    for (size_t i = 0; i < count; i++) {
        Finding finding = finding_at(arena, RULE_TB907, resources[i], 5);
        finding.resource = str_of(resources[i]);
        finding.cause = STR("VERSION");
        findings_add(findings, finding);
    }
    Finding other = finding_at(arena, RULE_TB907, "z", 5);
    other.cause = STR("IMPORT_SERVICE");
    findings_add(findings, other);
    findings_finish(findings, NULL, false);
    return findings;
}

static void test_many_of_one_cause_are_one(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    Arena *arena = arena_new();
    assert_int_equal(finish_of_one_cause(arena, names, 3)->items.len, 4);
    Findings *findings = finish_of_one_cause(arena, names, 4);
    assert_int_equal(findings->items.len, 2);
    const Finding *first = &findings->items.items[0];
    assert_true(str_is(first->message, "It will happen. The same holds for 'b', 'c' and 'd'."));
    assert_int_equal(first->related.len, 3);
    assert_true(str_is(first->related.items[2].file->path, "d"));
    assert_int_equal(first->related.items[2].message.len, 0); /* the sentence is told once */
    const Finding *again = &finish_of_one_cause(arena, names, 6)->items.items[0];
    assert_string_not_equal(first->id, again->id);
    arena_free(arena);
}

static void test_rules_are_found(void **state)
{
    (void)state;
    assert_int_equal(rule_find(STR("tb101"))->id, RULE_TB101);
    assert_int_equal(rule_find(STR("column-dropped"))->id, RULE_TB104);
    assert_null(rule_find(STR("column")));
    assert_true(str_is(rule_suggest(STR("colum-dropped")), "column-dropped"));
    assert_int_equal(rule_suggest(STR("xyz")).len, 0);
    for (unsigned i = 0; i < RULE_COUNT; i++)
        assert_int_equal(rule_get((RuleId)i)->id, i);
}

static void test_page_sections(void **state)
{
    (void)state;
    static const char page[] = "# TB1 x\n\nIntro\nline.\n\n## One\n\ntext\n\n```yaml\n## not one\n"
                               "```\n\n## Two\nlast\n";
    Rule rule = {.page = page, .page_len = sizeof page - 1};
    assert_true(str_is(rule_page_intro(&rule), "Intro\nline."));
    assert_true(str_is(rule_page_section(&rule, "One"), "text\n\n```yaml\n## not one\n```"));
    assert_true(str_is(rule_page_section(&rule, "Two"), "last"));
    assert_int_equal(rule_page_section(&rule, "not one").len, 0);
    Rule unbuilt = {0};
    assert_int_equal(rule_page_intro(&unbuilt).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_id_survives_moves_and_wording),
        cmocka_unit_test(test_id_follows_each_part),
        cmocka_unit_test(test_id_is_stable),
        cmocka_unit_test(test_equal_ids_get_ordinals),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_configured_severities),
        cmocka_unit_test(test_old_problems_are_silent),
        cmocka_unit_test(test_all_keeps_old_problems),
        cmocka_unit_test(test_many_of_one_cause_are_one),
        cmocka_unit_test(test_rules_are_found),
        cmocka_unit_test(test_page_sections),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
