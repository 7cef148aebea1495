/* plan_markdown.c: the plan for a pull request: tables, reasons, and the picture as Mermaid. */
#include "report/escape_markup.h"
#include "report/plan_migration.h"
#include "report/plan_parts.h"
#include "report/plan_rollback.h"

static void add_table(const PlanTable *table, Buf *out)
{
    if (table->rows.len == 0) {
        buf_addf(out, "%s.\n\n", table->none);
        return;
    }
    buf_addf(out, "**%s**\n\n|", table->title);
    for (size_t i = 0; i < table->columns; i++)
        buf_addf(out, " %s |", table->names[i]);
    buf_add(out, "\n|");
    for (size_t i = 0; i < table->columns; i++)
        buf_add(out, " --- |");
    for (size_t row = 0; row < table->rows.len; row++) {
        buf_add(out, "\n|");
        for (size_t i = 0; i < table->columns; i++) {
            buf_add_char(out, ' ');
            escape_markdown(out, table->rows.items[row].cells[i]);
            buf_add(out, " |");
        }
    }
    buf_add(out, "\n\n");
}

static void add_list(const char *title, const Strs *items, Buf *out)
{
    if (items->len == 0)
        return;
    buf_addf(out, "**%s**\n\n", title);
    for (size_t i = 0; i < items->len; i++) {
        buf_add(out, "- ");
        escape_markdown(out, items->items[i]);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

static void add_project(const Report *report, const ProjectPlan *project, Buf *out)
{
    PlanTables tables = plan_tables(report->arena, project);
    if (report->plans.len > 1) {
        buf_add(out, "### Project ");
        escape_markdown(out, project->root);
        buf_add(out, "\n\n");
    }
    for (size_t i = 0; i < tables.len; i++)
        add_table(&tables.items[i], out);
    Strs reasons = plan_reasons(report->arena, project->plan);
    add_list("What happens, and why", &reasons, out);
    plan_migration_markdown(report, project, out);
    Strs refusals = plan_refusals(report, project);
    add_list("The deploy will be refused", &refusals, out);
    if (plan_deletes(project->plan))
        buf_add(out, "Deletes resources: `tb deploy` needs `--allow-destructive-operations`.\n\n");
    plan_rollback_markdown(project, out);
}

static Strs not_checked(const Report *report)
{
    Strs lines = {0};
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *item = &report->unchecked.items[i];
        vec_push(report->arena, &lines,
                 str_fmt(report->arena, "%.*s: %.*s", STR_ARG(item->path), STR_ARG(item->why)));
    }
    return lines;
}

static bool has_steps(const Report *report)
{
    for (size_t i = 0; i < report->plans.len; i++) {
        if (report->plans.items[i].plan->steps.len)
            return true;
    }
    return false;
}

void report_plan_markdown(const Report *report, Buf *out)
{
    buf_add(out, "## What this deploy does\n\n");
    for (size_t i = 0; i < report->plans.len; i++)
        add_project(report, &report->plans.items[i], out);
    if (has_steps(report)) {
        buf_add(out, "```mermaid\n");
        plan_mermaid(report->arena, &report->plans, out);
        buf_add(out, "```\n\n");
    }
    Strs lines = not_checked(report);
    add_list("Not checked", &lines, out);
}
