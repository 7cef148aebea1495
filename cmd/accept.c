/* accept.c: `tblint accept`: an entry for a finding in `.tblint.accept.yaml`. */
#include "accept_entry.h"
#include "command.h"
#include "file_write.h"
#include "report/escape.h"
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PREFIX_LEAST = 6, FILE_BYTES = 1 << 20, LISTED_MOST = 10 };

/* ---- which finding ---- */

static Str id_of(const Finding *finding)
{
    return str_of(finding->id);
}

static int check_arguments(const Options *options, Arena *arena, Str *prefix, Fault *fault)
{
    if (options->arguments.len == 0) {
        fault_set(fault, FAULT_USAGE, "tblint accept needs the id of a finding");
        return fault_repair(fault, "tblint lint");
    }
    *prefix = str_lower(arena, str_of(options->arguments.items[0]));
    if (prefix->len < PREFIX_LEAST)
        return fault_set(fault, FAULT_USAGE,
                         "'%s' is too short: an id has 12 digits, and %d will do",
                         options->arguments.items[0], PREFIX_LEAST);
    if (!options->reason || str_trim(str_of(options->reason)).len == 0) {
        fault_set(fault, FAULT_USAGE, "tblint accept needs a reason");
        return fault_repair(fault, "--reason \"why this is meant\"");
    }
    if (!str_is_utf8(str_of(options->reason)))
        return fault_set(fault, FAULT_USAGE, "the reason is not UTF-8");
    return 0;
}

static void add_listed(Buf *out, const Finding *finding)
{
    buf_addf(out, "\n%s  %s  ", finding->id, rule_get(finding->rule)->code);
    escape_terminal(out, str_slice(finding->message, 0, 60));
}

/* The id that differs least from the one that was given; NULL when none is near. */
static const char *nearest(const FindingItems *items, Str prefix)
{
    size_t best = 3;
    const char *found = NULL;
    for (size_t i = 0; i < items->len; i++) {
        Str id = id_of(&items->items[i]);
        size_t distance = str_distance(prefix, str_slice(id, 0, prefix.len), best);
        if (distance < best) {
            best = distance;
            found = items->items[i].id;
        }
    }
    return found;
}

/* The ids there are; of those that are alike, when there are such. */
static int not_one(const FindingItems *items, Str prefix, size_t found, Fault *fault)
{
    Buf list = {0};
    size_t listed = 0;
    for (size_t i = 0; i < items->len && listed < LISTED_MOST; i++) {
        const Finding *finding = &items->items[i];
        if (found && !str_starts(id_of(finding), prefix.ptr))
            continue;
        add_listed(&list, finding);
        listed++;
    }
    if (!found && listed < items->len)
        buf_addf(&list, "\nand %zu more", items->len - listed);
    fault_set(fault, FAULT_USAGE, "%s finding has the id '%.*s'", found ? "more than one" : "no",
              STR_ARG(prefix));
    const char *near = found ? NULL : nearest(items, prefix);
    if (items->len == 0)
        fault_repair(fault, "there are no findings");
    else if (near)
        fault_repair(fault, "did you mean %s?", near);
    else
        fault_repair_lines(fault, "the findings are:%.*s", STR_ARG(buf_str(&list)));
    buf_free(&list);
    return -1;
}

static int find(const FindingItems *items, Str prefix, const Finding **out, Fault *fault)
{
    size_t found = 0;
    for (size_t i = 0; i < items->len; i++) {
        if (!str_starts(id_of(&items->items[i]), prefix.ptr))
            continue;
        *out = &items->items[i];
        found++;
    }
    return found == 1 ? 0 : not_one(items, prefix, found, fault);
}

static int check_acceptable(const Finding *finding, Fault *fault)
{
    if (finding->accepted)
        return fault_set(fault, FAULT_USAGE, "%s is accepted already", finding->id);
    if (finding->rule != RULE_TB002 && finding->rule != RULE_TB003)
        return 0;
    fault_set(fault, FAULT_USAGE, "%s is about an acceptance or a setting: mend that instead",
              rule_get(finding->rule)->code);
    return fault_repair(fault, "tblint explain %s", rule_get(finding->rule)->code);
}

/* ---- the file ---- */

static int unreadable(const char *path, const char *why, Fault *fault)
{
    return fault_set(fault, FAULT_USAGE, "cannot read '%s': %s", path, why);
}

static int read_all(int descriptor, const char *path, Buf *buf, Fault *fault)
{
    char block[4096];
    ssize_t got;
    while (buf->len <= FILE_BYTES && (got = read(descriptor, block, sizeof block)) != 0) {
        if (got < 0 && errno != EINTR)
            return unreadable(path, strerror(errno), fault);
        if (got > 0)
            buf_add_str(buf, (Str){block, (size_t)got});
    }
    return 0;
}

/* A link could lead anywhere, so none is followed: the file is written to. */
static int read_file(const char *path, Buf *buf, Fault *fault)
{
    struct stat info;
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOENT ? 0 : unreadable(path, strerror(errno), fault);
    int result = -1;
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        unreadable(path, "it is no regular file", fault);
    else
        result = read_all(descriptor, path, buf, fault);
    close(descriptor);
    return result;
}

static int append(const Session *session, const AcceptanceEntry *entry, Fault *fault)
{
    Arena *arena = session->arena;
    if (repo_is_bare(session->repo))
        return fault_set(fault, FAULT_USAGE, "a bare repository has no working tree to write to");
    Str top = repo_top(session->repo);
    while (str_ends(top, "/"))
        top.len--;
    const char *path = str_cstr(arena, str_fmt(arena, "%.*s/" ACCEPTANCE_NAME, STR_ARG(top)));
    Buf before = {0};
    Str after;
    int result = read_file(path, &before, fault);
    if (result == 0)
        result = accept_entry_append(&after, arena, buf_str(&before), entry, fault);
    if (result == 0)
        result = file_write_atomic(path, after, fault);
    buf_free(&before);
    return result;
}

/* ---- all of it ---- */

static AcceptanceEntry entry_for(const Session *session, const Finding *finding)
{
    const Options *options = session->app->options;
    Str name = repo_config(session->repo, "user.name");
    return (AcceptanceEntry){
        .id = id_of(finding),
        .rule = str_of(rule_get(finding->rule)->name),
        .project = finding->project,
        .resource = finding->resource,
        .reason = str_trim(str_of(options->reason)),
        .until = str_of(options->until),
        .by = str_is_utf8(name) ? name : (Str){0},
    };
}

static int say_written(const App *app, const AcceptanceEntry *entry, const Finding *finding)
{
    Buf out = {0};
    buf_addf(&out, "accepted %.*s", STR_ARG(entry->id));
    if (entry->until.len)
        buf_addf(&out, " until %.*s", STR_ARG(entry->until));
    buf_addf(&out, " in " ACCEPTANCE_NAME ": %s ", rule_get(finding->rule)->code);
    escape_terminal(&out, finding->message);
    buf_add_char(&out, '\n');
    int code = command_print(app, buf_str(&out));
    buf_free(&out);
    if (!app->options->quiet)
        talk_note(app->err, STR("commit " ACCEPTANCE_NAME " together with the change"));
    return code;
}

static int accept_finding(const Session *session, Str prefix, Fault *fault)
{
    const Finding *finding = NULL;
    const char *until = session->app->options->until;
    FindingItems items = findings_with_accepted(session->findings);
    if (acceptance_has_ended(str_of(until), session->now))
        return fault_set(fault, FAULT_USAGE, "--until %s has passed", until);
    if (find(&items, prefix, &finding, fault) < 0 || check_acceptable(finding, fault) < 0)
        return -1;
    AcceptanceEntry entry = entry_for(session, finding);
    if (append(session, &entry, fault) < 0)
        return -1;
    return say_written(session->app, &entry, finding);
}

int command_accept(const App *app, Arena *arena)
{
    Session session;
    Fault fault = {0};
    Str prefix = {0};
    if (check_arguments(app->options, arena, &prefix, &fault) < 0)
        return talk_fault(app->err, &fault);
    session_begin(&session, app, arena);
    int code = session_run(&session, true, &fault);
    if (code == 0)
        code = accept_finding(&session, prefix, &fault);
    if (code < 0)
        code = talk_fault(app->err, &fault);
    session_close(&session);
    return code;
}
