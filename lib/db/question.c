#include "db/question.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "db/stmt.h"

struct db_question *db_question_new(void)
{
	struct db_question *q = calloc(1, sizeof(*q));

	if (q == NULL)
		abort();
	return q;
}

void db_question_free(struct db_question *q)
{
	free(q);
}

static size_t count_args(const struct arg *a)
{
	size_t n = 0;

	while (a != NULL && a[n].type != ARG_END)
		n++;
	return n;
}

static struct arg copy_arg(struct arena *m, const struct arg *a)
{
	struct arg out = *a;

	out.text = arena_span(m, a->text);
	if (a->type == ARG_I64_ARRAY) {
		int64_t *numbers = arena_new_array(m, int64_t, a->n);

		for (size_t i = 0; i < a->n; i++)
			numbers[i] = a->numbers[i];
		out.numbers = numbers;
	} else if (a->type == ARG_TEXT_ARRAY) {
		struct span *texts = arena_new_array(m, struct span, a->n);

		for (size_t i = 0; i < a->n; i++)
			texts[i] = arena_span(m, a->texts[i]);
		out.texts = texts;
	}
	return out;
}

static const struct arg *copy_args(struct arena *m, const struct arg *a)
{
	size_t n = count_args(a);
	struct arg *out = arena_new_array(m, struct arg, n + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = copy_arg(m, &a[i]);
	out[n] = arg_end();
	return out;
}

bool question_suits(const struct db_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned flags = stmt_table[steps[i].stmt].flags;

		if ((flags & (STMT_READ | STMT_REPLICA)) == 0 ||
			(flags & (STMT_PINNED | STMT_LONG)) != 0)
			return false;
	}
	return true;
}

void question_add(struct db_question *q, const struct db_step *steps, size_t n)
{
	assert(n <= QUESTION_STEPS - q->n);
	for (size_t i = 0; i < n; i++)
		q->steps[q->n++] = (struct db_step){ .stmt = steps[i].stmt,
			.args = copy_args(q->mem, steps[i].args) };
}

/* NULL and the empty text are two things. */
static bool same_text(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && span_eq(a, b);
}

static bool same_arg(const struct arg *a, const struct arg *b)
{
	if (a->type != b->type || a->number != b->number || a->n != b->n ||
		!same_text(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->type == ARG_I64_ARRAY && a->numbers[i] != b->numbers[i])
			return false;
		if (a->type == ARG_TEXT_ARRAY && !same_text(a->texts[i], b->texts[i]))
			return false;
	}
	return true;
}

static bool same_args(const struct arg *a, const struct arg *b)
{
	size_t n = count_args(a);

	if (n != count_args(b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_arg(&a[i], &b[i]))
			return false;
	return true;
}

static bool same_step(const struct db_step *a, const struct db_step *b)
{
	return a->stmt == b->stmt && same_args(a->args, b->args);
}

static size_t find_step(const struct db_step *steps, size_t n, const struct db_step *it)
{
	size_t i = 0;

	while (i < n && !same_step(&steps[i], it))
		i++;
	return i;
}

size_t questions_gather(
	struct db_question *const *q, size_t n, struct db_step *steps, struct arena **mems)
{
	size_t k = 0;

	assert(n <= DB_MOST_ASKED);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < q[i]->n; j++) {
			size_t at = find_step(steps, k, &q[i]->steps[j]);

			q[i]->at[j] = at;
			if (at < k)
				continue;
			steps[k] = q[i]->steps[j];
			mems[k++] = q[i]->mem;
		}
	}
	return k;
}

void questions_answer(struct db_question *const *q, size_t n, const struct db_step *steps)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < q[i]->n; j++) {
			q[i]->steps[j].out = steps[q[i]->at[j]].out;
			q[i]->steps[j].count = steps[q[i]->at[j]].count;
		}
		q[i]->answered = q[i]->n > 0;
	}
}

static bool give(struct db_question *q, struct db_step *step)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct db_step *its = &q->steps[i];

		if (q->given[i] || !same_step(its, step))
			continue;
		step->out = its->out;
		step->count = its->count;
		q->given[i] = true;
		return true;
	}
	return false;
}

bool question_answers(
	struct db_question *q, const struct arena *mem, struct db_step *steps, size_t n)
{
	bool before[QUESTION_STEPS];

	if (!q->answered || mem != q->mem)
		return false;
	memcpy(before, q->given, sizeof(before));
	for (size_t i = 0; i < n; i++) {
		if (!give(q, &steps[i])) {
			memcpy(q->given, before, sizeof(before));
			return false;
		}
	}
	return true;
}
