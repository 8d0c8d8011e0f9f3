#include "model/health.h"

#include "db/db.h"
#include "model/cache.h"

void health_read(struct db *d, struct cache *c, struct health *out)
{
	struct redis_health cache;
	struct db_health db;

	db_health(d, &db);
	cache_health(c, &cache);
	*out = (struct health){
		.database_up = db.primary_up,
		.replicas = db.replicas,
		.replicas_up = db.replicas_up,
		.cache_wanted = cache.configured,
		.cache_up = cache.up,
	};
}

enum health_state health_state(const struct health *h)
{
	if (!h->database_up)
		return HEALTH_DOWN;
	if (h->cache_wanted && !h->cache_up)
		return HEALTH_DEGRADED;
	return h->replicas_up < h->replicas ? HEALTH_DEGRADED : HEALTH_OK;
}

const char *health_state_name(enum health_state s)
{
	static const char *const names[] = { "ok", "degraded", "down" };

	return names[s];
}
