/* How this installation feels, for a monitor: what is away, and whether that stops it. */
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/guard.h"
#include "fcgi/metrics.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/health.h"

struct health_json {
	struct span status;
	struct span database;
	int64_t replicas;
	int64_t replicas_up;
	struct span cache;
};

static const struct shape_field health_fields[] = {
	SHAPE_TEXT(struct health_json, status, "of all of it"),
	SHAPE_TEXT(struct health_json, database, "up or down"),
	SHAPE_I64(struct health_json, replicas, "that are configured"),
	SHAPE_I64(struct health_json, replicas_up, "that can be read from"),
	SHAPE_TEXT(struct health_json, cache, "up, down, or off"),
};
static const struct shape health_shape = SHAPE("Health", struct health_json, health_fields);

const struct api_doc api_health_doc = {
	.summary = "How this installation feels",
	.answers = { { 200, &health_shape, "requests can be answered" },
		{ 503, &health_shape, "the database is away" } },
};

/*
 * 200 while requests can be answered, even when something is degraded; 503 without the primary
 * database. It names no host and no reason: those are in the log.
 */
int api_health(struct ctx *c, struct err *e)
{
	struct health h;

	(void)e;
	health_read(c->db, c->cache, &h);
	const struct health_json answer = { .status = span_of(health_state_name(health_state(&h))),
		.database = h.database_up ? SPAN("up") : SPAN("down"),
		.replicas = h.replicas,
		.replicas_up = h.replicas_up,
		.cache = !h.cache_wanted ? SPAN("off")
			 : h.cache_up    ? SPAN("up")
					 : SPAN("down") };

	response_status(c->res, health_state(&h) == HEALTH_DOWN ? 503 : 200);
	api_put(c, &health_shape, &answer);
	buf_addc(response_body(c->res), '\n');
	return 0;
}

const struct api_doc api_metrics_doc = {
	.summary = "Counters in Prometheus' text format",
	.text = "For this machine itself and for admins.",
	.type = "text/plain; version=0.0.4; charset=utf-8",
	.answers = { { 200, NULL, "the counters" } },
};

/* Counters tell how much a club does: they are for the operator's own machines. */
int api_metrics(struct ctx *c, struct err *e)
{
	if (!guard_is_operator(c))
		return err_set(e, ERR_FORBIDDEN, "metrics are for this machine and for admins");
	response_type(c->res, api_metrics_doc.type);
	metrics_print(routes, n_routes, response_body(c->res));
	return 0;
}
