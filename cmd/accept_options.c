/* accept_options.c: what `tblint accept` must be told to find a run's findings again. */
#include "accept_options.h"

#include <string.h>

enum { COMMIT_DIGITS = 12 };

/* What every shell takes as one word as it is. */
static bool is_plain_word(Str text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./@:+,";
    for (size_t i = 0; i < text.len; i++) {
        if (!memchr(plain, text.ptr[i], sizeof plain - 1))
            return false;
    }
    return text.len > 0;
}

static void add_option(Buf *out, const char *name, Str value)
{
    buf_addf(out, " %s ", name);
    if (is_plain_word(value)) {
        buf_add_str(out, value);
        return;
    }
    buf_add_char(out, '\'');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\'')
            buf_add(out, "'\\'");
        buf_add_char(out, value.ptr[i]);
    }
    buf_add_char(out, '\'');
}

/* A hook is given all digits of a commit; fewer name it as well. */
static Str short_revision(Str revision)
{
    bool is_id = revision.len >= 40;
    for (size_t i = 0; is_id && i < revision.len; i++)
        is_id = strchr("0123456789abcdef", revision.ptr[i]) != NULL;
    return is_id ? str_slice(revision, 0, COMMIT_DIGITS) : revision;
}

static void add_candidate(const Session *session, Buf *out)
{
    const Options *options = session->app->options;
    const char *commit = session->snapshot ? snapshot_commit(session->snapshot) : NULL;
    if (options->commit && commit && !repo_head_is(session->repo, commit))
        add_option(out, "--commit", short_revision(str_of(options->commit)));
    if (options->as_is && session->comparison && session->comparison->undone.len > 0)
        buf_add(out, " --as-is");
}

/* A push is compared with what origin has, whatever settings name. */
static void add_live(const Session *session, Buf *out)
{
    const Options *options = session->app->options;
    Str named = options->pushed_to ? session->live.ref : str_of(options->live);
    if (named.len > 0 && session->has_live &&
        !live_is_usual(session->repo, &session->live.commit, session->config.live))
        add_option(out, "--live", named);
}

Str accept_options(const Session *session)
{
    const Options *options = session->app->options;
    Buf out = {0};
    add_live(session, &out);
    add_candidate(session, &out);
    if (options->config)
        add_option(&out, "--config", str_of(options->config));
    if (options->profile != PROFILE_BY_LAYOUT)
        add_option(&out, "--profile",
                   options->profile == PROFILE_CLASSIC ? STR("classic") : STR("forward"));
    Str text = str_copy(session->arena, buf_str(&out));
    buf_free(&out);
    return text;
}
