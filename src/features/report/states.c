/* The life cycle of a report as its author sees it. */
#include "minyi/report.h"

static const struct lifecycle_state states[] = {
    {"draft", "草稿"},        {"unit_signing", "单位审签中"},
    {"submitted", "已提交"},  {"in_review", "审核中"},
    {"returned", "退回补充"}, {"kept", "留存"},
    {"merged", "并入"},       {"redirected", "转其他渠道"},
    {"adopted", "采用"},      {"published", "已刊发"},
    {"closed", "办结"},       {"withdrawn", "已撤回"},
};

static const struct transition transitions[] = {
    {"draft", "submit", "submitted", "作者"},
    {"draft", "submit_unit", "unit_signing", "作者"},
    {"returned", "submit", "submitted", "作者"},
    {"returned", "submit_unit", "unit_signing", "作者"},
    {"withdrawn", "submit", "submitted", "作者"},
    {"withdrawn", "submit_unit", "unit_signing", "作者"},
    {"unit_signing", "unit_sign", "submitted", "单位审签人"},
    {"unit_signing", "unit_return", "returned", "单位审签人"},
    {"unit_signing", "withdraw", "withdrawn", "作者"},
    {"submitted", "withdraw", "withdrawn", "作者，审核人打开之前"},
    {"submitted", "open", "in_review", "审核人"},
    {"in_review", "return", "returned", "审核人"},
    {"in_review", "keep", "kept", "审核人"},
    {"in_review", "redirect", "redirected", "审核人"},
    {"kept", "reopen", "in_review", "审核人"},
    {"redirected", "reopen", "in_review", "审核人"},
    {"in_review", "merge", "merged", "审核人"},
    {"merged", "unmerge", "in_review", "审核人"},
    {"in_review", "adopt", "adopted", "审核人"},
    {"adopted", "unadopt", "in_review", "编辑"},
    {"adopted", "publish", "published", "终审签发"},
    {"published", "unpublish", "adopted", "作废所在的一期"},
    {"published", "close", "closed", "全部转送件办结"},
    {"closed", "reopen_outcome", "published", "转送件重新办理"},
};

const struct lifecycle report_lifecycle = {
    .name = "report",
    .zh = "来稿",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};
