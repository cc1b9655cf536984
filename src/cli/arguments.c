/* Command lines by argp: the settings that all commands share come from the one table in config.c. */
#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { KEY_CONFIG = 1000, KEY_SETTING = 1100, KEY_OWN = 1500, OPTIONS_MAX = 64 };

struct parse {
    const struct cli_command *command;
    struct cli_args *args;
    const char *why;
    /* Flags win over the environment, and that over the file: flags are kept until both were read. */
    const char *config_file;
    const char *settings[OPTIONS_MAX];
};

const char *cli_given(const struct cli_args *args, const char *name) {
    for (size_t i = 0; i < args->given; i++)
        if (strcmp(args->given_names[i], name) == 0) return args->given_values[i];
    return NULL;
}

int cli_complain(int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("minyi: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    return code;
}

static error_t parse_one(int key, char *argument, struct argp_state *state) {
    struct parse *parse = state->input;
    struct cli_args *args = parse->args;
    if (key == KEY_CONFIG) {
        parse->config_file = argument;
    } else if (key >= KEY_SETTING && key < KEY_OWN) {
        parse->settings[key - KEY_SETTING] = argument;
    } else if (key >= KEY_OWN && key < KEY_OWN + OPTIONS_MAX) {
        if (args->given == ARRAY_LEN(args->given_names)) argp_error(state, "选项太多");
        args->given_names[args->given] = parse->command->options[key - KEY_OWN].name;
        args->given_values[args->given++] = argument ? argument : "";
    } else if (key == ARGP_KEY_ARG) {
        if (args->count >= parse->command->most) argp_error(state, "多余的参数：%s", argument);
        args->positional[args->count++] = argument;
    } else if (key == ARGP_KEY_END) {
        if (args->count < parse->command->least) argp_error(state, "缺少参数：%s", parse->command->arguments);
    } else {
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void option_table(const struct cli_command *command, struct argp_option table[OPTIONS_MAX]) {
    size_t used = 0, count = 0;
    const struct config_option *settings = config_options(&count);
    for (size_t i = 0; command->options && command->options[i].name; i++)
        table[used++] = (struct argp_option){.name = command->options[i].name,
                                             .key = KEY_OWN + (int)i,
                                             .arg = command->options[i].argument,
                                             .doc = command->options[i].help,
                                             .group = 1};
    table[used++] = (struct argp_option){.name = "config",
                                         .key = KEY_CONFIG,
                                         .arg = "FILE",
                                         .doc = "从 ini 文件读取设置（[minyi] 一节）",
                                         .group = 2};
    for (size_t i = 0; i < count && used + 1 < OPTIONS_MAX; i++)
        table[used++] = (struct argp_option){.name = settings[i].name,
                                             .key = KEY_SETTING + (int)i,
                                             .arg = settings[i].argument,
                                             .doc = settings[i].help,
                                             .group = 2};
    table[used] = (struct argp_option){0};
}

static int read_settings(struct parse *parse) {
    struct cli_args *args = parse->args;
    size_t count = 0;
    const struct config_option *settings = config_options(&count);
    config_defaults(&args->config);
    int result = parse->config_file
                     ? config_from_file(&args->config, args->arena, parse->config_file, &parse->why)
                     : 0;
    if (result == 0) result = config_from_environment(&args->config, args->arena, &parse->why);
    for (size_t i = 0; i < count && result == 0; i++)
        if (parse->settings[i])
            result =
                config_set(&args->config, args->arena, settings[i].name, parse->settings[i], &parse->why);
    return result;
}

static void blank(char *from, const char *end) {
    while (from < end)
        *from++ = '*';
}

/* Every user of the machine can read the command line: passwords in addresses go from it. */
static void hide_passwords(struct arena *arena, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        char *rest = strstr(argv[i], "://");
        if (!rest) continue;
        rest += strlen("://");
        char *whole = arena_printf(arena, "%s", argv[i]);
        char *colon = strchr(rest, ':'), *host = strrchr(rest, '@'), *option = strstr(rest, "password=");
        if (colon && host && colon < host) blank(colon + 1, host);
        if (option) blank(option + strlen("password="), option + strlen(option));
        argv[i] = whole;
    }
}

int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli_args *args) {
    struct argp_option table[OPTIONS_MAX];
    struct parse parse = {.command = command, .args = args};
    option_table(command, table);
    struct argp argp = {
        .options = table, .parser = parse_one, .args_doc = command->arguments, .doc = command->help};
    args->command = command;
    argp_err_exit_status = EXIT_USAGE;
    argv[0] = arena_printf(args->arena, "minyi %s", command->name);
    hide_passwords(args->arena, argc, argv);
    if (argp_parse(&argp, argc, argv, 0, NULL, &parse) != 0) return EXIT_USAGE;
    if (read_settings(&parse) < 0) return cli_complain(EXIT_USAGE, "%s", parse.why);
    return EXIT_OK;
}
