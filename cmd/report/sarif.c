/* sarif.c: the report for code scanning, SARIF 2.1.0, one run a file. */
#include "base/map.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/line_hash.h"
#include "report/redact.h"
#include "report/report.h"
#include "report/sarif_rules.h"
#include "version.h"

#include <inttypes.h>
#include <stdlib.h>

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define SOURCE_ROOT  "%SRCROOT%"
#define LIVE_ROOT    "%LIVE%"

enum {
    RESULTS_MOST = 5000, /* GitHub keeps no more */
    RELATED_MOST = 100,
    NOTES_MOST = 1000,
    CONTEXT_LINES = 2,    /* before and after */
    CONTEXT_BYTES = 4096, /* of a line: longer ones are not source that anybody reads */
};

typedef struct {
    const Report *report;
    Arena *arena;
    JsonWriter json;
    Map *hashes; /* path -> LineHashes of the candidate's file */
} Sarif;

/* ---- small parts ---- */

static void put_message_key(Sarif *sarif, const char *key, Str text)
{
    json_open_key(&sarif->json, key, '{');
    json_put_str(&sarif->json, "text", text);
    json_close(&sarif->json, '}');
}

static void put_artifact(Sarif *sarif, Str path, Side side)
{
    Buf uri = {0};
    escape_uri(&uri, path);
    json_open_key(&sarif->json, "artifactLocation", '{');
    json_put_str(&sarif->json, "uri", buf_str(&uri));
    json_put_text(&sarif->json, "uriBaseId", side == SIDE_LIVE ? LIVE_ROOT : SOURCE_ROOT);
    json_close(&sarif->json, '}');
    buf_free(&uri);
}

/* SARIF wants at least one character; an empty stretch takes the one after it. */
static Region widened(Region region)
{
    if (region.end.line == region.start.line && region.end.column <= region.start.column)
        region.end.column = region.start.column + 1;
    return region;
}

static void put_region_numbers(Sarif *sarif, Region region)
{
    json_put_number(&sarif->json, "startLine", region.start.line);
    json_put_number(&sarif->json, "startColumn", region.start.column);
    json_put_number(&sarif->json, "endLine", region.end.line);
    json_put_number(&sarif->json, "endColumn", region.end.column);
}

/* ---- places ---- */

static bool is_readable(const Place *place)
{
    return place->file && place->file->loaded;
}

/* The marked text, when it stands on one line and hides no secret. */
static void put_snippet(Sarif *sarif, const Place *place, Region region)
{
    if (region.start.line != region.end.line || range_is_empty(place->range))
        return;
    Lines *lines = source_file_lines(sarif->arena, place->file);
    if (redact_changes(sarif->arena, lines, region.start.line))
        return;
    put_message_key(sarif, "snippet", str_range(place->file->text, place->range));
}

static void put_context(Sarif *sarif, const Place *place, Region region)
{
    Lines *lines = source_file_lines(sarif->arena, place->file);
    uint32_t first = region.start.line > CONTEXT_LINES ? region.start.line - CONTEXT_LINES : 1;
    uint32_t last = region.end.line + CONTEXT_LINES;
    if (last > lines_count(lines))
        last = lines_count(lines);
    if (last - first > 4 * CONTEXT_LINES || (first == region.start.line && last == region.end.line))
        return;
    Buf text = {0};
    bool fits = true;
    for (uint32_t line = first; line <= last && fits; line++) {
        fits = lines_text(lines, line).len <= CONTEXT_BYTES;
        buf_add_str(&text, redact_line(sarif->arena, lines, line));
        buf_add_char(&text, '\n');
    }
    if (fits) {
        json_open_key(&sarif->json, "contextRegion", '{');
        json_put_number(&sarif->json, "startLine", first);
        json_put_number(&sarif->json, "endLine", last);
        put_message_key(sarif, "snippet", buf_str(&text));
        json_close(&sarif->json, '}');
    }
    buf_free(&text);
}

static void put_physical(Sarif *sarif, const Place *place, bool with_context)
{
    Region region = widened(report_region(sarif->report, place));
    Side side = place->file ? place->side : SIDE_CANDIDATE;
    json_open_key(&sarif->json, "physicalLocation", '{');
    put_artifact(sarif, report_path(sarif->report, place), side);
    json_open_key(&sarif->json, "region", '{');
    put_region_numbers(sarif, region);
    if (is_readable(place))
        put_snippet(sarif, place, region);
    json_close(&sarif->json, '}');
    if (with_context && is_readable(place))
        put_context(sarif, place, region);
    json_close(&sarif->json, '}');
}

static void put_locations(Sarif *sarif, const Finding *finding)
{
    json_open_key(&sarif->json, "locations", '[');
    json_open(&sarif->json, '{');
    put_physical(sarif, &finding->place, true);
    if (finding->resource.len) {
        json_open_key(&sarif->json, "logicalLocations", '[');
        json_open(&sarif->json, '{');
        json_put_str(&sarif->json, "name", finding->resource);
        json_put_text(&sarif->json, "kind", "resource");
        json_close(&sarif->json, '}');
        json_close(&sarif->json, ']');
    }
    json_close(&sarif->json, '}');
    json_close(&sarif->json, ']');
}

/* How the message calls a related place. */
static Str related_label(Sarif *sarif, const Place *place)
{
    if (place->message.len)
        return place->message;
    return place->side == SIDE_LIVE ? STR("live definition") : report_path(sarif->report, place);
}

/* Each place has an id of its own, so no two are equal, as SARIF demands. */
static void put_related(Sarif *sarif, const Finding *finding)
{
    if (finding->related.len == 0)
        return;
    json_open_key(&sarif->json, "relatedLocations", '[');
    for (size_t i = 0; i < finding->related.len && i < RELATED_MOST; i++) {
        const Place *place = &finding->related.items[i];
        json_open(&sarif->json, '{');
        json_put_number(&sarif->json, "id", i + 1);
        put_physical(sarif, place, false);
        put_message_key(sarif, "message", related_label(sarif, place));
        json_close(&sarif->json, '}');
    }
    json_close(&sarif->json, ']');
}

/* ---- the message ---- */

/* A code host shows related places only where the message links them. */
static void add_links(Sarif *sarif, Buf *out, const Finding *finding)
{
    enum { LINKS_MOST = 10 };
    for (size_t i = 0; i < finding->related.len && i < LINKS_MOST; i++) {
        buf_add(out, i == 0 ? " See [" : ", [");
        escape_sarif_message(out, related_label(sarif, &finding->related.items[i]));
        buf_addf(out, "](%zu)", i + 1);
    }
    if (finding->related.len > LINKS_MOST)
        buf_addf(out, " and %zu more", finding->related.len - LINKS_MOST);
    if (finding->related.len)
        buf_add_char(out, '.');
}

/* A detail is a label and a text in columns, for the terminal; here it becomes a sentence:
 * "kept now    2026-05-25 .. today" -> "Kept now: 2026-05-25 .. today." */
static void add_detail(Buf *out, Str detail)
{
    ptrdiff_t end = str_find(detail, "  ");
    Str label = end > 0 ? str_slice(detail, 0, (size_t)end) : (Str){0};
    Str text = str_trim(str_slice(detail, label.len, detail.len));
    buf_add_char(out, ' ');
    if (label.len) {
        bool lower = label.ptr[0] >= 'a' && label.ptr[0] <= 'z';
        buf_add_char(out, lower ? (char)(label.ptr[0] - 'a' + 'A') : label.ptr[0]);
        escape_sarif_message(out, str_slice(label, 1, label.len));
        buf_add(out, ": ");
    }
    escape_sarif_message(out, text);
    if (!str_ends(text, "."))
        buf_add_char(out, '.');
}

static void put_result_message(Sarif *sarif, const Finding *finding)
{
    Buf text = {0};
    escape_sarif_message(&text, finding->message);
    for (size_t i = 0; i < finding->details.len; i++)
        add_detail(&text, finding->details.items[i]);
    if (finding->advice.len) {
        buf_add_char(&text, ' ');
        escape_sarif_message(&text, finding->advice);
    }
    add_links(sarif, &text, finding);
    put_message_key(sarif, "message", buf_str(&text));
    buf_free(&text);
}

/* ---- fingerprints, fixes ---- */

static const LineHashes *file_hashes(Sarif *sarif, SourceFile *file)
{
    LineHashes *hashes = map_get(sarif->hashes, file->path);
    if (!hashes) {
        hashes = ARENA_NEW(sarif->arena, LineHashes);
        *hashes = line_hashes(sarif->arena, file->text);
        map_put(sarif->hashes, file->path, hashes);
    }
    return hashes;
}

static void put_fingerprints(Sarif *sarif, const Finding *finding)
{
    json_open_key(&sarif->json, "partialFingerprints", '{');
    json_put_text(&sarif->json, "changeId/v1", finding->id);
    if (is_readable(&finding->place) && finding->place.side == SIDE_CANDIDATE) {
        const LineHashes *hashes = file_hashes(sarif, finding->place.file);
        uint32_t line = report_region(sarif->report, &finding->place).start.line;
        if (line <= hashes->len) {
            LineHash hash = hashes->items[line - 1];
            json_put_str(&sarif->json, "primaryLocationLineHash",
                         str_fmt(sarif->arena, "%" PRIx64 ":%" PRIu32, hash.hash, hash.occurrence));
        }
    }
    json_close(&sarif->json, '}');
}

static void put_replacement(Sarif *sarif, const Fix *fix, const Edit *edit)
{
    json_open(&sarif->json, '{');
    json_open_key(&sarif->json, "deletedRegion", '{');
    put_region_numbers(sarif, report_range(sarif->report, fix->file, edit->range));
    json_close(&sarif->json, '}');
    put_message_key(sarif, "insertedContent", edit->text);
    json_close(&sarif->json, '}');
}

static void put_fix(Sarif *sarif, const Fix *fix)
{
    if (!fix || fix->edits.len == 0)
        return;
    json_open_key(&sarif->json, "fixes", '[');
    json_open(&sarif->json, '{');
    put_message_key(sarif, "description", fix->title);
    json_open_key(&sarif->json, "artifactChanges", '[');
    json_open(&sarif->json, '{');
    put_artifact(sarif, fix->file->path, SIDE_CANDIDATE);
    json_open_key(&sarif->json, "replacements", '[');
    for (size_t i = 0; i < fix->edits.len; i++)
        put_replacement(sarif, fix, &fix->edits.items[i]);
    json_close(&sarif->json, ']');
    json_close(&sarif->json, '}');
    json_close(&sarif->json, ']');
    json_close(&sarif->json, '}');
    json_close(&sarif->json, ']');
}

/* ---- results ---- */

static void put_result_properties(Sarif *sarif, const Finding *finding)
{
    json_open_key(&sarif->json, "properties", '{');
    json_put_str(&sarif->json, "project", finding->project);
    json_put_str(&sarif->json, "resource", finding->resource);
    if (finding->subject.len)
        json_put_str(&sarif->json, "subject", finding->subject);
    json_close(&sarif->json, '}');
}

static void put_result(Sarif *sarif, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    json_open(&sarif->json, '{');
    json_put_text(&sarif->json, "ruleId", rule->code);
    if (rule->page)
        json_put_number(&sarif->json, "ruleIndex", sarif_rule_index(rule->id));
    if (finding->severity != rule->severity)
        json_put_text(&sarif->json, "level", sarif_level(finding->severity));
    put_result_message(sarif, finding);
    put_locations(sarif, finding);
    put_related(sarif, finding);
    put_fingerprints(sarif, finding);
    put_fix(sarif, finding->fix);
    put_result_properties(sarif, finding);
    json_close(&sarif->json, '}');
}

/* Worst first, so that what is cut off is the least; otherwise in the order of the list. */
static void put_results(Sarif *sarif)
{
    const FindingItems *items = &sarif->report->findings->items;
    size_t left = RESULTS_MOST;
    json_open_key(&sarif->json, "results", '[');
    for (int severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--) {
        for (size_t i = 0; i < items->len && left > 0; i++) {
            if ((int)items->items[i].severity != severity)
                continue;
            put_result(sarif, &items->items[i]);
            left--;
        }
    }
    json_close(&sarif->json, ']');
}

/* ---- the invocation ---- */

static void put_notification(Sarif *sarif, const char *level, Str text, Str path)
{
    json_open(&sarif->json, '{');
    json_put_text(&sarif->json, "level", level);
    put_message_key(sarif, "message", text);
    if (path.len && !str_is(path, ".")) {
        json_open_key(&sarif->json, "locations", '[');
        json_open(&sarif->json, '{');
        json_open_key(&sarif->json, "physicalLocation", '{');
        put_artifact(sarif, path, SIDE_CANDIDATE);
        json_close(&sarif->json, '}');
        json_close(&sarif->json, '}');
        json_close(&sarif->json, ']');
    }
    json_close(&sarif->json, '}');
}

static void put_fault(Sarif *sarif)
{
    const Fault *fault = sarif->report->fault;
    Buf text = {0};
    escape_sarif_message(&text, str_of(fault->message));
    if (fault->repair[0]) {
        buf_add(&text, str_ends(buf_str(&text), ".") ? " Run: " : ". Run: ");
        escape_sarif_message(&text, str_of(fault->repair));
    }
    put_notification(sarif, "error", buf_str(&text), (Str){0});
    buf_free(&text);
}

static void put_unchecked(Sarif *sarif, const Unchecked *item)
{
    Buf text = {0};
    buf_add(&text, "Not checked: ");
    escape_sarif_message(&text, item->path);
    if (item->line)
        buf_addf(&text, ":%" PRIu32, item->line);
    buf_add(&text, ": ");
    escape_sarif_message(&text, item->why);
    put_notification(sarif, item->changed ? "error" : "note", buf_str(&text), item->path);
    buf_free(&text);
}

static void put_invocation(Sarif *sarif)
{
    const Report *report = sarif->report;
    size_t total = report->findings->items.len;
    json_open_key(&sarif->json, "invocations", '[');
    json_open(&sarif->json, '{');
    json_put_bool(&sarif->json, "executionSuccessful", report->complete);
    json_open_key(&sarif->json, "toolExecutionNotifications", '[');
    if (report->fault)
        put_fault(sarif);
    if (total > RESULTS_MOST)
        put_notification(sarif, "warning",
                         str_fmt(sarif->arena, "%d of %zu findings are listed, the worst first.",
                                 RESULTS_MOST, total),
                         (Str){0});
    for (size_t i = 0; i < report->unchecked.len && i < NOTES_MOST; i++)
        put_unchecked(sarif, &report->unchecked.items[i]);
    json_close(&sarif->json, ']');
    json_close(&sarif->json, '}');
    json_close(&sarif->json, ']');
}

/* ---- the run ---- */

static void put_tool(Sarif *sarif)
{
    json_open_key(&sarif->json, "tool", '{');
    json_open_key(&sarif->json, "driver", '{');
    json_put_text(&sarif->json, "name", "tblint");
    json_put_text(&sarif->json, "version", TBLINT_VERSION);
    json_put_text(&sarif->json, "semanticVersion", TBLINT_VERSION);
    json_key(&sarif->json, "rules");
    sarif_put_rules(&sarif->json, sarif->arena);
    json_close(&sarif->json, '}');
    json_close(&sarif->json, '}');
}

static void put_base_id(Sarif *sarif, const char *id, const char *description)
{
    json_open_key(&sarif->json, id, '{');
    put_message_key(sarif, "description", str_of(description));
    json_close(&sarif->json, '}');
}

static void put_base_ids(Sarif *sarif)
{
    json_open_key(&sarif->json, "originalUriBaseIds", '{');
    put_base_id(sarif, SOURCE_ROOT, "The top of the repository, as it was judged.");
    put_base_id(sarif, LIVE_ROOT, "The top of the repository on the live branch.");
    json_close(&sarif->json, '}');
}

/* The part before the last slash is the category under which a code host files the run. */
static void put_automation(Sarif *sarif)
{
    Str project = sarif->report->only_project;
    while (str_ends(project, "/"))
        project.len--;
    bool whole = project.len == 0 || str_is(project, ".");
    json_open_key(&sarif->json, "automationDetails", '{');
    json_put_str(&sarif->json, "id",
                 whole ? STR("tblint/") : str_fmt(sarif->arena, "tblint/%.*s/", STR_ARG(project)));
    json_close(&sarif->json, '}');
}

static void put_provenance(Sarif *sarif)
{
    const Report *report = sarif->report;
    if (report->remote_url.len == 0)
        return;
    json_open_key(&sarif->json, "versionControlProvenance", '[');
    json_open(&sarif->json, '{');
    json_put_str(&sarif->json, "repositoryUri", report->remote_url);
    if (report->comparison && report->comparison->candidate_commit.hex[0])
        json_put_text(&sarif->json, "revisionId", report->comparison->candidate_commit.hex);
    json_open_key(&sarif->json, "mappedTo", '{');
    json_put_text(&sarif->json, "uriBaseId", SOURCE_ROOT);
    json_close(&sarif->json, '}');
    json_close(&sarif->json, '}');
    json_close(&sarif->json, ']');
}

static void put_run_properties(Sarif *sarif)
{
    const Comparison *comparison = sarif->report->comparison;
    if (!comparison)
        return;
    json_open_key(&sarif->json, "properties", '{');
    json_put_text(&sarif->json, "candidate", candidate_kind_text(comparison->kind));
    if (comparison->has_live) {
        json_put_str(&sarif->json, "liveRef", comparison->live.ref);
        json_put_text(&sarif->json, "liveCommit", comparison->live.commit.hex);
    }
    if (comparison->has_base)
        json_put_text(&sarif->json, "baseCommit", comparison->base.hex);
    json_close(&sarif->json, '}');
}

void report_sarif(const Report *report, Buf *out)
{
    Sarif sarif = {report, report->arena, {.out = out}, map_new(report->arena)};
    json_open(&sarif.json, '{');
    json_put_text(&sarif.json, "$schema", SARIF_SCHEMA);
    json_put_text(&sarif.json, "version", "2.1.0");
    json_open_key(&sarif.json, "runs", '[');
    json_open(&sarif.json, '{');
    put_tool(&sarif);
    put_automation(&sarif);
    put_provenance(&sarif);
    put_base_ids(&sarif);
    put_invocation(&sarif);
    json_put_text(&sarif.json, "columnKind", "utf16CodeUnits");
    put_results(&sarif);
    put_run_properties(&sarif);
    json_close(&sarif.json, '}');
    json_close(&sarif.json, ']');
    json_close(&sarif.json, '}');
    buf_add_char(out, '\n');
}
