/* gitlab.c: GitLab's Code Quality report: an array with an entry for each finding.
 *
 * GitLab tells old from new entries by their fingerprints, which are the ids. The format has no
 * place for a failed run, and an empty array would look like a clean one: a failure is an entry. */
#include "base/hash.h"
#include "report/escape.h"
#include "report/finding_text.h"
#include "report/json_tree.h"
#include "report/shown_place.h"

#include <inttypes.h>

typedef struct {
    const Report *report;
    cJSON *array;
    Map *seen; /* fingerprint -> how often so far; GitLab drops an entry whose fingerprint it has */
    ShownPlaces *shown;
} Gitlab;

static const char *severity_of(const Finding *finding)
{
    switch (finding->severity) {
    case SEVERITY_ERROR:
        return finding->refuses_deploy ? "blocker" : "critical";
    case SEVERITY_WARNING:
        return "major";
    default:
        return "info";
    }
}

static Str unique(Gitlab *gitlab, Str print)
{
    Arena *arena = gitlab->report->arena;
    uintptr_t before = (uintptr_t)map_get(gitlab->seen, print);
    map_put(gitlab->seen, print, (void *)(before + 1));
    if (before == 0)
        return print;
    return unique(gitlab, str_fmt(arena, "%.*s-%zu", STR_ARG(print), (size_t)before + 1));
}

typedef struct {
    Str description;
    const char *check;
    Str fingerprint;
    const char *severity;
    Str path;
    uint32_t line;
} Entry;

static void add_entry(Gitlab *gitlab, const Entry *entry)
{
    cJSON *item = json_push_object(gitlab->array);
    json_add_str(item, "description", entry->description);
    json_add_text(item, "check_name", entry->check);
    json_add_str(item, "fingerprint", unique(gitlab, entry->fingerprint));
    json_add_text(item, "severity", entry->severity);
    cJSON *location = json_add_object(item, "location");
    json_add_str(location, "path", entry->path);
    json_add_number(json_add_object(location, "lines"), "begin", entry->line);
}

/* One line: GitLab shows nothing else of an entry. */
static Str description(Gitlab *gitlab, const Finding *finding)
{
    Arena *arena = gitlab->report->arena;
    Buf text = {0};
    escape_terminal(&text, finding->message);
    Str about = shown_about(gitlab->shown, finding);
    if (about.len)
        buf_addf(&text, " %.*s", STR_ARG(about));
    for (size_t i = 0; i < finding->details.len; i++) {
        Str detail = finding_detail(arena, finding->details.items[i]);
        buf_addf(&text, " (%.*s)", STR_ARG(detail));
    }
    Str what = finding->fix ? finding->fix->title : finding->advice;
    if (what.len) {
        buf_add(&text, finding->fix ? " Fix: " : " ");
        escape_terminal(&text, what);
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void add_finding(Gitlab *gitlab, const Finding *finding)
{
    const Report *report = gitlab->report;
    Place place = shown_place(gitlab->shown, finding);
    Entry entry = {
        .description = description(gitlab, finding),
        .check = rule_get(finding->rule)->code,
        .fingerprint = str_of(finding->id),
        .severity = severity_of(finding),
        .path = report_path(report, &place),
        .line = report_region(report, &place).start.line,
    };
    add_entry(gitlab, &entry);
}

static void add_trouble(Gitlab *gitlab, Str text, Str path, uint32_t line)
{
    static const HashKey key = {0x7462206769746c61, 0x6220706173736573};
    Arena *arena = gitlab->report->arena;
    Str whole = str_fmt(arena, "%.*s: %.*s", STR_ARG(path), STR_ARG(text));
    Entry entry = {
        .description = text,
        .check = "tblint",
        .fingerprint = str_fmt(arena, "unchecked-%016" PRIx64, hash_bytes(key, whole)),
        .severity = "blocker",
        .path = path,
        .line = line ? line : 1,
    };
    add_entry(gitlab, &entry);
}

void report_gitlab(const Report *report, Buf *out)
{
    Arena *arena = report->arena;
    cJSON *root = json_array();
    Gitlab gitlab = {report, root, map_new(arena), shown_places_new(report)};
    if (report->fault)
        add_trouble(&gitlab, fault_text(arena, report->fault), STR("."), 1);
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *item = &report->unchecked.items[i];
        if (item->changed)
            add_trouble(&gitlab, unchecked_text(arena, item), item->path, item->line);
    }
    for (size_t i = 0; i < report->findings->items.len; i++)
        add_finding(&gitlab, &report->findings->items.items[i]);
    json_print(root, true, out);
}
