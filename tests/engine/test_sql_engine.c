/*
 * test_sql_engine.c: which SQL the engine takes, and which the grammar reads.
 *
 * The lists are accepted.sql and refused.sql beside this file, below TBLINT_SOURCE. The engine
 * judges a statement by EXPLAIN AST, so tables and columns need not exist. Every keyword of the
 * grammar is tried as a name in many places besides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/engine.h"
#include "syntax/sql.h"

enum { LONGEST_LINE = 16384 };

typedef struct {
    Arena *arena;
    SqlParser *parser;
    size_t counts[2][2]; /* by the engine's verdict and by ours */
    size_t left_out;     /* marked with ! */
} Run;

typedef enum { REFUSES, ACCEPTS, OTHER_ERROR } Verdict;

static Verdict ask_engine(Run *run, Str sql)
{
    Str answer;
    Str text = str_fmt(run->arena, "EXPLAIN AST %.*s\n", STR_ARG(sql));
    if (engine_run(run->arena, text, &answer))
        return ACCEPTS;
    return str_find(answer, "SYNTAX_ERROR") >= 0 ? REFUSES : OTHER_ERROR;
}

static bool we_read(Run *run, Str sql)
{
    return !sql_parse_query(run->parser, run->arena, sql, 0)->broken;
}

static void count(Run *run, Verdict verdict, bool read)
{
    if (verdict != OTHER_ERROR)
        run->counts[verdict][read]++;
}

static void print_counts(const Run *run, const char *name)
{
    fprintf(stderr, "%s: the engine takes %zu, of which %zu are read, %zu not (%zu left out); ",
            name, run->counts[ACCEPTS][0] + run->counts[ACCEPTS][1], run->counts[ACCEPTS][1],
            run->counts[ACCEPTS][0], run->left_out);
    fprintf(stderr, "it refuses %zu, of which %zu are refused, %zu not\n",
            run->counts[REFUSES][0] + run->counts[REFUSES][1], run->counts[REFUSES][0],
            run->counts[REFUSES][1]);
}

/* ---- lists of statements ------------------------------------------------------------------- */

static Str with_line_ends(Arena *arena, const char *line)
{
    Buf out = {0};
    for (; *line; line++) {
        bool end = line[0] == '\\' && line[1] == 'n';
        buf_add_char(&out, end ? '\n' : *line);
        line += end;
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

typedef void (*Judge)(Run *run, const char *line);

static void for_every_line(Run *run, const char *name, Judge judge)
{
    const char *folder = getenv("TBLINT_SOURCE");
    const char *path = str_cstr(
        run->arena, str_fmt(run->arena, "%s/tests/engine/%s", folder ? folder : ".", name));
    FILE *file = fopen(path, "re");
    char line[LONGEST_LINE];

    if (!file)
        fail_msg("cannot open %s", path);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] && line[0] != '#')
            judge(run, line);
    }
    fclose(file);
}

static void judge_accepted(Run *run, const char *line)
{
    bool left_out = line[0] == '!';
    Str sql = with_line_ends(run->arena, line + left_out);
    Verdict verdict = ask_engine(run, sql);
    bool read = we_read(run, sql);

    count(run, verdict, read);
    run->left_out += left_out;
    if (verdict == ACCEPTS && !read && !left_out)
        fprintf(stderr, "not read: %s\n", line);
    if (left_out && (read || verdict != ACCEPTS))
        fail_msg("not left out any more: %s", line);
}

static void what_the_engine_takes_is_read(void **state)
{
    Run *run = *state;
    for_every_line(run, "accepted.sql", judge_accepted);
    print_counts(run, "accepted.sql");
    assert_int_equal(run->counts[ACCEPTS][0], run->left_out);
    assert_true(run->counts[ACCEPTS][1] >= 300);
}

static void judge_refused(Run *run, const char *line)
{
    Str sql = with_line_ends(run->arena, line);
    Verdict verdict = ask_engine(run, sql);
    bool read = we_read(run, sql);

    count(run, verdict, read);
    if (verdict == REFUSES && read)
        fprintf(stderr, "read: %s\n", line);
}

static void what_the_engine_refuses_is_mostly_refused(void **state)
{
    Run *run = *state;
    for_every_line(run, "refused.sql", judge_refused);
    print_counts(run, "refused.sql");
    size_t refused = run->counts[REFUSES][0];
    size_t all = refused + run->counts[REFUSES][1];
    assert_true(all >= 150);
    assert_true(refused * 100 >= all * 90);
}

/* ---- keywords as names --------------------------------------------------------------------- */

static const char *const WORDS[] = {
    "all",       "and",       "anti",      "any",       "apply",    "array",     "as",
    "asc",       "ascending", "asof",      "between",   "both",     "by",        "case",
    "cast",      "codec",     "collate",   "columns",   "cross",    "cube",      "current",
    "date",      "delete",    "desc",      "disk",      "distinct", "div",       "else",
    "end",       "except",    "false",     "fetch",     "fill",     "filter",    "final",
    "first",     "following", "for",       "from",      "full",     "global",    "group",
    "grouping",  "groups",    "having",    "ignore",    "ilike",    "in",        "inner",
    "intersect", "interval",  "into",      "is",        "join",     "key",       "last",
    "leading",   "left",      "like",      "limit",     "local",    "mod",       "next",
    "not",       "null",      "nulls",     "offset",    "on",       "only",      "or",
    "order",     "outer",     "over",      "partition", "paste",    "preceding", "prewhere",
    "qualify",   "range",     "recursive", "regexp",    "replace",  "respect",   "right",
    "rollup",    "row",       "rows",      "sample",    "select",   "semi",      "set",
    "sets",      "settings",  "step",      "strict",    "then",     "ties",      "timestamp",
    "to",        "totals",    "trailing",  "true",      "type",     "unbounded", "union",
    "using",     "values",    "when",      "where",     "window",   "with",
};

/* The sign @ stands for the word. */
static const char *const PLACES[] = {
    "SELECT a @ FROM t",
    "SELECT f(a) @, b FROM t",
    "SELECT a AS @ FROM t",
    "SELECT @ FROM t",
    "SELECT @, b FROM t",
    "SELECT b, @ FROM t",
    "SELECT a FROM @",
    "SELECT a FROM t @ WHERE b",
    "SELECT a FROM t AS @ WHERE b",
    "SELECT f(@) FROM t",
    "SELECT @(a) FROM t",
    "SELECT a.@, @.a FROM t",
    "SELECT a + @, @ + a FROM t",
    "SELECT a FROM t WHERE a = @ AND b",
    "SELECT a FROM t ORDER BY @ DESC",
    "SELECT a FROM t GROUP BY @",
    "SELECT a FROM t JOIN u ON @ = b",
    "SELECT a FROM t JOIN u USING @",
    "WITH 1 AS @ SELECT @",
    "WITH @ AS (SELECT 1) SELECT 1",
    "SELECT [@], (@, 1), (@)",
    "SELECT CASE WHEN @ THEN @ ELSE @ END",
    "SELECT * EXCEPT @ FROM t",
    "SELECT @::String, @[1], @ AS x",
};

static void judge_word(Run *run, const char *place, const char *word)
{
    Buf out = {0};
    for (; *place; place++) {
        if (*place == '@')
            buf_add(&out, word);
        else
            buf_add_char(&out, *place);
    }
    Str sql = str_copy(run->arena, buf_str(&out));
    buf_free(&out);
    count(run, ask_engine(run, sql), we_read(run, sql));
}

static void keywords_are_names_where_the_engine_takes_them(void **state)
{
    Run *run = *state;
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++)
        for (size_t k = 0; k < ARRAY_LEN(WORDS); k++)
            judge_word(run, PLACES[i], WORDS[k]);
    print_counts(run, "keywords as names");
    size_t read = run->counts[ACCEPTS][1];
    assert_true(read * 100 >= (read + run->counts[ACCEPTS][0]) * 97);
}

static int set_up(void **state)
{
    Run *run = xmalloc(sizeof(*run));
    Str answer;

    *run = (Run){.arena = arena_new(), .parser = sql_parser_new()};
    *state = run;
    return !engine_run(run->arena, STR("SET implicit_select = 0"), &answer);
}

static int tear_down(void **state)
{
    Run *run = *state;
    sql_parser_free(run->parser);
    arena_free(run->arena);
    free(run);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_engine_takes_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_engine_refuses_is_mostly_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(keywords_are_names_where_the_engine_takes_them, set_up,
                                        tear_down),
    };
    if (!engine_open())
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    engine_close();
    return failed;
}
