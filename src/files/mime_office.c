/* Office documents: ZIP packages (docx, xlsx, pptx) and OLE2 compound files (doc, xls, ppt and those of WPS).
 *
 * Nothing is unpacked: the names of the parts tell. Every walk has a fixed number of steps, and every offset
 * is checked against the size, because whoever made the file may have meant harm.
 */
#include "mime_internal.h"

const struct file_type file_type_docx = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", "Word 文档"};
static const struct file_type xlsx = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                      "xlsx", "Excel 表格"};
static const struct file_type pptx = {
    "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", "PPT 演示文稿"};
static const struct file_type doc = {"application/msword", "doc wps wpt", "Word 或 WPS 文档"};
static const struct file_type xls = {"application/vnd.ms-excel", "xls et", "Excel 或 WPS 表格"};
static const struct file_type ppt = {"application/vnd.ms-powerpoint", "ppt dps", "PPT 或 WPS 演示文稿"};

/* ---- ZIP ---- */

enum { ZIP_END = 22, ZIP_ENTRY = 46, ZIP_COMMENT_MAX = 65535, ZIP_ENTRIES_MAX = 5000 };

/* Offset of the end record, which is the last thing but a comment; SIZE_MAX: none. */
static size_t zip_end(struct bytes b) {
    if (b.size < ZIP_END) return SIZE_MAX;
    size_t at = b.size - ZIP_END, lowest = at > ZIP_COMMENT_MAX ? at - ZIP_COMMENT_MAX : 0;
    for (;; at--) {
        if (has_at(b, at, "PK\x05\x06", 4) && at + ZIP_END + le16(b, at + 20) == b.size) return at;
        if (at == lowest) return SIZE_MAX;
    }
}

struct zip_parts {
    bool content_types, word, sheet, slides, active;
};

static bool ends_with(struct bytes name, const char *end) {
    size_t len = strlen(end);
    return name.size >= len && memcmp(name.data + name.size - len, end, len) == 0;
}

static void note_part(struct zip_parts *parts, struct bytes name) {
    static const char *const active[] = {"vbaProject.bin", ".exe", ".dll", ".js", ".vbs", ".bat"};
    if (name.size == 19 && has_at(name, 0, "[Content_Types].xml", 19)) parts->content_types = true;
    if (has_at(name, 0, "word/document", 13)) parts->word = true;
    if (has_at(name, 0, "xl/workbook", 11)) parts->sheet = true;
    if (has_at(name, 0, "ppt/presentation", 16)) parts->slides = true;
    for (size_t i = 0; i < ARRAY_LEN(active); i++)
        if (ends_with(name, active[i])) parts->active = true;
}

const struct file_type *zip_document(struct bytes b) {
    size_t end = zip_end(b);
    if (end == SIZE_MAX) return NULL;
    size_t at = le32(b, end + 16), entries = le16(b, end + 10);
    if (entries == 0 || entries > ZIP_ENTRIES_MAX) return NULL;
    struct zip_parts parts = {0};
    for (size_t i = 0; i < entries; i++) {
        if (at >= end || !has_at(b, at, "PK\x01\x02", 4)) return NULL;
        size_t name = le16(b, at + 28), extra = le16(b, at + 30), comment = le16(b, at + 32);
        if (at + ZIP_ENTRY + name > end) return NULL;
        note_part(&parts, (struct bytes){b.data + at + ZIP_ENTRY, name});
        at += ZIP_ENTRY + name + extra + comment;
    }
    if (!parts.content_types || parts.active || parts.word + parts.sheet + parts.slides != 1) return NULL;
    return parts.word ? &file_type_docx : parts.sheet ? &xlsx : &pptx;
}

/* ---- OLE2 ([MS-CFB]) ---- */

enum {
    OLE2_HEADER = 512,
    OLE2_FIRST_FAT = 76, /* where the header lists the first 109 sectors of the allocation table */
    OLE2_FATS = 109,
    OLE2_ENTRY = 128,
    OLE2_SECTORS_MAX = 256 /* of the directory that are looked at */
};
static const uint32_t OLE2_LAST = 0xfffffffa; /* greater numbers mark ends and free sectors */

static size_t sector_offset(uint32_t sector, unsigned shift) {
    return ((size_t)sector + 1) << shift;
}

/* The sector after SECTOR in its chain. */
static uint32_t next_sector(struct bytes b, uint32_t sector, unsigned shift) {
    uint32_t per_sector = (uint32_t)1 << (shift - 2), index = sector / per_sector;
    if (index >= OLE2_FATS) return UINT32_MAX;
    uint32_t fat = le32(b, OLE2_FIRST_FAT + 4 * (size_t)index);
    size_t at = fat < OLE2_LAST ? sector_offset(fat, shift) + 4 * (size_t)(sector % per_sector) : b.size;
    return at + 4 <= b.size ? le32(b, at) : UINT32_MAX;
}

/* True when the entry at AT bears NAME (ASCII; stored as UTF-16 with its length in bytes, end included). */
static bool entry_is(struct bytes b, size_t at, const char *name) {
    size_t len = strlen(name);
    if (le16(b, at + 64) != 2 * (len + 1)) return false;
    for (size_t i = 0; i < len; i++)
        if (le16(b, at + 2 * i) != (unsigned char)name[i]) return false;
    return true;
}

struct ole2_parts {
    bool word, sheet, slides, macros;
};

static void note_entries(struct ole2_parts *parts, struct bytes b, size_t at, size_t end) {
    static const char *const macros[] = {"Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"};
    for (; at + OLE2_ENTRY <= end && at + OLE2_ENTRY <= b.size; at += OLE2_ENTRY) {
        parts->word |= entry_is(b, at, "WordDocument");
        parts->sheet |= entry_is(b, at, "Workbook") || entry_is(b, at, "Book");
        parts->slides |= entry_is(b, at, "PowerPoint Document");
        for (size_t i = 0; i < ARRAY_LEN(macros); i++)
            parts->macros |= entry_is(b, at, macros[i]);
    }
}

const struct file_type *ole2_document(struct bytes b) {
    unsigned shift = le16(b, 30);
    if (b.size < OLE2_HEADER || (shift != 9 && shift != 12)) return NULL;
    struct ole2_parts parts = {0};
    uint32_t sector = le32(b, 48);
    for (int i = 0; i < OLE2_SECTORS_MAX && sector < OLE2_LAST; i++) {
        size_t at = sector_offset(sector, shift);
        if (at >= b.size) return NULL;
        note_entries(&parts, b, at, at + ((size_t)1 << shift));
        sector = next_sector(b, sector, shift);
    }
    if (parts.macros) return NULL;
    return parts.word ? &doc : parts.sheet ? &xls : parts.slides ? &ppt : NULL;
}
