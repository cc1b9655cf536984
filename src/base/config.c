/* Settings: one table of options that serves the command line, the environment and the ini file.
 *
 * Invariants:
 * 1. Every value, from wherever it comes, passes config_set(): there is one check for an option.
 * 2. A failure leaves the settings as they were, a file that fails half-way too.
 */
#include "minyi/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "minyi/err.h"
#include "minyi/utf8.h"

enum kind {
    KIND_STORE,
    KIND_LISTEN,
    KIND_ORIGIN,
    KIND_PATH,
    KIND_LEVEL,
    KIND_NUMBER,
    KIND_TIME,
    KIND_SWITCH
};

enum { VALUE_MAX = 4096 /* bytes */ };

/* How each option is read; in the order of `options`. */
struct rule {
    enum kind kind;
    size_t offset;
    int64_t min, max; /* NUMBER: value. TIME: in `unit_ms` */
    int64_t unit_ms;  /* TIME: milliseconds of one unit of the member */
};

static const struct config_option options[] = {
    {"store", "URL", "数据库：sqlite:文件路径，或 postgres://用户@主机:端口/数据库（默认 sqlite:minyi.db）"},
    {"store-connections", "N", "读数据库的连接数上限，0 至 200，0 为自动：postgres 用 8 个（默认 0）"},
    {"listen", "ADDRESS:PORT", "监听地址和端口；端口 0 由系统选择（默认 127.0.0.1:8080）"},
    {"public-url", "URL", "用户看到的网址，如 https://minyi.example.cn（默认 http:// 加监听地址）"},
    {"web-root", "FOLDER", "从此文件夹读取网页，不用程序内置的"},
    {"fonts", "FOLDERS", "系统之外的字体文件夹，多个用冒号分隔；公文排版用"},
    {"log-level", "LEVEL", "日志级别：debug、info、warn、error、off（默认 info）"},
    {"threads", "N", "处理请求的线程数，1 至 64（默认 16）"},
    {"workers", "N", "处理耗时操作的线程数，1 至 64（默认 4）"},
    {"connections", "N", "同时打开的连接数，8 至 65536（默认 1024）"},
    {"connections-per-ip", "N", "每个地址的连接数，0 为不限（默认 256）"},
    {"streams", "N", "同时打开的消息推送连接，0 为不推送，最多为连接数的一半（默认 400）"},
    {"header-timeout", "MS", "收齐请求头的时限，毫秒，也可写 10s（默认 10000）"},
    {"request-timeout", "MS", "收齐整个请求的时限，毫秒，也可写 60s；上传为五倍（默认 60000）"},
    {"idle-timeout", "S", "空闲连接保留的时间，秒，也可写 2m（默认 60）"},
    {"rate-limits", "yes|no", "限制每个账号和地址的请求频率，压力测试时才关闭（默认 yes）"},
    {"trust-proxy", "yes|no", "从 X-Forwarded-For 取用户地址，仅在反向代理之后使用（默认 no）"},
};

#define AT(MEMBER) .offset = offsetof(struct config, MEMBER)
static const struct rule rules[] = {
    {.kind = KIND_STORE, AT(store)},
    {.kind = KIND_NUMBER, AT(store_connections), .min = 0, .max = 200},
    {.kind = KIND_LISTEN, AT(listen)},
    {.kind = KIND_ORIGIN, AT(public_url)},
    {.kind = KIND_PATH, AT(web_root)},
    {.kind = KIND_PATH, AT(fonts)},
    {.kind = KIND_LEVEL, AT(log_level)},
    {.kind = KIND_NUMBER, AT(threads), .min = 1, .max = 64},
    {.kind = KIND_NUMBER, AT(workers), .min = 1, .max = 64},
    {.kind = KIND_NUMBER, AT(connections), .min = 8, .max = 65536},
    {.kind = KIND_NUMBER, AT(connections_per_ip), .min = 0, .max = 65536},
    {.kind = KIND_NUMBER, AT(streams), .min = 0, .max = 65536},
    {.kind = KIND_TIME, AT(header_timeout_ms), .min = 100, .max = 600000, .unit_ms = 1},
    {.kind = KIND_TIME, AT(request_timeout_ms), .min = 100, .max = 3600000, .unit_ms = 1},
    {.kind = KIND_TIME, AT(idle_timeout_s), .min = 1, .max = 3600, .unit_ms = 1000},
    {.kind = KIND_SWITCH, AT(rate_limits)},
    {.kind = KIND_SWITCH, AT(trust_proxy)},
};
#undef AT
_Static_assert(ARRAY_LEN(options) == ARRAY_LEN(rules), "one rule for each option");

const struct config_option *config_options(size_t *ret_count) {
    *ret_count = ARRAY_LEN(options);
    return options;
}

const char *config_site_url(const struct config *config, struct arena *arena) {
    return config->public_url ? config->public_url : arena_printf(arena, "http://%s", config->listen);
}

void config_defaults(struct config *config) {
    *config = (struct config){
        .store = "sqlite:minyi.db",
        .listen = "127.0.0.1:8080",
        .log_level = "info",
        .threads = 16,
        .workers = 4,
        .connections = 1024,
        .connections_per_ip = 256,
        .streams = 400,
        .header_timeout_ms = 10000,
        .request_timeout_ms = 60000,
        .idle_timeout_s = 60,
        .rate_limits = true,
    };
}

/* A whole decimal number at TEXT, at most LEN digits of it used; false on anything else. */
static bool read_number(const char *text, size_t len, int64_t *ret_value) {
    if (len == 0 || len > 12) return false;
    int64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return true;
}

static bool number_ok(const struct rule *rule, const char *text, int64_t *ret_value) {
    int64_t value;
    if (!read_number(text, strlen(text), &value) || value < rule->min || value > rule->max) return false;
    *ret_value = value;
    return true;
}

/* "2500" in the option's own unit, or "2500ms", "10s", "2m"; a time must be a whole number of units. */
static bool time_ok(const struct rule *rule, const char *text, int64_t *ret_value) {
    size_t len = strspn(text, "0123456789");
    const char *suffix = text + len;
    int64_t factor = 0;
    if (*suffix == '\0') factor = rule->unit_ms;
    if (strcmp(suffix, "ms") == 0) factor = 1;
    if (strcmp(suffix, "s") == 0) factor = 1000;
    if (strcmp(suffix, "m") == 0) factor = 60000;
    int64_t count;
    if (factor == 0 || !read_number(text, len, &count)) return false;
    int64_t ms = count * factor; /* 12 digits times 60000 is below 2^63 */
    if (ms % rule->unit_ms != 0) return false;
    int64_t value = ms / rule->unit_ms;
    if (value < rule->min || value > rule->max) return false;
    *ret_value = value;
    return true;
}

static bool switch_ok(const char *text, bool *ret_value) {
    static const char *const on[] = {"yes", "true", "on", "1"};
    static const char *const off[] = {"no", "false", "off", "0"};
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        bool is_on = strcasecmp(text, on[i]) == 0;
        if (!is_on && strcasecmp(text, off[i]) != 0) continue;
        *ret_value = is_on;
        return true;
    }
    return false;
}

static bool port_ok(const char *text) {
    int64_t port;
    return strlen(text) <= 5 && read_number(text, strlen(text), &port) && port <= 65535;
}

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080". */
static bool listen_ok(const char *text) {
    char host[INET6_ADDRSTRLEN + 3];
    unsigned char address[sizeof(struct in6_addr)];
    const char *colon = strrchr(text, ':');
    if (!colon || !port_ok(colon + 1)) return false;
    size_t len = (size_t)(colon - text);
    if (len == 0 || len >= sizeof(host)) return false;
    memcpy(host, text, len);
    host[len] = '\0';
    if (host[0] == '[' && host[len - 1] == ']') {
        host[len - 1] = '\0';
        return inet_pton(AF_INET6, host + 1, address) == 1;
    }
    return inet_pton(AF_INET, host, address) == 1 || strcmp(host, "localhost") == 0;
}

/* Scheme, host and port only: it is compared with the Origin header, which has no path. */
static bool origin_ok(const char *text) {
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
    if (scheme == 0) return false;
    const char *host = text + scheme;
    const char *port = strrchr(host, ':');
    if (port && !strchr(port, ']') && (!port[1] || !port_ok(port + 1))) return false;
    return *host && *host != ':' && strlen(host) <= 255 &&
           host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")] == '\0';
}

static bool level_ok(const char *text) {
    static const char *const levels[] = {"debug", "info", "warn", "error", "off"};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (strcmp(text, levels[i]) == 0) return true;
    return false;
}

static bool store_ok(const char *text) {
    static const char *const schemes[] = {"sqlite:", "postgres://", "postgresql://"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (strncmp(text, schemes[i], strlen(schemes[i])) == 0 && text[strlen(schemes[i])] != '\0')
            return true;
    return false;
}

static bool text_ok(enum kind kind, const char *text) {
    switch (kind) {
    case KIND_STORE:
        return store_ok(text);
    case KIND_LISTEN:
        return listen_ok(text);
    case KIND_ORIGIN:
        return origin_ok(text);
    case KIND_LEVEL:
        return level_ok(text);
    default:
        return text[0] != '\0';
    }
}

static const char *explain(struct arena *arena, size_t index, const char *value) {
    static const char *const allowed[] = {
        [KIND_STORE] = "应写成 sqlite:文件路径，或 postgres://用户@主机:端口/数据库",
        [KIND_LISTEN] = "应写成 地址:端口，如 127.0.0.1:8080 或 [::1]:8080，端口为 0 至 65535",
        [KIND_ORIGIN] = "应写成 https://主机名 或 http://主机名:端口，后面不带路径",
        [KIND_PATH] = "应写文件夹的路径",
        [KIND_LEVEL] = "应为 debug、info、warn、error、off 之一",
        [KIND_SWITCH] = "应为 yes 或 no",
    };
    const struct rule *rule = &rules[index];
    char shown[64] = "";
    if (utf8_check(value, strlen(value), true) == UTF8_FINE && utf8_length(value) <= 20)
        snprintf(shown, sizeof(shown) - 1, "%.60s", value);
    const char *name = options[index].name;
    if (rule->kind == KIND_NUMBER)
        return arena_printf(arena, "选项 %s 的值“%s”不正确：应为 %lld 至 %lld 的整数。", name, shown,
                            (long long)rule->min, (long long)rule->max);
    if (rule->kind == KIND_TIME)
        return arena_printf(arena, "选项 %s 的值“%s”不正确：应为 %lld 至 %lld %s，也可带单位 ms、s、m。",
                            name, shown, (long long)rule->min, (long long)rule->max,
                            rule->unit_ms == 1 ? "毫秒" : "秒");
    return arena_printf(arena, "选项 %s 的值“%s”不正确：%s。", name, shown, allowed[rule->kind]);
}

static bool find_option(const char *name, size_t *ret_index) {
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (strcmp(options[i].name, name) != 0) continue;
        *ret_index = i;
        return true;
    }
    return false;
}

static bool set_text(struct arena *arena, const struct rule *rule, const char *value, const char **member) {
    size_t len = strlen(value);
    if (len > VALUE_MAX || utf8_check(value, len, true) != UTF8_FINE) return false;
    /* People copy an address with the slash behind it. */
    if (rule->kind == KIND_ORIGIN && len > 0 && value[len - 1] == '/') len--;
    const char *copy = arena_memdup(arena, value, len);
    if (!text_ok(rule->kind, copy)) return false;
    *member = copy;
    return true;
}

int config_set(struct config *config, struct arena *arena, const char *name, const char *value,
               const char **ret_why) {
    size_t index;
    if (!find_option(name, &index)) {
        *ret_why =
            arena_printf(arena, "没有名为 %.40s 的选项。", utf8_valid(name, strlen(name)) ? name : "?");
        return ERR_NOT_FOUND;
    }
    const struct rule *rule = &rules[index];
    void *member = (char *)config + rule->offset;
    bool ok;
    switch (rule->kind) {
    case KIND_NUMBER:
        ok = number_ok(rule, value, member);
        break;
    case KIND_TIME:
        ok = time_ok(rule, value, member);
        break;
    case KIND_SWITCH:
        ok = switch_ok(value, member);
        break;
    default:
        ok = set_text(arena, rule, value, member);
        break;
    }
    if (ok) return 0;
    *ret_why = explain(arena, index, value);
    return ERR_INVALID;
}

int config_from_environment(struct config *config, struct arena *arena, const char **ret_why) {
    struct config copy = *config;
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        char *variable = arena_printf(arena, "MINYI_%s", options[i].name);
        for (char *c = variable; *c; c++) {
            if (*c == '-') *c = '_';
            if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
        }
        const char *value = getenv(variable);
        const char *why;
        if (!value || !*value) continue; /* empty is how a unit file or a script says "not set" */
        int rc = config_set(&copy, arena, options[i].name, value, &why);
        if (rc) {
            *ret_why = arena_printf(arena, "环境变量 %s：%s", variable, why);
            return rc;
        }
    }
    *config = copy;
    return 0;
}

struct reading {
    struct config config;
    struct arena *arena;
    bool seen[ARRAY_LEN(options)];
    const char *why; /* of the first mistake */
    FILE *file;
    bool line_too_long;
};

/* Called by inih for each "name = value"; 0 marks the line as wrong. */
static int take_pair(void *user, const char *section, const char *name, const char *value) {
    struct reading *reading = user;
    const char *why = NULL;
    size_t index = 0;
    if (reading->why) return 0;
    if (strcmp(section, "minyi") != 0)
        why = "设置应写在 [minyi] 之下。";
    else if (find_option(name, &index) && reading->seen[index])
        why = arena_printf(reading->arena, "选项 %s 写了两次。", name);
    else if (config_set(&reading->config, reading->arena, name, value, &why) == 0)
        reading->seen[index] = true;
    reading->why = why;
    return why == NULL;
}

/* fgets() for inih, which would take the rest of an overlong line for a line of its own. */
static char *read_line(char *line, int size, void *stream) {
    struct reading *reading = stream;
    if (!fgets(line, size, reading->file)) return NULL;
    if (!strchr(line, '\n') && !feof(reading->file)) reading->line_too_long = true;
    return reading->line_too_long ? NULL : line;
}

int config_from_file(struct config *config, struct arena *arena, const char *path, const char **ret_why) {
    struct reading reading = {.config = *config, .arena = arena, .file = fopen(path, "re")};
    if (!reading.file) {
        *ret_why = arena_printf(arena, "无法打开配置文件 %s：%s。", path, strerror(errno));
        return ERR_NOT_FOUND;
    }
    int line = ini_parse_stream(read_line, &reading, take_pair, &reading);
    bool unreadable = ferror(reading.file) != 0 || line < 0;
    fclose(reading.file);
    if (line == 0 && !unreadable && !reading.line_too_long) {
        *config = reading.config;
        return 0;
    }
    const char *why = reading.why ? reading.why : "写法不正确，应为“名称 = 值”。";
    if (unreadable)
        *ret_why = arena_printf(arena, "无法读取配置文件 %s。", path);
    else if (line == 0)
        *ret_why = arena_printf(arena, "配置文件 %s 中有一行太长。", path);
    else
        *ret_why = arena_printf(arena, "配置文件 %s 第 %d 行：%s", path, line, why);
    return ERR_INVALID;
}
