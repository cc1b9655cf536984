/* Hostile templates: each is refused with its place and reason, or makes a paper that can be printed. The
 * input: a byte for the kind, then elements: kind of element, style, amount, text and right, which end with
 * ETX. */
#include "fuzz.h"
#include "minyi/err.h"
#include "minyi/template.h"

enum { MOST = TEMPLATE_ELEMENTS_MAX + 5 };

static const char *pick_element(unsigned byte) {
    size_t count = 0;
    while (template_elements[count] != NULL)
        count++;
    return byte % (count + 1) == count ? "nonsense" : template_elements[byte % (count + 1)];
}

static const char *pick_style(unsigned byte) {
    unsigned style = byte % (PAPER_STYLE_END + 2);
    return style < PAPER_STYLE_END    ? paper_style_code((enum paper_style_id)style)
           : style == PAPER_STYLE_END ? ""
                                      : "?";
}

static size_t take_elements(struct fuzz *fuzz, struct arena *arena, struct template_element *elements) {
    static const int64_t amounts[] = {ABSENT, 0, 1, 5, 10, 350, 5000, -1, INT64_MAX};
    size_t count = 0;
    while (fuzz->left > 3 && count < MOST) {
        struct template_element *element = &elements[count++];
        element->element = pick_element(fuzz_byte(fuzz));
        element->style = pick_style(fuzz_byte(fuzz));
        element->amount = amounts[fuzz_byte(fuzz) % ARRAY_LEN(amounts)];
        element->text = fuzz_text(fuzz, arena, '\3');
        element->right = fuzz_text(fuzz, arena, '\3');
    }
    return count;
}

static size_t take_styles(struct fuzz *fuzz, struct template_style *styles) {
    static const char *const fonts[] = {NULL, "heiti", "kaiti", "nonsense", ""};
    static const char *const colors[] = {NULL, "red", "black", "blue"};
    static const char *const aligns[] = {NULL, "justify", "left", "center", "right", "up"};
    static const int64_t sizes[] = {ABSENT, 500, 1600, 5200, 9000, 0, -1, 9001, INT64_MAX};
    size_t count = fuzz_byte(fuzz) % 4;
    for (size_t i = 0; i < count; i++)
        styles[i] = (struct template_style){.style = pick_style(fuzz_byte(fuzz)),
                                            .font = fonts[fuzz_byte(fuzz) % ARRAY_LEN(fonts)],
                                            .color = colors[fuzz_byte(fuzz) % ARRAY_LEN(colors)],
                                            .align = aligns[fuzz_byte(fuzz) % ARRAY_LEN(aligns)],
                                            .size = sizes[fuzz_byte(fuzz) % ARRAY_LEN(sizes)]};
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_start();
    struct arena *arena CLEANUP(arena_cleanup) = arena_new((size_t)64 << 20);
    struct fuzz fuzz = {data, size};
    enum paper_kind kind = fuzz_byte(&fuzz) % PAPER_KIND_END;
    struct template_element elements[MOST];
    struct template_style styles[4];
    size_t style_count = take_styles(&fuzz, styles), element_count = take_elements(&fuzz, arena, elements);
    const struct paper_template template = {{elements, element_count}, {styles, style_count}};
    struct template_fault fault = {NULL, NULL};
    int error = template_check(arena, kind, &template, &fault);
    PROMISE(error == 0 || error == ERR_INVALID);
    if (error != 0) {
        PROMISE(fault.field != NULL && fault.why != NULL && utf8_valid(fault.why, strlen(fault.why)));
        return 0;
    }
    struct paper_source source;
    struct paper paper;
    template_sample(arena, kind, &source);
    template_compose(arena, &template, &source, &paper);
    fuzz_print(&paper, size % 4 == 0);
    return 0;
}
