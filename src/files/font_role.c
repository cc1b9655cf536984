/* The roles of typefaces in official papers, their usual families, and lists of families as offices write
 * them.
 *
 * The order within a role: the fonts of 方正 and of Windows that official papers are set in, those of other
 * systems, then free ones: Fandol (Debian: texlive-lang-chinese) and Noto CJK (fonts-noto-cjk).
 */
#include <string.h>
#include <strings.h>

#include "minyi/fonts.h"
#include "minyi/utf8.h"

struct role {
    const char *zh;
    const char *const *families;
};

static const char *const xiaobiaosong[] = {"方正小标宋_GBK",      "方正小标宋简体",    "FZXiaoBiaoSong-B05",
                                           "FZXiaoBiaoSong-B05S", "华文中宋",          "STZhongsong",
                                           "FandolSong",          "Noto Serif CJK SC", NULL};
static const char *const fangsong[] = {
    "仿宋_GB2312", "FangSong_GB2312", "仿宋",       "FangSong",          "方正仿宋_GBK",
    "华文仿宋",    "STFangsong",      "FandolFang", "Noto Serif CJK SC", NULL};
static const char *const kaiti[] = {"楷体_GB2312",   "KaiTi_GB2312",      "楷体",    "KaiTi",
                                    "方正楷体_GBK",  "华文楷体",          "STKaiti", "FandolKai",
                                    "AR PL UKai CN", "Noto Serif CJK SC", NULL};
static const char *const heiti[] = {"黑体",    "SimHei",    "方正黑体_GBK",     "华文黑体",
                                    "STHeiti", "FandolHei", "Noto Sans CJK SC", NULL};
static const char *const songti[] = {"宋体",   "SimSun",     "方正书宋_GBK",      "华文宋体",
                                     "STSong", "FandolSong", "Noto Serif CJK SC", NULL};

static const struct role roles[FONT_ROLE_END] = {
    [FONT_XIAOBIAOSONG] = {"小标宋", xiaobiaosong},
    [FONT_FANGSONG] = {"仿宋", fangsong},
    [FONT_KAITI] = {"楷体", kaiti},
    [FONT_HEITI] = {"黑体", heiti},
    [FONT_SONGTI] = {"宋体", songti},
};
const char *const font_role_codes[] = {
    [FONT_XIAOBIAOSONG] = "xiaobiaosong",
    [FONT_FANGSONG] = "fangsong",
    [FONT_KAITI] = "kaiti",
    [FONT_HEITI] = "heiti",
    [FONT_SONGTI] = "songti",
    [FONT_ROLE_END] = NULL,
};

const char *font_role_zh(enum font_role role) {
    return roles[role].zh;
}

const char *font_role_code(enum font_role role) {
    return font_role_codes[role];
}

const char *const *font_role_defaults(enum font_role role) {
    return roles[role].families;
}

enum font_role font_role_find(const char *code) {
    enum font_role role = 0;
    while (role < FONT_ROLE_END && (code == NULL || strcmp(font_role_codes[role], code) != 0))
        role++;
    return role;
}

/* Length in bytes of a mark that separates families at TEXT, or 0. */
static size_t separator(const char *text) {
    static const char *const marks[] = {",", ";", "，", "、", "；", "\n", "\t"};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0) return strlen(marks[i]);
    return 0;
}

static bool listed(const char *const *families, size_t count, const char *family) {
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(families[i], family) == 0) return true;
    return false;
}

const char *const *font_families(struct arena *arena, const char *text) {
    const char **families = arena_array(arena, FONT_FAMILIES_MAX + 1, sizeof(*families));
    size_t count = 0;
    while (text != NULL && *text != '\0' && count < FONT_FAMILIES_MAX) {
        size_t len = 0, mark = 0;
        while (text[len] != '\0' && (mark = separator(text + len)) == 0)
            len++;
        char *family = arena_memdup(arena, text, len);
        family[utf8_tidy(family, len)] = '\0';
        if (family[0] != '\0' && !listed(families, count, family)) families[count++] = family;
        text += len + mark;
    }
    return count > 0 ? families : NULL;
}
