/* See minyi/pdf_photos.h.
 *
 * This is no reader of PDF: no table of objects, no references, nothing unpacked. The bytes are walked once
 * from front to back, from stream to stream.
 *
 * 1. A stream's dictionary is what stands between the object's beginning and "stream", at most DICTIONARY_MAX
 *    bytes of it; each byte is in at most one, so the time is linear.
 * 2. /Length is believed when "endstream" stands where it says; else, and when it is a reference, the next
 *    "endstream" is the end. A picture that happens to hold this word is cut off there.
 * 3. What stands inside of a stream is not searched for others.
 */
#include "minyi/pdf_photos.h"

#include <string.h>

#include "mime_internal.h"

enum { DICTIONARY_MAX = 4096, NUMBER_DIGITS = 10, FAX_COLUMNS = 1728 /* where nothing is said */ };

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

static bool begins_number(struct bytes b, size_t at) {
    return at < b.size && b.data[at] >= '0' && b.data[at] <= '9';
}

/* The number that the value of KEY is itself, or OTHERWISE for a reference ("12 0 R") and for none. */
static int64_t number_of(struct bytes dictionary, const char *key, size_t len, int64_t otherwise) {
    size_t at = value_of(dictionary, key, len), digits = 0;
    bool negative = at != 0 && has_at(dictionary, at, "-", 1);
    int64_t number = 0;
    if (at == 0) return otherwise;
    for (at += negative; begins_number(dictionary, at) && digits <= NUMBER_DIGITS; at++, digits++)
        number = number * 10 + (dictionary.data[at] - '0');
    if (digits == 0 || digits > NUMBER_DIGITS) return otherwise;
    if (begins_number(dictionary, skip_blanks(dictionary, at))) return otherwise;
    return negative ? -number : number;
}

static bool says_true(struct bytes dictionary, const char *key, size_t len) {
    size_t at = value_of(dictionary, key, len);
    return at != 0 && pass_name(dictionary, at, WORD("true")) != 0;
}

/* Where the value of KEY begins, or the first one in it when it is a list; 0: there is no such key. */
static size_t first_value_of(struct bytes dictionary, const char *key, size_t len) {
    size_t at = value_of(dictionary, key, len);
    bool is_list = at != 0 && has_at(dictionary, at, "[", 1);
    return is_list ? skip_blanks(dictionary, at + 1) : at;
}

static bool is_image(struct bytes dictionary) {
    size_t subtype = value_of(dictionary, WORD("/Subtype"));
    return subtype != 0 && pass_name(dictionary, subtype, WORD("/Image")) != 0;
}

/* Its only packing is PACKING: the bytes are what that makes. */
static bool is_packed_by(struct bytes dictionary, const char *packing, size_t len) {
    size_t filter = first_value_of(dictionary, WORD("/Filter"));
    size_t end = filter != 0 ? pass_name(dictionary, filter, packing, len) : 0;
    if (end == 0 || filter == value_of(dictionary, WORD("/Filter"))) return end != 0;
    return has_at(dictionary, skip_blanks(dictionary, end), "]", 1);
}

/* Keys of the parameters are looked for in the whole dictionary: no other keys of an image are called so.
 * When the parameters stand elsewhere they are taken to be what nearly every scanner writes, Group 4. */
static bool read_fax_form(struct bytes dictionary, struct fax_form *ret) {
    size_t parameters = first_value_of(dictionary, WORD("/DecodeParms"));
    bool elsewhere = parameters != 0 && begins_number(dictionary, parameters);
    int64_t width = number_of(dictionary, WORD("/Width"), 0);
    int64_t columns = number_of(dictionary, WORD("/Columns"), elsewhere ? width : FAX_COLUMNS);
    int64_t rows = number_of(dictionary, WORD("/Height"), number_of(dictionary, WORD("/Rows"), 0));
    int64_t k = number_of(dictionary, WORD("/K"), elsewhere ? -1 : 0);
    if (columns < 1 || columns > FAX_SIDE_MAX || rows < 1 || rows > FAX_SIDE_MAX) return false;
    *ret = (struct fax_form){.k = k < 0   ? -1
                                  : k > 0 ? 1
                                          : 0,
                             .columns = (int)columns,
                             .rows = (int)rows,
                             .byte_align = says_true(dictionary, WORD("/EncodedByteAlign")),
                             .end_of_line = says_true(dictionary, WORD("/EndOfLine"))};
    return true;
}

/* The picture that the bytes of a stream are; false: none that is read. */
static bool read_photo(struct bytes stream, struct bytes dictionary, struct pdf_photo *ret) {
    struct pdf_photo photo = {.data = stream.data, .size = stream.size};
    if (!is_image(dictionary)) return false;
    photo.is_fax = is_packed_by(dictionary, WORD("/CCITTFaxDecode"));
    bool found = photo.is_fax
                     ? read_fax_form(dictionary, &photo.fax)
                     : is_packed_by(dictionary, WORD("/DCTDecode")) && has_at(stream, 0, "\xFF\xD8", 2);
    if (found) *ret = photo;
    return found;
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
        size_t end = end_of(b, from, number_of(dictionary, WORD("/Length"), -1));
        if (end == b.size) break;
        if (count < PDF_PHOTOS_MAX) count += read_photo(part(b, from, end), dictionary, &photos[count]);
        at = end + strlen("endstream");
    }
    if (is_encrypted(part(b, at, b.size))) return 0;
    for (size_t i = 0; i < count; i++)
        ret[i] = photos[i];
    return count;
}
