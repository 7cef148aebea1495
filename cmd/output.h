/*
 * output.h: writing the reports that were asked for, each to its file or to standard output.
 */
#ifndef TBLINT_OUTPUT_H
#define TBLINT_OUTPUT_H

#include "session.h"

/* Makes the report of a session, whole or broken off by `fault` (or NULL). */
Report output_report(const Session *session, const Fault *fault);

/* FAULT_USAGE when a format of the options cannot show what is asked for. Before the analysis. */
int output_check_formats(const App *app, Arena *arena, ReportKind kind, Fault *fault);

/* Writes every format of the options; text to standard output when none was named. Files are
 * written first and appear whole or not at all. */
int output_write(const App *app, const Report *report, ReportKind kind, Fault *fault);

/* The same for an answer that is no plain report: `make` gives its text in a format. */
typedef void (*MakeText)(void *context, const Report *report, const ReportFormat *format, Buf *out);
int output_write_made(const App *app, const Report *report, MakeText make, void *context,
                      Fault *fault);

/* Writes the text and empties the stream's buffer; FAULT_INTERNAL when the machine refuses. */
int output_stream(FILE *out, Str text, Fault *fault);

#endif
