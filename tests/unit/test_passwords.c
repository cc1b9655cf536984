/* Strength of passwords: each rule with what it must refuse and what it must let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "minyi/passwords.h"
#include "minyi/utf8.h"

static void assert_refused(const char *password, const char *reason) {
    const char *why = password_weakness(password, "zhaoxm", "赵小民");
    if (!why) fail_msg("%s was taken", password);
    if (!strstr(why, reason)) fail_msg("%s: %s", password, why);
}

static void good_passwords_pass(void **state) {
    (void)state;
    const char *const good[] = {
        "correct horse battery", "梧桐 铁轨 酱油 风筝 邮票", "xK7#pQ2vLm",       "ganjiang-lotus-78",
        "Tr0ub4dor&3x",          "今天下午三点去江边散步",   "vb8Kwq0zRt",       "zhaoxm likes green tea",
        "property-expert-river", "赵小民和他的三只大白鹅",   "mima de hua yuan",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        const char *why = password_weakness(good[i], "zhaoxm", "赵小民");
        if (why) fail_msg("%s: %s", good[i], why);
    }
}

static void length_counts_characters(void **state) {
    (void)state;
    assert_refused("", "太短");
    assert_refused("xK7#pQ2vL", "太短");
    assert_refused("梧桐铁轨酱油风筝邮", "太短");
    assert_null(password_weakness("梧桐铁轨酱油风筝邮票", NULL, NULL));
    char text[700];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)('!' + i * 7 % 90);
    text[128] = '\0';
    assert_null(password_weakness(text, NULL, NULL));
    text[128] = 'x';
    text[129] = '\0';
    assert_refused(text, "太长");
    text[129] = 'x';
    text[699] = '\0';
    assert_refused(text, "太长");
    char chinese[128 * 3 + 1];
    for (size_t i = 0; i < 128; i++) {
        const char *sign = i % 3 ? i % 5 ? "梧" : "桐" : i % 7 ? "铁" : "轨";
        memcpy(chinese + 3 * i, sign, 4);
    }
    assert_null(password_weakness(chinese, NULL, NULL));
}

static void unusable_characters(void **state) {
    (void)state;
    assert_refused("xK7#pQ2vLm\n", "不能使用");
    assert_refused("xK7#pQ2vLm\xFF", "不能使用");
    assert_refused("xK7#pQ2v\xE2\x80\xAELm", "不能使用");
}

static void login_and_name(void **state) {
    (void)state;
    assert_refused("zhaoxm@2!x8", "登录名");
    assert_refused("ZhaoXM@2!x8", "登录名");
    assert_refused("赵小民8在此呀呀呀x", "姓名"); /* ten characters, three are the name */
    assert_null(password_weakness("zhaoxm likes green tea", "zhaoxm", "赵小民"));
    assert_null(password_weakness("xK7#pQ2vLm", "x", "李")); /* too short to be found by chance */
    assert_null(password_weakness("xK7#pQ2vLm", NULL, NULL));
    assert_null(password_weakness("xK7#pQ2vLm", "", ""));
}

static void repetitions(void **state) {
    (void)state;
    const char *const bad[] = {"aaaaaaaaaa", "abababababab", "xK7#xK7#xK7#", "民意民意民意民意民意",
                               "wq8zwq8zwq", "a1a11a1aa1a1", "gh7Kdgh7Kd"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(bad[i], "重复");
}

static void runs(void **state) {
    (void)state;
    const char *const bad[] = {"qwertyuiop",   "abcdefghijk", "1qaz2wsx3edc", "zyxwvutsrq",
                               "qwerty123456", "asdfghjkl;1", "QWERTYuiop!",  "abcdef123456",
                               "!@#$%^&*()_",  "poiuytrewq0", "aaa111bbb222"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(bad[i], "键盘");
}

static void digits_only(void **state) {
    (void)state;
    const char *const bad[] = {"1234567890", "5201314520", "13807912345", "19850312077",
                               "360102198503120017"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(bad[i], "只用数字");
}

static void well_known(void **state) {
    (void)state;
    const char *const bad[] = {
        "woaini1314",     "woaini5201314", "Woaini_1314520", "5201314woaini",    "password2026",
        "P@ssw0rd2026",   "p@$$w0rd!!",    "zhangwei1985",   "zhangwei19850312", "zhang.wei.1985",
        "LiNa19900101",   "admin@2026",    "administrator",  "sheqingminyi",     "zhengxie2026",
        "jiangxi2026!",   "woaizhongguo",  "iloveyou520",    "wangzherongyao",   "1q2w3e4r5t",
        "!Zhengxie2026!", "wodemima123",   "q1w2e3r4t5",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(bad[i], "常见");
}

static void table_is_sorted_and_large(void **state) {
    (void)state;
    size_t count;
    const char *const *all = password_common_all(&count);
    assert_true(count >= 1000);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(all[i - 1], all[i]) >= 0) fail_msg("%s before %s", all[i - 1], all[i]);
        assert_true(password_is_common(all[i]));
        for (const char *c = all[i]; *c; c++)
            assert_false(*c >= 'A' && *c <= 'Z');
    }
    assert_false(password_is_common(""));
    assert_false(password_is_common("xk7pq"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_passwords_pass),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(unusable_characters),
        cmocka_unit_test(login_and_name),
        cmocka_unit_test(repetitions),
        cmocka_unit_test(runs),
        cmocka_unit_test(digits_only),
        cmocka_unit_test(well_known),
        cmocka_unit_test(table_is_sorted_and_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
