/* A printed issue says what was signed and to whom it went, whatever becomes of the names. */
#include "paper_testing.h"

#include "minyi/blob.h"
#include "minyi/migrations.h"

/* What the program prints now: authors, 主送 and 抄送 of an issue. */
static const char *printed(struct fixture *f, int64_t issue) {
    struct issue_view view;
    assert_int_equal(fixture_call(f, f->editor, "issue_get", &(struct issue_id_in){issue}, &view), 0);
    const char *text = view.authors_line;
    const struct list names[] = {view.main_recipients, view.copy_recipients};
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        for (size_t i = 0; i < names[k].count; i++)
            text = arena_printf(f->arena, "%s%s%s", text, i == 0 ? "|" : "、",
                                *LIST_AT(names[k], const char *, i));
    return text;
}

static const char *hash_of(struct fixture *f, int64_t issue) {
    return paper(f, f->editor, "issue", issue).gathered->sha256;
}

static void rename_everybody(struct fixture *f) {
    fixture_sql(f, "UPDATE unit SET name = '改名后的' || name;"
                   "UPDATE profile SET standing = 'province_member';"
                   "UPDATE report_author SET name = '改名' || name;"
                   "UPDATE report SET name_public = 0;"
                   "UPDATE recipient SET name = '改名后的' || name, position = 100 - position");
}

static void names_and_order_are_those_of_the_signing(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t first = recipient(f, "department", "省教育厅", f->department);
    int64_t second = recipient(f, "leader", "省长", ABSENT), copy = recipient(f, "leader", "副省长", ABSENT);
    fixture_sql(f, "UPDATE recipient SET position = id");
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(second, first), IDS(copy)), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    const char *hash = hash_of(f, issue), *list = paper(f, f->editor, "dispatch_list", issue).text;
    assert_string_equal(printed(f, issue), "民建云江省委会 林晓|省教育厅、省长|副省长");
    rename_everybody(f);
    assert_string_equal(printed(f, issue), "民建云江省委会 林晓|省教育厅、省长|副省长");
    assert_string_equal(hash_of(f, issue), hash);
    assert_string_equal(paper(f, f->editor, "dispatch_list", issue).text, list);
    int64_t dispatch = fixture_int(f, "SELECT id FROM dispatch WHERE unit_id IS NOT NULL");
    struct dispatch_view view;
    assert_int_equal(
        fixture_call(f, f->department_handler, "dispatch_get", &(struct dispatch_id_in){dispatch}, &view), 0);
    assert_string_equal(view.recipient_name, "省教育厅");
    /* The next issue bears what holds then. */
    int64_t next = issue_of(f, ready_article(f));
    assert_int_equal(set_recipients(f, f->editor, next, IDS(first, second), NO_IDS), 0);
    assert_string_equal(printed(f, next), "省政协委员 林晓|改名后的省长、改名后的省教育厅");
}

static void what_is_not_sent_takes_names_when_it_is_saved(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t sent = recipient(f, "department", "省教育厅", f->department);
    int64_t pending = recipient(f, "leader", "省长", ABSENT);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(sent), NO_IDS), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(sent), IDS(pending)), 0);
    rename_everybody(f);
    assert_string_equal(printed(f, issue), "民建云江省委会 林晓|省教育厅|省长");
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(sent), IDS(pending)), 0);
    assert_string_equal(printed(f, issue), "民建云江省委会 林晓|省教育厅|改名后的省长");
}

/* What was there before the program kept the names: until the migration what holds now, from then on that. */
static void the_migration_keeps_what_is_printed(void **state) {
    struct fixture *f = *state;
    int64_t issues[] = {issue_of(f, ready_article(f)), issue_of(f, ready_article(f)),
                        issue_of(f, ready_article(f)), issue_of(f, ready_article(f))};
    int64_t first = recipient(f, "department", "省教育厅", f->department);
    int64_t second = recipient(f, "leader", "省长", ABSENT);
    fixture_sql(f, "UPDATE recipient SET position = 10 - id");
    for (size_t i = 0; i < ARRAY_LEN(issues); i++)
        assert_int_equal(set_recipients(f, f->editor, issues[i], IDS(first), IDS(second)), 0);
    fixture_sql(
        f,
        "INSERT INTO report_author (report_id, position, name, unit_name) SELECT id, 3, '李合', '云江大学'"
        " FROM report;"
        "INSERT INTO report_author (report_id, position, name, standing) SELECT id, 2, '王平', 'city_member'"
        " FROM report WHERE id > (SELECT min(id) FROM report);"
        "INSERT INTO report_author (report_id, position, name, standing, unit_name) SELECT id, 4, '李合',"
        " 'other', '云江大学' FROM report;"
        "UPDATE report SET name_public = 0 WHERE id = (SELECT max(id) FROM report);"
        "INSERT INTO article_source (article_id, report_id, position) SELECT a.id, r.id, 9 FROM article a, report r"
        " WHERE a.id = (SELECT max(id) - 1 FROM article) AND r.id IN (SELECT min(id) FROM report"
        "  UNION SELECT max(id) FROM report);"
        "DELETE FROM article_source WHERE article_id = (SELECT min(id) FROM article);"
        "UPDATE issue SET authors_line = NULL;"
        "UPDATE dispatch SET recipient_name = NULL, recipient_position = NULL");
    const char *before[ARRAY_LEN(issues)];
    for (size_t i = 0; i < ARRAY_LEN(issues); i++)
        before[i] = printed(f, issues[i]);
    assert_string_equal(before[0], "|省教育厅|省长");
    assert_string_equal(before[1], "民建云江省委会 林晓、市政协委员 王平、云江大学 李合|省教育厅|省长");
    assert_string_equal(before[2],
                        "民建云江省委会 林晓、市政协委员 王平、云江大学 李合、民建云江省委会|省教育厅|省长");
    assert_string_equal(before[3], "民建云江省委会|省教育厅|省长");
    for (size_t i = 0; i < db_migration_count; i++)
        if (strstr(db_migrations[i].name, "as-signed") != NULL)
            fixture_sql(f, strstr(db_migrations[i].sql, "UPDATE dispatch"));
    assert_int_equal(count_of(f, "issue WHERE authors_line IS NULL"), 0);
    assert_int_equal(count_of(f, "dispatch WHERE recipient_name IS NULL OR recipient_position IS NULL"), 0);
    rename_everybody(f);
    for (size_t i = 0; i < ARRAY_LEN(issues); i++)
        assert_string_equal(printed(f, issues[i]), before[i]);
}

/* ---- photos ---- */

static int store_op(struct ctx *ctx, const void *in, void *out) {
    return blob_store_bytes(ctx, in, strlen(in), "image/png", out);
}

static const char *stored(struct fixture *f, const char *bytes) {
    char *hash = arena_array(f->arena, HASH_HEX_SIZE, 1);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_op, bytes, hash), 0);
    return hash;
}

static void attach(struct fixture *f, const char *name, const char *bytes) {
    fixture_sql(
        f, arena_printf(f->arena,
                        "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms, created_by)"
                        " SELECT max(id), '%s', '%s', 3, 'image/png', 1, %lld FROM report",
                        stored(f, bytes), name, (long long)f->officer));
}

static int release_op(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    return blob_release(ctx, in);
}

/* Its author takes the photo away and puts another one there. */
static void replace(struct fixture *f, const char *name, const char *bytes, const char *new_bytes) {
    fixture_sql(f, arena_printf(f->arena, "DELETE FROM attachment WHERE name = '%s'", name));
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, release_op, stored(f, bytes), NULL), 0);
    attach(f, name, new_bytes);
}

static int64_t issue_with_photo(struct fixture *f) {
    int64_t article = ready_article(f);
    attach(f, "现场.png", "one");
    attach(f, "没有用.png", "two");
    fixture_sql(
        f,
        "UPDATE article_version SET suggestion = suggestion || '\n［图：现场.png｜村小］\n［图：后来.png］'");
    return issue_of(f, article);
}

static const char *photos_of(struct fixture *f, int64_t issue) {
    const struct gathered *gathered = paper(f, f->editor, "issue", issue).gathered;
    const char *all = "";
    for (size_t i = 0; i < gathered->wanted_count; i++)
        all = arena_printf(f->arena, "%s%s=%s;", all, gathered->wanted[i].name, gathered->wanted[i].sha256);
    return all;
}

static void photos_are_those_of_the_signing(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_with_photo(f);
    const char *one = stored(f, "one"), *two = stored(f, "two");
    const char *photo = arena_printf(f->arena, "现场.png=%s;", one);
    const char *hash = hash_of(f, issue);
    assert_string_equal(photos_of(f, issue), photo);
    assert_int_equal(count_of(f, "issue_photo"), 1); /* and not the other one */
    replace(f, "现场.png", "one", "new");
    attach(f, "后来.png", "late");
    assert_string_equal(photos_of(f, issue), photo);
    assert_string_equal(hash_of(f, issue), hash);
    assert_int_equal(count_of(f, arena_printf(f->arena, "blob WHERE sha256 = '%s'", one)), 1);
    replace(f, "没有用.png", "two", "three");
    assert_int_equal(count_of(f, arena_printf(f->arena, "blob WHERE sha256 = '%s'", two)), 0);
    assert_int_equal(void_issue(f, f->editor, issue), 0);
    assert_string_equal(photos_of(f, issue), photo);
}

/* Signed before photos were kept: what the sources have now, as then. */
static void issues_of_before_print_as_before(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_with_photo(f);
    const char *hash = hash_of(f, issue);
    fixture_sql(f, "DELETE FROM issue_photo; UPDATE issue SET photos_kept = 0");
    assert_string_equal(hash_of(f, issue), hash);
    replace(f, "现场.png", "one", "new");
    assert_string_equal(photos_of(f, issue), arena_printf(f->arena, "现场.png=%s;", stored(f, "new")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_and_order_are_those_of_the_signing, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_sent_takes_names_when_it_is_saved, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_migration_keeps_what_is_printed, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(photos_are_those_of_the_signing, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(issues_of_before_print_as_before, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
