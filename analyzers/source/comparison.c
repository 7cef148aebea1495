/* comparison.c: live, base and candidate brought together, project by project. */
#include "internal.h"

#include "base/map.h"
#include "from_top.h"
#include "glob.h"

#include <string.h>

typedef struct {
    Repo *repo;
    Arena *arena;
    const CompareOptions *options;
    Fault *fault;
    Comparison *out;
    Snapshot *live; /* NULL when there is none */
    VEC(Snapshot *) bases;
    SourceFiles live_files; /* without what is ignored */
    SourceFiles candidate_files;
    SourceFiles base_files;
    bool base_is_live;
    Strs roots;
    ptrdiff_t *same_as; /* root -> index into out->projects, -1 when left out */
    ptrdiff_t *project_at;
    size_t behind;
} Making;

/* ---- the sides ---- */

static bool is_ignored(const Making *making, Str path)
{
    const Strs *globs = &making->options->ignore_globs;
    for (size_t i = 0; i < globs->len; i++) {
        if (glob_match(globs->items[i], path)) {
            return true;
        }
    }
    return false;
}

static SourceFiles without_ignored(const Making *making, const Snapshot *snapshot)
{
    if (making->options->ignore_globs.len == 0) {
        return snapshot->files;
    }
    SourceFiles kept = {0};
    for (size_t i = 0; i < snapshot->files.len; i++) {
        SourceFile *file = snapshot->files.items[i];
        if (!is_ignored(making, file->path)) {
            vec_push(making->arena, &kept, file);
        }
    }
    return kept;
}

static int load_live(Making *making)
{
    const LiveRef *live = making->options->live;
    git_oid id;
    if (live == NULL) {
        return 0;
    }
    making->out->live = *live;
    making->out->has_live = true;
    git_oid_fromstr(&id, live->commit.hex);
    if (snapshot_of_commit_id(&making->live, making->repo, &id, making->options->candidate,
                              making->fault) != 0) {
        return -1;
    }
    making->live_files = without_ignored(making, making->live);
    return 0;
}

/* ---- bases ---- */

static bool candidate_commit(const Making *making, git_oid *out)
{
    const char *commit = making->options->candidate->commit;
    return commit_of(making->repo, commit != NULL ? commit : "HEAD", out) == 0;
}

/* The usual branch is up to date with live: then base and live are one tree, walked once. */
static int load_base(Making *making, const git_oid *id, const git_oid *live)
{
    Snapshot *base = making->live;
    if (!git_oid_equal(id, live) &&
        snapshot_of_commit_id(&base, making->repo, id, making->options->candidate, making->fault) !=
            0) {
        return -1;
    }
    vec_push(making->arena, &making->bases, base);
    return 0;
}

static int load_bases(Making *making)
{
    git_oid live;
    git_oid candidate;
    if (making->live == NULL || !candidate_commit(making, &candidate)) {
        return 0;
    }
    git_oid_fromstr(&live, making->options->live->commit.hex);
    making->out->is_itself = git_oid_equal(&live, &candidate) != 0;
    bool merging = making->options->kind != CANDIDATE_COMMIT;
    GitIds ids = merge_bases(making->repo, &live, &candidate, merging);
    for (size_t i = 0; i < ids.len; i++) {
        if (load_base(making, &ids.items[i], &live) != 0) {
            return -1;
        }
    }
    if (making->bases.len > 0) {
        Snapshot *base = making->bases.items[0];
        making->out->has_base = true;
        git_oid_tostr(making->out->base.hex, sizeof(making->out->base.hex), &ids.items[0]);
        making->out->is_in_live = ids.len == 1 && git_oid_equal(&ids.items[0], &candidate) != 0;
        making->base_is_live = git_oid_equal(&base->tree, &making->live->tree) != 0;
        making->base_files = without_ignored(making, base);
    }
    return 0;
}

/* The id of a file in a base, or none. */
static bool base_has(const Snapshot *base, Str path, BlobId *id)
{
    const SourceFile *file = snapshot_find(base, path);
    if (file != NULL) {
        *id = file->id;
    }
    return file != NULL;
}

/* Criss-cross merges give several bases: what they disagree on has no base to merge from. */
static bool bases_disagree(const Making *making, const Versions *versions)
{
    Str path = versions->base != NULL ? versions->base->path : versions_path(versions);
    BlobId first = {{0}};
    bool in_first = making->bases.len > 1 && base_has(making->bases.items[0], path, &first);
    for (size_t i = 1; i < making->bases.len; i++) {
        BlobId other = {{0}};
        bool in_other = base_has(making->bases.items[i], path, &other);
        if (in_first != in_other || !blob_id_eq(first, other)) {
            return true;
        }
    }
    return false;
}

/* ---- projects ---- */

static void find_projects(Making *making)
{
    const SourceFiles *sides[] = {&making->candidate_files, &making->live_files};
    Arena *scratch = arena_new();
    Str *paths = ARENA_ARRAY(scratch, Str, sides[0]->len + sides[1]->len + 1);
    size_t count = 0;
    for (size_t side = 0; side < ARRAY_LEN(sides); side++) {
        for (size_t i = 0; i < sides[side]->len; i++) {
            paths[count++] = sides[side]->items[i]->path;
        }
    }
    making->roots = projects_find(making->arena, paths, count, making->options->project_globs);
    arena_free(scratch);
    making->same_as = ARENA_ARRAY(making->arena, ptrdiff_t, making->roots.len + 1);
    making->project_at = ARENA_ARRAY(making->arena, ptrdiff_t, making->roots.len + 1);
    for (size_t i = 0; i < making->roots.len; i++) {
        making->same_as[i] = (ptrdiff_t)i;
    }
}

static void mark_roots(const Making *making, const SourceFiles *files, bool *has)
{
    for (size_t i = 0; i < files->len; i++) {
        ptrdiff_t root = project_of(making->roots, files->items[i]->path);
        if (root >= 0 && path_is_datafile(path_kind(files->items[i]->path))) {
            has[root] = true;
        }
    }
}

/* The one root that only this side has; -1 when there is none or there are several. */
static ptrdiff_t only_root(const bool *has, const bool *other, size_t count)
{
    ptrdiff_t found = -1;
    for (size_t i = 0; i < count; i++) {
        if (has[i] && !other[i]) {
            if (found >= 0) {
                return -1;
            }
            found = (ptrdiff_t)i;
        }
    }
    return found;
}

static bool share_a_resource(const Making *making, ptrdiff_t live, ptrdiff_t candidate)
{
    Map *names = map_new(making->arena);
    for (size_t i = 0; i < making->live_files.len; i++) {
        Str path = making->live_files.items[i]->path;
        if (project_of(making->roots, path) == live && path_resource_name(path).len > 0) {
            map_put(names, path_resource_name(path), names);
        }
    }
    for (size_t i = 0; i < making->candidate_files.len; i++) {
        Str path = making->candidate_files.items[i]->path;
        if (project_of(making->roots, path) == candidate &&
            map_has(names, path_resource_name(path))) {
            return true;
        }
    }
    return false;
}

/* A project whose folder was renamed: gone from one place, there in another, with names in
 * common. Only when there is no doubt which went where. */
static void follow_moved_project(Making *making)
{
    size_t count = making->roots.len;
    bool *in_live = ARENA_ARRAY(making->arena, bool, count + 1);
    bool *in_candidate = ARENA_ARRAY(making->arena, bool, count + 1);
    if (count < 2 || making->live == NULL) {
        return;
    }
    mark_roots(making, &making->live_files, in_live);
    mark_roots(making, &making->candidate_files, in_candidate);
    ptrdiff_t from = only_root(in_live, in_candidate, count);
    ptrdiff_t to = only_root(in_candidate, in_live, count);
    if (from >= 0 && to >= 0 && share_a_resource(making, from, to)) {
        making->same_as[from] = to;
    }
}

static bool is_root(const Making *making, Str folder)
{
    for (size_t i = 0; i < making->roots.len; i++) {
        if (str_eq(making->roots.items[i], folder)) {
            return true;
        }
    }
    return false;
}

/* The root that the user means: from the top of the repository, else from where he is; a root that
 * is none when there is none such. */
static Str only_wanted(const Making *making)
{
    Str named = str_of(making->options->only_project);
    Str folder = path_clean(making->arena, named);
    Str from_here = {0};
    folder = folder.len == 0 ? STR(".") : folder;
    if (is_root(making, folder) || !path_from_top(making->repo, making->arena, named, &from_here)) {
        return folder;
    }
    return from_here.len == 0 ? STR(".") : from_here;
}

static int make_projects(Making *making)
{
    const char *only = making->options->only_project;
    Str wanted = only != NULL ? only_wanted(making) : (Str){0};
    for (size_t i = 0; i < making->roots.len; i++) {
        Str root = making->roots.items[i];
        making->project_at[i] = -1;
        if ((only == NULL || str_eq(root, wanted)) && making->same_as[i] == (ptrdiff_t)i) {
            making->project_at[i] = (ptrdiff_t)making->out->projects.len;
            vec_push(making->arena, &making->out->projects, (ProjectPair){.root = root});
        }
    }
    if (only == NULL || making->out->projects.len > 0) {
        return 0;
    }
    Str all = str_join(making->arena, making->roots.items, making->roots.len, "', '");
    if (all.len == 0) {
        return fault_set(making->fault, FAULT_USAGE, "There is no project at '%.300s', nor any.",
                         only);
    }
    return fault_set(making->fault, FAULT_USAGE, "There is no project at '%.300s'; found: '%.*s'.",
                     only, (int)(all.len < 500 ? all.len : 500), all.ptr);
}

static ProjectPair *project_for(const Making *making, const FilePair *pair)
{
    const SourceFile *file = pair->candidate != NULL ? pair->candidate : pair->live;
    ptrdiff_t root = file != NULL ? project_of(making->roots, file->path) : -1;
    if (root < 0) {
        return NULL;
    }
    ptrdiff_t at = making->project_at[making->same_as[root]];
    return at < 0 ? NULL : &making->out->projects.items[at];
}

/* ---- one thing ---- */

static Merged judge(const Making *making, const Versions *versions)
{
    bool can_merge = making->bases.len > 0;
    if (!can_merge) {
        return (Merged){.pair = {.live = versions->live, .candidate = versions->candidate}};
    }
    if (bases_disagree(making, versions)) {
        return merge_disagreeing(versions);
    }
    return merge_versions(making->repo, making->arena, versions);
}

static void note_conflict(Making *making, const Versions *versions, const Merged *merged)
{
    if (merged->outcome == MERGE_CLEAN || making->options->as_is) {
        return;
    }
    const SourceFile *file = versions->candidate != NULL ? versions->candidate : merged->pair.live;
    if (file != NULL) {
        vec_push(making->arena, &making->out->unchecked,
                 (Unchecked){.path = file->path,
                             .why = str_of(merged->why),
                             .changed = merged->outcome == MERGE_UNREADABLE});
    }
}

static void note_undone(Making *making, const Versions *versions)
{
    const SourceFile *file = versions->live != NULL ? versions->live : versions->candidate;
    making->behind++;
    if (making->options->as_is && file != NULL) {
        vec_push(making->arena, &making->out->undone, file->path);
    }
}

static void note_difference(Making *making, const FilePair *pair)
{
    bool both = pair->live != NULL && pair->candidate != NULL;
    if (!both || !blob_id_eq(pair->live->id, pair->candidate->id)) {
        making->out->is_itself = false;
        making->out->is_in_live = false;
    }
}

static void add_versions(Making *making, Versions versions)
{
    if (making->base_is_live) {
        versions.base = versions.live;
    }
    Merged merged = judge(making, &versions);
    FilePair either = {.live = versions.live, .candidate = versions.candidate};
    FilePair pair = making->options->as_is ? either : merged.pair;
    ProjectPair *project = project_for(making, pair.live || pair.candidate ? &pair : &either);
    if (project == NULL) {
        return;
    }
    const SourceFile *file = either.candidate != NULL ? either.candidate : either.live;
    bool is_datafile = file != NULL && path_is_datafile(path_kind(file->path));
    if (merged.behind && is_datafile) {
        note_undone(making, &versions);
    }
    note_conflict(making, &versions, &merged);
    note_difference(making, &pair);
    if (pair.live != NULL || pair.candidate != NULL) {
        FilePairs *pairs = is_datafile ? &project->datafiles : &project->others;
        vec_push(making->arena, pairs, pair);
        making->out->files += is_datafile && pair.candidate != NULL;
    }
}

static void add_all(Making *making)
{
    bool has_own_base = making->bases.len > 0 && !making->base_is_live;
    MatchInput input = {
        .base = has_own_base ? &making->base_files : NULL,
        .live = making->live != NULL ? &making->live_files : NULL,
        .candidate = &making->candidate_files,
        .roots = making->roots,
        .same_as = making->same_as,
    };
    Arena *scratch = arena_new();
    VersionsList all = match_versions(scratch, &input);
    if (making->out->projects.len == 1)
        vec_room(making->arena, &making->out->projects.items[0].datafiles, all.len + 1);
    for (size_t i = 0; i < all.len; i++) {
        const SourceFile *file =
            all.items[i].candidate ? all.items[i].candidate : all.items[i].live;
        if (file != NULL && path_kind(file->path) != PATH_TBLINT_FILE) {
            add_versions(making, all.items[i]);
        }
    }
    arena_free(scratch);
}

/* ---- Classic ---- */

/* A .tinyenv makes a project Classic only when it sets VERSION. */
static bool sets_version(Making *making, SourceFile *file)
{
    Fault ignored = {0};
    if (source_file_load(making->repo, file, &ignored) != 0) {
        return false;
    }
    Str rest = file->text;
    Str line;
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        line = str_trim(line);
        if (str_starts(line, "VERSION=") || str_starts(line, "export VERSION=")) {
            return true;
        }
    }
    return false;
}

static bool is_classic(Making *making, const ProjectPair *project)
{
    for (size_t i = 0; i < project->others.len; i++) {
        SourceFile *file = project->others.items[i].candidate;
        if (file == NULL) {
            continue;
        }
        PathKind kind = path_kind(file->path);
        if ((kind == PATH_DEPLOY_SCRIPT && str_ends(file->path, ".sh")) ||
            (str_is(path_base(file->path), ".tinyenv") && sets_version(making, file))) {
            return true;
        }
    }
    return false;
}

/* ---- all of it ---- */

static void describe(Making *making)
{
    Comparison *out = making->out;
    const Snapshot *candidate = making->options->candidate;
    for (size_t i = 0; i < out->projects.len; i++) {
        out->projects.items[i].classic_layout = is_classic(making, &out->projects.items[i]);
    }
    out->kind = making->options->kind;
    if (candidate->commit != NULL) {
        memcpy(out->candidate_commit.hex, candidate->commit, sizeof(out->candidate_commit.hex));
    }
    out->any_path = snapshot_any_path(candidate);
    bool in_ci = out->has_live && out->live.role != LIVE_PLAIN;
    NoteInput notes = {
        .live = making->live,
        .candidate = candidate,
        .roots = making->roots,
        .behind = making->behind,
        .as_is = making->options->as_is,
        .shallow = repo_is_shallow(making->repo),
        .in_ci = in_ci,
    };
    add_notes(out, making->arena, &notes);
}

int comparison_make(Comparison **out, Arena *arena, Repo *repo, const CompareOptions *options,
                    Fault *fault)
{
    Making making = {.repo = repo, .arena = arena, .options = options, .fault = fault};
    making.out = ARENA_NEW(arena, Comparison);
    making.candidate_files = without_ignored(&making, options->candidate);
    if (load_live(&making) != 0 || load_bases(&making) != 0) {
        return -1;
    }
    find_projects(&making);
    follow_moved_project(&making);
    if (make_projects(&making) != 0) {
        return -1;
    }
    add_all(&making);
    describe(&making);
    *out = making.out;
    return 0;
}
