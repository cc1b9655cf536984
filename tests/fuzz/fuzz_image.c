/* Hostile pictures: looked at, made small, searched for codes. */
#include "fuzz.h"
#include "minyi/code.h"
#include "minyi/err.h"
#include "minyi/image.h"

enum { SIDE = 120 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct image_info info, small;
    struct buf jpeg CLEANUP(buf_free) = BUF(1 << 20);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new((size_t)16 << 20);
    int width = 0, height = 0, error = image_probe(data, size, &info);
    PROMISE(error == 0 || error == ERR_NOT_ACCEPTABLE_TYPE || error == ERR_TOO_LARGE);
    if (error == 0) PROMISE(info.width > 0 && info.height > 0);
    const char *texts[8];
    size_t count = 0;
    if (code_decode(arena, data, size, texts, &count) == 0) PROMISE(count <= 8);
    error = image_to_jpeg(data, size, SIDE, &jpeg, &width, &height);
    if (error != 0) return 0;
    PROMISE(width >= 1 && width <= SIDE && height >= 1 && height <= SIDE);
    PROMISE(image_probe(jpeg.data, jpeg.len, &small) == 0 && small.width == width && small.height == height);
    return 0;
}
