/*
 * sql_fixture.h: a parser of SQL and what the tests of it ask. Include it once, after cmocka's
 * headers.
 */
#ifndef TBLINT_SQL_FIXTURE_H
#define TBLINT_SQL_FIXTURE_H

#include "syntax/sql.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
} Fixture;

static inline int set_up(void **state)
{
    Fixture *f = xmalloc(sizeof(*f));
    f->arena = arena_new();
    f->parser = sql_parser_new();
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    Fixture *f = *state;
    sql_parser_free(f->parser);
    arena_free(f->arena);
    free(f);
    return 0;
}

static inline const Query *query(Fixture *f, const char *text)
{
    return sql_parse_query(f->parser, f->arena, str_of(text), 0);
}

static inline const Select *only_select(Fixture *f, const char *text)
{
    const Query *q = query(f, text);
    if (q->broken)
        fail_msg("broken: %s: %.*s", text, STR_ARG(q->error_text));
    assert_int_equal(q->selects.len, 1);
    return q->selects.items[0];
}

#define assert_str(actual, expected) assert_string_equal(str_cstr(f->arena, (actual)), (expected))

#endif
