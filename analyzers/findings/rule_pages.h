/*
 * rule_pages.h: the table of rules with their documents, written at build time.
 *
 * rules/embed.sh turns rules/rules.def and the pages beside it into one C file with these tables,
 * so that the program needs no file of its own at run time.
 */
#ifndef TBLINT_RULE_PAGES_H
#define TBLINT_RULE_PAGES_H

#include "rule.h"

extern const Rule rule_table[RULE_COUNT]; /* in the order of RuleId */
extern const Topic topic_table[];         /* ends with one without a name */

#endif
