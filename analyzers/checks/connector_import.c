/* SCHEMA against the columns that IMPORT_QUERY selects from BigQuery or Snowflake. TB705. */
#include "connector.h"

typedef struct {
    bool known;
    Strs names; /* as written */
    Map *lower; /* the names in lower case: databases that fold them do it either way */
    Str why;    /* of an unknown one */
} Selected;

/* An alias or a bare column; any other item has a name that only the database knows. */
static Str item_name(const Expr *item)
{
    if (item->alias.text.len)
        return item->alias.text;
    if (item->kind != EXPR_COLUMN || item->path.len == 0 || item->rare->alias_tag.len)
        return (Str){0};
    return item->path.items[item->path.len - 1].text;
}

static void unknown(Selected *selected, const char *why)
{
    *selected = (Selected){.why = str_of(why)};
}

static void read_items(Arena *arena, const Select *select, Selected *selected)
{
    selected->known = true;
    selected->lower = map_new(arena);
    for (size_t i = 0; i < select->items.len; i++) {
        Str name = item_name(select->items.items[i]);
        if (name.len == 0) {
            unknown(selected, "IMPORT_QUERY has a column without a sure name: not compared with "
                              "SCHEMA");
            return;
        }
        vec_push(arena, &selected->names, name);
        map_put(selected->lower, str_lower(arena, name), selected);
    }
}

/* ---- the select list ---- */

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t quote_end(Str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote)
        at++;
    return at;
}

static Str word_at(Str text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_word_char(text.ptr[end]))
        end++;
    return str_slice(text, at, end);
}

/* The query up to its FROM: tables are named in ways that ClickHouse lacks, as db.schema.table.
 * The whole where that place is not sure. */
static Str before_from(Str text)
{
    size_t depth = 0;
    Str last = {0};
    bool is_plain = str_is_nocase(word_at(text, 0), "SELECT") && str_find(text, "--") < 0 &&
                    str_find(text, "/*") < 0;
    for (size_t i = 0; is_plain && i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'' || c == '"' || c == '`')
            i = quote_end(text, i);
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth -= depth > 0;
        Str word = word_at(text, i);
        if (word.len == 0)
            continue;
        if (depth == 0 && str_is_nocase(word, "FROM"))
            return str_is_nocase(last, "DISTINCT") ? text : str_slice(text, 0, i);
        last = word;
        i += word.len - 1;
    }
    return text;
}

static Selected selected_of(const Check *check, const Resource *datasource)
{
    Selected selected = {.known = false};
    const Instruction *line = datafile_find(datasource->facts, KEYWORD_IMPORT_QUERY);
    Str text = str_trim(line->value.text);
    if (is_substituted(text)) {
        unknown(&selected, "IMPORT_QUERY has a secret or a variable: not compared with SCHEMA");
        return selected;
    }
    const Query *query = sql_parse_query(check->loader->sql, check->arena, before_from(text),
                                         line->value.range.start);
    if (query->broken || query->too_deep || query->has_template || query->selects.len != 1)
        unknown(&selected, "the select list of IMPORT_QUERY could not be read: not compared with "
                           "SCHEMA");
    else
        read_items(check->arena, query->selects.items[0], &selected);
    return selected;
}

/* ---- both ways ---- */

typedef struct {
    bool known;
    Strs unselected; /* columns of SCHEMA that the query does not give */
    Strs untaken;    /* given, and not in SCHEMA */
    size_t given, taken;
    Str why;
} Disagreement;

static bool is_readable(const Resource *datasource)
{
    const Datafile *file = datasource->facts;
    if (!connector_is_readable(datasource) || file->has_include || !file->has_schema ||
        file->columns.len == 0)
        return false;
    for (size_t i = 0; i < file->problems.len; i++) {
        if (file->problems.items[i].kind == PROBLEM_COLUMN)
            return false;
    }
    return connector_value(datasource, KEYWORD_IMPORT_QUERY).len > 0;
}

/* A column with a DEFAULT fills itself. */
static void compare_columns(Arena *arena, const Datafile *file, const Selected *selected,
                            Disagreement *out)
{
    Map *taken = map_new(arena);
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        Str name = str_lower(arena, column->name.text);
        map_put(taken, name, out);
        if (map_has(selected->lower, name) || column->default_expr.text.len == 0)
            out->taken++;
        if (!map_has(selected->lower, name) && column->default_expr.text.len == 0)
            vec_push(arena, &out->unselected, column->name.text);
    }
    for (size_t i = 0; i < selected->names.len; i++) {
        if (!map_has(taken, str_lower(arena, selected->names.items[i])))
            vec_push(arena, &out->untaken, selected->names.items[i]);
    }
    out->given = selected->names.len;
}

static Disagreement disagreement_of(const Check *check, const Resource *datasource)
{
    Disagreement out = {.known = false};
    if (!datasource || !datasource->facts || !is_readable(datasource))
        return out;
    Selected selected = selected_of(check, datasource);
    out.known = selected.known;
    out.why = selected.why;
    if (selected.known)
        compare_columns(check->arena, datasource->facts, &selected, &out);
    return out;
}

/* What live lacks likewise is no news. */
static Strs without(Arena *arena, const Strs *names, const Strs *known)
{
    Map *seen = map_new(arena);
    for (size_t i = 0; i < known->len; i++)
        map_put(seen, str_lower(arena, known->items[i]), seen);
    Strs left = {0};
    for (size_t i = 0; i < names->len; i++) {
        if (!map_has(seen, str_lower(arena, names->items[i])))
            vec_push(arena, &left, names->items[i]);
    }
    return left;
}

/* As many columns on both sides under other names may be matched by place, unless live showed that
 * the names are the same. */
static bool may_go_by_place(const Disagreement *live, const Disagreement *now)
{
    bool live_by_name = live->known && live->unselected.len == 0 && live->untaken.len == 0;
    return now->given == now->taken && !live_by_name;
}

/* ---- TB705 ---- */

static const char *is_or_are(const Strs *names)
{
    return names->len == 1 ? "is" : "are";
}

static Str message_of(Arena *arena, const Resource *datasource, const Strs *unselected,
                      const Strs *untaken)
{
    Str first = quoted_list(arena, unselected->items, unselected->len, 4);
    Str second = quoted_list(arena, untaken->items, untaken->len, 4);
    if (unselected->len && untaken->len)
        return str_fmt(arena,
                       "SCHEMA and IMPORT_QUERY of '%.*s' disagree: %.*s %s not selected, %.*s %s "
                       "not in SCHEMA.",
                       STR_ARG(datasource->name), STR_ARG(first), is_or_are(unselected),
                       STR_ARG(second), is_or_are(untaken));
    if (unselected->len)
        return str_fmt(arena,
                       "IMPORT_QUERY of '%.*s' does not select %.*s, which %s in SCHEMA: imports "
                       "will fail or leave %s empty.",
                       STR_ARG(datasource->name), STR_ARG(first), is_or_are(unselected),
                       unselected->len == 1 ? "it" : "them");
    return str_fmt(arena,
                   "IMPORT_QUERY of '%.*s' selects %.*s, which %s not in SCHEMA: imports will fail "
                   "or lose %s.",
                   STR_ARG(datasource->name), STR_ARG(second), is_or_are(untaken),
                   untaken->len == 1 ? "it" : "them");
}

static Str advice_of(const Strs *unselected, const Strs *untaken)
{
    if (unselected->len && untaken->len)
        return STR("Make the names of both lists the same.");
    if (unselected->len)
        return unselected->len == 1
                   ? STR("Add it to the select list of IMPORT_QUERY, then sync the data source.")
                   : STR("Add them to the select list of IMPORT_QUERY, then sync the data source.");
    return untaken->len == 1 ? STR("Add it to SCHEMA, or leave it out of IMPORT_QUERY.")
                             : STR("Add them to SCHEMA, or leave them out of IMPORT_QUERY.");
}

static void report(const Check *check, const Resource *datasource, const Strs *unselected,
                   const Strs *untaken)
{
    Arena *arena = check->arena;
    const Instruction *line = datafile_find(datasource->facts, KEYWORD_IMPORT_QUERY);
    Finding finding =
        check_single_finding(datasource, RULE_TB705, line->range, STR("IMPORT_QUERY"));
    const Column *column =
        unselected->len ? datafile_column(datasource->facts, unselected->items[0]) : NULL;
    finding.is_single_version = false;
    if (column) {
        finding.place.range = column->range;
        vec_push(arena, &finding.related,
                 place_candidate(datasource, line->range, STR("the import")));
    }
    finding.live_meaning = str_join(arena, unselected->items, unselected->len, ",");
    finding.candidate_meaning = str_join(arena, untaken->items, untaken->len, ",");
    finding.message = message_of(arena, datasource, unselected, untaken);
    finding.advice = advice_of(unselected, untaken);
    findings_add(check->findings, finding);
}

/* The file touched SCHEMA's columns or the query. */
static bool is_touched(const Check *check, const Resource *datasource)
{
    const ResourceChange *change = map_get(check->diff->datasources, datasource->name);
    if (!change || change->status == STATUS_NEW)
        return change != NULL;
    if (!change->live || !change->live->facts)
        return false;
    if (!str_eq(connector_value(change->live, KEYWORD_IMPORT_QUERY),
                connector_value(datasource, KEYWORD_IMPORT_QUERY)))
        return true;
    for (size_t i = 0; i < change->columns.len; i++) {
        if (change->columns.items[i].bits & (COLUMN_ADDED | COLUMN_DROPPED | COLUMN_DEFAULT))
            return true;
    }
    return false;
}

static void check_query(const Check *check, const Resource *datasource)
{
    Disagreement now = disagreement_of(check, datasource);
    if (!now.known) {
        if (now.why.len)
            check_unjudged(check, datasource->file,
                           datafile_find(datasource->facts, KEYWORD_IMPORT_QUERY)->range, now.why);
        return;
    }
    Disagreement live = {.known = false};
    if (!check->loader->everything)
        live = disagreement_of(check, datasource->other);
    if (may_go_by_place(&live, &now))
        return;
    Strs unselected = without(check->arena, &now.unselected, &live.unselected);
    Strs untaken = without(check->arena, &now.untaken, &live.untaken);
    if (unselected.len || untaken.len)
        report(check, datasource, &unselected, &untaken);
}

void check_import_queries(const Check *check)
{
    const Project *candidate = check->diff->sides.candidate;
    for (size_t i = 0; i < map_len(candidate->datasources); i++) {
        const Resource *datasource = map_value(candidate->datasources, i);
        if (!datasource->facts || datasource->vendored ||
            !datafile_find(datasource->facts, KEYWORD_IMPORT_QUERY))
            continue;
        if (check->loader->everything || is_touched(check, datasource))
            check_query(check, datasource);
    }
}
