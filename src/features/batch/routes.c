/* The routes of batches: many papers as one zip. */
#include "types.h"

static const char *const statuses[] = {"waiting", "running", "done", "failed", "cancelled", NULL};
static const char *const formats[] = {"pdf", "docx", NULL};

RECORD(batch_item_in_record, "PaperBatchItemIn", struct batch_item_in, "要导出的一件",
       F(struct batch_item_in, kind, FIELD_TEXT, "文书种类", .options = paper_kind_codes,
         .flags = FIELD_REQUIRED),
       F(struct batch_item_in, id, FIELD_INT, "编号", .flags = FIELD_REQUIRED));
RECORD(batch_create_in_record, "PaperBatchIn", struct batch_create_in, "批量导出",
       F(struct batch_create_in, items, FIELD_LIST, "要导出的各件", .of = &batch_item_in_record, .min = 1,
         .max = BATCH_ITEMS_MAX, .flags = FIELD_REQUIRED),
       F(struct batch_create_in, formats, FIELD_TEXTS, "格式", .options = formats, .min = 1, .max = 2,
         .flags = FIELD_REQUIRED));
RECORD(batch_id_in_record, "PaperBatchIdIn", struct batch_id_in, "一次批量导出",
       F(struct batch_id_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(batch_list_in_record, "PaperBatchListIn", struct batch_list_in, "批量导出",
       F(struct batch_list_in, after, FIELD_TEXT, "上一页的位置", .flags = FIELD_IN_QUERY),
       F(struct batch_list_in, limit, FIELD_INT, "每页条数", .min = 1, .max = 100,
         .flags = FIELD_IN_QUERY | FIELD_NULLABLE));
RECORD(batch_item_record, "PaperBatchItem", struct batch_item, "批量导出的一件",
       F(struct batch_item, position, FIELD_INT, "次序"), F(struct batch_item, kind, FIELD_TEXT, "文书种类"),
       F(struct batch_item, record_id, FIELD_INT, "编号"), F(struct batch_item, title, FIELD_TEXT, "标题"),
       F(struct batch_item, file, FIELD_TEXT, "压缩包里的文件", .flags = FIELD_NULLABLE),
       F(struct batch_item, pages, FIELD_INT, "页数", .flags = FIELD_NULLABLE),
       F(struct batch_item, error, FIELD_TEXT, "没有导出的原因", .flags = FIELD_NULLABLE),
       F(struct batch_item, desk, FIELD_BOOL, "", .flags = FIELD_INTERNAL),
       F(struct batch_item, hidden, FIELD_BOOL, "", .flags = FIELD_INTERNAL));
RECORD(batch_view_record, "PaperBatch", struct batch_view, "批量导出",
       F(struct batch_view, id, FIELD_INT, "编号"),
       F(struct batch_view, status, FIELD_TEXT, "状态", .options = statuses),
       F(struct batch_view, status_text, FIELD_TEXT, "状态名称"),
       F(struct batch_view, name, FIELD_TEXT, "文件名"), F(struct batch_view, total, FIELD_INT, "件数"),
       F(struct batch_view, done, FIELD_INT, "已处理件数"),
       F(struct batch_view, formats, FIELD_TEXTS, "格式"),
       F(struct batch_view, stalled, FIELD_BOOL, "已停顿：没有结束，一分钟以上没有进展"),
       F(struct batch_view, error, FIELD_TEXT, "没有完成或停顿的原因", .flags = FIELD_NULLABLE),
       F(struct batch_view, size, FIELD_INT, "字节数", .flags = FIELD_NULLABLE),
       F(struct batch_view, created_ms, FIELD_TIME, "提出时间"),
       F(struct batch_view, started_ms, FIELD_TIME, "开始时间", .flags = FIELD_NULLABLE),
       F(struct batch_view, finished_ms, FIELD_TIME, "结束时间", .flags = FIELD_NULLABLE),
       F(struct batch_view, ends_ms, FIELD_TIME, "保留到", .flags = FIELD_NULLABLE),
       F(struct batch_view, items, FIELD_LIST, "各件", .of = &batch_item_record),
       F(struct batch_view, version, FIELD_INT, "版本"),
       F(struct batch_view, taken_ms, FIELD_TIME, "", .flags = FIELD_INTERNAL | FIELD_NULLABLE),
       F(struct batch_view, formats_kept, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct batch_view, sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL));
RECORD(batch_list_out_record, "PaperBatchList", struct batch_list_out, "批量导出",
       F(struct batch_list_out, items, FIELD_LIST, "各次", .of = &batch_view_record),
       F(struct batch_list_out, next, FIELD_TEXT, "下一页的位置", .flags = FIELD_NULLABLE));

#define OWN "本人的批量导出"
#define ROUTE(METHOD, PATH, NAME, OPERATION, IN, OUT, FLAGS, SUMMARY)                                  \
    {                                                                                                  \
        .method = METHOD, .path = PATH, .name = NAME, .operation = OPERATION, .permission = SIGNED_IN, \
        .scope = OWN, .in = IN, .out = OUT, .flags = FLAGS, .summary = SUMMARY                         \
    }

static const struct route routes[] = {
    ROUTE("POST", "/paper-batches", "paper_batch_create", batch_create, &batch_create_in_record,
          &batch_view_record, ROUTE_WRITE | ROUTE_CREATES, "批量导出文书，在后台生成"),
    ROUTE("GET", "/paper-batches", "paper_batch_list", batch_list, &batch_list_in_record,
          &batch_list_out_record, ROUTE_READ, "本人的各次批量导出，不含各件"),
    ROUTE("GET", "/paper-batches/{id}", "paper_batch_get", batch_get, &batch_id_in_record, &batch_view_record,
          ROUTE_ETAG, "一次批量导出"),
    ROUTE("POST", "/paper-batches/{id}/cancel", "paper_batch_cancel", batch_cancel, &batch_id_in_record,
          &batch_view_record, ROUTE_WRITE, "取消还没有完成的批量导出"),
    ROUTE("DELETE", "/paper-batches/{id}", "paper_batch_delete", batch_delete, &batch_id_in_record, NULL,
          ROUTE_WRITE, "删除已经结束的批量导出"),
    ROUTE("GET", "/paper-batches/{id}/file", "paper_batch_file", batch_file, &batch_id_in_record, NULL,
          ROUTE_SELF | ROUTE_SLOW | ROUTE_DOWNLOAD, "下载压缩包"),
};

const struct route_table batch_routes = {
    .feature = "batch", .title = "批量导出", .routes = routes, .count = ARRAY_LEN(routes)};
