/* migration_column.c: the column that a migration is divided by: TB509, TB510. */
#include "migration.h"

static const Column *cutoff_column(const Migration *m)
{
    const Resource *source = project_find(m->project, DATAFILE_DATASOURCE, m->sync_filter.source);
    if (source == NULL || source->facts == NULL)
        return NULL;
    return datafile_column(source->facts, m->sync_filter.column);
}

/* What the sync pipe leaves out openly is no surprise. */
static bool leaves_null_out(const CutoffFilter *filter)
{
    for (size_t i = 0; i < filter->others.len; i++)
        if (str_find(filter->others.items[i], "NOT NULL") >= 0 ||
            str_find(filter->others.items[i], "isNotNull") >= 0)
            return true;
    return false;
}

static Finding column_finding(const Check *check, const Migration *m, RuleId rule,
                              const ResourceChange *change)
{
    Finding finding = check_finding(check, rule, change, STR(""));
    finding.subject = m->sync_filter.column;
    finding.place = place_candidate(m->sync, m->sync_filter.lower.range, STR(""));
    finding.related = (Places){0};
    finding.candidate_meaning = m->sync_filter.column;
    return finding;
}

static void judge_nullable(const Check *check, const Migration *m, const ResourceChange *change)
{
    Arena *arena = check->arena;
    const Column *column = cutoff_column(m);
    if (column == NULL || column->type == NULL || !type_is_nullable(column->type) ||
        leaves_null_out(&m->sync_filter))
        return;
    Str name = m->sync_filter.column;
    Finding finding = column_finding(check, m, RULE_TB509, change);
    finding.message = str_fmt(
        arena,
        "Rows of '%.*s' without a '%.*s' will never reach '%.*s': NULL is neither before nor after "
        "the cutoff.",
        STR_ARG(m->sync_filter.source), STR_ARG(name), STR_ARG(m->replica->name));
    const Resource *source = project_find(m->project, DATAFILE_DATASOURCE, m->sync_filter.source);
    vec_push(arena, &finding.related,
             place_candidate(source, column->type_text.range, STR("it can be NULL")));
    finding.advice = str_fmt(arena,
                             "Divide by a column that is never NULL, or take these rows in one of "
                             "the two: OR %.*s IS NULL in the backfill.",
                             STR_ARG(name));
    findings_add(check->findings, finding);
}

static void judge_alias(const Check *check, const Migration *m, const ResourceChange *change)
{
    Arena *arena = check->arena;
    Str hidden = m->sync_filter.hidden;
    if (hidden.len == 0)
        return;
    Finding finding = column_finding(check, m, RULE_TB510, change);
    finding.message = str_fmt(
        arena,
        "The cutoff of '%.*s' is compared with '%.*s', not with the column '%.*s' of '%.*s': an "
        "alias hides it.",
        STR_ARG(m->sync->name), STR_ARG(m->sync_filter.column), STR_ARG(hidden),
        STR_ARG(m->sync_filter.source));
    finding.advice = str_fmt(arena, "Name '%.*s' in the filter, or the column '%.*s' by its table.",
                             STR_ARG(m->sync_filter.column), STR_ARG(hidden));
    findings_add(check->findings, finding);
}

void migration_column(const Check *check, const Migration *m)
{
    const ResourceChange *change = query_change(check, m->sync);
    if (change == NULL || !m->sync_filter.lower.present)
        return;
    judge_nullable(check, m, change);
    judge_alias(check, m, change);
}
