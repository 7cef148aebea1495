/* datafile_instruction.c: each instruction on its own: place, form, repetition, its value. */
#include "checks/datafile_check.h"

#include <cjson/cJSON.h>

static unsigned kind_bit(DatafileKind kind)
{
    switch (kind) {
    case DATAFILE_DATASOURCE:
        return IN_DATASOURCE;
    case DATAFILE_PIPE:
        return IN_PIPE;
    default:
        return IN_CONNECTION;
    }
}

static bool is_engine_word(Keyword keyword)
{
    return keyword == KEYWORD_SCHEMA || keyword == KEYWORD_INDEXES ||
           str_starts(str_of(keyword_info(keyword)->word), "ENGINE");
}

/* ---- TB904: the wrong kind of file, or no node above ---- */

static Str right_places(Arena *arena, unsigned bits)
{
    Strs names = {0};
    if (bits & IN_DATASOURCE)
        vec_push(arena, &names, STR(".datasource"));
    if (bits & IN_PIPE)
        vec_push(arena, &names, STR(".pipe"));
    if (bits & IN_CONNECTION)
        vec_push(arena, &names, STR(".connection"));
    return str_join(arena, names.items, names.len, " and ");
}

static Finding *report_misplaced(const FileCheck *in, const Instruction *at, Str message,
                                 Str advice)
{
    Str meaning = str_fmt(in->arena, "%.*s %.*s", STR_ARG(instruction_word(at)),
                          STR_ARG(shown(in, at->value.text)));
    Finding *finding = datafile_report(in, RULE_TB904, at->word.range, meaning, message, advice);
    finding->cause = message;
    return finding;
}

static void report_wrong_file(const FileCheck *in, const Instruction *at)
{
    const KeywordInfo *info = keyword_info(at->keyword);
    const char *kind = datafile_kind_text(in->file->kind);
    Str advice = info->forward ? str_fmt(in->arena, "It belongs in %.*s files.",
                                         STR_ARG(right_places(in->arena, info->forward)))
                               : STR("Only Tinybird Classic knows it: delete the line.");
    if (at->keyword == KEYWORD_INCLUDE)
        advice = STR("Forward has no includes: put the text of the included file here.");
    else if (at->keyword == KEYWORD_SETTINGS)
        advice = STR("Write 'ENGINE_SETTINGS'.");
    Str message = str_fmt(in->arena, "'%s' is not allowed in .%s files: the file will be refused.",
                          info->word, kind);
    Finding *finding = report_misplaced(in, at, message, advice);
    datafile_soften_if_live_has(in, finding, info->word, NULL);
}

/* The lines that define a target inside a materialized pipe have a rule of their own. */
static bool is_inline_target(const FileCheck *in, const Instruction *at)
{
    if (in->file->kind != DATAFILE_PIPE || !is_engine_word(at->keyword))
        return false;
    return at->node >= 0 && str_is(in->file->nodes.items[at->node].type.text, "materialized");
}

static bool needs_node(const FileCheck *in, Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_DESCRIPTION:
    case KEYWORD_TOKEN:
    case KEYWORD_TAGS:
    case KEYWORD_INCLUDE:
    case KEYWORD_VERSION:
    case KEYWORD_NODE:
    case KEYWORD_SCOPE:
    case KEYWORD_FROM:
    case KEYWORD_SOURCE:
    case KEYWORD_MAINTAINER:
    case KEYWORD_TEST:
    case KEYWORD_SHARED_WITH:
        return false;
    case KEYWORD_EXPORT_SERVICE:
        return !in->is_forward;
    default:
        return true;
    }
}

/* Classic refuses SETTINGS only where it is no block. */
static bool is_never_allowed(const FileCheck *in, const Instruction *at)
{
    if (at->keyword == KEYWORD_SETTINGS)
        return in->is_forward || !at->is_block;
    return in->is_forward && at->keyword == KEYWORD_INCLUDE;
}

/* Classic has one table for all kinds of file. */
static bool is_foreign(const FileCheck *in, Keyword keyword)
{
    const KeywordInfo *info = keyword_info(keyword);
    if (!in->is_forward)
        return info->classic == 0;
    return info->status != STATUS_REFUSED && !(info->forward & kind_bit(in->file->kind));
}

/* Returns true when the place itself is wrong: nothing else is said of the instruction then. */
static bool check_place(const FileCheck *in, const Instruction *at)
{
    const KeywordInfo *info = keyword_info(at->keyword);
    if (is_never_allowed(in, at) || is_foreign(in, at->keyword)) {
        if (!is_inline_target(in, at))
            report_wrong_file(in, at);
        return true;
    }
    if (!in->is_forward && in->file->kind == DATAFILE_DATASOURCE &&
        keyword_info(at->keyword)->repeat == REPEAT_NEW_NODE) {
        report_misplaced(in, at,
                         STR("'NODE' is not allowed in .datasource files: the file will be "
                             "refused."),
                         STR("Nodes belong in .pipe files."));
        return true;
    }
    if (in->file->kind == DATAFILE_PIPE && at->node < 0 && needs_node(in, at->keyword) &&
        !in->file->has_include) {
        report_misplaced(in, at,
                         str_fmt(in->arena,
                                 "'%s' stands before the first NODE: the file will be refused.",
                                 info->word),
                         STR("Move it below the NODE that it describes."));
        return true;
    }
    return false;
}

/* ---- TB907: deprecated, or taken and not used ---- */

static const char *deprecation_advice(Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_IMPORT_STRATEGY:
        return "Delete the line: imports always append.";
    case KEYWORD_KAFKA_STORE_BINARY_HEADERS:
        return "Delete the line: with KAFKA_STORE_HEADERS true, '__headers' is a Map(String, "
               "String).";
    case KEYWORD_KAFKA_KEY_AVRO_DESERIALIZATION:
        return "Delete the line and write 'KAFKA_KEY_FORMAT avro' in the data source.";
    case KEYWORD_IMPORT_SERVICE:
    case KEYWORD_EXPORT_SERVICE:
        return "Delete the line: the connection says which service it is.";
    default:
        return "Delete the line.";
    }
}

/* PARTITION_KEY and its like are stored under a name that nothing reads. */
static const char *prefixed_word(Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_PARTITION_KEY:
        return "ENGINE_PARTITION_KEY";
    case KEYWORD_SORTING_KEY:
        return "ENGINE_SORTING_KEY";
    case KEYWORD_PRIMARY_KEY:
        return "ENGINE_PRIMARY_KEY";
    case KEYWORD_SAMPLING_KEY:
        return "ENGINE_SAMPLING_KEY";
    case KEYWORD_TTL:
        return "ENGINE_TTL";
    default:
        return NULL;
    }
}

static bool check_deprecated(const FileCheck *in, const Instruction *at)
{
    const KeywordInfo *info = keyword_info(at->keyword);
    const char *prefixed = prefixed_word(at->keyword);
    if (prefixed) {
        Finding *finding = datafile_report(
            in, RULE_TB907, at->word.range, str_of(info->word),
            str_fmt(in->arena, "'%s' has no effect: the engine does not get this value.",
                    info->word),
            str_fmt(in->arena, "Write '%s'.", prefixed));
        finding->cause = str_of(info->word);
        return false;
    }
    if (!in->is_forward || info->status == STATUS_OK)
        return false;
    bool refused = info->status == STATUS_REFUSED;
    Str message = str_fmt(in->arena, "'%s' is deprecated: %s.", info->word,
                          refused ? "the file will be refused" : "it is ignored");
    Finding *finding = datafile_report(in, RULE_TB907, at->word.range, str_of(info->word), message,
                                       str_of(deprecation_advice(at->keyword)));
    finding->severity = refused ? SEVERITY_ERROR : SEVERITY_WARNING;
    finding->refuses_deploy = refused;
    finding->cause = str_of(info->word);
    datafile_soften_if_live_has(in, finding, info->word, NULL);
    return true;
}

/* ---- TB905: form ---- */

static bool check_form(const FileCheck *in, const Instruction *at)
{
    const KeywordInfo *info = keyword_info(at->keyword);
    bool sql = at->keyword == KEYWORD_SQL || at->keyword == KEYWORD_FORWARD_QUERY;
    if (in->is_forward && at->is_block && info->form == FORM_LINE) {
        datafile_refuse_value(in, at, STR("does not take a block"),
                              STR("Write the value on the same line, without '>'."));
        return true;
    }
    if (in->is_forward && !at->is_block && sql) {
        datafile_refuse_value(
            in, at, STR("must be a block"),
            str_fmt(in->arena, "Write '%s >' and the query on the next lines.", info->word));
        return true;
    }
    return false;
}

static bool may_be_empty(const FileCheck *in, const Instruction *at)
{
    switch (at->keyword) {
    case KEYWORD_DESCRIPTION:
        return true;
    case KEYWORD_FORWARD_QUERY: /* has a rule of its own */
        return at->is_block;
    case KEYWORD_SHARED_WITH:
        return !in->is_forward && !at->is_block;
    default:
        return false;
    }
}

static bool is_empty_value(const Instruction *at)
{
    if (at->is_block)
        return str_trim(at->value.text).len == 0;
    return at->words.len == 0 && range_is_empty(at->value.range);
}

static bool check_empty(const FileCheck *in, const Instruction *at)
{
    if (!is_empty_value(at) || may_be_empty(in, at))
        return false;
    if (at->is_block)
        datafile_refuse_value(in, at, STR("is an empty block"),
                              STR("What belongs to it stands on the next lines, not behind '>'."));
    else if (keyword_info(at->keyword)->form == FORM_BLOCK)
        datafile_refuse_value(in, at, STR("has no value"),
                              str_fmt(in->arena,
                                      "Write '%s >'; its content stands below, indented.",
                                      keyword_info(at->keyword)->word));
    else
        datafile_refuse_value(in, at, STR("has no value"), STR("Give it one, or delete the line."));
    return true;
}

/* ---- TB905: values ---- */

static void check_token(const FileCheck *in, const Instruction *at)
{
    Str usage = in->file->kind == DATAFILE_PIPE ? STR("Write 'TOKEN \"name\" READ'.")
                                                : STR("Write 'TOKEN \"name\" READ' or 'APPEND'.");
    if (at->words.len < 2) {
        datafile_refuse_value(in, at, STR("needs a name and a permission"), usage);
        return;
    }
    if (!in->is_forward)
        return;
    if (at->words.len > 2) {
        datafile_refuse_value(
            in, at,
            str_fmt(in->arena, "takes a name and a permission, not %zu words", at->words.len),
            STR("Put quotes around a name with blanks."));
        return;
    }
    Str permission = at->words.items[1].text;
    bool reads = str_is_nocase(permission, "READ");
    bool appends = str_is_nocase(permission, "APPEND");
    if (reads || (appends && in->file->kind == DATAFILE_DATASOURCE))
        return;
    datafile_refuse_value(in, at,
                          str_fmt(in->arena, "does not take the permission '%.*s'%s",
                                  STR_ARG(shown(in, permission)), appends ? " in a pipe" : ""),
                          usage);
}

static void check_one_of(const FileCheck *in, const Instruction *at, const char *allowed)
{
    if (value_is_deferred(at->value.text) || str_is_nocase(at->value.text, allowed))
        return;
    datafile_refuse_value(
        in, at, str_fmt(in->arena, "does not take '%.*s'", STR_ARG(shown(in, at->value.text))),
        str_fmt(in->arena, "Write '%.*s %s'.", STR_ARG(instruction_word(at)), allowed));
}

static bool has_workspace(Str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != ',' && value.ptr[i] != ' ' && value.ptr[i] != '\t' &&
            value.ptr[i] != '\n' && value.ptr[i] != '\r')
            return true;
    return false;
}

static void check_shared_with(const FileCheck *in, const Instruction *at)
{
    if (in->is_forward && !has_workspace(at->value.text))
        datafile_refuse_value(in, at, STR("names no workspace"),
                              STR("Name at least one, or delete the line."));
}

static void check_tags(const FileCheck *in, const Instruction *at)
{
    if (in->is_forward && at->is_block && str_find_char(at->value.text, '=') >= 0 &&
        (in->file->kind == DATAFILE_DATASOURCE || at->node >= 0))
        datafile_refuse_value(in, at, STR("does not take 'key=value' in a block"),
                              STR("Write such tags on the same line, without '>'."));
}

static bool is_natural_number(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

static void check_version(const FileCheck *in, const Instruction *at)
{
    Str first = at->words.len ? at->words.items[0].text : str_trim(at->value.text);
    if (!in->is_forward && !is_natural_number(first))
        datafile_refuse_value(in, at, STR("takes a whole number, 0 or more"),
                              STR("Write for example 'VERSION 2'."));
}

static void check_one_word(const FileCheck *in, const Instruction *at)
{
    if (!in->is_forward && !at->is_block && at->words.len > 1)
        datafile_refuse_value(in, at, STR("takes one word"), STR("Put quotes around the value."));
}

static void check_json(const FileCheck *in, const Instruction *at)
{
    Str value = at->value.text;
    if (value_is_deferred(value))
        return;
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(value.ptr, value.len, &end, false);
    if (!json)
        datafile_refuse_value(in, at, STR("is not valid JSON"),
                              STR("Write the whole object on one line, or "
                                  "'{{ tb_secret(\"NAME\") }}'."));
    cJSON_Delete(json);
}

static void check_value(const FileCheck *in, const Instruction *at)
{
    switch (at->keyword) {
    case KEYWORD_TOKEN:
        check_token(in, at);
        break;
    case KEYWORD_BACKFILL:
        check_one_of(in, at, "skip");
        break;
    case KEYWORD_DEPLOYMENT_METHOD:
        check_one_of(in, at, "alter");
        break;
    case KEYWORD_SHARED_WITH:
        check_shared_with(in, at);
        break;
    case KEYWORD_TAGS:
        check_tags(in, at);
        break;
    case KEYWORD_VERSION:
        check_version(in, at);
        break;
    case KEYWORD_MAINTAINER:
    case KEYWORD_SOURCE:
    case KEYWORD_FROM:
    case KEYWORD_SQL:
        check_one_word(in, at);
        break;
    case KEYWORD_GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON:
        check_json(in, at);
        break;
    default:
        break;
    }
}

/* ---- TB903 ---- */

static Keyword canonical_keyword(Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_MODE:
        return KEYWORD_COPY_MODE;
    case KEYWORD_INDICES:
        return KEYWORD_INDEXES;
    case KEYWORD_GCS_ACCESS_ID:
        return KEYWORD_GCS_HMAC_ACCESS_ID;
    case KEYWORD_GCS_SECRET:
        return KEYWORD_GCS_HMAC_SECRET;
    default:
        return keyword;
    }
}

static bool counts_once(const Instruction *at)
{
    if (at->keyword == KEYWORD_UNKNOWN || at->keyword == KEYWORD_FORWARD_QUERY)
        return false;
    const KeywordInfo *info = keyword_info(at->keyword);
    return info->repeat == REPEAT_LAST_WINS && info->status == STATUS_OK;
}

static bool same_subject(const Instruction *a, const Instruction *b)
{
    return a->node == b->node && canonical_keyword(a->keyword) == canonical_keyword(b->keyword);
}

static void report_duplicate(const FileCheck *in, const Instruction *first, const Instruction *last)
{
    Str word = instruction_word(last);
    Finding *finding = datafile_report(
        in, RULE_TB903, last->word.range, word,
        str_fmt(in->arena, "'%.*s' is given twice: only the last one counts.", STR_ARG(word)),
        STR("Delete the one that is not meant."));
    Place place = {.side = in->project->side,
                   .file = in->resource->file,
                   .range = first->word.range,
                   .message = STR("has no effect")};
    vec_push(in->arena, &finding->related, place);
}

/* The last of each word is paired with the one before it; a third adds no second finding. */
static void check_duplicates(const FileCheck *in)
{
    const Instructions *all = &in->file->instructions;
    int *last = arena_array(in->arena, KEYWORD_COUNT, sizeof(int));
    int *before = arena_array(in->arena, KEYWORD_COUNT, sizeof(int));
    for (size_t i = 0; i < all->len; i++) {
        const Instruction *at = &all->items[i];
        if (!counts_once(at))
            continue;
        Keyword keyword = canonical_keyword(at->keyword);
        bool again = last[keyword] && same_subject(&all->items[last[keyword] - 1], at);
        if (last[keyword] && !again && before[keyword])
            report_duplicate(in, &all->items[before[keyword] - 1], &all->items[last[keyword] - 1]);
        before[keyword] = again ? last[keyword] : 0;
        last[keyword] = (int)i + 1;
    }
    for (size_t k = 0; k < KEYWORD_COUNT; k++)
        if (before[k])
            report_duplicate(in, &all->items[before[k] - 1], &all->items[last[k] - 1]);
}

void check_instructions(const FileCheck *in)
{
    for (size_t i = 0; i < in->file->instructions.len; i++) {
        const Instruction *at = &in->file->instructions.items[i];
        if (at->keyword == KEYWORD_UNKNOWN || has_problem_in(in, at->word.range) ||
            is_headless(in, at->word.range))
            continue;
        if (check_place(in, at) || check_deprecated(in, at) || check_form(in, at) ||
            check_empty(in, at))
            continue;
        check_value(in, at);
    }
    check_duplicates(in);
}
