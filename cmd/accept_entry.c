/* accept_entry.c: writing an entry as YAML behind what is there. */
#include "accept_entry.h"

#include "report/escape.h"

#define HEAD                                                                                       \
    "# Findings of tblint that were accepted, each bound to its exact change.\n"                   \
    "# tblint accept ID --reason TEXT adds one.\n"

/* How the lines of the text begin and end. */
typedef struct {
    size_t indent;
    const char *line_end;
} Form;

/* What YAML takes only escaped, and what a reader could not see or a CI would take for a command
 * when the file is printed: `##[` wherever it stands. */
static bool is_escaped(uint32_t c, Str before)
{
    return is_unseen(c) || (c & 0xFFFE) == 0xFFFE || (c == '[' && str_ends(before, "##"));
}

static void add_code(Buf *out, uint32_t c)
{
    if (c <= 0xFF)
        buf_addf(out, "\\x%02x", c);
    else
        buf_addf(out, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c);
}

/* Double quotes, in which YAML takes any character that is escaped. The text is UTF-8. */
static void add_quoted(Buf *out, Str text)
{
    Str rest = text;
    buf_add_char(out, '"');
    while (rest.len > 0) {
        const char *start = rest.ptr;
        uint32_t c = utf8_next(&rest, NULL);
        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", (char)c);
        else if (is_escaped(c, (Str){text.ptr, (size_t)(start - text.ptr)}))
            add_code(out, c);
        else
            buf_add_str(out, (Str){start, (size_t)(rest.ptr - start)});
    }
    buf_add_char(out, '"');
}

static void add_line(Buf *out, const Form *form, const char *key, Str value)
{
    if (value.len == 0)
        return;
    buf_add_repeat(out, ' ', form->indent);
    buf_addf(out, "%s: ", key);
    add_quoted(out, value);
    buf_add(out, form->line_end);
}

static void add_entry(Buf *out, const Form *form, const AcceptanceEntry *entry)
{
    add_line(out, form, "- id", entry->id);
    add_line(out, form, "  rule", entry->rule);
    add_line(out, form, "  project", entry->project);
    add_line(out, form, "  resource", entry->resource);
    add_line(out, form, "  reason", entry->reason);
    add_line(out, form, "  until", entry->until);
    add_line(out, form, "  by", entry->by);
}

/* As the entries that are there are written: how far in, and with which line ends. */
static Form form_of(Str text)
{
    Form form = {0, "\n"};
    Str line;
    for (Str rest = text; str_split_line(&rest, &line);) {
        if (&line.ptr[line.len] < text.ptr + text.len && line.ptr[line.len] == '\r')
            form.line_end = "\r\n";
        size_t indent = 0;
        while (indent < line.len && line.ptr[indent] == ' ')
            indent++;
        if (indent < line.len && line.ptr[indent] == '-' && !str_starts(line, "---")) {
            form.indent = indent;
            return form;
        }
        if (rest.len == 0)
            break;
    }
    return form;
}

static bool is_same(const AcceptanceEntry *a, const AcceptanceEntry *b)
{
    return str_eq(a->id, b->id) && str_eq(a->rule, b->rule) && str_eq(a->project, b->project) &&
           str_eq(a->resource, b->resource) && str_eq(a->reason, b->reason) &&
           str_eq(a->until, b->until) && str_eq(a->by, b->by);
}

/* Whether the text reads as the entries of before and the new one. */
static bool is_proved(Arena *arena, Str text, const AcceptanceEntries *before,
                      const AcceptanceEntry *entry)
{
    AcceptanceEntries after;
    Fault ignored = {0};
    if (acceptance_read(&after, arena, text, ACCEPTANCE_NAME, &ignored) < 0 ||
        after.len != before->len + 1)
        return false;
    for (size_t i = 0; i < before->len; i++) {
        if (!is_same(&after.items[i], &before->items[i]))
            return false;
    }
    return is_same(&after.items[before->len], entry);
}

static int refuse(Arena *arena, const AcceptanceEntry *entry, Fault *fault)
{
    Buf lines = {0};
    Form plain = {0, "\n"};
    add_entry(&lines, &plain, entry);
    fault_set(fault, FAULT_USAGE,
              "nothing can be appended to " ACCEPTANCE_NAME " as it is written");
    fault_repair_lines(fault, "make it a list with one entry below the other, and add:\n%s",
                       str_cstr(arena, buf_str(&lines)));
    buf_free(&lines);
    return -1;
}

int accept_entry_append(Str *out, Arena *arena, Str text, const AcceptanceEntry *entry,
                        Fault *fault)
{
    AcceptanceEntries before;
    if (acceptance_read(&before, arena, text, ACCEPTANCE_NAME, fault) < 0)
        return -1;
    Form form = form_of(text);
    Buf buf = {0};
    buf_add_str(&buf, text);
    if (text.len == 0)
        buf_add(&buf, HEAD);
    else if (text.ptr[text.len - 1] != '\n')
        buf_add(&buf, form.line_end);
    add_entry(&buf, &form, entry);
    *out = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return is_proved(arena, *out, &before, entry) ? 0 : refuse(arena, entry, fault);
}
