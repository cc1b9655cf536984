/* Hostile PDFs: pictures that are found lie inside, in order, and do not overlap; faxes among them are drawn.
 */
#include "../../src/files/fax_internal.h"
#include "fuzz.h"
#include "minyi/err.h"
#include "minyi/pdf_photos.h"

enum { SIDE = 300, DRAWN_MAX = 4 * 1000 * 1000 /* px, so that runs stay quick */ };

static void draw(const struct pdf_photo *photo) {
    GdkPixbuf *picture = NULL;
    bool negative = false;
    PROMISE(photo->fax.columns >= 1 && photo->fax.columns <= FAX_SIDE_MAX);
    PROMISE(photo->fax.rows >= 1 && photo->fax.rows <= FAX_SIDE_MAX);
    if ((int64_t)photo->fax.columns * photo->fax.rows > DRAWN_MAX && fax_judge(&photo->fax) == 0) return;
    int error = fax_decode(photo->data, photo->size, &photo->fax, SIDE, &picture, &negative);
    PROMISE(error == 0 || error == ERR_INVALID || error == ERR_TOO_LARGE);
    PROMISE((error == 0) == (picture != NULL));
    if (picture == NULL) return;
    PROMISE(gdk_pixbuf_get_width(picture) <= SIDE && gdk_pixbuf_get_height(picture) <= SIDE);
    g_object_unref(picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    size_t count = pdf_photos(data, size, photos), last = 0;
    PROMISE(count <= PDF_PHOTOS_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)((const uint8_t *)photos[i].data - data);
        PROMISE(at >= last && at <= size && photos[i].size <= size - at);
        if (photos[i].is_fax)
            draw(&photos[i]);
        else
            PROMISE(photos[i].size >= 2 && memcmp(photos[i].data, "\xFF\xD8", 2) == 0);
        last = at + photos[i].size;
    }
    return 0;
}
