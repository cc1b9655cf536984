/* minyi demo: the office made in batches, one transaction each, then one sign-in link per role. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "minyi/account.h"
#include "minyi/clock.h"
#include "minyi/samples.h"

enum { BATCH = 20, REPORTS_DEFAULT = 300, REPORTS_MOST = 5000, BATCH_ARENA = 512 * 1024 * 1024 };

static json_t *sample(const char *name) {
    for (const struct demo_sample *at = demo_samples; at->name; at++)
        if (strcmp(at->name, name) == 0) return json_loads(at->text, 0, NULL);
    return NULL;
}

/* ---- batches ---- */

struct batch {
    struct demo *demo;
    int first, count, all;
};

static void begin(struct demo *demo) {
    arena_reset(demo->caller.arena);
    demo->caller.error = 0;
    demo->caller.problem = (struct problem){0};
    demo->random = UINT64_C(20260308);
}

static int people_batch(struct ctx *ctx, void *argument) {
    struct demo *demo = argument;
    begin(demo);
    demo->caller.now = ctx->now = demo->started_ms - INT64_C(400) * 24 * 3600 * 1000;
    int result = demo_make_people(demo);
    return result;
}

static int reports_batch(struct ctx *ctx, void *argument) {
    struct batch *batch = argument;
    begin(batch->demo);
    (void)ctx;
    int result = 0;
    for (int i = batch->first; i < batch->first + batch->count && result == 0; i++)
        result = demo_tell(batch->demo, i, batch->all);
    return result;
}

static int complain(struct demo *demo, int error) {
    const struct problem *problem = &demo->caller.problem;
    return cli_complain(EXIT_FAILED, "演示数据没有建成（%s：%s %s）",
                        demo->caller.operation ? demo->caller.operation : "units", err_info(error)->code,
                        problem->detail ? problem->detail : office_why(demo->office, error));
}

static int make(struct demo *demo, int reports) {
    struct ctx *ctx = &demo->office->ctx;
    int result = ctx_write(ctx, people_batch, demo);
    if (result < 0) return complain(demo, result);
    for (int first = 0; first < reports; first += BATCH) {
        struct batch batch = {demo, first, reports - first < BATCH ? reports - first : BATCH, reports};
        result = ctx_write(ctx, reports_batch, &batch);
        if (result < 0) return complain(demo, result);
    }
    return EXIT_OK;
}

/* ---- links ---- */

struct links {
    struct demo *demo;
    json_t *all;
};

static int links_batch(struct ctx *ctx, void *argument) {
    struct links *links = argument;
    json_object_clear(links->all);
    begin(links->demo);
    ctx->now = links->demo->started_ms;
    int result = demo_load_people(links->demo);
    for (int i = 0; i < links->demo->people_count && result == 0; i++) {
        const struct demo_person *person = &links->demo->people[i];
        char token[TOKEN_SIZE];
        if (!person->link) continue;
        result = account_link_create(ctx, person->actor.account_id, token);
        const char *url = arena_printf(ctx->arena, "%s/first/%s", ctx->public_url, token);
        json_object_set_new(links->all, person->link,
                            json_pack("{s:s, s:s, s:s, s:I}", "url", url, "login", person->login, "name",
                                      person->actor.name, "account_id",
                                      (json_int_t)person->actor.account_id));
    }
    return result;
}

static const struct {
    const char *link, *zh;
} printed[] = {
    {"officer", "信息员（手机）"},   {"unit_liaison", "单位联络员"}, {"unit_signer", "单位审签人"},
    {"clerk", "信息处工作人员"},     {"editor", "编辑（审核员）"},   {"section_head", "处长"},
    {"secretary_general", "秘书长"}, {"vice_chair", "分管主席"},     {"department_handler", "承办单位"},
    {"leader_reader", "领导阅件"},   {"system_admin", "系统管理员"}, {"security_admin", "安全管理员"},
    {"audit_admin", "审计管理员"},
};

static int print_links(struct demo *demo, const char *file) {
    struct links links = {demo, json_object()};
    int result = ctx_write(&demo->office->ctx, links_batch, &links);
    int code = result < 0 ? complain(demo, result) : EXIT_OK;
    if (result == 0) puts("一次性登录链接（每个只能用一次，打开后设置自己的密码）：");
    for (size_t i = 0; i < ARRAY_LEN(printed) && result == 0; i++) {
        const json_t *link = json_object_get(links.all, printed[i].link);
        printf("  %s %s（%s）\n    %s\n", printed[i].zh, json_text(link, "name"), json_text(link, "login"),
               json_text(link, "url"));
    }
    if (result == 0 && file && json_dump_file(links.all, file, JSON_INDENT(1)) != 0)
        code = cli_complain(EXIT_FAILED, "不能写入 %s", file);
    json_decref(links.all);
    return code;
}

static int count_of(const struct cli_args *args) {
    const char *text = cli_given(args, "reports");
    if (!text) return REPORTS_DEFAULT;
    char *end = NULL;
    long count = strtol(text, &end, 10);
    return *end || count < 0 || count > REPORTS_MOST ? -1 : (int)count;
}

int command_demo(struct cli_args *args) {
    struct office office;
    int reports = count_of(args);
    if (reports < 0) return cli_complain(EXIT_USAGE, "--reports 应为 0 到 %d 的整数", REPORTS_MOST);
    bool again = cli_given(args, "fresh-links") != NULL;
    int code = office_open(args, again ? OFFICE_ALONE : OFFICE_CREATE, &office);
    if (code != EXIT_OK) return code;
    struct demo demo = {.office = &office,
                        .units = sample("units"),
                        .phrases = sample("phrases"),
                        .reports = sample("reports"),
                        .started_ms = clock_ms()};
    demo.caller = (struct caller){.ctx = &office.ctx, .arena = arena_new(BATCH_ARENA)};
    if (!demo.units || !demo.phrases || !demo.reports)
        code = cli_complain(EXIT_FAILED, "内置的演示文本不可用");
    if (code == EXIT_OK && !again) code = make(&demo, reports);
    if (code == EXIT_OK) code = print_links(&demo, cli_given(args, "links"));
    json_decref(demo.units);
    json_decref(demo.phrases);
    json_decref(demo.reports);
    arena_free(demo.caller.arena);
    office_close(&office);
    return code;
}
