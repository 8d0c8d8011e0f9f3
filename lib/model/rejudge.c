#include "model/rejudge.h"

#include <stdlib.h>

#include "base/limits.h"
#include "db/db.h"
#include "judge/verdict.h"
#include "model/audit.h"
#include "model/job.h"
#include "model/judging.h"
#include "model/problem_progress.h"
#include "net/json.h"

#define MAX_WANTED 4000

const char *rejudge_state_name(enum rejudge_state s)
{
	static const char *const names[] = { "running", "ready", "applied", "dropped" };

	return names[s];
}

/* ---- making ---- */

static void put_text(struct json_out *o, const char *key, struct span s)
{
	if (s.n == 0)
		return;
	json_key(o, key);
	json_put_text(o, s);
}

static void put_id(struct json_out *o, const char *key, int64_t id)
{
	if (id == 0)
		return;
	json_key(o, key);
	json_put_i64(o, id);
}

/* What was asked for; "{}" is nothing. */
static int wanted_json(
	struct arena *m, const struct rejudge_wanted *w, struct span *out, struct err *e)
{
	struct json_out o;
	BUF_AUTO b = { 0 };

	buf_init(&b, MAX_WANTED);
	json_begin(&o, &b);
	json_object(&o);
	put_text(&o, "submission", w->public_id);
	put_text(&o, "problem", w->slug);
	put_id(&o, "problem_id", w->problem_id);
	put_id(&o, "contest", w->contest_id);
	put_id(&o, "user", w->user_id);
	put_text(&o, "language", w->language);
	if (w->verdict != VERDICT_NONE)
		put_text(&o, "verdict", span_of(verdict_code((enum verdict)w->verdict)));
	json_object_end(&o);
	if (buf_finish(&b, out, e) != 0)
		return -1;
	*out = (struct span){ arena_dup(m, *out), out->n };
	return 0;
}

static struct arg id_or_null(int64_t id)
{
	return id != 0 ? arg_i64(id) : arg_null();
}

static int find(struct tx *tx, struct arena *m, const struct rejudge_wanted *w, struct rows *rows,
	struct err *e)
{
	if (db_many(tx->db, m, q_rejudge_find,
		    ARGS(arg_text(w->public_id), arg_text(w->slug), id_or_null(w->problem_id),
			    id_or_null(w->contest_id), id_or_null(w->user_id),
			    arg_text(w->language), id_or_null(w->verdict),
			    arg_i64(REJUDGE_MOST + 1)),
		    rows, e) != 0)
		return -1;
	if (rows->n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no finished submission like that");
	if (rows->n > REJUDGE_MOST)
		return err_set(e, ERR_LIMIT, "these are more than %d submissions", REJUDGE_MOST);
	return 0;
}

static int add_judgings(
	struct tx *tx, struct arena *m, int64_t id, const struct rows *found, struct err *e)
{
	struct job_spec spec = { .kind = "judge.build", .priority = JUDGING_PRIORITY_REJUDGE };
	int64_t *numbers = arena_new_array(m, int64_t, 2 * found->n);
	struct span *payloads = arena_new_array(m, struct span, found->n);
	struct rows made;

	for (size_t i = 0; i < found->n; i++) {
		numbers[i] = row_i64(&found->v[i], rejudge_find_id);
		numbers[found->n + i] = row_i64(&found->v[i], rejudge_find_version_id);
	}
	if (db_many(tx->db, m, q_rejudge_judgings,
		    ARGS(arg_i64(id), arg_i64s(numbers, found->n),
			    arg_i64s(numbers + found->n, found->n)),
		    &made, e) != 0)
		return -1;
	for (size_t i = 0; i < made.n; i++)
		payloads[i] = span_of(arena_printf(m, "{\"judging\":%lld}",
			(long long)row_i64(&made.v[i], rejudge_judgings_id)));
	return job_enqueue_many(tx, m, &spec, payloads, made.n, e);
}

int rejudge_make(
	struct tx *tx, struct arena *m, const struct rejudge_new *r, int64_t *id, struct err *e)
{
	struct audit_entry audit = {
		.actor_id = r->actor_id, .action = "rejudge.make", .address = r->address
	};
	struct span wanted;
	struct rows found;
	struct row row;

	if (r->why.n == 0 || r->why.n > 500)
		return err_field(e, "why", "say why, in at most 500 letters");
	if (wanted_json(m, &r->wanted, &wanted, e) != 0)
		return -1;
	if (span_is(wanted, "{}"))
		return err_set(e, ERR_INVALID, "say what is to be judged again");
	if (find(tx, m, &r->wanted, &found, e) != 0 ||
		db_one(tx->db, m, q_rejudge_insert,
			ARGS(id_or_null(r->actor_id), arg_text(r->why), arg_text(wanted),
				arg_i64((int64_t)found.n)),
			&row, e) != 0)
		return -1;
	*id = row_i64(&row, rejudge_insert_id);
	audit.object = audit_object(m, "rejudge", *id);
	audit.detail = wanted;
	if (add_judgings(tx, m, *id, &found, e) != 0)
		return -1;
	return audit_add(tx, m, &audit, e);
}

/* ---- looking ---- */

static void read_one(const struct row *r, struct rejudge *out)
{
	*out = (struct rejudge){ .id = row_i64(r, rejudge_list_id),
		.made_by = row_text(r, rejudge_list_made_by),
		.made_at = row_time(r, rejudge_list_made_at),
		.why = row_text(r, rejudge_list_why),
		.wanted = row_text(r, rejudge_list_wanted),
		.n = (int)row_i64(r, rejudge_list_n),
		.n_ended = (int)row_i64(r, rejudge_list_n_ended),
		.n_changed = (int)row_i64(r, rejudge_list_n_changed),
		.state = (enum rejudge_state)row_i64(r, rejudge_list_state),
		.decided_by = row_text(r, rejudge_list_decided_by),
		.decided_at = row_time(r, rejudge_list_decided_at) };
}

int rejudge_list(struct db *d, struct arena *m, int64_t before, int limit, struct rejudges *out,
	struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_rejudge_list,
		    ARGS(arg_null(), arg_i64(before != 0 ? before : INT64_MAX), arg_i64(limit)),
		    &rows, e) != 0)
		return -1;
	*out = (struct rejudges){ arena_new_array(m, struct rejudge, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		read_one(&rows.v[i], &out->v[i]);
	return 0;
}

int rejudge_get(struct db *d, struct arena *m, int64_t id, struct rejudge *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_rejudge_list, ARGS(arg_i64(id), arg_i64(INT64_MAX), arg_i64(1)), &rows,
		    e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such rejudging");
	read_one(&rows.v[0], out);
	return 0;
}

int rejudge_items(struct db *d, struct arena *m, const struct rejudge_look *look,
	struct rejudge_items *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_rejudge_items,
		    ARGS(arg_i64(look->id), arg_bool(look->all), arg_i64(look->after),
			    arg_i64(look->limit + 1)),
		    &rows, e) != 0)
		return -1;
	*out = (struct rejudge_items){ arena_new_array(m, struct rejudge_item, rows.n + 1), rows.n,
		0 };
	if (out->n > (size_t)look->limit)
		out->n = (size_t)look->limit;
	for (size_t i = 0; i < out->n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct rejudge_item){ .submission_id =
							   row_i64(r, rejudge_items_submission_id),
			.public_id = row_text(r, rejudge_items_public_id),
			.slug = row_text(r, rejudge_items_slug),
			.user_name = row_text(r, rejudge_items_user_name),
			.language = row_text(r, rejudge_items_language),
			.old_verdict = (int)row_i64(r, rejudge_items_old_verdict),
			.old_has_score = !row_null(r, rejudge_items_old_score),
			.old_score = strtod(row_str(r, rejudge_items_old_score), NULL),
			.new_verdict = (int)row_i64(r, rejudge_items_new_verdict),
			.new_has_score = !row_null(r, rejudge_items_new_score),
			.new_score = strtod(row_str(r, rejudge_items_new_score), NULL),
			.changed = row_bool(r, rejudge_items_changed) };
	}
	if (rows.n > out->n)
		out->next = out->v[out->n - 1].submission_id;
	return 0;
}

/* ---- deciding ---- */

static int check(const struct rows *held, bool apply, struct err *e)
{
	enum rejudge_state state;

	if (held->n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such rejudging");
	state = (enum rejudge_state)row_i64(&held->v[0], rejudge_hold_state);
	if (state == REJUDGE_APPLIED || state == REJUDGE_DROPPED)
		return err_set(e, ERR_CONFLICT, "it was %s already", rejudge_state_name(state));
	if (!apply)
		return 0;
	if (state != REJUDGE_READY)
		return err_set(e, ERR_CONFLICT, "not all of it has been judged yet");
	if (row_i64(&held->v[0], rejudge_hold_failed) > 0)
		return err_set(e, ERR_CONFLICT,
			"the judge failed at %lld of them: drop it and try again",
			(long long)row_i64(&held->v[0], rejudge_hold_failed));
	return 0;
}

/* Its submissions are held until the transaction ends. */
static int hold_all(struct tx *tx, struct arena *m, int64_t id, struct err *e)
{
	struct rows rows;
	size_t n = 0;

	if (db_many(tx->db, m, q_rejudge_hold_all, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		n += row_bool(&rows.v[i], rejudge_hold_all_overtaken);
	if (n == 0)
		return 0;
	return err_set(
		e, ERR_CONFLICT, "a later set of %zu of them counts already: drop this one", n);
}

/* The member and the problem whose progress the row changes; false: nobody's, or the row before it
 * has changed the same. */
static bool is_progress(const struct rows *applied, size_t i)
{
	const struct row *r = &applied->v[i], *last = i > 0 ? r - 1 : NULL;

	if (row_null(r, rejudge_apply_user_id))
		return false;
	return last == NULL || row_null(last, rejudge_apply_user_id) ||
	       row_i64(r, rejudge_apply_user_id) != row_i64(last, rejudge_apply_user_id) ||
	       row_i64(r, rejudge_apply_problem_id) != row_i64(last, rejudge_apply_problem_id);
}

static int apply(struct tx *tx, struct arena *m, int64_t id, struct rows *applied, struct err *e)
{
	if (hold_all(tx, m, id, e) != 0 ||
		db_many(tx->db, m, q_rejudge_apply, ARGS(arg_i64(id)), applied, e) != 0)
		return -1;
	for (size_t i = 0; i < applied->n; i++) {
		const struct row *r = &applied->v[i];

		if (is_progress(applied, i) &&
			problem_progress_count(tx, row_i64(r, rejudge_apply_user_id),
				row_i64(r, rejudge_apply_problem_id), e) != 0)
			return -1;
	}
	return 0;
}

static void evict(struct arena *m, const struct rejudge_decision *r, const struct rows *applied)
{
	for (size_t i = 0; i < applied->n; i++) {
		const struct row *row = &applied->v[i];

		submission_evict(r->cache, m, row_text(row, rejudge_apply_public_id));
		if (is_progress(applied, i))
			problem_progress_evict(r->cache, m, row_i64(row, rejudge_apply_user_id),
				row_i64(row, rejudge_apply_problem_id));
	}
}

int rejudge_decide(struct db *d, struct arena *m, const struct rejudge_decision *r, struct err *e)
{
	struct audit_entry audit = { .actor_id = r->actor_id,
		.action = r->apply ? "rejudge.apply" : "rejudge.drop",
		.object = audit_object(m, "rejudge", r->id),
		.address = r->address };
	struct rows held, applied = { .n = 0 };
	TX_AUTO tx = { 0 };
	int rc;

	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_rejudge_hold, ARGS(arg_i64(r->id)), &held, e) != 0 ||
		check(&held, r->apply, e) != 0)
		return -1;
	rc = r->apply ? apply(&tx, m, r->id, &applied, e)
		      : db_exec(d, q_rejudge_stop, ARGS(arg_i64(r->id)), NULL, e);
	if (rc != 0 ||
		db_exec(d, q_rejudge_decide,
			ARGS(arg_i64(r->id), arg_i64(r->apply ? REJUDGE_APPLIED : REJUDGE_DROPPED),
				id_or_null(r->actor_id)),
			NULL, e) != 0 ||
		audit_add(&tx, m, &audit, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	evict(m, r, &applied);
	return 0;
}
