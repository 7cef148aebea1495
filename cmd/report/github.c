/* github.c: annotations of a pull request, as workflow commands for GitHub's runner.
 *
 * The runner shows ten annotations of each level for a step and drops the rest without a word, so
 * the rest is counted in one last annotation here. What it reads as a command is the beginning of
 * a line up to the second "::"; what the repository brings stands escaped behind that, or in the
 * value of a property. */
#include "report/escape.h"
#include "report/finding_text.h"
#include "report/shown_place.h"

#include <inttypes.h>
#include <string.h>

enum {
    SHOWN_MOST = 10,  /* of each level, by GitHub for a step */
    TEXT_MOST = 3500, /* of one annotation; the runner cuts at 4096 characters */
    CODES_MOST = 4,   /* in a title */
    LEVELS = SEVERITY_ERROR + 1,
};

/* What is shown at one place: all findings of one line together. */
typedef struct {
    Severity level; /* the worst */
    Str path;       /* empty: about the run as a whole */
    Region region;
    bool has_columns;
    Str title;
    Str text;
    FindingRefs findings;
} Annotation;

typedef VEC(Annotation *) Annotations;

/* ---- the runner's syntax ---- */

static void add_data(Buf *out, Str text, bool property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool escaped = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (escaped)
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
        else
            buf_add_char(out, c);
    }
}

static void add_property(Buf *out, const char *between, const char *name, Str value)
{
    Buf shown = {0};
    escape_terminal(&shown, value);
    buf_addf(out, "%s%s=", between, name);
    add_data(out, buf_str(&shown), true);
    buf_free(&shown);
}

static const char *command_of(Severity level)
{
    switch (level) {
    case SEVERITY_ERROR:
        return "error";
    case SEVERITY_WARNING:
        return "warning";
    default:
        return "notice";
    }
}

/* Columns only within one line: the runner takes no others. */
static void add_place(Buf *out, const Annotation *item)
{
    const Region *region = &item->region;
    uint32_t last = region->end.line;
    if (last > region->start.line && region->end.column == 1)
        last--; /* the end is exclusive: nothing of that line is meant */
    add_property(out, " ", "file", item->path);
    buf_addf(out, ",line=%" PRIu32 ",endLine=%" PRIu32, region->start.line, last);
    if (!item->has_columns || region->end.line != region->start.line)
        return;
    uint32_t start = region->start.column;
    uint32_t end = region->end.column > start ? region->end.column : start + 1;
    buf_addf(out, ",col=%" PRIu32 ",endColumn=%" PRIu32, start, end);
}

static void add_annotation(Buf *out, const Annotation *item)
{
    buf_addf(out, "::%s", command_of(item->level));
    if (item->path.len)
        add_place(out, item);
    add_property(out, item->path.len ? "," : " ", "title", item->title);
    buf_add(out, "::");
    add_data(out, item->text, false);
    buf_add_char(out, '\n');
}

/* ---- what there is to show ---- */

static Annotation *new_annotation(const Report *report, Annotations *list, Severity level,
                                  const char *title)
{
    Annotation *item = ARENA_NEW(report->arena, Annotation);
    item->level = level;
    item->title = str_of(title);
    item->region = (Region){{1, 1}, {1, 1}};
    vec_push(report->arena, list, item);
    return item;
}

static void list_troubles(const Report *report, Annotations *list)
{
    Arena *arena = report->arena;
    if (report->fault)
        new_annotation(report, list, SEVERITY_ERROR, "tblint could not analyse")->text =
            fault_text(arena, report->fault);
    for (size_t i = 0; i < report->unchecked.len; i++) {
        const Unchecked *unchecked = &report->unchecked.items[i];
        if (!unchecked->changed)
            continue;
        Annotation *item = new_annotation(report, list, SEVERITY_ERROR, "tblint could not check");
        item->path = unchecked->path;
        if (unchecked->line)
            item->region = (Region){{unchecked->line, 1}, {unchecked->line, 1}};
        item->text = unchecked_text(arena, unchecked);
    }
}

/* Findings of one line of one file are one annotation, of the worst level among them. */
static void list_findings(const Report *report, ShownPlaces *shown, Annotations *list)
{
    FindingRefs refs = findings_worst_first(report);
    Map *places = map_new(report->arena);
    for (size_t i = 0; i < refs.len; i++) {
        const Finding *finding = refs.items[i];
        Place place = shown_place(shown, finding);
        Region region = report_region(report, &place);
        Str path = report_path(report, &place);
        Str key = str_fmt(report->arena, "%" PRIu32 ":%.*s", region.start.line, STR_ARG(path));
        Annotation *item = map_get(places, key);
        if (!item) {
            item = new_annotation(report, list, finding->severity, "");
            item->path = str_is(path, ".") ? (Str){0} : path;
            item->region = region;
            item->has_columns = place.file != NULL;
            map_put(places, key, item);
        }
        vec_push(report->arena, &item->findings, finding);
    }
}

/* What was left out without being a changed file: one notice, so that no run looks whole. */
static void list_unchecked(const Report *report, Annotations *list)
{
    size_t count = 0;
    for (size_t i = 0; i < report->unchecked.len; i++)
        count += !report->unchecked.items[i].changed;
    if (count == 0)
        return;
    new_annotation(report, list, SEVERITY_NOTE, "tblint: not checked")->text = str_fmt(
        report->arena, "%zu place%s could not be checked: tblint lint --format text names them.",
        count, count == 1 ? "" : "s");
}

static void list_acceptances(const Report *report, Annotations *list)
{
    Str text = acceptances_added_text(report);
    if (text.len)
        new_annotation(report, list, SEVERITY_NOTE, "tblint: acceptances")->text = text;
}

static void list_weakened(const Report *report, Annotations *list)
{
    Str text = weakened_text(report, SHOWN_MOST);
    if (text.len)
        new_annotation(report, list, SEVERITY_NOTE, "tblint: weaker settings")->text =
            str_fmt(report->arena, "%.*s.", STR_ARG(text));
}

/* ---- title and text of findings ---- */

static bool has_code(const Strs *codes, const char *code)
{
    for (size_t i = 0; i < codes->len; i++) {
        if (str_is(codes->items[i], code))
            return true;
    }
    return false;
}

/* "TB101 type-change-without-forward-query", of several rules "TB101, TB203". */
static Str findings_title(Arena *arena, const FindingRefs *findings)
{
    Strs codes = {0};
    for (size_t i = 0; i < findings->len && codes.len < CODES_MOST; i++) {
        const char *code = rule_get(findings->items[i]->rule)->code;
        if (!has_code(&codes, code))
            vec_push(arena, &codes, str_of(code));
    }
    if (codes.len > 1)
        return str_join(arena, codes.items, codes.len, ", ");
    const Rule *rule = rule_get(findings->items[0]->rule);
    return str_fmt(arena, "%s %s", rule->code, rule->name);
}

static Str findings_text(const Report *report, Map *written, ShownPlaces *shown,
                         const FindingRefs *findings)
{
    Buf text = {0};
    for (size_t i = 0; i < findings->len; i++) {
        if (text.len > TEXT_MOST) {
            buf_addf(&text, "\n\nand %zu more at this place", findings->len - i);
            break;
        }
        buf_add(&text, i ? "\n\n" : "");
        finding_text(report, written, shown, findings->items[i], &text);
    }
    Str copy = str_copy(report->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* ---- the cap ---- */

typedef struct {
    size_t shown[LEVELS];
    size_t limit[LEVELS];
    size_t rest[LEVELS]; /* findings that are not shown, by their own severity */
    size_t troubles;     /* and files that could not be checked */
    Severity level;      /* of the last line; SEVERITY_OFF: nothing is left out */
} Cap;

/* The last line takes the place of one annotation of the worst level that is cut. */
static Cap cap_of(const Annotations *list)
{
    Cap cap = {.level = SEVERITY_OFF};
    size_t total[LEVELS] = {0};
    for (size_t i = 0; i < list->len; i++)
        total[list->items[i]->level]++;
    for (size_t level = 0; level < LEVELS; level++) {
        cap.limit[level] = SHOWN_MOST;
        if (total[level] > SHOWN_MOST)
            cap.level = (Severity)level;
    }
    if (cap.level != SEVERITY_OFF)
        cap.limit[cap.level]--;
    return cap;
}

static void count_rest(Cap *cap, const Annotation *item)
{
    for (size_t i = 0; i < item->findings.len; i++)
        cap->rest[item->findings.items[i]->severity]++;
    cap->troubles += item->findings.len == 0;
}

static void add_rest(const Report *report, const Cap *cap, Buf *out)
{
    if (cap->level == SEVERITY_OFF)
        return;
    Buf text = {0};
    buf_add(&text, "Not shown here: ");
    count_words(cap->rest, &text);
    if (cap->troubles)
        buf_addf(&text, "%s%zu not checked", str_ends(buf_str(&text), ": ") ? "" : ", ",
                 cap->troubles);
    buf_addf(&text,
             ". GitHub shows %d annotations of a level for a step. All of them: tblint lint "
             "--format text.",
             SHOWN_MOST);
    Annotation last = {.level = cap->level, .title = STR("tblint: more findings")};
    last.text = str_copy(report->arena, buf_str(&text));
    buf_free(&text);
    add_annotation(out, &last);
}

void report_github(const Report *report, Buf *out)
{
    Annotations list = {0};
    ShownPlaces *shown = shown_places_new(report);
    list_troubles(report, &list);
    list_findings(report, shown, &list);
    list_acceptances(report, &list);
    list_weakened(report, &list);
    list_unchecked(report, &list);
    Cap cap = cap_of(&list);
    Map *written = map_new(report->arena);
    for (size_t i = 0; i < list.len; i++) {
        Annotation *item = list.items[i];
        if (cap.shown[item->level] == cap.limit[item->level]) {
            count_rest(&cap, item);
            continue;
        }
        cap.shown[item->level]++;
        if (item->findings.len) {
            item->title = findings_title(report->arena, &item->findings);
            item->text = findings_text(report, written, shown, &item->findings);
        }
        add_annotation(out, item);
    }
    add_rest(report, &cap, out);
}
