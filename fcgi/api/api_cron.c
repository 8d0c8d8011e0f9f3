#include "auth/digest.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "model/calendar_fetch.h"
#include "os/config.h"

struct cron_json {
	bool queued;
};

static const struct shape_field cron_fields[] = {
	SHAPE_BOOL(struct cron_json, queued, "false: such a job was waiting already"),
};
static const struct shape cron_shape = SHAPE("Queued", struct cron_json, cron_fields);

const struct api_doc api_cron_fetch_doc = {
	.summary = "Have the platforms asked that are due",
	.text = "For a clock outside of this machine. The header x-cron-secret holds CRON_SECRET; while that "
		"is not set there is no such address.",
	.answers = { { 200, &cron_shape, "it was taken" } },
};

/* As the runner's own clock does every minute. */
int api_cron_fetch(struct ctx *c, struct err *e)
{
	struct span secret = span_of(c->conf->cron_secret);
	struct cron_json answer;

	if (secret.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is nothing at this address");
	if (!digest_equal(c->req->cron_secret, secret))
		return err_set(e, ERR_FORBIDDEN, "x-cron-secret is missing or wrong");
	if (calendar_fetch_due(c->db, c->mem, &answer.queued, e) != 0)
		return -1;
	api_put(c, &cron_shape, &answer);
	return 0;
}
