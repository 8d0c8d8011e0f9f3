/*
 * Whether a version is sound: all solutions of the jury are sent in, judged like any submission,
 * and held against their labels. The job begins that, and then looks again, as a job of its own
 * each time, until all of them are judged. What is then not as its label says is tried once more in
 * the ways that the label leaves open: by all tests, and in another of the languages that the
 * package may mean. Where nobody named a time limit they run under a generous one, and what would
 * have been too slow under the one that is found then counts as too slow. Each verification of a
 * version has a number; one that was asked for later takes the place of the earlier one, whose jobs
 * then do nothing any more.
 */
#include "jobs/kind.h"

#include <math.h>

#include "base/attr.h"
#include "base/limits.h"
#include "jobs/package/import.h"
#include "judge/expect.h"
#include "judge/group.h"
#include "judge/language.h"
#include "model/job.h"
#include "model/judging.h"
#include "model/problem_edit.h"
#include "model/problem_judge.h"
#include "model/problem_trial.h"
#include "model/problem_verify.h"
#include "model/submission.h"
#include "model/user.h"
#include "net/json.h"

struct work {
	struct job_ctx *c;
	struct verify_try which;
	int64_t round; // 0: to be begun; else how often it was looked at
	struct trial_version version;
	struct problem_judged *p;
	struct trial_solutions solutions;
	struct groups *groups;
	struct languages languages;
	struct submission_languages there; // which of them the judges have
	int limit_ms;                      // that the solutions suggest; 0: none
	bool sound;                        // so far
};

/* What was judged, of one solution. */
struct tried {
	struct submission_full full;
	struct group_run *runs; // of all tests, by ordinal
	int64_t slowest_us;
	bool slowed; // some would have been too slow
};

static int which_of(const struct json *payload, struct verify_try *out, struct err *e)
{
	int64_t try = 0;

	if (!json_i64(json_get(payload, "version"), &out->version_id))
		return err_set(e, ERR_INVALID, "the payload names no version");
	json_i64(json_get(payload, "try"), &try);
	out->try = (int)try;
	return 0;
}

static int payload_of(struct work *w, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(w->c->payload, &root, e) != 0 || which_of(root, &w->which, e) != 0)
		return -1;
	json_i64(json_get(root, "round"), &w->round);
	return 0;
}

/* ---- beginning ---------------------------------------------------------------------------------
 */

/* Another job goes on from here. */
static int look_again(struct work *w, struct tx *tx, int64_t round, struct err *e)
{
	const struct job_spec spec = { .kind = "problem.verify",
		.payload = span_of(
			arena_printf(w->c->mem, "{\"version\":%lld,\"try\":%d,\"round\":%lld}",
				(long long)w->which.version_id, w->which.try, (long long)round)),
		.priority = JOB_PRIORITY_NORMAL,
		.delay_ms = round < 20 ? 500 : VERIFY_LOOK_MS };
	int64_t id;

	if (round > VERIFY_MOST_LOOKS)
		return err_set(e, ERR_INTERNAL, "the jury's solutions are not judged yet");
	return job_enqueue(tx, w->c->mem, &spec, &id, e);
}

/* This job's end, with what it has changed. */
static int go_on(struct work *w, struct tx *tx, struct err *e)
{
	return look_again(w, tx, w->round + 1, e) != 0 || job_settle(w->c, tx, e) != 0
		       ? -1
		       : tx_commit(tx, e);
}

/* The same, for those who judge what it has sent in. */
static int go_on_judging(struct work *w, struct tx *tx, struct err *e)
{
	if (go_on(w, tx, e) != 0)
		return -1;
	judging_wake(w->c->db);
	return 0;
}

/* The languages, and which of them the judges have: ERR_TEMPORARY while none has said so. */
static int load_languages(struct work *w, struct err *e)
{
	if (import_languages(w->c->conf, w->c->mem, &w->languages, e) != 0 ||
		submission_languages(w->c->db, w->c->mem, &w->there, e) != 0)
		return -1;
	for (size_t i = 0; i < w->there.n; i++) {
		if (w->there.v[i].is_there)
			return 0;
	}
	return err_set(e, ERR_TEMPORARY, "no judge has said yet what it can judge");
}

static bool is_there(const struct work *w, const char *id)
{
	for (size_t i = 0; i < w->there.n; i++) {
		if (span_is(w->there.v[i].id, id))
			return w->there.v[i].is_there;
	}
	return false;
}

/*
 * What to try a solution in, after the language that was tried last; SPAN_NONE when nothing is
 * left. A package's Python 3 or C++ is any of ours, and its label holds if it does in one of them.
 */
static struct span next_language(const struct work *w, struct span declared, struct span tried)
{
	const struct language *l =
		declared.p != NULL ? language_find(&w->languages, declared) : NULL;
	const struct language **v;
	bool passed = tried.p == NULL;
	size_t n;

	if (l == NULL)
		return tried.p == NULL ? declared : SPAN_NONE;
	v = arena_new_array(w->c->mem, const struct language *, w->languages.n + 1);
	n = language_readings(&w->languages, l, v);
	for (size_t i = 0; i < n; i++) {
		if (passed && is_there(w, v[i]->id))
			return span_of(v[i]->id);
		passed = passed || span_is(tried, v[i]->id);
	}
	return SPAN_NONE;
}

/* Nobody can judge it. */
static int leave_out(struct work *w, struct tx *tx, int64_t id, struct span declared, struct err *e)
{
	const struct language *l =
		declared.p != NULL ? language_find(&w->languages, declared) : NULL;
	const char *why = "its language is none of those that are judged here";

	if (l != NULL)
		why = arena_printf(w->c->mem, "no judge has %s", l->name);
	return problem_solution_settle(tx, id, SOLUTION_NOT_TRIED, span_of(why), e);
}

static int send_in(struct work *w, struct tx *tx, int64_t id, struct span language, struct err *e)
{
	const struct submission_new n = { .problem_id = w->version.problem_id,
		.solution_id = id,
		.version_id = w->which.version_id,
		.language = language,
		.file_name = SPAN_NONE,
		.flags = SPAN_NONE,
		.seal = w->c->seal };
	struct submission_made made;
	struct err why = { .kind = ERR_NONE };

	if (submission_create(tx, w->c->mem, &n, &made, &why) == 0)
		return problem_solution_tried(tx, id, made.id, e);
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	return problem_solution_settle(tx, id, SOLUTION_NOT_TRIED, span_of(why.text), e);
}

static int begin(struct work *w, struct err *e)
{
	struct jury_solutions all;
	TX_AUTO tx = { .db = NULL };

	if (load_languages(w, e) != 0 ||
		problem_solutions(w->c->db, w->c->mem, w->which.version_id, &all, e) != 0 ||
		tx_begin(w->c->db, &tx, e) != 0)
		return -1;
	if (problem_trial_time(&tx, w->which.version_id, VERIFY_TIME_MS, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct jury_solution *s = &all.v[i];
		struct span language = next_language(w, s->language, SPAN_NONE);

		if (language.p == NULL ? leave_out(w, &tx, s->id, s->language, e)
				       : send_in(w, &tx, s->id, language, e))
			return -1;
	}
	return go_on_judging(w, &tx, e);
}

/* ---- what came of it ---------------------------------------------------------------------------
 */

/* All that was judged of a solution; the jury's eyes see every test. */
static int load_tried(
	struct work *w, const struct trial_solution *s, struct tried *out, struct err *e)
{
	const struct user jury = { .roles = ROLES_ALL };
	const struct submission_look look = {
		.reader = &jury, .public_id = s->public_id, .seal = w->c->seal
	};

	*out = (struct tried){ .runs = arena_new_array(
				       w->c->mem, struct group_run, w->p->n_tests + 1) };
	if (s->public_id.p == NULL)
		return 0;
	if (submission_get(w->c->db, w->c->mem, &look, &out->full, e) != 0)
		return -1;
	for (size_t i = 0; i < out->full.n_tests; i++) {
		const struct submission_test *t = &out->full.tests[i];

		if (t->ordinal < 0 || (size_t)t->ordinal >= w->p->n_tests)
			continue;
		out->runs[t->ordinal] = (struct group_run){ .verdict = (enum verdict)t->verdict,
			.has_score = t->has_score,
			.is_factor = t->score_is_factor,
			.score = t->score };
		if (t->verdict != VERDICT_NONE && t->cpu_ms >= 0 &&
			t->cpu_ms * INT64_C(1000) > out->slowest_us)
			out->slowest_us = t->cpu_ms * INT64_C(1000);
	}
	return 0;
}

static enum expect_format format_of(const struct work *w)
{
	return span_starts(w->version.format, "20") ? EXPECT_2025 : EXPECT_LEGACY;
}

/* The slowest test that bounds the limit from below, -1: none of them, or one was too slow for any.
 */
static int bounding_us(
	const struct work *w, size_t i, const struct tried *t, int64_t *out, struct err *e)
{
	struct expect x;

	*out = -1;
	if (!w->solutions.v[i].sets_time || t->full.row.verdict == VERDICT_JE)
		return 0;
	if (expect_read(w->c->mem, w->solutions.v[i].expected, &x, e) != 0)
		return -1;
	for (size_t k = 0; k < t->full.n_tests; k++) {
		const struct submission_test *test = &t->full.tests[k];
		int64_t us = test->cpu_ms * INT64_C(1000);

		if (test->verdict == VERDICT_NONE || test->ordinal < 0 ||
			(size_t)test->ordinal >= w->p->n_tests ||
			!expect_bounds(&x, w->p->tests[test->ordinal].path))
			continue;
		if (test->verdict == VERDICT_TLE) {
			*out = -1;
			return 0;
		}
		*out = us > *out ? us : *out;
	}
	return 0;
}

/* The limit that the solutions suggest; 0 if none of those that set it was accepted. */
static int suggest(struct work *w, const struct tried *tried, struct err *e)
{
	const struct expect_time_rule rule = { .format = format_of(w),
		.multiplier = w->p->rules.time_multiplier,
		.margin = w->p->rules.time_margin,
		.resolution_ms = w->p->rules.time_resolution_ms };
	int64_t slowest = -1;

	for (size_t i = 0; i < w->solutions.n; i++) {
		int64_t us;

		if (bounding_us(w, i, &tried[i], &us, e) != 0)
			return -1;
		slowest = us > slowest ? us : slowest;
	}
	w->limit_ms = slowest < 0 ? 0 : expect_time_limit(&rule, slowest, 0).limit_ms;
	return 0;
}

/* What would have been too slow under this limit is. */
static void slow_down(struct tried *t, int limit_ms)
{
	for (size_t i = 0; i < t->full.n_tests; i++) {
		const struct submission_test *test = &t->full.tests[i];

		if (test->verdict == VERDICT_NONE || test->verdict == VERDICT_JE ||
			test->cpu_ms <= limit_ms)
			continue;
		t->runs[test->ordinal] = (struct group_run){ .verdict = VERDICT_TLE };
		t->slowed = true;
	}
}

static int groups_of(struct work *w, struct groups **out, struct err *e)
{
	struct arena *m = w->c->mem;
	struct span *tests = arena_new_array(m, struct span, w->p->n_tests + 1);
	struct group_row *rows = arena_new_array(m, struct group_row, w->p->n_groups + 1);
	const struct group_source from = { .grading = (enum group_grading)w->p->rules.grading,
		.is_scoring = w->p->rules.is_scoring,
		.rows = rows,
		.n_rows = w->p->n_groups,
		.tests = tests,
		.n_tests = w->p->n_tests };

	for (size_t i = 0; i < w->p->n_tests; i++)
		tests[i] = w->p->tests[i].path;
	for (size_t i = 0; i < w->p->n_groups; i++)
		rows[i] = (struct group_row){ w->p->groups[i].path, w->p->groups[i].config };
	return groups_new(m, &from, out, e);
}

/* The result as the label's reader wants it. */
static void find_out(struct work *w, const struct tried *t, struct expect_found *out)
{
	const struct groups *g = w->groups;
	struct arena *m = w->c->mem;
	struct expect_run *runs = arena_new_array(m, struct expect_run, w->p->n_tests + 1);
	struct expect_group *lines;
	struct group_line *v;
	struct group_sum sum = groups_sum(g, t->runs);

	*out = (struct expect_found){ .verdict = (enum verdict)t->full.row.verdict,
		.best = w->p->rules.maximize ? sum.most : sum.least,
		.least_is_best = !w->p->rules.maximize,
		.runs = runs,
		.n_runs = w->p->n_tests };
	out->has_score = t->full.row.has_score;
	out->score = t->full.row.score;
	/* Whoever compiled has the verdict of his tests, which graders gave when they were run. */
	if (groups_are_custom(g) && !t->slowed)
		sum.verdict = VERDICT_NONE;
	if (out->verdict != VERDICT_CE && out->verdict != VERDICT_JE &&
		sum.verdict != VERDICT_NONE) {
		out->verdict = sum.verdict;
		out->has_score = sum.has_score;
		out->score = sum.score;
	}
	for (size_t i = 0; i < w->p->n_tests; i++)
		runs[i] = (struct expect_run){ .path = w->p->tests[i].path,
			.verdict = t->runs[i].verdict };
	for (size_t i = 0; i < t->full.n_tests; i++) {
		if ((size_t)t->full.tests[i].ordinal < w->p->n_tests)
			runs[t->full.tests[i].ordinal].message = t->full.tests[i].jury_text;
	}
	out->n_groups = groups_lines(g, t->runs, m, &v);
	lines = arena_new_array(m, struct expect_group, out->n_groups + 1);
	for (size_t i = 0; i < out->n_groups; i++)
		lines[i] = (struct expect_group){ v[i].path, v[i].sum.has_score, v[i].sum.score };
	out->groups = lines;
}

/*
 * What must be too slow should be so by a margin; "" where it is, or the limit was given, or the
 * clock ended it while it waited for something.
 */
static const char *too_close(const struct work *w, const struct expect *x, const struct tried *t)
{
	double margin_ms = w->p->rules.time_margin * w->limit_ms;
	double slowest_ms = (double)t->slowest_us / 1000;

	if (!x->upper || !w->p->rules.time_is_suggested || slowest_ms >= margin_ms ||
		slowest_ms < w->limit_ms)
		return "";
	return arena_printf(w->c->mem, ", which is less than %g times the limit of %d ms",
		w->p->rules.time_margin, w->limit_ms);
}

/* How a solution that is not as its label says may yet be. */
struct hope {
	bool whole;           // by tests that were not run, since the first failure decides
	struct span language; // in which it is tried then; SPAN_NONE: not at all
};

static int hope_for(
	struct work *w, size_t i, const struct tried *t, struct hope *out, struct err *e)
{
	const struct trial_solution *s = &w->solutions.v[i];
	struct expect_found found;
	struct expect x;
	const char *why;
	size_t n_left = 0;

	*out = (struct hope){ .language = SPAN_NONE };
	if (s->settled || s->public_id.p == NULL)
		return 0;
	if (expect_read(w->c->mem, s->expected, &x, e) != 0)
		return -1;
	find_out(w, t, &found);
	if (found.verdict == VERDICT_JE || expect_holds(&x, &found, w->c->mem, &why))
		return 0;
	for (size_t k = 0; k < w->p->n_tests; k++)
		n_left += t->runs[k].verdict == VERDICT_NONE;
	out->whole =
		!s->runs_all && n_left > 0 && expect_asks_tests(&x) && found.verdict != VERDICT_CE;
	out->language = out->whole ? s->tried : next_language(w, s->language, s->tried);
	return 0;
}

/* Those solutions are sent in again; *any says whether there are some. */
static int try_again(
	struct work *w, struct tx *tx, const struct tried *tried, bool *any, struct err *e)
{
	*any = false;
	for (size_t i = 0; i < w->solutions.n; i++) {
		int64_t id = w->solutions.v[i].id;
		struct hope hope;

		if (hope_for(w, i, &tried[i], &hope, e) != 0)
			return -1;
		if (hope.language.p == NULL)
			continue;
		if (problem_trial_whole(tx, id, hope.whole, e) != 0 ||
			send_in(w, tx, id, hope.language, e) != 0)
			return -1;
		*any = true;
	}
	return 0;
}

/* "accepted, score 50, 120 ms": what it came to, where it is as it should be. */
static const char *figures(
	struct work *w, const struct expect_found *found, const struct tried *t, const char *close)
{
	struct arena *m = w->c->mem;
	const char *score = found->has_score ? arena_printf(m, ", score %g", found->score) : "";
	const char *time =
		w->p->rules.submits_answers
			? "" // nothing was run
			: arena_printf(m, ", %lld ms%s", (long long)(t->slowest_us / 1000), close);

	return arena_printf(m, "%s%s%s", verdict_name(found->verdict), score, time);
}

/* One solution's outcome; the version is not sound if it is not what it should be. */
static int settle_one(struct work *w, struct tx *tx, size_t i, const struct tried *t, struct err *e)
{
	const struct trial_solution *s = &w->solutions.v[i];
	struct expect_found found;
	struct expect x;
	enum solution_outcome outcome = SOLUTION_AS_EXPECTED;
	const char *why;

	if (s->settled || s->public_id.p == NULL)
		return 0;
	if (expect_read(w->c->mem, s->expected, &x, e) != 0)
		return -1;
	find_out(w, t, &found);
	if (expect_holds(&x, &found, w->c->mem, &why)) {
		why = figures(w, &found, t, too_close(w, &x, t));
	} else {
		outcome =
			found.verdict == VERDICT_JE ? SOLUTION_NOT_TRIED : SOLUTION_NOT_AS_EXPECTED;
		w->sound = false;
		if (found.verdict == VERDICT_JE && t->full.fault.n > 0)
			why = arena_printf(w->c->mem, "the judge failed: " SPAN_FMT,
				SPAN_ARG(span_sub(t->full.fault, 0, 1000)));
		else
			why = arena_printf(
				w->c->mem, "expected %s: %s", expect_text(&x, w->c->mem), why);
	}
	return problem_solution_settle(tx, s->id, outcome, span_of(why), e);
}

/* Sound is what has an accepted solution that is one, and no solution that breaks its label. */
static int conclude(struct work *w, struct err *e)
{
	struct tried *tried = arena_new_array(w->c->mem, struct tried, w->solutions.n + 1);
	TX_AUTO tx = { .db = NULL };
	bool any = false;
	bool again;

	if (groups_of(w, &w->groups, e) != 0 || load_languages(w, e) != 0)
		return -1;
	for (size_t i = 0; i < w->solutions.n; i++) {
		if (load_tried(w, &w->solutions.v[i], &tried[i], e) != 0)
			return -1;
		any = any || tried[i].full.row.verdict == VERDICT_AC;
	}
	if (suggest(w, tried, e) != 0)
		return -1;
	for (size_t i = 0; i < w->solutions.n; i++) {
		if (w->p->rules.time_is_suggested && w->limit_ms > 0)
			slow_down(&tried[i], w->limit_ms);
	}
	if (tx_begin(w->c->db, &tx, e) != 0 || try_again(w, &tx, tried, &again, e) != 0)
		return -1;
	if (again)
		return go_on_judging(w, &tx, e);
	for (size_t i = 0; i < w->solutions.n; i++) {
		if (settle_one(w, &tx, i, &tried[i], e) != 0)
			return -1;
	}
	if (problem_verify_end(&tx, &w->which, w->sound && any, w->limit_ms, e) != 0 ||
		job_settle(w->c, &tx, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(w->c->cache, w->c->mem, w->version.problem_id);
	return 0;
}

static int look(struct work *w, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	bool ended = true;

	if (problem_trial_list(w->c->db, w->c->mem, w->which.version_id, &w->solutions, e) != 0)
		return -1;
	for (size_t i = 0; i < w->solutions.n; i++)
		ended = ended && (w->solutions.v[i].public_id.p == NULL || w->solutions.v[i].ended);
	if (!ended) {
		return tx_begin(w->c->db, &tx, e) != 0 ? -1 : go_on(w, &tx, e);
	}
	if (problem_judge_load(w->c->db, w->c->seal, w->which.version_id, &w->p, e) != 0)
		return -1;
	return conclude(w, e);
}

/* It comes to no end, for a reason that the jury reads. */
static int lapse(struct job_ctx *c, const struct verify_try *which, struct span why, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(c->db, &tx, e) != 0 || problem_verify_lapse(&tx, which, why, e) != 0 ||
		job_settle(c, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int kind_problem_verify(struct job_ctx *c, struct err *e)
{
	struct work w = { .c = c, .sound = true };
	struct err why = { .kind = ERR_NONE };
	int rc;

	if (payload_of(&w, e) != 0)
		return -1;
	if (problem_trial_version(c->db, c->mem, w.which.version_id, &w.version, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0; // its problem was deleted
		*e = why;
		return -1;
	}
	/* Another one was asked for, or it ended otherwise, in the meantime. */
	if (w.version.try != w.which.try || w.version.state != PROBLEM_IN_VERIFICATION)
		return 0;
	if (w.round == 0 && !w.version.is_current)
		return lapse(c, &w.which, SPAN("a later version has taken its place"), e);
	rc = w.round == 0 ? begin(&w, e) : look(&w, e);
	problem_judge_free(&w.p);
	return rc;
}

/* Its job failed for good. */
int kind_problem_verify_over(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span why = SPAN("the judge failed");
	struct verify_try which;

	if (json_parse(c->payload, &root, e) != 0 ||
		which_of(json_get(root, "payload"), &which, e) != 0)
		return -1;
	(void)json_text(json_get(root, "error"), &why);
	return lapse(c, &which, why, e);
}
