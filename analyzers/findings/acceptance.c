/* acceptance.c: which findings are accepted by id, and which entries do nothing. */
#include "findings/acceptance.h"

enum { DAY = 24 * 60 * 60 };

bool acceptance_has_ended(Str until, Instant now)
{
    Instant day;
    return until.len > 0 && instant_parse(until, &day) && now >= day + DAY;
}

bool acceptance_is_reason(Str text)
{
    static const char ellipsis[] = "\xE2\x80\xA6"; /* what some editors make of three dots */
    while (text.len > 0) {
        if (str_starts(text, ellipsis)) {
            text = str_slice(text, sizeof ellipsis - 1, text.len);
            continue;
        }
        unsigned char c = (unsigned char)text.ptr[0];
        if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return true;
        text = str_slice(text, 1, text.len);
    }
    return false;
}

/* ---- who accepts what ---- */

static EntryState judge(const Accepting *accepting, const AcceptanceEntry *entry,
                        const Finding *finding)
{
    const Rule *rule = rule_find(entry->rule);
    if (!rule || rule->id != finding->rule)
        return ENTRY_OTHER_RULE;
    if (entry->resource.len && !str_eq(entry->resource, finding->resource))
        return ENTRY_OTHER_RESOURCE;
    if (acceptance_has_ended(entry->until, accepting->now))
        return ENTRY_EXPIRED;
    if (accepting->require_reason && !acceptance_is_reason(entry->reason))
        return ENTRY_NO_REASON;
    return ENTRY_COUNTS;
}

static void accept_by(const Accepting *accepting, AcceptanceEntry *entry, Finding *finding)
{
    Accepted *accepted = ARENA_NEW(accepting->arena, Accepted);
    *accepted = (Accepted){.reason = entry->reason, .until = entry->until};
    finding->accepted = accepted;
}

/* All entries of the finding's id: the first that counts does, the others are told. */
static void apply_to(const Accepting *accepting, AcceptanceEntry *entry, Finding *finding)
{
    AcceptanceEntry *first = entry;
    for (; entry; entry = entry->next) {
        EntryState state = judge(accepting, entry, finding);
        if (state == ENTRY_COUNTS && finding->accepted)
            state = ENTRY_REPEATED;
        entry->state = state;
        entry->found = finding->rule;
        entry->found_resource = finding->resource;
        if (state == ENTRY_COUNTS)
            accept_by(accepting, entry, finding);
    }
    if (!finding->accepted || finding->accepted->in_source)
        return;
    for (entry = first; entry; entry = entry->next) {
        if (entry->state == ENTRY_EXPIRED || entry->state == ENTRY_NO_REASON)
            entry->state = ENTRY_REPLACED;
    }
}

static Map *entries_by_id(Arena *arena, AcceptanceEntries *entries)
{
    Map *map = map_new(arena);
    for (size_t i = entries->len; i-- > 0;) { /* so that the first of an id ends in front */
        AcceptanceEntry *entry = &entries->items[i];
        entry->next = map_get(map, entry->id);
        map_put(map, entry->id, entry);
    }
    return map;
}

void acceptance_apply(const Accepting *accepting, AcceptanceEntries *entries)
{
    if (entries->len == 0)
        return;
    Map *by_id = entries_by_id(accepting->arena, entries);
    Findings *findings = accepting->findings;
    for (size_t i = 0; i < findings->items.len; i++) {
        Finding *finding = &findings->items.items[i];
        apply_to(accepting, map_get(by_id, str_of(finding->id)), finding);
    }
    for (size_t i = 0; i < findings->silent.len; i++) {
        AcceptanceEntry *entry = map_get(by_id, str_of(findings->silent.items[i].id));
        for (; entry; entry = entry->next)
            if (entry->state == ENTRY_UNMATCHED)
                entry->state = ENTRY_SILENT;
    }
    findings_part_accepted(findings);
}

/* ---- what is said of entries ---- */

Str unknown_rule_hint(Arena *arena, Str name)
{
    Str nearest = rule_suggest(name);
    return nearest.len ? str_fmt(arena, "Did you mean '%.*s'?", STR_ARG(nearest))
                       : STR("tblint rules lists them.");
}

static bool is_in(const Strs *list, Str text)
{
    for (size_t i = 0; i < list->len; i++)
        if (str_eq(list->items[i], text))
            return true;
    return false;
}

/* That nothing has its id says little when not everything was judged. */
static bool is_judged(const AcceptanceScope *scope, const AcceptanceEntry *entry)
{
    const Rule *rule = rule_find(entry->rule);
    if (!scope->sure || (rule && rule->id == RULE_TB001 && !scope->as_is))
        return false;
    return !scope->only_these || is_in(&scope->projects, entry->project);
}

static Str entry_words(Arena *arena, const AcceptanceEntry *entry)
{
    if (entry->resource.len == 0)
        return str_fmt(arena, "of %.*s", STR_ARG(entry->id));
    return str_fmt(arena, "of %.*s for '%.*s'", STR_ARG(entry->id), STR_ARG(entry->resource));
}

static Str state_message(Arena *arena, const AcceptanceEntry *entry, bool ended)
{
    Str words = entry_words(arena, entry);
    switch (entry->state) {
    case ENTRY_EXPIRED:
        return str_fmt(arena, "The acceptance %.*s ended on %.*s: the finding counts again.",
                       STR_ARG(words), STR_ARG(entry->until));
    case ENTRY_NO_REASON:
        return str_fmt(arena, "The acceptance %.*s gives no reason: it does not count.",
                       STR_ARG(words));
    case ENTRY_OTHER_RULE:
        return str_fmt(arena,
                       "The acceptance %.*s names '%.*s', but %s has that id: it does not "
                       "count.",
                       STR_ARG(words), STR_ARG(entry->rule), rule_get(entry->found)->code);
    case ENTRY_OTHER_RESOURCE:
        return str_fmt(arena,
                       "The acceptance %.*s names what the finding is not about, which is '%.*s': "
                       "it does not count.",
                       STR_ARG(words), STR_ARG(entry->found_resource));
    case ENTRY_REPEATED:
        return str_fmt(arena, "The acceptance %.*s is given twice.", STR_ARG(words));
    case ENTRY_REPLACED:
        return str_fmt(arena, "The acceptance %.*s does not count any more; a later entry does.",
                       STR_ARG(words));
    default:
        if (ended)
            return str_fmt(arena, "The acceptance %.*s ended on %.*s and matches nothing.",
                           STR_ARG(words), STR_ARG(entry->until));
        return str_fmt(arena, "The acceptance %.*s matches nothing any more.", STR_ARG(words));
    }
}

/* The same for the id. */
static Str state_meaning(Arena *arena, const AcceptanceEntry *entry, bool ended)
{
    static const char *const words[] = {
        [ENTRY_UNMATCHED] = "unmatched",     [ENTRY_EXPIRED] = "ended",
        [ENTRY_NO_REASON] = "no reason",     [ENTRY_OTHER_RULE] = "other rule",
        [ENTRY_OTHER_RESOURCE] = "resource", [ENTRY_REPEATED] = "repeated",
        [ENTRY_REPLACED] = "replaced",
    };
    return str_fmt(arena, "%s %.*s", words[entry->state], STR_ARG(ended ? entry->until : (Str){0}));
}

static Str state_advice(EntryState state)
{
    switch (state) {
    case ENTRY_EXPIRED:
        return STR("Mend the finding, or set a later 'until' in its entry.");
    case ENTRY_NO_REASON:
        return STR("Write a reason: whoever reads the entry next wants to know.");
    case ENTRY_OTHER_RULE:
        return STR("Name the rule of the finding, so that readers see what is accepted.");
    case ENTRY_REPEATED:
    case ENTRY_REPLACED:
        return STR("Remove the entry.");
    case ENTRY_OTHER_RESOURCE:
        return STR("Name the resource of the finding, so that readers see what is accepted.");
    default:
        return STR("Remove it. The change is live by now, or one of its two sides is another.");
    }
}

/* A whole line without what it is indented by. */
static Place line_place(Arena *arena, SourceFile *file, uint32_t line)
{
    Lines *lines = source_file_lines(arena, file);
    Str text = lines_text(lines, line);
    uint32_t start = lines_start(lines, line);
    uint32_t blanks = 0;
    while (blanks < text.len && text.ptr[blanks] == ' ')
        blanks++;
    return (Place){SIDE_CANDIDATE, file, {start + blanks, start + (uint32_t)text.len}, {0}};
}

static Finding entry_finding(const AcceptanceEntry *entry, SourceFile *file, Arena *arena)
{
    bool is_rule = rule_find(entry->rule) != NULL;
    return (Finding){
        .project = entry->project,
        .resource = entry->resource,
        .subject = entry->id,
        .place = line_place(arena, file, is_rule ? entry->line : entry->rule_line),
    };
}

static void add(Findings *out, Finding finding, RuleId rule, Str message, Str advice)
{
    finding.rule = rule;
    if (finding.severity == SEVERITY_OFF)
        finding.severity = rule_get(rule)->severity;
    finding.message = message;
    finding.advice = advice;
    findings_add(out, finding);
}

static void report_entry(const Accepting *accepting, const AcceptanceEntry *entry, SourceFile *file,
                         const AcceptanceScope *scope, Findings *out)
{
    Arena *arena = accepting->arena;
    Finding finding = entry_finding(entry, file, arena);
    finding.candidate_meaning = entry->rule;
    if (!rule_find(entry->rule)) {
        add(out, finding, RULE_TB003,
            str_fmt(arena, "There is no rule '%.*s': the acceptance of %.*s does not count.",
                    STR_ARG(entry->rule), STR_ARG(entry->id)),
            unknown_rule_hint(arena, entry->rule));
        return;
    }
    if (entry->state == ENTRY_COUNTS || entry->state == ENTRY_SILENT)
        return;
    bool ended = acceptance_has_ended(entry->until, accepting->now);
    if (entry->state == ENTRY_UNMATCHED) {
        if (!is_judged(scope, entry))
            return;
        /* What live has as well is no work of this change, and it hides nothing. */
        if (map_has(scope->live_ids, entry->id))
            finding.severity = SEVERITY_NOTE;
        finding.cause = ended ? STR("entries that ended") : STR("entries that match nothing");
    }
    finding.candidate_meaning = state_meaning(arena, entry, ended);
    add(out, finding, RULE_TB002, state_message(arena, entry, ended), state_advice(entry->state));
}

void acceptance_report(const Accepting *accepting, const AcceptanceEntries *entries,
                       SourceFile *file, const AcceptanceScope *scope, Findings *out)
{
    for (size_t i = 0; i < entries->len; i++)
        report_entry(accepting, &entries->items[i], file, scope, out);
}
