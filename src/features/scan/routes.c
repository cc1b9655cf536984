/* The routes of codes on prints and of scans. */
#include "types.h"

RECORD(code_in_record, "CodeIn", struct code_in, "文书上的编码",
       F(struct code_in, code, FIELD_TEXT, "编码", .max = 60, .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(found_record_record, "PaperRecord", struct found_record, "一份文书所属的记录",
       F(struct found_record, kind, FIELD_TEXT, "文书种类", .options = paper_kind_codes),
       F(struct found_record, kind_name, FIELD_TEXT, "种类名称"),
       F(struct found_record, id, FIELD_INT, "编号"), F(struct found_record, title, FIELD_TEXT, "标题"),
       F(struct found_record, number, FIELD_TEXT, "期号或流水号", .flags = FIELD_NULLABLE),
       F(struct found_record, link, FIELD_TEXT, "页面地址"),
       F(struct found_record, can_file, FIELD_BOOL, "可归入扫描件"));
RECORD(scan_add_in_record, "ScanAddIn", struct scan_add_in, "上传扫描件",
       F(struct scan_add_in, name, FIELD_TEXT, "文件名", .max = 200,
         .flags = FIELD_IN_QUERY | FIELD_REQUIRED | FIELD_ONE_LINE));
RECORD(scan_in_record, "ScanIdIn", struct scan_in, "一份扫描件",
       F(struct scan_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(scan_file_in_record, "ScanFileIn", struct scan_file_in, "归入一件",
       F(struct scan_file_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct scan_file_in, kind, FIELD_TEXT, "文书种类", .options = paper_kind_codes,
         .flags = FIELD_REQUIRED),
       F(struct scan_file_in, record_id, FIELD_INT, "归入哪一件", .flags = FIELD_REQUIRED));
RECORD(scans_of_in_record, "ScansOfIn", struct scans_of_in, "一件的扫描件",
       F(struct scans_of_in, kind, FIELD_TEXT, "文书种类", .options = paper_kind_codes,
         .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct scans_of_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(scan_view_record, "Scan", struct scan_view, "扫描件", F(struct scan_view, id, FIELD_INT, "编号"),
       F(struct scan_view, name, FIELD_TEXT, "文件名"), F(struct scan_view, size, FIELD_INT, "字节数"),
       F(struct scan_view, mime, FIELD_TEXT, "类型"),
       F(struct scan_view, suggestion, FIELD_OBJECT, "编码指向的一件", .of = &found_record_record,
         .flags = FIELD_NULLABLE),
       F(struct scan_view, kind, FIELD_TEXT, "归入的文书种类", .options = paper_kind_codes,
         .flags = FIELD_NULLABLE),
       F(struct scan_view, record_id, FIELD_INT, "归入的一件", .flags = FIELD_NULLABLE),
       F(struct scan_view, by_name, FIELD_TEXT, "上传人"),
       F(struct scan_view, filed_by_name, FIELD_TEXT, "归入人", .flags = FIELD_NULLABLE),
       F(struct scan_view, filed_ms, FIELD_TIME, "归入时间", .flags = FIELD_NULLABLE),
       F(struct scan_view, created_ms, FIELD_TIME, "上传时间"),
       F(struct scan_view, can_delete, FIELD_BOOL, "可删除"), F(struct scan_view, version, FIELD_INT, "版本"),
       F(struct scan_view, account_id, FIELD_INT, "", .flags = FIELD_INTERNAL),
       F(struct scan_view, found_kind, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct scan_view, found_id, FIELD_INT, "", .flags = FIELD_INTERNAL | FIELD_NULLABLE),
       F(struct scan_view, sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL));
RECORD(scan_list_out_record, "ScanList", struct scan_list_out, "扫描件",
       F(struct scan_list_out, items, FIELD_LIST, "扫描件", .of = &scan_view_record));

#define VISIBLE "未归入的：本人上传的；已归入的：能在处室一侧查看该件的"
#define ROUTE(METHOD, PATH, NAME, OPERATION, SCOPE, IN, OUT, FLAGS, SUMMARY)                           \
    {                                                                                                  \
        .method = METHOD, .path = PATH, .name = NAME, .operation = OPERATION, .permission = SIGNED_IN, \
        .scope = SCOPE, .in = IN, .out = OUT, .flags = FLAGS, .summary = SUMMARY                       \
    }

static const struct route routes[] = {
    ROUTE("GET", "/codes/{code}", "code_get", code_get, "能查看的", &code_in_record, &found_record_record,
          ROUTE_READ, "文书上的编码指向哪一件"),
    {.method = "POST",
     .path = "/scans",
     .name = "scan_add",
     .operation = scan_add,
     .permission = SIGNED_IN,
     .scope = "本人",
     .in = &scan_add_in_record,
     .out = &scan_view_record,
     .flags = ROUTE_SELF | ROUTE_SLOW | ROUTE_UPLOAD | ROUTE_HEAVY,
     .body_limit = SCAN_BYTES_MAX,
     .summary = "上传扫描件，按上面的编码提示归入哪一件；请求体就是文件，名称放在 name 参数"},
    ROUTE("GET", "/scans", "scan_list", scan_list, "本人的", NULL, &scan_list_out_record, ROUTE_READ,
          "本人上传而没有归入的扫描件"),
    ROUTE("PUT", "/scans/{id}/record", "scan_file_with", scan_file_with, "本人的，归入能管理的一件",
          &scan_file_in_record, &scan_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "把扫描件归入一件"),
    ROUTE("DELETE", "/scans/{id}", "scan_delete", scan_delete, "未归入的：本人的；已归入的：能管理该件的",
          &scan_in_record, NULL, ROUTE_WRITE | ROUTE_IF_MATCH, "删除扫描件"),
    ROUTE("GET", "/scans/{id}/file", "scan_download", scan_download, VISIBLE, &scan_in_record, NULL,
          ROUTE_DOWNLOAD, "下载扫描件"),
    ROUTE("GET", "/papers/{kind}/{id}/scans", "scans_of_record", scans_of_record, "能在处室一侧查看该件的",
          &scans_of_in_record, &scan_list_out_record, ROUTE_READ, "一件的扫描件，归入它哪一种文书的都在内"),
};

const struct route_table scan_routes = {
    .feature = "scan", .title = "扫描件", .routes = routes, .count = ARRAY_LEN(routes)};
