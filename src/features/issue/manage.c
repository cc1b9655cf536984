/* What the office does with an issue: choose recipients, send, make void.
 *
 * 1. Only what is not yet sent may be taken off again.
 * 2. A recipient's name and place stay as they were when he was put on, whatever the address book says later.
 *    As long as it has not gone to him, they are taken anew whenever the recipients are saved.
 * 3. A void issue keeps its row and its number; its article goes back to editing, its sources to adopted. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "types.h"

DB_STATEMENT(issue_set_status,
             "UPDATE issue SET status = $3, void_reason = COALESCE($4, void_reason), version = version + 1"
             " WHERE id = $1 AND version = $2");
DB_STATEMENT(issue_bump, "UPDATE issue SET version = version + 1 WHERE id = $1 AND version = $2");
DB_STATEMENT(issue_dispatch_rows,
             "SELECT d.recipient_id, d.kind, d.status, " DISPATCH_RECIPIENT_NAME " AS name FROM dispatch d"
             " JOIN recipient rc ON rc.id = d.recipient_id WHERE d.issue_id = $1"
             " ORDER BY d.id");
DB_STATEMENT(issue_recipient_fits,
             "SELECT unit_id FROM recipient WHERE id = $1 AND committee_id = $2 AND active = 1");
DB_STATEMENT(issue_dispatch_delete,
             "DELETE FROM dispatch WHERE issue_id = $1 AND recipient_id = $2 AND status = 'pending'");
DB_STATEMENT(issue_dispatch_insert,
             "INSERT INTO dispatch (issue_id, committee_id, recipient_id, unit_id, kind, status)"
             " VALUES ($1, $2, $3, $4, $5, 'pending')"
             " ON CONFLICT (issue_id, recipient_id) DO UPDATE SET kind = excluded.kind, version = "
             "dispatch.version + 1");
DB_STATEMENT(
    issue_dispatch_names,
    "UPDATE dispatch SET recipient_name = rc.name, recipient_position = rc.position FROM recipient rc"
    " WHERE rc.id = dispatch.recipient_id AND dispatch.issue_id = $1 AND dispatch.status = 'pending'");

struct dispatch_row {
    int64_t recipient_id;
    const char *kind, *status, *name;
};
RECORD(issue_dispatch_record, "IssueDispatch", struct dispatch_row, "报送对象",
       F(struct dispatch_row, recipient_id, FIELD_INT, ""), F(struct dispatch_row, kind, FIELD_TEXT, ""),
       F(struct dispatch_row, status, FIELD_TEXT, ""), F(struct dispatch_row, name, FIELD_TEXT, ""));

static bool contains(struct list ids, int64_t id) {
    for (size_t i = 0; i < ids.count; i++)
        if (*LIST_AT(ids, int64_t, i) == id) return true;
    return false;
}

static const struct dispatch_row *find_row(struct list rows, int64_t recipient_id) {
    for (size_t i = 0; i < rows.count; i++)
        if (LIST_AT(rows, struct dispatch_row, i)->recipient_id == recipient_id)
            return LIST_AT(rows, struct dispatch_row, i);
    return NULL;
}

/* Takes off what is no longer wanted; what was sent must stay, and stay what it was. */
static int take_off(struct ctx *ctx, const struct issue_recipients_in *in, struct list rows) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < rows.count; i++) {
        const struct dispatch_row *row = LIST_AT(rows, struct dispatch_row, i);
        bool pending = strcmp(row->status, "pending") == 0;
        bool as_it_was = contains(strcmp(row->kind, "main") == 0 ? in->main : in->copy, row->recipient_id);
        if (as_it_was) continue;
        if (!pending)
            return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "已发给%s，不能撤下或改为另一种报送。", row->name);
        error = db_exec(ctx->conn, &issue_dispatch_delete,
                        DB_PARAMS(db_int(in->id), db_int(row->recipient_id)), NULL);
    }
    return error;
}

static int put_on(struct ctx *ctx, const struct issue_core *issue, const char *kind, struct list ids,
                  struct list rows) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < ids.count; i++) {
        int64_t id = *LIST_AT(ids, int64_t, i), unit_id = ABSENT;
        const struct dispatch_row *row = find_row(rows, id);
        if (row != NULL && strcmp(row->kind, kind) == 0) continue;
        error = db_get_int(ctx->conn, &issue_recipient_fits,
                           DB_PARAMS(db_int(id), db_int(issue->committee_id)), &unit_id);
        if (error == ERR_NOT_FOUND)
            return fail(ctx, ERR_NOT_ALLOWED_VALUE, kind, "有的报送对象不存在或已停用，请重新选择。");
        if (error == 0)
            error = db_exec(ctx->conn, &issue_dispatch_insert,
                            DB_PARAMS(db_int(issue->id), db_int(issue->committee_id), db_int(id),
                                      db_int(unit_id), db_text(kind)),
                            NULL);
    }
    return error;
}

static int check_twice(struct ctx *ctx, const struct issue_recipients_in *in) {
    for (size_t i = 0; i < in->main.count; i++)
        if (contains(in->copy, *LIST_AT(in->main, int64_t, i)))
            return fail(ctx, ERR_INVALID, "copy", "同一个对象不能既主送又抄送，请只选一种。");
    return 0;
}

int issue_recipients_save(struct ctx *ctx, const void *in_, void *out) {
    const struct issue_recipients_in *in = in_;
    struct issue_core issue;
    struct list rows = {0};
    int64_t changes = 0;
    int error = issue_need(ctx, MAY_ISSUE_MANAGE, in->id, &issue);
    if (error == 0 && strcmp(issue.status, "void") == 0)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一期已作废，不能再设置报送范围。");
    if (error == 0)
        error = db_exec(ctx->conn, &issue_bump, DB_PARAMS(db_int(in->id), db_int(ctx->if_match)), &changes);
    if (error == 0 && changes == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = check_twice(ctx, in);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &issue_dispatch_rows, DB_PARAMS(db_int(in->id)),
                            &issue_dispatch_record, &rows);
    if (error == 0) error = take_off(ctx, in, rows);
    if (error == 0) error = put_on(ctx, &issue, "main", in->main, rows);
    if (error == 0) error = put_on(ctx, &issue, "copy", in->copy, rows);
    if (error == 0) error = db_exec(ctx->conn, &issue_dispatch_names, DB_PARAMS(db_int(in->id)), NULL);
    if (error == 0)
        error = audit_add(ctx, "issue.recipients", "issue", in->id, "main=%zu copy=%zu", in->main.count,
                          in->copy.count);
    return error == 0 ? issue_view_get(ctx, in->id, out) : error;
}

int issue_move(struct ctx *ctx, const struct issue_core *issue, const char *event, const char *void_reason) {
    const char *to = NULL;
    int64_t changes = 0;
    if (lifecycle_next(&issue_lifecycle, issue->status, event, &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一期现在是“%s”，不能进行这项操作。",
                    lifecycle_zh(&issue_lifecycle, issue->status));
    int error = db_exec(
        ctx->conn, &issue_set_status,
        DB_PARAMS(db_int(issue->id), db_int(ctx->if_match), db_text(to), db_text(void_reason)), &changes);
    if (error == 0 && changes == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error != 0) return error;
    return audit_add(ctx, arena_printf(ctx->arena, "issue.%s", event), "issue", issue->id, "from=%s to=%s",
                     issue->status, to);
}

int issue_send(struct ctx *ctx, const void *in_, void *out) {
    const struct issue_send_in *in = in_;
    struct issue_core issue;
    int error = issue_need(ctx, MAY_DISPATCH_MANAGE, in->id, &issue);
    if (error == 0) error = issue_move(ctx, &issue, "send", NULL);
    if (error == 0) error = dispatch_send_pending(ctx, in->id, in->due_on);
    return error == 0 ? issue_view_get(ctx, in->id, out) : error;
}

int issue_void(struct ctx *ctx, const void *in_, void *out) {
    const struct issue_void_in *in = in_;
    struct issue_core issue;
    int error = issue_need(ctx, MAY_ISSUE_MANAGE, in->id, &issue);
    if (error == 0) error = issue_move(ctx, &issue, "void", in->reason);
    if (error == 0) error = dispatch_void_all(ctx, in->id);
    if (error == 0) error = article_move(ctx, issue.article_id, "void");
    if (error == 0) error = article_move_sources(ctx, issue.article_id, "unpublish");
    if (error == 0)
        error = article_tell_authors(ctx, issue.article_id, "void", "刊物作废",
                                     arena_printf(ctx->arena, "《%s》%s已作废，您的信息将另行编发。",
                                                  issue.publication_name, issue.number_text));
    return error == 0 ? issue_view_get(ctx, in->id, out) : error;
}
