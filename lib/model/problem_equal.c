/* Tests that are one too many: of the name of another one, or with its input. */
#include "model/problem_equal.h"

#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "base/limits.h"
#include "judge/group.h"
#include "judge/rules.h"
#include "model/problem_draft.h"

static int by_path(const void *a, const void *b)
{
	return span_cmp((*(const struct draft_test *const *)a)->path,
		(*(const struct draft_test *const *)b)->path);
}

static int by_input(const void *a, const void *b)
{
	const struct draft_test *x = *(const struct draft_test *const *)a;
	const struct draft_test *y = *(const struct draft_test *const *)b;
	int c = memcmp(x->input.mac, y->input.mac, DIGEST_SIZE);

	if (c == 0)
		c = span_cmp(x->args, y->args);
	if (c == 0)
		c = span_cmp(x->validator_flags, y->validator_flags);
	return c != 0 ? c : (x > y) - (x < y);
}

static const struct draft_test **sorted(
	struct arena *m, const struct problem_draft *v, int (*order)(const void *, const void *))
{
	const struct draft_test **t = arena_new_array(m, const struct draft_test *, v->n_tests + 1);

	for (size_t i = 0; i < v->n_tests; i++)
		t[i] = &v->tests[i];
	qsort(t, v->n_tests, sizeof(*t), order);
	return t;
}

int problem_equal_names(struct arena *m, const struct problem_draft *v, struct err *e)
{
	const struct draft_test **t = sorted(m, v, by_path);

	for (size_t i = 1; i < v->n_tests; i++)
		if (span_eq(t[i - 1]->path, t[i]->path))
			return err_field(e, "path", "there are two tests " SPAN_FMT,
				SPAN_ARG(span_sub(t[i]->path, 0, 100)));
	return 0;
}

bool problem_equal_tests(const struct draft_test *a, const struct draft_test *b)
{
	return memcmp(a->input.mac, b->input.mac, DIGEST_SIZE) == 0 && span_eq(a->args, b->args) &&
	       span_eq(a->validator_flags, b->validator_flags) && !group_is_static(a->path) &&
	       !group_is_static(b->path);
}

/* Neighbours in the order of inputs, the one that is judged first in front. */
size_t problem_equal_find(
	struct arena *m, const struct problem_draft *v, struct problem_equal **out)
{
	const struct draft_test **t = sorted(m, v, by_input);
	size_t n = 0;

	*out = arena_new_array(m, struct problem_equal, PROBLEM_MAX_EQUAL);
	for (size_t i = 1; i < v->n_tests && n < PROBLEM_MAX_EQUAL; i++)
		if (problem_equal_tests(t[i - 1], t[i]))
			(*out)[n++] = (struct problem_equal){ .first = t[i - 1]->path,
				.second = t[i]->path };
	return n;
}

int problem_equal_refuse(const struct problem_equal *pair, struct err *e)
{
	err_field(e, "input", "%.*s has the same input as %.*s",
		(int)span_sub(pair->second, 0, 80).n, pair->second.p,
		(int)span_sub(pair->first, 0, 80).n, pair->first.p);
	e->kind = ERR_CONFLICT;
	return -1;
}

static struct span folder_of(struct span path)
{
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return span_sub(path, 0, n);
}

static bool has_files(const struct problem_draft *v, struct span test)
{
	for (size_t i = 0; i < v->n_files; i++) {
		struct span path = v->files[i].path;

		if (v->files[i].role == PROBLEM_TEST_FILE && path.n > test.n &&
			memcmp(path.p, test.p, test.n) == 0 &&
			span_starts(span_sub(path, test.n, path.n), ".files/"))
			return true;
	}
	return false;
}

/* Whether the second of them can change no verdict: scores count each test, groups have their own.
 */
static bool decides_nothing(
	const struct problem_draft *v, const struct draft_test *a, const struct draft_test *b)
{
	return !v->rules->is_scoring && span_eq(folder_of(a->path), folder_of(b->path)) &&
	       memcmp(a->answer.mac, b->answer.mac, DIGEST_SIZE) == 0 && !has_files(v, a->path) &&
	       !has_files(v, b->path);
}

void problem_equal_leave_out(struct problem_draft *v, struct problem_equal *pairs, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++)
		pairs[i].is_left_out = decides_nothing(v, problem_draft_test(v, pairs[i].first),
			problem_draft_test(v, pairs[i].second));
	for (size_t i = 0; i < v->n_tests; i++) {
		bool stays = true;

		for (size_t k = 0; k < n; k++)
			stays = stays && !(pairs[k].is_left_out &&
						 span_eq(pairs[k].second, v->tests[i].path));
		if (stays)
			v->tests[n_left++] = v->tests[i];
	}
	v->n_tests = n_left;
}
