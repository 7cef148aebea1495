/* why_line.c: what stands at one line: a column, an instruction, a node. */
#include "why.h"

#include "checks/check.h"
#include "model/lineage.h"

enum { LISTED_MOST = 20 };

bool why_covers(const Why *why, SourceFile *file, Range range)
{
    if (range.end <= range.start)
        return false;
    Region region = report_range(&why->report, file, range);
    Position last = report_range(&why->report, file, (Range){range.end - 1, range.end - 1}).start;
    return region.start.line <= why->line && why->line <= last.line;
}

bool why_shows(const Why *why, const Instruction *instruction)
{
    switch (instruction->keyword) {
    case KEYWORD_UNKNOWN:
    case KEYWORD_SCHEMA:
    case KEYWORD_NODE:
    case KEYWORD_SQL:
        return false;
    default:
        return why_covers(why, why->resource->file, instruction->range);
    }
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
        if (!why_covers(why, why->resource->file, column->range))
            continue;
        why_say(why, str_fmt(why->arena, "Column '%.*s' %.*s.", STR_ARG(column->name.text),
                             STR_ARG(column->type_text.text)));
        say_column_change(why, column);
        Relations readers = why_column_readers(why, column);
        why_say_relations(why, &readers);
    }
}

static void say_node(Why *why, const Node *node, size_t at)
{
    why_say(why, str_fmt(why->arena, "Node '%.*s'.", STR_ARG(node->name.text)));
    Relations reads = why_node_reads(why, at);
    why_say_relations(why, &reads);
    const NodeLineage *lineage = node_lineage(&why->loader, why->resource, at);
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
        if (why_shows(why, &instructions->items[i]))
            why_say(why, str_fmt(why->arena, "Instruction %s.",
                                 keyword_info(instructions->items[i].keyword)->word));
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
        if (why_covers(why, why->resource->file, nodes->items[i].range))
            say_node(why, &nodes->items[i], i);
    }
    if (why->out->len == before)
        why_say(why, STR("Nothing that the deploy looks at."));
}
