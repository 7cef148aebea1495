/* main.c: the process around tblint_run(). */
#include "tblint.h"

#include "syntax/memory.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

enum { KEPT_HEAP = 64 << 20 };

/* A stream that came closed is given a place where nothing can be written, or nothing read: else
 * the next file that is opened takes its number, and what is said goes into that file. */
static void take_closed_streams(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
    }
}

/* libgit2 with mbed TLS reads all certificates of the system when it starts: a tenth of the time
 * of a hook, for connections that this program never opens. The linker lets this function stand
 * for the library's. It says that all went well and leaves the list empty, so that whoever did
 * connect would trust nobody. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
    (void)chain;
    (void)path;
    return 0;
}

int main(int argc, char **argv)
{
    take_closed_streams();
    syntax_share_memory();
    /* A parse frees what the next one asks for again: giving it back to the system in between
     * costs more than the parse. */
    mallopt(M_TRIM_THRESHOLD, KEPT_HEAP);
    mallopt(M_MMAP_THRESHOLD, KEPT_HEAP);
    /* A reader that goes away (`tblint | head`) ends the program without a word. */
    signal(SIGPIPE, SIG_DFL);
    /* A file over the limit of its size is a write that fails, which is told. */
    signal(SIGXFSZ, SIG_IGN);
    return tblint_run(argc, (const char *const *)argv, stdout, stderr);
}
