/* notes.c: what a person should know about a comparison, for stderr. */
#include "internal.h"

#include <string.h>

static void add(Comparison *comparison, Arena *arena, Str note)
{
    vec_push(arena, &comparison->notes, note);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* At most five names. */
static Str names(Arena *arena, const Strs *paths)
{
    size_t shown = paths->len < 5 ? paths->len : 5;
    Str list = str_join(arena, paths->items, shown, ", ");
    return shown == paths->len
               ? list
               : str_fmt(arena, "%.*s and %zu more", STR_ARG(list), paths->len - shown);
}

static void note_base(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    if (!comparison->has_live) {
        add(comparison, arena,
            STR("There is no live branch to compare with: every resource "
                "counts as new."));
    } else if (!comparison->has_base && !input->as_is) {
        const char *hint = input->shallow ? " This clone is shallow; `git fetch --unshallow` "
                                            "brings the missing commits."
                                          : "";
        add(comparison, arena,
            str_fmt(arena,
                    "There is no merge base with %.*s, so its tip is compared: what it changed "
                    "since the branches parted shows as undone here.%s",
                    STR_ARG(comparison->live.ref), hint));
    }
}

/* On one's own machine that is every run before the first edit; for a change that is to be merged
 * it is a failed run, which says so itself. */
static void note_itself(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    bool is_told = input->in_ci || comparison->kind == CANDIDATE_COMMIT;
    if (comparison->is_itself && is_told && comparison->live.role != LIVE_OF_CHANGE) {
        add(comparison, arena,
            str_fmt(arena,
                    "%.*s is the commit that is judged, and no file differs from it, so there was "
                    "nothing to compare.",
                    STR_ARG(comparison->live.ref)));
    }
}

static void note_behind(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    if (input->behind == 0 || input->as_is || comparison->kind != CANDIDATE_WORKTREE) {
        return;
    }
    add(comparison, arena,
        str_fmt(arena,
                "This branch is behind %.*s: a deploy from here would undo %zu live change%s. Run "
                "`tblint lint --as-is` to see %s.",
                STR_ARG(comparison->live.ref), input->behind, plural(input->behind),
                input->behind == 1 ? "it" : "them"));
}

static void note_ignored(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    Strs sent = {0};
    for (size_t i = 0; i < input->candidate->ignored.len; i++) {
        if (project_of(input->roots, input->candidate->ignored.items[i]) >= 0) {
            vec_push(arena, &sent, input->candidate->ignored.items[i]);
        }
    }
    if (sent.len > 0) {
        Str list = names(arena, &sent);
        add(comparison, arena,
            str_fmt(arena, "Git ignores %zu datafile%s that `tb` would deploy: %.*s.", sent.len,
                    plural(sent.len), STR_ARG(list)));
    }
}

static void note_intended(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    const Strs *intended = &input->candidate->intended;
    if (intended->len > 0) {
        Str list = names(arena, intended);
        add(comparison, arena,
            str_fmt(arena, "Announced with `git add -N` but not staged, so not judged: %.*s.",
                    STR_ARG(list)));
    }
}

static const Elsewhere *find_submodule(const Snapshot *snapshot, Str path)
{
    for (size_t i = 0; snapshot != NULL && i < snapshot->submodules.len; i++) {
        if (str_eq(snapshot->submodules.items[i].path, path)) {
            return &snapshot->submodules.items[i];
        }
    }
    return NULL;
}

static void note_submodules(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    const Elsewheres *all = &input->candidate->submodules;
    Strs changed = {0};
    if (all->len > 1000 || (input->live != NULL && input->live->submodules.len > 1000)) {
        return; /* no project of people: the search below is not made for it */
    }
    for (size_t i = 0; i < all->len; i++) {
        const Elsewhere *before = find_submodule(input->live, all->items[i].path);
        if (before == NULL || !blob_id_eq(before->id, all->items[i].id)) {
            vec_push(arena, &changed, all->items[i].path);
        }
    }
    if (changed.len > 0) {
        Str list = names(arena, &changed);
        add(comparison, arena,
            str_fmt(arena, "Submodules are judged in their own repository; changed here: %.*s.",
                    STR_ARG(list)));
    }
}

void add_notes(Comparison *comparison, Arena *arena, const NoteInput *input)
{
    note_base(comparison, arena, input);
    note_itself(comparison, arena, input);
    note_behind(comparison, arena, input);
    note_ignored(comparison, arena, input);
    note_intended(comparison, arena, input);
    note_submodules(comparison, arena, input);
    for (size_t i = 0; i < input->candidate->linked_folders.len; i++) {
        vec_push(
            arena, &comparison->unchecked,
            (Unchecked){.path = input->candidate->linked_folders.items[i],
                        .why = STR("is a symbolic link to a folder, which is never followed")});
    }
}
