/*
 * Every call here goes the same way: check the form, lock the problem, bring in the bytes, make the
 * draft of the next version, look for equal tests, store it.
 */
#include "model/problem_edit.h"

#include <stdlib.h>
#include <string.h>

#include "auth/data_key.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/rules.h"
#include "model/audit.h"
#include "model/problem_by_hand.h"
#include "model/problem_check.h"
#include "model/problem_draft.h"
#include "model/problem_equal.h"
#include "model/problem_meta.h"
#include "model/problem_verify.h"
#include "net/json.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Tests' inputs and answers, then files, side by side. */
static int put_bytes(const struct problem_desk *desk, const struct problem_shelf *to,
	const struct problem_new *n, struct problem_blob **out, struct err *e)
{
	size_t total = 2 * n->n_tests + n->n_files;
	struct span *texts = arena_new_array(desk->mem, struct span, total + 1);

	*out = arena_new_array(desk->mem, struct problem_blob, total + 1);
	for (size_t i = 0; i < n->n_tests; i++) {
		texts[2 * i] = n->tests[i].input;
		texts[2 * i + 1] = n->tests[i].answer;
	}
	for (size_t i = 0; i < n->n_files; i++)
		texts[2 * n->n_tests + i] = n->files[i].bytes;
	return problem_blobs_put(to, texts, total, *out, e);
}

static struct span args_json(struct arena *m, const struct testcase_new *t, struct err *e)
{
	struct span text = SPAN_NONE;
	struct json_out j;
	BUF_AUTO b = { 0 };

	buf_init(&b, JOB_MAX_PAYLOAD);
	json_begin(&j, &b);
	json_array(&j);
	for (size_t i = 0; i < t->n_args; i++)
		json_put_text(&j, t->args[i]);
	json_array_end(&j);
	return buf_finish(&b, &text, e) == 0 ? arena_span(m, text) : SPAN_NONE;
}

static int fill_test(struct arena *m, const struct testcase_new *t,
	const struct problem_blob *blobs, struct draft_test *out, struct err *e)
{
	*out = (struct draft_test){ .path = t->path,
		.is_sample = t->is_sample,
		.input = blobs[0],
		.answer = blobs[1],
		.args = args_json(m, t, e),
		.validator_flags = t->validator_flags,
		.hint = t->hint,
		.description = t->description };
	return out->args.p != NULL ? 0 : -1;
}

/* ---- whole problems -------------------------------------------------------------------------- */

static int draft_new(struct arena *m, const struct problem_new *n, const struct problem_blob *blobs,
	struct problem_draft *v, struct err *e)
{
	*v = (struct problem_draft){ .why = n->why,
		.format = n->format,
		.author = n->author,
		.source = n->source,
		.source_url = n->source_url,
		.license = n->license,
		.rules = n->rules,
		.show_difference = n->show_difference,
		.by_hand = n->by_hand,
		.n_texts = n->n_texts,
		.n_files = n->n_files,
		.n_tests = n->n_tests,
		.n_groups = n->n_groups,
		.n_solutions = n->n_solutions };
	v->texts = arena_new_array(m, struct problem_text_new, n->n_texts + 1);
	v->files = arena_new_array(m, struct draft_file, n->n_files + 1);
	v->tests = arena_new_array(m, struct draft_test, n->n_tests + 1);
	v->groups = arena_new_array(m, struct test_group_new, n->n_groups + 1);
	v->solutions = arena_new_array(m, struct draft_solution, n->n_solutions + 1);
	for (size_t i = 0; i < n->n_texts; i++)
		v->texts[i] = n->texts[i];
	for (size_t i = 0; i < n->n_files; i++)
		v->files[i] = (struct draft_file){ n->files[i].role, n->files[i].path,
			blobs[2 * n->n_tests + i] };
	for (size_t i = 0; i < n->n_tests; i++)
		if (fill_test(m, &n->tests[i], blobs + 2 * i, &v->tests[i], e) != 0)
			return -1;
	for (size_t i = 0; i < n->n_groups; i++)
		v->groups[i] = n->groups[i];
	for (size_t i = 0; i < n->n_solutions; i++)
		v->solutions[i] = (struct draft_solution){ .what = n->solutions[i],
			.outcome = SOLUTION_OPEN };
	return problem_equal_names(m, v, e);
}

/* before: the version that it takes the place of; 0: none. */
static int store_new(const struct problem_desk *desk, const struct problem_shelf *to,
	int64_t before, const struct problem_new *n, struct problem_made *out, struct err *e)
{
	struct problem_blob *blobs;
	struct problem_draft draft;
	struct problem_equal *equal;

	if (put_bytes(desk, to, n, &blobs, e) != 0 ||
		draft_new(desk->mem, n, blobs, &draft, e) != 0 ||
		problem_by_hand_keep(desk, before, &draft, out, e) != 0)
		return -1;
	out->n_equal = problem_equal_find(desk->mem, &draft, &equal);
	out->equal = equal;
	if (out->n_equal > 0 && n->equal_tests == PROBLEM_REFUSES_EQUAL)
		return problem_equal_refuse(equal, e);
	if (n->equal_tests == PROBLEM_LEAVES_OUT_EQUAL)
		problem_equal_leave_out(&draft, equal, out->n_equal);
	return problem_draft_store(desk, &draft, out, e);
}

static int audit(const struct problem_desk *desk, const char *action, int64_t id, struct err *e)
{
	const struct audit_entry entry = { .actor_id = desk->actor_id,
		.action = action,
		.object = audit_object(desk->mem, "problem", id) };

	return audit_add(desk->tx, desk->mem, &entry, e);
}

int problem_create(const struct problem_desk *desk, const struct problem_new *n,
	struct problem_made *out, struct err *e)
{
	struct db *d = desk->tx->db;
	DATA_KEY_AUTO key = NULL;
	struct span sealed;
	struct row row;
	int64_t id;

	*out = (struct problem_made){ .slug = n->slug };
	if (!problem_slug_is_good(n->slug))
		return err_field(e, "slug",
			"the short name must have 1 to %d of a-z, 0-9 and -, and a letter",
			PROBLEM_MAX_SLUG);
	if (problem_check_new(n, e) != 0 ||
		db_one(d, desk->mem, q_problem_new_id, NO_ARGS, &row, e) != 0)
		return -1;
	id = row_i64(&row, problem_new_id_id);
	out->id = id;
	if (data_key_make(desk->seal, desk->mem, problem_key_purpose(desk->mem, id), &sealed, &key,
		    e) != 0)
		return -1;
	if (db_exec(d, q_problem_add,
		    ARGS(arg_i64(id), arg_text(n->slug),
			    desk->actor_id != 0 ? arg_i64(desk->actor_id) : arg_null(),
			    arg_bytes(sealed)),
		    NULL, e) != 0)
		return e->kind == ERR_CONFLICT ? problem_slug_taken(n->slug, e) : -1;
	if (problem_put_tags(desk, id, n->tags, n->n_tags, e) != 0 ||
		store_new(desk, &(struct problem_shelf){ desk->tx, key, id }, 0, n, out, e) != 0)
		return -1;
	return audit(desk, "problem.create", id, e);
}

/* The problem's row is locked until the transaction ends. */
static int lock(const struct problem_desk *desk, int64_t problem_id, struct row *row,
	struct data_key **key, struct err *e)
{
	if (db_one(desk->tx->db, desk->mem, q_problem_lock, ARGS(arg_i64(problem_id)), row, e) != 0)
		return -1;
	return data_key_open(desk->seal, desk->mem,
		row_bytes(row, problem_lock_sealed_key, desk->mem),
		problem_key_purpose(desk->mem, problem_id), key, e);
}

int problem_replace(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_new *n, struct problem_made *out, struct err *e)
{
	DATA_KEY_AUTO key = NULL;
	struct row row;

	*out = (struct problem_made){ .id = problem_id };
	if (problem_check_new(n, e) != 0 || lock(desk, problem_id, &row, &key, e) != 0)
		return -1;
	out->slug = row_text(&row, problem_lock_slug);
	if (n->n_tags > 0 && problem_put_tags(desk, problem_id, n->tags, n->n_tags, e) != 0)
		return -1;
	const struct problem_shelf to = { desk->tx, key, problem_id };

	if (store_new(desk, &to, row_i64(&row, problem_lock_version_id), n, out, e) != 0)
		return -1;
	return audit(desk, "problem.replace", problem_id, e);
}

/* ---- changes --------------------------------------------------------------------------------- */

static struct problem_text_new *find_text(struct problem_draft *v, struct span lang)
{
	for (size_t i = 0; i < v->n_texts; i++)
		if (span_eq(v->texts[i].lang, lang))
			return &v->texts[i];
	return NULL;
}

static struct draft_file *find_file(
	struct problem_draft *v, enum problem_role role, struct span path)
{
	for (size_t i = 0; i < v->n_files; i++)
		if (v->files[i].role == role && span_eq(v->files[i].path, path))
			return &v->files[i];
	return NULL;
}

static int no_text(struct span lang, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "there is no statement in " SPAN_FMT,
		SPAN_ARG(span_sub(lang, 0, 40)));
}

static int change_texts(struct problem_draft *v, const struct problem_change *c, struct err *e)
{
	for (size_t i = 0; i < c->n_texts_gone; i++) {
		struct problem_text_new *t = find_text(v, c->texts_gone[i]);

		if (t == NULL)
			return no_text(c->texts_gone[i], e);
		memmove(t, t + 1, (size_t)(v->texts + v->n_texts - (t + 1)) * sizeof(*t));
		v->n_texts--;
	}
	for (size_t i = 0; i < c->n_texts; i++) {
		struct problem_text_new *t = find_text(v, c->texts[i].lang);

		if (c->texts[i].html.p == NULL) {
			if (t == NULL)
				return no_text(c->texts[i].lang, e);
			t->title = c->texts[i].title;
			continue;
		}
		*(t != NULL ? t : &v->texts[v->n_texts++]) = c->texts[i];
	}
	if (v->n_texts == 0)
		return err_field(e, "text", "the last statement cannot go");
	return 0;
}

static int change_files(struct problem_draft *v, const struct problem_change *c,
	const struct problem_blob *blobs, struct err *e)
{
	for (size_t i = 0; i < c->n_files_gone; i++) {
		struct draft_file *f = find_file(v, c->files_gone[i].role, c->files_gone[i].path);

		if (f == NULL)
			return err_set(e, ERR_NOT_FOUND, "there is no file " SPAN_FMT,
				SPAN_ARG(span_sub(c->files_gone[i].path, 0, 100)));
		memmove(f, f + 1, (size_t)(v->files + v->n_files - (f + 1)) * sizeof(*f));
		v->n_files--;
	}
	for (size_t i = 0; i < c->n_files; i++) {
		struct draft_file *f = find_file(v, c->files[i].role, c->files[i].path);

		*(f != NULL ? f : &v->files[v->n_files++]) =
			(struct draft_file){ c->files[i].role, c->files[i].path, blobs[i] };
	}
	return 0;
}

/* Samples are judged first; within its sort a new one comes in by the order of paths. */
static struct draft_test *place_for(struct problem_draft *v, const struct testcase_new *t)
{
	struct draft_test *at = v->tests;
	struct draft_test *end = v->tests + v->n_tests;

	if (!t->is_sample)
		while (at < end && at->is_sample)
			at++;
	while (at < end && at->is_sample == t->is_sample && span_cmp(at->path, t->path) < 0)
		at++;
	memmove(at + 1, at, (size_t)(end - at) * sizeof(*at));
	v->n_tests++;
	return at;
}

static int change_tests(struct arena *m, struct problem_draft *v, const struct problem_change *c,
	const struct problem_blob *blobs, struct err *e)
{
	for (size_t i = 0; i < c->n_tests_gone; i++) {
		struct draft_test *t = problem_draft_test(v, c->tests_gone[i]);

		if (t == NULL)
			return err_set(e, ERR_NOT_FOUND, "there is no test " SPAN_FMT,
				SPAN_ARG(span_sub(c->tests_gone[i], 0, 100)));
		memmove(t, t + 1, (size_t)(v->tests + v->n_tests - (t + 1)) * sizeof(*t));
		v->n_tests--;
	}
	for (size_t i = 0; i < c->n_tests; i++) {
		struct draft_test *t = problem_draft_test(v, c->tests[i].path);

		if (t == NULL)
			t = place_for(v, &c->tests[i]);
		if (fill_test(m, &c->tests[i], blobs + 2 * i, t, e) != 0)
			return -1;
	}
	return 0;
}

/* Tests that were equal before may stay so; what is new or replaced may equal nothing. */
static int check_changed(struct problem_draft *v, const struct problem_change *c, struct err *e)
{
	for (size_t i = 0; i < c->n_tests; i++) {
		const struct draft_test *mine = problem_draft_test(v, c->tests[i].path);

		for (size_t k = 0; k < v->n_tests; k++) {
			const struct problem_equal pair = { .first = v->tests[k].path,
				.second = mine->path };

			if (&v->tests[k] != mine && problem_equal_tests(&v->tests[k], mine))
				return problem_equal_refuse(&pair, e);
		}
	}
	return 0;
}

static int apply(const struct problem_desk *desk, struct problem_draft *v,
	const struct problem_change *c, const struct problem_blob *blobs, struct err *e)
{
	const struct problem_settings before = { v->rules, v->show_difference };

	if (c->rules != NULL)
		v->rules = c->rules;
	if (c->show_difference != NULL)
		v->show_difference = *c->show_difference;
	v->by_hand |= problem_by_hand(
		&before, &(struct problem_settings){ v->rules, v->show_difference });
	if (change_texts(v, c, e) != 0 || change_files(v, c, blobs + 2 * c->n_tests, e) != 0 ||
		change_tests(desk->mem, v, c, blobs, e) != 0)
		return -1;
	if (v->n_tests > PROBLEM_MAX_TESTS || v->n_files > PROBLEM_MAX_FILES ||
		v->n_texts > PROBLEM_MAX_TEXTS)
		return err_set(e, ERR_LIMIT,
			"a problem has at most %d tests, %d files and %d texts", PROBLEM_MAX_TESTS,
			PROBLEM_MAX_FILES, PROBLEM_MAX_TEXTS);
	return check_changed(v, c, e);
}

int problem_revise(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_change *change, struct problem_made *out, struct err *e)
{
	const struct problem_new fresh = { .tests = change->tests,
		.n_tests = change->n_tests,
		.files = change->files,
		.n_files = change->n_files };
	struct problem_shelf to = { .tx = desk->tx, .problem_id = problem_id };
	size_t more = change->n_texts + change->n_files + change->n_tests + 1;
	DATA_KEY_AUTO key = NULL;
	struct problem_blob *blobs;
	struct problem_draft draft;
	struct row row;
	int64_t version;

	*out = (struct problem_made){ .id = problem_id };
	if (problem_check_change(change, e) != 0 || lock(desk, problem_id, &row, &key, e) != 0)
		return -1;
	to.key = key;
	out->slug = row_text(&row, problem_lock_slug);
	version = row_i64(&row, problem_lock_version_id);
	if (change->from_version != 0 && change->from_version != version)
		return err_set(e, ERR_CONFLICT,
			"somebody else has changed the problem meanwhile; look at it again");
	if (problem_draft_read(desk->tx->db, desk->mem, version, more, &draft, e) != 0 ||
		put_bytes(desk, &to, &fresh, &blobs, e) != 0 ||
		apply(desk, &draft, change, blobs, e) != 0)
		return -1;
	draft.why = change->why;
	return problem_draft_store(desk, &draft, out, e);
}
