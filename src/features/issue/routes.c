/* The routes of issues, recipients and instructions. */
#include "minyi/admin.h"
#include "types.h"

const char *const recipient_kinds[] = {"leader", "department", "upper", NULL};
const char *const instruction_ranks[] = {"nation", "province", "department", "city", "county", NULL};
static const char *const statuses[] = {"signed", "dispatched", "void", NULL};

RECORD(issue_list_in_record, "IssueListIn", struct issue_list_in, "刊物",
       F(struct issue_list_in, publication_id, FIELD_INT, "刊物", .flags = FIELD_IN_QUERY | FIELD_NULLABLE),
       F(struct issue_list_in, year, FIELD_INT, "年份", .min = 1900, .max = 2199,
         .flags = FIELD_IN_QUERY | FIELD_NULLABLE),
       F(struct issue_list_in, after, FIELD_TEXT, "上一页的位置", .flags = FIELD_IN_QUERY),
       F(struct issue_list_in, limit, FIELD_INT, "每页条数", .min = 1, .max = 100,
         .flags = FIELD_IN_QUERY | FIELD_NULLABLE));
RECORD(issue_item_record, "IssueItem", struct issue_item, "一期", F(struct issue_item, id, FIELD_INT, "编号"),
       F(struct issue_item, publication_name, FIELD_TEXT, "刊物"),
       F(struct issue_item, publication_kind, FIELD_TEXT, "呈报或转送", .options = publication_kinds),
       F(struct issue_item, number_text, FIELD_TEXT, "期号"), F(struct issue_item, year, FIELD_INT, "年份"),
       F(struct issue_item, number, FIELD_INT, "期数"), F(struct issue_item, title, FIELD_TEXT, "标题"),
       F(struct issue_item, status, FIELD_TEXT, "状态", .options = statuses),
       F(struct issue_item, status_text, FIELD_TEXT, "状态名称"),
       F(struct issue_item, issued_on, FIELD_DATE, "签发日期"),
       F(struct issue_item, signed_ms, FIELD_TIME, "签发时间"),
       F(struct issue_item, dispatches, FIELD_INT, "已发件数"),
       F(struct issue_item, answered, FIELD_INT, "已答复件数"),
       F(struct issue_item, instructions, FIELD_INT, "批示件次"));
RECORD(issue_list_out_record, "IssueList", struct issue_list_out, "刊物",
       F(struct issue_list_out, items, FIELD_LIST, "各期", .of = &issue_item_record),
       F(struct issue_list_out, next, FIELD_TEXT, "下一页的位置", .flags = FIELD_NULLABLE));
RECORD(issue_id_in_record, "IssueIdIn", struct issue_id_in, "一期",
       F(struct issue_id_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED));
RECORD(issue_source_record, "IssueSource", struct issue_source, "来源来稿",
       F(struct issue_source, report_id, FIELD_INT, "来稿"),
       F(struct issue_source, receipt, FIELD_TEXT, "流水号", .flags = FIELD_NULLABLE),
       F(struct issue_source, title, FIELD_TEXT, "标题"));
RECORD(instruction_view_record, "Instruction", struct instruction_view, "批示",
       F(struct instruction_view, id, FIELD_INT, "编号"),
       F(struct instruction_view, leader, FIELD_TEXT, "领导"),
       F(struct instruction_view, rank, FIELD_TEXT, "级别", .options = instruction_ranks),
       F(struct instruction_view, dated_on, FIELD_DATE, "日期"),
       F(struct instruction_view, text, FIELD_TEXT, "内容"),
       F(struct instruction_view, recipient_id, FIELD_INT, "交办对象", .flags = FIELD_NULLABLE),
       F(struct instruction_view, shown_to_author, FIELD_BOOL, "告知作者"),
       F(struct instruction_view, by_name, FIELD_TEXT, "登记人"),
       F(struct instruction_view, at_ms, FIELD_TIME, "登记时间"),
       F(struct instruction_view, version, FIELD_INT, "版本"));
RECORD(issue_view_record, "Issue", struct issue_view, "一期", F(struct issue_view, id, FIELD_INT, "编号"),
       F(struct issue_view, publication_id, FIELD_INT, "刊物"),
       F(struct issue_view, publication_name, FIELD_TEXT, "刊物名称"),
       F(struct issue_view, publication_kind, FIELD_TEXT, "呈报或转送", .options = publication_kinds),
       F(struct issue_view, number_text, FIELD_TEXT, "期号"), F(struct issue_view, year, FIELD_INT, "年份"),
       F(struct issue_view, number, FIELD_INT, "期数"), F(struct issue_view, total, FIELD_INT, "总期数"),
       F(struct issue_view, title, FIELD_TEXT, "标题"),
       F(struct issue_view, editor_note, FIELD_TEXT, "编者按"),
       F(struct issue_view, situation, FIELD_TEXT, "情况问题"),
       F(struct issue_view, analysis, FIELD_TEXT, "原因分析"),
       F(struct issue_view, suggestion, FIELD_TEXT, "意见建议"),
       F(struct issue_view, issuing_office, FIELD_TEXT, "编发单位"),
       F(struct issue_view, print_office, FIELD_TEXT, "印发机关"),
       F(struct issue_view, issued_on, FIELD_DATE, "签发日期"),
       F(struct issue_view, signer_name, FIELD_TEXT, "签发"),
       F(struct issue_view, editor_name, FIELD_TEXT, "编辑"),
       F(struct issue_view, reviewer_name, FIELD_TEXT, "核稿"),
       F(struct issue_view, copies, FIELD_INT, "份数"),
       F(struct issue_view, status, FIELD_TEXT, "状态", .options = statuses),
       F(struct issue_view, status_text, FIELD_TEXT, "状态名称"),
       F(struct issue_view, void_reason, FIELD_TEXT, "作废原因", .flags = FIELD_NULLABLE),
       F(struct issue_view, authors_line, FIELD_TEXT, "反映人"),
       F(struct issue_view, main_recipients, FIELD_TEXTS, "主送"),
       F(struct issue_view, copy_recipients, FIELD_TEXTS, "抄送"),
       F(struct issue_view, dispatches, FIELD_LIST, "报送与转送", .of = &dispatch_view_record),
       F(struct issue_view, instructions, FIELD_LIST, "批示", .of = &instruction_view_record),
       F(struct issue_view, sources, FIELD_LIST, "来源来稿", .of = &issue_source_record),
       F(struct issue_view, can_manage, FIELD_BOOL, "可管理"),
       F(struct issue_view, can_instruct, FIELD_BOOL, "可登记批示"),
       F(struct issue_view, version, FIELD_INT, "版本"),
       F(struct issue_view, article_id, FIELD_INT, "", .flags = FIELD_INTERNAL),
       F(struct issue_view, template_id, FIELD_INT, "", .flags = FIELD_INTERNAL | FIELD_NULLABLE),
       F(struct issue_view, committee_id, FIELD_INT, "", .flags = FIELD_INTERNAL),
       F(struct issue_view, signed_ms, FIELD_TIME, "", .flags = FIELD_INTERNAL),
       F(struct issue_view, reads, FIELD_BOOL, "", .flags = FIELD_INTERNAL),
       F(struct issue_view, sees_article, FIELD_BOOL, "", .flags = FIELD_INTERNAL));
RECORD(issue_recipients_in_record, "IssueRecipientsIn", struct issue_recipients_in, "报送范围",
       F(struct issue_recipients_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct issue_recipients_in, main, FIELD_INTS, "主送", .max = 200),
       F(struct issue_recipients_in, copy, FIELD_INTS, "抄送", .max = 200));
RECORD(issue_void_in_record, "IssueVoidIn", struct issue_void_in, "作废",
       F(struct issue_void_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct issue_void_in, reason, FIELD_TEXT, "作废原因", .max = 200, .flags = FIELD_REQUIRED));
RECORD(issue_send_in_record, "IssueSendIn", struct issue_send_in, "发出",
       F(struct issue_send_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct issue_send_in, due_on, FIELD_DATE, "答复期限"));
RECORD(recipient_view_record, "Recipient", struct recipient_view, "报送对象",
       F(struct recipient_view, id, FIELD_INT, "编号"),
       F(struct recipient_view, kind, FIELD_TEXT, "类别", .options = recipient_kinds),
       F(struct recipient_view, name, FIELD_TEXT, "名称"),
       F(struct recipient_view, rank, FIELD_TEXT, "级别", .options = instruction_ranks,
         .flags = FIELD_NULLABLE),
       F(struct recipient_view, unit_id, FIELD_INT, "对应单位", .flags = FIELD_NULLABLE),
       F(struct recipient_view, position, FIELD_INT, "排序"),
       F(struct recipient_view, active, FIELD_BOOL, "使用中"),
       F(struct recipient_view, version, FIELD_INT, "版本"));
RECORD(recipient_list_out_record, "RecipientList", struct recipient_list_out, "报送对象",
       F(struct recipient_list_out, items, FIELD_LIST, "报送对象", .of = &recipient_view_record));

#define RECIPIENT_FIELDS                                                                                   \
    F(struct recipient_in, kind, FIELD_TEXT, "类别", .options = recipient_kinds, .flags = FIELD_REQUIRED), \
        F(struct recipient_in, name, FIELD_TEXT, "名称", .max = 60,                                        \
          .flags = FIELD_REQUIRED | FIELD_ONE_LINE),                                                       \
        F(struct recipient_in, rank, FIELD_TEXT, "级别", .options = instruction_ranks),                    \
        F(struct recipient_in, unit_id, FIELD_INT, "对应单位", .flags = FIELD_NULLABLE),                   \
        F(struct recipient_in, position, FIELD_INT, "排序", .min = 0, .max = 9999, .flags = FIELD_NULLABLE)
RECORD(recipient_add_in_record, "RecipientAddIn", struct recipient_in, "新报送对象", RECIPIENT_FIELDS);
RECORD(recipient_save_in_record, "RecipientSaveIn", struct recipient_in, "报送对象",
       F(struct recipient_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       RECIPIENT_FIELDS, F(struct recipient_in, active, FIELD_BOOL, "使用中", .flags = FIELD_REQUIRED));
RECORD(instruction_in_record, "InstructionIn", struct instruction_in, "登记批示",
       F(struct instruction_in, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct instruction_in, leader, FIELD_TEXT, "领导", .max = 60,
         .flags = FIELD_REQUIRED | FIELD_ONE_LINE),
       F(struct instruction_in, rank, FIELD_TEXT, "级别", .options = instruction_ranks,
         .flags = FIELD_REQUIRED),
       F(struct instruction_in, dated_on, FIELD_DATE, "日期", .flags = FIELD_REQUIRED),
       F(struct instruction_in, text, FIELD_TEXT, "内容", .max = 2000, .flags = FIELD_REQUIRED),
       F(struct instruction_in, recipient_id, FIELD_INT, "交办对象", .flags = FIELD_NULLABLE),
       F(struct instruction_in, shown_to_author, FIELD_BOOL, "告知作者", .flags = FIELD_REQUIRED));
RECORD(instruction_list_out_record, "InstructionList", struct instruction_list_out, "批示",
       F(struct instruction_list_out, items, FIELD_LIST, "批示", .of = &instruction_view_record));

#define VISIBLE "本机构的刊物；承办单位：发给本单位的"
#define OWN "本机构的刊物"
#define ROUTE(METHOD, PATH, OPERATION, PERMISSION, SCOPE, IN, OUT, FLAGS, SUMMARY)                         \
    {                                                                                                      \
        .method = METHOD, .path = PATH, .name = #OPERATION, .operation = OPERATION,                        \
        .permission = PERMISSION, .scope = SCOPE, .in = IN, .out = OUT, .flags = FLAGS, .summary = SUMMARY \
    }

static const struct route routes[] = {
    ROUTE("GET", "/issues", issue_list, SIGNED_IN, VISIBLE, &issue_list_in_record, &issue_list_out_record,
          ROUTE_READ, "刊物各期"),
    ROUTE("GET", "/issues/{id}", issue_get, SIGNED_IN, VISIBLE, &issue_id_in_record, &issue_view_record,
          ROUTE_ETAG, "一期"),
    ROUTE("PUT", "/issues/{id}/recipients", issue_recipients_save, MAY_ISSUE_MANAGE, OWN,
          &issue_recipients_in_record, &issue_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "设置报送范围"),
    ROUTE("POST", "/issues/{id}/void", issue_void, MAY_ISSUE_MANAGE, OWN, &issue_void_in_record,
          &issue_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "作废，期号保留"),
    ROUTE("POST", "/issues/{id}/send", issue_send, MAY_DISPATCH_MANAGE, OWN, &issue_send_in_record,
          &issue_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "发给各报送对象"),
    ROUTE("GET", "/recipients", recipient_list, MAY_ISSUE_READ, "本机构的报送对象", NULL,
          &recipient_list_out_record, ROUTE_READ, "报送对象"),
    ROUTE("POST", "/recipients", recipient_add, MAY_ISSUE_MANAGE, "本机构的报送对象",
          &recipient_add_in_record, &recipient_view_record, ROUTE_WRITE | ROUTE_CREATES, "新增报送对象"),
    ROUTE("PUT", "/recipients/{id}", recipient_save, MAY_ISSUE_MANAGE, "本机构的报送对象",
          &recipient_save_in_record, &recipient_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "修改报送对象"),
    ROUTE("GET", "/issues/{id}/instructions", instruction_list, SIGNED_IN, VISIBLE, &issue_id_in_record,
          &instruction_list_out_record, ROUTE_READ, "一期的批示"),
    ROUTE("POST", "/issues/{id}/instructions", instruction_add, MAY_INSTRUCTION_WRITE, OWN,
          &instruction_in_record, &instruction_view_record, ROUTE_WRITE | ROUTE_CREATES, "登记批示"),
    ROUTE("PUT", "/instructions/{id}", instruction_save, MAY_INSTRUCTION_WRITE, OWN, &instruction_in_record,
          &instruction_view_record, ROUTE_WRITE | ROUTE_IF_MATCH, "修改批示"),
};

const struct route_table issue_routes = {
    .feature = "issue", .title = "刊物", .routes = routes, .count = ARRAY_LEN(routes)};
