/* How jobs come into the queue: with their cause, once for each key, and when they are due. */
#include "tests/unit/job_lab.h"

#include <pthread.h>

#include "model/admin.h"

static void a_key_lives_as_long_as_its_job(void **state)
{
	struct lab *l = lab_of(state);
	int64_t id = add(l, "unit.a", "k", 0);
	struct err why = { .kind = ERR_TEMPORARY, .text = "x" }, e = { 0 };
	struct job_failure f = {
		.hold = { l->one, l->lane, false, true }, .attempt = 1, .why = &why
	};
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
	ok(admin_job_discard(l->a, l->m, &(struct admin){ .id = 0 }, id, &e), &e);
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

/* Nobody remembers the number of a queue that never came to be. */
static void a_queue_that_was_undone_is_made_again(void **state)
{
	struct lab *l = lab_of(state);
	struct job_spec spec = { .kind = "unit.told" };
	struct err e = { 0 };
	int64_t id;

	pg_do(l->pg.admin, "DELETE FROM job_queue WHERE name = 'unit2'");
	for (int commits = 0; commits < 2; commits++) {
		TX_AUTO tx = { 0 };

		ok(tx_begin(l->a, &tx, &e), &e);
		ok(job_enqueue(&tx, l->m, &spec, &id, &e), &e);
		ok(job_enqueue(&tx, l->m, &spec, &id, &e), &e);
		if (commits)
			ok(tx_commit(&tx, &e), &e);
	}
	ok(job_enqueue_alone(l->a, l->m, &spec, &id, &e), &e);
	assert_int_equal(number(l, "SELECT count(*) FROM job j JOIN job_queue q ON q.id = j.queue"
				   " WHERE q.name = 'unit2'"),
		3);
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
	ok(job_enqueue_many(&tx, l->m, &spec, payloads, countof(payloads), &e), &e);
	ok(tx_commit(&tx, &e), &e);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE priority = 20"), 3);
	assert_int_equal(number(l, "SELECT count(*) FROM job WHERE payload->>'n' = 'é,{}\"'"), 1);
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
		TEST(a_key_lives_as_long_as_its_job),
		TEST(equal_keys_at_the_same_moment),
		TEST(enqueue_belongs_to_the_transaction),
		TEST(a_queue_that_was_undone_is_made_again),
		TEST(refused_specs),
		TEST(many_at_once),
		TEST(promotion_is_shared_and_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
