/* What the house does for itself once a day: old rows leave, the next days' partitions come. */
#include "jobs/kind.h"

#include "model/job_admin.h"
#include "os/config.h"

int kind_maintenance_purge(struct job_ctx *c, struct err *e)
{
	return job_purge(c->db, c->mem, (int)c->conf->done_keep_days, e);
}
