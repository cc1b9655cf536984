/* The routes of the audit log. */
#include "internal.h"
#include "minyi/audit.h"

#define IN_QUERY (FIELD_NULLABLE | FIELD_IN_QUERY)

RECORD(audit_list_in_record, "AuditQuery", struct audit_list_in, "查找审计记录",
       F(struct audit_list_in, act, FIELD_TEXT, "操作", .flags = IN_QUERY | FIELD_ONE_LINE, .max = 60),
       F(struct audit_list_in, actor_id, FIELD_INT, "操作人", .flags = IN_QUERY, .min = 0, .max = INT64_MAX),
       F(struct audit_list_in, subject_kind, FIELD_TEXT, "对象类别", .flags = IN_QUERY | FIELD_ONE_LINE,
         .max = 60),
       F(struct audit_list_in, subject_id, FIELD_INT, "对象", .flags = IN_QUERY, .min = 0, .max = INT64_MAX),
       F(struct audit_list_in, after, FIELD_TEXT, "上一页之后", .flags = IN_QUERY),
       F(struct audit_list_in, limit, FIELD_INT, "每页条数", .flags = IN_QUERY, .min = 1, .max = 100));
RECORD(audit_list_record, "AuditList", struct audit_list_out, "审计记录列表",
       F(struct audit_list_out, items, FIELD_LIST, "审计记录", .of = &audit_row_record),
       F(struct audit_list_out, next, FIELD_TEXT, "下一页", .flags = FIELD_NULLABLE));
RECORD(audit_verdict_record, "AuditVerdict", struct audit_verdict, "校验结果",
       F(struct audit_verdict, rows, FIELD_INT, "已校验条数"),
       F(struct audit_verdict, whole, FIELD_BOOL, "完整"),
       F(struct audit_verdict, bad_id, FIELD_INT, "首条有问题的记录", .flags = FIELD_NULLABLE),
       F(struct audit_verdict, why, FIELD_TEXT, "问题", .flags = FIELD_NULLABLE));

static const struct route routes[] = {
    {.method = "GET",
     .path = "/audit",
     .name = "audit_list",
     .operation = audit_list,
     .permission = MAY_AUDIT_READ,
     .scope = "最上级政协：全部；其他：所辖单位人员的操作",
     .in = &audit_list_in_record,
     .out = &audit_list_record,
     .summary = "审计记录"},
    {.method = "POST",
     .path = "/audit/verify",
     .name = "audit_verify_run",
     .operation = audit_verify_run,
     .permission = MAY_AUDIT_READ,
     .scope = "全部",
     .out = &audit_verdict_record,
     .flags = ROUTE_SLOW,
     .summary = "校验审计记录是否完整"},
};

const struct route_table audit_routes = {
    .feature = "audit", .title = "审计", .routes = routes, .count = ARRAY_LEN(routes)};
