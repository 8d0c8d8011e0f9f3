#include "model/signup.h"

#include <string.h>

#include "auth/password.h"
#include "auth/password_rules.h"
#include "auth/token.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/job.h"
#include "model/signup_letter.h"
#include "model/user.h"
#include "os/config.h"
#include "os/zone_dir.h"

/* ---- what a stranger may ask for ---- */

static int can_write(const struct signup_door *d, struct err *e)
{
	if (d->seal == NULL)
		return err_set(e, ERR_TEMPORARY,
			"mails cannot be written here: the operator has set no ENCRYPTION_KEY");
	if (d->site.n == 0)
		return err_set(e, ERR_TEMPORARY,
			"mails cannot be written here: the operator has set no BASE_URL");
	return 0;
}

static int check_email(struct span email, struct err *e)
{
	return mailbox_valid(email) ? 0 : err_field(e, "email", "this is no email address");
}

static int check_name(struct span name, struct err *e)
{
	bool ok = name.n > 0 && name.n <= USER_MAX_NAME && utf8_valid(name.p, name.n);

	for (size_t i = 0; ok && i < name.n; i++)
		ok = (unsigned char)name.p[i] >= 0x20 && name.p[i] != 0x7f;
	return ok ? 0 : err_field(e, "name", "a name has 1 to %d bytes on one line", USER_MAX_NAME);
}

/* A transaction that holds nothing but the order of a letter. */
static int order_alone(struct db *db, struct arena *m, const struct letter_order *o, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(db, &tx, e) != 0 || letter_enqueue(&tx, m, o, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	job_wake(db, "mail");
	return 0;
}

static int ask(const struct signup_door *d, enum letter letter, struct span email, struct err *e)
{
	const struct letter_order o = { .letter = letter, .email = email, .site = d->site };

	if (check_email(email, e) != 0 || can_write(d, e) != 0)
		return -1;
	return order_alone(d->db, d->mem, &o, e);
}

int signup_resend(const struct signup_door *d, struct span email, struct err *e)
{
	return ask(d, LETTER_RESEND, email, e);
}

int signup_forgot(const struct signup_door *d, struct span email, struct err *e)
{
	return ask(d, LETTER_FORGOT, email, e);
}

int signup_tell_locked(struct db *d, struct arena *m, struct span email, struct err *e)
{
	const struct letter_order o = {
		.letter = LETTER_LOCKED, .email = email, .site = span_of(db_config(d)->base_url)
	};

	return mailbox_valid(email) ? order_alone(d, m, &o, e) : 0;
}

/* ---- registering ---- */

int signup_register(const struct signup_door *d, const struct signup_new *n, struct err *e)
{
	const struct letter_order o = {
		.letter = LETTER_REGISTERED, .email = n->email, .site = d->site
	};
	char hash[PASSWORD_HASH_SIZE];
	bool has_zone = n->zone.n > 0 && zone_dir_get(n->zone) != NULL;
	TX_AUTO tx = { .db = NULL };

	if (check_email(n->email, e) != 0 || check_name(n->name, e) != 0 ||
		password_rules(n->password, n->email, n->name, e) != 0 || can_write(d, e) != 0)
		return -1;
	if (password_hash(n->password, hash, e) != 0 || tx_begin(d->db, &tx, e) != 0 ||
		db_exec(d->db, q_signup_add,
			ARGS(arg_text(n->email), arg_text(n->name), arg_str(hash),
				arg_text(has_zone ? n->zone : SPAN("")),
				arg_i64(SIGNUP_MOST_WAITING)),
			NULL, e) != 0 ||
		letter_enqueue(&tx, d->mem, &o, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d->db, "mail");
	return 0;
}

int signup_purge(struct db *d, struct arena *m, struct err *e)
{
	int64_t n;

	do {
		struct row row;

		if (db_one(d, m, q_signup_purge,
			    ARGS(arg_i64(SIGNUP_KEEP_DAYS), arg_i64(SIGNUP_PURGE_BATCH)), &row,
			    e) != 0)
			return -1;
		n = row_i64(&row, signup_purge_n);
	} while (n == SIGNUP_PURGE_BATCH);
	return 0;
}
