/* Fills an office made by `minyi init` with reports to measure among: ten years of twenty committees, fifty
 * units and 2,000 officers, through the store's facade and the features that own units and accounts.
 *
 * Usage: bench_generate STORE REPORTS        (sqlite:PATH or postgres://…)
 *
 * 1. The same number gives the same reports: nothing is random but by a seed, and time is counted back from
 *    the start of 2026.
 * 2. Reports come in the order of their time, as they would have, so that the file lies on the disk as a file
 *    that has grown for ten years does.
 * 3. The officers load-0 … load-15 of the province and their editors bianji-0 … bianji-3 are those that the
 *    load signs in as; they have at least FIRST_OWN reports each, also among ten thousand.
 * 4. Each report brings what the product would have written with it: author, three lines of the timeline, the
 *    text as it was sent, an audit row in the chain. Texts are about 1 KB.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/clock.h"
#include "minyi/report.h"
#include "minyi/unit.h"
#include "minyi/utf8.h"

enum {
    COMMITTEES = 20, /* the province and its cities */
    UNITS = 50,
    OFFICERS = 2000,
    LOAD_OFFICERS = 16,
    LOAD_EDITORS = 4,
    FIRST_OWN = 40,
    BATCH = 100,
    ARENA_CEILING = 256 * 1024 * 1024,
};
static const int64_t day_ms = INT64_C(86400000);
static const int64_t end_ms = INT64_C(1767196800000); /* 2026-01-01 in China */
static const int64_t span_ms = INT64_C(3652) * 86400000;

DB_STATEMENT(bench_root, "SELECT id FROM unit WHERE code = 'root'");
DB_STATEMENT(bench_activate, "UPDATE account SET status = 'active' WHERE id = $1");
DB_STATEMENT(
    bench_report,
    "INSERT INTO report (receipt, committee_id, unit_id, author_id, client_key, status, title,"
    " situation, analysis, suggestion, words, text_sha256, category_id, urgency, decision_code,"
    " decision_text, assignee_id, created_ms, updated_ms, submitted_ms, opened_ms, decided_ms,"
    " published_ms, closed_ms, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
    " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) RETURNING id");
DB_STATEMENT(bench_author, "INSERT INTO report_author (report_id, position, account_id, name, unit_name, own)"
                           " VALUES ($1, 1, $2, $3, $4, 1)");
DB_STATEMENT(bench_version,
             "INSERT INTO report_version (report_id, number, title, situation, analysis, suggestion,"
             " text_sha256, at_ms, by_id) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)");
DB_STATEMENT(bench_event, "INSERT INTO report_event (report_id, kind, at_ms, actor_id, text, staff_text)"
                          " VALUES ($1, $2, $3, $4, $5, NULL)");
DB_STATEMENT(bench_counter, "INSERT INTO counter (name, value) VALUES ($1, $2)"
                            " ON CONFLICT (name) DO UPDATE SET value = excluded.value");

/* ---- What it is made of ---- */

static const char *const subjects[] = {
    "老旧小区加装电梯", "农村快递末端配送", "社区老年食堂",     "中小学课后服务",   "基层中医馆建设",
    "河道水质监测",     "电动自行车充电",   "高标准农田管护",   "城市道路积水",     "小微企业融资",
    "乡村医生队伍",     "职业院校实训",     "公共停车资源共享", "托育机构普惠发展", "文物古建筑保护",
    "冷链物流设施",     "农产品检测",       "预付式消费监管",   "校园周边交通",     "工业园区污水处理",
};
static const char *const problems[] = {
    "资金来源单一", "部门职责交叉", "标准执行不一", "后期管护缺位", "信息公布不及时", "人员力量不足",
};
static const char *const situations[] = {
    "近期走访发现，该项工作推进两年来覆盖面不断扩大，但不同地段进度差别较大，群众反映最多的是等待时间长。",
    "问卷回收三百余份，六成以上受访者认为现有安排基本可行，同时希望办理环节再少一些、告知再清楚一些。",
    "抽查的十二处点位中，有四处设施长期闲置，三处缺少日常维护记录，个别点位的告示牌已经看不清楚。",
    "与周边地区相比，我地在政策衔接上慢了半年左右，一些单位仍按旧办法办理，群众需要往返多次。",
};
static const char *const analyses[] = {
    "一是牵头单位不够明确，几家都管、又都管不到底；二是经费按年度安排，跨年事项接续不上。",
    "主要是考核偏重数量，对实际使用情况关注不够，基层缺少调整的余地，也缺少反映问题的渠道。",
    "原有规定制定较早，对新情况没有写明怎么办，经办人员怕担责任，宁可等待上级答复。",
};
static const char *const suggestions[] = {
    "建议由主管部门牵头，年内摸清底数，列出清单，逐项明确责任单位和完成时间，并向社会公布。",
    "建议把后期管护经费列入年度安排，按实际使用情况拨付，对长期闲置的设施及时调整用途。",
    "建议简化办理环节，能在网上办的不再要求到场，需要多家单位会办的由首接单位负责到底。",
    "建议每半年听取一次使用者的意见，把意见办理情况作为下一年度安排的依据。",
};
static const char *const surnames[] = {"陈", "林", "周", "吴", "郑", "许", "何", "郭", "罗", "梁"};
static const char *const given[] = {"志远", "晓梅", "建国", "文静", "海涛", "丽华", "永康", "雪松"};

/* Of a thousand reports, in this order of states; what a report in them has behind it. */
static const struct state {
    const char *name;
    int share;
    bool submitted, opened, decided, published, closed;
} states[] = {
    {"submitted", 30, true, false, false, false, false}, {"in_review", 20, true, true, false, false, false},
    {"kept", 250, true, true, true, false, false},       {"adopted", 30, true, true, true, false, false},
    {"published", 120, true, true, true, true, false},   {"closed", 450, true, true, true, true, true},
    {"returned", 40, true, true, true, false, false},    {"redirected", 30, true, true, true, false, false},
    {"withdrawn", 10, true, false, false, false, false}, {"draft", 20, false, false, false, false, false},
};

struct officer {
    int64_t account_id, unit_id, committee_id;
    const char *name, *unit_name;
};

struct work {
    struct arena *lasting, *passing;
    int64_t committees[COMMITTEES], units[UNITS], unit_committees[UNITS], editors[LOAD_EDITORS];
    const char *unit_names[UNITS];
    struct officer officers[OFFICERS];
    int64_t receipts[COMMITTEES + UNITS + 64]; /* by committee id, of the year that is being filled */
    int year;
    int64_t next, count;
    uint64_t random;
};

static NORETURN void die(const char *what, int error) {
    fprintf(stderr, "bench_generate: %s: %s\n", what, error != 0 ? err_info(error)->code : "-");
    exit(1);
}

/* xorshift64*: the same on every machine. */
static uint64_t pick(struct work *work, uint64_t below) {
    work->random ^= work->random >> 12;
    work->random ^= work->random << 25;
    work->random ^= work->random >> 27;
    return (work->random * UINT64_C(2685821657736338717) >> 33) % below;
}

#define PICK(WORK, ARRAY) ((ARRAY)[pick((WORK), ARRAY_LEN(ARRAY))])

/* ---- Units and people ---- */

static int make_committees(struct ctx *ctx, struct work *work) {
    int error = db_get_int(ctx->conn, &bench_root, DB_NONE, &work->committees[0]);
    for (int i = 1; error == 0 && i < COMMITTEES; i++) {
        struct unit_new unit = {.parent_id = work->committees[0],
                                .kind = "city",
                                .code = arena_printf(ctx->arena, "city-%02d", i),
                                .name = arena_printf(ctx->arena, "政协第%d市委员会", i),
                                .short_name = arena_printf(ctx->arena, "第%d市政协", i),
                                .position = i};
        error = unit_create(ctx, &unit, &work->committees[i]);
    }
    return error;
}

/* Two units for each city, the rest for the province. */
static int make_units(struct ctx *ctx, struct work *work) {
    enum { OF_CITIES = 2 * (COMMITTEES - 1) };
    int error = 0;
    for (int i = 0; error == 0 && i < UNITS; i++) {
        int committee = i < UNITS - OF_CITIES ? 0 : 1 + (i - (UNITS - OF_CITIES)) / 2;
        work->unit_committees[i] = work->committees[committee];
        work->unit_names[i] = arena_printf(work->lasting, "第%d专门委员会", i + 1);
        struct unit_new unit = {.parent_id = work->unit_committees[i],
                                .kind = "special_committee",
                                .code = arena_printf(ctx->arena, "unit-%02d", i),
                                .name = work->unit_names[i],
                                .short_name = work->unit_names[i],
                                .position = 100 + i};
        error = unit_create(ctx, &unit, &work->units[i]);
    }
    return error;
}

static int make_person(struct ctx *ctx, const char *login, const char *name, const char *role,
                       int64_t unit_id, int64_t *ret) {
    int error = account_create(ctx, &(struct account_new){login, name, unit_id}, ret);
    if (error == 0) error = account_give_role(ctx, *ret, role, unit_id);
    return error != 0 ? error : db_exec(ctx->conn, &bench_activate, DB_PARAMS(db_int(*ret)), NULL);
}

static int make_people(struct ctx *ctx, struct work *work) {
    int error = 0;
    for (int i = 0; error == 0 && i < LOAD_EDITORS; i++)
        error = make_person(ctx, arena_printf(ctx->arena, "bianji-%d", i), "编辑", "editor",
                            work->committees[0], &work->editors[i]);
    for (int i = 0; error == 0 && i < OFFICERS; i++) {
        int unit = i < LOAD_OFFICERS ? 0 : i % UNITS;
        struct officer *officer = &work->officers[i];
        *officer = (struct officer){
            .unit_id = work->units[unit],
            .committee_id = work->unit_committees[unit],
            .name = arena_printf(work->lasting, "%s%s", PICK(work, surnames), PICK(work, given)),
            .unit_name = work->unit_names[unit]};
        error = make_person(ctx, arena_printf(ctx->arena, "%s-%d", i < LOAD_OFFICERS ? "load" : "officer", i),
                            officer->name, "officer", officer->unit_id, &officer->account_id);
    }
    return error;
}

static int make_office(struct ctx *ctx, void *argument) {
    int error = make_committees(ctx, argument);
    if (error == 0) error = make_units(ctx, argument);
    return error != 0 ? error : make_people(ctx, argument);
}

/* ---- Reports ---- */

struct text {
    const char *title, *situation, *analysis, *suggestion;
    char sha256[HASH_HEX_SIZE];
    int64_t words;
};

static struct text make_text(struct ctx *ctx, struct work *work) {
    const char *subject = PICK(work, subjects);
    int number = (int)pick(work, 90) + 10;
    size_t start = pick(work, ARRAY_LEN(situations));
    struct text text = {
        .title = arena_printf(ctx->arena, "关于破解%s中%s问题的建议", subject, PICK(work, problems)),
        .situation = arena_printf(ctx->arena, "围绕%s，我们走访了%d户群众。%s%s", subject, number,
                                  situations[start], situations[(start + 1) % ARRAY_LEN(situations)]),
        .analysis = arena_printf(ctx->arena, "%s涉及%d个环节的衔接。", PICK(work, analyses), number % 7 + 2),
        .suggestion = arena_printf(ctx->arena, "%s%s力争%d个月内见到成效。", PICK(work, suggestions),
                                   PICK(work, suggestions), number % 10 + 2),
    };
    text.words =
        (int64_t)(utf8_length(text.situation) + utf8_length(text.analysis) + utf8_length(text.suggestion));
    report_text_hash(text.title, text.situation, text.analysis, text.suggestion, text.sha256);
    return text;
}

static const struct state *pick_state(struct work *work) {
    int left = (int)pick(work, 1000);
    size_t i = 0;
    while (left >= states[i].share)
        left -= states[i++].share;
    return &states[i];
}

static struct db_value when(bool has, int64_t ms) {
    return db_int(has ? ms : ABSENT);
}

/* The next 流水号 of the committee in the year of AT. */
static const char *take_receipt(struct ctx *ctx, struct work *work, int64_t committee, int64_t at) {
    int year = clock_year(at);
    if (year != work->year) memset(work->receipts, 0, sizeof(work->receipts));
    work->year = year;
    if (committee < 0 || committee >= (int64_t)ARRAY_LEN(work->receipts)) die("a committee's number", 0);
    return arena_printf(ctx->arena, "%d-%05" PRId64, year, ++work->receipts[committee]);
}

static int add_report(struct ctx *ctx, struct work *work, const struct officer *officer,
                      const struct state *state, const struct text *text, int64_t at, int64_t *ret_id) {
    static const char *const urgencies[] = {"normal", "normal", "normal", "normal", "normal",
                                            "normal", "normal", "normal", "urgent", "express"};
    bool told = strcmp(state->name, "returned") == 0 || strcmp(state->name, "kept") == 0 ||
                strcmp(state->name, "redirected") == 0;
    int64_t age = state->closed ? 40 : state->decided ? 5 : state->opened ? 2 : 0;
    const char *receipt = state->submitted ? take_receipt(ctx, work, officer->committee_id, at) : NULL;
    int64_t editor = officer->committee_id == work->committees[0] ? PICK(work, work->editors) : ABSENT;
    return db_get_int(
        ctx->conn, &bench_report,
        DB_PARAMS(db_text(receipt), db_int(officer->committee_id), db_int(officer->unit_id),
                  db_int(officer->account_id), db_text(arena_printf(ctx->arena, "k%" PRId64, work->next)),
                  db_text(state->name), db_text(text->title), db_text(text->situation),
                  db_text(text->analysis), db_text(text->suggestion), db_int(text->words),
                  db_text(text->sha256), db_int((int64_t)pick(work, 14) + 1), db_text(PICK(work, urgencies)),
                  db_text(told ? "other" : NULL), db_text(told ? "请结合新情况补充后再报。" : NULL),
                  db_int(state->opened ? editor : ABSENT), db_int(at), db_int(at + age * day_ms),
                  when(state->submitted, at), when(state->opened, at + day_ms),
                  when(state->decided, at + 5 * day_ms), when(state->published, at + 20 * day_ms),
                  when(state->closed, at + 40 * day_ms), db_int(1 + age / 5)),
        ret_id);
}

static int add_event(struct ctx *ctx, int64_t report, const char *kind, int64_t at, int64_t actor,
                     const char *text) {
    return db_exec(ctx->conn, &bench_event,
                   DB_PARAMS(db_int(report), db_text(kind), db_int(at), db_int(actor), db_text(text)), NULL);
}

static int add_history(struct ctx *ctx, const struct officer *officer, const struct state *state,
                       const struct text *text, int64_t at, int64_t report) {
    int error = db_exec(ctx->conn, &bench_author,
                        DB_PARAMS(db_int(report), db_int(officer->account_id), db_text(officer->name),
                                  db_text(officer->unit_name)),
                        NULL);
    if (error != 0 || !state->submitted) return error;
    error = db_exec(ctx->conn, &bench_version,
                    DB_PARAMS(db_int(report), db_text(text->title), db_text(text->situation),
                              db_text(text->analysis), db_text(text->suggestion), db_text(text->sha256),
                              db_int(at), db_int(officer->account_id)),
                    NULL);
    if (error == 0)
        error = add_event(ctx, report, "submitted", at, officer->account_id, "已提交，等待信息处审核");
    if (error == 0)
        error = add_event(ctx, report, state->opened ? "opened" : "note", at + day_ms, ABSENT,
                          state->opened ? "已开始审核" : "已列入待审");
    if (error == 0)
        error = add_event(ctx, report, state->decided ? "decided" : "note", at + 5 * day_ms, ABSENT,
                          state->decided ? "已有处理结果" : "正在研究");
    return error != 0 ? error : audit_add(ctx, "report.submit", "report", report, "draft → submitted");
}

static int add_one(struct ctx *ctx, struct work *work, struct actor *actor) {
    int64_t own =
        work->next < LOAD_OFFICERS * FIRST_OWN ? work->next % LOAD_OFFICERS : (int64_t)pick(work, OFFICERS);
    const struct officer *officer = &work->officers[own];
    const struct state *state = pick_state(work);
    struct text text = make_text(ctx, work);
    int64_t at = end_ms - span_ms + span_ms / work->count * work->next, id = 0;
    *actor = (struct actor){.account_id = officer->account_id, .system = true};
    ctx->now = at;
    int error = add_report(ctx, work, officer, state, &text, at, &id);
    return error != 0 ? error : add_history(ctx, officer, state, &text, at, id);
}

/* Sets the counters to where the receipts have come, so that the next real one follows. */
static int set_counters(struct ctx *ctx, struct work *work) {
    int error = 0;
    for (int i = 0; error == 0 && i < COMMITTEES; i++)
        error = db_exec(ctx->conn, &bench_counter,
                        DB_PARAMS(db_text(arena_printf(ctx->arena, "receipt:%" PRId64 ":%d",
                                                       work->committees[i], work->year)),
                                  db_int(work->receipts[work->committees[i]])),
                        NULL);
    return error;
}

static int add_batch(struct ctx *ctx, void *argument) {
    struct work *work = argument;
    struct actor actor = {0};
    ctx->actor = &actor;
    ctx->arena = work->passing;
    int error = 0;
    int64_t end = work->next + BATCH < work->count ? work->next + BATCH : work->count;
    for (; error == 0 && work->next < end; work->next++) {
        error = add_one(ctx, work, &actor);
        arena_reset(work->passing);
    }
    if (error == 0 && work->next == work->count) error = set_counters(ctx, work);
    return error;
}

int main(int argc, char **argv) {
    static struct work work = {.random = UINT64_C(0x9E3779B97F4A7C15)};
    work.count = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    if (work.count < LOAD_OFFICERS * FIRST_OWN || hash_init() != 0) {
        fputs("usage: bench_generate STORE REPORTS (at least 640)\n", stderr);
        return 2;
    }
    work.lasting = arena_new(ARENA_CEILING);
    work.passing = arena_new(ARENA_CEILING);
    struct db *db = NULL;
    const char *why = "";
    const struct db_options options = {.url = argv[1]};
    int error = db_open(&options, work.lasting, &db, &why);
    if (error != 0) die(why, error);
    struct actor actor = {.system = true};
    struct problem problem = {0};
    struct ctx ctx = {.arena = work.lasting,
                      .db = db,
                      .actor = &actor,
                      .problem = &problem,
                      .now = end_ms - span_ms,
                      .remote = "local",
                      .request_id = "bench",
                      .if_match = ABSENT};
    error = ctx_write(&ctx, make_office, &work);
    int64_t start = clock_monotonic_us();
    while (error == 0 && work.next < work.count)
        error = ctx_write(&ctx, add_batch, &work);
    if (error != 0) die(problem.detail != NULL ? problem.detail : "filling", error);
    double seconds = (double)(clock_monotonic_us() - start) / 1e6;
    db_close(db);
    fprintf(stderr, "bench_generate: %" PRId64 " reports in %.1f s, %.0f a second\n", work.count, seconds,
            (double)work.count / seconds);
    arena_free(work.lasting);
    arena_free(work.passing);
    return 0;
}
