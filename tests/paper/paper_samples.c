/* See paper_samples.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper_samples.h"

enum { BLOCKS_MAX = 4000 };

/* A paper under construction. */
struct making {
    struct arena *arena;
    struct paper *paper;
    struct paper_block *blocks, *foot;
};

static struct paper_block *add(struct making *making, enum paper_block_kind kind, enum paper_style_id style,
                               const char *text) {
    if (making->paper->block_count == BLOCKS_MAX) abort();
    struct paper_block *block = &making->blocks[making->paper->block_count++];
    *block = (struct paper_block){.kind = kind, .style = style, .text = text};
    return block;
}

static struct paper_block *add_foot(struct making *making, enum paper_block_kind kind, const char *text,
                                    const char *right) {
    struct paper_block *block = &making->foot[making->paper->foot_count++];
    *block = (struct paper_block){.kind = kind, .style = PAPER_FOOT, .text = text, .right = right};
    return block;
}

static void head(struct making *making) {
    add(making, PAPER_TEXT, PAPER_HEAD, "政协社情民意信息");
    add(making, PAPER_TEXT, PAPER_NUMBER, "2026年第12期 总第380期");
    add(making, PAPER_PAIR, PAPER_OFFICE, "政协某某市委员会办公室")->right = "2026年11月21日";
    struct paper_block *rule = add(making, PAPER_RULE, PAPER_HEAD, NULL);
    rule->thickness = 1000;
    add(making, PAPER_SPACE, PAPER_BODY, NULL)->lines = 20;
}

static void title(struct making *making, const char *text) {
    struct paper_block *block = add(making, PAPER_TEXT, PAPER_TITLE, text);
    block->bookmark = 1;
    block->keep = true;
    making->paper->title = text;
    add(making, PAPER_SPACE, PAPER_BODY, NULL)->lines = 10;
}

static void foot(struct making *making) {
    add_foot(making, PAPER_RULE, NULL, NULL);
    add_foot(making, PAPER_TEXT, "报送：省政协办公厅，市委、市人大、市政府、市政协领导。", NULL);
    add_foot(
        making, PAPER_TEXT,
        "抄送：市委办公室、市人大常委会办公室、市政府办公室，市发展和改革委员会、市教育局、市民政局、市财政局、市人力资源和社会保障局。",
        NULL);
    add_foot(making, PAPER_RULE, NULL, NULL);
    add_foot(making, PAPER_PAIR, "编辑：王小明　核稿：李国华　签发：张建国", "共印50份");
    add_foot(making, PAPER_RULE, NULL, NULL);
    add_foot(making, PAPER_PAIR, "政协某某市委员会办公室", "2026年11月21日印发");
    add_foot(making, PAPER_RULE, NULL, NULL);
}

/* COUNT lines of 28 characters each less the first line's indent. */
static char *full_lines(struct arena *arena, size_t count) {
    static const char *const words =
        "反映社情民意信息是人民政协履行职能的重要基础性工作要求事实清楚分析透彻建议可行";
    size_t have = strlen(words) / 3, wanted = count * 28 - 2;
    char *text = arena_alloc(arena, wanted * 3 + 1);
    for (size_t i = 0; i < wanted; i++)
        memcpy(text + 3 * i, words + 3 * (i % have), 3);
    return text;
}

static const char *const paragraphs[] = {
    "近年来，我市大力推进老旧小区改造，2024年至2026年共完成改造项目312个，惠及居民15.6万户，改造面积1280万平方米，完成投资35.4亿元，群众满意度达到96.5%。但调研发现，一些小区改造后“重建设、轻管理”，出现了设施损坏无人修、停车混乱无人管、环境脏乱无人理的现象，影响了改造成果。",
    "主要问题是：物业管理覆盖率低，全市改造后的小区中仍有42.7%没有专业物业服务；维修资金归集难，多数老旧小区从未建立住宅专项维修资金；业主委员会组建率仅为18%，居民自治机制不健全——“有事没人议、议了没人办”的情况较为普遍……",
    "市住房和城乡建设局、各区（县）政府要按照“先体检、后改造，先组织、后实施”的原则，在改造方案报批前同步明确管理模式、收费标准和责任主体（详见《某某市城镇老旧小区改造管理办法》第二十三条），对已完成改造的小区进行“回头看”。",
};

static void body(struct making *making, int times) {
    for (int i = 0; i < times; i++) {
        struct paper_block *level = add(making, PAPER_TEXT, PAPER_LEVEL_1, "一、基本情况");
        level->keep = true;
        level->bookmark = 2;
        add(making, PAPER_TEXT, PAPER_BODY, paragraphs[0]);
        level = add(making, PAPER_TEXT, PAPER_LEVEL_2, "（一）存在的主要问题");
        level->keep = true;
        add(making, PAPER_TEXT, PAPER_BODY, paragraphs[1]);
        level = add(
            making, PAPER_TEXT, PAPER_BODY,
            "1. 建立长效管理机制。由GDP核算部门会同API平台（https://example.gov.cn/path）按20 kg标准执行，并使用Linux系统。");
        level->lead = strlen("1. 建立长效管理机制。");
        level->lead_style = PAPER_LEVEL_3;
        add(making, PAPER_TEXT, PAPER_BODY, paragraphs[2]);
    }
}

static void issue(struct making *making, const char *name) {
    head(making);
    struct paper_block *note =
        add(making, PAPER_TEXT, PAPER_NOTE,
            "编者按：本期刊发的信息反映了老旧小区改造后管理缺位的问题，所提建议有较强的针对性，供领导参考。");
    note->lead = strlen("编者按：");
    note->lead_style = PAPER_LABEL;
    title(making, name);
    add(making, PAPER_TEXT, PAPER_ADDRESSEE, "市委、市政府：");
}

static void make_one(struct making *making) {
    issue(making, "关于建立老旧小区改造后长效管理机制的建议");
    add(making, PAPER_TEXT, PAPER_BODY, paragraphs[1]);
    making->paper->code = "https://minyi.example.gov.cn/q/i12-1a2b3c4d";
}

static void make_many(struct making *making) {
    issue(making, "关于进一步完善城镇老旧小区改造后长效管理机制和住宅专项维修资金归集使用办法的建议");
    body(making, 4);
    add(making, PAPER_TEXT, PAPER_ENCLOSURE,
        "附件：1. 某某市城镇老旧小区改造项目清单\n2. 住宅专项维修资金归集使用情况统计表");
    add(making, PAPER_TEXT, PAPER_CLOSING, "（作者系市政协委员、某某大学教授 陈晓东）");
    foot(making);
}

static void make_full(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 22));
}

static void make_over(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 22));
    add(making, PAPER_TEXT, PAPER_BODY, "多出的一行。");
}

static void make_grid(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 22 * 4));
}

const char *const sample_names[] = {"one", "many", "full", "over", "grid", NULL};
static void (*const makers[])(struct making *) = {make_one, make_many, make_full, make_over, make_grid};

bool sample_paper(struct arena *arena, const char *name, struct paper *ret) {
    paper_init(ret);
    ret->folio = true;
    ret->title = "样张";
    ret->author = "政协某某市委员会办公室";
    ret->subject = "社情民意信息";
    ret->created_ms = 1795219200000;
    struct making making = {.arena = arena,
                            .paper = ret,
                            .blocks = arena_array(arena, BLOCKS_MAX, sizeof(struct paper_block)),
                            .foot = arena_array(arena, 40, sizeof(struct paper_block))};
    ret->blocks = making.blocks;
    ret->foot = making.foot;
    for (size_t i = 0; sample_names[i]; i++)
        if (strcmp(sample_names[i], name) == 0) {
            makers[i](&making);
            return true;
        }
    return false;
}
