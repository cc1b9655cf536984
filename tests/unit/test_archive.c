/* Zip files: the same entries give the same bytes, in memory and in a file; names that must not be. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zip.h>

#include "minyi/archive.h"
#include "minyi/err.h"

enum { BIG = 3 * 1024 * 1024 };

static char folder[] = "/tmp/minyi-archive-XXXXXX";
static char *big;

static int setup(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL) return -1;
    big = malloc(BIG);
    /* Noise: it must not shrink. */
    uint32_t seed = 1;
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    free(big);
    return rmdir(folder);
}

static size_t files_in_folder(void) {
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void fill(struct archive *archive) {
    assert_non_null(archive);
    assert_int_equal(0, archive_add(archive, "目录.txt", "一、关于……的建议\n", 26));
    assert_int_equal(0, archive_add(archive, "2026年第12期/正文.pdf", big, BIG));
    assert_int_equal(0, archive_add(archive, "空", "", 0));
}

static struct buf bytes_of_file(struct archive *archive) {
    struct buf bytes = BUF(16 * 1024 * 1024);
    int file = -1;
    assert_int_equal(0, files_in_folder());
    assert_int_equal(0, archive_close_file(archive, &file));
    assert_int_equal(0, files_in_folder());
    char piece[4096];
    ssize_t got;
    for (off_t at = 0; (got = pread(file, piece, sizeof(piece), at)) > 0; at += got)
        buf_add(&bytes, piece, (size_t)got);
    close(file);
    return bytes;
}

static void same_bytes_in_memory_and_file(void **state) {
    (void)state;
    struct buf one = BUF(16 * 1024 * 1024), two = BUF(16 * 1024 * 1024);
    setenv("TZ", "Asia/Shanghai", 1);
    struct archive *archive = archive_memory();
    fill(archive);
    assert_int_equal(0, archive_close(archive, &one));
    setenv("TZ", "America/New_York", 1);
    archive = archive_memory();
    fill(archive);
    assert_int_equal(0, archive_close(archive, &two));
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);

    archive = archive_file(folder);
    fill(archive);
    struct buf three = bytes_of_file(archive);
    assert_int_equal(one.len, three.len);
    assert_memory_equal(one.data, three.data, one.len);
    buf_free(&one);
    buf_free(&two);
    buf_free(&three);
}

/* Local header of the first entry: APPNOTE.TXT 4.3.7. */
static void first_header_is_plain(void **state) {
    (void)state;
    struct buf bytes = BUF(1 << 20);
    struct archive *archive = archive_memory();
    assert_int_equal(0, archive_add(archive, "a.xml", "<a/>", 4));
    assert_int_equal(0, archive_close(archive, &bytes));
    const unsigned char *p = (const unsigned char *)bytes.data;
    assert_memory_equal("PK\3\4", p, 4);
    assert_int_equal(0, p[6] & 8);                    /* sizes stand in the header, not behind the data */
    assert_int_equal(0, p[10] | p[11]);               /* time */
    assert_int_equal(1 << 5 | 1, p[12] | p[13] << 8); /* 1980-01-01 */
    assert_int_equal(0, p[28] | p[29]);               /* no further fields */
    buf_free(&bytes);
}

/* Bit 11 says that the name is UTF-8 (APPNOTE.TXT 4.4.4): without it Windows takes it for GBK. */
static void chinese_names_are_marked(void **state) {
    (void)state;
    struct buf bytes = BUF(1 << 20);
    struct archive *archive = archive_memory();
    assert_int_equal(0, archive_add(archive, "001 社情民意.pdf", "x", 1));
    assert_int_equal(0, archive_close(archive, &bytes));
    const unsigned char *local = (const unsigned char *)bytes.data;
    const unsigned char *central = memmem(bytes.data, bytes.len, "PK\1\2", 4);
    assert_int_equal(1 << 3, local[7] & 1 << 3);
    assert_int_equal(1 << 3, central[9] & 1 << 3);
    buf_free(&bytes);
}

static void entries_read_back(void **state) {
    (void)state;
    struct archive *archive = archive_file(folder);
    fill(archive);
    struct buf bytes = bytes_of_file(archive);
    zip_t *zip = zip_open_from_source(zip_source_buffer_create(bytes.data, bytes.len, 0, NULL),
                                      ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(zip);
    assert_int_equal(3, zip_get_num_entries(zip, 0));
    static const char *const names[] = {"目录.txt", "2026年第12期/正文.pdf", "空"};
    for (zip_uint64_t i = 0; i < 3; i++)
        assert_string_equal(names[i], zip_get_name(zip, i, 0));
    zip_stat_t stat;
    assert_int_equal(0, zip_stat_index(zip, 1, 0, &stat));
    assert_int_equal(BIG, stat.size);
    assert_int_equal(ZIP_CM_STORE, stat.comp_method);
    char *back = malloc(BIG);
    zip_file_t *file = zip_fopen_index(zip, 1, 0);
    assert_int_equal(BIG, zip_fread(file, back, BIG));
    assert_memory_equal(big, back, BIG);
    zip_fclose(file);
    zip_discard(zip);
    buf_free(&bytes);
    free(back);
}

static void names_are_checked(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "/etc/passwd",
        "../a",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        ".",
        "..",
        "a\\b",
        "c:a",
        "a\nb",
        "a\x7f",
        "a?",
        "a\xff",
        "\xed\xa0\x80",
        "甲\u202Efdp.exe",
    };
    struct archive *archive = archive_memory();
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(ERR_INVALID, archive_add(archive, bad[i], "x", 1));
    assert_int_equal(0, archive_add(archive, "甲 …/乙.pdf", "x", 1));
    assert_int_equal(0, archive_add(archive, "...", "x", 1));
    assert_int_equal(ERR_ALREADY_EXISTS, archive_add(archive, "甲 …/乙.pdf", "y", 1));
    assert_null(archive_discard(archive));
    assert_null(archive_discard(NULL));
}

static void ceiling_and_folder_are_refused(void **state) {
    (void)state;
    struct buf small = BUF(1000);
    struct archive *archive = archive_memory();
    fill(archive);
    assert_int_equal(ERR_TOO_LARGE, archive_close(archive, &small));
    assert_int_equal(0, small.len);
    buf_free(&small);
    assert_null(archive_file("/nonexistent/folder"));
}

static void nothing_is_an_empty_zip(void **state) {
    (void)state;
    struct buf bytes = BUF(100);
    assert_int_equal(0, archive_close(archive_memory(), &bytes));
    zip_t *zip = zip_open_from_source(zip_source_buffer_create(bytes.data, bytes.len, 0, NULL),
                                      ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(zip);
    assert_int_equal(0, zip_get_num_entries(zip, 0));
    zip_discard(zip);
    buf_free(&bytes);
    int file = -1;
    assert_int_equal(ERR_INVALID, archive_close_file(archive_file(folder), &file));
    assert_int_equal(0, files_in_folder());
}

/* A limit on the size of files stands for a full disk: both end a write short. */
static void full_disk_leaves_nothing(void **state) {
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, low;
    getrlimit(RLIMIT_FSIZE, &before);
    low = before;

    low.rlim_cur = BIG / 2;
    struct archive *archive = archive_file(folder);
    setrlimit(RLIMIT_FSIZE, &low);
    assert_int_equal(ERR_STORE_FULL, archive_add(archive, "a.pdf", big, BIG));
    archive_discard(archive);
    setrlimit(RLIMIT_FSIZE, &before);

    int file = -1;
    archive = archive_file(folder);
    fill(archive);
    setrlimit(RLIMIT_FSIZE, &low);
    assert_int_equal(ERR_STORE_FULL, archive_close_file(archive, &file));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(-1, file);
    assert_int_equal(0, files_in_folder());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_in_memory_and_file),
        cmocka_unit_test(first_header_is_plain),
        cmocka_unit_test(chinese_names_are_marked),
        cmocka_unit_test(entries_read_back),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(ceiling_and_folder_are_refused),
        cmocka_unit_test(full_disk_leaves_nothing),
        cmocka_unit_test(nothing_is_an_empty_zip),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
