#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "model/room_check.h"

#define START INT64_C(1800000000)
#define OPEN  (START + 600)
#define END   (START + 3600)

struct sent {
	int64_t id;
	int64_t at_s;
	const char *verdict; // NULL: judged
	const char *party;
	int64_t contest;
	const char *index;
	const char *name;
};

#define SENT(id, at, verdict)                                                                      \
	{                                                                                          \
		(id), (at), (verdict), ",ada,", 2100, "B", "Two stones"                            \
	}

static enum room_reason check(const struct sent *v, size_t n, size_t *which)
{
	const struct room_case room = { .problem = SPAN("2100/B"),
		.name = SPAN("Two stones"),
		.handle = SPAN("Ada"),
		.start_s = START,
		.open_s = OPEN,
		.end_s = END };
	struct codeforces_submission rows[20];
	const struct codeforces_submissions last = { rows, n };

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct codeforces_submission){ .id = v[i].id,
			.at_s = v[i].at_s,
			.verdict = span_of(v[i].verdict),
			.party = span_of(v[i].party),
			.problem = { .contest_id = v[i].contest,
				.index = span_of(v[i].index),
				.name = span_of(v[i].name) } };
	return room_check(&room, &last, which);
}

static void test_matrix(void **state)
{
	static const struct {
		struct sent sent;
		enum room_reason reason;
	} cases[] = {
		{ SENT(1, OPEN, "OK"), ROOM_OK },
		{ SENT(1, END - 1, "OK"), ROOM_OK },
		{ SENT(1, END, "OK"), ROOM_TOO_LATE },
		{ SENT(1, OPEN - 1, "OK"), ROOM_TOO_EARLY },
		{ SENT(1, START, "OK"), ROOM_TOO_EARLY },
		{ SENT(1, START - 1, "OK"), ROOM_SOLVED_BEFORE },
		{ SENT(1, START - 1, "WRONG_ANSWER"), ROOM_NO_SUBMISSION },
		{ SENT(1, OPEN, "WRONG_ANSWER"), ROOM_WRONG_VERDICT },
		{ SENT(1, OPEN, "PARTIAL"), ROOM_WRONG_VERDICT },
		{ SENT(1, OPEN, NULL), ROOM_TESTING },
		{ SENT(1, OPEN, "TESTING"), ROOM_TESTING },
		{ SENT(1, END, NULL), ROOM_TOO_LATE },
		{ { 1, OPEN, "OK", ",bob,", 2100, "B", "Two stones" }, ROOM_NOT_AUTHOR },
		{ { 1, OPEN, "OK", ",bob,ADA,carl,", 2100, "B", "Two stones" }, ROOM_OK },
		{ { 1, OPEN, "OK", ",ada,", 2100, "C", "Two stones" }, ROOM_NO_SUBMISSION },
		{ { 1, OPEN, "OK", ",ada,", 2101, "D", "Two stones" }, ROOM_OK },
		{ { 1, OPEN, "OK", ",ada,", 2099, "A", "Two stones" }, ROOM_OK },
		{ { 1, OPEN, "OK", ",ada,", 2101, "B", "Three stones" }, ROOM_NO_SUBMISSION },
		{ { 1, OPEN, "OK", ",ada,", 2102, "B", "Two stones" }, ROOM_NO_SUBMISSION },
		{ { 1, OPEN, "OK", ",ada,", 0, "B", "Two stones" }, ROOM_NO_SUBMISSION },
	};
	size_t which;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (check(&cases[i].sent, 1, &which) != cases[i].reason)
			fail_msg("case %zu", i);
	assert_int_equal(check(NULL, 0, &which), ROOM_NO_SUBMISSION);
}

static void test_what_outweighs_what(void **state)
{
	/* The newest first, as Codeforces gives them. */
	const struct sent again[] = { SENT(9, OPEN + 90, "OK"), SENT(7, OPEN + 50, "OK"),
		SENT(5, OPEN + 30, "WRONG_ANSWER") };
	const struct sent known[] = { SENT(9, OPEN + 90, "OK"), SENT(2, START - 50, "OK") };
	const struct sent waits[] = { SENT(9, OPEN + 90, "WRONG_ANSWER"), SENT(8, OPEN, NULL) };
	const struct sent same[] = { SENT(9, OPEN + 5, "OK"), SENT(8, OPEN + 5, "OK") };
	const struct sent late[] = { SENT(9, END + 5, "OK"), SENT(8, OPEN + 5, "WRONG_ANSWER") };
	size_t which;

	(void)state;
	assert_int_equal(check(again, 3, &which), ROOM_OK);
	assert_int_equal(which, 1);
	assert_int_equal(check(known, 2, &which), ROOM_SOLVED_BEFORE);
	assert_int_equal(check(waits, 2, &which), ROOM_TESTING);
	assert_int_equal(check(same, 2, &which), ROOM_OK);
	assert_int_equal(which, 1);
	assert_int_equal(check(late, 2, &which), ROOM_TOO_LATE);
}

static void test_names_of_problems(void **state)
{
	static const struct {
		const char *text;
		const char *is; // NULL: none
	} cases[] = {
		{ "2100A", "2100/A" },
		{ " 2100/b1 ", "2100/B1" },
		{ "2100 C", "2100/C" },
		{ "https://codeforces.com/contest/2100/problem/D", "2100/D" },
		{ "https://codeforces.com/problemset/problem/1873/E2", "1873/E2" },
		{ "2100", NULL },
		{ "A2100", NULL },
		{ "0A", NULL },
		{ "2100AAAAAAA", NULL },
		{ "2100A!", NULL },
		{ "99999999999A", NULL },
		{ "https://example.org/contest/A", NULL },
		{ "21001", NULL },
		{ "", NULL },
	};
	char out[ROOM_MAX_PROBLEM];
	struct span index;
	int64_t contest;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		bool is = room_problem_read(span_of(cases[i].text), out);

		if (is != (cases[i].is != NULL) || (is && strcmp(out, cases[i].is) != 0))
			fail_msg("%s", cases[i].text);
	}
	assert_true(room_problem_parse(SPAN("2100/A"), &contest, &index));
	assert_int_equal(contest, 2100);
	assert_false(room_problem_parse(SPAN("2100/a"), NULL, &index));
	assert_false(room_problem_parse(SPAN("acmsguru/100"), NULL, &index));
}

static void test_records(void **state)
{
	const struct span body =
		SPAN("{\"status\":\"OK\",\"result\": [ {\"id\":7,\"a\":{\"b\":[{}]}} ,\n"
		     "{\"id\":8,\"t\":\"}]\\\"{\"}]}");

	(void)state;
	assert_true(span_is(room_record(body, 0), "{\"id\":7,\"a\":{\"b\":[{}]}}"));
	assert_true(span_is(room_record(body, 1), "{\"id\":8,\"t\":\"}]\\\"{\"}"));
	assert_null(room_record(body, 2).p);
	assert_null(room_record(SPAN(""), 0).p);
	assert_null(room_record(SPAN("[[{\"a"), 0).p);
	assert_null(room_record(SPAN("{\"a\\"), 0).p);
}

/* Names are part of the contract. */
static void test_reasons(void **state)
{
	(void)state;
	for (int r = 0; r < N_ROOM_REASONS; r++) {
		const char *verdict = room_reason_verdict((enum room_reason)r);

		assert_non_null(room_reason_name((enum room_reason)r));
		assert_non_null(room_reason_text((enum room_reason)r));
		assert_true(strcmp(verdict, "OK") == 0 || strcmp(verdict, "WA") == 0 ||
			    strcmp(verdict, "invalid") == 0);
	}
	assert_string_equal(room_reason_verdict(ROOM_WRONG_VERDICT), "WA");
	assert_string_equal(room_reason_name(ROOM_CF_UNAVAILABLE), "cf_unavailable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_what_outweighs_what),
		cmocka_unit_test(test_names_of_problems),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests_name("room_check", tests, NULL, NULL);
}
