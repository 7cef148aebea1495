/* made_report.c: reports of findings that no check made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_report.h"

#include <stdio.h>
#include <string.h>

const char made_source[] = "SCHEMA >\n"
                           "    `\303\251\360\237\230\200x` String `json:$.x`,\n"
                           "    `b` String\n";

static SourceFile file_of(const char *path, Str text)
{
    return (SourceFile){.path = str_of(path), .text = text, .loaded = true};
}

int made_set_up(void **state)
{
    Arena *arena = arena_new();
    Made *made = ARENA_NEW(arena, Made);
    made->arena = arena;
    made->findings = findings_new(arena);
    made->live = file_of("datasources/x.datasource", str_of(made_source));
    made->candidate = made->live;
    made->report =
        (Report){.arena = arena, .findings = made->findings, .complete = true, .width = 100};
    *state = made;
    return 0;
}

int made_tear_down(void **state)
{
    arena_free(((Made *)*state)->arena);
    return 0;
}

Finding *made_add(Made *made, Severity severity, uint32_t start, uint32_t end, Str message)
{
    Finding finding = {.rule = RULE_TB101,
                       .severity = severity,
                       .message = message,
                       .project = STR("."),
                       .resource = STR("events"),
                       .place = {SIDE_CANDIDATE, &made->candidate, {start, end}, {0}}};
    snprintf(finding.id, sizeof finding.id, "%012zx", made->findings->items.len + 1);
    return findings_add(made->findings, finding);
}

void made_add_many(Made *made, Severity severity, size_t count, Str message)
{
    Buf text = {0};
    buf_add_repeat(&text, '\n', count);
    SourceFile *file = ARENA_NEW(made->arena, SourceFile);
    *file = file_of(severity == SEVERITY_ERROR ? "a.pipe" : "b.pipe",
                    str_copy(made->arena, buf_str(&text)));
    buf_free(&text);
    for (uint32_t i = 0; i < count; i++)
        made_add(made, severity, i, i, message)->place.file = file;
}

Str made_print(Made *made, const char *format)
{
    Buf out = {0};
    report_format_find(str_of(format))->lint(&made->report, &out);
    Str text = str_copy(made->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

const char *made_text(Made *made, const char *format)
{
    return str_cstr(made->arena, made_print(made, format));
}

cJSON *made_json(Made *made, const char *format)
{
    Str text = made_print(made, format);
    assert_true(str_is_utf8(text));
    cJSON *json = cJSON_ParseWithLength(text.ptr, text.len);
    assert_non_null(json);
    return json;
}

/* What a repository can bring into a report. */
static const Str hostile[] = {
    STR_INIT("::add-mask::secret"),
    STR_INIT("x\n::set-env name=PATH::/tmp\r\n::stop-commands::y"),
    STR_INIT("%0A::error::z%25%3A%2C"),
    STR_INIT("##[add-mask]w ##[error]v"),
    STR_INIT("a,title=b::c:d"),
    STR_INIT("<img src=x onerror=alert(1)><script>&lt;&#60;</details>"),
    STR_INIT("](http://h/) |`*_~@all![i](j) $a$\\"),
    STR_INIT("]]> --> ?> <![CDATA["),
    STR_INIT("'\" onload=\"x"),
    STR_INIT("\033[31mred\033]0;title\007\b\177\302\233m"),
    STR_INIT("\377\300\257\355\240\200\360\237"),
    STR_INIT("nul\0nul"),
    STR_INIT("\342\200\256txet\342\201\246\357\273\277\342\200\250"),
    STR_INIT("\357\277\276\357\277\277"),
    STR_INIT("\n```\n\n# heading\n\n</details>\n"),
};

const size_t made_hostile_count = ARRAY_LEN(hostile);

void made_add_hostile(Made *made)
{
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        Str text = hostile[i];
        SourceFile *file = ARENA_NEW(made->arena, SourceFile);
        *file = (SourceFile){.path = text, .text = text, .loaded = true};
        Place live = {SIDE_LIVE, file, {0, (uint32_t)text.len}, text};
        Fix *fix = ARENA_NEW(made->arena, Fix);
        *fix = (Fix){.title = text, .file = file, .lines = text};
        vec_push(made->arena, &fix->edits, ((Edit){{0, 1}, text}));
        Finding *finding = made_add(made, SEVERITY_WARNING, 0, 1, text);
        finding->place.file = file;
        finding->resource = finding->subject = finding->advice = finding->project = text;
        finding->fix = fix;
        vec_push(made->arena, &finding->related, live);
        vec_push(made->arena, &finding->details, text);
        Unchecked unchecked = {.path = text, .why = text, .changed = i % 2 == 0};
        vec_push(made->arena, &made->report.unchecked, unchecked);
    }
}

void text_is_clean(Str text)
{
    assert_true(str_is_utf8(text));
    assert_int_equal(str_find(text, "##["), -1);
    assert_int_equal(str_find(text, "\302\233"), -1);
    assert_int_equal(str_find(text, "\342\200\256"), -1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        assert_true(c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F));
    }
}

size_t text_count(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}
