/* plan_text.c: the plan as `tb deploy --check` prints it, and the reason of each step. */
#include "report/escape.h"
#include "report/report.h"
#include "report/text_layout.h"

enum { COLUMNS_MOST = 4 };

typedef struct {
    Str cells[COLUMNS_MOST]; /* escaped */
} Row;

typedef VEC(Row) Rows;

typedef struct {
    Arena *arena;
    size_t columns;
    const char *const *titles;
    Rows rows;
} Table;

static size_t column_width(const Table *table, size_t column)
{
    size_t width = text_width(str_of(table->titles[column]));
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

static void add_table(Buf *out, const Table *table)
{
    size_t widths[COLUMNS_MOST];
    for (size_t i = 0; i < table->columns; i++)
        widths[i] = column_width(table, i);
    add_rule(out, widths, table->columns);
    for (size_t i = 0; i < table->columns; i++)
        add_cell(out, str_of(table->titles[i]), widths[i]);
    buf_add(out, "|\n");
    add_rule(out, widths, table->columns);
    for (size_t row = 0; row < table->rows.len; row++) {
        for (size_t i = 0; i < table->columns; i++)
            add_cell(out, table->rows.items[row].cells[i], widths[i]);
        buf_add(out, "|\n");
    }
    add_rule(out, widths, table->columns);
}

static const char *type_text(const PlanStep *step)
{
    return step->pipe_type ? step->pipe_type : datafile_kind_text(step->kind);
}

/* tb shows what it disconnects as modified. */
static const char *status_text(const PlanStep *step)
{
    return plan_status_text(step->status == PLAN_DISCONNECTED ? PLAN_MODIFIED : step->status);
}

static void add_changes(const Report *report, const Plan *plan, Buf *out)
{
    static const char *const titles[] = {"status", "name", "type", "path"};
    Table table = {report->arena, ARRAY_LEN(titles), titles, {0}};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->status == PLAN_UNCHANGED)
            continue;
        Row row = {{str_of(status_text(step)), escaped_terminal(report->arena, step->name),
                    str_of(type_text(step)), escaped_terminal(report->arena, step->path)}};
        vec_push(report->arena, &table.rows, row);
    }
    if (table.rows.len == 0) {
        buf_add(out, "* No changes to be deployed\n");
        return;
    }
    buf_add(out, "* Changes to be deployed:\n");
    add_table(out, &table);
}

static Str backfill_sentence(Arena *arena, const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR("From live deployment, every column as it is");
    case BACKFILL_FORWARD_QUERY:
        return STR("From live deployment using Forward Query");
    case BACKFILL_VIEW_QUERY:
        return str_fmt(arena, "Using Materialized Pipe %.*s",
                       STR_ARG(str_join(arena, step->via.items, step->via.len, ", ")));
    case BACKFILL_REFUSED:
        return STR("Refused: nothing says how to convert the stored rows");
    default:
        return (Str){0};
    }
}

static void add_copies(const Report *report, const Plan *plan, Buf *out)
{
    static const char *const titles[] = {"Datasource", "Backfill type"};
    Table table = {report->arena, ARRAY_LEN(titles), titles, {0}};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->backfill == BACKFILL_NONE)
            continue;
        Str how = backfill_sentence(report->arena, step);
        Row row = {
            {escaped_terminal(report->arena, step->name), escaped_terminal(report->arena, how)}};
        vec_push(report->arena, &table.rows, row);
    }
    if (table.rows.len == 0) {
        buf_add(out, "\n* No data will be copied with this deployment\n");
        return;
    }
    buf_add(out, "\n* Data that will be copied with this deployment:\n");
    add_table(out, &table);
}

static void add_reasons(const Report *report, const Plan *plan, Buf *out)
{
    bool first = true;
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->why.len == 0)
            continue; /* new and deleted ones speak for themselves */
        buf_add(out, first ? "\n* What happens, and why:\n" : "");
        first = false;
        Str why = str_join(report->arena, step->why.items, step->why.len, "; ");
        bool refused = step->backfill == BACKFILL_REFUSED;
        const char *action = refused ? "refused" : plan_action_text(step->action);
        Str line = str_fmt(report->arena, "%.*s: %s, because %.*s", STR_ARG(step->name), action,
                           STR_ARG(why));
        buf_add(out, "  ");
        layout_wrap(out, escaped_terminal(report->arena, line), 4, report->width);
    }
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
        add_changes(report, project->plan, out);
        add_copies(report, project->plan, out);
        add_reasons(report, project->plan, out);
    }
    add_not_checked(report, out);
}
