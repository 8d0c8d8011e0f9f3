/*
 * Static validators: programs of the package that read a submission's source. They find in their
 * working folder what the format says, the source as it was built with the files that the package
 * adds, and what the compiler made of it, and nothing else; the feedback folder is the one above.
 */
#include <string.h>

#include "jobs/judge/plan.h"
#include "jobs/judge/session.h"

#define SUBMITTED "/submitted"  // what was built, as it is mounted
#define PLACE     "submission/" // below /box: the working folder
#define INODES    20000

struct look {
	struct trial *trial;
	const struct judge_static *ask;
	struct plan plan;
	struct checker checker;
};

static int open_box(struct look *l, struct err *e)
{
	static struct box_open ask;
	const struct judge_session *s = l->trial->s;
	const struct judge_program *v = l->checker.program;

	ask = (struct box_open){ .version = BOX_VERSION, .core = s->core.number };
	if (engine_mounts(&ask, v->language, e) != 0 ||
		box_open_mount(&ask, v->folder, "/program", e) != 0 ||
		box_open_mount(&ask, s->program->folder, SUBMITTED, e) != 0)
		return -1;
	return engine_box(s->judge, &ask, &l->checker.box, e);
}

static void limits(const struct look *l, const struct language *language, struct box_run *r)
{
	check_limits(l->trial->s, language, 2 * (uint64_t)JUDGE_MAX_ARTIFACT, r);
	r->inodes = INODES;
}

static int put_source(struct look *l, struct err *e)
{
	static struct box_run how;
	struct judge_file *v =
		arena_new_array(l->trial->mem, struct judge_file, l->plan.n_files + 1);

	for (size_t i = 0; i < l->plan.n_files; i++) {
		v[i] = l->plan.files[i];
		v[i].path = span_of(arena_printf(
			l->trial->mem, PLACE SPAN_FMT, SPAN_ARG(l->plan.files[i].path)));
	}
	limits(l, l->checker.program->language, &how);
	return engine_put(&l->checker.box, &how, v, l->plan.n_files, e);
}

/* Where the compiler left the source beside what it made, that is the same files once more. */
static int copy_built(struct look *l, struct err *e)
{
	static const char from[] = SUBMITTED "/.", to[] = "/box/" PLACE;
	const char *const words[] = { "/bin/cp", "-R", from, to };
	static struct box_run r;
	struct bout b = { .box = &l->checker.box, .run = &r, .input = -1, .most = 1 };

	limits(l, NULL, &r);
	r.flags |= BOX_KEEP;
	for (size_t i = 0; i < countof(words); i++) {
		if (box_run_word(&r, words[i], false, e) != 0)
			return -1;
	}
	if (command_environment(&r, NULL, e) != 0 || bout_run(&b, e) != 0)
		return -1;
	if (b.result.how != BOX_EXITED || b.result.code != 0)
		return err_set(e, ERR_TEMPORARY, "a submission's files cannot be laid out: %.*s",
			(int)(b.errors.n < 200 ? b.errors.n : 200), b.errors.text);
	return 0;
}

static int add_command(struct look *l, struct box_run *r, struct err *e)
{
	const struct judge_program *v = l->checker.program;
	struct arena *m = l->trial->mem;
	const char *entry = l->plan.class[0] != '\0' ? l->plan.class : l->plan.entry;
	const char *code = arena_dup(m, language_code(span_of(l->trial->s->program->language->id)));

	if (box_run_word(r, "/usr/bin/env", false, e) != 0 ||
		box_run_word(r, "--chdir=/box/" PLACE, false, e) != 0 ||
		command_start(r, v, l->trial->s->rules->check_mib, e) != 0 ||
		box_run_word(r, code, false, e) != 0 || box_run_word(r, entry, false, e) != 0 ||
		box_run_word(r, CHECK_FEEDBACK, false, e) != 0 ||
		command_flags(r, m, l->ask->flags, e) != 0)
		return -1;
	return command_environment(r, v->language, e);
}

static int run(struct look *l, struct err *e)
{
	struct judge_session *s = l->trial->s;

	limits(l, l->checker.program->language, &s->check_run);
	s->check_run.flags |= BOX_KEEP;
	s->check_bout = (struct bout){ .box = &l->checker.box,
		.run = &s->check_run,
		.input = -1,
		.most = (uint64_t)s->rules->check_kib << 10 };
	if (put_source(l, e) != 0 || copy_built(l, e) != 0 ||
		add_command(l, &s->check_run, e) != 0 || bout_run(&s->check_bout, e) != 0)
		return -1;
	return check_conclude_own(l->trial, e);
}

static int look_once(struct look *l, struct err *e)
{
	struct judge_session *s = l->trial->s;
	int rc;

	outcome_clear(l->trial->out);
	if (open_box(l, e) != 0)
		return -1;
	s->check = &l->checker;
	rc = run(l, e);
	s->check = s->checkers;
	box_close(&l->checker.box);
	return rc;
}

int judge_session_static(struct judge_session *s, struct arena *m, const struct judge_static *ask,
	struct judge_outcome *out, struct err *e)
{
	struct trial x = { .s = s, .mem = m, .out = out, .input_fd = -1 };
	struct look l = { .trial = &x, .ask = ask, .checker = { .program = ask->validator } };
	int repeats = 0;

	plan_make(&s->judge->languages, m, ask->source, &l.plan);
	do {
		if (look_once(&l, e) != 0)
			return -1;
	} while (bout_was_killed(&s->check_bout) && repeats++ < BOUT_MOST_REPEATS);
	return 0;
}
