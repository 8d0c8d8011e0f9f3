/*
 * A trial of an operator's, or of a problem's maker. Asked for are, as JSON, {language, file_name,
 * source, input, time_ms, memory_mib}, of validate {version, input, flags}; answered is
 *
 *   build        {ok, build_text, compiler, cpu_ms, size}
 *   execute      the same and {verdict, cpu_ms, wall_ms, memory_kib, output, errors, exit}; a
 *                program that ended well has the verdict OK
 *   environment  {box, compiler: one line for each language}
 *   validate     {ok, validators: [{name, accepts, said}]}
 */
#include "jobs/kind.h"

#include "base/buf.h"
#include "base/limits.h"
#include "jobs/judging.h"
#include "model/job.h"
#include "model/problem_judge.h"
#include "model/trial.h"
#include "net/json.h"

struct work {
	struct job_ctx *c;
	struct judge *judge;
	struct trial trial;
	struct json *wanted;
	struct judge_rules rules;
	struct json_out out;
};

static struct span wanted(const struct work *w, const char *key)
{
	struct span s = SPAN("");

	return json_text(json_get(w->wanted, key), &s) ? s : SPAN("");
}

static int number(const struct work *w, const char *key, int other)
{
	int64_t n;

	return json_i64(json_get(w->wanted, key), &n) ? (int)n : other;
}

static void put_text(struct work *w, const char *key, struct span s)
{
	json_key(&w->out, key);
	json_put_text(&w->out, s.p != NULL ? s : SPAN(""));
}

static void put_number(struct work *w, const char *key, uint64_t n)
{
	json_key(&w->out, key);
	json_put_i64(&w->out, (int64_t)n);
}

static void put_outcome(struct work *w, const struct judge_outcome *o)
{
	bool well = o->verdict == VERDICT_AC || o->verdict == VERDICT_WA;

	put_text(w, "verdict", well ? SPAN("OK") : span_of(verdict_code(o->verdict)));
	put_number(w, "cpu_ms", (o->cpu_us + 999) / 1000);
	put_number(w, "wall_ms", (o->wall_us + 999) / 1000);
	put_number(w, "memory_kib", o->memory / 1024);
	put_text(w, "output", o->output);
	put_text(w, "errors", o->errors);
	if (o->verdict == VERDICT_RE)
		put_text(w, "exit",
			span_of(arena_printf(
				w->c->mem, o->by_signal ? "signal %d" : "status %d", o->code)));
}

static int execute(
	struct work *w, const unsigned char key[JUDGE_KEY], struct span tar, struct err *e)
{
	struct judge_test test = { .input = wanted(w, "input"), .answer = SPAN("") };
	struct judge_program *program;
	struct judge_session *session = NULL;
	struct judge_outcome o;
	int rc;

	if (judge_program_open(w->judge, key, tar, &program, e) != 0)
		return -1;
	rc = judge_session_open(w->judge, program, NULL, &w->rules, &session, e);
	if (rc == 0)
		rc = judge_session_test(session, w->c->mem, &test, &o, e);
	if (rc == 0)
		put_outcome(w, &o);
	judge_session_close(session);
	judge_program_close(program);
	return rc;
}

static int build(struct work *w, struct err *e)
{
	const struct language *l = language_find(judge_languages(w->judge), wanted(w, "language"));
	struct judge_file file = { wanted(w, "file_name"), wanted(w, "source"), false };
	struct judge_source s = { .language = l, .files = &file, .n_files = 1 };
	unsigned char key[JUDGE_KEY];
	BUF_AUTO tar = { 0 };
	struct judge_built built = { .artifact = &tar };
	struct span bytes;

	if (l == NULL)
		return err_set(e, ERR_NOT_FOUND, "this judge does not know the language");
	if (file.path.n == 0)
		file.path = span_of(arena_printf(w->c->mem, "main.%s", l->extensions.v[0]));
	buf_init(&tar, JUDGE_MAX_ARTIFACT);
	if (judge_key(w->judge, &s, key, e) != 0 ||
		judge_build(w->judge, w->c->mem, &s, &w->rules, &built, e) != 0 ||
		buf_finish(&tar, &bytes, e) != 0)
		return -1;
	json_key(&w->out, "ok");
	json_put_bool(&w->out, built.ok);
	put_text(w, "build_text", built.text.n > 0 || built.ok ? built.text : span_of(built.why));
	put_text(w, "compiler", built.version);
	put_number(w, "build_cpu_ms", (built.cpu_us + 999) / 1000);
	put_number(w, "size", bytes.n);
	if (!built.ok || w->trial.kind == TRIAL_BUILD)
		return 0;
	return execute(w, key, bytes, e);
}

static int look_around(struct work *w, struct err *e)
{
	struct judge_found *found;
	BUF_AUTO lines = { 0 };
	struct span text;
	size_t n;

	if (judge_find_languages(w->judge, w->c->mem, &found, &n, e) != 0)
		return -1;
	buf_init(&lines, JUDGE_MAX_BUILD_TEXT);
	for (size_t i = 0; i < n; i++)
		buf_addf(&lines, "%s: %s\n", found[i].language->id,
			found[i].is_there ? found[i].version : found[i].why);
	if (buf_finish(&lines, &text, e) != 0)
		return -1;
	json_key(&w->out, "ok");
	json_put_bool(&w->out, true);
	put_text(w, "box", span_of(judge_box_name(w->judge)));
	put_text(w, "compiler", text);
	return 0;
}

static void put_remarks(struct work *w, const struct judging_remarks *said)
{
	const struct judging_remark *v = said->v;
	bool ok = true;

	json_key(&w->out, "validators");
	json_array(&w->out);
	for (size_t i = 0; i < said->n; i++) {
		ok = ok && v[i].accepts;
		json_object(&w->out);
		put_text(w, "name", v[i].name);
		json_key(&w->out, "accepts");
		json_put_bool(&w->out, v[i].accepts);
		put_text(w, "said", v[i].said);
		json_object_end(&w->out);
	}
	json_array_end(&w->out);
	json_key(&w->out, "ok");
	json_put_bool(&w->out, ok);
}

static int validate(struct work *w, struct err *e)
{
	struct judging_asked asked = {
		.judge = w->judge, .input = wanted(w, "input"), .flags = wanted(w, "flags")
	};
	struct judging_remarks said;
	struct problem_judged *p = NULL;
	int64_t version;
	int rc;

	if (!json_i64(json_get(w->wanted, "version"), &version))
		return err_set(e, ERR_INVALID, "the trial names no version");
	rc = problem_judge_load(w->c->db, w->c->seal, version, &p, e);
	asked.problem = p;
	if (rc == 0)
		rc = judging_input(w->c, &asked, &said, e);
	if (rc == 0)
		put_remarks(w, &said);
	problem_judge_free(&p);
	return rc;
}

static int try_it(struct work *w, struct err *e)
{
	switch (w->trial.kind) {
	case TRIAL_ENVIRONMENT:
		return look_around(w, e);
	case TRIAL_VALIDATE:
		return validate(w, e);
	case TRIAL_BUILD:
	case TRIAL_EXECUTE:
		break;
	}
	return build(w, e);
}

static int finish(struct job_ctx *c, const struct trial_end *end, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(c->db, &tx, e) != 0 || trial_end(&tx, c->mem, end, e) != 0 ||
		job_settle(c, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int answer(struct work *w, struct err *e)
{
	struct trial_end end = { .trial = &w->trial, .seal = w->c->seal };
	struct err why = { .kind = ERR_NONE };
	BUF_AUTO b = { 0 };
	int rc;

	buf_init(&b, SUBMISSION_MAX_RESULT);
	json_begin(&w->out, &b);
	json_object(&w->out);
	rc = try_it(w, &why);
	json_object_end(&w->out);
	if (rc != 0 && why.kind != ERR_NOT_FOUND && why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	if (rc != 0)
		end.fault = span_of(why.text);
	else if (buf_finish(&b, &end.answer, e) != 0)
		return -1;
	return finish(w->c, &end, e);
}

int kind_judge_trial(struct job_ctx *c, struct err *e)
{
	struct trial_look look = { .seal = c->seal };
	struct work w = { .c = c };
	JSON_AUTO payload = NULL;
	JSON_AUTO asked = NULL;

	if (json_parse(c->payload, &payload, e) != 0)
		return -1;
	if (!json_i64(json_get(payload, "trial"), &look.id))
		return err_set(e, ERR_INVALID, "the payload names no trial");
	if (trial_get(c->db, c->mem, &look, &w.trial, e) != 0 ||
		json_parse(w.trial.wanted, &asked, e) != 0 || judging_judge(c, &w.judge, e) != 0 ||
		trial_begin(c->db, look.id, judging_host_name(), e) != 0)
		return -1;
	w.wanted = asked;
	rules_init(&w.rules);
	w.rules.time_ms = number(&w, "time_ms", w.rules.time_ms);
	w.rules.memory_mib = number(&w, "memory_mib", w.rules.memory_mib);
	return w.trial.state == TRIAL_ENDED ? 0 : answer(&w, e);
}

/* What could not be tried. */
int kind_judge_trial_over(struct job_ctx *c, struct err *e)
{
	struct trial_look look = { .seal = c->seal };
	struct span why = SPAN("the judge failed");
	JSON_AUTO root = NULL;
	struct trial t;

	if (json_parse(c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(json_get(root, "payload"), "trial"), &look.id))
		return err_set(e, ERR_INVALID, "the payload names no trial");
	(void)json_text(json_get(root, "error"), &why);
	if (trial_get(c->db, c->mem, &look, &t, e) != 0)
		return -1;
	const struct trial_end end = { .trial = &t, .fault = why, .seal = c->seal };

	return finish(c, &end, e);
}
