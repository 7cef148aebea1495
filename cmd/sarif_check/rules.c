/* rules.c: the descriptions of rules: what an alert's page shows. */
#include "sarif_check/sarif_check.h"

#include <string.h>

/* GitHub's limits. */
enum { RULES_MOST = 25000, TEXT_MOST = 1024, NAME_MOST = 255, TAGS_MOST = 20, TAGS_SHOWN = 10 };

/* ---- M11 ---- */

static void check_description(SarifCheck *check, const cJSON *rule, const char *key,
                              const SarifSpot *at)
{
    Str text = sarif_text(sarif_at(rule, key), "text");
    size_t len = sarif_points(text);
    if (len == 0)
        sarif_error(check, "M11", SPOT_KEY(at, key),
                    "It is missing or empty; GitHub requires it and shows a bare page without it.");
    else if (len > TEXT_MOST && strcmp(key, "help") != 0)
        sarif_error(check, "M11", SPOT_KEY(at, key),
                    "It has %zu characters, and GitHub takes 1024.", len);
}

static void check_name(SarifCheck *check, const cJSON *rule, const SarifSpot *at)
{
    Str name = sarif_text(rule, "name");
    const SarifSpot *spot = SPOT_KEY(at, "name");
    if (name.len && str_eq(name, sarif_text(rule, "id")))
        sarif_error(check, "M11", spot, "'%.*s' is the rule's id once more; a name is for people.",
                    STR_ARG(name));
    if (sarif_points(name) > NAME_MOST)
        sarif_error(check, "M11", spot, "It has %zu characters, and GitHub takes 255.",
                    sarif_points(name));
}

/* ---- M18, S5, S6 ---- */

/* A number from 0.0 to 10.0: digits, and at most one dot. */
static bool is_score(Str text)
{
    unsigned whole = 0;
    size_t i = 0;
    for (; i < text.len && i < 3 && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
        whole = whole * 10 + (unsigned)(text.ptr[i] - '0');
    bool more = false;
    if (i == 0 || whole > 10)
        return false;
    if (i < text.len && text.ptr[i++] != '.')
        return false;
    for (; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        more |= text.ptr[i] != '0';
    }
    return whole < 10 || !more;
}

static void check_security(SarifCheck *check, const cJSON *properties, const SarifSpot *at)
{
    const cJSON *severity = sarif_at(properties, "security-severity");
    const SarifSpot *spot = SPOT_KEY(at, "security-severity");
    if (!severity)
        return;
    const char *text = cJSON_GetStringValue(severity);
    if (!text) {
        sarif_error(check, "M18", spot,
                    "It must be a text with a number in it, such as \"7.5\": GitHub refuses the "
                    "file.");
        return;
    }
    if (!is_score(str_of(text)))
        sarif_error(check, "M18", spot,
                    "'%s' is no number from 0.0 to 10.0: GitHub refuses the file with \"invalid "
                    "security severity value\".",
                    text);
}

static void check_tags(SarifCheck *check, const cJSON *properties, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "tags");
    size_t count = sarif_count(sarif_at(properties, "tags"));
    if (count > TAGS_MOST)
        sarif_error(check, "M16", spot, "There are %zu tags, and GitHub takes 20.", count);
    else if (count > TAGS_SHOWN)
        sarif_warning(check, "S6", spot, "There are %zu tags, and GitHub shows 10.", count);
}

static void check_ranks(SarifCheck *check, const cJSON *rule, const SarifSpot *at)
{
    const cJSON *properties = sarif_at(rule, "properties");
    bool level = sarif_text(sarif_at(rule, "defaultConfiguration"), "level").len > 0;
    bool severity = sarif_text(properties, "problem.severity").len > 0;
    bool security = sarif_at(properties, "security-severity") != NULL;
    if (!level && !severity && !security)
        sarif_warning(check, "S5", at,
                      "Neither defaultConfiguration.level nor properties.problem.severity says how "
                      "bad it is: GitHub takes each result for a warning.");
}

/* ---- S3 ---- */

enum { TICKS_MOST = 80 }; /* of a run of backticks that may begin code */

/* `unclosed`: no run of that many follows any more, so that none is looked for again. */
typedef struct {
    Str text;
    bool unclosed[TICKS_MOST + 1];
} Markdown;

/* The next letter of Markdown that is no code, from `at`: code is shown as it is. */
static size_t skip_code(Markdown *markdown, size_t at)
{
    Str text = markdown->text;
    size_t ticks = 0, run = 0;
    while (at + ticks < text.len && text.ptr[at + ticks] == '`')
        ticks++;
    if (ticks == 0 || ticks > TICKS_MOST || markdown->unclosed[ticks])
        return at + ticks;
    for (size_t i = at + ticks; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        bool closed = run == ticks && (i + 1 == text.len || text.ptr[i + 1] != '`');
        if (closed)
            return i + 1;
    }
    markdown->unclosed[ticks] = true;
    return at + ticks;
}

static bool is_html(Str rest)
{
    static const char *const tags[] = {"<br",    "<p>",      "<div", "<a ", "<img",
                                       "<table", "<details", "<b>",  "<i>", "<script",
                                       "<ul",    "<li",      "<h1",  "<h2", "<span"};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        if (str_starts_nocase(rest, tags[i]))
            return true;
    }
    return false;
}

static bool is_relative_link(Str rest)
{
    return str_starts(rest, "](.") || str_starts(rest, "](/");
}

static void check_markdown(SarifCheck *check, Str text, const SarifSpot *at)
{
    Markdown markdown = {.text = text};
    bool html = false, link = false;
    for (size_t i = 0; i < text.len; i++) {
        size_t end = skip_code(&markdown, i);
        if (end > i) {
            i = end - 1;
            continue;
        }
        Str rest = str_slice(text, i, text.len);
        html |= rest.ptr[0] == '<' && is_html(rest);
        link |= rest.ptr[0] == ']' && is_relative_link(rest);
    }
    if (html)
        sarif_warning(check, "S3", at, "It holds HTML, which GitHub shows as text or drops.");
    if (link)
        sarif_warning(check, "S3", at,
                      "It holds a relative link, which leads nowhere on an alert's page.");
}

static void check_help(SarifCheck *check, const cJSON *rule, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "help");
    const cJSON *help = sarif_at(rule, "help");
    check_description(check, rule, "help", at);
    if (!help)
        return;
    Str markdown = sarif_text(help, "markdown");
    if (markdown.len == 0)
        sarif_warning(check, "S3", spot,
                      "There is no markdown, which GitHub prefers: the page is one run of text.");
    check_markdown(check, markdown, SPOT_KEY(spot, "markdown"));
}

/* ---- the list ---- */

static void check_rule(SarifCheck *check, const cJSON *rule, const SarifSpot *at)
{
    const cJSON *properties = sarif_at(rule, "properties");
    const SarifSpot *bag = SPOT_KEY(at, "properties");
    Str uri = sarif_text(rule, "helpUri");
    check_description(check, rule, "shortDescription", at);
    check_description(check, rule, "fullDescription", at);
    check_help(check, rule, at);
    check_name(check, rule, at);
    check_security(check, properties, bag);
    check_tags(check, properties, bag);
    check_ranks(check, rule, at);
    if (uri.len && !str_starts(uri, "https://"))
        sarif_warning(check, "S4", SPOT_KEY(at, "helpUri"), "'%.*s' is no address with https.",
                      STR_ARG(uri));
}

static void check_ids(SarifCheck *check, const cJSON *rules, const SarifSpot *at)
{
    Map *seen = map_new(check->arena);
    const cJSON *rule;
    size_t i = 0;
    cJSON_ArrayForEach(rule, rules)
    {
        Str id = sarif_text(rule, "id");
        if (id.len && map_has(seen, id))
            sarif_error(check, "M9", SPOT_INDEX(at, i),
                        "The id '%.*s' is that of a rule before it: results cannot tell them "
                        "apart.",
                        STR_ARG(id));
        map_put(seen, id, (void *)(uintptr_t)rule);
        i++;
    }
}

void sarif_check_rules(SarifCheck *check, const cJSON *run, const SarifSpot *at)
{
    const SarifSpot *driver = SPOT_KEY(SPOT_KEY(at, "tool"), "driver");
    const SarifSpot *spot = SPOT_KEY(driver, "rules");
    const cJSON *tool = sarif_at(run, "tool"), *rule;
    const cJSON *rules = sarif_at(sarif_at(tool, "driver"), "rules");
    size_t count = sarif_count(rules), i = 0;
    if (count == 0 && sarif_count(sarif_at(tool, "extensions")) == 0 &&
        sarif_count(sarif_at(run, "results")) > 0) {
        sarif_error(check, "M11", spot,
                    "There are no rules: alerts have neither title nor help. GitHub's "
                    "documentation requires them.");
        return;
    }
    if (count > RULES_MOST)
        sarif_error(check, "M16", spot, "There are %zu rules; GitHub refuses more than 25,000.",
                    count);
    if (!cJSON_IsArray(rules))
        return;
    check_ids(check, rules, spot);
    cJSON_ArrayForEach(rule, rules)
    {
        if (cJSON_IsObject(rule))
            check_rule(check, rule, SPOT_INDEX(spot, i));
        i++;
    }
}
