/*
 * Tests, one after the other, in boxes that belong to one submission. A pass runs the program,
 * holds its end against the limits in the order TLE, MLE, OLE, RE, and lets the validator decide
 * about what is left; an accepting validator may ask for another pass. A run that took too long on
 * a machine that was busy with something else is repeated, and so is one in which a program was
 * killed, by whomever: only what a program does each time is held against it.
 */
#include "jobs/judge/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/fd.h"

#define MOST_WAITS    1 // repetitions of a run that the clock ended: they last
#define MOST_STOOD    2 // tests whose time stood every repetition: then it is the program's
#define LONGER        4 // times the first limit by the clock, which those get
#define DISTURBED(us) ((us) / 8) // so much of the time by the clock, the processor was not ours
#define DELAYED(us)   ((us) / 4) // for so much of it, a program waited for its turn
#define BUSY(us)      ((us) / 4) // so much of its processor time says that it did not sleep
#define NEAR_FULL(m)  ((m) - (m) / 32)
#define WRITE_DISK    (UINT64_C(256) << 20)

/* ---- boxes ---------------------------------------------------------------------------------- */

int session_box(struct judge_session *s, const struct judge_program *p, struct box_handle *out,
	struct err *e)
{
	static struct box_open ask;

	ask = (struct box_open){ .version = BOX_VERSION, .core = s->core.number };
	if (engine_mounts(&ask, p->language, e) != 0 ||
		box_open_mount(&ask, p->folder, "/program", e) != 0)
		return -1;
	return engine_box(s->judge, &ask, out, e);
}

static int open_boxes(
	struct judge_session *s, const struct judge_programs *validators, struct err *e)
{
	if (s->program != NULL && session_box(s, s->program, &s->box, e) != 0)
		return -1;
	for (size_t i = 0; i < s->n_checkers; i++) {
		struct checker *c = &s->checkers[i];

		c->program = validators->v[i];
		if (session_box(s, c->program, &c->box, e) != 0)
			return -1;
	}
	return 0;
}

int judge_session_open(struct judge *j, const struct judge_program *program,
	const struct judge_programs *validators, const struct judge_rules *r,
	struct judge_session **out, struct err *e)
{
	size_t n = validators != NULL ? validators->n : 0;
	struct judge_session *s;
	int rc;

	*out = NULL;
	if (rules_check(r, e) != 0)
		return -1;
	if ((r->validator == RULES_DEFAULT) != (n == 0))
		return err_set(e, ERR_INVALID, "a validator is missing, or one too many");
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return err_set(e, ERR_TEMPORARY, "no memory");
	s->judge = j;
	s->program = program;
	s->rules = r;
	s->n_checkers = n;
	s->check = s->checkers;
	s->box.conn = -1;
	for (size_t i = 0; i < countof(s->checkers); i++)
		s->checkers[i].box.conn = -1;
	rc = core_claim(&s->core, JUDGE_CORE_WAIT_MS, e);
	if (rc == 0)
		rc = open_boxes(s, validators, e);
	if (rc == 0)
		*out = s;
	else
		judge_session_close(s);
	return rc;
}

void judge_session_close(struct judge_session *s)
{
	if (s == NULL)
		return;
	box_close(&s->box);
	for (size_t i = 0; i < s->n_checkers; i++)
		box_close(&s->checkers[i].box);
	core_release(&s->core);
	free(s);
}

/* ---- the program ---------------------------------------------------------------------------- */

uint32_t trial_wall_ms(const struct trial *x, uint64_t wall)
{
	if (x->waits_longer)
		wall *= LONGER;
	return (uint32_t)(wall < BOX_MAX_WALL_MS ? wall : BOX_MAX_WALL_MS);
}

static void limits(const struct trial *x, struct box_run *r)
{
	const struct judge_rules *rules = x->s->rules;
	const struct language *l = x->s->program->language;
	uint64_t wall = (uint64_t)rules_wall_ms(rules);

	if (rules->is_interactive)
		wall *= 2; // the other side thinks too
	if (l != NULL)
		wall += (uint64_t)l->wall_ms;
	box_run_init(r, BOX_RUN);
	r->cpu_ms = (uint32_t)rules->time_ms;
	r->wall_ms = trial_wall_ms(x, wall);
	r->memory = (uint64_t)rules->memory_mib << 20;
	r->disk = r->file_size = WRITE_DISK;
	if (!rules->may_write_files)
		r->flags |= BOX_READ_ONLY;
	if (l == NULL)
		return;
	r->memory += (uint64_t)l->memory_mib << 20;
	r->processes = (uint32_t)l->processes;
	r->files = (uint32_t)l->files;
	if (l->is_virtual)
		r->flags |= BOX_VIRTUAL;
}

static int add_command(struct trial *x, struct err *e)
{
	const struct judge_program *p = x->s->program;

	if (command_start(&x->s->run, p, x->s->rules->memory_mib, e) != 0)
		return -1;
	for (size_t i = 0; i < x->test->n_args; i++) {
		if (box_run_word(&x->s->run, x->test->args[i], false, e) != 0)
			return -1;
	}
	return command_environment(&x->s->run, p->language, e);
}

static int prepare(struct trial *x, struct err *e)
{
	static struct box_run how;

	limits(x, &x->s->run);
	if (x->test->n_files > 0) {
		limits(x, &how);
		if (engine_put(&x->s->box, &how, x->test->files, x->test->n_files, e) != 0)
			return -1;
		x->s->run.flags |= BOX_KEEP;
	}
	if (add_command(x, e) != 0)
		return -1;
	x->s->bout = (struct bout){ .box = &x->s->box,
		.run = &x->s->run,
		.input = x->input_fd,
		.most = (uint64_t)x->s->rules->output_kib << 10 };
	return 0;
}

static bool says_no_memory(const struct trial *x)
{
	const struct language *l = x->s->program->language;
	const struct bout_head *h = &x->s->bout.errors;

	for (size_t i = 0; l != NULL && i < l->no_memory.n; i++) {
		const char *word = l->no_memory.v[i];

		if (memmem(h->text, h->n, word, strlen(word)) != NULL)
			return true;
	}
	return false;
}

/* VERDICT_NONE: it ended as it should, and its output decides. */
static enum verdict judge_end(struct trial *x)
{
	const struct bout *b = &x->s->bout;
	const struct box_result *r = &b->result;

	x->out->by_signal = r->how == BOX_SIGNALED;
	x->out->code = r->code;
	if ((r->marks & (BOX_CPU_LIMIT | BOX_WALL_LIMIT)) != 0)
		return VERDICT_TLE;
	if ((r->marks & BOX_MEMORY_LIMIT) != 0)
		return VERDICT_MLE;
	if (b->flooded)
		return VERDICT_OLE;
	if ((r->marks & BOX_NOT_STARTED) != 0)
		return r->code == ENOMEM ? VERDICT_MLE : VERDICT_RE;
	if (r->how == BOX_EXITED && r->code == 0)
		return VERDICT_NONE;
	if (says_no_memory(x) || r->memory >= NEAR_FULL((uint64_t)x->s->rules->memory_mib << 20))
		return VERDICT_MLE;
	return VERDICT_RE;
}

static void add_figures(struct trial *x)
{
	const struct bout *b = &x->s->bout;
	const struct box_result *r = &b->result;

	if (r->cpu_us > x->out->cpu_us)
		x->out->cpu_us = r->cpu_us;
	x->out->wall_us += r->wall_us;
	if (r->memory > x->out->memory)
		x->out->memory = r->memory;
	x->out->passes = x->pass;
	x->out->errors = engine_text(x->mem, (struct span){ b->errors.text, b->errors.n });
	x->out->output = engine_text(x->mem, (struct span){ b->output.text, b->output.n });
}

/* ---- disturbance ---------------------------------------------------------------------------- */

/* Whether the end may be somebody else's doing. */
static bool was_disturbed(const struct trial *x)
{
	const struct box_result *r = &x->s->bout.result;

	if (bout_was_killed(&x->s->bout) || bout_was_killed(&x->s->check_bout))
		return x->out->verdict != VERDICT_MLE;
	if (x->out->verdict != VERDICT_TLE)
		return false;
	if ((r->marks & BOX_CPU_LIMIT) != 0)
		return r->wall_us > r->cpu_us && r->wall_us - r->cpu_us > DISTURBED(r->wall_us);
	/* What computed may have waited for its turn, or for this process to read what it writes.
	 */
	return (r->marks & BOX_WALL_LIMIT) != 0 &&
	       (r->delay_us > DELAYED(r->wall_us) ||
		       r->cpu_us > BUSY((uint64_t)x->s->rules->time_ms * 1000));
}

/* ---- passes --------------------------------------------------------------------------------- */

static int compare_with(struct trial *x)
{
	struct compare_flags flags;
	struct err why = { .kind = ERR_NONE };
	const char *text = x->test->validator_flags != NULL ? x->test->validator_flags
							    : x->s->rules->validator_flags;

	if (compare_flags_parse(span_of(text), &flags, &why) != 0)
		return trial_fault(x, "%s", why.text);
	compare_init(&x->s->compare, &flags, x->test->answer);
	x->s->bout.compare = &x->s->compare;
	return 0;
}

static int run_alone(struct trial *x, struct err *e)
{
	bool is_default = x->s->rules->validator == RULES_DEFAULT;

	if (prepare(x, e) != 0)
		return -1;
	buf_reset(x->output);
	x->s->bout.keep_most = (size_t)x->s->bout.most;
	if (!is_default)
		x->s->bout.keep = x->output;
	else if (compare_with(x) != 0 || x->out->verdict == VERDICT_JE)
		return 0;
	if (bout_run(&x->s->bout, e) != 0)
		return -1;
	add_figures(x);
	x->out->verdict = judge_end(x);
	if (x->out->verdict != VERDICT_NONE)
		return 0;
	if (is_default) {
		x->out->verdict =
			compare_end(&x->s->compare, &x->out->place) ? VERDICT_AC : VERDICT_WA;
		return 0;
	}
	return 1;
}

/* What was handed in, where nothing is run. 1: validators decide. */
static int take_given(struct trial *x)
{
	struct span given = x->test->given;
	struct judge_outcome *out = x->out;

	out->passes = x->pass;
	out->verdict = VERDICT_WA;
	if (given.p == NULL) {
		out->team_message = SPAN("There is no answer to this test.");
		return 0;
	}
	if (given.n > (size_t)x->s->rules->output_kib << 10) {
		out->team_message = SPAN("The answer to this test is too long.");
		return 0;
	}
	out->output = engine_text(x->mem, span_sub(given, 0, JUDGE_MAX_SHOWN));
	buf_reset(x->output);
	buf_add_span(x->output, given);
	if (x->s->rules->validator != RULES_DEFAULT)
		return 1;
	if (compare_with(x) != 0 || out->verdict == VERDICT_JE)
		return 0;
	compare_feed(&x->s->compare, given);
	if (compare_end(&x->s->compare, &out->place))
		out->verdict = VERDICT_AC;
	return 0;
}

/* One validator of a program that does not talk with it. */
static int check_output(struct trial *x, struct err *e)
{
	struct span output;
	int rc, fd = -1;

	if (buf_finish(x->output, &output, e) != 0 || check_prepare(x, e) != 0 ||
		engine_memory(output, &fd, e) != 0)
		return -1;
	x->s->check_bout.input = fd;
	rc = bout_run(&x->s->check_bout, e);
	fd_close(&fd);
	return rc != 0 ? -1 : check_conclude(x, e);
}

static bool judge_decided_first(const struct duel *d)
{
	const struct box_result *r = &d->judge->result;
	bool accepts = r->how == BOX_EXITED && r->marks == 0 && r->code == d->goes_on;

	return d->judge_first && !accepts;
}

/* The program waited till its clock ran out while the validator was at work: not its fault. */
static bool took_the_time(const struct duel *d)
{
	const struct box_result *judge = &d->judge->result, *team = &d->team->result;

	return (team->marks & BOX_CPU_LIMIT) == 0 &&
	       judge->cpu_us > (uint64_t)DUEL_GRACE_MS * 1000 + team->wall_us / 2;
}

/* The program with one of the validators. */
static int run_duel(struct trial *x, struct err *e)
{
	struct duel d = { .judge = &x->s->check_bout,
		.team = &x->s->bout,
		.goes_on = check_accepts(x->s->rules) };
	enum verdict end;

	if (prepare(x, e) != 0 || check_prepare(x, e) != 0)
		return -1;
	if (duel_run(&d, e) != 0)
		return -1;
	add_figures(x);
	end = judge_end(x);
	if (d.judge_stopped && !took_the_time(&d)) {
		x->out->verdict = end;
		return 0;
	}
	if (check_conclude(x, e) != 0)
		return -1;
	if (end != VERDICT_NONE && x->out->verdict != VERDICT_JE && !judge_decided_first(&d)) {
		x->out->verdict = end;
		x->out->has_score = x->out->has_multiplier = false;
		x->has_next = false;
	}
	return 0;
}

/* A step for each validator, till one does not accept. Any of them may ask for another pass. */
static int with_checkers(
	struct trial *x, int (*step)(struct trial *x, struct err *e), struct err *e)
{
	bool has_next = false;

	for (size_t i = 0; i < x->s->n_checkers; i++) {
		x->s->check = &x->s->checkers[i];
		if (step(x, e) != 0)
			return -1;
		has_next = has_next || x->has_next;
		if (x->out->verdict != VERDICT_AC)
			return 0;
	}
	x->has_next = has_next;
	return 0;
}

/* Testlib's interactor, and where it is content, the checker. */
static int run_testlib_duel(struct trial *x, struct err *e)
{
	x->s->check = &x->s->checkers[x->s->n_checkers - 1];
	if (run_duel(x, e) != 0)
		return -1;
	if (x->s->n_checkers == 1 || x->out->verdict != VERDICT_AC)
		return 0;
	if (check_take_output(x, e) != 0)
		return -1;
	x->s->check = x->s->checkers;
	return x->out->verdict == VERDICT_AC ? check_output(x, e) : 0;
}

static int run_interactive(struct trial *x, struct err *e)
{
	return x->s->rules->validator == RULES_TESTLIB ? run_testlib_duel(x, e)
						       : with_checkers(x, run_duel, e);
}

static int run_pass(struct trial *x, struct err *e)
{
	int rc;

	x->out->verdict = VERDICT_NONE;
	x->has_next = false;
	x->s->check_bout.result = (struct box_result){ 0 }; // of the pass before
	if (x->s->program == NULL)
		rc = take_given(x);
	else if (engine_memory(x->input, &x->input_fd, e) != 0)
		return -1;
	else
		rc = x->s->rules->is_interactive ? run_interactive(x, e) : run_alone(x, e);
	fd_close(&x->input_fd);
	if (rc > 0)
		rc = with_checkers(x, check_output, e);
	if (rc == 0)
		x->was_disturbed = was_disturbed(x);
	return rc;
}

void outcome_clear(struct judge_outcome *out)
{
	*out = (struct judge_outcome){ .judge_message = SPAN(""),
		.team_message = SPAN(""),
		.output = SPAN(""),
		.errors = SPAN(""),
		.fault = "" };
}

static int run_passes(struct trial *x, struct err *e)
{
	const char *copy;

	outcome_clear(x->out);
	x->was_disturbed = false;
	x->input = x->test->input;
	for (x->pass = 1;; x->pass++) {
		if (run_pass(x, e) != 0)
			return -1;
		if (!x->has_next || x->out->verdict != VERDICT_AC)
			return 0;
		if (x->pass >= x->s->rules->passes)
			return trial_fault(
				x, "the validator wants more than %d passes", x->s->rules->passes);
		if (buf_finish(x->next, &x->input, e) != 0)
			return -1;
		copy = arena_dup(x->mem, x->input); // the next pass writes there again
		x->input.p = copy;
	}
}

static int most_repeats(const struct trial *x)
{
	if (x->out->verdict == VERDICT_TLE && x->s->n_stood >= MOST_STOOD)
		return 0;
	return (x->s->bout.result.marks & BOX_WALL_LIMIT) != 0 ? MOST_WAITS : BOUT_MOST_REPEATS;
}

int judge_session_test(struct judge_session *s, struct arena *m, const struct judge_test *t,
	struct judge_outcome *out, struct err *e)
{
	struct trial x = { .s = s, .mem = m, .test = t, .out = out, .input_fd = -1 };
	struct buf output, next;
	int rc;

	buf_init(&output, (size_t)s->rules->output_kib << 10);
	buf_init(&next, ((size_t)s->rules->check_kib << 10) + 1);
	x.output = &output;
	x.next = &next;
	rc = run_passes(&x, e);
	for (int i = 0; rc == 0 && x.was_disturbed && i < most_repeats(&x); i++) {
		x.waits_longer = (s->bout.result.marks & BOX_WALL_LIMIT) != 0;
		rc = run_passes(&x, e);
		out->was_repeated = true;
	}
	s->n_stood += out->was_repeated && out->verdict == VERDICT_TLE;
	buf_free(&output);
	buf_free(&next);
	return rc;
}
