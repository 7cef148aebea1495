/* Which added column continues a dropped one: there is no rename directive, so it is inferred. */
#include "conversion.h"
#include "diff_internal.h"

enum {
    COMPARED_MAX = 64, /* columns a side; a schema rewritten whole has no renames to find */
    NAME_MAX_COMPARED = 128,
    SCORE_PATH = 100,
    SCORE_SAME_WORD = 70, /* userId, user_id */
    SCORE_PART = 50,      /* enable, enabled; name, user_name */
    SCORE_NEAR = 40,      /* a letter or two differ */
    SCORE_PLACE = 30,
    SCORE_TYPE = 10,
    SCORE_LEAST = 30,
    CLEARLY = 10,
};

typedef struct {
    ColumnChange *column;
    Str after;      /* the common column before it in its own schema, empty at the top */
    size_t ordinal; /* among the one-sided columns there */
    int score;
    size_t best;
    bool unique;
    const char *ground;
} Entry;

typedef struct {
    Entry items[COMPARED_MAX];
    size_t len;
} Entries;

/* ---- evidence ---- */

static Str letters_of(Arena *arena, Str name)
{
    Str lower = str_lower(arena, name);
    char *out = arena_alloc(arena, lower.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < lower.len; i++) {
        if (lower.ptr[i] != '_' && lower.ptr[i] != '-')
            out[len++] = lower.ptr[i];
    }
    return (Str){out, len};
}

static Str without_digits_at_end(Str text)
{
    while (text.len && text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9')
        text.len--;
    return text;
}

static bool is_part_of(Str part, Str whole)
{
    if (part.len < 3 || part.len >= whole.len || whole.len > part.len * 3)
        return false;
    Str head = str_slice(whole, 0, part.len);
    Str tail = str_slice(whole, whole.len - part.len, whole.len);
    return str_eq(part, head) || str_eq(part, tail);
}

static int name_score(Arena *arena, Str from, Str to)
{
    Str a = letters_of(arena, from);
    Str b = letters_of(arena, to);
    if (str_eq(a, b))
        return SCORE_SAME_WORD;
    /* field1 and field2 are two things */
    if (str_eq(without_digits_at_end(a), without_digits_at_end(b)))
        return 0;
    if (is_part_of(a, b) || is_part_of(b, a))
        return SCORE_PART;
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t limit = shorter / 4;
    if (limit == 0 || shorter < 5)
        return 0;
    limit = limit > 3 ? 3 : limit;
    return str_distance(a, b, limit + 1) <= limit ? SCORE_NEAR : 0;
}

static bool starts_word(Str name, size_t i)
{
    bool upper = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
    bool after_lower = name.ptr[i - 1] >= 'a' && name.ptr[i - 1] <= 'z';
    return upper && after_lower;
}

/* The words of step_id and of stepId. */
static bool next_part(Str *rest, Str *part)
{
    while (rest->len && rest->ptr[0] == '_')
        *rest = str_slice(*rest, 1, rest->len);
    size_t end = rest->len ? 1 : 0;
    while (end < rest->len && rest->ptr[end] != '_' && !starts_word(*rest, end))
        end++;
    *part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return part->len > 0;
}

/* step_id and page_id, at one place and of one type, are one column. */
static bool share_word(Str a, Str b)
{
    if (a.len > NAME_MAX_COMPARED || b.len > NAME_MAX_COMPARED)
        return false;
    for (Str word; next_part(&a, &word);) {
        Str rest = b;
        for (Str other; word.len > 1 && next_part(&rest, &other);) {
            if (str_eq_nocase(word, other))
                return true;
        }
    }
    return false;
}

static bool is_compatible(const Type *from, const Type *to)
{
    if (type_eq(type_bare(from), type_bare(to)))
        return true;
    return conversion_of(from, to, CAST_STRICT).possible == CONVERSION_YES;
}

static bool same_bare_type(const Column *from, const Column *to)
{
    return type_eq(type_bare(from->type), type_bare(to->type));
}

/* Everything but the type, with the strongest ground. */
static int evidence(Arena *arena, const Entry *dropped, const Entry *added, const char **ground)
{
    const Column *from = dropped->column->live;
    const Column *to = added->column->candidate;
    bool same_type = type_eq(from->type, to->type);
    int path = from->path.text.len && str_eq(from->path.text, to->path.text) ? SCORE_PATH : 0;
    int name = name_score(arena, from->name.text, to->name.text);
    int place = str_eq(dropped->after, added->after) && dropped->ordinal == added->ordinal
                    ? SCORE_PLACE
                    : 0;
    /* Part of a name, another type and another path: event_id and event are two things. */
    bool has_paths = from->path.text.len && to->path.text.len;
    if (name == SCORE_PART && !path && has_paths && !same_bare_type(from, to))
        name = 0;
    /* Another name without a word in common is another fact, wherever it stands: accountName and
     * organizationId; and where a name speaks, the place does not choose between two. */
    if (path || name || !same_type || !share_word(from->name.text, to->name.text))
        place = 0;
    *ground = path ? "same jsonpath" : name ? "similar name" : "same place";
    return path + name + place;
}

static int score_of(Arena *arena, const Entry *dropped, const Entry *added, const char **ground)
{
    const Type *from = dropped->column->live->type;
    const Type *to = added->column->candidate->type;
    if (!from || !to || !is_compatible(from, to))
        return 0;
    int score = evidence(arena, dropped, added, ground);
    return score ? score + (type_eq(from, to) ? SCORE_TYPE : 0) : 0;
}

/* ---- choice ---- */

/* Columns of one side that the other lacks, with where they stand. */
static void collect(const ResourceChange *change, const Datafile *file, unsigned bit, Entries *out)
{
    Str after = {0};
    size_t ordinal = 0;
    for (size_t i = 0; i < file->columns.len && out->len < COMPARED_MAX; i++) {
        Str name = file->columns.items[i].name.text;
        ColumnChange *column = map_get(change->columns_by_name, name);
        if (!column || !(column->bits & bit)) {
            after = name;
            ordinal = 0;
            continue;
        }
        out->items[out->len++] = (Entry){.column = column, .after = after, .ordinal = ordinal++};
    }
}

static void offer(Entry *entry, size_t other, int score, const char *ground)
{
    if (score >= entry->score + CLEARLY) {
        entry->unique = true;
    } else if (score > entry->score - CLEARLY) {
        entry->unique = false;
    }
    if (score > entry->score) {
        entry->score = score;
        entry->best = other;
        entry->ground = ground;
    }
}

static void score_all(Arena *arena, Entries *dropped, Entries *added)
{
    for (size_t i = 0; i < dropped->len; i++) {
        for (size_t j = 0; j < added->len; j++) {
            const char *ground = NULL;
            int score = score_of(arena, &dropped->items[i], &added->items[j], &ground);
            if (score < SCORE_LEAST)
                continue;
            offer(&dropped->items[i], j, score, ground);
            offer(&added->items[j], i, score, ground);
        }
    }
}

void diff_column_renames(Arena *arena, ResourceChange *change)
{
    Entries *dropped = ARENA_NEW(arena, Entries);
    Entries *added = ARENA_NEW(arena, Entries);
    collect(change, change->live->facts, COLUMN_DROPPED, dropped);
    collect(change, change->candidate->facts, COLUMN_ADDED, added);
    score_all(arena, dropped, added);
    for (size_t i = 0; i < dropped->len; i++) {
        Entry *from = &dropped->items[i];
        if (!from->unique)
            continue;
        Entry *to = &added->items[from->best];
        if (!to->unique || to->best != i)
            continue;
        from->column->renamed_to = to->column;
        to->column->renamed_from = from->column;
        from->column->rename_ground = from->ground;
        to->column->rename_ground = from->ground;
    }
}
