/* Bodies: limits by length and by chunks, early refusals, 100-continue, spooling, disconnects. */
#include "http_rig.h"

#include <sys/resource.h>

#include "minyi/hash.h"

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

static const char next_request[] = "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n";

static void bodies_arrive_whole(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 200, "hello");
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 200, "");
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\n\r\n", 200, "");
    rig_expect(fd,
               "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n",
               200, "abc0123456789");
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200,
               "");
    rig_expect(fd, next_request, 200, "hello");
    close(fd);
}

static void bodies_in_single_bytes(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    const char *text = "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    for (const char *c = text; *c; c++)
        assert_true(rig_send_bytes(fd, c, 1));
    rig_expect(fd, "", 200, "hello");
    close(fd);
}

static void a_large_body_in_memory(void **state) {
    struct rig *rig = *state;
    size_t size = 2 * 1024 * 1024;
    char *body = calloc(1, size);
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "POST /api/big HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\n\r\n"));
    assert_true(rig_send_bytes(fd, body, size));
    rig_expect(fd, "", 200, "2097152");
    rig_expect(fd, next_request, 200, "hello");
    free(body);
    close(fd);
}

/* The refusal comes on the header alone; the body is never sent. */
static void early_refusals_on_the_header(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *head;
        int status;
    } rows[] = {
        {"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", 413},
        {"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413},
        {"POST /api/hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 413},
        {"POST /api/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 401},
        {"POST /api/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", 401},
        {"POST /api//echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 404},
        {"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 405},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = rig_connect(rig);
        rig_expect(fd, rows[i].head, rows[i].status, NULL);
        assert_true(rig_ended(fd));
        close(fd);
    }
    assert_int_equal(atomic_load(&rig->handled), 0);
}

/* A small refused body is read away, so that the connection is kept and no reset eats the answer. */
static void small_refused_bodies_keep_the_connection(void **state) {
    struct rig *rig = *state;
    char big[1200];
    int len = snprintf(big, sizeof big, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    memset(big + len, 'x', 1001);
    big[len + 1001] = 0;
    int fd = rig_connect(rig);
    rig_expect(fd, "POST /api/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 401,
               "signed out");
    rig_expect(fd, big, 413, NULL);
    rig_expect(fd, "GET /api/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 413, NULL);
    rig_expect(fd, next_request, 200, "hello");
    close(fd);
}

static void expect_continue_is_answered(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
               100, NULL);
    rig_expect(fd, "hello", 200, "hello");
    rig_expect(fd, next_request, 200, "hello");
    close(fd);
}

static void too_many_chunks_are_refused_at_the_end(void **state) {
    struct rig *rig = *state;
    char piece[2000];
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 20; i++) {
        memset(piece, 'x', sizeof piece);
        assert_true(rig_send(fd, "3e8\r\n") && rig_send_bytes(fd, piece, 1000) && rig_send(fd, "\r\n"));
    }
    rig_expect(fd, "0\r\n\r\n", 413, NULL);
    assert_true(rig_ended(fd));
    close(fd);
    assert_int_equal(atomic_load(&rig->handled), 0);
}

static void chunks_without_end_are_cut(void **state) {
    struct rig *rig = *state;
    char piece[16 * 1024];
    bool cut = false;
    int fd = rig_connect(rig);
    memset(piece, 'x', sizeof piece);
    assert_true(rig_send(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 4000 && !cut; i++) {
        cut = !rig_send(fd, "4000\r\n") || !rig_send_bytes(fd, piece, sizeof piece) || !rig_send(fd, "\r\n");
    }
    assert_true(cut);
    close(fd);
    rig_wait(&rig->left, 1);
}

static void uploads_are_spooled_and_hashed(void **state) {
    struct rig *rig = *state;
    size_t size = 5 * 1024 * 1024 + 7;
    char *body = malloc(size), hex[HASH_HEX_SIZE], expected[200], head[200];
    for (size_t i = 0; i < size; i++)
        body[i] = (char)('A' + i % 61);
    hash_hex(body, size, hex);
    snprintf(expected, sizeof expected, "%zu %s A", size, hex);
    snprintf(head, sizeof head, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", size);
    int fd = rig_connect(rig);
    for (int i = 0; i < 2; i++) {
        assert_true(rig_send(fd, head) && rig_send_bytes(fd, body, size));
        rig_expect(fd, "", 200, expected);
    }
    hash_hex("", 0, hex);
    snprintf(expected, sizeof expected, "0 %s -", hex);
    rig_expect(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200,
               expected);
    rig_expect(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 200, expected);
    rig_expect(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: 8388609\r\n\r\n", 413, NULL);
    close(fd);
    free(body);
}

static void a_spooled_body_has_its_limit_too(void **state) {
    struct rig *rig = *state;
    char *piece = calloc(1, 1024 * 1024);
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 8; i++) {
        assert_true(rig_send(fd, "100000\r\n") && rig_send_bytes(fd, piece, 1024 * 1024) &&
                    rig_send(fd, "\r\n"));
    }
    rig_expect(fd, "1\r\nx\r\n0\r\n\r\n", 413, NULL);
    close(fd);
    free(piece);
}

/* A full disk is told after the body; the limit on file sizes stands in for the disk. */
static void a_full_disk_is_told(void **state) {
    struct rig *rig = *state;
    struct rlimit before, small;
    char *body = calloc(1, 1024 * 1024);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 100 * 1000;
    int fd = rig_connect(rig);
    setrlimit(RLIMIT_FSIZE, &small);
    bool sent = rig_send(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n") &&
                rig_send_bytes(fd, body, 1024 * 1024);
    struct rig_reply reply = rig_read(fd, false);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(sent);
    assert_int_equal(reply.status, 507);
    rig_reply_free(&reply);
    assert_int_equal(atomic_load(&rig->handled), 0);
    close(fd);
    free(body);
}

static void an_unusable_temporary_folder_is_told(void **state) {
    struct rig *rig = *state;
    setenv("TMPDIR", "/nonexistent/folder", 1);
    rig_expect_once(rig, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 500, NULL);
    unsetenv("TMPDIR");
}

static void a_client_that_leaves_in_its_body(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "POST /api/spool HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc"));
    rig_wait(&rig->planned, 1);
    close(fd);
    rig_wait(&rig->left, 1);
    fd = rig_connect(rig);
    assert_true(
        rig_send(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"));
    rig_wait(&rig->planned, 2);
    close(fd);
    rig_wait(&rig->left, 2);
    assert_int_equal(atomic_load(&rig->handled), 0);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(bodies_arrive_whole),
        TEST(bodies_in_single_bytes),
        TEST(a_large_body_in_memory),
        TEST(early_refusals_on_the_header),
        TEST(small_refused_bodies_keep_the_connection),
        TEST(expect_continue_is_answered),
        TEST(too_many_chunks_are_refused_at_the_end),
        TEST(chunks_without_end_are_cut),
        TEST(uploads_are_spooled_and_hashed),
        TEST(a_spooled_body_has_its_limit_too),
        TEST(a_full_disk_is_told),
        TEST(an_unusable_temporary_folder_is_told),
        TEST(a_client_that_leaves_in_its_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
