/* Pictures: made small, upright and white for paper; hostile ones end softly within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>
#include <zlib.h>

#include "memory_testing.h"
#include "minyi/err.h"
#include "minyi/image.h"
#include "picture_testing.h"

enum { CEILING = 16 * 1024 * 1024 };

/* ---- files by hand ---- */

static void add_be(struct buf *buf, uint32_t value, int bytes) {
    while (bytes-- > 0)
        buf_addc(buf, (char)(value >> bytes * 8));
}

static void add_chunk(struct buf *png, const char *name, const void *data, size_t len) {
    uLong crc = crc32(crc32(0, (const Bytef *)name, 4), data, (uInt)len);
    add_be(png, (uint32_t)len, 4);
    buf_add(png, name, 4);
    buf_add(png, data, len);
    add_be(png, (uint32_t)(len > 0 ? crc : crc32(0, (const Bytef *)name, 4)), 4);
}

static void add_deflated(struct buf *png, const char *name, const char *prefix, size_t prefix_len,
                         size_t zeros) {
    uLongf room = compressBound(zeros);
    Bytef *plain = calloc(1, zeros), *packed = malloc(prefix_len + room);
    if (prefix_len > 0) memcpy(packed, prefix, prefix_len);
    if (compress2(packed + prefix_len, &room, plain, zeros, 9) != Z_OK) abort();
    add_chunk(png, name, packed, prefix_len + room);
    free(plain);
    free(packed);
}

static void begin_png(struct buf *png, uint32_t width, uint32_t height) {
    struct buf head CLEANUP(buf_free) = BUF(64);
    add_be(&head, width, 4);
    add_be(&head, height, 4);
    buf_add(&head, "\1\0\0\0\0", 5); /* one bit a pixel, grey */
    buf_add(png, "\x89PNG\r\n\x1a\n", 8);
    add_chunk(png, "IHDR", head.data, head.len);
}

/* A grey JPEG of any size: each block is two bits. SOF: 0xC0 baseline, 0xC2 progressive. */
static void make_jpeg(struct buf *jpeg, unsigned sof, uint32_t width, uint32_t height, int scans) {
    size_t blocks = (size_t)((width + 7) / 8) * ((height + 7) / 8);
    buf_add(jpeg, "\xff\xd8\xff\xdb\0\x43\0", 7);
    for (int i = 0; i < 64; i++)
        buf_addc(jpeg, 1);
    add_be(jpeg, 0xFF00 | sof, 2);
    buf_add(jpeg, "\0\x0b\x08", 3);
    add_be(jpeg, height, 2);
    add_be(jpeg, width, 2);
    buf_add(jpeg, "\1\1\x11\0", 4);
    for (int table = 0; table <= 0x10; table += 0x10) {
        buf_add(jpeg, "\xff\xc4\0\x14", 4);
        buf_addc(jpeg, (char)table);
        buf_add(jpeg, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
    }
    char *zeros = calloc(1, blocks / 4 + 1);
    for (int i = 0; i < scans; i++) {
        buf_add(jpeg, "\xff\xda\0\x08\1\1\0\0\x3f\0", 10);
        buf_add(jpeg, zeros, scans == 1 ? blocks / 4 + 1 : 1);
    }
    free(zeros);
    buf_add(jpeg, "\xff\xd9", 2);
}

/* ---- helpers ---- */

static int convert(const void *data, size_t size, int max_side, struct buf *jpeg, int *width, int *height) {
    /* A copy of just that size, so that the sanitizer sees any reading beyond it. */
    void *copy = malloc(size > 0 ? size : 1);
    if (size > 0) memcpy(copy, data, size);
    int error = image_to_jpeg(copy, size, max_side, jpeg, width, height);
    free(copy);
    if (error != 0) assert_int_equal(jpeg->len, 0);
    return error;
}

static GdkPixbuf *loaded(const struct buf *jpeg) {
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_mime_type("image/jpeg", NULL);
    assert_true(gdk_pixbuf_loader_write(loader, (const guchar *)jpeg->data, jpeg->len, NULL));
    assert_true(gdk_pixbuf_loader_close(loader, NULL));
    GdkPixbuf *picture = g_object_ref(gdk_pixbuf_loader_get_pixbuf(loader));
    g_object_unref(loader);
    return picture;
}

static void assert_color(GdkPixbuf *picture, int x, int y, int red, int green, int blue) {
    const guchar *pixel = pixel_at(picture, x, y);
    assert_in_range(pixel[0] + 256, red + 256 - 12, red + 256 + 12);
    assert_in_range(pixel[1] + 256, green + 256 - 12, green + 256 + 12);
    assert_in_range(pixel[2] + 256, blue + 256 - 12, blue + 256 + 12);
}

static long peak_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- tests; those that measure the peak of memory come first, because a peak never falls ---- */

/* Compressed remarks, 7 MB each when unpacked: 1.4 GB. */
static void test_remark_bomb(void **state) {
    (void)state;
    struct buf png CLEANUP(buf_free) = BUF(CEILING), jpeg CLEANUP(buf_free) = BUF(CEILING);
    int width = 0, height = 0;
    begin_png(&png, 64, 64);
    for (int i = 0; i < 200; i++)
        add_deflated(&png, "zTXt", "Comment\0\0", 9, 7 * 1000 * 1000);
    add_deflated(&png, "IDAT", NULL, 0, 64 * 9);
    add_chunk(&png, "IEND", NULL, 0);
    long before = peak_kb();
    double from = seconds();
    assert_int_equal(convert(png.data, png.len, 100, &jpeg, &width, &height), 0);
    assert_int_equal(width, 64);
    assert_true(peak_kb() - before < 60 * 1024);
    assert_true(seconds() - from < 2);
}

static void test_large_jpeg(void **state) {
    (void)state;
    struct buf photo CLEANUP(buf_free) = BUF(CEILING), jpeg CLEANUP(buf_free) = BUF(CEILING);
    int width = 0, height = 0;
    make_jpeg(&photo, 0xC0, 20000, 20000, 1);
    long before = peak_kb();
    assert_int_equal(convert(photo.data, photo.len, 2000, &jpeg, &width, &height), 0);
    assert_true(peak_kb() - before < 150 * 1024);
    assert_int_equal(width, 2000);
    assert_int_equal(height, 2000);
    GdkPixbuf *picture = loaded(&jpeg);
    assert_color(picture, 1999, 1999, 128, 128, 128);
    g_object_unref(picture);
}

/* 8 MB of black lines in 8 kB: allowed, and takes what its size takes. */
static void test_packed_png(void **state) {
    (void)state;
    struct buf png CLEANUP(buf_free) = BUF(CEILING), jpeg CLEANUP(buf_free) = BUF(CEILING);
    int width = 0, height = 0;
    begin_png(&png, 8000, 8000);
    add_deflated(&png, "IDAT", NULL, 0, 8000 * 1001);
    add_chunk(&png, "IEND", NULL, 0);
    assert_true(png.len < 20000);
    long before = peak_kb();
    assert_int_equal(convert(png.data, png.len, 1000, &jpeg, &width, &height), 0);
    assert_int_equal(width, 1000);
    assert_true(peak_kb() - before < 400 * 1024);
}

static void assert_refused(const struct buf *file, const char *words, const char *advice) {
    struct image_info info = {.width = -1};
    struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
    struct arena *arena = arena_new(64 * 1024);
    int width = -1, height = -1;
    double from = seconds();
    assert_int_equal(image_probe(file->data, file->len, &info), ERR_TOO_LARGE);
    assert_int_equal(convert(file->data, file->len, 1000, &jpeg, &width, &height), ERR_TOO_LARGE);
    assert_true(seconds() - from < 1);
    assert_int_equal(info.width, -1);
    assert_int_equal(width, -1);
    const char *flaw = image_flaw(arena, file->data, file->len);
    assert_non_null(flaw);
    assert_non_null(strstr(flaw, words));
    assert_non_null(strstr(flaw, advice));
    /* It is told what helps, and nothing else. */
    assert_true((strstr(flaw, "8000 万") == NULL) == (strstr(flaw, "非渐进式") != NULL));
    arena_free(arena);
}

static void test_too_large(void **state) {
    (void)state;
    struct buf file CLEANUP(buf_free) = BUF(CEILING);
    begin_png(&file, 60000, 60000); /* 3.6 thousand million pixels in 33 bytes */
    assert_refused(&file, "60000 × 60000", "8000 万");
    buf_clear(&file);
    begin_png(&file, 100000, 100); /* a side too long */
    assert_refused(&file, "100000 × 100", "65500");
    buf_clear(&file);
    begin_png(&file, 0xFFFFFFFF, 0xFFFFFFFF);
    assert_refused(&file, "4294967295", "8000 万");
    buf_clear(&file);
    make_jpeg(&file, 0xC0, 30000, 30000, 1);
    assert_refused(&file, "30000 × 30000", "8000 万");
    buf_clear(&file);
    make_jpeg(&file, 0xC2, 12000, 12000, 1); /* progressive: 288 MB of coefficients */
    assert_refused(&file, "12000 × 12000",
                   "占用内存太多。请另存为普通（非渐进式）JPEG 后"); /* a PNG may not be that large */
    buf_clear(&file);
    make_jpeg(&file, 0xC2, 4000, 4000, 70); /* 70 times over 16 million pixels */
    assert_refused(&file, "4000 × 4000", "费时太长。请另存为普通（非渐进式）JPEG 或 PNG 后");
    buf_clear(&file);
    make_jpeg(&file, 0xC2, 100, 100, 101);
    assert_refused(&file, "100 × 100", "费时太长。请另存为普通（非渐进式）JPEG 或 PNG 后");
    buf_clear(&file); /* 60 million pixels in three colours, none of them halved: 360 MB */
    static const char head[] = "\xff\xd8\xff\xc2\0\x11\x08\x1e\x46\x1e\x46\x03\1\x11\0\2\x11\0\3\x11\0"
                               "\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0\0\xff\xd9";
    buf_add(&file, head, sizeof(head) - 1);
    assert_refused(&file, "7750 × 7750", "占用内存太多。请另存为普通（非渐进式）JPEG 或 PNG 后");
}

/* A baseline file whose components come in scans of their own is held in memory as a progressive one. */
static void test_components_apart(void **state) {
    (void)state;
    static const char three[] = "\xff\xd8\xff\xc0\0\x11\x08\x4e\x20\x4e\x20\x03\1\x11\0\2\x11\0\3\x11\0"
                                "\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0\0\xff\xd9",
                      apart[] = "\xff\xd8\xff\xc0\0\x11\x08\x4e\x20\x4e\x20\x03\1\x11\0\2\x11\0\3\x11\0"
                                "\xff\xda\0\x08\1\1\0\0\x3f\0\0\xff\xd9";
    struct image_info info = {0};
    assert_int_equal(image_probe(three, sizeof(three) - 1, &info), 0);
    assert_int_equal(info.width, 20000);
    assert_int_equal(image_probe(apart, sizeof(apart) - 1, &info), ERR_TOO_LARGE);
}

/* The head promises 79 million pixels and nothing follows. */
static void test_empty_promise(void **state) {
    (void)state;
    struct buf png CLEANUP(buf_free) = BUF(CEILING), jpeg CLEANUP(buf_free) = BUF(CEILING);
    int width = 0, height = 0;
    begin_png(&png, 8900, 8900);
    add_deflated(&png, "IDAT", NULL, 0, 2000);
    add_chunk(&png, "IEND", NULL, 0);
    assert_int_equal(convert(png.data, png.len, 1000, &jpeg, &width, &height), ERR_INVALID);
}

static void test_probe(void **state) {
    (void)state;
    struct image_info info = {0};
    GdkPixbuf *picture = quarter_picture(64, 48, false);
    struct file jpeg = file_of(picture, "jpeg"), png = file_of(picture, "png");
    assert_int_equal(image_probe(jpeg.bytes, jpeg.size, &info), 0);
    assert_int_equal(info.width, 64);
    assert_int_equal(info.height, 48);
    assert_int_equal(image_probe(png.bytes, png.size, &info), 0);
    assert_int_equal(info.height, 48);
    file_free(&jpeg);
    file_free(&png);
    g_object_unref(picture);
}

static void assert_no_picture(const char *data, size_t size, const char *words) {
    struct image_info info;
    struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
    struct arena *arena = arena_new(64 * 1024);
    int width = 0, height = 0;
    assert_int_equal(image_probe(data, size, &info), ERR_NOT_ACCEPTABLE_TYPE);
    assert_int_equal(convert(data, size, 100, &jpeg, &width, &height), ERR_NOT_ACCEPTABLE_TYPE);
    assert_non_null(strstr(image_flaw(arena, data, size), words));
    arena_free(arena);
}
#define NO_PICTURE(LITERAL, WORDS) assert_no_picture(LITERAL, sizeof(LITERAL) - 1, WORDS)

static void test_wrong_type(void **state) {
    (void)state;
    NO_PICTURE("%PDF-1.7\n%\xe2\xe3", "不是图片");
    NO_PICTURE("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>", "不是图片");
    NO_PICTURE("调研记录", "不是图片");
    NO_PICTURE("", "不是图片");
    NO_PICTURE("/* XPM */ static char *x[] = {\"1 1 1 1\", \"a c red\", \"a\"};", "不是图片");
    NO_PICTURE("\xff\xd8\xff\xe0\0\x10JFIF", "读不出来"); /* a head alone */
    NO_PICTURE("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "读不出来");
    NO_PICTURE("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\2\0\0\0\x09\0\0\x09\0\0ANIM", "动态图片");
    struct buf png CLEANUP(buf_free) = BUF(CEILING);
    begin_png(&png, 0, 7);
    assert_no_picture(png.data, png.len, "读不出来");
}

static void test_small_stays(void **state) {
    (void)state;
    struct buf jpeg CLEANUP(buf_free) = BUF(CEILING), again CLEANUP(buf_free) = BUF(CEILING);
    struct image_info info;
    int width = 0, height = 0;
    GdkPixbuf *picture = quarter_picture(64, 48, false);
    struct file png = file_of(picture, "png");
    assert_int_equal(convert(png.bytes, png.size, 100, &jpeg, &width, &height), 0);
    assert_int_equal(width, 64);
    assert_int_equal(height, 48);
    assert_int_equal(image_probe(jpeg.data, jpeg.len, &info), 0);
    assert_non_null(memmem(jpeg.data, jpeg.len, "\xff\xc0", 2)); /* baseline */
    assert_null(memmem(jpeg.data, jpeg.len, "\xff\xc2", 2));
    assert_int_equal(convert(png.bytes, png.size, 100, &again, &width, &height), 0);
    assert_int_equal(jpeg.len, again.len);
    assert_memory_equal(jpeg.data, again.data, jpeg.len);
    GdkPixbuf *back = loaded(&jpeg);
    assert_color(back, 8, 8, 255, 0, 0);
    assert_color(back, 56, 40, 128, 128, 128);
    g_object_unref(back);
    g_object_unref(picture);
    file_free(&png);
}

static void test_scaled(void **state) {
    (void)state;
    static const int sizes[][4] = {{1000, 400, 250, 100}, {400, 1000, 100, 250}, {1000, 2, 250, 1}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (int format = 0; format < 2; format++) {
            struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
            int width = 0, height = 0;
            GdkPixbuf *picture = quarter_picture(sizes[i][0], sizes[i][1], false);
            struct file file = file_of(picture, format == 0 ? "jpeg" : "png");
            assert_int_equal(convert(file.bytes, file.size, 250, &jpeg, &width, &height), 0);
            assert_int_equal(width, sizes[i][2]);
            assert_int_equal(height, sizes[i][3]);
            g_object_unref(picture);
            file_free(&file);
        }
}

/* Only where the system can read WebP, which ./dev sees to: then as the others, and cut off it is no picture.
 */
static void test_webp(void **state) {
    (void)state;
    GdkPixbuf *picture = quarter_picture(600, 300, false);
    gchar *bytes = NULL;
    gsize size = 0;
    bool known = gdk_pixbuf_save_to_buffer(picture, &bytes, &size, "webp", NULL, NULL);
    g_object_unref(picture);
    if (!known) skip();
    struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
    struct image_info info;
    int width = 0, height = 0;
    assert_int_equal(image_probe(bytes, size, &info), 0);
    assert_int_equal(info.width, 600);
    assert_int_equal(info.height, 300);
    assert_int_equal(convert(bytes, size, 200, &jpeg, &width, &height), 0);
    assert_int_equal(width, 200);
    assert_int_equal(height, 100);
    picture = loaded(&jpeg);
    assert_color(picture, 20, 20, 255, 0, 0);
    assert_color(picture, 180, 90, 128, 128, 128);
    g_object_unref(picture);
    buf_clear(&jpeg);
    for (size_t cut = 0; cut < size; cut += size / 20 + 1) {
        int error = convert(bytes, cut, 200, &jpeg, &width, &height);
        assert_true(error == ERR_NOT_ACCEPTABLE_TYPE || error == ERR_INVALID);
    }
    memcpy(bytes + 26, "\xff\x3f\xff\x3f", 4); /* 16383 × 16383 */
    assert_int_equal(image_probe(bytes, size, &info), ERR_TOO_LARGE);
    g_free(bytes);
}

static void test_white_below(void **state) {
    (void)state;
    struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
    int width = 0, height = 0;
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, 64, 64);
    gdk_pixbuf_fill(picture, 0x00000000);
    struct file png = file_of(picture, "png");
    g_object_unref(picture);
    assert_int_equal(convert(png.bytes, png.size, 100, &jpeg, &width, &height), 0);
    picture = loaded(&jpeg);
    assert_color(picture, 32, 32, 255, 255, 255);
    g_object_unref(picture);
    file_free(&png);
}

/* A photo with a camera's notes: orientation, maker, place. */
static void with_exif(const struct file *jpeg, int orientation, struct buf *ret) {
    buf_add(ret, jpeg->bytes, 2);
    buf_add(ret,
            "\xff\xe1\0\x40"
            "Exif\0\0MM\0*\0\0\0\x08\0\2",
            20);
    buf_add(ret, "\1\x12\0\3\0\0\0\1\0", 9);
    buf_addc(ret, (char)orientation);
    buf_add(ret, "\0\0", 2);
    buf_add(ret,
            "\1\x0f\0\2\0\0\0\x0f\0\0\0\x26"
            "\0\0\0\0"
            "SecretCamera36\0"
            "\0\0\0\0",
            35);
    while (ret->len < 2 + 2 + 0x40)
        buf_addc(ret, 0);
    buf_add(ret, jpeg->bytes + 2, jpeg->size - 2);
}

static void test_upright(void **state) {
    (void)state;
    for (int max_side = 50; max_side <= 200; max_side += 150) {
        struct buf photo CLEANUP(buf_free) = BUF(CEILING), jpeg CLEANUP(buf_free) = BUF(CEILING);
        int width = 0, height = 0;
        GdkPixbuf *picture = quarter_picture(160, 80, false);
        struct file file = file_of(picture, "jpeg");
        g_object_unref(picture);
        with_exif(&file, 6, &photo); /* the camera was turned: to be turned to the right by 90 degrees */
        assert_non_null(memmem(photo.data, photo.len, "SecretCamera", 12));
        assert_int_equal(convert(photo.data, photo.len, max_side, &jpeg, &width, &height), 0);
        assert_int_equal(width, max_side == 50 ? 25 : 80);
        assert_int_equal(height, max_side == 50 ? 50 : 160);
        picture = loaded(&jpeg);
        assert_color(picture, width - 4, 4, 255, 0, 0); /* what was left above is right above */
        assert_color(picture, 4, 4, 128, 128, 128);
        g_object_unref(picture);
        assert_null(memmem(jpeg.data, jpeg.len, "SecretCamera", 12));
        assert_null(memmem(jpeg.data, jpeg.len, "Exif", 4));
        file_free(&file);
    }
}

static void test_ceiling(void **state) {
    (void)state;
    struct buf jpeg CLEANUP(buf_free) = BUF(100);
    int width = -1, height = -1;
    GdkPixbuf *picture = quarter_picture(64, 48, false);
    struct file png = file_of(picture, "png");
    assert_int_equal(convert(png.bytes, png.size, 100, &jpeg, &width, &height), ERR_TOO_LARGE);
    assert_int_equal(width, -1);
    g_object_unref(picture);
    file_free(&png);
}

static void assert_ends_softly(const struct file *file) {
    unsigned seed = 11;
    for (size_t cut = 0; cut < file->size; cut += file->size / 40 + 1) {
        struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
        int width = 0, height = 0;
        int error = convert(file->bytes, cut, 100, &jpeg, &width, &height);
        assert_true(error == ERR_NOT_ACCEPTABLE_TYPE || error == ERR_INVALID);
    }
    for (int round = 0; round < 150; round++) {
        struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
        int width = 0, height = 0;
        char *bytes = malloc(file->size);
        memcpy(bytes, file->bytes, file->size);
        for (int i = 0; i < 3; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[(seed >> 8) % file->size] = (char)(seed >> 24);
        }
        int error = convert(bytes, file->size, 100, &jpeg, &width, &height);
        assert_true(error == 0 || error == ERR_NOT_ACCEPTABLE_TYPE || error == ERR_INVALID ||
                    error == ERR_TOO_LARGE);
        free(bytes);
    }
}

static void test_damaged(void **state) {
    (void)state;
    GdkPixbuf *picture = quarter_picture(120, 90, false);
    struct file jpeg = file_of(picture, "jpeg"), png = file_of(picture, "png");
    assert_ends_softly(&jpeg);
    assert_ends_softly(&png);
    file_free(&jpeg);
    file_free(&png);
    g_object_unref(picture);
}

/* What fails for want of memory is not damaged, whatever its format and wherever it fails. */
static void test_want_of_memory(void **state) {
    (void)state;
    static const char *const formats[] = {"jpeg", "png", "webp"};
    GdkPixbuf *picture = quarter_picture(120, 90, false);
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct file file = file_of(picture, formats[i]);
        int error = 1, width = 0, height = 0;
        for (size_t fine = 0; error != 0; fine++) {
            struct buf jpeg CLEANUP(buf_free) = BUF(CEILING);
            memory_refuses_after(fine);
            error = convert(file.bytes, file.size, 50, &jpeg, &width, &height);
            memory_is_back();
            assert_true(error == 0 || error == ERR_UNAVAILABLE);
            assert_true(fine > 0 || error != 0); /* something was refused at all */
        }
        assert_int_equal(width, 50);
        file_free(&file);
    }
    g_object_unref(picture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_want_of_memory), cmocka_unit_test(test_remark_bomb),
        cmocka_unit_test(test_large_jpeg),     cmocka_unit_test(test_packed_png),
        cmocka_unit_test(test_too_large),      cmocka_unit_test(test_components_apart),
        cmocka_unit_test(test_empty_promise),  cmocka_unit_test(test_probe),
        cmocka_unit_test(test_wrong_type),     cmocka_unit_test(test_small_stays),
        cmocka_unit_test(test_scaled),         cmocka_unit_test(test_webp),
        cmocka_unit_test(test_white_below),    cmocka_unit_test(test_upright),
        cmocka_unit_test(test_ceiling),        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
