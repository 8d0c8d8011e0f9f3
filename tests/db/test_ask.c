/* db_note, db_ask, db_offer: the first reads of several requests in one round trip. */
#include "tests/db/fixture.h"

static struct db_question *first;
static struct db_question *second;
static struct arena *other;

static int prepare(void **state)
{
	first = db_question_new();
	second = db_question_new();
	other = arena_new(1024 * 1024);
	return begin(state);
}

static int clear(void **state)
{
	db_question_free(first);
	db_question_free(second);
	arena_free(other);
	return end(state);
}

/* What a request does: counts up to n. */
static int count_up(struct arena *mem, int64_t n, size_t *seen, struct err *e)
{
	struct rows rows = { NULL, 0 };
	int rc = db_many(d, mem, q_count_up, ARGS(arg_i64(n)), &rows, e);

	*seen = rows.n;
	return rc;
}

static void note_count(struct db_question *q, struct arena *mem, int64_t n)
{
	struct err e = { 0 };
	size_t seen;

	db_note(d, q, mem);
	assert_int_equal(count_up(mem, n, &seen, &e), -1);
	assert_int_equal(e.kind, ERR_TEMPORARY);
	db_note(d, NULL, NULL);
}

static void ask_both(void)
{
	struct db_question *const both[] = { first, second };

	db_ask(d, both, 2);
}

static int64_t connects(void)
{
	struct db_use use;

	db_use(d, &use);
	return use.connects;
}

static void answers_without_another_round_trip(void **state)
{
	struct err e = { 0 };
	int64_t before;
	size_t seen;

	(void)state;
	note_count(first, m, 4);
	note_count(second, other, 7);
	ask_both();
	before = connects();
	kill_session(pid());
	db_offer(d, first);
	OK(count_up(m, 4, &seen, &e));
	assert_int_equal(seen, 4);
	db_offer(d, second);
	OK(count_up(other, 7, &seen, &e));
	assert_int_equal(seen, 7);
	assert_int_equal(connects(), before);
	// the answer was given: now somebody has to be asked
	db_offer(d, second);
	OK(count_up(other, 7, &seen, &e));
	assert_int_equal(seen, 7);
	assert_int_equal(connects(), before + 1);
}

/* What two requests are answered that count up so far. */
static void count_both(int64_t mine, int64_t others, struct rows out[2])
{
	struct err e = { 0 };

	note_count(first, m, mine);
	note_count(second, other, others);
	ask_both();
	db_offer(d, first);
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(mine)), &out[0], &e));
	db_offer(d, second);
	OK(db_many(d, other, q_count_up, ARGS(arg_i64(others)), &out[1], &e));
	assert_int_equal(out[0].n, mine);
	assert_int_equal(out[1].n, others);
}

/* The rows of both are the same ones if they were read once. */
static void equal_questions_are_asked_once(void **state)
{
	struct rows found[2];

	(void)state;
	count_both(4, 4, found);
	assert_ptr_equal(found[1].v, found[0].v);
	count_both(7, 4, found);
	assert_ptr_not_equal(found[1].v, found[0].v);
}

static void nothing_is_done_while_noting(void **state)
{
	struct err e = { 0 };
	int64_t before = count_things();
	struct tx tx;
	size_t seen;

	(void)state;
	db_note(d, first, m);
	assert_int_equal(put(1, "one", &e), -1);
	assert_int_equal(tx_begin(d, &tx, &e), -1);
	assert_int_equal(count_up(m, 3, &seen, &e), -1);
	db_note(d, NULL, NULL);
	assert_int_equal(count_things(), before);
	// what comes after a write is no first read
	db_ask(d, &first, 1);
	kill_session(pid());
	before = connects();
	e = (struct err){ 0 };
	db_offer(d, first);
	OK(count_up(m, 3, &seen, &e));
	assert_int_equal(connects(), before + 1);
}

static void changed_mind(void **state)
{
	struct err e = { 0 };
	size_t seen;

	(void)state;
	note_count(first, m, 4);
	db_ask(d, &first, 1);
	db_offer(d, first);
	OK(count_up(m, 5, &seen, &e));
	assert_int_equal(seen, 5);
	OK(count_up(m, 4, &seen, &e));
	assert_int_equal(seen, 4);
	note_count(first, m, 6);
	db_ask(d, &first, 1);
	db_offer(d, first);
	db_offer(d, NULL);
	OK(count_up(m, 6, &seen, &e));
	assert_int_equal(seen, 6);
}

static int times(struct span text, size_t *seen, struct err *e)
{
	struct rows rows = { NULL, 0 };
	int rc = db_many(d, m, q_times, ARGS(arg_texts(&text, 1)), &rows, e);

	*seen = rows.n;
	return rc;
}

/* Arguments are copies: what they were made of may be gone. */
static void note_time(const char *text)
{
	struct err e = { 0 };
	char copy[32];
	size_t seen;

	snprintf(copy, sizeof(copy), "%s", text);
	db_note(d, second, m);
	assert_int_equal(times(span_of(copy), &seen, &e), -1);
	db_note(d, NULL, NULL);
	memset(copy, 'x', sizeof(copy));
}

static void one_that_fails_harms_nobody(void **state)
{
	struct err e = { 0 };
	size_t seen;

	(void)state;
	note_count(first, m, 2);
	note_time("no time");
	ask_both();
	db_offer(d, first);
	OK(count_up(m, 2, &seen, &e));
	assert_int_equal(seen, 2);
	db_offer(d, second);
	assert_int_equal(times(SPAN("no time"), &seen, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	e = (struct err){ 0 };
	note_time("2026-11-21");
	ask_both();
	db_offer(d, second);
	OK(times(SPAN("2026-11-21"), &seen, &e));
	assert_int_equal(seen, 1);
}

static size_t came;

static void arrive(void *to, const struct rows *rows)
{
	(void)to;
	came = rows != NULL ? rows->n : 99;
}

static void expect_three(void)
{
	static const struct arg three[] = { { .type = ARG_I64, .number = 3 }, { .type = ARG_END } };

	came = 0;
	db_expect(d, &(struct db_ahead){ q_count_up, three, m, arrive, NULL });
}

static void what_is_expected_comes_along(void **state)
{
	struct err e = { 0 };
	int64_t before;
	size_t seen;

	(void)state;
	expect_three();
	note_count(first, m, 4);
	assert_int_equal(came, 0);
	expect_three();
	db_note(d, second, m);
	OK(db_settle(d, &e));
	db_note(d, NULL, NULL);
	assert_int_equal(came, 0);
	db_expect(d, NULL);
	ask_both();
	before = connects();
	kill_session(pid());
	expect_three();
	db_offer(d, first);
	OK(count_up(m, 4, &seen, &e));
	assert_int_equal(came, 3);
	assert_int_equal(seen, 4);
	expect_three();
	db_offer(d, second);
	OK(db_settle(d, &e));
	assert_int_equal(came, 3);
	assert_int_equal(connects(), before);
}

static void one_is_as_good_as_many(void **state)
{
	struct db_question *many[DB_MOST_ASKED];
	struct err e = { 0 };
	size_t seen;

	(void)state;
	for (size_t i = 0; i < DB_MOST_ASKED; i++) {
		many[i] = db_question_new();
		note_count(many[i], m, (int64_t)i);
	}
	db_ask(d, many, 0);
	db_ask(d, many, DB_MOST_ASKED);
	for (size_t i = 0; i < DB_MOST_ASKED; i++) {
		db_offer(d, many[i]);
		OK(count_up(m, (int64_t)i, &seen, &e));
		assert_int_equal(seen, i);
		db_offer(d, NULL);
		db_question_free(many[i]);
	}
}

static void reads_ahead(void **state)
{
	const struct db_step steps[] = {
		{ .stmt = q_count_up, .args = ARGS(arg_i64(2)) },
		{ .stmt = q_count_up, .args = ARGS(arg_i64(3)) },
	};
	struct err e = { 0 };
	int64_t before;
	size_t seen;

	(void)state;
	db_read_ahead(d, m, steps, countof(steps));
	before = connects();
	kill_session(pid());
	// in any order, each once, and for the same arena only
	OK(count_up(m, 3, &seen, &e));
	assert_int_equal(seen, 3);
	OK(count_up(m, 2, &seen, &e));
	assert_int_equal(seen, 2);
	assert_int_equal(connects(), before);
	OK(count_up(m, 2, &seen, &e));
	assert_int_equal(connects(), before + 1);
	db_read_ahead(d, other, steps, countof(steps));
	kill_session(pid());
	OK(count_up(m, 3, &seen, &e));
	assert_int_equal(connects(), before + 2);
}

static void nothing_read_ahead_outlives_a_write(void **state)
{
	const struct db_step things[] = { { .stmt = q_count_up, .args = ARGS(arg_i64(3)) } };
	struct err e = { 0 };
	int64_t before;
	size_t seen;

	(void)state;
	db_read_ahead(d, m, things, countof(things));
	OK(put(170, "written", &e));
	before = connects();
	kill_session(pid());
	OK(count_up(m, 3, &seen, &e));
	assert_int_equal(connects(), before + 1);
	// nor a request
	db_read_ahead(d, m, things, countof(things));
	db_expect(d, NULL);
	kill_session(pid());
	OK(count_up(m, 3, &seen, &e));
	assert_int_equal(connects(), before + 2);
}

static void what_fails_ahead_is_read_in_its_turn(void **state)
{
	const struct span no_time = SPAN("no time");
	const struct db_step steps[] = {
		{ .stmt = q_count_up, .args = ARGS(arg_i64(2)) },
		{ .stmt = q_times, .args = ARGS(arg_texts(&no_time, 1)) },
	};
	struct err e = { 0 };
	size_t seen;

	(void)state;
	db_read_ahead(d, m, steps, countof(steps));
	OK(count_up(m, 2, &seen, &e));
	assert_int_equal(seen, 2);
	assert_int_equal(times(no_time, &seen, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_without_another_round_trip),
		cmocka_unit_test(equal_questions_are_asked_once),
		cmocka_unit_test(nothing_is_done_while_noting),
		cmocka_unit_test(changed_mind),
		cmocka_unit_test(one_that_fails_harms_nobody),
		cmocka_unit_test(what_is_expected_comes_along),
		cmocka_unit_test(one_is_as_good_as_many),
		cmocka_unit_test(reads_ahead),
		cmocka_unit_test(nothing_read_ahead_outlives_a_write),
		cmocka_unit_test(what_fails_ahead_is_read_in_its_turn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("db_ask", tests, prepare, clear);
}
