/* why_facts.c: what the deploy does to a resource, who reads and writes it, what stands at a line.
 */
#include "why.h"

#include "checks/check.h"
#include "model/lineage.h"

enum { LISTED_MOST = 20, UPSTREAM_MOST = 1000 };

static bool holds(const Resources *list, Str name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i]->name, name))
            return true;
    }
    return false;
}

static void say_more(Why *why, size_t len)
{
    if (len > LISTED_MOST)
        why_say(why, str_fmt(why->arena, "and %zu more", len - LISTED_MOST));
}

/* ---- the deploy ---- */

static Str backfill_clause(Why *why, const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR(", copying its rows as they are");
    case BACKFILL_FORWARD_QUERY:
        return STR(", giving its rows by its FORWARD_QUERY");
    case BACKFILL_VIEW_QUERY:
        return str_fmt(
            why->arena, ", filling it anew by %.*s",
            STR_ARG(quoted_list(why->arena, step->via.items, step->via.len, LISTED_MOST)));
    case BACKFILL_REFUSED:
    case BACKFILL_NONE:
        break;
    }
    return (Str){0};
}

static const char *action_words(const PlanStep *step)
{
    if (step->backfill == BACKFILL_REFUSED)
        return "It is refused: nothing says how to convert the stored rows of";
    if (step->status == PLAN_DISCONNECTED)
        return "It disconnects";
    switch (step->action) {
    case ACTION_NONE:
        return "It does nothing to";
    case ACTION_METADATA:
        return "Without touching data, it updates";
    case ACTION_ALTER:
        return "With an ALTER, it changes";
    case ACTION_REWRITE:
        return "It rewrites";
    case ACTION_CREATE:
        return "It creates";
    case ACTION_DELETE:
        return "It deletes";
    }
    return "It does nothing to";
}

static void say_step(Why *why, const PlanStep *step)
{
    Str because = str_join(why->arena, step->why.items, step->why.len, "; ");
    why_say(why, str_fmt(why->arena, "%s '%.*s'%.*s%s%.*s.", action_words(step),
                         STR_ARG(step->name), STR_ARG(backfill_clause(why, step)),
                         because.len ? ", because: " : "", STR_ARG(because)));
    if (step->chain.len > 1)
        why_say(why,
                str_fmt(why->arena, "What leads to it: %.*s.",
                        STR_ARG(str_join(why->arena, step->chain.items, step->chain.len, " -> "))));
}

/* Of a pipe nothing may happen to itself, and much to what it writes. */
static void say_target(Why *why)
{
    const Resource *pipe = why->resource;
    if (!pipe->pipe || pipe->pipe->target.len == 0)
        return;
    const PlanStep *step = plan_find(why->project->plan, DATAFILE_DATASOURCE, pipe->pipe->target);
    if (step && step->action != ACTION_NONE)
        say_step(why, step);
}

/* A finding that refuses the deploy stands above every step. */
static void say_refusals(Why *why)
{
    const FindingItems *items = &why->session->findings->items;
    for (size_t i = 0; i < items->len; i++) {
        const Finding *finding = &items->items[i];
        if (finding->refuses_deploy && str_eq(finding->project, why->project->root) &&
            str_eq(finding->resource, why->resource->name)) {
            why_say(why, str_fmt(why->arena, "The deploy is refused while %s %s stands (below).",
                                 rule_get(finding->rule)->code, finding->id));
            return;
        }
    }
}

/* Data sources that the pipe reads, itself or through other pipes, and to which something happens.
 * `pipes` are those on the way, each once, so that rings end. */
static void add_upstream(Why *why, Resources *pipes, const Resource *pipe, Resources *found)
{
    for (size_t node = 0; pipe->facts && node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
            Resource *table = lineage->tables.items[i].resource;
            if (!table || table == pipe)
                continue;
            Resources *list = table->kind == DATAFILE_PIPE ? pipes : found;
            bool counts = table->kind == DATAFILE_PIPE ||
                          plan_find(why->project->plan, table->kind, table->name);
            if (counts && !holds(list, table->name))
                vec_push(why->arena, list, table);
        }
    }
}

Resources why_upstream(Why *why)
{
    Resources pipes = {0};
    Resources found = {0};
    if (why->resource->kind != DATAFILE_PIPE)
        return found;
    add_upstream(why, &pipes, why->resource, &found);
    for (size_t i = 0; i < pipes.len && i < UPSTREAM_MOST; i++)
        add_upstream(why, &pipes, pipes.items[i], &found);
    return found;
}

static void say_upstream(Why *why)
{
    Resources found = why_upstream(why);
    if (found.len)
        why_say(why, STR("What it reads changes:"));
    for (size_t i = 0; i < found.len && i < LISTED_MOST; i++)
        say_step(why, plan_find(why->project->plan, found.items[i]->kind, found.items[i]->name));
    say_more(why, found.len);
}

void why_deploy(Why *why)
{
    if (!why->resource)
        return;
    why_heading(why, "What the deploy does");
    if (!why->step || why->step->backfill != BACKFILL_REFUSED)
        say_refusals(why);
    if (why->step)
        say_step(why, why->step);
    else if (why->change)
        why_say(why, STR("Nothing to it: the edit has no effect on what is deployed."));
    else
        why_say(why, STR("Nothing to it: this file does not change."));
    say_target(why);
    say_upstream(why);
}

/* ---- who reads and writes it ---- */

static Str pipe_words(Why *why, const Resource *pipe)
{
    PipeType type = pipe->pipe ? pipe->pipe->type : PIPE_PLAIN;
    if (type == PIPE_PLAIN)
        return str_fmt(why->arena, "pipe '%.*s'", STR_ARG(pipe->name));
    return str_fmt(why->arena, "%s pipe '%.*s'", pipe_type_text(type), STR_ARG(pipe->name));
}

static void say_relation(Why *why, const char *verb, Str what, SourceFile *file, Range range)
{
    why_say(why, str_fmt(why->arena, "%s %.*s (%.*s)", verb, STR_ARG(what),
                         STR_ARG(why_place(why, file, range))));
}

static Range target_range(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->pipe->node < 0)
        return (Range){0};
    return pipe->facts->nodes.items[pipe->pipe->node].datasource.range;
}

static void say_readers(Why *why, const Resource *resource)
{
    for (size_t i = 0; i < resource->readers.len && i < LISTED_MOST; i++) {
        const Resource *pipe = resource->readers.items[i];
        Range where = {0};
        pipe_reads(&why->loader, pipe, resource->name, &where);
        say_relation(why, "read by", pipe_words(why, pipe), pipe->file, where);
    }
    say_more(why, resource->readers.len);
}

static void say_writers(Why *why, const Resource *resource)
{
    if (resource->datasource && resource->datasource->has_connector)
        why_say(why, STR("written by its own connector"));
    else if (resource->datasource && resource->datasource->has_jsonpaths)
        why_say(why, STR("written by whoever sends it JSON (its columns have jsonpaths)"));
    for (size_t i = 0; i < resource->writers.len && i < LISTED_MOST; i++) {
        const Resource *pipe = resource->writers.items[i];
        say_relation(why, "written by", pipe_words(why, pipe), pipe->file, target_range(pipe));
    }
    say_more(why, resource->writers.len);
}

/* Who did so in live, and does no more. */
static void say_former(Why *why, const Resource *resource)
{
    const Resource *live = resource->other;
    if (!live || resource->project->side == SIDE_LIVE)
        return;
    for (size_t i = 0; i < live->readers.len; i++) {
        if (!holds(&resource->readers, live->readers.items[i]->name))
            why_say(why, str_fmt(why->arena, "in live also read by %.*s",
                                 STR_ARG(pipe_words(why, live->readers.items[i]))));
    }
    for (size_t i = 0; i < live->writers.len; i++) {
        if (!holds(&resource->writers, live->writers.items[i]->name))
            why_say(why, str_fmt(why->arena, "in live also written by %.*s",
                                 STR_ARG(pipe_words(why, live->writers.items[i]))));
    }
}

static Str table_words(Why *why, const TableUse *use)
{
    switch (use->meaning) {
    case MEANS_DATASOURCE:
        return str_fmt(why->arena, "data source '%.*s'", STR_ARG(use->name.text));
    case MEANS_QUARANTINE:
        return str_fmt(why->arena, "the quarantine '%.*s'", STR_ARG(use->name.text));
    case MEANS_PIPE:
        return pipe_words(why, use->resource);
    case MEANS_EXTERNAL:
        return str_fmt(why->arena, "'%.*s', which is outside the project", STR_ARG(use->name.text));
    case MEANS_MISSING:
        return str_fmt(why->arena, "'%.*s', which does not exist", STR_ARG(use->name.text));
    case MEANS_NODE:
        return str_fmt(why->arena, "node '%.*s'", STR_ARG(use->name.text));
    case MEANS_UNKNOWN:
        break;
    }
    return STR("a table that a template names");
}

/* Each name once; nodes of the pipe itself are no relation to anything else. */
static void say_reads(Why *why, const Resource *pipe)
{
    Map *said = map_new(why->arena);
    for (size_t node = 0; node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
            const TableUse *use = &lineage->tables.items[i];
            if (use->meaning == MEANS_NODE || map_has(said, use->name.text))
                continue;
            map_put(said, use->name.text, said);
            if (map_len(said) <= LISTED_MOST)
                say_relation(why, "reads", table_words(why, use), pipe->file, use->name.range);
        }
    }
    say_more(why, map_len(said));
}

static void say_connection_users(Why *why, const Map *table)
{
    static const Keyword words[] = {KEYWORD_KAFKA_CONNECTION_NAME, KEYWORD_IMPORT_CONNECTION_NAME,
                                    KEYWORD_EXPORT_CONNECTION_NAME};
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *user = map_value(table, i);
        for (size_t j = 0; user->facts && j < ARRAY_LEN(words); j++) {
            const Instruction *says = datafile_find(user->facts, words[j]);
            if (says && str_eq(says->value.text, why->resource->name))
                say_relation(why, "used by",
                             str_fmt(why->arena, "%s '%.*s'",
                                     user->kind == DATAFILE_DATASOURCE ? "data source" : "pipe",
                                     STR_ARG(user->name)),
                             user->file, says->range);
        }
    }
}

void why_relations(Why *why)
{
    const Resource *resource = why->resource;
    if (!resource)
        return;
    why_heading(why, "Who reads and writes it");
    size_t before = why->out->len;
    if (resource->kind == DATAFILE_CONNECTION) {
        say_connection_users(why, resource->project->datasources);
        say_connection_users(why, resource->project->pipes);
    }
    if (resource->kind == DATAFILE_DATASOURCE)
        say_writers(why, resource);
    if (resource->kind == DATAFILE_PIPE && resource->facts)
        say_reads(why, resource);
    if (resource->pipe && resource->pipe->target.len)
        say_relation(why, "writes",
                     str_fmt(why->arena, "data source '%.*s'", STR_ARG(resource->pipe->target)),
                     resource->file, target_range(resource));
    say_readers(why, resource);
    say_former(why, resource);
    if (why->out->len == before)
        why_say(why, STR("Nobody in this project."));
}

/* ---- one line ---- */

static bool covers(Why *why, SourceFile *file, Range range)
{
    if (range.end <= range.start)
        return false;
    Region region = report_range(&why->report, file, range);
    Position last = report_range(&why->report, file, (Range){range.end - 1, range.end - 1}).start;
    return region.start.line <= why->line && why->line <= last.line;
}

static void say_column_readers(Why *why, const Column *column)
{
    Map *said = map_new(why->arena); /* places: a line may name it more than once */
    const Resources *readers = &why->resource->readers;
    for (size_t i = 0; i < readers->len; i++) {
        const Resource *pipe = readers->items[i];
        for (size_t node = 0; pipe->facts && node < pipe->facts->nodes.len; node++) {
            const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
            for (size_t j = 0; lineage && j < lineage->reads.len; j++) {
                const ColumnRead *read = &lineage->reads.items[j];
                if (read->source != why->resource || !str_eq(read->column, column->name.text))
                    continue;
                Str place = why_place(why, pipe->file, read->range);
                if (map_has(said, place))
                    continue;
                map_put(said, place, said);
                if (map_len(said) <= LISTED_MOST)
                    say_relation(why, read->certain ? "read by" : "perhaps read by",
                                 pipe_words(why, pipe), pipe->file, read->range);
            }
        }
    }
    say_more(why, map_len(said));
}

static void say_column_change(Why *why, const Column *column)
{
    const ColumnChange *change = why->change ? diff_column(why->change, column->name.text) : NULL;
    if (!change)
        return;
    if (change->bits & COLUMN_ADDED)
        why_say(why, STR("This change adds it."));
    if (change->bits & COLUMN_DROPPED)
        why_say(why, STR("This change drops it."));
    if (change->bits & COLUMN_TYPE)
        why_say(why, str_fmt(why->arena, "Live has the type '%.*s'.",
                             STR_ARG(change->live->type_text.text)));
}

static void say_columns(Why *why)
{
    const Columns *columns = &why->resource->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        const Column *column = &columns->items[i];
        if (!covers(why, why->resource->file, column->range))
            continue;
        why_say(why, str_fmt(why->arena, "Column '%.*s' %.*s.", STR_ARG(column->name.text),
                             STR_ARG(column->type_text.text)));
        say_column_change(why, column);
        say_column_readers(why, column);
    }
}

static void say_node(Why *why, const Node *node, size_t at)
{
    why_say(why, str_fmt(why->arena, "Node '%.*s'.", STR_ARG(node->name.text)));
    const NodeLineage *lineage = node_lineage(&why->loader, why->resource, at);
    for (size_t i = 0; lineage && i < lineage->tables.len && i < LISTED_MOST; i++) {
        const TableUse *use = &lineage->tables.items[i];
        say_relation(why, "reads", table_words(why, use), why->resource->file, use->name.range);
    }
    if (!lineage || !lineage->output.known)
        return;
    Strs names = {0};
    for (size_t i = 0; i < lineage->output.columns.len; i++)
        vec_push(why->arena, &names, lineage->output.columns.items[i].name);
    why_say(why, str_fmt(why->arena, "gives %.*s",
                         STR_ARG(quoted_list(why->arena, names.items, names.len, LISTED_MOST))));
}

static void say_instructions(Why *why)
{
    const Instructions *instructions = &why->resource->facts->instructions;
    for (size_t i = 0; i < instructions->len; i++) {
        const Instruction *instruction = &instructions->items[i];
        bool is_known = instruction->keyword != KEYWORD_UNKNOWN;
        if (is_known && instruction->keyword != KEYWORD_SCHEMA &&
            instruction->keyword != KEYWORD_NODE && instruction->keyword != KEYWORD_SQL &&
            covers(why, why->resource->file, instruction->range))
            why_say(why, str_fmt(why->arena, "Instruction %s.",
                                 keyword_info(instruction->keyword)->word));
    }
}

void why_line(Why *why)
{
    if (!why->line || !why->resource || !why->resource->facts)
        return;
    why_heading(why, "What stands there");
    size_t before = why->out->len;
    say_columns(why);
    say_instructions(why);
    const Nodes *nodes = &why->resource->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++) {
        if (covers(why, why->resource->file, nodes->items[i].range))
            say_node(why, &nodes->items[i], i);
    }
    if (why->out->len == before)
        why_say(why, STR("Nothing that the deploy looks at."));
}
