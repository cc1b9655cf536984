/* The zip of a batch while it grows, in files without a name in TMPDIR: memory does not grow with it, and
 * nothing of it is left when the process is gone, in whatever way (archive.h). */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "minyi/archive.h"
#include "minyi/err.h"
#include "minyi/hash.h"
#include "work.h"

enum { PIECE = 64 * 1024 };

struct package {
    struct archive *archive;
    int64_t bytes;
    int fd;
    char sha256[HASH_HEX_SIZE];
};

int package_open(struct package **ret) {
    const char *folder = getenv("TMPDIR");
    struct archive *archive = archive_file(folder && *folder ? folder : "/tmp");
    if (archive == NULL) return err_of_errno(errno);
    struct package *package = calloc(1, sizeof(*package));
    if (package == NULL) abort();
    *package = (struct package){.archive = archive, .fd = -1};
    *ret = package;
    return 0;
}

int package_add(struct package *package, const char *name, const void *data, size_t size) {
    if ((int64_t)size > BATCH_BYTES_MAX - package->bytes) return ERR_TOO_LARGE;
    package->bytes += (int64_t)size;
    return archive_add(package->archive, name, data, size);
}

static int hash_file(struct package *package, int64_t *ret_size) {
    struct hash_stream stream;
    int64_t size = 0;
    char *piece = malloc(PIECE);
    if (piece == NULL) abort();
    hash_begin(&stream);
    ssize_t got;
    while ((got = pread(package->fd, piece, PIECE, size)) > 0 || (got < 0 && errno == EINTR)) {
        if (got < 0) continue;
        hash_add(&stream, piece, (size_t)got);
        size += got;
    }
    free(piece);
    hash_end(&stream, package->sha256);
    *ret_size = size;
    return got < 0 ? ERR_INTERNAL : 0;
}

int package_close(struct package *package, struct upload *ret) {
    int64_t size = 0;
    int error = archive_close_file(package->archive, &package->fd);
    package->archive = NULL;
    if (error == 0) error = hash_file(package, &size);
    if (error == 0) *ret = (struct upload){.fd = package->fd, .size = size, .sha256 = package->sha256};
    return error;
}

struct package *package_free(struct package *package) {
    if (package == NULL) return NULL;
    archive_discard(package->archive);
    if (package->fd >= 0) close(package->fd);
    free(package);
    return NULL;
}
