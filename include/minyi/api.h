/* The gate: everything between HTTP bytes and an operation. One request passes here in this order:
 * route → session → CSRF and origin → permission → rate → JSON to struct → operation → struct to JSON.
 */
#ifndef MINYI_API_H
#define MINYI_API_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/buf.h"
#include "minyi/db.h"
#include "minyi/hash.h"
#include "minyi/http.h"
#include "minyi/route.h"

struct api;

/* How the gate learns who acts; given by the account feature, so that the gate knows no tables of it. */
struct api_sessions {
    /* Fills *RET for the session of TOKEN, in ctx->arena, reading through ctx->conn. ERR_SIGNED_OUT when
     * there is none, it is over, or the account is switched off. *RET_STALE: the last use is older than a
     * minute, so `touch` is due. */
    int (*load)(struct ctx *ctx, const char *token, struct actor *ret, bool *ret_stale);
    /* Notes the use of a session; runs in a write. */
    int (*touch)(struct ctx *ctx, int64_t session_id);
};

struct api_options {
    struct db *db;
    const struct config *config;
    const struct route_table *const *tables; /* ended by NULL */
    struct api_sessions sessions;
    bool rate_limits;     /* off in benchmarks */
    int64_t heartbeat_ms; /* of event streams; 0: 25 s */
};

/* Builds the dispatch tables and listens to the store's messages for the event streams. ERR_INVALID with
 * *ret_why when a row is incomplete (no permission, no operation, a path parameter missing in its record, two
 * rows alike). Routes below /api/v1; also /healthz, /readyz, /metrics and /api/v1/openapi.json. */
int api_new(const struct api_options *options, struct arena *arena, struct api **ret,
            const char **ret_why) MUST_CHECK;
struct api *api_free(struct api *api); /* after the server's stop, before the store's end */

/* For http_start(). */
struct http_handler api_handler(struct api *api);
extern const char *const api_prefixes[];
void api_set_server(struct api *api, struct http_server *server); /* for /metrics */

/* The OpenAPI 3.1 document of TABLES. */
void openapi_write(const struct route_table *const *tables, struct buf *out);
/* Who may call what, as a Markdown table: docs/permissions.md. */
void permission_matrix_write(const struct route_table *const *tables, struct buf *out);

/* The CSRF token that belongs to a session token: SHA-256 hex of "minyi-csrf:" and the token. Clients send it
 * in X-CSRF-Token with every write. */
void api_csrf(const char *session_token, char out[HASH_HEX_SIZE]);

/* ---- JSON and structs (schema_read.c, schema_write.c) ----
 * SEEN collects which fields were given, bit I for field I of the record (at most 64 fields). */

/* Fills the struct at OUT (cleared by the caller) from JSON text: body fields only (not path, not query).
 * Unknown and duplicate fields, wrong types, values out of bounds and forbidden characters are recorded in
 * PROBLEM with the field's wire name. */
int schema_read_json(const struct record *record, const char *json, size_t len, struct arena *arena,
                     struct problem *problem, void *out, uint64_t *seen) MUST_CHECK;

/* Sets one field from text (path, query, CSV); the same bounds hold. */
int schema_read_text(const struct record *record, const struct field *field, const char *text,
                     struct arena *arena, struct problem *problem, void *out, uint64_t *seen) MUST_CHECK;

/* After all sources: every FIELD_REQUIRED was given. */
int schema_check_required(const struct record *record, uint64_t seen, struct arena *arena,
                          struct problem *problem) MUST_CHECK;

/* Writes the struct as a JSON object. */
void schema_write_json(const struct record *record, const void *value, struct buf *out);
/* The same for keeping: texts that are secrets (FIELD_SECRET) are empty. */
void schema_write_kept(const struct record *record, const void *value, struct buf *out);

/* The JSON Schema of a record, for OpenAPI. INPUT: bounds and required fields, body fields only. */
void schema_write_openapi(const struct record *record, bool input, struct buf *out);

#endif
