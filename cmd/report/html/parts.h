/*
 * parts.h: what the parts of the HTML report share. page.c puts them together.
 *
 * Every text of a repository goes through html_text() or html_attr(), which escape it; nothing of
 * it is ever put into the style or the script.
 */
#ifndef TBLINT_HTML_PARTS_H
#define TBLINT_HTML_PARTS_H

#include "report/finding_text.h"
#include "report/report.h"

enum {
    HTML_FINDINGS_MOST = 5000,
    HTML_ACCEPTED_MOST = 500,
    HTML_LIST_MOST = 500,       /* of what was not checked, of refusals */
    HTML_ROWS_MOST = 2000,      /* of a plan */
    HTML_FRAMES_ROOM = 6000000, /* bytes of the page after which source lines are left out */
    HTML_PROJECTS_DRAWN_MOST = 20,
    HTML_NODES_MOST = 150, /* of one picture */
    HTML_TEXT_MOST = 2000, /* bytes of one message, detail or advice */
};

/* What was found of one resource. */
typedef struct {
    size_t counts[SEVERITY_ERROR + 1];
    const Finding *worst; /* the first of the worst */
    bool refuses;         /* also accepted ones: that does not make the platform take the deploy */
} ResourceFindings;

typedef struct {
    const Report *report;
    Arena *arena;
    Buf *out;
    FindingRefs findings;   /* worst first */
    Map *by_resource;       /* project and resource -> ResourceFindings */
    Map *rows;              /* the anchors of the plan's rows */
    Map *projects;          /* root -> number, from 1 */
    Map *written;           /* see report_writes_fix() */
    size_t frames_left_out; /* beyond HTML_FRAMES_ROOM */
    bool rules[RULE_COUNT]; /* whose pages are asked for */
} Html;

/* ---- parts.c ---- */

Html html_begin(const Report *report, Buf *out);

void html_raw(Html *html, const char *markup); /* as it stands */
void html_text(Html *html, Str text);          /* escaped, cut at HTML_TEXT_MOST */
void html_name(Html *html, Str text); /* likewise, and may be broken after each underscore */
void html_attr(Html *html, const char *name, Str value); /* ` name="value"` */
void html_element(Html *html, const char *name, const char *class_name, Str text);
void html_number(Html *html, size_t number);
void html_left_out(Html *html, size_t count, const char *what); /* nothing for 0 */

/* "res-datasource-events"; the project's number is in it where there are several. Letters, digits,
 * '-' and '_' stay, other bytes become hex: it needs no escaping anywhere. */
Str html_anchor(Html *html, Str project, DatafileKind kind, Str name);

/* NULL: nothing was found. */
const ResourceFindings *html_found(const Html *html, Str project, Str resource);
/* "2 errors, 1 note" with a link to the worst of them; nothing when there is none. */
void html_found_link(Html *html, Str project, Str resource);
/* "error": the worst of them. */
const char *html_found_level(const ResourceFindings *found);

/* What the deploy does to a resource: a word, a sign, and a class of the style. */
typedef enum {
    HTML_REFUSED,
    HTML_DELETE,
    HTML_REWRITE,
    HTML_ALTER,
    HTML_CREATE,
    HTML_METADATA,
    HTML_NONE,
} HtmlEffect; /* worst first */

enum { HTML_EFFECTS = HTML_NONE + 1 };

HtmlEffect html_effect(const Html *html, Str project, const PlanStep *step); /* NULL: none */
const char *html_effect_class(HtmlEffect effect);                            /* "refused" */
const char *html_effect_sign(HtmlEffect effect);                             /* may be empty */
const char *html_effect_word(HtmlEffect effect); /* of a legend: "refused", "rewritten" */

const char *html_kind_word(DatafileKind kind, const char *type); /* "data source" */

/* ---- the sections ---- */

void html_head(Html *html);       /* head.c: what was compared, and the verdict */
void html_fault(Html *html);      /* likewise, of a run that could not analyse */
void html_plan(Html *html);       /* plan.c */
void html_picture(Html *html);    /* picture.c */
void html_findings(Html *html);   /* findings.c */
void html_accepted(Html *html);   /* likewise */
void html_unchecked(Html *html);  /* head.c */
void html_rule_pages(Html *html); /* rules.c */

/* frame.c: a place with its source line, the marked range, and what is around it. `label` is
 * "Live" or "New"; `note` follows the path and may be empty. */
void html_frame(Html *html, const Place *place, const char *label, const char *note);
/* A place that stands for the file as a whole has no line that matters. */
bool html_has_lines(const Place *place);

/* rules.c: a page of Markdown as the rules' pages use it: headings, paragraphs, lists, fenced
 * and inline code. The title is left out. */
void html_markdown(Html *html, Str page);

#endif
