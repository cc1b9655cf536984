/* What PostgreSQL's answers mean: SQLSTATE to registered errors, and words for the console.
 *
 * 1. A message never holds stored text: only the primary message is used, never the detail with its keys
 *    and values, and of data exceptions (class 22), which quote the value, only the code.
 * 2. What a failed connection says never holds the password.
 */
#include <stdio.h>
#include <string.h>

#include "minyi/base.h"
#include "minyi/err.h"
#include "postgres.h"

static const struct {
    const char *state; /* a whole SQLSTATE, or a class of two letters */
    int error;
    enum pg_failure failure;
    bool severe;
} meanings[] = {
    {"23505", ERR_ALREADY_EXISTS, PG_FAILURE_NONE, false}, /* unique_violation */
    {"23", ERR_CONFLICT, PG_FAILURE_NONE, false},
    {"22021", ERR_INVALID, PG_FAILURE_NONE, false},          /* text that is no UTF-8 or holds a NUL */
    {"22P05", ERR_INVALID, PG_FAILURE_NONE, false},          /* a character the database cannot hold */
    {"40001", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},       /* serialization_failure */
    {"40P01", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},       /* deadlock_detected */
    {"55P03", ERR_STORE_BUSY, PG_FAILURE_NONE, true},        /* lock_not_available */
    {"57014", ERR_STORE_BUSY, PG_FAILURE_NONE, true},        /* query_canceled: its time was over */
    {"25006", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* read_only: it is a standby now */
    {"25P03", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* idle_in_transaction_session_timeout */
    {"57P", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},   /* shutdown, crash, not yet started */
    {"08", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
    {"53100", ERR_STORE_FULL, PG_FAILURE_NONE, true}, /* disk_full */
    {"53", ERR_STORE_BUSY, PG_FAILURE_NONE, true},    /* memory, connections */
    {"58", ERR_STORE, PG_FAILURE_NONE, true},         /* the server's own disk */
    {"XX00", ERR_STORE_CORRUPT, PG_FAILURE_NONE, true},
};

static size_t meaning_of(const char *state) {
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0) return i;
    return ARRAY_LEN(meanings);
}

static bool is_internal(const char *state) {
    return strcmp(state, "XX000") == 0; /* an assertion of the server, not damage */
}

int pg_error_of(const char *state) {
    if (state == NULL || state[0] == '\0') return ERR_STORE_UNREACHABLE;
    size_t i = meaning_of(state);
    return i < ARRAY_LEN(meanings) && !is_internal(state) ? meanings[i].error : ERR_STORE;
}

enum pg_failure pg_failure_of(const char *state) {
    if (state == NULL || state[0] == '\0') return PG_FAILURE_LOST;
    size_t i = meaning_of(state);
    return i < ARRAY_LEN(meanings) ? meanings[i].failure : PG_FAILURE_NONE;
}

bool pg_is_severe(const char *state) {
    if (state == NULL || state[0] == '\0') return true;
    size_t i = meaning_of(state);
    return i < ARRAY_LEN(meanings) && meanings[i].severe;
}

/* One line: libpq ends its messages with line feeds. */
static void first_line(const char *text, char *out, size_t size) {
    snprintf(out, size, "%.*s", (int)strcspn(text, "\r\n"), text);
}

int pg_failed(struct engine_conn *conn, const PGresult *result) {
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    int error = pg_error_of(state);
    if (state != NULL && strcmp(state, "25P02") == 0) /* only an echo of it */
        return conn->first_error != 0 ? conn->first_error : ERR_STORE;
    conn->first_error = error;
    enum pg_failure failure = pg_failure_of(state);
    if (failure != PG_FAILURE_NONE) conn->failure = failure;
    if (failure == PG_FAILURE_LOST) conn->lost = true;
    if (pg_is_severe(state) && conn->severe == 0) conn->severe = error;
    const char *primary = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (state != NULL && strcmp(state, "42501") == 0)
        snprintf(conn->message, sizeof(conn->message),
                 "此用户在数据库中的权限不够，请由管理员执行 ALTER DATABASE 数据库名 OWNER TO 用户名（%s）",
                 primary != NULL ? primary : "");
    else if (state != NULL && strncmp(state, "22", 2) == 0)
        snprintf(conn->message, sizeof(conn->message), "SQLSTATE %s", state);
    else if (primary != NULL)
        first_line(primary, conn->message, sizeof(conn->message));
    else
        snprintf(conn->message, sizeof(conn->message), "the connection to the database was lost");
    return error;
}

/* ---- Connecting ---- */

static const struct {
    const char *state, *zh;
    int error;
} refusals[] = {
    {"28",
     "用户名或口令不对，或服务器不许此用户从这里连接：请检查地址中的用户名和口令，以及服务器的 pg_hba.conf",
     ERR_FORBIDDEN},
    {"3D000",
     "服务器上没有这个数据库：请先建立，例如 CREATE DATABASE minyi TEMPLATE template0 ENCODING 'UTF8' "
     "LC_COLLATE 'C' LC_CTYPE 'C'",
     ERR_NOT_FOUND},
    {"42501", "此用户没有连接这个数据库的权限：请授予 CONNECT 权限", ERR_FORBIDDEN},
    {"53300", "服务器的连接已满：请调大 max_connections 或减少其他连接", ERR_STORE_BUSY},
    {"57P03", "数据库服务器正在启动或停止：请稍后再试", ERR_STORE_UNREACHABLE},
};

int pg_explain_connect(PGconn *pg, char *why, size_t why_size) {
    /* Verbose messages say "FATAL:  28P01: …" whatever language the server speaks. */
    const char *message = PQerrorMessage(pg);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        char mark[16];
        snprintf(mark, sizeof(mark), ":  %s", refusals[i].state);
        if (strstr(message, mark) == NULL) continue;
        snprintf(why, why_size, "%s", refusals[i].zh);
        return refusals[i].error;
    }
    char line[PG_MESSAGE_SIZE];
    first_line(message[0] != '\0' ? message : "no answer in time", line, sizeof(line));
    snprintf(why, why_size, "连不上数据库服务器，请检查地址、端口和网络（%s）", line);
    return ERR_STORE_UNREACHABLE;
}

static bool orders_by_bytes(const char *collation) {
    static const char *const known[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "C.UTF8"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(collation, known[i]) == 0) return true;
    return false;
}

int pg_admit(int version, const char *encoding, const char *collation, char *why, size_t why_size) {
    const char *create =
        "请另建数据库：CREATE DATABASE minyi TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' "
        "LC_CTYPE 'C'";
    if (version < PG_OLDEST_VERSION)
        snprintf(why, why_size, "服务器是 PostgreSQL %d.%d，需要 15 或更新的版本：请升级服务器",
                 version / 10000, version % 10000);
    else if (strcmp(encoding, "UTF8") != 0)
        snprintf(why, why_size, "数据库的编码是 %s，需要 UTF8。%s", encoding, create);
    else if (!orders_by_bytes(collation))
        snprintf(why, why_size, "数据库的排序规则是 %s，需要 C（按字节排序）。%s", collation, create);
    else
        return 0;
    return ERR_CONFLICT;
}
