#include "auth/digest.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "model/calendar_fetch.h"
#include "model/member_sync.h"
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
	.text = "For a clock outside of this machine. The header x-cron-secret holds CRON_SECRET; without it, and "
		"while that is not set, the answer is 401 and nothing runs.",
	.answers = { { 200, &cron_shape, "it was taken" } },
};

static int check_secret(const struct ctx *c, struct err *e)
{
	struct span secret = span_of(c->conf->cron_secret);

	return secret.n > 0 && digest_equal(c->req->cron_secret, secret)
		       ? 0
		       : err_set(e, ERR_AUTH, "x-cron-secret is missing or wrong");
}

/* As the runner's own clock does every minute. */
int api_cron_fetch(struct ctx *c, struct err *e)
{
	struct cron_json answer;

	if (check_secret(c, e) != 0 || calendar_fetch_due(c->db, c->mem, &answer.queued, e) != 0)
		return -1;
	api_put(c, &cron_shape, &answer);
	return 0;
}

struct sweep_json {
	int64_t sweep;
	int64_t members;
	int64_t done;
};

static const struct shape_field sweep_fields[] = {
	SHAPE_I64(struct sweep_json, sweep, "which one it is; one that ran already goes on"),
	SHAPE_I64(struct sweep_json, members, "with a handle, who are asked for"),
	SHAPE_I64(struct sweep_json, done, "of these, so far"),
};
static const struct shape sweep_shape = SHAPE("Sweep", struct sweep_json, sweep_fields);

const struct api_doc api_cron_sync_doc = {
	.summary = "Have all members asked for at Codeforces",
	.text = "For a clock outside of this machine, as the runner's own does each night. The header "
		"x-cron-secret holds CRON_SECRET; without it, and while that is not set, the answer is 401 and "
		"nothing runs.",
	.answers = { { 200, &sweep_shape, "it was taken" } },
};

int api_cron_sync(struct ctx *c, struct err *e)
{
	struct member_sweep s;
	int64_t id;

	if (check_secret(c, e) != 0 || member_sweep_start(c->db, c->mem, 0, &id, e) != 0 ||
		member_sweep_last(c->db, c->mem, &s, e) != 0)
		return -1;
	api_put(c, &sweep_shape, &(struct sweep_json){ s.id, s.n, s.n_done });
	return 0;
}
