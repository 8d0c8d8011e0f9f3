/*
 * The watcher of the log runs inside log_write, at any moment, also in the middle of a transaction:
 * so it only counts in a ring of static memory. What does not fit any more is counted as one event
 * of its own.
 */
#include "model/alert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/job.h"
#include "net/telegram.h"
#include "os/clock.h"
#include "os/log.h"

#define KEY_SIZE     120
#define DETAIL_SIZE  300
#define FLUSH_REST_S 5 // after a failure

/* Warnings and errors that have a better title than the event's name. key: the field that tells one
 * from another. */
static const struct rule {
	const char *event;
	const char *title;
	const char *key;
} rules[] = {
	{ "queue.breaker_open", "a queue pauses because its jobs fail", "queue" },
	{ "runner.took_over", "a job runner was lost, its jobs were taken over", NULL },
	{ "runner.given_up", "a job runner was given up by the others", NULL },
	{ "redis.down", "Redis does not answer, PostgreSQL does its work", NULL },
	{ "codeforces.alert", "Codeforces answers in an unknown shape", NULL },
	{ "fetch.failed", "a source could not be fetched", "platform" },
	{ "job.failed", "a job failed for a reason that will not pass", NULL },
	{ "request.failed", "requests end in an error of the server", NULL },
};

/* Warnings that are told in another way, or would be their own cause. */
static const char *const untold[] = { "alert.not_sent" };

/* Fields whose values may be told. All are names of ours or numbers. */
static const char *const allowed[] = { "queue", "platform", "kind", "runner", "jobs", "ms", "trips",
	"cron", "bucket", "slot", "worker", "signal", "status", "errno", "silent_ms", "method" };

struct kept {
	char key[KEY_SIZE];
	char event[KEY_SIZE];
	char detail[DETAIL_SIZE];
	const char *title; // NULL: the event is its own
	enum alert_level level;
	int64_t n;
};

static struct {
	struct kept v[ALERT_RING];
	size_t n;
	int64_t lost;
	int64_t rest_until_us; // monotonic
	bool flushing;
} ring;

/* ---- watching the log ------------------------------------------------------------------------ */

static const struct rule *rule_of(const char *event)
{
	for (size_t i = 0; i < countof(rules); i++)
		if (strcmp(rules[i].event, event) == 0)
			return &rules[i];
	return NULL;
}

static bool is_untold(const char *event)
{
	for (size_t i = 0; i < countof(untold); i++)
		if (strcmp(untold[i], event) == 0)
			return true;
	return false;
}

static bool is_allowed(const char *key)
{
	for (size_t i = 0; i < countof(allowed); i++)
		if (strcmp(allowed[i], key) == 0)
			return true;
	return false;
}

static void add_field(char *to, size_t size, const struct log_field *f)
{
	size_t n = strlen(to);
	const char *before = n > 0 ? " " : "";

	if (f->is_text)
		snprintf(to + n, size - n, "%s%s=%.60s", before, f->key,
			f->text.n > 0 && f->text.n <= 60 && f->text.p[f->text.n] == '\0' ? f->text.p
											 : "?");
	else
		snprintf(to + n, size - n, "%s%s=%lld", before, f->key, f->number);
}

static void describe(const struct log_seen *what, const struct rule *rule, struct kept *out)
{
	const struct log_field *f;

	snprintf(out->event, sizeof(out->event), "%s", what->event);
	snprintf(out->key, sizeof(out->key), "log:%s", what->event);
	for (f = what->fields; f->key != NULL; f++) {
		if (!is_allowed(f->key))
			continue;
		add_field(out->detail, sizeof(out->detail), f);
		if (rule != NULL && rule->key != NULL && strcmp(rule->key, f->key) == 0)
			snprintf(out->key, sizeof(out->key), "log:%s:" SPAN_FMT, what->event,
				SPAN_ARG(f->text));
	}
	if (what->scope[0] != '\0') {
		struct log_field scope = LOG_TEXT(what->scope, what->id);

		add_field(out->detail, sizeof(out->detail), &scope);
	}
	out->title = rule != NULL ? rule->title : NULL;
	out->level = what->level == LOG_ERROR ? ALERT_ERROR : ALERT_WARN;
}

static void keep(const struct log_seen *what)
{
	const struct rule *rule = rule_of(what->event);
	struct kept k = { .n = 1 };

	if (ring.flushing || is_untold(what->event))
		return;
	describe(what, rule, &k);
	for (size_t i = 0; i < ring.n; i++) {
		if (strcmp(ring.v[i].key, k.key) == 0) {
			ring.v[i].n++;
			return;
		}
	}
	if (ring.n < countof(ring.v))
		ring.v[ring.n++] = k;
	else
		ring.lost++;
}

void alert_watch_log(void)
{
	log_watch(keep);
}

static int flush_one(struct db *d, struct arena *m, const struct kept *k, struct err *e)
{
	struct alert a = { .key = k->key,
		.level = k->level,
		.title = k->title != NULL ? k->title : k->event,
		.detail = k->detail,
		.n = k->n };

	return alert_raise(d, m, &a, e);
}

void alert_flush(struct db *d, struct arena *m)
{
	struct err e = { 0 };

	if (ring.n == 0 || clock_mono_us() < ring.rest_until_us)
		return;
	ring.flushing = true; // what goes wrong here is not an alert too
	while (ring.n > 0 && flush_one(d, m, &ring.v[ring.n - 1], &e) == 0)
		ring.n--;
	if (e.kind == ERR_NONE && ring.lost > 0) {
		struct alert a = { .key = "log:lost",
			.title = "more kinds of errors in the log than could be kept",
			.detail = "",
			.n = ring.lost };

		if (alert_raise(d, m, &a, &e) == 0)
			ring.lost = 0;
	}
	if (e.kind != ERR_NONE)
		ring.rest_until_us = clock_mono_us() + FLUSH_REST_S * INT64_C(1000000);
	ring.flushing = false;
}

/* ---- the table ------------------------------------------------------------------------------- */

static int raise(struct tx *tx, struct arena *m, const struct alert *a, int64_t *job, struct err *e)
{
	static const struct job_spec send = { .kind = "alert.send",
		.unique = { "alert.send", sizeof("alert.send") - 1 },
		.priority = JOB_PRIORITY_URGENT,
		.delay_ms = ALERT_BURST_MS };
	struct row row;

	*job = 0;
	if (db_one(tx->db, m, q_alert_raise,
		    ARGS(arg_str(a->key), arg_i64(a->level), arg_str(a->title), arg_str(a->detail),
			    arg_i64(a->n), arg_bool(a->lasting), arg_i64(ALERT_GAP_S),
			    arg_i64(ALERT_REMIND_S)),
		    &row, e) != 0)
		return -1;
	if (!row_bool(&row, alert_raise_due) || !telegram_wanted(db_config(tx->db)))
		return 0;
	return job_enqueue(tx, m, &send, job, e);
}

int alert_raise(struct db *d, struct arena *m, const struct alert *a, struct err *e)
{
	TX_AUTO tx = { 0 };
	int64_t job;

	if (tx_begin(d, &tx, e) != 0 || raise(&tx, m, a, &job, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	return 0;
}

int alert_due(struct db *d, struct arena *m, int limit, struct alert_rows *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_alert_due, ARGS(arg_i64(limit)), &rows, e) != 0)
		return -1;
	*out = (struct alert_rows){ arena_new_array(m, struct alert_row, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct alert_row){ .key = row_text(r, alert_due_key),
			.level = (enum alert_level)row_i64(r, alert_due_level),
			.title = row_text(r, alert_due_title),
			.detail = row_text(r, alert_due_detail),
			.n_new = row_i64(r, alert_due_n_new),
			.last_at = row_time(r, alert_due_last_at) };
	}
	return 0;
}

int alert_sent(struct db *d, struct arena *m, const struct alert_rows *rows, struct err *e)
{
	struct span *keys = arena_new_array(m, struct span, rows->n + 1);
	int64_t *counts = arena_new_array(m, int64_t, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		keys[i] = rows->v[i].key;
		counts[i] = rows->v[i].n_new;
	}
	return db_exec(d, q_alert_sent,
		ARGS(arg_texts(keys, rows->n), arg_i64s(counts, rows->n), arg_i64(ALERT_WINDOW_S),
			arg_i64(ALERT_WARN_WINDOW_S)),
		NULL, e);
}

int alert_failed(struct db *d, struct arena *m, const struct alert_rows *rows,
	const struct err *why, struct err *e)
{
	struct span *keys = arena_new_array(m, struct span, rows->n + 1);
	int wait_s = why->retry_after_s > 0 ? why->retry_after_s : ALERT_RETRY_S;

	for (size_t i = 0; i < rows->n; i++)
		keys[i] = rows->v[i].key;
	return db_exec(d, q_alert_failed,
		ARGS(arg_texts(keys, rows->n), arg_i64(wait_s), arg_str(why->text)), NULL, e);
}

int alert_list(struct db *d, struct arena *m, int limit, struct alert_rows *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_alert_list, ARGS(arg_i64(limit)), &rows, e) != 0)
		return -1;
	*out = (struct alert_rows){ arena_new_array(m, struct alert_row, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct alert_row){ .key = row_text(r, alert_list_key),
			.level = (enum alert_level)row_i64(r, alert_list_level),
			.title = row_text(r, alert_list_title),
			.detail = row_text(r, alert_list_detail),
			.n = row_i64(r, alert_list_n),
			.n_new = row_i64(r, alert_list_n_new),
			.first_at = row_time(r, alert_list_first_at),
			.last_at = row_time(r, alert_list_last_at),
			.sent_at = row_time(r, alert_list_sent_at),
			.error = row_text(r, alert_list_error) };
	}
	return 0;
}

int alert_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_alert_purge, ARGS(arg_i64(ALERT_KEEP_DAYS)), NULL, e);
}

int alert_dead_jobs(struct db *d, struct arena *m, struct err *e)
{
	TX_AUTO tx = { 0 };
	struct rows rows;
	int64_t job;

	if (tx_begin(d, &tx, e) != 0 || db_many(d, m, q_alert_dead_jobs, NO_ARGS, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const char *kind = row_str(&rows.v[i], alert_dead_jobs_kind);
		struct alert a = { .key = arena_printf(m, "job.dead:%s", kind),
			.level = ALERT_ERROR,
			.title = "jobs were given up",
			.detail = arena_printf(m, "kind=%s", kind),
			.n = row_i64(&rows.v[i], alert_dead_jobs_n) };

		if (raise(&tx, m, &a, &job, e) != 0)
			return -1;
	}
	return tx_commit(&tx, e);
}
