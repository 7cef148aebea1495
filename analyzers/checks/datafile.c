/* datafile.c: TB901 to TB907, what is wrong with one datafile on its own. */
#include "checks/datafile_check.h"

#include "model/project_search.h"
#include "source/layout.h"
#include "syntax/squeeze.h"

#include <stdlib.h>
#include <string.h>

Finding *datafile_report(const FileCheck *in, RuleId rule, Range range, Str meaning, Str message,
                         Str advice)
{
    Finding finding = check_single_finding(in->resource, rule, range, (Str){0});
    finding.message = message;
    finding.advice = advice;
    finding.candidate_meaning = meaning;
    finding.refuses_deploy = finding.severity == SEVERITY_ERROR;
    return findings_add(in->findings, finding);
}

/* The change takes the project out of Classic: what Classic took says nothing of Forward. */
static bool leaves_classic(const FileCheck *in)
{
    const FilePairs *others = &in->check->diff->sides.files->others;
    for (size_t i = 0; i < others->len && in->is_forward; i++) {
        const FilePair *file = &others->items[i];
        if (file->live && !file->candidate && str_is(path_base(file->live->path), ".tinyenv"))
            return true;
    }
    return false;
}

void datafile_soften_if_live_has(const FileCheck *in, Finding *finding, const char *word,
                                 const char *also)
{
    const Project *live = in->check->diff->sides.live;
    if (in->project != live && !in->check->loader->everything &&
        project_has_instruction(in->check->loader, live, in->file->kind, word, also) &&
        !leaves_classic(in))
        check_soften(in->arena, finding);
}

Str shown(const FileCheck *in, Str value)
{
    enum { LONGEST = 60 };
    size_t end = LONGEST;
    if (value.len <= LONGEST)
        return value;
    while (end > 0 && ((unsigned char)value.ptr[end] & 0xc0) == 0x80)
        end--;
    return str_fmt(in->arena, "%.*s...", (int)end, value.ptr);
}

Str instruction_word(const Instruction *instruction)
{
    if (instruction->keyword == KEYWORD_UNKNOWN)
        return instruction->word.text;
    return str_of(keyword_info(instruction->keyword)->word);
}

void datafile_refuse_value(const FileCheck *in, const Instruction *instruction, Str why, Str advice)
{
    Str word = instruction_word(instruction);
    Range range = range_is_empty(instruction->value.range) ? instruction->word.range
                                                           : instruction->value.range;
    datafile_report(
        in, RULE_TB905, instruction->is_block ? instruction->word.range : range,
        str_fmt(in->arena, "%.*s %.*s", STR_ARG(word), STR_ARG(shown(in, instruction->value.text))),
        str_fmt(in->arena, "'%.*s' %.*s: the file will be refused.", STR_ARG(word), STR_ARG(why)),
        advice);
}

bool value_is_deferred(Str value)
{
    return str_find_char(value, '$') >= 0 || str_find(value, "{{") >= 0;
}

/* `ranges` by start, the ends never falling. */
static bool ranges_touch(const Ranges *ranges, Range range)
{
    size_t low = 0;
    size_t high = ranges->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->items[middle].start < range.end)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && ranges->items[low - 1].end > range.start;
}

bool has_problem_in(const FileCheck *in, Range range)
{
    return ranges_touch(&in->troubles, range);
}

bool is_headless(const FileCheck *in, Range range)
{
    return ranges_touch(&in->headless, range);
}

bool absence_is_uncertain(const FileCheck *in)
{
    return in->is_uncertain;
}

const Instruction *effective(const FileCheck *in, Keyword keyword)
{
    return datafile_find(in->file, keyword);
}

Str keyword_list(Arena *arena, const Keyword *words, size_t count)
{
    Strs names = {0};
    for (size_t i = 0; i < count; i++)
        vec_push(arena, &names, str_of(keyword_info(words[i])->word));
    return quoted_list(arena, names.items, names.len, count);
}

/* ---- what the parser found ---- */

static Str file_name(const FileCheck *in)
{
    Str path = in->resource->file->path;
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? path : str_slice(path, (size_t)slash + 1, path.len);
}

static Str first_word(Str text)
{
    static const char blanks[] = {' ', '\t', '\r', '\n'};
    size_t end = 0;
    while (end < text.len && !memchr(blanks, text.ptr[end], sizeof blanks))
        end++;
    return str_slice(text, 0, end);
}

static void report_unknown_word(const FileCheck *in, const Problem *problem)
{
    Str word = shown(in, first_word(str_range(in->file->text, problem->range)));
    Str near = problem->suggestion;
    if (near.len == 0)
        near = keyword_suggest(word, in->file->kind, in->file->dialect);
    Str advice = near.len ? str_fmt(in->arena, "Did you mean '%.*s'?", STR_ARG(near))
                          : STR("Delete the line, or start it with '#' if it is a comment.");
    Str message =
        str_fmt(in->arena, "'%.*s' is not an instruction of .%s files: '%.*s' will be refused.",
                STR_ARG(word), datafile_kind_text(in->file->kind), STR_ARG(file_name(in)));
    Finding *finding = datafile_report(in, RULE_TB902, problem->range, word, message, advice);
    if (near.len == 0)
        finding->cause = in->resource->file->path; /* a likely word is advised to each */
}

static RuleId rule_of_problem(ProblemKind kind)
{
    switch (kind) {
    case PROBLEM_TYPE:
        return RULE_TB906;
    case PROBLEM_VALUE:
        return RULE_TB905;
    default:
        return RULE_TB901;
    }
}

/* Text after the '>' of a block: the platform throws it away and says nothing. */
static bool is_discarded_text(const FileCheck *in, const Problem *problem)
{
    uint32_t at = problem->range.start;
    Str text = in->file->text;
    while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t'))
        at--;
    return problem->kind == PROBLEM_SYNTAX && at > 1 && at <= text.len && text.ptr[at - 1] == '>';
}

/* An empty block is refused and said so: what stands behind its '>' is the cause. */
static bool is_behind_empty_block(const FileCheck *in, const Problem *problem)
{
    const Instructions *all = &in->file->instructions;
    size_t low = 0;
    size_t high = all->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all->items[middle].range.start <= problem->range.start)
            low = middle + 1;
        else
            high = middle;
    }
    const Instruction *at = low > 0 ? &all->items[low - 1] : NULL;
    return at && at->is_block && str_trim(at->value.text).len == 0 &&
           at->keyword != KEYWORD_DESCRIPTION;
}

/* Classic takes what ClickHouse knows; Forward refuses these all the same. */
static bool is_type_of_classic(const FileCheck *in, const Problem *problem)
{
    if (in->is_forward || problem->kind != PROBLEM_TYPE)
        return false;
    Str after =
        str_slice(in->file->text, problem->range.start + strlen("DateTime64"), in->file->text.len);
    bool glued = str_starts(str_range(in->file->text, problem->range), "DateTime64") && after.len &&
                 !strchr(" \t\r\n,)`", after.ptr[0]);
    return str_find(problem->message, "': Tinybird does not take the type Boolean") >= 0 ||
           (str_find(problem->message, "': Tinybird wants the ") >= 0 && !glued);
}

/* What stands there, and a little of its line on both sides, which tells two brackets from each
 * other. The rest of a long line may change. */
static Str problem_meaning(const FileCheck *in, Range range)
{
    enum { AROUND = 200, SIDE_MOST = 30 }; /* a file of one line may have thousands of problems */
    Str text = in->file->text;
    size_t from = range.start;
    size_t to = range.start;
    while (from > 0 && text.ptr[from - 1] != '\n' && range.start - from < AROUND)
        from--;
    while (to < text.len && text.ptr[to] != '\n' && to - range.start < AROUND)
        to++;
    Str before = squeeze_sql(in->arena, str_slice(text, from, range.start));
    Str after = squeeze_sql(in->arena, str_slice(text, range.start, to));
    if (before.len > SIDE_MOST)
        before = str_slice(before, before.len - SIDE_MOST, before.len);
    return str_fmt(in->arena, "%.*s\n%.*s\n%.*s", STR_ARG(before),
                   STR_ARG(str_slice(after, 0, SIDE_MOST)),
                   STR_ARG(shown(in, str_trim(str_range(text, range)))));
}

static void report_problem(const FileCheck *in, const Problem *problem)
{
    if (problem->kind == PROBLEM_UNKNOWN_WORD) {
        report_unknown_word(in, problem);
        return;
    }
    Arena *arena = in->arena;
    bool discarded = is_discarded_text(in, problem);
    if ((discarded && is_behind_empty_block(in, problem)) || is_type_of_classic(in, problem))
        return;
    Str advice = {0};
    if (problem->suggestion.len)
        advice = str_fmt(arena, "Write '%.*s'.", STR_ARG(problem->suggestion));
    Finding *finding = datafile_report(
        in, rule_of_problem(problem->kind), problem->range, problem_meaning(in, problem->range),
        str_fmt(arena, "'%.*s' will %s: %.*s.", STR_ARG(file_name(in)),
                discarded ? "lose text" : "be refused", STR_ARG(problem->message)),
        advice);
    if (discarded) {
        finding->severity = SEVERITY_WARNING;
        finding->refuses_deploy = false;
    }
    if (str_find_char(problem->message, '\'') < 0) /* names nothing: it may stand in many lines */
        finding->cause = str_fmt(arena, "%.*s %.*s", STR_ARG(in->resource->file->path),
                                 STR_ARG(problem->message));
}

/* ---- files ---- */

static int compare_starts(const void *left, const void *right)
{
    const Range *a = left;
    const Range *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

static Ranges problem_places(Arena *arena, const Problems *problems)
{
    Ranges places = {0};
    for (size_t i = 0; i < problems->len; i++) {
        Range range = problems->items[i].range;
        if (range_is_empty(range))
            range.end = range.start + 1;
        vec_push(arena, &places, range);
    }
    if (places.len > 1)
        qsort(places.items, places.len, sizeof(*places.items), compare_starts);
    for (size_t i = 1; i < places.len; i++)
        if (places.items[i].end < places.items[i - 1].end)
            places.items[i].end = places.items[i - 1].end;
    return places;
}

/* A word that could not be read, or a file that is not here, may be what seems to lack. */
static bool may_hold_more(const Datafile *file)
{
    if (file->has_include)
        return true;
    for (size_t i = 0; i < file->problems.len; i++) {
        ProblemKind kind = file->problems.items[i].kind;
        if (kind == PROBLEM_UNKNOWN_WORD || kind == PROBLEM_SYNTAX || kind == PROBLEM_TOO_DEEP)
            return true;
    }
    return false;
}

/* Data sources shared by other workspaces are kept below vendor/; their owners answer for them. */
static bool is_vendored(Str path)
{
    return str_starts(path, "vendor/") || str_find(path, "/vendor/") >= 0;
}

static Map *column_map(Arena *arena, const Columns *columns)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < columns->len; i++)
        map_put(map, columns->items[i].name.text, &columns->items[i]);
    return map;
}

/* A block's word without its '>', or a misspelt word with one. */
static bool is_broken_head(const FileCheck *in, const Instruction *at)
{
    if (at->keyword == KEYWORD_UNKNOWN)
        return str_ends(str_trim(str_range(in->file->text, at->range)), ">");
    return keyword_info(at->keyword)->form == FORM_BLOCK && !at->is_block && at->words.len == 0;
}

static bool opens_line(const FileCheck *in, const Instruction *at)
{
    uint32_t start = at->word.range.start;
    return start == 0 || in->file->text.ptr[start - 1] == '\n';
}

/* The lines below a broken head, up to the next word that would end the block: each of them reads
 * as an instruction, but the cause is the head. */
static Ranges headless_lines(const FileCheck *in)
{
    Ranges lines = {0};
    const Instructions *all = &in->file->instructions;
    bool open = false;
    for (size_t i = 0; i < all->len; i++) {
        const Instruction *at = &all->items[i];
        if (open && opens_line(in, at) &&
            keyword_ends_block(at->keyword, in->file->kind, in->file->dialect)) {
            lines.items[lines.len - 1].end = at->range.start;
            open = false;
        }
        if (open || !is_broken_head(in, at))
            continue;
        vec_push(in->arena, &lines, (Range){at->range.end, (uint32_t)in->file->text.len});
        open = true;
    }
    return lines;
}

static void report_problems(const FileCheck *in)
{
    Ranges swallowed = swallowed_lines(in);
    for (size_t i = 0; i < in->file->problems.len; i++) {
        Range range = in->file->problems.items[i].range;
        if (!ranges_touch(&swallowed, range) && !is_headless(in, range))
            report_problem(in, &in->file->problems.items[i]);
    }
    if (in->file->problems.len < DATAFILE_MAX_PROBLEMS || in->project->side == SIDE_LIVE)
        return;
    Range last = in->file->problems.items[in->file->problems.len - 1].range;
    check_unjudged(in->check, in->resource->file, last,
                   str_fmt(in->arena, "%d problems are listed; the file is not read beyond them",
                           DATAFILE_MAX_PROBLEMS));
}

static void check_file(const Check *check, const Project *project, const Resource *resource,
                       Findings *findings)
{
    if (!resource->facts || is_vendored(resource->file->path))
        return;
    FileCheck in = {
        .check = check,
        .arena = check->arena,
        .findings = findings,
        .project = project,
        .resource = resource,
        .file = resource->facts,
        .troubles = problem_places(check->arena, &resource->facts->problems),
        .columns = column_map(check->arena, &resource->facts->columns),
        .is_uncertain = may_hold_more(resource->facts),
        .is_forward = resource->facts->dialect == DIALECT_FORWARD,
    };
    in.headless = headless_lines(&in);
    report_problems(&in);
    check_instructions(&in);
    if (in.file->kind == DATAFILE_DATASOURCE) {
        check_datasource_file(&in);
        check_engine(&in);
    } else if (in.file->kind == DATAFILE_PIPE) {
        check_pipe_file(&in);
    }
}

static void check_all(const Check *check, const Project *project, const Map *resources,
                      Findings *findings)
{
    for (size_t i = 0; i < map_len(resources); i++)
        check_file(check, project, map_value(resources, i), findings);
}

void datafile_files(const Check *check, const Project *project, Findings *findings)
{
    check_all(check, project, project->datasources, findings);
    check_all(check, project, project->pipes, findings);
    check_all(check, project, project->connections, findings);
    for (size_t i = 0; i < project->duplicates.len; i++)
        check_file(check, project, project->duplicates.items[i], findings);
}
