/* talk.c: what is said to the person at the terminal. */
#include "talk.h"

#include "report/escape.h"

static void write_line(FILE *err, const char *prefix, Str line)
{
    Buf buf = {0};
    buf_add(&buf, prefix);
    escape_terminal_line(&buf, line);
    buf_add_char(&buf, '\n');
    fwrite(buf.ptr, 1, buf.len, err);
    buf_free(&buf);
}

void talk_line(FILE *err, Str line)
{
    write_line(err, "", line);
}

void talk_note(FILE *err, Str note)
{
    write_line(err, "note: ", note);
}

static const char *fault_prefix(FaultKind kind)
{
    switch (kind) {
    case FAULT_USAGE:
        return "tblint: ";
    case FAULT_ANALYSE:
        return "cannot analyse: ";
    default:
        return "failed: ";
    }
}

/* Each line is escaped by itself. */
static void write_lines(FILE *err, const char *first, const char *next, Str text)
{
    const char *prefix = first;
    Str line;
    while (text.len > 0 && str_split_line(&text, &line)) {
        write_line(err, prefix, line);
        prefix = next;
    }
}

int talk_fault(FILE *err, const Fault *fault)
{
    const char *run = fault->kind == FAULT_ANALYSE ? "  run   " : "  ";
    /* The line ends of a name begin no line: a CI would read what follows as a command. */
    write_line(err, fault_prefix(fault->kind), str_of(fault->message));
    if (fault->repair_has_lines)
        write_lines(err, run, "        ", str_of(fault->repair));
    else if (fault->repair[0])
        write_line(err, run, str_of(fault->repair));
    return fault->kind == FAULT_NONE ? FAULT_INTERNAL : (int)fault->kind;
}
