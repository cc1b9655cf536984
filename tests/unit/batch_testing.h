/* What the tests of batches share: asking for one, working on it, looking at it, taking it. */
#ifndef MINYI_TESTS_BATCH_TESTING_H
#define MINYI_TESTS_BATCH_TESTING_H

#include <dirent.h>
#include <unistd.h>

#include "../../src/features/batch/types.h"
#include "desk_testing.h"
#include "minyi/blob.h"
#include "minyi/fonts.h"
#include "wait.h"

static const char *const site = "https://minyi.example";
static const char *const pdf[] = {"pdf"};
#define PDF ((struct list){(void *)pdf, 1})

/* Reports are the cheapest records that have a paper. */
static inline struct list reports(struct fixture *f, size_t count) {
    struct batch_item_in *items = arena_array(f->arena, count, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = (struct batch_item_in){"report", desk_report(f, "in_review")};
    return (struct list){items, count};
}

static inline int ask(struct fixture *f, int64_t account, struct list items, struct list formats,
                      struct batch_view *ret) {
    struct batch_view view;
    int error =
        fixture_call(f, account, "paper_batch_create", &(struct batch_create_in){items, formats}, &view);
    if (error == 0) *ret = view;
    return error;
}

static inline struct batch_view asked(struct fixture *f, int64_t account, size_t count) {
    struct batch_view view = {0};
    assert_int_equal(ask(f, account, reports(f, count), PDF, &view), 0);
    return view;
}

static inline struct batch_view get(struct fixture *f, int64_t account, int64_t id) {
    struct batch_view view;
    assert_int_equal(fixture_call(f, account, "paper_batch_get", &(struct batch_id_in){id}, &view), 0);
    return view;
}

static inline int act(struct fixture *f, int64_t account, const char *route, int64_t id) {
    struct batch_view view;
    return fixture_call(f, account, route, &(struct batch_id_in){id}, &view);
}

/* One look of a node that has just been started. */
static inline int batch_look(struct fixture *f, const _Atomic bool *stop, bool *ret_worked) {
    struct batch_maker *maker = batch_maker_new(f->db, site);
    int error = batch_work(maker, stop, ret_worked);
    batch_maker_free(maker);
    return error;
}

static inline bool batch_worked(struct fixture *f) {
    const _Atomic bool stop = false;
    bool worked = true;
    assert_int_equal(batch_look(f, &stop, &worked), 0);
    return worked;
}

static inline const char *download(struct fixture *f, int64_t account, int64_t id) {
    assert_int_equal(act(f, account, "paper_batch_file", id), 0);
    const struct download *d = &f->download;
    char *out = arena_alloc(f->arena, (size_t)d->size + 1);
    for (uint64_t at = 0; at < (uint64_t)d->size;) {
        int64_t got = d->read(f->db, d->source, at, out + at, 65536);
        assert_true(got > 0);
        at += (uint64_t)got;
    }
    return out;
}

static inline int64_t blobs(struct fixture *f) {
    return fixture_int(f, "SELECT count(*) FROM blob WHERE mime = 'application/zip'");
}

/* A TMPDIR of the program's own: what is left in it at the end is a leak. */
static char batch_folder[] = "/tmp/minyi-test-batch-XXXXXX";

static inline int batch_temporary(void **state) {
    (void)state;
    return mkdtemp(batch_folder) != NULL && setenv("TMPDIR", batch_folder, 1) == 0 ? 0 : -1;
}

static inline int batch_end(void **state) {
    (void)state;
    fonts_close();
    return rmdir(batch_folder);
}

/* The last test: after all that was done, cancelled, stopped and refused before. */
static inline void batch_left_nothing(void **state) {
    (void)state;
    DIR *open = opendir(batch_folder);
    assert_non_null(open);
    size_t count = 0;
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    assert_int_equal(count, 2); /* itself and its parent */
}

#define BATCH_TESTS(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

#endif
