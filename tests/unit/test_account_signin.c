/* Sign-in, sessions, one-time links, password: who gets in, who does not, and when. */
#include "../../src/features/account/types.h"
#include "fixture.h"

#include <pthread.h>

#define GOOD "云江-晨光-7041"
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static int make_link(struct ctx *ctx, const void *in, void *out) {
    return account_link_create(ctx, *(const int64_t *)in, out);
}

static const char *link_of(struct fixture *f, int64_t account) {
    char *token = arena_alloc(f->arena, TOKEN_SIZE);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, make_link, &account, token), 0);
    return token;
}

static int redeem(struct fixture *f, const char *token, const char *password) {
    struct session_out out;
    return fixture_call(f, FIXTURE_PUBLIC, "link_redeem", &(struct link_in){token, password}, &out);
}

static int check(struct fixture *f, const char *token) {
    struct link_info out;
    return fixture_call(f, FIXTURE_PUBLIC, "link_check", &(struct link_in){token, NULL}, &out);
}

static int sign_in(struct fixture *f, const char *login, const char *password) {
    struct session_out out;
    return fixture_call(f, FIXTURE_PUBLIC, "session_create", &(struct session_in){login, password}, &out);
}

/* Passwords cost time: one hash serves every account of a test. */
static void give_password(struct fixture *f, int64_t account) {
    assert_int_equal(redeem(f, link_of(f, account), GOOD), 0);
}

struct loaded {
    struct actor actor;
    bool stale;
};

static int load(struct ctx *ctx, const void *in, void *out) {
    struct loaded *loaded = out;
    return account_session_load(ctx, in, &loaded->actor, &loaded->stale);
}

static int touch(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    return account_session_touch(ctx, *(const int64_t *)in);
}

static int load_session(struct fixture *f, const char *token) {
    return fixture_read(f, FIXTURE_PUBLIC, load, token, &(struct loaded){0});
}

/* ---- Links ---- */

static void test_link_works_once(void **state) {
    struct fixture *f = *state;
    const char *token = link_of(f, f->officer);
    struct link_info info;
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "link_check", &(struct link_in){token, NULL}, &info), 0);
    assert_string_equal(info.login, "officer");
    assert_int_equal(info.expires_ms, f->now + INT64_C(72) * HOUR);
    assert_int_equal(redeem(f, token, "12345678"), ERR_WEAK_PASSWORD);
    assert_string_equal(f->problem.field, "password");
    assert_int_equal(redeem(f, token, GOOD), 0);
    assert_non_null(f->set_session);
    assert_int_equal(load_session(f, f->set_session), 0);
    assert_int_equal(redeem(f, token, GOOD), ERR_LINK_INVALID);
    assert_int_equal(check(f, token), ERR_LINK_INVALID);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 1);
}

static void test_link_expires_is_replaced_and_dies_with_the_account(void **state) {
    struct fixture *f = *state;
    const char *first = link_of(f, f->officer);
    const char *second = link_of(f, f->officer);
    assert_int_equal(check(f, first), ERR_LINK_INVALID);
    assert_int_equal(check(f, second), 0);
    f->now += INT64_C(72) * HOUR - 1;
    assert_int_equal(check(f, second), 0);
    f->now += 1;
    assert_int_equal(check(f, second), ERR_LINK_INVALID);
    assert_int_equal(redeem(f, second, GOOD), ERR_LINK_INVALID);
    const char *third = link_of(f, f->officer);
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'officer'");
    assert_int_equal(check(f, third), ERR_LINK_INVALID);
    assert_int_equal(check(f, "no-such-token"), ERR_LINK_INVALID);
}

struct racer {
    struct fixture own; /* a copy with an arena of its own */
    const char *token;
    int result;
    pthread_t thread;
};

static void *race(void *argument) {
    struct racer *racer = argument;
    racer->result = redeem(&racer->own, racer->token, GOOD);
    return NULL;
}

/* Hashing takes so long that all look at the link before one uses it: the transaction decides. */
static void test_link_redeemed_by_many_at_once(void **state) {
    struct fixture *f = *state;
    struct racer racers[4];
    const char *token = link_of(f, f->officer);
    for (size_t i = 0; i < ARRAY_LEN(racers); i++) {
        racers[i] = (struct racer){.own = *f, .token = token};
        racers[i].own.arena = arena_new(1024 * 1024);
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    int winners = 0, losers = 0;
    for (size_t i = 0; i < ARRAY_LEN(racers); i++) {
        pthread_join(racers[i].thread, NULL);
        winners += racers[i].result == 0;
        losers += racers[i].result == ERR_LINK_INVALID;
        arena_free(racers[i].own.arena);
    }
    assert_int_equal(winners, 1);
    assert_int_equal(losers, 3);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'account.redeem'"), 1);
}

/* ---- Sign-in ---- */

static void test_sign_in_tells_who_one_is(void **state) {
    struct fixture *f = *state;
    give_password(f, f->editor);
    struct session_out out;
    f->now += MINUTE;
    assert_int_equal(
        fixture_call(f, FIXTURE_PUBLIC, "session_create", &(struct session_in){" Editor ", GOOD}, &out), 0);
    const struct me *me = out.account;
    assert_int_equal(me->id, f->editor);
    assert_string_equal(me->committee_name, "云江省政协");
    assert_int_equal(me->permissions.count, 11);
    assert_string_equal(LIST_AT(me->permissions, struct text_row, 0)->text, "article.edit");
    assert_string_equal(LIST_AT(me->roles, struct text_row, 0)->text, "编辑（审核员）");
    char csrf[HASH_HEX_SIZE];
    api_csrf(f->set_session, csrf);
    assert_string_equal(out.csrf, csrf);
    assert_int_equal(fixture_int(f, "SELECT last_signin_ms FROM account WHERE login = 'editor'"), f->now);
    /* The same by GET /session. */
    f->session_token = f->set_session;
    assert_int_equal(fixture_call(f, f->editor, "session_get", NULL, &out), 0);
    assert_string_equal(out.csrf, csrf);
    f->session_token = NULL;
    /* Neither token nor password is stored anywhere. */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE detail LIKE '%晨光%'"), 0);
    assert_int_equal(fixture_int(f, "SELECT length(token_hash) FROM session"), 64);
}

static void test_refusals_look_alike(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    fixture_sql(f,
                "UPDATE account SET status = 'disabled', password_hash = (SELECT password_hash FROM account"
                " WHERE login = 'officer') WHERE login = 'officer2'");
    static const char *const logins[] = {"officer", "officer2", "clerk", "no-such-login"};
    for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
        const char *password = i == 0 ? "wrong" : GOOD;
        assert_int_equal(sign_in(f, logins[i], password), ERR_BAD_CREDENTIALS);
        assert_null(f->problem.field);
        assert_null(f->problem.detail);
        assert_null(f->set_session);
    }
    /* The audit tells them apart, and holds no login that does not exist. */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'session.refuse'"), 4);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'session.refuse' AND subject_id = 0"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE detail LIKE '%no-such-login%'"), 0);
}

static void test_five_failures_lock_the_login_for_a_quarter_of_an_hour(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    for (int i = 0; i < 5; i++)
        assert_int_equal(sign_in(f, "officer", "wrong"), ERR_BAD_CREDENTIALS);
    assert_int_equal(sign_in(f, "officer", GOOD), ERR_LOCKED);
    assert_int_equal(f->problem.retry_after_s, 15 * 60);
    f->now += 15 * MINUTE - 1;
    assert_int_equal(sign_in(f, "officer", GOOD), ERR_LOCKED);
    assert_int_equal(f->problem.retry_after_s, 1);
    f->now += 1;
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
}

static void test_unknown_logins_lock_too(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(sign_in(f, "nobody-here", "wrong"), ERR_BAD_CREDENTIALS);
    assert_int_equal(sign_in(f, "nobody-here", "wrong"), ERR_LOCKED);
}

static void test_success_clears_and_old_failures_fade(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    for (int i = 0; i < 4; i++)
        assert_int_equal(sign_in(f, "officer", "wrong"), ERR_BAD_CREDENTIALS);
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(sign_in(f, "officer", "wrong"), ERR_BAD_CREDENTIALS);
    f->now += 15 * MINUTE;
    for (int i = 0; i < 4; i++)
        assert_int_equal(sign_in(f, "officer", "wrong"), ERR_BAD_CREDENTIALS);
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
}

static void test_an_address_locks_after_many_logins(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE setting SET value = '3' WHERE key = 'signin.max_failures'");
    give_password(f, f->officer);
    char login[32];
    for (int i = 0; i < 30; i++) {
        snprintf(login, sizeof(login), "guess-%d", i);
        assert_int_equal(sign_in(f, login, "x"), ERR_BAD_CREDENTIALS);
    }
    assert_int_equal(sign_in(f, "officer", GOOD), ERR_LOCKED);
    f->remote = "192.0.2.2";
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
    /* One's own successes do not make room for more guesses than one may have. */
    assert_int_equal(fixture_int(f, "SELECT max(failures) FROM signin_failure"), 30);
    assert_int_equal(fixture_int(f, "SELECT min(failures) FROM signin_failure"), 0);
}

/* ---- Sessions ---- */

/* Who signed in is the one who acted; of who failed to, only the account tried is known. */
static void test_the_audit_names_who_signed_in(void **state) {
    struct fixture *f = *state;
    char sql[200];
    give_password(f, f->officer);
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
    assert_int_equal(sign_in(f, "officer", "wrong-password"), ERR_BAD_CREDENTIALS);
    assert_int_equal(fixture_call(f, f->officer, "session_delete", NULL, NULL), 0);
    static const struct {
        const char *act;
        bool named;
        int rows;
    } expected[] = {{"account.redeem", true, 1},
                    {"session.open", true, 2},
                    {"session.end", true, 1},
                    {"session.refuse", false, 1}};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        snprintf(
            sql, sizeof(sql),
            "SELECT count(*) FROM audit WHERE act = '%s' AND subject_kind = 'account' AND subject_id = %lld"
            " AND actor_id = %lld",
            expected[i].act, (long long)f->officer, expected[i].named ? (long long)f->officer : 0);
        assert_int_equal(fixture_int(f, sql), expected[i].rows);
    }
}

static void test_session_ends_when_idle_or_old(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    const char *token = f->set_session;
    struct loaded loaded = {0};
    assert_int_equal(fixture_read(f, FIXTURE_PUBLIC, load, token, &loaded), 0);
    assert_int_equal(loaded.actor.account_id, f->officer);
    assert_true(loaded.actor.permissions == UINT64_C(1) << MAY_REPORT_WRITE);
    assert_int_equal(loaded.actor.committee_id, f->province);
    assert_false(loaded.stale);
    f->now += MINUTE + 1;
    assert_int_equal(fixture_read(f, FIXTURE_PUBLIC, load, token, &loaded), 0);
    assert_true(loaded.stale);
    f->now += 2 * HOUR - MINUTE - 2;
    assert_int_equal(fixture_write(f, FIXTURE_PUBLIC, touch, &loaded.actor.session_id, NULL), 0);
    f->now += 2 * HOUR - 1;
    assert_int_equal(load_session(f, token), 0);
    f->now += 1;
    assert_int_equal(load_session(f, token), ERR_SIGNED_OUT);
    /* However often it is used, it ends after twelve hours. */
    give_password(f, f->officer);
    token = f->set_session;
    int64_t session = fixture_int(f, "SELECT max(id) FROM session");
    for (int i = 0; i < 12; i++) {
        assert_int_equal(load_session(f, token), 0);
        assert_int_equal(fixture_write(f, FIXTURE_PUBLIC, touch, &session, NULL), 0);
        f->now += HOUR;
    }
    assert_int_equal(load_session(f, token), ERR_SIGNED_OUT);
    assert_int_equal(load_session(f, "forged"), ERR_SIGNED_OUT);
}

static int set_status(struct ctx *ctx, const void *in, void *out) {
    return account_set_status(ctx, *(const int64_t *)in, *(bool *)out);
}

static void test_switched_off_is_out_at_once(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    const char *token = f->set_session;
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'officer'");
    assert_int_equal(load_session(f, token), ERR_SIGNED_OUT);
    fixture_sql(f, "UPDATE account SET status = 'active' WHERE login = 'officer'");
    assert_int_equal(load_session(f, token), 0);
    bool disabled = true;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, set_status, &f->officer, &disabled), 0);
    disabled = false;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, set_status, &f->officer, &disabled), 0);
    assert_int_equal(load_session(f, token), ERR_SIGNED_OUT);
    assert_string_equal(fixture_text(f, "SELECT status FROM account WHERE login = 'officer'"), "active");
    disabled = true;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, set_status, &f->clerk, &disabled), 0);
    disabled = false;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, set_status, &f->clerk, &disabled), 0);
    assert_string_equal(fixture_text(f, "SELECT status FROM account WHERE login = 'clerk'"), "invited");
}

static void test_own_sessions_only(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
    struct items_out out;
    assert_int_equal(fixture_call(f, f->officer, "session_list", NULL, &out), 0);
    assert_int_equal(out.items.count, 2);
    const struct id_in first = {LIST_AT(out.items, struct session_item, 1)->id};
    assert_int_equal(fixture_call(f, f->clerk, "session_end", &first, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->officer, "session_end", &first, NULL), 0);
    assert_int_equal(fixture_call(f, f->officer, "session_end", &first, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->officer, "session_end_all", NULL, NULL), 0);
    assert_string_equal(f->set_session, "");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 0);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "session_list", NULL, &out), ERR_SIGNED_OUT);
}

/* ---- Password ---- */

static void test_password_change(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    assert_int_equal(sign_in(f, "officer", GOOD), 0);
    static const char fresh[] = "松柏-2-南窗-听雨";
    assert_int_equal(
        fixture_call(f, f->officer, "password_change", &(struct password_in){GOOD, "short"}, NULL),
        ERR_WEAK_PASSWORD);
    assert_int_equal(fixture_call(f, f->officer, "password_change", &(struct password_in){GOOD, GOOD}, NULL),
                     ERR_WEAK_PASSWORD);
    assert_int_equal(
        fixture_call(f, f->officer, "password_change", &(struct password_in){"wrong", fresh}, NULL),
        ERR_INVALID);
    assert_string_equal(f->problem.field, "current");
    assert_int_equal(fixture_call(f, f->officer, "password_change", &(struct password_in){GOOD, fresh}, NULL),
                     0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 0);
    assert_int_equal(sign_in(f, "officer", GOOD), ERR_BAD_CREDENTIALS);
    assert_int_equal(sign_in(f, "officer", fresh), 0);
}

static void test_password_is_no_place_to_guess(void **state) {
    struct fixture *f = *state;
    give_password(f, f->officer);
    const struct password_in guess = {"wrong", "松柏-2-南窗-听雨"};
    for (int i = 0; i < 5; i++)
        assert_int_equal(fixture_call(f, f->officer, "password_change", &guess, NULL), ERR_INVALID);
    assert_int_equal(fixture_call(f, f->officer, "password_change", &guess, NULL), ERR_LOCKED);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_link_works_once),
        TEST(test_link_expires_is_replaced_and_dies_with_the_account),
        TEST(test_link_redeemed_by_many_at_once),
        TEST(test_sign_in_tells_who_one_is),
        TEST(test_refusals_look_alike),
        TEST(test_five_failures_lock_the_login_for_a_quarter_of_an_hour),
        TEST(test_unknown_logins_lock_too),
        TEST(test_success_clears_and_old_failures_fade),
        TEST(test_an_address_locks_after_many_logins),
        TEST(test_the_audit_names_who_signed_in),
        TEST(test_session_ends_when_idle_or_old),
        TEST(test_switched_off_is_out_at_once),
        TEST(test_own_sessions_only),
        TEST(test_password_change),
        TEST(test_password_is_no_place_to_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
