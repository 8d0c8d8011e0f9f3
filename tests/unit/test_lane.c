/* Which lane a worker serves next and how much it takes; how long a failed job waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "jobs/lane.h"
#include "model/job.h"

static struct board board;
static struct fronts fronts;
static struct lanes lanes;

static unsigned dice(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 16);
}

static void queue(int i, int weight, int ready_lanes)
{
	struct board_queue *q = &board.queues[i];

	snprintf(q->name, sizeof(q->name), "q%d", i + 1);
	q->id = i + 1;
	q->weight = weight;
	for (int lane = 0; lane < JOB_LANES; lane++) {
		q->lanes[lane].ready = (ready_lanes >> lane & 1) != 0;
	}
	board.n_queues = i + 1;
	board.look_seq++;
}

static int set_up(void **state)
{
	(void)state;
	memset(&board, 0, sizeof(board));
	memset(&fronts, 0, sizeof(fronts));
	lanes_init(&lanes, &fronts, JOB_MAX_BATCH, dice);
	return 0;
}

static struct job_turn answer(size_t n, int64_t first, struct job_lane lane)
{
	static struct job_row rows[JOB_MAX_BATCH];
	struct job_turn t = { .jobs = rows, .n_jobs = n, .got = lane };

	for (size_t i = 0; i < n; i++)
		rows[i].id = first + (int64_t)i;
	return t;
}

static void nothing_known_nothing_to_do(void **state)
{
	struct lane_choice c;

	(void)state;
	assert_false(lanes_pick(&lanes, &c));
	queue(0, 1, 0);
	lanes_refresh(&lanes, &board);
	assert_false(lanes_pick(&lanes, &c));
	lanes_wake(&lanes, &board, SPAN("nobody"));
	assert_false(lanes_pick(&lanes, &c));
}

static void a_hint_of_a_queue_not_seen_before(void **state)
{
	struct lane_choice c;

	(void)state;
	queue(0, 1, 0);
	lanes_wake(&lanes, &board, SPAN("q1"));
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.queue->id, 1);
}

/* At the fronts, and once more a little behind them. */
static void a_hint_asks_all_lanes(void **state)
{
	struct lane_choice c;
	struct job_turn none;

	(void)state;
	queue(0, 1, 0);
	lanes_refresh(&lanes, &board);
	lanes_wake(&lanes, &board, SPAN("q1"));
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.lane.priority, JOB_LANE_ANY);
	assert_int_equal(c.level, 0);
	none = answer(0, 0, c.lane);
	assert_false(lanes_claimed(&lanes, &c, &none));
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.lane.priority, JOB_LANE_ANY);
	assert_false(lanes_claimed(&lanes, &c, &none));
	assert_false(lanes_pick(&lanes, &c));
}

static void shares_of_priorities(void **state)
{
	int n[JOB_LANES] = { 0 };
	struct lane_choice c;

	(void)state;
	queue(0, 1, 7);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 10000; i++) {
		assert_true(lanes_pick(&lanes, &c));
		n[job_priority_lane(c.lane.priority)]++;
	}
	assert_in_range(n[0], 6800, 7200);
	assert_in_range(n[1], 1800, 2200);
	assert_in_range(n[2], 850, 1150);
}

static void an_aged_lane_is_served_at_once(void **state)
{
	struct lane_choice c;

	(void)state;
	queue(0, 1, 7);
	board.queues[0].lanes[2].age_ms = JOB_AGE_MS + 5;
	board.queues[0].lanes[1].age_ms = JOB_AGE_MS;
	lanes_refresh(&lanes, &board);
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.lane.priority, JOB_PRIORITY_LOW);
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.lane.priority, JOB_PRIORITY_NORMAL);
}

static void shares_of_queues(void **state)
{
	int n[2] = { 0 };
	struct lane_choice c;

	(void)state;
	queue(0, 3, 2);
	queue(1, 1, 2);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 4000; i++) {
		assert_true(lanes_pick(&lanes, &c));
		n[c.queue->id - 1]++;
		lanes_ran(&lanes, c.queue->id, 1, 1000);
	}
	assert_in_range(n[0], 2990, 3010);
}

/* One whose jobs last longer is asked less often: time is shared, not turns. */
static void time_is_shared(void **state)
{
	int n[2] = { 0 };
	struct lane_choice c;

	(void)state;
	queue(0, 1, 2);
	queue(1, 1, 2);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 1100; i++) {
		assert_true(lanes_pick(&lanes, &c));
		n[c.queue->id - 1]++;
		lanes_ran(&lanes, c.queue->id, 1, c.queue->id == 1 ? 1000 : 10000);
	}
	assert_in_range(n[0], 990, 1010);
}

static void idling_gives_no_credit(void **state)
{
	struct lane_choice c;
	int late = 0;

	(void)state;
	queue(0, 1, 2);
	queue(1, 1, 0);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 1000; i++)
		lanes_ran(&lanes, 1, 1, 1000);
	queue(1, 1, 2);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 100; i++) {
		assert_true(lanes_pick(&lanes, &c));
		late += c.queue->id == 2;
		lanes_ran(&lanes, c.queue->id, 1, 1000);
	}
	assert_in_range(late, 48, 52);
}

static void paused_and_limited(void **state)
{
	struct lane_choice c;

	(void)state;
	queue(0, 1, 7);
	board.queues[0].paused = true;
	lanes_refresh(&lanes, &board);
	assert_false(lanes_pick(&lanes, &c));
	board.queues[0].paused = false;
	board.queues[0].limited = true;
	board.look_seq++;
	lanes_refresh(&lanes, &board);
	lanes_wake(&lanes, &board, SPAN("q1"));
	lanes.q[0].level = 2;
	assert_true(lanes_pick(&lanes, &c));
	assert_int_not_equal(c.lane.priority, JOB_LANE_ANY);
	assert_int_equal(c.level, 0);
}

/* Whoever was told of work in vain leaves it to the one who makes room. */
static void a_hint_outlasts_a_full_queue(void **state)
{
	static struct lanes other;
	struct lane_choice c;
	struct job_turn t;
	int looked = 0;

	(void)state;
	lanes_init(&other, &fronts, JOB_MAX_BATCH, dice);
	board.queues[0].limited = true;
	queue(0, 1, 4);
	lanes_refresh(&lanes, &board);
	assert_true(lanes_pick(&lanes, &c));
	t = answer(1, 1000, c.lane);
	t.fills = true;
	assert_false(lanes_claimed(&lanes, &c, &t)); // nobody need come
	queue(0, 1, 0);
	lanes_refresh(&other, &board);
	lanes_wake(&other, &board, SPAN("q1"));
	while (lanes_pick(&other, &c)) {
		t = answer(0, 0, c.lane);
		assert_false(lanes_claimed(&other, &c, &t));
		looked |= 1 << job_priority_lane(c.lane.priority);
	}
	assert_int_equal(looked, 7);
	lanes_ran(&lanes, 1, 1, 1000);
	for (looked = 0; lanes_pick(&lanes, &c);
		looked |= 1 << job_priority_lane(c.lane.priority)) {
		t = answer(0, 0, c.lane);
		(void)lanes_claimed(&lanes, &c, &t);
	}
	assert_int_equal(looked, 7);
}

static void a_hint_is_handed_on_before_other_jobs(void **state)
{
	struct lane_choice c;
	struct job_turn t;
	int32_t id = 0;

	(void)state;
	queue(0, 1, 2);
	queue(1, 1, 0);
	lanes_refresh(&lanes, &board);
	lanes_wake(&lanes, &board, SPAN("q2"));
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.queue->id, 1);
	t = answer(1, 1000, c.lane);
	(void)lanes_claimed(&lanes, &c, &t);
	assert_true(lanes_hand_on(&lanes, &id));
	assert_int_equal(id, 2);
	assert_false(lanes_hand_on(&lanes, &id));
}

static void claim(int64_t us_each, size_t give)
{
	struct lane_choice c;
	struct job_turn t;

	assert_true(lanes_pick(&lanes, &c));
	if (give > (size_t)job_level_size[c.level])
		give = (size_t)job_level_size[c.level];
	t = answer(give, 1000, c.lane);
	(void)lanes_claimed(&lanes, &c, &t);
	lanes_ran(&lanes, 1, give, us_each * (int64_t)give);
}

static void batches_grow_while_jobs_are_short(void **state)
{
	(void)state;
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 5; i++)
		claim(100, JOB_MAX_BATCH);
	assert_int_equal(job_level_size[lanes.q[0].level], JOB_MAX_BATCH);
	assert_true(fronts.lane[0][1] >= 1000 + JOB_MAX_BATCH);
	for (int i = 0; i < 40; i++) // 10 ms each: no more than 250 ms at once
		claim(10000, JOB_MAX_BATCH);
	assert_int_equal(job_level_size[lanes.q[0].level], 8);
	for (int i = 0; i < 40; i++)
		claim(1000000, JOB_MAX_BATCH);
	assert_int_equal(job_level_size[lanes.q[0].level], 1);
}

static void a_batch_has_a_bound(void **state)
{
	(void)state;
	lanes_init(&lanes, &fronts, 1, dice);
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	for (int i = 0; i < 5; i++)
		claim(1, JOB_MAX_BATCH);
	assert_int_equal(lanes.q[0].level, 0);
}

static void what_comes_back_is_seen_below_the_front(void **state)
{
	struct lane_choice c;

	(void)state;
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	claim(100, 1);
	assert_int_equal(fronts.lane[0][1], 1001);
	front_lower(&fronts, 0, 1, 7);
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.queue->floor[1], 7);
}

/* The answer of a claim that began further on says nothing about what came back meanwhile. */
static void a_late_answer_does_not_hide_what_came_back(void **state)
{
	struct job_lane lane = { 1, JOB_PRIORITY_NORMAL };
	struct lane_choice c;
	struct job_turn t;

	(void)state;
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	claim(100, 1);
	assert_true(lanes_pick(&lanes, &c));
	front_lower(&fronts, 0, 1, 7);
	t = answer(1, 1001, lane);
	(void)lanes_claimed(&lanes, &c, &t);
	assert_int_equal(fronts.lane[0][1], 7);
}

static void a_hint_looks_behind_the_front(void **state)
{
	struct job_lane lane = { 1, JOB_PRIORITY_NORMAL };
	struct lane_choice c;
	struct job_turn t;

	(void)state;
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	claim(100, 1);
	lanes_wake(&lanes, &board, SPAN("q1"));
	assert_true(lanes_pick(&lanes, &c));
	assert_int_equal(c.lane.priority, JOB_LANE_ANY);
	assert_int_equal(c.queue->floor[1], 1001);
	t = answer(0, 0, c.lane);
	(void)lanes_claimed(&lanes, &c, &t);
	assert_int_equal(fronts.lane[0][1], 1001);
	assert_true(lanes_pick(&lanes, &c));
	assert_true(c.queue->floor[1] < 1001);
	t = answer(1, 999, lane); // committed late
	(void)lanes_claimed(&lanes, &c, &t);
	assert_int_equal(fronts.lane[0][1], 1001);
}

/* Workers that ask at once do not ask for the same jobs, and none is passed over. */
static void claims_at_once_begin_apart(void **state)
{
	static struct lanes other;
	struct job_lane lane = { 1, JOB_PRIORITY_NORMAL };
	struct lane_choice a, b;
	struct job_turn t;

	(void)state;
	lanes_init(&other, &fronts, JOB_MAX_BATCH, dice);
	queue(0, 1, 2);
	lanes_refresh(&lanes, &board);
	lanes_refresh(&other, &board);
	claim(100, 1);
	lanes.q[0].level = 1;
	assert_true(lanes_pick(&lanes, &a));
	assert_true(lanes_pick(&other, &b));
	assert_int_equal(a.queue->floor[1], 1001);
	assert_int_equal(b.queue->floor[1], 1001 + job_level_size[1]);
	t = answer(2, 1001, lane); // all that there is
	(void)lanes_claimed(&lanes, &a, &t);
	assert_int_equal(fronts.lane[0][1], 1003);
	t = answer(0, 0, lane);
	(void)lanes_claimed(&other, &b, &t);
	assert_int_equal(fronts.lane[0][1], 1003);
}

static void waits_grow_and_end(void **state)
{
	static const struct job_kind rule = { "unit.a", "unit", 30, 3, 1000, 8000, NULL };
	const struct job_kind *k = &rule;
	struct err temporary = { .kind = ERR_TEMPORARY }, invalid = { .kind = ERR_INVALID };
	struct err later = { .kind = ERR_LIMIT, .retry_after_s = 60 };

	(void)state;
	for (unsigned r = 0; r < 5000; r += 7) {
		assert_in_range(job_retry_ms(k, 1, &temporary, r), 500, 1000);
		assert_in_range(job_retry_ms(k, 2, &temporary, r), 1000, 2000);
		assert_in_range(job_retry_ms(k, 1, &later, r), 60000, 61000);
	}
	assert_int_equal(job_retry_ms(k, 3, &temporary, 0), -1);
	assert_int_equal(job_retry_ms(k, 1, &invalid, 0), -1);
	assert_in_range(job_retry_ms(NULL, 9, &temporary, 1000), 300000, 600000); // the cap
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, set_up)
		TEST(nothing_known_nothing_to_do),
		TEST(a_hint_of_a_queue_not_seen_before),
		TEST(a_hint_asks_all_lanes),
		TEST(shares_of_priorities),
		TEST(an_aged_lane_is_served_at_once),
		TEST(shares_of_queues),
		TEST(time_is_shared),
		TEST(idling_gives_no_credit),
		TEST(paused_and_limited),
		TEST(a_hint_outlasts_a_full_queue),
		TEST(a_hint_is_handed_on_before_other_jobs),
		TEST(batches_grow_while_jobs_are_short),
		TEST(a_batch_has_a_bound),
		TEST(what_comes_back_is_seen_below_the_front),
		TEST(a_late_answer_does_not_hide_what_came_back),
		TEST(a_hint_looks_behind_the_front),
		TEST(claims_at_once_begin_apart),
		TEST(waits_grow_and_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
