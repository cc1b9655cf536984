/* Hashes against published vectors, tokens, passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "minyi/base.h"
#include "minyi/hash.h"

static int start(void **state) {
    (void)state;
    return hash_init();
}

/* FIPS 180-4 examples and the NIST vectors of one million "a". */
static void sha256_vectors(void **state) {
    (void)state;
    const struct {
        const char *text, *hex;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char hex[HASH_HEX_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        hash_hex(cases[i].text, strlen(cases[i].text), hex);
        assert_string_equal(hex, cases[i].hex);
    }
    char thousand[1000];
    memset(thousand, 'a', sizeof(thousand));
    struct hash_stream stream;
    hash_begin(&stream);
    for (int i = 0; i < 1000; i++)
        hash_add(&stream, thousand, sizeof(thousand));
    hash_end(&stream, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void stream_equals_whole_however_it_is_cut(void **state) {
    (void)state;
    char data[300];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)i;
    char whole[HASH_HEX_SIZE];
    hash_hex(data, sizeof(data), whole);
    for (size_t cut = 0; cut <= sizeof(data); cut++) {
        char hex[HASH_HEX_SIZE];
        struct hash_stream stream;
        hash_begin(&stream);
        hash_add(&stream, data, cut);
        hash_add(&stream, data + cut, sizeof(data) - cut);
        hash_end(&stream, hex);
        assert_string_equal(hex, whole);
    }
}

static void texts_cannot_be_confused(void **state) {
    (void)state;
    const char *const lists[][4] = {
        {"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"},     {"abc", 0},          {0, "abc"},
        {"", ""},    {0, 0},      {"", 0},     {"a", "b", "c"}, {"a", "b", "c", ""}, {"\xff\xff", "\xff"}};
    const size_t counts[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 2};
    char hex[ARRAY_LEN(counts)][HASH_HEX_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        hash_texts(lists[i], counts[i], hex[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hex[i], hex[j]);
    }
    /* The layout is part of stored data: 8 length bytes, highest first, then the text. */
    char expected[HASH_HEX_SIZE];
    hash_hex("\0\0\0\0\0\0\0\2ab\xff\xff\xff\xff\xff\xff\xff\xff", 18, expected);
    char actual[HASH_HEX_SIZE];
    hash_texts((const char *const[]){"ab", NULL}, 2, actual);
    assert_string_equal(actual, expected);
}

static void tokens(void **state) {
    (void)state;
    char a[TOKEN_SIZE];
    char b[TOKEN_SIZE];
    token_new(a);
    token_new(b);
    assert_int_equal(strlen(a), 43);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(a, b);
    unsigned char bytes[64] = {0};
    unsigned char zero[64] = {0};
    random_bytes(bytes, sizeof(bytes));
    assert_memory_not_equal(bytes, zero, sizeof(bytes));
}

static void secrets_compare(void **state) {
    (void)state;
    assert_true(equal_secret("", ""));
    assert_true(equal_secret("abc", "abc"));
    assert_false(equal_secret("abc", "abd"));
    assert_false(equal_secret("abc", "abcd"));
    assert_false(equal_secret(NULL, "a"));
    assert_false(equal_secret("a", NULL));
    assert_false(equal_secret(NULL, NULL));
}

static void passwords(void **state) {
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    char again[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash("一二三 correct horse", hash), 0);
    assert_int_equal(password_hash("一二三 correct horse", again), 0);
    assert_string_not_equal(hash, again); /* salted */
    assert_memory_equal(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
    assert_true(password_verify(hash, "一二三 correct horse"));
    assert_false(password_verify(hash, "一二三 correct Horse"));
    assert_false(password_verify(hash, ""));
    assert_false(password_verify(NULL, "anything"));
    assert_false(password_verify("", "anything"));
    assert_false(password_verify("not a hash", "anything"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors),           cmocka_unit_test(stream_equals_whole_however_it_is_cut),
        cmocka_unit_test(texts_cannot_be_confused), cmocka_unit_test(tokens),
        cmocka_unit_test(secrets_compare),          cmocka_unit_test(passwords),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
