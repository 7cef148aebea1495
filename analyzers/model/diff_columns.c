/* Columns of two schemas -> what happened to each. */
#include "conversion.h"
#include "diff_internal.h"
#include "project_internal.h"

typedef struct {
    Loader *loader;
    ResourceChange *change;
    Map *live; /* name -> Column */
    Map *candidate;
    Map *live_words; /* see words_of_broken_schema */
    Map *candidate_words;
} ColumnDiff;

/* ---- one column ---- */

static bool same_inner(Arena *arena, const Type *nullable, const Type *plain)
{
    const Type *inner = type_without_nullable(arena, nullable);
    return type_is_nullable(nullable) && !type_is_nullable(plain) && type_eq(inner, plain);
}

static bool is_enum(const Type *type)
{
    return type_is(type, "Enum8") || type_is(type, "Enum16");
}

static TypeChange type_change_of(Arena *arena, const Type *from, const Type *to)
{
    if (type_eq(from, to))
        return TYPE_CHANGE_NONE;
    if (same_inner(arena, to, from))
        return TYPE_CHANGE_TO_NULLABLE;
    if (same_inner(arena, from, to))
        return TYPE_CHANGE_FROM_NULLABLE;
    if (type_eq(type_without_low_cardinality(from), type_without_low_cardinality(to)))
        return TYPE_CHANGE_LOW_CARDINALITY;
    bool same_null = type_is_nullable(from) == type_is_nullable(to);
    if (same_null && is_enum(type_bare(from)) && is_enum(type_bare(to)))
        return TYPE_CHANGE_ENUM;
    return TYPE_CHANGE_OTHER;
}

bool column_needs_conversion(const ColumnChange *column)
{
    return (column->bits & COLUMN_TYPE) && column->type_change != TYPE_CHANGE_TO_NULLABLE;
}

const ColumnChange *diff_column(const ResourceChange *change, Str name)
{
    return change->columns_by_name ? map_get(change->columns_by_name, name) : NULL;
}

static bool same_expression(Loader *loader, Str a, Str b)
{
    Str left = squeezed(loader->arena, a);
    Str right = squeezed(loader->arena, b);
    if (str_eq(left, right) || left.len == 0 || right.len == 0)
        return str_eq(left, right);
    const Expr *live = sql_parse_expr(loader->sql, loader->arena, a, 0);
    const Expr *candidate = sql_parse_expr(loader->sql, loader->arena, b, 0);
    return live && candidate &&
           str_eq(expr_text(loader->arena, live), expr_text(loader->arena, candidate));
}

static Str without_blanks(Arena *arena, Str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\n' && text.ptr[i] != '\r')
            out[len++] = text.ptr[i];
    }
    return (Str){out, len};
}

static bool same_codec(Arena *arena, Str a, Str b)
{
    return str_eq_nocase(without_blanks(arena, a), without_blanks(arena, b));
}

/* $.a, $['a'] and $["a"] are one path; so are a[:] and a[*]. */
static Str plain_path(Arena *arena, Str path)
{
    path = str_trim(path);
    char *out = arena_alloc(arena, path.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        char next = i + 1 < path.len ? path.ptr[i + 1] : 0;
        bool opens = c == '[' && (next == '\'' || next == '"');
        bool closes = (c == '\'' || c == '"') && next == ']';
        if (opens && len && out[len - 1] == '.')
            ; /* $.['a'] */
        else if (opens)
            out[len++] = '.';
        else if (c == '*' && next == ']')
            out[len++] = ':';
        else
            out[len++] = c;
        if (opens || closes) {
            len -= closes ? 1 : 0;
            i++;
        }
    }
    return (Str){out, len};
}

static void compare_types(Loader *loader, ColumnChange *out)
{
    const Type *from = out->live->type;
    const Type *to = out->candidate->type;
    if (!from || !to) {
        Str a = squeezed(loader->arena, out->live->type_text.text);
        Str b = squeezed(loader->arena, out->candidate->type_text.text);
        out->bits |= str_eq(a, b) ? 0 : COLUMN_UNREADABLE;
        return;
    }
    out->type_change = type_change_of(loader->arena, from, to);
    if (out->type_change != TYPE_CHANGE_NONE)
        out->bits |= COLUMN_TYPE;
}

static ColumnChange compare_column(Loader *loader, const Column *live, const Column *candidate)
{
    ColumnChange out = {.name = candidate->name.text, .live = live, .candidate = candidate};
    compare_types(loader, &out);
    /* What stands behind a type that does not parse may have been lost with it. */
    if (!live->type || !candidate->type)
        return out;
    if (!same_expression(loader, live->default_expr.text, candidate->default_expr.text))
        out.bits |= COLUMN_DEFAULT;
    if (!same_codec(loader->arena, live->codec.text, candidate->codec.text))
        out.bits |= COLUMN_CODEC;
    if (!str_eq(plain_path(loader->arena, live->path.text),
                plain_path(loader->arena, candidate->path.text)))
        out.bits |= COLUMN_PATH;
    return out;
}

/* ---- order ---- */

/* Marks the items that leave the longest rising sequence: the fewest that moved.
 * Patience sorting; `rank` are distinct live places in the candidate's order. */
static void mark_moved(Arena *arena, const size_t *rank, size_t count, bool *moved)
{
    size_t *tail = ARENA_ARRAY(arena, size_t, count);
    size_t *previous = ARENA_ARRAY(arena, size_t, count);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        size_t low = 0, high = length;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (rank[tail[middle]] < rank[i])
                low = middle + 1;
            else
                high = middle;
        }
        previous[i] = low ? tail[low - 1] : i;
        tail[low] = i;
        length = low == length ? length + 1 : length;
        moved[i] = true;
    }
    for (size_t i = length ? tail[length - 1] : 0; length; length--, i = previous[i])
        moved[i] = false;
}

static Map *index_columns(Arena *arena, const Datafile *file)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        if (!map_has(map, column->name.text))
            map_put(map, column->name.text, (void *)(uintptr_t)column);
    }
    return map;
}

typedef struct {
    size_t *rank;
    bool *moved;
    size_t count;
} Order;

static Order order_of(const ColumnDiff *diff)
{
    Arena *arena = diff->loader->arena;
    const Column *first = diff->change->live->facts->columns.items;
    size_t total = map_len(diff->candidate);
    Order order = {ARENA_ARRAY(arena, size_t, total), ARENA_ARRAY(arena, bool, total), 0};
    for (size_t i = 0; i < total; i++) {
        const Column *live = map_get(diff->live, map_key(diff->candidate, i));
        if (live)
            order.rank[order.count++] = (size_t)(live - first);
    }
    mark_moved(arena, order.rank, order.count, order.moved);
    return order;
}

/* ---- all columns ---- */

/* The words of a schema in which something did not parse: it may still hold a column that seems to
 * be gone. NULL when all of it was read. */
static Map *words_of_broken_schema(Arena *arena, const Datafile *file)
{
    bool broken = false;
    for (size_t i = 0; i < file->problems.len && !broken; i++) {
        ProblemKind kind = file->problems.items[i].kind;
        broken = kind == PROBLEM_SYNTAX || kind == PROBLEM_COLUMN || kind == PROBLEM_TOO_DEEP ||
                 (kind == PROBLEM_UNKNOWN_WORD && file->columns.len == 0);
    }
    if (!broken)
        return NULL;
    Map *words = map_new(arena);
    Str rest = file->text;
    for (Str word; next_word(&rest, &word);)
        map_put(words, word, words);
    return words;
}

static void add_both(ColumnDiff *diff, const Order *order, size_t *common, const Column *live,
                     const Column *candidate)
{
    ColumnChange change = compare_column(diff->loader, live, candidate);
    if (order->moved[(*common)++]) {
        change.bits |= COLUMN_MOVED;
        diff->change->order_changed = true;
    }
    if (change.bits)
        vec_push(diff->loader->arena, &diff->change->columns, change);
}

/* A name with a blank in it is no column of any table: the quote that would end it is missing. */
static bool is_misread(const ColumnDiff *diff, const Column *column, bool added)
{
    const Map *other = added ? diff->live_words : diff->candidate_words;
    Str rest = column->name.text;
    Str word;
    if (str_find_char(rest, ' ') >= 0)
        return true;
    return other && next_word(&rest, &word) && map_has(other, word);
}

static void add_one_sided(ColumnDiff *diff, const Column *column, bool added)
{
    unsigned bits = added ? COLUMN_ADDED : COLUMN_DROPPED;
    if (is_misread(diff, column, added))
        bits = COLUMN_UNREADABLE;
    ColumnChange change = {.name = column->name.text,
                           .bits = bits,
                           .live = added ? NULL : column,
                           .candidate = added ? column : NULL};
    vec_push(diff->loader->arena, &diff->change->columns, change);
}

void diff_columns(Loader *loader, ResourceChange *change)
{
    ColumnDiff diff = {.loader = loader,
                       .change = change,
                       .live = index_columns(loader->arena, change->live->facts),
                       .candidate = index_columns(loader->arena, change->candidate->facts)};
    diff.live_words = words_of_broken_schema(loader->arena, change->live->facts);
    diff.candidate_words = words_of_broken_schema(loader->arena, change->candidate->facts);
    Order order = order_of(&diff);
    size_t common = 0;
    for (size_t i = 0; i < map_len(diff.candidate); i++) {
        const Column *candidate = map_value(diff.candidate, i);
        const Column *live = map_get(diff.live, map_key(diff.candidate, i));
        if (live)
            add_both(&diff, &order, &common, live, candidate);
        else
            add_one_sided(&diff, candidate, true);
    }
    for (size_t i = 0; i < map_len(diff.live); i++) {
        if (!map_has(diff.candidate, map_key(diff.live, i)))
            add_one_sided(&diff, map_value(diff.live, i), false);
    }
    change->columns_by_name = map_new(loader->arena);
    for (size_t i = 0; i < change->columns.len; i++) {
        ColumnChange *column = &change->columns.items[i];
        map_put(change->columns_by_name, column->name, column);
    }
    diff_column_renames(loader->arena, change);
}
