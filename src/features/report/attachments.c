/* Attachments: added and taken away by the author while the report may be edited, read by all who see it.
 *
 * 1. What a file is, its content decides; the name gets the ending that fits.
 * 2. Checks that need no transaction run before it; those that others could overtake run again inside.
 * 3. The same file added twice under the same name is one attachment: an upload may be repeated.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "minyi/admin.h"
#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/err.h"
#include "minyi/mime.h"

/* What the author took away since he handed in is the others' still; what he added is his alone. */
DB_STATEMENT(attachment_list_own, "SELECT id, name, size, mime, sha256, created_ms FROM attachment"
                                  " WHERE report_id = $1 AND dropped = 0 ORDER BY id");
DB_STATEMENT(attachment_list_handed_in, "SELECT id, name, size, mime, sha256, created_ms FROM attachment"
                                        " WHERE report_id = $1 AND unsent = 0 ORDER BY id");
DB_STATEMENT(attachment_list_dropped, "SELECT id, name, size, mime, sha256, created_ms FROM attachment"
                                      " WHERE report_id = $1 AND dropped = 1 ORDER BY id");
DB_STATEMENT(attachment_count, "SELECT count(*) FROM attachment WHERE report_id = $1 AND dropped = 0");
/* As report_is_editable(). */
DB_STATEMENT(attachment_unsent_bytes,
             "SELECT CAST(COALESCE(sum(t.size), 0) AS BIGINT) FROM report r"
             " JOIN attachment t ON t.report_id = r.id"
             " WHERE r.author_id = $1 AND r.status IN ('draft', 'returned', 'withdrawn') AND t.dropped = 0");
DB_STATEMENT(attachment_same, "SELECT id, name, size, mime, sha256, created_ms, dropped FROM attachment"
                              " WHERE report_id = $1 AND sha256 = $2 AND name = $3 ORDER BY id LIMIT 1");
DB_STATEMENT(attachment_insert,
             "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms, created_by, unsent)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id");
DB_STATEMENT(
    attachment_visible,
    "SELECT t.id, t.name, t.size, t.mime, t.sha256, t.created_ms, t.unsent, t.dropped FROM attachment t"
    " JOIN report r ON r.id = t.report_id WHERE t.id = $2 AND r.id = $3"
    " AND CASE WHEN r.author_id = $1 THEN t.dropped ELSE t.unsent END = 0 AND (CAST($4 AS BIGINT) = 1 OR " REPORT_VISIBLE
    ")");
DB_STATEMENT(attachment_drop, "DELETE FROM attachment WHERE id = $1");
DB_STATEMENT(attachment_set_dropped, "UPDATE attachment SET dropped = $2 WHERE id = $1");
DB_STATEMENT(attachment_all_sent, "UPDATE attachment SET unsent = 0 WHERE report_id = $1 AND unsent = 1");
/* When an author is at work again is not told to others. */
DB_STATEMENT(attachment_touch, "UPDATE report SET updated_ms = $2 WHERE id = $1 AND status = 'draft'");

int report_attachments_read(struct ctx *ctx, int64_t report_id, bool own, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, own ? &attachment_list_own : &attachment_list_handed_in,
                       DB_PARAMS(db_int(report_id)), &attachment_view_record, ret);
}

/* The attachment, if the actor may see its report. */
static int visible(struct ctx *ctx, const struct attachment_in *in, struct attachment_view *ret) {
    int error = db_get_record(ctx->conn, ctx->arena, &attachment_visible,
                              DB_PARAMS(db_int(ctx->actor->account_id), db_int(in->attachment_id),
                                        db_int(in->id), db_int(ctx->actor->system ? 1 : 0)),
                              &attachment_view_record, ret);
    return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
}

/* ---- Adding ---- */

struct adding {
    const struct attachment_add_in *in;
    const struct file_type *type;
    const char *name;
    struct attachment_view *out;
};

static int check_room(struct ctx *ctx, int64_t report_id) {
    int64_t count = 0, limit = 0;
    int error = setting_int(ctx, "attachment.max_count", 10, &limit);
    if (error == 0) error = db_get_int(ctx->conn, &attachment_count, DB_PARAMS(db_int(report_id)), &count);
    if (error != 0 || count < limit) return error;
    return fail(ctx, ERR_TOO_LONG, "attachments", "每件来稿最多 %lld 个附件，请先删除不需要的。",
                (long long)limit);
}

/* Nobody but their author reads them yet: together they hold no more than the setting allows. */
static int check_unsent(struct ctx *ctx, int64_t author_id) {
    int64_t held = 0, limit = 0;
    int error = setting_int(ctx, "attachment.max_unsent_bytes", 524288000, &limit);
    if (error == 0)
        error = db_get_int(ctx->conn, &attachment_unsent_bytes, DB_PARAMS(db_int(author_id)), &held);
    if (error != 0 || ctx->upload->size <= limit - held) return error;
    return fail(
        ctx, ERR_ATTACHMENTS_FULL, "name",
        "您未报送的来稿里，附件合计不能超过 %lld MB，现在已有 %lld MB。请先报送，或删除不需要的附件。",
        (long long)(limit / (1024 * 1024)), (long long)(held / (1024 * 1024)));
}

static int check_before(struct ctx *ctx, void *argument) {
    const struct adding *adding = argument;
    struct report_core report = {0};
    int64_t limit = 0;
    int error = report_own_editable(ctx, adding->in->id, &report);
    if (error == 0) error = setting_int(ctx, "attachment.max_bytes", 20971520, &limit);
    if (error != 0) return error;
    if (ctx->upload->size == 0) return fail(ctx, ERR_INVALID, "name", "这个文件是空的，请重新选择。");
    if (ctx->upload->size > limit)
        return fail(ctx, ERR_TOO_LARGE, "name", "单个附件最大 %lld MB，请压缩或拆分后再上传。",
                    (long long)(limit / (1024 * 1024)));
    return 0;
}

static int look_inside(struct ctx *ctx, struct adding *adding) {
    size_t size = (size_t)ctx->upload->size;
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, ctx->upload->fd, 0);
    if (data == MAP_FAILED) return ERR_INTERNAL;
    adding->type = file_type_of(data, size);
    munmap(data, size);
    if (adding->type == NULL)
        return fail(ctx, ERR_NOT_ACCEPTABLE_TYPE, "name",
                    "不能上传这种文件。可以上传：PDF、Word、Excel、PPT 和 WPS "
                    "文档（不含宏）、JPG、PNG、WebP、HEIC 图片、"
                    "TXT 文本、MP3、M4A、WAV 录音、MP4 视频。");
    adding->name = file_name_clean(ctx->arena, adding->in->name, adding->type);
    return 0;
}

/* Taken away since it was handed in, and now added again: it never was away. */
static int take_back(struct ctx *ctx, const struct attachment_view *dropped, int64_t report_id,
                     struct attachment_view *ret) {
    int error = db_exec(ctx->conn, &attachment_set_dropped, DB_PARAMS(db_int(dropped->id), db_int(0)), NULL);
    if (error == 0) error = audit_add(ctx, "attachment.add", "report", report_id, "%s", dropped->sha256);
    if (error == 0) *ret = *dropped;
    return error;
}

static int add(struct ctx *ctx, void *argument) {
    struct adding *adding = argument;
    struct attachment_view *out = adding->out;
    const struct upload *upload = ctx->upload;
    struct report_core report = {0};
    struct attachment_view same = {0};
    int error = report_own_editable(ctx, adding->in->id, &report);
    if (error != 0) return error;
    error = db_get_record(ctx->conn, ctx->arena, &attachment_same,
                          DB_PARAMS(db_int(report.id), db_text(upload->sha256), db_text(adding->name)),
                          &attachment_view_record, &same);
    if (error == 0 && !same.dropped) *out = same;
    if (error != ERR_NOT_FOUND && !same.dropped) return error;
    bool again = error == 0;
    error = check_room(ctx, report.id);
    if (error == 0) error = check_unsent(ctx, report.author_id);
    if (error == 0 && again) return take_back(ctx, &same, report.id, out);
    if (error == 0) error = blob_store(ctx, upload, adding->type->mime);
    struct attachment_view added = {.name = adding->name,
                                    .size = upload->size,
                                    .mime = adding->type->mime,
                                    .sha256 = upload->sha256,
                                    .created_ms = ctx->now};
    if (error == 0)
        error =
            db_get_int(ctx->conn, &attachment_insert,
                       DB_PARAMS(db_int(report.id), db_text(added.sha256), db_text(added.name),
                                 db_int(added.size), db_text(added.mime), db_int(ctx->now),
                                 db_int(ctx->actor->account_id), db_int(report_is_reopened(report.status))),
                       &added.id);
    if (error == 0)
        error = db_exec(ctx->conn, &attachment_touch, DB_PARAMS(db_int(report.id), db_int(ctx->now)), NULL);
    if (error == 0) error = audit_add(ctx, "attachment.add", "report", report.id, "%s", added.sha256);
    if (error == 0) *out = added;
    return error;
}

int attachment_add(struct ctx *ctx, const void *in_, void *out_) {
    struct adding adding = {.in = in_, .out = out_};
    int error = ctx_read(ctx, check_before, &adding);
    if (error == 0) error = look_inside(ctx, &adding);
    return error != 0 ? error : ctx_write(ctx, add, &adding);
}

/* ---- Taking away ---- */

static int drop(struct ctx *ctx, const struct attachment_view *attachment) {
    int error = db_exec(ctx->conn, &attachment_drop, DB_PARAMS(db_int(attachment->id)), NULL);
    return error != 0 ? error : blob_release(ctx, attachment->sha256);
}

static int drop_all(struct ctx *ctx, struct db_statement *which, int64_t report_id) {
    struct list all = {0};
    int error = db_get_list(ctx->conn, ctx->arena, which, DB_PARAMS(db_int(report_id)),
                            &attachment_view_record, &all);
    for (size_t i = 0; error == 0 && i < all.count; i++)
        error = drop(ctx, LIST_AT(all, struct attachment_view, i));
    return error;
}

int report_attachments_delete(struct ctx *ctx, int64_t report_id) {
    return drop_all(ctx, &attachment_list_own, report_id);
}

int report_attachments_hand_in(struct ctx *ctx, int64_t report_id) {
    int error = drop_all(ctx, &attachment_list_dropped, report_id);
    return error != 0 ? error : db_exec(ctx->conn, &attachment_all_sent, DB_PARAMS(db_int(report_id)), NULL);
}

/* What others have seen stays theirs until the author hands in without it. */
static int take_away(struct ctx *ctx, const struct report_core *report,
                     const struct attachment_view *attachment) {
    if (!report_is_reopened(report->status) || attachment->unsent) return drop(ctx, attachment);
    return db_exec(ctx->conn, &attachment_set_dropped, DB_PARAMS(db_int(attachment->id), db_int(1)), NULL);
}

int attachment_delete(struct ctx *ctx, const void *in_, void *out) {
    const struct attachment_in *in = in_;
    (void)out;
    struct report_core report = {0};
    struct attachment_view attachment = {0};
    int error = visible(ctx, in, &attachment);
    if (error == 0) error = report_own_editable(ctx, in->id, &report);
    if (error == 0) error = take_away(ctx, &report, &attachment);
    if (error == 0)
        error = db_exec(ctx->conn, &attachment_touch, DB_PARAMS(db_int(in->id), db_int(ctx->now)), NULL);
    return error != 0 ? error
                      : audit_add(ctx, "attachment.delete", "report", in->id, "%s", attachment.sha256);
}

/* ---- Reading ---- */

int attachment_get(struct ctx *ctx, const void *in_, void *out) {
    const struct attachment_in *in = in_;
    (void)out;
    struct attachment_view attachment = {0};
    int error = visible(ctx, in, &attachment);
    if (error != 0) return error;
    blob_answer(ctx, attachment.name, attachment.mime, attachment.size, attachment.sha256);
    return 0;
}
