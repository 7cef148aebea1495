/* retention_gap.c: TB309, conditional rules of a TTL that leave rows to stay for ever. */
#include "model/row_condition.h"
#include "retention_check.h"

typedef struct {
    Exprs conditions; /* of the rules that delete */
    Strs texts;       /* normalised, without parentheses around */
    bool covers_all;  /* a rule has no condition, or merges rows in another way */
} TtlConditions;

static Str without_parentheses(Str text)
{
    bool around = str_starts(text, "(") && str_ends(text, ")");
    return around ? str_slice(text, 1, text.len - 1) : text;
}

static TtlConditions conditions_of(const Check *check, const Resource *datasource)
{
    TtlConditions all = {0};
    Token value = datasource->datasource->ttl_token;
    TtlItems items = sql_parse_ttl(check->loader->sql, check->arena, value.text, value.range.start);
    for (size_t i = 0; i < items.len; i++) {
        const TtlItem *item = &items.items[i];
        Str action = str_of(item->action);
        if (str_is_nocase(action, "GROUP BY"))
            all.covers_all = true;
        if (action.len && !str_is_nocase(action, "DELETE"))
            continue;
        if (!item->where) {
            all.covers_all = true;
            continue;
        }
        vec_push(check->arena, &all.conditions, item->where);
        vec_push(check->arena, &all.texts,
                 without_parentheses(expr_text(check->arena, item->where)));
    }
    return all;
}

/* TB306 says in the same words which rows go; that the others stay is what they always did. */
static bool is_told_by_added(const Check *check, const Resource *datasource,
                             const TtlConditions *conditions)
{
    const ResourceChange *change = map_get(check->diff->datasources, datasource->name);
    return datasource->project->side == SIDE_CANDIDATE && change && change->live &&
           change->live->datasource && !change->live->datasource->ttl.present &&
           conditions->texts.len == 1;
}

static Str kept_rows(Arena *arena, const TtlConditions *conditions, const RowGap *gap)
{
    if (gap->null_column.len)
        return str_fmt(arena, "those where '%.*s' is NULL", STR_ARG(gap->null_column));
    Str joined = str_join(arena, conditions->texts.items, conditions->texts.len, ", or ");
    if (joined.len > 100)
        return str_fmt(arena, "all to which none of its %zu conditions applies",
                       conditions->texts.len);
    return str_fmt(arena, "all but those where %.*s", STR_ARG(joined));
}

static void report(const Check *check, const Resource *datasource, const TtlConditions *conditions,
                   const RowGap *gap, Findings *findings)
{
    Arena *arena = check->arena;
    Str meaning = str_join(arena, conditions->texts.items, conditions->texts.len, ", ");
    Finding finding = check_single_finding(datasource, RULE_TB309,
                                           datasource->datasource->ttl_token.range, (Str){0});
    finding.candidate_meaning = meaning;
    finding.message =
        str_fmt(arena, "Rows that no rule of its TTL names stay in '%.*s' for ever: %.*s.",
                STR_ARG(datasource->name), STR_ARG(kept_rows(arena, conditions, gap)));
    finding.advice = STR("If they are to go as well, add a rule without WHERE: ts + INTERVAL 90 "
                         "DAY.");
    findings_add(findings, finding);
}

static bool can_judge(const Resource *datasource)
{
    const DatasourceFacts *facts = datasource->datasource;
    return facts && datasource->facts && datasource->facts->has_schema && !datasource->vendored &&
           !datasource->facts->has_include && facts->ttl.present && facts->ttl.readable;
}

void retention_gaps(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *datasource = map_value(project->datasources, i);
        if (!can_judge(datasource))
            continue;
        TtlConditions conditions = conditions_of(check, datasource);
        if (conditions.covers_all || conditions.conditions.len == 0 ||
            is_told_by_added(check, datasource, &conditions))
            continue;
        RowGap gap = conditions_gap(check->arena, datasource->facts, &conditions.conditions);
        if (gap.certain)
            report(check, datasource, &conditions, &gap, findings);
    }
}
