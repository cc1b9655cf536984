/* The log: one JSON object a line, one write(2) a line, so that lines of several threads never mix.
 *
 * A line that would be longer than 8 KiB stays valid JSON: values that do not fit are shortened, then left
 * out, and "cut":true says so. Bytes that are not UTF-8 (a client's header, for example) become U+FFFD.
 */
#include "minyi/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "minyi/buf.h"
#include "minyi/clock.h"
#include "minyi/utf8.h"

static const char CUT_END[] = ",\"cut\":true}\n";

enum { LOG_LINE_MAX = 8192, TEXT_MAX = 4096 };

static _Atomic int lowest_level = LOG_LEVEL_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

void log_set_level(enum log_level level) {
    atomic_store_explicit(&lowest_level, (int)level, memory_order_relaxed);
}

/* Copies at most LIMIT bytes of TEXT as valid UTF-8; true when all of it fitted. */
static bool clean_copy(const char *text, size_t limit, char out[TEXT_MAX + 1]) {
    static const char REPLACEMENT[] = "\xEF\xBF\xBD";
    size_t left = strnlen(text, TEXT_MAX + 1);
    size_t used = 0;
    while (left > 0) {
        uint32_t code;
        size_t step = utf8_next(text, left, &code);
        const char *piece = step ? text : REPLACEMENT;
        size_t size = step ? step : sizeof(REPLACEMENT) - 1;
        if (used + size > limit) break;
        memcpy(out + used, piece, size);
        used += size;
        text += step ? step : 1;
        left -= step ? step : 1;
    }
    out[used] = '\0';
    return left == 0;
}

/* Adds a field with its text limited to LIMIT bytes; on overflow the line is as before. */
static bool add_field(struct buf *line, const struct log_field *field, size_t limit, bool *cut) {
    size_t before = line->len;
    char text[TEXT_MAX + 1];
    bool whole = true;
    buf_addc(line, ',');
    buf_add_json(line, field->name);
    buf_addc(line, ':');
    if (field->type == LOG_FIELD_INT) {
        buf_add_int(line, field->number);
    } else if (!field->text) {
        buf_adds(line, "null");
    } else {
        whole = clean_copy(field->text, limit, text);
        buf_add_json(line, text);
    }
    if (!buf_failed(line)) {
        if (!whole) *cut = true;
        return true;
    }
    line->len = before;
    line->data[before] = '\0';
    line->failed = false;
    *cut = true;
    return false;
}

static void write_line(const char *data, size_t len) {
    ssize_t written;
    do {
        written = write(STDERR_FILENO, data, len);
    } while (written < 0 && errno == EINTR);
    /* A log that cannot be written must not stop the service: there is nowhere to tell. */
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count) {
    if (level >= LOG_LEVEL_OFF || (int)level < atomic_load_explicit(&lowest_level, memory_order_relaxed))
        return;
    CLEANUP(buf_free) struct buf line = BUF(LOG_LINE_MAX - (sizeof(CUT_END) - 1));
    int saved_errno = errno;
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(clock_ms(), stamp);
    buf_addf(&line, "{\"at\":\"%s\",\"level\":\"%s\"", stamp, level_names[level]);
    bool cut = false;
    const struct log_field name = LOG_TEXT("event", event);
    add_field(&line, &name, TEXT_MAX / 8, &cut);
    for (size_t i = 0; i < count; i++) {
        if (add_field(&line, &fields[i], TEXT_MAX, &cut)) continue;
        /* Escapes make a byte six at most, so a sixth of what is left surely fits if the name does. */
        size_t room = line.ceiling - line.len;
        if (!fields[i].text || fields[i].type != LOG_FIELD_TEXT) continue;
        add_field(&line, &fields[i], room > 256 ? (room - 200) / 6 : 0, &cut);
    }
    line.ceiling = LOG_LINE_MAX;
    buf_adds(&line, cut ? CUT_END : "}\n");
    write_line(line.data, line.len);
    errno = saved_errno;
}
