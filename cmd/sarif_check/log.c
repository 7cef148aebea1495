/* log.c: what holds for the log and its runs. */
#include "sarif_check/sarif_check.h"

/* GitHub's limits. */
enum {
    RUNS_MOST = 20,
    RESULTS_MOST = 25000,
    RESULTS_KEPT = 5000,
    PACKED_MEGABYTES = 10,
    BYTES_NOTED = 60 << 20, /* SARIF packs to a tenth or less, as a rule */
};

/* ---- M1 ---- */

static void check_schema_name(SarifCheck *check, const cJSON *log)
{
    const SarifSpot *at = SPOT_KEY(NULL, "$schema");
    Str name = sarif_text(log, "$schema");
    while (str_ends(name, "#"))
        name.len--;
    if (name.len == 0)
        sarif_error(check, "M1", at,
                    "It is missing; GitHub's documentation requires it: "
                    "\"https://json.schemastore.org/sarif-2.1.0.json\".");
    else if (str_find(name, "-rtm.") >= 0 || str_find(name, "csd") >= 0)
        sarif_error(check, "M1", at,
                    "'%.*s' is a draft; the final one is "
                    "https://json.schemastore.org/sarif-2.1.0.json.",
                    STR_ARG(name));
    else if (!str_ends(name, "sarif-2.1.0.json") && !str_ends(name, "sarif-2.1.0") &&
             !str_ends(name, "sarif-schema-2.1.0.json"))
        sarif_error(check, "M1", at,
                    "'%.*s' does not name the schema of SARIF 2.1.0, which GitHub asks for.",
                    STR_ARG(name));
}

/* ---- M2 ---- */

/* What GitHub compares, before the upload's own category is applied. */
static Str run_identity(Arena *arena, const cJSON *run)
{
    static const char *const members[] = {"name", "fullName", "version", "semanticVersion", "guid"};
    const cJSON *driver = sarif_at(sarif_at(run, "tool"), "driver");
    Buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        buf_add_str(&text, sarif_text(driver, members[i]));
        buf_add_char(&text, '\0');
    }
    buf_add_str(&text, sarif_text(sarif_at(run, "automationDetails"), "id"));
    Str identity = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return identity;
}

static void check_runs(SarifCheck *check, const cJSON *runs)
{
    const SarifSpot *at = SPOT_KEY(NULL, "runs");
    size_t count = sarif_count(runs), i = 0;
    if (cJSON_IsArray(runs) && count == 0)
        sarif_error(check, "M2", at,
                    "There is no run: the upload fails with \"1 item required; only 0 were "
                    "supplied\".");
    if (count > RUNS_MOST)
        sarif_error(check, "M16", at, "There are %zu runs, and GitHub takes 20.", count);
    Map *seen = map_new(check->arena);
    const cJSON *run;
    cJSON_ArrayForEach(run, runs)
    {
        Str identity = run_identity(check->arena, run);
        uintptr_t first = (uintptr_t)map_get(seen, identity);
        if (first)
            sarif_error(check, "M2", SPOT_INDEX(at, i),
                        "It is of the same tool and category as runs[%zu]: GitHub refuses several "
                        "such runs in one file. Merge them, or give each an automationDetails.id "
                        "of its own.",
                        (size_t)first - 1);
        else
            map_put(seen, identity, (void *)(i + 1));
        i++;
    }
}

/* ---- M13, M20, S7, S8, S9, S10 ---- */

static void check_category(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const cJSON *details = sarif_at(run, "automationDetails");
    Str id = sarif_text(details, "id");
    const SarifSpot *spot = SPOT_KEY(SPOT_KEY(at, "automationDetails"), "id");
    if (id.len && !str_ends(id, "/"))
        sarif_warning(check, "S7", spot,
                      "'%.*s' has no slash at its end: the category is what stands before the last "
                      "slash%s.",
                      STR_ARG(id),
                      str_find_char(id, '/') < 0
                          ? ", so this run has none"
                          : ", and the rest is taken for a number of the run");
}

static void check_tool(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const cJSON *driver = sarif_at(sarif_at(run, "tool"), "driver");
    const SarifSpot *spot = SPOT_KEY(SPOT_KEY(at, "tool"), "driver");
    if (!driver)
        return;
    const cJSON *name = sarif_at(driver, "name");
    if (cJSON_IsString(name) && !*name->valuestring)
        sarif_error(check, "M4", SPOT_KEY(spot, "name"),
                    "The tool's name is empty; alerts are filed under it.");
    if (!sarif_at(driver, "version") && !sarif_at(driver, "semanticVersion"))
        sarif_warning(check, "S8", spot,
                      "There is no version: GitHub cannot tell a change of the tool from one of "
                      "the code.");
}

static void check_base_ids(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "originalUriBaseIds");
    const cJSON *ids = sarif_at(run, "originalUriBaseIds"), *base;
    if (!cJSON_IsObject(ids))
        return;
    cJSON_ArrayForEach(base, ids)
    {
        Str uri = sarif_text(base, "uri");
        if (uri.len)
            sarif_warning(check, "S9", SPOT_KEY(spot, base->string),
                          "GitHub does not read '%.*s': it takes each address from the top of the "
                          "repository.",
                          STR_ARG(uri));
    }
}

static void check_provenance(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "versionControlProvenance");
    const cJSON *list = sarif_at(run, "versionControlProvenance"), *item;
    size_t i = 0;
    if (!cJSON_IsArray(list))
        return;
    cJSON_ArrayForEach(item, list)
    {
        Str uri = sarif_text(item, "repositoryUri");
        ptrdiff_t scheme = str_find(uri, "://");
        Str host = scheme < 0 ? (Str){0} : str_slice(uri, (size_t)scheme + 3, uri.len);
        ptrdiff_t slash = str_find_char(host, '/');
        if (slash >= 0)
            host.len = (size_t)slash;
        if (str_find_char(host, '@') >= 0 && !str_starts(uri, "ssh:"))
            sarif_warning(check, "S10", SPOT_INDEX(spot, i),
                          "The address of the repository holds credentials.");
        i++;
    }
}

static void check_invocation(SarifCheck *check, const cJSON *invocation, const SarifSpot *at)
{
    static const char *const passing[] = {
        "startTimeUtc", "endTimeUtc", "machine", "account", "processId", "environmentVariables",
    };
    for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
        if (sarif_at(invocation, passing[i]))
            sarif_warning(check, "M13", SPOT_KEY(at, passing[i]),
                          "It differs from run to run and tells of the machine: equal sources give "
                          "unequal files.");
    }
    const cJSON *worked = sarif_at(invocation, "executionSuccessful");
    if (cJSON_IsFalse(worked) && !sarif_count(sarif_at(invocation, "toolExecutionNotifications")) &&
        !sarif_count(sarif_at(invocation, "toolConfigurationNotifications")))
        sarif_error(check, "M20", at,
                    "The run failed, and no notification says why: who reads it takes the results "
                    "for whole.");
}

/* ---- results ---- */

/* Of a driver's rules; also sets the list of them by index. */
static Map *rules_by_id(SarifCheck *check, const cJSON *run)
{
    Map *map = map_new(check->arena);
    const cJSON *rule;
    const cJSON *rules = sarif_at(sarif_at(sarif_at(run, "tool"), "driver"), "rules");
    check->rules = ARENA_ARRAY(check->arena, const cJSON *, sarif_count(rules));
    check->rules_len = 0;
    if (!cJSON_IsArray(rules))
        return map;
    cJSON_ArrayForEach(rule, rules)
    {
        Str id = sarif_text(rule, "id");
        check->rules[check->rules_len++] = rule;
        if (id.len && !map_has(map, id))
            map_put(map, id, (void *)(uintptr_t)rule);
    }
    return map;
}

static void check_results(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "results");
    const cJSON *results = sarif_at(run, "results"), *result;
    size_t count = sarif_count(results), i = 0;
    if (!cJSON_IsArray(results)) {
        sarif_error(check, "M4", at,
                    "'results' is missing, or no list; a run that found nothing has an empty one.");
        return;
    }
    if (count > RESULTS_MOST)
        sarif_error(check, "M16", spot,
                    "There are %zu results; GitHub refuses the file from 25,001 on.", count);
    else if (count > RESULTS_KEPT)
        sarif_warning(check, "M16", spot,
                      "There are %zu results; GitHub keeps 5,000, those of the highest severity.",
                      count);
    check->results += count;
    Map *rules = rules_by_id(check, run);
    cJSON_ArrayForEach(result, results)
    {
        sarif_check_result(check, result, rules, SPOT_INDEX(spot, i));
        i++;
    }
}

static void check_run(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "invocations");
    const cJSON *invocations = sarif_at(run, "invocations"), *invocation;
    size_t i = 0;
    check->runs++;
    check->points = str_is(sarif_text(run, "columnKind"), "unicodeCodePoints");
    check_tool(check, run, at);
    check_category(check, run, at);
    check_base_ids(check, run, at);
    check_provenance(check, run, at);
    if (cJSON_IsArray(invocations)) {
        cJSON_ArrayForEach(invocation, invocations)
        {
            check_invocation(check, invocation, SPOT_INDEX(spot, i));
            i++;
        }
    }
    sarif_check_rules(check, run, at);
    check_results(check, run, at);
}

void sarif_check_log(SarifCheck *check, const cJSON *log)
{
    const SarifSpot *at = SPOT_KEY(NULL, "runs");
    const cJSON *runs = sarif_at(log, "runs"), *run;
    size_t i = 0;
    if (!cJSON_IsObject(log))
        return;
    check_schema_name(check, log);
    if (!cJSON_IsArray(runs))
        return;
    check_runs(check, runs);
    cJSON_ArrayForEach(run, runs)
    {
        if (cJSON_IsObject(run))
            check_run(check, run, SPOT_INDEX(at, i));
        i++;
    }
}

void sarif_check_size(SarifCheck *check, size_t bytes)
{
    if (bytes > BYTES_NOTED)
        sarif_warning(check, "M16", NULL,
                      "The file has %zu MB; GitHub takes %d MB after gzip, which is not measured "
                      "here: gzip -c FILE | wc -c.",
                      bytes >> 20, PACKED_MEGABYTES);
}
