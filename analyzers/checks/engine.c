/* engine.c: what a changed engine or key does to a table: TB301, TB302, TB304. */
#include "engine.h"

#include "forward_list.h"
#include "materialized.h"
#include "model/engine_facts.h"
#include "model/rebuild.h"

/* ---- what changed ---- */

static Str on_one_line(Arena *arena, Str text)
{
    Buf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        bool blank = str_find_char(STR(" \t\r\n"), text.ptr[i]) >= 0;
        if (!blank)
            buf_add_char(&out, text.ptr[i]);
        else if (out.len && out.ptr[out.len - 1] != ' ')
            buf_add_char(&out, ' ');
    }
    Str line = str_copy(arena, str_trim(buf_str(&out)));
    buf_free(&out);
    return line;
}

/* As the file has it, without quotes around it. */
static Str shown_value(const EngineChange *engine, const KeyExpr *key)
{
    Str text = str_trim(key->token.text);
    bool quoted = text.len > 1 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                  text.ptr[text.len - 1] == text.ptr[0];
    if (key->normalized.len == 0 || text.len == 0)
        return key->normalized;
    return on_one_line(engine->check->arena, quoted ? str_slice(text, 1, text.len - 1) : text);
}

static void add_part(const EngineChange *engine, EngineParts *parts, unsigned bit,
                     const char *words, const KeyExpr *live, const KeyExpr *candidate)
{
    EnginePart part = {.bit = bit,
                       .words = words,
                       .live = live->normalized,
                       .candidate = candidate->normalized,
                       .live_token = live->token,
                       .candidate_token = candidate->token,
                       .live_shown = shown_value(engine, live),
                       .candidate_shown = shown_value(engine, candidate)};
    vec_push(engine->check->arena, parts, part);
}

EngineParts engine_parts(const EngineChange *engine, unsigned bits)
{
    const DatasourceFacts *a = engine->live;
    const DatasourceFacts *b = engine->candidate;
    const struct {
        unsigned bit;
        const char *words;
        const KeyExpr *live, *candidate;
    } keys[] = {
        {KEY_SORTING, "sorting key", &a->sorting_key, &b->sorting_key},
        {KEY_PARTITION, "partition key", &a->partition_key, &b->partition_key},
        {KEY_PRIMARY, "primary key", &a->primary_key, &b->primary_key},
        {KEY_SAMPLING, "sampling key", &a->sampling_key, &b->sampling_key},
        {KEY_VER, "version column", &a->ver, &b->ver},
        {KEY_VERSION, "version column", &a->version, &b->version},
        {KEY_IS_DELETED, "is_deleted column", &a->is_deleted, &b->is_deleted},
        {KEY_SIGN, "sign column", &a->sign, &b->sign},
        {KEY_SUMMING, "summed columns", &a->summing_columns, &b->summing_columns},
        {KEY_SETTINGS, "engine settings", &a->settings, &b->settings},
    };
    EngineParts parts = {0};
    if (bits & KEY_ENGINE) {
        EnginePart part = {KEY_ENGINE,      "engine",        a->engine, b->engine,
                           a->engine_token, b->engine_token, a->engine, b->engine};
        vec_push(engine->check->arena, &parts, part);
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (bits & keys[i].bit)
            add_part(engine, &parts, keys[i].bit, keys[i].words, keys[i].live, keys[i].candidate);
    }
    return parts;
}

static bool is_plural(const EnginePart *part)
{
    return part->bit == KEY_SUMMING || part->bit == KEY_SETTINGS;
}

static Str value_text(Arena *arena, Str value)
{
    return value.len ? quoted(arena, value) : STR("none");
}

Str engine_parts_text(Arena *arena, const EngineParts *parts)
{
    const EnginePart *first = &parts->items[0];
    if (parts->len == 1)
        return str_fmt(arena, "its %s %s from %.*s to %.*s", first->words,
                       is_plural(first) ? "change" : "changes",
                       STR_ARG(value_text(arena, first->live_shown)),
                       STR_ARG(value_text(arena, first->candidate_shown)));
    Strs words = {0};
    for (size_t i = 0; i < parts->len; i++)
        vec_push(arena, &words, str_of(parts->items[i].words));
    return str_fmt(arena, "its %.*s change", STR_ARG(text_list(arena, words.items, words.len, 4)));
}

/* ---- findings ---- */

static void add_meaning(Arena *arena, Str *meaning, const char *words, Str value)
{
    *meaning = str_fmt(arena, "%.*s%s=%.*s;", STR_ARG(*meaning), words, STR_ARG(value));
}

static void add_part_places(const EngineChange *engine, Finding *finding, const EnginePart *part,
                            bool first)
{
    Arena *arena = engine->check->arena;
    bool stands = !range_is_empty(part->candidate_token.range);
    Place now = place_candidate(engine->change->candidate, part->candidate_token.range, (Str){0});
    if (first && stands)
        finding->place = now;
    else if (stands)
        vec_push(arena, &finding->related, now);
    if (!range_is_empty(part->live_token.range))
        vec_push(arena, &finding->related,
                 place_live(engine->change->live, part->live_token.range,
                            str_fmt(arena, "live %s", part->words)));
}

Finding engine_finding(const EngineChange *engine, RuleId rule, const EngineParts *parts)
{
    Arena *arena = engine->check->arena;
    Finding finding = check_finding(engine->check, rule, engine->change, (Str){0});
    finding.related = (Places){0};
    for (size_t i = 0; i < parts->len; i++) {
        const EnginePart *part = &parts->items[i];
        add_part_places(engine, &finding, part, i == 0);
        add_meaning(arena, &finding.live_meaning, part->words, part->live);
        add_meaning(arena, &finding.candidate_meaning, part->words, part->candidate);
        if (parts->len > 1)
            vec_push(arena, &finding.details,
                     str_fmt(arena, "%s  %.*s instead of %.*s", part->words,
                             STR_ARG(value_text(arena, part->candidate_shown)),
                             STR_ARG(value_text(arena, part->live_shown))));
    }
    return finding;
}

static bool is_refused(const EngineChange *engine)
{
    return engine->step && engine->step->backfill == BACKFILL_REFUSED;
}

static bool converts_columns(const EngineChange *engine)
{
    for (size_t i = 0; i < engine->change->columns.len; i++) {
        if (column_needs_conversion(&engine->change->columns.items[i]))
            return true;
    }
    return false;
}

/* The platform chose the engine and the key of a data source that names none. */
static bool live_is_unknown(const EngineChange *engine)
{
    return range_is_empty(engine->live->engine_token.range) &&
           range_is_empty(engine->live->sorting_key.token.range);
}

/* Whether other settings need a copy is not documented. */
static bool copy_is_certain(const EngineChange *engine)
{
    return (engine->keys & ~(unsigned)KEY_SETTINGS) && !live_is_unknown(engine);
}

void engine_add_refusal(const EngineChange *engine, Finding *finding)
{
    if (!is_refused(engine) || converts_columns(engine))
        return;
    bool certain = copy_is_certain(engine);
    finding->message =
        str_fmt(engine->check->arena,
                "The deploy %s be refused: the table of '%.*s' must be copied, and "
                "no FORWARD_QUERY gives its columns. %.*s",
                certain ? "will" : "may", STR_ARG(engine->change->name), STR_ARG(finding->message));
    finding->severity = certain ? SEVERITY_ERROR : SEVERITY_WARNING;
    finding->refuses_deploy = certain;
    add_meaning(engine->check->arena, &finding->candidate_meaning, "refused", STR("yes"));
    finding->fix = forward_fix(engine->check, engine->change);
}

/* ---- TB301 ---- */

bool engine_is_told_as_rebuild(const EngineChange *engine)
{
    const Check *check = engine->check;
    if (engine->step->backfill != BACKFILL_VIEW_QUERY)
        return false;
    if (converts_columns(engine) || engine->step->changed_views.len)
        return true;
    const Rebuild *rebuild = rebuild_of(check->loader, check->diff, engine->change->candidate);
    for (size_t i = 0; i < rebuild->losses.len; i++) {
        if (rebuild->losses.items[i].kind != LOSS_UNKNOWN)
            return true;
    }
    return false;
}

/* TB411 says that DEPLOYMENT_METHOD alter does not help. */
static bool alters_in_vain(const EngineChange *engine)
{
    const PlanStep *step = engine->step;
    for (size_t i = 0; step->backfill == BACKFILL_VIEW_QUERY && i < step->via.len; i++) {
        const Resource *pipe =
            project_find(engine->check->diff->sides.candidate, DATAFILE_PIPE, step->via.items[i]);
        if (pipe && plan_pipe_alters(pipe))
            return true;
    }
    return false;
}

static bool is_told_of_views(const EngineChange *engine)
{
    return engine_is_told_as_rebuild(engine) || alters_in_vain(engine);
}

static Str copy_text(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    const PlanStep *step = engine->step;
    const char *will = copy_is_certain(engine) ? "will" : "may";
    Str name = engine->change->name;
    if (step->backfill == BACKFILL_VIEW_QUERY)
        return str_fmt(arena, "The deploy %s fill '%.*s' again by %.*s", will, STR_ARG(name),
                       STR_ARG(quoted_list(arena, step->via.items, step->via.len, 2)));
    const char *how =
        step->backfill == BACKFILL_FORWARD_QUERY ? "by its FORWARD_QUERY" : "into a new table";
    return str_fmt(arena, "The deploy %s copy all rows of '%.*s' %s", will, STR_ARG(name), how);
}

void engine_copies(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    if (engine->step->action != ACTION_REWRITE || is_told_of_views(engine) ||
        (is_refused(engine) && converts_columns(engine)))
        return;
    EngineParts parts = engine_parts(engine, engine->keys);
    Finding finding = engine_finding(engine, RULE_TB301, &parts);
    Str parts_text = engine_parts_text(arena, &parts);
    finding.message = is_refused(engine) ? str_fmt(arena, "The reason: %.*s.", STR_ARG(parts_text))
                                         : str_fmt(arena, "%.*s: %.*s.", STR_ARG(copy_text(engine)),
                                                   STR_ARG(parts_text));
    finding.advice =
        is_refused(engine)
            ? STR("Add the FORWARD_QUERY, or leave the engine and its keys as they are: the "
                  "columns alone change in place.")
            : STR("Expect the deploy to take as long as the table is large; edit whatever else of "
                  "it needs a copy in the same change.");
    engine_add_refusal(engine, &finding);
    findings_add(engine->check->findings, finding);
}

/* ---- TB302 ---- */

static bool is_added(const EngineChange *engine, Str name)
{
    const ColumnChange *column = diff_column(engine->change, name);
    return column && (column->bits & COLUMN_ADDED) && !column->renamed_from;
}

/* The new key is the old one with added columns between. */
static bool only_gains_columns(const EngineChange *engine, const KeyExpr *old,
                               const KeyExpr *new_key, Strs *gained)
{
    Arena *arena = engine->check->arena;
    Exprs before = key_elements(engine->check, old);
    Exprs after = key_elements(engine->check, new_key);
    size_t matched = 0;
    for (size_t i = 0; i < after.len; i++) {
        const Expr *element = after.items[i];
        bool is_column = element->kind == EXPR_COLUMN && element->path.len == 1;
        if (matched < before.len &&
            str_eq(expr_text(arena, element), expr_text(arena, before.items[matched])))
            matched++;
        else if (is_column && is_added(engine, element->path.items[0].text))
            vec_push(arena, gained, element->path.items[0].text);
        else
            return false;
    }
    return matched == before.len && gained->len > 0;
}

static void report_new_column(const EngineChange *engine, const char *key, const Strs *gained)
{
    Arena *arena = engine->check->arena;
    EngineParts parts = engine_parts(engine, engine->keys);
    Finding finding = engine_finding(engine, RULE_TB302, &parts);
    bool one = gained->len == 1;
    finding.subject = gained->items[0];
    const char *does = engine->step->backfill == BACKFILL_VIEW_QUERY
                           ? "fill the table again by its views"
                           : "copy the whole table";
    finding.message = str_fmt(
        arena,
        "New %s %.*s in the %s of '%.*s' %s the deploy %s. Outside the key%s %s would be added in "
        "place.",
        one ? "column" : "columns", STR_ARG(quoted_list(arena, gained->items, gained->len, 3)), key,
        STR_ARG(engine->change->name), one ? "makes" : "make", does,
        engine->candidate->forward_query ? " and without FORWARD_QUERY" : "", one ? "it" : "they");
    const Column *column = datafile_column(engine->change->candidate->facts, gained->items[0]);
    if (column)
        vec_push(arena, &finding.related,
                 place_candidate(engine->change->candidate, column->range, STR("new column")));
    finding.advice =
        str_fmt(arena,
                "Leave %s out of the key, or accept the copy and say by a FORWARD_QUERY what old "
                "rows hold there.",
                one ? "it" : "them");
    engine_add_refusal(engine, &finding);
    findings_add(engine->check->findings, finding);
}

/* A new dimension of a view has to be in the key, or its rows would be merged: TB412. */
static bool must_be_in_key(const EngineChange *engine)
{
    return engine_merges_rows(engine->candidate->engine) &&
           some_view_writes(engine->change->candidate);
}

bool engine_new_column(const EngineChange *engine)
{
    const unsigned both = KEY_SORTING | KEY_PRIMARY;
    Strs gained = {0};
    const char *words = "sorting key";
    bool found = false;
    if (engine->keys & ~(both | KEY_PARTITION))
        return false;
    if (engine->keys == KEY_PARTITION) {
        words = "partition key";
        found = only_gains_columns(engine, &engine->live->partition_key,
                                   &engine->candidate->partition_key, &gained);
    } else if ((engine->keys & KEY_SORTING) && !(engine->keys & KEY_PARTITION)) {
        found = only_gains_columns(engine, &engine->live->sorting_key,
                                   &engine->candidate->sorting_key, &gained);
    }
    if (!found || engine->step->action != ACTION_REWRITE || converts_columns(engine) ||
        must_be_in_key(engine) || is_told_of_views(engine))
        return false;
    report_new_column(engine, words, &gained);
    return true;
}

/* ---- TB304 ---- */

void engine_not_applied(const EngineChange *engine)
{
    Arena *arena = engine->check->arena;
    const Resource *candidate = engine->change->candidate;
    if (live_is_unknown(engine)) {
        check_unjudged(engine->check, candidate->file, candidate->datasource->engine_token.range,
                       str_fmt(arena,
                               "whether '%.*s' has that engine and key already: the live file "
                               "names none",
                               STR_ARG(engine->change->name)));
        return;
    }
    EngineParts parts = engine_parts(engine, engine->keys);
    Finding finding = engine_finding(engine, RULE_TB304, &parts);
    finding.message = str_fmt(
        arena,
        "The table of '%.*s' will stay as it is, though %.*s. Classic does not apply that to "
        "an existing data source.",
        STR_ARG(engine->change->name), STR_ARG(engine_parts_text(arena, &parts)));
    finding.advice = STR("Create a second data source with the new definition, sync and backfill "
                         "it, then switch its readers; or undo the edit.");
    findings_add(engine->check->findings, finding);
}

/* ---- the family ---- */

static bool names_dropped(const ResourceChange *change, const KeyExpr *key)
{
    for (size_t i = 0; i < key->columns.len; i++) {
        const ColumnChange *column = diff_column(change, key->columns.items[i]);
        if (column && (column->bits & COLUMN_DROPPED))
            return true;
    }
    return false;
}

/* TB115 speaks of it. */
static bool names_nullable(const ResourceChange *change, const KeyExpr *key)
{
    if (keys_may_be_nullable(change->candidate->datasource))
        return false;
    for (size_t i = 0; i < key->columns.len; i++) {
        const Column *column = datafile_column(change->candidate->facts, key->columns.items[i]);
        if (column && column->type && type_is_nullable(column->type))
            return true;
    }
    return false;
}

/* A dropped column in a key is TB106 or goes with TB103 or TB105; a Nullable one is TB115. */
static unsigned told_elsewhere(const ResourceChange *change)
{
    const DatasourceFacts *a = change->live->datasource;
    const DatasourceFacts *b = change->candidate->datasource;
    const struct {
        unsigned bit;
        const KeyExpr *live, *candidate;
        bool nullable_counts;
    } keys[] = {
        {KEY_SORTING, &a->sorting_key, &b->sorting_key, true},
        {KEY_PARTITION, &a->partition_key, &b->partition_key, true},
        {KEY_PRIMARY, &a->primary_key, &b->primary_key, true},
        {KEY_SAMPLING, &a->sampling_key, &b->sampling_key, false},
        {KEY_VER, &a->ver, &b->ver, false},
        {KEY_VERSION, &a->version, &b->version, false},
        {KEY_IS_DELETED, &a->is_deleted, &b->is_deleted, false},
        {KEY_SIGN, &a->sign, &b->sign, false},
        {KEY_SUMMING, &a->summing_columns, &b->summing_columns, false},
    };
    unsigned bits = 0;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        bool dropped =
            names_dropped(change, keys[i].live) || names_dropped(change, keys[i].candidate);
        bool nullable = keys[i].nullable_counts && names_nullable(change, keys[i].candidate);
        bits |= dropped || nullable ? keys[i].bit : 0;
    }
    return bits;
}

/* TB905 speaks of others. */
static bool is_known_engine(Str engine)
{
    return engine_merges_rows(engine) || str_is_nocase(engine, "MergeTree") ||
           str_is_nocase(engine, "Null") || str_is_nocase(engine, "Join");
}

static bool can_judge(const ResourceChange *change)
{
    return change->kind == DATAFILE_DATASOURCE && change->keys && change->comparable &&
           change->live && change->candidate && !change->candidate->vendored &&
           change->live->facts && change->candidate->facts && change->live->datasource &&
           change->candidate->datasource && is_known_engine(change->candidate->datasource->engine);
}

static void check_change(const Check *check, const ResourceChange *change)
{
    EngineChange engine = {
        .check = check,
        .change = change,
        .step = plan_find(check->plan, DATAFILE_DATASOURCE, change->name),
        .live = change->live->datasource,
        .candidate = change->candidate->datasource,
        .keys = change->keys & ~told_elsewhere(change),
    };
    if (engine.keys == 0 || !engine.step)
        return;
    if (check->classic)
        engine_not_applied(&engine);
    else if (!engine_collapses(&engine) && !engine_new_column(&engine))
        engine_copies(&engine);
}

void engine_changes(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (can_judge(change))
            check_change(check, change);
    }
}
