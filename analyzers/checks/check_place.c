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

/* The candidate's line that stands where the live line stood: after the nearest line before it
 * that is still there. */
static uint32_t anchor_line(Lines *live, const Map *candidate, uint32_t deleted)
{
    for (uint32_t line = deleted; line-- > 1;) {
        void *found = map_get(candidate, str_trim(lines_text(live, line)));
        if (found)
            return (uint32_t)(uintptr_t)found;
    }
    return 1;
}

static uint32_t nearest_changed(Lines *candidate, const Map *live, uint32_t anchor)
{
    uint32_t count = lines_count(candidate);
    for (uint32_t distance = 0; distance <= count; distance++) {
        const uint32_t around[] = {anchor + distance, anchor > distance ? anchor - distance : 0};
        for (size_t i = 0; i < ARRAY_LEN(around); i++) {
            uint32_t line = around[i];
            if (line < 1 || line > count)
                continue;
            Str text = str_trim(lines_text(candidate, line));
            if (text.len && !map_has(live, text))
                return line;
        }
    }
    return anchor;
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
    uint32_t deleted = lines_position(before_lines, live_range.start).line;
    uint32_t anchor = anchor_line(before_lines, lines_by_text(check->arena, after_lines), deleted);
    uint32_t line = nearest_changed(after_lines, lines_by_text(check->arena, before_lines), anchor);
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
