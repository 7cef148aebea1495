/* markdown.c: the summary of a pull request: what will happen, in a table, and the first findings
 * in full, folded.
 *
 * GitHub takes a mebibyte of summary for a step and shows nothing of a longer one, so each part is
 * added only if it fits, and what is left out is counted. */
#include "report/accept_offer.h"
#include "report/escape.h"
#include "report/escape_markup.h"
#include "report/finding_text.h"
#include "report/plan_line.h"
#include "report/report.h"
#include "report/text_layout.h"

#include <inttypes.h>

enum {
    /* Bytes of the whole text after which a part begins no further piece. */
    TABLE_ROOM = 600000,
    DETAILS_ROOM = 900000,
    ACCEPTED_ROOM = 950000,
    WHOLE_ROOM = 1000000,
    ROWS_MOST = 500,
    DETAILS_MOST = 20,
    UNCHECKED_MOST = 50,
    ACCEPTED_MOST = 50,
    WEAKENED_MOST = 50,
    RELATED_MOST = 10,
    LINES_MOST = 40,  /* of a fix */
    TEXT_MOST = 1000, /* bytes of one message, detail or advice */
    SOURCE_WIDTH = 160,
};

typedef struct {
    const Report *report;
    Arena *arena;
    FindingRefs findings;
    Map *written; /* see report_writes_fix() */
} Summary;

static void add_text(Summary *summary, Buf *out, Str text)
{
    escape_markdown(out, text_cut(summary->arena, text, TEXT_MOST));
}

/* Moves `piece` to the end of `out` if that stays within `room`; empties it either way. */
static bool add_if_fits(Buf *out, Buf *piece, size_t room)
{
    bool fits = out->len + piece->len <= room;
    if (fits)
        buf_add_str(out, buf_str(piece));
    piece->len = 0;
    return fits;
}

/* ---- the head ---- */

static void add_heading(const Report *report, Buf *out)
{
    size_t counts[SEVERITY_ERROR + 1] = {0};
    for (int level = SEVERITY_NOTE; level <= SEVERITY_ERROR; level++)
        counts[level] = findings_count(report->findings, (Severity)level);
    uint32_t files = report->comparison ? report->comparison->files : 0;
    uint32_t touched = report_files(report);
    size_t accepted = report->findings->accepted.len;
    buf_addf(out, "## tblint%s: ", report->complete ? "" : " could not check everything");
    if (report->findings->items.len == 0) {
        buf_addf(out, "no findings in %" PRIu32 " file%s", files, files == 1 ? "" : "s");
    } else {
        count_words(counts, out);
        if (files > touched)
            buf_addf(out, " in %" PRIu32 " of %" PRIu32 " files", touched, files);
        else
            buf_addf(out, " in %" PRIu32 " file%s", touched, touched == 1 ? "" : "s");
    }
    if (accepted)
        buf_addf(out, ", %zu accepted", accepted);
    buf_add(out, "\n\n");
}

static void add_commit(Buf *out, const CommitId *commit)
{
    if (commit->hex[0])
        buf_addf(out, " (%.7s)", commit->hex);
}

static void add_compared(const Report *report, Buf *out)
{
    const Comparison *comparison = report->comparison;
    if (!comparison)
        return;
    buf_addf(out, "Judged: the %s", candidate_kind_text(comparison->kind));
    add_commit(out, &comparison->candidate_commit);
    if (comparison->has_live) {
        buf_add(out, ", against live ");
        escape_markdown(out, comparison->live.ref);
        add_commit(out, &comparison->live.commit);
    }
    buf_add(out, ".\n\n");
}

static void add_plan(const Report *report, Buf *out)
{
    PlanCounts counts = report_plan_counts(report);
    Buf line = {0};
    plan_line(&counts, &line);
    buf_add(out, "The deploy would ");
    escape_markdown(out, buf_str(&line));
    buf_add(out, ".\n\n");
    buf_free(&line);
}

/* ---- the table ---- */

static void add_row(Summary *summary, Buf *out, const Finding *finding)
{
    Place place = report_primary(summary->report, finding);
    buf_addf(out, "| %s | %s | ", severity_text(finding->severity), rule_get(finding->rule)->code);
    add_text(summary, out, finding->message);
    buf_add(out, " | ");
    escape_markdown(out, report_path(summary->report, &place));
    buf_addf(out, ":%" PRIu32 " |\n", report_region(summary->report, &place).start.line);
}

static void add_left_out(Buf *out, size_t count, const char *what)
{
    if (count)
        buf_addf(out, "%zu more %s%s: `tblint lint --format text` has all.\n\n", count, what,
                 count == 1 ? "" : "s");
}

static void add_table(Summary *summary, Buf *out)
{
    const FindingRefs *findings = &summary->findings;
    if (findings->len == 0)
        return;
    buf_add(out, "| severity | rule | what will happen | where |\n| --- | --- | --- | --- |\n");
    Buf row = {0};
    size_t shown = 0;
    for (; shown < findings->len && shown < ROWS_MOST; shown++) {
        add_row(summary, &row, findings->items[shown]);
        if (!add_if_fits(out, &row, TABLE_ROOM))
            break;
    }
    buf_free(&row);
    buf_add_char(out, '\n');
    add_left_out(out, findings->len - shown, "finding");
}

/* ---- one finding in full ---- */

/* Each line begins with a sign, so none of them can end the fence: what live has, what is there
 * instead, and '!' for a line that has no counterpart. */
static void add_source(Summary *summary, Buf *out, const Place *place, char sign)
{
    if (!place->file || !place->file->loaded || range_is_empty(place->range))
        return;
    ShownLine line = layout_line(summary->arena, place->file, place->range, SOURCE_WIDTH);
    buf_addf(out, "%c %.*s\n", sign, STR_ARG(line.text));
}

static void add_both_sides(Summary *summary, Buf *out, const Finding *finding)
{
    Buf lines = {0};
    const Place *live = finding_live_place(finding);
    if (live)
        add_source(summary, &lines, live, '-');
    char alone = finding->place.side == SIDE_LIVE ? '-' : '!';
    add_source(summary, &lines, &finding->place, live ? '+' : alone);
    if (lines.len)
        buf_addf(out, "```diff\n%.*s```\n\n", STR_ARG(buf_str(&lines)));
    buf_free(&lines);
}

static void add_point(Summary *summary, Buf *out, const char *label, Str text)
{
    buf_addf(out, "- %s", label);
    add_text(summary, out, text);
    buf_add_char(out, '\n');
}

static void add_places(Summary *summary, Buf *out, const Finding *finding)
{
    Places places = report_related(summary->report, finding);
    for (size_t i = 0; i < places.len; i++) {
        if (i == RELATED_MOST) {
            buf_addf(out, "- also %zu more places\n", places.len - i);
            return;
        }
        Str place = place_text(summary->report, &places.items[i]);
        Str said = text_cut(summary->arena, places.items[i].message, TEXT_MOST);
        Str text =
            said.len ? str_fmt(summary->arena, "%.*s: %.*s", STR_ARG(place), STR_ARG(said)) : place;
        add_point(summary, out, "also ", text);
    }
}

static void add_fix(Summary *summary, Buf *out, const Fix *fix)
{
    if (!fix)
        return;
    add_point(summary, out, "fix: ", fix->title);
    if (fix->lines.len == 0 || !report_writes_fix(summary->written, summary->arena, fix))
        return;
    buf_add(out, "\n```diff\n");
    Str rest = fix->lines;
    Str line;
    for (size_t i = 0; rest.len > 0 && i < LINES_MOST && str_split_line(&rest, &line); i++) {
        buf_add(out, "+ ");
        escape_terminal(out, text_cut(summary->arena, line, TEXT_MOST));
        buf_add_char(out, '\n');
    }
    buf_addf(out, "%s```\n\n", rest.len ? "+ ...\n" : "");
}

/* A sign that would end the code leaves the words without a frame. */
static void add_accept(Summary *summary, Buf *out, const Finding *finding)
{
    if (!accept_is_offered(summary->report, finding))
        return;
    Str command = escaped_terminal(summary->arena, accept_command(summary->report, finding));
    if (str_find_char(command, '`') >= 0)
        add_point(summary, out, "else: ", command);
    else
        buf_addf(out, "- else: `%.*s`\n", STR_ARG(command));
}

static void add_finding(Summary *summary, Buf *out, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    Arena *arena = summary->arena;
    buf_addf(out, "<details>\n<summary>%s %s %s: ", severity_text(finding->severity), rule->code,
             rule->name);
    escape_markdown_element(out, text_cut(arena, finding_subject(arena, finding), TEXT_MOST));
    buf_add(out, "</summary>\n\n");
    add_text(summary, out, finding->message);
    buf_add(out, "\n\n");
    add_both_sides(summary, out, finding);
    Place place = report_primary(summary->report, finding);
    add_point(summary, out, "", place_text(summary->report, &place));
    for (size_t i = 0; i < finding->details.len; i++)
        add_point(summary, out, "", finding_detail(arena, finding->details.items[i]));
    add_places(summary, out, finding);
    if (finding->advice.len)
        add_point(summary, out, "do: ", finding->advice);
    add_fix(summary, out, finding->fix);
    buf_addf(out, "- id `%s`, more: `tblint explain %s`\n", finding->id, rule->code);
    add_accept(summary, out, finding);
    buf_add(out, "\n</details>\n\n");
}

static void add_details(Summary *summary, Buf *out)
{
    Buf piece = {0};
    for (size_t i = 0; i < summary->findings.len && i < DETAILS_MOST; i++) {
        add_finding(summary, &piece, summary->findings.items[i]);
        if (!add_if_fits(out, &piece, DETAILS_ROOM))
            break;
    }
    buf_free(&piece);
}

/* ---- what was accepted ---- */

static void add_accepted(Summary *summary, Buf *out)
{
    const FindingItems *items = &summary->report->findings->accepted;
    Str added = acceptances_added_text(summary->report);
    if (added.len)
        buf_addf(out, "**%.*s**\n\n", STR_ARG(added));
    if (items->len == 0)
        return;
    Buf piece = {0};
    size_t shown = 0;
    for (; shown < items->len && shown < ACCEPTED_MOST; shown++) {
        const Finding *finding = &items->items[shown];
        buf_addf(&piece, "- %s `%s` ", rule_get(finding->rule)->code, finding->id);
        add_text(summary, &piece, finding->message);
        buf_add_char(&piece, ' ');
        add_text(summary, &piece, accepted_text(summary->arena, finding->accepted));
        buf_add_char(&piece, '\n');
        if (!add_if_fits(out, &piece, ACCEPTED_ROOM))
            break;
    }
    buf_free(&piece);
    buf_add_char(out, '\n');
    add_left_out(out, items->len - shown, "accepted finding");
}

/* ---- weaker settings ---- */

static void add_weakened(Summary *summary, Buf *out)
{
    const WeakenedSettings *list = &summary->report->weakened;
    if (list->len == 0)
        return;
    buf_addf(out, "**This change weakens %zu setting%s**\n\n", list->len,
             list->len == 1 ? "" : "s");
    size_t shown = 0;
    for (; shown < list->len && shown < WEAKENED_MOST; shown++)
        add_point(summary, out, "", weakened_setting_text(summary->arena, &list->items[shown]));
    buf_add_char(out, '\n');
    add_left_out(out, list->len - shown, "weaker setting");
}

/* ---- what was not checked ---- */

static void add_unchecked(Summary *summary, Buf *out)
{
    const UncheckedList *list = &summary->report->unchecked;
    if (list->len == 0)
        return;
    buf_add(out, "**Not checked**\n\n");
    Buf piece = {0};
    size_t shown = 0;
    for (; shown < list->len && shown < UNCHECKED_MOST; shown++) {
        const Unchecked *item = &list->items[shown];
        buf_add(&piece, "- ");
        escape_markdown(&piece, item->path);
        if (item->line)
            buf_addf(&piece, ":%" PRIu32, item->line);
        buf_add(&piece, ": ");
        add_text(summary, &piece, item->why);
        buf_add_char(&piece, '\n');
        if (!add_if_fits(out, &piece, WHOLE_ROOM))
            break;
    }
    buf_free(&piece);
    buf_add_char(out, '\n');
    add_left_out(out, list->len - shown, "place");
}

void report_markdown(const Report *report, Buf *out)
{
    Summary summary = {report, report->arena, findings_worst_first(report), map_new(report->arena)};
    if (report->fault) {
        buf_add(out, "## tblint could not analyse\n\n");
        escape_markdown(out, fault_text(report->arena, report->fault));
        buf_add(out, "\n\n");
        return;
    }
    add_heading(report, out);
    add_compared(report, out);
    add_plan(report, out);
    add_table(&summary, out);
    add_details(&summary, out);
    add_accepted(&summary, out);
    add_weakened(&summary, out);
    add_unchecked(&summary, out);
}
