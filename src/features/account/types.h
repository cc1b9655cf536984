/* What the operations of accounts take and give. */
#ifndef MINYI_ACCOUNT_TYPES_H
#define MINYI_ACCOUNT_TYPES_H

#include "minyi/record.h"

/* One column `text` or one text: a list of these is a FIELD_TEXTS list. */
struct text_row {
    const char *text;
};
extern const struct record account_text_row_record;

struct id_in {
    int64_t id;
};

/* ---- Sign-in, sessions, links, password ---- */

struct session_in {
    const char *login, *password;
};
struct me {
    int64_t id, unit_id, committee_id, unread;
    const char *login, *name, *unit_name, *committee_name;
    struct list permissions, roles;
};
struct session_out {
    const char *csrf;
    const void *account; /* struct me */
};
struct session_item {
    int64_t id, created_ms, used_ms;
    const char *remote, *agent;
    bool current;
};
struct items_out {
    struct list items;
};
struct link_in {
    const char *token, *password;
};
struct link_info {
    const char *name, *login;
    int64_t expires_ms;
};
struct password_in {
    const char *current, *password;
};

extern const struct record me_record;
extern const struct record session_item_record;

/* ---- Profiles and accounts ---- */

struct profile_fields {
    const char *post, *employer, *sector, *party, *standing, *expertise, *phone, *email, *term,
        *appointed_from, *appointed_to;
};
struct profile {
    int64_t account_id, version;
    const char *name, *login, *unit_name;
    struct profile_fields fields;
};
struct account_item {
    int64_t id, unit_id, last_signin_ms;
    const char *login, *name, *unit_name, *status, *roles;
};
struct account_list_in {
    int64_t unit_id, limit;
    const char *status, *search, *after;
};
struct account_list_out {
    struct list items;
    const char *next;
};
struct account_add_in {
    const char *login, *name;
    int64_t unit_id;
    struct list role_codes;
    struct profile_fields fields;
};
struct account_save_in {
    int64_t id, unit_id;
    const char *name;
    struct profile_fields fields;
};
struct account_created {
    int64_t id, expires_ms;
    const char *link;
};
struct account_role {
    int64_t role_id, unit_id;
    const char *role_name, *role_code, *unit_name;
};
struct account_view {
    int64_t id, unit_id, created_ms, last_signin_ms, version;
    const char *login, *name, *unit_name, *status;
    struct list roles;   /* struct account_role */
    const void *profile; /* struct profile */
};
struct role_grant {
    int64_t role_id, unit_id;
};
struct account_roles_in {
    int64_t id;
    struct list roles; /* struct role_grant */
};
struct import_in {
    const char *csv;
    int64_t unit_id;
    bool commit;
};
struct import_line {
    int64_t line;
    bool ok;
    const char *login, *name, *link, *error;
};
struct import_out {
    int64_t ok, failed;
    struct list lines; /* struct import_line */
};

extern const struct record profile_record;
extern const struct record account_item_record;
extern const struct record account_role_record;
extern const struct record account_view_record;

#endif
