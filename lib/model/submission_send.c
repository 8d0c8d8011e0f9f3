#include "model/submission_send.h"

#include "base/limits.h"
#include "db/db.h"
#include "judge/language.h"
#include "model/judging.h"
#include "model/submission_scan.h"

int submission_send(struct db *d, struct arena *m, const struct submission_new *s,
	struct submission_made *out, struct err *e)
{
	struct submission_new scanned = *s;
	TX_AUTO tx = { .db = NULL };

	/* One that is refused for its size is not looked through before, nor are answers. */
	if (s->source.n <= SUBMISSION_MAX_SOURCE && !span_is(s->language, LANGUAGE_ANSWER))
		scanned.flags = submission_scan(db_config(d), m, s->language, s->source);
	if (tx_begin(d, &tx, e) != 0 || submission_create(&tx, m, &scanned, out, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	judging_wake(d);
	return 0;
}
