/* What waits for my signature, and what I have signed. */
#include "types.h"

#define SENT_MS                                                                                          \
    "COALESCE((SELECT max(ss.at_ms) FROM signoff_act ss WHERE ss.article_id = ar.id AND ss.act = 'send'" \
    " AND ss.round = "

DB_STATEMENT(signoff_waiting,
             "SELECT ar.id AS article_id, ar.title, p.name AS publication_name, ar.step, st.name AS "
             "step_name, ar.round, " SENT_MS "ar.round), ar.updated_ms) AS sent_ms, ar.words,"
             " CASE WHEN EXISTS (SELECT 1 FROM " SIGNOFF_HOLDERS
             " WHERE h.role_id = st.role_id AND " SIGNOFF_OWN ")"
             " THEN NULL ELSE (SELECT ha.name FROM " SIGNOFF_HOLDERS " WHERE h.role_id = st.role_id"
             " AND " SIGNOFF_DELEGATED " ORDER BY h.account_id LIMIT 1) END AS for_name,"
             " ar.updated_ms AS key, ar.id AS key_id"
             " FROM access a JOIN article ar ON ar.committee_id = a.unit_id AND ar.status = 'in_signoff'"
             " JOIN publication p ON p.id = ar.publication_id"
             " JOIN signoff_step st ON st.publication_id = ar.publication_id AND st.position = ar.step"
             " WHERE a.account_id = $1 AND a.permission = 'article.read' AND " SIGNOFF_MINE
             " AND ar.updated_ms <= $3 AND (ar.updated_ms < $3 OR ar.id < $4)"
             " ORDER BY ar.updated_ms DESC, ar.id DESC LIMIT $5");
DB_STATEMENT(signoff_done,
             "SELECT ar.id AS article_id, ar.title, p.name AS publication_name, sa.step, sa.step_name, "
             "sa.round, " SENT_MS "sa.round), sa.at_ms) AS sent_ms, sa.at_ms AS signed_ms, sa.act, ar.words,"
             " fa.name AS for_name, 0 AS key, sa.id AS key_id"
             " FROM signoff_act sa JOIN article ar ON ar.id = sa.article_id"
             " JOIN publication p ON p.id = ar.publication_id LEFT JOIN account fa ON fa.id = sa.for_id"
             " WHERE sa.by_id = $1 AND sa.act IN ('sign', 'edit_sign', 'return') AND " ARTICLE_VISIBLE
             " AND sa.id < $2 ORDER BY sa.id DESC LIMIT $3");

int signoff_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct signoff_list_in *in = in_;
    struct signoff_list_out *out = out_;
    int64_t key = 0, id = 0, limit = page_limit(in->limit, 20);
    struct list items = {0};
    int error = page_after(ctx, in->after, &key, &id);
    if (error != 0) return error;
    if (in->done)
        error = db_get_list(ctx->conn, ctx->arena, &signoff_done,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_int(id), db_int(limit + 1)),
                            &signoff_item_record, &items);
    else
        error = db_get_list(ctx->conn, ctx->arena, &signoff_waiting,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->now), db_int(key),
                                      db_int(id), db_int(limit + 1)),
                            &signoff_item_record, &items);
    if (error != 0) return error;
    if (items.count > (size_t)limit) {
        items.count = (size_t)limit;
        const struct signoff_item *last = LIST_AT(items, struct signoff_item, items.count - 1);
        out->next = page_cursor(ctx, last->key, last->key_id);
    }
    out->items = items;
    return 0;
}
