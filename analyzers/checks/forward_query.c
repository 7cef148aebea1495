/* forward_query.c: the family of rules about FORWARD_QUERY, and when a query is judged at all. */
#include "forward_query.h"

#include "model/lineage.h"

/* ---- shared by the rules ---- */

/* An old query stands on lines that the change did not touch, and code hosts hide those: point at
 * the change that makes it run. `fallback` is the first changed line. */
static Place place_of_change(const Judged *judged, Str subject, Place fallback)
{
    const ResourceChange *change = judged->change;
    const ColumnChange *column = subject.len > 0 ? diff_column(change, subject) : NULL;
    for (size_t i = 0; i < change->columns.len && column == NULL; i++)
        if (change->columns.items[i].candidate != NULL)
            column = &change->columns.items[i];
    if (column == NULL || column->candidate == NULL)
        return fallback;
    bool typed = (column->bits & COLUMN_TYPE) != 0;
    return place_candidate(change->candidate,
                           typed ? column->candidate->type_text.range : column->candidate->range,
                           STR(""));
}

Finding *judged_add(Judged *judged, RuleId rule, Severity severity, Str subject, Range range,
                    Str message)
{
    const Check *check = judged->check;
    Finding finding = check_finding(check, rule, judged->change, subject);
    finding.severity = severity;
    finding.message = message;
    finding.related = (Places){0};
    finding.candidate_meaning = forward_meaning(check, judged->change->candidate);
    if (judged->stale) {
        finding.place = place_of_change(judged, subject, finding.place);
        vec_push(check->arena, &finding.related,
                 place_candidate(judged->change->candidate, range, STR("runs in this deploy")));
    } else {
        finding.place = place_candidate(judged->change->candidate, range, STR(""));
    }
    if (severity == SEVERITY_ERROR)
        judged->errors++;
    return findings_add(check->findings, finding);
}

void judged_relate_live(Judged *judged, Finding *finding, Range range, const char *message)
{
    if (judged->change->live == NULL)
        return;
    Place place = place_live(judged->change->live, range, str_of(message));
    vec_push(judged->check->arena, &finding->related, place);
}

Fix *judged_fix(Judged *judged)
{
    if (judged->draft || judged->fix_made)
        return judged->fix;
    bool removable = !judged->is_target && change_could_be_alter(judged->change);
    judged->fix_made = true;
    judged->fix = removable ? forward_removal(judged->check, judged->change)
                            : forward_fix(judged->check, judged->change);
    return judged->fix;
}

const Column *judged_column(const Judged *judged, Str name)
{
    return datafile_column(judged->change->candidate->facts, name);
}

const Column *judged_live_column(const Judged *judged, Str name)
{
    const Resource *live = judged->change->live;
    return live != NULL && live->facts != NULL ? datafile_column(live->facts, name) : NULL;
}

/* ---- TB205 ---- */

static void add_invalid(Judged *judged, Range range, Str what)
{
    Arena *arena = judged->check->arena;
    Str name = quoted(arena, judged->change->name);
    Finding *finding =
        judged_add(judged, RULE_TB205, SEVERITY_ERROR, STR(""), range,
                   str_fmt(arena, "The deploy will be refused: the FORWARD_QUERY of %.*s %.*s.",
                           STR_ARG(name), STR_ARG(what)));
    finding->refuses_deploy = true;
    finding->advice = STR("Write SELECT and the list of columns, nothing else: the rows come "
                          "from the live data source.");
}

static Range query_range(const Judged *judged)
{
    const Instruction *query = judged->change->candidate->datasource->forward_query;
    return query->word.range;
}

static void judge_repetition(Judged *judged)
{
    const Resource *candidate = judged->change->candidate;
    size_t count = candidate->datasource->forward_query_count;
    if (count < 2)
        return;
    const Instructions *all = &candidate->facts->instructions;
    Arena *arena = judged->check->arena;
    Str message = str_fmt(arena,
                          "Only the last of the %zu FORWARD_QUERY blocks of %.*s will run: "
                          "the others are ignored without a word.",
                          count, STR_ARG(quoted(arena, judged->change->name)));
    Finding *finding =
        judged_add(judged, RULE_TB205, SEVERITY_ERROR, STR("twice"), query_range(judged), message);
    finding->advice = STR("Keep one FORWARD_QUERY in the file.");
    for (size_t i = 0; i < all->len; i++) {
        const Instruction *other = &all->items[i];
        if (other->keyword != KEYWORD_FORWARD_QUERY ||
            other == candidate->datasource->forward_query)
            continue;
        Place place = place_candidate(candidate, other->word.range, STR("ignored"));
        vec_push(arena, &finding->related, place);
    }
    if (judged->draft)
        return;
    finding->fix = forward_last_only(judged->check, judged->change);
    if (finding->fix == NULL)
        finding->fix = judged_fix(judged);
}

static Str first_word(Str body)
{
    Str line;
    while (str_split_line(&body, &line)) {
        line = str_trim(line);
        if (line.len == 0 || str_starts(line, "#") || str_starts(line, "--"))
            continue;
        size_t end = 0;
        while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t')
            end++;
        return str_slice(line, 0, end);
    }
    return (Str){0};
}

static void note_unreadable(Judged *judged)
{
    if (judged->draft)
        return;
    const Query *query = judged->list->query;
    Range at = range_is_empty(query->error) ? query_range(judged) : query->error;
    Str why = query->error_text.len ? query->error_text : STR("SQL that is not understood");
    check_unjudged(
        judged->check, judged->change->candidate->file, at,
        str_fmt(judged->check->arena, "the FORWARD_QUERY could not be read: %.*s", STR_ARG(why)));
}

static void judge_clauses(Judged *judged, const Query *query)
{
    Arena *arena = judged->check->arena;
    if (query->selects.len > 1) {
        add_invalid(judged, query_range(judged), STR("joins several SELECTs"));
        return;
    }
    const Token *clause = &query->selects.items[0]->first_clause;
    if (clause->text.len > 0)
        add_invalid(judged, clause->range,
                    str_fmt(arena, "has a '%.*s' clause, and only a select list is allowed",
                            STR_ARG(clause->text)));
}

static void judge_validity(Judged *judged)
{
    const Query *query = judged->list->query;
    Str body =
        str_range(judged->change->candidate->facts->text, judged->list->instruction->value.range);
    Str word = first_word(body);
    judge_repetition(judged);
    if (word.len == 0)
        add_invalid(judged, query_range(judged), STR("is empty"));
    else if (query->has_template)
        add_invalid(judged, query_range(judged), STR("contains template tags"));
    else if (!str_is_nocase(word, "SELECT") && !str_is_nocase(word, "WITH"))
        add_invalid(judged, query_range(judged), STR("is not a SELECT"));
    else if (query->broken || query->too_deep || query->selects.len == 0)
        note_unreadable(judged);
    else
        judge_clauses(judged, query);
}

/* ---- TB213 ---- */

static void judge_new_datasource(Judged *judged)
{
    Arena *arena = judged->check->arena;
    Str message = str_fmt(arena,
                          "The FORWARD_QUERY of %.*s will not run: the data source is new, so "
                          "there are no live rows to convert.",
                          STR_ARG(quoted(arena, judged->change->name)));
    Finding *finding =
        judged_add(judged, RULE_TB213, SEVERITY_NOTE, STR(""), query_range(judged), message);
    finding->advice = STR("Leave it out, or the next change of the schema meets a query "
                          "that does not fit.");
    if (!judged->draft)
        finding->fix = forward_removal(judged->check, judged->change);
}

/* ---- when a query is judged ---- */

bool change_rewrites_storage(const ResourceChange *change)
{
    return change->comparable &&
           (change->columns.len > 0 || change->order_changed || change->keys != 0 ||
            change->ttl_changed || change->indexes_changed);
}

static bool is_materialized_target(const Resource *datasource)
{
    for (size_t i = 0; datasource != NULL && i < datasource->writers.len; i++) {
        if (pipe_materializes_into(datasource->writers.items[i], datasource->name))
            return true;
    }
    return false;
}

/* A view whose query changed, or a rewrite upstream, makes the deploy fill the data source anew,
 * through the forward query where there is one. */
static bool is_rewritten(const Check *check, const ResourceChange *change)
{
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, change->name);
    return step != NULL && step->action == ACTION_REWRITE && step->chain.len > 0;
}

static void judge_list(Judged *judged)
{
    judge_columns(judged);
    judge_unknown_columns(judged);
    judge_missing_casts(judged);
    judge_states(judged);
    judge_overwrites(judged);
    judge_conversions(judged);
    judge_nondeterminism(judged);
}

void forward_judge(const Check *check, const ResourceChange *change, bool draft)
{
    Judged judged = {.check = check, .change = change, .draft = draft};
    judged.list = forward_list_read(check, change);
    if (judged.list == NULL)
        return;
    judged.is_target =
        is_materialized_target(change->live) || is_materialized_target(change->candidate);
    judged.runs =
        change_rewrites_storage(change) || (change->comparable && is_rewritten(check, change));
    judged.stale = judged.runs && !change->forward_query_changed;
    if (judged.runs || change->forward_query_changed || change->live == NULL)
        judge_validity(&judged);
    if (change->live == NULL) {
        judge_new_datasource(&judged);
        return;
    }
    if (judged.runs && judged.list->usable)
        judge_list(&judged);
    if (change->comparable)
        judge_need(&judged);
}

void forward_queries(const Check *check)
{
    if (check->classic)
        return; /* Classic has no FORWARD_QUERY */
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->kind == DATAFILE_DATASOURCE && change->candidate != NULL &&
            !change->candidate->vendored)
            forward_judge(check, change, false);
    }
    forward_judge_unchanged(check);
    forward_judge_downstream(check);
}
