/* head.c: what was compared, the verdict in a sentence, and what was not checked. */
#include "report/escape_markup.h"
#include "report/html/parts.h"
#include "report/plan_line.h"

/* ---- the verdict ---- */

static bool fails(const Report *report)
{
    int level = report->fail_on ? report->fail_on : SEVERITY_ERROR;
    Severity worst = findings_worst(report->findings);
    return worst != SEVERITY_OFF && (int)worst >= level;
}

static void add_tag(Html *html)
{
    if (!html->report->complete)
        html_raw(html, "<p class=\"tag unsure\">Could not check everything</p>\n");
    else if (fails(html->report))
        html_raw(html, "<p class=\"tag fails\">\xC3\x97 Fails</p>\n");
    else
        html_raw(html, "<p class=\"tag passes\">\xE2\x9C\x93 Passes</p>\n");
}

static void counts_of(const Report *report, size_t *counts)
{
    for (int level = SEVERITY_NOTE; level <= SEVERITY_ERROR; level++)
        counts[level] = findings_count(report->findings, (Severity)level);
}

static void add_verdict(Html *html)
{
    size_t counts[SEVERITY_ERROR + 1] = {0};
    counts_of(html->report, counts);
    html_raw(html, "<h1>");
    if (html->findings.len == 0)
        html_raw(html, html->report->complete ? "No findings" : "No findings so far");
    else
        count_words(counts, html->out);
    html_raw(html, "</h1>\n<p class=\"lead\">The deploy would ");
    PlanCounts plan = report_plan_counts(html->report);
    Buf line = {0};
    plan_line(&plan, &line);
    html_text(html, buf_str(&line));
    buf_free(&line);
    html_raw(html, ".</p>\n");
}

/* ---- what was compared ---- */

static void begin_fact(Html *html, const char *name)
{
    buf_addf(html->out, "<div><dt>%s</dt><dd>", name);
}

static void end_fact(Html *html)
{
    html_raw(html, "</dd></div>\n");
}

static void add_commit(Html *html, const CommitId *commit)
{
    if (commit->hex[0])
        buf_addf(html->out, " <code title=\"%s\">%.10s</code>", commit->hex, commit->hex);
}

static const char *candidate_words(CandidateKind kind)
{
    switch (kind) {
    case CANDIDATE_INDEX:
        return "the index (what is staged)";
    case CANDIDATE_WORKTREE:
        return "the working tree";
    case CANDIDATE_COMMIT:
        break;
    }
    return "commit";
}

static void add_compared(Html *html)
{
    const Comparison *comparison = html->report->comparison;
    if (!comparison)
        return;
    html_raw(html, "<dl class=\"compared\">\n");
    begin_fact(html, "Judged");
    html_raw(html, candidate_words(comparison->kind));
    add_commit(html, &comparison->candidate_commit);
    end_fact(html);
    begin_fact(html, "Against live");
    if (comparison->has_live)
        html_text(html, comparison->live.ref);
    else
        html_raw(html, "nothing: all is new");
    if (comparison->has_live)
        add_commit(html, &comparison->live.commit);
    end_fact(html);
    if (comparison->has_base) {
        begin_fact(html, "Merge base");
        html_raw(html, "commit");
        add_commit(html, &comparison->base);
        end_fact(html);
    }
    begin_fact(html, "Datafiles");
    html_number(html, comparison->files);
    if (html->report->plans.len > 1)
        buf_addf(html->out, " in %zu projects", html->report->plans.len);
    end_fact(html);
    html_raw(html, "</dl>\n");
}

/* ---- counts, which are buttons ---- */

static void add_count(Html *html, Severity level, const char *word, size_t count)
{
    const char *name = severity_text(level);
    buf_addf(html->out,
             "<button type=\"button\" class=\"level %s\" data-level=\"%s\" aria-pressed=\"false\" "
             "disabled>%s <b>%zu</b></button>\n",
             name, name, word, count);
}

static void add_counts(Html *html)
{
    size_t counts[SEVERITY_ERROR + 1] = {0};
    counts_of(html->report, counts);
    if (html->findings.len == 0)
        return;
    html_raw(html, "<div class=\"counts\" role=\"group\" aria-label=\"Show findings of\">\n");
    add_count(html, SEVERITY_ERROR, "Errors", counts[SEVERITY_ERROR]);
    add_count(html, SEVERITY_WARNING, "Warnings", counts[SEVERITY_WARNING]);
    add_count(html, SEVERITY_NOTE, "Notes", counts[SEVERITY_NOTE]);
    html_raw(html, "</div>\n");
}

/* ---- what a reviewer is to see first ---- */

static void add_weakened(Html *html)
{
    const WeakenedSettings *settings = &html->report->weakened;
    if (settings->len == 0)
        return;
    buf_addf(html->out, "<div class=\"repair\"><p>This change weakens %zu setting%s:</p>\n<ul>\n",
             settings->len, settings->len == 1 ? "" : "s");
    for (size_t i = 0; i < settings->len && i < HTML_LIST_MOST; i++) {
        html_element(html, "li", NULL, weakened_setting_text(html->arena, &settings->items[i]));
        html_raw(html, "\n");
    }
    html_raw(html, "</ul></div>\n");
}

static void add_added(Html *html)
{
    Str added = acceptances_added_text(html->report);
    if (added.len)
        html_element(html, "p", "repair", added);
}

void html_head(Html *html)
{
    html_raw(html, "<section aria-label=\"Verdict\">\n");
    add_tag(html);
    add_verdict(html);
    add_weakened(html);
    add_added(html);
    add_compared(html);
    add_counts(html);
    html_raw(html, "</section>\n");
}

void html_fault(Html *html)
{
    const Fault *fault = html->report->fault;
    html_raw(html, "<section aria-label=\"Verdict\">\n"
                   "<p class=\"tag unsure\">No verdict</p>\n"
                   "<h1>tblint could not analyse</h1>\n<p class=\"lead\">");
    Str message = str_of(fault->message);
    html_text(html, message);
    html_raw(html, str_ends(message, ".") ? "</p>\n" : ".</p>\n");
    if (fault->repair[0]) {
        html_raw(html, "<p class=\"repair\">Run: <code>");
        html_text(html, str_of(fault->repair));
        html_raw(html, "</code></p>\n");
    }
    html_raw(html, "</section>\n");
}

/* ---- what was not checked ---- */

void html_unchecked(Html *html)
{
    const UncheckedList *list = &html->report->unchecked;
    if (list->len == 0)
        return;
    html_raw(html, "<section id=\"unchecked\">\n<h2>Not checked</h2>\n"
                   "<p class=\"quiet\">Nothing is said of these, which is no all-clear.</p>\n"
                   "<div class=\"sheet\"><ul class=\"plain-list\">\n");
    for (size_t i = 0; i < list->len && i < HTML_LIST_MOST; i++) {
        const Unchecked *item = &list->items[i];
        html_raw(html, "<li><code>");
        html_text(html, item->path);
        if (item->line)
            buf_addf(html->out, ":%u", item->line);
        html_raw(html, "</code> ");
        html_text(html, item->why);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "</ul>\n");
    html_left_out(html, list->len > HTML_LIST_MOST ? list->len - HTML_LIST_MOST : 0, "places");
    html_raw(html, "</div>\n</section>\n");
}
