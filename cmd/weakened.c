/* weakened.c: which settings the change of this run makes weaker. */
#include "weakened.h"

#include "config_weakened.h"
#include "live_choice.h"

#include <string.h>

/* A configuration as one commit has it. */
typedef enum { SIDE_SAME, SIDE_OTHER, SIDE_BROKEN } SideState;

/* ---- reading ---- */

/* The blob of the candidate's. Another name than the usual one is no file of a snapshot, and where
 * it is behind a link the candidate has none, although it was read. */
static bool own_blob(const Session *session, BlobId *id)
{
    CommitId commit;
    if (!session->app->options->config) {
        const SourceFile *own = snapshot_find(session->snapshot, STR(CONFIG_NAME));
        if (own)
            *id = own->id;
        return own != NULL;
    }
    return live_judged_commit(session, &commit) &&
           repo_blob_at(session->repo, &commit, session->config_path, id);
}

/* Without a look at the bytes where git's ids answer: most changes touch no setting. */
static SideState read_side(Session *session, const CommitId *commit, Config *out)
{
    BlobId id;
    BlobId own;
    Str text;
    Fault ignored = {0};
    const char *path = session->config_path;
    bool has_own = own_blob(session, &own);
    *out = config_default();
    if (!repo_blob_at(session->repo, commit, path, &id))
        return has_own || session->app->options->config ? SIDE_OTHER : SIDE_SAME;
    if (has_own && memcmp(&own, &id, sizeof id) == 0)
        return SIDE_SAME;
    if (!repo_file_at(session->repo, commit, path, session->arena, &text) ||
        config_parse(out, session->arena, text, path, &ignored) < 0)
        return SIDE_BROKEN;
    return SIDE_OTHER;
}

/* ---- the branch that counts as live ---- */

static bool same_name(const char *a, const char *b)
{
    return str_eq(str_of(a), str_of(b));
}

/* The branch that would be live if the candidate's configuration did not name one: a change cannot
 * choose by itself what it is compared with. */
static LiveRef live_of_others(const Session *session)
{
    LiveRef live;
    Fault ignored = {0};
    const char *option = session->app->options->live;
    if (session->live_by_others && session->live.role != LIVE_REPLACED)
        return *session->live_by_others;
    if (!session->config.live || live_resolve(&live, session->repo, option, NULL, &ignored) < 0)
        return session->live;
    return live;
}

static bool is_at(const LiveRef *live, const CommitId *commit)
{
    return strcmp(live->commit.hex, commit->hex) == 0;
}

/* As a branch, or, where nobody but settings and the CI chose, as the setting that it is: after a
 * push to that branch it stands for what was there before. */
static bool names_commit(Session *session, const char *name, const CommitId *commit)
{
    LiveRef named;
    Fault ignored = {0};
    if (live_resolve(&named, session->repo, name, NULL, &ignored) == 0 && is_at(&named, commit))
        return true;
    return session->live_by_others &&
           live_resolve(&named, session->repo, NULL, name, &ignored) == 0 && is_at(&named, commit);
}

static void compare_live(Session *session, const LiveRef *others)
{
    Config theirs;
    const char *now = session->config.live;
    if (read_side(session, &others->commit, &theirs) != SIDE_OTHER || same_name(theirs.live, now) ||
        (now && !theirs.live && names_commit(session, now, &others->commit)))
        return;
    WeakenedSetting setting = {STR("live"), theirs.live ? str_of(theirs.live) : STR("unset"),
                               now ? str_of(now) : STR("unset")};
    vec_push(session->arena, &session->weakened, setting);
}

/* ---- the other settings ---- */

static ProfileChoice layout_profile(const ProjectPairs *projects)
{
    size_t classic = 0;
    for (size_t i = 0; i < projects->len; i++)
        classic += projects->items[i].classic_layout;
    if (classic == 0)
        return PROFILE_FORWARD;
    return classic == projects->len ? PROFILE_CLASSIC : PROFILE_BY_LAYOUT;
}

/* What live has alone is of a project, too. */
static const SourceFiles *files_of_both(Session *session)
{
    Snapshot *live;
    Fault ignored = {0};
    SourceFiles *both = ARENA_NEW(session->arena, SourceFiles);
    const SourceFiles *sides[] = {snapshot_files(session->snapshot), NULL};
    const char *commit = session->comparison->live.commit.hex;
    if (snapshot_of_commit(&live, session->repo, commit, &ignored) == 0)
        sides[1] = snapshot_files(live);
    for (size_t side = 0; side < ARRAY_LEN(sides) && sides[side]; side++) {
        for (size_t i = 0; i < sides[side]->len; i++)
            vec_push(session->arena, both, sides[side]->items[i]);
    }
    return both;
}

static WeakenedSettings weakened_since(Session *session, const Config *before)
{
    WeakenedSettings settings = {0};
    WeakenedScope scope = {
        .arena = session->arena,
        .files = config_same_projects(before, &session->config) ? snapshot_files(session->snapshot)
                                                                : files_of_both(session),
        .layout = layout_profile(&session->comparison->projects),
    };
    config_weakened(&scope, before, &session->config, &settings);
    return settings;
}

/* Live may have gone on alone: what the base has already is not of this change. */
static void leave_older(Session *session, WeakenedSettings *settings)
{
    const Comparison *comparison = session->comparison;
    Config base;
    if (settings->len == 0 || !comparison->has_base || session_is_as_is(session) ||
        strcmp(comparison->base.hex, comparison->live.commit.hex) == 0)
        return;
    SideState state = read_side(session, &comparison->base, &base);
    if (state == SIDE_BROKEN)
        return;
    WeakenedSettings own = {0};
    if (state == SIDE_OTHER)
        own = weakened_since(session, &base);
    *settings = weakened_by_both(session->arena, settings, &own);
}

static void compare_settings(Session *session)
{
    Unchecked broken = {
        .path = str_of(session->config_path),
        .why = STR("live's own is broken: whether a setting is weaker now is not known"),
    };
    Config live;
    SideState state = read_side(session, &session->comparison->live.commit, &live);
    if (state == SIDE_BROKEN)
        vec_push(session->arena, &session->unchecked, broken);
    if (state != SIDE_OTHER)
        return;
    WeakenedSettings settings = weakened_since(session, &live);
    leave_older(session, &settings);
    for (size_t i = 0; i < settings.len; i++)
        vec_push(session->arena, &session->weakened, settings.items[i]);
}

void weakened_find(Session *session)
{
    if (!session->config_path || !session->comparison->has_live)
        return;
    LiveRef others = live_of_others(session);
    compare_live(session, &others);
    compare_settings(session);
}
