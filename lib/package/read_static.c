/*
 * What a group asks of the source: static_validation_score and static_validator_args of
 * test_group.yaml. It becomes a test of the group.
 */
#include <math.h>

#include "judge/group.h"
#include "package/reader_tests.h"

#define SCORE "static_validation_score"
#define ARGS  "static_validator_args"

static void wrong(const struct yml_file *f, const struct yml *v, const char *why)
{
	package_say(f->r, PACKAGE_ERROR, f->path, v->line, "%s", why);
}

static void read_score(const struct reader *r, const struct yml_file *f, const struct yml *v,
	struct group_config *c)
{
	bool has_scores = r->out->rules.is_scoring && c->score != GROUP_PASS_FAIL;
	double most = 0;

	if (v->kind == YML_VALUE && span_is(v->text, "pass-fail")) {
		if (has_scores)
			wrong(f, v, SCORE " is pass-fail, but the tests of the group have scores");
		return;
	}
	if (v->kind != YML_VALUE || !yml_is_number(v->text, &most) || most < 0 ||
		most != floor(most) || isinf(most))
		wrong(f, v, SCORE " is neither pass-fail nor a whole number of 0 or more");
	else if (!has_scores)
		wrong(f, v, SCORE " is a number, but nothing in the group has a score");
	else if (most > c->most)
		wrong(f, v, SCORE " is more than the max_score of the group");
	c->static_most = most;
}

bool read_static(const struct reader *r, const struct yml_file *f, const struct yml *root,
	struct group_config *c, struct span *args)
{
	const struct yml *score = yml_get(root, SCORE);
	const struct yml *words = yml_get(root, ARGS);

	*args = SPAN("");
	if (words != NULL)
		read_arguments(f, words, args);
	if (score == NULL) {
		if (words != NULL)
			wrong(f, words, "there is " ARGS ", but no " SCORE);
		return false;
	}
	if (!reader_has(r, "static_validator"))
		wrong(f, score, "there is no static_validator that could give this score");
	read_score(r, f, score, c);
	return true;
}
