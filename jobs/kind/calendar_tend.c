/* Every few minutes: syncs that never came to their end, and calendars whose pause is over. */
#include "jobs/kind.h"

#include "model/job.h"
#include "model/sync.h"
#include "os/log.h"

int kind_calendar_tend(struct job_ctx *c, struct err *e)
{
	size_t n;

	if (sync_catch_up(c->db, c->mem, &n, e) != 0)
		return -1;
	if (n > 0) {
		log_event(LOG_INFO, "sync.catch_up", LOG_NUMBER("members", (long long)n));
		sync_wake(c->db);
	}
	return 0;
}
