/* page.c: one page with the plan, the picture and the findings, which loads nothing. */
#include "report/html/assets.h"
#include "report/html/parts.h"
#include "version.h"

static void add_title(Html *html)
{
    const Report *report = html->report;
    size_t counts[SEVERITY_ERROR + 1] = {0};
    for (int level = SEVERITY_NOTE; level <= SEVERITY_ERROR; level++)
        counts[level] = findings_count(report->findings, (Severity)level);
    html_raw(html, "<title>tblint: ");
    if (report->fault)
        html_raw(html, "could not analyse");
    else if (report->findings->items.len == 0)
        html_raw(html, "no findings");
    else
        count_words(counts, html->out);
    html_raw(html, "</title>\n");
}

/* Nothing may be loaded, and only the script and the style that tblint brings may run: whatever a
 * name of the repository holds, a browser takes none of it for either. */
static void add_policy(Html *html)
{
    buf_addf(html->out,
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
             html_style.hash, html_script.hash);
}

static void add_link(Html *html, bool there, const char *anchor, const char *word)
{
    if (there)
        buf_addf(html->out, "<li><a href=\"#%s\">%s</a></li>", anchor, word);
}

static void add_bar(Html *html)
{
    const Report *report = html->report;
    html_raw(html, "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
                   "<header class=\"bar\"><span class=\"brand\">tblint</span>\n"
                   "<nav aria-label=\"Sections\"><ul>");
    add_link(html, !report->fault, "plan", "Plan");
    add_link(html, !report->fault, "picture", "Lineage");
    add_link(html, !report->fault, "findings", "Findings");
    add_link(html, report->findings->accepted.len > 0, "accepted", "Accepted");
    add_link(html, report->unchecked.len > 0, "unchecked", "Not checked");
    html_raw(html, "</ul></nav>\n"
                   "<button type=\"button\" id=\"scheme\" hidden></button></header>\n");
}

static void add_top(Html *html)
{
    html_raw(html, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(html);
    html_raw(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta name=\"generator\" content=\"tblint " TBLINT_VERSION "\">\n");
    add_title(html);
    html_raw(html, "<style>");
    html_raw(html, html_style.text);
    html_raw(html, "</style>\n</head>\n<body>\n");
    add_bar(html);
    html_raw(html, "<main id=\"main\">\n");
}

static void add_end(Html *html)
{
    html_raw(html, "</main>\n<footer class=\"end\">tblint " TBLINT_VERSION
                   ". This page holds all that it shows and asks nothing of a network."
                   "</footer>\n<script>");
    html_raw(html, html_script.text);
    html_raw(html, "</script>\n</body>\n</html>\n");
}

void report_html(const Report *report, Buf *out)
{
    Html html = html_begin(report, out);
    add_top(&html);
    if (report->fault) {
        html_fault(&html);
    } else {
        html_head(&html);
        html_plan(&html);
        html_picture(&html);
        html_findings(&html);
        html_accepted(&html);
        html_unchecked(&html);
        html_rule_pages(&html);
    }
    add_end(&html);
}
