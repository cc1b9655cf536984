/* The office of the unit tests: made once per test in one transaction, in a database of its own. */
#include "fixture.h"

#include "../../src/store/internal.h"

#include <dirent.h>
#include <stdatomic.h>
#include <unistd.h>

#include "minyi/audit.h"
#include "minyi/features.h"
#include "minyi/hash.h"

enum { ARENA_CEILING = 256 * 1024 * 1024 };

static NORETURN void give_up(const char *what, const char *why) {
    fprintf(stderr, "fixture: %s: %s\n", what, why != NULL ? why : "-");
    abort();
}

/* ---- Calling ---- */

struct call {
    struct fixture *fixture;
    struct ctx ctx;
    struct actor actor;
    int64_t account;
    fixture_op op;
    const void *in;
    void *out;
    const struct record *cleared; /* what OUT is, where it is cleared before each run as the gate does */
};

static int load_actor(struct ctx *ctx, void *argument) {
    struct call *call = argument;
    return account_actor_load(ctx, call->account, &call->actor);
}

static int begin(struct fixture *f, struct call *call, int64_t account, fixture_op op, const void *in,
                 void *out) {
    *call = (struct call){.fixture = f, .account = account, .op = op, .in = in, .out = out};
    f->problem = (struct problem){0};
    f->set_session = NULL;
    f->download = (struct download){0};
    call->ctx = (struct ctx){.arena = f->arena,
                             .db = f->db,
                             .actor = &call->actor,
                             .problem = &f->problem,
                             .now = f->now,
                             .remote = f->remote,
                             .agent = "fixture",
                             .request_id = "0123456789abcdef",
                             .public_url = "https://minyi.example",
                             .site_url = "https://minyi.example",
                             .if_match = f->if_match,
                             .upload = f->upload,
                             .session_token = f->session_token,
                             .download = &f->download};
    call->actor.system = account == FIXTURE_SYSTEM;
    if (account <= 0) return 0;
    return ctx_read(&call->ctx, load_actor, call);
}

static int run(struct ctx *ctx, void *argument) {
    struct call *call = argument;
    if (call->cleared != NULL) record_clear(call->cleared, call->out);
    return call->op(ctx, call->in, call->out);
}

/* ---- Statements that fail ---- */

/* The store's driver with one function in front of it: a statement fails, and with it all behind it, as when
 * the server is gone. */
static struct {
    struct driver driver;
    int (*step)(struct engine_stmt *stmt);
    _Atomic int64_t left; /* steps that are still answered */
    _Atomic bool met;
} frail;

static int frail_step(struct engine_stmt *stmt) {
    if (atomic_fetch_sub(&frail.left, 1) > 0) return frail.step(stmt);
    frail.met = true;
    return ERR_STORE_UNREACHABLE;
}

static void make_frail(struct db *db) {
    frail.step = db->driver->step;
    frail.driver = *db->driver;
    frail.driver.step = frail_step;
    frail.left = INT64_MAX;
    db->driver = &frail.driver;
}

typedef int (*fixture_runner)(struct ctx *ctx, int (*fn)(struct ctx *ctx, void *argument), void *argument);

/* Runs the call; where the fixture sweeps, first with its first statement failing, then with its second, until
 * it gets through: each time it must end with that error, and nothing else may happen. */
static int run_call(struct fixture *f, struct call *call, fixture_runner runner) {
    for (int64_t answered = 0; f->sweeps; answered++) {
        struct call attempt = *call;
        attempt.ctx.actor = &attempt.actor;
        frail.met = false;
        frail.left = answered;
        int result = runner(&attempt.ctx, run, &attempt);
        frail.left = INT64_MAX;
        if (!frail.met) {
            f->set_session = attempt.ctx.set_session;
            return result;
        }
        assert_int_equal(result, ERR_STORE_UNREACHABLE);
        f->problem = (struct problem){0};
    }
    int result = runner(&call->ctx, run, call);
    f->set_session = call->ctx.set_session;
    return result;
}

int fixture_read(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out) {
    struct call call;
    int error = begin(f, &call, account, op, in, out);
    return error != 0 ? error : run_call(f, &call, ctx_read);
}

int fixture_write(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out) {
    struct call call;
    int error = begin(f, &call, account, op, in, out);
    return error != 0 ? error : run_call(f, &call, ctx_write);
}

static int run_self(struct fixture *f, struct call *call) {
    int error = run(&call->ctx, call);
    f->set_session = call->ctx.set_session;
    return error;
}

int fixture_self(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out) {
    struct call call;
    int error = begin(f, &call, account, op, in, out);
    return error != 0 ? error : run_self(f, &call);
}

static const struct route *find_route(const char *name) {
    for (const struct route_table *const *table = feature_tables; *table != NULL; table++)
        for (size_t i = 0; i < (*table)->count; i++)
            if (strcmp((*table)->routes[i].name, name) == 0) return &(*table)->routes[i];
    give_up("no such route", name);
}

int fixture_call(struct fixture *f, int64_t account, const char *route_name, const void *in, void *out) {
    const struct route *route = find_route(route_name);
    struct call call;
    int error = begin(f, &call, account, route->operation, in, out);
    if (error != 0) return error;
    if (!may(&call.ctx, route->permission)) return account == FIXTURE_PUBLIC ? ERR_SIGNED_OUT : ERR_FORBIDDEN;
    if ((route->flags & ROUTE_IF_MATCH) && f->if_match == ABSENT) return ERR_PRECONDITION_REQUIRED;
    call.cleared = route->out;
    if (route->flags & ROUTE_SELF) return run_self(f, &call);
    return run_call(f, &call, route->flags & ROUTE_WRITE ? ctx_write : ctx_read);
}

int fixture_upload(struct fixture *f, int64_t account, const char *route_name, const void *in, void *out,
                   const void *data, size_t size) {
    char path[] = "/tmp/minyi-spool-XXXXXX", *sha256 = arena_alloc(f->arena, HASH_HEX_SIZE);
    int fd = mkstemp(path);
    if (fd < 0 || unlink(path) != 0 || write(fd, data, size) != (ssize_t)size) give_up("spool", path);
    hash_hex(data, size, sha256);
    f->upload = &(struct upload){.fd = fd, .size = (int64_t)size, .sha256 = sha256};
    int error = fixture_call(f, account, route_name, in, out);
    f->upload = NULL;
    close(fd);
    return error;
}

/* ---- Raw SQL ---- */

int64_t fixture_int(struct fixture *f, const char *sql) {
    return engine_int(f->url, sql);
}

const char *fixture_text(struct fixture *f, const char *sql) {
    char *text = engine_text(f->url, sql);
    const char *kept = text != NULL ? arena_strdup(f->arena, text) : NULL;
    free(text);
    return kept;
}

void fixture_sql(struct fixture *f, const char *sql) {
    engine_sql(f->url, sql);
}

/* ---- The office ---- */

struct account_in {
    const char *login, *name, *role;
    int64_t unit_id;
};

DB_STATEMENT(fixture_activate, "UPDATE account SET status = 'active' WHERE id = $1");

static int add_account(struct ctx *ctx, const struct account_in *in, int64_t *ret_id) {
    int64_t id = 0;
    int error = account_create(
        ctx, &(struct account_new){.login = in->login, .name = in->name, .unit_id = in->unit_id}, &id);
    if (error == 0 && in->role != NULL) error = account_give_role(ctx, id, in->role, in->unit_id);
    if (error == 0) error = db_exec(ctx->conn, &fixture_activate, DB_PARAMS(db_int(id)), NULL);
    if (error == 0) *ret_id = id;
    return error;
}

static int add_account_op(struct ctx *ctx, const void *in, void *out) {
    return add_account(ctx, in, out);
}

int64_t fixture_account(struct fixture *f, const char *name, const char *role_code, int64_t unit_id) {
    int64_t id = 0;
    if (fixture_write(f, FIXTURE_SYSTEM, add_account_op, &(struct account_in){name, name, role_code, unit_id},
                      &id) != 0)
        give_up(name, f->problem.detail);
    return id;
}

static int add_units(struct ctx *ctx, struct fixture *f) {
    const struct {
        int64_t *ret, *parent;
        const char *kind, *code, *name, *short_name;
    } units[] = {
        {&f->province, NULL, "province", "yunjiang", "云江省政协", "省政协"},
        {&f->office, &f->province, "office", "xinxichu", "信息处", "信息处"},
        {&f->special_committee, &f->province, "special_committee", "jingjiwei", "经济委员会", "经济委"},
        {&f->party_group, &f->province, "party_group", "minjian", "民建云江省委会", "民建省委会"},
        {&f->department, &f->province, "department", "jiaoyuting", "云江省教育厅", "省教育厅"},
        {&f->city, &f->province, "city", "linjiang", "临江市政协", "临江市政协"},
        {&f->city_office, &f->city, "office", "linjiang-xinxike", "信息科", "信息科"},
    };
    int error = 0;
    for (size_t i = 0; error == 0 && i < ARRAY_LEN(units); i++)
        error =
            unit_create(ctx,
                        &(struct unit_new){.parent_id = units[i].parent != NULL ? *units[i].parent : ABSENT,
                                           .kind = units[i].kind,
                                           .code = units[i].code,
                                           .name = units[i].name,
                                           .short_name = units[i].short_name,
                                           .position = (int64_t)i + 1},
                        units[i].ret);
    return error;
}

#define PERSON(MEMBER, NAME, ROLE, UNIT) \
    {                                    \
        &f->MEMBER, {                    \
#MEMBER, NAME, ROLE, f->UNIT \
        }                                \
    }

static int add_accounts(struct ctx *ctx, struct fixture *f) {
    const struct {
        int64_t *ret;
        struct account_in in;
    } people[] = {
        PERSON(officer, "林晓", "officer", party_group),
        PERSON(officer2, "周宁", "officer", special_committee),
        PERSON(unit_liaison, "陈联", "unit_liaison", party_group),
        PERSON(unit_signer, "赵签", "unit_signer", party_group),
        PERSON(clerk, "孙文", "clerk", province),
        PERSON(editor, "钱编", "editor", province),
        PERSON(editor2, "吴编", "editor", province),
        PERSON(section_head, "郑处", "section_head", province),
        PERSON(secretary_general, "王秘", "secretary_general", province),
        PERSON(vice_chair, "冯主", "vice_chair", province),
        PERSON(department_handler, "褚办", "department_handler", department),
        PERSON(leader_reader, "卫领", "leader_reader", province),
        PERSON(system_admin, "蒋系", "system_admin", province),
        PERSON(security_admin, "沈安", "security_admin", province),
        PERSON(audit_admin, "韩审", "audit_admin", province),
        PERSON(city_officer, "杨市", "officer", city),
        PERSON(city_editor, "朱市", "editor", city),
        PERSON(city_section_head, "秦市", "section_head", city),
    };
    int error = 0;
    for (size_t i = 0; error == 0 && i < ARRAY_LEN(people); i++)
        error = add_account(ctx, &people[i].in, people[i].ret);
    return error;
}

static int build(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    int error = add_units(ctx, out);
    return error != 0 ? error : add_accounts(ctx, out);
}

static void find_defaults(struct fixture *f) {
    f->category = fixture_int(f, "SELECT id FROM category WHERE code = 'education'");
    f->publication_submit =
        fixture_int(f, "SELECT p.id FROM publication p JOIN unit u ON u.id = p.committee_id"
                       " WHERE p.kind = 'submit' AND u.code = 'yunjiang'");
    f->publication_forward =
        fixture_int(f, "SELECT p.id FROM publication p JOIN unit u ON u.id = p.committee_id"
                       " WHERE p.kind = 'forward' AND u.code = 'yunjiang'");
}

int fixture_setup(void **state) {
    struct fixture *f = calloc(1, sizeof(*f));
    if (f == NULL || hash_init() != 0) return -1;
    snprintf(f->folder, sizeof(f->folder), "/tmp/minyi-feature-XXXXXX");
    if (mkdtemp(f->folder) == NULL) return -1;
    engine_fresh_product(f->folder, f->url, sizeof(f->url));
    f->arena = arena_new(ARENA_CEILING);
    f->now = INT64_C(1773021600000);
    f->if_match = ABSENT;
    f->remote = "192.0.2.1";
    const char *why = NULL;
    /* Statements are compiled when they are used: test_store_product.c sees to it that all of them can be. */
    const struct db_internals internals = {
        .migrations = db_migrations, .migration_count = db_migration_count, .prepare_prefix = "fixture_"};
    const struct db_options options = {.url = f->url, .create = true, .migrate = true};
    if (db_open_with_migrations(&options, &internals, f->arena, &f->db, &why) != 0) give_up("open", why);
    make_frail(f->db);
    int error = fixture_write(f, FIXTURE_SYSTEM, build, NULL, f);
    if (error != 0) give_up(err_info(error)->code, f->problem.detail);
    find_defaults(f);
    f->sweeps = getenv("MINYI_TEST_SWEEP") != NULL;
    if (f->sweeps) db_on_trouble(NULL);
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    struct fixture *f = *state;
    db_close(f->db);
    engine_drop(f->url);
    DIR *folder = opendir(f->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
        unlink(path);
    }
    if (folder != NULL) closedir(folder);
    rmdir(f->folder);
    arena_free(f->arena);
    free(f);
    return 0;
}
