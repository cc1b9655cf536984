/* Settings of one process: command-line flags over environment (MINYI_…) over ini file over defaults. */
#ifndef MINYI_CONFIG_H
#define MINYI_CONFIG_H

#include "minyi/arena.h"
#include "minyi/base.h"

struct config {
    const char *store;         /* "sqlite:PATH" or "postgres://…"; default "sqlite:minyi.db" */
    int64_t store_connections; /* reading connections at most, 0…200; default 0: what suits the engine */
    const char *listen;        /* "ADDRESS:PORT"; default "127.0.0.1:8080"; port 0 lets the system choose */
    const char
        *public_url; /* origin that users see, "https://…"; NULL: http://LISTEN. https sets Secure cookies */
    const char *web_root;       /* serve pages from this folder instead of the embedded ones; or NULL */
    const char *fonts;          /* further folders of fonts, separated by ":"; or NULL */
    const char *log_level;      /* debug, info, warn, error, off */
    int64_t threads;            /* HTTP threads, 1…64; default 16 */
    int64_t workers;            /* workers for slow routes, 1…64; default 4 */
    int64_t connections;        /* open connections, 8…65536; default 1024 */
    int64_t connections_per_ip; /* 0: no limit (behind a proxy); default 256 */
    int64_t streams;            /* open event streams, at most half the connections; default 400 */
    int64_t header_timeout_ms;  /* whole header must have arrived; default 10000 */
    int64_t request_timeout_ms; /* whole request must have arrived; default 60000; uploads five times that */
    int64_t idle_timeout_s;     /* keep-alive connection without a request; default 60 */
    bool rate_limits; /* token buckets by account and address; default yes (off for load tests only) */
    bool trust_proxy; /* take the client's address from X-Forwarded-For's last element */
};

/* A setting as the help text, the environment and the ini file know it. */
struct config_option {
    const char *name;     /* flag without dashes and ini key: "listen"; environment: MINYI_LISTEN */
    const char *argument; /* "ADDRESS:PORT" */
    const char *help;     /* one line */
};
const struct config_option *config_options(size_t *ret_count);

/* The origin that users see: public_url, else http://LISTEN; in ARENA or as long as CONFIG. */
const char *config_site_url(const struct config *config, struct arena *arena);

/* All defaults. */
void config_defaults(struct config *config);

/* Sets one option from text, copied into ARENA. Times are numbers in the option's own unit, or carry ms,
 * s or m ("10s"). Errors: ERR_NOT_FOUND (no such option), ERR_INVALID
 * (bad value; *ret_why is a Chinese sentence that names the option and the values allowed). */
int config_set(struct config *config, struct arena *arena, const char *name, const char *value,
               const char **ret_why) MUST_CHECK;

/* Reads MINYI_… variables; an empty one counts as not set. On failure nothing is changed. */
int config_from_environment(struct config *config, struct arena *arena, const char **ret_why) MUST_CHECK;

/* Reads an ini file (section [minyi]); lines hold at most 190 bytes. On failure nothing is changed.
 * Errors: ERR_NOT_FOUND (cannot be opened), ERR_INVALID; *ret_why names the file, the line and the cause. */
int config_from_file(struct config *config, struct arena *arena, const char *path,
                     const char **ret_why) MUST_CHECK;

#endif
