/* The queue's statements, two or three sessions at a time, in every order that matters. */
#include "tests/unit/pg.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/job.h"
#include "model/job_admin.h"
#include "model/job_run.h"
#include "model/job_runner.h"

static const struct job_kind rules[] = {
	{ "unit.a", "unit", 30, 3, 1000, 8000, NULL },
	{ "unit.told", "unit2", 30, 3, 1000, 8000, NULL },
	{ "unit.b", "unit", 30, 2, 1000, 8000, "unit.told" },
};

struct lab {
	struct pg pg;
	struct db *a;
	struct db *b;
	struct arena *m;
	struct job_lane lane;
	struct job_holder one; // two workers of two runners
	struct job_holder two;
};

static void ok(int rc, const struct err *e)
{
	if (rc != 0)
		fail_msg("%s (%s)", e->text, e->detail);
}

static int32_t runner(struct lab *l)
{
	struct job_runner r = { .host = "unit", .pid = 1, .workers = 1 };
	struct err e = { 0 };

	ok(job_runner_add(l->a, l->m, &r, &e), &e);
	return r.id;
}

static int64_t number(struct lab *l, const char *sql)
{
	PGresult *res = PQexec(l->pg.admin, sql);
	int64_t n;

	if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) < 1)
		fail_msg("%s: %s", sql, PQerrorMessage(l->pg.admin));
	assert_true(span_i64(span_of(PQgetvalue(res, 0, 0)), &n));
	PQclear(res);
	return n;
}

static int set_up(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));
	struct err e = { 0 };

	*state = NULL;
	if (getenv("TEST_POSTGRES") == NULL) {
		free(l);
		return 0;
	}
	job_kind_extra(rules, countof(rules));
	pg_make(&l->pg);
	l->m = arena_new(64 * 1024 * 1024);
	l->a = db_new(&l->pg.conf, "unit a");
	l->b = db_new(&l->pg.conf, "unit b");
	ok(job_setup(l->a, l->m, &e), &e);
	l->lane.queue = (int16_t)number(l, "SELECT id FROM job_queue WHERE name = 'unit'");
	l->lane.priority = JOB_PRIORITY_NORMAL;
	l->one = (struct job_holder){ runner(l), 1 };
	l->two = (struct job_holder){ runner(l), 1 };
	*state = l;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *l = *state;

	if (l == NULL)
		return 0;
	db_close(l->a);
	db_close(l->b);
	arena_free(l->m);
	pg_drop(&l->pg);
	free(l);
	return 0;
}

static struct lab *lab_of(void **state)
{
	pg_server(); // skips without one
	return *state;
}

static int64_t add(struct lab *l, const char *kind, const char *key, int64_t delay_ms)
{
	struct job_spec spec = { .kind = kind,
		.unique = span_of(key),
		.priority = JOB_PRIORITY_NORMAL,
		.delay_ms = delay_ms };
	struct err e = { 0 };
	int64_t id = -1;

	ok(job_enqueue_alone(l->a, l->m, &spec, &id, &e), &e);
	return id;
}

static struct job_turn claim(
	struct lab *l, struct db *d, struct job_holder who, int level, int64_t floor)
{
	struct job_turn t = { .who = who,
		.claim = true,
		.lane = l->lane,
		.level = level,
		.floor = { floor, floor, floor } };
	struct err e = { 0 };

	ok(job_turn(d, l->m, &t, &e), &e);
	return t;
}

static int64_t finish(struct lab *l, struct job_holder who, const int64_t *ids, size_t n)
{
	struct job_turn t = {
		.who = who, .done_lane = l->lane, .done = ids, .n_done = n, .keep_done = true
	};
	struct err e = { 0 };

	ok(job_turn(l->b, l->m, &t, &e), &e);
	return t.accepted;
}

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
	struct job_failure f = { .hold = { l->one, l->lane, false }, .id = id, .attempt = 1 };
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

static void a_key_lives_as_long_as_its_job(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", "k", 0);
	struct err why = { .kind = ERR_TEMPORARY, .text = "x" }, e = { 0 };
	struct job_failure f = { .hold = { l->one, l->lane, false }, .attempt = 1, .why = &why };
	enum job_fate fate;

	assert_int_not_equal(id, 0);
	assert_int_equal(add(l, "unit.a", "k", 0), 0);
	assert_int_equal(add(l, "unit.a", "k", 60000), 0);
	claim(l, l->a, l->one, 0, 0);
	assert_int_equal(add(l, "unit.a", "k", 0), 0);
	f.id = id;
	f.kind = &rules[0];
	ok(job_fail(l->a, l->m, &f, &fate, &e), &e);
	assert_int_equal(fate, JOB_FATE_WAITING);
	assert_int_equal(add(l, "unit.a", "k", 0), 0); // it waits for its next run
	ok(job_discard(l->a, l->m, id, &e), &e);
	id = add(l, "unit.a", "k", 0);
	assert_int_not_equal(id, 0);
	claim(l, l->a, l->one, 0, 0);
	assert_int_equal(finish(l, l->one, &id, 1), 1);
	id = add(l, "unit.a", "k", 60000);
	assert_int_not_equal(id, 0);
	assert_int_equal(number(l, "SELECT count(*) FROM job_later"), 1);
}

struct racer {
	struct lab *l;
	struct db *d;
	int64_t id;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct arena *m = arena_new(1024 * 1024);
	struct job_spec spec = { .kind = "unit.a", .unique = SPAN("race") };
	struct err e = { 0 };

	r->d = db_new(&r->l->pg.conf, "racer");
	if (job_enqueue_alone(r->d, m, &spec, &r->id, &e) != 0)
		r->id = -1;
	db_close(r->d);
	arena_free(m);
	return NULL;
}

/* Waits for the first one's commit and then sees the key; after a rollback it gets it. */
static void equal_keys_at_the_same_moment(void **state)
{
	struct lab *l = lab_of(state);

	for (int commits = 0; commits < 2; commits++) {
		struct job_spec spec = { .kind = "unit.a", .unique = SPAN("race") };
		struct racer r = { .l = l, .id = -2 };
		TX_AUTO tx = { 0 };
		struct err e = { 0 };
		pthread_t thread;
		int64_t id;

		pg_do(l->pg.admin, "DELETE FROM job");
		pg_do(l->pg.admin, "DELETE FROM job_unique");
		ok(tx_begin(l->a, &tx, &e), &e);
		ok(job_enqueue(&tx, l->m, &spec, &id, &e), &e);
		assert_true(id > 0);
		assert_int_equal(pthread_create(&thread, NULL, race, &r), 0);
		while (number(l, "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
				 " 'racer' AND wait_event_type = 'Lock'") == 0)
			usleep(5000);
		if (commits)
			ok(tx_commit(&tx, &e), &e);
		else
			tx_rollback(&tx);
		pthread_join(thread, NULL);
		if (commits)
			assert_int_equal(r.id, 0);
		else
			assert_true(r.id > 0);
		assert_int_equal(number(l, "SELECT count(*) FROM job"), 1);
		assert_int_equal(number(l, "SELECT count(*) FROM job_unique"), 1);
	}
}

static void enqueue_belongs_to_the_transaction(void **state)
{
	struct lab *l = lab_of(state);
	struct job_spec spec = { .kind = "unit.a" };
	TX_AUTO tx = { 0 };
	struct err e = { 0 };
	int64_t id;

	ok(tx_begin(l->a, &tx, &e), &e);
	ok(job_enqueue(&tx, l->m, &spec, &id, &e), &e);
	assert_int_equal(number(l, "SELECT count(*) FROM job"), 0);
	tx_rollback(&tx);
	assert_int_equal(number(l, "SELECT count(*) FROM job"), 0);
}

static void refused_specs(void **state)
{
	struct lab *l = lab_of(state);
	char *large = malloc(JOB_MAX_PAYLOAD + 1);
	struct job_spec wrong[] = {
		{ .kind = "unit.nobody" },
		{ .kind = "unit.a", .payload = { large, JOB_MAX_PAYLOAD + 1 } },
		{ .kind = "unit.a", .unique = { large, JOB_MAX_KEY + 1 } },
		{ .kind = "unit.a", .payload = SPAN("{") },
		{ .kind = "unit.a", .priority = 7 },
	};
	const enum err_kind kinds[] = { ERR_INTERNAL, ERR_LIMIT, ERR_LIMIT, ERR_INVALID,
		ERR_INVALID };

	memset(large, 'x', JOB_MAX_PAYLOAD + 1);
	for (size_t i = 0; i < countof(wrong); i++) {
		struct err e = { 0 };
		int64_t id;

		assert_int_equal(job_enqueue_alone(l->a, l->m, &wrong[i], &id, &e), -1);
		assert_int_equal(e.kind, kinds[i]);
	}
	free(large);
}

static void many_at_once(void **state)
{
	struct lab *l = lab_of(state);
	const struct span payloads[] = { SPAN("{\"n\":1}"), SPAN("{\"n\":\"\\u00e9,{}\\\"\"}"),
		SPAN("{\"n\":3}") };
	struct job_spec spec = { .kind = "unit.a", .priority = JOB_PRIORITY_LOW };
	TX_AUTO tx = { 0 };
	struct err e = { 0 };

	ok(tx_begin(l->a, &tx, &e), &e);
	ok(job_enqueue_many(&tx, &spec, payloads, countof(payloads), &e), &e);
	ok(tx_commit(&tx, &e), &e);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE priority = 20"), 3);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE payload->>'n' = 'é,{}\"'"), 1);
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
	struct job_hold mine = { l->one, l->lane, false }, others = { l->two, l->lane, false };
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
	struct job_failure f = { .hold = { l->one, l->lane, false },
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

static void promotion_is_shared_and_complete(void **state)
{
	struct lab *l = lab_of(state);
	int64_t floor_us = 0, next_ms;
	struct job_backs mine, others;
	struct err e = { 0 };
	TX_AUTO tx = { 0 };

	for (int i = 0; i < 5; i++)
		add(l, "unit.a", NULL, 1);
	add(l, "unit.a", NULL, 3600000);
	usleep(20000);
	ok(tx_begin(l->a, &tx, &e), &e);
	ok(job_promote(l->a, l->m, &floor_us, &mine, &next_ms, &e), &e);
	floor_us = 0;
	ok(job_promote(l->b, l->m, &floor_us, &others, &next_ms, &e), &e);
	assert_int_equal(mine.v[0].n, 5);
	assert_int_equal(others.n, 0);
	ok(tx_commit(&tx, &e), &e);
	ok(job_promote(l->b, l->m, &floor_us, &others, &next_ms, &e), &e);
	assert_true(next_ms > 3590000 && next_ms <= 3600000);
	add(l, "unit.a", NULL, 1); // due before what was next, above the floor all the same
	usleep(20000);
	ok(job_promote(l->b, l->m, &floor_us, &others, &next_ms, &e), &e);
	assert_int_equal(others.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(two_claims_never_share),
		TEST(a_claim_in_flight_is_passed_over),
		TEST(the_floor_hides_smaller_ids),
		TEST(any_lane_gives_the_most_urgent),
		TEST(finishing_is_fenced),
		TEST(a_reaped_runner_has_lost_its_jobs),
		TEST(two_reapers),
		TEST(finish_against_reap),
		TEST(claims_whose_answer_nobody_read),
		TEST(strays),
		TEST(a_key_lives_as_long_as_its_job),
		TEST(equal_keys_at_the_same_moment),
		TEST(enqueue_belongs_to_the_transaction),
		TEST(refused_specs),
		TEST(many_at_once),
		TEST(a_limit_counts_claims_in_flight),
		TEST(settling_inside_a_transaction),
		TEST(a_death_tells_and_frees),
		TEST(promotion_is_shared_and_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
