/* sarif.c: the report for code scanning, SARIF 2.1.0, one run a file: its results. */
#include "report/escape.h"
#include "report/line_hash.h"
#include "report/redact.h"
#include "report/sarif_parts.h"
#include "report/sarif_rules.h"

#include <inttypes.h>
#include <stdio.h>

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

enum {
    RELATED_MOST = 100,
    CONTEXT_LINES = 2,    /* before and after */
    CONTEXT_BYTES = 4096, /* of a line: longer ones are not source that anybody reads */
};

/* ---- small parts ---- */

void sarif_add_message(cJSON *to, const char *key, Str text)
{
    json_add_str(json_add_object(to, key), "text", text);
}

void sarif_add_artifact(cJSON *to, Str path, Side side)
{
    Buf uri = {0};
    escape_uri(&uri, path);
    cJSON *location = json_add_object(to, "artifactLocation");
    json_add_str(location, "uri", buf_str(&uri));
    json_add_text(location, "uriBaseId", side == SIDE_LIVE ? LIVE_ROOT : SOURCE_ROOT);
    buf_free(&uri);
}

/* SARIF wants at least one character; an empty stretch takes the one after it. */
static Region widened(Region region)
{
    if (region.end.line == region.start.line && region.end.column <= region.start.column)
        region.end.column = region.start.column + 1;
    return region;
}

static cJSON *add_region(cJSON *to, const char *key, Region region)
{
    cJSON *object = json_add_object(to, key);
    json_add_number(object, "startLine", region.start.line);
    json_add_number(object, "startColumn", region.start.column);
    json_add_number(object, "endLine", region.end.line);
    json_add_number(object, "endColumn", region.end.column);
    return object;
}

/* ---- places ---- */

static bool is_readable(const Place *place)
{
    return place->file && place->file->loaded;
}

/* The marked text, when it stands on one line and hides no secret. */
static void add_snippet(Sarif *sarif, cJSON *to, const Place *place, Region region)
{
    if (region.start.line != region.end.line || range_is_empty(place->range))
        return;
    Lines *lines = source_file_lines(sarif->arena, place->file);
    if (redact_changes(sarif->arena, lines, region.start.line))
        return;
    sarif_add_message(to, "snippet", str_range(place->file->text, place->range));
}

static void add_context(Sarif *sarif, cJSON *to, const Place *place, Region region)
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
        cJSON *context = json_add_object(to, "contextRegion");
        json_add_number(context, "startLine", first);
        json_add_number(context, "endLine", last);
        sarif_add_message(context, "snippet", buf_str(&text));
    }
    buf_free(&text);
}

static void add_physical(Sarif *sarif, cJSON *to, const Place *place, bool with_context)
{
    Region region = widened(report_region(sarif->report, place));
    Side side = place->file ? place->side : SIDE_CANDIDATE;
    cJSON *physical = json_add_object(to, "physicalLocation");
    sarif_add_artifact(physical, report_path(sarif->report, place), side);
    cJSON *marked = add_region(physical, "region", region);
    if (is_readable(place))
        add_snippet(sarif, marked, place, region);
    if (with_context && is_readable(place))
        add_context(sarif, physical, place, region);
}

static void add_locations(Sarif *sarif, cJSON *to, const Finding *finding)
{
    cJSON *location = json_push_object(json_add_array(to, "locations"));
    Place place = shown_place(sarif->shown, finding);
    add_physical(sarif, location, &place, true);
    if (finding->resource.len) {
        cJSON *logical = json_push_object(json_add_array(location, "logicalLocations"));
        json_add_str(logical, "name", finding->resource);
        json_add_text(logical, "kind", "resource");
    }
}

/* How the message calls a related place. */
static Str related_label(Sarif *sarif, const Place *place)
{
    if (place->message.len)
        return place->message;
    return place->side == SIDE_LIVE ? STR("live definition") : report_path(sarif->report, place);
}

/* Each place has an id of its own, so no two are equal, as SARIF demands. */
static void add_related(Sarif *sarif, cJSON *to, const Finding *finding)
{
    Places places = shown_related(sarif->shown, finding);
    if (places.len == 0)
        return;
    cJSON *related = json_add_array(to, "relatedLocations");
    for (size_t i = 0; i < places.len && i < RELATED_MOST; i++) {
        const Place *place = &places.items[i];
        cJSON *item = json_push_object(related);
        json_add_number(item, "id", i + 1);
        add_physical(sarif, item, place, false);
        sarif_add_message(item, "message", related_label(sarif, place));
    }
}

/* ---- the message ---- */

/* A code host shows related places only where the message links them. */
static void add_links(Sarif *sarif, Buf *out, const Finding *finding)
{
    enum { LINKS_MOST = 10 };
    Places places = shown_related(sarif->shown, finding);
    for (size_t i = 0; i < places.len && i < LINKS_MOST; i++) {
        buf_add(out, i == 0 ? " See [" : ", [");
        escape_sarif_message(out, related_label(sarif, &places.items[i]));
        buf_addf(out, "](%zu)", i + 1);
    }
    if (places.len > LINKS_MOST)
        buf_addf(out, " and %zu more", places.len - LINKS_MOST);
    if (places.len)
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

static void add_result_message(Sarif *sarif, cJSON *to, const Finding *finding)
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
    sarif_add_message(to, "message", buf_str(&text));
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

static void add_fingerprints(Sarif *sarif, cJSON *to, const Finding *finding)
{
    cJSON *prints = json_add_object(to, "partialFingerprints");
    json_add_text(prints, "changeId/v1", finding->id);
    Place place = shown_place(sarif->shown, finding);
    if (!is_readable(&place) || place.side != SIDE_CANDIDATE)
        return;
    const LineHashes *hashes = file_hashes(sarif, place.file);
    uint32_t line = report_region(sarif->report, &place).start.line;
    if (line > hashes->len)
        return;
    LineHash hash = hashes->items[line - 1];
    char text[32];
    snprintf(text, sizeof text, "%" PRIx64 ":%" PRIu32, hash.hash, hash.occurrence);
    json_add_text(prints, "primaryLocationLineHash", text);
}

static void add_fix(Sarif *sarif, cJSON *to, const Fix *fix)
{
    if (!report_writes_fix(sarif->written, sarif->arena, fix) || fix->edits.len == 0)
        return;
    cJSON *item = json_push_object(json_add_array(to, "fixes"));
    sarif_add_message(item, "description", fix->title);
    cJSON *change = json_push_object(json_add_array(item, "artifactChanges"));
    sarif_add_artifact(change, fix->file->path, SIDE_CANDIDATE);
    cJSON *replacements = json_add_array(change, "replacements");
    for (size_t i = 0; i < fix->edits.len; i++) {
        const Edit *edit = &fix->edits.items[i];
        cJSON *replacement = json_push_object(replacements);
        add_region(replacement, "deletedRegion",
                   report_range(sarif->report, fix->file, edit->range));
        sarif_add_message(replacement, "insertedContent", edit->text);
    }
}

/* ---- results ---- */

static void add_result_properties(cJSON *to, const Finding *finding)
{
    cJSON *properties = json_add_object(to, "properties");
    json_add_str(properties, "project", finding->project);
    json_add_str(properties, "resource", finding->resource);
    if (finding->subject.len)
        json_add_str(properties, "subject", finding->subject);
}

static void add_suppressions(cJSON *to, const Accepted *accepted)
{
    if (!accepted)
        return;
    cJSON *item = json_push_object(json_add_array(to, "suppressions"));
    json_add_text(item, "kind", accepted->in_source ? "inSource" : "external");
    json_add_text(item, "status", "accepted");
    if (accepted->reason.len)
        json_add_str(item, "justification", accepted->reason);
}

static void add_result(Sarif *sarif, cJSON *results, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    cJSON *result = json_push_object(results);
    json_add_text(result, "ruleId", rule->code);
    if (rule->page)
        json_add_number(result, "ruleIndex", sarif_rule_index(rule->id));
    if (finding->severity != rule->severity)
        json_add_text(result, "level", sarif_level(finding->severity));
    add_result_message(sarif, result, finding);
    add_locations(sarif, result, finding);
    add_related(sarif, result, finding);
    add_fingerprints(sarif, result, finding);
    add_fix(sarif, result, finding->fix);
    add_suppressions(result, finding->accepted);
    add_result_properties(result, finding);
}

/* Worst first, so that what is cut off is the least; otherwise in the order of the list. Returns
 * how many more there is room for. */
static size_t add_some(Sarif *sarif, cJSON *results, const FindingItems *items, size_t room)
{
    for (int severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--) {
        for (size_t i = 0; i < items->len && room > 0; i++) {
            if ((int)items->items[i].severity != severity)
                continue;
            add_result(sarif, results, &items->items[i]);
            room--;
        }
    }
    return room;
}

/* Code scanning shows an accepted result as an open alert, whatever its suppressions say: only who
 * asks for all gets these, behind the others. */
static void add_results(Sarif *sarif, cJSON *run)
{
    const Findings *findings = sarif->report->findings;
    cJSON *results = json_add_array(run, "results");
    size_t room = add_some(sarif, results, &findings->items, SARIF_RESULTS_MOST);
    if (findings->shows_accepted)
        add_some(sarif, results, &findings->accepted, room);
}

/* ---- the log ---- */

void report_sarif(const Report *report, Buf *out)
{
    Sarif sarif = {report, report->arena, map_new(report->arena), map_new(report->arena),
                   shown_places_new(report)};
    cJSON *root = json_object();
    json_add_text(root, "$schema", SARIF_SCHEMA);
    json_add_text(root, "version", "2.1.0");
    cJSON *run = json_push_object(json_add_array(root, "runs"));
    sarif_add_run_head(&sarif, run);
    sarif_add_invocation(&sarif, run);
    json_add_text(run, "columnKind", "utf16CodeUnits");
    add_results(&sarif, run);
    sarif_add_run_properties(&sarif, run);
    json_print(root, false, out);
}
