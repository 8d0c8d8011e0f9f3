#include "fcgi/submission_fill.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "html/url.h"
#include "judge/language.h"
#include "judge/verdict.h"
#include "model/submission.h"
#include "os/log.h"

#define US 1000000

static const char *mood_of(int verdict)
{
	if (verdict == VERDICT_AC)
		return "ok";
	if (verdict == VERDICT_NONE)
		return "wait";
	return verdict == VERDICT_JE || verdict == VERDICT_CE ? "warn" : "bad";
}

struct verdict_badge submission_verdict(int verdict)
{
	return (struct verdict_badge){ .code = verdict_code((enum verdict)verdict),
		.word = verdict_name((enum verdict)verdict),
		.mood = mood_of(verdict) };
}

/* Without digits that say nothing: "100", "87.5". */
static const char *score_text(struct arena *m, double score)
{
	return arena_printf(m, "%.6g", score);
}

struct verdict_badge submission_badge(struct arena *m, const struct submission_row *r)
{
	struct verdict_badge b = submission_verdict(r->verdict);

	if (r->verdict != VERDICT_NONE) {
		b.score = r->has_score ? score_text(m, r->score) : NULL;
		return b;
	}
	b.code = "…";
	if (r->state == JUDGING_BUILDS)
		b.word = "compiling";
	else if (r->state == JUDGING_RUNS)
		b.word = arena_printf(m, "running, %d of %d", r->n_ended, r->n_tests);
	else
		b.word = "waiting";
	return b;
}

const char *submission_time(struct arena *m, int ms)
{
	return ms < 0 ? NULL : arena_printf(m, "%d.%02d s", ms / 1000, ms % 1000 / 10);
}

const char *submission_memory(struct arena *m, int kib)
{
	return kib < 0 ? NULL : arena_printf(m, "%d.%d MiB", kib / 1024, kib % 1024 * 10 / 1024);
}

const char *submission_size(struct arena *m, int64_t bytes)
{
	if (bytes < 1024)
		return arena_printf(m, "%" PRId64 " B", bytes);
	if (bytes < 1024 * 1024)
		return arena_printf(
			m, "%" PRId64 ".%" PRId64 " KiB", bytes / 1024, bytes % 1024 * 10 / 1024);
	return arena_printf(m, "%" PRId64 ".%" PRId64 " MiB", bytes / (1024 * 1024),
		bytes % (1024 * 1024) * 10 / (1024 * 1024));
}

void submission_language_names(struct ctx *c, struct language_names *out)
{
	struct err e = { .kind = ERR_NONE };

	*out = (struct language_names){ .all = { NULL, 0 } };
	if (submission_languages(c->db, c->mem, &out->all, &e) != 0) {
		log_err(LOG_WARN, "submission.languages", &e);
		out->all.n = 0;
	}
}

struct span submission_language_name(const struct language_names *names, struct span id)
{
	for (size_t i = 0; i < names->all.n; i++)
		if (span_eq(names->all.v[i].id, id))
			return names->all.v[i].name;
	if (span_is(id, LANGUAGE_ANSWER))
		return SPAN("Answers");
	return id;
}

struct submission_choices submission_choices(struct arena *m, const struct language_names *names,
	enum verdict verdict, struct span language)
{
	struct name_option *verdicts = arena_new_array(m, struct name_option, N_VERDICTS);
	struct name_option *languages = arena_new_array(m, struct name_option, names->all.n + 1);
	size_t n = 0;

	for (enum verdict i = VERDICT_AC; i < N_VERDICTS; i++)
		verdicts[n++] = (struct name_option){ span_of(verdict_code(i)),
			span_of(verdict_name(i)), i == verdict };
	for (size_t i = 0; i < names->all.n; i++)
		languages[i] = (struct name_option){ names->all.v[i].id, names->all.v[i].name,
			span_eq(names->all.v[i].id, language) };
	return (struct submission_choices){ { verdicts, n }, { languages, names->all.n } };
}

struct submission_item submission_item(const struct ctx *c, const struct zone *z,
	const struct language_names *names, const struct submission_row *r)
{
	struct arena *m = c->mem;
	bool ran = !span_is(r->language, LANGUAGE_ANSWER);

	return (struct submission_item){
		.link = url_to(m, "/submission/{}", arena_dup(m, r->public_id), NULL),
		.problem_page = url_to(m, "/problem/{}", arena_dup(m, r->problem_slug), NULL),
		.problem = r->problem_name,
		.sender = r->user_name,
		.language = submission_language_name(names, r->language),
		.made = when_stamp(m, z, r->made_at / US),
		.made_iso = when_iso(m, r->made_at / US),
		.verdict = submission_badge(m, r),
		.cpu = ran ? submission_time(m, r->cpu_ms) : NULL,
		.memory = ran ? submission_memory(m, r->memory_kib) : NULL,
		.size = submission_size(m, r->size),
		.is_flagged = r->flagged,
		.is_jury = r->is_jury,
		.is_busy = r->verdict == VERDICT_NONE,
	};
}

/* ---- one submission -------------------------------------------------------------------------- */

static bool has_text(const struct submission_test *t)
{
	return t->difference.n > 0 || t->output.n > 0 || t->errors.n > 0 || t->team_text.n > 0 ||
	       t->jury_text.n > 0 || t->exit_text.n > 0;
}

static struct test_item test_of(struct arena *m, const char *page, const struct submission_test *t)
{
	struct test_item i = { .number = t->ordinal + 1,
		.path = t->path,
		.is_sample = t->is_sample,
		.is_static = t->is_static,
		.verdict = submission_verdict(t->verdict),
		.is_open = t->verdict == VERDICT_NONE && !t->running,
		.difference = t->difference,
		.output = t->output,
		.errors = t->errors,
		.team_text = t->team_text,
		.jury_text = t->jury_text,
		.exit_text = t->exit_text };

	if (t->verdict == VERDICT_NONE) {
		i.verdict.code = t->running ? "…" : "";
		i.verdict.word = t->running ? "running" : "not run";
		i.verdict.mood = t->running ? "wait" : "off";
		return i;
	}
	if (!t->is_static) {
		i.cpu = submission_time(m, t->cpu_ms);
		i.wall = submission_time(m, t->wall_ms);
		i.memory = submission_memory(m, t->memory_kib);
	}
	if (t->has_score)
		i.verdict.score = score_text(m, t->score);
	if (has_text(t))
		i.id = arena_printf(m, "test-%d", i.number);
	if (i.id != NULL)
		i.anchor = url_local(m, span_of(arena_printf(m, "%s#%s", page, i.id)));
	return i;
}

/* The first test that was not accepted, or NULL. */
static const struct submission_test *first_bad(const struct submission_full *s)
{
	for (size_t i = 0; i < s->n_tests; i++)
		if (s->tests[i].verdict > VERDICT_AC)
			return &s->tests[i];
	return NULL;
}

static const char *headline(struct arena *m, const struct submission_full *s)
{
	const struct submission_row *r = &s->row;
	const struct submission_test *bad;

	if (r->verdict == VERDICT_NONE) {
		if (s->wait == SUBMISSION_WAITS_JUDGE || s->wait == SUBMISSION_WAITS_PAUSE)
			return "Waiting for a judge";
		if (r->state == JUDGING_BUILDS)
			return "Compiling";
		if (r->state == JUDGING_RUNS)
			return r->n_ended < r->n_tests ? arena_printf(m, "Running test %d of %d",
								 r->n_ended + 1, r->n_tests)
						       : "Running the last tests";
		return "Waiting for a judge";
	}
	if (r->has_score)
		return arena_printf(m, "%s, %s points",
			page_sentence(m, verdict_name((enum verdict)r->verdict)),
			score_text(m, r->score));
	bad = r->verdict == VERDICT_AC || r->verdict == VERDICT_CE ? NULL : first_bad(s);
	if (bad == NULL)
		return page_sentence(m, verdict_name((enum verdict)r->verdict));
	if (bad->is_static)
		return arena_printf(m, "%s in the static validation",
			page_sentence(m, verdict_name((enum verdict)r->verdict)));
	return arena_printf(m, "%s on test %d%s",
		page_sentence(m, verdict_name((enum verdict)r->verdict)), bad->ordinal + 1,
		bad->is_sample ? ", a sample" : "");
}

/* For the member. */
static const char *explain(const struct submission_full *s)
{
	const struct submission_test *bad = first_bad(s);

	bool is_answer = span_is(s->row.language, LANGUAGE_ANSWER);

	if (s->row.verdict == VERDICT_NONE)
		return NULL;
	if (is_answer && s->row.verdict == VERDICT_AC)
		return "What was handed in is right.";
	if (is_answer && s->row.verdict == VERDICT_WA)
		return "An answer is wrong, or is missing.";
	if (s->row.verdict == VERDICT_WA && bad != NULL && bad->is_static)
		return "The source itself was looked at, and is not as the problem wants it.";
	return verdict_explain((enum verdict)s->row.verdict);
}

static const char *facts(struct arena *m, const struct submission_row *r)
{
	const char *cpu = submission_time(m, r->cpu_ms);
	const char *memory = submission_memory(m, r->memory_kib);

	if (cpu == NULL || memory == NULL || r->memory_kib == 0) // 0: nothing was run
		return NULL;
	return arena_printf(m, "%s and %s in the hardest test", cpu, memory);
}

/* How often it is worth asking: soon where something is about to happen. */
static int poll_ms(const struct submission_full *s)
{
	if (s->wait == SUBMISSION_WAITS_NOT || s->wait == SUBMISSION_WAITS_RETRY ||
		(s->wait == SUBMISSION_WAITS_TURN && s->ahead < SUBMISSION_POLL_NEAR))
		return SUBMISSION_POLL_MS;
	return SUBMISSION_POLL_FAR_MS;
}

void submission_live_fill(
	struct arena *m, const struct submission_full *s, struct submission_live *out)
{
	const struct submission_row *r = &s->row;
	struct test_item *tests = arena_new_array(m, struct test_item, s->n_tests + 1);
	struct url page = url_to(m, "/submission/{}", arena_dup(m, r->public_id), NULL);

	for (size_t i = 0; i < s->n_tests; i++) {
		tests[i] = test_of(m, page.text, &s->tests[i]);
		if (span_is(r->language, LANGUAGE_ANSWER))
			tests[i].cpu = tests[i].wall = tests[i].memory = NULL; // nothing was run
		out->has_details = out->has_details || tests[i].id != NULL;
	}
	out->verdict = submission_badge(m, r);
	out->headline = headline(m, s);
	out->is_busy = r->verdict == VERDICT_NONE;
	out->explain = explain(s);
	out->n_tests = r->n_tests;
	out->n_ended = r->n_ended;
	out->wait = s->wait_text;
	out->facts = facts(m, r);
	out->is_long = s->n_tests > SUBMISSION_TESTS_OPEN;
	out->tests = (struct test_items){ tests, s->n_tests };
	out->poll = url_to(m, "/submission/{}/live", arena_dup(m, r->public_id), NULL);
	out->poll_ms = poll_ms(s);
	out->scope = arena_printf(m, "submission:" SPAN_FMT, SPAN_ARG(r->public_id));
	out->after = s->last_event;
}
