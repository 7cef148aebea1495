/* template_blocks.c: pairs the tags of a template into blocks and branches. */
#include "template_blocks.h"

enum { MAX_NESTED = 200 };

Str template_word(Str body)
{
    size_t end = 0;
    while (end < body.len &&
           ((body.ptr[end] >= 'a' && body.ptr[end] <= 'z') ||
            (body.ptr[end] >= 'A' && body.ptr[end] <= 'Z') ||
            (body.ptr[end] >= '0' && body.ptr[end] <= '9') || body.ptr[end] == '_'))
        end++;
    return str_slice(body, 0, end);
}

typedef struct {
    size_t block;
    size_t branch;
} Open;

typedef struct {
    Arena *arena;
    Blocks *out;
    Open open[MAX_NESTED];
    size_t depth;
} Pairing;

static void blame(Pairing *pairing, Range range, const char *format, Str word)
{
    if (pairing->out->problem.len)
        return;
    pairing->out->problem = str_fmt(pairing->arena, format, STR_ARG(word));
    pairing->out->range = range;
}

static bool block_kind(Str word, BlockKind *kind)
{
    static const struct {
        const char *word;
        BlockKind kind;
    } WORDS[] = {{"if", BLOCK_IF},   {"for", BLOCK_LOOP},    {"while", BLOCK_LOOP},
                 {"try", BLOCK_TRY}, {"block", BLOCK_PLAIN}, {"apply", BLOCK_PLAIN}};
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (str_is(word, WORDS[i].word)) {
            *kind = WORDS[i].kind;
            return true;
        }
    return false;
}

static bool opens_branch(Str word)
{
    return str_is(word, "elif") || str_is(word, "else") || str_is(word, "except") ||
           str_is(word, "finally");
}

static ptrdiff_t current_branch(const Pairing *pairing)
{
    return pairing->depth ? (ptrdiff_t)pairing->open[pairing->depth - 1].branch : NO_BRANCH;
}

static size_t add_branch(Pairing *pairing, size_t block, const Condition *condition, uint32_t start)
{
    Branch branch = {.block = block, .condition = condition, .range = {start, start}};
    vec_push(pairing->arena, &pairing->out->branches, branch);
    size_t number = pairing->out->branches.len - 1;
    vec_push(pairing->arena, &pairing->out->blocks.items[block].branches, number);
    return number;
}

static const Condition *condition_of(Pairing *pairing, Str text)
{
    return condition_read(pairing->out->conditions, text);
}

static Step open_block(Pairing *pairing, const Tag *tag, Str word, BlockKind kind)
{
    Step step = {.kind = STEP_OPEN, .tag = tag, .block = pairing->out->blocks.len};
    Str rest = str_trim(str_slice(tag->body, word.len, tag->body.len));
    Block block = {kind, word, rest, tag->range, current_branch(pairing), {0}};
    bool guarded = kind == BLOCK_IF || str_is(word, "while");

    vec_push(pairing->arena, &pairing->out->blocks, block);
    step.branch = add_branch(pairing, step.block, guarded ? condition_of(pairing, rest) : NULL,
                             tag->range.end);
    pairing->open[pairing->depth++] = (Open){step.block, step.branch};
    return step;
}

/* `else` of a try and of a loop is read whatever branch is. */
static Step next_branch(Pairing *pairing, const Tag *tag, Str word)
{
    Open *open = &pairing->open[pairing->depth - 1];
    BlockKind kind = pairing->out->blocks.items[open->block].kind;
    Str rest = str_trim(str_slice(tag->body, word.len, tag->body.len));
    Step step = {.kind = STEP_BRANCH, .tag = tag, .block = open->block};

    pairing->out->branches.items[open->branch].range.end = tag->range.start;
    step.branch =
        add_branch(pairing, open->block, str_is(word, "elif") ? condition_of(pairing, rest) : NULL,
                   tag->range.end);
    pairing->out->branches.items[step.branch].always =
        str_is(word, "finally") || (kind != BLOCK_IF && str_is(word, "else"));
    open->branch = step.branch;
    return step;
}

static void close_block(Pairing *pairing, const Tag *tag)
{
    Open open = pairing->open[--pairing->depth];
    Block *block = &pairing->out->blocks.items[open.block];
    Branch *last = &pairing->out->branches.items[open.branch];

    last->range.end = tag->range.start;
    if (block->kind == BLOCK_IF && last->condition)
        add_branch(pairing, open.block, NULL, tag->range.start);
}

static void read_assignment(const Pairing *pairing, Step *step)
{
    Str rest = str_slice(step->tag->body, sizeof("set") - 1, step->tag->body.len);
    ptrdiff_t equal = str_find_char(rest, '=');
    if (equal < 0)
        return;
    step->kind = STEP_SET;
    step->in = current_branch(pairing);
    step->name = str_trim(str_slice(rest, 0, (size_t)equal));
    step->value = str_trim(str_slice(rest, (size_t)equal + 1, rest.len));
}

static Step statement(Pairing *pairing, const Tag *tag)
{
    Step step = {.kind = STEP_TAG, .tag = tag};
    Str word = template_word(tag->body);
    BlockKind kind;

    if (block_kind(word, &kind)) {
        if (pairing->depth < MAX_NESTED)
            return open_block(pairing, tag, word, kind);
        blame(pairing, tag->range, "template blocks nest too deep at '%.*s'", word);
    } else if (opens_branch(word)) {
        if (pairing->depth)
            return next_branch(pairing, tag, word);
        blame(pairing, tag->range, "'%.*s' stands outside any template block", word);
    } else if (str_is(word, "end")) {
        step.kind = STEP_END;
        if (pairing->depth)
            close_block(pairing, tag);
        else
            blame(pairing, tag->range, "'{%% %.*s %%}' closes nothing", word);
    } else if (str_is(word, "set")) {
        read_assignment(pairing, &step);
    }
    return step;
}

static void note_raise(Pairing *pairing, const Tag *tag)
{
    Str word = template_word(tag->body);
    ptrdiff_t branch = current_branch(pairing);
    if (branch != NO_BRANCH && (str_is(word, "error") || str_is(word, "custom_error")) &&
        str_starts(str_trim(str_slice(tag->body, word.len, tag->body.len)), "("))
        pairing->out->branches.items[branch].raises = true;
}

Blocks template_blocks(Arena *arena, Str text)
{
    Blocks out = {.conditions = conditions_new(arena)};
    Pairing pairing = {.arena = arena, .out = &out};
    Range open;
    Tags tags = template_tags(arena, text, &open);

    out.has_tags = tags.len > 0 || !range_is_empty(open);
    for (size_t i = 0; i < tags.len && !out.problem.len; i++) {
        const Tag *tag = &tags.items[i];
        Step step = {.kind = STEP_TAG, .tag = tag};
        if (tag->kind == TAG_STATEMENT)
            step = statement(&pairing, tag);
        else if (tag->kind == TAG_EXPRESSION)
            note_raise(&pairing, tag);
        vec_push(arena, &out.steps, step);
    }
    if (!range_is_empty(open))
        blame(&pairing, open, "the template tag%.*s is never closed", (Str){0});
    if (pairing.depth > 0) {
        const Block *block = &out.blocks.items[pairing.open[pairing.depth - 1].block];
        blame(&pairing, block->range, "missing {%% end %%} of '%.*s'", block->word);
    }
    return out;
}
