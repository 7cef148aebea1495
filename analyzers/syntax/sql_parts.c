/* sql_parts.c: the words, names and expressions of a query in order, and the text made of them. */
#include "sql_build.h"

#include "squeeze.h"

#include <string.h>

/* ---- from the concrete tree ---------------------------------------------------------------- */

typedef struct {
    SqlBuild *build;
    SqlParts *parts;
} Collector;

/* Words without which the clause means the same: SELECT ALL, `t AS x`, INNER JOIN, LEFT OUTER JOIN,
 * ASC. */
static bool says_nothing(const SqlNode *token)
{
    const SqlNode *in = token->parent;
    if (!in || token->kind != SQL_TOKEN)
        return false;
    if (in->kind == SQL_SELECT)
        return sql_is(token, "ALL");
    if (in->kind == SQL_TABLE)
        return sql_is(token, "AS");
    if (in->kind == SQL_JOIN)
        return sql_is(token, "INNER") || sql_is(token, "OUTER");
    if (in->kind == SQL_ORDER)
        return sql_is(token, "ASC");
    return in->kind == SQL_SELECT_LIST && !token->next;
}

static void add(const Collector *c, SqlPart part)
{
    vec_push(c->build->arena, c->parts, part);
}

static void add_text(const Collector *c, Str text)
{
    add(c, (SqlPart){.kind = SQL_PART_TEXT, .token = {text, {0, 0}}});
}

static void add_leaf(const Collector *c, const SqlNode *node)
{
    SqlBuild *build = c->build;
    Str source = sql_source(build, node);

    if (node->kind == SQL_TOKEN)
        add_text(c, str_of(node->word));
    else if (sql_holds_tag(build, node))
        add_text(c, squeeze_tags(build->arena, source));
    else if (node->kind == SQL_IDENTIFIER || node->kind == SQL_QUOTED_IDENTIFIER)
        add(c, (SqlPart){.kind = SQL_PART_NAME, .token = sql_token(build, node)});
    else if (node->kind == SQL_STRING)
        add_text(c, sql_quoted(build->arena, sql_unquote(build->arena, source)));
    else if (node->kind == SQL_NUMBER)
        add_text(c, sql_number(build->arena, source));
    else
        add_text(c, source);
}

static void add_node(const Collector *c, const SqlNode *node, int depth);

static void add_children(const Collector *c, const SqlNode *from, int depth)
{
    for (const SqlNode *child = from; child; child = child->next)
        add_node(c, child, depth - 1);
}

/* The parts of a clause between an opening one and SQL_PART_END. */
static void add_group(const Collector *c, SqlPart open, const SqlNode *from, int depth)
{
    add(c, open);
    add_children(c, from, depth);
    add(c, (SqlPart){.kind = SQL_PART_END});
}

static void add_with(const Collector *c, const SqlNode *node, int depth)
{
    SqlPart open = {.kind = SQL_PART_WITH, .token = {STR("WITH"), {0, 0}}};
    const SqlNode *from = node->child;

    while (from && from->kind == SQL_TOKEN) {
        if (sql_is(from, "RECURSIVE"))
            open.token.text = STR("WITH RECURSIVE");
        from = from->next;
    }
    add_group(c, open, from, depth);
}

static bool add_clause(const Collector *c, const SqlNode *node, int depth)
{
    const SqlNode *name = node->kind == SQL_CTE ? sql_field(node, "name") : NULL;

    if (name && (name->kind == SQL_IDENTIFIER || name->kind == SQL_QUOTED_IDENTIFIER)) {
        SqlPart open = {.kind = SQL_PART_CTE, .token = sql_token(c->build, name)};
        add_group(c, open, name->next, depth);
    } else if (node->kind == SQL_WITH_CLAUSE) {
        add_with(c, node, depth);
    } else if (node->kind == SQL_SELECT_LIST) {
        add_group(c, (SqlPart){.kind = SQL_PART_LIST}, node->child, depth);
    } else {
        return false;
    }
    return true;
}

static void add_node(const Collector *c, const SqlNode *node, int depth)
{
    bool listed = node->parent && node->parent->kind == SQL_SELECT_LIST;

    if (says_nothing(node))
        return;
    if (node->expr)
        add(c, (SqlPart){.kind = listed ? SQL_PART_ITEM : SQL_PART_EXPR, .expr = node->expr});
    else if (node->query)
        add(c, (SqlPart){.kind = SQL_PART_QUERY, .query = node->query});
    else if (depth <= 0)
        add_text(c, sql_source(c->build, node));
    else if (!node->child)
        add_leaf(c, node);
    else if (!add_clause(c, node, depth))
        add_children(c, node->child, depth);
}

/* ((SELECT 1)) is SELECT 1. */
static const SqlNode *without_parentheses(const SqlNode *query)
{
    for (;;) {
        const SqlNode *only = query->child;
        if (!only || only->next || only->kind != SQL_PARENTHESIZED_QUERY)
            return query;
        const SqlNode *inner = sql_child(only, SQL_QUERY);
        if (!inner)
            return query;
        query = inner;
    }
}

const SqlParts *sql_node_parts(SqlBuild *build, const SqlNode *node)
{
    SqlParts *parts = ARENA_NEW(build->arena, SqlParts);
    Collector collector = {build, parts};

    if (node->kind == SQL_QUERY)
        node = without_parentheses(node);
    add_node(&collector, node, SQL_MAX_DEPTH);
    return parts;
}

/* ---- to text ------------------------------------------------------------------------------- */

static size_t put_part(SqlWriter *w, const SqlParts *parts, size_t at);

static void put_blank(const SqlWriter *w)
{
    if (w->out->len && w->out->ptr[w->out->len - 1] != ' ')
        buf_add_char(w->out, ' ');
}

/* The place behind the SQL_PART_END that closes the group opened at `at`. */
static size_t group_end(const SqlParts *parts, size_t at)
{
    size_t open = 0;

    for (; at < parts->len; at++) {
        SqlPartKind kind = parts->items[at].kind;
        if (kind == SQL_PART_END && --open == 0)
            return at + 1;
        open += kind == SQL_PART_WITH || kind == SQL_PART_CTE || kind == SQL_PART_LIST;
    }
    return at;
}

/* Everything up to the end of the group, which is `to`. */
static size_t put_group(SqlWriter *w, const SqlParts *parts, size_t at, size_t to)
{
    while (at < to)
        at = put_part(w, parts, at);
    return at;
}

static bool is_left_out(const SqlWriter *w, const SqlPart *part)
{
    const Str *other = part->kind == SQL_PART_CTE ? sql_rename_of(w, part->token.range) : NULL;
    return other && other->len == 0;
}

/* Commas are written anew: entries can be left out. */
static size_t put_with(SqlWriter *w, const SqlParts *parts, size_t at)
{
    size_t end = group_end(parts, at);
    Str word = parts->items[at].token.text;
    bool first = true;

    for (at++; at < end;) {
        const SqlPart *part = &parts->items[at];
        if (part->kind == SQL_PART_TEXT || part->kind == SQL_PART_END) {
            at++;
            continue;
        }
        if (is_left_out(w, part)) {
            at = group_end(parts, at);
            continue;
        }
        put_blank(w);
        buf_add_str(w->out, first ? word : STR(","));
        first = false;
        at = put_part(w, parts, at);
    }
    return end;
}

static size_t put_list(SqlWriter *w, const SqlParts *parts, size_t at)
{
    size_t end = group_end(parts, at);
    bool left_out = w->unlisted;

    w->unlisted = false;
    return left_out ? end : put_group(w, parts, at + 1, end);
}

static void put_item(SqlWriter *w, const Expr *item)
{
    bool before = w->as_written;

    w->as_written = w->renames && item->alias.text.len == 0;
    sql_write_element(w, item);
    w->as_written = before;
}

static void put_words(SqlWriter *w, const SqlPart *part)
{
    const Str *other = sql_rename_of(w, part->token.range);

    if (part->kind == SQL_PART_NAME && other && other->len == 0)
        return;
    put_blank(w);
    if (part->kind == SQL_PART_TEXT)
        buf_add_str(w->out, part->token.text);
    else if (part->kind == SQL_PART_EXPR)
        sql_write_element(w, part->expr);
    else if (part->kind == SQL_PART_ITEM)
        put_item(w, part->expr);
    else if (part->kind == SQL_PART_QUERY)
        sql_write_query(w, part->query);
    else
        sql_write_name(w, part->token);
}

/* Writes the part, or the group that it opens, and returns the place behind. */
static size_t put_part(SqlWriter *w, const SqlParts *parts, size_t at)
{
    const SqlPart *part = &parts->items[at];

    switch (part->kind) {
    case SQL_PART_END:
        return at + 1;
    case SQL_PART_WITH:
        return put_with(w, parts, at);
    case SQL_PART_LIST:
        return put_list(w, parts, at);
    case SQL_PART_CTE:
        put_words(w, part);
        return put_group(w, parts, at + 1, group_end(parts, at));
    default:
        put_words(w, part);
        return at + 1;
    }
}

void sql_write_parts(SqlWriter *writer, const SqlParts *parts)
{
    put_group(writer, parts, 0, parts->len);
}

void sql_write_query(SqlWriter *writer, const Query *query)
{
    bool before = writer->as_written;

    writer->as_written = false;
    if (query->parts && !query->text.ptr)
        sql_write_parts(writer, query->parts);
    else
        buf_add_str(writer->out, query->text);
    writer->as_written = before;
}

Str sql_parts_text(Arena *arena, const SqlParts *parts)
{
    Buf out = {0};
    SqlWriter writer = {.out = &out, .arena = arena};

    sql_write_parts(&writer, parts);
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}
