/* Characters that the font of their role lacks and another one lends: told before printing, because a name
 * set in two hands looks like a mistake.
 *
 * 1. Told are Chinese characters and pictographs. Letters, digits, marks and signs are lent by design: few
 *    Chinese fonts have all of them, and nobody sees it.
 * 2. The cost for a character that its own font has, nearly every one, is a look into that font's list.
 * 3. Pango hands out each character once it found a font for it, so what it found is told, not what the chain
 *    of fonts lets expect.
 */
#include <pango/pangofc-font.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "fonts_internal.h"
#include "paper_internal.h"

enum {
    SIGNS_FIRST = 0x2000,     /* below it are letters */
    PICTURES_FIRST = 0x1F000, /* from here on signs are pictures, whether Unicode says so or not */
    HAN_FIRST = 0x20000,      /* the planes of Chinese characters, also those that ICU does not know yet */
    HAN_LAST = 0x3FFFF,
};

static bool is_han(uint32_t code) {
    UErrorCode error = U_ZERO_ERROR;
    if (code >= HAN_FIRST && code <= HAN_LAST) return true;
    return uscript_getScript((UChar32)code, &error) == USCRIPT_HAN && U_SUCCESS(error);
}

/* Shown as a picture by itself; ☎ and ✓ are signs. */
static bool is_pictograph(uint32_t code) {
    return u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI_PRESENTATION) ||
           (code >= PICTURES_FIRST && u_hasBinaryProperty((UChar32)code, UCHAR_EXTENDED_PICTOGRAPHIC));
}

/* The family that FONT is of. */
static const char *family_of(struct paper_layout *layout, enum font_role role, PangoFont *font) {
    const FcPattern *pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(font));
    FcChar8 *file = NULL;
    int index = 0;
    if (FcPatternGetString(pattern, FC_FILE, 0, &file) != FcResultMatch) return "";
    FcPatternGetInteger(pattern, FC_INDEX, 0, &index);
    return font_family_of(layout->given, role, layout->paper->families[role], (const char *)file, index);
}

void paper_stand_in(struct paper_layout *layout, enum font_role role, const char *text, uint32_t code,
                    PangoFont *font) {
    struct list *list = &layout->outcome.stand_ins;
    if (code < SIGNS_FIRST || FcCharSetHasChar(layout->own[role], code)) return;
    if (list->count == PAPER_STAND_INS_MAX || !(is_han(code) || is_pictograph(code))) return;
    size_t bytes = code < 0x10000 ? 3 : 4;
    for (size_t i = 0; i < list->count; i++) {
        const struct paper_stand_in *told = LIST_AT(*list, struct paper_stand_in, i);
        if (told->role == font_role_code(role) && memcmp(told->text, text, bytes) == 0) return;
    }
    struct paper_stand_in *items = list->items;
    if (items == NULL) list->items = items = arena_array(layout->given, PAPER_STAND_INS_MAX, sizeof(*items));
    items[list->count++] = (struct paper_stand_in){
        .text = arena_memdup(layout->given, text, bytes),
        .role = font_role_code(role),
        .role_name = font_role_zh(role),
        .family = family_of(layout, role, font),
    };
}
