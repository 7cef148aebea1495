/*
 * completions.h: what the scripts for the shells share: where what can stand, from the tables of
 * commands and options.
 */
#ifndef TBLINT_COMPLETIONS_H
#define TBLINT_COMPLETIONS_H

#include "command.h"
#include "options_table.h"

typedef enum {
    OFFER_NOTHING,
    OFFER_WORDS, /* install|uninstall|run */
    OFFER_REFS,
    OFFER_FILES,
    OFFER_FOLDERS,
    OFFER_FORMATS,
    OFFER_RULES,
    OFFER_RULES_AND_TOPICS,
    OFFER_COMMANDS,
    OFFER_HOOKS,
} Offer;

/* By the placeholder that --help shows. */
Offer offer_of(Str placeholder);
/* The placeholder of the argument at that place, from 0; empty when the command takes none there.
 */
Str offered_argument(const CommandInfo *command, size_t place);
bool command_takes(const CommandInfo *command, const OptionInfo *option);
/* --format names no sarif where only plans are shown. */
ReportKind command_reports(const CommandInfo *command);
void offer_commands(Buf *out);
/* The words of an offer that is a list of words; nothing for the others. */
void offer_list(Buf *out, Arena *arena, Offer offer, Str placeholder, ReportKind kind);
/* Options that take a value. */
void offer_valued(Buf *out, const char *between);
/* A text in single quotes; those inside it as `escaped`. */
void offer_quoted(Buf *out, const char *text, const char *escaped);

/* The whole script for each shell. */
void completions_bash(Buf *out, Arena *arena);
void completions_zsh(Buf *out, Arena *arena);
void completions_fish(Buf *out, Arena *arena);

#endif
