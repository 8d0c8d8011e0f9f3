/* podium key: the key that signs access tokens. */
#include <stdio.h>
#include <string.h>

#include "auth/envelope.h"
#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/keyring.h"
#include "os/config.h"

static int rotate(struct cli *c, struct err *e)
{
	struct envelope *seal = NULL;
	struct db *d = db_new(c->conf, "podium key");
	struct arena *m = arena_new(REQUEST_ARENA);
	const char *kid;
	int failed = envelope_new(c->conf->encryption_key, &seal, e) != 0 ||
		     keyring_rotate(d, m, seal, &kid, e) != 0;

	if (!failed)
		printf("%s signs from now on; tokens under the old key stay good until they end\n",
			kid);
	envelope_free(seal);
	arena_free(m);
	db_close(d);
	return failed ? -1 : 0;
}

int cli_key(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };

	if (c->n_words != 1 || strcmp(c->words[0], "rotate") != 0)
		return CLI_USAGE;
	return rotate(c, &e) != 0 ? cli_fail(&e) : 0;
}
