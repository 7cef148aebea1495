/*
 * test_sql_oracle.c: the engine's own verdicts on select lists and TTLs, against the SQL reader.
 *
 * Reads oracle/forward.tsv and oracle/ttl.tsv below the folder named by TBLINT_SHARED. What the
 * engine accepted must parse; what it called a syntax error must be refused, but for a few texts
 * that mean something in another place.
 */
#include "syntax/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct {
    Arena *arena;
    SqlParser *parser;
    Str table;
    int rows;
} Oracle;

static Str read_table(Arena *arena, const char *name)
{
    const char *folder = getenv("TBLINT_SHARED");
    if (!folder || !*folder) {
        print_message("TBLINT_SHARED is not set: the engine's verdicts on SQL are not compared\n");
        skip();
    }
    Str path = str_fmt(arena, "%s/oracle/%s", folder, name);
    FILE *file = fopen(str_cstr(arena, path), "rb");
    if (!file) {
        print_message("%.*s is missing: its verdicts are not compared\n", STR_ARG(path));
        skip();
    }
    Buf buf = {0};
    char bytes[4096];
    for (size_t got; (got = fread(bytes, 1, sizeof(bytes), file)) > 0;)
        buf_add_str(&buf, (Str){bytes, got});
    fclose(file);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

/* The cell of a line, \t and \n decoded. */
static Str cell(Arena *arena, Str line, int index)
{
    ptrdiff_t tab;
    while ((tab = str_find_char(line, '\t')) >= 0 && index > 0) {
        line = str_slice(line, (size_t)tab + 1, line.len);
        index--;
    }
    if (index > 0)
        return STR("");
    Str raw = tab >= 0 ? str_slice(line, 0, (size_t)tab) : line;
    Buf out = {0};
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '\\' && i + 1 < raw.len) {
            c = raw.ptr[++i];
            c = (char)(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
        }
        buf_add_char(&out, c);
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool is_one_of(Str text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(text, list[i]))
            return true;
    return false;
}

static void judge(const char *what, Str text, bool taken, bool engine_takes, bool engine_refuses)
{
    if (engine_takes && !taken)
        fail_msg("the engine takes the %s, the reader does not: %.*s", what, STR_ARG(text));
    if (engine_refuses && taken)
        fail_msg("the engine refuses the %s, the reader does not: %.*s", what, STR_ARG(text));
}

static int set_up(void **state)
{
    Oracle *oracle = xmalloc(sizeof(*oracle));
    oracle->arena = arena_new();
    oracle->parser = sql_parser_new();
    *state = oracle;
    return 0;
}

static int tear_down(void **state)
{
    Oracle *oracle = *state;
    sql_parser_free(oracle->parser);
    arena_free(oracle->arena);
    free(oracle);
    return 0;
}

static void test_forward_queries(void **state)
{
    /* Whole queries elsewhere, templates before they are rendered, and an open comment that the
     * closing words of the test's own query swallow. */
    static const char *const KNOWN[] = {
        "FROM live SELECT v",
        "id, {{ String(x) }} AS name, ts, v",
        "id, {% if 1 %} name {% end %}, ts, v",
        "% id, name, ts, v",
    };
    Oracle *o = *state;
    Str rest = read_table(o->arena, "forward.tsv");
    Str line;
    int rows = 0;

    str_split_line(&rest, &line);
    while (str_split_line(&rest, &line)) {
        Str list = cell(o->arena, line, 3);
        Str error = cell(o->arena, line, 5);
        bool whole = str_starts(list, "SELECT") || str_starts(list, "WITH");
        Str text = whole ? list : str_fmt(o->arena, "SELECT %.*s\nFROM live", STR_ARG(list));
        bool taken = !sql_parse_query(o->parser, o->arena, text, 0)->broken;
        bool syntax = str_starts(error, "62 ") && !is_one_of(list, KNOWN, ARRAY_LEN(KNOWN));
        judge("select list", list, taken, !str_starts(error, "62 "), syntax);
        rows++;
    }
    assert_true(rows > 100);
}

static void test_ttls(void **state)
{
    /* A semicolon ends the statement there; a column's TTL has no DELETE, a table's has. */
    static const char *const KNOWN[] = {"ts + INTERVAL 60 DAY;",
                                        "ts + INTERVAL 60 DAY DELETE WHERE v = 0"};
    Oracle *o = *state;
    Str rest = read_table(o->arena, "ttl.tsv");
    Str line;
    int rows = 0;

    str_split_line(&rest, &line);
    while (str_split_line(&rest, &line)) {
        Str ttl = cell(o->arena, line, 0);
        bool syntax = str_starts(cell(o->arena, line, 3), "62 ");
        bool taken = sql_parse_ttl(o->parser, o->arena, ttl, 0).len > 0;
        bool known = is_one_of(ttl, KNOWN, ARRAY_LEN(KNOWN));
        judge("TTL", ttl, taken, !syntax && !known, syntax && !known);
        rows++;
    }
    assert_true(rows > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forward_queries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ttls, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
