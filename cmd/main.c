/* main.c: the process around tblint_run(). */
#include "tblint.h"

#include <signal.h>

int main(int argc, char **argv)
{
    /* A reader that goes away (`tblint | head`) ends the program without a word. */
    signal(SIGPIPE, SIG_DFL);
    return tblint_run(argc, (const char *const *)argv, stdout, stderr);
}
