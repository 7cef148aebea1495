/*
 * sarif_parts.h: what the files of the SARIF report share.
 *
 * Private to them.
 */
#ifndef TBLINT_SARIF_PARTS_H
#define TBLINT_SARIF_PARTS_H

#include "report/json_tree.h"
#include "report/shown_place.h"

#define SOURCE_ROOT "%SRCROOT%"
#define LIVE_ROOT   "%LIVE%"

enum { SARIF_RESULTS_MOST = 5000 }; /* GitHub keeps no more */

typedef struct {
    const Report *report;
    Arena *arena;
    Map *hashes;  /* path -> LineHashes of the candidate's file */
    Map *written; /* see report_writes_fix() */
    ShownPlaces *shown;
} Sarif;

void sarif_add_message(cJSON *to, const char *key, Str text);
void sarif_add_artifact(cJSON *to, Str path, Side side);

/* Of a run: tool, category, repository and bases of addresses. */
void sarif_add_run_head(Sarif *sarif, cJSON *run);
/* Whether the analysis was whole, and what it did not look at. */
void sarif_add_invocation(Sarif *sarif, cJSON *run);
void sarif_add_run_properties(Sarif *sarif, cJSON *run);

#endif
