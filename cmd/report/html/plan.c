/* plan.c: what the deploy does to each resource, worst first, and why. */
#include "report/html/parts.h"
#include "report/plan_migration.h"
#include "report/plan_migration_words.h"
#include "report/plan_parts.h"
#include "report/plan_rollback.h"

/* ---- rows ---- */

/* Most readers of a plan want to see first what happens to data. What is new and of which nothing
 * was found surprises nobody. */
typedef enum { TO_DATA, TO_NEW, TO_NO_DATA, TO_NOTHING, WEIGHTS } Weight;

enum { FOLDED_FROM = 9 };

static Weight weight_of(const Html *html, Str project, HtmlEffect effect, const PlanStep *step)
{
    if (effect == HTML_CREATE) {
        const ResourceFindings *found = html_found(html, project, step->name);
        return found && found->worst ? TO_DATA : TO_NEW;
    }
    if (effect < HTML_METADATA)
        return TO_DATA;
    return step->status == PLAN_UNCHANGED && effect == HTML_NONE ? TO_NOTHING : TO_NO_DATA;
}

typedef struct {
    const PlanStep *step;
    HtmlEffect effect;
    Weight weight;
} Row;

typedef struct {
    Row *items; /* worst first */
    size_t len;
    size_t counts[WEIGHTS];
} Rows;

/* ---- cells ---- */

static void begin_cell(Html *html, const char *name)
{
    buf_addf(html->out, "<td role=\"cell\" data-name=\"%s\">", name);
}

static void add_cell(Html *html, const char *name, Str text)
{
    if (text.len == 0) {
        html_raw(html, "<td role=\"cell\"></td>");
        return;
    }
    begin_cell(html, name);
    html_raw(html, "<span>");
    html_name(html, text);
    html_raw(html, "</span></td>");
}

static Str backfill_words(const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR("every column as it is");
    case BACKFILL_FORWARD_QUERY:
        return STR("its FORWARD_QUERY");
    case BACKFILL_VIEW_QUERY:
        return STR("the views' queries");
    case BACKFILL_REFUSED:
        return STR("refused: nothing converts the rows");
    case BACKFILL_NONE:
        break;
    }
    return (Str){0};
}

static void add_effect(Html *html, HtmlEffect effect, const PlanStep *step)
{
    begin_cell(html, "Action");
    buf_addf(html->out, "<span class=\"effect %s\">", html_effect_class(effect));
    if (*html_effect_sign(effect))
        buf_addf(html->out, "<span aria-hidden=\"true\">%s</span> ", html_effect_sign(effect));
    const char *action = plan_action_text(step->action);
    if (effect == HTML_REFUSED)
        buf_addf(html->out, "%s refused", action);
    else
        html_raw(html, action);
    html_raw(html, "</span></td>");
}

static void add_name(Html *html, Str project, const PlanStep *step)
{
    Str anchor = html_anchor(html, project, step->kind, step->name);
    map_put(html->rows, anchor, html);
    buf_addf(html->out, "<tr role=\"row\" id=\"%.*s\"><th role=\"rowheader\" scope=\"row\">",
             STR_ARG(anchor));
    html_name(html, step->name);
    buf_addf(html->out, " <span class=\"kind\">%s</span>",
             html_kind_word(step->kind, step->pipe_type));
    html_found_link(html, project, step->name);
    html_raw(html, "</th>");
}

static Str joined(Html *html, const Strs *parts, const char *between)
{
    return str_join(html->arena, parts->items, parts->len, between);
}

static Str why_words(Html *html, const PlanStep *step)
{
    Str why = joined(html, &step->why, "; ");
    if (step->chain.len < 2)
        return why;
    return str_fmt(html->arena, "%.*s (%.*s)", STR_ARG(why),
                   STR_ARG(joined(html, &step->chain, " \xE2\x86\x92 ")));
}

static void add_row(Html *html, Str project, const Row *row)
{
    const PlanStep *step = row->step;
    add_name(html, project, step);
    add_cell(html, "Status", str_of(plan_status_text(step->status)));
    add_effect(html, row->effect, step);
    add_cell(html, "Backfill", backfill_words(step));
    add_cell(html, "Via", joined(html, &step->via, ", "));
    add_cell(html, "Why", why_words(html, step));
    html_raw(html, "</tr>\n");
}

/* ---- tables ---- */

static void begin_table(Html *html, const char *caption, const char *const *names, size_t count)
{
    buf_addf(html->out,
             "<div class=\"sheet\"><table role=\"table\"><caption>%s</caption>\n"
             "<thead role=\"rowgroup\"><tr role=\"row\">",
             caption);
    for (size_t i = 0; i < count; i++)
        buf_addf(html->out, "<th role=\"columnheader\" scope=\"col\">%s</th>", names[i]);
    html_raw(html, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

static void end_table(Html *html)
{
    html_raw(html, "</tbody></table></div>\n");
}

static Rows rows_of(Html *html, const ProjectPlan *project)
{
    const PlanSteps *steps = &project->plan->steps;
    Rows rows = {.items = ARENA_ARRAY(html->arena, Row, steps->len)};
    HtmlEffect *effects = ARENA_ARRAY(html->arena, HtmlEffect, steps->len);
    for (size_t i = 0; i < steps->len; i++)
        effects[i] = html_effect(html, project->root, &steps->items[i]);
    for (int effect = HTML_REFUSED; effect < HTML_EFFECTS; effect++) {
        for (size_t i = 0; i < steps->len; i++) {
            if ((int)effects[i] != effect)
                continue;
            Weight weight = weight_of(html, project->root, effects[i], &steps->items[i]);
            rows.items[rows.len++] = (Row){&steps->items[i], effects[i], weight};
            rows.counts[weight]++;
        }
    }
    return rows;
}

static const char *const step_columns[] = {"Resource", "Status", "Action",
                                           "Backfill", "Via",    "Why"};

/* `wanted` has the bit 1 << weight of each that is shown. */
static void add_steps(Html *html, const ProjectPlan *project, const Rows *rows, const char *caption,
                      unsigned wanted)
{
    size_t added = 0, count = 0;
    begin_table(html, caption, step_columns, ARRAY_LEN(step_columns));
    for (size_t i = 0; i < rows->len; i++) {
        const Row *row = &rows->items[i];
        if (!(wanted & 1u << row->weight))
            continue;
        if (count++ >= HTML_ROWS_MOST)
            continue;
        add_row(html, project->root, row);
        added++;
    }
    end_table(html);
    html_left_out(html, count - added, "resources");
}

static void add_folded(Html *html, const ProjectPlan *project, const Rows *rows, Weight weight)
{
    static const struct {
        const char *caption;
        const char *what;
    } words[WEIGHTS] = {[TO_NEW] = {"New", "new, without findings"},
                        [TO_NO_DATA] = {"No data touched", "updated without touching data"},
                        [TO_NOTHING] = {"Unchanged", "unchanged"}};
    if (rows->counts[weight] == 0)
        return;
    buf_addf(html->out, "<details><summary>%zu %s</summary>\n", rows->counts[weight],
             words[weight].what);
    add_steps(html, project, rows, words[weight].caption, 1u << weight);
    html_raw(html, "</details>\n");
}

/* Long lists are folded behind the rows that matter more: findings come after the plan. */
static void add_resources(Html *html, const ProjectPlan *project)
{
    Rows rows = rows_of(html, project);
    const size_t *counts = rows.counts;
    unsigned open = 1u << TO_DATA;
    size_t before = counts[TO_DATA];
    for (Weight weight = TO_NEW; weight < TO_NOTHING; before += counts[weight++])
        open |= before == 0 || counts[weight] < FOLDED_FROM ? 1u << weight : 0;
    if (before == 0)
        html_raw(html, "<p class=\"sheet says quiet\">No resource changes.</p>\n");
    else
        add_steps(html, project, &rows, "Resources, worst first", open);
    for (Weight weight = TO_NEW; weight < WEIGHTS; weight++) {
        if (!(open & 1u << weight))
            add_folded(html, project, &rows, weight);
    }
}

/* Of the tables of tb: what changes in tokens. */
static void add_tokens(Html *html, const ProjectPlan *project)
{
    PlanTables tables = plan_tables(html->arena, project);
    for (size_t i = 0; i < tables.len; i++) {
        const PlanTable *table = &tables.items[i];
        if (!str_starts(str_of(table->title), "Changes in tokens") || table->rows.len == 0)
            continue;
        begin_table(html, "Tokens", table->names, table->columns);
        for (size_t row = 0; row < table->rows.len && row < HTML_ROWS_MOST; row++) {
            html_raw(html, "<tr role=\"row\">");
            for (size_t k = 0; k < table->columns; k++)
                add_cell(html, table->names[k], table->rows.items[row].cells[k]);
            html_raw(html, "</tr>\n");
        }
        end_table(html);
    }
}

/* ---- sentences ---- */

static void add_sentences(Html *html, const Strs *sentences, size_t from, size_t to)
{
    html_raw(html, "<ul>");
    for (size_t i = from; i < to; i++)
        html_element(html, "li", NULL, sentences->items[i]);
    html_raw(html, "</ul>\n");
}

/* Each of them is a finding, or stands in the table: a few are enough here. */
static void add_refusals(Html *html, const ProjectPlan *project)
{
    enum { OPEN_MOST = 5 };
    Strs refusals = plan_refusals(html->report, project);
    if (refusals.len == 0)
        return;
    size_t shown = refusals.len < HTML_LIST_MOST ? refusals.len : HTML_LIST_MOST;
    size_t open = shown <= OPEN_MOST + 1 ? shown : OPEN_MOST;
    html_raw(html, "<div class=\"sheet says refusal\"><h3>The deploy will be refused</h3>\n");
    add_sentences(html, &refusals, 0, open);
    if (shown > open) {
        buf_addf(html->out, "<details><summary>and %zu more</summary>\n", refusals.len - open);
        add_sentences(html, &refusals, open, shown);
        html_raw(html, "</details>\n");
    }
    html_raw(html, "</div>\n");
}

static void add_deletes(Html *html, const ProjectPlan *project)
{
    if (plan_deletes(project->plan))
        html_raw(html, "<p class=\"sheet says\">Deletes resources: <code>tb deploy</code> needs "
                       "<code>--allow-destructive-operations</code>.</p>\n");
}

static void add_phase(Html *html, const MigrationChange *change, const MigrationPhase *phase)
{
    buf_addf(html->out, "<dt>%s</dt>", phase_state_text(phase->state));
    html_element(html, "dd", NULL,
                 migration_step_words(html->arena, change, phase, html->report->now));
    html_raw(html, "\n");
}

static void add_migration(Html *html, const MigrationChange *change)
{
    MigrationPhase phases[MIGRATION_STEPS];
    size_t count = migration_phases(change, phases);
    html_raw(html, "<div class=\"sheet says\">");
    html_element(html, "h3", NULL, migration_title(html->arena, change));
    html_raw(html, "\n<dl>\n");
    for (size_t i = 0; i < count; i++) {
        if (!change->given_up || phases[i].state == PHASE_DONE)
            add_phase(html, change, &phases[i]);
    }
    if (change->given_up) {
        html_raw(html, "<dt>now</dt>");
        html_element(html, "dd", NULL, migration_given_up(html->arena, change));
    }
    Str unsure = migration_unsure(change);
    if (unsure.len > 0) {
        html_raw(html, "<dt>unsure</dt>");
        html_element(html, "dd", NULL, unsure);
    }
    html_raw(html, "</dl></div>\n");
}

static void add_migrations(Html *html, const ProjectPlan *project)
{
    for (size_t i = 0; project->migrations && i < project->migrations->len; i++)
        add_migration(html, &project->migrations->items[i]);
}

static void add_rollback(Html *html, const ProjectPlan *project)
{
    Buf text = {0};
    plan_rollback_text(html->report, project, &text);
    Str shown = str_trim(buf_str(&text));
    Str line;
    if (shown.len)
        html_raw(html, "<h3 class=\"project-name\">To undo it</h3>\n<pre class=\"plain\">");
    if (shown.len) {
        str_split_line(&shown, &line); /* the text's own heading */
        while (str_split_line(&shown, &line)) {
            html_text(html, line);
            html_raw(html, "\n");
        }
        html_raw(html, "</pre>\n");
    }
    buf_free(&text);
}

static void add_project(Html *html, const ProjectPlan *project)
{
    if (html->report->plans.len > 1) {
        html_raw(html, "<h3 class=\"project-name\">Project <code>");
        html_text(html, project->root);
        html_raw(html, "</code></h3>\n");
    }
    add_refusals(html, project);
    add_resources(html, project);
    add_deletes(html, project);
    add_tokens(html, project);
    add_migrations(html, project);
    add_rollback(html, project);
}

void html_plan(Html *html)
{
    html_raw(html, "<section id=\"plan\" class=\"plan\">\n<h2>What the deploy does</h2>\n");
    for (size_t i = 0; i < html->report->plans.len; i++)
        add_project(html, &html->report->plans.items[i]);
    html_raw(html, "</section>\n");
}
