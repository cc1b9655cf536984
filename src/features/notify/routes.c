/* The routes and wire records of notices. */
#include "types.h"

RECORD(notice_list_in_record, "NoticeListQuery", struct notice_list_in, "消息列表的条件",
       F(struct notice_list_in, unread, FIELD_BOOL, "只看未读", .flags = FIELD_IN_QUERY),
       F(struct notice_list_in, after, FIELD_TEXT, "翻页位置", .flags = FIELD_NULLABLE | FIELD_IN_QUERY,
         .max = 60),
       F(struct notice_list_in, limit, FIELD_INT, "每页条数", .flags = FIELD_NULLABLE | FIELD_IN_QUERY,
         .min = 1, .max = 100));
RECORD(notice_id_record, "NoticeId", struct notice_id_in, "一条消息",
       F(struct notice_id_in, id, FIELD_INT, "消息编号", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1,
         .max = INT64_MAX));
RECORD(notice_record, "Notice", struct notice, "一条消息", F(struct notice, id, FIELD_INT, "编号"),
       F(struct notice, kind, FIELD_TEXT, "类别"), F(struct notice, title, FIELD_TEXT, "标题"),
       F(struct notice, text, FIELD_TEXT, "内容"), F(struct notice, link, FIELD_TEXT, "页面地址"),
       F(struct notice, created_ms, FIELD_TIME, "时间"),
       F(struct notice, read_ms, FIELD_TIME, "阅读时间", .flags = FIELD_NULLABLE));
RECORD(notice_page_record, "NoticePage", struct notice_page, "一页消息",
       F(struct notice_page, items, FIELD_LIST, "消息", .of = &notice_record),
       F(struct notice_page, next, FIELD_TEXT, "下一页的位置", .flags = FIELD_NULLABLE));
RECORD(notice_unread_record, "NoticeUnread", struct notice_unread, "未读消息的条数",
       F(struct notice_unread, unread, FIELD_INT, "未读消息，最多数到 1000"));

static const struct route routes[] = {
    {.method = "GET",
     .path = "/notices",
     .name = "notice_list",
     .operation = notice_list,
     .permission = SIGNED_IN,
     .scope = "本人的消息",
     .in = &notice_list_in_record,
     .out = &notice_page_record,
     .summary = "站内消息，由新到旧"},
    {.method = "POST",
     .path = "/notices/{id}/read",
     .name = "notice_read",
     .operation = notice_read,
     .permission = SIGNED_IN,
     .scope = "本人的消息",
     .in = &notice_id_record,
     .out = &notice_record,
     .flags = ROUTE_WRITE,
     .summary = "标为已读"},
    {.method = "POST",
     .path = "/notices/read-all",
     .name = "notice_read_all",
     .operation = notice_read_all,
     .permission = SIGNED_IN,
     .scope = "本人的消息",
     .flags = ROUTE_WRITE,
     .summary = "全部标为已读"},
    {.method = "GET",
     .path = "/events",
     .name = "events",
     .operation = notice_unread,
     .permission = SIGNED_IN,
     .scope = "本人的消息",
     .out = &notice_unread_record,
     .event = "unread",
     .channel = NOTICE_CHANNEL,
     .summary = "未读消息的条数，有变化即推送"},
};
const struct route_table notify_routes = {"notify", "消息", routes, ARRAY_LEN(routes)};
