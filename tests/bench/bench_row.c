/* The reference for durable writes: bare SQLite, one thread, group commit with synchronous=FULL, writing into
 * a copy of the same database that the service is measured on.
 *
 * Usage: bench_row DATABASE [SECONDS]: prints rows a second, a line each for
 *   row 16, row 64     the row of one report with its indexes, in groups of 16 and 64
 *   rows 16            all rows that a submission leaves behind (report, author, text as sent, line of the
 *                      timeline, two audit rows, counters), one report a turn, in groups of 16
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "minyi/base.h"
#include "minyi/clock.h"

static const char *const statements[] = {
    "INSERT INTO report (committee_id, unit_id, author_id, client_key, status, title, situation, analysis,"
    " suggestion, words, text_sha256, category_id, created_ms, updated_ms, submitted_ms, receipt)"
    " VALUES (1, 21, 4 + ?1 % 2000, 'row-' || ?4 || '-' || ?1, 'submitted', ?2, ?3, ?3, ?3, 330,"
    " 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 8, ?4, ?4, ?4, '2027-' || ?4 || '-' || ?1)",
    "INSERT INTO report_author (report_id, position, account_id, name, unit_name, own)"
    " SELECT max(id), 1, 4 + ?1 % 2000, '陈志远', '第1专门委员会', 1 FROM report WHERE ?2 <> ?3 AND ?4 > 0",
    "INSERT INTO report_version (report_id, number, title, situation, analysis, suggestion, text_sha256, at_ms,"
    " by_id) SELECT max(id), 1, ?2, ?3, ?3, ?3,"
    " 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', ?4, 4 + ?1 % 2000 FROM report",
    "INSERT INTO report_event (report_id, kind, at_ms, actor_id, text) SELECT max(id), 'submitted', ?4,"
    " 4 + ?1 % 2000, '已提交政协云江省委员会，流水号 2027-' || ?1 FROM report WHERE ?2 <> ?3",
    "INSERT INTO counter (name, value) VALUES ('row', ?1) ON CONFLICT (name) DO UPDATE SET value ="
    " counter.value + 1 WHERE ?2 <> ?3 AND ?4 > 0",
    "INSERT INTO audit (at_ms, actor_id, act, subject_kind, subject_id, detail, remote, request_id, prev_hash,"
    " hash) SELECT ?4, 4 + ?1 % 2000, 'report.create', 'report', max(id), '', '127.0.0.1', '0123456789abcdef',"
    " 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',"
    " 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' FROM report WHERE ?2 <> ?3",
    "INSERT INTO audit (at_ms, actor_id, act, subject_kind, subject_id, detail, remote, request_id, prev_hash,"
    " hash) SELECT ?4, 4 + ?1 % 2000, 'report.submit', 'report', max(id), 'draft → submitted', '127.0.0.1',"
    " '0123456789abcdef', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',"
    " 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' FROM report WHERE ?2 <> ?3",
};

static const char title[] = "关于破解社区老年食堂中后期管护缺位问题的建议";
static const char paragraph[] =
    "近期走访发现，该项工作推进两年来覆盖面不断扩大，但不同地段进度差别较大，群众反映最多的是等待时间长。"
    "建议由主管部门牵头，年内摸清底数，列出清单，逐项明确责任单位和完成时间，并向社会公布。";

static sqlite3 *db;
static sqlite3_stmt *prepared[ARRAY_LEN(statements)];
static int64_t number;

static NORETURN void die(const char *what) {
    fprintf(stderr, "bench_row: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3_stmt *stmt) {
    sqlite3_bind_int64(stmt, 1, number);
    sqlite3_bind_text(stmt, 2, title, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, paragraph, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 4, clock_ms());
    if (sqlite3_step(stmt) != SQLITE_DONE) die(sqlite3_sql(stmt));
    sqlite3_reset(stmt);
}

static void exec(const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql);
}

/* Reports a second when each takes the first COUNT statements. */
static double measure(size_t count, int group, double seconds) {
    int64_t start = clock_monotonic_us(), end = start + (int64_t)(seconds * 1e6), now, from = number;
    do {
        exec("BEGIN IMMEDIATE");
        for (int i = 0; i < group; i++, number++)
            for (size_t s = 0; s < count; s++)
                run(prepared[s]);
        exec("COMMIT");
        now = clock_monotonic_us();
    } while (now < end);
    return (double)(number - from) * 1e6 / (double)(now - start);
}

int main(int argc, char **argv) {
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 1.5;
    if (argc < 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        fputs("usage: bench_row DATABASE [SECONDS]\n", stderr);
        return 2;
    }
    sqlite3_busy_timeout(db, 10000);
    exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192");
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        if (sqlite3_prepare_v2(db, statements[i], -1, &prepared[i], NULL) != SQLITE_OK) die(statements[i]);
    number = clock_ms(); /* no key of an earlier run comes again */
    printf("row 16\t%.0f\n", measure(1, 16, seconds));
    printf("row 64\t%.0f\n", measure(1, 64, seconds));
    printf("rows 16\t%.0f\n", measure(ARRAY_LEN(statements), 16, seconds));
    for (size_t i = 0; i < ARRAY_LEN(prepared); i++)
        sqlite3_finalize(prepared[i]);
    sqlite3_close(db);
    return 0;
}
