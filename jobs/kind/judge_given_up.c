/*
 * The end of a judging whose job failed for good: a fault of the judge, which is not the
 * contestant's. The jury sees why and has it judged again.
 */
#include "jobs/kind.h"

#include "jobs/judging.h"
#include "judge/verdict.h"
#include "model/judging.h"
#include "net/json.h"
#include "os/log.h"

static int settle(struct job_ctx *c, int64_t id, struct span why, struct err *e)
{
	struct judging_verdict v = { .verdict = VERDICT_JE, .fault = why };
	struct judging j;

	if (judging_load(c->db, c->mem, id, &j, e) != 0) {
		if (e->kind != ERR_NOT_FOUND)
			return -1;
		*e = (struct err){ .kind = ERR_NONE };
		return 0;
	}
	log_event(LOG_ERROR, "judge.given_up", LOG_NUMBER("judging", id), LOG_SPAN("why", why));
	return judging_end(c, &j, &v, e);
}

int kind_judge_given_up(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span why = SPAN("the judge failed");
	int64_t id;

	if (json_parse(c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(json_get(root, "payload"), "judging"), &id))
		return err_set(e, ERR_INVALID, "the payload names no judging");
	(void)json_text(json_get(root, "error"), &why);
	return settle(c, id, why, e);
}
