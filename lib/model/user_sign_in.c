/*
 * Signing in with a password. Nothing that can be seen or measured from outside tells whether an
 * address has an account: an unknown one is compared with the hash of no password, its failures are
 * counted and it is locked in the same way, and whether somebody gets a mail about it is found out
 * later, by a job. So is one that waits to be confirmed: whoever could tell it from the others by a
 * registration of his own would learn which addresses have none. What is no mail address has no
 * account and is not looked for: spellings that the database takes for the same are counted apart.
 */
#include "auth/digest.h"
#include "auth/password.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "db/db.h"
#include "model/signup.h"
#include "model/user.h"
#include "os/config.h"
#include "os/log.h"

struct entry {
	struct user user; // id 0: no such account
	const char *hash; // NULL: none
	int64_t wait_s;
	unsigned char key[DIGEST_SIZE];
};

static struct arg key_of(const struct entry *n)
{
	return arg_bytes((struct span){ (const char *)n->key, DIGEST_SIZE });
}

static int read_entry(
	struct db *d, struct arena *m, struct span email, struct entry *n, struct err *e)
{
	char *small = arena_dup(m, email);
	struct row row;

	for (char *c = small; *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	digest_hmac(span_of(db_config(d)->session_secret), span_of(small), n->key);
	if (db_one(d, m, q_sign_in_read,
		    ARGS(arg_text(mailbox_valid(email) ? email : SPAN("")), key_of(n)), &row,
		    e) != 0)
		return -1;
	n->user = (struct user){
		.id = row_i64(&row, sign_in_read_id),
		.email = row_text(&row, sign_in_read_email),
		.name = row_text(&row, sign_in_read_name),
		.roles = (unsigned)row_i64(&row, sign_in_read_roles),
		.disabled = row_bool(&row, sign_in_read_disabled),
	};
	n->wait_s = row_i64(&row, sign_in_read_wait_s);
	n->hash = row_null(&row, sign_in_read_password_hash)
			  ? NULL
			  : row_str(&row, sign_in_read_password_hash);
	return 0;
}

/* Counts this try as a wrong one; *count is which it is. */
static int count(struct db *d, struct arena *m, struct entry *n, int64_t *count, struct err *e)
{
	struct row row;
	int rc;

	if (n->user.id != 0)
		rc = db_one(d, m, q_sign_in_try,
			ARGS(arg_i64(n->user.id), arg_i64(GUESS_FREE), arg_i64(GUESS_FIRST_S),
				arg_i64(GUESS_MOST_S)),
			&row, e);
	else
		rc = db_one(d, m, q_sign_in_try_stranger,
			ARGS(key_of(n), arg_i64(GUESS_FREE), arg_i64(GUESS_FIRST_S),
				arg_i64(GUESS_MOST_S)),
			&row, e);
	if (rc != 0)
		return -1;
	_Static_assert((int)sign_in_try_n == (int)sign_in_try_stranger_n &&
			       (int)sign_in_try_wait_s == (int)sign_in_try_stranger_wait_s,
		"one reading for both");
	*count = row_i64(&row, sign_in_try_n);
	n->wait_s = row_i64(&row, sign_in_try_wait_s);
	return 0;
}

static int locked(int64_t wait_s, struct err *e)
{
	int64_t minutes = (wait_s + 59) / 60;

	e->retry_after_s = (int)wait_s;
	if (minutes > 90)
		return err_set(e, ERR_LIMIT,
			"too many wrong passwords for this address; try again in %lld hours",
			(long long)((minutes + 59) / 60));
	return err_set(e, ERR_LIMIT,
		"too many wrong passwords for this address; try again in %lld %s",
		(long long)minutes, minutes == 1 ? "minute" : "minutes");
}

/* A hash of another kind or cost is replaced while the password is at hand. */
static void rehash(struct db *d, struct arena *m, int64_t id, struct span password)
{
	char hash[PASSWORD_HASH_SIZE];
	struct err e = { .kind = ERR_NONE };
	struct row row;

	// an old password may be too short for the rules of today; it stays as it is
	if (password_hash(password, hash, &e) == 0 &&
		db_one(d, m, q_user_set_password, ARGS(arg_i64(id), arg_str(hash)), &row, &e) != 0)
		log_err(LOG_WARN, "sign_in.rehash", &e);
}

static int wrong(struct db *d, struct arena *m, struct span email, int64_t n, struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	if (n == GUESS_FREE && signup_tell_locked(d, m, email, &why) != 0)
		log_err(LOG_WARN, "sign_in.letter", &why);
	return err_set(e, ERR_AUTH,
		"the address or the password is wrong, or the address is not confirmed yet");
}

int user_sign_in(struct db *d, struct arena *m, struct span email, struct span password,
	struct user **out, struct err *e)
{
	struct entry n;
	int64_t tries;
	bool is_old;

	if (read_entry(d, m, email, &n, e) != 0)
		return -1;
	if (n.wait_s > 0)
		return locked(n.wait_s, e);
	if (count(d, m, &n, &tries, e) != 0)
		return -1;
	if (n.wait_s > 0) // another try was quicker
		return locked(n.wait_s, e);
	if (!password_check(password, n.hash, &is_old) || n.user.disabled)
		return wrong(d, m, email, tries, e);
	if (db_exec(d, q_sign_in_clear, ARGS(arg_i64(n.user.id)), NULL, e) != 0)
		return -1;
	if (is_old)
		rehash(d, m, n.user.id, password);
	*out = arena_new_one(m, struct user);
	**out = n.user;
	return 0;
}
