/* TB103 to TB106: a column that is gone. One finding a column, by the worst that follows. */
#include "column_use.h"
#include "contract.h"
#include "model/engine_facts.h"
#include "schema.h"

/* ---- the forward query and renames ---- */

static bool forward_reads(const Schema *schema, Str live_column)
{
    const ForwardOutputs *outputs = &schema->forward->outputs;
    for (size_t i = 0; i < outputs->len; i++) {
        for (size_t j = 0; j < outputs->items[i].reads.len; j++) {
            if (str_eq(outputs->items[i].reads.items[j], live_column))
                return true;
        }
    }
    return false;
}

/* The values come over, the views compute them anew, or the forward_query family says why the
 * list is wrong. */
static bool rename_is_handled(const Schema *schema, const ColumnChange *column)
{
    const PlanStep *step = schema_step(schema);
    if (!schema->forward)
        return step && step->backfill == BACKFILL_VIEW_QUERY;
    return !schema->forward->usable || schema->forward->star_unknown ||
           !forward_output(schema->forward, column->renamed_to->name) ||
           forward_reads(schema, column->name);
}

/* ---- what names the column ---- */

static void add_related(const Schema *schema, Finding *finding, const ColumnUses *uses)
{
    for (size_t i = 0; i < uses->len; i++) {
        const ColumnUse *use = &uses->items[i];
        Str message = str_fmt(schema->check->arena, "%.*s %s it", STR_ARG(use->what),
                              use->certain ? "reads" : "may read");
        vec_push(schema->check->arena, &finding->related,
                 place_candidate(use->resource, use->range, message));
    }
}

static Finding dropped_finding(const Schema *schema, RuleId rule, const ColumnChange *column)
{
    Finding finding = check_finding(schema->check, rule, schema->change, column->name);
    if (finding.related.len)
        finding.related.items[0].message = STR("dropped");
    finding.live_meaning =
        column->live->type ? column->live->type->text : column->live->type_text.text;
    Str workspaces = shared_with_text(schema->check->arena, schema->change->candidate);
    if (workspaces.len && rule != RULE_TB611)
        schema_detail(schema, &finding,
                      str_fmt(schema->check->arena, "shared  with %.*s: the column goes there, too",
                              STR_ARG(workspaces)));
    return finding;
}

/* ---- TB106 ---- */

static void report_in_key(const Schema *schema, const ColumnChange *column, const char *word,
                          Range range, const ColumnUses *uses)
{
    Arena *arena = schema->check->arena;
    Finding finding = dropped_finding(schema, RULE_TB106, column);
    finding.message =
        str_fmt(arena,
                "Column '%.*s' is dropped from '%.*s' but %s still names it: the deploy will be "
                "refused.",
                STR_ARG(column->name), STR_ARG(schema->change->name), word);
    finding.advice = str_fmt(arena,
                             "Keep the column, or take it out of %s in the same change and "
                             "expect a full copy of the table.",
                             word);
    finding.refuses_deploy = true;
    finding.candidate_meaning = str_of(word);
    vec_push(arena, &finding.related,
             place_candidate(schema->change->candidate, range, STR("still names it")));
    add_related(schema, &finding, uses);
    findings_add(schema->check->findings, finding);
}

static bool check_in_key(const Schema *schema, const ColumnChange *column, const ColumnUses *uses)
{
    const KeyExpr *key = key_naming(schema->candidate, column->name);
    if (key) {
        report_in_key(schema, column, keyword_info(key->keyword)->word, key->token.range, uses);
        return true;
    }
    if (!ttl_rule_counting_from(schema->candidate, column->name))
        return false;
    report_in_key(schema, column, "ENGINE_TTL", schema->candidate->ttl_token.range, uses);
    return true;
}

static bool is_refused(const Schema *schema)
{
    const PlanStep *step = schema_step(schema);
    return step && step->backfill == BACKFILL_REFUSED;
}

static const char *copy_sentence(const Schema *schema)
{
    return is_refused(schema) ? "The deploy must copy the table, and has no FORWARD_QUERY to do so."
                              : "The deploy copies the table.";
}

/* The live key that let go of the column in the same change, or NULL: the deploy copies. */
static const char *left_key(const Schema *schema, const ColumnChange *column)
{
    const KeyExpr *key = key_naming(schema->live, column->name);
    return key && !schema->check->classic ? keyword_info(key->keyword)->word : NULL;
}

/* Instead of TB104. */
static void report_left_key(const Schema *schema, const ColumnChange *column, const char *word)
{
    Finding finding = dropped_finding(schema, RULE_TB106, column);
    finding.severity = SEVERITY_WARNING;
    finding.message =
        str_fmt(schema->check->arena,
                "Column '%.*s' leaves %s and the schema of '%.*s': its stored values "
                "will be deleted. %s",
                STR_ARG(column->name), word, STR_ARG(schema->change->name), copy_sentence(schema));
    if (is_refused(schema))
        finding.fix = forward_fix(schema->check, schema->change);
    finding.candidate_meaning =
        str_fmt(schema->check->arena, "%s%s", word, is_refused(schema) ? " refused" : "");
    findings_add(schema->check->findings, finding);
}

/* What else follows for a column that another finding is about. */
static void detail_left_key(const Schema *schema, const ColumnChange *column, Finding *finding)
{
    const char *word = left_key(schema, column);
    if (word)
        schema_detail(schema, finding,
                      str_fmt(schema->check->arena, "key   it leaves %s: %s", word,
                              is_refused(schema) ? "the deploy must copy the table"
                                                 : "the deploy copies the table"));
}

/* ---- a target that is filled anew ---- */

static bool copy_replaces(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->pipe->type != PIPE_COPY)
        return false;
    const Instruction *mode =
        datafile_find_in_node(pipe->facts, KEYWORD_COPY_MODE, pipe->pipe->node);
    return mode && str_is_nocase(str_trim(mode->value.text), "replace");
}

/* The copy pipe whose next run replaces every row, when nothing else fills the data source. */
static const Resource *refilling_copy(const Schema *schema)
{
    const Resources *writers = &schema->change->candidate->writers;
    bool ingests = schema->candidate->has_connector || schema->candidate->has_jsonpaths;
    return writers->len == 1 && !ingests && copy_replaces(writers->items[0]) ? writers->items[0]
                                                                             : NULL;
}

/* ---- TB103 ---- */

/* The FORWARD_QUERY converts what is stored; producers have to change as well, where the column is
 * read from another field. */
static void tell_quarantine(const Schema *schema, const ColumnChange *column, Finding *finding)
{
    const ColumnChange *added = column->renamed_to;
    bool same_field = str_eq(column->live->path.text, added->candidate->path.text);
    if (!same_field && schema_needs_value(schema, added) && !schema->check->classic)
        schema_detail(schema, finding,
                      str_fmt(schema->check->arena,
                              "rows  rows sent without '%.*s' go to quarantine",
                              STR_ARG(added->name)));
}

static void report_rename(const Schema *schema, const ColumnChange *column, const ColumnUses *uses)
{
    Arena *arena = schema->check->arena;
    const ColumnChange *added = column->renamed_to;
    const Resource *copy = refilling_copy(schema);
    Finding finding = dropped_finding(schema, RULE_TB103, column);
    finding.place = place_candidate(schema->change->candidate, added->candidate->range,
                                    STR("the likely new name"));
    finding.message = str_fmt(
        arena, "Column '%.*s' of '%.*s' looks renamed to '%.*s': its stored values will be lost.",
        STR_ARG(column->name), STR_ARG(schema->change->name), STR_ARG(added->name));
    finding.message = str_fmt(
        arena, "%.*s The deploy drops one column and adds the other%s.", STR_ARG(finding.message),
        schema->forward ? "; the FORWARD_QUERY does not read the old one" : "");
    if (copy) {
        finding.severity = SEVERITY_WARNING;
        finding.message = str_fmt(arena, "%.*s The next run of '%.*s' fills it anew.",
                                  STR_ARG(finding.message), STR_ARG(copy->name));
    }
    detail_left_key(schema, column, &finding);
    schema_detail(schema, &finding, str_fmt(arena, "clue  %s", column->rename_ground));
    if (uses->len) {
        Str list = column_uses_text(schema->check->arena, uses, 3);
        schema_detail(schema, &finding,
                      str_fmt(arena, "uses  '%.*s' is still read by %.*s", STR_ARG(column->name),
                              STR_ARG(list)));
    }
    finding.candidate_meaning = added->name;
    tell_quarantine(schema, column, &finding);
    if (schema->check->classic) {
        finding.advice = STR("Keep the old column, add the new one, and fill it with a populate.");
    } else {
        finding.fix = forward_fix(schema->check, schema->change);
        if (!finding.fix)
            finding.advice = str_fmt(arena,
                                     "Add a FORWARD_QUERY that selects %.*s AS %.*s; it makes "
                                     "the deploy copy the table.",
                                     STR_ARG(column->name), STR_ARG(added->name));
    }
    add_related(schema, &finding, uses);
    findings_add(schema->check->findings, finding);
}

/* ---- TB105, TB104 ---- */

/* Who breaks: an acceptance for some readers must not hold for one that came later. */
static Str readers_meaning(Arena *arena, const ColumnUses *uses)
{
    Strs texts = {0};
    for (size_t i = 0; i < uses->len; i++)
        vec_push(arena, &texts, uses->items[i].key);
    return str_join(arena, texts.items, texts.len, "\n");
}

static void report_used(const Schema *schema, const ColumnChange *column, const ColumnUses *uses)
{
    Arena *arena = schema->check->arena;
    Finding finding = dropped_finding(schema, RULE_TB105, column);
    bool certain = false;
    for (size_t i = 0; i < uses->len; i++)
        certain |= uses->items[i].certain;
    finding.severity = certain ? SEVERITY_ERROR : SEVERITY_WARNING;
    const char *what = column->renamed_to ? "is renamed in" : "is dropped from";
    Str list = column_uses_text(schema->check->arena, uses, 3);
    finding.message = str_fmt(arena, "Column '%.*s' %s '%.*s' but %s read by %.*s.",
                              STR_ARG(column->name), what, STR_ARG(schema->change->name),
                              certain ? "is still" : "may still be", STR_ARG(list));
    if (!column->renamed_to)
        finding.message = str_fmt(arena, "%.*s Its stored values will be deleted as well.",
                                  STR_ARG(finding.message));
    finding.advice =
        column->renamed_to
            ? str_fmt(arena, "Read '%.*s' there instead.", STR_ARG(column->renamed_to->name))
            : STR("Remove the readers first, or keep the column for one more release.");
    finding.candidate_meaning = str_fmt(
        arena, "%.*s\n%.*s", STR_ARG(column->renamed_to ? column->renamed_to->name : (Str){0}),
        STR_ARG(readers_meaning(arena, uses)));
    detail_left_key(schema, column, &finding);
    add_related(schema, &finding, uses);
    findings_add(schema->check->findings, finding);
}

static void report_dropped(const Schema *schema, const ColumnChange *column)
{
    Arena *arena = schema->check->arena;
    Str workspaces = shared_with_text(arena, schema->change->candidate);
    Finding finding = dropped_finding(schema, workspaces.len ? RULE_TB611 : RULE_TB104, column);
    finding.message =
        str_fmt(arena, "Column '%.*s' is dropped from '%.*s': its stored values will be deleted.",
                STR_ARG(column->name), STR_ARG(schema->change->name));
    if (workspaces.len) /* a contract with others comes before the loss of values here */
        finding.message =
            str_fmt(arena,
                    "Column '%.*s' is dropped from '%.*s', which is shared with "
                    "%.*s: queries there that read it will fail. Its stored values "
                    "will be deleted.",
                    STR_ARG(column->name), STR_ARG(schema->change->name), STR_ARG(workspaces));
    finding.advice = STR("Stop filling it first and drop it a release later: then there is a way "
                         "back.");
    const Resource *copy = refilling_copy(schema);
    if (copy) {
        finding.severity = SEVERITY_NOTE;
        finding.advice =
            str_fmt(arena, "The next run of '%.*s' replaces all rows anyway.", STR_ARG(copy->name));
    }
    if (workspaces.len)
        finding.severity = SEVERITY_WARNING;
    finding.cause = schema->change->name;
    findings_add(schema->check->findings, finding);
}

static void check_dropped(const Schema *schema, const ColumnChange *column)
{
    ColumnUses uses = column_uses(schema->check, schema->change->candidate, column->name);
    if (check_in_key(schema, column, &uses))
        return;
    const char *key = left_key(schema, column);
    bool renamed = column->renamed_to != NULL;
    if (renamed && !rename_is_handled(schema, column))
        report_rename(schema, column, &uses);
    else if (uses.len)
        report_used(schema, column, &uses);
    else if (!renamed && key)
        report_left_key(schema, column, key);
    else if (!renamed)
        report_dropped(schema, column);
}

void schema_dropped(const Schema *schema)
{
    for (size_t i = 0; i < schema->change->columns.len; i++) {
        const ColumnChange *column = &schema->change->columns.items[i];
        if (column->bits & COLUMN_DROPPED)
            check_dropped(schema, column);
    }
}
