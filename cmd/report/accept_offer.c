/* accept_offer.c: the command that accepts a finding, as reports print it. */
#include "report/accept_offer.h"

bool accept_is_offered(const Report *report, const Finding *finding)
{
    bool counts = report->fail_on && (int)finding->severity >= report->fail_on;
    if (finding->accepted || finding->rule == RULE_TB002 || finding->rule == RULE_TB003)
        return false;
    return counts || finding->severity >= SEVERITY_WARNING;
}

Str accept_command(const Report *report, const Finding *finding)
{
    /* What live has as well is found by --all alone. */
    bool needs_all = report->shows_all && finding->is_single_version;
    return str_fmt(report->arena, "tblint accept %s%.*s%s --reason \"...\"", finding->id,
                   STR_ARG(report->accept_options), needs_all ? " --all" : "");
}
