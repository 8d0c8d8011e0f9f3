/* podium init: what a fresh installation needs besides the schema. Can be repeated. */
#include <stdio.h>

#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/job.h"
#include "model/source.h"
#include "model/user.h"
#include "os/clock.h"
#include "os/config.h"

/* Asks the platforms whose time has come, so that a new calendar does not wait for the clock. */
static int first_fetch(struct db *d, struct arena *m, struct err *e)
{
	size_t n = 0;

	if (source_fetch_due(d, m, clock_unix_us(), &n, e) != 0)
		return -1;
	job_wake(d, "fetch");
	return 0;
}

static int init(struct cli *c, struct db *d, struct arena *m)
{
	struct err e = { .kind = ERR_NONE };
	struct span password = span_of(c->conf->admin_password);
	bool is_given = password.n > 0;
	bool made = false;

	if (user_first_admin(d, m, &password, &made, &e) != 0 || first_fetch(d, m, &e) != 0)
		return cli_fail(&e);
	if (!made)
		printf("there is an admin already\n");
	else if (is_given)
		printf("made the admin admin@localhost with the password of ADMIN_PASSWORD\n");
	else
		printf("made the admin admin@localhost with the password " SPAN_FMT
		       "\nIt is shown this once.\n",
			SPAN_ARG(password));
	return 0;
}

int cli_init(struct cli *c)
{
	struct arena *m;
	struct db *d;
	int status;

	if (c->n_words > 0)
		return CLI_USAGE;
	m = arena_new(REQUEST_ARENA);
	d = db_new(c->conf, "podium init");
	status = init(c, d, m);
	db_close(d);
	arena_free(m);
	return status;
}
