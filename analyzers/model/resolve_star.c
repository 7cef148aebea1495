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
    int open = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool sign = c == '_' || c == '^' || c == '$' || c == '|' || c == '.' || c == '-';
        bool any = (c == '*' || c == '+') && i > 0 && pattern.ptr[i - 1] == '.';
        bool group = (c == '(' && ++open == 1) || (c == ')' && --open == 0);
        if (!word && !sign && !any && !group)
            return false;
    }
    return open == 0;
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
    bool applied;    /* APPLY has made them expressions, which EXCEPT and REPLACE do not find */
    bool replaced;   /* REPLACE has made some of them expressions */
} Expansion;

static void lose(Expansion *e, Str gap)
{
    if (e->out->complete) {
        e->out->gap = gap;
        e->out->gap_range = e->star->core;
    }
    e->out->complete = false;
}

/* The set of columns is certain, their number and order are not. */
static void unsettle(Expansion *e, const char *why)
{
    if (e->out->complete && !e->out->unsteady) {
        e->out->gap = str_of(why);
        e->out->gap_range = e->star->core;
    }
    e->out->unsteady = true;
}

static const char TWINS[] =
    "two columns have one name, which versions of the engine treat differently";

static bool in_using(const Source *source, Str name)
{
    return source->using_columns && map_has(source->using_columns, name);
}

/* USING gives the common type of both sides; only equal ones are certain. */
const Type *resolve_using_type(const Scope *scope, const Field *field)
{
    const Type *type = field->out.type;
    for (size_t i = 1; i < scope->sources.len; i++) {
        const Source *source = &scope->sources.items[i];
        if (!in_using(source, field->out.name))
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
    if (!relation->complete)
        lose(e, relation->gap);
    else if (relation->unsteady || relation->twins)
        unsettle(e, TWINS);
    if (!resolve_room(e->scope->r, e->out->fields.len, relation->fields.len)) {
        lose(e, STR("there are too many columns to follow"));
        return;
    }
    for (size_t i = 0; i < relation->fields.len; i++) {
        const Field *field = &relation->fields.items[i];
        if (!all || !in_using(source, field->out.name))
            add_field(e, index, field);
    }
}

/* Newer versions put the columns of USING first. */
static bool using_comes_first(const Scope *scope, const TableRef *ref)
{
    const Relation *left = scope->sources.items[0].relation;
    const Tokens *columns = &ref->using_columns;
    for (size_t i = 0; i < columns->len; i++) {
        if (i >= left->fields.len ||
            !str_eq(left->fields.items[i].out.name, columns->items[i].text))
            return false;
    }
    return true;
}

static void check_order(Expansion *e)
{
    for (size_t i = 1; i < e->scope->sources.len; i++) {
        if (!using_comes_first(e->scope, e->scope->sources.items[i].ref))
            unsettle(e, "versions of the engine order the columns of USING differently");
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
    if (!qualifier.len)
        check_order(e);
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

static Map *names_of(Arena *arena, const Tokens *names)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < names->len; i++)
        map_put(map, names->items[i].text, map);
    return map;
}

/* Of two tables' columns of one name, versions of the engine leave out one or both. */
static void doubt_twins(Expansion *e, const Map *names)
{
    Map *seen = map_new(e->scope->r->arena);
    for (size_t i = 0; i < e->bare_names.len; i++) {
        Str name = e->bare_names.items[i];
        if (e->out->fields.items[e->from + i].ghost || !map_has(names, name))
            continue;
        if (map_has(seen, name))
            unsettle(e, TWINS);
        map_put(seen, name, e);
    }
}

static void apply_except(Expansion *e, const Expr *except)
{
    if (except->path.len == 0) {
        filter_by_pattern(e, except->name, false);
        return;
    }
    Map *names = names_of(e->scope->r->arena, &except->path);
    doubt_twins(e, names);
    size_t kept = 0;
    for (size_t i = 0; i < e->bare_names.len; i++) {
        if (!map_has(names, e->bare_names.items[i]))
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
    Map *with = map_new(e->scope->r->arena);
    for (size_t i = 0; i < replace->args.len; i++)
        map_put(with, replace->args.items[i]->alias.text, replace->args.items[i]);
    doubt_twins(e, with);
    for (size_t i = 0; i < e->bare_names.len; i++) {
        const Expr *expr = map_get(with, e->bare_names.items[i]);
        if (expr)
            replace_field(e, &e->out->fields.items[e->from + i], expr);
    }
    e->replaced = true;
}

/* toString(a) for APPLY(toString). */
static Str applied_name(Expansion *e, const Expr *function, Str column, bool *sure)
{
    *sure = function->kind == EXPR_COLUMN && resolve_function_name_is_sure(function->name) &&
            e->scope->sources.len == 1 && !e->applied && !e->replaced;
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
    e->applied = true;
}

static void transform(Expansion *e, const Expr *transformer)
{
    bool names = transformer->kind == EXPR_EXCEPT || transformer->kind == EXPR_REPLACE;
    if (names && e->applied)
        return;
    if (transformer->kind == EXPR_EXCEPT)
        apply_except(e, transformer);
    else if (transformer->kind == EXPR_REPLACE)
        apply_replace(e, transformer);
    else if (transformer->kind == EXPR_APPLY)
        apply_function(e, transformer);
    else
        lose(e, STR("a template tag gives columns"));
}

void resolve_star(const Scope *scope, const Expr *star, Relation *out)
{
    Expansion e = {.scope = scope, .star = star, .out = out, .from = out->fields.len};
    if (star->is_columns)
        add_columns(&e);
    else
        add_sources(&e, star->name);
    for (size_t i = 0; i < star->args.len; i++)
        transform(&e, star->args.items[i]);
}

/* ---- reads ---- */

/* Leaving out what is not there is allowed, but for STRICT. */
static void read_strict(const Scope *scope, Token column)
{
    Tokens path = {&column, 1, 1};
    Found found = resolve_in_tables(scope, &path, false);
    if (found.kind == FOUND_NOTHING)
        found = resolve_in_tables(scope, &path, true);
    resolve_note(scope->r, &found, column.range);
}

/* Some table may have the column, so that REPLACE looks at its expression. */
static bool may_replace(const Scope *scope, Str column)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        const Relation *relation = scope->sources.items[i].relation;
        if (!relation->complete || relation_find(relation, column, false))
            return true;
    }
    return false;
}

static void read_replace(const Scope *scope, const Expr *replace, const Around *around)
{
    for (size_t i = 0; i < replace->args.len; i++) {
        const Expr *with = replace->args.items[i];
        if (replace->strict)
            read_strict(scope, with->alias);
        if (may_replace(scope, with->alias.text))
            resolve_expr(scope, with, around);
    }
}

/* The function of APPLY(toString) is no column. */
static void read_apply(const Scope *scope, const Expr *apply, const Around *around)
{
    for (size_t i = 0; i < apply->args.len; i++) {
        if (apply->args.items[i]->kind != EXPR_COLUMN)
            resolve_expr(scope, apply->args.items[i], around);
    }
}

static void read_transformer(const Scope *scope, const Expr *transformer, const Around *around)
{
    if (transformer->kind == EXPR_REPLACE)
        read_replace(scope, transformer, around);
    if (transformer->kind == EXPR_APPLY)
        read_apply(scope, transformer, around);
    for (size_t i = 0; transformer->kind == EXPR_EXCEPT && i < transformer->path.len; i++) {
        if (transformer->strict)
            read_strict(scope, transformer->path.items[i]);
    }
}

/* tp.* where tp is a column: a Tuple. */
static void read_qualifier(const Scope *scope, const Expr *star)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        if (is_called(&scope->sources.items[i], star->name))
            return;
    }
    read_strict(scope, (Token){star->name, star->core});
}

/* COLUMNS('^host$') fails when no column is left. */
static void read_pattern(const Scope *scope, const Expr *star)
{
    Relation matched = {.complete = true};
    resolve_star(scope, star, &matched);
    for (size_t i = 0; i < matched.fields.len; i++) {
        if (!matched.fields.items[i].ghost)
            return;
    }
    for (size_t i = 0; matched.complete && i < matched.fields.len; i++) {
        Found found = {FOUND_FIELD, &matched.fields.items[i], scope, 0, 0, 1, NULL, true};
        resolve_note(scope->r, &found, star->core);
    }
}

void resolve_star_reads(const Scope *scope, const Expr *star, const Around *around)
{
    for (size_t i = 0; star->is_columns && i < star->params.len; i++)
        resolve_expr(scope, star->params.items[i], around);
    if (star->is_columns && !star->params.len)
        read_pattern(scope, star);
    if (!star->is_columns && star->name.len)
        read_qualifier(scope, star);
    for (size_t i = 0; i < star->args.len; i++)
        read_transformer(scope, star->args.items[i], around);
}
