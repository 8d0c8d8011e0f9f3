#ifndef MODEL_MAIL_H
#define MODEL_MAIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "db/db.h"

struct envelope;

/*
 * Every mail of Podium has one shape: a greeting, some paragraphs, at most one thing to do, and
 * small print. It is sent as text and as HTML from the same notice (templates/mail/notice.html).
 * Texts are plain text; addresses are absolute.
 */
struct mail_notice {
	const char *kind; // what it is about, for the outbox: "account.verify"
	struct span to;   // one address
	int64_t user_id;  // whose mail it is, whatever the address; 0: nobody's
	const char *subject;
	struct span greeting_name; // SPAN_NONE: no name is known
	const struct span *paragraphs;
	size_t n_paragraphs;
	const char *action_label; // NULL: there is nothing to do
	struct span action_url;
	struct span small_print; // SPAN_NONE: none
	struct span stop_url;    // where a POST ends such mails; SPAN_NONE: they cannot be ended
};

/*
 * Puts the mail into the outbox and enqueues the job that sends it, in the caller's transaction: it
 * leaves if and only if what it tells of is committed. Call mail_wake after the commit. What the
 * mail says is sealed in the database and wiped when it has left. ERR_INVALID for an address that
 * cannot be written to and for a text that is too long; ERR_TEMPORARY if seal is NULL, because
 * ENCRYPTION_KEY is not set.
 */
int mail_queue(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct mail_notice *n, struct err *e) ATTR_MUST_USE;

/* Hints to the runners that there is a mail to send. Never fails and never inside a transaction. */
void mail_wake(struct db *d);

#endif
