/* Scans come in: what they are, their content decides; what they are of, their code suggests, or that the
 * file is one of those handed out.
 *
 * 1. Checks that need no transaction run before it; those that others could overtake run again inside.
 * 2. The same file again, before it is filed, is the same scan, and is not looked into again: an upload may
 *    be repeated.
 * 3. Codes are read in pictures, and on the first pages of a PDF. That may be broken, or there is nothing to
 *    read it with (minyi/code.h): it is taken as it is, and its record chosen by hand.
 */
#include <string.h>
#include <sys/mman.h>

#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/code.h"
#include "minyi/err.h"
#include "minyi/image.h"
#include "minyi/mime.h"
#include "types.h"

DB_STATEMENT(scan_unfiled_count, "SELECT count(*) FROM scan WHERE account_id = $1 AND record_id IS NULL");
DB_STATEMENT(scan_unfiled_bytes, "SELECT CAST(COALESCE(sum(size), 0) AS BIGINT) FROM scan"
                                 " WHERE account_id = $1 AND record_id IS NULL");
DB_STATEMENT(scan_same, "SELECT id FROM scan WHERE account_id = $1 AND sha256 = $2 AND record_id IS NULL"
                        " ORDER BY id LIMIT 1");
DB_STATEMENT(scan_insert,
             "INSERT INTO scan (account_id, sha256, name, size, mime, found_kind, found_id, created_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id");

struct adding {
    const struct scan_add_in *in;
    const struct file_type *type;
    const char *name, *found_kind;
    int64_t found_id;
    struct list sites; /* paper_sites() */
    bool here;         /* the same file lies here already, and is in OUT */
    struct scan_view *out;
};

struct searching {
    struct ctx *ctx;
    struct adding *adding;
};

static int check_room(struct ctx *ctx) {
    int64_t count = 0, bytes = 0;
    int64_t account_id = ctx->actor->account_id;
    int error = db_get_int(ctx->conn, &scan_unfiled_count, DB_PARAMS(db_int(account_id)), &count);
    if (error == 0) error = db_get_int(ctx->conn, &scan_unfiled_bytes, DB_PARAMS(db_int(account_id)), &bytes);
    if (error != 0 || (count < SCAN_UNFILED_MAX && ctx->upload->size <= SCAN_UNFILED_BYTES_MAX - bytes))
        return error;
    return fail(ctx, ERR_ATTACHMENTS_FULL, "name",
                "您还有 %lld 份扫描件没有归入，已到上限（%d 份、%d MB）。请先归入，或删除不需要的。",
                (long long)count, SCAN_UNFILED_MAX, SCAN_UNFILED_BYTES_MAX / (1024 * 1024));
}

/* The scan of the same account and file that was not filed yet; NOT_FOUND. */
static int show_same(struct ctx *ctx, struct adding *adding) {
    int64_t id = 0;
    int error = db_get_int(ctx->conn, &scan_same,
                           DB_PARAMS(db_int(ctx->actor->account_id), db_text(ctx->upload->sha256)), &id);
    if (error == 0) error = scan_visible(ctx, id, adding->out);
    return error != 0 ? error : scan_suggest(ctx, adding->out);
}

/* A file that is here already, or that was handed out here: what it is of. Who may know that, scan_suggest()
 * decides. */
static int check_known(struct ctx *ctx, void *argument) {
    struct adding *adding = argument;
    enum paper_kind kind = PAPER_KIND_END;
    int error = show_same(ctx, adding);
    adding->here = error == 0;
    if (error != ERR_NOT_FOUND) return error;
    error = check_room(ctx);
    if (error == 0) error = paper_sites(ctx, &adding->sites);
    if (error == 0) error = paper_of_file(ctx, ctx->upload->sha256, &kind, &adding->found_id);
    if (error == 0) adding->found_kind = paper_kind_info(kind)->code;
    return error == ERR_NOT_FOUND ? 0 : error;
}

static bool is_picture(const char *mime) {
    return strcmp(mime, "image/jpeg") == 0 || strcmp(mime, "image/png") == 0 ||
           strcmp(mime, "image/webp") == 0;
}

/* The first of the texts that is a code of ours. */
static void take_code(struct ctx *ctx, struct adding *adding, const char *const *texts, size_t count) {
    enum paper_kind kind = PAPER_KIND_END;
    for (size_t i = 0; i < count && adding->found_kind == NULL; i++)
        if (paper_of_address(ctx, adding->sites, texts[i], &kind, &adding->found_id))
            adding->found_kind = paper_kind_info(kind)->code;
}

static int read_picture(struct ctx *ctx, struct adding *adding, const void *data, size_t size) {
    const char *texts[8] = {0};
    size_t count = 0;
    int error = code_decode(ctx->arena, data, size, texts, &count);
    if (error == 0) take_code(ctx, adding, texts, count);
    if (error == 0 || error == ERR_UNAVAILABLE) return error;
    const char *flaw = image_flaw(ctx->arena, data, size);
    return fail(ctx, error == ERR_TOO_LARGE ? error : ERR_NOT_ACCEPTABLE_TYPE, "name", "%s",
                flaw != NULL ? flaw : "这张图片打不开，可能已损坏，请重新拍摄或扫描。");
}

static bool take_texts(void *argument, const char *const *texts, size_t count) {
    struct searching *searching = argument;
    take_code(searching->ctx, searching->adding, texts, count);
    return searching->adding->found_kind != NULL;
}

/* The first code of ours on a PDF's pages. */
static void read_pdf(struct ctx *ctx, struct adding *adding, const void *data, size_t size) {
    struct searching searching = {ctx, adding};
    code_decode_pdf(ctx->arena, data, size, take_texts, &searching);
}

static int look_inside(struct ctx *ctx, struct adding *adding) {
    size_t size = (size_t)ctx->upload->size;
    if (size == 0) return fail(ctx, ERR_INVALID, "name", "这个文件是空的，请重新选择。");
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, ctx->upload->fd, 0);
    if (data == MAP_FAILED) return ERR_INTERNAL;
    int error = 0;
    adding->type = file_type_of(data, size);
    bool picture = adding->type != NULL && is_picture(adding->type->mime);
    if (!picture && (adding->type == NULL || strcmp(adding->type->mime, "application/pdf") != 0))
        error = fail(ctx, ERR_NOT_ACCEPTABLE_TYPE, "name", "扫描件可以是 JPG、PNG、WebP 图片或 PDF。");
    if (error == 0 && picture) error = read_picture(ctx, adding, data, size);
    if (error == 0 && !picture && adding->found_kind == NULL) read_pdf(ctx, adding, data, size);
    munmap(data, size);
    if (error == 0) adding->name = file_name_clean(ctx->arena, adding->in->name, adding->type);
    return error;
}

static int insert(struct ctx *ctx, const struct adding *adding, int64_t *ret_id) {
    const struct upload *upload = ctx->upload;
    int error = check_room(ctx);
    if (error == 0) error = blob_store(ctx, upload, adding->type->mime);
    if (error == 0)
        error = db_get_int(ctx->conn, &scan_insert,
                           DB_PARAMS(db_int(ctx->actor->account_id), db_text(upload->sha256),
                                     db_text(adding->name), db_int(upload->size), db_text(adding->type->mime),
                                     db_text(adding->found_kind), db_int(adding->found_id), db_int(ctx->now)),
                           ret_id);
    return error != 0 ? error : audit_add(ctx, "scan.add", "scan", *ret_id, "%s", upload->sha256);
}

static int add(struct ctx *ctx, void *argument) {
    struct adding *adding = argument;
    int64_t id = 0;
    int error = show_same(ctx, adding);
    if (error != ERR_NOT_FOUND) return error;
    error = insert(ctx, adding, &id);
    if (error == 0) error = scan_visible(ctx, id, adding->out);
    return error != 0 ? error : scan_suggest(ctx, adding->out);
}

int scan_add(struct ctx *ctx, const void *in_, void *out_) {
    struct adding adding = {.in = in_, .out = out_, .found_id = ABSENT};
    int error = ctx_read(ctx, check_known, &adding);
    if (error != 0 || adding.here) return error;
    error = look_inside(ctx, &adding);
    return error != 0 ? error : ctx_write(ctx, add, &adding);
}
