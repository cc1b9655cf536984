/* Page files: caching, compressed forms, the fallback for pages, and the folder --web-root. */
#include "http_rig.h"

#include <sys/stat.h>

#define BYTES(TEXT) (const unsigned char *)(TEXT)

/* Sorted by path. */
static const struct http_asset assets[] = {
    {.path = "/assets/app-Ab12Cd34.js",
     .mime = "text/javascript; charset=utf-8",
     .etag = "\"js\"",
     .immutable = true,
     .raw = BYTES("raw script"),
     .raw_len = 10,
     .gzip = BYTES("gzipped"),
     .gzip_len = 7,
     .brotli = BYTES("brotli"),
     .brotli_len = 6},
    {.path = "/assets/only-gz.css",
     .mime = "text/css; charset=utf-8",
     .etag = "\"css\"",
     .raw = BYTES("raw style"),
     .raw_len = 9,
     .gzip = BYTES("gz"),
     .gzip_len = 2},
    {.path = "/empty.txt", .mime = "text/plain", .etag = "\"none\"", .raw = BYTES(""), .raw_len = 0},
    {.path = "/index.html",
     .mime = "text/html; charset=utf-8",
     .etag = "\"html\"",
     .raw = BYTES("<!doctype html>"),
     .raw_len = 15},
    {.path = "/帮助.txt", .mime = "text/plain", .etag = "\"help\"", .raw = BYTES("help"), .raw_len = 4},
};

static int setup(void **state) {
    struct rig *rig = rig_new();
    rig->assets = assets;
    rig->asset_count = ARRAY_LEN(assets);
    rig_start(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    struct rig *rig = *state;
    assert_int_equal(atomic_load(&rig->planned), 0);
    rig_stop(rig);
    return 0;
}

/* Asks for PATH with more header LINES (each ended by CR LF). */
static struct rig_reply ask(const struct rig *rig, const char *method, const char *path, const char *lines) {
    char text[2048];
    int fd = rig_connect(rig);
    snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n", method, path, lines);
    assert_true(rig_send(fd, text));
    struct rig_reply reply = rig_read(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    return reply;
}

static void expect_header(const struct rig_reply *reply, const char *name, const char *value) {
    const char *found = rig_header(reply, name);
    if (!value && found) fail_msg("%s: %s", name, found);
    if (value && !found) fail_msg("no %s", name);
    if (value) assert_string_equal(found, value);
}

static void files_have_type_tag_and_lifetime(void **state) {
    struct rig_reply reply = ask(*state, "GET", "/assets/app-Ab12Cd34.js", "");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "raw script");
    expect_header(&reply, "Content-Type", "text/javascript; charset=utf-8");
    expect_header(&reply, "Cache-Control", "public, max-age=31536000, immutable");
    expect_header(&reply, "ETag", "\"js\"");
    expect_header(&reply, "Vary", "Accept-Encoding");
    expect_header(&reply, "Content-Encoding", NULL);
    rig_reply_free(&reply);
    reply = ask(*state, "GET", "/index.html", "");
    expect_header(&reply, "Cache-Control", "no-cache");
    rig_reply_free(&reply);
    rig_expect_get(*state, "/empty.txt", 200, "");
    rig_expect_get(*state, "/%E5%B8%AE%E5%8A%A9.txt", 200, "help");
    rig_expect_get(*state, "/assets/only-gz.css?v=1", 200, "raw style");
}

static void the_smallest_accepted_form_is_sent(void **state) {
    static const struct {
        const char *path, *accepted, *body, *encoding, *etag;
    } rows[] = {
        {"/assets/app-Ab12Cd34.js", "gzip, deflate, br", "brotli", "br", "\"js-br\""},
        {"/assets/app-Ab12Cd34.js", "gzip", "gzipped", "gzip", "\"js-gzip\""},
        {"/assets/app-Ab12Cd34.js", "GZIP;q=0.5", "gzipped", "gzip", "\"js-gzip\""},
        {"/assets/app-Ab12Cd34.js", "br;q=0, gzip", "gzipped", "gzip", "\"js-gzip\""},
        {"/assets/app-Ab12Cd34.js", "br; q=0.000,gzip ;q=0", "raw script", NULL, "\"js\""},
        {"/assets/app-Ab12Cd34.js", "*", "brotli", "br", "\"js-br\""},
        {"/assets/app-Ab12Cd34.js", "*;q=0", "raw script", NULL, "\"js\""},
        {"/assets/app-Ab12Cd34.js", "brx, xgzip", "raw script", NULL, "\"js\""},
        {"/assets/app-Ab12Cd34.js", ",,;;q=,=", "raw script", NULL, "\"js\""},
        {"/assets/app-Ab12Cd34.js", "identity", "raw script", NULL, "\"js\""},
        {"/assets/app-Ab12Cd34.js", "", "raw script", NULL, "\"js\""},
        {"/assets/only-gz.css", "br, gzip", "gz", "gzip", "\"css-gzip\""},
        {"/index.html", "br, gzip", "<!doctype html>", NULL, "\"html\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char lines[200];
        snprintf(lines, sizeof lines, "Accept-Encoding: %s\r\n", rows[i].accepted);
        struct rig_reply reply = ask(*state, "GET", rows[i].path, lines);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, rows[i].body);
        expect_header(&reply, "Content-Encoding", rows[i].encoding);
        expect_header(&reply, "ETag", rows[i].etag);
        rig_reply_free(&reply);
    }
}

static void known_files_are_not_sent_again(void **state) {
    static const struct {
        const char *lines;
        int status;
    } rows[] = {
        {"If-None-Match: \"js\"\r\n", 304},
        {"If-None-Match: W/\"js\"\r\n", 304},
        {"If-None-Match: \"a\", \"b,c\" , \"js\"\r\n", 304},
        {"If-None-Match: *\r\n", 304},
        {"If-None-Match: \"js-br\"\r\n", 200},
        {"If-None-Match: \"js-br\"\r\nAccept-Encoding: br\r\n", 304},
        {"If-None-Match: \"js\"\r\nAccept-Encoding: br\r\n", 200},
        {"If-None-Match: js\r\n", 200},
        {"If-None-Match: \"j\"\r\n", 200},
        {"If-None-Match: \"js\r\n", 200},
        {"If-None-Match: \"\r\n", 200},
        {"If-None-Match:\r\n", 200},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rig_reply reply = ask(*state, "GET", "/assets/app-Ab12Cd34.js", rows[i].lines);
        if (reply.status != rows[i].status) fail_msg("%d for %s", reply.status, rows[i].lines);
        assert_non_null(rig_header(&reply, "ETag"));
        assert_non_null(rig_header(&reply, "Cache-Control"));
        rig_reply_free(&reply);
    }
}

/* The connection is in step after replies without a body. */
static void no_body_after_304_and_head(void **state) {
    int fd = rig_connect(*state);
    rig_expect(fd, "GET /index.html HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"html\"\r\n\r\n", 304, NULL);
    rig_expect(fd, "HEAD /index.html HTTP/1.1\r\nHost: x\r\n\r\n", 200, NULL);
    rig_expect(fd, "HEAD /missing.js HTTP/1.1\r\nHost: x\r\n\r\n", 404, NULL);
    rig_expect(fd, "GET /empty.txt HTTP/1.1\r\nHost: x\r\n\r\n", 200, "");
    rig_expect(fd, "GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n", 200, "<!doctype html>");
    close(fd);
    struct rig_reply reply = ask(*state, "HEAD", "/index.html", "");
    expect_header(&reply, "Content-Length", "15");
    rig_reply_free(&reply);
}

static void pages_route_themselves(void **state) {
    static const char *const pages[] = {"/",     "/write", "/desk/queue/42", "/write/",
                                        "/apis", "/a%2Fb", "/?x=1"};
    static const char *const missing[] = {"/missing.js", "/assets/app.js", "/.env", "/a/.git", "//", "/a//b"};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        rig_expect_get(*state, pages[i], 200, "<!doctype html>");
    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        rig_expect_get(*state, missing[i], 404, NULL);
    struct rig_reply reply = ask(*state, "POST", "/write", "Content-Length: 0\r\n");
    assert_int_equal(reply.status, 405);
    expect_header(&reply, "Allow", "GET, HEAD");
    rig_reply_free(&reply);
}

/* ---- --web-root ---- */

static void write_file(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *below(struct rig *rig, const char *folder, const char *name) {
    return arena_printf(rig->arena, "%s/%s", folder, name);
}

static void web_root_is_served_and_never_left(void **state) {
    struct rig *rig = rig_new();
    char top[] = "/tmp/minyi-test-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(top));
    const char *root = below(rig, top, "root");
    assert_int_equal(mkdir(root, 0700) | mkdir(below(rig, root, "assets"), 0700), 0);
    write_file(top, "secret.txt", "secret");
    write_file(root, "index.html", "<p>index");
    write_file(root, ".hidden.txt", "hidden");
    write_file(root, "assets/a.css", "p{}");
    assert_int_equal(symlink("../secret.txt", below(rig, root, "link.txt")), 0);
    assert_int_equal(symlink("..", below(rig, root, "up")), 0);
    assert_int_equal(mkfifo(below(rig, root, "pipe.txt"), 0600), 0);
    rig->config.web_root = root;
    rig_start(rig);

    struct rig_reply reply = ask(rig, "GET", "/assets/a.css", "If-None-Match: *\r\n");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "p{}");
    expect_header(&reply, "Content-Type", "text/css; charset=utf-8");
    expect_header(&reply, "Cache-Control", "no-store");
    rig_reply_free(&reply);
    rig_expect_get(rig, "/", 200, "<p>index");
    rig_expect_get(rig, "/write", 200, "<p>index");
    rig_expect_get(rig, "/assets", 200, "<p>index");
    static const char *const missing[] = {"/link.txt",           "/up/secret.txt",      "/.hidden.txt",
                                          "/pipe.txt",           "/..%2fsecret.txt",    "/missing.js",
                                          "/a%2f..%2f.css",      "/assets/a.css/x.css", "/index.html/.x",
                                          "/%2fetc%2fhosts.txt", "/%2e%2e%2fsecret.txt"};
    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        rig_expect_get(rig, missing[i], 404, NULL);
    rig_expect_get(rig, "/%2e%2e/secret.txt", 400, NULL);
    rig_expect_get(rig, "/../secret.txt", 400, NULL);
    write_file(root, "assets/a.css", "changed");
    rig_expect_get(rig, "/assets/a.css", 200, "changed");

    static const char *const files[] = {"secret.txt",        "root/index.html", "root/.hidden.txt",
                                        "root/assets/a.css", "root/link.txt",   "root/up",
                                        "root/pipe.txt"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(below(rig, top, files[i]));
    rmdir(below(rig, root, "assets"));
    rmdir(root);
    rmdir(top);
    rig_stop(rig);
}

static void a_missing_web_root_is_told(void **state) {
    struct rig *rig = *state;
    struct config config = rig->config;
    struct http_server *server = NULL;
    const char *why = NULL;
    config.web_root = "/nonexistent";
    struct http_options options = {.config = &config};
    assert_int_equal(http_start(&options, rig->arena, &server, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why, "/nonexistent"));
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(files_have_type_tag_and_lifetime), TEST(the_smallest_accepted_form_is_sent),
        TEST(known_files_are_not_sent_again),   TEST(no_body_after_304_and_head),
        TEST(pages_route_themselves),           cmocka_unit_test(web_root_is_served_and_never_left),
        TEST(a_missing_web_root_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
