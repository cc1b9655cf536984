/* Small forms of photos that were made lately, in the memory of this process: an issue is looked at page by
 * page, and each page would decode its photos anew.
 *
 * 1. By content, which never changes and always gives the same form: an entry cannot be wrong, only gone.
 * 2. Rights are asked before: who gets here has found the photo in a paper that he may have.
 * 3. At most CACHE_BYTES and CACHE_ENTRIES; what was used longest ago goes first. */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* All photos of one paper have room, also when they are hard to compress: some 3 MB each. */
enum { CACHE_ENTRIES = 200, CACHE_BYTES = 64 * 1024 * 1024 };

struct entry {
    char sha256[HASH_HEX_SIZE]; /* "": free */
    void *jpeg;                 /* NULL: cannot be read */
    char *flaw;                 /* why not, or NULL */
    size_t size;
    int width, height;
    uint64_t used;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry entries[CACHE_ENTRIES];
static size_t held;
static uint64_t tick;

static struct entry *find(const char *sha256) {
    for (size_t i = 0; i < CACHE_ENTRIES; i++)
        if (strcmp(entries[i].sha256, sha256) == 0) return &entries[i];
    return NULL;
}

static void drop(struct entry *entry) {
    free(entry->jpeg);
    free(entry->flaw);
    held -= entry->size;
    *entry = (struct entry){0};
}

/* A free entry, with room for SIZE more bytes. */
static struct entry *make_room(size_t size) {
    for (;;) {
        struct entry *oldest = NULL, *empty = NULL;
        for (size_t i = 0; i < CACHE_ENTRIES; i++) {
            struct entry *entry = &entries[i];
            if (entry->sha256[0] == '\0')
                empty = entry;
            else if (oldest == NULL || entry->used < oldest->used)
                oldest = entry;
        }
        if (empty != NULL && held + size <= CACHE_BYTES) return empty;
        drop(oldest);
    }
}

bool photo_cache_get(struct arena *arena, const char *sha256, struct paper_photo *ret) {
    pthread_mutex_lock(&lock);
    struct entry *entry = find(sha256);
    if (entry != NULL) {
        entry->used = ++tick;
        *ret = (struct paper_photo){.size = entry->size, .width = entry->width, .height = entry->height};
        if (entry->jpeg != NULL) ret->jpeg = arena_memdup(arena, entry->jpeg, entry->size);
        if (entry->flaw != NULL) ret->caption = arena_strdup(arena, entry->flaw);
    }
    pthread_mutex_unlock(&lock);
    return entry != NULL;
}

void photo_cache_put(const char *sha256, const struct paper_photo *photo) {
    if (photo->size > CACHE_BYTES / 4) return;
    void *copy = photo->size > 0 ? malloc(photo->size) : NULL;
    if (photo->size > 0 && copy == NULL) return;
    if (copy != NULL) memcpy(copy, photo->jpeg, photo->size);
    pthread_mutex_lock(&lock);
    if (find(sha256) == NULL) {
        struct entry *entry = make_room(photo->size);
        *entry = (struct entry){.jpeg = copy,
                                .flaw = photo->caption != NULL ? strdup(photo->caption) : NULL,
                                .size = photo->size,
                                .width = photo->width,
                                .height = photo->height,
                                .used = ++tick};
        memcpy(entry->sha256, sha256, HASH_HEX_SIZE);
        held += photo->size;
        copy = NULL;
    }
    pthread_mutex_unlock(&lock);
    free(copy);
}
