/* sarif_rules.c: the description of every built rule for SARIF. */
#include "report/sarif_rules.h"

#include <string.h>

enum { TEXT_MOST = 1024 }; /* characters that GitHub takes in a description */

const char *sarif_level(Severity severity)
{
    return severity == SEVERITY_OFF ? "none" : severity_text(severity);
}

size_t sarif_rule_index(RuleId id)
{
    size_t index = 0;
    for (unsigned i = 0; i < RULE_COUNT && i < id; i++)
        index += rule_get((RuleId)i)->page != NULL;
    return index;
}

/* type-change-without-forward-query -> TypeChangeWithoutForwardQuery */
static Str pascal_case(Arena *arena, const char *name)
{
    Buf buf = {0};
    bool upper = true;
    for (const char *p = name; *p; p++) {
        if (*p == '-') {
            upper = true;
            continue;
        }
        buf_add_char(&buf, upper && *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
        upper = false;
    }
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

/* One line, at most `most` characters (bytes are counted, which is never more lenient). */
static Str flat_text(Arena *arena, Str text, size_t most)
{
    Buf buf = {0};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i] == '\n' || text.ptr[i] == '\r' ? ' ' : text.ptr[i];
        bool doubled = c == ' ' && buf.len > 0 && buf.ptr[buf.len - 1] == ' ';
        if (!doubled && c != '`')
            buf_add_char(&buf, c);
    }
    if (buf.len > most) {
        buf.len = most - 3;
        while (buf.len > 0 && ((unsigned char)buf.ptr[buf.len] & 0xC0) == 0x80)
            buf.len--;
        buf_add(&buf, "...");
    }
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

static Str sentence(Arena *arena, const char *summary)
{
    Str text = str_of(summary);
    return str_ends(text, ".") ? text : str_fmt(arena, "%s.", summary);
}

/* The page without its title, which the code host shows itself. */
static Str page_body(const Rule *rule)
{
    Str rest = {rule->page, rule->page_len};
    Str line;
    while (rest.len > 0 && str_split_line(&rest, &line)) {
        if (str_starts(line, "# "))
            break;
    }
    return str_trim(rest);
}

static void add_message(cJSON *to, const char *key, Str text)
{
    json_add_str(json_add_object(to, key), "text", text);
}

/* The example's side and path stand in a block's info string, of which code hosts show nothing:
 * "```pipe live=pipes/a.pipe" becomes "Live, `pipes/a.pipe`:" and "```pipe". */
static bool add_labelled(Buf *out, Str line)
{
    static const struct {
        const char *word;
        const char *label;
    } sides[] = {
        {" live=", "Live"},
        {" candidate=", "The change"},
        {" both=", "Before and after"},
        {" base=", "Where the branch began"},
    };
    for (size_t i = 0; i < ARRAY_LEN(sides) && str_starts(line, "```"); i++) {
        ptrdiff_t at = str_find(line, sides[i].word);
        if (at < 0)
            continue;
        Str path = str_slice(line, (size_t)at + strlen(sides[i].word), line.len);
        buf_addf(out, "%s, `%.*s`:\n\n%.*s\n", sides[i].label, STR_ARG(path), (int)at, line.ptr);
        return true;
    }
    return false;
}

static Str labelled(Arena *arena, Str page)
{
    Buf out = {0};
    for (Str line; page.len > 0 && str_split_line(&page, &line);) {
        if (add_labelled(&out, line))
            continue;
        buf_add_str(&out, line);
        buf_add_char(&out, '\n');
    }
    Str text = str_copy(arena, str_trim(buf_str(&out)));
    buf_free(&out);
    return text;
}

static void add_help(cJSON *to, Arena *arena, const Rule *rule)
{
    Str body = labelled(arena, page_body(rule));
    cJSON *help = json_add_object(to, "help");
    json_add_str(help, "text", body);
    json_add_str(help, "markdown", body);
}

static const char *problem_severity(Severity severity)
{
    return severity == SEVERITY_NOTE ? "recommendation" : severity_text(severity);
}

/* Only what is certain is an error by default; the rest may depend on data or clients. */
static const char *precision(Severity severity)
{
    return severity == SEVERITY_ERROR ? "very-high" : "high";
}

static void add_properties(cJSON *to, const Rule *rule)
{
    cJSON *properties = json_add_object(to, "properties");
    json_add_text(properties, "precision", precision(rule->severity));
    json_add_text(properties, "problem.severity", problem_severity(rule->severity));
    cJSON *tags = json_add_array(properties, "tags");
    json_push_str(tags, STR("tinybird"));
    json_push_str(tags, str_of(rule->family));
}

static void add_rule(cJSON *item, Arena *arena, const Rule *rule)
{
    Str summary = sentence(arena, rule->summary);
    Str intro = rule_page_intro(rule);
    Str full = intro.len ? flat_text(arena, intro, TEXT_MOST) : summary;
    json_add_text(item, "id", rule->code);
    json_add_str(item, "name", pascal_case(arena, rule->name));
    add_message(item, "shortDescription", flat_text(arena, summary, TEXT_MOST));
    add_message(item, "fullDescription", full);
    add_help(item, arena, rule);
    json_add_text(json_add_object(item, "defaultConfiguration"), "level",
                  sarif_level(rule->severity));
    add_properties(item, rule);
}

void sarif_add_rules(cJSON *driver, Arena *arena)
{
    cJSON *rules = json_add_array(driver, "rules");
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        if (rule->page)
            add_rule(json_push_object(rules), arena, rule);
    }
}
