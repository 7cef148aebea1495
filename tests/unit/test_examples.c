/*
 * The examples in rules/NAME.md: the failing one reports the rule, the passing one does not. And
 * what the page says of accepting holds: the finding of the failing example is accepted by the
 * command that it names, and by a comment above its line where, and only where, the page offers
 * one.
 *
 * A file of an example is a fenced block whose info string names its kind and place, for instance
 * "datasource live=datasources/events.datasource"; "both=" puts it on both sides. One of the kind
 * "sh" is executable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cJSON.h>
#include <cmocka.h>

#include "findings/rule.h"
#include "lib/case_repo.h"

typedef struct {
    FileSet base; /* where the branch left live; empty when it left at live */
    FileSet live;
    FileSet candidate;
} Example;

typedef struct {
    Arena *arena;
    const Rule *rule;
} PageTest;

static void add_file(Arena *arena, FileSet *files, Str path, Str text, bool executable)
{
    file_set_add(arena, files, path, text);
    files->items[files->len - 1].executable = executable;
}

static void add_block(Arena *arena, Example *example, Str info, Str text)
{
    ptrdiff_t blank = str_find_char(info, ' ');
    Str place = blank < 0 ? STR("") : str_trim(str_slice(info, (size_t)blank, info.len));
    ptrdiff_t sign = str_find_char(place, '=');
    if (sign < 0)
        return;
    Str side = str_slice(place, 0, (size_t)sign);
    Str path = str_slice(place, (size_t)sign + 1, place.len);
    bool executable = str_starts(info, "sh ");
    if (str_is(side, "live") || str_is(side, "both"))
        add_file(arena, &example->live, path, text, executable);
    if (str_is(side, "base") || (str_is(side, "both") && example->base.len))
        add_file(arena, &example->base, path, text, executable);
    if (str_is(side, "candidate") || str_is(side, "both"))
        add_file(arena, &example->candidate, path, text, executable);
}

/* The fenced blocks of one section. */
static Example read_example(Arena *arena, Str section)
{
    Example example = {0};
    Str info = STR("");
    Buf block = {0};
    bool inside = false;
    for (Str line; str_split_line(&section, &line);) {
        if (!str_starts(line, "```")) {
            if (inside) {
                buf_add_str(&block, line);
                buf_add_char(&block, '\n');
            }
            continue;
        }
        if (inside)
            add_block(arena, &example, info, str_copy(arena, buf_str(&block)));
        inside = !inside;
        info = str_trim(str_slice(line, 3, line.len));
        block.len = 0;
    }
    buf_free(&block);
    return example;
}

typedef struct {
    const PageTest *test;
    Example example;
    CaseRepo repo;
} Trial;

static void trial_begin(Trial *trial, const PageTest *test, const char *heading)
{
    trial->test = test;
    trial->example = read_example(test->arena, rule_page_section(test->rule, heading));
    if (trial->example.live.len + trial->example.candidate.len == 0)
        print_message("%s: no files in '%s'\n", test->rule->name, heading);
    assert_true(trial->example.live.len + trial->example.candidate.len > 0);
}

static void trial_make(Trial *trial)
{
    const Example *example = &trial->example;
    case_repo_make(&trial->repo, example->base.len ? &example->base : NULL, &example->live,
                   &example->candidate);
}

/* One rule speaks with --as-is alone. */
static CaseRun trial_run(const Trial *trial, const char *command, const char *more,
                         const char *value)
{
    const char *argv[10] = {"tblint", command, "--live", "main", "--quiet"};
    int argc = 5;
    if (trial->test->rule->id == RULE_TB001)
        argv[argc++] = "--as-is";
    if (more)
        argv[argc++] = more;
    if (value)
        argv[argc++] = value;
    return case_repo_run(trial->test->arena, &trial->repo, argc, argv);
}

static CaseRun trial_lint(const Trial *trial, const char *more, const char *value)
{
    CaseRun run = trial_run(trial, "lint", more, value);
    if (run.code > 1)
        print_message("%s: exit %d: %.*s\n", trial->test->rule->name, run.code, STR_ARG(run.err));
    assert_true(run.code <= 1);
    return run;
}

static bool reports(const PageTest *test, const char *heading)
{
    Trial trial;
    trial_begin(&trial, test, heading);
    trial_make(&trial);
    CaseRun run = trial_lint(&trial, NULL, NULL);
    case_repo_remove(&trial.repo);
    return str_find(run.out, str_fmt(test->arena, "[%s]", test->rule->code).ptr) >= 0;
}

static void test_page(void **state)
{
    static const char *const sections[] = {
        "What it finds",   "Why it matters", "When it is silent", "Failing example",
        "Passing example", "How to fix",     "How to accept"};
    const PageTest *test = *state;
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (str_trim(rule_page_section(test->rule, sections[i])).len == 0)
            print_message("%s: '%s' is missing\n", test->rule->name, sections[i]);
        assert_true(str_trim(rule_page_section(test->rule, sections[i])).len > 0);
    }
    if (!reports(test, "Failing example"))
        print_message("%s: the failing example passes\n", test->rule->name);
    assert_true(reports(test, "Failing example"));
    if (reports(test, "Passing example"))
        print_message("%s: the passing example fails\n", test->rule->name);
    assert_false(reports(test, "Passing example"));
}

/* ---- accepting ---- */

/* The rule's first finding. */
typedef struct {
    Str id;
    Str path;
    size_t line;
} Found;

static Str json_text(Arena *arena, const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
    return str_copy(arena, str_of(text ? text : ""));
}

static Found found_of(Arena *arena, const cJSON *finding)
{
    const cJSON *range = cJSON_GetObjectItem(finding, "range");
    const cJSON *start = cJSON_GetObjectItem(range, "start");
    const cJSON *line = cJSON_GetObjectItem(start, "line");
    return (Found){json_text(arena, finding, "id"), json_text(arena, finding, "path"),
                   line ? (size_t)line->valueint : 0};
}

static Found first_finding(const Trial *trial)
{
    Arena *arena = trial->test->arena;
    Found found = {0};
    CaseRun run = trial_lint(trial, "--format", "json");
    cJSON *report = cJSON_ParseWithLength(run.out.ptr, run.out.len);
    const cJSON *finding;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(report, "findings"))
    {
        bool wanted =
            str_is(json_text(arena, finding, "code"), trial->test->rule->code) && !found.id.len;
        if (wanted)
            found = found_of(arena, finding);
    }
    cJSON_Delete(report);
    assert_int_equal(found.id.len, 12);
    return found;
}

/* By its id: whether it is told among those that count, and among the accepted. */
static bool is_accepted(const Trial *trial, const Found *found)
{
    Arena *arena = trial->test->arena;
    Str shown = str_fmt(arena, "id %.*s\n", STR_ARG(found->id));
    bool counts = str_find(trial_lint(trial, NULL, NULL).out, shown.ptr) >= 0;
    Str all = trial_lint(trial, "--all", NULL).out;
    Str head = str_fmt(arena, "[%s]", trial->test->rule->code);
    bool accepted = false;
    for (Str line; str_split_line(&all, &line);)
        accepted |= str_starts(line, "accepted ") && str_find(line, head.ptr) >= 0;
    return !counts && accepted;
}

static bool accepts_by_command(const PageTest *test)
{
    Trial trial;
    trial_begin(&trial, test, "Failing example");
    trial_make(&trial);
    Found found = first_finding(&trial);
    CaseRun text = trial_lint(&trial, "--fail-on", "note");
    Str offer = str_fmt(test->arena, "  else  tblint accept %.*s ", STR_ARG(found.id));
    bool offered = str_find(text.out, offer.ptr) >= 0;
    const char *argv[] = {
        "tblint",   "accept",          "--live",  "main",
        "--reason", "it is meant: #1", "--as-is", str_cstr(test->arena, found.id)};
    if (test->rule->id != RULE_TB001)
        argv[6] = "--quiet";
    CaseRun run = case_repo_run(test->arena, &trial.repo, 8, argv);
    bool accepted = run.code == 0;
    if (accepted != offered || (accepted && !is_accepted(&trial, &found)))
        print_message("%s: offered %d, exit %d: %.*s\n%.*s", test->rule->name, offered, run.code,
                      STR_ARG(run.err), STR_ARG(trial_lint(&trial, NULL, NULL).out));
    assert_int_equal(accepted, offered);
    assert_true(!accepted || is_accepted(&trial, &found));
    case_repo_remove(&trial.repo);
    return accepted;
}

/* The text with a comment above the line, as far in as that is. */
static Str with_comment(Arena *arena, Str text, size_t number, const char *name)
{
    Buf buf = {0};
    size_t at = 1;
    for (Str line; text.len > 0 && str_split_line(&text, &line); at++) {
        size_t blanks = 0;
        while (at == number && blanks < line.len &&
               str_find_char(STR(" \t"), line.ptr[blanks]) >= 0)
            blanks++;
        if (at == number)
            buf_addf(&buf, "%.*s# tblint: allow %s -- it is meant\n",
                     STR_ARG(str_slice(line, 0, blanks)), name);
        buf_addf(&buf, "%.*s\n", STR_ARG(line));
    }
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

static bool accepts_by_comment(const PageTest *test)
{
    Trial trial;
    trial_begin(&trial, test, "Failing example");
    trial_make(&trial);
    Found found = first_finding(&trial);
    case_repo_remove(&trial.repo);
    FileSet *files = &trial.example.candidate;
    for (size_t i = 0; i < files->len; i++) {
        if (str_eq(files->items[i].path, found.path))
            files->items[i].text =
                with_comment(test->arena, files->items[i].text, found.line, test->rule->name);
    }
    trial_make(&trial);
    bool accepted = is_accepted(&trial, &found);
    case_repo_remove(&trial.repo);
    return accepted;
}

/* A page that speaks of no comment promises nothing: what is deleted is told at some other file. */
static void test_accepting(void **state)
{
    const PageTest *test = *state;
    Str page = rule_page_section(test->rule, "How to accept");
    Str allow = str_fmt(test->arena, "`# tblint: allow %s -- reason`", test->rule->name);
    bool names_command = str_find(page, "`tblint accept ID --reason \"...\"`") >= 0;
    bool offers_comment = str_find(page, allow.ptr) >= 0;
    bool denies_comment = str_find(page, "A comment in that file does not count") >= 0;
    bool by_command = accepts_by_command(test);
    bool by_comment = accepts_by_comment(test);
    if (by_command != names_command || (by_comment ? denies_comment : offers_comment))
        print_message("%s: by its id %d, the page says %d; by a comment %d, the page says %s\n",
                      test->rule->name, by_command, names_command, by_comment,
                      offers_comment   ? "yes"
                      : denies_comment ? "no"
                                       : "nothing");
    assert_int_equal(by_command, names_command);
    assert_true(by_comment || !offers_comment);
    assert_false(by_comment && denies_comment);
}

int main(void)
{
    const char *only = getenv("TBLINT_RULE"); /* the page of this rule alone */
    Arena *arena = arena_new();
    struct CMUnitTest tests[2 * RULE_COUNT];
    PageTest states[RULE_COUNT];
    size_t count = 0;
    for (RuleId id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get(id);
        if (!rule->page || (only && strcmp(only, rule->name) != 0))
            continue;
        states[count] = (PageTest){arena, rule};
        const char *accepting = str_fmt(arena, "%s, accepted", rule->name).ptr;
        tests[2 * count] = (struct CMUnitTest){rule->name, test_page, NULL, NULL, &states[count]};
        tests[2 * count + 1] =
            (struct CMUnitTest){accepting, test_accepting, NULL, NULL, &states[count]};
        count++;
    }
    case_repo_begin();
    int failed = _cmocka_run_group_tests("rule pages", tests, 2 * count, NULL, NULL);
    case_repo_end();
    arena_free(arena);
    return failed != 0;
}
