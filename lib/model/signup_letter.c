#include "model/signup_letter.h"

#include "auth/token.h"
#include "base/buf.h"
#include "base/limits.h"
#include "model/audit.h"
#include "model/job.h"
#include "model/mail.h"
#include "net/json.h"
#include "os/log.h"

static const char *const names[] = {
	[LETTER_REGISTERED] = "registered",
	[LETTER_RESEND] = "resend",
	[LETTER_FORGOT] = "forgot",
	[LETTER_CHANGE] = "change",
	[LETTER_LOCKED] = "locked",
};

int letter_enqueue(struct tx *tx, struct arena *m, const struct letter_order *o, struct err *e)
{
	struct job_spec job = { .kind = "account.letter", .priority = JOB_PRIORITY_URGENT };
	struct json_out j;
	int64_t id;
	BUF_AUTO b;

	buf_init(&b, JOB_MAX_PAYLOAD);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "letter");
	json_put_text(&j, span_of(names[o->letter]));
	json_key(&j, "email");
	json_put_text(&j, o->email);
	json_key(&j, "user");
	json_put_i64(&j, o->user_id);
	json_key(&j, "site");
	json_put_text(&j, o->site);
	json_object_end(&j);
	if (buf_finish(&b, &job.payload, e) != 0)
		return -1;
	return job_enqueue(tx, m, &job, &id, e);
}

int letter_read(struct span payload, struct arena *m, struct letter_order *out, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span name;

	*out = (struct letter_order){ .letter = LETTER_REGISTERED };
	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_text(json_get(root, "letter"), &name) ||
		!json_text(json_get(root, "email"), &out->email) ||
		!json_i64(json_get(root, "user"), &out->user_id))
		return err_set(e, ERR_INVALID, "the payload names no letter");
	if (json_text(json_get(root, "site"), &out->site))
		out->site = arena_span(m, out->site);
	out->email = arena_span(m, out->email);
	for (size_t i = 0; i < countof(names); i++) {
		if (span_is(name, names[i])) {
			out->letter = (enum letter)i;
			return 0;
		}
	}
	return err_set(e, ERR_INVALID, "the payload names no letter");
}

/* ---- the mails ---- */

struct work {
	struct tx *tx;
	struct arena *mem;
	const struct envelope *seal;
	const struct letter_order *order;
	int64_t user_id; // whose letter it is
	struct span name;
};

struct words {
	const char *kind;
	const char *subject;
	const char *first;
	const char *second;  // NULL: none
	const char *label;   // NULL: no link
	const char *path;    // "/verify/"
	const char *purpose; // NULL: the link holds no token
	int keep_s;
	const char *small;
};

static const struct words verify = {
	.kind = "account.verify",
	.subject = "Confirm your address",
	.first =
		"somebody, hopefully you, has made an account at Podium with this address. Confirm the "
		"address within 15 minutes to use it, with the password that you have chosen.",
	.label = "Confirm the address",
	.path = "/verify/",
	.purpose = "verify",
	.keep_s = LINK_KEEP_S,
	.small =
		"If it was not you, do nothing: without your confirmation the account is of no use to "
		"anybody. Several such mails mean that several have tried; only your own password counts.",
};

static const struct words exists = {
	.kind = "account.exists",
	.subject = "You have an account already",
	.first =
		"somebody, hopefully you, wanted to make an account at Podium with this address. There "
		"is one already, and nothing has changed.",
	.second = "Sign in as always; if you do not know the password any more, choose a new one.",
	.label = "Choose a new password",
	.path = "/forgot",
	.small =
		"If it was not you, do nothing. Whoever tried has not learned that you have an account.",
};

static const struct words forgot = {
	.kind = "account.reset",
	.subject = "Choose a new password",
	.first =
		"somebody, hopefully you, has forgotten the password of your account. Within 15 minutes "
		"you can choose a new one.",
	.label = "Choose a new password",
	.path = "/reset/",
	.purpose = "reset",
	.keep_s = LINK_KEEP_S,
	.small = "If it was not you, do nothing: your password stays as it is.",
};

static const struct words change = {
	.kind = "account.change",
	.subject = "Confirm your new address",
	.first =
		"this shall become the address of your account at Podium. Confirm it within 15 minutes.",
	.label = "Confirm the new address",
	.path = "/email/",
	.purpose = "change",
	.keep_s = LINK_KEEP_S,
	.small = "If you have no account there, do nothing: your address will not be used.",
};

static const struct words locked = {
	.kind = "account.locked",
	.subject = "Your account is locked for a while",
	.first =
		"somebody has given five wrong passwords for your account. No further ones are taken for "
		"a minute, and after each wrong one four times as long, up to a day.",
	.second =
		"If it was you, unlock it and try again. If it was not, your password was not found "
		"out; two-step sign-in and a long password keep it so.",
	.label = "Unlock the account",
	.path = "/unlock/",
	.purpose = "unlock",
	.keep_s = LINK_UNLOCK_S,
};

/* A new link makes the older ones of its sort worthless. */
static int make_link(const struct work *w, const struct words *t, struct span *url, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	char token[TOKEN_SIZE] = "";

	if (t->purpose != NULL) {
		token_new(token);
		token_hash(span_of(token), hash);
		struct db_step steps[] = {
			{ .stmt = q_email_token_drop,
				.args = ARGS(arg_i64(w->user_id), arg_str(t->purpose)) },
			{ .stmt = q_email_token_add,
				.args = ARGS(
					arg_bytes((struct span){ (const char *)hash, DIGEST_SIZE }),
					arg_i64(w->user_id), arg_str(t->purpose),
					arg_text(w->order->email), arg_i64(t->keep_s)) },
		};
		if (db_batch(w->tx->db, w->mem, steps, countof(steps), e) != 0)
			return -1;
	}
	*url = span_of(
		arena_printf(w->mem, SPAN_FMT "%s%s", SPAN_ARG(w->order->site), t->path, token));
	return 0;
}

static int send(const struct work *w, const struct words *t, struct err *e)
{
	const struct span paragraphs[] = { span_of(t->first), span_of(t->second) };
	struct mail_notice n = { .kind = t->kind,
		.to = w->order->email,
		.user_id = w->user_id,
		.subject = t->subject,
		.greeting_name = w->name,
		.paragraphs = paragraphs,
		.n_paragraphs = t->second != NULL ? 2 : 1,
		.small_print = span_of(t->small) };

	// Where nobody knows the address of this site, a mail without a link is better than none.
	if (w->order->site.n > 0) {
		n.action_label = t->label;
		if (make_link(w, t, &n.action_url, e) != 0)
			return -1;
	}
	return mail_queue(w->tx, w->mem, w->seal, &n, e);
}

static int note_lock(const struct work *w, struct err *e)
{
	const struct audit_entry entry = { .action = "user.locked",
		.object = audit_object(w->mem, "user", w->user_id),
		.detail = SPAN("{\"why\":\"wrong passwords\"}") };

	return audit_add(w->tx, w->mem, &entry, e);
}

/* What the address is to its account decides what it is told. */
static int choose(struct work *w, bool is_verified, struct err *e)
{
	switch (w->order->letter) {
	case LETTER_REGISTERED:
		return send(w, is_verified ? &exists : &verify, e);
	case LETTER_RESEND:
		return is_verified ? 0 : send(w, &verify, e);
	case LETTER_FORGOT:
		return send(w, &forgot, e);
	case LETTER_LOCKED:
		// whoever has only registered has no password yet that could be wrong
		if (!is_verified)
			return send(w, &verify, e);
		return note_lock(w, e) != 0 || send(w, &locked, e) != 0 ? -1 : 0;
	case LETTER_CHANGE:
		break;
	}
	return 0;
}

/* To an address that has no account yet: in the name of the member whose it shall be. */
static int change_address(struct work *w, struct err *e)
{
	struct row row;

	if (db_one(w->tx->db, w->mem, q_signup_user, ARGS(arg_i64(w->order->user_id)), &row, e) !=
		0)
		return e->kind == ERR_NOT_FOUND ? (e->kind = ERR_NONE, 0) : -1;
	w->user_id = w->order->user_id;
	w->name = row_text(&row, signup_user_name);
	return send(w, &change, e);
}

int letter_write(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct letter_order *o, struct err *e)
{
	struct work w = { .tx = tx, .mem = m, .seal = seal, .order = o };
	struct letter_order own = *o;
	struct row row;

	if (db_one(tx->db, m, q_letter_hold, ARGS(arg_text(o->email)), &row, e) != 0 ||
		db_one(tx->db, m, q_letter_to, ARGS(arg_text(o->email)), &row, e) != 0)
		return -1;
	if (row_i64(&row, letter_to_recent) >= LINK_MAX_HOUR) {
		log_event(LOG_INFO, "letter.enough", LOG_TEXT("letter", names[o->letter]));
		return 0;
	}
	if (o->letter == LETTER_CHANGE)
		return row_null(&row, letter_to_id) ? change_address(&w, e) : 0;
	if (row_null(&row, letter_to_id) || row_bool(&row, letter_to_disabled))
		return 0;
	own.email = row_text(&row, letter_to_email); // as its owner writes it
	w.order = &own;
	w.user_id = row_i64(&row, letter_to_id);
	// until then it is a name that any stranger may have written
	w.name = row_bool(&row, letter_to_verified) ? row_text(&row, letter_to_name) : SPAN_NONE;
	return choose(&w, row_bool(&row, letter_to_verified), e);
}
