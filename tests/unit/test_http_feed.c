/* Replies that stay open: what is written arrives at once, slow and vanished clients are dropped, many of
 * them need no thread, and a stop ends them all. */
#include "http_rig.h"

static int setup(void **state) {
    struct rig *rig = rig_new();
    rig->config.connections_per_ip = 0;
    rig_start(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    rig_stop(*state);
    return 0;
}

#define FEED "GET /api/feed HTTP/1.1\r\nHost: x\r\n\r\n"
#define HELLO "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n"

/* The next chunk, and how long it took; "" at the end of the reply, NULL at the end of the connection. */
static const char *chunk(int fd, int64_t *ret_us) {
    static _Thread_local char text[4096];
    int64_t begin = clock_monotonic_us();
    size_t size = rig_read_line_number(fd);
    char crlf[2];
    assert_true(size < sizeof text);
    size_t got = rig_read_some(fd, text, size);
    text[got] = 0;
    if (rig_read_some(fd, crlf, 2) != 2) return NULL;
    if (ret_us) *ret_us = clock_monotonic_us() - begin;
    return text;
}

static int open_feed(struct rig *rig) {
    struct rig_reply reply = {0};
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, FEED));
    assert_true(rig_read_header(fd, &reply));
    assert_non_null(strstr(reply.header, "200 OK"));
    assert_string_equal(rig_header(&reply, "Transfer-Encoding"), "chunked");
    assert_non_null(rig_header(&reply, "X-Content-Type-Options"));
    assert_string_equal(chunk(fd, NULL), "hi;");
    return fd;
}

static void add(struct rig *rig, int i, const char *text) {
    assert_int_equal(http_feed_add(rig->feeds[i], text, strlen(text)), 0);
}

static void feeds_are(struct rig *rig, int64_t wanted) {
    struct http_stats stats = {0};
    (void)SOON((http_stats(rig->server, &stats), stats.feeds == wanted));
    assert_int_equal(stats.feeds, wanted);
}

static void what_is_added_arrives_at_once(void **state) {
    struct rig *rig = *state;
    int64_t us = 0, least_us = INT64_MAX; /* a busy machine is late now and then, a wrong server always */
    int fd = open_feed(rig);
    for (int i = 0; i < 20; i++) {
        if (i % 3 == 0) rig_sleep(15); /* in the suspended state, and not yet in it */
        add(rig, 0, "news;");
        assert_string_equal(chunk(fd, &us), "news;");
        if (us < least_us) least_us = us;
    }
    assert_true(least_us < 200 * 1000);
    feeds_are(rig, 1);
    http_feed_end(rig->feeds[0]);
    assert_string_equal(chunk(fd, NULL), "");
    assert_int_equal(http_feed_add(rig->feeds[0], "late", 4), ERR_NOT_FOUND);
    rig_expect(fd, HELLO, 200, "hello"); /* the connection is kept */
    close(fd);
    feeds_are(rig, 0);
    rig_wait(&rig->done, 2);
    assert_int_equal(atomic_load(&rig->sent_bytes), 3 + 20 * 5 + 5);
}

static void what_waits_is_sent_before_the_end(void **state) {
    struct rig *rig = *state;
    int fd = open_feed(rig);
    add(rig, 0, "last;");
    http_feed_end(rig->feeds[0]);
    assert_string_equal(chunk(fd, NULL), "last;");
    assert_string_equal(chunk(fd, NULL), "");
    close(fd);
}

static void a_client_that_leaves_is_noticed(void **state) {
    struct rig *rig = *state;
    int stays = open_feed(rig), leaves = open_feed(rig);
    feeds_are(rig, 2);
    close(leaves);
    feeds_are(rig, 1); /* nothing was written meanwhile */
    rig_wait(&rig->left, 1);
    assert_int_equal(http_feed_add(rig->feeds[1], "x", 1), ERR_NOT_FOUND);
    add(rig, 0, "still;");
    assert_string_equal(chunk(stays, NULL), "still;");
    close(stays);
}

/* The connections are closed, though their threads serve older ones that are idle; and a stop waits for
 * nobody. */
static void who_leaves_takes_no_room(void **state) {
    (void)state;
    struct rig *rig = rig_new();
    struct http_stats stats;
    int older[20], fds[20];
    rig->config.idle_timeout_s = 600;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(older); i++) {
        older[i] = rig_connect(rig);
        rig_expect(older[i], HELLO, 200, "hello");
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = open_feed(rig);
    feeds_are(rig, ARRAY_LEN(fds));
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    (void)SOON((http_stats(rig->server, &stats), stats.connections == ARRAY_LEN(older)));
    assert_int_equal(stats.connections, ARRAY_LEN(older));
    int64_t begin = clock_monotonic_us();
    http_stop(rig->server, 2 * WAIT_MS);
    assert_true(clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000)); /* not the end of its grace */
    rig_free(rig);
    for (size_t i = 0; i < ARRAY_LEN(older); i++)
        close(older[i]);
}

/* Reads nothing: the sockets' buffers fill, then ours, then it is cut. */
static void a_slow_reader_is_cut(void **state) {
    struct rig *rig = *state;
    static char block[4000];
    int fd = rig_connect(rig), small = 4096, error = 0;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_true(rig_send(fd, FEED));
    feeds_are(rig, 1);
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 20000 && error == 0; i++) {
        error = http_feed_add(rig->feeds[0], block, sizeof block);
        if (i % 2) rig_sleep(1);
    }
    assert_int_equal(error, ERR_TOO_LARGE);
    feeds_are(rig, 0);
    rig_wait(&rig->left, 1);
    close(fd);
}

/* The deadline of a reply holds for what waits, and not for silence. */
static void silence_has_no_deadline_but_waiting_has(void **state) {
    (void)state;
    struct rig *rig = rig_new();
    rig->config.request_timeout_ms = 2000;
    rig->config.idle_timeout_s = 1;
    rig_start(rig);
    int fd = open_feed(rig), stuck = rig_connect(rig), small = 4096;
    setsockopt(stuck, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_true(rig_send(stuck, "GET /api/feed?ceiling=40000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
    feeds_are(rig, 2);
    enum { MUCH = 30 * 1000 * 1000 }; /* more than the system keeps for a socket */
    char *much = calloc(1, MUCH);
    assert_int_equal(http_feed_add(rig->feeds[1], much, MUCH), 0);
    free(much);
    feeds_are(rig, 1);
    rig_sleep(2500);
    add(rig, 0, "after;");
    assert_string_equal(chunk(fd, NULL), "after;");
    close(fd);
    close(stuck);
    rig_stop(rig);
}

static int64_t resident_kb(void) {
    char text[64];
    FILE *file = fopen("/proc/self/statm", "re");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    char *second = strchr(text, ' ');
    return strtoll(second, NULL, 10) * 4;
}

static void three_hundred_at_once(void **state) {
    struct rig *rig = *state;
    int fds[300];
    int64_t before = resident_kb();
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = open_feed(rig);
    feeds_are(rig, 300);
    for (int i = 0; i < 300; i++)
        add(rig, i, "to all;");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        assert_string_equal(chunk(fds[i], NULL), "to all;");
    rig_expect_once(rig, HELLO, 200, "hello"); /* no thread is taken */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(resident_kb() - before < 300 * 120);
#else
    (void)before;
#endif
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    feeds_are(rig, 0);
}

struct writer {
    struct rig *rig;
    atomic_bool stop;
};

static void *write_all(void *argument) {
    struct writer *writer = argument;
    while (!atomic_load(&writer->stop)) {
        int count = atomic_load(&writer->rig->feed_count);
        for (int i = 0; i < count; i++)
            if (writer->rig->feeds[i]) (void)!http_feed_add(writer->rig->feeds[i], "a", 1);
        rig_sleep(1);
    }
    return NULL;
}

/* Clients come and go while two threads write: nothing is lost, nothing is touched after its end. */
static void coming_and_going_under_fire(void **state) {
    struct rig *rig = *state;
    struct writer writer = {.rig = rig};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, write_all, &writer);
    for (int round = 0; round < 60; round++) {
        int fds[4];
        struct rig_reply reply = {0};
        for (size_t i = 0; i < 4; i++) {
            fds[i] = rig_connect(rig);
            assert_true(rig_send(fds[i], FEED));
        }
        for (size_t i = 0; i < 4; i++) {
            assert_true(rig_read_header(fds[i], &reply));
            assert_memory_equal(chunk(fds[i], NULL), "hi;", 3);
            if (i % 2) assert_non_null(chunk(fds[i], NULL));
            close(fds[i]);
        }
    }
    feeds_are(rig, 0);
    atomic_store(&writer.stop, true);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

static void a_stop_ends_all_at_once(void **state) {
    (void)state;
    struct rig *rig = rig_new();
    int fds[20];
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = open_feed(rig);
    int64_t begin = clock_monotonic_us();
    http_stop(rig->server, 2 * WAIT_MS);
    assert_true(clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000)); /* not the end of its grace */
    rig_free(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_string_equal(chunk(fds[i], NULL), ""); /* whole, not torn off */
        close(fds[i]);
    }
}

static void head_and_old_clients(void **state) {
    struct rig *rig = *state;
    struct rig_reply reply = {0};
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "HEAD /api/feed HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(rig_read_header(fd, &reply));
    close(fd);
    feeds_are(rig, 0);
    fd = rig_connect(rig);
    assert_true(rig_send(fd, "GET /api/feed HTTP/1.0\r\n\r\n"));
    assert_true(rig_read_header(fd, &reply));
    char text[8];
    assert_int_equal(rig_read_some(fd, text, 3), 3);
    http_feed_end(rig->feeds[1]);
    assert_int_equal(rig_read_some(fd, text, 1), 0);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)
        TEST(what_is_added_arrives_at_once),
        TEST(what_waits_is_sent_before_the_end),
        TEST(a_client_that_leaves_is_noticed),
        TEST(a_slow_reader_is_cut),
        cmocka_unit_test(silence_has_no_deadline_but_waiting_has),
        TEST(three_hundred_at_once),
        TEST(coming_and_going_under_fire),
        cmocka_unit_test(who_leaves_takes_no_room),
        cmocka_unit_test(a_stop_ends_all_at_once),
        TEST(head_and_old_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
