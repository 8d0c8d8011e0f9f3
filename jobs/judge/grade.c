/*
 * Graders of legacy packages: programs that make the verdict and score of a group out of those of
 * its members. They are trusted as little as validators are, and run in a box under the same
 * limits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/judge/session.h"
#include "os/fd.h"

#define MOST_SAID 1000 // bytes of a result

static int run(struct judge_session *s, struct arena *m, const struct judge_program *p,
	const struct judge_grade *g, struct bout *b, struct err *e)
{
	static struct box_run how;
	struct box_handle box;
	int rc, fd = -1;

	if (session_box(s, p, &box, e) != 0)
		return -1;
	check_limits(s, p->language, 0, &how);
	rc = command_start(&how, p, s->rules->check_mib, e);
	if (rc == 0)
		rc = command_flags(&how, m, g->flags, e);
	if (rc == 0)
		rc = command_environment(&how, p->language, e);
	if (rc == 0)
		rc = engine_memory(g->members, &fd, e);
	b->box = &box;
	b->run = &how;
	b->input = fd;
	if (rc == 0)
		rc = bout_run(b, e);
	fd_close(&fd);
	box_close(&box);
	return rc;
}

/* "AC 12.5" and white space around it. */
static bool read_result(struct span text, enum verdict *verdict, double *score)
{
	char number[MOST_SAID + 1], *end;
	size_t n = 0;

	text = span_trim(text);
	while (n < text.n && text.p[n] > ' ')
		n++;
	if (n == text.n || text.n > MOST_SAID || !verdict_of_word(span_sub(text, 0, n), verdict))
		return false;
	text = span_trim(span_sub(text, n, text.n));
	memcpy(number, text.p, text.n);
	number[text.n] = '\0';
	*score = strtod(number, &end);
	return *end == '\0' && isfinite(*score);
}

static int fault(struct judge_grade *g, const char *why)
{
	g->verdict = VERDICT_JE;
	g->fault = why;
	return 0;
}

static int grade_once(struct judge_session *s, struct arena *m, const struct judge_program *p,
	struct judge_grade *g, struct err *e)
{
	struct bout b = { .most = MOST_SAID, .keep_most = MOST_SAID };
	const struct box_result *r = &b.result;
	struct span said;
	int repeats = 0;
	BUF_AUTO kept;

	buf_init(&kept, MOST_SAID);
	b.keep = &kept;
	do {
		buf_reset(&kept);
		if (run(s, m, p, g, &b, e) != 0)
			return -1;
	} while (bout_was_killed(&b) && repeats++ < BOUT_MOST_REPEATS);
	if (buf_finish(&kept, &said, e) != 0)
		return -1;
	if (r->how != BOX_EXITED || r->code != 0 || r->marks != 0 || b.flooded)
		return fault(g, arena_printf(m, "a grader ended with %s %d: " SPAN_FMT,
					r->how == BOX_SIGNALED ? "signal" : "status", r->code,
					SPAN_ARG(engine_text(m,
						(struct span){ b.errors.text,
							b.errors.n < 200 ? b.errors.n : 200 }))));
	if (!read_result(said, &g->verdict, &g->score))
		return fault(g, arena_printf(m, "a grader said \"" SPAN_FMT "\"",
					SPAN_ARG(engine_text(m, span_sub(said, 0, 100)))));
	return 0;
}

int judge_session_grade(struct judge_session *s, struct arena *m,
	const struct judge_programs *graders, struct judge_grade *g, struct err *e)
{
	g->fault = "";
	for (size_t i = 0; i < graders->n; i++) {
		enum verdict verdict = g->verdict;
		double score = g->score;

		if (grade_once(s, m, graders->v[i], g, e) != 0)
			return -1;
		if (g->verdict == VERDICT_JE)
			return 0;
		if (i > 0 && (g->verdict != verdict || fabs(g->score - score) > 1e-9))
			return fault(g, "the graders of the problem do not agree");
	}
	return 0;
}
