/* Building and running programs on the judges, for operators. */
#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "judge/language.h"
#include "model/trial.h"
#include "model/user.h"
#include "net/json.h"

struct status_json {
	struct span id, kind, state, host, fault;
	int64_t made_at, ended_at;
};

static const struct shape_field status_fields[] = {
	SHAPE_TEXT(struct status_json, id, "names it in addresses"),
	SHAPE_TEXT(struct status_json, kind, "build, execute or environment"),
	SHAPE_TEXT(struct status_json, state, "waiting, running or finished"),
	SHAPE_TIME(struct status_json, made_at, "when it was asked for"),
	SHAPE_TIME_OR_NULL(struct status_json, ended_at, "null: not yet"),
	SHAPE_TEXT(struct status_json, host, "the judge's machine, once it was taken"),
	SHAPE_TEXT(struct status_json, fault, "what went wrong with the judge"),
};
static const struct shape status_shape = SHAPE("Trial", struct status_json, status_fields);

struct logs_json {
	struct span build_text, errors;
};

static const struct shape_field logs_fields[] = {
	SHAPE_TEXT(struct logs_json, build_text, "what the compiler said"),
	SHAPE_TEXT(struct logs_json, errors, "the beginning of the program's standard error"),
};
static const struct shape logs_shape = SHAPE("TrialLogs", struct logs_json, logs_fields);

struct result_json {
	bool ok;
	struct span verdict, output, exit, compiler, box;
	int64_t build_cpu_ms, size, cpu_ms, wall_ms, memory_kib;
};

static const struct shape_field result_fields[] = {
	SHAPE_BOOL(struct result_json, ok, "it was built; of environment: the judge has a box"),
	SHAPE_TEXT_OR_NULL(struct result_json, verdict, "OK: it ended well; TLE, MLE, OLE, RE, JE"),
	SHAPE_TEXT_OR_NULL(struct result_json, output, "the beginning of what it wrote"),
	SHAPE_TEXT_OR_NULL(struct result_json, exit, "how it ended, where that was the fault"),
	SHAPE_TEXT_OR_NULL(struct result_json, compiler,
		"its version; of environment: a line for each language"),
	SHAPE_TEXT_OR_NULL(struct result_json, box, "version and kind of the judge's box"),
	SHAPE_I64_OR_NULL(struct result_json, build_cpu_ms, "processor time of the compiler"),
	SHAPE_I64_OR_NULL(struct result_json, size, "of what was built, in bytes"),
	SHAPE_I64_OR_NULL(struct result_json, cpu_ms, "processor time of the program"),
	SHAPE_I64_OR_NULL(struct result_json, wall_ms, "time by the clock"),
	SHAPE_I64_OR_NULL(struct result_json, memory_kib, "memory at the peak"),
};
static const struct shape result_shape = SHAPE("TrialResult", struct result_json, result_fields);

struct trial_form {
	struct span language, file_name, source, input;
	int64_t time_ms, memory_mib;
};

static const struct field build_fields[] = {
	FIELD_LINE(struct trial_form, language, 1, 20),
	FIELD_LINE(struct trial_form, file_name, 0, 100),
	FIELD_TEXT(struct trial_form, source, 1, SUBMISSION_MAX_SOURCE),
};

static const struct field execute_fields[] = {
	FIELD_LINE(struct trial_form, language, 1, 20),
	FIELD_LINE(struct trial_form, file_name, 0, 100),
	FIELD_TEXT(struct trial_form, source, 1, SUBMISSION_MAX_SOURCE),
	FIELD_TEXT(struct trial_form, input, 0, TRIAL_MAX_INPUT),
	FIELD_INT(struct trial_form, time_ms, 1, 60000),
	FIELD_INT(struct trial_form, memory_mib, 1, 65536),
};

const struct api_doc api_trial_build_doc = {
	.summary = "Build a program on a judge",
	.body = API_TABLE(build_fields),
	.answers = { { 202, &status_shape, "it waits for a judge" } },
};
const struct api_doc api_trial_execute_doc = {
	.summary = "Build and run a program on a judge",
	.body = API_TABLE(execute_fields),
	.answers = { { 202, &status_shape, "it waits for a judge" } },
};
const struct api_doc api_trial_test_doc = {
	.summary = "What a judge has: its box, its compilers",
	.text = "Answered like a run: status, logs and result below /internal/v1/execute.",
	.answers = { { 202, &status_shape, "it waits for a judge" } },
};
const struct api_doc api_trial_doc = {
	.summary = "How a trial stands",
	.answers = { { 200, &status_shape, "its state" } },
};
const struct api_doc api_trial_logs_doc = {
	.summary = "What compiler and program said",
	.answers = { { 200, &logs_shape, "empty until it has finished" } },
};
const struct api_doc api_trial_result_doc = {
	.summary = "What a trial came to",
	.answers = { { 200, &result_shape, "once it has finished" } },
};

/* ---- asking ---- */

static void put_text(struct json_out *o, const char *key, struct span s)
{
	json_key(o, key);
	json_put_text(o, s.p != NULL ? s : SPAN(""));
}

static int wanted_json(const struct trial_form *f, struct buf *b, struct span *out, struct err *e)
{
	struct json_out o;

	json_begin(&o, b);
	json_object(&o);
	put_text(&o, "language", f->language);
	put_text(&o, "file_name", f->file_name);
	put_text(&o, "source", f->source);
	put_text(&o, "input", f->input);
	if (f->time_ms > 0) {
		json_key(&o, "time_ms");
		json_put_i64(&o, f->time_ms);
		json_key(&o, "memory_mib");
		json_put_i64(&o, f->memory_mib);
	}
	json_object_end(&o);
	return buf_finish(b, out, e);
}

/* An operator's; what makers try is their own. */
static int find(struct ctx *c, struct span public_id, struct trial *t, struct err *e)
{
	const struct trial_look look = { .public_id = public_id, .seal = c->seal };

	if (trial_get(c->db, c->mem, &look, t, e) != 0)
		return -1;
	return t->kind != TRIAL_VALIDATE ? 0 : err_set(e, ERR_NOT_FOUND, "there is no such trial");
}

static int put_status(struct ctx *c, struct span public_id, struct err *e)
{
	struct status_json answer;
	struct trial t;

	if (find(c, public_id, &t, e) != 0)
		return -1;
	answer = (struct status_json){ .id = t.public_id,
		.kind = span_of(trial_kind_name(t.kind)),
		.state = span_of(trial_state_name(t.state)),
		.host = t.host,
		.fault = t.fault,
		.made_at = t.made_at,
		.ended_at = t.ended_at };
	api_put(c, &status_shape, &answer);
	return 0;
}

static int ask(struct ctx *c, enum trial_kind kind, const struct trial_form *f, struct err *e)
{
	struct trial_new t = { .kind = kind, .actor_id = c->user->id, .seal = c->seal };
	struct span id;
	BUF_AUTO b = { 0 };

	buf_init(&b, SUBMISSION_MAX_RESULT);
	if (f->file_name.n > 0 && !language_file_name(f->file_name))
		return err_field(e, "file_name", "letters, digits and . _ + - only");
	if (wanted_json(f, &b, &t.wanted, e) != 0 || trial_make(c->db, c->mem, &t, &id, e) != 0)
		return -1;
	response_status(c->res, 202);
	return put_status(c, id, e);
}

int api_trial_build(struct ctx *c, struct err *e)
{
	struct trial_form form = { .time_ms = 0 };

	return api_read_body(c, &form, e) != 0 ? -1 : ask(c, TRIAL_BUILD, &form, e);
}

int api_trial_execute(struct ctx *c, struct err *e)
{
	struct trial_form form = { .time_ms = 0 };

	return api_read_body(c, &form, e) != 0 ? -1 : ask(c, TRIAL_EXECUTE, &form, e);
}

int api_trial_test(struct ctx *c, struct err *e)
{
	const struct trial_form form = { .time_ms = 0 };

	return ask(c, TRIAL_ENVIRONMENT, &form, e);
}

/* ---- answers ---- */

int api_trial(struct ctx *c, struct err *e)
{
	return put_status(c, route_param(c, "id"), e);
}

/* The answer of a finished trial; NULL inside while there is none. */
static int read_answer(struct ctx *c, struct json **root, struct trial *t, struct err *e)
{
	if (find(c, route_param(c, "id"), t, e) != 0)
		return -1;
	return t->answer.p != NULL ? json_parse(t->answer, root, e) : 0;
}

static struct span text_of(struct ctx *c, const struct json *root, const char *key)
{
	struct span s;

	if (!json_text(json_get(root, key), &s))
		return SPAN_NONE;
	return (struct span){ arena_dup(c->mem, s), s.n };
}

static int64_t number_of(const struct json *root, const char *key)
{
	int64_t n;

	return json_i64(json_get(root, key), &n) ? n : INT64_MIN;
}

int api_trial_logs(struct ctx *c, struct err *e)
{
	struct logs_json answer;
	JSON_AUTO root = NULL;
	struct trial t;

	if (read_answer(c, &root, &t, e) != 0)
		return -1;
	answer = (struct logs_json){ text_of(c, root, "build_text"), text_of(c, root, "errors") };
	api_put(c, &logs_shape, &answer);
	return 0;
}

int api_trial_result(struct ctx *c, struct err *e)
{
	struct result_json answer = { .ok = false };
	JSON_AUTO root = NULL;
	struct trial t;

	if (read_answer(c, &root, &t, e) != 0)
		return -1;
	if (t.state != TRIAL_ENDED)
		return err_set(e, ERR_CONFLICT, "it has not finished yet");
	if (root == NULL)
		return err_set(e, ERR_CONFLICT, "the judge failed: " SPAN_FMT, SPAN_ARG(t.fault));
	answer = (struct result_json){ .verdict = text_of(c, root, "verdict"),
		.output = text_of(c, root, "output"),
		.exit = text_of(c, root, "exit"),
		.compiler = text_of(c, root, "compiler"),
		.box = text_of(c, root, "box"),
		.build_cpu_ms = number_of(root, "build_cpu_ms"),
		.size = number_of(root, "size"),
		.cpu_ms = number_of(root, "cpu_ms"),
		.wall_ms = number_of(root, "wall_ms"),
		.memory_kib = number_of(root, "memory_kib") };
	(void)json_bool(json_get(root, "ok"), &answer.ok);
	api_put(c, &result_shape, &answer);
	return 0;
}
