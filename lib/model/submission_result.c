/*
 * Answers that are kept. There are two of each submission: what its member sees, and what jury and
 * admins see. A kept one begins with the number of whose it is, so that a hit asks the database
 * nothing. Eviction races with filling: a reader may take the old rows, then a change commits and
 * evicts, then the reader stores what it had. Therefore whoever has stored looks again.
 */
#include "model/submission.h"

#include "base/id.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/cache.h"
#include "model/user.h"
#include "os/log.h"

static struct span key_of(struct arena *m, struct span public_id, bool jury)
{
	return span_of(arena_printf(m, "cache:submission:" SPAN_FMT ":%s", SPAN_ARG(public_id),
		jury ? "jury" : "member"));
}

static bool is_jury(const struct user *u)
{
	return user_has(u, ROLE_JURY) || user_has(u, ROLE_ADMIN);
}

bool submission_result_kept(struct arena *m, const struct submission_look *look, struct span *text)
{
	bool jury = is_jury(look->reader);
	struct err e = { .kind = ERR_NONE };
	uint64_t owner;
	struct span at;

	if (look->cache == NULL || look->reader == NULL || !id_valid(look->public_id) ||
		cache_get(look->cache, m, key_of(m, look->public_id, jury), &at, &e) != 0 ||
		!scan_u64(&at, INT64_MAX, &owner) || !scan_char(&at, ' '))
		return false;
	*text = at;
	return jury || (int64_t)owner == look->reader->id;
}

/* Nobody has changed it meanwhile: whoever does so from now on evicts what is kept. */
static bool stands(struct db *d, struct arena *m, const struct submission_full *s, bool jury)
{
	struct err e = { .kind = ERR_NONE };
	struct rows rows;

	if (db_many(d, m, q_submission_now, ARGS(arg_text(s->row.public_id)), &rows, &e) != 0 ||
		rows.n == 0)
		return false;
	return row_i64(&rows.v[0], submission_now_judging_id) == s->judging_id &&
	       (jury || !row_bool(&rows.v[0], submission_now_deleted));
}

void submission_result_keep(struct db *d, struct arena *m, const struct submission_look *look,
	const struct submission_full *s, struct span text)
{
	bool jury = is_jury(look->reader);
	struct err e = { .kind = ERR_NONE };
	struct span value;

	if (look->cache == NULL || s->row.state != JUDGING_ENDED ||
		(!jury && s->row.user_id != look->reader->id))
		return;
	value = span_of(
		arena_printf(m, "%lld " SPAN_FMT, (long long)s->row.user_id, SPAN_ARG(text)));
	if (value.n > CACHE_MAX_VALUE)
		return;
	if (cache_set(look->cache, key_of(m, s->row.public_id, jury), value, SUBMISSION_RESULT_S,
		    &e) != 0)
		log_err(LOG_WARN, "submission.cache", &e);
	else if (!stands(d, m, s, jury))
		submission_evict(look->cache, m, s->row.public_id);
}

void submission_evict(struct cache *c, struct arena *m, struct span public_id)
{
	for (int jury = 0; c != NULL && jury < 2; jury++) {
		struct err e = { .kind = ERR_NONE };

		if (cache_delete(c, key_of(m, public_id, jury), &e) != 0)
			log_err(LOG_WARN, "submission.evict", &e);
	}
}
