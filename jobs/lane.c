#include "jobs/lane.h"

#include <string.h>

#define SHARES_URGENT 70
#define SHARES_NORMAL 20
#define SHARES_LOW    10
#define QUICK_US      5000 // a job that others need not be woken for at once
#define BEHIND        64   // ids
#define LEAST_RUN_US  50   // what a turn counts at least

static const int shares[JOB_LANES] = { SHARES_URGENT, SHARES_NORMAL, SHARES_LOW };

void lanes_init(struct lanes *l, struct fronts *f, int max_batch, unsigned (*random)(void))
{
	memset(l, 0, sizeof(*l));
	l->fronts = f;
	l->random = random;
	while (l->max_level + 1 < JOB_LEVELS && job_level_size[l->max_level + 1] <= max_batch)
		l->max_level++;
}

static struct lane_queue *find(struct lanes *l, int32_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->q[i].id == id)
			return &l->q[i];
	return NULL;
}

static bool has_work(const struct lane_queue *q)
{
	bool any = q->woken;

	for (int i = 0; i < JOB_LANES; i++)
		any |= q->maybe[i];
	return any && !q->paused;
}

/* A queue that had nothing to do gets no credit for the time it was idle. */
static void join(struct lanes *l, struct lane_queue *q)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < l->n; i++)
		if (&l->q[i] != q && has_work(&l->q[i]) && l->q[i].pass < least)
			least = l->q[i].pass;
	if (least != INT64_MAX && q->pass < least)
		q->pass = least;
}

static struct lane_queue *add(struct lanes *l, int32_t id, size_t place)
{
	struct lane_queue *q = &l->q[l->n++];

	memset(q, 0, sizeof(*q));
	q->id = id;
	q->place = place;
	q->weight = 1;
	q->mean_us = -1;
	return q;
}

void lanes_refresh(struct lanes *l, struct board *b)
{
	uint32_t seq = atomic_load(&b->look_seq);
	int32_t n = atomic_load(&b->n_queues);

	if (seq == l->seen)
		return;
	l->seen = seq;
	for (int32_t i = 0; i < n; i++) {
		struct board_queue *from = &b->queues[i];
		struct lane_queue *q = find(l, from->id);
		bool had;

		if (q == NULL)
			q = add(l, from->id, (size_t)i);
		had = has_work(q);
		q->weight = from->weight;
		q->limited = from->limited;
		q->paused =
			from->paused || (l->without != NULL && strcmp(from->name, l->without) == 0);
		for (int lane = 0; lane < JOB_LANES; lane++) {
			q->age_ms[lane] = from->lanes[lane].ready ? from->lanes[lane].age_ms : 0;
			q->maybe[lane] |= from->lanes[lane].ready;
		}
		if (!had && has_work(q))
			join(l, q);
	}
}

void lanes_wake(struct lanes *l, struct board *b, struct span queue)
{
	const struct board_queue *from;
	struct lane_queue *q;
	bool had;

	lanes_refresh(l, b); // who slept since the beginning knows of no queue
	from = board_queue_named(b, queue);
	q = from != NULL ? find(l, from->id) : NULL;
	if (q == NULL)
		return; // the steward's next look shows it
	had = has_work(q);
	q->woken = true;
	q->behind = false;
	if (!had)
		join(l, q);
}

static int pick_lane(struct lanes *l, struct lane_queue *q)
{
	int total = 0, oldest = -1, at;

	for (int i = 0; i < JOB_LANES; i++) {
		if (!q->maybe[i])
			continue;
		total += shares[i];
		if (q->age_ms[i] >= JOB_AGE_MS && (oldest < 0 || q->age_ms[i] > q->age_ms[oldest]))
			oldest = i;
	}
	if (oldest >= 0) {
		q->age_ms[oldest] = 0; // until the next look
		return oldest;
	}
	at = (int)(l->random() % (unsigned)total);
	for (int i = 0; i < JOB_LANES; i++) {
		if (!q->maybe[i])
			continue;
		at -= shares[i];
		if (at < 0)
			return i;
	}
	return JOB_LANES - 1;
}

/*
 * Where the claim begins in each lane. In the lane that it will likely find its jobs in the next
 * claim of another worker begins behind them, so that the two do not meet.
 */
static void set_floors(struct lanes *l, struct lane_choice *c)
{
	struct lane_queue *q = c->queue;
	bool any = c->lane.priority == JOB_LANE_ANY;

	c->expected = any ? q->last : job_priority_lane(c->lane.priority);
	for (int i = 0; i < JOB_LANES; i++)
		q->floor[i] = i == c->expected && !q->behind
				      ? front_pass(l->fronts, q->place, i, job_level_size[c->level])
				      : atomic_load(&l->fronts->lane[q->place][i]);
	for (int i = 0; i < JOB_LANES && any && q->behind; i++)
		q->floor[i] -= BEHIND;
}

/* The fronts go where the claim really went. */
static void settle_fronts(
	struct lanes *l, const struct lane_choice *c, const struct job_turn *t, int lane)
{
	struct lane_queue *q = c->queue;
	int64_t next = t->n_jobs > 0 ? t->jobs[t->n_jobs - 1].id + 1 : 0;

	if (t->n_jobs > 0)
		front_raise(l->fronts, q->place, lane, q->floor[lane], next);
	if (q->behind && c->lane.priority == JOB_LANE_ANY)
		return;
	if (t->n_jobs == 0 || lane != c->expected)
		front_lower(l->fronts, q->place, c->expected, q->floor[c->expected]);
	else if (t->n_jobs < (size_t)job_level_size[c->level])
		front_lower(l->fronts, q->place, lane, next);
}

bool lanes_pick(struct lanes *l, struct lane_choice *out)
{
	struct lane_queue *best = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (has_work(&l->q[i]) && (best == NULL || l->q[i].pass < best->pass))
			best = &l->q[i];
	if (best == NULL)
		return false;
	if (best->limited && best->woken) { // such a claim names its lane
		for (int i = 0; i < JOB_LANES; i++)
			best->maybe[i] = true;
		best->woken = best->behind = false;
	}
	*out = (struct lane_choice){ .queue = best, .lane = { (int16_t)best->id, JOB_LANE_ANY } };
	if (!best->woken) {
		out->lane.priority = job_lane_priority(pick_lane(l, best));
		out->level = best->limited ? 0 : best->level;
	}
	set_floors(l, out);
	return true;
}

static bool may_grow(const struct lanes *l, const struct lane_queue *q)
{
	return q->level < l->max_level && q->mean_us >= 0 &&
	       q->mean_us * job_level_size[q->level + 1] <= JOB_MAX_BATCH_MS * 1000;
}

bool lanes_claimed(struct lanes *l, const struct lane_choice *c, const struct job_turn *t)
{
	struct lane_queue *q = c->queue;
	int lane = job_priority_lane(t->got.priority);

	settle_fronts(l, c, t, lane);
	if (t->n_jobs > 0)
		q->last = lane;
	if (c->lane.priority == JOB_LANE_ANY) {
		/* Of two that enqueue at once the one with the smaller id may commit later. */
		q->woken = t->n_jobs == 0 && !q->behind;
		q->behind = q->woken;
	}
	if (t->n_jobs < (size_t)job_level_size[c->level]) {
		if (c->lane.priority != JOB_LANE_ANY)
			q->maybe[lane] = false;
		if (q->limited && !has_work(q))
			atomic_store(&l->fronts->sought[q->place], true);
		q->full = 0;
		if (t->n_jobs == 0)
			q->level = 0;
		return false;
	}
	q->maybe[lane] = true;
	q->full++;
	if (may_grow(l, q))
		q->level++;
	return !t->fills && (q->full > 1 || q->mean_us < 0 || q->mean_us > QUICK_US);
}

bool lanes_hand_on(struct lanes *l, int32_t *queue)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!l->q[i].woken || l->q[i].paused)
			continue;
		l->q[i].woken = l->q[i].behind = false;
		*queue = l->q[i].id;
		return true;
	}
	return false;
}

void lanes_ran(struct lanes *l, int32_t queue, size_t n, int64_t took_us)
{
	struct lane_queue *q = find(l, queue);
	int64_t one;

	if (n == 0 || q == NULL)
		return;
	one = took_us / (int64_t)n;
	q->mean_us = q->mean_us < 0 ? one : (q->mean_us * 3 + one) / 4;
	q->pass += (took_us > LEAST_RUN_US ? took_us : LEAST_RUN_US) * 1000 / q->weight;
	while (q->level > 0 && q->mean_us * job_level_size[q->level] > JOB_MAX_BATCH_MS * 1000)
		q->level--;
	if (q->limited && atomic_exchange(&l->fronts->sought[q->place], false))
		q->woken = true;
}
