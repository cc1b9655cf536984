/* Who sees a scan, and what its code leads to. */
#include <string.h>

#include "minyi/blob.h"
#include "minyi/err.h"
#include "types.h"

#define COLUMNS                                                                                      \
    "SELECT s.id, s.account_id, s.sha256, s.name, s.size, s.mime, s.found_kind, s.found_id, s.kind," \
    " s.record_id, s.filed_ms, s.created_ms, s.version, a.name AS by_name, f.name AS filed_by_name"  \
    " FROM scan s JOIN account a ON a.id = s.account_id LEFT JOIN account f ON f.id = s.filed_by"

DB_STATEMENT(scan_by_id, COLUMNS " WHERE s.id = $1");
DB_STATEMENT(scan_own, COLUMNS " WHERE s.account_id = $1 AND s.record_id IS NULL ORDER BY s.id DESC");
DB_STATEMENT(scan_of_record, COLUMNS " WHERE s.kind = $1 AND s.record_id = $2 ORDER BY s.id DESC LIMIT 1000");

int scan_record(struct ctx *ctx, const char *kind, int64_t id, struct found_record *ret) {
    struct paper_record record = {0};
    enum paper_kind which = paper_kind_find(kind);
    int error = paper_record_get(ctx, which, id, &record);
    if (error != 0) return error;
    const struct paper_kind_info *info = paper_kind_info(which);
    *ret = (struct found_record){.kind = info->code,
                                 .kind_name = info->zh,
                                 .id = id,
                                 .title = record.title,
                                 .number = record.number,
                                 .link = record.link,
                                 .can_file = record.manages};
    return 0;
}

int code_get(struct ctx *ctx, const void *in_, void *out) {
    const struct code_in *in = in_;
    enum paper_kind kind = PAPER_KIND_END;
    int64_t id = 0;
    if (!code_parse(in->code, &kind, &id))
        return fail(ctx, ERR_NOT_FOUND, NULL, "没有这个编码，请核对后再输入，或重新扫描。");
    return scan_record(ctx, paper_kind_info(kind)->code, id, out);
}

int scan_suggest(struct ctx *ctx, struct scan_view *scan) {
    if (scan->found_kind == NULL || scan->record_id != ABSENT) return 0;
    struct found_record *found = ARENA_NEW(ctx->arena, struct found_record);
    int error = scan_record(ctx, scan->found_kind, scan->found_id, found);
    if (error == ERR_NOT_FOUND) {
        *ctx->problem = (struct problem){0};
        return 0;
    }
    if (error == 0) scan->suggestion = found;
    return error;
}

int scan_visible(struct ctx *ctx, int64_t id, struct scan_view *ret) {
    struct scan_view scan = {0};
    record_clear(&scan_view_record, &scan);
    int error =
        db_get_record(ctx->conn, ctx->arena, &scan_by_id, DB_PARAMS(db_int(id)), &scan_view_record, &scan);
    if (error != 0) return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
    bool sees = scan.account_id == ctx->actor->account_id, manages = sees;
    if (scan.record_id != ABSENT) {
        struct paper_record record = {0};
        error = paper_record_get(ctx, paper_kind_find(scan.kind), scan.record_id, &record);
        if (error != 0) return error;
        sees = record.reads;
        manages = record.manages;
    }
    if (!sees) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    scan.can_delete = manages;
    *ret = scan;
    return 0;
}

int scan_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct scan_list_out *out = out_;
    struct list items = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &scan_own, DB_PARAMS(db_int(ctx->actor->account_id)),
                            &scan_view_record, &items);
    for (size_t i = 0; error == 0 && i < items.count; i++) {
        LIST_AT(items, struct scan_view, i)->can_delete = true;
        error = scan_suggest(ctx, LIST_AT(items, struct scan_view, i));
    }
    if (error == 0) out->items = items;
    return error;
}

/* The scans of one kind of paper of a record, behind those in LIST; none for who does not see them. */
static int add_scans(struct ctx *ctx, enum paper_kind kind, int64_t id, struct list *list) {
    struct paper_record record = {0};
    struct list more = {0};
    int error = paper_record_get(ctx, kind, id, &record);
    if (error == ERR_NOT_FOUND) *ctx->problem = (struct problem){0};
    if (error == ERR_NOT_FOUND || (error == 0 && !record.reads)) return 0;
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &scan_of_record,
                            DB_PARAMS(db_text(paper_kind_info(kind)->code), db_int(id)), &scan_view_record,
                            &more);
    if (error != 0 || more.count == 0) return error;
    struct scan_view *all = arena_array(ctx->arena, list->count + more.count, sizeof(*all));
    if (list->count > 0) memcpy(all, list->items, list->count * sizeof(*all));
    memcpy(all + list->count, more.items, more.count * sizeof(*all));
    for (size_t i = 0; i < more.count; i++)
        all[list->count + i].can_delete = record.manages;
    *list = (struct list){all, list->count + more.count};
    return 0;
}

int scans_of_record(struct ctx *ctx, const void *in_, void *out_) {
    const struct scans_of_in *in = in_;
    struct scan_list_out *out = out_;
    struct paper_record record = {0};
    enum paper_kind asked = paper_kind_find(in->kind);
    int error = paper_record_get(ctx, asked, in->id, &record);
    if (error == 0 && !record.reads) error = fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    for (enum paper_kind kind = 0; error == 0 && kind < PAPER_KIND_END; kind++)
        if (paper_kinds_share(asked, kind)) error = add_scans(ctx, kind, in->id, &out->items);
    return error;
}

int scan_download(struct ctx *ctx, const void *in_, void *out) {
    const struct scan_in *in = in_;
    (void)out;
    struct scan_view scan = {0};
    int error = scan_visible(ctx, in->id, &scan);
    if (error != 0) return error;
    blob_answer(ctx, scan.name, scan.mime, scan.size, scan.sha256);
    return 0;
}
