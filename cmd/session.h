/*
 * session.h: one run over one repository: from the options to findings and plan.
 *
 * The steps are separate so that `tblint doctor` can say which of them fails and go on.
 */
#ifndef TBLINT_SESSION_H
#define TBLINT_SESSION_H

#include "config.h"
#include "findings/acceptance.h"
#include "report/report.h"
#include "timing.h"

#include <stdio.h>

typedef struct {
    const Options *options;
    FILE *out;
    FILE *err;
} App;

typedef struct {
    const App *app;
    Arena *arena;
    Instant now;
    Repo *repo;
    Snapshot *snapshot;
    CandidateKind kind;
    Config config;
    const char *config_name; /* where the configuration is from; NULL: there is none */
    const char *config_path; /* the same in the repository, where it is the change's; else NULL */
    AcceptanceEntries acceptances;
    LiveRef live;
    bool has_live;
    const LiveRef *live_by_others; /* what is live if no configuration says so; NULL: not asked */
    const char *live_set_aside;    /* `live:` of the change, which does not count yet; NULL */
    Comparison *comparison;
    Loader loader;
    UncheckedList unchecked;
    ProjectPlans plans;
    WeakenedSettings weakened;
    Findings *findings;
    Findings *live_singles;
    bool without_acceptances; /* set by the plan: what is accepted happens all the same */
    Timing timing;            /* of session_run() */
} Session;

/* Sets up an empty session; session_close() frees what the steps took. */
void session_begin(Session *session, const App *app, Arena *arena);
void session_close(Session *session);

/* Why there is no live commit, where there is none. */
const char *session_no_live_text(const Session *session);

/* Whether the tree is compared exactly as it stands; known once live is. */
bool session_is_as_is(const Session *session);

/* The steps, in their order; each needs those before it. */
int session_open(Session *session, Fault *fault);      /* clock and repository */
int session_candidate(Session *session, Fault *fault); /* the snapshot to be judged */
int session_config(Session *session, Fault *fault);
int session_live(Session *session, Fault *fault); /* an unborn HEAD has none: no fault */
int session_compare(Session *session, Fault *fault);

/* All of them, then the judging; says on standard error what is compared with what. */
int session_run(Session *session, bool run_checks, Fault *fault);

/* Ends the last phase and says what all of them took, if --timing asks. After the report. */
void session_tell_timing(Session *session);

/* True when everything that changed could be read. */
bool session_is_complete(const Session *session);

#endif
