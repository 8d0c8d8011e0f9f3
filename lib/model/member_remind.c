#include "model/member_remind.h"

#include "auth/token.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/mail.h"
#include "os/config.h"
#include "os/log.h"

static struct arg groups_of(const struct member_access *a)
{
	return arg_i64s(a->groups, a->n_groups);
}

int remind_due(struct db *d, struct arena *m, const struct member_access *a,
	struct remind_dues *out, struct err *e)
{
	struct remind_due *v;
	struct rows rows;

	if (db_many(d, m, q_member_due,
		    ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(REMIND_AWAY_DAYS),
			    arg_i64(REMIND_REST_DAYS), arg_i64(REMIND_MOST)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct remind_due, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct remind_due){ row_i64(&rows.v[i], member_due_id),
			row_i64(&rows.v[i], member_due_user_id),
			row_text(&rows.v[i], member_due_name),
			row_text(&rows.v[i], member_due_email),
			row_i64(&rows.v[i], member_due_days) };
	*out = (struct remind_dues){ v, rows.n };
	return 0;
}

struct remind_text remind_text(struct arena *m, int64_t days)
{
	return (struct remind_text){ "Your problems miss you",
		{ span_of(arena_printf(m,
			  "It has been %lld days since a submission of yours was accepted, at "
			  "Codeforces or here.",
			  (long long)days)),
			SPAN("One small problem a day keeps the hand in. Your page shows where "
			     "you stand; the list of problems has something of every level.") } };
}

/* ---- sending ---- */

static int send_in(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct remind_due *r, const char *token, struct err *e)
{
	const char *site = db_config(tx->db)->base_url;
	struct remind_text text = remind_text(m, r->days);
	struct span stop = span_of(arena_printf(m, "%s/reminders/%s", site, token));
	const struct mail_notice n = { .kind = "member.reminder",
		.to = r->email,
		.user_id = r->user_id,
		.subject = text.subject,
		.greeting_name = r->name,
		.paragraphs = text.paragraphs,
		.n_paragraphs = countof(text.paragraphs),
		.action_label = "See how you train",
		.action_url = span_of(arena_printf(m, "%s/member/%lld", site, (long long)r->id)),
		.small_print = span_of(arena_printf(m,
			"You are written to at most every %d days. To end these mails: " SPAN_FMT,
			REMIND_REST_DAYS, SPAN_ARG(stop))),
		.stop_url = stop };

	return mail_queue(tx, m, seal, &n, e);
}

/* *sent is false for one who was written to meanwhile. */
static int remind_one(struct db *d, struct arena *m, const struct envelope *seal,
	const struct remind_due *r, bool *sent, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	char token[TOKEN_SIZE];
	TX_AUTO tx = { .db = NULL };
	int64_t n;

	*sent = false;
	token_new(token);
	token_hash(span_of(token), hash);
	if (tx_begin(d, &tx, e) != 0 ||
		db_exec(d, q_member_reminded, ARGS(arg_i64(r->id), arg_i64(REMIND_REST_DAYS)), &n,
			e) != 0)
		return -1;
	if (n == 0)
		return 0;
	if (db_exec(d, q_member_reminder_add,
		    ARGS(arg_i64(r->id), arg_i64(r->days),
			    arg_bytes((struct span){ (const char *)hash, sizeof(hash) })),
		    NULL, e) != 0 ||
		send_in(&tx, m, seal, r, token, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	*sent = true;
	return 0;
}

int remind_all(
	struct db *d, struct arena *m, const struct envelope *seal, int64_t *n, struct err *e)
{
	const struct member_access all = { .everybody = true };
	struct remind_dues dues;

	*n = 0;
	if (db_config(d)->base_url[0] == '\0')
		return err_set(
			e, ERR_INVALID, "BASE_URL is not set, so a mail's link leads nowhere");
	if (remind_due(d, m, &all, &dues, e) != 0)
		return -1;
	for (size_t i = 0; i < dues.n; i++) {
		struct err why = { .kind = ERR_NONE };
		bool sent;

		if (remind_one(d, m, seal, &dues.v[i], &sent, &why) == 0) {
			*n += sent;
		} else if (why.kind == ERR_INVALID) {
			log_err(LOG_INFO, "remind.refused", &why); // an address nobody can write to
		} else {
			*e = why;
			return -1;
		}
	}
	if (*n > 0)
		mail_wake(d);
	return 0;
}

/* ---- afterwards ---- */

int remind_history(struct db *d, struct arena *m, const struct member_access *a,
	struct remind_pasts *out, struct err *e)
{
	struct remind_past *v;
	struct rows rows;

	if (db_many(d, m, q_member_reminders,
		    ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(REMIND_MOST)), &rows,
		    e) != 0)
		return -1;
	v = arena_new_array(m, struct remind_past, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct remind_past){ row_i64(&rows.v[i], member_reminders_member_id),
			row_text(&rows.v[i], member_reminders_name),
			row_time(&rows.v[i], member_reminders_at),
			row_i64(&rows.v[i], member_reminders_days),
			row_i64(&rows.v[i], member_reminders_n_reminded),
			row_time(&rows.v[i], member_reminders_stopped_at) };
	*out = (struct remind_pasts){ v, rows.n };
	return 0;
}

/* One row by a link's token; a link that was never made and one that was used look the same. */
static int by_token(struct db *d, struct arena *m, enum stmt s, struct span token, struct row *row,
	struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct err why = { .kind = ERR_NOT_FOUND };

	token_hash(token, hash);
	if (token_valid(token) &&
		db_one(d, m, s, ARGS(arg_bytes((struct span){ (const char *)hash, sizeof(hash) })),
			row, &why) == 0)
		return 0;
	if (why.kind == ERR_NOT_FOUND)
		return err_set(e, ERR_NOT_FOUND, "this link was used already, or was never sent");
	*e = why;
	return -1;
}

int remind_peek(struct db *d, struct arena *m, struct span token, struct span *name, struct err *e)
{
	struct row row;

	if (by_token(d, m, q_member_stop_peek, token, &row, e) != 0)
		return -1;
	*name = row_text(&row, member_stop_peek_name);
	return 0;
}

int remind_stop(struct db *d, struct arena *m, struct span token, struct err *e)
{
	struct row row;

	return by_token(d, m, q_member_stop, token, &row, e);
}
