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

static void describe(FILE *out, const char *before, const struct command *c)
{
	fprintf(out, "%s%s%s%s\n      %s\n", before, c->name, c->words[0] != '\0' ? " " : "",
		c->words, c->help);
}

static int help(FILE *out, int status)
{
	fprintf(out, "podium [--config FILE] COMMAND ...\n\n");
	for (size_t i = 0; i < countof(commands); i++)
		describe(out, "  ", &commands[i]);
	fprintf(out,
		"  help [COMMAND]\n      this, or what is said here of one command, as COMMAND --help\n"
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

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int unknown(const char *name)
{
	fprintf(stderr, "podium: there is no command \"%s\"; podium help lists them\n", name);
	return CLI_USAGE;
}

/* `help`, `help COMMAND`: the words from the first on. */
static int help_of(char **words, int n)
{
	const struct command *command;

	if (n < 2)
		return help(stdout, 0);
	command = find(words[1]);
	if (command == NULL)
		return unknown(words[1]);
	describe(stdout, "podium ", command);
	return 0;
}

/* Says which words make no sense, where there are some, and which do. */
static int misused(const struct command *command, int argc, char **argv, int at)
{
	if (at < argc) {
		fprintf(stderr, "podium: cannot make sense of \"");
		for (int i = at; i < argc; i++)
			fprintf(stderr, "%s%s", i > at ? " " : "", argv[i]);
		fprintf(stderr, "\"\n");
	}
	fprintf(stderr, "use: podium %s%s%s\n", command->name, command->words[0] != '\0' ? " " : "",
		command->words);
	return CLI_USAGE;
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
	char **words;
	int status;

	if (at == argc)
		return help(stderr, CLI_USAGE);
	if (is_help(argv[at]) || strcmp(argv[at], "help") == 0)
		return help_of(argv + at, argc - at);
	if (strcmp(argv[at], "--config") == 0) {
		fprintf(stderr, "podium: --config needs the name of a file\n");
		return CLI_USAGE;
	}
	command = find(argv[at]);
	if (command == NULL)
		return unknown(argv[at]);
	if (at + 1 < argc && is_help(argv[argc - 1])) {
		describe(stdout, "podium ", command);
		return 0;
	}
	c.n_words = argc - at - 1;
	c.words = words = calloc((size_t)c.n_words + 1, sizeof(*words)); // commands take words out
	if (words == NULL)
		return cli_fail(&(struct err){ .text = "out of memory" });
	memcpy(words, argv + at + 1, (size_t)c.n_words * sizeof(*words));
	if (config_load(c.config_path, &c.conf, &e) != 0 ||
		(command->run != cli_doctor && db_check(c.conf, &e) != 0)) {
		free(words);
		return cli_fail(&e);
	}
	password_use_cost(c.conf->password_cost);
	log_start("podium", LOG_WARN);
	status = command->run(&c);
	free(words);
	return status == CLI_USAGE ? misused(command, argc, argv, at + 1) : status;
}
