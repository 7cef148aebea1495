/* `tblint sarif-check`: a file that is fit, and the same with one thing wrong for each demand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/parsed_run.h"
#include "sarif_check/sarif_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With ' for ", which reads better; no text of it holds either. */
static const char fit[] =
    "{'$schema':'https://json.schemastore.org/sarif-2.1.0.json','version':'2.1.0','runs':[{"
    "'tool':{'driver':{'name':'tool','version':'1.0','rules':[{'id':'R1','name':'FirstRule',"
    "'shortDescription':{'text':'Short.'},'fullDescription':{'text':'Full.'},"
    "'help':{'text':'Help.','markdown':'Help, see `<br>`.'},'helpUri':'https://example.com/r1',"
    "'defaultConfiguration':{'level':'error'},'properties':{'tags':['a','b']}}]}},"
    "'automationDetails':{'id':'tool/'},"
    "'originalUriBaseIds':{'ROOT':{'description':{'text':'The top.'}}},"
    "'versionControlProvenance':[{'repositoryUri':'https://example.com/a.git'}],"
    "'invocations':[{'executionSuccessful':true}],'columnKind':'utf16CodeUnits','results':[{"
    "'ruleId':'R1','ruleIndex':0,'message':{'text':'It is wrong. See [there](1).'},"
    "'locations':[{'physicalLocation':{'artifactLocation':{'uri':'a%20b.sql','uriBaseId':'ROOT'},"
    "'region':{'startLine':2,'startColumn':3,'endLine':2,'endColumn':7},"
    "'contextRegion':{'startLine':1,'endLine':3}}}],"
    "'relatedLocations':[{'id':1,'physicalLocation':{'artifactLocation':{'uri':'c.sql'}},"
    "'message':{'text':'there'}}],"
    "'partialFingerprints':{'primaryLocationLineHash':'39fa2ee980eb94b0:1'},"
    "'fixes':[{'description':{'text':'Mend it.'},'artifactChanges':[{'artifactLocation':{"
    "'uri':'a%20b.sql'},'replacements':[{'deletedRegion':{'startLine':2}}]}]}]}]}]}";

typedef struct {
    Arena *arena;
    Buf out;
    SarifCheck check;
    Fault fault;
} Checked;

static void set_source(Checked *checked, const char *source)
{
    *checked = (Checked){.arena = arena_new()};
    checked->check = (SarifCheck){.arena = checked->arena, .name = STR("f"), .source = source};
    checked->check.out = &checked->out;
}

static int check_text(Checked *checked, Str text)
{
    return sarif_check(&checked->check, text, &checked->fault);
}

static void free_checked(Checked *checked)
{
    buf_free(&checked->out);
    arena_free(checked->arena);
}

static Str quoted(Arena *arena, const char *text)
{
    char *copy = (char *)str_cstr(arena, str_of(text));
    for (char *at = copy; *at; at++) {
        if (*at == '\'')
            *at = '"';
    }
    return str_of(copy);
}

/* `text` with the first `from` replaced by `to`. */
static Str replaced(Arena *arena, Str text, const char *from, const char *to)
{
    Str part = quoted(arena, from), other = quoted(arena, to);
    ptrdiff_t at = str_find(text, part.ptr);
    if (at < 0)
        fail_msg("nothing is like %s", from);
    return str_fmt(arena, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(other),
                   STR_ARG(str_slice(text, (size_t)at + part.len, text.len)));
}

static void check_once(Checked *checked, const char *from, const char *to)
{
    set_source(checked, NULL);
    Str text = replaced(checked->arena, quoted(checked->arena, fit), from, to);
    assert_int_equal(check_text(checked, text), 0);
}

/* Each line but the counts is of that demand and severity, and there is one. */
static void says_only(const Checked *checked, const char *demand, bool error, const char *what)
{
    Str rest = buf_str(&checked->out), line;
    char start[32];
    size_t lines = 0;
    snprintf(start, sizeof start, "f: %s: %s ", error ? "error" : "warning", demand);
    while (rest.len && str_split_line(&rest, &line)) {
        if (!str_starts(line, start))
            fail_msg("%s: expected %s, not: %.*s", what, start, STR_ARG(line));
        lines++;
    }
    if (lines == 0)
        fail_msg("%s: nothing said, expected %s", what, start);
    assert_int_equal(checked->check.errors > 0, error);
}

static void fit_file_has_no_breach(void **state)
{
    Checked checked;
    (void)state;
    set_source(&checked, NULL);
    assert_int_equal(check_text(&checked, quoted(checked.arena, fit)), 0);
    assert_string_equal(checked.out.ptr ? str_cstr(checked.arena, buf_str(&checked.out)) : "", "");
    assert_int_equal(checked.check.runs, 1);
    assert_int_equal(checked.check.results, 1);
    free_checked(&checked);
}

typedef struct {
    const char *demand;
    const char *from;
    const char *to;
    bool warning;
} Mutation;

static void each_mutation_is_caught(void **state)
{
    static const Mutation mutations[] = {
        {"M1", "'version':'2.1.0'", "'version':'2.0.0'", false},
        {"M1", "/sarif-2.1.0.json", "/sarif-2.1.0-rtm.6.json", false},
        {"M1", "/sarif-2.1.0.json", "/package.json", false},
        {"M1", "'$schema':'https://json.schemastore.org/sarif-2.1.0.json',", "", false},
        {"M3", "'locations'", "'extra':1,'locations'", false},
        {"M3", "'startLine':2", "'startLine':0", false},
        {"M3", "'endLine':3", "'endLine':3.5", false},
        {"M3", "'results'", "'language':'english','results'", false},
        {"M3", "'results'", "'baselineGuid':'x','results'", false},
        {"M3", "'level':'error'", "'level':'bad'", false},
        {"M3", "'https://example.com/r1'", "'https:// example.com/r1'", false},
        {"M3", "'ruleIndex':0", "'ruleIndex':'0'", false},
        {"M3", "'ruleId':'R1',", "'ruleId':'R1','ruleId':'R1',", false},
        {"M3", "'tags':['a','b']", "'tags':'a'", false},
        {"M3", "'endLine':3", "'endLine':3,'snippet':null", false},
        {"M4", "'executionSuccessful':true", "'commandLine':'x'", false},
        {"M4", "'artifactLocation':{'uri':'a%20b.sql'},'replacements'", "'replacements'", false},
        {"M4", "[{'deletedRegion':{'startLine':2}}]", "[]", false},
        {"M4", "'description':{'text':'Mend it.'}", "'description':{}", false},
        {"M4", "'name':'tool'", "'name':''", false},
        {"M4", "{'text':'It is wrong. See [there](1).'}", "{'id':'default'}", false},
        {"M5", "'endLine':2,'endColumn':7", "'endLine':2", false},
        {"M5", "'uri':'a%20b.sql'", "'uri':''", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'a b.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'50%.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'a\\\\b.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'/home/me/b.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'../b.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'./b.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'\303\261.sql'", false},
        {"M6", "'uri':'a%20b.sql'", "'uri':'a?b.sql'", false},
        {"M6", "'uri':'c.sql'", "'uri':'C:/c.sql'", false},
        {"M9", "'ruleId':'R1',", "", false},
        {"M9", "'ruleId':'R1'", "'ruleId':'R2'", false},
        {"M9", "'ruleIndex':0", "'ruleIndex':7", false},
        {"M9", "'ruleIndex':0", "'rule':{'id':'R2'}", false},
        {"M9", "'ruleId':'R1','ruleIndex':0", "'ruleId':'R2'", true},
        {"M11", "'shortDescription':{'text':'Short.'},", "", false},
        {"M11", "'text':'Full.'", "'text':''", false},
        {"M11", "'name':'FirstRule'", "'name':'R1'", false},
        {"M12", "39fa2ee980eb94b0:1", "39FA2EE980EB94B0:1", false},
        {"M12", "39fa2ee980eb94b0:1", "events.host", false},
        {"M12", "39fa2ee980eb94b0:1", "39fa:0", false},
        {"M13", "'executionSuccessful':true",
         "'executionSuccessful':true,'startTimeUtc':'2026-11-21T12:00:00.5Z'", true},
        {"M13", "'executionSuccessful':true", "'executionSuccessful':true,'machine':'m'", true},
        {"M14", "'endColumn':7", "'endColumn':3", false},
        {"M14", "'endLine':2,'endColumn':7", "'endLine':1,'endColumn':7", false},
        {"M14", "'startLine':1,'endLine':3", "'startLine':3,'endLine':4", false},
        {"M14", "'startLine':1,'endLine':3",
         "'startLine':2,'startColumn':3,'endLine':2,'endColumn':7", false},
        {"M15", "utf16CodeUnits", "bytes", false},
        {"M17", "'tags':['a','b']", "'tags':['a','a']", false},
        {"M17", "'versionControlProvenance':[",
         "'versionControlProvenance':[{'repositoryUri':'https://example.com/a.git'},", false},
        {"M18", "'tags'", "'security-severity':7.5,'tags'", false},
        {"M18", "'tags'", "'security-severity':'high','tags'", false},
        {"M18", "'tags'", "'security-severity':'10.1','tags'", false},
        {"M20", "'executionSuccessful':true", "'executionSuccessful':false", false},
        {"S1", "It is wrong.",
         "It is wrong, and what is more this sentence goes on and on for much longer than anybody "
         "would ever read in a list of alerts, where each has one line and no more than that, or "
         "not even so much.",
         true},
        {"S2", "[there](1)", "[there](2)", true},
        {"S3", ",'markdown':'Help, see `<br>`.'", "", true},
        {"S3", "see `<br>`", "see<br>", true},
        {"S3", "see `<br>`", "see [it](../x.md)", true},
        {"S3", "see `<br>`", "see ``, `<p>` and <br>```, `", true},
        {"S4", "'https://example.com/r1'", "'http://example.com/r1'", true},
        {"S5", "'defaultConfiguration':{'level':'error'},", "", true},
        {"S6", "['a','b']", "['a','b','c','d','e','f','g','h','i','j','k']", true},
        {"S7", "'id':'tool/'", "'id':'tool'", true},
        {"S8", "'version':'1.0',", "", true},
        {"S9", "'description':{'text':'The top.'}", "'uri':'file:///home/me/'", true},
        {"S10", "https://example.com/a.git", "https://u:p@example.com/a.git", true},
        {"S12", "'description':{'text':'Mend it.'},", "", true},
        {"S13", "'fixes'", "'suppressions':[{'kind':'external'}],'fixes'", true},
        {"S14", "'fixes'", "'baselineState':'absent','fixes'", true},
        {"S15", "'fixes'", "'codeFlows':[{'threadFlows':[{'locations':[{'index':0}]}]}],'fixes'",
         true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(mutations); i++) {
        Checked checked;
        check_once(&checked, mutations[i].from, mutations[i].to);
        says_only(&checked, mutations[i].demand, !mutations[i].warning, mutations[i].to);
        free_checked(&checked);
    }
}

/* ---- what takes more than a word ---- */

/* The fit file with so many runs; `distinct`: each of a category of its own. */
static Str with_runs(Arena *arena, size_t count, bool distinct)
{
    Buf out = {0};
    Str text = quoted(arena, fit);
    size_t start = (size_t)str_find(text, "[{") + 1;
    Str run = str_slice(text, start, text.len - 2);
    buf_add_str(&out, str_slice(text, 0, start));
    for (size_t i = 0; i < count; i++) {
        Str id = str_fmt(arena, "'id':'tool%zu/'", i);
        Str other = distinct ? replaced(arena, run, "'id':'tool/'", id.ptr) : run;
        buf_add(&out, i ? "," : "");
        buf_add_str(&out, other);
    }
    buf_add(&out, "]}");
    Str whole = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return whole;
}

static void m2_runs_of_one_category(void **state)
{
    static const struct {
        size_t count;
        bool distinct;
        const char *demand; /* NULL: fit */
    } cases[] = {{0, false, "M2"}, {2, false, "M2"}, {2, true, NULL}, {21, true, "M16"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Checked checked;
        set_source(&checked, NULL);
        Str text = with_runs(checked.arena, cases[i].count, cases[i].distinct);
        assert_int_equal(check_text(&checked, text), 0);
        if (cases[i].demand)
            says_only(&checked, cases[i].demand, true, "runs");
        else
            assert_int_equal(checked.out.len, 0);
        free_checked(&checked);
    }
}

static Str repeated(Arena *arena, const char *format, size_t count)
{
    Buf out = {0};
    for (size_t i = 0; i < count; i++) {
        Str item = str_fmt(arena, "%s%s%zu", i ? "," : "", format, i);
        buf_add_str(&out, item);
        buf_add(&out, "'}");
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* Lists at their limits, and one over. */
static void m16_limits(void **state)
{
    static const struct {
        const char *from; /* before which the items are put */
        const char *item;
        size_t most;
        const char *demand;
        bool warning;
    } lists[] = {
        {"{'id':'R1'",
         "{'shortDescription':{'text':'S'},'fullDescription':{'text':'F'},'help':{'text':'H',"
         "'markdown':'H'},'defaultConfiguration':{'level':'note'},'id':'x",
         24999, "M16", false},
        {"{'ruleId':'R1'",
         "{'ruleId':'R1','message':{'text':'M.'},'locations':[{'physicalLocation':{"
         "'artifactLocation':{'uri':'a'},'region':{'startLine':1,'startColumn':1,'endLine':1,"
         "'endColumn':2}}}],'correlationGuid':'00000000-0000-0000-0000-000000000000',"
         "'hostedViewerUri':'https://h/",
         4999, "M16", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t over = 0; over < 2; over++) {
            Checked checked;
            set_source(&checked, NULL);
            Str items = repeated(checked.arena, lists[i].item, lists[i].most + over);
            Str to = str_fmt(checked.arena, "%.*s,%s", STR_ARG(items), lists[i].from);
            Str text = replaced(checked.arena, quoted(checked.arena, fit), lists[i].from, to.ptr);
            if (i == 0) /* the rule is no longer the first */
                text = replaced(checked.arena, text, "'ruleIndex':0,", "");
            assert_int_equal(check_text(&checked, text), 0);
            if (over)
                says_only(&checked, lists[i].demand, !lists[i].warning, "one more");
            else
                assert_int_equal(checked.out.len, 0);
            free_checked(&checked);
        }
    }
}

/* Runs of backticks that nothing closes hide neither what is code nor what is none. */
static void s3_code_among_open_runs(void **state)
{
    static const char *const fine[] = {"see ```, `<br>` and ``<p>``", "see ``a`<br>`` and `<p>`",
                                       "see ``, `<br>`, ```, `<p>`"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        Checked checked;
        check_once(&checked, "see `<br>`", fine[i]);
        assert_int_equal(checked.out.len, 0);
        free_checked(&checked);
    }
}

static void m16_lists_of_a_result(void **state)
{
    static const char step[] = "{'location':{'physicalLocation':{'artifactLocation':{'uri':'a'}}}}";
    static const char place[] =
        "{'physicalLocation':{'artifactLocation':{'uri':'a'},'region':{'startLine':1,"
        "'startColumn':1,'endLine':1,'endColumn':2}}},";
    static const struct {
        const char *from;
        const char *start;
        const char *item;
        const char *end;
        size_t count;
    } lists[] = {
        {"'locations':[", "'locations':[", place, "", 1001},
        {"'fixes'", "'codeFlows':[{'threadFlows':[{'locations':[", step, "]}]}],'fixes'", 10001},
        {"'tags':['a'", "'tags':['a'", ",'t%zu'", "", 20},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        Checked checked;
        Buf to = {0};
        buf_add(&to, lists[i].start);
        for (size_t k = 0; k < lists[i].count; k++) {
            if (lists[i].item == step)
                buf_add(&to, k ? "," : "");
            if (strchr(lists[i].item, '%'))
                buf_addf(&to, ",'t%zu'", k);
            else
                buf_add(&to, lists[i].item);
        }
        buf_add(&to, lists[i].end);
        buf_add_char(&to, '\0');
        check_once(&checked, lists[i].from, to.ptr);
        says_only(&checked, "M16", true, lists[i].from);
        buf_free(&to);
        free_checked(&checked);
    }
}

/* ---- bytes ---- */

static void bytes_that_are_no_json(void **state)
{
    static const struct {
        const char *demand;
        Str text;
    } texts[] = {
        {"M20", STR_INIT("")},
        {"M20", STR_INIT(" \n")},
        {"M20", STR_INIT("{\"version\": \"2.1.0\", \"ru")},
        {"M20", STR_INIT("[1, 2")},
        {"M20", STR_INIT("\"\\u00")},
        {"M19", STR_INIT("\xFF\xFE{\0}\0")},
        {"M19", STR_INIT("{\"a\": \"\xC3\"}")},
        {"M19", STR_INIT("{\"a\": \"\0\"}")},
        {"M19", STR_INIT("{\"a\": \"\n\"}")},
        {"M19", STR_INIT("{\"a\": \"\\u0000\"}")},
        {"M19", STR_INIT("{\"a\": \"\\ud800x\"}")},
        {"M19", STR_INIT("{\"a\": \"\\udc00\"}")},
        {"M19", STR_INIT("{\"a\": \"\\x\"}")},
        {"M19", STR_INIT("{\"a\": 01}")},
        {"M19", STR_INIT("{\"a\": .5}")},
        {"M19", STR_INIT("{\"a\": 1.}")},
        {"M19", STR_INIT("{\"a\": +1}")},
        {"M19", STR_INIT("{\"a\": NaN}")},
        {"M19", STR_INIT("{\"a\": 1,}")},
        {"M19", STR_INIT("{\"a\" 1}")},
        {"M19", STR_INIT("{'a': 1}")},
        {"M19", STR_INIT("[1 2]")},
        {"M19", STR_INIT("{} {}")},
        {"M19", STR_INIT("{} // end")},
        {"M19", STR_INIT("<xml/>")},
        {"M19", STR_INIT("1111111111111111111111111111111111111111111111111111111111111")},
        {"M3", STR_INIT("[]")},
        {"M3", STR_INIT("null")},
        {"M3", STR_INIT("1e999")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Checked checked;
        set_source(&checked, NULL);
        assert_int_equal(check_text(&checked, texts[i].text), 0);
        says_only(&checked, texts[i].demand, true, texts[i].text.ptr);
        free_checked(&checked);
    }
}

static void m19_a_mark_does_not_end_the_check(void **state)
{
    Checked checked;
    (void)state;
    set_source(&checked, NULL);
    Str text = str_fmt(checked.arena, "\xEF\xBB\xBF%s", quoted(checked.arena, fit).ptr);
    assert_int_equal(check_text(&checked, text), 0);
    says_only(&checked, "M19", true, "mark");
    assert_int_equal(checked.check.results, 1);
    free_checked(&checked);
}

static void too_much_is_no_verdict(void **state)
{
    static const struct {
        const char *part;
        size_t count;
    } texts[] = {{"[", 1000000}, {"{\"a\":", 1000000}, {"[0,0,0,0,0,0,0,0,0],", 1000000}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Checked checked;
        Buf text = {0};
        set_source(&checked, NULL);
        if (i == 2)
            buf_add_char(&text, '[');
        for (size_t k = 0; k < texts[i].count; k++)
            buf_add(&text, texts[i].part);
        assert_int_equal(check_text(&checked, buf_str(&text)), -1);
        assert_int_equal(checked.fault.kind, FAULT_ANALYSE);
        buf_free(&text);
        free_checked(&checked);
    }
}

/* What the file says reaches the terminal on one line, and not without end. */
static void names_of_the_file_are_shown_safely(void **state)
{
    Checked checked;
    (void)state;
    check_once(&checked, "'locations'", "'\\u001b[31m\\n::error::x\\u202e':1,'locations'");
    Str out = buf_str(&checked.out);
    assert_int_equal(str_find_char(out, '\033'), -1);
    assert_int_equal(str_find_char(out, '\n'), (ptrdiff_t)out.len - 1);
    free_checked(&checked);
    set_source(&checked, NULL);
    Buf name = {0};
    buf_add_repeat(&name, 'x', 100000);
    Str to = str_fmt(checked.arena, "'%.*s':1,'locations'", STR_ARG(buf_str(&name)));
    Str text = replaced(checked.arena, quoted(checked.arena, fit), "'locations'", to.ptr);
    assert_int_equal(check_text(&checked, text), 0);
    assert_true(checked.out.len < 2000);
    buf_free(&name);
    free_checked(&checked);
}

static void many_of_a_kind_are_counted(void **state)
{
    Checked checked;
    Buf to = {0};
    (void)state;
    for (int i = 0; i < 50000; i++)
        buf_addf(&to, "'extra%d':1,", i);
    buf_addf(&to, "'locations'");
    buf_add_char(&to, '\0');
    check_once(&checked, "'locations'", to.ptr);
    assert_int_equal(checked.check.errors, 50000);
    assert_true(str_ends(buf_str(&checked.out), "f: and 49990 more like these\n"));
    buf_free(&to);
    free_checked(&checked);
}

/* ---- files of other tools ---- */

/* In the manner of the tools named; what they write is accepted by GitHub or is not. */
static void files_of_other_tools(void **state)
{
    static const struct {
        const char *tool;
        const char *text;
        const char *demands; /* each of which is told */
        bool error;
    } files[] = {
        {"old schema, no rules, regions without end",
         "{'version':'2.1.0','$schema':'https://schemastore.azurewebsites.net/schemas/json/"
         "sarif-2.1.0-rtm.6.json','runs':[{'tool':{'driver':{'name':'golint'}},'results':[{"
         "'ruleId':'errcheck','level':'error','message':{'text':'Error return value.'},'locations':"
         "[{'physicalLocation':{'artifactLocation':{'uri':'a.go','index':0},'region':{'startLine':"
         "3,'startColumn':5}}}]}]}]}",
         "M1 M5 M11 S8", true},
        {"absolute addresses, help that is the message",
         "{'$schema':'https://json.schemastore.org/sarif-2.1.0.json','version':'2.1.0','runs':[{"
         "'results':[{'level':'error','locations':[{'physicalLocation':{'artifactLocation':{'uri':"
         "'file:///home/u/a.py'},'region':{'endColumn':10,'endLine':1,'startColumn':8,'startLine':"
         "1}}}],'message':{'text':'`os` imported but unused'},'ruleId':'F401'}],'tool':{'driver':{"
         "'informationUri':'https://example.com','name':'fast','rules':[{'fullDescription':{'text':"
         "'## What it does'},'help':{'text':'`os` imported but unused'},'helpUri':"
         "'https://example.com/r','id':'F401','properties':{'id':'F401','kind':'K','name':'unused',"
         "'problem.severity':'error'},'shortDescription':{'text':'`os` imported but unused'}}],"
         "'version':'0.1'}}}]}",
         "M6 S3", true},
        {"rules without help",
         "{'$schema':'https://json.schemastore.org/sarif-2.1.0.json','version':'2.1.0','runs':[{"
         "'tool':{'driver':{'name':'sqlf','version':'2','rules':[{'id':'LT01','name':"
         "'layout.spacing','shortDescription':{'text':'s'},'fullDescription':{'text':'f'},'helpUri'"
         ":"
         "'https://docs.example.com','properties':{'tags':['a']}}]}},'results':[{'ruleId':'LT01',"
         "'level':'warning','message':{'text':'m'},'locations':[{'physicalLocation':{"
         "'artifactLocation':{'uri':'a.sql','uriBaseId':'%SRCROOT%'},'region':{'startLine':1,"
         "'startColumn':1,'endLine':1,'endColumn':2}}}]}]}]}",
         "M11 S5", true},
        {"results without locations",
         "{'$schema':'http://json.schemastore.org/"
         "sarif-2.1.0','version':'2.1.0','runs':[{'results':"
         "[{'ruleId':'E1','ruleIndex':0,'message':{'text':'Set it.'}}],'tool':{'driver':{'name':"
         "'cs','version':'4','rules':[{'id':'E1','name':'Set','shortDescription':{'text':'s'},"
         "'fullDescription':{'text':'f'},'help':{'text':'h','markdown':'h'},"
         "'defaultConfiguration':{'level':'note'}}]}}}]}",
         "M5", true},
        {"rules in extensions, suppressions, a security severity",
         "{'$schema':'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
         "sarif-schema-2.1.0.json','version':'2.1.0','runs':[{'tool':{'driver':{'name':'QL',"
         "'semanticVersion':'2.1.0'},'extensions':[{'name':'q','rules':[{'id':'cpp/x'}]}]},"
         "'results':[{'ruleId':'cpp/x','ruleIndex':0,'rule':{'id':'cpp/x','index':0,"
         "'toolComponent':{'index':0}},'message':{'text':'m'},'suppressions':[{'kind':'inSource'}],"
         "'locations':[{'physicalLocation':{'artifactLocation':{'uri':'a.c'},'region':{'startLine':"
         "1,'startColumn':1,'endLine':1,'endColumn':2}}}]}]}]}",
         "S13", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        Checked checked;
        set_source(&checked, NULL);
        assert_int_equal(check_text(&checked, quoted(checked.arena, files[i].text)), 0);
        const char *said = str_cstr(checked.arena, buf_str(&checked.out));
        char demands[64];
        snprintf(demands, sizeof demands, "%s", files[i].demands);
        char *left = demands;
        for (char *word; (word = strsep(&left, " "));) {
            Str wanted = str_fmt(checked.arena, ": %s ", word);
            if (!strstr(said, wanted.ptr))
                fail_msg("%s: no %s in\n%s", files[i].tool, word, said);
        }
        if ((checked.check.errors > 0) != files[i].error)
            fail_msg("%s: %s", files[i].tool, said);
        free_checked(&checked);
    }
}

/* ---- beside the files ---- */

static void source_is_looked_at(void **state)
{
    static const struct {
        const char *demand; /* NULL: fit */
        const char *from;
        const char *to;
    } cases[] = {
        {NULL, "'startLine':2", "'startLine':2"},
        {"M12", "HASH", "1234:1"},
        {"M8", "'endLine':2,'endColumn':7},'contextRegion':{'startLine':1,'endLine':3}",
         "'endLine':9,'endColumn':7}"},
        {"M8", "'uri':'a%20b.sql'", "'uri':'gone.sql'"},
        {"M15", "'endColumn':7", "'endColumn':12"},
        {"M7", "'uri':'a%20b.sql'", "'uri':'link/a%20b.sql'"},
        {NULL, "'uri':'a%20b.sql'", "'uri':'folder'"},
    };
    Sandbox *box = *state;
    sandbox_sh(box, "mkdir -p folder && ln -s . link");
    sandbox_write(box, "a b.sql", "one\n  \360\237\230\200two\nthree\n");
    LineHashes hashes = line_hashes(box->arena, STR("one\n  \360\237\230\200two\nthree\n"));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Checked checked;
        set_source(&checked, box->repo);
        Str text =
            replaced(checked.arena, quoted(checked.arena, fit), "39fa2ee980eb94b0:1", "HASH");
        text = replaced(checked.arena, text, cases[i].from, cases[i].to);
        if (str_find(text, "HASH") >= 0) {
            Str hash = str_fmt(checked.arena, "%llx:%u", (unsigned long long)hashes.items[1].hash,
                               hashes.items[1].occurrence);
            text = replaced(checked.arena, text, "HASH", hash.ptr);
        }
        assert_int_equal(check_text(&checked, text), 0);
        if (cases[i].demand)
            says_only(&checked, cases[i].demand, true, cases[i].to);
        else
            assert_string_equal(str_cstr(checked.arena, buf_str(&checked.out)), "");
        free_checked(&checked);
    }
}

/* ---- the command ---- */

static void the_command(void **state)
{
    Sandbox *box = *state;
    sandbox_write_bytes(box, "fit.sarif", quoted(box->arena, fit));
    Run run = run_tblint(box, "sarif-check fit.sarif");
    assert_int_equal(run.code, 0);
    assert_string_equal(run.out.ptr, "fit.sarif: fit for upload: no breach in 1 run, 1 result\n");
    Str text = quoted(box->arena, fit);
    sandbox_write_bytes(box, "bad.sarif",
                        replaced(box->arena, text, "'uri':'a%20b.sql'", "'uri':''"));
    run = run_tblint(box, "sarif-check bad.sarif");
    assert_int_equal(run.code, 1);
    assert_true(
        str_starts(run.out, "bad.sarif: error: M5 runs[0].results[0].locations[0]: There "));
    assert_true(str_ends(run.out, "bad.sarif: 1 error, 0 warnings\n"));
    sandbox_write_bytes(box, "w.sarif", replaced(box->arena, text, "'id':'tool/'", "'id':'tool'"));
    assert_int_equal(run_tblint(box, "sarif-check w.sarif").code, 0);
    assert_int_equal(run_tblint(box, "sarif-check").code, 2);
    assert_int_equal(run_tblint(box, "sarif-check a b").code, 2);
    assert_int_equal(run_tblint(box, "sarif-check fit.sarif --source none").code, 2);
    assert_int_equal(run_tblint(box, "sarif-check none.sarif").code, 3);
    assert_int_equal(run_tblint(box, "sarif-check .").code, 3);
    assert_int_equal(run_tblint(box, "sarif-check fit.sarif --live main").code, 2);
}

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    return 0;
}

static int tear_down(void **state)
{
    sandbox_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fit_file_has_no_breach),
        cmocka_unit_test(each_mutation_is_caught),
        cmocka_unit_test(m2_runs_of_one_category),
        cmocka_unit_test(m16_limits),
        cmocka_unit_test(s3_code_among_open_runs),
        cmocka_unit_test(m16_lists_of_a_result),
        cmocka_unit_test(bytes_that_are_no_json),
        cmocka_unit_test(m19_a_mark_does_not_end_the_check),
        cmocka_unit_test(too_much_is_no_verdict),
        cmocka_unit_test(names_of_the_file_are_shown_safely),
        cmocka_unit_test(many_of_a_kind_are_counted),
        cmocka_unit_test(files_of_other_tools),
        cmocka_unit_test_setup_teardown(source_is_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_command, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sarif check", tests, NULL, NULL);
}
