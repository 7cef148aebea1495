/* datafile_schema.c: the tree of a SCHEMA body -> columns, and what is wrong with them. */
#include <string.h>

#include "datafile_build.h"

/* Deeper expressions are no work of a person. */
enum { MAX_DEPTH = 256, MAX_TYPE_DEPTH = 64 };

/* The parts of one column in the order in which they stand. */
typedef struct {
    Facts *facts;
    Column column;
    uint32_t last_end; /* end of the last part but comments */
} ColumnReader;

static bool is_forward(const Facts *facts)
{
    return facts->file->dialect == DIALECT_FORWARD;
}

static Str column_shown(const Column *column)
{
    return str_slice(column->name.text, 0, 80);
}

/* ---- the text of types and expressions ------------------------------------------------------ */

/* A copy where comments and dropped lines are blanks, so that offsets stay. */
static Str without_comments(Facts *facts, Range range)
{
    Str text = str_range(facts->file->text, range);
    if (str_find(text, "--") < 0 && str_find_char(text, '#') < 0)
        return text;
    char *copy = ARENA_ARRAY(facts->arena, char, text.len);
    bool comment = false;
    bool line_start = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool line_end = c == '\n' || c == '\r';
        bool dashes = c == '-' && i + 1 < text.len && text.ptr[i + 1] == '-';
        comment = !line_end && (comment || dashes || (c == '#' && line_start));
        line_start = line_end || (line_start && (c == ' ' || c == '\t'));
        copy[i] = comment ? ' ' : c;
    }
    return (Str){copy, text.len};
}

typedef struct {
    unsigned deepest;
    char open; /* the quote or parenthesis that stays open, or 0 */
    uint32_t open_at;
    uint32_t wrong_at; /* the first character that may not stand there, or the length */
} Nesting;

static bool is_expression_char(char c)
{
    return c != 0 && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "._`*<>+-'\"[](),=!?:/% \t\r\n",
                            c) != NULL;
}

/* Tinybird's parser counts parentheses and quotes; a backslash does not escape. */
static Nesting nesting(Str text)
{
    Nesting found = {.wrong_at = (uint32_t)text.len};
    unsigned depth = 0;
    char quote = 0;
    uint32_t quote_at = 0;
    uint32_t paren_at = 0;
    for (uint32_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
            quote_at = i;
        } else if (c == '(') {
            paren_at = depth ? paren_at : i;
            depth++;
            found.deepest = depth > found.deepest ? depth : found.deepest;
        } else if (c == ')' && depth) {
            depth--;
        } else if (!is_expression_char(c) && found.wrong_at == text.len) {
            found.wrong_at = i;
        }
    }
    found.open = quote ? quote : depth ? '(' : 0;
    found.open_at = quote ? quote_at : paren_at;
    return found;
}

static Range place(Range range, uint32_t offset, uint32_t length)
{
    uint32_t start = range.start + offset;
    uint32_t end = start + length;
    start = start < range.end ? start : range.end;
    return (Range){start, end < range.end ? end : range.end};
}

/* The bytes of the character at `offset`. */
static uint32_t char_length(Str text, uint32_t offset)
{
    uint32_t length = 1;
    while (offset + length < text.len && ((unsigned char)text.ptr[offset + length] & 0xC0) == 0x80)
        length++;
    return length;
}

static void unclosed_problem(Facts *facts, const Column *column, Range range, Nesting found)
{
    facts_problem(facts, PROBLEM_COLUMN, place(range, found.open_at, 1), (Str){0},
                  "column '%.*s': %s is not closed", STR_ARG(column_shown(column)),
                  found.open == '(' ? "this parenthesis" : "this quote");
}

static void check_expression(ColumnReader *reader, Range range)
{
    Facts *facts = reader->facts;
    const Column *column = &reader->column;
    Str text = without_comments(facts, range);
    Nesting found = nesting(text);
    if (has_template(text))
        return;
    if (found.deepest > MAX_DEPTH)
        facts_problem(facts, PROBLEM_TOO_DEEP, range, (Str){0},
                      "column '%.*s': more than %d nested parentheses",
                      STR_ARG(column_shown(column)), MAX_DEPTH);
    if (found.open) {
        unclosed_problem(facts, column, range, found);
    } else if (found.wrong_at < text.len) {
        uint32_t length = char_length(text, found.wrong_at);
        Str wrong = str_slice(text, found.wrong_at, found.wrong_at + length);
        facts_problem(facts, PROBLEM_COLUMN, place(range, found.wrong_at, length), (Str){0},
                      "column '%.*s': the character %.*s may stand only inside quotes",
                      STR_ARG(column_shown(column)), STR_ARG(wrong));
    } else if (str_starts(text, "[") && !str_ends(text, "]")) {
        facts_problem(facts, PROBLEM_COLUMN, range, STR("array(...)"),
                      "column '%.*s': a comma inside square brackets ends the default",
                      STR_ARG(column_shown(column)));
    }
}

/* ---- types ---------------------------------------------------------------------------------- */

static void type_problem(ColumnReader *reader, Range range, const TypeProblem *problem)
{
    Facts *facts = reader->facts;
    Str text = str_range(facts->file->text, range);
    uint32_t length = (uint32_t)text.len;
    if (problem->offset < text.len) {
        length = 0;
        while (problem->offset + length < text.len &&
               !strchr("(), \t\r\n", text.ptr[problem->offset + length]))
            length++;
    }
    Range where = place(range, problem->offset, length ? length : 1);
    facts_problem(facts, PROBLEM_TYPE, range_is_empty(where) ? range : where, problem->suggestion,
                  "column '%.*s': %.*s", STR_ARG(column_shown(&reader->column)),
                  STR_ARG(problem->message));
}

static void read_type(ColumnReader *reader, TSNode node)
{
    Facts *facts = reader->facts;
    Column *column = &reader->column;
    Range range = node_range(node);
    column->type_text = facts_token(facts, range);
    if (has_template(column->type_text.text))
        return;
    Str text = without_comments(facts, range);
    Nesting found = nesting(text);
    if (found.open) {
        unclosed_problem(facts, column, range, found);
        return;
    }
    if (found.deepest > MAX_TYPE_DEPTH) {
        facts_problem(facts, PROBLEM_TOO_DEEP, range, (Str){0},
                      "column '%.*s': the type is nested more than %d times",
                      STR_ARG(column_shown(column)), MAX_TYPE_DEPTH);
        return;
    }
    TypeProblem problem = {0};
    column->type = type_parse(facts->arena, text, &problem);
    if (!column->type && !is_forward(facts) && problem.kind == TYPE_PROBLEM_FORWARD)
        column->type = type_parse_sql(facts->arena, text, NULL);
    else if (!column->type)
        type_problem(reader, range, &problem);
}

/* ---- names and paths ------------------------------------------------------------------------ */

static bool has_blank(Str text)
{
    return str_find_char(text, ' ') >= 0 || str_find_char(text, '\t') >= 0;
}

static void read_name(ColumnReader *reader, TSNode node)
{
    Facts *facts = reader->facts;
    Column *column = &reader->column;
    column->name = facts_token(facts, node_range(node));
    column->quoted = node_is(node, "quoted_column_name");
    if (column->quoted)
        column->name.text = str_slice(column->name.text, 1, column->name.text.len - 1);
    bool forward = is_forward(facts);
    if (column->quoted && forward && has_blank(column->name.text))
        facts_problem(facts, PROBLEM_COLUMN, column->name.range, (Str){0},
                      "a column name cannot hold a blank");
    if (column->quoted && column->name.text.len == 0)
        facts_problem(facts, PROBLEM_COLUMN, column->name.range, (Str){0}, "a column needs a name");
    if (!column->quoted && forward && str_is(column->name.text, "INDEX"))
        facts_problem(facts, PROBLEM_COLUMN, column->name.range, STR("INDEXES >"),
                      "indexes belong in a block INDEXES of their own");
}

static void read_path(ColumnReader *reader, TSNode node)
{
    Facts *facts = reader->facts;
    Column *column = &reader->column;
    Range range = node_range(node);
    Str text = str_range(facts->file->text, range);
    bool forward = is_forward(facts);
    column->path = (Token){str_slice(text, 6, text.len - 1), range};
    if (forward && has_blank(text))
        facts_problem(facts, PROBLEM_COLUMN, range, (Str){0},
                      "column '%.*s': a JSON path cannot hold a blank",
                      STR_ARG(column_shown(column)));
    if (!forward && !range_is_empty(column->default_expr.range))
        facts_problem(facts, PROBLEM_COLUMN, range, (Str){0},
                      "column '%.*s': the JSON path stands before DEFAULT",
                      STR_ARG(column_shown(column)));
}

/* ---- attributes ----------------------------------------------------------------------------- */

/* The expression of DEFAULT, CODEC and the like; absent when there is none. */
static Token attribute_value(ColumnReader *reader, TSNode node, const char *word)
{
    TSNode value = ts_node_child_by_field_name(node, "value", 5);
    if (ts_node_is_null(value)) {
        facts_problem(reader->facts, PROBLEM_COLUMN, node_range(node), (Str){0},
                      "column '%.*s': %s has no value", STR_ARG(column_shown(&reader->column)),
                      word);
        return (Token){0};
    }
    check_expression(reader, node_range(value));
    return facts_token(reader->facts, node_range(value));
}

static void read_default(ColumnReader *reader, TSNode node)
{
    Column *column = &reader->column;
    if (!range_is_empty(column->codec.range))
        facts_problem(reader->facts, PROBLEM_COLUMN, node_range(node), (Str){0},
                      "column '%.*s': DEFAULT stands before CODEC", STR_ARG(column_shown(column)));
    else if (!range_is_empty(column->default_expr.range))
        facts_problem(reader->facts, PROBLEM_COLUMN, node_range(node), (Str){0},
                      "column '%.*s': a second DEFAULT", STR_ARG(column_shown(column)));
    column->default_expr = attribute_value(reader, node, "DEFAULT");
}

static void read_codec(ColumnReader *reader, TSNode node)
{
    Column *column = &reader->column;
    Token value = attribute_value(reader, node, "CODEC");
    if (!range_is_empty(column->codec.range))
        facts_problem(reader->facts, PROBLEM_COLUMN, node_range(node), (Str){0},
                      "column '%.*s': a second CODEC", STR_ARG(column_shown(column)));
    if (str_starts(value.text, "(") && str_ends(value.text, ")"))
        value.text = str_trim(str_slice(value.text, 1, value.text.len - 1));
    column->codec = value;
}

static void read_constraint(ColumnReader *reader, TSNode node)
{
    Facts *facts = reader->facts;
    TSNode word = ts_node_child(node, 0);
    const char *name = ts_node_type(word);
    bool materialized = strcmp(name, "MATERIALIZED") == 0;
    if (materialized && !is_forward(facts)) {
        reader->column.default_expr = attribute_value(reader, node, name);
        return;
    }
    Str instead =
        strcmp(name, "NULL") == 0 && reader->column.type_text.text.len
            ? str_fmt(facts->arena, "Nullable(%.*s)", STR_ARG(reader->column.type_text.text))
            : (Str){0};
    facts_problem(facts, PROBLEM_COLUMN, node_range(node), instead,
                  "column '%.*s': Tinybird does not take %s in a column",
                  STR_ARG(column_shown(&reader->column)), name);
}

/* ---- columns -------------------------------------------------------------------------------- */

static void read_part(ColumnReader *reader, TSNode node, const char *field)
{
    if (node_is(node, "comment"))
        return;
    if (field && strcmp(field, "name") == 0)
        read_name(reader, node);
    else if (field && strcmp(field, "type") == 0)
        read_type(reader, node);
    else if (node_is(node, "json_path"))
        read_path(reader, node);
    else if (node_is(node, "default"))
        read_default(reader, node);
    else if (node_is(node, "codec"))
        read_codec(reader, node);
    else if (node_is(node, "constraint"))
        read_constraint(reader, node);
    reader->last_end = ts_node_end_byte(node);
}

/* `ENGIN "MergeTree"` right after SCHEMA is schema text to Tinybird; a person sees a keyword. */
static bool is_misspelt_keyword(Facts *facts, const Column *column)
{
    Str text = facts->file->text;
    uint32_t start = column->range.start;
    Str name = column->name.text;
    bool column_0 = start > 0 && (text.ptr[start - 1] == '\n' || text.ptr[start - 1] == '\r');
    if (!column_0 || column->quoted || column->type || name.len < 3)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != '_' && (name.ptr[i] < 'A' || name.ptr[i] > 'Z'))
            return false;
    Str near = keyword_suggest(name, facts->file->kind, facts->file->dialect);
    bool known = keyword_find(name) != KEYWORD_UNKNOWN;
    if (!known && near.len == 0)
        return false;
    facts_problem(facts, PROBLEM_UNKNOWN_WORD, column->name.range, near,
                  known ? "'%.*s' is no instruction of this kind of file; it is read as a column"
                        : "'%.*s' is no instruction; it is read as a column",
                  STR_ARG(column_shown(column)));
    return true;
}

/* Adds the column to the facts; false when it turned out to be no column. */
static bool read_column(Facts *facts, TSNode node)
{
    ColumnReader reader = {.facts = facts, .column = {.range = node_range(node)}};
    size_t problems = facts->file->problems.len;
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    for (; more; more = ts_tree_cursor_goto_next_sibling(&cursor))
        read_part(&reader, ts_tree_cursor_current_node(&cursor),
                  ts_tree_cursor_current_field_name(&cursor));
    ts_tree_cursor_delete(&cursor);
    Column *column = &reader.column;
    column->range.end = reader.last_end;
    if (facts->file->problems.len > problems) {
        size_t kept = facts->file->problems.len;
        facts->file->problems.len = problems;
        if (is_misspelt_keyword(facts, column))
            return false;
        facts->file->problems.len = kept;
    }
    if (range_is_empty(column->type_text.range) && range_is_empty(column->default_expr.range)) {
        if (is_misspelt_keyword(facts, column))
            return false;
        facts_problem(facts, PROBLEM_COLUMN, column->range, (Str){0},
                      "column '%.*s' has neither a type nor a default",
                      STR_ARG(column_shown(column)));
    }
    vec_push(facts->arena, &facts->file->columns, *column);
    return true;
}

static void broken_column(Facts *facts, Range range)
{
    Str text = str_trim(str_range(facts->file->text, range));
    if (text.len == 0 || has_template(text))
        return;
    Str suggestion = {0};
    const char *why = "this is no column";
    if (text.ptr[0] == '`') {
        why = str_find_char(str_slice(text, 1, text.len), '`') < 0 ? "this backtick is not closed"
                                                                   : "a JSON path without a column";
    } else if (text.ptr[0] == '"') {
        ptrdiff_t close = str_find_char(str_slice(text, 1, text.len), '"');
        why = "a column name takes backticks, not double quotes";
        if (close > 0)
            suggestion =
                str_fmt(facts->arena, "`%.*s`", STR_ARG(str_slice(text, 1, (size_t)close + 1)));
    } else {
        why = "this column name needs backticks around it";
    }
    facts_problem(facts, PROBLEM_COLUMN, range, suggestion, "%s", why);
}

/* What was read last in a SCHEMA body. */
typedef struct {
    bool comma;        /* a comma, or nothing yet */
    bool any;          /* a column was read */
    bool ends_in_path; /* so did the last column */
    bool over;         /* a misspelt instruction: what follows belongs to it */
    Range last;        /* the last column */
    Range comma_at;
} ListState;

static void missing_comma(Facts *facts, const ListState *state)
{
    uint32_t end = state->last.end;
    facts_problem(facts, PROBLEM_COLUMN, (Range){end > state->last.start ? end - 1 : end, end},
                  STR(","), "a comma is missing after this column");
}

static void check_comma(Facts *facts, ListState *state, Range comma)
{
    if (state->comma)
        facts_problem(facts, PROBLEM_COLUMN, comma, (Str){0},
                      "a column is missing before this comma");
    else if (state->any && state->ends_in_path && comma.start > state->last.end)
        facts_problem(facts, PROBLEM_COLUMN, comma, (Str){0},
                      "the comma must follow the JSON path without a blank");
    state->comma = true;
    state->comma_at = comma;
    state->over = facts_is_hopeless(facts);
}

static void list_item(Facts *facts, ListState *state, TSNode node)
{
    Range range = node_range(node);
    bool is_column = node_is(node, "column");
    if (!is_column && !node_is(node, "broken_column"))
        return;
    size_t problems = facts->file->problems.len;
    bool followed_on = state->any && !state->comma;
    if (followed_on)
        missing_comma(facts, state);
    if (is_column && !read_column(facts, node)) {
        /* A misspelt instruction: the missing comma is no mistake of its own. */
        Problems *list = &facts->file->problems;
        if (followed_on) {
            list->items[problems] = list->items[list->len - 1];
            list->len = problems + 1;
        }
        state->over = true;
        return;
    }
    if (!is_column)
        broken_column(facts, range);
    const Columns *columns = &facts->file->columns;
    Range path = is_column ? columns->items[columns->len - 1].path.range : (Range){0, 0};
    state->last = is_column ? columns->items[columns->len - 1].range : range;
    state->ends_in_path = path.end && path.end == state->last.end;
    state->any = true;
    state->comma = false;
    state->over = facts_is_hopeless(facts);
}

void read_columns(Facts *facts, TSNode node)
{
    ListState state = {.comma = true};
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    for (; more && !state.over; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        TSNode child = ts_tree_cursor_current_node(&cursor);
        if (node_is(child, ","))
            check_comma(facts, &state, node_range(child));
        else
            list_item(facts, &state, child);
    }
    ts_tree_cursor_delete(&cursor);
    if (state.comma && state.any && !state.over && !is_forward(facts))
        facts_problem(facts, PROBLEM_COLUMN, state.comma_at, (Str){0},
                      "Classic does not take a comma after the last column");
}
