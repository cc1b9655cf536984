/* What a hostile text may cost: nothing a reader can make a paper do takes more than its length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cost.h"
#include "minyi/fonts.h"
#include "minyi/paper.h"

enum { PHOTO_BYTES = 4 * 1024 * 1024, CALLS = 3000 };

static struct paper paper_of_blocks(const struct paper_block *blocks, size_t count) {
    struct paper paper;
    paper_init(&paper);
    paper.blocks = blocks;
    paper.block_count = count;
    return paper;
}

/* Lines of a text that call one photo again and again. */
static const struct paper_block *calls_of(struct arena *arena, const void *jpeg, size_t count) {
    struct paper_block *blocks = arena_array(arena, count, sizeof(*blocks));
    struct paper_photo *photos = arena_array(arena, count, sizeof(*photos));
    for (size_t i = 0; i < count; i++) {
        photos[i] = (struct paper_photo){.jpeg = jpeg, .size = PHOTO_BYTES, .width = 1600, .height = 20};
        blocks[i] = (struct paper_block){.kind = PAPER_PICTURE, .style = PAPER_CAPTION, .photo = &photos[i]};
    }
    return blocks;
}

static double cost_of_hash(struct arena *arena, const char *jpeg, size_t calls, char out[65]) {
    struct paper paper = paper_of_blocks(calls_of(arena, jpeg, calls), calls);
    double least = -1;
    for (int try = 0; try < COST_TRIES; try++) {
        double before = cost_now();
        paper_hash(&paper, out);
        double cost = cost_now() - before;
        COST_LEAST(least, cost);
    }
    return least;
}

static void a_photo_is_hashed_once(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(64 * 1024 * 1024);
    char *jpeg = arena_alloc(arena, PHOTO_BYTES), first[65], second[65];
    double once = cost_of_hash(arena, jpeg, 1, first);
    assert_true(cost_of_hash(arena, jpeg, CALLS, first) < 20 * once + 100);
    jpeg[PHOTO_BYTES - 1] = 1;
    (void)cost_of_hash(arena, jpeg, CALLS, second);
    assert_string_not_equal(first, second);
}

static void a_photo_is_one_part_of_a_word_document(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(64 * 1024 * 1024);
    const struct paper paper = paper_of_blocks(calls_of(arena, arena_alloc(arena, PHOTO_BYTES), 50), 50);
    struct buf docx CLEANUP(buf_free) = BUF(2 * PHOTO_BYTES);
    assert_int_equal(paper_docx(&paper, &docx), 0);
    assert_true(docx.len > PHOTO_BYTES);
}

static double cost_of_blanks(int count) {
    enum { HEAD = 29 };
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(64 * 1024 * 1024);
    struct buf text CLEANUP(buf_free) = BUF(4 * 1024 * 1024);
    for (int i = 0; i < HEAD; i++)
        buf_adds(&text, i + 1 < HEAD ? "中" : "，");
    for (int i = 0; i < count; i++)
        buf_adds(&text, "\u00a0");
    buf_adds(&text, "中");
    const struct paper_block block = {.kind = PAPER_TEXT, .style = PAPER_PLAIN, .text = text.data};
    const struct paper paper = paper_of_blocks(&block, 1);
    struct paper_outcome outcome;
    double least = -1;
    for (int try = 0; try < COST_TRIES; try++) {
        double before = cost_now();
        assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
        double cost = cost_now() - before;
        COST_LEAST(least, cost);
    }
    return least;
}

static void blanks_cost_no_more_than_letters(void **state) {
    (void)state;
    (void)cost_of_blanks(1); /* the fonts */
    double part = cost_of_blanks(30 * 1000);
    assert_linear(part, cost_of_blanks(120 * 1000));
}

static int close_fonts(void **state) {
    (void)state;
    fonts_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_is_hashed_once),
        cmocka_unit_test(a_photo_is_one_part_of_a_word_document),
        cmocka_unit_test(blanks_cost_no_more_than_letters),
    };
    return cmocka_run_group_tests(tests, NULL, close_fonts);
}
