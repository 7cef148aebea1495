/* result.c: what holds for a result. */
#include "sarif_check/sarif_check.h"

#include <string.h>

enum {
    LOCATIONS_MOST = 1000,
    STEPS_MOST = 10000, /* of all code flows of a result */
    TITLE_MOST = 160,   /* characters of a first sentence: some more than a list shows */
    LINKS_TOLD = 100,
};

/* ---- M9 ---- */

/* The rule may be named in two ways. */
static Str rule_id(const cJSON *result)
{
    Str id = sarif_text(result, "ruleId");
    return id.len ? id : sarif_text(sarif_at(result, "rule"), "id");
}

static const cJSON *rule_by_index(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    double index;
    if (!sarif_number(result, "ruleIndex", &index) || index < 0)
        return NULL;
    if (index < (double)check->rules_len)
        return check->rules[(size_t)index];
    sarif_error(check, "M9", SPOT_KEY(at, "ruleIndex"),
                "There are %zu rules, so none has the index %g.", check->rules_len, index);
    return NULL;
}

static void check_rule(SarifCheck *check, const cJSON *result, const Map *rules,
                       const SarifSpot *at)
{
    Str id = rule_id(result);
    Str other = sarif_text(sarif_at(result, "rule"), "id");
    if (id.len == 0) {
        sarif_error(check, "M9", at, "There is no ruleId: GitHub cannot file the alert.");
        return;
    }
    if (other.len && !str_eq(id, other))
        sarif_error(check, "M9", at, "ruleId is '%.*s' and rule.id is '%.*s'.", STR_ARG(id),
                    STR_ARG(other));
    if (sarif_at(sarif_at(result, "rule"), "toolComponent"))
        return; /* of an extension's rules */
    const cJSON *rule = rule_by_index(check, result, at);
    Str indexed = sarif_text(rule, "id");
    ptrdiff_t slash = str_find_char(id, '/');
    Str parent = slash < 0 ? id : str_slice(id, 0, (size_t)slash);
    if (rule && !str_eq(indexed, id) && !str_eq(indexed, parent))
        sarif_error(check, "M9", SPOT_KEY(at, "ruleIndex"),
                    "The rule of that index is '%.*s', and ruleId says '%.*s': the alert gets the "
                    "wrong page.",
                    STR_ARG(indexed), STR_ARG(id));
    else if (!rule && map_len(rules) > 0 && !map_has(rules, id) && !map_has(rules, parent))
        sarif_warning(check, "M9", SPOT_KEY(at, "ruleId"),
                      "'%.*s' is none of the tool's rules: the alert has no title and no help.",
                      STR_ARG(id));
}

/* ---- S1, S2 ---- */

static void check_title(SarifCheck *check, Str text, const SarifSpot *at)
{
    ptrdiff_t stop = str_find(text, ". "), line = str_find_char(text, '\n');
    size_t end = stop >= 0 ? (size_t)stop + 1 : text.len;
    if (line >= 0 && (size_t)line < end)
        end = (size_t)line;
    size_t len = sarif_points(str_slice(text, 0, end));
    if (len > TITLE_MOST)
        sarif_warning(check, "S1", at,
                      "The first sentence has %zu characters; GitHub shows it as a title and cuts "
                      "it.",
                      len);
}

static void mark_id(bool *ids, double id)
{
    if (id >= 0 && id < LINKS_TOLD)
        ids[(size_t)id] = true;
}

/* The number of a link `](12)`, or -1. */
static int link_number(Str rest)
{
    int value = 0;
    size_t i = 2;
    while (i < rest.len && i < 8 && rest.ptr[i] >= '0' && rest.ptr[i] <= '9')
        value = value * 10 + (rest.ptr[i++] - '0');
    return i > 2 && i < rest.len && rest.ptr[i] == ')' ? value : -1;
}

static void check_links(SarifCheck *check, const cJSON *result, Str text, const SarifSpot *at)
{
    bool ids[LINKS_TOLD] = {false};
    static const char *const lists[] = {"locations", "relatedLocations"};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const cJSON *list = sarif_at(result, lists[i]), *location;
        double id;
        if (!cJSON_IsArray(list))
            continue;
        cJSON_ArrayForEach(location, list)
        {
            if (sarif_number(location, "id", &id))
                mark_id(ids, id);
        }
    }
    for (size_t i = 0; i + 1 < text.len; i++) {
        Str rest = str_slice(text, i, text.len);
        bool escaped = i > 0 && text.ptr[i - 1] == '\\';
        int number = !escaped && str_starts(rest, "](") ? link_number(rest) : -1;
        if (number >= 0 && number < LINKS_TOLD && !ids[number])
            sarif_warning(check, "S2", at,
                          "The link (%d) names no related location: GitHub shows the brackets.",
                          number);
    }
}

static void check_message(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(SPOT_KEY(at, "message"), "text");
    const cJSON *message = sarif_at(result, "message");
    Str text = sarif_text(message, "text");
    if (text.len == 0) {
        if (message)
            sarif_error(check, "M4", spot,
                        "The message has no text, and GitHub reads no other form: the alert has no "
                        "title.");
        return;
    }
    check_title(check, text, spot);
    check_links(check, result, text, spot);
}

/* ---- M5, M16 ---- */

static void check_locations(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "locations");
    const cJSON *locations = sarif_at(result, "locations"), *location;
    size_t count = sarif_count(locations), i = 0;
    if (count == 0) {
        sarif_error(check, "M5", at,
                    "There is no location: GitHub refuses the file with "
                    "\"locationFromSarifResult: expected at least one location\".");
        return;
    }
    if (count > LOCATIONS_MOST)
        sarif_error(check, "M16", spot, "There are %zu locations, and GitHub takes 1,000.", count);
    cJSON_ArrayForEach(location, locations)
    {
        if (i < LOCATIONS_MOST)
            sarif_check_place(check, location, i == 0, SPOT_INDEX(spot, i));
        i++;
    }
}

static void check_related(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "relatedLocations");
    const cJSON *related = sarif_at(result, "relatedLocations"), *location;
    size_t count = sarif_count(related), i = 0;
    if (count > LOCATIONS_MOST)
        sarif_error(check, "M16", spot, "There are %zu of them, and GitHub takes 1,000.", count);
    if (!cJSON_IsArray(related))
        return;
    cJSON_ArrayForEach(location, related)
    {
        if (i < LOCATIONS_MOST)
            sarif_check_place(check, location, false, SPOT_INDEX(spot, i));
        i++;
    }
}

/* ---- M12 ---- */

static bool is_line_hash(const char *text)
{
    size_t hex = strspn(text, "0123456789abcdef");
    const char *count = text + hex + 1;
    return hex >= 1 && hex <= 16 && text[hex] == ':' && *count >= '1' && *count <= '9' &&
           strspn(count, "0123456789") == strlen(count);
}

static void check_fingerprints(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    static const char name[] = "primaryLocationLineHash";
    const cJSON *prints = sarif_at(result, "partialFingerprints");
    const char *hash = cJSON_GetStringValue(sarif_at(prints, name));
    const SarifSpot *spot = SPOT_KEY(SPOT_KEY(at, "partialFingerprints"), name);
    if (!hash)
        return;
    if (!is_line_hash(hash)) {
        sarif_error(
            check, "M12", spot,
            "'%s' is no hash of GitHub's (hex digits, a colon, a count): alerts would close "
            "and open anew. Give another fingerprint another name.",
            hash);
        return;
    }
    const cJSON *locations = sarif_at(result, "locations");
    const cJSON *physical =
        sarif_at(cJSON_IsArray(locations) ? locations->child : NULL, "physicalLocation");
    Str uri = sarif_text(sarif_at(physical, "artifactLocation"), "uri");
    const SarifSource *file = uri.len ? sarif_source(check, uri, NULL) : NULL;
    if (file && file->read)
        sarif_check_hash_in(check, file, sarif_at(physical, "region"), hash, spot);
}

/* ---- S12 to S15 ---- */

static void check_fixes(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "fixes");
    const cJSON *fixes = sarif_at(result, "fixes"), *fix, *change;
    size_t i = 0;
    if (!cJSON_IsArray(fixes))
        return;
    cJSON_ArrayForEach(fix, fixes)
    {
        const SarifSpot *here = SPOT_INDEX(spot, i++);
        const cJSON *changes = sarif_at(fix, "artifactChanges");
        size_t j = 0;
        if (!sarif_at(fix, "description"))
            sarif_warning(check, "S12", here, "The fix has no description, which editors show.");
        if (!cJSON_IsArray(changes))
            continue;
        cJSON_ArrayForEach(change, changes)
        {
            sarif_check_address(check, sarif_at(change, "artifactLocation"),
                                SPOT_INDEX(SPOT_KEY(here, "artifactChanges"), j));
            j++;
        }
    }
}

static bool has_inline_place(const cJSON *step)
{
    return sarif_at(sarif_at(step, "location"), "physicalLocation") != NULL;
}

/* Returns the number of steps. */
static size_t check_flow(SarifCheck *check, const cJSON *flow, const SarifSpot *at)
{
    const cJSON *threads = sarif_at(flow, "threadFlows"), *thread, *step;
    size_t steps = 0, i = 0;
    if (!cJSON_IsArray(threads))
        return 0;
    cJSON_ArrayForEach(thread, threads)
    {
        const cJSON *list = sarif_at(thread, "locations");
        const SarifSpot *spot = SPOT_INDEX(SPOT_KEY(at, "threadFlows"), i++);
        size_t j = 0;
        if (!cJSON_IsArray(list))
            continue;
        cJSON_ArrayForEach(step, list)
        {
            if (!has_inline_place(step))
                sarif_warning(check, "S15", SPOT_INDEX(SPOT_KEY(spot, "locations"), j),
                              "The step has no place of its own, and GitHub follows no index.");
            j++;
        }
        steps += j;
    }
    return steps;
}

static void check_flows(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "codeFlows");
    const cJSON *flows = sarif_at(result, "codeFlows"), *flow;
    size_t steps = 0, i = 0;
    if (!cJSON_IsArray(flows))
        return;
    cJSON_ArrayForEach(flow, flows)
    {
        steps += check_flow(check, flow, SPOT_INDEX(spot, i));
        i++;
    }
    if (steps > STEPS_MOST)
        sarif_error(check, "M16", spot, "There are %zu steps in all, and GitHub takes 10,000.",
                    steps);
}

static void check_ignored(SarifCheck *check, const cJSON *result, const SarifSpot *at)
{
    if (sarif_count(sarif_at(result, "suppressions")) > 0)
        sarif_warning(check, "S13", SPOT_KEY(at, "suppressions"),
                      "GitHub ignores them: the result shows as an open alert. Leave it out of "
                      "what is uploaded.");
    Str state = sarif_text(result, "baselineState");
    if (state.len)
        sarif_warning(check, "S14", SPOT_KEY(at, "baselineState"), "GitHub ignores '%.*s'%s.",
                      STR_ARG(state),
                      str_is(state, "absent") ? ": a result that is gone shows as an open alert"
                                              : ", it compares runs itself");
}

void sarif_check_result(SarifCheck *check, const cJSON *result, const Map *rules,
                        const SarifSpot *at)
{
    if (!cJSON_IsObject(result))
        return;
    check_rule(check, result, rules, at);
    check_message(check, result, at);
    check_locations(check, result, at);
    check_related(check, result, at);
    check_fingerprints(check, result, at);
    check_fixes(check, result, at);
    check_flows(check, result, at);
    check_ignored(check, result, at);
}
