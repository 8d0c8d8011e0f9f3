#include "jobs/settle.h"

#include "jobs/lane.h"
#include "model/job.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/rnd.h"

#define RELIEF_MS 500

static int64_t ids[JOB_MAX_BATCH];

/* Ids of claims of one batch in one state; which ones is kept in at. */
static size_t list(
	struct slot *s, uint32_t batch, enum claim_state from, enum claim_state to, uint32_t *at)
{
	uint32_t n = atomic_load(&s->n_claims);
	size_t found = 0;

	for (uint32_t i = 0; i < n && i < JOB_MAX_BATCH; i++) {
		int64_t id = s->claims[i].id;

		if (claim_move(&s->claims[i], batch, from, to)) {
			ids[found] = id;
			at[found++] = i;
		}
	}
	return found;
}

static void mark_gone(
	struct slot *s, uint32_t batch, enum claim_state from, const uint32_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		claim_move(&s->claims[at[i]], batch, from, CLAIM_GONE);
}

static bool record_done(const struct runner *r, struct db *d, struct arena *m, struct slot *s,
	uint32_t batch, enum claim_state from)
{
	static uint32_t at[JOB_MAX_BATCH];
	struct job_turn t = { .who = { s->runner, s->worker },
		.done_lane = s->lane,
		.done = ids,
		.keep_done = r->conf->done_keep_days > 0,
		.done_slot = s->limited,
		.done_keyed = s->keyed };
	struct err e = { 0 };

	t.n_done = list(s, batch, from, CLAIM_TAKEN_DONE, at);
	if (t.n_done == 0)
		return true;
	if (job_turn(d, m, &t, &e) != 0) {
		log_err(LOG_WARN, "steward.record", &e);
		return false;
	}
	mark_gone(s, batch, CLAIM_TAKEN_DONE, at, t.n_done);
	return true;
}

static bool give_back(struct db *d, struct arena *m, struct slot *s, uint32_t batch,
	enum claim_state from, size_t *n)
{
	static uint32_t at[JOB_MAX_BATCH];
	struct job_hold hold = { { s->runner, s->worker }, s->lane, s->limited, s->keyed };
	struct err e = { 0 };

	*n = list(s, batch, from, CLAIM_TAKEN_HELD, at);
	if (*n == 0)
		return true;
	if (job_return(d, m, &hold, ids, *n, &e) != 0) {
		log_err(LOG_WARN, "steward.return", &e);
		return false;
	}
	mark_gone(s, batch, CLAIM_TAKEN_HELD, at, *n);
	return true;
}

/* The job whose run ended with its worker. */
static bool fail_running(const struct runner *r, struct db *d, struct arena *m, struct slot *s,
	struct slot_claim *c, uint32_t batch)
{
	int kind = atomic_load(&s->kind);
	struct err why = { 0 }, e = { 0 };
	enum job_fate fate = JOB_FATE_LOST;
	struct job_failure f = { .hold = { { s->runner, s->worker }, s->lane, s->limited,
					 s->keyed },
		.id = c->id,
		.attempt = c->attempt,
		.why = &why,
		.seed = (unsigned)rnd_u64() };

	if (kind >= 0 && (size_t)kind < r->n_kinds)
		f.kind = job_kind_find(span_of(r->kinds[kind].name));
	err_set(&why, ERR_TEMPORARY, "%.*s", (int)sizeof(s->death), s->death);
	if (job_fail(d, m, &f, &fate, &e) != 0) {
		log_err(LOG_WARN, "steward.fail", &e);
		return false;
	}
	log_event(LOG_WARN, "job.lost", LOG_NUMBER("job", c->id), LOG_TEXT("why", why.text),
		LOG_TEXT("fate", fate == JOB_FATE_DEAD      ? "dead"
				 : fate == JOB_FATE_WAITING ? "waiting"
							    : "not ours"));
	if (kind >= 0 && (size_t)kind < r->n_kinds) {
		atomic_fetch_add(&s->kinds[kind].failed, 1);
		if (fate == JOB_FATE_DEAD)
			atomic_fetch_add(&s->kinds[kind].dead, 1);
	}
	claim_move(c, batch, CLAIM_RUNNING, CLAIM_GONE);
	return true;
}

bool settle_wreck(const struct runner *r, struct db *d, struct arena *m, struct slot *s)
{
	uint32_t batch = atomic_load(&s->batch);
	uint32_t n = atomic_load(&s->n_claims);
	size_t back = 0;

	if (!record_done(r, d, m, s, batch, CLAIM_SENT) ||
		!record_done(r, d, m, s, batch, CLAIM_DONE) ||
		!record_done(r, d, m, s, batch, CLAIM_TAKEN_DONE))
		return false;
	for (uint32_t i = 0; i < n && i < JOB_MAX_BATCH; i++) {
		struct slot_claim *c = &s->claims[i];

		if (atomic_load(&c->word) != claim_word(batch, CLAIM_RUNNING))
			continue;
		if (s->innocent ? !give_back(d, m, s, batch, CLAIM_RUNNING, &back)
				: !fail_running(r, d, m, s, c, batch))
			return false;
	}
	if (!give_back(d, m, s, batch, CLAIM_HELD, &back) ||
		!give_back(d, m, s, batch, CLAIM_TAKEN_HELD, &back))
		return false;
	atomic_store(&s->n_claims, 0);
	atomic_store(&s->job, 0);
	atomic_store(&s->started_us, 0);
	atomic_store(&s->deadline_us, INT64_MAX);
	atomic_store(&s->state, SLOT_FREE);
	return true;
}

bool settle_relief(const struct runner *r, struct db *d, struct arena *m, struct slot *s)
{
	int64_t started_us = atomic_load(&s->started_us);
	uint32_t batch = atomic_load(&s->batch);
	size_t back = 0;

	if (started_us == 0 || atomic_load(&s->n_claims) < 2 ||
		clock_mono_us() - started_us < RELIEF_MS * INT64_C(1000))
		return false;
	if (record_done(r, d, m, s, batch, CLAIM_DONE))
		(void)give_back(d, m, s, batch, CLAIM_HELD, &back);
	return back > 0;
}
