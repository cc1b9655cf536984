/* Hashes, tokens and passwords: thin wrappers that fix the parameters in one place. */
#include "minyi/hash.h"

#include <sodium.h>
#include <string.h>

#include "minyi/err.h"

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct hash_stream), "the state fits");
_Static_assert(_Alignof(crypto_hash_sha256_state) <= _Alignof(struct hash_stream), "and is aligned");
_Static_assert(HASH_BYTES == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "argon2id text");

enum { TOKEN_BYTES = 32 };

int hash_init(void) {
    return sodium_init() < 0 ? ERR_INTERNAL : 0;
}

static void to_hex(const unsigned char digest[HASH_BYTES], char out[HASH_HEX_SIZE]) {
    sodium_bin2hex(out, HASH_HEX_SIZE, digest, HASH_BYTES);
}

void hash_hex(const void *data, size_t len, char out[HASH_HEX_SIZE]) {
    unsigned char digest[HASH_BYTES];
    crypto_hash_sha256(digest, data, len);
    to_hex(digest, out);
}

void hash_begin(struct hash_stream *stream) {
    crypto_hash_sha256_init((crypto_hash_sha256_state *)stream->opaque);
}

void hash_add(struct hash_stream *stream, const void *data, size_t len) {
    crypto_hash_sha256_update((crypto_hash_sha256_state *)stream->opaque, data, len);
}

void hash_end(struct hash_stream *stream, char out[HASH_HEX_SIZE]) {
    unsigned char digest[HASH_BYTES];
    crypto_hash_sha256_final((crypto_hash_sha256_state *)stream->opaque, digest);
    to_hex(digest, out);
}

void hash_texts(const char *const *texts, size_t count, char out[HASH_HEX_SIZE]) {
    struct hash_stream stream;
    hash_begin(&stream);
    for (size_t i = 0; i < count; i++) {
        /* Eight bytes, highest first; all ones is no length and says "absent". */
        uint64_t len = texts[i] ? strlen(texts[i]) : UINT64_MAX;
        unsigned char prefix[8];
        for (unsigned b = 0; b < 8; b++)
            prefix[b] = (unsigned char)(len >> (56 - 8 * b));
        hash_add(&stream, prefix, sizeof(prefix));
        if (texts[i]) hash_add(&stream, texts[i], (size_t)len);
    }
    hash_end(&stream, out);
}

void token_new(char out[TOKEN_SIZE]) {
    unsigned char bytes[TOKEN_BYTES];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(out, TOKEN_SIZE, bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
}

void random_bytes(void *out, size_t len) {
    randombytes_buf(out, len);
}

bool equal_secret(const char *a, const char *b) {
    if (!a || !b) return false;
    size_t len = strlen(a);
    return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}

int password_hash(const char *password, char out[PASSWORD_HASH_SIZE]) {
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(text, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return ERR_UNAVAILABLE;
    memcpy(out, text, sizeof(text));
    return 0;
}

bool password_verify(const char *stored, const char *password) {
    /* Hash of a random text that nobody knows, made with the limits above. */
    static const char NOBODY[] =
        "$argon2id$v=19$m=65536,t=2,p=1$RMJmoxewkclpENUWj/j2ww$hiMMewgC5zux8AZkiINmbBdEskIwid2bplp+n1iyc3s";
    const char *against = stored ? stored : NOBODY;
    bool fits = crypto_pwhash_str_verify(against, password, strlen(password)) == 0;
    return stored && fits;
}
