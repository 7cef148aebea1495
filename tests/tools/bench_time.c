/*
 * Times commands in turn (A B C A B C ...), so that a disturbance hits all of them alike.
 *
 * Usage: bench_time ROUNDS FOLDER COMMAND... with each COMMAND one string for the shell's words
 * split at blanks. Prints per command: median wall ms, median of the round-by-round ratios to the
 * first command, peak resident MiB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 99, COMMANDS_MAX = 16, WORDS_MAX = 32 };

typedef struct {
    char *words[WORDS_MAX + 1];
    double ms[ROUNDS_MAX];
    double ratio[ROUNDS_MAX];
    long peak_kib;
} Command;

static double now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

/* The child is started with vfork, so that its peak memory is its own and not ours. */
static double run_once(Command *command)
{
    double start = now_ms();
    pid_t child = vfork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(command->words[0], command->words);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || WEXITSTATUS(status) == 127) {
        fprintf(stderr, "cannot run %s\n", command->words[0]);
        exit(1);
    }
    if (usage.ru_maxrss > command->peak_kib)
        command->peak_kib = usage.ru_maxrss;
    return now_ms() - start;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void split_words(Command *command, char *text)
{
    int count = 0;
    for (char *word = strtok(text, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        command->words[count++] = word;
}

int main(int argc, char **argv)
{
    static Command commands[COMMANDS_MAX];
    int rounds = argc > 3 ? atoi(argv[1]) : 0;
    int count = argc - 3;
    if (rounds < 1 || rounds > ROUNDS_MAX || count > COMMANDS_MAX || chdir(argv[2]) != 0)
        return 2;
    for (int i = 0; i < count; i++)
        split_words(&commands[i], argv[i + 3]);
    for (int i = 0; i < count; i++)
        run_once(&commands[i]); /* warms the caches; not counted */
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
            commands[i].ms[round] = run_once(&commands[i]);
            commands[i].ratio[round] = commands[i].ms[round] / commands[0].ms[round];
        }
    }
    for (int i = 0; i < count; i++)
        printf("%8.1f ms  %7.2fx  %6.1f MiB  %s %s\n", median(commands[i].ms, rounds),
               median(commands[i].ratio, rounds), (double)commands[i].peak_kib / 1024,
               strrchr(commands[i].words[0], '/') ? strrchr(commands[i].words[0], '/') + 1
                                                  : commands[i].words[0],
               commands[i].words[1] ? commands[i].words[1] : "");
    return 0;
}
