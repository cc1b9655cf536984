/* The templates that come with the program. An office that wants another look copies one and changes it;
 * these stay as they are, so that a paper made with "默认" is the same in every office. */
#include "template_internal.h"

#define TEXT(STYLE, WORDS) \
    { .element = "text", .style = (STYLE), .text = (WORDS), .right = "", .amount = ABSENT }
#define PAIR(STYLE, LEFT, RIGHT) \
    { .element = "pair", .style = (STYLE), .text = (LEFT), .right = (RIGHT), .amount = ABSENT }
#define RULE(STYLE, UM) \
    { .element = "rule", .style = (STYLE), .text = "", .right = "", .amount = (UM) }
#define SPACE(TENTHS) \
    { .element = "space", .style = "", .text = "", .right = "", .amount = (TENTHS) }
#define TABLE(NAME) \
    { .element = "table", .style = "", .text = (NAME), .right = "", .amount = ABSENT }
#define ONLY(ELEMENT) \
    { .element = (ELEMENT), .style = "", .text = "", .right = "", .amount = ABSENT }
#define FOOT(WORDS) \
    { .element = "foot", .style = "foot", .text = (WORDS), .right = "", .amount = ABSENT }
#define FOOT_PAIR(LEFT, RIGHT) \
    { .element = "foot_pair", .style = "foot", .text = (LEFT), .right = (RIGHT), .amount = ABSENT }
#define STYLE(NAME, FONT, ALIGN, SIZE) \
    { .style = (NAME), .font = (FONT), .align = (ALIGN), .size = (SIZE) }

static const struct template_element issue[] = {
    TEXT("mark", "{作废说明}"),
    TEXT("head", "{刊物名称}"),
    SPACE(5),
    TEXT("number", "{期号}"),
    SPACE(5),
    PAIR("office", "{编发单位}", "{签发日期}"),
    RULE("head", 700),
    SPACE(5),
    TEXT("note", "编者按：{编者按}"),
    SPACE(5),
    TEXT("label", "本期要目"),
    ONLY("contents"),
    SPACE(5),
    TEXT("title", "{标题}"),
    SPACE(10),
    TEXT("addressee", "{主送}："),
    ONLY("body"),
    SPACE(10),
    TEXT("enclosure", "附件：{附件}"),
    SPACE(10),
    TEXT("closing", "（{作者}）"),
    ONLY("foot_rule"),
    FOOT("抄送：{抄送}。"),
    ONLY("foot_rule"),
    FOOT_PAIR("{印发机关}", "{印发日期}印发"),
    ONLY("foot_rule"),
    FOOT_PAIR("编辑：{编辑}　核稿：{核稿}　签发：{签发}", "共印{份数}份"),
    ONLY("foot_rule"),
    ONLY("folio"),
    ONLY("code"),
};

static const struct template_element report[] = {
    TEXT("label", "社情民意信息来稿"),
    PAIR("plain", "流水号：{流水号}", "{状态}"),
    RULE("body", 350),
    SPACE(10),
    TEXT("title", "{标题}"),
    SPACE(10),
    TEXT("plain", "单位：{单位}"),
    PAIR("plain", "类别：{类别}", "紧急程度：{紧急程度}"),
    PAIR("plain", "渠道：{渠道}", "报送时间：{报送时间}"),
    SPACE(5),
    TEXT("label", "作者"),
    TABLE("作者"),
    SPACE(10),
    ONLY("body"),
    SPACE(10),
    TEXT("enclosure", "附件：{附件}"),
    TEXT("plain", "备注：{备注}"),
    SPACE(10),
    ONLY("photos"),
    ONLY("foot_rule"),
    FOOT_PAIR("校验码：{校验码}", "字数：{字数}"),
    ONLY("foot_rule"),
    ONLY("folio"),
    ONLY("code"),
};

static const struct template_element review[] = {
    TEXT("title", "社情民意信息核稿单"),
    SPACE(10),
    TEXT("plain", "标题：{标题}"),
    PAIR("plain", "流水号：{流水号}", "状态：{状态}"),
    TEXT("plain", "刊物：{刊物名称}　{期号}"),
    PAIR("plain", "编辑：{编辑}", "字数：{字数}"),
    SPACE(5),
    TEXT("label", "五关审核"),
    TABLE("五关"),
    SPACE(5),
    TEXT("label", "评分"),
    TABLE("评分"),
    SPACE(5),
    TEXT("label", "审签"),
    TABLE("审签"),
    SPACE(5),
    TEXT("label", "修改记录"),
    TABLE("版本"),
    SPACE(10),
    TEXT("plain", "编辑：　　　　　　核稿：　　　　　　签发："),
    ONLY("foot_rule"),
    FOOT("校验码：{校验码}"),
    ONLY("foot_rule"),
    ONLY("folio"),
    ONLY("code"),
};

static const struct template_element adoption[] = {
    TEXT("title", "社情民意信息采用通知"),
    SPACE(15),
    TEXT("addressee", "{单位}　{作者}同志："),
    TEXT(
        "body",
        "您反映的《{标题}》（流水号：{流水号}），经审核编辑，已于{采用日期}在《{刊物名称}》（{期号}）采用刊发。"),
    TEXT("body",
         "您深入一线了解实情，所提意见建议为党委、政府决策提供了参考，谨致谢意。有关批示和办理情况，我们将"
         "及时向您反馈。"),
    TEXT("body", "望您继续关注民生、建言资政，及时反映社情民意。"),
    TEXT("body", "特此通知。"),
    SPACE(20),
    TEXT("closing", "{编发单位}"),
    TEXT("closing", "{日期}"),
    ONLY("code"),
};

static const struct template_element certificate[] = {
    TEXT("head", "采用证书"),
    TEXT("number", "编号：{流水号}"),
    SPACE(20),
    TEXT("addressee", "{作者}　同志"),
    TEXT("plain", "（{单位}）"),
    SPACE(10),
    TEXT("plain", "反映的社情民意信息"),
    TEXT("title", "《{标题}》"),
    TEXT("plain", "于{采用日期}被《{刊物名称}》"),
    TEXT("plain", "{期号}采用"),
    SPACE(10),
    TEXT("plain", "特发此证，以资鼓励"),
    SPACE(30),
    TEXT("closing", "{编发单位}"),
    TEXT("closing", "{日期}"),
    ONLY("code"),
};
static const struct template_style certificate_styles[] = {
    STYLE("head", "xiaobiaosong", "center", 5400), STYLE("addressee", "kaiti", "center", 2600),
    STYLE("plain", "fangsong", "center", 2000),    STYLE("title", "heiti", "center", 2000),
    STYLE("closing", "fangsong", "right", 1800),
};

static const struct template_element dispatch_list[] = {
    TEXT("title", "《{刊物名称}》报送清单"),
    SPACE(10),
    PAIR("plain", "{期号}", "签发日期：{签发日期}"),
    TEXT("plain", "标题：{标题}"),
    SPACE(5),
    TABLE("报送对象"),
    SPACE(5),
    TEXT("plain", "本期共印{份数}份。"),
    ONLY("folio"),
    ONLY("code"),
};

static const struct template_element urging[] = {
    TEXT("title", "关于请抓紧办理答复《{标题}》的函"),
    SPACE(15),
    TEXT("addressee", "{承办单位}："),
    TEXT(
        "body",
        "《{刊物名称}》{刊期}刊发的《{标题}》，已于{送达日期}送交贵单位办理，答复期限为{答复期限}。截至发函之日，"
        "尚未收到贵单位的答复。"),
    TEXT("body", "{办理要求}。确因情况复杂需要延长期限的，请说明理由和预计答复的时间。"),
    TEXT("body", "专此函达，请予支持。"),
    SPACE(20),
    TEXT("closing", "{编发单位}"),
    TEXT("closing", "{日期}"),
    ONLY("folio"),
    ONLY("code"),
};

#define ELEMENTS(OF) .elements = {(void *)(OF), ARRAY_LEN(OF)}

static const struct paper_template templates[PAPER_KIND_END] = {
    [PAPER_KIND_ISSUE] = {ELEMENTS(issue)},
    [PAPER_KIND_REPORT] = {ELEMENTS(report)},
    [PAPER_KIND_REVIEW] = {ELEMENTS(review)},
    [PAPER_KIND_ADOPTION] = {ELEMENTS(adoption)},
    [PAPER_KIND_CERTIFICATE] = {ELEMENTS(certificate),
                                .styles = {(void *)certificate_styles, ARRAY_LEN(certificate_styles)}},
    [PAPER_KIND_DISPATCH_LIST] = {ELEMENTS(dispatch_list)},
    [PAPER_KIND_URGING] = {ELEMENTS(urging)},
};

const struct paper_template *template_default(enum paper_kind kind) {
    return &templates[kind];
}
