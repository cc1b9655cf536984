/* Route rows compiled for matching, and the checks that stop the start when a row is incomplete. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int broken(struct arena *arena, const char **ret_why, const struct route *route, const char *what) {
    *ret_why = arena_printf(arena, "路由 %s %s（%s）：%s", route->method ? route->method : "?",
                            route->path ? route->path : "?", route->name ? route->name : "?", what);
    return ERR_INVALID;
}

static int compile_path(struct compiled_route *compiled, struct arena *arena, const char **ret_why) {
    const struct route *route = compiled->route;
    char *path = arena_strdup(arena, route->path + 1);
    char *rest = path;
    while (rest && *rest) {
        char *segment = strsep(&rest, "/");
        size_t i = compiled->segment_count++;
        if (i >= PATH_SEGMENTS_MAX) return broken(arena, ret_why, route, "路径太深");
        size_t len = strlen(segment);
        if (*segment != '{') {
            compiled->segments[i] = segment;
            continue;
        }
        segment[len - 1] = '\0';
        const struct field *field = route->in ? record_field(route->in, segment + 1) : NULL;
        if (!field || !(field->flags & FIELD_IN_PATH))
            return broken(arena, ret_why, route, "路径参数不在输入记录中");
        compiled->parameters[i] = field;
    }
    return 0;
}

static int check_input(const struct route *route, struct arena *arena, const char **ret_why) {
    if (!route->in) return 0;
    if (route->in->count > 64) return broken(arena, ret_why, route, "输入记录的字段超过 64 个");
    bool body_route = strcmp(route->method, "GET") != 0 && !(route->flags & ROUTE_UPLOAD);
    for (size_t i = 0; i < route->in->count; i++) {
        const struct field *field = &route->in->fields[i];
        bool scalar = field->type != FIELD_OBJECT && field->type < FIELD_LIST;
        bool outside = (field->flags & (FIELD_IN_PATH | FIELD_IN_QUERY)) != 0;
        if (outside && !scalar) return broken(arena, ret_why, route, "路径和查询参数只能是单个值");
        if (!outside && !body_route) return broken(arena, ret_why, route, "没有正文的路由有正文字段");
    }
    return 0;
}

static int check_row(const struct route *route, struct arena *arena, const char **ret_why) {
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        known = known || (route->method && strcmp(route->method, methods[i]) == 0);
    if (!known || !route->path || *route->path != '/' || !route->name || !route->operation || !route->summary)
        return broken(arena, ret_why, route, "缺少方法、路径、名称、操作或说明");
    if (route->permission <= PERMISSION_FORGOTTEN || route->permission >= PERMISSION_END_)
        return broken(arena, ret_why, route, "没有写明权限");
    bool get = strcmp(route->method, "GET") == 0;
    if (get && (route->flags & (ROUTE_WRITE | ROUTE_IF_MATCH | ROUTE_CREATES | ROUTE_UPLOAD)))
        return broken(arena, ret_why, route, "GET 不能写");
    if ((route->flags & ROUTE_WRITE) && (route->flags & ROUTE_SELF))
        return broken(arena, ret_why, route, "WRITE 与 SELF 不能并用");
    if ((route->flags & ROUTE_ETAG) && (!route->out || !record_field(route->out, "version")))
        return broken(arena, ret_why, route, "ETAG 路由的输出没有 version");
    if (route->event && (!get || !route->channel || !route->out || route->in || route->flags != ROUTE_READ ||
                         route->permission == PUBLIC))
        return broken(arena, ret_why, route, "事件流应是没有输入的 GET，写明 channel 和输出，并且要登录");
    return check_input(route, arena, ret_why);
}

/* Literal segments sort before parameters, so that /reports/unit wins over /reports/{id}. */
static int by_specificity(const void *left, const void *right) {
    const struct compiled_route *a = left, *b = right;
    if (a->segment_count != b->segment_count) return a->segment_count < b->segment_count ? -1 : 1;
    for (size_t i = 0; i < a->segment_count; i++) {
        if (!a->segments[i] != !b->segments[i]) return a->segments[i] ? -1 : 1;
        int order = a->segments[i] ? strcmp(a->segments[i], b->segments[i]) : 0;
        if (order != 0) return order;
    }
    return strcmp(a->route->method, b->route->method);
}

static int refuse_twins(struct api *api, struct arena *arena, const char **ret_why) {
    for (size_t i = 0; i < api->count; i++)
        for (size_t j = i + 1; j < api->count; j++) {
            const struct compiled_route *a = &api->routes[i], *b = &api->routes[j];
            if (strcmp(a->route->name, b->route->name) == 0)
                return broken(arena, ret_why, b->route, "名称重复");
            if (by_specificity(a, b) == 0) return broken(arena, ret_why, b->route, "路径重复");
        }
    return 0;
}

int router_compile(struct api *api, struct arena *arena, const char **ret_why) {
    size_t count = 0;
    for (const struct route_table *const *table = api->options.tables; *table; table++)
        count += (*table)->count;
    api->routes = arena_array(arena, count, sizeof(struct compiled_route));
    for (const struct route_table *const *table = api->options.tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            struct compiled_route *compiled = &api->routes[api->count++];
            compiled->route = &(*table)->routes[i];
            int result = check_row(compiled->route, arena, ret_why);
            if (result == 0) result = compile_path(compiled, arena, ret_why);
            if (result < 0) return result;
        }
    qsort(api->routes, api->count, sizeof(struct compiled_route), by_specificity);
    return refuse_twins(api, arena, ret_why);
}

static bool path_matches(const struct compiled_route *compiled, const char *const *segments) {
    for (size_t i = 0; i < compiled->segment_count; i++)
        if (compiled->segments[i] && strcmp(compiled->segments[i], segments[i]) != 0) return false;
    return true;
}

struct compiled_route *router_match(struct api *api, const char *method, const struct list *segments,
                                    bool *ret_other_method) {
    size_t count = segments->count - 2; /* behind "api", "v1" */
    const char *const *below = (const char *const *)segments->items + 2;
    for (size_t i = 0; i < api->count; i++) {
        struct compiled_route *compiled = &api->routes[i];
        if (compiled->segment_count != count || !path_matches(compiled, below)) continue;
        if (strcmp(compiled->route->method, method) == 0) return compiled;
        *ret_other_method = true;
    }
    return NULL;
}
