/* Patterns of submissions.yaml, held against paths of solutions, tests and groups. */
#include "judge/expect.h"

#define MOST_STEPS 20000
#define MOST_PATH  255

/* Pieces of a pattern that are matched one after the other; braces put one in front. */
struct piece {
	struct span text;
	const struct piece *next;
};

static bool match(const struct piece *at, struct span path, unsigned *steps);

/* {a,b}: each alternative in front of what follows the brace. */
static bool match_braces(const struct piece *at, struct span path, unsigned *steps)
{
	size_t close = 1;
	struct piece rest = { .next = at->next };
	struct span inside;
	struct span one;

	while (close < at->text.n && at->text.p[close] != '}')
		close++;
	if (close == at->text.n)
		return false;
	inside = span_sub(at->text, 1, close - 1);
	rest.text = span_sub(at->text, close + 1, at->text.n);
	if (inside.n == 0 || inside.p[inside.n - 1] == ',') {
		if (match(&rest, path, steps)) // an alternative that is empty
			return true;
	}
	while (span_split(&inside, ',', &one)) {
		struct piece front = { .text = one, .next = &rest };

		if (match(&front, path, steps))
			return true;
	}
	return false;
}

static bool match_star(const struct piece *at, struct span path, unsigned *steps)
{
	struct piece rest = { .text = span_sub(at->text, 1, at->text.n), .next = at->next };

	for (size_t i = 0; i <= path.n; i++) {
		if (match(&rest, span_sub(path, i, path.n), steps))
			return true;
		if (i < path.n && path.p[i] == '/')
			return false;
	}
	return false;
}

static bool match(const struct piece *at, struct span path, unsigned *steps)
{
	struct piece now;

	while (at != NULL && at->text.n == 0)
		at = at->next;
	if (at == NULL)
		return path.n == 0;
	if (++*steps > MOST_STEPS)
		return false;
	if (at->text.p[0] == '{')
		return match_braces(at, path, steps);
	if (at->text.p[0] == '*')
		return match_star(at, path, steps);
	if (path.n == 0 || (at->text.p[0] == '?' ? path.p[0] == '/' : at->text.p[0] != path.p[0]))
		return false;
	now = (struct piece){ .text = span_sub(at->text, 1, at->text.n), .next = at->next };
	return match(&now, span_sub(path, 1, path.n), steps);
}

bool expect_names(struct span pattern, struct span path)
{
	struct piece whole = { .text = pattern };
	unsigned steps = 0;

	return pattern.n <= MOST_PATH && path.n <= MOST_PATH && match(&whole, path, &steps);
}

bool expect_matches(struct span pattern, struct span path)
{
	struct piece whole = { .text = pattern };
	unsigned steps = 0;

	if (pattern.n == 0)
		return true;
	if (pattern.n > MOST_PATH || path.n > MOST_PATH)
		return false;
	for (size_t i = 1; i <= path.n; i++) {
		if ((i == path.n || path.p[i] == '/') &&
			match(&whole, span_sub(path, 0, i), &steps))
			return true;
	}
	return false;
}
