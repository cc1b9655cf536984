/* A copy from its first look to its last: see copy.h. */
#include "minyi/db_copy.h"

#include "copy.h"
#include "minyi/err.h"

int copy_say(struct copy *copy, int error, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (*copy->ret_why == NULL) *copy->ret_why = arena_vprintf(copy->arena, format, args);
    va_end(args);
    return error;
}

void copy_watch(struct copy *copy, size_t table, int64_t rows, bool done) {
    struct db_copy_progress *progress = &copy->progress;
    const char *name = copy->from.catalogue.tables[table].name;
    if (progress->table != name) progress->table_rows = 0;
    progress->table = name;
    progress->table_rows += rows;
    progress->done += rows;
    progress->table_done = done;
    if (copy->plan->options.watch != NULL) copy->plan->options.watch(copy->plan->options.argument, progress);
}

static void begin_phase(struct copy *copy, enum db_copy_phase phase, int64_t done, int64_t all) {
    copy->progress = (struct db_copy_progress){.phase = phase, .done = done, .all = all};
}

static int64_t rows_there(const struct copy *copy) {
    int64_t rows = 0;
    for (size_t i = 0; i < copy->from.catalogue.count; i++)
        rows += copy->to.rows[i];
    return rows;
}

/* What an earlier run has copied is kept when the source still begins so; else all begins anew. */
static int make_ready(struct copy *copy, bool *ret_resumed) {
    bool same = false;
    if (copy->to.begun) {
        begin_phase(copy, DB_COPY_CHECK, 0, rows_there(copy));
        int error = copy_check_begun(copy, &same);
        if (error != 0) return error;
    }
    *ret_resumed = same;
    return same ? 0 : copy_target_clear(copy);
}

static int copy_rows(struct copy *copy) {
    begin_phase(copy, DB_COPY_ROWS, rows_there(copy), copy->from.all);
    int error = 0;
    for (size_t i = 0; i < copy->from.catalogue.count && error == 0; i++)
        error = copy_table(copy, i);
    return error != 0 ? error : copy_identities(copy);
}

static int compare_all(struct copy *copy) {
    begin_phase(copy, DB_COPY_COMPARE, 0, copy->from.all);
    int error = copy_compare(copy);
    const struct db_copy_options *options = &copy->plan->options;
    if (error == 0 && options->check != NULL) error = options->check(options->argument, copy->to.db);
    return error;
}

static int run_steps(struct copy *copy, struct db_copy_report *report) {
    int error = copy_source_open(copy);
    if (error == 0) error = copy_target_open(copy);
    if (error == 0) error = make_ready(copy, &report->resumed);
    if (error == 0) error = copy_rows(copy);
    if (error == 0) error = compare_all(copy);
    if (error == 0) error = copy_finish(copy);
    return error;
}

int copy_run(const struct copy_plan *plan, struct arena *arena, struct db_copy_report *ret,
             const char **ret_why) {
    *ret_why = NULL;
    struct copy copy = {.plan = plan, .arena = arena, .ret_why = ret_why, .from = {.lock_fd = -1}};
    struct db_copy_report report = {0};
    int error = run_steps(&copy, &report);
    copy_target_close(&copy);
    copy_source_close(&copy);
    if (error != 0) return copy_say(&copy, error, "%s", err_info(error)->zh);
    report.tables = copy.tables;
    report.count = copy.from.catalogue.count;
    report.rows = copy.from.all;
    *ret = report;
    return 0;
}

int db_copy(const struct db_copy_options *options, struct arena *arena, struct db_copy_report *ret,
            const char **ret_why) {
    const struct db_internals product = {.migrations = db_migrations, .migration_count = db_migration_count};
    const struct copy_plan plan = {.options = *options, .internals = &product};
    return copy_run(&plan, arena, ret, ret_why);
}
