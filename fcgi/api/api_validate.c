/*
 * Whether a test is as it should be: its form is looked at here and at once, and the input
 * validators of its problem run on a judge, as a trial of whoever asks.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/problem_fill.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/testcase.h"
#include "model/trial.h"
#include "model/user.h"
#include "net/json.h"

struct validate_form {
	struct span problem;
	struct span input;
	struct span answer;
	struct span flags;
};

static const struct field form_fields[] = {
	FIELD_LINE(struct validate_form, problem, 0, PROBLEM_MAX_SLUG),
	FIELD_TEXT(struct validate_form, input, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_TEXT(struct validate_form, answer, 0, PROBLEM_MAX_FORM_TEST),
	FIELD_LINE(struct validate_form, flags, 0, PROBLEM_MAX_PATH),
};

struct remarks_json {
	bool good;
	struct shape_list remarks;
	struct span check;
};

static const struct shape_field remarks_fields[] = {
	SHAPE_BOOL(struct remarks_json, good, "nothing is to be said of its form"),
	SHAPE_TEXTS(struct remarks_json, remarks, "what is wrong with its form"),
	SHAPE_TEXT_OR_NULL(struct remarks_json, check,
		"names what the problem's input validators will have said; null: no problem"),
};
static const struct shape remarks_shape =
	SHAPE("TestcaseRemarks", struct remarks_json, remarks_fields);

const struct api_doc api_testcase_validate_doc = {
	.summary = "Whether a test is as it should be",
	.text = "Line ends, blanks at the ends of lines, zero bytes, empty files. With problem, a "
		"slug or id, its input validators are run on the input, with flags on their "
		"command lines; GET /testcases/validate/{id} tells what they say. No test is "
		"stored.",
	.body = API_PARTIAL(form_fields),
	.answers = { { 200, &remarks_shape, "what was found" } },
};

static void put_text(struct json_out *o, const char *key, struct span s)
{
	json_key(o, key);
	json_put_text(o, s.p != NULL ? s : SPAN(""));
}

/* A trial of the version that is current now. */
static int ask(struct ctx *c, const struct validate_form *f, struct span *id, struct err *e)
{
	const struct problem_ask ask = { f->problem, c->user, PROBLEM_MAY_DATA };
	struct trial_new t = { .kind = TRIAL_VALIDATE, .actor_id = c->user->id, .seal = c->seal };
	struct problem_ref ref;
	struct json_out o;
	BUF_AUTO b = { 0 };

	if (problem_find(c->db, c->mem, &ask, &ref, e) != 0)
		return -1;
	if (ref.version_id == 0)
		return err_set(e, ERR_INVALID, "the problem has no statement yet");
	buf_init(&b, 8 * (size_t)PROBLEM_MAX_FORM_TEST);
	json_begin(&o, &b);
	json_object(&o);
	json_key(&o, "version");
	json_put_i64(&o, ref.version_id);
	put_text(&o, "input", f->input);
	put_text(&o, "flags", f->flags);
	json_object_end(&o);
	return buf_finish(&b, &t.wanted, e) != 0 ? -1 : trial_make(c->db, c->mem, &t, id, e);
}

int api_testcase_validate(struct ctx *c, struct err *e)
{
	struct validate_form f = { .problem = SPAN_NONE };
	struct remarks_json answer = { .check = SPAN_NONE };
	struct testcase_remarks r;

	if (api_read_body(c, &f, e) != 0)
		return -1;
	r = testcase_remarks(c->mem, f.input.p != NULL ? f.input : SPAN(""),
		f.answer.p != NULL ? f.answer : SPAN(""));
	answer.good = r.n == 0;
	answer.remarks = (struct shape_list){ r.v, r.n };
	if (f.problem.n > 0 && ask(c, &f, &answer.check, e) != 0)
		return -1;
	api_put(c, &remarks_shape, &answer);
	return 0;
}

/* ---- what they said -------------------------------------------------------------------------- */

struct said_json {
	struct span name;
	bool accepts;
	struct span said;
};

static const struct shape_field said_fields[] = {
	SHAPE_TEXT(struct said_json, name, "of the validator"),
	SHAPE_BOOL(struct said_json, accepts, "the input is as it promises"),
	SHAPE_TEXT(struct said_json, said, "what it wrote, or why it could not be run"),
};
static const struct shape said_shape = SHAPE("InputValidator", struct said_json, said_fields);

struct check_json {
	struct span id;
	struct span state;
	bool good;
	struct shape_list validators;
	struct span fault;
};

static const struct shape_field check_fields[] = {
	SHAPE_TEXT(struct check_json, id, "names it in addresses"),
	SHAPE_TEXT(struct check_json, state, "waiting, running or finished"),
	SHAPE_BOOL(struct check_json, good, "it has finished, and all of them accept"),
	SHAPE_LIST(struct check_json, validators, &said_shape, "none if the problem has none"),
	SHAPE_TEXT(struct check_json, fault, "what went wrong with the judge"),
};
static const struct shape check_shape = SHAPE("TestcaseCheck", struct check_json, check_fields);

const struct api_doc api_testcase_check_doc = {
	.summary = "What a problem's input validators say",
	.text = "Only whoever asked for it is told, for some days.",
	.answers = { { 200, &check_shape, "how it stands" } },
};

static struct span text_of(struct ctx *c, const struct json *root, const char *key)
{
	struct span s = SPAN("");

	(void)json_text(json_get(root, key), &s);
	return arena_span(c->mem, s);
}

static struct shape_list validators_of(struct ctx *c, const struct json *root)
{
	const struct json *list = json_get(root, "validators");
	size_t n = json_length(list);
	struct said_json *v = arena_new_array(c->mem, struct said_json, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct json *one = json_at(list, i);

		v[i] = (struct said_json){ .name = text_of(c, one, "name"),
			.said = text_of(c, one, "said") };
		(void)json_bool(json_get(one, "accepts"), &v[i].accepts);
	}
	return (struct shape_list){ v, n };
}

int api_testcase_check(struct ctx *c, struct err *e)
{
	const struct trial_look look = { .public_id = route_param(c, "id"), .seal = c->seal };
	struct check_json answer;
	JSON_AUTO root = NULL;
	struct trial t;

	if (trial_get(c->db, c->mem, &look, &t, e) != 0)
		return -1;
	if (t.kind != TRIAL_VALIDATE || t.actor_id != c->user->id)
		return err_set(e, ERR_NOT_FOUND, "there is no such trial");
	if (t.answer.p != NULL && json_parse(t.answer, &root, e) != 0)
		return -1;
	answer = (struct check_json){ .id = t.public_id,
		.state = span_of(trial_state_name(t.state)),
		.fault = t.fault,
		.validators = { NULL, 0 } };
	if (root != NULL) {
		(void)json_bool(json_get(root, "ok"), &answer.good);
		answer.validators = validators_of(c, root);
	}
	api_put(c, &check_shape, &answer);
	return 0;
}
