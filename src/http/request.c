/* From libmicrohttpd's view of a request to ours: framing checks, path, query, headers, cookies.
 *
 * libmicrohttpd decodes percent escapes before splitting (so "%2F" and "%00" change the meaning of a
 * path); an identity unescape callback keeps the raw text and the decoding is done here, per segment.
 * It also lets through what makes requests ambiguous to a proxy in front (two lengths, a length beside
 * Transfer-Encoding); those are refused here, before anybody acts on the request.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "minyi/utf8.h"

size_t request_unescape(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls;
    (void)connection;
    return strlen(text);
}

/* ---- framing ---- */

struct framing {
    int hosts, lengths, encodings;
    const char *host, *length, *encoding;
    bool bad_name;
};

static bool is_token(const char *text, size_t len) {
    static const char extra[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 || (!isalnum(c) && !(c && strchr(extra, c)))) return false;
    }
    return len > 0;
}

/* What is known of the read buffer's layout holds for the versions before 1.0. */
static bool is_old_library(void) {
    return strncmp(MHD_get_version(), "0.", 2) == 0;
}

/* libmicrohttpd before 1.0 glues a folded line to the header's NAME: "Transfer-Encoding:\r\n chunked" is
 * seen as "Transfer-Encodingchunked", a request without a body to us and one with a body to a proxy. An
 * unfolded header lies in the read buffer as name, NUL (was the colon), blanks, value; a glued name was
 * moved away or runs into its value. */
static bool was_folded(const char *name, size_t name_len, const char *value) {
    uintptr_t end = (uintptr_t)name + name_len, begin = (uintptr_t)value;
    if (!is_old_library() || !value) return false;
    if (begin <= end || begin - end > CONNECTION_MEMORY) return true;
    for (const char *c = name + name_len + 1; c < value; c++) {
        if (*c != ' ' && *c != '\t') return true;
    }
    return false;
}

static enum MHD_Result note_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                   const char *value, size_t value_len) {
    struct framing *framing = cls;
    (void)kind;
    if (!is_token(name, name_len)) framing->bad_name = true;
    if (value && strlen(value) != value_len) framing->bad_name = true;
    if (was_folded(name, name_len, value)) framing->bad_name = true;
    if (strcasecmp(name, "Host") == 0) {
        framing->hosts++;
        framing->host = value;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        framing->lengths++;
        framing->length = value;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->encodings++;
        framing->encoding = value;
    }
    return MHD_YES;
}

static bool is_host(const char *host) {
    for (; *host; host++) {
        unsigned char c = (unsigned char)*host;
        if (c >= 0x80 || (!isalnum(c) && !strchr("-._:[]", c))) return false;
    }
    return true;
}

/* Decimal digits only, no sign, no list; at most INT64_MAX. */
static bool parse_length(const char *text, uint64_t *ret) {
    uint64_t value = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 19) return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > INT64_MAX) return false;
    *ret = value;
    return true;
}

static int check_framing(struct exchange *exchange, const char **ret_detail) {
    struct framing framing = {0};
    MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, note_header, &framing);
    *ret_detail = NULL;
    if (framing.bad_name) *ret_detail = "请求头的名称或内容不正确。";
    if (framing.hosts > 1 || (framing.host && !is_host(framing.host))) *ret_detail = "Host 请求头不正确。";
    if (framing.lengths > 1) *ret_detail = "Content-Length 重复。";
    if (framing.lengths > 0 && framing.encodings > 0) {
        *ret_detail = "不能同时使用 Content-Length 和 Transfer-Encoding。";
    }
    if (framing.encodings > 1 || (framing.encoding && strcasecmp(framing.encoding, "chunked") != 0)) {
        *ret_detail = "不支持这种 Transfer-Encoding。";
    }
    uint64_t announced = 0;
    if (framing.length && !parse_length(framing.length, &announced)) *ret_detail = "Content-Length 不正确。";
    exchange->announced = framing.encodings > 0 ? UINT64_MAX : announced;
    return *ret_detail ? ERR_BAD_REQUEST : 0;
}

bool request_expects_continue(const struct exchange *exchange) {
    const char *expect = http_header(&exchange->request, "Expect");
    return expect && strcasecmp(expect, "100-continue") == 0;
}

/* ---- text ---- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Decodes %XX in LEN bytes; NULL for a bad escape, NUL or broken UTF-8. */
static char *decode(struct arena *arena, const char *text, size_t len, size_t *ret_len) {
    char *out = arena_alloc(arena, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '%') {
            if (len - i < 3) return NULL;
            int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return NULL;
            c = (char)(unsigned char)(high * 16 + low);
            i += 2;
        }
        if (c == 0) return NULL;
        out[n++] = c;
    }
    out[n] = 0;
    if (!utf8_valid(out, n)) return NULL;
    *ret_len = n;
    return out;
}

static bool has_control(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return true;
    }
    return false;
}

/* The path for logs when it may hold anything. */
static const char *printable(struct arena *arena, const char *text) {
    size_t len = strnlen(text, TARGET_LIMIT);
    char *copy = arena_memdup(arena, text, len);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)copy[i] <= 0x20 || (unsigned char)copy[i] >= 0x7f) copy[i] = '?';
    }
    return copy;
}

/* ---- path ---- */

/* One decoded segment; NULL when it is not allowed. */
static const char *read_segment(struct arena *arena, const char *text, size_t len) {
    size_t decoded_len;
    const char *segment = decode(arena, text, len, &decoded_len);
    if (!segment || has_control(segment, decoded_len)) return NULL;
    if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0) return NULL;
    return segment;
}

static int read_path(struct exchange *exchange, const char *path, const char **ret_detail) {
    const char *segments[SEGMENT_LIMIT];
    size_t count = 0;
    bool empty_inside = false;
    *ret_detail = "地址不正确。";
    size_t path_len = strlen(path);
    if (*path != '/' || has_control(path, path_len) || strchr(path, ' ')) return ERR_BAD_REQUEST;
    if (path_len > TARGET_LIMIT) return ERR_URI_TOO_LONG;
    for (const char *at = path + 1; *at;) {
        size_t len = strcspn(at, "/");
        if (count == SEGMENT_LIMIT) return ERR_URI_TOO_LONG;
        const char *segment = read_segment(exchange->arena, at, len);
        if (!segment) return ERR_BAD_REQUEST;
        if (len == 0) empty_inside = true;
        segments[count++] = segment;
        at += len + (at[len] == '/');
    }
    exchange->trailing_slash = count > 0 && path[path_len - 1] == '/';
    struct list *list = &exchange->request.segments;
    list->items = count ? arena_memdup(exchange->arena, segments, count * sizeof *segments) : NULL;
    list->count = count;
    *ret_detail = NULL;
    return empty_inside ? ERR_NOT_FOUND : 0;
}

/* ---- query ---- */

struct query_reader {
    struct exchange *exchange;
    struct parameter list[QUERY_LIMIT];
    size_t count;
    bool bad;
};

static enum MHD_Result read_parameter(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                      const char *value, size_t value_len) {
    struct query_reader *reader = cls;
    struct arena *arena = reader->exchange->arena;
    size_t ignored;
    (void)kind;
    if (name_len == 0 && value_len == 0) return MHD_YES; /* "?" or "&&" */
    const char *decoded_name = decode(arena, name, name_len, &ignored);
    const char *decoded_value = value ? decode(arena, value, value_len, &ignored) : "";
    if (!decoded_name || !decoded_value || reader->count == QUERY_LIMIT) {
        reader->bad = true;
        return MHD_NO;
    }
    reader->list[reader->count++] = (struct parameter){decoded_name, decoded_value};
    return MHD_YES;
}

static int read_query(struct exchange *exchange, const char **ret_detail) {
    struct query_reader reader;
    reader.exchange = exchange;
    reader.count = 0;
    reader.bad = false;
    MHD_get_connection_values_n(exchange->mhd, MHD_GET_ARGUMENT_KIND, read_parameter, &reader);
    if (reader.bad) {
        *ret_detail = "地址中的查询参数不正确。";
        return ERR_BAD_REQUEST;
    }
    exchange->query = arena_array(exchange->arena, reader.count + 1, sizeof reader.list[0]);
    memcpy(exchange->query, reader.list, reader.count * sizeof reader.list[0]);
    exchange->query_count = reader.count;
    return 0;
}

bool http_query(const struct http_request *request, size_t i, const char **ret_name, const char **ret_value) {
    const struct exchange *exchange = request->transport;
    if (i >= exchange->query_count) return false;
    *ret_name = exchange->query[i].name;
    *ret_value = exchange->query[i].value;
    return true;
}

/* ---- headers and cookies ---- */

const char *http_header(const struct http_request *request, const char *name) {
    const struct exchange *exchange = request->transport;
    const char *value = MHD_lookup_connection_value(exchange->mhd, MHD_HEADER_KIND, name);
    size_t len = value ? strlen(value) : 0;
    if (len == 0 || (value[len - 1] != ' ' && value[len - 1] != '\t')) return value;
    /* libmicrohttpd leaves the blanks at the end. */
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        len--;
    return arena_memdup(request->arena, value, len);
}

struct cookie_search {
    struct arena *arena;
    const char *name;
    size_t name_len;
    const char *found;
};

/* One "name=value" between semicolons. */
static void match_cookie(struct cookie_search *search, const char *pair, size_t len) {
    while (len > 0 && (*pair == ' ' || *pair == '\t'))
        pair++, len--;
    while (len > 0 && (pair[len - 1] == ' ' || pair[len - 1] == '\t'))
        len--;
    if (len <= search->name_len || pair[search->name_len] != '=') return;
    if (memcmp(pair, search->name, search->name_len) != 0) return;
    pair += search->name_len + 1;
    len -= search->name_len + 1;
    if (len >= 2 && pair[0] == '"' && pair[len - 1] == '"') pair++, len -= 2;
    search->found = arena_memdup(search->arena, pair, len);
}

static enum MHD_Result search_cookies(void *cls, enum MHD_ValueKind kind, const char *name,
                                      const char *value) {
    struct cookie_search *search = cls;
    (void)kind;
    if (!value || strcasecmp(name, "Cookie") != 0) return MHD_YES;
    while (!search->found) {
        size_t len = strcspn(value, ";");
        match_cookie(search, value, len);
        if (!value[len]) break;
        value += len + 1;
    }
    return search->found ? MHD_NO : MHD_YES;
}

const char *http_cookie(const struct http_request *request, const char *name) {
    const struct exchange *exchange = request->transport;
    struct cookie_search search = {.arena = request->arena, .name = name, .name_len = strlen(name)};
    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, search_cookies, &search);
    return search.found;
}

/* ---- who and which ---- */

static enum MHD_Result last_forwarded(void *cls, enum MHD_ValueKind kind, const char *name,
                                      const char *value) {
    (void)kind;
    if (value && strcasecmp(name, "X-Forwarded-For") == 0) *(const char **)cls = value;
    return MHD_YES;
}

/* The last element is the one our own proxy wrote; all before it is the client's word. */
static const char *client_address(struct exchange *exchange) {
    const char *own = exchange->connection->remote;
    const char *list = NULL;
    if (!exchange->server->trust_proxy) return own;
    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, last_forwarded, &list);
    if (!list) return own;
    const char *comma = strrchr(list, ',');
    const char *last = comma ? comma + 1 : list;
    last += strspn(last, " \t");
    char *address = arena_memdup(exchange->arena, last, strcspn(last, " \t"));
    unsigned char bytes[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1) return address;
    return own;
}

/* Unique in the process and not guessable in order; not a secret (splitmix64 of a keyed counter). */
static void new_id(struct exchange *exchange) {
    struct http_server *server = exchange->server;
    uint64_t z = server->id_key + 0x9e3779b97f4a7c15u * (uint64_t)atomic_fetch_add_explicit(
                                                            &server->id_next, 1, memory_order_relaxed);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    for (int i = REQUEST_ID_SIZE - 2; i >= 0; i--, z >>= 4)
        exchange->id[i] = "0123456789abcdef"[z & 15];
    exchange->id[REQUEST_ID_SIZE - 1] = 0;
}

/* A NUL in the request line ends the target for libmicrohttpd, which says nothing of it; but then the
 * version does not follow the target in its read buffer. */
static bool is_clean_line(const struct exchange *exchange, const char *method, const char *version) {
    if (is_old_library() && version != exchange->connection->target_end) return false;
    return is_token(method, strlen(method));
}

int request_read(struct exchange *exchange, const char *method, const char *target, const char *version,
                 const char **ret_detail) {
    struct http_request *request = &exchange->request;
    exchange->head = strcmp(method, "HEAD") == 0;
    new_id(exchange);
    request->method = exchange->head ? "GET" : arena_strdup(exchange->arena, method);
    request->path = printable(exchange->arena, target);
    request->id = exchange->id;
    request->remote = client_address(exchange);
    request->started_us = clock_monotonic_us();
    request->arena = exchange->arena;
    request->spool_fd = -1;
    int error = check_framing(exchange, ret_detail);
    if (!error && !is_clean_line(exchange, method, version)) error = ERR_BAD_REQUEST;
    if (!error) error = read_path(exchange, target, ret_detail);
    if (!error) error = read_query(exchange, ret_detail);
    return error;
}
