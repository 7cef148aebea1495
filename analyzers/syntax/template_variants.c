/* template_variants.c: takes ways through a template's branches until each was taken once. */
#include "template_variants.h"

#include "squeeze.h"
#include "template_blocks.h"

#include <string.h>

enum { MAX_SERVED = 64 }; /* names that are given a value for the sake of one branch */

typedef struct {
    Arena *arena;
    Str text;
    Blocks *blocks;
    size_t *choices;  /* by block: its branch in the variant under way */
    uint8_t *is_open; /* by step depth: whether the enclosing text is read */
    bool sparing;     /* branches are taken only where they must be */
    char *spare;      /* room for a text, of one that was not kept; else NULL */
    TemplateVariants *out;
} Cover;

/* ---- what a tag leaves --------------------------------------------------------------------- */

/* Run-time settings and errors leave no text in the query. */
static bool prints_nothing(Str body)
{
    static const char *const WORDS[] = {"max_threads", "backend_hint", "cache_ttl",   "activate",
                                        "disable",     "error",        "custom_error"};
    Str word = template_word(body);
    if (!str_starts(str_trim(str_slice(body, word.len, body.len)), "("))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (str_is(word, WORDS[i]))
            return true;
    return false;
}

static bool blank_leading_percent(Str text, char *bytes)
{
    size_t at = 0;
    while (at < text.len && text.ptr[at] && strchr(" \t\r\n", text.ptr[at]))
        at++;
    if (at >= text.len || text.ptr[at] != '%')
        return false;
    bytes[at] = ' ';
    return true;
}

/* ---- choosing a branch --------------------------------------------------------------------- */

static Branch *branch_at(const Cover *cover, size_t number)
{
    return &cover->blocks->branches.items[number];
}

static Truth truth_of(const Cover *cover, const Branch *branch)
{
    return branch->condition ? condition_truth(cover->blocks->conditions, branch->condition)
                             : TRUTH_TRUE;
}

/* How much is for a branch: something new in it, and that it raises no error. */
static int rank_of(const Cover *cover, const Branch *branch)
{
    if (branch->raises || branch->always)
        return 0;
    return branch->wanted && !cover->sparing ? 2 : 1;
}

/* Of the branches that can be taken the first of the highest rank; the last when sparing. */
static size_t choose_branch(const Cover *cover, const Block *block)
{
    size_t best = 0;
    int best_rank = -1;

    for (size_t i = 0; i < block->branches.len; i++) {
        const Branch *branch = branch_at(cover, block->branches.items[i]);
        Truth truth = block->kind == BLOCK_IF ? truth_of(cover, branch) : TRUTH_UNKNOWN;
        int rank = rank_of(cover, branch);
        if (truth == TRUTH_FALSE)
            continue;
        if (rank > best_rank || (rank == best_rank && cover->sparing)) {
            best = i;
            best_rank = rank;
        }
        if (truth == TRUTH_TRUE)
            break;
    }
    return best;
}

/* Taking one branch says that its condition holds and that those before it do not. */
static void assume_choice(const Cover *cover, const Block *block, size_t choice)
{
    for (size_t i = 0; i <= choice && block->kind == BLOCK_IF; i++) {
        const Condition *condition = branch_at(cover, block->branches.items[i])->condition;
        if (condition)
            condition_assume(cover->blocks->conditions, condition, i == choice);
    }
}

static Str next_name(Str *rest)
{
    ptrdiff_t comma = str_find_char(*rest, ',');
    size_t end = comma < 0 ? rest->len : (size_t)comma;
    Str name = str_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end + 1, rest->len);
    return name;
}

/* The names that a loop binds, for its only round. */
static void enter_loop(const Cover *cover, const Block *block)
{
    Conditions *conditions = cover->blocks->conditions;
    ptrdiff_t in = str_find(block->rest, " in ");

    if (str_is(block->word, "while")) {
        condition_assume(conditions, branch_at(cover, block->branches.items[0])->condition, true);
        return;
    }
    if (in < 0)
        return;
    Str names = str_slice(block->rest, 0, (size_t)in);
    Str list = str_trim(str_slice(block->rest, (size_t)in + 4, block->rest.len));
    Str value = str_starts(list, "enumerate_with_last") ? STR("True")
                : str_starts(list, "enumerate")         ? STR("0")
                                                        : STR("");
    while (names.len) {
        conditions_assign(conditions, next_name(&names), value);
        value = STR("");
    }
    conditions_assign(conditions, STR("loop"), STR(""));
    conditions_assign(conditions, STR("loop.first"), STR("True"));
    conditions_assign(conditions, STR("loop.last"), STR("True"));
}

/* ---- one way through ----------------------------------------------------------------------- */

typedef struct {
    char *bytes;
    size_t depth;
    bool reads; /* what stands here is part of the variant */
} Walk;

static void enter_branch(Cover *cover, Walk *walk, size_t number)
{
    Branch *branch = branch_at(cover, number);
    bool outer = walk->depth < 2 || cover->is_open[walk->depth - 2];
    bool chosen = cover->choices[branch->block] == number;
    walk->reads = outer && (chosen || branch->always);
    cover->is_open[walk->depth - 1] = walk->reads;
    branch->reached |= walk->reads;
}

static void open_block(Cover *cover, Walk *walk, const Step *step)
{
    const Block *block = &cover->blocks->blocks.items[step->block];
    size_t choice = 0;

    if (walk->reads) {
        choice = choose_branch(cover, block);
        if (block->kind == BLOCK_LOOP)
            enter_loop(cover, block);
        else
            assume_choice(cover, block, choice);
    }
    cover->choices[step->block] = block->branches.items[choice];
    if (walk->reads)
        branch_at(cover, block->branches.items[choice])->reached = true;
    walk->depth++;
    enter_branch(cover, walk, step->branch);
}

static void close_block(const Cover *cover, Walk *walk)
{
    walk->depth--;
    walk->reads = walk->depth == 0 || cover->is_open[walk->depth - 1];
}

static void take_step(Cover *cover, Walk *walk, const Step *step)
{
    const Tag *tag = step->tag;
    bool word = tag->kind == TAG_EXPRESSION && walk->reads && !prints_nothing(tag->body);

    memset(walk->bytes + tag->range.start, word ? '_' : ' ', tag->range.end - tag->range.start);
    if (step->kind == STEP_OPEN)
        open_block(cover, walk, step);
    else if (step->kind == STEP_BRANCH)
        enter_branch(cover, walk, step->branch);
    else if (step->kind == STEP_END)
        close_block(cover, walk);
    else if (step->kind == STEP_SET && walk->reads)
        conditions_assign(cover->blocks->conditions, step->name, step->value);
}

static Str walk_through(Cover *cover)
{
    Walk walk = {.bytes = cover->spare, .reads = true};
    size_t at = 0;

    if (!walk.bytes)
        walk.bytes = arena_alloc(cover->arena, cover->text.len + 1);
    cover->spare = NULL;
    if (cover->text.len)
        memcpy(walk.bytes, cover->text.ptr, cover->text.len);
    cover->out->has_template |= blank_leading_percent(cover->text, walk.bytes);
    for (size_t i = 0; i < cover->blocks->steps.len; i++) {
        const Step *step = &cover->blocks->steps.items[i];
        if (!walk.reads)
            memset(walk.bytes + at, ' ', step->tag->range.start - at);
        take_step(cover, &walk, step);
        at = step->tag->range.end;
    }
    return (Str){walk.bytes, cover->text.len};
}

/* ---- all ways ------------------------------------------------------------------------------ */

static bool is_wanted(const Branch *branch)
{
    return !branch->reached && !branch->raises && !branch->always && !branch->given_up;
}

/* Inner branches come behind those that they stand in. */
static void count_wanted(const Cover *cover)
{
    for (size_t i = 0; i < cover->blocks->branches.len; i++)
        branch_at(cover, i)->wanted = is_wanted(branch_at(cover, i));
    for (size_t i = cover->blocks->blocks.len; i-- > 0;) {
        const Block *block = &cover->blocks->blocks.items[i];
        for (size_t k = 0; block->parent != NO_BRANCH && k < block->branches.len; k++)
            branch_at(cover, (size_t)block->parent)->wanted +=
                branch_at(cover, block->branches.items[k])->wanted;
    }
}

/* Wishes what the way to a branch needs; false when that contradicts itself. */
static bool wish_for(const Cover *cover, size_t number)
{
    bool possible = true;
    ptrdiff_t at = (ptrdiff_t)number;

    while (at != NO_BRANCH) {
        const Block *block = &cover->blocks->blocks.items[branch_at(cover, (size_t)at)->block];
        for (size_t i = 0; block->kind == BLOCK_IF && i < block->branches.len; i++) {
            const Condition *condition = branch_at(cover, block->branches.items[i])->condition;
            bool here = block->branches.items[i] == (size_t)at;
            if (condition)
                possible &= condition_wish(cover->blocks->conditions, condition, here);
            if (here)
                break;
        }
        at = block->parent;
    }
    return possible;
}

static void add_text(Cover *cover, Str text)
{
    for (size_t i = 0; i < cover->out->texts.len; i++)
        if (str_eq(cover->out->texts.items[i], text)) {
            cover->spare = (char *)text.ptr;
            return;
        }
    vec_push(cover->arena, &cover->out->texts, text);
}

/* A separator that the rounds of a loop need between them hides nothing. */
static bool is_separator(Arena *arena, Str text)
{
    static const char *const WORDS[] = {"", ",", "AND", "OR", "UNION ALL", "UNION DISTINCT", "+"};
    Str squeezed = squeeze_sql(arena, text);
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (str_is_nocase(squeezed, WORDS[i]))
            return true;
    return false;
}

static bool is_among(const Strs *names, Str name)
{
    for (size_t i = 0; i < names->len; i++)
        if (str_eq(names->items[i], name))
            return true;
    return false;
}

/* Wishes for the branches that give names the values wished for, the first of each name. */
static void wish_for_values(const Cover *cover)
{
    Strs served = {0};
    for (size_t i = 0; i < cover->blocks->steps.len && served.len < MAX_SERVED; i++) {
        const Step *step = &cover->blocks->steps.items[i];
        if (step->kind != STEP_SET || step->in == NO_BRANCH || is_among(&served, step->name) ||
            !condition_wants(cover->blocks->conditions, step->name, step->value))
            continue;
        vec_push(cover->arena, &served, step->name);
        wish_for(cover, (size_t)step->in);
    }
}

/* A text that holds the branch; false when the branch contradicts itself. */
static bool go_for(Cover *cover, size_t number, bool sparing)
{
    conditions_reset(cover->blocks->conditions);
    if (!wish_for(cover, number))
        return false;
    cover->sparing = sparing;
    if (sparing)
        wish_for_values(cover);
    count_wanted(cover);
    add_text(cover, walk_through(cover));
    return true;
}

/* Goes for one branch that no text holds yet. A value that other branches set may keep it from
 * being read, so the second try takes those that set the right one, and no other that it need not.
 */
static void cover_branch(Cover *cover, size_t number)
{
    Branch *branch = branch_at(cover, number);

    if (go_for(cover, number, false) && !branch->reached)
        go_for(cover, number, true);
    else if (!branch->reached)
        branch->given_up = true;
    if (branch->reached || branch->given_up)
        return;
    branch->given_up = true;
    cover->out->unread += !is_separator(cover->arena, str_range(cover->text, branch->range));
}

static void cover_all(Cover *cover, size_t limit)
{
    size_t fits = cover->text.len ? TEMPLATE_MAX_TEXT / cover->text.len : limit;

    limit = fits < limit ? (fits ? fits : 1) : limit;
    size_t goals = 2 * limit;
    count_wanted(cover);
    add_text(cover, walk_through(cover));
    for (size_t i = 0; i < cover->blocks->branches.len; i++) {
        if (!is_wanted(branch_at(cover, i)))
            continue;
        if (cover->out->texts.len < limit && goals > 0) {
            goals--;
            cover_branch(cover, i);
            continue;
        }
        cover->out->unread += !range_is_empty(branch_at(cover, i)->range);
    }
}

/* ---- the structure ------------------------------------------------------------------------- */

/* Tags in their order, and the SQL inside of blocks: the variants alone would not tell which
 * condition a text depends on. */
Str template_structure(Arena *arena, Str text)
{
    Blocks blocks = template_blocks(arena, text);
    Buf out = {0};
    size_t depth = 0;
    uint32_t start = 0;

    for (size_t i = 0; i < blocks.steps.len && !blocks.problem.len; i++) {
        const Step *step = &blocks.steps.items[i];
        const Tag *tag = step->tag;
        if (step->kind == STEP_OPEN && depth++ == 0)
            start = tag->range.start;
        bool ends = step->kind == STEP_END && --depth == 0;
        if (ends || (depth == 0 && tag->kind != TAG_COMMENT)) {
            Range range = {ends ? start : tag->range.start, tag->range.end};
            buf_add_str(&out, squeeze_sql(arena, str_range(text, range)));
            buf_add_char(&out, '\n');
        }
    }
    Str structure = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return structure;
}

TemplateVariants template_variants(Arena *arena, Str text, size_t limit)
{
    Blocks blocks = template_blocks(arena, text);
    TemplateVariants out = {
        .problem = blocks.problem, .range = blocks.range, .has_template = blocks.has_tags};
    Cover cover = {.arena = arena,
                   .text = text,
                   .blocks = &blocks,
                   .choices = ARENA_ARRAY(arena, size_t, blocks.blocks.len + 1),
                   .is_open = ARENA_ARRAY(arena, uint8_t, blocks.blocks.len + 1),
                   .out = &out};

    if (out.problem.len) {
        vec_push(arena, &out.texts, text);
        return out;
    }
    cover_all(&cover, limit);
    return out;
}
