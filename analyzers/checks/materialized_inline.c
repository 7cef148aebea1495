/* materialized_inline.c: TB416, a target that is defined inside the pipe. */
#include "materialized.h"
#include "model/project_search.h"

static bool defines_target(Keyword keyword)
{
    return keyword == KEYWORD_SCHEMA || keyword == KEYWORD_INDEXES ||
           (keyword != KEYWORD_UNKNOWN &&
            str_starts(str_of(keyword_info(keyword)->word), "ENGINE"));
}

static Instructions defining_lines(Arena *arena, const Datafile *file, int node)
{
    Instructions lines = {0};
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *at = &file->instructions.items[i];
        if (at->node == node && defines_target(at->keyword))
            vec_push(arena, &lines, *at);
    }
    return lines;
}

/* Each word once. */
static Strs words_of(Arena *arena, const Instructions *lines)
{
    Strs words = {0};
    bool *seen = ARENA_ARRAY(arena, bool, KEYWORD_COUNT);
    for (size_t i = 0; i < lines->len; i++) {
        Keyword keyword = lines->items[i].keyword;
        if (!seen[keyword])
            vec_push(arena, &words, str_of(keyword_info(keyword)->word));
        seen[keyword] = true;
    }
    return words;
}

static Str advice_of(const WritingNode *at)
{
    Arena *arena = at->check->arena;
    Str target = at->text->datasource.text;
    if (at->target)
        return str_fmt(arena, "Delete these lines: '%.*s' is defined in '%.*s'.", STR_ARG(target),
                       STR_ARG(at->target->file->path));
    if (target.len == 0)
        return STR("Move these lines to a .datasource file, with a SCHEMA of the query's columns, "
                   "and name it in DATASOURCE.");
    return str_fmt(arena,
                   "Move these lines to 'datasources/%.*s.datasource', with a SCHEMA of the "
                   "query's columns.",
                   STR_ARG(target));
}

void materialized_inline_engine(const WritingNode *at)
{
    Arena *arena = at->check->arena;
    Instructions lines = defining_lines(arena, at->pipe->facts, (int)at->node);
    if (lines.len == 0)
        return;
    Strs words = words_of(arena, &lines);
    Finding finding = writing_finding(at, RULE_TB416, lines.items[0].word.range,
                                      str_join(arena, words.items, words.len, ", "));
    finding.refuses_deploy = true;
    finding.cause = STR("defined inside the pipe");
    finding.message = str_fmt(
        arena, "The deploy is refused: '%.*s' defines its target's storage inside the pipe.",
        STR_ARG(at->pipe->name));
    vec_push(arena, &finding.details,
             str_fmt(arena, "lines  %.*s", STR_ARG(text_list(arena, words.items, words.len, 8))));
    finding.advice = advice_of(at);
    if (at->target)
        finding.fix =
            removal_of(at->check, at->pipe, &lines, "remove the lines that define the target");
    const Project *live = at->check->diff->sides.live;
    if (at->pipe->project != live && !at->check->loader->everything &&
        project_has_instruction(at->check->loader, live, DATAFILE_PIPE, "ENGINE", NULL))
        check_soften(arena, &finding);
    findings_add(at->findings, finding);
}
