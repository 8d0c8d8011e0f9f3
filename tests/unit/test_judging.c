/* What a judging takes from whom, and which of its results are kept, over a real database. */
#include "tests/unit/problem_lab.h"

#include "model/cache.h"
#include "model/judging.h"
#include "model/submission.h"

static struct judging made_judging; // of a submission for a problem of its own
static struct cache *cache;

static void run(const char *sql)
{
	PGresult *res = PQexec(pg.admin, sql);

	if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg.admin));
	PQclear(res);
}

static void make_judging(const char *slug)
{
	struct problem_new n = sum(slug);
	struct problem_made made;
	TX_AUTO tx = { .db = NULL };

	assert_int_equal(create(&n, &made), 0);
	run(arena_printf(mem,
		"INSERT INTO submission (public_id, user_id, problem_id, language, file_name, size, mac, "
		"sealed) VALUES ('abcdef%010lld', %lld, %lld, 'c', 'a.c', 1, sha256('x'), 'x')",
		(long long)made.id, (long long)owner, (long long)made.id));
	made_judging = (struct judging){ .submission_id = number("SELECT max(id) FROM submission"),
		.public_id = span_of(arena_printf(mem, "abcdef%010lld", (long long)made.id)) };
	const struct judging_new j = { .submission_id = made_judging.submission_id,
		.public_id = made_judging.public_id,
		.version_id = made.version_id,
		.priority = JUDGING_PRIORITY_ORDINARY };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(judging_start(&tx, mem, &j, &made_judging.id, no_err()), 0);
	assert_int_equal(tx_commit(&tx, no_err()), 0);
}

static int64_t state(void)
{
	return number(arena_printf(
		mem, "SELECT state FROM judging WHERE id = %lld", (long long)made_judging.id));
}

static void what_was_built_late_is_not_taken(void **state_)
{
	static const int32_t ordinals[] = { 0, 1, 2 };
	struct judging_built b = { .artifact = SPAN_NONE,
		.build_text = SPAN(""),
		.host = SPAN("late"),
		.compiler = SPAN(""),
		.box = SPAN(""),
		.ordinals = ordinals,
		.n_tests = countof(ordinals) };

	(void)state_;
	pg_server();
	make_judging("built");
	run("UPDATE job SET runner = 7, worker = 2 WHERE kind = 'judge.build'");
	b.who = (struct judging_holder){ .job = number("SELECT max(id) FROM job WHERE kind = "
						       "'judge.build'"),
		.queue = (int)number("SELECT id FROM job_queue WHERE name = 'judge'"),
		.priority = JUDGING_PRIORITY_ORDINARY,
		.runner = 6,
		.worker = 2 };
	assert_int_equal(judging_built(db, mem, &made_judging, &b, no_err()), 0);
	assert_int_equal(state(), JUDGING_WAITS);
	b.who.runner = 7;
	assert_int_equal(judging_built(db, mem, &made_judging, &b, no_err()), 0);
	assert_int_equal(state(), JUDGING_RUNS);
}

static bool keeps(struct submission_look *look, struct submission_full *s)
{
	struct span text;

	submission_result_keep(db, mem, look, s, SPAN("{}"));
	return submission_result_kept(mem, look, &text);
}

/* As where it was judged again, or hidden, between reading and keeping. */
static void a_result_that_changed_meanwhile_is_not_kept(void **state_)
{
	struct user mia = { .id = owner, .roles = ROLE_BIT(ROLE_MEMBER) };
	struct submission_look look = { .reader = &mia };
	struct submission_full s = { .n_tests = 0 };

	(void)state_;
	pg_server();
	make_judging("kept");
	assert_int_equal(cache_new(&pg.conf, db, &cache, no_err()), 0);
	look.cache = cache;
	look.public_id = s.row.public_id = made_judging.public_id;
	s.row.user_id = owner;
	s.row.state = JUDGING_ENDED;
	s.judging_id = made_judging.id - 1;
	assert_false(keeps(&look, &s));
	s.judging_id = made_judging.id;
	assert_true(keeps(&look, &s));
	submission_evict(cache, mem, s.row.public_id);
	run("UPDATE submission SET deleted_at = now()");
	assert_false(keeps(&look, &s));
	cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(what_was_built_late_is_not_taken),
		cmocka_unit_test(a_result_that_changed_meanwhile_is_not_kept),
	};

	return cmocka_run_group_tests(list, start, stop);
}
