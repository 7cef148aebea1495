/* leaks.c: what the leak checker must not blame on us, for a test program run by hand. */

const char *__lsan_default_suppressions(void);

/* As in .ci/lsan.supp, which says why. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libpcre2\n";
}
