/* The routes of papers, and what they take and give. */
#include "types.h"

static const char *const formats[] = {"pdf", "docx", NULL};
#define OPTIONAL .flags = FIELD_NULLABLE

RECORD(paper_in_record, "PaperQuery", struct paper_in, "一份文书",
       F(struct paper_in, kind, FIELD_TEXT, "种类", .max = 40, .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(paper_file_in_record, "PaperFileQuery", struct paper_file_in, "一份文书的文件",
       F(struct paper_file_in, kind, FIELD_TEXT, "种类", .max = 40, .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_file_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_file_in, format, FIELD_TEXT, "格式", .options = formats,
         .flags = FIELD_IN_QUERY | FIELD_REQUIRED));
RECORD(paper_page_in_record, "PaperPageQuery", struct paper_page_in, "一份文书的一页",
       F(struct paper_page_in, kind, FIELD_TEXT, "种类", .max = 40, .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_page_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_page_in, page, FIELD_INT, "第几页", .min = 1, .max = 100000,
         .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct paper_page_in, width, FIELD_INT, "宽度，像素", .min = PAPER_PNG_WIDTH_MIN,
         .max = PAPER_PNG_WIDTH_MAX, .flags = FIELD_IN_QUERY | FIELD_NULLABLE));
RECORD(rendering_find_in_record, "RenderingQuery", struct rendering_find_in, "核对文件",
       F(struct rendering_find_in, sha256, FIELD_TEXT, "文件的 SHA-256，64 位小写十六进制", .min = 64,
         .max = 64, .flags = FIELD_IN_QUERY | FIELD_REQUIRED));

#define RENDERING_FIELDS                                                                                 \
    F(struct rendering_view, id, FIELD_INT, "编号"), F(struct rendering_view, kind, FIELD_TEXT, "种类"), \
        F(struct rendering_view, record_id, FIELD_INT, "记录编号"),                                      \
        F(struct rendering_view, format, FIELD_TEXT, "格式", .options = formats),                        \
        F(struct rendering_view, name, FIELD_TEXT, "文件名"),                                            \
        F(struct rendering_view, sha256, FIELD_TEXT, "文件的 SHA-256"),                                  \
        F(struct rendering_view, size, FIELD_INT, "字节数"),                                             \
        F(struct rendering_view, pages, FIELD_INT, "页数", OPTIONAL),                                    \
        F(struct rendering_view, by_name, FIELD_TEXT, "经手人", OPTIONAL),                               \
        F(struct rendering_view, at_ms, FIELD_TIME, "时间"),                                             \
        F(struct rendering_view, batch_id, FIELD_INT, "为哪一次批量导出制作，单独下载的没有", OPTIONAL), \
        F(struct rendering_view, taken_ms, FIELD_TIME,                                                   \
          "那次批量导出的压缩包首次下载的时间，没有下载过的没有", OPTIONAL)
RECORD(rendering_view_record, "Rendering", struct rendering_view, "一份文书的一次出件", RENDERING_FIELDS);
RECORD(rendering_found_record, "RenderingFound", struct rendering_view, "核对出来的一次出件",
       RENDERING_FIELDS, F(struct rendering_view, kind_name, FIELD_TEXT, "种类名称"),
       F(struct rendering_view, record_title, FIELD_TEXT, "记录的标题"),
       F(struct rendering_view, link, FIELD_TEXT, "页面地址"));
RECORD(rendering_list_out_record, "RenderingList", struct rendering_list_out, "核对的结果",
       F(struct rendering_list_out, items, FIELD_LIST, "出件", .of = &rendering_found_record));
RECORD(paper_info_record, "PaperInfo", struct paper_info, "一份文书",
       F(struct paper_info, kind, FIELD_TEXT, "种类"),
       F(struct paper_info, kind_name, FIELD_TEXT, "种类名称"), F(struct paper_info, id, FIELD_INT, "编号"),
       F(struct paper_info, name, FIELD_TEXT, "文件名，没有扩展名"),
       F(struct paper_info, pages, FIELD_INT, "页数"),
       F(struct paper_info, missing, FIELD_TEXTS, "没有字体的字"),
       F(struct paper_info, stand_ins, FIELD_LIST, "由其他字体代排的字", .of = &paper_stand_in_record),
       F(struct paper_info, problems, FIELD_TEXTS, "付印前要处理的问题"),
       F(struct paper_info, template_name, FIELD_TEXT, "版式的名称"),
       F(struct paper_info, renderings, FIELD_LIST, "出件", .of = &rendering_view_record));

static const struct route routes[] = {
    {.method = "GET",
     .path = "/papers/{kind}/{id}",
     .name = "paper_info",
     .operation = paper_info_get,
     .permission = SIGNED_IN,
     .scope = "所能看到的记录",
     .in = &paper_in_record,
     .out = &paper_info_record,
     .flags = ROUTE_SELF | ROUTE_SLOW,
     .summary = "一份文书：页数、没有字体和由其他字体代排的字、已出的文件"},
    {.method = "GET",
     .path = "/papers/{kind}/{id}/file",
     .name = "paper_file",
     .operation = paper_file_get,
     .permission = SIGNED_IN,
     .scope = "所能看到的记录",
     .in = &paper_file_in_record,
     .flags = ROUTE_SELF | ROUTE_SLOW | ROUTE_DOWNLOAD,
     .summary = "下载文书，PDF 或 Word；每次出件都有记录"},
    {.method = "GET",
     .path = "/papers/{kind}/{id}/pages/{page}",
     .name = "paper_page",
     .operation = paper_page_get,
     .permission = SIGNED_IN,
     .scope = "所能看到的记录",
     .in = &paper_page_in_record,
     .flags = ROUTE_SELF | ROUTE_SLOW | ROUTE_DOWNLOAD,
     .summary = "文书的一页，PNG 图片"},
    {.method = "GET",
     .path = "/renderings",
     .name = "rendering_find",
     .operation = rendering_find,
     .permission = SIGNED_IN,
     .scope = "所能看到的记录",
     .in = &rendering_find_in_record,
     .out = &rendering_list_out_record,
     .summary = "按校验值核对一个文件是不是本系统所出"},
};

const struct route_table paper_routes = {
    .feature = "paper", .title = "文书", .routes = routes, .count = ARRAY_LEN(routes)};
