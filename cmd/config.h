/*
 * config.h: `.tblint.yaml`, read strictly: an unknown key or a bad value is a fault with its line
 * and column, so that no setting is ever without effect. The name of a rule that does not exist is
 * no fault but a finding (TB003): it may be one of a newer version.
 */
#ifndef TBLINT_CONFIG_H
#define TBLINT_CONFIG_H

#include "options.h"

#define CONFIG_NAME ".tblint.yaml"

/* A setting of `rules:` for a rule that does not exist. */
typedef struct {
    Str name;
    uint32_t line;
    uint32_t column;
} UnknownRule;

typedef VEC(UnknownRule) UnknownRules;

typedef struct {
    const char *live; /* NULL: not set */
    ProfileChoice profile;
    Strs projects;
    int fail_on; /* 0: not set */
    Severity severity[RULE_COUNT];
    bool has_severity[RULE_COUNT];
    Strs ignore;
    int margin_minutes;         /* 60 unless set */
    bool require_reason;        /* of acceptances */
    const char *sarif_category; /* NULL: not set */
    UnknownRules unknown_rules;
} Config;

/* The configuration when there is no file. */
Config config_default(void);

/* Reads the text of the file called `name` (for the messages). Fault FAULT_USAGE, and `out` is
 * the default. Texts live in the arena. */
int config_parse(Config *out, Arena *arena, Str text, const char *name, Fault *fault);

#endif
