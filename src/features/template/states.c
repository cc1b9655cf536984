/* The life cycle of an office's template. What was ever in force stays: renderings name it. The program's own
 * ones have none: they are not in the store. */
#include "types.h"

static const struct lifecycle_state states[] = {
    {"draft", "草稿"}, {"active", "使用中"}, {"retired", "已停用"}};

static const struct transition transitions[] = {
    {"draft", "save", "draft", "系统管理员"},      {"draft", "delete", LIFECYCLE_END, "系统管理员"},
    {"draft", "activate", "active", "系统管理员"}, {"retired", "activate", "active", "系统管理员"},
    {"active", "retire", "retired", "系统管理员"}, {"active", "replace", "retired", "同类的另一个启用时"},
};

const struct lifecycle template_lifecycle = {
    .name = "paper_template",
    .zh = "版式",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};
