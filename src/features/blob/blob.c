/* Contents of files in the store, addressed by their SHA-256.
 *
 * 1. Equal contents are kept once. What refers to a content last takes it along when it goes (blob_release).
 * 2. Contents are cut into pieces of CHUNK bytes; all but the last are full, so that a position finds its
 *    piece.
 * 3. Every table with a column that refers to blob stands in blob_used: attachments, kept papers, batches,
 *    scans, photos of issues.
 * 4. A content in blob_partial is not whole: pieces are still to come, or are going. Nothing refers to it.
 *    Whoever stores the same content goes on with the pieces that are there: by their hash they are the same.
 * 5. What is large comes and goes in writes of BLOB_PART_BYTES, so that others' writes get in between.
 */
#include "minyi/blob.h"

#include <string.h>
#include <unistd.h>

#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"

enum { CHUNK = 256 * 1024, PART_CHUNKS = BLOB_PART_BYTES / CHUNK, TIDY_ARENA = 1 << 20 };

DB_STATEMENT(blob_insert, "INSERT INTO blob (sha256, size, mime, created_ms) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (sha256) DO NOTHING");
DB_STATEMENT(blob_chunk_insert, "INSERT INTO blob_chunk (sha256, number, data) VALUES ($1, $2, $3)"
                                " ON CONFLICT (sha256, number) DO NOTHING");
DB_STATEMENT(blob_used, "SELECT CASE WHEN EXISTS (SELECT 1 FROM attachment WHERE sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM rendering WHERE blob_sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM paper_batch WHERE sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM issue_photo WHERE sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM scan WHERE sha256 = $1) THEN 1 ELSE 0 END");
DB_STATEMENT(blob_size, "SELECT size FROM blob WHERE sha256 = $1");
DB_STATEMENT(blob_chunks, "SELECT data FROM blob_chunk WHERE sha256 = $1 ORDER BY number");
DB_STATEMENT(blob_chunks_drop, "DELETE FROM blob_chunk WHERE sha256 = $1");
DB_STATEMENT(blob_drop, "DELETE FROM blob WHERE sha256 = $1");
DB_STATEMENT(blob_partial_insert, "INSERT INTO blob_partial (sha256, beat_ms) VALUES ($1, $2)");
DB_STATEMENT(blob_partial_beat, "UPDATE blob_partial SET beat_ms = $2 WHERE sha256 = $1");
DB_STATEMENT(blob_partial_going, "INSERT INTO blob_partial (sha256, beat_ms) VALUES ($1, 0)"
                                 " ON CONFLICT (sha256) DO UPDATE SET beat_ms = 0");
DB_STATEMENT(blob_partial_drop, "DELETE FROM blob_partial WHERE sha256 = $1");
DB_STATEMENT(blob_partial_lost,
             "SELECT sha256 FROM blob_partial WHERE beat_ms <= $1 ORDER BY beat_ms LIMIT 1");
DB_STATEMENT(blob_chunk_count, "SELECT count(*) FROM blob_chunk WHERE sha256 = $1");
DB_STATEMENT(blob_chunks_drop_last,
             "DELETE FROM blob_chunk WHERE sha256 = $1 AND number IN (SELECT c.number FROM blob_chunk c"
             " WHERE c.sha256 = $1 ORDER BY c.number DESC LIMIT $2)");
DB_STATEMENT(blob_chunk_part, "SELECT substr(data, $3, $4) FROM blob_chunk"
                              " WHERE sha256 = $1 AND number = $2");

static bool read_fully(int fd, char *out, size_t len, int64_t position) {
    while (len > 0) {
        ssize_t got = pread(fd, out, len, position);
        if (got <= 0) return false;
        out += got;
        len -= (size_t)got;
        position += got;
    }
    return true;
}

static int insert_row(struct ctx *ctx, const char *sha256, int64_t size, const char *mime, bool *ret_new) {
    int64_t added = 0;
    int error = db_exec(ctx->conn, &blob_insert,
                        DB_PARAMS(db_text(sha256), db_int(size), db_text(mime), db_int(ctx->now)), &added);
    *ret_new = error == 0 && added > 0;
    return error;
}

/* True in *RET_NEW when the content was not there, or not whole: its pieces have to follow. */
static int insert(struct ctx *ctx, const char *sha256, int64_t size, const char *mime, bool *ret_new) {
    int64_t partial = 0;
    int error = insert_row(ctx, sha256, size, mime, ret_new);
    if (error != 0 || *ret_new) return error;
    error = db_exec(ctx->conn, &blob_partial_drop, DB_PARAMS(db_text(sha256)), &partial);
    *ret_new = error == 0 && partial > 0;
    return error;
}

static int insert_chunk(struct ctx *ctx, const char *sha256, int64_t at, const void *piece, size_t len) {
    return db_exec(ctx->conn, &blob_chunk_insert,
                   DB_PARAMS(db_text(sha256), db_int(at / CHUNK), db_blob(piece, len)), NULL);
}

/* The pieces from AT to END. */
static int insert_chunks(struct ctx *ctx, const struct upload *upload, int64_t at, int64_t end) {
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(2 * CHUNK);
    char *piece = arena_alloc(arena, CHUNK);
    int error = 0;
    for (; error == 0 && at < end; at += CHUNK) {
        size_t len = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
        if (!read_fully(upload->fd, piece, len, at)) return ERR_INTERNAL;
        error = insert_chunk(ctx, upload->sha256, at, piece, len);
    }
    return error;
}

int blob_store(struct ctx *ctx, const struct upload *upload, const char *mime) {
    bool is_new = false;
    int error = insert(ctx, upload->sha256, upload->size, mime, &is_new);
    return is_new ? insert_chunks(ctx, upload, 0, upload->size) : error;
}

int blob_store_part(struct ctx *ctx, const struct upload *upload, const char *mime, int64_t at) {
    bool is_new = false;
    int64_t partial = 1;
    int error = insert_row(ctx, upload->sha256, upload->size, mime, &is_new);
    if (error != 0) return error;
    const struct db_value values[] = {db_text(upload->sha256), db_int(ctx->now)};
    error = is_new ? db_exec(ctx->conn, &blob_partial_insert, values, ARRAY_LEN(values), NULL)
                   : db_exec(ctx->conn, &blob_partial_beat, values, ARRAY_LEN(values), &partial);
    if (error != 0 || partial == 0) return error; /* somebody else's is whole */
    int64_t end = upload->size - at < BLOB_PART_BYTES ? upload->size : at + BLOB_PART_BYTES;
    return insert_chunks(ctx, upload, at, end);
}

int blob_store_end(struct ctx *ctx, const struct upload *upload) {
    int64_t size = 0, count = 0;
    int error = db_get_int(ctx->conn, &blob_size, DB_PARAMS(db_text(upload->sha256)), &size);
    if (error == 0)
        error = db_get_int(ctx->conn, &blob_chunk_count, DB_PARAMS(db_text(upload->sha256)), &count);
    if (error != 0) return error;
    if (count != (upload->size + CHUNK - 1) / CHUNK) return ERR_NOT_FOUND;
    return db_exec(ctx->conn, &blob_partial_drop, DB_PARAMS(db_text(upload->sha256)), NULL);
}

int blob_store_bytes(struct ctx *ctx, const void *data, size_t size, const char *mime, char out_sha256[65]) {
    char sha256[HASH_HEX_SIZE];
    hash_hex(data, size, sha256);
    bool is_new = false;
    int error = insert(ctx, sha256, (int64_t)size, mime, &is_new);
    for (size_t at = 0; is_new && error == 0 && at < size; at += CHUNK)
        error = insert_chunk(ctx, sha256, (int64_t)at, (const char *)data + at,
                             size - at < CHUNK ? size - at : CHUNK);
    if (error == 0) memcpy(out_sha256, sha256, sizeof(sha256));
    return error;
}

/* ---- Going ---- */

static int drop_row(struct ctx *ctx, const char *sha256) {
    int error = db_exec(ctx->conn, &blob_partial_drop, DB_PARAMS(db_text(sha256)), NULL);
    return error != 0 ? error : db_exec(ctx->conn, &blob_drop, DB_PARAMS(db_text(sha256)), NULL);
}

int blob_release(struct ctx *ctx, const char *sha256) {
    int64_t used = 0, size = 0;
    int error = db_get_int(ctx->conn, &blob_used, DB_PARAMS(db_text(sha256)), &used);
    if (error != 0 || used > 0) return error;
    error = db_get_int(ctx->conn, &blob_size, DB_PARAMS(db_text(sha256)), &size);
    if (error != 0) return error == ERR_NOT_FOUND ? 0 : error;
    if (size > BLOB_PART_BYTES)
        return db_exec(ctx->conn, &blob_partial_going, DB_PARAMS(db_text(sha256)), NULL);
    error = db_exec(ctx->conn, &blob_chunks_drop, DB_PARAMS(db_text(sha256)), NULL);
    return error != 0 ? error : drop_row(ctx, sha256);
}

struct tidying {
    int64_t lost_before_ms;
};

static int find_lost(struct ctx *ctx, const struct tidying *tidying, const char **ret) {
    return db_get_text(ctx->conn, ctx->arena, &blob_partial_lost, DB_PARAMS(db_int(tidying->lost_before_ms)),
                       ret);
}

static int look_for_lost(struct ctx *ctx, void *tidying) {
    const char *sha256 = NULL;
    return find_lost(ctx, tidying, &sha256);
}

static int drop_part(struct ctx *ctx, void *tidying) {
    const char *sha256 = NULL;
    int64_t dropped = 0;
    int error = find_lost(ctx, tidying, &sha256);
    if (error == 0)
        error = db_exec(ctx->conn, &blob_chunks_drop_last, DB_PARAMS(db_text(sha256), db_int(PART_CHUNKS)),
                        &dropped);
    return error == 0 && dropped < PART_CHUNKS ? drop_row(ctx, sha256) : error;
}

int blob_tidy(struct db *db, int64_t lost_before_ms, const _Atomic bool *stop) {
    static const struct actor system = {.system = true, .login = "system", .name = "系统"};
    struct tidying tidying = {lost_before_ms};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(TIDY_ARENA);
    struct problem problem = {0};
    struct ctx ctx = {.arena = arena,
                      .db = db,
                      .actor = &system,
                      .problem = &problem,
                      .now = clock_ms(),
                      .remote = "local",
                      .request_id = "tidy",
                      .if_match = ABSENT};
    int error = ctx_read(&ctx, look_for_lost, &tidying);
    while (error == 0 && !*stop)
        error = ctx_write(&ctx, drop_part, &tidying);
    return error == ERR_NOT_FOUND ? 0 : error;
}

/* ---- Reading ---- */

static int64_t read_part(struct db_conn *conn, const char *sha256, uint64_t position, char *out, size_t max) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(2 * CHUNK);
    size_t want = max < CHUNK ? max : CHUNK;
    int result = db_query(conn, &rows, &blob_chunk_part,
                          DB_PARAMS(db_text(sha256), db_int((int64_t)(position / CHUNK)),
                                    db_int((int64_t)(position % CHUNK) + 1), db_int((int64_t)want)));
    if (result != 0 || db_next(&rows) <= 0) return -1;
    size_t len = 0;
    const void *data = db_column_blob(&rows, 0, arena, &len);
    if (data == NULL || len == 0) return -1;
    memcpy(out, data, len);
    return (int64_t)len;
}

int64_t blob_read(struct db *db, void *sha256, uint64_t position, char *out, size_t max) {
    int error = 0;
    struct db_conn *conn = db_read_begin(db, &error);
    if (conn == NULL) return -1;
    int64_t got = read_part(conn, sha256, position, out, max);
    db_read_end(conn);
    return got;
}

void blob_answer(struct ctx *ctx, const char *name, const char *mime, int64_t size, const char *sha256) {
    char *hash = arena_strdup(ctx->arena, sha256);
    if (ctx->download == NULL) ctx->download = ARENA_NEW(ctx->arena, struct download);
    *ctx->download = (struct download){
        .name = name, .mime = mime, .size = size, .etag = hash, .read = blob_read, .source = hash};
}

int blob_load(struct ctx *ctx, const char *sha256, size_t max, const void **ret, size_t *ret_size) {
    int64_t size = 0;
    int error = db_get_int(ctx->conn, &blob_size, DB_PARAMS(db_text(sha256)), &size);
    if (error != 0) return error;
    if (size < 0 || (uint64_t)size > max) return ERR_TOO_LARGE;
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    error = db_query(ctx->conn, &rows, &blob_chunks, DB_PARAMS(db_text(sha256)));
    if (error != 0) return error;
    char *bytes = arena_alloc(ctx->arena, (size_t)size);
    CLEANUP(arena_cleanup) struct arena *piece = arena_new(2 * CHUNK);
    size_t at = 0;
    int more = 0;
    while ((more = db_next(&rows)) > 0) {
        size_t len = 0;
        arena_reset(piece);
        const void *data = db_column_blob(&rows, 0, piece, &len);
        if (len > (size_t)size - at) return ERR_STORE;
        if (len > 0) memcpy(bytes + at, data, len);
        at += len;
    }
    if (more < 0) return more;
    if (at != (size_t)size) return ERR_STORE;
    *ret = bytes;
    *ret_size = at;
    return 0;
}
