/* See minyi/pdf_photos.h.
 *
 * This is no reader of PDF: no table of objects, no references, nothing unpacked. The bytes are walked once
 * from front to back, from stream to stream.
 *
 * 1. A stream's dictionary is what stands between the object's beginning and "stream", at most DICTIONARY_MAX
 *    bytes of it; each byte is in at most one, so the time is linear.
 * 2. /Length is believed when "endstream" stands where it says; else, and when it is a reference, the next
 *    "endstream" is the end. A JPEG that happens to hold this word is cut off there, and refused by its
 * decoder.
 * 3. What stands inside of a stream is not searched for others.
 */
#include "minyi/pdf_photos.h"

#include <string.h>

#include "mime_internal.h"

enum { DICTIONARY_MAX = 4096, LENGTH_DIGITS = 10 };

#define WORD(TEXT) (TEXT), (sizeof(TEXT) - 1)

static struct bytes part(struct bytes b, size_t from, size_t to) {
    return (struct bytes){b.data + from, to - from};
}

static bool is_blank(unsigned char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f' || byte == 0;
}

static size_t skip_blanks(struct bytes b, size_t at) {
    while (at < b.size && is_blank(b.data[at]))
        at++;
    return at;
}

/* Where WORD stands next from AT on; b.size: nowhere. */
static size_t find(struct bytes b, size_t at, const char *word, size_t len) {
    while (at < b.size) {
        const unsigned char *first = memchr(b.data + at, word[0], b.size - at);
        if (first == NULL) break;
        at = (size_t)(first - b.data);
        if (has_at(b, at, word, len)) return at;
        at++;
    }
    return b.size;
}

/* Behind the name NAME when it stands at AT as a whole ("/Image", not "/ImageMask"); else 0. */
static size_t pass_name(struct bytes b, size_t at, const char *name, size_t len) {
    size_t end = at + len;
    if (!has_at(b, at, name, len)) return 0;
    return end == b.size || is_blank(b.data[end]) || strchr("/<>[]()%", b.data[end]) != NULL ? end : 0;
}

/* Where the value of KEY begins; 0: there is no such key. */
static size_t value_of(struct bytes dictionary, const char *key, size_t len) {
    size_t at = 0;
    while ((at = find(dictionary, at, key, len)) < dictionary.size) {
        size_t end = pass_name(dictionary, at, key, len);
        if (end != 0) return skip_blanks(dictionary, end);
        at += len;
    }
    return 0;
}

/* An image whose only packing is JPEG: its bytes are a JPEG file. */
static bool is_photo(struct bytes dictionary) {
    size_t subtype = value_of(dictionary, WORD("/Subtype")), filter = value_of(dictionary, WORD("/Filter"));
    if (subtype == 0 || pass_name(dictionary, subtype, WORD("/Image")) == 0 || filter == 0) return false;
    bool is_list = filter < dictionary.size && dictionary.data[filter] == '[';
    if (is_list) filter = skip_blanks(dictionary, filter + 1);
    size_t end = pass_name(dictionary, filter, WORD("/DCTDecode"));
    if (end == 0 || !is_list) return end != 0;
    end = skip_blanks(dictionary, end);
    return end < dictionary.size && dictionary.data[end] == ']';
}

/* The number that /Length is itself, or -1 for a reference ("12 0 R") and for none. */
static int64_t length_in(struct bytes dictionary) {
    size_t at = value_of(dictionary, WORD("/Length")), digits = 0;
    int64_t length = 0;
    for (; at != 0 && at < dictionary.size && digits <= LENGTH_DIGITS; at++, digits++) {
        unsigned char byte = dictionary.data[at];
        if (byte < '0' || byte > '9') break;
        length = length * 10 + (byte - '0');
    }
    if (digits == 0 || digits > LENGTH_DIGITS) return -1;
    at = skip_blanks(dictionary, at);
    bool is_reference = at < dictionary.size && dictionary.data[at] >= '0' && dictionary.data[at] <= '9';
    return is_reference ? -1 : length;
}

/* Where the "endstream" of the stream stands whose bytes begin at FROM; b.size: nowhere. */
static size_t end_of(struct bytes b, size_t from, int64_t length) {
    if (length >= 0 && (uint64_t)length < b.size - from) {
        size_t end = from + (size_t)length;
        for (int feed = 0; feed < 2 && end < b.size && (b.data[end] == '\r' || b.data[end] == '\n'); feed++)
            end++;
        if (has_at(b, end, WORD("endstream"))) return end;
    }
    return find(b, from, WORD("endstream"));
}

/* The next "stream" from AT on that follows a dictionary and ends its line: where its bytes begin, or 0.
 * *RET_WORD is where it stands itself. */
static size_t next_stream(struct bytes b, size_t at, size_t *ret_word) {
    size_t word = at;
    while ((word = find(b, word, WORD("stream"))) < b.size) {
        size_t before = word, behind = word + strlen("stream");
        while (before > at && is_blank(b.data[before - 1]))
            before--;
        bool follows = before > at + 1 && b.data[before - 1] == '>' && b.data[before - 2] == '>';
        behind += behind < b.size && b.data[behind] == '\r';
        if (follows && behind < b.size && b.data[behind] == '\n') {
            *ret_word = word;
            return behind + 1;
        }
        word += strlen("stream");
    }
    return 0;
}

static bool is_encrypted(struct bytes between) {
    return value_of(between, WORD("/Encrypt")) != 0;
}

/* From the last object's beginning in BETWEEN on: dictionaries of objects without a stream are left out. */
static struct bytes last_dictionary(struct bytes between) {
    size_t from = between.size > DICTIONARY_MAX ? between.size - DICTIONARY_MAX : 0, next = from;
    while ((next = find(between, next, WORD(" obj"))) < between.size) {
        next += strlen(" obj");
        from = next;
    }
    return part(between, from, between.size);
}

size_t pdf_photos(const void *data, size_t size, struct pdf_photo ret[PDF_PHOTOS_MAX]) {
    struct bytes b = {data, size};
    struct pdf_photo photos[PDF_PHOTOS_MAX];
    size_t count = 0, at = 0, word = 0, from;
    if (size == 0) return 0;
    while ((from = next_stream(b, at, &word)) != 0) {
        struct bytes between = part(b, at, word), dictionary = last_dictionary(between);
        if (is_encrypted(between)) return 0;
        size_t end = end_of(b, from, length_in(dictionary));
        if (end == b.size) break;
        if (count < PDF_PHOTOS_MAX && is_photo(dictionary) && has_at(b, from, "\xFF\xD8", 2) &&
            from + 2 <= end)
            photos[count++] = (struct pdf_photo){b.data + from, end - from};
        at = end + strlen("endstream");
    }
    if (is_encrypted(part(b, at, b.size))) return 0;
    for (size_t i = 0; i < count; i++)
        ret[i] = photos[i];
    return count;
}
