/* lint.c: `tblint lint`: findings for the change. */
#include "command.h"
#include "output.h"
#include "talk.h"

static int fail_level(const Session *session)
{
    if (session->app->options->fail_on)
        return session->app->options->fail_on;
    return session->config.fail_on ? session->config.fail_on : SEVERITY_ERROR;
}

static int exit_code(const Session *session)
{
    if (!session_is_complete(session))
        return FAULT_ANALYSE;
    Severity worst = findings_worst(session->findings);
    return worst != SEVERITY_OFF && (int)worst >= fail_level(session);
}

/* The reports are written also when the analysis broke off: an empty file, or none, would look
 * like a pass to whoever reads it next. */
static int broken_off(const App *app, const Session *session, const Fault *fault)
{
    Fault writing = {0};
    Report report = output_report(session, fault);
    report.findings = findings_new(session->arena);
    if (output_write(app, &report, REPORT_LINT, &writing) < 0)
        talk_fault(app->err, &writing);
    return talk_fault(app->err, fault);
}

int command_lint(const App *app, Arena *arena)
{
    Session session;
    Fault fault = {0};
    if (output_check_formats(app, arena, REPORT_LINT, &fault) < 0)
        return talk_fault(app->err, &fault);
    session_begin(&session, app, arena);
    int code;
    if (session_run(&session, true, &fault) < 0) {
        code = broken_off(app, &session, &fault);
    } else {
        Report report = output_report(&session, NULL);
        report.fail_on = fail_level(&session);
        code = output_write(app, &report, REPORT_LINT, &fault) < 0 ? talk_fault(app->err, &fault)
                                                                   : exit_code(&session);
    }
    session_tell_timing(&session);
    session_close(&session);
    return code;
}
