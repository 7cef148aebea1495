/*
 * fault.h: why something could not be done.
 *
 * A fault is never a finding: a finding is about the project, a fault about our ability to judge
 * it. The kind decides the exit code. The message is set where the fault is known and passed up
 * unchanged; `repair` is the one command or edit that would help, or empty.
 */
#ifndef TBLINT_FAULT_H
#define TBLINT_FAULT_H

#include "str.h"

typedef enum {
    FAULT_NONE = 0,
    FAULT_USAGE = 2,    /* misuse or bad configuration */
    FAULT_ANALYSE = 3,  /* the repository or a file cannot be analysed */
    FAULT_INTERNAL = 4, /* a defect of ours, or the machine failed us */
} FaultKind;

typedef struct {
    FaultKind kind;
    char message[1024];
    char repair[1024];
    bool repair_has_lines; /* its line ends are ours, and not of a name that stands in it */
} Fault;

/* Sets kind and message and returns -1, so that a function can `return fault_set(...)`. */
int fault_set(Fault *fault, FaultKind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* Adds the repair to a fault that is set; returns -1. */
int fault_repair(Fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same, for a text of several lines in which every name is escaped. */
int fault_repair_lines(Fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* A command for a shell and its last word, which is a name: people paste what is shown. */
int fault_repair_word(Fault *fault, const char *command, Str word);

#endif
