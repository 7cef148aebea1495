/* output.c: writing the reports that were asked for. */
#include "output.h"

#include "accept_options.h"
#include "file_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MOST = 100, WIDTH_LEAST = 60 };

/* ---- the terminal ---- */

static bool is_terminal(FILE *out)
{
    int descriptor = fileno(out); /* -1 for a stream in memory */
    return descriptor >= 0 && isatty(descriptor);
}

static bool wants_color(const App *app)
{
    if (app->options->color != COLOR_AUTO)
        return app->options->color == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color && *no_color) || !term || strcmp(term, "dumb") == 0)
        return false;
    return is_terminal(app->out);
}

/* COLUMNS, which users and shells set; 0 when it is not set or is no such number. */
static unsigned wanted_columns(void)
{
    Str text = str_of(getenv("COLUMNS"));
    unsigned columns = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || i == 4)
            return 0;
        columns = columns * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return columns;
}

/* Of what is no terminal it is always the same, so that the bytes are. */
static unsigned terminal_width(FILE *out)
{
    struct winsize size;
    if (!is_terminal(out))
        return WIDTH_MOST;
    unsigned columns = wanted_columns();
    if (columns == 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0)
        return WIDTH_MOST;
    if (columns < WIDTH_LEAST)
        return WIDTH_LEAST;
    return columns < WIDTH_MOST ? columns : WIDTH_MOST;
}

/* ---- the remote ---- */

static bool is_network_scheme(Str url)
{
    return str_starts(url, "https://") || str_starts(url, "http://") || str_starts(url, "ssh://") ||
           str_starts(url, "git://");
}

/* Only what a URI may hold; anything else is no address that a viewer could use. */
static bool is_plain_uri(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c))
            return false;
    }
    return text.len > 0;
}

/* user@host:owner/repo, the short form of ssh, has no scheme but a colon before any slash. */
static Str expand_short_form(Arena *arena, Str url)
{
    ptrdiff_t colon = str_find_char(url, ':');
    ptrdiff_t slash = str_find_char(url, '/');
    if (colon <= 1 || (slash >= 0 && slash < colon))
        return (Str){0};
    return str_fmt(arena, "ssh://%.*s/%.*s", STR_ARG(str_slice(url, 0, (size_t)colon)),
                   STR_ARG(str_slice(url, (size_t)colon + 1, url.len)));
}

/* The remote's address without credentials, or empty when it is no address on the network. */
static Str public_url(Arena *arena, Str url)
{
    if (!is_network_scheme(url)) {
        if (str_find(url, "://") >= 0)
            return (Str){0};
        url = expand_short_form(arena, url);
    }
    ptrdiff_t scheme = str_find(url, "://");
    if (scheme < 0)
        return (Str){0};
    Str head = str_slice(url, 0, (size_t)scheme + 3);
    Str rest = str_slice(url, (size_t)scheme + 3, url.len);
    ptrdiff_t slash = str_find_char(rest, '/');
    Str host = slash < 0 ? rest : str_slice(rest, 0, (size_t)slash);
    ptrdiff_t at = str_rfind_char(host, '@');
    if (at >= 0)
        rest = str_slice(rest, (size_t)at + 1, rest.len);
    ptrdiff_t query = str_find_char(rest, '?');
    if (query >= 0)
        rest = str_slice(rest, 0, (size_t)query);
    if (!is_plain_uri(rest) || rest.ptr[0] == '/')
        return (Str){0};
    return str_fmt(arena, "%.*s%.*s", STR_ARG(head), STR_ARG(rest));
}

/* ---- reports ---- */

/* --project as the repository has it, which may have been given from another folder. */
static Str only_project(const Session *session, const Fault *fault)
{
    const char *named = session->app->options->project;
    const Comparison *comparison = fault ? NULL : session->comparison;
    if (named && comparison && comparison->projects.len == 1)
        return comparison->projects.items[0].root;
    return str_of(named);
}

Report output_report(const Session *session, const Fault *fault)
{
    const App *app = session->app;
    Report report = {
        .arena = session->arena,
        .now = session->now,
        .findings = session->findings,
        .comparison = fault ? NULL : session->comparison,
        .unchecked = session->unchecked,
        .fault = fault,
        .complete = !fault && session_is_complete(session),
        .shows_all = app->options->all,
        .only_project = only_project(session, fault),
        .sarif_category = str_of(app->options->sarif_category ? app->options->sarif_category
                                                              : session->config.sarif_category),
        .color = wants_color(app),
        .width = terminal_width(app->out),
    };
    if (!fault) {
        report.plans = session->plans;
        report.weakened = session->weakened;
        report.accept_options = accept_options(session);
    }
    if (session->repo)
        report.remote_url =
            public_url(session->arena, repo_config(session->repo, "remote.origin.url"));
    return report;
}

static const char *subject_text(ReportKind kind)
{
    static const char *const texts[] = {
        [REPORT_LINT] = "findings",
        [REPORT_PLAN] = "a plan",
        [REPORT_WHY] = "the answer of why",
    };
    return texts[kind];
}

int output_check_formats(const App *app, Arena *arena, ReportKind kind, Fault *fault)
{
    const FormatChoices *choices = &app->options->formats;
    for (size_t i = 0; i < choices->len; i++) {
        Str name = choices->items[i].format;
        const ReportFormat *format = report_format_find(name);
        bool has = report_format_has(format, kind);
        if (has && kind == REPORT_PLAN && !format->rollback && app->options->rollback) {
            fault_set(fault, FAULT_USAGE, "a rollback cannot be shown as %.*s", STR_ARG(name));
            return fault_repair(fault, "--format with one of text, json, markdown, html");
        }
        if (has)
            continue;
        fault_set(fault, FAULT_USAGE, "%s cannot be shown as %.*s", subject_text(kind),
                  STR_ARG(name));
        Str known = report_format_list(arena, kind);
        return fault_repair(fault, "--format with one of %.*s", STR_ARG(known));
    }
    return 0;
}

int output_stream(FILE *out, Str text, Fault *fault)
{
    bool written = text.len == 0 || fwrite(text.ptr, 1, text.len, out) == text.len;
    if (written && fflush(out) == 0)
        return 0;
    return fault_set(fault, FAULT_INTERNAL, "standard output cannot be written: %s",
                     strerror(errno));
}

/* How the text of a report is made. */
typedef struct {
    const App *app;
    const Report *report;
    MakeText make;
    void *context;
} Writing;

static int write_choice(const Writing *writing, const FormatChoice *choice, Fault *fault)
{
    Buf text = {0};
    Report adapted = *writing->report;
    if (choice->file) { /* a file is no terminal */
        adapted.color = false;
        adapted.width = WIDTH_MOST;
    }
    writing->make(writing->context, &adapted, report_format_find(choice->format), &text);
    int result = choice->file ? file_write_atomic(choice->file, buf_str(&text), fault)
                              : output_stream(writing->app->out, buf_str(&text), fault);
    buf_free(&text);
    return result;
}

int output_write_made(const App *app, const Report *report, MakeText make, void *context,
                      Fault *fault)
{
    const Writing writing = {app, report, make, context};
    const FormatChoices *choices = &app->options->formats;
    const FormatChoice text = {STR("text"), NULL};
    int result = 0;
    for (size_t i = 0; i < choices->len; i++) {
        if (choices->items[i].file)
            result |= write_choice(&writing, &choices->items[i], fault);
    }
    for (size_t i = 0; i < choices->len; i++) {
        if (!choices->items[i].file)
            result |= write_choice(&writing, &choices->items[i], fault);
    }
    if (choices->len == 0)
        result = write_choice(&writing, &text, fault);
    return result;
}

static void make_lint(void *context, const Report *report, const ReportFormat *format, Buf *out)
{
    (void)context;
    format->lint(report, out);
}

static void make_plan(void *context, const Report *report, const ReportFormat *format, Buf *out)
{
    (void)context;
    format->plan(report, out);
}

int output_write(const App *app, const Report *report, ReportKind kind, Fault *fault)
{
    return output_write_made(app, report, kind == REPORT_PLAN ? make_plan : make_lint, NULL, fault);
}
