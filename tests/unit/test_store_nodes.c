/* Two nodes on one database: what one commits the other hears, one of them leads, and what a cut line costs.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "store_testing.h"
#include "wait.h"

struct ear {
    pthread_mutex_t lock;
    char text[4096]; /* what was heard, each followed by '|'; NULL as "?" */
};

static void hear(void *argument, const char *text) {
    struct ear *ear = argument;
    pthread_mutex_lock(&ear->lock);
    size_t used = strlen(ear->text);
    snprintf(ear->text + used, sizeof(ear->text) - used, "%s|", text != NULL ? text : "?");
    pthread_mutex_unlock(&ear->lock);
}

static bool has_heard(struct ear *ear, const char *text) {
    pthread_mutex_lock(&ear->lock);
    bool there = strstr(ear->text, text) != NULL;
    pthread_mutex_unlock(&ear->lock);
    return there;
}

static bool hears(struct ear *ear, const char *text) {
    return SOON(has_heard(ear, text));
}

#define EAR ((struct ear){.lock = PTHREAD_MUTEX_INITIALIZER})

static int say(struct db_conn *tx, void *text) {
    return db_notify(tx, "t_news", text);
}

static int say_and_fail(struct db_conn *tx, void *text) {
    int error = db_notify(tx, "t_news", text);
    return error != 0 ? error : ERR_LOCKED;
}

static struct db *second_node(struct store_test *t) {
    const struct db_options options = {.url = t->url};
    struct db *db = NULL;
    assert_int_equal(db_open_with_migrations(&options, &store_test_internals, t->arena, &db, &t->why), 0);
    return db;
}

static bool one_leads(struct db *a, struct db *b, struct db **ret_leader) {
    bool first = db_leads(a), second = db_leads(b);
    assert_false(first && second);
    *ret_leader = first ? a : b;
    return first || second;
}

static void test_one_commits_the_other_hears(void **state) {
    ONLY_ON_POSTGRES("several nodes share a server");
    struct store_test *t = *state;
    struct ear here = EAR, there = EAR;
    struct db *other = second_node(t);
    assert_true(db_shared(t->db));
    assert_int_equal(db_listen(t->db, "t_news", hear, &here), 0);
    assert_int_equal(db_listen(other, "t_news", hear, &there), 0);
    assert_true(hears(&here, "?|"));
    assert_true(hears(&there, "?|"));
    assert_int_equal(db_write(t->db, say, "甲"), 0);
    assert_true(hears(&there, "甲|"));
    assert_true(hears(&here, "甲|"));
    assert_int_equal(db_write(other, say_and_fail, "无"), ERR_LOCKED);
    assert_int_equal(db_write(other, say, "乙"), 0);
    assert_true(hears(&here, "乙|"));
    assert_true(hears(&there, "乙|"));
    assert_string_equal(here.text, "?|甲|乙|");
    assert_string_equal(there.text, "?|甲|乙|");
    db_close(other);
    db_unlisten(t->db, hear, &here);
}

static void test_one_leads_and_hands_over(void **state) {
    ONLY_ON_POSTGRES("several nodes share a server");
    struct store_test *t = *state;
    struct db *other = second_node(t), *leader = NULL;
    assert_true(SOON(one_leads(t->db, other, &leader)));
    for (int i = 0; i < 30; i++) { /* it stays so */
        struct db *again = NULL;
        assert_true(one_leads(t->db, other, &again));
        assert_ptr_equal(again, leader);
        usleep(50000);
    }
    struct db *follower = leader == other ? t->db : other;
    db_close(leader);
    assert_true(SOON(db_leads(follower)));
    db_close(follower);
    t->db = NULL;
}

/* A process that never asked does not stand for it: a command of the console must not keep the jobs from
 * running. */
static void test_who_only_listens_does_not_lead(void **state) {
    ONLY_ON_POSTGRES("several nodes share a server");
    struct store_test *t = *state;
    struct ear ear = EAR;
    struct db *other = second_node(t);
    assert_int_equal(db_listen(other, "t_news", hear, &ear), 0);
    assert_true(hears(&ear, "?|"));
    usleep(300000); /* time to take the lead, had it stood for it */
    assert_true(SOON(db_leads(t->db)));
    db_close(other);
}

static void test_a_cut_line_is_told_and_mended(void **state) {
    ONLY_ON_POSTGRES("the line to a server");
    struct store_test *t = *state;
    struct ear ear = EAR;
    db_on_trouble(NULL);
    assert_int_equal(db_listen(t->db, "t_news", hear, &ear), 0);
    assert_true(hears(&ear, "?|"));
    assert_true(SOON(db_leads(t->db)));
    engine_sql(t->url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_true(hears(&ear, "?|?|"));
    assert_int_equal(db_write(t->db, say, "通了"), 0);
    assert_true(hears(&ear, "通了|"));
    assert_string_equal(ear.text, "?|?|通了|");
    assert_true(SOON(db_leads(t->db)));
    db_unlisten(t->db, hear, &ear);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, store_test_setup, store_test_teardown)
        TEST(test_one_commits_the_other_hears),
        TEST(test_one_leads_and_hands_over),
        TEST(test_who_only_listens_does_not_lead),
        TEST(test_a_cut_line_is_told_and_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
