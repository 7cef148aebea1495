/* json.c: the report for other programs, schema tblint/1. */
#include "report/json_parts.h"
#include "report/plan_migration.h"
#include "report/plan_rollback.h"
#include "version.h"

static void add_position(cJSON *to, const char *key, Position at)
{
    cJSON *position = json_add_object(to, key);
    json_add_number(position, "line", at.line);
    json_add_number(position, "column", at.column);
}

void json_range(cJSON *to, Region region)
{
    cJSON *range = json_add_object(to, "range");
    add_position(range, "start", region.start);
    add_position(range, "end", region.end);
}

static void add_commit(cJSON *to, const CommitId *commit)
{
    json_add_text(to, "commit", commit->hex[0] ? commit->hex : NULL);
}

static void add_live(cJSON *to, const Comparison *comparison)
{
    if (!comparison || !comparison->has_live) {
        json_add_null(to, "live");
        return;
    }
    cJSON *live = json_add_object(to, "live");
    json_add_str(live, "ref", comparison->live.ref);
    add_commit(live, &comparison->live.commit);
}

static void add_base(cJSON *to, const Comparison *comparison)
{
    if (comparison && comparison->has_base)
        add_commit(json_add_object(to, "base"), &comparison->base);
    else
        json_add_null(to, "base");
}

static void add_candidate(cJSON *to, const Comparison *comparison)
{
    if (!comparison) {
        json_add_null(to, "candidate");
        return;
    }
    cJSON *candidate = json_add_object(to, "candidate");
    json_add_text(candidate, "kind", candidate_kind_text(comparison->kind));
    add_commit(candidate, &comparison->candidate_commit);
}

cJSON *json_begin(const Report *report)
{
    cJSON *root = json_object();
    json_add_text(root, "schema", "tblint/1");
    json_add_text(root, "version", TBLINT_VERSION);
    add_live(root, report->comparison);
    add_base(root, report->comparison);
    add_candidate(root, report->comparison);
    return root;
}

/* ---- findings ---- */

static void add_related(cJSON *to, const Report *report, const Finding *finding)
{
    cJSON *related = json_add_array(to, "related");
    Places places = report_related(report, finding);
    for (size_t i = 0; i < places.len; i++) {
        const Place *place = &places.items[i];
        cJSON *item = json_push_object(related);
        json_add_text(item, "side", place->side == SIDE_LIVE ? "live" : "candidate");
        json_add_str(item, "path", report_path(report, place));
        json_range(item, report_region(report, place));
        json_add_str(item, "message", place->message);
    }
}

static void add_fix(cJSON *to, const Report *report, Map *written, const Fix *fix)
{
    if (!report_writes_fix(written, report->arena, fix)) {
        json_add_null(to, "fix");
        return;
    }
    cJSON *object = json_add_object(to, "fix");
    json_add_str(object, "title", fix->title);
    cJSON *edits = json_add_array(object, "edits");
    for (size_t i = 0; i < fix->edits.len; i++) {
        const Edit *edit = &fix->edits.items[i];
        cJSON *item = json_push_object(edits);
        json_add_str(item, "path", fix->file->path);
        json_range(item, report_range(report, fix->file, edit->range));
        json_add_str(item, "text", edit->text);
    }
}

void json_known(cJSON *to, const char *key, Str text)
{
    if (text.len)
        json_add_str(to, key, text);
    else
        json_add_null(to, key);
}

static void add_accepted(cJSON *to, const Accepted *accepted)
{
    if (!accepted) {
        json_add_null(to, "accepted");
        return;
    }
    cJSON *object = json_add_object(to, "accepted");
    json_add_str(object, "reason", accepted->reason);
    json_known(object, "until", accepted->until);
}

void json_finding(cJSON *item, const Report *report, Map *written, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    Place place = report_primary(report, finding);
    json_add_text(item, "id", finding->id);
    json_add_text(item, "code", rule->code);
    json_add_text(item, "rule", rule->name);
    json_add_text(item, "severity", severity_text(finding->severity));
    json_add_str(item, "message", finding->message);
    json_add_str(item, "project", finding->project);
    json_add_str(item, "resource", finding->resource);
    json_add_str(item, "subject", finding->subject);
    json_add_str(item, "path", report_path(report, &place));
    json_range(item, report_region(report, &place));
    add_related(item, report, finding);
    add_fix(item, report, written, finding->fix);
    add_accepted(item, finding->accepted);
}

static void add_findings(cJSON *root, const Report *report)
{
    cJSON *findings = json_add_array(root, "findings");
    Map *written = map_new(report->arena);
    FindingItems items = findings_with_accepted(report->findings);
    for (size_t i = 0; i < items.len; i++)
        json_finding(json_push_object(findings), report, written, &items.items[i]);
}

/* ---- plan ---- */

void json_texts(cJSON *to, const char *key, const Strs *texts)
{
    cJSON *array = json_add_array(to, key);
    for (size_t i = 0; i < texts->len; i++)
        json_push_str(array, texts->items[i]);
}

void json_step(cJSON *item, Str project, const PlanStep *step)
{
    json_add_str(item, "project", project);
    json_add_str(item, "resource", step->name);
    json_add_text(item, "kind", datafile_kind_text(step->kind));
    json_add_text(item, "status", plan_status_text(step->status));
    json_add_text(item, "action", plan_action_text(step->action));
    json_add_text(item, "backfill", backfill_text(step->backfill));
    json_texts(item, "via", &step->via);
    json_texts(item, "why", &step->why);
    json_texts(item, "chain", &step->chain);
}

static void add_plan(cJSON *root, const Report *report)
{
    cJSON *steps = json_add_array(root, "plan");
    for (size_t i = 0; i < report->plans.len; i++) {
        const ProjectPlan *project = &report->plans.items[i];
        for (size_t j = 0; j < project->plan->steps.len; j++)
            json_step(json_push_object(steps), project->root, &project->plan->steps.items[j]);
    }
}

/* ---- the rest ---- */

static void add_weakened(cJSON *root, const Report *report)
{
    cJSON *array = json_add_array(root, "weakened");
    for (size_t i = 0; i < report->weakened.len; i++) {
        const WeakenedSetting *setting = &report->weakened.items[i];
        cJSON *item = json_push_object(array);
        json_add_str(item, "setting", setting->what);
        json_known(item, "from", setting->from);
        json_known(item, "to", setting->to);
    }
}

static void add_one_unchecked(cJSON *array, Str path, Str why)
{
    cJSON *item = json_push_object(array);
    json_add_str(item, "path", path);
    json_add_str(item, "why", why);
}

static void add_unchecked(cJSON *root, const Report *report)
{
    cJSON *unchecked = json_add_array(root, "unchecked");
    if (report->fault)
        add_one_unchecked(unchecked, STR("."), str_of(report->fault->message));
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *item = &report->unchecked.items[i];
        add_one_unchecked(unchecked, item->path, item->why);
    }
}

static void add_summary(cJSON *root, const Report *report)
{
    const Comparison *comparison = report->comparison;
    cJSON *summary = json_add_object(root, "summary");
    json_add_number(summary, "error", findings_count(report->findings, SEVERITY_ERROR));
    json_add_number(summary, "warning", findings_count(report->findings, SEVERITY_WARNING));
    json_add_number(summary, "note", findings_count(report->findings, SEVERITY_NOTE));
    json_add_number(summary, "accepted", report->findings->accepted.len);
    json_add_number(summary, "files", comparison ? comparison->files : 0);
    json_add_number(summary, "projects", comparison ? comparison->projects.len : 0);
}

void report_json(const Report *report, Buf *out)
{
    cJSON *root = json_begin(report);
    add_findings(root, report);
    add_plan(root, report);
    add_weakened(root, report);
    add_unchecked(root, report);
    add_summary(root, report);
    json_print(root, true, out);
}

void report_plan_json(const Report *report, Buf *out)
{
    cJSON *root = json_begin(report);
    add_plan(root, report);
    plan_migration_json(report, root);
    plan_rollback_json(report, root);
    add_unchecked(root, report);
    json_print(root, true, out);
}
