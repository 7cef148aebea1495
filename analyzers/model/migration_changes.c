/* migration_changes.c: the steps of a migration that live has, and those that the change takes. */
#include "migration_readers.h"
#include "migration_sides.h"

enum { NAMED_MAX = 16 }; /* migrations whose chains are followed for names */

typedef struct {
    const Diff *diff;
    const Migration *live;
    const Migration *candidate;
    const Migration *either; /* the candidate's, else live's */
    unsigned done, doing;
    bool switch_unknown;
} Stepper;

static bool is_there(const Project *project, DatafileKind kind, const Resource *resource)
{
    return resource != NULL && project_find(project, kind, resource->name) != NULL;
}

/* ---- replica and pipes ---- */

/* Live has the pipe, and it writes the same data source. */
static bool pipe_was_there(const Resource *pipe)
{
    const Resource *live = pipe != NULL ? pipe->other : NULL;
    return live != NULL && copies_rows(live) && str_eq(live->pipe->target, pipe->pipe->target);
}

static void step_copies(Stepper *s)
{
    unsigned has = 0;
    if (is_there(s->diff->sides.live, DATAFILE_DATASOURCE, s->either->replica))
        s->done |= STEP_REPLICATE;
    if (s->live != NULL)
        s->done |= (s->live->sync != NULL ? (unsigned)STEP_SYNC : 0) |
                   (s->live->backfill != NULL ? (unsigned)STEP_BACKFILL : 0);
    if (s->candidate == NULL)
        return;
    s->done |= (pipe_was_there(s->candidate->sync) ? (unsigned)STEP_SYNC : 0) |
               (pipe_was_there(s->candidate->backfill) ? (unsigned)STEP_BACKFILL : 0);
    has = STEP_REPLICATE | (s->candidate->sync != NULL ? (unsigned)STEP_SYNC : 0) |
          (s->candidate->backfill != NULL ? (unsigned)STEP_BACKFILL : 0);
    s->doing |= has & ~s->done;
}

/* ---- tests ---- */

static bool some_compares(Arena *arena, const Migration *m, const QualityTests *tests)
{
    MigrationSides sides = migration_sides(arena, m);
    for (size_t i = 0; i < tests->len; i++)
        if (quality_test_compares(&sides, &tests->items[i]))
            return true;
    return false;
}

static void step_tests(Stepper *s)
{
    Loader *loader = s->diff->loader;
    const ProjectPair *files = s->diff->sides.files;
    const Migration *before = s->live != NULL ? s->live : s->candidate;
    if (some_compares(loader->arena, before, quality_tests_of(loader, files, SIDE_LIVE)))
        s->done |= STEP_VERIFY;
    else if (some_compares(loader->arena, s->either,
                           quality_tests_of(loader, files, SIDE_CANDIDATE)))
        s->doing |= STEP_VERIFY;
}

/* ---- readers ---- */

typedef enum { READS_OLD, READS_NEW, READS_UNKNOWN } ReadersState;

/* Where those who answer someone get their rows. Who reads the old chain has not switched, whoever
 * else there may be. */
static ReadersState readers_state(Loader *loader, const Migration *live)
{
    MigrationReaders found = migration_readers(loader, live);
    bool reads_new = false;
    for (size_t i = 0; i < found.readers.len; i++) {
        const ChainReader *reader = &found.readers.items[i];
        if (!reader_serves(reader->pipe))
            continue;
        if (reader->new_source == NULL)
            return READS_OLD;
        reads_new |= reader->old_source == NULL;
    }
    if (!found.complete)
        return READS_UNKNOWN;
    return reads_new ? READS_NEW : READS_OLD;
}

/* Someone who was answered out of the old chain, alone or beside the new one, no longer is. */
static bool leaves_old(const Stepper *s)
{
    Loader *loader = s->diff->loader;
    if (s->live == NULL || s->candidate == NULL)
        return false;
    MigrationReaders before = migration_readers(loader, s->live);
    MigrationReaders after = migration_readers(loader, s->candidate);
    Map *old = map_new(loader->arena);
    for (size_t i = 0; i < before.readers.len; i++)
        if (before.readers.items[i].old_source != NULL)
            map_put(old, before.readers.items[i].pipe->name, old);
    for (size_t i = 0; i < after.readers.len; i++) {
        const ChainReader *reader = &after.readers.items[i];
        if (reader->old_source == NULL && reader->new_source != NULL &&
            reader_serves(reader->pipe) && map_has(old, reader->pipe->name))
            return true;
    }
    return false;
}

static void step_readers(Stepper *s)
{
    ReadersState state = READS_OLD;
    if (s->live != NULL && s->live->legacy != NULL)
        state = readers_state(s->diff->loader, s->live);
    if (state == READS_NEW)
        s->done |= STEP_SWITCH;
    else if (migration_moved(s->diff, s->live, s->candidate).len > 0 || leaves_old(s))
        s->doing |= STEP_SWITCH;
    else
        s->switch_unknown = state == READS_UNKNOWN && (s->done & STEP_BACKFILL);
}

/* ---- what is taken away ---- */

/* The pipe of live is gone, or writes elsewhere. */
static bool pipe_leaves(const Resource *live)
{
    return live != NULL && (live->other == NULL || !copies_rows(live->other) ||
                            !str_eq(live->other->pipe->target, live->pipe->target));
}

/* A backfill alone that goes before the readers moved is taken back, not cleaned up. */
static void step_away(Stepper *s)
{
    if (s->live == NULL ||
        !is_there(s->diff->sides.candidate, DATAFILE_DATASOURCE, s->live->replica))
        return;
    bool switched = (s->done | s->doing) & STEP_SWITCH;
    bool legacy_leaves = s->live->legacy != NULL && s->live->legacy->other == NULL;
    if (legacy_leaves || pipe_leaves(s->live->sync) || (switched && pipe_leaves(s->live->backfill)))
        s->doing |= STEP_CLEAN_UP;
}

/* ---- names ---- */

/* Classic names what another release has: "v1_0_1.events", whose new version is 'events'. */
static Str of_other_release(const Migration *m)
{
    Str source = m->sync != NULL ? m->sync_filter.source : m->backfill_filter.source;
    ptrdiff_t dot = str_rfind_char(source, '.');
    bool same = dot > 0 && str_eq(str_slice(source, (size_t)dot + 1, source.len), m->replica->name);
    return m->origin == NULL && same ? source : (Str){0};
}

static Str legacy_of(const Stepper *s)
{
    if (s->either->legacy != NULL)
        return s->either->legacy->name;
    if (s->live != NULL && s->live->legacy != NULL)
        return s->live->legacy->name;
    return of_other_release(s->either);
}

/* A target that is cloned downstream of a cloned data source takes the place of what stands there
 * in the old chain. */
static void name_downstream(Loader *loader, MigrationChanges *changes, const Migration *upstream)
{
    if (upstream == NULL || upstream->legacy == NULL)
        return;
    MigrationReaders found = migration_readers(loader, upstream);
    for (size_t i = 0; i < found.pairs.len; i++) {
        const Counterpart *pair = &found.pairs.items[i];
        for (size_t k = 0; pair->replica != NULL && k < changes->len; k++) {
            MigrationChange *change = &changes->items[k];
            const Migration *m = change->candidate != NULL ? change->candidate : change->live;
            if (change->legacy.len == 0 && m->unsure.len == 0 && m->replica == pair->replica)
                change->legacy = pair->legacy->name;
        }
    }
}

static void name_nameless(Loader *loader, MigrationChanges *changes)
{
    size_t nameless = 0;
    for (size_t i = 0; i < changes->len; i++)
        nameless += changes->items[i].legacy.len == 0;
    for (size_t i = 0; nameless > 0 && i < changes->len && i < NAMED_MAX; i++) {
        const MigrationChange *change = &changes->items[i];
        name_downstream(loader, changes,
                        change->candidate != NULL ? change->candidate : change->live);
    }
}

/* ---- all of them ---- */

static void add_change(const Diff *diff, MigrationChanges *out, const Migration *live,
                       const Migration *candidate)
{
    Stepper s = {.diff = diff, .live = live, .candidate = candidate};
    s.either = candidate != NULL ? candidate : live;
    if (s.either == NULL)
        return;
    bool given_up = !is_there(diff->sides.candidate, DATAFILE_DATASOURCE, s.either->replica);
    step_copies(&s);
    step_tests(&s);
    if (!given_up)
        step_readers(&s);
    step_away(&s);
    MigrationChange change = {.replica = s.either->replica->name,
                              .legacy = legacy_of(&s),
                              .live = live,
                              .candidate = candidate,
                              .done = s.done,
                              .doing = s.doing,
                              .given_up = given_up,
                              .switch_unknown = s.switch_unknown};
    if (candidate != NULL || given_up || s.doing != 0)
        vec_push(diff->loader->arena, out, change);
}

static const MigrationChanges *find_changes(const Diff *diff, Instant now)
{
    Loader *loader = diff->loader;
    const Migrations *live = migrations_of(loader, diff->sides.live, now);
    const Migrations *candidate = migrations_of(loader, diff->sides.candidate, now);
    MigrationChanges *out = ARENA_NEW(loader->arena, MigrationChanges);
    size_t i = 0;
    for (size_t j = 0; i < live->len || j < candidate->len;) {
        int order = i == live->len ? 1
                    : j == candidate->len
                        ? -1
                        : str_cmp(live->items[i].replica->name, candidate->items[j].replica->name);
        add_change(diff, out, order <= 0 ? &live->items[i] : NULL,
                   order >= 0 ? &candidate->items[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    name_nameless(loader, out);
    return out;
}

const MigrationChanges *migration_changes(const Diff *diff, Instant now)
{
    Loader *loader = diff->loader;
    Str key = str_fmt(loader->arena, "changes %.*s", STR_ARG(diff->sides.candidate->root));
    migrations_of(loader, diff->sides.live, now);
    const MigrationChanges *known = map_get(loader->migrations, key);
    if (known == NULL) {
        known = find_changes(diff, now);
        map_put(loader->migrations, key, (void *)(uintptr_t)known);
    }
    return known;
}

/* ---- what comes next ---- */

/* A replica that takes in the new rows by itself needs no pipe for them, and one that reads all of
 * the stream again no backfill either. */
static unsigned steps_of(const MigrationChange *change)
{
    const Migration *m = change->candidate != NULL ? change->candidate : change->live;
    unsigned steps =
        STEP_REPLICATE | STEP_VERIFY | STEP_SWITCH | STEP_CLEAN_UP | change->done | change->doing;
    if (m->sync != NULL)
        steps |= STEP_SYNC | STEP_BACKFILL;
    if (m->backfill != NULL)
        steps |= STEP_BACKFILL;
    return steps;
}

size_t migration_phases(const MigrationChange *change, MigrationPhase out[MIGRATION_STEPS])
{
    const unsigned steps = steps_of(change);
    const unsigned reached = change->done | change->doing;
    bool has_next = change->given_up;
    size_t count = 0;
    for (unsigned step = STEP_REPLICATE; step <= STEP_CLEAN_UP; step <<= 1) {
        if (!(steps & step))
            continue;
        PhaseState state = has_next ? PHASE_LATER : PHASE_NEXT;
        if (change->done & step)
            state = PHASE_DONE;
        else if (change->doing & step)
            state = PHASE_NOW;
        else if (reached > step || (step == STEP_SWITCH && change->switch_unknown))
            state = PHASE_NOT_SEEN;
        has_next |= state == PHASE_NEXT || (step == STEP_SWITCH && change->switch_unknown);
        out[count++] = (MigrationPhase){(MigrationStep)step, state};
    }
    return count;
}
