/* test_progress.c: the line of progress: when it comes, that it goes, and what a phase is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "progress.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void sleep_ms(long ms)
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

/* What was written to the stream, terminated. */
static void read_back(FILE *file, char *text, size_t size)
{
    fflush(file);
    rewind(file);
    size_t len = fread(text, 1, size - 1, file);
    text[len] = '\0';
}

static void test_short_run_shows_nothing(void **state)
{
    (void)state;
    char text[256];
    FILE *file = tmpfile();
    assert_non_null(file);
    Progress *progress = progress_start(file, 60000, "reading");
    assert_non_null(progress);
    progress_say(progress, "checking");
    progress_clear(progress);
    progress_stop(progress);
    read_back(file, text, sizeof text);
    assert_string_equal(text, "");
    fclose(file);
}

static void test_long_run_shows_and_erases(void **state)
{
    (void)state;
    char text[4096];
    FILE *file = tmpfile();
    assert_non_null(file);
    Progress *progress = progress_start(file, 1, "reading");
    assert_non_null(progress);
    sleep_ms(300);
    progress_say(progress, "checking");
    sleep_ms(700);
    progress_stop(progress);
    read_back(file, text, sizeof text);
    assert_non_null(strstr(text, "\rtblint: reading, 0 s\x1b[K"));
    assert_non_null(strstr(text, "\rtblint: checking, "));
    assert_null(strchr(text, '\n'));
    assert_true(strlen(text) >= 4 && strcmp(text + strlen(text) - 4, "\r\x1b[K") == 0);
    fclose(file);
}

static void test_nobody_to_tell(void **state)
{
    (void)state;
    progress_say(NULL, "reading");
    progress_clear(NULL);
    progress_stop(NULL);
    Options options = {0};
    Timing timing;
    FILE *file = tmpfile();
    assert_non_null(file);
    timing_begin(&timing, &options, file);
    assert_null(timing.progress); /* a file is no terminal */
    timing_enter(&timing, PHASE_LOAD);
    timing_enter(&timing, PHASE_REPORT);
    timing_end(&timing);
    timing_end(&timing);
    uint64_t total = 0;
    for (size_t i = 0; i < PHASE_END; i++)
        total += timing.spent[i];
    assert_true(total > 0);
    assert_int_equal(timing.spent[PHASE_PLAN], 0);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_run_shows_nothing),
        cmocka_unit_test(test_long_run_shows_and_erases),
        cmocka_unit_test(test_nobody_to_tell),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
