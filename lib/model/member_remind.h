#ifndef MODEL_MEMBER_REMIND_H
#define MODEL_MEMBER_REMIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"

/*
 * A mail to whoever has had nothing accepted for REMIND_AWAY_DAYS, at Codeforces or here; only
 * after a sync of the same day (UTC) has said so, and then not again for REMIND_REST_DAYS. Each
 * mail has a link that ends such mails, once; a member can also end them in the settings.
 */
struct envelope;

struct remind_due {
	int64_t id;
	int64_t user_id; // 0: no account
	struct span name;
	struct span email;
	int64_t days;
};
struct remind_dues {
	const struct remind_due *v;
	size_t n;
};

/* Who would be written to now, of those that he looks after: at most REMIND_MOST. */
int remind_due(struct db *d, struct arena *m, const struct member_access *a,
	struct remind_dues *out, struct err *e) ATTR_MUST_USE;

/* What the mail says. */
struct remind_text {
	const char *subject;
	struct span paragraphs[2];
};
struct remind_text remind_text(struct arena *m, int64_t days);

/*
 * Writes to all who are due; *n is how many. Each mail is a transaction of its own with its count.
 * ERR_INVALID: BASE_URL is not set, without which a link leads nowhere.
 */
int remind_all(struct db *d, struct arena *m, const struct envelope *seal, int64_t *n,
	struct err *e) ATTR_MUST_USE;

struct remind_past {
	int64_t member_id;
	struct span name;
	int64_t at;
	int64_t days;
	int64_t n;          // mails to this member so far
	int64_t stopped_at; // by the link of this mail; INT64_MIN
};
struct remind_pasts {
	const struct remind_past *v;
	size_t n;
};
/* The latest first, at most REMIND_MOST. */
int remind_history(struct db *d, struct arena *m, const struct member_access *a,
	struct remind_pasts *out, struct err *e) ATTR_MUST_USE;

/* Whose mails the link would end. ERR_NOT_FOUND: no such link, or it was used. */
int remind_peek(struct db *d, struct arena *m, struct span token, struct span *name,
	struct err *e) ATTR_MUST_USE;
int remind_stop(struct db *d, struct arena *m, struct span token, struct err *e) ATTR_MUST_USE;

#endif
