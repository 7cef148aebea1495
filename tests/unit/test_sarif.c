/* What a SARIF file must hold to so that code hosts take and show it; tests/sarif/README.md lists
 * the demands, M1 to M20. Every report that is made here goes through check_log(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "findings/rule.h"
#include "lib/file_set.h"
#include "lib/parsed_run.h"
#include "report/line_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
static const char wrong_text[] = "SCHEMA >\n    `a` Strng\n"; /* no such type: an error */

/* ---- what holds for every report ---- */

static const cJSON *the_run(const cJSON *log)
{
    return json_at(log, "runs", "0", NULL);
}

static const cJSON *rules_of(const cJSON *log)
{
    return json_at(the_run(log), "tool", "driver", "rules", NULL);
}

static const cJSON *results_of(const cJSON *log)
{
    return json_at(the_run(log), "results", NULL);
}

static const char *uri_of(const cJSON *location)
{
    return json_text_at(json_at(location, "physicalLocation", "artifactLocation", NULL), "uri");
}

/* M6: relative to the top, percent-encoded. */
static void check_uri(const char *uri)
{
    assert_true(uri[0] != '\0' && uri[0] != '/' && strncmp(uri, "./", 2) != 0);
    assert_null(strstr(uri, "../"));
    assert_int_equal(strspn(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "-._~/@=+,;!$&'()*%"),
                     strlen(uri));
    for (const char *at = uri; (at = strchr(at, '%')); at++)
        assert_true(strspn(at + 1, "0123456789ABCDEF") >= 2);
}

/* M5, M14 */
static void check_region(const cJSON *region)
{
    int line = json_number_at(region, "startLine"), last = json_number_at(region, "endLine");
    int column = json_number_at(region, "startColumn"), end = json_number_at(region, "endColumn");
    assert_true(line >= 1 && column >= 1 && end >= 1 && last >= line);
    assert_true(last > line || end > column);
}

static void check_place(const cJSON *location)
{
    const cJSON *physical = json_at(location, "physicalLocation", NULL);
    const cJSON *region = json_at(physical, "region", NULL);
    const cJSON *context = cJSON_GetObjectItem(physical, "contextRegion");
    check_uri(uri_of(location));
    check_region(region);
    if (!context)
        return;
    int first = json_number_at(context, "startLine"), last = json_number_at(context, "endLine");
    assert_true(first <= json_number_at(region, "startLine"));
    assert_true(last >= json_number_at(region, "endLine"));
    assert_true(last - first >
                json_number_at(region, "endLine") - json_number_at(region, "startLine"));
}

/* M17 */
static void has_no_equal_elements(const cJSON *array)
{
    for (const cJSON *a = array ? array->child : NULL; a; a = a->next) {
        for (const cJSON *b = a->next; b; b = b->next)
            assert_false(cJSON_Compare(a, b, true));
    }
}

/* S2: a link of the message leads to a related place. */
static void check_links(const cJSON *result)
{
    const cJSON *related = cJSON_GetObjectItem(result, "relatedLocations");
    int places = related ? cJSON_GetArraySize(related) : 0;
    const char *text = json_text_at(json_at(result, "message", NULL), "text");
    for (const char *at = text; (at = strstr(at, "](")); at += 2) {
        bool is_text = at > text && at[-1] == '\\';
        int id = atoi(at + 2);
        assert_true(is_text || (id >= 1 && id <= places));
    }
}

static void check_result(const cJSON *result, const cJSON *rules)
{
    const cJSON *locations = json_at(result, "locations", NULL);
    const cJSON *related = cJSON_GetObjectItem(result, "relatedLocations"), *place;
    const cJSON *rule = cJSON_GetArrayItem(rules, json_number_at(result, "ruleIndex"));
    assert_non_null(rule); /* M9 */
    assert_string_equal(json_text_at(rule, "id"), json_text_at(result, "ruleId"));
    assert_int_equal(cJSON_GetArraySize(locations), 1); /* M5 */
    check_place(locations->child);
    int id = 0;
    cJSON_ArrayForEach(place, related)
    {
        check_place(place);
        assert_int_equal(json_number_at(place, "id"), ++id);
        assert_true(*json_text_at(json_at(place, "message", NULL), "text") != '\0');
    }
    assert_true(id <= 1000); /* M16 */
    has_no_equal_elements(related);
    has_no_equal_elements(cJSON_GetObjectItem(result, "fixes"));
    check_links(result);
}

/* Code points of UTF-8. */
static size_t length(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* M11, S5, S6 */
static void check_rule(const cJSON *rule)
{
    static const char *const descriptions[] = {"shortDescription", "fullDescription"};
    for (size_t i = 0; i < ARRAY_LEN(descriptions); i++) {
        size_t len = length(json_text_at(json_at(rule, descriptions[i], NULL), "text"));
        assert_true(len > 0 && len <= 1024);
    }
    const char *name = json_text_at(rule, "name");
    assert_true(length(name) <= 255 && strcmp(name, json_text_at(rule, "id")) != 0);
    assert_true(*json_text_at(json_at(rule, "help", NULL), "text") != '\0');
    const char *help = json_text_at(json_at(rule, "help", NULL), "markdown");
    assert_null(strstr(help, "](."));
    /* S3: of a block's info string only the first word is read, so the sides stand before it */
    assert_null(strstr(help, " live="));
    assert_null(strstr(help, " candidate="));
    assert_true(strstr(help, "\nThe change, `") || strstr(help, "\nBefore and after, `"));
    const cJSON *properties = json_at(rule, "properties", NULL);
    json_text_at(properties, "precision");
    json_text_at(properties, "problem.severity");
    assert_true(cJSON_GetArraySize(json_at(properties, "tags", NULL)) <= 10);
    assert_null(cJSON_GetObjectItem(properties, "security-severity")); /* M18 */
    json_text_at(json_at(rule, "defaultConfiguration", NULL), "level");
}

static void check_log(const cJSON *log)
{
    const cJSON *item;
    assert_string_equal(json_text_at(log, "version"), "2.1.0"); /* M1 */
    assert_string_equal(json_text_at(log, "$schema"),
                        "https://json.schemastore.org/sarif-2.1.0.json");
    assert_int_equal(cJSON_GetArraySize(json_at(log, "runs", NULL)), 1); /* M2 */
    const cJSON *run = the_run(log);
    assert_string_equal(json_text_at(json_at(run, "tool", "driver", NULL), "name"), "tblint");
    assert_string_equal(json_text_at(run, "columnKind"), "utf16CodeUnits"); /* M15 */
    assert_true(cJSON_IsBool(json_at(run, "invocations", "0", "executionSuccessful", NULL)));
    assert_true(str_ends(str_of(json_text_at(json_at(run, "automationDetails", NULL), "id")), "/"));
    assert_true(cJSON_IsArray(results_of(log))); /* M4 */
    cJSON_ArrayForEach(item, rules_of(log)) check_rule(item);
    cJSON_ArrayForEach(item, results_of(log)) check_result(item, rules_of(log));
}

static cJSON *lint(Sandbox *box, int code, const char *options)
{
    cJSON *log =
        run_parsed(box, code, str_fmt(box->arena, "lint --quiet --format sarif %s", options).ptr);
    check_log(log);
    return log;
}

/* ---- a repository ---- */

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    sandbox_write(box, "README", "kept\n");
    sandbox_write(box, "datasources/events.datasource", live_text);
    sandbox_write(box, "datasources/gone.datasource", live_text);
    sandbox_write(box, "pipes/reader.pipe",
                  "NODE n\nSQL >\n    SELECT a FROM gone\nTYPE endpoint\n");
    sandbox_commit(box, "live");
    sandbox_git(box, "checkout -q -b change");
    return 0;
}

static int tear_down(void **state)
{
    sandbox_free(*state);
    return 0;
}

static void change_type(Sandbox *box)
{
    sandbox_write(box, "datasources/events.datasource", changed_text);
}

static const cJSON *result_at(const cJSON *log, const char *uri)
{
    const cJSON *result;
    cJSON_ArrayForEach(result, results_of(log))
    {
        if (strcmp(uri_of(json_at(result, "locations", "0", NULL)), uri) == 0)
            return result;
    }
    fail_msg("no result at %s", uri);
    return NULL;
}

/* ---- M2, M4, M10 ---- */

static void m4_no_findings(void **state)
{
    cJSON *log = lint(*state, 0, "--live main");
    assert_int_equal(cJSON_GetArraySize(results_of(log)), 0);
    assert_true(
        cJSON_IsTrue(json_at(the_run(log), "invocations", "0", "executionSuccessful", NULL)));
    cJSON_Delete(log);
}

static void m2_two_projects_are_one_run(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q main");
    sandbox_sh(box, "mkdir one two && mv datasources pipes one && cp -R one/. two");
    sandbox_commit(box, "two projects");
    sandbox_git(box, "checkout -q -B change");
    sandbox_write(box, "one/datasources/events.datasource", changed_text);
    sandbox_write(box, "two/datasources/events.datasource", changed_text);
    cJSON *log = lint(box, 1, "--live main");
    result_at(log, "one/datasources/events.datasource");
    result_at(log, "two/datasources/events.datasource");
    cJSON_Delete(log);
}

static void m10_rules_are_all_and_always_the_same(void **state)
{
    Sandbox *box = *state;
    cJSON *clean = lint(box, 0, "--live main");
    change_type(box);
    cJSON *changed = lint(box, 1, "--live main");
    cJSON *broken = lint(box, 3, "--live nowhere");
    assert_true(cJSON_Compare(rules_of(clean), rules_of(changed), true));
    assert_true(cJSON_Compare(rules_of(clean), rules_of(broken), true));
    size_t built = 0;
    for (unsigned i = 0; i < RULE_COUNT; i++)
        built += rule_get((RuleId)i)->page != NULL;
    assert_int_equal(cJSON_GetArraySize(rules_of(clean)), built);
    cJSON_Delete(clean);
    cJSON_Delete(changed);
    cJSON_Delete(broken);
}

/* ---- M6, M7, M8 ---- */

static void m6_names_that_need_encoding(void **state)
{
    static const struct {
        const char *name;
        const char *uri;
    } names[] = {
        {"datasources/a b.datasource", "datasources/a%20b.datasource"},
        {"datasources/50%.datasource", "datasources/50%25.datasource"},
        {"datasources/x#1?.datasource", "datasources/x%231%3F.datasource"},
        {"datasources/\303\261.datasource", "datasources/%C3%B1.datasource"},
        {"c:d/datasources/e.datasource", "c%3Ad/datasources/e.datasource"},
        {"datasources/line\nend.datasource", "datasources/line%0Aend.datasource"},
        {"datasources/[x](1).datasource", "datasources/%5Bx%5D(1).datasource"},
        {"datasources/back\\slash.datasource", "datasources/back%5Cslash.datasource"},
    };
    Sandbox *box = *state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        sandbox_write(box, names[i].name, wrong_text);
    cJSON *log = lint(box, 1, "--live main");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        result_at(log, names[i].uri);
    cJSON_Delete(log);
}

static void m7_a_linked_folder_is_not_named(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "ln -s datasources linked");
    change_type(box);
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *result;
    cJSON_ArrayForEach(result, results_of(log))
    {
        const char *uri = uri_of(json_at(result, "locations", "0", NULL));
        assert_int_not_equal(strncmp(uri, "linked/", 7), 0);
    }
    result_at(log, "datasources/events.datasource");
    cJSON_Delete(log);
}

static void all_places_exist(Sandbox *box, const cJSON *log)
{
    const cJSON *result;
    assert_true(cJSON_GetArraySize(results_of(log)) > 0);
    cJSON_ArrayForEach(result, results_of(log))
    {
        const cJSON *location = json_at(result, "locations", "0", NULL);
        assert_true(file_exists(sandbox_path(box, uri_of(location))));
        assert_string_equal(
            json_text_at(json_at(location, "physicalLocation", "artifactLocation", NULL),
                         "uriBaseId"),
            "%SRCROOT%");
    }
}

static void m8_a_deleted_file_is_shown_elsewhere(void **state)
{
    Sandbox *box = *state;
    sandbox_remove(box, "datasources/gone.datasource");
    cJSON *log = lint(box, 1, "--live main");
    all_places_exist(box, log);
    cJSON_Delete(log);
    sandbox_sh(box, "git mv datasources/events.datasource datasources/renamed.datasource");
    log = lint(box, 1, "--live main");
    all_places_exist(box, log);
    cJSON_Delete(log);
    sandbox_git(box, "rm -rqf --ignore-unmatch datasources pipes");
    log = lint(box, 1, "--live main");
    all_places_exist(box, log);
    cJSON_Delete(log);
}

/* Whether git says that the change added that line. */
static bool git_added(Sandbox *box, const char *path, int line)
{
    Str rest = str_of(sandbox_output(box, "git diff -U0 main -- %s", path)), text;
    bool found = false;
    while (rest.len && str_split_line(&rest, &text)) {
        int first = 0, count = 1;
        ptrdiff_t plus = str_find(text, " +");
        if (!str_starts(text, "@@ ") || plus < 0)
            continue;
        if (sscanf(str_cstr(box->arena, text) + plus, " +%d,%d", &first, &count) > 0)
            found |= line >= first && line < first + count;
    }
    return found;
}

/* Code hosts show an alert in a pull request only there; test_places.c asks it of many changes. */
static void m8_each_result_is_at_a_line_that_was_added(void **state)
{
    Sandbox *box = *state;
    sandbox_remove(box, "datasources/gone.datasource");
    sandbox_write(box, "datasources/events.datasource",
                  "SCHEMA >\n    `a` String `json:$.a`\n\nENGINE \"MergeTree\"\n"
                  "ENGINE_SORTING_KEY \"a\"\n");
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *result;
    size_t moved = 0;
    assert_true(cJSON_GetArraySize(results_of(log)) >= 2);
    cJSON_ArrayForEach(result, results_of(log))
    {
        const cJSON *place = json_at(result, "locations", "0", NULL);
        const cJSON *region = json_at(place, "physicalLocation", "region", NULL);
        const cJSON *related = cJSON_GetObjectItem(result, "relatedLocations");
        assert_true(git_added(box, uri_of(place), json_number_at(region, "startLine")));
        moved += related && strcmp(json_text_at(json_at(related->child, "message", NULL), "text"),
                                   "the place itself") == 0;
    }
    assert_true(moved > 0);
    cJSON_Delete(log);
}

/* ---- M12, M13 ---- */

static void m12_line_hash_is_that_of_the_line(void **state)
{
    Sandbox *box = *state;
    change_type(box);
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *result = result_at(log, "datasources/events.datasource");
    int line = json_number_at(json_at(result, "locations", "0", "physicalLocation", "region", NULL),
                              "startLine");
    LineHashes hashes = line_hashes(box->arena, str_of(changed_text));
    LineHash hash = hashes.items[line - 1];
    Str expected = str_fmt(box->arena, "%" PRIx64 ":%u", hash.hash, hash.occurrence);
    const cJSON *prints = json_at(result, "partialFingerprints", NULL);
    assert_string_equal(json_text_at(prints, "primaryLocationLineHash"), expected.ptr);
    assert_int_equal(strlen(json_text_at(prints, "changeId/v1")), 12);
    cJSON_Delete(log);
}

static void m13_equal_trees_give_equal_bytes(void **state)
{
    Sandbox *box = *state;
    change_type(box);
    Run first = run_tblint(box, "lint --quiet --format sarif --live main");
    void *other = NULL;
    set_up(&other);
    change_type(other);
    Run second = run_tblint(other, "lint --quiet --format sarif --live main");
    assert_int_equal(first.code, 1);
    assert_true(str_eq(first.out, second.out));
    assert_true(str_find(first.out, box->root) < 0);
    tear_down(&other);
}

/* ---- M15 ---- */

static void m15_columns_are_utf16(void **state)
{
    static const struct {
        const char *before; /* between the line's start and the wrong type */
        int column;
    } lines[] = {
        {"    `plain` ", 13},
        {"    `\303\251` ", 9},
        {"    `\344\270\255\346\226\207` ", 10},
        {"    `\360\237\230\200` ", 10},
        {"\t`tab`\t", 8},
        {"    `e\314\201` ", 10},
    };
    Sandbox *box = *state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        Str text = str_fmt(box->arena, "SCHEMA >\n%sStrng\n", lines[i].before);
        sandbox_write(box, "datasources/wide.datasource", text.ptr);
        cJSON *log = lint(box, 1, "--live main");
        const cJSON *result = result_at(log, "datasources/wide.datasource");
        const cJSON *region = json_at(result, "locations", "0", "physicalLocation", "region", NULL);
        assert_int_equal(json_number_at(region, "startLine"), 2);
        assert_int_equal(json_number_at(region, "startColumn"), lines[i].column);
        assert_int_equal(json_number_at(region, "endColumn"), lines[i].column + 5);
        cJSON_Delete(log);
    }
}

/* ---- M16 ---- */

enum { MANY_FILES = 300, MANY_COLUMNS = 101, RESULTS_MOST = 5000, PACKED_MOST = 10000000 };

/* The columns of two files change their types, which are errors, and those of a third are new with
 * a default that old rows compute, which are notes. None of these are told as one. */
static void write_many(Sandbox *box, bool change)
{
    for (int i = 0; i < MANY_FILES; i++) {
        Buf text = {0};
        bool added = i % 3 == 2;
        int columns = !change && added ? 1 : MANY_COLUMNS;
        buf_add(&text, "SCHEMA >\n");
        for (int c = 0; c < columns; c++)
            buf_addf(&text, "    `c%d` %s%s%s\n", c, change && !added ? "Int32" : "String",
                     added && c > 0 ? " DEFAULT toString(now())" : "", c < columns - 1 ? "," : "");
        buf_add(&text, "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"tuple()\"\n");
        buf_add_char(&text, '\0');
        sandbox_write(box, str_fmt(box->arena, "datasources/many%03d.datasource", i).ptr, text.ptr);
        buf_free(&text);
    }
}

static size_t packed_size(Sandbox *box, const char *path)
{
    return strtoul(sandbox_output(box, "gzip -c %s | wc -c", path), NULL, 10);
}

static void m16_thirty_thousand_findings(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q main");
    write_many(box, false);
    sandbox_commit(box, "many");
    sandbox_git(box, "checkout -q -B change");
    write_many(box, true);
    cJSON *log = lint(box, 1, "--live main");
    assert_int_equal(cJSON_GetArraySize(results_of(log)), RESULTS_MOST);
    const cJSON *result;
    cJSON_ArrayForEach(result, results_of(log))
        assert_string_equal(json_text_at(result, "ruleId"), "TB101"); /* all of them errors */
    const cJSON *note =
        json_at(the_run(log), "invocations", "0", "toolExecutionNotifications", "0", NULL);
    assert_string_equal(json_text_at(note, "level"), "warning");
    const char *text = json_text_at(json_at(note, "message", NULL), "text");
    assert_int_equal(strncmp(text, "5000 of 302", 11), 0);
    cJSON_Delete(log);
    assert_int_equal(run_tblint(box, "lint --quiet --live main --format sarif=a.sarif").code, 1);
    assert_int_equal(run_tblint(box, "lint --quiet --live main --format sarif=b.sarif").code, 1);
    sandbox_sh(box, "cmp a.sarif b.sarif");
    assert_true(packed_size(box, "a.sarif") < PACKED_MOST);
    assert_int_equal(run_tblint(box, "sarif-check a.sarif --source .").code, 0);
}

static void m16_worst_first(void **state)
{
    Sandbox *box = *state;
    change_type(box);
    sandbox_write(box, ".tblint.yaml",
                  "version: 1\nrules: {type-change-without-forward-query: note}\n");
    sandbox_write(box, "datasources/zzz.datasource", wrong_text);
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *results = results_of(log);
    const cJSON *last = cJSON_GetArrayItem(results, cJSON_GetArraySize(results) - 1);
    assert_string_equal(json_text_at(last, "level"), "note"); /* S5: only where it was changed */
    assert_null(cJSON_GetObjectItem(results->child, "level"));
    assert_string_equal(uri_of(json_at(results->child, "locations", "0", NULL)),
                        "datasources/zzz.datasource");
    cJSON_Delete(log);
}

/* ---- M19 ---- */

static void m19_bytes_of_any_sort(void **state)
{
    Sandbox *box = *state;
    uint32_t seed = 1;
    change_type(box);
    for (int round = 0; round < 20; round++) {
        Buf bytes = {0};
        buf_add(&bytes, "SCHEMA >\n    `a");
        for (int i = 0; i < 300; i++) {
            seed = seed * 1664525u + 1013904223u;
            buf_add_char(&bytes, (char)(seed >> 24));
        }
        buf_add(&bytes, "` Strng\n");
        sandbox_write_bytes(box, "datasources/noise.datasource", buf_str(&bytes));
        buf_free(&bytes);
        cJSON *log = lint(box, 1, "--live main");
        result_at(log, "datasources/events.datasource");
        cJSON_Delete(log);
    }
}

static void m19_names_in_messages_are_no_links(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "datasources/x.datasource", "SCHEMA >\n    `[a](7)` Strng\\[b](8)\n");
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *result = result_at(log, "datasources/x.datasource");
    const char *text = json_text_at(json_at(result, "message", NULL), "text");
    assert_null(strstr(text, "a](7)"));
    assert_null(strstr(text, "b](8)"));
    cJSON_Delete(log);
}

/* ---- M20 ---- */

static cJSON *parsed_file(Sandbox *box, const char *path)
{
    Str text = file_read(box->arena, sandbox_path(box, path));
    cJSON *log = cJSON_ParseWithLength(text.ptr, text.len);
    assert_non_null(log);
    check_log(log);
    return log;
}

static bool succeeded(const cJSON *log)
{
    return cJSON_IsTrue(json_at(the_run(log), "invocations", "0", "executionSuccessful", NULL));
}

static void m20_the_file_is_written_in_every_case(void **state)
{
    Sandbox *box = *state;
    assert_int_equal(run_tblint(box, "lint --live main --format sarif=r.sarif").code, 0);
    cJSON *log = parsed_file(box, "r.sarif");
    assert_true(succeeded(log));
    cJSON_Delete(log);
    assert_int_equal(run_tblint(box, "lint --live nowhere --format sarif=r.sarif").code, 3);
    log = parsed_file(box, "r.sarif");
    assert_false(succeeded(log));
    const cJSON *note =
        json_at(the_run(log), "invocations", "0", "toolExecutionNotifications", "0", NULL);
    assert_string_equal(json_text_at(note, "level"), "error");
    cJSON_Delete(log);
    assert_string_equal(sandbox_output(box, "ls | grep -c r.sarif"), "1"); /* nothing beside it */
}

static void m20_a_file_that_cannot_be_written(void **state)
{
    Sandbox *box = *state;
    assert_int_equal(run_tblint(box, "lint --live main --format sarif=no/r.sarif").code, 2);
    assert_int_equal(run_tblint(box, "lint --live main --format sarif=/dev/full").code, 4);
}

/* ---- the rest of what reads well ---- */

static const char *category(const cJSON *log)
{
    return json_text_at(json_at(the_run(log), "automationDetails", NULL), "id");
}

static void s7_category(void **state)
{
    static const struct {
        const char *options;
        const char *id;
    } cases[] = {
        {"", "tblint/"},
        {"--project .", "tblint/"},
        {"--sarif-category data/tinybird", "data/tinybird/"},
        {"--sarif-category data/", "data/"},
    };
    static const char *const bad[] = {"/a", "a//b", "a\"b", "../<x>", "\303\261", "a,b"};
    Sandbox *box = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cJSON *log = lint(box, 0, str_fmt(box->arena, "--live main %s", cases[i].options).ptr);
        assert_string_equal(category(log), cases[i].id);
        cJSON_Delete(log);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        Str arguments = str_fmt(box->arena, "lint --live main --sarif-category %s", bad[i]);
        assert_int_equal(run_tblint(box, arguments.ptr).code, 2);
    }
    sandbox_write(box, ".tblint.yaml", "version: 1\nsarif: {category: from-file}\n");
    cJSON *log = lint(box, 0, "--live main");
    assert_string_equal(category(log), "from-file/");
    cJSON_Delete(log);
    log = lint(box, 0, "--live main --sarif-category option");
    assert_string_equal(category(log), "option/");
    cJSON_Delete(log);
    sandbox_write(box, ".tblint.yaml", "version: 1\nsarif: {category: 'a b'}\n");
    assert_int_equal(run_tblint(box, "lint --live main").code, 2);
}

static void s7_category_of_one_project(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q main");
    sandbox_sh(box, "mkdir one two && mv datasources pipes one && cp -R one/. two");
    sandbox_commit(box, "two projects");
    sandbox_git(box, "checkout -q -B change");
    cJSON *log = lint(box, 0, "--live main --project one/");
    assert_string_equal(category(log), "tblint/one/");
    cJSON_Delete(log);
}

static void s10_address_of_the_repository(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "remote add origin https://user:secret@example.com/a/b.git");
    change_type(box);
    const char *commit = sandbox_commit(box, "change");
    cJSON *log = lint(box, 1, "--live main --commit HEAD");
    const cJSON *source = json_at(the_run(log), "versionControlProvenance", "0", NULL);
    assert_string_equal(json_text_at(source, "repositoryUri"), "https://example.com/a/b.git");
    assert_string_equal(json_text_at(source, "revisionId"), commit);
    cJSON_Delete(log);
}

static void s12_a_fix_is_a_replacement(void **state)
{
    Sandbox *box = *state;
    change_type(box);
    cJSON *log = lint(box, 1, "--live main");
    const cJSON *fix = json_at(result_at(log, "datasources/events.datasource"), "fixes", "0", NULL);
    assert_true(*json_text_at(json_at(fix, "description", NULL), "text") != '\0');
    const cJSON *change = json_at(fix, "artifactChanges", "0", NULL);
    json_text_at(json_at(change, "artifactLocation", NULL), "uri");
    json_number_at(json_at(change, "replacements", "0", "deletedRegion", NULL), "startLine");
    assert_non_null(
        strstr(json_text_at(json_at(change, "replacements", "0", "insertedContent", NULL), "text"),
               "FORWARD_QUERY"));
    cJSON_Delete(log);
}

static void s16_secrets_are_not_quoted(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "connections/k.connection",
                  "TYPE kafka\nKAFKA_SECRET hunter2\nKAFKA_SECRETT hunter2\nTYPO 1\n");
    change_type(box);
    Run run = run_tblint(box, "lint --quiet --format sarif --live main");
    assert_true(run.code == 1 && str_find(run.out, "connections/k.connection") >= 0);
    assert_true(str_find(run.out, "KAFKA_SECRET hunter2") < 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(m2_two_projects_are_one_run),
        TEST(m4_no_findings),
        TEST(m6_names_that_need_encoding),
        TEST(m7_a_linked_folder_is_not_named),
        TEST(m8_a_deleted_file_is_shown_elsewhere),
        TEST(m8_each_result_is_at_a_line_that_was_added),
        TEST(m10_rules_are_all_and_always_the_same),
        TEST(m12_line_hash_is_that_of_the_line),
        TEST(m13_equal_trees_give_equal_bytes),
        TEST(m15_columns_are_utf16),
        TEST(m16_thirty_thousand_findings),
        TEST(m16_worst_first),
        TEST(m19_bytes_of_any_sort),
        TEST(m19_names_in_messages_are_no_links),
        TEST(m20_the_file_is_written_in_every_case),
        TEST(m20_a_file_that_cannot_be_written),
        TEST(s7_category),
        TEST(s7_category_of_one_project),
        TEST(s10_address_of_the_repository),
        TEST(s12_a_fix_is_a_replacement),
        TEST(s16_secrets_are_not_quoted),
    };
    return cmocka_run_group_tests_name("sarif", tests, NULL, NULL);
}
