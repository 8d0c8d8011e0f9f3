/*
 * The result of a submission as JSON. There are two of each: what its member sees, and what the
 * jury sees. A cached one begins with the numbers of those who may see it, so that a hit asks the
 * database nothing.
 */
#include "model/submission.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/scan.h"
#include "judge/verdict.h"
#include "model/cache.h"
#include "model/user.h"
#include "net/json.h"
#include "os/log.h"

#define MAX_RESULT (2 * 1024 * 1024)

static void put_text(struct json_out *o, const char *key, struct span s)
{
	json_key(o, key);
	json_put_text(o, s);
}

static void put_number(struct json_out *o, const char *key, int64_t v)
{
	json_key(o, key);
	if (v < 0)
		json_put_null(o);
	else
		json_put_i64(o, v);
}

static void put_verdict(struct json_out *o, int verdict)
{
	const char *code = verdict_code((enum verdict)verdict);

	put_text(o, "verdict", verdict == VERDICT_NONE ? SPAN_NONE : span_of(code));
}

static void put_score(struct json_out *o, bool has, double score)
{
	json_key(o, "score");
	if (has)
		json_put_number(o, score);
	else
		json_put_null(o);
}

static void put_some(struct json_out *o, const char *key, struct span s)
{
	if (s.n > 0)
		put_text(o, key, s);
}

static void put_test(struct json_out *o, const struct submission_test *t)
{
	json_object(o);
	put_number(o, "test", t->ordinal + 1);
	put_some(o, "path", t->path);
	json_key(o, "sample");
	json_put_bool(o, t->is_sample);
	put_verdict(o, t->verdict);
	if (t->verdict != VERDICT_NONE) {
		put_number(o, "cpu_ms", t->cpu_ms);
		put_number(o, "wall_ms", t->wall_ms);
		put_number(o, "memory_kib", t->memory_kib);
		put_score(o, t->has_score, t->score);
	}
	put_some(o, "difference", t->difference);
	put_some(o, "output", t->output);
	put_some(o, "errors", t->errors);
	put_some(o, "message", t->team_text);
	put_some(o, "jury_message", t->jury_text);
	put_some(o, "exit", t->exit_text);
	json_object_end(o);
}

static void put_jury(struct json_out *o, const struct submission_full *s)
{
	put_text(o, "host", s->host);
	put_text(o, "compiler", s->compiler);
	put_text(o, "box", s->box);
	put_text(o, "data_hash", s->data_hash);
	put_some(o, "fault", s->fault);
}

static int write_json(
	const struct submission_full *s, struct arena *m, struct span *out, struct err *e)
{
	struct json_out o;
	BUF_AUTO b = { 0 };

	buf_init(&b, MAX_RESULT);
	json_begin(&o, &b);
	json_object(&o);
	put_text(&o, "id", s->row.public_id);
	put_text(&o, "state", span_of(judging_state_name(s->row.state)));
	put_verdict(&o, s->row.verdict);
	put_score(&o, s->row.has_score, s->row.score);
	put_number(&o, "cpu_ms", s->row.cpu_ms);
	put_number(&o, "memory_kib", s->row.memory_kib);
	put_number(&o, "n_tests", s->row.n_tests);
	put_number(&o, "n_ended", s->row.n_ended);
	put_some(&o, "waiting_for", s->wait_text);
	if (s->wait != SUBMISSION_WAITS_NOT)
		put_number(&o, "ahead", s->ahead);
	put_text(&o, "build_text", s->build_text);
	json_key(&o, "ended_at");
	json_put_time(&o, s->ended_at);
	put_number(&o, "version", s->version_number);
	if (s->jury_view)
		put_jury(&o, s);
	json_key(&o, "tests");
	json_array(&o);
	for (size_t i = 0; i < s->n_tests; i++)
		put_test(&o, &s->tests[i]);
	json_array_end(&o);
	json_object_end(&o);
	if (buf_finish(&b, out, e) != 0)
		return -1;
	*out = (struct span){ arena_dup(m, *out), out->n };
	return 0;
}

/* ---- the cache ---- */

static struct span key_of(struct arena *m, struct span public_id, bool jury)
{
	return span_of(arena_printf(m, "cache:submission:" SPAN_FMT ":%s", SPAN_ARG(public_id),
		jury ? "jury" : "member"));
}

static bool is_jury(const struct user *u)
{
	return user_has(u, ROLE_JURY) || user_has(u, ROLE_ADMIN);
}

/* "7 {...}": whose it is, where the reader is neither jury nor admin. */
static bool find_cached(struct arena *m, const struct submission_look *look, struct span *json)
{
	bool jury = is_jury(look->reader);
	struct err e = { .kind = ERR_NONE };
	uint64_t owner;
	struct span at;

	if (look->cache == NULL ||
		cache_get(look->cache, m, key_of(m, look->public_id, jury), &at, &e) != 0 ||
		!scan_u64(&at, INT64_MAX, &owner) || !scan_char(&at, ' '))
		return false;
	*json = at;
	return jury || (int64_t)owner == look->reader->id;
}

static void keep(struct arena *m, const struct submission_look *look,
	const struct submission_full *s, struct span json)
{
	bool jury = is_jury(look->reader);
	struct err e = { .kind = ERR_NONE };
	struct span value = span_of(
		arena_printf(m, "%lld " SPAN_FMT, (long long)s->row.user_id, SPAN_ARG(json)));

	if (look->cache == NULL || value.n > CACHE_MAX_VALUE ||
		(!jury && s->row.user_id != look->reader->id))
		return;
	if (cache_set(look->cache, key_of(m, s->row.public_id, jury), value, SUBMISSION_RESULT_S,
		    &e) != 0)
		log_err(LOG_WARN, "submission.cache", &e);
}

int submission_result(struct db *d, struct arena *m, const struct submission_look *look,
	struct span *json, struct err *e)
{
	struct submission_full s;

	if (look->reader == NULL || !id_valid(look->public_id))
		return err_set(e, ERR_NOT_FOUND, "there is no such submission");
	if (find_cached(m, look, json))
		return 0;
	if (submission_get(d, m, look, &s, e) != 0 || write_json(&s, m, json, e) != 0)
		return -1;
	if (s.row.state == JUDGING_ENDED)
		keep(m, look, &s, *json);
	return 0;
}

void submission_evict(struct cache *c, struct arena *m, struct span public_id)
{
	for (int jury = 0; c != NULL && jury < 2; jury++) {
		struct err e = { .kind = ERR_NONE };

		if (cache_delete(c, key_of(m, public_id, jury), &e) != 0)
			log_err(LOG_WARN, "submission.evict", &e);
	}
}
