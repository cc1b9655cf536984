/* Contents of files: kept once, read whole up to a limit, gone only with the last of all that refer to them.
 */
#include "fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include "minyi/blob.h"
#include "minyi/hash.h"

struct content {
    const void *data;
    size_t size, max;
    char sha256[HASH_HEX_SIZE];
};

static int store(struct ctx *ctx, const void *in, void *out) {
    struct content *content = out;
    (void)in;
    return blob_store_bytes(ctx, content->data, content->size, "application/pdf", content->sha256);
}

static int load(struct ctx *ctx, const void *in, void *out) {
    struct content *content = out;
    (void)in;
    return blob_load(ctx, content->sha256, content->max, &content->data, &content->size);
}

static int release(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    return blob_release(ctx, in);
}

static struct content stored(struct fixture *f, const void *data, size_t size) {
    struct content content = {.data = data, .size = size, .max = SIZE_MAX};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store, NULL, &content), 0);
    return content;
}

static void test_bytes_are_kept_once_and_read_whole(void **state) {
    struct fixture *f = *state;
    const size_t sizes[] = {0, 1, 256 * 1024 - 1, 256 * 1024, 700 * 1024 + 13};
    char *bytes = arena_alloc(f->arena, sizes[4]), hash[HASH_HEX_SIZE];
    random_bytes(bytes, sizes[4]);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct content content = stored(f, bytes, sizes[i]);
        hash_hex(bytes, sizes[i], hash);
        assert_string_equal(content.sha256, hash);
        stored(f, bytes, sizes[i]);
        content.max = sizes[i];
        assert_int_equal(fixture_read(f, FIXTURE_SYSTEM, load, NULL, &content), 0);
        assert_int_equal(content.size, sizes[i]);
        assert_memory_equal(content.data, bytes, sizes[i]);
    }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 5);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), 6);
    assert_int_equal(fixture_int(f, "SELECT max(length(data)) FROM blob_chunk"), 256 * 1024);
}

static void test_limits_and_what_is_missing(void **state) {
    struct fixture *f = *state;
    struct content content = stored(f, "0123456789", 10);
    content.max = 9;
    assert_int_equal(fixture_read(f, FIXTURE_SYSTEM, load, NULL, &content), ERR_TOO_LARGE);
    content.max = 10;
    fixture_sql(f, "DELETE FROM blob_chunk");
    assert_int_equal(fixture_read(f, FIXTURE_SYSTEM, load, NULL, &content), ERR_STORE);
    fixture_sql(f, "DELETE FROM blob");
    assert_int_equal(fixture_read(f, FIXTURE_SYSTEM, load, NULL, &content), ERR_NOT_FOUND);
}

/* One row at a time that refers to the content: while it is there the content stays. */
static void test_all_that_refer_are_counted(void **state) {
    struct fixture *f = *state;
    static const char *const rows[][3] = {
        {"INSERT INTO rendering (committee_id, kind, record_id, format, source_sha256, fonts_sha256, sha256,"
         " size, pages, name, blob_sha256, at_ms) SELECT min(id), 'issue', 1, 'pdf', 's', 'f', 'x', 4, 1,"
         " 'a.pdf', '",
         "', 1 FROM unit", "DELETE FROM rendering"},
        {"INSERT INTO paper_batch (account_id, status, formats, total, name, created_ms, sha256)"
         " SELECT min(id), 'done', 'pdf', 1, 'a.zip', 1, '",
         "' FROM account", "DELETE FROM paper_batch"},
        {"INSERT INTO scan (account_id, name, size, mime, created_ms, sha256)"
         " SELECT min(id), 'a.pdf', 4, 'application/pdf', 1, '",
         "' FROM account", "DELETE FROM scan"},
        {"INSERT INTO attachment (report_id, name, size, mime, created_ms, created_by, sha256)"
         " SELECT max(id), 'a.pdf', 4, 'application/pdf', 1, 1, '",
         "' FROM report", "DELETE FROM attachment"},
    };
    fixture_sql(f, "INSERT INTO report (committee_id, unit_id, author_id, status, created_ms, updated_ms)"
                   " SELECT u.committee_id, u.id, a.id, 'draft', 1, 1 FROM account a"
                   " JOIN unit u ON u.id = a.unit_id WHERE a.login = 'officer'");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct content content = stored(f, "text", 4);
        fixture_sql(f, arena_printf(f->arena, "%s%s%s", rows[i][0], content.sha256, rows[i][1]));
        assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, release, content.sha256, NULL), 0);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 1);
        fixture_sql(f, rows[i][2]);
        assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, release, content.sha256, NULL), 0);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 0);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), 0);
    }
}

/* ---- Several writes ---- */

struct part {
    const struct upload *upload;
    int64_t at;
};

static int store_part(struct ctx *ctx, const void *in, void *out) {
    const struct part *part = in;
    (void)out;
    return blob_store_part(ctx, part->upload, "application/zip", part->at);
}

static int store_end(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    return blob_store_end(ctx, in);
}

static int64_t partials(struct fixture *f) {
    return fixture_int(f, "SELECT count(*) FROM blob_partial");
}

static void tidy(struct fixture *f, int64_t lost_before_ms) {
    const _Atomic bool stop = false;
    assert_int_equal(blob_tidy(f->db, lost_before_ms, &stop), 0);
}

static void put(struct fixture *f, const struct upload *upload, int64_t at) {
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_part, &(struct part){upload, at}, NULL), 0);
}

static void test_parts_make_a_whole_or_go(void **state) {
    struct fixture *f = *state;
    const size_t size = BLOB_PART_BYTES + 300 * 1024;
    char *bytes = arena_alloc(f->arena, size), hash[HASH_HEX_SIZE];
    random_bytes(bytes, size);
    hash_hex(bytes, size, hash);
    int fd = memfd_create("upload", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, size), size);
    const struct upload upload = {.fd = fd, .size = (int64_t)size, .sha256 = hash};

    /* Nobody goes on: gone after a while, and not before. */
    put(f, &upload, 0);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_end, &upload, NULL), ERR_NOT_FOUND);
    tidy(f, f->now - 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), BLOB_PART_BYTES / (256 * 1024));
    tidy(f, f->now);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 0);
    assert_int_equal(partials(f), 0);

    /* What was tidied away meanwhile is missed. */
    put(f, &upload, BLOB_PART_BYTES);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_end, &upload, NULL), ERR_NOT_FOUND);
    put(f, &upload, 0);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_end, &upload, NULL), 0);
    assert_int_equal(partials(f), 0);
    put(f, &upload, 0); /* whole: nothing to do */
    assert_int_equal(partials(f), 0);

    /* Given up, and stored in one write by somebody else before it is gone. */
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, release, hash, NULL), 0);
    assert_int_equal(partials(f), 1);
    fixture_sql(f, "DELETE FROM blob_chunk WHERE number > 5");
    struct content content = stored(f, bytes, size);
    assert_int_equal(partials(f), 0);
    tidy(f, INT64_MAX);
    assert_int_equal(fixture_read(f, FIXTURE_SYSTEM, load, NULL, &content), 0);
    assert_memory_equal(content.data, bytes, size);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bytes_are_kept_once_and_read_whole, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_limits_and_what_is_missing, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_all_that_refer_are_counted, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_parts_make_a_whole_or_go, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
