/* The queue's statements, two or three sessions at a time, in every order that matters. */
#include "tests/unit/job_lab.h"

static void two_claims_never_share(void **state)
{
	struct lab *l = lab_of(state);
	struct job_turn a, b;

	for (int i = 0; i < 20; i++)
		add(l, "unit.a", NULL, 0);
	a = claim(l, l->a, l->one, 1, 0);
	b = claim(l, l->b, l->two, 1, 0);
	assert_int_equal(a.n_jobs, 8);
	assert_int_equal(b.n_jobs, 8);
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < 8; k++)
			assert_int_not_equal(a.jobs[i].id, b.jobs[k].id);
	for (size_t i = 1; i < 8; i++)
		assert_true(a.jobs[i - 1].id < a.jobs[i].id);
	assert_int_equal(a.jobs[0].attempt, 1);
	assert_int_equal(claim(l, l->a, l->one, 3, 0).n_jobs, 4);
	assert_int_equal(claim(l, l->a, l->one, 3, 0).n_jobs, 0);
}

/* The first claimer's transaction is still open: the second passes its rows over, without waiting.
 */
static void a_claim_in_flight_is_passed_over(void **state)
{
	struct lab *l = lab_of(state);
	int64_t first = add(l, "unit.a", NULL, 0), second = add(l, "unit.a", NULL, 0);
	TX_AUTO tx = { 0 };
	struct err e = { 0 };
	struct job_turn a, b;

	ok(tx_begin(l->a, &tx, &e), &e);
	a = claim(l, l->a, l->one, 0, 0);
	b = claim(l, l->b, l->two, 0, 0);
	assert_int_equal(a.jobs[0].id, first);
	assert_int_equal(b.jobs[0].id, second);
	tx_rollback(&tx);
	assert_int_equal(claim(l, l->b, l->two, 0, 0).jobs[0].id, first);
}

static void the_floor_hides_smaller_ids(void **state)
{
	struct lab *l = lab_of(state);
	int64_t first = add(l, "unit.a", NULL, 0);

	assert_int_equal(claim(l, l->a, l->one, 0, first + 1).n_jobs, 0);
	assert_int_equal(claim(l, l->a, l->one, 0, first).n_jobs, 1);
}

static void any_lane_gives_the_most_urgent(void **state)
{
	struct lab *l = lab_of(state);
	struct job_spec spec = { .kind = "unit.a", .priority = JOB_PRIORITY_LOW };
	struct job_turn t = { .who = l->one, .claim = true, .lane = l->lane };
	struct err e = { 0 };
	int64_t low, urgent;

	ok(job_enqueue_alone(l->a, l->m, &spec, &low, &e), &e);
	spec.priority = JOB_PRIORITY_URGENT;
	ok(job_enqueue_alone(l->a, l->m, &spec, &urgent, &e), &e);
	t.lane.priority = JOB_LANE_ANY;
	ok(job_turn(l->a, l->m, &t, &e), &e);
	assert_int_equal(t.n_jobs, 1);
	assert_int_equal(t.jobs[0].id, urgent);
	assert_int_equal(t.got.priority, JOB_PRIORITY_URGENT);
	ok(job_turn(l->a, l->m, &t, &e), &e);
	assert_int_equal(t.jobs[0].id, low);
	assert_int_equal(t.got.priority, JOB_PRIORITY_LOW);
}

static void finishing_is_fenced(void **state)
{
	struct lab *l = lab_of(state);
	struct job_holder sibling = { l->one.runner, 2 };
	int64_t id = add(l, "unit.a", NULL, 0);

	assert_int_equal(claim(l, l->a, l->one, 0, 0).n_jobs, 1);
	assert_int_equal(finish(l, l->two, &id, 1), 0);
	assert_int_equal(finish(l, sibling, &id, 1), 0);
	assert_int_equal(finish(l, l->one, &id, 1), 1);
	assert_int_equal(finish(l, l->one, &id, 1), 0); // saying it again changes nothing
	assert_int_equal(number(l, "SELECT count(*) FROM job_done"), 1);
}

/* What a worker leaves behind tells whether it is still at it. */
static void who_has_lost_a_job_is_known(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", NULL, 0);
	struct job_hold mine = { l->one, l->lane, false, true },
			others = { l->two, l->lane, false, true };
	struct span my_sign = span_of(job_sign(l->m, &mine, id));

	assert_true(job_is_gone(l->a, l->m, my_sign));
	claim(l, l->a, l->one, 0, 0);
	assert_false(job_is_gone(l->a, l->m, my_sign));
	assert_true(job_is_gone(l->a, l->m, span_of(job_sign(l->m, &others, id))));
	assert_int_equal(finish(l, l->one, &id, 1), 1);
	assert_true(job_is_gone(l->a, l->m, my_sign));
	assert_false(job_is_gone(l->a, l->m, SPAN(""))); // who left no word
	assert_false(job_is_gone(l->a, l->m, SPAN("job 1 2")));
	assert_false(job_is_gone(l->a, l->m, SPAN("gone 1 2 3 4 5")));
}

/* Ids that lie far apart go by statements of their own, in the same commit. */
static void finishing_what_lies_far_apart(void **state)
{
	struct lab *l = lab_of(state);
	const int64_t ids[] = { 3, 4, 1000, 2000000, 2000001 };

	pg_do(l->pg.admin,
		"INSERT INTO job (id, queue, priority, kind, payload) SELECT i, q.id, 10,"
		" 'unit.a', '{}' FROM job_queue q, unnest(ARRAY[3, 4, 50, 1000, 2000000,"
		" 2000001]) AS i WHERE q.name = 'unit'");
	assert_int_equal(claim(l, l->a, l->one, 1, 0).n_jobs, 6);
	assert_int_equal(finish(l, l->one, ids, countof(ids)), countof(ids));
	assert_int_equal(number(l, "SELECT id FROM job"), 50);
	assert_int_equal(number(l, "SELECT count(*) FROM job_done"), countof(ids));
}

/* Whether they are kept and whether one has a key: the same jobs leave, and the key with them. */
static void every_way_to_finish(void **state)
{
	struct lab *l = lab_of(state);

	for (int i = 0; i < 8; i++) {
		bool keyed = (i & 1) != 0, keep = (i & 2) != 0;
		struct job_turn t = { .who = l->one,
			.done_lane = l->lane,
			.n_done = 1,
			.keep_done = keep,
			.done_keyed = keyed };
		int64_t id = add(l, "unit.a", keyed ? "k" : NULL, 0), missing = id + 1;
		struct job_turn got = claim(l, l->a, l->one, i & 4 ? 1 : 0, 0);
		struct err e = { 0 };

		pg_do(l->pg.admin, "DELETE FROM job_done");
		assert_int_equal(got.jobs[0].keyed, keyed);
		t.done = &missing;
		ok(job_turn(l->a, l->m, &t, &e), &e);
		assert_int_equal(t.accepted, 0);
		t.done = &id;
		ok(job_turn(l->a, l->m, &t, &e), &e);
		assert_int_equal(t.accepted, 1);
		assert_int_equal(number(l, "SELECT count(*) FROM job"), 0);
		assert_int_equal(number(l, "SELECT count(*) FROM job_unique"), 0);
		assert_int_equal(number(l, "SELECT count(*) FROM job_done"), keep);
	}
}

static void fall_silent(struct lab *l, struct job_holder who)
{
	char sql[120];

	snprintf(sql, sizeof(sql),
		"UPDATE job_runner SET beat_at = now() - interval '%d s' WHERE id = %d",
		RUNNER_SILENT_S + 1, who.runner);
	pg_do(l->pg.admin, sql);
}

static void a_reaped_runner_has_lost_its_jobs(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", NULL, 0);
	struct job_failure f = { .hold = { l->one, l->lane, false, true }, .id = id, .attempt = 1 };
	struct err why = { .kind = ERR_TEMPORARY, .text = "late" }, e = { 0 };
	struct job_backs backs;
	enum job_fate fate;
	struct job_turn t;
	bool alive = true;

	claim(l, l->a, l->one, 0, 0);
	ok(job_runner_reap(l->b, l->m, &backs, &e), &e);
	assert_int_equal(backs.n, 0); // it was heard of just now
	fall_silent(l, l->one);
	ok(job_runner_reap(l->b, l->m, &backs, &e), &e);
	assert_int_equal(backs.n, 1);
	assert_int_equal(backs.v[0].low, id);
	ok(job_runner_beat(l->a, l->m, l->one.runner, false, &alive, &e), &e);
	assert_false(alive);
	t = claim(l, l->b, l->two, 0, 0);
	assert_int_equal(t.jobs[0].id, id);
	assert_int_equal(t.jobs[0].attempt, 2);
	/* The zombie's answers. */
	assert_int_equal(finish(l, l->one, &id, 1), 0);
	f.why = &why;
	ok(job_fail(l->a, l->m, &f, &fate, &e), &e);
	assert_int_equal(fate, JOB_FATE_LOST);
	ok(job_return(l->a, l->m, &f.hold, &id, 1, &e), &e);
	assert_int_equal(number(l, "SELECT attempt FROM job WHERE runner IS NOT NULL"), 2);
	assert_int_equal(finish(l, l->two, &id, 1), 1);
}

/* Two reapers at once: one of them gets the runner, the other waits for nothing and gets none. */
static void two_reapers(void **state)
{
	struct lab *l = lab_of(state);
	struct job_backs mine, others;
	TX_AUTO tx = { 0 };
	struct err e = { 0 };

	add(l, "unit.a", NULL, 0);
	claim(l, l->a, l->one, 0, 0);
	fall_silent(l, l->one);
	ok(tx_begin(l->a, &tx, &e), &e);
	ok(job_runner_reap(l->a, l->m, &mine, &e), &e);
	ok(job_runner_reap(l->b, l->m, &others, &e), &e);
	assert_int_equal(mine.n, 1);
	assert_int_equal(others.n, 0);
	ok(tx_commit(&tx, &e), &e);
}

/* A worker that ends its job while it is being reaped: whoever comes second finds nothing. */
static void finish_against_reap(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", NULL, 0);
	struct job_backs backs;
	struct err e = { 0 };

	claim(l, l->a, l->one, 0, 0);
	fall_silent(l, l->one);
	assert_int_equal(finish(l, l->one, &id, 1), 1);
	ok(job_runner_reap(l->b, l->m, &backs, &e), &e);
	assert_int_equal(backs.n, 0);
	assert_int_equal(number(l, "SELECT count(*) FROM job"), 0);
}

static void claims_whose_answer_nobody_read(void **state)
{
	struct lab *l = lab_of(state);
	struct job_holder living = { l->one.runner, 2 }, newborn = { l->one.runner, 3 };
	const int64_t live[] = { 2 };
	struct job_crew crew = { .runner = l->one.runner, .newest = 2, .live = live, .n_live = 1 };
	struct job_backs backs;
	struct err e = { 0 };

	for (int i = 0; i < 3; i++)
		add(l, "unit.a", NULL, 0);
	claim(l, l->a, l->one, 0, 0);
	claim(l, l->a, living, 0, 0);
	claim(l, l->a, newborn, 0, 0); // born after the crew was counted
	ok(job_return_lost(l->b, l->m, &crew, &backs, &e), &e);
	assert_int_equal(backs.n, 1);
	assert_int_equal(backs.v[0].n, 1);
	assert_int_equal(
		number(l, "SELECT count(*) FROM job WHERE runner IS NULL AND attempt = 0"), 1);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE worker IN (2, 3)"), 2);
}

static void strays(void **state)
{
	struct lab *l = lab_of(state);
	struct job_backs backs;
	struct err e = { 0 };
	add(l, "unit.a", NULL, 0);
	claim(l, l->a, (struct job_holder){ 999999, 1 }, 0, 0);
	ok(job_return_strays(l->b, l->m, &backs, &e), &e);
	assert_int_equal(backs.n, 1);
}

static void a_limit_counts_claims_in_flight(void **state)
{
	struct lab *l = lab_of(state);
	struct job_turn t = { .who = l->one, .claim = true, .limited = true };
	struct job_turn u = { .who = l->two, .claim = true, .limited = true };
	struct err e = { 0 };

	pg_do(l->pg.admin, "UPDATE job_queue SET max_running = 1 WHERE name = 'unit'");
	for (int i = 0; i < 3; i++)
		add(l, "unit.a", NULL, 0);
	t.lane = u.lane = l->lane;
	ok(job_turn(l->a, l->m, &t, &e), &e);
	ok(job_turn(l->b, l->m, &u, &e), &e);
	assert_int_equal(t.n_jobs, 1);
	assert_int_equal(u.n_jobs, 0);
	t.done_lane = l->lane;
	t.done = &t.jobs[0].id;
	t.n_done = 1;
	t.done_slot = true;
	t.claim = false;
	ok(job_turn(l->a, l->m, &t, &e), &e);
	ok(job_turn(l->b, l->m, &u, &e), &e);
	assert_int_equal(u.n_jobs, 1);
}

static void settling_inside_a_transaction(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", NULL, 0);
	struct job_hold mine = { l->one, l->lane, false, true },
			others = { l->two, l->lane, false, true };
	struct err e = { 0 }, lost = { 0 };
	TX_AUTO tx = { 0 };

	claim(l, l->a, l->one, 0, 0);
	ok(tx_begin(l->b, &tx, &e), &e);
	assert_int_equal(job_finish_in(&tx, l->m, &others, id, true, &lost), -1);
	assert_int_equal(lost.kind, ERR_CONFLICT);
	tx_rollback(&tx);
	ok(tx_begin(l->b, &tx, &e), &e);
	ok(job_finish_in(&tx, l->m, &mine, id, true, &e), &e);
	tx_rollback(&tx);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE runner IS NOT NULL"), 1);
	ok(tx_begin(l->b, &tx, &e), &e);
	ok(job_finish_in(&tx, l->m, &mine, id, true, &e), &e);
	ok(tx_commit(&tx, &e), &e);
	assert_int_equal(number(l, "SELECT count(*) FROM job_done"), 1);
}

static void a_death_tells_and_frees(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.b", "d", 0);
	struct err why = { .kind = ERR_TEMPORARY, .text = "x" }, e = { 0 };
	struct job_failure f = { .hold = { l->one, l->lane, false, true },
		.id = id,
		.attempt = 1,
		.kind = &rules[2],
		.why = &why };
	enum job_fate fate;

	claim(l, l->a, l->one, 0, 0);
	pg_do(l->pg.admin, "UPDATE job SET attempt = 2");
	f.attempt = 2; // its last
	ok(job_fail(l->a, l->m, &f, &fate, &e), &e);
	assert_int_equal(fate, JOB_FATE_DEAD);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE kind = 'unit.told'"), 1);
	assert_int_equal(number(l, "SELECT (payload->>'job')::int8 FROM job"), id);
	assert_int_equal(number(l, "SELECT count(*) FROM job_unique"), 0);
	assert_int_equal(number(l, "SELECT count(*) FROM job_dead"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_claims_never_share),
		TEST(a_claim_in_flight_is_passed_over),
		TEST(the_floor_hides_smaller_ids),
		TEST(any_lane_gives_the_most_urgent),
		TEST(finishing_is_fenced),
		TEST(who_has_lost_a_job_is_known),
		TEST(finishing_what_lies_far_apart),
		TEST(every_way_to_finish),
		TEST(a_reaped_runner_has_lost_its_jobs),
		TEST(two_reapers),
		TEST(finish_against_reap),
		TEST(claims_whose_answer_nobody_read),
		TEST(strays),
		TEST(a_limit_counts_claims_in_flight),
		TEST(settling_inside_a_transaction),
		TEST(a_death_tells_and_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
