/* Messages between nodes: what is heard, when, and what is not. */
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "group_testing.h"
#include "wait.h"

DB_STATEMENT(t_bus_insert, "INSERT INTO note (title) VALUES ($1)");
DB_STATEMENT(t_bus_rollback, "ROLLBACK");

struct ear {
    pthread_mutex_t lock;
    char text[4096]; /* what was heard, each followed by '|'; NULL as "?" */
    int count;
};

static void hear(void *argument, const char *text) {
    struct ear *ear = argument;
    pthread_mutex_lock(&ear->lock);
    size_t used = strlen(ear->text);
    snprintf(ear->text + used, sizeof(ear->text) - used, "%s|", text != NULL ? text : "?");
    ear->count++;
    pthread_mutex_unlock(&ear->lock);
}

static bool has_heard(struct ear *ear, int count) {
    pthread_mutex_lock(&ear->lock);
    bool there = ear->count >= count;
    pthread_mutex_unlock(&ear->lock);
    return there;
}

/* What was heard so far, once there are COUNT messages. */
static const char *heard(struct ear *ear, int count) {
    (void)SOON(has_heard(ear, count));
    return ear->text;
}

#define EAR ((struct ear){.lock = PTHREAD_MUTEX_INITIALIZER})

/* The first listener of a database: where messages come over a line of their own, it is not there at once,
 * and what was said before may have been missed. That is told once, and forgotten here. */
static void listen_first(struct store_test *t, struct ear *ear) {
    assert_int_equal(db_listen(t->db, "t_news", hear, ear), 0);
    if (!engine_is_postgres()) return;
    assert_string_equal(heard(ear, 1), "?|");
    ear->text[0] = '\0';
    ear->count = 0;
}

static int say(struct db_conn *tx, void *text) {
    return db_notify(tx, "t_news", text);
}

static int say_and_fail(struct db_conn *tx, void *text) {
    int error = db_notify(tx, "t_news", text);
    return error != 0 ? error : ERR_LOCKED;
}

static void test_heard_after_the_commit(void **state) {
    struct store_test *t = *state;
    struct ear ear = EAR, other = EAR;
    listen_first(t, &ear);
    assert_int_equal(db_listen(t->db, "t_other", hear, &other), 0);
    assert_int_equal(db_write(t->db, say, "一"), 0);
    assert_int_equal(db_write(t->db, say, "二 三"), 0);
    assert_int_equal(db_write(t->db, say, ""), 0);
    assert_string_equal(heard(&ear, 3), "一|二 三||");
    assert_string_equal(other.text, "");
    db_unlisten(t->db, hear, &ear);
    db_unlisten(t->db, hear, &other);
    assert_int_equal(db_write(t->db, say, "四"), 0);
    usleep(20000);
    assert_int_equal(ear.count, 3);
}

static void test_a_rolled_back_write_says_nothing(void **state) {
    struct store_test *t = *state;
    struct ear ear = EAR;
    listen_first(t, &ear);
    assert_int_equal(db_write(t->db, say_and_fail, "无"), ERR_LOCKED);
    assert_int_equal(db_write(t->db, say, "有"), 0);
    assert_string_equal(heard(&ear, 1), "有|");
    db_unlisten(t->db, hear, &ear);
}

/* ---- One group ---- */

static int end_the_transaction(struct db_conn *tx, void *argument) {
    (void)argument;
    return db_exec(tx, &t_bus_rollback, DB_NONE, NULL);
}

static void test_only_the_failed_job_of_a_group_is_silent(void **state) {
    struct store_test *t = *state;
    struct ear ear = EAR;
    listen_first(t, &ear);
    struct store_call calls[] = {{t, say, "甲", 1}, {t, say_and_fail, "乙", 1}, {t, say, "丙", 1}};
    store_run_together(t, calls, 3);
    assert_string_equal(heard(&ear, 2), "甲|丙|");
    db_unlisten(t->db, hear, &ear);
}

static void test_a_lost_group_says_nothing(void **state) {
    struct store_test *t = *state;
    struct ear ear = EAR;
    db_on_trouble(NULL);
    listen_first(t, &ear);
    struct store_call calls[] = {{t, say, "甲", 1}, {t, end_the_transaction, NULL, 1}};
    int64_t end_us = clock_monotonic_us() + WAIT_MS * INT64_C(1000);
    store_run_together(t, calls, 2);
    /* A group does not wait for long: beside a slow server the second job may have come too late for it. */
    while (calls[0].result == 0 && clock_monotonic_us() < end_us) {
        assert_string_equal(heard(&ear, 1), "甲|");
        ear.text[0] = '\0';
        ear.count = 0;
        store_run_together(t, calls, 2);
    }
    assert_true(calls[0].result < 0);
    assert_int_equal(db_write(t->db, say, "丁"), 0);
    assert_string_equal(heard(&ear, 1), "丁|");
    db_unlisten(t->db, hear, &ear);
}

/* ---- Bounds ---- */

static void test_bounds(void **state) {
    struct store_test *t = *state;
    struct ear ear = EAR;
    static char text[4002];
    db_on_trouble(NULL);
    listen_first(t, &ear);
    assert_int_equal(db_listen(t->db, "", hear, &ear), ERR_INVALID);
    assert_int_equal(db_listen(t->db, "news here", hear, &ear), ERR_INVALID);
    memset(text, 'x', 4001);
    assert_int_equal(db_write(t->db, say, text), ERR_STORE);
    text[4000] = '\0';
    assert_int_equal(db_write(t->db, say, text), 0);
    assert_int_equal(strlen(heard(&ear, 1)), 4001 < sizeof(ear.text) ? 4001 : sizeof(ear.text) - 1);
    db_unlisten(t->db, hear, &ear);
    int error = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_int_equal(db_notify(conn, "t_news", "x"), ERR_STORE);
    db_read_end(conn);
}

static void test_one_process_leads(void **state) {
    struct store_test *t = *state;
    assert_true(SOON(db_leads(t->db)));
}

static int insert(struct db_conn *tx, void *title) {
    int error = db_exec(tx, &t_bus_insert, DB_PARAMS(db_text(title)), NULL);
    return error != 0 ? error : db_notify(tx, "t_news", title);
}

/* Many threads write while listeners come and go: for the thread sanitizer. */
static void *write_much(void *argument) {
    struct store_call *call = argument;
    for (int i = 0; i < 50; i++) {
        char title[40];
        snprintf(title, sizeof(title), "%s%d", (const char *)call->argument, i);
        call->result = db_write(call->t->db, insert, title);
    }
    return NULL;
}

static void test_listeners_come_and_go(void **state) {
    struct store_test *t = *state;
    struct ear all = EAR;
    pthread_t threads[4];
    char names[4][2] = {"a", "b", "c", "d"};
    struct store_call calls[4];
    listen_first(t, &all);
    for (size_t i = 0; i < 4; i++) {
        calls[i] = (struct store_call){t, NULL, names[i], 1};
        assert_int_equal(pthread_create(&threads[i], NULL, write_much, &calls[i]), 0);
    }
    for (int i = 0; i < 100; i++) {
        struct ear ear = EAR;
        assert_int_equal(db_listen(t->db, "t_news", hear, &ear), 0);
        usleep(100);
        db_unlisten(t->db, hear, &ear); /* from here on EAR is gone */
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    (void)heard(&all, 200);
    assert_int_equal(all.count, 200);
    db_unlisten(t->db, hear, &all);
}

/* ---- Asking who leads ---- */

struct slow_ear {
    sem_t inside, asked;
    bool in_time;
};

static bool wait_for(sem_t *semaphore) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    return sem_timedwait(semaphore, &until) == 0;
}

static void hear_slowly(void *argument, const char *text) {
    struct slow_ear *ear = argument;
    if (text == NULL) return;
    sem_post(&ear->inside);
    ear->in_time = wait_for(&ear->asked);
}

static void *say_once(void *argument) {
    const struct store_test *t = argument;
    return db_write(t->db, say, "一") == 0 ? argument : NULL;
}

/* The scheduler asks under a lock that its listener takes: were db_leads() to wait for listeners, both would
 * wait for ever. */
static void test_asking_who_leads_waits_for_no_listener(void **state) {
    struct store_test *t = *state;
    struct ear first = EAR;
    struct slow_ear ear = {0};
    sem_init(&ear.inside, 0, 0);
    sem_init(&ear.asked, 0, 0);
    listen_first(t, &first);
    (void)db_leads(t->db);
    assert_int_equal(db_listen(t->db, "t_news", hear_slowly, &ear), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, say_once, t), 0);
    assert_true(wait_for(&ear.inside));
    (void)db_leads(t->db);
    sem_post(&ear.asked);
    pthread_join(thread, NULL);
    db_unlisten(t->db, hear_slowly, &ear);
    assert_true(ear.in_time);
    db_unlisten(t->db, hear, &first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, store_test_setup, store_test_teardown)
        TEST(test_heard_after_the_commit),
        TEST(test_a_rolled_back_write_says_nothing),
        TEST(test_only_the_failed_job_of_a_group_is_silent),
        TEST(test_a_lost_group_says_nothing),
        TEST(test_bounds),
        TEST(test_one_process_leads),
        TEST(test_listeners_come_and_go),
        TEST(test_asking_who_leads_waits_for_no_listener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
