/* The desk's structs on the wire. */
#include "types.h"

RECORD(desk_counts_out_record, "DeskCounts", struct desk_counts_out, "待办件数，每项最多数到 1000",
       F(struct desk_counts_out, submitted, FIELD_INT, "待审"),
       F(struct desk_counts_out, in_review, FIELD_INT, "审核中"),
       F(struct desk_counts_out, mine, FIELD_INT, "分派给我"),
       F(struct desk_counts_out, returned, FIELD_INT, "退回补充"),
       F(struct desk_counts_out, kept, FIELD_INT, "留存"),
       F(struct desk_counts_out, adopted, FIELD_INT, "已采用"),
       F(struct desk_counts_out, urgent, FIELD_INT, "急件"),
       F(struct desk_counts_out, overdue, FIELD_INT, "逾期未定"),
       F(struct desk_counts_out, unread, FIELD_INT, "我未读"),
       F(struct desk_counts_out, articles_editing, FIELD_INT, "编辑中的稿件"),
       F(struct desk_counts_out, articles_in_signoff, FIELD_INT, "送审中的稿件"),
       F(struct desk_counts_out, signoff_mine, FIELD_INT, "待我审签"),
       F(struct desk_counts_out, dispatch_pending, FIELD_INT, "待发出"),
       F(struct desk_counts_out, dispatch_waiting, FIELD_INT, "待答复"));

RECORD(desk_item_record, "DeskItem", struct desk_item, "队列中的一件来稿",
       F(struct desk_item, id, FIELD_INT, "编号"),
       F(struct desk_item, receipt, FIELD_TEXT, "流水号", .flags = FIELD_NULLABLE),
       F(struct desk_item, title, FIELD_TEXT, "标题"),
       F(struct desk_item, status, FIELD_TEXT, "状态", .options = report_status_options),
       F(struct desk_item, status_text, FIELD_TEXT, "状态名称"),
       F(struct desk_item, category_name, FIELD_TEXT, "类别", .flags = FIELD_NULLABLE),
       F(struct desk_item, urgency, FIELD_TEXT, "紧急程度", .options = urgency_options),
       F(struct desk_item, unit_name, FIELD_TEXT, "单位"),
       F(struct desk_item, author_name, FIELD_TEXT, "反映人"), F(struct desk_item, words, FIELD_INT, "字数"),
       F(struct desk_item, submitted_ms, FIELD_TIME, "提交时间"),
       F(struct desk_item, opened_ms, FIELD_TIME, "开始审核时间", .flags = FIELD_NULLABLE),
       F(struct desk_item, assignee_id, FIELD_INT, "经办人编号", .flags = FIELD_NULLABLE),
       F(struct desk_item, assignee_name, FIELD_TEXT, "经办人", .flags = FIELD_NULLABLE),
       F(struct desk_item, holder_name, FIELD_TEXT, "正在处理的他人", .flags = FIELD_NULLABLE),
       F(struct desk_item, unread, FIELD_BOOL, "未读"),
       F(struct desk_item, gates, FIELD_TEXT, "五关，每关一个字母：P 通过 F 不通过 N 不适用 O 越过 - 未判定"),
       F(struct desk_item, grade, FIELD_TEXT, "等次", .flags = FIELD_NULLABLE, .options = grade_options),
       F(struct desk_item, version, FIELD_INT, "版本号"),
       F(struct desk_item, text_sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct desk_item, committee_id, FIELD_INT, "", .flags = FIELD_INTERNAL),
       F(struct desk_item, average, FIELD_INT, "", .flags = FIELD_INTERNAL | FIELD_NULLABLE));

RECORD(desk_list_out_record, "DeskList", struct desk_list_out, "一页来稿",
       F(struct desk_list_out, items, FIELD_LIST, "来稿", .of = &desk_item_record),
       F(struct desk_list_out, next, FIELD_TEXT, "下一页的位置", .flags = FIELD_NULLABLE));

RECORD(grading_mark_record, "GradingMark", struct grading_mark_view, "一个评分项的分数",
       F(struct grading_mark_view, criterion_id, FIELD_INT, "评分项", .flags = FIELD_REQUIRED),
       F(struct grading_mark_view, mark, FIELD_INT, "分数", .flags = FIELD_REQUIRED, .min = 1, .max = 5));

RECORD(grading_view_record, "GradingView", struct grading_view, "一位审核人的评分",
       F(struct grading_view, reviewer_id, FIELD_INT, "评分人编号"),
       F(struct grading_view, reviewer_name, FIELD_TEXT, "评分人"),
       F(struct grading_view, total, FIELD_INT, "总分，百分之一分", .min = 0, .max = 10000),
       F(struct grading_view, grade, FIELD_TEXT, "等次", .options = grade_options),
       F(struct grading_view, note, FIELD_TEXT, "评语", .flags = FIELD_NULLABLE, .max = 1000),
       F(struct grading_view, marks, FIELD_LIST, "各项分数", .of = &grading_mark_record),
       F(struct grading_view, stale, FIELD_BOOL, "评分后文字有改动"),
       F(struct grading_view, at_ms, FIELD_TIME, "时间"),
       F(struct grading_view, id, FIELD_INT, "", .flags = FIELD_INTERNAL),
       F(struct grading_view, text_sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL));

static const char *const article_status_options[] = {"editing", "in_signoff", "signed", "withdrawn", NULL};
RECORD(desk_article_record, "DeskArticle", struct desk_article, "由来稿编成的稿件",
       F(struct desk_article, id, FIELD_INT, "编号"), F(struct desk_article, title, FIELD_TEXT, "标题"),
       F(struct desk_article, status, FIELD_TEXT, "状态", .options = article_status_options),
       F(struct desk_article, status_text, FIELD_TEXT, "状态名称"));

RECORD(desk_version_record, "ReportVersionItem", struct desk_version, "作者提交的一个版本",
       F(struct desk_version, number, FIELD_INT, "版本"),
       F(struct desk_version, at_ms, FIELD_TIME, "提交时间"),
       F(struct desk_version, text_sha256, FIELD_TEXT, "文字的散列值"));

RECORD(article_created_record, "ArticleCreated", struct article_created_out, "采用后编成的稿件",
       F(struct article_created_out, article_id, FIELD_INT, "稿件编号"));
