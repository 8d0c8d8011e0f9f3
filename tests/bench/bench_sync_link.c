/*
 * Connects members' Google calendars for bench_sync.py, through the product's own function:
 *
 *     bench_sync_link CONFIG        reads lines of "user email refresh-token"
 */
#include <stdio.h>

#include "auth/envelope.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/calendar_link.h"
#include "os/config.h"
#include "os/log.h"

static int fail(const struct err *e)
{
	fprintf(stderr, "bench_sync_link: %s (%s)\n", e->text, e->detail);
	return 1;
}

static int link_one(struct db *d, struct arena *m, const struct envelope *seal, struct span line)
{
	struct calendar_link_new n = {
		.sink = CALENDAR_GOOGLE, .server = SPAN(""), .calendar = SPAN_NONE, .is_own = true
	};
	struct err e = { 0 };
	TX_AUTO tx = { 0 };
	struct span user;
	int64_t id;

	if (!span_split(&line, ' ', &user) || !span_i64(user, &n.user_id) ||
		!span_split(&line, ' ', &n.account))
		return 2;
	n.secret = span_trim(line);
	if (tx_begin(d, &tx, &e) != 0 || calendar_link_connect(&tx, m, seal, &n, &id, &e) != 0 ||
		tx_commit(&tx, &e) != 0)
		return fail(&e);
	return 0;
}

int main(int argc, char **argv)
{
	struct arena *m = arena_new(1024 * 1024);
	struct envelope *seal = NULL;
	const struct config *conf;
	struct err e = { 0 };
	struct db *d;
	char line[2000];

	log_start("bench_sync_link", LOG_WARN);
	if (argc != 2 || config_load(argv[1], &conf, &e) != 0 ||
		envelope_new(conf->encryption_key, &seal, &e) != 0)
		return fail(&e);
	d = db_new(conf, "bench");
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int rc = link_one(d, m, seal, span_of(line));

		if (rc != 0)
			return rc;
		arena_reset(m);
	}
	db_close(d);
	envelope_free(seal);
	arena_free(m);
	return 0;
}
