/* plan_line.c: what the deploy would do, in one line. */
#include "report/plan_line.h"

#include "report/escape.h"

static void add_count(Buf *line, const char **between, const char *verb, uint32_t count)
{
    if (count == 0)
        return;
    buf_addf(line, "%s%s %u", *between, verb, count);
    *between = ", ";
}

static void add_names(Buf *line, const Strs *names)
{
    enum { NAMES_MOST = 3 };
    for (size_t i = 0; i < names->len && i < NAMES_MOST; i++) {
        buf_add(line, i ? ", " : " (");
        escape_terminal(line, names->items[i]);
    }
    if (names->len > NAMES_MOST)
        buf_addf(line, " and %zu more", names->len - NAMES_MOST);
    if (names->len)
        buf_add_char(line, ')');
}

/* A refused deploy changes nothing at all. */
void plan_line(const PlanCounts *counts, Buf *line)
{
    const char *between = "";
    if (counts->refused.len) {
        buf_add(line, "be refused");
        add_names(line, &counts->refused);
        between = "; once that is mended: ";
    }
    const char *before = between;
    add_count(line, &between, "rewrite", counts->rewrite);
    add_names(line, &counts->rewritten);
    add_count(line, &between, "alter", counts->alter);
    add_count(line, &between, "create", counts->create);
    add_count(line, &between, "delete", counts->deletions);
    add_names(line, &counts->deleted);
    if (counts->metadata)
        buf_addf(line, "%supdate %u without touching data", between, counts->metadata);
    if (between == before && counts->refused.len == 0 && counts->metadata == 0)
        buf_add(line, "change nothing");
}
