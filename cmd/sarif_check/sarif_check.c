/* sarif_check.c: checking a SARIF file: its parts in turn, and how a breach is told. */
#include "sarif_check/sarif_check.h"

#include "report/escape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TOLD_MOST = 10,  /* of one format */
    TEXT_MOST = 400, /* bytes of one breach */
    SPOTS_MOST = 256,
};

/* ---- members ---- */

const cJSON *sarif_at(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

Str sarif_text(const cJSON *object, const char *key)
{
    return str_of(cJSON_GetStringValue(sarif_at(object, key)));
}

bool sarif_number(const cJSON *object, const char *key, double *out)
{
    const cJSON *number = sarif_at(object, key);
    *out = cJSON_IsNumber(number) ? number->valuedouble : 0;
    return cJSON_IsNumber(number);
}

size_t sarif_count(const cJSON *array)
{
    return cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0;
}

size_t sarif_points(Str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

/* ---- breaches ---- */

/* runs[0].results[3].locations[0] */
static void add_spot(Buf *out, const SarifSpot *at)
{
    const SarifSpot *chain[SPOTS_MOST];
    size_t len = 0;
    for (; at && len < SPOTS_MOST; at = at->up)
        chain[len++] = at;
    for (size_t i = len; i-- > 0;) {
        if (chain[i]->key)
            buf_addf(out, "%s%s", i + 1 < len ? "." : "", chain[i]->key);
        else
            buf_addf(out, "[%zu]", chain[i]->index);
    }
}

/* A text with the user's own in it, on one line and not without end. */
static void add_text(Buf *out, Arena *arena, Str text)
{
    bool cut = text.len > TEXT_MOST;
    if (cut)
        text.len = TEXT_MOST;
    buf_add_str(out, escaped_terminal(arena, text));
    if (cut)
        buf_add(out, "...");
}

static void tell(SarifCheck *check, const char *severity, const char *demand, const SarifSpot *at,
                 Str text)
{
    Buf spot = {0};
    add_spot(&spot, at);
    buf_addf(check->out, "%.*s: %s: %s ", STR_ARG(check->name), severity, demand);
    add_text(check->out, check->arena, buf_str(&spot));
    if (spot.len)
        buf_add(check->out, ": ");
    add_text(check->out, check->arena, text);
    buf_add_char(check->out, '\n');
    buf_free(&spot);
}

/* How often a format has been told before. */
static uintptr_t told_before(SarifCheck *check, const char *format)
{
    Str key = {(const char *)&format, sizeof format}; /* the pointer's own bytes */
    if (!map_has(check->kinds, key))
        key = str_copy(check->arena, key);
    void **count = map_at(check->kinds, key);
    uintptr_t before = (uintptr_t)*count;
    *count = (void *)(before + 1);
    return before;
}

static void breach(SarifCheck *check, const char *severity, const char *demand, const SarifSpot *at,
                   const char *format, va_list arguments)
{
    if (told_before(check, format) >= TOLD_MOST)
        return;
    char *text = NULL;
    int len = vasprintf(&text, format, arguments);
    if (len >= 0)
        tell(check, severity, demand, at, (Str){text, (size_t)len});
    free(text);
}

void sarif_error(SarifCheck *check, const char *demand, const SarifSpot *at, const char *format,
                 ...)
{
    va_list arguments;
    va_start(arguments, format);
    check->errors++;
    breach(check, "error", demand, at, format, arguments);
    va_end(arguments);
}

void sarif_warning(SarifCheck *check, const char *demand, const SarifSpot *at, const char *format,
                   ...)
{
    va_list arguments;
    va_start(arguments, format);
    check->warnings++;
    breach(check, "warning", demand, at, format, arguments);
    va_end(arguments);
}

/* How many were not told. */
static void tell_rest(SarifCheck *check)
{
    size_t rest = 0;
    for (size_t i = 0; i < map_len(check->kinds); i++) {
        uintptr_t count = (uintptr_t)map_value(check->kinds, i);
        rest += count > TOLD_MOST ? count - TOLD_MOST : 0;
    }
    if (rest)
        buf_addf(check->out, "%.*s: and %zu more like these\n", STR_ARG(check->name), rest);
}

int sarif_check(SarifCheck *check, Str text, Fault *fault)
{
    check->kinds = map_new(check->arena);
    check->files = map_new(check->arena);
    check->key = hash_process_key();
    check->name = escaped_terminal(check->arena, check->name);
    size_t bytes = text.len;
    if (!sarif_check_bytes(check, &text, fault))
        return fault->kind ? -1 : 0;
    cJSON *log = cJSON_ParseWithLength(text.ptr, text.len);
    if (!log)
        return fault_set(fault, FAULT_INTERNAL, "%.*s: the JSON library does not read it",
                         STR_ARG(check->name));
    sarif_check_shape(check, log);
    sarif_check_log(check, log);
    sarif_check_size(check, bytes);
    cJSON_Delete(log);
    tell_rest(check);
    return 0;
}
