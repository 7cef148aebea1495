/* sql_text.c: normalised texts, equal for the same meaning in another spelling. */
#include "sql_build.h"

#include <stdlib.h>
#include <string.h>

/* ---- words and literals -------------------------------------------------------------------- */

static bool is_word(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool later = (c >= '0' && c <= '9') || c == '$';
        if (!letter && (!later || i == 0))
            return false;
    }
    return name.len > 0;
}

static bool is_bare_word(Str name)
{
    return is_word(name) && !sql_is_reserved(name);
}

static void put_quoted(Buf *out, Str text, char quote)
{
    buf_add_char(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == quote || c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    buf_add_char(out, quote);
}

static void put_name(Buf *out, Str name)
{
    if (is_bare_word(name))
        buf_add_str(out, name);
    else
        put_quoted(out, name, '`');
}

Str sql_name(Arena *arena, Str name)
{
    if (is_word(name) && str_find_char(name, '$') < 0 && !sql_reads_otherwise(name))
        return name;
    Buf out = {0};
    put_quoted(&out, name, '`');
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* The other name of what starts where `name` does. */
const Str *sql_rename_of(const SqlWriter *writer, Range name)
{
    const SqlRenames *renames = writer->renames;
    size_t low = 0;
    size_t high = renames && !range_is_empty(name) ? renames->len : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (renames->items[middle].at < name.start)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = renames && low < renames->len && !range_is_empty(name) &&
                 renames->items[low].at == name.start;
    return found ? &renames->items[low].text : NULL;
}

void sql_write_name(SqlWriter *writer, Token name)
{
    const Str *other = sql_rename_of(writer, name.range);
    if (other)
        buf_add_str(writer->out, *other);
    else
        put_name(writer->out, name.text);
}

/* 0xFF, 1E3 and 1_000 in one spelling; 1.0 stays apart from 1. */
static void put_number(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '_')
            buf_add_char(out, c);
    }
}

/* ---- expressions --------------------------------------------------------------------------- */

static void put_expr(SqlWriter *w, const Expr *expr);

static bool alias_says_nothing(const Expr *expr)
{
    return expr->kind == EXPR_COLUMN && str_eq(expr->alias.text, expr->name);
}

static void put_element(SqlWriter *w, const Expr *expr)
{
    put_expr(w, expr);
    if (expr->alias.text.len && !alias_says_nothing(expr)) {
        buf_add(w->out, " AS ");
        sql_write_name(w, expr->alias);
    } else if (expr->rare->alias_tag.len) {
        buf_addf(w->out, " AS %.*s", STR_ARG(expr->rare->alias_tag));
    }
}

static void put_elements(SqlWriter *w, const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++) {
        if (i > 0)
            buf_add(w->out, ", ");
        put_element(w, list->items[i]);
    }
}

static void put_bracketed(SqlWriter *w, const char *open, const Exprs *list, const char *close)
{
    buf_add(w->out, open);
    put_elements(w, list);
    buf_add(w->out, close);
}

static void put_path(SqlWriter *w, const Tokens *path, const char *between)
{
    for (size_t i = 0; i < path->len; i++) {
        if (i > 0)
            buf_add(w->out, between);
        sql_write_name(w, path->items[i]);
    }
}

static bool is_interval_function(const Expr *expr)
{
    Str name = expr->name;
    return expr->args.len == 1 && !expr->params.len && str_starts(name, "toInterval") &&
           sql_unit(str_slice(name, sizeof("toInterval") - 1, name.len));
}

/* '60' where the engine takes a number as text. */
static void put_count(SqlWriter *w, const Expr *count)
{
    bool digits = count->kind == EXPR_STRING && count->name.len > 0;
    for (size_t i = 0; digits && i < count->name.len; i++)
        digits = count->name.ptr[i] >= '0' && count->name.ptr[i] <= '9';
    if (digits)
        buf_add_str(w->out, count->name);
    else
        put_element(w, count);
}

static void put_interval(SqlWriter *w, const Expr *expr)
{
    buf_add(w->out, "toInterval");
    for (size_t i = 0; i < expr->name.len; i++) {
        char c = expr->name.ptr[i];
        buf_add_char(w->out, i > 0 && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    buf_add_char(w->out, '(');
    if (expr->args.len)
        put_count(w, expr->args.items[0]);
    buf_add_char(w->out, ')');
}

static void put_call(SqlWriter *w, const Expr *expr)
{
    Str name = w->as_written ? expr->name : sql_function_name(w->arena, expr->name);

    put_name(w->out, name);
    if (expr->params.len)
        put_bracketed(w, "(", &expr->params, ")");
    buf_add(w->out, expr->is_distinct ? "(DISTINCT " : "(");
    if (is_interval_function(expr))
        put_count(w, expr->args.items[0]);
    else
        put_elements(w, &expr->args);
    buf_add_char(w->out, ')');
    if (expr->rare->clause_parts && w->renames) {
        buf_add_char(w->out, ' ');
        sql_write_parts(w, expr->rare->clause_parts);
    } else {
        buf_add_str(w->out, expr->rare->clause_text);
    }
}

/* `::` converts the text of a literal, CAST its value: kept apart for all but strings. */
static bool converts_text(const Expr *expr)
{
    if (!str_is(expr->name, "::") || expr->args.len == 0)
        return false;
    switch (expr->args.items[0]->kind) {
    case EXPR_NUMBER:
    case EXPR_ARRAY:
    case EXPR_TUPLE:
    case EXPR_MAP:
        return true;
    default:
        return false;
    }
}

/* A number without a point or exponent in an integer's range means the same either way. */
static bool is_small_integer(const Expr *expr)
{
    if (expr->kind != EXPR_NUMBER || expr->name.len > 2)
        return false;
    for (size_t i = 0; i < expr->name.len; i++)
        if (expr->name.ptr[i] < '0' || expr->name.ptr[i] > '9')
            return false;
    return true;
}

static void put_cast(SqlWriter *w, const Expr *expr)
{
    bool text = converts_text(expr) && !is_small_integer(expr->args.items[0]);

    buf_add(w->out, text ? "CAST_TEXT(" : "CAST(");
    put_elements(w, &expr->args);
    buf_add(w->out, ", ");
    put_quoted(w->out, expr->type ? expr->type->text : expr->rare->type_text.text, '\'');
    buf_add_char(w->out, ')');
}

static void put_operator(SqlWriter *w, const Expr *expr)
{
    const Exprs *args = &expr->args;

    if (str_is(expr->name, "?:")) {
        put_bracketed(w, "if(", args, ")");
        return;
    }
    buf_add_char(w->out, '(');
    if (args->len == 1) {
        bool after = str_starts(expr->name, "IS");
        if (!after)
            buf_addf(w->out, "%.*s ", STR_ARG(expr->name));
        put_element(w, args->items[0]);
        if (after)
            buf_addf(w->out, " %.*s", STR_ARG(expr->name));
    }
    for (size_t i = 0; args->len > 1 && i < args->len; i++) {
        if (i > 0)
            buf_addf(w->out, " %.*s ", STR_ARG(expr->name));
        put_element(w, args->items[i]);
    }
    if (expr->rare->type_text.text.len)
        buf_addf(w->out, " %.*s",
                 STR_ARG(expr->type ? expr->type->text : expr->rare->type_text.text));
    buf_add_char(w->out, ')');
}

static void put_case(SqlWriter *w, const Expr *expr)
{
    put_bracketed(w, str_is(expr->name, "CASE x") ? "CASE(x: " : "CASE(", &expr->args, ")");
}

static void put_star(SqlWriter *w, const Expr *expr)
{
    if (expr->path.len) {
        put_path(w, &expr->path, ".");
        buf_add_char(w->out, '.');
    }
    if (expr->is_columns) {
        buf_add(w->out, "COLUMNS(");
        if (expr->params.len)
            put_elements(w, &expr->params);
        else
            put_quoted(w->out, expr->name, '\'');
        buf_add_char(w->out, ')');
    } else {
        const Str *other = sql_rename_of(w, expr->core);
        Str name = other ? *other : expr->name;
        buf_addf(w->out, "%.*s%s*", STR_ARG(name), name.len ? "." : "");
    }
    for (size_t i = 0; i < expr->args.len; i++) {
        buf_add_char(w->out, ' ');
        put_expr(w, expr->args.items[i]);
    }
}

static void put_transformer(SqlWriter *w, const Expr *expr)
{
    buf_add(w->out, expr->kind == EXPR_EXCEPT    ? "EXCEPT"
                    : expr->kind == EXPR_REPLACE ? "REPLACE"
                                                 : "APPLY");
    buf_add(w->out, expr->strict ? " STRICT (" : " (");
    put_path(w, &expr->path, ", ");
    if (expr->kind == EXPR_EXCEPT && expr->name.len)
        put_quoted(w->out, expr->name, '\'');
    put_elements(w, &expr->args);
    buf_add_char(w->out, ')');
}

static bool put_literal(SqlWriter *w, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN:
        put_path(w, &expr->path, ".");
        return true;
    case EXPR_NUMBER:
        put_number(w->out, expr->name);
        return true;
    case EXPR_STRING:
        put_quoted(w->out, expr->name, '\'');
        return true;
    case EXPR_NULL:
        buf_add(w->out, "NULL");
        return true;
    case EXPR_BOOL:
        buf_add_str(w->out, expr->name);
        return true;
    default:
        return false;
    }
}

/* A tag; also one that makes the name of a function. */
static void put_unknown(SqlWriter *w, const Expr *expr)
{
    buf_addf(w->out, "{{%.*s}}", STR_ARG(expr->name));
    if (expr->params.len)
        put_bracketed(w, "(", &expr->params, ")");
    if (expr->args.len)
        put_bracketed(w, expr->is_distinct ? "(DISTINCT " : "(", &expr->args, ")");
    buf_add_str(w->out, expr->rare->clause_text);
}

static void put_lambda(SqlWriter *w, const Expr *expr)
{
    buf_add_char(w->out, '(');
    put_path(w, &expr->path, ", ");
    buf_add(w->out, " -> ");
    put_elements(w, &expr->args);
    buf_add_char(w->out, ')');
}

static void put_expr(SqlWriter *w, const Expr *expr)
{
    if (put_literal(w, expr))
        return;
    switch (expr->kind) {
    case EXPR_UNKNOWN:
        put_unknown(w, expr);
        break;
    case EXPR_STAR:
        put_star(w, expr);
        break;
    case EXPR_CALL:
        put_call(w, expr);
        break;
    case EXPR_CAST:
        put_cast(w, expr);
        break;
    case EXPR_OPERATOR:
        put_operator(w, expr);
        break;
    case EXPR_INTERVAL:
        put_interval(w, expr);
        break;
    case EXPR_CASE:
        put_case(w, expr);
        break;
    case EXPR_TUPLE:
        put_bracketed(w, "(", &expr->args, expr->args.len == 1 ? ",)" : ")");
        break;
    case EXPR_ARRAY:
        put_bracketed(w, "[", &expr->args, "]");
        break;
    case EXPR_MAP:
        put_bracketed(w, "{", &expr->args, "}");
        break;
    case EXPR_LAMBDA:
        put_lambda(w, expr);
        break;
    case EXPR_SUBQUERY:
        buf_add_char(w->out, '(');
        sql_write_query(w, expr->query);
        buf_add_char(w->out, ')');
        break;
    default:
        put_transformer(w, expr);
        break;
    }
}

void sql_write_element(SqlWriter *writer, const Expr *expr)
{
    put_element(writer, expr);
}

static Str take(Buf *buf, Arena *arena)
{
    Str text = str_copy(arena, buf_str(buf));
    buf_free(buf);
    return text;
}

Str sql_quoted(Arena *arena, Str text)
{
    Buf out = {0};
    put_quoted(&out, text, '\'');
    return take(&out, arena);
}

Str sql_number(Arena *arena, Str text)
{
    Buf out = {0};
    put_number(&out, text);
    return take(&out, arena);
}

/* ---- entries ------------------------------------------------------------------------------- */

Str expr_text(Arena *arena, const Expr *expr)
{
    Buf out = {0};
    SqlWriter writer = {.out = &out, .arena = arena};
    put_expr(&writer, expr);
    return take(&out, arena);
}

Str item_text_renamed(Arena *arena, const Expr *item, const SqlRenames *renames)
{
    Buf out = {0};
    SqlWriter writer = {.out = &out, .arena = arena, .renames = renames};
    writer.as_written = item->alias.text.len == 0;
    put_element(&writer, item);
    return take(&out, arena);
}

static Str written(Arena *arena, const Query *query, const SqlRenames *renames, bool unlisted)
{
    Buf out = {0};
    SqlWriter writer = {.out = &out, .arena = arena, .renames = renames, .unlisted = unlisted};
    sql_write_query(&writer, query);
    return take(&out, arena);
}

Str query_text(Arena *arena, const Query *query)
{
    return written(arena, query, NULL, false);
}

Str query_text_renamed(Arena *arena, const Query *query, const SqlRenames *renames)
{
    return written(arena, query, renames, false);
}

Str query_text_unlisted(Arena *arena, const Query *query, const SqlRenames *renames)
{
    return written(arena, query, renames, true);
}
