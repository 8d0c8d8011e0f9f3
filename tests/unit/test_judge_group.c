#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "judge/doc.h"
#include "judge/group.h"

#define MOST 16

struct lab {
	struct arena *m;
	struct group_row rows[MOST];
	size_t n_rows;
	struct span tests[MOST];
	size_t n_tests;
	struct groups *g;
};

static int setup(void **state)
{
	static struct lab lab;

	memset(&lab, 0, sizeof(lab));
	lab.m = arena_new(1 << 22);
	*state = &lab;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct lab *)*state)->m);
	return 0;
}

static void row(struct lab *lab, const char *path, const char *config)
{
	lab->rows[lab->n_rows++] = (struct group_row){ span_of(path), span_of(config) };
}

/* The tests, by blanks. */
static void build_so(struct lab *lab, struct group_source from, const char *tests)
{
	struct span rest = span_of(tests);
	struct err e = { 0 };

	lab->n_tests = 0;
	while (rest.n > 0 && span_split(&rest, ' ', &lab->tests[lab->n_tests]))
		lab->n_tests++;
	from.rows = lab->rows;
	from.n_rows = lab->n_rows;
	from.tests = lab->tests;
	from.n_tests = lab->n_tests;
	if (groups_new(lab->m, &from, &lab->g, &e) != 0)
		fail_msg("%s", e.text);
}

static void build(struct lab *lab, enum group_grading grading, bool is_scoring, const char *tests)
{
	build_so(lab, (struct group_source){ .grading = grading, .is_scoring = is_scoring }, tests);
}

/* Results by blanks: AC, WA:3 (with a score), AC*0.5 (a factor), - (not run). */
static void fill(struct group_run *runs, const char *results)
{
	struct span rest = span_of(results);
	struct span word;

	for (size_t i = 0; span_split(&rest, ' ', &word); i++) {
		struct span code = word;
		size_t at = 0;

		runs[i] = (struct group_run){ 0 };
		while (at < word.n && word.p[at] != ':' && word.p[at] != '*')
			at++;
		code.n = at;
		if (!span_is(code, "-"))
			assert_true(verdict_find(code, &runs[i].verdict));
		if (at < word.n) {
			runs[i].has_score = true;
			runs[i].is_factor = word.p[at] == '*';
			runs[i].score = strtod(word.p + at + 1, NULL);
		}
	}
}

/* How a judge goes through all of it, in any order: what is not wanted is not run. */
static struct group_sum judged(struct lab *lab, const char *results, char *ran)
{
	struct group_run all[MOST];
	struct group_run runs[MOST] = { 0 };

	fill(all, results);
	for (size_t i = 0; i < lab->n_tests; i++) {
		ran[i] = groups_wants(lab->g, runs, i) ? 'x' : '.';
		if (ran[i] == 'x')
			runs[i] = all[i];
	}
	ran[lab->n_tests] = '\0';
	assert_true(groups_settled(lab->g, runs));
	return groups_sum(lab->g, runs);
}

static void gives(
	struct lab *lab, const char *results, const char *ran, const char *verdict, double score)
{
	char was[MOST + 1];
	struct group_run all[MOST];
	struct group_sum s = judged(lab, results, was);
	struct group_sum again;

	assert_string_equal(was, ran);
	assert_string_equal(verdict_code(s.verdict), verdict);
	assert_int_equal(s.has_score, score >= 0);
	if (score >= 0)
		assert_true(fabs(s.score - score) < 1e-9);
	/* What was run in vain changes nothing. */
	fill(all, results);
	again = groups_sum(lab->g, all);
	assert_int_equal(again.verdict, s.verdict);
	assert_true(again.has_score == s.has_score && again.score == s.score);
}

/* Every test is run, and the result is that of those which would have been run anyway. */
static void whole(void **state)
{
	struct lab *lab = *state;

	build_so(lab, (struct group_source){ .runs_all = true }, "sample/1 secret/1 secret/2");
	gives(lab, "AC WA TLE", "xxx", "WA", -1);
	gives(lab, "AC AC AC", "xxx", "AC", -1);
	row(lab, "secret", "{\"score_aggregation\":\"min\"}");
	build_so(lab,
		(struct group_source){
			.grading = GROUPS_2025, .is_scoring = true, .runs_all = true },
		"secret/1 secret/2 secret/3");
	gives(lab, "AC WA RE", "xxx", "WA", -1);
}

static void without_groups(void **state)
{
	struct lab *lab = *state;
	struct group_run runs[MOST] = { 0 };

	build(lab, GROUPS_NONE, false, "sample/1 sample/2 secret/1 secret/2");
	gives(lab, "AC AC AC AC", "xxxx", "AC", -1);
	gives(lab, "AC TLE WA AC", "xx..", "TLE", -1);
	gives(lab, "AC AC RE WA", "xxx.", "RE", -1);
	/* A late rejection does not spare the tests before it. */
	fill(runs, "- - WA -");
	assert_true(groups_wants(lab->g, runs, 0));
	assert_true(groups_wants(lab->g, runs, 1));
	assert_false(groups_wants(lab->g, runs, 3));
	assert_false(groups_settled(lab->g, runs));
	assert_int_equal(groups_sum(lab->g, runs).verdict, VERDICT_NONE);
	fill(runs, "AC AC WA -");
	assert_true(groups_settled(lab->g, runs));
	build(lab, GROUPS_NONE, false, "");
	assert_int_equal(groups_sum(lab->g, runs).verdict, VERDICT_AC);
}

/* The way of most Swedish sets. */
static void swedish(struct lab *lab)
{
	row(lab, "", "{\"on_reject\":\"continue\",\"range\":[0,100],\"ignore_sample\":true}");
	row(lab, "sample",
		"{\"on_reject\":\"continue\",\"verdict\":\"first_error\",\"accept_score\":0}");
	row(lab, "secret",
		"{\"on_reject\":\"continue\",\"verdict\":\"first_error\",\"range\":[0,100],"
		"\"accept_if_any_accepted\":true}");
	row(lab, "secret/g1", "{\"accept_score\":30,\"score\":\"min\",\"range\":[0,30]}");
	row(lab, "secret/g2", "{\"accept_score\":70,\"score\":\"min\",\"range\":[0,70]}");
	build(lab, GROUPS_LEGACY, true, "sample/1 secret/g1/a secret/g1/b secret/g2/a secret/g2/b");
}

static void legacy_groups(void **state)
{
	struct lab *lab = *state;
	struct group_run runs[MOST] = { 0 };
	struct group_line *lines;

	swedish(lab);
	gives(lab, "AC AC AC AC AC", "xxxxx", "AC", 100);
	gives(lab, "AC AC AC AC TLE", "xxxxx", "AC", 30);
	gives(lab, "AC WA AC AC AC", "xx.xx", "AC", 70);
	gives(lab, "WA AC AC AC AC", "xxxxx", "AC", 100);
	gives(lab, "AC RE AC WA AC", "xx.x.", "RE", -1);
	gives(lab, "AC AC JE AC AC", "xxxxx", "JE", -1);
	fill(runs, "AC AC AC RE -");
	assert_int_equal(groups_lines(lab->g, runs, lab->m, &lines), 4);
	assert_true(span_is(lines[0].path, "sample"));
	assert_true(span_is(lines[1].path, "secret"));
	assert_int_equal(lines[1].n, 4);
	assert_true(span_is(lines[2].path, "secret/g1"));
	assert_int_equal(lines[2].sum.verdict, VERDICT_AC);
	assert_true(lines[2].sum.score == 30 && lines[2].sum.most == 30);
	assert_int_equal(lines[3].first, 3);
	assert_int_equal(lines[3].sum.verdict, VERDICT_RE);
	assert_true(groups_sum(lab->g, runs).most == 100);
	assert_true(groups_worth(lab->g, 3) == 70);
}

static void legacy_modes(void **state)
{
	static const struct {
		const char *config;
		const char *results;
		const char *ran;
		const char *verdict;
		double score;
	} cases[] = {
		{ "{}", "AC AC AC", "xxx", "AC", 3 },
		{ "{}", "AC WA RE", "xx.", "WA", -1 },
		{ "{\"on_reject\":\"continue\"}", "WA AC RE", "xxx", "RE", -1 },
		{ "{\"on_reject\":\"continue\",\"verdict\":\"first_error\"}", "AC TLE RE", "xxx",
			"TLE", -1 },
		{ "{\"on_reject\":\"continue\",\"verdict\":\"always_accept\"}", "AC TLE RE", "xxx",
			"AC", 1 },
		{ "{\"on_reject\":\"continue\",\"accept_if_any_accepted\":true,"
		  "\"reject_score\":-1}",
			"AC TLE RE", "xxx", "AC", -3 + 2 },
		{ "{\"score\":\"avg\",\"accept_score\":10}", "AC AC:4 AC:1", "xxx", "AC", 5 },
		{ "{\"score\":\"max\"}", "AC:2 AC:7 AC:1", "xxx", "AC", 7 },
		{ "{\"score\":\"min\"}", "AC:2 AC:7 AC:1.5", "xxx", "AC", 1.5 },
		{ "{\"on_reject\":\"continue\",\"verdict\":\"worst_error\"}", "WA OLE TLE", "xxx",
			"TLE", -1 },
		{ "{\"on_reject\":\"continue\",\"verdict\":\"worst_error\"}", "MLE TLE WA", "xxx",
			"MLE", -1 },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		char ran[MOST + 1];
		struct group_sum s;

		lab->n_rows = 0;
		row(lab, "", cases[i].config);
		build(lab, GROUPS_LEGACY, true, "a b c");
		s = judged(lab, cases[i].results, ran);
		if (strcmp(ran, cases[i].ran) != 0 ||
			strcmp(verdict_code(s.verdict), cases[i].verdict) != 0 ||
			(s.verdict == VERDICT_AC && fabs(s.score - cases[i].score) > 1e-9))
			fail_msg("%zu: %s %s %g", i, ran, verdict_code(s.verdict), s.score);
	}
}

/* A broken group ends; its neighbours go on where the group above does. */
static void nested(void **state)
{
	struct lab *lab = *state;

	row(lab, "", "{}");
	row(lab, "secret", "{\"on_reject\":\"continue\"}");
	row(lab, "secret/a", "{}");
	row(lab, "secret/a/deep", "{}");
	build(lab, GROUPS_LEGACY, false,
		"sample/1 secret/a/1 secret/a/deep/1 secret/a/deep/2 secret/a/z secret/b");
	gives(lab, "AC AC WA AC AC AC", "xxx..x", "WA", -1);
	gives(lab, "WA AC AC AC AC AC", "x.....", "WA", -1);
	gives(lab, "AC AC AC AC AC AC", "xxxxxx", "AC", -1);
}

static void latest(void **state)
{
	struct lab *lab = *state;

	row(lab, "sample", "{}");
	row(lab, "secret", "{}");
	row(lab, "secret/a", "{\"max_score\":20}");
	row(lab, "secret/b",
		"{\"max_score\":30,\"score_aggregation\":\"min\",\"require_pass\":[\"secret/"
		"a\"]}");
	row(lab, "secret/c", "{\"max_score\":50,\"score_aggregation\":\"sum\"}");
	build(lab, GROUPS_2025, true,
		"sample/1 secret/a/1 secret/a/2 secret/b/1 secret/b/2 secret/c/1 secret/c/2");
	gives(lab, "AC AC AC AC AC AC AC", "xxxxxxx", "AC", 100);
	gives(lab, "WA AC AC AC AC AC AC", "xxxxxxx", "AC", 100);
	gives(lab, "AC AC AC AC TLE AC AC", "xxxxxxx", "AC", 70);
	gives(lab, "AC WA AC AC AC AC AC", "xx...xx", "AC", 50);
	gives(lab, "AC AC AC AC AC WA AC", "xxxxxxx", "AC", 75);
	gives(lab, "AC AC AC AC*0.5 AC AC*0.1 WA", "xxxxxxx", "AC", 20 + 15 + 2.5);
	gives(lab, "AC AC AC AC:7 AC AC:25 AC:0", "xxxxxxx", "AC", 20 + 7 + 25);
	gives(lab, "AC AC AC AC:31 AC AC AC", "xxxx.xx", "JE", -1);
	gives(lab, "TLE WA AC AC AC RE RE", "xx...xx", "TLE", -1);
	gives(lab, "AC AC:5 AC AC AC AC AC", "xx...xx", "JE", -1);
	gives(lab, "AC AC*1 AC AC AC AC AC", "xx...xx", "JE", -1);
	gives(lab, "AC:5 AC AC AC AC AC AC", "xxxxxxx", "AC", 100);
	assert_true(groups_worth(lab->g, 5) == 25 && groups_worth(lab->g, 3) == 30);
	assert_true(groups_worth(lab->g, 0) == 0);
}

static void latest_unbounded(void **state)
{
	struct lab *lab = *state;

	row(lab, "secret", "{\"max_score\":\"unbounded\"}");
	build(lab, GROUPS_2025, true, "secret/1 secret/2");
	gives(lab, "AC:1000 AC:0.5", "xx", "AC", 1000.5);
	gives(lab, "AC AC:0.5", "xx", "JE", -1);
	gives(lab, "AC*0.5 AC:1", "xx", "JE", -1);
	gives(lab, "AC*0 AC:1", "xx", "JE", -1);
	gives(lab, "WA WA", "xx", "WA", -1);
	lab->n_rows = 0;
	row(lab, "secret", "{\"score_aggregation\":\"pass-fail\",\"require_pass\":[\"sample\"]}");
	build(lab, GROUPS_2025, true, "sample/1 secret/1 secret/2");
	gives(lab, "AC AC AC", "xxx", "AC", 100);
	gives(lab, "AC WA AC", "xx.", "WA", -1);
	gives(lab, "RE AC AC", "x..", "RE", -1);
}

/* The least of groups that have some of their points is known when all of them are. */
static void latest_least(void **state)
{
	struct lab *lab = *state;

	row(lab, "secret", "{\"max_score\":50,\"score_aggregation\":\"min\"}");
	row(lab, "secret/a", "{\"max_score\":50,\"score_aggregation\":\"sum\"}");
	row(lab, "secret/b", "{\"max_score\":50}");
	row(lab, "secret/c", "{\"max_score\":50,\"score_aggregation\":\"sum\"}");
	build(lab, GROUPS_2025, true, "secret/a/1 secret/a/2 secret/b/1 secret/c/1 secret/c/2");
	gives(lab, "AC AC AC AC AC", "xxxxx", "AC", 50);
	gives(lab, "AC WA AC AC AC", "xxxxx", "AC", 25);
	gives(lab, "AC WA AC WA RE", "xxxxx", "WA", -1);
	gives(lab, "AC WA WA AC AC", "xxx..", "WA", -1);
}

/* Groups that together give more than secret may. */
static void latest_too_much(void **state)
{
	struct lab *lab = *state;

	row(lab, "secret", "{\"max_score\":50}");
	row(lab, "secret/a", "{\"max_score\":30}");
	row(lab, "secret/b", "{\"max_score\":30}");
	build(lab, GROUPS_2025, true, "secret/a/1 secret/b/1");
	gives(lab, "AC AC", "xx", "JE", -1);
	gives(lab, "AC WA", "xx", "AC", 30);
}

/* Groups that require each other, or themselves, end nothing. */
static void circle(void **state)
{
	struct lab *lab = *state;

	row(lab, "secret/a", "{\"max_score\":1,\"require_pass\":[\"secret/b\",\"secret/a\"]}");
	row(lab, "secret/b", "{\"max_score\":1,\"require_pass\":[\"secret/a\",\"nowhere\"]}");
	row(lab, "secret", "{\"require_pass\":[\"secret/a\"]}");
	build(lab, GROUPS_2025, true, "secret/a/1 secret/b/1");
	gives(lab, "AC AC", "xx", "AC", 2);
	gives(lab, "WA AC", "x.", "WA", -1);
}

/* A package's grader that counts the accepted members, and what it was asked. */
struct grader {
	int n_asked;
	char last[200];
	bool is_away;
};

static bool count_accepted(
	void *ctx, struct span flags, struct span lines, enum verdict *verdict, double *score)
{
	struct grader *g = ctx;
	struct span line;

	g->n_asked++;
	snprintf(g->last, sizeof(g->last), SPAN_FMT "|" SPAN_FMT, SPAN_ARG(flags), SPAN_ARG(lines));
	*score = 0;
	while (span_split(&lines, '\n', &line))
		*score += span_starts(line, "AC ");
	*verdict = *score > 0 ? VERDICT_AC : VERDICT_WA;
	return !g->is_away;
}

static void custom_graders(void **state)
{
	struct lab *lab = *state;
	struct grader mine = { 0 };
	struct group_grader by = { count_accepted, &mine };
	struct group_run runs[MOST] = { 0 };

	row(lab, "", "{\"on_reject\":\"continue\",\"accept_score\":5}");
	row(lab, "secret",
		"{\"on_reject\":\"continue\",\"custom\":true,\"flags\":\"a b\",\"accept_score\":5}");
	build(lab, GROUPS_LEGACY, true, "sample/1 secret/1 secret/2 secret/3");
	assert_true(groups_are_custom(lab->g));
	gives(lab, "AC AC AC WA", "xxxx", "WA", -1); // the default grader stands in
	groups_grade_by(lab->g, &by);
	fill(runs, "AC AC RE -");
	assert_int_equal(groups_sum(lab->g, runs).verdict, VERDICT_NONE);
	assert_int_equal(mine.n_asked, 0); // not before all of it is known
	gives(lab, "AC AC RE:0.5 AC", "xxxx", "AC", 5 + 2);
	assert_string_equal(mine.last, "a b|AC 5\nRTE 0.5\nAC 5\n");
	assert_int_equal(mine.n_asked, 1); // once for the same results
	gives(lab, "AC TLE RE WA", "xxxx", "WA", -1);
	gives(lab, "AC AC JE AC", "xxxx", "JE", -1);
	assert_int_equal(mine.n_asked, 2);
	mine.is_away = true;
	fill(runs, "AC AC AC AC");
	assert_int_equal(groups_sum(lab->g, runs).verdict, VERDICT_NONE);
}

static void config_round_trip(void **state)
{
	struct lab *lab = *state;
	struct span requires[] = { SPAN("sample"), SPAN("secret/\"x") };
	struct group_config c = group_config_default(GROUPS_LEGACY, SPAN(""));
	struct group_config back;
	struct span json;
	struct err e = { 0 };
	BUF_AUTO b;

	buf_init(&b, 4096);
	assert_int_equal(group_config_flags(&c, SPAN("  avg first_error ignore_sample"), &e), 0);
	c.is_custom = true;
	c.flags = SPAN("one \"two\"");
	c.least = 0;
	c.most = 0.1;
	c.accept_score = 1e300;
	group_config_write(&b, GROUPS_LEGACY, &c);
	assert_int_equal(buf_finish(&b, &json, &e), 0);
	assert_int_equal(group_config_read(lab->m, GROUPS_LEGACY, SPAN(""), json, &back, &e), 0);
	assert_int_equal(back.score, GROUP_AVG);
	assert_int_equal(back.verdict, GROUP_FIRST_ERROR);
	assert_true(back.ignore_sample && !back.accept_if_any_accepted && !back.goes_on);
	assert_true(back.is_custom && span_is(back.flags, "one \"two\""));
	assert_true(back.most == 0.1 && back.least == 0 && back.accept_score == 1e300);
	c = group_config_default(GROUPS_2025, SPAN("secret"));
	c.requires = requires;
	c.n_requires = countof(requires);
	buf_reset(&b);
	group_config_write(&b, GROUPS_2025, &c);
	assert_int_equal(buf_finish(&b, &json, &e), 0);
	assert_int_equal(
		group_config_read(lab->m, GROUPS_2025, SPAN("secret"), json, &back, &e), 0);
	assert_true(back.most == 100 && back.n_requires == 2);
	assert_true(span_is(back.requires[1], "secret/\"x"));
	assert_int_equal(group_config_flags(&c, SPAN("sum best"), &e), -1);
	assert_non_null(strstr(e.text, "\"best\""));
}

static void malformed(void **state)
{
	static const char *const texts[] = { "", "[]", "{", "{\"on_reject\":\"grade\"}",
		"{\"score\":\"pass-fail\"}", "{\"verdict\":1}", "{} {}", "{\"a\":1e999}",
		"{\"a\":\"\\q\"}", "{\"a\":\"\x01\"}", "{\"a\":\"\\ud800\"}",
		"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]" };
	struct lab *lab = *state;

	for (size_t i = 0; i < countof(texts); i++) {
		struct group_config c;
		struct err e = { 0 };

		if (group_config_read(
			    lab->m, GROUPS_LEGACY, SPAN("x"), span_of(texts[i]), &c, &e) == 0)
			fail_msg("read: %s", texts[i]);
		assert_non_null(strstr(e.text, "\"x\""));
	}
}

static void documents(void **state)
{
	struct lab *lab = *state;
	const struct doc *d;
	struct span text;
	struct err e = { 0 };
	BUF_AUTO b;

	assert_int_equal(doc_read(lab->m,
				 SPAN("{\"t\":\"a\\u00e9\\ud83d\\ude00\\n\\\\\",\"n\":-1.5e2,"
				      "\"l\":[null,true]}"),
				 &d, &e),
		0);
	assert_true(doc_text(d, "t", &text));
	assert_true(span_is(text, "a\xc3\xa9\xf0\x9f\x98\x80\n\\"));
	assert_true(doc_get(d, "n")->number == -150);
	assert_int_equal(doc_get(d, "l")->first->kind, DOC_NULL);
	assert_null(doc_get(d, "x"));
	buf_init(&b, 100);
	doc_put_text(&b, SPAN("\"\\\n"));
	doc_put_number(&b, 0.1);
	doc_put_number(&b, INFINITY);
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	assert_true(span_is(text, "\"\\\"\\\\\\u000a\"0.1null"));
}

/* What a group asks of the source is one of its tests, worth what is said of it. */
static void static_tests(void **state)
{
	struct lab *lab = *state;

	build(lab, GROUPS_NONE, false, "sample/1 secret/(static) secret/1");
	gives(lab, "AC WA AC", "xx.", "WA", -1);
	row(lab, "secret/a",
		"{\"score_aggregation\":\"sum\",\"max_score\":70,"
		"\"static_validation_score\":30}");
	row(lab, "secret/b", "{\"max_score\":20}");
	row(lab, "secret/c",
		"{\"score_aggregation\":\"min\",\"max_score\":10,"
		"\"static_validation_score\":4,\"require_pass\":[\"secret/b\"]}");
	build(lab, GROUPS_2025, true,
		"sample/(static) secret/a/(static) secret/a/1 secret/a/2 secret/b/(static) "
		"secret/c/(static) secret/c/1");
	assert_true(groups_worth(lab->g, 1) == 30 && groups_worth(lab->g, 2) == 20);
	assert_true(groups_worth(lab->g, 5) == 4 && groups_worth(lab->g, 6) == 10);
	gives(lab, "AC AC AC AC AC AC AC", "xxxxxxx", "AC", 94);
	gives(lab, "AC WA AC AC WA AC AC", "xxxxx..", "AC", 40);
	gives(lab, "AC AC*0.5 AC WA AC AC*0.5 AC", "xxxxxxx", "AC", 57);
	gives(lab, "AC AC:31 AC AC AC AC AC", "xxxxxxx", "JE", -1);
	gives(lab, "AC AC AC AC AC:1 AC AC", "xxxxx..", "JE", -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(static_tests, setup, teardown),
		cmocka_unit_test_setup_teardown(whole, setup, teardown),
		cmocka_unit_test_setup_teardown(without_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(legacy_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(legacy_modes, setup, teardown),
		cmocka_unit_test_setup_teardown(nested, setup, teardown),
		cmocka_unit_test_setup_teardown(latest, setup, teardown),
		cmocka_unit_test_setup_teardown(latest_unbounded, setup, teardown),
		cmocka_unit_test_setup_teardown(latest_least, setup, teardown),
		cmocka_unit_test_setup_teardown(latest_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(circle, setup, teardown),
		cmocka_unit_test_setup_teardown(custom_graders, setup, teardown),
		cmocka_unit_test_setup_teardown(config_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(documents, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
