/* sarif_run.c: what a SARIF run says besides its results: tool, category, source, how it went. */
#include "report/escape.h"
#include "report/finding_text.h"
#include "report/sarif_parts.h"
#include "report/sarif_rules.h"
#include "version.h"

#include <inttypes.h>

enum { NOTES_MOST = 1000, CATEGORY_MOST = 200, WEAKENED_MOST = 50 };

/* ---- the invocation ---- */

static void add_notification(cJSON *array, const char *level, Str text, Str path)
{
    cJSON *item = json_push_object(array);
    json_add_text(item, "level", level);
    sarif_add_message(item, "message", text);
    if (path.len == 0 || str_is(path, "."))
        return;
    cJSON *location = json_push_object(json_add_array(item, "locations"));
    sarif_add_artifact(json_add_object(location, "physicalLocation"), path, SIDE_CANDIDATE);
}

static void add_fault(cJSON *array, const Fault *fault)
{
    Buf text = {0};
    escape_sarif_message(&text, str_of(fault->message));
    if (fault->repair[0]) {
        buf_add(&text, str_ends(buf_str(&text), ".") ? " Run: " : ". Run: ");
        escape_sarif_message(&text, str_of(fault->repair));
    }
    add_notification(array, "error", buf_str(&text), (Str){0});
    buf_free(&text);
}

static void add_unchecked(cJSON *array, const Unchecked *item)
{
    Buf text = {0};
    buf_add(&text, "Not checked: ");
    escape_sarif_message(&text, item->path);
    if (item->line)
        buf_addf(&text, ":%" PRIu32, item->line);
    buf_add(&text, ": ");
    escape_sarif_message(&text, item->why);
    add_notification(array, item->changed ? "error" : "note", buf_str(&text), item->path);
    buf_free(&text);
}

static void add_weakened(cJSON *array, const Report *report)
{
    Str sentence = weakened_text(report, WEAKENED_MOST);
    if (sentence.len == 0)
        return;
    Buf text = {0};
    escape_sarif_message(&text, sentence);
    buf_add_char(&text, '.');
    add_notification(array, "note", buf_str(&text), (Str){0});
    buf_free(&text);
}

void sarif_add_invocation(Sarif *sarif, cJSON *run)
{
    const Report *report = sarif->report;
    size_t total = report->findings->items.len;
    cJSON *invocation = json_push_object(json_add_array(run, "invocations"));
    json_add_bool(invocation, "executionSuccessful", report->complete);
    cJSON *notes = json_add_array(invocation, "toolExecutionNotifications");
    if (report->fault)
        add_fault(notes, report->fault);
    if (total > SARIF_RESULTS_MOST)
        add_notification(notes, "warning",
                         str_fmt(sarif->arena, "%d of %zu findings are listed, the worst first.",
                                 SARIF_RESULTS_MOST, total),
                         (Str){0});
    if (report->findings->acceptances_added)
        add_notification(notes, "note",
                         str_fmt(sarif->arena, "This change adds %u acceptance%s.",
                                 report->findings->acceptances_added,
                                 report->findings->acceptances_added == 1 ? "" : "s"),
                         (Str){0});
    add_weakened(notes, report);
    for (size_t i = 0; i < report->unchecked.len && i < NOTES_MOST; i++)
        add_unchecked(notes, &report->unchecked.items[i]);
}

/* ---- the run ---- */

static void add_tool(Sarif *sarif, cJSON *run)
{
    cJSON *driver = json_add_object(json_add_object(run, "tool"), "driver");
    json_add_text(driver, "name", "tblint");
    json_add_text(driver, "version", TBLINT_VERSION);
    json_add_text(driver, "semanticVersion", TBLINT_VERSION);
    sarif_add_rules(driver, sarif->arena);
}

static void add_base_id(cJSON *to, const char *id, const char *description)
{
    sarif_add_message(json_add_object(to, id), "description", str_of(description));
}

static void add_base_ids(cJSON *run)
{
    cJSON *ids = json_add_object(run, "originalUriBaseIds");
    add_base_id(ids, SOURCE_ROOT, "The top of the repository, as it was judged.");
    add_base_id(ids, LIVE_ROOT, "The top of the repository on the live branch.");
}

/* The part before the last slash is the category under which a code host files the run. */
static void add_automation(Sarif *sarif, cJSON *run)
{
    Str category = sarif->report->sarif_category;
    Str project = sarif->report->only_project;
    while (str_ends(category, "/"))
        category.len--;
    while (str_ends(project, "/"))
        project.len--;
    if (category.len)
        project.len = 0; /* who names it means that name */
    bool whole = project.len == 0 || str_is(project, ".");
    json_add_str(json_add_object(run, "automationDetails"), "id",
                 category.len ? str_fmt(sarif->arena, "%.*s/", STR_ARG(category))
                 : whole      ? STR("tblint/")
                              : str_fmt(sarif->arena, "tblint/%.*s/", STR_ARG(project)));
}

static void add_provenance(Sarif *sarif, cJSON *run)
{
    const Report *report = sarif->report;
    if (report->remote_url.len == 0)
        return;
    cJSON *item = json_push_object(json_add_array(run, "versionControlProvenance"));
    json_add_str(item, "repositoryUri", report->remote_url);
    if (report->comparison && report->comparison->candidate_commit.hex[0])
        json_add_text(item, "revisionId", report->comparison->candidate_commit.hex);
    json_add_text(json_add_object(item, "mappedTo"), "uriBaseId", SOURCE_ROOT);
}

void sarif_add_run_properties(Sarif *sarif, cJSON *run)
{
    const Comparison *comparison = sarif->report->comparison;
    if (!comparison)
        return;
    cJSON *properties = json_add_object(run, "properties");
    json_add_text(properties, "candidate", candidate_kind_text(comparison->kind));
    if (comparison->has_live) {
        json_add_str(properties, "liveRef", comparison->live.ref);
        json_add_text(properties, "liveCommit", comparison->live.commit.hex);
    }
    if (comparison->has_base)
        json_add_text(properties, "baseCommit", comparison->base.hex);
}

void sarif_add_run_head(Sarif *sarif, cJSON *run)
{
    add_tool(sarif, run);
    add_automation(sarif, run);
    add_provenance(sarif, run);
    add_base_ids(run);
}

bool sarif_category_is_valid(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '.' ||
                     c == '_' || c == '-' || c == ':' || c == '/';
        if (!plain || (c == '/' && (i == 0 || text.ptr[i - 1] == '/')))
            return false;
    }
    return text.len > 0 && text.len <= CATEGORY_MOST;
}
