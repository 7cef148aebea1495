/*
 * made_report.h: reports of findings that no check made, for tests of the formats.
 */
#ifndef TBLINT_TEST_MADE_REPORT_H
#define TBLINT_TEST_MADE_REPORT_H

#include "report/report.h"

#include <cjson/cJSON.h>

typedef struct {
    Arena *arena;
    Findings *findings;
    SourceFile live, candidate;
    Report report;
} Made;

/* The text of both files: three lines, with letters of two and four bytes in the second. */
extern const char made_source[];

/* For cmocka: *state is a Made without findings. */
int made_set_up(void **state);
int made_tear_down(void **state);

/* A finding of TB101 at the given bytes of the candidate's file; good until the next call. */
Finding *made_add(Made *made, Severity severity, uint32_t start, uint32_t end, Str message);

/* One on each line of a file of that many lines; errors in one file, the others in another. */
void made_add_many(Made *made, Severity severity, size_t count, Str message);

/* Warnings, every text of which is hostile, the path of the file too; the same as not checked,
 * every other of them a changed file. */
void made_add_hostile(Made *made);
extern const size_t made_hostile_count;

Str made_print(Made *made, const char *format);
const char *made_text(Made *made, const char *format); /* the same, terminated */
cJSON *made_json(Made *made, const char *format);      /* the caller deletes it */

/* Fails the test unless the text is UTF-8 in which nothing moves a terminal's cursor, turns the
 * direction of text, or is a command wherever it stands in a line. */
void text_is_clean(Str text);

size_t text_count(const char *text, const char *part);

#endif
