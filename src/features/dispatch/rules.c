/* Pure decisions about dispatches: the life cycle, who owes an answer, names of codes. */
#include <string.h>

#include "types.h"

static const struct lifecycle_state states[] = {
    {"pending", "待发"},    {"sent", "已发出"}, {"received", "已签收"},
    {"answered", "已答复"}, {"closed", "办结"},
};

static const struct transition transitions[] = {
    {"pending", "send", "sent", "信息处"},
    {"sent", "receive", "received", "承办单位或信息处代为登记"},
    {"sent", "answer", "answered", "承办单位或信息处代为登记"},
    {"received", "answer", "answered", "承办单位或信息处代为登记"},
    {"answered", "answer", "answered", "办结前更正"},
    {"answered", "close", "closed", "信息处"},
    {"sent", "close", "closed", "信息处，限不需答复的"},
    {"received", "close", "closed", "信息处，限不需答复的"},
    {"closed", "reopen", "answered", "信息处，限已答复的"},
    {"sent", "void", "closed", "随刊物作废"},
    {"received", "void", "closed", "随刊物作废"},
};

const struct lifecycle dispatch_lifecycle = {
    .name = "dispatch",
    .zh = "报送与转送",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};

bool dispatch_owes_answer(const char *kind, const char *recipient_kind) {
    return strcmp(kind, "main") == 0 && strcmp(recipient_kind, "department") == 0;
}

const struct code_name dispatch_kind_names[] = {{"main", "主送"}, {"copy", "抄送"}, {NULL, NULL}};
const struct code_name answer_result_names[] = {{"A", "A 已解决或基本解决"},
                                                {"B", "B 列入计划拟解决"},
                                                {"C", "C 因条件所限暂不能解决，留作参考"},
                                                {NULL, NULL}};
const struct code_name rating_names[] = {
    {"satisfied", "满意"}, {"mostly", "基本满意"}, {"unsatisfied", "不满意"}, {NULL, NULL}};
