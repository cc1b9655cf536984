/* Structured log: one JSON object a line on standard error, whole lines only.
 *
 * Only the gate, the jobs, the CLI and main log. Never a body, a password, a token or a report's text.
 */
#ifndef MINYI_LOG_H
#define MINYI_LOG_H

#include "minyi/base.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_OFF };

/* A named value of a log line. */
struct log_field {
    const char *name;
    enum { LOG_FIELD_INT, LOG_FIELD_TEXT } type;
    int64_t number;
    const char *text; /* NULL is written as null */
};

#define LOG_INT(NAME, VALUE) ((struct log_field){.name = (NAME), .type = LOG_FIELD_INT, .number = (VALUE)})
#define LOG_TEXT(NAME, VALUE) ((struct log_field){.name = (NAME), .type = LOG_FIELD_TEXT, .text = (VALUE)})

/* Lines below LEVEL are dropped; the default is LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);

/* Writes {"at":…,"level":…,"event":EVENT, …fields}. At most 8 KiB a line; longer ones are cut. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define LOG(LEVEL, EVENT, ...)                                           \
    log_write((LEVEL), (EVENT), (const struct log_field[]){__VA_ARGS__}, \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
