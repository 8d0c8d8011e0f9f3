/* Links from mails, and what a member changes about how he comes in. */
#include <string.h>

#include "auth/password.h"
#include "auth/password_rules.h"
#include "auth/token.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/job.h"
#include "model/mail.h"
#include "model/session.h"
#include "model/signup.h"
#include "model/signup_letter.h"
#include "model/user.h"

static const char *const purposes[] = {
	[SIGNUP_VERIFY] = "verify",
	[SIGNUP_RESET] = "reset",
	[SIGNUP_CHANGE] = "change",
	[SIGNUP_UNLOCK] = "unlock",
};

/* The arguments of the statements that find a link by its token. */
struct found {
	unsigned char hash[DIGEST_SIZE];
	struct signup_link link;
};

static int out_of_date(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "this link was used already, or is out of date");
}

static struct arg arg_hash(const struct found *f)
{
	return arg_bytes((struct span){ (const char *)f->hash, DIGEST_SIZE });
}

static int find(const struct signup_door *d, enum signup_purpose p, struct span token,
	struct found *f, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (!token_valid(token))
		return out_of_date(e);
	token_hash(token, f->hash);
	if (db_one(d->db, d->mem, q_email_token_read, ARGS(arg_hash(f), arg_str(purposes[p])), &row,
		    &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return out_of_date(e);
		*e = why;
		return -1;
	}
	f->link = (struct signup_link){
		.user_id = row_i64(&row, email_token_read_user_id),
		.name = row_text(&row, email_token_read_name),
		.email = row_text(&row, email_token_read_email),
		.new_email = row_text(&row, email_token_read_new_email),
	};
	return 0;
}

int signup_peek(const struct signup_door *d, enum signup_purpose p, struct span token,
	struct signup_link *out, struct err *e)
{
	struct found f;

	if (find(d, p, token, &f, e) != 0)
		return -1;
	*out = f.link;
	return 0;
}

/* Takes the link away, in the transaction of what it is for. */
static int use(const struct signup_door *d, enum signup_purpose p, struct span token,
	struct found *f, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (find(d, p, token, f, e) != 0)
		return -1;
	if (db_one(d->db, d->mem, q_email_token_use, ARGS(arg_hash(f), arg_str(purposes[p])), &row,
		    &why) == 0)
		return 0;
	if (why.kind == ERR_NOT_FOUND)
		return out_of_date(e);
	*e = why;
	return -1;
}

static int note(const struct signup_door *d, struct tx *tx, const char *action, int64_t user_id,
	const char *detail, struct err *e)
{
	const struct audit_entry a = { .actor_id = user_id,
		.action = action,
		.object = audit_object(d->mem, "user", user_id),
		.detail = span_of(detail),
		.address = d->address };

	return audit_add(tx, d->mem, &a, e);
}

int signup_unlock(const struct signup_door *d, struct span token, struct err *e)
{
	struct found f;
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d->db, &tx, e) != 0 || use(d, SIGNUP_UNLOCK, token, &f, e) != 0 ||
		db_exec(d->db, q_sign_in_clear, ARGS(arg_i64(f.link.user_id)), NULL, e) != 0 ||
		note(d, &tx, "user.unlocked", f.link.user_id, NULL, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* ---- confirming an address ---- */

/* Which of the registrations the password belongs to. */
static int choose(
	const struct rows *waiting, struct span password, const struct row **out, struct err *e)
{
	bool is_old;

	if (waiting->n == 0)
		return out_of_date(e);
	if (password.p == NULL && waiting->n > 1)
		return err_set(e, ERR_CONFLICT,
			"several registrations wait for this address; send the password of yours");
	for (size_t i = 0; i < waiting->n; i++) {
		*out = &waiting->v[i];
		if (password.p == NULL ||
			password_check(
				password, row_str(*out, signup_waiting_password_hash), &is_old))
			return 0;
	}
	return err_field(e, "password",
		"this is not the password that the account was made with; if you have made none, do nothing");
}

int signup_verify(const struct signup_door *d, struct span token, struct span password,
	int64_t *user_id, struct err *e)
{
	const struct row *mine = NULL;
	struct rows waiting;
	struct found f;
	struct span name;
	struct span handle;
	TX_AUTO tx = { .db = NULL };

	// the password first: a link is not used up by a wrong one
	if (find(d, SIGNUP_VERIFY, token, &f, e) != 0 ||
		db_many(d->db, d->mem, q_signup_waiting, ARGS(arg_i64(f.link.user_id)), &waiting,
			e) != 0 ||
		choose(&waiting, password, &mine, e) != 0)
		return -1;
	name = row_text(mine, signup_waiting_name);
	if (user_handle_for(d->db, d->mem, name, &handle, e) != 0 || tx_begin(d->db, &tx, e) != 0 ||
		use(d, SIGNUP_VERIFY, token, &f, e) != 0 ||
		db_exec(d->db, q_signup_confirmed,
			ARGS(arg_i64(f.link.user_id), arg_text(name), arg_text(handle),
				arg_text(row_text(mine, signup_waiting_zone)),
				arg_str(row_str(mine, signup_waiting_password_hash))),
			NULL, e) != 0 ||
		note(d, &tx, "user.verified", f.link.user_id, NULL, e) != 0)
		return -1;
	*user_id = f.link.user_id;
	return tx_commit(&tx, e);
}

/* ---- password ---- */

/* Whoever did it: the owner is told. */
static int tell(const struct signup_door *d, struct tx *tx, const struct signup_link *who,
	struct span paragraph, struct err *e)
{
	const struct mail_notice n = { .kind = "account.changed",
		.to = who->email,
		.user_id = who->user_id,
		.subject = "Your account was changed",
		.greeting_name = who->name,
		.paragraphs = &paragraph,
		.n_paragraphs = 1,
		.action_label = d->site.n > 0 ? "Choose a new password" : NULL,
		.action_url = span_of(arena_printf(d->mem, SPAN_FMT "/forgot", SPAN_ARG(d->site))),
		.small_print =
			SPAN("If it was you, there is nothing to do. If it was not, choose a new "
			     "password at once.") };

	return mail_queue(tx, d->mem, d->seal, &n, e);
}

/* Every other way in that was open ends here. */
static int end_sessions(
	const struct signup_door *d, int64_t user_id, struct span keep_token, struct err *e)
{
	const struct session keep = { .token = keep_token, .user = { .id = user_id } };

	if (keep_token.p != NULL)
		return session_end_others(d->db, &keep, e);
	return db_exec(d->db, q_session_end_all, ARGS(arg_i64(user_id)), NULL, e);
}

static int drop_link(
	const struct signup_door *d, enum signup_purpose p, int64_t user_id, struct err *e)
{
	return db_exec(
		d->db, q_email_token_drop, ARGS(arg_i64(user_id), arg_str(purposes[p])), NULL, e);
}

static int set_password(const struct signup_door *d, struct tx *tx, const struct signup_link *who,
	struct span password, struct span keep_token, struct err *e)
{
	char hash[PASSWORD_HASH_SIZE];
	struct row row;

	if (password_hash(password, hash, e) != 0 ||
		db_one(d->db, d->mem, q_user_set_password,
			ARGS(arg_i64(who->user_id), arg_str(hash)), &row, e) != 0 ||
		drop_link(d, SIGNUP_RESET, who->user_id, e) != 0 ||
		// whoever knew the old password may have asked for another address
		drop_link(d, SIGNUP_CHANGE, who->user_id, e) != 0)
		return -1;
	if (end_sessions(d, who->user_id, keep_token, e) != 0 ||
		db_exec(d->db, q_api_token_end_all, ARGS(arg_i64(who->user_id)), NULL, e) != 0 ||
		note(d, tx, "user.password", who->user_id, NULL, e) != 0)
		return -1;
	return tell(d, tx, who,
		SPAN("the password of your account at Podium was changed. All other devices and "
		     "programs were signed out, and your access tokens were revoked."),
		e);
}

int signup_reset(
	const struct signup_door *d, struct span token, struct span password, struct err *e)
{
	struct found f;
	struct span handle;
	TX_AUTO tx = { .db = NULL };

	// the rules first: a link is not used up by a password that is not taken
	if (find(d, SIGNUP_RESET, token, &f, e) != 0 ||
		password_rules(password, f.link.email, f.link.name, e) != 0 ||
		user_handle_for(d->db, d->mem, f.link.name, &handle, e) != 0)
		return -1;
	if (tx_begin(d->db, &tx, e) != 0 || use(d, SIGNUP_RESET, token, &f, e) != 0 ||
		db_exec(d->db, q_signup_verified, ARGS(arg_i64(f.link.user_id), arg_text(handle)),
			NULL, e) != 0 ||
		set_password(d, &tx, &f.link, password, SPAN_NONE, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(d->db);
	return 0;
}

static int read_user(
	const struct signup_door *d, int64_t user_id, struct signup_link *who, struct err *e)
{
	struct row row;

	if (db_one(d->db, d->mem, q_signup_user, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*who = (struct signup_link){ .user_id = user_id,
		.name = row_text(&row, signup_user_name),
		.email = row_text(&row, signup_user_email) };
	return 0;
}

int signup_change_password(const struct signup_door *d, int64_t user_id, struct span password,
	struct span keep_token, struct err *e)
{
	struct signup_link who;
	TX_AUTO tx = { .db = NULL };

	if (read_user(d, user_id, &who, e) != 0 ||
		password_rules(password, who.email, who.name, e) != 0)
		return -1;
	if (tx_begin(d->db, &tx, e) != 0 ||
		set_password(d, &tx, &who, password, keep_token, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(d->db);
	return 0;
}

/* ---- address ---- */

int signup_change_email(
	const struct signup_door *d, int64_t user_id, struct span email, struct err *e)
{
	const struct letter_order o = {
		.letter = LETTER_CHANGE, .email = email, .user_id = user_id, .site = d->site
	};
	TX_AUTO tx = { .db = NULL };

	if (!mailbox_valid(email))
		return err_field(e, "email", "this is no email address");
	if (d->seal == NULL || d->site.n == 0)
		return err_set(e, ERR_TEMPORARY,
			"mails cannot be written here: the operator has set no ENCRYPTION_KEY or "
			"BASE_URL");
	if (tx_begin(d->db, &tx, e) != 0 || letter_enqueue(&tx, d->mem, &o, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d->db, "mail");
	return 0;
}

static int set_email(const struct signup_door *d, const struct signup_link *who, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (db_one(d->db, d->mem, q_signup_set_email,
		    ARGS(arg_i64(who->user_id), arg_text(who->new_email)), &row, &why) == 0)
		return 0;
	if (why.kind == ERR_CONFLICT)
		return err_set(e, ERR_CONFLICT, "there is another account with this address");
	*e = why;
	return -1;
}

int signup_confirm_email(
	const struct signup_door *d, struct span token, struct span keep_token, struct err *e)
{
	struct found f;
	struct span text;
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d->db, &tx, e) != 0 || use(d, SIGNUP_CHANGE, token, &f, e) != 0 ||
		set_email(d, &f.link, e) != 0)
		return -1;
	text = span_of(arena_printf(d->mem,
		"the address of your account at Podium is now " SPAN_FMT
		", and all other devices were signed out. Mails go there from now on.",
		SPAN_ARG(f.link.new_email)));
	// tokens that were sent to the old address prove nothing any more
	if (drop_link(d, SIGNUP_RESET, f.link.user_id, e) != 0 ||
		end_sessions(d, f.link.user_id, keep_token, e) != 0 ||
		note(d, &tx, "user.email", f.link.user_id, NULL, e) != 0 ||
		tell(d, &tx, &f.link, text, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(d->db);
	return 0;
}
