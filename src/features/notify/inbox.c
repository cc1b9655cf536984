/* The inbox: one's own notices, read and unread. Reading a notice is no act of office: it leaves no audit
 * row. */
#include "types.h"

#include "minyi/err.h"

enum { PAGE = 20 };

DB_STATEMENT(notice_page_all, "SELECT id, kind, title, text, link, created_ms, read_ms FROM notice"
                              " WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
DB_STATEMENT(notice_page_unread,
             "SELECT id, kind, title, text, link, created_ms, read_ms FROM notice"
             " WHERE account_id = $1 AND read_ms IS NULL AND id < $2 ORDER BY id DESC LIMIT $3");
/* The first reading counts. */
DB_STATEMENT(notice_set_read,
             "UPDATE notice SET read_ms = COALESCE(read_ms, $3) WHERE id = $1 AND account_id = $2");
DB_STATEMENT(notice_one, "SELECT id, kind, title, text, link, created_ms, read_ms FROM notice WHERE id = $1");
DB_STATEMENT(notice_set_all_read, "UPDATE notice SET read_ms = $2 WHERE account_id = $1 AND read_ms IS NULL");

DB_STATEMENT(notice_count_unread, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE account_id = $1"
                                  " AND read_ms IS NULL LIMIT 1000) few");

int notice_unread(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct notice_unread *out = out_;
    return db_get_int(ctx->conn, &notice_count_unread, DB_PARAMS(db_int(ctx->actor->account_id)),
                      &out->unread);
}

int notice_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct notice_list_in *in = in_;
    struct notice_page *out = out_;
    int64_t key = 0, after = 0, limit = page_limit(in->limit, PAGE);
    struct list items = {0};
    int error = page_after(ctx, in->after, &key, &after);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, in->unread ? &notice_page_unread : &notice_page_all,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_int(after), db_int(limit + 1)),
                            &notice_record, &items);
    if (error != 0) return error;
    if ((int64_t)items.count > limit) {
        items.count = (size_t)limit;
        int64_t last = LIST_AT(items, struct notice, items.count - 1)->id;
        out->next = page_cursor(ctx, last, last);
    }
    out->items = items;
    return 0;
}

int notice_read(struct ctx *ctx, const void *in_, void *out) {
    const struct notice_id_in *in = in_;
    int64_t changed = 0;
    int error =
        db_exec(ctx->conn, &notice_set_read,
                DB_PARAMS(db_int(in->id), db_int(ctx->actor->account_id), db_int(ctx->now)), &changed);
    if (error == 0 && changed == 0) error = fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0) error = notice_tell(ctx, ctx->actor->account_id);
    if (error != 0) return error;
    return db_get_record(ctx->conn, ctx->arena, &notice_one, DB_PARAMS(db_int(in->id)), &notice_record, out);
}

int notice_read_all(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int error = db_exec(ctx->conn, &notice_set_all_read,
                        DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->now)), NULL);
    return error != 0 ? error : notice_tell(ctx, ctx->actor->account_id);
}
