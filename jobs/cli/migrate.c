#include <stdio.h>

#include "db/migrate.h"
#include "jobs/cli/cli.h"

int cli_migrate(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };
	bool only_check = cli_flag(c, "--check");
	int applied = 0;

	if (c->n_words > 0)
		return CLI_USAGE;
	if (only_check) {
		if (migrate_check(c->conf, &e) != 0)
			return cli_fail(&e);
		printf("the schema is up to date\n");
		return 0;
	}
	if (migrate_run(c->conf, &applied, &e) != 0)
		return cli_fail(&e);
	if (applied > 0)
		printf("%d migration%s applied\n", applied, applied == 1 ? "" : "s");
	else
		printf("the schema is up to date\n");
	return 0;
}
