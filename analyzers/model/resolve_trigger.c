/* Follows the first table of FROM down to a name: rows inserted there pass the query. */
#include "resolve_trigger.h"

enum { HOPS_MAX = 1000 };

/* A select whose WITH is in scope. */
typedef struct Enclosing {
    const Select *select;
    size_t visible;
    const struct Enclosing *outer;
} Enclosing;

typedef struct {
    const Query *query;
    const Enclosing *outer;
} Spot;

static bool find_with(Arena *arena, const Enclosing *around, Str name, Spot *out)
{
    for (; around; around = around->outer) {
        for (size_t i = around->visible; i-- > 0;) {
            const Cte *cte = &around->select->with.items[i];
            if (!cte->query || !str_eq(cte->name.text, name))
                continue;
            Enclosing *inside = ARENA_NEW(arena, Enclosing);
            *inside = (Enclosing){around->select, i, around->outer};
            *out = (Spot){cte->query, inside};
            return true;
        }
    }
    return false;
}

static void mark(Resolver *r, Range range)
{
    for (size_t i = 0; i < r->tables.len; i++) {
        TableUse *use = &r->tables.items[i];
        use->triggers |= use->name.range.start == range.start && use->name.range.end == range.end;
    }
}

/* Of a UNION the engine follows the first select alone. */
void mark_triggers(Resolver *r, const Query *query)
{
    Spot at = {query, NULL};
    for (int hops = 0; hops < HOPS_MAX && at.query && at.query->selects.len &&
                       at.query->selects.items[0]->from.len;
         hops++) {
        const Select *select = at.query->selects.items[0];
        const TableRef *first = &select->from.items[0];
        Enclosing *here = ARENA_NEW(r->arena, Enclosing);
        *here = (Enclosing){select, select->with.len, at.outer};
        if (first->kind == TABLE_SUBQUERY) {
            at = (Spot){first->query, here};
        } else if (first->kind != TABLE_NAME || !find_with(r->arena, here, first->name.text, &at)) {
            mark(r, first->kind == TABLE_NAME ? first->name.range : first->range);
            return;
        }
    }
}
