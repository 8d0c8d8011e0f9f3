/*
 * Input validators: programs of the package that read a test's input and end with 42 if it is as
 * the statement promises. They run in a box as submissions do, with the limits of validation.
 */
#include "jobs/judging.h"

#include "base/limits.h"
#include "judge/flags.h"

#define ACCEPTED 42

static const char *const *words_of(struct arena *m, struct span flags, size_t *n)
{
	const char **v = arena_new_array(m, const char *, flags.n / 2 + 1);
	struct span word;

	*n = 0;
	while (flags_next(&flags, m, &word))
		v[(*n)++] = word.p;
	return v;
}

static struct judge_rules rules_of(const struct problem_judged *p)
{
	struct judge_rules r;

	rules_init(&r);
	r.time_ms = p->rules.check_ms;
	r.memory_mib = p->rules.check_mib;
	r.output_kib = p->rules.check_kib;
	return r;
}

static void remark(struct job_ctx *c, const struct judge_outcome *o, struct judging_remark *out)
{
	struct span said = span_trim(o->errors.n > 0 ? o->errors : o->output);

	out->accepts = o->verdict == VERDICT_RE && !o->by_signal && o->code == ACCEPTED;
	out->said = said;
	if (out->accepts || said.n > 0)
		return;
	if (o->verdict == VERDICT_RE)
		out->said = span_of(arena_printf(c->mem,
			o->by_signal ? "it was ended by signal %d" : "it ended with status %d",
			o->code));
	else if (o->verdict == VERDICT_AC || o->verdict == VERDICT_WA)
		out->said = SPAN("it ended with status 0");
	else
		out->said = span_of(verdict_name(o->verdict));
}

static int run(struct job_ctx *c, const struct judging_asked *asked,
	const struct judge_program *program, struct judging_remark *out, struct err *e)
{
	struct judge_test test = { .input = asked->input, .answer = SPAN("") };
	const struct judge_rules rules = rules_of(asked->problem);
	struct judge_session *session = NULL;
	struct judge_outcome o;
	int rc;

	test.args = words_of(c->mem, asked->flags, &test.n_args);
	rc = judge_session_open(asked->judge, program, NULL, &rules, &session, e);
	if (rc == 0)
		rc = judge_session_test(session, c->mem, &test, &o, e);
	if (rc == 0)
		remark(c, &o, out);
	judge_session_close(session);
	return rc;
}

static struct span folder_of(struct span path)
{
	struct span folder = SPAN("");

	(void)span_split(&path, '/', &folder);
	return folder;
}

static int ask_one(struct job_ctx *c, const struct judging_asked *asked,
	const struct problem_file *first, struct judging_remark *out, struct err *e)
{
	struct judging_program built = { .program = NULL };
	struct err why = { .kind = ERR_NONE };
	int rc;

	*out = (struct judging_remark){ .name = folder_of(first->path), .said = SPAN("") };
	if (judging_own_program(c, asked->judge, asked->problem, first, &built, &why) != 0) {
		if (why.kind != ERR_NOT_FOUND && why.kind != ERR_INVALID) {
			*e = why;
			return -1;
		}
		out->said = span_of(arena_printf(c->mem, "it cannot be run: %s", why.text));
		return 0;
	}
	if (built.program == NULL) {
		out->said = span_of(arena_printf(c->mem, "it does not compile: " SPAN_FMT,
			SPAN_ARG(span_sub(built.build_text, 0, PROBLEM_MAX_SAID))));
		return 0;
	}
	rc = run(c, asked, built.program, out, e);
	judge_program_close(built.program);
	return rc;
}

int judging_input(struct job_ctx *c, const struct judging_asked *asked, struct judging_remarks *out,
	struct err *e)
{
	const struct problem_judged *p = asked->problem;

	out->v = arena_new_array(c->mem, struct judging_remark, p->n_files + 1);
	out->n = 0;
	for (size_t i = 0; i < p->n_files; i++)
		if (judging_begins_program(p, i, PROBLEM_INPUT_VALIDATOR) &&
			ask_one(c, asked, &p->files[i], &out->v[out->n++], e) != 0)
			return -1;
	return 0;
}
