/* rebuild_fix.c: writes the lines that keep a target's rows, and reads the result before it offers
 * them. */
#include "rebuild_fix.h"

#include "forward_layout.h"

static const Datafile *with_edits(const Check *check, const Datafile *file, const Edits *edits)
{
    Str text = edits_applied(check->arena, file->text, edits);
    return datafile_parse(check->loader->datafiles, check->arena, text, file->kind, file->dialect);
}

static bool is_sound(const Datafile *before, const Datafile *after)
{
    return after->problems.len == before->problems.len &&
           after->instructions.len >= before->instructions.len &&
           after->columns.len == before->columns.len && after->nodes.len == before->nodes.len;
}

static Fix *make_fix(const Check *check, const Resource *resource, Str title, const Edits *edits,
                     Str lines)
{
    Fix *fix = ARENA_NEW(check->arena, Fix);
    fix->title = title;
    fix->file = resource->file;
    fix->edits = *edits;
    fix->lines = lines;
    return fix;
}

/* ---- SELECT * ---- */

static Edit star_edit(const Check *check, const Resource *target, Str block)
{
    const Datafile *file = target->facts;
    const Instruction *old = target->datasource->forward_query;
    if (old)
        return (Edit){{old->range.start, forward_end(file, old)}, block};
    Range at = forward_place(file);
    const char *newline = forward_newline(file->text);
    return (Edit){at, str_fmt(check->arena, "%s%s%.*s%s", newline, newline, STR_ARG(block),
                              forward_line_follows(file->text, at.start) ? newline : "")};
}

Fix *keep_rows_fix(const Check *check, const Resource *target)
{
    const Datafile *file = target->facts;
    if (!file || !target->datasource || !file->has_schema || file->has_include ||
        target->datasource->forward_query_count > 1)
        return NULL;
    Arena *arena = check->arena;
    Str indent = forward_indent(file);
    Str block = str_fmt(arena, "FORWARD_QUERY >%s%.*sSELECT *", forward_newline(file->text),
                        STR_ARG(indent));
    Edits edits = {0};
    vec_push(arena, &edits, star_edit(check, target, block));
    const Datafile *after = with_edits(check, file, &edits);
    Str query = str_trim(datafile_value(after, KEYWORD_FORWARD_QUERY));
    if (!is_sound(file, after) || !str_is(query, "SELECT *"))
        return NULL;
    bool replaces = target->datasource->forward_query != NULL;
    Str title = str_fmt(arena, "%s '%.*s' that keeps its rows as they are",
                        replaces ? "replace the FORWARD_QUERY of" : "add a FORWARD_QUERY to",
                        STR_ARG(target->name));
    if (replaces)
        title = str_fmt(arena, "replace the FORWARD_QUERY of '%.*s' by one that keeps its rows",
                        STR_ARG(target->name));
    return make_fix(check, target, title, &edits, block);
}

/* ---- DEPLOYMENT_METHOD alter ---- */

/* Behind the later of TYPE and DATASOURCE, at the end of its line. */
static uint32_t place_in_node(const Datafile *file, int node)
{
    const Keyword words[] = {KEYWORD_TYPE, KEYWORD_DATASOURCE, KEYWORD_TARGET_DATASOURCE};
    uint32_t at = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const Instruction *instruction = datafile_find_in_node(file, words[i], node);
        uint32_t end = instruction ? forward_end(file, instruction) : 0;
        at = end > at ? end : at;
    }
    while (at > 0 && at < file->text.len && file->text.ptr[at] != '\n' &&
           file->text.ptr[at] != '\r')
        at++;
    return at;
}

Fix *alter_view_fix(const Check *check, const Resource *pipe)
{
    const Datafile *file = pipe->facts;
    if (!file || !pipe->pipe || pipe->pipe->node < 0 || file->has_include ||
        datafile_find(file, KEYWORD_DEPLOYMENT_METHOD))
        return NULL;
    Arena *arena = check->arena;
    uint32_t at = place_in_node(file, pipe->pipe->node);
    Str line = STR("DEPLOYMENT_METHOD alter");
    Edits edits = {0};
    Str text = str_fmt(arena, "%s%.*s", forward_newline(file->text), STR_ARG(line));
    vec_push(arena, &edits, ((Edit){{at, at}, text}));
    const Datafile *after = with_edits(check, file, &edits);
    const Instruction *method =
        datafile_find_in_node(after, KEYWORD_DEPLOYMENT_METHOD, pipe->pipe->node);
    if (at == 0 || !is_sound(file, after) || !method ||
        !str_is(str_trim(method->value.text), "alter"))
        return NULL;
    Str title = str_fmt(arena,
                        "exchange the query of '%.*s' in place: rows from before keep the old "
                        "meaning",
                        STR_ARG(pipe->name));
    return make_fix(check, pipe, title, &edits, line);
}
