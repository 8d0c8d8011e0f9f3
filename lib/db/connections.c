/* What the configuration says of connections: to which servers, and how many there may be. */
#include "base/limits.h"
#include "base/scan.h"
#include "base/span.h"
#include "db/conninfo.h"
#include "db/db.h"
#include "os/config.h"

static int readable(struct span text, const char *label, struct err *e)
{
	const struct conninfo_spec spec = {
		.text = text, .label = label, .application_name = "podium", .ca_fd = -1
	};
	struct conninfo info;
	int rc = conninfo_make(&spec, &info, e);

	conninfo_free(&info);
	return rc;
}

static int check_replicas(const struct config *conf, struct err *e)
{
	struct span rest = span_of(conf->postgres_read_db);
	struct span one;

	if (db_connections(conf) > 1 + DB_MAX_REPLICAS)
		return err_set(e, ERR_INVALID, "more than %d replicas are named", DB_MAX_REPLICAS);
	while (span_split(&rest, ',', &one)) {
		one = span_trim(one);
		if (one.n > 0 && readable(one, "replica", e) != 0)
			return -1;
	}
	return 0;
}

int db_check(const struct config *conf, struct err *e)
{
	if (readable(span_of(conf->postgres_db), "primary", e) != 0)
		return config_blame(conf, "POSTGRES_DB", e);
	if (check_replicas(conf, e) != 0)
		return config_blame(conf, "POSTGRES_READ_DB", e);
	return 0;
}

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
	err_set(e, ERR_INVALID, "%s wants %lld connections to PostgreSQL, CONNECTION_LIMIT is %lld",
		key, (long long)need, (long long)conf->connection_limit);
	return config_blame(conf, config_is_given(conf, key) ? key : "CONNECTION_LIMIT", e);
}
