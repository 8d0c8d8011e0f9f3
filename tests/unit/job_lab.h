#ifndef TESTS_UNIT_JOB_LAB_H
#define TESTS_UNIT_JOB_LAB_H

/* A queue with two runners of one worker each, in a database of the test's own. */
#include "tests/unit/pg.h"

#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/job.h"
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

static ATTR_UNUSED void ok(int rc, const struct err *e)
{
	if (rc != 0)
		fail_msg("%s (%s)", e->text, e->detail);
}

static ATTR_UNUSED int32_t runner(struct lab *l)
{
	struct job_runner r = { .host = "unit", .pid = 1, .workers = 1 };
	struct err e = { 0 };

	ok(job_runner_add(l->a, l->m, &r, &e), &e);
	return r.id;
}

static ATTR_UNUSED int64_t number(struct lab *l, const char *sql)
{
	PGresult *res = PQexec(l->pg.admin, sql);
	int64_t n;

	if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) < 1)
		fail_msg("%s: %s", sql, PQerrorMessage(l->pg.admin));
	assert_true(span_i64(span_of(PQgetvalue(res, 0, 0)), &n));
	PQclear(res);
	return n;
}

static ATTR_UNUSED int set_up(void **state)
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

static ATTR_UNUSED int tear_down(void **state)
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

static ATTR_UNUSED struct lab *lab_of(void **state)
{
	pg_server(); // skips without one
	return *state;
}

static ATTR_UNUSED int64_t add(struct lab *l, const char *kind, const char *key, int64_t delay_ms)
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

static ATTR_UNUSED struct job_turn claim(
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

static ATTR_UNUSED int64_t finish(
	struct lab *l, struct job_holder who, const int64_t *ids, size_t n)
{
	struct job_turn t = { .who = who,
		.done_lane = l->lane,
		.done = ids,
		.n_done = n,
		.keep_done = true,
		.done_keyed = true };
	struct err e = { 0 };

	ok(job_turn(l->b, l->m, &t, &e), &e);
	return t.accepted;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
