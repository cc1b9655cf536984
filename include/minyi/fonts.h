/* The typefaces of official papers: which font serves each role. The offices' own fonts come first, then free
 * ones of Debian's packages. Loaded at first use (about 50 ms); safe on any thread.
 *
 * 1. Only the folders of fonts are the system's. Its rules are not: nothing is replaced by an alias, hinted,
 *    slanted or made bold by machine, so that two machines with the same fonts set the same pages.
 * 2. Only outline fonts (OpenType, TrueType) count; bitmap and colour fonts (emoji) do not.
 * 3. Of a family the upright face of weight 400 serves; for 小标宋 its bold one, when the family has one
 *    (FandolSong, Noto Serif CJK SC), otherwise its only one (方正小标宋, 华文中宋): font_weight().
 */
#ifndef MINYI_FONTS_H
#define MINYI_FONTS_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/record.h"

enum font_role {
    FONT_XIAOBIAOSONG, /* 小标宋: heads and titles */
    FONT_FANGSONG,     /* 仿宋: text */
    FONT_KAITI,        /* 楷体: second level, notes */
    FONT_HEITI,        /* 黑体: first level, marks */
    FONT_SONGTI,       /* 宋体: page numbers */
    FONT_ROLE_END
};

const char *font_role_zh(enum font_role role);   /* "小标宋" */
const char *font_role_code(enum font_role role); /* "xiaobiaosong": stable */
/* All of them in the order of the enum, ended by NULL. */
extern const char *const font_role_codes[];
/* FONT_ROLE_END: no such code. */
enum font_role font_role_find(const char *code);
/* Families in order of preference, ended by NULL; static. */
const char *const *font_role_defaults(enum font_role role);
/* Families as an office writes them, between commas (also ，、and ;): in ARENA, ended by NULL, without
 * doubles, at most FONT_FAMILIES_MAX. NULL when TEXT is NULL or names none: the defaults. */
enum { FONT_FAMILIES_MAX = 20 };
const char *const *font_families(struct arena *arena, const char *text);

/* Further folders to look for fonts in, separated by ':'; before the first use of anything below. NULL: only
 * the system's. NOT_FOUND: one of them is no folder; *RET_FOLDER (in ARENA) is the first such. */
int fonts_configure(struct arena *arena, const char *folders, const char **ret_folder) MUST_CHECK;

struct font_wanted {
    const char *family;
    bool present; /* installed, and has Chinese characters */
};
struct font_state {
    enum font_role role;
    const char *family; /* that serves; NULL: there is no font with Chinese characters at all */
    const char *file;   /* its file, without the folder */
    const char *format; /* "OpenType", "TrueType", or NULL */
    int weight;         /* of that file: 400, 700 … */
    int characters;     /* Chinese characters it has, of the 20,992 from U+4E00 to U+9FFF */
    bool first_choice;  /* the best of those wanted */
    struct list wanted; /* of struct font_wanted */
};
/* Who serves ROLE when FAMILIES (ended by NULL; NULL: the defaults) are wanted. When none of them is there,
 * any font with Chinese characters serves. Texts in ARENA. */
void font_state(struct arena *arena, enum font_role role, const char *const *families,
                struct font_state *ret);

/* The families to give to the shaper for ROLE: the one that serves, then those that fill in for characters it
 * lacks; comma-separated, in ARENA. "" when there is no font at all. */
const char *font_chain(struct arena *arena, enum font_role role, const char *const *families);

/* The weight to ask the shaper for with that chain: 400, or 700 where a bold face serves. */
int font_weight(enum font_role role, const char *const *families);

/* True when ROLE's font keeps to the grid of official papers: a page set in it at 3号 holds 22 lines of 28
 * characters, and one more goes to the next page. Sets two pages: some 10 ms. */
bool font_keeps_grid(struct arena *arena, enum font_role role, const char *const *families);

/* True when a font of the chain, or any other that the shaper may fall back on, has CHARACTER (a code point);
 * of U+E000 … U+F8FF, which mean something else in every font, the chain alone counts. Fast: meant to be
 * asked for each character of a text. */
bool font_has(enum font_role role, const char *const *families, uint32_t character);

/* SHA-256 hex over file name, face, version and size of all fonts in the roles' chains: where it is equal,
 * pages come out equal. */
void font_fingerprint(const char *const *const families[FONT_ROLE_END], char out[65]);

/* The FcConfig * with all fonts, for the shaper; NULL when fontconfig cannot be started. Not to be freed. */
void *fonts_config(void);

/* Forgets all loaded fonts (the end of the program, tests). Nothing else may run. */
void fonts_close(void);

#endif
