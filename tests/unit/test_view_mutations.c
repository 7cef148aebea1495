/* Pipes of real projects, written otherwise: the meaning stays; changed a little: it does not.
 *
 * Reads projects/ below the corpus in the folder named by TBLINT_SHARED, and a few pipes of its
 * own without it. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/view.h"

/* ---- words of a text ---- */

typedef enum { PIECE_BLANK, PIECE_WORD, PIECE_QUOTED, PIECE_OPAQUE, PIECE_SIGN } PieceKind;

typedef struct {
    PieceKind kind;
    Str text;
} Piece;

typedef VEC(Piece) Pieces;

static size_t find_end(Str text, size_t at, const char *close)
{
    ptrdiff_t end = str_find(str_slice(text, at, text.len), close);
    return end < 0 ? text.len : at + (size_t)end + strlen(close);
}

static size_t quoted_end(Str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote)
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Comments and tags are opaque. */
static Piece next_piece(Str text, size_t at)
{
    Str rest = str_slice(text, at, text.len);
    size_t end = at + 1;
    PieceKind kind = PIECE_SIGN;
    char c = text.ptr[at];
    if (str_starts(rest, "{{") || str_starts(rest, "{%") || str_starts(rest, "{#")) {
        kind = PIECE_OPAQUE;
        end = find_end(text, at,
                       c == '{' && rest.ptr[1] == '{' ? "}}"
                       : rest.ptr[1] == '%'           ? "%}"
                                                      : "#}");
    } else if (str_starts(rest, "--") || str_starts(rest, "# ")) {
        kind = PIECE_OPAQUE;
        end = find_end(text, at, "\n");
    } else if (str_starts(rest, "/*")) {
        kind = PIECE_OPAQUE;
        end = find_end(text, at, "*/");
    } else if (c == '\'' || c == '"' || c == '`') {
        kind = PIECE_QUOTED;
        end = quoted_end(text, at);
    } else if (is_word_byte(c)) {
        kind = PIECE_WORD;
        while (end < text.len && is_word_byte(text.ptr[end]))
            end++;
    } else if (isspace((unsigned char)c)) {
        kind = PIECE_BLANK;
        while (end < text.len && isspace((unsigned char)text.ptr[end]))
            end++;
    }
    return (Piece){kind, str_slice(text, at, end)};
}

static Pieces pieces_of(Arena *arena, Str text)
{
    Pieces pieces = {0};
    for (size_t at = 0; at < text.len;) {
        Piece piece = next_piece(text, at);
        vec_push(arena, &pieces, piece);
        at += piece.text.len;
    }
    return pieces;
}

/* The next or last piece that is no blank; `at` is left out. NULL at the ends. */
static const Piece *beside(const Pieces *pieces, size_t at, int step)
{
    for (ptrdiff_t i = (ptrdiff_t)at + step; i >= 0 && i < (ptrdiff_t)pieces->len; i += step) {
        if (pieces->items[i].kind != PIECE_BLANK)
            return &pieces->items[i];
    }
    return NULL;
}

static bool is_text(const Piece *piece, const char *text)
{
    return piece && str_is_nocase(piece->text, text);
}

static bool is_any(Str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is_nocase(word, words[i]))
            return true;
    }
    return false;
}

/* ---- mutations: SQL in, SQL out; an empty text means that there is nothing to mutate ---- */

typedef Str (*Mutation)(Arena *arena, Str sql, bool templated);

static Str joined(Arena *arena, const Pieces *pieces)
{
    Strs texts = {0};
    for (size_t i = 0; i < pieces->len; i++)
        vec_push(arena, &texts, pieces->items[i].text);
    return str_join(arena, texts.items, texts.len, "");
}

static Str other_blanks(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 0; i < pieces.len; i++) {
        if (pieces.items[i].kind == PIECE_BLANK)
            pieces.items[i].text = i % 2 ? STR("\n        ") : STR("  \t ");
    }
    return joined(arena, &pieces);
}

static Str more_comments(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 0; i < pieces.len; i++) {
        if (pieces.items[i].kind == PIECE_SIGN && str_is(pieces.items[i].text, ","))
            pieces.items[i].text = STR(", /* more, 'x' */ -- line\n    ");
    }
    return joined(arena, &pieces);
}

static Str other_case(Arena *arena, Str sql, bool templated)
{
    static const char *const words[] = {"SELECT", "FROM",  "WHERE", "GROUP", "BY",
                                        "ORDER",  "UNION", "AND",   "AS",    "HAVING"};
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 0; i < pieces.len; i++) {
        Piece *piece = &pieces.items[i];
        const Piece *before = beside(&pieces, i, -1);
        bool by = is_text(piece, "GROUP") || is_text(piece, "ORDER");
        if (piece->kind != PIECE_WORD || is_text(before, ".") || is_text(before, "AS") ||
            (by && !is_text(beside(&pieces, i, 1), "BY")) ||
            !is_any(piece->text, words, ARRAY_LEN(words)))
            continue;
        char *text = arena_alloc(arena, piece->text.len);
        for (size_t k = 0; k < piece->text.len; k++) {
            char c = piece->text.ptr[k];
            text[k] = (char)(isupper((unsigned char)c) ? tolower(c) : toupper(c));
        }
        piece->text = (Str){text, piece->text.len};
    }
    return joined(arena, &pieces);
}

static Str in_parentheses(Arena *arena, Str sql, bool templated)
{
    sql = str_trim(sql);
    if (templated || str_ends(sql, ";"))
        return (Str){0};
    return str_fmt(arena, "(%.*s\n)", STR_ARG(sql));
}

static Str quoted_tables(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    bool any = false;
    for (size_t i = 0; !templated && i < pieces.len; i++) {
        Piece *piece = &pieces.items[i];
        const Piece *before = beside(&pieces, i, -1);
        const Piece *after = beside(&pieces, i, 1);
        const Piece *second =
            before > pieces.items ? beside(&pieces, (size_t)(before - pieces.items), -1) : NULL;
        bool table = is_text(before, "FROM") && !is_text(second, "(");
        if (piece->kind != PIECE_WORD || !table || is_text(after, "(") || is_text(after, "."))
            continue;
        if (isdigit((unsigned char)piece->text.ptr[0]) || is_text(piece, "SELECT"))
            continue;
        piece->text = str_fmt(arena, "`%.*s`", STR_ARG(piece->text));
        any = true;
    }
    return any ? joined(arena, &pieces) : (Str){0};
}

/* `WITH name AS (` and `, name AS (SELECT`, wherever the name stands for the table. */
static Str other_ctes(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    Str name = {0};
    (void)templated;
    for (size_t i = 0; i < pieces.len && !name.len; i++) {
        const Piece *before = beside(&pieces, i, -1);
        const Piece *as = beside(&pieces, i, 1);
        if (pieces.items[i].kind != PIECE_WORD || !is_text(before, "WITH") || !is_text(as, "AS"))
            continue;
        const Piece *open = beside(&pieces, (size_t)(as - pieces.items), 1);
        if (!is_text(open, "("))
            continue;
        const Piece *select = beside(&pieces, (size_t)(open - pieces.items), 1);
        if (is_text(select, "SELECT"))
            name = pieces.items[i].text;
    }
    for (size_t i = 0; name.len && i < pieces.len; i++) {
        const Piece *before = beside(&pieces, i, -1);
        const Piece *after = beside(&pieces, i, 1);
        if (!str_eq(pieces.items[i].text, name))
            continue;
        bool known = is_text(before, "WITH") || is_text(before, "FROM") ||
                     is_text(before, "JOIN") || is_text(after, ".");
        if (!known || is_text(before, "."))
            return (Str){0}; /* a column has the name, too */
        pieces.items[i].text = STR("renamed_cte_1");
    }
    return name.len ? joined(arena, &pieces) : (Str){0};
}

static const Mutation KEEPING[] = {other_blanks,   more_comments, other_case,
                                   in_parentheses, quoted_tables, other_ctes};

/* ---- mutations that change the meaning ---- */

static Str replace_first(Arena *arena, Str sql, const char *word, const char *next,
                         const char *text)
{
    Pieces pieces = pieces_of(arena, sql);
    for (size_t i = 0; i < pieces.len; i++) {
        if (pieces.items[i].kind != PIECE_WORD || !is_text(&pieces.items[i], word) ||
            (next && !is_text(beside(&pieces, i, 1), next)) || is_text(beside(&pieces, i, -1), "."))
            continue;
        pieces.items[i].text = str_of(text);
        return joined(arena, &pieces);
    }
    return (Str){0};
}

static Str one_more_condition(Arena *arena, Str sql, bool templated)
{
    (void)templated;
    return replace_first(arena, sql, "WHERE", NULL, "WHERE 1 = 2 AND");
}

static Str other_logic(Arena *arena, Str sql, bool templated)
{
    (void)templated;
    return replace_first(arena, sql, "AND", NULL, "OR");
}

static Str distinct(Arena *arena, Str sql, bool templated)
{
    Str text = replace_first(arena, sql, "SELECT", "DISTINCT", "SELECT");
    (void)templated;
    return text.len ? (Str){0} : replace_first(arena, sql, "SELECT", NULL, "SELECT DISTINCT");
}

static Str other_sum(Arena *arena, Str sql, bool templated)
{
    (void)templated;
    return replace_first(arena, sql, "sum", "(", "max");
}

static Str other_count(Arena *arena, Str sql, bool templated)
{
    (void)templated;
    return replace_first(arena, sql, "count", "(", "uniq");
}

static Str other_join(Arena *arena, Str sql, bool templated)
{
    (void)templated;
    return replace_first(arena, sql, "LEFT", "JOIN", "RIGHT");
}

static Str other_column(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 1; i < pieces.len; i++) {
        Piece *piece = &pieces.items[i];
        if (piece->kind != PIECE_WORD || isdigit((unsigned char)piece->text.ptr[0]) ||
            !is_text(beside(&pieces, i, -1), "SELECT") || !is_text(beside(&pieces, i, 1), ","))
            continue;
        piece->text = str_fmt(arena, "%.*s_2", STR_ARG(piece->text));
        return joined(arena, &pieces);
    }
    return (Str){0};
}

static Str other_number(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 0; i < pieces.len; i++) {
        Piece *piece = &pieces.items[i];
        if (piece->kind != PIECE_WORD || !isdigit((unsigned char)piece->text.ptr[0]))
            continue;
        piece->text = str_fmt(arena, "7%.*s", STR_ARG(piece->text));
        return joined(arena, &pieces);
    }
    return (Str){0};
}

static Str other_string(Arena *arena, Str sql, bool templated)
{
    Pieces pieces = pieces_of(arena, sql);
    (void)templated;
    for (size_t i = 0; i < pieces.len; i++) {
        Piece *piece = &pieces.items[i];
        if (piece->kind != PIECE_QUOTED || piece->text.ptr[0] != '\'')
            continue;
        piece->text = str_fmt(arena, "'q%.*s", (int)piece->text.len - 1, piece->text.ptr + 1);
        return joined(arena, &pieces);
    }
    return (Str){0};
}

static const Mutation CHANGING[] = {one_more_condition, other_logic,  distinct,
                                    other_sum,          other_count,  other_join,
                                    other_column,       other_number, other_string};

/* ---- whole pipes ---- */

typedef struct {
    Mutation mutation;
    bool only_output;
    bool rename_nodes;
    bool dead_node;
} Recipe;

typedef struct {
    Arena *arena;
    Str path;
    const Datafile *file;
    int output;
    size_t kept, changed;
} Subject;

static const char *node_type(const Subject *s, size_t node)
{
    return str_cstr(s->arena, str_trim(s->file->nodes.items[node].type.text));
}

static int output_of(const Datafile *file)
{
    for (size_t i = 0; i < file->nodes.len; i++) {
        if (str_trim(file->nodes.items[i].type.text).len)
            return (int)i;
    }
    return (int)file->nodes.len - 1;
}

/* The name stands only where it means the table. */
static bool can_rename(const Subject *s, Str name)
{
    size_t seen = 0;
    for (size_t i = 0; i < s->file->nodes.len; i++) {
        Str sql = s->file->nodes.items[i].sql.text;
        Pieces pieces = pieces_of(s->arena, sql);
        for (size_t k = 0; k < pieces.len; k++) {
            if (pieces.items[k].kind == PIECE_OPAQUE &&
                str_find(pieces.items[k].text, str_cstr(s->arena, name)) >= 0)
                return false;
            if (!str_eq(pieces.items[k].text, name))
                continue;
            const Piece *before = beside(&pieces, k, -1);
            bool table = is_text(before, "FROM") || is_text(before, "JOIN");
            if (!table && (!is_text(beside(&pieces, k, 1), ".") || is_text(before, ".")))
                return false;
            seen++;
        }
    }
    return name.len && seen;
}

static Str with_renames(const Subject *s, const bool *renamed, Str sql)
{
    Pieces pieces = pieces_of(s->arena, sql);
    for (size_t i = 0; i < pieces.len; i++) {
        for (size_t k = 0; k < s->file->nodes.len; k++) {
            if (renamed[k] && str_eq(pieces.items[i].text, s->file->nodes.items[k].name.text))
                pieces.items[i].text = str_fmt(s->arena, "renamed_node_%zu", k);
        }
    }
    return joined(s->arena, &pieces);
}

static Str write_pipe(Subject *s, const Recipe *plan, bool *any)
{
    Buf out = {0};
    bool *renamed = ARENA_ARRAY(s->arena, bool, s->file->nodes.len + 1);
    for (size_t i = 0; plan->rename_nodes && i < s->file->nodes.len; i++) {
        renamed[i] = can_rename(s, s->file->nodes.items[i].name.text);
        *any |= renamed[i];
    }
    if (plan->dead_node)
        buf_add(&out, "NODE dead_node_1\nSQL >\n    SELECT 1 AS nobody_reads_it\n\n");
    for (size_t i = 0; i < s->file->nodes.len; i++) {
        const Node *node = &s->file->nodes.items[i];
        Str sql = node->sql.text;
        bool wanted = plan->mutation && (!plan->only_output || (int)i == s->output);
        bool templated =
            str_starts(str_trim(sql), "%") || str_find(sql, "{{") >= 0 || str_find(sql, "{%") >= 0;
        Str mutated = wanted ? plan->mutation(s->arena, sql, templated) : (Str){0};
        *any |= mutated.len > 0;
        sql = mutated.len ? mutated : sql;
        if (plan->rename_nodes)
            sql = with_renames(s, renamed, sql);
        if (renamed[i])
            buf_addf(&out, "NODE renamed_node_%zu\nSQL >\n    %.*s\n\n", i, STR_ARG(sql));
        else
            buf_addf(&out, "NODE %.*s\nSQL >\n    %.*s\n\n", STR_ARG(node->name.text),
                     STR_ARG(sql));
        if (*node_type(s, i))
            buf_addf(&out, "TYPE %s\n\n", node_type(s, i));
    }
    Str text = str_copy(s->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* 1: the meaning is another one, 0: the same, -1: nothing was mutated or it does not parse. */
static int compare(Subject *s, const Recipe *plan)
{
    bool any = plan->dead_node;
    bool ignored = false;
    Str live = write_pipe(s, &(Recipe){0}, &ignored);
    Str candidate = write_pipe(s, plan, &any);
    if (!any)
        return -1;
    ProjectFixture f;
    project_fixture_one(&f, "p.pipe", str_cstr(s->arena, live), str_cstr(s->arena, candidate));
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_PIPE, "p");
    int result = 0;
    if (change) {
        const Query *before = pipe_query(&f.loader, change->live, (size_t)s->output);
        int output = pipe_output_node(change->candidate);
        const Query *after = pipe_query(&f.loader, change->candidate, (size_t)output);
        result = change->view_changed;
        if (!before || before->broken || !after || (after->broken && result))
            result = -1;
    }
    if (result == 1 && getenv("TBLINT_SHOW"))
        printf("%.*s\n====\n%.*s\n", STR_ARG(pipe_meaning(&f.loader, change->live)),
               STR_ARG(pipe_meaning(&f.loader, change->candidate)));
    project_fixture_free(&f);
    return result;
}

static void check_pipe(Subject *s)
{
    static const Recipe pipes[] = {{.rename_nodes = true}, {.dead_node = true}};
    for (size_t i = 0; i < ARRAY_LEN(KEEPING) + ARRAY_LEN(pipes); i++) {
        Recipe plan = i < ARRAY_LEN(KEEPING) ? (Recipe){.mutation = KEEPING[i]}
                                             : pipes[i - ARRAY_LEN(KEEPING)];
        int result = compare(s, &plan);
        if (result == 1)
            fail_msg("%.*s: mutation %zu changed the meaning", STR_ARG(s->path), i);
        s->kept += result == 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(CHANGING); i++) {
        Recipe plan = {.mutation = CHANGING[i], .only_output = true};
        int result = compare(s, &plan);
        if (result == 0)
            fail_msg("%.*s: mutation %zu did not change the meaning", STR_ARG(s->path), i);
        s->changed += result == 1;
    }
}

static void check_text(Str path, Str text, size_t *kept, size_t *changed)
{
    Subject s = {.arena = arena_new(), .path = path};
    DatafileParser *parser = datafile_parser_new();
    s.file = datafile_parse(parser, s.arena, text, DATAFILE_PIPE, DIALECT_FORWARD);
    s.output = output_of(s.file);
    if (s.file->problems.len == 0 && s.output >= 0 && text.len < 20000)
        check_pipe(&s);
    *kept += s.kept;
    *changed += s.changed;
    datafile_parser_free(parser);
    arena_free(s.arena);
}

static void test_own_pipes(void **state)
{
    static const char *const pipes[] = {
        "NODE a\nSQL >\n    WITH recent AS (SELECT host, n FROM events WHERE ts > '2024-01-01')\n"
        "    SELECT host, sum(n) AS s, count() AS c FROM recent LEFT JOIN users USING host\n"
        "    WHERE n > 1 AND host != 'x' GROUP BY host\n\nNODE b\nSQL >\n    SELECT host, s FROM "
        "a\n"
        "    WHERE s > 10 AND host LIKE 'a%' ORDER BY s DESC LIMIT 10\n\nTYPE endpoint\n",
        "NODE a\nSQL >\n    %\n    SELECT host, count() AS c FROM events\n    WHERE 1 = 1 AND n > 3"
        "\n    {% if defined(h) %} AND host = {{String(h, 'x')}} {% end %}\n    GROUP BY host\n\n"
        "TYPE endpoint\n",
    };
    size_t kept = 0;
    size_t changed = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pipes); i++)
        check_text(STR("own"), str_of(pipes[i]), &kept, &changed);
    assert_true(kept > 8 && changed > 8);
}

static bool is_pipe(Str path)
{
    return str_ends(path, ".pipe");
}

static void test_corpus_pipes(void **state)
{
    const char *shared = getenv("TBLINT_SHARED");
    const char *step = getenv("TBLINT_STEP");
    (void)state;
    if (!shared) {
        printf("skipped: pipes of the corpus (no TBLINT_SHARED)\n");
        return;
    }
    Arena *arena = arena_new();
    Str folder = str_fmt(arena, "%s/corpus/projects", shared);
    FileSet files = file_set_read(arena, str_cstr(arena, folder));
    size_t every = step ? (size_t)atoi(step) : 12;
    size_t seen = 0;
    size_t kept = 0;
    size_t changed = 0;
    for (size_t i = 0; i < files.len; i++) {
        if (is_pipe(files.items[i].path) && seen++ % (every ? every : 1) == 0)
            check_text(files.items[i].path, files.items[i].text, &kept, &changed);
    }
    printf("%zu mutations kept the meaning of real pipes, %zu changed it\n", kept, changed);
    assert_true(seen == 0 || (kept > 100 && changed > 100));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_pipes),
        cmocka_unit_test(test_corpus_pipes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
