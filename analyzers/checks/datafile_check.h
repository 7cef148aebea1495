/*
 * datafile_check.h: what the files of the datafile family share.
 *
 * Each rule looks at one datafile of one side; what live has as well is taken out later. The
 * facts behind the rules are in grammar/datafile/NOTES.md.
 */
#ifndef TBLINT_DATAFILE_CHECK_H
#define TBLINT_DATAFILE_CHECK_H

#include "checks/check.h"

typedef VEC(Range) Ranges;

typedef struct {
    const Check *check;
    Arena *arena;
    Findings *findings;
    const Project *project;
    const Resource *resource;
    const Datafile *file;
    Ranges troubles;   /* where the parser objects, by start; `end` is the furthest so far */
    Ranges headless;   /* lines below a block's broken head, by start */
    Map *columns;      /* name -> Column, the last of a name */
    bool is_uncertain; /* see absence_is_uncertain() */
    bool is_forward;
} FileCheck;

/* Adds a finding on `range`. `meaning` is what is wrong, normalised: it decides the id. */
Finding *datafile_report(const FileCheck *in, RuleId rule, Range range, Str meaning, Str message,
                         Str advice);

/* The file has `word` in a place that is refused or deprecated. Where other files of live have it
 * in the same kind of file, and `also` beside it if that is not NULL, the product has taken it: the
 * finding is a level milder, and promises nothing. */
void datafile_soften_if_live_has(const FileCheck *in, Finding *finding, const char *word,
                                 const char *also);

/* datafile_report() for one instruction, as TB905: `why` ends the sentence "'X' ...". */
void datafile_refuse_value(const FileCheck *in, const Instruction *instruction, Str why,
                           Str advice);

/* A value as messages show it: its first 60 bytes, whole characters only. */
Str shown(const FileCheck *in, Str value);

/* The word as the table spells it, or as written when it is unknown. */
Str instruction_word(const Instruction *instruction);

/* A value that is known only at deploy time: it names an environment variable or a secret. */
bool value_is_deferred(Str value);

/* The parser itself objects to something in that stretch: one cause, one finding. */
bool has_problem_in(const FileCheck *in, Range range);

/* It stands below a block's word that lacks its '>': the block's content, not an instruction. */
bool is_headless(const FileCheck *in, Range range);

/* Some instruction is misspelt or stands elsewhere, so that absence proves nothing. */
bool absence_is_uncertain(const FileCheck *in);

/* The instruction that counts: the last of that word that the product takes; NULL. */
const Instruction *effective(const FileCheck *in, Keyword keyword);

/* "KAFKA_TOPIC and KAFKA_GROUP_ID" */
Str keyword_list(Arena *arena, const Keyword *words, size_t count);

/* TB902 and TB904 of lines that a block has swallowed. Returns the stretches from such a line to
 * the block's end: what the parser objects to there has the same cause. */
Ranges swallowed_lines(const FileCheck *in);

void check_instructions(const FileCheck *in);    /* TB903, TB904, TB905, TB907 */
void check_datasource_file(const FileCheck *in); /* TB905 */
void check_engine(const FileCheck *in);          /* TB905 */
void check_pipe_file(const FileCheck *in);       /* TB904, TB905 */

#endif
