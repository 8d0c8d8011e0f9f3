/*
 * Groups of tests. The rows become a tree whose leaves are the tests; a walk in the order of
 * judging gives each node its verdict and score, or says that they are not known yet. The same walk
 * tells which tests count: a group that stops at a rejection ends there, and a group whose
 * requirements failed does not begin.
 *
 * The rules are those of the format's default grader (legacy) and of its chapter on result
 * aggregation (2025-09).
 */
#include "judge/group.h"

#include <math.h>
#include <stdint.h>

#include "judge/doc.h"
#include "judge/group_tree.h"

#define GRADER_MOST (4 * 1024 * 1024) // bytes of what a grader reads

/* What is known of a node. */
struct state {
	bool known;
	bool rejected; // known to be, though not all of it has run
	enum verdict verdict;
	double score;
};

/* ---- what a test is worth ----------------------------------------------------------------------
 */

static bool is_sample(const struct node *n)
{
	return group_lies_in(n->path, SPAN("sample"));
}

/* 2025-09: what a test of the group can give at most. */
static double test_most(const struct node *t)
{
	const struct node *group = t->parent;

	if (t->is_static)
		return group->config.static_most;
	if (group->config.score == GROUP_SUM)
		return (group->config.most - group->config.static_most) / (double)group->n_run;
	return group->config.most;
}

/* A little more than that, for what rounding has done. */
static double above(double most)
{
	return most * (1 + 1e-9);
}

static void score_2025(const struct node *t, const struct group_run *run, struct state *s)
{
	const struct node *group = t->parent;
	double most = test_most(t);

	s->score = 0;
	if (run->verdict != VERDICT_AC || is_sample(t))
		return;
	if (group->config.score == GROUP_PASS_FAIL) {
		if (run->has_score)
			s->verdict = VERDICT_JE; // all or nothing, and yet the validator gives some
		return;
	}
	if (isinf(most) && (!run->has_score || run->is_factor)) {
		s->verdict = VERDICT_JE; // nobody said what it is worth
		return;
	}
	s->score = !run->has_score ? most : run->is_factor ? run->score * most : run->score;
	if (!(s->score >= 0 && s->score <= above(most)))
		s->verdict = VERDICT_JE;
}

static struct state test_state(
	const struct groups *g, const struct node *t, const struct group_run *runs)
{
	const struct group_run *run = &runs[t->first];
	const struct group_config *c = &t->parent->config;
	struct state s = { .verdict = run->verdict };

	if (run->verdict == VERDICT_NONE)
		return s;
	if (g->is_scoring && g->grading == GROUPS_2025)
		score_2025(t, run, &s);
	else if (g->is_scoring)
		s.score = run->has_score               ? run->score
			  : run->verdict == VERDICT_AC ? c->accept_score
						       : c->reject_score;
	s.known = true;
	s.rejected = s.verdict != VERDICT_AC;
	return s;
}

/* ---- groups ------------------------------------------------------------------------------------
 */

/*
 * The children after this one do not count where it is rejected. A group of which some tests failed
 * may still have a score, so that the least one is known at the end only.
 */
static bool stops(const struct groups *g, const struct node *n, const struct node *child)
{
	if (g->grading == GROUPS_LEGACY)
		return !n->config.goes_on;
	if (g->grading == GROUPS_NONE || !g->is_scoring)
		return true;
	if (n == g->root)
		return false;
	if (is_sample(n) || n->config.score == GROUP_PASS_FAIL)
		return true;
	return n->config.score == GROUP_MIN && (child->is_test || child->config.score != GROUP_SUM);
}

static bool ignores(const struct groups *g, const struct node *group, const struct node *child)
{
	return g->grading == GROUPS_LEGACY && group == g->root && group->config.ignore_sample &&
	       !child->is_test && is_sample(child);
}

/* What the children give, gathered in their order. */
struct tally {
	size_t n;
	size_t n_accepted;
	enum verdict first; // error
	enum verdict worst;
	double sum;
	double least;
	double most;
};

static void count(struct tally *t, const struct state *s)
{
	if (s->verdict == VERDICT_AC)
		t->n_accepted++;
	else if (t->first == VERDICT_NONE)
		t->first = s->verdict;
	t->worst = verdict_worse(t->worst, s->verdict);
	t->sum += s->score;
	t->least = t->n == 0 || s->score < t->least ? s->score : t->least;
	t->most = t->n == 0 || s->score > t->most ? s->score : t->most;
	t->n++;
}

static double score_of(const struct group_config *c, const struct tally *t)
{
	switch (c->score) {
	case GROUP_SUM:
		return t->sum;
	case GROUP_MIN:
		return t->least;
	case GROUP_MAX:
		return t->most;
	case GROUP_AVG:
		return t->sum / (double)t->n;
	case GROUP_PASS_FAIL:
		return t->n_accepted == t->n ? c->most : 0;
	}
	return 0;
}

static enum verdict verdict_of(const struct groups *g, const struct node *n, const struct tally *t)
{
	const struct group_config *c = &n->config;

	if (t->worst == VERDICT_JE)
		return VERDICT_JE;
	if (t->first == VERDICT_NONE)
		return VERDICT_AC;
	if (g->grading != GROUPS_LEGACY)
		return t->first;
	if ((c->accept_if_any_accepted && t->n_accepted > 0) || c->verdict == GROUP_ALWAYS_ACCEPT)
		return VERDICT_AC;
	return c->verdict == GROUP_FIRST_ERROR ? t->first : t->worst;
}

/* ---- graders of the package ---------------------------------------------------------------------
 */

void groups_grade_by(struct groups *g, const struct group_grader *grader)
{
	g->grader = *grader;
}

bool groups_are_custom(const struct groups *g)
{
	for (size_t i = 0; i < g->n_nodes; i++) {
		if (g->nodes[i]->graded != NULL)
			return true;
	}
	return false;
}

/* What a grader reads of a member. */
static void add_line(struct buf *b, const struct state *s)
{
	buf_addf(b, "%s ", verdict_word(s->verdict));
	doc_put_number(b, s->score);
	buf_addc(b, '\n');
}

/* The same members are graded once. */
static void grade(const struct groups *g, const struct node *n, struct buf *b, struct state *out)
{
	struct graded *was = n->graded;
	struct err e = { .kind = ERR_NONE };
	struct span lines;

	if (buf_finish(b, &lines, &e) != 0) {
		out->known = false;
		return;
	}
	if (was->verdict == VERDICT_NONE || !span_eq(was->lines, lines)) {
		struct graded now = { .lines = arena_span(g->mem, lines) };

		if (!g->grader.run(
			    g->grader.ctx, n->config.flags, now.lines, &now.verdict, &now.score)) {
			out->known = false;
			return;
		}
		*was = now;
	}
	out->verdict = was->verdict;
	out->score = g->is_scoring ? was->score : 0;
}

/* A group that is not begun, because another that it requires failed: no score, not accepted. */
static struct state unbegun(void)
{
	return (struct state){ .known = true, .rejected = true, .verdict = VERDICT_WA };
}

static struct state node_state(
	const struct groups *g, const struct node *n, const struct group_run *runs);

enum must {
	MUST_RUN,
	MUST_WAIT,
	MUST_NOT
};

/* 2025-09: whether the groups that n requires have been passed. */
static enum must required(
	const struct groups *g, const struct node *n, const struct group_run *runs)
{
	enum must must = MUST_RUN;

	if (g->grading != GROUPS_2025 || !g->is_scoring)
		return MUST_RUN;
	for (size_t i = 0; i < n->config.n_requires; i++) {
		for (size_t j = 0; j < g->n_nodes; j++) {
			struct state s;

			/* Only earlier ones: a circle ends here. */
			if (!span_eq(g->nodes[j]->path, n->config.requires[i]) ||
				g->nodes[j]->n == 0 || g->nodes[j]->first >= n->first)
				continue;
			s = node_state(g, g->nodes[j], runs);
			if (s.rejected)
				return MUST_NOT;
			if (!s.known)
				must = MUST_WAIT;
		}
	}
	return must;
}

/* The members that count, one after the other; their lines where graders read them. */
static struct tally gather(const struct groups *g, const struct node *n,
	const struct group_run *runs, struct state *out, struct buf *lines)
{
	struct tally t = { .worst = VERDICT_AC };

	for (const struct node *c = n->child; c != NULL && !out->rejected; c = c->next) {
		struct state s;

		if (ignores(g, n, c))
			continue;
		s = node_state(g, c, runs);
		if (s.known)
			count(&t, &s);
		if (lines != NULL)
			add_line(lines, &s);
		out->known = out->known && s.known;
		out->rejected = s.rejected && stops(g, n, c);
	}
	return t;
}

static struct state custom_state(
	const struct groups *g, const struct node *n, const struct group_run *runs)
{
	struct state out = { .known = true, .verdict = VERDICT_AC };
	struct tally t;
	BUF_AUTO lines;

	buf_init(&lines, GRADER_MOST);
	t = gather(g, n, runs, &out, &lines);
	if (t.worst == VERDICT_JE)
		out.verdict = VERDICT_JE;
	else if (out.known && t.n > 0)
		grade(g, n, &lines, &out);
	out.rejected = out.known && out.verdict != VERDICT_AC;
	return out;
}

static struct state node_state(
	const struct groups *g, const struct node *n, const struct group_run *runs)
{
	struct state out = { .known = true, .verdict = VERDICT_AC };
	struct tally t;
	enum must must;

	if (n->is_test)
		return test_state(g, n, runs);
	if (n->graded != NULL && g->grader.run != NULL)
		return custom_state(g, n, runs);
	must = required(g, n, runs);
	if (must == MUST_NOT)
		return unbegun();
	t = gather(g, n, runs, &out, NULL);
	out.known = out.known && must == MUST_RUN;
	if (t.n > 0) {
		out.verdict = verdict_of(g, n, &t);
		out.score = score_of(&n->config, &t);
	}
	if (g->is_scoring && g->grading == GROUPS_2025 && out.score > above(n->config.most))
		out.verdict = VERDICT_JE; // its members give more than it may
	/* One rejection is enough to know, but where the group may accept in spite of it. */
	if (out.known)
		out.rejected = out.verdict != VERDICT_AC;
	else if (n->config.accept_if_any_accepted || n->config.verdict == GROUP_ALWAYS_ACCEPT)
		out.rejected = false;
	return out;
}

bool groups_wants(const struct groups *g, const struct group_run *runs, size_t test)
{
	const struct node *below = &g->tests[test];

	if (g->runs_all)
		return true;
	for (const struct node *n = below->parent; n != NULL; below = n, n = n->parent) {
		if (required(g, n, runs) == MUST_NOT)
			return false;
		if (ignores(g, n, below))
			continue;
		for (const struct node *c = n->child; c != below; c = c->next) {
			if (stops(g, n, c) && !ignores(g, n, c) && node_state(g, c, runs).rejected)
				return false;
		}
	}
	return true;
}

/* True if a test below that counts, as far as is known, has not run. */
static bool is_pending(const struct groups *g, const struct node *n, const struct group_run *runs)
{
	if (n->is_test)
		return runs[n->first].verdict == VERDICT_NONE;
	if (required(g, n, runs) == MUST_NOT)
		return false;
	for (const struct node *c = n->child; c != NULL; c = c->next) {
		if (is_pending(g, c, runs))
			return true;
		if (stops(g, n, c) && !ignores(g, n, c) && node_state(g, c, runs).rejected)
			break;
	}
	return false;
}

bool groups_settled(const struct groups *g, const struct group_run *runs)
{
	for (size_t i = 0; g->runs_all && i < g->n_tests; i++) {
		if (runs[i].verdict == VERDICT_NONE)
			return false;
	}
	return !is_pending(g, g->root, runs);
}

double groups_worth(const struct groups *g, size_t test)
{
	const struct node *t = &g->tests[test];

	if (!g->is_scoring || (g->grading == GROUPS_2025 && is_sample(t)))
		return 0;
	return g->grading == GROUPS_2025 ? test_most(t) : t->parent->config.accept_score;
}

/* ---- sums --------------------------------------------------------------------------------------
 */

/* The best score that a group can give; infinite where the package leaves it open. */
static double node_most(const struct groups *g, const struct node *n)
{
	struct tally t = { .worst = VERDICT_AC };

	if (n->is_test)
		return n->parent->config.accept_score;
	if (isfinite(n->config.most) || g->grading == GROUPS_2025)
		return n->config.most;
	for (const struct node *c = n->child; c != NULL; c = c->next) {
		struct state s = { .verdict = VERDICT_AC };

		if (ignores(g, n, c))
			continue;
		s.score = node_most(g, c);
		count(&t, &s);
	}
	return t.n > 0 ? score_of(&n->config, &t) : 0;
}

static struct group_sum sum_of(const struct groups *g, const struct node *n, const struct state *s)
{
	struct group_sum out = { .least = -HUGE_VAL, .most = HUGE_VAL };

	if (s->known)
		out.verdict = s->verdict;
	if (g->is_scoring) {
		out.least = n->config.least;
		out.most = node_most(g, n);
		out.score = s->score;
		out.has_score = s->known;
	}
	return out;
}

/* 2025-09: the score is that of secret, and whoever has one is accepted. */
static struct group_sum sum_2025(
	const struct groups *g, const struct group_run *runs, struct group_sum out)
{
	const struct node *secret = NULL;
	struct state s;

	for (const struct node *c = g->root->child; c != NULL; c = c->next) {
		if (span_is(c->path, "secret"))
			secret = c;
	}
	if (secret == NULL)
		return out;
	s = node_state(g, secret, runs);
	out.most = secret->config.most;
	out.score = s.score;
	if (out.verdict != VERDICT_NONE && out.verdict != VERDICT_JE && s.score > 0)
		out.verdict = VERDICT_AC;
	return out;
}

struct group_sum groups_sum(const struct groups *g, const struct group_run *runs)
{
	struct state s = node_state(g, g->root, runs);
	struct group_sum out = sum_of(g, g->root, &s);

	if (!groups_settled(g, runs))
		out.verdict = VERDICT_NONE;
	if (g->is_scoring && g->grading == GROUPS_2025)
		out = sum_2025(g, runs, out);
	out.has_score = g->is_scoring && out.verdict == VERDICT_AC;
	return out;
}

size_t groups_lines(const struct groups *g, const struct group_run *runs, struct arena *m,
	struct group_line **out)
{
	size_t n = 0;

	*out = arena_new_array(m, struct group_line, g->n_nodes + 1);
	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct node *node = g->nodes[i];
		struct state s;
		size_t at = n;

		if (node == g->root || node->n == 0)
			continue;
		s = node_state(g, node, runs);
		while (at > 0 && ((*out)[at - 1].first > node->first ||
					 ((*out)[at - 1].first == node->first &&
						 (*out)[at - 1].path.n > node->path.n))) {
			(*out)[at] = (*out)[at - 1];
			at--;
		}
		(*out)[at] = (struct group_line){ .path = node->path,
			.first = node->first,
			.n = node->n,
			.sum = sum_of(g, node, &s) };
		n++;
	}
	return n;
}
