/* Token buckets in memory, by account or (without a session) by address. Approximate on purpose: a fixed
 * table, and two keys that fall on one slot share it only until the older has been idle long enough to be
 * full again. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { SLOTS = 16384, WAYS = 4, LOCKS = 64 };

/* Milli-tokens: a request costs 1000. Offices sit behind one address, so the strict class is by address and
 * still lets a whole office sign in at nine o'clock. */
static const struct {
    int64_t burst, per_second; /* milli-tokens */
} limits[] = {
    [RATE_STRICT] = {120 * 1000, 2 * 1000},
    [RATE_WRITE] = {120 * 1000, 10 * 1000},
    [RATE_READ] = {600 * 1000, 60 * 1000},
};

struct bucket {
    uint64_t key; /* 0: free */
    int64_t tokens, at_ms;
};

struct ratelimit {
    pthread_mutex_t locks[LOCKS];
    uint64_t seed;
    struct bucket buckets[SLOTS];
};

struct ratelimit *ratelimit_new(void) {
    struct ratelimit *ratelimit = calloc(1, sizeof(*ratelimit));
    if (!ratelimit) abort();
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&ratelimit->locks[i], NULL);
    random_bytes(&ratelimit->seed, sizeof(ratelimit->seed));
    return ratelimit;
}

struct ratelimit *ratelimit_free(struct ratelimit *ratelimit) {
    for (size_t i = 0; ratelimit && i < LOCKS; i++)
        pthread_mutex_destroy(&ratelimit->locks[i]);
    free(ratelimit);
    return NULL;
}

/* FNV-1a with a random start: clients cannot choose whom they share a slot with. */
static uint64_t key_of(uint64_t seed, enum rate_class class, int64_t account_id, const char *remote) {
    uint64_t hash = seed ^ UINT64_C(0xcbf29ce484222325) ^ (uint64_t) class;
    const char *text = account_id ? (const char *)&account_id : remote ? remote : "";
    size_t len = account_id ? sizeof(account_id) : strlen(text);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 29;
    return hash ? hash : 1;
}

/* The key's bucket, or the one of its set that was used longest ago. */
static struct bucket *bucket_of(struct ratelimit *ratelimit, uint64_t key, int64_t burst, int64_t now_ms) {
    struct bucket *set = &ratelimit->buckets[key % (SLOTS / WAYS) * WAYS];
    struct bucket *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) return &set[i];
        if (set[i].at_ms < oldest->at_ms) oldest = &set[i];
    }
    *oldest = (struct bucket){.key = key, .tokens = burst, .at_ms = now_ms};
    return oldest;
}

int64_t ratelimit_take(struct ratelimit *ratelimit, enum rate_class class, int64_t account_id,
                       const char *remote, int64_t now_ms) {
    int64_t burst = limits[class].burst, per_second = limits[class].per_second;
    /* Sign-in is counted by address even with a session: the session must not widen the limit. */
    uint64_t key = key_of(ratelimit->seed, class, class == RATE_STRICT ? 0 : account_id, remote);
    pthread_mutex_t *lock = &ratelimit->locks[key % (SLOTS / WAYS) % LOCKS];
    pthread_mutex_lock(lock);
    struct bucket *bucket = bucket_of(ratelimit, key, burst, now_ms);
    int64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    if (passed_ms > 3600 * 1000) passed_ms = 3600 * 1000;
    bucket->tokens += passed_ms * per_second / 1000;
    if (bucket->tokens > burst) bucket->tokens = burst;
    bucket->at_ms = now_ms;
    int64_t wait = 0;
    if (bucket->tokens >= 1000)
        bucket->tokens -= 1000;
    else
        wait = (1000 - bucket->tokens + per_second - 1) / per_second;
    pthread_mutex_unlock(lock);
    return wait < 0 ? 1 : wait;
}
