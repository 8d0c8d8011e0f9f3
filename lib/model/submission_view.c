/*
 * Looking at submissions. A reader who may know nothing of one gets the same answer as if there
 * were none. What a secret test is about shows in what a program wrote and in what a validator says
 * to the jury, so members see these of samples only, unless the problem shows differences.
 */
#include "model/submission.h"

#include <stdlib.h>
#include <string.h>

#include "auth/data_key.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/group.h"
#include "judge/verdict.h"
#include "model/problem_key.h"
#include "model/user.h"
#include "net/json.h"

static bool sees_all(const struct user *u)
{
	return user_has(u, ROLE_JURY) || user_has(u, ROLE_ADMIN);
}

static int number_or(const struct row *r, int column, int other)
{
	return row_null(r, column) ? other : (int)row_i64(r, column);
}

/* ---- lists ---- */

static void read_line(const struct row *r, bool all, struct submission_row *out)
{
	*out = (struct submission_row){ .id = row_i64(r, submission_list_id),
		.public_id = row_text(r, submission_list_public_id),
		.problem_slug = row_text(r, submission_list_slug),
		.problem_name = row_text(r, submission_list_problem),
		.user_id = row_i64(r, submission_list_user_id),
		.user_name = row_text(r, submission_list_user_name),
		.language = row_text(r, submission_list_language),
		.size = (int)row_i64(r, submission_list_size),
		.made_at = row_time(r, submission_list_made_at),
		.state = (enum judging_state)row_i64(r, submission_list_state),
		.n_tests = (int)row_i64(r, submission_list_n_tests),
		.n_ended = (int)row_i64(r, submission_list_n_ended),
		.verdict = (int)row_i64(r, submission_list_verdict),
		.has_score = !row_null(r, submission_list_score),
		.score = strtod(row_str(r, submission_list_score), NULL),
		.cpu_ms = number_or(r, submission_list_cpu_ms, -1),
		.memory_kib = number_or(r, submission_list_memory_kib, -1),
		.is_jury = row_bool(r, submission_list_is_jury) };
	if (all || row_bool(r, submission_list_owned))
		out->flagged = row_bool(r, submission_list_flagged);
}

/* Behind what is not there nothing was found. */
static int check_before(struct db *d, struct arena *m, struct span public_id, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_submission_now, ARGS(arg_text(public_id)), &rows, e) != 0)
		return -1;
	return rows.n > 0 ? 0 : err_field(e, "before", "there is no such submission");
}

int submission_list(struct db *d, struct arena *m, const struct user *reader,
	const struct submission_filter *f, struct submission_rows *out, struct err *e)
{
	int limit = f->limit < 1                     ? 1
		    : f->limit > SUBMISSION_MAX_PAGE ? SUBMISSION_MAX_PAGE
						     : f->limit;
	bool all = sees_all(reader);
	struct rows rows;

	*out = (struct submission_rows){ .n = 0 };
	if (reader == NULL)
		return 0;
	if (db_many(d, m, q_submission_list,
		    ARGS(arg_i64(reader->id), arg_bool(all),
			    f->user_id != 0 ? arg_i64(f->user_id) : arg_null(),
			    f->problem_id != 0 ? arg_i64(f->problem_id) : arg_null(),
			    arg_text(f->slug), arg_text(f->language),
			    f->verdict != 0 ? arg_i64(f->verdict) : arg_null(),
			    f->state >= 0 ? arg_i64(f->state) : arg_null(), arg_bool(f->flagged),
			    arg_bool(f->with_jury), arg_i64(f->before != 0 ? f->before : INT64_MAX),
			    arg_i64(limit + 1), arg_text(f->before_public)),
		    &rows, e) != 0)
		return -1;
	if (rows.n == 0 && f->before_public.p != NULL &&
		check_before(d, m, f->before_public, e) != 0)
		return -1;
	out->v = arena_new_array(m, struct submission_row, rows.n + 1);
	out->n = rows.n > (size_t)limit ? (size_t)limit : rows.n;
	for (size_t i = 0; i < out->n; i++)
		read_line(&rows.v[i], all, &out->v[i]);
	if (rows.n > out->n)
		out->next = out->v[out->n - 1].id;
	return 0;
}

/* ---- one ---- */

/* Parts of a row that are not in its view. */
struct found {
	struct row row;
	int64_t judging_id;
	int priority;
	int first_bad;  // INT32_MAX: none
	bool in_groups; // tests after a bad one count
	bool shows;     // the problem shows differences of secret tests
	const struct data_key *key;
};

static int find(struct db *d, struct arena *m, const struct submission_look *look, struct found *f,
	struct submission_full *out, struct err *e)
{
	const struct user *reader = look->reader;
	const struct row *r = &f->row;
	struct rows rows;
	bool own;

	if (db_many(d, m, q_submission_get, ARGS(arg_text(look->public_id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0 || reader == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such submission");
	f->row = rows.v[0];
	out->jury_view = sees_all(reader) || row_i64(r, submission_get_owner_id) == reader->id;
	own = row_i64(r, submission_get_user_id) == reader->id &&
	      !row_bool(r, submission_get_deleted);
	if (!own && !out->jury_view)
		return err_set(e, ERR_NOT_FOUND, "there is no such submission");
	f->judging_id = row_i64(r, submission_get_judging_id);
	f->priority = (int)row_i64(r, submission_get_priority);
	f->first_bad = number_or(r, submission_get_first_bad, INT32_MAX);
	f->in_groups = row_bool(r, submission_get_in_groups);
	f->shows = row_bool(r, submission_get_show_difference);
	return 0;
}

static void read_common(const struct found *f, struct submission_full *out)
{
	const struct row *r = &f->row;

	out->row = (struct submission_row){ .id = row_i64(r, submission_get_id),
		.public_id = row_text(r, submission_get_public_id),
		.problem_slug = row_text(r, submission_get_slug),
		.problem_name = row_text(r, submission_get_problem),
		.user_id = row_i64(r, submission_get_user_id),
		.user_name = row_text(r, submission_get_user_name),
		.language = row_text(r, submission_get_language),
		.size = (int)row_i64(r, submission_get_size),
		.made_at = row_time(r, submission_get_made_at),
		.state = (enum judging_state)row_i64(r, submission_get_state),
		.n_tests = (int)row_i64(r, submission_get_n_tests),
		.verdict = (int)row_i64(r, submission_get_verdict),
		.has_score = !row_null(r, submission_get_score),
		.score = strtod(row_str(r, submission_get_score), NULL),
		.cpu_ms = number_or(r, submission_get_cpu_ms, -1),
		.memory_kib = number_or(r, submission_get_memory_kib, -1),
		.is_jury = row_bool(r, submission_get_is_jury) };
	out->judging_id = f->judging_id;
	out->problem_id = row_i64(r, submission_get_problem_id);
	out->version_number = (int)row_i64(r, submission_get_version_number);
	out->file_name = row_text(r, submission_get_file_name);
	out->build_text = row_text(r, submission_get_build_text);
	out->began_at = row_time(r, submission_get_began_at);
	out->ended_at = row_time(r, submission_get_ended_at);
	out->last_event = row_i64(r, submission_get_last_event);
}

static void read_jury(const struct found *f, struct arena *m, struct submission_full *out)
{
	const struct row *r = &f->row;
	struct span hash = row_bytes(r, submission_get_data_hash, m);
	char *hex = arena_alloc(m, 2 * hash.n + 1);

	hex_encode(hash.p, hash.n, hex);
	out->data_hash = span_of(hex);
	out->flags = row_text(r, submission_get_flags);
	out->row.flagged = !span_is(out->flags, "[]");
	out->fault = row_text(r, submission_get_fault);
	out->host = row_text(r, submission_get_host);
	out->compiler = row_text(r, submission_get_compiler);
	out->box = row_text(r, submission_get_box);
	out->time_ms = number_or(r, submission_get_time_ms, -1);
	out->memory_mib = number_or(r, submission_get_memory_mib, -1);
}

/* ---- its tests ---- */

static struct span copy_of(const struct json *root, const char *key, struct arena *m)
{
	struct span s;

	if (!json_text(json_get(root, key), &s) || s.n == 0)
		return SPAN_NONE;
	return (struct span){ arena_dup(m, s), s.n };
}

/* An exit status may carry a byte of a secret test out; that it was not 0 does not. */
static struct span exit_for(struct span text, bool open)
{
	if (open || !span_starts(text, "status "))
		return text;
	return SPAN("a status other than 0");
}

static void read_detail(const struct found *f, struct arena *m, struct span sealed, bool jury,
	struct submission_test *t)
{
	struct span purpose = span_of(
		arena_printf(m, "judging_run:%lld:%d", (long long)f->judging_id, t->ordinal));
	bool open = jury || t->is_sample || f->shows;
	struct err e = { .kind = ERR_NONE };
	JSON_AUTO root = NULL;
	struct span text;

	if (f->key == NULL || sealed.n == 0 ||
		data_key_unseal(f->key, m, sealed, purpose, &text, &e) != 0 ||
		json_parse(text, &root, &e) != 0)
		return;
	t->team_text = copy_of(root, "team", m);
	t->exit_text = exit_for(copy_of(root, "exit", m), open);
	if (jury)
		t->jury_text = copy_of(root, "judge", m);
	if (!open)
		return;
	t->difference = copy_of(root, "difference", m);
	t->output = copy_of(root, "output", m);
	t->errors = copy_of(root, "errors", m);
}

static void read_test(
	const struct found *f, const struct row *r, bool jury, struct submission_test *t)
{
	int ordinal = (int)row_i64(r, submission_tests_ordinal);
	bool counts =
		!row_bool(r, submission_tests_skipped) && (f->in_groups || ordinal <= f->first_bad);

	*t = (struct submission_test){ .ordinal = ordinal,
		.is_sample = row_bool(r, submission_tests_is_sample),
		.is_static = group_is_static(row_text(r, submission_tests_path)) };
	if (jury || t->is_sample)
		t->path = row_text(r, submission_tests_path);
	if (!counts)
		return;
	t->verdict = (int)row_i64(r, submission_tests_verdict);
	t->running = t->verdict == VERDICT_NONE && row_bool(r, submission_tests_taken);
	t->has_score = !row_null(r, submission_tests_score);
	t->score_is_factor = row_bool(r, submission_tests_factor);
	t->score = strtod(row_str(r, submission_tests_score), NULL);
	t->cpu_ms = (int)row_i64(r, submission_tests_cpu_ms);
	t->wall_ms = (int)row_i64(r, submission_tests_wall_ms);
	t->memory_kib = (int)row_i64(r, submission_tests_memory_kib);
}

static int read_tests(struct db *d, struct arena *m, const struct found *f,
	struct submission_full *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_submission_tests,
		    ARGS(arg_i64(f->judging_id), arg_bool(f->key != NULL)), &rows, e) != 0)
		return -1;
	out->tests = arena_new_array(m, struct submission_test, rows.n + 1);
	out->n_tests = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];
		struct submission_test *t = &out->tests[i];

		read_test(f, r, out->jury_view, t);
		out->row.n_ended += t->verdict != VERDICT_NONE;
		if (t->verdict != VERDICT_NONE)
			read_detail(
				f, m, row_bytes(r, submission_tests_detail, m), out->jury_view, t);
	}
	return 0;
}

/* ---- waiting ---- */

#define PAUSED   "judging is paused"
#define NO_JUDGE "no judge is at work just now; it goes on by itself"

static struct span ahead_text(struct arena *m, int ahead)
{
	if (ahead == 0)
		return SPAN("it is next");
	if (ahead >= 1000)
		return SPAN("more than a thousand submissions are before it");
	return span_of(arena_printf(m,
		ahead == 1 ? "%d submission is before it" : "%d submissions are before it", ahead));
}

static void wait_for(struct submission_full *out, enum submission_wait why, struct span text)
{
	out->wait = why;
	out->wait_text = text;
}

/* One that somebody has begun waits only if he is gone, and nobody else is there or may go on. */
static int read_stop(struct db *d, struct arena *m, const struct found *f,
	struct submission_full *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_submission_stands,
		    ARGS(arg_i64(f->priority), arg_i64(RUNNER_SILENT_S * 1000)), &row, e) != 0)
		return -1;
	if (row_bool(&row, submission_stands_paused))
		wait_for(out, SUBMISSION_WAITS_PAUSE, SPAN(PAUSED));
	else if (!row_bool(&row, submission_stands_alive))
		wait_for(out, SUBMISSION_WAITS_JUDGE, SPAN(NO_JUDGE));
	return 0;
}

static int read_wait(struct db *d, struct arena *m, const struct found *f,
	struct submission_full *out, struct err *e)
{
	struct span fault = row_text(&f->row, submission_get_fault);
	struct row row;

	wait_for(out, SUBMISSION_WAITS_NOT, SPAN_NONE);
	if (out->row.state == JUDGING_ENDED)
		return 0;
	if (out->row.state != JUDGING_WAITS && fault.n == 0)
		return read_stop(d, m, f, out, e);
	if (db_one(d, m, q_submission_waits,
		    ARGS(arg_i64(f->judging_id), arg_i64(f->priority), arg_text(out->row.language),
			    arg_i64(RUNNER_SILENT_S * 1000)),
		    &row, e) != 0)
		return -1;
	out->ahead = (int)row_i64(&row, submission_waits_ahead);
	if (row_bool(&row, submission_waits_paused))
		wait_for(out, SUBMISSION_WAITS_PAUSE, SPAN(PAUSED));
	else if (!row_bool(&row, submission_waits_alive))
		wait_for(out, SUBMISSION_WAITS_JUDGE, SPAN(NO_JUDGE));
	else if (!row_bool(&row, submission_waits_has_language))
		wait_for(out, SUBMISSION_WAITS_LANGUAGE,
			SPAN("no judge that is at work has this language"));
	else if (fault.n > 0)
		wait_for(out, SUBMISSION_WAITS_RETRY,
			SPAN("an attempt failed, not by your fault; it is repeated"));
	else
		wait_for(out, SUBMISSION_WAITS_TURN, ahead_text(m, out->ahead));
	return 0;
}

/* ---- the calls ---- */

int submission_progress(struct db *d, struct arena *m, const struct submission_look *look,
	struct submission_full *out, struct err *e)
{
	struct found f = { .key = NULL };

	*out = (struct submission_full){ .n_tests = 0 };
	if (find(d, m, look, &f, out, e) != 0)
		return -1;
	read_common(&f, out);
	if (out->jury_view)
		read_jury(&f, m, out);
	return read_tests(d, m, &f, out, e) != 0 ? -1 : read_wait(d, m, &f, out, e);
}

int submission_get(struct db *d, struct arena *m, const struct submission_look *look,
	struct submission_full *out, struct err *e)
{
	DATA_KEY_AUTO key = NULL;
	struct found f = { .key = NULL };
	struct span purpose =
		span_of(arena_printf(m, "submission.source:" SPAN_FMT, SPAN_ARG(look->public_id)));

	*out = (struct submission_full){ .n_tests = 0 };
	if (find(d, m, look, &f, out, e) != 0)
		return -1;
	read_common(&f, out);
	if (out->jury_view)
		read_jury(&f, m, out);
	if (look->seal != NULL) {
		if (problem_key_open(d, m, look->seal, out->problem_id, &key, e) != 0)
			return -1;
		f.key = key;
		if (!out->row.is_jury &&
			data_key_unseal(key, m, row_bytes(&f.row, submission_get_sealed, m),
				purpose, &out->source, e) != 0)
			return -1;
	}
	return read_tests(d, m, &f, out, e) != 0 ? -1 : read_wait(d, m, &f, out, e);
}
