/* materialized_rebuild_words.c: what a rebuild takes from a target, and why it happens, in words.
 */
#include "materialized_rebuild.h"

/* ---- what is lost ---- */

/* Rows older than that are not given again. */
static Str cutoff_text(const Check *check, const TtlRule *rule)
{
    const int64_t days_3 = INT64_C(3) * 24 * 3600;
    Instant from = ttl_cutoff(rule->length, check->now);
    return rule->length.max_seconds < days_3 ? instant_text(check->arena, from)
                                             : instant_date(check->arena, from);
}

/* All rows come from that one source. */
static bool has_one_source(const Rebuilt *rebuilt)
{
    Views views = views_into(rebuilt->check->loader, rebuilt->target);
    return views.len == 1 && views.items[0]->sources.len == 1;
}

static Str lost_from(const Rebuilt *rebuilt, const Loss *loss)
{
    if (has_one_source(rebuilt))
        return STR("all its rows");
    return str_fmt(rebuilt->check->arena, "the rows that came from '%.*s'",
                   STR_ARG(loss->ancestor->name));
}

static Str lost_of_writer(Arena *arena, const Loss *loss)
{
    if (loss->writer)
        return str_fmt(arena, "the rows that '%.*s' copied into it", STR_ARG(loss->writer->name));
    return STR("rows that were sent to it directly");
}

static Str lost_rows(const Rebuilt *rebuilt, const Loss *loss)
{
    Arena *arena = rebuilt->check->arena;
    switch (loss->kind) {
    case LOSS_RETENTION:
        return str_fmt(arena, "its rows from before %.*s",
                       STR_ARG(cutoff_text(rebuilt->check, loss->kept)));
    case LOSS_RETENTION_MAYBE:
        return str_fmt(arena, "rows that '%.*s' no longer holds", STR_ARG(loss->ancestor->name));
    case LOSS_NULL_ENGINE:
    case LOSS_EMPTY_SOURCE:
        return lost_from(rebuilt, loss);
    case LOSS_TIME_FILTER:
        return str_fmt(arena, "the rows outside the time filter of '%.*s'",
                       STR_ARG(loss->view->pipe->name));
    case LOSS_OTHER_WRITER:
        return lost_of_writer(arena, loss);
    case LOSS_NO_VIEW:
    case LOSS_UPSTREAM:
        return str_fmt(arena, "rows that came from '%.*s'", STR_ARG(loss->ancestor->name));
    default:
        return STR("rows");
    }
}

static Str views_text(const Rebuilt *rebuilt)
{
    const Strs *via = &rebuilt->step->via;
    return quoted_list(rebuilt->check->arena, via->items, via->len, 2);
}

/* A pipe that the view reads only gives more columns now. The view's rows are the same, but the
 * platform may see another query. */
static bool is_widened_upstream(const Rebuilt *rebuilt)
{
    const PlanStep *step = rebuilt->step;
    return rebuilt->trigger == TRIGGER_QUERY && rebuilt->origin->columns_only_added &&
           !str_eq(step->changed_views.items[0], step->changed_pipe->name);
}

bool rebuilt_loses(const Rebuilt *rebuilt)
{
    bool doubtful = (rebuilt->trigger == TRIGGER_UPSTREAM && rebuilt->all_alter) ||
                    is_widened_upstream(rebuilt);
    return rebuilt->worst && rebuilt->worst->certain && !doubtful;
}

Str rebuilt_outcome(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    Str name = rebuilt->target->name;
    bool unchanged = rebuilt->trigger == TRIGGER_UPSTREAM && !rebuilt->change;
    if (!rebuilt->worst)
        return str_fmt(arena, "'%.*s' %swill be filled again by %.*s", STR_ARG(name),
                       unchanged ? "does not change but " : "", STR_ARG(views_text(rebuilt)));
    return str_fmt(arena, "'%.*s' %s lose %.*s", STR_ARG(name),
                   rebuilt_loses(rebuilt) ? "will" : "may",
                   STR_ARG(lost_rows(rebuilt, rebuilt->worst)));
}

/* ---- why ---- */

static Str type_reason(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    const ColumnChange *column = rebuilt->column;
    size_t others = 0;
    for (size_t i = 0; i < rebuilt->change->columns.len; i++)
        others += &rebuilt->change->columns.items[i] != column &&
                  column_needs_conversion(&rebuilt->change->columns.items[i]);
    Str more = others ? str_fmt(arena, ", and %zu more change type", others) : STR("");
    return str_fmt(arena, "column '%.*s' changes from '%.*s' to '%.*s'%.*s", STR_ARG(column->name),
                   STR_ARG(column->live->type->text), STR_ARG(column->candidate->type->text),
                   STR_ARG(more));
}

static Str query_reason(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    Str view = rebuilt->step->changed_views.items[0];
    Str edited = rebuilt->step->changed_pipe->name;
    if (str_eq(view, edited))
        return str_fmt(arena, "the query of '%.*s' changed", STR_ARG(view));
    return str_fmt(arena, "the query of '%.*s' changed, which '%.*s' reads", STR_ARG(edited),
                   STR_ARG(view));
}

/* The first cause, and what else is rewritten upstream for a reason of its own. */
static Str upstream_reason(const Rebuilt *rebuilt)
{
    enum { MOST = 2 };
    Arena *arena = rebuilt->check->arena;
    const Resource *cause = rebuilt->step->cause;
    Strs names = {0};
    if (cause->kind == DATAFILE_DATASOURCE)
        vec_push(arena, &names, cause->name);
    for (size_t i = 0; i < rebuilt->upstream.len; i++) {
        if (rebuilt->upstream.items[i] != cause &&
            rewritten_by_itself(rebuilt->check, rebuilt->upstream.items[i]))
            vec_push(arena, &names, rebuilt->upstream.items[i]->name);
    }
    Str rewritten = names.len ? str_fmt(arena, "%.*s %s rewritten",
                                        STR_ARG(quoted_list(arena, names.items, names.len, MOST)),
                                        names.len == 1 ? "is" : "are")
                              : STR("");
    if (cause->kind == DATAFILE_DATASOURCE)
        return rewritten;
    return str_fmt(arena, "the query of '%.*s' changed%s%.*s", STR_ARG(cause->name),
                   names.len ? " and " : "", STR_ARG(rewritten));
}

/* "column a added" and its like need no "its". */
static Str own_reason(const Rebuilt *rebuilt)
{
    Str why = rebuilt->step->why.len ? rebuilt->step->why.items[0] : STR("schema changed");
    if (str_starts(why, "column "))
        return why;
    return str_fmt(rebuilt->check->arena, "its %.*s", STR_ARG(why));
}

Str rebuilt_reason(const Rebuilt *rebuilt)
{
    switch (rebuilt->trigger) {
    case TRIGGER_TYPE:
        return type_reason(rebuilt);
    case TRIGGER_QUERY:
        return query_reason(rebuilt);
    case TRIGGER_OWN:
        return own_reason(rebuilt);
    default:
        return upstream_reason(rebuilt);
    }
}

static Str second_sentence(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    if (rebuilt->worst) {
        Str text = rebuilt->worst->text;
        bool starts_low = text.len && text.ptr[0] >= 'a' && text.ptr[0] <= 'z';
        if (!starts_low)
            return str_fmt(arena, " %.*s.", STR_ARG(text));
        return str_fmt(arena, " %c%.*s.", text.ptr[0] - 'a' + 'A',
                       STR_ARG(str_slice(text, 1, text.len)));
    }
    return rebuilt->unknown ? STR("") : STR(" Its sources still hold every row that it keeps.");
}

Str rebuilt_message(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    Str reason = rebuilt_reason(rebuilt);
    Str then = rebuilt->worst ? STR(", so it is filled again") : STR("");
    return str_fmt(arena, "%.*s: %.*s%.*s.%.*s", STR_ARG(rebuilt_outcome(rebuilt)), STR_ARG(reason),
                   STR_ARG(then), STR_ARG(second_sentence(rebuilt)));
}

/* ---- where ---- */

static void relate_retention(const Check *check, const Loss *loss, Finding *finding)
{
    Range range = loss->kept ? loss->kept->range : (Range){0, 0};
    if (!loss->holder || !loss->kept)
        return;
    Str text = str_fmt(check->arena, "'%.*s' keeps rows for %.*s", STR_ARG(loss->ancestor->name),
                       STR_ARG(ttl_length_text(check->arena, loss->kept->length)));
    Place place = {loss->holder->project->side, loss->holder->file, range, text};
    vec_push(check->arena, &finding->related, place);
}

static void relate(const Check *check, const Loss *loss, Finding *finding)
{
    Arena *arena = check->arena;
    switch (loss->kind) {
    case LOSS_RETENTION:
    case LOSS_RETENTION_MAYBE:
        relate_retention(check, loss, finding);
        break;
    case LOSS_NULL_ENGINE:
        vec_push(arena, &finding->related,
                 ((Place){loss->ancestor->project->side, loss->ancestor->file,
                          loss->ancestor->datasource->engine_token.range, STR("stores nothing")}));
        break;
    case LOSS_TIME_FILTER:
        vec_push(arena, &finding->related,
                 ((Place){loss->filter->place.pipe->project->side, loss->filter->place.pipe->file,
                          loss->filter->place.range, STR("takes only these rows")}));
        break;
    case LOSS_OTHER_WRITER:
        if (loss->writer)
            vec_push(arena, &finding->related,
                     ((Place){loss->writer->project->side, loss->writer->file,
                              loss->writer->facts->nodes.items[loss->writer->pipe->node].type.range,
                              STR("copies into it")}));
        break;
    default:
        break;
    }
}

void rebuilt_relate(const Check *check, const Losses *losses, Finding *finding)
{
    enum { MOST = 6 };
    for (size_t i = 0; i < losses->len && i < MOST; i++)
        relate(check, &losses->items[i], finding);
}
