/* The zip of a batch while it grows: in a folder of its own under TMPDIR.
 *
 * 1. Memory does not grow with the files (archive.h).
 * 2. The folder is gone after package_free(), the file's name already after package_close(). Killed before
 * that, the process leaves a folder that holds nothing: the data are in files without a name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "minyi/archive.h"
#include "minyi/err.h"
#include "minyi/hash.h"
#include "work.h"

enum { PIECE = 64 * 1024 };

struct package {
    char *folder, *path;
    struct archive *archive;
    int64_t bytes;
    int fd;
    char sha256[HASH_HEX_SIZE];
};

static int of_errno(int number) {
    return number == ENOSPC || number == EDQUOT || number == EFBIG ? ERR_STORE_FULL : ERR_INTERNAL;
}

static char *joined(const char *folder, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) abort();
    return path;
}

int package_open(struct package **ret) {
    const char *folder = getenv("TMPDIR");
    char *name = joined(folder && *folder ? folder : "/tmp", "minyi-batch-XXXXXX");
    if (mkdtemp(name) == NULL) {
        int error = of_errno(errno);
        free(name);
        return error;
    }
    struct package *package = calloc(1, sizeof(*package));
    if (package == NULL) abort();
    *package = (struct package){.folder = name, .path = joined(name, "batch.zip"), .fd = -1};
    package->archive = archive_file(package->path);
    if (package->archive == NULL) {
        package_free(package);
        return ERR_INTERNAL;
    }
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
    int error = archive_close(package->archive, NULL);
    package->archive = NULL;
    if (error != 0) return error;
    package->fd = open(package->path, O_RDONLY | O_CLOEXEC);
    if (package->fd < 0) return ERR_INTERNAL;
    unlink(package->path);
    error = hash_file(package, &size);
    if (error == 0) *ret = (struct upload){.fd = package->fd, .size = size, .sha256 = package->sha256};
    return error;
}

static void remove_folder(const char *folder) {
    DIR *open = opendir(folder);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(open), entry->d_name, 0);
    if (open != NULL) closedir(open);
    rmdir(folder);
}

struct package *package_free(struct package *package) {
    if (package == NULL) return NULL;
    archive_discard(package->archive);
    if (package->fd >= 0) close(package->fd);
    remove_folder(package->folder);
    free(package->folder);
    free(package->path);
    free(package);
    return NULL;
}

void package_cleanup(struct package **package) {
    *package = package_free(*package);
}
