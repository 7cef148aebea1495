/* plan.c: `tblint plan`: what the deploy will do to every resource, and why. */
#include "command.h"
#include "output.h"
#include "talk.h"

static int check_formats(const Options *options, Fault *fault)
{
    for (size_t i = 0; i < options->formats.len; i++) {
        Str name = options->formats.items[i].format;
        if (!report_format_find(name)->plan)
            return fault_set(fault, FAULT_USAGE, "tblint plan is text or json, not %.*s",
                             STR_ARG(name));
    }
    return 0;
}

int command_plan(const App *app, Arena *arena)
{
    Session session;
    Fault fault = {0};
    session_begin(&session, app, arena);
    int code = 0;
    if (check_formats(app->options, &fault) < 0 || session_run(&session, false, &fault) < 0) {
        code = talk_fault(app->err, &fault);
    } else {
        Report report = output_report(&session, NULL);
        if (output_write(app, &report, WRITE_PLAN, &fault) < 0)
            code = talk_fault(app->err, &fault);
        else if (!report.complete)
            code = FAULT_ANALYSE;
    }
    session_close(&session);
    return code;
}
