/* What a preview shows: invented, and recognisable as such (云江省 does not exist). */
#include <assert.h>
#include <string.h>

#include "template_internal.h"

static const char report_body[] =
    "一、情况问题\n"
    "近三年，我省已建成农村老年助餐点4200余个，覆盖行政村的38.6%。调研发现，三分之一的助餐点运行不满一年即停办，主要原因"
    "是运营成本难以为继。\n"
    "二、原因分析\n"
    "（一）补助方式单一。现行补助以建设补助为主，每点一次性5万元，运行补助没有固定渠道。\n"
    "（二）服务半径偏大。山区行政村平均服务半径4.2 km，送餐成本是平原的2.7倍。\n"
    "三、意见建议\n"
    "1. 建立运行补助与服务人次挂钩的机制。由省民政厅会同省财政厅制定办法，按实际用餐人次补助。\n"
    "2. 支持邻里互助和“中心厨房＋配送”。\n"
    "（1）以乡镇敬老院、学校食堂为中心厨房；\n"
    "（2）由公益性岗位人员负责配送。\n"
    "地区\t助餐点（个）\t日均用餐（人次）\n"
    "东部三县\t612\t18400\n"
    "西部五县\t431\t7260\n"
    "建议先在10个县试点，一年后评估推广。";

static const char issue_body[] =
    "近三年，我省已建成农村老年助餐点4200余个，覆盖行政村的38.6%。调研发现，三分之一的助餐点运行不满一年即停办，可持续运行"
    "问题亟待解决。\n"
    "一、存在的主要问题\n"
    "（一）补助方式单一。现行补助以建设补助为主，每点一次性5万元，运行补助没有固定渠道，基层普遍反映“建得起、养不起”。\n"
    "（二）服务半径偏大。山区行政村平均服务半径4.2 km，送餐成本是平原的2.7倍，冬季尤为突出。\n"
    "（三）监管标准不一。食品经营许可、消防、燃气等要求由不同部门掌握，小型助餐点难以同时达到。\n"
    "二、有关建议\n"
    "（一）建立运行补助与服务人次挂钩的机制。\n"
    "1. 由省民政厅会同省财政厅制定办法，按实际用餐人次补助。\n"
    "2. 对山区、库区适当提高标准。\n"
    "（二）支持“中心厨房＋配送”。\n"
    "（1）以乡镇敬老院、学校食堂为中心厨房；\n"
    "（2）由公益性岗位人员负责配送。\n"
    "地区\t助餐点（个）\t日均用餐（人次）\n"
    "东部三县\t612\t18400\n"
    "西部五县\t431\t7260\n"
    "（三）统一监管要求。由省市场监管局牵头，制定农村小型助餐点的食品安全和消防要求，一次告知、一并验收。";

/* Two or three rows for each table, in its columns (template_kind.c). */
static const char *const authors[][4] = {
    {"周敏", "省政协委员", "云江大学 公共管理学院教授", "139****0000"},
    {"何平", "特邀信息员", "青川县民政局 科长", "138****0000"},
};
static const char *const gates[][5] = {
    {"政治关", "通过", "", "陈立", "2026-03-04 10:20"},
    {"事实关", "通过", "数据已与省民政厅核对。", "陈立", "2026-03-04 15:02"},
    {"选题关", "通过", "", "陈立", "2026-03-04 15:05"},
    {"内容关", "通过", "建议已落实到部门。", "吴静", "2026-03-05 09:31"},
    {"文字关", "通过", "", "吴静", "2026-03-05 11:48"},
};
static const char *const gradings[][5] = {
    {"20260302-017", "陈立", "88.5", "优", "调研扎实，建议可行。"},
    {"20260302-017", "吴静", "84", "良", ""},
    {"20260302-017", "平均", "86.25", "", "最高与最低相差 4.5 分"},
};
static const char *const versions[][5] = {
    {"1", "采用", "陈立", "2026-03-04 16:40", "5b20e6f1"},
    {"2", "编辑", "吴静", "2026-03-05 11:40", "7c1f90ab"},
};
static const char *const signatures[][4] = {
    {"送审", "陈立", "", "2026-03-05 16:02"},
    {"处长复审：签发", "吴静", "同意。", "2026-03-06 09:10"},
    {"秘书长签发", "赵国栋", "同意编发。", "2026-03-08 08:55"},
};
static const char *const recipients[][7] = {
    {"1", "省委办公厅", "主送", "已签收", "3月8日", "3月8日", ""},
    {"2", "省民政厅", "主送", "已发出", "3月9日", "", "限6月9日"},
    {"3", "省财政厅", "抄送", "已发出", "3月9日", "", ""},
};

#define SAMPLE(NAME, ROWS) \
    { (NAME), ARRAY_LEN((ROWS)[0]), ARRAY_LEN(ROWS), (ROWS)[0] }
static const struct sample_table {
    const char *name;
    size_t columns, rows;
    const char *const *cells; /* row by row */
} samples[] = {
    SAMPLE("作者", authors),  SAMPLE("五关", gates),      SAMPLE("评分", gradings),
    SAMPLE("版本", versions), SAMPLE("审签", signatures), SAMPLE("报送对象", recipients),
};

static void add_table(struct arena *arena, enum paper_kind kind, const struct paper_table_info *info,
                      struct paper_named_table *ret) {
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        if (strcmp(samples[i].name, info->name) != 0) continue;
        assert(samples[i].columns == info->count);
        const char **cells = template_table(arena, kind, info->name, info->count, samples[i].rows, ret);
        memcpy(cells, samples[i].cells, samples[i].rows * samples[i].columns * sizeof(*cells));
    }
}

void template_sample(struct arena *arena, enum paper_kind kind, struct paper_source *ret) {
    const struct paper_kind_info *info = paper_kind_info(kind);
    size_t words = 0, tables = 0;
    while (info->words[words].name)
        words++;
    while (info->tables[tables].name)
        tables++;
    struct paper_value *values = arena_array(arena, words + 1, sizeof(*values));
    struct paper_named_table *named = arena_array(arena, tables + 1, sizeof(*named));
    for (size_t i = 0; i < words; i++)
        values[i] = (struct paper_value){info->words[i].name, info->words[i].sample};
    for (size_t i = 0; i < tables; i++)
        add_table(arena, kind, &info->tables[i], &named[i]);
    const char *body = kind == PAPER_KIND_REPORT ? report_body : issue_body;
    *ret = (struct paper_source){
        .kind = kind,
        .values = values,
        .value_count = words,
        .body = info->body ? body : NULL,
        .tables = named,
        .table_count = tables,
        .code = "https://minyi.example.cn/q/i12-1a2b3c4d",
        .title = info->zh,
        .author = "政协云江省委员会办公厅",
        .subject = "版式预览",
        .created_ms = 1772928000000, /* 2026-03-08 08:00 in China */
    };
}
