/*
 * Validators: the package's own programs, which are trusted less than ours. They run in a box of
 * their own with the validation limits; /box is the feedback folder and their working folder, and
 * what they compare lies in /box/data, new copies for each pass. What they leave is believed only
 * where the package format allows it; anything else is a fault of the problem's, never of the team.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "jobs/judge/session.h"
#include "os/fd.h"

#define ACCEPTED    42
#define WRONG       43
#define MOST_NUMBER 100 // bytes of a score
#define EXTRA_DISK  (UINT64_C(1) << 20)
#define PROCESSES   64

/* Of testlib.h. */
enum {
	TESTLIB_OK,
	TESTLIB_WRONG,
	TESTLIB_PRESENTATION,
	TESTLIB_FAIL,
	TESTLIB_DIRT,
	TESTLIB_POINTS = 7,
	TESTLIB_END = 8, // unexpected end of the output
	TESTLIB_PARTLY = 16
};

int trial_fault(struct trial *x, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	x->out->verdict = VERDICT_JE;
	x->out->has_score = x->out->has_multiplier = false;
	x->out->fault = arena_printf(x->mem, SPAN_FMT,
		SPAN_ARG(engine_text(
			x->mem, span_sub(span_of(text), 0, utf8_cut(text, strlen(text))))));
	return 0;
}

int check_accepts(const struct judge_rules *r)
{
	return r->validator == RULES_TESTLIB ? TESTLIB_OK : ACCEPTED;
}

void check_limits(
	const struct judge_session *s, const struct language *l, uint64_t disk, struct box_run *r)
{
	const struct judge_rules *rules = s->rules;
	uint64_t wall = (uint64_t)rules->check_ms * 2 + 5000;

	if (rules->is_interactive)
		wall += (uint64_t)rules_wall_ms(rules) * 2;
	box_run_init(r, BOX_RUN);
	r->cpu_ms = (uint32_t)rules->check_ms;
	r->wall_ms = (uint32_t)(wall < BOX_MAX_WALL_MS ? wall : BOX_MAX_WALL_MS);
	r->processes = PROCESSES;
	r->files = 64;
	r->memory = (uint64_t)rules->check_mib << 20;
	r->disk = EXTRA_DISK + ((uint64_t)rules->check_kib << 10) + disk;
	r->file_size = r->disk;
	if (l == NULL) {
		r->flags |= BOX_BUILD; // scripts start programs
		return;
	}
	r->memory += (uint64_t)l->memory_mib << 20;
	r->processes = l->processes > PROCESSES ? (uint32_t)l->processes : PROCESSES;
	r->files = l->files > 64 ? (uint32_t)l->files : 64;
	if (l->is_virtual)
		r->flags |= BOX_VIRTUAL;
}

static void limits(const struct trial *x, struct box_run *r)
{
	const struct judge_rules *rules = x->s->rules;
	uint64_t data = x->test->input.n + x->test->answer.n + x->input.n;

	check_limits(x->s, x->s->check->program->language,
		(data + ((uint64_t)rules->output_kib << 10)) * (unsigned)rules->passes, r);
	r->wall_ms = trial_wall_ms(x, r->wall_ms);
}

/* data/1.in, data/1.out, data/1.ans: of the pass. */
static struct judge_file data_file(struct trial *x, const char *extension, struct span text)
{
	return (struct judge_file){ .path = span_of(
					    arena_printf(x->mem, "data/%d.%s", x->pass, extension)),
		.text = text };
}

/* Of testlib's programs the last one talks; the checker before it is asked about what that leaves.
 */
static bool is_asked_about_output(const struct trial *x)
{
	const struct judge_session *s = x->s;

	return s->rules->validator == RULES_TESTLIB &&
	       (!s->rules->is_interactive || s->check != &s->checkers[s->n_checkers - 1]);
}

static int put_data(struct trial *x, struct err *e)
{
	static struct box_run how;
	struct judge_file files[3];
	struct span output;
	size_t n = 2;

	limits(x, &how);
	if (x->pass > 1)
		how.flags |= BOX_KEEP;
	files[0] = data_file(x, "in", x->input);
	files[1] = data_file(x, "ans", x->test->answer);
	if (is_asked_about_output(x)) {
		if (buf_finish(x->output, &output, e) != 0)
			return -1;
		files[n++] = data_file(x, "out", output);
	}
	return engine_put(&x->s->check->box, &how, files, n, e);
}

static int add_word(struct trial *x, struct err *e, const char *fmt, ...) ATTR_PRINTF(3, 4);
static int add_word(struct trial *x, struct err *e, const char *fmt, ...)
{
	char word[BOX_MAX_PATH];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(word, sizeof(word), fmt, ap);
	va_end(ap);
	return box_run_word(&x->s->check_run, word, false, e);
}

static int add_command(struct trial *x, struct err *e)
{
	const struct judge_program *v = x->s->check->program;
	const char *flags = x->test->validator_flags != NULL ? x->test->validator_flags
							     : x->s->rules->validator_flags;

	if (command_start(&x->s->check_run, v, x->s->rules->check_mib, e) != 0 ||
		add_word(x, e, "/box/data/%d.in", x->pass) != 0)
		return -1;
	if (x->s->rules->validator == RULES_TESTLIB) {
		if (add_word(x, e, "/box/data/%d.out", x->pass) != 0 ||
			add_word(x, e, "/box/data/%d.ans", x->pass) != 0)
			return -1;
	} else if (add_word(x, e, "/box/data/%d.ans", x->pass) != 0 ||
		   add_word(x, e, CHECK_FEEDBACK) != 0 ||
		   command_flags(&x->s->check_run, x->mem, span_of(flags), e) != 0) {
		return -1;
	}
	return command_environment(&x->s->check_run, v->language, e);
}

int check_prepare(struct trial *x, struct err *e)
{
	if (put_data(x, e) != 0)
		return -1;
	limits(x, &x->s->check_run);
	x->s->check_run.flags |= BOX_KEEP;
	if (add_command(x, e) != 0)
		return -1;
	x->s->check_bout = (struct bout){ .box = &x->s->check->box,
		.run = &x->s->check_run,
		.input = -1,
		.most = (uint64_t)x->s->rules->check_kib << 10 };
	return 0;
}

/* A file of the feedback folder. *is_there even if it is no ordinary one, which is a fault. */
static int read_feedback(struct trial *x, const char *name, size_t most, struct span *text,
	bool *is_there, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	uint64_t size = 0;
	FD_AUTO fd = -1;
	char *to;
	ssize_t n;

	*text = SPAN("");
	*is_there = box_fetch(&x->s->check->box, name, true, &fd, &size, &why) == 0;
	if (!*is_there && why.kind == ERR_NOT_FOUND)
		return 0;
	if (!*is_there && why.kind == ERR_INVALID) {
		*is_there = true;
		return trial_fault(x, "the validator left a %s that is no ordinary file", name);
	}
	if (!*is_there) {
		*e = why;
		return -1;
	}
	size = size < most ? size : most;
	to = arena_alloc(x->mem, (size_t)size + 1);
	n = pread(fd, to, (size_t)size, 0);
	*text = (struct span){ to, n > 0 ? (size_t)n : 0 };
	return 0;
}

int check_take_output(struct trial *x, struct err *e)
{
	const char *name = arena_printf(x->mem, "data/%d.out", x->pass);
	struct span text;
	bool is_there;

	if (read_feedback(x, name, (size_t)x->s->rules->output_kib << 10, &text, &is_there, e) != 0)
		return -1;
	buf_reset(x->output);
	buf_add_span(x->output, text);
	return 0;
}

static int read_message(struct trial *x, const char *name, struct span *to, struct err *e)
{
	struct span text;
	bool is_there;

	if (read_feedback(x, name, JUDGE_MAX_MESSAGE, &text, &is_there, e) != 0)
		return -1;
	if (is_there)
		*to = engine_text(x->mem, text);
	return 0;
}

static bool read_number(struct span text, double *out)
{
	char number[MOST_NUMBER + 1], *end;

	text = span_trim(text);
	if (text.n == 0 || text.n > MOST_NUMBER)
		return false;
	memcpy(number, text.p, text.n);
	number[text.n] = '\0';
	*out = strtod(number, &end);
	return end == number + text.n && isfinite(*out);
}

struct score_file {
	const char *name;
	double least, most;
};

/* One of the two numbers that a validator may give, with what it accepted only. */
static int read_score(
	struct trial *x, const struct score_file *f, bool *has, double *value, struct err *e)
{
	const struct judge_rules *rules = x->s->rules;
	struct span text;
	bool is_there;

	if (read_feedback(x, f->name, MOST_NUMBER + 2, &text, &is_there, e) != 0)
		return -1;
	if (!is_there || x->out->verdict == VERDICT_JE)
		return 0;
	if (!rules->is_scoring)
		return trial_fault(x, "the validator left %s, but nothing is scored", f->name);
	if (!rules->validator_scores)
		return trial_fault(
			x, "the validator left %s, but the problem says no score of it", f->name);
	if (x->out->verdict != VERDICT_AC)
		return trial_fault(x, "the validator left %s, but did not accept", f->name);
	if (!read_number(text, value) || *value < f->least || *value > f->most)
		return trial_fault(x, "the validator's %s holds no valid number", f->name);
	*has = true;
	return 0;
}

/* A score or a share of it; in the legacy format any number is a score. */
static int read_scores(struct trial *x, struct err *e)
{
	const struct score_file whole = { "score.txt",
		x->s->rules->grading == RULES_LEGACY ? -HUGE_VAL : 0, HUGE_VAL };
	const struct score_file share = { "score_multiplier.txt", 0, 1 };
	struct judge_outcome *out = x->out;

	if (read_score(x, &whole, &out->has_score, &out->score, e) != 0 ||
		read_score(x, &share, &out->has_multiplier, &out->multiplier, e) != 0)
		return -1;
	if (out->has_score && out->has_multiplier)
		return trial_fault(x, "the validator left a score and a multiplier");
	return 0;
}

static int read_next(struct trial *x, struct err *e)
{
	struct span text;
	bool is_there;
	size_t most = (size_t)x->s->rules->check_kib << 10;

	x->has_next = false;
	if (!x->s->rules->is_multipass)
		return 0;
	if (read_feedback(x, "nextpass.in", most + 1, &text, &is_there, e) != 0)
		return -1;
	if (!is_there || x->out->verdict == VERDICT_JE)
		return 0;
	if (x->out->verdict != VERDICT_AC)
		return trial_fault(x, "the validator left nextpass.in, but did not accept");
	if (text.n > most)
		return trial_fault(x, "the validator's nextpass.in is larger than %zu bytes", most);
	buf_reset(x->next);
	buf_add_span(x->next, text);
	x->has_next = true;
	return 0;
}

/* Not 42 or 43: how it ended, for the jury. */
static int odd_end(struct trial *x)
{
	const struct bout *b = &x->s->check_bout;
	const struct box_result *r = &b->result;

	if (b->flooded)
		return trial_fault(
			x, "the validator wrote more than %d KiB", x->s->rules->check_kib);
	if ((r->marks & (BOX_CPU_LIMIT | BOX_WALL_LIMIT)) != 0)
		return trial_fault(
			x, "the validator took longer than %d ms", x->s->rules->check_ms);
	if ((r->marks & BOX_MEMORY_LIMIT) != 0)
		return trial_fault(
			x, "the validator took more than %d MiB", x->s->rules->check_mib);
	if ((r->marks & BOX_NOT_STARTED) != 0)
		return trial_fault(x, "the validator cannot be started: %s", err_reason(r->code));
	if (r->how == BOX_SIGNALED)
		return trial_fault(x, "the validator was ended by signal %d", r->code);
	return trial_fault(x, "the validator ended with status %d: %.*s", r->code,
		(int)(b->errors.n < 200 ? b->errors.n : 200), b->errors.text);
}

int check_conclude_own(struct trial *x, struct err *e)
{
	const struct bout *b = &x->s->check_bout;
	const struct box_result *r = &b->result;
	struct judge_outcome *out = x->out;

	if (r->how == BOX_EXITED && r->marks == 0 && !b->flooded && r->code == ACCEPTED)
		out->verdict = VERDICT_AC;
	else if (r->how == BOX_EXITED && r->marks == 0 && !b->flooded && r->code == WRONG)
		out->verdict = VERDICT_WA;
	else
		(void)odd_end(x);
	if (out->verdict != VERDICT_AC)
		out->has_score = out->has_multiplier = false; // of the one before
	if (read_message(x, "judgemessage.txt", &out->judge_message, e) != 0 ||
		read_message(x, "teammessage.txt", &out->team_message, e) != 0)
		return -1;
	return read_scores(x, e);
}

static int conclude_custom(struct trial *x, struct err *e)
{
	return check_conclude_own(x, e) != 0 ? -1 : read_next(x, e);
}

/* "points 12.5 comment", as testlib writes it. */
static bool read_points(struct span text, double *out)
{
	struct span word;

	return span_split(&text, ' ', &word) && span_is(word, "points") &&
	       span_split(&text, ' ', &word) && read_number(word, out) && *out >= 0;
}

static void score_testlib(struct trial *x, double points)
{
	if (!x->s->rules->is_scoring) {
		x->out->verdict = VERDICT_WA; // part of the points is not all of them
		return;
	}
	x->out->verdict = VERDICT_AC;
	x->out->has_score = true;
	x->out->score = points;
}

static int conclude_testlib(struct trial *x)
{
	const struct bout *b = &x->s->check_bout;
	struct span said = { b->errors.text, b->errors.n };
	double points;

	x->out->judge_message = engine_text(x->mem, said);
	if (b->result.how != BOX_EXITED || b->result.marks != 0 || b->flooded)
		return odd_end(x);
	switch (b->result.code) {
	case TESTLIB_OK:
		x->out->verdict = VERDICT_AC;
		return 0;
	case TESTLIB_WRONG:
	case TESTLIB_PRESENTATION:
	case TESTLIB_DIRT:
	case TESTLIB_END:
		x->out->verdict = VERDICT_WA;
		return 0;
	case TESTLIB_POINTS:
		if (!read_points(said, &points))
			return trial_fault(
				x, "the checker gives points, but does not say how many");
		score_testlib(x, points);
		return 0;
	default:
		if (b->result.code < TESTLIB_PARTLY || b->result.code > TESTLIB_PARTLY + 200)
			return odd_end(x);
		score_testlib(x, b->result.code - TESTLIB_PARTLY);
		return 0;
	}
}

int check_conclude(struct trial *x, struct err *e)
{
	return x->s->rules->validator == RULES_TESTLIB ? conclude_testlib(x)
						       : conclude_custom(x, e);
}
