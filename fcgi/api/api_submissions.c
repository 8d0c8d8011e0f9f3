/* Sending in and following submissions, for programs. */
#include <math.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "judge/language.h"
#include "judge/verdict.h"
#include "model/problem_right.h"
#include "model/submission.h"
#include "model/submission_send.h"
#include "model/user.h"
#include "net/json.h"

#define PAGE 50

/* ---- shapes ---- */

struct line_json {
	struct span id, problem, problem_name, language, state, verdict;
	int64_t user, size, made_at, n_tests, n_ended, cpu_ms, memory_kib;
	double score;
};

static const struct shape_field line_fields[] = {
	SHAPE_TEXT(struct line_json, id, "names it in addresses"),
	SHAPE_TEXT(struct line_json, problem, "the problem's slug"),
	SHAPE_TEXT(struct line_json, problem_name, "and its name"),
	SHAPE_I64_OR_NULL(struct line_json, user, "who sent it in; null: the account is gone"),
	SHAPE_TEXT(struct line_json, language, "id of the language"),
	SHAPE_I64(struct line_json, size, "of the source, in bytes"),
	SHAPE_TIME(struct line_json, made_at, "when it came"),
	SHAPE_TEXT(struct line_json, state, "waiting, building, running or finished"),
	SHAPE_TEXT_OR_NULL(struct line_json, verdict,
		"AC, WA, TLE, MLE, OLE, RE, CE; JE: the judge failed and it will be judged again; "
		"null: not yet"),
	SHAPE_NUMBER_OR_NULL(struct line_json, score, "where the problem scores"),
	SHAPE_I64(struct line_json, n_tests, "how many tests there are; 0 until it is built"),
	SHAPE_I64(struct line_json, n_ended, "how many of them have ended"),
	SHAPE_I64_OR_NULL(struct line_json, cpu_ms, "processor time of the slowest test"),
	SHAPE_I64_OR_NULL(struct line_json, memory_kib, "memory of the largest"),
};
static const struct shape line_shape = SHAPE("Submission", struct line_json, line_fields);

struct list_json {
	struct shape_list submissions;
	struct span next;
};

static const struct shape_field list_fields[] = {
	SHAPE_LIST(struct list_json, submissions, &line_shape, "the newest first"),
	SHAPE_TEXT_OR_NULL(struct list_json, next, "before of the next page; null: there is none"),
};
static const struct shape list_shape = SHAPE("SubmissionList", struct list_json, list_fields);

struct test_json {
	int64_t test, cpu_ms, wall_ms, memory_kib;
	struct span verdict, path, difference, output, errors, message, jury_message, exit;
	bool sample, static_validation;
	double score;
};

static const struct shape_field test_fields[] = {
	SHAPE_I64(struct test_json, test, "its number, from 1"),
	SHAPE_BOOL(struct test_json, sample, "one of those that everybody sees"),
	SHAPE_BOOL(struct test_json, static_validation,
		"the problem's program that reads the source; nothing was run, so it has no figures"),
	SHAPE_TEXT_OR_NULL(struct test_json, path, "in the problem's data, where it may be known"),
	SHAPE_TEXT_OR_NULL(struct test_json, verdict, "null: it has not run, or need not"),
	SHAPE_NUMBER_OR_NULL(struct test_json, score, "as the validator gave it"),
	SHAPE_I64_OR_NULL(struct test_json, cpu_ms, "processor time"),
	SHAPE_I64_OR_NULL(struct test_json, wall_ms, "time by the clock"),
	SHAPE_I64_OR_NULL(struct test_json, memory_kib, "memory at the peak"),
	SHAPE_TEXT_OR_NULL(struct test_json, difference, "the first place that differs"),
	SHAPE_TEXT_OR_NULL(struct test_json, output, "the beginning of what it wrote"),
	SHAPE_TEXT_OR_NULL(struct test_json, errors, "and of its standard error"),
	SHAPE_TEXT_OR_NULL(struct test_json, message, "what the validator says to you"),
	SHAPE_TEXT_OR_NULL(struct test_json, jury_message, "and to the jury"),
	SHAPE_TEXT_OR_NULL(struct test_json, exit, "how it ended, where that was the fault"),
};
static const struct shape test_shape = SHAPE("TestResult", struct test_json, test_fields);

struct result_json {
	struct span id, state, verdict, build_text, waiting_for, host, compiler, box, data_hash,
		fault;
	int64_t n_tests, n_ended, cpu_ms, memory_kib, ahead, version, ended_at, time_limit_ms,
		memory_limit_mib;
	double score;
	struct shape_list tests;
};

static const struct shape_field result_fields[] = {
	SHAPE_TEXT(struct result_json, id, "names it in addresses"),
	SHAPE_TEXT(struct result_json, state, "waiting, building, running or finished"),
	SHAPE_TEXT_OR_NULL(struct result_json, verdict, "null: not yet"),
	SHAPE_NUMBER_OR_NULL(struct result_json, score, "where the problem scores"),
	SHAPE_I64(struct result_json, n_tests, "how many tests there are"),
	SHAPE_I64(struct result_json, n_ended, "how many of them have ended"),
	SHAPE_I64_OR_NULL(struct result_json, cpu_ms, "processor time of the slowest test"),
	SHAPE_I64_OR_NULL(struct result_json, memory_kib, "memory of the largest"),
	SHAPE_TEXT_OR_NULL(struct result_json, waiting_for, "why nothing happens yet"),
	SHAPE_I64_OR_NULL(struct result_json, ahead, "how many come before it"),
	SHAPE_TEXT(struct result_json, build_text, "what the compiler said"),
	SHAPE_TIME_OR_NULL(struct result_json, ended_at, "when the verdict came"),
	SHAPE_I64(struct result_json, version, "of the problem that it was judged by"),
	SHAPE_LIST(struct result_json, tests, &test_shape, "in the order of judging"),
	SHAPE_TEXT_OR_NULL(struct result_json, host, "for the jury: the judge's machine"),
	SHAPE_TEXT_OR_NULL(struct result_json, compiler, "its version"),
	SHAPE_TEXT_OR_NULL(struct result_json, box, "version and kind of the box"),
	SHAPE_TEXT_OR_NULL(struct result_json, data_hash, "of all that can change a verdict"),
	SHAPE_I64_OR_NULL(struct result_json, time_limit_ms, "that it was held to"),
	SHAPE_I64_OR_NULL(struct result_json, memory_limit_mib, "that it was held to"),
	SHAPE_TEXT_OR_NULL(struct result_json, fault, "what went wrong with the judge"),
};
static const struct shape result_shape =
	SHAPE("SubmissionResult", struct result_json, result_fields);

struct one_json {
	struct line_json submission;
	struct span file_name, source;
	struct result_json result;
};

static const struct shape_field one_fields[] = {
	SHAPE_OBJECT(struct one_json, submission, &line_shape, "what it is"),
	SHAPE_TEXT(struct one_json, file_name, "what its source is called"),
	SHAPE_TEXT_OR_NULL(struct one_json, source,
		"null of a jury's own solution; of a zip with answers, in base64"),
	SHAPE_OBJECT(struct one_json, result, &result_shape, "what it came to"),
};
static const struct shape one_shape = SHAPE("SubmissionDetails", struct one_json, one_fields);

/* ---- requests ---- */

struct send_form {
	struct span problem, language, file_name, source;
};

static const struct field send_fields[] = {
	FIELD_LINE(struct send_form, problem, 1, 63),
	FIELD_LINE(struct send_form, language, 1, 20),
	FIELD_LINE(struct send_form, file_name, 0, 100),
	FIELD_TEXT(struct send_form, source, 1, REQUEST_MAX_BODY),
};

static const struct api_param list_params[] = {
	{ "before", "string", 0, 0, "next of the page before" },
	{ "limit", "integer", 1, SUBMISSION_MAX_PAGE, "how many at most; 50 without it" },
	{ "language", "string", 0, 0, "only this language" },
	{ "verdict", "string", 0, 0, "only this verdict" },
};

const struct api_doc api_submission_send_doc = {
	.summary = "Send in a solution",
	.text = "problem is its slug or its number. At most 10 a minute and 100 a day. Where a problem "
		"wants answers instead of a program (its submits_answers), language is answer and "
		"source the answer to its only test, or, with a file_name that ends with .zip, in "
		"base64 a zip with a file for each test, such as 01.ans.",
	.body = API_TABLE(send_fields),
	.answers = { { 201, &line_shape, "it waits for its judge" } },
};

const struct api_doc api_submission_doc = {
	.summary = "A submission",
	.answers = { { 200, &one_shape, "with its source, as far as you may see it" } },
};

const struct api_doc api_submission_result_doc = {
	.summary = "What a submission came to",
	.text = "May be asked while it is judged: then it says what is known so far.",
	.answers = { { 200, &result_shape, "its result" } },
};

const struct api_doc api_submissions_of_user_doc = {
	.summary = "A member's submissions",
	.text = "id is the account's number, or me. Others than the jury see their own only.",
	API_PARAMS(list_params),
	.answers = { { 200, &list_shape, "one page" } },
};

const struct api_doc api_submissions_of_problem_doc = {
	.summary = "Submissions for a problem",
	.text = "id is the problem's slug or number. Jury and owner see everybody's, others their own.",
	API_PARAMS(list_params),
	.answers = { { 200, &list_shape, "one page" } },
};

const struct api_doc api_submission_delete_doc = {
	.summary = "Take a submission out of your lists",
	.text = "The jury still sees it, and it still counts. Not while it is judged.",
	.answers = { { 204, NULL, "it is gone" } },
};

/* ---- filling ---- */

static int64_t or_null(int64_t v)
{
	return v < 0 ? INT64_MIN : v;
}

static struct span verdict_text(int verdict)
{
	return verdict == VERDICT_NONE ? SPAN_NONE : span_of(verdict_code((enum verdict)verdict));
}

static struct line_json line_of(const struct submission_row *r)
{
	return (struct line_json){ .id = r->public_id,
		.problem = r->problem_slug,
		.problem_name = r->problem_name,
		.user = r->user_id != 0 ? r->user_id : INT64_MIN,
		.language = r->language,
		.size = r->size,
		.made_at = r->made_at,
		.state = span_of(judging_state_name(r->state)),
		.verdict = verdict_text(r->verdict),
		.score = r->has_score ? r->score : (double)NAN,
		.n_tests = r->n_tests,
		.n_ended = r->n_ended,
		.cpu_ms = or_null(r->cpu_ms),
		.memory_kib = or_null(r->memory_kib) };
}

static struct test_json test_of(const struct submission_test *t)
{
	bool ran = t->verdict != VERDICT_NONE && !t->is_static;

	return (struct test_json){ .test = t->ordinal + 1,
		.sample = t->is_sample,
		.static_validation = t->is_static,
		.path = t->path,
		.verdict = verdict_text(t->verdict),
		.score = t->has_score ? t->score : (double)NAN,
		.cpu_ms = ran ? t->cpu_ms : INT64_MIN,
		.wall_ms = ran ? t->wall_ms : INT64_MIN,
		.memory_kib = ran ? t->memory_kib : INT64_MIN,
		.difference = t->difference,
		.output = t->output,
		.errors = t->errors,
		.message = t->team_text,
		.jury_message = t->jury_text,
		.exit = t->exit_text };
}

static struct result_json result_of(struct arena *m, const struct submission_full *s)
{
	struct test_json *tests = arena_new_array(m, struct test_json, s->n_tests + 1);
	bool waits = s->wait != SUBMISSION_WAITS_NOT;

	for (size_t i = 0; i < s->n_tests; i++)
		tests[i] = test_of(&s->tests[i]);
	return (struct result_json){ .id = s->row.public_id,
		.state = span_of(judging_state_name(s->row.state)),
		.verdict = verdict_text(s->row.verdict),
		.score = s->row.has_score ? s->row.score : (double)NAN,
		.n_tests = s->row.n_tests,
		.n_ended = s->row.n_ended,
		.cpu_ms = or_null(s->row.cpu_ms),
		.memory_kib = or_null(s->row.memory_kib),
		.waiting_for = waits ? s->wait_text : SPAN_NONE,
		.ahead = waits ? s->ahead : INT64_MIN,
		.build_text = s->build_text,
		.ended_at = s->ended_at,
		.version = s->version_number,
		.tests = { tests, s->n_tests },
		.host = s->host,
		.compiler = s->compiler,
		.box = s->box,
		.data_hash = s->data_hash,
		.time_limit_ms = s->jury_view ? or_null(s->time_ms) : INT64_MIN,
		.memory_limit_mib = s->jury_view ? or_null(s->memory_mib) : INT64_MIN,
		.fault = s->fault.n > 0 ? s->fault : SPAN_NONE };
}

static struct submission_look look_of(struct ctx *c)
{
	return (struct submission_look){ .reader = c->user,
		.public_id = route_param(c, "id"),
		.seal = c->seal,
		.cache = c->cache };
}

/* ---- handlers ---- */

/* JSON is text: a zip with answers goes to and fro in base64. */
static int read_source(struct arena *m, struct submission_new *n, struct err *e)
{
	if (!span_is(n->language, LANGUAGE_ANSWER) || !span_ends(n->file_name, ".zip") ||
		base64_decode(m, n->source, &n->source))
		return 0;
	return err_field(e, "source", "a zip is sent in base64");
}

static struct span source_text(struct arena *m, const struct submission_full *s)
{
	return submission_is_zip(s->row.language, s->source) ? base64_encode(m, s->source)
							     : s->source;
}

int api_submission_send(struct ctx *c, struct err *e)
{
	struct submission_look look = { .reader = c->user };
	struct submission_full s;
	struct submission_made made;
	struct line_json line;
	struct send_form form;

	if (api_read_body(c, &form, e) != 0)
		return -1;
	struct submission_new n = { .user = c->user,
		.slug = form.problem,
		.language = form.language,
		.file_name = form.file_name,
		.source = form.source,
		.seal = c->seal };

	if (read_source(c->mem, &n, e) != 0 || submission_send(c->db, c->mem, &n, &made, e) != 0)
		return -1;
	look.public_id = made.public_id;
	if (submission_progress(c->db, c->mem, &look, &s, e) != 0)
		return -1;
	line = line_of(&s.row);
	response_status(c->res, 201);
	api_put(c, &line_shape, &line);
	return 0;
}

int api_submission(struct ctx *c, struct err *e)
{
	struct submission_look look = look_of(c);
	struct submission_full s;
	struct one_json one;

	if (submission_get(c->db, c->mem, &look, &s, e) != 0)
		return -1;
	one = (struct one_json){ line_of(&s.row), s.file_name, source_text(c->mem, &s),
		result_of(c->mem, &s) };
	api_put(c, &one_shape, &one);
	return 0;
}

int api_submission_result(struct ctx *c, struct err *e)
{
	struct submission_look look = look_of(c);
	struct submission_full s;
	struct result_json result;
	struct json_out j;
	struct span text;
	BUF_AUTO b = { 0 };

	response_type(c->res, "application/json");
	if (submission_result_kept(c->mem, &look, &text)) {
		buf_add_span(response_body(c->res), text);
		return 0;
	}
	if (submission_get(c->db, c->mem, &look, &s, e) != 0)
		return -1;
	result = result_of(c->mem, &s);
	buf_init(&b, SUBMISSION_MAX_RESULT);
	json_begin(&j, &b);
	shape_put(&j, &result_shape, &result);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	submission_result_keep(c->db, c->mem, &look, &s, text);
	buf_add_span(response_body(c->res), text);
	return 0;
}

/* The query's part of a filter. */
static int read_filter(struct ctx *c, struct submission_filter *f, struct err *e)
{
	struct span limit = request_query(c->req, "limit");
	struct span verdict = request_query(c->req, "verdict");
	enum verdict v = VERDICT_NONE;
	uint64_t n = PAGE;

	if (limit.n > 0 && (!span_u64(limit, SUBMISSION_MAX_PAGE, &n) || n == 0))
		return err_field(e, "limit", "a number from 1 to %d", SUBMISSION_MAX_PAGE);
	if (verdict.n > 0 && !verdict_find(verdict, &v))
		return err_field(e, "verdict", "there is no such verdict");
	f->limit = (int)n;
	f->verdict = (int)v;
	f->state = -1;
	if (request_query(c->req, "language").n > 0)
		f->language = request_query(c->req, "language");
	if (request_query(c->req, "before").n > 0)
		f->before_public = request_query(c->req, "before");
	return 0;
}

static int put_list(struct ctx *c, const struct submission_filter *f, struct err *e)
{
	struct submission_rows rows;
	struct list_json answer = { .next = SPAN_NONE };
	struct line_json *v;

	if (submission_list(c->db, c->mem, c->user, f, &rows, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct line_json, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = line_of(&rows.v[i]);
	answer.submissions = (struct shape_list){ v, rows.n };
	if (rows.next != 0)
		answer.next = rows.v[rows.n - 1].public_id;
	api_put(c, &list_shape, &answer);
	return 0;
}

int api_submissions_of_user(struct ctx *c, struct err *e)
{
	struct submission_filter f = { .user_id = c->user->id };
	struct span id = route_param(c, "id");

	if (!span_is(id, "me") && (!span_i64(id, &f.user_id) || f.user_id <= 0))
		return err_set(e, ERR_NOT_FOUND, "there is no such member");
	return read_filter(c, &f, e) != 0 ? -1 : put_list(c, &f, e);
}

int api_submissions_of_problem(struct ctx *c, struct err *e)
{
	const struct problem_ask ask = { .name = route_param(c, "id"), .user = c->user };
	struct submission_filter f = { .slug = SPAN_NONE };
	struct problem_ref ref;

	if (problem_find(c->db, c->mem, &ask, &ref, e) != 0)
		return -1;
	f.problem_id = ref.id;
	return read_filter(c, &f, e) != 0 ? -1 : put_list(c, &f, e);
}

int api_submission_delete(struct ctx *c, struct err *e)
{
	struct span id = route_param(c, "id");

	if (submission_delete(c->db, c->mem, c->user, id, e) != 0)
		return -1;
	submission_evict(c->cache, c->mem, id);
	response_status(c->res, 204);
	return 0;
}
