/* The materialized family: views, the data sources that they fill, and what they read. */
#include "materialized.h"

bool node_is_materialized(const Node *node)
{
    return str_is_nocase(str_trim(node->type.text), "materialized");
}

Finding writing_finding(const WritingNode *at, RuleId rule, Range range, Str meaning)
{
    Finding finding = check_single_finding(at->pipe, rule, range, at->text->name.text);
    finding.candidate_meaning = meaning;
    return finding;
}

bool writing_is_judged_now(const WritingNode *at)
{
    return at->pipe->project->side == SIDE_CANDIDATE &&
           (at->pipe->changed || (at->target && at->target->changed));
}

Str pipe_in_words(Arena *arena, const Resource *pipe)
{
    static const char *const kinds[] = {
        [PIPE_PLAIN] = "pipe",     [PIPE_ENDPOINT] = "endpoint", [PIPE_MATERIALIZED] = "view",
        [PIPE_COPY] = "copy pipe", [PIPE_SINK] = "sink",
    };
    const char *kind = pipe->pipe ? kinds[pipe->pipe->type] : "pipe";
    return str_fmt(arena, "%s '%.*s'", kind, STR_ARG(pipe->name));
}

Str pipes_in_words(Arena *arena, const Resources *pipes)
{
    Strs names = {0};
    for (size_t i = 0; i < pipes->len && i < 4; i++)
        vec_push(arena, &names, pipe_in_words(arena, pipes->items[i]));
    if (pipes->len <= 3)
        return text_list(arena, names.items, names.len, 3);
    return str_fmt(arena, "%.*s and %zu more", STR_ARG(str_join(arena, names.items, 2, ", ")),
                   pipes->len - 2);
}

bool ingests_by_itself(const Resource *datasource)
{
    const DatasourceFacts *facts = datasource->datasource;
    return facts && (facts->has_jsonpaths || facts->has_connector);
}

/* ---- the rules ---- */

static void check_node(WritingNode *at)
{
    materialized_inline_engine(at);
    if (materialized_columns(at))
        materialized_star(at);
    materialized_group(at);
    materialized_replacing(at);
}

static void check_pipe(const Check *check, const Resource *pipe, Findings *findings)
{
    if (!pipe->facts || !pipe->pipe)
        return;
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Node *node = &pipe->facts->nodes.items[i];
        if (!node_is_materialized(node))
            continue;
        WritingNode at = {check, findings, pipe, i, node, NULL};
        at.target = project_find(pipe->project, DATAFILE_DATASOURCE, node->datasource.text);
        check_node(&at);
    }
}

void materialized_nodes(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->pipes); i++)
        check_pipe(check, map_value(project->pipes, i), findings);
}
