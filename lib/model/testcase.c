#include "model/testcase.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "judge/group.h"
#include "model/problem_kept.h"
#include "model/problem_right.h"

int testcase_list(struct db *d, struct cache *cache, struct arena *m, const struct problem_ref *of,
	struct testcase_list *out, struct err *e)
{
	struct span key = problem_kept_key(cache, m, PROBLEM_KEPT_ONE, of->id,
		arena_printf(m, "tests %lld", (long long)of->version_id));
	struct testcase *v;
	struct rows rows;

	if (!problem_kept_get(cache, m, key, &rows)) {
		if (db_many(d, m, q_testcase_list, ARGS(arg_i64(of->version_id)), &rows, e) != 0)
			return -1;
		problem_kept_put(cache, key, &rows, PROBLEM_TESTS_S);
	}
	v = arena_new_array(m, struct testcase, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct testcase){ .id = row_i64(r, testcase_list_id),
			.ordinal = (int)row_i64(r, testcase_list_ordinal),
			.path = row_text(r, testcase_list_path),
			.is_sample = row_bool(r, testcase_list_is_sample),
			.is_static = group_is_static(row_text(r, testcase_list_path)),
			.input_id = row_i64(r, testcase_list_input_id),
			.input_size = row_i64(r, testcase_list_input_size),
			.answer_id = row_i64(r, testcase_list_answer_id),
			.answer_size = row_i64(r, testcase_list_answer_size),
			.hint = row_text(r, testcase_list_hint),
			.description = row_text(r, testcase_list_description) };
	}
	*out = (struct testcase_list){ v, rows.n };
	return 0;
}

struct testcase_list testcase_samples(struct arena *m, const struct testcase_list *all)
{
	struct testcase *v = arena_new_array(m, struct testcase, all->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].is_sample)
			v[n++] = all->v[i];
	return (struct testcase_list){ v, n };
}

int testcase_by_path(
	const struct testcase_list *all, struct span path, struct testcase *out, struct err *e)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!span_eq(all->v[i].path, path))
			continue;
		*out = all->v[i];
		return 0;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no such test");
}

int testcase_find(
	struct db *d, struct arena *m, int64_t id, struct testcase_ref *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_testcase_find, ARGS(arg_i64(id)), &row, e) != 0) {
		if (e->kind != ERR_NOT_FOUND)
			return -1;
		*e = (struct err){ 0 };
		return err_set(e, ERR_NOT_FOUND, "there is no such test");
	}
	*out = (struct testcase_ref){ row_i64(&row, testcase_find_problem_id),
		row_text(&row, testcase_find_path), row_i64(&row, testcase_find_current_id),
		row_bool(&row, testcase_find_is_same) };
	return 0;
}

/* ---- remarks --------------------------------------------------------------------------------- */

struct remarks {
	struct arena *mem;
	struct span *v;
	size_t n;
};

static void remark(struct remarks *r, const char *what, size_t line, const char *text)
{
	if (r->n == TESTCASE_MAX_REMARKS)
		return;
	r->v[r->n++] = span_of(line > 0 ? arena_printf(r->mem, "%s, line %zu: %s", what, line, text)
					: arena_printf(r->mem, "%s: %s", what, text));
}

/* The first line of each sort is named; more would say no more. */
static void look_at(struct remarks *r, const char *what, struct span text)
{
	struct span rest = text;
	bool blank = false;
	bool carriage = false;
	struct span line;

	if (text.n == 0) {
		remark(r, what, 0, "it is empty");
		return;
	}
	if (span_has(text, '\0'))
		remark(r, what, 0, "it holds zero bytes");
	else if (!utf8_valid(text.p, text.n))
		remark(r, what, 0, "it is not valid UTF-8");
	if (text.p[text.n - 1] != '\n')
		remark(r, what, 0, "its last line does not end with a line feed");
	for (size_t n = 1; span_split(&rest, '\n', &line) && !(blank && carriage); n++) {
		char last = line.n > 0 ? line.p[line.n - 1] : 'x';

		if (last == '\r' && !carriage) {
			remark(r, what, n, "the line ends with a carriage return");
			carriage = true;
		}
		if ((last == ' ' || last == '\t') && !blank) {
			remark(r, what, n, "there are blanks at the end of the line");
			blank = true;
		}
	}
}

struct testcase_remarks testcase_remarks(struct arena *m, struct span input, struct span answer)
{
	struct remarks r = { .mem = m, .v = arena_new_array(m, struct span, TESTCASE_MAX_REMARKS) };

	look_at(&r, "input", input);
	look_at(&r, "answer", answer);
	return (struct testcase_remarks){ r.v, r.n };
}
