#include "model/rate.h"

#include <string.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/cache.h"
#include "net/redis.h"
#include "os/log.h"
#include "os/rnd.h"

/* clang-format off */
const struct rate_rule rate_rules[] = {
	{ "page", 10, 1000 }, // of plain CGI; elsewhere fcgi/flow.h counts what has no limit of its own
	{ "google", 60, 120 }, // the way back; a class may share one address
	{ "sign-in", 3600, 1000 },
	{ "register", 60, 100 },
	{ "mail-link", 60, 60 },
	{ "link", 3600, 1000 },
	{ "proof", 900, 20 },
	{ "settings", 60, 60 },
	{ "change", 60, 300 }, // whatever else changes something; a class may share one address
	{ "fetch-now", 60, 14 },
	{ "cron", 60, 30 },
	{ "search", 60, 60 },
	{ "submit", 60, 300 }, // a class may share one address; each member's own limit: model/submission.h
	{ "live", 60, 120 },
	{ "tokens", 3600, 60 },
	{ "refresh", 3600, 10 }, // by family of tokens
	{ "refresh-from", 3600, 600 }, // by address
	{ "admin", 60, 600 },
	{ "sync", 60, 20 },
	{ "calendar-link", 600, 60 },
	{ "feed", 60, 60 },
	{ "import", 3600, 60 },
	{ "package", 60, 20 }, // a whole one is written anew for each
	{ "room", 3600, 300 }, // a class may share one address
};
/* clang-format on */
const size_t n_rate_rules = countof(rate_rules);

const struct rate_rule *rate_rule_find(const char *name)
{
	for (size_t i = 0; i < n_rate_rules; i++) {
		if (strcmp(rate_rules[i].name, name) == 0)
			return &rate_rules[i];
	}
	return NULL;
}

/* Now and then a call removes windows that are over, more than have come since the last time. */
static void purge(struct db *d)
{
	struct err e = { 0 };

	if (rnd_below(RATE_PURGE_EVERY) == 0 && db_exec(d, q_rate_purge, NO_ARGS, NULL, &e) != 0)
		log_err(LOG_INFO, "rate.purge", &e);
}

static int in_table(struct db *d, struct arena *m, const struct rate_rule *rule, struct span key,
	struct redis_window *w, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_rate_take,
		    ARGS(arg_text(key), arg_i64((int64_t)rule->window_s * 1000000),
			    arg_i64(rule->most)),
		    &row, e) != 0)
		return -1;
	w->used = row_i64(&row, rate_take_used);
	w->wait_us = row_i64(&row, rate_take_wait_us);
	purge(d);
	return 0;
}

int rate_take(struct cache *c, struct arena *m, const struct rate_rule *rule, struct span subject,
	struct rate_answer *out, struct err *e)
{
	struct span key =
		span_of(arena_printf(m, "rate:%s:" SPAN_FMT, rule->name, SPAN_ARG(subject)));
	struct err from_redis = { 0 };
	struct redis_window w;

	if (key.n > CACHE_MAX_KEY)
		return err_set(e, ERR_LIMIT, "the subject of a limit is too long");
	if ((!redis_up(cache_redis(c)) || redis_window(cache_redis(c), key, rule->window_s,
						  rule->most, &w, &from_redis) != 0) &&
		in_table(cache_db(c), m, rule, key, &w, e) != 0)
		return -1;
	out->passed = w.wait_us == 0;
	out->remaining = (int)(rule->most > w.used ? rule->most - w.used : 0);
	out->retry_after_s = (int)((w.wait_us + 999999) / 1000000);
	return 0;
}
