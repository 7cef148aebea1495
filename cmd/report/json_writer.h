/*
 * json_writer.h: JSON as a stream of bytes.
 *
 * Values of any length and with any bytes are written without a tree in memory: a report may hold
 * thousands of findings, and a Str may hold NUL and invalid UTF-8, which a C string cannot.
 * Invalid UTF-8 becomes U+FFFD, control characters are escaped.
 */
#ifndef TBLINT_JSON_WRITER_H
#define TBLINT_JSON_WRITER_H

#include "base/str.h"

typedef struct {
    Buf *out;
    unsigned depth;
    bool pretty;        /* a line for each value, indented by two */
    bool has_items[32]; /* at each depth */
    bool after_key;
} JsonWriter;

void json_open(JsonWriter *json, char bracket);  /* '{' or '[' */
void json_close(JsonWriter *json, char bracket); /* '}' or ']' */
void json_key(JsonWriter *json, const char *key);
void json_str(JsonWriter *json, Str value);
void json_text(JsonWriter *json, const char *value); /* NULL gives null */
void json_number(JsonWriter *json, uint64_t value);
void json_bool(JsonWriter *json, bool value);
void json_null(JsonWriter *json);

/* Key and value in one. */
void json_put_str(JsonWriter *json, const char *key, Str value);
void json_put_text(JsonWriter *json, const char *key, const char *value);
void json_put_number(JsonWriter *json, const char *key, uint64_t value);
void json_put_bool(JsonWriter *json, const char *key, bool value);
void json_open_key(JsonWriter *json, const char *key, char bracket);

#endif
