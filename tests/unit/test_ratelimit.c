/* The rate limits: one node's budget, and that two nodes together give about one. */
#include "fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/api/internal.h"
#include "engine.h"
#include "minyi/clock.h"

enum {
    STRICT_BURST = 120,
    STRICT_RATE = 2,
    WRITE_BURST = 120,
    WRITE_RATE = 10,
    READ_BURST = 600,
    READ_RATE = 60
};

static int64_t given(struct ratelimit *limits, enum rate_class class, int64_t account, const char *remote,
                     int64_t count, int64_t now_ms) {
    int64_t got = 0;
    for (int64_t i = 0; i < count; i++)
        got += ratelimit_take(limits, class, account, remote, now_ms) == 0;
    return got;
}

static void test_one_node(void **state) {
    (void)state;
    struct ratelimit *limits = ratelimit_new(NULL);
    int64_t now = clock_ms();
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.1", 500, now), STRICT_BURST);
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.2", 500, now), STRICT_BURST);
    assert_int_equal(given(limits, RATE_STRICT, 7, "192.0.2.1", 500, now),
                     0); /* a session does not widen it */
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.1", 500, now + 10000), 10 * STRICT_RATE);
    assert_int_equal(given(limits, RATE_WRITE, 7, "192.0.2.1", 500, now), WRITE_BURST);
    assert_int_equal(given(limits, RATE_READ, 7, "192.0.2.1", 2000, now), READ_BURST);
    assert_int_equal(ratelimit_take(limits, RATE_STRICT, 0, "192.0.2.2", now), 1);
    ratelimit_free(limits);
}

/* What another gave is paid back before more is given. */
static void test_what_another_gave(void **state) {
    (void)state;
    struct ratelimit *limits = ratelimit_new(NULL);
    int64_t now = clock_ms();
    ratelimit_charge(limits, RATE_STRICT, 0, "192.0.2.1", 100, now);
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.1", 500, now), STRICT_BURST - 100);
    ratelimit_charge(limits, RATE_STRICT, 0, "192.0.2.1", 20, now);
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.1", 500, now + 10000), 0);
    assert_int_equal(given(limits, RATE_STRICT, 0, "192.0.2.1", 500, now + 15000), 5 * STRICT_RATE);
    ratelimit_charge(limits, RATE_WRITE, 9, NULL, INT64_MAX, now); /* never deeper than a burst */
    assert_int_equal(given(limits, RATE_WRITE, 9, NULL, 500, now + 13000), 10);
    ratelimit_free(limits);
}

/* What takes a worker's time pays for it, so that one's requests fill no more than a worker or two. */
static void test_work_counts_as_requests(void **state) {
    (void)state;
    struct ratelimit *limits = ratelimit_new(NULL);
    int64_t now = clock_ms(), second = 1000 * 1000;
    ratelimit_charge_work(limits, 7, NULL, 10 * 1000, now); /* as quick as a list */
    assert_int_equal(given(limits, RATE_READ, 7, NULL, 2000, now), READ_BURST);
    ratelimit_charge_work(limits, 8, NULL, 6 * second, now);
    assert_int_equal(given(limits, RATE_READ, 8, NULL, 2000, now), READ_BURST / 2);
    ratelimit_charge_work(limits, 8, NULL, 12 * second / 10, now);
    assert_int_equal(given(limits, RATE_READ, 8, NULL, 2000, now + 1000), 0);
    assert_int_equal(given(limits, RATE_READ, 8, NULL, 2000, now + 2000), READ_RATE);
    assert_int_equal(given(limits, RATE_READ, 9, NULL, 1, now), 1); /* his alone */
    ratelimit_free(limits);
}

/* ---- Two nodes on one bus ---- */

enum { PATIENCE_MS = 60 * 1000 }; /* for what a busy machine does late; nothing is expected to last as long */

/* What was said on a channel. */
struct ear {
    pthread_mutex_t lock;
    struct db *db;
    int messages;
    int64_t given; /* the counts behind the equals signs, added up */
    size_t longest;
};

static void hear(void *argument, const char *text) {
    struct ear *ear = argument;
    if (!text) return;
    pthread_mutex_lock(&ear->lock);
    ear->messages++;
    if (strlen(text) > ear->longest) ear->longest = strlen(text);
    for (const char *equals = text; (equals = strchr(equals, '=')) != NULL; equals++)
        ear->given += strtoll(equals + 1, NULL, 10);
    pthread_mutex_unlock(&ear->lock);
}

static void prick(struct ear *ear, struct db *db, const char *channel) {
    *ear = (struct ear){.lock = PTHREAD_MUTEX_INITIALIZER, .db = db};
    assert_int_equal(db_listen(db, channel, hear, ear), 0);
}

/* Behind it whatever was heard has been heard by the node's other listeners, too (bus.c, 4). */
static void plug(struct ear *ear) {
    db_unlisten(ear->db, hear, ear);
}

static bool heard(struct ear *ear, int messages, int64_t given) {
    pthread_mutex_lock(&ear->lock);
    bool all = ear->messages >= messages && ear->given >= given;
    pthread_mutex_unlock(&ear->lock);
    return all;
}

static void await(struct ear *ear, int messages, int64_t given) {
    for (int64_t end = clock_ms() + PATIENCE_MS; !heard(ear, messages, given);) {
        assert_true(clock_ms() < end);
        usleep(5 * 1000);
    }
}

struct pair {
    struct ratelimit *nodes[2];
    struct db *dbs[2]; /* on SQLite the same */
};

static int say(struct db_conn *tx, void *channel) {
    return db_notify(tx, channel, "");
}

/* What one of them says the other hears from now on. */
static void await_lines(struct pair *pair) {
    char channel[] = "lines";
    for (size_t n = 0; n < 2; n++) {
        struct ear ear;
        prick(&ear, pair->dbs[n], channel);
        for (int64_t end = clock_ms() + PATIENCE_MS; !heard(&ear, 1, 0);) {
            assert_true(clock_ms() < end);
            assert_int_equal(db_write(pair->dbs[1 - n], say, channel), 0);
            usleep(5 * 1000);
        }
        plug(&ear);
    }
}

static struct pair two_nodes(struct fixture *f) {
    struct pair pair = {.dbs = {f->db, f->db}};
    const char *why = NULL;
    if (engine_is_postgres())
        assert_int_equal(db_open(&(struct db_options){.url = f->url}, f->arena, &pair.dbs[1], &why), 0);
    for (size_t n = 0; n < 2; n++)
        pair.nodes[n] = ratelimit_new(pair.dbs[n]);
    await_lines(&pair);
    return pair;
}

static void end_nodes(struct pair *pair) {
    for (size_t n = 0; n < 2; n++)
        ratelimit_free(pair->nodes[n]);
    if (pair->dbs[1] != pair->dbs[0]) db_close(pair->dbs[1]);
}

/* Asks both nodes EACH times, STEPS tenths of a second long. */
static int64_t hammer(struct pair *pair, enum rate_class class, int64_t account, const char *remote,
                      int steps, int64_t each) {
    int64_t got = 0;
    for (int i = 0; i < steps; i++) {
        for (size_t n = 0; n < 2; n++)
            got += given(pair->nodes[n], class, account, remote, each, clock_ms());
        usleep(100 * 1000);
    }
    return got;
}

/* A sudden flood: before the news arrives a burst more slips through, and it is paid back: when the bucket
 * would have been full again, both have given no more than one of them would have. */
static void test_two_nodes_give_one_budget(void **state) {
    struct fixture *f = *state;
    struct pair pair = two_nodes(f);
    struct ear ears[2];
    for (size_t n = 0; n < 2; n++)
        prick(&ears[n], pair.dbs[n], "rate");
    int64_t began = clock_ms(), first = hammer(&pair, RATE_STRICT, 0, "192.0.2.1", 12, 100);
    int64_t flowed = STRICT_RATE * (clock_ms() - began) / 1000 + 1;
    assert_in_range(first, STRICT_BURST, 2 * (STRICT_BURST + flowed));
    for (size_t n = 0; n < 2; n++) {
        await(&ears[n], 0, first);
        plug(&ears[n]);
    }
    int64_t later = clock_ms() + 70 * 1000;
    int64_t more = given(pair.nodes[0], RATE_STRICT, 0, "192.0.2.1", 500, later);
    int64_t one_budget = STRICT_BURST + STRICT_RATE * (later - began) / 1000;
    assert_in_range(first + more, one_budget - STRICT_BURST, one_budget + STRICT_RATE + 2);
    /* Others have their own. */
    assert_int_equal(given(pair.nodes[1], RATE_STRICT, 0, "192.0.2.9", 500, clock_ms()), STRICT_BURST);
    end_nodes(&pair);
}

/* Slow enough for the news to arrive: nothing slips through. */
static void test_what_one_gave_the_other_does_not(void **state) {
    struct fixture *f = *state;
    struct pair pair = two_nodes(f);
    struct ear ear;
    prick(&ear, pair.dbs[1], "rate");
    int64_t began = clock_ms();
    assert_int_equal(given(pair.nodes[0], RATE_STRICT, 0, "2001:db8::1", 50, began), 50);
    await(&ear, 0, 50);
    plug(&ear);
    int64_t more = given(pair.nodes[1], RATE_STRICT, 0, "2001:db8::1", 500, clock_ms());
    int64_t flowed = STRICT_RATE * (clock_ms() - began) / 1000 + 1;
    assert_in_range(more, STRICT_BURST - 50, STRICT_BURST - 50 + flowed);
    end_nodes(&pair);
}

/* An account that writes as fast as one node lets it, on two at once, gets not twice that. How soon that
 * shows depends on how soon the news arrives. */
static void test_steady_use_of_two_nodes(void **state) {
    struct fixture *f = *state;
    struct pair pair = two_nodes(f);
    for (size_t n = 0; n < 2; n++) /* the bursts are gone */
        ratelimit_charge(pair.nodes[n], RATE_WRITE, 77, NULL, WRITE_BURST, clock_ms());
    int64_t began = clock_ms(), got = 0, flowed = 0;
    do {
        got += hammer(&pair, RATE_WRITE, 77, NULL, 40, 10);
        flowed = WRITE_RATE * (clock_ms() - began) / 1000; /* of one node's budget */
        assert_true(clock_ms() < began + PATIENCE_MS);
    } while (got > flowed * 3 / 2);
    assert_in_range(got, 1, 2 * flowed);
    end_nodes(&pair);
}

/* Whatever comes: a message a second, and a light reader is not worth one. */
static void test_few_messages(void **state) {
    struct fixture *f = *state;
    struct pair pair = two_nodes(f);
    struct ear ear;
    prick(&ear, f->db, "rate");
    for (int64_t account = 1; account < 200; account++)
        (void)given(pair.nodes[0], RATE_READ, account, NULL, 20, clock_ms());
    usleep(200 * 1000);
    assert_false(heard(&ear, 1, 0));
    int64_t began = clock_ms();
    for (int i = 0; i < 25 || !heard(&ear, 2, 0); i++) {
        assert_true(clock_ms() < began + PATIENCE_MS);
        for (int64_t j = 0; j < 400; j++) {
            char remote[40];
            snprintf(remote, sizeof(remote), "2001:db8:1234:5678:9abc:def0:1234:%x", (unsigned)j + 4096);
            (void)given(pair.nodes[0], RATE_STRICT, 0, remote, 1, clock_ms());
        }
        usleep(100 * 1000);
    }
    plug(&ear);
    int64_t seconds = (clock_ms() - began) / 1000;
    assert_in_range(ear.messages, 2, seconds + 2);
    assert_in_range(ear.longest, 1000, 4000);
    (void)given(pair.nodes[0], RATE_STRICT, 0, "not an address", 5, clock_ms());
    end_nodes(&pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_node),
        cmocka_unit_test(test_what_another_gave),
        cmocka_unit_test(test_work_counts_as_requests),
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)
        TEST(test_two_nodes_give_one_budget),
        TEST(test_what_one_gave_the_other_does_not),
        TEST(test_steady_use_of_two_nodes),
        TEST(test_few_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
