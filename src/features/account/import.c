/* Adding many people from a table (CSV): good lines go in though others fail, a dry run first.
 *
 * 1. Every line stands alone: it is checked whole before anything of it is written.
 * 2. Lines are written in small groups, each its own transaction, so that other writers wait but a moment.
 */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/csv.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/utf8.h"

enum { LINES_MAX = 2000, GROUP = 50, TEXT_MAX = 200 };

DB_STATEMENT(import_unit_by_code, "SELECT id FROM unit WHERE code = $1 AND active = 1");

/* Columns as the header names them. */
enum column {
    NAME,
    LOGIN,
    UNIT,
    POST,
    EMPLOYER,
    SECTOR,
    PARTY,
    STANDING,
    EXPERTISE,
    PHONE,
    EMAIL,
    TERM,
    FROM,
    TO,
    COLUMNS
};
static const char *const titles[COLUMNS] = {"姓名", "登录名", "单位代码", "职务",  "工作单位",
                                            "界别", "党派",   "身份",     "专长",  "电话",
                                            "邮箱", "届次",   "聘任起",   "聘任止"};

struct import {
    const struct import_in *in;
    struct list rows; /* struct csv_row, the header first */
    int columns[COLUMNS];
    struct import_line *lines;
    size_t from, to; /* the group at hand, in lines */
};

/* One line, read and checked. */
struct person {
    const char *login, *name;
    int64_t unit_id;
    struct profile_fields fields;
};

static const char *cell(const struct import *import, size_t i, enum column column) {
    return csv_cell(LIST_AT(import->rows, struct csv_row, i + 1), import->columns[column]);
}

/* Stored code of a standing written in Chinese or as its code; "" for none, NULL for an unknown one. */
static const char *standing_of(const char *text) {
    if (text[0] == '\0') return "";
    for (const struct code_name *one = standing_names; one->code != NULL; one++)
        if (strcmp(one->zh, text) == 0 || strcmp(one->code, text) == 0) return one->code;
    return NULL;
}

static int check_fields(struct ctx *ctx, const struct import *import, size_t i, struct profile_fields *ret) {
    static const enum column texts[] = {NAME, POST, EMPLOYER, SECTOR, PARTY, EXPERTISE, PHONE, EMAIL, TERM};
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        const char *text = cell(import, i, texts[t]);
        if (utf8_length(text) > TEXT_MAX || utf8_check(text, strlen(text), true) != UTF8_FINE)
            return fail(ctx, ERR_INVALID, NULL, "“%s”太长或含有换行等不允许的字符。", titles[texts[t]]);
    }
    const char *from = date_fold(ctx->arena, cell(import, i, FROM)),
               *to = date_fold(ctx->arena, cell(import, i, TO));
    if (from == NULL || to == NULL) return fail(ctx, ERR_INVALID, NULL, "聘任日期应写成 2026-03-08 的样子。");
    const char *standing = standing_of(cell(import, i, STANDING));
    if (standing == NULL)
        return fail(ctx, ERR_INVALID, NULL, "不认识的身份“%s”。", cell(import, i, STANDING));
    *ret = (struct profile_fields){.post = cell(import, i, POST),
                                   .employer = cell(import, i, EMPLOYER),
                                   .sector = cell(import, i, SECTOR),
                                   .party = cell(import, i, PARTY),
                                   .standing = standing,
                                   .expertise = cell(import, i, EXPERTISE),
                                   .phone = cell(import, i, PHONE),
                                   .email = cell(import, i, EMAIL),
                                   .term = cell(import, i, TERM),
                                   .appointed_from = from[0] != '\0' ? from : NULL,
                                   .appointed_to = to[0] != '\0' ? to : NULL};
    return profile_check(ctx, ret);
}

static int find_unit(struct ctx *ctx, const struct import *import, size_t i, int64_t *ret) {
    const char *code = cell(import, i, UNIT);
    int64_t unit = import->in->unit_id;
    int error = 0;
    if (code[0] != '\0') error = db_get_int(ctx->conn, &import_unit_by_code, DB_PARAMS(db_text(code)), &unit);
    int reach = error == 0 ? may_over(ctx, MAY_ACCOUNT_MANAGE, unit) : error;
    if (error == ERR_NOT_FOUND || reach == 0)
        return fail(ctx, ERR_NOT_FOUND, NULL, "没有代码为“%s”的单位，或不在您的管理范围内。", code);
    if (reach < 0) return reach;
    *ret = unit;
    return 0;
}

static int check_login(struct ctx *ctx, const struct import *import, size_t i, const char *login) {
    int64_t id = 0;
    if (!login_fits(login))
        return fail(ctx, ERR_INVALID, NULL, "登录名只能用字母、数字和 . _ - @，2 至 60 个字符。");
    for (size_t before = 0; before < i; before++)
        if (import->lines[before].ok && strcmp(import->lines[before].login, login) == 0)
            return fail(ctx, ERR_ALREADY_EXISTS, NULL, "登录名 %s 与第 %lld 行重复。", login,
                        (long long)import->lines[before].line);
    int error = account_find(ctx, login, &id);
    if (error == ERR_NOT_FOUND) return 0;
    return error != 0 ? error
                      : fail(ctx, ERR_ALREADY_EXISTS, NULL, "登录名 %s 已被使用，请另取一个。", login);
}

static int check_line(struct ctx *ctx, const struct import *import, size_t i, struct person *ret) {
    ret->name = cell(import, i, NAME);
    ret->login = login_fold(ctx->arena, cell(import, i, LOGIN));
    if (ret->name[0] == '\0') return fail(ctx, ERR_REQUIRED, NULL, "缺少姓名。");
    if (ret->login[0] == '\0') return fail(ctx, ERR_REQUIRED, NULL, "缺少登录名。");
    int error = check_login(ctx, import, i, ret->login);
    if (error == 0) error = find_unit(ctx, import, i, &ret->unit_id);
    return error != 0 ? error : check_fields(ctx, import, i, &ret->fields);
}

static int add_person(struct ctx *ctx, const struct person *person, const char **ret_link) {
    int64_t id = 0;
    struct account_created created = {0};
    int error = account_create(
        ctx, &(struct account_new){.login = person->login, .name = person->name, .unit_id = person->unit_id},
        &id);
    if (error == 0) error = profile_write(ctx, id, &person->fields, true);
    if (error == 0) error = account_give_role_checked(ctx, id, "officer", person->unit_id);
    if (error == 0) error = account_link_describe(ctx, id, &created);
    if (error == 0) *ret_link = created.link;
    return error;
}

/* The lines of one group; a failure of the store ends the import, one of a line only that line. */
static int run_group(struct ctx *ctx, void *argument) {
    struct import *import = argument;
    for (size_t i = import->from; i < import->to; i++) {
        struct import_line *line = &import->lines[i];
        struct person person = {0};
        *line = (struct import_line){.line = LIST_AT(import->rows, struct csv_row, i + 1)->line};
        *ctx->problem = (struct problem){0};
        int error = check_line(ctx, import, i, &person);
        line->login = person.login;
        line->name = person.name;
        if (error != 0 && ctx->problem->error != error) return error;
        if (error != 0) {
            line->error = ctx->problem->detail;
            *ctx->problem = (struct problem){0};
            continue;
        }
        if (import->in->commit) error = add_person(ctx, &person, &line->link);
        if (error != 0) return error;
        line->ok = true;
    }
    return 0;
}

static int read_table(struct ctx *ctx, struct import *import) {
    const char *why = NULL;
    int error =
        csv_read(import->in->csv, strlen(import->in->csv), LINES_MAX + 1, ctx->arena, &import->rows, &why);
    if (error != 0) return fail(ctx, error, "csv", "%s", why);
    if (import->rows.count < 2)
        return fail(ctx, ERR_INVALID, "csv", "表中没有数据：第一行应是列名，以下每行一人。");
    const struct csv_row *header = LIST_AT(import->rows, struct csv_row, 0);
    for (size_t c = 0; c < COLUMNS; c++)
        import->columns[c] = csv_column(header, titles[c]);
    if (import->columns[NAME] < 0 || import->columns[LOGIN] < 0)
        return fail(ctx, ERR_INVALID, "csv", "第一行缺少“姓名”或“登录名”一列。");
    for (size_t i = 0; i < header->cells.count; i++) {
        const char *title = csv_cell(header, (int)i);
        bool known = title[0] == '\0';
        for (size_t c = 0; c < COLUMNS && !known; c++)
            known = strcmp(titles[c], title) == 0;
        if (!known) return fail(ctx, ERR_INVALID, "csv", "第一行有不认识的列“%s”。", title);
    }
    return 0;
}

static int check_default_unit(struct ctx *ctx, void *argument) {
    const struct import *import = argument;
    return need_over(ctx, MAY_ACCOUNT_MANAGE, import->in->unit_id);
}

int account_import(struct ctx *ctx, const void *in, void *out_) {
    struct import import = {.in = in};
    struct import_out *out = out_;
    int error = ctx_read(ctx, check_default_unit, &import);
    if (error == 0) error = read_table(ctx, &import);
    if (error != 0) return error;
    size_t count = import.rows.count - 1;
    import.lines = arena_array(ctx->arena, count, sizeof(*import.lines));
    for (import.from = 0; error == 0 && import.from < count; import.from = import.to) {
        import.to = import.from + GROUP < count ? import.from + GROUP : count;
        error = import.in->commit ? ctx_write(ctx, run_group, &import) : ctx_read(ctx, run_group, &import);
    }
    if (error != 0) return error;
    out->lines = (struct list){import.lines, count};
    for (size_t i = 0; i < count; i++)
        import.lines[i].ok ? out->ok++ : out->failed++;
    return 0;
}
