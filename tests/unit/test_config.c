/* Settings: every option with good and bad values, precedence, the environment, the ini file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "minyi/config.h"
#include "minyi/err.h"
#include "minyi/utf8.h"

static struct arena *arena;

static int start(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    return clearenv();
}
static int stop(void **state) {
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static void assert_same(const struct config *a, const struct config *b) {
    assert_string_equal(a->store, b->store);
    assert_int_equal(a->store_connections, b->store_connections);
    assert_string_equal(a->listen, b->listen);
    assert_true(a->public_url == b->public_url);
    assert_true(a->web_root == b->web_root);
    assert_string_equal(a->log_level, b->log_level);
    assert_int_equal(a->threads, b->threads);
    assert_int_equal(a->workers, b->workers);
    assert_int_equal(a->connections, b->connections);
    assert_int_equal(a->connections_per_ip, b->connections_per_ip);
    assert_int_equal(a->streams, b->streams);
    assert_int_equal(a->header_timeout_ms, b->header_timeout_ms);
    assert_int_equal(a->request_timeout_ms, b->request_timeout_ms);
    assert_int_equal(a->idle_timeout_s, b->idle_timeout_s);
    assert_int_equal(a->rate_limits, b->rate_limits);
    assert_int_equal(a->trust_proxy, b->trust_proxy);
}

static void options_are_documented(void **state) {
    (void)state;
    size_t count;
    const struct config_option *options = config_options(&count);
    assert_int_equal(count, 17);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strspn(options[i].name, "abcdefghijklmnopqrstuvwxyz-"), strlen(options[i].name));
        assert_true(strlen(options[i].argument) > 0);
        assert_true(utf8_length(options[i].help) > 5);
        assert_null(strchr(options[i].help, '\n'));
    }
}

static void good_values(void **state) {
    (void)state;
    const char *const cases[][2] = {
        {"store", "sqlite:/var/lib/minyi/民意.db"},
        {"store", "postgres://minyi@db.example.cn:5432/minyi?sslmode=verify-full"},
        {"store-connections", "200"},
        {"listen", "0.0.0.0:0"},
        {"listen", "[::1]:65535"},
        {"listen", "localhost:80"},
        {"public-url", "https://minyi.example.cn"},
        {"public-url", "http://127.0.0.1:8080"},
        {"public-url", "http://[::1]:8080"},
        {"public-url", "https://minyi.example.cn/"},
        {"web-root", "web/dist"},
        {"log-level", "debug"},
        {"log-level", "off"},
        {"threads", "1"},
        {"threads", "64"},
        {"workers", "1"},
        {"workers", "64"},
        {"connections", "8"},
        {"connections", "65536"},
        {"connections-per-ip", "0"},
        {"streams", "0"},
        {"streams", "65536"},
        {"header-timeout", "100"},
        {"header-timeout", "10s"},
        {"request-timeout", "3600000"},
        {"request-timeout", "5m"},
        {"idle-timeout", "1"},
        {"idle-timeout", "2000ms"},
        {"idle-timeout", "1m"},
        {"rate-limits", "no"},
        {"trust-proxy", "yes"},
        {"trust-proxy", "FALSE"},
        {"trust-proxy", "1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct config config;
        config_defaults(&config);
        const char *why = NULL;
        if (config_set(&config, arena, cases[i][0], cases[i][1], &why) != 0)
            fail_msg("%s=%s: %s", cases[i][0], cases[i][1], why);
        assert_null(why);
    }
}

static void values_arrive(void **state) {
    (void)state;
    struct config config;
    config_defaults(&config);
    const char *why;
    char listen[] = "0.0.0.0:9000";
    assert_int_equal(config_set(&config, arena, "listen", listen, &why), 0);
    listen[0] = 'X';
    assert_string_equal(config.listen, "0.0.0.0:9000");
    assert_int_equal(config_set(&config, arena, "public-url", "https://a.cn/", &why), 0);
    assert_string_equal(config.public_url, "https://a.cn");
    assert_int_equal(config_set(&config, arena, "threads", "008", &why), 0);
    assert_int_equal(config.threads, 8);
    assert_int_equal(config_set(&config, arena, "header-timeout", "2500", &why), 0);
    assert_int_equal(config.header_timeout_ms, 2500);
    assert_int_equal(config_set(&config, arena, "request-timeout", "2m", &why), 0);
    assert_int_equal(config.request_timeout_ms, 120000);
    assert_int_equal(config_set(&config, arena, "idle-timeout", "2m", &why), 0);
    assert_int_equal(config.idle_timeout_s, 120);
    assert_int_equal(config_set(&config, arena, "idle-timeout", "30", &why), 0);
    assert_int_equal(config.idle_timeout_s, 30);
    assert_int_equal(config_set(&config, arena, "trust-proxy", "On", &why), 0);
    assert_true(config.trust_proxy);
    assert_int_equal(config_set(&config, arena, "trust-proxy", "no", &why), 0);
    assert_false(config.trust_proxy);
}

static const char *const bad_values[][2] = {
    {"store", "sqlite:"},
    {"store", "postgres:"},
    {"store", "postgres://"},
    {"store-connections", "201"},
    {"store-connections", "-1"},
    {"store", "minyi.db"},
    {"store", "mysql://x"},
    {"store", "sqlite:a\nb"},
    {"store", "sqlite:\xFF"},
    {"listen", "8080"},
    {"listen", ":8080"},
    {"listen", "127.0.0.1"},
    {"listen", "127.0.0.1:"},
    {"listen", "127.0.0.1:65536"},
    {"listen", "127.0.0.1:-1"},
    {"listen", "127.0.0.1:80a"},
    {"listen", "256.0.0.1:80"},
    {"listen", "::1:80"},
    {"listen", "[::1:80"},
    {"listen", "[]:80"},
    {"listen", "minyi.example.cn:80"},
    {"listen", "127.0.0.1:000080"},
    {"public-url", "minyi.cn"},
    {"public-url", "ftp://minyi.cn"},
    {"public-url", "https://"},
    {"public-url", "https:///"},
    {"public-url", "https://a.cn/app"},
    {"public-url", "https://a.cn:99999"},
    {"public-url", "https://a.cn:"},
    {"public-url", "https://u@a.cn"},
    {"public-url", "https://a.cn?x"},
    {"public-url", "https://a b"},
    {"public-url", "https://:80"},
    {"web-root", ""},
    {"fonts", ""},
    {"fonts", "a\tb"},
    {"web-root", "a\tb"},
    {"log-level", "verbose"},
    {"log-level", "INFO"},
    {"threads", "0"},
    {"threads", "65"},
    {"threads", "-1"},
    {"threads", "1.5"},
    {"threads", "four"},
    {"threads", " 4"},
    {"threads", "0x10"},
    {"threads", "99999999999999999999"},
    {"workers", "0"},
    {"workers", "65"},
    {"connections", "7"},
    {"connections", "65537"},
    {"connections-per-ip", "-1"},
    {"connections-per-ip", "65537"},
    {"streams", "-1"},
    {"streams", "65537"},
    {"header-timeout", "99"},
    {"header-timeout", "601s"},
    {"header-timeout", "10h"},
    {"header-timeout", "s"},
    {"request-timeout", "99"},
    {"request-timeout", "61m"},
    {"request-timeout", "999999999999m"},
    {"idle-timeout", "0"},
    {"idle-timeout", "3601"},
    {"idle-timeout", "1500ms"},
    {"rate-limits", "sometimes"},
    {"trust-proxy", "maybe"},
    {"trust-proxy", "2"},
};

static void bad_values_in_every_option(void **state) {
    (void)state;
    size_t count;
    const struct config_option *options = config_options(&count);
    for (size_t o = 0; o < count; o++) { /* every option is tried, and the empty value always */
        bool tried = false;
        for (size_t i = 0; i < ARRAY_LEN(bad_values); i++)
            tried |= strcmp(bad_values[i][0], options[o].name) == 0;
        assert_true(tried);
        struct config config;
        config_defaults(&config);
        const char *why = NULL;
        assert_int_equal(config_set(&config, arena, options[o].name, "", &why), ERR_INVALID);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad_values); i++) {
        struct config config;
        struct config before;
        config_defaults(&config);
        before = config;
        const char *why = NULL;
        if (config_set(&config, arena, bad_values[i][0], bad_values[i][1], &why) != ERR_INVALID)
            fail_msg("%s=%s was taken", bad_values[i][0], bad_values[i][1]);
        assert_non_null(strstr(why, bad_values[i][0]));
        assert_int_equal(utf8_check(why, strlen(why), true), UTF8_FINE);
        assert_same(&config, &before);
    }
}

static void unknown_options(void **state) {
    (void)state;
    struct config config;
    config_defaults(&config);
    const char *why = NULL;
    assert_int_equal(config_set(&config, arena, "no-such", "1", &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why, "no-such"));
    assert_int_equal(config_set(&config, arena, "\xFF", "1", &why), ERR_NOT_FOUND);
    assert_true(utf8_valid(why, strlen(why)));
}

static void environment(void **state) {
    (void)state;
    struct config config;
    config_defaults(&config);
    struct config before = config;
    const char *why = NULL;
    assert_int_equal(config_from_environment(&config, arena, &why), 0);
    assert_same(&config, &before);
    setenv("MINYI_PUBLIC_URL", "https://a.cn", 1);
    setenv("MINYI_CONNECTIONS_PER_IP", "12", 1);
    setenv("MINYI_LISTEN", "", 1); /* empty: not set */
    assert_int_equal(config_from_environment(&config, arena, &why), 0);
    assert_string_equal(config.public_url, "https://a.cn");
    assert_int_equal(config.connections_per_ip, 12);
    assert_string_equal(config.listen, "127.0.0.1:8080");
    setenv("MINYI_STORE", "sqlite:new.db", 1);
    setenv("MINYI_TRUST_PROXY", "perhaps", 1);
    before = config;
    assert_int_equal(config_from_environment(&config, arena, &why), ERR_INVALID);
    assert_non_null(strstr(why, "MINYI_TRUST_PROXY"));
    assert_same(&config, &before); /* nothing half-done */
    clearenv();
}

/* Reads TEXT as an ini file. */
static int read_ini(const char *text, struct config *config, const char **ret_why) {
    char path[] = "/tmp/test_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    int rc = config_from_file(config, arena, path, ret_why);
    unlink(path);
    return rc;
}

static void ini_file(void **state) {
    (void)state;
    struct config config;
    config_defaults(&config);
    const char *why = NULL;
    assert_int_equal(read_ini("# 设置\n[minyi]\nlisten = 0.0.0.0:81 ; all\npublic-url=https://a.cn\n\n"
                              "; more\nthreads = 3\nstore = sqlite:/srv/民意.db\n",
                              &config, &why),
                     0);
    assert_string_equal(config.listen, "0.0.0.0:81");
    assert_string_equal(config.public_url, "https://a.cn");
    assert_string_equal(config.store, "sqlite:/srv/民意.db");
    assert_int_equal(config.threads, 3);
    assert_int_equal(read_ini("", &config, &why), 0);
}

static void overlong_lines_are_refused(void **state) {
    (void)state;
    char text[700];
    char folder[601];
    for (size_t len = 150; len <= 600; len++) {
        memset(folder, 'a', len);
        folder[len] = '\0';
        snprintf(text, sizeof(text), "[minyi]\nweb-root = %s\nthreads = 3\n", folder);
        struct config config;
        config_defaults(&config);
        const char *why = NULL;
        int rc = read_ini(text, &config, &why); /* never a path that is cut */
        assert_true(rc == 0 ? strcmp(config.web_root, folder) == 0 : strstr(why, "太长") != NULL);
        assert_true(len > 180 || rc == 0);
    }
}

static void bad_ini_files(void **state) {
    (void)state;
    const struct {
        const char *text, *why;
    } cases[] = {
        {"threads = 3\n", "第 1 行"},
        {"[server]\nthreads = 3\n", "[minyi]"},
        {"[minyi]\nthreads = 3\nthreads = 4\n", "两次"},
        {"[minyi]\nstore = sqlite:x\n  listen = 0.0.0.0:1\n", "第 3 行"},
        {"[minyi]\nno-such = 3\n", "no-such"},
        {"[minyi]\nworkers = 5\nthreads = many\n", "第 3 行"},
        {"[minyi]\nthreads\n", "第 2 行"},
        {"[minyi\nthreads = 1\n", "第 1 行"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct config config;
        config_defaults(&config);
        struct config before = config;
        const char *why = NULL;
        if (read_ini(cases[i].text, &config, &why) != ERR_INVALID) fail_msg("taken: %s", cases[i].text);
        if (!strstr(why, cases[i].why)) fail_msg("%s: %s", cases[i].text, why);
        assert_same(&config, &before);
    }
    struct config config;
    config_defaults(&config);
    const char *why = NULL;
    assert_int_equal(config_from_file(&config, arena, "/nonexistent/minyi.ini", &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why, "/nonexistent/minyi.ini"));
    assert_int_equal(config_from_file(&config, arena, "/", &why), ERR_INVALID);
}

/* The order in which main applies them: defaults, file, environment, flags. */
static void precedence(void **state) {
    (void)state;
    struct config config;
    const char *why = NULL;
    config_defaults(&config);
    setenv("MINYI_THREADS", "5", 1);
    setenv("MINYI_WORKERS", "6", 1);
    assert_int_equal(read_ini("[minyi]\nthreads=2\nworkers=2\nconnections=20\n", &config, &why), 0);
    assert_int_equal(config_from_environment(&config, arena, &why), 0);
    assert_int_equal(config_set(&config, arena, "threads", "9", &why), 0);
    assert_int_equal(config.threads, 9);
    assert_int_equal(config.workers, 6);
    assert_int_equal(config.connections, 20);
    assert_int_equal(config.connections_per_ip, 256);
    clearenv();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_documented),
        cmocka_unit_test(good_values),
        cmocka_unit_test(values_arrive),
        cmocka_unit_test(bad_values_in_every_option),
        cmocka_unit_test(unknown_options),
        cmocka_unit_test(environment),
        cmocka_unit_test(ini_file),
        cmocka_unit_test(overlong_lines_are_refused),
        cmocka_unit_test(bad_ini_files),
        cmocka_unit_test(precedence),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
