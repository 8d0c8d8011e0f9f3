/* Every kind of job and its function; queue, limits and retry rule are in lib/model/job_kind.c. */
#include "jobs/kind.h"

const struct kind kinds[] = {
	{ "maintenance.purge", kind_maintenance_purge },
};
const size_t n_kinds = countof(kinds);
