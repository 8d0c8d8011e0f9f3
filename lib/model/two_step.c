/*
 * Codes are judged in a transaction that holds the account's row of totp: the step of an accepted
 * code is written before another answer is looked at, so a code seen over a shoulder is worth
 * nothing, however fast it is sent. A wrong code is committed too, as a failure that counts.
 */
#include "model/two_step.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/envelope.h"
#include "auth/token.h"
#include "auth/totp.h"
#include "base/id.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/mail.h"
#include "model/signup.h"
#include "os/log.h"
#include "os/rnd.h"

#define CODE_MOST 64 // bytes of what somebody typed

/* The account's row, held until the transaction ends. */
struct held {
	int64_t user_id;
	struct span secret;
	int64_t last_step;
	bool is_on;
	int wait_s;
	int64_t now_s; // by the database
	struct span email;
	struct span name;
};

static struct span purpose_of(const struct two_step *t, int64_t user_id)
{
	return span_of(arena_printf(t->mem, "totp.secret:%lld", (long long)user_id));
}

static int need_seal(const struct two_step *t, struct err *e)
{
	if (t->seal == NULL)
		return err_set(e, ERR_TEMPORARY,
			"two-step sign-in needs ENCRYPTION_KEY, which is not set");
	return 0;
}

int two_step_status(
	const struct two_step *t, int64_t user_id, struct two_step_status *out, struct err *e)
{
	struct row row;

	if (db_one(t->db, t->mem, q_two_step_status, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*out = (struct two_step_status){
		.is_on = !row_null(&row, two_step_status_since),
		.since_us = row_time(&row, two_step_status_since),
		.codes_left = (int)row_i64(&row, two_step_status_codes_left),
	};
	return 0;
}

/* ERR_NOT_FOUND: nothing is set up. The secret is not opened. */
static int hold_row(const struct two_step *t, int64_t user_id, struct held *out, struct err *e)
{
	struct row row;

	if (db_one(t->db, t->mem, q_two_step_lock, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*out = (struct held){
		.user_id = user_id,
		.secret = row_bytes(&row, two_step_lock_secret, t->mem),
		.last_step = row_i64(&row, two_step_lock_last_step),
		.is_on = row_bool(&row, two_step_lock_is_on),
		.wait_s = (int)row_i64(&row, two_step_lock_wait_s),
		.now_s = row_i64(&row, two_step_lock_now_s),
		.email = row_text(&row, two_step_lock_email),
		.name = row_text(&row, two_step_lock_name),
	};
	return 0;
}

static int hold(const struct two_step *t, int64_t user_id, struct held *out, struct err *e)
{
	if (need_seal(t, e) != 0 || hold_row(t, user_id, out, e) != 0)
		return -1;
	return envelope_open(t->seal, t->mem, out->secret, purpose_of(t, user_id), &out->secret, e);
}

/* What is written down and told to the owner, in case it was not he who did it. */
struct change {
	const char *action; // in the audit, and the kind of the mail
	const char *subject;
	const char *text;
};

static const struct change switched_on = { "two_step.on", "Two-step sign-in is on",
	"Two-step sign-in was switched on for your account. From now on signing in takes a code "
	"from your app, or one of the recovery codes that were shown to you." };
static const struct change switched_off = { "two_step.off", "Two-step sign-in is off",
	"Two-step sign-in was switched off for your account. Your password alone signs you in "
	"again, and your recovery codes are worth nothing any more." };
static const struct change codes_renewed = { "two_step.codes", "You have new recovery codes",
	"New recovery codes were made for your account. The ones from before are worth nothing "
	"any more." };
static const struct change code_used = { "two_step.recovery_code", "A recovery code was used",
	"One of your recovery codes was used in the place of a code from your app. It will not be "
	"taken again; under Settings you see how many are left, and can make new ones." };

static int record(const struct two_step *t, struct tx *tx, const struct held *h,
	const struct change *ch, struct err *e)
{
	const struct audit_entry a = { .actor_id = h->user_id,
		.action = ch->action,
		.object = audit_object(t->mem, "user", h->user_id),
		.address = t->address };
	const struct span paragraphs[] = { span_of(ch->text),
		SPAN("If this was not you, somebody is in your account: change your password, sign "
		     "out all other devices and look at two-step sign-in under Settings.") };
	const struct mail_notice n = { .kind = ch->action,
		.to = h->email,
		.user_id = h->user_id,
		.subject = ch->subject,
		.greeting_name = h->name,
		.paragraphs = paragraphs,
		.n_paragraphs = countof(paragraphs) };
	struct err why = { .kind = ERR_NONE };

	if (audit_add(tx, t->mem, &a, e) != 0)
		return -1;
	// an address that cannot be written to, such as admin@localhost, keeps nobody from it
	if (t->seal == NULL || mail_queue(tx, t->mem, t->seal, &n, &why) == 0 ||
		why.kind == ERR_INVALID)
		return 0;
	*e = why;
	return -1;
}

/* As people type codes: blanks and dashes do not count, nor capitals, and look-alikes are one. */
static struct span plain_code(struct arena *m, struct span code)
{
	char *to = arena_alloc(m, code.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < code.n && code.n <= CODE_MOST; i++) {
		char c = code.p[i];

		if (c == ' ' || c == '-' || c == '\t')
			continue;
		c = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		to[n++] = (char)(c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c);
	}
	return (struct span){ to, n };
}

static int use_recovery_code(const struct two_step *t, struct tx *tx, const struct held *h,
	struct span code, bool *used, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	int64_t n;

	*used = false;
	if (!id_valid(code))
		return 0;
	digest_sha256(code, hash);
	if (db_exec(t->db, q_recovery_code_use,
		    ARGS(arg_i64(h->user_id),
			    arg_bytes((struct span){ (char *)hash, DIGEST_SIZE })),
		    &n, e) != 0)
		return -1;
	*used = n == 1;
	return *used ? record(t, tx, h, &code_used, e) : 0;
}

/* Whether the code is right; then it is used up. */
static int take_code(const struct two_step *t, struct tx *tx, const struct held *h,
	struct span given, bool *taken, struct err *e)
{
	struct span code = plain_code(t->mem, given);
	int64_t step = totp_check(h->secret, code, h->now_s, h->last_step);

	*taken = step > 0;
	if (step == 0)
		return use_recovery_code(t, tx, h, code, taken, e);
	return db_exec(t->db, q_two_step_used, ARGS(arg_i64(h->user_id), arg_i64(step)), NULL, e);
}

static int refuse_locked(const struct held *h, struct err *e)
{
	err_set(e, ERR_LIMIT, "too many attempts; try again later");
	e->retry_after_s = h->wait_s;
	return -1;
}

/* How a code was judged. */
struct verdict {
	bool is_right;
	int64_t failed; // wrong ones in a row, this one included
	struct span email;
};

static int count_wrong(const struct two_step *t, int64_t user_id, struct verdict *v, struct err *e)
{
	struct row row;

	if (db_one(t->db, t->mem, q_sign_in_try,
		    ARGS(arg_i64(user_id), arg_i64(GUESS_FREE), arg_i64(GUESS_FIRST_S),
			    arg_i64(GUESS_MOST_S)),
		    &row, e) != 0)
		return -1;
	v->failed = row_i64(&row, sign_in_try_n);
	return 0;
}

/* A wrong code is counted, so the caller commits in both cases. */
static int judge(const struct two_step *t, struct tx *tx, int64_t user_id, struct span code,
	struct verdict *v, struct err *e)
{
	struct held h;

	if (hold(t, user_id, &h, e) != 0)
		return -1;
	if (!h.is_on)
		return err_set(e, ERR_NOT_FOUND, "two-step sign-in is off");
	if (h.wait_s > 0)
		return refuse_locked(&h, e);
	*v = (struct verdict){ .email = h.email };
	if (take_code(t, tx, &h, code, &v->is_right, e) != 0)
		return -1;
	if (!v->is_right)
		return count_wrong(t, user_id, v, e);
	return db_exec(t->db, q_two_step_passed, ARGS(arg_i64(user_id)), NULL, e);
}

/* After the commit. */
static int wrong_code(const struct two_step *t, const struct verdict *v, struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	if (v->failed == GUESS_FREE && signup_tell_locked(t->db, t->mem, v->email, &why) != 0)
		log_err(LOG_WARN, "two_step.letter", &why);
	(void)err_field(e, "code", "this code is wrong, or it was used already");
	e->kind = ERR_AUTH;
	return -1;
}

static int commit(const struct two_step *t, struct tx *tx, struct err *e)
{
	if (tx_commit(tx, e) != 0)
		return -1;
	mail_wake(t->db);
	return 0;
}

int two_step_check(const struct two_step *t, int64_t user_id, struct span code, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct verdict v;

	if (tx_begin(t->db, &tx, e) != 0 || judge(t, &tx, user_id, code, &v, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	return v.is_right ? 0 : wrong_code(t, &v, e);
}

int two_step_ask(const struct two_step *t, int64_t user_id, struct span *token, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	char text[TOKEN_SIZE];

	token_new(text);
	*token = arena_span(t->mem, span_of(text));
	token_hash(*token, hash);
	struct db_step steps[] = {
		{ .stmt = q_sign_in_step_purge },
		{ .stmt = q_sign_in_step_add,
			.args = ARGS(arg_bytes((struct span){ (char *)hash, DIGEST_SIZE }),
				arg_i64(user_id), arg_i64(TWO_STEP_KEEP_S)) },
	};
	return db_batch(t->db, t->mem, steps, countof(steps), e);
}

/* Whose step it is; ERR_AUTH on field "token" if it is nobody's any more. */
static int try_step(const struct two_step *t, struct span token, struct arg *hash, int64_t *user_id,
	struct err *e)
{
	unsigned char *bytes = arena_alloc(t->mem, DIGEST_SIZE);
	struct err why = { .kind = ERR_NONE };
	struct row row;

	token_hash(token, bytes);
	*hash = arg_bytes((struct span){ (char *)bytes, DIGEST_SIZE });
	if (token_valid(token) && db_one(t->db, t->mem, q_sign_in_step_try,
					  ARGS(*hash, arg_i64(TWO_STEP_TRIES)), &row, &why) == 0) {
		*user_id = row_i64(&row, sign_in_step_try_user_id);
		return 0;
	}
	if (why.kind != ERR_NONE && why.kind != ERR_NOT_FOUND) {
		*e = why;
		return -1;
	}
	(void)err_field(e, "token", "this sign-in is over; begin again");
	e->kind = ERR_AUTH;
	return -1;
}

int two_step_answer(const struct two_step *t, struct span token, struct span code, int64_t *user_id,
	struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct verdict v;
	struct arg hash;

	if (tx_begin(t->db, &tx, e) != 0 || try_step(t, token, &hash, user_id, e) != 0 ||
		judge(t, &tx, *user_id, code, &v, e) != 0)
		return -1;
	if (v.is_right && db_exec(t->db, q_sign_in_step_end, ARGS(hash), NULL, e) != 0)
		return -1;
	if (tx_commit(&tx, e) != 0)
		return -1;
	return v.is_right ? 0 : wrong_code(t, &v, e);
}

int two_step_waiting(const struct two_step *t, int64_t user_id, struct span *secret, struct err *e)
{
	struct row row;

	if (need_seal(t, e) != 0 ||
		db_one(t->db, t->mem, q_two_step_waiting,
			ARGS(arg_i64(user_id), arg_i64(TWO_STEP_SETUP_S)), &row, e) != 0)
		return -1;
	return envelope_open(t->seal, t->mem, row_bytes(&row, two_step_waiting_secret, t->mem),
		purpose_of(t, user_id), secret, e);
}

int two_step_begin(const struct two_step *t, int64_t user_id, struct span *secret, struct err *e)
{
	unsigned char bytes[TOTP_SECRET_SIZE];
	struct err why = { .kind = ERR_NONE };
	struct span sealed;
	struct row row;

	if (two_step_waiting(t, user_id, secret, &why) == 0)
		return 0;
	if (why.kind != ERR_NOT_FOUND) {
		*e = why;
		return -1;
	}
	totp_secret_new(bytes);
	*secret = arena_span(t->mem, (struct span){ (char *)bytes, sizeof(bytes) });
	if (envelope_seal(t->seal, t->mem, *secret, purpose_of(t, user_id), &sealed, e) != 0)
		return -1;
	why = (struct err){ .kind = ERR_NONE };
	if (db_one(t->db, t->mem, q_two_step_begin, ARGS(arg_i64(user_id), arg_bytes(sealed)), &row,
		    &why) == 0)
		return 0;
	if (why.kind == ERR_NOT_FOUND)
		return err_set(e, ERR_CONFLICT, "two-step sign-in is on already");
	*e = why;
	return -1;
}

/* New codes in the place of all that there were. */
static int make_codes(
	const struct two_step *t, int64_t user_id, struct two_step_codes *out, struct err *e)
{
	unsigned char hashes[TWO_STEP_CODES][DIGEST_SIZE];
	struct span list[TWO_STEP_CODES];
	char code[ID_SIZE];

	for (size_t i = 0; i < TWO_STEP_CODES; i++) {
		char *to = out->text[i];

		rnd_id(code);
		digest_sha256(span_of(code), hashes[i]);
		list[i] = (struct span){ (char *)hashes[i], DIGEST_SIZE };
		for (size_t k = 0; k < ID_SIZE - 1; k++) {
			if (k > 0 && k % 4 == 0)
				*to++ = '-';
			*to++ = code[k];
		}
		*to = '\0';
	}
	if (db_exec(t->db, q_recovery_code_end, ARGS(arg_i64(user_id)), NULL, e) != 0)
		return -1;
	return db_exec(t->db, q_recovery_code_add,
		ARGS(arg_i64(user_id), arg_texts(list, TWO_STEP_CODES)), NULL, e);
}

int two_step_confirm(const struct two_step *t, int64_t user_id, struct span code,
	struct two_step_codes *out, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct held h;
	int64_t step;

	if (tx_begin(t->db, &tx, e) != 0 || hold(t, user_id, &h, e) != 0)
		return -1;
	if (h.is_on)
		return err_set(e, ERR_CONFLICT, "two-step sign-in is on already");
	step = totp_check(h.secret, plain_code(t->mem, code), h.now_s, 0);
	if (step == 0)
		return err_field(e, "code", "this is not the code that the app should show now");
	if (db_exec(t->db, q_two_step_confirm, ARGS(arg_i64(user_id), arg_i64(step)), NULL, e) !=
			0 ||
		make_codes(t, user_id, out, e) != 0 || record(t, &tx, &h, &switched_on, e) != 0)
		return -1;
	return commit(t, &tx, e);
}

int two_step_renew_codes(
	const struct two_step *t, int64_t user_id, struct two_step_codes *out, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct held h;

	if (tx_begin(t->db, &tx, e) != 0 || hold(t, user_id, &h, e) != 0)
		return -1;
	if (!h.is_on)
		return err_set(e, ERR_NOT_FOUND, "two-step sign-in is off");
	if (make_codes(t, user_id, out, e) != 0 || record(t, &tx, &h, &codes_renewed, e) != 0)
		return -1;
	return commit(t, &tx, e);
}

int two_step_end(const struct two_step *t, int64_t user_id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct err why = { .kind = ERR_NONE };
	struct held h;

	if (tx_begin(t->db, &tx, e) != 0)
		return -1;
	if (hold_row(t, user_id, &h, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0;
		*e = why;
		return -1;
	}
	if (db_exec(t->db, q_two_step_end, ARGS(arg_i64(user_id)), NULL, e) != 0 ||
		db_exec(t->db, q_recovery_code_end, ARGS(arg_i64(user_id)), NULL, e) != 0 ||
		(h.is_on && record(t, &tx, &h, &switched_off, e) != 0))
		return -1;
	return commit(t, &tx, e);
}
