/* rules.c: the pages of the rules that found something, from their Markdown. */
#include "report/escape_markup.h"
#include "report/html/parts.h"

typedef enum { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_LIST, BLOCK_CODE } Block;

typedef struct {
    Html *html;
    Block block;
} Writer;

static void end_block(Writer *writer)
{
    static const char *const ends[] = {[BLOCK_NONE] = "",
                                       [BLOCK_PARAGRAPH] = "</p>\n",
                                       [BLOCK_LIST] = "</li></ul>\n",
                                       [BLOCK_CODE] = "</code></pre>\n"};
    html_raw(writer->html, ends[writer->block]);
    writer->block = BLOCK_NONE;
}

/* Text with `code` in it; a single backtick stands for itself. */
static void add_inline(Html *html, Str text)
{
    while (text.len > 0) {
        ptrdiff_t open = str_find_char(text, '`');
        Str after = open < 0 ? (Str){0} : str_slice(text, (size_t)open + 1, text.len);
        ptrdiff_t close = str_find_char(after, '`');
        if (close < 0) {
            escape_xml(html->out, text);
            return;
        }
        escape_xml(html->out, str_slice(text, 0, (size_t)open));
        html_element(html, "code", NULL, str_slice(after, 0, (size_t)close));
        text = str_slice(after, (size_t)close + 1, after.len);
    }
}

static void add_heading(Writer *writer, Str line)
{
    end_block(writer);
    while (str_starts(line, "#"))
        line = str_slice(line, 1, line.len);
    html_raw(writer->html, "<h4>");
    add_inline(writer->html, str_trim(line));
    html_raw(writer->html, "</h4>\n");
}

/* ```datasource live=datasources/events.datasource */
static void begin_code(Writer *writer, Str info)
{
    end_block(writer);
    ptrdiff_t space = str_find_char(info, ' ');
    if (space >= 0) {
        Str what = str_trim(str_slice(info, (size_t)space, info.len));
        ptrdiff_t equals = str_find_char(what, '=');
        html_raw(writer->html, "<p class=\"file\">");
        if (equals >= 0) {
            html_text(writer->html, str_slice(what, 0, (size_t)equals));
            html_raw(writer->html, ": ");
            what = str_slice(what, (size_t)equals + 1, what.len);
        }
        html_element(writer->html, "code", NULL, what);
        html_raw(writer->html, "</p>\n");
    }
    html_raw(writer->html, "<pre><code>");
    writer->block = BLOCK_CODE;
}

static void add_item(Writer *writer, Str line)
{
    bool first = writer->block != BLOCK_LIST;
    if (first)
        end_block(writer);
    html_raw(writer->html, first ? "<ul><li>" : "</li>\n<li>");
    add_inline(writer->html, str_trim(str_slice(line, 2, line.len)));
    writer->block = BLOCK_LIST;
}

static void add_words(Writer *writer, Str line)
{
    if (writer->block == BLOCK_NONE) {
        html_raw(writer->html, "<p>");
        writer->block = BLOCK_PARAGRAPH;
    } else {
        html_raw(writer->html, " ");
    }
    add_inline(writer->html, str_trim(line));
}

/* Code as it stands; escaping would show its tabs. */
static void add_code(Writer *writer, Str line)
{
    for (; str_starts(line, "\t"); line = str_slice(line, 1, line.len))
        html_raw(writer->html, "    ");
    escape_xml(writer->html->out, line);
    html_raw(writer->html, "\n");
}

static void add_line(Writer *writer, Str line)
{
    bool is_fence = str_starts(line, "```");
    bool in_code = writer->block == BLOCK_CODE;
    if (in_code ? is_fence : str_trim(line).len == 0)
        end_block(writer);
    else if (in_code)
        add_code(writer, line);
    else if (is_fence)
        begin_code(writer, str_slice(line, 3, line.len));
    else if (str_starts(line, "#"))
        add_heading(writer, line);
    else if (str_starts(line, "* ") || str_starts(line, "- "))
        add_item(writer, line);
    else
        add_words(writer, line);
}

void html_markdown(Html *html, Str page)
{
    Writer writer = {html, BLOCK_NONE};
    Str line;
    if (str_starts(page, "# "))
        str_split_line(&page, &line);
    while (page.len > 0 && str_split_line(&page, &line))
        add_line(&writer, line);
    end_block(&writer);
}

static void add_page(Html *html, const Rule *rule)
{
    buf_addf(html->out,
             "<details class=\"rule\" id=\"rule-%s\"><summary><h3><code>%s</code> %s</h3>"
             "</summary>\n<div class=\"page\">\n",
             rule->code, rule->code, rule->name);
    html_markdown(html, (Str){rule->page, rule->page_len});
    html_raw(html, "</div></details>\n");
}

void html_rule_pages(Html *html)
{
    bool begun = false;
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const Rule *rule = rule_get((RuleId)id);
        if (!html->rules[id] || !rule->page)
            continue;
        if (!begun)
            html_raw(html, "<section id=\"rules\">\n<h2>The rules behind the findings</h2>\n"
                           "<div class=\"sheet\">\n");
        begun = true;
        add_page(html, rule);
    }
    if (begun)
        html_raw(html, "</div>\n</section>\n");
}
