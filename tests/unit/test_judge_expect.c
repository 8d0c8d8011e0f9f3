#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "judge/expect.h"

#define MOST 16

static struct arena *m;

static int setup(void **state)
{
	(void)state;
	m = arena_new(1 << 22);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(m);
	return 0;
}

/* Runs by blanks, each on test secret/1, secret/2, ..; the verdict of the whole; a score or -1. */
static const char *held(
	const struct expect *x, const char *runs, const char *verdict, double score, double most)
{
	struct expect_run v[MOST] = { 0 };
	struct expect_found found = { .runs = v, .best = most };
	struct span rest = span_of(runs);
	struct span word;
	const char *why;

	while (span_split(&rest, ' ', &word)) {
		v[found.n_runs].path = span_of(arena_printf(m, "secret/%zu", found.n_runs + 1));
		v[found.n_runs].message = SPAN("line 3: too few edges");
		if (word.n == 0)
			break;
		if (!span_is(word, "-"))
			assert_true(verdict_find(word, &v[found.n_runs].verdict));
		found.n_runs++;
	}
	assert_true(verdict_find(span_of(verdict), &found.verdict));
	found.has_score = score >= 0;
	found.score = score;
	return expect_holds(x, &found, m, &why) ? "" : why;
}

static void legacy_folders(void **state)
{
	static const struct {
		const char *folder;
		const char *runs;
		const char *verdict;
		bool right;
	} cases[] = {
		{ "accepted", "AC AC AC", "AC", true },
		{ "accepted", "AC WA -", "WA", false },
		{ "wrong_answer", "AC WA -", "WA", true },
		{ "wrong_answer", "AC OLE -", "OLE", true },
		{ "wrong_answer", "AC WA TLE", "WA", true },
		{ "wrong_answer", "AC TLE -", "TLE", false },
		{ "wrong_answer", "AC TLE WA", "TLE", false },
		{ "wrong_answer", "AC AC AC", "AC", false },
		{ "time_limit_exceeded", "AC TLE", "TLE", true },
		{ "time_limit_exceeded", "WA TLE", "WA", true },
		{ "time_limit_exceeded", "WA -", "WA", false },
		{ "time_limit_exceeded", "RE TLE", "RE", false },
		{ "run_time_error", "AC RE", "RE", true },
		{ "run_time_error", "AC MLE", "MLE", true },
		{ "run_time_error", "WA RE", "WA", true },
		{ "run_time_error", "WA -", "WA", false },
		{ "rejected", "AC MLE", "MLE", true },
		{ "rejected", "AC AC", "AC", false },
		{ "run-error", "AC RE", "RE", true },
		{ "compiler_error", "", "CE", true },
		{ "accepted", "", "CE", false },
		{ "wrong_answer", "AC JE", "JE", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct expect x;
		const char *why;

		assert_true(expect_folder(m, EXPECT_LEGACY, false, span_of(cases[i].folder), &x));
		why = held(&x, cases[i].runs, cases[i].verdict, -1, INFINITY);
		if ((why[0] == '\0') != cases[i].right)
			fail_msg("%zu: %s", i, why);
	}
}

static void latest_folders(void **state)
{
	static const struct {
		const char *folder;
		const char *runs;
		const char *verdict;
		const char *why;
	} cases[] = {
		{ "accepted", "AC AC", "AC", "" },
		{ "accepted", "AC TLE", "TLE", "TLE on test secret/2, only accepted is permitted" },
		{ "wrong_answer", "AC WA AC", "WA", "" },
		{ "wrong_answer", "WA TLE", "WA",
			"TLE on test secret/2, only accepted or wrong answer is permitted" },
		{ "wrong_answer", "AC AC", "AC", "no test gave wrong answer" },
		{ "brute_force", "AC RE", "RE", "" },
		{ "brute_force", "AC WA", "WA",
			"WA on test secret/2, only accepted or time limit exceeded or run-time error is "
			"permitted" },
		{ "rejected", "AC AC", "AC",
			"no test gave wrong answer or time limit exceeded or run-time error" },
		{ "run_time_error", "", "CE", "no test gave run-time error" },
		{ "accepted", "", "CE", "it does not compile" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct expect x;

		assert_true(expect_folder(m, EXPECT_2025, false, span_of(cases[i].folder), &x));
		assert_string_equal(
			held(&x, cases[i].runs, cases[i].verdict, -1, INFINITY), cases[i].why);
	}
}

static void unknown_folder(void **state)
{
	struct expect x;

	(void)state;
	assert_false(expect_folder(m, EXPECT_LEGACY, false, SPAN("slow_but_fine"), &x));
	assert_string_equal(held(&x, "AC TLE", "TLE", -1, INFINITY), "");
	assert_string_equal(held(&x, "", "CE", -1, INFINITY), "");
	assert_string_equal(held(&x, "", "JE", -1, INFINITY), "the judge failed");
	assert_string_equal(expect_text(&x, m), "anything");
}

static void scores(void **state)
{
	struct expect x;

	(void)state;
	assert_true(expect_folder(m, EXPECT_LEGACY, true, SPAN("partially_accepted"), &x));
	assert_string_equal(held(&x, "AC WA", "AC", 30, 100), "");
	assert_string_equal(held(&x, "AC AC", "AC", 100, 100), "score 100, which is the best");
	assert_string_equal(held(&x, "AC AC", "AC", 100, INFINITY), "");
	assert_true(expect_folder(m, EXPECT_LEGACY, true, SPAN("accepted"), &x));
	assert_string_equal(held(&x, "AC WA", "AC", 99, 100), "");
	assert_true(x.lower && !x.upper);
}

/* Where less is better, the best score is the least. */
static void least_scores(void **state)
{
	struct expect_found found = {
		.verdict = VERDICT_AC, .has_score = true, .best = 1, .least_is_best = true
	};
	struct expect x;
	const char *why;

	(void)state;
	assert_true(expect_folder(m, EXPECT_LEGACY, true, SPAN("partially_accepted"), &x));
	found.score = 100;
	assert_true(expect_holds(&x, &found, m, &why));
	found.score = 1;
	assert_false(expect_holds(&x, &found, m, &why));
	assert_string_equal(why, "score 1, which is the best");
}

/* A score that is asked of groups, by pattern: of each of them, and there must be one. */
static void scores_of_groups(void **state)
{
	const struct expect_group groups[] = { { SPAN("secret"), true, 60 },
		{ SPAN("secret/a"), true, 20 }, { SPAN("secret/b"), true, 40 } };
	static const struct {
		const char *scope;
		double least, most;
		const char *why;
	} cases[] = {
		{ "secret", 60, 60, "" },
		{ "secret/a", 20, 20, "" },
		{ "secret/*", 20, 40, "" },
		{ "secret/{b,c}", 40, 40, "" },
		{ "secret/*", 20, 20, "score 40, expected 20 in secret/*" },
		{ "secret/z*", 20, 20, "score 0, expected 20 in secret/z*" },
	};
	struct expect_found found = {
		.verdict = VERDICT_AC, .groups = groups, .n_groups = countof(groups)
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct expect_rule rule = { .scope = span_of(cases[i].scope),
			.has_score = true,
			.least = cases[i].least,
			.most = cases[i].most };
		struct expect_reading reading = { .rules = &rule, .n = 1 };
		struct expect x = { .readings = &reading, .n = 1 };
		const char *why;

		assert_int_equal(expect_holds(&x, &found, m, &why), cases[i].why[0] == '\0');
		assert_string_equal(why, cases[i].why);
	}
}

/* Which tests bound the time limit from below: those that may not be too slow. */
static void bounds(void **state)
{
	struct expect_rule rules[] = {
		{ .scope = SPAN("secret/a"), .permitted = EXPECT_BIT(VERDICT_AC) },
		{ .scope = SPAN("secret/b"),
			.permitted = EXPECT_BIT(VERDICT_AC) | EXPECT_BIT(VERDICT_TLE),
			.required = EXPECT_BIT(VERDICT_TLE) },
		{ .scope = SPAN("secret/c"), .permitted = EXPECT_BIT(VERDICT_AC), .untimed = true }
	};
	struct expect_reading reading = { .rules = rules, .n = countof(rules) };
	struct expect x = { .readings = &reading, .n = 1, .lower = true };

	(void)state;
	assert_true(expect_bounds(&x, SPAN("secret/a/1")));
	assert_false(expect_bounds(&x, SPAN("secret/b/1")));
	assert_false(expect_bounds(&x, SPAN("secret/c/1")));
	assert_false(expect_bounds(&x, SPAN("sample/1")));
	assert_true(expect_rule_upper(&rules[1]) && !expect_rule_upper(&rules[0]));
	assert_true(expect_folder(m, EXPECT_LEGACY, false, SPAN("accepted"), &x));
	assert_true(expect_bounds(&x, SPAN("sample/1")));
	assert_true(expect_folder(m, EXPECT_LEGACY, false, SPAN("wrong_answer"), &x));
	assert_false(expect_bounds(&x, SPAN("sample/1")));
	assert_true(expect_folder(m, EXPECT_2025, false, SPAN("wrong_answer"), &x));
	assert_true(expect_bounds(&x, SPAN("sample/1")));
}

static void tags(void **state)
{
	struct expect x;
	struct err e = { 0 };
	bool found;

	(void)state;
	assert_int_equal(expect_source(m, SPAN("int main() {}\n"), &x, &found, &e), 0);
	assert_false(found);
	assert_int_equal(
		expect_source(m,
			SPAN("/* @EXPECTED_RESULTS@: WRONG-ANSWER, time_limit_exceeded */\nint"),
			&x, &found, &e),
		0);
	assert_true(found);
	assert_string_equal(held(&x, "AC WA", "WA", -1, INFINITY), "");
	assert_string_equal(held(&x, "AC TLE", "TLE", -1, INFINITY), "");
	assert_string_equal(held(&x, "AC RE", "RE", -1, INFINITY),
		"run-time error, expected wrong answer or time limit exceeded");
	assert_int_equal(
		expect_source(m, SPAN("# @EXPECTED_RESULTS@: CORRECT\n# @EXPECTED_SCORE@: 12.5\n"),
			&x, &found, &e),
		0);
	assert_string_equal(held(&x, "AC", "AC", 12.5, INFINITY), "");
	assert_string_equal(held(&x, "AC", "AC", 13, INFINITY), "score 13, expected 12.5");
	assert_string_equal(expect_text(&x, m), "accepted, score 12.5");
	assert_int_equal(expect_source(m, SPAN("// @EXPECTED_SCORE@: 0"), &x, &found, &e), 0);
	assert_string_equal(held(&x, "WA", "WA", -1, INFINITY), "");
	assert_int_equal(expect_source(m, SPAN("// @EXPECTED_SCORE@: -2.5 */"), &x, &found, &e), 0);
	assert_true(x.readings[0].rules[0].least == -2.5 && x.readings[0].rules[0].most == -2.5);
	assert_int_equal(
		expect_source(m, SPAN("// @EXPECTED_RESULTS@: GREAT"), &x, &found, &e), -1);
	assert_non_null(strstr(e.text, "\"GREAT\""));
	e = (struct err){ 0 };
	assert_int_equal(expect_source(m, SPAN("@EXPECTED_SCORE@:"), &x, &found, &e), -1);
}

static void patterns(void **state)
{
	static const struct {
		const char *pattern;
		const char *path;
		bool matches;
	} cases[] = {
		{ "", "secret/1", true },
		{ "secret", "secret/group1/03", true },
		{ "secret/group1", "secret/group10/03", false },
		{ "secret/*-easy", "secret/01-easy", true },
		{ "secret/*-easy", "secret/g/01-easy", false },
		{ "secret/*/01*", "secret/g/01-easy", true },
		{ "accepted/{simple,complex}.py", "accepted/complex.py", true },
		{ "accepted/{simple,complex}.py", "accepted/other.py", false },
		{ "author{,2}.{py,cpp}", "author.cpp", true },
		{ "author{,2}.{py,cpp}", "author2.py", true },
		{ "author{,2}.{py,cpp}", "author3.py", false },
		{ "a?c", "abc", true },
		{ "a?c", "a/c", false },
		{ "{a", "{a", false },
		{ "*", "x/y", true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		if (expect_matches(span_of(cases[i].pattern), span_of(cases[i].path)) !=
			cases[i].matches)
			fail_msg("%s on %s", cases[i].pattern, cases[i].path);
	}
	/* A pattern that would take for ever is given up. */
	assert_false(expect_matches(SPAN("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
		SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

static void round_trip(void **state)
{
	struct expect_rule rules[] = {
		{ .scope = SPAN("secret/*"),
			.permitted = EXPECT_BIT(VERDICT_AC) | EXPECT_BIT(VERDICT_RE),
			.required = EXPECT_BIT(VERDICT_RE) },
		{ .scope = SPAN(""),
			.has_score = true,
			.least = 0.1,
			.most = 40,
			.untimed = true,
			.message = SPAN("too few") },
	};
	struct expect_reading reading = { .rules = rules, .n = countof(rules) };
	struct expect x = { .readings = &reading, .n = 1, .upper = true };
	struct expect back;
	struct span json;
	struct err e = { 0 };
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 4096);
	expect_write(&b, &x);
	assert_int_equal(buf_finish(&b, &json, &e), 0);
	assert_int_equal(expect_read(m, json, &back, &e), 0);
	assert_true(back.upper && !back.lower && back.n == 1 && back.readings[0].n == 2);
	assert_true(back.readings[0].rules[1].untimed && !back.readings[0].rules[0].untimed);
	assert_string_equal(held(&back, "AC RE", "AC", 20, INFINITY), "");
	assert_string_equal(held(&back, "AC RE", "AC", 0, INFINITY), "score 0, expected 0.1 to 40");
	assert_string_equal(held(&back, "AC WA", "AC", 1, INFINITY),
		"WA on test secret/2, only accepted or run-time error is permitted in secret/*");
	rules[1].message = SPAN("too many");
	assert_string_equal(
		held(&x, "AC RE", "AC", 20, INFINITY), "the validator never said \"too many\"");
	assert_int_equal(
		expect_read(m, SPAN("{\"readings\":[[{\"final\":[\"XX\"]}]]}"), &back, &e), -1);
}

static void time_limits(void **state)
{
	struct expect_time_rule old = { .format = EXPECT_LEGACY, .multiplier = 5, .margin = 2 };
	struct expect_time_rule new = {
		.format = EXPECT_2025, .multiplier = 2, .margin = 1.5, .resolution_ms = 100
	};

	(void)state;
	assert_int_equal(expect_time_limit(&old, 1000, 0).limit_ms, 1000);
	assert_int_equal(expect_time_limit(&old, 200000, 0).limit_ms, 1000);
	assert_int_equal(expect_time_limit(&old, 200001, 0).limit_ms, 2000);
	assert_int_equal(expect_time_limit(&new, 200001, 0).limit_ms, 500);
	assert_int_equal(expect_time_limit(&new, 0, 0).limit_ms, 100);
	assert_false(expect_time_limit(&new, 200000, 600000).conflict);
	assert_true(expect_time_limit(&new, 200000, 599000).conflict);
	assert_int_equal(expect_time_limit(&new, 4000000000, 0).limit_ms, 600000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(legacy_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(latest_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(scores, setup, teardown),
		cmocka_unit_test_setup_teardown(least_scores, setup, teardown),
		cmocka_unit_test_setup_teardown(scores_of_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(tags, setup, teardown),
		cmocka_unit_test_setup_teardown(patterns, setup, teardown),
		cmocka_unit_test_setup_teardown(round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(time_limits, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
