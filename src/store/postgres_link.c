/* The line to a PostgreSQL server: sending, waiting with a limit of time, what is done when it breaks.
 *
 * 1. Every wait has an end: an answer, the whole of pg_recover(), and connecting (postgres_session.c). A
 *    server that says nothing is treated like one that is gone.
 * 2. The connection stays in pipeline mode: what waits and the statement at hand leave together.
 * 3. A line that broke is connected anew only before anything of a transaction was sent; after that the
 *    transaction is lost, and whoever began it must begin again.
 * 4. A line on which an answer is missing is never used again: later answers would be taken for it.
 * 5. A commit is believed only when the server said COMMIT and gave no warning: "canceling wait for
 *    synchronous replication" comes as a warning with a commit that only one machine has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/base.h"
#include "minyi/err.h"
#include "postgres.h"

enum { PAUSE_MS = 50 };

static void sleep_ms(int64_t ms) {
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&span, NULL);
}

/* ---- Waiting ---- */

static int lost(struct engine_conn *conn) {
    conn->lost = true;
    return pg_failed(conn, NULL);
}

static int64_t deadline_of(const struct engine_conn *conn) {
    if (conn->role == ENGINE_INSPECTOR) return INT64_MAX; /* it may look at everything; TCP ends it */
    int64_t limit = conn->role == ENGINE_WRITER     ? pg_limits.write_ms
                    : conn->role == ENGINE_LISTENER ? pg_limits.listen_ms
                                                    : pg_limits.read_ms;
    int64_t deadline = pg_now_ms() + limit;
    return conn->until_ms != 0 && conn->until_ms < deadline ? conn->until_ms : deadline;
}

static bool flush(struct engine_conn *conn, int64_t deadline_ms) {
    for (;;) {
        int left = PQflush(conn->pg);
        if (left <= 0) return left == 0;
        if (!pg_wait_socket(conn->pg, true, deadline_ms) || PQconsumeInput(conn->pg) == 0) return false;
    }
}

/* The next result of the pipeline; false when the line broke or said nothing until DEADLINE. */
static bool next_result(struct engine_conn *conn, int64_t deadline_ms, PGresult **ret) {
    while (PQisBusy(conn->pg) != 0)
        if (!pg_wait_socket(conn->pg, false, deadline_ms) || PQconsumeInput(conn->pg) == 0) return false;
    *ret = PQgetResult(conn->pg);
    return true;
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
                                 0);
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
static int receive(struct engine_conn *conn, int answers, struct engine_stmt *stmt, int64_t deadline_ms,
                   PGresult **ret) {
    int error = 0;
    PGresult *last = NULL;
    for (int i = 0; i < answers; i++) {
        PQclear(last);
        last = NULL;
        if (!take_answer(conn, deadline_ms, &last)) {
            PQclear(last);
            return lost(conn);
        }
        bool prepared = stmt != NULL && i == answers - 2 && stmt->generation != conn->generation;
        if (is_error(last)) {
            if (error == 0) error = pg_failed(conn, last);
        } else if (prepared && PQresultStatus(last) == PGRES_COMMAND_OK) {
            stmt->generation = conn->generation;
        }
    }
    if (!take_sync(conn, deadline_ms)) error = lost(conn);
    if (error != 0 || ret == NULL)
        PQclear(last);
    else
        *ret = last;
    return error;
}

/* Reads the answer to the COMMIT of the read before. */
static void settle_answer(struct engine_conn *conn, int64_t deadline_ms) {
    if (!conn->answer_due) return;
    conn->answer_due = false;
    int severe = conn->severe;
    enum pg_failure failure = conn->failure;
    int64_t until = pg_now_ms() + pg_limits.connect_ms; /* and time is left for a new line */
    if (until > deadline_ms) until = deadline_ms;
    if (flush(conn, until))
        (void)receive(conn, 1, NULL, until, NULL);
    else
        (void)lost(conn);
    conn->severe = severe; /* that read is over: no business of the next one */
    conn->failure = failure;
}

/* Before anything is sent: the line of the transaction at hand, or one for a new transaction. */
static int need_line(struct engine_conn *conn, int64_t deadline_ms) {
    if (conn->touched) return conn->lost ? lost(conn) : 0;
    settle_answer(conn, deadline_ms);
    return pg_have_line(conn, deadline_ms);
}

static int exchange_once(struct engine_conn *conn, const struct pg_message *message, int64_t deadline_ms,
                         PGresult **ret) {
    conn->warned = false;
    int answers = 0;
    if (!send_all(conn, message, &answers) || !flush(conn, deadline_ms)) return lost(conn);
    return receive(conn, answers, message != NULL ? message->stmt : NULL, deadline_ms, ret);
}

/* A read whose very first message found the line broken: once more on a new one. */
static bool may_begin_again(const struct engine_conn *conn, int64_t deadline_ms) {
    return conn->lost && conn->role == ENGINE_READER && pg_now_ms() < deadline_ms;
}

int pg_exchange(struct engine_conn *conn, const struct pg_message *message, PGresult **ret) {
    int64_t deadline_ms = deadline_of(conn);
    bool first = !conn->touched;
    int error = need_line(conn, deadline_ms);
    if (error != 0) return error;
    const char *again[PG_WAITING_MAX];
    int count = conn->waiting_count;
    memcpy(again, conn->waiting, sizeof(again));
    conn->touched = conn->transaction;
    error = exchange_once(conn, message, deadline_ms, ret);
    if (error == 0 || !first || !may_begin_again(conn, deadline_ms)) return error;
    memcpy(conn->waiting, again, sizeof(again));
    conn->waiting_count = count;
    if (pg_have_line(conn, deadline_ms) != 0) {
        conn->waiting_count = 0;
        return error;
    }
    conn->severe = 0;
    conn->failure = PG_FAILURE_NONE;
    return exchange_once(conn, message, deadline_ms, ret);
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
    int64_t deadline_ms = conn->role == ENGINE_LISTENER ? deadline_of(conn) : INT64_MAX;
    PGresult *result = NULL;
    if (!pg_simple(conn->pg, sql, deadline_ms, &result)) return lost(conn);
    error = is_error(result) ? pg_failed(conn, result) : 0;
    PQclear(result);
    return PQenterPipelineMode(conn->pg) == 1 ? error : lost(conn);
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

static int describe_once(struct engine_stmt *stmt, int64_t deadline_ms, PGresult **ret) {
    struct engine_conn *conn = stmt->conn;
    int error = need_line(conn, deadline_ms);
    if (error != 0) return error;
    bool sent = PQsendPrepare(conn->pg, stmt->name, stmt->sql, 0, NULL) == 1 &&
                PQsendDescribePrepared(conn->pg, stmt->name) == 1 && PQpipelineSync(conn->pg) == 1 &&
                flush(conn, deadline_ms);
    return sent ? receive(conn, 2, stmt, deadline_ms, ret) : lost(conn);
}

int pg_describe(struct engine_stmt *stmt, const char **ret_why) {
    struct engine_conn *conn = stmt->conn;
    PGresult *result = NULL;
    int64_t deadline_ms = deadline_of(conn);
    bool first = !conn->touched;
    int error = describe_once(stmt, deadline_ms, &result);
    if (error != 0 && first && may_begin_again(conn, deadline_ms)) {
        conn->severe = 0;
        conn->failure = PG_FAILURE_NONE;
        error = describe_once(stmt, deadline_ms, &result);
    }
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

/* 1: committed, 0: may run again; the error when it cannot be found out before `until_ms`. */
static int find_out(struct engine_conn *conn, bool committing) {
    while (pg_now_ms() < conn->until_ms) {
        bool there = false;
        if (pg_have_line(conn, conn->until_ms) == 0) {
            if (!committing) return 0;
            if (look_for_mark(conn, &there) == 0) return there ? 1 : 0;
        }
        int64_t pause = conn->connect_at_ms - pg_now_ms();
        sleep_ms(pause > PAUSE_MS ? pause : PAUSE_MS);
    }
    return committing ? ERR_STORE_UNKNOWN : ERR_STORE_UNREACHABLE;
}

int pg_recover(struct engine_conn *conn, bool committing) {
    enum pg_failure failure = conn->failure;
    conn->failure = PG_FAILURE_NONE;
    conn->transaction = conn->touched = false;
    conn->waiting_count = 0;
    if (failure == PG_FAILURE_NONE) return ERR_STORE_BUSY;
    if (failure == PG_FAILURE_AGAIN) return 0;
    conn->until_ms = pg_now_ms() + pg_limits.recover_ms;
    int verdict = find_out(conn, committing);
    conn->until_ms = 0;
    conn->failure = PG_FAILURE_NONE;
    return verdict;
}

/* ---- Messages between nodes ---- */

int pg_notify(struct engine_conn *conn, const char *channel, const char *text) {
    const struct pg_message message = {
        .sql = "SELECT pg_notify($1, $2)", .values = {channel, text}, .count = 2};
    return pg_exchange(conn, &message, NULL);
}

int pg_listen_wait(struct engine_conn *conn, int64_t timeout_ms, char *ret_channel, size_t channel_size,
                   char *ret_text, size_t text_size) {
    int64_t until = pg_now_ms() + timeout_ms;
    for (;;) {
        PGnotify *heard = PQnotifies(conn->pg);
        if (heard != NULL) {
            snprintf(ret_channel, channel_size, "%s", heard->relname);
            snprintf(ret_text, text_size, "%s", heard->extra);
            PQfreemem(heard);
            return 1;
        }
        if (!pg_wait_socket(conn->pg, false, until)) return conn->lost ? lost(conn) : 0;
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
