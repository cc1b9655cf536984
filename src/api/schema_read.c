/* JSON and text into described structs: the one place where what clients send is checked.
 *
 * 1. Nothing is stored in OUT that has not passed its field's bounds.
 * 2. The first flaw found is recorded with the wire name of its field ("authors[2].name") and the field's
 *    Chinese name in the sentence.
 * 3. Texts are valid UTF-8 without NUL, control or bidirectional characters; CR LF is folded and blanks at
 *    the ends go, but for secrets, which stay byte for byte.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/api.h"
#include "minyi/clock.h"
#include "minyi/utf8.h"

enum { DEPTH_LIMIT = 32, TEXT_DEFAULT_MAX = 200, LIST_DEFAULT_MAX = 100 };

struct reader {
    struct arena *arena;
    struct problem *problem;
};

static int flaw(struct reader *reader, int error, const char *path, const struct field *field,
                const char *what) {
    return problem_set(reader->problem, reader->arena, error, path, "“%s”%s", field->doc, what);
}

/* ---- texts ---- */

static const char *flaw_words(enum utf8_flaw found) {
    switch (found) {
    case UTF8_NUL:
        return "中含有空字符（NUL），请删除。";
    case UTF8_CONTROL:
        return "中含有看不见的控制字符，请删除后重新输入，或先粘贴到记事本再复制。";
    case UTF8_BIDI:
        return "中含有改变文字方向的隐藏字符，请删除。";
    case UTF8_LINE_BREAK:
        return "只能写一行，请去掉换行。";
    default:
        return "中的文字编码不正确，请重新输入。";
    }
}

static bool allowed_option(const struct field *field, const char *text) {
    for (const char *const *option = field->options; *option; option++)
        if (strcmp(*option, text) == 0) return true;
    return false;
}

static int check_length(struct reader *reader, const struct field *field, const char *path,
                        const char *text) {
    int64_t max = field->max ? field->max : TEXT_DEFAULT_MAX;
    int64_t length = (int64_t)utf8_length(text);
    if (length == 0 && (field->flags & FIELD_REQUIRED))
        return flaw(reader, ERR_REQUIRED, path, field, "必须填写。");
    if (length > max)
        return problem_set(reader->problem, reader->arena, ERR_TOO_LONG, path,
                           "“%s”最多 %" PRId64 " 个字符，现在有 %" PRId64 " 个，请精简。", field->doc, max,
                           length);
    if (length > 0 && length < field->min)
        return problem_set(reader->problem, reader->arena, ERR_TOO_SHORT, path,
                           "“%s”至少 %" PRId64 " 个字符，现在有 %" PRId64 " 个。", field->doc, field->min,
                           length);
    return 0;
}

static int read_text(struct reader *reader, const struct field *field, const char *path, const char *value,
                     size_t len, const char **ret) {
    char *text = arena_memdup(reader->arena, value, len);
    bool secret = (field->flags & FIELD_SECRET) != 0;
    if (!secret) len = utf8_tidy(text, len);
    bool one_line = (field->flags & FIELD_ONE_LINE) || field->options || field->type == FIELD_DATE;
    enum utf8_flaw found = utf8_check(text, len, one_line);
    if (found != UTF8_FINE) return flaw(reader, ERR_BAD_TEXT, path, field, flaw_words(found));
    if (len == 0 && (field->flags & FIELD_NULLABLE)) {
        *ret = NULL;
        return 0;
    }
    int result = check_length(reader, field, path, text);
    if (result < 0) return result;
    if (field->options && !allowed_option(field, text))
        return flaw(reader, ERR_NOT_ALLOWED_VALUE, path, field, "的值不在可选范围内。");
    int64_t day = 0;
    if (field->type == FIELD_DATE && clock_parse_date(text, &day) < 0)
        return flaw(reader, ERR_BAD_DATE, path, field, "应是真实的日期，写成 2026-03-08 的样子。");
    *ret = text;
    return 0;
}

/* ---- numbers ---- */

/* Times are reckoned with: one that no calendar has could run over. 9999-12-31 is the last. */
static const int64_t TIME_LAST_MS = INT64_C(253402300799999);

static int check_number(struct reader *reader, const struct field *field, const char *path, int64_t value) {
    if (field->type == FIELD_TIME && !field->min && !field->max && (value < 0 || value > TIME_LAST_MS))
        return flaw(reader, ERR_OUT_OF_RANGE, path, field, "不是合理的时间。");
    if ((field->min || field->max) && (value < field->min || value > field->max))
        return problem_set(reader->problem, reader->arena, ERR_OUT_OF_RANGE, path,
                           "“%s”应在 %" PRId64 " 到 %" PRId64 " 之间。", field->doc, field->min, field->max);
    if (value == ABSENT) /* the one number that stands for absence */
        return flaw(reader, ERR_OUT_OF_RANGE, path, field, "超出范围。");
    return 0;
}

static int read_number(struct reader *reader, const struct field *field, const char *path, const char *text,
                       int64_t *ret) {
    char *end = NULL;
    bool starts = (*text >= '0' && *text <= '9') || *text == '-';
    errno = 0;
    intmax_t value = starts ? strtoimax(text, &end, 10) : 0;
    if (!starts || *end || errno == ERANGE) return flaw(reader, ERR_WRONG_TYPE, path, field, "应是整数。");
    int result = check_number(reader, field, path, value);
    if (result == 0) *ret = value;
    return result;
}

/* ---- JSON ---- */

static int read_object(struct reader *reader, const struct record *record, const json_t *object,
                       const char *prefix, void *out, uint64_t *seen);

static int check_count(struct reader *reader, const struct field *field, const char *path, size_t count) {
    int64_t max = field->max ? field->max : LIST_DEFAULT_MAX;
    if ((int64_t)count > max)
        return problem_set(reader->problem, reader->arena, ERR_TOO_LONG, path, "“%s”最多 %" PRId64 " 项。",
                           field->doc, max);
    if ((int64_t)count < field->min)
        return problem_set(reader->problem, reader->arena, ERR_TOO_SHORT, path, "“%s”至少 %" PRId64 " 项。",
                           field->doc, field->min);
    return 0;
}

static int read_item(struct reader *reader, const struct field *field, const char *path, const json_t *item,
                     void *slot) {
    if (field->type == FIELD_LIST) {
        if (!json_is_object(item)) return flaw(reader, ERR_WRONG_TYPE, path, field, "的每一项应是对象。");
        uint64_t seen = 0;
        record_clear(field->of, slot);
        int result = read_object(reader, field->of, item, path, slot, &seen);
        return result < 0 ? result : schema_check_required(field->of, seen, reader->arena, reader->problem);
    }
    /* Bounds of the list are not those of its items. */
    struct field single = *field;
    single.min = single.max = 0;
    single.flags = FIELD_REQUIRED | FIELD_ONE_LINE;
    if (field->type == FIELD_TEXTS) {
        single.type = FIELD_TEXT;
        if (!json_is_string(item)) return flaw(reader, ERR_WRONG_TYPE, path, field, "的每一项应是文字。");
        return read_text(reader, &single, path, json_string_value(item), json_string_length(item), slot);
    }
    if (!json_is_integer(item)) return flaw(reader, ERR_WRONG_TYPE, path, field, "的每一项应是整数。");
    int64_t number = json_integer_value(item);
    int result = check_number(reader, &single, path, number);
    if (result == 0) *(int64_t *)slot = number;
    return result;
}

static int read_list(struct reader *reader, const struct field *field, const char *path, const json_t *value,
                     struct list *ret) {
    if (!json_is_array(value)) return flaw(reader, ERR_WRONG_TYPE, path, field, "应是列表。");
    size_t count = json_array_size(value);
    int result = check_count(reader, field, path, count);
    if (result < 0) return result;
    size_t size = field->type == FIELD_LIST    ? field->of->size
                  : field->type == FIELD_TEXTS ? sizeof(const char *)
                                               : sizeof(int64_t);
    char *items = arena_array(reader->arena, count, size);
    for (size_t i = 0; i < count; i++) {
        const char *at = arena_printf(reader->arena, "%s[%zu]", path, i);
        result = read_item(reader, field, at, json_array_get(value, i), items + i * size);
        if (result < 0) return result;
    }
    *ret = (struct list){.items = count ? items : NULL, .count = count};
    return 0;
}

static int read_scalar(struct reader *reader, const struct field *field, const char *path,
                       const json_t *value, void *slot) {
    switch (field->type) {
    case FIELD_INT:
    case FIELD_TIME: {
        if (!json_is_integer(value)) return flaw(reader, ERR_WRONG_TYPE, path, field, "应是整数。");
        int64_t number = json_integer_value(value);
        int result = check_number(reader, field, path, number);
        if (result == 0) *(int64_t *)slot = number;
        return result;
    }
    case FIELD_BOOL:
        if (!json_is_boolean(value))
            return flaw(reader, ERR_WRONG_TYPE, path, field, "应是“是”或“否”（true 或 false）。");
        *(bool *)slot = json_is_true(value);
        return 0;
    default:
        if (!json_is_string(value)) return flaw(reader, ERR_WRONG_TYPE, path, field, "应是文字。");
        return read_text(reader, field, path, json_string_value(value), json_string_length(value), slot);
    }
}

static int read_value(struct reader *reader, const struct field *field, const char *path, const json_t *value,
                      void *slot) {
    switch (field->type) {
    case FIELD_LIST:
    case FIELD_TEXTS:
    case FIELD_INTS:
        return read_list(reader, field, path, value, slot);
    case FIELD_OBJECT: {
        if (!json_is_object(value)) return flaw(reader, ERR_WRONG_TYPE, path, field, "应是对象。");
        void *object = arena_alloc(reader->arena, field->of->size);
        uint64_t seen = 0;
        record_clear(field->of, object);
        int result = read_object(reader, field->of, value, path, object, &seen);
        if (result == 0) result = schema_check_required(field->of, seen, reader->arena, reader->problem);
        if (result == 0) *(void **)slot = object;
        return result;
    }
    default:
        return read_scalar(reader, field, path, value, slot);
    }
}

static int read_object(struct reader *reader, const struct record *record, const json_t *object,
                       const char *prefix, void *out, uint64_t *seen) {
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)object, key, value) {
        const char *path = *prefix ? arena_printf(reader->arena, "%s.%s", prefix, key) : key;
        const struct field *field = record_field(record, key);
        if (!field || (field->flags & (FIELD_IN_PATH | FIELD_IN_QUERY | FIELD_INTERNAL)))
            return problem_set(reader->problem, reader->arena, ERR_UNKNOWN_FIELD, path,
                               "不认识字段“%.60s”，请刷新页面后再试。", key);
        if (json_is_null(value)) {
            if (field->flags & FIELD_REQUIRED) return flaw(reader, ERR_REQUIRED, path, field, "必须填写。");
            continue;
        }
        int result = read_value(reader, field, path, value, (char *)out + field->offset);
        if (result < 0) return result;
        *seen |= UINT64_C(1) << (field - record->fields);
    }
    return 0;
}

/* The top-level key whose value holds byte POSITION, for errors that the parser finds before any field. */
static const char *key_near(const char *json, size_t len, size_t position, struct arena *arena) {
    const char *text = NULL, *key = NULL;
    size_t text_len = 0, key_len = 0;
    int depth = 0;
    for (size_t i = 0; i < len && i < position; i++) {
        if (json[i] == '"') {
            size_t start = ++i;
            while (i < len && json[i] != '"')
                i += json[i] == '\\' ? 2 : 1;
            text = json + start;
            text_len = (i < len ? i : len) - start;
        } else if (json[i] == ':' && depth == 1) {
            key = text;
            key_len = text_len;
        } else if (json[i] == '{' || json[i] == '[') {
            depth++;
        } else if (json[i] == '}' || json[i] == ']') {
            depth--;
        }
    }
    return key && key_len <= 60 && utf8_valid(key, key_len) ? arena_memdup(arena, key, key_len) : NULL;
}

/* The parser recurses once a level: refuse what no record of ours could hold before it starts. */
static bool too_deep(const char *json, size_t len) {
    int depth = 0;
    for (size_t i = 0; i < len; i++) {
        if (json[i] == '"') {
            for (i++; i < len && json[i] != '"'; i++)
                if (json[i] == '\\') i++;
        } else if ((json[i] == '{' || json[i] == '[') && ++depth > DEPTH_LIMIT) {
            return true;
        } else if (json[i] == '}' || json[i] == ']') {
            depth--;
        }
    }
    return false;
}

static int parse_failure(struct reader *reader, const char *json, size_t len, const json_error_t *error) {
    const char *key = key_near(json, len, error->position > 0 ? (size_t)error->position : 0, reader->arena);
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return problem_set(reader->problem, reader->arena, ERR_DUPLICATE_FIELD, key, NULL);
    case json_error_invalid_utf8:
        return problem_set(reader->problem, reader->arena, ERR_BAD_TEXT, key, "文字编码不正确，请重新输入。");
    case json_error_null_character:
    case json_error_null_byte_in_key:
    case json_error_null_value:
        return problem_set(reader->problem, reader->arena, ERR_BAD_TEXT, key,
                           "文字中含有空字符（NUL），请删除。");
    case json_error_numeric_overflow:
        return problem_set(reader->problem, reader->arena, ERR_OUT_OF_RANGE, key, NULL);
    default:
        return problem_set(reader->problem, reader->arena, ERR_BAD_JSON, key,
                           "JSON 在第 %d 行第 %d 列附近有误。", error->line, error->column);
    }
}

int schema_read_json(const struct record *record, const char *json, size_t len, struct arena *arena,
                     struct problem *problem, void *out, uint64_t *seen) {
    struct reader reader = {arena, problem};
    if (too_deep(json, len)) return problem_set(problem, arena, ERR_BAD_JSON, NULL, "JSON 的嵌套太深。");
    json_error_t error;
    json_t *root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    if (!root) return parse_failure(&reader, json, len, &error);
    int result = json_is_object(root) ? read_object(&reader, record, root, "", out, seen)
                                      : problem_set(problem, arena, ERR_BAD_JSON, NULL, "最外层应是对象。");
    json_decref(root);
    return result;
}

int schema_read_text(const struct record *record, const struct field *field, const char *text,
                     struct arena *arena, struct problem *problem, void *out, uint64_t *seen) {
    struct reader reader = {arena, problem};
    void *slot = (char *)out + field->offset;
    int result = 0;
    *seen |= UINT64_C(1) << (field - record->fields);
    switch (field->type) {
    case FIELD_INT:
    case FIELD_TIME:
        return read_number(&reader, field, field->name, text, slot);
    case FIELD_BOOL:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return flaw(&reader, ERR_WRONG_TYPE, field->name, field, "应是 true 或 false。");
        *(bool *)slot = text[0] == 't';
        return 0;
    case FIELD_TEXT:
    case FIELD_DATE:
        result = read_text(&reader, field, field->name, text, strlen(text), slot);
        return result;
    default:
        return problem_set(problem, arena, ERR_INTERNAL, field->name,
                           NULL); /* api_new() refuses such records */
    }
}

int schema_check_required(const struct record *record, uint64_t seen, struct arena *arena,
                          struct problem *problem) {
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_REQUIRED) && !(seen >> i & 1))
            return problem_set(problem, arena, ERR_REQUIRED, field->name, "“%s”必须填写。", field->doc);
    }
    return 0;
}
