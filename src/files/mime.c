/* File types by magic numbers.
 *
 * 1. A format is recognised at byte 0 only: nothing may stand before it.
 * 2. One look at the magic is enough where what opens the file does not run it; containers that may hold
 *    anything (ZIP, OLE2) are looked into.
 */
#include "mime_internal.h"

const struct file_type file_type_pdf = {"application/pdf", "pdf", "PDF 文档"};
static const struct file_type jpeg = {"image/jpeg", "jpg jpeg", "JPG 图片"};
static const struct file_type png = {"image/png", "png", "PNG 图片"};
static const struct file_type webp = {"image/webp", "webp", "WebP 图片"};
static const struct file_type heic = {"image/heic", "heic heif", "HEIC 图片"};
static const struct file_type text = {"text/plain", "txt text log md csv", "文本"};
static const struct file_type mp3 = {"audio/mpeg", "mp3", "MP3 录音"};
static const struct file_type m4a = {"audio/mp4", "m4a", "M4A 录音"};
static const struct file_type wav = {"audio/wav", "wav", "WAV 录音"};
static const struct file_type mp4 = {"video/mp4", "mp4 m4v", "MP4 视频"};

/* ISO base media files name their brand at byte 8, in a first box "ftyp" of sane size. */
static const struct file_type *iso_media(struct bytes b) {
    static const struct {
        char brand[5];
        const struct file_type *type;
    } brands[] = {
        {"heic", &heic}, {"heix", &heic}, {"heim", &heic}, {"heis", &heic}, {"mif1", &heic},
        {"msf1", &heic}, {"M4A ", &m4a},  {"M4B ", &m4a},  {"isom", &mp4},  {"iso2", &mp4},
        {"iso3", &mp4},  {"iso4", &mp4},  {"iso5", &mp4},  {"iso6", &mp4},  {"mp41", &mp4},
        {"mp42", &mp4},  {"avc1", &mp4},  {"M4V ", &mp4},  {"MSNV", &mp4},  {"dash", &mp4},
    };
    uint32_t box = be32(b, 0);
    if (box < 16 || box > 4096 || box > b.size) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(brands); i++)
        if (has_at(b, 8, brands[i].brand, 4)) return brands[i].type;
    return NULL;
}

/* Length of the MPEG audio layer III frame whose header is at AT; 0: no such header. */
static size_t mp3_frame(struct bytes b, size_t at) {
    static const unsigned kbits_1[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    static const unsigned kbits_2[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    static const unsigned samples[] = {44100, 48000, 32000};
    if (at + 4 > b.size || b.data[at] != 0xff || (b.data[at + 1] & 0xe6) != 0xe2) return 0;
    unsigned version = b.data[at + 1] >> 3 & 3, rate = b.data[at + 2] >> 4,
             sampling = b.data[at + 2] >> 2 & 3;
    if (version == 1 || rate == 0 || rate == 15 || sampling == 3) return 0;
    bool first = version == 3;
    unsigned hertz = samples[sampling] >> (first ? 0 : version == 2 ? 1 : 2);
    unsigned kbit = first ? kbits_1[rate] : kbits_2[rate], padding = b.data[at + 2] >> 1 & 1;
    return (first ? 144000 : 72000) * kbit / hertz + padding;
}

/* Two frames in a row, after an ID3 tag if there is one. */
static bool is_mp3(struct bytes b) {
    size_t at = 0;
    if (has_at(b, 0, "ID3", 3)) {
        if (b.size < 10) return false;
        for (size_t i = 6; i < 10; i++)
            at = at << 7 | (b.data[i] & 0x7f);
        at += 10;
        /* Some writers pad the tag beyond its length. */
        for (size_t end = at + 4096; at < b.size && at < end && b.data[at] == 0;)
            at++;
    }
    size_t frame = at < b.size ? mp3_frame(b, at) : 0;
    return frame != 0 && frame <= b.size - at && (at + frame == b.size || mp3_frame(b, at + frame) != 0);
}

const struct file_type *file_type_of(const void *data, size_t size) {
    struct bytes b = {data, size};
    if (has_at(b, 0, "%PDF-", 5)) return &file_type_pdf;
    if (has_at(b, 0, "\xff\xd8\xff", 3)) return &jpeg;
    if (has_at(b, 0, "\x89PNG\r\n\x1a\n", 8)) return &png;
    if (has_at(b, 0, "RIFF", 4) && has_at(b, 8, "WEBPVP8", 7)) return &webp;
    if (has_at(b, 0, "RIFF", 4) && has_at(b, 8, "WAVE", 4)) return &wav;
    if (has_at(b, 0, "PK\x03\x04", 4)) return zip_document(b);
    if (has_at(b, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8)) return ole2_document(b);
    if (has_at(b, 4, "ftyp", 4)) return iso_media(b);
    if (is_mp3(b)) return &mp3;
    return is_plain_text(b) ? &text : NULL;
}
