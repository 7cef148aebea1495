/* A file deleted and one like it added: renamed resources, told by their content. */
#include "diff_internal.h"
#include "project_internal.h"

/* Beyond this many files a side only equal ones are matched: pairs grow with the square. */
enum { COMPARED_MAX = 256 };

#define SIMILAR 0.8F

typedef struct {
    ResourceChange *change;
    Strs features; /* sorted: "column type", or a line of meaning */
    Str all;       /* the features as one text */
} Profile;

typedef struct {
    Profile *items;
    size_t len;
    size_t cap;
} Profiles;

static void add_columns(Arena *arena, const Datafile *file, Strs *out)
{
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        Str type = column->type ? column->type->text : column->type_text.text;
        vec_push(arena, out,
                 str_fmt(arena, "%.*s %.*s", STR_ARG(column->name.text), STR_ARG(type)));
    }
}

static void add_lines(Arena *arena, Str text, Strs *out)
{
    for (Str line; str_split_line(&text, &line);) {
        line = squeezed(arena, line);
        if (line.len)
            vec_push(arena, out, str_lower(arena, line));
    }
}

static bool is_prose(Str word)
{
    return str_is_nocase(word, "DESCRIPTION") || str_is_nocase(word, "NODE") ||
           str_is_nocase(word, "TOKEN") || str_is_nocase(word, "TAGS");
}

static void add_instructions(Arena *arena, const Datafile *file, Strs *out)
{
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *instruction = &file->instructions.items[i];
        if (instruction->is_block && !is_prose(instruction->word.text))
            add_lines(arena, instruction->value.text, out);
        else if (!is_prose(instruction->word.text))
            vec_push(arena, out,
                     str_fmt(arena, "%.*s %.*s", STR_ARG(str_lower(arena, instruction->word.text)),
                             STR_ARG(squeezed(arena, instruction->value.text))));
    }
}

static Profile profile_of(Loader *loader, ResourceChange *change)
{
    const Resource *resource = change->live ? change->live : change->candidate;
    Profile profile = {.change = change};
    if (!resource->facts)
        return profile;
    if (change->kind == DATAFILE_DATASOURCE)
        add_columns(loader->arena, resource->facts, &profile.features);
    else
        add_instructions(loader->arena, resource->facts, &profile.features);
    sort_strs(&profile.features);
    profile.all = str_join(loader->arena, profile.features.items, profile.features.len, "\n");
    return profile;
}

/* Dice's measure of two sorted lists: twice the common ones by all. */
static float similarity(const Profile *a, const Profile *b)
{
    size_t i = 0, j = 0, common = 0;
    while (i < a->features.len && j < b->features.len) {
        int order = str_cmp(a->features.items[i], b->features.items[j]);
        common += order == 0 ? 1 : 0;
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    size_t all = a->features.len + b->features.len;
    return all ? 2.0F * (float)common / (float)all : 0.0F;
}

static void link_changes(ResourceChange *from, ResourceChange *to, float alike)
{
    from->renamed_to = to;
    to->renamed_from = from;
    from->similarity = alike;
    to->similarity = alike;
}

/* Among equally alike ones the nearest name wins. */
static void link_best(const Profile *from, const Profiles *added)
{
    ResourceChange *best = NULL;
    float best_alike = SIMILAR;
    size_t best_distance = 64;
    for (size_t i = 0; i < added->len; i++) {
        ResourceChange *to = added->items[i].change;
        if (to->renamed_from || to->kind != from->change->kind)
            continue;
        float alike = similarity(from, &added->items[i]);
        size_t distance = str_distance(from->change->name, to->name, 64);
        bool nearer = alike > best_alike || !best || distance < best_distance;
        if (alike < best_alike || !nearer)
            continue;
        best = to;
        best_alike = alike;
        best_distance = distance;
    }
    if (best)
        link_changes(from->change, best, best_alike);
}

static void link_equal(Arena *arena, const Profiles *deleted, const Profiles *added)
{
    Map *by_content = map_new(arena);
    for (size_t i = 0; i < added->len; i++) {
        if (added->items[i].features.len && !map_has(by_content, added->items[i].all))
            map_put(by_content, added->items[i].all, &added->items[i]);
    }
    for (size_t i = 0; i < deleted->len; i++) {
        const Profile *same = map_get(by_content, deleted->items[i].all);
        if (same && !same->change->renamed_from &&
            same->change->kind == deleted->items[i].change->kind)
            link_changes(deleted->items[i].change, same->change, 1.0F);
    }
}

void diff_resource_renames(Loader *loader, ResourceChanges *changes)
{
    Profiles deleted = {0};
    Profiles added = {0};
    for (size_t i = 0; i < changes->len; i++) {
        ResourceChange *change = changes->items[i];
        if (change->status == STATUS_DELETED)
            vec_push(loader->arena, &deleted, profile_of(loader, change));
        if (change->status == STATUS_NEW)
            vec_push(loader->arena, &added, profile_of(loader, change));
    }
    bool few = deleted.len <= COMPARED_MAX && added.len <= COMPARED_MAX;
    if (!few) {
        link_equal(loader->arena, &deleted, &added);
        return;
    }
    for (size_t i = 0; i < deleted.len; i++) {
        if (deleted.items[i].features.len)
            link_best(&deleted.items[i], &added);
    }
}
