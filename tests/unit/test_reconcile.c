#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "model/reconcile.h"

#define NOW    INT64_C(1800000000)
#define HOUR   3600
#define NOTICE (30 * 60)

static struct arena *mem;

static int start(void **state)
{
	(void)state;
	mem = arena_new(64 * 1024 * 1024);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static struct wanted_event wanted(const char *key, const char *hash, int64_t in_s)
{
	return (struct wanted_event){ .key = span_of(key),
		.hash = span_of(hash),
		.title = SPAN("Round"),
		.start_s = NOW + in_s,
		.end_s = NOW + in_s + 2 * HOUR };
}

static struct recorded_event recorded(
	const char *key, const char *hash, int64_t in_s, enum event_state state)
{
	return (struct recorded_event){ .key = span_of(key),
		.event_id = SPAN("event0"),
		.hash = span_of(hash),
		.state = state,
		.title = SPAN("Round"),
		.start_s = NOW + in_s,
		.end_s = NOW + in_s + 2 * HOUR };
}

static struct reconcile_plan plan(const struct wanted_event *w, const struct recorded_event *r)
{
	struct reconcile_input in = { .wanted = w,
		.n_wanted = w != NULL,
		.recorded = r,
		.n_recorded = r != NULL,
		.now_s = NOW,
		.notice_s = NOTICE };
	struct reconcile_plan out;

	reconcile(&in, mem, &out);
	return out;
}

static void expect(
	const struct reconcile_plan *p, enum reconcile_do what, enum reconcile_why why, bool revive)
{
	assert_int_equal(p->n, 1);
	assert_int_equal(p->v[0].what, what);
	assert_int_equal(p->v[0].why, why);
	assert_int_equal(p->v[0].may_revive, revive);
}

static void test_new(void **state)
{
	struct wanted_event w = wanted("codeforces:1", "a", HOUR);
	struct reconcile_plan p = plan(&w, NULL);

	(void)state;
	expect(&p, RECONCILE_INSERT, RECONCILE_NEW, false);
	assert_null(p.v[0].recorded);
	p = plan(NULL, NULL);
	assert_int_equal(p.n, 0);
}

static void test_equal_needs_nothing(void **state)
{
	struct wanted_event w = wanted("codeforces:1", "a", HOUR);
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_PRESENT);

	(void)state;
	assert_int_equal(plan(&w, &r).n, 0);
}

static void test_moved_renamed_changed(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_PRESENT);
	struct wanted_event w = wanted("codeforces:1", "b", 5 * HOUR);
	struct reconcile_plan p = plan(&w, &r);

	(void)state;
	expect(&p, RECONCILE_PATCH, RECONCILE_MOVED, false);
	w = wanted("codeforces:1", "b", HOUR);
	w.end_s += HOUR;
	p = plan(&w, &r);
	expect(&p, RECONCILE_PATCH, RECONCILE_MOVED, false);
	w = wanted("codeforces:1", "b", HOUR);
	w.title = SPAN("Other");
	p = plan(&w, &r);
	expect(&p, RECONCILE_PATCH, RECONCILE_RENAMED, false);
	w.title = r.title;
	p = plan(&w, &r);
	expect(&p, RECONCILE_PATCH, RECONCILE_CHANGED, false);
}

/* Moved ahead out of the past, and moved into it. */
static void test_moved_over_now(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", -9 * HOUR, EVENT_PRESENT);
	struct wanted_event w = wanted("codeforces:1", "b", HOUR);
	struct reconcile_plan p = plan(&w, &r);

	(void)state;
	expect(&p, RECONCILE_PATCH, RECONCILE_MOVED, false);
	r = recorded("codeforces:1", "a", HOUR, EVENT_PRESENT);
	w = wanted("codeforces:1", "b", -9 * HOUR);
	p = plan(&w, &r);
	expect(&p, RECONCILE_PATCH, RECONCILE_MOVED, false);
}

static void test_vanished(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_PRESENT);
	struct reconcile_plan p = plan(NULL, &r);

	(void)state;
	expect(&p, RECONCILE_REMOVE, RECONCILE_UNWANTED, false);
	assert_ptr_equal(p.v[0].recorded, &r);
	r.state = EVENT_REMOVING;
	p = plan(NULL, &r);
	expect(&p, RECONCILE_REMOVE, RECONCILE_UNWANTED, true);
	r.state = EVENT_REMOVED;
	assert_int_equal(plan(NULL, &r).n, 0);
	r.state = EVENT_REFUSED;
	assert_int_equal(plan(NULL, &r).n, 0);
	r.state = EVENT_LATE;
	assert_int_equal(plan(NULL, &r).n, 0);
}

static void test_past_and_begun_stay(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", -9 * HOUR, EVENT_PRESENT);
	struct wanted_event w = wanted("codeforces:1", "b", -9 * HOUR);

	(void)state;
	assert_int_equal(plan(NULL, &r).n, 0);
	assert_int_equal(plan(&w, &r).n, 0);
	r = recorded("codeforces:1", "a", -HOUR, EVENT_PRESENT);
	assert_int_equal(plan(NULL, &r).n, 0);
	w = wanted("codeforces:1", "b", -HOUR);
	assert_int_equal(plan(&w, NULL).n, 0);
	assert_int_equal(plan(&w, &r).n, 1); // its new end matters still
}

static void test_dismissed_never_returns(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_DISMISSED);
	struct wanted_event w = wanted("codeforces:1", "b", 9 * HOUR);

	(void)state;
	assert_int_equal(plan(&w, &r).n, 0);
	assert_int_equal(plan(NULL, &r).n, 0);
}

static void test_wanted_again(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_REMOVED);
	struct wanted_event w = wanted("codeforces:1", "a", HOUR);
	struct reconcile_plan p = plan(&w, &r);

	(void)state;
	r.generation = 3;
	expect(&p, RECONCILE_INSERT, RECONCILE_AGAIN, true);
	assert_int_equal(p.v[0].recorded->generation, 3);
	r.state = EVENT_REMOVING;
	p = plan(&w, &r);
	expect(&p, RECONCILE_INSERT, RECONCILE_AGAIN, true);
}

static void test_refused(void **state)
{
	struct recorded_event r = recorded("codeforces:1", "a", HOUR, EVENT_REFUSED);
	struct wanted_event w = wanted("codeforces:1", "a", HOUR);
	struct reconcile_plan p;

	(void)state;
	assert_int_equal(plan(&w, &r).n, 0);
	w.hash = SPAN("b");
	p = plan(&w, &r);
	expect(&p, RECONCILE_INSERT, RECONCILE_AGAIN, false);
}

static void test_notice(void **state)
{
	struct wanted_event w = wanted("codeforces:1", "a", NOTICE - 1);
	struct recorded_event r = recorded("codeforces:1", "a", NOTICE - 1, EVENT_LATE);
	struct reconcile_plan p = plan(&w, NULL);

	(void)state;
	expect(&p, RECONCILE_LEAVE_OUT, RECONCILE_LATE, false);
	assert_int_equal(plan(&w, &r).n, 0);
	w = wanted("codeforces:1", "b", NOTICE);
	p = plan(&w, &r);
	expect(&p, RECONCILE_INSERT, RECONCILE_NEW, false);
	r.state = EVENT_PRESENT; // what stands there is kept right however near it is
	w = wanted("codeforces:1", "b", 60);
	p = plan(&w, &r);
	expect(&p, RECONCILE_PATCH, RECONCILE_MOVED, false);
}

static void test_order_and_equal_keys(void **state)
{
	struct wanted_event w[] = { wanted("c:3", "a", 3 * HOUR), wanted("c:2", "a", 2 * HOUR),
		wanted("c:3", "z", 9 * HOUR), wanted("c:1", "b", HOUR) };
	struct recorded_event r[] = { recorded("c:9", "a", HOUR, EVENT_PRESENT),
		recorded("c:1", "a", HOUR, EVENT_PRESENT) };
	struct reconcile_input in = { w, 4, r, 2, NOW, NOTICE };
	struct reconcile_plan p;

	(void)state;
	reconcile(&in, mem, &p);
	assert_int_equal(p.n, 4);
	assert_ptr_equal(p.v[0].recorded, &r[0]);
	assert_int_equal(p.v[0].what, RECONCILE_REMOVE);
	assert_int_equal(p.v[1].what, RECONCILE_PATCH);
	assert_ptr_equal(p.v[2].wanted, &w[1]);
	assert_ptr_equal(p.v[3].wanted, &w[0]);
}

/* ---- against a model that looks everything up by itself ---- */

static const char *const keys[] = { "a:1", "a:2", "b:1", "b:10", "b:2", "c:x" };
static const char *const hashes[] = { "h0", "h1", "h2" };
static const int64_t times[] = { -9 * HOUR, -HOUR, -1, 0, 1, NOTICE - 1, NOTICE, HOUR, 48 * HOUR };

/* The same numbers at every run. */
static int below(int n)
{
	static uint64_t seed = 7;

	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (int)((seed >> 33) % (uint64_t)n);
}

#define PICK(array) ((array)[below((int)countof(array))])

/* What has to be done about one key, told from the rules in words; -1: nothing. */
static int model(const struct wanted_event *w, const struct recorded_event *r)
{
	bool there = r != NULL && r->state == EVENT_PRESENT;

	if (r != NULL && r->state == EVENT_DISMISSED)
		return -1;
	if (w == NULL)
		return (there || r->state == EVENT_REMOVING) && r->start_s > NOW ? RECONCILE_REMOVE
										 : -1;
	if (there) {
		bool over = w->end_s <= NOW && r->end_s <= NOW;

		return !over && !span_eq(w->hash, r->hash) ? RECONCILE_PATCH : -1;
	}
	if (w->start_s <= NOW)
		return -1;
	if (w->start_s < NOW + NOTICE)
		return r == NULL ? RECONCILE_LEAVE_OUT : -1;
	if (r != NULL && r->state == EVENT_REFUSED && span_eq(r->hash, w->hash))
		return -1;
	return RECONCILE_INSERT;
}

static const struct reconcile_action *find(const struct reconcile_plan *p, struct span key)
{
	const struct reconcile_action *found = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct reconcile_action *a = &p->v[i];

		if (span_eq(a->wanted != NULL ? a->wanted->key : a->recorded->key, key)) {
			assert_null(found);
			found = a;
		}
	}
	return found;
}

static void test_property(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct wanted_event w[countof(keys)];
		struct recorded_event r[countof(keys)];
		const struct wanted_event *of_w[countof(keys)] = { 0 };
		const struct recorded_event *of_r[countof(keys)] = { 0 };
		struct reconcile_input in = { w, 0, r, 0, NOW, NOTICE };
		struct reconcile_plan p;
		size_t n = 0;

		for (size_t k = countof(keys); k-- > 0;) {
			if (below(3) > 0) {
				w[in.n_wanted] = wanted(keys[k], PICK(hashes), PICK(times));
				of_w[k] = &w[in.n_wanted++];
			}
			if (below(3) > 0) {
				r[in.n_recorded] = recorded(keys[k], PICK(hashes), PICK(times),
					(enum event_state)below(EVENT_LATE + 1));
				of_r[k] = &r[in.n_recorded++];
			}
		}
		reconcile(&in, mem, &p);
		for (size_t k = 0; k < countof(keys); k++) {
			const struct reconcile_action *a = find(&p, span_of(keys[k]));
			int expected =
				of_w[k] == NULL && of_r[k] == NULL ? -1 : model(of_w[k], of_r[k]);

			assert_int_equal(a == NULL ? -1 : (int)a->what, expected);
			n += a != NULL;
		}
		assert_int_equal(p.n, n);
		arena_reset(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_equal_needs_nothing),
		cmocka_unit_test(test_moved_renamed_changed),
		cmocka_unit_test(test_moved_over_now),
		cmocka_unit_test(test_vanished),
		cmocka_unit_test(test_past_and_begun_stay),
		cmocka_unit_test(test_dismissed_never_returns),
		cmocka_unit_test(test_wanted_again),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_notice),
		cmocka_unit_test(test_order_and_equal_keys),
		cmocka_unit_test(test_property),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
