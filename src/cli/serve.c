/* minyi serve: the service from start to an orderly end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "minyi/account.h"
#include "minyi/api.h"
#include "minyi/clock.h"
#include "minyi/code.h"
#include "minyi/features.h"
#include "minyi/http.h"
#include "minyi/jobs.h"
#include "minyi/log.h"

enum { STOP_GRACE_MS = 20 * 1000 };

static void set_log_level(const char *name) {
    static const char *const names[] = {"debug", "info", "warn", "error", "off"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0) log_set_level((enum log_level)i);
}

static void log_trouble(int error, const char *statement, const char *message) {
    LOG(LOG_LEVEL_ERROR, "store", LOG_TEXT("error", err_info(error)->code), LOG_TEXT("statement", statement),
        LOG_TEXT("message", message));
}

/* Signals are taken by the main thread alone, so that every other thread inherits them blocked. */
static void block_signals(sigset_t *ret) {
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
    pthread_sigmask(SIG_BLOCK, ret, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int serve(struct cli_args *args, struct office *office, const sigset_t *signals) {
    const char *why = NULL;
    struct api *api = NULL;
    struct http_server *server = NULL;
    struct api_options api_options = {
        .db = office->db,
        .config = &args->config,
        .tables = feature_tables,
        .sessions = {.load = account_session_load, .touch = account_session_touch},
        .rate_limits = args->config.rate_limits,
    };
    if (api_new(&api_options, args->arena, &api, &why) < 0) return cli_complain(EXIT_FAILED, "%s", why);
    struct http_options http_options = {
        .config = &args->config, .handler = api_handler(api), .api_prefixes = api_prefixes};
    if (http_start(&http_options, args->arena, &server, &why) < 0) {
        api_free(api);
        return cli_complain(EXIT_ADDRESS_TAKEN, "%s", why);
    }
    api_set_server(api, server);
    LOG(LOG_LEVEL_INFO, "started", LOG_TEXT("version", MINYI_VERSION), LOG_INT("port", http_port(server)),
        LOG_INT("schema", db_version(office->db)));
    if (!args->config.public_url)
        LOG(LOG_LEVEL_WARN, "public_url",
            LOG_TEXT("message", "public-url is not set: codes on printed papers lead nowhere but here"),
            LOG_TEXT("site", office->ctx.site_url));
    if (!code_reads_pictures())
        LOG(LOG_LEVEL_WARN, "seccomp",
            LOG_TEXT("message", "no seccomp in this kernel: no codes are found in photos and scans"));
    else if (!code_reads_pdf())
        LOG(LOG_LEVEL_WARN, "pdftoppm",
            LOG_TEXT("message",
                     "pdftoppm (poppler-utils) is not in the PATH: no codes are found in PDF scans"));
    if (!code_hides_files())
        LOG(LOG_LEVEL_WARN, "landlock",
            LOG_TEXT("message", "no Landlock in this kernel: what reads scans may read the service's files"));
    if (cli_given(args, "port-file")) {
        FILE *file = fopen(cli_given(args, "port-file"), "we");
        if (file) {
            fprintf(file, "%d\n", http_port(server));
            fclose(file);
        }
    }
    struct jobs *jobs = jobs_start(office->db, office->ctx.site_url);
    if (!jobs) LOG(LOG_LEVEL_WARN, "jobs", LOG_TEXT("error", "no thread for the scheduled work"));
    int signal_number = 0;
    sigwait(signals, &signal_number);
    LOG(LOG_LEVEL_INFO, "stopping", LOG_INT("signal", signal_number));
    int64_t from = clock_monotonic_us();
    http_stop(server, STOP_GRACE_MS);
    jobs_stop(jobs);
    api_free(api);
    LOG(LOG_LEVEL_INFO, "stopped", LOG_INT("us", clock_monotonic_us() - from));
    return EXIT_OK;
}

int command_serve(struct cli_args *args) {
    sigset_t signals;
    struct office office;
    block_signals(&signals);
    set_log_level(args->config.log_level);
    db_on_trouble(log_trouble);
    int code = cli_fonts(args);
    if (code != EXIT_OK) return code;
    code = office_open(args, cli_given(args, "migrate") ? OFFICE_MIGRATE : OFFICE_ALONE, &office);
    if (code != EXIT_OK) return code;
    code = serve(args, &office, &signals);
    office_close(&office);
    return code;
}
