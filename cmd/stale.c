/* stale.c: TB001: what deploying this tree would undo of the live branch. */
#include "stale.h"

#include "base/map.h"

typedef struct {
    const Comparison *comparison;
    const ProjectPair *project;
    Findings *findings;
    Strs undone; /* of this project */
    Map *pairs;  /* path on either side -> FilePair */
} Stale;

static bool is_within(Str path, Str root)
{
    if (str_is(root, "."))
        return true;
    return path.len > root.len && path.ptr[root.len] == '/' &&
           str_eq(str_slice(path, 0, root.len), root);
}

static Map *pairs_by_path(Arena *arena, const ProjectPair *project)
{
    Map *pairs = map_new(arena);
    for (size_t i = 0; i < project->datafiles.len; i++) {
        FilePair *pair = &project->datafiles.items[i];
        if (pair->live)
            map_put(pairs, pair->live->path, pair);
        if (pair->candidate && !map_has(pairs, pair->candidate->path))
            map_put(pairs, pair->candidate->path, pair);
    }
    return pairs;
}

static const FilePair *pair_of(const Stale *stale, Str path)
{
    return map_get(stale->pairs, path);
}

/* A file of the candidate to stand at: the first undone one that exists, else any datafile. */
static SourceFile *standing_file(const Stale *stale)
{
    for (size_t i = 0; i < stale->undone.len; i++) {
        const FilePair *pair = pair_of(stale, stale->undone.items[i]);
        if (pair && pair->candidate)
            return pair->candidate;
    }
    for (size_t i = 0; i < stale->project->datafiles.len; i++) {
        if (stale->project->datafiles.items[i].candidate)
            return stale->project->datafiles.items[i].candidate;
    }
    return NULL;
}

static void add_blob(Buf *buf, Str path, const SourceFile *file)
{
    buf_add_str(buf, path);
    buf_add_char(buf, '\0');
    if (file)
        buf_add_str(buf, (Str){(const char *)file->id.bytes, sizeof file->id.bytes});
    buf_add_char(buf, '\0');
}

/* Both meanings are the contents of the files concerned. */
static void set_meanings(const Stale *stale, Finding *finding)
{
    Buf live = {0};
    Buf candidate = {0};
    for (size_t i = 0; i < stale->undone.len; i++) {
        Str path = stale->undone.items[i];
        const FilePair *pair = pair_of(stale, path);
        add_blob(&live, path, pair ? pair->live : NULL);
        add_blob(&candidate, path, pair ? pair->candidate : NULL);
    }
    finding->live_meaning = str_copy(stale->findings->arena, buf_str(&live));
    finding->candidate_meaning = str_copy(stale->findings->arena, buf_str(&candidate));
    buf_free(&live);
    buf_free(&candidate);
}

static Place live_place(SourceFile *file)
{
    return (Place){SIDE_LIVE, file, {0, 0}, STR("changed on the live branch")};
}

static void report(const Stale *stale)
{
    Arena *arena = stale->findings->arena;
    size_t count = stale->undone.len;
    Finding finding = {
        .rule = RULE_TB001,
        .severity = rule_get(RULE_TB001)->severity,
        .project = stale->project->root,
        .place = {.side = SIDE_CANDIDATE, .file = standing_file(stale)},
        .advice = STR("Merge or rebase onto the live branch before deploying from this tree."),
    };
    finding.message = str_fmt(
        arena, "Deploying this tree as it stands will undo %zu datafile change%s of '%.*s'.", count,
        count == 1 ? "" : "s", STR_ARG(stale->comparison->live.ref));
    for (size_t i = 0; i < count; i++) {
        const FilePair *pair = pair_of(stale, stale->undone.items[i]);
        if (pair && pair->live)
            vec_push(arena, &finding.related, live_place(pair->live));
        else
            vec_push(arena, &finding.details,
                     str_fmt(arena, "would return  %.*s", STR_ARG(stale->undone.items[i])));
    }
    set_meanings(stale, &finding);
    findings_add(stale->findings, finding);
}

void stale_check(const Comparison *comparison, Findings *findings)
{
    for (size_t i = 0; i < comparison->projects.len; i++) {
        Stale stale = {comparison, &comparison->projects.items[i], findings, {0}, NULL};
        for (size_t j = 0; j < comparison->undone.len; j++) {
            Str path = comparison->undone.items[j];
            if (is_within(path, stale.project->root))
                vec_push(findings->arena, &stale.undone, path);
        }
        if (stale.undone.len == 0)
            continue;
        stale.pairs = pairs_by_path(findings->arena, stale.project);
        report(&stale);
    }
}
