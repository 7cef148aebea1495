/* materialized_star.c: TB408, a view that hands on every column of a data source by SELECT *. */
#include "forward_layout.h"
#include "materialized.h"

enum { DEEPEST = 16, QUERIES_MOST = 256, COLUMNS_MOST = 200 };

/* The select that is looked at, with those around it, for the names that WITH gives. */
typedef struct Around {
    const Select *select;
    const struct Around *outer;
} Around;

typedef struct {
    const WritingNode *at;
    Loader *loader;
    const Resource *pipe; /* whose node is looked at */
    const Expr *star;     /* the one in the view's own file that the columns come through */
    const Select *select; /* that it stands in */
    const Resource *source;
    int queries; /* looked at so far */
} Search;

static bool find_in_query(Search *search, const Query *query, const Around *outer, int depth);

static const Query *with_query(const Around *around, Str name)
{
    for (; around; around = around->outer) {
        for (size_t i = 0; i < around->select->with.len; i++) {
            const Cte *cte = &around->select->with.items[i];
            if (cte->query && str_eq(cte->name.text, name))
                return cte->query;
        }
    }
    return NULL;
}

static int node_named(const Resource *pipe, Str name)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        if (str_eq(pipe->facts->nodes.items[i].name.text, name))
            return (int)i;
    }
    return -1;
}

static bool find_in_node(Search *search, const Resource *pipe, int node, int depth)
{
    if (node < 0 || depth > DEEPEST)
        return false;
    const Query *query = pipe_query(search->loader, pipe, (size_t)node);
    const Resource *before = search->pipe;
    search->pipe = pipe;
    bool found = query && find_in_query(search, query, NULL, depth + 1);
    search->pipe = before;
    return found;
}

static bool find_in_table(Search *search, const TableRef *table, const Around *around, int depth)
{
    if (table->kind == TABLE_SUBQUERY)
        return table->query && find_in_query(search, table->query, around, depth + 1);
    if (table->kind != TABLE_NAME)
        return false;
    Str name = table->name.text;
    const Query *with = with_query(around, name);
    if (with)
        return find_in_query(search, with, around->outer, depth + 1);
    int node = node_named(search->pipe, name);
    if (node >= 0)
        return find_in_node(search, search->pipe, node, depth);
    const Project *project = search->pipe->project;
    const Resource *read = project_find_table(project, name);
    bool is_source = read && read->kind == DATAFILE_DATASOURCE;
    search->source = is_source ? read : NULL;
    if (is_source)
        return !project_name_is_twofold(project, name);
    return read && read->facts && find_in_node(search, read, pipe_output_node(read), depth);
}

static bool is_meant(const Expr *star, const TableRef *table)
{
    if (star->is_columns || star->name.len == 0)
        return true;
    Str name = table->alias.text.len ? table->alias.text : table->name.text;
    return str_eq(star->name, name);
}

/* COLUMNS(a, b) names what it takes. */
static bool follows_the_source(const Expr *item)
{
    return item->kind == EXPR_STAR && item->params.len == 0;
}

static bool find_through(Search *search, const Expr *star, const Around *around, int depth)
{
    const TableRefs *from = &around->select->from;
    for (size_t i = 0; i < from->len; i++) {
        if (!is_meant(star, &from->items[i]) ||
            !find_in_table(search, &from->items[i], around, depth))
            continue;
        if (search->pipe == search->at->pipe && !search->star) {
            search->star = star;
            search->select = around->select;
        }
        return true;
    }
    return false;
}

static bool find_in_query(Search *search, const Query *query, const Around *outer, int depth)
{
    if (depth > DEEPEST || ++search->queries > QUERIES_MOST)
        return false;
    for (size_t i = 0; i < query->selects.len; i++) {
        Around around = {query->selects.items[i], outer};
        for (size_t j = 0; j < around.select->items.len; j++) {
            const Expr *item = around.select->items.items[j];
            if (follows_the_source(item) && find_through(search, item, &around, depth))
                return true;
        }
    }
    return false;
}

/* ---- the finding ---- */

/* Nothing but the source's columns, one for one: the target was made as its copy. */
static bool is_copy(const Search *search, const Output *output)
{
    const Datafile *source = search->source->facts;
    if (!output->known || !source || output->columns.len != source->columns.len)
        return false;
    for (size_t i = 0; i < output->columns.len; i++) {
        const OutputColumn *column = &output->columns.items[i];
        if (!column->from_star || column->source != search->source ||
            !str_eq(column->name, source->columns.items[i].name.text))
            return false;
    }
    return true;
}

/* An old data source that gets another schema in this change. */
static bool is_moving(const Resource *source)
{
    return source->changed && source->other;
}

static Str indent_before(Arena *arena, Str text, uint32_t at)
{
    Str indent = str_line_indent(text, at);
    bool stands_first = indent.ptr + indent.len == text.ptr + at;
    return stands_first ? indent : str_fmt(arena, "%.*s    ", STR_ARG(indent));
}

/* The columns one a line, as they would stand in place of the star. */
static Str list_for(Arena *arena, const Datafile *source, const char *newline, Str indent)
{
    Strs names = {0};
    for (size_t i = 0; i < source->columns.len; i++) {
        Str name = source->columns.items[i].name.text;
        vec_push(arena, &names, sql_name(arena, name));
    }
    return str_join(arena, names.items, names.len,
                    str_cstr(arena, str_fmt(arena, ",%s%.*s", newline, STR_ARG(indent))));
}

/* The text with the list parses, and has just so many more columns. */
static bool list_is_proved(const Search *search, Str sql, size_t added)
{
    const Check *check = search->at->check;
    const Query *query = sql_parse_query(check->loader->sql, check->arena, sql, 0);
    return !query->broken && query->selects.len == 1 &&
           query->selects.items[0]->items.len == search->select->items.len - 1 + added;
}

/* The star stands alone over the data source: its columns are those of the schema. */
static bool is_replaceable(const Search *search)
{
    const Expr *star = search->star;
    const TableRefs *from = &search->select->from;
    return search->source->facts && search->source->facts->columns.len <= COLUMNS_MOST &&
           !star->name.len && !star->is_columns && !star->args.len && from->len == 1 &&
           from->items[0].kind == TABLE_NAME &&
           str_eq(from->items[0].name.text, search->source->name);
}

/* The node whose SQL holds the star, when it is no template. */
static const Node *node_with(const Search *search)
{
    const Nodes *nodes = &search->at->pipe->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++) {
        Range sql = nodes->items[i].sql.range;
        if (search->star->range.start >= sql.start && search->star->range.end <= sql.end)
            return nodes->items[i].is_template ? NULL : &nodes->items[i];
    }
    return NULL;
}

static Fix *explicit_list(const Search *search)
{
    Arena *arena = search->at->check->arena;
    const Node *node = is_replaceable(search) ? node_with(search) : NULL;
    if (!node)
        return NULL;
    const Datafile *source = search->source->facts;
    Str text = search->at->pipe->facts->text;
    Range star = search->star->range;
    Str list =
        list_for(arena, source, forward_newline(text), indent_before(arena, text, star.start));
    Str whole =
        str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(str_slice(text, node->sql.range.start, star.start)),
                STR_ARG(list), STR_ARG(str_slice(text, star.end, node->sql.range.end)));
    if (!list_is_proved(search, whole, source->columns.len))
        return NULL;
    Fix *fix = ARENA_NEW(arena, Fix);
    fix->title = STR("name the columns");
    fix->file = search->at->pipe->file;
    fix->lines = list_for(arena, source, "\n", (Str){0});
    vec_push(arena, &fix->edits, (Edit){star, list});
    return fix;
}

static void report_star(const Search *search, const Output *output)
{
    Arena *arena = search->at->check->arena;
    const WritingNode *at = search->at;
    Range range = search->star ? search->star->range : at->text->name.range;
    Finding finding = writing_finding(at, RULE_TB408, range,
                                      str_fmt(arena, "* from %.*s", STR_ARG(search->source->name)));
    finding.cause = str_fmt(arena, "* from %.*s", STR_ARG(search->source->name));
    if (is_copy(search, output) && !is_moving(search->source))
        finding.severity = SEVERITY_NOTE;
    Str source = search->source->name;
    finding.message =
        str_fmt(arena, "View '%.*s' hands on SELECT * from '%.*s': once '%.*s' gets a column, %s.",
                STR_ARG(at->pipe->name), STR_ARG(source), STR_ARG(source),
                at->check->classic ? "its target lacks it" : "the deploy is refused");
    finding.advice =
        str_fmt(arena, "Name the columns that '%.*s' has.", STR_ARG(at->text->datasource.text));
    if (search->star && output->known)
        finding.fix = explicit_list(search);
    findings_add(at->findings, finding);
}

void materialized_star(const WritingNode *at)
{
    Search search = {.at = at, .loader = at->check->loader, .pipe = at->pipe};
    if (!find_in_node(&search, at->pipe, (int)at->node, 0))
        return;
    const NodeLineage *lineage = node_lineage(at->check->loader, at->pipe, at->node);
    static const Output unknown;
    report_star(&search, lineage ? &lineage->output : &unknown);
}
