/* Contents of attachments in the store, addressed by their SHA-256.
 *
 * 1. Equal contents are kept once. The last attachment that goes takes the content with it.
 * 2. Contents are cut into pieces of CHUNK bytes; all but the last are full, so that a position finds its
 * piece.
 */
#include "internal.h"

#include <string.h>
#include <unistd.h>

#include "minyi/err.h"

enum { CHUNK = 256 * 1024 };

DB_STATEMENT(blob_insert, "INSERT INTO blob (sha256, size, mime, created_ms) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (sha256) DO NOTHING");
DB_STATEMENT(blob_chunk_insert, "INSERT INTO blob_chunk (sha256, number, data) VALUES ($1, $2, $3)");
DB_STATEMENT(blob_used, "SELECT count(*) FROM (SELECT 1 FROM attachment WHERE sha256 = $1 LIMIT 1) used");
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

int blob_store(struct ctx *ctx, const struct upload *upload, const char *mime) {
    int64_t added = 0;
    int error = db_exec(
        ctx->conn, &blob_insert,
        DB_PARAMS(db_text(upload->sha256), db_int(upload->size), db_text(mime), db_int(ctx->now)), &added);
    if (error != 0 || added == 0) return error;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(2 * CHUNK);
    char *piece = arena_alloc(arena, CHUNK);
    for (int64_t at = 0; error == 0 && at < upload->size; at += CHUNK) {
        size_t len = upload->size - at < CHUNK ? (size_t)(upload->size - at) : CHUNK;
        if (!read_fully(upload->fd, piece, len, at)) return ERR_INTERNAL;
        error = db_exec(ctx->conn, &blob_chunk_insert,
                        DB_PARAMS(db_text(upload->sha256), db_int(at / CHUNK), db_blob(piece, len)), NULL);
    }
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
