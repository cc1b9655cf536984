/* What clients send, field by field: every refusal names its field, and nothing unfit reaches a struct. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* ours is another */

#include "minyi/api.h"

struct person {
    int64_t account_id;
    const char *name;
};
RECORD(schema_person_record, "Person", struct person, "作者",
       F(struct person, account_id, FIELD_INT, "账号", .flags = FIELD_NULLABLE),
       F(struct person, name, FIELD_TEXT, "姓名", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .max = 5));

static const char *const colours[] = {"red", "blue", NULL};

struct sample {
    int64_t id, count, optional, moment;
    bool flag;
    const char *title, *text, *colour, *day, *secret;
    struct list people, words, numbers;
    const struct person *first;
};
RECORD(schema_sample_record, "Sample", struct sample, "样例",
       F(struct sample, id, FIELD_INT, "编号", .flags = FIELD_IN_PATH | FIELD_REQUIRED),
       F(struct sample, count, FIELD_INT, "件数", .flags = FIELD_REQUIRED, .min = 1, .max = 10),
       F(struct sample, optional, FIELD_INT, "任选", .flags = FIELD_NULLABLE),
       F(struct sample, moment, FIELD_TIME, "时刻", .flags = FIELD_NULLABLE),
       F(struct sample, flag, FIELD_BOOL, "标记"),
       F(struct sample, title, FIELD_TEXT, "标题", .flags = FIELD_NULLABLE | FIELD_ONE_LINE, .min = 2,
         .max = 6),
       F(struct sample, text, FIELD_TEXT, "正文", .flags = FIELD_NULLABLE, .max = 50),
       F(struct sample, colour, FIELD_TEXT, "颜色", .flags = FIELD_NULLABLE, .options = colours),
       F(struct sample, day, FIELD_DATE, "日期", .flags = FIELD_NULLABLE),
       F(struct sample, secret, FIELD_TEXT, "密码", .flags = FIELD_NULLABLE | FIELD_SECRET, .max = 20),
       F(struct sample, people, FIELD_LIST, "作者", .of = &schema_person_record, .max = 2),
       F(struct sample, words, FIELD_TEXTS, "词", .max = 3),
       F(struct sample, numbers, FIELD_INTS, "数", .max = 3),
       F(struct sample, first, FIELD_OBJECT, "第一作者", .of = &schema_person_record,
         .flags = FIELD_NULLABLE));

struct reading {
    struct arena *arena;
    struct problem problem;
    struct sample value;
    uint64_t seen;
    int result;
};

static struct reading read_json_len(const char *json, size_t len) {
    struct reading reading = {.arena = arena_new(1 << 20)};
    record_clear(&schema_sample_record, &reading.value);
    reading.result = schema_read_json(&schema_sample_record, json, len, reading.arena, &reading.problem,
                                      &reading.value, &reading.seen);
    return reading;
}

static void refused(const char *json, size_t len, int error, const char *field) {
    struct reading reading = read_json_len(json, len);
    if (reading.result != error)
        print_error("%s: got %s, wanted %s\n", json, err_info(reading.result)->code, err_info(error)->code);
    assert_int_equal(reading.problem.error, error);
    if (field) assert_string_equal(reading.problem.field ? reading.problem.field : "(none)", field);
    arena_free(reading.arena);
}
#define REFUSED(JSON, ERROR, FIELD) refused((JSON), sizeof(JSON) - 1, (ERROR), (FIELD))

static void reads_every_kind(void **state) {
    (void)state;
    const char json[] =
        "{\"count\":7,\"flag\":true,\"title\":\"  标题　\",\"text\":\"一\\r\\n二\",\"colour\":\"blue\","
        "\"day\":\"2024-02-29\",\"secret\":\" a b \",\"people\":[{\"name\":\"甲\"},{\"account_id\":3,"
        "\"name\":\"乙\"}],\"words\":[\"x\",\"y\"],\"numbers\":[1,-2],\"first\":{\"name\":\"丙\"}}";
    struct reading got = read_json_len(json, sizeof(json) - 1);
    assert_int_equal(got.result, 0);
    assert_int_equal(got.value.count, 7);
    assert_true(got.value.flag);
    assert_true(got.value.optional == ABSENT);
    assert_string_equal(got.value.title, "标题");
    assert_string_equal(got.value.text, "一\n二");
    assert_string_equal(got.value.secret, " a b "); /* secrets are never trimmed */
    assert_int_equal(got.value.people.count, 2);
    assert_string_equal(LIST_AT(got.value.people, struct person, 1)->name, "乙");
    assert_true(LIST_AT(got.value.people, struct person, 0)->account_id == ABSENT);
    assert_int_equal(((int64_t *)got.value.numbers.items)[1], -2);
    assert_string_equal(got.value.first->name, "丙");
    arena_free(got.arena);
}

static void null_and_empty_are_absent(void **state) {
    (void)state;
    const char json[] = "{\"count\":1,\"title\":\"  \",\"text\":null,\"optional\":null}";
    struct reading got = read_json_len(json, sizeof(json) - 1);
    assert_int_equal(got.result, 0);
    assert_null(got.value.title);
    assert_null(got.value.text);
    assert_true(got.value.optional == ABSENT);
    arena_free(got.arena);
}

static void refuses_bad_json(void **state) {
    (void)state;
    REFUSED("", ERR_BAD_JSON, NULL);
    REFUSED("[]", ERR_BAD_JSON, NULL);
    REFUSED("{\"count\":1", ERR_BAD_JSON, NULL);
    REFUSED("{\"count\":01}", ERR_BAD_JSON, NULL);
    REFUSED("{\"count\":1} x", ERR_BAD_JSON, NULL);
    REFUSED("{\"count\":1,\"count\":2}", ERR_DUPLICATE_FIELD, "count");
    REFUSED("{\"people\":[{\"name\":\"a\",\"name\":\"b\"}]}", ERR_DUPLICATE_FIELD, "people");
    REFUSED("{\"count\":99999999999999999999}", ERR_OUT_OF_RANGE, "count");
}

static void refuses_deep_nesting_before_parsing(void **state) {
    (void)state;
    struct buf deep = BUF(1 << 20);
    buf_adds(&deep, "{\"words\":");
    for (int i = 0; i < 100000; i++)
        buf_addc(&deep, '[');
    refused(deep.data, deep.len, ERR_BAD_JSON, NULL);
    buf_free(&deep);
    /* Brackets inside a text are no nesting. */
    const char json[] = "{\"count\":1,\"text\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"}";
    struct reading got = read_json_len(json, sizeof(json) - 1);
    assert_int_equal(got.result, 0);
    arena_free(got.arena);
}

static void refuses_unknown_and_wrong_types(void **state) {
    (void)state;
    REFUSED("{\"count\":1,\"colour_\":\"x\"}", ERR_UNKNOWN_FIELD, "colour_");
    REFUSED("{\"id\":1,\"count\":1}", ERR_UNKNOWN_FIELD, "id"); /* a path field does not come in the body */
    REFUSED("{\"count\":\"1\"}", ERR_WRONG_TYPE, "count");
    REFUSED("{\"count\":1.0}", ERR_WRONG_TYPE, "count");
    REFUSED("{\"flag\":1}", ERR_WRONG_TYPE, "flag");
    REFUSED("{\"title\":7}", ERR_WRONG_TYPE, "title");
    REFUSED("{\"words\":\"x\"}", ERR_WRONG_TYPE, "words");
    REFUSED("{\"words\":[1]}", ERR_WRONG_TYPE, "words[0]");
    REFUSED("{\"numbers\":[1,\"2\"]}", ERR_WRONG_TYPE, "numbers[1]");
    REFUSED("{\"people\":[\"甲\"]}", ERR_WRONG_TYPE, "people[0]");
    REFUSED("{\"people\":[{\"name\":\"甲\"},{\"name\":\"乙\",\"age\":3}]}", ERR_UNKNOWN_FIELD,
            "people[1].age");
    REFUSED("{\"first\":[]}", ERR_WRONG_TYPE, "first");
}

static void refuses_out_of_bounds(void **state) {
    (void)state;
    /* Times are reckoned with: none may make a sum or difference of two run over. */
    REFUSED("{\"count\":1,\"moment\":-9223372036854775807}", ERR_OUT_OF_RANGE, "moment");
    REFUSED("{\"count\":1,\"moment\":9223372036854775807}", ERR_OUT_OF_RANGE, "moment");
    REFUSED("{\"count\":1,\"moment\":-1}", ERR_OUT_OF_RANGE, "moment");
    REFUSED("{\"count\":0}", ERR_OUT_OF_RANGE, "count");
    REFUSED("{\"count\":11}", ERR_OUT_OF_RANGE, "count");
    REFUSED("{\"optional\":-9223372036854775808}", ERR_OUT_OF_RANGE, "optional");
    REFUSED("{\"title\":\"一二三四五六七\"}", ERR_TOO_LONG, "title");
    REFUSED("{\"title\":\"一\"}", ERR_TOO_SHORT, "title");
    REFUSED("{\"colour\":\"green\"}", ERR_NOT_ALLOWED_VALUE, "colour");
    REFUSED("{\"day\":\"2023-02-29\"}", ERR_BAD_DATE, "day");
    REFUSED("{\"day\":\"20240229\"}", ERR_BAD_DATE, "day");
    REFUSED("{\"people\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}", ERR_TOO_LONG, "people");
    REFUSED("{\"people\":[{\"account_id\":3}]}", ERR_REQUIRED, "name");
    REFUSED("{\"people\":[{\"name\":\"  \"}]}", ERR_REQUIRED, "people[0].name");
    REFUSED("{\"count\":null}", ERR_REQUIRED, "count");
}

static void refuses_bad_characters(void **state) {
    (void)state;
    REFUSED("{\"text\":\"a\xff\"}", ERR_BAD_TEXT, "text");
    REFUSED("{\"title\":\"好\",\"text\":\"\xc0\x80\"}", ERR_BAD_TEXT, "text");
    REFUSED("{\"text\":\"a\\u0000b\"}", ERR_BAD_TEXT, "text");
    REFUSED("{\"text\":\"a\\u0007\"}", ERR_BAD_TEXT, "text");
    REFUSED("{\"text\":\"a\\u202eb\"}", ERR_BAD_TEXT, "text");
    REFUSED("{\"title\":\"一\\n二\"}", ERR_BAD_TEXT, "title");
    REFUSED("{\"secret\":\"a\\u0001\"}", ERR_BAD_TEXT, "secret");
    REFUSED("{\"words\":[\"ok\",\"a\\nb\"]}", ERR_BAD_TEXT, "words[1]");
}

static void required_counts_all_sources(void **state) {
    (void)state;
    const char json[] = "{\"count\":1}";
    struct reading got = read_json_len(json, sizeof(json) - 1);
    assert_int_equal(schema_check_required(&schema_sample_record, got.seen, got.arena, &got.problem),
                     ERR_REQUIRED);
    assert_string_equal(got.problem.field, "id");
    got.problem = (struct problem){0};
    const struct field *id = record_field(&schema_sample_record, "id");
    assert_int_equal(
        schema_read_text(&schema_sample_record, id, "12", got.arena, &got.problem, &got.value, &got.seen), 0);
    assert_int_equal(got.value.id, 12);
    assert_int_equal(schema_check_required(&schema_sample_record, got.seen, got.arena, &got.problem), 0);
    static const char *const bad[] = {"", "x", "1x", " 1", "+1", "0x10", "1.0", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct problem problem = {0};
        assert_true(schema_read_text(&schema_sample_record, id, bad[i], got.arena, &problem, &got.value,
                                     &got.seen) < 0);
    }
    assert_int_equal(got.value.id, 12);
    arena_free(got.arena);
}

static void keeps_no_secrets(void **state) {
    (void)state;
    struct sample value;
    record_clear(&schema_sample_record, &value);
    value.secret = "only once";
    value.title = "标题";
    CLEANUP(buf_free) struct buf sent = BUF(4096), kept = BUF(4096);
    schema_write_json(&schema_sample_record, &value, &sent);
    schema_write_kept(&schema_sample_record, &value, &kept);
    assert_non_null(strstr(sent.data, "\"secret\":\"only once\""));
    assert_non_null(strstr(kept.data, "\"secret\":\"\""));
    assert_non_null(strstr(kept.data, "标题"));
}

static void writes_what_it_reads(void **state) {
    (void)state;
    struct person people[] = {{ABSENT, "甲"}, {4, "\"乙\"<"}};
    struct sample value = {.id = 9,
                           .count = 2,
                           .optional = ABSENT,
                           .moment = ABSENT,
                           .flag = true,
                           .title = "题",
                           .first = &people[0]};
    value.people = (struct list){people, 2};
    struct buf out = BUF(1 << 16);
    schema_write_json(&schema_sample_record, &value, &out);
    assert_string_equal(
        out.data,
        "{\"id\":9,\"count\":2,\"optional\":null,\"moment\":null,\"flag\":true,\"title\":\"题\",\"text\":null,"
        "\"colour\":null,\"day\":null,\"secret\":null,\"people\":[{\"account_id\":null,\"name\":\"甲\"},"
        "{\"account_id\":4,\"name\":\"\\\"乙\\\"\\u003c\"}],\"words\":[],\"numbers\":[],"
        "\"first\":{\"account_id\":null,\"name\":\"甲\"}}");
    buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(null_and_empty_are_absent),
        cmocka_unit_test(refuses_bad_json),
        cmocka_unit_test(refuses_deep_nesting_before_parsing),
        cmocka_unit_test(refuses_unknown_and_wrong_types),
        cmocka_unit_test(refuses_out_of_bounds),
        cmocka_unit_test(refuses_bad_characters),
        cmocka_unit_test(required_counts_all_sources),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(keeps_no_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
