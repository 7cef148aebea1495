/* plan.c: `tblint plan`: what the deploy will do to every resource, and why. */
#include "command.h"
#include "output.h"
#include "talk.h"

int command_plan(const App *app, Arena *arena)
{
    Session session;
    Fault fault = {0};
    if (output_check_formats(app, arena, REPORT_PLAN, &fault) < 0)
        return talk_fault(app->err, &fault);
    session_begin(&session, app, arena);
    session.without_acceptances = true;
    int code = 0;
    if (session_run(&session, true, &fault) < 0) {
        code = talk_fault(app->err, &fault);
    } else {
        Report report = output_report(&session, NULL);
        if (output_write(app, &report, REPORT_PLAN, &fault) < 0)
            code = talk_fault(app->err, &fault);
        else if (!report.complete)
            code = FAULT_ANALYSE;
    }
    session_tell_timing(&session);
    session_close(&session);
    return code;
}
