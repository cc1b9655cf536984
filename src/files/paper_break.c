/* Where a line of Chinese may end: what Unicode says, made stricter and looser by the rules of Chinese
 * setting (GB/T 15834-2011, 5.1). Pure.
 *
 * 1. No closing mark, no …… begins a line; no opening mark ends one.
 * 2. —— and …… are never parted.
 * 3. A number keeps its unit (35万元, 12.5%, 第12期, 20 kg). Only a line that would be torn apart may part
 *    them, and never the digits from the character behind them.
 * 4. Around quotation marks a line may end as around any other opening and closing mark. */
#include <uchar.h>

#include "paper_internal.h"

static bool among(uint32_t code, const char16_t *set) {
    for (; *set; set++)
        if (*set == code) return true;
    return false;
}

static bool is_digit(uint32_t code) {
    return (code >= '0' && code <= '9') || (code >= 0xFF10 && code <= 0xFF19);
}

static bool is_letter(uint32_t code) {
    return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
}

enum paper_class paper_class_of(uint32_t code, bool wide) {
    static const char16_t opening[] = u"（《「『【〔〈“‘〖〘〚｛［([{＂";
    static const char16_t closing[] =
        u"，。、；：？！）》」』】〕〉”’〗〙〛｝］)]}·・‧％%‰℃℉°々〃ーゝゞヽヾ､｡．,.:;!?"
        u"¢′″～﹚﹜﹞";
    if (code == ' ' || code == 0xA0) return ATOM_SPACE;
    if (code == 0x2014 || code == 0x2E3A) return ATOM_DASH;
    if (code == 0x2026 || code == 0x22EF) return ATOM_DOTS;
    if (among(code, opening)) return ATOM_OPEN;
    if (among(code, closing)) return ATOM_CLOSE;
    return wide ? ATOM_HAN : ATOM_LATIN;
}

/* Whether the pair LEFT, RIGHT may be parted; UNICODE is the general answer. */
static bool may_part(const struct paper_atom *left, const struct paper_atom *right, bool unicode) {
    if (right->class == ATOM_SPACE) return false;
    if (right->class == ATOM_CLOSE || right->class == ATOM_DOTS || left->class == ATOM_OPEN) return false;
    if (left->class == ATOM_DASH && right->class == ATOM_DASH) return false;
    if (left->class == ATOM_SPACE) return left->code != 0xA0;
    if (left->code == 0x2019 && right->class == ATOM_LATIN) /* an apostrophe */
        return false;
    bool quotes =
        right->code == 0x201C || right->code == 0x2018 || left->code == 0x201D || left->code == 0x2019;
    if (quotes || left->class == ATOM_DOTS || left->class == ATOM_DASH || right->class == ATOM_DASH)
        return true;
    if (left->wide && right->wide) return true;
    return unicode;
}

/* The number of atoms from COUNT on at ATOMS that are the unit of a number before them. */
static size_t unit_length(const struct paper_atom *atoms, size_t count) {
    static const char16_t *const units[] = {
        u"个百分点", u"百分点", u"平方公里", u"平方千米", u"平方米", u"立方米", u"公里", u"公顷", u"公斤",
        u"千米",     u"千克",   u"千瓦",     u"毫米",     u"毫克",   u"厘米",   u"小时", u"分钟", u"周岁",
        u"美元",     u"人次",   u"件次",     u"年",       u"月",     u"日",     u"号",   u"时",   u"分",
        u"秒",       u"元",     u"角",       u"个",       u"件",     u"人",     u"次",   u"名",   u"位",
        u"家",       u"户",     u"条",       u"项",       u"款",     u"期",     u"章",   u"页",   u"倍",
        u"度",       u"吨",     u"斤",       u"米",       u"亩",     u"岁",     u"届",   u"批",   u"类",
        u"种",       u"处",     u"所",       u"座",       u"台",     u"辆",     u"套",   u"份",   u"例",
        u"起",       u"宗",     u"成",       u"点",       u"天",     u"周",     u"季",   u"版",   u"篇"};
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        size_t i = 0;
        while (units[u][i] && i < count && atoms[i].code == units[u][i])
            i++;
        if (!units[u][i]) return i;
    }
    return 0;
}

static bool is_latin_unit(const struct paper_atom *atoms, size_t count) {
    static const char *const units[] = {"kg", "g",  "mg", "t",   "km", "m",  "cm", "mm", "ha", "L",
                                        "ml", "kW", "MW", "kWh", "GW", "GB", "MB", "TB", "Hz", "V"};
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        size_t i = 0;
        while (units[u][i] && i < count && atoms[i].code == (unsigned char)units[u][i])
            i++;
        if (!units[u][i] && (i >= count || !is_letter(atoms[i].code))) return true;
    }
    return false;
}

/* What follows a number and a blank is its unit. */
static bool is_unit(const struct paper_atom *atoms, size_t count) {
    return is_latin_unit(atoms, count) || unit_length(atoms, count) > 0 || among(atoms[0].code, u"万亿");
}

/* ATOM stays with the one before it, which is a digit or not. */
static void join(struct paper_atom *atom) {
    atom->soft_break = atom->may_break && !is_digit(atom[-1].code);
    atom->may_break = false;
}

/* Rule 3. */
static void keep_units(struct paper_atom *atoms, size_t count) {
    bool number = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t code = atoms[i].code;
        if (is_digit(code)) {
            if (i > 0 && atoms[i - 1].code == 0x7B2C) /* 第 */
                atoms[i].may_break = false;
            number = true;
            continue;
        }
        if (!number) continue;
        if (among(code, u"万亿千百十余多几")) {
            join(&atoms[i]);
            continue;
        }
        if (among(code, u".,％%") && i + 1 < count && is_digit(atoms[i + 1].code)) continue;
        number = false;
        size_t unit = unit_length(atoms + i, count - i);
        if (unit > 0) join(&atoms[i]);
        for (size_t j = i + 1; j < i + unit; j++)
            atoms[j].may_break = false;
        if (code == ' ' && i + 1 < count && is_unit(atoms + i + 1, count - i - 1))
            atoms[i + 1].may_break = false;
    }
}

void paper_breaks(struct paper_atom *atoms, size_t count) {
    for (size_t i = 1; i < count; i++)
        atoms[i].may_break = may_part(&atoms[i - 1], &atoms[i], atoms[i].may_break);
    if (count) atoms[0].may_break = false;
    keep_units(atoms, count);
}

double paper_gap(const struct paper_atom *left, const struct paper_atom *right, double em) {
    bool before = left->class == ATOM_HAN && right->class == ATOM_LATIN;
    bool after = left->class == ATOM_LATIN && right->class == ATOM_HAN;
    bool percent = !left->wide && left->class == ATOM_CLOSE && left->code == '%' && right->class == ATOM_HAN;
    return before || after || percent ? em / 4 : 0;
}

double paper_width(const struct paper_atom *atoms, size_t first, size_t end, double em) {
    double width = 0;
    for (size_t i = first; i < end; i++)
        width += atoms[i].width + (i > first ? paper_gap(&atoms[i - 1], &atoms[i], em) : 0);
    return width;
}
