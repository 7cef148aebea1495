/* svg.c: boxes with their words, which fit, and curves between them. */
#include "report/html/svg.h"

#include "report/escape.h"
#include "report/escape_markup.h"

#include <string.h>

enum {
    HEIGHT = 64,
    WIDTH_LEAST = 150,
    WIDTH_MOST = 320,
    TEXT_X = 38,   /* beside the mark */
    TEXT_END = 16, /* and as far from the right side */
    MARGIN = 4,
    NAME_WIDTH = 8, /* of a column in the name's letters, in pixels */
};

static const LayoutStyle layout_style = {
    .layer_gap = 72, .box_gap = 20, .way_gap = 16, .part_gap = 36, .wide = 1080};

/* ---- how wide a text is ---- */

typedef struct {
    const char *letters;
    unsigned width; /* in hundredths of the letter's height, of a wide bold font */
} Letters;

static unsigned letter_width(char c)
{
    static const Letters table[] = {{"ijlI'|!.,:;", 40}, {"ftr()[]-/ ", 52}, {"mwMW@%", 112}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strchr(table[i].letters, c))
            return table[i].width;
    }
    return c >= 'A' && c <= 'Z' ? 84 : 72;
}

typedef enum { MONOSPACE, PROPORTIONAL } Font;

/* Takes the next character off the text. */
static unsigned next_width(Str *text, Font font, unsigned size)
{
    const char *start = text->ptr;
    uint32_t c = utf8_next(text, NULL);
    size_t columns = text_width((Str){start, (size_t)(text->ptr - start)});
    if (font == MONOSPACE)
        return (unsigned)columns * NAME_WIDTH * 100;
    return c < 0x80 ? letter_width((char)c) * size : (unsigned)columns * 90 * size;
}

static unsigned width_of(Str text, Font font, unsigned size)
{
    unsigned width = 0;
    while (text.len > 0 && width < WIDTH_MOST * 200)
        width += next_width(&text, font, size);
    return width / 100 + 1;
}

/* The bytes of as many characters from `start` on as have room. */
static size_t fitting(Str text, size_t start, Font font, unsigned size, unsigned room)
{
    Str rest = str_slice(text, start, text.len);
    unsigned width = 0;
    size_t taken = 0;
    while (rest.len > 0) {
        width += next_width(&rest, font, size);
        if (width / 100 + 1 > room)
            break;
        taken = text.len - start - rest.len;
    }
    return taken;
}

#define ELLIPSIS "\xE2\x80\xA6"

/* As much of it as fits, with an ellipsis where it is cut. */
static Str fitted(Arena *arena, Str text, Font font, unsigned size, unsigned room)
{
    if (width_of(text, font, size) <= room)
        return text;
    size_t taken = fitting(text, 0, font, size, room - size);
    return str_fmt(arena, "%.*s" ELLIPSIS, STR_ARG(str_slice(text, 0, taken)));
}

/* A name is cut in its middle: those of one project differ at their ends. */
static Str fitted_name(Arena *arena, Str name, unsigned room)
{
    if (width_of(name, MONOSPACE, 13) <= room)
        return name;
    unsigned half = (room - NAME_WIDTH) / 2;
    size_t head = fitting(name, 0, MONOSPACE, 13, half);
    size_t tail = name.len;
    for (size_t from = name.len; from > head; from--) {
        bool inside = from < name.len && ((unsigned char)name.ptr[from] & 0xC0) == 0x80;
        if (inside)
            continue;
        if (width_of(str_slice(name, from, name.len), MONOSPACE, 13) > half)
            break;
        tail = from;
    }
    return str_fmt(arena, "%.*s" ELLIPSIS "%.*s", STR_ARG(str_slice(name, 0, head)),
                   STR_ARG(str_slice(name, tail, name.len)));
}

/* ---- marks ---- */

typedef struct {
    const char *type;
    const char *path;
} Mark;

const char *html_svg_mark(DatafileKind kind, const char *type)
{
    static const Mark pipes[] = {
        {"endpoint", "M6 2C3 2 5 7 2 8c3 1 1 6 4 6M10 2c3 0 1 5 4 6-3 1-1 6-4 6"},
        {"materialized", "M2 3h12v10H2zM2 7h12M7 7v6"},
        {"copy", "M2 5h8v9H2zM6 5V2h8v9h-4"},
        {"sink", "M9 2H2v12h7M6 8h9M12 5l3 3-3 3"},
    };
    if (kind == DATAFILE_DATASOURCE)
        return "M2 4c0-2 12-2 12 0v8c0 2-12 2-12 0zM2 4c0 2 12 2 12 0";
    if (kind == DATAFILE_CONNECTION)
        return "M5 2v4M11 2v4M3 6h10v2c0 3-2 4-5 4s-5-1-5-4zM8 12v3";
    for (size_t i = 0; i < ARRAY_LEN(pipes); i++) {
        if (type && str_is(str_of(type), pipes[i].type))
            return pipes[i].path;
    }
    return "M2 3h12l-5 6v4l-2 1V9z";
}

/* ---- boxes ---- */

/* A store is a barrel, what leads out of the project ends in a point, a connection in two. */
static void add_shape(Html *html, const PlanNode *node, int width)
{
    if (node->kind == DATAFILE_DATASOURCE)
        buf_addf(html->out,
                 "<path class=\"box\" d=\"M0 7C0-2.3 %d-2.3 %d 7V%dC%d %d.3 0 %d.3 0 %dZ\"/>",
                 width, width, HEIGHT - 7, width, HEIGHT + 2, HEIGHT + 2, HEIGHT - 7);
    else if (node->kind == DATAFILE_CONNECTION)
        buf_addf(html->out, "<path class=\"box\" d=\"M10 0H%dL%d %dL%d %dH10L0 %dZ\"/>", width - 10,
                 width, HEIGHT / 2, width - 10, HEIGHT, HEIGHT / 2);
    else if (str_is(str_of(node->type), "endpoint") || str_is(str_of(node->type), "sink"))
        buf_addf(html->out,
                 "<path class=\"box\" d=\"M6 0H%dL%d %dL%d %dH6Q0 %d 0 %dV6Q0 0 6 0Z\"/>",
                 width - 12, width, HEIGHT / 2, width - 12, HEIGHT, HEIGHT, HEIGHT - 6);
    else
        buf_addf(html->out, "<rect class=\"box\" width=\"%d\" height=\"%d\" rx=\"12\"/>", width,
                 HEIGHT);
}

static Str shown_does(Arena *arena, const DrawnNode *node)
{
    const char *sign = html_effect_sign(node->effect);
    Str does = escaped_terminal(arena, node->does);
    return *sign ? str_fmt(arena, "%s %.*s", sign, STR_ARG(does)) : does;
}

/* "2 errors" of a box: the worst level alone. */
static Str shown_found(Arena *arena, const DrawnNode *node)
{
    if (!node->found || !node->found->worst)
        return (Str){0};
    size_t count = node->found->counts[node->found->worst->severity];
    return str_fmt(arena, "%zu %s%s", count, html_found_level(node->found), count == 1 ? "" : "s");
}

static Str shown_kind(const DrawnNode *node)
{
    return str_of(html_kind_word(node->plan->kind, node->plan->type));
}

static int box_width(Arena *arena, const DrawnNode *node)
{
    unsigned what = width_of(shown_kind(node), PROPORTIONAL, 11) + 12 +
                    width_of(shown_found(arena, node), PROPORTIONAL, 11);
    unsigned name = width_of(escaped_terminal(arena, node->plan->name), MONOSPACE, 13);
    unsigned does = width_of(shown_does(arena, node), PROPORTIONAL, 12);
    unsigned width = what > name ? what : name;
    width = (does > width ? does : width) + TEXT_X + TEXT_END;
    return (int)(width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width);
}

static void add_words(Html *html, const char *class_name, int x, int y, Str text)
{
    buf_addf(html->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class_name, x, y);
    escape_xml(html->out, text);
    html_raw(html, "</text>");
}

static void add_texts(Html *html, const DrawnNode *node, int width)
{
    unsigned room = (unsigned)(width - TEXT_X - TEXT_END);
    Arena *arena = html->arena;
    Str name = escaped_terminal(arena, node->plan->name);
    add_words(html, "what", TEXT_X, 20, shown_kind(node));
    Str found = shown_found(arena, node);
    if (found.len)
        add_words(html, str_cstr(arena, str_fmt(arena, "found %s", html_found_level(node->found))),
                  width - TEXT_END, 20, found);
    add_words(html, "name", TEXT_X, 37, fitted_name(arena, name, room));
    add_words(html, "does", TEXT_X, 54,
              fitted(arena, shown_does(arena, node), PROPORTIONAL, 12, room));
}

/* All that the box may have no room for. */
static Str whole_text(Html *html, const DrawnNode *node)
{
    Buf text = {0};
    buf_addf(&text, "%.*s: %.*s, %.*s", STR_ARG(node->plan->name), STR_ARG(shown_kind(node)),
             STR_ARG(node->does));
    if (node->found && node->found->worst) {
        buf_add(&text, "; ");
        count_words(node->found->counts, &text);
    }
    if (node->plan->more_readers)
        buf_addf(&text, "; read by %zu more", node->plan->more_readers);
    Str copy = str_copy(html->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* Leads to its row in the plan, else to what was found of it. */
static bool begin_link(Html *html, const Drawn *drawn, const DrawnNode *node)
{
    Str anchor = html_anchor(html, drawn->project, node->plan->kind, node->plan->name);
    bool has_row = map_has(html->rows, anchor);
    if (!has_row && (!node->found || !node->found->worst))
        return false;
    if (has_row)
        buf_addf(html->out, "<a href=\"#%.*s\"", STR_ARG(anchor));
    else
        buf_addf(html->out, "<a href=\"#finding-%s\"", node->found->worst->id);
    html_attr(html, "data-show", node->plan->name);
    html_attr(html, "data-show-project", drawn->project);
    html_attr(html, "aria-label", whole_text(html, node));
    html_raw(html, ">");
    return true;
}

static void add_box(Html *html, const Drawn *drawn, size_t number, const LayoutBox *box)
{
    const DrawnNode *node = &drawn->nodes[number];
    bool linked = begin_link(html, drawn, node);
    buf_addf(html->out,
             "<g class=\"node %s\" data-node=\"%zu\" transform=\"translate(%d %d)\"><title>",
             html_effect_class(node->effect), number, box->x, box->y);
    html_text(html, whole_text(html, node));
    html_raw(html, "</title>");
    add_shape(html, node->plan, box->width);
    buf_addf(html->out, "<path class=\"mark\" transform=\"translate(12 24)\" d=\"%s\"/>",
             html_svg_mark(node->plan->kind, node->plan->type));
    add_texts(html, node, box->width);
    html_raw(html, linked ? "</g></a>\n" : "</g>\n");
}

/* ---- edges ---- */

static void add_way(Html *html, const LayoutPath *path)
{
    for (size_t i = 0; i < path->len; i++) {
        LayoutPoint point = path->items[i];
        if (i == 0) {
            buf_addf(html->out, "M%d %d", point.x, point.y);
        } else if (i % 2 == 0) {
            buf_addf(html->out, "H%d", point.x);
        } else {
            LayoutPoint from = path->items[i - 1];
            int half = (point.x - from.x) / 2;
            buf_addf(html->out, "C%d %d %d %d %d %d", from.x + half, from.y, point.x - half,
                     point.y, point.x, point.y);
        }
    }
}

static void add_edge(Html *html, const Drawn *drawn, const DrawnEdge *edge, const LayoutPath *path)
{
    if (path->len == 0)
        return;
    bool back = path->items[0].x > path->items[path->len - 1].x;
    const char *class_name = edge->label.len ? "edge moves" : back ? "edge back" : "edge";
    buf_addf(
        html->out,
        "<path class=\"%s\" data-from=\"%zu\" data-to=\"%zu\" marker-end=\"url(#tip-%zu)\" d=\"",
        class_name, edge->from, edge->to, drawn->number);
    add_way(html, path);
    html_raw(html, "\"><title>");
    html_text(html, drawn->nodes[edge->from].plan->name);
    html_raw(html, " \xE2\x86\x92 ");
    html_text(html, drawn->nodes[edge->to].plan->name);
    if (edge->label.len) {
        html_raw(html, ", ");
        html_text(html, edge->label);
    }
    html_raw(html, "</title></path>\n");
}

/* ---- the picture ---- */

static void begin_svg(Html *html, const Drawn *drawn, const Layout *layout)
{
    int width = layout->width + 2 * MARGIN;
    int height = layout->height + 2 * MARGIN;
    buf_addf(html->out,
             "<svg class=\"lineage\" width=\"%d\" height=\"%d\" viewBox=\"%d %d %d %d\" "
             "role=\"group\" aria-label=\"%zu resources and what leads from one to the next\">\n"
             "<defs><marker id=\"tip-%zu\" markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" "
             "markerHeight=\"8\" refX=\"8.5\" refY=\"4\" orient=\"auto\">"
             "<path class=\"tip\" d=\"M0 0L9 4L0 8Z\"/></marker></defs>\n",
             width, height, -MARGIN, -MARGIN, width, height, drawn->len, drawn->number);
}

void html_svg(Html *html, const Drawn *drawn)
{
    Arena *arena = html->arena;
    LayoutBox *boxes = ARENA_ARRAY(arena, LayoutBox, drawn->len);
    LayoutEdge *edges = ARENA_ARRAY(arena, LayoutEdge, drawn->edge_count);
    for (size_t i = 0; i < drawn->len; i++)
        boxes[i] = (LayoutBox){.width = box_width(arena, &drawn->nodes[i]), .height = HEIGHT};
    for (size_t i = 0; i < drawn->edge_count; i++)
        edges[i] = (LayoutEdge){drawn->edges[i].from, drawn->edges[i].to};
    Layout layout = graph_layout(arena, boxes, drawn->len, edges, drawn->edge_count, &layout_style);
    begin_svg(html, drawn, &layout);
    for (size_t i = 0; i < drawn->edge_count; i++)
        add_edge(html, drawn, &drawn->edges[i], &layout.paths[i]);
    for (size_t i = 0; i < drawn->len; i++)
        add_box(html, drawn, i, &boxes[i]);
    html_raw(html, "</svg>\n");
}
