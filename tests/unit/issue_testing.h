/* What the tests of sign-off, issues and dispatches share: articles ready for sign-off, a signature in one
 * call, issues at any point of their life. */
#ifndef MINYI_TESTS_ISSUE_TESTING_H
#define MINYI_TESTS_ISSUE_TESTING_H

#include "../../src/features/dispatch/types.h"
#include "../../src/features/issue/types.h"
#include "../../src/features/signoff/types.h"
#include "desk_testing.h"

static inline int64_t count_of(struct fixture *f, const char *from) {
    return fixture_int(f, arena_printf(f->arena, "SELECT count(*) FROM %s", from));
}

/* An article in editing with every gate closed. */
static inline int64_t ready_article(struct fixture *f) {
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    desk_pass_all(f, "article", id);
    return id;
}

static inline void see(struct fixture *f, const char *table, int64_t id) {
    f->if_match = desk_version_of(f, table, id);
}

static inline int send(struct fixture *f, int64_t account, int64_t article) {
    struct article_view view;
    see(f, "article", article);
    return fixture_call(f, account, "article_send", &(struct send_in){.id = article}, &view);
}

static inline int sign_with(struct fixture *f, int64_t account, struct sign_in in, struct sign_out *out) {
    see(f, "article", in.id);
    return fixture_call(f, account, "article_sign", &in, out);
}

static inline int sign(struct fixture *f, int64_t account, int64_t article) {
    struct sign_out out;
    return sign_with(f, account, (struct sign_in){.id = article}, &out);
}

static inline int send_back(struct fixture *f, int64_t account, int64_t article) {
    struct article_view view;
    see(f, "article", article);
    return fixture_call(
        f, account, "article_signoff_return",
        &(struct signoff_return_in){.id = article, .reason_code = "signoff_facts", .note = "请核实班次"},
        &view);
}

static inline int recall(struct fixture *f, int64_t account, int64_t article) {
    struct article_view view;
    return fixture_call(f, account, "article_recall", &(struct recall_in){article}, &view);
}

/* An article signed through the whole chain; the id of its issue. */
static inline int64_t issue_of(struct fixture *f, int64_t article) {
    struct sign_out out = {0};
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->secretary_general, article), 0);
    assert_int_equal(sign_with(f, f->vice_chair, (struct sign_in){.id = article}, &out), 0);
    assert_true(out.issue_id > 0);
    return out.issue_id;
}

static inline int64_t recipient(struct fixture *f, const char *kind, const char *name, int64_t unit_id) {
    struct recipient_view view;
    assert_int_equal(fixture_call(f, f->editor, "recipient_add",
                                  &(struct recipient_in){
                                      .kind = kind, .name = name, .unit_id = unit_id, .position = ABSENT},
                                  &view),
                     0);
    return view.id;
}

static inline int set_recipients(struct fixture *f, int64_t account, int64_t issue, struct list main,
                                 struct list copy) {
    struct issue_view view;
    see(f, "issue", issue);
    return fixture_call(f, account, "issue_recipients_save", &(struct issue_recipients_in){issue, main, copy},
                        &view);
}

static inline int send_issue(struct fixture *f, int64_t account, int64_t issue, const char *due_on) {
    struct issue_view view;
    see(f, "issue", issue);
    return fixture_call(f, account, "issue_send", &(struct issue_send_in){issue, due_on}, &view);
}

static inline int void_issue(struct fixture *f, int64_t account, int64_t issue) {
    struct issue_view view;
    see(f, "issue", issue);
    return fixture_call(f, account, "issue_void", &(struct issue_void_in){issue, "数据有误"}, &view);
}

#define IDS(...) ((struct list){(int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)})
#define NO_IDS ((struct list){0})

/* An issue sent to the department as main recipient; the id of the dispatch. */
static inline int64_t sent_dispatch(struct fixture *f, int64_t *ret_issue) {
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), NO_IDS), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    if (ret_issue) *ret_issue = issue;
    return fixture_int(f, "SELECT max(id) FROM dispatch");
}

static inline int receive(struct fixture *f, int64_t account, int64_t dispatch) {
    struct dispatch_view view;
    return fixture_call(f, account, "dispatch_receive", &(struct dispatch_id_in){dispatch}, &view);
}

static inline int answer(struct fixture *f, int64_t account, int64_t dispatch, const char *result) {
    struct dispatch_view view;
    see(f, "dispatch", dispatch);
    return fixture_call(
        f, account, "dispatch_answer",
        &(struct dispatch_answer_in){.id = dispatch, .result = result, .text = "已增加班次。"}, &view);
}

static inline int close_dispatch(struct fixture *f, int64_t account, int64_t dispatch, const char *route) {
    struct dispatch_view view;
    see(f, "dispatch", dispatch);
    return fixture_call(f, account, route, &(struct dispatch_id_in){dispatch}, &view);
}

static inline int rate(struct fixture *f, int64_t account, int64_t dispatch, const char *rating,
                       struct outcome *out) {
    struct outcome unused;
    return fixture_call(f, account, "rating_save", &(struct rating_in){.id = dispatch, .rating = rating},
                        out ? out : &unused);
}

#endif
