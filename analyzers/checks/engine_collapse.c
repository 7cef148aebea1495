/* engine_collapse.c: TB303, rows that the engine merges from now on and cannot tell apart again. */
#include "engine.h"

#include <string.h>

bool engine_merges_rows(Str engine)
{
    static const char *const engines[] = {"ReplacingMergeTree", "SummingMergeTree",
                                          "AggregatingMergeTree", "CollapsingMergeTree",
                                          "VersionedCollapsingMergeTree"};
    for (size_t i = 0; i < ARRAY_LEN(engines); i++) {
        if (str_is_nocase(engine, engines[i]))
            return true;
    }
    return false;
}

/* The views give the merged rows again as often as they are asked: nothing is lost for good. */
static bool is_filled_by_views(const EngineChange *engine)
{
    return engine->step->backfill == BACKFILL_VIEW_QUERY;
}

static const char *for_good(const EngineChange *engine)
{
    return is_filled_by_views(engine) ? "" : " for good";
}

/* ---- another engine ---- */

static Str merge_text(Arena *arena, const DatasourceFacts *facts)
{
    if (str_is_nocase(facts->engine, "ReplacingMergeTree") && facts->ver.normalized.len)
        return str_fmt(arena, "keeps the one with the largest %.*s",
                       STR_ARG(quoted(arena, facts->ver.normalized)));
    if (str_is_nocase(facts->engine, "ReplacingMergeTree"))
        return STR("keeps the last one inserted");
    if (str_is_nocase(facts->engine, "SummingMergeTree"))
        return STR("adds up numbers and keeps any value of other columns");
    if (str_is_nocase(facts->engine, "AggregatingMergeTree"))
        return STR("merges states and keeps any value of plain columns");
    return str_fmt(arena, "lets rows cancel each other by %.*s",
                   STR_ARG(quoted(arena, facts->sign.normalized)));
}

static Str same_rows(Arena *arena, const DatasourceFacts *facts)
{
    Str key = facts->sorting_key.normalized;
    if (key.len == 0)
        return STR("all its rows");
    return str_fmt(arena, "rows with the same %.*s", STR_ARG(quoted(arena, key)));
}

static Str engine_message(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    const DatasourceFacts *to = engine->candidate;
    if (str_is_nocase(to->engine, "Null"))
        return str_fmt(arena,
                       "'%.*s' will store nothing: its engine becomes Null instead of %.*s. The "
                       "rows that it holds are not kept.",
                       STR_ARG(engine->change->name), STR_ARG(engine->live->engine));
    return str_fmt(arena, "'%.*s' will merge %.*s%s. %.*s instead of %.*s %.*s.",
                   STR_ARG(engine->change->name), STR_ARG(same_rows(arena, to)), for_good(engine),
                   STR_ARG(to->engine), STR_ARG(engine->live->engine),
                   STR_ARG(merge_text(arena, to)));
}

static bool engine_merges_more(const EngineChange *engine)
{
    Str to = engine->candidate->engine;
    Str from = engine->live->engine;
    bool held_nothing = str_is_nocase(from, "Null");
    return (engine->keys & KEY_ENGINE) && !held_nothing &&
           (engine_merges_rows(to) || str_is_nocase(to, "Null"));
}

/* ---- the same engine with another key or parameter ---- */

static Str a_engine(const EngineChange *engine)
{
    Str name = engine->candidate->engine;
    bool vowel = name.len && strchr("AEIOUaeiou", name.ptr[0]);
    return str_fmt(engine->check->arena, "%s %.*s", vowel ? "an" : "a", STR_ARG(name));
}

/* A plain name that live's own schema lacks: no table was ever deployed with it in its key. Names
 * that start with _ are columns that connectors add. */
static bool live_lacks(const EngineChange *engine, Str element)
{
    const Datafile *live = engine->change->live->facts;
    bool is_name = element.len > 0 && element.ptr[0] != '_';
    for (size_t i = 0; i < element.len; i++)
        is_name &= str_find_char(STR("( ,.'`{"), element.ptr[i]) < 0;
    return is_name && live->columns.len > 0 && !live->has_include &&
           !datafile_column(live, element);
}

/* What told rows apart in live and no longer does. */
static Strs lost_from_sorting(const EngineChange *engine)
{
    Strs lost = key_lost_elements(engine->check, &engine->live->sorting_key,
                                  &engine->candidate->sorting_key);
    Strs told = {0};
    for (size_t i = 0; i < lost.len; i++)
        if (!live_lacks(engine, lost.items[i]))
            vec_push(engine->check->arena, &told, lost.items[i]);
    return told;
}

static Str sorting_message(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    Strs lost = lost_from_sorting(engine);
    if (!(engine->keys & KEY_SORTING) || lost.len == 0)
        return (Str){0};
    return str_fmt(arena,
                   "Rows of '%.*s' that only %.*s %s apart will be merged%s: its sorting "
                   "key loses %s. It is %.*s.",
                   STR_ARG(engine->change->name),
                   STR_ARG(quoted_list(arena, lost.items, lost.len, 3)),
                   lost.len == 1 ? "tells" : "tell", for_good(engine),
                   lost.len == 1 ? "it" : "them", STR_ARG(a_engine(engine)));
}

/* Rows merge within a partition only. */
static Str partition_message(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    const KeyExpr *old = &engine->live->partition_key;
    if (!(engine->keys & KEY_PARTITION) ||
        key_lost_elements(engine->check, old, &engine->candidate->sorting_key).len == 0)
        return (Str){0};
    Strs lost = key_lost_elements(engine->check, old, &engine->candidate->partition_key);
    if (lost.len == 0)
        return (Str){0};
    return str_fmt(arena,
                   "Rows of '%.*s' with the same sorting key that only %.*s kept apart will be "
                   "merged%s: its partition key loses %s. It is %.*s.",
                   STR_ARG(engine->change->name),
                   STR_ARG(quoted_list(arena, lost.items, lost.len, 3)), for_good(engine),
                   lost.len == 1 ? "it" : "them", STR_ARG(a_engine(engine)));
}

/* What the parameter decides, where it has a meaning for the engine. */
static const char *decided_by(const EngineChange *engine, unsigned bit)
{
    Str name = engine->candidate->engine;
    if (str_is_nocase(name, "ReplacingMergeTree") && bit == KEY_VER)
        return "another row of each key may stay";
    if (str_is_nocase(name, "ReplacingMergeTree") && bit == KEY_IS_DELETED &&
        engine->candidate->is_deleted.normalized.len)
        return "other rows may be removed";
    if (str_is_nocase(name, "SummingMergeTree") && bit == KEY_SUMMING)
        return "other columns are added up, and of the rest any value is kept";
    bool pairs = str_is_nocase(name, "CollapsingMergeTree") ||
                 str_is_nocase(name, "VersionedCollapsingMergeTree");
    if (pairs && (bit == KEY_SIGN || bit == KEY_VERSION))
        return "other rows cancel each other";
    return NULL;
}

static Str parameter_message(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    const unsigned bits = KEY_VER | KEY_IS_DELETED | KEY_SUMMING | KEY_SIGN | KEY_VERSION;
    EngineParts parts = engine_parts(engine, engine->keys & bits);
    for (size_t i = 0; i < parts.len; i++) {
        const char *what = decided_by(engine, parts.items[i].bit);
        EngineParts one = {0};
        vec_push(arena, &one, parts.items[i]);
        if (what)
            return str_fmt(arena, "When rows of '%.*s' are merged, %s: %.*s.",
                           STR_ARG(engine->change->name), what,
                           STR_ARG(engine_parts_text(arena, &one)));
    }
    return (Str){0};
}

static Str message_of(const EngineChange *engine)
{
    if (engine_merges_more(engine))
        return engine_message(engine);
    if ((engine->keys & KEY_ENGINE) || !engine_merges_rows(engine->candidate->engine))
        return (Str){0};
    Str message = sorting_message(engine);
    if (message.len == 0)
        message = partition_message(engine);
    return message.len ? message : parameter_message(engine);
}

static Str advice_of(const EngineChange *engine)
{
    if (str_is(engine->candidate->engine, "Null"))
        return STR("Copy the rows to another data source first, or leave the engine as it is.");
    if (is_filled_by_views(engine))
        return STR(
            "If they are to stay apart, keep the old key and engine. The views give the rows "
            "again as long as their sources hold them.");
    return STR("Rows that were merged do not come back with the old definition. Try it on a copy "
               "first: count the rows, and those of SELECT count() FROM ... FINAL.");
}

bool engine_collapses(const EngineChange *engine)
{
    if (engine->step->action != ACTION_REWRITE || engine_is_told_as_rebuild(engine))
        return false;
    Str message = message_of(engine);
    if (message.len == 0)
        return false;
    EngineParts parts = engine_parts(engine, engine->keys);
    Finding finding = engine_finding(engine, RULE_TB303, &parts);
    finding.message = message;
    finding.advice = advice_of(engine);
    engine_add_refusal(engine, &finding);
    findings_add(engine->check->findings, finding);
    return true;
}
