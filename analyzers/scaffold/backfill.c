/* backfill.c: the second step: the pipe that copies what was there before the cutoff. It is the
 * live sync pipe with its comparison turned round, so that the two meet exactly. */
#include "scaffold_text.h"

#include <string.h>

enum {
    ZONE_WEST = 12 * 3600, /* the last zone in which a moment comes is UTC-12 */
};

typedef struct {
    Scaffold *out;
    const ScaffoldInput *in;
    const BackfillOptions *options;
    const Migration *live;
    BackfillMethod method;
    bool chunks; /* a copy that takes start_time and end_time */
    Str name;
    Str cutoff;
    Str start;
    Fault *fault;
} Backfilling;

/* ---- the migration ---- */

static int unknown_replica(const Backfilling *b, const Migrations *live)
{
    Str name = b->options->replica;
    if (migration_find(migrations_of(b->in->loader, b->in->sides->candidate, b->in->now), name)) {
        fault_set(
            b->fault, FAULT_USAGE,
            "the pipe that copies new rows to '%.*s' is not live: its cutoff counts only once "
            "it is deployed",
            STR_ARG(name));
        return fault_repair(b->fault,
                            "merge and deploy the first step, then fetch the live branch");
    }
    if (live->len == 0) {
        if (!project_find(b->in->sides->candidate, DATAFILE_DATASOURCE, name))
            return unknown_datasource(b->in, name, b->fault);
        return fault_set(b->fault, FAULT_USAGE,
                         "no live materialized pipe copies new rows to '%.*s' from a moment on",
                         STR_ARG(name));
    }
    Strs names = {0};
    for (size_t i = 0; i < live->len; i++)
        vec_push(b->in->arena, &names, live->items[i].replica->name);
    fault_set(b->fault, FAULT_USAGE, "'%.*s' is no live replica", STR_ARG(name));
    return fault_repair(b->fault, "live replicas: %.*s",
                        STR_ARG(str_join(b->in->arena, names.items, names.len, ", ")));
}

static int check_candidate(const Backfilling *b)
{
    const Resource *sync = b->live->sync;
    const Resource *here = project_find(b->in->sides->candidate, DATAFILE_PIPE, sync->name);
    if (here == NULL || here->pipe == NULL)
        return fault_set(b->fault, FAULT_USAGE, "this tree has no '%.*s', which live has",
                         STR_ARG(sync->name));
    CutoffFilter filter = cutoff_filter_read(b->in->loader, b->in->sides->candidate, here);
    if (filter.lower.at != b->live->sync_filter.lower.at)
        return fault_set(b->fault, FAULT_USAGE,
                         "the cutoff of '%.*s' is another one here than live: put it back first",
                         STR_ARG(sync->name));
    return 0;
}

static int find_migration(Backfilling *b)
{
    const Migrations *live = migrations_of(b->in->loader, b->in->sides->live, b->in->now);
    b->live = migration_find(live, b->options->replica);
    if (b->live == NULL || b->live->sync == NULL)
        return unknown_replica(b, live);
    if (!b->live->sync_filter.lower.present)
        return fault_set(b->fault, FAULT_USAGE,
                         "the cutoff of '%.*s' is no literal moment: no backfill can meet it",
                         STR_ARG(b->live->sync->name));
    Str names[] = {b->options->replica, b->live->sync->name, b->live->sync_filter.source};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!name_is_plain(names[i]))
            return fault_set(b->fault, FAULT_USAGE, "'%.*s' is a name that nothing here can have",
                             STR_ARG(names[i]));
    }
    const Migration *here = migration_find(
        migrations_of(b->in->loader, b->in->sides->candidate, b->in->now), b->options->replica);
    const Resource *there = here != NULL && here->backfill ? here->backfill : b->live->backfill;
    if (there != NULL)
        return fault_set(b->fault, FAULT_USAGE, "'%.*s' copies the older rows to '%.*s' already",
                         STR_ARG(there->name), STR_ARG(b->options->replica));
    return check_candidate(b);
}

/* ---- the method ---- */

static bool is_zoned(const CutoffFilter *filter)
{
    return filter->zone.len > 0 && !filter->lower.in_utc;
}

/* The first moment at which the cutoff has passed wherever its zone is, in UTC. */
static Instant passed_at(const CutoffFilter *filter)
{
    Instant at = cutoff_moment(filter) / NANOS_PER_SECOND;
    return is_zoned(filter) ? at + ZONE_WEST : at;
}

/* "the cutoff ... is still to come" */
static Str to_come(const Backfilling *b)
{
    const CutoffFilter *filter = &b->live->sync_filter;
    if (is_zoned(filter))
        return str_fmt(b->in->arena,
                       "the cutoff %.*s of '%.*s' may be still to come in the zone '%.*s'",
                       STR_ARG(b->cutoff), STR_ARG(b->live->sync->name), STR_ARG(filter->zone));
    return str_fmt(b->in->arena, "the cutoff %.*s of '%.*s' is still to come", STR_ARG(b->cutoff),
                   STR_ARG(b->live->sync->name));
}

static int choose_method(Backfilling *b)
{
    b->method = b->options->method == BACKFILL_BY_DEFAULT ? BACKFILL_BY_COPY : b->options->method;
    bool forward = b->in->sides->candidate->dialect != DIALECT_CLASSIC;
    if (b->method == BACKFILL_BY_VIEW && forward) {
        fault_set(b->fault, FAULT_USAGE,
                  "Forward does not populate by command: a second view into '%.*s' is not known to "
                  "copy old rows",
                  STR_ARG(b->options->replica));
        return fault_repair(b->fault, "--method copy");
    }
    Instant left = passed_at(&b->live->sync_filter) - b->in->now;
    if (left < 0)
        return 0;
    if (b->options->method == BACKFILL_BY_COPY) {
        vec_push(b->in->arena, &b->out->notes,
                 str_fmt(b->in->arena,
                         "%.*s: run the copy only after it, when late rows have come in, too",
                         STR_ARG(to_come(b))));
        return 0;
    }
    fault_set(b->fault, FAULT_USAGE, "%.*s: a backfill would miss the rows that come until then",
              STR_ARG(to_come(b)));
    return fault_repair(b->fault,
                        "wait %.*s, or --method copy, which writes a pipe that runs only by hand",
                        STR_ARG(span_text(b->in->arena, left + 1)));
}

static int choose_name(Backfilling *b)
{
    b->name = str_fmt(b->in->arena, "backfill_%.*s", STR_ARG(b->options->replica));
    if (name_is_taken(b->in, b->name))
        return fault_set(b->fault, FAULT_USAGE, "there is a '%.*s' already", STR_ARG(b->name));
    Instant start;
    b->start = b->options->start;
    if (b->start.len == 0)
        return 0;
    if (!instant_parse(b->start, &start))
        return fault_set(b->fault, FAULT_USAGE,
                         "--start takes a moment, 'YYYY-MM-DD hh:mm:ss', not '%.*s'",
                         STR_ARG(b->start));
    b->start = instant_text(b->in->arena, start);
    if (start >= cutoff_moment(&b->live->sync_filter) / NANOS_PER_SECOND)
        return fault_set(b->fault, FAULT_USAGE,
                         "the start %.*s is not before the cutoff %.*s: nothing would be copied",
                         STR_ARG(b->start), STR_ARG(b->cutoff));
    return 0;
}

/* ---- the comparison ---- */

typedef struct {
    Str column; /* the side that is no literal, as written */
    Str turned; /* the whole comparison with the complementary operator */
} Turned;

/* The operator outside quotes and parentheses: the first of > and <. */
static ptrdiff_t operator_at(Str text)
{
    char quote = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '`' || c == '"')
            quote = c;
        else if (c == '>' || c == '<')
            return (ptrdiff_t)i;
    }
    return -1;
}

static bool turn(Arena *arena, Str text, Turned *out)
{
    ptrdiff_t at = operator_at(text);
    if (at <= 0)
        return false;
    size_t start = (size_t)at;
    bool with_equal = start + 1 < text.len && text.ptr[start + 1] == '=';
    char c = text.ptr[start];
    const char *turned = c == '>' ? (with_equal ? "<" : "<=") : (with_equal ? ">" : ">=");
    Str left = str_slice(text, 0, start);
    Str right = str_slice(text, start + (with_equal ? 2 : 1), text.len);
    /* > and >= have the literal on the right in a lower bound, < and <= on the left. */
    out->column = str_trim(c == '>' ? left : right);
    out->turned = str_fmt(arena, "%.*s%s%.*s", STR_ARG(left), turned, STR_ARG(right));
    return true;
}

/* ---- the text ---- */

static const Node *node_around(const Datafile *file, Range range)
{
    for (size_t i = 0; i < file->nodes.len; i++) {
        const Node *node = &file->nodes.items[i];
        if (node->sql.range.start <= range.start && range.end <= node->sql.range.end)
            return node;
    }
    return NULL;
}

/* Chunks: from start on, before end. Without them, everything up to the cutoff. */
static Str bounds_text(const Backfilling *b, const Turned *c, Str indent)
{
    Arena *arena = b->in->arena;
    bool by_day = b->live->sync_filter.by_day;
    const char *type = by_day ? "Date" : "DateTime";
    Str start = {0};
    if (b->start.len > 0)
        start = str_fmt(arena, "\n%.*s    AND %.*s >= '%.*s'", STR_ARG(indent), STR_ARG(c->column),
                        STR_ARG(by_day ? str_slice(b->start, 0, 10) : b->start));
    if (!b->chunks)
        return start;
    return str_fmt(arena,
                   "%.*s\n"
                   "%.*s    {%% if defined(start_time) %%}\n"
                   "%.*s    AND %.*s >= {{ %s(start_time) }}\n"
                   "%.*s    {%% end %%}\n"
                   "%.*s    {%% if defined(end_time) %%}\n"
                   "%.*s    AND %.*s < {{ %s(end_time) }}\n"
                   "%.*s    {%% end %%}",
                   STR_ARG(start), STR_ARG(indent), STR_ARG(indent), STR_ARG(c->column), type,
                   STR_ARG(indent), STR_ARG(indent), STR_ARG(indent), STR_ARG(c->column), type,
                   STR_ARG(indent));
}

/* The comparison, and for parameters the sign of a template in front of the query. */
static int turn_comparison(Backfilling *b, Draft *draft)
{
    Arena *arena = b->in->arena;
    const Datafile *file = draft->facts;
    Range range = b->live->sync_filter.lower.range;
    Turned turned;
    const Node *node = node_around(file, range);
    if (node == NULL || node->is_template || !turn(arena, str_range(file->text, range), &turned))
        return fault_set(b->fault, FAULT_USAGE, "the filter of '%.*s' is written in an unusual way",
                         STR_ARG(b->live->sync->name));
    Edits edits = {0};
    /* Nodes behind it are read through it: a template there hides what bounds the rows. */
    b->chunks =
        b->method == BACKFILL_BY_COPY && node == &file->nodes.items[b->live->sync->pipe->node];
    if (b->chunks) {
        Range at = {node->sql.range.start, node->sql.range.start};
        Str sql = str_range(file->text, node->sql.range);
        uint32_t blanks = 0;
        while (blanks < sql.len && strchr(" \t\r\n", sql.ptr[blanks]) != NULL)
            blanks++;
        at.start = at.end = at.start + blanks;
        Str indent = str_line_indent(file->text, at.start);
        vec_push(arena, &edits, ((Edit){at, str_fmt(arena, "%%\n%.*s", STR_ARG(indent))}));
    }
    Str bounds = bounds_text(b, &turned, str_line_indent(file->text, range.start));
    Str text = str_fmt(arena, "%.*s%.*s", STR_ARG(turned.turned), STR_ARG(bounds));
    vec_push(arena, &edits, ((Edit){range, text}));
    draft_apply(draft, &edits);
    return 0;
}

static bool is_type_or_target(const Instruction *instruction, const void *context)
{
    (void)context;
    return instruction->node >= 0 && (instruction->keyword == KEYWORD_DATASOURCE ||
                                      instruction->keyword == KEYWORD_DEPLOYMENT_METHOD);
}

/* TYPE materialized, DATASOURCE x -> a copy by hand into x. */
static void make_copy(const Backfilling *b, Draft *draft)
{
    static const Keyword type[] = {KEYWORD_TYPE};
    Arena *arena = b->in->arena;
    draft_remove(draft, is_type_or_target, NULL);
    const Instruction *old = datafile_find(draft->facts, type[0]);
    Edits edits = {0};
    Range range = {old->range.start,
                   old->range.start +
                       (uint32_t)str_trim(str_range(draft->facts->text, old->range)).len};
    vec_push(arena, &edits,
             ((Edit){range, str_fmt(arena,
                                    "TYPE copy\nTARGET_DATASOURCE %.*s\nCOPY_SCHEDULE @on-demand\n"
                                    "COPY_MODE append",
                                    STR_ARG(b->options->replica))}));
    draft_apply(draft, &edits);
}

static Str description_of(const Backfilling *b)
{
    Arena *arena = b->in->arena;
    Str source = b->live->sync_filter.source;
    const char *run = "Populate it once, after that moment.";
    if (b->chunks)
        run = "Run it by hand after that moment, once, or in chunks from start_time on and before "
              "end_time.";
    else if (b->method == BACKFILL_BY_COPY)
        run = "Run it by hand after that moment, once.";
    return str_fmt(arena,
                   "Copies the rows of '%.*s' that '%.*s' does not, those from before its cutoff "
                   "%.*s, to '%.*s'. %s Delete it when all readers have moved.",
                   STR_ARG(source), STR_ARG(b->live->sync->name), STR_ARG(b->cutoff),
                   STR_ARG(b->options->replica), run);
}

/* The description of the sync pipe is about the sync pipe. */
static bool is_own_description(const Instruction *instruction, const void *context)
{
    (void)context;
    return instruction->keyword == KEYWORD_DESCRIPTION && instruction->node < 0;
}

static void name_nodes(const Backfilling *b, Draft *draft)
{
    const Nodes *nodes = &draft->facts->nodes;
    if (nodes->len != 1 || !str_is(nodes->items[0].name.text, "copy_new_rows"))
        return;
    Edits edits = {0};
    vec_push(b->in->arena, &edits,
             name_edit(b->in->arena, draft->facts->text, nodes->items[0].name.range,
                       STR("copy_old_rows")));
    draft_apply(draft, &edits);
}

static void add_notes(const Backfilling *b)
{
    Arena *arena = b->in->arena;
    Strs *notes = &b->out->notes;
    Str replica = b->options->replica;
    if (b->method == BACKFILL_BY_COPY)
        vec_push(
            arena, notes,
            str_fmt(arena,
                    "once it is deployed: tb %s run %.*s, in chunks with --param start_time=... "
                    "--param end_time=..., each end the next start",
                    b->in->sides->candidate->dialect == DIALECT_CLASSIC ? "pipe copy" : "copy",
                    STR_ARG(b->name)));
    else
        vec_push(
            arena, notes,
            str_fmt(arena, "once it is deployed: tb pipe populate %.*s --wait", STR_ARG(b->name)));
    vec_push(
        arena, notes,
        str_fmt(arena,
                "when it has run, compare '%.*s' with '%.*s' as a whole, then point the readers "
                "at the copies",
                STR_ARG(b->live->sync_filter.source), STR_ARG(replica)));
}

int scaffold_backfill(Scaffold *out, const ScaffoldInput *in, const BackfillOptions *options,
                      Fault *fault)
{
    Backfilling b = {.out = out, .in = in, .options = options, .fault = fault};
    if (find_migration(&b) < 0)
        return -1;
    b.cutoff = nanos_text(in->arena, cutoff_moment(&b.live->sync_filter));
    if (choose_method(&b) < 0 || choose_name(&b) < 0)
        return -1;
    Draft draft = draft_of(in, b.live->sync->facts);
    if (turn_comparison(&b, &draft) < 0)
        return -1;
    draft_remove(&draft, is_own_description, NULL);
    if (b.method == BACKFILL_BY_COPY)
        make_copy(&b, &draft);
    draft_tidy_pipe(&draft, in, NULL);
    name_nodes(&b, &draft);
    draft_describe(&draft, description_of(&b));
    PipeType type = b.method == BACKFILL_BY_COPY ? PIPE_COPY : PIPE_MATERIALIZED;
    NewFile file = {pipe_path(in, type, b.live->replica, b.name), draft.facts->text};
    vec_push(in->arena, &out->files, file);
    add_notes(&b);
    return 0;
}
