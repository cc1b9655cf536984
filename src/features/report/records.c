/* The wire records of reports: each field said once. */
#include "minyi/account.h"
#include "types.h"

static const char *const sources[] = {"member", "party_group",     "special_committee",
                                      "sector", "lower_committee", "public",
                                      "office", "work_room",       NULL};
static const char *const channels[] = {"form", "on_behalf", "unit", "import", NULL};
static const char *const urgencies[] = {"normal", "urgent", "express", NULL};
const struct code_name report_channel_names[] = {
    {"form", "网上填报"}, {"on_behalf", "代录"}, {"unit", "单位报送"}, {"import", "历史导入"}, {NULL, NULL}};
const struct code_name urgency_names[] = {
    {"normal", "普通"}, {"urgent", "急"}, {"express", "特急"}, {NULL, NULL}};
static const char *const levels[] = {"national", "province", "city", "county", NULL};
static const char *const statuses[] = {"draft",  "unit_signing", "submitted",  "in_review", "returned",
                                       "kept",   "merged",       "redirected", "adopted",   "published",
                                       "closed", "withdrawn",    NULL};

enum { ELEMENT_MAX = 20000, NOTE_MAX = 1000 };
#define OPTIONAL .flags = FIELD_NULLABLE
#define OPTIONAL_LINE .flags = FIELD_NULLABLE | FIELD_ONE_LINE
#define PATH_ID .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1, .max = INT64_MAX
#define QUERY .flags = FIELD_NULLABLE | FIELD_IN_QUERY

/* ---- In ---- */

RECORD(report_author_in_record, "ReportAuthor", struct report_author_in, "反映人",
       F(struct report_author_in, account_id, FIELD_INT, "账号", OPTIONAL),
       F(struct report_author_in, name, FIELD_TEXT, "姓名", .flags = FIELD_REQUIRED | FIELD_ONE_LINE,
         .max = 40),
       F(struct report_author_in, unit_name, FIELD_TEXT, "单位", OPTIONAL_LINE, .max = 100),
       F(struct report_author_in, post, FIELD_TEXT, "职务", OPTIONAL_LINE, .max = 100),
       F(struct report_author_in, standing, FIELD_TEXT, "身份", OPTIONAL, .options = standing_codes),
       F(struct report_author_in, contact, FIELD_TEXT, "联系方式", OPTIONAL_LINE, .max = 100));

#define DRAFT_FIELDS                                                                                    \
    F(struct report_draft, client_key, FIELD_TEXT, "设备上的草稿编号", OPTIONAL_LINE, .max = 64),       \
        F(struct report_draft, title, FIELD_TEXT, "标题", OPTIONAL_LINE, .max = 100),                   \
        F(struct report_draft, situation, FIELD_TEXT, "情况问题", OPTIONAL, .max = ELEMENT_MAX),        \
        F(struct report_draft, analysis, FIELD_TEXT, "原因分析", OPTIONAL, .max = ELEMENT_MAX),         \
        F(struct report_draft, suggestion, FIELD_TEXT, "意见建议", OPTIONAL, .max = ELEMENT_MAX),       \
        F(struct report_draft, category_id, FIELD_INT, "类别", OPTIONAL),                               \
        F(struct report_draft, source, FIELD_TEXT, "来源", OPTIONAL, .options = sources),               \
        F(struct report_draft, urgency, FIELD_TEXT, "紧急程度", OPTIONAL, .options = urgencies),        \
        F(struct report_draft, target_level, FIELD_TEXT, "拟报层级", OPTIONAL, .options = levels),      \
        F(struct report_draft, writer, FIELD_TEXT, "撰稿人", OPTIONAL_LINE, .max = 40),                 \
        F(struct report_draft, name_public, FIELD_BOOL, "同意公开姓名"),                                \
        F(struct report_draft, name_public_reason, FIELD_TEXT, "不公开的原因", OPTIONAL, .max = 200),   \
        F(struct report_draft, suggested_recipients, FIELD_TEXT, "建议报送单位", OPTIONAL, .max = 200), \
        F(struct report_draft, remarks, FIELD_TEXT, "备注", OPTIONAL, .max = NOTE_MAX),                 \
        F(struct report_draft, authors, FIELD_LIST, "反映人", .max = AUTHORS_MAX,                       \
          .of = &report_author_in_record),                                                              \
        F(struct report_draft, via_unit, FIELD_BOOL, "经本单位审签")

RECORD(report_draft_record, "ReportDraft", struct report_draft, "来稿的草稿", DRAFT_FIELDS);
RECORD(report_save_record, "ReportSave", struct report_draft, "保存草稿",
       F(struct report_draft, id, FIELD_INT, "来稿编号", PATH_ID), DRAFT_FIELDS);
RECORD(report_id_record, "ReportId", struct report_id_in, "一件来稿",
       F(struct report_id_in, id, FIELD_INT, "来稿编号", PATH_ID));
RECORD(report_list_in_record, "ReportListQuery", struct report_list_in, "来稿列表的条件",
       F(struct report_list_in, status, FIELD_TEXT, "状态", QUERY, .options = statuses),
       F(struct report_list_in, after, FIELD_TEXT, "翻页位置", QUERY, .max = 60),
       F(struct report_list_in, limit, FIELD_INT, "每页件数", QUERY, .min = 1, .max = 100));
RECORD(report_submit_in_record, "ReportSubmit", struct report_submit_in, "提交来稿",
       F(struct report_submit_in, id, FIELD_INT, "来稿编号", PATH_ID),
       F(struct report_submit_in, confirm_not_classified, FIELD_BOOL, "不含涉密内容的确认",
         .flags = FIELD_REQUIRED));
RECORD(report_unit_sign_in_record, "ReportUnitSign", struct report_unit_sign_in, "单位审签意见",
       F(struct report_unit_sign_in, id, FIELD_INT, "来稿编号", PATH_ID),
       F(struct report_unit_sign_in, approve, FIELD_BOOL, "同意报送", .flags = FIELD_REQUIRED),
       F(struct report_unit_sign_in, reason_code, FIELD_TEXT, "退回理由", OPTIONAL_LINE, .max = 60),
       F(struct report_unit_sign_in, note, FIELD_TEXT, "审签意见", OPTIONAL, .max = NOTE_MAX),
       F(struct report_unit_sign_in, text_sha256, FIELD_TEXT, "所见文字的校验值", OPTIONAL_LINE, .min = 64,
         .max = 64));
RECORD(person_search_in_record, "PersonQuery", struct person_search_in, "查找信息员",
       F(struct person_search_in, search, FIELD_TEXT, "姓名",
         .flags = FIELD_REQUIRED | FIELD_IN_QUERY | FIELD_ONE_LINE, .min = 2, .max = 40));
RECORD(attachment_add_in_record, "AttachmentAdd", struct attachment_add_in, "上传附件",
       F(struct attachment_add_in, id, FIELD_INT, "来稿编号", PATH_ID),
       F(struct attachment_add_in, name, FIELD_TEXT, "文件名",
         .flags = FIELD_REQUIRED | FIELD_IN_QUERY | FIELD_ONE_LINE, .max = 255));
RECORD(attachment_in_record, "AttachmentId", struct attachment_in, "一个附件",
       F(struct attachment_in, id, FIELD_INT, "来稿编号", PATH_ID),
       F(struct attachment_in, attachment_id, FIELD_INT, "附件编号", PATH_ID));

/* ---- Out ---- */

RECORD(report_author_view_record, "ReportAuthorItem", struct report_author_view, "反映人",
       F(struct report_author_view, id, FIELD_INT, "编号"),
       F(struct report_author_view, account_id, FIELD_INT, "账号", OPTIONAL),
       F(struct report_author_view, name, FIELD_TEXT, "姓名"),
       F(struct report_author_view, unit_name, FIELD_TEXT, "单位", OPTIONAL),
       F(struct report_author_view, post, FIELD_TEXT, "职务", OPTIONAL),
       F(struct report_author_view, standing, FIELD_TEXT, "身份", OPTIONAL, .options = standing_codes),
       F(struct report_author_view, contact, FIELD_TEXT, "联系方式", OPTIONAL));
RECORD(attachment_view_record, "Attachment", struct attachment_view, "附件",
       F(struct attachment_view, id, FIELD_INT, "编号"),
       F(struct attachment_view, name, FIELD_TEXT, "文件名"),
       F(struct attachment_view, size, FIELD_INT, "字节数"),
       F(struct attachment_view, mime, FIELD_TEXT, "类型，按内容判定"),
       F(struct attachment_view, sha256, FIELD_TEXT, "SHA-256 校验值"),
       F(struct attachment_view, created_ms, FIELD_TIME, "上传时间"),
       F(struct attachment_view, unsent, FIELD_BOOL, "尚未提交", .flags = FIELD_INTERNAL),
       F(struct attachment_view, dropped, FIELD_BOOL, "作者已删除", .flags = FIELD_INTERNAL));
RECORD(report_view_record, "Report", struct report_view, "一件来稿",
       F(struct report_view, id, FIELD_INT, "编号"),
       F(struct report_view, receipt, FIELD_TEXT, "流水号", OPTIONAL),
       F(struct report_view, status, FIELD_TEXT, "状态", .options = statuses),
       F(struct report_view, status_text, FIELD_TEXT, "状态的名称"),
       F(struct report_view, title, FIELD_TEXT, "标题"),
       F(struct report_view, situation, FIELD_TEXT, "情况问题"),
       F(struct report_view, analysis, FIELD_TEXT, "原因分析"),
       F(struct report_view, suggestion, FIELD_TEXT, "意见建议"),
       F(struct report_view, words, FIELD_INT, "字数"),
       F(struct report_view, text_sha256, FIELD_TEXT, "文字的校验值"),
       F(struct report_view, category_id, FIELD_INT, "类别", OPTIONAL),
       F(struct report_view, category_name, FIELD_TEXT, "类别的名称", OPTIONAL),
       F(struct report_view, source, FIELD_TEXT, "来源", .options = sources),
       F(struct report_view, channel, FIELD_TEXT, "渠道", .options = channels),
       F(struct report_view, urgency, FIELD_TEXT, "紧急程度", .options = urgencies),
       F(struct report_view, target_level, FIELD_TEXT, "拟报层级", .options = levels),
       F(struct report_view, writer, FIELD_TEXT, "撰稿人", OPTIONAL),
       F(struct report_view, name_public, FIELD_BOOL, "同意公开姓名"),
       F(struct report_view, name_public_reason, FIELD_TEXT, "不公开的原因", OPTIONAL),
       F(struct report_view, suggested_recipients, FIELD_TEXT, "建议报送单位", OPTIONAL),
       F(struct report_view, remarks, FIELD_TEXT, "备注", OPTIONAL),
       F(struct report_view, authors, FIELD_LIST, "反映人", .of = &report_author_view_record),
       F(struct report_view, author_id, FIELD_INT, "提交人账号"),
       F(struct report_view, author_name, FIELD_TEXT, "提交人"),
       F(struct report_view, unit_id, FIELD_INT, "单位"),
       F(struct report_view, unit_name, FIELD_TEXT, "单位名称"),
       F(struct report_view, committee_id, FIELD_INT, "政协"),
       F(struct report_view, committee_name, FIELD_TEXT, "政协名称"),
       F(struct report_view, attachments, FIELD_LIST, "附件", .of = &attachment_view_record),
       F(struct report_view, decision_code, FIELD_TEXT, "处理理由代码", OPTIONAL),
       F(struct report_view, decision_text, FIELD_TEXT, "处理意见", OPTIONAL),
       F(struct report_view, created_ms, FIELD_TIME, "起草时间"),
       F(struct report_view, updated_ms, FIELD_TIME, "最近更新"),
       F(struct report_view, submitted_ms, FIELD_TIME, "提交时间", OPTIONAL),
       F(struct report_view, opened_ms, FIELD_TIME, "开始审核时间", OPTIONAL),
       F(struct report_view, decided_ms, FIELD_TIME, "处理时间", OPTIONAL),
       F(struct report_view, published_ms, FIELD_TIME, "刊发时间", OPTIONAL),
       F(struct report_view, closed_ms, FIELD_TIME, "办结时间", OPTIONAL),
       F(struct report_view, can_edit, FIELD_BOOL, "可以修改"),
       F(struct report_view, can_submit, FIELD_BOOL, "可以提交"),
       F(struct report_view, can_withdraw, FIELD_BOOL, "可以撤回"),
       F(struct report_view, can_delete, FIELD_BOOL, "可以删除"),
       F(struct report_view, can_unit_sign, FIELD_BOOL, "可以审签"),
       F(struct report_view, as_handed_in, FIELD_BOOL, "作者可能正在修改，这里是上次提交的内容"),
       F(struct report_view, sent_title, FIELD_TEXT, "有未提交的修改时，上次提交的标题", OPTIONAL),
       F(struct report_view, sent_sha256, FIELD_TEXT, "有未提交的修改时，上次提交的文字的校验值", OPTIONAL),
       F(struct report_view, has_unsent, FIELD_BOOL, "作者本人修改后尚未提交的内容"),
       F(struct report_view, version, FIELD_INT, "版本"),
       F(struct report_view, is_staff, FIELD_BOOL, "信息处人员", .flags = FIELD_INTERNAL),
       F(struct report_view, may_unit_sign, FIELD_BOOL, "有审签权限", .flags = FIELD_INTERNAL),
       F(struct report_view, has_attachments, FIELD_BOOL, "有附件", .flags = FIELD_INTERNAL));

#define ITEM_FIELDS                                                                                 \
    F(struct report_item, id, FIELD_INT, "编号"), F(struct report_item, title, FIELD_TEXT, "标题"), \
        F(struct report_item, status, FIELD_TEXT, "状态", .options = statuses),                     \
        F(struct report_item, status_text, FIELD_TEXT, "状态的名称"),                               \
        F(struct report_item, category_name, FIELD_TEXT, "类别", OPTIONAL),                         \
        F(struct report_item, urgency, FIELD_TEXT, "紧急程度", .options = urgencies),               \
        F(struct report_item, words, FIELD_INT, "字数"),                                            \
        F(struct report_item, receipt, FIELD_TEXT, "流水号", OPTIONAL),                             \
        F(struct report_item, updated_ms, FIELD_TIME, "最近更新"),                                  \
        F(struct report_item, submitted_ms, FIELD_TIME, "提交时间", OPTIONAL),                      \
        F(struct report_item, last_event, FIELD_TEXT, "最新进展", OPTIONAL),                        \
        F(struct report_item, last_event_ms, FIELD_TIME, "最新进展的时间", OPTIONAL)

RECORD(report_item_record, "ReportItem", struct report_item, "来稿列表的一行", ITEM_FIELDS);
RECORD(report_page_record, "ReportPage", struct report_page, "一页来稿",
       F(struct report_page, items, FIELD_LIST, "来稿", .of = &report_item_record),
       F(struct report_page, next, FIELD_TEXT, "下一页的位置", OPTIONAL));
RECORD(report_unit_item_record, "ReportUnitItem", struct report_item, "本单位来稿列表的一行", ITEM_FIELDS,
       F(struct report_item, author_name, FIELD_TEXT, "反映人"));
RECORD(report_unit_page_record, "ReportUnitPage", struct report_page, "一页本单位的来稿",
       F(struct report_page, items, FIELD_LIST, "来稿", .of = &report_unit_item_record),
       F(struct report_page, next, FIELD_TEXT, "下一页的位置", OPTIONAL));
RECORD(report_receipt_record, "Receipt", struct report_receipt, "提交回执",
       F(struct report_receipt, id, FIELD_INT, "编号"),
       F(struct report_receipt, receipt, FIELD_TEXT, "流水号"),
       F(struct report_receipt, text_sha256, FIELD_TEXT, "所提交文字的校验值"),
       F(struct report_receipt, submitted_ms, FIELD_TIME, "提交时间"),
       F(struct report_receipt, status, FIELD_TEXT, "状态", .options = statuses),
       F(struct report_receipt, status_text, FIELD_TEXT, "状态的名称"),
       F(struct report_receipt, version, FIELD_INT, "版本"));
RECORD(timeline_item_record, "TimelineItem", struct timeline_item, "办理过程的一行",
       F(struct timeline_item, id, FIELD_INT, "编号"), F(struct timeline_item, kind, FIELD_TEXT, "事项"),
       F(struct timeline_item, at_ms, FIELD_TIME, "时间"),
       F(struct timeline_item, text, FIELD_TEXT, "说明", OPTIONAL),
       F(struct timeline_item, staff_text, FIELD_TEXT, "内部说明", OPTIONAL),
       F(struct timeline_item, actor_name, FIELD_TEXT, "经办人", OPTIONAL));
RECORD(timeline_record, "Timeline", struct timeline, "办理过程",
       F(struct timeline, items, FIELD_LIST, "过程", .of = &timeline_item_record));
RECORD(person_record, "Person", struct person, "一位信息员", F(struct person, account_id, FIELD_INT, "账号"),
       F(struct person, name, FIELD_TEXT, "姓名"), F(struct person, unit_name, FIELD_TEXT, "单位"));
RECORD(people_record, "People", struct people, "找到的信息员",
       F(struct people, items, FIELD_LIST, "信息员", .of = &person_record));
