/* fuzz_sarif.c: any bytes as a SARIF file. Each line of the verdict is one of the file's own, and
 * what is no JSON has a breach. */
#include "touch.h"

#include "sarif_check/sarif_check.h"

static void check_lines(Str out)
{
    for (Str line; out.len > 0 && str_split_line(&out, &line);) {
        touch(line);
        if (!str_starts(line, "f: ") || !str_is_utf8(line))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buf out = {0};
    Fault fault = {0};
    SarifCheck check = {.arena = arena_new(), .out = &out, .name = STR("f")};
    int result = sarif_check(&check, (Str){(const char *)data, size}, &fault);
    if ((result < 0) != (fault.message[0] != '\0') || (size == 0 && check.errors == 0))
        abort();
    if (check.errors + check.warnings > 0 && out.len == 0)
        abort();
    check_lines(buf_str(&out));
    buf_free(&out);
    arena_free(check.arena);
    return 0;
}
