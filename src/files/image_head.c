/* What a picture's head says, and whether decoding it would stay within the budget (image.h).
 *
 * Numbers are the file's own claim: image_decode() holds the decoder to them.
 */
#include <pthread.h>

#include "image_internal.h"
#include "mime_internal.h"
#include "minyi/err.h"

enum {
    SIDE_MAX = 65500,
    SCANS_MAX = 100,
    JPEG_SOS = 0xDA,
    JPEG_EOI = 0xD9,
    JPEG_TEM = 0x01,
    JPEG_RST_FIRST = 0xD0,
    JPEG_SOI = 0xD8,
};
static const int64_t PIXELS_MAX = 80 * 1000 * 1000, JPEG_PIXELS_MAX = 400 * 1000 * 1000,
                     COEFFICIENTS_MAX = 256 * 1000 * 1000, SCANNED_MAX = 1000 * 1000 * 1000;

static uint32_t be16(struct bytes b, size_t at) {
    return at + 2 <= b.size ? (uint32_t)b.data[at] << 8 | b.data[at + 1] : 0;
}

/* Position after the next marker from AT, which goes to *RET_MARKER; 0: none. */
static size_t next_marker(struct bytes b, size_t at, unsigned *ret_marker) {
    for (; at + 1 < b.size; at++) {
        if (b.data[at] != 0xFF || b.data[at + 1] == 0xFF || b.data[at + 1] == 0) continue;
        *ret_marker = b.data[at + 1];
        return at + 2;
    }
    return 0;
}

static bool has_no_length(unsigned marker) {
    return marker == JPEG_TEM || (marker >= JPEG_RST_FIRST && marker <= JPEG_SOI);
}

/* The frame header at AT: size and the bytes that all its coefficients take. */
static void read_frame(struct bytes b, size_t at, struct image_head *head, unsigned *ret_components) {
    unsigned components = at + 7 < b.size ? b.data[at + 7] : 0;
    unsigned across = 1, down = 1, blocks = 0;
    if (at + 8 + components * 3 > b.size) return;
    for (unsigned i = 0; i < components; i++) {
        unsigned factors = b.data[at + 9 + i * 3], h = factors >> 4, v = factors & 15;
        across = h > across ? h : across;
        down = v > down ? v : down;
        blocks += h * v;
    }
    head->height = be16(b, at + 3);
    head->width = be16(b, at + 5);
    head->coefficients = (int64_t)head->width * head->height * 2 * blocks / ((int64_t)across * down);
    *ret_components = components;
}

/* Baseline and progressive; the frames that few decoders know (lossless, arithmetic) are left unread. */
static void read_jpeg(struct bytes b, struct image_head *head) {
    unsigned marker = 0, components = 0;
    bool progressive = false;
    size_t at = 2;
    while ((at = next_marker(b, at, &marker)) != 0 && marker != JPEG_EOI && head->scans <= SCANS_MAX) {
        if (has_no_length(marker)) continue;
        if (marker >= 0xC0 && marker <= 0xC2 && components == 0) {
            progressive = marker == 0xC2;
            read_frame(b, at, head, &components);
        }
        if (marker == JPEG_SOS && head->scans++ == 0 && at + 2 < b.size && !progressive &&
            b.data[at + 2] == components)
            head->coefficients = 0;
        at += be16(b, at);
    }
    head->cut_off = at == 0;
    if (head->scans > 0 && components > 0) head->format = IMAGE_JPEG;
}

static void read_png(struct bytes b, struct image_head *head) {
    if (!has_at(b, 12, "IHDR", 4)) return;
    head->format = IMAGE_PNG;
    head->width = be32(b, 16);
    head->height = be32(b, 20);
}

static uint32_t le24(struct bytes b, size_t at) {
    return le16(b, at) | (at + 2 < b.size ? (uint32_t)b.data[at + 2] << 16 : 0);
}

/* WebP container: simple lossy, simple lossless, extended. */
static void read_webp(struct bytes b, struct image_head *head) {
    if (has_at(b, 12, "VP8 ", 4) && has_at(b, 23, "\x9d\x01\x2a", 3)) {
        head->width = le16(b, 26) & 0x3FFF;
        head->height = le16(b, 28) & 0x3FFF;
    } else if (has_at(b, 12, "VP8L", 4) && has_at(b, 20, "\x2f", 1)) {
        head->width = (le32(b, 21) & 0x3FFF) + 1;
        head->height = (le32(b, 21) >> 14 & 0x3FFF) + 1;
    } else if (has_at(b, 12, "VP8X", 4) && b.size > 30) {
        head->width = le24(b, 24) + 1;
        head->height = le24(b, 27) + 1;
        head->animated = (b.data[20] & 2) != 0;
    } else {
        return;
    }
    head->cut_off = b.size < (size_t)le32(b, 4) + 8;
    head->format = IMAGE_WEBP;
}

void image_read_head(const void *data, size_t size, struct image_head *ret) {
    struct bytes b = {data, size};
    struct image_head head = {0};
    const struct file_type *type = file_type_of(data, size);
    if (type != NULL) head.mime = type->mime;
    if (type != NULL && strcmp(type->mime, "image/jpeg") == 0) read_jpeg(b, &head);
    if (type != NULL && strcmp(type->mime, "image/png") == 0) read_png(b, &head);
    if (type != NULL && strcmp(type->mime, "image/webp") == 0) read_webp(b, &head);
    *ret = head;
}

/* WebP is read only where the system has a module for it. */
static bool webp_known;
static void look_for_webp(void) {
    GSList *formats = gdk_pixbuf_get_formats();
    for (GSList *format = formats; format != NULL; format = format->next) {
        gchar *name = gdk_pixbuf_format_get_name(format->data);
        webp_known = webp_known || strcmp(name, "webp") == 0;
        g_free(name);
    }
    g_slist_free(formats);
}

static bool readable(const struct image_head *head) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (head->format == IMAGE_NONE || head->animated || head->width == 0 || head->height == 0) return false;
    if (head->format == IMAGE_WEBP) pthread_once(&once, look_for_webp);
    return head->format != IMAGE_WEBP || webp_known;
}

/* What of a picture is over the budget. Fewer pixels help against the first alone; the other two are of the way
 * in which a JPEG was saved. */
enum excess { EXCESS_NONE, EXCESS_PIXELS, EXCESS_MEMORY, EXCESS_TIME };

/* Of sides within SIDE_MAX. */
static int64_t pixels_of(const struct image_head *head) {
    return (int64_t)head->width * head->height;
}

static enum excess excess_of(const struct image_head *head) {
    int64_t most = head->format == IMAGE_JPEG ? JPEG_PIXELS_MAX : PIXELS_MAX;
    if (head->width > SIDE_MAX || head->height > SIDE_MAX || pixels_of(head) > most) return EXCESS_PIXELS;
    if (head->coefficients > COEFFICIENTS_MAX) return EXCESS_MEMORY;
    return head->scans > SCANS_MAX || pixels_of(head) * head->scans > SCANNED_MAX ? EXCESS_TIME : EXCESS_NONE;
}

int image_judge(const struct image_head *head) {
    if (!readable(head)) return ERR_NOT_ACCEPTABLE_TYPE;
    return excess_of(head) != EXCESS_NONE ? ERR_TOO_LARGE : 0;
}

int image_probe(const void *data, size_t size, struct image_info *ret) {
    struct image_head head;
    image_read_head(data, size, &head);
    int error = image_judge(&head);
    if (error == 0) *ret = (struct image_info){.width = (int)head.width, .height = (int)head.height};
    return error;
}

/* What is too large about it, and what helps: not what it is within already. */
static const char *excess_text(struct arena *arena, const struct image_head *head) {
    enum excess excess = excess_of(head);
    const char *size =
        arena_printf(arena, "%lld × %lld 像素", (long long)head->width, (long long)head->height);
    if (excess == EXCESS_PIXELS)
        return arena_printf(arena,
                            "图片有 %s，超出了能处理的大小。请缩小到 8000 万像素以内（每边不超过 65500 "
                            "像素），另存为普通 JPEG 后再用。",
                            size);
    return arena_printf(arena,
                        "图片有 %s，没有超过限度，但它是渐进式（分多遍存储）的 JPEG，读取时%s。"
                        "请另存为普通（非渐进式）JPEG%s后再上传。",
                        size, excess == EXCESS_MEMORY ? "占用内存太多" : "费时太长",
                        pixels_of(head) <= PIXELS_MAX ? " 或 PNG " : " ");
}

const char *image_flaw(struct arena *arena, const void *data, size_t size) {
    struct image_head head;
    image_read_head(data, size, &head);
    int error = image_judge(&head);
    if (error == 0) return NULL;
    if (error == ERR_TOO_LARGE) return excess_text(arena, &head);
    if (head.format != IMAGE_NONE && head.animated)
        return "动态图片不能排进公文，请另存为 JPEG 或 PNG 图片。";
    if (head.mime == NULL || strncmp(head.mime, "image/", 6) != 0)
        return "这个文件不是图片。请用 JPEG 或 PNG 图片。";
    return "这种图片读不出来。请另存为 JPEG 或 PNG 图片后再用。";
}
