/* Token buckets in memory, by account or (without a session) by address. Approximate on purpose: a fixed
 * table, and two keys that fall on one slot share it only until the older has been idle long enough to be
 * full again.
 *
 * Several nodes tell each other what they gave (rateshare.c), and each takes what the others gave out of its
 * own buckets, below nothing if need be: what slipped through is paid back before more is given. Told are all
 * requests of the strict class, and of the others those of a bucket below half and of a key that took half of
 * what flows in during a second. A message is at most 1 s late, and its way to the others. So N nodes
 * together give, in any time T of at least a few seconds: strict        burst + rate·T, and at most (N −
 * 1)·(burst + rate·1 s) more, once, until it is paid back write, read   the same, and at most (N − 1)·rate/2
 * a second more, from keys too slow to be told of Past 256 such keys a second, or without a line to the
 * database, each node limits alone. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { SLOTS = 16384, WAYS = 4, LOCKS = 64, REQUEST_US = 20 * 1000 };

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
    int64_t untold, second; /* requests given in this second that no other node has been told of */
};

struct ratelimit {
    pthread_mutex_t locks[LOCKS];
    uint64_t seed;
    struct rateshare *share; /* NULL: alone */
    struct bucket buckets[SLOTS];
};

struct ratelimit *ratelimit_new(struct db *shared) {
    struct ratelimit *ratelimit = calloc(1, sizeof(*ratelimit));
    if (!ratelimit) abort();
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&ratelimit->locks[i], NULL);
    random_bytes(&ratelimit->seed, sizeof(ratelimit->seed));
    if (shared) ratelimit->share = rateshare_start(shared, ratelimit);
    return ratelimit;
}

struct ratelimit *ratelimit_free(struct ratelimit *ratelimit) {
    if (ratelimit) rateshare_stop(ratelimit->share);
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

static pthread_mutex_t *lock_of(struct ratelimit *ratelimit, uint64_t key) {
    return &ratelimit->locks[key % (SLOTS / WAYS) % LOCKS];
}

/* The bucket with what has flowed in since. */
static struct bucket *refilled(struct ratelimit *ratelimit, enum rate_class class, uint64_t key,
                               int64_t now_ms) {
    int64_t burst = limits[class].burst;
    struct bucket *bucket = bucket_of(ratelimit, key, burst, now_ms);
    int64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    if (passed_ms > 3600 * 1000) passed_ms = 3600 * 1000;
    bucket->tokens += passed_ms * limits[class].per_second / 1000;
    if (bucket->tokens > burst) bucket->tokens = burst;
    if (now_ms > bucket->at_ms) bucket->at_ms = now_ms;
    return bucket;
}

void ratelimit_charge(struct ratelimit *ratelimit, enum rate_class class, int64_t account_id,
                      const char *remote, int64_t count, int64_t now_ms) {
    uint64_t key = key_of(ratelimit->seed, class, account_id, remote);
    pthread_mutex_t *lock = lock_of(ratelimit, key);
    int64_t most = limits[class].burst * 2 / 1000;
    pthread_mutex_lock(lock);
    struct bucket *bucket = refilled(ratelimit, class, key, now_ms);
    bucket->tokens -= (count < most ? count : most) * 1000;
    if (bucket->tokens < -limits[class].burst) bucket->tokens = -limits[class].burst;
    pthread_mutex_unlock(lock);
}

/* 60 requests a second are 1.2 seconds of work: nobody alone fills for long the four workers that sign-ins
 * need too. */
void ratelimit_charge_work(struct ratelimit *ratelimit, int64_t account_id, const char *remote,
                           int64_t work_us, int64_t now_ms) {
    int64_t count = work_us / REQUEST_US;
    if (count > 0) ratelimit_charge(ratelimit, RATE_READ, account_id, remote, count, now_ms);
}

/* How many requests the other nodes are to be told of now. */
static int64_t to_tell(struct bucket *bucket, enum rate_class class, int64_t now_ms) {
    if (bucket->second != now_ms / 1000) {
        bucket->second = now_ms / 1000;
        bucket->untold = 0;
    }
    bucket->untold++;
    bool fast = bucket->untold >= limits[class].per_second / 2000;
    if (class != RATE_STRICT && bucket->tokens >= limits[class].burst / 2 && !fast) return 0;
    int64_t count = bucket->untold;
    bucket->untold = 0;
    return count;
}

int64_t ratelimit_take(struct ratelimit *ratelimit, enum rate_class class, int64_t account_id,
                       const char *remote, int64_t now_ms) {
    int64_t per_second = limits[class].per_second, wait = 0, tell = 0;
    /* Sign-in is counted by address even with a session: the session must not widen the limit. */
    if (class == RATE_STRICT) account_id = 0;
    uint64_t key = key_of(ratelimit->seed, class, account_id, remote);
    pthread_mutex_t *lock = lock_of(ratelimit, key);
    pthread_mutex_lock(lock);
    struct bucket *bucket = refilled(ratelimit, class, key, now_ms);
    if (bucket->tokens >= 1000) {
        bucket->tokens -= 1000;
        if (ratelimit->share) tell = to_tell(bucket, class, now_ms);
    } else {
        wait = (1000 - bucket->tokens + per_second - 1) / per_second;
    }
    pthread_mutex_unlock(lock);
    if (tell > 0) rateshare_tell(ratelimit->share, class, account_id, remote, tell);
    return wait < 0 ? 1 : wait;
}
