/* Descriptions of structs: clearing and finding fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "minyi/record.h"

struct sample {
    int64_t id;
    int64_t score;
    int64_t closed_at;
    bool urgent;
    const char *title;
    struct list tags;
};

RECORD(sample_record, "Sample", struct sample, "样例", F(struct sample, id, FIELD_INT, "编号"),
       F(struct sample, score, FIELD_INT, "得分", .flags = FIELD_NULLABLE),
       F(struct sample, closed_at, FIELD_TIME, "办结时间", .flags = FIELD_NULLABLE | FIELD_REQUIRED),
       F(struct sample, urgent, FIELD_BOOL, "急件", .flags = FIELD_NULLABLE),
       F(struct sample, title, FIELD_TEXT, "标题", .max = 60, .flags = FIELD_NULLABLE),
       F(struct sample, tags, FIELD_TEXTS, "标签"));

static void clearing(void **state) {
    (void)state;
    struct sample sample[2];
    memset(sample, 0xEE, sizeof(sample));
    record_clear(&sample_record, &sample[0]);
    assert_int_equal(sample[0].id, 0);
    assert_true(sample[0].score == ABSENT);
    assert_true(sample[0].closed_at == ABSENT);
    assert_false(sample[0].urgent);
    assert_null(sample[0].title);
    assert_null(sample[0].tags.items);
    assert_int_equal(sample[0].tags.count, 0);
    assert_int_equal(((unsigned char *)&sample[1])[0], 0xEE); /* nothing past the struct */
}

static void finding(void **state) {
    (void)state;
    assert_int_equal(sample_record.count, 6);
    const struct field *title = record_field(&sample_record, "title");
    assert_non_null(title);
    assert_int_equal(title->offset, offsetof(struct sample, title));
    assert_int_equal(title->max, 60);
    assert_null(record_field(&sample_record, "Title"));
    assert_null(record_field(&sample_record, "titl"));
    assert_null(record_field(&sample_record, ""));
}

static void lists(void **state) {
    (void)state;
    int64_t numbers[] = {5, 6, 7};
    struct list list = {.items = numbers, .count = 3};
    assert_int_equal(*LIST_AT(list, int64_t, 2), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clearing),
        cmocka_unit_test(finding),
        cmocka_unit_test(lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
