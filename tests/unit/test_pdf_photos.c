/* The photos in scanned PDFs: found in whole files, and nothing but what is there in hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cost.h"
#include "fax_testing.h"
#include "minyi/pdf_photos.h"
#include "pdf_testing.h"

#define JPEG "\xFF\xD8 a picture \xFF\xD9"
#define PHOTO "<</Type/XObject /Subtype /Image /Filter /DCTDecode"
enum { JPEG_SIZE = sizeof(JPEG) - 1 };

/* How many are found in the bytes, which stand alone in memory; each must lie within them. */
static size_t found_in(const void *data, size_t size, struct pdf_photo photos[PDF_PHOTOS_MAX]) {
    char *alone = malloc(size);
    if (size > 0) memcpy(alone, data, size);
    size_t count = pdf_photos(alone, size, photos);
    assert_true(count <= PDF_PHOTOS_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)((const char *)photos[i].data - alone);
        assert_true(at <= size && photos[i].size <= size - at);
        if (!photos[i].is_fax) assert_memory_equal(photos[i].data, "\xFF\xD8", 2);
        photos[i].data = (const char *)data + at;
    }
    free(alone);
    return count;
}

static size_t count_in(const char *text) {
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    return found_in(text, strlen(text), photos);
}

/* TEXT holds exactly one photo, the JPEG above and at most the end of its line. */
static void assert_one(const char *text) {
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    assert_int_equal(found_in(text, strlen(text), photos), 1);
    assert_true(photos[0].size >= JPEG_SIZE && photos[0].size <= JPEG_SIZE + 2);
    assert_memory_equal(photos[0].data, JPEG, JPEG_SIZE);
}

static void test_pages_of_a_scan(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(4 << 20);
    const char *pages[] = {"page 1", "page 2", "page 3", "page 4", "page 5",
                           "page 6", "page 7", "page 8", "page 9", "page 10"};
    scanned_pdf(pages, ARRAY_LEN(pages), &pdf);
    assert_int_equal(found_in(pdf.data, pdf.len, photos), PDF_PHOTOS_MAX);
    for (size_t i = 0; i < PDF_PHOTOS_MAX; i++) {
        const char *texts[8];
        size_t count = 0;
        assert_int_equal(code_decode(arena, photos[i].data, photos[i].size, texts, &count), 0);
        assert_int_equal(count, 1);
        assert_string_equal(texts[0], pages[i]);
    }
    for (size_t cut = 0; cut < pdf.len; cut += cut < 2000 ? 1 : 97)
        (void)found_in(pdf.data, cut, photos);
}

static void test_forms_of_the_dictionary(void **state) {
    (void)state;
    assert_one("1 0 obj\n" PHOTO "/Length 15>>\nstream\r\n" JPEG "\nendstream\nendobj");
    assert_one("1 0 obj" PHOTO ">>stream\n" JPEG "\nendstream");
    assert_one("1 0 obj<</Filter[/DCTDecode]/Subtype/Image/Length 15>>stream\n" JPEG "endstream");
    assert_one("1 0 obj<</Filter [ /DCTDecode ] /Subtype/Image>> stream\n" JPEG "\r\nendstream");
    assert_one("1 0 obj" PHOTO "/Length 2 0 R>>stream\n" JPEG "\nendstream\n2 0 obj 15 endobj");
    assert_one("1 0 obj" PHOTO "/Length1 3/Length 15>>stream\n" JPEG "\nendstream");
    /* what Length says is inside, though the word stands there too */
    static const char word[] = "1 0 obj" PHOTO "/Length 13>>stream\n\xFF\xD8 endstream \nendstream";
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    assert_int_equal(found_in(word, sizeof(word) - 1, photos), 1);
    assert_memory_equal(photos[0].data, "\xFF\xD8 endstream ", 13);
    assert_true(photos[0].size >= 13);
}

static void test_other_streams(void **state) {
    (void)state;
    static const char *const none[] = {
        "1 0 obj<</Subtype/Image/Filter/FlateDecode>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/Image/Filter[/FlateDecode/DCTDecode]>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/Image/Filter[/DCTDecode/FlateDecode]>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/Image/Filter/DCTDecoder>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/ImageMask/Filter/DCTDecode>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/Form/Filter/DCTDecode>>stream\n" JPEG "\nendstream",
        "1 0 obj<</Subtype/Image>>stream\n" JPEG "\nendstream",
        "1 0 obj" PHOTO ">>endobj 2 0 obj<</Length 15>>stream\n" JPEG "\nendstream",
        "1 0 obj" PHOTO ">>stream\nno picture\nendstream",
        "1 0 obj" PHOTO ">>stream" JPEG "\nendstream",
        "1 0 obj" PHOTO ">>stream\r" JPEG "\nendstream",
        "1 0 obj" PHOTO " stream\n" JPEG "\nendstream",
        /* one inside of another */
        "1 0 obj<</Length 99>>stream\n2 0 obj" PHOTO ">>strea\n" JPEG "\nendstream",
        "1 0 obj<<>>stream\n2 0 obj" PHOTO ">>stream\n" JPEG "\nendstream",
    };
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_int_equal(count_in(none[i]), 0);
}

/* ---- fax pictures ---- */

#define FAX "1 0 obj<</Subtype/Image/Width 1654/Height 2339/Filter/CCITTFaxDecode"
#define END "/Length 3>>stream\nfax\nendstream"

static void test_forms_of_a_fax(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct fax_form form;
    } ones[] = {
        {FAX "/DecodeParms<</K -1/Columns 1654/Rows 2339>>" END, {-1, 1654, 2339, false, false}},
        {FAX " /DecodeParms [ << /Columns 1656 /K -4 /BlackIs1 true >> ] " END,
         {-1, 1656, 2339, false, false}},
        {FAX "/DecodeParms<</K 4/EndOfLine true/EncodedByteAlign true>>" END, {1, 1728, 2339, true, true}},
        {FAX "/DecodeParms<</EndOfLine false/EncodedByteAlign\ntrue>>" END, {0, 1728, 2339, true, false}},
        {FAX "/DecodeParms<</EncodedByteAlign trueish/Columns 9 0 R>>" END, {0, 1728, 2339, false, false}},
        {FAX END, {0, 1728, 2339, false, false}},
        {FAX "/DecodeParms 12 0 R" END, {-1, 1654, 2339, false, false}},
        {FAX "/DecodeParms[12 0 R]" END, {-1, 1654, 2339, false, false}},
        {"1 0 obj<</Filter[/CCITTFaxDecode]/Subtype/Image/Height 7 0 R/DecodeParms[<</K -1/Columns 8/Rows 5>>]" END,
         {-1, 8, 5, false, false}},
    };
    for (size_t i = 0; i < ARRAY_LEN(ones); i++) {
        struct pdf_photo photos[PDF_PHOTOS_MAX];
        if (found_in(ones[i].text, strlen(ones[i].text), photos) != 1) fail_msg("%s", ones[i].text);
        assert_true(photos[0].is_fax);
        assert_int_equal(photos[0].fax.k, ones[i].form.k);
        assert_int_equal(photos[0].fax.columns, ones[i].form.columns);
        assert_int_equal(photos[0].fax.rows, ones[i].form.rows);
        assert_int_equal(photos[0].fax.byte_align, ones[i].form.byte_align);
        assert_int_equal(photos[0].fax.end_of_line, ones[i].form.end_of_line);
        assert_memory_equal(photos[0].data, "fax", 3);
        assert_true(photos[0].size >= 3 && photos[0].size <= 4);
    }
}

static void test_no_fax(void **state) {
    (void)state;
    static const char *const none[] = {
        "1 0 obj<</Subtype/Image/Width 8/Height 8/Filter[/FlateDecode/CCITTFaxDecode]" END,
        "1 0 obj<</Subtype/Image/Width 8/Height 8/Filter[/CCITTFaxDecode/FlateDecode]" END,
        "1 0 obj<</Subtype/Image/Width 8/Height 8/Filter/CCITTFaxDecoder" END,
        "1 0 obj<</Subtype/Image/Width 8/Height 8/Filter/JBIG2Decode" END,
        "1 0 obj<</Subtype/Image/Width 8/Height 8/Filter/JPXDecode" END,
        "1 0 obj<</Width 8/Height 8/Filter/CCITTFaxDecode" END,
        "1 0 obj<</Subtype/Image/Filter/CCITTFaxDecode" END, /* how high it is is nowhere said */
        "1 0 obj<</Subtype/Image/Height 0/Filter/CCITTFaxDecode" END,
        "1 0 obj<</Subtype/Image/Height -8/Filter/CCITTFaxDecode" END,
        "1 0 obj<</Subtype/Image/Height 65501/Filter/CCITTFaxDecode" END,
        "1 0 obj<</Subtype/Image/Height 99999999999999999999/Filter/CCITTFaxDecode" END,
        FAX "/DecodeParms<</Columns 0>>" END,
        FAX "/DecodeParms<</Columns -1>>" END,
        FAX "/DecodeParms<</Columns 4294967297>>" END,
        FAX "/DecodeParms<</Columns 65501>>" END,
        "1 0 obj<</Subtype/Image/Height 9/Filter/CCITTFaxDecode/DecodeParms 3 0 R" END,
        /* the last words, and nothing behind them */
        FAX "/DecodeParms",
        FAX "/DecodeParms[",
        FAX "/K -",
    };
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (count_in(none[i]) != 0) fail_msg("%s", none[i]);
    /* a K that is none is as if it were not said */
    assert_int_equal(count_in(FAX "/DecodeParms<</K -/Columns 8>>" END), 1);
    assert_int_equal(count_in(FAX "/DecodeParms<</K 99999999999999999999>>" END), 1);
}

static void test_pages_of_a_fax(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(4 << 20);
    struct fax_form form = {.k = -1};
    struct fax_page pages[3];
    static const char *const texts[] = {"page 1", "page 2", "page 3"};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        pages[i] = fax_page_new(200, 220);
        fax_draw_code(&pages[i], texts[i], 5, 30, 40);
    }
    fax_pdf(pages, ARRAY_LEN(pages), &form, &pdf);
    buf_adds(&pdf, "1 0 obj" PHOTO ">>stream\n" JPEG "\nendstream"); /* both kinds in one file */
    assert_int_equal(found_in(pdf.data, pdf.len, photos), 4);
    assert_false(photos[3].is_fax);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const char *found[8];
        size_t count = 0;
        assert_int_equal(
            code_decode_fax(arena, &photos[i].fax, photos[i].data, photos[i].size, found, &count), 0);
        assert_int_equal(count, 1);
        assert_string_equal(found[0], texts[i]);
        fax_page_free(&pages[i]);
    }
    for (size_t cut = 0; cut < pdf.len; cut++)
        (void)found_in(pdf.data, cut, photos);
}

static void test_encrypted(void **state) {
    (void)state;
    const char *photo = "1 0 obj" PHOTO ">>stream\n" JPEG "\nendstream endobj ";
    char text[400];
    snprintf(text, sizeof(text), "%strailer<</Root 3 0 R/Encrypt 9 0 R>>", photo);
    assert_int_equal(count_in(text), 0);
    snprintf(text, sizeof(text), "%s4 0 obj<</Type/XRef/Encrypt 9 0 R>>stream\nx\nendstream", photo);
    assert_int_equal(count_in(text), 0);
    snprintf(text, sizeof(text), "%strailer<</Root 3 0 R/EncryptMetadata false>>", photo);
    assert_int_equal(count_in(text), 1);
}

static void test_hostile_lengths(void **state) {
    (void)state;
    static const char *const lengths[] = {
        "99999", "4294967295", "18446744073709551615", "99999999999999", "-1", "0", "1", "", "x"};
    char text[300];
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        snprintf(text, sizeof(text), "1 0 obj" PHOTO "/Length %s>>stream\n" JPEG "\nendstream", lengths[i]);
        assert_one(text);
    }
    /* none of it */
    assert_int_equal(count_in("1 0 obj" PHOTO "/Length 15>>stream\n" JPEG "\nendstrea"), 0);
    assert_int_equal(count_in("1 0 obj" PHOTO "/Length 15>>stream\n"), 0);
    assert_int_equal(count_in("1 0 obj" PHOTO "/Length"), 0);
    assert_int_equal(count_in(">>stream\n\xFF"
                              "endstream"),
                     0);
    assert_int_equal(count_in(""), 0);
    assert_int_equal(pdf_photos(NULL, 0, NULL), 0);
}

static double cost_of_walk(const char *part, size_t size, size_t wanted) {
    char *bytes = malloc(size);
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    size_t len = strlen(part);
    for (size_t at = 0; at < size; at++)
        bytes[at] = part[at % len];
    size_t found = 0;
    double least = -1;
    for (int try = 0; try < COST_TRIES; try++) {
        double before = cost_now();
        found = found_in(bytes, size, photos);
        double cost = cost_now() - before;
        COST_LEAST(least, cost);
    }
    free(bytes);
    assert_int_equal(found, wanted);
    return least;
}

/* The work does not grow with the square of what is walked. */
static void test_bounded_work(void **state) {
    (void)state;
    static const char *const parts[] = {
        "1 0 obj" PHOTO "/Length 9>>stream\n" JPEG "\nendstream endobj ",
        FAX "/DecodeParms[" END,
        ">>stream\n",
        "stream ",
        ">> ",
        "/Length ",
        " obj",
        "/Encryp",
        "\n",
        "/Filter/Filte",
        "/DecodeParms[",
        "/K -1",
        "/Columns 9",
        "endstream",
        ">>\n\n\n\n\n\n\n\n\n\n\n\nstream",
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t wanted = i < 2 ? PDF_PHOTOS_MAX : 0;
        double part = cost_of_walk(parts[i], 1 << 20, wanted);
        assert_linear(part, cost_of_walk(parts[i], 4 << 20, wanted));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_of_a_scan), cmocka_unit_test(test_forms_of_the_dictionary),
        cmocka_unit_test(test_other_streams),   cmocka_unit_test(test_forms_of_a_fax),
        cmocka_unit_test(test_no_fax),          cmocka_unit_test(test_pages_of_a_fax),
        cmocka_unit_test(test_encrypted),       cmocka_unit_test(test_hostile_lengths),
        cmocka_unit_test(test_bounded_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
