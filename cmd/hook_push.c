/* hook_push.c: the pre-push hook: from git's list of refs to the commits that are judged. */
#include "hook_push.h"

#include "command.h"
#include "talk.h"

#include "base/map.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Ten thousand refs of a mirror take 2 MiB. */
enum { LIST_BYTES = 64 << 20, BLOCK_BYTES = 1 << 16, ID_LEN_MIN = 40, ID_LEN_MAX = 64 };

/* git writes "<local ref> <local id> <remote ref> <remote id>". */
typedef struct {
    Str local;
    Str id;
    Str remote;
    Str old; /* what the remote has there */
} PushedRef;

bool hook_is_zero_id(Str id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (id.ptr[i] != '0')
            return false;
    }
    return id.len > 0;
}

/* ---- reading ---- */

static bool is_object_id(Str word)
{
    if (word.len != ID_LEN_MIN && word.len != ID_LEN_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (!strchr("0123456789abcdef", word.ptr[i]) || !word.ptr[i])
            return false;
    }
    return true;
}

static int read_list(Buf *list, Fault *fault)
{
    char block[BLOCK_BYTES];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, block, sizeof block);
        if (got == 0)
            return 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fault_set(fault, FAULT_ANALYSE, "git's list of refs cannot be read: %s",
                             strerror(errno));
        buf_add_str(list, (Str){block, (size_t)got});
        if (list->len > LIST_BYTES)
            return fault_set(fault, FAULT_ANALYSE, "git's list of refs is over 64 MiB");
    }
}

static Str take_last_word(Str *rest)
{
    ptrdiff_t blank = str_rfind_char(*rest, ' ');
    Str word = str_slice(*rest, (size_t)(blank + 1), rest->len);
    *rest = str_slice(*rest, 0, blank < 0 ? 0 : (size_t)blank);
    return word;
}

/* From the right: what the user typed as the local side may hold blanks, `HEAD^{/a word}`. */
static int read_ref(PushedRef *out, Str line, Fault *fault)
{
    Str rest = line;
    out->old = take_last_word(&rest);
    out->remote = take_last_word(&rest);
    out->id = take_last_word(&rest);
    out->local = rest;
    if (is_object_id(out->old) && is_object_id(out->id) && out->remote.len > 0 && rest.len > 0)
        return 0;
    fault_set(fault, FAULT_USAGE, "standard input is not git's list of pushed refs: '%.*s'",
              (int)(line.len < 200 ? line.len : 200), line.ptr);
    return fault_repair(fault, "give the hook the standard input that git gave to yours");
}

/* ---- choosing ---- */

/* A deleted ref brings nothing, and notes are no tree of a project. */
static bool brings_a_tree(const PushedRef *ref)
{
    return !hook_is_zero_id(ref->id) && !str_starts(ref->remote, "refs/notes/");
}

/* What is known of a commit that is pushed. */
typedef struct {
    Str name;     /* the first ref that brings it */
    Strs remotes; /* the refs that it will be */
    Strs olds;    /* the ids that they are now, or empty */
} Pushed;

static void add_remote(Map *commits, const PushedRef *ref, Arena *arena)
{
    Pushed *pushed = map_get(commits, ref->id);
    if (!pushed) {
        pushed = arena_alloc(arena, sizeof *pushed);
        *pushed = (Pushed){.name = ref->local};
        map_put(commits, ref->id, pushed);
    }
    vec_push(arena, &pushed->remotes, ref->remote);
    vec_push(arena, &pushed->olds, hook_is_zero_id(ref->old) ? (Str){0} : ref->old);
}

/* Each commit once. */
static int choose_commits(Map *commits, Str list, Arena *arena, Fault *fault)
{
    Str line;
    while (str_split_line(&list, &line)) {
        PushedRef ref;
        if (line.len == 0)
            continue;
        if (read_ref(&ref, line, fault) < 0)
            return -1;
        if (brings_a_tree(&ref))
            add_remote(commits, &ref, arena);
    }
    return 0;
}

/* ---- judging ---- */

static int judge(const App *app, const Options *given, Str id, const Pushed *pushed, bool say_name)
{
    Arena *arena = arena_new();
    Options options = *given;
    options.candidate = CHOOSE_COMMIT;
    options.commit = str_cstr(arena, id);
    options.pushed_to = &pushed->remotes;
    options.pushed_over = &pushed->olds;
    App inner = {&options, app->out, app->err};
    if (say_name)
        talk_line(app->err, str_fmt(arena, "pushed: %.*s", STR_ARG(pushed->name)));
    int code = command_lint(&inner, arena);
    arena_free(arena);
    return code;
}

/* Several reports in one file, or on one stream, are no document that a program could read. */
static int refuse_formats(const Options *options, Fault *fault)
{
    for (size_t i = 0; i < options->formats.len; i++) {
        if (str_is(options->formats.items[i].format, "text") && !options->formats.items[i].file)
            continue;
        fault_set(fault, FAULT_USAGE, "several commits are pushed, and a report is of one commit");
        return fault_repair(fault, "tblint lint --commit REV, once for each");
    }
    return 0;
}

static int judge_all(const App *app, const Options *options, const Map *commits, Fault *fault)
{
    size_t count = map_len(commits);
    int worst = 0;
    if (count > 1 && refuse_formats(options, fault) < 0)
        return talk_fault(app->err, fault);
    for (size_t i = 0; i < count; i++) {
        bool say_name = count > 1 && !options->quiet;
        int code = judge(app, options, map_key(commits, i), map_value(commits, i), say_name);
        worst = code > worst ? code : worst;
    }
    if (count == 0 && !options->quiet)
        talk_line(app->err, STR("tblint: git named no commit to push, so nothing was checked."));
    return worst;
}

int hook_push(const App *app, const Options *options, Arena *arena)
{
    Fault fault = {0};
    if (isatty(STDIN_FILENO)) {
        fault_set(&fault, FAULT_USAGE,
                  "the pre-push hook reads git's list of refs from standard "
                  "input, which is a terminal");
        fault_repair(&fault, "tblint lint --commit HEAD");
        return talk_fault(app->err, &fault);
    }
    Buf list = {0};
    Map *commits = map_new(arena);
    int code;
    if (read_list(&list, &fault) < 0 || choose_commits(commits, buf_str(&list), arena, &fault) < 0)
        code = talk_fault(app->err, &fault);
    else
        code = judge_all(app, options, commits, &fault);
    buf_free(&list);
    return code;
}
