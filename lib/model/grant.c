/*
 * The successor of a refresh token is HMAC(SESSION_SECRET, "refresh" NUL
 * token). A repeated request therefore gets the same answer without the
 * successor being kept anywhere, and neither a copy of the database nor an old
 * token alone gives it away. Whoever stole a token and uses it inside the time
 * for repeats gets the same successor as its owner, so that the next use by the
 * second of the two is the one that is noticed.
 */
#include "model/grant.h"

#include "auth/digest.h"
#include "auth/token.h"
#include "base/agent.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/bearer.h"
#include "model/keyring.h"
#include "model/mail.h"
#include "model/rate.h"
#include "net/address.h"
#include "net/json.h"
#include "os/log.h"

struct found {
	int64_t family_id;
	int64_t user_id;
	struct span email;
	struct span name;
};

/* One exchange, on its way. */
struct exchange {
	struct tx tx;
	struct arena *mem;
	struct span token;
	struct span successor;
	struct span agent_hash;
	const struct grant_use *use;
	struct found found;
};

static struct arg arg_hash(struct arena *m, struct span token)
{
	unsigned char *hash = arena_alloc(m, DIGEST_SIZE);

	token_hash(token, hash);
	return arg_bytes((struct span){ (const char *)hash, DIGEST_SIZE });
}

static int sign_access(struct arena *m, const struct bearer_issuer *by, int64_t user_id,
	int64_t family_id, struct span *token, struct err *e)
{
	int64_t now_s = by->now_us / 1000000;
	BUF_AUTO b;
	struct json_out j;
	struct span claims;

	buf_init(&b, 2048);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "iss");
	json_put_text(&j, span_of(by->url));
	json_key(&j, "aud");
	json_put_text(&j, span_of(by->url));
	json_key(&j, "sub");
	json_put_text(&j, span_of(arena_printf(m, "%lld", (long long)user_id)));
	json_key(&j, "sid");
	json_put_text(&j, span_of(arena_printf(m, "%lld", (long long)family_id)));
	json_key(&j, "iat");
	json_put_i64(&j, now_s);
	json_key(&j, "exp");
	json_put_i64(&j, now_s + ACCESS_TOKEN_S);
	json_object_end(&j);
	if (buf_finish(&b, &claims, e) != 0)
		return -1;
	return keyring_sign(by->keys, m, claims, token, e);
}

static int keep_token(
	struct db *d, struct arena *m, struct span token, int64_t family_id, struct err *e)
{
	return db_exec(d, q_refresh_token_add,
		ARGS(arg_hash(m, token), arg_i64(family_id), arg_i64(REFRESH_TOKEN_S)), NULL, e);
}

/* A browser's name, or the first word of what a program calls itself. */
static struct span name_of(struct arena *m, struct span agent)
{
	struct span name = agent_name(m, agent);
	struct span rest = span_trim(agent);

	if (name.n > 0 || !span_split(&rest, ' ', &name))
		return name;
	name = span_sub(name, 0, GRANT_MAX_AGENT);
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] <= 0x20 || name.p[i] >= 0x7f)
			return SPAN("");
	}
	return name;
}

int grant_start(struct db *d, struct arena *m, const struct bearer_issuer *by,
	const struct grant_new *n, struct grant *out, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	char *token = arena_alloc(m, TOKEN_SIZE);
	struct span access;
	int64_t family_id;
	struct row row;

	if (keyring_ready(by->keys, m, by->now_us, e) != 0)
		return -1;
	token_new(token);
	if (tx_begin(d, &tx, e) != 0 || db_exec(d, q_refresh_purge, NO_ARGS, NULL, e) != 0 ||
		db_one(d, m, q_refresh_family_add,
			ARGS(arg_i64(n->user_id), arg_i64(REFRESH_FAMILY_S),
				arg_text(name_of(m, n->agent)),
				arg_text(address_network(m, n->address))),
			&row, e) != 0)
		return -1;
	family_id = row_i64(&row, refresh_family_add_id);
	if (keep_token(d, m, span_of(token), family_id, e) != 0 ||
		sign_access(m, by, n->user_id, family_id, &access, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	*out = (struct grant){
		.access_token = access, .refresh_token = span_of(token), .user_id = n->user_id
	};
	return 0;
}

static struct span successor_of(struct arena *m, const char *secret, struct span token)
{
	unsigned char mac[DIGEST_SIZE];
	char *text = arena_printf(m, "refresh%c" SPAN_FMT, 0, SPAN_ARG(token));

	digest_hmac(span_of(secret), (struct span){ text, sizeof("refresh") + token.n }, mac);
	return base64url_encode(m, (struct span){ (const char *)mac, sizeof(mac) });
}

static int tell_owner(struct exchange *x, struct err *e)
{
	static const char *const text[] = {
		"A program that is signed in to your account used a token for a second "
		"time. That "
		"happens when somebody has copied it.",
		"The program has been signed out, and so has whoever has the copy. Sign "
		"in with it again. "
		"If you do not know of such a program, change your password now.",
	};
	const struct span paragraphs[] = { span_of(text[0]), span_of(text[1]) };
	const struct mail_notice notice = { .kind = "account.token_reuse",
		.to = x->found.email,
		.user_id = x->found.user_id,
		.subject = "A program was signed out of your account",
		.greeting_name = x->found.name,
		.paragraphs = paragraphs,
		.n_paragraphs = countof(paragraphs) };

	if (x->use->seal == NULL) {
		log_event(LOG_WARN, "token.reuse", LOG_TEXT("mail", "ENCRYPTION_KEY is not set"));
		return 0;
	}
	return mail_queue(&x->tx, x->mem, x->use->seal, &notice, e);
}

/* Two have the token. Returns -1 with what the program is told, whatever else
 * went wrong. */
static int end_stolen(struct exchange *x, struct err *e)
{
	const struct found *f = &x->found;
	const struct audit_entry entry = { .actor_id = f->user_id,
		.action = "token.reuse",
		.object = audit_object(x->mem, "user", f->user_id),
		.address = x->use->address };
	struct db *d = x->tx.db;
	struct row row;

	if (db_one(d, x->mem, q_refresh_end, ARGS(arg_i64(f->family_id), arg_i64(f->user_id)), &row,
		    e) != 0 ||
		audit_add(&x->tx, x->mem, &entry, e) != 0 || tell_owner(x, e) != 0 ||
		tx_commit(&x->tx, e) != 0)
		return -1;
	mail_wake(d);
	return err_set(e, ERR_AUTH, "this refresh token was used before; sign in again");
}

static int count_use(const struct exchange *x, struct err *e)
{
	const struct rate_rule *rule = rate_rule_find("refresh");
	struct rate_answer answer;
	struct span subject =
		span_of(arena_printf(x->mem, "family:%lld", (long long)x->found.family_id));

	if (rate_take(x->use->cache, x->mem, rule, subject, &answer, e) != 0)
		return -1;
	if (answer.passed)
		return 0;
	err_set(e, ERR_LIMIT, "refreshed too often; try again in %d s", answer.retry_after_s);
	e->retry_after_s = answer.retry_after_s;
	return -1;
}

static int is_repeat(struct exchange *x, const struct row *r, bool *out, struct err *e)
{
	struct span by = row_bytes(r, refresh_find_rotated_by, x->mem);
	struct row row;

	*out = false;
	if (row_i64(r, refresh_find_rotated_ms) > REFRESH_REPEAT_MS || by.p == NULL ||
		!digest_equal(by, x->agent_hash))
		return 0;
	if (db_one(x->tx.db, x->mem, q_refresh_fresh, ARGS(arg_hash(x->mem, x->successor)), &row,
		    e) != 0)
		return -1;
	*out = row_bool(&row, refresh_fresh_fresh);
	return 0;
}

static int find(struct exchange *x, struct row *row, struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	if (db_one(x->tx.db, x->mem, q_refresh_find, ARGS(arg_hash(x->mem, x->token)), row, &why) !=
		0) {
		if (why.kind == ERR_NOT_FOUND)
			return err_set(
				e, ERR_AUTH, "this refresh token is not valid; sign in again");
		*e = why;
		return -1;
	}
	x->found = (struct found){ .family_id = row_i64(row, refresh_find_family_id),
		.user_id = row_i64(row, refresh_find_user_id),
		.email = row_text(row, refresh_find_email),
		.name = row_text(row, refresh_find_name) };
	return 0;
}

/* Inside the transaction: exchanges the token, or finds that it must not be. */
static int exchange(struct exchange *x, struct err *e)
{
	bool repeat = false;
	struct row row;

	if (find(x, &row, e) != 0)
		return -1;
	if (row_bool(&row, refresh_find_rotated)) {
		if (is_repeat(x, &row, &repeat, e) != 0)
			return -1;
		if (!repeat)
			return end_stolen(x, e);
	}
	if (!row_bool(&row, refresh_find_good))
		return err_set(e, ERR_AUTH, "this refresh token has expired; sign in again");
	if (count_use(x, e) != 0)
		return -1;
	if (!repeat &&
		db_exec(x->tx.db, q_refresh_rotate,
			ARGS(arg_hash(x->mem, x->token), arg_bytes(x->agent_hash)), NULL, e) != 0)
		return -1;
	if (db_exec(x->tx.db, q_refresh_family_used,
		    ARGS(arg_i64(x->found.family_id),
			    arg_text(address_network(x->mem, x->use->address))),
		    NULL, e) != 0)
		return -1;
	return keep_token(x->tx.db, x->mem, x->successor, x->found.family_id, e);
}

static void end_exchange(struct exchange *x)
{
	tx_rollback(&x->tx);
}

int grant_refresh(struct db *d, struct arena *m, const struct bearer_issuer *by,
	const struct grant_use *use, struct grant *out, struct err *e)
{
	unsigned char agent[DIGEST_SIZE];
	struct exchange x CLEANUP(end_exchange) = { .mem = m,
		.token = use->token,
		.successor = successor_of(m, use->secret, use->token),
		.agent_hash = { (const char *)agent, sizeof(agent) },
		.use = use };
	struct span access;

	if (!token_valid(use->token))
		return err_set(e, ERR_AUTH, "this refresh token is not valid; sign in again");
	digest_sha256(use->agent, agent);
	if (keyring_ready(by->keys, m, by->now_us, e) != 0 || tx_begin(d, &x.tx, e) != 0 ||
		exchange(&x, e) != 0 ||
		sign_access(m, by, x.found.user_id, x.found.family_id, &access, e) != 0 ||
		tx_commit(&x.tx, e) != 0)
		return -1;
	*out = (struct grant){
		.access_token = access, .refresh_token = x.successor, .user_id = x.found.user_id
	};
	return 0;
}

int grant_end(struct db *d, struct span token, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];

	if (!token_valid(token))
		return 0;
	token_hash(token, hash);
	return db_exec(d, q_refresh_end_by_token,
		ARGS(arg_bytes((struct span){ (const char *)hash, sizeof(hash) })), NULL, e);
}

/* ---- the list of devices ---- */

int grant_list(
	struct db *d, struct arena *m, int64_t user_id, struct grant_list *out, struct err *e)
{
	struct grant_item *v;
	struct rows rows;

	if (db_many(d, m, q_refresh_family_list, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct grant_item, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct grant_item){ .id = row_text(r, refresh_family_list_id),
			.agent = row_text(r, refresh_family_list_agent),
			.address = row_text(r, refresh_family_list_address),
			.created_us = row_time(r, refresh_family_list_created_at),
			.used_us = row_time(r, refresh_family_list_used_at) };
	}
	*out = (struct grant_list){ v, rows.n };
	return 0;
}

int grant_end_one(struct db *d, int64_t user_id, struct span id, struct err *e)
{
	if (!uuid_valid(id))
		return 0;
	return db_exec(d, q_refresh_family_end, ARGS(arg_i64(user_id), arg_text(id)), NULL, e);
}

int grant_is_fresh(struct db *d, struct arena *m, int64_t family_id, bool *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_refresh_family_fresh, ARGS(arg_i64(family_id)), &row, e) != 0)
		return -1;
	*out = row_bool(&row, refresh_family_fresh_is_fresh);
	return 0;
}
