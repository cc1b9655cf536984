/* The photos of an issue: those that its text called when it was signed.
 *
 * 1. The content is bound to the issue, so that it prints what was signed whatever becomes of its sources.
 * 2. Only what the text calls is kept; the rest of the sources' pictures stays their authors' alone. */
#include "minyi/article.h"
#include "minyi/paper.h"
#include "types.h"

DB_STATEMENT(issue_photo_text, "SELECT v.situation || '\n' || v.analysis || '\n' || v.suggestion"
                               " FROM issue i JOIN article_version v ON v.article_id = i.article_id"
                               " AND v.number = i.article_version WHERE i.id = $1");
DB_STATEMENT(issue_photo_insert, "INSERT INTO issue_photo (issue_id, name, sha256) VALUES ($1, $2, $3)"
                                 " ON CONFLICT (issue_id, name) DO NOTHING");
DB_STATEMENT(issue_photos_kept, "SELECT photos_kept FROM issue WHERE id = $1");
DB_STATEMENT(issue_photo_all, "SELECT name, sha256 FROM issue_photo WHERE issue_id = $1 ORDER BY name");

RECORD(issue_photo_record, "IssuePhoto", struct article_photo, "刊物的图片",
       F(struct article_photo, name, FIELD_TEXT, ""), F(struct article_photo, sha256, FIELD_TEXT, ""));

int issue_photos_keep(struct ctx *ctx, int64_t issue_id, int64_t article_id) {
    struct list photos = {0}, blocks = {0};
    const char *text = NULL;
    int error = article_photos_of(ctx, article_id, &photos);
    if (error != 0 || photos.count == 0) return error;
    error = db_get_text(ctx->conn, ctx->arena, &issue_photo_text, DB_PARAMS(db_int(issue_id)), &text);
    if (error == 0) article_blocks(ctx->arena, text, photos, &blocks);
    for (size_t i = 0; error == 0 && i < blocks.count; i++) {
        const struct article_photo *photo =
            article_block_photo(photos, LIST_AT(blocks, struct paper_block, i));
        if (photo != NULL)
            error = db_exec(ctx->conn, &issue_photo_insert,
                            DB_PARAMS(db_int(issue_id), db_text(photo->name), db_text(photo->sha256)), NULL);
    }
    return error;
}

int issue_photos_of(struct ctx *ctx, int64_t issue_id, int64_t article_id, struct list *ret) {
    int64_t kept = 0;
    int error = db_get_int(ctx->conn, &issue_photos_kept, DB_PARAMS(db_int(issue_id)), &kept);
    if (error != 0) return error;
    return kept == 0 ? article_photos_of(ctx, article_id, ret)
                     : db_get_list(ctx->conn, ctx->arena, &issue_photo_all, DB_PARAMS(db_int(issue_id)),
                                   &issue_photo_record, ret);
}
