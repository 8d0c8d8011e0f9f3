#include "jobs/judging.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "model/job.h"
#include "model/job_run.h"
#include "net/json.h"
#include "os/config.h"
#include "os/log.h"

static struct judge *own; // this worker's

struct span judging_host_name(void)
{
	static char host[256];

	if (host[0] == '\0')
		(void)gethostname(host, sizeof(host) - 1);
	return span_of(host);
}

static int tell_languages(struct job_ctx *c, struct err *e)
{
	struct judging_language *v;
	struct judge_found *found;
	size_t n;

	if (judge_find_languages(own, c->mem, &found, &n, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct judging_language, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct language *l = found[i].language;

		v[i] = (struct judging_language){ .id = span_of(l->id),
			.name = span_of(l->name),
			.extension =
				l->extensions.n > 0 ? span_of(l->extensions.v[0]) : SPAN("txt"),
			.is_there = found[i].is_there,
			.for_members = l->is_submitted,
			.version = span_of(found[i].version),
			.why = span_of(found[i].why) };
	}
	const struct judging_machine host = { judging_host_name(), span_of(judge_box_name(own)) };

	return judging_host(c->db, c->mem, &host, v, n, e);
}

int judging_judge(struct job_ctx *c, struct judge **out, struct err *e)
{
	struct judge_setup setup = { c->conf->box_program, c->conf->languages,
		c->conf->judge_work };

	if (setup.work[0] == '\0')
		return err_set(
			e, ERR_TEMPORARY, "JUDGE_WORK is not set: this machine judges nothing");
	if (own == NULL) {
		if (judge_new(&setup, &own, e) != 0)
			return -1;
	}
	*out = own;
	return 0;
}

void judging_introduce(struct job_ctx *c)
{
	struct err e = { .kind = ERR_NONE };
	struct judge *judge;

	if (c->conf->judge_work[0] == '\0')
		return;
	/* Told first: members can send in while headers are made. */
	if (judging_judge(c, &judge, &e) != 0 || tell_languages(c, &e) != 0 ||
		judge_prepare(judge, &e) != 0)
		log_err(LOG_WARN, "judge.languages", &e);
	arena_reset(c->mem);
}

int judging_of(struct span payload, int64_t *id, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "judging"), id) || *id <= 0)
		return err_set(e, ERR_INVALID, "the payload names no judging");
	return 0;
}

struct judging_holder judging_holder_of(struct job_ctx *c, const struct judging *j)
{
	struct job_hold hold = job_held(c);

	return (struct judging_holder){ .job = c->id,
		.judging_id = j->id,
		.runner = hold.who.runner,
		.worker = hold.who.worker,
		.queue = hold.lane.queue,
		.priority = hold.lane.priority };
}

int judging_end(
	struct job_ctx *c, const struct judging *j, const struct judging_verdict *v, struct err *e)
{
	TX_AUTO tx = { 0 };
	bool first;

	if (tx_begin(c->db, &tx, e) != 0 || judging_settle(&tx, c->mem, j, v, &first, e) != 0 ||
		job_settle(c, &tx, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	if (first)
		judging_settled(c->cache, c->mem, j);
	return 0;
}

int judging_hand_on(struct job_ctx *c, const struct judging *j, const char *kind, int64_t delay_ms,
	const char *why, struct err *e)
{
	struct judging_holder who = judging_holder_of(c, j);
	struct job_spec spec = {
		.kind = kind, .payload = c->payload, .priority = j->priority, .delay_ms = delay_ms
	};
	TX_AUTO tx = { 0 };
	int64_t id;

	if (tx_begin(c->db, &tx, e) != 0 || judging_release(c->db, &who, e) != 0 ||
		job_enqueue(&tx, c->mem, &spec, &id, e) != 0)
		return -1;
	if (why != NULL && judging_trouble(c->db, j->id, why, e) != 0)
		return -1;
	return job_settle(c, &tx, e) != 0 ? -1 : tx_commit(&tx, e);
}
