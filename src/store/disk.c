/* Files around the database: existence, syncing to the disk, moving without replacing, the writer lock.
 *
 * The database file itself is never opened here once the engine has it: closing any descriptor of it
 * would drop the engine's POSIX locks. disk_create() and disk_sync() run before and after.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "minyi/err.h"

static int error_of_errno(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return ERR_STORE_FULL;
    case EEXIST:
        return ERR_ALREADY_EXISTS;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    default:
        return ERR_STORE;
    }
}

bool disk_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

int64_t disk_bytes(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

int disk_create(const char *path) {
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return error_of_errno(errno);
    close(fd);
    return 0;
}

static int sync_opened(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return error_of_errno(errno);
    int result = fsync(fd) == 0 ? 0 : error_of_errno(errno);
    close(fd);
    return result;
}

int disk_sync_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return sync_opened(".", O_RDONLY | O_DIRECTORY);
    if (slash == path) return sync_opened("/", O_RDONLY | O_DIRECTORY);
    char folder[4096];
    size_t len = (size_t)(slash - path);
    if (len >= sizeof(folder)) return ERR_STORE;
    memcpy(folder, path, len);
    folder[len] = '\0';
    return sync_opened(folder, O_RDONLY | O_DIRECTORY);
}

int disk_sync(const char *path) {
    int error = sync_opened(path, O_RDWR);
    return error != 0 ? error : disk_sync_folder(path);
}

int disk_move_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return error_of_errno(errno);
    /* A file system that cannot promise it (FAT on a stick): look first. */
    if (disk_exists(to)) return ERR_ALREADY_EXISTS;
    return rename(from, to) == 0 ? 0 : error_of_errno(errno);
}

int disk_lock(struct arena *arena, const char *path, int *ret_fd) {
    const char *name = arena_printf(arena, "%s-lock", path);
    int fd = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return error_of_errno(errno);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int number = errno;
        close(fd);
        return number == EWOULDBLOCK ? ERR_STORE_BUSY : error_of_errno(number);
    }
    *ret_fd = fd;
    return 0;
}
