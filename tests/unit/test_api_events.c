/* Event streams through the whole gate: to whom, how soon, until when, how many. */
#include "engine.h"
#include "fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/features/account/types.h"
#include "minyi/features.h"
#include "minyi/hash.h"
#include "minyi/log.h"
#include "minyi/notify.h"
#include "wait.h"

struct rig {
    struct fixture *f;
    struct config config;
    struct api *api;
    struct http_server *server;
};

/* No look but those that something told of. */
enum { NO_HEARTBEAT_MS = 3600 * 1000 };

static void start(struct rig *rig, int64_t heartbeat_ms) {
    struct fixture *f = rig->f;
    const char *why = NULL;
    const struct api_options options = {.db = f->db,
                                        .config = &rig->config,
                                        .tables = feature_tables,
                                        .sessions = {account_session_load, account_session_touch},
                                        .heartbeat_ms = heartbeat_ms};
    assert_int_equal(api_new(&options, f->arena, &rig->api, &why), 0);
    const struct http_options http = {
        .config = &rig->config, .handler = api_handler(rig->api), .api_prefixes = api_prefixes};
    assert_int_equal(http_start(&http, f->arena, &rig->server, &why), 0);
    api_set_server(rig->api, rig->server);
}

static int setup(void **state) {
    if (fixture_setup(state) != 0) return -1;
    struct rig *rig = calloc(1, sizeof(*rig));
    rig->f = *state;
    rig->f->sweeps = false; /* the streams ask the store, too */
    *state = rig;
    signal(SIGPIPE, SIG_IGN);
    log_set_level(LOG_LEVEL_ERROR);
    config_defaults(&rig->config);
    rig->config.listen = "127.0.0.1:0";
    rig->config.threads = 2;
    rig->config.connections_per_ip = 0;
    return 0;
}

static int teardown(void **state) {
    struct rig *rig = *state;
    http_stop(rig->server, 2000);
    api_free(rig->api);
    *state = rig->f;
    free(rig);
    return fixture_teardown(state);
}

/* A session of ACCOUNT whose token is TOKEN. */
static void sign_in(struct fixture *f, int64_t account, const char *token) {
    char hash[HASH_HEX_SIZE], sql[400];
    hash_hex(token, strlen(token), hash);
    snprintf(
        sql, sizeof(sql),
        "INSERT INTO session (token_hash, account_id, created_ms, used_ms) VALUES ('%s', %lld, %lld, %lld)",
        hash, (long long)account, (long long)clock_ms(), (long long)clock_ms());
    fixture_sql(f, sql);
}

/* ---- The client ---- */

static int ask(struct rig *rig, const char *token) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(rig->server))};
    struct timeval limit = {.tv_sec = WAIT_MS / 1000};
    char request[300];
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    int len = snprintf(request, sizeof(request),
                       "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: minyi_session=%s\r\n\r\n", token);
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    return fd;
}

/* Reads until TEXT has come; false when the connection ended or nothing comes. */
static bool comes(int fd, const char *text) {
    char got[8192] = "";
    size_t len = 0;
    while (len + 1 < sizeof(got)) {
        ssize_t piece = recv(fd, got + len, 1, 0);
        if (piece <= 0) return false;
        got[++len] = '\0';
        if (strstr(got, text) != NULL) return true;
    }
    return false;
}

static bool is_silent(int fd, int ms) {
    char byte;
    usleep((useconds_t)ms * 1000);
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

#define ENDED "0\r\n\r\n" /* the last chunk */

static int open_stream(struct rig *rig, const char *token, const char *first) {
    int fd = ask(rig, token);
    assert_true(comes(fd, "200 OK"));
    assert_true(comes(fd, first));
    return fd;
}

static int tell_one(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    return notify_account(ctx, *(const int64_t *)in, "report", "有进展", "", "/reports/1");
}

static void tell(struct rig *rig, int64_t account) {
    assert_int_equal(fixture_write(rig->f, FIXTURE_SYSTEM, tell_one, &account, NULL), 0);
}

/* ---- Tests ---- */

static void test_a_notice_arrives_at_once_and_at_nobody_elses(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->officer, "token-officer");
    sign_in(f, f->officer2, "token-officer2");
    int mine = open_stream(rig, "token-officer", "event: unread\ndata: {\"unread\":0}\n\n");
    int other = open_stream(rig, "token-officer2", "data: {\"unread\":0}\n\n\r\n");
    usleep(50000); /* past the second look */
    tell(rig, f->officer);
    assert_true(comes(mine, "data: {\"unread\":1}\n\n"));
    assert_true(is_silent(other, 200));
    tell(rig, f->officer);
    assert_true(comes(mine, "data: {\"unread\":2}\n\n"));
    assert_int_equal(fixture_call(f, f->officer, "notice_read_all", NULL, NULL), 0);
    assert_true(comes(mine, "data: {\"unread\":0}\n\n"));
    close(mine);
    close(other);
}

static int tell_holders(struct ctx *ctx, const void *in, void *out) {
    const struct fixture *f = in;
    (void)out;
    return notify_holders(ctx, MAY_ARTICLE_EDIT, f->province, "article", "有稿件", "", "/articles");
}

static void test_all_holders_are_told(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->editor, "token-editor");
    sign_in(f, f->editor2, "token-editor2");
    sign_in(f, f->officer, "token-officer");
    int first = open_stream(rig, "token-editor", "{\"unread\":0}");
    int second = open_stream(rig, "token-editor2", "{\"unread\":0}");
    int none = open_stream(rig, "token-officer", "{\"unread\":0}\n\n\r\n");
    usleep(50000);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, tell_holders, f, NULL), 0);
    assert_true(comes(first, "{\"unread\":1}"));
    assert_true(comes(second, "{\"unread\":1}"));
    assert_true(is_silent(none, 200));
    close(first);
    close(second);
    close(none);
}

static void test_a_stream_ends_with_its_session(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->officer, "token-one");
    sign_in(f, f->officer, "token-two");
    sign_in(f, f->officer2, "token-off");
    int one = open_stream(rig, "token-one", "{\"unread\":0}");
    int two = open_stream(rig, "token-two", "{\"unread\":0}\n\n\r\n");
    int off = open_stream(rig, "token-off", "{\"unread\":0}");
    usleep(50000);
    fixture_sql(f, "DELETE FROM session WHERE id = (SELECT min(id) FROM session)");
    assert_int_equal(fixture_call(f, f->officer, "session_delete", NULL, NULL), 0); /* tells of the account */
    assert_true(comes(one, ENDED));
    assert_true(is_silent(two, 100));
    int64_t id = f->officer2;
    struct account_view view;
    assert_int_equal(fixture_call(f, FIXTURE_SYSTEM, "account_disable", &id, &view), 0);
    assert_true(comes(off, ENDED));
    int refused = ask(rig, "token-one");
    assert_true(comes(refused, "401 "));
    close(one);
    close(two);
    close(off);
    close(refused);
}

/* Nobody tells when a session runs out: the heartbeat looks. */
static void test_a_heartbeat_finds_what_ran_out(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    start(rig, 150);
    sign_in(f, f->officer, "token-officer");
    int fd = open_stream(rig, "token-officer", "{\"unread\":0}");
    assert_true(comes(fd, "\n:\n\n"));
    assert_true(comes(fd, ":\n\n"));
    fixture_sql(f, "UPDATE session SET used_ms = 0");
    assert_true(comes(fd, ENDED));
    close(fd);
}

static void test_four_for_an_account(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    int fds[5];
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->officer, "token-officer");
    sign_in(f, f->officer2, "token-officer2");
    int other = open_stream(rig, "token-officer2", "{\"unread\":0}\n\n\r\n");
    for (size_t i = 0; i < 5; i++)
        fds[i] = open_stream(rig, "token-officer", "{\"unread\":0}\n\n\r\n");
    assert_true(comes(fds[0], ENDED));
    for (size_t i = 1; i < 5; i++)
        assert_true(is_silent(fds[i], 20));
    assert_true(is_silent(other, 20));
    for (size_t i = 0; i < 5; i++)
        close(fds[i]);
    close(other);
}

/* True when there is room: *RET_FD is the stream then. */
static bool is_let_in(struct rig *rig, const char *token, int *ret_fd) {
    char status[] = "HTTP/1.1 200";
    int fd = ask(rig, token);
    assert_int_equal(recv(fd, status, sizeof(status) - 1, MSG_WAITALL), sizeof(status) - 1);
    bool in = strcmp(status, "HTTP/1.1 200") == 0;
    if (in) *ret_fd = fd;
    if (!in) close(fd);
    return in;
}

static void test_the_limit_of_all(void **state) {
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    rig->config.streams = 2;
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->officer, "token-officer");
    sign_in(f, f->officer2, "token-officer2");
    sign_in(f, f->editor, "token-editor");
    int one = open_stream(rig, "token-officer", "{\"unread\":0}");
    int two = open_stream(rig, "token-officer2", "{\"unread\":0}");
    int refused = ask(rig, "token-editor");
    assert_true(comes(refused, "503 "));
    assert_true(comes(refused, "Retry-After"));
    close(one);
    int now = -1;
    assert_true(SOON(is_let_in(rig, "token-editor", &now)));
    assert_true(comes(now, "{\"unread\":0}"));
    close(two);
    close(refused);
    close(now);
}

static void test_a_stop_ends_streams(void **state) {
    struct rig *rig = *state;
    start(rig, NO_HEARTBEAT_MS);
    sign_in(rig->f, rig->f->officer, "token-officer");
    int fd = open_stream(rig, "token-officer", "{\"unread\":0}");
    int64_t begin = clock_monotonic_us();
    http_stop(rig->server, 2 * WAIT_MS);
    rig->server = NULL;
    assert_true(clock_monotonic_us() - begin < WAIT_MS * INT64_C(1000)); /* not the end of its grace */
    assert_true(comes(fd, ENDED));
    close(fd);
}

/* What was told while the line was cut is found by looking when it is back. */
static void test_what_a_cut_line_did_not_tell(void **state) {
    ONLY_ON_POSTGRES("the line to a server");
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    char sql[200];
    db_on_trouble(NULL);
    start(rig, NO_HEARTBEAT_MS);
    sign_in(f, f->officer, "token-officer");
    int fd = open_stream(rig, "token-officer", "{\"unread\":0}\n\n\r\n");
    usleep(300 * 1000); /* the second look is over */
    snprintf(sql, sizeof(sql),
             "INSERT INTO notice (account_id, kind, title, text, link, created_ms)"
             " VALUES (%lld, 'report', '有进展', '', '/reports/1', 1)",
             (long long)f->officer);
    fixture_sql(f, sql);
    usleep(300 * 1000);
    engine_sql(f->url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_true(comes(fd, "{\"unread\":1}"));
    close(fd);
}

static int64_t reads_open(struct rig *rig) {
    struct db_stats stats;
    db_stats(rig->f->db, &stats);
    return stats.readers;
}

/* Many streams of many accounts: every one is told, and no store connection is kept for them. */
static void test_three_hundred_streams(void **state) {
    enum { ACCOUNTS = 75 };
    struct rig *rig = *state;
    struct fixture *f = rig->f;
    int fds[ACCOUNTS * 4];
    int64_t accounts[ACCOUNTS];
    rig->config.streams = 300;
    start(rig, NO_HEARTBEAT_MS);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        char name[20], token[20];
        snprintf(name, sizeof(name), "reader%zu", i);
        snprintf(token, sizeof(token), "token-%zu", i);
        accounts[i] = fixture_account(f, name, "officer", f->party_group);
        sign_in(f, accounts[i], token);
        for (size_t j = 0; j < 4; j++)
            fds[i * 4 + j] = open_stream(rig, token, "{\"unread\":0}");
    }
    for (size_t i = 0; i < ACCOUNTS; i++)
        tell(rig, accounts[i]);
    for (size_t i = 0; i < ACCOUNTS * 4; i++)
        assert_true(comes(fds[i], "{\"unread\":1}"));
    assert_true(reads_open(rig) <= 4); /* two HTTP threads, this one, the events' */
    for (size_t i = 0; i < ACCOUNTS * 4; i++)
        close(fds[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)
        TEST(test_a_notice_arrives_at_once_and_at_nobody_elses),
        TEST(test_all_holders_are_told),
        TEST(test_a_stream_ends_with_its_session),
        TEST(test_a_heartbeat_finds_what_ran_out),
        TEST(test_four_for_an_account),
        TEST(test_the_limit_of_all),
        TEST(test_a_stop_ends_streams),
        TEST(test_what_a_cut_line_did_not_tell),
        TEST(test_three_hundred_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
