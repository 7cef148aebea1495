/* Where to point at when the thing itself is gone: code hosts show only lines of the change. */
#include "check.h"
#include "model/lineage.h"

enum { LINES_COMPARED_MAX = 512 * 1024 };

static Range line_range(Lines *lines, uint32_t line)
{
    Str text = lines_text(lines, line);
    Str trimmed = str_trim(text);
    uint32_t start = lines_start(lines, line);
    if (trimmed.len)
        start += (uint32_t)(trimmed.ptr - text.ptr);
    return (Range){start, start + (uint32_t)trimmed.len};
}

static Map *lines_by_text(Arena *arena, Lines *lines)
{
    Map *map = map_new(arena);
    for (uint32_t line = 1; line <= lines_count(lines); line++) {
        Str text = str_trim(lines_text(lines, line));
        if (text.len && !map_has(map, text))
            map_put(map, text, (void *)(uintptr_t)line);
    }
    return map;
}

/* Answers for one pair of files; many deleted things ask the same. */
typedef struct {
    uint32_t *anchors; /* by live line: the candidate's line that stands where it stood, after the
                          nearest line before it that is still there */
    uint32_t *nearest; /* by line of the candidate: the nearest one that the change touched */
} LineMatch;

static uint32_t *anchors_of(Arena *arena, Lines *live, const Map *candidate)
{
    uint32_t *anchors = ARENA_ARRAY(arena, uint32_t, lines_count(live) + 1);
    uint32_t last = 1;
    for (uint32_t line = 1; line <= lines_count(live); line++) {
        anchors[line] = last;
        void *found = map_get(candidate, str_trim(lines_text(live, line)));
        if (found)
            last = (uint32_t)(uintptr_t)found;
    }
    return anchors;
}

/* Of two lines as near, the later one; the line itself when nothing changed. */
static uint32_t *nearest_changed(Arena *arena, Lines *candidate, const Map *live)
{
    uint32_t count = lines_count(candidate);
    uint32_t *nearest = ARENA_ARRAY(arena, uint32_t, count + 1);
    uint32_t before = 0;
    uint32_t after = 0;
    for (uint32_t line = 1; line <= count; line++) {
        Str text = str_trim(lines_text(candidate, line));
        if (text.len && !map_has(live, text))
            before = line;
        nearest[line] = before;
    }
    for (uint32_t line = count; line > 0; line--) {
        before = nearest[line];
        if (before == line)
            after = line;
        if (after && (!before || after - line <= line - before))
            nearest[line] = after;
        else if (!before)
            nearest[line] = line;
    }
    return nearest;
}

static LineMatch *match_lines(Arena *arena, Lines *live, Lines *candidate)
{
    LineMatch *match = ARENA_NEW(arena, LineMatch);
    match->anchors = anchors_of(arena, live, lines_by_text(arena, candidate));
    match->nearest = nearest_changed(arena, candidate, lines_by_text(arena, live));
    return match;
}

static const LineMatch *matched_once(const Check *check, SourceFile *before, SourceFile *after)
{
    Loader *loader = check->loader;
    Str key = str_fmt(check->arena, "%p %p", (const void *)before, (const void *)after);
    if (!loader->line_matches)
        loader->line_matches = map_new(loader->arena);
    LineMatch *match = map_get(loader->line_matches, key);
    if (!match) {
        match = match_lines(loader->arena, source_file_lines(check->arena, before),
                            source_file_lines(check->arena, after));
        map_put(loader->line_matches, key, match);
    }
    return match;
}

/* In the file that still exists: a line that the change touched, near the deleted one. */
static Place place_in_file(const Check *check, const ResourceChange *change, Range live_range)
{
    const Resource *candidate = change->candidate;
    SourceFile *after = candidate->file;
    SourceFile *before = change->live ? change->live->file : NULL;
    if (!after->loaded)
        return place_candidate(candidate, (Range){0, 0}, (Str){0});
    Lines *after_lines = source_file_lines(check->arena, after);
    if (!before || !before->loaded || before->text.len + after->text.len > LINES_COMPARED_MAX)
        return place_candidate(candidate, line_range(after_lines, 1), (Str){0});
    Lines *before_lines = source_file_lines(check->arena, before);
    const LineMatch *match = matched_once(check, before, after);
    uint32_t deleted = lines_position(before_lines, live_range.start).line;
    uint32_t line = match->nearest[match->anchors[deleted]];
    return place_candidate(candidate, line_range(after_lines, line), (Str){0});
}

/* A pipe of the candidate that still names the deleted resource. */
static bool place_of_reader(const Check *check, const ResourceChange *change, Place *out)
{
    const Resources *readers = &change->live->readers;
    for (size_t i = 0; i < readers->len; i++) {
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, readers->items[i]->name);
        Range range;
        if (pipe && pipe_reads(check->loader, pipe, change->name, &range)) {
            *out = place_candidate(pipe, range, (Str){0});
            return true;
        }
    }
    return false;
}

static SourceFile *project_file(const ProjectPair *files)
{
    for (size_t i = 0; i < files->others.len; i++) {
        SourceFile *file = files->others.items[i].candidate;
        if (file && path_kind(file->path) == PATH_PROJECT_FILE)
            return file;
    }
    for (size_t i = 0; i < files->datafiles.len; i++) {
        if (files->datafiles.items[i].candidate)
            return files->datafiles.items[i].candidate;
    }
    for (size_t i = 0; i < files->others.len; i++) {
        if (files->others.items[i].candidate)
            return files->others.items[i].candidate;
    }
    return NULL;
}

Place place_for_deleted(const Check *check, const ResourceChange *change, Range live_range)
{
    if (change->candidate)
        return place_in_file(check, change, live_range);
    Place place;
    if (place_of_reader(check, change, &place))
        return place;
    SourceFile *file = project_file(check->diff->sides.files);
    if (file)
        return (Place){SIDE_CANDIDATE, file, {0, 0}, {0}};
    /* Nothing of the project is left; the reports point into the repository. */
    return place_live(change->live, live_range, (Str){0});
}

Range check_first_line(const Check *check, const Resource *resource)
{
    if (!resource->file->loaded)
        return (Range){0, 0};
    Lines *lines = source_file_lines(check->arena, resource->file);
    return (Range){0, (uint32_t)lines_text(lines, 1).len};
}
