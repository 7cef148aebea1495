/* leaks.c: what the leak checker must not blame on us. */

const char *__lsan_default_suppressions(void);

/* libgit2 1.5 keeps the match data of a regular expression on every opening of a repository of
 * format version 1, such as a partial clone; and a string in git_repository_set_workdir. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libpcre2\nleak:git_repository_set_workdir\n";
}
