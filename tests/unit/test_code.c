/* QR codes: what was encoded is read again from prints that were photographed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "minyi/code.h"
#include "minyi/err.h"
#include "picture_testing.h"

static const char ADDRESS[] = "https://minyi.example.cn/q/i12-1a2b3c4d";
static struct arena *arena;

static int begin(void **state) {
    (void)state;
    arena = arena_new(4 * 1024 * 1024);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena = arena_free(arena);
    return 0;
}

/* Where on the code the light of a pixel comes from. */
struct camera {
    int width, height;    /* px */
    double module;        /* px a module */
    double turn;          /* degrees */
    double lean;          /* perspective: how much smaller the far edge is */
    int blur;             /* radius in px */
    int noise;            /* 0 … 255 */
    double left, top;     /* where the code's middle is, part of the picture */
    unsigned char shadow; /* darkness of the left edge */
};

static unsigned char code_light(const struct code *code, double x, double y) {
    int column = (int)floor(x), row = (int)floor(y);
    if (column < 0 || row < 0 || column >= code->side || row >= code->side) return 235;
    return code->modules[row * code->side + column] ? 30 : 235;
}

static unsigned char seen(const struct code *code, const struct camera *camera, int px, int py) {
    double angle = camera->turn * 3.14159265358979 / 180;
    double x = (px - camera->width * camera->left) / camera->module;
    double y = (py - camera->height * camera->top) / camera->module;
    double far = 1 + camera->lean * y / code->side;
    x *= far;
    y *= far;
    double across = x * cos(angle) + y * sin(angle), down = y * cos(angle) - x * sin(angle);
    return code_light(code, across + code->side / 2.0, down + code->side / 2.0);
}

/* The mean over RADIUS px on both sides along one direction (STEP bytes apart). */
static void blur_along(unsigned char *grey, int size, int step, int radius) {
    unsigned char *from = malloc((size_t)size);
    memcpy(from, grey, (size_t)size);
    for (int i = radius * step; i < size - radius * step; i++) {
        int sum = 0;
        for (int d = -radius; d <= radius; d++)
            sum += from[i + d * step];
        grey[i] = (unsigned char)(sum / (2 * radius + 1));
    }
    free(from);
}

static struct file photo(const char *text, const struct camera *camera, const char *format) {
    struct code code;
    assert_int_equal(code_encode(arena, text, &code), 0);
    int width = camera->width, height = camera->height;
    unsigned char *grey = malloc((size_t)width * (size_t)height);
    unsigned seed = 7;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            grey[y * width + x] = seen(&code, camera, x, y);
    if (camera->blur > 0) blur_along(grey, width * height, 1, camera->blur);
    if (camera->blur > 0) blur_along(grey, width * height, width, camera->blur);
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            seed = seed * 1103515245u + 12345u;
            int light = grey[y * width + x] - camera->shadow * (width - x) / width;
            if (camera->noise > 0) light += (int)(seed >> 16) % camera->noise - camera->noise / 2;
            light = light < 0 ? 0 : light > 255 ? 255 : light;
            put_pixel(picture, x, y, (unsigned char)light, (unsigned char)light, (unsigned char)light);
        }
    free(grey);
    struct file file = file_of(picture, format);
    g_object_unref(picture);
    return file;
}

static void assert_read(const struct camera *camera, const char *format) {
    const char *texts[8] = {NULL};
    size_t count = 99;
    struct file file = photo(ADDRESS, camera, format);
    assert_int_equal(code_decode(arena, file.bytes, file.size, texts, &count), 0);
    assert_int_equal(count, 1);
    assert_string_equal(texts[0], ADDRESS);
    file_free(&file);
}

static void test_encode(void **state) {
    (void)state;
    struct code code = {.side = -1}, again;
    assert_int_equal(code_encode(arena, ADDRESS, &code), 0);
    assert_int_equal(code.side, 29); /* version 3: up to 42 bytes at M */
    assert_int_equal(code_encode(arena, ADDRESS, &again), 0);
    assert_memory_equal(code.modules, again.modules, 29 * 29);
    for (int i = 0; i < 7; i++) { /* the finder's edge, and the light line beside it */
        assert_int_equal(code.modules[i], 1);
        assert_int_equal(code.modules[7 * 29 + i], 0);
    }
    for (int i = 0; i < 29 * 29; i++)
        assert_true(code.modules[i] <= 1);
}

static void test_limits(void **state) {
    (void)state;
    struct code code = {.side = -1};
    char text[302];
    memset(text, 'x', sizeof(text));
    text[301] = '\0';
    assert_int_equal(code_encode(arena, text, &code), ERR_TOO_LONG);
    assert_int_equal(code_encode(arena, "", &code), ERR_REQUIRED);
    assert_int_equal(code.side, -1);
    text[300] = '\0';
    assert_int_equal(code_encode(arena, text, &code), 0);
}

static void test_print(void **state) {
    (void)state;
    assert_read(&(struct camera){.width = 400, .height = 300, .module = 4, .left = .5, .top = .5}, "png");
    assert_read(&(struct camera){.width = 400, .height = 300, .module = 4, .left = .5, .top = .5}, "jpeg");
}

static void test_photo(void **state) {
    (void)state;
    for (int turn = -10; turn <= 10; turn += 5)
        assert_read(&(struct camera){.width = 1200,
                                     .height = 900,
                                     .module = 5.3,
                                     .turn = turn,
                                     .lean = .1,
                                     .blur = 1,
                                     .noise = 40,
                                     .left = .7,
                                     .top = .3,
                                     .shadow = 90},
                    "jpeg");
}

static void test_upside_down(void **state) {
    (void)state;
    assert_read(
        &(struct camera){
            .width = 800, .height = 800, .module = 5, .turn = 180, .blur = 1, .left = .3, .top = .6},
        "jpeg");
}

/* A page photographed with twelve megapixels, out of focus: the code is read in the smaller pictures. */
static void test_large_photo(void **state) {
    (void)state;
    assert_read(&(struct camera){.width = 3000,
                                 .height = 4000,
                                 .module = 13,
                                 .turn = 4,
                                 .blur = 4,
                                 .noise = 60,
                                 .left = .75,
                                 .top = .2},
                "jpeg");
}

/* A sharp scan full of grain: only the coarse picture shows the code. */
static void test_grain(void **state) {
    (void)state;
    assert_read(
        &(struct camera){
            .width = 1900, .height = 1500, .module = 16, .turn = 3, .noise = 100, .left = .5, .top = .5},
        "jpeg");
}

static void test_none(void **state) {
    (void)state;
    const char *texts[8] = {NULL};
    size_t count = 99;
    GdkPixbuf *picture = quarter_picture(600, 400, true);
    struct file file = file_of(picture, "png");
    assert_int_equal(code_decode(arena, file.bytes, file.size, texts, &count), 0);
    assert_int_equal(count, 0);
    file_free(&file);
    g_object_unref(picture);
    count = 99;
    assert_int_equal(code_decode(arena, "%PDF-1.7\n", 9, texts, &count), ERR_NOT_ACCEPTABLE_TYPE);
    assert_int_equal(count, 99);
}

/* A picture full of what looks like corners of codes: the search gives up, whatever it costs by itself (some
 * four minutes of computing for this one). */
static void test_hostile(void **state) {
    (void)state;
    enum { SIDE = 4000, CORNER = 7, PITCH = 8, SEARCHES = 3, SECONDS = 2 };
    static const char *const corner[CORNER] = {"1111111", "1000001", "1011101", "1011101",
                                               "1011101", "1000001", "1111111"};
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int row = y % PITCH, column = x % PITCH;
            bool dark = row < CORNER && column < CORNER && corner[row][column] == '1';
            put_pixel(picture, x, y, dark ? 0 : 255, dark ? 0 : 255, dark ? 0 : 255);
        }
    struct file file = file_of(picture, "png");
    g_object_unref(picture);
    const char *texts[8] = {NULL};
    size_t count = 99;
    assert_int_equal(code_decode(arena, file.bytes, file.size, texts, &count), 0);
    file_free(&file);
    assert_int_equal(count, 0);
    struct rusage used;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
    assert_in_range(used.ru_utime.tv_sec + used.ru_stime.tv_sec, SECONDS, SEARCHES * (SECONDS + 1));
}

/* A transparent picture is read as on white paper: its hidden colour is black. */
static void test_transparent(void **state) {
    (void)state;
    const char *texts[8] = {NULL};
    size_t count = 0;
    struct code code;
    assert_int_equal(code_encode(arena, "透明", &code), 0);
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, 240, 240);
    gdk_pixbuf_fill(picture, 0);
    guchar *pixels = gdk_pixbuf_get_pixels(picture);
    for (int y = 0; y < 6 * code.side; y++)
        for (int x = 0; x < 6 * code.side; x++)
            if (code.modules[y / 6 * code.side + x / 6])
                pixels[(y + 40) * gdk_pixbuf_get_rowstride(picture) + (x + 40) * 4 + 3] = 255;
    struct file file = file_of(picture, "png");
    assert_int_equal(code_decode(arena, file.bytes, file.size, texts, &count), 0);
    assert_int_equal(count, 1);
    assert_string_equal(texts[0], "透明");
    file_free(&file);
    g_object_unref(picture);
}

/* Control characters in a code are somebody else's: not handed on. */
static void test_strange_text(void **state) {
    (void)state;
    const char *texts[8] = {NULL};
    size_t count = 99;
    struct camera camera = {.width = 400, .height = 400, .module = 5, .left = .5, .top = .5};
    struct file file = photo("https://example.cn/\x1b[2J", &camera, "png");
    assert_int_equal(code_decode(arena, file.bytes, file.size, texts, &count), 0);
    file_free(&file);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_print),        cmocka_unit_test(test_photo),
        cmocka_unit_test(test_upside_down),  cmocka_unit_test(test_large_photo),
        cmocka_unit_test(test_grain),        cmocka_unit_test(test_none),
        cmocka_unit_test(test_hostile),      cmocka_unit_test(test_transparent),
        cmocka_unit_test(test_strange_text),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
