/*
 * fuzz_project.c: a project on two sides -> changes, plan, findings and every report.
 *
 * The input is a list of files: a line "== live PATH", "== candidate PATH" or "== both PATH", and
 * below it the file's text up to the next such line.
 */
#include "touch.h"

#include "lib/project_fixture.h"
#include "report/report.h"

enum { FILES_MAX = 12 };

typedef struct {
    FileSet live;
    FileSet candidate;
} Sides;

/* A tree of git has a path once. */
static void add_once(Arena *arena, FileSet *files, Str path, Str text)
{
    for (size_t i = 0; i < files->len; i++) {
        if (str_eq(files->items[i].path, path))
            return;
    }
    if (files->len < FILES_MAX)
        file_set_add(arena, files, path, str_copy(arena, text));
}

static void add_file(Arena *arena, Sides *sides, Str head, Str text)
{
    bool both = str_starts(head, "== both ");
    ptrdiff_t blank = str_find_char(str_slice(head, 3, head.len), ' ');
    Str path = str_slice(head, (size_t)blank + 4, head.len);
    if (path.len == 0)
        return;
    if (both || str_starts(head, "== live "))
        add_once(arena, &sides->live, path, text);
    if (both || str_starts(head, "== candidate "))
        add_once(arena, &sides->candidate, path, text);
}

static bool is_head(Str line)
{
    return str_starts(line, "== live ") || str_starts(line, "== candidate ") ||
           str_starts(line, "== both ");
}

static Sides read_sides(Arena *arena, Str input)
{
    Sides sides = {0};
    Str head = {0}, line;
    const char *start = input.ptr;
    Str rest = input;
    while (str_split_line(&rest, &line)) {
        if (!is_head(line))
            continue;
        if (head.len)
            add_file(arena, &sides, head, (Str){start, (size_t)(line.ptr - start)});
        head = line;
        start = rest.len ? rest.ptr : input.ptr + input.len;
    }
    if (head.len)
        add_file(arena, &sides, head, (Str){start, (size_t)(input.ptr + input.len - start)});
    return sides;
}

/* SARIF carries the page of every rule: to make it takes longer than all before it. */
enum { SARIF_ONCE_IN = 32 };

static void write_reports(ProjectFixture *f, size_t size)
{
    static const char *const names[] = {"text", "json", "sarif"};
    size_t count = ARRAY_LEN(names) - (size % SARIF_ONCE_IN != 0);
    Report report = {
        .arena = f->arena,
        .findings = f->check.findings,
        .unchecked = f->unchecked,
        .complete = true,
        .color = true,
        .width = 80,
    };
    for (size_t i = 0; i < count; i++) {
        const ReportFormat *format = report_format_find(str_of(names[i]));
        Buf out = {0};
        format->lint(&report, &out);
        if (!str_is_utf8(buf_str(&out)) && out.len)
            abort();
        buf_free(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Sides sides = read_sides(arena, (Str){(const char *)data, size});
    if (sides.live.len || sides.candidate.len) {
        ProjectFixture f;
        project_fixture_make(&f, &sides.live, &sides.candidate);
        Findings *live = findings_new(f.arena);
        checks_run(&f.check, live);
        findings_finish(f.check.findings, live, false);
        write_reports(&f, size);
        project_fixture_free(&f);
    }
    arena_free(arena);
    return 0;
}
