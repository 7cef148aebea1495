/* What an endpoint gives: TB607. */
#include "contract.h"

#include "model/lineage.h"

typedef struct {
    const Check *check;
    const EndpointPair *endpoint;
    const Output *live;
    const Output *candidate;
    Map *taken;       /* new columns that an old one was renamed to */
    bool one_for_one; /* one column is gone and one is new */
} OutputPair;

/* ---- what clients see of a type ---- */

typedef enum { SHAPE_OTHER, SHAPE_NUMBER, SHAPE_TEXT, SHAPE_BOOL, SHAPE_DATE, SHAPE_TIME } Shape;

/* How JSON writes a value of it. */
static Shape shape_of(const Type *type)
{
    const Type *bare = type_bare(type);
    if (type_is_integer(bare) || type_is(bare, "Float32") || type_is(bare, "Float64") ||
        type_is(bare, "Decimal"))
        return SHAPE_NUMBER;
    if (type_is_string_like(bare) || type_is(bare, "UUID") || type_is(bare, "Enum8") ||
        type_is(bare, "Enum16") || type_is(bare, "IPv4") || type_is(bare, "IPv6"))
        return SHAPE_TEXT;
    if (type_is(bare, "Date") || type_is(bare, "Date32"))
        return SHAPE_DATE;
    if (type_is(bare, "DateTime") || type_is(bare, "DateTime64"))
        return SHAPE_TIME;
    return type_is(bare, "Bool") ? SHAPE_BOOL : SHAPE_OTHER;
}

static bool same_shape(const Type *live, const Type *candidate)
{
    Shape shape = shape_of(live);
    return shape != SHAPE_OTHER && shape == shape_of(candidate) &&
           (type_is_nullable(live) || !type_is_nullable(candidate));
}

static bool only_nullable(const Type *live, const Type *candidate)
{
    return !type_is_nullable(live) && type_is_nullable(candidate) &&
           type_eq(type_bare(live), type_bare(candidate));
}

/* LowCardinality is storage: no client sees it. Clients that take null need none. */
static bool looks_equal(const Type *live, const Type *candidate)
{
    return type_eq(type_bare(live), type_bare(candidate)) &&
           (type_is_nullable(live) || !type_is_nullable(candidate));
}

/* ---- findings ---- */

static const ResourceChange *endpoint_change(const OutputPair *in)
{
    return map_get(in->check->diff->pipes, in->endpoint->candidate->name);
}

/* The pipe below the endpoint whose change took the column away, when that is not the endpoint. */
static bool place_below(const OutputPair *in, const OutputColumn *live, Place *out)
{
    const Resources *pipes = &in->endpoint->takes_live->pipes;
    for (size_t i = 1; i < pipes->len; i++) {
        const ResourceChange *change = map_get(in->check->diff->pipes, pipes->items[i]->name);
        if (!change || !change->live || !change->candidate)
            continue;
        const Output *output = pipe_output(in->check->loader, change->live);
        const OutputColumn *column = output ? output_column(output, live->name) : NULL;
        if (column) {
            *out = place_for_deleted(in->check, change, column->range);
            return true;
        }
    }
    return false;
}

/* An unchanged star no longer hands it on. */
static bool place_at_star(const OutputPair *in, const OutputColumn *live, Place *out)
{
    for (size_t i = 0; live->from_star && i < in->candidate->columns.len; i++) {
        const OutputColumn *column = &in->candidate->columns.items[i];
        if (column->from_star) {
            *out = place_candidate(in->endpoint->candidate, column->range, (Str){0});
            return true;
        }
    }
    return false;
}

static Place place_of_lost(const OutputPair *in, const OutputColumn *live)
{
    Place place;
    const ResourceChange *change = endpoint_change(in);
    if (!change && (place_below(in, live, &place) || place_at_star(in, live, &place)))
        return place;
    return place_for_missing(in->check, in->endpoint->live, live->range, in->endpoint);
}

static Finding output_finding(const OutputPair *in, const OutputColumn *live,
                              const OutputColumn *candidate)
{
    const Resource *endpoint = in->endpoint->candidate;
    const ResourceChange *change = endpoint_change(in);
    Finding finding = {
        .rule = RULE_TB607,
        .severity = rule_get(RULE_TB607)->severity,
        .project = endpoint->project->root,
        .resource = endpoint->name,
        .subject = live->name,
        .only_after_merge = change && change->only_after_merge,
    };
    if (candidate)
        finding.place = place_candidate(endpoint, candidate->range, (Str){0});
    else
        finding.place = place_of_lost(in, live);
    vec_push(in->check->arena, &finding.related,
             place_live(in->endpoint->live, live->range, (Str){0}));
    finding.live_meaning = live->type ? live->type->text : live->name;
    finding.advice = str_fmt(in->check->arena,
                             "Keep it while clients read it, or publish the new version beside "
                             "this one as '%.*s_1'.",
                             STR_ARG(endpoint->name));
    return finding;
}

static const ColumnChange *origin(const OutputPair *in, const OutputColumn *live)
{
    if (!live->source)
        return NULL;
    const ResourceChange *change = map_get(in->check->diff->datasources, live->source->name);
    const ColumnChange *column = change ? diff_column(change, live->column) : NULL;
    return column && (column->bits & (COLUMN_DROPPED | COLUMN_TYPE)) ? column : NULL;
}

/* The data source took it, and no edit of the endpoint itself. */
static bool is_taken_below(const OutputPair *in, const OutputColumn *live)
{
    const ResourceChange *change = endpoint_change(in);
    return origin(in, live) && !(change && change->query_changed);
}

/* A column of a data source reaches many endpoints; an endpoint that is written anew loses many
 * columns at once. */
static Str cause_of(const OutputPair *in, const char *what, const OutputColumn *live)
{
    if (is_taken_below(in, live))
        return str_fmt(in->check->arena, "%s %.*s.%.*s", what, STR_ARG(live->source->name),
                       STR_ARG(live->column));
    return str_fmt(in->check->arena, "%s in %.*s", what, STR_ARG(in->endpoint->candidate->name));
}

/* A star hands on what the data source has. */
static void add_origin(const OutputPair *in, const OutputColumn *live, Finding *finding)
{
    const ColumnChange *column = origin(in, live);
    if (!column)
        return;
    vec_push(in->check->arena, &finding->details,
             str_fmt(in->check->arena, "clue  '%.*s' of data source '%.*s' %s",
                     STR_ARG(column->name), STR_ARG(live->source->name),
                     column->bits & COLUMN_DROPPED ? "is dropped" : "changes its type"));
}

typedef VEC(const OutputColumn *) Lost;

/* One edit of the endpoint takes them all. */
static void report_removed(const OutputPair *in, const Lost *lost)
{
    Arena *arena = in->check->arena;
    const OutputColumn *first = lost->items[0];
    Finding finding = output_finding(in, first, NULL);
    finding.related.len = 0;
    Strs names = {0};
    for (size_t i = 0; i < lost->len; i++) {
        vec_push(arena, &names, lost->items[i]->name);
        vec_push(arena, &finding.related,
                 place_live(in->endpoint->live, lost->items[i]->range, STR("was here")));
    }
    finding.subject = str_join(arena, names.items, names.len, ", ");
    finding.live_meaning = finding.subject;
    finding.cause = cause_of(in, "removed", first);
    Str list = quoted_list(arena, names.items, names.len, 5);
    finding.message = str_fmt(arena,
                              "Column%s %.*s %s gone from the output of endpoint '%.*s': clients "
                              "that read %s will break.",
                              names.len > 1 ? "s" : "", STR_ARG(list), names.len > 1 ? "are" : "is",
                              STR_ARG(finding.resource), names.len > 1 ? "them" : "it");
    if (names.len > 1)
        finding.advice = str_fmt(arena,
                                 "Keep them while clients read them, or publish the new version "
                                 "beside this one as '%.*s_1'.",
                                 STR_ARG(finding.resource));
    add_origin(in, first, &finding);
    findings_add(in->check->findings, finding);
}

static void report_renamed(const OutputPair *in, const OutputColumn *live,
                           const OutputColumn *candidate)
{
    Finding finding = output_finding(in, live, candidate);
    finding.place.message = STR("the likely new name");
    finding.related.items[0].message = STR("the old one");
    finding.candidate_meaning = candidate->name;
    finding.cause = cause_of(in, "renamed", live);
    finding.message =
        str_fmt(in->check->arena,
                "Column '%.*s' in the output of endpoint '%.*s' looks renamed to '%.*s': clients "
                "that read '%.*s' will break.",
                STR_ARG(live->name), STR_ARG(finding.resource), STR_ARG(candidate->name),
                STR_ARG(live->name));
    finding.advice = str_fmt(in->check->arena,
                             "Give both names for a while, or publish the new version beside this "
                             "one as '%.*s_1'.",
                             STR_ARG(finding.resource));
    findings_add(in->check->findings, finding);
}

static const char *type_effect(const Type *live, const Type *candidate)
{
    if (only_nullable(live, candidate))
        return "clients that expect no null may break";
    if (same_shape(live, candidate))
        return "JSON looks alike, typed clients may differ";
    return "clients that read the old type will break";
}

static void report_type(const OutputPair *in, const OutputColumn *live,
                        const OutputColumn *candidate)
{
    Finding finding = output_finding(in, live, candidate);
    finding.related.items[0].message = STR("live type");
    finding.candidate_meaning = candidate->type->text;
    finding.cause = cause_of(in, "retyped", live);
    if (same_shape(live->type, candidate->type) || only_nullable(live->type, candidate->type))
        finding.severity = SEVERITY_NOTE; /* nulls come with the data, if at all */
    finding.message =
        str_fmt(in->check->arena,
                "Column '%.*s' in the output of endpoint '%.*s' goes from %.*s to %.*s: %s.",
                STR_ARG(live->name), STR_ARG(finding.resource), STR_ARG(live->type->text),
                STR_ARG(candidate->type->text), type_effect(live->type, candidate->type));
    add_origin(in, live, &finding);
    findings_add(in->check->findings, finding);
}

static void report_order(const OutputPair *in, const OutputColumn *live,
                         const OutputColumn *candidate)
{
    Finding finding = output_finding(in, live, candidate);
    finding.severity = SEVERITY_NOTE;
    finding.subject = STR("order");
    finding.live_meaning = live->name;
    finding.candidate_meaning = candidate->name;
    finding.advice = (Str){0};
    finding.cause = STR("order");
    finding.message = str_fmt(in->check->arena,
                              "The columns of endpoint '%.*s' come in another order: clients that "
                              "read CSV by position get other values.",
                              STR_ARG(finding.resource));
    findings_add(in->check->findings, finding);
}

/* ---- comparing ---- */

static bool same_expression(const OutputPair *in, const OutputColumn *a, const OutputColumn *b)
{
    if (a->source && b->source)
        return str_eq(a->source->name, b->source->name) && str_eq(a->column, b->column);
    if (!a->expr || !b->expr || a->expr->kind == EXPR_UNKNOWN)
        return false;
    Arena *arena = in->check->arena;
    return str_eq(expr_text(arena, a->expr), expr_text(arena, b->expr));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* stars2019 and stars2020 are two columns. */
static bool differ_in_digits(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        bool digits = is_digit(a.ptr[i]) && is_digit(b.ptr[i]);
        if (a.ptr[i] != b.ptr[i] && !digits)
            return false;
    }
    return true;
}

static bool same_place(const OutputPair *in, const OutputColumn *live, const OutputColumn *added)
{
    return in->live->columns.len == in->candidate->columns.len &&
           live - in->live->columns.items == added - in->candidate->columns.items;
}

/* How well a new column stands for one that is gone. The same place says something only where one
 * column changed. */
typedef enum { ALIKE_NOT, ALIKE_PLACE, ALIKE_WORD, ALIKE_NAME, ALIKE_EXPRESSION } Alikeness;

static Alikeness alikeness(const OutputPair *in, const OutputColumn *live,
                           const OutputColumn *added)
{
    if (same_expression(in, live, added))
        return ALIKE_EXPRESSION;
    if (differ_in_digits(live->name, added->name))
        return ALIKE_NOT;
    bool typed = live->type && added->type;
    if (typed && !looks_equal(live->type, added->type))
        return ALIKE_NOT;
    if (names_are_near(live->name, added->name))
        return ALIKE_NAME;
    if (typed && names_share_a_part(live->name, added->name))
        return ALIKE_WORD;
    return typed && in->one_for_one && same_place(in, live, added) ? ALIKE_PLACE : ALIKE_NOT;
}

static const OutputColumn *renamed_to(const OutputPair *in, const OutputColumn *live)
{
    const OutputColumn *best = NULL;
    Alikeness most = ALIKE_NOT;
    for (size_t i = 0; i < in->candidate->columns.len; i++) {
        const OutputColumn *added = &in->candidate->columns.items[i];
        if (map_has(in->taken, added->name))
            continue;
        Alikeness here = alikeness(in, live, added);
        if (here > most) {
            most = here;
            best = added;
        }
    }
    return best;
}

static Map *columns_by_name(Arena *arena, const Output *output)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < output->columns.len; i++) {
        OutputColumn *column = &output->columns.items[i];
        if (!map_has(map, column->name))
            map_put(map, column->name, column);
    }
    return map;
}

/* The first of the common columns that stands elsewhere among them. */
static void compare_order(const OutputPair *in, const Map *before, const Map *after)
{
    size_t at = 0;
    for (size_t i = 0; i < map_len(before); i++) {
        const OutputColumn *live = map_value(before, i);
        if (!map_has(after, live->name))
            continue;
        while (at < map_len(after) && !map_has(before, map_key(after, at)))
            at++;
        const OutputColumn *candidate = map_value(after, at++);
        if (!str_eq(live->name, candidate->name)) {
            report_order(in, live, candidate);
            return;
        }
    }
}

static void compare_column(OutputPair *in, const OutputColumn *live, const OutputColumn *candidate,
                           Lost *lost)
{
    if (candidate) {
        if (live->type && candidate->type && !looks_equal(live->type, candidate->type))
            report_type(in, live, candidate);
        return;
    }
    const OutputColumn *added = renamed_to(in, live);
    if (!added) {
        vec_push(in->check->arena, lost, live);
        return;
    }
    map_put(in->taken, added->name, in);
    report_renamed(in, live, added);
}

/* What a data source drops is a cause of its own, shared with other endpoints. */
static void report_lost(const OutputPair *in, const Lost *lost)
{
    Lost own = {0};
    for (size_t i = 0; i < lost->len; i++) {
        Lost alone = {0};
        bool below = is_taken_below(in, lost->items[i]);
        vec_push(in->check->arena, below ? &alone : &own, lost->items[i]);
        if (below)
            report_removed(in, &alone);
    }
    if (own.len)
        report_removed(in, &own);
}

static void compare(OutputPair *in)
{
    Map *before = columns_by_name(in->check->arena, in->live);
    Map *after = columns_by_name(in->check->arena, in->candidate);
    in->taken = map_new(in->check->arena);
    for (size_t i = 0; i < map_len(after); i++) {
        if (map_has(before, map_key(after, i)))
            map_put(in->taken, map_key(after, i), in);
    }
    size_t kept = map_len(in->taken);
    in->one_for_one = map_len(before) == kept + 1 && map_len(after) == kept + 1;
    Lost lost = {0};
    for (size_t i = 0; i < map_len(before); i++)
        compare_column(in, map_value(before, i), map_get(after, map_key(before, i)), &lost);
    report_lost(in, &lost);
    compare_order(in, before, after);
}

/* Said where the endpoint's own queries changed; elsewhere another file's change is told. */
static void say_unknown(const OutputPair *in)
{
    const ResourceChange *change = endpoint_change(in);
    const Output *output = in->candidate->known ? in->live : in->candidate;
    if (!change || !change->query_changed)
        return;
    Range range = in->candidate->known ? (Range){0, 0} : output->gap_range;
    check_unjudged(in->check, in->endpoint->candidate->file, range,
                   str_fmt(in->check->arena, "the endpoint's output columns are not compared: %.*s",
                           STR_ARG(output->gap)));
}

static void check_output(const Check *check, const EndpointPair *endpoint)
{
    OutputPair in = {.check = check, .endpoint = endpoint};
    in.live = pipe_output(check->loader, endpoint->live);
    in.candidate = pipe_output(check->loader, endpoint->candidate);
    if (!in.live || !in.candidate)
        return;
    if (in.live->known && in.candidate->known)
        compare(&in);
    else
        say_unknown(&in);
}

void check_outputs(const Check *check, const EndpointPairs *endpoints)
{
    for (size_t i = 0; i < endpoints->len; i++)
        check_output(check, &endpoints->items[i]);
}
