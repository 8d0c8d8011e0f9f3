/*
 * A process reads the keys when it first needs them, when they are older than KEYRING_BELIEVE_S,
 * and when a token names a kid that it does not know - this at most once a second, so that made-up
 * kids cost no more than that. Making the first key is serialized by an advisory lock: whoever
 * waited for it finds the key there.
 */
#include "model/keyring.h"

#include <stdlib.h>

#include "auth/envelope.h"
#include "auth/jwt.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/audit.h"

#define KEEP_S (ACCESS_TOKEN_S + KEYRING_BELIEVE_S + ACCESS_SKEW_S)

struct keyring {
	struct db *db;
	const struct envelope *seal;
	struct jwk_set *public; // NULL: there is no key yet
	struct jwt_key *private;
	int64_t read_at; // 0: never
};

struct keyring *keyring_new(struct db *d, const struct envelope *seal)
{
	struct keyring *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	k->db = d;
	k->seal = seal;
	return k;
}

void keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	jwk_set_free(&k->public);
	jwt_key_free(&k->private);
	free(k);
}

static struct span purpose_of(struct arena *m, struct span kid)
{
	return span_of(arena_printf(m, "signing_key.sealed:" SPAN_FMT, SPAN_ARG(kid)));
}

static struct span set_of(const struct rows *rows, struct arena *m)
{
	const char *text = "";

	for (size_t i = 0; i < rows->n; i++)
		text = arena_printf(m, "%s%s" SPAN_FMT, text, i > 0 ? "," : "",
			SPAN_ARG(row_text(&rows->v[i], keyring_list_public)));
	return span_of(arena_printf(m, "{\"keys\":[%s]}", text));
}

static int list(struct db *d, struct arena *m, struct rows *rows, struct err *e)
{
	return db_many(d, m, q_keyring_list, ARGS(arg_i64(KEEP_S)), rows, e);
}

static int open_private(struct keyring *k, struct arena *m, const struct row *r,
	struct jwt_key **out, struct err *e)
{
	struct span sealed = row_bytes(r, keyring_list_sealed, m);
	struct span der;

	if (sealed.p == NULL || k->seal == NULL)
		return 0;
	if (envelope_open(
		    k->seal, m, sealed, purpose_of(m, row_text(r, keyring_list_kid)), &der, e) != 0)
		return -1;
	return jwt_key_open(der, out, e);
}

static int read_keys(struct keyring *k, struct arena *m, int64_t now_us, struct err *e)
{
	struct jwk_set *public = NULL;
	struct jwt_key *private = NULL;
	struct rows rows;

	if (list(k->db, m, &rows, e) != 0)
		return -1;
	if (rows.n > 0 && (jwk_set_parse(set_of(&rows, m), &public, e) != 0 ||
				  open_private(k, m, &rows.v[0], &private, e) != 0)) {
		jwk_set_free(&public);
		return -1;
	}
	jwk_set_free(&k->public);
	jwt_key_free(&k->private);
	k->public = public;
	k->private = private;
	k->read_at = now_us;
	return 0;
}

static int read_if_older(
	struct keyring *k, struct arena *m, int64_t now_us, int seconds, struct err *e)
{
	int64_t age = now_us - k->read_at;

	if (k->read_at != 0 && age >= 0 && age < seconds * INT64_C(1000000))
		return 0;
	return read_keys(k, m, now_us, e);
}

static int add_key(
	struct db *d, struct arena *m, const struct envelope *seal, const char **kid, struct err *e)
{
	struct jwt_key *key CLEANUP(jwt_key_free) = NULL;
	struct span der;
	struct span jwk;
	struct span sealed;

	if (jwt_key_make(m, &der, e) != 0 || jwt_key_open(der, &key, e) != 0 ||
		jwt_key_public(key, m, &jwk, e) != 0)
		return -1;
	*kid = arena_dup(m, span_of(jwt_key_kid(key)));
	if (envelope_seal(seal, m, der, purpose_of(m, span_of(*kid)), &sealed, e) != 0)
		return -1;
	return db_exec(
		d, q_keyring_add, ARGS(arg_str(*kid), arg_text(jwk), arg_bytes(sealed)), NULL, e);
}

static int make_first(struct keyring *k, struct arena *m, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	const char *kid;
	struct rows rows;
	struct row row;

	if (tx_begin(k->db, &tx, e) != 0 ||
		db_one(k->db, m, q_keyring_lock, NO_ARGS, &row, e) != 0 ||
		list(k->db, m, &rows, e) != 0)
		return -1;
	if (rows.n > 0 && !row_null(&rows.v[0], keyring_list_sealed))
		return tx_commit(&tx, e);
	return add_key(k->db, m, k->seal, &kid, e) != 0 ? -1 : tx_commit(&tx, e);
}

int keyring_ready(struct keyring *k, struct arena *m, int64_t now_us, struct err *e)
{
	if (k->seal == NULL)
		return err_set(e, ERR_TEMPORARY,
			"tokens cannot be signed while ENCRYPTION_KEY is not set");
	if (read_if_older(k, m, now_us, KEYRING_BELIEVE_S, e) != 0)
		return -1;
	if (k->private != NULL)
		return 0;
	return make_first(k, m, e) != 0 ? -1 : read_keys(k, m, now_us, e);
}

int keyring_sign(const struct keyring *k, struct arena *m, struct span claims, struct span *token,
	struct err *e)
{
	if (k->private == NULL)
		return err_set(e, ERR_INTERNAL, "there is no key to sign with");
	return jwt_sign_rs256(k->private, "at+jwt", claims, m, token, e);
}

int keyring_verify(struct keyring *k, struct arena *m, struct span token, int64_t now_us,
	struct span *claims, struct err *e)
{
	struct span kid;

	if (!jwt_kid(token, m, &kid))
		return err_set(e, ERR_AUTH, "the token is not valid");
	if (read_if_older(k, m, now_us, KEYRING_BELIEVE_S, e) != 0)
		return -1;
	if ((k->public == NULL || !jwk_set_has(k->public, kid)) &&
		read_if_older(k, m, now_us, 1, e) != 0)
		return -1;
	if (k->public == NULL)
		return err_set(e, ERR_AUTH, "the token is not valid");
	return jwt_verify_rs256(token, k->public, m, claims, e);
}

int keyring_public(struct db *d, struct arena *m, struct span *json, struct err *e)
{
	struct rows rows;

	if (list(d, m, &rows, e) != 0)
		return -1;
	*json = set_of(&rows, m);
	return 0;
}

int keyring_rotate(
	struct db *d, struct arena *m, const struct envelope *seal, const char **kid, struct err *e)
{
	struct audit_entry entry = { .action = "key.rotate" };
	TX_AUTO tx = { .db = NULL };
	struct row row;

	if (tx_begin(d, &tx, e) != 0 || db_one(d, m, q_keyring_lock, NO_ARGS, &row, e) != 0 ||
		db_exec(d, q_keyring_retire, NO_ARGS, NULL, e) != 0 ||
		db_exec(d, q_keyring_purge, ARGS(arg_i64(KEEP_S)), NULL, e) != 0 ||
		add_key(d, m, seal, kid, e) != 0)
		return -1;
	entry.object = span_of(arena_printf(m, "key:%s", *kid));
	if (audit_add(&tx, m, &entry, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}
