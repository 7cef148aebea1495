/* The formats for GitLab, JUnit and reviewdog and the summary in Markdown, read back by the rules
 * of who takes them. The texts are hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/made_report.h"
#include "lib/parsed_run.h"
#include "report/escape_markup.h"

#include <string.h>

/* ---- GitLab ---- */

static void gitlab_entries(void **state)
{
    Made *made = *state;
    made_add(made, SEVERITY_ERROR, 13, 20, STR("A."))->refuses_deploy = true;
    made_add(made, SEVERITY_ERROR, 0, 3, STR("B."));
    made_add(made, SEVERITY_WARNING, 0, 3, STR("C."));
    made_add(made, SEVERITY_NOTE, 0, 3, STR("D."))->advice = STR("Do it.");
    cJSON *array = made_json(made, "gitlab");
    static const char *const severities[] = {"blocker", "critical", "major", "info"};
    assert_int_equal(cJSON_GetArraySize(array), ARRAY_LEN(severities));
    for (int i = 0; i < (int)ARRAY_LEN(severities); i++) {
        const cJSON *entry = cJSON_GetArrayItem(array, i);
        assert_string_equal(json_text_at(entry, "severity"), severities[i]);
        assert_string_equal(json_text_at(entry, "fingerprint"), made->findings->items.items[i].id);
        assert_string_equal(json_text_at(entry, "check_name"), "TB101");
        const cJSON *location = json_at(entry, "location", NULL);
        assert_string_equal(json_text_at(location, "path"), "datasources/x.datasource");
        assert_int_equal(json_number_at(json_at(location, "lines", NULL), "begin"), i ? 1 : 2);
    }
    assert_string_equal(json_text_at(cJSON_GetArrayItem(array, 3), "description"), "D. Do it.");
    cJSON_Delete(array);
}

static void gitlab_nothing(void **state)
{
    assert_string_equal(made_text(*state, "gitlab"), "[]\n");
}

static void no_fingerprint_twice(const cJSON *array)
{
    for (const cJSON *a = array->child; a; a = a->next) {
        for (const cJSON *b = a->next; b; b = b->next)
            assert_string_not_equal(json_text_at(a, "fingerprint"), json_text_at(b, "fingerprint"));
    }
}

static void gitlab_fingerprints_are_unique(void **state)
{
    Made *made = *state;
    for (size_t i = 0; i < 4; i++)
        memcpy(made_add(made, SEVERITY_ERROR, 0, 3, STR("A."))->id, "00000000000a", 13);
    made_add_hostile(made);
    cJSON *array = made_json(made, "gitlab");
    text_is_clean(made_print(made, "gitlab"));
    no_fingerprint_twice(array);
    cJSON_Delete(array);
}

/* An empty array would look like a run without findings. */
static void gitlab_failed_run(void **state)
{
    Made *made = *state;
    Fault fault = {0};
    fault_set(&fault, FAULT_ANALYSE, "no live branch");
    fault_repair(&fault, "git fetch");
    made->report.fault = &fault;
    made->report.complete = false;
    cJSON *array = made_json(made, "gitlab");
    assert_string_equal(json_text_at(array->child, "description"),
                        "no live branch. Run: git fetch");
    assert_string_equal(json_text_at(array->child, "severity"), "blocker");
    cJSON_Delete(array);
}

/* ---- JUnit: a small reader of XML that takes no short cuts ---- */

typedef struct {
    const char *at;
    Str open[16];
    size_t depth;
    size_t elements;
} Xml;

static void xml_text(Xml *xml, char end)
{
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#39;", "&#64;"};
    for (; *xml->at && *xml->at != end; xml->at++) {
        assert_true(*xml->at != '<');
        assert_true(end != '<' || *xml->at != '>');
        if (*xml->at != '&')
            continue;
        size_t i = 0;
        while (i < ARRAY_LEN(entities) && !str_starts(str_of(xml->at), entities[i]))
            i++;
        assert_true(i < ARRAY_LEN(entities));
    }
}

static Str xml_name(Xml *xml)
{
    Str name = {xml->at, strspn(xml->at, "abcdefghijklmnopqrstuvwxyz")};
    assert_true(name.len > 0);
    xml->at += name.len;
    return name;
}

static void xml_open(Xml *xml)
{
    Str name = xml_name(xml);
    xml->elements++;
    while (*xml->at == ' ') {
        xml->at++;
        xml_name(xml);
        assert_memory_equal(xml->at, "=\"", 2);
        xml->at += 2;
        xml_text(xml, '"');
        assert_int_equal(*xml->at++, '"');
    }
    if (*xml->at == '/') {
        xml->at++;
    } else {
        assert_true(xml->depth < ARRAY_LEN(xml->open));
        xml->open[xml->depth++] = name;
    }
    assert_int_equal(*xml->at++, '>');
}

static void xml_close(Xml *xml)
{
    assert_true(xml->depth > 0);
    assert_true(str_eq(xml_name(xml), xml->open[--xml->depth]));
    assert_int_equal(*xml->at++, '>');
}

static size_t xml_elements(const char *text)
{
    static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assert_true(str_starts(str_of(text), head));
    assert_null(strstr(text, "\357\277\276"));
    assert_null(strstr(text, "\357\277\277"));
    Xml xml = {.at = text + strlen(head)};
    while (*xml.at) {
        xml_text(&xml, '<');
        if (!*xml.at)
            break;
        xml.at++;
        if (*xml.at == '/') {
            xml.at++;
            xml_close(&xml);
        } else {
            xml_open(&xml);
        }
    }
    assert_int_equal(xml.depth, 0);
    return xml.elements;
}

static void junit_levels(void **state)
{
    Made *made = *state;
    made_add(made, SEVERITY_ERROR, 0, 3, STR("A."));
    made_add(made, SEVERITY_WARNING, 0, 3, STR("B."));
    made_add(made, SEVERITY_NOTE, 0, 3, STR("C."))->project = STR("two");
    const char *text = made_text(made, "junit");
    xml_elements(text);
    assert_int_equal(text_count(text, "<testsuite "), 2);
    assert_int_equal(text_count(text, "<testcase "), 3);
    assert_int_equal(text_count(text, "<failure type=\"error\" message=\"A.\">"), 1);
    assert_int_equal(text_count(text, "<skipped "), 2);
    assert_non_null(strstr(text, "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"2\""));
    made->report.fail_on = SEVERITY_NOTE;
    assert_int_equal(text_count(made_text(made, "junit"), "<failure "), 3);
    made->report.fail_on = SEVERITY_ERROR + 1;
    assert_int_equal(text_count(made_text(made, "junit"), "<failure "), 0);
}

static void junit_nothing(void **state)
{
    Made *made = *state;
    const char *text = made_text(made, "junit");
    assert_int_equal(xml_elements(text), 3);
    assert_non_null(strstr(text, "name=\"no findings\" time=\"0\"/>"));
    assert_int_equal(text_count(text, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""), 2);
}

static void junit_failed_run(void **state)
{
    Made *made = *state;
    Fault fault = {0};
    fault_set(&fault, FAULT_ANALYSE, "no live branch");
    made->report.fault = &fault;
    const char *text = made_text(made, "junit");
    xml_elements(text);
    assert_int_equal(text_count(text, "<testcase "), 1);
    assert_int_equal(text_count(text, "<error "), 1);
    assert_int_equal(text_count(text, "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""), 2);
}

static void junit_hostile(void **state)
{
    Made *made = *state;
    made_add_hostile(made);
    text_is_clean(made_print(made, "junit"));
    const char *text = made_text(made, "junit");
    size_t count = made_hostile_count;
    assert_int_equal(strlen(text), made_print(made, "junit").len); /* no NUL */
    /* A suite for each project and one for the rest; a case and its result each. */
    assert_int_equal(xml_elements(text), 1 + count + 1 + 4 * count);
}

/* ---- reviewdog ---- */

static void is_at(const cJSON *range, const char *side, int line, int column)
{
    const cJSON *position = json_at(range, side, NULL);
    assert_int_equal(json_number_at(position, "line"), line);
    assert_int_equal(json_number_at(position, "column"), column);
}

static void rdjson_counts_bytes(void **state)
{
    Made *made = *state;
    Fix *fix = ARENA_NEW(made->arena, Fix);
    *fix = (Fix){.title = STR("write it"), .file = &made->candidate};
    uint32_t x = (uint32_t)(strstr(made_source, "x`") - made_source);
    vec_push(made->arena, &fix->edits, ((Edit){{x, x + 1}, STR("y")}));
    made_add(made, SEVERITY_NOTE, x, x + 1, STR("A."))->fix = fix;
    cJSON *root = made_json(made, "rdjson");
    const cJSON *item = json_at(root, "diagnostics", "0", NULL);
    assert_string_equal(json_text_at(json_at(root, "source", NULL), "name"), "tblint");
    assert_string_equal(json_text_at(item, "severity"), "INFO");
    assert_string_equal(json_text_at(json_at(item, "code", NULL), "value"), "TB101");
    const cJSON *range = json_at(item, "location", "range", NULL);
    is_at(range, "start", 2, 12); /* 4 blanks, a quote, 2 and 4 bytes */
    is_at(range, "end", 2, 13);
    const cJSON *suggestion = json_at(item, "suggestions", "0", NULL);
    is_at(json_at(suggestion, "range", NULL), "start", 2, 12);
    assert_string_equal(json_text_at(suggestion, "text"), "y");
    cJSON_Delete(root);
}

/* A suggestion has no path of its own. */
static void rdjson_fix_of_another_file(void **state)
{
    Made *made = *state;
    Fix *fix = ARENA_NEW(made->arena, Fix);
    *fix = (Fix){.title = STR("write it"), .file = &made->live};
    vec_push(made->arena, &fix->edits, ((Edit){{0, 1}, STR("y")}));
    made_add(made, SEVERITY_NOTE, 0, 1, STR("A."))->fix = fix;
    cJSON *root = made_json(made, "rdjson");
    const cJSON *item = json_at(root, "diagnostics", "0", NULL);
    assert_null(cJSON_GetObjectItem(item, "suggestions"));
    assert_non_null(strstr(json_text_at(item, "message"), "Fix: write it"));
    cJSON_Delete(root);
}

static void rdjson_hostile(void **state)
{
    Made *made = *state;
    made_add_hostile(made);
    text_is_clean(
        made_print(made, "rdjson")); /* also the texts of suggestions: JSON escapes them */
    cJSON *root = made_json(made, "rdjson");
    const cJSON *item;
    cJSON_ArrayForEach(item, json_at(root, "diagnostics", NULL))
    {
        assert_true(*json_text_at(item, "message") != '\0');
        json_text_at(json_at(item, "location", NULL), "path");
    }
    cJSON_Delete(root);
}

/* ---- Markdown ---- */

/* Outside of fences: no HTML but ours, and in a table as many cells as the head has. */
static void check_markdown(Made *made)
{
    static const char *const ours[] = {"<details>", "</details>", "<summary>"};
    Str rest = made_print(made, "markdown");
    Str line;
    bool fenced = false;
    text_is_clean(rest);
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        if (str_starts(line, "```")) {
            assert_true(str_is(line, fenced ? "```" : "```diff"));
            fenced = !fenced;
            continue;
        }
        if (fenced) {
            assert_true(strchr("-+!", line.ptr[0]) && line.ptr[1] == ' ');
            continue;
        }
        bool own = false;
        for (size_t i = 0; i < ARRAY_LEN(ours); i++)
            own = own || str_starts(line, ours[i]);
        assert_int_equal(text_count(str_cstr(made->arena, line), "<"),
                         own ? (str_starts(line, "<summary>") ? 2 : 1) : 0);
        assert_int_equal(str_find_char(line, '@'), -1);
        if (str_starts(line, "| "))
            assert_int_equal(text_count(str_cstr(made->arena, line), "|"), 5);
    }
    assert_false(fenced);
}

static void markdown_parts(void **state)
{
    Made *made = *state;
    made_add(made, SEVERITY_WARNING, 13, 20, STR("Will lose `b`."));
    Finding *finding = made_add(made, SEVERITY_ERROR, 13, 20, STR("Is refused."));
    vec_push(made->arena, &finding->related,
             ((Place){SIDE_LIVE, &made->live, {13, 20}, STR("live type")}));
    vec_push(made->arena, &finding->details, STR("kept now    180 days"));
    check_markdown(made);
    const char *text = made_text(made, "markdown");
    assert_true(str_starts(str_of(text), "## tblint: 1 error, 1 warning in 1 file\n"));
    const char *row = strstr(text, "| error | TB101 | Is refused. | datasources/x.datasource:2 |");
    assert_non_null(row);
    assert_non_null(strstr(row, "| warning | TB101 | Will lose \\`b\\`. |"));
    assert_non_null(strstr(text, "```diff\n-     `\303\251"));
    assert_non_null(strstr(text, "\n- kept now: 180 days\n"));
    assert_non_null(strstr(text, "\n- also datasources/x.datasource:2:5 (live): live type\n"));
    assert_non_null(strstr(text, "The deploy would change nothing.\n"));
}

static void markdown_hostile(void **state)
{
    Made *made = *state;
    made_add_hostile(made);
    check_markdown(made);
    assert_int_equal(text_count(made_text(made, "markdown"), "<details>"), made_hostile_count);
}

/* A mebibyte is what GitHub takes, and it shows nothing of what is longer. */
static void markdown_stays_below_a_mebibyte(void **state)
{
    Made *made = *state;
    Buf text = {0};
    for (size_t i = 0; i < 20000; i++)
        buf_add(&text, "<|\342\202\254&");
    made_add_many(made, SEVERITY_ERROR, 2000, str_copy(made->arena, buf_str(&text)));
    for (size_t i = 0; i < 2000; i++) {
        Unchecked unchecked = {.path = buf_str(&text), .why = buf_str(&text)};
        vec_push(made->arena, &made->report.unchecked, unchecked);
    }
    check_markdown(made);
    Str whole = made_print(made, "markdown");
    assert_true(whole.len < 1024 * 1024 && whole.len > 100000);
    assert_true(str_find(whole, " more findings: `tblint lint --format text` has all.") > 0);
    assert_true(str_find(whole, " more places: ") > 0);
    buf_free(&text);
}

static void markdown_details_are_for_the_first(void **state)
{
    Made *made = *state;
    made_add_many(made, SEVERITY_NOTE, 300, STR("A."));
    const char *text = made_text(made, "markdown");
    assert_int_equal(text_count(text, "| note |"), 300);
    assert_int_equal(text_count(text, "<details>"), 20);
}

static void markdown_says_what_it_missed(void **state)
{
    Made *made = *state;
    Unchecked changed = {.path = STR("a.pipe"), .why = STR("over 8 MiB"), .changed = true};
    vec_push(made->arena, &made->report.unchecked, changed);
    made->report.complete = false;
    const char *text = made_text(made, "markdown");
    assert_true(str_starts(str_of(text), "## tblint could not check everything: no findings"));
    assert_non_null(strstr(text, "- a.pipe: over 8 MiB\n"));
    Fault fault = {0};
    fault_set(&fault, FAULT_ANALYSE, "no <live> branch");
    made->report.fault = &fault;
    assert_string_equal(made_text(made, "markdown"), "## tblint could not analyse\n\n"
                                                     "no &lt;live&gt; branch.\n\n");
}

/* ---- acceptances ---- */

static void accept_one(Made *made, Str reason)
{
    Accepted *accepted = ARENA_NEW(made->arena, Accepted);
    *accepted = (Accepted){.reason = reason, .until = STR("2026-12-15")};
    Finding *finding = made_add(made, SEVERITY_ERROR, 13, 20, STR("Is meant."));
    finding->accepted = accepted;
    vec_push(made->arena, &made->findings->accepted, *finding);
    made->findings->items.len--;
    made->findings->acceptances_added = 1;
}

static void accepted_are_no_failures(void **state)
{
    Made *made = *state;
    accept_one(made, STR("the table is empty"));
    const char *text = made_text(made, "junit");
    xml_elements(text);
    assert_int_equal(text_count(text, "<failure"), 0);
    assert_non_null(
        strstr(text, "<skipped message=\"Accepted until 2026-12-15: the table is empty\">"));
    assert_string_equal(made_text(made, "gitlab"), "[]\n");
    cJSON *root = made_json(made, "rdjson");
    assert_int_equal(cJSON_GetArraySize(json_at(root, "diagnostics", NULL)), 0);
    cJSON_Delete(root);
}

static void accepted_are_in_the_summary(void **state)
{
    Made *made = *state;
    accept_one(made, STR("<b>|"));
    check_markdown(made);
    const char *text = made_text(made, "markdown");
    assert_true(str_starts(str_of(text), "## tblint: no findings in 0 files, 1 accepted\n"));
    assert_non_null(strstr(text, "**This change adds 1 acceptance.**\n"));
    assert_non_null(strstr(text, "Is meant. Accepted until 2026-12-15: &lt;b&gt;&#124;\n"));
}

/* ---- XML's own characters ---- */

static void xml_escapes(void **state)
{
    (void)state;
    Buf out = {0};
    escape_xml(&out, STR("a<b>&\"'\n\001\357\277\276 \303\251"));
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, "a&lt;b&gt;&amp;&quot;&#39;\\x0a\\x01\357\277\275 \303\251");
    buf_free(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_set_up, made_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gitlab_entries),
        TEST(gitlab_nothing),
        TEST(gitlab_fingerprints_are_unique),
        TEST(gitlab_failed_run),
        TEST(junit_levels),
        TEST(junit_nothing),
        TEST(junit_failed_run),
        TEST(junit_hostile),
        TEST(rdjson_counts_bytes),
        TEST(rdjson_fix_of_another_file),
        TEST(rdjson_hostile),
        TEST(markdown_parts),
        TEST(markdown_hostile),
        TEST(markdown_stays_below_a_mebibyte),
        TEST(markdown_details_are_for_the_first),
        TEST(markdown_says_what_it_missed),
        TEST(accepted_are_no_failures),
        TEST(accepted_are_in_the_summary),
        TEST(xml_escapes),
    };
    return cmocka_run_group_tests_name("code_hosts", tests, NULL, NULL);
}
