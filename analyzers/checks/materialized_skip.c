/* materialized_skip.c: TB417, BACKFILL skip where it means nothing. */
#include "materialized.h"

const Instruction *backfill_skip(const Resource *datasource)
{
    const Instruction *backfill = datafile_find(datasource->facts, KEYWORD_BACKFILL);
    return backfill && str_is_nocase(str_trim(backfill->value.text), "skip") ? backfill : NULL;
}

bool some_view_writes(const Resource *datasource)
{
    for (size_t i = 0; i < datasource->writers.len; i++) {
        if (pipe_materializes_into(datasource->writers.items[i], datasource->name))
            return true;
    }
    return false;
}

/* ---- TB417 ---- */

/* All of them: the last one counts, and a fix leaves none. */
static Instructions skip_lines(Arena *arena, const Datafile *file)
{
    Instructions lines = {0};
    for (size_t i = 0; i < file->instructions.len; i++) {
        if (file->instructions.items[i].keyword == KEYWORD_BACKFILL)
            vec_push(arena, &lines, file->instructions.items[i]);
    }
    return lines;
}

/* A view that is new to the data source may fill it: what skip does then is not known. */
static bool has_new_view(const Resource *datasource)
{
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        bool wrote = pipe->other && pipe_materializes_into(pipe->other, datasource->name);
        if (!wrote && pipe_materializes_into(pipe, datasource->name))
            return true;
    }
    return false;
}

static const char *why_misused(const ResourceChange *change)
{
    const Resource *datasource = change->candidate;
    const Resource *live = change->live;
    if (live && (!live->facts || backfill_skip(live)))
        return NULL;
    if (!some_view_writes(datasource))
        return "no view writes it, so nothing would fill it";
    if (!live || has_new_view(datasource))
        return NULL;
    return "it is live already, and the line counts only when a data source is created";
}

static void check_skip(const Check *check, const ResourceChange *change)
{
    const Resource *datasource = change->candidate;
    const Instruction *backfill = backfill_skip(datasource);
    const char *why = backfill ? why_misused(change) : NULL;
    if (!why)
        return;
    Finding finding = check_finding(check, RULE_TB417, change, (Str){0});
    finding.related = (Places){0};
    finding.place = place_candidate(datasource, backfill->range, (Str){0});
    finding.candidate_meaning = STR("BACKFILL skip");
    finding.message = str_fmt(check->arena, "BACKFILL skip has no effect on '%.*s': %s.",
                              STR_ARG(change->name), why);
    finding.advice = STR("Delete the line. What a rewrite keeps or loses is decided by a "
                         "FORWARD_QUERY, or by DEPLOYMENT_METHOD alter in the view.");
    if (!some_view_writes(datasource))
        finding.advice =
            STR("Delete the line, or write it in the data source that the view fills.");
    Instructions lines = skip_lines(check->arena, datasource->facts);
    finding.fix = removal_of(check, datasource, &lines, "remove BACKFILL skip");
    findings_add(check->findings, finding);
}

/* Classic has no such line. */
void materialized_skip(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len && !check->classic; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        const Resource *candidate = change->candidate;
        if (change->kind == DATAFILE_DATASOURCE && candidate && candidate->facts &&
            !candidate->vendored)
            check_skip(check, change);
    }
}
