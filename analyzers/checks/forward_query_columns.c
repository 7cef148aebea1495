/* forward_query_columns.c: what the list gives against the two schemas: TB201 to TB204. */
#include "forward_query.h"

enum { NAMES_SHOWN = 4 };

static Range list_range(const Judged *judged)
{
    return judged->list->instruction->word.range;
}

static const Columns *new_columns(const Judged *judged)
{
    return &judged->change->candidate->facts->columns;
}

static Str name_list(const Judged *judged, const Strs *names)
{
    return quoted_list(judged->check->arena, names->items, names->len, NAMES_SHOWN);
}

/* ---- TB201 ---- */

typedef struct {
    Strs missing, extra, doubled;
} Mismatch;

static Mismatch find_mismatch(const Judged *judged)
{
    Arena *arena = judged->check->arena;
    Mismatch found = {0};
    Map *given = map_new(arena);
    const ForwardOutputs *outputs = &judged->list->outputs;
    for (size_t i = 0; i < outputs->len; i++) {
        Str name = outputs->items[i].name;
        if (map_has(given, name))
            vec_push(arena, &found.doubled, name);
        else if (judged_column(judged, name) == NULL)
            vec_push(arena, &found.extra, name);
        map_put(given, name, &outputs->items[i]);
    }
    const Columns *columns = new_columns(judged);
    for (size_t i = 0; i < columns->len; i++)
        if (!map_has(given, columns->items[i].name.text))
            vec_push(arena, &found.missing, columns->items[i].name.text);
    return found;
}

static void add_part(Arena *arena, Strs *parts, const char *verb, Str names, const char *rest)
{
    vec_push(arena, parts, str_fmt(arena, "%s %.*s%s", verb, STR_ARG(names), rest));
}

static Range first_extra_range(const Judged *judged, const Mismatch *mismatch)
{
    const Strs *names = mismatch->extra.len > 0 ? &mismatch->extra : &mismatch->doubled;
    if (names->len == 0)
        return list_range(judged);
    const ForwardOutput *out = forward_output(judged->list, names->items[0]);
    return out != NULL ? out->range : list_range(judged);
}

/* The expression that gave an extra column, if it only lacks the alias of a missing one. */
static const ForwardOutput *nameless_output(const Judged *judged, const Mismatch *mismatch)
{
    for (size_t i = 0; i < mismatch->extra.len; i++) {
        const ForwardOutput *out = forward_output(judged->list, mismatch->extra.items[i]);
        if (out != NULL && !out->has_alias && mismatch->missing.len > 0)
            return out;
    }
    return NULL;
}

static Str mismatch_meaning(Arena *arena, const Mismatch *mismatch)
{
    const Strs *lists[] = {&mismatch->missing, &mismatch->extra, &mismatch->doubled};
    Strs parts = {0};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        vec_push(arena, &parts, str_join(arena, lists[i]->items, lists[i]->len, ","));
    return str_join(arena, parts.items, parts.len, ";");
}

static void add_mismatch(Judged *judged, const Mismatch *mismatch)
{
    Arena *arena = judged->check->arena;
    Strs parts = {0};
    if (mismatch->missing.len > 0)
        add_part(arena, &parts, "lacks", name_list(judged, &mismatch->missing), "");
    if (mismatch->extra.len > 0)
        add_part(arena, &parts, "gives", name_list(judged, &mismatch->extra),
                 " that the schema does not have");
    if (mismatch->doubled.len > 0)
        add_part(arena, &parts, "gives", name_list(judged, &mismatch->doubled), " twice");
    Str message = str_fmt(
        arena, "The deploy will be refused: the %sFORWARD_QUERY of %.*s %.*s.%s",
        judged->stale ? "old " : "", STR_ARG(quoted(arena, judged->change->name)),
        STR_ARG(str_join(arena, parts.items, parts.len, " and ")),
        judged->stale ? " It is left from an earlier change and was not brought up to date." : "");
    Finding *finding = judged_add(judged, RULE_TB201, SEVERITY_ERROR, STR(""),
                                  first_extra_range(judged, mismatch), message);
    finding->candidate_meaning = mismatch_meaning(arena, mismatch);
    finding->refuses_deploy = true;
    const ForwardOutput *nameless = nameless_output(judged, mismatch);
    if (nameless != NULL)
        finding->advice = str_fmt(arena, "Name the expression: %.*s AS %.*s.",
                                  STR_ARG(nameless->name), STR_ARG(mismatch->missing.items[0]));
    finding->fix = judged_fix(judged);
}

/* Position of the first output that is not the schema's column there, or -1. */
static ptrdiff_t first_out_of_order(const Judged *judged)
{
    const Columns *columns = new_columns(judged);
    for (size_t i = 0; i < columns->len && i < judged->list->outputs.len; i++)
        if (!str_eq(columns->items[i].name.text, judged->list->outputs.items[i].name))
            return (ptrdiff_t)i;
    return -1;
}

static void add_wrong_order(Judged *judged, size_t index)
{
    Arena *arena = judged->check->arena;
    const ForwardOutput *out = &judged->list->outputs.items[index];
    Str expected = new_columns(judged)->items[index].name.text;
    Str message = str_fmt(arena,
                          "The FORWARD_QUERY of %.*s gives %.*s where the schema has %.*s: "
                          "values may end up in the wrong columns.",
                          STR_ARG(quoted(arena, judged->change->name)),
                          STR_ARG(quoted(arena, out->name)), STR_ARG(quoted(arena, expected)));
    Finding *finding =
        judged_add(judged, RULE_TB201, SEVERITY_WARNING, STR(""), out->range, message);
    finding->candidate_meaning = str_fmt(arena, "%.*s,%.*s", STR_ARG(out->name), STR_ARG(expected));
    finding->advice = STR("List the columns in the order of the SCHEMA.");
    finding->fix = judged_fix(judged);
}

void judge_columns(Judged *judged)
{
    if (!forward_list_is_complete(judged->list))
        return;
    Mismatch mismatch = find_mismatch(judged);
    if (mismatch.missing.len + mismatch.extra.len + mismatch.doubled.len > 0) {
        add_mismatch(judged, &mismatch);
        return;
    }
    ptrdiff_t index = first_out_of_order(judged);
    if (index >= 0)
        add_wrong_order(judged, (size_t)index);
}

/* ---- TB202 ---- */

static Str nearest_live_column(const Judged *judged, Str name)
{
    const Columns *columns = &judged->change->live->facts->columns;
    Str best = {0};
    size_t limit = name.len > 4 ? 3 : 2;
    for (size_t i = 0; i < columns->len; i++) {
        size_t distance = str_distance(name, columns->items[i].name.text, limit);
        if (distance < limit) {
            limit = distance;
            best = columns->items[i].name.text;
        }
    }
    return best;
}

static Str unknown_advice(const Judged *judged, Str name)
{
    Arena *arena = judged->check->arena;
    const Column *column = judged_column(judged, name);
    if (column != NULL && column->type != NULL && judged_live_column(judged, name) == NULL)
        return str_fmt(arena,
                       "This change adds the column: give the old rows a value, for example "
                       "defaultValueOfTypeName('%.*s') AS %.*s.",
                       STR_ARG(column->type->text), STR_ARG(name));
    Str near = nearest_live_column(judged, name);
    if (near.len > 0)
        return str_fmt(arena, "The live data source has %.*s.", STR_ARG(quoted(arena, near)));
    return STR("Read only columns that are live now.");
}

static void add_unknown(Judged *judged, const ForwardOutput *out, Str name)
{
    Arena *arena = judged->check->arena;
    Str message = str_fmt(
        arena,
        "The deploy will be refused: the FORWARD_QUERY reads %.*s, which the live %.*s does "
        "not have.",
        STR_ARG(quoted(arena, name)), STR_ARG(quoted(arena, judged->change->name)));
    Finding *finding = judged_add(judged, RULE_TB202, SEVERITY_ERROR, name, out->range, message);
    finding->candidate_meaning = name;
    finding->refuses_deploy = true;
    finding->advice = unknown_advice(judged, name);
    finding->fix = judged_fix(judged);
}

static void add_unknowns(Judged *judged, const ForwardOutputs *outputs, Map *seen)
{
    for (size_t i = 0; i < outputs->len; i++) {
        const ForwardOutput *out = &outputs->items[i];
        for (size_t j = 0; j < out->unknown.len; j++) {
            if (map_has(seen, out->unknown.items[j]))
                continue;
            map_put(seen, out->unknown.items[j], judged);
            add_unknown(judged, out, out->unknown.items[j]);
        }
    }
}

void judge_unknown_columns(Judged *judged)
{
    Map *seen = map_new(judged->check->arena);
    add_unknowns(judged, &judged->list->outputs, seen);
    add_unknowns(judged, &judged->list->refused, seen);
}

/* ---- TB203 ---- */

static bool only_simple_aggregate_differs(const Type *a, const Type *b)
{
    bool simple = type_is(a, "SimpleAggregateFunction") || type_is(b, "SimpleAggregateFunction");
    return simple && type_eq(type_bare(a), type_bare(b));
}

bool output_lacks_cast(const ForwardOutput *out, const Column *column)
{
    return out->type != NULL && column->type != NULL && !type_eq(out->type, column->type) &&
           (out->kind == OUTPUT_PASS || out->kind == OUTPUT_CONVERT);
}

/* The platform asks for equal types; where the engine's own conversion is harmless, or the author
 * did write one, a refusal is likely but not confirmed. */
static Severity missing_cast_severity(const Judged *judged, const ForwardOutput *out,
                                      const Column *column)
{
    Arena *arena = judged->check->arena;
    bool to_nullable = type_is_nullable(column->type) && !type_is_nullable(out->type) &&
                       type_eq(type_without_nullable(arena, column->type), out->type);
    bool sure = out->kind == OUTPUT_PASS && !to_nullable &&
                !only_simple_aggregate_differs(out->type, column->type);
    return sure ? SEVERITY_ERROR : SEVERITY_WARNING;
}

static Str missing_cast_message(const Judged *judged, const ForwardOutput *out,
                                const Column *column, Severity severity)
{
    Arena *arena = judged->check->arena;
    Str name = quoted(arena, column->name.text);
    const char *outcome =
        severity == SEVERITY_ERROR ? "the deploy will be refused" : "the deploy may be refused";
    if (out->kind == OUTPUT_CONVERT)
        return str_fmt(arena,
                       "The FORWARD_QUERY converts %.*s to '%.*s', but the new schema has "
                       "'%.*s': %s.",
                       STR_ARG(name), STR_ARG(out->type->text), STR_ARG(column->type->text),
                       outcome);
    return str_fmt(arena,
                   "Column %.*s changes from '%.*s' to '%.*s' but the FORWARD_QUERY passes it "
                   "through unchanged: %s.",
                   STR_ARG(name), STR_ARG(out->type->text), STR_ARG(column->type->text), outcome);
}

static void add_missing_cast(Judged *judged, const ForwardOutput *out, const Column *column)
{
    Arena *arena = judged->check->arena;
    Severity severity = missing_cast_severity(judged, out, column);
    Finding *finding = judged_add(judged, RULE_TB203, severity, column->name.text, out->range,
                                  missing_cast_message(judged, out, column, severity));
    finding->refuses_deploy = severity == SEVERITY_ERROR;
    finding->live_meaning = out->type->text;
    finding->candidate_meaning = column->type->text;
    if (out->source != NULL)
        judged_relate_live(judged, finding, out->source->type_text.range, "live type");
    Place place =
        place_candidate(judged->change->candidate, column->type_text.range, STR("new type"));
    if (!judged->stale)
        vec_push(arena, &finding->related, place);
    finding->fix = judged_fix(judged);
    if (finding->fix == NULL)
        finding->advice = str_fmt(arena, "Write the conversion of %.*s by hand.",
                                  STR_ARG(quoted(arena, column->name.text)));
}

void judge_missing_casts(Judged *judged)
{
    for (size_t i = 0; i < judged->list->outputs.len; i++) {
        const ForwardOutput *out = &judged->list->outputs.items[i];
        const Column *column = judged_column(judged, out->name);
        if (column != NULL && output_lacks_cast(out, column))
            add_missing_cast(judged, out, column);
    }
}

/* ---- TB204 ---- */

typedef enum { KEEPS, COMPUTES, ERASES } Overwrite;

static bool reads_column(const ForwardOutput *out, Str name)
{
    for (size_t i = 0; i < out->reads.len; i++)
        if (str_eq(out->reads.items[i], name))
            return true;
    return false;
}

static Overwrite overwrite_of(const Judged *judged, const ForwardOutput *out)
{
    const Column *column = judged_column(judged, out->name);
    const Column *live = judged_live_column(judged, out->name);
    if (column == NULL || live == NULL || !type_eq(column->type, live->type) ||
        out->kind == OUTPUT_UNKNOWN || reads_column(out, out->name))
        return KEEPS;
    return out->kind == OUTPUT_EXPRESSION ? COMPUTES : ERASES;
}

static Strs overwritten(const Judged *judged, Overwrite kind, Range *first_out)
{
    Strs names = {0};
    for (size_t i = 0; i < judged->list->outputs.len; i++) {
        const ForwardOutput *out = &judged->list->outputs.items[i];
        if (overwrite_of(judged, out) != kind)
            continue;
        if (names.len == 0)
            *first_out = out->range;
        vec_push(judged->check->arena, &names, out->name);
    }
    return names;
}

static Str overwrite_message(const Judged *judged, const Strs *names, bool erases)
{
    Arena *arena = judged->check->arena;
    const char *old = judged->stale ? "old " : "";
    Str list = name_list(judged, names);
    Str name = quoted(arena, judged->change->name);
    if (!erases)
        return str_fmt(arena,
                       "The %sFORWARD_QUERY replaces every stored value of %.*s in %.*s by one "
                       "computed from other columns.",
                       old, STR_ARG(list), STR_ARG(name));
    return str_fmt(arena,
                   "The %sFORWARD_QUERY will erase every stored value of %.*s in %.*s: it does "
                   "not read the live column%s.%s",
                   old, STR_ARG(list), STR_ARG(name), names->len > 1 ? "s" : "",
                   change_could_be_alter(judged->change) && !judged->is_target
                       ? " The change itself needs no FORWARD_QUERY."
                       : "");
}

static void add_overwrite(Judged *judged, const Strs *names, Range range, bool erases)
{
    Arena *arena = judged->check->arena;
    Str subject = names->len == 1 ? names->items[0] : STR("");
    Finding *finding = judged_add(judged, RULE_TB204, erases ? SEVERITY_ERROR : SEVERITY_WARNING,
                                  subject, range, overwrite_message(judged, names, erases));
    finding->candidate_meaning = str_join(arena, names->items, names->len, ",");
    for (size_t i = 0; i < names->len && i < NAMES_SHOWN; i++) {
        const Column *live = judged_live_column(judged, names->items[i]);
        judged_relate_live(judged, finding, live->range, "live already");
    }
    finding->advice = STR("Pass the live columns through by their names.");
    if (erases)
        finding->fix = judged_fix(judged);
}

void judge_overwrites(Judged *judged)
{
    Range range = {0};
    Strs erased = overwritten(judged, ERASES, &range);
    if (erased.len > 0)
        add_overwrite(judged, &erased, range, true);
    Strs computed = overwritten(judged, COMPUTES, &range);
    if (computed.len > 0)
        add_overwrite(judged, &computed, range, false);
}
