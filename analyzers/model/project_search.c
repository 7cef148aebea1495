/* Looks for a name in the bytes of all files of one side. */
#include "project_search.h"

#include "project_internal.h"

#include <string.h>

typedef struct {
    Str name;   /* empty: each file is asked for its own name */
    Str except; /* a pipe that is not asked */
    bool (*occurs)(Str text, Str name);
    bool (*confirms)(const Datafile *file, Str name); /* NULL: the bytes say enough */
} Search;

/* A line of a description or a query may begin like an instruction: the facts tell. */
static bool is_confirmed(Loader *loader, const Resource *resource, Str text, const Search *search,
                         Str name)
{
    if (!search->confirms)
        return true;
    if (resource->facts)
        return search->confirms(resource->facts, name);
    Arena *scratch = arena_new();
    bool confirmed = search->confirms(datafile_parse(loader->datafiles, scratch, text,
                                                     resource->kind, resource->project->dialect),
                                      name);
    arena_free(scratch);
    return confirmed;
}

static bool search_table(Loader *loader, const Map *table, const Search *search)
{
    Buf scratch = {0};
    bool found = false;
    for (size_t i = 0; i < map_len(table) && !found; i++) {
        const Resource *resource = map_value(table, i);
        Str text;
        if (str_eq(resource->name, search->except))
            continue;
        Str name = search->name.len ? search->name : resource->name;
        found = source_file_peek(loader->repo, resource->file, &scratch, &text) &&
                search->occurs(text, name) && is_confirmed(loader, resource, text, search, name);
    }
    buf_free(&scratch);
    return found;
}

/* ---- lines of an instruction ---- */

static Str unquoted(Str text)
{
    bool quoted = text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                  text.ptr[text.len - 1] == text.ptr[0];
    return quoted ? str_slice(text, 1, text.len - 1) : text;
}

/* The value's first word: to the closing quote, or to a blank. */
static Str first_value(Str text)
{
    text = str_trim(text);
    if (text.len == 0)
        return text;
    bool quoted = text.ptr[0] == '"' || text.ptr[0] == '\'';
    size_t end = 1;
    while (end < text.len &&
           (quoted ? text.ptr[end] != text.ptr[0] : !strchr(" \t", text.ptr[end])))
        end++;
    return unquoted(str_slice(text, 0, quoted ? end + 1 : end));
}

static bool has_line(Str text, const char *word, Str value)
{
    size_t len = strlen(word);
    for (Str line; str_split_line(&text, &line);) {
        line = str_trim(line);
        if (line.len <= len || (line.ptr[len] != ' ' && line.ptr[len] != '\t'))
            continue;
        if (str_is_nocase(str_slice(line, 0, len), word) &&
            str_eq(first_value(str_slice(line, len, line.len)), value))
            return true;
    }
    return false;
}

static bool grants(Str text, Str token)
{
    return has_line(text, "TOKEN", token);
}

static bool writes(Str text, Str name)
{
    return has_line(text, "DATASOURCE", name) || has_line(text, "TARGET_DATASOURCE", name);
}

/* "AS (": what stands before is the name of a subquery. */
static bool begins_subquery(Str rest)
{
    Str word;
    Str text = str_trim(rest);
    if (!next_word(&rest, &word) || !str_is_nocase(word, "AS") || word.ptr != text.ptr)
        return false;
    rest = str_trim(rest);
    return rest.len && rest.ptr[0] == '(';
}

/* A pipe that has a node or a subquery of that name reads its own, not what others have. */
static bool reads(Str text, Str name)
{
    if (has_line(text, "NODE", name))
        return false;
    bool after_from = false;
    bool found = false;
    for (Str word; next_word(&text, &word);) {
        if (word.len == name.len && str_eq(word, name)) {
            if (begins_subquery(text))
                return false;
            found |= after_from;
        }
        after_from =
            str_is_nocase(word, "FROM") || str_is_nocase(word, "JOIN") || str_is_nocase(word, "IN");
    }
    return found;
}

/* ---- questions ---- */

bool project_grants_token(Loader *loader, const Project *project, Str token)
{
    Search search = {.name = token, .occurs = grants};
    return search_table(loader, project->datasources, &search) ||
           search_table(loader, project->pipes, &search);
}

bool project_reads_elsewhere(Loader *loader, const Project *project, Str name, Str except)
{
    Search search = {.name = name, .except = except, .occurs = reads};
    return search_table(loader, project->pipes, &search);
}

bool project_writes(Loader *loader, const Project *project, Str name)
{
    Search search = {.name = name, .occurs = writes};
    return search_table(loader, project->pipes, &search);
}

/* ---- versions ---- */

/* `name` of name__v12; empty when it is no such name. */
static Str unversioned(Str name)
{
    size_t end = name.len;
    while (end > 0 && name.ptr[end - 1] >= '0' && name.ptr[end - 1] <= '9')
        end--;
    bool marked = end < name.len && end > 3 && str_ends(str_slice(name, 0, end), "__v");
    return marked ? str_slice(name, 0, end - 3) : (Str){0};
}

static bool has_version(Loader *loader, const Resource *resource)
{
    Buf scratch = {0};
    Str text;
    bool found = false;
    if (source_file_peek(loader->repo, resource->file, &scratch, &text)) {
        for (Str line; !found && str_split_line(&text, &line);)
            found = str_starts(line, "VERSION ") || str_starts(line, "VERSION\t");
    }
    buf_free(&scratch);
    return found;
}

bool project_has_version_of(Loader *loader, const Project *project, Str versioned)
{
    Str name = unversioned(versioned);
    const Resource *source = project_find(project, DATAFILE_DATASOURCE, name);
    const Resource *pipe = project_find(project, DATAFILE_PIPE, name);
    return (source && has_version(loader, source)) || (pipe && has_version(loader, pipe));
}

/* ---- instructions ---- */

static bool starts_line(Str text, Str word)
{
    for (Str line; str_split_line(&text, &line);) {
        line = str_trim(line);
        bool ends = line.len == word.len ||
                    (line.len > word.len && strchr(" \t>", line.ptr[word.len]) != NULL);
        if (ends && word.len && str_eq_nocase(str_slice(line, 0, word.len), word))
            return true;
    }
    return false;
}

/* "WORD", or "WORD ALSO"; the second is empty then. */
static Str take_first(Str *words)
{
    ptrdiff_t blank = str_find_char(*words, ' ');
    size_t end = blank < 0 ? words->len : (size_t)blank;
    Str first = str_slice(*words, 0, end);
    *words = blank < 0 ? (Str){0} : str_slice(*words, end + 1, words->len);
    return first;
}

static bool has_instructions(Str text, Str words)
{
    Str first = take_first(&words);
    return starts_line(text, first) && (!words.len || starts_line(text, words));
}

static bool gives_instruction(const Datafile *file, Str word)
{
    for (size_t i = 0; i < file->instructions.len; i++) {
        if (str_eq_nocase(file->instructions.items[i].word.text, word))
            return true;
    }
    return false;
}

static bool gives_instructions(const Datafile *file, Str words)
{
    Str first = take_first(&words);
    return gives_instruction(file, first) && (!words.len || gives_instruction(file, words));
}

static bool names_node(const Datafile *file, Str name)
{
    for (size_t i = 0; i < file->nodes.len; i++) {
        if (str_eq(file->nodes.items[i].name.text, name))
            return true;
    }
    return false;
}

static bool has_node(Str text, Str name)
{
    return has_line(text, "NODE", name);
}

static const Map *table_of(const Project *project, DatafileKind kind)
{
    return kind == DATAFILE_DATASOURCE ? project->datasources
           : kind == DATAFILE_PIPE     ? project->pipes
                                       : project->connections;
}

static bool search_once(Loader *loader, const Project *project, DatafileKind kind,
                        const Search *search)
{
    static const bool answers[] = {false, true};
    Str key = str_fmt(loader->arena, "%d %d %.*s\n%.*s", (int)project->side, (int)kind,
                      STR_ARG(search->name), STR_ARG(project->root));
    if (!loader->instructions)
        loader->instructions = map_new(loader->arena);
    const bool *known = map_get(loader->instructions, key);
    if (!known) {
        known = &answers[search_table(loader, table_of(project, kind), search)];
        map_put(loader->instructions, key, (void *)known);
    }
    return *known;
}

bool project_has_instruction(Loader *loader, const Project *project, DatafileKind kind,
                             const char *word, const char *also)
{
    Search search = {
        .name = str_of(word), .occurs = has_instructions, .confirms = gives_instructions};
    if (also)
        search.name = str_fmt(loader->arena, "%s %s", word, also);
    return search_once(loader, project, kind, &search);
}

bool project_names_node_like_pipe(Loader *loader, const Project *project)
{
    Search search = {.occurs = has_node, .confirms = names_node};
    return search_once(loader, project, DATAFILE_PIPE, &search);
}
