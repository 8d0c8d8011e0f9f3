#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

#include <stdbool.h>

struct cache;
struct db;

/* What a monitor is told, by podium-web and podium-jobs alike. */
struct health {
	bool database_up; // the primary; without it nothing but static files works
	int replicas;
	int replicas_up;   // reachable and not too far behind
	bool cache_wanted; // VALKEY_URI is set
	bool cache_up;     // as this process saw it last
};

enum health_state {
	HEALTH_OK,
	HEALTH_DEGRADED, // everything is answered, something is slower or waits
	HEALTH_DOWN
};

/* Asks the servers; takes at most 1 s for each that is away. */
void health_read(struct db *d, struct cache *c, struct health *out);
enum health_state health_state(const struct health *h);
const char *health_state_name(enum health_state s); // "ok", "degraded", "down"

#endif
