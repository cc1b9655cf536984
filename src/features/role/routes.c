/* The routes of roles and permissions. */
#include "minyi/account.h"
#include "types.h"

RECORD(role_list_record, "RoleList", struct role_list_out, "角色列表",
       F(struct role_list_out, items, FIELD_LIST, "角色", .of = &role_view_record));
RECORD(permission_item_record, "PermissionItem", struct permission_item, "权限",
       F(struct permission_item, code, FIELD_TEXT, "代码"),
       F(struct permission_item, name, FIELD_TEXT, "名称"));
RECORD(permission_list_record, "PermissionList", struct role_list_out, "权限列表",
       F(struct role_list_out, items, FIELD_LIST, "权限", .of = &permission_item_record));

#define ROLE_FIELDS                                                                                   \
    F(struct role_in, name, FIELD_TEXT, "名称", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .max = 30), \
        F(struct role_in, permissions, FIELD_TEXTS, "权限", .flags = FIELD_REQUIRED, .max = 60)
RECORD(role_add_record, "RoleAdd", struct role_in, "增加角色",
       F(struct role_in, code, FIELD_TEXT, "代码", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .min = 2,
         .max = 40),
       ROLE_FIELDS);
RECORD(role_save_record, "RoleSave", struct role_in, "修改角色",
       F(struct role_in, id, FIELD_INT, "编号", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1,
         .max = INT64_MAX),
       ROLE_FIELDS);

static const struct route routes[] = {
    {.method = "GET",
     .path = "/roles",
     .name = "role_list",
     .operation = role_list,
     .permission = SIGNED_IN,
     .scope = "安全、账号、设置管理员",
     .out = &role_list_record,
     .summary = "角色列表"},
    {.method = "GET",
     .path = "/permissions",
     .name = "permission_list",
     .operation = permission_list,
     .permission = MAY_ROLE_MANAGE,
     .scope = "全部",
     .out = &permission_list_record,
     .summary = "权限列表"},
    {.method = "POST",
     .path = "/roles",
     .name = "role_add",
     .operation = role_add,
     .permission = MAY_ROLE_MANAGE,
     .scope = "最上级政协的安全管理员",
     .in = &role_add_record,
     .out = &role_view_record,
     .flags = ROUTE_WRITE | ROUTE_CREATES,
     .summary = "增加角色"},
    {.method = "PUT",
     .path = "/roles/{id}",
     .name = "role_save",
     .operation = role_save,
     .permission = MAY_ROLE_MANAGE,
     .scope = "最上级政协的安全管理员",
     .in = &role_save_record,
     .out = &role_view_record,
     .flags = ROUTE_WRITE | ROUTE_IF_MATCH,
     .summary = "修改角色"},
};

const struct route_table role_routes = {
    .feature = "role", .title = "角色", .routes = routes, .count = ARRAY_LEN(routes)};
