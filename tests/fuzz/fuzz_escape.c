/*
 * fuzz_escape.c: any bytes as a name, in every form that a report gives it. What comes out must be
 * what the form allows, and read back as the same name where the form can hold it.
 */
#include "touch.h"

#include "accept_entry.h"
#include "report/escape.h"
#include "report/escape_markup.h"
#include "report/json_tree.h"

#include <string.h>

typedef void (*Escape)(Buf *out, Str text);

static void need(bool held)
{
    if (!held)
        abort();
}

static bool has(Str text, const char *part)
{
    return str_find(text, part) >= 0;
}

/* UTF-8 in which nothing is unseen. Empties the buffer after `then` has looked at it. */
static void check_shown(Escape escape, Str text, void (*then)(Str shown))
{
    Buf out = {0};
    escape(&out, text);
    for (Str rest = buf_str(&out); rest.len > 0;) {
        bool valid;
        need(!is_unseen(utf8_next(&rest, &valid)) && valid);
    }
    need(!has(buf_str(&out), "##["));
    if (then)
        then(buf_str(&out));
    buf_free(&out);
}

static void is_no_command(Str line)
{
    while (str_starts(line, " "))
        line = str_slice(line, 1, line.len);
    need(!str_starts(line, "::"));
}

static bool is_entity(Str rest)
{
    static const char *const known[] = {"&lt;",  "&gt;",   "&amp;", "&quot;", "&#39;",
                                        "&#64;", "&#124;", "&#36;", "&#8203;"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_starts(rest, known[i]))
            return true;
    }
    return false;
}

static void is_xml(Str shown)
{
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.ptr[i];
        need(!strchr("<>\"'", c));
        need(c != '&' || is_entity(str_slice(shown, i, shown.len)));
    }
}

/* Nothing that a renderer would take for an element, a link or a mention. */
static void is_plain_markdown(Str shown)
{
    need(!has(shown, "://") && !has(shown, "www.") && !has(shown, "GH-1"));
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.ptr[i];
        bool escaped = i > 0 && shown.ptr[i - 1] == '\\';
        need(!strchr("<>|@$", c));
        need(!strchr("`*_[]~", c) || escaped);
        need(c != '&' || is_entity(str_slice(shown, i, shown.len)));
    }
}

static void is_mermaid(Str shown)
{
    for (size_t i = 0; i < shown.len; i++)
        need(!strchr("\"<>[](){}%&;|", shown.ptr[i]) || shown.ptr[i] == ';');
}

static void is_dot(Str shown)
{
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.ptr[i] == '\\')
            i++;
        else
            need(shown.ptr[i] != '"');
    }
}

static void is_uri(Str shown)
{
    need(!has(shown, ":") && !has(shown, " ") && !has(shown, "#") && !has(shown, "?"));
    for (size_t i = 0; i < shown.len; i++)
        need(shown.ptr[i] > ' ' && shown.ptr[i] < 0x7F);
}

static void read_json_back(Str text)
{
    Buf printed = {0};
    Buf wanted = {0};
    cJSON *array = json_array();
    json_push_str(array, text);
    json_print(array, false, &printed);
    escape_utf8(&wanted, text);
    cJSON *read = cJSON_ParseWithLength(printed.ptr, printed.len);
    need(read && str_eq(str_of(cJSON_GetStringValue(read->child)), buf_str(&wanted)));
    need(!has(buf_str(&printed), "##["));
    cJSON_Delete(read);
    for (Str rest = str_slice(buf_str(&printed), 0, printed.len - 1); rest.len > 0;)
        need(!is_unseen(utf8_next(&rest, NULL)));
    buf_free(&printed);
    buf_free(&wanted);
}

static void read_sarif_back(Str text)
{
    Buf out = {0};
    Buf back = {0};
    escape_sarif_message(&out, text);
    for (size_t i = 0; i < out.len; i++) {
        i += out.ptr[i] == '\\';
        need(i < out.len);
        buf_add_char(&back, out.ptr[i]);
    }
    need(str_eq(buf_str(&back), text));
    buf_free(&out);
    buf_free(&back);
}

/* A reason that is UTF-8 can be written down and read again, whatever it holds. */
static void read_yaml_back(Arena *arena, Str text)
{
    Fault fault = {0};
    Str out;
    AcceptanceEntry entry = {.id = STR("0123456789ab"),
                             .rule = STR("column-dropped"),
                             .project = STR("."),
                             .resource = text,
                             .reason = str_trim(text)};
    if (str_is_utf8(text) && entry.reason.len > 0)
        need(accept_entry_append(&out, arena, STR(""), &entry, &fault) == 0 && !has(out, "##["));
}

static void quote_for_a_shell(Str text)
{
    Buf out = {0};
    bool open = false;
    buf_add_shell_word(&out, text);
    for (size_t i = 0; i < out.len; i++) {
        char c = out.ptr[i];
        if (c == '\'')
            open = !open;
        else if (!open)
            need(c == '\\' ? out.ptr[++i] == '\'' : !strchr(" \t\n;&|<>()$`\"*?[]{}~#!", c));
    }
    need(!open && out.len > 0);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    check_shown(escape_terminal, text, NULL);
    check_shown(escape_terminal_line, text, is_no_command);
    check_shown(escape_xml, text, is_xml);
    check_shown(escape_markdown, text, is_plain_markdown);
    check_shown(escape_markdown_element, text, is_xml);
    check_shown(escape_mermaid, text, is_mermaid);
    check_shown(escape_dot, text, is_dot);
    check_shown(escape_uri, text, is_uri);
    read_json_back(text);
    read_sarif_back(text);
    read_yaml_back(arena, text);
    quote_for_a_shell(text);
    arena_free(arena);
    return 0;
}
