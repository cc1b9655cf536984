/* Request bodies: into memory, or into an unlinked temporary file while its SHA-256 is computed.
 *
 * A full disk is not an accident of ours but an answer: ERR_STORE_FULL, given when the body is at its end
 * (libmicrohttpd takes no reply in the middle of one). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static const char *temporary_folder(void) {
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

/* An open file without a name. */
static int open_unlinked(struct arena *arena) {
    const char *folder = temporary_folder();
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    /* Some file systems cannot make a nameless file. */
    char *name = arena_printf(arena, "%s/minyi-upload-XXXXXX", folder);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0) unlink(name);
    return fd;
}

static int write_error(int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? ERR_STORE_FULL : ERR_INTERNAL;
}

static int write_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t done = write(fd, data, len);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return write_error(done < 0 ? errno : ENOSPC);
        data += done;
        len -= (size_t)done;
    }
    return 0;
}

int upload_begin(struct exchange *exchange) {
    exchange->body = BUF(exchange->plan.body_limit);
    if (!exchange->plan.spool) return 0;
    int fd = open_unlinked(exchange->arena);
    if (fd < 0) return write_error(errno);
    exchange->request.spool_fd = fd;
    hash_begin(&exchange->spool_hash);
    return 0;
}

int upload_add(struct exchange *exchange, const void *data, size_t len) {
    if (len > exchange->plan.body_limit - exchange->request.body_len) return ERR_TOO_LARGE;
    if (exchange->plan.spool) {
        int error = write_all(exchange->request.spool_fd, data, len);
        if (error) return error;
        hash_add(&exchange->spool_hash, data, len);
    } else {
        buf_add(&exchange->body, data, len);
        if (buf_failed(&exchange->body)) return ERR_TOO_LARGE;
    }
    exchange->request.body_len += len;
    return 0;
}

int upload_end(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    if (!exchange->plan.spool) {
        request->body = exchange->body.data ? exchange->body.data : "";
        return 0;
    }
    if (lseek(request->spool_fd, 0, SEEK_SET) != 0) return ERR_INTERNAL;
    hash_end(&exchange->spool_hash, exchange->spool_hex);
    request->spool_sha256 = exchange->spool_hex;
    return 0;
}

void upload_drop(struct exchange *exchange) {
    buf_free(&exchange->body);
    if (exchange->request.spool_fd >= 0) close(exchange->request.spool_fd);
    exchange->request.spool_fd = -1;
    exchange->request.body = NULL;
}
