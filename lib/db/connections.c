/* How many connections the processes of this configuration may hold. */
#include "base/scan.h"
#include "base/span.h"
#include "db/db.h"
#include "os/config.h"

int db_connections(const struct config *conf)
{
	struct span rest = span_of(conf->postgres_read_db);
	struct span one;
	int n = 1;

	while (span_split(&rest, ',', &one))
		n += span_trim(one).n > 0;
	return n;
}

int db_check_limit(
	const struct config *conf, const char *key, int64_t processes, int others, struct err *e)
{
	int64_t need = processes * db_connections(conf) + others;

	if (need <= conf->connection_limit)
		return 0;
	return err_set(e, ERR_INVALID,
		"%s wants %lld connections to PostgreSQL, CONNECTION_LIMIT is %lld", key,
		(long long)need, (long long)conf->connection_limit);
}
