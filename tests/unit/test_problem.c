/* Problems over a real database: made, changed, sealed, opened for a judging. */
#include "tests/unit/problem_lab.h"

static void makes_and_loads(void **state)
{
	struct problem_new n = sum("sum");
	struct problem_made made;
	struct problem_judged *p;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(made.number, 1);
	p = load(made.version_id);
	assert_int_equal(p->n_tests, 3);
	assert_true(span_is(p->tests[0].path, "sample/1") && p->tests[0].is_sample);
	assert_true(span_is(p->tests[1].group, "secret/g1"));
	assert_true(span_is(p->tests[1].validator_flags, "case_sensitive"));
	assert_true(span_is(p->tests[0].validator_flags, ""));
	assert_int_equal(p->tests[1].n_args, 1);
	assert_true(span_eq(p->tests[1].args[0], one_arg[0]));
	assert_true(span_is(opened(p, p->tests[1].input_id), "2 2\n"));
	assert_true(span_is(opened(p, p->tests[2].input_id), ""));
	assert_int_equal(p->n_files, 1); // the picture is no business of the judge's
	assert_true(span_is(opened(p, p->files[0].blob_id), "int main() {}"));
	assert_int_equal(p->n_groups, 1);
	assert_int_equal(p->rules.memory_mib, rules.memory_mib);
	assert_int_equal(p->rules.time_ms, rules.time_ms);
	assert_null(p->rules.languages);
	problem_judge_free(&p);
	assert_null(p);
	assert_int_equal(number("SELECT count(*) FROM problem_tag"), 2);
	assert_int_equal(number("SELECT count(*) FROM problem WHERE words @@ to_tsquery('english', "
				"'integer & theory') AND title = 'Sum of two'"),
		1);
}

static void stores_nothing_in_the_clear(void **state)
{
	(void)state;
	pg_server();
	assert_int_equal(number("SELECT count(*) FROM problem_piece WHERE "
				"position('\\x32203220'::bytea in sealed) > 0"),
		0);
	assert_true(number("SELECT count(*) FROM problem_piece") > 0);
	// the empty input and the empty answer are one text without a piece
	assert_int_equal(number("SELECT count(*) FROM problem_blob WHERE size = 0"), 1);
	assert_int_equal(number("SELECT count(*) FROM problem_piece p JOIN problem_blob b ON "
				"b.id = p.blob_id WHERE b.size = 0"),
		0);
}

static void is_refused_without_a_key(void **state)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_new n = sum("keyless");
	struct problem_made made;
	struct problem_desk d;

	(void)state;
	pg_server();
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	d.seal = NULL;
	assert_int_equal(problem_create(&d, &n, &made, &fault), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
}

static void refuses_a_slug_that_is_taken(void **state)
{
	struct problem_new n = sum("sum");
	struct problem_made made;
	struct span slug;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.field, "slug");
	assert_int_equal(problem_slug_free(db, mem, SPAN("Sum"), &slug, no_err()), 0);
	assert_true(span_is(slug, "sum-2"));
	assert_int_equal(problem_slug_free(db, mem, SPAN("_12 / 3_"), &slug, no_err()), 0);
	assert_true(span_is(slug, "p-12-3"));
	n.slug = SPAN("123");
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_INVALID);
}

static void keeps_long_texts(void **state)
{
	size_t size = 2 * PROBLEM_PIECE + 12345;
	char *bytes;
	struct testcase_new big = { .path = SPAN("secret/big"), .answer = SPAN("x") };
	struct problem_new n = sum("big");
	struct problem_made made;
	struct problem_judged *p;
	struct span back;

	(void)state;
	pg_server();
	bytes = arena_alloc(mem, size);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 31 + i / 4096);
	big.input = (struct span){ bytes, size };
	n.tests = &big;
	n.n_tests = 1;
	assert_int_equal(create(&n, &made), 0);
	p = load(made.version_id);
	back = opened(p, p->tests[0].input_id);
	assert_int_equal(back.n, size);
	assert_memory_equal(back.p, bytes, size);
	assert_int_equal(problem_blob_open(&(struct problem_store){ db, p->key }, mem,
				 p->tests[0].input_id, 1000, &back, no_err()),
		-1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_int_equal(problem_blobs_open(&(struct problem_store){ db, p->key }, mem,
				 &p->tests[0].input_id, 1, &back, no_err()),
		-1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	problem_judge_free(&p);
}

static void opens_many_at_once(void **state)
{
	enum {
		N = 700
	};
	struct testcase_new *many;
	struct problem_new n = sum("many");
	struct problem_made made;
	struct problem_judged *p;
	int64_t *ids;
	struct span *out;

	(void)state;
	pg_server();
	many = arena_new_array(mem, struct testcase_new, N);
	ids = arena_new_array(mem, int64_t, N);
	out = arena_new_array(mem, struct span, N);
	for (int i = 0; i < N; i++)
		many[i] =
			(struct testcase_new){ .path = span_of(arena_printf(mem, "secret/%03d", i)),
				.input = span_of(arena_printf(mem, "input %d", i)),
				.answer = SPAN("same") };
	n.tests = many;
	n.n_tests = N;
	assert_int_equal(create(&n, &made), 0);
	p = load(made.version_id);
	assert_int_equal(p->n_tests, N);
	for (int i = 0; i < N; i++)
		ids[i] = i % 7 == 0 ? p->tests[i].answer_id : p->tests[i].input_id;
	assert_int_equal(problem_blobs_open(
				 &(struct problem_store){ db, p->key }, mem, ids, N, out, no_err()),
		0);
	for (int i = 0; i < N; i++)
		assert_true(span_eq(out[i], i % 7 == 0 ? SPAN("same") : many[i].input));
	problem_judge_free(&p);
	assert_int_equal(number("SELECT count(*) FROM problem_blob b JOIN problem p ON p.id = "
				"b.problem_id WHERE p.slug = 'many'"),
		N + 3); // inputs, the one answer, two files
}

static void refuses_equal_tests(void **state)
{
	struct testcase_new twice[] = { tests[0], tests[1], tests[1] };
	struct problem_new n = sum("twice");
	struct problem_made made;

	(void)state;
	pg_server();
	twice[2].path = SPAN("secret/g2/07");
	twice[2].answer = SPAN("another answer");
	n.tests = twice;
	n.n_tests = 3;
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.text, "secret/g2/07 has the same input as secret/g1/01");
	n.equal_tests = PROBLEM_KEEPS_EQUAL;
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(made.n_equal, 1);
	assert_true(span_is(made.equal[0].first, "secret/g1/01"));
	twice[2].path = SPAN("secret/g1/01");
	n.slug = SPAN("thrice");
	assert_int_equal(create(&n, &made), -1);
	assert_string_equal(fault.text, "there are two tests secret/g1/01");
}

static void changes_make_versions(void **state)
{
	const struct testcase_new added = {
		.path = SPAN("secret/g1/015"), .input = SPAN("5 5\n"), .answer = SPAN("10\n")
	};
	const struct testcase_new same = {
		.path = SPAN("secret/zz"), .input = SPAN("1 2\n"), .answer = SPAN("3\n")
	};
	const struct span gone[] = { SPAN("secret/g1/02") };
	const struct span unknown[] = { SPAN("secret/nothing") };
	struct problem_change change = { .why = SPAN("test added"), .tests = &added, .n_tests = 1 };
	struct problem_new n = sum("changing");
	struct problem_made made;
	struct problem_made next;
	struct problem_judged *p;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(next.number, 2);
	p = load(next.version_id);
	assert_int_equal(p->n_tests, 4);
	assert_true(span_is(p->tests[2].path, "secret/g1/015")); // in its place
	assert_int_equal(p->tests[3].ordinal, 3);
	problem_judge_free(&p);
	p = load(made.version_id); // the old one is as it was
	assert_int_equal(p->n_tests, 3);
	problem_judge_free(&p);

	change.tests = &same;
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.text, "secret/zz has the same input as sample/1");

	change = (struct problem_change){ .tests_gone = gone, .n_tests_gone = 1 };
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(next.number, 3);
	change.tests_gone = unknown;
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	change = (struct problem_change){ .from_version = made.version_id };
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
}

/* A text changes nothing of the judging: the next version stays verified. A limit does. */
static void soundness_follows_the_data(void **state)
{
	const struct problem_text_new german = { SPAN("de"), SPAN("Summe"), SPAN("<p>Addiere.</p>"),
		SPAN("Addiere.") };
	struct problem_change change = { .texts = &german, .n_texts = 1 };
	struct judge_rules slower = rules;
	struct problem_new n = sum("sound");
	struct problem_made made;
	struct problem_made next;
	struct jury_solutions list;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	const struct verify_try first = { made.version_id, 1 };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_solutions(db, mem, made.version_id, &list, &fault), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.v[0].outcome, SOLUTION_OPEN);
	assert_int_equal(problem_solution_settle(
				 &tx, list.v[0].id, SOLUTION_AS_EXPECTED, SPAN("accepted"), &fault),
		0);
	assert_int_equal(problem_verify_end(&tx, &first, true, 2000, &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)next.version_id)),
		PROBLEM_SOUND);
	assert_int_equal(problem_solutions(db, mem, next.version_id, &list, no_err()), 0);
	assert_int_equal(list.v[0].outcome, SOLUTION_AS_EXPECTED);
	slower.time_ms = 3000;
	change = (struct problem_change){ .rules = &slower };
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)next.version_id)),
		PROBLEM_IN_VERIFICATION);
	assert_int_equal(number(arena_printf(mem,
				 "SELECT count(*) FROM problem_text WHERE version_id = "
				 "%lld",
				 (long long)next.version_id)),
		2);
}

static int64_t state_of(int64_t version_id)
{
	return number(arena_printf(
		mem, "SELECT state FROM problem_version WHERE id = %lld", (long long)version_id));
}

/* The one that was asked for last decides; an earlier one neither ends it nor makes it lapse. */
static void only_the_last_verification_counts(void **state)
{
	struct problem_new n = sum("again");
	struct problem_made made;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	const struct verify_try first = { made.version_id, 1 };
	const struct verify_try second = { made.version_id, 2 };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_verify_ask(&tx, mem, made.version_id, &fault), 0);
	assert_int_equal(problem_verify_lapse(&tx, &first, SPAN("late"), &fault), 0);
	assert_int_equal(problem_verify_end(&tx, &first, false, 0, &fault), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	assert_int_equal(problem_verify_end(&tx, &second, true, 0, no_err()), 0);
	assert_int_equal(problem_verify_lapse(&tx, &second, SPAN("late"), &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(state_of(made.version_id), PROBLEM_SOUND);
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_verify_ask(&tx, mem, made.version_id, &fault), 0);
	assert_int_equal(problem_verify_lapse(&tx, &(struct verify_try){ made.version_id, 3 },
				 SPAN("no judge"), &fault),
		0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(state_of(made.version_id), PROBLEM_UNVERIFIED);
}

static void a_suggested_time_becomes_the_limit(void **state)
{
	const struct problem_text_new other = { SPAN("en"), SPAN("Sums"), SPAN(""), SPAN("") };
	const struct problem_change change = { .texts = &other, .n_texts = 1 };
	struct judge_rules open = rules;
	struct problem_new n = sum("suggested");
	struct problem_made made;
	struct problem_judged *p;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	open.time_is_suggested = true;
	n.rules = &open;
	assert_int_equal(create(&n, &made), 0);
	const struct verify_try first = { made.version_id, 1 };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_verify_end(&tx, &first, true, 4000, &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	p = load(made.version_id);
	assert_int_equal(p->rules.time_ms, 4000);
	problem_judge_free(&p);
	assert_int_equal(revise(made.id, &change, &made), 0); // and it is no change of the data
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)made.version_id)),
		PROBLEM_SOUND);
}

static void bad_forms_are_named(void **state)
{
	static const char *const paths[] = { "x", "secret/../x", "/secret/x", "secret//x",
		"secret/x/", "sample/x", "secret/\n", "secret/\xff", "" };
	struct problem_new n = sum("bad");
	struct problem_made made;

	(void)state;
	pg_server();
	for (size_t i = 0; i < countof(paths); i++) {
		struct testcase_new t = { .path = span_of(paths[i]) };

		n.tests = &t;
		n.n_tests = 1;
		if (create(&n, &made) == 0)
			fail_msg("took \"%s\"", paths[i]);
		assert_int_equal(fault.kind, ERR_INVALID);
		assert_string_equal(fault.field, "path");
	}
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(makes_and_loads),
		cmocka_unit_test(stores_nothing_in_the_clear),
		cmocka_unit_test(is_refused_without_a_key),
		cmocka_unit_test(refuses_a_slug_that_is_taken),
		cmocka_unit_test(keeps_long_texts),
		cmocka_unit_test(opens_many_at_once),
		cmocka_unit_test(refuses_equal_tests),
		cmocka_unit_test(changes_make_versions),
		cmocka_unit_test(soundness_follows_the_data),
		cmocka_unit_test(only_the_last_verification_counts),
		cmocka_unit_test(a_suggested_time_becomes_the_limit),
		cmocka_unit_test(bad_forms_are_named),
	};

	return cmocka_run_group_tests(list, start, stop);
}
