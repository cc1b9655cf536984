/* Photos of an article that bear one name: each can be called, and the one that was meant is printed. */
#include "issue_testing.h"

#include "../../src/features/paper/internal.h"

static void attach(struct fixture *f, int64_t report, char content, const char *name) {
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO blob (sha256, size, mime, created_ms)"
                                " VALUES ('%064d', 1, 'image/png', 1);"
                                "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms,"
                                " created_by) VALUES (%lld, '%064d', '%s', 1, 'image/png', 1, %lld)",
                                content, (long long)report, content, name, (long long)f->officer));
}

static int wanted(struct ctx *ctx, const void *in, void *out_) {
    const int64_t *article = in;
    struct gathered **out = out_;
    *out = ARENA_NEW(ctx->arena, struct gathered);
    return gather(ctx, paper_form_find("article"), *article, *out);
}

static void each_of_one_name_can_be_called(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    attach(f, report, 1, "1.png");
    attach(f, report, 2, "1.png");
    attach(f, report, 3, "2.png");
    int64_t article = desk_article(f, report);
    struct article_photos_out photos;
    assert_int_equal(fixture_call(f, f->editor, "article_photos", &(struct article_id_in){article}, &photos),
                     0);
    assert_int_equal(photos.items.count, 3);
    const struct article_photo *all = photos.items.items;
    const char *second = arena_printf(f->arena, "1（%lld）.png", (long long)all[1].attachment_id);
    assert_string_equal(all[0].name, "1.png");
    assert_string_equal(all[1].name, second);
    assert_string_equal(all[2].name, "2.png");
    fixture_sql(f, arena_printf(f->arena, "UPDATE article SET situation = '［图：%s］'", second));
    struct gathered *gathered = NULL;
    assert_int_equal(fixture_read(f, f->editor, wanted, &article, &gathered), 0);
    assert_int_equal(gathered->wanted_count, 1);
    assert_string_equal(gathered->wanted[0].sha256, all[1].sha256);
    assert_int_equal(gathered->problem_count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_of_one_name_can_be_called, fixture_setup, fixture_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
