/* The life cycle of a report: every transition allowed and every one refused, against a table written by
 * hand; and what a move does besides. */
#include "report_testing.h"

/* A row a state, a column an event; the letter is the state it leads to, '.' refused. */
static const struct {
    const char *code;
    char letter;
} states[] = {
    {"draft", 'd'},    {"unit_signing", 'u'}, {"submitted", 's'}, {"in_review", 'r'},
    {"returned", 'b'}, {"kept", 'k'},         {"merged", 'm'},    {"redirected", 'x'},
    {"adopted", 'a'},  {"published", 'p'},    {"closed", 'c'},    {"withdrawn", 'w'},
};
static const char *const events[] = {
    "submit", "submit_unit", "unit_sign", "unit_return", "withdraw", "open",
    "return", "keep",        "redirect",  "reopen",      "merge",    "unmerge",
    "adopt",  "unadopt",     "publish",   "unpublish",   "close",    "reopen_outcome",
};
static const char *const expected[] = {
    "su................", /* draft */
    "..sbw.............", /* unit_signing */
    "....wr............", /* submitted */
    "......bkx.m.a.....", /* in_review */
    "su................", /* returned */
    ".........r........", /* kept */
    "...........r......", /* merged */
    ".........r........", /* redirected */
    ".............rp...", /* adopted */
    "...............ac.", /* published */
    ".................p", /* closed */
    "su................", /* withdrawn */
};

static const char *code_of(char letter) {
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (states[i].letter == letter) return states[i].code;
    return NULL;
}

static void test_the_whole_table(void **state) {
    (void)state;
    assert_int_equal(report_lifecycle.state_count, ARRAY_LEN(states));
    size_t allowed = 0;
    for (size_t s = 0; s < ARRAY_LEN(states); s++) {
        assert_int_equal(strlen(expected[s]), ARRAY_LEN(events));
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            const char *to = NULL;
            int result = lifecycle_next(&report_lifecycle, states[s].code, events[e], &to);
            if (expected[s][e] == '.') {
                assert_int_equal(result, ERR_ILLEGAL_TRANSITION);
                continue;
            }
            allowed++;
            assert_int_equal(result, 0);
            assert_string_equal(to, code_of(expected[s][e]));
        }
    }
    /* No event that the table above does not know. */
    assert_int_equal(report_lifecycle.transition_count, allowed);
}

static void test_every_move_in_the_store(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    char sql[120];
    for (size_t s = 0; s < ARRAY_LEN(states); s++)
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            snprintf(sql, sizeof(sql), "UPDATE report SET status = '%s', version = 1", states[s].code);
            fixture_sql(f, sql);
            bool refused = expected[s][e] == '.';
            assert_int_equal(move(f, f->editor, id, events[e]), refused ? ERR_ILLEGAL_TRANSITION : 0);
            assert_int_equal(fixture_int(f, "SELECT version FROM report"), refused ? 1 : 2);
            assert_string_equal(fixture_text(f, "SELECT status FROM report"),
                                refused ? states[s].code : code_of(expected[s][e]));
        }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.publish'"), 1);
    assert_int_equal(move(f, f->editor, 999, "open"), ERR_NOT_FOUND);
}

static void test_every_status_has_a_name(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        assert_string_not_equal(lifecycle_zh(&report_lifecycle, states[i].code), states[i].code);
}

static int64_t stamp(struct fixture *f, const char *column) {
    char sql[80];
    snprintf(sql, sizeof(sql), "SELECT %s FROM report", column);
    return fixture_int(f, sql);
}

static void moved(struct fixture *f, int64_t id, const char *event) {
    f->now += 1000;
    assert_int_equal(move(f, f->editor, id, event), 0);
}

static void test_times_belong_to_their_state(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    assert_int_equal(stamp(f, "submitted_ms"), f->now);
    moved(f, id, "open");
    assert_int_equal(stamp(f, "opened_ms"), f->now);
    assert_int_equal(stamp(f, "decided_ms"), ABSENT);
    moved(f, id, "keep");
    assert_int_equal(stamp(f, "decided_ms"), f->now);
    moved(f, id, "reopen");
    assert_int_equal(stamp(f, "decided_ms"), ABSENT);
    moved(f, id, "adopt");
    moved(f, id, "publish");
    int64_t published = f->now;
    assert_int_equal(stamp(f, "published_ms"), published);
    moved(f, id, "close");
    assert_int_equal(stamp(f, "closed_ms"), f->now);
    moved(f, id, "reopen_outcome");
    assert_int_equal(stamp(f, "closed_ms"), ABSENT);
    assert_int_equal(stamp(f, "published_ms"), published);
    moved(f, id, "unpublish");
    assert_int_equal(stamp(f, "published_ms"), ABSENT);
    moved(f, id, "unadopt");
    assert_int_equal(stamp(f, "decided_ms"), ABSENT);
    moved(f, id, "return");
    int64_t first = stamp(f, "submitted_ms");
    f->now += 1000;
    assert_int_equal(submit(f, f->officer, id, stamp(f, "version"), NULL), 0);
    /* Handed in anew, unopened: it may be taken back again. */
    assert_int_equal(stamp(f, "submitted_ms"), f->now);
    assert_true(f->now > first);
    assert_int_equal(stamp(f, "opened_ms"), ABSENT);
    assert_int_equal(stamp(f, "decided_ms"), ABSENT);
}

static void test_text_hash_tells_the_elements_apart(void **state) {
    (void)state;
    char a[HASH_HEX_SIZE], b[HASH_HEX_SIZE], c[HASH_HEX_SIZE];
    report_text_hash("题", "情况", "", "建议", a);
    report_text_hash("题", "情况", NULL, "建议", b);
    report_text_hash("题", "情", "况", "建议", c);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_the_whole_table),
        REPORT_TESTS(test_every_move_in_the_store),
        REPORT_TESTS(test_every_status_has_a_name),
        REPORT_TESTS(test_times_belong_to_their_state),
        REPORT_TESTS(test_text_hash_tells_the_elements_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
