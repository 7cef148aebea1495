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
    vsnprintf(fault->message, sizeof fault->message, format, args);
    va_end(args);
    return -1;
}

int fault_repair(Fault *fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault->repair, sizeof fault->repair, format, args);
    va_end(args);
    return -1;
}
