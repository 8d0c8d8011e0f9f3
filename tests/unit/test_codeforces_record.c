#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "net/codeforces.h"
#include "net/codeforces_record.h"

static struct arena *mem;
static struct err fault;

static int start(void **state)
{
	(void)state;
	mem = arena_new(16 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static void handles(void **state)
{
	(void)state;
	assert_true(codeforces_is_handle(SPAN("tourist")));
	assert_true(codeforces_is_handle(SPAN("A_b-c.9")));
	assert_false(codeforces_is_handle(SPAN("")));
	assert_false(codeforces_is_handle(SPAN("a b")));
	assert_false(codeforces_is_handle(SPAN("a;b")));
	assert_false(codeforces_is_handle(SPAN("\xc3\xa4")));
	assert_false(codeforces_is_handle(SPAN("abcdefghijabcdefghijabcdefghijabc")));
}

static void people_with_and_without_rating(void **state)
{
	struct span root = span_of(
		"[{\"handle\":\"Ada\",\"rating\":-12,\"maxRating\":1500,\"rank\":\"newbie\","
		"\"maxRank\":\"Ada\",\"organization\":\"podium-7\",\"lastOnlineTimeSeconds\":5},"
		"{\"handle\":\"newbie_ok\"}]");
	struct codeforces_people p;

	(void)state;
	assert_int_equal(codeforces_read_people(mem, root, &p, &fault), 0);
	assert_int_equal(p.n, 2);
	assert_true(p.v[0].is_rated && p.v[0].rating == -12 && p.v[0].max_rating == 1500);
	assert_true(span_is(p.v[0].max_rank, "Ada") && span_is(p.v[0].organization, "podium-7"));
	assert_false(p.v[1].is_rated);
	assert_null(p.v[1].rank.p);
}

static void ratings(void **state)
{
	struct span root =
		span_of("[{\"contestId\":1,\"contestName\":\"Round 1\",\"handle\":\"a\",\"rank\":7,"
			"\"ratingUpdateTimeSeconds\":99,\"oldRating\":0,\"newRating\":1400}]");
	struct span none = span_of("[]");
	struct codeforces_changes c;

	(void)state;
	assert_int_equal(codeforces_read_changes(mem, root, &c, &fault), 0);
	assert_true(c.n == 1 && c.v[0].new_rating == 1400 && c.v[0].at_s == 99);
	assert_int_equal(codeforces_read_changes(mem, none, &c, &fault), 0);
	assert_int_equal(c.n, 0);
}

#define PROBLEM                                                                                    \
	"\"problem\":{\"contestId\":4,\"index\":\"A\",\"name\":\"Melon\",\"rating\":800,"          \
	"\"tags\":[\"math\",\"brute force\"]}"
#define AUTHOR                                                                                     \
	"\"author\":{\"members\":[{\"handle\":\"Ada\"},{\"handle\":\"bob\"}],"                     \
	"\"participantType\":\"VIRTUAL\"}"

static void submissions(void **state)
{
	struct span root = span_of(
		"[{\"id\":3,\"creationTimeSeconds\":30,\"verdict\":\"OK\"," PROBLEM "," AUTHOR "},"
		"{\"id\":2,\"creationTimeSeconds\":20,\"verdict\":\"TESTING\"," PROBLEM "," AUTHOR
		"},"
		"{\"id\":1,\"creationTimeSeconds\":10,\"problem\":{\"problemsetName\":"
		"\"acmsguru\",\"index\":\"100\",\"name\":\"A+B\",\"tags\":[]}," AUTHOR "},"
		"{\"id\":0,\"creationTimeSeconds\":5,\"verdict\":\"SUBMITTED\"," PROBLEM "," AUTHOR
		"}]");
	struct codeforces_submissions s;

	(void)state;
	assert_int_equal(codeforces_read_submissions(mem, root, &s, &fault), 0);
	assert_int_equal(s.n, 4);
	assert_true(span_is(s.v[0].verdict, "OK") && s.v[0].problem.rating == 800);
	assert_true(span_is(s.v[0].problem.tags, "math,brute force"));
	assert_true(span_is(s.v[0].kind, "VIRTUAL") && s.v[0].n_party == 2);
	assert_true(codeforces_has_author(&s.v[0], SPAN("ADA")));
	assert_true(codeforces_has_author(&s.v[0], SPAN("bob")));
	assert_false(codeforces_has_author(&s.v[0], SPAN("bo")));
	assert_null(s.v[1].verdict.p); // still judged
	assert_null(s.v[2].verdict.p);
	assert_null(s.v[3].verdict.p); // not begun
	assert_true(s.v[2].problem.contest_id == 0 && span_is(s.v[2].problem.set, "acmsguru"));
}

static void half_an_answer_is_none(void **state)
{
	static const char *const broken[] = { "{}", "[1]", "[{}]",
		"[{\"id\":\"3\",\"creationTimeSeconds\":30," PROBLEM "," AUTHOR "}]",
		"[{\"id\":3,\"creationTimeSeconds\":30," AUTHOR "}]",
		"[{\"id\":3,\"creationTimeSeconds\":30," PROBLEM "}]",
		"[{\"id\":3,\"creationTimeSeconds\":30," PROBLEM ",\"author\":{\"members\":[]}}]",
		"[{\"id\":3,\"creationTimeSeconds\":30,\"problem\":{\"index\":\"A\",\"name\":\"x\"}"
		"," AUTHOR "}]" };
	struct codeforces_submissions s;
	struct codeforces_people p;
	struct codeforces_changes c;

	(void)state;
	for (size_t i = 0; i < countof(broken); i++) {
		struct span root = span_of(broken[i]);

		fault = (struct err){ 0 };
		assert_int_equal(codeforces_read_submissions(mem, root, &s, &fault), -1);
		assert_int_equal(fault.kind, ERR_TEMPORARY);
		assert_int_equal(codeforces_read_people(mem, root, &p, &fault), -1);
		assert_int_equal(codeforces_read_changes(mem, root, &c, &fault), -1);
	}
}

static void the_problem_set(void **state)
{
	struct span root =
		span_of("{\"problems\":[{\"contestId\":4,\"index\":\"A\",\"name\":\"M\"}],"
			"\"problemStatistics\":[]}");
	struct codeforces_problems p;

	(void)state;
	assert_int_equal(codeforces_read_problems(mem, root, &p, &fault), 0);
	assert_true(p.n == 1 && p.v[0].rating == 0 && p.v[0].tags.n == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handles),
		cmocka_unit_test(people_with_and_without_rating),
		cmocka_unit_test(ratings),
		cmocka_unit_test(submissions),
		cmocka_unit_test(half_an_answer_is_none),
		cmocka_unit_test(the_problem_set),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
