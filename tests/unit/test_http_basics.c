/* Requests that are in order: keep-alive, pipelining, methods, bodies, paths, queries, cookies, headers. */
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

static void get_keeps_the_connection(void **state) {
    struct rig *rig = *state;
    struct http_stats stats;
    int fd = rig_connect(rig);
    for (int i = 0; i < 5; i++)
        rig_expect(fd, "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello");
    rig_expect(fd, "GET /api/refuse HTTP/1.1\r\nHost: x\r\n\r\n", 401, "signed out");
    rig_expect(fd, "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 200, "abc");
    rig_expect(fd, "GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n", 200, NULL);
    rig_expect(fd, "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello");
    http_stats(rig->server, &stats);
    assert_int_equal(stats.accepted, 1);
    assert_int_equal(stats.requests, 9);
    close(fd);
}

static void pipelined_requests_are_answered_in_order(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "GET /api/seen/1 HTTP/1.1\r\nHost: x\r\n\r\n"
                             "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo"
                             "GET /api/slow?ms=30 HTTP/1.1\r\nHost: x\r\n\r\n"
                             "GET /api/seen/4 HTTP/1.1\r\nHost: x\r\n\r\n"));
    const char *const expected[] = {"[1]from=127.0.0.1", "two", "slow", "[4]from=127.0.0.1"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct rig_reply reply = rig_read(fd, false);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, expected[i]);
        rig_reply_free(&reply);
    }
    close(fd);
}

static void head_is_get_without_body(void **state) {
    struct rig *rig = *state;
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "HEAD /api/method HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct rig_reply reply = rig_read(fd, true);
    assert_int_equal(reply.status, 200);
    assert_string_equal(rig_header(&reply, "Content-Length"), "3");
    rig_reply_free(&reply);
    rig_expect(fd, "GET /api/method HTTP/1.1\r\nHost: x\r\n\r\n", 200, "GET");
    rig_expect(fd, "HEAD /api/stream?size=1000 HTTP/1.1\r\nHost: x\r\n\r\n", 200, NULL);
    rig_expect(fd, "GET /api/method HTTP/1.1\r\nHost: x\r\n\r\n", 200, "GET");
    close(fd);
    rig_wait(&rig->closed, 1);
}

static void unknown_methods_reach_the_handler(void **state) {
    struct rig *rig = *state;
    rig_expect_once(rig, "BREW /api/method HTTP/1.1\r\nHost: x\r\n\r\n", 200, "BREW");
    rig_expect_once(rig, "PATCH /api/method HTTP/1.1\r\nHost: x\r\n\r\n", 200, "PATCH");
    rig_expect_once(rig, "DELETE /index.html HTTP/1.1\r\nHost: x\r\n\r\n", 405, NULL);
}

static void paths_are_decoded_by_segment(void **state) {
    struct rig *rig = *state;
    rig_expect_get(rig, "/api/seen/a%2Fb/c", 200, "[a/b][c]from=127.0.0.1");
    rig_expect_get(rig, "/api/seen/%E6%B0%91%e6%84%8f", 200, "[民意]from=127.0.0.1");
    rig_expect_get(rig, "/api/seen/a+b", 200, "[a+b]from=127.0.0.1");
    rig_expect_get(rig, "/api/seen/...", 200, "[...]from=127.0.0.1");
    rig_expect_get(rig, "/%61pi/hello", 200, "hello");
}

static void bad_paths_are_refused(void **state) {
    struct rig *rig = *state;
    static const char *const bad[] = {"/api/seen/%00",       "/api/seen/a%00b",
                                      "/api/seen/%2e%2e",    "/api/seen/..",
                                      "/api/seen/./a",       "/api/../api/hello",
                                      "/api/seen/%2E",       "/api/seen/%ff",
                                      "/api/seen/%zz",       "/api/seen/%4",
                                      "/api/seen/%",         "/api/seen/%c0%af",
                                      "/api/seen/%0d%0a",    "/api/seen/%7f",
                                      "/api/seen/%ed%a0%80", "/..",
                                      "/assets/%2e%2e/a",    "/%",

                                      "/api/seen/a\tb",      "/api/seen/\x7f",
                                      "api/hello",           "*",
                                      "http://x/api/hello"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        rig_expect_get(rig, bad[i], 400, NULL);
    rig_expect_get(rig, "/api/seen/a b", 0, NULL); /* the library hangs up */
    static const char *const missing[] = {"//", "/api//hello", "/api/hello/", "//api/hello", "/api/seen//"};
    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        rig_expect_get(rig, missing[i], 404, NULL);
    assert_int_equal(atomic_load(&rig->handled), 0);
}

static void long_paths_are_refused(void **state) {
    struct rig *rig = *state;
    char path[10000] = "/api/seen/";
    memset(path + 10, 'a', 9000);
    rig_expect_get(rig, path, 414, NULL);
    for (int i = 0; i < 60; i++)
        memcpy(path + 2 * i, "/a", 3);
    rig_expect_get(rig, path, 414, NULL);
}

static void queries_are_decoded(void **state) {
    struct rig *rig = *state;
    rig_expect_get(rig, "/api/seen?a=1&b=%E6%B0%91+x%2B&a=2&c&d=&=e&&f=g=h&%61=%26", 200,
                   "{a=1}{b=民 x+}{a=2}{c=}{d=}{=e}{f=g=h}{a=&}from=127.0.0.1");
    rig_expect_get(rig, "/api/seen?", 200, "from=127.0.0.1");
    static const char *const bad[] = {"/api/seen?a=%00", "/api/seen?a=%ff", "/api/seen?%=1", "/api/seen?a=%4",
                                      "/api/seen?a=%c0%af"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        rig_expect_get(rig, bad[i], 400, NULL);
}

static void cookies_with_odd_forms(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *header, *seen;
    } rows[] = {
        {"Cookie: a=1; b=2", "a=1;b=2;"},
        {"Cookie: xa=0;a=1;;  b = 2 ;ab=3", "a=1;"},
        {"Cookie: a=\"quoted\"; b=x=y==", "a=quoted;b=x=y==;"},
        {"Cookie: a=first; a=second", "a=first;"},
        {"Cookie: a; b", ""},
        {"Cookie: a=", "a=;"},
        {"Cookie: ;;;=;a=1", "a=1;"},
        {"Cookie: b=2\r\nCookie: a=1", "a=1;b=2;"},
        {"Cookie: A=1", ""},
        {"Cookie: a=%41", "a=%41;"},
        {"Cookie:", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[512], seen[256];
        snprintf(text, sizeof text, "GET /api/seen HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", rows[i].header);
        snprintf(seen, sizeof seen, "%sfrom=127.0.0.1", rows[i].seen);
        rig_expect_once(rig, text, 200, seen);
    }
    /* libmicrohttpd reads cookies too, and answers an open quote itself. */
    rig_expect_once(rig, "GET /api/seen HTTP/1.1\r\nHost: x\r\nCookie: a=\"\r\n\r\n", 431, NULL);
}

static void headers_are_found_in_any_case(void **state) {
    struct rig *rig = *state;
    rig_expect_once(rig, "GET /api/seen HTTP/1.1\r\nHost: x\r\nx-tEsT:  v \r\n\r\n", 200,
                    "x=v;from=127.0.0.1");
    rig_expect_once(rig, "GET /api/seen HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n", 200,
                    "from=127.0.0.1");
}

static void forwarded_address_counts_when_trusted(void **state) {
    struct rig *rig = rig_new();
    (void)state;
    rig->config.trust_proxy = true;
    rig_start(rig);
    static const struct {
        const char *list, *seen;
    } rows[] = {
        {"9.9.9.9", "from=9.9.9.9"},
        {"1.2.3.4, 9.9.9.9", "from=9.9.9.9"},
        {"1.2.3.4 , 2001:db8::1 ", "from=2001:db8::1"},
        {"1.1.1.1\r\nX-Forwarded-For: 2.2.2.2", "from=2.2.2.2"},
        {"unknown", "from=127.0.0.1"},
        {"<script>", "from=127.0.0.1"},
        {",", "from=127.0.0.1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, "GET /api/seen HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\n\r\n",
                 rows[i].list);
        rig_expect_once(rig, text, 200, rows[i].seen);
    }
    rig_stop(rig);
}

static void replies_carry_the_security_headers(void **state) {
    struct rig *rig = *state;
    static const char *const paths[] = {"/api/hello", "/index.html", "/api/%ff", "/missing.js"};
    static const char *const names[] = {"Content-Security-Policy",
                                        "X-Content-Type-Options",
                                        "Referrer-Policy",
                                        "Cross-Origin-Opener-Policy",
                                        "Cross-Origin-Resource-Policy",
                                        "Permissions-Policy",
                                        "Cache-Control",
                                        "X-Request-Id"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char text[256];
        int fd = rig_connect(rig);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]);
        assert_true(rig_send(fd, text));
        struct rig_reply reply = rig_read(fd, false);
        for (size_t j = 0; j < ARRAY_LEN(names); j++) {
            if (!rig_header(&reply, names[j])) fail_msg("%s lacks %s", paths[i], names[j]);
        }
        assert_null(rig_header(&reply, "Strict-Transport-Security"));
        assert_non_null(strstr(rig_header(&reply, "Content-Security-Policy"), "default-src 'none'"));
        assert_null(strstr(rig_header(&reply, "Content-Security-Policy"), "script-src 'unsafe"));
        rig_reply_free(&reply);
        close(fd);
    }
}

static void https_brings_strict_transport(void **state) {
    struct rig *rig = rig_new();
    (void)state;
    rig->config.public_url = "https://minyi.example";
    rig_start(rig);
    int fd = rig_connect(rig);
    assert_true(rig_send(fd, "GET /api/hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct rig_reply reply = rig_read(fd, false);
    assert_string_equal(rig_header(&reply, "Strict-Transport-Security"), "max-age=31536000");
    rig_reply_free(&reply);
    close(fd);
    rig_stop(rig);
}

static void a_taken_address_is_told(void **state) {
    struct rig *rig = *state;
    struct config config = rig->config;
    struct http_server *server = NULL;
    const char *why = NULL;
    config.listen = arena_printf(rig->arena, "127.0.0.1:%d", rig->port);
    struct http_options options = {.config = &config, .api_prefixes = rig_prefixes};
    assert_int_equal(http_start(&options, rig->arena, &server, &why), ERR_UNAVAILABLE);
    assert_non_null(strstr(why, "占用"));
    config.listen = "nonsense";
    assert_int_equal(http_start(&options, rig->arena, &server, &why), ERR_UNAVAILABLE);
    assert_null(server);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(get_keeps_the_connection),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(head_is_get_without_body),
        TEST(unknown_methods_reach_the_handler),
        TEST(paths_are_decoded_by_segment),
        TEST(bad_paths_are_refused),
        TEST(long_paths_are_refused),
        TEST(queries_are_decoded),
        TEST(cookies_with_odd_forms),
        TEST(headers_are_found_in_any_case),
        cmocka_unit_test(forwarded_address_counts_when_trusted),
        TEST(replies_carry_the_security_headers),
        cmocka_unit_test(https_brings_strict_transport),
        TEST(a_taken_address_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
