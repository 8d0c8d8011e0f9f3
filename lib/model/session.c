#include "model/session.h"

#include <string.h>

#include "auth/digest.h"
#include "base/agent.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "net/address.h"
#include "os/log.h"
#include "os/rnd.h"

#define TOKEN_BYTES (SESSION_TOKEN_SIZE / 2)
#define MASK_BYTES  16
#define FORM_BYTES  (2 * MASK_BYTES) // a mask and the masked value

static bool hash_token(struct span token, unsigned char hash[DIGEST_SIZE])
{
	unsigned char bytes[TOKEN_BYTES];

	if (token.n != SESSION_TOKEN_SIZE || !hex_decode(token, bytes, sizeof(bytes)))
		return false;
	digest_sha256((struct span){ (const char *)bytes, sizeof(bytes) }, hash);
	return true;
}

static struct arg arg_hash(const unsigned char hash[DIGEST_SIZE])
{
	return arg_bytes((struct span){ (const char *)hash, DIGEST_SIZE });
}

static struct session *from_row(struct arena *m, struct span token, const struct row *row)
{
	struct session *s = arena_new_one(m, struct session);

	s->token = token;
	s->position = (uint64_t)row_i64(row, session_find_position);
	s->is_stale = row_bool(row, session_find_is_stale);
	s->platforms = (unsigned)row_i64(row, session_find_platforms);
	s->user = (struct user){
		.id = row_i64(row, session_find_id),
		.email = row_text(row, session_find_email),
		.name = row_text(row, session_find_name),
		.roles = (unsigned)row_i64(row, session_find_roles),
	};
	return s;
}

int session_find(
	struct db *d, struct arena *m, struct span token, struct session **out, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct row row;

	if (!hash_token(token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	if (db_one(d, m, q_session_find, ARGS(arg_hash(hash)), &row, e) != 0)
		return -1;
	*out = from_row(m, token, &row);
	return 0;
}

struct expected {
	struct db *db;
	struct arena *mem;
	struct span token;
	session_found *found;
	void *to;
	unsigned char hash[DIGEST_SIZE];
	struct arg args[2];
};

static void arrived(void *to, const struct rows *rows)
{
	struct expected *x = to;
	struct session *s = NULL;
	struct err e = { .kind = ERR_NONE };

	if (rows == NULL)
		err_set(&e, ERR_TEMPORARY, "the database is not available at the moment");
	else if (rows->n > 0)
		s = from_row(x->mem, x->token, &rows->v[0]);
	if (s != NULL)
		db_see(x->db, s->position);
	x->found(x->to, s, &e);
}

bool session_expect(
	struct db *d, struct arena *m, struct span token, session_found *found, void *to)
{
	struct expected *x = arena_new_one(m, struct expected);

	*x = (struct expected){ .db = d, .mem = m, .token = token, .found = found, .to = to };
	if (!hash_token(token, x->hash))
		return false;
	x->args[0] = arg_hash(x->hash);
	x->args[1] = arg_end();
	db_expect(d, &(struct db_ahead){ q_session_find, x->args, m, arrived, x });
	return true;
}

void session_settle(struct db *d)
{
	struct err e = { .kind = ERR_NONE };

	if (db_settle(d, &e) != 0)
		log_err(LOG_WARN, "session.settle", &e);
}

int session_start(struct db *d, struct arena *m, const struct session_new *n, struct span *token,
	struct err *e)
{
	unsigned char bytes[TOKEN_BYTES];
	unsigned char hash[DIGEST_SIZE];
	unsigned char old_hash[DIGEST_SIZE] = { 0 };
	char *text = arena_alloc(m, SESSION_TOKEN_SIZE + 1);

	rnd_bytes(bytes, sizeof(bytes));
	hex_encode(bytes, sizeof(bytes), text);
	*token = (struct span){ text, SESSION_TOKEN_SIZE };
	if (!hash_token(*token, hash))
		return err_set(e, ERR_INTERNAL, "could not make a session");
	(void)hash_token(n->old_token, old_hash);
	/* The first locks the account, as whoever changes it does before its sessions. */
	struct db_step steps[] = {
		{ .stmt = q_session_start,
			.args = ARGS(arg_hash(hash), arg_i64(n->user_id), arg_i64(SESSION_KEEP_S),
				arg_text(agent_name(m, n->agent)),
				arg_text(address_network(m, n->address))) },
		{ .stmt = q_session_end, .args = ARGS(arg_hash(old_hash)) },
		{ .stmt = q_session_purge },
		{ .stmt = q_user_signed_in, .args = ARGS(arg_i64(n->user_id)) },
	};
	return db_batch(d, m, steps, countof(steps), e);
}

int session_end(struct db *d, struct span token, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];

	if (!hash_token(token, hash))
		return 0;
	return db_exec(d, q_session_end, ARGS(arg_hash(hash)), NULL, e);
}

int session_seen(
	struct db *d, struct arena *m, const struct session *s, struct span address, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];

	if (!hash_token(s->token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	return db_exec(d, q_session_seen,
		ARGS(arg_hash(hash), arg_text(address_network(m, address))), NULL, e);
}

int session_proof(struct db *d, struct arena *m, const struct session *s, struct session_proof *out,
	struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct row row;

	if (!hash_token(s->token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	if (db_one(d, m, q_session_proof, ARGS(arg_hash(hash)), &row, e) != 0)
		return -1;
	*out = (struct session_proof){ row_bool(&row, session_proof_has_password),
		row_bool(&row, session_proof_is_fresh) };
	return 0;
}

int session_end_all(struct db *d, int64_t user_id, struct err *e)
{
	return db_exec(d, q_session_end_all, ARGS(arg_i64(user_id)), NULL, e);
}

int session_end_one(struct db *d, const struct session *by, struct span id, struct err *e)
{
	if (!uuid_valid(id))
		return 0;
	return db_exec(d, q_session_end_one, ARGS(arg_i64(by->user.id), arg_text(id)), NULL, e);
}

int session_end_others(struct db *d, const struct session *keep, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];

	if (!hash_token(keep->token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	return db_exec(
		d, q_session_end_others, ARGS(arg_i64(keep->user.id), arg_hash(hash)), NULL, e);
}

int session_list(struct db *d, struct arena *m, const struct session *by, struct session_list *out,
	struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct session_item *v;
	struct rows rows;

	if (!hash_token(by->token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	if (db_many(d, m, q_session_list, ARGS(arg_i64(by->user.id), arg_hash(hash)), &rows, e) !=
		0)
		return -1;
	v = arena_new_array(m, struct session_item, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct session_item){
			.id = row_text(r, session_list_id),
			.agent = row_text(r, session_list_agent),
			.address = row_text(r, session_list_address),
			.created_us = row_time(r, session_list_created_at),
			.seen_us = row_time(r, session_list_seen_at),
			.is_this = row_bool(r, session_list_is_this),
		};
	}
	*out = (struct session_list){ v, rows.n };
	return 0;
}

int session_keep_position(struct db *d, struct span token, uint64_t position, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];

	if (!hash_token(token, hash))
		return err_set(e, ERR_NOT_FOUND, "no such session");
	return db_exec(d, q_session_keep_position, ARGS(arg_hash(hash), arg_i64((int64_t)position)),
		NULL, e);
}

static void form_value(const struct session *s, unsigned char out[DIGEST_SIZE])
{
	digest_hmac(s->token, SPAN("form"), out);
}

struct span session_form_token(const struct session *s, struct arena *m)
{
	unsigned char value[DIGEST_SIZE];
	unsigned char masked[FORM_BYTES];
	char *text = arena_alloc(m, 2 * FORM_BYTES + 1);

	form_value(s, value);
	rnd_bytes(masked, MASK_BYTES);
	for (size_t i = 0; i < MASK_BYTES; i++)
		masked[MASK_BYTES + i] = masked[i] ^ value[i];
	hex_encode(masked, sizeof(masked), text);
	return (struct span){ text, 2 * FORM_BYTES };
}

bool session_form_token_ok(const struct session *s, struct span given)
{
	unsigned char value[DIGEST_SIZE];
	unsigned char masked[FORM_BYTES];

	if (given.n != 2 * FORM_BYTES || !hex_decode(given, masked, sizeof(masked)))
		return false;
	for (size_t i = 0; i < MASK_BYTES; i++)
		masked[i] ^= masked[MASK_BYTES + i];
	form_value(s, value);
	return digest_equal((struct span){ (const char *)masked, MASK_BYTES },
		(struct span){ (const char *)value, MASK_BYTES });
}
