/*
 * The server hands out moments on its own clock; what reaches us is how far away ours is. It lay
 * between our asking and the answer's arrival, so counting from the arrival we are never early, and
 * counting from the asking we know the most that we are late. Moments are gap + slack apart, starts
 * are 0 to slack late, so two starts are never closer than the gap.
 */
#include "model/bucket.h"

#include "base/limits.h"
#include "db/db.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/rnd.h"

enum {
	SPREAD_US = 20000, // those who wait for the same moment ask one after the other
	MANUAL_GAPS = 1,   // how far ahead each may queue
	SYNC_GAPS = 20,
	PATIENCE_MS = 60000, // one gap further for each time that this has passed
	MAX_LOST = 5
};

struct wait {
	int64_t started_us;
	int64_t until_us; // the caller's patience
	int lost;         // moments that we came too late for
};

static int64_t reach_us(
	const struct bucket *b, enum codeforces_priority priority, const struct wait *w)
{
	int64_t now_us = clock_mono_us();
	int64_t gaps = (now_us - w->started_us) / (PATIENCE_MS * INT64_C(1000));
	int64_t reach;

	if (priority == CODEFORCES_SYNC)
		gaps += SYNC_GAPS;
	else if (priority == CODEFORCES_MANUAL)
		gaps += MANUAL_GAPS;
	reach = gaps * (b->gap_ms + BUCKET_SLACK_MS) * 1000;
	if (reach > w->until_us - now_us)
		reach = w->until_us - now_us;
	return reach > 0 ? reach : 0;
}

static void sleep_until(int64_t mono_us)
{
	int64_t left;

	while ((left = mono_us - clock_mono_us()) > 0)
		clock_sleep_ms((left + 999) / 1000);
}

static int too_busy(int64_t wait_us, struct err *e)
{
	err_set(e, ERR_TEMPORARY, "too many requests to Codeforces are waiting");
	e->retry_after_s = (int)((wait_us + 999999) / 1000000);
	if (e->retry_after_s < 1)
		e->retry_after_s = 1;
	return -1;
}

/* One question to the server; *start tells that the call may begin. */
static int take(struct bucket *b, int64_t reach, struct wait *w, bool *start, struct err *e)
{
	int64_t asked_us = clock_mono_us();
	int64_t arrived_us;
	int64_t wait_us;
	struct row row;

	if (db_one(b->db, b->mem, q_bucket_take,
		    ARGS(arg_str(b->name), arg_i64((b->gap_ms + BUCKET_SLACK_MS) * 1000),
			    arg_i64(reach)),
		    &row, e) != 0)
		return -1;
	arrived_us = clock_mono_us();
	wait_us = row_i64(&row, bucket_take_wait_us);
	if (row_bool(&row, bucket_take_taken)) {
		b->next_us = asked_us + wait_us + (b->gap_ms + BUCKET_SLACK_MS) * 1000;
		sleep_until(arrived_us + wait_us);
		*start = clock_mono_us() - (asked_us + wait_us) <= BUCKET_SLACK_MS * 1000;
		if (!*start && ++w->lost >= MAX_LOST)
			return err_set(e, ERR_TEMPORARY, "the database answers too slowly");
		return 0;
	}
	if (arrived_us + wait_us - reach >= w->until_us)
		return too_busy(wait_us, e);
	sleep_until(arrived_us + wait_us - reach + (int64_t)rnd_below(SPREAD_US));
	return 0;
}

int bucket_enter(
	struct bucket *b, enum codeforces_priority priority, int max_wait_ms, struct err *e)
{
	struct wait w = { .started_us = clock_mono_us() };
	bool start = false;

	w.until_us = w.started_us + (int64_t)max_wait_ms * 1000;
	if (reach_us(b, priority, &w) == 0 && w.started_us < b->next_us &&
		b->next_us + SPREAD_US < w.until_us)
		sleep_until(b->next_us + (int64_t)rnd_below(SPREAD_US));
	while (!start) {
		if (take(b, reach_us(b, priority, &w), &w, &start, e) != 0)
			return -1;
	}
	return 0;
}

void bucket_pause(struct bucket *b, int seconds)
{
	struct err e = { 0 };

	if (db_exec(b->db, q_bucket_pause,
		    ARGS(arg_str(b->name), arg_i64((int64_t)seconds * 1000000)), NULL, &e) != 0)
		log_err(LOG_WARN, "bucket.pause", &e);
	else
		log_event(LOG_WARN, "bucket.pause", LOG_TEXT("bucket", b->name),
			LOG_NUMBER("seconds", seconds));
}

int bucket_spend(struct db *d, struct arena *m, const struct bucket_price *price, int64_t *wait_us,
	struct err *e)
{
	struct row row;

	*wait_us = 0;
	if (db_one(d, m, q_bucket_take,
		    ARGS(arg_str(price->name), arg_i64(price->cost_us), arg_i64(price->burst_us)),
		    &row, e) != 0)
		return -1;
	if (!row_bool(&row, bucket_take_taken))
		*wait_us = row_i64(&row, bucket_take_wait_us) - price->burst_us + 1000;
	return 0;
}

#define REST "codeforces.rest"

struct bucket bucket_codeforces(const struct config *conf, struct db *d, struct arena *m)
{
	return (struct bucket){ d, m, "codeforces", conf->codeforces_interval_ms, 0 };
}

static int gate_enter(void *data, enum codeforces_priority priority, int max_wait_ms, struct err *e)
{
	return bucket_enter(data, priority, max_wait_ms, e);
}

/* A queue is long now and then; that it rests is kept apart, so that pages can tell. */
static void gate_pause(void *data, int seconds)
{
	const struct bucket *b = data;
	struct bucket rest = { .db = b->db, .mem = b->mem, .name = REST };

	bucket_pause(data, seconds);
	bucket_pause(&rest, seconds);
}

void bucket_rest_step(struct db_step *out)
{
	static const struct arg args[] = {
		{ .type = ARG_TEXT, .text = { REST, sizeof(REST) - 1 } },
		{ .type = ARG_END },
	};

	*out = (struct db_step){ .stmt = q_bucket_rest, .args = args };
}

int bucket_rest(struct db *d, struct arena *m, int64_t *until_us, struct err *e)
{
	struct db_step step;
	struct rows rows;

	*until_us = INT64_MIN;
	bucket_rest_step(&step);
	if (db_many(d, m, step.stmt, step.args, &rows, e) != 0)
		return -1;
	if (rows.n > 0)
		*until_us = row_time(&rows.v[0], bucket_rest_until);
	return 0;
}

struct codeforces_gate bucket_gate(struct bucket *b)
{
	return (struct codeforces_gate){ gate_enter, gate_pause, b };
}
