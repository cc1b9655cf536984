/* The life cycle of a batch. What has ended is deleted by its owner, or is over after a week. */
#include "types.h"

static const struct lifecycle_state states[] = {{"waiting", "等待生成"},
                                                {"running", "正在生成"},
                                                {"done", "已生成"},
                                                {"failed", "没有完成"},
                                                {"cancelled", "已取消"}};

static const struct transition transitions[] = {
    {"waiting", "begin", "running", "后台"},
    {"running", "begin", "running", "后台，原来的节点没有动静时"},
    {"running", "put_off", "waiting", "后台，服务停止、数据库出错或内存不足时"},
    {"running", "finish", "done", "后台"},
    {"running", "fail", "failed", "后台"},
    {"waiting", "cancel", "cancelled", "本人"},
    {"running", "cancel", "cancelled", "本人"},
    {"cancelled", "cancel", "cancelled", "本人，再说一次"},
    {"done", "delete", LIFECYCLE_END, "本人"},
    {"failed", "delete", LIFECYCLE_END, "本人"},
    {"cancelled", "delete", LIFECYCLE_END, "本人"},
    {"done", "expire", LIFECYCLE_END, "系统，保留期满"},
    {"failed", "expire", LIFECYCLE_END, "系统，保留期满"},
    {"cancelled", "expire", LIFECYCLE_END, "系统，保留期满"},
};

const struct lifecycle batch_lifecycle = {
    .name = "paper_batch",
    .zh = "批量导出",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};
