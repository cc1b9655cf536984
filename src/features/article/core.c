/* An article's text: made from a report, saved version by version.
 *
 * 1. Every text an article ever had stands in article_version; number 1 is the report's text at adoption.
 * 2. article.text_sha256 is the hash of the text in article, and of the newest row of article_version.
 * 3. A save that changes nothing makes no version and leaves article.version alone. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/report.h"
#include "minyi/utf8.h"

RECORD(article_core_record, "ArticleCore", struct article_core, "稿件",
       F(struct article_core, id, FIELD_INT, ""), F(struct article_core, committee_id, FIELD_INT, ""),
       F(struct article_core, publication_id, FIELD_INT, ""),
       F(struct article_core, step, FIELD_INT, "", .flags = FIELD_NULLABLE),
       F(struct article_core, round, FIELD_INT, ""), F(struct article_core, editor_id, FIELD_INT, ""),
       F(struct article_core, version, FIELD_INT, ""), F(struct article_core, status, FIELD_TEXT, ""),
       F(struct article_core, title, FIELD_TEXT, ""), F(struct article_core, editor_note, FIELD_TEXT, ""),
       F(struct article_core, situation, FIELD_TEXT, ""), F(struct article_core, analysis, FIELD_TEXT, ""),
       F(struct article_core, suggestion, FIELD_TEXT, ""),
       F(struct article_core, text_sha256, FIELD_TEXT, ""));

DB_STATEMENT(article_core_by_id,
             "SELECT ar.id, ar.committee_id, ar.publication_id, ar.step, ar.round, ar.editor_id, ar.version,"
             " ar.status, ar.title, ar.editor_note, ar.situation, ar.analysis, ar.suggestion, ar.text_sha256"
             " FROM article ar WHERE ar.id = $2 AND (CAST($3 AS BIGINT) = 1 OR " ARTICLE_VISIBLE ")");

int article_core_get(struct ctx *ctx, int64_t article_id, struct article_core *ret) {
    int result = db_get_record(
        ctx->conn, ctx->arena, &article_core_by_id,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(article_id), db_int(ctx->actor->system)),
        &article_core_record, ret);
    return result == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : result;
}

int article_need(struct ctx *ctx, enum permission permission, int64_t article_id, struct article_core *ret) {
    struct article_core article = {0};
    int result = article_core_get(ctx, article_id, &article);
    if (result == 0) result = need_over(ctx, permission, article.committee_id);
    if (result == 0) *ret = article;
    return result;
}

DB_STATEMENT(article_publication, "SELECT committee_id FROM publication WHERE id = $1 AND active = 1");
DB_STATEMENT(
    article_insert,
    "INSERT INTO article (committee_id, publication_id, status, title, situation, analysis, suggestion,"
    " words, text_sha256, editor_id, created_ms, updated_ms)"
    " VALUES ($1, $2, 'editing', $3, $4, $5, $6, $7, $8, $9, $10, $10) RETURNING id");
DB_STATEMENT(article_source_insert,
             "INSERT INTO article_source (article_id, report_id, position) VALUES ($1, $2, 1)");
DB_STATEMENT(
    article_version_insert,
    "INSERT INTO article_version (article_id, number, title, editor_note, situation, analysis, suggestion,"
    " text_sha256, reason, at_ms, by_id) VALUES ($1,"
    " (SELECT COALESCE(max(v.number), 0) + 1 FROM article_version v WHERE v.article_id = $1),"
    " $2, $3, $4, $5, $6, $7, $8, $9, $10)");

static int64_t words_of(const struct article_text *text) {
    return (int64_t)(utf8_words(text->situation) + utf8_words(text->analysis) + utf8_words(text->suggestion));
}

static int add_version(struct ctx *ctx, int64_t article_id, const struct article_text *text, const char *hash,
                       const char *reason) {
    return db_exec(ctx->conn, &article_version_insert,
                   DB_PARAMS(db_int(article_id), db_text(text->title), db_text(text->editor_note),
                             db_text(text->situation), db_text(text->analysis), db_text(text->suggestion),
                             db_text(hash), db_text(reason), db_int(ctx->now),
                             db_int(ctx->actor->account_id)),
                   NULL);
}

/* A publication of another committee is as good as none. */
static int check_publication(struct ctx *ctx, int64_t publication_id, int64_t committee_id) {
    int64_t owner = 0;
    int result = db_get_int(ctx->conn, &article_publication, DB_PARAMS(db_int(publication_id)), &owner);
    if (result != 0 && result != ERR_NOT_FOUND) return result;
    if (result == 0 && owner == committee_id) return 0;
    return fail(ctx, ERR_NOT_ALLOWED_VALUE, "publication_id", "没有这种刊物或已停用，请重新选择。");
}

int article_create(struct ctx *ctx, int64_t report_id, int64_t publication_id, int64_t *ret_id) {
    struct report_core report = {0};
    int result = report_core_get(ctx, report_id, &report);
    if (result == 0) result = check_publication(ctx, publication_id, report.committee_id);
    if (result != 0) return result;

    const struct article_text text = {report.title, "", report.situation, report.analysis, report.suggestion};
    char hash[HASH_HEX_SIZE];
    article_text_hash(&text, hash);
    int64_t id = 0;
    result = db_get_int(ctx->conn, &article_insert,
                        DB_PARAMS(db_int(report.committee_id), db_int(publication_id), db_text(text.title),
                                  db_text(text.situation), db_text(text.analysis), db_text(text.suggestion),
                                  db_int(words_of(&text)), db_text(hash), db_int(ctx->actor->account_id),
                                  db_int(ctx->now)),
                        &id);
    if (result == 0)
        result = db_exec(ctx->conn, &article_source_insert, DB_PARAMS(db_int(id), db_int(report_id)), NULL);
    if (result == 0) result = add_version(ctx, id, &text, hash, "adopt");
    if (result == 0) result = gates_carry_over(ctx, report_id, id);
    if (result == 0)
        result = audit_add(ctx, "article.create", "article", id, "report=%lld publication=%lld text=%s",
                           (long long)report_id, (long long)publication_id, hash);
    if (result == 0) *ret_id = id;
    return result;
}

static int check_text(struct ctx *ctx, const struct article_text *text) {
    const struct {
        const char *field, *name, *text;
        size_t max;
    } fields[] = {
        {"title", "标题", text->title, ARTICLE_TITLE_MAX},
        {"editor_note", "编者按", text->editor_note, ARTICLE_NOTE_MAX},
        {"situation", "情况问题", text->situation, ARTICLE_ELEMENT_MAX},
        {"analysis", "原因分析", text->analysis, ARTICLE_ELEMENT_MAX},
        {"suggestion", "意见建议", text->suggestion, ARTICLE_ELEMENT_MAX},
    };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (utf8_length(fields[i].text) > fields[i].max)
            return fail(ctx, ERR_TOO_LONG, fields[i].field, "%s最多 %zu 字，请精简。", fields[i].name,
                        fields[i].max);
    if (!*text->title) return fail(ctx, ERR_REQUIRED, "title", "请填写标题。");
    if (!*text->situation) return fail(ctx, ERR_REQUIRED, "situation", "请填写情况问题。");
    return 0;
}

DB_STATEMENT(
    article_update_text,
    "UPDATE article SET title = $3, editor_note = $4, situation = $5, analysis = $6, suggestion = $7,"
    " words = $8, text_sha256 = $9, updated_ms = $10, version = version + 1"
    " WHERE id = $1 AND version = $2");

int article_save(struct ctx *ctx, int64_t article_id, const struct article_text *text, const char *reason,
                 int64_t version, bool *ret_changed) {
    struct article_core old;
    int result = article_core_get(ctx, article_id, &old);
    if (result != 0) return result;
    if (old.version != version) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    const struct article_text next = {
        .title = text->title ? text->title : "",
        .editor_note = text->editor_note ? text->editor_note : "",
        .situation = text->situation ? text->situation : "",
        .analysis = text->analysis ? text->analysis : "",
        .suggestion = text->suggestion ? text->suggestion : "",
    };
    result = check_text(ctx, &next);
    if (result != 0) return result;

    char hash[HASH_HEX_SIZE];
    article_text_hash(&next, hash);
    if (strcmp(hash, old.text_sha256) == 0) {
        *ret_changed = false;
        return 0;
    }
    int64_t changes = 0;
    result =
        db_exec(ctx->conn, &article_update_text,
                DB_PARAMS(db_int(article_id), db_int(version), db_text(next.title), db_text(next.editor_note),
                          db_text(next.situation), db_text(next.analysis), db_text(next.suggestion),
                          db_int(words_of(&next)), db_text(hash), db_int(ctx->now)),
                &changes);
    if (result == 0 && changes == 0) result = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (result == 0) result = add_version(ctx, article_id, &next, hash, reason);
    if (result == 0)
        result = audit_add(ctx, "article.save", "article", article_id, "reason=%s text=%s", reason, hash);
    if (result == 0) *ret_changed = true;
    return result;
}
