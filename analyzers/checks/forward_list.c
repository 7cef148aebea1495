/* forward_list.c: the select list of a FORWARD_QUERY against the live schema. */
#include "forward_list.h"

#include "forward_expr.h"
#include "model/view_meaning.h"
#include "syntax/squeeze.h"

#include <regex.h>
#include <string.h>

typedef struct {
    ForwardScope scope;
    ForwardList *list;
    Str text; /* of the candidate's file */
} Reader;

/* ---- column patterns ---- */

enum { MAX_PATTERN = 256 };

/* ClickHouse matches with RE2. Of the common ground with POSIX only this much is taken: letters,
 * classes, groups, anchors and simple repetition. Anything else is not understood. */
static bool pattern_is_common(Str pattern)
{
    if (pattern.len == 0 || pattern.len > MAX_PATTERN)
        return false;
    for (size_t i = 0; i < pattern.len; i++) {
        unsigned char c = (unsigned char)pattern.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || strchr("_ -.^$|()[]*+?", c) == NULL))
            return false;
        char next = i + 1 < pattern.len ? pattern.ptr[i + 1] : '\0';
        bool lazy = strchr("*+?", c) != NULL && next != '\0' && strchr("*+?", next) != NULL;
        if (lazy || (c == '(' && next == '?') || (c == '[' && next == '['))
            return false;
    }
    return true;
}

/* Compiles the pattern; false when it is not understood. The caller frees `out`. */
static bool pattern_compile(Arena *arena, Str pattern, regex_t *out)
{
    return pattern_is_common(pattern) &&
           regcomp(out, str_cstr(arena, pattern), REG_EXTENDED | REG_NOSUB) == 0;
}

/* ---- outputs ---- */

static ForwardOutput column_output(const Reader *r, const Column *column, Range range)
{
    ForwardOutput out = {.name = column->name.text,
                         .kind = OUTPUT_PASS,
                         .source = column,
                         .type = column->type,
                         .has_alias = true,
                         .range = range};
    vec_push(r->scope.arena, &out.reads, column->name.text);
    return out;
}

/* t.a is named a when t is the table, and t.a when it is a part of column t. */
static bool is_part_of_column(const ForwardOutput *out)
{
    return out->kind == OUTPUT_EXPRESSION && out->expr->kind == EXPR_COLUMN &&
           out->expr->path.len > 1 && out->expr->alias.text.len == 0;
}

static void expr_output(Reader *r, const Expr *expr)
{
    ForwardOutput out = {.name = expr_output_name(expr, r->text),
                         .expr = expr,
                         .has_alias = expr->alias.text.len > 0 || expr->kind == EXPR_COLUMN,
                         .range = expr->range};
    forward_eval(&r->scope, &out);
    if (is_part_of_column(&out))
        out.name = str_range(r->text, expr->core);
    vec_push(r->scope.arena, &r->list->outputs, out);
}

/* ---- stars ---- */

/* Outputs of one star while its transformers are applied. */
typedef struct {
    Reader *reader;
    ForwardOutputs outputs;
    bool known;
} Star;

static void star_remove(Star *star, size_t index)
{
    for (size_t i = index + 1; i < star->outputs.len; i++)
        star->outputs.items[i - 1] = star->outputs.items[i];
    star->outputs.len--;
}

static ForwardOutput *star_find(const Star *star, Str name)
{
    for (size_t i = 0; i < star->outputs.len; i++)
        if (str_eq(star->outputs.items[i].name, name))
            return &star->outputs.items[i];
    return NULL;
}

static void star_keep_matching(Star *star, Str pattern, bool keep)
{
    regex_t regex;
    if (!pattern_compile(star->reader->scope.arena, pattern, &regex)) {
        star->known = false;
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < star->outputs.len; i++) {
        const char *name = str_cstr(star->reader->scope.arena, star->outputs.items[i].name);
        if ((regexec(&regex, name, 0, NULL, 0) == 0) == keep)
            star->outputs.items[kept++] = star->outputs.items[i];
    }
    star->outputs.len = kept;
    regfree(&regex);
}

/* EXCEPT STRICT and REPLACE STRICT refuse a column that is not there. */
static void star_missing(Star *star, const Expr *transformer, Str name)
{
    if (!transformer->strict)
        return;
    Arena *arena = star->reader->scope.arena;
    ForwardOutput out = {.name = name, .kind = OUTPUT_UNKNOWN, .range = transformer->range};
    vec_push(arena, &out.unknown, name);
    vec_push(arena, &star->reader->list->refused, out);
}

static void star_except(Star *star, const Expr *transformer)
{
    if (transformer->path.len == 0) {
        star_keep_matching(star, transformer->name, false);
        return;
    }
    for (size_t i = 0; i < transformer->path.len; i++) {
        Str name = transformer->path.items[i].text;
        const ForwardOutput *found = star_find(star, name);
        if (found != NULL)
            star_remove(star, (size_t)(found - star->outputs.items));
        else
            star_missing(star, transformer, name);
    }
}

static void star_replace(Star *star, const Expr *transformer)
{
    for (size_t i = 0; i < transformer->args.len; i++) {
        const Expr *expr = transformer->args.items[i];
        ForwardOutput *replaced = star_find(star, expr->alias.text);
        if (replaced == NULL) {
            star_missing(star, transformer, expr->alias.text);
            continue;
        }
        ForwardOutput out = {.name = expr->alias.text,
                             .expr = expr,
                             .has_alias = true,
                             .from_star = true,
                             .range = expr->range};
        forward_eval(&star->reader->scope, &out);
        *replaced = out;
    }
}

static void star_transform(Star *star, const Expr *transformer)
{
    switch (transformer->kind) {
    case EXPR_EXCEPT:
        star_except(star, transformer);
        break;
    case EXPR_REPLACE:
        star_replace(star, transformer);
        break;
    default: /* APPLY names its outputs after the function */
        star->known = false;
        break;
    }
}

static void star_all_columns(Star *star, Range range)
{
    const Columns *columns = &star->reader->scope.live->columns;
    for (size_t i = 0; i < columns->len; i++) {
        ForwardOutput out = column_output(star->reader, &columns->items[i], range);
        out.from_star = true;
        vec_push(star->reader->scope.arena, &star->outputs, out);
    }
}

/* COLUMNS(a, b): the columns as listed. */
static void star_listed_columns(Star *star, const Expr *expr)
{
    for (size_t i = 0; i < expr->params.len; i++) {
        const Expr *item = expr->params.items[i];
        const Column *column = item->kind == EXPR_COLUMN && item->path.len > 0
                                   ? forward_live_column(&star->reader->scope,
                                                         item->path.items[item->path.len - 1].text)
                                   : NULL;
        if (column == NULL) {
            star->known = false;
            return;
        }
        ForwardOutput out = column_output(star->reader, column, item->range);
        out.from_star = true;
        vec_push(star->reader->scope.arena, &star->outputs, out);
    }
}

static void star_columns(Star *star, const Expr *expr)
{
    if (expr->is_columns && expr->params.len > 0) {
        star_listed_columns(star, expr);
        return;
    }
    star_all_columns(star, expr->range);
    if (expr->is_columns)
        star_keep_matching(star, expr->name, true);
    else if (expr->name.len > 0 && !str_eq(expr->name, star->reader->scope.table))
        star->known = false; /* of a table that is not there */
}

static void star_output(Reader *r, const Expr *expr)
{
    Star star = {.reader = r, .known = true};
    star_columns(&star, expr);
    for (size_t i = 0; i < expr->args.len && star.known; i++)
        star_transform(&star, expr->args.items[i]);
    if (!star.known) {
        r->list->star_unknown = true;
        return;
    }
    for (size_t i = 0; i < star.outputs.len; i++)
        vec_push(r->scope.arena, &r->list->outputs, star.outputs.items[i]);
}

/* ---- the list ---- */

static bool list_is_identity(const ForwardList *list, const Datafile *live)
{
    if (list->star_unknown || list->outputs.len != live->columns.len)
        return false;
    for (size_t i = 0; i < live->columns.len; i++) {
        const ForwardOutput *out = &list->outputs.items[i];
        if (out->kind != OUTPUT_PASS || out->source != &live->columns.items[i] ||
            !str_eq(out->name, live->columns.items[i].name.text))
            return false;
    }
    return true;
}

static bool query_is_one_list(const Query *query)
{
    return !query->broken && !query->too_deep && !query->has_template && query->selects.len == 1 &&
           query->selects.items[0]->items.len > 0;
}

static void read_items(Reader *r, const Select *select)
{
    for (size_t i = 0; i < select->items.len; i++) {
        const Expr *item = select->items.items[i];
        if (item->kind == EXPR_STAR)
            star_output(r, item);
        else
            expr_output(r, item);
    }
    r->list->is_identity = list_is_identity(r->list, r->scope.live);
}

Str forward_meaning(const Check *check, const Resource *datasource)
{
    const DatasourceFacts *facts = datasource ? datasource->datasource : NULL;
    if (facts == NULL || facts->forward_query == NULL)
        return (Str){0};
    Token value = facts->forward_query->value;
    const Query *query =
        sql_parse_query(check->loader->sql, check->arena, value.text, value.range.start);
    bool readable = query && !query->broken && !query->too_deep && !query->has_template;
    return readable ? query_meaning(check->arena, query) : squeeze_sql(check->arena, value.text);
}

const ForwardList *forward_list_read(const Check *check, const ResourceChange *change)
{
    const Resource *candidate = change->candidate;
    if (candidate == NULL || candidate->facts == NULL || candidate->datasource == NULL ||
        candidate->datasource->forward_query == NULL)
        return NULL;
    Arena *arena = check->arena;
    ForwardList *list = ARENA_NEW(arena, ForwardList);
    list->instruction = candidate->datasource->forward_query;
    Range body = list->instruction->value.range;
    list->query = sql_parse_query(check->loader->sql, arena,
                                  str_range(candidate->facts->text, body), body.start);
    if (!query_is_one_list(list->query) || change->live == NULL || change->live->facts == NULL)
        return list;
    const Select *select = list->query->selects.items[0];
    Reader reader = {.list = list, .text = candidate->facts->text};
    reader.scope = (ForwardScope){.arena = arena,
                                  .live = change->live->facts,
                                  .table = change->name,
                                  .aliases = forward_aliases(arena, select)};
    list->usable = true;
    read_items(&reader, select);
    return list;
}

bool forward_list_is_complete(const ForwardList *list)
{
    return list != NULL && list->usable && !list->star_unknown;
}

const ForwardOutput *forward_output(const ForwardList *list, Str name)
{
    for (size_t i = 0; list != NULL && i < list->outputs.len; i++)
        if (str_eq(list->outputs.items[i].name, name))
            return &list->outputs.items[i];
    return NULL;
}
