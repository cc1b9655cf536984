/* Want of memory, as gdk-pixbuf meets it: this program's allocator of pictures in the place of GLib's. */
#ifndef MINYI_TESTS_MEMORY_TESTING_H
#define MINYI_TESTS_MEMORY_TESTING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static size_t memory_left = SIZE_MAX; /* pictures that there is still memory for */

static inline void memory_refuses_after(size_t pictures) {
    memory_left = pictures;
}

static inline void memory_is_back(void) {
    memory_left = SIZE_MAX;
}

static bool memory_for(gsize count, gsize size) {
    if (memory_left == 0 || (size > 0 && count > G_MAXSIZE / size)) return false;
    if (memory_left != SIZE_MAX) memory_left--;
    return true;
}

gpointer g_try_malloc_n(gsize count, gsize size) {
    return memory_for(count, size) ? malloc(count * size) : NULL;
}

gpointer g_try_malloc0_n(gsize count, gsize size) {
    return memory_for(count, size) ? calloc(count, size) : NULL;
}

#endif
