/* fuzz_parameter.c: any bytes as the SQL of a templated node -> its parameters. */
#include "touch.h"

#include "syntax/parameter.h"

/* Not 0, so that a range without its offset is seen. */
enum { OFFSET = 100 };

static void touch_all(const Strs *texts)
{
    for (size_t i = 0; i < texts->len; i++)
        touch(texts->items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    ParameterList list = parameters_read(arena, text, OFFSET);
    touch_range(list.unread, OFFSET, size);
    for (size_t i = 0; i < list.items.len; i++) {
        const Parameter *parameter = &list.items.items[i];
        touch(parameter->name);
        touch(parameter->type);
        touch(parameter->default_text);
        touch_all(&parameter->types);
        touch_all(&parameter->defaults);
        touch_all(&parameter->enum_values);
        touch_range(parameter->range, OFFSET, size);
        if (parameter->name.len == 0)
            abort(); /* a parameter has a name */
    }
    arena_free(arena);
    return 0;
}
