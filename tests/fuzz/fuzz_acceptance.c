/*
 * fuzz_acceptance.c: any bytes as `.tblint.accept.yaml` and as a datafile with comments. A refusal
 * must say why, and an entry that was appended must be read back with all that was there before.
 */
#include "touch.h"

#include "accept_entry.h"
#include "findings/suppression.h"

static void read_and_append(Arena *arena, Str text)
{
    AcceptanceEntries entries;
    AcceptanceEntries after;
    Fault fault = {0};
    AcceptanceEntry entry = {.id = STR("0123456789ab"),
                             .rule = STR("column-dropped"),
                             .project = STR("."),
                             .reason = str_slice(text, 0, 40)};
    if (acceptance_read(&entries, arena, text, ACCEPTANCE_NAME, &fault) < 0) {
        if (fault.message[0] == '\0')
            abort();
        return;
    }
    for (size_t i = 0; i < entries.len; i++)
        touch(entries.items[i].reason);
    Str out;
    if (accept_entry_append(&out, arena, text, &entry, &fault) < 0)
        return;
    if (acceptance_read(&after, arena, out, ACCEPTANCE_NAME, &fault) < 0 ||
        after.len != entries.len + 1 || !str_starts(out, str_cstr(arena, text)))
        abort();
}

static void read_comments(Arena *arena, Str text)
{
    SourceFile file = {.path = STR("a.datasource"), .loaded = true, .text = text};
    SourceFile live = {.path = STR("a.datasource"),
                       .loaded = true,
                       .text = str_slice(text, text.len / 2, text.len)};
    Suppressions comments = {0};
    suppressions_read(arena, &file, &live, STR("."), &comments);
    Findings *findings = findings_new(arena);
    Findings *reports = findings_new(arena);
    findings_add(findings, (Finding){.rule = RULE_TB104,
                                     .severity = SEVERITY_ERROR,
                                     .message = STR("It goes."),
                                     .place = {SIDE_CANDIDATE, &file, {0, 0}, {0}}});
    findings_settle(findings, NULL, false);
    Accepting with = {.arena = arena, .findings = findings};
    suppressions_apply(&with, &comments);
    suppressions_report(&with, &comments, true, reports);
    for (size_t i = 0; i < reports->items.len; i++) {
        Range range = reports->items.items[i].place.range;
        if (range.start > range.end || range.end > text.len)
            abort();
        touch(reports->items.items[i].message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    read_and_append(arena, text);
    read_comments(arena, text);
    arena_free(arena);
    return 0;
}
