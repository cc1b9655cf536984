/* What a feature needs to be called: the types of a route row, of an operation and of its context.
 *
 * An operation is `int op(struct ctx *ctx, const void *in, void *out)`: typed structs in and out, no HTTP,
 * no JSON. IN is filled from the path, the query and the body and has passed its record's bounds; OUT is
 * cleared (record_clear) before the call. It returns 0, or the negative error recorded with fail(). The
 * CLI, the jobs and the tests call the very same functions.
 */
#ifndef MINYI_ROUTE_H
#define MINYI_ROUTE_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/record.h"

/* Who may call. 0 is no permission at all: a row that forgets it stops the start. */
enum permission {
    PERMISSION_FORGOTTEN = 0,
    PUBLIC,    /* anybody, also without a session */
    SIGNED_IN, /* any account; the operation's own rule decides what it may touch */
#define PERMISSION(NAME, STORED, ZH) MAY_##NAME,
#include "minyi/permissions.def"
#undef PERMISSION
    PERMISSION_END_,
};

/* The stored name ("report.read"), or NULL for PUBLIC, SIGNED_IN and numbers out of range. */
const char *permission_name(enum permission permission);
const char *permission_zh(enum permission permission);
/* The permission of that stored name, or PERMISSION_FORGOTTEN. */
enum permission permission_find(const char *name);

/* Who acts. Zeroed (account_id 0) for a public request; the system itself (CLI, jobs) has account_id 0 and
 * `system` set, and may do everything. */
struct actor {
    int64_t account_id;
    const char *login;
    const char *name;
    int64_t unit_id;
    int64_t committee_id; /* the committee the account's unit belongs to */
    int64_t session_id;
    uint64_t permissions; /* bit (1 << enum permission): held over at least one unit */
    bool system;
};

/* A spooled request body (ROUTE_UPLOAD). */
struct upload {
    int fd; /* at offset 0 */
    int64_t size;
    const char *sha256;
};

/* A file that answers the request instead of OUT (ROUTE_DOWNLOAD): always sent as an attachment. */
struct download {
    const char *name; /* file name as users see it, UTF-8 */
    const char *mime;
    int64_t size;
    const char *etag; /* without quotes: its SHA-256 */
    /* Fills OUT from byte POSITION; number of bytes, -1 on failure. Called later on other threads, with
     * its own snapshot: it must not use ctx. SOURCE lives in the request's arena. */
    int64_t (*read)(struct db *db, void *source, uint64_t position, char *out, size_t max);
    void *source;
};

struct ctx {
    struct arena *arena; /* the request's */
    struct db *db;
    struct db_conn *conn; /* snapshot (reads) or transaction (ROUTE_WRITE); NULL in ROUTE_SELF */
    const struct actor *actor;
    struct problem *problem;
    int64_t now;        /* ms; one instant for the whole request */
    const char *remote; /* client address, for the audit */
    const char *agent;  /* User-Agent, at most 200 characters, or NULL */
    const char *request_id;
    const char *public_url; /* origin of links: "https://…" */
    const char *site_url;   /* the same as the settings name it, whatever address this request came by: what
                               is printed must not depend on who asks */
    int64_t if_match;       /* version from If-Match; ABSENT without (only ROUTE_IF_MATCH looks) */
    const struct upload *upload;
    struct download *download;
    const char *session_token; /* of the request's own session, or NULL */
    /* Session cookie to set (token) or to clear (""); NULL leaves it. */
    const char *set_session;
    int64_t session_seconds; /* life of the cookie set */
};

/* Records a failure and returns it: `return fail(ctx, ERR_REQUIRED, "title", "请填写标题");` */
int fail(struct ctx *ctx, int error, const char *field, const char *format, ...) PRINTF_LIKE(4, 5);

/* Answers (ROUTE_DOWNLOAD) with bytes that were made for this request; they are copied into ctx->arena. What
 * lies in the store is answered with blob_answer(). */
void ctx_answer_bytes(struct ctx *ctx, const char *name, const char *mime, const void *data, size_t size);

/* True when the actor holds PERMISSION over at least one unit (or is the system). */
bool may(const struct ctx *ctx, enum permission permission);

/* Runs FN in a transaction (or snapshot) of its own with ctx->conn set: for ROUTE_SELF operations, which
 * do slow work outside and short reads and writes inside. ARGUMENT is passed on. FN may run again. Inside an
 * open transaction (a batch of the command line) FN simply runs in that one. */
typedef int (*ctx_fn)(struct ctx *ctx, void *argument);
int ctx_write(struct ctx *ctx, ctx_fn fn, void *argument) MUST_CHECK;
int ctx_read(struct ctx *ctx, ctx_fn fn, void *argument) MUST_CHECK;

enum route_flags {
    ROUTE_READ = 0,          /* the operation runs in a snapshot */
    ROUTE_WRITE = 1,         /* the operation runs in a transaction on the writer */
    ROUTE_SELF = 2,          /* the operation opens its own with ctx_read / ctx_write */
    ROUTE_SLOW = 4,          /* on a worker, connection suspended (passwords, files) */
    ROUTE_UPLOAD = 8,        /* raw body spooled to ctx->upload; IN comes from path and query */
    ROUTE_DOWNLOAD = 16,     /* answers with ctx->download */
    ROUTE_ETAG = 32,         /* OUT has `version`: it becomes the ETag */
    ROUTE_IF_MATCH = 64,     /* If-Match required; ctx->if_match is set */
    ROUTE_CREATES = 128,     /* answers 201; takes Idempotency-Key */
    ROUTE_NO_CSRF = 256,     /* a write without a session (sign-in); the origin is still checked */
    ROUTE_RATE_STRICT = 512, /* the narrow rate limit by address (sign-in, links) */
    ROUTE_HEAVY = 1024,      /* its time on the worker is charged as so many reads; slow GETs are so anyway */
};

struct route {
    const char *method; /* GET POST PUT PATCH DELETE */
    const char *path;   /* below /api/v1: "/reports/{id}/submit" */
    const char *name;   /* operationId, lower_snake_case, unique: "report_submit" */
    int (*operation)(struct ctx *ctx, const void *in, void *out);
    enum permission permission; /* mandatory */
    const char *scope;          /* whose records, for the permission matrix: "本人的草稿" */
    const struct record *in;    /* NULL: takes nothing */
    const struct record *out;   /* NULL: 204 */
    unsigned flags;
    size_t body_limit; /* bytes; 0: 64 KiB for routes with a body */
    /* The answer is a stream of events of this name: OUT now, and again after each db_notify() on CHANNEL
     * whose text names the account (ids with blanks between). A plain GET without input. */
    const char *event, *channel;
    const char *summary; /* one line, Chinese */
};

struct route_table {
    const char *feature; /* "report" */
    const char *title;   /* "来稿" */
    const struct route *routes;
    size_t count;
};

/* ---- Pages by key ---- */

/* Reads a page cursor made by page_cursor(): KEY then ID. NULL or "" is the first page: both become
 * INT64_MAX (lists run from new to old). ERR_BAD_CURSOR is recorded with field "after". */
int page_after(struct ctx *ctx, const char *after, int64_t *ret_key, int64_t *ret_id) MUST_CHECK;
const char *page_cursor(struct ctx *ctx, int64_t key, int64_t id);

/* The limit asked for (ABSENT: FALLBACK), at most 100. */
int64_t page_limit(int64_t limit, int64_t fallback);

#endif
