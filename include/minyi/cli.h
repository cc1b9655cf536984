/* The command line: minyi serve | init | demo | migrate | backup | restore | account | import | audit | … */
#ifndef MINYI_CLI_H
#define MINYI_CLI_H

/* What a command's exit tells scripts. */
enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1,        /* the work could not be done; the reason stands on standard error */
    EXIT_USAGE = 2,         /* wrong command, option or argument */
    EXIT_NO_STORE = 3,      /* no database there, or one where none should be */
    EXIT_BAD_STORE = 4,     /* damaged, foreign, too new or not migrated; nothing was changed */
    EXIT_PARTLY = 5,        /* some lines of an import were refused, the others went in */
    EXIT_BAD_AUDIT = 6,     /* the audit chain is broken */
    EXIT_ADDRESS_TAKEN = 7, /* the service cannot listen */
};

int cli_main(int argc, char **argv);

#endif
