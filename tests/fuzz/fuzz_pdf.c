/* Hostile PDFs: photos that are found lie inside, in order, and do not overlap. */
#include "fuzz.h"
#include "minyi/pdf_photos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    size_t count = pdf_photos(data, size, photos), last = 0;
    PROMISE(count <= PDF_PHOTOS_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)((const uint8_t *)photos[i].jpeg - data);
        PROMISE(at >= last && at <= size && photos[i].size >= 2 && photos[i].size <= size - at);
        PROMISE(memcmp(photos[i].jpeg, "\xFF\xD8", 2) == 0);
        last = at + photos[i].size;
    }
    return 0;
}
