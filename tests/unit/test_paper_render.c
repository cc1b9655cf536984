/* The door of the typesetter: what its calls answer, whoever calls at the same time, and the hash of a paper.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/err.h"
#include "minyi/hash.h"
#include "minyi/paper.h"

static const struct paper_block blocks[] = {
    {.kind = PAPER_TEXT, .style = PAPER_HEAD, .text = "政协社情民意信息"},
    {.kind = PAPER_RULE, .style = PAPER_HEAD, .thickness = 1000},
    {.kind = PAPER_SPACE, .lines = 20},
    {.kind = PAPER_TEXT, .style = PAPER_TITLE, .text = "关于加强\u200B养老服务的\u202E建议", .bookmark = 1},
    {.kind = PAPER_TEXT, .style = PAPER_BODY, .text = "一、近年来，我市养老服务\t取得成效。  \n第二行。"},
    {.kind = PAPER_PAIR, .style = PAPER_OFFICE, .text = "左", .right = "右"},
    {.kind = PAPER_TEXT, .style = PAPER_BODY, .text = ""},
};
static const struct paper_block foot[] = {
    {.kind = PAPER_TEXT, .style = PAPER_FOOT, .text = "报送：省政协。"}};

static void sample(struct paper *paper) {
    paper_init(paper);
    paper->blocks = blocks;
    paper->block_count = ARRAY_LEN(blocks);
    paper->foot = foot;
    paper->foot_count = 1;
    paper->folio = true;
    paper->title = "题";
    paper->created_ms = 1795219200000;
}

static int setup(void **state) {
    *state = arena_new(1 << 20);
    struct arena *arena = *state;
    const char *folder;
    return hash_init() < 0 || fonts_configure(arena, getenv("MINYI_FONTS"), &folder) < 0 ? -1 : 0;
}

static int teardown(void **state) {
    *state = arena_free(*state);
    fonts_close();
    return 0;
}

static void test_words(void **state) {
    struct paper paper;
    sample(&paper);
    assert_string_equal(paper_text(*state, &paper),
                        "政协社情民意信息\n关于加强养老服务的建议\n"
                        "一、近年来，我市养老服务 取得成效。\n第二行。\n左\t右\n报送：省政协。\n");
}

static void test_outcome(void **state) {
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    assert_int_equal(paper_measure(*state, &paper, &outcome), 0);
    assert_int_equal(outcome.pages, 1);
    assert_int_equal(outcome.title_lines, 1);
    assert_int_equal(outcome.missing.count, 0);
    assert_int_equal(strlen(outcome.fonts), 64);
}

static void test_ceiling(void **state) {
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    struct buf small = BUF(2000);
    assert_int_equal(paper_pdf(*state, &paper, &small, &outcome), ERR_TOO_LARGE);
    assert_int_equal(small.len, 0);
    assert_null(small.data);
    assert_int_equal(outcome.pages, 1);
    struct buf tiny = BUF(100);
    assert_int_equal(paper_png(*state, &paper, 1, 400, &tiny, &outcome), ERR_TOO_LARGE);
    assert_int_equal(tiny.len, 0);
}

static void test_no_such_page(void **state) {
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    struct buf buf = BUF(1 << 20);
    assert_int_equal(paper_png(*state, &paper, 2, 400, &buf, &outcome), ERR_OUT_OF_RANGE);
    assert_int_equal(paper_png(*state, &paper, 1, 100, &buf, &outcome), ERR_OUT_OF_RANGE);
    assert_int_equal(paper_png(*state, &paper, 1, 400, &buf, &outcome), 0);
    assert_memory_equal(buf.data, "\x89PNG", 4);
    buf_free(&buf);
}

/* Measures and sizes that a page cannot be set by. */
static void test_absurd_measures(void **state) {
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    memset(&paper.measures, 0, sizeof(paper.measures));
    for (int i = 0; i < PAPER_STYLE_END; i++)
        paper.styles[i] = (struct paper_style){.font = (enum font_role)99,
                                               .size = i % 2 ? -5 : 1000000,
                                               .pitch = i % 3 ? -1 : 100000000,
                                               .first_indent = 1000000,
                                               .rest_indent = -1000000};
    assert_int_equal(paper_measure(*state, &paper, &outcome), 0);
    assert_true(outcome.pages >= 1 && outcome.pages < 10);
}

/* ---- many at the same time ---- */

struct rendering {
    char hash[65];
    bool failed;
};

static void *render(void *argument) {
    struct rendering *rendering = argument;
    struct arena *arena = arena_new(1 << 20);
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    for (int i = 0; i < 4; i++) {
        struct buf buf = BUF(1 << 22);
        rendering->failed |= paper_pdf(arena, &paper, &buf, &outcome) < 0;
        hash_hex(buf.data ? buf.data : "", buf.len, rendering->hash);
        buf_free(&buf);
        rendering->failed |= paper_png(arena, &paper, 1, 300, &buf, &outcome) < 0;
        buf_free(&buf);
    }
    arena_free(arena);
    return NULL;
}

static void test_threads(void **state) {
    (void)state;
    pthread_t threads[4];
    struct rendering renderings[4] = {0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render, &renderings[i]), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 4; i++) {
        assert_false(renderings[i].failed);
        assert_string_equal(renderings[i].hash, renderings[0].hash);
    }
}

static void test_after_close(void **state) {
    struct paper paper;
    struct paper_outcome outcome;
    sample(&paper);
    assert_int_equal(paper_measure(*state, &paper, &outcome), 0);
    fonts_close();
    assert_int_equal(paper_measure(*state, &paper, &outcome), 0);
}

/* ---- texts that nobody wrote ---- */

/* A text of up to 80 characters from all corners of Unicode. */
static char *random_text(struct arena *arena) {
    static const uint32_t from[] = {0x1,    0x20,    0x20,   0x61,    0x300,   0x590,   0x600,  0xE00,
                                    0x2000, 0x2010,  0x2500, 0x3000,  0x4E00,  0x4E00,  0x4E00, 0xFE00,
                                    0xFF00, 0x1F300, 0xE000, 0x20000, 0xE0000, 0x10FF00};
    struct buf text = BUF(4096);
    for (int i = 0, n = rand() % 80; i < n; i++) {
        uint32_t c = from[(size_t)rand() % ARRAY_LEN(from)] + (uint32_t)rand() % 0x60;
        if (c < 0x80)
            buf_addc(&text, (char)c);
        else if (c < 0x800)
            buf_addf(&text, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 63)));
        else if (c < 0x10000)
            buf_addf(&text, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 63)),
                     (int)(0x80 | (c & 63)));
        else
            buf_addf(&text, "%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 63)),
                     (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
    }
    char *result = arena_memdup(arena, text.data ? text.data : "", text.len);
    buf_free(&text);
    return result;
}

static void random_block(struct arena *arena, struct paper_block *block) {
    *block = (struct paper_block){.kind = (enum paper_block_kind)(rand() % (PAPER_BREAK + 1)),
                                  .style = (enum paper_style_id)(rand() % PAPER_STYLE_END),
                                  .text = rand() % 9 ? random_text(arena) : NULL,
                                  .right = rand() % 3 ? random_text(arena) : NULL,
                                  .lead = (size_t)(rand() % 40),
                                  .lead_style = (enum paper_style_id)(rand() % PAPER_STYLE_END),
                                  .bookmark = rand() % 12 - 2,
                                  .keep = rand() % 2,
                                  .thickness = rand() % 2000 - 100,
                                  .lines = rand() % 60 - 5};
    struct paper_table *table = ARENA_NEW(arena, struct paper_table);
    table->rows = (size_t)(rand() % 5);
    table->columns = (size_t)(rand() % 50);
    table->header = rand() % 2;
    const char **cells = arena_array(arena, table->rows * table->columns + 1, sizeof(*cells));
    for (size_t i = 0; i < table->rows * table->columns; i++)
        cells[i] = rand() % 4 ? random_text(arena) : NULL;
    table->cells = cells;
    if (block->kind == PAPER_TABLE_ROWS)
        block->table = table;
    else
        block->lead = block->lead < (block->text ? strlen(block->text) : 0) ? block->lead : 0;
}

static void test_random_papers(void **state) {
    (void)state;
    srand(20261121);
    for (int round = 0; round < 40; round++) {
        struct arena *arena = arena_new(1 << 26);
        struct paper_block *random = arena_array(arena, 24, sizeof(*random));
        for (size_t i = 0; i < 24; i++)
            random_block(arena, &random[i]);
        struct paper paper;
        paper_init(&paper);
        paper.blocks = random;
        paper.block_count = 18;
        paper.foot = random + 18;
        paper.foot_count = (size_t)(rand() % 7);
        paper.folio = true;
        paper.title = random[0].text;
        struct paper_outcome outcome;
        struct buf pdf = BUF(1 << 26);
        int result =
            round % 4 ? paper_measure(arena, &paper, &outcome) : paper_pdf(arena, &paper, &pdf, &outcome);
        assert_true(result == 0);
        assert_true(outcome.pages >= 1);
        assert_non_null(paper_text(arena, &paper));
        buf_free(&pdf);
        arena_free(arena);
    }
}

/* ---- hash ---- */

static void test_hash(void **state) {
    struct paper paper, other;
    char first[65], second[65];
    sample(&paper);
    paper_hash(&paper, first);
    struct paper_block *copy = arena_alloc(*state, sizeof(blocks));
    memcpy(copy, blocks, sizeof(blocks));
    other = paper;
    other.blocks = copy;
    paper_hash(&other, second);
    assert_string_equal(first, second); /* where it lies does not matter */
    struct change {
        int *number;
        const char **text;
    } changes[] = {{&other.measures.top, NULL},
                   {&other.styles[PAPER_BODY].size, NULL},
                   {&other.styles[PAPER_FOLIO].rest_indent, NULL},
                   {&copy[1].thickness, NULL},
                   {&copy[3].bookmark, NULL},
                   {NULL, &copy[4].text},
                   {NULL, &copy[5].right},
                   {NULL, &other.title},
                   {NULL, &other.code}};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        int number = changes[i].number ? *changes[i].number : 0;
        const char *text = changes[i].text ? *changes[i].text : NULL;
        if (changes[i].number)
            *changes[i].number = number + 1;
        else
            *changes[i].text = text ? NULL : "";
        paper_hash(&other, second);
        assert_string_not_equal(first, second);
        if (changes[i].number)
            *changes[i].number = number;
        else
            *changes[i].text = text;
    }
    static const char *const families[] = {"方正小标宋", NULL};
    other.families[FONT_XIAOBIAOSONG] = families;
    paper_hash(&other, second);
    assert_string_not_equal(first, second);
    other.families[FONT_XIAOBIAOSONG] = NULL;
    other.created_ms++;
    paper_hash(&other, second);
    assert_string_not_equal(first, second);
}

/* Another library's JPEG of a photo, or another address of the office, does not make another version of a
 * paper. */
static void test_hash_is_of_what_is_said(void **state) {
    (void)state;
    static const struct {
        const char *jpeg, *original, *code;
        bool same;
    } papers[] = {{"one", "a1", "https://minyi.example/q/i12-87e7300e", true},
                  {"two", "a1", "http://10.0.0.8:8080/q/i12-87e7300e", true},
                  {"one", "b2", "https://minyi.example/q/i12-87e7300e", false},
                  {"one", NULL, "https://minyi.example/q/i12-87e7300e", false},
                  {"two", NULL, "https://minyi.example/q/i12-87e7300e", false},
                  {"one", "a1", "https://minyi.example/q/i13-87e7300e", false},
                  {"one", "a1", NULL, false}};
    char hashes[ARRAY_LEN(papers)][65];
    for (size_t i = 0; i < ARRAY_LEN(papers); i++) {
        struct paper_photo photo = {.jpeg = papers[i].jpeg,
                                    .size = strlen(papers[i].jpeg),
                                    .width = 8,
                                    .height = 8,
                                    .original = papers[i].original};
        const struct paper_block block = {.kind = PAPER_PICTURE, .style = PAPER_CAPTION, .photo = &photo};
        struct paper paper;
        sample(&paper);
        paper.blocks = &block;
        paper.block_count = 1;
        paper.code = papers[i].code;
        paper_hash(&paper, hashes[i]);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(strcmp(hashes[i], hashes[j]) == 0, papers[i].same && papers[j].same);
    }
}

static void test_names(void **state) {
    (void)state;
    for (int i = 0; i < PAPER_STYLE_END; i++) {
        assert_true(*paper_style_zh((enum paper_style_id)i) != '\0');
        for (int j = 0; j < i; j++)
            assert_string_not_equal(paper_style_code((enum paper_style_id)i),
                                    paper_style_code((enum paper_style_id)j));
    }
    assert_string_equal(paper_style_code(PAPER_STYLE_END), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_no_such_page),
        cmocka_unit_test(test_absurd_measures),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_random_papers),
        cmocka_unit_test(test_after_close),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_hash_is_of_what_is_said),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
