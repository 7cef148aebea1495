/* materialized_columns.c: TB401, what a view gives and what its target stores. */
#include "materialized.h"
#include "materialized_types.h"

enum { LISTED = 40, NAMED = 4 };

typedef struct {
    const WritingNode *at;
    Arena *arena;
    const Output *output;
    const Datafile *target;
    Strs missing; /* of the target, in its order */
    Strs extra;   /* of the view, in its order */
    Strs doubled;
} Comparing;

/* ---- comparing ---- */

static bool gives(const Output *output, Str name)
{
    return output_column(output, name) != NULL;
}

/* Classic's INSERT leaves out what the view does not give, and a DEFAULT says what goes there. */
static bool may_be_missing(const Comparing *both, const Column *column)
{
    return both->target->dialect == DIALECT_CLASSIC && column->default_expr.text.len > 0;
}

/* Whether Forward asks for those too that have a DEFAULT is not documented. */
static bool all_have_default(const Comparing *both)
{
    for (size_t i = 0; i < both->missing.len; i++) {
        const Column *column = datafile_column(both->target, both->missing.items[i]);
        if (!column || !column->default_expr.text.len)
            return false;
    }
    return both->missing.len > 0;
}

static void compare_names(Comparing *both)
{
    const Columns *columns = &both->target->columns;
    for (size_t i = 0; i < columns->len; i++) {
        const Column *column = &columns->items[i];
        if (!gives(both->output, column->name.text) && !may_be_missing(both, column))
            vec_push(both->arena, &both->missing, column->name.text);
    }
    Map *seen = map_new(both->arena);
    for (size_t i = 0; i < both->output->columns.len; i++) {
        Str name = both->output->columns.items[i].name;
        if (!datafile_column(both->target, name))
            vec_push(both->arena, &both->extra, name);
        else if (map_has(seen, name))
            vec_push(both->arena, &both->doubled, name);
        map_put(seen, name, both);
    }
}

static bool names_differ(const Comparing *both)
{
    return both->missing.len || both->extra.len || both->doubled.len;
}

/* The first column of the view that stands where the target has another; NULL. */
static const OutputColumn *first_moved(const Comparing *both)
{
    for (size_t i = 0; i < both->target->columns.len && i < both->output->columns.len; i++) {
        const OutputColumn *given = &both->output->columns.items[i];
        if (!str_eq(given->name, both->target->columns.items[i].name.text))
            return given;
    }
    return NULL;
}

/* ---- places and lists ---- */

static Place place_on(const Resource *resource, Range range, Str message)
{
    return (Place){resource->project->side, resource->file, range, message};
}

/* Of two columns of one name, the second. */
static const OutputColumn *last_output(const Comparing *both, Str name)
{
    for (size_t i = both->output->columns.len; i-- > 0;) {
        if (str_eq(both->output->columns.items[i].name, name))
            return &both->output->columns.items[i];
    }
    return NULL;
}

static Range output_range(const Comparing *both, Str name)
{
    const OutputColumn *column = last_output(both, name);
    return column && !range_is_empty(column->range) ? column->range : both->at->text->name.range;
}

/* Where a missing column belongs: after the one that the target has before it. */
static Range place_for_missing(const Comparing *both)
{
    const Columns *columns = &both->target->columns;
    Range range = both->at->text->name.range;
    for (size_t i = 0; i < columns->len; i++) {
        Str name = columns->items[i].name.text;
        if (str_eq(name, both->missing.items[0]))
            break;
        if (gives(both->output, name))
            range = output_range(both, name);
    }
    return range;
}

/* In the file that the change touched: the view's where it did, else the target's. */
static void set_places(const Comparing *both, Finding *finding, Range view, Str column)
{
    const Resource *target = both->at->target;
    const Column *stored = datafile_column(both->target, column);
    Range range = stored ? stored->range : (Range){0, 0};
    Place in_view = place_on(both->at->pipe, view, STR("the view"));
    Place in_target = place_on(target, range, STR("the target"));
    bool view_is_old = !both->at->pipe->changed && target->changed && stored;
    finding->place = view_is_old ? in_target : in_view;
    finding->place.message = (Str){0};
    if (view_is_old || stored)
        vec_push(both->arena, &finding->related, view_is_old ? in_view : in_target);
}

static Str plain_list(Arena *arena, const Strs *names)
{
    Str list = str_join(arena, names->items, names->len < LISTED ? names->len : LISTED, ", ");
    if (names->len <= LISTED)
        return list;
    return str_fmt(arena, "%.*s, and %zu more", STR_ARG(list), names->len - LISTED);
}

static void add_lists(const Comparing *both, Finding *finding)
{
    Strs given = {0};
    Strs stored = {0};
    for (size_t i = 0; i < both->output->columns.len; i++)
        vec_push(both->arena, &given, both->output->columns.items[i].name);
    for (size_t i = 0; i < both->target->columns.len; i++)
        vec_push(both->arena, &stored, both->target->columns.items[i].name.text);
    Str view_list = plain_list(both->arena, &given);
    Str target_list = plain_list(both->arena, &stored);
    vec_push(both->arena, &finding->details,
             str_fmt(both->arena, "view    %.*s", STR_ARG(view_list)));
    vec_push(both->arena, &finding->details,
             str_fmt(both->arena, "target  %.*s", STR_ARG(target_list)));
}

static Str names_of(const Comparing *both, const Strs *names)
{
    return quoted_list(both->arena, names->items, names->len, NAMED);
}

/* ---- names ---- */

static Str names_message(const Comparing *both)
{
    Arena *arena = both->arena;
    Str view = both->at->pipe->name;
    Str target = both->at->target->name;
    if (both->missing.len && both->extra.len)
        return str_fmt(arena, "View '%.*s' gives %.*s where '%.*s' has %.*s", STR_ARG(view),
                       STR_ARG(names_of(both, &both->extra)), STR_ARG(target),
                       STR_ARG(names_of(both, &both->missing)));
    if (both->missing.len)
        return str_fmt(arena, "View '%.*s' does not give %.*s, which '%.*s' has", STR_ARG(view),
                       STR_ARG(names_of(both, &both->missing)), STR_ARG(target));
    if (both->extra.len)
        return str_fmt(arena, "View '%.*s' gives %.*s, which '%.*s' does not have", STR_ARG(view),
                       STR_ARG(names_of(both, &both->extra)), STR_ARG(target));
    return str_fmt(arena, "View '%.*s' gives %.*s twice", STR_ARG(view),
                   STR_ARG(names_of(both, &both->doubled)));
}

/* One of the view's own data sources has a column of that name. */
static const Resource *source_with(const Comparing *both, Str name)
{
    const NodeLineage *lineage =
        node_lineage(both->at->check->loader, both->at->pipe, both->at->node);
    for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
        const TableUse *table = &lineage->tables.items[i];
        if (table->meaning == MEANS_DATASOURCE && table->resource && table->resource->facts &&
            datafile_column(table->resource->facts, name))
            return table->resource;
    }
    return NULL;
}

static Str names_advice(const Comparing *both)
{
    Arena *arena = both->arena;
    if (both->missing.len == 1 && both->extra.len == 1)
        return str_fmt(arena, "If they are one and the same, write 'AS %.*s'.",
                       STR_ARG(both->missing.items[0]));
    if (both->missing.len) {
        Str name = both->missing.items[0];
        const Resource *source = source_with(both, name);
        if (source)
            return str_fmt(arena, "'%.*s' has a column '%.*s': add it to the query's list.",
                           STR_ARG(source->name), STR_ARG(name));
        return str_fmt(arena, "Add %.*s to the query's list, or take %s out of '%.*s'.",
                       STR_ARG(names_of(both, &both->missing)),
                       both->missing.len == 1 ? "it" : "them", STR_ARG(both->at->target->name));
    }
    if (both->extra.len)
        return str_fmt(arena, "Add %.*s to the SCHEMA of '%.*s', or take %s out of the query.",
                       STR_ARG(names_of(both, &both->extra)), STR_ARG(both->at->target->name),
                       both->extra.len == 1 ? "it" : "them");
    return STR("Give each column once.");
}

static Str names_meaning(const Comparing *both)
{
    Arena *arena = both->arena;
    return str_fmt(arena, "missing %.*s; extra %.*s; twice %.*s",
                   STR_ARG(str_join(arena, both->missing.items, both->missing.len, ", ")),
                   STR_ARG(str_join(arena, both->extra.items, both->extra.len, ", ")),
                   STR_ARG(str_join(arena, both->doubled.items, both->doubled.len, ", ")));
}

/* A star hands on a column that its data source got in this change. */
static const OutputColumn *column_of_changed_source(const Comparing *both)
{
    if (!both->extra.len || both->at->pipe->changed || both->at->target->changed)
        return NULL;
    const OutputColumn *column = output_column(both->output, both->extra.items[0]);
    bool shown = column && column->source && column->source->changed && column->source->facts;
    return shown && datafile_column(column->source->facts, column->column) ? column : NULL;
}

static void place_names(const Comparing *both, Finding *finding)
{
    const OutputColumn *star = column_of_changed_source(both);
    if (star) {
        const Column *column = datafile_column(star->source->facts, star->column);
        finding->place = place_on(star->source, column->range, (Str){0});
        vec_push(both->arena, &finding->related,
                 place_on(both->at->pipe, star->range, STR("the view hands it on")));
    } else if (both->extra.len) {
        set_places(both, finding, output_range(both, both->extra.items[0]),
                   both->missing.len ? both->missing.items[0] : (Str){0});
    } else if (both->missing.len) {
        set_places(both, finding, place_for_missing(both), both->missing.items[0]);
    } else {
        set_places(both, finding, output_range(both, both->doubled.items[0]),
                   both->doubled.items[0]);
    }
}

typedef enum { REFUSED, MAY_BE_REFUSED, TOLERATED } Verdict;

static Verdict names_verdict(const Comparing *both)
{
    if (both->extra.len)
        return REFUSED;
    if (both->target->dialect == DIALECT_CLASSIC)
        return TOLERATED;
    return all_have_default(both) && !both->doubled.len ? MAY_BE_REFUSED : REFUSED;
}

static const char *names_effect(const Comparing *both, Verdict verdict)
{
    if (verdict == REFUSED)
        return "the deploy is refused.";
    if (verdict == MAY_BE_REFUSED)
        return "the deploy may be refused. Where it is not, new rows get the DEFAULT.";
    return both->missing.len ? "new rows get a default there." : "only one of them is stored.";
}

static void report_names(const Comparing *both)
{
    Arena *arena = both->arena;
    Verdict verdict = names_verdict(both);
    Finding finding = writing_finding(both->at, RULE_TB401, (Range){0, 0}, names_meaning(both));
    finding.severity = verdict == REFUSED ? SEVERITY_ERROR : SEVERITY_WARNING;
    finding.refuses_deploy = verdict == REFUSED;
    finding.message =
        str_fmt(arena, "%.*s: %s", STR_ARG(names_message(both)), names_effect(both, verdict));
    place_names(both, &finding);
    add_lists(both, &finding);
    finding.advice = names_advice(both);
    findings_add(both->at->findings, finding);
}

/* ---- order ---- */

/* Rows of an insert go in by name; whether those of a deploy's rebuild do is not documented. */
static void report_order(const Comparing *both, const OutputColumn *moved)
{
    Arena *arena = both->arena;
    Finding finding = writing_finding(both->at, RULE_TB401, (Range){0, 0},
                                      str_fmt(arena, "order, from %.*s on", STR_ARG(moved->name)));
    finding.severity = SEVERITY_NOTE;
    finding.message =
        str_fmt(arena, "View '%.*s' gives its columns in another order than '%.*s' has them.",
                STR_ARG(both->at->pipe->name), STR_ARG(both->at->target->name));
    set_places(both, &finding, output_range(both, moved->name), moved->name);
    add_lists(both, &finding);
    finding.advice = STR("Inserts go by name, but ClickHouse's INSERT SELECT goes by place: list "
                         "the columns as the target does.");
    findings_add(both->at->findings, finding);
}

/* ---- types ---- */

static Str misfit_text(Arena *arena, TypeFit fit, Str given)
{
    switch (fit) {
    case PLAIN_FOR_STATE:
        return str_fmt(arena, "a plain %.*s, not a state", STR_ARG(given));
    case STATE_FOR_PLAIN:
        return str_fmt(arena, "a state, %.*s, not its value", STR_ARG(given));
    case OTHER_STATE_FUNCTION:
        return str_fmt(arena, "states of another function, %.*s", STR_ARG(given));
    case OTHER_STATE_TYPES:
        return str_fmt(arena, "states of other types, %.*s", STR_ARG(given));
    default:
        return str_fmt(arena, "%.*s, which does not convert", STR_ARG(given));
    }
}

static Str misfit_advice(const Comparing *both, TypeFit fit, const OutputColumn *given,
                         const Column *stored)
{
    Arena *arena = both->arena;
    const TypeArg *function = stored->type->arg_count ? &stored->type->args[0] : NULL;
    if (fit == PLAIN_FOR_STATE && function)
        return str_fmt(arena, "Write %.*sState(...) AS %.*s.", STR_ARG(function->name),
                       STR_ARG(stored->name.text));
    if (fit == STATE_FOR_PLAIN)
        return str_fmt(arena, "Leave out -State, or give '%.*s' the type %.*s.",
                       STR_ARG(stored->name.text), STR_ARG(given->type->text));
    if (fit == OTHER_STATE_TYPES)
        return str_fmt(arena, "Convert the argument in the query, or give '%.*s' the type %.*s.",
                       STR_ARG(stored->name.text), STR_ARG(given->type->text));
    return str_fmt(arena, "Make the query give %.*s.", STR_ARG(stored->type->text));
}

static void report_type(const Comparing *both, TypeFit fit, const OutputColumn *given,
                        const Column *stored)
{
    Arena *arena = both->arena;
    Finding finding =
        writing_finding(both->at, RULE_TB401, (Range){0, 0},
                        str_fmt(arena, "%.*s %.*s <- %.*s", STR_ARG(given->name),
                                STR_ARG(stored->type->text), STR_ARG(given->type->text)));
    finding.subject = given->name;
    Str what = misfit_text(arena, fit, given->type->text);
    finding.message =
        str_fmt(arena,
                "View '%.*s' cannot write '%.*s' of '%.*s': it gives %.*s. Inserts that pass the "
                "view will fail.",
                STR_ARG(both->at->pipe->name), STR_ARG(given->name),
                STR_ARG(both->at->target->name), STR_ARG(what));
    vec_push(arena, &finding.details, str_fmt(arena, "view    %.*s", STR_ARG(given->type->text)));
    vec_push(arena, &finding.details, str_fmt(arena, "target  %.*s", STR_ARG(stored->type->text)));
    finding.cause = str_fmt(arena, "%.*s: %d", STR_ARG(both->at->pipe->name), (int)fit);
    set_places(both, &finding, output_range(both, given->name), given->name);
    finding.advice = misfit_advice(both, fit, given, stored);
    findings_add(both->at->findings, finding);
}

static void compare_types(const Comparing *both)
{
    for (size_t i = 0; i < both->output->columns.len; i++) {
        const OutputColumn *given = &both->output->columns.items[i];
        const Column *stored = datafile_column(both->target, given->name);
        if (!stored)
            continue;
        TypeFit fit = view_type_fit(given->type, stored->type, given->expr);
        if (fit != TYPES_FIT)
            report_type(both, fit, given, stored);
    }
}

/* ---- both files can be read ---- */

/* A line of the schema that could not be read may hold any column. */
static bool schema_is_whole(const Datafile *file)
{
    if (!file->has_schema || file->columns.len == 0 || file->has_include)
        return false;
    for (size_t i = 0; i < file->problems.len; i++) {
        ProblemKind kind = file->problems.items[i].kind;
        if (kind == PROBLEM_SYNTAX || kind == PROBLEM_COLUMN || kind == PROBLEM_TOO_DEEP)
            return false;
    }
    return true;
}

static void say_unjudged(const WritingNode *at, Str gap, Range range)
{
    if (!writing_is_judged_now(at))
        return;
    Str why = gap.len ? gap : STR("its columns are not known");
    check_unjudged(at->check, at->pipe->file, range,
                   str_fmt(at->check->arena,
                           "the columns of view '%.*s' could not be compared with '%.*s': %.*s",
                           STR_ARG(at->pipe->name), STR_ARG(at->target->name), STR_ARG(why)));
}

/* A name that the query reads, and that a pipe and a data source have. */
static const Token *ambiguous_table(const WritingNode *at)
{
    NodeIndexes nodes = pipe_live_nodes(at->check->loader, at->pipe);
    for (size_t i = 0; i < nodes.len; i++) {
        const NodeLineage *lineage = node_lineage(at->check->loader, at->pipe, nodes.items[i]);
        for (size_t j = 0; lineage && j < lineage->tables.len; j++) {
            const TableUse *table = &lineage->tables.items[j];
            if (table->meaning == MEANS_DATASOURCE &&
                project_name_is_twofold(at->pipe->project, table->name.text))
                return &table->name;
        }
    }
    return NULL;
}

bool materialized_columns(const WritingNode *at)
{
    if (!at->target || !at->target->facts || !schema_is_whole(at->target->facts))
        return true;
    const NodeLineage *lineage = node_lineage(at->check->loader, at->pipe, at->node);
    if (!lineage)
        return true;
    if (!lineage->output.known) {
        say_unjudged(at, lineage->output.gap, lineage->output.gap_range);
        return true;
    }
    const Token *twofold = ambiguous_table(at);
    if (twofold) {
        say_unjudged(
            at,
            str_fmt(at->check->arena, "'%.*s' is a pipe and a data source", STR_ARG(twofold->text)),
            twofold->range);
        return true;
    }
    Comparing both = {.at = at,
                      .arena = at->check->arena,
                      .output = &lineage->output,
                      .target = at->target->facts};
    compare_names(&both);
    compare_types(&both);
    if (names_differ(&both)) {
        report_names(&both);
        return false;
    }
    const OutputColumn *moved = both.target->dialect == DIALECT_CLASSIC ? NULL : first_moved(&both);
    if (moved)
        report_order(&both, moved);
    return true;
}
