/* parsed_run.c: runs of the program whose output is parsed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed_run.h"
#include "tblint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 16 };

Run run_tblint(Sandbox *box, const char *arguments)
{
    const char *argv[ARGUMENTS_MAX] = {"tblint"};
    int argc = 1;
    char *rest = (char *)str_fmt(box->arena, "%s", arguments).ptr;
    for (char *word; argc < ARGUMENTS_MAX && (word = strsep(&rest, " "));) {
        if (*word)
            argv[argc++] = word;
    }
    char *out_memory = NULL, *err_memory = NULL;
    size_t out_size = 0, err_size = 0;
    FILE *out = open_memstream(&out_memory, &out_size);
    FILE *err = open_memstream(&err_memory, &err_size);
    setenv("TBLINT_NOW", "2026-11-21T12:00:00Z", 1);
    assert_int_equal(chdir(box->repo), 0);
    Run run = {.code = tblint_run(argc, argv, out, err)};
    assert_int_equal(chdir("/"), 0);
    fclose(out);
    fclose(err);
    run.out = str_copy(box->arena, (Str){out_memory, out_size});
    free(out_memory);
    free(err_memory);
    return run;
}

cJSON *run_parsed(Sandbox *box, int code, const char *arguments)
{
    Run run = run_tblint(box, arguments);
    assert_int_equal(run.code, code);
    assert_true(str_is_utf8(run.out));
    assert_true(str_starts(run.out, "{") && str_ends(run.out, "}\n"));
    for (size_t i = 0; i < run.out.len; i++) {
        unsigned char c = (unsigned char)run.out.ptr[i];
        assert_true(c != 0x7F && (c >= 0x20 || c == '\n' || c == '\t'));
    }
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(run.out.ptr, run.out.len, &end, false);
    assert_non_null(json);
    assert_ptr_equal(end, run.out.ptr + run.out.len - 1);
    return json;
}

const cJSON *json_at(const cJSON *from, ...)
{
    va_list keys;
    va_start(keys, from);
    const cJSON *at = from;
    for (const char *key; at && (key = va_arg(keys, const char *));)
        at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, atoi(key))
                               : cJSON_GetObjectItemCaseSensitive(at, key);
    va_end(keys);
    assert_non_null(at);
    return at;
}

const char *json_text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(json_at(object, key, NULL));
    assert_non_null(text);
    return text;
}

int json_number_at(const cJSON *object, const char *key)
{
    const cJSON *number = json_at(object, key, NULL);
    assert_true(cJSON_IsNumber(number));
    return number->valueint;
}
