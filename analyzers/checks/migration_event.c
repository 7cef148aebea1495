/* migration_event.c: a migration divided by a moment that the sender of an event sets: TB511. */
#include "migration.h"

static const Column *column_of(const Migration *m)
{
    return m->origin != NULL && m->origin->facts != NULL
               ? datafile_column(m->origin->facts, m->sync_filter.column)
               : NULL;
}

static bool is_set_on_arrival(const Column *column)
{
    Str text = column->default_expr.text;
    return str_starts(column->name.text, "__") || str_find(text, "now(") >= 0 ||
           str_find(text, "now64(") >= 0 || str_find(text, "today(") >= 0;
}

static bool is_moment(const Column *column)
{
    const Type *type = column->type != NULL ? type_bare(column->type) : NULL;
    return type != NULL && (type_is(type, "DateTime") || type_is(type, "DateTime64"));
}

/* A column of the source that the arrival sets; NULL. */
static const Column *arrival_column(const Resource *source)
{
    const Columns *columns = &source->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        const Column *column = &columns->items[i];
        if (is_moment(column) && is_set_on_arrival(column) && !type_is_nullable(column->type))
            return column;
    }
    return NULL;
}

static void report_event_time(const Check *check, const Migration *m, const ResourceChange *change,
                              const Column *column, const Column *better)
{
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB511, change, STR(""));
    finding.subject = m->sync_filter.column;
    finding.place = place_candidate(m->sync, m->sync_filter.lower.range, STR(""));
    finding.related = (Places){0};
    vec_push(arena, &finding.related,
             place_candidate(m->origin, column->range, STR("comes with the event")));
    vec_push(arena, &finding.related,
             place_candidate(m->origin, better->range, STR("set on arrival")));
    finding.candidate_meaning = m->sync_filter.column;
    finding.message = str_fmt(
        arena,
        "Events that come late may miss '%.*s': its cutoff is compared with '%.*s', which the "
        "sender sets. One from before the cutoff that arrives after the backfill has run is in "
        "neither part.",
        STR_ARG(m->replica->name), STR_ARG(m->sync_filter.column));
    finding.advice =
        str_fmt(arena,
                "Divide by '%.*s', which is set on arrival; or fill '%.*s' by a materialized pipe "
                "that stays until late events are in.",
                STR_ARG(better->name.text), STR_ARG(m->replica->name));
    findings_add(check->findings, finding);
}

/* Late events still pass a backfill that stays a materialized pipe. */
static bool backfill_stays(const Migration *m)
{
    return m->backfill != NULL && m->backfill->pipe->type == PIPE_MATERIALIZED;
}

/* TB509 and TB510 tell of a wrong column, too. */
static bool is_told(const Migration *m, const Column *column)
{
    return m->sync_filter.hidden.len > 0 ||
           (column->type != NULL && type_is_nullable(column->type));
}

/* Most sources have no better column: there, a note would only repeat what everybody knows. */
void migration_event_time(const Check *check, const Migration *m)
{
    const ResourceChange *change = m->sync != NULL ? query_change(check, m->sync) : NULL;
    const Column *column = column_of(m);
    bool judged = change != NULL && change->status == STATUS_NEW && m->sync_filter.lower.present &&
                  column != NULL && column->path.text.len > 0 && !is_set_on_arrival(column) &&
                  !is_told(m, column) && !backfill_stays(m);
    const Column *better = judged ? arrival_column(m->origin) : NULL;
    if (better != NULL)
        report_event_time(check, m, change, column, better);
}
