/* Contents of files in the store, addressed by their SHA-256.
 *
 * 1. Equal contents are kept once. What refers to a content last takes it along when it goes (blob_release).
 * 2. Contents are cut into pieces of CHUNK bytes; all but the last are full, so that a position finds its
 * piece.
 * 3. Every table with a column that refers to blob stands in blob_used: attachments, kept papers, batches,
 * scans.
 */
#include "minyi/blob.h"

#include <string.h>
#include <unistd.h>

#include "minyi/err.h"
#include "minyi/hash.h"

enum { CHUNK = 256 * 1024 };

DB_STATEMENT(blob_insert, "INSERT INTO blob (sha256, size, mime, created_ms) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (sha256) DO NOTHING");
DB_STATEMENT(blob_chunk_insert, "INSERT INTO blob_chunk (sha256, number, data) VALUES ($1, $2, $3)");
DB_STATEMENT(blob_used, "SELECT CASE WHEN EXISTS (SELECT 1 FROM attachment WHERE sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM rendering WHERE blob_sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM paper_batch WHERE sha256 = $1)"
                        " OR EXISTS (SELECT 1 FROM scan WHERE sha256 = $1) THEN 1 ELSE 0 END");
DB_STATEMENT(blob_size, "SELECT size FROM blob WHERE sha256 = $1");
DB_STATEMENT(blob_chunks, "SELECT data FROM blob_chunk WHERE sha256 = $1 ORDER BY number");
DB_STATEMENT(blob_chunks_drop, "DELETE FROM blob_chunk WHERE sha256 = $1");
DB_STATEMENT(blob_drop, "DELETE FROM blob WHERE sha256 = $1");
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

/* True in *RET_NEW when the content was not there yet: its pieces have to follow. */
static int insert(struct ctx *ctx, const char *sha256, int64_t size, const char *mime, bool *ret_new) {
    int64_t added = 0;
    int error = db_exec(ctx->conn, &blob_insert,
                        DB_PARAMS(db_text(sha256), db_int(size), db_text(mime), db_int(ctx->now)), &added);
    *ret_new = error == 0 && added > 0;
    return error;
}

static int insert_chunk(struct ctx *ctx, const char *sha256, int64_t at, const void *piece, size_t len) {
    return db_exec(ctx->conn, &blob_chunk_insert,
                   DB_PARAMS(db_text(sha256), db_int(at / CHUNK), db_blob(piece, len)), NULL);
}

int blob_store(struct ctx *ctx, const struct upload *upload, const char *mime) {
    bool is_new = false;
    int error = insert(ctx, upload->sha256, upload->size, mime, &is_new);
    if (!is_new) return error;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(2 * CHUNK);
    char *piece = arena_alloc(arena, CHUNK);
    for (int64_t at = 0; error == 0 && at < upload->size; at += CHUNK) {
        size_t len = upload->size - at < CHUNK ? (size_t)(upload->size - at) : CHUNK;
        if (!read_fully(upload->fd, piece, len, at)) return ERR_INTERNAL;
        error = insert_chunk(ctx, upload->sha256, at, piece, len);
    }
    return error;
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

int blob_release(struct ctx *ctx, const char *sha256) {
    int64_t used = 0;
    int error = db_get_int(ctx->conn, &blob_used, DB_PARAMS(db_text(sha256)), &used);
    if (error != 0 || used > 0) return error;
    error = db_exec(ctx->conn, &blob_chunks_drop, DB_PARAMS(db_text(sha256)), NULL);
    return error != 0 ? error : db_exec(ctx->conn, &blob_drop, DB_PARAMS(db_text(sha256)), NULL);
}

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
