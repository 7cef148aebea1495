/* plan_rollback.c: what would undo the plan: the lines to add, and what nothing brings back. */
#include "report/plan_rollback.h"

#include "report/escape.h"
#include "report/escape_markup.h"
#include "report/text_layout.h"

static const char pipes_sentence[] = "Pipes: revert the commit and deploy; they hold no rows.";
static const char nothing_sentence[] = "Nothing that is stored changes: revert the commit.";

enum { LOST_SHOWN = 10 }; /* of one data source; JSON has all */

static size_t lost_shown(const RollbackStep *step)
{
    return step->lost.len <= LOST_SHOWN + 1 ? step->lost.len : LOST_SHOWN;
}

static bool is_trivial(const Rollback *rollback)
{
    return rollback->steps.len == 0;
}

/* ---- text ---- */

static void add_query_text(const Fix *fix, Buf *out)
{
    Str rest = fix->lines;
    Str line;
    while (str_split_line(&rest, &line)) {
        buf_add(out, "      + ");
        escape_terminal(out, line);
        buf_add_char(out, '\n');
    }
}

static void add_step_text(const Report *report, const RollbackStep *step, Buf *out)
{
    Arena *arena = report->arena;
    Str head = str_fmt(arena, "%.*s: %.*s", STR_ARG(step->name), STR_ARG(step->how));
    buf_add(out, "  ");
    layout_wrap(out, escaped_terminal(arena, head), 4, report->width);
    if (step->fix != NULL) {
        buf_add(out, "    ");
        escape_terminal(out, step->path);
        buf_add_char(out, '\n');
        add_query_text(step->fix, out);
    }
    size_t shown = lost_shown(step);
    for (size_t i = 0; i < shown; i++) {
        buf_add(out, "    lost  ");
        layout_wrap(out, escaped_terminal(arena, step->lost.items[i].text), 10, report->width);
    }
    if (shown < step->lost.len)
        buf_addf(out, "    lost  and %zu more: --format json has all\n", step->lost.len - shown);
}

void plan_rollback_text(const Report *report, const ProjectPlan *project, Buf *out)
{
    const Rollback *rollback = project->rollback;
    if (rollback == NULL)
        return;
    buf_add(out, "\n* To undo it, once it is deployed:\n");
    for (size_t i = 0; i < rollback->steps.len; i++)
        add_step_text(report, &rollback->steps.items[i], out);
    if (rollback->pipes)
        buf_addf(out, "  %s\n", pipes_sentence);
    else if (is_trivial(rollback))
        buf_addf(out, "  %s\n", nothing_sentence);
}

/* ---- Markdown ---- */

/* More backticks than the text has in a row, so that none of it ends the block. */
static void add_fence(Str text, Buf *out)
{
    size_t run = 0, most = 2;
    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        most = run > most ? run : most;
    }
    buf_add_repeat(out, '`', most + 1);
}

static void add_query_markdown(const RollbackStep *step, Buf *out)
{
    Str text = step->fix->lines;
    Str line;
    buf_add(out, "\nIn ");
    escape_markdown(out, step->path);
    buf_add(out, ":\n\n");
    add_fence(text, out);
    buf_add_char(out, '\n');
    for (Str rest = text; str_split_line(&rest, &line);) {
        escape_utf8(out, line);
        buf_add_char(out, '\n');
    }
    add_fence(text, out);
    buf_add(out, "\n\n");
}

static void add_step_markdown(const RollbackStep *step, Buf *out)
{
    buf_add(out, "#### ");
    escape_markdown(out, step->name);
    buf_add(out, "\n\n");
    escape_markdown(out, step->how);
    buf_add_char(out, '\n');
    if (step->fix != NULL)
        add_query_markdown(step, out);
    size_t shown = lost_shown(step);
    for (size_t i = 0; i < shown; i++) {
        buf_add(out, i == 0 && step->fix == NULL ? "\n- lost: " : "- lost: ");
        escape_markdown(out, step->lost.items[i].text);
        buf_add_char(out, '\n');
    }
    if (shown < step->lost.len)
        buf_addf(out, "- lost: and %zu more\n", step->lost.len - shown);
    if (step->lost.len > 0 || step->fix == NULL)
        buf_add_char(out, '\n');
}

void plan_rollback_markdown(const ProjectPlan *project, Buf *out)
{
    const Rollback *rollback = project->rollback;
    if (rollback == NULL)
        return;
    buf_add(out, "### To undo it, once it is deployed\n\n");
    for (size_t i = 0; i < rollback->steps.len; i++)
        add_step_markdown(&rollback->steps.items[i], out);
    if (rollback->pipes)
        buf_addf(out, "%s\n\n", pipes_sentence);
    else if (is_trivial(rollback))
        buf_addf(out, "%s\n\n", nothing_sentence);
}

/* ---- JSON ---- */

static void add_lost(cJSON *item, const RollbackStep *step)
{
    cJSON *lost = json_add_array(item, "lost");
    for (size_t i = 0; i < step->lost.len; i++) {
        const LostPart *part = &step->lost.items[i];
        cJSON *object = json_push_object(lost);
        json_add_text(object, "kind", part->kind);
        json_add_str(object, "subject", part->subject);
        json_add_str(object, "message", part->text);
    }
}

static void add_step_json(cJSON *item, Str project, const RollbackStep *step)
{
    json_add_str(item, "project", project);
    json_add_str(item, "resource", step->name);
    json_add_text(item, "kind", "datasource");
    json_add_str(item, "path", step->path);
    json_add_text(item, "action", plan_action_text(step->action));
    json_add_text(item, "backfill", backfill_text(step->backfill));
    cJSON *via = json_add_array(item, "via");
    for (size_t i = 0; i < step->via.len; i++)
        json_push_str(via, step->via.items[i]);
    json_add_str(item, "message", step->how);
    if (step->fix != NULL)
        json_add_str(item, "forward_query", step->fix->lines);
    else
        json_add_null(item, "forward_query");
    add_lost(item, step);
}

/* One for all pipes: they come back as they were. */
static void add_pipes_json(cJSON *item, Str project)
{
    json_add_str(item, "project", project);
    json_add_null(item, "resource");
    json_add_text(item, "kind", "pipe");
    json_add_null(item, "path");
    json_add_text(item, "action", plan_action_text(ACTION_METADATA));
    json_add_text(item, "backfill", backfill_text(BACKFILL_NONE));
    json_add_array(item, "via");
    json_add_text(item, "message", pipes_sentence);
    json_add_null(item, "forward_query");
    json_add_array(item, "lost");
}

void plan_rollback_json(const Report *report, cJSON *root)
{
    cJSON *array = NULL;
    for (size_t i = 0; i < report->plans.len; i++) {
        const ProjectPlan *project = &report->plans.items[i];
        if (project->rollback == NULL)
            continue;
        array = array != NULL ? array : json_add_array(root, "rollback");
        for (size_t j = 0; j < project->rollback->steps.len; j++)
            add_step_json(json_push_object(array), project->root,
                          &project->rollback->steps.items[j]);
        if (project->rollback->pipes)
            add_pipes_json(json_push_object(array), project->root);
    }
}
