/* Shared by the commands. */
#ifndef MINYI_CLI_INTERNAL_H
#define MINYI_CLI_INTERNAL_H

#include "minyi/cli.h"
#include "minyi/config.h"
#include "minyi/route.h"

struct cli_args;

/* An option of one command besides the settings that all share. */
struct cli_option {
    const char *name;     /* "login" */
    const char *argument; /* NULL: a switch */
    const char *help;
};

struct cli_command {
    const char *name;                 /* "account add" */
    const char *arguments;            /* "FILE", or NULL */
    size_t least, most;               /* number of arguments */
    const char *summary;              /* one line for the overview */
    const char *help;                 /* what it does, when to use it, an example */
    const struct cli_option *options; /* ended by name NULL; or NULL */
    int (*run)(struct cli_args *args);
};

struct cli_args {
    const struct cli_command *command;
    struct arena *arena;
    struct config config;
    const char *positional[4];
    size_t count;
    const char *given_names[16], *given_values[16];
    size_t given;
};

/* Value of a command's option ("" for a switch), or NULL when it was not given. */
const char *cli_given(const struct cli_args *args, const char *name);

/* Fills ARGS from flags over environment over ini file; an exit code (EXIT_OK: go on, help printed: -1). */
int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli_args *args);

/* Prints "minyi: …" on standard error and returns CODE. */
int cli_complain(int code, const char *format, ...) PRINTF_LIKE(2, 3);

/* The open office as the system itself acts in it. */
struct office {
    struct db *db;
    struct actor actor;
    struct problem problem;
    struct ctx ctx;
};

enum office_mode {
    OFFICE_BESIDE, /* a running service may have it open */
    OFFICE_ALONE,  /* needs the database for itself */
    OFFICE_CREATE, /* makes it; EXIT_NO_STORE when it exists */
    OFFICE_MIGRATE /* needs it for itself and applies missing migrations */
};
int office_open(const struct cli_args *args, enum office_mode mode, struct office *ret);
void office_close(struct office *office);

/* The system's context over a database that somebody else opened and closes. */
void office_over(const struct cli_args *args, struct db *db, struct office *ret);

/* What a failure to open or to fill a database is for scripts. */
int cli_exit_code(int error);

/* Takes over the folders of fonts; EXIT_USAGE with a message that names the one that is none. Every command
 * that may set papers calls it first. */
int cli_fonts(const struct cli_args *args);

/* The Chinese sentence of the last failure. */
const char *office_why(struct office *office, int error);

int command_serve(struct cli_args *args);
int command_init(struct cli_args *args);
int command_demo(struct cli_args *args);
int command_migrate(struct cli_args *args);
int command_backup(struct cli_args *args);
int command_restore(struct cli_args *args);
int command_copy(struct cli_args *args);
int command_account_add(struct cli_args *args);
int command_account_disable(struct cli_args *args);
int command_account_link(struct cli_args *args);
int command_import_reports(struct cli_args *args);
int command_audit_verify(struct cli_args *args);
int command_fonts(struct cli_args *args);
int command_openapi(struct cli_args *args);
int command_permissions(struct cli_args *args);
int command_errors(struct cli_args *args);
int command_lifecycles(struct cli_args *args);
int command_version(struct cli_args *args);

#endif
