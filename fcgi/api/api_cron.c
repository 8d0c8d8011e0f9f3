#include "auth/digest.h"
#include "fcgi/api/api.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "model/calendar_fetch.h"
#include "net/json.h"
#include "os/config.h"

/*
 * POST /cron/fetch, for a clock outside of this machine: has the contest sources asked that are
 * due, as the runner's own clock does every minute. The header x-cron-secret holds CRON_SECRET;
 * while that is not set there is no such address.
 *
 *   { "queued": true }   false: such a job was waiting already
 */
int api_cron_fetch(struct ctx *c, struct err *e)
{
	struct span secret = span_of(c->conf->cron_secret);
	struct json_out j;
	bool queued;

	if (secret.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is nothing at this address");
	if (!digest_equal(c->req->cron_secret, secret))
		return err_set(e, ERR_FORBIDDEN, "x-cron-secret is missing or wrong");
	if (calendar_fetch_due(c->db, c->mem, &queued, e) != 0)
		return -1;
	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	json_object(&j);
	json_key(&j, "queued");
	json_put_bool(&j, queued);
	json_object_end(&j);
	return 0;
}
