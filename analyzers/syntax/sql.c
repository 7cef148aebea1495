/* sql.c: parses SQL with tree-sitter and hands out the facts. */
#include "sql_build.h"

#include "squeeze.h"
#include "template_variants.h"

#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

enum {
    MAX_TEXT = 1 << 20, /* four times what the engine takes by default; more costs gigabytes */
    MAX_SYMBOLS = 512,
};

const TSLanguage *tree_sitter_clickhouse(void);

struct SqlParser {
    TSParser *parser;
    Arena *scratch;             /* of the parse under way; empty between two */
    Arena *texts;               /* the variants of the template under way, likewise */
    uint8_t kinds[MAX_SYMBOLS]; /* SqlKind by symbol of the grammar */
};

/* ---- the parser ---------------------------------------------------------------------------- */

static SqlKind kind_of(const TSLanguage *language, TSSymbol symbol)
{
    static const char *const NAMES[] = {
#define SQL_NAME(id, name) name,
        SQL_KINDS(SQL_NAME)
#undef SQL_NAME
    };
    if (ts_language_symbol_type(language, symbol) != TSSymbolTypeRegular)
        return SQL_TOKEN;
    const char *name = ts_language_symbol_name(language, symbol);
    for (size_t i = 0; name && i < ARRAY_LEN(NAMES); i++)
        if (strcmp(name, NAMES[i]) == 0)
            return (SqlKind)(i + 1);
    return SQL_OTHER;
}

SqlParser *sql_parser_new(void)
{
    SqlParser *self = xmalloc(sizeof(*self));
    const TSLanguage *language = tree_sitter_clickhouse();
    uint32_t count = ts_language_symbol_count(language);

    self->parser = ts_parser_new();
    self->scratch = arena_new();
    self->texts = arena_new();
    if (!ts_parser_set_language(self->parser, language) || count > MAX_SYMBOLS)
        abort(); /* built with another library than the grammar was made for */
    for (uint32_t i = 0; i < count; i++)
        self->kinds[i] = (uint8_t)kind_of(language, (TSSymbol)i);
    return self;
}

void sql_parser_free(SqlParser *parser)
{
    if (!parser)
        return;
    ts_parser_delete(parser->parser);
    arena_free(parser->scratch);
    arena_free(parser->texts);
    free(parser);
}

/* ---- places and texts ---------------------------------------------------------------------- */

Range sql_place(const SqlBuild *build, Range range)
{
    uint32_t start = range.start > build->prefix ? range.start - build->prefix : 0;
    uint32_t end = range.end > build->prefix ? range.end - build->prefix : 0;
    return (Range){build->offset + start, build->offset + end};
}

static Range in_text(const SqlBuild *build, Range range)
{
    Range place = sql_place(build, range);
    return (Range){place.start - build->offset, place.end - build->offset};
}

Str sql_source(const SqlBuild *build, const SqlNode *node)
{
    return str_range(build->text, in_text(build, node->range));
}

bool sql_holds_tag(const SqlBuild *build, const SqlNode *node)
{
    if (!build->has_template)
        return false;
    Range range = in_text(build, node->range);
    Str source = str_range(build->text, range);
    Str read = str_range(build->read, range);
    return source.len && memcmp(source.ptr, read.ptr, source.len) != 0;
}

static char unescape(char c)
{
    static const char FROM[] = "ntr0abfve";
    static const char TO[] = "\n\t\r\0\a\b\f\v\033";
    const char *at = c ? strchr(FROM, c) : NULL;
    return at ? TO[at - FROM] : c;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The escape after the backslash at `from`; how many bytes it took. */
static size_t put_escape(Buf *out, Str text, size_t from)
{
    char c = text.ptr[from];
    if (c == 'x' && from + 2 < text.len) {
        int high = hex_digit(text.ptr[from + 1]);
        int low = hex_digit(text.ptr[from + 2]);
        if (high >= 0 && low >= 0) {
            buf_add_char(out, (char)(high * 16 + low));
            return 3;
        }
    }
    if (c == '%' || c == '_') /* kept for LIKE */
        buf_add_char(out, '\\');
    buf_add_char(out, unescape(c));
    return 1;
}

Str sql_unquote(Arena *arena, Str quoted)
{
    if (quoted.len < 2)
        return quoted;
    char quote = quoted.ptr[0];
    Str inside = str_slice(quoted, 1, quoted.len - 1);
    if (!memchr(inside.ptr, '\\', inside.len) && !memchr(inside.ptr, quote, inside.len))
        return inside;
    Buf out = {0};
    for (size_t i = 0; i < inside.len;) {
        char c = inside.ptr[i++];
        if (c == '\\' && i < inside.len) {
            i += put_escape(&out, inside, i);
            continue;
        }
        if (c == quote && i < inside.len && inside.ptr[i] == quote)
            i++;
        buf_add_char(&out, c);
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

Token sql_token(const SqlBuild *build, const SqlNode *node)
{
    Str source = sql_source(build, node);
    if (sql_holds_tag(build, node))
        source = squeeze_tags(build->arena, source);
    else if (node->kind == SQL_QUOTED_IDENTIFIER)
        source = sql_unquote(build->arena, source);
    return (Token){source, sql_place(build, node->range)};
}

void sql_fail(SqlBuild *build, Range range, Str why)
{
    if (build->broken)
        return;
    build->broken = true;
    build->error = range;
    build->error_text = why;
}

/* ---- errors -------------------------------------------------------------------------------- */

/* The first word or character of what was not expected. */
static Str first_token(Str text)
{
    size_t end = 0;
    text = str_trim(text);
    while (end < text.len && end < 40 &&
           ((text.ptr[end] >= 'a' && text.ptr[end] <= 'z') ||
            (text.ptr[end] >= 'A' && text.ptr[end] <= 'Z') ||
            (text.ptr[end] >= '0' && text.ptr[end] <= '9') || text.ptr[end] == '_'))
        end++;
    if (end == 0 && text.len) { /* a whole character, not its first byte */
        end = 1;
        while (end < text.len && end < 4 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
            end++;
    }
    return str_slice(text, 0, end);
}

static void note_syntax_error(SqlBuild *build, const SqlNode *root)
{
    const SqlNode *error = sql_tree_error(root);
    if (!error)
        return;
    Range place = sql_place(build, error->range);
    bool closing = strchr(")]}", error->word[0]) || strcmp(error->word, "END") == 0;
    Str rest = str_slice(build->text, place.start - build->offset, build->text.len);
    Str token = first_token(error->missing ? rest : sql_source(build, error));
    Str why;
    if (error->missing && closing)
        why = str_fmt(build->arena, "expected '%s'", error->word);
    else if (token.len)
        why = str_fmt(build->arena, "unexpected '%.*s'", STR_ARG(token));
    else
        why = STR("unexpected end");
    build->broken = false; /* the place of a syntax error comes before what follows from it */
    sql_fail(build, place, why);
}

/* A new language, though the same, gives the scanner a new count. */
static SqlNode *read_tree(SqlParser *parser, Arena *scratch, Str text, LikeTree *like)
{
    ts_parser_set_language(parser->parser, tree_sitter_clickhouse());
    return sql_tree_read(parser->parser, parser->kinds, scratch, text, like);
}

/* ---- entries ------------------------------------------------------------------------------- */

static Query *refused(SqlBuild *build, Str text, Str why, bool too_deep)
{
    Query *query = ARENA_NEW(build->arena, Query);
    query->broken = true;
    query->too_deep = too_deep;
    query->has_template = build->has_template;
    query->error_text = why;
    query->range = query->error = (Range){build->offset, build->offset + (uint32_t)text.len};
    query->text = str_trim(text);
    return query;
}

static Query *read_query(SqlBuild *build, const SqlNode *root)
{
    SqlNode *node = sql_child(root, SQL_QUERY);
    Query *query = node ? sql_build_query(build, node) : ARENA_NEW(build->arena, Query);

    if (!node)
        sql_fail(build, sql_place(build, root->range), STR("no SELECT"));
    note_syntax_error(build, root);
    query->range = (Range){build->offset, build->offset + (uint32_t)build->text.len};
    query->broken |= build->broken || root->has_error;
    query->error = build->error;
    query->error_text = build->error_text;
    query->has_template = build->has_template;
    if (query->broken)
        query->text = str_trim(build->text); /* what was not read must not look equal */
    return query;
}

/* `read` is the text with its tags blanked. */
static Query *parse_text(SqlParser *parser, SqlBuild build, Str read, LikeTree *like)
{
    if (build.text.len > MAX_TEXT)
        return refused(&build, build.text, STR("the query is too long"), false);
    if (sql_nests_too_deep(read))
        return refused(&build, build.text, STR("the query nests too deep"), true);
    build.read = read;
    SqlNode *root = read_tree(parser, parser->scratch, read, like);
    Query *query = root ? read_query(&build, root)
                        : refused(&build, build.text, STR("the query cannot be read"), false);
    if (like && !query->broken) /* what broke it is told of each variant */
        sql_tree_share(like, parser->texts);
    arena_reset(parser->scratch);
    return query;
}

static Query *broken_template(SqlBuild *build, const TemplateVariants *texts)
{
    Query *query = refused(build, build->text, str_copy(build->arena, texts->problem), false);
    query->error = (Range){build->offset + texts->range.start, build->offset + texts->range.end};
    return query;
}

static bool is_template(Str text)
{
    return template_has_tags(text) || str_starts(str_trim(text), "%");
}

/* Equal texts of all variants do not suffice: what stands in which branch counts too. Variants have
 * blanks where tags stood, so words that a tag may join are compared as they were written. */
static Str text_of_variants(Arena *arena, const QueryVariants *variants, Str structure, Str source)
{
    Buf out = {0};
    bool as_written = squeeze_joins(arena, source);

    buf_add_str(&out, structure);
    for (size_t i = 0; i < variants->len && !as_written; i++) {
        buf_add_str(&out, query_text(arena, variants->items[i]));
        buf_add_char(&out, '\n');
        as_written = variants->items[i]->broken;
    }
    Str text = as_written ? squeeze_sql(arena, source) : str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static QueryVariants parse_variants(SqlParser *parser, SqlBuild build, size_t limit)
{
    TemplateVariants texts = template_variants(parser->texts, build.text, limit);
    size_t count = texts.texts.len;
    QueryVariants variants = {ARENA_ARRAY(build.arena, const Query *, count), count, texts.unread};

    LikeTree like = {0};
    build.has_template = texts.has_template;
    for (size_t i = 0; i < count; i++)
        variants.items[i] = texts.problem.len
                                ? broken_template(&build, &texts)
                                : parse_text(parser, build, texts.texts.items[i], &like);
    sql_tree_forget(&like);
    arena_reset(parser->texts);
    return variants;
}

QueryVariants sql_parse_variants(SqlParser *parser, Arena *arena, Str text, uint32_t offset)
{
    SqlBuild build = {.arena = arena, .text = text, .offset = offset};

    if (text.len <= MAX_TEXT && is_template(text))
        return parse_variants(parser, build, TEMPLATE_MAX_VARIANTS);
    QueryVariants variants = {.items = ARENA_ARRAY(arena, const Query *, 1), .len = 1};
    variants.items[0] = parse_text(parser, build, text, NULL);
    return variants;
}

Str query_variants_text(SqlParser *parser, Arena *arena, const QueryVariants *variants, Str text)
{
    if (text.len > MAX_TEXT || !is_template(text))
        return variants->items[0]->broken ? squeeze_sql(arena, text) : (Str){0};
    Str structure = template_structure(parser->texts, text);
    Str meaning = text_of_variants(arena, variants, structure, text);
    arena_reset(parser->texts);
    return meaning;
}

const Query *sql_parse_query(SqlParser *parser, Arena *arena, Str text, uint32_t offset)
{
    SqlBuild build = {.arena = arena, .text = text, .offset = offset};

    if (text.len > MAX_TEXT || !is_template(text))
        return parse_text(parser, build, text, NULL);
    QueryVariants variants = parse_variants(parser, build, 1);
    Query *query = (Query *)variants.items[0];
    query->text = squeeze_sql(arena, text); /* one variant does not speak for the others */
    return query;
}

/* The list of a text without SELECT, or NULL; `build` is made ready for it. */
static SqlNode *read_list(SqlParser *parser, Arena *scratch, SqlBuild *build)
{
    Str text = build->text;
    char *marked = arena_alloc(scratch, text.len + 1);

    if (text.len > MAX_TEXT || sql_nests_too_deep(text) || template_has_tags(text))
        return NULL;
    marked[0] = '\x01'; /* the grammar's sign for an expression list */
    if (text.len)
        memcpy(marked + 1, text.ptr, text.len);
    build->prefix = 1;
    SqlNode *root = read_tree(parser, scratch, (Str){marked, text.len + 1}, NULL);
    if (!root || root->has_error || root->kind != SQL_SOURCE_FILE)
        return NULL;
    return sql_child(root, SQL_EXPRESSION_LIST);
}

static const Expr *list_as_tuple(SqlBuild *build, const SqlNode *list)
{
    Expr *tuple = sql_new_expr(build, EXPR_TUPLE, list);

    for (SqlNode *item = list->child; item; item = item->next) {
        if (item->kind == SQL_SETTINGS_CLAUSE)
            return NULL;
        if (item->kind != SQL_LIST_ITEM)
            continue;
        SqlNode *value = item->child;
        if (!value || value->next)
            return NULL; /* DESC, DELETE and the like */
        vec_push(build->arena, &tuple->args, sql_build_expr(build, value));
    }
    return tuple->args.len == 1 && !sql_word(list, ",") ? tuple->args.items[0] : tuple;
}

const Expr *sql_parse_expr(SqlParser *parser, Arena *arena, Str text, uint32_t offset)
{
    SqlBuild build = {.arena = arena, .text = text, .read = text, .offset = offset};
    Arena *scratch = parser->scratch;
    SqlNode *list = read_list(parser, scratch, &build);
    const Expr *expr = list ? list_as_tuple(&build, list) : NULL;

    arena_reset(scratch);
    return build.broken ? NULL : expr;
}

TtlItems sql_parse_ttl(SqlParser *parser, Arena *arena, Str text, uint32_t offset)
{
    SqlBuild build = {.arena = arena, .text = text, .read = text, .offset = offset};
    Arena *scratch = parser->scratch;
    SqlNode *list = read_list(parser, scratch, &build);
    TtlItems items = {0};

    for (SqlNode *node = list ? list->child : NULL; node; node = node->next) {
        if (node->kind != SQL_LIST_ITEM)
            continue;
        TtlItem item = sql_build_ttl_item(&build, node);
        vec_push(arena, &items, item);
    }
    arena_reset(scratch);
    return build.broken ? (TtlItems){0} : items;
}
