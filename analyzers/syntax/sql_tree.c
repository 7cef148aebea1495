/* sql_tree.c: copies tree-sitter's tree of a SQL text into plain nodes, without recursion. */
#include "sql_tree.h"

#include <string.h>
#include <tree_sitter/api.h>

/* Levels of the tree, above an item of a select list and inside it, within which the expression
 * can be shared: together they never reach the depth at which expressions are cut off. */
enum { SHARED_ABOVE = 100, SHARED_HEIGHT = 50 };

typedef struct {
    const uint8_t *kinds;
    Arena *scratch;
    SqlNodes *items;   /* NULL: they are not asked for */
    SharedItems known; /* of the tree before */
    size_t next_known;
    size_t level;
} Copy;

static SqlNode *copy_node(const Copy *copy, const TSTreeCursor *cursor)
{
    TSNode from = ts_tree_cursor_current_node(cursor);
    SqlNode *node = ARENA_NEW(copy->scratch, SqlNode);
    TSSymbol symbol = ts_node_symbol(from);

    node->kind = symbol == (TSSymbol)-1 ? SQL_ERROR : (SqlKind)copy->kinds[symbol];
    node->word = ts_node_type(from);
    node->field = ts_tree_cursor_current_field_name(cursor);
    node->range = (Range){ts_node_start_byte(from), ts_node_end_byte(from)};
    node->missing = ts_node_is_missing(from);
    node->has_error = ts_node_has_error(from);
    node->id = from.id;
    return node;
}

static bool is_item(const SqlNode *node)
{
    return node->parent && node->parent->kind == SQL_SELECT_LIST && sql_is_expression(node);
}

/* What is taken over is as high as it was, though its levels are not copied. */
static void raise_parent(const SqlNode *done)
{
    SqlNode *parent = done->parent;
    if (parent && parent->height <= done->height && done->height < UINT16_MAX)
        parent->height = (uint16_t)(done->height + 1);
}

/* The item stood in the tree before: what was made of it is taken over. */
static bool take_shared(Copy *copy, SqlNode *node)
{
    const SharedItems *known = &copy->known;
    while (copy->next_known < known->len &&
           known->items[copy->next_known].range.start < node->range.start)
        copy->next_known++;
    if (copy->next_known == known->len || copy->level > SHARED_ABOVE)
        return false;
    const SharedItem *item = &known->items[copy->next_known];
    if (item->id != node->id || item->range.start != node->range.start ||
        item->range.end != node->range.end)
        return false;
    node->expr = item->expr;
    node->height = item->height;
    node->is_shared = true;
    raise_parent(node);
    return true;
}

static bool share_item(Copy *copy, SqlNode *node)
{
    if (!copy->items || !is_item(node) || node->has_error)
        return false;
    bool shared = take_shared(copy, node);
    if (copy->level <= SHARED_ABOVE)
        vec_push(copy->scratch, copy->items, node);
    return shared;
}

/* The place where the next child of `parent` goes. */
static void attach(SqlNode *parent, SqlNode *last, SqlNode *node)
{
    node->parent = parent;
    if (last)
        last->next = node;
    else if (parent)
        parent->child = node;
}

static SqlNode *leave_level(Copy *copy, SqlNode *done)
{
    copy->level--;
    raise_parent(done);
    return done->parent;
}

static SqlNode *copy_tree(TSNode root, Copy *copy)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    SqlNode *top = copy_node(copy, &cursor);
    SqlNode *parent = top;
    SqlNode *last = NULL;
    bool down = ts_tree_cursor_goto_first_child(&cursor);

    while (down || parent) {
        if (!down) { /* this level is done */
            last = parent;
            parent = leave_level(copy, parent);
            down = parent && ts_tree_cursor_goto_parent(&cursor) &&
                   ts_tree_cursor_goto_next_sibling(&cursor);
            continue;
        }
        SqlNode *node = copy_node(copy, &cursor);
        if (node->kind == SQL_COMMENT) {
            down = ts_tree_cursor_goto_next_sibling(&cursor);
            continue;
        }
        attach(parent, last, node);
        last = node;
        if (!share_item(copy, node) && ts_tree_cursor_goto_first_child(&cursor)) {
            parent = node;
            last = NULL;
            copy->level++;
        } else {
            down = ts_tree_cursor_goto_next_sibling(&cursor);
        }
    }
    ts_tree_cursor_delete(&cursor);
    return top;
}

/* The parser asks for the text once, and again whenever it comes back from the end: after a quote
 * that never closes, or after the scanner gave up (grammar/sql/src/scanner.c). A text that makes
 * it come back too often ends early for the parser; by then it is broken anyway.
 *
 * The last bytes are always given: on a byte there that is no UTF-8 the parser asks again for the
 * rest of the character, and reads what it is given without a look at the count. */
typedef struct {
    Str text;
    int questions;
} Source;

enum { MAX_QUESTIONS = 24, UTF8_LONGEST = 4 };

static const char *read_source(void *payload, uint32_t at, TSPoint point, uint32_t *count)
{
    Source *source = payload;
    (void)point;
    *count = 0;
    if (at >= source->text.len)
        return "";
    uint32_t left = (uint32_t)source->text.len - at;
    if (left >= UTF8_LONGEST && source->questions++ >= MAX_QUESTIONS)
        return "";
    *count = left;
    return source->text.ptr + at;
}

static TSTree *parse(TSParser *parser, TSTree *like, Str text)
{
    Source source = {text, 0};
    return ts_parser_parse(parser, like, (TSInput){&source, read_source, TSInputEncodingUTF8});
}

/* ---- like texts ---- */

void sql_tree_forget(LikeTree *like)
{
    if (like->tree)
        ts_tree_delete(like->tree);
    *like = (LikeTree){0};
}

static TSPoint point_at(Str text, uint32_t at)
{
    TSPoint point = {0, at};
    for (uint32_t i = 0; i < at; i++) {
        if (text.ptr[i] == '\n')
            point = (TSPoint){point.row + 1, at - i - 1};
    }
    return point;
}

/* Tells the tree which bytes of its text are other ones now. */
static void mark_difference(LikeTree *like, Str text)
{
    uint32_t start = 0, end = (uint32_t)text.len;
    while (start < end && like->text.ptr[start] == text.ptr[start])
        start++;
    while (end > start && like->text.ptr[end - 1] == text.ptr[end - 1])
        end--;
    TSInputEdit edit = {
        .start_byte = start,
        .old_end_byte = end,
        .new_end_byte = end,
        .start_point = point_at(text, start),
        .old_end_point = point_at(like->text, end),
        .new_end_point = point_at(text, end),
    };
    ts_tree_edit(like->tree, &edit);
}

/* Where either text has an error, what the parser makes of it depends on the way there. */
static TSTree *parse_alike(TSParser *parser, LikeTree *like, Str text)
{
    TSTree *tree = NULL;
    if (like->tree && like->text.len == text.len) {
        mark_difference(like, text);
        tree = parse(parser, like->tree, text);
        if (tree && ts_node_has_error(ts_tree_root_node(tree))) {
            ts_tree_delete(tree);
            tree = NULL;
        }
    }
    return tree ? tree : parse(parser, NULL, text);
}

SqlNode *sql_tree_read(TSParser *parser, const uint8_t *kinds, Arena *scratch, Str text,
                       LikeTree *like)
{
    LikeTree none = {0};
    if (!like)
        like = &none;
    SqlNodes items = {0};
    TSTree *tree = parse_alike(parser, like, text);
    Copy copy = {kinds, scratch, like == &none ? NULL : &items, like->shared, 0, 0};
    sql_tree_forget(like);
    if (!tree)
        return NULL;
    SqlNode *root = copy_tree(ts_tree_root_node(tree), &copy);
    *like = (LikeTree){.tree = tree, .text = text, .items = items};
    if (like == &none || root->has_error)
        sql_tree_forget(like);
    return root;
}

void sql_tree_share(LikeTree *like, Arena *arena)
{
    for (size_t i = 0; i < like->items.len; i++) {
        const SqlNode *node = like->items.items[i];
        if (node->expr && node->height <= SHARED_HEIGHT)
            vec_push(arena, &like->shared,
                     (SharedItem){node->id, node->range, node->height, node->expr});
    }
    like->items = (SqlNodes){0};
}

SqlNode *sql_child(const SqlNode *node, SqlKind kind)
{
    for (SqlNode *child = node->child; child; child = child->next)
        if (child->kind == kind)
            return child;
    return NULL;
}

SqlNode *sql_field(const SqlNode *node, const char *name)
{
    for (SqlNode *child = node->child; child; child = child->next)
        if (child->field && strcmp(child->field, name) == 0)
            return child;
    return NULL;
}

bool sql_is(const SqlNode *node, const char *word)
{
    return node->kind == SQL_TOKEN && strcmp(node->word, word) == 0;
}

SqlNode *sql_word(const SqlNode *node, const char *word)
{
    for (SqlNode *child = node->child; child; child = child->next)
        if (sql_is(child, word))
            return child;
    return NULL;
}

bool sql_is_expression(const SqlNode *node)
{
    switch (node->kind) {
    case SQL_ALIASED:
    case SQL_ARRAY:
    case SQL_BETWEEN:
    case SQL_BINARY:
    case SQL_BIT_STRING:
    case SQL_BOOLEAN:
    case SQL_CALL:
    case SQL_CASE:
    case SQL_CAST:
    case SQL_CAST_OPERATOR:
    case SQL_COLUMNS:
    case SQL_DATED:
    case SQL_HEREDOC:
    case SQL_IDENTIFIER:
    case SQL_INTERVAL:
    case SQL_IS:
    case SQL_LAMBDA:
    case SQL_MAP:
    case SQL_MEMBER:
    case SQL_NULL:
    case SQL_NUMBER:
    case SQL_PARAMETER:
    case SQL_PARENTHESIZED:
    case SQL_QUALIFIED_STAR:
    case SQL_QUOTED_IDENTIFIER:
    case SQL_STAR:
    case SQL_STRING:
    case SQL_SUBQUERY:
    case SQL_SUBSCRIPT:
    case SQL_TERNARY:
    case SQL_TUPLE:
    case SQL_UNARY:
        return true;
    default:
        return false;
    }
}

static const SqlNode *after(const SqlNode *node, bool into)
{
    if (into && node->child)
        return node->child;
    while (node && !node->next)
        node = node->parent;
    return node ? node->next : NULL;
}

const SqlNode *sql_tree_error(const SqlNode *root)
{
    const SqlNode *node = root;
    while (node) {
        if (node->kind == SQL_ERROR || node->missing)
            return node;
        node = after(node, node->has_error);
    }
    return NULL;
}
