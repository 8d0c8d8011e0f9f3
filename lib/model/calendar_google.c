#include "model/calendar_google.h"

#include "db/db.h"
#include "model/calendar_link.h"
#include "model/sync.h"

int calendar_google_connect(struct db *d, struct cache *c, struct arena *m,
	const struct envelope *seal, const struct calendar_grant *g, struct err *e)
{
	const struct calendar_link_new link = { .user_id = g->user_id,
		.sink = CALENDAR_GOOGLE,
		.account = g->account,
		.server = SPAN(""),
		.calendar = g->is_primary ? SPAN("primary") : SPAN_NONE,
		.is_own = !g->is_primary,
		.secret = g->refresh };
	TX_AUTO tx = { .db = NULL };
	int64_t id;

	if (tx_begin(d, &tx, e) != 0 || calendar_link_connect(&tx, m, seal, &link, &id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	sync_evict(c, g->user_id);
	sync_wake(d);
	return 0;
}
