/*
 * sarif_rules.h: the description of every built rule for SARIF.
 *
 * Code hosts keep rule texts per tool, for all repositories, so the list is always whole, in one
 * order, and holds nothing of a finding.
 */
#ifndef TBLINT_SARIF_RULES_H
#define TBLINT_SARIF_RULES_H

#include "findings/rule.h"
#include "report/json_tree.h"

/* Adds `rules` to the tool's driver. */
void sarif_add_rules(cJSON *driver, Arena *arena);

/* The place of a built rule in that list. */
size_t sarif_rule_index(RuleId id);

/* "error", "warning", "note". */
const char *sarif_level(Severity severity);

#endif
