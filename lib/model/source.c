/*
 * How the sources of contests are doing and when they are asked next. Each source has its own
 * clock, next_fetch_at: a tick every minute enqueues what is due. A fetch that ends sets the clock;
 * taking a source as due moves it a little, so that a fetch which never ends is made good. A source
 * that fails is therefore no failed job: it is seen on the sources page, opens no breaker that
 * would stop the other six, and leaves no dead job behind.
 */
#include "model/source.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/job.h"

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400
};

#define MICRO INT64_C(1000000)

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t source_next_after_answer(int64_t now_s, int64_t next_start_s, bool doubtful)
{
	int64_t next = now_s + DAY;

	if (next_start_s > now_s) {
		int64_t day_before = next_start_s - DAY;
		int64_t near = next_start_s - 2 * (int64_t)HOUR;

		if (now_s < day_before)
			next = least(next, most(day_before, now_s + HOUR));
		else if (now_s < near)
			next = least(now_s + HOUR, most(near, now_s + 15 * MINUTE));
		else
			next = now_s + 15 * MINUTE;
	}
	return doubtful ? least(next, now_s + 15 * MINUTE) : next;
}

int64_t source_next_after_failure(int64_t now_s, enum err_kind kind, int streak, int retry_after_s)
{
	bool passing = kind == ERR_TEMPORARY || kind == ERR_LIMIT;
	int64_t step = passing ? MINUTE : HOUR;
	int64_t cap = passing ? 30 * MINUTE : 6 * HOUR;
	int doublings = streak < 1 ? 0 : streak - 1;

	for (int i = 0; i < doublings && step < cap; i++)
		step *= 2;
	return now_s + most(least(step, cap), retry_after_s);
}

int source_failed(struct db *d, struct arena *m, const struct source_try *t, const struct err *why,
	struct err *e)
{
	const char *slug = platform_info(t->platform)->slug;
	struct rows failed;
	struct db_step mark = {
		.stmt = q_source_failed,
		.args = ARGS(arg_str(slug), arg_time(t->started_us), arg_str(why->text),
			arg_str(why->detail[0] != '\0' ? why->detail : NULL)),
	};
	TX_AUTO tx = { 0 };
	int64_t next_s;

	if (tx_begin(d, &tx, e) != 0 || db_batch(d, m, &mark, 1, e) != 0)
		return -1;
	failed = mark.out;
	if (failed.n == 0)
		return tx_commit(&tx, e);
	next_s = source_next_after_failure(t->ended_us / MICRO, why->kind,
		(int)row_i64(&failed.v[0], source_failed_fail_streak), why->retry_after_s);
	if (db_exec(d, q_source_postpone, ARGS(arg_str(slug), arg_time(next_s * MICRO)), NULL, e) !=
		0)
		return -1;
	return tx_commit(&tx, e);
}

static int enqueue(
	struct tx *tx, struct arena *m, const char *slug, int priority, int64_t *job, struct err *e)
{
	struct job_spec spec = {
		.kind = "fetch.source",
		.payload = span_of(arena_printf(m, "{\"platform\":\"%s\"}", slug)),
		.unique = span_of(arena_printf(m, "fetch:%s", slug)),
		.priority = priority,
	};

	return job_enqueue(tx, m, &spec, job, e);
}

int source_fetch_request(
	struct tx *tx, struct arena *m, enum platform p, int64_t *job, struct err *e)
{
	return enqueue(tx, m, platform_info(p)->slug, JOB_PRIORITY_URGENT, job, e);
}

int source_fetch_due(struct db *d, struct arena *m, int64_t now_us, size_t *n, struct err *e)
{
	struct rows due;
	TX_AUTO tx = { 0 };
	enum platform p;
	int64_t job;

	*n = 0;
	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_source_take_due,
			ARGS(arg_time(now_us), arg_time(now_us + SOURCE_LOST_AFTER_S * MICRO)),
			&due, e) != 0)
		return -1;
	for (size_t i = 0; i < due.n; i++) {
		if (!platform_find(row_text(&due.v[i], source_take_due_platform), &p))
			continue;
		if (enqueue(&tx, m, platform_info(p)->slug, JOB_PRIORITY_NORMAL, &job, e) != 0)
			return -1;
		*n += job != 0;
	}
	return tx_commit(&tx, e);
}

int source_fetch_all(struct db *d, struct arena *m, size_t *n, struct err *e)
{
	TX_AUTO tx = { 0 };
	int64_t job;

	*n = 0;
	if (tx_begin(d, &tx, e) != 0)
		return -1;
	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		if (source_fetch_request(&tx, m, (enum platform)p, &job, e) != 0)
			return -1;
		*n += job != 0;
	}
	return tx_commit(&tx, e);
}
