/* why_rule.c: whether a rule speaks at a file, and, where it can be told, why it is silent. */
#include "why.h"

#include <string.h>

enum { OTHERS_MOST = 5 };

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

static void give(Why *why, Verdict *verdict, Str reason)
{
    vec_push(why->arena, &verdict->reasons, reason);
}

static void tell_told(Why *why, Verdict *verdict, const Finding *told)
{
    verdict->verdict = told->accepted ? "accepted" : "speaks";
    verdict->finding = told;
    const char *how = told->accepted ? "It is accepted here" : "It speaks here";
    give(why, verdict, str_fmt(why->arena, "%s: id %s, above.", how, told->id));
}

/* Only what live has already, and what is turned off, is found and not told. */
static void tell_silenced(Why *why, Verdict *verdict, const Finding *finding)
{
    const char *code = why->rule->code;
    verdict->verdict = is_off(why) ? "off" : "in-live";
    verdict->finding = finding;
    if (is_off(why))
        give(why, verdict,
             str_fmt(why->arena, "%s would speak here, but %s turns it off. It would say: %.*s",
                     code, why->session->config_name, STR_ARG(finding->message)));
    else
        give(why, verdict,
             str_fmt(why->arena,
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

static void tell_unchanged(Why *why, Verdict *verdict)
{
    if (!why->session->has_live)
        give(why, verdict, STR("Live is not known, so that nothing can have changed against it."));
    else if (why->project->diff->changes.len == 0)
        give(why, verdict,
             STR("Nothing of this project differs from live in meaning. Most rules are "
                 "about changes."));
    else if (only_live_changed(why))
        give(why, verdict,
             STR("Only live changed this file since the two parted: after the merge live's "
                 "version counts, so that there is no change to judge."));
    else if (!why->change && !why->step && why->resource && why_upstream(why).len)
        give(why, verdict,
             STR("The file itself does not change; something that it reads does (above)."));
    else if (!why->change && !why->step)
        give(why, verdict,
             STR("This change does not touch the file in meaning, nor anything that leads "
                 "to it. Most rules are about changes."));
}

static void tell_page(Why *why, Verdict *verdict)
{
    Str rest = rule_page_section(why->rule, "When it is silent");
    Str line;
    if (str_trim(rest).len == 0)
        return;
    give(why, verdict,
         STR("Beyond that the reason is not known. The rule's page says of itself that it is "
             "silent in these cases:"));
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        if (str_trim(line).len)
            give(why, verdict, line);
    }
}

/* One cause is told once: a rule may stand instead of the one that was expected. */
static void tell_others(Why *why, Verdict *verdict)
{
    const FindingItems *items = &why->session->findings->items;
    Strs codes = {0};
    for (size_t i = 0; i < items->len && codes.len < OTHERS_MOST; i++) {
        Str code = str_of(rule_get(items->items[i].rule)->code);
        bool known = codes.len > 0 && str_eq(codes.items[codes.len - 1], code);
        if (!known && why_touches(why, &items->items[i]))
            vec_push(why->arena, &codes, code);
    }
    if (codes.len)
        give(why, verdict,
             str_fmt(why->arena, "Told here: %.*s. What has one cause is told by one rule.",
                     STR_ARG(str_join(why->arena, codes.items, codes.len, ", "))));
}

static void tell_not_raised(Why *why, Verdict *verdict)
{
    verdict->verdict = is_off(why) ? "off" : "silent";
    const Finding *other = find_elsewhere(why);
    give(why, verdict, str_fmt(why->arena, "%s found nothing here.", why->rule->code));
    if (is_off(why))
        give(why, verdict,
             str_fmt(why->arena, "%s turns it off, besides.", why->session->config_name));
    if (other)
        give(why, verdict,
             str_fmt(why->arena, "It does speak in this run: of '%.*s', id %s.",
                     STR_ARG(other->resource), other->id));
    tell_others(why, verdict);
    tell_unchanged(why, verdict);
    if (says_unchecked(why))
        give(why, verdict,
             STR("Something in this file could not be judged (above). Where the rule "
                 "depends on it, it is silent."));
    tell_page(why, verdict);
}

Verdict why_verdict(Why *why)
{
    const Findings *findings = why->session->findings;
    FindingItems all = findings_with_accepted(findings);
    const Finding *told = find_here(why, &all);
    const Finding *silenced = find_here(why, &findings->silent);
    Verdict verdict = {.verdict = "reserved"};
    if (!why->rule->page)
        give(why, &verdict, STR("This rule is reserved: this version does not report it."));
    else if (told)
        tell_told(why, &verdict, told);
    else if (silenced)
        tell_silenced(why, &verdict, silenced);
    else
        tell_not_raised(why, &verdict);
    return verdict;
}

void why_rule(Why *why)
{
    const Rule *rule = why->rule;
    if (!rule)
        return;
    Str heading = str_fmt(why->arena, "%s %s", rule->code, rule->name);
    why_heading(why, str_cstr(why->arena, heading));
    Verdict verdict = why_verdict(why);
    for (size_t i = 0; i < verdict.reasons.len; i++)
        why_say(why, verdict.reasons.items[i]);
}
