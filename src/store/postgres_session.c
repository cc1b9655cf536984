/* Connecting to a PostgreSQL server, and how a session is set.
 *
 * 1. Connecting ends: one attempt takes at most pg_limits.connect_ms, whatever the server does or does not
 *    say, and a host that does not answer leaves the others of the address their share of it.
 * 2. Only a primary is accepted (target_session_attrs=read-write).
 * 3. What is said about an attempt never holds the password, not even one that was written wrongly.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/base.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"
#include "postgres.h"

enum { PAUSE_FIRST_MS = 50, PAUSE_MAX_MS = 1000 };

struct pg_limits pg_limits = {
    .connect_ms = 3000,
    .read_ms = 10000,
    .write_ms = 12000, /* a commit may wait for another standby to take the place of a lost one */
    .listen_ms = 3000,
    .recover_ms = 4000,
};

/* ---- Waiting ---- */

int64_t pg_now_ms(void) {
    return clock_monotonic_us() / 1000;
}

bool pg_wait_socket(PGconn *pg, bool write_too, int64_t deadline_ms) {
    for (;;) {
        int64_t left = deadline_ms - pg_now_ms();
        if (left <= 0) return false;
        struct pollfd fd = {.fd = PQsocket(pg), .events = (short)(POLLIN | (write_too ? POLLOUT : 0))};
        if (fd.fd < 0) return false;
        int ready = poll(&fd, 1, left < INT_MAX ? (int)left : INT_MAX);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool pg_simple(PGconn *pg, const char *sql, int64_t deadline_ms, PGresult **ret) {
    if (PQsendQuery(pg, sql) != 1) return false;
    while (PQflush(pg) == 1)
        if (!pg_wait_socket(pg, true, deadline_ms) || PQconsumeInput(pg) == 0) return false;
    PGresult *last = NULL;
    for (;;) {
        while (PQisBusy(pg) != 0) {
            if (pg_wait_socket(pg, false, deadline_ms) && PQconsumeInput(pg) != 0) continue;
            PQclear(last);
            return false;
        }
        PGresult *next = PQgetResult(pg);
        if (next == NULL) break;
        PQclear(last);
        last = next;
    }
    if (last == NULL || PQstatus(pg) != CONNECTION_OK) {
        PQclear(last);
        return false;
    }
    *ret = last;
    return true;
}

/* ---- Connecting ---- */

static void take_notice(void *argument, const PGresult *result) {
    struct engine_conn *conn = argument;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != NULL && strcmp(severity, "WARNING") == 0) conn->warned = true;
}

/* HOST and PORT, when not NULL, are one of those in the address. */
static PGconn *start_connecting(const struct engine_conn *conn, const char *host, const char *port) {
    /* The address comes behind what it may change, the one host behind the address. */
    const char *const names[] = {"application_name",
                                 "client_encoding",
                                 "target_session_attrs",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 "tcp_user_timeout",
                                 "dbname",
                                 "host",
                                 "port",
                                 NULL};
    const char *const values[] = {"minyi", "UTF8",    "read-write", "5",  "2", "3",
                                  "8000",  conn->url, host,         port, NULL};
    PGconn *pg = PQconnectStartParams(names, values, 1);
    if (pg == NULL) abort();
    PQsetErrorVerbosity(pg, PQERRORS_VERBOSE); /* with SQLSTATE */
    return pg;
}

static bool finish_connecting(PGconn *pg, int64_t deadline_ms) {
    if (PQstatus(pg) == CONNECTION_BAD) return false;
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(pg)) {
        if (state == PGRES_POLLING_FAILED) return false;
        if (!pg_wait_socket(pg, state == PGRES_POLLING_WRITING, deadline_ms)) return false;
    }
    return true;
}

/* What a session is set to.
 * - jit, collapse limits: our statements are short and joined by hand; planning eight tables in every order
 * took ten times as long as running the statement.
 * - random_page_cost, enable_mergejoin: lists walk an index and stop after a page. Plans for any parameters
 * (which are made once a session) underrate both: they would sort a whole range, or walk all accounts.
 * - keep-alives, idle_in_transaction: the server ends by itself what a node that was cut off has left open,
 * so that it does not keep the others from writing.
 * - statement_timeout never runs over a commit, whatever the role or the database is set to: a commit that is
 * cancelled while it waits for a standby counts as a success there, and only a warning tells.
 * - lock_timeout: a read waits for nothing but a change of the tables themselves. It holds a thread of the
 *   server and whoever is served by it, so it does not wait for long.
 * - client_min_messages: so that this warning arrives.
 * - client_connection_check_interval: a statement whose client has given it up does not keep the write lock.
 */
static const char *session_settings(enum engine_role role) {
#define COMMON                                                                 \
    "SET jit = off; SET join_collapse_limit = 4; SET from_collapse_limit = 4;" \
    " SET random_page_cost = 1.1; SET enable_mergejoin = off;"                 \
    " SET lock_timeout = '10s'; SET standard_conforming_strings = on;"         \
    " SET client_min_messages = warning;"                                      \
    " SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;"           \
    " SET tcp_keepalives_count = 3; SET tcp_user_timeout = '8s';"              \
    " SELECT set_config('synchronous_commit', 'on', false)"                    \
    "  WHERE current_setting('synchronous_commit') IN ('off', 'local');"
    switch (role) {
    case ENGINE_READER:
        return COMMON " SET lock_timeout = '2s'; SET statement_timeout = '8s';"
                      " SET idle_in_transaction_session_timeout = '60s'";
    case ENGINE_WRITER:
        return COMMON " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '10s'";
    default:
        return COMMON " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";
    }
#undef COMMON
}

/* Asks the new session what it is; by the simple protocol, before pipeline mode. */
static int look_at_server(PGconn *pg, int64_t deadline_ms, char *why, size_t why_size) {
    if (PQserverVersion(pg) < PG_OLDEST_VERSION) return pg_admit(PQserverVersion(pg), "", "", why, why_size);
    PGresult *result = NULL;
    /* With ICU it is not datcollate that orders. The columns have other names in other versions. */
    const char *sql = "SELECT pg_encoding_to_char(encoding), CASE j->>'datlocprovider'"
                      " WHEN 'i' THEN 'icu:' || coalesce(j->>'daticulocale', j->>'datlocale', '')"
                      " WHEN 'b' THEN j->>'datlocale' ELSE datcollate END"
                      " FROM pg_database d, to_jsonb(d) j WHERE datname = current_database()";
    if (!pg_simple(pg, sql, deadline_ms, &result) || PQresultStatus(result) != PGRES_TUPLES_OK ||
        PQntuples(result) != 1) {
        PQclear(result);
        snprintf(why, why_size, "数据库服务器没有回答");
        return ERR_STORE_UNREACHABLE;
    }
    int error =
        pg_admit(PQserverVersion(pg), PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), why, why_size);
    PQclear(result);
    return error;
}

static int prepare_session(struct engine_conn *conn, PGconn *pg, int64_t deadline_ms, char *why,
                           size_t why_size) {
    int error = look_at_server(pg, deadline_ms, why, why_size);
    if (error != 0) return error;
    PGresult *result = NULL;
    bool set = pg_simple(pg, session_settings(conn->role), deadline_ms, &result) &&
               (PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK);
    PQclear(result);
    if (!set) return pg_explain_connect(pg, why, why_size);
    /* A server that cannot look after its clients (not on every system) goes without. */
    PGresult *refused = NULL;
    if (!pg_simple(pg, "SET client_connection_check_interval = '1s'", deadline_ms, &refused))
        return pg_explain_connect(pg, why, why_size);
    PQclear(refused);
    PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
    PQsetNoticeReceiver(pg, take_notice, conn);
    return PQsetnonblocking(pg, 1) == 0 && PQenterPipelineMode(pg) == 1
               ? 0
               : pg_explain_connect(pg, why, why_size);
}

static int connect_host(struct engine_conn *conn, const char *host, const char *port, int64_t deadline_ms,
                        char *why, size_t why_size) {
    PGconn *pg = start_connecting(conn, host, port);
    int error = ERR_STORE_UNREACHABLE;
    if (finish_connecting(pg, deadline_ms))
        error = prepare_session(conn, pg, deadline_ms, why, why_size);
    else if (PQstatus(pg) == CONNECTION_BAD)
        error = pg_explain_connect(pg, why, why_size);
    else
        snprintf(why, why_size, "数据库服务器没有在规定时间内回答，请检查地址、端口和网络");
    if (error == 0)
        conn->pg = pg;
    else
        PQfinish(pg);
    return error;
}

/* The item at INDEX of LIST ("a,b"), the last one when it is shorter; false when there is none. */
static bool item_of(const char *list, int index, char *ret, size_t size) {
    if (list == NULL || list[0] == '\0') return false;
    for (const char *comma; index > 0 && (comma = strchr(list, ',')) != NULL; index--)
        list = comma + 1;
    snprintf(ret, size, "%.*s", (int)strcspn(list, ","), list);
    return true;
}

/* All hosts of the address, one after the other; what the first one said is told. */
static int connect_any(struct engine_conn *conn, int64_t limit_ms, char *why, size_t why_size) {
    if (conn->host_count < 2) return connect_host(conn, NULL, NULL, pg_now_ms() + limit_ms, why, why_size);
    int64_t end = pg_now_ms() + limit_ms;
    int first_error = 0;
    for (int i = 0; i < conn->host_count; i++) {
        char host[256], port[16], says[PG_MESSAGE_SIZE];
        bool has_port = item_of(conn->ports, i, port, sizeof(port));
        (void)item_of(conn->hosts, i, host, sizeof(host));
        int64_t share = (end - pg_now_ms()) / (conn->host_count - i);
        int error = connect_host(conn, host, has_port ? port : NULL, pg_now_ms() + share, says, sizeof(says));
        if (error == 0) return 0;
        if (i == 0) snprintf(why, why_size, "%s", says);
        if (i == 0) first_error = error;
    }
    return first_error;
}

/* One attempt to have a line. */
static int connect_once(struct engine_conn *conn, int64_t limit_ms, char *why, size_t why_size) {
    PQfinish(conn->pg);
    conn->pg = NULL;
    int error = connect_any(conn, limit_ms, why, why_size);
    if (error != 0) {
        conn->pause_ms = conn->pause_ms == 0 ? PAUSE_FIRST_MS : conn->pause_ms * 2;
        if (conn->pause_ms > PAUSE_MAX_MS) conn->pause_ms = PAUSE_MAX_MS;
        conn->connect_at_ms = pg_now_ms() + conn->pause_ms;
        snprintf(conn->message, sizeof(conn->message), "%s", why);
        return error;
    }
    conn->generation++;
    conn->lost = conn->answer_due = false;
    conn->pause_ms = conn->connect_at_ms = 0;
    return 0;
}

static const char *option_of(const PQconninfoOption *options, const char *name) {
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, name) == 0) return options->val;
    return NULL;
}

static char *copy_of(const char *text) {
    char *copy = strdup(text != NULL ? text : "");
    if (copy == NULL) abort();
    return copy;
}

/* What libpq says about an address it cannot read quotes it, with the password. */
static int read_address(struct engine_conn *conn, char *why, size_t why_size) {
    PQconninfoOption *options = PQconninfoParse(conn->url, NULL);
    const char *host = options != NULL ? option_of(options, "host") : NULL;
    const char *port = options != NULL ? option_of(options, "port") : NULL;
    bool good = options != NULL && (host == NULL || strchr(host, '@') == NULL) &&
                (port == NULL || strspn(port, "0123456789,") == strlen(port));
    if (good) {
        conn->hosts = copy_of(host);
        conn->ports = copy_of(port);
        conn->host_count = 1;
        for (const char *comma = conn->hosts; (comma = strchr(comma, ',')) != NULL; comma++)
            conn->host_count++;
        if (option_of(options, "hostaddr") != NULL) conn->host_count = 1; /* libpq pairs them itself */
    } else {
        snprintf(why, why_size, "%s",
                 "地址写法不对，应为 postgres://用户:口令@主机:端口/数据库；口令中的特殊字符要写成 %XX，"
                 "例如 @ 写成 %40，/ 写成 %2F");
    }
    PQconninfoFree(options);
    return good ? 0 : ERR_INVALID;
}

int pg_connect(const char *url, enum engine_role role, struct engine_conn **ret, char *why, size_t why_size) {
    struct engine_conn *conn = calloc(1, sizeof(*conn));
    if (conn == NULL || (conn->url = strdup(url)) == NULL) abort();
    conn->role = role;
    conn->deferrable = -1;
    unsigned char node[16];
    random_bytes(node, sizeof(node));
    for (size_t i = 0; i < sizeof(node); i++)
        snprintf(conn->node + 2 * i, 3, "%02x", node[i]);
    int error = read_address(conn, why, why_size);
    if (error == 0) error = connect_once(conn, pg_limits.connect_ms, why, why_size);
    if (error != 0) {
        pg_disconnect(conn);
        return error;
    }
    *ret = conn;
    return 0;
}

void pg_hang_up(struct engine_conn *conn) {
    PQfinish(conn->pg);
    conn->pg = NULL;
    conn->lost = true;
}

void pg_disconnect(struct engine_conn *conn) {
    if (conn == NULL) return;
    PQfinish(conn->pg);
    free(conn->url);
    free(conn->hosts);
    free(conn->ports);
    free(conn);
}

/* Before the first message of a transaction: a server that went away meanwhile has closed its end, perhaps
 * after a last word; and what an earlier failure left of a transaction must not swallow the next one. */
static bool line_is_up(struct engine_conn *conn) {
    if (conn->lost || conn->pg == NULL) return false;
    for (int i = 0; i < 3; i++) {
        struct pollfd fd = {.fd = PQsocket(conn->pg), .events = POLLIN};
        if (poll(&fd, 1, 0) <= 0) break;
        if (PQconsumeInput(conn->pg) == 0) return false;
    }
    return PQstatus(conn->pg) == CONNECTION_OK && PQtransactionStatus(conn->pg) == PQTRANS_IDLE;
}

int pg_have_line(struct engine_conn *conn, int64_t deadline_ms) {
    if (line_is_up(conn)) return 0;
    conn->lost = true;
    /* What it listened for meanwhile is gone, and so is its lock: the bus must know and begin anew. */
    if (conn->role == ENGINE_LISTENER) return pg_failed(conn, NULL);
    int64_t now = pg_now_ms();
    int64_t limit_ms = deadline_ms - now < pg_limits.connect_ms ? deadline_ms - now : pg_limits.connect_ms;
    char why[PG_MESSAGE_SIZE];
    if (now >= conn->connect_at_ms && connect_once(conn, limit_ms, why, sizeof(why)) == 0) return 0;
    if (conn->severe == 0) conn->severe = ERR_STORE_UNREACHABLE;
    return ERR_STORE_UNREACHABLE;
}
