/*
 * quality_test_yaml.c: the tests of a YAML file, with libyaml.
 *
 * The file is read event by event: nothing is built of what is passed over, aliases are never
 * followed, and nesting is bounded. libyaml counts places in characters; a cursor turns them into
 * bytes.
 */
#include "quality_test.h"

#include <yaml.h>

enum {
    TEST_BYTES = 1 << 20, /* of a file; more is no list of tests */
    TESTS_MAX = 2000,     /* of a file */
    DEPTH_MAX = 64,
};

typedef struct {
    Arena *arena;
    SourceFile *file;
    Str text; /* without a byte order mark */
    uint32_t base;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; owned */
    bool has_event;
    size_t at_char; /* the cursor: so many characters are so many bytes */
    size_t at_byte;
    const char *trouble;
    Range where;
    QualityTests *out;
} Reader;

/* ---- places ---- */

static bool is_inside_character(const Reader *r, size_t at)
{
    return at < r->text.len && ((unsigned char)r->text.ptr[at] & 0xC0) == 0x80;
}

static uint32_t byte_of(Reader *r, yaml_mark_t mark)
{
    while (r->at_char < mark.index && r->at_byte < r->text.len) {
        do
            r->at_byte++;
        while (is_inside_character(r, r->at_byte));
        r->at_char++;
    }
    while (r->at_char > mark.index && r->at_byte > 0) {
        do
            r->at_byte--;
        while (r->at_byte > 0 && is_inside_character(r, r->at_byte));
        r->at_char--;
    }
    return (uint32_t)r->at_byte;
}

static Range range_in_file(const Reader *r, uint32_t start, uint32_t end)
{
    return (Range){r->base + start, r->base + end};
}

/* ---- events ---- */

static bool fail(Reader *r, const char *why, uint32_t at)
{
    if (r->trouble == NULL) {
        r->trouble = why;
        r->where = range_in_file(r, at, at < r->text.len ? at + 1 : at);
    }
    return false;
}

static void drop_event(Reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = false;
}

static bool fail_parser(Reader *r)
{
    uint32_t at = 0;
    if (r->parser.error == YAML_READER_ERROR)
        at = r->parser.problem_offset < r->text.len ? (uint32_t)r->parser.problem_offset : 0;
    else
        at = byte_of(r, r->parser.problem_mark);
    const char *problem = r->parser.problem != NULL ? r->parser.problem : "it is no YAML";
    return fail(r, str_cstr(r->arena, str_of(problem)), at);
}

static bool next_event(Reader *r)
{
    drop_event(r);
    if (r->trouble != NULL)
        return false;
    if (yaml_parser_parse(&r->parser, &r->event) == 0)
        return fail_parser(r);
    r->has_event = true;
    return true;
}

static bool is_event(const Reader *r, yaml_event_type_t type)
{
    return r->has_event && r->event.type == type;
}

static int nesting_of(yaml_event_type_t type)
{
    if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
        return 1;
    return type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT ? -1 : 0;
}

/* Passes over the node that the current event starts. */
static bool skip_node(Reader *r)
{
    int depth = nesting_of(r->event.type);
    while (depth > 0) {
        if (!next_event(r))
            return false;
        depth += nesting_of(r->event.type);
        if (depth > DEPTH_MAX)
            return fail(r, "it is nested too deeply", byte_of(r, r->event.start_mark));
    }
    return true;
}

static Str event_text(const Reader *r)
{
    return (Str){(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
}

static bool is_null(const Reader *r)
{
    Str text = event_text(r);
    return r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text.len == 0 || str_is(text, "~") || str_is_nocase(text, "null"));
}

/* ---- SQL in its place ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The two differ in white space alone: in indentation, line ends and folded lines. */
static bool same_but_blanks(Str a, Str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.len && is_blank(a.ptr[i]))
            i++;
        while (j < b.len && is_blank(b.ptr[j]))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (a.ptr[i++] != b.ptr[j++])
            return false;
    }
}

/* A folded line makes a comment of what stood on the next one. */
static bool may_hold_comment(Str text)
{
    return str_find(text, "--") >= 0 || str_find_char(text, '#') >= 0;
}

/* What stands in the file for the current scalar, without quotes and a block's header. */
static Str written_text(Reader *r)
{
    uint32_t start = byte_of(r, r->event.start_mark);
    uint32_t end = byte_of(r, r->event.end_mark);
    Str text = str_slice(r->text, start, end);
    switch (r->event.data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return text.len < 2 ? text : str_slice(text, 1, text.len - 1);
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE: {
        Str header;
        str_split_line(&text, &header);
        return text;
    }
    default:
        return text;
    }
}

/* The SQL as it stands in the file, indentation included, where it means the same as what YAML
 * makes of it: then places in it are places in the file. */
static void take_sql(Reader *r, QualityTest *test)
{
    Str value = event_text(r);
    Str written = str_trim(written_text(r));
    bool is_literal = r->event.data.scalar.style == YAML_LITERAL_SCALAR_STYLE;
    bool maps = same_but_blanks(written, value) && (is_literal || !may_hold_comment(written));
    test->sql_range = (Range){0, 0};
    if (!maps || written.len == 0) {
        test->sql = str_copy(r->arena, value);
        return;
    }
    uint32_t start = (uint32_t)(written.ptr - r->text.ptr);
    test->sql = written;
    test->sql_range = range_in_file(r, start, start + (uint32_t)written.len);
}

/* ---- a test ---- */

typedef struct {
    QualityTest test;
    bool has_sql;
} Entry;

static void take_pipe(Reader *r, Entry *entry)
{
    entry->test.tables = (Strs){0};
    if (!is_null(r))
        vec_push(r->arena, &entry->test.tables, str_copy(r->arena, event_text(r)));
}

/* pipe: {name: x, params: {...}} */
static bool read_pipe(Reader *r, Entry *entry)
{
    while (next_event(r) && !is_event(r, YAML_MAPPING_END_EVENT)) {
        bool is_name = is_event(r, YAML_SCALAR_EVENT) && str_is(event_text(r), "name");
        if (!skip_node(r) || !next_event(r))
            return false;
        if (is_name && is_event(r, YAML_SCALAR_EVENT))
            take_pipe(r, entry);
        if (!skip_node(r))
            return false;
    }
    return r->trouble == NULL;
}

static bool read_value(Reader *r, Entry *entry, bool is_sql, bool is_pipe)
{
    bool is_scalar = is_event(r, YAML_SCALAR_EVENT);
    if (is_sql) {
        entry->test.is_alias = is_event(r, YAML_ALIAS_EVENT);
        entry->has_sql = entry->test.is_alias || (is_scalar && !is_null(r));
        entry->test.sql = (Str){0};
        entry->test.sql_range = (Range){0, 0};
    }
    if (is_sql && is_scalar && entry->has_sql)
        take_sql(r, &entry->test);
    if (is_pipe && is_scalar)
        take_pipe(r, entry);
    if (is_pipe && is_event(r, YAML_MAPPING_START_EVENT))
        return read_pipe(r, entry);
    return skip_node(r);
}

/* The mapping behind a name. A key given twice counts as its last one, as in Python's reader. */
static bool read_properties(Reader *r, Entry *entry)
{
    while (next_event(r) && !is_event(r, YAML_MAPPING_END_EVENT)) {
        bool is_key = is_event(r, YAML_SCALAR_EVENT);
        bool is_sql = is_key && str_is(event_text(r), "sql");
        bool is_pipe = is_key && str_is(event_text(r), "pipe");
        if (!skip_node(r) || !next_event(r) || !read_value(r, entry, is_sql, is_pipe))
            return false;
    }
    return r->trouble == NULL;
}

static void take_name(Reader *r, Entry *entry)
{
    uint32_t start = byte_of(r, r->event.start_mark);
    uint32_t end = byte_of(r, r->event.end_mark);
    Str line = str_slice(r->text, start, end);
    ptrdiff_t line_end = str_find_char(line, '\n');
    if (line_end >= 0)
        end = start + (uint32_t)line_end;
    entry->test.name = str_copy(r->arena, str_trim(event_text(r)));
    entry->test.range = range_in_file(r, start, end);
}

static bool add_test(Reader *r, const Entry *entry)
{
    if (!entry->has_sql && entry->test.tables.len == 0)
        return true;
    if (r->out->len == TESTS_MAX)
        return fail(r, "it holds too many tests", entry->test.range.start - r->base);
    vec_push(r->arena, r->out, entry->test);
    return true;
}

/* name: {...}; what has another form is no quality test. */
static bool read_named(Reader *r)
{
    Entry entry = {.test = {.file = r->file}};
    bool is_name = is_event(r, YAML_SCALAR_EVENT);
    if (is_name)
        take_name(r, &entry);
    if (!skip_node(r) || !next_event(r))
        return false;
    if (!is_name || !is_event(r, YAML_MAPPING_START_EVENT))
        return skip_node(r);
    return read_properties(r, &entry) && add_test(r, &entry);
}

static bool read_item(Reader *r)
{
    if (!is_event(r, YAML_MAPPING_START_EVENT))
        return skip_node(r);
    while (next_event(r) && !is_event(r, YAML_MAPPING_END_EVENT))
        if (!read_named(r))
            return false;
    return r->trouble == NULL;
}

/* ---- the file ---- */

static bool read_list(Reader *r)
{
    if (!is_event(r, YAML_SEQUENCE_START_EVENT))
        return skip_node(r);
    while (next_event(r) && !is_event(r, YAML_SEQUENCE_END_EVENT))
        if (!read_item(r))
            return false;
    return r->trouble == NULL;
}

/* One document, or none. */
static bool read_stream(Reader *r)
{
    next_event(r);
    next_event(r);
    if (!is_event(r, YAML_DOCUMENT_START_EVENT))
        return r->trouble == NULL;
    if (!next_event(r) || !read_list(r))
        return false;
    next_event(r);
    next_event(r);
    if (is_event(r, YAML_DOCUMENT_START_EVENT))
        return fail(r, "it holds more than one document", byte_of(r, r->event.start_mark));
    return r->trouble == NULL;
}

/* libyaml compares each %TAG line with all before it. */
static bool has_tag_lines(Str text)
{
    Str line;
    while (text.len > 0 && str_split_line(&text, &line))
        if (str_starts(line, "%TAG"))
            return true;
    return false;
}

static const char *refused(Str text)
{
    if (text.len > TEST_BYTES)
        return "it is larger than 1 MiB";
    return has_tag_lines(text) ? "it has %TAG lines" : NULL;
}

const char *quality_tests_parse(Arena *arena, SourceFile *file, QualityTests *out, Range *trouble)
{
    Reader r = {.arena = arena, .file = file, .text = file->text, .out = out};
    *out = (QualityTests){0};
    *trouble = (Range){0, 0};
    if (str_starts(r.text, "\xEF\xBB\xBF"))
        r.base = 3;
    r.text = str_slice(r.text, r.base, r.text.len);
    const char *why = refused(r.text);
    if (why != NULL)
        return why;
    if (yaml_parser_initialize(&r.parser) == 0)
        return "the YAML library did not start";
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text.ptr, r.text.len);
    read_stream(&r);
    drop_event(&r);
    yaml_parser_delete(&r.parser);
    *trouble = r.where;
    if (r.trouble != NULL)
        *out = (QualityTests){0};
    return r.trouble;
}
