/* What a hostile child writes instead of pages: pictures that are read are within bounds. */
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/files/pgm_internal.h"
#include "fuzz.h"

enum { SIDE = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int file = memfd_create("child", MFD_CLOEXEC);
    PROMISE(file >= 0 && write(file, data, size) == (ssize_t)size && lseek(file, 0, SEEK_SET) == 0);
    struct child child = {.from = file, .wait_us = 1000 * 1000};
    size_t read = 0;
    for (GdkPixbuf *picture; (picture = pgm_read(&child, SIDE)) != NULL; g_object_unref(picture)) {
        int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
        PROMISE(width >= 1 && width <= SIDE && height >= 1 && height <= SIDE);
        read += (size_t)width * (size_t)height;
        PROMISE(read <= size);
    }
    close(file);
    return 0;
}
