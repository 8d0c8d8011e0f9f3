/*
 * What a package says of one group, as JSON and back. Absent keys mean what the format says they
 * mean, so that a config written by hand may be short.
 */
#include "judge/group.h"

#include <math.h>
#include <string.h>

#include "judge/doc.h"

static const char *const scores[] = {
	[GROUP_SUM] = "sum",
	[GROUP_MIN] = "min",
	[GROUP_PASS_FAIL] = "pass-fail",
	[GROUP_AVG] = "avg",
	[GROUP_MAX] = "max",
};
static const char *const verdicts[] = {
	[GROUP_WORST_ERROR] = "worst_error",
	[GROUP_FIRST_ERROR] = "first_error",
	[GROUP_ALWAYS_ACCEPT] = "always_accept",
};

static int find(const char *const *words, size_t n, struct span word)
{
	for (size_t i = 0; i < n; i++) {
		if (span_is(word, words[i]))
			return (int)i;
	}
	return -1;
}

bool group_is_static(struct span path)
{
	return span_ends(path, "/" GROUP_STATIC_TEST);
}

struct group_config group_config_default(enum group_grading grading, struct span path)
{
	struct group_config c = {
		.accept_score = 1, .least = -HUGE_VAL, .most = HUGE_VAL, .flags = SPAN("")
	};

	if (grading != GROUPS_2025)
		return c;
	c.least = 0;
	c.score = path.n == 0 || span_is(path, "secret") ? GROUP_SUM : GROUP_PASS_FAIL;
	if (span_is(path, "secret"))
		c.most = 100;
	c.full_feedback = span_is(path, "sample");
	return c;
}

int group_config_flags(struct group_config *c, struct span flags, struct err *e)
{
	struct span word;

	while (span_split(&flags, ' ', &word)) {
		int score = find(scores, countof(scores), word);
		int verdict = find(verdicts, countof(verdicts), word);

		if (word.n == 0)
			continue;
		if (score >= 0 && score != GROUP_PASS_FAIL)
			c->score = (enum group_score)score;
		else if (verdict >= 0)
			c->verdict = (enum group_verdict)verdict;
		else if (span_is(word, "ignore_sample"))
			c->ignore_sample = true;
		else if (span_is(word, "accept_if_any_accepted"))
			c->accept_if_any_accepted = true;
		else
			return err_set(e, ERR_INVALID, "\"" SPAN_FMT "\" is no flag of a grader",
				SPAN_ARG(word));
	}
	return 0;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static void put_bool(struct buf *b, const char *name, bool v)
{
	if (v)
		buf_addf(b, ",\"%s\":true", name);
}

static void write_legacy(struct buf *b, const struct group_config *c)
{
	buf_addf(b, "{\"on_reject\":\"%s\",\"verdict\":\"%s\",\"score\":\"%s\"",
		c->goes_on ? "continue" : "break", verdicts[c->verdict], scores[c->score]);
	buf_adds(b, ",\"accept_score\":");
	doc_put_number(b, c->accept_score);
	buf_adds(b, ",\"reject_score\":");
	doc_put_number(b, c->reject_score);
	buf_adds(b, ",\"range\":[");
	doc_put_number(b, c->least);
	buf_addc(b, ',');
	doc_put_number(b, c->most);
	buf_addc(b, ']');
	put_bool(b, "ignore_sample", c->ignore_sample);
	put_bool(b, "accept_if_any_accepted", c->accept_if_any_accepted);
	put_bool(b, "custom", c->is_custom);
	if (c->is_custom) {
		buf_adds(b, ",\"flags\":");
		doc_put_text(b, c->flags);
	}
}

static void write_2025(struct buf *b, const struct group_config *c)
{
	buf_addf(b, "{\"score_aggregation\":\"%s\",\"max_score\":", scores[c->score]);
	if (isfinite(c->most))
		doc_put_number(b, c->most);
	else
		buf_adds(b, "\"unbounded\"");
	if (c->n_requires > 0) {
		buf_adds(b, ",\"require_pass\":[");
		for (size_t i = 0; i < c->n_requires; i++) {
			if (i > 0)
				buf_addc(b, ',');
			doc_put_text(b, c->requires[i]);
		}
		buf_addc(b, ']');
	}
	put_bool(b, "full_feedback", c->full_feedback);
	if (c->static_most > 0) {
		buf_adds(b, ",\"static_validation_score\":");
		doc_put_number(b, c->static_most);
	}
}

void group_config_write(struct buf *b, enum group_grading grading, const struct group_config *c)
{
	if (grading == GROUPS_2025)
		write_2025(b, c);
	else
		write_legacy(b, c);
	buf_addc(b, '}');
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static int read_word(
	const struct doc *d, const char *name, const char *const *words, size_t n, struct err *e)
{
	struct span text;
	int found;

	if (doc_get(d, name) == NULL)
		return -1;
	found = doc_text(d, name, &text) ? find(words, n, text) : -1;
	if (found < 0)
		err_set(e, ERR_INVALID, "%s has none of its values", name);
	return found;
}

/* A limit of a score: a number, or something else for none. */
static double limit(const struct doc *v, double open)
{
	return v != NULL && v->kind == DOC_NUMBER ? v->number : open;
}

static void read_legacy(const struct doc *d, struct group_config *c, struct err *e)
{
	static const char *const rejects[] = { "break", "continue" };
	const struct doc *range = doc_get(d, "range");
	int word = read_word(d, "on_reject", rejects, countof(rejects), e);

	if (word >= 0)
		c->goes_on = word == 1;
	word = read_word(d, "verdict", verdicts, countof(verdicts), e);
	if (word >= 0)
		c->verdict = (enum group_verdict)word;
	word = read_word(d, "score", scores, countof(scores), e);
	if (word == GROUP_PASS_FAIL)
		err_set(e, ERR_INVALID, "score has none of its values");
	else if (word >= 0)
		c->score = (enum group_score)word;
	doc_number(d, "accept_score", &c->accept_score);
	doc_number(d, "reject_score", &c->reject_score);
	doc_bool(d, "ignore_sample", &c->ignore_sample);
	doc_bool(d, "accept_if_any_accepted", &c->accept_if_any_accepted);
	doc_bool(d, "custom", &c->is_custom);
	doc_text(d, "flags", &c->flags);
	if (range != NULL && range->kind == DOC_LIST && range->first != NULL) {
		c->least = limit(range->first, -HUGE_VAL);
		c->most = limit(range->first->next, HUGE_VAL);
	}
}

static int read_requires(
	struct arena *m, const struct doc *list, struct group_config *c, struct err *e)
{
	struct span *v;
	size_t n = 0;

	if (list == NULL)
		return 0;
	for (const struct doc *d = list->first; d != NULL; d = d->next)
		n++;
	v = arena_new_array(m, struct span, n + 1);
	for (const struct doc *d = list->first; d != NULL; d = d->next) {
		if (d->kind != DOC_TEXT)
			return err_set(e, ERR_INVALID, "require_pass is a list of groups");
		v[c->n_requires++] = d->text;
	}
	c->requires = v;
	return 0;
}

static void read_2025(struct arena *m, const struct doc *d, struct group_config *c, struct err *e)
{
	int word = read_word(d, "score_aggregation", scores, GROUP_PASS_FAIL + 1, e);

	if (word >= 0)
		c->score = (enum group_score)word;
	if (doc_get(d, "max_score") != NULL)
		c->most = limit(doc_get(d, "max_score"), HUGE_VAL);
	if (c->most < 0)
		err_set(e, ERR_INVALID, "max_score is negative");
	doc_bool(d, "full_feedback", &c->full_feedback);
	doc_number(d, "static_validation_score", &c->static_most);
	if (c->static_most < 0)
		err_set(e, ERR_INVALID, "static_validation_score is negative");
	if (read_requires(m, doc_get(d, "require_pass"), c, e) != 0)
		return;
}

int group_config_read(struct arena *m, enum group_grading grading, struct span path,
	struct span json, struct group_config *out, struct err *e)
{
	const struct doc *d;
	struct err why = { 0 };

	*out = group_config_default(grading, path);
	if (doc_read(m, json, &d, &why) == 0) {
		if (d->kind != DOC_MAP)
			err_set(&why, ERR_INVALID, "it is no object");
		else if (grading == GROUPS_2025)
			read_2025(m, d, out, &why);
		else
			read_legacy(d, out, &why);
	}
	if (why.kind == ERR_NONE)
		return 0;
	return err_set(e, why.kind, "the group \"" SPAN_FMT "\" cannot be read: %s", SPAN_ARG(path),
		why.text);
}
