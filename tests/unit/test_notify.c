/* Notices: one's own only, once read always read, and told to those whom it concerns. */
#include "fixture.h"

#include "../../src/features/notify/types.h"
#include "minyi/utf8.h"

struct telling {
    int64_t account, unit;
    enum permission permission;
    const char *title, *text;
};

static int tell_one(struct ctx *ctx, const void *in_, void *out) {
    const struct telling *in = in_;
    (void)out;
    return notify_account(ctx, in->account, "report", in->title, in->text, "/reports/1");
}

static int tell_holders(struct ctx *ctx, const void *in_, void *out) {
    const struct telling *in = in_;
    (void)out;
    return notify_holders(ctx, in->permission, in->unit, "signoff", in->title, in->text, "/signoff");
}

static void tell(struct fixture *f, int64_t account, const char *title) {
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, tell_one,
                                   &(struct telling){.account = account, .title = title}, NULL),
                     0);
}

static struct notice_page list(struct fixture *f, int64_t account, bool unread) {
    struct notice_page page = {0};
    struct notice_list_in in = {.unread = unread, .limit = ABSENT};
    assert_int_equal(fixture_call(f, account, "notice_list", &in, &page), 0);
    return page;
}

static void test_one_reads_ones_own(void **state) {
    struct fixture *f = *state;
    tell(f, f->officer, "第一条");
    tell(f, f->officer, "第二条");
    tell(f, f->officer2, "别人的");
    struct notice_page page = list(f, f->officer, false);
    assert_int_equal(page.items.count, 2);
    const struct notice *items = page.items.items;
    assert_string_equal(items[0].title, "第二条");
    assert_string_equal(items[0].text, "");
    assert_int_equal(items[0].read_ms, ABSENT);
    struct notice notice;
    struct notice_id_in in = {items[0].id};
    f->now += 1000;
    assert_int_equal(fixture_call(f, f->officer2, "notice_read", &in, &notice), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->officer, "notice_read", &in, &notice), 0);
    int64_t first = f->now;
    assert_int_equal(notice.read_ms, first);
    f->now += 1000;
    assert_int_equal(fixture_call(f, f->officer, "notice_read", &in, &notice), 0);
    assert_int_equal(notice.read_ms, first);
    assert_int_equal(list(f, f->officer, true).items.count, 1);
    assert_int_equal(fixture_call(f, f->officer, "notice_read_all", NULL, NULL), 0);
    assert_int_equal(list(f, f->officer, true).items.count, 0);
    assert_int_equal(list(f, f->officer, false).items.count, 2);
    assert_int_equal(list(f, f->officer2, true).items.count, 1);
    assert_int_equal(
        fixture_call(f, FIXTURE_PUBLIC, "notice_list", &(struct notice_list_in){.limit = 1}, &page),
        ERR_SIGNED_OUT);
}

static void test_pages(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        tell(f, f->officer, "一条");
    struct notice_list_in in = {.limit = 2};
    size_t seen = 0;
    for (int page = 0; page < 3; page++) {
        struct notice_page out = {0};
        assert_int_equal(fixture_call(f, f->officer, "notice_list", &in, &out), 0);
        seen += out.items.count;
        assert_int_equal(out.next != NULL, page < 2);
        in.after = out.next;
    }
    assert_int_equal(seen, 5);
}

static void test_long_texts_are_cut(void **state) {
    struct fixture *f = *state;
    char longer[3 * 600 + 1] = "";
    for (size_t i = 0; i < 600; i++)
        memcpy(longer + 3 * i, "长", 3);
    struct telling in = {.account = f->officer, .title = longer, .text = longer};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, tell_one, &in, NULL), 0);
    const struct notice *notice = list(f, f->officer, false).items.items;
    assert_int_equal(utf8_length(notice->title), 100);
    assert_int_equal(utf8_length(notice->text), 500);
    assert_string_equal(notice->title + strlen(notice->title) - 3, "…");
}

static void test_holders_of_a_permission(void **state) {
    struct fixture *f = *state;
    struct telling in = {.unit = f->province, .permission = MAY_REPORT_DECIDE, .title = "有件待办"};
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'editor2'");
    assert_int_equal(fixture_write(f, f->section_head, tell_holders, &in, NULL), 0);
    assert_int_equal(list(f, f->editor, true).items.count, 1);
    assert_int_equal(list(f, f->section_head, true).items.count, 0); /* who acts knows */
    assert_int_equal(list(f, f->clerk, true).items.count, 0);        /* does not decide */
    assert_int_equal(list(f, f->city_editor, true).items.count, 0);  /* decides elsewhere */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_reads_ones_own, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_pages, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_long_texts_are_cut, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_holders_of_a_permission, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
