/* json.c: the report for other programs, schema tblint/1. */
#include "report/json_writer.h"
#include "report/report.h"
#include "version.h"

static void put_position(JsonWriter *json, const char *key, Position at)
{
    json_open_key(json, key, '{');
    json_put_number(json, "line", at.line);
    json_put_number(json, "column", at.column);
    json_close(json, '}');
}

static void put_region(JsonWriter *json, Region region)
{
    json_open_key(json, "range", '{');
    put_position(json, "start", region.start);
    put_position(json, "end", region.end);
    json_close(json, '}');
}

static void put_commit(JsonWriter *json, const char *key, const CommitId *commit)
{
    json_put_text(json, key, commit && commit->hex[0] ? commit->hex : NULL);
}

static void put_live(JsonWriter *json, const Comparison *comparison)
{
    json_key(json, "live");
    if (!comparison || !comparison->has_live) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_put_str(json, "ref", comparison->live.ref);
    put_commit(json, "commit", &comparison->live.commit);
    json_close(json, '}');
}

static void put_base(JsonWriter *json, const Comparison *comparison)
{
    json_key(json, "base");
    if (!comparison || !comparison->has_base) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    put_commit(json, "commit", &comparison->base);
    json_close(json, '}');
}

static void put_candidate(JsonWriter *json, const Comparison *comparison)
{
    json_key(json, "candidate");
    if (!comparison) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_put_text(json, "kind", candidate_kind_text(comparison->kind));
    put_commit(json, "commit", &comparison->candidate_commit);
    json_close(json, '}');
}

static void put_head(JsonWriter *json, const Report *report)
{
    json_put_text(json, "schema", "tblint/1");
    json_put_text(json, "version", TBLINT_VERSION);
    put_live(json, report->comparison);
    put_base(json, report->comparison);
    put_candidate(json, report->comparison);
}

/* ---- findings ---- */

static void put_related(JsonWriter *json, const Report *report, const Finding *finding)
{
    json_open_key(json, "related", '[');
    for (size_t i = 0; i < finding->related.len; i++) {
        const Place *place = &finding->related.items[i];
        json_open(json, '{');
        json_put_text(json, "side", place->side == SIDE_LIVE ? "live" : "candidate");
        json_put_str(json, "path", report_path(report, place));
        put_region(json, report_region(report, place));
        json_put_str(json, "message", place->message);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_fix(JsonWriter *json, const Report *report, const Fix *fix)
{
    json_key(json, "fix");
    if (!fix) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_put_str(json, "title", fix->title);
    json_open_key(json, "edits", '[');
    for (size_t i = 0; i < fix->edits.len; i++) {
        const Edit *edit = &fix->edits.items[i];
        json_open(json, '{');
        json_put_str(json, "path", fix->file->path);
        put_region(json, report_range(report, fix->file, edit->range));
        json_put_str(json, "text", edit->text);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}

static void put_finding(JsonWriter *json, const Report *report, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    json_open(json, '{');
    json_put_text(json, "id", finding->id);
    json_put_text(json, "code", rule->code);
    json_put_text(json, "rule", rule->name);
    json_put_text(json, "severity", severity_text(finding->severity));
    json_put_str(json, "message", finding->message);
    json_put_str(json, "project", finding->project);
    json_put_str(json, "resource", finding->resource);
    json_put_str(json, "subject", finding->subject);
    json_put_str(json, "path", report_path(report, &finding->place));
    put_region(json, report_region(report, &finding->place));
    put_related(json, report, finding);
    put_fix(json, report, finding->fix);
    json_put_text(json, "accepted", NULL);
    json_close(json, '}');
}

static void put_findings(JsonWriter *json, const Report *report)
{
    json_open_key(json, "findings", '[');
    for (size_t i = 0; i < report->findings->items.len; i++)
        put_finding(json, report, &report->findings->items.items[i]);
    json_close(json, ']');
}

/* ---- plan ---- */

static void put_texts(JsonWriter *json, const char *key, const Strs *texts)
{
    json_open_key(json, key, '[');
    for (size_t i = 0; i < texts->len; i++)
        json_str(json, texts->items[i]);
    json_close(json, ']');
}

static void put_step(JsonWriter *json, Str project, const PlanStep *step)
{
    json_open(json, '{');
    json_put_str(json, "project", project);
    json_put_str(json, "resource", step->name);
    json_put_text(json, "kind", datafile_kind_text(step->kind));
    json_put_text(json, "status", plan_status_text(step->status));
    json_put_text(json, "action", plan_action_text(step->action));
    json_put_text(json, "backfill", backfill_text(step->backfill));
    put_texts(json, "via", &step->via);
    put_texts(json, "why", &step->why);
    json_close(json, '}');
}

static void put_plan(JsonWriter *json, const Report *report)
{
    json_open_key(json, "plan", '[');
    for (size_t i = 0; i < report->plans.len; i++) {
        const ProjectPlan *project = &report->plans.items[i];
        for (size_t j = 0; j < project->plan->steps.len; j++)
            put_step(json, project->root, &project->plan->steps.items[j]);
    }
    json_close(json, ']');
}

/* ---- the rest ---- */

static void put_one_unchecked(JsonWriter *json, Str path, Str why)
{
    json_open(json, '{');
    json_put_str(json, "path", path);
    json_put_str(json, "why", why);
    json_close(json, '}');
}

static void put_unchecked(JsonWriter *json, const Report *report)
{
    json_open_key(json, "unchecked", '[');
    if (report->fault)
        put_one_unchecked(json, STR("."), str_of(report->fault->message));
    for (size_t i = 0; i < report->unchecked.len; i++)
        put_one_unchecked(json, report->unchecked.items[i].path, report->unchecked.items[i].why);
    json_close(json, ']');
}

static void put_summary(JsonWriter *json, const Report *report)
{
    const Comparison *comparison = report->comparison;
    json_open_key(json, "summary", '{');
    json_put_number(json, "error", findings_count(report->findings, SEVERITY_ERROR));
    json_put_number(json, "warning", findings_count(report->findings, SEVERITY_WARNING));
    json_put_number(json, "note", findings_count(report->findings, SEVERITY_NOTE));
    json_put_number(json, "accepted", 0);
    json_put_number(json, "files", comparison ? comparison->files : 0);
    json_put_number(json, "projects", comparison ? comparison->projects.len : 0);
    json_close(json, '}');
}

void report_json(const Report *report, Buf *out)
{
    JsonWriter json = {.out = out, .pretty = true};
    json_open(&json, '{');
    put_head(&json, report);
    put_findings(&json, report);
    put_plan(&json, report);
    put_unchecked(&json, report);
    put_summary(&json, report);
    json_close(&json, '}');
    buf_add_char(out, '\n');
}

void report_plan_json(const Report *report, Buf *out)
{
    JsonWriter json = {.out = out, .pretty = true};
    json_open(&json, '{');
    put_head(&json, report);
    put_plan(&json, report);
    put_unchecked(&json, report);
    json_close(&json, '}');
    buf_add_char(out, '\n');
}
