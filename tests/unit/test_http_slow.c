/* Slow routes on workers, streamed replies, and stopping while they run.
 *
 * What must be slow is held until the test releases it: nothing here is won or lost by who is quicker,
 * however busy the machine. Where a time is the point, its bound is far from what a wrong server would take.
 */
#include "http_rig.h"

static int setup(void **state) {
    struct rig *rig = rig_new();
    rig_start(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    rig_stop(*state);
    return 0;
}

#define SLOW(MS) "GET /api/slow?ms=" #MS " HTTP/1.1\r\nHost: x\r\n\r\n"
#define HOLD "GET /api/hold HTTP/1.1\r\nHost: x\r\n\r\n"
#define HELLO "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n"

static void slow_requests_keep_their_connection(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int fd = rig_connect(rig);
    for (int i = 0; i < 3; i++) {
        rig_expect(fd, SLOW(5), 200, "slow");
        rig_expect(fd, HELLO, 200, "hello");
        rig_expect(fd, "POST /api/slow?ms=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", 200, "slow");
    }
    close(fd);
    http_stats(rig->server, &stats);
    assert_int_equal(stats.accepted, 1);
    assert_int_equal(stats.suspended, 0);
}

struct caller {
    struct rig *rig;
    int rounds;
    bool mixed;
};

static void *call_slow(void *argument) {
    struct caller *caller = argument;
    int fd = rig_connect(caller->rig);
    for (int i = 0; i < caller->rounds; i++) {
        rig_expect(fd, SLOW(1), 200, "slow");
        if (caller->mixed) rig_expect(fd, HELLO, 200, "hello");
    }
    close(fd);
    return NULL;
}

static void sixty_four_in_parallel(void **state) {
    struct rig *rig = *state;
    struct caller caller = {.rig = rig, .rounds = 15, .mixed = true};
    pthread_t threads[64];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_create(&threads[i], NULL, call_slow, &caller);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    rig_wait(&rig->done, 64 * 30);
    assert_int_equal(atomic_load(&rig->handled), 64 * 30);
    assert_int_equal(atomic_load(&rig->failed), 0);
}

/* Waits until COUNT requests wait for a worker or run on one. */
static void wait_suspended(struct rig *rig, int64_t count) {
    struct http_stats stats = {0};
    (void)SOON((http_stats(rig->server, &stats), stats.suspended == count));
    assert_int_equal(stats.suspended, count);
}

/* A sleeping worker holds up nobody on the HTTP threads. */
static void slow_work_holds_up_nobody(void **state) {
    struct rig *rig = rig_new();
    int slow[4];
    (void)state;
    rig->config.threads = 1;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
        slow[i] = rig_connect(rig);
        assert_true(rig_send(slow[i], HOLD));
    }
    rig_wait(&rig->running, 4);
    for (int i = 0; i < 20; i++)
        rig_expect_once(rig, HELLO, 200, "hello");
    assert_int_equal(atomic_load(&rig->running), 4);
    rig_release(rig);
    for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
        rig_expect(slow[i], "", 200, "slow");
        close(slow[i]);
    }
    rig_stop(rig);
}

/* The thread of a connection stands still in another's request: what was sent meanwhile is answered then. */
static void who_waits_for_us_is_not_slow(void **state) {
    struct rig *rig = rig_new();
    struct http_stats stats = {0};
    (void)state;
    rig->config.threads = 1;
    rig->config.header_timeout_ms = 2000;
    rig_start(rig);
    int stalling = rig_connect(rig), waiting = rig_connect(rig), silent = rig_connect(rig);
    assert_true(SOON((http_stats(rig->server, &stats), stats.accepted == 3)));
    assert_true(rig_send(stalling, "GET /api/stall HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_wait(&rig->running, 1);
    assert_true(rig_send(waiting, HELLO));
    char nothing;
    assert_int_equal(recv(silent, &nothing, 1, 0), 0); /* cut: the reaper has been there */
    rig_release(rig);
    rig_expect(waiting, "", 200, "hello");
    rig_expect(stalling, "", 200, "slow");
    close(stalling);
    close(waiting);
    close(silent);
    rig_stop(rig);
}

/* One worker, its job, 256 waiting: what comes then is told to come again. */
static void a_full_queue_is_told(void **state) {
    struct rig *rig = rig_new();
    enum { CLIENTS = 270 };
    int fds[CLIENTS], served = 0, refused = 0;
    (void)state;
    rig->config.workers = 1;
    rig->config.connections_per_ip = 0;
    rig_start(rig);
    fds[0] = rig_connect(rig);
    assert_true(rig_send(fds[0], HOLD));
    rig_wait(&rig->running, 1);
    for (int i = 1; i < CLIENTS; i++) {
        fds[i] = rig_connect(rig);
        assert_true(rig_send(fds[i], SLOW(0)));
    }
    rig_wait(&rig->failed, 13);
    wait_suspended(rig, 257);
    rig_release(rig);
    for (int i = 0; i < CLIENTS; i++) {
        struct rig_reply reply = rig_read(fds[i], false);
        if (reply.status == 503) assert_string_equal(rig_header(&reply, "Retry-After"), "5");
        served += reply.status == 200;
        refused += reply.status == 503;
        rig_reply_free(&reply);
        close(fds[i]);
    }
    assert_int_equal(served, 257);
    assert_int_equal(refused, 13);
    rig_stop(rig);
}

/* Who has waited past the deadline is not served any more; who runs past it is. */
static void late_jobs(void **state) {
    struct rig *rig = rig_new();
    struct http_stats stats;
    (void)state;
    rig->config.workers = 1;
    rig->config.request_timeout_ms = 3000;
    rig_start(rig);
    int first = rig_connect(rig), second = rig_connect(rig);
    assert_true(rig_send(first, HOLD));
    rig_wait(&rig->running, 1);
    assert_true(rig_send(second, SLOW(0)));
    wait_suspended(rig, 2);
    rig_sleep(3200); /* both are past the deadline now, the first running, the second waiting */
    rig_release(rig);
    rig_expect(second, "", 503, NULL);
    rig_expect(first, "", 200, "slow");
    http_stats(rig->server, &stats);
    assert_int_equal(stats.late_jobs, 1);
    assert_int_equal(stats.cut_slow, 0);
    close(first);
    close(second);
    rig_stop(rig);
}

static void a_client_that_leaves_a_slow_reply(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, HOLD));
    rig_wait(&rig->running, 1);
    struct linger hard = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard); /* a reset, not an orderly end */
    close(fd);
    rig_release(rig);
    rig_wait(&rig->done, 1);
    rig_expect_once(rig, HELLO, 200, "hello");
}

/* ---- streams ---- */

static void streams_arrive_whole(void **state) {
    struct rig *rig = *state;
    static const char *const paths[] = {"/api/stream?size=1000000", "/api/stream?size=1000000&sized=0"};
    int fd = rig_connect(rig);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char text[200];
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]);
        assert_true(rig_send(fd, text));
        struct rig_reply reply = rig_read(fd, false);
        assert_true(reply.whole);
        assert_int_equal(reply.body_len, 1000000);
        for (size_t j = 0; j < reply.body_len; j++)
            assert_int_equal(reply.body[j], 'a' + j % 26);
        rig_reply_free(&reply);
        rig_wait(&rig->closed, (int)i + 1);
    }
    rig_expect(fd, "GET /api/stream?size=0 HTTP/1.1\r\nHost: x\r\n\r\n", 200, "");
    rig_wait(&rig->closed, 3);
    assert_int_equal(atomic_load(&rig->sent_bytes), 2000000);
    close(fd);
}

static void a_broken_stream_ends_the_connection(void **state) {
    struct rig *rig = *state;
    static const char *const paths[] = {"/api/stream?size=1000000&abort=300000",
                                        "/api/stream?size=1000000&abort=300000&sized=0"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char text[200];
        int fd = rig_connect(rig);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]);
        assert_true(rig_send(fd, text));
        struct rig_reply reply = rig_read(fd, false);
        assert_int_equal(reply.status, 200);
        assert_false(reply.whole);
        rig_reply_free(&reply);
        close(fd);
        rig_wait(&rig->closed, (int)i + 1);
        rig_wait(&rig->left, (int)i + 1);
    }
}

/* Also while their threads have nothing else to do, and older connections are idle. */
static void broken_streams_take_no_room(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int older[20], fds[20];
    for (size_t i = 0; i < ARRAY_LEN(older); i++) {
        older[i] = rig_connect(rig);
        rig_expect(older[i], HELLO, 200, "hello");
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(rig);
        assert_true(rig_send(
            fds[i], i % 2 ? "GET /api/stream?size=1000&abort=300 HTTP/1.1\r\nHost: x\r\n\r\n"
                          : "GET /api/stream?size=1000&abort=300&sized=0 HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        struct rig_reply reply = rig_read(fds[i], false);
        assert_int_equal(reply.status, 200);
        assert_false(reply.whole);
        rig_reply_free(&reply);
    }
    (void)SOON((http_stats(rig->server, &stats), stats.connections == ARRAY_LEN(older)));
    assert_int_equal(stats.connections, ARRAY_LEN(older));
    assert_int_equal(atomic_load(&rig->sent_bytes),
                     (int)ARRAY_LEN(fds) * 300 + (int)ARRAY_LEN(older) * 5); /* "hello" */
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(older[i]);
        close(fds[i]);
    }
}

static void a_client_that_leaves_a_stream(void **state) {
    struct rig *rig = *state;
    char some[1000];
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "GET /api/stream?size=100000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_read_some(fd, some, sizeof some);
    close(fd);
    rig_wait(&rig->closed, 1);
    rig_wait(&rig->left, 1);
    rig_sleep(50);
    assert_int_equal(atomic_load(&rig->closed), 1);
}

/* ---- stopping ---- */

static void *stop(void *argument) {
    struct rig *rig = argument;
    http_stop(rig->server, 2 * WAIT_MS);
    return NULL;
}

static void stop_finishes_what_was_accepted(void **state) {
    struct rig *rig = rig_new();
    pthread_t stopper;
    int slow[12], idle;
    (void)state;
    rig_start(rig);
    idle = rig_connect(rig);
    rig_expect(idle, HELLO, 200, "hello");
    for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
        slow[i] = rig_connect(rig);
        assert_true(rig_send(slow[i], HOLD)); /* 12 jobs, 4 workers */
    }
    wait_suspended(rig, 12);
    int64_t begin = clock_monotonic_us();
    pthread_create(&stopper, NULL, stop, rig);
    assert_true(rig_ended(idle)); /* it is stopping, and all twelve are still to be done */
    assert_int_equal(atomic_load(&rig->sent), 1);
    rig_release(rig);
    for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
        struct rig_reply reply = rig_read(slow[i], false);
        assert_int_equal(reply.status, 200);
        rig_reply_free(&reply);
        assert_true(rig_ended(slow[i]));
        close(slow[i]);
    }
    pthread_join(stopper, NULL);
    assert_true(clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000)); /* not the end of its grace */
    close(idle);
    assert_int_equal(atomic_load(&rig->sent), 13);
    rig_free(rig);
}

static void *release_later(void *argument) {
    rig_sleep(3000); /* http_stop() has long told the workers, which it does at once */
    rig_release(argument);
    return NULL;
}

/* Past the grace, running jobs are still left to finish; waiting ones are refused. */
static void stop_without_grace(void **state) {
    struct rig *rig = rig_new();
    pthread_t releaser;
    int fds[6], served = 0, refused = 0;
    (void)state;
    rig->config.workers = 2;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(rig);
        assert_true(rig_send(fds[i], HOLD));
    }
    wait_suspended(rig, 6);
    rig_wait(&rig->running, 2);
    pthread_create(&releaser, NULL, release_later, rig);
    http_stop(rig->server, 0);
    pthread_join(releaser, NULL);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        struct rig_reply reply = rig_read(fds[i], false);
        served += reply.status == 200;
        refused += reply.status == 503;
        rig_reply_free(&reply);
        close(fds[i]);
    }
    assert_int_equal(served, 2);
    assert_int_equal(refused, 4);
    rig_free(rig);
}

static void stop_cuts_half_a_request_and_half_a_reply(void **state) {
    struct rig *rig = rig_new();
    (void)state;
    rig_start(rig);
    int half = rig_connect(rig), body = rig_connect(rig), stream = rig_connect(rig);
    assert_true(rig_send(half, "GET /api/hel"));
    assert_true(rig_send(body, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    assert_true(rig_send(stream, "GET /api/stream?size=1000000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_wait(&rig->planned, 2);
    int64_t begin = clock_monotonic_us();
    http_stop(rig->server, 300);
    assert_in_range((clock_monotonic_us() - begin) / 1000, 290, WAIT_MS);
    close(half);
    close(body);
    close(stream);
    assert_int_equal(atomic_load(&rig->closed), 1);
    assert_int_equal(atomic_load(&rig->left), 2);
    rig_free(rig);
}

static void stop_of_nothing(void **state) {
    (void)state;
    http_stop(NULL, 0);
    struct rig *rig = rig_new();
    rig_start(rig);
    int64_t begin = clock_monotonic_us();
    http_stop(rig->server, 2 * WAIT_MS);
    assert_true(clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000));
    rig_free(rig);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(slow_requests_keep_their_connection),
        TEST(sixty_four_in_parallel),
        cmocka_unit_test(slow_work_holds_up_nobody),
        cmocka_unit_test(who_waits_for_us_is_not_slow),
        cmocka_unit_test(a_full_queue_is_told),
        cmocka_unit_test(late_jobs),
        TEST(a_client_that_leaves_a_slow_reply),
        TEST(streams_arrive_whole),
        TEST(a_broken_stream_ends_the_connection),
        TEST(broken_streams_take_no_room),
        TEST(a_client_that_leaves_a_stream),
        cmocka_unit_test(stop_finishes_what_was_accepted),
        cmocka_unit_test(stop_without_grace),
        cmocka_unit_test(stop_cuts_half_a_request_and_half_a_reply),
        cmocka_unit_test(stop_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
