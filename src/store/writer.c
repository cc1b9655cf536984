/* The one writer: a thread that owns the only writing connection and commits in groups.
 *
 *   callers ──job──▶ queue ──▶ BEGIN IMMEDIATE · (SAVEPOINT fn RELEASE)* · COMMIT ──▶ each caller woken
 *
 * While a commit waits for the disk the next jobs gather; so the group grows with the load and a lone
 * write waits for nobody.
 *
 * 1. A caller is woken only after the COMMIT of its job has returned (synchronous=FULL), or failed.
 * 2. A job that fails, or goes on after a statement of its failed, takes back only what it did itself; its
 *    error goes to its caller unchanged.
 * 3. After an error that leaves the transaction in doubt (disk full, I/O, memory, damage), seen by the
 *    function or swallowed by it, the whole group is rolled back and every job of it fails.
 * 4. No job runs while a backup step or a checkpoint runs; those happen between groups, after the
 *    callers are woken.
 * 5. A group ends by count or time, so that no caller waits long for others' work.
 * 6. Nobody waits longer for his turn than the patience: when the server keeps a group waiting, those behind
 *    it leave the queue and hear that the store is busy, instead of each waiting as long again. After a group
 *    that waited in vain the writer finds out by itself when writing works again; until then newcomers wait
 *    only briefly, and their threads are free to read.
 * 7. On an engine whose server may be lost, or may roll a group back for others' sake, the same jobs are run
 *    again; after a lost commit only when the mark of the group shows that it did not happen.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/thread.h"

enum {
    GROUP_JOBS_MAX = 256,
    GROUP_US_MAX = 5000,
    QUEUE_MAX = 4096,
    CHECKPOINT_PAGES = 1000, /* 4 MB of log */
    LOG_LARGE_PAGES = 4096,  /* 16 MB: readers without a pause keep it from restarting; wait for them */
    IDLE_MS = 1000,
    COPY_PAGES = 256,
    ATTEMPTS_MAX = 6,                /* of a group, on an engine that may ask for it */
    AGAIN_US_MAX = 20 * 1000 * 1000, /* no other attempt after this: callers must hear something */
    STUCK_US = 3 * 1000 * 1000,      /* a group that takes so long waits for the server */
    PROBE_PAUSE_MS = 200,
    STUCK_PATIENCE_MS = 1500, /* enough to see a probe succeed */
};

int64_t writer_patience_ms = 8000; /* see internal.h */

/* Held by a caller that leaves the queue: as long as his job was not taken the writer lives, and it is not
 * freed meanwhile. */
static pthread_mutex_t leaving = PTHREAD_MUTEX_INITIALIZER;

/* Lives on the caller's stack until `done` is posted. */
struct job {
    db_write_fn fn;
    void *argument;
    int result;
    atomic_bool taken; /* by the writer; until then the caller may leave. Set under the writer's lock */
    sem_t done;
    struct job *next;
};

struct job_list {
    struct job *first, **end;
    size_t count;
};

struct copy_task {
    struct engine_copy *copy;
    int result;
    sem_t done;
};

struct writer {
    struct db *db;
    struct db_conn *conn;
    pthread_t thread;

    pthread_mutex_t lock; /* guards the five members below */
    pthread_cond_t work;  /* something for the writer */
    struct job_list queue;
    bool sleeping, stopping;
    struct copy_task *copy;
    uint64_t pings, pongs;
    pthread_cond_t answered;

    int64_t checkpoint_at; /* log pages at which the next checkpoint is due */
    bool log_dirty;        /* committed since the log was last cut */
    _Atomic int64_t writes, groups, failed;
    _Atomic int64_t group_since_us; /* 0: none runs */
    _Atomic int in_vain;            /* error with which the last group waited for the server, or 0 */
};

static _Thread_local bool on_writer_thread;

static void list_clear(struct job_list *list) {
    list->first = NULL;
    list->end = &list->first;
    list->count = 0;
}

static void list_add(struct job_list *list, struct job *job) {
    job->next = NULL;
    *list->end = job;
    list->end = &job->next;
    list->count++;
}

static struct job *list_take(struct job_list *list) {
    struct job *job = list->first;
    if (job == NULL) return NULL;
    list->first = job->next;
    if (list->first == NULL) list->end = &list->first;
    list->count--;
    return job;
}

static void list_remove(struct job_list *list, const struct job *job) {
    struct job **link = &list->first;
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    if (*link == NULL) list->end = link;
    list->count--;
}

/* ---- A group ---- */

static int control(struct writer *w, enum engine_control which) {
    int error = w->db->driver->control(w->conn->engine, which);
    return error == 0 ? 0 : db_trouble(error, NULL, w->db->driver->message(w->conn->engine));
}

/* Error that dooms the group, or 0. */
static int in_doubt(struct writer *w) {
    int severe = w->db->driver->take_severe(w->conn->engine);
    if (severe != 0) return severe;
    return w->db->driver->in_transaction(w->conn->engine)
               ? 0
               : db_trouble(ERR_STORE, NULL, "a write function ended the transaction");
}

/* Runs one job in its savepoint; returns the error that dooms the group, or 0. */
static int run_job(struct writer *w, struct job *job) {
    const struct driver *driver = w->db->driver;
    int error = control(w, ENGINE_SAVEPOINT);
    if (error != 0) return error;
    w->conn->unseen_error = w->conn->job_error = 0;
    size_t messages = bus_mark(w->db);
    job->result = job->fn(w->conn, job->argument);
    conn_reset_all(w->conn);
    error = in_doubt(w);
    if (error != 0) return error;
    if (job->result >= 0 && w->conn->unseen_error != 0) job->result = w->conn->unseen_error;
    if (job->result >= 0 && w->conn->job_error != 0)
        job->result = db_trouble(ERR_STORE, NULL, "a write function went on after a failed statement");
    /* A deferred foreign key would fail only at COMMIT, for everybody. */
    if (job->result >= 0) {
        int refused = driver->check_job(w->conn->engine);
        if (refused != 0) job->result = refused;
        error = driver->take_severe(w->conn->engine);
        if (error != 0) return error;
    }
    if (job->result < 0) {
        bus_rewind(w->db, messages);
        error = control(w, ENGINE_ROLLBACK_TO);
    }
    if (error == 0) error = control(w, ENGINE_RELEASE);
    return error;
}

static void doom(struct writer *w, struct job_list *group, int error) {
    if (w->db->driver->in_transaction(w->conn->engine)) (void)control(w, ENGINE_ROLLBACK);
    (void)w->db->driver->take_severe(w->conn->engine);
    for (struct job *job = group->first; job != NULL; job = job->next)
        if (job->result >= 0) job->result = error;
}

/* The next job for a group that has RUN jobs since START; NULL ends it. */
static struct job *next_job(struct writer *w, size_t run, int64_t start_us) {
    if (run >= GROUP_JOBS_MAX || (run > 0 && clock_monotonic_us() - start_us > GROUP_US_MAX)) return NULL;
    pthread_mutex_lock(&w->lock);
    struct job *job = list_take(&w->queue);
    if (job != NULL) job->taken = true;
    pthread_mutex_unlock(&w->lock);
    return job;
}

static void wake(struct writer *w, struct job_list *group) {
    for (struct job *job = group->first, *next; job != NULL; job = next) {
        next = job->next; /* the caller's stack is gone after the post */
        atomic_fetch_add_explicit(job->result < 0 ? &w->failed : &w->writes, 1, memory_order_relaxed);
        sem_post(&job->done);
    }
}

static int begin_group(struct writer *w) {
    const struct driver *driver = w->db->driver;
    return driver->begin_group != NULL ? driver->begin_group(w->conn->engine)
                                       : control(w, ENGINE_BEGIN_WRITE);
}

/* After a failure with ERROR: 0 when the group is committed after all, 1 when it may run again, else the
 * error of the group. */
static int recover(struct writer *w, struct job_list *group, int error, bool committing) {
    const struct driver *driver = w->db->driver;
    if (driver->recover == NULL || group->count == 0) return error;
    if (driver->in_transaction(w->conn->engine)) (void)control(w, ENGINE_ROLLBACK);
    int verdict = driver->recover(w->conn->engine, committing);
    (void)driver->take_severe(w->conn->engine);
    if (verdict == 1) return 0;
    if (verdict == 0) return 1;
    return verdict == ERR_STORE_UNREACHABLE || verdict == ERR_STORE_UNKNOWN ? verdict : error;
}

/* The jobs that were run before and, the first time, those that have gathered meanwhile. */
static int run_jobs(struct writer *w, struct job_list *group, bool again, int64_t start_us) {
    int error = begin_group(w);
    if (again) {
        for (struct job *job = group->first; job != NULL && error == 0; job = job->next)
            error = run_job(w, job);
        return error;
    }
    struct job *job;
    while (error == 0 && (job = next_job(w, group->count, start_us)) != NULL) {
        list_add(group, job);
        error = run_job(w, job);
    }
    if (group->count == 0) /* nothing could run: those who wait must hear why */
        while ((job = next_job(w, group->count, start_us)) != NULL)
            list_add(group, job);
    return error;
}

static void note_outcome(struct writer *w, int error, int64_t us) {
    bool in_vain = error == ERR_STORE_UNREACHABLE || error == ERR_STORE_UNKNOWN ||
                   (error == ERR_STORE_BUSY && us > STUCK_US);
    if (w->db->driver->recover == NULL || !in_vain) error = 0;
    w->in_vain = error == ERR_STORE_UNKNOWN ? ERR_STORE_BUSY : error; /* to others it is not in doubt */
}

/* Runs GROUP to its end, or when it is empty what is in the queue. */
static void carry_out(struct writer *w, struct job_list *group) {
    int64_t start_us = clock_monotonic_us();
    bool given = group->count > 0;
    int error = 1;
    w->group_since_us = start_us;
    for (int attempt = 0; attempt < ATTEMPTS_MAX && error > 0; attempt++) {
        if (attempt > 0 && clock_monotonic_us() - start_us > AGAIN_US_MAX) break;
        error = run_jobs(w, group, given || attempt > 0, start_us);
        bool committing = error == 0;
        if (committing) error = control(w, ENGINE_COMMIT);
        if (error != 0) error = recover(w, group, error, committing);
    }
    if (error > 0) error = ERR_STORE_BUSY;
    if (error != 0) {
        bus_rewind(w->db, 0);
        doom(w, group, error);
    }
    note_outcome(w, error, clock_monotonic_us() - start_us);
    w->group_since_us = 0;
    bus_publish(w->db);
}

static void run_group(struct writer *w) {
    struct job_list group;
    list_clear(&group);
    carry_out(w, &group);
    atomic_fetch_add_explicit(&w->groups, 1, memory_order_relaxed);
    w->log_dirty = true;
    wake(w, &group);
}

static int ping(struct db_conn *tx, void *argument) {
    (void)argument;
    return tx->db->driver->ping(tx->engine);
}

/* A group of its own, whose mark is written and committed like any other's. */
static void probe(struct writer *w) {
    struct job job = {.fn = ping};
    struct job_list group;
    list_clear(&group);
    list_add(&group, &job);
    carry_out(w, &group);
}

/* ---- Between groups ---- */

static void care_for_log(struct writer *w) {
    if (!w->db->driver->in_file) return;
    int64_t pages = w->db->driver->log_pages(w->conn->engine);
    if (pages < w->checkpoint_at - CHECKPOINT_PAGES) w->checkpoint_at = CHECKPOINT_PAGES; /* it restarted */
    if (pages < w->checkpoint_at) return;
    bool large = pages >= LOG_LARGE_PAGES;
    (void)w->db->driver->checkpoint(w->conn->engine,
                                    large ? ENGINE_CHECKPOINT_RESTART : ENGINE_CHECKPOINT_PASSIVE);
    w->checkpoint_at = w->db->driver->log_pages(w->conn->engine) + CHECKPOINT_PAGES;
}

static void cut_log(struct writer *w) {
    /* The server does it. */
    if (w->db->second_process || !w->db->driver->in_file) w->log_dirty = false;
    if (!w->log_dirty) return;
    if (w->db->driver->checkpoint(w->conn->engine, ENGINE_CHECKPOINT_CUT) == 0) w->log_dirty = false;
}

static void step_copy(struct writer *w) {
    pthread_mutex_lock(&w->lock);
    struct copy_task *task = w->copy;
    pthread_mutex_unlock(&w->lock);
    if (task == NULL) return;
    /* In a second process the other one's commits would restart a stepwise copy for ever. */
    int result = w->db->driver->copy_step(task->copy, w->db->second_process ? -1 : COPY_PAGES);
    if (result > 0) return;
    task->result = result;
    pthread_mutex_lock(&w->lock);
    w->copy = NULL;
    pthread_mutex_unlock(&w->lock);
    sem_post(&task->done);
}

/* ---- The thread ---- */

enum turn { TURN_JOBS, TURN_PROBE, TURN_COPY, TURN_IDLE, TURN_STOP };

/* Waits until there is something to do. */
static enum turn wait_for_work(struct writer *w) {
    bool in_vain = w->in_vain != 0;
    struct timespec until = thread_deadline_in(in_vain ? PROBE_PAUSE_MS : IDLE_MS);
    enum turn turn = TURN_IDLE;
    int waited = 0;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        if (w->pongs != w->pings) {
            w->pongs = w->pings;
            pthread_cond_broadcast(&w->answered);
        }
        turn = in_vain && !w->stopping  ? TURN_PROBE
               : w->queue.first != NULL ? TURN_JOBS
               : w->copy != NULL        ? TURN_COPY
               : w->stopping            ? TURN_STOP
                                        : TURN_IDLE;
        if (waited == ETIMEDOUT || (turn != TURN_IDLE && turn != TURN_PROBE)) break;
        w->sleeping = true;
        waited = w->log_dirty || in_vain ? pthread_cond_timedwait(&w->work, &w->lock, &until)
                                         : pthread_cond_wait(&w->work, &w->lock);
        w->sleeping = false;
    }
    pthread_mutex_unlock(&w->lock);
    return turn;
}

static void *writer_main(void *argument) {
    struct writer *w = argument;
    on_writer_thread = true;
    for (;;) {
        switch (wait_for_work(w)) {
        case TURN_JOBS:
            run_group(w);
            care_for_log(w);
            step_copy(w);
            break;
        case TURN_PROBE:
            probe(w);
            break;
        case TURN_COPY:
            step_copy(w);
            break;
        case TURN_IDLE:
            cut_log(w);
            break;
        case TURN_STOP:
            cut_log(w);
            return NULL;
        }
    }
}

int writer_start(struct db *db) {
    struct writer *w = calloc(1, sizeof(*w));
    if (w == NULL) abort();
    w->db = db;
    w->conn = db->writer_conn;
    w->checkpoint_at = CHECKPOINT_PAGES;
    list_clear(&w->queue);
    pthread_mutex_init(&w->lock, NULL);
    thread_condition(&w->work);
    thread_condition(&w->answered);
    if (!thread_start(&w->thread, "minyi-writer", writer_main, w)) {
        free(w);
        return ERR_UNAVAILABLE;
    }
    db->writer = w;
    return 0;
}

void writer_stop(struct db *db) {
    struct writer *w = db->writer;
    if (w == NULL) return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_lock(&leaving);
    pthread_mutex_unlock(&leaving);
    pthread_cond_destroy(&w->work);
    pthread_cond_destroy(&w->answered);
    pthread_mutex_destroy(&w->lock);
    free(w);
    db->writer = NULL;
}

/* ---- Callers ---- */

static void wait_for(sem_t *done) {
    while (sem_wait(done) != 0)
        continue; /* EINTR only */
    sem_destroy(done);
}

/* Only a server, or another node by way of it, keeps a group waiting for so long. */
static int64_t patience_ms(struct writer *w) {
    int64_t since_us = w->group_since_us;
    bool stuck = w->in_vain != 0 || (w->db->driver->recover != NULL && since_us != 0 &&
                                     clock_monotonic_us() - since_us > STUCK_US);
    return stuck && STUCK_PATIENCE_MS < writer_patience_ms ? STUCK_PATIENCE_MS : writer_patience_ms;
}

/* False when JOB was not taken in time and has left the queue. */
static bool wait_for_turn(struct writer *w, struct job *job, int64_t limit_ms) {
    struct timespec until = thread_deadline_in(limit_ms);
    int failed;
    while ((failed = sem_clockwait(&job->done, CLOCK_MONOTONIC, &until)) != 0 && errno == EINTR)
        continue;
    if (failed == 0) {
        sem_post(&job->done); /* for wait_for() */
        return true;
    }
    pthread_mutex_lock(&leaving);
    if (!job->taken) {
        pthread_mutex_lock(&w->lock);
        if (!job->taken) list_remove(&w->queue, job);
        pthread_mutex_unlock(&w->lock);
    }
    bool taken = job->taken;
    if (!taken) {
        job->result = w->in_vain != 0 ? w->in_vain : ERR_STORE_BUSY;
        atomic_fetch_add_explicit(&w->failed, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&leaving);
    return taken;
}

static void refuse_writer_thread(void) {
    if (!on_writer_thread) return;
    fprintf(stderr, "store: a write function called the writer: it would wait for itself\n");
    abort();
}

int db_write(struct db *db, db_write_fn fn, void *argument) {
    refuse_writer_thread();
    struct writer *w = db->writer;
    struct job job = {.fn = fn, .argument = argument};
    sem_init(&job.done, 0, 0);
    pthread_mutex_lock(&w->lock);
    bool refused = w->stopping || w->queue.count >= QUEUE_MAX;
    int64_t limit_ms = patience_ms(w);
    if (!refused) list_add(&w->queue, &job);
    /* Inside the lock: once it is released the writer may finish this job, stop and be freed. */
    if (w->sleeping) pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    if (refused) {
        sem_destroy(&job.done);
        return ERR_STORE_BUSY;
    }
    if (!wait_for_turn(w, &job, limit_ms)) sem_post(&job.done);
    wait_for(&job.done);
    return job.result;
}

int writer_copy(struct db *db, struct engine_copy *copy) {
    refuse_writer_thread();
    struct writer *w = db->writer;
    struct copy_task task = {.copy = copy};
    sem_init(&task.done, 0, 0);
    pthread_mutex_lock(&w->lock);
    bool refused = w->stopping || w->copy != NULL;
    if (!refused) w->copy = &task;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    if (refused) {
        sem_destroy(&task.done);
        return ERR_STORE_BUSY;
    }
    wait_for(&task.done);
    return task.result;
}

int writer_ping(struct db *db, int64_t timeout_ms) {
    refuse_writer_thread();
    struct writer *w = db->writer;
    struct timespec until = thread_deadline_in(timeout_ms);
    int waited = 0;
    pthread_mutex_lock(&w->lock);
    uint64_t mine = ++w->pings;
    pthread_cond_signal(&w->work);
    while (w->pongs < mine && waited == 0)
        waited = pthread_cond_timedwait(&w->answered, &w->lock, &until);
    bool answered = w->pongs >= mine;
    pthread_mutex_unlock(&w->lock);
    return answered ? 0 : ERR_STORE_BUSY;
}

void writer_stats(struct db *db, struct db_stats *ret) {
    struct writer *w = db->writer;
    ret->writes = atomic_load_explicit(&w->writes, memory_order_relaxed);
    ret->groups = atomic_load_explicit(&w->groups, memory_order_relaxed);
    ret->failed_writes = atomic_load_explicit(&w->failed, memory_order_relaxed);
    pthread_mutex_lock(&w->lock);
    ret->queue = (int64_t)w->queue.count;
    pthread_mutex_unlock(&w->lock);
}
