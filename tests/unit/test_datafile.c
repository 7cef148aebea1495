/* test_datafile.c: the line machine, blocks, values, columns and recovery of datafiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/datafile.h"

typedef struct {
    Arena *arena;
    DatafileParser *parser;
} Fixture;

static int set_up(void **state)
{
    static Fixture fixture;
    fixture.arena = arena_new();
    fixture.parser = datafile_parser_new();
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    datafile_parser_free(fixture->parser);
    arena_free(fixture->arena);
    return 0;
}

static const Datafile *parse_as(void **state, Str text, DatafileKind kind, Dialect dialect)
{
    Fixture *fixture = *state;
    return datafile_parse(fixture->parser, fixture->arena, text, kind, dialect);
}

static const Datafile *datasource(void **state, const char *text)
{
    return parse_as(state, str_of(text), DATAFILE_DATASOURCE, DIALECT_FORWARD);
}

static const Datafile *pipe(void **state, const char *text)
{
    return parse_as(state, str_of(text), DATAFILE_PIPE, DIALECT_FORWARD);
}

static const Datafile *classic_pipe(void **state, const char *text)
{
    return parse_as(state, str_of(text), DATAFILE_PIPE, DIALECT_CLASSIC);
}

#define assert_text(actual, expected) assert_text_at((actual), (expected), __LINE__)

static void assert_text_at(Str actual, const char *expected, int line)
{
    if (!str_is(actual, expected))
        fail_msg("line %d: '%.*s' is not '%s'", line, STR_ARG(actual), expected);
}

static void assert_clean(const Datafile *file)
{
    if (file->problems.len)
        fail_msg("unexpected: %.*s", STR_ARG(file->problems.items[0].message));
}

static void assert_problem(const Datafile *file, ProblemKind kind, const char *text)
{
    if (file->problems.len != 1)
        fail_msg("%zu problems instead of one at '%s'", file->problems.len, text);
    const Problem *problem = &file->problems.items[0];
    assert_int_equal(problem->kind, kind);
    assert_text(str_range(file->text, problem->range), text);
}

/* ---- lines and values ----------------------------------------------------------------------- */

static void values_are_shell_words(void **state)
{
    const Datafile *file = datasource(state, "TOKEN \"a  b\" READ # why\n"
                                             "ENGINE 'MergeTree'\n"
                                             "ENGINE_SORTING_KEY a,   b#c\n"
                                             "  description \"kept\"\n"
                                             "TAGS 'a b\"READ\n"
                                             "ENGINE_TTL \"\"\n");
    assert_text(file->instructions.items[0].value.text, "\"a  b\" READ");
    assert_text(file->instructions.items[0].words.items[0].text, "a  b");
    assert_text(datafile_value(file, KEYWORD_ENGINE), "MergeTree");
    assert_text(datafile_value(file, KEYWORD_ENGINE_SORTING_KEY), "a, b");
    assert_text(datafile_value(file, KEYWORD_DESCRIPTION), "\"kept\"");
    assert_text(datafile_value(file, KEYWORD_ENGINE_TTL), "");
    assert_int_equal(datafile_find(file, KEYWORD_ENGINE_TTL)->words.len, 1);
    assert_problem(file, PROBLEM_SYNTAX, "TAGS 'a b\"READ");
}

static void templates_are_one_piece_in_datasources(void **state)
{
    const Datafile *file =
        datasource(state, "KAFKA_TOPIC {{ tb_secret(\"T\", \"\") }}\nKAFKA_GROUP_ID g\n");
    assert_clean(file);
    assert_text(datafile_value(file, KEYWORD_KAFKA_TOPIC), "{{ tb_secret(\"T\", \"\") }}");
    assert_text(datafile_value(file, KEYWORD_KAFKA_GROUP_ID), "g");
}

static void unknown_words_get_a_suggestion(void **state)
{
    const Datafile *file = datasource(state, "ENGNE \"MergeTree\"\n");
    assert_problem(file, PROBLEM_UNKNOWN_WORD, "ENGNE");
    assert_text(file->problems.items[0].suggestion, "ENGINE");
    file = datasource(state, "SCHEMA>\n");
    assert_text(file->problems.items[0].suggestion, "SCHEMA >");
}

static void an_unknown_word_hides_nothing_below(void **state)
{
    const Datafile *file = datasource(state, "FOO >\n  a\n  b\nENGINE MergeTree\n");
    assert_problem(file, PROBLEM_UNKNOWN_WORD, "FOO");
    assert_text(datafile_value(file, KEYWORD_ENGINE), "MergeTree");
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void blocks_end_at_keywords_in_column_0(void **state)
{
    const Datafile *file = pipe(state, "NODE n\n"
                                       "SQL >\n"
                                       "\n"
                                       "select a,\n"
                                       "type, b\n"
                                       "  type c\n"
                                       "# dropped\n"
                                       "version \"odd\n"
                                       "from t\n"
                                       "\n"
                                       "TYPE#x\n"
                                       "DESCRIPTION >\n"
                                       "- list\n");
    assert_clean(file);
    assert_text(file->nodes.items[0].sql.text,
                "select a,\ntype, b\n  type c\n# dropped\nversion \"odd\nfrom t");
    assert_text(datafile_value(file, KEYWORD_DESCRIPTION), "- list");
}

static void the_kind_of_file_decides_what_ends_a_block(void **state)
{
    const char *text = "NODE n\nSQL >\n  select 1\nENGINE \"MergeTree\"\n";
    assert_text(pipe(state, text)->nodes.items[0].sql.text, "select 1\nENGINE \"MergeTree\"");
    assert_text(classic_pipe(state, text)->nodes.items[0].sql.text, "select 1");
    text = "DESCRIPTION >\nNODE x\nS3_ARN y\nSCHEMA >\n  a Int8\n";
    assert_text(datafile_value(datasource(state, text), KEYWORD_DESCRIPTION), "NODE x\nS3_ARN y");
    const Datafile *connection =
        parse_as(state, str_of(text), DATAFILE_CONNECTION, DIALECT_FORWARD);
    assert_text(datafile_value(connection, KEYWORD_DESCRIPTION), "NODE x");
    assert_text(datafile_value(connection, KEYWORD_S3_ARN), "y");
}

static void from_never_ends_a_classic_block(void **state)
{
    const Datafile *file = classic_pipe(state, "NODE n\nSQL >\nselect 1\nFROM t\nTYPE copy\n");
    assert_text(file->nodes.items[0].sql.text, "select 1\nFROM t");
    assert_text(file->nodes.items[0].type.text, "copy");
}

static void text_after_the_opener_is_reported(void **state)
{
    const Datafile *file = datasource(state, "SCHEMA > a String\n  b Int8\n");
    assert_problem(file, PROBLEM_SYNTAX, "a String");
    assert_int_equal(file->columns.len, 1);
    assert_clean(datasource(state, "SCHEMA >\t # fine\n  b Int8\n"));
}

static void line_ends_of_all_kinds(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char text[128];
        snprintf(text, sizeof(text), "SCHEMA >%s a String,%s b Int32%s%sENGINE \"Null\"", ends[i],
                 ends[i], ends[i], ends[i]);
        const Datafile *file = datasource(state, text);
        assert_clean(file);
        assert_int_equal(file->columns.len, 2);
        assert_text(file->columns.items[1].type_text.text, "Int32");
        assert_text(datafile_value(file, KEYWORD_ENGINE), "Null");
    }
}

static void nodes_of_a_pipe(void **state)
{
    const char *text = "DESCRIPTION >\n  all\nTOKEN t READ\n"
                       "NODE a\nDESCRIPTION one\nSQL >\n  %\n  select {{x}}\n"
                       "NODE \"b\"\nSQL >\n  select 2\nTYPE MATERIALIZED\nDATASOURCE d\n";
    const Datafile *file = pipe(state, text);
    assert_clean(file);
    assert_int_equal(file->nodes.len, 2);
    assert_true(file->nodes.items[0].is_template);
    assert_int_equal(file->nodes.items[0].range.end, file->nodes.items[1].range.start);
    assert_text(file->nodes.items[1].name.text, "b");
    assert_text(file->nodes.items[1].type.text, "materialized");
    assert_text(file->nodes.items[1].datasource.text, "d");
    assert_null(datafile_find_in_node(file, KEYWORD_TYPE, 0));
    assert_non_null(datafile_find_in_node(file, KEYWORD_DESCRIPTION, -1));
}

static void includes(void **state)
{
    const Datafile *file = classic_pipe(state, "INCLUDE \"a.incl\" \"X=1\"\n");
    assert_true(file->is_include_only && file->has_include);
    assert_false(pipe(state, "INCLUDE \"a.incl\"\n")->is_include_only);
}

/* ---- columns -------------------------------------------------------------------------------- */

static void parts_of_a_column(void **state)
{
    const Datafile *file =
        datasource(state, "SCHEMA >\n"
                          "  `a` Array(Tuple(x String, `y z` Int8)) `json:$.a-b[:]` DEFAULT []"
                          " CODEC(ZSTD(1)),\n"
                          "  b.c Enum8('x' = 1, 'y''s' = -2) DEFAULT 'y''s' `json:$.b`, -- why\n"
                          "  # dropped, 'too\n"
                          "  `d`AggregateFunction(quantiles(0.5, 0.9), Float64)\n"
                          "  , e DEFAULT if(1 > 2, '(', ')') ,\n"
                          "  f JSON(max_dynamic_paths=16, a.b UInt32, SKIP c, SKIP REGEXP 'r'),\n"
                          "  g DOUBLE PRECISION,\n");
    assert_clean(file);
    assert_int_equal(file->columns.len, 6);
    const Column *a = &file->columns.items[0];
    assert_text(a->name.text, "a");
    assert_true(a->quoted);
    assert_text(a->type_text.text, "Array(Tuple(x String, `y z` Int8))");
    assert_text(a->path.text, "$.a-b[:]");
    assert_text(a->default_expr.text, "[]");
    assert_text(a->codec.text, "ZSTD(1)");
    assert_text(str_range(file->text, file->columns.items[4].range),
                "f JSON(max_dynamic_paths=16, a.b UInt32, SKIP c, SKIP REGEXP 'r')");
    assert_text(datafile_column(file, STR("b.c"))->path.text, "$.b");
    assert_text(datafile_column(file, STR("e"))->default_expr.text, "if(1 > 2, '(', ')')");
    assert_text(file->columns.items[5].type->name, "Float64");
}

static void types_run_over_lines(void **state)
{
    const Datafile *file = datasource(state, "SCHEMA >\n"
                                             "a Tuple(\n"
                                             "  x String, -- first\n"
                                             "# dropped\n"
                                             "\n"
                                             "y Int8\n"
                                             ") DEFAULT (1 +\n 2),\n"
                                             "b\n  Int8\n  DEFAULT\n  3\n");
    assert_clean(file);
    assert_int_equal(file->columns.len, 2);
    assert_text(file->columns.items[0].type->text, "Tuple(x String, y Int8)");
    assert_text(file->columns.items[1].default_expr.text, "3");
}

static void missing_commas_hide_no_neighbour(void **state)
{
    static const char *const bodies[] = {
        "  a String\n  b Int8,\n  c Int8\n",
        "  a String `json:$.a`\n  b Int8,\n  c Int8\n",
        "  a Int8 DEFAULT now()\n  b Int8,\n  c Int8\n",
        "  a String CODEC(NONE)\n  `b` Int8,\n  c Int8\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        char text[128];
        snprintf(text, sizeof(text), "SCHEMA >\n%s", bodies[i]);
        const Datafile *file = datasource(state, text);
        assert_int_equal(file->columns.len, 3);
        assert_text(file->columns.items[1].name.text, "b");
        assert_int_equal(file->problems.len, 1);
        assert_int_equal(file->problems.items[0].range.end, file->columns.items[0].range.end);
        assert_text(file->problems.items[0].suggestion, ",");
    }
}

static void broken_columns_hide_no_neighbour(void **state)
{
    static const struct {
        const char *column;
        const char *place;
    } cases[] = {
        {"\"x\" String", "\"x\" String"},
        {"x#y String", "x#y String"},
        {"`x String", "`x String"},
        {"x", "x"},
        {"x Array(String", "("},
        {"x Foo(String)", "Foo"},
        {"x String NOT NULL", "NOT NULL"},
        {"x String TTL now()", "TTL now()"},
        {"x Int8 DEFAULT", "DEFAULT"},
        {"x String CODEC(NONE) DEFAULT 'a'", "DEFAULT 'a'"},
        {"x String DEFAULT 'it\\'s'", "'"},
        {"x Int8 DEFAULT {a}", "{"},
        {"x String `json:$.a` ", ","},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[128];
        snprintf(text, sizeof(text), "SCHEMA >\n  a String,\n  %s,\n  b Int8\nENGINE Null\n",
                 cases[i].column);
        const Datafile *file = datasource(state, text);
        assert_problem(file, file->problems.items[0].kind, cases[i].place);
        assert_non_null(datafile_column(file, STR("a")));
        assert_non_null(datafile_column(file, STR("b")));
        assert_text(datafile_value(file, KEYWORD_ENGINE), "Null");
    }
}

static void dialects_differ_in_columns(void **state)
{
    static const char *const classic_only[] = {"`a b` Int8", "a Int8 MATERIALIZED b + 1", "a Int"};
    static const char *const forward_only[] = {"a Int8 DEFAULT 1 `json:$.a`", "a Int8,"};
    for (size_t i = 0; i < ARRAY_LEN(classic_only); i++) {
        Str text = str_fmt(((Fixture *)*state)->arena, "SCHEMA >\n  %s\n", classic_only[i]);
        assert_clean(parse_as(state, text, DATAFILE_DATASOURCE, DIALECT_CLASSIC));
        assert_int_equal(parse_as(state, text, DATAFILE_DATASOURCE, DIALECT_FORWARD)->problems.len,
                         1);
    }
    for (size_t i = 0; i < ARRAY_LEN(forward_only); i++) {
        Str text = str_fmt(((Fixture *)*state)->arena, "SCHEMA >\n  %s\n", forward_only[i]);
        assert_clean(parse_as(state, text, DATAFILE_DATASOURCE, DIALECT_FORWARD));
        assert_int_equal(parse_as(state, text, DATAFILE_DATASOURCE, DIALECT_CLASSIC)->problems.len,
                         1);
    }
}

static void misspelt_keywords_after_schema_are_named(void **state)
{
    const Datafile *file = datasource(state, "SCHEMA >\n  a String\nENGIN \"MergeTree\"\n"
                                             "ENGINE_SORTING_KEY a\n");
    assert_problem(file, PROBLEM_UNKNOWN_WORD, "ENGIN");
    assert_text(file->problems.items[0].suggestion, "ENGINE");
    assert_int_equal(file->columns.len, 1);
    assert_text(datafile_value(file, KEYWORD_ENGINE_SORTING_KEY), "a");
}

static void the_last_schema_counts(void **state)
{
    const Datafile *file = datasource(state, "SCHEMA >\n a Int8\nSCHEMA >\n b Int8\n");
    assert_int_equal(file->columns.len, 1);
    assert_text(file->columns.items[0].name.text, "b");
}

static void lines_of_indexes(void **state)
{
    const Datafile *file =
        datasource(state, "INDEXES >\n  INDEX a m['k'] TYPE set(100) GRANULARITY 4,\n"
                          "  IDX_b (x, y) TYPE minmax\n  bad line\n");
    assert_int_equal(file->indexes.len, 2);
    assert_text(file->indexes.items[0].expr.text, "m['k']");
    assert_text(file->indexes.items[0].type.text, "set(100)");
    assert_text(file->indexes.items[0].granularity.text, "4");
    assert_text(file->indexes.items[1].name.text, "IDX_b");
    assert_problem(file, PROBLEM_SYNTAX, "bad line");
}

/* ---- hostile input -------------------------------------------------------------------------- */

static void bytes_of_any_kind(void **state)
{
    static const char nul[] = "SCHEMA >\n a\0b String,\n c Int8\0\nENGINE\0 x\n\xff\xfe\n";
    const Datafile *file =
        parse_as(state, (Str){nul, sizeof(nul) - 1}, DATAFILE_DATASOURCE, DIALECT_FORWARD);
    assert_true(file->problems.len > 0);
    assert_clean(parse_as(state, (Str){0}, DATAFILE_PIPE, DIALECT_FORWARD));
    file = datasource(state, "\xEF\xBB\xBFSCHEMA >\n a Int8\n");
    assert_problem(file, PROBLEM_SYNTAX, "\xEF\xBB\xBF");
    assert_int_equal(file->columns.len, 1);
}

static void nesting_is_bounded(void **state)
{
    static const char *const starts[] = {"SCHEMA >\n a ", "SCHEMA >\n a Int8 DEFAULT "};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        Buf text = {0};
        buf_add(&text, starts[i]);
        for (int k = 0; k < 10000; k++)
            buf_add(&text, "A(");
        buf_add(&text, "B");
        buf_add_repeat(&text, ')', 10000);
        buf_add(&text, ",\n b Int8\n");
        const Datafile *file =
            parse_as(state, buf_str(&text), DATAFILE_DATASOURCE, DIALECT_FORWARD);
        assert_int_equal(file->problems.len, 1);
        assert_int_equal(file->problems.items[0].kind, PROBLEM_TOO_DEEP);
        assert_non_null(datafile_column(file, STR("b")));
        buf_free(&text);
    }
}

static void garbage_is_linear(void **state)
{
    static const char *const pieces[] = {"(", "a A(,\n", "'", "` ", "#\n", "{{", "-", "ttl \"\n"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        Buf text = {0};
        buf_add(&text, "SCHEMA >\n a ");
        while (text.len < 300000)
            buf_add(&text, pieces[i]);
        const Datafile *file =
            parse_as(state, buf_str(&text), DATAFILE_DATASOURCE, DIALECT_FORWARD);
        assert_true(file->has_schema);
        buf_free(&text);
    }
}

/* Every short sequence of awkward pieces comes to an end: no token has no width. */
static void short_garbage_ends(void **state)
{
    static const char *const pieces[] = {"`",  "a", " ",  ",\n",     "(",  ")",   "'",  "\"",
                                         "--", "#", "{{", "`json:`", "\n", "TTL", "x y"};
    enum { COUNT = ARRAY_LEN(pieces), LENGTH = 3 };
    size_t all = 1;
    for (int i = 0; i < LENGTH; i++)
        all *= COUNT;
    for (size_t code = 0; code < all; code++) {
        char text[96] = "SCHEMA >\n a";
        for (size_t rest = code, i = 0; i < LENGTH; i++, rest /= COUNT)
            strcat(text, pieces[rest % COUNT]);
        strcat(text, "`,\n");
        assert_true(
            parse_as(state, str_of(text), DATAFILE_DATASOURCE, DIALECT_FORWARD)->has_schema);
    }
}

/* The parser gave up, and left a part of an instruction at the top of its tree. */
static void parts_at_the_top_are_problems(void **state)
{
    const char text[] = "SCHEMA >\nx y(M(S(3,D(3,'\0`'))))`o(3,";
    const Datafile *file =
        parse_as(state, (Str){text, sizeof text - 1}, DATAFILE_DATASOURCE, DIALECT_FORWARD);
    assert_true(file->problems.len > 0);
    assert_int_equal(file->problems.items[0].kind, PROBLEM_SYNTAX);
    assert_int_equal(file->instructions.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_shell_words),
        cmocka_unit_test(templates_are_one_piece_in_datasources),
        cmocka_unit_test(unknown_words_get_a_suggestion),
        cmocka_unit_test(an_unknown_word_hides_nothing_below),
        cmocka_unit_test(blocks_end_at_keywords_in_column_0),
        cmocka_unit_test(the_kind_of_file_decides_what_ends_a_block),
        cmocka_unit_test(from_never_ends_a_classic_block),
        cmocka_unit_test(text_after_the_opener_is_reported),
        cmocka_unit_test(line_ends_of_all_kinds),
        cmocka_unit_test(nodes_of_a_pipe),
        cmocka_unit_test(includes),
        cmocka_unit_test(parts_of_a_column),
        cmocka_unit_test(types_run_over_lines),
        cmocka_unit_test(missing_commas_hide_no_neighbour),
        cmocka_unit_test(broken_columns_hide_no_neighbour),
        cmocka_unit_test(dialects_differ_in_columns),
        cmocka_unit_test(misspelt_keywords_after_schema_are_named),
        cmocka_unit_test(the_last_schema_counts),
        cmocka_unit_test(lines_of_indexes),
        cmocka_unit_test(bytes_of_any_kind),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(garbage_is_linear),
        cmocka_unit_test(short_garbage_ends),
        cmocka_unit_test(parts_at_the_top_are_problems),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
