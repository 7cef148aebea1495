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

enum { PREFIX_LEAST = 6, ID_LENGTH = 12, FILE_BYTES = 1 << 20, LISTED_MOST = 10, SHOWN_MOST = 72 };

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
    if (!acceptance_is_reason(str_of(options->reason)))
        return fault_set(fault, FAULT_USAGE,
                         "'%s' is no reason: write in a few words why this is meant",
                         options->reason);
    if (!str_is_utf8(str_of(options->reason)))
        return fault_set(fault, FAULT_USAGE, "the reason is not UTF-8");
    return 0;
}

/* As many words as fit into a line. */
static void add_beginning(Buf *out, Str message)
{
    size_t len = message.len < SHOWN_MOST ? message.len : SHOWN_MOST;
    while (len < message.len && len > SHOWN_MOST / 2 && message.ptr[len] != ' ')
        len--;
    escape_terminal(out, str_slice(message, 0, len));
    if (len < message.len)
        buf_add(out, " ...");
}

static void add_listed(Buf *out, const Finding *finding)
{
    buf_addf(out, "\n%s  %s  ", finding->id, rule_get(finding->rule)->code);
    add_beginning(out, finding->message);
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
static void not_one(const FindingItems *items, Str prefix, size_t found, Fault *fault)
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
    if (!found && prefix.len == ID_LENGTH)
        buf_add(&list,
                "\nif it came up in a commit of some files alone: git add those, and try again");
    fault_set(fault, FAULT_USAGE, "%s finding has the id '%.*s'", found ? "more than one" : "no",
              STR_ARG(prefix));
    const char *near = found ? NULL : nearest(items, prefix);
    if (items->len == 0)
        fault_repair(fault,
                     "there are no findings here; give the options of the run that had it%.*s",
                     STR_ARG(buf_str(&list)));
    else if (near)
        fault_repair(fault, "did you mean %s?", near);
    else
        fault_repair_lines(fault, "the findings are:%.*s", STR_ARG(buf_str(&list)));
    buf_free(&list);
}

/* How many there are; anything but one is a fault. */
static size_t find(const FindingItems *items, Str prefix, const Finding **out, Fault *fault)
{
    size_t found = 0;
    for (size_t i = 0; i < items->len; i++) {
        if (!str_starts(id_of(&items->items[i]), prefix.ptr))
            continue;
        *out = &items->items[i];
        found++;
    }
    if (found != 1)
        not_one(items, prefix, found, fault);
    return found;
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

/* The file that is written is that of what is checked out: in another branch it would accept
 * nothing, and come up as an unused one (TB002). */
static int check_checked_out(const Session *session, Fault *fault)
{
    const char *commit = snapshot_commit(session->snapshot);
    const char *named = session->app->options->commit;
    if (!commit || repo_head_has(session->repo, commit))
        return 0;
    fault_set(fault, FAULT_USAGE,
              "the finding is of commit %.12s, which is not in what is checked out: an acceptance "
              "belongs in the branch of its change",
              commit);
    if (repo_has_branch(session->repo, named))
        return fault_repair_word(fault, "git switch", str_of(named));
    return fault_repair(fault, "git switch BRANCH   # that has %.12s, and then this again", commit);
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

/* In the working tree's file, which the index or a commit that was judged may lack. */
static int check_new(const Session *session, Str text, const AcceptanceEntry *entry, Fault *fault)
{
    AcceptanceEntries there;
    if (acceptance_read(&there, session->arena, text, ACCEPTANCE_NAME, fault) < 0)
        return -1;
    for (size_t i = 0; i < there.len; i++) {
        const AcceptanceEntry *old = &there.items[i];
        const Rule *rule = rule_find(old->rule);
        if (!str_eq(old->id, entry->id) || acceptance_has_ended(old->until, session->now) ||
            !rule || !str_is(entry->rule, rule->name) || !acceptance_is_reason(old->reason))
            continue;
        fault_set(fault, FAULT_USAGE,
                  "%.*s is accepted already, but not in what is compared: the file is not %s",
                  STR_ARG(entry->id), session->kind == CANDIDATE_INDEX ? "staged" : "committed");
        return fault_repair(fault, "git add " ACCEPTANCE_NAME);
    }
    return 0;
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
        result = check_new(session, buf_str(&before), entry, fault);
    if (result == 0)
        result = accept_entry_append(&after, arena, buf_str(&before), entry, fault);
    if (result == 0)
        result = file_write_atomic(path, after, fault);
    buf_free(&before);
    return result;
}

/* ---- all of it ---- */

/* YAML has no form for other bytes, and the id alone names the finding. */
static Str only_utf8(Str name)
{
    return str_is_utf8(name) ? name : (Str){0};
}

static AcceptanceEntry entry_for(const Session *session, const Finding *finding)
{
    const Options *options = session->app->options;
    return (AcceptanceEntry){
        .id = id_of(finding),
        .rule = str_of(rule_get(finding->rule)->name),
        .project = only_utf8(finding->project),
        .resource = only_utf8(finding->resource),
        .reason = str_trim(str_of(options->reason)),
        .until = str_of(options->until),
        .by = only_utf8(repo_config(session->repo, "user.name")),
    };
}

/* ":/" stands for the top of the repository, from wherever git is called. */
static void talk_next_step(const App *app, const Finding *finding)
{
    bool at_top = access(ACCEPTANCE_NAME, F_OK) == 0;
    if (finding->refuses_deploy)
        talk_note(app->err, STR("the deploy is refused all the same"));
    talk_line(app->err, at_top ? STR("next: git add " ACCEPTANCE_NAME
                                     "   (it belongs in the commit of the change)")
                               : STR("next: git add :/" ACCEPTANCE_NAME
                                     "   (it belongs in the commit of the change)"));
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
        talk_next_step(app, finding);
    return code;
}

static int accept_found(const App *app, const Session *session, const Finding *finding,
                        Fault *fault)
{
    if (check_acceptable(finding, fault) < 0 || check_checked_out(session, fault) < 0)
        return -1;
    AcceptanceEntry entry = entry_for(session, finding);
    if (append(session, &entry, fault) < 0)
        return -1;
    return say_written(app, &entry, finding);
}

/* ---- where it may be ---- */

/* What was staged need not be in the working tree any more, and what is pushed need not be staged:
 * where nobody names the candidate, all three are looked through. */
static const CandidateChoice choices[] = {CHOOSE_DEFAULT, CHOOSE_INDEX, CHOOSE_COMMIT};

typedef enum { LOOK_BROKE, LOOK_NOWHERE, LOOK_THERE } Look;

typedef struct {
    const App *app;
    Arena *arena;
    Str prefix;
    int code; /* of the command, for LOOK_THERE */
} Search;

static Look look_in(Search *search, Session *session, Fault *fault)
{
    const Finding *finding = NULL;
    if (session_run(session, true, fault) < 0)
        return LOOK_BROKE;
    FindingItems items = findings_with_accepted(session->findings);
    size_t found = find(&items, search->prefix, &finding, fault);
    if (found == 0)
        return LOOK_NOWHERE;
    search->code = found == 1 ? accept_found(search->app, session, finding, fault) : -1;
    return LOOK_THERE;
}

static Look look(Search *search, const Options *options, Fault *fault)
{
    App app = {options, search->app->out, search->app->err};
    Session session;
    session_begin(&session, &app, search->arena);
    Look result = look_in(search, &session, fault);
    session_close(&session);
    return result;
}

/* Where the id is nowhere, what is said is of the working tree. */
static int look_everywhere(Search *search, Fault *fault)
{
    const Options *given = search->app->options;
    size_t last = given->candidate == CHOOSE_DEFAULT ? ARRAY_LEN(choices) : 1;
    Look result = look(search, given, fault);
    for (size_t i = 1; i < last && result == LOOK_NOWHERE; i++) {
        Options options = *given;
        Fault other = {0};
        options.candidate = choices[i];
        options.commit = "HEAD";
        options.quiet = true;
        if (look(search, &options, &other) == LOOK_THERE) {
            *fault = other;
            return search->code;
        }
    }
    return result == LOOK_THERE ? search->code : -1;
}

static int check_date(const Options *options, Fault *fault)
{
    Instant now;
    if (clock_now(&now, fault) < 0)
        return -1;
    if (acceptance_has_ended(str_of(options->until), now))
        return fault_set(fault, FAULT_USAGE, "--until %s has passed", options->until);
    return 0;
}

int command_accept(const App *app, Arena *arena)
{
    Fault fault = {0};
    Search search = {.app = app, .arena = arena};
    int code = check_arguments(app->options, arena, &search.prefix, &fault);
    if (code == 0)
        code = check_date(app->options, &fault);
    if (code == 0)
        code = look_everywhere(&search, &fault);
    return code < 0 ? talk_fault(app->err, &fault) : code;
}
