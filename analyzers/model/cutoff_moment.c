/* cutoff_moment.c: the moments of time filters in words. */
#include "cutoff_filter.h"

Str nanos_text(Arena *arena, Nanos at)
{
    Nanos seconds = at / NANOS_PER_SECOND;
    Nanos rest = at % NANOS_PER_SECOND;
    if (rest < 0) {
        rest += NANOS_PER_SECOND;
        seconds--;
    }
    Str text = instant_text(arena, seconds);
    if (rest == 0)
        return text;
    text = str_fmt(arena, "%.*s.%09lld", STR_ARG(text), (long long)rest);
    while (text.ptr[text.len - 1] == '0')
        text.len--;
    return text;
}

Str between_text(Arena *arena, Nanos from, Nanos to)
{
    const size_t day = sizeof("2026-11-21") - 1;
    Str first = nanos_text(arena, from);
    Str last = nanos_text(arena, to);
    bool same_day = str_eq(str_slice(first, 0, day), str_slice(last, 0, day));
    if (same_day && last.len > day)
        last = str_slice(last, day + 1, last.len);
    return str_fmt(arena, "from %.*s to %.*s", STR_ARG(first), STR_ARG(last));
}

Nanos cutoff_moment(const CutoffFilter *filter)
{
    return filter->tick >= NANOS_PER_DAY ? filter->lower.at : filter->lower.literal;
}
