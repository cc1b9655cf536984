/* Everything the desk shows of one report; to look at it marks it seen. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"

RECORD(desk_report_out_record, "DeskReport", struct desk_report_out, "审核中看到的一件来稿",
       F(struct desk_report_out, report, FIELD_OBJECT, "来稿", .of = &report_view_record),
       F(struct desk_report_out, gates, FIELD_LIST, "五关", .of = &gate_view_record),
       F(struct desk_report_out, gradings, FIELD_LIST, "评分；自己评完之前只有自己的",
         .of = &grading_view_record),
       F(struct desk_report_out, my_grading, FIELD_OBJECT, "我的评分", .flags = FIELD_NULLABLE,
         .of = &grading_view_record),
       F(struct desk_report_out, grade_average, FIELD_INT, "平均分，百分之一分", .flags = FIELD_NULLABLE),
       F(struct desk_report_out, spread, FIELD_INT, "最高与最低之差，百分之一分", .flags = FIELD_NULLABLE),
       F(struct desk_report_out, lease, FIELD_OBJECT, "占用", .flags = FIELD_NULLABLE,
         .of = &lease_view_record),
       F(struct desk_report_out, articles, FIELD_LIST, "由它编成的稿件", .of = &desk_article_record),
       F(struct desk_report_out, versions, FIELD_LIST, "作者提交过的版本", .of = &desk_version_record),
       F(struct desk_report_out, can_review, FIELD_BOOL, "可以审核"),
       F(struct desk_report_out, can_grade, FIELD_BOOL, "可以评分"),
       F(struct desk_report_out, can_decide, FIELD_BOOL, "可以作出决定"),
       F(struct desk_report_out, version, FIELD_INT, "版本号"));

DB_STATEMENT(desk_versions_of, "SELECT number, at_ms, text_sha256 FROM report_version WHERE report_id = $1"
                               " ORDER BY number DESC LIMIT 100");
DB_STATEMENT(desk_articles_of,
             "SELECT ar.id, ar.title, ar.status FROM article_source s"
             " JOIN article ar ON ar.id = s.article_id"
             " WHERE s.report_id = $2 AND " ARTICLE_VISIBLE " ORDER BY ar.id DESC LIMIT 100");
DB_STATEMENT(desk_seen,
             "SELECT count(*) FROM report_seen WHERE report_id = $1 AND account_id = $2 AND at_ms >= $3");
DB_STATEMENT(desk_mark_seen, "INSERT INTO report_seen (report_id, account_id, at_ms) VALUES ($1, $2, $3)"
                             " ON CONFLICT (report_id, account_id) DO UPDATE SET at_ms = excluded.at_ms");

struct desk_get_call {
    int64_t id;
    struct desk_report_out *out;
    bool seen;
};

static int read_rights(struct ctx *ctx, const struct report_core *report, struct desk_report_out *out) {
    int review = may_over(ctx, MAY_REPORT_REVIEW, report->committee_id);
    int grade = may_over(ctx, MAY_REPORT_GRADE, report->committee_id);
    int decide = may_over(ctx, MAY_REPORT_DECIDE, report->committee_id);
    if (review < 0 || grade < 0 || decide < 0) return review < 0 ? review : grade < 0 ? grade : decide;
    const char *status = report->status;
    bool in_review = strcmp(status, "in_review") == 0;
    out->can_review = review && (in_review || strcmp(status, "submitted") == 0);
    out->can_grade = grade && grading_open(status);
    out->can_decide =
        decide && (in_review || strcmp(status, "kept") == 0 || strcmp(status, "redirected") == 0);
    return 0;
}

static int read_parts(struct ctx *ctx, const struct report_core *report, struct desk_report_out *out) {
    int result = gates_list(ctx, "report", report->id, &out->gates);
    struct gradings gradings = {0};
    if (result == 0) result = gradings_get(ctx, report, &gradings);
    if (result == 0) result = lease_get(ctx, "report", report->id, &out->lease);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &desk_articles_of,
                             DB_PARAMS(db_int(ctx->actor->account_id), db_int(report->id)),
                             &desk_article_record, &out->articles);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &desk_versions_of, DB_PARAMS(db_int(report->id)),
                             &desk_version_record, &out->versions);
    if (result != 0) return result;
    for (size_t i = 0; i < out->articles.count; i++) {
        struct desk_article *article = LIST_AT(out->articles, struct desk_article, i);
        article->status_text = lifecycle_zh(&article_lifecycle, article->status);
    }
    out->gradings = gradings.views;
    out->my_grading = gradings.mine;
    out->grade_average = gradings.average;
    out->spread = gradings.spread;
    return 0;
}

static int read_report(struct ctx *ctx, void *argument) {
    struct desk_get_call *call = argument;
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_READ, call->id, &report);
    if (result != 0) return result;
    struct report_view *view = arena_alloc(ctx->arena, report_view_record.size);
    record_clear(&report_view_record, view);
    result = report_view_get(ctx, call->id, view);
    call->out->report = view;
    call->out->version = report.version;
    if (result == 0) result = read_parts(ctx, &report, call->out);
    if (result == 0) result = read_rights(ctx, &report, call->out);
    int64_t seen = 0;
    if (result == 0)
        result = db_get_int(
            ctx->conn, &desk_seen,
            DB_PARAMS(db_int(call->id), db_int(ctx->actor->account_id), db_int(report.submitted_ms)), &seen);
    call->seen = seen > 0;
    return result;
}

static int mark_seen(struct ctx *ctx, void *argument) {
    const struct desk_get_call *call = argument;
    return db_exec(ctx->conn, &desk_mark_seen,
                   DB_PARAMS(db_int(call->id), db_int(ctx->actor->account_id), db_int(ctx->now)), NULL);
}

int desk_get(struct ctx *ctx, const void *in_, void *out_) {
    const struct desk_id_in *in = in_;
    struct desk_get_call call = {.id = in->id, .out = out_};
    int result = ctx_read(ctx, read_report, &call);
    if (result != 0 || call.seen || ctx->actor->account_id == 0) return result;
    /* Reading works when the disk is full: the report then merely stays unread. */
    if (ctx_write(ctx, mark_seen, &call) < 0) *ctx->problem = (struct problem){0};
    return 0;
}
