/* The articles of the actor's committees, newest change first: each committee's range of its index, merged.
 */
#include "types.h"

#include <stdlib.h>
#include <string.h>

#include "minyi/account.h"

static const char *const status_options[] = {"editing", "in_signoff", "signed", "withdrawn", NULL};
RECORD(article_item_record, "ArticleItem", struct article_item, "列表中的一篇稿件",
       F(struct article_item, id, FIELD_INT, "编号"), F(struct article_item, title, FIELD_TEXT, "标题"),
       F(struct article_item, status, FIELD_TEXT, "状态", .options = status_options),
       F(struct article_item, status_text, FIELD_TEXT, "状态名称"),
       F(struct article_item, publication_name, FIELD_TEXT, "刊物"),
       F(struct article_item, step_name, FIELD_TEXT, "审签环节", .flags = FIELD_NULLABLE),
       F(struct article_item, editor_name, FIELD_TEXT, "编辑"),
       F(struct article_item, words, FIELD_INT, "字数"),
       F(struct article_item, updated_ms, FIELD_TIME, "最近修改时间"),
       F(struct article_item, issue_id, FIELD_INT, "期编号", .flags = FIELD_NULLABLE),
       F(struct article_item, holder_name, FIELD_TEXT, "正在编辑的他人", .flags = FIELD_NULLABLE));

RECORD(article_list_out_record, "ArticleList", struct article_list_out, "一页稿件",
       F(struct article_list_out, items, FIELD_LIST, "稿件", .of = &article_item_record),
       F(struct article_list_out, next, FIELD_TEXT, "下一页的位置", .flags = FIELD_NULLABLE));

#define ARTICLE_ITEMS(WHERE_STATUS)                                                                   \
    "SELECT ar.id, ar.title, ar.status, p.name AS publication_name, st.name AS step_name,"            \
    " ed.name AS editor_name, ar.words, ar.updated_ms,"                                               \
    " (SELECT max(i.id) FROM issue i WHERE i.article_id = ar.id AND i.status <> 'void') AS issue_id," \
    " lh.name AS holder_name FROM article ar LEFT JOIN publication p ON p.id = ar.publication_id"     \
    " LEFT JOIN account ed ON ed.id = ar.editor_id"                                                   \
    " LEFT JOIN signoff_step st ON st.publication_id = ar.publication_id AND st.position = ar.step"   \
    " LEFT JOIN lease l ON l.kind = 'article' AND l.record_id = ar.id AND l.expires_ms > $3"          \
    "   AND l.account_id <> $1"                                                                       \
    " LEFT JOIN account lh ON lh.id = l.account_id"                                                   \
    " WHERE ar.committee_id = $2 AND " WHERE_STATUS                                                   \
    " AND ar.updated_ms <= $4 AND (ar.updated_ms < $4 OR ar.id < $5)"                                 \
    " AND (CAST($7 AS BIGINT) = 1 OR " ARTICLE_VISIBLE ") ORDER BY ar.updated_ms DESC, ar.id DESC LIMIT $6"

DB_STATEMENT(article_items_by_status, ARTICLE_ITEMS("ar.status = $8"));
DB_STATEMENT(article_items_all, ARTICLE_ITEMS("CAST($8 AS TEXT) IS NULL"));

static int newest_first(const void *a_, const void *b_) {
    const struct article_item *a = a_, *b = b_;
    if (a->updated_ms != b->updated_ms) return a->updated_ms < b->updated_ms ? 1 : -1;
    return (a->id < b->id) - (a->id > b->id);
}

int article_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_list_in *in = in_;
    struct article_list_out *out = out_;
    int64_t key = 0, id = 0, limit = page_limit(in->limit, 20);
    struct list committees = {0};
    int result = page_after(ctx, in->after, &key, &id);
    if (result == 0) result = desk_committees(ctx, MAY_ARTICLE_READ, &committees);
    if (result != 0) return result;
    struct article_item *items =
        arena_array(ctx->arena, committees.count * (size_t)(limit + 1), sizeof(struct article_item));
    size_t count = 0;
    for (size_t i = 0; i < committees.count; i++) {
        struct list found;
        result =
            db_get_list(ctx->conn, ctx->arena, in->status ? &article_items_by_status : &article_items_all,
                        DB_PARAMS(db_int(ctx->actor->account_id), db_int(*LIST_AT(committees, int64_t, i)),
                                  db_int(ctx->now), db_int(key), db_int(id), db_int(limit + 1),
                                  db_int(ctx->actor->system), db_text(in->status)),
                        &article_item_record, &found);
        if (result != 0) return result;
        if (found.count) memcpy(items + count, found.items, found.count * sizeof(*items));
        count += found.count;
    }
    qsort(items, count, sizeof(*items), newest_first);
    if (count > (size_t)limit) {
        count = (size_t)limit;
        out->next = page_cursor(ctx, items[count - 1].updated_ms, items[count - 1].id);
    }
    for (size_t i = 0; i < count; i++)
        items[i].status_text = lifecycle_zh(&article_lifecycle, items[i].status);
    out->items = (struct list){items, count};
    return 0;
}
