/* What callers of an endpoint send: TB606. */
#include "contract.h"

typedef struct {
    const Check *check;
    const EndpointPair *endpoint;
    Map *taken; /* new parameters that a removed one was renamed to */
} Contract;

/* ---- types ---- */

typedef struct {
    int bits;
    bool is_signed;
    bool is_float;
} Number;

static bool number_type(Str type, Number *out)
{
    static const struct {
        const char *name;
        Number number;
    } TYPES[] = {
        {"Int8", {8, true, false}},       {"Int16", {16, true, false}},
        {"Int32", {32, true, false}},     {"Int64", {64, true, false}},
        {"Int128", {128, true, false}},   {"Int256", {256, true, false}},
        {"UInt8", {8, false, false}},     {"UInt16", {16, false, false}},
        {"UInt32", {32, false, false}},   {"UInt64", {64, false, false}},
        {"UInt128", {128, false, false}}, {"UInt256", {256, false, false}},
        {"Float32", {32, true, true}},    {"Float64", {64, true, true}},
    };
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        if (str_is(type, TYPES[i].name)) {
            *out = TYPES[i].number;
            return true;
        }
    }
    return false;
}

static bool number_holds(const Number *wide, const Number *narrow)
{
    if (wide->is_float)
        return true;
    if (narrow->is_float || (narrow->is_signed && !wide->is_signed))
        return false;
    int room = wide->bits - (wide->is_signed && !narrow->is_signed ? 1 : 0);
    return room >= narrow->bits;
}

static Str element_type(Str type)
{
    return str_starts(type, "Array(") ? str_slice(type, 6, type.len - 1) : (Str){0};
}

/* Every value that `before` takes, `after` takes as well. A DateTime64 needs its fraction of a
 * second, a DateTime may have one; a list of one is written like its element. */
static bool takes_all(Str after, Str before)
{
    Number wide, narrow;
    if (str_eq(after, before))
        return true;
    if (element_type(after).len)
        return takes_all(element_type(after),
                         element_type(before).len ? element_type(before) : before);
    if (element_type(before).len)
        return false;
    if (number_type(after, &wide) && number_type(before, &narrow))
        return number_holds(&wide, &narrow);
    if (str_is(after, "DateTime") && str_is(before, "DateTime64"))
        return true;
    if (str_is(after, "Boolean"))
        return number_type(before, &narrow);
    return str_is(after, "String");
}

/* The type that refuses what live takes; empty when there is none. */
static Str refusing_type(const Parameter *live, const Parameter *candidate)
{
    for (size_t i = 0; i < candidate->types.len; i++) {
        bool fits = false;
        for (size_t j = 0; j < live->types.len && !fits; j++)
            fits = takes_all(candidate->types.items[i], live->types.items[j]);
        if (!fits && live->types.len)
            return candidate->types.items[i];
    }
    return (Str){0};
}

/* ---- defaults ---- */

static Str bare_default(Str text, Str type)
{
    bool quoted = text.len >= 2 && text.ptr[0] == '\'';
    return quoted && !str_is(type, "String") ? str_slice(text, 1, text.len - 1) : text;
}

static bool has_text(const Strs *list, Str text, Str type)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(bare_default(list->items[i], type), bare_default(text, type)))
            return true;
    }
    return false;
}

static bool share_a_default(const Parameter *live, const Parameter *candidate)
{
    for (size_t i = 0; i < live->defaults.len; i++) {
        if (has_text(&candidate->defaults, live->defaults.items[i], candidate->type))
            return true;
    }
    return false;
}

static bool defaults_are_known(const Parameter *parameter)
{
    for (size_t i = 0; i < parameter->defaults.len; i++) {
        if (parameter->defaults.items[i].len == 0)
            return false; /* computed */
    }
    return true;
}

static Str defaults_text(Arena *arena, const Parameter *parameter)
{
    if (parameter->defaults.len == 0)
        return STR("none");
    return text_list(arena, parameter->defaults.items, parameter->defaults.len, 3);
}

/* ---- findings ---- */

static Str meaning_of(Arena *arena, const Parameter *parameter)
{
    Str types = str_join(arena, parameter->types.items, parameter->types.len, "|");
    Str defaults = str_join(arena, parameter->defaults.items, parameter->defaults.len, "|");
    return str_fmt(arena, "%.*s %.*s%s%s", STR_ARG(types), STR_ARG(defaults),
                   parameter->needed ? " needed" : "", parameter->is_required ? " required" : "");
}

static Finding parameter_finding(const Contract *in, Str name, const PipeParameter *live,
                                 const PipeParameter *candidate)
{
    const Check *check = in->check;
    const Resource *endpoint = in->endpoint->candidate;
    Finding finding = {
        .rule = RULE_TB606,
        .severity = rule_get(RULE_TB606)->severity,
        .project = endpoint->project->root,
        .resource = endpoint->name,
        .subject = name,
    };
    const ResourceChange *change = map_get(check->diff->pipes, endpoint->name);
    finding.only_after_merge = change && change->only_after_merge;
    if (candidate) {
        finding.place = place_candidate(candidate->pipe, candidate->parameter.range, (Str){0});
        finding.candidate_meaning = meaning_of(check->arena, &candidate->parameter);
    } else {
        finding.place = place_for_missing(check, live->pipe, live->parameter.range, in->endpoint);
    }
    if (live) {
        vec_push(
            check->arena, &finding.related,
            place_live(live->pipe, live->parameter.range, candidate ? (Str){0} : STR("removed")));
        finding.live_meaning = meaning_of(check->arena, &live->parameter);
    }
    finding.advice = str_fmt(check->arena,
                             "Keep it while callers send it, or publish the new version beside "
                             "this one as '%.*s_1'.",
                             STR_ARG(endpoint->name));
    return finding;
}

/* One edit may take a parameter from many endpoints, or many from one: see share_causes(). */
static Str cause_of(const Contract *in, const char *what, Str name)
{
    return str_fmt(in->check->arena, "%s %.*s", what, STR_ARG(name));
}

static void report_removed(const Contract *in, const PipeParameter *live)
{
    Str name = live->parameter.name;
    Finding finding = parameter_finding(in, name, live, NULL);
    finding.cause = cause_of(in, "removed", name);
    finding.message =
        str_fmt(in->check->arena,
                "Parameter '%.*s' is gone from endpoint '%.*s': calls that send it will be "
                "answered as if they did not. Nothing fails: it is ignored.",
                STR_ARG(name), STR_ARG(finding.resource));
    findings_add(in->check->findings, finding);
}

static void report_renamed(const Contract *in, const PipeParameter *live,
                           const PipeParameter *added)
{
    Arena *arena = in->check->arena;
    Str name = live->parameter.name;
    Finding finding = parameter_finding(in, name, live, added);
    finding.place.message = STR("the likely new name");
    finding.related.items[0].message = STR("the old one");
    finding.cause = cause_of(in, "renamed", name);
    finding.message = str_fmt(
        arena,
        "Parameter '%.*s' of endpoint '%.*s' looks renamed to '%.*s': calls that send '%.*s' %s",
        STR_ARG(name), STR_ARG(finding.resource), STR_ARG(added->parameter.name), STR_ARG(name),
        added->parameter.needed
            ? "will fail."
            : "will be answered as if they did not. Nothing fails: the old name is ignored.");
    finding.advice =
        str_fmt(arena,
                "Read both names for a while: {%% if defined(%.*s) %%}; or publish the "
                "new version beside this one as '%.*s_1'.",
                STR_ARG(name), STR_ARG(finding.resource));
    findings_add(in->check->findings, finding);
}

static void report_needed(const Contract *in, const PipeParameter *live,
                          const PipeParameter *candidate)
{
    Arena *arena = in->check->arena;
    Str name = candidate->parameter.name;
    Finding finding = parameter_finding(in, name, live, candidate);
    finding.cause = cause_of(in, "needed", name);
    Str endpoint = finding.resource;
    if (!live)
        finding.message = str_fmt(
            arena, "Endpoint '%.*s' now needs the parameter '%.*s': calls without it will fail.",
            STR_ARG(endpoint), STR_ARG(name));
    else if (live->parameter.defaults.len && !candidate->parameter.has_default)
        finding.message = str_fmt(arena,
                                  "Parameter '%.*s' of endpoint '%.*s' loses its default %.*s: "
                                  "calls without it will fail.",
                                  STR_ARG(name), STR_ARG(endpoint),
                                  STR_ARG(defaults_text(arena, &live->parameter)));
    else
        finding.message = str_fmt(arena,
                                  "Parameter '%.*s' of endpoint '%.*s' is now required: calls "
                                  "without it will fail.",
                                  STR_ARG(name), STR_ARG(endpoint));
    finding.advice = str_fmt(arena,
                             "Give it a default, read it only inside {%% if defined(%.*s) %%}, or "
                             "publish '%.*s_1' beside this one.",
                             STR_ARG(name), STR_ARG(endpoint));
    findings_add(in->check->findings, finding);
}

static Str retyped_effect(Arena *arena, Str type)
{
    if (str_is(type, "Boolean"))
        return STR("any value but 0 and false counts as true");
    return str_fmt(arena, "calls whose value is no %.*s will fail", STR_ARG(type));
}

static void report_type(const Contract *in, const PipeParameter *live,
                        const PipeParameter *candidate, Str type)
{
    Str name = live->parameter.name;
    Finding finding = parameter_finding(in, name, live, candidate);
    finding.related.items[0].message = STR("live type");
    finding.cause = cause_of(in, "retyped", name);
    finding.message = str_fmt(
        in->check->arena, "Parameter '%.*s' of endpoint '%.*s' goes from %.*s to %.*s: %.*s.",
        STR_ARG(name), STR_ARG(finding.resource), STR_ARG(live->parameter.type), STR_ARG(type),
        STR_ARG(retyped_effect(in->check->arena, type)));
    findings_add(in->check->findings, finding);
}

static void report_default(const Contract *in, const PipeParameter *live,
                           const PipeParameter *candidate)
{
    Arena *arena = in->check->arena;
    Str name = live->parameter.name;
    Finding finding = parameter_finding(in, name, live, candidate);
    finding.severity = SEVERITY_NOTE;
    finding.cause = cause_of(in, "default", name);
    finding.message = str_fmt(
        arena,
        "The default of parameter '%.*s' of endpoint '%.*s' goes from %.*s to %.*s: calls "
        "without it will get other results.",
        STR_ARG(name), STR_ARG(finding.resource), STR_ARG(defaults_text(arena, &live->parameter)),
        STR_ARG(defaults_text(arena, &candidate->parameter)));
    finding.advice = (Str){0};
    findings_add(in->check->findings, finding);
}

/* The platform's own renderer takes the default all the same; clients made from the endpoint's
 * description may not. */
static void report_marked(const Contract *in, const PipeParameter *live,
                          const PipeParameter *candidate)
{
    Str name = live->parameter.name;
    Finding finding = parameter_finding(in, name, live, candidate);
    finding.severity = SEVERITY_NOTE;
    finding.cause = cause_of(in, "marked", name);
    finding.message =
        str_fmt(in->check->arena,
                "Parameter '%.*s' of endpoint '%.*s' is now marked as required. Calls without it "
                "are still answered; clients generated from its description will ask for it.",
                STR_ARG(name), STR_ARG(finding.resource));
    finding.advice = (Str){0};
    findings_add(in->check->findings, finding);
}

/* ---- renames ---- */

/* A near name, or the same type and half the name, or the same type and default. */
static bool is_alike(const Parameter *live, const Parameter *added)
{
    if (names_are_near(live->name, added->name))
        return true;
    if (live->type.len == 0 || !str_eq(live->type, added->type))
        return false;
    if (names_share_a_part(live->name, added->name))
        return true;
    return live->default_text.len > 2 && str_eq(live->default_text, added->default_text);
}

static const PipeParameter *renamed_to(const Contract *in, const Parameter *live)
{
    const PipeParameters *all = in->endpoint->takes;
    const PipeParameter *alike = NULL;
    for (size_t i = 0; i < all->items.len; i++) {
        const Parameter *added = &all->items.items[i].parameter;
        if (pipe_parameter(in->endpoint->takes_live, added->name) ||
            map_has(in->taken, added->name))
            continue;
        if (names_have_same_letters(live->name, added->name))
            return &all->items.items[i];
        if (!alike && is_alike(live, added))
            alike = &all->items.items[i];
    }
    return alike;
}

/* ---- one endpoint ---- */

static void compare_removed(Contract *in, const PipeParameter *live)
{
    if (!in->endpoint->takes->complete || live->parameter.only_defined)
        return;
    const PipeParameter *added = renamed_to(in, &live->parameter);
    if (!added) {
        report_removed(in, live);
        return;
    }
    map_put(in->taken, added->parameter.name, in);
    report_renamed(in, live, added);
}

static void compare_both(const Contract *in, const PipeParameter *live,
                         const PipeParameter *candidate)
{
    const Parameter *before = &live->parameter;
    const Parameter *after = &candidate->parameter;
    bool whole = in->endpoint->takes_live->complete && in->endpoint->takes->complete;
    Str refusing = refusing_type(before, after);
    if (after->needed && !before->needed && in->endpoint->takes_live->complete)
        report_needed(in, live, candidate);
    else if (refusing.len)
        report_type(in, live, candidate, refusing);
    else if (!whole || before->needed)
        return;
    else if (before->defaults.len && !share_a_default(before, after) &&
             defaults_are_known(before) && defaults_are_known(after))
        report_default(in, live, candidate);
    else if (after->is_required && !before->is_required)
        report_marked(in, live, candidate);
}

static void compare_added(const Contract *in, const PipeParameter *added)
{
    if (added->parameter.needed && in->endpoint->takes_live->complete &&
        !map_has(in->taken, added->parameter.name))
        report_needed(in, NULL, added);
}

/* Said where the change may have touched it. */
static void say_unread(const Contract *in)
{
    const PipeParameters *takes = in->endpoint->takes;
    if (takes->complete || !takes->unread_in || !takes->unread_in->changed)
        return;
    check_unjudged(in->check, takes->unread_in->file, takes->unread,
                   STR("the parameters of the endpoint: a template tag could not be read"));
}

static void compare(Contract *in)
{
    const PipeParameters *before = in->endpoint->takes_live;
    const PipeParameters *after = in->endpoint->takes;
    say_unread(in);
    for (size_t i = 0; i < before->items.len; i++) {
        const PipeParameter *live = &before->items.items[i];
        const PipeParameter *candidate = pipe_parameter(after, live->parameter.name);
        if (candidate)
            compare_both(in, live, candidate);
        else
            compare_removed(in, live);
    }
    for (size_t i = 0; i < after->items.len; i++) {
        if (!pipe_parameter(before, after->items.items[i].parameter.name))
            compare_added(in, &after->items.items[i]);
    }
}

/* ---- many of one cause ---- */

enum { MANY = 4 };

/* What fewer endpoints than a group share is told by endpoint. */
static void share_causes(const Check *check, size_t from)
{
    Map *counts = map_new(check->arena);
    FindingItems *items = &check->findings->items;
    for (size_t i = from; i < items->len; i++) {
        uintptr_t count = (uintptr_t)map_get(counts, items->items[i].cause);
        map_put(counts, items->items[i].cause, (void *)(count + 1));
    }
    for (size_t i = from; i < items->len; i++) {
        Finding *finding = &items->items[i];
        ptrdiff_t blank = str_find_char(finding->cause, ' ');
        if ((uintptr_t)map_get(counts, finding->cause) >= MANY || blank < 0)
            continue;
        finding->cause = str_fmt(check->arena, "%.*s in %.*s", (int)blank, finding->cause.ptr,
                                 STR_ARG(finding->resource));
    }
}

void check_parameters(const Check *check, const EndpointPairs *endpoints)
{
    size_t from = check->findings->items.len;
    for (size_t i = 0; i < endpoints->len; i++) {
        Contract in = {check, &endpoints->items[i], map_new(check->arena)};
        compare(&in);
    }
    share_causes(check, from);
}
