/* fuzz_sql.c: any bytes -> a query, an expression, a TTL or a template, as the first byte says. */
#include "touch.h"

#include "syntax/sql.h"

/* Not 0, so that a range without its offset is seen. */
enum { OFFSET = 100 };

typedef struct {
    Arena *arena;
    Str text;      /* what was parsed */
    Str file_text; /* the same behind OFFSET bytes */
} Walk;

static bool walk_expr(const Expr *expr, void *context)
{
    const Walk *walk = context;
    touch(expr->name);
    touch(expr->alias.text);
    touch(expr->rare->alias_tag);
    touch(expr->rare->clause_text);
    touch_range(expr->range, OFFSET, walk->text.len);
    touch_range(expr->core, OFFSET, walk->text.len);
    for (size_t i = 0; i < expr->path.len; i++) {
        touch(expr->path.items[i].text);
        touch_range(expr->path.items[i].range, OFFSET, walk->text.len);
    }
    touch(expr_output_name(expr, walk->file_text));
    return true;
}

static void walk_whole(const Expr *expr, Walk *walk)
{
    if (!expr)
        return;
    expr_walk(expr, walk_expr, walk);
    touch(expr_text(walk->arena, expr));
}

static void walk_query(const Query *query, Walk *walk)
{
    query_walk(query, walk_expr, walk);
    touch(query_text(walk->arena, query));
    touch(query->error_text);
    touch_range(query->error, OFFSET, walk->text.len);
    touch_range(query->range, OFFSET, walk->text.len);
    for (size_t i = 0; i < query->selects.len; i++) {
        const Select *select = query->selects.items[i];
        for (size_t k = 0; k < select->items.len; k++)
            touch(expr_text(walk->arena, select->items.items[k]));
        for (size_t k = 0; k < select->from.len; k++) {
            touch(select->from.items[k].name.text);
            touch_range(select->from.items[k].range, OFFSET, walk->text.len);
        }
    }
}

static void walk_ttl(TtlItems items, Walk *walk)
{
    for (size_t i = 0; i < items.len; i++) {
        const TtlItem *item = &items.items[i];
        walk_whole(item->expr, walk);
        walk_whole(item->where, walk);
        touch(str_of(item->action));
        touch(item->target.text);
        touch_range(item->range, OFFSET, walk->text.len);
    }
}

static void walk_variants(const QueryVariants *variants, Walk *walk)
{
    for (size_t i = 0; i < variants->len; i++)
        walk_query(variants->items[i], walk);
}

static Str behind_offset(Arena *arena, Str text)
{
    Buf buf = {0};
    buf_add_repeat(&buf, ' ', OFFSET);
    buf_add_str(&buf, text);
    Str whole = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena *arena = arena_new();
    SqlParser *parser = sql_parser_new();
    Str text = {(const char *)data + 1, size - 1};
    Walk walk = {arena, text, behind_offset(arena, text)};
    QueryVariants variants;
    switch (data[0] % 4) {
    case 0:
        walk_query(sql_parse_query(parser, arena, text, OFFSET), &walk);
        break;
    case 1:
        walk_whole(sql_parse_expr(parser, arena, text, OFFSET), &walk);
        break;
    case 2:
        walk_ttl(sql_parse_ttl(parser, arena, text, OFFSET), &walk);
        break;
    default:
        variants = sql_parse_variants(parser, arena, text, OFFSET);
        touch(query_variants_text(parser, arena, &variants, text));
        walk_variants(&variants, &walk);
    }
    sql_parser_free(parser);
    arena_free(arena);
    return 0;
}
