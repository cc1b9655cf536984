/* See paper_samples.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "paper_samples.h"

enum { BLOCKS_MAX = 4000 };

/* A paper under construction. */
struct making {
    struct arena *arena;
    struct paper *paper;
    struct paper_block *blocks, *foot;
    const struct paper_photo *broken;
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

/* A page's last lines are too many for the foot. */
static void make_foot(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 10));
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 10));
    foot(making);
}

/* The foot just fits: the lines of the page less its own six. */
static void make_foot_fits(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 16));
    foot(making);
}

/* A foot of more than two pages, below half a page of text. */
static void make_foot_tall(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 10));
    add_foot(making, PAPER_RULE, NULL, NULL);
    add_foot(making, PAPER_TEXT, full_lines(making->arena, 47), NULL);
    add_foot(making, PAPER_RULE, NULL, NULL);
    add_foot(making, PAPER_PAIR, "政协某某市委员会办公室", "2026年11月21日印发");
    add_foot(making, PAPER_RULE, NULL, NULL);
}

/* The same, below text that leaves no room for what is too much for two pages. */
static void make_foot_tall_full(struct making *making) {
    make_foot_tall(making);
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 10));
}

static void make_titles(struct making *making) {
    static const char *const titles[] = {
        "关于加强养老服务的建议",
        "关于建立老旧小区改造后长效管理机制的建议",
        "关于深入落实长江大保护战略，推动我省沿江化工产业绿色高质量发展的建议",
        "关于进一步优化营商环境促进民营经济高质量发展和完善中小微企业融资担保体系若干问题的建议",
        "关于在全面推进乡村振兴中统筹解决农村生活污水治理、垃圾分类、厕所改造与农村人居环境整治长效管护问题的建议",
        "关于支持我市生物医药产业创新发展、加快建设国家级临床医学研究中心并将罕见病用药纳入地方补充医疗保险保障范围的若干建议和意见",
        "关于“十五五”时期加快发展“低空经济”的建议",
        "关于全面推进乡村振兴\n加快农业农村现代化的建议",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        add(making, PAPER_TEXT, PAPER_TITLE, titles[i])->bookmark = 1;
        add(making, PAPER_SPACE, PAPER_BODY, NULL)->lines = 10;
    }
}

static struct paper_table *table_of(struct making *making, size_t rows, size_t columns, bool header) {
    struct paper_table *table = arena_alloc(making->arena, sizeof *table);
    const char **cells = arena_array(making->arena, rows * columns, sizeof *cells);
    *table = (struct paper_table){.rows = rows, .columns = columns, .cells = cells, .header = header};
    return table;
}

static void make_table(struct making *making) {
    static const char *const heads[] = {"序号", "报送单位", "采用情况", "件数", "得分"};
    title(making, "各单位报送信息和采用情况统计表");
    struct paper_table *table = table_of(making, 41, 5, true);
    const char **cells = (const char **)(uintptr_t)table->cells;
    for (size_t row = 0; row < table->rows; row++)
        for (size_t column = 0; column < table->columns; column++) {
            const char **cell = &cells[row * table->columns + column];
            if (row == 0)
                *cell = heads[column];
            else if (column == 1)
                *cell = row % 3 ? "民建某某市委员会" : "市政协人口资源环境委员会";
            else if (column == 2)
                *cell =
                    row % 4 == 0
                        ? "单篇采用《关于建立老旧小区改造后长效管理机制的建议》，获市领导批示，转市住房和城乡建设局研究办理"
                        : "综合采用";
            else
                *cell = arena_printf(making->arena, "%zu", row * (column + 1));
        }
    add(making, PAPER_TEXT, PAPER_BODY, "2026年第三季度各单位报送信息和采用情况如下：");
    add(making, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = table;
    add(making, PAPER_TEXT, PAPER_BODY, "表后的正文仍在网格上。");
}

/* A row that is higher than a page, and more columns than can be. */
static void make_tall(struct making *making) {
    struct paper_table *table = table_of(making, 3, 2, true);
    const char **cells = (const char **)(uintptr_t)table->cells;
    cells[0] = "项目", cells[1] = "内容";
    cells[2] = "很长", cells[3] = full_lines(making->arena, 60);
    cells[4] = "短", cells[5] = "完";
    static const int widths[] = {1, 4};
    table->widths = widths;
    add(making, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = table;
}

/* A heading over a table whose first row just has room on a page of its own. */
static void make_tall_first(struct making *making) {
    struct paper_table *table = table_of(making, 3, 2, true);
    const char **cells = (const char **)(uintptr_t)table->cells;
    cells[0] = "项目", cells[1] = "内容";
    cells[2] = "很长", cells[3] = full_lines(making->arena, 25);
    cells[4] = "短", cells[5] = "完";
    static const int widths[] = {1, 4};
    table->widths = widths;
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 3));
    add(making, PAPER_TEXT, PAPER_LABEL, "修改记录")->keep = true;
    add(making, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = table;
}

static void make_photo(struct making *making) {
    GdkPixbuf *pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 1600, 900);
    guchar *bytes = gdk_pixbuf_get_pixels(pixels);
    int stride = gdk_pixbuf_get_rowstride(pixels);
    for (int y = 0; y < 900; y++)
        for (int x = 0; x < 1600; x++) {
            guchar *pixel = bytes + y * stride + 3 * x;
            pixel[0] = (guchar)(x / 7), pixel[1] = (guchar)(y / 4),
            pixel[2] = (guchar)(x / 100 % 2 ? 200 : 60);
        }
    char *jpeg;
    gsize size;
    if (!gdk_pixbuf_save_to_buffer(pixels, &jpeg, &size, "jpeg", NULL, "quality", "85", NULL)) abort();
    g_object_unref(pixels);
    struct paper_photo *photo = arena_array(making->arena, 2, sizeof *photo);
    photo[0] = (struct paper_photo){.jpeg = arena_memdup(making->arena, jpeg, size),
                                    .size = size,
                                    .width = 1600,
                                    .height = 900,
                                    .caption = "图1 改造后的小区停车场（2026年10月摄）"};
    photo[1] = (struct paper_photo){
        .jpeg = "damaged", .size = 7, .width = 400, .height = 2000, .caption = "图2 损坏的照片"};
    g_free(jpeg);
    add(making, PAPER_TEXT, PAPER_BODY, paragraphs[0]);
    add(making, PAPER_PICTURE, PAPER_CAPTION, NULL)->photo = &photo[0];
    add(making, PAPER_TEXT, PAPER_BODY, paragraphs[1]);
    making->broken = &photo[1];
}

/* Only as a picture: a PDF takes the bytes as they are. */
static void make_damaged(struct making *making) {
    make_photo(making);
    add(making, PAPER_PICTURE, PAPER_CAPTION, NULL)->photo = making->broken;
}

static void make_hostile(struct making *making) {
    char *letters = arena_alloc(making->arena, 10001), *marks = arena_alloc(making->arena, 3001);
    memset(letters, 'W', 10000);
    for (size_t i = 0; i < 1000; i++)
        memcpy(marks + 3 * i, "。", 3);
    add(making, PAPER_TEXT, PAPER_BODY, "");
    add(making, PAPER_TEXT, PAPER_BODY, NULL);
    add(making, PAPER_TEXT, PAPER_BODY,
        "表情😀和👨‍👩‍👧，方向\u202E号\u202C与\u200B零\u200D宽\uFEFF，控制\x01\x7F符，软\u00AD连字。");
    add(making, PAPER_TEXT, PAPER_BODY,
        "阿拉伯文مرحبا بالعالم与希伯来文שלום，泰文สวัสดี，藏文བོད་ཡིག，组合e\u0301a\u0308。");
    add(making, PAPER_TEXT, PAPER_BODY, "罕用字：𠮷𡈽𪚥㐂䶮，未定之字\U000E0FFF\U0003FFF0\uE123。");
    add(making, PAPER_TEXT, PAPER_BODY, letters);
    add(making, PAPER_TEXT, PAPER_BODY, marks);
    add(making, PAPER_TEXT, PAPER_TITLE, letters);
    add(making, PAPER_TEXT, PAPER_HEAD, "特别特别特别特别特别特别特别长的发文机关标志");
    add(making, PAPER_PAIR, PAPER_OFFICE, letters)->right = marks;
    add(making, PAPER_PAIR, PAPER_OFFICE, NULL);
    add(making, PAPER_TABLE_ROWS, PAPER_TABLE, NULL);
    add(making, PAPER_PICTURE, PAPER_CAPTION, NULL);
    add(making, PAPER_SPACE, PAPER_BODY, NULL)->lines = 1000000;
    add(making, PAPER_BREAK, PAPER_BODY, NULL);
    add(making, PAPER_BREAK, PAPER_BODY, NULL);
    add(making, PAPER_TEXT, PAPER_BODY, "\n\n一\n\n二\n");
}

static void make_empty(struct making *making) {
    making->paper->title = NULL;
}

static void make_endless(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 22 * 301));
}

static void make_longest(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 22 * 300));
}

static void make_huge(struct making *making) {
    add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 60000));
}

/* Headings and short paragraphs, so that pages end in all manners. */
static void make_keeps(struct making *making) {
    for (size_t i = 0; i < 120; i++) {
        add(making, PAPER_TEXT, PAPER_LEVEL_1, arena_printf(making->arena, "第%zu节", i))->keep = true;
        add(making, PAPER_TEXT, PAPER_BODY, full_lines(making->arena, 1 + (i * i + i / 3) % 6));
    }
}

/* The line above the red rule: with room, with a little too little of it, with far too little. */
static void make_pairs(struct making *making) {
    add(making, PAPER_PAIR, PAPER_OFFICE, "政协某某市委员会办公室")->right = "2026年11月21日";
    add(making, PAPER_PAIR, PAPER_OFFICE, "中国人民政治协商会议云江省委员会办公厅")->right = "2026年11月19日";
    add(making, PAPER_PAIR, PAPER_OFFICE, "中国人民政治协商会议云江省委员会人口资源环境委员会")->right =
        "2026年11月19日";
}

static const struct {
    const char *name;
    void (*make)(struct making *);
} samples[] = {{"one", make_one},
               {"many", make_many},
               {"full", make_full},
               {"over", make_over},
               {"grid", make_grid},
               {"foot", make_foot},
               {"foot-fits", make_foot_fits},
               {"foot-tall", make_foot_tall},
               {"foot-tall-full", make_foot_tall_full},
               {"titles", make_titles},
               {"table", make_table},
               {"tall", make_tall},
               {"tall-first", make_tall_first},
               {"photo", make_photo},
               {"damaged", make_damaged},
               {"hostile", make_hostile},
               {"empty", make_empty},
               {"endless", make_endless},
               {"longest", make_longest},
               {"huge", make_huge},
               {"keeps", make_keeps},
               {"pairs", make_pairs}};

const char *sample_name(size_t index) {
    return index < sizeof samples / sizeof *samples ? samples[index].name : NULL;
}

/* The texts of a file: title, then paragraphs. */
static bool from_file(struct making *making, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char *line = NULL;
    size_t room = 0;
    for (ssize_t len;
         (len = getline(&line, &room, file)) >= 0 && making->paper->block_count < BLOCKS_MAX - 2;) {
        char *text = arena_memdup(making->arena, line, (size_t)len);
        if (making->paper->block_count == 0)
            title(making, text);
        else
            add(making, PAPER_TEXT, PAPER_BODY, text);
    }
    free(line);
    fclose(file);
    return true;
}

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
    if (strncmp(name, "file:", 5) == 0) return from_file(&making, name + 5);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (strcmp(samples[i].name, name) == 0) {
            samples[i].make(&making);
            return true;
        }
    return false;
}
