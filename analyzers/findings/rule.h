/*
 * rule.h: the rules, from the one macro list in rules/rules.def.
 *
 * Enum, names, `tblint rules`, SARIF metadata, configuration keys and the check that each rule
 * has its page all come from that list. Codes, names and default severities are final.
 */
#ifndef TBLINT_RULE_H
#define TBLINT_RULE_H

#include "base/str.h"

typedef enum { SEVERITY_OFF, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR } Severity;

typedef enum {
#define RULE(code, name, family, severity, summary) RULE_##code,
#include "rules.def"
#undef RULE
    RULE_COUNT
} RuleId;

typedef struct {
    RuleId id;
    const char *code;    /* "TB101" */
    const char *name;    /* "type-change-without-forward-query" */
    const char *family;  /* "schema" */
    Severity severity;   /* default */
    const char *summary; /* one line */
    const char *page;    /* the whole document, Markdown; NULL while the rule is not built */
    size_t page_len;
} Rule;

const Rule *rule_get(RuleId id);
const Rule *rule_find(Str code_or_name);      /* either, any case of the code; NULL */
Str rule_suggest(Str name);                   /* the nearest name, or empty */
const char *severity_text(Severity severity); /* "error" */
bool severity_parse(Str text, Severity *out); /* error, warning, note, off */

/* A section of the rule's page ("## Why it matters" ...), without its heading; empty when absent.
 */
Str rule_page_section(const Rule *rule, const char *heading);
/* A page about what concerns many rules: rules/topics/NAME.md. */
typedef struct {
    const char *name;  /* "comparison" */
    const char *title; /* "what is compared with what" */
    const char *page;
    size_t page_len;
} Topic;

const Topic *topic_at(size_t index); /* NULL behind the last */
const Topic *topic_find(Str name);   /* NULL */

/* What stands between the page's title and its first section. */
Str rule_page_intro(const Rule *rule);

#endif
