#ifndef MODEL_MAIL_OUTBOX_H
#define MODEL_MAIL_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/mail.h"

/*
 * The outbox: what the job mail.send makes of the mails that model/mail.h puts there, and what an
 * operator sees of them.
 */
enum mail_state {
	MAIL_WAITING,
	MAIL_SENT,
	MAIL_DEAD, // given up; the last error tells why
	MAIL_KEPT, // no SMTP_URL was set when its turn came
	N_MAIL_STATES
};

const char *mail_state_name(enum mail_state s); // "waiting"
bool mail_state_find(struct span name, enum mail_state *out);

struct mail_item {
	int64_t id;
	struct span message_id; // left of the @
	struct span kind;
	struct span recipient;
	struct span subject;
	enum mail_state state;
	int attempts;
	struct span last_error; // SPAN_NONE: none
	int64_t created_at;     // unix us
	int64_t ended_at;       // INT64_MIN while it waits
	bool has_body;          // not wiped yet
};

struct mail_items {
	const struct mail_item *v;
	size_t n;
};

struct mail_filter {
	struct span state; // a name of mail_state_name; SPAN_NONE: all
	int64_t before_id; // 0: from the newest
	int limit;         // at most MAIL_LIST_MAX
};

/* Newest first. */
int mail_list(struct db *d, struct arena *m, const struct mail_filter *f, struct mail_items *out,
	struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND. */
int mail_find(struct db *d, struct arena *m, int64_t id, struct mail_item *out,
	struct err *e) ATTR_MUST_USE;

/*
 * What a mail says. It may hold a link that lets its reader in: for sending it, and for an operator
 * who has no other way to get it to its reader. ERR_CONFLICT when it is wiped, ERR_TEMPORARY
 * without a seal.
 */
int mail_open(struct db *d, struct arena *m, const struct envelope *seal, int64_t id,
	struct mail_notice *out, struct err *e) ATTR_MUST_USE;

/* The fate of one run of mail.send. The first belongs to the transaction that ends the job. */
int mail_ended(struct tx *tx, int64_t id, enum mail_state state, int attempts,
	struct err *e) ATTR_MUST_USE;
int mail_failed(
	struct db *d, int64_t id, int attempts, const char *why, struct err *e) ATTR_MUST_USE;

/* Gives a mail up that was not sent; why is kept if none of its runs said something. */
int mail_give_up(struct db *d, int64_t id, struct span why, struct err *e) ATTR_MUST_USE;

/* Tries a mail that was given up or kept anew. ERR_CONFLICT if there is nothing to send any more.
 */
int mail_again(struct tx *tx, struct arena *m, int64_t id, struct err *e) ATTR_MUST_USE;

/* Removes mails older than MAIL_KEEP_DAYS, links that have expired, and counts that are over. */
int mail_purge(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
