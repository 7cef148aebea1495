/* fold.c: many findings of one cause are told as one: the sentence once, then what differs. */
#include "findings/finding_internal.h"

#include "base/map.h"

enum {
    MANY = 4,            /* below that, each is told by itself */
    NAMED = 4,           /* names in the sentence */
    DIFFERENCES_MOST = 3 /* words that differ; with more, the sentences are not one */
};

typedef VEC(Finding *) Group;

static Str cause_key(Arena *arena, const Finding *finding)
{
    return str_fmt(arena, "%d %d %.*s\n%.*s", (int)finding->rule, (int)finding->severity,
                   STR_ARG(finding->project), STR_ARG(finding->cause));
}

static Map *group_by_cause(Findings *findings)
{
    Map *groups = map_new(findings->arena);
    for (size_t i = 0; i < findings->items.len; i++) {
        Finding *finding = &findings->items.items[i];
        if (finding->cause.len == 0 || finding->fix)
            continue;
        Str key = cause_key(findings->arena, finding);
        Group *group = map_get(groups, key);
        if (!group) {
            group = ARENA_NEW(findings->arena, Group);
            map_put(groups, key, group);
        }
        vec_push(findings->arena, group, finding);
    }
    return groups;
}

/* ---- who they are ---- */

static Str resource_of(const Finding *finding)
{
    return finding->resource;
}

static Str subject_of(const Finding *finding)
{
    return finding->subject;
}

typedef Str (*Namer)(const Finding *finding);

static bool names_differ(Arena *arena, const Group *group, Namer name)
{
    Map *seen = map_new(arena);
    for (size_t i = 0; i < group->len; i++) {
        Str text = name(group->items[i]);
        if (!text.len || map_has(seen, text))
            return false;
        map_put(seen, text, seen);
    }
    return true;
}

/* "'a', 'b' and 3 more": the names of all but the first. */
static Str other_names(Arena *arena, const Group *group, Namer name)
{
    size_t others = group->len - 1;
    size_t named = others <= NAMED ? others : NAMED - 1;
    Buf out = {0};
    for (size_t i = 1; i <= named; i++) {
        const char *between = i == 1 ? "" : i == others ? " and " : ", ";
        buf_addf(&out, "%s'%.*s'", between, STR_ARG(name(group->items[i])));
    }
    if (named < others)
        buf_addf(&out, " and %zu more", others - named);
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool is_one_resource(const Group *group)
{
    for (size_t i = 1; i < group->len; i++)
        if (!str_eq(group->items[i]->resource, group->items[0]->resource))
            return false;
    return true;
}

static Str other_findings(Arena *arena, const Group *group)
{
    if (names_differ(arena, group, resource_of))
        return other_names(arena, group, resource_of);
    if (!is_one_resource(group))
        return str_fmt(arena, "%zu others", group->len - 1);
    return names_differ(arena, group, subject_of)
               ? other_names(arena, group, subject_of)
               : str_fmt(arena, "%zu other places in the file", group->len - 1);
}

/* ---- what differs ---- */

static Str next_word(Str *rest)
{
    *rest = str_trim(*rest);
    ptrdiff_t end = str_find_char(*rest, ' ');
    Str word = str_slice(*rest, 0, end < 0 ? rest->len : (size_t)end);
    *rest = str_slice(*rest, word.len, rest->len);
    return word;
}

static Str without_stop(Str word)
{
    while (word.len && str_find_char(STR(".,:;"), word.ptr[word.len - 1]) >= 0)
        word.len--;
    return word;
}

static void add_once(Arena *arena, Strs *words, Str word)
{
    for (size_t i = 0; i < words->len; i++)
        if (str_eq(words->items[i], word))
            return;
    vec_push(arena, words, word);
}

static Str first_sentence(Str text)
{
    ptrdiff_t end = str_find(text, ". ");
    return end < 0 ? text : str_slice(text, 0, (size_t)end + 1);
}

/* The words of the second sentence that the first one has not: "'hosts'". The whole sentence where
 * it is another one. */
static Str difference(Arena *arena, Str one, Str other)
{
    Strs words = {0};
    Str rest = one, other_rest = other;
    for (;;) {
        Str word = next_word(&rest), other_word = next_word(&other_rest);
        if ((word.len == 0) != (other_word.len == 0) || words.len > DIFFERENCES_MOST)
            return first_sentence(other);
        if (word.len == 0)
            break;
        if (!str_eq(word, other_word))
            add_once(arena, &words, without_stop(other_word));
    }
    return str_join(arena, words.items, words.len, ", ");
}

/* Where a finding speaks: of what is gone, the live side; the candidate's place is a substitute. */
static Place own_place(Arena *arena, const Finding *first, const Finding *finding)
{
    Place place = finding->place;
    if (finding->related.len && finding->related.items[0].side == SIDE_LIVE)
        place = finding->related.items[0];
    place.message = difference(arena, first->message, finding->message);
    return place;
}

/* ---- all ---- */

/* The first stands for all; its id depends on every one of them. */
static void fold_group(Arena *arena, const Group *group)
{
    Finding *first = group->items[0];
    Buf ids = {0};
    for (size_t i = 0; i < group->len; i++) {
        Finding *other = group->items[i];
        buf_add(&ids, other->id);
        if (i == 0)
            continue;
        vec_push(arena, &first->related, own_place(arena, first, other));
        other->severity = SEVERITY_OFF;
    }
    finding_write_id(first->id, finding_hash_text(buf_str(&ids)));
    buf_free(&ids);
    first->message = str_fmt(arena, "%.*s The same holds for %.*s.", STR_ARG(first->message),
                             STR_ARG(other_findings(arena, group)));
}

void findings_fold(Findings *findings)
{
    Map *groups = group_by_cause(findings);
    for (size_t i = 0; i < map_len(groups); i++) {
        const Group *group = map_value(groups, i);
        if (group->len >= MANY)
            fold_group(findings->arena, group);
    }
    findings_drop_off(findings);
}
