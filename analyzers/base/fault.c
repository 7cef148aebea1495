/* Filling a fault; messages longer than its room are cut. */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

int fault_set(Fault *fault, FaultKind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fault->kind = kind;
    fault->repair[0] = '\0';
    fault->repair_has_lines = false;
    vsnprintf(fault->message, sizeof fault->message, format, args);
    va_end(args);
    return -1;
}

static void write_repair(Fault *fault, bool has_lines, const char *format, va_list args)
{
    vsnprintf(fault->repair, sizeof fault->repair, format, args);
    fault->repair_has_lines = has_lines;
}

int fault_repair(Fault *fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_repair(fault, false, format, args);
    va_end(args);
    return -1;
}

int fault_repair_lines(Fault *fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_repair(fault, true, format, args);
    va_end(args);
    return -1;
}

/* A word that was cut would lack its closing quote, and the shell would wait for it. */
int fault_repair_word(Fault *fault, const char *command, Str word)
{
    Buf quoted = {0};
    buf_add_shell_word(&quoted, word);
    if (strlen(command) + quoted.len + sizeof " -- " > sizeof fault->repair)
        quoted.len = 0;
    const char *ends_options = str_starts(word, "-") ? "-- " : "";
    fault_repair(fault, "%s %s%.*s", command, ends_options, quoted.len ? (int)quoted.len : 3,
                 quoted.len ? quoted.ptr : "...");
    buf_free(&quoted);
    return -1;
}
