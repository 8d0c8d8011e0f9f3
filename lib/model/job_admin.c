#include "model/job_admin.h"

#include "base/limits.h"
#include "db/db.h"

int job_done_tend(struct db *d, struct arena *m, int keep_days, struct err *e)
{
	struct row row;

	return db_one(d, m, q_job_done_tend, ARGS(arg_i64(keep_days)), &row, e);
}

int job_purge(struct db *d, struct arena *m, int done_keep_days, struct err *e)
{
	if (job_done_tend(d, m, done_keep_days, e) != 0)
		return -1;
	if (db_exec(d, q_job_dead_purge, ARGS(arg_i64(JOB_DEAD_KEEP_DAYS)), NULL, e) != 0)
		return -1;
	return db_exec(d, q_job_unique_purge, NO_ARGS, NULL, e);
}
