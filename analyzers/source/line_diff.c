/* line_diff.c: the lines that a change added, by libgit2's diff of two texts. */
#include "line_diff.h"

#include "internal.h"

typedef struct {
    Arena *arena;
    LineNumbers lines;
} Collector;

static int take_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                     const git_diff_line *line, void *payload)
{
    Collector *collector = payload;
    (void)delta;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_ADDITION && line->new_lineno > 0)
        vec_push(collector->arena, &collector->lines, (uint32_t)line->new_lineno);
    return 0;
}

LineNumbers lines_added(Arena *arena, Str before, Str after)
{
    Collector collector = {.arena = arena};
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    /* As `git diff` does by itself; a NUL byte makes no datafile a binary one. */
    options.flags |= GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
    if (git_diff_buffers(before.len ? before.ptr : "", before.len, NULL, after.len ? after.ptr : "",
                         after.len, NULL, &options, NULL, NULL, NULL, take_line, &collector) != 0)
        collector.lines.len = 0;
    return collector.lines;
}
