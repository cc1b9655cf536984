/* Codes on the pages of PDFs: whatever a page is made of, however broken or hostile the file, and whatever the
 * program does that draws it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fax_testing.h"
#include "jpeg2000_testing.h"
#include "left_testing.h"
#include "pdf_testing.h"

static const char ADDRESS[] = "https://minyi.example.cn/q/i12-1a2b3c4d";

/* What was found, one text behind the other; WANTED (or nothing) ends the search. */
struct finding {
    char all[400];
    const char *wanted;
};

static bool take(void *argument, const char *const *texts, size_t count) {
    struct finding *finding = argument;
    bool enough = false;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(finding->all);
        snprintf(finding->all + len, sizeof(finding->all) - len, "%s|", texts[i]);
        enough = enough || (finding->wanted != NULL && strcmp(texts[i], finding->wanted) == 0);
    }
    return enough;
}

static size_t find(const void *data, size_t size, struct finding *finding) {
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(1 << 20);
    finding->all[0] = '\0';
    return code_decode_pdf(arena, data, size, take, finding);
}

static void assert_found(const struct buf *pdf, const char *text, size_t pages) {
    struct finding finding = {.wanted = text};
    char all[100];
    assert_int_equal(find(pdf->data, pdf->len, &finding), pages);
    snprintf(all, sizeof(all), "%s|", text);
    assert_string_equal(finding.all, all);
}

/* PAGES pages searched, nothing found. */
static void assert_none(const void *data, size_t size, size_t pages) {
    struct finding finding = {0};
    assert_int_equal(find(data, size, &finding), pages);
    assert_string_equal(finding.all, "");
}

/* A page of its own media box with CONTENT; further objects OTHERS. */
static void plain_pdf(const char *box, const char *content, const char *others, struct buf *ret) {
    buf_addf(ret,
             "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
             "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
             "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources 5 0 R>>endobj\n"
             "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n%strailer<</Root 1 0 R>>\n%%%%EOF\n",
             box, strlen(content), content, others);
    assert_false(buf_failed(ret));
}

/* ---- what pages are made of ---- */

static void test_faxes(void **state) {
    (void)state;
    static const struct fax_form forms[] = {
        {.k = -1},
        {.k = 4},
        {.k = 0, .end_of_line = true, .byte_align = true},
        {.k = -1, .jbig2 = true},
    };
    struct fax_page page CLEANUP(fax_page_free) = fax_page_new(827, 1170);
    fax_draw_code(&page, ADDRESS, 3, 600, 60);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
        fax_pdf(&page, 1, &forms[i], &pdf);
        assert_found(&pdf, ADDRESS, 1);
    }
}

static void test_jpeg(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    scanned_pdf((const char *[]){ADDRESS}, 1, &pdf);
    assert_non_null(memmem(pdf.data, pdf.len, "/DCTDecode", 10));
    assert_found(&pdf, ADDRESS, 1);
}

static void test_jpeg2000(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    buf_adds(&pdf, "%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                   "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                   "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
                   "/Resources<</XObject<</I 5 0 R>>>>>>endobj\n"
                   "4 0 obj<</Length 31>>stream\n58 0 0 58 480 740 cm /I Do     \nendstream endobj\n");
    buf_addf(&pdf,
             "5 0 obj<</Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
             "/Filter/JPXDecode/Length %zu>>stream\n",
             JPEG2000_SIDE, JPEG2000_SIDE, sizeof(jpeg2000_code));
    buf_add(&pdf, jpeg2000_code, sizeof(jpeg2000_code));
    buf_adds(&pdf, "\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    assert_found(&pdf, jpeg2000_text, 1);
}

/* A page that an office program wrote; and one that is a picture packed by Flate. */
static void test_drawn(void **state) {
    (void)state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(1 << 20);
    struct code code;
    assert_int_equal(code_encode(arena, ADDRESS, &code), 0);
    for (int as_picture = 0; as_picture < 2; as_picture++) {
        struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
        cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(pdf_keep, &pdf, 595, 842);
        cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_A1, 595, 842);
        cairo_t *pen = cairo_create(as_picture ? picture : surface);
        for (int i = 0; i < code.side * code.side; i++)
            if (code.modules[i])
                cairo_rectangle(pen, 500 + 2 * (i % code.side), 40 + 2 * (i / code.side), 2, 2);
        cairo_fill(pen);
        cairo_destroy(pen);
        pen = cairo_create(surface);
        if (as_picture) cairo_mask_surface(pen, picture, 0, 0);
        cairo_show_page(pen);
        cairo_destroy(pen);
        cairo_surface_destroy(picture);
        cairo_surface_finish(surface);
        cairo_surface_destroy(surface);
        assert_true((memmem(pdf.data, pdf.len, "/Image", 6) != NULL) == (as_picture == 1));
        assert_found(&pdf, ADDRESS, 1);
    }
}

/* ---- which pages ---- */

static void test_pages(void **state) {
    (void)state;
    static const char *const pages[] = {"1", "2", "3", "4"};
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    struct finding finding = {.wanted = "3"};
    scanned_pdf(pages, ARRAY_LEN(pages), &pdf);
    assert_int_equal(find(pdf.data, pdf.len, &finding), 3);
    assert_string_equal(finding.all, "1|2|3|");
}

static void test_none(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20), locked CLEANUP(buf_free) = BUF(1 << 20);
    struct buf open CLEANUP(buf_free) = BUF(1 << 20);
    static const char no_pages[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                                   "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n";
    scanned_pdf((const char *[]){NULL}, 1, &pdf);
    assert_none(pdf.data, pdf.len, 1);
    assert_none("", 0, 0);
    assert_none("%PDF-1.4\n", 9, 0);
    assert_none(no_pages, sizeof(no_pages) - 1, 0);
    plain_pdf("0 0 9 900", "", "6 0 obj<</Filter/Standard/V 1/R 2/P -4/O(x)/U(x)>>endobj\n", &open);
    assert_none(open.data, open.len, 1);
    const char *trailer = memmem(open.data, open.len, "trailer", 7);
    buf_add(&locked, open.data, (size_t)(trailer - open.data));
    buf_adds(&locked, "trailer<</Root 1 0 R/Encrypt 6 0 R/ID[(a)(a)]>>\n%%EOF\n");
    assert_none(locked.data, locked.len, 0);
}

/* Cut off anywhere: what is there is searched, or nothing is. */
static void test_cut_off(void **state) {
    (void)state;
    enum { CUTS = 7 };
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    struct finding finding = {0};
    scanned_pdf((const char *[]){"1", "2"}, 2, &pdf);
    for (size_t cut = 0; cut < CUTS; cut++)
        assert_true(find(pdf.data, pdf.len * cut / CUTS, &finding) <= 2);
}

/* Whatever size a page claims, the picture of it is of ours. */
static void test_absurd_pages(void **state) {
    (void)state;
    static const char *const boxes[] = {"0 0 5000 200000", "0 0 1 100000", "0 0 0 0", "0 0 .01 .001"};
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
        struct buf pdf CLEANUP(buf_free) = BUF(1 << 20);
        struct finding finding = {0};
        plain_pdf(boxes[i], "0 0 9 9 re f", "", &pdf);
        assert_true(find(pdf.data, pdf.len, &finding) <= 1);
    }
}

/* A drawing of drawings of drawings, ten of each in the next: it does not end in a human life. */
static void test_endless(void **state) {
    (void)state;
    enum { LEVELS = 14, FIRST = 6, SECONDS = 10 };
    struct buf pdf CLEANUP(buf_free) = BUF(1 << 20), levels CLEANUP(buf_free) = BUF(1 << 20);
    static const char ten[] = "/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do";
    buf_addf(&levels, "5 0 obj<</XObject<</X %d 0 R>>>>endobj\n", FIRST);
    for (int i = FIRST; i < FIRST + LEVELS; i++)
        buf_addf(&levels,
                 "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
                 "/Length %zu>>stream\n%s\nendstream endobj\n",
                 i, i + 1, sizeof(ten) - 1, ten);
    plain_pdf("0 0 595 842", ten, levels.data, &pdf);
    struct rusage was, is;
    getrusage(RUSAGE_CHILDREN, &was);
    assert_none(pdf.data, pdf.len, 0);
    getrusage(RUSAGE_CHILDREN, &is);
    assert_true(is.ru_utime.tv_sec + is.ru_stime.tv_sec - was.ru_utime.tv_sec - was.ru_stime.tv_sec <=
                SECONDS + 2);
}

static void *find_it(void *pdf) {
    const struct buf *bytes = pdf;
    struct finding finding = {.wanted = "1"};
    size_t pages = find(bytes->data, bytes->len, &finding);
    return pages == 1 && strcmp(finding.all, "1|") == 0 ? pdf : NULL;
}

static void test_many_at_once(void **state) {
    (void)state;
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    pthread_t threads[4];
    scanned_pdf((const char *[]){"1", "2"}, 2, &pdf);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, find_it, &pdf), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, &pdf);
    }
}

/* ---- another program ---- */

/* A pdftoppm that does what SCRIPT says; NULL: there is none. */
static size_t find_with(const char *script, struct finding *finding) {
    char folder[] = "/tmp/minyi-test-XXXXXX", path[64], old[4096];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/pdftoppm", folder);
    snprintf(old, sizeof(old), "%s", getenv("PATH"));
    if (script != NULL) {
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        fprintf(file, "#!/bin/sh\n%s\n", script);
        fclose(file);
        assert_int_equal(chmod(path, 0700), 0);
    }
    setenv("PATH", folder, 1);
    assert_int_equal(code_reads_pdf(), script != NULL);
    size_t pages = find("%PDF-1.4\n", 9, finding);
    setenv("PATH", old, 1);
    unlink(path);
    rmdir(folder);
    return pages;
}

static void test_another_program(void **state) {
    (void)state;
    static const struct {
        const char *script;
        size_t pages;
    } programs[] = {
        {NULL, 0},
        {"exit 1", 0},
        {"printf 'P5\\n2 1\\n255\\nab'", 1},
        {"printf 'P5\\n2 1\\n255\\nabP5\\n1 1\\n255\\nx'; exit 3", 2},
        {"while :; do printf 'P5\\n1 1\\n255\\nx'; done", CODE_PDF_PAGES_MAX},
        {"printf 'P5\\n2 1\\n255\\nabP5\\n1 2\\n255\\nx'", 1}, /* cut off */
        {"printf 'P5\\n2 1\\n255\\nab '; printf 'P5\\n2 1\\n255\\nab'", 1},
        {"printf 'P5\\n999999999999999999999999 1\\n255\\nab'", 0},
        {"printf 'P5\\n3509 1\\n255\\n'; exec /bin/cat /dev/zero", 0},
        {"printf 'P5\\n1 3509\\n255\\n'; exec /bin/cat /dev/zero", 0},
        {"printf 'P5\\n0 1\\n255\\n'", 0},
        {"printf 'P5\\n-1 1\\n255\\nab'", 0},
        {"printf 'P5\\n2 1\\n65535\\nabab'", 0},
        {"printf 'P6\\n2 1\\n255\\nababab'", 0},
        {"exec /bin/cat /dev/zero", 0},
        {"exec 1>&-; while :; do :; done", 0}, /* ended its output, but not itself */
        {"read -r a </proc/self/fd/0; [ \"$a\" = %PDF-1.4 ] && [ -z \"$HOME\" ] && printf 'P5\\n2 1\\n255\\nab'",
         1},
        {"echo x > /proc/self/fd/0; read -r a </proc/self/fd/0; [ \"$a\" = %PDF-1.4 ] && printf 'P5\\n2 1\\n255\\nab'",
         1},
    };
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        struct finding finding = {0};
        size_t pages = find_with(programs[i].script, &finding);
        if (pages != programs[i].pages) fail_msg("%zu pages of %s", pages, programs[i].script);
        assert_string_equal(finding.all, "");
        assert_nothing_left(descriptors_before);
    }
    assert_true(code_reads_pdf());
}

#define PDF_TEST(TEST) cmocka_unit_test_setup_teardown(TEST, count_before, count_after)

int main(void) {
    const struct CMUnitTest tests[] = {
        PDF_TEST(test_faxes),           PDF_TEST(test_jpeg),
        PDF_TEST(test_jpeg2000),        PDF_TEST(test_drawn),
        PDF_TEST(test_pages),           PDF_TEST(test_none),
        PDF_TEST(test_cut_off),         PDF_TEST(test_absurd_pages),
        PDF_TEST(test_endless),         PDF_TEST(test_many_at_once),
        PDF_TEST(test_another_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
