/* Every act: the change and its row of the audit in one transaction, hints to the runners behind
 * it. */
#include "model/admin.h"

#include <inttypes.h>

#include "db/db.h"
#include "model/audit.h"
#include "model/cron.h"
#include "model/job.h"
#include "model/job_admin.h"
#include "model/mail_outbox.h"
#include "model/user.h"

struct act {
	const char *action;
	struct span object;
	const char *detail; // JSON of names of ours and numbers; NULL: none
};

static int note(
	struct tx *tx, struct arena *m, const struct admin *who, const struct act *a, struct err *e)
{
	struct audit_entry entry = { .actor_id = who->id,
		.action = a->action,
		.object = a->object,
		.detail = span_of(a->detail),
		.address = who->address };

	return audit_add(tx, m, &entry, e);
}

/* ---- jobs and queues ------------------------------------------------------------------------- */

/* Why nothing could be done to the job. */
static int not_done(struct db *d, struct arena *m, int64_t id, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_watch_state, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "job %" PRId64 " is gone", id);
	if (span_is(row_text(&rows.v[0], job_watch_state_state), "dead"))
		return err_set(
			e, ERR_CONFLICT, "another job lives with the key of job %" PRId64, id);
	return err_set(e, ERR_CONFLICT, "job %" PRId64 " is %s by now", id,
		row_str(&rows.v[0], job_watch_state_state));
}

struct job_act {
	enum stmt stmt; // gives the queue of the job to which something was done
	const char *action;
};

static int act_on_job(struct db *d, struct arena *m, const struct admin *who, struct job_act what,
	int64_t id, struct err *e)
{
	struct act a = { .action = what.action, .object = audit_object(m, "job", id) };
	TX_AUTO tx = { 0 };
	struct rows rows;
	const char *queue;

	if (tx_begin(d, &tx, e) != 0 || db_many(d, m, what.stmt, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return not_done(d, m, id, e);
	queue = row_str(&rows.v[0], 0);
	a.detail = arena_printf(m, "{\"queue\": \"%s\"}", queue);
	if (note(&tx, m, who, &a, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d, queue);
	return 0;
}

int admin_job_retry(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	return act_on_job(d, m, who, (struct job_act){ q_job_retry, "job.retry" }, id, e);
}

int admin_job_discard(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	return act_on_job(d, m, who, (struct job_act){ q_job_discard, "job.discard" }, id, e);
}

static struct span queue_object(struct arena *m, const char *queue)
{
	return span_of(arena_printf(m, "queue:%s", queue));
}

int admin_queue_pause(struct db *d, struct arena *m, const struct admin *who, const char *queue,
	int64_t for_s, struct err *e)
{
	struct act a = { .action = "queue.pause",
		.object = queue_object(m, queue),
		.detail = arena_printf(m, "{\"seconds\": %" PRId64 "}", for_s) };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		job_queue_pause(d, queue, for_s > 0 ? for_s * 1000 : INT64_MAX,
			who->id != 0 ? "by an admin" : "by the operator", e) != 0 ||
		note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int admin_queue_resume(
	struct db *d, struct arena *m, const struct admin *who, const char *queue, struct err *e)
{
	struct act a = { .action = "queue.resume", .object = queue_object(m, queue) };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || job_queue_resume(d, queue, e) != 0 ||
		note(&tx, m, who, &a, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d, queue);
	return 0;
}

static const char *queue_change(struct arena *m, const struct admin_queue_set *q)
{
	if (q->weight == NULL)
		return arena_printf(m, "{\"max_running\": %" PRId64 "}", *q->max_running);
	if (q->max_running == NULL)
		return arena_printf(m, "{\"weight\": %" PRId64 "}", *q->weight);
	return arena_printf(m, "{\"max_running\": %" PRId64 ", \"weight\": %" PRId64 "}",
		*q->max_running, *q->weight);
}

int admin_set_queue(struct db *d, struct arena *m, const struct admin *who,
	const struct admin_queue_set *q, struct err *e)
{
	struct act a = { .action = "queue.set",
		.object = queue_object(m, q->name),
		.detail = queue_change(m, q) };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		(q->max_running != NULL && job_queue_limit(d, q->name, *q->max_running, e) != 0) ||
		(q->weight != NULL && job_queue_weight(d, q->name, *q->weight, e) != 0) ||
		note(&tx, m, who, &a, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d, q->name);
	return 0;
}

int admin_cron_switch(struct db *d, struct arena *m, const struct admin *who,
	const struct cron_switch *to, struct err *e)
{
	struct act a = { .action = to->enabled ? "cron.enable" : "cron.disable",
		.object = span_of(arena_printf(m, "cron:%s", to->name)) };
	TX_AUTO tx = { 0 };
	bool changed;

	if (tx_begin(d, &tx, e) != 0 || cron_switch(d, m, to, &changed, e) != 0)
		return -1;
	if (!changed)
		return 0;
	if (note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* ---- accounts -------------------------------------------------------------------------------- */

struct held {
	unsigned roles;
	bool disabled;
	bool locked;
};

/* The account as it is, kept so until the end of the transaction. */
static int hold(struct db *d, struct arena *m, int64_t id, struct held *out, struct err *e)
{
	struct row r;

	if (db_one(d, m, q_admin_user_hold, ARGS(arg_i64(id)), &r, e) != 0)
		return -1;
	*out = (struct held){ .roles = (unsigned)row_i64(&r, admin_user_hold_roles),
		.disabled = row_bool(&r, admin_user_hold_disabled),
		.locked = row_bool(&r, admin_user_hold_locked) };
	return 0;
}

int admin_user_roles(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	unsigned roles, struct err *e)
{
	struct act a = { .action = "user.role", .object = audit_object(m, "user", id) };
	struct held was;
	TX_AUTO tx = { 0 };

	roles = (roles & ROLES_ALL) | ROLE_BIT(ROLE_MEMBER);
	if (tx_begin(d, &tx, e) != 0 || hold(d, m, id, &was, e) != 0)
		return -1;
	if (roles == was.roles)
		return 0;
	if (id == who->id && (roles & ROLE_BIT(ROLE_ADMIN)) == 0)
		return err_set(e, ERR_FORBIDDEN,
			"nobody takes the admin role from himself: another admin can");
	a.detail = arena_printf(m, "{\"from\": \"%s\", \"to\": \"%s\"}", roles_text(m, was.roles),
		roles_text(m, roles));
	if (user_set_roles(d, m, id, roles, e) != 0 || note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int admin_user_lock(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "user.lock", .object = audit_object(m, "user", id) };
	struct held was;
	TX_AUTO tx = { 0 };

	if (id == who->id)
		return err_set(e, ERR_FORBIDDEN, "nobody locks himself out: another admin can");
	if (tx_begin(d, &tx, e) != 0 || hold(d, m, id, &was, e) != 0)
		return -1;
	if (was.disabled)
		return 0;
	if (db_exec(d, q_admin_user_disable, ARGS(arg_i64(id), arg_bool(true)), NULL, e) != 0 ||
		db_exec(d, q_session_end_all, ARGS(arg_i64(id)), NULL, e) != 0 ||
		note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int admin_user_unlock(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "user.unlock", .object = audit_object(m, "user", id) };
	struct held was;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || hold(d, m, id, &was, e) != 0)
		return -1;
	if (!was.disabled && !was.locked)
		return 0;
	if (db_exec(d, q_admin_user_unlock, ARGS(arg_i64(id)), NULL, e) != 0 ||
		note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int admin_user_sign_out(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "user.sign_out", .object = audit_object(m, "user", id) };
	struct held was;
	int64_t n;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || hold(d, m, id, &was, e) != 0 ||
		db_exec(d, q_session_end_all, ARGS(arg_i64(id)), &n, e) != 0)
		return -1;
	a.detail = arena_printf(m, "{\"sessions\": %" PRId64 "}", n);
	if (note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int admin_user_reset(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "user.reset", .object = audit_object(m, "user", id) };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* ---- mails ----------------------------------------------------------------------------------- */

int admin_mail_again(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "mail.again", .object = audit_object(m, "mail", id) };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || mail_again(&tx, m, id, e) != 0 ||
		note(&tx, m, who, &a, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(d);
	return 0;
}

int admin_mail_discard(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e)
{
	struct act a = { .action = "mail.discard", .object = audit_object(m, "mail", id) };
	TX_AUTO tx = { 0 };
	int64_t n;

	if (tx_begin(d, &tx, e) != 0 ||
		db_exec(d, q_admin_mail_discard, ARGS(arg_i64(id)), &n, e) != 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_CONFLICT, "there is nothing to discard any more");
	if (note(&tx, m, who, &a, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* ---- reading --------------------------------------------------------------------------------- */

int admin_user_list(struct db *d, struct arena *m, const struct admin_user_filter *f,
	struct admin_users *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_admin_users,
		    ARGS(arg_text(f->words), arg_i64(f->before_id > 0 ? f->before_id : INT64_MAX),
			    arg_i64(f->limit + 1)),
		    &rows, e) != 0)
		return -1;
	out->more = rows.n > (size_t)f->limit;
	out->n = out->more ? (size_t)f->limit : rows.n;
	out->v = arena_new_array(m, struct admin_user, rows.n + 1);
	for (size_t i = 0; i < out->n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct admin_user){
			.id = row_i64(r, admin_users_id),
			.name = row_text(r, admin_users_name),
			.email = row_text(r, admin_users_email),
			.handle = row_text(r, admin_users_handle),
			.roles = (unsigned)row_i64(r, admin_users_roles),
			.disabled = row_bool(r, admin_users_disabled),
			.locked_until = row_time(r, admin_users_locked_until),
			.verified = row_bool(r, admin_users_verified),
			.created_at = row_time(r, admin_users_created_at),
			.signed_in_at = row_time(r, admin_users_signed_in_at),
		};
	}
	return 0;
}

int admin_user_get(struct db *d, struct arena *m, int64_t id, struct admin_user *out, struct err *e)
{
	struct row r;

	if (db_one(d, m, q_admin_user_read, ARGS(arg_i64(id)), &r, e) != 0)
		return -1;
	*out = (struct admin_user){
		.id = id,
		.name = row_text(&r, admin_user_read_name),
		.email = row_text(&r, admin_user_read_email),
		.handle = row_text(&r, admin_user_read_handle),
		.roles = (unsigned)row_i64(&r, admin_user_read_roles),
		.disabled = row_bool(&r, admin_user_read_disabled),
		.locked_until = row_time(&r, admin_user_read_locked_until),
		.verified = row_bool(&r, admin_user_read_verified),
		.has_password = row_bool(&r, admin_user_read_has_password),
		.failed_count = (int)row_i64(&r, admin_user_read_failed_count),
		.created_at = row_time(&r, admin_user_read_created_at),
		.signed_in_at = row_time(&r, admin_user_read_signed_in_at),
		.sessions = row_i64(&r, admin_user_read_sessions),
	};
	return 0;
}

int admin_names(struct db *d, struct arena *m, const int64_t *ids, size_t n,
	struct admin_names *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_admin_user_names, ARGS(arg_i64s(ids, n)), &rows, e) != 0)
		return -1;
	*out = (struct admin_names){ arena_new_array(m, struct admin_name, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		out->v[i] = (struct admin_name){ row_i64(&rows.v[i], admin_user_names_id),
			row_text(&rows.v[i], admin_user_names_name) };
	return 0;
}

int admin_count_all(struct db *d, struct arena *m, struct admin_counts *out, struct err *e)
{
	struct row r;
	struct rows rows;

	if (db_one(d, m, q_admin_counts, NO_ARGS, &r, e) != 0 ||
		db_many(d, m, q_admin_replication, NO_ARGS, &rows, e) != 0)
		return -1;
	*out = (struct admin_counts){
		.users = row_i64(&r, admin_counts_users),
		.disabled = row_i64(&r, admin_counts_disabled),
		.sessions = row_i64(&r, admin_counts_sessions),
		.mails_waiting = row_i64(&r, admin_counts_waiting),
		.mails_dead = row_i64(&r, admin_counts_dead),
		.mails_kept = row_i64(&r, admin_counts_kept),
		.db_size = row_i64(&r, admin_counts_db_size),
		.db_connections = row_i64(&r, admin_counts_db_connections),
		.db_max = (int)row_i64(&r, admin_counts_db_max),
		.db_version = row_text(&r, admin_counts_db_version),
		.replicas = arena_new_array(m, struct admin_replica, rows.n + 1),
		.n_replicas = rows.n,
	};
	for (size_t i = 0; i < rows.n; i++)
		out->replicas[i] = (struct admin_replica){
			.address = row_text(&rows.v[i], admin_replication_address),
			.state = row_text(&rows.v[i], admin_replication_state),
			.lag_ms = row_null(&rows.v[i], admin_replication_lag_ms)
					  ? -1
					  : row_i64(&rows.v[i], admin_replication_lag_ms),
		};
	return 0;
}
