/* why.c: `tblint why`: all that is known about one file, one line of it, or a rule there. */
#include "why.h"

#include "command.h"
#include "output.h"
#include "report/escape.h"
#include "report/text_layout.h"
#include "talk.h"

#include <string.h>

/* ---- what is asked about ---- */

/* "path:12" or "path:12:3": the number behind the last colon, and the text before it. */
static bool split_number(Str *text, uint32_t *number)
{
    ptrdiff_t colon = str_rfind_char(*text, ':');
    if (colon < 0 || text->len - (size_t)colon - 1 == 0 || text->len - (size_t)colon > 8)
        return false;
    uint32_t value = 0;
    for (size_t i = (size_t)colon + 1; i < text->len; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9')
            return false;
        value = value * 10 + (uint32_t)(text->ptr[i] - '0');
    }
    *number = value;
    text->len = (size_t)colon;
    return true;
}

/* A line, and a column behind it as other tools print it, which says nothing more here. */
static Str split_place(Str text, uint32_t *line)
{
    uint32_t first = 0;
    uint32_t second = 0;
    *line = 0;
    if (!split_number(&text, &second))
        return text;
    *line = split_number(&text, &first) ? first : second;
    return text;
}

static int find_target(Why *why, Fault *fault)
{
    Str named = str_of(why->session->app->options->arguments.items[0]);
    Fault first = {0};
    if (why_find(why, named, &first) == 0) /* a colon may stand in a path */
        return 0;
    Str path = split_place(named, &why->line);
    if (why->line == 0) {
        *fault = first;
        return -1;
    }
    return why_find(why, path, fault);
}

static int check_rule(Why *why, Fault *fault)
{
    const Arguments *arguments = &why->session->app->options->arguments;
    if (arguments->len < 2)
        return 0;
    Str name = str_of(arguments->items[1]);
    why->rule = rule_find(name);
    if (why->rule)
        return 0;
    Str nearest = rule_suggest(name);
    fault_set(fault, FAULT_USAGE, "there is no rule '%.*s'", STR_ARG(name));
    if (nearest.len)
        return fault_repair(fault, "did you mean %.*s?", STR_ARG(nearest));
    return fault_repair(fault, "tblint rules");
}

static int check_line(Why *why, Fault *fault)
{
    SourceFile *file = why->files->candidate ? why->files->candidate : why->files->live;
    Fault reading = {0};
    if (why->line == 0 || source_file_load(why->session->repo, file, &reading) < 0)
        return 0;
    uint32_t count = lines_count(source_file_lines(why->arena, file));
    if (why->line <= count)
        return 0;
    return fault_set(fault, FAULT_USAGE, "'%.*s' has %u line%s, not %u", STR_ARG(why->path), count,
                     count == 1 ? "" : "s", why->line);
}

/* ---- its place in the project ---- */

static int load_relations(Why *why, Fault *fault)
{
    const Diff *diff = why->project->diff;
    Dialect dialect = diff->sides.candidate->dialect;
    const Loader *loader = &why->session->loader;
    why->loader = (Loader){.arena = why->arena,
                           .repo = loader->repo,
                           .live_tip = loader->live_tip,
                           .datafiles = loader->datafiles,
                           .sql = loader->sql,
                           .by_blob = loader->by_blob,
                           .unchecked = ARENA_NEW(why->arena, UncheckedList),
                           .focus = why->path};
    timing_enter(&why->session->timing, PHASE_LOAD);
    int result = project_load(&why->sides, &why->loader, diff->sides.files, &dialect, fault);
    timing_enter(&why->session->timing, PHASE_REPORT);
    return result;
}

static const Resource *resource_of(const Project *project, Str path)
{
    const Map *tables[] = {project->datasources, project->pipes, project->connections};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        for (size_t j = 0; j < map_len(tables[i]); j++) {
            const Resource *resource = map_value(tables[i], j);
            if (str_eq(resource->file->path, path))
                return resource;
        }
    }
    return NULL;
}

static void find_change(Why *why)
{
    why->resource = resource_of(why->sides.candidate, why->path);
    if (!why->resource)
        why->resource = resource_of(why->sides.live, why->path);
    if (!why->resource)
        return;
    const ResourceChanges *changes = &why->project->diff->changes;
    for (size_t i = 0; i < changes->len; i++) {
        const ResourceChange *change = changes->items[i];
        if (change->kind == why->resource->kind && str_eq(change->name, why->resource->name))
            why->change = change;
    }
    why->step = plan_find(why->project->plan, why->resource->kind, why->resource->name);
}

/* ---- the answer ---- */

void why_heading(Why *why, const char *text)
{
    buf_addf(why->out, why->report.color ? "\n\x1b[1m%s\x1b[0m\n" : "\n%s\n", text);
}

void why_say(Why *why, Str text)
{
    buf_add(why->out, "  ");
    layout_wrap(why->out, escaped_terminal(why->arena, text), 4, why->report.width);
}

Str why_place(Why *why, SourceFile *file, Range range)
{
    Fault reading = {0};
    if (!file->loaded && file->trouble == FILE_OK)
        source_file_load(why->session->repo, file, &reading);
    Position at = report_range(&why->report, file, range).start;
    return str_fmt(why->arena, "%.*s:%u", STR_ARG(file->path), at.line);
}

FileChange why_change(const Why *why)
{
    const FilePair *files = why->files;
    if (!files->live)
        return CHANGE_NEW;
    if (!files->candidate)
        return CHANGE_DELETED;
    if (memcmp(&files->live->id, &files->candidate->id, sizeof(BlobId)) == 0)
        return str_eq(files->live->path, files->candidate->path) ? CHANGE_NONE : CHANGE_MOVED;
    return why->resource && !why->change ? CHANGE_SPELLING : CHANGE_MEANING;
}

static const char *change_words(FileChange change)
{
    static const char *const words[] = {
        [CHANGE_NONE] = "as live has it",
        [CHANGE_NEW] = "new",
        [CHANGE_DELETED] = "deleted",
        [CHANGE_MOVED] = "moved",
        [CHANGE_SPELLING] = "other text, same meaning",
        [CHANGE_MEANING] = "changed",
    };
    return words[change];
}

static void add_title(Why *why)
{
    Buf title = {0};
    buf_add_str(&title, why->path);
    if (why->line)
        buf_addf(&title, ":%u", why->line);
    if (why->resource)
        buf_addf(&title, ": %s '%.*s'",
                 why->resource->kind == DATAFILE_DATASOURCE
                     ? "data source"
                     : datafile_kind_text(why->resource->kind),
                 STR_ARG(why->resource->name));
    buf_addf(&title, "%s%s", why->resource ? ", " : ": ", change_words(why_change(why)));
    layout_wrap(why->out, escaped_terminal(why->arena, buf_str(&title)), 2, why->report.width);
    buf_free(&title);
}

static void answer_in_text(Why *why)
{
    add_title(why);
    why_line(why);
    why_deploy(why);
    if (!why->rule)
        why_relations(why);
    why_findings(why);
    why_unchecked(why);
    why_rule(why);
}

static void answer(void *context, const Report *report, const ReportFormat *format, Buf *out)
{
    Why *why = context;
    why->report = *report;
    why->out = out;
    if (strcmp(format->name, "json") == 0)
        why_json(why);
    else
        answer_in_text(why);
}

static int run(Why *why, Fault *fault)
{
    Session *session = why->session;
    if (check_rule(why, fault) < 0 || session_run(session, true, fault) < 0)
        return -1;
    why->report = output_report(session, NULL);
    if (find_target(why, fault) < 0 || check_line(why, fault) < 0 || load_relations(why, fault) < 0)
        return -1;
    find_change(why);
    return output_write_made(session->app, &why->report, answer, why, fault);
}

int command_why(const App *app, Arena *arena)
{
    Fault fault = {0};
    if (app->options->arguments.len == 0) {
        fault_set(&fault, FAULT_USAGE, "tblint why needs a file: PATH or PATH:LINE");
        return talk_fault(app->err, &fault);
    }
    if (output_check_formats(app, arena, REPORT_WHY, &fault) < 0)
        return talk_fault(app->err, &fault);
    Session session;
    Why why = {.session = &session, .arena = arena};
    session_begin(&session, app, arena);
    int code;
    if (run(&why, &fault) < 0)
        code = talk_fault(app->err, &fault);
    else
        code = session_is_complete(&session) ? 0 : FAULT_ANALYSE;
    session_tell_timing(&session);
    session_close(&session);
    return code;
}
