/* Page files: embedded in the program, or from the folder --web-root while developing.
 *
 * A path without a dot in its last segment that names no file gets /index.html: the pages route
 * themselves. Compressed forms are chosen at build time; each has its own entity tag, as a strong tag
 * names one sequence of bytes.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

/* "/" and the decoded segments joined. */
static const char *joined_path(const struct http_request *request) {
    struct buf path = BUF(TARGET_LIMIT * 2);
    for (size_t i = 0; i < request->segments.count; i++) {
        buf_addc(&path, '/');
        buf_adds(&path, *LIST_AT(request->segments, const char *, i));
    }
    if (path.len == 0) buf_addc(&path, '/');
    const char *copy = arena_memdup(request->arena, path.data, path.len);
    buf_free(&path);
    return copy;
}

bool static_claims(const struct http_server *server, const struct http_request *request) {
    const char *path = joined_path(request);
    for (const char *const *prefix = server->api_prefixes; prefix && *prefix; prefix++) {
        size_t len = strlen(*prefix);
        if (len > 0 && (*prefix)[len - 1] == '/') len--;
        if (strncmp(path, *prefix, len) == 0 && (path[len] == '/' || path[len] == 0)) return false;
    }
    return true;
}

static int compare_asset(const void *path, const void *asset) {
    return strcmp(path, ((const struct http_asset *)asset)->path);
}

static const struct http_asset *find_asset(const struct http_server *server, const char *path) {
    return bsearch(path, server->assets, server->asset_count, sizeof *server->assets, compare_asset);
}

/* ---- negotiation ---- */

/* The quality of CODING in an Accept-Encoding list, in thousandths; -1 when it is not named. */
static int quality(const char *list, const char *coding) {
    size_t coding_len = strlen(coding);
    while (*list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, ",");
        size_t name_len = strcspn(list, " \t;,");
        if (name_len == coding_len && strncasecmp(list, coding, coding_len) == 0) {
            const char *q = memchr(list, ';', len);
            if (!q) return 1000;
            q += 1 + strspn(q + 1, " \t");
            if (strncasecmp(q, "q=", 2) != 0) return 1000;
            return (int)(strtod(q + 2, NULL) * 1000);
        }
        list += len;
    }
    return -1;
}

static bool accepts(const char *list, const char *coding) {
    if (!list) return false;
    int q = quality(list, coding);
    if (q < 0) q = quality(list, "*");
    return q > 0;
}

/* Weak comparison of an If-None-Match list with one strong tag (RFC 9110, 13.1.2). */
static bool tag_matches(const char *list, const char *tag) {
    size_t tag_len = strlen(tag);
    if (!list) return false;
    while (*list) {
        list += strspn(list, " \t,");
        if (*list == '*') return true;
        if (strncmp(list, "W/", 2) == 0) list += 2;
        if (*list != '"') return false;
        size_t len = strcspn(list + 1, "\"") + 2;
        if (len == tag_len && strncmp(list, tag, len) == 0) return true;
        if (len > strlen(list)) return false;
        list += len;
    }
    return false;
}

struct form {
    const unsigned char *data;
    size_t len;
    const char *encoding; /* NULL: as it is */
    const char *etag;
};

/* "\"abc\"" and "br" → "\"abc-br\"". */
static const char *form_tag(struct arena *arena, const char *etag, const char *encoding) {
    return arena_printf(arena, "%.*s-%s\"", (int)strlen(etag) - 1, etag, encoding);
}

static struct form choose_form(const struct http_request *request, const struct http_asset *asset) {
    const char *accepted = http_header(request, "Accept-Encoding");
    if (asset->brotli && accepts(accepted, "br")) {
        return (struct form){asset->brotli, asset->brotli_len, "br",
                             form_tag(request->arena, asset->etag, "br")};
    }
    if (asset->gzip && accepts(accepted, "gzip")) {
        return (struct form){asset->gzip, asset->gzip_len, "gzip",
                             form_tag(request->arena, asset->etag, "gzip")};
    }
    return (struct form){asset->raw, asset->raw_len, NULL, asset->etag};
}

static void send_asset(struct exchange *exchange, const struct http_asset *asset) {
    struct http_reply *reply = &exchange->reply;
    struct form form = choose_form(&exchange->request, asset);
    http_reply_header(reply, "ETag", form.etag);
    http_reply_header(reply, "Cache-Control",
                      asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    http_reply_header(reply, "Vary", "Accept-Encoding");
    /* With 304 no body goes out, but its length does, and it must be that of the file. */
    exchange->fixed_body = form.data;
    exchange->fixed_len = form.len;
    if (tag_matches(http_header(&exchange->request, "If-None-Match"), form.etag)) {
        reply->status = MHD_HTTP_NOT_MODIFIED;
        return;
    }
    reply->status = MHD_HTTP_OK;
    http_reply_header(reply, "Content-Type", asset->mime);
    if (form.encoding) http_reply_header(reply, "Content-Encoding", form.encoding);
}

/* ---- answering ---- */

static bool looks_like_file(const struct http_request *request) {
    size_t count = request->segments.count;
    return count > 0 && strchr(*LIST_AT(request->segments, const char *, count - 1), '.');
}

static bool answer_from_disk(struct exchange *exchange, bool fall_back) {
    static const char *const index[] = {"index.html"};
    const struct list *segments = &exchange->request.segments;
    if (segments->count > 0 && static_disk_read(exchange, segments->items, segments->count)) return true;
    return fall_back && static_disk_read(exchange, index, 1);
}

static bool answer_embedded(struct exchange *exchange, bool fall_back) {
    const struct http_asset *asset = find_asset(exchange->server, joined_path(&exchange->request));
    if (!asset && fall_back) asset = find_asset(exchange->server, "/index.html");
    if (asset) send_asset(exchange, asset);
    return asset != NULL;
}

void static_answer(struct exchange *exchange) {
    bool fall_back = !looks_like_file(&exchange->request);
    bool found = exchange->server->web_root_fd >= 0 ? answer_from_disk(exchange, fall_back)
                                                    : answer_embedded(exchange, fall_back);
    if (!found) reply_fail(exchange, ERR_NOT_FOUND, NULL);
}
