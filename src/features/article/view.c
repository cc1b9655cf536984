/* A whole article as its reader may see it: text, sources, versions, gates, sign-off so far, what he may do.
 */
#include "types.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/issue.h"
#include "minyi/report.h"

RECORD(article_source_record, "ArticleSource", struct article_source_view, "稿件的来源",
       F(struct article_source_view, report_id, FIELD_INT, "来稿编号"),
       F(struct article_source_view, receipt, FIELD_TEXT, "流水号", .flags = FIELD_NULLABLE),
       F(struct article_source_view, title, FIELD_TEXT, "标题"),
       F(struct article_source_view, author_name, FIELD_TEXT, "反映人"),
       F(struct article_source_view, unit_name, FIELD_TEXT, "单位"),
       F(struct article_source_view, position, FIELD_INT, "次序"));

static const char *const reason_options[] = {"adopt", "edit", "sign", NULL};
const struct code_name version_reason_names[] = {
    {"adopt", "采用"}, {"edit", "编辑"}, {"sign", "审签时修改"}, {NULL, NULL}};
RECORD(article_version_item_record, "ArticleVersionItem", struct article_version_item, "稿件的一个版本",
       F(struct article_version_item, number, FIELD_INT, "版本"),
       F(struct article_version_item, reason, FIELD_TEXT, "由来", .options = reason_options),
       F(struct article_version_item, at_ms, FIELD_TIME, "时间"),
       F(struct article_version_item, by_name, FIELD_TEXT, "修改人"),
       F(struct article_version_item, text_sha256, FIELD_TEXT, "文字的散列值"));

static const char *const act_options[] = {"send", "sign", "edit_sign", "return", "recall", NULL};
const struct code_name signoff_act_names[] = {
    {"send", "送审"},   {"sign", "签发"},       {"edit_sign", "修改后签发"},
    {"return", "退回"}, {"recall", "撤回送审"}, {NULL, NULL}};
RECORD(article_signoff_act_record, "SignoffAct", struct article_signoff_act, "一次审签",
       F(struct article_signoff_act, round, FIELD_INT, "第几次送审"),
       F(struct article_signoff_act, step, FIELD_INT, "环节"),
       F(struct article_signoff_act, step_name, FIELD_TEXT, "环节名称"),
       F(struct article_signoff_act, act, FIELD_TEXT, "动作", .options = act_options),
       F(struct article_signoff_act, note, FIELD_TEXT, "意见", .flags = FIELD_NULLABLE, .max = 2000),
       F(struct article_signoff_act, at_ms, FIELD_TIME, "时间"),
       F(struct article_signoff_act, by_name, FIELD_TEXT, "经手人"),
       F(struct article_signoff_act, for_name, FIELD_TEXT, "代谁审签", .flags = FIELD_NULLABLE));

static const char *const status_options[] = {"editing", "in_signoff", "signed", "withdrawn", NULL};
static const char *const kind_options[] = {"submit", "forward", NULL};
RECORD(article_view_record, "Article", struct article_view, "一篇稿件",
       F(struct article_view, id, FIELD_INT, "编号"),
       F(struct article_view, status, FIELD_TEXT, "状态", .options = status_options),
       F(struct article_view, status_text, FIELD_TEXT, "状态名称"),
       F(struct article_view, publication_id, FIELD_INT, "刊物编号"),
       F(struct article_view, publication_name, FIELD_TEXT, "刊物"),
       F(struct article_view, publication_kind, FIELD_TEXT, "刊物类别", .options = kind_options),
       F(struct article_view, title, FIELD_TEXT, "标题", .max = ARTICLE_TITLE_MAX),
       F(struct article_view, editor_note, FIELD_TEXT, "编者按", .max = ARTICLE_NOTE_MAX),
       F(struct article_view, situation, FIELD_TEXT, "情况问题", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_view, analysis, FIELD_TEXT, "原因分析", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_view, suggestion, FIELD_TEXT, "意见建议", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_view, words, FIELD_INT, "字数"),
       F(struct article_view, text_sha256, FIELD_TEXT, "文字的散列值"),
       F(struct article_view, step, FIELD_INT, "审签环节", .flags = FIELD_NULLABLE),
       F(struct article_view, step_name, FIELD_TEXT, "审签环节名称", .flags = FIELD_NULLABLE),
       F(struct article_view, round, FIELD_INT, "送审次数"),
       F(struct article_view, editor_id, FIELD_INT, "编辑编号"),
       F(struct article_view, editor_name, FIELD_TEXT, "编辑"),
       F(struct article_view, sources, FIELD_LIST, "来源", .of = &article_source_record),
       F(struct article_view, versions, FIELD_LIST, "版本", .of = &article_version_item_record),
       F(struct article_view, gates, FIELD_LIST, "五关", .of = &gate_view_record),
       F(struct article_view, signoff, FIELD_LIST, "审签经过", .of = &article_signoff_act_record),
       F(struct article_view, lease, FIELD_OBJECT, "占用", .flags = FIELD_NULLABLE, .of = &lease_view_record),
       F(struct article_view, issue_id, FIELD_INT, "期编号", .flags = FIELD_NULLABLE),
       F(struct article_view, issue_number_text, FIELD_TEXT, "期号", .flags = FIELD_NULLABLE),
       F(struct article_view, can_edit, FIELD_BOOL, "可以编辑"),
       F(struct article_view, can_send, FIELD_BOOL, "可以送审"),
       F(struct article_view, can_sign, FIELD_BOOL, "可以审签"),
       F(struct article_view, can_recall, FIELD_BOOL, "可以撤回送审"),
       F(struct article_view, blocked_reason, FIELD_TEXT, "不能送审的原因", .flags = FIELD_NULLABLE),
       F(struct article_view, created_ms, FIELD_TIME, "采用时间"),
       F(struct article_view, updated_ms, FIELD_TIME, "最近修改时间"),
       F(struct article_view, version, FIELD_INT, "版本号"),
       F(struct article_view, committee_id, FIELD_INT, "", .flags = FIELD_INTERNAL));

DB_STATEMENT(
    article_whole,
    "SELECT ar.id, ar.committee_id, ar.status, ar.publication_id, p.name AS publication_name,"
    " p.kind AS publication_kind, ar.title, ar.editor_note, ar.situation, ar.analysis, ar.suggestion,"
    " ar.words, ar.text_sha256, ar.step, st.name AS step_name, ar.round, ar.editor_id,"
    " ed.name AS editor_name, ar.created_ms, ar.updated_ms, ar.version"
    " FROM article ar JOIN publication p ON p.id = ar.publication_id"
    " JOIN account ed ON ed.id = ar.editor_id"
    " LEFT JOIN signoff_step st ON st.publication_id = ar.publication_id AND st.position = ar.step"
    " WHERE ar.id = $2 AND (CAST($3 AS BIGINT) = 1 OR " ARTICLE_VISIBLE ")");

/* The issue of the article that is not void, if any; a void one keeps its row and its number. */
DB_STATEMENT(article_issue, "SELECT i.id AS issue_id, i.number_text AS issue_number_text FROM issue i"
                            " WHERE i.article_id = $1 AND i.status <> 'void' ORDER BY i.id DESC LIMIT 1");

DB_STATEMENT(article_sources,
             "SELECT s.report_id, s.position, r.receipt, r.title, COALESCE(ra.name, ac.name) AS author_name,"
             " u.name AS unit_name FROM article_source s JOIN report r ON r.id = s.report_id"
             " JOIN unit u ON u.id = r.unit_id JOIN account ac ON ac.id = r.author_id"
             " LEFT JOIN report_author ra ON ra.report_id = r.id AND ra.position = 1"
             " WHERE s.article_id = $1 AND " REPORT_AT_DESK("r") " ORDER BY s.position");

DB_STATEMENT(article_versions, "SELECT v.number, v.reason, v.at_ms, ac.name AS by_name, v.text_sha256"
                               " FROM article_version v JOIN account ac ON ac.id = v.by_id"
                               " WHERE v.article_id = $1 ORDER BY v.number DESC LIMIT 1000");

DB_STATEMENT(article_signoff,
             "SELECT a.round, a.step, a.step_name, a.act, a.note, a.at_ms, ac.name AS by_name,"
             " f.name AS for_name FROM signoff_act a JOIN account ac ON ac.id = a.by_id"
             " LEFT JOIN account f ON f.id = a.for_id WHERE a.article_id = $1 ORDER BY a.id"
             " LIMIT 1000");

DB_STATEMENT(article_waits_for_me,
             "SELECT count(*) FROM article ar"
             " JOIN signoff_step st ON st.publication_id = ar.publication_id AND st.position = ar.step"
             " WHERE ar.id = $3 AND " SIGNOFF_MINE);

static int read_lists(struct ctx *ctx, struct article_view *view) {
    const struct db_value id[] = {db_int(view->id)};
    int result =
        db_get_list(ctx->conn, ctx->arena, &article_sources, id, 1, &article_source_record, &view->sources);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &article_versions, id, 1, &article_version_item_record,
                             &view->versions);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &article_signoff, id, 1, &article_signoff_act_record,
                             &view->signoff);
    if (result == 0) result = gates_list(ctx, "article", view->id, &view->gates);
    if (result == 0) result = lease_get(ctx, "article", view->id, &view->lease);
    if (result == 0)
        result = db_get_record(ctx->conn, ctx->arena, &article_issue, id, 1, &article_view_record, view);
    return result == ERR_NOT_FOUND ? 0 : result;
}

/* What the article's own table says it may become, and who may do it. */
static int read_rights(struct ctx *ctx, struct article_view *view) {
    int edit = may_over(ctx, MAY_ARTICLE_EDIT, view->committee_id);
    if (edit < 0) return edit;
    const struct article_core core = {
        .id = view->id, .status = view->status, .title = view->title, .situation = view->situation};
    int result = article_blocked(ctx, &core, &view->blocked_reason);
    int64_t mine = 0;
    if (result == 0)
        result =
            db_get_int(ctx->conn, &article_waits_for_me,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->now), db_int(view->id)), &mine);
    if (result != 0) return result;
    bool signed_this_round = false;
    for (size_t i = 0; i < view->signoff.count; i++) {
        const struct article_signoff_act *act = LIST_AT(view->signoff, struct article_signoff_act, i);
        if (act->round == view->round &&
            (strcmp(act->act, "sign") == 0 || strcmp(act->act, "edit_sign") == 0))
            signed_this_round = true;
    }
    view->can_edit = edit && strcmp(view->status, "editing") == 0;
    view->can_send = view->can_edit && !view->blocked_reason;
    view->can_sign = mine > 0;
    view->can_recall = edit && strcmp(view->status, "in_signoff") == 0 && !signed_this_round;
    return 0;
}

int article_view_get(struct ctx *ctx, int64_t article_id, struct article_view *ret) {
    struct article_view view;
    record_clear(&article_view_record, &view);
    int result = db_get_record(
        ctx->conn, ctx->arena, &article_whole,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(article_id), db_int(ctx->actor->system)),
        &article_view_record, &view);
    if (result == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (result == 0) result = read_lists(ctx, &view);
    if (result == 0) result = read_rights(ctx, &view);
    if (result != 0) return result;
    view.status_text = lifecycle_zh(&article_lifecycle, view.status);
    *ret = view;
    return 0;
}

int article_get(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_id_in *in = in_;
    return article_view_get(ctx, in->id, out_);
}
