/* What the rate limits of several nodes tell each other.
 *
 *   take ──tell──▶ pending (one row a key) ──thread, at most one message a second──▶ bus ──▶ the others'
 * buckets
 *
 * 1. No request waits for it: a take adds to a table in memory, a thread of its own writes the message.
 * 2. A message holds who took how much: "NODE sr192.0.2.1=3 wa17=40"; s, w, r the class, a an account, r an
 *    address. The heaviest come first; what does not fit waits for the next second.
 * 3. A node hears its own message too and passes it over.
 * 4. A message that cannot be written is dropped: by the next second it would be worth little.
 */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/clock.h"
#include "minyi/thread.h"

enum {
    PENDING_MAX = 256,
    REMOTE_SIZE = 46, /* an IPv6 address as text */
    MESSAGE_MAX = 3900,
    BETWEEN_US = 1000 * 1000,
};

#define CHANNEL "rate"

static const char class_letters[] = {[RATE_STRICT] = 's', [RATE_WRITE] = 'w', [RATE_READ] = 'r'};

struct taken {
    enum rate_class class;
    int64_t account_id; /* 0: by address */
    char remote[REMOTE_SIZE];
    int64_t count;
};

struct rateshare {
    struct db *db;
    struct ratelimit *limits;
    char node[17];
    pthread_mutex_t lock; /* guards the members below */
    pthread_cond_t wake;
    pthread_t thread;
    bool running, stopping;
    struct taken pending[PENDING_MAX];
    size_t count;
};

/* ---- Telling ---- */

static bool same_key(const struct taken *row, enum rate_class class, int64_t account_id, const char *remote) {
    if (row->class != class || row->account_id != account_id) return false;
    return account_id != 0 || strcmp(row->remote, remote) == 0;
}

void rateshare_tell(struct rateshare *share, enum rate_class class, int64_t account_id, const char *remote,
                    int64_t count) {
    if (!remote) remote = "";
    size_t len = strlen(remote);
    bool plain = len > 0 && len < REMOTE_SIZE && strspn(remote, "0123456789abcdefABCDEF:.") == len;
    if (account_id == 0 && !plain) return;
    pthread_mutex_lock(&share->lock);
    size_t i = 0;
    while (i < share->count && !same_key(&share->pending[i], class, account_id, remote))
        i++;
    if (i == share->count && i < PENDING_MAX) {
        share->pending[i] = (struct taken){.class = class, .account_id = account_id};
        if (account_id == 0) memcpy(share->pending[i].remote, remote, len + 1);
        share->count++;
    }
    if (i < share->count) share->pending[i].count += count;
    pthread_cond_signal(&share->wake);
    pthread_mutex_unlock(&share->lock);
}

static int by_count(const void *left, const void *right) {
    const struct taken *a = left, *b = right;
    return a->count > b->count ? -1 : a->count < b->count;
}

/* Under the lock: as many rows as fit, which then are no longer pending. */
static void write_message(struct rateshare *share, struct buf *out) {
    size_t used = 0;
    qsort(share->pending, share->count, sizeof(share->pending[0]), by_count);
    buf_adds(out, share->node);
    for (; used < share->count && out->len + REMOTE_SIZE + 30 < MESSAGE_MAX; used++) {
        const struct taken *row = &share->pending[used];
        if (row->account_id != 0)
            buf_addf(out, " %ca%" PRId64 "=%" PRId64, class_letters[row->class], row->account_id, row->count);
        else
            buf_addf(out, " %cr%s=%" PRId64, class_letters[row->class], row->remote, row->count);
    }
    memmove(share->pending, share->pending + used, (share->count - used) * sizeof(share->pending[0]));
    share->count -= used;
}

static int say(struct db_conn *tx, void *text) {
    return db_notify(tx, CHANNEL, text);
}

static void *share_main(void *argument) {
    struct rateshare *share = argument;
    pthread_mutex_lock(&share->lock);
    while (!share->stopping) {
        if (share->count == 0) {
            pthread_cond_wait(&share->wake, &share->lock);
            continue;
        }
        struct buf text = BUF(MESSAGE_MAX);
        write_message(share, &text);
        int64_t next_us = clock_monotonic_us() + BETWEEN_US;
        struct timespec next = thread_deadline_at(next_us);
        pthread_mutex_unlock(&share->lock);
        (void)!db_write(share->db, say, text.data);
        buf_free(&text);
        pthread_mutex_lock(&share->lock);
        for (int waited = 0; !share->stopping && waited != ETIMEDOUT;)
            waited = pthread_cond_timedwait(&share->wake, &share->lock, &next);
    }
    pthread_mutex_unlock(&share->lock);
    return NULL;
}

/* ---- Hearing ---- */

/* One row of a message; its end, or NULL when it is not one. */
static const char *read_row(const char *text, struct taken *ret) {
    size_t class = 0;
    while (class < ARRAY_LEN(class_letters) && class_letters[class] != *text)
        class ++;
    if (class == ARRAY_LEN(class_letters)) return NULL;
    *ret = (struct taken){.class = (enum rate_class) class};
    char kind = text[1], *end = NULL;
    const char *key = text + 2, *equals = strchr(key, '=');
    if (!equals || equals - key >= REMOTE_SIZE) return NULL;
    if (kind == 'a') ret->account_id = strtoll(key, NULL, 10);
    if (kind == 'r') memcpy(ret->remote, key, (size_t)(equals - key));
    ret->count = strtoll(equals + 1, &end, 10);
    bool known = kind == 'a' ? ret->account_id > 0 : kind == 'r';
    return known && ret->count > 0 && (*end == ' ' || *end == '\0') ? end : NULL;
}

static void on_message(void *argument, const char *text) {
    struct rateshare *share = argument;
    size_t len = strlen(share->node);
    if (!text || strncmp(text, share->node, len) == 0) return;
    text = strchr(text, ' ');
    int64_t now_ms = clock_ms();
    struct taken row;
    while (text && *text == ' ' && (text = read_row(text + 1, &row)))
        ratelimit_charge(share->limits, row.class, row.account_id, row.remote, row.count, now_ms);
}

/* ---- Start and end ---- */

struct rateshare *rateshare_start(struct db *db, struct ratelimit *limits) {
    struct rateshare *share = calloc(1, sizeof(*share));
    if (!share) abort();
    uint64_t node = 0;
    random_bytes(&node, sizeof(node));
    snprintf(share->node, sizeof(share->node), "%016" PRIx64, node);
    share->db = db;
    share->limits = limits;
    pthread_mutex_init(&share->lock, NULL);
    thread_condition(&share->wake);
    share->running = db_listen(db, CHANNEL, on_message, share) == 0 &&
                     thread_start(&share->thread, "minyi-rates", share_main, share);
    if (!share->running) return rateshare_stop(share);
    return share;
}

struct rateshare *rateshare_stop(struct rateshare *share) {
    if (!share) return NULL;
    db_unlisten(share->db, on_message, share);
    pthread_mutex_lock(&share->lock);
    share->stopping = true;
    pthread_cond_signal(&share->wake);
    pthread_mutex_unlock(&share->lock);
    if (share->running) pthread_join(share->thread, NULL);
    pthread_cond_destroy(&share->wake);
    pthread_mutex_destroy(&share->lock);
    free(share);
    return NULL;
}
