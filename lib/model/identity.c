/*
 * Linking by address is where accounts are stolen: somebody registers here with a victim's address
 * and waits for the victim to sign in with Google. So what was registered with an address that was
 * never confirmed here goes away, with its passwords, when its owner comes by the provider's word,
 * and an address that the provider does not vouch for proves nothing.
 */
#include "model/identity.h"

#include <string.h>

#include "auth/digest.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/mail.h"
#include "model/owner_mail.h"
#include "model/user.h"
#include "os/config.h"

static const char *const purposes[] = {
	[OAUTH_SIGN_IN] = "sign-in",
	[OAUTH_LINK] = "link",
	[OAUTH_CALENDAR] = "calendar",
	[OAUTH_HANDLE] = "handle",
};

/* ---- visits ---- */

static struct span from_cookie(struct arena *m, struct span cookie, const char *what)
{
	unsigned char value[DIGEST_SIZE];

	digest_hmac(cookie, span_of(what), value);
	return base64url_encode(m, (struct span){ (const char *)value, sizeof(value) });
}

static void fill_secrets(struct arena *m, struct oauth_secrets *s)
{
	unsigned char hash[DIGEST_SIZE];

	s->verifier = from_cookie(m, s->cookie, "oauth verifier");
	s->nonce = from_cookie(m, s->cookie, "oauth nonce");
	digest_sha256(s->verifier, hash);
	s->challenge = base64url_encode(m, (struct span){ (const char *)hash, sizeof(hash) });
}

static struct arg arg_hash(const unsigned char hash[DIGEST_SIZE])
{
	return arg_bytes((struct span){ (const char *)hash, DIGEST_SIZE });
}

int oauth_begin(struct db *d, struct arena *m, const struct oauth_visit *v,
	struct oauth_secrets *out, struct err *e)
{
	char state[TOKEN_SIZE];
	char cookie[TOKEN_SIZE];
	unsigned char state_hash[DIGEST_SIZE];
	unsigned char cookie_hash[DIGEST_SIZE];

	token_new(state);
	token_new(cookie);
	out->state = arena_span(m, span_of(state));
	out->cookie = arena_span(m, span_of(cookie));
	fill_secrets(m, out);
	token_hash(out->state, state_hash);
	token_hash(out->cookie, cookie_hash);
	struct db_step steps[] = {
		{ .stmt = q_oauth_state_purge },
		{ .stmt = q_oauth_state_add,
			.args = ARGS(arg_hash(state_hash), arg_hash(cookie_hash),
				arg_str(purposes[v->purpose]),
				v->user_id != 0 ? arg_i64(v->user_id) : arg_null(),
				arg_bool(v->wants_primary), arg_text(v->back),
				arg_i64(OAUTH_STATE_S)) },
	};

	return db_batch(d, m, steps, countof(steps), e);
}

static int out_of_date(struct err *e, const char *why)
{
	err_set(e, ERR_AUTH, "this visit to the consent page is over; please begin again");
	return err_detail(e, "%s", why);
}

int oauth_end(struct db *d, struct arena *m, struct oauth_visit *out, struct oauth_secrets *secrets,
	struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct err why = { .kind = ERR_NONE };
	struct row row;
	struct span purpose;

	if (!token_valid(secrets->state))
		return out_of_date(e, "no state");
	token_hash(secrets->state, hash);
	if (db_one(d, m, q_oauth_state_take, ARGS(arg_hash(hash)), &row, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return out_of_date(e, "unknown state");
		*e = why;
		return -1;
	}
	if (row_bool(&row, oauth_state_take_is_over))
		return out_of_date(e, "expired");
	if (!token_valid(secrets->cookie))
		return out_of_date(e, "no cookie");
	token_hash(secrets->cookie, hash);
	if (!digest_equal((struct span){ (const char *)hash, sizeof(hash) },
		    row_bytes(&row, oauth_state_take_cookie_hash, m)))
		return out_of_date(e, "the cookie is another visit's");
	*out = (struct oauth_visit){ .user_id = row_i64(&row, oauth_state_take_user_id),
		.wants_primary = row_bool(&row, oauth_state_take_wants_primary),
		.back = row_text(&row, oauth_state_take_back) };
	purpose = row_text(&row, oauth_state_take_purpose);
	for (size_t i = 0; i < countof(purposes); i++) {
		if (span_is(purpose, purposes[i]))
			out->purpose = (enum oauth_purpose)i;
	}
	fill_secrets(m, secrets);
	return 0;
}

/* ---- accounts elsewhere ---- */

static int audit(const struct identity_desk *k, struct tx *tx, const char *action, int64_t user_id,
	const struct person *p, struct err *e)
{
	// not the address there: what is written here outlives the account
	const struct audit_entry entry = { .actor_id = user_id,
		.action = action,
		.object = audit_object(k->mem, "user", user_id),
		.detail = span_of(arena_printf(k->mem, "{\"provider\": \"%s\"}", p->provider)),
		.address = k->address };

	return audit_add(tx, k->mem, &entry, e);
}

static int tell(const struct identity_desk *k, struct tx *tx, int64_t user_id,
	const struct person *p, bool is_linked, struct err *e)
{
	const struct owner_mail mail = { .user_id = user_id,
		.kind = "account.google",
		.subject = is_linked ? "Google was connected to your account"
				     : "Google was disconnected from your account",
		.text = span_of(arena_printf(k->mem,
			is_linked ? "From now on the Google account " SPAN_FMT
				    " signs in to your account at Podium."
				  : "The Google account " SPAN_FMT
				    " does not sign in to your account at Podium any more.",
			SPAN_ARG(p->email))),
		.undo = "If it was you, there is nothing to do. If it was not, look at the connected "
			"accounts in your settings and set a new password.",
		.label = "Look at the connected accounts",
		.path = "/settings/accounts",
		.site = span_of(db_config(k->db)->base_url) };

	return owner_tell(tx, k->mem, k->seal, &mail, e);
}

static int unconfirmed_there(struct err *e)
{
	return err_set(e, ERR_AUTH,
		"Google has not confirmed the address of that account, so it proves nothing here");
}

/* is_news: the account was there before, and its owner is told. */
static int link_in(const struct identity_desk *k, struct tx *tx, int64_t user_id,
	const struct person *p, bool is_news, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (db_one(k->db, k->mem, q_identity_add,
		    ARGS(arg_i64(user_id), arg_str(p->provider), arg_text(p->subject),
			    arg_text(p->email)),
		    &row, &why) != 0) {
		if (why.kind == ERR_CONFLICT)
			return err_set(e, ERR_CONFLICT,
				"this account is connected with another Google account, or that "
				"one with another account here");
		*e = why;
		return -1;
	}
	if (audit(k, tx, "identity.link", user_id, p, e) != 0)
		return -1;
	return is_news ? tell(k, tx, user_id, p, true, e) : 0;
}

/* A name to begin with: what the provider says, or what stands before the @. */
static struct span first_name(const struct person *p)
{
	struct span name = span_trim(p->name);
	struct span rest = p->email;

	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			name.n = 0;
	}
	if (name.n == 0 && !span_split(&rest, '@', &name))
		name = p->email;
	if (name.n > USER_MAX_NAME)
		name.n = utf8_cut(name.p, USER_MAX_NAME);
	return name;
}

static int make_account(const struct identity_desk *k, struct tx *tx, const struct person *p,
	int64_t *user_id, struct err *e)
{
	const struct user_new new = { .email = p->email,
		.name = first_name(p),
		.roles = ROLE_BIT(ROLE_MEMBER),
		.password = SPAN_NONE,
		.is_verified = true };

	if (user_create(k->db, k->mem, &new, user_id, e) != 0)
		return -1;
	return audit(k, tx, "user.register", *user_id, p, e);
}

/* What others may have registered with the person's address gives way. */
static int take_over(const struct identity_desk *k, struct tx *tx, const struct person *p,
	int64_t user_id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct span name = first_name(p);
	struct span handle;
	struct row row;

	if (user_handle_for(k->db, k->mem, name, &handle, e) != 0)
		return -1;
	if (db_one(k->db, k->mem, q_identity_take_over,
		    ARGS(arg_i64(user_id), arg_text(p->email), arg_text(name), arg_text(handle)),
		    &row, &why) == 0)
		return audit(k, tx, "user.verified", user_id, p, e);
	if (why.kind == ERR_NOT_FOUND)
		return err_set(e, ERR_CONFLICT,
			"this address is being confirmed just now; please sign in again");
	*e = why;
	return -1;
}

/* 0 and *user_id 0: nobody is linked to that person. */
static int find_linked(
	const struct identity_desk *k, const struct person *p, int64_t *user_id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	*user_id = 0;
	if (db_one(k->db, k->mem, q_identity_find, ARGS(arg_str(p->provider), arg_text(p->subject)),
		    &row, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0;
		*e = why;
		return -1;
	}
	if (row_bool(&row, identity_find_disabled))
		return err_set(e, ERR_FORBIDDEN, "this account is closed");
	*user_id = row_i64(&row, identity_find_user_id);
	return db_exec(k->db, q_identity_used,
		ARGS(arg_str(p->provider), arg_text(p->subject), arg_text(p->email)), NULL, e);
}

/* Inside a transaction: the account with that address, or a new one. */
static int find_or_make(const struct identity_desk *k, struct tx *tx, const struct person *p,
	int64_t *user_id, enum identity_result *result, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	// another spelling of somebody's address, as the database compares, may be another's
	// mailbox
	if (!mailbox_valid(p->email))
		return err_set(e, ERR_AUTH,
			"the address of that Google account is not one that accounts have here");
	if (db_one(k->db, k->mem, q_identity_account, ARGS(arg_text(p->email)), &row, &why) != 0) {
		if (why.kind != ERR_NOT_FOUND) {
			*e = why;
			return -1;
		}
		*result = IDENTITY_MADE;
		return make_account(k, tx, p, user_id, e);
	}
	if (row_bool(&row, identity_account_disabled))
		return err_set(e, ERR_FORBIDDEN, "this account is closed");
	*user_id = row_i64(&row, identity_account_id);
	if (row_bool(&row, identity_account_is_verified)) {
		*result = IDENTITY_LINKED;
		return 0;
	}
	*result = IDENTITY_MADE;
	return take_over(k, tx, p, *user_id, e);
}

static int commit(const struct identity_desk *k, struct tx *tx, struct err *e)
{
	if (tx_commit(tx, e) != 0)
		return -1;
	mail_wake(k->db);
	return 0;
}

int identity_enter(const struct identity_desk *k, const struct person *p, int64_t *user_id,
	enum identity_result *result, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	*result = IDENTITY_KNOWN;
	if (find_linked(k, p, user_id, e) != 0)
		return -1;
	if (*user_id != 0)
		return 0;
	if (!p->is_verified || p->email.n == 0)
		return unconfirmed_there(e);
	if (tx_begin(k->db, &tx, e) != 0 || find_or_make(k, &tx, p, user_id, result, e) != 0 ||
		link_in(k, &tx, *user_id, p, *result == IDENTITY_LINKED, e) != 0)
		return -1;
	return commit(k, &tx, e);
}

int identity_link(
	const struct identity_desk *k, int64_t user_id, const struct person *p, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct row row;
	int64_t linked;

	if (!p->is_verified || p->email.n == 0)
		return unconfirmed_there(e);
	if (find_linked(k, p, &linked, e) != 0)
		return -1;
	if (linked == user_id)
		return 0;
	if (tx_begin(k->db, &tx, e) != 0 ||
		db_one(k->db, k->mem, q_identity_of_user, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	if (!row_bool(&row, identity_of_user_is_verified))
		return err_set(e, ERR_FORBIDDEN, "confirm the address of your account first");
	if (link_in(k, &tx, user_id, p, true, e) != 0)
		return -1;
	return commit(k, &tx, e);
}

int identity_unlink(
	const struct identity_desk *k, int64_t user_id, const char *provider, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct person p = { .provider = provider };
	struct row row;

	if (tx_begin(k->db, &tx, e) != 0 ||
		db_one(k->db, k->mem, q_identity_lock, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	// Google is the only provider: without a password there is no other way in.
	if (!row_bool(&row, identity_lock_has_password))
		return err_set(e, ERR_CONFLICT,
			"choose a password first: without one nothing else would let you in");
	if (db_one(k->db, k->mem, q_identity_remove, ARGS(arg_i64(user_id), arg_str(provider)),
		    &row, e) != 0)
		return -1;
	p.email = row_text(&row, identity_remove_email);
	if (audit(k, &tx, "identity.unlink", user_id, &p, e) != 0 ||
		tell(k, &tx, user_id, &p, false, e) != 0)
		return -1;
	return commit(k, &tx, e);
}

int identity_list(
	struct db *d, struct arena *m, int64_t user_id, struct identities *out, struct err *e)
{
	struct rows rows;
	struct row row;
	struct identity *v;

	if (db_one(d, m, q_identity_of_user, ARGS(arg_i64(user_id)), &row, e) != 0 ||
		db_many(d, m, q_identity_list, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct identity, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct identity){ row_text(r, identity_list_provider),
			row_text(r, identity_list_email), row_time(r, identity_list_linked_at),
			row_time(r, identity_list_used_at) };
	}
	*out = (struct identities){ v, rows.n, row_bool(&row, identity_of_user_has_password),
		row_bool(&row, identity_of_user_is_verified) };
	return 0;
}
