/* parameter.c: the tags of a template, one after the other -> its parameters. */
#include "parameter.h"

#include "base/map.h"
#include "parameter_expr.h"
#include "template.h"

enum { BLOCKS_MAX = 200, DISTINCT_MAX = 16 };

/* An open {% if %}, {% for %}, ... */
typedef struct {
    bool is_if;
    bool in_first; /* no elif, else, ... of it has been read */
    bool had_elif;
    Strs runs_without; /* the first branch is taken when one of these is left out */
    Strs else_without; /* likewise the one of a lone else */
    Strs given;        /* callers give all of these where the branch at hand is taken */
    Strs given_later;  /* likewise in the branches after it */
} OpenBlock;

typedef VEC(OpenBlock) OpenBlocks;

typedef struct {
    Arena *arena;
    uint32_t offset;
    ParameterList list;
    ParameterUses uses;
    Map *bound;
    Map *refused;      /* names that an error() asks for */
    Map *given;        /* name -> number of open branches that callers reach only with it */
    OpenBlocks blocks; /* the innermost last; those too deep are left out */
    size_t depth;      /* with those */
} Collector;

/* ---- tags ---- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static Str first_word(Str body)
{
    size_t end = 0;
    while (end < body.len && is_word_byte(body.ptr[end]))
        end++;
    return str_slice(body, 0, end);
}

static void cannot_read(Collector *collector, Range tag)
{
    if (!collector->list.complete)
        return;
    collector->list.complete = false;
    collector->list.unread = (Range){collector->offset + tag.start, collector->offset + tag.end};
}

static void note_refused(Collector *collector, const Strs *names)
{
    for (size_t i = 0; i < names->len; i++)
        map_put(collector->refused, names->items[i], collector);
}

/* {% if not defined(x) %}{{ error('...') }}{% end %}: a call without x is refused. */
static void note_error(Collector *collector)
{
    if (collector->depth != 1 || !collector->blocks.items[0].is_if)
        return;
    const OpenBlock *block = &collector->blocks.items[0];
    if (block->in_first)
        note_refused(collector, &block->runs_without);
    else if (!block->had_elif)
        note_refused(collector, &block->else_without);
}

static void add_uses(Collector *collector, const TagFacts *facts)
{
    for (size_t i = 0; i < facts->uses.len; i++) {
        ParameterUse use = facts->uses.items[i];
        use.conditional = use.conditional || collector->depth > 0;
        use.given = map_get(collector->given, use.name) != NULL;
        vec_push(collector->arena, &collector->uses, use);
    }
}

static TagFacts read_tag(Collector *collector, const Tag *tag, Str python, uint32_t start,
                         PythonKind kind)
{
    TagFacts facts = tag_read(collector->arena, python, start, kind);
    if (!facts.readable) {
        cannot_read(collector, tag->range);
        return (TagFacts){.readable = false};
    }
    add_uses(collector, &facts);
    for (size_t i = 0; i < facts.bound.len; i++)
        map_put(collector->bound, facts.bound.items[i], collector);
    if (facts.raises)
        note_error(collector);
    return facts;
}

/* ---- blocks ---- */

static void count_given(Collector *collector, const Strs *names, bool enter)
{
    for (size_t i = 0; i < names->len; i++) {
        uintptr_t count = (uintptr_t)map_get(collector->given, names->items[i]);
        count = enter ? count + 1 : count - (count > 0);
        map_put(collector->given, names->items[i], (void *)count);
    }
}

static void add_names(Arena *arena, Strs *to, const Strs *from)
{
    for (size_t i = 0; i < from->len; i++)
        vec_push(arena, to, from->items[i]);
}

static void open_block(Collector *collector, const Tag *tag, OpenBlock block)
{
    if (collector->depth < BLOCKS_MAX) {
        vec_push(collector->arena, &collector->blocks, block);
        count_given(collector, &block.given, true);
    } else {
        cannot_read(collector, tag->range);
    }
    collector->depth++;
}

static OpenBlock *innermost(Collector *collector)
{
    bool known = collector->depth > 0 && collector->depth <= BLOCKS_MAX;
    return known ? &collector->blocks.items[collector->depth - 1] : NULL;
}

/* elif, else, except, finally. Where a branch is not taken, its condition was false. */
static void open_branch(Collector *collector, const TagFacts *condition)
{
    OpenBlock *block = innermost(collector);
    if (!block)
        return;
    count_given(collector, &block->given, false);
    block->in_first = false;
    block->given = (Strs){0};
    add_names(collector->arena, &block->given, &block->given_later);
    if (condition) {
        block->had_elif = true;
        add_names(collector->arena, &block->given, &condition->false_without);
        add_names(collector->arena, &block->given_later, &condition->true_without);
    }
    count_given(collector, &block->given, true);
}

static void close_block(Collector *collector)
{
    OpenBlock *block = innermost(collector);
    if (block) {
        count_given(collector, &block->given, false);
        collector->blocks.len--;
    }
    collector->depth -= collector->depth > 0;
}

/* The condition of elif is read inside the block: it is not always evaluated. */
static void read_elif(Collector *collector, const Tag *tag, Str condition, uint32_t start)
{
    OpenBlock *block = innermost(collector);
    if (block) {
        count_given(collector, &block->given, false);
        block->given = (Strs){0};
    }
    TagFacts facts = read_tag(collector, tag, condition, start, PYTHON_CONDITION);
    open_branch(collector, &facts);
}

static void read_condition(Collector *collector, const Tag *tag, Str condition, uint32_t start,
                           bool is_if)
{
    TagFacts facts = read_tag(collector, tag, condition, start, PYTHON_CONDITION);
    OpenBlock block = {.is_if = is_if,
                       .in_first = true,
                       .runs_without = facts.true_without,
                       .else_without = facts.false_without,
                       .given = facts.false_without};
    add_names(collector->arena, &block.given_later, &facts.true_without);
    open_block(collector, tag, block);
}

/* `E as e`, `E`: sets e. */
static void read_except(Collector *collector, Str rest)
{
    for (Str word; rest.len; rest = str_trim(str_slice(rest, word.len, rest.len))) {
        word = first_word(rest);
        if (word.len == 0)
            return;
        map_put(collector->bound, word, collector);
    }
}

static bool is_one_of(Str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(word, words[i]))
            return true;
    }
    return false;
}

static bool says_nothing(Str word)
{
    static const char *const WORDS[] = {"comment", "whitespace", "break", "continue"};
    return is_one_of(word, WORDS, ARRAY_LEN(WORDS));
}

static void read_statement(Collector *collector, const Tag *tag, uint32_t body_start)
{
    Str word = first_word(tag->body);
    Str rest = str_slice(tag->body, word.len, tag->body.len);
    uint32_t start = body_start + (uint32_t)word.len;
    if (str_is(word, "if") || str_is(word, "while")) {
        read_condition(collector, tag, rest, start, str_is(word, "if"));
    } else if (str_is(word, "elif")) {
        read_elif(collector, tag, rest, start);
    } else if (str_is(word, "for")) {
        read_tag(collector, tag, rest, start, PYTHON_LOOP);
        open_block(collector, tag, (OpenBlock){0});
    } else if (str_is(word, "try")) {
        open_block(collector, tag, (OpenBlock){0});
    } else if (str_is(word, "set")) {
        read_tag(collector, tag, rest, start, PYTHON_SET);
    } else if (str_is(word, "except")) {
        read_except(collector, str_trim(rest));
        open_branch(collector, NULL);
    } else if (str_is(word, "else") || str_is(word, "finally")) {
        open_branch(collector, NULL);
    } else if (str_is(word, "end")) {
        close_block(collector);
    } else if (!says_nothing(word)) {
        cannot_read(collector, tag->range);
    }
}

static void read_any_tag(Collector *collector, Str text, const Tag *tag)
{
    uint32_t start = collector->offset + (uint32_t)(tag->body.ptr - text.ptr);
    if (tag->kind == TAG_EXPRESSION)
        read_tag(collector, tag, tag->body, start, PYTHON_PRINTED);
    else if (tag->kind == TAG_STATEMENT)
        read_statement(collector, tag, start);
}

/* ---- uses -> parameters ---- */

static void add_distinct(Arena *arena, Strs *list, Str text)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i], text))
            return;
    }
    if (list->len < DISTINCT_MAX)
        vec_push(arena, list, text);
}

static void add_type(Arena *arena, Parameter *parameter, const ParameterUse *use)
{
    if (parameter->type.len == 0) {
        parameter->type = use->type;
        parameter->range = use->range;
    }
    add_distinct(arena, &parameter->types, use->type);
}

static void add_default(Arena *arena, Parameter *parameter, const ParameterUse *use)
{
    if (!parameter->has_default)
        parameter->default_text = use->default_text;
    parameter->has_default = true;
    if (!use->given)
        add_distinct(arena, &parameter->defaults, use->default_text);
}

static void add_use(Arena *arena, Parameter *parameter, const ParameterUse *use)
{
    if (use->type.len)
        add_type(arena, parameter, use);
    if (use->has_default)
        add_default(arena, parameter, use);
    parameter->is_required = parameter->is_required || use->is_required;
    parameter->is_conditional = parameter->is_conditional && use->conditional;
    parameter->only_defined = parameter->only_defined && use->in_defined;
    parameter->needed = parameter->needed || (use->fails && !use->conditional);
    if (parameter->enum_values.len == 0)
        parameter->enum_values = use->enum_values;
}

static Parameter *parameter_named(Collector *collector, Map *places, const ParameterUse *use)
{
    Parameters *items = &collector->list.items;
    void *place = map_get(places, use->name);
    if (place)
        return &items->items[(uintptr_t)place - 1];
    Parameter fresh = {.name = use->name,
                       .range = use->range,
                       .is_conditional = true,
                       .only_defined = true,
                       .needed = map_has(collector->refused, use->name)};
    vec_push(collector->arena, items, fresh);
    map_put(places, use->name, (void *)(uintptr_t)items->len);
    return &items->items[items->len - 1];
}

static bool is_parameter(const Collector *collector, const ParameterUse *use)
{
    if (map_has(collector->bound, use->name))
        return false;
    return !use->is_builtin || use->type.len || use->in_defined;
}

static void gather(Collector *collector)
{
    Map *places = map_new(collector->arena);
    for (size_t i = 0; i < collector->uses.len; i++) {
        const ParameterUse *use = &collector->uses.items[i];
        if (is_parameter(collector, use))
            add_use(collector->arena, parameter_named(collector, places, use), use);
    }
}

ParameterList parameters_read(Arena *arena, Str text, uint32_t offset)
{
    Range open;
    Tags tags = template_tags(arena, text, &open);
    Collector collector = {.arena = arena, .offset = offset, .list.complete = true};
    if (tags.len == 0 && range_is_empty(open))
        return collector.list;
    collector.bound = map_new(arena);
    collector.refused = map_new(arena);
    collector.given = map_new(arena);
    for (size_t i = 0; i < tags.len; i++)
        read_any_tag(&collector, text, &tags.items[i]);
    if (!range_is_empty(open))
        cannot_read(&collector, open);
    gather(&collector);
    return collector.list;
}
