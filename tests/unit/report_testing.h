/* What the tests of reports share: a good draft, and the way to the desk in one call each. */
#ifndef MINYI_TESTS_REPORT_TESTING_H
#define MINYI_TESTS_REPORT_TESTING_H

#include "fixture.h"

#include "../../src/features/report/types.h"

#define REPORT_TESTS(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

static inline struct report_draft good_draft(void) {
    return (struct report_draft){.title = "关于规范校外托管机构的建议",
                                 .situation = "部分小学周边的托管机构没有登记，食品和消防都有隐患。",
                                 .analysis = "审批和监管的部门不清楚。",
                                 .suggestion = "由省教育厅牵头，明确登记办法和监管责任。",
                                 .category_id = ABSENT,
                                 .name_public = true};
}

/* A call that must succeed. */
static inline void must_call(struct fixture *f, int64_t account, const char *route, const void *in,
                             void *out) {
    int error = fixture_call(f, account, route, in, out);
    if (error != 0)
        print_error("%s: %s %s %s\n", route, err_info(error)->code, f->problem.field ? f->problem.field : "",
                    f->problem.detail ? f->problem.detail : "");
    assert_int_equal(error, 0);
}

static inline int with_version(struct fixture *f, int64_t version, int64_t account, const char *route,
                               const void *in, void *out) {
    f->if_match = version;
    int error = fixture_call(f, account, route, in, out);
    f->if_match = ABSENT;
    return error;
}

static inline struct report_view create_from(struct fixture *f, int64_t account, struct report_draft draft) {
    struct report_view view;
    must_call(f, account, "report_create", &draft, &view);
    return view;
}

static inline struct report_view create(struct fixture *f, int64_t account) {
    return create_from(f, account, good_draft());
}

static inline int submit(struct fixture *f, int64_t account, int64_t id, int64_t version,
                         struct report_receipt *ret) {
    struct report_receipt receipt = {0};
    struct report_submit_in in = {.id = id, .confirm_not_classified = true};
    int error = with_version(f, version, account, "report_submit", &in, &receipt);
    if (ret != NULL && error == 0) *ret = receipt;
    return error;
}

/* A new report, handed in. */
static inline int64_t submitted(struct fixture *f, int64_t account) {
    struct report_view view = create(f, account);
    assert_int_equal(submit(f, account, view.id, view.version, NULL), 0);
    return view.id;
}

static inline struct report_view get(struct fixture *f, int64_t account, int64_t id) {
    struct report_view view;
    must_call(f, account, "report_get", &(struct report_id_in){id}, &view);
    return view;
}

struct moving {
    int64_t id;
    const char *event;
};
static int move_op(struct ctx *ctx, const void *in_, void *out) {
    const struct moving *in = in_;
    (void)out;
    return report_move(ctx, in->id, in->event);
}
/* report_move() as the account. */
static inline int move(struct fixture *f, int64_t account, int64_t id, const char *event) {
    return fixture_write(f, account, move_op, &(struct moving){id, event}, NULL);
}

static inline int64_t count_of(struct fixture *f, const char *format, int64_t id) {
    char sql[300];
    snprintf(sql, sizeof(sql), format, (long long)id);
    return fixture_int(f, sql);
}

static inline void assert_refused(struct fixture *f, int error, int expected, const char *field) {
    assert_int_equal(error, expected);
    if (field == NULL) return;
    assert_non_null(f->problem.field);
    assert_string_equal(f->problem.field, field);
    assert_non_null(f->problem.detail);
}

#endif
