/* Filing a scan with its record, taking it away, and what nobody filed. */
#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/err.h"
#include "types.h"

DB_STATEMENT(scan_set_record, "UPDATE scan SET kind = $2, record_id = $3, filed_by = $4, filed_ms = $5,"
                              " version = version + 1 WHERE id = $1 AND version = $6");
DB_STATEMENT(scan_delete_row, "DELETE FROM scan WHERE id = $1 AND version = $2");
DB_STATEMENT(scan_expired, "SELECT id, sha256, version FROM scan WHERE record_id IS NULL AND created_ms <= $1"
                           " ORDER BY created_ms LIMIT 10");

int scan_file_with(struct ctx *ctx, const void *in_, void *out) {
    const struct scan_file_in *in = in_;
    struct scan_view scan = {0};
    struct found_record target;
    int64_t changed = 0;
    int error = scan_visible(ctx, in->id, &scan);
    if (error == 0 && !scan.can_delete)
        error = fail(ctx, ERR_FORBIDDEN, NULL, "这份扫描件已经归入，您不能改动。");
    if (error == 0) error = scan_record(ctx, in->kind, in->record_id, &target);
    if (error == 0 && !target.can_file)
        error = fail(ctx, ERR_FORBIDDEN, "record_id", "您可以查看这一件，但不能往里归入扫描件。");
    if (error == 0)
        error = db_exec(ctx->conn, &scan_set_record,
                        DB_PARAMS(db_int(scan.id), db_text(target.kind), db_int(in->record_id),
                                  db_int(ctx->actor->account_id), db_int(ctx->now), db_int(ctx->if_match)),
                        &changed);
    if (error == 0 && changed == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0)
        error = audit_add(ctx, "scan.file", "scan", scan.id, "%s %lld %s", target.kind,
                          (long long)in->record_id, scan.sha256);
    return error != 0 ? error : scan_visible(ctx, scan.id, out);
}

static int forget(struct ctx *ctx, const struct scan_view *scan, int64_t version) {
    int64_t changed = 0;
    int error = db_exec(ctx->conn, &scan_delete_row, DB_PARAMS(db_int(scan->id), db_int(version)), &changed);
    if (error == 0 && changed == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    return error != 0 ? error : blob_release(ctx, scan->sha256);
}

int scan_delete(struct ctx *ctx, const void *in_, void *out) {
    const struct scan_in *in = in_;
    (void)out;
    struct scan_view scan = {0};
    int error = scan_visible(ctx, in->id, &scan);
    if (error == 0 && !scan.can_delete)
        error = fail(ctx, ERR_FORBIDDEN, NULL, "这份扫描件已经归入，您不能删除。");
    if (error == 0) error = forget(ctx, &scan, ctx->if_match);
    return error != 0 ? error : audit_add(ctx, "scan.delete", "scan", scan.id, "%s", scan.sha256);
}

int scan_expire(struct ctx *ctx) {
    struct list over = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &scan_expired, DB_PARAMS(db_int(ctx->now - SCAN_KEPT_MS)),
                            &scan_view_record, &over);
    for (size_t i = 0; error == 0 && i < over.count; i++) {
        const struct scan_view *scan = LIST_AT(over, struct scan_view, i);
        error = forget(ctx, scan, scan->version);
        if (error == 0) error = audit_add(ctx, "scan.expire", "scan", scan->id, "%s", scan->sha256);
    }
    return error != 0 ? error : over.count > 0;
}
