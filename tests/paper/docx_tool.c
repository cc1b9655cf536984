/* Writes papers for docx.test.mjs: docx_tool FOLDER [FAMILY…]
 *
 * Each sample becomes NAME.docx, NAME.pdf (our own, to hold LibreOffice's against) and NAME.txt (its words).
 * Fonts are those that serve here, so that LibreOffice sets the same ones; with "named" those that the
 * offices have are named, whether they are there or not. */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/fonts.h"
#include "minyi/hash.h"
#include "minyi/template.h"
#include "paper_samples.h"

enum { BYTES_MAX = 64 * 1024 * 1024, BLOCKS_MAX = 400 };

static struct arena *arena;
static const char *folder, *wanted;
static const char *const *families[FONT_ROLE_END];

static void die(const char *what, const char *name, int error) {
    fprintf(stderr, "docx_tool: %s %s: %d\n", what, name, error);
    exit(1);
}

static void write_file(const char *name, const char *ending, const void *data, size_t size) {
    char *path = arena_printf(arena, "%s/%s.%s", folder, name, ending);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) die("write", path, 0);
}

static void write_paper(const char *name, struct paper *paper) {
    struct buf docx CLEANUP(buf_free) = BUF(BYTES_MAX), pdf CLEANUP(buf_free) = BUF(BYTES_MAX);
    struct paper_outcome outcome;
    memcpy(paper->families, families, sizeof(paper->families));
    int error = paper_docx(paper, &docx);
    if (error != 0) die("docx", name, error);
    write_file(name, "docx", docx.data, docx.len);
    if (strcmp(wanted, "all") != 0) return;
    error = paper_pdf(arena, paper, &pdf, &outcome);
    if (error != 0) die("pdf", name, error);
    const char *words = paper_text(arena, paper);
    write_file(name, "pdf", pdf.data, pdf.len);
    write_file(name, "txt", words, strlen(words));
}

/* ---- papers of the program's own templates ---- */

static void write_kind(enum paper_kind kind, const char *name, const char *body) {
    struct paper_source source;
    struct paper paper;
    template_sample(arena, kind, &source);
    source.code = "https://minyi.example/q/i12-1a2b3c4d";
    source.title = "关于“中心厨房＋配送”的建议 <A&B>";
    source.author = "云江省政协信息处";
    source.created_ms = 1772956800000; /* 2026-03-08 08:00 UTC */
    if (body != NULL) source.body = body;
    template_compose(arena, template_default(kind), &source, &paper);
    write_paper(name, &paper);
}

/* An issue of several pieces. */
static const char digest_body[] =
    "编者综合近期来稿，摘编如下。\n"
    "［篇：关于健全农村老年助餐点长效运行机制的建议］\n"
    "一、主要问题\n"
    "三分之一的助餐点运行不满一年即停办，可持续运行问题亟待解决。\n"
    "二、有关建议\n"
    "（一）按人次补助\n"
    "由省民政厅会同省财政厅制定办法，按实际用餐人次补助。\n"
    "［篇：关于深入落实长江大保护战略，推动我省沿江化工产业绿色高质量发展的建议］\n"
    "一、主要问题\n"
    "沿江化工园区污水处理设施负荷不均，部分园区的雨污分流尚未完成。\n"
    "［篇：关于规范电动自行车充电的建议］\n"
    "老旧小区集中充电设施不足，“飞线充电”仍较普遍。";

/* An issue that goes to COUNT more, each with a name of ten characters, more than a page of 版记 has room for
 * from 60 on. */
static void write_copies(const char *name, int count) {
    static const char *const digits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    struct buf copies CLEANUP(buf_free) = BUF(BYTES_MAX);
    struct paper_source source;
    struct paper paper;
    for (int i = 0; i < count; i++)
        buf_addf(&copies, "%s云江省第%s%s%s县政协", i == 0 ? "" : "，", digits[i / 100 % 10],
                 digits[i / 10 % 10], digits[i % 10]);
    template_sample(arena, PAPER_KIND_ISSUE, &source);
    struct paper_value *values = arena_array(arena, source.value_count, sizeof(*values));
    for (size_t i = 0; i < source.value_count; i++) {
        values[i] = source.values[i];
        if (strcmp(values[i].name, "抄送") == 0) values[i].text = copies.data;
    }
    source.values = values;
    template_compose(arena, template_default(PAPER_KIND_ISSUE), &source, &paper);
    write_paper(name, &paper);
}

static const char *long_body(int sections) {
    struct buf body CLEANUP(buf_free) = BUF(BYTES_MAX);
    static const char *const numbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    for (int i = 0; i < sections; i++) {
        buf_addf(&body, "%s、第%d个方面的情况\n", numbers[i % 10], i + 1);
        buf_adds(
            &body,
            "（一）补助方式单一。现行补助以建设补助为主，每点一次性5万元，运行补助没有固定渠道，基层普遍反映"
            "“建得起、养不起”，三分之一的助餐点运行不满一年即停办。\n");
        buf_adds(
            &body,
            "调研发现，近三年全省已建成农村老年助餐点4200余个，覆盖行政村的38.6%；山区行政村平均服务半径4.2 km，"
            "送餐成本是平原的2.7倍，冬季尤为突出。食品经营许可、消防、燃气等要求由不同部门掌握，小型助餐点难以同时"
            "达到，既影响了服务的持续，也增加了监管的难度。\n");
        buf_adds(&body, "1. 由省民政厅会同省财政厅制定办法，按实际用餐人次补助。\n");
    }
    return arena_memdup(arena, body.data, body.len);
}

/* ---- papers block by block ---- */

struct blocks {
    struct paper_block items[BLOCKS_MAX];
    size_t count;
};

static struct paper_block *add(struct blocks *blocks, enum paper_block_kind kind, enum paper_style_id style,
                               const char *text) {
    struct paper_block *block = &blocks->items[blocks->count++];
    *block = (struct paper_block){.kind = kind, .style = style, .text = text};
    return block;
}

static void finish(const char *name, const struct blocks *blocks, const struct blocks *foot) {
    struct paper paper;
    paper_init(&paper);
    paper.blocks = blocks->items;
    paper.block_count = blocks->count;
    paper.foot = foot != NULL ? foot->items : NULL;
    paper.foot_count = foot != NULL ? foot->count : 0;
    paper.folio = true;
    paper.title = name;
    write_paper(name, &paper);
}

static struct blocks foot_of(void) {
    struct blocks foot = {.count = 0};
    add(&foot, PAPER_RULE, PAPER_FOOT, NULL);
    add(&foot, PAPER_TEXT, PAPER_FOOT,
        "抄送：省委办公厅，省政府办公厅，省人大常委会办公厅，各设区市政协，省政协各专门委员会。");
    add(&foot, PAPER_RULE, PAPER_FOOT, NULL);
    add(&foot, PAPER_PAIR, PAPER_FOOT, "云江省政协办公厅")->right = "2026年3月8日印发";
    add(&foot, PAPER_RULE, PAPER_FOOT, NULL);
    return foot;
}

/* LINES paragraphs of one full line each: 28 characters. */
static void write_lines(const char *name, int lines, bool with_foot) {
    struct blocks blocks = {.count = 0}, foot = foot_of();
    static const char *const digits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    for (int i = 1; i <= lines; i++)
        add(&blocks, PAPER_TEXT, PAPER_PLAIN,
            arena_printf(arena, "第%s%s%s行共二十八个汉字每行都要写满一行不多不少刚到边界",
                         digits[i / 100 % 10], digits[i / 10 % 10], digits[i % 10]));
    finish(name, &blocks, with_foot ? &foot : NULL);
}

static struct paper_photo photo_of(int width, int height, const char *caption) {
    GdkPixbuf *pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    gchar *data = NULL;
    gsize size = 0;
    gdk_pixbuf_fill(pixels, 0x3070A0FF);
    if (!gdk_pixbuf_save_to_buffer(pixels, &data, &size, "jpeg", NULL, NULL)) die("photo", caption, 0);
    const void *jpeg = arena_memdup(arena, data, size);
    g_free(data);
    g_object_unref(pixels);
    return (struct paper_photo){
        .jpeg = jpeg, .size = size, .width = width, .height = height, .caption = caption};
}

static void write_pieces(void) {
    struct blocks blocks = {.count = 0}, foot = foot_of();
    struct paper_photo wide = photo_of(1600, 900, "图1 助餐点现场 <摄影：A&B>"),
                       small = photo_of(60, 40, NULL), tall = photo_of(900, 2400, "图2 很高的图");
    static const char *const cells[] = {
        "地区", "助餐点（个）", "日均用餐（人次）", "东部三县", "612", "18400", NULL, "431", "7260\n第二行"};
    struct paper_table table = {.rows = 3, .columns = 3, .cells = cells, .header = true};
    add(&blocks, PAPER_TEXT, PAPER_TITLE, "第一件：关于农村老年助餐点可持续运行的建议")->bookmark = 1;
    add(&blocks, PAPER_TEXT, PAPER_BODY, "正文在这里。");
    add(&blocks, PAPER_PICTURE, PAPER_CAPTION, NULL)->photo = &wide;
    add(&blocks, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = &table;
    add(&blocks, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = &table;
    add(&blocks, PAPER_PICTURE, PAPER_CAPTION, NULL)->photo = &small;
    add(&blocks, PAPER_BREAK, PAPER_BODY, NULL);
    add(&blocks, PAPER_TEXT, PAPER_LABEL, "第二件")->bookmark = 1;
    struct paper_block *note = add(&blocks, PAPER_TEXT, PAPER_NOTE, "编者按：这一句是编者按。\n换行之后。");
    note->lead = strlen("编者按：");
    note->lead_style = PAPER_LEVEL_1;
    add(&blocks, PAPER_PICTURE, PAPER_CAPTION, NULL)->photo = &tall;
    add(&blocks, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = &table;
    finish("pieces", &blocks, &foot);
}

/* A red line under an office whose name leaves no room for the date beside it. */
static void write_halves(void) {
    struct blocks blocks = {.count = 0};
    add(&blocks, PAPER_PAIR, PAPER_OFFICE, "中国人民政治协商会议云江省委员会人口资源环境委员会")->right =
        "2026年11月19日";
    add(&blocks, PAPER_RULE, PAPER_HEAD, NULL)->thickness = 1000;
    add(&blocks, PAPER_SPACE, PAPER_BODY, NULL)->lines = 20;
    add(&blocks, PAPER_TEXT, PAPER_BODY, "正文在这里。");
    finish("halves", &blocks, NULL);
}

/* A template in which tables stand right. */
static void write_cells(void) {
    struct blocks blocks = {.count = 0};
    static const char *const cells[] = {
        "序号",
        "意见",
        "1",
        "一是尽快明确牵头单位，会同有关部门制定实施办法；二是把运行补助列入年度预算，按季据实结算；三是公开结果。",
        "2",
        "同意"};
    static const int mm[] = {20, 136};
    struct paper_table table = {.rows = 3, .columns = 2, .cells = cells, .widths = mm, .header = true};
    struct paper paper;
    add(&blocks, PAPER_TABLE_ROWS, PAPER_TABLE, NULL)->table = &table;
    paper_init(&paper);
    paper.styles[PAPER_TABLE].align = PAPER_RIGHT;
    paper.blocks = blocks.items;
    paper.block_count = blocks.count;
    write_paper("cells", &paper);
}

static void write_hostile(void) {
    struct blocks blocks = {.count = 0}, foot = {.count = 0};
    char *letters = arena_alloc(arena, 10001);
    memset(letters, 'W', 10000);
    add(&blocks, PAPER_TEXT, PAPER_HEAD, "发文<机关>&\"标志\"很长很长的名字要缩小才能放得下一行");
    add(&blocks, PAPER_TEXT, PAPER_TITLE, "标题 ]]> <!-- --> &amp; &#0; <w:p/>")->bookmark = 1;
    add(&blocks, PAPER_TEXT, PAPER_BODY,
        "控制\x01\x02\x0b\x0c\x1f符\x7f，\xEF\xBF\xBE，\xEF\xBF\xBF，'单'\"双\"");
    add(&blocks, PAPER_TEXT, PAPER_BODY, "不合法 \xff\xc0\x80\xed\xa0\x80 字节");
    add(&blocks, PAPER_TEXT, PAPER_BODY,
        "反向\xE2\x80\xAE"
        "cba\xE2\x80\xAC 零宽\xE2\x80\x8B字 😀👩‍👧 𠮷");
    add(&blocks, PAPER_TEXT, PAPER_BODY, letters);
    add(&blocks, PAPER_PAIR, PAPER_CLOSING, "2026年2月30日")->right = "12026年3月8日<";
    add(&foot, PAPER_TEXT, PAPER_FOOT, "&<>\"'");
    struct paper paper;
    paper_init(&paper);
    paper.blocks = blocks.items;
    paper.block_count = blocks.count;
    paper.foot = foot.items;
    paper.foot_count = foot.count;
    paper.title = "]]><&\x01";
    paper.author = "\xff";
    paper.code = "https://minyi.example/q/i1-00000000?a=1&b=<2>";
    write_paper("hostile", &paper);
}

static void write_empty(void) {
    struct blocks blocks = {.count = 0};
    finish("empty", &blocks, NULL);
}

static void choose_families(bool named) {
    for (enum font_role role = 0; role < FONT_ROLE_END && !named; role++) {
        struct font_state state;
        font_state(arena, role, NULL, &state);
        const char **chosen = arena_array(arena, 2, sizeof(*chosen));
        chosen[0] = state.family;
        families[role] = chosen;
    }
}

int main(int count, char **arguments) {
    const char *missing = NULL;
    if (count != 3) return 2;
    arena = arena_new(512 * 1024 * 1024);
    folder = arguments[1];
    wanted = arguments[2];
    if (hash_init() != 0 || fonts_configure(arena, getenv("MINYI_FONTS"), &missing) != 0) die("fonts", "", 0);
    choose_families(strcmp(wanted, "named") == 0);
    for (enum paper_kind kind = 0; kind < PAPER_KIND_END; kind++)
        write_kind(kind, paper_kind_info(kind)->code, NULL);
    write_kind(PAPER_KIND_ISSUE, "long", long_body(12));
    write_kind(PAPER_KIND_ISSUE, "digest", digest_body);
    write_copies("copies_10", 10);
    write_copies("copies_60", 60);
    write_copies("copies_70", 70);
    write_copies("copies_120", 120);
    write_lines("lines", 66, false);
    write_lines("full", 22, true);
    write_lines("room", 17, true);
    write_lines("tight", 20, true);
    static const char *const set[] = {"one",       "many",   "full",  "over",  "grid", "foot",
                                      "foot-fits", "titles", "table", "photo", "keeps"};
    for (size_t i = 0; i < ARRAY_LEN(set); i++) {
        struct paper paper;
        if (!sample_paper(arena, set[i], &paper)) die("sample", set[i], 0);
        write_paper(arena_printf(arena, "set_%s", set[i]), &paper);
    }
    write_pieces();
    write_halves();
    write_cells();
    write_hostile();
    write_empty();
    fonts_close();
    arena = arena_free(arena);
    return 0;
}
