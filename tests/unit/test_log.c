/* Log: valid JSON, whole lines, one write a line, levels, long and broken values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "minyi/log.h"

static int receiver = -1;
static int saved_stderr = -1;

/* Standard error becomes a datagram socket: one write(2) arrives as one packet. */
static int start(void **state) {
    (void)state;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) return -1;
    saved_stderr = dup(STDERR_FILENO);
    receiver = pair[1];
    dup2(pair[0], STDERR_FILENO);
    close(pair[0]);
    log_set_level(LOG_LEVEL_INFO);
    return 0;
}
static int stop(void **state) {
    (void)state;
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(receiver);
    return 0;
}

/* The next line as JSON, or NULL when there is none. */
static json_t *next_line(void) {
    char line[70000];
    ssize_t len = recv(receiver, line, sizeof(line) - 1, MSG_DONTWAIT);
    if (len < 0) return NULL;
    assert_true(len <= 8192);
    assert_int_equal(line[len - 1], '\n');
    assert_ptr_equal(memchr(line, '\n', (size_t)len), line + len - 1);
    json_t *object = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    return object;
}

static void fields_arrive(void **state) {
    (void)state;
    errno = EDOM;
    LOG(LOG_LEVEL_WARN, "request", LOG_TEXT("path", "/a\"b\n<民>"), LOG_INT("ms", -12),
        LOG_TEXT("user", NULL));
    assert_int_equal(errno, EDOM);
    json_t *line = next_line();
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "level")), "warn");
    assert_string_equal(json_string_value(json_object_get(line, "event")), "request");
    assert_string_equal(json_string_value(json_object_get(line, "path")), "/a\"b\n<民>");
    assert_int_equal(json_integer_value(json_object_get(line, "ms")), -12);
    assert_true(json_is_null(json_object_get(line, "user")));
    assert_int_equal(json_string_length(json_object_get(line, "at")), 24);
    assert_null(json_object_get(line, "cut"));
    json_decref(line);
    log_write(LOG_LEVEL_ERROR, "bare", NULL, 0);
    line = next_line();
    assert_int_equal(json_object_size(line), 3);
    json_decref(line);
}

static void levels_filter(void **state) {
    (void)state;
    LOG(LOG_LEVEL_DEBUG, "hidden", LOG_INT("a", 1));
    assert_null(next_line());
    log_set_level(LOG_LEVEL_OFF);
    LOG(LOG_LEVEL_ERROR, "hidden", LOG_INT("a", 1));
    LOG(LOG_LEVEL_OFF, "hidden", LOG_INT("a", 1));
    assert_null(next_line());
    log_set_level(LOG_LEVEL_DEBUG);
    LOG(LOG_LEVEL_DEBUG, "shown", LOG_INT("a", 1));
    json_t *line = next_line();
    assert_non_null(line);
    json_decref(line);
    log_set_level(LOG_LEVEL_INFO);
}

static void long_values_are_cut_but_stay_json(void **state) {
    (void)state;
    static char chinese[30001];
    static char control[30001];
    for (size_t i = 0; i < 30000; i += 3)
        memcpy(chinese + i, "民", 3);
    memset(control, 1, 30000); /* six bytes each when escaped */
    LOG(LOG_LEVEL_INFO, "long", LOG_TEXT("a", chinese), LOG_TEXT("b", control), LOG_TEXT("c", chinese),
        LOG_INT("last", 7));
    json_t *line = next_line();
    assert_non_null(line);
    assert_true(json_is_true(json_object_get(line, "cut")));
    assert_true(json_string_length(json_object_get(line, "a")) >= 3000);
    assert_int_equal(json_string_length(json_object_get(line, "a")) % 3, 0);
    json_decref(line);
    LOG(LOG_LEVEL_INFO, chinese, LOG_TEXT("a", "x"));
    line = next_line();
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "a")), "x");
    json_decref(line);
}

static void every_length_around_the_limit(void **state) {
    (void)state;
    static char text[4001];
    memset(text, 'x', 4000);
    for (size_t len = 3900; len <= 4000; len++) {
        text[len] = '\0';
        LOG(LOG_LEVEL_INFO, "edge", LOG_TEXT("a", text), LOG_TEXT("b", text), LOG_TEXT("c", "tail"));
        json_t *line = next_line();
        assert_non_null(line);
        json_decref(line);
        text[len] = 'x';
    }
}

static void broken_text_is_replaced(void **state) {
    (void)state;
    LOG(LOG_LEVEL_INFO, "broken", LOG_TEXT("agent", "a\xFF\xE6\xB0z"));
    json_t *line = next_line();
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "agent")),
                        "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    json_decref(line);
}

static void *write_many(void *cls) {
    for (int i = 0; i < 200; i++)
        LOG(LOG_LEVEL_INFO, "thread", LOG_INT("n", i), LOG_TEXT("t", cls));
    return NULL;
}

static void threads_do_not_mix_lines(void **state) {
    (void)state;
    pthread_t threads[4];
    static char names[4][2] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
    for (int lines = 0; lines < 800;) {
        json_t *line = next_line();
        if (!line) continue;
        json_decref(line);
        lines++;
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_null(next_line());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_arrive),
        cmocka_unit_test(levels_filter),
        cmocka_unit_test(long_values_are_cut_but_stay_json),
        cmocka_unit_test(every_length_around_the_limit),
        cmocka_unit_test(broken_text_is_replaced),
        cmocka_unit_test(threads_do_not_mix_lines),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
