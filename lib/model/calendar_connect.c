#include "model/calendar_connect.h"

#include "auth/token.h"
#include "db/db.h"
#include "model/sync.h"

static void told(struct db *d, struct cache *c, int64_t user_id)
{
	sync_evict(c, user_id);
	sync_wake(d);
}

int calendar_connect(struct db *d, struct cache *c, struct arena *m, const struct envelope *seal,
	const struct calendar_link_new *n, struct err *e)
{
	TX_AUTO tx = { 0 };
	int64_t id;

	if (tx_begin(d, &tx, e) != 0 || calendar_link_connect(&tx, m, seal, n, &id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	told(d, c, n->user_id);
	return 0;
}

int calendar_restyle(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		calendar_link_set_style(&tx, m, choice->user_id, choice->sink, &choice->style, e) !=
			0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	told(d, c, choice->user_id);
	return 0;
}

int calendar_disconnect(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		calendar_link_leave(
			&tx, m, choice->user_id, choice->sink, choice->remove_events, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	told(d, c, choice->user_id);
	return 0;
}

int calendar_remake(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		calendar_link_renew(&tx, m, choice->user_id, choice->sink, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	told(d, c, choice->user_id);
	return 0;
}

int calendar_feed_make(struct db *d, struct arena *m, const struct envelope *seal, int64_t user_id,
	bool *renewed, struct err *e)
{
	struct calendar_links before;
	char secret[TOKEN_SIZE];
	struct calendar_link_new n = {
		.user_id = user_id, .sink = CALENDAR_ICS, .calendar = SPAN_NONE, .is_own = true
	};

	*renewed = false;
	if (calendar_link_list(d, m, user_id, &before, e) != 0)
		return -1;
	for (size_t i = 0; i < before.n; i++)
		*renewed = *renewed || before.v[i].sink == CALENDAR_ICS;
	token_new(secret);
	n.secret = span_of(secret);
	return calendar_connect(d, NULL, m, seal, &n, e);
}
