/*
 * config_weakened.h: the settings that one configuration has weaker than another: those by which
 * less is found, less fails the run, or something else is compared.
 */
#ifndef TBLINT_CONFIG_WEAKENED_H
#define TBLINT_CONFIG_WEAKENED_H

#include "config.h"
#include "report/report.h"

/* What the settings are about. */
typedef struct {
    Arena *arena;
    const SourceFiles *files; /* of the candidate; of live, too, where `projects` differ */
    ProfileChoice layout;     /* the profile of all projects when none is set; PROFILE_BY_LAYOUT:
                                 they differ */
} WeakenedScope;

/* Adds what `now` has weaker than `before`, in the order of the keys; `live` is not looked at:
 * which branch it would be is a question to git. A rule is named as it is written best, by its
 * name, whatever the configurations call it. Texts are the arena's or borrowed from either. */
void config_weakened(const WeakenedScope *scope, const Config *before, const Config *now,
                     WeakenedSettings *out);

/* Whether both name the same projects, in the same order. */
bool config_same_projects(const Config *a, const Config *b);

/* Those of `settings` that are also among `others`: the same setting, to the same value. */
WeakenedSettings weakened_by_both(Arena *arena, const WeakenedSettings *settings,
                                  const WeakenedSettings *others);

#endif
