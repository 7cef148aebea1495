/* json_tree.c: cJSON trees of our own texts. */
#include "report/json_tree.h"

#include "base/fault.h"
#include "report/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cJSON's hooks are one set for the whole process, so its NULL is caught here instead. A printed
 * text of 2 GiB is its limit and looks the same. */
static void *need(void *made)
{
    if (!made) {
        fputs("tblint: out of memory for a JSON report\n", stderr);
        exit(FAULT_INTERNAL);
    }
    return made;
}

static cJSON *add(cJSON *to, const char *key, cJSON *value)
{
    need(value);
    cJSON_AddItemToObjectCS(to, key, value);
    return value;
}

static cJSON *push(cJSON *array, cJSON *value)
{
    need(value);
    cJSON_AddItemToArray(array, value);
    return value;
}

static cJSON *new_string(Str value)
{
    Buf text = {0};
    escape_utf8(&text, value);
    buf_add_char(&text, '\0');
    cJSON *item = cJSON_CreateString(text.ptr);
    buf_free(&text);
    return item;
}

cJSON *json_object(void)
{
    return need(cJSON_CreateObject());
}

cJSON *json_array(void)
{
    return need(cJSON_CreateArray());
}

cJSON *json_add_object(cJSON *to, const char *key)
{
    return add(to, key, cJSON_CreateObject());
}

cJSON *json_add_array(cJSON *to, const char *key)
{
    return add(to, key, cJSON_CreateArray());
}

cJSON *json_push_object(cJSON *array)
{
    return push(array, cJSON_CreateObject());
}

void json_add_str(cJSON *to, const char *key, Str value)
{
    add(to, key, new_string(value));
}

void json_add_text(cJSON *to, const char *key, const char *value)
{
    add(to, key, value ? new_string(str_of(value)) : cJSON_CreateNull());
}

void json_add_number(cJSON *to, const char *key, uint64_t value)
{
    add(to, key, cJSON_CreateNumber((double)value));
}

void json_add_bool(cJSON *to, const char *key, bool value)
{
    add(to, key, cJSON_CreateBool(value));
}

void json_add_null(cJSON *to, const char *key)
{
    add(to, key, cJSON_CreateNull());
}

void json_push_str(cJSON *array, Str value)
{
    push(array, new_string(value));
}

/* What lies beyond four digits is a pair of surrogates. */
static void add_code(Buf *out, uint32_t c)
{
    if (c > 0xFFFF)
        buf_addf(out, "\\u%04x\\u%04x", 0xD7C0 + (c >> 10), 0xDC00 + (c & 0x3FF));
    else
        buf_addf(out, "\\u%04x", c);
}

/* Outside of strings the text is plain ASCII without '#', so escapes may be put in anywhere. */
static void add_escaped(Buf *out, const char *text)
{
    for (;;) {
        /* The others begin with these bytes. */
        size_t plain = strcspn(text, "#\x7F\xC2\xD8\xE2\xEF\xF3");
        buf_add_str(out, (Str){text, plain});
        text += plain;
        if (!*text)
            return;
        if (strncmp(text, "##[", 3) == 0) { /* a command to a CI runner, wherever it stands */
            buf_add(out, "##\\u005b");
            text += 3;
            continue;
        }
        Str rest = {text, strnlen(text, 4)};
        uint32_t c = utf8_next(&rest, NULL);
        if (is_unseen(c))
            add_code(out, c);
        else
            buf_add_str(out, (Str){text, (size_t)(rest.ptr - text)});
        text = rest.ptr;
    }
}

void json_print(cJSON *root, bool pretty, Buf *out)
{
    char *text = need(pretty ? cJSON_Print(root) : cJSON_PrintUnformatted(root));
    cJSON_Delete(root);
    add_escaped(out, text);
    buf_add_char(out, '\n');
    cJSON_free(text);
}
