#include "jobs/status.h"

#include "base/prom.h"
#include "model/job.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/config.h"

#define PREFIX "podium_job_"

static uint64_t sum(const struct runner *r, size_t offset)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->shared.n_slots; i++) {
		const char *slot = (const char *)r->shared.slots[i];

		n += atomic_load((const _Atomic uint64_t *)(const void *)(slot + offset));
	}
	return n;
}
#define SUM(r, member) sum((r), offsetof(struct slot, member))

static size_t live_workers(const struct runner *r, size_t *busy)
{
	size_t n = 0;

	*busy = 0;
	for (size_t i = 0; i < r->shared.n_slots; i++) {
		n += atomic_load(&r->shared.slots[i]->state) == SLOT_LIVE;
		*busy += atomic_load(&r->shared.slots[i]->started_us) != 0;
	}
	return n;
}

/* Of the living workers, the steward and its listener. */
static uint64_t connections(const struct runner *r)
{
	const struct board *b = r->shared.board;
	uint64_t n = 0;

	for (size_t i = 0; i < r->shared.n_slots; i++)
		if (atomic_load(&r->shared.slots[i]->state) == SLOT_LIVE)
			n += (uint64_t)atomic_load(&r->shared.slots[i]->connections);
	return n + atomic_load(&b->database_up) + !atomic_load(&b->deaf);
}

/* Up as soon as one living worker reaches it. */
static int redis_state(const struct runner *r)
{
	int state = SLOT_REDIS_UNSET;

	for (size_t i = 0; i < r->shared.n_slots; i++) {
		int one = atomic_load(&r->shared.slots[i]->redis);

		if (atomic_load(&r->shared.slots[i]->state) != SLOT_LIVE || one == SLOT_REDIS_UNSET)
			continue;
		if (state != SLOT_REDIS_UP)
			state = one;
	}
	return state;
}

static int64_t age_ms(const struct board_queue *q)
{
	int64_t most = 0;

	for (int i = 0; i < JOB_LANES; i++)
		if (atomic_load(&q->lanes[i].ready) && atomic_load(&q->lanes[i].age_ms) > most)
			most = atomic_load(&q->lanes[i].age_ms);
	return most;
}

static void health_queues(const struct board *b, struct json_out *j)
{
	int32_t n = atomic_load(&b->n_queues);

	json_key(j, "queues");
	json_array(j);
	for (int32_t i = 0; i < n; i++) {
		const struct board_queue *q = &b->queues[i];

		json_object(j);
		json_key(j, "name");
		json_put_text(j, span_of(q->name));
		json_key(j, "ready");
		json_put_i64(j, atomic_load(&q->depth));
		json_key(j, "later");
		json_put_i64(j, atomic_load(&q->later));
		json_key(j, "dead");
		json_put_i64(j, atomic_load(&q->dead));
		json_key(j, "oldest_ms");
		json_put_i64(j, age_ms(q));
		json_key(j, "paused");
		json_put_bool(j, atomic_load(&q->paused));
		json_object_end(j);
	}
	json_array_end(j);
}

int status_health(const struct runner *r, struct buf *out)
{
	const struct board *b = r->shared.board;
	bool up = atomic_load(&b->database_up), draining = atomic_load(&b->draining);
	int64_t silent_us = clock_mono_us() - atomic_load(&b->beat_us);
	bool ok =
		up && atomic_load(&b->runner) != 0 && silent_us < RUNNER_FENCE_S * INT64_C(1000000);
	struct json_out j;
	size_t busy, workers = live_workers(r, &busy);
	int redis = redis_state(r);

	json_begin(&j, out);
	json_object(&j);
	json_key(&j, "status");
	json_put_text(&j, !ok ? SPAN("down") : draining ? SPAN("draining") : SPAN("ok"));
	json_key(&j, "database");
	json_put_bool(&j, up);
	if (redis != SLOT_REDIS_UNSET) {
		json_key(&j, "redis");
		json_put_bool(&j, redis == SLOT_REDIS_UP);
	}
	json_key(&j, "listening");
	json_put_bool(&j, !atomic_load(&b->deaf));
	json_key(&j, "runner");
	json_put_i64(&j, atomic_load(&b->runner));
	json_key(&j, "workers");
	json_put_i64(&j, (int64_t)workers);
	json_key(&j, "busy");
	json_put_i64(&j, (int64_t)busy);
	health_queues(b, &j);
	json_object_end(&j);
	buf_addc(out, '\n');
	return ok && !draining ? 200 : 503;
}

/* ---- metrics --------------------------------------------------------------------------------- */

static void queue_metrics(const struct board *b, struct buf *out)
{
	static const char *const names[] = { PREFIX "ready", PREFIX "later", PREFIX "dead",
		PREFIX "paused" };
	static const char *const helps[] = { "Jobs that could run now, counted up to 10000.",
		"Jobs that wait for their time or for another attempt.",
		"Jobs that were given up and are kept.", "Whether the queue is paused." };
	int32_t n = atomic_load(&b->n_queues);

	for (size_t k = 0; k < countof(names); k++) {
		prom_head(out, names[k], "gauge", helps[k]);
		for (int32_t i = 0; i < n; i++) {
			const struct board_queue *q = &b->queues[i];
			const int64_t v[] = { atomic_load(&q->depth), atomic_load(&q->later),
				atomic_load(&q->dead), atomic_load(&q->paused) };

			prom_sample(out, names[k], PROM_LABELS({ "queue", q->name }), v[k]);
		}
	}
	prom_head(
		out, PREFIX "oldest_seconds", "gauge", "How long the first ready job has waited.");
	for (int32_t i = 0; i < n; i++)
		prom_sample_us(out, PREFIX "oldest_seconds",
			PROM_LABELS({ "queue", b->queues[i].name }), age_ms(&b->queues[i]) * 1000);
}

static uint64_t kind_sum(const struct runner *r, size_t kind, size_t offset)
{
	return sum(r, offsetof(struct slot, kinds) + kind * sizeof(struct slot_kind) + offset);
}

static void histogram(const struct runner *r, size_t kind, struct buf *out)
{
	int64_t counts[BOARD_BUCKETS];
	struct prom_times times = { board_bucket_us, counts, BOARD_BUCKETS,
		(int64_t)kind_sum(r, kind, offsetof(struct slot_kind, sum_us)) };

	for (size_t i = 0; i < BOARD_BUCKETS; i++)
		counts[i] = (int64_t)kind_sum(
			r, kind, offsetof(struct slot_kind, bucket) + i * sizeof(uint64_t));
	prom_histogram(out, PREFIX "duration_seconds", PROM_LABELS({ "kind", r->kinds[kind].name }),
		&times);
}

static void kind_metrics(const struct runner *r, struct buf *out)
{
	static const struct {
		const char *result;
		size_t offset;
	} results[] = {
		{ "done", offsetof(struct slot_kind, done) },
		{ "failed", offsetof(struct slot_kind, failed) },
		{ "dead", offsetof(struct slot_kind, dead) },
	};

	prom_head(out, PREFIX "runs_total", "counter",
		"Runs by how they ended; a run that made its job dead counts as failed too.");
	for (size_t k = 0; k < r->n_kinds; k++)
		for (size_t i = 0; i < countof(results); i++)
			prom_sample(out, PREFIX "runs_total",
				PROM_LABELS({ "kind", r->kinds[k].name },
					{ "result", results[i].result }),
				(int64_t)kind_sum(r, k, results[i].offset));
	prom_head(out, PREFIX "duration_seconds", "histogram", "How long runs took.");
	for (size_t k = 0; k < r->n_kinds; k++)
		histogram(r, k, out);
}

static void value(struct buf *out, const char *name, const char *type, const char *help, uint64_t v)
{
	prom_value(out, name, type, help, (int64_t)v);
}

void status_metrics(const struct runner *r, struct buf *out)
{
	const struct board *b = r->shared.board;
	size_t busy, workers = live_workers(r, &busy);

	value(out, PREFIX "workers", "gauge", "Worker processes.", workers);
	value(out, PREFIX "running", "gauge", "Workers that run a job just now.", busy);
	value(out, PREFIX "jobs_total", "counter", "Jobs run by this runner.", SUM(r, jobs));
	value(out, PREFIX "claims_total", "counter", "Claims made.", SUM(r, claim_calls));
	value(out, PREFIX "refused_total", "counter",
		"Answers that came too late and changed nothing.", SUM(r, refused));
	value(out, PREFIX "worker_deaths_total", "counter", "Workers that died and were replaced.",
		atomic_load(&b->restarts));
	value(out, PREFIX "deadline_kills_total", "counter", "Runs ended at their deadline.",
		atomic_load(&b->deadlines));
	value(out, PREFIX "taken_over_total", "counter",
		"Jobs taken over from runners that fell silent.", atomic_load(&b->reaped));
	value(out, PREFIX "promoted_total", "counter", "Jobs whose time had come.",
		atomic_load(&b->promoted));
	value(out, PREFIX "cache_hits_total", "counter",
		"Cache reads of jobs that found something.", SUM(r, cache_hits));
	value(out, PREFIX "cache_misses_total", "counter",
		"Cache reads of jobs that found nothing.", SUM(r, cache_misses));
	value(out, PREFIX "database_up", "gauge", "Whether the runner reaches the database.",
		atomic_load(&b->database_up));
	value(out, PREFIX "db_connections", "gauge",
		"Connections to PostgreSQL that this runner holds.", connections(r));
	queue_metrics(b, out);
	kind_metrics(r, out);
}
