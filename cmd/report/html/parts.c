/* parts.c: escaping, anchors and words that the parts of the HTML report share. */
#include "report/html/parts.h"

#include "report/escape_markup.h"

/* ---- markup ---- */

void html_raw(Html *html, const char *markup)
{
    buf_add(html->out, markup);
}

void html_text(Html *html, Str text)
{
    escape_xml(html->out, text_cut(html->arena, text, HTML_TEXT_MOST));
}

void html_name(Html *html, Str text)
{
    Str rest = text_cut(html->arena, text, HTML_TEXT_MOST);
    while (rest.len > 0) {
        ptrdiff_t at = str_find_char(rest, '_');
        size_t len = at < 0 ? rest.len : (size_t)at + 1;
        escape_xml(html->out, str_slice(rest, 0, len));
        html_raw(html, at < 0 ? "" : "<wbr>");
        rest = str_slice(rest, len, rest.len);
    }
}

void html_attr(Html *html, const char *name, Str value)
{
    buf_addf(html->out, " %s=\"", name);
    html_text(html, value);
    buf_add_char(html->out, '"');
}

void html_element(Html *html, const char *name, const char *class_name, Str text)
{
    if (class_name)
        buf_addf(html->out, "<%s class=\"%s\">", name, class_name);
    else
        buf_addf(html->out, "<%s>", name);
    html_text(html, text);
    buf_addf(html->out, "</%s>", name);
}

void html_number(Html *html, size_t number)
{
    buf_addf(html->out, "%zu", number);
}

void html_left_out(Html *html, size_t count, const char *what)
{
    if (count)
        buf_addf(html->out,
                 "<p class=\"says quiet\">%zu more %s: <code>--format json</code> has "
                 "all.</p>\n",
                 count, what);
}

/* ---- anchors ---- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

Str html_anchor(Html *html, Str project, DatafileKind kind, Str name)
{
    Buf text = {0};
    buf_add(&text, "res-");
    if (html->report->plans.len > 1)
        buf_addf(&text, "%zu-", (size_t)(uintptr_t)map_get(html->projects, project));
    buf_addf(&text, "%s-", datafile_kind_text(kind));
    for (size_t i = 0; i < name.len; i++) {
        if (is_plain(name.ptr[i]))
            buf_add_char(&text, name.ptr[i]);
        else
            buf_addf(&text, ".%02x", (unsigned)(unsigned char)name.ptr[i]);
    }
    Str anchor = str_copy(html->arena, buf_str(&text));
    buf_free(&text);
    return anchor;
}

/* ---- what was found of each resource ---- */

static Str found_key(Arena *arena, Str project, Str resource)
{
    return str_fmt(arena, "%.*s\n%.*s", STR_ARG(project), STR_ARG(resource));
}

static ResourceFindings *found_at(Html *html, const Finding *finding)
{
    void **at =
        map_at(html->by_resource, found_key(html->arena, finding->project, finding->resource));
    if (!*at)
        *at = ARENA_NEW(html->arena, ResourceFindings);
    return *at;
}

static void collect_found(Html *html)
{
    for (size_t i = 0; i < html->findings.len; i++) {
        const Finding *finding = html->findings.items[i];
        ResourceFindings *found = found_at(html, finding);
        if (!found->worst)
            found->worst = finding;
        found->counts[finding->severity]++;
        found->refuses = found->refuses || finding->refuses_deploy;
    }
    const FindingItems *accepted = &html->report->findings->accepted;
    for (size_t i = 0; i < accepted->len; i++) {
        if (accepted->items[i].refuses_deploy)
            found_at(html, &accepted->items[i])->refuses = true;
    }
}

Html html_begin(const Report *report, Buf *out)
{
    Html html = {.report = report,
                 .arena = report->arena,
                 .out = out,
                 .findings = findings_worst_first(report),
                 .by_resource = map_new(report->arena),
                 .rows = map_new(report->arena),
                 .projects = map_new(report->arena),
                 .written = map_new(report->arena)};
    for (size_t i = 0; i < report->plans.len; i++)
        map_put(html.projects, report->plans.items[i].root, (void *)(uintptr_t)(i + 1));
    collect_found(&html);
    return html;
}

const ResourceFindings *html_found(const Html *html, Str project, Str resource)
{
    return map_get(html->by_resource, found_key(html->arena, project, resource));
}

const char *html_found_level(const ResourceFindings *found)
{
    return found->worst ? severity_text(found->worst->severity) : "";
}

void html_found_link(Html *html, Str project, Str resource)
{
    const ResourceFindings *found = html_found(html, project, resource);
    if (!found || !found->worst)
        return;
    buf_addf(html->out, " <a class=\"count %s\" href=\"#finding-%s\"", html_found_level(found),
             found->worst->id);
    html_attr(html, "data-show", resource);
    html_attr(html, "data-show-project", project);
    html_raw(html, ">");
    count_words(found->counts, html->out);
    html_raw(html, "</a>");
}

/* ---- effects ---- */

typedef struct {
    const char *class_name;
    const char *sign;
    const char *word;
} EffectWords;

static const EffectWords effects[HTML_EFFECTS] = {
    [HTML_REFUSED] = {"refused", "\xC3\x97", "refused"},
    [HTML_DELETE] = {"delete", "\xE2\x88\x92", "deleted"},
    [HTML_REWRITE] = {"rewrite", "\xE2\x86\xBB", "rewritten"},
    [HTML_ALTER] = {"alter", "~", "altered in place"},
    [HTML_CREATE] = {"create", "+", "new"},
    [HTML_METADATA] = {"metadata", "\xC2\xB7", "updated, no data touched"},
    [HTML_NONE] = {"none", "", "unchanged"},
};

HtmlEffect html_effect(const Html *html, Str project, const PlanStep *step)
{
    if (!step)
        return HTML_NONE;
    const ResourceFindings *found = html_found(html, project, step->name);
    if (step->backfill == BACKFILL_REFUSED ||
        (found && found->refuses && step->action != ACTION_NONE))
        return HTML_REFUSED;
    switch (step->action) {
    case ACTION_DELETE:
        return HTML_DELETE;
    case ACTION_REWRITE:
        return HTML_REWRITE;
    case ACTION_ALTER:
        return HTML_ALTER;
    case ACTION_CREATE:
        return HTML_CREATE;
    case ACTION_METADATA:
        return HTML_METADATA;
    case ACTION_NONE:
        break;
    }
    return HTML_NONE;
}

const char *html_effect_class(HtmlEffect effect)
{
    return effects[effect].class_name;
}

const char *html_effect_sign(HtmlEffect effect)
{
    return effects[effect].sign;
}

const char *html_effect_word(HtmlEffect effect)
{
    return effects[effect].word;
}

const char *html_kind_word(DatafileKind kind, const char *type)
{
    if (kind == DATAFILE_DATASOURCE)
        return "data source";
    return type ? type : datafile_kind_text(kind);
}
