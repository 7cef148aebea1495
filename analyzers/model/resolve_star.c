/* Expands *, t.* and COLUMNS(...), with EXCEPT, REPLACE and APPLY. */
#include "resolve.h"

#include <regex.h>

enum { PATTERN_MAX_BYTES = 200 };

/* ---- which columns ---- */

/* A pattern that every regular expression library reads alike. */
static bool is_plain_pattern(Str pattern)
{
    if (pattern.len == 0 || pattern.len > PATTERN_MAX_BYTES)
        return false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool sign = c == '_' || c == '^' || c == '$' || c == '|' || c == '.' || c == '-';
        bool any = c == '*' && i > 0 && pattern.ptr[i - 1] == '.';
        if (!word && !sign && !any)
            return false;
    }
    return true;
}

typedef struct {
    regex_t compiled;
    bool usable;
} Pattern;

static Pattern pattern_open(Arena *arena, Str text)
{
    Pattern pattern = {.usable = is_plain_pattern(text)};
    if (pattern.usable)
        pattern.usable =
            regcomp(&pattern.compiled, str_cstr(arena, text), REG_EXTENDED | REG_NOSUB) == 0;
    return pattern;
}

static void pattern_close(Pattern *pattern)
{
    if (pattern->usable)
        regfree(&pattern->compiled);
}

static bool pattern_matches(const Pattern *pattern, Arena *arena, Str name)
{
    return regexec(&pattern->compiled, str_cstr(arena, name), 0, NULL, 0) == 0;
}

/* ---- the columns of the tables ---- */

typedef struct {
    const Scope *scope;
    const Expr *star;
    Relation *out;
    size_t from;     /* of out->fields: what this star gave */
    Strs bare_names; /* of each of these, without the table: what EXCEPT and REPLACE name */
} Expansion;

static void lose(Expansion *e, Str gap)
{
    if (e->out->complete) {
        e->out->gap = gap;
        e->out->gap_range = e->star->core;
    }
    e->out->complete = false;
}

static bool in_using(const TableRef *ref, Str name)
{
    for (size_t i = 0; i < ref->using_columns.len; i++) {
        if (str_eq(ref->using_columns.items[i].text, name))
            return true;
    }
    return false;
}

/* USING gives the common type of both sides; only equal ones are certain. */
const Type *resolve_using_type(const Scope *scope, const Field *field)
{
    const Type *type = field->out.type;
    for (size_t i = 1; i < scope->sources.len; i++) {
        const Source *source = &scope->sources.items[i];
        if (!in_using(source->ref, field->out.name))
            continue;
        const Field *other = relation_find(source->relation, field->out.name, false);
        if (!other || !type_eq(type, other->out.type))
            type = NULL;
    }
    return type;
}

static const Type *unfolded(const Scope *scope, size_t source, const Field *field, const Type *type)
{
    Found found = {.kind = FOUND_FIELD, .field = field, .scope = scope, .source = source};
    if (!type || !resolve_unfolds(&found))
        return type;
    return type_is(type, "Array") ? type_inner(type) : NULL;
}

static void add_field(Expansion *e, size_t source, const Field *field)
{
    Field copy = *field;
    bool sure = true;
    copy.out.range = e->star->core;
    copy.out.expr = NULL;
    copy.out.from_star = true;
    if (!field->ghost) {
        Found found = {.kind = FOUND_FIELD, .field = field, .scope = e->scope};
        copy.out.name = resolve_source_name(e->scope, source, field->out.name, &sure);
        copy.out.type = unfolded(e->scope, source, field, resolve_using_type(e->scope, field));
        if (resolve_unfolds(&found))
            copy.out.source = NULL;
    }
    copy.unsure |= !sure;
    vec_push(e->scope->r->arena, &e->out->fields, copy);
    vec_push(e->scope->r->arena, &e->bare_names, field->out.name);
}

/* `all`: a star over every table, which gives the columns of USING once. */
static void add_source(Expansion *e, size_t index, bool all)
{
    const Source *source = &e->scope->sources.items[index];
    const Relation *relation = source->relation;
    Arena *arena = e->scope->r->arena;
    if (!relation->complete)
        lose(e, relation->gap);
    else if (relation_has_twins(arena, relation))
        lose(e, STR("two columns have one name, which versions of the engine treat differently"));
    if (!resolve_room(e->scope->r, relation->fields.len)) {
        lose(e, STR("there are too many columns to follow"));
        return;
    }
    for (size_t i = 0; i < relation->fields.len; i++) {
        const Field *field = &relation->fields.items[i];
        if (!all || !in_using(source->ref, field->out.name))
            add_field(e, index, field);
    }
}

static bool is_called(const Source *source, Str name)
{
    if (name.len == 0)
        return false;
    return str_eq(source->alias, name) || str_eq(source->name, name) ||
           str_eq(source->last_name, name);
}

static void add_sources(Expansion *e, Str qualifier)
{
    bool found = false;
    for (size_t i = 0; i < e->scope->sources.len; i++) {
        bool wanted = !qualifier.len || is_called(&e->scope->sources.items[i], qualifier);
        if (!wanted || (qualifier.len && found))
            continue;
        found = true;
        add_source(e, i, !qualifier.len);
    }
    if (!found && qualifier.len)
        lose(e, str_fmt(e->scope->r->arena, "no table is called '%.*s'", STR_ARG(qualifier)));
}

/* ---- COLUMNS ---- */

static void keep(Expansion *e, size_t *kept, size_t at)
{
    size_t to = e->from + *kept;
    e->out->fields.items[to] = e->out->fields.items[e->from + at];
    e->bare_names.items[*kept] = e->bare_names.items[at];
    (*kept)++;
}

static void filter_by_pattern(Expansion *e, Str text, bool matching)
{
    Arena *arena = e->scope->r->arena;
    Pattern pattern = pattern_open(arena, text);
    size_t kept = 0;
    for (size_t i = 0; pattern.usable && i < e->bare_names.len; i++) {
        if (pattern_matches(&pattern, arena, e->bare_names.items[i]) == matching)
            keep(e, &kept, i);
    }
    if (!pattern.usable)
        lose(e, STR("a pattern of columns is not read"));
    e->out->fields.len = e->from + kept;
    e->bare_names.len = kept;
    pattern_close(&pattern);
}

static void add_named(Expansion *e)
{
    for (size_t i = 0; i < e->star->params.len; i++) {
        const Expr *name = e->star->params.items[i];
        Found found = {0};
        if (name->kind == EXPR_COLUMN)
            found = resolve_in_tables(e->scope, &name->path, false);
        if (found.kind == FOUND_FIELD && found.used == name->path.len && found.certain)
            add_field(e, found.source, found.field);
        else
            lose(e, STR("a column of COLUMNS() is not known"));
    }
}

static void add_columns(Expansion *e)
{
    Str qualifier = e->star->path.len ? e->star->path.items[0].text : (Str){0};
    if (e->star->params.len) {
        add_named(e);
        return;
    }
    add_sources(e, qualifier);
    filter_by_pattern(e, e->star->name, true);
}

/* ---- transformers ---- */

static bool names_column(const Tokens *names, Str column)
{
    for (size_t i = 0; i < names->len; i++) {
        if (str_eq(names->items[i].text, column))
            return true;
    }
    return false;
}

/* Of two tables' columns of one name, versions of the engine leave out one or both. */
static void doubt_twins(Expansion *e, Str name)
{
    size_t count = 0;
    for (size_t i = 0; i < e->bare_names.len; i++)
        count += !e->out->fields.items[e->from + i].ghost && str_eq(e->bare_names.items[i], name);
    if (count > 1)
        lose(e, STR("two columns have one name, which versions of the engine treat differently"));
}

static void apply_except(Expansion *e, const Expr *except)
{
    if (except->path.len == 0) {
        filter_by_pattern(e, except->name, false);
        return;
    }
    for (size_t i = 0; i < except->path.len; i++)
        doubt_twins(e, except->path.items[i].text);
    size_t kept = 0;
    for (size_t i = 0; i < e->bare_names.len; i++) {
        if (!names_column(&except->path, e->bare_names.items[i]))
            keep(e, &kept, i);
    }
    e->out->fields.len = e->from + kept;
    e->bare_names.len = kept;
}

static void replace_field(Expansion *e, Field *field, const Expr *with)
{
    if (field->ghost)
        return;
    field->out.type = resolve_type(e->scope, with);
    field->out.source = NULL;
    field->out.column = (Str){0};
    field->by_star = false;
}

static void apply_replace(Expansion *e, const Expr *replace)
{
    for (size_t i = 0; i < replace->args.len; i++) {
        const Expr *with = replace->args.items[i];
        doubt_twins(e, with->alias.text);
        for (size_t j = 0; j < e->bare_names.len; j++) {
            if (str_eq(e->bare_names.items[j], with->alias.text))
                replace_field(e, &e->out->fields.items[e->from + j], with);
        }
    }
}

/* toString(a) for APPLY(toString). */
static Str applied_name(Expansion *e, const Expr *function, Str column, bool *sure)
{
    *sure = function->kind == EXPR_COLUMN && function->path.len == 1 && e->scope->sources.len == 1;
    return str_fmt(e->scope->r->arena, "%.*s(%.*s)",
                   STR_ARG(function->kind == EXPR_COLUMN ? function->name : (Str){0}),
                   STR_ARG(column));
}

static void apply_function(Expansion *e, const Expr *apply)
{
    const Expr *function = apply->args.len ? apply->args.items[0] : apply;
    for (size_t i = 0; i < e->bare_names.len; i++) {
        Field *field = &e->out->fields.items[e->from + i];
        bool sure = true;
        if (field->ghost)
            continue;
        field->out.name = applied_name(e, function, field->out.name, &sure);
        field->out.type = NULL;
        field->out.source = NULL;
        field->out.column = (Str){0};
        field->by_star = false;
        field->unsure |= !sure;
    }
}

void resolve_star(const Scope *scope, const Expr *star, Relation *out)
{
    Expansion e = {scope, star, out, out->fields.len, {0}};
    if (star->is_columns)
        add_columns(&e);
    else
        add_sources(&e, star->name);
    for (size_t i = 0; i < star->args.len; i++) {
        const Expr *transformer = star->args.items[i];
        if (transformer->kind == EXPR_EXCEPT)
            apply_except(&e, transformer);
        else if (transformer->kind == EXPR_REPLACE)
            apply_replace(&e, transformer);
        else if (transformer->kind == EXPR_APPLY)
            apply_function(&e, transformer);
        else
            lose(&e, STR("a template tag gives columns"));
    }
}

/* ---- reads ---- */

/* Leaving out what is not there is allowed, but for STRICT. */
static void read_strict(const Scope *scope, const Expr *except)
{
    for (size_t i = 0; i < except->path.len; i++) {
        Tokens path = {&except->path.items[i], 1, 1};
        Found found = resolve_in_tables(scope, &path, false);
        if (found.kind == FOUND_NOTHING)
            found = resolve_in_tables(scope, &path, true);
        resolve_note(scope, &found, path.items[0].range);
    }
}

void resolve_star_reads(const Scope *scope, const Expr *star, const Around *around)
{
    for (size_t i = 0; star->is_columns && i < star->params.len; i++)
        resolve_expr(scope, star->params.items[i], around);
    for (size_t i = 0; i < star->args.len; i++) {
        const Expr *transformer = star->args.items[i];
        if (transformer->kind == EXPR_EXCEPT && transformer->strict)
            read_strict(scope, transformer);
    }
}
