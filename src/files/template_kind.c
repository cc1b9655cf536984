/* The kinds of paper: what their templates may call, and what the preview shows for it. */
#include <assert.h>
#include <string.h>

#include "template_internal.h"

static const struct paper_word issue_words[] = {
    {"刊物名称", "社情民意信息"},
    {"期号", "2026年第12期 总第380期"},
    {"编发单位", "政协云江省委员会办公厅"},
    {"签发日期", "2026年3月8日"},
    {"编者按",
     "农村老年助餐点建得起、难持续，是近期反映较集中的问题。现将省政协委员周敏等的建议编发，供参阅。"},
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"主送", "省委、省政府领导同志"},
    {"作者", "周敏，省政协委员，云江大学公共管理学院教授"},
    {"附件", "1. 云江省农村老年助餐点分布表\n2. 三县助餐点运行成本测算"},
    {"抄送", "省民政厅，省财政厅，省农业农村厅，各市州政协"},
    {"印发机关", "政协云江省委员会办公厅"},
    {"印发日期", "2026年3月8日"},
    {"编辑", "陈立"},
    {"核稿", "吴静"},
    {"签发", "赵国栋"},
    {"份数", "120"},
    {"作废说明", ""},
    {NULL, NULL},
};

static const struct paper_word report_words[] = {
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"流水号", "20260302-017"},
    {"单位", "云江大学"},
    {"类别", "社会建设"},
    {"紧急程度", "普通"},
    {"渠道", "网上填报"},
    {"报送时间", "2026年3月2日 09:14"},
    {"状态", "已采用"},
    {"字数", "1268"},
    {"校验码", "7c1f90ab"},
    {"附件", "助餐点分布表.xlsx\n现场照片.jpg"},
    {"备注", "数据截至2026年2月底。"},
    {NULL, NULL},
};

static const struct paper_word review_words[] = {
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"流水号", "20260302-017"},
    {"刊物名称", "社情民意信息"},
    {"期号", "2026年第12期 总第380期"},
    {"编辑", "陈立"},
    {"字数", "1196"},
    {"校验码", "7c1f90ab"},
    {"状态", "已签发"},
    {NULL, NULL},
};

static const struct paper_word adoption_words[] = {
    {"作者", "周敏"},
    {"单位", "云江大学"},
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"流水号", "20260302-017"},
    {"刊物名称", "社情民意信息"},
    {"期号", "2026年第12期"},
    {"采用日期", "2026年3月8日"},
    {"编发单位", "政协云江省委员会办公厅"},
    {"日期", "2026年3月9日"},
    {NULL, NULL},
};

static const struct paper_word dispatch_list_words[] = {
    {"刊物名称", "社情民意信息"},
    {"期号", "2026年第12期 总第380期"},
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"签发日期", "2026年3月8日"},
    {"份数", "120"},
    {NULL, NULL},
};

static const struct paper_word urging_words[] = {
    {"承办单位", "省民政厅"},
    {"刊物名称", "社情民意信息转送件"},
    {"期号", "2026年第5期"},
    {"刊期", "2026年第5期（总第61期）"},
    {"标题", "关于完善农村老年助餐服务长效运行机制的建议"},
    {"送达日期", "2026年3月9日"},
    {"答复期限", "2026年6月9日"},
    {"办理要求", "请贵单位抓紧研究办理，于2026年6月9日前将办理情况书面答复我们"},
    {"编发单位", "政协云江省委员会办公厅"},
    {"日期", "2026年6月2日"},
    {NULL, NULL},
};

/* "2026-11-21 16:55" on one line, in the face of tables and in the wider figures of another face. */
enum { TIME_MM = 48 };

static const struct paper_column author_columns[] = {
    {"姓名", 22}, {"身份", 34}, {"单位及职务", 65}, {"联系方式", 35}};
static const struct paper_column gate_columns[] = {
    {"关口", 18}, {"结论", 28}, {"说明", 43}, {"判定人", 19}, {"时间", TIME_MM}};
static const struct paper_column grading_columns[] = {
    {"来稿", 33}, {"评分人", 20}, {"总分", 16}, {"等次", 14}, {"评语", 73}};
static const struct paper_column version_columns[] = {
    {"版本", 14}, {"由来", 36}, {"修改人", 26}, {"时间", TIME_MM}, {"校验码", 32}};
static const struct paper_column signature_columns[] = {
    {"环节", 38}, {"经手人", 26}, {"意见", 44}, {"时间", TIME_MM}};
static const struct paper_column recipient_columns[] = {
    {"序号", 13}, {"报送对象", 38}, {"方式", 13}, {"状态", 18}, {"发出", 23}, {"签收", 23}, {"答复", 28}};

#define TABLE(NAME, COLUMNS) \
    { (NAME), (COLUMNS), ARRAY_LEN(COLUMNS) }
static const struct paper_table_info no_tables[] = {{NULL, NULL, 0}};
static const struct paper_table_info report_tables[] = {TABLE("作者", author_columns), {NULL, NULL, 0}};
static const struct paper_table_info review_tables[] = {TABLE("五关", gate_columns),
                                                        TABLE("评分", grading_columns),
                                                        TABLE("版本", version_columns),
                                                        TABLE("审签", signature_columns),
                                                        {NULL, NULL, 0}};
static const struct paper_table_info dispatch_list_tables[] = {TABLE("报送对象", recipient_columns),
                                                               {NULL, NULL, 0}};

static const struct paper_kind_info kinds[PAPER_KIND_END] = {
    [PAPER_KIND_ISSUE] = {"issue", "刊物", issue_words, no_tables, true},
    [PAPER_KIND_REPORT] = {"report", "来稿", report_words, report_tables, true},
    [PAPER_KIND_REVIEW] = {"review", "核稿单", review_words, review_tables, false},
    [PAPER_KIND_ADOPTION] = {"adoption", "采用通知", adoption_words, no_tables, false},
    [PAPER_KIND_CERTIFICATE] = {"certificate", "采用证书", adoption_words, no_tables, false},
    [PAPER_KIND_DISPATCH_LIST] = {"dispatch_list", "报送清单", dispatch_list_words, dispatch_list_tables,
                                  false},
    [PAPER_KIND_URGING] = {"urging", "催办函", urging_words, no_tables, false},
};

const char *const paper_kind_codes[] = {"issue",       "report",        "review", "adoption",
                                        "certificate", "dispatch_list", "urging", NULL};

const struct paper_kind_info *paper_kind_info(enum paper_kind kind) {
    return &kinds[kind];
}

enum paper_kind paper_kind_find(const char *code) {
    for (int kind = 0; kind < PAPER_KIND_END; kind++)
        if (strcmp(kinds[kind].code, code) == 0) return (enum paper_kind)kind;
    return PAPER_KIND_END;
}

static const struct paper_table_info *table_find(enum paper_kind kind, const char *name) {
    for (const struct paper_table_info *table = kinds[kind].tables; table->name; table++)
        if (strcmp(table->name, name) == 0) return table;
    return NULL;
}

const char **template_table(struct arena *arena, enum paper_kind kind, const char *name, size_t columns,
                            size_t rows, struct paper_named_table *ret) {
    const struct paper_table_info *info = table_find(kind, name);
    assert(info != NULL && columns <= info->count);
    const char **cells = arena_array(arena, columns * (rows + 1), sizeof(*cells));
    int *widths = arena_array(arena, columns, sizeof(*widths));
    for (size_t i = 0; i < columns; i++) {
        cells[i] = info->columns[i].head;
        widths[i] = info->columns[i].mm;
    }
    *ret = (struct paper_named_table){
        .name = info->name,
        .table = {.rows = rows + 1, .columns = columns, .cells = cells, .widths = widths, .header = true}};
    return cells + columns;
}

const char *const template_elements[] = {"text",      "pair",  "rule",  "body",     "table",
                                         "photos",    "space", "break", "foot",     "foot_pair",
                                         "foot_rule", "folio", "code",  "contents", NULL};

enum { RULE_LEAST = 50, RULE_MOST = 3000, SPACE_MOST = 200 };

static const struct template_element_info elements[] = {
    {"text", "文字", .style = true, .text = true},
    {"pair", "左右两端", .style = true, .text = true, .right = true},
    {"rule", "横线", .style = true, .least = RULE_LEAST, .most = RULE_MOST},
    {.code = "body", .zh = "正文"},
    {"table", "表格", .text = true},
    {.code = "photos", .zh = "照片"},
    {"space", "空行", .least = 1, .most = SPACE_MOST},
    {.code = "break", .zh = "换页"},
    {"foot", "版记文字", .style = true, .text = true, .foot = true},
    {"foot_pair", "版记左右两端", .style = true, .text = true, .right = true, .foot = true},
    {"foot_rule", "版记横线", .foot = true, .least = RULE_LEAST, .most = RULE_MOST},
    {.code = "folio", .zh = "页码"},
    {.code = "code", .zh = "二维码"},
    {.code = "contents", .zh = "要目"},
};

const struct template_element_info *template_element_info(size_t index) {
    return index < ARRAY_LEN(elements) ? &elements[index] : NULL;
}

const struct template_element_info *template_element_find(const char *code) {
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (strcmp(elements[i].code, code) == 0) return &elements[i];
    return NULL;
}

enum paper_style_id template_style_find(const char *code) {
    int style = 0;
    while (style < PAPER_STYLE_END && strcmp(paper_style_code((enum paper_style_id)style), code) != 0)
        style++;
    return (enum paper_style_id)style;
}
