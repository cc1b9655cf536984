/* The reference that benchmarks run beside us: bare libmicrohttpd answering a constant of N bytes, with
 * the same threads and the same way of replying (on the second call, so that connections are kept).
 *
 * Usage: bench_http [PORT [BYTES [THREADS]]]; ends when its standard input ends.
 */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct constant {
    char *bytes;
    size_t len;
};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *data_len,
                              void **state) {
    const struct constant *constant = cls;
    static int seen;
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    if (*data_len > 0) {
        *data_len = 0;
        return MHD_YES;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(constant->len, constant->bytes, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static unsigned long argument(int argc, char **argv, int i, unsigned long otherwise) {
    return argc > i ? strtoul(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv) {
    unsigned long port = argument(argc, argv, 1, 0);
    struct constant constant = {.len = argument(argc, argv, 2, 1024)};
    unsigned long threads = argument(argc, argv, 3, 16);
    constant.bytes = malloc(constant.len + 1);
    if (!constant.bytes || port > 65535 || threads < 2 || threads > 64) {
        fputs("usage: bench_http [PORT [BYTES [THREADS 2-64]]]\n", stderr);
        return 2;
    }
    memset(constant.bytes, 'x', constant.len);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)port, NULL, NULL, answer, &constant,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)threads, MHD_OPTION_CONNECTION_LIMIT, 4096u, MHD_OPTION_END);
    if (!daemon) {
        fputs("bench_http: cannot listen\n", stderr);
        return 1;
    }
    printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    MHD_stop_daemon(daemon);
    free(constant.bytes);
    return 0;
}
