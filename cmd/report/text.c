/* text.c: findings for people: what will happen, both sides, who is affected, what to write. */
#include "report/accept_offer.h"
#include "report/escape.h"
#include "report/finding_text.h"
#include "report/plan_line.h"
#include "report/report.h"
#include "report/text_layout.h"

#include <stdio.h>

enum {
    GUTTER = 6,        /* columns of the line number */
    LABEL = 8,         /* columns of "  fix   " */
    RELATED_MOST = 12, /* places listed; the other formats hold them all */
    UNCHECKED_MOST = 20,
};

#define BOLD   "1"
#define RED    "1;31"
#define YELLOW "1;33"
#define CYAN   "1;36"
#define GREEN  "32"
#define FAINT  "2"

typedef struct {
    const Report *report;
    Arena *arena;
    Buf *out;
    const Fix *last_fix; /* whose lines were written */
    Str cause;           /* of the one finding that is written; else empty */
} Text;

static void paint(Text *text, const char *code)
{
    if (text->report->color)
        buf_addf(text->out, "\x1b[%sm", code);
}

static void unpaint(Text *text)
{
    if (text->report->color)
        buf_add(text->out, "\x1b[0m");
}

static const char *severity_color(Severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return RED;
    case SEVERITY_WARNING:
        return YELLOW;
    default:
        return CYAN;
    }
}

static void add_escaped(Text *text, Str value)
{
    escape_terminal(text->out, value);
}

/* `label` in its column, then the text, wrapped beside it. */
static void add_labelled(Text *text, const char *label, Str value)
{
    buf_addf(text->out, "  %-*s", LABEL - 2, label);
    layout_wrap(text->out, escaped_terminal(text->arena, value), LABEL, text->report->width);
}

/* ---- the head ---- */

static void add_head(Text *text, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    char left[256];
    int len = snprintf(left, sizeof left, "[%s] %s", rule->code, rule->name);
    const char *severity = severity_text(finding->severity);
    const char *before = finding->accepted ? "accepted " : "";
    size_t used =
        str_of(before).len + str_of(severity).len + (size_t)len + str_of(finding->id).len + 3;
    buf_add(text->out, before);
    paint(text, severity_color(finding->severity));
    buf_add(text->out, severity);
    unpaint(text);
    paint(text, BOLD);
    buf_add(text->out, left);
    unpaint(text);
    if (used + 2 <= text->report->width)
        buf_add_repeat(text->out, ' ', text->report->width - used);
    else
        buf_add(text->out, "\n  ");
    paint(text, FAINT);
    buf_addf(text->out, "id %s", finding->id);
    unpaint(text);
    buf_add(text->out, "\n  ");
    layout_wrap(text->out, escaped_terminal(text->arena, finding->message), 2, text->report->width);
}

/* ---- frames ---- */

static const char *side_note(const Text *text, const Finding *finding, const Place *place)
{
    const Comparison *comparison = text->report->comparison;
    if (place->side == SIDE_LIVE || !comparison)
        return "";
    if (finding->only_after_merge)
        return "   after the merge with live";
    return comparison->kind == CANDIDATE_INDEX ? "   staged" : "";
}

static void add_gutter(Text *text, uint32_t line)
{
    paint(text, FAINT);
    if (line)
        buf_addf(text->out, "%*u | ", GUTTER, line);
    else
        buf_addf(text->out, "%*s | ", GUTTER, "");
    unpaint(text);
}

static void add_source(Text *text, const Place *place, uint32_t line)
{
    size_t room = text->report->width - GUTTER - 3;
    ShownLine shown = layout_line(text->arena, place->file, place->range, room);
    add_gutter(text, line);
    buf_add_str(text->out, shown.text);
    buf_add_char(text->out, '\n');
    add_gutter(text, 0);
    buf_add_repeat(text->out, ' ', shown.mark_start);
    paint(text, place->side == SIDE_LIVE ? CYAN : RED);
    buf_add_repeat(text->out, place->side == SIDE_LIVE ? '~' : '^',
                   shown.mark_end - shown.mark_start);
    unpaint(text);
    if (place->message.len) {
        buf_add_char(text->out, ' ');
        add_escaped(text, place->message);
    }
    buf_add_char(text->out, '\n');
}

static void add_place(Text *text, const Place *place)
{
    Position at = report_region(text->report, place).start;
    add_escaped(text, report_path(text->report, place));
    buf_addf(text->out, ":%u:%u", at.line, at.column);
}

/* A place without a stretch stands for the file as a whole: no line of it matters. */
static bool has_stretch(const Place *place)
{
    return place->file && place->file->loaded &&
           (!range_is_empty(place->range) || place->message.len > 0);
}

static void add_frame(Text *text, const Finding *finding, const Place *place)
{
    paint(text, BOLD);
    buf_addf(text->out, "  %-*s", LABEL - 2, place->side == SIDE_LIVE ? "LIVE" : "NEW");
    unpaint(text);
    add_place(text, place);
    buf_addf(text->out, "%s\n", side_note(text, finding, place));
    if (has_stretch(place))
        add_source(text, place, report_region(text->report, place).start.line);
}

/* ---- who else, and what to do ---- */

/* "path:1:2  what stands there", the second part on a line of its own where both are too long. */
static void add_related_place(Text *text, const Place *place)
{
    size_t start = text->out->len;
    add_place(text, place);
    if (place->side == SIDE_LIVE)
        buf_add(text->out, " (live)");
    if (place->message.len) {
        Str path = {text->out->ptr + start, text->out->len - start};
        Str message = escaped_terminal(text->arena, place->message);
        size_t used = LABEL + text_width(path) + 2 + text_width(message);
        if (used > text->report->width) {
            buf_addf(text->out, "\n%*s", LABEL + 2, "");
            layout_wrap(text->out, message, LABEL + 2, text->report->width);
            return;
        }
        buf_addf(text->out, "  %.*s", STR_ARG(message));
    }
    buf_add_char(text->out, '\n');
}

static void add_related(Text *text, const Finding *finding, size_t from)
{
    const Places *related = &finding->related;
    size_t shown = 0;
    for (size_t i = from; i < related->len; i++) {
        if (place_is_same(&finding->place, &related->items[i]))
            continue;
        buf_addf(text->out, "  %-*s", LABEL - 2, shown == 0 ? "also" : "");
        if (shown++ == RELATED_MOST) {
            buf_addf(text->out, "and %zu more\n", related->len - i);
            return;
        }
        add_related_place(text, &related->items[i]);
    }
}

/* Two findings of one data source share one fix: its lines are written once. */
static bool is_shown_already(const Text *text, const Fix *fix)
{
    const Fix *last = text->last_fix;
    return last && fix->lines.len && fix->file == last->file && str_eq(fix->lines, last->lines);
}

static void add_fix(Text *text, const Fix *fix)
{
    if (is_shown_already(text, fix)) {
        add_labelled(text, "fix",
                     str_fmt(text->arena, "%.*s (the lines above)", STR_ARG(fix->title)));
        return;
    }
    text->last_fix = fix;
    add_labelled(text, "fix", fix->title);
    Str rest = fix->lines;
    Str line;
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        paint(text, GREEN);
        buf_add(text->out, "      + ");
        /* Tabs do not survive being copied from a terminal; as indentation blanks do as well. */
        for (; str_starts(line, "\t"); line = str_slice(line, 1, line.len))
            buf_add(text->out, "    ");
        add_escaped(text, line);
        unpaint(text);
        buf_add_char(text->out, '\n');
    }
}

/* Where the label of a detail ends: "kept now    2026-05-25 .. today". */
static size_t label_length(Str detail)
{
    ptrdiff_t end = str_find(detail, "  ");
    return end < 0 ? 0 : (size_t)end;
}

/* Labels in one column, texts in the next, which is as far right as the longest label needs. */
static void add_details(Text *text, const Strs *details)
{
    size_t column = LABEL;
    for (size_t i = 0; i < details->len; i++) {
        size_t needed = label_length(details->items[i]) + 4;
        column = needed > column && needed < 2 * LABEL + 4 ? needed : column;
    }
    for (size_t i = 0; i < details->len; i++) {
        Str detail = details->items[i];
        size_t label = label_length(detail);
        buf_add(text->out, "  ");
        add_escaped(text, str_slice(detail, 0, label));
        buf_add_repeat(text->out, ' ', label + 4 > column ? 2 : column - label - 2);
        Str rest = escaped_terminal(text->arena, str_slice(detail, label, detail.len));
        layout_wrap(text->out, rest, column, text->report->width);
    }
}

/* Who answers for it, and until when. */
static void add_accepted(Text *text, const Accepted *accepted)
{
    Buf line = {0};
    buf_add(&line, accepted->in_source ? "by a comment" : "accepted");
    if (accepted->until.len)
        buf_addf(&line, " until %.*s", STR_ARG(accepted->until));
    buf_add(&line, accepted->reason.len ? ": " : ", without a reason");
    buf_add_str(&line, accepted->reason);
    add_labelled(text, "why", buf_str(&line));
    buf_free(&line);
}

/* A line of its own that is never wrapped, however long: what is copied has to run. */
static void add_accept(Text *text, const Finding *finding)
{
    if (!accept_is_offered(text->report, finding))
        return;
    buf_addf(text->out, "  %-*s", LABEL - 2, "else");
    add_escaped(text, accept_command(text->report, finding));
    buf_add_char(text->out, '\n');
}

static void add_finding(Text *text, const Finding *finding)
{
    add_head(text, finding);
    buf_add_char(text->out, '\n');
    const Place *live = finding_live_place(finding);
    if (live)
        add_frame(text, finding, live);
    Place place = finding_described_place(finding);
    /* Something deleted stands in live alone: the other place is any file that exists. */
    if (!live || has_stretch(&place))
        add_frame(text, finding, &place);
    add_related(text, finding, live ? 1 : 0);
    add_details(text, &finding->details);
    if (text->cause.len)
        add_labelled(text, "cause", text->cause);
    if (finding->advice.len)
        add_labelled(text, "do", finding->advice);
    if (finding->fix)
        add_fix(text, finding->fix);
    if (finding->accepted)
        add_accepted(text, finding->accepted);
    add_labelled(text, "more",
                 str_fmt(text->arena, "tblint explain %s", rule_get(finding->rule)->code));
    add_accept(text, finding);
    buf_add_char(text->out, '\n');
}

/* ---- the foot ---- */

/* "2 errors, 1 warning"; empty when there is none. */
static void add_counts(Text *text)
{
    static const Severity order[] = {SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE};
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        size_t count = findings_count(text->report->findings, order[i]);
        if (count == 0)
            continue;
        buf_add(text->out, between);
        paint(text, severity_color(order[i]));
        buf_addf(text->out, "%zu %s%s", count, severity_text(order[i]), count == 1 ? "" : "s");
        unpaint(text);
        between = ", ";
    }
}

static void add_accepted_count(Text *text)
{
    size_t count = text->report->findings->accepted.len;
    if (count)
        buf_addf(text->out, ", %zu accepted", count);
}

/* Whoever reviews the change is to see it. */
static void add_added(Text *text)
{
    uint32_t count = text->report->findings->acceptances_added;
    if (count)
        buf_addf(text->out, "this change adds %u acceptance%s\n", count, count == 1 ? "" : "s");
}

static void add_weakened(Text *text)
{
    enum { INDENT = 2, MOST = 10 };
    Str sentence = weakened_text(text->report, MOST);
    if (sentence.len == 0)
        return;
    buf_add_char(text->out, 't'); /* as the lines around it, which are no sentences */
    layout_wrap(text->out, str_slice(sentence, 1, sentence.len), INDENT, text->report->width);
}

static void add_summary(Text *text)
{
    uint32_t files = text->report->comparison->files;
    const char *plural = files == 1 ? "" : "s";
    const Findings *findings = text->report->findings;
    if (findings->items.len == 0) {
        buf_add(text->out, "no findings");
        add_accepted_count(text);
        buf_addf(text->out, " in %u file%s\n", files, plural);
        return;
    }
    add_counts(text);
    add_accepted_count(text);
    uint32_t touched = report_files(text->report);
    if (touched > files)
        buf_addf(text->out, " in %u file%s\n", touched, touched == 1 ? "" : "s");
    else
        buf_addf(text->out, " in %u of %u file%s\n", touched, files, plural);
}

static void add_unchecked(Text *text)
{
    static const char label[] = "not checked: ";
    const UncheckedList *list = &text->report->unchecked;
    for (size_t i = 0; i < list->len; i++) {
        const Unchecked *item = &list->items[i];
        if (i == UNCHECKED_MOST) {
            buf_addf(text->out, "not checked: %zu more\n", list->len - i);
            return;
        }
        Str at = item->line ? str_fmt(text->arena, ":%u", item->line) : (Str){0};
        Str line = str_fmt(text->arena, "%.*s%.*s: %.*s", STR_ARG(item->path), STR_ARG(at),
                           STR_ARG(item->why));
        buf_add(text->out, label);
        layout_wrap(text->out, escaped_terminal(text->arena, line), sizeof label - 1,
                    text->report->width);
    }
}

static void add_plan(Text *text)
{
    static const char label[] = "deploy would: ";
    PlanCounts counts = report_plan_counts(text->report);
    Buf line = {0};
    plan_line(&counts, &line);
    buf_add(text->out, label);
    layout_wrap(text->out, buf_str(&line), sizeof label - 1, text->report->width);
    buf_free(&line);
}

void report_text_finding(const Report *report, const Finding *finding, Str cause, Buf *out)
{
    Text text = {.report = report, .arena = report->arena, .out = out, .cause = cause};
    add_finding(&text, finding);
}

void report_text(const Report *report, Buf *out)
{
    Text text = {.report = report, .arena = report->arena, .out = out};
    if (!report->comparison)
        return; /* the fault is told on standard error */
    FindingItems items = report->findings->items;
    if (report->findings->shows_accepted)
        items = findings_with_accepted(report->findings);
    for (size_t i = 0; i < items.len; i++)
        add_finding(&text, &items.items[i]);
    add_summary(&text);
    add_added(&text);
    add_weakened(&text);
    add_unchecked(&text);
    add_plan(&text);
}
