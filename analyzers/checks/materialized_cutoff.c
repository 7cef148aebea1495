/* materialized_cutoff.c: a view that lets nothing pass before a moment to come. */
#include "materialized.h"
#include "model/cutoff_filter.h"

/* Time zones are left out: the deploy is at most some hours nearer to the moment than it seems. */
bool waits_for_cutoff(const Check *check, const Resource *pipe)
{
    CutoffFilter filter = cutoff_filter_read(check->loader, pipe->project, pipe);
    return !filter.trouble && filter.lower.present &&
           filter.lower.at > check->now * NANOS_PER_SECOND;
}
