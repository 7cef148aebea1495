#include "threads.h"

#include <pthread.h>
#include <sched.h>

typedef struct {
    void (*run)(void *context, unsigned thread);
    void *context;
    unsigned thread;
} Start;

static unsigned cores(void)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    return 1; /* counts of what was reached must be the same each time */
#else
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned)CPU_COUNT(&allowed) : 1;
#endif
}

unsigned threads_for(size_t pieces, size_t per_thread)
{
    size_t wanted = pieces / per_thread;
    if (wanted < 2)
        return 1;
    unsigned most = cores() < THREADS_LIMIT ? cores() : THREADS_LIMIT;
    return wanted < most ? (unsigned)wanted : most;
}

static void *run_one(void *argument)
{
    const Start *start = argument;
    start->run(start->context, start->thread);
    return NULL;
}

void threads_run(unsigned count, void (*run)(void *context, unsigned thread), void *context)
{
    Start starts[THREADS_LIMIT];
    pthread_t threads[THREADS_LIMIT];
    bool started[THREADS_LIMIT] = {false};
    if (count > THREADS_LIMIT)
        count = THREADS_LIMIT;
    for (unsigned i = 1; i < count; i++) {
        starts[i] = (Start){run, context, i};
        started[i] = pthread_create(&threads[i], NULL, run_one, &starts[i]) == 0;
    }
    for (unsigned i = 0; i < count; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            run(context, i);
    }
}
