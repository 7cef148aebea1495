/* replicate.c: the first step: the replica, the pipe that keeps it up to date, all downstream. */
#include "scaffold_text.h"

#include "checks/check.h"

enum {
    LEAD = 2 * 3600, /* from now to the cutoff that is chosen */
    QUARTER_HOUR = 15 * 60,
    SECONDS_PER_MINUTE = 60,
    TEST_LAG = 10, /* seconds that a row may take from one table to the other */
};

typedef struct {
    Scaffold *out;
    const ScaffoldInput *in;
    const ReplicateOptions *options;
    const Resource *origin;
    const View *view; /* that fills the origin; NULL: rows come from outside */
    const Resource
        *source; /* whose column the cutoff divides: the origin, or what the view reads */
    Str name;    /* of the replica */
    Str suffix;  /* of all other copies */
    Str sync;    /* the pipe's name */
    Str cutoff;  /* in UTC */
    const Column *column;
    const Datafile *replica; /* facts of the new text */
    size_t connector_lines;
    Fault *fault;
} Replication;

/* ---- what is asked for ---- */

static int find_origin(Replication *r)
{
    Str name = r->options->datasource;
    r->origin = project_find(r->in->sides->candidate, DATAFILE_DATASOURCE, name);
    if (r->origin == NULL)
        return unknown_datasource(r->in, name, r->fault);
    const Datafile *facts = r->origin->facts;
    if (r->origin->vendored)
        return fault_set(r->fault, FAULT_USAGE, "'%.*s' belongs to another workspace",
                         STR_ARG(name));
    if (!name_is_plain(name))
        return fault_set(r->fault, FAULT_USAGE, "'%.*s' has a name that no data source can have",
                         STR_ARG(r->origin->file->path));
    if (facts == NULL || !r->origin->datasource || facts->has_include || facts->problems.len > 0 ||
        facts->columns.len == 0)
        return fault_set(r->fault, FAULT_USAGE,
                         "'%.*s' cannot be copied: its file does not parse, has no schema, or "
                         "includes another one",
                         STR_ARG(r->origin->file->path));
    return 0;
}

/* The rows of a view's target are made from its source: they are divided by a column of that. */
static int find_source(Replication *r)
{
    r->source = r->origin;
    if (filling_view(r->in, r->origin, &r->view, r->fault) < 0)
        return -1;
    if (r->view != NULL)
        r->source = r->view->sources.items[0];
    return time_column(r->in, r->source, r->options->column, &r->column, r->fault);
}

static int choose_name(Replication *r)
{
    Arena *arena = r->in->arena;
    Str origin = r->origin->name;
    r->name = r->options->name;
    if (r->name.len == 0)
        r->name = str_fmt(arena, "%.*s_new", STR_ARG(origin));
    if (!name_is_plain(r->name))
        return fault_set(r->fault, FAULT_USAGE,
                         "'%.*s' is no name for a data source: letters, digits and _ only",
                         STR_ARG(r->name));
    bool starts = r->name.len > origin.len && str_eq(str_slice(r->name, 0, origin.len), origin);
    r->suffix = starts ? str_slice(r->name, origin.len, r->name.len) : STR("_new");
    r->sync = str_fmt(arena, "sync_%.*s", STR_ARG(r->name));
    Str names[] = {r->name, r->sync};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!name_is_taken(r->in, names[i]))
            continue;
        fault_set(r->fault, FAULT_USAGE, "there is a '%.*s' already", STR_ARG(names[i]));
        return fault_repair(r->fault, "--name with another one");
    }
    return 0;
}

static Instant chosen_moment(const ScaffoldInput *in)
{
    Instant margin = (Instant)in->margin_minutes * SECONDS_PER_MINUTE;
    Instant at = in->now + (margin > LEAD ? margin : LEAD);
    Instant rest = at % QUARTER_HOUR;
    return rest ? at - rest + QUARTER_HOUR : at;
}

static int choose_cutoff(Replication *r)
{
    const ScaffoldInput *in = r->in;
    Instant at = chosen_moment(in);
    if (r->options->cutoff.len > 0 && !instant_parse(r->options->cutoff, &at))
        return fault_set(r->fault, FAULT_USAGE,
                         "--cutoff takes a moment in UTC, 'YYYY-MM-DD hh:mm:ss', not '%.*s'",
                         STR_ARG(r->options->cutoff));
    r->cutoff = instant_text(in->arena, at);
    if (at <= in->now) {
        fault_set(r->fault, FAULT_USAGE,
                  "the cutoff %.*s has passed: rows from then until the deploy would never be "
                  "copied",
                  STR_ARG(r->cutoff));
        return fault_repair(r->fault, "--cutoff '%.*s'",
                            STR_ARG(instant_text(in->arena, chosen_moment(in))));
    }
    Instant margin = (Instant)in->margin_minutes * SECONDS_PER_MINUTE;
    if (at < in->now + margin)
        vec_push(in->arena, &r->out->notes,
                 str_fmt(in->arena,
                         "the cutoff is only %.*s away: the deploy must end before it, and tblint "
                         "lint says so",
                         STR_ARG(span_text(in->arena, at - in->now))));
    return 0;
}

/* ---- the replica ---- */

static bool is_connector(const Instruction *instruction, const void *context)
{
    (void)context;
    return str_starts_nocase(instruction->word.text, "KAFKA_") ||
           str_starts_nocase(instruction->word.text, "IMPORT_");
}

/* What the other engines do not take. */
static void remove_parameters(Draft *draft, Str engine)
{
    static const struct {
        Keyword keyword;
        const char *engines[2];
    } parameters[] = {
        {KEYWORD_ENGINE_VER, {"ReplacingMergeTree", NULL}},
        {KEYWORD_ENGINE_IS_DELETED, {"ReplacingMergeTree", NULL}},
        {KEYWORD_ENGINE_SIGN, {"CollapsingMergeTree", "VersionedCollapsingMergeTree"}},
        {KEYWORD_ENGINE_VERSION, {"VersionedCollapsingMergeTree", NULL}},
        {KEYWORD_ENGINE_COLUMNS, {"SummingMergeTree", NULL}},
    };
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
        bool fits = false;
        for (size_t j = 0; j < ARRAY_LEN(parameters[i].engines); j++)
            fits = fits || (parameters[i].engines[j] != NULL &&
                            str_is_nocase(engine, parameters[i].engines[j]));
        if (!fits)
            draft_remove_word(draft, parameters[i].keyword);
    }
}

typedef struct {
    const Datafile *facts;
    Str unknown;
} ColumnCheck;

static bool check_name(const Expr *expr, void *context)
{
    ColumnCheck *check = context;
    if (expr->kind == EXPR_COLUMN && expr->path.len > 0 &&
        !datafile_column(check->facts, expr->path.items[0].text))
        check->unknown = expr->path.items[0].text;
    return check->unknown.len == 0;
}

/* An expression over the columns that goes into a quoted value. */
static int check_value(const Replication *r, const char *option, Str value, bool is_ttl)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == '"')
            return fault_set(r->fault, FAULT_USAGE, "%s takes one line without double quotes",
                             option);
    }
    ColumnCheck check = {r->origin->facts, {0}};
    SqlParser *parser = r->in->loader->sql;
    if (is_ttl) {
        TtlItems items = sql_parse_ttl(parser, r->in->arena, value, 0);
        for (size_t i = 0; i < items.len; i++)
            expr_walk(items.items[i].expr, check_name, &check);
        if (items.len == 0)
            return fault_set(r->fault, FAULT_USAGE, "%s: '%.*s' is no TTL", option, STR_ARG(value));
    } else {
        const Expr *expr = sql_parse_expr(parser, r->in->arena, value, 0);
        if (expr == NULL)
            return fault_set(r->fault, FAULT_USAGE, "%s: '%.*s' is no expression", option,
                             STR_ARG(value));
        expr_walk(expr, check_name, &check);
    }
    if (check.unknown.len > 0)
        return fault_set(r->fault, FAULT_USAGE, "%s: '%.*s' has no column '%.*s'", option,
                         STR_ARG(r->origin->name), STR_ARG(check.unknown));
    return 0;
}

static int set_values(const Replication *r, Draft *draft)
{
    static const Keyword engine[] = {KEYWORD_ENGINE, KEYWORD_ENGINE_PARTITION_KEY,
                                     KEYWORD_ENGINE_SORTING_KEY, KEYWORD_ENGINE_PRIMARY_KEY,
                                     KEYWORD_ENGINE_TTL};
    const ReplicateOptions *o = r->options;
    const struct {
        const char *option;
        Keyword keyword;
        Str value;
    } values[] = {
        {"--engine", KEYWORD_ENGINE, o->engine},
        {"--partition-key", KEYWORD_ENGINE_PARTITION_KEY, o->partition_key},
        {"--sorting-key", KEYWORD_ENGINE_SORTING_KEY, o->sorting_key},
        {"--ttl", KEYWORD_ENGINE_TTL, o->ttl},
    };
    if (o->engine.len > 0 && !name_is_plain(o->engine))
        return fault_set(r->fault, FAULT_USAGE, "--engine: '%.*s' is no engine",
                         STR_ARG(o->engine));
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        bool is_key = values[i].keyword != KEYWORD_ENGINE;
        bool is_ttl = values[i].keyword == KEYWORD_ENGINE_TTL;
        if (values[i].value.len == 0)
            continue;
        if (is_key && check_value(r, values[i].option, values[i].value, is_ttl) < 0)
            return -1;
        draft_set(draft, values[i].keyword, values[i].value, engine, ARRAY_LEN(engine));
    }
    if (o->engine.len > 0)
        remove_parameters(draft, o->engine);
    return 0;
}

/* "with the sorting key 'tenant, ts'" */
static Str difference_text(const Replication *r)
{
    Arena *arena = r->in->arena;
    const ReplicateOptions *o = r->options;
    Strs parts = {0};
    if (o->engine.len > 0)
        vec_push(arena, &parts, str_fmt(arena, "the engine %.*s", STR_ARG(o->engine)));
    if (o->sorting_key.len > 0)
        vec_push(arena, &parts, str_fmt(arena, "the sorting key '%.*s'", STR_ARG(o->sorting_key)));
    if (o->partition_key.len > 0)
        vec_push(arena, &parts,
                 str_fmt(arena, "the partition key '%.*s'", STR_ARG(o->partition_key)));
    if (o->ttl.len > 0)
        vec_push(arena, &parts, str_fmt(arena, "the TTL '%.*s'", STR_ARG(o->ttl)));
    if (parts.len == 0)
        return STR("");
    return str_fmt(arena, " with %.*s", STR_ARG(text_list(arena, parts.items, parts.len, 4)));
}

static int write_replica(Replication *r)
{
    Arena *arena = r->in->arena;
    Draft draft = draft_of(r->in, r->origin->facts);
    draft_tidy_datasource(&draft);
    draft_remove_word(&draft, KEYWORD_BACKFILL);
    r->connector_lines = draft_remove(&draft, is_connector, NULL);
    if (set_values(r, &draft) < 0)
        return -1;
    draft_describe(&draft, str_fmt(arena,
                                   "Replica of '%.*s'%.*s, filled by '%.*s' until it takes "
                                   "the place of '%.*s'.",
                                   STR_ARG(r->origin->name), STR_ARG(difference_text(r)),
                                   STR_ARG(r->sync), STR_ARG(r->origin->name)));
    if (draft.facts->problems.len > 0 || draft.facts->columns.len != r->origin->facts->columns.len)
        return fault_set(r->fault, FAULT_USAGE, "'%.*s' cannot be rewritten: its layout is unusual",
                         STR_ARG(r->origin->file->path));
    r->replica = draft.facts;
    NewFile file = {sibling_path(r->in, r->origin, r->name), draft.facts->text};
    vec_push(arena, &r->out->files, file);
    return 0;
}

/* ---- the sync pipe ---- */

static Str sync_description(const Replication *r)
{
    return str_fmt(
        r->in->arena,
        "Copies the rows of '%.*s' from after %.*s UTC to '%.*s' as they come in. Delete "
        "it together with '%.*s', when all that writes and reads has moved.",
        STR_ARG(r->origin->name), STR_ARG(r->cutoff), STR_ARG(r->name), STR_ARG(r->origin->name));
}

/* Every column by name, in the order of the replica. */
static Str sync_text(const Replication *r)
{
    Arena *arena = r->in->arena;
    const Columns *columns = &r->replica->columns;
    Buf out = {0};
    buf_add(&out, "NODE copy_new_rows\nSQL >\n    SELECT\n");
    for (size_t i = 0; i < columns->len; i++)
        buf_addf(&out, "        %.*s%s\n", STR_ARG(sql_name(arena, columns->items[i].name.text)),
                 i + 1 < columns->len ? "," : "");
    buf_addf(&out, "    FROM %.*s\n    WHERE %.*s\n\nTYPE materialized\nDATASOURCE %.*s\n",
             STR_ARG(r->origin->name), STR_ARG(time_comparison(arena, r->column, ">", r->cutoff)),
             STR_ARG(r->name));
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static int write_sync(const Replication *r)
{
    ViewFrom from = {r->sync, r->name, r->column, r->cutoff};
    if (r->view != NULL)
        return write_view_from(r->out, r->in, r->view, &from, r->fault);
    Draft draft =
        draft_of_text(r->in, sync_text(r), DATAFILE_PIPE, r->in->sides->candidate->dialect);
    draft_tidy_pipe(&draft, r->in, NULL);
    draft_describe(&draft, sync_description(r));
    NewFile file = {pipe_path(r->in, PIPE_MATERIALIZED, r->origin, r->sync), draft.facts->text};
    vec_push(r->in->arena, &r->out->files, file);
    return 0;
}

/* ---- the quality test ---- */

/* A ReplacingMergeTree and its like hold rows that are not merged yet: counts differ. */
static bool can_count(const Replication *r)
{
    Str engine = datafile_value(r->replica, KEYWORD_ENGINE);
    return (engine.len == 0 || str_is_nocase(engine, "MergeTree")) &&
           str_is_nocase(r->origin->datasource->engine, "MergeTree");
}

static bool same_ttl(const Replication *r)
{
    return r->options->ttl.len == 0;
}

static const char *why_no_test(const Replication *r)
{
    if (r->in->sides->candidate->dialect != DIALECT_CLASSIC)
        return "Forward has no data quality tests";
    if (!can_count(r))
        return "the engines merge rows, so that counts differ";
    if (r->view != NULL)
        return "what a view gives has no rows of its own to count: compare merged aggregates";
    return same_ttl(r) ? NULL : "the TTLs differ, and so do the counts";
}

static void write_test(const Replication *r)
{
    Arena *arena = r->in->arena;
    Str after = time_comparison(arena, r->column, ">", r->cutoff);
    Str column = sql_name(arena, r->column->name.text);
    Str until = str_fmt(arena, "%.*s < now() - INTERVAL %d SECOND", STR_ARG(column), TEST_LAG);
    Buf out = {0};
    buf_addf(
        &out,
        "# No row when '%.*s' has all rows of '%.*s' from after the cutoff. Once the backfill\n"
        "# has run, take the lower bound out of both counts. Delete it with '%.*s'.\n"
        "- %.*s-has-the-rows-of-%.*s:\n"
        "    max_bytes_read: null\n    max_time: null\n    sql: |\n"
        "      SELECT\n",
        STR_ARG(r->name), STR_ARG(r->origin->name), STR_ARG(r->origin->name), STR_ARG(r->name),
        STR_ARG(r->origin->name));
    const struct {
        Str table;
        const char *alias;
        const char *end;
    } counts[] = {{r->origin->name, "legacy_rows", ",\n"}, {r->name, "replica_rows", "\n"}};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        buf_addf(&out,
                 "        (\n          SELECT count()\n          FROM %.*s\n          WHERE %.*s\n"
                 "            AND %.*s\n        ) AS %s%s",
                 STR_ARG(counts[i].table), STR_ARG(after), STR_ARG(until), counts[i].alias,
                 counts[i].end);
    buf_add(&out, "      WHERE legacy_rows != replica_rows\n");
    NewFile file = {test_path(r->in, r->name), str_copy(arena, buf_str(&out))};
    vec_push(arena, &r->out->files, file);
    buf_free(&out);
}

/* ---- what the person should know ---- */

/* Rows that a copy replaces are new rows to the sync pipe. */
static void note_copies(const Replication *r)
{
    for (size_t i = 0; i < r->origin->writers.len; i++) {
        const Resource *pipe = r->origin->writers.items[i];
        const Instruction *mode = pipe->pipe && pipe->pipe->type == PIPE_COPY
                                      ? datafile_find(pipe->facts, KEYWORD_COPY_MODE)
                                      : NULL;
        if (mode != NULL && str_is_nocase(mode->value.text, "replace"))
            vec_push(
                r->in->arena, &r->out->notes,
                str_fmt(r->in->arena,
                        "'%.*s' replaces the rows of '%.*s' at each run, which would add up in "
                        "'%.*s': stop it meanwhile",
                        STR_ARG(pipe->name), STR_ARG(r->origin->name), STR_ARG(r->name)));
    }
}

static void add_notes(const Replication *r)
{
    Arena *arena = r->in->arena;
    Strs *notes = &r->out->notes;
    note_copies(r);
    if (!is_ingestion_time(r->in, r->column))
        vec_push(arena, notes,
                 str_fmt(arena,
                         "'%.*s' is what the rows say, not when they come in: backfill only when "
                         "late ones with an older value have come in",
                         STR_ARG(r->column->name.text)));
    if (r->connector_lines > 0)
        vec_push(
            arena, notes,
            str_fmt(arena,
                    "the connector of '%.*s' is left out: while '%.*s' copies its rows, a second "
                    "one would bring them twice. Move it when you clean up",
                    STR_ARG(r->origin->name), STR_ARG(r->sync)));
    if (r->source->datasource && str_is_nocase(r->source->datasource->engine, "Null"))
        vec_push(arena, notes,
                 str_fmt(arena,
                         "'%.*s' has the engine Null: it holds no rows that a backfill could "
                         "copy",
                         STR_ARG(r->source->name)));
    vec_push(
        arena, notes,
        str_fmt(arena,
                "deploy before %.*s UTC; after it, once that is live: tblint scaffold backfill "
                "%.*s",
                STR_ARG(r->cutoff), STR_ARG(r->name)));
}

int scaffold_replicate(Scaffold *out, const ScaffoldInput *in, const ReplicateOptions *options,
                       Fault *fault)
{
    Replication r = {.out = out, .in = in, .options = options, .fault = fault};
    if (find_origin(&r) < 0 || find_source(&r) < 0 || choose_name(&r) < 0 ||
        choose_cutoff(&r) < 0 || write_replica(&r) < 0 || write_sync(&r) < 0)
        return -1;
    Map *names = map_new(in->arena);
    map_put(names, r.origin->name, &r.name);
    Str until = str_fmt(in->arena, "until '%.*s' takes the place of '%.*s'", STR_ARG(r.name),
                        STR_ARG(r.origin->name));
    if (clone_downstream(out, in, r.origin, names, r.suffix, until, fault) < 0)
        return -1;
    const char *why = why_no_test(&r);
    if (why == NULL)
        write_test(&r);
    else
        vec_push(in->arena, &out->notes, str_fmt(in->arena, "no quality test is written: %s", why));
    add_notes(&r);
    return 0;
}
