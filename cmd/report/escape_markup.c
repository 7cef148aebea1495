/* escape_markup.c: names inside Markdown, HTML, XML, Mermaid and DOT. */
#include "report/escape_markup.h"

#include "report/escape.h"

#include <string.h>

/* Control characters and the like are made visible first, as for a terminal. */
static Str visible(Str text, Buf *scratch)
{
    escape_terminal(scratch, text);
    return buf_str(scratch);
}

/* ---- Markdown ---- */

static bool starts_nocase_at(Str text, size_t at, const char *prefix)
{
    return str_starts_nocase(str_slice(text, at, text.len), prefix);
}

static bool is_word(Str text, size_t at)
{
    if (at >= text.len)
        return false;
    char c = text.ptr[at];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Code hosts look for mentions, issues and addresses in the text as it is shown, where an entity
 * or a backslash is gone: only a character in between keeps them from it. True: behind the byte at
 * `at` something would begin or go on that is no longer one with a space of no width there. */
static bool is_joint(Str text, size_t at)
{
    switch (text.ptr[at]) {
    case '@': /* @team, name@host */
    case '#': /* #1, owner/repo#1 */
    case '!': /* !1 is a merge request of GitLab */
        return is_word(text, at + 1);
    case ':': /* https://, mailto: is broken at its @ */
        return starts_nocase_at(text, at, "://");
    case '-': /* GH-1 */
        return at >= 2 && starts_nocase_at(text, at - 2, "gh-") && is_word(text, at + 1);
    case 'w':
    case 'W': /* www.host */
        return at >= 2 && starts_nocase_at(text, at - 2, "www.");
    default:
        return false;
    }
}

#define NO_WIDTH "&#8203;"

void escape_markdown(Buf *out, Str text)
{
    Buf scratch = {0};
    Str shown = visible(text, &scratch);
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.ptr[i];
        if (c == '<')
            buf_add(out, "&lt;");
        else if (c == '>')
            buf_add(out, "&gt;");
        else if (c == '&')
            buf_add(out, "&amp;");
        else if (c == '@')
            buf_add(out, "&#64;");
        else if (c == '|')
            buf_add(out, "&#124;");
        else if (c == '$') /* of a jsonpath; two of them would enclose a formula */
            buf_add(out, "&#36;");
        else {
            if (strchr("\\`*_[]#!~", c) && c)
                buf_add_char(out, '\\');
            buf_add_char(out, c);
        }
        if (is_joint(shown, i))
            buf_add(out, NO_WIDTH);
    }
    buf_free(&scratch);
}

void escape_markdown_element(Buf *out, Str text)
{
    Buf scratch = {0};
    Str shown = visible(text, &scratch);
    size_t done = 0;
    for (size_t i = 0; i < shown.len; i++) {
        if (!is_joint(shown, i))
            continue;
        escape_xml(out, str_slice(shown, done, i + 1));
        buf_add(out, NO_WIDTH);
        done = i + 1;
    }
    escape_xml(out, str_slice(shown, done, shown.len));
    buf_free(&scratch);
}

/* ---- XML ---- */

static const char *xml_entity(uint32_t c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '@': /* would mention somebody, where HTML is shown by a code host */
        return "&#64;";
    case 0xFFFE: /* what is no character of XML and is not made visible already */
    case 0xFFFF:
        return "\xEF\xBF\xBD";
    default:
        return NULL;
    }
}

void escape_xml(Buf *out, Str text)
{
    Buf scratch = {0};
    Str rest = visible(text, &scratch);
    while (rest.len) {
        const char *start = rest.ptr;
        const char *entity = xml_entity(utf8_next(&rest, NULL));
        if (entity)
            buf_add(out, entity);
        else
            buf_add_str(out, (Str){start, (size_t)(rest.ptr - start)});
    }
    buf_free(&scratch);
}

static bool is_plain(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '_' || c == '-' || c == '.' || c == ',';
}

void escape_mermaid(Buf *out, Str text)
{
    Buf scratch = {0};
    Str rest = visible(text, &scratch);
    while (rest.len) {
        uint32_t c = utf8_next(&rest, NULL);
        if (is_plain(c))
            buf_add_char(out, (char)c);
        else
            buf_addf(out, "#%u;", (unsigned)c);
    }
    buf_free(&scratch);
}

void escape_dot(Buf *out, Str text)
{
    Buf scratch = {0};
    Str shown = visible(text, &scratch);
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.ptr[i] == '"' || shown.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, shown.ptr[i]);
    }
    buf_free(&scratch);
}
