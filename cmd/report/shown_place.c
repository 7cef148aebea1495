/* shown_place.c: the added line that stands for a finding where code hosts show it. */
#include "report/shown_place.h"

#include "report/escape.h"
#include "report/finding_text.h"
#include "source/line_diff.h"

#include <string.h>

struct ShownPlaces {
    const Report *report;
    Map *after;   /* the candidate's path -> FilePair; NULL until it is asked for */
    Map *before;  /* live's path -> FilePair */
    Map *changed; /* folder -> the first file in or below it that has added lines */
    Map *added;   /* the candidate's path -> LineNumbers */
};

enum {
    BYTES_MOST = 1 << 20, /* of both texts: larger ones are not compared */
    RELATED_MOST = 100,   /* places of a finding that may stand for it */
};

ShownPlaces *shown_places_new(const Report *report)
{
    ShownPlaces *shown = ARENA_NEW(report->arena, ShownPlaces);
    *shown = (ShownPlaces){.report = report, .added = map_new(report->arena)};
    return shown;
}

/* ---- added lines ---- */

static void list_pairs(ShownPlaces *shown)
{
    const ProjectPairs *projects = &shown->report->comparison->projects;
    shown->after = map_new(shown->report->arena);
    shown->before = map_new(shown->report->arena);
    for (size_t i = 0; i < projects->len; i++) {
        const FilePairs *lists[] = {&projects->items[i].datafiles, &projects->items[i].others};
        for (size_t j = 0; j < ARRAY_LEN(lists); j++) {
            for (size_t k = 0; k < lists[j]->len; k++) {
                FilePair *pair = &lists[j]->items[k];
                if (pair->candidate)
                    map_put(shown->after, pair->candidate->path, pair);
                if (pair->live)
                    map_put(shown->before, pair->live->path, pair);
            }
        }
    }
}

static bool is_unchanged(const FilePair *pair)
{
    return pair->live && memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) == 0;
}

/* All lines of a file that is new. */
static LineNumbers added_in(ShownPlaces *shown, const SourceFile *file)
{
    const FilePair *pair = map_get(shown->after, file->path);
    if (!pair || pair->candidate != file || !file->loaded || is_unchanged(pair) ||
        (pair->live && !pair->live->loaded))
        return (LineNumbers){0};
    Str before = pair->live ? pair->live->text : (Str){0};
    if (before.len + file->text.len > BYTES_MOST)
        return (LineNumbers){0};
    return lines_added(shown->report->arena, before, file->text);
}

/* Empty for a file that is unchanged or not at hand. */
static const LineNumbers *added_once(ShownPlaces *shown, const SourceFile *file)
{
    LineNumbers *lines = map_get(shown->added, file->path);
    if (!lines) {
        lines = ARENA_NEW(shown->report->arena, LineNumbers);
        *lines = added_in(shown, file);
        map_put(shown->added, file->path, lines);
    }
    return lines;
}

/* The index of the first number that is not before `line`. */
static size_t first_from(const LineNumbers *lines, uint32_t line)
{
    size_t low = 0, high = lines->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lines->items[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- the nearest ---- */

static bool is_blank(Lines *text, uint32_t line)
{
    return str_trim(lines_text(text, line)).len == 0;
}

/* Of two as near the later one: what is gone stood before it. Lines without a word are passed over,
 * if there is another. */
static uint32_t nearest(const LineNumbers *lines, Lines *text, uint32_t line)
{
    size_t after = first_from(lines, line), before = after;
    while (after < lines->len && is_blank(text, lines->items[after]))
        after++;
    while (before > 0 && is_blank(text, lines->items[before - 1]))
        before--;
    bool has_after = after<lines->len, has_before = before> 0;
    if (!has_after && !has_before)
        return lines->items[lines->len - 1];
    if (!has_after)
        return lines->items[before - 1];
    if (!has_before)
        return lines->items[after];
    uint32_t above = lines->items[before - 1], below = lines->items[after];
    return below - line <= line - above ? below : above;
}

/* The last line that a region has a character of. */
static uint32_t last_line(Region region)
{
    bool empty = region.end.line > region.start.line && region.end.column == 1;
    return region.end.line - (empty ? 1 : 0);
}

static bool is_whole(const LineNumbers *lines, Region region)
{
    uint32_t last = last_line(region);
    size_t first = first_from(lines, region.start.line);
    size_t count = last - region.start.line + 1;
    return first + count <= lines->len && lines->items[first] == region.start.line &&
           lines->items[first + count - 1] == last;
}

static Range line_range(Lines *text, uint32_t line)
{
    Str whole = lines_text(text, line), trimmed = str_trim(whole);
    uint32_t start = lines_start(text, line);
    if (trimmed.len)
        start += (uint32_t)(trimmed.ptr - whole.ptr);
    return (Range){start, start + (uint32_t)trimmed.len};
}

/* The added line of the file that is nearest to `line`; false when there is none. */
static bool take_nearest(ShownPlaces *shown, SourceFile *file, uint32_t line, Place *out)
{
    const LineNumbers *lines = added_once(shown, file);
    if (lines->len == 0)
        return false;
    Lines *text = source_file_lines(shown->report->arena, file);
    uint32_t chosen = nearest(lines, text, line);
    if (chosen > lines_count(text)) /* git and tblint differ in what ends a line */
        return false;
    *out = (Place){SIDE_CANDIDATE, file, line_range(text, chosen), {0}};
    return true;
}

static bool is_shown(ShownPlaces *shown, const Place *place)
{
    if (!place->file || place->side != SIDE_CANDIDATE || !place->file->loaded)
        return false;
    const LineNumbers *lines = added_once(shown, place->file);
    return lines->len > 0 && is_whole(lines, report_region(shown->report, place));
}

/* ---- what is gone ---- */

static Str folder_of(Str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? (Str){0} : str_slice(path, 0, (size_t)slash);
}

/* Each folder that holds a changed file, at whatever depth, gets the first of them. */
static void list_changed(ShownPlaces *shown)
{
    shown->changed = map_new(shown->report->arena);
    for (size_t i = 0; i < map_len(shown->after); i++) {
        const FilePair *pair = map_value(shown->after, i);
        if (added_once(shown, pair->candidate)->len == 0)
            continue;
        Str folder = folder_of(pair->candidate->path);
        while (!map_has(shown->changed, folder)) {
            map_put(shown->changed, folder, pair->candidate);
            folder = folder_of(folder);
        }
    }
}

/* An added line of the file nearest to a path that is gone: of its folder, or of one above. */
static bool take_near_path(ShownPlaces *shown, Str path, Place *out)
{
    if (!shown->changed)
        list_changed(shown);
    while (path.len > 0) {
        path = folder_of(path);
        SourceFile *file = map_get(shown->changed, path);
        if (file)
            return take_nearest(shown, file, 1, out);
    }
    return false;
}

/* ---- the ladder ---- */

/* A place beside the finding's own: of the candidate where it is shown itself, of live where
 * something stands for it. */
static bool take_related(ShownPlaces *shown, const Finding *finding, Place *out)
{
    for (size_t i = 0; i < finding->related.len && i < RELATED_MOST; i++) {
        if (is_shown(shown, &finding->related.items[i])) {
            *out = finding->related.items[i];
            return true;
        }
    }
    for (size_t i = 0; i < finding->related.len && i < RELATED_MOST; i++) {
        const Place *place = &finding->related.items[i];
        const FilePair *pair = NULL;
        if (place->side == SIDE_LIVE && place->file)
            pair = map_get(shown->before, place->file->path);
        if (!pair)
            continue;
        uint32_t line = report_region(shown->report, place).start.line;
        if (pair->candidate ? take_nearest(shown, pair->candidate, line, out)
                            : take_near_path(shown, place->file->path, out))
            return true;
    }
    return false;
}

/* Whether another place stands for the finding's own, and which. */
static bool is_moved(ShownPlaces *shown, const Place *own, const Finding *finding, Place *out)
{
    if (!shown->report->comparison || !own->file || own->side != SIDE_CANDIDATE ||
        !own->file->loaded)
        return false;
    if (!shown->after)
        list_pairs(shown);
    if (is_shown(shown, own))
        return false;
    uint32_t line = report_region(shown->report, own).start.line;
    return take_nearest(shown, own->file, line, out) || take_related(shown, finding, out) ||
           take_near_path(shown, own->file->path, out);
}

Place shown_place(ShownPlaces *shown, const Finding *finding)
{
    Place own = report_primary(shown->report, finding), place = {0};
    return is_moved(shown, &own, finding, &place) ? place : own;
}

Places shown_related(ShownPlaces *shown, const Finding *finding)
{
    Places related = report_related(shown->report, finding), places = {0};
    Place own = report_primary(shown->report, finding), place = {0};
    if (!is_moved(shown, &own, finding, &place))
        return related;
    if (own.message.len == 0)
        own.message = STR("the place itself");
    vec_push(shown->report->arena, &places, own);
    for (size_t i = 0; i < related.len; i++)
        vec_push(shown->report->arena, &places, related.items[i]);
    return places;
}

/* ---- what it is about ---- */

/* What is deleted stands in live alone: the finding's own place is whatever is near. A finding of
 * no resource is about more than one file. */
static const SourceFile *deleted_file(ShownPlaces *shown, const Finding *finding)
{
    const Place *live =
        finding->place.side == SIDE_LIVE ? &finding->place : finding_live_place(finding);
    bool deletes = finding->rule == RULE_TB601 || finding->rule == RULE_TB602;
    if (!deletes || finding->resource.len == 0 || !live || !live->file)
        return NULL;
    const FilePair *pair = map_get(shown->before, live->file->path);
    return pair && !pair->candidate ? live->file : NULL;
}

Str shown_about(ShownPlaces *shown, const Finding *finding)
{
    Arena *arena = shown->report->arena;
    Place own = report_primary(shown->report, finding), place = {0};
    if (!shown->report->comparison)
        return (Str){0};
    bool moved = is_moved(shown, &own, finding, &place);
    if (!shown->after)
        list_pairs(shown);
    const SourceFile *deleted = deleted_file(shown, finding);
    if (deleted)
        return str_fmt(arena, "This is about %.*s, which the change deletes.",
                       STR_ARG(escaped_terminal(arena, deleted->path)));
    bool is_file = range_is_empty(own.range) && own.message.len == 0;
    if (!moved || is_file || place.file == own.file)
        return (Str){0};
    return str_fmt(arena, "This is about %.*s, which the change leaves as it is.",
                   STR_ARG(place_text(shown->report, &own)));
}
