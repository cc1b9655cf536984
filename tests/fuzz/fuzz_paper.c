/* Hostile words in the program's own templates: running text, values, tables, the code. The input: a byte for
 * the kind, then texts that end with ETX, the first of them the body. */
#include "fuzz.h"
#include "minyi/template.h"

enum { VALUES_MAX = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_start();
    struct arena *arena CLEANUP(arena_cleanup) = arena_new((size_t)64 << 20);
    struct fuzz fuzz = {data, size};
    enum paper_kind kind = fuzz_byte(&fuzz) % PAPER_KIND_END;
    struct paper_source source;
    struct paper_value values[VALUES_MAX];
    struct paper paper;
    template_sample(arena, kind, &source);
    source.body = fuzz_text(&fuzz, arena, '\3');
    size_t count = 0;
    for (const struct paper_word *word = paper_kind_info(kind)->words; word->name && count < VALUES_MAX;
         word++) {
        const char *text = fuzz.left > 0 ? fuzz_text(&fuzz, arena, '\3') : word->sample;
        values[count++] = (struct paper_value){word->name, *text ? text : NULL};
    }
    source.values = values;
    source.value_count = count;
    source.title = values[0].text;
    source.code = fuzz.left > 0 ? fuzz_text(&fuzz, arena, '\3') : NULL;
    template_compose(arena, template_default(kind), &source, &paper);
    fuzz_print(&paper, true);
    return 0;
}
