/* What the house does for itself once a day: old rows leave, the next days' partitions come. */
#include "jobs/kind.h"

#include "model/artifact.h"
#include "model/cache.h"
#include "model/event.h"
#include "model/job_admin.h"
#include "model/mail_outbox.h"
#include "model/problem_import.h"
#include "model/signup.h"
#include "model/sync.h"
#include "model/trial.h"
#include "os/config.h"

int kind_maintenance_purge(struct job_ctx *c, struct err *e)
{
	if (job_purge(c->db, c->mem, (int)c->conf->done_keep_days, e) != 0)
		return -1;
	if (sync_purge(c->db, e) != 0 || mail_purge(c->db, e) != 0 ||
		problem_import_purge(c->db, e) != 0 || signup_purge(c->db, c->mem, e) != 0)
		return -1;
	if (artifact_purge(c->db, e) != 0 || event_purge(c->db, e) != 0 ||
		trial_purge(c->db, e) != 0)
		return -1;
	return cache_maintain(c->cache, c->mem, e);
}
