#include "jobs/breaker.h"

#include "model/job.h"
#include "model/job_runner.h"
#include "os/clock.h"
#include "os/log.h"

static void count(const struct runner *r, int32_t queue, uint64_t *ok, uint64_t *failed)
{
	*ok = *failed = 0;
	for (size_t i = 0; i < r->shared.n_slots; i++) {
		struct slot *slot = r->shared.slots[i];

		for (size_t k = 0; k < JOB_MAX_QUEUES; k++) {
			if (atomic_load(&slot->queues[k].id) != queue)
				continue;
			*ok += atomic_load(&slot->queues[k].ok);
			*failed += atomic_load(&slot->queues[k].failed);
		}
	}
}

static bool has_none(const struct board_queue *q)
{
	const struct job_queue_rule *rule = job_queue_rule_find(span_of(q->name));

	return rule != NULL && rule->tries_on;
}

bool breaker_tell(struct breaker *b, const struct runner *r, struct db *d, struct arena *m,
	struct board_queue *q, struct err *e)
{
	struct job_outcome o = { .queue = (int16_t)atomic_load(&q->id) };
	int64_t now_us = clock_mono_us();
	uint64_t ok, failed;
	bool was_open = atomic_load(&q->tripped);

	if (has_none(q))
		return false;
	count(r, o.queue, &ok, &failed);
	if (failed > b->failed)
		b->failing_until_us = now_us + BREAKER_WINDOW_S * INT64_C(1000000);
	else if (ok == b->ok || (!was_open && now_us > b->failing_until_us)) {
		b->ok = ok;
		return false;
	}
	o.ok = (int64_t)(ok - b->ok);
	o.failed = (int64_t)(failed - b->failed);
	if (job_queue_outcome(d, m, &o, e) != 0)
		return false;
	b->ok = ok;
	b->failed = failed;
	if (o.trips == 0)
		return was_open;
	if (!was_open)
		log_event(LOG_WARN, "queue.breaker_open", LOG_TEXT("queue", q->name),
			LOG_NUMBER("ms", o.open_ms));
	return true;
}
