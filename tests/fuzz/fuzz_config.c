/* fuzz_config.c: any bytes as `.tblint.yaml`. A refusal must say why. */
#include "touch.h"

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Config config;
    Fault fault = {0};
    Str text = {(const char *)data, size};
    if (config_parse(&config, arena, text, CONFIG_NAME, &fault) < 0 && fault.message[0] == '\0')
        abort();
    touch(str_of(config.live));
    for (size_t i = 0; i < config.projects.len; i++)
        touch(config.projects.items[i]);
    for (size_t i = 0; i < config.ignore.len; i++)
        touch(config.ignore.items[i]);
    arena_free(arena);
    return 0;
}
