/* The routes of templates, and their wire records. */
#include "types.h"

static const char *const statuses[] = {"default", "draft", "active", "retired", NULL};

RECORD(template_word_out_record, "PaperWord", struct paper_word, "词",
       F(struct paper_word, name, FIELD_TEXT, "名称"), F(struct paper_word, sample, FIELD_TEXT, "例子"));
RECORD(template_kind_out_record, "PaperKind", struct kind_view, "文种",
       F(struct kind_view, code, FIELD_TEXT, "代码"), F(struct kind_view, name, FIELD_TEXT, "名称"),
       F(struct kind_view, words, FIELD_LIST, "可用的词", .of = &template_word_out_record),
       F(struct kind_view, tables, FIELD_TEXTS, "可用的表格"),
       F(struct kind_view, body, FIELD_BOOL, "有正文"));
RECORD(template_element_out_record, "PaperElement", struct element_view, "内容",
       F(struct element_view, code, FIELD_TEXT, "代码", .options = template_elements),
       F(struct element_view, name, FIELD_TEXT, "名称"), F(struct element_view, style, FIELD_BOOL, "选样式"),
       F(struct element_view, text, FIELD_BOOL, "有文字"),
       F(struct element_view, right, FIELD_BOOL, "右端有文字"),
       F(struct element_view, foot, FIELD_BOOL, "属于版记"),
       F(struct element_view, least, FIELD_INT, "大小的下限"),
       F(struct element_view, most, FIELD_INT, "大小的上限"));
RECORD(template_style_out_record, "PaperStyle", struct style_view, "样式",
       F(struct style_view, code, FIELD_TEXT, "代码"), F(struct style_view, name, FIELD_TEXT, "名称"),
       F(struct style_view, font, FIELD_TEXT, "字体"),
       F(struct style_view, color, FIELD_TEXT, "颜色", .options = paper_color_codes),
       F(struct style_view, align, FIELD_TEXT, "对齐", .options = paper_align_codes),
       F(struct style_view, size, FIELD_INT, "字号"));
RECORD(template_font_out_record, "PaperFont", struct font_view, "字体",
       F(struct font_view, code, FIELD_TEXT, "代码"), F(struct font_view, name, FIELD_TEXT, "名称"));
RECORD(template_kinds_out_record, "PaperKindList", struct kinds_out, "版式的组成",
       F(struct kinds_out, items, FIELD_LIST, "文种", .of = &template_kind_out_record),
       F(struct kinds_out, elements, FIELD_LIST, "内容", .of = &template_element_out_record),
       F(struct kinds_out, styles, FIELD_LIST, "样式", .of = &template_style_out_record),
       F(struct kinds_out, fonts, FIELD_LIST, "字体", .of = &template_font_out_record));

#define HEAD_FIELDS                                                                                   \
    F(struct template_detail, kind, FIELD_TEXT, "文种", .options = paper_kind_codes),                 \
        F(struct template_detail, kind_name, FIELD_TEXT, "文种名称"),                                 \
        F(struct template_detail, publication_id, FIELD_INT, "刊物", .flags = FIELD_NULLABLE),        \
        F(struct template_detail, publication_name, FIELD_TEXT, "刊物名称", .flags = FIELD_NULLABLE), \
        F(struct template_detail, name, FIELD_TEXT, "名称"),                                          \
        F(struct template_detail, status, FIELD_TEXT, "状态", .options = statuses),                   \
        F(struct template_detail, status_text, FIELD_TEXT, "状态名称"),                               \
        F(struct template_detail, created_by_name, FIELD_TEXT, "创建人", .flags = FIELD_NULLABLE),    \
        F(struct template_detail, created_ms, FIELD_TIME, "创建时间", .flags = FIELD_NULLABLE),       \
        F(struct template_detail, activated_ms, FIELD_TIME, "启用时间", .flags = FIELD_NULLABLE),     \
        F(struct template_detail, version, FIELD_INT, "版本")

RECORD(template_item_record, "PaperTemplateItem", struct template_detail, "版式",
       F(struct template_detail, id, FIELD_INT, "编号，程序自带的没有", .flags = FIELD_NULLABLE),
       HEAD_FIELDS);
RECORD(template_list_record, "PaperTemplateList", struct template_items, "版式列表",
       F(struct template_items, items, FIELD_LIST, "版式", .of = &template_item_record));
RECORD(template_element_record, "PaperTemplateElement", struct template_element, "一行",
       F(struct template_element, element, FIELD_TEXT, "内容", .flags = FIELD_REQUIRED,
         .options = template_elements),
       F(struct template_element, style, FIELD_TEXT, "样式", .max = 40, .flags = FIELD_ONE_LINE),
       F(struct template_element, text, FIELD_TEXT, "文字", .max = TEMPLATE_TEXT_MAX),
       F(struct template_element, right, FIELD_TEXT, "右端的文字", .max = TEMPLATE_TEXT_MAX),
       F(struct template_element, amount, FIELD_INT, "线的粗细（微米）或空行的十分之几",
         .flags = FIELD_NULLABLE));
RECORD(template_style_record, "PaperTemplateStyle", struct template_style, "改动的样式",
       F(struct template_style, style, FIELD_TEXT, "样式", .max = 40,
         .flags = FIELD_REQUIRED | FIELD_ONE_LINE),
       F(struct template_style, font, FIELD_TEXT, "字体", .max = 40, .flags = FIELD_NULLABLE),
       F(struct template_style, color, FIELD_TEXT, "颜色", .flags = FIELD_NULLABLE,
         .options = paper_color_codes),
       F(struct template_style, align, FIELD_TEXT, "对齐", .flags = FIELD_NULLABLE,
         .options = paper_align_codes),
       F(struct template_style, size, FIELD_INT, "字号（百分之一磅）", .flags = FIELD_NULLABLE));
RECORD(template_record, "PaperTemplate", struct template_detail, "一个版式",
       F(struct template_detail, id, FIELD_INT, "编号"), HEAD_FIELDS,
       F(struct template_detail, elements, FIELD_LIST, "各行", .of = &template_element_record),
       F(struct template_detail, styles, FIELD_LIST, "改动的样式", .of = &template_style_record));

RECORD(template_list_in_record, "PaperTemplateListIn", struct template_list_in, "版式",
       F(struct template_list_in, kind, FIELD_TEXT, "文种", .flags = FIELD_IN_QUERY,
         .options = paper_kind_codes));
#define NAME(TYPE) F(TYPE, name, FIELD_TEXT, "名称", .max = 40, .flags = FIELD_REQUIRED | FIELD_ONE_LINE)
RECORD(template_add_in_record, "PaperTemplateAdd", struct template_add_in, "新版式",
       F(struct template_add_in, kind, FIELD_TEXT, "文种", .flags = FIELD_REQUIRED,
         .options = paper_kind_codes),
       F(struct template_add_in, publication_id, FIELD_INT, "刊物", .min = 1, .max = INT64_MAX,
         .flags = FIELD_NULLABLE),
       NAME(struct template_add_in),
       F(struct template_add_in, from_id, FIELD_INT, "复制自，0为程序自带的", .min = 0, .max = INT64_MAX,
         .flags = FIELD_NULLABLE));
#define ID(TYPE)                                                                                     \
    F(TYPE, id, FIELD_INT, "编号，0为程序自带的", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 0, \
      .max = INT64_MAX)
#define KIND_OF_OWN(TYPE) \
    F(TYPE, kind, FIELD_TEXT, "文种，编号为0时须给", .flags = FIELD_IN_QUERY, .options = paper_kind_codes)
RECORD(template_look_in_record, "PaperTemplateLook", struct template_id_in, "一个版式",
       ID(struct template_id_in), KIND_OF_OWN(struct template_id_in));
RECORD(template_id_in_record, "PaperTemplateId", struct template_id_in, "一个版式",
       F(struct template_id_in, id, FIELD_INT, "编号", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1,
         .max = INT64_MAX));
RECORD(template_save_in_record, "PaperTemplateSave", struct template_save_in, "修改版式",
       F(struct template_save_in, id, FIELD_INT, "编号", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1,
         .max = INT64_MAX),
       NAME(struct template_save_in),
       F(struct template_save_in, elements, FIELD_LIST, "各行", .flags = FIELD_REQUIRED,
         .of = &template_element_record),
       F(struct template_save_in, styles, FIELD_LIST, "改动的样式", .of = &template_style_record));
RECORD(template_page_in_record, "PaperTemplatePage", struct template_page_in, "预览的一页",
       ID(struct template_page_in),
       F(struct template_page_in, page, FIELD_INT, "第几页", .flags = FIELD_REQUIRED | FIELD_IN_PATH,
         .min = 1, .max = PAPER_PAGES_MAX),
       F(struct template_page_in, width, FIELD_INT, "宽度（像素）", .min = PAPER_PNG_WIDTH_MIN,
         .max = PAPER_PNG_WIDTH_MAX, .flags = FIELD_IN_QUERY | FIELD_NULLABLE),
       KIND_OF_OWN(struct template_page_in));
RECORD(paper_stand_in_record, "PaperStandIn", struct paper_stand_in, "由其他字体代排的一个字",
       F(struct paper_stand_in, text, FIELD_TEXT, "字"),
       F(struct paper_stand_in, role, FIELD_TEXT, "缺这个字的是哪种公文字体"),
       F(struct paper_stand_in, role_name, FIELD_TEXT, "这种公文字体的名称"),
       F(struct paper_stand_in, family, FIELD_TEXT, "代排的字体"));
RECORD(template_pages_out_record, "PaperTemplatePages", struct template_pages_out, "预览",
       F(struct template_pages_out, pages, FIELD_INT, "页数"),
       F(struct template_pages_out, missing, FIELD_TEXTS, "没有字体的字"),
       F(struct template_pages_out, stand_ins, FIELD_LIST, "由其他字体代排的字",
         .of = &paper_stand_in_record));

#define OWN "本机构的版式"
#define ROUTE(METHOD, PATH, OPERATION, IN, OUT, FLAGS, SUMMARY)                               \
    {                                                                                         \
        .method = METHOD, .path = PATH, .name = #OPERATION, .operation = OPERATION,           \
        .permission = MAY_SETTING_MANAGE, .scope = OWN, .in = IN, .out = OUT, .flags = FLAGS, \
        .summary = SUMMARY                                                                    \
    }

static const struct route routes[] = {
    {.method = "GET",
     .path = "/paper-kinds",
     .name = "paper_kind_list",
     .operation = paper_kind_list,
     .permission = MAY_SETTING_MANAGE,
     .scope = "全部",
     .out = &template_kinds_out_record,
     .summary = "文种，及其版式可用的词、表格、样式和字体"},
    ROUTE("GET", "/paper-templates", paper_template_list, &template_list_in_record, &template_list_record,
          ROUTE_READ, "版式列表"),
    ROUTE("POST", "/paper-templates", paper_template_add, &template_add_in_record, &template_record,
          ROUTE_WRITE | ROUTE_CREATES, "新建版式草稿"),
    ROUTE("GET", "/paper-templates/{id}", paper_template_get, &template_look_in_record, &template_record,
          ROUTE_ETAG, "一个版式"),
    ROUTE("PUT", "/paper-templates/{id}", paper_template_save, &template_save_in_record, &template_record,
          ROUTE_WRITE | ROUTE_IF_MATCH | ROUTE_ETAG, "修改版式草稿"),
    ROUTE("DELETE", "/paper-templates/{id}", paper_template_delete, &template_id_in_record, NULL,
          ROUTE_WRITE | ROUTE_IF_MATCH, "删除版式草稿"),
    ROUTE("POST", "/paper-templates/{id}/activate", paper_template_activate, &template_id_in_record,
          &template_record, ROUTE_WRITE | ROUTE_IF_MATCH | ROUTE_ETAG, "启用版式，原来的停用"),
    ROUTE("POST", "/paper-templates/{id}/retire", paper_template_retire, &template_id_in_record,
          &template_record, ROUTE_WRITE | ROUTE_IF_MATCH | ROUTE_ETAG, "停用版式，恢复程序自带的"),
    ROUTE("GET", "/paper-templates/{id}/pages", paper_template_pages, &template_look_in_record,
          &template_pages_out_record, ROUTE_SELF | ROUTE_SLOW, "预览有几页，哪些字没有字体"),
    ROUTE("GET", "/paper-templates/{id}/pages/{page}", paper_template_page, &template_page_in_record, NULL,
          ROUTE_SELF | ROUTE_SLOW | ROUTE_DOWNLOAD, "预览的一页（PNG）"),
    ROUTE("GET", "/paper-templates/{id}/preview", paper_template_preview, &template_look_in_record, NULL,
          ROUTE_SELF | ROUTE_SLOW | ROUTE_DOWNLOAD, "预览（PDF）"),
};

const struct route_table template_routes = {
    .feature = "template", .title = "版式", .routes = routes, .count = ARRAY_LEN(routes)};
