/* The demo office's units, people and address books. */
#include <string.h>

#include "demo.h"
#include "minyi/account.h"
#include "minyi/unit.h"

DB_STATEMENT(demo_unit_by_code, "SELECT id FROM unit WHERE code = $1");
DB_STATEMENT(demo_activate, "UPDATE account SET status = 'active' WHERE id = $1");
DB_STATEMENT(demo_account_by_login, "SELECT id FROM account WHERE login = $1");
DB_STATEMENT(demo_publication,
             "SELECT id FROM publication WHERE committee_id = $1 AND kind = $2 ORDER BY id LIMIT 1");
DB_STATEMENT(
    demo_profile,
    "INSERT INTO profile (account_id, post, employer, sector, party, standing, expertise, phone, email, term,"
    " appointed_from, appointed_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10, $11)"
    " ON CONFLICT (account_id) DO UPDATE SET post = excluded.post, employer = excluded.employer,"
    " sector = excluded.sector, party = excluded.party, standing = excluded.standing,"
    " expertise = excluded.expertise, phone = excluded.phone, term = excluded.term,"
    " appointed_from = excluded.appointed_from, appointed_to = excluded.appointed_to");

/* Who works where. Links are printed for those that have a name for it. */
static const struct {
    const char *role, *unit, *login, *link;
} plan[] = {
    {"officer", "yunjiang-sc-edu", "xinxiyuan1", "officer"},
    {"officer", "yunjiang-pg-minjian", "xinxiyuan2", "officer2"},
    {"officer", "yunjiang-sc-economy", "xinxiyuan3", NULL},
    {"officer", "yunjiang-sc-agri", "xinxiyuan4", NULL},
    {"officer", "yunjiang-sc-popres", "xinxiyuan5", NULL},
    {"officer", "yunjiang-sc-social", "xinxiyuan6", NULL},
    {"officer", "yunjiang-sc-culture", "xinxiyuan7", NULL},
    {"officer", "yunjiang-pg-minmeng", "xinxiyuan8", NULL},
    {"officer", "yunjiang-pg-jiusan", "xinxiyuan9", NULL},
    {"officer", "yunjiang-pg-nonggong", "xinxiyuan10", NULL},
    {"officer", "yunjiang-pg-gsl", "xinxiyuan11", NULL},
    {"officer", "yunjiang-wr-1", "xinxiyuan12", NULL},
    {"officer", "yunjiang-wr-2", "xinxiyuan13", NULL},
    {"officer", "yunjiang-pg-minjin", "xinxiyuan14", NULL},
    {"unit_liaison", "yunjiang-pg-minjian", "lianluo1", "unit_liaison"},
    {"unit_liaison", "yunjiang-sc-edu", "lianluo2", NULL},
    {"unit_signer", "yunjiang-pg-minjian", "shenqian1", "unit_signer"},
    {"clerk", "yunjiang", "wenyuan", "clerk"},
    {"editor", "yunjiang", "bianji1", "editor"},
    {"editor", "yunjiang", "bianji2", "editor2"},
    {"section_head", "yunjiang", "chuzhang", "section_head"},
    {"secretary_general", "yunjiang", "mishuzhang", "secretary_general"},
    {"vice_chair", "yunjiang", "fenguan", "vice_chair"},
    {"leader_reader", "yunjiang", "yuejian", "leader_reader"},
    {"system_admin", "yunjiang", "xitong", "system_admin"},
    {"security_admin", "yunjiang", "anquan", "security_admin"},
    {"audit_admin", "yunjiang", "shenji", "audit_admin"},
    {"department_handler", "dept-education", "jiaoyuting", "department_handler"},
    {"department_handler", "dept-health", "weijianwei", "department_handler2"},
    {"department_handler", "dept-agri", "nongyeting", NULL},
    {"department_handler", "dept-housing", "zhujianting", NULL},
    {"department_handler", "dept-eco", "huanjingting", NULL},
    {"department_handler", "dept-industry", "gongxinting", NULL},
    {"department_handler", "dept-commerce", "shangwuting", NULL},
    {"department_handler", "dept-civil", "minzhengting", NULL},
    {"department_handler", "dept-transport", "jiaotongting", NULL},
    {"department_handler", "dept-market", "shichangju", NULL},
    {"officer", "linhe-sc-economy", "linhe1", "city_officer"},
    {"officer", "linhe-pg-jiusan", "linhe2", NULL},
    {"officer", "linhe-wr-1", "linhe3", NULL},
    {"editor", "linhe", "linhebianji", "city_editor"},
    {"section_head", "linhe", "linhekezhang", "city_section_head"},
    {"secretary_general", "linhe", "linhemishuzhang", NULL},
    {"vice_chair", "linhe", "linhefenguan", NULL},
    {"department_handler", "dept-linhe-education", "linhejiaoyu", NULL},
    {"officer", "anlan-sc-social", "anlan1", NULL},
    {"officer", "anlan-pg-minmeng", "anlan2", NULL},
    {"editor", "anlan", "anlanbianji", NULL},
    {"section_head", "anlan", "anlankezhang", NULL},
    {"secretary_general", "anlan", "anlanmishuzhang", NULL},
    {"vice_chair", "anlan", "anlanfenguan", NULL},
    {"officer", "qingshi-wr-1", "qingshi1", NULL},
    {"editor", "qingshi", "qingshibianji", NULL},
    {"officer", "bailu-wr-1", "bailu1", NULL},
    {"editor", "bailu", "bailubianji", NULL},
    {"officer", "liuxi-wr-1", "liuxi1", NULL},
    {"editor", "liuxi", "liuxibianji", NULL},
    {"officer", "wangshan-wr-1", "wangshan1", NULL},
    {"editor", "wangshan", "wangshanbianji", NULL},
    {"clerk", "linhe", "linhewenyuan", NULL},
};
_Static_assert(ARRAY_LEN(plan) <= DEMO_PEOPLE_MAX, "room for everybody");

/* {city} and {place} of what is written there. */
static const struct {
    const char *code, *city, *place;
} places[] = {
    {"yunjiang", "临河市", "白鹭县"}, {"linhe", "临河市", "青石县"}, {"anlan", "安澜市", "望山区"},
    {"qingshi", "临河市", "青石县"},  {"bailu", "临河市", "白鹭县"}, {"liuxi", "安澜市", "柳溪县"},
    {"wangshan", "安澜市", "望山区"},
};
_Static_assert(ARRAY_LEN(places) <= DEMO_COMMITTEES_MAX, "room for every committee");

static int unit_id(struct demo *demo, const char *code, int64_t *ret) {
    return db_get_int(demo->office->ctx.conn, &demo_unit_by_code, DB_PARAMS(db_text(code)), ret);
}

static int make_units(struct demo *demo) {
    size_t i = 0;
    const json_t *unit = NULL;
    json_array_foreach(json_object_get(demo->units, "units"), i, unit) {
        int64_t parent = ABSENT, id = 0;
        const char *above = json_string_value(json_object_get(unit, "parent"));
        int result = above ? unit_id(demo, above, &parent) : 0;
        struct unit_new new_unit = {.parent_id = parent,
                                    .kind = json_text(unit, "kind"),
                                    .code = json_text(unit, "code"),
                                    .name = json_text(unit, "name"),
                                    .short_name = json_text(unit, "short_name"),
                                    .position = (int64_t)i};
        if (result == 0) result = unit_create(&demo->office->ctx, &new_unit, &id);
        if (result < 0) return result;
    }
    return 0;
}

static const char *invented_name(struct demo *demo, size_t number) {
    const json_t *surnames = json_object_get(demo->phrases, "surnames");
    const json_t *given = json_object_get(demo->phrases, "given");
    return arena_printf(demo->office->ctx.arena, "%s%s",
                        json_string_value(json_array_get(surnames, number * 7 % json_array_size(surnames))),
                        json_string_value(json_array_get(given, number * 11 % json_array_size(given))));
}

static int make_profile(struct demo *demo, int64_t account_id, size_t number) {
    static const char *const sectors[] = {"教育", "医药卫生", "农业",     "经济",
                                          "科技", "社会福利", "文化艺术", "工商联"};
    static const char *const parties[] = {"中共党员", "民建",   "民盟", "九三学社",
                                          "农工党",   "无党派", "民革", "民进"};
    static const char *const standings[] = {"province_member", "city_member", "key_officer",
                                            "special_officer", "county_member"};
    const struct demo_committee *committee = &demo->committees[0];
    const char *employer = demo_fill(demo, demo_phrase(demo, "employers"), NULL, committee);
    return db_exec(demo->office->ctx.conn, &demo_profile,
                   DB_PARAMS(db_int(account_id), db_text(demo_phrase(demo, "posts")), db_text(employer),
                             db_text(sectors[number % ARRAY_LEN(sectors)]),
                             db_text(parties[number % ARRAY_LEN(parties)]),
                             db_text(standings[number % ARRAY_LEN(standings)]),
                             db_text(demo_phrase(demo, "expertise")), db_text("0000-0000000"),
                             db_text("第十三届"), db_text("2023-01-15"), db_text("2028-01-14")),
                   NULL);
}

static int make_person(struct demo *demo, size_t number) {
    struct ctx *ctx = &demo->office->ctx;
    int64_t unit = 0, account = 0;
    int result = unit_id(demo, plan[number].unit, &unit);
    if (result == 0)
        result = account_create(
            ctx, &(struct account_new){plan[number].login, invented_name(demo, number), unit}, &account);
    if (result == 0) result = account_give_role(ctx, account, plan[number].role, unit);
    if (result == 0) result = db_exec(ctx->conn, &demo_activate, DB_PARAMS(db_int(account)), NULL);
    bool writes = strcmp(plan[number].role, "officer") == 0 || strcmp(plan[number].role, "unit_liaison") == 0;
    return result == 0 && writes ? make_profile(demo, account, number) : result;
}

static int add_recipient(struct demo *demo, const struct demo_person *editor, const char *kind,
                         const char *name, const char *rank, int64_t unit) {
    json_t *in = json_pack("{s:s, s:s, s:i}", "kind", kind, "name", name, "position", 1);
    if (rank) json_object_set_new(in, "rank", json_string(rank));
    if (unit) json_object_set_new(in, "unit_id", json_integer(unit));
    return caller_do(&demo->caller, &editor->actor, "recipient_add", in);
}

/* Leaders of the committee's own level, the departments under it, and the committee above. */
static int make_address_book(struct demo *demo, const struct demo_committee *committee) {
    const struct demo_person *editor = &demo->people[committee->editors[0]];
    bool province = strcmp(committee->code, "yunjiang") == 0;
    bool city = strcmp(committee->code, "linhe") == 0 || strcmp(committee->code, "anlan") == 0;
    const char *level = province ? "province" : city ? "city" : "county";
    size_t i = 0;
    const json_t *entry = NULL;
    json_array_foreach(json_object_get(demo->units, "leaders"), i, entry) {
        bool head = strstr(json_text(entry, "code"), "dept_head") != NULL;
        if (!head && strcmp(json_text(entry, "level"), level) == 0)
            add_recipient(demo, editor, "leader", json_text(entry, "name"), level, 0);
    }
    json_array_foreach(json_object_get(demo->units, "units"), i, entry) {
        int64_t unit = 0;
        if (strcmp(json_text(entry, "kind"), "department") != 0 ||
            strcmp(json_text(entry, "parent"), committee->code) != 0)
            continue;
        if (unit_id(demo, json_text(entry, "code"), &unit) == 0)
            add_recipient(demo, editor, "department", json_text(entry, "short_name"), NULL, unit);
    }
    if (province) add_recipient(demo, editor, "upper", "全国政协办公厅信息局", NULL, 0);
    return demo->caller.error;
}

static void seat(struct demo *demo, struct demo_committee *committee, int index) {
    const char *role = demo->people[index].role;
    if (strcmp(role, "officer") == 0 && committee->officer_count < (int)ARRAY_LEN(committee->officers))
        committee->officers[committee->officer_count++] = index;
    else if (strcmp(role, "editor") == 0 && committee->editor_count < (int)ARRAY_LEN(committee->editors))
        committee->editors[committee->editor_count++] = index;
    else if (strcmp(role, "clerk") == 0)
        committee->clerk = index;
    else if (strcmp(role, "section_head") == 0)
        committee->section_head = index;
    else if (strcmp(role, "secretary_general") == 0)
        committee->secretary = index;
    else if (strcmp(role, "vice_chair") == 0)
        committee->vice_chair = index;
}

static int load_committee(struct demo *demo, size_t number) {
    struct demo_committee *committee = &demo->committees[number];
    *committee = (struct demo_committee){.code = places[number].code,
                                         .city = places[number].city,
                                         .place = places[number].place,
                                         .clerk = -1,
                                         .section_head = -1,
                                         .secretary = -1,
                                         .vice_chair = -1};
    struct db_conn *conn = demo->office->ctx.conn;
    int result = unit_id(demo, committee->code, &committee->unit_id);
    static const char *const kinds[] = {"submit", "forward"};
    for (size_t k = 0; k < ARRAY_LEN(kinds) && result == 0; k++)
        result = db_get_int(conn, &demo_publication, DB_PARAMS(db_int(committee->unit_id), db_text(kinds[k])),
                            &committee->publications[k]);
    for (int i = 0; i < demo->people_count && result == 0; i++)
        if (demo->people[i].actor.committee_id == committee->unit_id) seat(demo, committee, i);
    committee->has_chain =
        committee->section_head >= 0 && committee->secretary >= 0 && committee->vice_chair >= 0;
    return result;
}

int demo_load_people(struct demo *demo) {
    demo->people_count = demo->handler_count = 0;
    for (size_t i = 0; i < ARRAY_LEN(plan); i++) {
        struct demo_person *person = &demo->people[demo->people_count++];
        *person = (struct demo_person){
            .role = plan[i].role, .login = plan[i].login, .unit_code = plan[i].unit, .link = plan[i].link};
        int64_t account = 0;
        int result = db_get_int(demo->office->ctx.conn, &demo_account_by_login,
                                DB_PARAMS(db_text(person->login)), &account);
        if (result == 0) result = caller_actor(&demo->caller, account, &person->actor);
        if (result < 0) return result;
        if (strcmp(person->role, "department_handler") == 0 &&
            strncmp(person->unit_code, "dept-linhe", 10) != 0 &&
            demo->handler_count < (int)ARRAY_LEN(demo->handlers))
            demo->handlers[demo->handler_count++] = (int)i;
    }
    demo->committee_count = ARRAY_LEN(places);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        int result = load_committee(demo, i);
        if (result < 0) return result;
    }
    return 0;
}

int demo_make_people(struct demo *demo) {
    demo->committees[0] = (struct demo_committee){.city = "临河市", .place = "白鹭县"};
    int result = make_units(demo);
    for (size_t i = 0; i < ARRAY_LEN(plan) && result == 0; i++)
        result = make_person(demo, i);
    if (result == 0) result = demo_load_people(demo);
    for (int i = 0; i < demo->committee_count && result == 0; i++)
        result = make_address_book(demo, &demo->committees[i]);
    return result;
}
