/*
 * A handle that somebody says is his: looked for until it is seen or the time is over. Each look is
 * a job of its own, so that what is not there yet counts as no failure of the service.
 */
#include "jobs/kind.h"

#include "base/limits.h"
#include "model/handle.h"
#include "model/job.h"
#include "net/json.h"

static int read_order(struct span payload, struct handle_order *out, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "user"), &out->user_id) ||
		!json_i64(json_get(root, "made_at"), &out->made_at))
		return err_set(e, ERR_INVALID, "the payload names no claim");
	return 0;
}

int kind_handle_prove(struct job_ctx *c, struct err *e)
{
	struct handle_order o;
	TX_AUTO tx = { .db = NULL };
	bool done;

	if (read_order(c->payload, &o, e) != 0)
		return -1;
	if (handle_look(c->codeforces, c->db, c->mem, &o, &done, e) != 0)
		return -1;
	if (done)
		return 0;
	if (tx_begin(c->db, &tx, e) != 0 || handle_look_later(&tx, c->mem, &o, e) != 0 ||
		job_settle(c, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}
