/* suppression.c: comments that accept a finding: reading them, and what they take. */
#include "findings/suppression.h"

#include "base/map.h"
#include "source/layout.h"

#include <inttypes.h>

#define MARK "tblint:"

enum { COMMENTS_MOST = 10000 }; /* of one file */

typedef struct {
    Arena *arena;
    SourceFile *file;
    Str project;
    Suppressions *out;
} Reading;

/* ---- one line ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the sign of the comment begins before the mark, or -1 when that is none. */
static ptrdiff_t comment_start(Str line, size_t mark)
{
    size_t at = mark;
    while (at > 0 && is_blank(line.ptr[at - 1]))
        at--;
    if (at >= 1 && line.ptr[at - 1] == '#')
        at -= 1;
    else if (at >= 2 && line.ptr[at - 1] == '-' && line.ptr[at - 2] == '-')
        at -= 2;
    else
        return -1;
    return at == 0 || is_blank(line.ptr[at - 1]) ? (ptrdiff_t)at : -1;
}

/* The next word of a list parted by blanks and commas; empty at its end. */
static Str take_word(Str *rest)
{
    size_t from = 0;
    while (from < rest->len && (is_blank(rest->ptr[from]) || rest->ptr[from] == ','))
        from++;
    size_t to = from;
    while (to < rest->len && !is_blank(rest->ptr[to]) && rest->ptr[to] != ',')
        to++;
    Str word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return word;
}

/* "allow NAME, NAME -- reason" */
static void add_names(const Reading *reading, Suppression comment, Str text)
{
    ptrdiff_t dashes = str_find(text, "--");
    Str names = dashes < 0 ? text : str_slice(text, 0, (size_t)dashes);
    if (dashes >= 0)
        comment.reason = str_trim(str_slice(text, (size_t)dashes + 2, text.len));
    Str verb = take_word(&names);
    Str word = take_word(&names);
    if (!str_is(verb, "allow"))
        word = (Str){0};
    do {
        comment.name = word;
        comment.rule = word.len ? rule_find(word) : NULL;
        vec_push(reading->arena, reading->out, comment);
        word = take_word(&names);
    } while (word.len && comment.name.len);
}

static void read_line(const Reading *reading, Str line, uint32_t number, uint32_t offset)
{
    ptrdiff_t mark = str_find(line, MARK);
    ptrdiff_t start = mark < 0 ? -1 : comment_start(line, (size_t)mark);
    if (start < 0)
        return;
    Suppression comment = {
        .file = reading->file,
        .project = reading->project,
        .range = {offset + (uint32_t)start, offset + (uint32_t)line.len},
        .line = number,
        .target = number,
        .alone = str_trim(str_slice(line, 0, (size_t)start)).len == 0,
    };
    add_names(reading, comment, str_slice(line, (size_t)mark + sizeof MARK - 1, line.len));
}

/* A comment alone on its line is about the next line that is no such comment. */
static void set_targets(Suppressions *comments, size_t from)
{
    uint32_t below = 0;
    uint32_t target = 0;
    for (size_t i = comments->len; i-- > from;) {
        Suppression *comment = &comments->items[i];
        if (!comment->alone)
            continue;
        if (comment->line != below)
            target = comment->line + 1 == below ? target : comment->line + 1;
        below = comment->line;
        comment->target = target;
    }
}

static void read_file(const Reading *reading)
{
    SourceFile *file = reading->file;
    if (!file->loaded || str_find(file->text, MARK) < 0)
        return;
    Lines *lines = source_file_lines(reading->arena, file);
    size_t from = reading->out->len;
    for (uint32_t i = 1; i <= lines_count(lines); i++) {
        if (reading->out->len - from < COMMENTS_MOST)
            read_line(reading, lines_text(lines, i), i, lines_start(lines, i));
    }
    set_targets(reading->out, from);
}

/* ---- what live has as well ---- */

/* The same words above the same thing: a column by its name, whatever its type is. */
static Str comment_key(Arena *arena, const Suppression *comment)
{
    Lines *lines = source_file_lines(arena, comment->file);
    Str about = str_trim(lines_text(lines, comment->target));
    Str word = take_word(&about);
    return str_fmt(arena, "%.*s\n%.*s\n%.*s", STR_ARG(comment->name), STR_ARG(comment->reason),
                   STR_ARG(word));
}

static Map *keys_of(Arena *arena, SourceFile *file)
{
    Suppressions comments = {0};
    Reading reading = {arena, file, {0}, &comments};
    read_file(&reading);
    Map *keys = map_new(arena);
    for (size_t i = 0; i < comments.len; i++)
        map_put(keys, comment_key(arena, &comments.items[i]), keys);
    return keys;
}

void suppressions_read(Arena *arena, SourceFile *file, SourceFile *live, Str project,
                       Suppressions *out)
{
    Reading reading = {arena, file, project, out};
    size_t from = out->len;
    read_file(&reading);
    if (out->len == from || !live || !live->loaded)
        return;
    Map *keys = keys_of(arena, live);
    for (size_t i = from; i < out->len; i++)
        out->items[i].in_live = map_has(keys, comment_key(arena, &out->items[i]));
}

/* ---- what they take ---- */

static Str place_key(Arena *arena, Str path, uint32_t line, const Rule *rule)
{
    return str_fmt(arena, "%d %" PRIu32 " %.*s", (int)rule->id, line, STR_ARG(path));
}

static Map *comments_by_place(Arena *arena, Suppressions *comments)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < comments->len; i++) {
        Suppression *comment = &comments->items[i];
        if (!comment->rule)
            continue;
        uint32_t lines[] = {comment->target, comment->line};
        for (size_t j = 0; j < ARRAY_LEN(lines); j++) {
            Str key = place_key(arena, comment->file->path, lines[j], comment->rule);
            if (!map_has(map, key))
                map_put(map, key, comment);
        }
    }
    return map;
}

static Suppression *comment_on(Arena *arena, const Map *by_place, const Finding *finding)
{
    SourceFile *file = finding->place.file;
    if (!file || !file->loaded || finding->place.side != SIDE_CANDIDATE)
        return NULL;
    uint32_t line = lines_position(source_file_lines(arena, file), finding->place.range.start).line;
    return map_get(by_place, place_key(arena, file->path, line, rule_get(finding->rule)));
}

static void apply_to(const Accepting *accepting, Suppression *comment, Finding *finding)
{
    CommentState state = COMMENT_COUNTS;
    if (comment->in_live && !finding->is_single_version)
        state = COMMENT_STALE;
    else if (accepting->require_reason && !acceptance_is_reason(comment->reason))
        state = COMMENT_NO_REASON;
    if (state > comment->state)
        comment->state = state;
    if (state != COMMENT_COUNTS)
        return;
    Accepted *accepted = ARENA_NEW(accepting->arena, Accepted);
    *accepted = (Accepted){.reason = comment->reason, .in_source = true};
    finding->accepted = accepted;
}

void suppressions_apply(const Accepting *accepting, Suppressions *comments)
{
    if (comments->len == 0)
        return;
    Arena *arena = accepting->arena;
    Map *by_place = comments_by_place(arena, comments);
    Findings *findings = accepting->findings;
    for (size_t i = 0; i < findings->items.len; i++) {
        Suppression *comment = comment_on(arena, by_place, &findings->items.items[i]);
        if (comment)
            apply_to(accepting, comment, &findings->items.items[i]);
    }
    for (size_t i = 0; i < findings->silent.len; i++) {
        Suppression *comment = comment_on(arena, by_place, &findings->silent.items[i]);
        if (comment && comment->state == COMMENT_UNMATCHED)
            comment->state = COMMENT_SILENT;
    }
    findings_part_accepted(findings);
}

/* ---- what is said of them ---- */

static Finding comment_finding(const Suppression *comment)
{
    return (Finding){
        .project = comment->project,
        .resource = path_resource_name(comment->file->path),
        .subject = comment->name,
        .candidate_meaning = comment->name,
        .place = {SIDE_CANDIDATE, comment->file, comment->range, {0}},
        .is_single_version = true,
    };
}

static void add(Findings *out, Finding finding, RuleId rule, Str message, Str advice)
{
    finding.rule = rule;
    if (finding.severity == SEVERITY_OFF)
        finding.severity = rule_get(rule)->severity;
    finding.message = message;
    finding.advice = advice;
    findings_add(out, finding);
}

static void report_unknown(Arena *arena, const Suppression *comment, Findings *out)
{
    if (comment->name.len == 0) {
        add(out, comment_finding(comment), RULE_TB003,
            STR("This comment names no rule: it allows nothing."),
            STR("Write: # tblint: allow RULE -- reason"));
        return;
    }
    add(out, comment_finding(comment), RULE_TB003,
        str_fmt(arena, "There is no rule '%.*s': the comment allows nothing.",
                STR_ARG(comment->name)),
        unknown_rule_hint(arena, comment->name));
}

static void report_state(Arena *arena, const Suppression *comment, bool sure, Findings *out)
{
    static const char *const meanings[] = {[COMMENT_STALE] = "stale",
                                           [COMMENT_NO_REASON] = "no reason",
                                           [COMMENT_UNMATCHED] = "unmatched"};
    Finding finding = comment_finding(comment);
    const char *code = comment->rule->code;
    if (comment->state == COMMENT_SILENT || comment->state == COMMENT_COUNTS)
        return;
    finding.candidate_meaning = str_fmt(arena, "%s %s", meanings[comment->state], code);
    switch (comment->state) {
    case COMMENT_STALE:
        add(out, finding, RULE_TB002,
            str_fmt(arena,
                    "The comment that allows %s is live already: it was for another change "
                    "and does not cover this one.",
                    code),
            STR("Remove it, and accept this change by its id: tblint accept ID --reason TEXT"));
        return;
    case COMMENT_NO_REASON:
        add(out, finding, RULE_TB002,
            str_fmt(arena, "The comment that allows %s gives no reason: it does not count.", code),
            STR("Write the reason behind two dashes: # tblint: allow RULE -- reason"));
        return;
    default:
        break;
    }
    if (!sure)
        return;
    if (comment->in_live) /* no work of this change, and it hides nothing */
        finding.severity = SEVERITY_NOTE;
    finding.cause = STR("comments that match nothing");
    add(out, finding, RULE_TB002,
        str_fmt(arena, "The comment allows %s, which is not reported on that line.", code),
        STR("Remove the comment."));
}

void suppressions_report(const Accepting *accepting, const Suppressions *comments, bool sure,
                         Findings *out)
{
    for (size_t i = 0; i < comments->len; i++) {
        const Suppression *comment = &comments->items[i];
        if (comment->rule)
            report_state(accepting->arena, comment, sure, out);
        else
            report_unknown(accepting->arena, comment, out);
    }
}
