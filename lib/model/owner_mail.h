#ifndef MODEL_OWNER_MAIL_H
#define MODEL_OWNER_MAIL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct envelope;
struct tx;

/* What the owner of an account is told when something of it was changed, whoever did it. */
struct owner_mail {
	int64_t user_id;
	const char *kind; // for the outbox: "account.changed"
	const char *subject;
	struct span text;  // what was done
	const char *undo;  // what to do about it, if it was not him for one
	const char *label; // of a button, or NULL
	const char *path;  // where it leads on this site
	struct span site;  // "https://podium.example.org"; empty: then there is no button
};

/*
 * Into the outbox, in the caller's transaction; mail_wake after the commit. An address that cannot
 * be written to, such as admin@localhost, keeps nobody from the change, and neither does a seal
 * that is NULL because ENCRYPTION_KEY is not set.
 */
int owner_tell(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct owner_mail *o, struct err *e) ATTR_MUST_USE;

#endif
