/* forward_fix.c: the FORWARD_QUERY that would do, written out and proved before it is offered. */
#include "forward_layout.h"
#include "forward_query.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    Buf items;      /* "id,\n        CAST(...) AS host" */
    Strs converted; /* columns that the list converts */
    Strs renamed;   /* "'host' to 'hostname'" */
    Strs blockers;  /* columns that only the author can convert */
    bool lossy;
    bool keeps_casts;        /* the author's own, which may have risks of their own */
    const ForwardList *list; /* the query that stands in the file; NULL */
    const char *newline;
    Str indent; /* of a line in a block */
} Writer;

/* ---- types ---- */

/* A type inside a string literal. */
static Str type_literal(Arena *arena, const Type *type)
{
    Buf out = {0};
    buf_add_char(&out, '\'');
    for (size_t i = 0; i < type->text.len; i++) {
        char c = type->text.ptr[i];
        if (c == '\'' || c == '\\')
            buf_add_char(&out, '\\');
        buf_add_char(&out, c);
    }
    buf_add_char(&out, '\'');
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

/* ---- one column ---- */

static bool is_constant(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_NUMBER:
    case EXPR_STRING:
    case EXPR_BOOL:
    case EXPR_NULL:
        return true;
    case EXPR_CAST:
        return expr->args.len > 0 && is_constant(expr->args.items[0]);
    default:
        return false;
    }
}

/* The value of an added column for old rows, in its own type. */
static Str default_sql(const Writer *w, const Column *column)
{
    Arena *arena = w->check->arena;
    Str text = column->default_expr.text;
    const Expr *expr = text.len > 0 ? sql_parse_expr(w->check->loader->sql, arena, text, 0) : NULL;
    bool constant = expr != NULL && is_constant(expr) && expr->kind != EXPR_NULL;
    bool string = type_is(column->type, "String");
    if (constant && string && expr->kind == EXPR_STRING)
        return text;
    if (constant)
        return str_fmt(arena, "CAST(%.*s, %.*s)", STR_ARG(text),
                       STR_ARG(type_literal(arena, column->type)));
    if (string)
        return STR("''");
    return str_fmt(arena, "defaultValueOfTypeName(%.*s)",
                   STR_ARG(type_literal(arena, column->type)));
}

/* `from` as the column of the new schema; empty when only the author can know how. */
static Str converted_sql(Writer *w, const Column *from, const Column *to)
{
    bool lossy = false;
    Str sql = conversion_expression(w->check->arena, sql_name(w->check->arena, from->name.text),
                                    from->type, to->type, &lossy);
    w->lossy = w->lossy || lossy;
    return sql;
}

static bool reads_live(const ForwardOutput *out, Str name)
{
    for (size_t i = 0; i < out->reads.len; i++)
        if (str_eq(out->reads.items[i], name))
            return true;
    return false;
}

/* The author's own expression for the column, where nothing is wrong with it: the fix repairs the
 * rest of the list and leaves it alone. */
static Str kept_sql(Writer *w, const Column *column)
{
    if (!forward_list_is_complete(w->list))
        return (Str){0};
    const ForwardOutput *out = forward_output(w->list, column->name.text);
    if (out == NULL || out->expr == NULL || out->expr->alias.text.len == 0 ||
        out->unknown.len > 0 || output_lacks_cast(out, column))
        return (Str){0};
    const Column *live = datafile_column(w->change->live->facts, column->name.text);
    bool same_type = live != NULL && type_eq(live->type, column->type);
    if (same_type && (out->kind == OUTPUT_PASS || !reads_live(out, column->name.text)))
        return (Str){0};
    w->keeps_casts = w->keeps_casts || out->casts.len > 0;
    return str_range(w->change->candidate->facts->text, out->expr->range);
}

static Str column_sql(Writer *w, const Column *column)
{
    Arena *arena = w->check->arena;
    Str kept = kept_sql(w, column);
    if (kept.len > 0)
        return kept;
    Str name = sql_name(arena, column->name.text);
    const ColumnChange *change = diff_column(w->change, column->name.text);
    const Column *from = datafile_column(w->change->live->facts, column->name.text);
    if (from == NULL && change != NULL && change->renamed_from != NULL)
        from = change->renamed_from->live;
    if (column->type == NULL || (from != NULL && from->type == NULL))
        return (Str){0};
    if (from == NULL)
        return str_fmt(arena, "%.*s AS %.*s", STR_ARG(default_sql(w, column)), STR_ARG(name));
    bool same_name = str_eq(from->name.text, column->name.text);
    bool same_type = type_eq(from->type, column->type);
    if (same_name && same_type)
        return name;
    if (same_name)
        vec_push(arena, &w->converted, quoted(arena, column->name.text));
    else
        vec_push(arena, &w->renamed,
                 str_fmt(arena, "'%.*s' to '%.*s'", STR_ARG(from->name.text),
                         STR_ARG(column->name.text)));
    Str sql = same_type ? sql_name(arena, from->name.text) : converted_sql(w, from, column);
    if (sql.len == 0)
        return sql;
    return str_fmt(arena, "%.*s AS %.*s", STR_ARG(sql), STR_ARG(name));
}

static void write_items(Writer *w)
{
    const Columns *columns = &w->change->candidate->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        Str sql = column_sql(w, &columns->items[i]);
        if (sql.len == 0) {
            vec_push(w->check->arena, &w->blockers, columns->items[i].name.text);
            continue;
        }
        if (w->items.len > 0)
            buf_addf(&w->items, ",%s", w->newline);
        buf_add_str(&w->items, w->indent);
        buf_add_str(&w->items, w->indent);
        buf_add_str(&w->items, sql);
    }
}

/* ---- edits ---- */

static Edits removal_edits(Arena *arena, const Datafile *file, const Instruction *keep)
{
    Edits edits = {0};
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *instruction = &file->instructions.items[i];
        if (instruction->keyword != KEYWORD_FORWARD_QUERY || instruction == keep)
            continue;
        Edit edit = {forward_lines(file, instruction), STR("")};
        vec_push(arena, &edits, edit);
    }
    return edits;
}

/* Puts `edit` where it belongs among those of the list. */
static void edits_insert(Arena *arena, Edits *edits, Edit edit)
{
    vec_push(arena, edits, edit);
    for (size_t i = edits->len - 1; i > 0; i--) {
        if (edits->items[i - 1].range.start <= edit.range.start)
            break;
        edits->items[i] = edits->items[i - 1];
        edits->items[i - 1] = edit;
    }
}

static Str block_text(const Writer *w)
{
    return str_fmt(w->check->arena, "FORWARD_QUERY >%s%.*sSELECT%s%.*s", w->newline,
                   STR_ARG(w->indent), w->newline, STR_ARG(buf_str(&w->items)));
}

static Edits writing_edits(const Writer *w, Str block)
{
    Arena *arena = w->check->arena;
    const Datafile *file = w->change->candidate->facts;
    const Instruction *old = w->change->candidate->datasource->forward_query;
    Edits edits = removal_edits(arena, file, old);
    if (old != NULL) {
        Edit edit = {{old->range.start, forward_end(file, old)}, block};
        edits_insert(arena, &edits, edit);
        return edits;
    }
    Range at = forward_place(file);
    Str text = str_fmt(arena, "%s%s%.*s%s", w->newline, w->newline, STR_ARG(block),
                       forward_line_follows(file->text, at.start) ? w->newline : "");
    Edit edit = {at, text};
    edits_insert(arena, &edits, edit);
    return edits;
}

/* ---- proof ---- */

static bool schema_is_kept(const Datafile *before, const Datafile *after)
{
    if (before->columns.len != after->columns.len || before->problems.len != after->problems.len)
        return false;
    for (size_t i = 0; i < before->columns.len; i++)
        if (!str_eq(before->columns.items[i].name.text, after->columns.items[i].name.text) ||
            !str_eq(before->columns.items[i].type_text.text,
                    after->columns.items[i].type_text.text))
            return false;
    return true;
}

static size_t count_forward_queries(const Datafile *file)
{
    size_t count = 0;
    for (size_t i = 0; i < file->instructions.len; i++)
        if (file->instructions.items[i].keyword == KEYWORD_FORWARD_QUERY)
            count++;
    return count;
}

static bool is_acceptable(const Finding *finding, bool lossy)
{
    if (finding->severity <= SEVERITY_NOTE)
        return true;
    bool loss = finding->rule == RULE_TB206 || finding->rule == RULE_TB207;
    return lossy && loss && finding->severity == SEVERITY_WARNING;
}

/* Reads the file with the edits and asks the family's own rules. */
static bool is_proved(const Check *check, const ResourceChange *change, const Edits *edits,
                      bool lossy)
{
    Arena *arena = check->arena;
    if (!edits_are_apart(edits))
        return false;
    const Resource *old = change->candidate;
    Str text = edits_applied(arena, old->facts->text, edits);
    const Datafile *facts = datafile_parse(check->loader->datafiles, arena, text, old->facts->kind,
                                           old->facts->dialect);
    if (!schema_is_kept(old->facts, facts))
        return false;
    DatasourceFacts datasource = *old->datasource;
    datasource.forward_query = datafile_find(facts, KEYWORD_FORWARD_QUERY);
    datasource.forward_query_count = count_forward_queries(facts);
    Resource candidate = *old;
    candidate.facts = facts;
    candidate.datasource = &datasource;
    ResourceChange draft = *change;
    draft.candidate = &candidate;
    draft.forward_query_changed = true;
    Check proof = *check;
    proof.findings = findings_new(arena);
    if (datasource.forward_query != NULL &&
        !forward_list_is_complete(forward_list_read(&proof, &draft)))
        return false;
    forward_judge(&proof, &draft, true);
    for (size_t i = 0; i < proof.findings->items.len; i++)
        if (!is_acceptable(&proof.findings->items.items[i], lossy))
            return false;
    return true;
}

static bool can_be_written(const ResourceChange *change)
{
    return change->comparable && change->live != NULL && change->candidate != NULL &&
           change->live->facts != NULL && change->candidate->facts != NULL &&
           change->candidate->datasource != NULL && change->candidate->facts->columns.len > 0 &&
           !change->candidate->facts->has_include;
}

/* "converts 'a' and 'b'", "renames 'a' to 'b'", both, or nothing. */
static Str what_it_does(const Writer *w)
{
    Arena *arena = w->check->arena;
    Str converts = {0};
    Str renames = {0};
    if (w->converted.len > 0)
        converts = str_fmt(arena, "converts %.*s",
                           STR_ARG(text_list(arena, w->converted.items, w->converted.len, 3)));
    if (w->renamed.len > 0)
        renames = str_fmt(arena, "renames %.*s",
                          STR_ARG(text_list(arena, w->renamed.items, w->renamed.len, 2)));
    const char *and = converts.len > 0 && renames.len > 0 ? ", and " : "";
    return str_fmt(arena, "%.*s%s%.*s", STR_ARG(renames), and, STR_ARG(converts));
}

static Str fix_title(const Writer *w)
{
    Arena *arena = w->check->arena;
    bool replaces = w->change->candidate->datasource->forward_query != NULL;
    const char *verb = replaces ? "replace the" : "add a";
    Str what = what_it_does(w);
    if (what.len == 0)
        return str_fmt(arena, "%s FORWARD_QUERY%s", verb,
                       replaces ? " by one that fits the schema" : "");
    return str_fmt(arena, "%s FORWARD_QUERY%s that %.*s%s", verb, replaces ? " by one" : "",
                   STR_ARG(what), w->lossy ? "; some values may fail or change" : "");
}

static Writer writer_of(const Check *check, const ResourceChange *change)
{
    const Datafile *file = change->candidate->facts;
    Writer writer = {.check = check,
                     .change = change,
                     .list = forward_list_read(check, change),
                     .newline = forward_newline(file->text),
                     .indent = forward_indent(file)};
    write_items(&writer);
    return writer;
}

static Fix *written_fix(const Writer *w)
{
    Arena *arena = w->check->arena;
    Str block = block_text(w);
    Edits edits = writing_edits(w, block);
    if (!is_proved(w->check, w->change, &edits, w->lossy || w->keeps_casts))
        return NULL;
    Fix *fix = ARENA_NEW(arena, Fix);
    fix->title = fix_title(w);
    fix->file = w->change->candidate->file;
    fix->edits = edits;
    fix->lines = block;
    return fix;
}

static Fix *make_fix(const Check *check, const ResourceChange *change)
{
    Writer writer = writer_of(check, change);
    Fix *fix = writer.blockers.len == 0 ? written_fix(&writer) : NULL;
    buf_free(&writer.items);
    return fix;
}

/* Every changed column asks for the same fix, and its proof reads the whole file. */
Fix *forward_fix(const Check *check, const ResourceChange *change)
{
    if (!can_be_written(change))
        return NULL;
    Loader *loader = check->loader;
    if (loader->suggestions == NULL)
        loader->suggestions = map_new(loader->arena);
    Str key = str_fmt(check->arena, "%p", (const void *)change);
    if (!map_has(loader->suggestions, key))
        map_put(loader->suggestions, key, make_fix(check, change));
    return map_get(loader->suggestions, key);
}

/* A fix that deletes the FORWARD_QUERY blocks but `keep`. */
static Fix *deleting_fix(const Check *check, const ResourceChange *change, const Instruction *keep,
                         const char *title)
{
    Arena *arena = check->arena;
    Edits edits = removal_edits(arena, change->candidate->facts, keep);
    if (edits.len == 0 || !is_proved(check, change, &edits, false))
        return NULL;
    Fix *fix = ARENA_NEW(arena, Fix);
    fix->title = str_of(title);
    fix->file = change->candidate->file;
    fix->edits = edits;
    return fix;
}

static bool has_facts(const ResourceChange *change)
{
    return change->candidate != NULL && change->candidate->facts != NULL &&
           change->candidate->datasource != NULL;
}

Fix *forward_removal(const Check *check, const ResourceChange *change)
{
    return has_facts(change) ? deleting_fix(check, change, NULL, "remove the FORWARD_QUERY") : NULL;
}

Fix *forward_last_only(const Check *check, const ResourceChange *change)
{
    if (!has_facts(change))
        return NULL;
    return deleting_fix(check, change, change->candidate->datasource->forward_query,
                        "remove the FORWARD_QUERY blocks that are ignored");
}
