/* migration_chains.c: rewrites that have nothing to do with each other in one deploy: TB522. */
#include "migration.h"
#include "model/view.h"

enum { CHAINS_SHOWN = 3, MEMBERS_SHOWN = 3 };

/* A data source; those that views join are one chain. */
typedef struct Link {
    struct Link *parent;  /* itself: the first of its chain */
    const PlanStep *step; /* NULL: not rewritten */
} Link;

typedef struct {
    const Check *check;
    Map *links; /* name -> Link */
} Linking;

typedef struct {
    VEC(const PlanStep *) steps; /* what a change of its own forces first, then by name */
} Chain;

typedef VEC(Chain *) Chains;

/* ---- joining ---- */

static Link *link_of(Linking *linking, Str name)
{
    void **place = map_at(linking->links, name);
    if (*place == NULL) {
        Link *link = ARENA_NEW(linking->check->arena, Link);
        link->parent = link;
        *place = link;
    }
    return *place;
}

static Link *first_of(Link *link)
{
    while (link->parent != link) {
        link->parent = link->parent->parent;
        link = link->parent;
    }
    return link;
}

static void join_all(Linking *linking, Link *target, const Resources *sources)
{
    for (size_t i = 0; i < sources->len; i++) {
        Link *source = link_of(linking, sources->items[i]->name);
        first_of(source)->parent = first_of(target);
    }
}

/* Two that share a source are one chain as well: they can only be tried together. */
static void join_by_views(Linking *linking)
{
    const Map *datasources = linking->check->diff->sides.candidate->datasources;
    for (size_t i = 0; i < map_len(datasources); i++) {
        const Resource *target = map_value(datasources, i);
        if (target->facts == NULL || target->writers.len == 0)
            continue;
        Views views = views_into(linking->check->loader, target);
        for (size_t j = 0; j < views.len; j++) {
            if (views.items[j] == NULL)
                continue;
            join_all(linking, link_of(linking, target->name), &views.items[j]->sources);
            join_all(linking, link_of(linking, target->name), &views.items[j]->others);
        }
    }
}

/* ---- the chains ---- */

static bool is_rewrite(const PlanStep *step)
{
    return step->kind == DATAFILE_DATASOURCE && step->action == ACTION_REWRITE;
}

static bool starts_chain(const PlanStep *step)
{
    return step->own_cause || step->chain.len == 0;
}

/* Chains in the order of the plan, which is that of the names. */
static Chains find_chains(Linking *linking)
{
    Arena *arena = linking->check->arena;
    const PlanSteps *steps = &linking->check->plan->steps;
    Map *by_first = map_new(arena);
    Chains chains = {0};
    for (int own = 1; own >= 0; own--) {
        for (size_t i = 0; i < steps->len; i++) {
            const PlanStep *step = &steps->items[i];
            if (!is_rewrite(step) || starts_chain(step) != (own == 1))
                continue;
            Str key = str_fmt(arena, "%p", (void *)first_of(link_of(linking, step->name)));
            void **place = map_at(by_first, key);
            if (*place == NULL) {
                *place = ARENA_NEW(arena, Chain);
                vec_push(arena, &chains, (Chain *)*place);
            }
            Chain *chain = *place;
            vec_push(arena, &chain->steps, step);
        }
    }
    return chains;
}

static size_t count_rewrites(const Plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->steps.len; i++)
        count += is_rewrite(&plan->steps.items[i]);
    return count;
}

/* ---- the finding ---- */

static Str chain_text(Arena *arena, const Chain *chain)
{
    Strs names = {0};
    for (size_t i = 1; i < chain->steps.len; i++)
        vec_push(arena, &names, chain->steps.items[i]->name);
    Str first = quoted(arena, chain->steps.items[0]->name);
    if (names.len == 0)
        return first;
    Str rest = quoted_list(arena, names.items, names.len, MEMBERS_SHOWN);
    return str_fmt(arena, "%.*s with %.*s", STR_ARG(first), STR_ARG(rest));
}

/* What the change edited to force it: the data source, else the pipe whose query is another. */
static const ResourceChange *cause_of(const Check *check, const PlanStep *step)
{
    const ResourceChange *change = map_get(check->diff->datasources, step->name);
    if (change == NULL && step->changed_pipe != NULL)
        change = map_get(check->diff->pipes, step->changed_pipe->name);
    if (change == NULL && step->cause != NULL)
        change = map_get(step->cause->kind == DATAFILE_PIPE ? check->diff->pipes
                                                            : check->diff->datasources,
                         step->cause->name);
    return change;
}

/* "'events': its sorting key changes ..." -> what TB301 says of one table of many, as a place. */
static Place place_of_copy(const Finding *copy)
{
    Place place = copy->place;
    ptrdiff_t colon = str_find(copy->message, ": ");
    place.message =
        colon < 0 ? copy->message : str_slice(copy->message, (size_t)colon + 2, copy->message.len);
    if (str_ends(place.message, "."))
        place.message.len--;
    return place;
}

/* TB301 only notes that the table is copied: said here of all of them, it is not said of each. Who
 * has set the level of TB301 hears it at that level. */
static void take_copies(const Check *check, Finding *finding, Strs *meanings)
{
    Findings *findings = check->findings;
    if (findings->configured[RULE_TB301] ||
        (findings->configured[RULE_TB522] && findings->config[RULE_TB522] == SEVERITY_OFF))
        return;
    for (size_t i = 0; i < findings->items.len; i++) {
        Finding *copy = &findings->items.items[i];
        if (copy->rule != RULE_TB301 || copy->severity != SEVERITY_NOTE ||
            !str_eq(copy->project, finding->project))
            continue;
        vec_push(check->arena, &finding->related, place_of_copy(copy));
        vec_push(check->arena, meanings, copy->live_meaning);
        vec_push(check->arena, meanings, copy->candidate_meaning);
        copy->severity = SEVERITY_OFF; /* an acceptance of it still has something to match */
    }
}

static bool has_place(const Places *places, const Place *place)
{
    for (size_t i = 0; i < places->len; i++) {
        if (places->items[i].file == place->file)
            return true;
    }
    return false;
}

/* Where the other chains begin; of those that TB301 told, its own words stand there. */
static void relate_heads(const Check *check, const Chains *chains, Finding *finding)
{
    for (size_t i = 1; i < chains->len && i < CHAINS_SHOWN; i++) {
        const ResourceChange *cause = cause_of(check, chains->items[i]->steps.items[0]);
        if (cause == NULL)
            continue;
        Place place = place_candidate(cause->candidate,
                                      check_finding(check, RULE_TB522, cause, STR("")).place.range,
                                      STR("forces another rewrite"));
        if (!has_place(&finding->related, &place))
            vec_push(check->arena, &finding->related, place);
    }
}

static Str chains_text(Arena *arena, const Chains *chains)
{
    Strs texts = {0};
    for (size_t i = 0; i < chains->len && i < CHAINS_SHOWN; i++)
        vec_push(arena, &texts, chain_text(arena, chains->items[i]));
    Str list = str_join(arena, texts.items, texts.len, "; ");
    if (chains->len <= CHAINS_SHOWN)
        return list;
    return str_fmt(arena, "%.*s; and %zu more", STR_ARG(list), chains->len - CHAINS_SHOWN);
}

static void report_chains(const Check *check, const Chains *chains)
{
    Arena *arena = check->arena;
    const ResourceChange *change = cause_of(check, chains->items[0]->steps.items[0]);
    if (change == NULL)
        return;
    Strs meanings = {0};
    Finding finding = check_finding(check, RULE_TB522, change, STR(""));
    finding.related = (Places){0};
    for (size_t i = 0; i < chains->len; i++)
        vec_push(arena, &meanings, chains->items[i]->steps.items[0]->name);
    take_copies(check, &finding, &meanings);
    relate_heads(check, chains, &finding);
    finding.message =
        str_fmt(arena,
                "This deploy rewrites %zu independent chains at once: %.*s. If one fails, none "
                "goes live; to take one back is to take back all.",
                chains->len, STR_ARG(chains_text(arena, chains)));
    finding.candidate_meaning = str_join(arena, meanings.items, meanings.len, ",");
    finding.advice = STR("Deploy them one after the other, each in a change of its own.");
    findings_add(check->findings, finding);
}

void migration_chains(const Check *check)
{
    if (count_rewrites(check->plan) < 2)
        return;
    Linking linking = {.check = check, .links = map_new(check->arena)};
    join_by_views(&linking);
    Chains chains = find_chains(&linking);
    if (chains.len > 1)
        report_chains(check, &chains);
}
