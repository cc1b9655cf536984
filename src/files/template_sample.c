/* What a preview shows: invented, and recognisable as such (云江省 does not exist). */
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

struct sample_table {
    const char *name;
    size_t columns;
    const char *const *cells; /* row by row, ended by NULL */
};

static const struct sample_table samples[] = {
    {"作者", 5,
     (const char *const[]){"姓名", "单位", "职务", "联系方式", "分工", "周敏", "云江大学", "教授",
                           "139****0000", "执笔", "何平", "青川县民政局", "科长", "138****0000", "合作",
                           NULL}},
    {"五关", 5,
     (const char *const[]){"关口",
                           "结论",
                           "意见",
                           "审核人",
                           "时间",
                           "政治关",
                           "通过",
                           "",
                           "陈立",
                           "3月4日 10:20",
                           "事实关",
                           "通过",
                           "数据已与省民政厅核对。",
                           "陈立",
                           "3月4日 15:02",
                           "选题关",
                           "通过",
                           "",
                           "陈立",
                           "3月4日 15:05",
                           "内容关",
                           "通过",
                           "建议已落实到部门。",
                           "吴静",
                           "3月5日 09:31",
                           "文字关",
                           "通过",
                           "",
                           "吴静",
                           "3月5日 11:48",
                           NULL}},
    {"评分", 3,
     (const char *const[]){"评审人", "总分", "等级", "陈立", "88.5", "优", "吴静", "84.0", "良", NULL}},
    {"版本", 4,
     (const char *const[]){"版次", "修改人", "时间", "说明", "1", "陈立", "3月4日 16:40", "由来稿编成", "2",
                           "吴静", "3月5日 11:40", "精简文字，统一数字用法", NULL}},
    {"审签", 4,
     (const char *const[]){"环节", "审签人", "意见", "时间", "处长复审", "吴静", "同意。", "3月6日 09:10",
                           "秘书长签发", "赵国栋", "同意编发。", "3月8日 08:55", NULL}},
    {"报送对象", 6, (const char *const[]){"序号", "报送对象",     "方式", "份数", "送出日期", "签收",
                                          "1",    "省委办公厅",   "主送", "10",   "3月8日",   "",
                                          "2",    "省政府办公厅", "主送", "10",   "3月8日",   "",
                                          "3",    "省民政厅",     "抄送", "2",    "3月9日",   "",
                                          NULL}},
};

static void add_table(struct arena *arena, const char *name, struct paper_named_table *ret) {
    *ret = (struct paper_named_table){.name = name};
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        if (strcmp(samples[i].name, name) != 0) continue;
        size_t cells = 0;
        while (samples[i].cells[cells])
            cells++;
        ret->table = (struct paper_table){.columns = samples[i].columns,
                                          .rows = cells / samples[i].columns,
                                          .cells = samples[i].cells,
                                          .header = true};
    }
    (void)arena;
}

void template_sample(struct arena *arena, enum paper_kind kind, struct paper_source *ret) {
    const struct paper_kind_info *info = paper_kind_info(kind);
    size_t words = 0, tables = 0;
    while (info->words[words].name)
        words++;
    while (info->tables[tables])
        tables++;
    struct paper_value *values = arena_array(arena, words + 1, sizeof(*values));
    struct paper_named_table *named = arena_array(arena, tables + 1, sizeof(*named));
    for (size_t i = 0; i < words; i++)
        values[i] = (struct paper_value){info->words[i].name, info->words[i].sample};
    for (size_t i = 0; i < tables; i++)
        add_table(arena, info->tables[i], &named[i]);
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
