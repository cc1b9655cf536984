/* The line to a PostgreSQL server: connecting, sending, waiting with a limit of time, connecting anew.
 *
 * 1. Every wait has an end: connecting, an answer, the whole of pg_recover(). A server that says nothing
 *    is treated like one that is gone.
 * 2. The connection stays in pipeline mode: what waits and the statement at hand leave together.
 * 3. A line that broke is connected anew only before anything of a transaction was sent; after that the
 *    transaction is lost, and whoever began it must begin again.
 * 4. Only a primary is accepted (target_session_attrs=read-write), also among several hosts of one address.
 * 5. A commit is believed only when the server said COMMIT and gave no warning: "canceling wait for
 *    synchronous replication" comes as a warning with a commit that only one machine has.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/base.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"
#include "postgres.h"

enum {
    CONNECT_MS = 3000,
    READ_MS = 10000,
    WRITE_MS = 20000, /* a commit may wait for a standby */
    RECOVER_MS = 4000,
    PAUSE_FIRST_MS = 50,
    PAUSE_MAX_MS = 1000,
};

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

static void sleep_ms(int64_t ms) {
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&span, NULL);
}

/* ---- Waiting ---- */

/* False when DEADLINE has passed. */
static bool wait_socket(PGconn *pg, bool write_too, int64_t deadline_ms) {
    for (;;) {
        int64_t left = deadline_ms - now_ms();
        if (left <= 0) return false;
        struct pollfd fd = {.fd = PQsocket(pg), .events = (short)(POLLIN | (write_too ? POLLOUT : 0))};
        if (fd.fd < 0) return false;
        int ready = poll(&fd, 1, (int)left);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

static int lost(struct engine_conn *conn) {
    return pg_failed(conn, NULL);
}

static int64_t deadline_of(const struct engine_conn *conn) {
    if (conn->role == ENGINE_INSPECTOR) return INT64_MAX / 2;
    return now_ms() + (conn->role == ENGINE_WRITER ? WRITE_MS : READ_MS);
}

static bool flush(struct engine_conn *conn, int64_t deadline_ms) {
    for (;;) {
        int left = PQflush(conn->pg);
        if (left <= 0) return left == 0;
        if (!wait_socket(conn->pg, true, deadline_ms) || PQconsumeInput(conn->pg) == 0) return false;
    }
}

/* The next result of the pipeline; false when the line broke or said nothing until DEADLINE. */
static bool next_result(struct engine_conn *conn, int64_t deadline_ms, PGresult **ret) {
    while (PQisBusy(conn->pg) != 0)
        if (!wait_socket(conn->pg, false, deadline_ms) || PQconsumeInput(conn->pg) == 0) return false;
    *ret = PQgetResult(conn->pg);
    return true;
}

/* ---- Connecting ---- */

static void take_notice(void *argument, const PGresult *result) {
    struct engine_conn *conn = argument;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != NULL && strcmp(severity, "WARNING") == 0) conn->warned = true;
}

static PGconn *start_connecting(const struct engine_conn *conn) {
    /* The address comes last, so that what it says itself goes first. */
    const char *const names[] = {"application_name",
                                 "client_encoding",
                                 "target_session_attrs",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 "tcp_user_timeout",
                                 "dbname",
                                 NULL};
    const char *const values[] = {"minyi", "UTF8", "read-write", "5", "2", "3", "8000", conn->url, NULL};
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
        if (!wait_socket(pg, state == PGRES_POLLING_WRITING, deadline_ms)) return false;
    }
    return true;
}

/* What a session is set to.
 * - jit, collapse limits: our statements are short and joined by hand; planning eight tables in every order
 * took ten times as long as running the statement.
 * - keep-alives, idle_in_transaction: the server ends by itself what a node that was cut off has left open,
 * so that it does not keep the others from writing.
 * - statement_timeout never runs over a commit: a commit that is cancelled while it waits for a standby
 * counts as a success there. */
static const char *session_settings(enum engine_role role) {
#define COMMON                                                                 \
    "SET jit = off; SET join_collapse_limit = 4; SET from_collapse_limit = 4;" \
    " SET lock_timeout = '10s'; SET standard_conforming_strings = on;"         \
    " SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;"           \
    " SET tcp_keepalives_count = 3; SET tcp_user_timeout = '8s';"              \
    " SELECT set_config('synchronous_commit', 'on', false)"                    \
    "  WHERE current_setting('synchronous_commit') = 'off';"
    switch (role) {
    case ENGINE_READER:
        return COMMON " SET statement_timeout = '8s'; SET idle_in_transaction_session_timeout = '60s'";
    case ENGINE_WRITER:
        return COMMON " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '10s'";
    default:
        return COMMON " SET statement_timeout = 0";
    }
#undef COMMON
}

/* Asks the new session what it is; by the simple protocol, before pipeline mode. */
static int look_at_server(PGconn *pg, char *why, size_t why_size) {
    PGresult *result = PQexec(pg, "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database"
                                  " WHERE datname = current_database()");
    int error = ERR_STORE_UNREACHABLE;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        error =
            pg_admit(PQserverVersion(pg), PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), why, why_size);
    else
        snprintf(why, why_size, "数据库服务器没有回答");
    PQclear(result);
    return error;
}

static int prepare_session(struct engine_conn *conn, PGconn *pg, char *why, size_t why_size) {
    int error = look_at_server(pg, why, why_size);
    if (error != 0) return error;
    PGresult *result = PQexec(pg, session_settings(conn->role));
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
        PQsetNoticeReceiver(pg, take_notice, conn);
        if (PQsetnonblocking(pg, 1) == 0 && PQenterPipelineMode(pg) == 1) return 0;
    }
    return pg_explain_connect(pg, why, why_size);
}

/* One attempt to have a line. */
static int connect_once(struct engine_conn *conn, int64_t limit_ms, char *why, size_t why_size) {
    PQfinish(conn->pg);
    conn->pg = NULL;
    PGconn *pg = start_connecting(conn);
    int error = 0;
    if (!finish_connecting(pg, now_ms() + limit_ms))
        error = pg_explain_connect(pg, why, why_size);
    else
        error = prepare_session(conn, pg, why, why_size);
    if (error != 0) {
        PQfinish(pg);
        conn->pause_ms = conn->pause_ms == 0 ? PAUSE_FIRST_MS : conn->pause_ms * 2;
        if (conn->pause_ms > PAUSE_MAX_MS) conn->pause_ms = PAUSE_MAX_MS;
        conn->connect_at_ms = now_ms() + conn->pause_ms;
        snprintf(conn->message, sizeof(conn->message), "%s", why);
        return error;
    }
    conn->pg = pg;
    conn->generation++;
    conn->lost = conn->answer_due = false;
    conn->pause_ms = conn->connect_at_ms = 0;
    return 0;
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
    int error = connect_once(conn, CONNECT_MS, why, why_size);
    if (error != 0) {
        pg_disconnect(conn);
        return error;
    }
    *ret = conn;
    return 0;
}

void pg_disconnect(struct engine_conn *conn) {
    if (conn == NULL) return;
    PQfinish(conn->pg);
    free(conn->url);
    free(conn);
}

/* Before the first message of a transaction: a server that went away meanwhile has closed its end. */
static bool line_is_up(struct engine_conn *conn) {
    if (conn->lost || conn->pg == NULL) return false;
    struct pollfd fd = {.fd = PQsocket(conn->pg), .events = POLLIN};
    if (poll(&fd, 1, 0) > 0 && PQconsumeInput(conn->pg) == 0) return false;
    return PQstatus(conn->pg) == CONNECTION_OK;
}

/* A line for a new transaction; no attempt while the last one has only just failed. */
static int have_line(struct engine_conn *conn) {
    if (line_is_up(conn)) return 0;
    conn->lost = true;
    /* What it listened for meanwhile is gone, and so is its lock: the bus must know and begin anew. */
    if (conn->role == ENGINE_LISTENER) return lost(conn);
    char why[PG_MESSAGE_SIZE];
    int error = ERR_STORE_UNREACHABLE;
    if (now_ms() >= conn->connect_at_ms) error = connect_once(conn, CONNECT_MS, why, sizeof(why));
    if (error == 0) return 0;
    if (conn->severe == 0) conn->severe = ERR_STORE_UNREACHABLE;
    return ERR_STORE_UNREACHABLE;
}

/* ---- Sending ---- */

static const char mark_sql[] =
    "INSERT INTO write_mark (node, mark, at_ms) VALUES ($1, CAST($2 AS BIGINT),"
    " CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT))"
    " ON CONFLICT (node) DO UPDATE SET mark = excluded.mark, at_ms = excluded.at_ms";

void pg_wait(struct engine_conn *conn, const char *control) {
    conn->waiting[conn->waiting_count++] = control;
}

static bool send_control(struct engine_conn *conn, const char *sql) {
    if (sql != NULL) return PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
    /* The mark of the group. */
    char number[24];
    snprintf(number, sizeof(number), "%lld", (long long)conn->mark);
    const char *const values[] = {conn->node, number};
    return PQsendQueryParams(conn->pg, mark_sql, 2, NULL, values, NULL, NULL, 0) == 1;
}

/* Number of answers to come; 0 when nothing could be sent. */
static int send_message(struct engine_conn *conn, const struct pg_message *message) {
    struct engine_stmt *stmt = message->stmt;
    if (stmt == NULL)
        return PQsendQueryParams(conn->pg, message->sql, message->count, NULL, message->values, NULL, NULL,
                                 message->binary ? 1 : 0);
    int sent = 0;
    if (stmt->generation != conn->generation) {
        if (PQsendPrepare(conn->pg, stmt->name, stmt->sql, 0, NULL) != 1) return 0;
        sent++;
    }
    if (PQsendQueryPrepared(conn->pg, stmt->name, stmt->count, stmt->values, stmt->lengths, stmt->formats,
                            1) != 1)
        return 0;
    return sent + 1;
}

static bool send_all(struct engine_conn *conn, const struct pg_message *message, int *ret_answers) {
    int answers = 0;
    for (int i = 0; i < conn->waiting_count; i++, answers++)
        if (!send_control(conn, conn->waiting[i])) return false;
    conn->waiting_count = 0;
    if (message != NULL) {
        int more = send_message(conn, message);
        if (more == 0) return false;
        answers += more;
    }
    *ret_answers = answers;
    return PQpipelineSync(conn->pg) == 1;
}

/* ---- Receiving ---- */

/* Takes the answer of one command: *ret holds its result. False when the line broke. */
static bool take_answer(struct engine_conn *conn, int64_t deadline_ms, PGresult **ret) {
    PGresult *end = NULL;
    if (!next_result(conn, deadline_ms, ret) || *ret == NULL) return false;
    if (PQstatus(conn->pg) == CONNECTION_BAD) return false;
    if (!next_result(conn, deadline_ms, &end)) return false;
    bool whole = end == NULL;
    PQclear(end);
    return whole;
}

static bool take_sync(struct engine_conn *conn, int64_t deadline_ms) {
    PGresult *result = NULL;
    bool whole = next_result(conn, deadline_ms, &result) && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    return whole;
}

static bool is_error(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_ABORTED;
}

/* All answers up to the sync; the last one stays in *RET when nothing failed. */
static int receive(struct engine_conn *conn, int answers, struct engine_stmt *stmt, PGresult **ret) {
    int64_t deadline_ms = deadline_of(conn);
    int error = 0;
    PGresult *last = NULL;
    for (int i = 0; i < answers; i++) {
        PQclear(last);
        last = NULL;
        if (!take_answer(conn, deadline_ms, &last)) {
            if (error == 0 && last != NULL && is_error(last)) (void)pg_failed(conn, last);
            PQclear(last);
            conn->lost = true;
            return error != 0 ? error : lost(conn);
        }
        bool prepared = stmt != NULL && i == answers - 2 && stmt->generation != conn->generation;
        if (is_error(last)) {
            if (error == 0) error = pg_failed(conn, last);
        } else if (prepared && PQresultStatus(last) == PGRES_COMMAND_OK) {
            stmt->generation = conn->generation;
        }
    }
    if (!take_sync(conn, deadline_ms) && error == 0) error = lost(conn);
    if (error != 0 || ret == NULL)
        PQclear(last);
    else
        *ret = last;
    return error;
}

/* Reads the answer to the COMMIT of the read before. */
static bool settle_answer(struct engine_conn *conn) {
    if (!conn->answer_due) return true;
    conn->answer_due = false;
    int severe = conn->severe;
    enum pg_failure failure = conn->failure;
    int error = receive(conn, 1, NULL, NULL);
    conn->severe = severe; /* that read is over: no business of the next one */
    conn->failure = failure;
    return error == 0 || !conn->lost;
}

static int exchange_once(struct engine_conn *conn, const struct pg_message *message, PGresult **ret) {
    conn->warned = false;
    int answers = 0;
    if (!send_all(conn, message, &answers) || !flush(conn, deadline_of(conn))) return lost(conn);
    return receive(conn, answers, message != NULL ? message->stmt : NULL, ret);
}

int pg_exchange(struct engine_conn *conn, const struct pg_message *message, PGresult **ret) {
    bool first = !conn->touched;
    if (first && !settle_answer(conn)) conn->lost = true;
    if (!first && conn->lost) return lost(conn);
    if (first) {
        int error = have_line(conn);
        if (error != 0) return error;
    }
    const char *again[PG_WAITING_MAX];
    int count = conn->waiting_count;
    memcpy(again, conn->waiting, sizeof(again));
    conn->touched = conn->transaction;
    int error = exchange_once(conn, message, ret);
    if (!first || !conn->lost || conn->role != ENGINE_READER) return error;
    /* A read whose very first message found the line broken: once more on a new one. */
    memcpy(conn->waiting, again, sizeof(again));
    conn->waiting_count = count;
    if (have_line(conn) != 0) {
        conn->waiting_count = 0;
        return error;
    }
    conn->severe = 0;
    conn->failure = PG_FAILURE_NONE;
    return exchange_once(conn, message, ret);
}

void pg_send_end(struct engine_conn *conn) {
    if (conn->lost || conn->pg == NULL) return;
    bool sent = PQsendQueryParams(conn->pg, "COMMIT", 0, NULL, NULL, NULL, NULL, 0) == 1 &&
                PQpipelineSync(conn->pg) == 1 && PQflush(conn->pg) >= 0;
    if (sent)
        conn->answer_due = true;
    else
        conn->lost = true;
}

int pg_script(struct engine_conn *conn, const char *sql) {
    int error = pg_exchange(conn, NULL, NULL); /* what waits goes first; a broken line shows here */
    if (error != 0) return error;
    if (PQexitPipelineMode(conn->pg) != 1) return lost(conn);
    PGresult *result = PQexec(conn->pg, sql);
    bool failed = is_error(result);
    error = failed ? pg_failed(conn, PQstatus(conn->pg) == CONNECTION_OK ? result : NULL) : 0;
    PQclear(result);
    if (PQstatus(conn->pg) == CONNECTION_OK && PQenterPipelineMode(conn->pg) != 1) return lost(conn);
    return error;
}

int pg_one_text(struct engine_conn *conn, const char *sql, char *out, size_t size) {
    PGresult *result = NULL;
    int error = pg_exchange(conn, &(struct pg_message){.sql = sql}, &result);
    if (error != 0) return error;
    bool some = PQntuples(result) > 0 && PQnfields(result) > 0;
    snprintf(out, size, "%s", some ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return 0;
}

/* ---- Statements ---- */

int pg_describe(struct engine_stmt *stmt, const char **ret_why) {
    struct engine_conn *conn = stmt->conn;
    PGresult *result = NULL;
    int error = 0;
    if (!conn->touched) {
        if (!settle_answer(conn)) conn->lost = true;
        error = have_line(conn);
    }
    if (error == 0 && (PQsendPrepare(conn->pg, stmt->name, stmt->sql, 0, NULL) != 1 ||
                       PQsendDescribePrepared(conn->pg, stmt->name) != 1 || PQpipelineSync(conn->pg) != 1 ||
                       !flush(conn, deadline_of(conn))))
        error = lost(conn);
    if (error == 0) error = receive(conn, 2, stmt, &result);
    if (error != 0) {
        *ret_why = conn->message;
        return error;
    }
    stmt->count = PQnparams(result);
    stmt->columns = PQnfields(result);
    stmt->names = calloc((size_t)stmt->columns + 1, sizeof(char *));
    stmt->types = calloc((size_t)stmt->columns + 1, sizeof(Oid));
    if (stmt->names == NULL || stmt->types == NULL) abort();
    for (int i = 0; i < stmt->columns; i++) {
        stmt->names[i] = strdup(PQfname(result, i));
        stmt->types[i] = PQftype(result, i);
        if (stmt->names[i] == NULL) abort();
    }
    PQclear(result);
    return 0;
}

/* ---- After a failure ---- */

/* Whether the group of this mark is in the database. The mark's row is written anew on the way: when that
 * commit is acknowledged, so is everything before it, by the standbys too. */
static int look_for_mark(struct engine_conn *conn, bool *ret_there) {
    char found[32];
    char number[24];
    snprintf(number, sizeof(number), "%lld", (long long)conn->mark);
    conn->transaction = true;
    conn->touched = false;
    conn->waiting_count = 0;
    pg_wait(conn, "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE");
    pg_wait(conn, PG_TAKE_WRITE_LOCK);
    PGresult *result = NULL;
    const struct pg_message look = {.sql = "UPDATE write_mark SET at_ms = at_ms + 1 WHERE node = $1"
                                           " RETURNING CAST(mark AS TEXT)",
                                    .values = {conn->node},
                                    .count = 1};
    int error = pg_exchange(conn, &look, &result);
    found[0] = '\0';
    if (error == 0 && PQntuples(result) > 0) snprintf(found, sizeof(found), "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    if (error == 0) {
        pg_wait(conn, "COMMIT");
        error = pg_exchange(conn, NULL, NULL);
        if (error == 0 && conn->warned) error = ERR_STORE_UNKNOWN;
    }
    conn->transaction = conn->touched = false;
    if (error == 0) *ret_there = strcmp(found, number) == 0;
    return error;
}

int pg_recover(struct engine_conn *conn, bool committing) {
    enum pg_failure failure = conn->failure;
    conn->failure = PG_FAILURE_NONE;
    conn->transaction = conn->touched = false;
    conn->waiting_count = 0;
    if (failure == PG_FAILURE_NONE) return ERR_STORE_BUSY;
    if (failure == PG_FAILURE_AGAIN) return 0;
    int64_t until = now_ms() + RECOVER_MS;
    int error = ERR_STORE_UNREACHABLE;
    while (now_ms() < until) {
        bool there = false;
        if (have_line(conn) == 0) {
            if (!committing) return 0;
            error = look_for_mark(conn, &there);
            if (error == 0) return there ? 1 : 0;
        }
        int64_t pause = conn->connect_at_ms - now_ms();
        sleep_ms(pause > PAUSE_FIRST_MS ? pause : PAUSE_FIRST_MS);
    }
    conn->failure = PG_FAILURE_NONE;
    return committing ? ERR_STORE_UNKNOWN : ERR_STORE_UNREACHABLE;
}

/* ---- Messages between nodes ---- */

int pg_notify(struct engine_conn *conn, const char *channel, const char *text) {
    const struct pg_message message = {
        .sql = "SELECT pg_notify($1, $2)", .values = {channel, text}, .count = 2};
    return pg_exchange(conn, &message, NULL);
}

int pg_listen_wait(struct engine_conn *conn, int64_t timeout_ms, char *ret_channel, size_t channel_size,
                   char *ret_text, size_t text_size) {
    int64_t until = now_ms() + timeout_ms;
    for (;;) {
        PGnotify *heard = PQnotifies(conn->pg);
        if (heard != NULL) {
            snprintf(ret_channel, channel_size, "%s", heard->relname);
            snprintf(ret_text, text_size, "%s", heard->extra);
            PQfreemem(heard);
            return 1;
        }
        if (!wait_socket(conn->pg, false, until)) return conn->lost ? lost(conn) : 0;
        if (PQconsumeInput(conn->pg) == 0 || PQstatus(conn->pg) != CONNECTION_OK) return lost(conn);
    }
}

int pg_try_lead(struct engine_conn *conn) {
    if (conn->leads) {
        int error = pg_exchange(conn, &(struct pg_message){.sql = "SELECT 1"}, NULL);
        return error != 0 ? error : 1;
    }
    char got[8];
    int error = pg_one_text(conn, "SELECT pg_try_advisory_lock(469920282987)", got, sizeof(got));
    if (error != 0) return error;
    conn->leads = got[0] == 't';
    return conn->leads ? 1 : 0;
}
