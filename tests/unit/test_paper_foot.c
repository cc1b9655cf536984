/* How tall a 版记 is taken to be (src/files/paper_foot.c), against what it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/files/paper_internal.h"
#include "minyi/hash.h"

enum { BLOCKS = 7, ROOM = 64 * 1024 };

struct foot {
    struct paper_block blocks[BLOCKS];
    struct paper paper;
};

/* The 版记 of the default template, to COUNT of NAME. */
static void make(struct arena *arena, struct foot *foot, const char *name, int count) {
    struct buf names CLEANUP(buf_free) = BUF(ROOM);
    buf_adds(&names, "抄送：");
    for (int i = 0; i < count; i++)
        buf_addf(&names, "%s%s", i > 0 ? "，" : "", name);
    buf_adds(&names, "。");
    const struct paper_block rule = {.kind = PAPER_RULE, .style = PAPER_FOOT};
    struct paper_block list = {.kind = PAPER_TEXT, .style = PAPER_FOOT},
                       made = {.kind = PAPER_PAIR, .style = PAPER_FOOT};
    list.text = arena_memdup(arena, names.data, names.len);
    made.text = "政协云江省委员会办公厅";
    made.right = "2026年3月8日印发";
    const struct paper_block blocks[BLOCKS] = {rule, list, rule, made, rule, made, rule};
    memcpy(foot->blocks, blocks, sizeof(blocks));
    paper_init(&foot->paper);
    foot->paper.foot = foot->blocks;
    foot->paper.foot_count = BLOCKS;
}

static size_t held(struct arena *arena, const char *name, int count) {
    struct foot foot;
    make(arena, &foot, name, count);
    return paper_foot_held(&foot.paper);
}

static void test_a_short_one_stands_as_a_whole(void **state) {
    for (int count = 0; count <= 40; count += 5)
        assert_int_equal(held(*state, "云江省第一二三县政协", count), 0);
    struct paper none;
    paper_init(&none);
    assert_int_equal(paper_foot_held(&none), 0);
}

static void test_of_a_tall_one_the_last_lines_do(void **state) {
    for (int count = 60; count <= 200; count += 20)
        assert_int_equal(held(*state, "云江省第一二三县政协", count), 2);
    struct foot foot;
    make(*state, &foot, "云江省第一二三县政协", 120);
    foot.paper.foot_count = 2; /* no rule below the list: all of it flows */
    assert_int_equal(paper_foot_held(&foot.paper), 2);
    foot.paper.foot_count = 3; /* nothing else */
    assert_int_equal(paper_foot_held(&foot.paper), 2);
    foot.blocks[3].text = "云江省\n一\n二\n三\n四\n五\n六"; /* more than a quarter of the page below it */
    foot.blocks[3].kind = PAPER_TEXT;
    foot.paper.foot_count = BLOCKS;
    assert_int_equal(paper_foot_held(&foot.paper), 4);
}

/* As many lines by line feeds. */
static void test_lines_are_counted(void **state) {
    struct foot foot;
    make(*state, &foot, "", 0);
    const char *lines = "字";
    for (int count = 1; count <= 22; count++) {
        foot.blocks[1].text = lines;
        assert_int_equal(paper_foot_held(&foot.paper), count + 2 <= 19 ? 0 : 2);
        lines = arena_printf(*state, "%s\n字", lines);
    }
}

/* With names of all manners: whatever is said to fit a page does, as it is set. */
static void test_what_is_said_to_fit_fits(void **state) {
    static const char *const names[] = {
        "省",
        "云江省第一二三县政协",
        "省政协“提案”委员会（人口资源环境）",
        "《云江日报》、“云江在线”",
        "云江省第12345678中学",
        "2026年第1234567890次会议",
        "WWWWWWWWWWWW",
        "Yunjiang Development and Reform Commission (Office of Planning and Investment)",
        "https://example.gov.cn/very/long/address/of/a/recipient",
        "云江省人民代表大会常务委员会办公厅秘书处（综合处）、云江省人民政府办公厅第一秘书处、省委办公厅",
    };
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        for (int count = 1; count < 1000; count++) {
            struct foot foot;
            make(*state, &foot, names[n], count);
            if (paper_foot_held(&foot.paper) > 0) break;
            struct paper_layout layout CLEANUP(paper_layout_end);
            assert_int_equal(paper_layout_begin(&layout, *state, &foot.paper), 0);
            assert_true(layout.foot.height <= foot.paper.measures.text_height);
        }
    }
}

/* Files that were kept of a paper are found by its hash: that of an ordinary one stays, that of one whose Word
 * document had lost the end of its 版记 does not. */
static void test_only_tall_ones_are_another_version(void **state) {
    struct foot foot;
    char hash[65];
    make(*state, &foot, "云江省第一二三县政协", 40);
    paper_hash(&foot.paper, hash);
    assert_string_equal(hash, "6a5148800e42ad5e5d12a66f6607a5b92ca9b4eba2f81dfd4fc58661fb4a0efd");
    make(*state, &foot, "云江省第一二三县政协", 120);
    paper_hash(&foot.paper, hash);
    assert_string_not_equal(hash, "28cacb0944e657dfe71679f1226dd51f3112135682efe7b640113fc26277f2a9");
}

static int setup(void **state) {
    const char *folder;
    *state = arena_new(64 << 20);
    return hash_init() < 0 || fonts_configure(*state, getenv("MINYI_FONTS"), &folder) < 0 ? -1 : 0;
}

static int teardown(void **state) {
    *state = arena_free(*state);
    fonts_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_short_one_stands_as_a_whole),
        cmocka_unit_test(test_of_a_tall_one_the_last_lines_do),
        cmocka_unit_test(test_lines_are_counted),
        cmocka_unit_test(test_what_is_said_to_fit_fits),
        cmocka_unit_test(test_only_tall_ones_are_another_version),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
