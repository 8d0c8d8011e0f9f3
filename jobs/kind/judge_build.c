/*
 * The first job of a judging: builds the program, or finds it built, enters a row for each test and
 * goes on to run them. A repeated one goes on from where the judging stands. A machine without the
 * language hands the job on; that costs no attempt.
 */
#include "jobs/kind.h"

#include "jobs/judging.h"
#include "judge/verdict.h"
#include "model/judging.h"
#include "os/log.h"

#define ELSEWHERE_MS 1000

static int enter_tests(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, const struct judging_program *built, struct err *e)
{
	int32_t *ordinals = arena_new_array(c->mem, int32_t, p->n_tests + 1);
	struct judging_built b = { .who = judging_holder_of(c, j),
		.artifact = built->program != NULL
				    ? (struct span){ (const char *)built->key, JUDGE_KEY }
				    : SPAN_NONE,
		.build_text = built->build_text,
		.host = judging_host_name(),
		.compiler = built->compiler,
		.box = span_of(judge_box_name(judge)),
		.time_ms = p->rules.time_ms,
		.memory_mib = p->rules.memory_mib,
		.ordinals = ordinals,
		.n_tests = p->n_tests };

	for (size_t i = 0; i < p->n_tests; i++)
		ordinals[i] = p->tests[i].ordinal;
	return judging_built(c->db, c->mem, j, &b, e);
}

static int did_not_compile(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct judging_program *built, struct err *e)
{
	struct judging_verdict v = { .verdict = VERDICT_CE,
		.build_text = built->build_text,
		.host = judging_host_name(),
		.compiler = built->compiler,
		.box = span_of(judge_box_name(judge)) };

	return judging_end(c, j, &v, e);
}

/* Answers are handed in: there is nothing to be built. */
static int judge_answers(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, struct err *e)
{
	const struct judging_program none = { .build_text = SPAN(""), .compiler = SPAN("") };

	if (j->state != JUDGING_RUNS && enter_tests(c, judge, j, p, &none, e) != 0)
		return -1;
	return judging_run(c, judge, j, p, &none, e);
}

/* They were handed in when the problem was another one. */
static int no_answers(
	struct job_ctx *c, struct judge *judge, const struct judging *j, struct err *e)
{
	const struct judging_program none = {
		.build_text = SPAN("These are answers, but the problem wants a program by now."),
		.compiler = SPAN("")
	};

	return did_not_compile(c, judge, j, &none, e);
}

static int build_and_run(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, struct err *e)
{
	struct judging_program built;
	struct err why = { .kind = ERR_NONE };
	int rc = 0;

	if (j->state == JUDGING_WAITS && judging_building(c->db, j, e) != 0)
		return -1;
	if (judging_program(c, judge, j, p, &built, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return judging_hand_on(c, j, "judge.build", ELSEWHERE_MS, why.text, e);
		*e = why;
		return -1;
	}
	if (built.program == NULL)
		return did_not_compile(c, judge, j, &built, e);
	if (j->state != JUDGING_RUNS)
		rc = enter_tests(c, judge, j, p, &built, e);
	if (rc == 0)
		rc = judging_run(c, judge, j, p, &built, e);
	judge_program_close(built.program);
	return rc;
}

static int judge_it(struct job_ctx *c, const struct judging *j, struct err *e)
{
	const struct problem_judged *p;
	struct judge *judge;
	struct err why = { .kind = ERR_NONE };

	if (judging_judge(c, &judge, &why) != 0) {
		log_err(LOG_ERROR, "judge.box", &why);
		return judging_hand_on(c, j, "judge.build", ELSEWHERE_MS, why.text, e);
	}
	if (judging_version(c, j, &p, e) != 0)
		return -1;
	if (p->rules.submits_answers)
		return judge_answers(c, judge, j, p, e);
	return span_is(j->language, LANGUAGE_ANSWER) ? no_answers(c, judge, j, e)
						     : build_and_run(c, judge, j, p, e);
}

/* A full disk is nobody's fault and ends some time: no attempt is lost by waiting for that. */
static bool is_disk_full(struct job_ctx *c, const struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct judge *judge;

	return e->kind == ERR_TEMPORARY && judging_judge(c, &judge, &why) == 0 &&
	       !judge_has_room(judge);
}

/* What fails here may work elsewhere, and is tried there before anybody calls it a verdict. */
static void note_trouble(struct job_ctx *c, const struct judging *j, struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	if (e->kind == ERR_INTERNAL && c->attempt < 3)
		e->kind = ERR_TEMPORARY;
	if (judging_trouble(c->db, j->id, e->text, &why) != 0)
		log_err(LOG_WARN, "judge.trouble", &why);
}

static int judge_job(struct job_ctx *c, bool builds, struct err *e)
{
	struct judging j;
	int64_t id;

	if (judging_of(c->payload, &id, e) != 0)
		return -1;
	if (judging_load(c->db, c->mem, id, &j, e) != 0) {
		if (e->kind != ERR_NOT_FOUND)
			return -1;
		*e = (struct err){ .kind = ERR_NONE };
		return 0; // its submission was removed
	}
	if (j.state == JUDGING_ENDED || (!builds && j.state != JUDGING_RUNS))
		return 0;
	if (judge_it(c, &j, e) == 0)
		return 0;
	if (is_disk_full(c, e)) {
		log_err(LOG_ERROR, "judge.disk", e);
		e->kind = ERR_NONE;
		return judging_hand_on(c, &j, builds ? "judge.build" : "judge.run", ELSEWHERE_MS,
			"the judge's disk is full", e);
	}
	note_trouble(c, &j, e);
	return -1;
}

int kind_judge_build(struct job_ctx *c, struct err *e)
{
	return judge_job(c, true, e);
}

/* A further job for tests that are entered already; the program is found, or built again. */
int kind_judge_run(struct job_ctx *c, struct err *e)
{
	return judge_job(c, false, e);
}
