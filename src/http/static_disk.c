/* Pages from the folder --web-root: for people who work on the pages, never cached.
 *
 * The path is walked one segment at a time below the folder's descriptor without following symbolic
 * links, so no request leaves the folder whatever its segments hold. Names beginning with a dot are not
 * served. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static const struct {
    const char *extension, *mime;
} mime_types[] = {
    {"css", "text/css; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff2", "font/woff2"},
};

const char *static_mime(const char *path) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < ARRAY_LEN(mime_types); i++) {
        if (strcasecmp(dot + 1, mime_types[i].extension) == 0) return mime_types[i].mime;
    }
    return "application/octet-stream";
}

static bool is_plain_name(const char *segment) {
    return segment[0] && segment[0] != '.' && !strchr(segment, '/');
}

/* The file's descriptor, or -1. */
static int open_below(int root_fd, const char *const *segments, size_t count) {
    int folder = dup(root_fd);
    for (size_t i = 0; i < count && folder >= 0; i++) {
        int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (i + 1 < count ? O_PATH | O_DIRECTORY : O_RDONLY);
        int next = is_plain_name(segments[i]) ? openat(folder, segments[i], flags) : -1;
        close(folder);
        folder = next;
    }
    return folder;
}

static bool read_whole(int fd, struct buf *out) {
    char piece[16 * 1024];
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    for (;;) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        buf_add(out, piece, (size_t)got);
    }
    return !buf_failed(out);
}

bool static_disk_read(struct exchange *exchange, const char *const *segments, size_t count) {
    struct http_reply *reply = &exchange->reply;
    int fd = open_below(exchange->server->web_root_fd, segments, count);
    if (fd < 0) return false;
    bool good = read_whole(fd, &reply->body);
    close(fd);
    if (!good) {
        buf_free(&reply->body);
        reply->body = BUF(REPLY_BODY_CEILING);
        return false;
    }
    reply->status = MHD_HTTP_OK;
    http_reply_header(reply, "Content-Type", static_mime(segments[count - 1]));
    return true;
}
