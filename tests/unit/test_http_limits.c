/* Hostile and unlucky clients: smuggling, drips, huge headers, too many connections. */
#include "http_rig.h"

#include <sys/resource.h>

static int setup(void **state) {
    struct rig *rig = rig_new();
    rig->config.connections = 16;
    rig->config.connections_per_ip = 0;
    rig_start(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    rig_stop(*state);
    return 0;
}

#define HELLO "GET /api/hello HTTP/1.1\r\n"
#define ECHO "POST /api/echo HTTP/1.1\r\n"

static void ambiguous_framing_is_refused_and_closed(void **state) {
    struct rig *rig = *state;
    static const char *const bad[] = {
        ECHO "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: 5, 5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: +5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: -5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: 0x5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length: 5 5\r\n\r\nhello",
        ECHO "Host: x\r\nContent-Length:\r\n\r\n",
        ECHO "Host: x\r\nContent-Length : 5\r\n\r\nhello",
        ECHO "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding: identity\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nTransfer-Encoding: \r\n\tchunked\r\nZ: 1\r\n\r\n0\r\n\r\n",
        ECHO "Transfer-Encoding: chu\r\n nked\r\nHost: x\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        ECHO "Host: x\r\nContent-Length: 1\r\n 2\r\n\r\n012345678912",
        ECHO "Host: x\r\nContent-Length:\r\n 2\r\n\r\n01",
        ECHO "Host: x\r\nX:\r\n \r\n\r\n",
        ECHO "Host: x\r\nX: 1\r\n 2\r\n 3\r\n\r\n",
        ECHO " X: 1\r\nHost: x\r\n\r\n",
        HELLO "Host: x\r\nHost: y\r\n\r\n",
        HELLO "Host: x/y\r\n\r\n",
        HELLO "Host: user@x\r\n\r\n",
        HELLO "\r\n",
        HELLO "Host: x\r\nBad Name: 1\r\n\r\n",
        HELLO "Host: x\r\nB\xc3\xa4: 1\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int fd = rig_connect(rig);
        assert_true(rig_send(fd, bad[i]));
        struct rig_reply reply = rig_read(fd, false);
        if (reply.status != 400) fail_msg("%d instead of 400 for: %s", reply.status, bad[i]);
        rig_reply_free(&reply);
        char rest[2048];
        rig_read_some(fd, rest,
                      sizeof rest); /* libmicrohttpd's own 400 on a bad length has its header twice */
        if (!rig_ended(fd)) fail_msg("not closed after: %s", bad[i]);
        close(fd);
    }
    assert_int_equal(atomic_load(&rig->handled), 0);
    assert_int_equal(atomic_load(&rig->planned), 0);
}

/* The library cuts the target at a NUL; we see it by what lies behind. */
static void nul_in_the_request_line_is_refused(void **state) {
    struct rig *rig = *state;
    static const char lines[][64] = {
        "GET /api/hello\0x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/hello\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/hello?a=1\0b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/hello\0?a=1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET \0/api/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        int fd = rig_connect(rig);
        size_t len = 0;
        while (memcmp(lines[i] + len, "\r\n\r\n", 4) != 0)
            len++;
        assert_true(rig_send_bytes(fd, lines[i], len + 4));
        struct rig_reply reply = rig_read(fd, false);
        if (reply.status != 400) fail_msg("%d instead of 400 for line %zu", reply.status, i);
        rig_reply_free(&reply);
        close(fd);
    }
    assert_int_equal(atomic_load(&rig->planned), 0);
}

/* Bytes after a refused request are never taken for a second one. */
static void nothing_is_smuggled_behind_a_refusal(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, ECHO "Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "0\r\n\r\n" HELLO "Host: x\r\n\r\n"));
    struct rig_reply reply = rig_read(fd, false);
    assert_int_equal(reply.status, 400);
    assert_string_equal(rig_header(&reply, "Connection"), "close");
    rig_reply_free(&reply);
    assert_true(rig_ended(fd));
    close(fd);
    assert_int_equal(atomic_load(&rig->planned), 0);
}

/* libmicrohttpd answers these itself: 431, or 414 when the request line alone is too long. */
static void huge_headers_are_refused(void **state) {
    struct rig *rig = *state;
    size_t size = 200 * 1024;
    char *filling = malloc(size);
    static const struct {
        const char *before;
        int status;
    } rows[] = {{HELLO "Host: x\r\nX-Big: ", 431}, {"GET /", 414}};
    memset(filling, 'a', size);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = rig_connect(rig);
        assert_true(rig_send(fd, rows[i].before));
        rig_send_bytes(fd, filling, size);
        struct rig_reply reply = rig_read(fd, false);
        assert_int_equal(reply.status, rows[i].status);
        rig_reply_free(&reply);
        close(fd);
    }
    char text[13000];
    snprintf(text, sizeof text, HELLO "Host: x\r\nCookie: a=%.12000s\r\n\r\n", filling);
    free(filling);
    rig_expect_once(rig, text, 200, "hello"); /* what browsers may send is far below */
}

/* ---- Limits of time: long enough for a busy machine to send and to read what is sent at once ---- */

enum { HEADER_MS = 2000, REQUEST_MS = 3000, IDLE_MS = 6000, LATE_MS = WAIT_MS / 2 };

static int setup_hasty(void **state) {
    struct rig *rig = rig_new();
    rig->config.header_timeout_ms = HEADER_MS;
    rig->config.request_timeout_ms = REQUEST_MS;
    rig->config.idle_timeout_s = IDLE_MS / 1000;
    rig_start(rig);
    *state = rig;
    return 0;
}

/* Sends TEXT and then one byte of DRIP every 20 ms; returns after how many ms the server closed. */
static int64_t drip(const struct rig *rig, const char *text, const char *bytes) {
    int fd = rig_connect(rig);
    int64_t begin = clock_monotonic_us();
    assert_true(rig_send(fd, text));
    while (clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000)) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (!rig_send_bytes(fd, bytes, 1)) break;
        if (bytes[1]) bytes++;
        if (poll(&wait, 1, 20) > 0 && rig_ended(fd)) break;
    }
    close(fd);
    return (clock_monotonic_us() - begin) / 1000;
}

static void drips_are_cut(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    assert_in_range(drip(rig, "GET /api/hel", "l"), HEADER_MS / 2, LATE_MS);              /* request line */
    assert_in_range(drip(rig, HELLO "Host: x\r\nX-Long: ", "a"), HEADER_MS / 2, LATE_MS); /* header */
    assert_in_range(drip(rig, ECHO "Host: x\r\nContent-Length: 900\r\n\r\n", "a"), REQUEST_MS / 2,
                    LATE_MS); /* body */
    http_stats(rig->server, &stats);
    assert_int_equal(stats.cut_slow, 2); /* a request line never finished is a connection never used */
    rig_wait(&rig->left, 1);
    assert_int_equal(atomic_load(&rig->handled), 0);
}

static void idle_connections_are_closed(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int fd = rig_connect(rig);
    rig_expect(fd, HELLO "Host: x\r\n\r\n", 200, "hello");
    rig_sleep(HEADER_MS + 500); /* longer than the header's deadline, shorter than the idle one */
    int64_t begin = clock_monotonic_us();
    rig_expect(fd, HELLO "Host: x\r\n\r\n", 200, "hello");
    assert_true(rig_ended(fd));
    assert_in_range((clock_monotonic_us() - begin) / 1000, IDLE_MS / 2, LATE_MS);
    close(fd);
    http_stats(rig->server, &stats);
    assert_int_equal(stats.cut_slow, 0);
}

/* A slow reader has time by the size of the reply; one that leaves ends the stream. */
static void slow_readers_have_time_and_may_leave(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int fd = rig_connect(rig);
    int small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    /* 12 MB: more than the kernel buffers; at 4 KiB/s far too long for a test, so a client that leaves. */
    assert_true(rig_send(fd, "GET /api/stream?size=12000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_wait(&rig->handled, 1);
    rig_sleep(REQUEST_MS + 500);
    assert_int_equal(atomic_load(&rig->done), 0); /* still within its time */
    close(fd);
    rig_wait(&rig->left, 1);
    rig_wait(&rig->closed, 1);
    http_stats(rig->server, &stats);
    assert_int_equal(stats.cut_slow, 0);
}

static void idle_connections_make_room(void **state) {
    struct rig *rig = *state;
    int fds[40];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(rig);
        rig_expect(fds[i], HELLO "Host: x\r\n\r\n", 200, "hello");
    }
    struct http_stats stats;
    assert_true(SOON((http_stats(rig->server, &stats), stats.connections <= 16)));
    assert_int_equal(stats.refused_limit, 0);
    assert_true(rig_ended(fds[0])); /* the one idle longest went first */
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
}

/* Connections opened and left silent do not lock others out. */
static void silent_connections_make_room(void **state) {
    struct rig *rig = rig_new();
    int fds[8];
    (void)state;
    rig->config.connections = 8;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = rig_connect(rig);
    struct http_stats stats;
    assert_true(SOON((http_stats(rig->server, &stats), stats.connections == 8)));
    rig_sleep(1100);
    for (int i = 0; i < 4; i++)
        rig_expect_once(rig, HELLO "Host: x\r\n\r\n", 200, "hello");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    rig_stop(rig);
}

static void busy_connections_fill_the_limit(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int fds[16];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(rig);
        assert_true(rig_send(fds[i], "GET /api/hold HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    rig_wait(&rig->planned, 16);
    int refused = rig_connect(rig);
    rig_send(refused, HELLO "Host: x\r\n\r\n");
    assert_true(rig_ended(refused));
    close(refused);
    rig_release(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        rig_expect(fds[i], "", 200, "slow");
    http_stats(rig->server, &stats);
    assert_int_equal(stats.refused_limit, 1);
    rig_expect_once(rig, HELLO "Host: x\r\n\r\n", 200, "hello");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
}

static void one_address_has_its_own_limit(void **state) {
    struct rig *rig = rig_new();
    int fds[4];
    (void)state;
    rig->config.connections_per_ip = 4;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(rig);
        rig_expect(fds[i], HELLO "Host: x\r\n\r\n", 200, "hello");
    }
    int fifth = rig_connect(rig);
    rig_send(fifth, HELLO "Host: x\r\n\r\n");
    assert_true(rig_ended(fifth));
    close(fifth);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    rig_stop(rig);
}

/* All connections of the limit are usable, however the library spreads them over its threads. */
static void the_whole_limit_is_usable(void **state) {
    struct rig *rig = rig_new();
    int fds[64];
    (void)state;
    rig->config.connections = 64;
    rig->config.threads = 16;
    rig_start(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = rig_connect(rig);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        rig_expect(fds[i], HELLO "Host: x\r\n\r\n", 200, "hello");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        rig_expect(fds[i], HELLO "Host: x\r\n\r\n", 200, "hello");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    rig_stop(rig);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)
#define HASTY(NAME) cmocka_unit_test_setup_teardown(NAME, setup_hasty, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(ambiguous_framing_is_refused_and_closed),
        TEST(nul_in_the_request_line_is_refused),
        TEST(nothing_is_smuggled_behind_a_refusal),
        TEST(huge_headers_are_refused),
        HASTY(drips_are_cut),
        HASTY(idle_connections_are_closed),
        HASTY(slow_readers_have_time_and_may_leave),
        TEST(idle_connections_make_room),
        cmocka_unit_test(silent_connections_make_room),
        TEST(busy_connections_fill_the_limit),
        cmocka_unit_test(one_address_has_its_own_limit),
        cmocka_unit_test(the_whole_limit_is_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
