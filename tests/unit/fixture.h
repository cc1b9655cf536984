/* A small office for the features' unit tests: a fresh migrated database with units and accounts.
 *
 *   static void test_x(void **state) {
 *       struct fixture *f = *state;
 *       assert_int_equal(fixture_write(f, f->officer, report_submit, &in, &out), 0);
 *       assert_int_equal(fixture_call(f, f->editor, "report_keep", &in, &out), ERR_FORBIDDEN);
 *       assert_string_equal(f->problem.field, "title");
 *   }
 *   cmocka_unit_test_setup_teardown(test_x, fixture_setup, fixture_teardown)
 *
 * With MINYI_TEST_SWEEP in the environment every read and write is first run with its first statement failing,
 * then with its second, until it gets through: an operation that passes over such an error, or reads what it has
 * not got, shows. OUT must not grow from run to run; the calls by a route's name clear it, as the gate does.
 *
 * The province and the city are two committees; the city's people must see nothing of the province's.
 */
#ifndef MINYI_TESTS_FIXTURE_H
#define MINYI_TESTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* cmocka's fail() would hide ours; with it goes fail_msg(): write assert_true(false). */
#undef fail
#undef fail_msg

#include "engine.h"
#include "minyi/account.h"
#include "minyi/api.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/route.h"
#include "minyi/unit.h"

/* Instead of an account: nobody is signed in; the system itself. */
enum { FIXTURE_PUBLIC = 0, FIXTURE_SYSTEM = -1 };

struct fixture {
    char folder[64], url[256];
    struct db *db;
    struct arena *arena;         /* results live until the teardown */
    struct problem problem;      /* of the last call */
    int64_t now;                 /* ms; starts at 2026-03-09 10:00 in China, a Monday; move it freely */
    int64_t if_match;            /* for fixture_call and fixture_write; ABSENT at first */
    const char *remote;          /* "192.0.2.1" */
    const char *session_token;   /* of the next calls, or NULL */
    const char *set_session;     /* what the last call set */
    const struct upload *upload; /* of the next calls, or NULL */
    struct download download;    /* of the last call */
    bool sweeps;                 /* MINYI_TEST_SWEEP; for a test beside other threads: false */

    /* Units. */
    int64_t province;          /* 云江省政协, a committee, code yunjiang */
    int64_t office;            /* its 信息处, code xinxichu */
    int64_t special_committee; /* 经济委员会, code jingjiwei */
    int64_t party_group;       /* 民建云江省委会, code minjian */
    int64_t department;        /* 云江省教育厅, code jiaoyuting */
    int64_t city;              /* 临江市政协, a committee of its own below the province, code linjiang */
    int64_t city_office;       /* its 信息科, code linjiang-xinxike */

    /* Accounts; the login is the member's name. Active, without a password. */
    int64_t officer, officer2;         /* 信息员 of party_group and of special_committee */
    int64_t unit_liaison, unit_signer; /* of party_group */
    int64_t clerk, editor, editor2, section_head, secretary_general, vice_chair; /* over the province */
    int64_t department_handler;                                                  /* of department */
    int64_t leader_reader;                                                       /* over the province */
    int64_t system_admin, security_admin, audit_admin;                           /* over the province */
    int64_t city_officer, city_editor, city_section_head;                        /* of the city */

    int64_t category;                                /* 教育事业 */
    int64_t publication_submit, publication_forward; /* of the province */
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

typedef int (*fixture_op)(struct ctx *ctx, const void *in, void *out);

/* Runs an operation as ACCOUNT in a snapshot, in a transaction, or as ROUTE_SELF; returns its error. The
 * route's permission is not asked: the operation's own rules are. */
int fixture_read(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out);
int fixture_write(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out);
int fixture_self(struct fixture *f, int64_t account, fixture_op op, const void *in, void *out);

/* Calls the route of that name in feature_tables as the gate would: ERR_SIGNED_OUT or ERR_FORBIDDEN without
 * its permission, ERR_PRECONDITION_REQUIRED without f->if_match where it is needed, OUT cleared first. */
int fixture_call(struct fixture *f, int64_t account, const char *route_name, const void *in, void *out);

/* The same with a spooled body, a file that has no name any more. */
int fixture_upload(struct fixture *f, int64_t account, const char *route_name, const void *in, void *out,
                   const void *data, size_t size);

/* Adds an active account with a role over a unit; login = NAME. Aborts on failure. */
int64_t fixture_account(struct fixture *f, const char *name, const char *role_code, int64_t unit_id);

/* First column of the first row of any SQL, as the system sees it; ABSENT for NULL or no row. Text: NULL. */
int64_t fixture_int(struct fixture *f, const char *sql);
const char *fixture_text(struct fixture *f, const char *sql);
/* Runs any SQL, also what no operation would do. Aborts on failure. */
void fixture_sql(struct fixture *f, const char *sql);

#endif
