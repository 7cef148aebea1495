/*
 * parsed_run.h: runs of the program in a sandbox whose machine output is parsed by cJSON.
 */
#ifndef TBLINT_TEST_PARSED_RUN_H
#define TBLINT_TEST_PARSED_RUN_H

#include "sandbox.h"

#include <cjson/cJSON.h>

typedef struct {
    int code;
    Str out; /* in the sandbox's arena */
} Run;

/* One run in box->repo, in this process; `arguments` are separated by single blanks. */
Run run_tblint(Sandbox *box, const char *arguments);

/* The same; the output is one JSON text and a line end, in UTF-8 without a byte order mark, and no
 * control character stands in it as it is. Fails the test otherwise, or when the exit code is not
 * `code`. The caller deletes the tree. */
cJSON *run_parsed(Sandbox *box, int code, const char *arguments);

/* What stands at a path of keys and indexes: json_at(log, "runs", "0", "results", NULL). Fails the
 * test when there is nothing. */
const cJSON *json_at(const cJSON *from, ...);
const char *json_text_at(const cJSON *object, const char *key);
int json_number_at(const cJSON *object, const char *key);

#endif
