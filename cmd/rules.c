/* rules.c: `tblint rules` and `tblint explain`: rules and topics, from the built-in pages. */
#include "command.h"
#include "talk.h"

static void add_rule(Buf *out, const Rule *rule)
{
    buf_addf(out, "%-6s %-40s %-8s %s%s\n", rule->code, rule->name, severity_text(rule->severity),
             rule->summary, rule->page ? "" : " (reserved)");
}

int command_rules(const App *app, Arena *arena)
{
    (void)arena;
    Buf out = {0};
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        if (rule->page || app->options->all)
            add_rule(&out, rule);
    }
    int code = command_print(app, buf_str(&out));
    buf_free(&out);
    return code;
}

/* A fault, and below it the topics that there are. */
static int fault_with_topics(const App *app, Arena *arena, const Fault *fault)
{
    int code = talk_fault(app->err, fault);
    talk_line(app->err, STR("topics:"));
    for (size_t i = 0; topic_at(i); i++)
        talk_line(app->err, str_fmt(arena, "  %-12s %s", topic_at(i)->name, topic_at(i)->title));
    return code;
}

static int no_such_rule(const App *app, Arena *arena, Str name)
{
    Fault fault = {0};
    Str nearest = rule_suggest(name);
    fault_set(&fault, FAULT_USAGE, "there is no rule and no topic '%.*s'", STR_ARG(name));
    if (nearest.len)
        fault_repair(&fault, "did you mean %.*s?", STR_ARG(nearest));
    else
        fault_repair(&fault, "tblint rules");
    return fault_with_topics(app, arena, &fault);
}

static int nothing_named(const App *app, Arena *arena)
{
    Fault fault = {0};
    fault_set(&fault, FAULT_USAGE, "tblint explain needs a rule, by code or name, or a topic");
    fault_repair(&fault, "tblint rules");
    return fault_with_topics(app, arena, &fault);
}

int command_explain(const App *app, Arena *arena)
{
    if (app->options->arguments.len == 0)
        return nothing_named(app, arena);
    Str name = str_of(app->options->arguments.items[0]);
    const Rule *rule = rule_find(name);
    const Topic *topic = topic_find(name);
    if (topic)
        return command_print(app, (Str){topic->page, topic->page_len});
    if (!rule)
        return no_such_rule(app, arena, name);
    if (rule->page)
        return command_print(app, (Str){rule->page, rule->page_len});
    return command_print(app, str_fmt(arena,
                                      "# %s %s\n\n%s.\n\nThis rule is reserved: this "
                                      "version does not report it.\n",
                                      rule->code, rule->name, rule->summary));
}
