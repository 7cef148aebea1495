/* The contract of `--format json`, schema tblint/1: every key, its type, and no other key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/parsed_run.h"

#include <string.h>

static const char live_text[] = "SCHEMA >\n"
                                "    `a` String `json:$.a`,\n"
                                "    `b` String `json:$.b`\n"
                                "\n"
                                "ENGINE \"MergeTree\"\n"
                                "ENGINE_SORTING_KEY \"a\"\n";
static const char changed_text[] = "SCHEMA >\n"
                                   "    `a` String `json:$.a`,\n"
                                   "    `b` LowCardinality(String) `json:$.b`\n"
                                   "\n"
                                   "ENGINE \"MergeTree\"\n"
                                   "ENGINE_SORTING_KEY \"a\"\n";
static const char pipe_text[] = "NODE n\nSQL >\n    SELECT a FROM gone\nTYPE endpoint\n";

/* ---- shapes ---- */

typedef struct {
    const char *key;
    int types; /* cJSON types, or-ed */
} Key;

enum { TEXT_OR_NULL = cJSON_String | cJSON_NULL, OBJECT_OR_NULL = cJSON_Object | cJSON_NULL };

static void has_exactly(const cJSON *object, const Key *keys, size_t count)
{
    assert_true(cJSON_IsObject(object));
    assert_int_equal(cJSON_GetArraySize(object), count);
    for (size_t i = 0; i < count; i++) {
        const cJSON *value = json_at(object, keys[i].key, NULL);
        if (!(value->type & keys[i].types))
            fail_msg("%s has type %d", keys[i].key, value->type);
    }
}

static void is_one_of(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0)
            return;
    }
    fail_msg("'%s' is no value of the contract", text);
}

static void is_hex(const char *text, size_t len)
{
    assert_int_equal(strlen(text), len);
    assert_int_equal(strspn(text, "0123456789abcdef"), len);
}

static void check_range(const cJSON *range)
{
    static const Key keys[] = {{"start", cJSON_Object}, {"end", cJSON_Object}};
    static const Key position[] = {{"line", cJSON_Number}, {"column", cJSON_Number}};
    has_exactly(range, keys, ARRAY_LEN(keys));
    const cJSON *start = json_at(range, "start", NULL), *end = json_at(range, "end", NULL);
    has_exactly(start, position, ARRAY_LEN(position));
    has_exactly(end, position, ARRAY_LEN(position));
    int first = json_number_at(start, "line"), last = json_number_at(end, "line");
    assert_true(first >= 1 && last >= first);
    assert_true(json_number_at(start, "column") >= 1);
    assert_true(json_number_at(end, "column") >=
                (first == last ? json_number_at(start, "column") : 1));
}

static void check_commit(const cJSON *object)
{
    const cJSON *commit = json_at(object, "commit", NULL);
    if (!cJSON_IsNull(commit))
        is_hex(cJSON_GetStringValue(commit), 40);
}

static void check_sides(const cJSON *root)
{
    static const Key live[] = {{"ref", cJSON_String}, {"commit", cJSON_String}};
    static const Key base[] = {{"commit", cJSON_String}};
    static const Key candidate[] = {{"kind", cJSON_String}, {"commit", TEXT_OR_NULL}};
    static const char *const kinds[] = {"index", "worktree", "commit", NULL};
    const cJSON *side = json_at(root, "live", NULL);
    if (cJSON_IsObject(side)) {
        has_exactly(side, live, ARRAY_LEN(live));
        check_commit(side);
    }
    side = json_at(root, "base", NULL);
    if (cJSON_IsObject(side)) {
        has_exactly(side, base, ARRAY_LEN(base));
        check_commit(side);
    }
    side = json_at(root, "candidate", NULL);
    if (cJSON_IsObject(side)) {
        has_exactly(side, candidate, ARRAY_LEN(candidate));
        is_one_of(json_text_at(side, "kind"), kinds);
        check_commit(side);
    }
}

static void check_fix(const cJSON *fix)
{
    static const Key keys[] = {{"title", cJSON_String}, {"edits", cJSON_Array}};
    static const Key edit_keys[] = {
        {"path", cJSON_String}, {"range", cJSON_Object}, {"text", cJSON_String}};
    if (cJSON_IsNull(fix))
        return;
    has_exactly(fix, keys, ARRAY_LEN(keys));
    const cJSON *edit;
    cJSON_ArrayForEach(edit, json_at(fix, "edits", NULL))
    {
        has_exactly(edit, edit_keys, ARRAY_LEN(edit_keys));
        check_range(json_at(edit, "range", NULL));
    }
}

static void check_related(const cJSON *related)
{
    static const Key keys[] = {{"side", cJSON_String},
                               {"path", cJSON_String},
                               {"range", cJSON_Object},
                               {"message", cJSON_String}};
    static const char *const sides[] = {"live", "candidate", NULL};
    const cJSON *item;
    cJSON_ArrayForEach(item, related)
    {
        has_exactly(item, keys, ARRAY_LEN(keys));
        is_one_of(json_text_at(item, "side"), sides);
        check_range(json_at(item, "range", NULL));
    }
}

static void check_finding(const cJSON *finding)
{
    static const Key keys[] = {
        {"id", cJSON_String},       {"code", cJSON_String},    {"rule", cJSON_String},
        {"severity", cJSON_String}, {"message", cJSON_String}, {"project", cJSON_String},
        {"resource", cJSON_String}, {"subject", cJSON_String}, {"path", cJSON_String},
        {"range", cJSON_Object},    {"related", cJSON_Array},  {"fix", OBJECT_OR_NULL},
        {"accepted", cJSON_NULL},
    };
    static const char *const severities[] = {"error", "warning", "note", NULL};
    has_exactly(finding, keys, ARRAY_LEN(keys));
    is_hex(json_text_at(finding, "id"), 12);
    is_one_of(json_text_at(finding, "severity"), severities);
    assert_int_equal(strncmp(json_text_at(finding, "code"), "TB", 2), 0);
    check_range(json_at(finding, "range", NULL));
    check_related(json_at(finding, "related", NULL));
    check_fix(json_at(finding, "fix", NULL));
}

static void check_texts(const cJSON *array)
{
    const cJSON *text;
    cJSON_ArrayForEach(text, array) assert_true(cJSON_IsString(text));
}

static void check_step(const cJSON *step)
{
    static const Key keys[] = {
        {"project", cJSON_String}, {"resource", cJSON_String}, {"kind", cJSON_String},
        {"status", cJSON_String},  {"action", cJSON_String},   {"backfill", cJSON_String},
        {"via", cJSON_Array},      {"why", cJSON_Array},       {"chain", cJSON_Array},
    };
    static const char *const kinds[] = {"datasource", "pipe", "connection", NULL};
    static const char *const statuses[] = {"new",       "modified",     "deleted",
                                           "unchanged", "disconnected", NULL};
    static const char *const actions[] = {"none",   "metadata", "alter", "rewrite",
                                          "create", "delete",   NULL};
    static const char *const backfills[] = {"none",       "select-star", "forward-query",
                                            "view-query", "refused",     NULL};
    has_exactly(step, keys, ARRAY_LEN(keys));
    is_one_of(json_text_at(step, "kind"), kinds);
    is_one_of(json_text_at(step, "status"), statuses);
    is_one_of(json_text_at(step, "action"), actions);
    is_one_of(json_text_at(step, "backfill"), backfills);
    check_texts(json_at(step, "via", NULL));
    check_texts(json_at(step, "why", NULL));
}

static void check_lists(const cJSON *root)
{
    static const Key unchecked[] = {{"path", cJSON_String}, {"why", cJSON_String}};
    const cJSON *item;
    cJSON_ArrayForEach(item, json_at(root, "plan", NULL)) check_step(item);
    cJSON_ArrayForEach(item, json_at(root, "unchecked", NULL))
        has_exactly(item, unchecked, ARRAY_LEN(unchecked));
}

static void check_summary(const cJSON *root)
{
    static const Key keys[] = {
        {"error", cJSON_Number},    {"warning", cJSON_Number}, {"note", cJSON_Number},
        {"accepted", cJSON_Number}, {"files", cJSON_Number},   {"projects", cJSON_Number},
    };
    const cJSON *summary = json_at(root, "summary", NULL), *finding;
    has_exactly(summary, keys, ARRAY_LEN(keys));
    int total = 0;
    cJSON_ArrayForEach(finding, json_at(root, "findings", NULL))
    {
        check_finding(finding);
        total++;
    }
    assert_int_equal(total, json_number_at(summary, "error") + json_number_at(summary, "warning") +
                                json_number_at(summary, "note"));
}

#define HEAD_KEYS                                                                                  \
    {"schema", cJSON_String}, {"version", cJSON_String}, {"live", OBJECT_OR_NULL},                 \
        {"base", OBJECT_OR_NULL}, {"candidate", OBJECT_OR_NULL}, {"plan", cJSON_Array},            \
    {                                                                                              \
        "unchecked", cJSON_Array                                                                   \
    }

static cJSON *lint(Sandbox *box, int code, const char *options)
{
    static const Key keys[] = {
        HEAD_KEYS, {"findings", cJSON_Array}, {"weakened", cJSON_Array}, {"summary", cJSON_Object}};
    cJSON *root =
        run_parsed(box, code, str_fmt(box->arena, "lint --quiet --format json %s", options).ptr);
    has_exactly(root, keys, ARRAY_LEN(keys));
    assert_string_equal(json_text_at(root, "schema"), "tblint/1");
    check_sides(root);
    check_lists(root);
    check_summary(root);
    return root;
}

static cJSON *plan(Sandbox *box, int code, const char *options)
{
    static const Key keys[] = {HEAD_KEYS, {"migrations", cJSON_Array}};
    cJSON *root =
        run_parsed(box, code, str_fmt(box->arena, "plan --quiet --format json %s", options).ptr);
    has_exactly(root, keys, ARRAY_LEN(keys));
    check_sides(root);
    check_lists(root);
    return root;
}

/* ---- a change of each sort ---- */

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    sandbox_write(box, "datasources/events.datasource", live_text);
    sandbox_write(box, "datasources/gone.datasource", live_text);
    sandbox_write(box, "pipes/reader.pipe", pipe_text);
    sandbox_commit(box, "live");
    sandbox_git(box, "checkout -q -b change");
    sandbox_write(box, "datasources/events.datasource", changed_text);
    sandbox_write(box, "datasources/more.datasource", "SCHEMA >\n    `other` UUID\n");
    sandbox_remove(box, "datasources/gone.datasource");
    return 0;
}

static int tear_down(void **state)
{
    sandbox_free(*state);
    return 0;
}

static const cJSON *find(const cJSON *array, const char *key, const char *value)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (strcmp(json_text_at(item, key), value) == 0)
            return item;
    }
    fail_msg("no %s is '%s'", key, value);
    return NULL;
}

static void finding_with_a_fix(void **state)
{
    cJSON *root = lint(*state, 1, "--live main");
    const cJSON *finding = find(json_at(root, "findings", NULL), "code", "TB101");
    assert_string_equal(json_text_at(finding, "rule"), "type-change-without-forward-query");
    assert_string_equal(json_text_at(finding, "severity"), "error");
    assert_string_equal(json_text_at(finding, "project"), ".");
    assert_string_equal(json_text_at(finding, "resource"), "events");
    assert_string_equal(json_text_at(finding, "subject"), "b");
    assert_string_equal(json_text_at(finding, "path"), "datasources/events.datasource");
    const cJSON *range = json_at(finding, "range", NULL);
    assert_int_equal(json_number_at(json_at(range, "start", NULL), "line"), 3);
    assert_int_equal(json_number_at(json_at(range, "start", NULL), "column"), 9);
    assert_int_equal(json_number_at(json_at(range, "end", NULL), "column"), 31);
    assert_string_equal(json_text_at(json_at(finding, "related", "0", NULL), "side"), "live");
    assert_true(cJSON_IsObject(json_at(finding, "fix", NULL)));
    cJSON_Delete(root);
}

static void finding_without_a_fix(void **state)
{
    cJSON *root = lint(*state, 1, "--live main");
    const cJSON *finding = find(json_at(root, "findings", NULL), "code", "TB601");
    assert_string_equal(json_text_at(finding, "path"), "pipes/reader.pipe");
    assert_true(cJSON_IsNull(json_at(finding, "fix", NULL)));
    cJSON_Delete(root);
}

static void steps_of_the_plan(void **state)
{
    cJSON *root = plan(*state, 0, "--live main");
    const cJSON *steps = json_at(root, "plan", NULL);
    const cJSON *step = find(steps, "resource", "events");
    assert_string_equal(json_text_at(step, "status"), "modified");
    assert_string_equal(json_text_at(step, "action"), "rewrite");
    assert_string_equal(json_text_at(step, "backfill"), "refused");
    assert_true(cJSON_GetArraySize(json_at(step, "why", NULL)) > 0);
    step = find(steps, "resource", "gone");
    assert_string_equal(json_text_at(step, "status"), "deleted");
    assert_string_equal(json_text_at(step, "action"), "delete");
    step = find(steps, "resource", "more");
    assert_string_equal(json_text_at(step, "status"), "new");
    assert_string_equal(json_text_at(step, "action"), "create");
    cJSON_Delete(root);
}

static void counts_of_the_summary(void **state)
{
    cJSON *root = lint(*state, 1, "--live main");
    const cJSON *summary = json_at(root, "summary", NULL);
    assert_int_equal(json_number_at(summary, "accepted"), 0);
    assert_int_equal(json_number_at(summary, "files"), 3);
    assert_int_equal(json_number_at(summary, "projects"), 1);
    cJSON_Delete(root);
}

/* ---- candidate, live and base ---- */

static void kinds_of_candidate(void **state)
{
    Sandbox *box = *state;
    cJSON *root = lint(box, 1, "--live main");
    assert_string_equal(json_text_at(json_at(root, "candidate", NULL), "kind"), "worktree");
    assert_true(cJSON_IsNull(json_at(root, "candidate", "commit", NULL)));
    cJSON_Delete(root);
    root = lint(box, 0, "--live main --staged");
    assert_string_equal(json_text_at(json_at(root, "candidate", NULL), "kind"), "index");
    assert_true(cJSON_IsNull(json_at(root, "candidate", "commit", NULL)));
    cJSON_Delete(root);
    const char *commit = sandbox_commit(box, "change");
    root = lint(box, 1, "--live main --commit HEAD");
    assert_string_equal(json_text_at(json_at(root, "candidate", NULL), "kind"), "commit");
    assert_string_equal(json_text_at(json_at(root, "candidate", NULL), "commit"), commit);
    cJSON_Delete(root);
}

static void live_and_base(void **state)
{
    Sandbox *box = *state;
    const char *base = sandbox_output(box, "git rev-parse main");
    sandbox_commit(box, "change");
    sandbox_git(box, "checkout -q main");
    sandbox_write(box, "README", "live moves on\n");
    const char *tip = sandbox_commit(box, "newer");
    sandbox_git(box, "checkout -q change");
    cJSON *root = lint(box, 1, "--live main");
    assert_string_equal(json_text_at(json_at(root, "live", NULL), "ref"), "main");
    assert_string_equal(json_text_at(json_at(root, "live", NULL), "commit"), tip);
    assert_string_equal(json_text_at(json_at(root, "base", NULL), "commit"), base);
    cJSON_Delete(root);
}

static void no_merge_base(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q --orphan apart");
    sandbox_commit(box, "apart");
    cJSON *root = lint(box, 1, "--live main");
    assert_true(cJSON_IsObject(json_at(root, "live", NULL)));
    assert_true(cJSON_IsNull(json_at(root, "base", NULL)));
    cJSON_Delete(root);
}

static void no_live(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "rm -rf .git pipes/reader.pipe && git init -q -b main");
    cJSON *root = lint(box, 0, "");
    assert_true(cJSON_IsNull(json_at(root, "live", NULL)));
    assert_true(cJSON_IsNull(json_at(root, "base", NULL)));
    assert_true(cJSON_IsObject(json_at(root, "candidate", NULL)));
    cJSON_Delete(root);
}

/* ---- what could not be checked ---- */

static void analysis_broken_off(void **state)
{
    cJSON *root = lint(*state, 3, "--live nowhere");
    assert_true(cJSON_IsNull(json_at(root, "live", NULL)));
    assert_true(cJSON_IsNull(json_at(root, "candidate", NULL)));
    const cJSON *why = json_at(root, "unchecked", "0", NULL);
    assert_string_equal(json_text_at(why, "path"), ".");
    assert_non_null(strstr(json_text_at(why, "why"), "nowhere"));
    cJSON_Delete(root);
}

static void unreadable_file(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "datasources/more.datasource",
                  "version https://git-lfs.github.com/spec/v1\n"
                  "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
                  "size 12345\n");
    cJSON *root = lint(box, 3, "--live main");
    find(json_at(root, "unchecked", NULL), "path", "datasources/more.datasource");
    find(json_at(root, "findings", NULL), "code", "TB101");
    cJSON_Delete(root);
}

static void nothing_of_the_project_is_left(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "README", "kept\n");
    sandbox_git(box, "add -A");
    sandbox_git(box, "rm -rqf datasources pipes");
    cJSON *root = lint(box, 1, "--live main");
    const cJSON *finding = json_at(root, "findings", "0", NULL);
    assert_string_equal(json_text_at(finding, "path"), "README");
    const cJSON *related = json_at(finding, "related", "0", NULL);
    assert_string_equal(json_text_at(related, "side"), "live");
    assert_non_null(strstr(json_text_at(related, "path"), ".datasource"));
    cJSON_Delete(root);
}

/* ---- texts and columns ---- */

/* 😀 is two UTF-16 code units; é, 中 and the tab are one each. */
static void columns_are_utf16(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "datasources/wide.datasource",
                  "SCHEMA >\n    `\360\237\230\200\303\251\344\270\255`\tStrng\n");
    cJSON *root = lint(box, 1, "--live main");
    const cJSON *finding =
        find(json_at(root, "findings", NULL), "path", "datasources/wide.datasource");
    const cJSON *range = json_at(finding, "range", NULL);
    assert_int_equal(json_number_at(json_at(range, "start", NULL), "line"), 2);
    assert_int_equal(json_number_at(json_at(range, "start", NULL), "column"), 12);
    assert_int_equal(json_number_at(json_at(range, "end", NULL), "column"), 17);
    cJSON_Delete(root);
}

static void bytes_that_are_no_text(void **state)
{
    Sandbox *box = *state;
    static const char bytes[] = "SCHEMA >\n    `a\0b\377\302\233` Strng\n";
    sandbox_write_bytes(box, "datasources/bytes.datasource", (Str){bytes, sizeof bytes - 1});
    sandbox_write(box, "datasources/line\nend \001.datasource", "SCHEMA >\n    `a` Strng\n");
    cJSON *root = lint(box, 1, "--live main");
    find(json_at(root, "findings", NULL), "path", "datasources/line\nend \001.datasource");
    find(json_at(root, "findings", NULL), "path", "datasources/bytes.datasource");
    cJSON_Delete(root);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(finding_with_a_fix),
        TEST(finding_without_a_fix),
        TEST(steps_of_the_plan),
        TEST(counts_of_the_summary),
        TEST(kinds_of_candidate),
        TEST(live_and_base),
        TEST(no_merge_base),
        TEST(no_live),
        TEST(analysis_broken_off),
        TEST(unreadable_file),
        TEST(nothing_of_the_project_is_left),
        TEST(columns_are_utf16),
        TEST(bytes_that_are_no_text),
    };
    return cmocka_run_group_tests_name("json_report", tests, NULL, NULL);
}
