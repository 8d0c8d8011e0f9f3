#include "model/calendar_fetch.h"

#include "db/db.h"
#include "model/job.h"
#include "model/source.h"

int calendar_fetch_now(struct db *d, struct arena *m, enum platform p, bool *queued, struct err *e)
{
	TX_AUTO tx = { 0 };
	int64_t job;

	if (tx_begin(d, &tx, e) != 0 || source_fetch_request(&tx, m, p, &job, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	*queued = job != 0;
	job_wake(d, "fetch");
	return 0;
}

int calendar_fetch_due(struct db *d, struct arena *m, bool *queued, struct err *e)
{
	struct job_spec spec = { .kind = "fetch.due",
		.unique = SPAN("cron:fetch.due"), // the clock's own, so that no two wait
		.priority = JOB_PRIORITY_NORMAL };
	int64_t job;

	if (job_enqueue_alone(d, m, &spec, &job, e) != 0)
		return -1;
	*queued = job != 0;
	job_wake(d, "fetch");
	return 0;
}

int calendar_fetch_all(struct db *d, struct arena *m, size_t *n, struct err *e)
{
	if (source_fetch_all(d, m, n, e) != 0)
		return -1;
	job_wake(d, "fetch");
	return 0;
}
