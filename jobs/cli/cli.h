#ifndef JOBS_CLI_CLI_H
#define JOBS_CLI_CLI_H

#include <stdbool.h>

#include "base/err.h"

struct config;

/* What a command of `podium` gets: the configuration and the words behind its name. */
struct cli {
	const struct config *conf;
	const char *config_path; // NULL: environment and defaults only
	char **words;            // NULL at the end
	int n_words;
};

/* Exit status: 0 done, 1 it failed, CLI_USAGE the words make no sense. */
typedef int cli_command(struct cli *c);
#define CLI_USAGE 2

/* Prints the error with its detail on stderr and returns 1. */
int cli_fail(const struct err *e);

/* Takes an option without value out of the words; false if it is not there. */
bool cli_flag(struct cli *c, const char *name);

/* Takes `name VALUE` out of the words; the value, or NULL if it is not there. */
const char *cli_option(struct cli *c, const char *name);

/* What a command's next word may be, and how many words may follow it. */
struct cli_verb {
	const char *name;
	int least;
	int most;
};
bool cli_asks_for(const struct cli *c, const struct cli_verb *v);

cli_command cli_config_example;
cli_command cli_migrate;
cli_command cli_doctor;
cli_command cli_init;
cli_command cli_user;
cli_command cli_job;
cli_command cli_mail;
cli_command cli_source;
cli_command cli_audit;
cli_command cli_key;
cli_command cli_rejudge;
cli_command cli_problem;
cli_command cli_member;

#endif
