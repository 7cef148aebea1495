/* finding.c: the list of findings: their ids, their order, and what is left out. */
#include "findings/finding_internal.h"

#include "base/hash.h"
#include "base/map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids are kept in acceptances and by code hosts, so this key never changes. */
static const HashKey id_key = {0x74626c696e742f31u, 0x66696e64696e6773u};

uint64_t finding_hash_text(Str text)
{
    return hash_bytes(id_key, text);
}

Findings *findings_new(Arena *arena)
{
    Findings *findings = ARENA_NEW(arena, Findings);
    findings->arena = arena;
    return findings;
}

Finding *findings_add(Findings *findings, Finding finding)
{
    vec_push(findings->arena, &findings->items, finding);
    return &findings->items.items[findings->items.len - 1];
}

/* ---- order ---- */

static Str finding_path(const Finding *finding)
{
    return finding->place.file ? finding->place.file->path : (Str){0};
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_places(const Finding *a, const Finding *b)
{
    int order = str_cmp(a->project, b->project);
    if (order == 0)
        order = str_cmp(finding_path(a), finding_path(b));
    if (order == 0)
        order = compare_numbers(a->place.range.start, b->place.range.start);
    if (order == 0)
        order = compare_numbers(a->place.range.end, b->place.range.end);
    return order;
}

static int compare_findings(const void *left, const void *right)
{
    const Finding *a = left;
    const Finding *b = right;
    int order = compare_places(a, b);
    if (order == 0)
        order = compare_numbers(a->rule, b->rule);
    if (order == 0)
        order = str_cmp(a->subject, b->subject);
    if (order == 0)
        order = str_cmp(a->resource, b->resource);
    if (order == 0)
        order = str_cmp(a->candidate_meaning, b->candidate_meaning);
    if (order == 0)
        order = str_cmp(a->live_meaning, b->live_meaning);
    if (order == 0)
        order = str_cmp(a->message, b->message); /* their ids differ by their turn alone */
    return order;
}

static void sort_findings(FindingItems *items)
{
    if (items->len > 1)
        qsort(items->items, items->len, sizeof(*items->items), compare_findings);
}

/* ---- ids ---- */

/* Byte by byte, so that ids are the same on every machine. */
static void add_number(Buf *buf, uint64_t number)
{
    for (int shift = 0; shift < 64; shift += 8)
        buf_add_char(buf, (char)(unsigned char)(number >> shift));
}

/* Length first, so that no two lists of parts run together into one text. */
static void add_part(Buf *buf, Str part)
{
    add_number(buf, part.len);
    buf_add_str(buf, part);
}

static uint64_t finding_hash(const Finding *finding, uint64_t ordinal)
{
    Buf buf = {0};
    add_part(&buf, str_of(rule_get(finding->rule)->code));
    if (!finding->is_single_version) {
        add_part(&buf, finding->project);
        add_part(&buf, finding->resource);
        add_part(&buf, finding->subject);
        add_part(&buf, finding->live_meaning);
    } else {
        add_part(&buf, finding->resource);
    }
    add_part(&buf, finding->candidate_meaning);
    if (ordinal > 0)
        add_number(&buf, ordinal);
    uint64_t hash = finding_hash_text(buf_str(&buf));
    buf_free(&buf);
    return hash;
}

void finding_write_id(char id[13], uint64_t hash)
{
    snprintf(id, 13, "%012" PRIx64, hash >> 16);
}

/* Ids in the order of the list, which must be sorted: the second of two equal ones is hashed
 * again with its ordinal, so it stays the second wherever both move together. */
static void set_ids(Arena *arena, FindingItems *items)
{
    Map *seen = map_new(arena);
    for (size_t i = 0; i < items->len; i++) {
        Finding *finding = &items->items[i];
        finding_write_id(finding->id, finding_hash(finding, 0));
        Str key = str_copy(arena, str_of(finding->id));
        uint64_t *count = map_get(seen, key);
        if (!count) {
            count = ARENA_NEW(arena, uint64_t);
            map_put(seen, key, count);
        }
        if (*count > 0)
            finding_write_id(finding->id, finding_hash(finding, *count));
        *count += 1;
    }
}

/* ---- what is left out ---- */

void findings_drop_off(Findings *findings)
{
    FindingItems *items = &findings->items;
    size_t kept = 0;
    for (size_t i = 0; i < items->len; i++)
        if (items->items[i].severity != SEVERITY_OFF)
            items->items[kept++] = items->items[i];
    items->len = kept;
}

/* It is not told, but it is still there: an acceptance of it is none that matches nothing. */
static void silence(Findings *findings, const Finding *finding)
{
    vec_push(findings->arena, &findings->silent, *finding);
}

static void apply_configuration(Findings *findings)
{
    for (size_t i = 0; i < findings->items.len; i++) {
        Finding *finding = &findings->items.items[i];
        if (findings->configured[finding->rule])
            finding->severity = findings->config[finding->rule];
        if (finding->severity == SEVERITY_OFF)
            silence(findings, finding);
    }
    findings_drop_off(findings);
}

/* The ids of the live side's findings, as a set. */
static Map *live_ids(Arena *arena, const Findings *live)
{
    FindingItems copy = {0};
    for (size_t i = 0; i < live->items.len; i++)
        vec_push(arena, &copy, live->items.items[i]);
    sort_findings(&copy);
    set_ids(arena, &copy);
    Map *ids = map_new(arena);
    for (size_t i = 0; i < copy.len; i++)
        map_put(ids, str_of(copy.items[i].id), &copy.items[i]);
    return ids;
}

static void drop_known(Findings *findings, const Findings *live)
{
    Map *known = live_ids(findings->arena, live);
    FindingItems *items = &findings->items;
    size_t kept = 0;
    for (size_t i = 0; i < items->len; i++) {
        Finding *finding = &items->items[i];
        if (finding->is_single_version && map_has(known, str_of(finding->id))) {
            silence(findings, finding);
            continue;
        }
        items->items[kept++] = *finding;
    }
    items->len = kept;
}

void findings_settle(Findings *findings, const Findings *live, bool all)
{
    sort_findings(&findings->items);
    set_ids(findings->arena, &findings->items);
    if (live && !all)
        drop_known(findings, live);
    apply_configuration(findings);
}

void findings_finish(Findings *findings, const Findings *live, bool all)
{
    findings_settle(findings, live, all);
    findings_fold(findings);
}

/* ---- what was accepted ---- */

void findings_part_accepted(Findings *findings)
{
    FindingItems *items = &findings->items;
    size_t kept = 0;
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].accepted)
            vec_push(findings->arena, &findings->accepted, items->items[i]);
        else
            items->items[kept++] = items->items[i];
    }
    items->len = kept;
    sort_findings(&findings->accepted);
}

void findings_join(Findings *findings, const Findings *other)
{
    for (size_t i = 0; i < other->items.len; i++) {
        Finding finding = other->items.items[i];
        if (findings->configured[finding.rule])
            finding.severity = findings->config[finding.rule];
        vec_push(findings->arena, &findings->items, finding);
    }
    findings_drop_off(findings);
    sort_findings(&findings->items);
}

FindingItems findings_with_accepted(const Findings *findings)
{
    FindingItems all = {0};
    for (size_t i = 0; i < findings->items.len; i++)
        vec_push(findings->arena, &all, findings->items.items[i]);
    for (size_t i = 0; i < findings->accepted.len; i++)
        vec_push(findings->arena, &all, findings->accepted.items[i]);
    if (findings->accepted.len)
        sort_findings(&all);
    return all;
}

size_t findings_count(const Findings *findings, Severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->items.len; i++)
        count += findings->items.items[i].severity == severity;
    return count;
}

Severity findings_worst(const Findings *findings)
{
    Severity worst = SEVERITY_OFF;
    for (size_t i = 0; i < findings->items.len; i++) {
        if (findings->items.items[i].severity > worst)
            worst = findings->items.items[i].severity;
    }
    return worst;
}
