/* rule.c: looking rules and topics up, and the sections of the pages of rules. */
#include "findings/rule.h"

#include "findings/rule_pages.h"

const Rule *rule_get(RuleId id)
{
    return &rule_table[id];
}

const Rule *rule_find(Str code_or_name)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = &rule_table[i];
        if (str_is_nocase(code_or_name, rule->code) || str_is(code_or_name, rule->name))
            return rule;
    }
    return NULL;
}

Str rule_suggest(Str name)
{
    size_t best = name.len / 3 + 2; /* further away than this is another word */
    Str found = {0};
    for (size_t i = 0; i < RULE_COUNT; i++) {
        Str candidate = str_of(rule_table[i].name);
        size_t distance = str_distance(name, candidate, best);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

static const char *const severity_names[] = {"off", "note", "warning", "error"};

const char *severity_text(Severity severity)
{
    return severity_names[severity];
}

bool severity_parse(Str text, Severity *out)
{
    for (size_t i = 0; i < ARRAY_LEN(severity_names); i++) {
        if (str_is(text, severity_names[i])) {
            *out = (Severity)i;
            return true;
        }
    }
    return false;
}

const Topic *topic_at(size_t index)
{
    return topic_table[index].name ? &topic_table[index] : NULL;
}

const Topic *topic_find(Str name)
{
    for (size_t i = 0; topic_at(i); i++) {
        if (str_is_nocase(name, topic_at(i)->name))
            return topic_at(i);
    }
    return NULL;
}

static Str page_text(const Rule *rule)
{
    return (Str){rule->page, rule->page_len};
}

static bool is_fence(Str line)
{
    return str_starts(line, "```") || str_starts(line, "~~~");
}

/* The text up to the next heading that stands outside a fenced block, or to the end. */
static Str until_heading(Str rest)
{
    const char *start = rest.ptr;
    const char *end = start + rest.len;
    bool fenced = false;
    Str line;
    while (rest.len > 0) {
        const char *line_start = rest.ptr;
        str_split_line(&rest, &line);
        if (is_fence(line))
            fenced = !fenced;
        if (!fenced && (str_starts(line, "## ") || str_starts(line, "# "))) {
            end = line_start;
            break;
        }
    }
    return str_trim((Str){start, (size_t)(end - start)});
}

Str rule_page_section(const Rule *rule, const char *heading)
{
    Str rest = page_text(rule);
    Str line;
    bool fenced = false;
    while (rest.len > 0) {
        str_split_line(&rest, &line);
        if (is_fence(line))
            fenced = !fenced;
        if (fenced || !str_starts(line, "## "))
            continue;
        if (str_is(str_trim(str_slice(line, 3, line.len)), heading))
            return until_heading(rest);
    }
    return (Str){0};
}

Str rule_page_intro(const Rule *rule)
{
    Str rest = page_text(rule);
    Str line;
    while (rest.len > 0) {
        str_split_line(&rest, &line);
        if (str_starts(line, "# "))
            return until_heading(rest);
    }
    return (Str){0};
}
