/* The OpenAPI 3.1 document and the permission matrix, written from the route tables: what is served, what the
 * pages' types are generated from, and what the docs show are one thing. */
#include <string.h>

#include "internal.h"

/* Records already written, so that each schema stands once. */
struct written {
    const struct record *records[1024];
    bool input[1024];
    size_t count;
};

static bool first_time(struct written *written, const struct record *record, bool input) {
    for (size_t i = 0; i < written->count; i++)
        if (written->records[i] == record && written->input[i] == input) return false;
    if (written->count == ARRAY_LEN(written->records)) return false;
    written->records[written->count] = record;
    written->input[written->count++] = input;
    return true;
}

static void write_schema(struct written *written, const struct record *record, bool input, struct buf *out) {
    if (!first_time(written, record, input)) return;
    if (written->count > 1) buf_addc(out, ',');
    buf_addf(out, "\"%s%s\":", record->name, input ? "Input" : "");
    schema_write_openapi(record, input, out);
    for (size_t i = 0; i < record->count; i++)
        if (record->fields[i].of) write_schema(written, record->fields[i].of, input, out);
}

static bool has_body(const struct route *route) {
    for (size_t i = 0; route->in && i < route->in->count; i++)
        if (!(route->in->fields[i].flags & (FIELD_IN_PATH | FIELD_IN_QUERY))) return true;
    return false;
}

static void write_parameter(const struct field *field, struct buf *out) {
    bool path = (field->flags & FIELD_IN_PATH) != 0;
    bool required = path || (field->flags & FIELD_REQUIRED);
    buf_addf(out, "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"description\":", field->name,
             path ? "path" : "query", required ? "true" : "false");
    buf_add_json(out, field->doc ? field->doc : "");
    buf_adds(out, ",\"schema\":");
    if (field->type == FIELD_BOOL)
        buf_adds(out, "{\"type\":\"boolean\"}");
    else if (field->type == FIELD_INT || field->type == FIELD_TIME)
        buf_adds(out, "{\"type\":\"integer\",\"format\":\"int64\"}");
    else if (field->options) {
        buf_adds(out, "{\"type\":\"string\",\"enum\":[");
        for (const char *const *option = field->options; *option; option++) {
            if (option != field->options) buf_addc(out, ',');
            buf_add_json(out, *option);
        }
        buf_adds(out, "]}");
    } else
        buf_adds(out, "{\"type\":\"string\"}");
    buf_addc(out, '}');
}

static void write_header(const char *name, bool required, const char *doc, struct buf *out) {
    buf_addf(out,
             "{\"name\":\"%s\",\"in\":\"header\",\"required\":%s,\"description\":\"%s\",\"schema\":{\"type\":"
             "\"string\"}}",
             name, required ? "true" : "false", doc);
}

static void write_parameters(const struct route *route, struct buf *out) {
    const char *comma = "";
    buf_adds(out, ",\"parameters\":[");
    for (size_t i = 0; route->in && i < route->in->count; i++)
        if (route->in->fields[i].flags & (FIELD_IN_PATH | FIELD_IN_QUERY)) {
            buf_adds(out, comma);
            write_parameter(&route->in->fields[i], out);
            comma = ",";
        }
    if (route->flags & ROUTE_IF_MATCH) {
        buf_adds(out, comma);
        write_header("If-Match", true, "所见内容的版本，即上次得到的 ETag", out);
        comma = ",";
    }
    if (route->flags & ROUTE_CREATES) {
        buf_adds(out, comma);
        write_header("Idempotency-Key", false, "同一请求重发时保持不变，一天内只执行一次", out);
    }
    buf_addc(out, ']');
}

static void write_responses(const struct route *route, struct buf *out) {
    buf_adds(out, ",\"responses\":{");
    if (route->flags & ROUTE_DOWNLOAD)
        buf_adds(out,
                 "\"200\":{\"description\":\"文件\",\"content\":{\"application/octet-stream\":{\"schema\":"
                 "{\"type\":\"string\",\"format\":\"binary\"}}}}");
    else if (route->event)
        buf_addf(
            out,
            "\"200\":{\"description\":\"事件流（Server-Sent Events）：打开时和每次有变化时发出事件 %s，其 data "
            "是一行 JSON；每 25 秒一行注释；登录结束时终止\",\"content\":{\"text/event-stream\":{\"schema\":"
            "{\"$ref\":\"#/components/schemas/%s\"}}}}",
            route->event, route->out->name);
    else if (!route->out)
        buf_adds(out, "\"204\":{\"description\":\"完成\"}");
    else
        buf_addf(out,
                 "\"%s\":{\"description\":\"成功\",\"content\":{\"application/json\":{\"schema\":"
                 "{\"$ref\":\"#/components/schemas/%s\"}}}}",
                 route->flags & ROUTE_CREATES ? "201" : "200", route->out->name);
    buf_adds(out, ",\"4XX\":{\"$ref\":\"#/components/responses/Problem\"}"
                  ",\"5XX\":{\"$ref\":\"#/components/responses/Problem\"}}");
}

static void write_operation(const struct route_table *table, const struct route *route, struct buf *out) {
    buf_addc(out, '"');
    for (const char *c = route->method; *c; c++)
        buf_addc(out, (char)(*c | 0x20));
    buf_addf(out, "\":{\"operationId\":\"%s\",\"tags\":[\"%s\"],\"summary\":", route->name, table->feature);
    buf_add_json(out, route->summary);
    buf_adds(out, ",\"description\":");
    struct buf text = BUF(4096);
    buf_addf(&text, "权限：%s%s%s", permission_zh(route->permission), route->scope ? "；范围：" : "",
             route->scope ? route->scope : "");
    buf_add_json(out, text.data);
    buf_free(&text);
    const char *stored = permission_name(route->permission);
    buf_addf(out, ",\"x-permission\":\"%s\"",
             stored                        ? stored
             : route->permission == PUBLIC ? "public"
                                           : "signed_in");
    if (route->permission == PUBLIC) buf_adds(out, ",\"security\":[]");
    write_parameters(route, out);
    if (route->flags & ROUTE_UPLOAD)
        buf_adds(out,
                 ",\"requestBody\":{\"required\":true,\"content\":{\"application/octet-stream\":{\"schema\":"
                 "{\"type\":\"string\",\"format\":\"binary\"}}}}");
    else if (has_body(route))
        buf_addf(out,
                 ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":"
                 "{\"$ref\":\"#/components/schemas/%sInput\"}}}}",
                 route->in->name);
    write_responses(route, out);
    buf_addc(out, '}');
}

static void write_path(const struct route_table *const *tables, const char *path, struct buf *out) {
    const char *comma = "";
    buf_addf(out, "\"%s\":{", path);
    for (const struct route_table *const *table = tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++)
            if (strcmp((*table)->routes[i].path, path) == 0) {
                buf_adds(out, comma);
                write_operation(*table, &(*table)->routes[i], out);
                comma = ",";
            }
    buf_addc(out, '}');
}

/* True when an earlier row has the same path: its operations were written there. */
static bool path_seen(const struct route_table *const *tables, const struct route *until) {
    for (const struct route_table *const *table = tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct route *route = &(*table)->routes[i];
            if (route == until) return false;
            if (strcmp(route->path, until->path) == 0) return true;
        }
    return false;
}

static void write_paths(const struct route_table *const *tables, struct buf *out) {
    const char *comma = "";
    buf_adds(out, ",\"paths\":{");
    for (const struct route_table *const *table = tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct route *route = &(*table)->routes[i];
            if (path_seen(tables, route)) continue;
            buf_adds(out, comma);
            write_path(tables, route->path, out);
            comma = ",";
        }
    buf_addc(out, '}');
}

static void write_problem(struct buf *out) {
    size_t count = 0;
    const struct err_info *all = err_all(&count);
    buf_adds(
        out,
        "\"Problem\":{\"type\":\"object\",\"description\":\"出错（RFC "
        "9457）\",\"required\":[\"type\",\"title\","
        "\"status\",\"code\",\"request_id\"],\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{"
        "\"type\":"
        "\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"field\":{\"type\":"
        "\"string\"},\"retry_after_s\":{\"type\":\"integer\"},\"request_id\":{\"type\":\"string\"},\"code\":{"
        "\"type\":\"string\",\"enum\":[");
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s\"%s\"", i ? "," : "", all[i].code);
    buf_adds(out, "]}}}");
}

void openapi_write(const struct route_table *const *tables, struct buf *out) {
    struct written written = {0};
    buf_adds(out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"minyi 民意\",\"version\":\"" MINYI_VERSION
                  "\",\"description\":\"社情民意信息的报送、审核、签发、转送与反馈\",\"license\":{\"name\":"
                  "\"Proprietary\","
                  "\"identifier\":\"LicenseRef-minyi\"}},\"servers\":[{\"url\":\"" API_PREFIX "\"}],"
                  "\"security\":[{\"session\":[]}],\"tags\":[");
    for (const struct route_table *const *table = tables; *table; table++) {
        buf_addf(out, "%s{\"name\":\"%s\",\"description\":", table == tables ? "" : ",", (*table)->feature);
        buf_add_json(out, (*table)->title);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    write_paths(tables, out);
    buf_adds(
        out,
        ",\"components\":{\"securitySchemes\":{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
        "\"" SESSION_COOKIE
        "\"}},\"responses\":{\"Problem\":{\"description\":\"出错\",\"content\":{\"application/problem+json\":"
        "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},\"schemas\":{");
    for (const struct route_table *const *table = tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct route *route = &(*table)->routes[i];
            if (route->out) write_schema(&written, route->out, false, out);
            if (route->in && has_body(route)) write_schema(&written, route->in, true, out);
        }
    buf_adds(out, written.count ? "," : "");
    write_problem(out);
    buf_adds(out, "}}}");
}

void permission_matrix_write(const struct route_table *const *tables, struct buf *out) {
    buf_adds(out, "| 操作 | 地址 | 权限 | 范围 |\n| --- | --- | --- | --- |\n");
    for (const struct route_table *const *table = tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct route *route = &(*table)->routes[i];
            const char *stored = permission_name(route->permission);
            buf_addf(out, "| %s | `%s %s` | %s%s%s%s | %s |\n", route->summary, route->method, route->path,
                     permission_zh(route->permission), stored ? "（" : "", stored ? stored : "",
                     stored ? "）" : "", route->scope ? route->scope : "");
        }
}
