/* json_valid.c: exits 0 when standard input is exactly one JSON text; for the shell tests. */
#include "base/str.h"

#include <cjson/cJSON.h>
#include <stdio.h>

int main(void)
{
    Buf text = {0};
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, stdin)) > 0;)
        buf_add_str(&text, (Str){block, got});
    const char *end = NULL;
    buf_add_char(&text, '\0');
    cJSON *json = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, 1);
    int status = json ? 0 : 1;
    cJSON_Delete(json);
    buf_free(&text);
    return status;
}
