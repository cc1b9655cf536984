/* Hostile names: what is taken unpacks inside its folder and is found again, byte by byte. The input: names
 * that end with a line feed. */
#include <zip.h>

#include "fuzz.h"
#include "minyi/archive.h"
#include "minyi/err.h"

enum { NAMES_MAX = 64 };

static bool leaves_folder(const char *name) {
    return name[0] == '/' || strstr(name, "//") || strchr(name, '\\') || strcmp(name, "..") == 0 ||
           strncmp(name, "../", 3) == 0 || strstr(name, "/../") || strchr(name, ':') ||
           (strlen(name) >= 3 && strcmp(name + strlen(name) - 3, "/..") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena CLEANUP(arena_cleanup) = arena_new((size_t)16 << 20);
    struct buf bytes CLEANUP(buf_free) = BUF(1 << 20);
    struct archive *archive = archive_memory();
    const char *taken[NAMES_MAX];
    size_t count = 0;
    while (size > 0 && count < NAMES_MAX) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end != NULL ? (size_t)(end - data) : size;
        const char *name = arena_memdup(arena, data, len); /* as it is: names need not be UTF-8 */
        int error = archive_add(archive, name, name, strlen(name));
        PROMISE(error == 0 || error == ERR_INVALID || error == ERR_ALREADY_EXISTS);
        if (error == 0) taken[count++] = name;
        len += end != NULL;
        data += len;
        size -= len;
    }
    PROMISE(archive_close(archive, &bytes) == 0);
    if (count == 0) return 0;
    zip_t *zip = zip_open_from_source(zip_source_buffer_create(bytes.data, bytes.len, 0, NULL),
                                      ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    PROMISE(zip != NULL && zip_get_num_entries(zip, 0) == (zip_int64_t)count);
    for (size_t i = 0; i < count; i++) {
        PROMISE(!leaves_folder(taken[i]));
        PROMISE(strcmp(zip_get_name(zip, i, ZIP_FL_ENC_RAW), taken[i]) == 0);
    }
    zip_discard(zip);
    return 0;
}
