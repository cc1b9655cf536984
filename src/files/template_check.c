/* What is refused of a template, each with the row and the reason, so that nothing broken is ever in force.
 */
#include <string.h>

#include "minyi/err.h"
#include "minyi/utf8.h"
#include "template_internal.h"

enum {
    WORD_MOST = 20 /* characters compared when looking for the nearest */
};

struct checking {
    struct arena *arena;
    const struct paper_kind_info *kind;
    const struct paper_template *template;
    struct template_fault *fault;
    int bodies, folios, codes, heads;
    bool foot; /* an element of the 版记 has been seen */
};

/* What the row is called: the name of its style, or of the element. */
static const char *row_name(const struct template_element *element) {
    const struct template_element_info *info = template_element_find(element->element);
    enum paper_style_id style = info && info->style ? template_style_find(element->style) : PAPER_STYLE_END;
    if (style != PAPER_STYLE_END) return paper_style_zh(style);
    return info ? info->zh : element->element;
}

static int refuse(struct checking *checking, size_t row, const char *member, const char *why) {
    const struct template_element *element =
        LIST_AT(checking->template->elements, struct template_element, row);
    checking->fault->field = arena_printf(checking->arena, "elements[%zu].%s", row, member);
    checking->fault->why = arena_printf(checking->arena, "第%zu行“%s”：%s", row + 1, row_name(element), why);
    return ERR_INVALID;
}

static int refuse_style(struct checking *checking, size_t row, const char *member, const char *why) {
    const struct template_style *change = LIST_AT(checking->template->styles, struct template_style, row);
    enum paper_style_id style = template_style_find(change->style);
    const char *name = style == PAPER_STYLE_END ? change->style : paper_style_zh(style);
    checking->fault->field = arena_printf(checking->arena, "styles[%zu].%s", row, member);
    checking->fault->why = arena_printf(checking->arena, "第%zu项样式“%s”：%s", row + 1, name, why);
    return ERR_INVALID;
}

static int refuse_whole(struct checking *checking, const char *why) {
    checking->fault->field = "elements";
    checking->fault->why = why;
    return ERR_INVALID;
}

/* ---- words ---- */

static size_t characters(const char *text, size_t len, uint32_t out[WORD_MOST]) {
    size_t count = 0, at = 0, size;
    while (count < WORD_MOST && (size = utf8_next(text + at, len - at, &out[count])) > 0) {
        at += size;
        count++;
    }
    return count;
}

/* How many characters must be changed, put in or taken out (Levenshtein 1966). */
static size_t distance(const char *a, size_t a_len, const char *b) {
    uint32_t left[WORD_MOST], right[WORD_MOST];
    size_t row[WORD_MOST + 1];
    size_t n = characters(a, a_len, left), m = characters(b, strlen(b), right);
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = corner + (left[i - 1] != right[j - 1]);
            corner = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[m];
}

/* The word of the kind nearest to what was written, when they share anything at all; or NULL. */
static const char *nearest(const struct paper_kind_info *kind, const char *written, size_t len) {
    const char *best = NULL;
    size_t least = WORD_MOST;
    for (const struct paper_word *word = kind->words; word->name; word++) {
        size_t away = distance(written, len, word->name);
        if (away >= utf8_length(word->name) || away >= least) continue;
        least = away;
        best = word->name;
    }
    return best;
}

static const char *all_words(struct arena *arena, const struct paper_kind_info *kind) {
    const char *all = "";
    for (const struct paper_word *word = kind->words; word->name; word++)
        all = arena_printf(arena, "%s%s%s", all, *all ? "、" : "", word->name);
    return all;
}

static int check_word(struct checking *checking, size_t row, const char *member,
                      const struct template_piece *piece) {
    const struct paper_kind_info *kind = checking->kind;
    for (const struct paper_word *word = kind->words; word->name; word++)
        if (strlen(word->name) == piece->len && memcmp(word->name, piece->begin, piece->len) == 0) return 0;
    const char *written = arena_memdup(checking->arena, piece->begin, piece->len);
    const char *near = nearest(kind, piece->begin, piece->len);
    const char *hint = near ? arena_printf(checking->arena, "是不是“{%s}”？", near) : "";
    const char *all = all_words(checking->arena, kind);
    if (piece->len == 0)
        return refuse(checking, row, member,
                      arena_printf(checking->arena, "花括号里没有写词。可以用的词：%s。", all));
    return refuse(checking, row, member,
                  arena_printf(checking->arena, "没有“{%s}”这个词，%s%s里可以用的词：%s。", written, hint,
                               kind->zh, all));
}

static int check_text(struct checking *checking, size_t row, const char *member, const char *text) {
    struct template_piece piece;
    if (utf8_length(text) > TEMPLATE_TEXT_MAX)
        return refuse(checking, row, member,
                      arena_printf(checking->arena, "文字超过%d字。", TEMPLATE_TEXT_MAX));
    for (const char *at = text; template_piece(&at, &piece);) {
        if (piece.broken)
            return refuse(checking, row, member,
                          "花括号没有成对。词要写成“{期号}”的样子，词以外的文字里不能有花括号。");
        int error = piece.word ? check_word(checking, row, member, &piece) : 0;
        if (error != 0) return error;
    }
    return 0;
}

/* ---- elements ---- */

static bool blank(const char *text) {
    return template_trim(&text, strlen(text)) == 0;
}

static int check_table(struct checking *checking, size_t row, const char *name) {
    const char *all = "";
    for (const struct paper_table_info *table = checking->kind->tables; table->name; table++) {
        if (strcmp(table->name, name) == 0) return 0;
        all = arena_printf(checking->arena, "%s%s%s", all, *all ? "、" : "", table->name);
    }
    const char *why = *all ? arena_printf(checking->arena, "没有名为“%s”的表格。%s里可以用的表格：%s。", name,
                                          checking->kind->zh, all)
                           : arena_printf(checking->arena, "%s没有可以用的表格。", checking->kind->zh);
    return refuse(checking, row, "text", why);
}

static int check_texts(struct checking *checking, size_t row, const struct template_element_info *info) {
    const struct template_element *element =
        LIST_AT(checking->template->elements, struct template_element, row);
    if (strcmp(info->code, "table") == 0) return check_table(checking, row, element->text);
    if (!info->text && *element->text) return refuse(checking, row, "text", "这种内容没有文字，请清空。");
    if (!info->right && *element->right)
        return refuse(checking, row, "right", "这种内容没有右端的文字，请清空。");
    if (info->text && blank(element->text) && (!info->right || blank(element->right)))
        return refuse(checking, row, "text", "没有写文字。只要空白的，请改用“空行”。");
    int error = check_text(checking, row, "text", element->text);
    return error == 0 ? check_text(checking, row, "right", element->right) : error;
}

static int check_style(struct checking *checking, size_t row, const struct template_element_info *info) {
    const char *style = LIST_AT(checking->template->elements, struct template_element, row)->style;
    if (!info->style) return *style ? refuse(checking, row, "style", "这种内容不选样式，请清空。") : 0;
    if (!*style) return refuse(checking, row, "style", "没有选样式。");
    if (template_style_find(style) == PAPER_STYLE_END)
        return refuse(checking, row, "style", arena_printf(checking->arena, "没有名为“%s”的样式。", style));
    return 0;
}

static int check_amount(struct checking *checking, size_t row, const struct template_element_info *info) {
    int64_t amount = LIST_AT(checking->template->elements, struct template_element, row)->amount;
    if (info->most == 0) return 0;
    if (info->foot && (amount == ABSENT || amount == 0)) return 0;
    if (amount >= info->least && amount <= info->most) return 0;
    if (strcmp(info->code, "space") == 0)
        return refuse(checking, row, "amount", "空行的行数应在0.1到20之间。");
    return refuse(checking, row, "amount", "线的粗细应在0.05毫米到3毫米之间。");
}

/* How often an element may stand, and where. */
static int check_place(struct checking *checking, size_t row, const struct template_element_info *info) {
    bool anywhere = strcmp(info->code, "folio") == 0 || strcmp(info->code, "code") == 0;
    if (strcmp(info->code, "folio") == 0 && ++checking->folios > 1)
        return refuse(checking, row, "element", "页码已经有了，只能有一个。");
    if (strcmp(info->code, "code") == 0 && ++checking->codes > 1)
        return refuse(checking, row, "element", "二维码已经有了，只能有一个。");
    bool of_body = strcmp(info->code, "body") == 0 || strcmp(info->code, "contents") == 0;
    if (of_body && !checking->kind->body)
        return refuse(checking, row, "element",
                      arena_printf(checking->arena, "%s没有正文，请删去这一行。", checking->kind->zh));
    if (strcmp(info->code, "body") == 0 && ++checking->bodies > 1)
        return refuse(checking, row, "element", "正文已经有了，只能有一处。");
    if (info->foot)
        checking->foot = true;
    else if (checking->foot && !anywhere)
        return refuse(checking, row, "element", "版记排在最后，这一行要移到版记各行之前。");
    return 0;
}

static int check_element(struct checking *checking, size_t row) {
    const struct template_element *element =
        LIST_AT(checking->template->elements, struct template_element, row);
    const struct template_element_info *info = template_element_find(element->element);
    if (!info)
        return refuse(checking, row, "element",
                      arena_printf(checking->arena, "没有名为“%s”的内容。", element->element));
    int error = check_style(checking, row, info);
    if (error == 0) error = check_texts(checking, row, info);
    if (error == 0) error = check_amount(checking, row, info);
    if (error == 0) error = check_place(checking, row, info);
    bool names = strcmp(info->code, "text") == 0 &&
                 (strcmp(element->style, "title") == 0 || strcmp(element->style, "head") == 0);
    if (names) checking->heads++;
    return error;
}

/* ---- changed styles ---- */

static bool among(const char *text, const char *const *options) {
    for (; *options; options++)
        if (strcmp(text, *options) == 0) return true;
    return false;
}

static bool given(const char *text) {
    return text && *text;
}

static int check_change(struct checking *checking, size_t row) {
    const struct template_style *change = LIST_AT(checking->template->styles, struct template_style, row);
    if (template_style_find(change->style) == PAPER_STYLE_END)
        return refuse_style(checking, row, "style", "没有这个样式。");
    for (size_t i = 0; i < row; i++)
        if (strcmp(LIST_AT(checking->template->styles, struct template_style, i)->style, change->style) == 0)
            return refuse_style(checking, row, "style", "这个样式前面已经改过，只能改一次。");
    if (given(change->font) && font_role_find(change->font) == FONT_ROLE_END)
        return refuse_style(checking, row, "font",
                            arena_printf(checking->arena, "没有名为“%s”的字体。", change->font));
    if (given(change->color) && !among(change->color, paper_color_codes))
        return refuse_style(checking, row, "color", "颜色只有黑色和红色。");
    if (given(change->align) && !among(change->align, paper_align_codes))
        return refuse_style(checking, row, "align", "对齐只有两端、居左、居中和居右。");
    if (change->size != ABSENT && (change->size < PAPER_SIZE_MIN || change->size > PAPER_SIZE_MAX))
        return refuse_style(checking, row, "size",
                            arena_printf(checking->arena, "字号应在%d磅到%d磅之间。", PAPER_SIZE_MIN / 100,
                                         PAPER_SIZE_MAX / 100));
    return 0;
}

static int check_whole(struct checking *checking) {
    if (checking->heads == 0)
        return refuse_whole(checking, "没有标题。至少要有一行“文字”用“标题”或“发文机关标志”的样式。");
    if (checking->kind->body && checking->bodies == 0)
        return refuse_whole(checking, arena_printf(checking->arena, "没有正文。%s的版式要有一行“正文”。",
                                                   checking->kind->zh));
    return 0;
}

int template_check(struct arena *arena, enum paper_kind kind, const struct paper_template *template,
                   struct template_fault *ret) {
    struct checking checking = {
        .arena = arena, .kind = paper_kind_info(kind), .template = template, .fault = ret};
    int error = 0;
    if (template->elements.count == 0) return refuse_whole(&checking, "版式里还没有内容。");
    if (template->elements.count > TEMPLATE_ELEMENTS_MAX)
        return refuse_whole(&checking, arena_printf(arena, "版式有%zu行，最多%d行。",
                                                    template->elements.count, TEMPLATE_ELEMENTS_MAX));
    if (template->styles.count > PAPER_STYLE_END) {
        ret->field = "styles";
        ret->why = "改动的样式比样式还多，请删去重复的。";
        return ERR_INVALID;
    }
    for (size_t row = 0; row < template->elements.count && error == 0; row++)
        error = check_element(&checking, row);
    for (size_t row = 0; row < template->styles.count && error == 0; row++)
        error = check_change(&checking, row);
    return error == 0 ? check_whole(&checking) : error;
}
