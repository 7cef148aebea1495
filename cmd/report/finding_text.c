/* finding_text.c: what the formats for code hosts say of a finding, in plain lines. */
#include "report/finding_text.h"

#include "report/accept_offer.h"
#include "report/escape.h"

#include <inttypes.h>

enum { RELATED_MOST = 12, FIX_LINES_MOST = 40 };

static const Severity worst_first[] = {SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE};

FindingRefs findings_worst_first(const Report *report)
{
    const FindingItems *items = &report->findings->items;
    FindingRefs refs = {0};
    for (size_t level = 0; level < ARRAY_LEN(worst_first); level++) {
        for (size_t i = 0; i < items->len; i++) {
            if (items->items[i].severity == worst_first[level])
                vec_push(report->arena, &refs, &items->items[i]);
        }
    }
    return refs;
}

void count_words(const size_t *counts, Buf *out)
{
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(worst_first); i++) {
        size_t count = counts[worst_first[i]];
        if (count == 0)
            continue;
        buf_addf(out, "%s%zu %s%s", between, count, severity_text(worst_first[i]),
                 count == 1 ? "" : "s");
        between = ", ";
    }
}

/* ---- places ---- */

const Place *finding_live_place(const Finding *finding)
{
    if (finding->related.len == 0 || finding->place.side == SIDE_LIVE)
        return NULL;
    const Place *first = &finding->related.items[0];
    return first->side == SIDE_LIVE ? first : NULL;
}

bool place_is_same(const Place *a, const Place *b)
{
    return a->side == b->side && a->file == b->file && a->range.start == b->range.start &&
           a->range.end == b->range.end;
}

Place finding_described_place(const Finding *finding)
{
    Place place = finding->place;
    for (size_t i = 0; place.message.len == 0 && i < finding->related.len; i++) {
        if (place_is_same(&place, &finding->related.items[i]))
            place.message = finding->related.items[i].message;
    }
    return place;
}

/* ---- the lines ---- */

Str finding_subject(Arena *arena, const Finding *finding)
{
    Str resource = escaped_terminal(arena, finding->resource);
    if (finding->subject.len == 0)
        return resource;
    Str subject = escaped_terminal(arena, finding->subject);
    return str_fmt(arena, "%.*s.%.*s", STR_ARG(resource), STR_ARG(subject));
}

Str finding_detail(Arena *arena, Str detail)
{
    ptrdiff_t end = str_find(detail, "  ");
    if (end <= 0)
        return escaped_terminal(arena, str_trim(detail));
    Str label = escaped_terminal(arena, str_slice(detail, 0, (size_t)end));
    Str text = escaped_terminal(arena, str_trim(str_slice(detail, (size_t)end, detail.len)));
    return str_fmt(arena, "%.*s: %.*s", STR_ARG(label), STR_ARG(text));
}

Str place_text(const Report *report, const Place *place)
{
    Position at = report_region(report, place).start;
    Str path = escaped_terminal(report->arena, report_path(report, place));
    return str_fmt(report->arena, "%.*s:%" PRIu32 ":%" PRIu32 "%s", STR_ARG(path), at.line,
                   at.column, place->file && place->side == SIDE_LIVE ? " (live)" : "");
}

/* ---- the whole of it ---- */

static void add_fix(Arena *arena, Map *written, const Fix *fix, Buf *out)
{
    if (!fix)
        return;
    buf_add(out, "\nFix: ");
    escape_terminal(out, fix->title);
    if (!written || fix->lines.len == 0 || !report_writes_fix(written, arena, fix))
        return;
    Str rest = fix->lines;
    Str line;
    for (size_t i = 0; rest.len > 0 && str_split_line(&rest, &line); i++) {
        if (i == FIX_LINES_MOST) {
            buf_add(out, "\n+ ...");
            return;
        }
        buf_add(out, "\n+ ");
        for (; str_starts(line, "\t"); line = str_slice(line, 1, line.len))
            buf_add(out, "    ");
        escape_terminal(out, line);
    }
}

static void add_related(const Report *report, const Finding *finding, Buf *out)
{
    Places places = report_related(report, finding);
    for (size_t i = 0; i < places.len; i++) {
        if (i == RELATED_MOST) {
            buf_addf(out, "\nAlso %zu more places", places.len - i);
            return;
        }
        Str place = place_text(report, &places.items[i]);
        buf_addf(out, "\nAlso %.*s", STR_ARG(place));
        if (places.items[i].message.len) {
            buf_add(out, ": ");
            escape_terminal(out, places.items[i].message);
        }
    }
}

void finding_text(const Report *report, Map *written, ShownPlaces *shown, const Finding *finding,
                  Buf *out)
{
    Arena *arena = report->arena;
    escape_terminal(out, finding->message);
    Str about = shown ? shown_about(shown, finding) : (Str){0};
    if (about.len)
        buf_addf(out, "\n%.*s", STR_ARG(about));
    for (size_t i = 0; i < finding->details.len; i++) {
        Str detail = finding_detail(arena, finding->details.items[i]);
        buf_addf(out, "\n%.*s", STR_ARG(detail));
    }
    if (finding->advice.len) {
        buf_add_char(out, '\n');
        escape_terminal(out, finding->advice);
    }
    add_fix(arena, written, finding->fix, out);
    add_related(report, finding, out);
    buf_addf(out, "\nid %s, more: tblint explain %s", finding->id, rule_get(finding->rule)->code);
    if (!accept_is_offered(report, finding))
        return;
    buf_add(out, "\nelse: ");
    escape_terminal(out, accept_command(report, finding));
}

/* ---- acceptances ---- */

Str accepted_text(Arena *arena, const Accepted *accepted)
{
    Str until = escaped_terminal(arena, accepted->until);
    Str reason = escaped_terminal(arena, accepted->reason);
    return str_fmt(arena, "Accepted%s%s%.*s%s%.*s", accepted->in_source ? " by a comment" : "",
                   until.len ? " until " : "", STR_ARG(until),
                   reason.len ? ": " : ", without a reason", STR_ARG(reason));
}

Str acceptances_added_text(const Report *report)
{
    uint32_t count = report->findings->acceptances_added;
    if (count == 0)
        return (Str){0};
    return str_fmt(report->arena, "This change adds %" PRIu32 " acceptance%s.", count,
                   count == 1 ? "" : "s");
}

/* ---- settings ---- */

enum { SETTING_MOST = 200 }; /* bytes of what a configuration says */

Str weakened_setting_text(Arena *arena, const WeakenedSetting *setting)
{
    Str what = escaped_terminal(arena, setting->what);
    Str from = text_cut(arena, escaped_terminal(arena, setting->from), SETTING_MOST);
    Str to = text_cut(arena, escaped_terminal(arena, setting->to), SETTING_MOST);
    if (setting->from.len && setting->to.len)
        return str_fmt(arena, "'%.*s' from %.*s to %.*s", STR_ARG(what), STR_ARG(from),
                       STR_ARG(to));
    bool adds = setting->to.len > 0;
    Str value = adds ? to : from;
    return str_fmt(arena, "'%.*s' %s %.*s", STR_ARG(what), adds ? "adds" : "leaves out",
                   STR_ARG(value));
}

Str weakened_text(const Report *report, size_t most)
{
    const WeakenedSettings *settings = &report->weakened;
    if (settings->len == 0)
        return (Str){0};
    Buf text = {0};
    buf_addf(&text, "This change weakens %zu setting%s: ", settings->len,
             settings->len == 1 ? "" : "s");
    for (size_t i = 0; i < settings->len && i < most; i++) {
        Str setting = weakened_setting_text(report->arena, &settings->items[i]);
        buf_addf(&text, "%s%.*s", i ? "; " : "", STR_ARG(setting));
    }
    if (settings->len > most)
        buf_addf(&text, "; and %zu more", settings->len - most);
    Str copy = str_copy(report->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* ---- what is no finding ---- */

Str unchecked_text(Arena *arena, const Unchecked *item)
{
    Str why = escaped_terminal(arena, item->why);
    return str_fmt(arena, "Not checked: %.*s", STR_ARG(why));
}

Str fault_text(Arena *arena, const Fault *fault)
{
    Str message = escaped_terminal(arena, str_of(fault->message));
    const char *end = str_ends(message, ".") ? "" : ".";
    if (!fault->repair[0])
        return str_fmt(arena, "%.*s%s", STR_ARG(message), end);
    Str repair = escaped_terminal(arena, str_of(fault->repair));
    return str_fmt(arena, "%.*s%s Run: %.*s", STR_ARG(message), end, STR_ARG(repair));
}

Str text_cut(Arena *arena, Str text, size_t most)
{
    if (text.len <= most)
        return text;
    Str rest = text;
    size_t taken = 0;
    while (rest.len > 0 && taken + 4 <= most) {
        utf8_next(&rest, NULL);
        taken = text.len - rest.len;
    }
    return str_fmt(arena, "%.*s...", STR_ARG(str_slice(text, 0, taken)));
}
