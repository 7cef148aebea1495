/* rdjson.c: the report for reviewdog, a DiagnosticResult of its Diagnostic Format.
 *
 * Lines are counted from 1 and columns in bytes of UTF-8, from 1; an end is exclusive. The rules
 * have no address on the network, so `code` has no url. Only fields of the first version of the
 * format: older readers refuse others. */
#include "report/escape.h"
#include "report/finding_text.h"
#include "report/json_tree.h"
#include "report/shown_place.h"

typedef struct {
    const Report *report;
    cJSON *list;
    Map *written; /* see report_writes_fix() */
    ShownPlaces *shown;
} Rdjson;

static const char *severity_of(Severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return "ERROR";
    case SEVERITY_WARNING:
        return "WARNING";
    default:
        return "INFO";
    }
}

/* ---- ranges ---- */

static void add_position(cJSON *to, const char *key, uint64_t line, uint64_t column)
{
    cJSON *position = json_add_object(to, key);
    json_add_number(position, "line", line);
    if (column)
        json_add_number(position, "column", column);
}

static void add_offset(cJSON *to, const char *key, const Lines *lines, uint32_t offset)
{
    uint32_t line = lines_position(lines, offset).line;
    uint32_t start = lines_start(lines, line);
    add_position(to, key, line, offset > start ? offset - start + 1u : 1u);
}

static void add_range(const Report *report, cJSON *to, SourceFile *file, Range range)
{
    Lines *lines = source_file_lines(report->arena, file);
    cJSON *object = json_add_object(to, "range");
    add_offset(object, "start", lines, range.start);
    add_offset(object, "end", lines, range.end > range.start ? range.end : range.start);
}

static void add_location(const Report *report, cJSON *to, const Place *place)
{
    cJSON *location = json_add_object(to, "location");
    json_add_str(location, "path", report_path(report, place));
    if (place->file && place->file->loaded)
        add_range(report, location, place->file, place->range);
    else
        add_position(json_add_object(location, "range"), "start", 1, 0);
}

/* ---- suggestions ---- */

/* A suggestion has no path: it is for the diagnostic's own file. */
static bool can_suggest(const Fix *fix, const Place *place)
{
    const SourceFile *file = place->file;
    if (!fix || fix->edits.len == 0 || !file || fix->file != file || !file->loaded)
        return false;
    for (size_t i = 0; i < fix->edits.len; i++) {
        if (!str_is_utf8(fix->edits.items[i].text))
            return false;
    }
    return true;
}

static void add_suggestions(Rdjson *rdjson, cJSON *to, const Fix *fix, const Place *place)
{
    Arena *arena = rdjson->report->arena;
    if (!can_suggest(fix, place) || !report_writes_fix(rdjson->written, arena, fix))
        return;
    cJSON *array = json_add_array(to, "suggestions");
    for (size_t i = 0; i < fix->edits.len; i++) {
        cJSON *item = json_push_object(array);
        add_range(rdjson->report, item, fix->file, fix->edits.items[i].range);
        json_add_str(item, "text", fix->edits.items[i].text);
    }
}

/* ---- diagnostics ---- */

static void add_finding(Rdjson *rdjson, const Finding *finding)
{
    const Report *report = rdjson->report;
    Place place = shown_place(rdjson->shown, finding);
    cJSON *item = json_push_object(rdjson->list);
    Buf text = {0};
    finding_text(report, NULL, rdjson->shown, finding, &text);
    json_add_str(item, "message", buf_str(&text));
    buf_free(&text);
    add_location(report, item, &place);
    json_add_text(item, "severity", severity_of(finding->severity));
    json_add_text(json_add_object(item, "code"), "value", rule_get(finding->rule)->code);
    add_suggestions(rdjson, item, finding->fix, &place);
}

static void add_trouble(Rdjson *rdjson, Str text, Str path, uint32_t line)
{
    cJSON *item = json_push_object(rdjson->list);
    json_add_str(item, "message", text);
    cJSON *location = json_add_object(item, "location");
    json_add_str(location, "path", path);
    add_position(json_add_object(location, "range"), "start", line ? line : 1, 0);
    json_add_text(item, "severity", "ERROR");
}

void report_rdjson(const Report *report, Buf *out)
{
    Arena *arena = report->arena;
    cJSON *root = json_object();
    json_add_text(json_add_object(root, "source"), "name", "tblint");
    Rdjson rdjson = {report, json_add_array(root, "diagnostics"), map_new(arena),
                     shown_places_new(report)};
    if (report->fault)
        add_trouble(&rdjson, fault_text(arena, report->fault), STR("."), 1);
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *item = &report->unchecked.items[i];
        if (item->changed)
            add_trouble(&rdjson, unchecked_text(arena, item), item->path, item->line);
    }
    for (size_t i = 0; i < report->findings->items.len; i++)
        add_finding(&rdjson, &report->findings->items.items[i]);
    json_print(root, true, out);
}
