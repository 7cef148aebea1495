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

/* Starts beside this thread and not behind it: the scheduler leaves a new thread where it was made
 * until it balances its queues, and by then most of our work is done. Where that cannot be asked
 * for, the thread starts wherever it does. */
static void start_elsewhere(pthread_attr_t *attributes)
{
    cpu_set_t others;
    int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(0, sizeof others, &others) != 0)
        return;
    CPU_CLR((size_t)here, &others);
    if (CPU_COUNT(&others) > 0)
        pthread_attr_setaffinity_np(attributes, sizeof others, &others);
}

static bool start(pthread_t *thread, const Start *what)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    start_elsewhere(&attributes);
    bool started = pthread_create(thread, &attributes, run_one, (void *)(uintptr_t)what) == 0;
    pthread_attr_destroy(&attributes);
    return started;
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
        started[i] = start(&threads[i], &starts[i]);
    }
    for (unsigned i = 0; i < count; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            run(context, i);
    }
}
