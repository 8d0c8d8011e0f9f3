/* How this installation feels, for a monitor: what is away, and whether that stops it. */
#include "fcgi/api/api.h"
#include "fcgi/guard.h"
#include "fcgi/metrics.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/health.h"
#include "net/json.h"

/*
 * 200 while requests can be answered, even when something is degraded; 503 without the primary
 * database. It names no host and no reason: those are in the log.
 */
int api_health(struct ctx *c, struct err *e)
{
	struct health h;
	struct json_out j;

	(void)e;
	health_read(c->db, c->cache, &h);
	response_status(c->res, health_state(&h) == HEALTH_DOWN ? 503 : 200);
	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	json_object(&j);
	json_key(&j, "status");
	json_put_text(&j, span_of(health_state_name(health_state(&h))));
	json_key(&j, "database");
	json_put_text(&j, h.database_up ? SPAN("up") : SPAN("down"));
	json_key(&j, "replicas");
	json_put_i64(&j, h.replicas);
	json_key(&j, "replicas_up");
	json_put_i64(&j, h.replicas_up);
	json_key(&j, "cache");
	json_put_text(&j, !h.cache_wanted ? SPAN("off") : h.cache_up ? SPAN("up") : SPAN("down"));
	json_object_end(&j);
	buf_addc(response_body(c->res), '\n');
	return 0;
}

/* Counters tell how much a club does: they are for the operator's own machines. */
int api_metrics(struct ctx *c, struct err *e)
{
	if (!guard_is_operator(c))
		return err_set(e, ERR_FORBIDDEN, "metrics are for this machine and for admins");
	response_type(c->res, "text/plain; version=0.0.4; charset=utf-8");
	metrics_print(routes, n_routes, response_body(c->res));
	return 0;
}
