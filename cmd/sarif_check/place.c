/* place.c: addresses and regions. */
#include "sarif_check/sarif_check.h"

#include <string.h>

/* ---- M6, S9 ---- */

static bool has_scheme(Str uri)
{
    ptrdiff_t colon = str_find_char(uri, ':'), slash = str_find_char(uri, '/');
    return colon >= 0 && (slash < 0 || colon < slash);
}

static bool climbs(Str uri)
{
    return str_is(uri, "..") || str_starts(uri, "../") || str_find(uri, "/../") >= 0 ||
           str_ends(uri, "/..");
}

/* True when it is a path from the top of the repository. */
static bool check_uri(SarifCheck *check, Str uri, const SarifSpot *at)
{
    if (str_starts_nocase(uri, "file:") || str_starts(uri, "/"))
        sarif_error(check, "M6", at,
                    "'%.*s' is absolute: it fits on the machine that wrote it only. GitHub wants a "
                    "path from the top of the repository.",
                    STR_ARG(uri));
    else if (has_scheme(uri))
        sarif_error(check, "M6", at,
                    "'%.*s' begins with a scheme: GitHub refuses it (\"did not match the checkout "
                    "URI scheme\"). For a colon in a file's name write %%3A.",
                    STR_ARG(uri));
    else if (climbs(uri))
        sarif_error(check, "M6", at, "'%.*s' climbs with '..': GitHub shows no such file.",
                    STR_ARG(uri));
    else if (str_starts(uri, "./"))
        sarif_error(check, "M6", at,
                    "'%.*s' begins with './', which names no file of the "
                    "repository: leave it out.",
                    STR_ARG(uri));
    else if (str_find_char(uri, '?') >= 0 || str_find_char(uri, '#') >= 0)
        sarif_error(check, "M6", at,
                    "'%.*s' ends for a reader at '%c', which must be written %s in a file's name.",
                    STR_ARG(uri), str_find_char(uri, '?') >= 0 ? '?' : '#',
                    str_find_char(uri, '?') >= 0 ? "%3F" : "%23");
    else
        return true;
    return false;
}

void sarif_check_address(SarifCheck *check, const cJSON *artifact, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(SPOT_KEY(at, "artifactLocation"), "uri");
    Str uri = sarif_text(artifact, "uri"), base = sarif_text(artifact, "uriBaseId");
    if (uri.len == 0)
        return;
    check_uri(check, uri, spot);
    if (base.len && has_scheme(uri))
        sarif_warning(check, "S9", spot,
                      "An absolute address has no uriBaseId ('%.*s'): it is the base of relative "
                      "ones.",
                      STR_ARG(base));
}

/* ---- M5, M14 ---- */

typedef struct {
    double line, column, end_line, end_column; /* 0: absent */
} Span;

static Span read_span(const cJSON *region)
{
    Span span;
    sarif_number(region, "startLine", &span.line);
    sarif_number(region, "startColumn", &span.column);
    sarif_number(region, "endLine", &span.end_line);
    sarif_number(region, "endColumn", &span.end_column);
    return span;
}

static void check_order(SarifCheck *check, Span span, const SarifSpot *at)
{
    double end = span.end_line > 0 ? span.end_line : span.line;
    if (span.line <= 0)
        return;
    if (end < span.line)
        sarif_error(check, "M14", at, "endLine %g is before startLine %g.", end, span.line);
    else if (end <= span.line && span.column > 0 && span.end_column > 0 &&
             span.end_column <= span.column)
        sarif_error(check, "M14", at,
                    "endColumn %g is not behind startColumn %g; it is the column after the last "
                    "character.",
                    span.end_column, span.column);
}

static void check_complete(SarifCheck *check, const cJSON *region, const SarifSpot *at)
{
    static const char *const members[] = {"startLine", "startColumn", "endLine", "endColumn"};
    Buf missing = {0};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (!sarif_at(region, members[i]))
            buf_addf(&missing, "%s%s", missing.len ? ", " : "", members[i]);
    }
    if (missing.len)
        sarif_error(check, "M5", at,
                    "%.*s missing: GitHub's documentation requires all four; without them the mark "
                    "is a whole line, or the top of the file.",
                    STR_ARG(buf_str(&missing)));
    buf_free(&missing);
}

static void check_context(SarifCheck *check, const cJSON *physical, Span span, const SarifSpot *at)
{
    const cJSON *region = sarif_at(physical, "contextRegion");
    const SarifSpot *spot = SPOT_KEY(at, "contextRegion");
    if (!region || span.line <= 0)
        return;
    Span context = read_span(region);
    double end = span.end_line > 0 ? span.end_line : span.line;
    double context_end = context.end_line > 0 ? context.end_line : context.line;
    check_order(check, context, spot);
    if (context.line <= 0)
        return;
    if (context.line > span.line || context_end < end)
        sarif_error(check, "M14", spot, "It does not contain the region.");
    else if (context.line >= span.line && context_end <= end && context.column >= span.column &&
             context.end_column == span.end_column)
        sarif_error(check, "M14", spot, "It is no larger than the region.");
}

/* Characters of a binary or of a text without lines are allowed, too. */
static bool is_by_offset(const cJSON *region)
{
    return sarif_at(region, "charOffset") || sarif_at(region, "byteOffset");
}

static void check_region(SarifCheck *check, const cJSON *physical, bool first, const SarifSpot *at)
{
    const cJSON *region = sarif_at(physical, "region");
    const SarifSpot *spot = SPOT_KEY(at, "region");
    Span span = read_span(region);
    if (!region && first)
        sarif_error(check, "M5", at,
                    "There is no region: the alert stands at the top of the file, and in no pull "
                    "request.");
    else if (region && first && !is_by_offset(region))
        check_complete(check, region, spot);
    check_order(check, span, spot);
    check_context(check, physical, span, at);
}

/* ---- the place ---- */

void sarif_check_place(SarifCheck *check, const cJSON *location, bool first, const SarifSpot *at)
{
    const cJSON *physical = sarif_at(location, "physicalLocation");
    const cJSON *artifact = sarif_at(physical, "artifactLocation");
    const SarifSpot *spot = SPOT_KEY(at, "physicalLocation");
    Str uri = sarif_text(artifact, "uri");
    if (uri.len == 0) {
        if (first)
            sarif_error(check, "M5", at,
                        "There is no physicalLocation.artifactLocation.uri, or it is empty: GitHub "
                        "refuses the file with \"locationFromSarifResult: expected artifact "
                        "location\".");
        return;
    }
    sarif_check_address(check, artifact, spot);
    check_region(check, physical, first, spot);
    if (!first) /* others may be of another revision */
        return;
    const SarifSource *file =
        sarif_source(check, uri, SPOT_KEY(SPOT_KEY(spot, "artifactLocation"), "uri"));
    if (file && file->read && sarif_at(physical, "region"))
        sarif_check_region_in(check, file, sarif_at(physical, "region"), SPOT_KEY(spot, "region"));
}
