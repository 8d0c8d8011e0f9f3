/* db_expect: a read that travels with the next one. */
#include "tests/db/fixture.h"

static struct {
	int times;
	bool failed;
	size_t n;
} seen;

static const struct arg three[] = { { .type = ARG_I64, .number = 3 }, { .type = ARG_END } };

static void note(void *to, const struct rows *rows)
{
	assert_ptr_equal(to, &seen);
	seen.times++;
	seen.failed = rows == NULL;
	seen.n = rows != NULL ? rows->n : 0;
}

static void expect_three(void)
{
	memset(&seen, 0, sizeof(seen));
	db_expect(d, &(struct db_ahead){ q_count_up, three, m, note, &seen });
}

static void arrived(void)
{
	assert_int_equal(seen.times, 1);
	assert_false(seen.failed);
	assert_int_equal(seen.n, 3);
}

static void comes_with_a_read(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	expect_three();
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(5)), &rows, &e));
	arrived();
	assert_int_equal(rows.n, 5);
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(2)), &rows, &e));
	assert_int_equal(rows.n, 2);
	OK(db_settle(d, &e));
	assert_int_equal(seen.times, 1);
}

static void comes_before_a_write_and_other_arenas(void **state)
{
	struct arena *other = arena_new(1024 * 1024);
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	expect_three();
	OK(put(70, "seventy", &e));
	arrived();
	expect_three();
	OK(db_many(d, other, q_count_up, ARGS(arg_i64(1)), &rows, &e));
	arrived();
	arena_free(other);
	expect_three();
	OK(db_settle(d, &e));
	arrived();
}

static void comes_though_the_statement_fails(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	expect_three();
	assert_int_equal(db_many(d, m, q_times,
				 ARGS(arg_texts((struct span[]){ SPAN("no time") }, 1)), &rows, &e),
		-1);
	assert_int_equal(e.kind, ERR_INVALID);
	arrived();
}

static void survives_a_lost_connection(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	kill_session(pid());
	expect_three();
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(4)), &rows, &e));
	arrived();
	assert_int_equal(rows.n, 4);
}

static void tells_when_the_server_is_away(void **state)
{
	struct config away = pg.conf;
	struct err e = { 0 };
	struct rows rows;
	struct db *other;

	(void)state;
	away.postgres_db = "host=/nonexistent dbname=x";
	other = db_new(&away, "podium-test");
	memset(&seen, 0, sizeof(seen));
	db_expect(other, &(struct db_ahead){ q_count_up, three, m, note, &seen });
	assert_int_equal(db_many(other, m, q_count_up, ARGS(arg_i64(4)), &rows, &e), -1);
	assert_int_equal(e.kind, ERR_TEMPORARY);
	assert_int_equal(seen.times, 1);
	assert_true(seen.failed);
	db_close(other);
}

static void is_forgotten(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	expect_three();
	db_expect(d, NULL);
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(1)), &rows, &e));
	assert_int_equal(seen.times, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_with_a_read),
		cmocka_unit_test(comes_before_a_write_and_other_arenas),
		cmocka_unit_test(comes_though_the_statement_fails),
		cmocka_unit_test(survives_a_lost_connection),
		cmocka_unit_test(tells_when_the_server_is_away),
		cmocka_unit_test(is_forgotten),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("db_expect", tests, begin, end);
}
