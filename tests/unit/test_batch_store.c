/* Batches and the store: the zip comes in parts, what came to nothing leaves nothing, a store that fails is
 * not asked for ever; and what a zip says of what its owner may not see. */
#include <pthread.h>
#include <sys/mman.h>
#include <zip.h>

#include "../../src/features/batch/work.h"
#include "batch_testing.h"
#include "minyi/clock.h"

enum { BIG = 2 * BLOB_PART_BYTES + 100 * 1000 };

static const _Atomic bool go_on = false;

/* ---- The zip in parts ---- */

/* Bytes that stand for a large zip. */
static struct upload large(struct fixture *f) {
    static char hash[HASH_HEX_SIZE];
    char *bytes = arena_alloc(f->arena, BIG);
    random_bytes(bytes, BIG);
    hash_hex(bytes, BIG, hash);
    int fd = memfd_create("zip", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, BIG), BIG);
    return (struct upload){.fd = fd, .size = BIG, .sha256 = hash};
}

/* One that was asked for and is ours now. */
static struct batch_work claimed(struct fixture *f) {
    struct batch_work work = {.db = f->db, .site_url = site, .arena = f->arena};
    assert_int_equal(work_claim(&work), 0);
    assert_int_equal(work_load(&work), 0);
    return work;
}

static int64_t chunks(struct fixture *f) {
    return fixture_int(f, "SELECT count(*) FROM blob_chunk");
}

static void tidy(struct fixture *f, int64_t lost_before_ms) {
    assert_int_equal(blob_tidy(f->db, lost_before_ms, &go_on), 0);
}

static void test_the_zip_comes_in_parts(void **state) {
    struct fixture *f = *state;
    struct upload zip = large(f);
    struct batch_view view = asked(f, f->editor, 1);
    struct batch_work work = claimed(f);
    int64_t before = 0;
    for (int64_t at = 0; at < BIG; at += BLOB_PART_BYTES) {
        assert_int_equal(work_finish(&work, &zip), ERR_NOT_FOUND); /* not all of it is there */
        assert_int_equal(work_store(&work, &zip, at), 0);
        assert_in_range(chunks(f) - before, 1, BLOB_PART_BYTES / (256 * 1024)); /* one write, one part */
        before = chunks(f);
        assert_string_equal(get(f, f->editor, view.id).status, "running");
        assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_NOT_FOUND);
        tidy(f, clock_ms() - 60 * 1000); /* it is on its way */
    }
    assert_int_equal(work_store(&work, &zip, 0), 0); /* a part whose commit was in doubt comes twice */
    assert_int_equal(work_finish(&work, &zip), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_partial"), 0);
    tidy(f, INT64_MAX);
    const char *bytes = download(f, f->editor, view.id);
    char hash[HASH_HEX_SIZE];
    hash_hex(bytes, BIG, hash);
    assert_string_equal(hash, zip.sha256);
    close(zip.fd);

    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), 0);
    assert_int_equal(chunks(f), before); /* goes in parts, too */
    tidy(f, 0);
    assert_int_equal(chunks(f), 0);
    assert_int_equal(blobs(f), 0);
}

static void test_cancelled_while_it_is_stored(void **state) {
    struct fixture *f = *state;
    struct upload zip = large(f);
    struct batch_view view = asked(f, f->editor, 1);
    struct batch_work work = claimed(f);
    assert_int_equal(work_store(&work, &zip, 0), 0);
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", view.id), 0);
    assert_int_equal(work_store(&work, &zip, BLOB_PART_BYTES), ERR_CONFLICT);
    assert_int_equal(work_finish(&work, &zip), ERR_NOT_FOUND);
    assert_int_equal(work_give_up(&work, &zip), 0);
    tidy(f, 0); /* whose turn it is at once */
    assert_int_equal(chunks(f), 0);
    assert_int_equal(blobs(f), 0);
    assert_int_equal(work_finish(&work, &zip), ERR_NOT_FOUND);
    assert_string_equal(get(f, f->editor, view.id).status, "cancelled");
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_NOT_FOUND);
    close(zip.fd);
}

/* A node that stood still between taking it and reading its items: another has made some of them meanwhile. */
static void test_a_late_start_takes_nothing_back(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    struct batch_work late = {.db = f->db, .site_url = site, .arena = f->arena};
    assert_int_equal(work_claim(&late), 0);
    fixture_sql(f, "UPDATE paper_batch SET started_ms = started_ms + 1, done = 1;"
                   "UPDATE paper_batch_item SET file = '001.pdf', pages = 2");
    assert_int_equal(work_load(&late), ERR_CONFLICT);
    const struct batch_item *item = LIST_AT(get(f, f->editor, view.id).items, struct batch_item, 0);
    assert_string_equal(item->file, "001.pdf");
    assert_int_equal(item->pages, 2);
}

/* The node is gone with half of the zip stored: another makes it anew, and what is left goes. */
static void test_a_lost_nodes_parts_are_taken_away(void **state) {
    struct fixture *f = *state;
    struct upload zip = large(f);
    struct batch_view view = asked(f, f->editor, 1);
    struct batch_work work = claimed(f);
    assert_int_equal(work_store(&work, &zip, 0), 0);
    fixture_sql(f, "UPDATE paper_batch SET beat_ms = 5; UPDATE blob_partial SET beat_ms = beat_ms - 61000");
    assert_true(batch_worked(f));
    tidy(f, clock_ms() - 60 * 1000);
    assert_string_equal(get(f, f->editor, view.id).status, "done");
    assert_memory_equal(download(f, f->editor, view.id), "PK\x03\x04", 4);
    assert_int_equal(blobs(f), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_partial"), 0);
    assert_int_equal(work_store(&work, &zip, BLOB_PART_BYTES), ERR_CONFLICT); /* it comes back */
    assert_int_equal(blobs(f), 1);
    close(zip.fd);
}

/* A worker that looks for others' work every few seconds does not write each time. */
static void test_looking_writes_nothing(void **state) {
    struct fixture *f = *state;
    struct db_stats before, after;
    asked(f, f->editor, 1);
    assert_true(batch_worked(f));
    db_stats(f->db, &before);
    assert_false(batch_worked(f));
    tidy(f, INT64_MAX);
    db_stats(f->db, &after);
    assert_int_equal(after.writes + after.failed_writes, before.writes + before.failed_writes);
}

/* ---- A store that fails ---- */

/* Something that every file is recorded with. */
static void break_store(struct fixture *f, bool broken) {
    fixture_sql(f,
                broken ? "ALTER TABLE print_site RENAME TO gone" : "ALTER TABLE gone RENAME TO print_site");
}

/* Works until nothing is due; how often that failed. */
static int failures(struct fixture *f) {
    bool worked = true;
    int count = 0;
    while (worked)
        if (batch_look(f, &go_on, &worked) != 0) count++;
    return count;
}

static int64_t pause_of(struct fixture *f, int64_t id) {
    return fixture_int(
               f, arena_printf(f->arena, "SELECT again_ms FROM paper_batch WHERE id = %lld", (long long)id)) -
           clock_ms();
}

static void test_a_store_that_fails_is_tried_for_a_while(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 2);
    break_store(f, true);
    int64_t pause = 0;
    for (int try = 1; try < BATCH_FAULTS_MAX; try++) {
        assert_int_equal(failures(f), 1); /* once, and then it is not due */
        view = get(f, f->editor, view.id);
        assert_string_equal(view.status, "waiting");
        assert_int_equal(fixture_int(f, "SELECT faults FROM paper_batch"), try);
        assert_int_equal(fixture_int(f, "SELECT begun FROM paper_batch"), 0); /* no node was lost */
        assert_true(pause_of(f, view.id) > 2 * pause);
        pause = pause_of(f, view.id);
        fixture_sql(f, "UPDATE paper_batch SET again_ms = 5");
    }
    assert_in_range(pause, 60 * 1000, 60 * 60 * 1000);
    failures(f);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "failed");
    assert_non_null(strstr(view.error, "数据库"));
    assert_non_null(strstr(view.error, "第 1 件"));
    assert_int_equal(failures(f), 0);
    break_store(f, false);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'paper_batch'"), 1);
}

static void test_others_go_first_and_it_is_made_in_the_end(void **state) {
    struct fixture *f = *state;
    struct batch_view first = asked(f, f->editor, 1), second = asked(f, f->editor, 1);
    break_store(f, true);
    bool worked = false;
    assert_int_equal(batch_look(f, &go_on, &worked), ERR_STORE);
    assert_true(worked); /* something else may be due at once */
    break_store(f, false);
    assert_true(batch_worked(f));
    assert_false(batch_worked(f));
    assert_string_equal(get(f, f->editor, first.id).status, "waiting");
    assert_string_equal(get(f, f->editor, second.id).status, "done");
    fixture_sql(f, "UPDATE paper_batch SET again_ms = 5 WHERE again_ms IS NOT NULL");
    assert_true(batch_worked(f));
    first = get(f, f->editor, first.id);
    assert_string_equal(first.status, "done");
    assert_null(first.error);
}

/* ---- What the zip says ---- */

/* 目录.csv of a finished batch. */
static const char *index_of(struct fixture *f, int64_t id) {
    const char *bytes = download(f, f->editor, id);
    zip_t *zip = zip_open_from_source(zip_source_buffer_create(bytes, (size_t)f->download.size, 0, NULL),
                                      ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(zip);
    zip_stat_t stat;
    assert_int_equal(zip_stat(zip, "目录.csv", 0, &stat), 0);
    char *text = arena_alloc(f->arena, stat.size + 1);
    zip_file_t *file = zip_fopen_index(zip, stat.index, 0);
    assert_int_equal(zip_fread(file, text, stat.size), stat.size);
    text[stat.size] = '\0';
    zip_fclose(file);
    zip_discard(zip);
    return text;
}

static void give_city(struct fixture *f, bool give) {
    fixture_sql(f, arena_printf(f->arena,
                                give ? "INSERT INTO access (account_id, permission, unit_id)"
                                       " VALUES (%lld, 'report.read', %lld)"
                                     : "DELETE FROM access WHERE account_id = %lld"
                                       " AND permission = 'report.read' AND unit_id = %lld",
                                (long long)f->editor, (long long)f->city));
}

static void test_no_title_of_what_was_out_of_sight(void **state) {
    struct fixture *f = *state;
    struct list items = reports(f, 2);
    struct batch_view view = {0};
    int64_t id = desk_report_city(f, "in_review");
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET title = '关于临江的建议' WHERE id = %lld",
                                (long long)id));
    LIST_AT(items, struct batch_item_in, 1)->id = id;
    give_city(f, true);
    assert_int_equal(ask(f, f->editor, items, PDF, &view), 0);
    give_city(f, false);
    assert_true(batch_worked(f));
    const char *text = index_of(f, view.id);
    assert_null(strstr(text, "临江"));
    assert_non_null(strstr(text, BATCH_HIDDEN_TITLE));
    const struct batch_item *item = LIST_AT(get(f, f->editor, view.id).items, struct batch_item, 1);
    assert_string_equal(item->title, BATCH_HIDDEN_TITLE);
}

/* Its paper could not be made, but its title stands in the index. */
static void test_a_title_alone_is_held_back_too(void **state) {
    struct fixture *f = *state;
    struct list items = reports(f, 2);
    struct batch_view view = {0};
    *LIST_AT(items, struct batch_item_in, 1) =
        (struct batch_item_in){"certificate", desk_report_city(f, "in_review")};
    give_city(f, true);
    assert_int_equal(ask(f, f->editor, items, PDF, &view), 0);
    assert_true(batch_worked(f));
    assert_null(LIST_AT(get(f, f->editor, view.id).items, struct batch_item, 1)->file);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), 0);
    give_city(f, false);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_FORBIDDEN);
}

/* ---- Asking ---- */

static void test_an_accounts_zips_have_a_limit(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    assert_true(batch_worked(f));
    fixture_sql(f, arena_printf(f->arena, "UPDATE paper_batch SET size = %d", BATCH_KEPT_MAX));
    assert_int_equal(ask(f, f->editor, reports(f, 1), PDF, &view), ERR_TOO_MANY);
    assert_non_null(strstr(f->problem.detail, "删除"));
    asked(f, f->editor2, 1);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), 0);
    asked(f, f->editor, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BATCH_TESTS(test_the_zip_comes_in_parts),
        BATCH_TESTS(test_cancelled_while_it_is_stored),
        BATCH_TESTS(test_a_late_start_takes_nothing_back),
        BATCH_TESTS(test_a_lost_nodes_parts_are_taken_away),
        BATCH_TESTS(test_looking_writes_nothing),
        BATCH_TESTS(test_a_store_that_fails_is_tried_for_a_while),
        BATCH_TESTS(test_others_go_first_and_it_is_made_in_the_end),
        BATCH_TESTS(test_no_title_of_what_was_out_of_sight),
        BATCH_TESTS(test_a_title_alone_is_held_back_too),
        BATCH_TESTS(test_an_accounts_zips_have_a_limit),
        cmocka_unit_test(batch_left_nothing),
    };
    return cmocka_run_group_tests(tests, batch_temporary, batch_end);
}
