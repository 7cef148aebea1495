/* plan_text.c: the plan as `tb deploy --check` prints it, the reason of each step, and a tree. */
#include "report/escape.h"
#include "report/plan_migration.h"
#include "report/plan_parts.h"
#include "report/plan_rollback.h"
#include "report/text_layout.h"

static size_t column_width(const PlanTable *table, size_t column)
{
    size_t width = text_width(str_of(table->names[column]));
    for (size_t i = 0; i < table->rows.len; i++) {
        size_t cell = text_width(table->rows.items[i].cells[column]);
        width = cell > width ? cell : width;
    }
    return width;
}

static void add_rule(Buf *out, const size_t *widths, size_t columns)
{
    size_t total = 1;
    for (size_t i = 0; i < columns; i++)
        total += widths[i] + 3;
    buf_add_repeat(out, '-', total);
    buf_add_char(out, '\n');
}

static void add_cell(Buf *out, Str cell, size_t width)
{
    buf_add(out, "| ");
    buf_add_str(out, cell);
    buf_add_repeat(out, ' ', width - text_width(cell) + 1);
}

static void add_rows(Buf *out, const PlanTable *table)
{
    size_t widths[PLAN_COLUMNS_MOST];
    for (size_t i = 0; i < table->columns; i++)
        widths[i] = column_width(table, i);
    add_rule(out, widths, table->columns);
    for (size_t i = 0; i < table->columns; i++)
        add_cell(out, str_of(table->names[i]), widths[i]);
    buf_add(out, "|\n");
    add_rule(out, widths, table->columns);
    for (size_t row = 0; row < table->rows.len; row++) {
        for (size_t i = 0; i < table->columns; i++)
            add_cell(out, table->rows.items[row].cells[i], widths[i]);
        buf_add(out, "|\n");
    }
    add_rule(out, widths, table->columns);
}

/* The cells as a terminal may show them, so that their widths are those of what is printed. */
static void escape_cells(Arena *arena, PlanTable *table)
{
    for (size_t row = 0; row < table->rows.len; row++) {
        for (size_t i = 0; i < table->columns; i++) {
            Str *cell = &table->rows.items[row].cells[i];
            *cell = escaped_terminal(arena, *cell);
        }
    }
}

static void add_tables(const Report *report, const ProjectPlan *project, Buf *out)
{
    PlanTables tables = plan_tables(report->arena, project);
    for (size_t i = 0; i < tables.len; i++) {
        PlanTable *table = &tables.items[i];
        buf_add(out, i ? "\n" : "");
        if (table->rows.len == 0) {
            buf_addf(out, "* %s\n", table->none);
            continue;
        }
        escape_cells(report->arena, table);
        buf_addf(out, "* %s:\n", table->title);
        add_rows(out, table);
    }
}

static void add_reasons(const Report *report, const Plan *plan, Buf *out)
{
    Strs reasons = plan_reasons(report->arena, plan);
    buf_add(out, reasons.len ? "\n* What happens, and why:\n" : "");
    for (size_t i = 0; i < reasons.len; i++) {
        buf_add(out, "  ");
        layout_wrap(out, escaped_terminal(report->arena, reasons.items[i]), 4, report->width);
    }
}

static void add_verdict(const Report *report, const ProjectPlan *project, Buf *out)
{
    Strs refusals = plan_refusals(report, project);
    buf_add(out, refusals.len ? "\n* The deploy will be refused:\n" : "");
    for (size_t i = 0; i < refusals.len; i++) {
        buf_add(out, "  ");
        layout_wrap(out, escaped_terminal(report->arena, refusals.items[i]), 4, report->width);
    }
    if (plan_deletes(project->plan))
        buf_add(out, "\n* Deletes resources: tb deploy needs --allow-destructive-operations\n");
}

static void add_not_checked(const Report *report, Buf *out)
{
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *item = &report->unchecked.items[i];
        Str line = str_fmt(report->arena, "not checked: %.*s: %.*s", STR_ARG(item->path),
                           STR_ARG(item->why));
        buf_add(out, i == 0 ? "\n" : "");
        layout_wrap(out, escaped_terminal(report->arena, line), 0, report->width);
    }
}

void report_plan_text(const Report *report, Buf *out)
{
    for (size_t i = 0; i < report->plans.len; i++) {
        const ProjectPlan *project = &report->plans.items[i];
        if (report->plans.len > 1) {
            buf_add(out, i ? "\nproject " : "project ");
            escape_terminal(out, project->root);
            buf_add(out, "\n\n");
        }
        add_tables(report, project, out);
        add_reasons(report, project->plan, out);
        plan_migration_text(report, project, out);
        plan_tree(report, project, out);
        add_verdict(report, project, out);
        plan_rollback_text(report, project, out);
    }
    add_not_checked(report, out);
}
