#include "model/bearer.h"

#include "auth/jwt.h"
#include "auth/token.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/api_token.h"
#include "model/keyring.h"
#include "net/json.h"
#include "os/log.h"

static int refuse(struct err *e)
{
	return err_set(e, ERR_AUTH, "the token is not valid");
}

/* A number that is written as a text, as sub has to be. */
static bool number_in(const struct json *claims, const char *name, int64_t *out)
{
	struct span text;

	return json_text(json_get(claims, name), &text) && span_i64(text, out) && *out > 0;
}

static int by_family(struct db *d, struct arena *m, int64_t family_id, int64_t user_id,
	struct bearer *b, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_bearer_family, ARGS(arg_i64(family_id), arg_i64(user_id)), &row, e) != 0)
		return -1;
	*b = (struct bearer){ .family_id = family_id,
		.user = { .id = row_i64(&row, bearer_family_id),
			.email = row_text(&row, bearer_family_email),
			.name = row_text(&row, bearer_family_name),
			.roles = (unsigned)row_i64(&row, bearer_family_roles) } };
	return 0;
}

static int by_access_token(struct db *d, struct arena *m, const struct bearer_issuer *by,
	struct span token, struct bearer *b, struct err *e)
{
	const struct jwt_expect x = { .issuer = by->url,
		.audience = span_of(by->url),
		.now_s = by->now_us / 1000000,
		.skew_s = ACCESS_SKEW_S };
	JSON_AUTO claims = NULL;
	struct span text;
	int64_t user_id;
	int64_t family_id;

	if (keyring_verify(by->keys, m, token, by->now_us, &text, e) != 0 ||
		jwt_check_claims(text, &x, &claims, e) != 0)
		return -1;
	if (!number_in(claims, "sub", &user_id) || !number_in(claims, "sid", &family_id))
		return refuse(e);
	return by_family(d, m, family_id, user_id, b, e);
}

static int by_hand_made(
	struct db *d, struct arena *m, struct span token, struct bearer *b, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct err why = { .kind = ERR_NONE };
	struct row row;

	token_hash(token, hash);
	if (db_one(d, m, q_bearer_api_token,
		    ARGS(arg_bytes((struct span){ (const char *)hash, sizeof(hash) })), &row,
		    e) != 0)
		return -1;
	*b = (struct bearer){ .token_id = row_i64(&row, bearer_api_token_token_id),
		.scopes = (unsigned)row_i64(&row, bearer_api_token_scopes),
		.user = { .id = row_i64(&row, bearer_api_token_id),
			.email = row_text(&row, bearer_api_token_email),
			.name = row_text(&row, bearer_api_token_name),
			.roles = (unsigned)row_i64(&row, bearer_api_token_roles) } };
	// the page shows when a token was used last; to the minute is enough
	if (!row_bool(&row, bearer_api_token_used) &&
		db_exec(d, q_api_token_used, ARGS(arg_i64(b->token_id)), NULL, &why) != 0)
		log_err(LOG_WARN, "api_token.used", &why);
	return 0;
}

int bearer_find(struct db *d, struct arena *m, const struct bearer_issuer *by, struct span token,
	struct bearer **out, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct bearer *b = arena_new_one(m, struct bearer);
	int rc = span_starts(token, API_TOKEN_PREFIX) ? by_hand_made(d, m, token, b, &why)
						      : by_access_token(d, m, by, token, b, &why);

	if (rc != 0) {
		if (why.kind == ERR_NOT_FOUND || why.kind == ERR_AUTH)
			return refuse(e);
		*e = why;
		return -1;
	}
	*out = b;
	return 0;
}
