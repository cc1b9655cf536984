/* Writing notices, in the transaction of the act they tell of; the same commit tells every node whose they
 * are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "minyi/buf.h"
#include "minyi/err.h"
#include "minyi/utf8.h"
#include "types.h"

enum { TITLE_MAX = 100, TEXT_MAX = 500 /* characters */, TOLD_AT_ONCE = 100 /* accounts in a message */ };

DB_STATEMENT(notice_insert_one,
             "INSERT INTO notice (account_id, kind, title, text, link, created_ms)"
             " SELECT a.id, $2, $3, $4, $5, $6 FROM account a WHERE a.id = $1 AND a.status <> 'disabled'");
DB_STATEMENT(notice_insert_holders,
             "INSERT INTO notice (account_id, kind, title, text, link, created_ms)"
             " SELECT a.id, $4, $5, $6, $7, $8 FROM access x JOIN account a ON a.id = x.account_id"
             " WHERE x.unit_id = $1 AND x.permission = $2 AND a.id <> $3 AND a.status = 'active'"
             " ORDER BY a.id RETURNING account_id");
DB_STATEMENT(notice_holds,
             "SELECT count(*) FROM access WHERE account_id = $1 AND permission = $2 AND unit_id = $3");

struct told {
    int64_t account_id;
};
RECORD(told_record, "NoticeTold", struct told, "收到消息的账号",
       F(struct told, account_id, FIELD_INT, "账号"));

/* At most COUNT characters; what is cut ends with an ellipsis. */
static const char *shortened(struct ctx *ctx, const char *text, size_t count) {
    if (text == NULL) return "";
    if (utf8_length(text) <= count) return text;
    return arena_printf(ctx->arena, "%.*s…", (int)utf8_cut(text, count - 1), text);
}

int notice_tell(struct ctx *ctx, int64_t account_id) {
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, account_id);
    return db_notify(ctx->conn, NOTICE_CHANNEL, text);
}

/* One message for many accounts. */
static int tell_all(struct ctx *ctx, const struct list *accounts) {
    struct buf text = BUF(4000);
    int error = 0;
    for (size_t i = 0; i < accounts->count && error == 0; i++) {
        if (text.len > 0) buf_addc(&text, ' ');
        buf_add_int(&text, LIST_AT(*accounts, struct told, i)->account_id);
        if ((i + 1) % TOLD_AT_ONCE != 0 && i + 1 < accounts->count) continue;
        error = db_notify(ctx->conn, NOTICE_CHANNEL, text.data);
        buf_clear(&text);
    }
    buf_free(&text);
    return error;
}

int notify_account(struct ctx *ctx, int64_t account_id, const char *kind, const char *title, const char *text,
                   const char *link) {
    int64_t changes = 0;
    int error =
        db_exec(ctx->conn, &notice_insert_one,
                DB_PARAMS(db_int(account_id), db_text(kind), db_text(shortened(ctx, title, TITLE_MAX)),
                          db_text(shortened(ctx, text, TEXT_MAX)), db_text(link), db_int(ctx->now)),
                &changes);
    return error != 0 || changes == 0 ? error : notice_tell(ctx, account_id);
}

int notify_holder(struct ctx *ctx, enum permission permission, int64_t unit_id, int64_t account_id,
                  const char *kind, const char *title, const char *text, const char *link) {
    int64_t holds = 0;
    int error = db_get_int(
        ctx->conn, &notice_holds,
        DB_PARAMS(db_int(account_id), db_text(permission_name(permission)), db_int(unit_id)), &holds);
    return error != 0 || holds == 0 ? error : notify_account(ctx, account_id, kind, title, text, link);
}

int notify_holders(struct ctx *ctx, enum permission permission, int64_t unit_id, const char *kind,
                   const char *title, const char *text, const char *link) {
    struct list told = {0};
    int error = db_get_list(
        ctx->conn, ctx->arena, &notice_insert_holders,
        DB_PARAMS(db_int(unit_id), db_text(permission_name(permission)), db_int(ctx->actor->account_id),
                  db_text(kind), db_text(shortened(ctx, title, TITLE_MAX)),
                  db_text(shortened(ctx, text, TEXT_MAX)), db_text(link), db_int(ctx->now)),
        &told_record, &told);
    return error != 0 ? error : tell_all(ctx, &told);
}
