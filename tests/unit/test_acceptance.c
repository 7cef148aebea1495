/* The file of acceptances: how it is read, how an entry is added, and what it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "accept_entry.h"

#include <string.h>

#define ENTRY "- id: \"0123456789ab\"\n  rule: column-dropped\n"

static void refused(const char *text, const char *place, const char *why)
{
    Arena *arena = arena_new();
    AcceptanceEntries entries;
    Fault fault = {0};
    assert_int_equal(acceptance_read(&entries, arena, str_of(text), "a.yaml", &fault), -1);
    assert_int_equal(fault.kind, FAULT_USAGE);
    if (strncmp(fault.message, place, strlen(place)) != 0 || !strstr(fault.message, why))
        print_message("%s: %s\n", text, fault.message);
    assert_memory_equal(fault.message, place, strlen(place));
    assert_non_null(strstr(fault.message, why));
    assert_int_equal(entries.len, 0);
    arena_free(arena);
}

static void test_reading_is_strict(void **state)
{
    (void)state;
    refused("a: 1\n", "a.yaml:1:1: ", "a list of entries");
    refused("- a\n", "a.yaml:1:3: ", "a mapping");
    refused("- rule: TB101\n", "a.yaml:1:3: ", "no id");
    refused("- id: \"0123456789ab\"\n", "a.yaml:1:3: ", "no rule");
    refused("- id: \"0123\"\n", "a.yaml:1:7: ", "12 hexadecimal digits");
    refused("- id: \"0123456789AB\"\n", "a.yaml:1:7: ", "12 hexadecimal digits");
    refused(ENTRY "  untill: 2026-12-15\n", "a.yaml:3:3: ", "there is no key 'untill'");
    refused(ENTRY "  until: tomorrow\n", "a.yaml:3:10: ", "a date");
    refused(ENTRY "  until: 2026-02-30\n", "a.yaml:3:10: ", "a date");
    refused(ENTRY "  until: 2026-12-15 10:00:00\n", "a.yaml:3:10: ", "a date");
    refused(ENTRY "  rule: TB101\n", "a.yaml:3:3: ", "given twice");
    refused(ENTRY "  reason: [a]\n", "a.yaml:3:11: ", "a text");
    refused(ENTRY "---\n" ENTRY, "a.yaml:4:1: ", "second document");
    refused("- {\n", "a.yaml:2:1: ", "");
    refused("\x80\n", "a.yaml:1:1: ", "byte 1");
}

static void test_what_is_read(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    AcceptanceEntries entries;
    Fault fault = {0};
    static const char *const none[] = {"", "# nothing\n", "---\n", "[]\n"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        assert_int_equal(acceptance_read(&entries, arena, str_of(none[i]), "a", &fault), 0);
        assert_int_equal(entries.len, 0);
    }
    Str text = STR("# why\n" ENTRY "  project: a/b\n  resource: events\n  reason: ' so '\n"
                   "  until: 2026-12-15\n  by: me\n");
    assert_int_equal(acceptance_read(&entries, arena, text, "a", &fault), 0);
    assert_int_equal(entries.len, 1);
    const AcceptanceEntry *entry = &entries.items[0];
    assert_true(str_is(entry->id, "0123456789ab"));
    assert_true(str_is(entry->project, "a/b"));
    assert_true(str_is(entry->reason, "so"));
    assert_int_equal(entry->line, 2);
    assert_int_equal(entry->rule_line, 3);
    arena_free(arena);
}

static void test_the_last_day_counts(void **state)
{
    (void)state;
    Instant at;
    assert_true(instant_parse(STR("2026-12-15T23:59:59Z"), &at));
    assert_false(acceptance_has_ended(STR("2026-12-15"), at));
    assert_true(acceptance_has_ended(STR("2026-12-15"), at + 1));
    assert_true(acceptance_has_ended(STR("2026-12-14"), at));
    assert_false(acceptance_has_ended(STR(""), at));
}

/* ---- adding ---- */

static const AcceptanceEntry added = {
    .id = STR_INIT("ba9876543210"),
    .rule = STR_INIT("column-dropped"),
    .project = STR_INIT("."),
    .reason = STR_INIT("\"quoted\" \\ # - : {{ }} \t \xC3\xA9"),
    .until = STR_INIT("2026-12-15"),
};

static const char *append(Arena *arena, const char *text)
{
    Str out = {0};
    Fault fault = {0};
    int result = accept_entry_append(&out, arena, str_of(text), &added, &fault);
    if (result < 0)
        print_message("%s\n%s\n", text, fault.message);
    assert_int_equal(result, 0);
    size_t before = strlen(text);
    assert_true(out.len > before);
    assert_memory_equal(out.ptr, text, before); /* what was there stays */
    return str_cstr(arena, out);
}

static void test_appending(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    assert_non_null(
        strstr(append(arena, ""), "\n- id: \"ba9876543210\"\n  rule: \"column-dropped\""));
    append(arena, "# only a comment\n");
    append(arena, "# no line end");
    append(arena, ENTRY);
    append(arena, ENTRY "# a last word");
    append(arena, ENTRY "  reason: |\n    two\n    lines\n");
    assert_non_null(strstr(append(arena, "  - id: \"0123456789ab\"\n    rule: TB101\n"),
                           "\n  - id: \"ba9876543210\"\n    rule:"));
    assert_non_null(strstr(append(arena, "- id: \"0123456789ab\"\r\n  rule: TB101\r\n"),
                           "\r\n- id: \"ba9876543210\"\r\n"));
    arena_free(arena);
}

static void cannot_append(const char *text, const char *why)
{
    Arena *arena = arena_new();
    Str out = {0};
    Fault fault = {0};
    assert_int_equal(accept_entry_append(&out, arena, str_of(text), &added, &fault), -1);
    assert_int_equal(fault.kind, FAULT_USAGE);
    if (!strstr(fault.message, why))
        print_message("%s: %s\n", text, fault.message);
    assert_non_null(strstr(fault.message, why));
    arena_free(arena);
}

static void test_what_takes_no_more(void **state)
{
    (void)state;
    cannot_append("[{id: \"0123456789ab\", rule: TB101}]\n", "nothing can be appended");
    cannot_append("[]\n", "nothing can be appended");
    cannot_append(ENTRY "...\n", "nothing can be appended");
    cannot_append("- {\n", ACCEPTANCE_NAME);
    cannot_append("a: 1\n", "a list of entries");
}

/* Characters that YAML does not take as they are; never written, or written so that they return. */
static void test_odd_reasons(void **state)
{
    (void)state;
    static const char *const reasons[] = {
        "a\nb",  "\x1b[31m",     "\xC2\x85", "\xE2\x80\xA8", "\xEF\xBB\xBF",
        "x\x7F", "\xEF\xBF\xBE", "- a",      "\"",           "\\"};
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        Arena *arena = arena_new();
        AcceptanceEntry entry = added;
        AcceptanceEntries entries;
        Fault fault = {0};
        Str out = {0};
        entry.reason = str_of(reasons[i]);
        if (accept_entry_append(&out, arena, STR(ENTRY), &entry, &fault) == 0) {
            assert_int_equal(acceptance_read(&entries, arena, out, "a", &fault), 0);
            assert_true(str_eq(entries.items[1].reason, entry.reason));
        }
        arena_free(arena);
    }
}

/* ---- what is taken ---- */

static Findings *some_findings(Arena *arena, size_t count, const char *cause)
{
    Findings *findings = findings_new(arena);
    for (size_t i = 0; i < count; i++) {
        SourceFile *file = ARENA_NEW(arena, SourceFile);
        file->path = STR("a.datasource");
        findings_add(findings, (Finding){.rule = RULE_TB104,
                                         .severity = SEVERITY_ERROR,
                                         .message = STR("It goes."),
                                         .project = STR("."),
                                         .resource = STR("a"),
                                         .subject = str_fmt(arena, "c%zu", i),
                                         .cause = str_of(cause),
                                         .place = {SIDE_CANDIDATE, file, {0, 1}, {0}}});
    }
    findings_settle(findings, NULL, false);
    return findings;
}

static AcceptanceEntries entry_of(Arena *arena, const Finding *finding)
{
    AcceptanceEntries entries = {0};
    AcceptanceEntry entry = {
        .id = str_copy(arena, str_of(finding->id)), .rule = STR("TB104"), .project = STR(".")};
    vec_push(arena, &entries, entry);
    return entries;
}

/* Of what is told as one, each may have been accepted by itself, or all of it. */
static void test_one_of_many(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *findings = some_findings(arena, 5, "same");
    AcceptanceEntries entries = entry_of(arena, &findings->items.items[2]);
    Accepting with = {.arena = arena, .findings = findings};
    acceptance_apply(&with, &entries);
    findings_fold(findings);
    acceptance_apply(&with, &entries);
    assert_int_equal(findings->accepted.len, 1);
    assert_int_equal(findings->items.len, 1);
    assert_int_equal(entries.items[0].state, ENTRY_COUNTS);

    findings = some_findings(arena, 5, "same");
    findings_fold(findings);
    entries = entry_of(arena, &findings->items.items[0]);
    findings = some_findings(arena, 5, "same");
    with.findings = findings;
    acceptance_apply(&with, &entries);
    assert_int_equal(findings->items.len, 5);
    findings_fold(findings);
    acceptance_apply(&with, &entries);
    assert_int_equal(findings->items.len, 0);
    assert_int_equal(findings->accepted.len, 1);
    arena_free(arena);
}

static void test_severities_do_not_count(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Findings *findings = some_findings(arena, 2, "");
    AcceptanceEntries entries = entry_of(arena, &findings->items.items[0]);
    Accepting with = {.arena = arena, .findings = findings};
    acceptance_apply(&with, &entries);
    assert_int_equal(findings_count(findings, SEVERITY_ERROR), 1);
    assert_int_equal(findings_with_accepted(findings).len, 2);
    entries = entry_of(arena, &findings->items.items[0]);
    acceptance_apply(&with, &entries);
    assert_int_equal(findings_worst(findings), SEVERITY_OFF);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading_is_strict),   cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_the_last_day_counts), cmocka_unit_test(test_appending),
        cmocka_unit_test(test_what_takes_no_more),  cmocka_unit_test(test_odd_reasons),
        cmocka_unit_test(test_one_of_many),         cmocka_unit_test(test_severities_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
