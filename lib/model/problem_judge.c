#include "model/problem_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/problem_blob.h"
#include "model/problem_draft.h"
#include "net/json.h"

/* What the caller sees stands first, so that the pointer to it is the pointer to all. */
struct held {
	struct problem_judged p;
	struct data_key *key;
	struct arena *mem;
};

void problem_judge_free(struct problem_judged **p)
{
	struct held *h = (struct held *)*p;

	if (h == NULL)
		return;
	data_key_free(&h->key);
	arena_free(h->mem);
	free(h);
	*p = NULL;
}

static struct span group_of(struct span path)
{
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return span_sub(path, 0, n > 0 ? n - 1 : 0);
}

static const struct span *args_of(struct arena *m, struct span text, size_t *n)
{
	struct err e = { 0 };
	struct span *v;
	JSON_AUTO list = NULL;

	*n = 0;
	if (json_parse(text, &list, &e) != 0)
		return NULL;
	v = arena_new_array(m, struct span, json_length(list) + 1);
	for (size_t i = 0; i < json_length(list); i++) {
		struct span word;

		if (json_text(json_at(list, i), &word))
			v[(*n)++] = span_of(arena_dup(m, word));
	}
	return v;
}

static void fill_tests(struct arena *m, const struct rows *rows, struct problem_judged *p)
{
	struct problem_test *v = arena_new_array(m, struct problem_test, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct problem_test){
			.id = row_i64(r, problem_judge_tests_id),
			.ordinal = (int)row_i64(r, problem_judge_tests_ordinal),
			.path = row_text(r, problem_judge_tests_path),
			.group = group_of(row_text(r, problem_judge_tests_path)),
			.is_sample = row_bool(r, problem_judge_tests_is_sample),
			.input_id = row_i64(r, problem_judge_tests_input_id),
			.input_size = row_i64(r, problem_judge_tests_input_size),
			.answer_id = row_i64(r, problem_judge_tests_answer_id),
			.answer_size = row_i64(r, problem_judge_tests_answer_size),
			.validator_flags = row_text(r, problem_judge_tests_validator_flags),
		};
		v[i].args = args_of(m, row_text(r, problem_judge_tests_args), &v[i].n_args);
	}
	p->tests = v;
	p->n_tests = rows->n;
}

static void fill_groups(struct arena *m, const struct rows *rows, struct problem_judged *p)
{
	struct problem_group *v = arena_new_array(m, struct problem_group, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++)
		v[i] = (struct problem_group){
			.path = row_text(&rows->v[i], problem_judge_groups_path),
			.config = row_text(&rows->v[i], problem_judge_groups_config),
		};
	p->groups = v;
	p->n_groups = rows->n;
}

static void fill_files(struct arena *m, const struct rows *rows, struct problem_judged *p)
{
	struct problem_file *v = arena_new_array(m, struct problem_file, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++)
		v[i] = (struct problem_file){
			.role = (enum problem_role)row_i64(&rows->v[i], problem_judge_files_role),
			.path = row_text(&rows->v[i], problem_judge_files_path),
			.blob_id = row_i64(&rows->v[i], problem_judge_files_blob_id),
			.size = row_i64(&rows->v[i], problem_judge_files_size),
		};
	p->files = v;
	p->n_files = rows->n;
}

static int fill_problem(
	struct held *h, const struct envelope *seal, const struct row *r, struct err *e)
{
	struct problem_judged *p = &h->p;
	struct span hash = row_bytes(r, problem_judge_problem_data_hash, h->mem);

	p->problem_id = row_i64(r, problem_judge_problem_problem_id);
	p->slug = row_text(r, problem_judge_problem_slug);
	p->show_difference = row_bool(r, problem_judge_problem_show_difference);
	if (hash.n != DIGEST_SIZE)
		return err_set(e, ERR_INTERNAL, "a version's hash has %zu bytes", hash.n);
	memcpy(p->data_hash, hash.p, DIGEST_SIZE);
	if (data_key_open(seal, h->mem, row_bytes(r, problem_judge_problem_sealed_key, h->mem),
		    problem_key_purpose(h->mem, p->problem_id), &h->key, e) != 0)
		return -1;
	p->key = h->key;
	return 0;
}

static int load(struct db *d, const struct envelope *seal, struct held *h, struct err *e)
{
	const struct arg *id = ARGS(arg_i64(h->p.version_id));
	struct db_step steps[] = {
		{ .stmt = q_problem_judge_problem, .args = id },
		{ .stmt = q_problem_judge_tests, .args = id },
		{ .stmt = q_problem_judge_groups, .args = id },
		{ .stmt = q_problem_judge_files, .args = id },
	};

	if (db_batch(d, h->mem, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such version of a problem");
	fill_tests(h->mem, &steps[1].out, &h->p);
	fill_groups(h->mem, &steps[2].out, &h->p);
	fill_files(h->mem, &steps[3].out, &h->p);
	if (problem_rules(d, h->mem, h->p.version_id, &h->p.rules, e) != 0)
		return -1;
	return fill_problem(h, seal, &steps[0].out.v[0], e);
}

int problem_judge_load(struct db *d, const struct envelope *seal, int64_t version_id,
	struct problem_judged **out, struct err *e)
{
	struct held *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	h->p.version_id = version_id;
	h->mem = arena_new(PROBLEM_JUDGE_ARENA);
	*out = &h->p;
	if (load(d, seal, h, e) == 0)
		return 0;
	problem_judge_free(out);
	return -1;
}
