/* Fax pictures: every code and form of the standards, codes read from pages, damage, hostile claims. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cost.h"
#include "fax_card.h"
#include "minyi/err.h"

static const char ADDRESS[] = "https://minyi.example.cn/q/i12-1a2b3c4d";

static void unref(GdkPixbuf **picture) {
    if (*picture != NULL) g_object_unref(*picture);
}

static unsigned light_at(GdkPixbuf *picture, int x, int y) {
    return gdk_pixbuf_read_pixels(
        picture)[(size_t)y * (size_t)gdk_pixbuf_get_rowstride(picture) + 3 * (size_t)x];
}

/* The bytes are PAGE, px for px. They stand alone in memory. */
static void assert_page(const void *data, size_t size, const struct fax_form *form,
                        const struct fax_page *page) {
    GdkPixbuf *picture CLEANUP(unref) = NULL;
    bool negative = false;
    unsigned char *alone = malloc(size);
    memcpy(alone, data, size);
    assert_int_equal(fax_decode(alone, size, form, FAX_SIDE_MAX, &picture, &negative), 0);
    free(alone);
    assert_int_equal(gdk_pixbuf_get_width(picture), page->columns);
    assert_int_equal(gdk_pixbuf_get_height(picture), page->rows);
    for (int y = 0; y < page->rows; y++)
        for (int x = 0; x < page->columns; x++)
            if (light_at(picture, x, y) != (page->dark[y * page->columns + x] ? 0 : 255))
                fail_msg("px %d of row %d, k = %d", x, y, form->k);
}

static void test_every_code(void **state) {
    (void)state;
    struct fax_page card CLEANUP(fax_page_free) = fax_card();
    struct fax_form form = {.k = -1, .columns = card.columns, .rows = card.rows};
    assert_page(fax_card_group4, sizeof(fax_card_group4), &form, &card);
    form.k = 4;
    form.end_of_line = true;
    assert_page(fax_card_group3, sizeof(fax_card_group3), &form, &card);
    form.end_of_line = false; /* not said, but there */
    assert_page(fax_card_group3, sizeof(fax_card_group3), &form, &card);
}

/* Rows that are like the one above in places, as in writing. */
static void scribble(struct fax_page *page, unsigned *seed) {
    bool black = false;
    for (int i = 0; i < page->rows * page->columns; i++) {
        *seed = *seed * 1103515245u + 12345u;
        unsigned chance = *seed >> 16;
        if (chance % 11 == 0) black = !black;
        bool like_above = i > page->columns && chance % 3 != 0;
        page->dark[i] = like_above ? page->dark[i - page->columns - (int)(chance >> 8) % 2] : black;
    }
}

static void test_every_form(void **state) {
    (void)state;
    static const int ks[] = {-1, 0, 1, 4};
    unsigned seed = 7;
    for (int i = 0; i < 320; i++) {
        struct fax_form form = {.k = ks[i % 4], .byte_align = i / 4 % 2 != 0, .end_of_line = i / 8 % 2 != 0};
        if (form.k < 0) form.end_of_line = false;
        form.columns = 1 + i % 71;
        form.rows = 1 + i % 43;
        struct fax_page page CLEANUP(fax_page_free) = fax_page_new(form.columns, form.rows);
        struct buf fax CLEANUP(buf_free) = BUF(1 << 20);
        scribble(&page, &seed);
        fax_encode(&page, &form, &fax);
        assert_page(fax.data, fax.len, &form, &page);
    }
}

/* ---- codes on pages ---- */

static size_t codes_in(const struct fax_form *form, const void *data, size_t size) {
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(1 << 20);
    const char *texts[8] = {NULL};
    size_t count = 99;
    if (code_decode_fax(arena, form, data, size, texts, &count) != 0) return 0;
    if (count > 0) assert_string_equal(texts[0], ADDRESS);
    return count;
}

/* A sheet of A4 with its code 16 mm wide, as ours are, and some writing below. */
static struct fax_page sheet(int dpi, bool negative) {
    struct fax_page page = fax_page_new(dpi * 2100 / 254, dpi * 2970 / 254);
    fax_draw_code(&page, ADDRESS, dpi * 160 / 254 / 33, page.columns - dpi, dpi / 4);
    for (int y = 2 * dpi; y < 4 * dpi; y++)
        for (int x = dpi; x < page.columns - dpi; x += 60)
            if (y / 50 % 2) fax_bar(&page, y, x, x + 20 + (x * y) % 30);
    for (int i = 0; negative && i < page.columns * page.rows; i++)
        page.dark[i] = !page.dark[i];
    return page;
}

static void test_codes_at_each_resolution(void **state) {
    (void)state;
    static const int resolutions[] = {150, 200, 300, 600};
    for (size_t i = 0; i < 2 * ARRAY_LEN(resolutions); i++) {
        struct fax_page page CLEANUP(fax_page_free) = sheet(resolutions[i / 2], i % 2 != 0);
        struct fax_form form = {.k = i / 2 == 1 ? 0 : -1, .columns = page.columns, .rows = page.rows};
        struct buf fax CLEANUP(buf_free) = BUF(4 << 20);
        fax_encode(&page, &form, &fax);
        if (codes_in(&form, fax.data, fax.len) != 1) fail_msg("%d dpi", resolutions[i / 2]);
    }
}

/* What stands above the place where a page is cut off or damaged is read. */
static void test_damaged_pages(void **state) {
    (void)state;
    struct fax_page page CLEANUP(fax_page_free) = sheet(200, false);
    for (int k = -1; k <= 1; k++) {
        struct fax_form form = {.k = k, .columns = page.columns, .rows = page.rows, .end_of_line = k >= 0};
        struct buf fax CLEANUP(buf_free) = BUF(4 << 20);
        GdkPixbuf *picture = NULL;
        bool negative = false;
        fax_encode(&page, &form, &fax);
        assert_int_equal(codes_in(&form, fax.data, fax.len / 2), 1);
        memset(fax.data + fax.len / 2, 0, 8);
        assert_int_equal(codes_in(&form, fax.data, fax.len), 1);
        memset(fax.data, 0, 8);
        memset(fax.data + 8, 0x55, 8);
        assert_int_equal(codes_in(&form, fax.data, fax.len), 0);
        assert_int_equal(fax_decode(fax.data, 0, &form, 100, &picture, &negative), ERR_INVALID);
        assert_int_equal(fax_decode("\0\0\0\0", 4, &form, 100, &picture, &negative), ERR_INVALID);
        assert_null(picture);
    }
}

/* ---- hostile ones ---- */

static void test_claims(void **state) {
    (void)state;
    static const struct {
        int columns, rows, error;
    } claims[] = {{0, 5, ERR_INVALID},
                  {5, 0, ERR_INVALID},
                  {-1, 5, ERR_INVALID},
                  {65501, 1, ERR_INVALID},
                  {1, 65501, ERR_INVALID},
                  {INT_MAX, INT_MAX, ERR_INVALID},
                  {60000, 60000, ERR_TOO_LARGE},
                  {20001, 20000, ERR_TOO_LARGE},
                  {20000, 20000, 0},
                  {65500, 1, 0}};
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        GdkPixbuf *picture CLEANUP(unref) = NULL;
        bool negative = false;
        struct fax_form form = {.k = -1, .columns = claims[i].columns, .rows = claims[i].rows};
        assert_int_equal(fax_judge(&form), claims[i].error);
        assert_int_equal(fax_decode("\xFF", 1, &form, 4000, &picture, &negative), claims[i].error);
        if (claims[i].error != 0) continue;
        assert_true(gdk_pixbuf_get_width(picture) <= 4000 && gdk_pixbuf_get_height(picture) <= 4000);
        assert_false(negative);
    }
}

/* Each byte string as each form, cut at each byte: nothing outside is read or written. */
static void test_noise(void **state) {
    (void)state;
    enum { SIZE = 300, TRIES = 400 };
    unsigned seed = 3;
    for (int i = 0; i < TRIES; i++) {
        unsigned size = (unsigned)i % SIZE;
        unsigned char *bytes = malloc(size);
        for (unsigned at = 0; at < size; at++) {
            seed = seed * 1103515245u + 12345u;
            bytes[at] =
                (unsigned char)(i % 2 ? seed >> 16 : (seed >> 16) & (seed >> 20)); /* or with more zeros */
        }
        for (int k = -1; k <= 1; k++) {
            GdkPixbuf *picture CLEANUP(unref) = NULL;
            bool negative = false;
            struct fax_form form = {k, 1 + i % 40, 50, i % 4 == 0, i % 3 == 0};
            int error = fax_decode(bytes, size, &form, 16, &picture, &negative);
            assert_true(error == 0 || error == ERR_INVALID);
        }
        free(bytes);
    }
}

static double cost_of(const char *part, size_t size, int k) {
    char *bytes = malloc(size);
    size_t len = strlen(part);
    double least = -1;
    for (size_t at = 0; at < size; at++)
        bytes[at] = part[at % len];
    for (int try = 0; try < COST_TRIES; try++) {
        GdkPixbuf *picture CLEANUP(unref) = NULL;
        bool negative = false;
        struct fax_form form = {.k = k, .columns = 6000, .rows = 60000};
        double before = cost_now();
        int error = fax_decode(bytes, size, &form, 100, &picture, &negative);
        double cost = cost_now() - before;
        assert_true(error == 0 || error == ERR_INVALID);
        COST_LEAST(least, cost);
    }
    free(bytes);
    return least;
}

/* The work does not grow with the square of the bytes. */
static void test_bounded_work(void **state) {
    (void)state;
    static const char *const parts[] = {"\xFF", "\x11", "\x24\x9B\xF0", "\x35\x1C\x35",
                                        "\x66", "\x01", "\x55"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (int k = -1; k <= 0; k++)
            assert_linear(cost_of(parts[i], 1500, k), cost_of(parts[i], 6000, k));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code),
        cmocka_unit_test(test_every_form),
        cmocka_unit_test(test_codes_at_each_resolution),
        cmocka_unit_test(test_damaged_pages),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_bounded_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
