/* The search for codes in one grey picture, by zbar, in a process of its own (child.c): a picture made for it
 * keeps zbar busy for minutes, trying combinations of whatever looks like a code's corner. What takes longer
 * than CPU_SECONDS has no code. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zbar.h>

#include "child_internal.h"
#include "code_internal.h"

#define MEMORY_MAX (256UL * 1024 * 1024)
enum {
    CPU_SECONDS = 2, /* a photo of twelve megapixels takes a tenth of that */
    WAIT_MS = 30 * 1000,
    FOUND_BYTES = CODE_FOUND_MAX * (CODE_TEXT_MAX + 1),
};

struct picture {
    const unsigned char *grey;
    unsigned width, height;
};

static bool write_all(const void *data, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t now = write(STDOUT_FILENO, (const char *)data + done, size - done);
        if (now < 0 && errno != EINTR) return false;
        if (now > 0) done += (size_t)now;
    }
    return true;
}

/* Writes the texts, each with its NUL, at most CODE_FOUND_MAX. */
static void search(const void *argument) {
    const struct picture *picture = argument;
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, picture->width, picture->height);
    zbar_image_set_data(image, picture->grey, (unsigned long)picture->width * picture->height, NULL);
    int found = zbar_scan_image(scanner, image);
    const zbar_symbol_t *symbol = found > 0 ? zbar_image_first_symbol(image) : NULL;
    for (int count = 0; symbol != NULL && count < CODE_FOUND_MAX; symbol = zbar_symbol_next(symbol)) {
        const char *text = zbar_symbol_get_data(symbol);
        size_t len = zbar_symbol_get_data_length(symbol);
        if (text == NULL || len == 0 || len > CODE_TEXT_MAX || memchr(text, '\0', len) != NULL) continue;
        if (!write_all(text, len) || !write_all("", 1)) return;
        count++;
    }
}

bool code_reads_pictures(void) {
    return child_filter() != NULL;
}

bool code_hides_files(void) {
    return child_reach_known();
}

size_t code_scan(struct arena *arena, const unsigned char *grey, unsigned width, unsigned height,
                 const char *ret[CODE_FOUND_MAX]) {
    static const struct child_limits limits = {
        .cpu_seconds = CPU_SECONDS, .memory = MEMORY_MAX, .wait_ms = WAIT_MS};
    const struct picture picture = {grey, width, height};
    struct child child CLEANUP(child_end) = {0};
    char found[FOUND_BYTES];
    if (!child_start(&limits, -1, search, &picture, &child)) return 0;
    size_t len = child_read(&child, found, FOUND_BYTES), count = 0;
    for (const char *text = found, *end; count < CODE_FOUND_MAX; text = end + 1) {
        end = memchr(text, '\0', (size_t)(found + len - text));
        if (end == NULL) break;
        ret[count++] = arena_memdup(arena, text, (size_t)(end - text));
    }
    return count;
}
