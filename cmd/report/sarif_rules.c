/* sarif_rules.c: the description of every built rule for SARIF. */
#include "report/sarif_rules.h"

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

static void put_message(JsonWriter *json, const char *key, Str text)
{
    json_open_key(json, key, '{');
    json_put_str(json, "text", text);
    json_close(json, '}');
}

static void put_help(JsonWriter *json, const Rule *rule)
{
    Str body = page_body(rule);
    json_open_key(json, "help", '{');
    json_put_str(json, "text", body);
    json_put_str(json, "markdown", body);
    json_close(json, '}');
}

static const char *problem_severity(Severity severity)
{
    return severity == SEVERITY_NOTE ? "recommendation" : severity_text(severity);
}

static void put_properties(JsonWriter *json, const Rule *rule)
{
    json_open_key(json, "properties", '{');
    json_put_text(json, "problem.severity", problem_severity(rule->severity));
    json_open_key(json, "tags", '[');
    json_text(json, "tinybird");
    json_text(json, rule->family);
    json_close(json, ']');
    json_close(json, '}');
}

static void put_rule(JsonWriter *json, Arena *arena, const Rule *rule)
{
    Str summary = sentence(arena, rule->summary);
    Str intro = rule_page_intro(rule);
    Str full = intro.len ? flat_text(arena, intro, TEXT_MOST) : summary;
    json_open(json, '{');
    json_put_text(json, "id", rule->code);
    json_put_str(json, "name", pascal_case(arena, rule->name));
    put_message(json, "shortDescription", flat_text(arena, summary, TEXT_MOST));
    put_message(json, "fullDescription", full);
    put_help(json, rule);
    json_open_key(json, "defaultConfiguration", '{');
    json_put_text(json, "level", sarif_level(rule->severity));
    json_close(json, '}');
    put_properties(json, rule);
    json_close(json, '}');
}

void sarif_put_rules(JsonWriter *json, Arena *arena)
{
    json_open(json, '[');
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        if (rule->page)
            put_rule(json, arena, rule);
    }
    json_close(json, ']');
}
