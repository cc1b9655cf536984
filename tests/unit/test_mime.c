/* File types by content: what is accepted, what pretends, and names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/mime.h"
#include "minyi/utf8.h"

static const char *mime_of(const void *data, size_t size) {
    /* A copy of just that size, so that the sanitizer sees any reading beyond it. */
    void *copy = malloc(size > 0 ? size : 1);
    if (size > 0) memcpy(copy, data, size);
    const struct file_type *type = file_type_of(copy, size);
    free(copy);
    return type != NULL ? type->mime : "refused";
}
#define MIME(LITERAL) mime_of(LITERAL, sizeof(LITERAL) - 1)

static void test_simple_formats(void **state) {
    (void)state;
    assert_string_equal(MIME("%PDF-1.7\n%\xe2\xe3"), "application/pdf");
    assert_string_equal(MIME("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg");
    assert_string_equal(MIME("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png");
    assert_string_equal(MIME("RIFF\x24\0\0\0WEBPVP8 "), "image/webp");
    assert_string_equal(MIME("RIFF\x24\0\0\0WAVEfmt "), "audio/wav");
    assert_string_equal(MIME("\0\0\0\x18"
                             "ftypheic\0\0\0\0mif1heic"),
                        "image/heic");
    assert_string_equal(MIME("\0\0\0\x18"
                             "ftypmp42\0\0\0\0isommp42"),
                        "video/mp4");
    assert_string_equal(MIME("\0\0\0\x18"
                             "ftypM4A \0\0\0\0M4A mp42"),
                        "audio/mp4");
}

static void test_mp3(void **state) {
    (void)state;
    /* MPEG 1 layer III, 32 kbit/s, 32 kHz: 144 bytes a frame. */
    unsigned char sound[400] = {0};
    memcpy(sound, "\xff\xfb\x18\x00", 4);
    assert_string_equal(mime_of(sound, sizeof(sound)), "refused"); /* one header may be chance */
    memcpy(sound + 144, "\xff\xfb\x18\x00", 4);
    assert_string_equal(mime_of(sound, sizeof(sound)), "audio/mpeg");
    unsigned char tagged[420] = "ID3\x03\x00\x00\x00\x00\x00\x0a";
    memcpy(tagged + 20, sound, 400);
    assert_string_equal(mime_of(tagged, sizeof(tagged)), "audio/mpeg");
    assert_string_equal(MIME("ID3\x03\0\0\0\0\0\x0a nothing"), "refused");
    assert_string_equal(MIME("ID3\x03\0\0\x7f\x7f\x7f\x7f"), "refused");
}

static void test_text(void **state) {
    (void)state;
    assert_string_equal(MIME("调研记录\n一、基本情况"), "text/plain");
    assert_string_equal(MIME("\xef\xbb\xbf带签名的文本"), "text/plain");
    assert_string_equal(MIME("\xb5\xf7\xd1\xd0\xbc\xc7\xc2\xbc\r\n"), "text/plain"); /* GBK */
    assert_string_equal(MIME("\x81\x30\x81\x30 \xb5\xf7"), "text/plain");            /* GB 18030 */
    assert_string_equal(MIME("3 < 5, a<b>c, 1 <2"), "text/plain");
    assert_string_equal(MIME("\xb5"), "refused");             /* half a character */
    assert_string_equal(MIME("\xff\xfe\x6c\x51"), "refused"); /* UTF-16 */
    assert_string_equal(MIME("a\0b"), "refused");
    assert_string_equal(MIME("a\x1b[31mb"), "refused");
    assert_string_equal(mime_of("", 0), "refused");
}

static void test_disguises(void **state) {
    (void)state;
    static const char *const texts[] = {
        "<!DOCTYPE html><html></html>",
        "\n\t <html><script>alert(1)</script>",
        "\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        "<?xml version='1.0'?><svg/>",
        "说明文字\n<SCRIPT>alert(1)</SCRIPT>",
        "说明文字 <iframe src=//x>",
        "#!/bin/sh\nrm -rf x",
        "{\\rtf1\\ansi}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_string_equal(mime_of(texts[i], strlen(texts[i])), "refused");
    assert_string_equal(MIME("MZ\x90\0\x03\0\0\0PE\0\0"), "refused");
    assert_string_equal(MIME("\x7f"
                             "ELF\x02\x01\x01"),
                        "refused");
    assert_string_equal(MIME("GIF89a\x01\0\x01\0"), "refused");
    assert_string_equal(MIME("\x1f\x8b\x08\0\0\0"), "refused");
    assert_string_equal(MIME("Rar!\x1a\x07\x01\0"), "refused");
    assert_string_equal(MIME("7z\xbc\xaf\x27\x1c"), "refused");
    assert_string_equal(MIME("\0\0\0\x14"
                             "ftypqt  \0\0\0\0qt  "),
                        "refused");
    assert_string_equal(MIME("\xff\xff\xff\xff"
                             "ftypheic"),
                        "refused");
    assert_string_equal(MIME("RIFF\x24\0\0\0ACONanih"), "refused");
    assert_string_equal(MIME("MZ%PDF-1.7"), "text/plain"); /* harmless: the name becomes .txt */
}

/* ---- ZIP ---- */

struct zip {
    unsigned char data[8192];
    size_t size;
};

static void put(struct zip *zip, const void *data, size_t len) {
    assert_true(zip->size + len <= sizeof(zip->data));
    memcpy(zip->data + zip->size, data, len);
    zip->size += len;
}

static void put_number(struct zip *zip, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(i < 8 ? value >> (8 * i) : 0);
        put(zip, &byte, 1);
    }
}

static const char *zip_of(struct zip *zip, const char *const *names, const char *comment) {
    *zip = (struct zip){0};
    size_t count = 0;
    for (; names[count] != NULL; count++) { /* local headers, without content */
        put(zip, "PK\x03\x04", 4);
        put_number(zip, 0, 22);
        put_number(zip, strlen(names[count]), 2);
        put_number(zip, 0, 2);
        put(zip, names[count], strlen(names[count]));
    }
    size_t directory = zip->size;
    for (size_t i = 0; i < count; i++) {
        put(zip, "PK\x01\x02", 4);
        for (int j = 0; j < 3; j++)
            put_number(zip, 0, 8);
        put_number(zip, strlen(names[i]), 2);
        for (int j = 0; j < 2; j++)
            put_number(zip, 0, 8);
        put(zip, names[i], strlen(names[i]));
    }
    size_t size = zip->size - directory;
    put(zip, "PK\x05\x06", 4);
    put_number(zip, 0, 4);
    put_number(zip, count, 2);
    put_number(zip, count, 2);
    put_number(zip, size, 4);
    put_number(zip, directory, 4);
    put_number(zip, strlen(comment), 2);
    put(zip, comment, strlen(comment));
    return mime_of(zip->data, zip->size);
}
#define ZIP(...) zip_of(&zip, (const char *const[]){__VA_ARGS__, NULL}, "")
#define OOXML "application/vnd.openxmlformats-officedocument."

static void test_ooxml(void **state) {
    (void)state;
    static struct zip zip;
    assert_string_equal(ZIP("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
                        OOXML "wordprocessingml.document");
    assert_string_equal(ZIP("_rels/.rels", "xl/workbook.xml", "[Content_Types].xml"),
                        OOXML "spreadsheetml.sheet");
    assert_string_equal(ZIP("[Content_Types].xml", "ppt/presentation.xml"),
                        OOXML "presentationml.presentation");
    const char *const word[] = {"[Content_Types].xml", "word/document.xml", NULL};
    assert_string_equal(zip_of(&zip, word, "a comment at the end"), OOXML "wordprocessingml.document");
    assert_string_equal(ZIP("a.txt", "b.txt"), "refused");
    assert_string_equal(ZIP("word/document.xml"), "refused");
    assert_string_equal(ZIP("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "refused");
    assert_string_equal(ZIP("[Content_Types].xml", "word/document.xml", "setup.exe"), "refused");
    assert_string_equal(ZIP("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "refused");
    assert_string_equal(ZIP("META-INF/MANIFEST.MF", "classes.dex", "AndroidManifest.xml"), "refused");
}

static void test_broken_zips(void **state) {
    (void)state;
    static struct zip zip;
    const char *good = ZIP("[Content_Types].xml", "word/document.xml");
    assert_string_equal(good, OOXML "wordprocessingml.document");
    for (size_t size = 4; size < zip.size; size++) /* cut anywhere */
        assert_string_equal(mime_of(zip.data, size), "refused");
    struct zip other = zip;
    for (size_t at = 0; at < zip.size; at++) { /* any byte wrong: an answer, whatever it is */
        other.data[at] = (unsigned char)~other.data[at];
        (void)mime_of(other.data, other.size);
        other.data[at] = zip.data[at];
    }
}

/* ---- OLE2 ---- */

static void put_name(unsigned char *entry, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < len; i++)
        entry[2 * i] = (unsigned char)name[i];
    entry[64] = (unsigned char)(2 * (len + 1));
}

/* Header, one sector of the allocation table, a directory of two sectors: the names lie in the second. */
enum { OLE2_SIZE = 512 * 4 };
static void ole2_make(unsigned char out[OLE2_SIZE], const char *first, const char *second) {
    memset(out, 0, OLE2_SIZE);
    memcpy(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    out[30] = 9;
    out[48] = 1; /* the directory begins in sector 1 */
    memset(out + 76, 0xff, 436);
    memset(out + 76, 0, 4); /* the table is in sector 0 */
    memset(out + 512, 0xff, 512);
    memcpy(out + 512 + 4, "\x02\0\0\0", 4);       /* sector 1 is followed by 2 */
    memcpy(out + 512 + 8, "\xfe\xff\xff\xff", 4); /* which is the last */
    put_name(out + 1024, "Root Entry");
    put_name(out + 1536, first);
    if (second != NULL) put_name(out + 1536 + 128, second);
}
static const char *ole2_of(const char *first, const char *second) {
    unsigned char data[OLE2_SIZE];
    ole2_make(data, first, second);
    return mime_of(data, sizeof(data));
}

static void test_ole2(void **state) {
    (void)state;
    assert_string_equal(ole2_of("WordDocument", NULL), "application/msword");
    assert_string_equal(ole2_of("SummaryInformation", "Workbook"), "application/vnd.ms-excel");
    assert_string_equal(ole2_of("PowerPoint Document", NULL), "application/vnd.ms-powerpoint");
    assert_string_equal(ole2_of("WordDocument", "Macros"), "refused");
    assert_string_equal(ole2_of("EncryptedPackage", NULL), "refused");
    assert_string_equal(ole2_of("__substg1.0_0037001F", NULL), "refused"); /* mail */
    assert_string_equal(MIME("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "refused");
}

static void test_broken_ole2(void **state) {
    (void)state;
    unsigned char data[OLE2_SIZE];
    ole2_make(data, "WordDocument", NULL);
    for (size_t size = 8; size < OLE2_SIZE - 512 + 128; size++)
        assert_string_equal(mime_of(data, size), "refused");
    memcpy(data + 512 + 8, "\x01\0\0\0", 4); /* a chain that goes round */
    assert_string_equal(mime_of(data, sizeof(data)), "application/msword");
    for (size_t at = 0; at < OLE2_SIZE; at++) {
        unsigned char kept = data[at];
        data[at] = (unsigned char)~kept;
        (void)mime_of(data, sizeof(data));
        data[at] = kept;
    }
}

/* ---- Names ---- */

static const struct file_type pdf = {"application/pdf", "pdf", ""}, jpg = {"image/jpeg", "jpg jpeg", ""};

static void test_names(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    assert_string_equal(file_name_clean(arena, "调研 报告.pdf", &pdf), "调研 报告.pdf");
    assert_string_equal(file_name_clean(arena, "照片.JPEG", &jpg), "照片.JPEG");
    assert_string_equal(file_name_clean(arena, "../../etc/passwd", &pdf), "passwd.pdf");
    assert_string_equal(file_name_clean(arena, "C:\\Users\\a\\报告.pdf", &pdf), "报告.pdf");
    assert_string_equal(file_name_clean(arena, "发票.exe", &pdf), "发票.exe.pdf");
    assert_string_equal(file_name_clean(arena,
                                        "发票\xe2\x80\xae"
                                        "fdp.exe",
                                        &pdf),
                        "发票fdp.exe.pdf");
    assert_string_equal(file_name_clean(arena, "a\r\nb\t<c>:\"|?*.pdf", &pdf), "abc.pdf");
    assert_string_equal(file_name_clean(arena, "\xff\xfe.pdf", &pdf), "pdf.pdf");
    assert_string_equal(file_name_clean(arena, "", &pdf), "附件.pdf");
    assert_string_equal(file_name_clean(arena, " .. ", &pdf), "附件.pdf");
    assert_string_equal(file_name_clean(arena, ".htaccess", &pdf), "htaccess.pdf");
    assert_string_equal(file_name_clean(arena, "folder/", &pdf), "附件.pdf");
    char longer[700] = "";
    for (size_t i = 0; i < 200; i++)
        memcpy(longer + 3 * i, "长", 3);
    memcpy(longer + 600, ".pdf", 5);
    const char *name = file_name_clean(arena, longer, &pdf);
    assert_int_equal(utf8_length(name), 78 + 4); /* 240 bytes, at a whole character */
    assert_int_equal(strlen(name), 3 * 78 + 4);
    assert_string_equal(name + strlen(name) - 7, "长.pdf");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simple_formats), cmocka_unit_test(test_mp3),
        cmocka_unit_test(test_text),           cmocka_unit_test(test_disguises),
        cmocka_unit_test(test_ooxml),          cmocka_unit_test(test_broken_zips),
        cmocka_unit_test(test_ole2),           cmocka_unit_test(test_broken_ole2),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
