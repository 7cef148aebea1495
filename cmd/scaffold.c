/* scaffold.c: `tblint scaffold`: the files of a migration by replication. */
#include "command.h"
#include "new_files.h"
#include "report/escape.h"
#include "talk.h"

#include <string.h>

typedef enum { KIND_REPLICATE, KIND_BACKFILL } Kind;

/* ---- the options ---- */

static int check_arguments(const Options *options, Kind *kind, Fault *fault)
{
    static const char *const names[] = {"replicate", "backfill"};
    const Arguments *arguments = &options->arguments;
    for (size_t i = 0; i < ARRAY_LEN(names) && arguments->len > 0; i++) {
        if (strcmp(arguments->items[0], names[i]) != 0)
            continue;
        *kind = (Kind)i;
        if (arguments->len == 2)
            return 0;
        return fault_set(fault, FAULT_USAGE, "tblint scaffold %s needs a name: %s", names[i],
                         i == KIND_REPLICATE ? "the data source" : "the replica");
    }
    fault_set(fault, FAULT_USAGE, "tblint scaffold writes one of: replicate, backfill%s%s",
              arguments->len ? ", not " : "", arguments->len ? arguments->items[0] : "");
    return fault_repair(fault, "tblint help scaffold");
}

static int refuse_option(const char *option, const char *kind, Fault *fault)
{
    return fault_set(fault, FAULT_USAGE, "%s does not apply to tblint scaffold %s", option, kind);
}

static int check_options(const ScaffoldChoices *choices, Kind kind, Fault *fault)
{
    const struct {
        const char *name, *value;
        Kind kind;
    } options[] = {
        {"--name", choices->name, KIND_REPLICATE},
        {"--sorting-key", choices->sorting_key, KIND_REPLICATE},
        {"--partition-key", choices->partition_key, KIND_REPLICATE},
        {"--engine", choices->engine, KIND_REPLICATE},
        {"--ttl", choices->ttl, KIND_REPLICATE},
        {"--cutoff", choices->cutoff, KIND_REPLICATE},
        {"--column", choices->column, KIND_REPLICATE},
        {"--method", choices->method, KIND_BACKFILL},
        {"--start", choices->start, KIND_BACKFILL},
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (options[i].value && options[i].kind != kind)
            return refuse_option(options[i].name, kind == KIND_REPLICATE ? "replicate" : "backfill",
                                 fault);
    }
    return 0;
}

/* ---- the project ---- */

/* The one project that has the data source; --project decides between several. NULL with a fault
 * where it does not. Where there is one project, it is that: who looks there knows the nearest
 * name. */
static const ProjectPlan *choose_project(const Session *session, Str name, Fault *fault)
{
    const ProjectPlans *plans = &session->plans;
    const ProjectPlan *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < plans->len; i++) {
        if (!project_find(plans->items[i].diff->sides.candidate, DATAFILE_DATASOURCE, name))
            continue;
        found = &plans->items[i];
        count++;
    }
    if (count == 1)
        return found;
    if (plans->len == 1)
        return &plans->items[0];
    fault_set(fault, FAULT_USAGE, "%s of the %zu projects here have a data source '%.*s'",
              count ? "several" : "none", plans->len, STR_ARG(name));
    if (count)
        fault_repair(fault, "--project with one of them");
    return NULL;
}

static int make(Session *session, Kind kind, Scaffold *out, Fault *fault)
{
    const Options *options = session->app->options;
    const ScaffoldChoices *choices = &options->scaffold;
    Str name = str_of(options->arguments.items[1]);
    const ProjectPlan *project = choose_project(session, name, fault);
    if (!project)
        return -1;
    ScaffoldInput in = {.arena = session->arena,
                        .loader = &session->loader,
                        .sides = &project->diff->sides,
                        .now = session->now,
                        .margin_minutes = session->config.margin_minutes};
    if (kind == KIND_BACKFILL) {
        BackfillOptions backfill = {.replica = name, .start = str_of(choices->start)};
        if (choices->method)
            backfill.method =
                strcmp(choices->method, "copy") == 0 ? BACKFILL_BY_COPY : BACKFILL_BY_VIEW;
        return scaffold_backfill(out, &in, &backfill, fault);
    }
    ReplicateOptions replicate = {.datasource = name,
                                  .name = str_of(choices->name),
                                  .sorting_key = str_of(choices->sorting_key),
                                  .partition_key = str_of(choices->partition_key),
                                  .engine = str_of(choices->engine),
                                  .ttl = str_of(choices->ttl),
                                  .cutoff = str_of(choices->cutoff),
                                  .column = str_of(choices->column)};
    return scaffold_replicate(out, &in, &replicate, fault);
}

/* ---- what is said and written ---- */

static int print_texts(const App *app, const NewFiles *files)
{
    Buf out = {0};
    for (size_t i = 0; i < files->len; i++) {
        buf_add(&out, i ? "\n==> " : "==> ");
        escape_terminal(&out, files->items[i].path);
        buf_add(&out, "\n");
        Str line;
        for (Str rest = files->items[i].text; str_split_line(&rest, &line);) {
            escape_terminal_line(&out, line);
            buf_add_char(&out, '\n');
        }
    }
    int code = command_print(app, buf_str(&out));
    buf_free(&out);
    return code;
}

static int print_paths(const App *app, const NewFiles *files)
{
    Buf out = {0};
    for (size_t i = 0; i < files->len; i++) {
        buf_add(&out, "wrote ");
        escape_terminal(&out, files->items[i].path);
        buf_add_char(&out, '\n');
    }
    int code = command_print(app, buf_str(&out));
    buf_free(&out);
    return code;
}

static int finish(const Session *session, const Scaffold *scaffold, Fault *fault)
{
    const App *app = session->app;
    bool dry = app->options->scaffold.dry_run;
    if (!dry && repo_is_bare(session->repo))
        fault_set(fault, FAULT_USAGE, "a bare repository has no working tree to write to");
    if (!dry && fault->kind == FAULT_NONE)
        new_files_write(session->arena, repo_top(session->repo), &scaffold->files, fault);
    if (fault->kind != FAULT_NONE)
        return talk_fault(app->err, fault);
    int code = dry ? print_texts(app, &scaffold->files) : print_paths(app, &scaffold->files);
    for (size_t i = 0; i < scaffold->notes.len && !app->options->quiet; i++)
        talk_note(app->err, scaffold->notes.items[i]);
    return code;
}

/* What is copied is the tree that is written to, every file of it read. */
static Options options_for_reading(const Options *options)
{
    Options reading = *options;
    reading.candidate = CHOOSE_WORKTREE;
    reading.as_is = true;
    reading.all = true;
    return reading;
}

int command_scaffold(const App *app, Arena *arena)
{
    Session session;
    Fault fault = {0};
    Kind kind = KIND_REPLICATE;
    if (check_arguments(app->options, &kind, &fault) < 0 ||
        check_options(&app->options->scaffold, kind, &fault) < 0)
        return talk_fault(app->err, &fault);
    Options reading = options_for_reading(app->options);
    App reader = {&reading, app->out, app->err};
    session_begin(&session, &reader, arena);
    Scaffold scaffold = {0};
    int code = 0;
    if (session_run(&session, false, &fault) < 0 || make(&session, kind, &scaffold, &fault) < 0)
        code = talk_fault(app->err, &fault);
    else
        code = finish(&session, &scaffold, &fault);
    session_close(&session);
    return code;
}
