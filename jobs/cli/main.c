/* podium: the operator's command line. One table says what there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/password.h"
#include "base/attr.h"
#include "base/span.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "os/config.h"
#include "os/log.h"

static const struct command {
	const char *name;
	cli_command *run;
	const char *words;
	const char *help;
} commands[] = {
	{ "migrate", cli_migrate, "[--check]",
		"bring the database to this program's schema; --check: only say whether it is" },
	{ "init", cli_init, "",
		"make the first admin, with ADMIN_PASSWORD or a password that is shown; begin to fetch" },
	{ "user", cli_user, "list | create EMAIL NAME [ROLES] | reset EMAIL | role EMAIL ROLES",
		"accounts; roles with commas: coach,jury. A password is read from standard input,\n"
		"      or made when that is empty; reset gives a new one" },
	{ "source", cli_source, "list | fetch [--due | PLATFORM...]",
		"how the contest platforms are doing; asks those named, those due, or all" },
	{ "job", cli_job,
		"list [STATE] [--queue Q] [--limit N] | show ID | retry ID... | retry --queue Q |\n"
		"      discard ID... | pause QUEUE [SECONDS] | resume QUEUE | limit QUEUE N |\n"
		"      weight QUEUE N | queues | cron list | cron enable|disable NAME",
		"jobs that are ready, running, later, dead or done; the queues' pauses, how many of one\n"
		"      run at once (0: any number), and its share of the workers; cron is what begins by\n"
		"      the clock" },
	{ "audit", cli_audit,
		"verify [ID:HASH] | list [--actor ID] [--action A] [--object O] [--before ID] [--limit N]",
		"who did what; verify looks whether anybody changed the record, ID:HASH is a head noted\n"
		"      earlier" },
	{ "mail", cli_mail, "list [STATE] | show ID | send ID | test ADDRESS",
		"the outbox: what was sent, what was given up and why; tries a mail again" },
	{ "key", cli_key, "rotate",
		"a new key signs the access tokens of programs; those that exist stay good" },
	{ "rejudge", cli_rejudge,
		"make [--submission ID] [--problem SLUG] [--contest N] [--language L] [--verdict V]\n"
		"      [--user N] --why TEXT | list | show ID [--all] | apply ID | drop ID",
		"judges again what fits; show says what would change, then all of it is applied or\n"
		"      dropped" },
	{ "problem", cli_problem,
		"list | import DIR|ZIP... [--owner EMAIL] [--into SLUG] | verify SLUG [--wait] |\n"
		"      status SLUG | export SLUG [ZIP] | show SLUG... public|contests|hidden",
		"problem packages in and out; verify has the jury's solutions judged and held against\n"
		"      what the package says of them, status shows what came of it; show says to whom\n"
		"      a problem is shown" },
	{ "member", cli_member, "list | import FILE --by EMAIL | sync",
		"the people who are followed; import takes a CSV list in as that coach or admin could,\n"
		"      sync has all of them asked for at Codeforces now" },
	{ "config-example", cli_config_example, "",
		"print every key of the configuration with its meaning and default" },
	{ "doctor", cli_doctor, "[--quick]",
		"look for what is broken or weaker than it could be; --quick: without the attacks on\n"
		"      the box, which take half a minute" },
};

int cli_fail(const struct err *e)
{
	fprintf(stderr, "podium: %s\n", e->text);
	if (e->detail[0] != '\0')
		fprintf(stderr, "podium: (%s)\n", e->detail);
	return 1;
}

bool cli_flag(struct cli *c, const char *name)
{
	for (int i = 0; i < c->n_words; i++) {
		if (strcmp(c->words[i], name) != 0)
			continue;
		for (; i < c->n_words; i++)
			c->words[i] = c->words[i + 1];
		c->n_words--;
		return true;
	}
	return false;
}

const char *cli_option(struct cli *c, const char *name)
{
	for (int i = 0; i + 1 < c->n_words; i++) {
		const char *value = c->words[i + 1];

		if (strcmp(c->words[i], name) != 0)
			continue;
		for (; i + 2 <= c->n_words; i++)
			c->words[i] = c->words[i + 2];
		c->n_words -= 2;
		return value;
	}
	return NULL;
}

bool cli_asks_for(const struct cli *c, const struct cli_verb *v)
{
	int n = c->n_words - 1;

	return n >= v->least && n <= v->most && strcmp(c->words[0], v->name) == 0;
}

static int help(FILE *out, int status)
{
	fprintf(out, "podium [--config FILE] COMMAND ...\n\n");
	for (size_t i = 0; i < countof(commands); i++)
		fprintf(out, "  %s%s%s\n      %s\n", commands[i].name,
			commands[i].words[0] != '\0' ? " " : "", commands[i].words,
			commands[i].help);
	fprintf(out,
		"\nWithout --config the environment variable PODIUM_CONFIG names the file; without "
		"either,\nenvironment and defaults decide.\n");
	return status;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < countof(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Takes the options in front of the command; returns the index of the command's name. */
static int read_options(int argc, char **argv, struct cli *c)
{
	int i = 1;

	c->config_path = getenv("PODIUM_CONFIG");
	for (; i < argc && argv[i][0] == '-'; i++) {
		struct span a = span_of(argv[i]);

		if (span_is(a, "--config") && i + 1 < argc)
			c->config_path = argv[++i];
		else if (span_starts(a, "--config="))
			c->config_path = argv[i] + strlen("--config=");
		else
			break;
	}
	return i;
}

int main(int argc, char **argv)
{
	struct cli c = { .config_path = NULL };
	struct err e = { .kind = ERR_NONE };
	int at = read_options(argc, argv, &c);
	const struct command *command;
	int status;

	if (at < argc && (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "help") == 0))
		return help(stdout, 0);
	if (at == argc)
		return help(stderr, CLI_USAGE);
	command = find(argv[at]);
	if (command == NULL) {
		fprintf(stderr, "podium: there is no command \"%s\"\n\n", argv[at]);
		return help(stderr, CLI_USAGE);
	}
	c.words = argv + at + 1;
	c.n_words = argc - at - 1;
	if (config_load(c.config_path, &c.conf, &e) != 0 ||
		(command->run != cli_doctor && db_check(c.conf, &e) != 0))
		return cli_fail(&e);
	password_use_cost(c.conf->password_cost);
	log_start("podium", LOG_WARN);
	status = command->run(&c);
	if (status == CLI_USAGE)
		fprintf(stderr, "use: podium %s %s\n", command->name, command->words);
	return status;
}
