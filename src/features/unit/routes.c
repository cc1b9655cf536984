/* The routes of units. */
#include "minyi/unit.h"
#include "rules.h"
#include "types.h"

#define NAME_FIELDS(TYPE)                                                                             \
    F(TYPE, name, FIELD_TEXT, "名称", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .min = 2, .max = 60), \
        F(TYPE, short_name, FIELD_TEXT, "简称", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .max = 30)

RECORD(unit_list_record, "UnitList", struct unit_list_out, "单位列表",
       F(struct unit_list_out, items, FIELD_LIST, "单位", .max = 10000, .of = &unit_view_record));
RECORD(unit_add_record, "UnitAdd", struct unit_add_in, "增加单位",
       F(struct unit_add_in, parent_id, FIELD_INT, "上级单位", .flags = FIELD_REQUIRED, .min = 1,
         .max = INT64_MAX),
       F(struct unit_add_in, kind, FIELD_TEXT, "类别", .flags = FIELD_REQUIRED, .options = unit_kinds),
       F(struct unit_add_in, code, FIELD_TEXT, "代码", .flags = FIELD_REQUIRED | FIELD_ONE_LINE, .max = 40),
       NAME_FIELDS(struct unit_add_in),
       F(struct unit_add_in, position, FIELD_INT, "顺序", .flags = FIELD_NULLABLE, .min = 0, .max = 100000));
RECORD(unit_save_record, "UnitSave", struct unit_save_in, "修改单位",
       F(struct unit_save_in, id, FIELD_INT, "编号", .flags = FIELD_REQUIRED | FIELD_IN_PATH, .min = 1,
         .max = INT64_MAX),
       NAME_FIELDS(struct unit_save_in),
       F(struct unit_save_in, position, FIELD_INT, "顺序", .flags = FIELD_REQUIRED, .min = 0, .max = 100000),
       F(struct unit_save_in, active, FIELD_BOOL, "启用", .flags = FIELD_REQUIRED));

static const struct route routes[] = {
    {.method = "GET",
     .path = "/units",
     .name = "unit_list",
     .operation = unit_list,
     .permission = SIGNED_IN,
     .scope = "全部单位（通讯录）",
     .out = &unit_list_record,
     .summary = "单位目录"},
    {.method = "POST",
     .path = "/units",
     .name = "unit_add",
     .operation = unit_add,
     .permission = MAY_UNIT_MANAGE,
     .scope = "所辖单位之下",
     .in = &unit_add_record,
     .out = &unit_view_record,
     .flags = ROUTE_WRITE | ROUTE_CREATES,
     .summary = "增加单位"},
    {.method = "PUT",
     .path = "/units/{id}",
     .name = "unit_save",
     .operation = unit_save,
     .permission = MAY_UNIT_MANAGE,
     .scope = "所辖单位",
     .in = &unit_save_record,
     .out = &unit_view_record,
     .flags = ROUTE_WRITE | ROUTE_IF_MATCH,
     .summary = "修改或停用单位"},
};

const struct route_table unit_routes = {
    .feature = "unit", .title = "单位", .routes = routes, .count = ARRAY_LEN(routes)};
