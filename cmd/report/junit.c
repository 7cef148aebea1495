/* junit.c: the report as test results, which every CI can show.
 *
 * A project is a suite and a finding a case of it. A finding at or above the fail level is a
 * failure; one below it is a skipped case, since a failure there would say red where the exit code
 * says green. What was accepted is skipped too, and what was not checked, unless that
 * is a changed file: that is an error. There is no time stamp and no duration, so equal reports are
 * equal. */
#include "report/escape.h"
#include "report/escape_markup.h"
#include "report/finding_text.h"
#include "report/report.h"

#include <inttypes.h>

typedef struct {
    Str name;
    FindingRefs findings;
    size_t failures;
} Suite;

typedef VEC(Suite *) Suites;

typedef struct {
    const Report *report;
    Buf *out;
    Map *written; /* see report_writes_fix() */
} Junit;

static bool fails(const Report *report, const Finding *finding)
{
    if (finding->accepted)
        return false;
    int level = report->fail_on ? report->fail_on : SEVERITY_ERROR;
    return (int)finding->severity >= level;
}

/* ---- small parts ---- */

static void add_attribute(Buf *out, const char *name, Str value)
{
    buf_addf(out, " %s=\"", name);
    escape_xml(out, value);
    buf_add_char(out, '"');
}

static void add_counts(Buf *out, size_t tests, size_t failures, size_t errors, size_t skipped)
{
    buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\"",
             tests, failures, errors, skipped);
}

/* Lines of ours with line ends of ours between them. */
static void add_lines(Buf *out, Str text)
{
    Str line;
    while (text.len > 0 && str_split_line(&text, &line)) {
        escape_xml(out, line);
        if (text.len > 0)
            buf_add_char(out, '\n');
    }
}

static void begin_case(Buf *out, Str class, Str name, Str path, uint32_t line)
{
    buf_add(out, "    <testcase");
    add_attribute(out, "classname", class);
    add_attribute(out, "name", name);
    if (path.len && !str_is(path, "."))
        add_attribute(out, "file", path);
    if (line)
        buf_addf(out, " line=\"%" PRIu32 "\"", line);
    buf_add(out, " time=\"0\"");
}

/* `tag`: failure, error or skipped. */
static void add_result(Buf *out, const char *tag, const char *type, Str message, Str text)
{
    buf_addf(out, ">\n      <%s", tag);
    if (type)
        add_attribute(out, "type", str_of(type));
    add_attribute(out, "message", message);
    buf_add_char(out, '>');
    add_lines(out, text);
    buf_addf(out, "</%s>\n    </testcase>\n", tag);
}

/* ---- a finding ---- */

static Str message_of(Arena *arena, const Finding *finding)
{
    return finding->accepted ? accepted_text(arena, finding->accepted) : finding->message;
}

static void add_finding(Junit *junit, const Finding *finding)
{
    const Report *report = junit->report;
    Arena *arena = report->arena;
    const Rule *rule = rule_get(finding->rule);
    Place place = report_primary(report, finding);
    Str subject = finding_subject(arena, finding);
    begin_case(
        junit->out, str_fmt(arena, "tblint.%s", rule->name),
        str_fmt(arena, "%s %s: %.*s (%s)", rule->code, rule->name, STR_ARG(subject), finding->id),
        report_path(report, &place), report_region(report, &place).start.line);
    Str at = place_text(report, &place);
    Buf text = {0};
    buf_addf(&text, "%s at %.*s\n", severity_text(finding->severity), STR_ARG(at));
    finding_text(report, junit->written, NULL, finding, &text);
    bool failed = fails(report, finding);
    add_result(junit->out, failed ? "failure" : "skipped",
               failed ? severity_text(finding->severity) : NULL, message_of(arena, finding),
               buf_str(&text));
    buf_free(&text);
}

/* ---- suites ---- */

static Suite *suite_of(Arena *arena, Map *by_name, Suites *suites, Str name)
{
    Suite *suite = map_get(by_name, name);
    if (!suite) {
        suite = ARENA_NEW(arena, Suite);
        suite->name = name;
        map_put(by_name, name, suite);
        vec_push(arena, suites, suite);
    }
    return suite;
}

/* All projects, in their order, also those without a finding. */
static Suites suites_of(const Report *report)
{
    Arena *arena = report->arena;
    const FindingItems items = findings_with_accepted(report->findings);
    Map *by_name = map_new(arena);
    Suites suites = {0};
    for (size_t i = 0; i < report->plans.len; i++)
        suite_of(arena, by_name, &suites, report->plans.items[i].root);
    for (size_t i = 0; i < items.len; i++) {
        Suite *suite = suite_of(arena, by_name, &suites, items.items[i].project);
        vec_push(arena, &suite->findings, &items.items[i]);
        suite->failures += fails(report, &items.items[i]);
    }
    return suites;
}

static void begin_suite(Buf *out, Arena *arena, Str name)
{
    buf_add(out, "  <testsuite");
    bool top = name.len == 0 || str_is(name, ".");
    add_attribute(out, "name", top ? STR("tblint") : str_fmt(arena, "tblint %.*s", STR_ARG(name)));
}

static void add_suite(Junit *junit, const Suite *suite)
{
    Buf *out = junit->out;
    size_t count = suite->findings.len;
    begin_suite(out, junit->report->arena, suite->name);
    add_counts(out, count ? count : 1, suite->failures, 0, count - suite->failures);
    buf_add(out, ">\n");
    for (size_t i = 0; i < count; i++)
        add_finding(junit, suite->findings.items[i]);
    if (count == 0) {
        begin_case(out, STR("tblint"), STR("no findings"), (Str){0}, 0);
        buf_add(out, "/>\n");
    }
    buf_add(out, "  </testsuite>\n");
}

/* ---- what was not checked ---- */

static size_t count_changed(const Report *report)
{
    size_t count = report->fault != NULL;
    for (size_t i = 0; i < report->unchecked.len; i++)
        count += report->unchecked.items[i].changed;
    return count;
}

static void add_unchecked(Junit *junit, const Unchecked *item, size_t number)
{
    Arena *arena = junit->report->arena;
    Str text = unchecked_text(arena, item);
    begin_case(junit->out, STR("tblint.unchecked"),
               str_fmt(arena, "%.*s (%zu)", STR_ARG(item->path), number), item->path, item->line);
    add_result(junit->out, item->changed ? "error" : "skipped", item->changed ? "unchecked" : NULL,
               text, text);
}

static void add_troubles(Junit *junit)
{
    const Report *report = junit->report;
    size_t count = report->unchecked.len + (report->fault != NULL);
    size_t errors = count_changed(report);
    if (count == 0)
        return;
    begin_suite(junit->out, report->arena, STR("not checked"));
    add_counts(junit->out, count, 0, errors, count - errors);
    buf_add(junit->out, ">\n");
    if (report->fault) {
        Str text = fault_text(report->arena, report->fault);
        begin_case(junit->out, STR("tblint.unchecked"), STR("could not analyse"), (Str){0}, 0);
        add_result(junit->out, "error", "unchecked", text, text);
    }
    for (size_t i = 0; i < report->unchecked.len; i++)
        add_unchecked(junit, &report->unchecked.items[i], i + 1);
    buf_add(junit->out, "  </testsuite>\n");
}

/* A report without any case would be refused as empty. */
static void add_empty_suite(Junit *junit)
{
    Suite suite = {.name = STR(".")};
    add_suite(junit, &suite);
}

void report_junit(const Report *report, Buf *out)
{
    Suites suites = suites_of(report);
    Junit junit = {report, out, map_new(report->arena)};
    size_t troubles = report->unchecked.len + (report->fault != NULL);
    bool empty = suites.len == 0 && troubles == 0;
    size_t tests = troubles + empty;
    size_t failures = 0;
    size_t passed = empty;
    for (size_t i = 0; i < suites.len; i++) {
        size_t count = suites.items[i]->findings.len;
        tests += count ? count : 1;
        passed += count == 0;
        failures += suites.items[i]->failures;
    }
    size_t errors = count_changed(report);
    buf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tblint\"");
    add_counts(out, tests, failures, errors, tests - failures - errors - passed);
    buf_add(out, ">\n");
    for (size_t i = 0; i < suites.len; i++)
        add_suite(&junit, suites.items[i]);
    if (empty)
        add_empty_suite(&junit);
    add_troubles(&junit);
    buf_add(out, "</testsuites>\n");
}
