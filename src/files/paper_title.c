/* Titles: at most three lines, broken at sense, in the shape of a trapezoid or a rhombus (GB/T 9704-2012,
 * 7.3.1: 回行时,要做到词意完整,排列对称,长短适宜,间距恰当,标题排列应当使用梯形或菱形).
 *
 * 1. The fewest lines that suffice; among their breaks the one with the least cost below.
 * 2. A line never begins inside a word, nor with a mark, and is never a character alone. */
#include <math.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "paper_internal.h"

enum { CANDIDATES_MAX = 160 };

struct candidate {
    size_t atom;
    double cost; /* how ill a line begins here, in parts of the line's width */
};

/* The places between words of TEXT, as a set of byte offsets. */
static bool *word_starts(struct arena *arena, const char *text) {
    size_t bytes = strlen(text);
    bool *starts = arena_array(arena, bytes + 1, sizeof *starts);
    UErrorCode error = U_ZERO_ERROR;
    UText words = UTEXT_INITIALIZER;
    utext_openUTF8(&words, text, (int64_t)bytes, &error);
    UBreakIterator *iterator = ubrk_open(UBRK_WORD, "zh", NULL, 0, &error);
    if (iterator && U_SUCCESS(error)) ubrk_setUText(iterator, &words, &error);
    if (U_SUCCESS(error))
        for (int32_t at = ubrk_first(iterator); at != UBRK_DONE; at = ubrk_next(iterator))
            starts[at] = true;
    else
        memset(starts, true, bytes + 1); /* without its data every place is as good as any */
    if (iterator) ubrk_close(iterator);
    utext_close(&words);
    return starts;
}

static bool is_mark(const struct paper_atom *atom) {
    return atom->class == ATOM_CLOSE || atom->class == ATOM_DASH || atom->class == ATOM_DOTS;
}

/* Words that begin a phrase of a title more often than not: a line may well begin with them, and does not end
 * with them. */
static const char *const openers[] = {
    "促进", "推动", "推进", "加快", "完善", "建立", "加强",   "优化", "解决", "支持", "提高", "提升",
    "强化", "健全", "落实", "构建", "打造", "深化", "规范",   "加大", "发展", "助力", "助推", "破解",
    "实现", "保障", "做好", "切实", "全面", "尽快", "统筹",   "改善", "防范", "防止", "鼓励", "引导",
    "激发", "着力", "大力", "加速", "恢复", "积极", "进一步", "制定", "出台", "设立", "开展", "支撑"};

static bool begins_phrase(const char *text) {
    for (size_t i = 0; i < ARRAY_LEN(openers); i++)
        if (strncmp(text, openers[i], strlen(openers[i])) == 0) return true;
    return false;
}

static bool ends_before(const char *text, size_t length) {
    for (size_t i = 0; i < ARRAY_LEN(openers); i++) {
        size_t size = strlen(openers[i]);
        if (length >= size && memcmp(text + length - size, openers[i], size) == 0) return true;
    }
    return false;
}

/* Set expressions of several words, which lines do not part either. */
static bool inside_expression(const char *text, size_t at) {
    static const char *const whole[] = {
        "乡村振兴", "高质量发展", "营商环境", "人民法院", "公共安全", "中小微企业", "民营经济", "社会保障",
        "公共服务", "养老服务",   "助餐服务", "职业教育", "生态环境", "人居环境",   "食品安全", "安全生产",
        "共同富裕", "数字经济",   "实体经济", "医疗保险", "基层治理", "社会治理",   "人民政协", "社情民意"};
    for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
        size_t length = strlen(whole[i]);
        for (size_t back = 3; back < length && back <= at; back += 3)
            if (strncmp(text + at - back, whole[i], length) == 0) return true;
    }
    return false;
}

static bool is_and(uint32_t code) { /* 和与及并暨 */
    return code == 0x548C || code == 0x4E0E || code == 0x53CA || code == 0x5E76 || code == 0x66A8;
}

/* How ill it is to begin a line with atom I, at a word's edge. Weights by judgement, to be read beside
 * shape_cost(): lines of 10 and 12 characters cost it 0.01, of 8 and 16 0.16. What they must bring about is
 * in tests/paper: the titles of geometry.test.mjs, and those of 509 published proposals in text.test.mjs. */
static double cost_before(const struct paper_shape *shape, size_t i, const bool *starts) {
    const struct paper_atom *left = &shape->atoms[i - 1], *right = &shape->atoms[i];
    if (is_mark(left) && left->code != 0xB7) return left->code == 0x3001 ? 0.01 : 0; /* 、 */
    if (right->code == 0x7684 || right->code == 0x5730 ||
        right->code == 0x4E86) /* 的地了 cling to the left */
        return 0.5;
    if (left->code == 0x7684 || left->class == ATOM_SPACE) /* 的 */
        return strncmp(shape->text + right->start, "建议", strlen("建议")) == 0 ? 0.1 : 0.01;
    if (is_and(right->code) || right->class == ATOM_OPEN) return 0.02;
    if (is_and(left->code)) return 0.2; /* better before it */
    if (inside_expression(shape->text, right->start)) return 0.4;
    double torn_off = ends_before(shape->text, right->start) ? 0.15 : 0;
    if (begins_phrase(shape->text + right->start)) return torn_off + 0.015;
    /* A word of one character is more often half of one that the dictionary does not know. */
    bool short_left = i < 2 || starts[left->start];
    bool short_right = i + 1 >= shape->count || starts[shape->atoms[i + 1].start];
    if (short_left || short_right)
        return torn_off + (left->class == ATOM_HAN && right->class == ATOM_HAN ? 0.3 : 0.08);
    return torn_off + 0.06;
}

static size_t find_candidates(struct paper_layout *layout, const struct paper_shape *shape,
                              struct candidate *ret) {
    bool *starts = word_starts(layout->scratch, shape->text);
    size_t count = 0;
    for (size_t i = 1; i < shape->count && count < CANDIDATES_MAX; i++) {
        const struct paper_atom *atom = &shape->atoms[i];
        if (atom->may_break && starts[atom->start])
            ret[count++] = (struct candidate){i, cost_before(shape, i, starts)};
    }
    return count;
}

static double width_between(const struct paper_shape *shape, size_t first, size_t end, double em) {
    while (end > first && shape->atoms[end - 1].class == ATOM_SPACE)
        end--;
    return paper_width(shape->atoms, first, end, em);
}

/* What is wrong with lines of these widths: unlike lengths, a line alone, an hourglass. */
static double shape_cost(const double *widths, size_t count, double most, double em) {
    double sum = 0, cost = 0;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] > most + 2 || widths[i] < em * 1.5) return INFINITY;
        sum += widths[i];
    }
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        cost += pow((widths[i] - mean) / mean, 2) * 0.7;
    if (count == 3 && widths[1] < widths[0] - em / 2 && widths[1] < widths[2] - em / 2)
        cost += 0.3; /* an hourglass */
    if (count == 2 && widths[1] > widths[0] + em / 2)
        cost += 0.01; /* the longer line first, when all else is equal */
    return cost;
}

/* Best breaks for COUNT lines into BREAKS (count - 1 atoms); the cost, or INFINITY. */
static double best_of(const struct paper_shape *shape, const struct candidate *candidates, size_t number,
                      size_t count, double most, double em, const double *left, size_t *breaks) {
    double least = INFINITY;
    for (size_t a = 0; a < number; a++) {
        double first = left[candidates[a].atom];
        if (first > most * 1.5) break;
        size_t from = count == 3 ? a + 1 : number, to = count == 3 ? number : number + 1;
        for (size_t b = from; b < to; b++) {
            size_t second = count == 3 ? candidates[b].atom : shape->count;
            double widths[3] = {width_between(shape, 0, candidates[a].atom, em),
                                left[second] - left[candidates[a].atom], left[shape->count] - left[second]};
            double cost = shape_cost(widths, count, most, em) + candidates[a].cost +
                          (count == 3 ? candidates[b].cost : 0);
            if (cost < least) {
                least = cost;
                breaks[0] = candidates[a].atom;
                breaks[1] = second;
            }
        }
    }
    return least;
}

static struct paper_line line_between(const struct paper_shape *shape, size_t first, size_t end, double em) {
    size_t stop = end;
    while (stop > first && shape->atoms[stop - 1].class == ATOM_SPACE)
        stop--;
    return (struct paper_line){
        .first = first, .count = stop - first, .width = width_between(shape, first, stop, em), .last = true};
}

size_t paper_title_lines(struct paper_layout *layout, const struct paper_shape *shape, double width,
                         double em, struct paper_line **ret) {
    struct paper_line *lines = arena_array(layout->scratch, 3, sizeof *lines);
    double *left = arena_array(layout->scratch, shape->count + 1, sizeof *left);
    for (size_t i = 0; i < shape->count; i++)
        left[i + 1] = left[i] + shape->atoms[i].width +
                      (i + 1 < shape->count ? paper_gap(&shape->atoms[i], &shape->atoms[i + 1], em) : 0);
    *ret = lines;
    if (shape->count == 0 || left[shape->count] > width * 3) return 0;
    if (left[shape->count] <= width + 2) {
        lines[0] = line_between(shape, 0, shape->count, em);
        return 1;
    }
    struct candidate *candidates = arena_array(layout->scratch, CANDIDATES_MAX, sizeof *candidates);
    size_t number = find_candidates(layout, shape, candidates);
    for (size_t count = 2; count <= 3; count++) {
        size_t breaks[2] = {0, 0};
        if (isinf(best_of(shape, candidates, number, count, width, em, left, breaks))) continue;
        size_t edges[4] = {0, breaks[0], count == 3 ? breaks[1] : shape->count, shape->count};
        for (size_t i = 0; i < count; i++)
            lines[i] = line_between(shape, edges[i], edges[i + 1], em);
        return count;
    }
    return 0;
}
