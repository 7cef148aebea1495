/* timing.c: which phase of a run is on, and what each took. */
#include "timing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_AFTER_MS = 1000 };

static const struct {
    const char *name;
    const char *doing; /* for the line of progress */
} phases[] = {
    [PHASE_REPOSITORY] = {"repository", "opening the repository"},
    [PHASE_CANDIDATE] = {"candidate", "looking through the files"},
    [PHASE_LIVE] = {"live", "finding live"},
    [PHASE_COMPARE] = {"compare", "comparing with live"},
    [PHASE_LOAD] = {"load", "reading datafiles"},
    [PHASE_DIFF] = {"diff", "finding changes"},
    [PHASE_PLAN] = {"plan", "planning the deploy"},
    [PHASE_CHECKS] = {"checks", "checking"},
    [PHASE_REPORT] = {"report", "writing"},
};

static uint64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

/* A terminal that knows how to erase a line. */
static bool can_erase(FILE *err)
{
    int descriptor = fileno(err); /* -1 for a stream in memory */
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") != 0 && descriptor >= 0 && isatty(descriptor);
}

static void tell_progress(Timing *timing, Phase phase)
{
    if (phase >= PHASE_REPORT) {
        progress_stop(timing->progress);
        timing->progress = NULL;
    } else if (timing->progress) {
        progress_say(timing->progress, phases[phase].doing);
    } else if (timing->terminal) {
        timing->progress = progress_start(timing->terminal, PROGRESS_AFTER_MS, phases[phase].doing);
    }
}

void timing_begin(Timing *timing, const Options *options, FILE *err)
{
    *timing = (Timing){.since = now(), .phase = PHASE_REPOSITORY};
    if (!options->quiet && can_erase(err))
        timing->terminal = err;
    tell_progress(timing, PHASE_REPOSITORY);
}

void timing_enter(Timing *timing, Phase phase)
{
    uint64_t at = now();
    if (timing->phase < PHASE_END)
        timing->spent[timing->phase] += at - timing->since;
    timing->since = at;
    timing->phase = phase;
    tell_progress(timing, phase);
}

void timing_end(Timing *timing)
{
    timing_enter(timing, PHASE_END);
}

/* ---- --timing ---- */

static size_t is_read(const SourceFile *file)
{
    return file && file->loaded;
}

/* One file may stand on both sides. */
static size_t count_read(const FilePairs *pairs)
{
    size_t count = 0;
    for (size_t i = 0; i < pairs->len; i++) {
        const FilePair *pair = &pairs->items[i];
        count += is_read(pair->candidate);
        if (pair->live != pair->candidate)
            count += is_read(pair->live);
    }
    return count;
}

static void tell_files(FILE *err, const Comparison *comparison, size_t parsed)
{
    size_t read = 0;
    for (size_t i = 0; i < comparison->projects.len; i++) {
        read += count_read(&comparison->projects.items[i].datafiles);
        read += count_read(&comparison->projects.items[i].others);
    }
    fprintf(err, "timing: %u datafiles; files of both sides: %zu read, %zu parsed\n",
            comparison->files, read, parsed);
}

static void tell_phase(FILE *err, const char *name, uint64_t nanoseconds)
{
    uint64_t tenths = (nanoseconds + 50000) / 100000;
    fprintf(err, "timing: %-10s %6" PRIu64 ".%u ms\n", name, tenths / 10, (unsigned)(tenths % 10));
}

void timing_tell(const Timing *timing, FILE *err, const Comparison *comparison, size_t parsed)
{
    uint64_t total = 0;
    for (size_t i = 0; i < PHASE_END; i++) {
        tell_phase(err, phases[i].name, timing->spent[i]);
        total += timing->spent[i];
    }
    tell_phase(err, "total", total);
    if (comparison)
        tell_files(err, comparison, parsed);
}
