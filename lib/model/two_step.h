#ifndef MODEL_TWO_STEP_H
#define MODEL_TWO_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/*
 * Two-step sign-in: after the password a code from an authenticator app (auth/totp.h), or one of
 * ten recovery codes. Signing in goes
 *
 *     user_sign_in -> two_step_status: off -> a session or tokens
 *                                      on  -> two_step_ask, the reader brings a code
 *                                             -> two_step_answer -> a session or tokens
 *
 * What two_step_ask gives is no session: it opens nothing but the second step, for TWO_STEP_KEEP_S
 * and TWO_STEP_TRIES codes. A wrong code counts towards the lock of the account as a wrong password
 * does. The app's secret is sealed in the database; of recovery codes and of what two_step_ask
 * gives only hashes are kept. The time that codes are judged by is the database's, so that the
 * clock of a machine that serves pages may be off.
 */
struct two_step {
	struct db *db;
	struct arena *mem;
	const struct envelope *seal; // NULL: what needs the secret is ERR_TEMPORARY
	struct span address;         // of who asks, for the audit
};

struct two_step_status {
	bool is_on;
	int64_t since_us;
	int codes_left; // recovery codes that were not used
};
int two_step_status(const struct two_step *t, int64_t user_id, struct two_step_status *out,
	struct err *e) ATTR_MUST_USE;

/* ---- signing in ---- */

/* After a right password. The token goes to whoever signs in, in a cookie or in the JSON answer. */
int two_step_ask(
	const struct two_step *t, int64_t user_id, struct span *token, struct err *e) ATTR_MUST_USE;

/*
 * Takes the code, of the app or a recovery code, blanks and dashes aside; each works once. Then the
 * token is used up and *user_id is who may be let in. ERR_AUTH: a wrong code, or (on field "token")
 * a token that is unknown, over, used or disappointed too often: begin again with the password.
 * ERR_LIMIT with retry_after_s while the account is locked.
 */
int two_step_answer(const struct two_step *t, struct span token, struct span code, int64_t *user_id,
	struct err *e) ATTR_MUST_USE;

/* The same proof from somebody who is signed in, for what must not be done by a mere session. */
int two_step_check(
	const struct two_step *t, int64_t user_id, struct span code, struct err *e) ATTR_MUST_USE;

/* ---- setting it up ---- */

/* A new secret that waits to be confirmed; the same one when asked again within the hour.
 * ERR_CONFLICT if it is on. secret has TOTP_SECRET_SIZE bytes. */
int two_step_begin(const struct two_step *t, int64_t user_id, struct span *secret,
	struct err *e) ATTR_MUST_USE;

/* The secret that waits, without making one; ERR_NOT_FOUND if none does. */
int two_step_waiting(const struct two_step *t, int64_t user_id, struct span *secret,
	struct err *e) ATTR_MUST_USE;

#define TWO_STEP_CODES 10
struct two_step_codes {
	char text[TWO_STEP_CODES][20]; // "abcd-efgh-jkmn-pqrs"
};

/*
 * Turns it on: the code shows that the app has the secret. ERR_INVALID on field "code" if it is
 * wrong, ERR_NOT_FOUND if nothing waits.
 */
int two_step_confirm(const struct two_step *t, int64_t user_id, struct span code,
	struct two_step_codes *out, struct err *e) ATTR_MUST_USE;

/* Ten new recovery codes; the old ones end. ERR_NOT_FOUND if it is off. */
int two_step_renew_codes(const struct two_step *t, int64_t user_id, struct two_step_codes *out,
	struct err *e) ATTR_MUST_USE;

/* Turns it off; the caller has asked for password and code. */
int two_step_end(const struct two_step *t, int64_t user_id, struct err *e) ATTR_MUST_USE;

#endif
