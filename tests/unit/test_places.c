/*
 * Where findings point, over many random changes of projects: code hosts show an alert in a pull
 * request only where each line of its region was added or edited there.
 *
 * The projects are the live sides of the cases. A change is one to four edits of lines, or a file
 * that goes, comes or gets another name; equal seeds give equal changes. For each finding: its
 * places lie in files that exist on their side, inside their lines; what code hosts are told is an
 * added line, unless the whole change added none; and then it is the finding's own place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/case_repo.h"
#include "lib/project_fixture.h"
#include "report/shown_place.h"
#include "source/line_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EDITS_MOST = 4 };

/* ---- chance ---- */

static uint32_t chance(uint64_t *seed, size_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return below ? (uint32_t)((*seed >> 33) % below) : 0;
}

static const char *any_of(uint64_t *seed, const char *const *words, size_t count)
{
    return words[chance(seed, count)];
}

/* ---- edits ---- */

static Strs lines_of(Arena *arena, Str text)
{
    Strs lines = {0};
    for (Str line; text.len > 0 && str_split_line(&text, &line);)
        vec_push(arena, &lines, line);
    return lines;
}

static Str join_lines(Arena *arena, const Strs *lines)
{
    Buf out = {0};
    for (size_t i = 0; i < lines->len; i++) {
        buf_add_str(&out, lines->items[i]);
        buf_add_char(&out, '\n');
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void remove_line(Strs *lines, size_t at)
{
    memmove(&lines->items[at], &lines->items[at + 1], (lines->len - at - 1) * sizeof(Str));
    lines->len--;
}

static void insert_line(Arena *arena, Strs *lines, size_t at, Str line)
{
    vec_push(arena, lines, line);
    memmove(&lines->items[at + 1], &lines->items[at], (lines->len - 1 - at) * sizeof(Str));
    lines->items[at] = line;
}

/* The first word of the line from `at` replaced. */
static Str replaced(Arena *arena, Str line, Str part, const char *by)
{
    size_t at = (size_t)(part.ptr - line.ptr);
    return str_fmt(arena, "%.*s%s%.*s", (int)at, line.ptr, by,
                   STR_ARG(str_slice(line, at + part.len, line.len)));
}

/* `name` Type of a column, or empty. */
static Str type_in(Str line)
{
    Str rest = str_trim(line);
    ptrdiff_t tick = str_starts(rest, "`") ? str_find(rest, "` ") : -1;
    if (tick < 0)
        return (Str){0};
    rest = str_slice(rest, (size_t)tick + 2, rest.len);
    size_t end = 0;
    int depth = 0;
    while (end < rest.len && (depth > 0 || (rest.ptr[end] != ' ' && rest.ptr[end] != ','))) {
        depth += rest.ptr[end] == '(' ? 1 : rest.ptr[end] == ')' ? -1 : 0;
        end++;
    }
    return str_slice(rest, 0, end);
}

static Str number_in(Str line)
{
    size_t start = 0;
    while (start < line.len && (line.ptr[start] < '0' || line.ptr[start] > '9'))
        start++;
    size_t end = start;
    while (end < line.len && line.ptr[end] >= '0' && line.ptr[end] <= '9')
        end++;
    return str_slice(line, start, end);
}

static void edit_lines(Arena *arena, Strs *lines, uint64_t *seed)
{
    static const char *const types[] = {"String",  "LowCardinality(String)", "Int64",   "UInt8",
                                        "Float64", "Nullable(String)",       "DateTime"};
    static const char *const added[] = {
        "    `extra` String `json:$.extra`,",
        "    `more` LowCardinality(String) `json:$.more` DEFAULT 'x',",
        "ENGINE_TTL \"toDate(ts) + INTERVAL 30 DAY\"",
        "    \xC3\xA9\xF0\x9F\x98\x80 `wide` String,",
        "# a comment with \xE4\xB8\xAD",
        "    WHERE 1 = 1",
        "ENGINE_SORTING_KEY \"extra\"",
        "TOKEN \"t\" READ",
    };
    size_t at = chance(seed, lines->len);
    Str *line = &lines->items[at];
    Str type = type_in(*line), number = number_in(*line);
    switch (chance(seed, 6)) {
    case 0:
        remove_line(lines, at);
        return;
    case 1:
        insert_line(arena, lines, at, str_of(any_of(seed, added, ARRAY_LEN(added))));
        return;
    case 2:
        insert_line(arena, lines, at, *line);
        return;
    case 3:
        if (at + 1 < lines->len) {
            Str other = lines->items[at + 1];
            lines->items[at + 1] = *line;
            lines->items[at] = other;
        }
        return;
    default:
        if (type.len)
            *line = replaced(arena, *line, type, any_of(seed, types, ARRAY_LEN(types)));
        else if (number.len)
            *line =
                replaced(arena, *line, number, any_of(seed, (const char *const[]){"7", "400"}, 2));
        else
            remove_line(lines, at);
    }
}

static void edit_file(Arena *arena, TestFile *file, uint64_t *seed)
{
    Strs lines = lines_of(arena, file->text);
    if (lines.len < 2)
        return;
    edit_lines(arena, &lines, seed);
    file->text = join_lines(arena, &lines);
}

static Str renamed(Arena *arena, Str path)
{
    ptrdiff_t dot = str_rfind_char(path, '.');
    return str_fmt(arena, "%.*s_two%.*s", (int)dot, path.ptr,
                   STR_ARG(str_slice(path, (size_t)dot, path.len)));
}

/* The candidate of a seed. */
static FileSet changed(Arena *arena, const FileSet *live, uint64_t seed)
{
    FileSet files = {0};
    for (size_t i = 0; i < live->len; i++)
        file_set_add(arena, &files, live->items[i].path, live->items[i].text);
    size_t edits = 1 + chance(&seed, EDITS_MOST);
    for (size_t i = 0; i < edits && files.len > 0; i++) {
        size_t at = chance(&seed, files.len);
        TestFile *file = &files.items[at];
        uint32_t kind = chance(&seed, 20);
        bool named = str_find_char(path_base(file->path), '.') > 0;
        if (kind == 0) {
            files.items[at] = files.items[--files.len];
        } else if (kind == 1 && named) {
            file->path = renamed(arena, file->path);
        } else if (kind == 2 && named) {
            file_set_add(arena, &files, renamed(arena, file->path), file->text);
        } else {
            edit_file(arena, file, &seed);
        }
    }
    return files;
}

/* ---- added lines ---- */

typedef struct {
    size_t count;
    bool *added; /* by line, from 1 */
    size_t lines;
} Added;

/* What is left of `after` without the added lines stands in `before`, in that order: so nothing
 * that the change brought is taken for old. That git adds no more than it must is not asked here.
 */
static bool is_right(const Strs *before, const Strs *after, const Added *added)
{
    size_t i = 0;
    for (size_t j = 0; j < after->len; j++) {
        if (added->added[j + 1])
            continue;
        while (i < before->len && !str_eq(before->items[i], after->items[j]))
            i++;
        if (i++ >= before->len)
            return false;
    }
    return true;
}

static Added added_lines(Arena *arena, Str before, Str after)
{
    Strs a = lines_of(arena, before), b = lines_of(arena, after);
    Added result = {.lines = b.len, .added = ARENA_ARRAY(arena, bool, b.len + 2)};
    LineNumbers numbers = lines_added(arena, before, after);
    for (size_t i = 0; i < numbers.len; i++) {
        assert_true(numbers.items[i] >= 1 && numbers.items[i] <= b.len);
        result.added[numbers.items[i]] = true;
    }
    result.count = numbers.len;
    assert_true(is_right(&a, &b, &result));
    return result;
}

/* ---- one change ---- */

typedef struct {
    Arena *arena;
    const FileSet *live, *candidate;
    ProjectFixture f;
    Report report;
    Comparison comparison;
    ShownPlaces *shown;
    Map *added; /* path -> Added */
    const char *name;
    uint64_t seed;
    size_t findings, visible, elsewhere;
} Change;

static const TestFile *file_at(const FileSet *files, Str path)
{
    for (size_t i = 0; i < files->len; i++) {
        if (str_eq(files->items[i].path, path))
            return &files->items[i];
    }
    return NULL;
}

static const Added *added_of(Change *change, Str path)
{
    Added *added = map_get(change->added, path);
    if (!added) {
        const TestFile *before = file_at(change->live, path);
        const TestFile *after = file_at(change->candidate, path);
        added = ARENA_NEW(change->arena, Added);
        *added = added_lines(change->arena, before ? before->text : (Str){0},
                             after ? after->text : (Str){0});
        map_put(change->added, path, added);
    }
    return added;
}

/* Every line of the region. */
static bool is_added(const Added *added, Region region)
{
    uint32_t last = region.end.line;
    if (last > region.start.line && region.end.column == 1)
        last--; /* it ends before that line */
    for (uint32_t line = region.start.line; line <= last; line++) {
        if (line > added->lines || !added->added[line])
            return false;
    }
    return true;
}

static size_t utf16_length(Str line)
{
    size_t units = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        units += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
    }
    return units;
}

static void fail_at(const Change *change, const Finding *finding, const Place *place,
                    const char *what)
{
    Region region = report_region(&change->report, place);
    for (size_t i = 0; i < change->candidate->len; i++) {
        const TestFile *file = &change->candidate->items[i];
        if (place->file && str_eq(file->path, place->file->path))
            print_message("---- %.*s\n%.*s", STR_ARG(file->path), STR_ARG(file->text));
    }
    fail_msg("%s, seed %llu: %s %.*s '%.*s': %s: %.*s:%u:%u-%u:%u", change->name,
             (unsigned long long)change->seed, rule_get(finding->rule)->code,
             STR_ARG(finding->resource), STR_ARG(finding->subject), what,
             STR_ARG(place->file ? place->file->path : STR("none")), region.start.line,
             region.start.column, region.end.line, region.end.column);
}

/* In a file that exists on its side, inside its lines. */
static void check_place(const Change *change, const Finding *finding, const Place *place)
{
    const FileSet *files = place->side == SIDE_LIVE ? change->live : change->candidate;
    const TestFile *file = place->file ? file_at(files, place->file->path) : NULL;
    if (!file) {
        fail_at(change, finding, place, "no such file on that side");
        return;
    }
    if (place->range.start > place->range.end || place->range.end > file->text.len)
        fail_at(change, finding, place, "outside of the file");
    Region region = report_region(&change->report, place);
    Lines *lines = source_file_lines(change->arena, place->file);
    if (region.start.line > lines_count(lines) || region.end.line > lines_count(lines))
        fail_at(change, finding, place, "no such line");
    if (region.start.column > utf16_length(lines_text(lines, region.start.line)) + 1 ||
        region.end.column > utf16_length(lines_text(lines, region.end.line)) + 1)
        fail_at(change, finding, place, "no such column");
}

static bool any_added(Change *change)
{
    for (size_t i = 0; i < change->candidate->len; i++) {
        if (added_of(change, change->candidate->items[i].path)->count > 0)
            return true;
    }
    return false;
}

static void check_finding_places(Change *change, const Finding *finding)
{
    check_place(change, finding, &finding->place);
    for (size_t i = 0; i < finding->related.len; i++)
        check_place(change, finding, &finding->related.items[i]);
    change->findings++;
    if (finding->place.side == SIDE_LIVE) {
        if (change->candidate->len > 0)
            fail_at(change, finding, &finding->place, "in live, though the candidate has files");
        return;
    }
    Place shown = shown_place(change->shown, finding);
    check_place(change, finding, &shown);
    Region region = report_region(&change->report, &shown);
    const Added *added = added_of(change, shown.file->path);
    if (is_added(added, region)) {
        change->visible++;
        return;
    }
    if (any_added(change))
        fail_at(change, finding, &shown, "not in an added line, though there are such");
    assert_true(shown.file == finding->place.file &&
                shown.range.start == finding->place.range.start);
    change->elsewhere++;
}

static void make_change(Change *change)
{
    project_fixture_make(&change->f, change->live, change->candidate);
    Findings *live = findings_new(change->f.arena);
    checks_run(&change->f.check, live);
    findings_finish(change->f.check.findings, live, false);
    change->report = (Report){.arena = change->f.arena,
                              .findings = change->f.check.findings,
                              .complete = true,
                              .width = 80};
    change->arena = change->f.arena;
    vec_push(change->arena, &change->comparison.projects, change->f.pair);
    change->report.comparison = &change->comparison;
    change->shown = shown_places_new(&change->report);
    change->added = map_new(change->arena);
}

static void check_change(Change *change)
{
    make_change(change);
    const FindingItems *items = &change->f.check.findings->items;
    for (size_t i = 0; i < items->len; i++)
        check_finding_places(change, &items->items[i]);
    project_fixture_free(&change->f);
}

/* ---- the projects ---- */

static const char *cases_folder(Arena *arena)
{
    char here[4096];
    const char *source = getenv("TBLINT_SOURCE");
    if (!source)
        source = getcwd(here, sizeof here);
    return str_fmt(arena, "%s/tests/cases", source).ptr;
}

static void places_of_random_changes(void **state)
{
    const char *rounds_text = getenv("TBLINT_ROUNDS"), *step = getenv("TBLINT_STEP");
    size_t rounds = rounds_text ? (size_t)atoi(rounds_text) : 2;
    size_t every = step && atoi(step) > 0 ? (size_t)atoi(step) : 3;
    size_t seen = 0, changes = 0, findings = 0, visible = 0, elsewhere = 0;
    Arena *arena = arena_new();
    const char *root = cases_folder(arena);
    FileSet all = file_set_read(arena, root);
    (void)state;
    for (size_t i = 0; i < all.len; i++) {
        Str path = all.items[i].path;
        if (!str_ends(path, "/expected.txt") || seen++ % every != 0)
            continue;
        Str folder = str_fmt(arena, "%s/%.*s", root, (int)(path.len - 13), path.ptr);
        FileSet live = file_set_read(arena, str_fmt(arena, "%s/live", folder.ptr).ptr);
        FileSet own = file_set_read(arena, str_fmt(arena, "%s/candidate", folder.ptr).ptr);
        for (size_t round = 0; round <= rounds && live.len > 0; round++) {
            uint64_t seed = seen * 1000 + round;
            FileSet candidate = round == 0 ? own : changed(arena, &live, seed);
            Change change = {.live = &live,
                             .candidate = &candidate,
                             .name = folder.ptr,
                             .seed = round == 0 ? 0 : seed};
            check_change(&change);
            changes++;
            findings += change.findings;
            visible += change.visible;
            elsewhere += change.elsewhere;
        }
    }
    print_message("%zu changes, %zu findings: %zu in added lines, %zu where none were added\n",
                  changes, findings, visible, elsewhere);
    arena_free(arena);
}

/* ---- the ladder ---- */

static const char source_text[] =
    "SCHEMA >\n    `a` String `json:$.a`,\n    `b` String `json:$.b`\n\n"
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n";

typedef struct {
    Arena *arena;
    FileSet live, candidate;
    Change change;
} Ladder;

static void put(Ladder *ladder, const char *path, const char *live, const char *candidate)
{
    if (live)
        file_set_add(ladder->arena, &ladder->live, str_of(path), str_of(live));
    if (candidate)
        file_set_add(ladder->arena, &ladder->candidate, str_of(path), str_of(candidate));
}

/* The finding of a rule is shown at that line of that file, its own place among the related ones,
 * and what is said of it. */
static void expect_shown(Ladder *ladder, RuleId rule, const char *path, uint32_t line,
                         const char *about)
{
    Change *change = &ladder->change;
    *change = (Change){.live = &ladder->live, .candidate = &ladder->candidate, .name = path};
    make_change(change);
    const Finding *finding = project_fixture_finding(&change->f, rule, NULL);
    assert_non_null(finding);
    Place place = shown_place(change->shown, finding);
    assert_string_equal(str_cstr(change->arena, place.file->path), path);
    assert_int_equal(report_region(&change->report, &place).start.line, line);
    assert_string_equal(str_cstr(change->arena, shown_about(change->shown, finding)), about);
    if (place.file != finding->place.file || place.range.start != finding->place.range.start) {
        Places related = shown_related(change->shown, finding);
        assert_true(related.len == finding->related.len + 1);
        assert_ptr_equal(related.items[0].file, finding->place.file);
        assert_true(related.items[0].message.len > 0);
    }
    project_fixture_free(&change->f);
    arena_free(ladder->arena);
}

static void the_nearest_line_of_the_same_file(void **state)
{
    Ladder ladder = {.arena = arena_new()};
    (void)state;
    put(&ladder, "datasources/events.datasource", source_text,
        "# new\nSCHEMA >\n    `a` String `json:$.a`\n\nENGINE \"MergeTree\"\n"
        "ENGINE_SORTING_KEY \"a\"\n\n\n\n\n# far\n");
    expect_shown(&ladder, RULE_TB104, "datasources/events.datasource", 3, "");
}

static void a_reader_that_changes_for_a_file_that_is_gone(void **state)
{
    Ladder ladder = {.arena = arena_new()};
    (void)state;
    put(&ladder, "datasources/events.datasource", source_text, NULL);
    put(&ladder, "datasources/other.datasource", source_text, source_text);
    put(&ladder, "pipes/p.pipe", "NODE n\nSQL >\n    SELECT a FROM events\nTYPE endpoint\n",
        "NODE n\nSQL >\n    SELECT a FROM other\nTYPE endpoint\n");
    expect_shown(&ladder, RULE_TB601, "pipes/p.pipe", 3,
                 "This is about datasources/events.datasource, which the change deletes.");
}

static void its_own_place_where_nothing_was_added(void **state)
{
    Ladder ladder = {.arena = arena_new()};
    (void)state;
    put(&ladder, "datasources/events.datasource", source_text, NULL);
    put(&ladder, "datasources/other.datasource", source_text, source_text);
    expect_shown(&ladder, RULE_TB601, "datasources/other.datasource", 1,
                 "This is about datasources/events.datasource, which the change deletes.");
}

/* The reader is as it was, and no code host shows it: another file stands for it. */
static void a_line_that_is_left_as_it_is(void **state)
{
    Ladder ladder = {.arena = arena_new()};
    (void)state;
    put(&ladder, "datasources/events.datasource", source_text, NULL);
    put(&ladder, "pipes/other.pipe", "NODE n\nSQL >\n    SELECT 1\nTYPE endpoint\n",
        "NODE n\nSQL >\n    SELECT 2\nTYPE endpoint\n");
    put(&ladder, "pipes/p.pipe", "NODE n\nSQL >\n    SELECT a FROM events\nTYPE endpoint\n",
        "NODE n\nSQL >\n    SELECT a FROM events\nTYPE endpoint\n");
    expect_shown(&ladder, RULE_TB604, "pipes/other.pipe", 3,
                 "This is about pipes/p.pipe:3:19, which the change leaves as it is.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_is_left_as_it_is),
        cmocka_unit_test(places_of_random_changes),
        cmocka_unit_test(the_nearest_line_of_the_same_file),
        cmocka_unit_test(a_reader_that_changes_for_a_file_that_is_gone),
        cmocka_unit_test(its_own_place_where_nothing_was_added),
    };
    case_repo_begin(); /* libgit2, for its diff */
    int failed = cmocka_run_group_tests_name("places", tests, NULL, NULL);
    case_repo_end();
    return failed;
}
