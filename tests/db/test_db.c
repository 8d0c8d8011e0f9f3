/* lib/db against a real server: values there and back, errors, transactions, batches. */
#include "tests/db/fixture.h"

#include "base/limits.h"

/* ---- values ---------------------------------------------------------------------------------- */

static void values_there_and_back(void **state)
{
	static const char bytes[] = "\0\1\xff'\\x";
	struct span y = { bytes, sizeof(bytes) - 1 };
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(d, m, q_echo,
		ARGS(arg_bool(true), arg_i64(-32768), arg_i64(INT32_MAX), arg_i64(INT64_MIN),
			arg_text(SPAN("a'b\"c\\ \xc3\xa4\xf0\x9f\x8e\x88\n")), arg_bytes(y),
			arg_time(1732192500123456), arg_str("{\"a\": 1}"), arg_str("{\"a\": 1}"),
			arg_str("0f0e0d0c-0b0a-0908-0706-050403020100"), arg_str("2026-02-28")),
		&r, &e));
	assert_true(row_bool(&r, echo_b));
	assert_int_equal(row_i64(&r, echo_i2), -32768);
	assert_int_equal(row_i64(&r, echo_i4), INT32_MAX);
	assert_true(row_i64(&r, echo_i8) == INT64_MIN);
	assert_string_equal(row_str(&r, echo_t), "a'b\"c\\ \xc3\xa4\xf0\x9f\x8e\x88\n");
	assert_true(span_eq(row_bytes(&r, echo_y, m), y));
	assert_int_equal(row_time(&r, echo_at), 1732192500123456);
	assert_string_equal(row_str(&r, echo_j), "{\"a\": 1}");
	assert_string_equal(row_str(&r, echo_jb), "{\"a\": 1}");
	assert_string_equal(row_str(&r, echo_u), "0f0e0d0c-0b0a-0908-0706-050403020100");
	assert_string_equal(row_str(&r, echo_d), "2026-02-28");
}

static void nulls(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(d, m, q_echo,
		ARGS(arg_null(), arg_null(), arg_null(), arg_null(), arg_str(NULL),
			arg_bytes(SPAN_NONE), arg_time(INT64_MIN), arg_text(SPAN_NONE), arg_null(),
			arg_null(), arg_null()),
		&r, &e));
	for (int i = 0; i <= echo_d; i++)
		assert_true(row_null(&r, i));
	assert_int_equal(row_i64(&r, echo_i8), 0);
	assert_false(row_bool(&r, echo_b));
	assert_true(row_time(&r, echo_at) == INT64_MIN);
	assert_string_equal(row_str(&r, echo_t), "");
	assert_null(row_text(&r, echo_t).p);
	assert_null(row_bytes(&r, echo_y, m).p);
	/* An empty text is none of them. */
	OK(db_one(d, m, q_echo_text, ARGS(arg_str("")), &r, &e));
	assert_false(row_null(&r, echo_text_t));
	assert_int_equal(row_text(&r, echo_text_t).n, 0);
}

static void arrays(void **state)
{
	const int64_t numbers[] = { -1, 0, 32767 };
	const int64_t times[] = { 0, INT64_MIN, 1 };
	const struct span texts[] = { SPAN("a,b"), SPAN_NONE, SPAN("q\"\\{}"), SPAN("") };
	const struct span bytes[] = { SPAN("\x01\x02"), SPAN_NONE };
	const struct span json[] = { SPAN("[1]"), SPAN("null") };
	const struct span uuids[] = { SPAN("0f0e0d0c-0b0a-0908-0706-050403020100"), SPAN_NONE };
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(d, m, q_echo_arrays,
		ARGS(arg_i64s(numbers, 3), arg_i64s(numbers, 3), arg_i64s(numbers, 3),
			arg_i64s(times, 3), arg_texts(texts, 4), arg_texts(bytes, 2),
			arg_texts(json, 2), arg_texts(uuids, 2)),
		&r, &e));
	assert_string_equal(row_str(&r, echo_arrays_i2), "{-1,0,32767}");
	assert_string_equal(row_str(&r, echo_arrays_i4), "{-1,0,32767}");
	assert_string_equal(row_str(&r, echo_arrays_i8), "{-1,0,32767}");
	assert_string_equal(row_str(&r, echo_arrays_at),
		"{\"1970-01-01 00:00:00+00\",NULL,\"1970-01-01 00:00:00.000001+00\"}");
	assert_string_equal(row_str(&r, echo_arrays_t), "{\"a,b\",NULL,\"q\\\"\\\\{}\",\"\"}");
	assert_string_equal(row_str(&r, echo_arrays_y), "{\"\\\\x0102\",NULL}");
	assert_string_equal(row_str(&r, echo_arrays_jb), "{[1],\"null\"}");
	assert_string_equal(
		row_str(&r, echo_arrays_u), "{0f0e0d0c-0b0a-0908-0706-050403020100,NULL}");
	OK(db_one(d, m, q_echo_arrays,
		ARGS(arg_i64s(NULL, 0), arg_null(), arg_i64s(NULL, 0), arg_i64s(NULL, 0),
			arg_texts(NULL, 0), arg_texts(NULL, 0), arg_texts(NULL, 0),
			arg_texts(NULL, 0)),
		&r, &e));
	assert_string_equal(row_str(&r, echo_arrays_i8), "{}");
	assert_true(row_null(&r, echo_arrays_i4));
	assert_int_equal(row_i64(&r, echo_arrays_t_n), 0);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{ "1970-01-01 00:00:00+00", 0 },
		{ "1969-12-31 23:59:59.999999+00", -1 },
		{ "2000-02-29 12:00:00.5+00", 951825600500000 },
		{ "2026-11-21 14:35:00+05:30", 1795251900000000 },
		{ "9999-12-31 23:59:59.999999+00", 253402300799999999 },
		{ "12026-01-01 00:00:00+00", 317336745600000000 },
		{ "0001-01-01 00:00:00+00", -62135596800000000 },
		{ "0044-03-15 00:00:00+00 BC", -63517824000000000 },
		{ "infinity", INT64_MAX },
		{ "-infinity", INT64_MIN + 1 },
	};
	struct span texts[countof(cases)];
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		texts[i] = span_of(cases[i].text);
	OK(db_many(d, m, q_times, ARGS(arg_texts(texts, countof(texts))), &rows, &e));
	assert_int_equal(rows.n, countof(cases));
	for (size_t i = 0; i < rows.n; i++)
		if (row_time(&rows.v[i], times_at) != cases[i].us)
			fail_msg("%s gave %lld", cases[i].text,
				(long long)row_time(&rows.v[i], times_at));
}

static void huge_values(void **state)
{
	size_t n = 7 * 1024 * 1024;
	char *text = arena_alloc(m, n + 1);
	struct err e = { 0 };
	struct row r;

	(void)state;
	for (size_t i = 0; i < n; i++)
		text[i] = (char)('a' + i % 26);
	OK(db_one(d, m, q_echo_text, ARGS(arg_str(text)), &r, &e));
	assert_int_equal(row_i64(&r, echo_text_n), n);
	assert_int_equal(row_text(&r, echo_text_t).n, n);
	assert_memory_equal(row_str(&r, echo_text_t), text, n);
	assert_int_equal(db_one(d, m, q_repeat, ARGS(arg_i64(DB_MAX_RESULT)), &r, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	/* The connection is none the worse for it. */
	e = (struct err){ 0 };
	OK(db_one(d, m, q_repeat, ARGS(arg_i64(3)), &r, &e));
	assert_string_equal(row_str(&r, repeat_t), "xxx");
}

static void many_rows(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(1000)), &rows, &e));
	assert_int_equal(rows.n, 1000);
	for (size_t i = 0; i < rows.n; i++) {
		assert_int_equal(row_i64(&rows.v[i], count_up_i), i + 1);
		assert_int_equal(row_text(&rows.v[i], count_up_t).n, i + 1);
		assert_int_equal(strlen(row_str(&rows.v[i], count_up_t)), i + 1);
	}
	OK(db_many(d, m, q_count_up, ARGS(arg_i64(0)), &rows, &e));
	assert_int_equal(rows.n, 0);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void wrong_arguments(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	assert_int_equal(db_one(d, m, q_repeat, NO_ARGS, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_repeat, ARGS(arg_i64(1), arg_i64(2)), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_repeat, ARGS(arg_bool(true)), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_echo_text, ARGS(arg_bytes(SPAN("x"))), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_repeat, ARGS(arg_i64(INT64_C(1) << 31)), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	e = (struct err){ 0 };
	assert_int_equal(db_exec(d, q_repeat, ARGS(arg_i64(1)), NULL, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_echo_text, ARGS(arg_text(SPAN("a\0b"))), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	e = (struct err){ 0 };
	assert_int_equal(db_one(d, m, q_echo_text, ARGS(arg_text(SPAN("\xff"))), &r, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	e = (struct err){ 0 };
	OK(db_one(d, m, q_repeat, ARGS(arg_i64(1)), &r, &e));
}

static void number_of_rows(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	assert_int_equal(db_one(d, m, q_many_rows_as_one, NO_ARGS, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	OK(put(1, "a", &(struct err){ 0 }));
	OK(put(2, "b", &(struct err){ 0 }));
	e = (struct err){ 0 };
	int64_t count = -1;
	OK(db_exec(d, q_take, NO_ARGS, &count, &e));
	assert_int_equal(count, 2);
	OK(db_exec(d, q_take, NO_ARGS, &count, &e));
	assert_int_equal(count, 0);
}

/* The table at the top of db.h, each state really raised by a server. */
static void states(void **state)
{
	static const struct {
		const char *state;
		enum err_kind kind;
	} cases[] = { { "23505", ERR_CONFLICT }, { "23503", ERR_INVALID }, { "23514", ERR_INVALID },
		{ "23502", ERR_INVALID }, { "22001", ERR_INVALID }, { "22P02", ERR_INVALID },
		{ "57014", ERR_LIMIT }, { "55P03", ERR_LIMIT }, { "08006", ERR_TEMPORARY },
		{ "53300", ERR_TEMPORARY }, { "53100", ERR_TEMPORARY }, { "57P01", ERR_TEMPORARY },
		{ "57P03", ERR_TEMPORARY }, { "40001", ERR_TEMPORARY }, { "40P01", ERR_TEMPORARY },
		{ "25006", ERR_TEMPORARY }, { "42501", ERR_INTERNAL }, { "42P01", ERR_INTERNAL },
		{ "XX000", ERR_INTERNAL }, { "P0001", ERR_INTERNAL } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct err e = { 0 };

		assert_int_equal(db_exec(d, q_raise, ARGS(arg_str(cases[i].state)), NULL, &e), -1);
		if (e.kind != cases[i].kind)
			fail_msg("%s is %s", cases[i].state, err_kind_name(e.kind));
		assert_non_null(strstr(e.detail, cases[i].state));
		assert_non_null(strstr(e.detail, "raised"));
		assert_null(strstr(e.text, "raised"));
	}
}

static void constraints(void **state)
{
	struct err e = { 0 };

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	OK(put(1, "a", &e));
	assert_int_equal(put(1, "b", &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_non_null(strstr(e.detail, "thing_pkey"));
	assert_null(strstr(e.detail, "(1)")); // the values stay out of the log
	e = (struct err){ 0 };
	assert_int_equal(put(2, "", &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	e = (struct err){ 0 };
	assert_int_equal(put(3, NULL, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	/* Found only when the implicit transaction commits, at Sync. */
	e = (struct err){ 0 };
	assert_int_equal(db_exec(d, q_put_owned, ARGS(arg_i64(4), arg_i64(99)), NULL, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_int_equal(count_things(), 1);
	/* The first error wins. */
	assert_int_equal(put(1, "b", &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
}

/* ---- transactions and batches ------------------------------------------------------------------
 */

static void transactions(void **state)
{
	struct err e = { 0 };
	struct tx inner;

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(put(1, "a", &e));
		assert_int_equal(count_things(), 1);
		assert_int_equal(tx_begin(d, &inner, &e), -1);
		assert_int_equal(e.kind, ERR_INTERNAL);
		e = (struct err){ 0 };
	} // rolled back
	assert_int_equal(count_things(), 0);
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(put(1, "a", &e));
		OK(put(2, "b", &e));
		OK(tx_commit(&tx, &e));
		assert_int_equal(tx_commit(&tx, &e), -1);
		e = (struct err){ 0 };
	}
	assert_int_equal(count_things(), 2);
	/* Nothing was done in it: nothing is sent. */
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(tx_commit(&tx, &e));
	}
	/* A failed transaction does not commit. */
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(put(3, "c", &e));
		assert_int_equal(put(1, "again", &e), -1);
		e = (struct err){ 0 };
		assert_int_equal(tx_commit(&tx, &e), -1);
		assert_int_equal(e.kind, ERR_INTERNAL);
		e = (struct err){ 0 };
	}
	/* An error in the very first statement. */
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		assert_int_equal(put(1, "again", &e), -1);
		assert_int_equal(e.kind, ERR_CONFLICT);
		e = (struct err){ 0 };
	}
	/* Deferred constraints speak at commit. */
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(db_exec(d, q_put_owned, ARGS(arg_i64(5), arg_i64(99)), NULL, &e));
		assert_int_equal(tx_commit(&tx, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
		e = (struct err){ 0 };
	}
	assert_int_equal(count_things(), 2);
}

static void batches(void **state)
{
	struct err e = { 0 };
	struct db_step steps[] = {
		{ .stmt = q_put, .args = ARGS(arg_i64(1), arg_str("a")) },
		{ .stmt = q_put, .args = ARGS(arg_i64(2), arg_str("b")) },
		{ .stmt = q_things },
		{ .stmt = q_count_up, .args = ARGS(arg_i64(3)) },
		{ .stmt = q_take },
		{ .stmt = q_put, .args = ARGS(arg_i64(3), arg_str("c")) },
	};

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	OK(db_batch(d, m, steps, countof(steps), &e));
	assert_int_equal(steps[0].count, 1);
	assert_int_equal(row_i64(&steps[2].out.v[0], things_n), 2);
	assert_int_equal(steps[3].out.n, 3);
	assert_int_equal(steps[4].count, 2);
	assert_int_equal(count_things(), 1);
	/* All or none: by a constraint, by an argument, by a deferred constraint. */
	steps[5].args = ARGS(arg_i64(1), arg_str("again"));
	steps[4].stmt = q_put;
	steps[4].args = ARGS(arg_i64(4), arg_str("d"));
	assert_int_equal(db_batch(d, m, steps, countof(steps), &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(count_things(), 1);
	steps[5].args = ARGS(arg_str("not a number"));
	e = (struct err){ 0 };
	assert_int_equal(db_batch(d, m, steps, countof(steps), &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_int_equal(count_things(), 1);
	steps[5] = (struct db_step){ .stmt = q_put_owned, .args = ARGS(arg_i64(9), arg_i64(99)) };
	e = (struct err){ 0 };
	assert_int_equal(db_batch(d, m, steps, countof(steps), &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_int_equal(count_things(), 1);
	e = (struct err){ 0 };
	OK(db_batch(d, m, steps, 0, &e));
}

/* More than fits into the sockets' buffers in both directions: sending must not wait for ever. */
static void large_batch(void **state)
{
	enum {
		N = 300,
		SIZE = 20000
	};
	char *text = arena_alloc(m, SIZE + 1);
	struct db_step *steps = arena_new_array(m, struct db_step, N);
	struct arg *args = arena_new_array(m, struct arg, N * 2);
	struct err e = { 0 };

	(void)state;
	memset(text, 'y', SIZE);
	for (size_t i = 0; i < N; i++) {
		args[2 * i] = arg_str(text);
		args[2 * i + 1] = arg_end();
		steps[i] = (struct db_step){ .stmt = q_echo_text, .args = &args[2 * i] };
	}
	OK(db_batch(d, m, steps, N, &e));
	for (size_t i = 0; i < N; i++)
		assert_int_equal(row_text(&steps[i].out.v[0], echo_text_t).n, SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_there_and_back),
		cmocka_unit_test(nulls),
		cmocka_unit_test(arrays),
		cmocka_unit_test(times),
		cmocka_unit_test(huge_values),
		cmocka_unit_test(many_rows),
		cmocka_unit_test(wrong_arguments),
		cmocka_unit_test(number_of_rows),
		cmocka_unit_test(states),
		cmocka_unit_test(constraints),
		cmocka_unit_test(transactions),
		cmocka_unit_test(batches),
		cmocka_unit_test(large_batch),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("db", tests, begin, end);
}
