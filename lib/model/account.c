#include "model/account.h"

#include "base/attr.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/cache.h"
#include "model/calendar_link.h"
#include "model/job.h"
#include "model/mail.h"
#include "model/room_make.h"
#include "model/sync.h"
#include "os/log.h"

int account_export(struct db *d, struct arena *m, int64_t user_id, struct span *json, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_account_export, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*json = row_text(&row, account_export_document);
	return 0;
}

static int say_farewell(
	const struct account_end *a, struct tx *tx, const struct row *who, struct err *e)
{
	const struct span paragraphs[] = {
		SPAN("Your account at Podium is deleted, as you asked. Your name, your address, "
		     "your sessions, your tokens and your connections to other services are gone."),
		a->remove_events
			? SPAN("The contests that Podium put into your calendars are being "
			       "taken out of them.")
			: SPAN("The contests that Podium put into your calendars stay there; "
			       "they are not kept up to date any more."),
		SPAN("Thank you for having been here. If you did not ask for this, somebody had "
		     "your password: change it wherever else you use it."),
	};
	const struct mail_notice n = { .kind = "account.deleted",
		.to = row_text(who, account_lock_email),
		.subject = "Your account is deleted",
		.greeting_name = row_text(who, account_lock_name),
		.paragraphs = paragraphs,
		.n_paragraphs = countof(paragraphs),
		.small_print = SPAN("This is the last mail from Podium to this address.") };
	struct err why = { .kind = ERR_NONE };

	if (a->seal == NULL || mail_queue(tx, a->mem, a->seal, &n, &why) == 0)
		return 0;
	// an address that cannot be written to, such as admin@localhost, keeps nobody here
	if (why.kind == ERR_INVALID)
		return 0;
	*e = why;
	return -1;
}

static int leave_calendars(
	const struct account_end *a, struct tx *tx, int64_t user_id, struct err *e)
{
	for (int s = 0; s < N_CALENDAR_SINKS; s++) {
		if (calendar_link_leave(
			    tx, a->mem, user_id, (enum calendar_sink)s, a->remove_events, e) != 0)
			return -1;
	}
	return 0;
}

static int enqueue_rest(const struct account_end *a, struct tx *tx, int64_t user_id, struct err *e)
{
	const struct job_spec spec = { .kind = "account.delete",
		.payload = span_of(arena_printf(a->mem, "{\"user\":%lld}", (long long)user_id)),
		.unique = span_of(arena_printf(a->mem, "account:%lld", (long long)user_id)),
		.priority = JOB_PRIORITY_NORMAL };
	int64_t id;

	return job_enqueue(tx, a->mem, &spec, &id, e);
}

static int end_in_tx(const struct account_end *a, struct tx *tx, int64_t user_id, struct err *e)
{
	const struct audit_entry entry = { .actor_id = a->actor_id,
		.action = "account.delete",
		.object = audit_object(a->mem, "user", user_id),
		.address = a->address };
	struct row locked;
	struct row who;
	struct row letters;

	if (db_one(tx->db, a->mem, q_user_lock_admins, NO_ARGS, &locked, e) != 0 ||
		db_one(tx->db, a->mem, q_account_lock, ARGS(arg_i64(user_id)), &who, e) != 0)
		return -1;
	if (row_bool(&who, account_lock_is_last_admin))
		return err_set(e, ERR_CONFLICT,
			"this is the only admin; make somebody else an admin first");
	if (leave_calendars(a, tx, user_id, e) != 0 ||
		room_leave_waiting(tx, a->mem, user_id, e) != 0 ||
		db_one(tx->db, a->mem, q_account_drop_letters,
			ARGS(arg_i64(user_id), arg_text(row_text(&who, account_lock_email))),
			&letters, e) != 0 ||
		db_exec(tx->db, q_account_forget,
			ARGS(arg_i64(user_id), arg_text(row_text(&who, account_lock_email))), NULL,
			e) != 0 ||
		say_farewell(a, tx, &who, e) != 0 || enqueue_rest(a, tx, user_id, e) != 0)
		return -1;
	return audit_add(tx, a->mem, &entry, e);
}

static void forget_cached(struct cache *cache, struct arena *m, int64_t user_id)
{
	static const char *const keys[] = { "cache:user", "cache:synced_events" };
	struct err e = { .kind = ERR_NONE };

	for (size_t i = 0; i < countof(keys) && cache != NULL; i++) {
		const char *key = arena_printf(m, "%s:%lld", keys[i], (long long)user_id);

		if (cache_delete(cache, span_of(key), &e) != 0)
			log_err(LOG_WARN, "account.evict", &e);
	}
}

int account_delete(const struct account_end *a, int64_t user_id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(a->db, &tx, e) != 0 || end_in_tx(a, &tx, user_id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	forget_cached(a->cache, a->mem, user_id);
	sync_wake(a->db);
	mail_wake(a->db);
	return 0;
}

int account_clear(
	struct db *d, struct arena *m, struct cache *cache, int64_t user_id, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_account_waits, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	if (row_bool(&row, account_waits_waits))
		return err_set(e, ERR_TEMPORARY, "calendars are still being disconnected");
	if (db_exec(d, q_account_clear, ARGS(arg_i64(user_id)), NULL, e) != 0)
		return -1;
	forget_cached(cache, m, user_id);
	return 0;
}
