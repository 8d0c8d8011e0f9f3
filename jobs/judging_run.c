/*
 * One job's share of the tests of a judging: take some, run them, say what came of them while
 * taking more, until nothing is left to take. As many are taken as fill a moment, so that what is
 * said comes soon; of what several jobs share, fewer towards its end, so that they end together.
 * Once it shows that the rest takes longer than waking others does, jobs are made for those who are
 * idle.
 */
#include "jobs/judging.h"

#include <stdio.h>
#include <string.h>

#include "auth/data_key.h"
#include "base/buf.h"
#include "base/limits.h"
#include "jobs/judging_detail.h"
#include "judge/group.h"
#include "model/job.h"
#include "model/job_run.h"
#include "os/clock.h"

#define TURN_ARENA (64 * 1024 * 1024)
#define FIRST_WANT 16    // while nobody knows how long they last
#define FIRST_US   10000 // after which others are woken, if there is work for them
#define MOST_WANT  32
#define TAKE_US    60000 // how long the tests of one taking should last together
#define PARTS      4     // of what is left and is shared, this part is taken
#define SPREAD_US  60000 // remaining work that others are woken for
#define SHARE_US   30000 // of it for each
#define SPREAD_MAX 15
#define AGAIN_US   500000 // between two looks whether others are idle

struct course {
	struct job_ctx *c;
	const struct judging *j;
	const struct problem_judged *p;
	const struct judging_program *built;
	struct judge_session *session;
	struct arena *mem;   // of this turn and its tests
	struct arena *spare; // of the one before
	struct groups *groups;
	struct group_run *runs; // of all tests, by ordinal
	bool first_decides;     // the first test that is not accepted
	struct judging_outcome done[MOST_WANT];
	size_t n_done;
	int64_t began_us;
	int64_t turned_us;
	int64_t spread_us;
	int64_t ran_us; // all tests that this job ran
	int64_t n_ran;
	int64_t n_left;  // tests that nobody has ended, at the last turn
	char fault[400]; // of the last JE
	struct judge_programs validators, statics, graders;
	struct judging_answers answers; // where they are handed in
	struct err ungraded;            // why a grader could not be asked
};

/* ---- groups ---- */

/* Of the package's own graders. */
static bool ask_graders(
	void *ctx, struct span flags, struct span lines, enum verdict *verdict, double *score)
{
	struct course *k = ctx;
	struct judge_grade g = { .flags = flags, .members = lines };

	if (judge_session_grade(k->session, k->c->mem, &k->graders, &g, &k->ungraded) != 0)
		return false;
	*verdict = g.verdict;
	*score = g.score;
	if (g.verdict == VERDICT_JE)
		(void)snprintf(k->fault, sizeof(k->fault), "%s", g.fault);
	return true;
}

static int make_groups(struct course *k, struct err *e)
{
	const struct problem_judged *p = k->p;
	struct span *paths = arena_new_array(k->c->mem, struct span, p->n_tests + 1);
	struct group_row *rows = arena_new_array(k->c->mem, struct group_row, p->n_groups + 1);

	for (size_t i = 0; i < p->n_tests; i++)
		paths[i] = p->tests[i].path;
	for (size_t i = 0; i < p->n_groups; i++)
		rows[i] = (struct group_row){ p->groups[i].path, p->groups[i].config };
	k->runs = arena_new_array(k->c->mem, struct group_run, p->n_tests + 1);
	k->first_decides =
		p->rules.grading == RULES_NO_GROUPS && !p->rules.is_scoring && !k->j->runs_all;
	struct group_source from = { .grading = (enum group_grading)p->rules.grading,
		.is_scoring = p->rules.is_scoring,
		.runs_all = k->j->runs_all,
		.rows = rows,
		.n_rows = p->n_groups,
		.tests = paths,
		.n_tests = p->n_tests };

	return groups_new(k->c->mem, &from, &k->groups, e);
}

static int64_t mean_us(const struct course *k)
{
	return k->n_ran > 0 ? k->ran_us / k->n_ran : 0;
}

static int want(const struct course *k)
{
	int64_t mean = mean_us(k), n = MOST_WANT;

	if (k->n_ran == 0)
		return FIRST_WANT;
	if (mean > TAKE_US / MOST_WANT)
		n = TAKE_US / mean;
	if (k->n_left * mean > SPREAD_US && n > k->n_left / PARTS)
		n = k->n_left / PARTS;
	return n > 0 ? (int)n : 1;
}

/* What all tests have come to, as far as the database knows. */
static void see(struct course *k, const struct judging_turn *t)
{
	k->n_left = 0;
	for (size_t i = 0; i < t->n_seen; i++) {
		const struct judging_seen *s = &t->seen[i];

		if ((size_t)s->ordinal >= k->p->n_tests)
			continue;
		k->runs[s->ordinal] = (struct group_run){ .verdict = (enum verdict)s->verdict,
			.has_score = s->has_score,
			.is_factor = s->score_is_factor,
			.score = s->score };
	}
	for (size_t i = 0; i < t->n_seen; i++) {
		const struct judging_seen *s = &t->seen[i];

		if ((size_t)s->ordinal < k->p->n_tests && s->verdict == VERDICT_NONE &&
			!s->skipped && groups_wants(k->groups, k->runs, (size_t)s->ordinal))
			k->n_left++;
	}
}

/* Tests that others have decided for, and are not marked so yet. With `ran`, only those that ran.
 */
static int skip(struct course *k, const struct judging_turn *t, bool ran, struct err *e)
{
	int32_t *v = arena_new_array(k->mem, int32_t, t->n_seen + 1);
	size_t n = 0;

	for (size_t i = 0; i < t->n_seen; i++) {
		const struct judging_seen *s = &t->seen[i];

		if (!s->skipped && (!ran || s->verdict != VERDICT_NONE) &&
			!groups_wants(k->groups, k->runs, (size_t)s->ordinal))
			v[n++] = s->ordinal;
	}
	return judging_skip(k->c->db, &t->who, v, n, e);
}

/* ---- one test ---- */

static bool has_file(const struct judge_test *t, struct span path)
{
	for (size_t i = 0; i < t->n_files; i++) {
		if (span_eq(t->files[i].path, path))
			return true;
	}
	return false;
}

/*
 * Files of the program's that are no source of its language: they lie in its working folder, unless
 * the test has others of their names.
 */
static void add_data(struct course *k, struct judge_test *to, struct judge_file *room)
{
	const struct judge_source *s = &k->built->source;

	for (size_t i = 0; i < s->n_files; i++) {
		if (language_has(s->language, s->files[i].path) || has_file(to, s->files[i].path))
			continue;
		room[to->n_files] = s->files[i];
		to->files = room;
		to->n_files++;
	}
}

static int load_files(
	struct course *k, const struct problem_test *t, struct judge_test *to, struct err *e)
{
	size_t most = k->p->n_files + k->built->source.n_files;
	struct span folder = span_of(arena_printf(k->mem, SPAN_FMT ".files/", SPAN_ARG(t->path)));
	const struct problem_judged *p = k->p;
	struct problem_store store = { k->c->db, p->key };
	struct judge_file *v = NULL;

	for (size_t i = 0; i < p->n_files; i++) {
		const struct problem_file *f = &p->files[i];

		if (f->role != PROBLEM_TEST_FILE || f->path.n <= folder.n ||
			memcmp(f->path.p, folder.p, folder.n) != 0)
			continue;
		if (v == NULL)
			v = arena_new_array(k->mem, struct judge_file, most);
		v[to->n_files].path = span_sub(f->path, folder.n, f->path.n - folder.n);
		if (problem_blob_open(&store, k->mem, f->blob_id, JUDGING_MAX_PROGRAM,
			    &v[to->n_files].text, e) != 0)
			return -1;
		to->n_files++;
	}
	to->files = v;
	if (k->built->source.n_files > 1)
		add_data(k, to, v != NULL ? v : arena_new_array(k->mem, struct judge_file, most));
	return 0;
}

static int load_test(
	struct course *k, const struct problem_test *t, struct judge_test *to, struct err *e)
{
	const char **args = arena_new_array(k->mem, const char *, t->n_args + 1);

	for (size_t i = 0; i < t->n_args; i++)
		args[i] = arena_dup(k->mem, t->args[i]);
	*to = (struct judge_test){ .args = args,
		.n_args = t->n_args,
		.validator_flags = t->validator_flags.p != NULL
					   ? arena_dup(k->mem, t->validator_flags)
					   : NULL };
	if (judging_bytes(k->c, k->p, t->input_id, t->input_size, &to->input, e) != 0 ||
		judging_bytes(k->c, k->p, t->answer_id, t->answer_size, &to->answer, e) != 0)
		return -1;
	if (k->p->rules.submits_answers)
		to->given = k->answers.v[t->ordinal];
	return load_files(k, t, to, e);
}

static int seal_detail(struct course *k, int ordinal, const struct judge_outcome *from,
	struct span *out, struct err *e)
{
	struct span text, purpose = span_of(arena_printf(
				  k->mem, "judging_run:%lld:%d", (long long)k->j->id, ordinal));

	*out = SPAN_NONE;
	if (judging_detail(k->mem, from, &text, e) != 0)
		return -1;
	return text.n > 0 ? data_key_seal(k->p->key, k->mem, text, purpose, out, e) : 0;
}

static int keep(struct course *k, const struct problem_test *t, const struct judge_outcome *o,
	struct err *e)
{
	struct judging_outcome *to = &k->done[k->n_done];

	*to = (struct judging_outcome){ .ordinal = t->ordinal,
		.verdict = (int)o->verdict,
		.has_score = o->has_score || o->has_multiplier,
		.score_is_factor = o->has_multiplier,
		.score = o->has_multiplier ? o->multiplier : o->score,
		.cpu_ms = (int)((o->cpu_us + 999) / 1000),
		.wall_ms = (int)((o->wall_us + 999) / 1000),
		.memory_kib = (int)((o->memory + 1023) / 1024) };
	if (seal_detail(k, t->ordinal, o, &to->sealed_detail, e) != 0)
		return -1;
	k->n_done++;
	return 0;
}

/* The group's question about the source: nothing is run but the package's own program. */
static int ask_static(
	struct course *k, const struct problem_test *t, struct judge_outcome *o, struct err *e)
{
	const struct judge_static ask = { .validator = k->statics.v[0],
		.source = &k->built->source,
		.flags = t->validator_flags };

	return judge_session_static(k->session, k->mem, &ask, o, e);
}

static int judge_test(
	struct course *k, const struct problem_test *t, struct judge_outcome *o, struct err *e)
{
	struct judge_test in;

	if (group_is_static(t->path))
		return ask_static(k, t, o, e);
	return load_test(k, t, &in, e) != 0 ? -1
					    : judge_session_test(k->session, k->mem, &in, o, e);
}

/* A fault of the judge is not believed before it was seen several times. */
static int run_test(struct course *k, int ordinal, enum verdict *verdict, struct err *e)
{
	const struct problem_test *t = &k->p->tests[ordinal];
	int64_t from_us = clock_mono_us();
	struct judge_outcome o = { .verdict = VERDICT_NONE };

	if (judge_test(k, t, &o, e) != 0)
		return -1;
	k->ran_us += clock_mono_us() - from_us;
	k->n_ran++;
	*verdict = o.verdict;
	if (o.verdict == VERDICT_JE) {
		(void)snprintf(k->fault, sizeof(k->fault), "test " SPAN_FMT ": %s",
			SPAN_ARG(t->path), o.fault);
		if (k->c->attempt < JUDGING_RETRY_JE)
			return err_set(e, ERR_TEMPORARY, "%s", k->fault);
	}
	return keep(k, t, &o, e);
}

/* ---- turns ---- */

static int turn(struct course *k, struct judging_turn *t, struct err *e)
{
	struct arena *next = k->spare;

	*t = (struct judging_turn){ .who = judging_holder_of(k->c, k->j),
		.public_id = k->j->public_id,
		.done = k->done,
		.n_done = k->n_done,
		.want = want(k),
		.first_bad = k->first_decides };
	if (judging_turn(k->c->db, next, t, e) != 0)
		return -1;
	arena_reset(k->mem);
	k->spare = k->mem;
	k->mem = next;
	k->turned_us = clock_mono_us();
	k->n_done = 0;
	if (!t->ours)
		return err_set(e, ERR_TEMPORARY, "the job is another worker's by now");
	see(k, t);
	return k->first_decides ? 0 : skip(k, t, false, e);
}

/* Jobs for those who have nothing to do, if what is left is worth it. */
static int spread(struct course *k, const struct judging_turn *t, struct err *e)
{
	int64_t left_us = mean_us(k) * (k->n_left - (int64_t)t->n_taken);
	TX_AUTO tx = { 0 };
	int64_t n;

	if (t->idle == 0 || left_us < SPREAD_US || k->turned_us - k->spread_us < AGAIN_US)
		return 0;
	n = left_us / SHARE_US < SPREAD_MAX ? left_us / SHARE_US : SPREAD_MAX;
	n = n < t->idle ? n : t->idle;
	k->spread_us = k->turned_us;
	if (tx_begin(k->c->db, &tx, e) != 0 || judging_spread(&tx, k->mem, k->j, (int)n, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	while (n-- > 0)
		judging_wake(k->c->db);
	return 0;
}

/* Whether what has ended is to be said. The rest of what was taken is taken anew, or others do. */
static bool is_due(const struct course *k, bool is_first)
{
	int64_t us = clock_mono_us() - k->turned_us;

	return us > JUDGING_FLUSH_MS * INT64_C(1000) ||
	       (is_first && us > FIRST_US &&
		       mean_us(k) * (k->n_left - (int64_t)k->n_done) > SPREAD_US);
}

static int run_taken(struct course *k, const struct judging_turn *t, struct err *e)
{
	bool is_first = k->n_ran == 0;

	for (size_t i = 0; i < t->n_taken && k->n_done < MOST_WANT; i++) {
		size_t at = (size_t)t->taken[i];
		enum verdict verdict = VERDICT_NONE;

		if (at >= k->p->n_tests)
			return err_set(
				e, ERR_INTERNAL, "the judging has more tests than its version");
		if (!groups_wants(k->groups, k->runs, at))
			continue;
		if (run_test(k, t->taken[i], &verdict, e) != 0)
			return -1;
		if (verdict != VERDICT_AC || is_due(k, is_first))
			break;
	}
	return 0;
}

static int settle(struct course *k, const struct judging_turn *t, struct err *e)
{
	struct group_sum sum = groups_sum(k->groups, k->runs);
	struct judging_verdict v = {
		.verdict = (int)sum.verdict, .has_score = sum.has_score, .score = sum.score
	};

	if (k->ungraded.kind != ERR_NONE) {
		*e = k->ungraded;
		return -1;
	}
	if (sum.verdict == VERDICT_NONE)
		return err_set(e, ERR_INTERNAL, "all tests have ended, and there is no verdict");
	if (sum.verdict == VERDICT_JE)
		v.fault = span_of(
			k->fault[0] != '\0' ? k->fault : "a score is none that its group can give");
	if (skip(k, t, true, e) != 0)
		return -1;
	return judging_end(k->c, k->j, &v, e);
}

static bool gives_way(const struct course *k, const struct judging_turn *t)
{
	int64_t ms = (clock_mono_us() - k->began_us) / 1000;

	return ms > JUDGING_SLICE_MS || (t->urgent && ms > JUDGING_YIELD_MS);
}

static int work(struct course *k, struct err *e)
{
	for (;;) {
		struct judging_turn t;

		if (turn(k, &t, e) != 0)
			return -1;
		if (t.over)
			return 0;
		if (groups_settled(k->groups, k->runs))
			return settle(k, &t, e);
		if (t.n_taken == 0)
			return 0; // others have the rest, and one of them will settle it
		if (gives_way(k, &t))
			return judging_hand_on(k->c, k->j, "judge.run", 0, NULL, e);
		if (spread(k, &t, e) != 0 || run_taken(k, &t, e) != 0)
			return -1;
	}
}

/* The boxes, and who grades groups. */
static int open_course(struct course *k, struct judge *judge, struct err *e)
{
	const struct group_grader grader = { ask_graders, k };

	if (judge_session_open(
		    judge, k->built->program, &k->validators, &k->p->rules, &k->session, e) != 0)
		return -1;
	if (k->graders.n > 0)
		groups_grade_by(k->groups, &grader);
	return 0;
}

static bool asks_source(const struct problem_judged *p)
{
	for (size_t i = 0; i < p->n_tests; i++) {
		if (group_is_static(p->tests[i].path))
			return true;
	}
	return false;
}

/* The package's own programs; *fault says what is wrong with them. */
static int own_programs(struct course *k, struct judge *judge, const char **fault, struct err *e)
{
	if (judging_validators(k->c, judge, k->p, &k->validators, fault, e) != 0)
		return -1;
	if (*fault == NULL && asks_source(k->p) &&
		judging_statics(k->c, judge, k->p, &k->statics, fault, e) != 0)
		return -1;
	if (*fault != NULL || !groups_are_custom(k->groups))
		return 0;
	return judging_graders(k->c, judge, k->p, &k->graders, fault, e);
}

int judging_run(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, const struct judging_program *built, struct err *e)
{
	static struct arena *turns[2];
	static struct course k; // large
	const char *fault = NULL;
	int rc;

	k = (struct course){ .c = c, .j = j, .p = p, .built = built, .began_us = clock_mono_us() };
	for (size_t i = 0; i < 2; i++) {
		if (turns[i] == NULL)
			turns[i] = arena_new(TURN_ARENA);
		arena_reset(turns[i]);
	}
	k.mem = turns[0];
	k.spare = turns[1];
	rc = make_groups(&k, e);
	if (rc == 0 && p->rules.submits_answers)
		rc = judging_answers(c, j, p, &k.answers, e);
	if (rc == 0)
		rc = own_programs(&k, judge, &fault, e);
	if (rc == 0 && fault != NULL) {
		struct judging_verdict v = { .verdict = VERDICT_JE, .fault = span_of(fault) };

		rc = judging_end(c, j, &v, e);
	} else if (rc == 0) {
		rc = open_course(&k, judge, e);
		if (rc == 0)
			rc = work(&k, e);
	}
	judge_session_close(k.session);
	judging_close(&k.validators);
	judging_close(&k.statics);
	judging_close(&k.graders);
	judging_answers_free(&k.answers);
	return rc;
}
