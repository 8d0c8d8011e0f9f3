#include "model/api_token.h"

#include "auth/token.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/mail.h"
#include "model/owner_mail.h"
#include "model/scope.h"
#include "os/config.h"

#define DAY_S 86400

int api_token_list(
	struct db *d, struct arena *m, int64_t user_id, struct api_token_list *out, struct err *e)
{
	struct api_token *v;
	struct rows rows;

	if (db_many(d, m, q_api_token_list, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct api_token, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct api_token){
			.id = row_i64(r, api_token_list_id),
			.name = row_text(r, api_token_list_name),
			.scopes = (unsigned)row_i64(r, api_token_list_scopes),
			.created_at = row_time(r, api_token_list_created_at),
			.expires_at = row_time(r, api_token_list_expires_at),
			.last_used_at = row_time(r, api_token_list_last_used_at),
		};
	}
	*out = (struct api_token_list){ v, rows.n };
	return 0;
}

static int check(const struct api_token_new *t, struct err *e)
{
	unsigned all = 0;

	for (size_t i = 0; i < n_scopes; i++)
		all |= scopes[i].scope;
	if (t->name.n == 0 || t->name.n > API_TOKEN_MAX_NAME || !utf8_valid(t->name.p, t->name.n))
		return err_field(e, "name", "a token's name has 1 to %d bytes", API_TOKEN_MAX_NAME);
	if (t->scopes == 0 || (t->scopes & ~all) != 0)
		return err_field(e, "scopes", "choose at least one thing that the token may do");
	if (t->days < 0 || t->days > API_TOKEN_MAX_DAYS)
		return err_field(
			e, "days", "a token is good for up to %d days", API_TOKEN_MAX_DAYS);
	return 0;
}

struct owner {
	int64_t user_id;
	struct span address;
};

static int note(struct tx *tx, struct arena *m, const char *action, int64_t id,
	const struct owner *by, struct err *e)
{
	const struct audit_entry entry = { .actor_id = by->user_id,
		.action = action,
		.object = audit_object(m, "api_token", id),
		.address = by->address };

	return audit_add(tx, m, &entry, e);
}

static int under_limit(struct db *d, struct arena *m, int64_t user_id, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_api_token_count, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	if (row_i64(&row, api_token_count_n) >= API_TOKEN_MOST)
		return err_set(e, ERR_CONFLICT, "you have %d tokens already; revoke one first",
			API_TOKEN_MOST);
	return 0;
}

static int tell(struct tx *tx, struct arena *m, const struct api_token_new *t, struct err *e)
{
	const struct owner_mail mail = { .user_id = t->user_id,
		.kind = "account.token",
		.subject = "A new access token of your account",
		.text = span_of(arena_printf(m,
			"The access token \"" SPAN_FMT
			"\" was made for your account at Podium. Its "
			"scopes: %s.",
			SPAN_ARG(t->name), scopes_text(m, t->scopes))),
		.undo = "If it was you, there is nothing to do. If it was not, set a new password at once: "
			"that revokes all tokens.",
		.label = "Set a new password",
		.path = "/settings/password",
		.site = span_of(db_config(tx->db)->base_url) };

	return owner_tell(tx, m, t->seal, &mail, e);
}

int api_token_make(struct db *d, struct arena *m, const struct api_token_new *t, int64_t *id,
	struct span *token, struct err *e)
{
	const struct owner by = { t->user_id, t->address };
	TX_AUTO tx = { .db = NULL };
	unsigned char hash[DIGEST_SIZE];
	char random[TOKEN_SIZE];
	struct row row;

	if (check(t, e) != 0)
		return -1;
	token_new(random);
	*token = span_of(arena_printf(m, API_TOKEN_PREFIX "%s", random));
	token_hash(*token, hash);
	if (tx_begin(d, &tx, e) != 0 || under_limit(d, m, t->user_id, e) != 0 ||
		db_one(d, m, q_api_token_add,
			ARGS(arg_i64(t->user_id), arg_text(t->name),
				arg_bytes((struct span){ (const char *)hash, sizeof(hash) }),
				arg_i64(t->scopes), arg_i64((int64_t)t->days * DAY_S)),
			&row, e) != 0)
		return -1;
	*id = row_i64(&row, api_token_add_id);
	if (note(&tx, m, "token.make", *id, &by, e) != 0 || tell(&tx, m, t, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(d);
	return 0;
}

int api_token_revoke(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct span address, struct err *e)
{
	const struct owner by = { user_id, address };
	TX_AUTO tx = { .db = NULL };
	struct row row;

	if (tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_api_token_delete, ARGS(arg_i64(user_id), arg_i64(id)), &row, e) !=
			0 ||
		note(&tx, m, "token.revoke", id, &by, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}
