/* datafile_node.c: the nodes of a pipe: type, what belongs to it, schedules, sinks. */
#include "checks/cron.h"
#include "checks/datafile_check.h"

/* One node with the last instruction of each word in it. */
typedef struct {
    const FileCheck *in;
    const Node *node;
    const Instruction *found[KEYWORD_COUNT];
    const Instruction *first; /* the NODE line */
    bool has_operational_tags;
} NodeCheck;

typedef enum {
    NODE_PLAIN,
    NODE_ENDPOINT,
    NODE_MATERIALIZED,
    NODE_COPY,
    NODE_SINK,
    NODE_STREAM,
    NODE_OTHER
} NodeType;

static NodeType node_type(const Node *node)
{
    Str type = node->type.text;
    if (type.len == 0 || str_is(type, "standard"))
        return NODE_PLAIN;
    if (str_is(type, "endpoint"))
        return NODE_ENDPOINT;
    if (str_is(type, "materialized"))
        return NODE_MATERIALIZED;
    if (str_is(type, "copy"))
        return NODE_COPY;
    if (str_is(type, "sink"))
        return NODE_SINK;
    return str_is(type, "stream") ? NODE_STREAM : NODE_OTHER;
}

static Range node_place(const NodeCheck *at)
{
    return at->first ? at->first->range : at->node->name.range;
}

static Finding *report_node(const NodeCheck *at, RuleId rule, Range range, Str meaning, Str problem,
                            Str advice)
{
    Arena *arena = at->in->arena;
    Str name = shown(at->in, at->node->name.text);
    Finding *finding = datafile_report(at->in, rule, range,
                                       str_fmt(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(meaning)),
                                       str_fmt(arena, "Node '%.*s' %.*s: the file will be refused.",
                                               STR_ARG(name), STR_ARG(problem)),
                                       advice);
    finding->cause = problem;
    return finding;
}

/* ---- words that the node's type does not take ---- */

static const Keyword attributes[] = {
    KEYWORD_DATASOURCE,
    KEYWORD_DEPLOYMENT_METHOD,
    KEYWORD_TARGET_DATASOURCE,
    KEYWORD_COPY_SCHEDULE,
    KEYWORD_COPY_MODE,
    KEYWORD_MODE,
    KEYWORD_ON_DEMAND_COMPUTE,
    KEYWORD_FILTER,
    KEYWORD_EXPORT_CONNECTION_NAME,
    KEYWORD_EXPORT_SCHEDULE,
    KEYWORD_EXPORT_BUCKET_URI,
    KEYWORD_EXPORT_FILE_TEMPLATE,
    KEYWORD_EXPORT_FORMAT,
    KEYWORD_EXPORT_STRATEGY,
    KEYWORD_EXPORT_COMPRESSION,
    KEYWORD_EXPORT_WRITE_STRATEGY,
    KEYWORD_EXPORT_KAFKA_TOPIC,
};

static bool takes(NodeType type, Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_DATASOURCE:
    case KEYWORD_DEPLOYMENT_METHOD:
        return type == NODE_MATERIALIZED;
    case KEYWORD_TARGET_DATASOURCE:
    case KEYWORD_COPY_SCHEDULE:
    case KEYWORD_COPY_MODE:
    case KEYWORD_MODE:
    case KEYWORD_ON_DEMAND_COMPUTE:
        return type == NODE_COPY;
    case KEYWORD_FILTER:
        return false;
    default:
        return type == NODE_SINK;
    }
}

/* The type that would make the word right. */
static const char *type_for(Keyword keyword)
{
    if (takes(NODE_MATERIALIZED, keyword))
        return "materialized";
    if (takes(NODE_COPY, keyword))
        return "copy";
    return takes(NODE_SINK, keyword) ? "sink" : NULL;
}

static void report_attribute(const NodeCheck *at, const Instruction *word, NodeType type)
{
    Arena *arena = at->in->arena;
    const char *fitting = type_for(word->keyword);
    Str owner = type == NODE_PLAIN ? STR("has no TYPE")
                                   : str_fmt(arena, "is of type %.*s",
                                             STR_ARG(shown(at->in, at->node->type.text)));
    Str advice = STR("Delete the line.");
    if (fitting && type == NODE_PLAIN)
        advice = str_fmt(arena, "Add 'TYPE %s', or delete the line.", fitting);
    else if (fitting)
        advice = str_fmt(arena, "It belongs to nodes of type %s: delete the line.", fitting);
    report_node(at, RULE_TB904, word->word.range, instruction_word(word),
                str_fmt(arena, "%.*s and does not take '%.*s'", STR_ARG(owner),
                        STR_ARG(instruction_word(word))),
                advice);
}

/* One finding a node: the other words have the same cause. */
static bool check_attributes(const NodeCheck *at, NodeType type)
{
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        const Instruction *word = at->found[attributes[i]];
        if (word && !takes(type, attributes[i])) {
            report_attribute(at, word, type);
            return true;
        }
    }
    const Instruction *tags = at->found[KEYWORD_TAGS];
    if (!tags || !at->has_operational_tags)
        return false;
    report_node(at, RULE_TB904, tags->word.range, STR("TAGS"),
                STR("does not take 'key=value' in TAGS"),
                STR("Delete those tags; plain tags belong above the first NODE."));
    return true;
}

/* ---- what the type needs ---- */

static bool check_needed(const NodeCheck *at, const Keyword *words, size_t count)
{
    Keyword missing[4];
    size_t missing_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!at->found[words[i]])
            missing[missing_count++] = words[i];
    if (missing_count == 0)
        return false;
    Str list = keyword_list(at->in->arena, missing, missing_count);
    const Instruction *type = at->found[KEYWORD_TYPE];
    report_node(at, RULE_TB905, type ? type->range : node_place(at),
                str_fmt(at->in->arena, "without %.*s", STR_ARG(list)),
                str_fmt(at->in->arena, "is of type %.*s but has no %.*s",
                        STR_ARG(shown(at->in, at->node->type.text)), STR_ARG(list)),
                str_fmt(at->in->arena, "Add %.*s to the node.", STR_ARG(list)));
    return true;
}

static void check_schedule(const NodeCheck *at, Keyword keyword)
{
    const Instruction *schedule = at->found[keyword];
    if (!schedule || schedule->value.text.len == 0 || schedule->is_block)
        return;
    Str value = schedule->value.text;
    Arena *arena = at->in->arena;
    if (str_is(value, "@on-demand") || str_find_char(value, '$') >= 0)
        return;
    if (str_find(value, "tb_secret") >= 0) {
        datafile_refuse_value(at->in, schedule, STR("does not take a secret"),
                              STR("Write the schedule itself, or '@on-demand'."));
        return;
    }
    Str problem = cron_problem(arena, value);
    if (problem.len)
        datafile_refuse_value(at->in, schedule, problem,
                              STR("Write a cron expression such as '0 * * * *', or '@on-demand'."));
}

static const Instruction *copy_mode(const NodeCheck *at)
{
    const Instruction *mode = at->found[KEYWORD_COPY_MODE];
    const Instruction *alias = at->found[KEYWORD_MODE];
    if (mode && alias)
        return mode->range.start > alias->range.start ? mode : alias;
    return mode ? mode : alias;
}

static void check_copy_mode(const NodeCheck *at)
{
    const Instruction *mode = copy_mode(at);
    if (!mode || mode->is_block)
        return;
    Str value = mode->value.text;
    if (value.len == 0 || value_is_deferred(value) || str_is(value, "append") ||
        str_is(value, "replace"))
        return;
    datafile_refuse_value(
        at->in, mode, str_fmt(at->in->arena, "does not take '%.*s'", STR_ARG(shown(at->in, value))),
        STR("Write 'append' or 'replace', in lower case."));
}

static void check_boolean(const NodeCheck *at, Keyword keyword)
{
    static const char *const words[] = {"y", "yes", "t", "true",  "on",  "1",
                                        "n", "no",  "f", "false", "off", "0"};
    const Instruction *flag = at->found[keyword];
    if (!flag || flag->value.text.len == 0 || value_is_deferred(flag->value.text))
        return;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is_nocase(str_trim(flag->value.text), words[i]))
            return;
    datafile_refuse_value(
        at->in, flag,
        str_fmt(at->in->arena, "does not take '%.*s'", STR_ARG(shown(at->in, flag->value.text))),
        STR("Write 'true' or 'false'."));
}

static void check_copy(const NodeCheck *at)
{
    static const Keyword needed[] = {KEYWORD_TARGET_DATASOURCE};
    check_needed(at, needed, ARRAY_LEN(needed));
    check_attributes(at, NODE_COPY);
    check_copy_mode(at);
    check_schedule(at, KEYWORD_COPY_SCHEDULE);
    check_boolean(at, KEYWORD_ON_DEMAND_COMPUTE);
}

static void check_materialized(const NodeCheck *at)
{
    static const Keyword needed[] = {KEYWORD_DATASOURCE};
    check_needed(at, needed, ARRAY_LEN(needed));
    check_attributes(at, NODE_MATERIALIZED);
}

/* ---- sinks ---- */

/* Words of an S3 or GCS sink that a Kafka sink does not take. */
static const Keyword bucket_words[] = {
    KEYWORD_EXPORT_BUCKET_URI,  KEYWORD_EXPORT_FILE_TEMPLATE, KEYWORD_EXPORT_FORMAT,
    KEYWORD_EXPORT_COMPRESSION, KEYWORD_EXPORT_STRATEGY,      KEYWORD_EXPORT_WRITE_STRATEGY,
};

static bool check_kafka_sink(const NodeCheck *at)
{
    static const Keyword needed[] = {KEYWORD_EXPORT_CONNECTION_NAME, KEYWORD_EXPORT_SCHEDULE};
    for (size_t i = 0; i < ARRAY_LEN(bucket_words); i++) {
        const Instruction *word = at->found[bucket_words[i]];
        if (!word)
            continue;
        Finding *finding =
            report_node(at, RULE_TB904, word->word.range, instruction_word(word),
                        str_fmt(at->in->arena, "writes to Kafka and does not take '%.*s'",
                                STR_ARG(instruction_word(word))),
                        STR("Keep 'EXPORT_KAFKA_TOPIC' or the bucket's lines, not both."));
        datafile_soften_if_live_has(at->in, finding, keyword_info(word->keyword)->word,
                                    keyword_info(KEYWORD_EXPORT_KAFKA_TOPIC)->word);
        return true;
    }
    return check_needed(at, needed, ARRAY_LEN(needed));
}

static bool check_bucket_sink(const NodeCheck *at)
{
    static const Keyword needed[] = {KEYWORD_EXPORT_CONNECTION_NAME, KEYWORD_EXPORT_SCHEDULE,
                                     KEYWORD_EXPORT_BUCKET_URI, KEYWORD_EXPORT_FILE_TEMPLATE};
    return check_needed(at, needed, ARRAY_LEN(needed));
}

static void check_sink(const NodeCheck *at)
{
    bool has_connection = at->found[KEYWORD_EXPORT_CONNECTION_NAME] &&
                          at->found[KEYWORD_EXPORT_CONNECTION_NAME]->value.text.len > 0;
    bool to_kafka = at->found[KEYWORD_EXPORT_KAFKA_TOPIC] != NULL;
    bool to_bucket =
        at->found[KEYWORD_EXPORT_BUCKET_URI] || at->found[KEYWORD_EXPORT_FILE_TEMPLATE];
    Range place = at->found[KEYWORD_TYPE] ? at->found[KEYWORD_TYPE]->range : node_place(at);
    if (!has_connection)
        report_node(at, RULE_TB905, place, STR("without EXPORT_CONNECTION_NAME"),
                    STR("is a sink without 'EXPORT_CONNECTION_NAME'"),
                    STR("Name the connection that it writes to."));
    else if (to_kafka)
        check_kafka_sink(at);
    else if (to_bucket)
        check_bucket_sink(at);
    else
        report_node(at, RULE_TB905, place, STR("without a destination"),
                    STR("is a sink without a destination"),
                    STR("Add 'EXPORT_KAFKA_TOPIC', or 'EXPORT_BUCKET_URI' and "
                        "'EXPORT_FILE_TEMPLATE'."));
    check_attributes(at, NODE_SINK);
    check_schedule(at, KEYWORD_EXPORT_SCHEDULE);
}

/* ---- all nodes ---- */

static void check_type(const NodeCheck *at, NodeType type)
{
    switch (type) {
    case NODE_PLAIN:
        check_attributes(at, NODE_PLAIN);
        break;
    case NODE_MATERIALIZED:
        check_materialized(at);
        break;
    case NODE_COPY:
        check_copy(at);
        break;
    case NODE_SINK:
        check_sink(at);
        break;
    default: /* of endpoints and streams nothing is asked */
        break;
    }
}

static void check_type_value(const NodeCheck *at)
{
    const Instruction *type = at->found[KEYWORD_TYPE];
    if (type && node_type(at->node) == NODE_OTHER && !value_is_deferred(type->value.text))
        datafile_refuse_value(
            at->in, type,
            str_fmt(at->in->arena, "does not take '%.*s'",
                    STR_ARG(shown(at->in, type->value.text))),
            STR("Write 'endpoint', 'materialized', 'copy' or 'sink', or leave the "
                "line out."));
}

static void check_query(const NodeCheck *at)
{
    if (at->found[KEYWORD_SQL])
        return; /* an empty one is said of the instruction */
    report_node(at, RULE_TB905, node_place(at), STR("without SQL"), STR("has no SQL"),
                STR("Write 'SQL >' and the query on the next lines."));
}

static void collect(NodeCheck *at, const Instruction *instruction)
{
    at->found[instruction->keyword] = instruction;
    if (instruction->keyword == KEYWORD_NODE)
        at->first = instruction;
    if (instruction->keyword == KEYWORD_TAGS && str_find_char(instruction->value.text, '=') >= 0)
        at->has_operational_tags = true;
}

static void check_node(const NodeCheck *at, bool *typed_before)
{
    NodeType type = node_type(at->node);
    if (!absence_is_uncertain(at->in))
        check_query(at);
    if (!at->in->is_forward)
        return;
    if (type != NODE_PLAIN && *typed_before)
        report_node(at, RULE_TB905,
                    at->found[KEYWORD_TYPE] ? at->found[KEYWORD_TYPE]->range : node_place(at),
                    STR("second type"), STR("is the second one with a TYPE"),
                    STR("One node of a pipe has a TYPE: move the other to a pipe of its own."));
    *typed_before = *typed_before || type != NODE_PLAIN;
    check_type_value(at);
    if (!absence_is_uncertain(at->in))
        check_type(at, type);
}

static void check_nodes(const FileCheck *in)
{
    bool typed = false;
    size_t next = 0;
    for (size_t i = 0; i < in->file->nodes.len; i++) {
        NodeCheck at = {.in = in, .node = &in->file->nodes.items[i]};
        const Instructions *all = &in->file->instructions;
        while (next < all->len && all->items[next].node < (int)i)
            next++;
        for (; next < all->len && all->items[next].node == (int)i; next++)
            collect(&at, &all->items[next]);
        check_node(&at, &typed);
    }
}

void check_pipe_file(const FileCheck *in)
{
    if (in->file->nodes.len == 0 && in->is_forward && !absence_is_uncertain(in)) {
        Range range = {0, 0};
        if (in->file->instructions.len)
            range = in->file->instructions.items[0].word.range;
        datafile_report(in, RULE_TB905, range, STR("no NODE"),
                        str_fmt(in->arena, "'%.*s' has no NODE: the file will be refused.",
                                STR_ARG(in->resource->name)),
                        STR("Add 'NODE name' and 'SQL >' with a query."));
    }
    check_nodes(in);
}
