#include "model/rejudge_ask.h"

#include "db/db.h"
#include "model/judging.h"

int rejudge_ask(
	struct db *d, struct arena *m, const struct rejudge_new *r, int64_t *id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d, &tx, e) != 0 || rejudge_make(&tx, m, r, id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	judging_wake(d);
	return 0;
}
