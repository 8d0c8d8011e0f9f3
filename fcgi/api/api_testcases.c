/* Tests for programs: makers of a problem see and change all of them, readers see its samples. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/problem.h"
#include "model/problem_key.h"
#include "model/problem_sample.h"
#include "model/testcase.h"
#include "model/user.h"

struct test_json {
	int64_t id;
	struct span name;
	bool is_sample;
	int64_t input_size;
	int64_t answer_size;
	struct span input;
	struct span answer;
	struct span hint;
	struct span description;
};

static const struct shape_field test_fields[] = {
	SHAPE_I64(struct test_json, id, "names it until it changes, and finds it afterwards"),
	SHAPE_TEXT(struct test_json, name, "sample/1, secret/group1/03"),
	SHAPE_BOOL(struct test_json, is_sample, "everybody sees it"),
	SHAPE_I64(struct test_json, input_size, "in bytes"),
	SHAPE_I64(struct test_json, answer_size, "in bytes"),
	SHAPE_TEXT_OR_NULL(struct test_json, input, "null: it is long, or no text"),
	SHAPE_TEXT_OR_NULL(struct test_json, answer, "null: it is long, or no text"),
	SHAPE_TEXT(struct test_json, hint, "for whoever fails it"),
	SHAPE_TEXT(struct test_json, description, "what it is there for"),
};
static const struct shape test_shape = SHAPE("Testcase", struct test_json, test_fields);

struct tests_json {
	struct span problem;
	int64_t version;
	struct shape_list testcases;
};

static const struct shape_field tests_fields[] = {
	SHAPE_TEXT(struct tests_json, problem, "the problem's slug"),
	SHAPE_I64(struct tests_json, version, "of which these are"),
	SHAPE_LIST(struct tests_json, testcases, &test_shape, "in the order of judging"),
};
static const struct shape tests_shape = SHAPE("TestcaseList", struct tests_json, tests_fields);

const struct api_doc api_testcases_doc = {
	.summary = "Tests of a problem, by its slug or id",
	.text = "Whoever may not see its data gets the samples, but for those that a dialogue "
		"stands for. Inputs and answers are in the answer while they are short.",
	.answers = { { 200, &tests_shape, "the tests" } },
};

/* ---- reading --------------------------------------------------------------------------------- */

#define SHOWN_IN_ALL (4 * 1024 * 1024) // of one answer

static struct span text_or_none(struct span bytes)
{
	return utf8_valid(bytes.p, bytes.n) && !span_has(bytes, '\0') ? bytes : SPAN_NONE;
}

/* Short ones, as long as all of them together are no burden. */
static int open_shown(struct ctx *c, const struct problem_ref *ref,
	const struct testcase_list *list, struct test_json *v, struct err *e)
{
	int64_t *ids = arena_new_array(c->mem, int64_t, 2 * list->n + 1);
	size_t *of = arena_new_array(c->mem, size_t, list->n + 1);
	struct span *bytes = arena_new_array(c->mem, struct span, 2 * list->n + 1);
	struct problem_store store = { .db = c->db };
	DATA_KEY_AUTO key = NULL;
	int64_t sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		int64_t size = list->v[i].input_size + list->v[i].answer_size;

		if (size > PROBLEM_SHOWN_TEST || sum + size > SHOWN_IN_ALL)
			continue;
		sum += size;
		ids[2 * n] = list->v[i].input_id;
		ids[2 * n + 1] = list->v[i].answer_id;
		of[n++] = i;
	}
	if (n == 0)
		return 0;
	if (problem_key_open(c->db, c->mem, c->seal, ref->id, &key, e) != 0)
		return -1;
	store.key = key;
	if (problem_blobs_open(&store, c->mem, ids, 2 * n, bytes, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		v[of[i]].input = text_or_none(bytes[2 * i]);
		v[of[i]].answer = text_or_none(bytes[2 * i + 1]);
	}
	return 0;
}

/* Without those whose data readers are not shown: what stands for them is a dialogue. */
static int for_readers(
	struct ctx *c, const struct problem_ref *ref, struct testcase_list *list, struct err *e)
{
	struct testcase *v = arena_new_array(c->mem, struct testcase, list->n + 1);
	struct problem_about about;
	struct sample_list shown;
	size_t n = 0;

	if (problem_about(c->db, c->mem, ref->version_id, &about, e) != 0 ||
		problem_samples(c->db, c->cache, c->mem, &about, &shown, e) != 0)
		return -1;
	for (size_t i = 0; i < shown.n; i++) {
		struct testcase t;
		struct err none = { .kind = ERR_NONE };

		if (shown.v[i].input.id != 0 && !shown.v[i].is_hidden &&
			testcase_by_path(list, shown.v[i].path, &t, &none) == 0)
			v[n++] = t;
	}
	*list = (struct testcase_list){ v, n };
	return 0;
}

static int put_tests(struct ctx *c, const struct problem_ref *ref, int status, struct err *e)
{
	struct tests_json answer = { .problem = ref->slug, .version = ref->version_id };
	struct testcase_list list;
	struct test_json *v;

	if (testcase_list(c->db, c->cache, c->mem, ref, &list, e) != 0)
		return -1;
	if ((ref->rights & PROBLEM_MAY_DATA) == 0 && for_readers(c, ref, &list, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct test_json, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		v[i] = (struct test_json){ .id = list.v[i].id,
			.name = list.v[i].path,
			.is_sample = list.v[i].is_sample,
			.input_size = list.v[i].input_size,
			.answer_size = list.v[i].answer_size,
			.hint = list.v[i].hint,
			.description = list.v[i].description };
	if (open_shown(c, ref, &list, v, e) != 0)
		return -1;
	answer.testcases = (struct shape_list){ v, list.n };
	response_status(c->res, status);
	api_put(c, &tests_shape, &answer);
	return 0;
}

int api_testcases(struct ctx *c, struct err *e)
{
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_READ, &ref, e) != 0)
		return -1;
	return put_tests(c, &ref, 200, e);
}

/* ---- changes --------------------------------------------------------------------------------- */

struct test_form {
	struct span name;
	struct span input;
	struct span answer;
	struct span hint;
	struct span description;
};

static const struct field make_fields[] = {
	FIELD_LINE(struct test_form, name, 1, PROBLEM_MAX_PATH),
	FIELD_TEXT(struct test_form, input, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_TEXT(struct test_form, answer, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_TEXT(struct test_form, hint, 0, 2000),
	FIELD_TEXT(struct test_form, description, 0, 2000),
};

static const struct field put_fields[] = {
	FIELD_TEXT(struct test_form, input, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_TEXT(struct test_form, answer, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_TEXT(struct test_form, hint, 0, 2000),
	FIELD_TEXT(struct test_form, description, 0, 2000),
};

const struct api_doc api_testcase_make_doc = {
	.summary = "Add a test",
	.text = "name: sample/1 is shown to everybody, secret/03 is not. Makes the problem's next "
		"version. A test with the input of another one is refused.",
	.body = API_TABLE(make_fields),
	.answers = { { 201, &tests_shape, "all tests, with their new ids" } },
};

const struct api_doc api_testcase_put_doc = {
	.summary = "Replace a test's input and answer",
	.text = "An id from before other changes still finds its test; if the test itself has "
		"changed since, the answer is 409.",
	.body = API_TABLE(put_fields),
	.answers = { { 200, &tests_shape, "all tests, with their new ids" } },
};

const struct api_doc api_testcase_delete_doc = {
	.summary = "Delete a test",
	.answers = { { 200, &tests_shape, "those that are left, with their new ids" } },
};

static struct span or_empty(struct span s)
{
	return s.p != NULL ? s : SPAN("");
}

static struct testcase_new test_of(const struct test_form *f, struct span path)
{
	return (struct testcase_new){ .path = path,
		.is_sample = span_starts(path, "sample/"),
		.input = or_empty(f->input),
		.answer = or_empty(f->answer),
		.hint = or_empty(f->hint),
		.description = or_empty(f->description) };
}

/* Does it, and answers with the tests as they are then. */
static int change_and_put(struct ctx *c, struct problem_ref *ref,
	const struct problem_change *change, int status, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_made made;

	if (problem_do_change(&hand, ref->id, change, NULL, &made, e) != 0)
		return -1;
	ref->version_id = made.version_id;
	return put_tests(c, ref, status, e);
}

int api_testcase_make(struct ctx *c, struct err *e)
{
	struct test_form f = { .name = SPAN_NONE };
	struct testcase_list list;
	struct problem_ref ref;
	struct err none = { 0 };
	struct testcase_new t;
	struct testcase old;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, &ref, e) != 0 || api_read_body(c, &f, e) != 0 ||
		testcase_list(c->db, c->cache, c->mem, &ref, &list, e) != 0)
		return -1;
	if (testcase_by_path(&list, f.name, &old, &none) == 0)
		return err_set(e, ERR_CONFLICT, "there is a test of that name; PUT replaces it");
	t = test_of(&f, f.name);
	const struct problem_change change = {
		.why = span_of(arena_printf(c->mem, "test " SPAN_FMT " added", SPAN_ARG(f.name))),
		.from_version = ref.version_id,
		.tests = &t,
		.n_tests = 1
	};

	return change_and_put(c, &ref, &change, 201, e);
}

/* The test that the address names, and its problem. */
static int find_test(struct ctx *c, struct testcase_ref *t, struct problem_ref *ref, struct err *e)
{
	struct problem_ask ask = { .user = c->user, .need = PROBLEM_MAY_EDIT };
	int64_t id;

	if (!span_i64(route_param(c, "id"), &id))
		return err_set(e, ERR_NOT_FOUND, "there is no such test");
	if (testcase_find(c->db, c->mem, id, t, e) != 0)
		return -1;
	ask.name = span_of(arena_printf(c->mem, "%lld", (long long)t->problem_id));
	if (problem_find(c->db, c->mem, &ask, ref, e) != 0)
		return -1;
	if (t->id == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such test any more");
	if (!t->is_same)
		return err_set(e, ERR_CONFLICT, "the test has changed meanwhile; read it again");
	return 0;
}

int api_testcase_put(struct ctx *c, struct err *e)
{
	struct test_form f = { .name = SPAN_NONE };
	struct testcase_ref t;
	struct problem_ref ref;
	struct testcase_new fresh;

	if (find_test(c, &t, &ref, e) != 0 || api_read_body(c, &f, e) != 0)
		return -1;
	fresh = test_of(&f, t.path);
	const struct problem_change change = {
		.why = span_of(
			arena_printf(c->mem, "test " SPAN_FMT " replaced", SPAN_ARG(t.path))),
		.from_version = ref.version_id,
		.tests = &fresh,
		.n_tests = 1
	};

	return change_and_put(c, &ref, &change, 200, e);
}

int api_testcase_delete(struct ctx *c, struct err *e)
{
	struct testcase_ref t;
	struct problem_ref ref;

	if (find_test(c, &t, &ref, e) != 0)
		return -1;
	const struct problem_change change = {
		.why = span_of(arena_printf(c->mem, "test " SPAN_FMT " deleted", SPAN_ARG(t.path))),
		.from_version = ref.version_id,
		.tests_gone = &t.path,
		.n_tests_gone = 1
	};

	return change_and_put(c, &ref, &change, 200, e);
}
