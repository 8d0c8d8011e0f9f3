#ifndef MODEL_SIGNUP_H
#define MODEL_SIGNUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/*
 * How people come to an account and get back into it. Pages and the JSON API call the same
 * functions. Those that take an address from a stranger answer the same, after the same time,
 * whether it has an account or not: what follows is the work of a job (signup_letter.h), which also
 * holds back when an address gets too many mails.
 */
struct signup_door {
	struct db *db;
	struct arena *mem;
	const struct envelope *seal; // NULL: no mail can be written, ERR_TEMPORARY
	struct span site;            // "https://podium.example.org": what links in mails begin with
	struct span address;         // of the client
};

struct signup_new {
	struct span email;
	struct span name;
	struct span password;
	struct span zone; // SPAN_NONE: not known
};

/*
 * A new account, which is of no use before its address is confirmed; for an address that has a
 * confirmed one nothing changes but that its owner gets a mail. Anybody may register with an
 * address that is not his: each registration keeps its own password (at most SIGNUP_MOST_WAITING),
 * and signup_verify asks for it. ERR_INVALID names the field.
 */
int signup_register(
	const struct signup_door *d, const struct signup_new *n, struct err *e) ATTR_MUST_USE;

/*
 * For the daily maintenance: accounts whose address was not confirmed within SIGNUP_KEEP_DAYS of
 * the last registration are gone, as if nobody had registered.
 */
int signup_purge(struct db *d, struct arena *m, struct err *e) ATTR_MUST_USE;

/* The mail to confirm an address once more, and the one to choose a new password. ERR_INVALID on
 * field "email" only for what is no address. */
int signup_resend(const struct signup_door *d, struct span email, struct err *e) ATTR_MUST_USE;
int signup_forgot(const struct signup_door *d, struct span email, struct err *e) ATTR_MUST_USE;

/* ---- links from mails ---- */

enum signup_purpose {
	SIGNUP_VERIFY, // the address of a new account
	SIGNUP_RESET,  // a new password
	SIGNUP_CHANGE, // another address
	SIGNUP_UNLOCK  // after wrong passwords
};

struct signup_link {
	int64_t user_id;
	struct span name;
	struct span email;     // the account's
	struct span new_email; // the address that the link was sent to
};

/* Whose link it is, without using it. ERR_NOT_FOUND for one that is unknown, used or out of date.
 */
int signup_peek(const struct signup_door *d, enum signup_purpose p, struct span token,
	struct signup_link *out, struct err *e) ATTR_MUST_USE;

/*
 * Confirms the address: the link proves whose it is, the password which of the registrations is
 * his. With SPAN_NONE for the password it is the only one there is, which cannot be mistaken for
 * another; ERR_CONFLICT if there are several. ERR_INVALID on field "password" if none has it, which
 * leaves the link usable. *user_id is whose account it is.
 */
int signup_verify(const struct signup_door *d, struct span token, struct span password,
	int64_t *user_id, struct err *e) ATTR_MUST_USE;

/* Each uses the link, once: ERR_NOT_FOUND as above. */
int signup_unlock(const struct signup_door *d, struct span token, struct err *e) ATTR_MUST_USE;

/* Ends all sessions, programs and tokens of the account, and tells its owner. ERR_INVALID on field
 * "password" leaves the link usable. */
int signup_reset(const struct signup_door *d, struct span token, struct span password,
	struct err *e) ATTR_MUST_USE;

/* ---- by the member ---- */

/*
 * The caller has made sure who he is. Both end all sessions but the one of keep_token (SPAN_NONE:
 * all) and all programs, a new password also the tokens made by hand, and tell the owner.
 * signup_change_email only sends a link to the new address; signup_confirm_email uses it and tells
 * the old one. ERR_CONFLICT if the new address got an account meanwhile.
 */
int signup_change_password(const struct signup_door *d, int64_t user_id, struct span password,
	struct span keep_token, struct err *e) ATTR_MUST_USE;
int signup_change_email(const struct signup_door *d, int64_t user_id, struct span email,
	struct err *e) ATTR_MUST_USE;
int signup_confirm_email(const struct signup_door *d, struct span token, struct span keep_token,
	struct err *e) ATTR_MUST_USE;

/* Has the owner told that his account is locked, if the address has one. */
int signup_tell_locked(
	struct db *d, struct arena *m, struct span email, struct err *e) ATTR_MUST_USE;

#endif
