/* talk.c: what is said to the person at the terminal. */
#include "talk.h"

#include "report/escape.h"

static void write_line(FILE *err, const char *prefix, Str line)
{
    Buf buf = {0};
    buf_add(&buf, prefix);
    escape_terminal(&buf, line);
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

/* Some faults hold several lines; each is escaped by itself. */
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
    write_lines(err, fault_prefix(fault->kind), "  ", str_of(fault->message));
    write_lines(err, fault->kind == FAULT_ANALYSE ? "  run   " : "  ", "        ",
                str_of(fault->repair));
    return fault->kind == FAULT_NONE ? FAULT_INTERNAL : (int)fault->kind;
}
