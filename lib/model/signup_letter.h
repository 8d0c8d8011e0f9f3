#ifndef MODEL_SIGNUP_LETTER_H
#define MODEL_SIGNUP_LETTER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct envelope;
struct tx;

/*
 * What an address is told by mail, decided where nobody can measure it: in the job account.letter.
 */
enum letter {
	LETTER_REGISTERED, // confirm the address, or: there is an account already
	LETTER_RESEND,     // confirm the address
	LETTER_FORGOT,     // choose a new password
	LETTER_CHANGE,     // confirm another address
	LETTER_LOCKED      // wrong passwords: unlock
};

struct letter_order {
	enum letter letter;
	struct span email;
	int64_t user_id; // LETTER_CHANGE: whose address it shall become
	struct span site;
};

/* Enqueues the job in the caller's transaction. */
int letter_enqueue(
	struct tx *tx, struct arena *m, const struct letter_order *o, struct err *e) ATTR_MUST_USE;
int letter_read(struct span payload, struct arena *m, struct letter_order *out,
	struct err *e) ATTR_MUST_USE;

/* Writes the mail, if there is one to write. */
int letter_write(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct letter_order *o, struct err *e) ATTR_MUST_USE;

#endif
