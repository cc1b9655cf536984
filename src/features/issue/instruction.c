/* Instructions 批示 that leaders wrote on an issue, registered by the office.
 *
 * 1. Seen by readers of the committee, and by handlers of the unit an instruction is addressed to.
 * 2. Authors see one only when the office chose so, and are told at that moment. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/clock.h"
#include "types.h"

#define COLUMNS                                                                                         \
    "SELECT n.id, n.leader, n.rank, n.dated_on, n.text, n.recipient_id, n.shown_to_author, ac.name AS " \
    "by_name,"                                                                                          \
    " n.at_ms, n.version FROM instruction n JOIN account ac ON ac.id = n.by_id"

DB_STATEMENT(instruction_rows, COLUMNS
             " JOIN issue i ON i.id = n.issue_id WHERE n.issue_id = $2 AND " ISSUE_VISIBLE
             " AND (EXISTS (SELECT 1 FROM access ra WHERE ra.account_id = $1 AND ra.permission = 'issue.read'"
             "   AND ra.unit_id = n.committee_id)"
             " OR EXISTS (SELECT 1 FROM recipient rc JOIN access ha ON ha.unit_id = rc.unit_id"
             "   WHERE rc.id = n.recipient_id AND ha.account_id = $1 AND ha.permission = 'dispatch.answer'))"
             " ORDER BY n.dated_on DESC, n.id DESC");
DB_STATEMENT(instruction_by_id, COLUMNS " WHERE n.id = $1");
DB_STATEMENT(instruction_issue, "SELECT issue_id FROM instruction WHERE id = $1");
DB_STATEMENT(instruction_shown, "SELECT shown_to_author FROM instruction WHERE id = $1");
DB_STATEMENT(instruction_recipient_fits,
             "SELECT count(*) FROM recipient WHERE id = $1 AND committee_id = $2");
DB_STATEMENT(instruction_insert,
             "INSERT INTO instruction (issue_id, committee_id, recipient_id, leader, rank, dated_on, text,"
             " shown_to_author, at_ms, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id");
DB_STATEMENT(instruction_update,
             "UPDATE instruction SET recipient_id = $3, leader = $4, rank = $5, dated_on = $6, text = $7,"
             " shown_to_author = $8, version = version + 1 WHERE id = $1 AND version = $2");

int instruction_list_of_issue(struct ctx *ctx, int64_t issue_id, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, &instruction_rows,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_int(issue_id)), &instruction_view_record,
                       ret);
}

int instruction_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct issue_id_in *in = in_;
    struct issue_core issue;
    int error = issue_core_get(ctx, in->id, &issue);
    return error == 0 ? instruction_list_of_issue(ctx, in->id, &((struct instruction_list_out *)out_)->items)
                      : error;
}

static int check(struct ctx *ctx, const struct instruction_in *in, const struct issue_core *issue) {
    int64_t ms = 0, fits = 1;
    if (clock_parse_date(in->dated_on, &ms) != 0) return fail(ctx, ERR_BAD_DATE, "dated_on", NULL);
    if (ms > ctx->now) return fail(ctx, ERR_INVALID, "dated_on", "批示日期不能晚于今天。");
    if (strcmp(issue->status, "void") == 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一期已作废，不能登记批示。");
    int error = 0;
    if (in->recipient_id != ABSENT)
        error = db_get_int(ctx->conn, &instruction_recipient_fits,
                           DB_PARAMS(db_int(in->recipient_id), db_int(issue->committee_id)), &fits);
    if (error == 0 && fits == 0)
        error = fail(ctx, ERR_NOT_ALLOWED_VALUE, "recipient_id", "没有这个报送对象，请重新选择。");
    return error;
}

static int tell(struct ctx *ctx, const struct instruction_in *in, const struct issue_core *issue) {
    const char *who = issue_rank_zh(in->rank);
    return article_tell_authors(ctx, issue->article_id, "instruction", "领导作出批示",
                                arena_printf(ctx->arena, "%s对《%s》%s作出批示。", who != NULL ? who : "领导",
                                             issue->publication_name, issue->number_text));
}

static int get(struct ctx *ctx, int64_t id, void *out) {
    return db_get_record(ctx->conn, ctx->arena, &instruction_by_id, DB_PARAMS(db_int(id)),
                         &instruction_view_record, out);
}

int instruction_add(struct ctx *ctx, const void *in_, void *out) {
    const struct instruction_in *in = in_;
    struct issue_core issue;
    int64_t id = 0;
    int error = issue_need(ctx, MAY_INSTRUCTION_WRITE, in->id, &issue);
    if (error == 0) error = check(ctx, in, &issue);
    if (error == 0)
        error = db_get_int(ctx->conn, &instruction_insert,
                           DB_PARAMS(db_int(issue.id), db_int(issue.committee_id), db_int(in->recipient_id),
                                     db_text(in->leader), db_text(in->rank), db_text(in->dated_on),
                                     db_text(in->text), db_int(in->shown_to_author), db_int(ctx->now),
                                     db_int(ctx->actor->account_id)),
                           &id);
    if (error == 0)
        error = audit_add(ctx, "instruction.add", "instruction", id, "issue=%lld rank=%s shown=%d",
                          (long long)issue.id, in->rank, in->shown_to_author ? 1 : 0);
    if (error == 0 && in->shown_to_author) error = tell(ctx, in, &issue);
    return error == 0 ? get(ctx, id, out) : error;
}

int instruction_save(struct ctx *ctx, const void *in_, void *out) {
    const struct instruction_in *in = in_;
    struct issue_core issue;
    int64_t issue_id = 0, shown = 0, changes = 0;
    int error = db_get_int(ctx->conn, &instruction_issue, DB_PARAMS(db_int(in->id)), &issue_id);
    if (error == ERR_NOT_FOUND) return fail(ctx, error, NULL, NULL);
    if (error == 0) error = issue_need(ctx, MAY_INSTRUCTION_WRITE, issue_id, &issue);
    if (error == 0) error = check(ctx, in, &issue);
    if (error == 0) error = db_get_int(ctx->conn, &instruction_shown, DB_PARAMS(db_int(in->id)), &shown);
    if (error == 0)
        error = db_exec(ctx->conn, &instruction_update,
                        DB_PARAMS(db_int(in->id), db_int(ctx->if_match), db_int(in->recipient_id),
                                  db_text(in->leader), db_text(in->rank), db_text(in->dated_on),
                                  db_text(in->text), db_int(in->shown_to_author)),
                        &changes);
    if (error == 0 && changes == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0)
        error = audit_add(ctx, "instruction.save", "instruction", in->id, "rank=%s shown=%d", in->rank,
                          in->shown_to_author ? 1 : 0);
    if (error == 0 && in->shown_to_author && shown == 0) error = tell(ctx, in, &issue);
    return error == 0 ? get(ctx, in->id, out) : error;
}
