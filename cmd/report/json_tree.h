/*
 * json_tree.h: cJSON trees of our own texts.
 *
 * A Str may hold NUL and invalid UTF-8, which a C string cannot, so every text goes through
 * escape_utf8() on its way into a tree. Keys are literals and are borrowed. A value that is added
 * belongs to the tree; the root belongs to the caller until json_print() takes it. Nothing returns
 * NULL: without memory the program ends, as with xmalloc().
 */
#ifndef TBLINT_JSON_TREE_H
#define TBLINT_JSON_TREE_H

#include "base/str.h"

#include <cjson/cJSON.h>

cJSON *json_object(void);
cJSON *json_array(void);

/* A new object or array inside `to`; the new one is returned. Adding takes the same time however
 * many there are already. */
cJSON *json_add_object(cJSON *to, const char *key);
cJSON *json_add_array(cJSON *to, const char *key);
cJSON *json_push_object(cJSON *array);

void json_add_str(cJSON *to, const char *key, Str value);
void json_add_text(cJSON *to, const char *key, const char *value); /* NULL gives null */
void json_add_number(cJSON *to, const char *key, uint64_t value);
void json_add_bool(cJSON *to, const char *key, bool value);
void json_add_null(cJSON *to, const char *key);
void json_push_str(cJSON *array, Str value);

/* Adds the root's text and a line end to `out`, and deletes the root. `pretty`: a line for each
 * value of an object. DEL, C1 control characters, the Unicode line ends, characters that turn the
 * direction of text and what a CI runner takes as a command are escaped too, which JSON does not
 * ask for but terminals, JavaScript and CI logs do. */
void json_print(cJSON *root, bool pretty, Buf *out);

#endif
