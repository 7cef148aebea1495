/* findings.c: each finding as an article: what will happen, both sides, who is affected, what
 * to write. */
#include "report/accept_offer.h"
#include "report/escape_markup.h"
#include "report/html/parts.h"

enum {
    RELATED_MOST = 20,
    FIX_LINES_MOST = 200,
    MANY = 100, /* from here on a browser lays out only what is looked at */
};

/* ---- the head ---- */

static void add_data(Html *html, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    buf_addf(html->out, " data-level=\"%s\" data-rule=\"%s\" data-rule-name=\"%s\"",
             severity_text(finding->severity), rule->code, rule->name);
    html_attr(html, "data-project", finding->project);
    html_attr(html, "data-resource", finding->resource);
}

static void add_about(Html *html, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    buf_addf(html->out,
             "<p class=\"about\"><span class=\"severity\">%s</span> <code>%s</code> "
             "<span>%s</span> ",
             severity_text(finding->severity), rule->code, rule->name);
    html_element(html, "span", NULL, finding_subject(html->arena, finding));
    if (html->report->plans.len > 1) {
        html_raw(html, " <span>project ");
        html_text(html, finding->project);
        html_raw(html, "</span>");
    }
    buf_addf(html->out, " <a class=\"id\" href=\"#finding-%s\">id <code>%s</code></a></p>\n",
             finding->id, finding->id);
}

/* ---- both sides ---- */

static const char *side_note(const Html *html, const Finding *finding)
{
    const Comparison *comparison = html->report->comparison;
    if (finding->place.side == SIDE_LIVE || !comparison)
        return "";
    if (finding->only_after_merge)
        return "after the merge with live";
    return comparison->kind == CANDIDATE_INDEX ? "staged" : "";
}

static void add_sides(Html *html, const Finding *finding)
{
    const Place *live = finding_live_place(finding);
    Place place = finding_described_place(finding);
    html_raw(html, "<div class=\"sides\">\n");
    if (live)
        html_frame(html, live, "Live", "");
    /* Something deleted stands in live alone: the other place is any file that exists. */
    if (!live || html_has_lines(&place))
        html_frame(html, &place, place.side == SIDE_LIVE ? "Live" : "New",
                   side_note(html, finding));
    html_raw(html, "</div>\n");
}

/* ---- details and places ---- */

static void add_details(Html *html, const Finding *finding)
{
    if (finding->details.len == 0)
        return;
    html_raw(html, "<dl class=\"facts\">\n");
    for (size_t i = 0; i < finding->details.len; i++) {
        Str detail = finding->details.items[i];
        ptrdiff_t end = str_find(detail, "  ");
        size_t label = end < 0 ? 0 : (size_t)end;
        html_element(html, "dt", NULL, str_slice(detail, 0, label));
        html_element(html, "dd", NULL, str_trim(str_slice(detail, label, detail.len)));
        html_raw(html, "\n");
    }
    html_raw(html, "</dl>\n");
}

static void add_place(Html *html, const Place *place)
{
    html_raw(html, "<li><code>");
    html_text(html, place_text(html->report, place));
    html_raw(html, "</code>");
    if (place->message.len) {
        html_raw(html, " ");
        html_text(html, place->message);
    }
    html_raw(html, "</li>\n");
}

static void add_related(Html *html, const Finding *finding)
{
    const Places *related = &finding->related;
    size_t from = finding_live_place(finding) ? 1 : 0;
    size_t shown = 0;
    for (size_t i = from; i < related->len; i++) {
        if (place_is_same(&finding->place, &related->items[i]))
            continue;
        if (shown == 0)
            html_raw(html, "<p class=\"label\">Also</p>\n<ul class=\"places\">\n");
        if (shown++ == RELATED_MOST) {
            buf_addf(html->out, "<li>and %zu more</li>\n", related->len - i);
            break;
        }
        add_place(html, &related->items[i]);
    }
    if (shown)
        html_raw(html, "</ul>\n");
}

/* ---- what to do ---- */

static void add_fix_line(Html *html, Str line)
{
    html_raw(html, "<span class=\"add\">");
    for (; str_starts(line, "\t"); line = str_slice(line, 1, line.len))
        html_raw(html, "    ");
    html_text(html, line);
    html_raw(html, "\n</span>");
}

static void add_fix_lines(Html *html, const Fix *fix)
{
    Str rest = fix->lines;
    Str line;
    html_raw(html, "<pre data-copy><code>");
    for (size_t i = 0; rest.len > 0 && i < FIX_LINES_MOST && str_split_line(&rest, &line); i++)
        add_fix_line(html, line);
    html_raw(html,
             rest.len ? "<span class=\"add\">...\n</span></code></pre>\n" : "</code></pre>\n");
}

static void add_fix(Html *html, const Fix *fix)
{
    if (!fix)
        return;
    bool whole = fix->lines.len > 0 && report_writes_fix(html->written, html->arena, fix);
    html_raw(html, "<div class=\"fix\"><p><span><span class=\"label\">Fix</span> ");
    html_text(html, fix->title);
    if (fix->lines.len > 0 && !whole)
        html_raw(html, " (the same lines as above)");
    html_raw(html, "</span></p>\n");
    if (whole)
        add_fix_lines(html, fix);
    html_raw(html, "</div>\n");
}

static void add_labelled(Html *html, const char *label, Str text)
{
    if (text.len == 0)
        return;
    buf_addf(html->out, "<p><span class=\"label\">%s</span> ", label);
    html_text(html, text);
    html_raw(html, "</p>\n");
}

static void add_accept(Html *html, const Finding *finding)
{
    if (!accept_is_offered(html->report, finding))
        return;
    html_raw(html, "<p class=\"else\"><span class=\"label\">Else accept it</span> <code>");
    escape_xml(html->out, accept_command(html->report, finding));
    html_raw(html, "</code></p>\n");
}

static void add_more(Html *html, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    buf_addf(html->out,
             "<p class=\"more\"><a href=\"#rule-%s\">What %s looks for, and when it is silent</a>"
             "</p>\n",
             rule->code, rule->code);
    html->rules[finding->rule] = true;
}

static void add_finding(Html *html, const Finding *finding)
{
    buf_addf(html->out, "<article class=\"finding %s%s\" id=\"finding-%s\"",
             severity_text(finding->severity), finding->accepted ? " accepted" : "", finding->id);
    add_data(html, finding);
    html_raw(html, ">\n");
    add_about(html, finding);
    html_element(html, "h3", NULL, finding->message);
    html_raw(html, "\n");
    if (finding->accepted)
        html_element(html, "p", NULL, accepted_text(html->arena, finding->accepted));
    add_sides(html, finding);
    add_details(html, finding);
    add_related(html, finding);
    add_labelled(html, "Do", finding->advice);
    add_fix(html, finding->fix);
    add_accept(html, finding);
    add_more(html, finding);
    html_raw(html, "</article>\n");
}

/* ---- the lists ---- */

/* Shown by the script alone: without it there is nothing that they could do. */
static void add_filters(Html *html)
{
    html_raw(
        html,
        "<form class=\"filters\" id=\"filters\" role=\"search\" aria-label=\"Findings\" hidden>\n"
        "<input type=\"search\" name=\"text\" placeholder=\"Search the findings\" "
        "aria-label=\"Search the findings\" autocomplete=\"off\">\n"
        "<select name=\"rule\" aria-label=\"Rule\"><option value=\"\">Every "
        "rule</option></select>\n"
        "<select name=\"project\" aria-label=\"Project\"><option value=\"\">Every project</option>"
        "</select>\n"
        "<select name=\"resource\" aria-label=\"Resource\"><option value=\"\">Every "
        "resource</option></select>\n"
        "<button type=\"button\" name=\"all\" hidden>Show all</button>\n"
        "<span class=\"told\" id=\"told\" role=\"status\"></span>\n</form>\n"
        "<p class=\"none-left\" id=\"none-left\" hidden>No finding matches.</p>\n");
}

void html_findings(Html *html)
{
    size_t count = html->findings.len;
    size_t shown = count < HTML_FINDINGS_MOST ? count : HTML_FINDINGS_MOST;
    html_raw(html, "<section id=\"findings\">\n<h2>Findings</h2>\n");
    if (count == 0)
        html_raw(html, "<p class=\"quiet\">Nothing to say about this change.</p>\n");
    else
        add_filters(html);
    html_raw(html, shown > MANY ? "<div id=\"list\" class=\"many\">\n" : "<div id=\"list\">\n");
    for (size_t i = 0; i < shown; i++)
        add_finding(html, html->findings.items[i]);
    html_raw(html, "</div>\n");
    if (html->frames_left_out)
        buf_addf(html->out,
                 "<p class=\"says quiet\">The source lines of %zu places are left out, or the page "
                 "would be too large.</p>\n",
                 html->frames_left_out);
    html_left_out(html, count - shown, "findings");
    html_raw(html, "</section>\n");
}

void html_accepted(Html *html)
{
    const FindingItems *items = &html->report->findings->accepted;
    if (items->len == 0)
        return;
    html_raw(html, "<section id=\"accepted\">\n<h2>Accepted</h2>\n"
                   "<p class=\"quiet\">Somebody answers for these; they do not count.</p>\n");
    for (size_t i = 0; i < items->len && i < HTML_ACCEPTED_MOST; i++)
        add_finding(html, &items->items[i]);
    html_left_out(html, items->len > HTML_ACCEPTED_MOST ? items->len - HTML_ACCEPTED_MOST : 0,
                  "accepted findings");
    html_raw(html, "</section>\n");
}
