/* Hashes, tokens and passwords, all by libsodium. Call hash_init() once before anything else. */
#ifndef MINYI_HASH_H
#define MINYI_HASH_H

#include "minyi/base.h"

enum {
    HASH_BYTES = 32,    /* SHA-256 */
    HASH_HEX_SIZE = 65, /* lower-case hex and NUL */
    TOKEN_SIZE = 44,    /* 256 random bits in base64url without padding: 43 characters and NUL */
    PASSWORD_HASH_SIZE = 128
};

int hash_init(void) MUST_CHECK;

/* SHA-256 of LEN bytes as lower-case hex. */
void hash_hex(const void *data, size_t len, char out[HASH_HEX_SIZE]);

/* SHA-256 of several texts; each is preceded by its length, so that ("ab","c") and ("a","bc") differ.
 * NULL counts as absent and differs from "". */
void hash_texts(const char *const *texts, size_t count, char out[HASH_HEX_SIZE]);

/* Streaming SHA-256. */
struct hash_stream {
    _Alignas(16) unsigned char opaque[128];
};
void hash_begin(struct hash_stream *stream);
void hash_add(struct hash_stream *stream, const void *data, size_t len);
void hash_end(struct hash_stream *stream, char out[HASH_HEX_SIZE]);

/* A fresh random token; only its hash_hex() is ever stored. */
void token_new(char out[TOKEN_SIZE]);

/* LEN random bytes. */
void random_bytes(void *out, size_t len);

/* Constant-time comparison of two strings; false when either is NULL or the lengths differ. */
bool equal_secret(const char *a, const char *b);

/* argon2id with libsodium's INTERACTIVE limits (64 MiB, about 100 ms): call on a worker only.
 * ERR_UNAVAILABLE when the memory cannot be had. */
int password_hash(const char *password, char out[PASSWORD_HASH_SIZE]) MUST_CHECK;

/* True when PASSWORD fits. With STORED NULL the same work is done and the answer is false, so that time
 * does not tell whether a name exists. */
bool password_verify(const char *stored, const char *password);

#endif
