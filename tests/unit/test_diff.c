/* Differences: readable results for typical edits, and for any two texts the result leads from one to the
 * other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/buf.h"
#include "minyi/diff.h"

/* The pieces as text: =equal, -[deleted], +[inserted]. */
static char *shown(struct arena *arena, struct list pieces) {
    CLEANUP(buf_free) struct buf buf = BUF(1 << 20);
    for (size_t i = 0; i < pieces.count; i++) {
        const struct diff_piece *piece = LIST_AT(pieces, struct diff_piece, i);
        if (piece->kind == DIFF_EQUAL) buf_adds(&buf, piece->text);
        if (piece->kind == DIFF_DELETE) buf_addf(&buf, "[-%s]", piece->text);
        if (piece->kind == DIFF_INSERT) buf_addf(&buf, "[+%s]", piece->text);
    }
    return arena_memdup(arena, buf.data, buf.len);
}

/* Joins the pieces of either text and checks the promises of diff.h. */
static void assert_leads(const char *before, const char *after, struct list pieces) {
    CLEANUP(buf_free) struct buf a = BUF(1 << 22);
    CLEANUP(buf_free) struct buf b = BUF(1 << 22);
    for (size_t i = 0; i < pieces.count; i++) {
        const struct diff_piece *piece = LIST_AT(pieces, struct diff_piece, i);
        assert_true(piece->text[0] != '\0');
        if (piece->kind != DIFF_INSERT) buf_adds(&a, piece->text);
        if (piece->kind != DIFF_DELETE) buf_adds(&b, piece->text);
        if (i == 0) continue;
        enum diff_kind last = LIST_AT(pieces, struct diff_piece, i - 1)->kind;
        assert_true(last != piece->kind);
        assert_false(last == DIFF_INSERT && piece->kind == DIFF_DELETE);
    }
    assert_string_equal(a.data ? a.data : "", before);
    assert_string_equal(b.data ? b.data : "", after);
}

static void reads_well(void **state) {
    (void)state;
    const struct {
        const char *before, *after, *shown;
    } cases[] = {
        {"", "", ""},
        {"民意", "民意", "民意"},
        {"", "民意", "[+民意]"},
        {"民意", "", "[-民意]"},
        {"甲乙", "丙丁", "[-甲乙][+丙丁]"},
        {"建议加强管理。", "建议切实加强管理。", "建议[+切实]加强管理。"},
        {"增长12.5%，", "增长13.5%，", "增长[-12.5%][+13.5%]，"},
        {"5G基站", "6G基站", "[-5G][+6G]基站"},
        {"使用WPS编辑", "使用Word编辑", "使用[-WPS][+Word]编辑"},
        {"修路", "修公路网", "修[+公]路[+网]"},
        {"一、情况。三、建议。", "一、情况。二、原因。三、建议。", "一、情况。[+二、原因。]三、建议。"},
        {"村、街道", "村、镇、街道", "村、[+镇、]街道"},
        {"第一句。第二句。第三句。", "第一句。第三句。", "第一句。[-第二句。]第三句。"},
        {"甲，乙", "丙，丁", "[-甲][+丙]，[-乙][+丁]"},
        {"甲方，乙方", "丙方，丁方", "[-甲][+丙]方，[-乙][+丁]方"},
        {"农村公路管理", "农村道路治理", "农村[-公路管][+道路治]理"},
        {"第一行\n第三行", "第一行\n第二行\n第三行", "第一行\n[+第二行\n]第三行"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
        struct list pieces = diff_texts(arena, cases[i].before, cases[i].after);
        assert_leads(cases[i].before, cases[i].after, pieces);
        char *text = shown(arena, pieces);
        if (strcmp(text, cases[i].shown) != 0) fail_msg("%s, not %s", text, cases[i].shown);
    }
}

static void unrelated_sentences_are_replaced_whole(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct list pieces = diff_texts(arena, "近年来我市老旧小区加装电梯推进缓慢的主要原因是资金不足。",
                                    "建议由住建部门的专班牵头统筹推进城市更新工作并每季度通报。");
    assert_true(pieces.count <= 5);
}

static void broken_texts_are_replaced_whole(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    assert_string_equal(shown(arena, diff_texts(arena, "a\xFF", "ab")), "[-a\xFF][+ab]");
    assert_string_equal(shown(arena, diff_texts(arena, "ab", "a\xFF")), "[-ab][+a\xFF]");
    assert_string_equal(shown(arena, diff_texts(arena, "\xFF", "\xFF")), "\xFF");
}

/* xorshift64: the same texts in every run. */
static uint64_t seed = 88172645463325252ULL;
static uint32_t random_below(uint32_t limit) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 11) % limit;
}

static const char *const alphabet[] = {"民", "意", "公", "路", "的", "，", "。", "\n", "1",
                                       "2",  "a",  "b",  " ",  "、", "😀",  "建", "议", "了"};

/* COUNT random characters out of the first KINDS of the alphabet. */
static char *random_text(struct arena *arena, size_t count, uint32_t kinds) {
    CLEANUP(buf_free) struct buf buf = BUF(1 << 20);
    for (size_t i = 0; i < count; i++)
        buf_adds(&buf, alphabet[random_below(kinds)]);
    return arena_memdup(arena, buf.data ? buf.data : "", buf.len);
}

/* TEXT with random insertions and deletions, about one in RARITY characters. */
static char *edited(struct arena *arena, const char *text, uint32_t rarity) {
    CLEANUP(buf_free) struct buf buf = BUF(1 << 20);
    while (*text) {
        size_t len = 1;
        while ((text[len] & 0xC0) == 0x80)
            len++;
        if (random_below(rarity) == 0) buf_adds(&buf, alphabet[random_below(ARRAY_LEN(alphabet))]);
        if (random_below(rarity) != 0) buf_add(&buf, text, len);
        text += len;
    }
    return arena_memdup(arena, buf.data ? buf.data : "", buf.len);
}

static void any_two_texts(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    for (int round = 0; round < 3000; round++) {
        uint32_t kinds = 1 + random_below(ARRAY_LEN(alphabet));
        const char *before = random_text(arena, random_below(30), kinds);
        const char *after = random_below(2) ? random_text(arena, random_below(30), kinds)
                                            : edited(arena, before, 2 + random_below(8));
        assert_leads(before, after, diff_texts(arena, before, after));
        arena_reset(arena);
    }
}

static void long_texts_with_random_edits(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 22);
    for (int round = 0; round < 12; round++) {
        const char *before = random_text(arena, 1000 + random_below(9000), ARRAY_LEN(alphabet));
        const char *after = edited(arena, before, 2 + random_below(60));
        assert_leads(before, after, diff_texts(arena, before, after));
        arena_reset(arena);
    }
}

static void few_edits_stay_few_pieces(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 22);
    char *before = random_text(arena, 20000, ARRAY_LEN(alphabet));
    const char *after = arena_printf(arena, "新的开头。%s新的结尾。", before);
    struct list pieces = diff_texts(arena, before, after);
    assert_int_equal(pieces.count, 3);
    assert_leads(before, after, pieces);
}

static double seconds_for(const char *before, const char *after) {
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 22);
    struct timespec begin;
    struct timespec end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    struct list pieces = diff_texts(arena, before, after);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    assert_leads(before, after, pieces);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* The promise is 50 ms; sanitizers slow it down some ten times. */
static void time_is_bounded(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 22);
    double worst = 0;
    for (uint32_t kinds = 2; kinds <= ARRAY_LEN(alphabet); kinds += 4) {
        const char *before = random_text(arena, 20000, kinds);
        double unrelated = seconds_for(before, random_text(arena, 20000, kinds));
        double half = seconds_for(before, edited(arena, before, 3));
        worst = unrelated > worst ? unrelated : worst;
        worst = half > worst ? half : worst;
    }
    print_message("worst of 20,000 characters: %.1f ms\n", worst * 1000);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    assert_true(worst < 2.0);
#else
    assert_true(worst < 0.1);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_well),
        cmocka_unit_test(unrelated_sentences_are_replaced_whole),
        cmocka_unit_test(broken_texts_are_replaced_whole),
        cmocka_unit_test(any_two_texts),
        cmocka_unit_test(long_texts_with_random_edits),
        cmocka_unit_test(few_edits_stay_few_pieces),
        cmocka_unit_test(time_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
