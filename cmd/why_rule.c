/* why_rule.c: whether a rule speaks at a file, and, where it can be told, why it is silent. */
#include "why.h"

#include <string.h>

/* ---- it was raised ---- */

/* The first finding of the rule that is about the file; NULL. */
static const Finding *find_here(const Why *why, const FindingItems *items)
{
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].rule == why->rule->id && why_touches(why, &items->items[i]))
            return &items->items[i];
    }
    return NULL;
}

/* Reported elsewhere: in this run the rule has something to say at all. */
static const Finding *find_elsewhere(const Why *why)
{
    const FindingItems *items = &why->session->findings->items;
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].rule == why->rule->id)
            return &items->items[i];
    }
    return NULL;
}

static bool is_off(const Why *why)
{
    const Config *config = &why->session->config;
    return config->has_severity[why->rule->id] && config->severity[why->rule->id] == SEVERITY_OFF;
}

static void say_told(Why *why, const Finding *told)
{
    const char *how = told->accepted ? "It is accepted here" : "It speaks here";
    why_say(why, str_fmt(why->arena, "%s: id %s, above.", how, told->id));
}

/* Only what live has already, and what is turned off, is found and not told. */
static void say_silenced(Why *why, const Finding *finding)
{
    const char *code = why->rule->code;
    if (is_off(why))
        why_say(why,
                str_fmt(why->arena, "%s would speak here, but %s turns it off. It would say: %.*s",
                        code, why->session->config_name, STR_ARG(finding->message)));
    else
        why_say(why, str_fmt(why->arena,
                             "%s is silent since live has the same already: this change did not "
                             "bring it. With --all it says: %.*s",
                             code, STR_ARG(finding->message)));
}

/* ---- it was not raised ---- */

static bool same_bytes(const SourceFile *a, const SourceFile *b)
{
    return a && b && memcmp(&a->id, &b->id, sizeof(BlobId)) == 0;
}

/* The candidate's own file is another than the one that is judged: live's version counts. */
static bool only_live_changed(const Why *why)
{
    const SourceFile *own = snapshot_find(why->session->snapshot, why->path);
    return own && same_bytes(why->files->live, why->files->candidate) &&
           !same_bytes(own, why->files->candidate);
}

static bool says_unchecked(const Why *why)
{
    const UncheckedList *list = &why->session->unchecked;
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i].path, why->path))
            return true;
    }
    return false;
}

static void say_unchanged(Why *why)
{
    if (!why->session->has_live)
        why_say(why, STR("Live is not known, so that nothing can have changed against it."));
    else if (why->project->diff->changes.len == 0)
        why_say(why, STR("Nothing of this project differs from live in meaning. Most rules are "
                         "about changes."));
    else if (only_live_changed(why))
        why_say(why, STR("Only live changed this file since the two parted: after the merge live's "
                         "version counts, so that there is no change to judge."));
    else if (!why->change && !why->step && why->resource && why_upstream(why).len)
        why_say(why, STR("The file itself does not change; something that it reads does (above)."));
    else if (!why->change && !why->step)
        why_say(why, STR("This change does not touch the file in meaning, nor anything that leads "
                         "to it. Most rules are about changes."));
}

static void say_page(Why *why)
{
    Str rest = rule_page_section(why->rule, "When it is silent");
    Str line;
    if (str_trim(rest).len == 0)
        return;
    why_say(why,
            STR("Beyond that the reason is not known. The rule's page says of itself that it is "
                "silent in these cases:"));
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        if (str_trim(line).len)
            why_say(why, line);
    }
}

static void say_not_raised(Why *why)
{
    const Finding *other = find_elsewhere(why);
    why_say(why, str_fmt(why->arena, "%s found nothing here.", why->rule->code));
    if (is_off(why))
        why_say(why, str_fmt(why->arena, "%s turns it off, besides.", why->session->config_name));
    if (other)
        why_say(why, str_fmt(why->arena, "It does speak in this run: of '%.*s', id %s.",
                             STR_ARG(other->resource), other->id));
    say_unchanged(why);
    if (says_unchecked(why))
        why_say(why, STR("Something in this file could not be judged (above). Where the rule "
                         "depends on it, it is silent."));
    say_page(why);
}

void why_rule(Why *why)
{
    const Rule *rule = why->rule;
    if (!rule)
        return;
    Str heading = str_fmt(why->arena, "%s %s", rule->code, rule->name);
    why_heading(why, str_cstr(why->arena, heading));
    const Findings *findings = why->session->findings;
    FindingItems all = findings_with_accepted(findings);
    const Finding *told = find_here(why, &all);
    const Finding *silenced = find_here(why, &findings->silent);
    if (!rule->page)
        why_say(why, STR("This rule is reserved: this version does not report it."));
    else if (told)
        say_told(why, told);
    else if (silenced)
        say_silenced(why, silenced);
    else
        say_not_raised(why);
}
