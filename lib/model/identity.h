#ifndef MODEL_IDENTITY_H
#define MODEL_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/token.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/* ---- a visit to a consent page ---- */

enum oauth_purpose {
	OAUTH_SIGN_IN,
	OAUTH_LINK,
	OAUTH_CALENDAR,
	OAUTH_HANDLE // at Codeforces; the others are Google's
};

struct oauth_visit {
	enum oauth_purpose purpose;
	int64_t user_id; // who is signed in; 0: a guest, to sign in
	bool wants_primary;
	struct span back; // where the visit leads at its end
};

/*
 * What a visit needs besides: state goes through the consent page, cookie stays in the browser, and
 * what the two of them prove together is that the same browser comes back. The code verifier
 * (PKCE), its challenge and the nonce are made from the cookie, so nothing in the database could
 * finish a visit.
 */
struct oauth_secrets {
	struct span state;
	struct span cookie;
	struct span verifier;
	struct span challenge;
	struct span nonce;
};

#define OAUTH_COOKIE "oauth"

/* Remembered for OAUTH_STATE_S; a later visit of the same browser takes the cookie and ends it. */
int oauth_begin(struct db *d, struct arena *m, const struct oauth_visit *v,
	struct oauth_secrets *out, struct err *e) ATTR_MUST_USE;

/*
 * The visit that secrets->state names, used up by this call; state and cookie are what the browser
 * brought, the rest of secrets is filled. ERR_AUTH when there is none, when it is over or when
 * another browser began it.
 */
int oauth_end(struct db *d, struct arena *m, struct oauth_visit *out, struct oauth_secrets *secrets,
	struct err *e) ATTR_MUST_USE;

/* ---- accounts elsewhere ---- */

/* Where the calls below are made from. */
struct identity_desk {
	struct db *db;
	struct arena *mem;
	struct span address; // of the client, for the audit
	const struct envelope
		*seal; // for mails to the owner, who is told when something was changed
};

/* Who somebody is, by the word of a provider whose signature was checked. */
struct person {
	const char *provider; // "google"
	struct span subject;
	struct span email;
	bool is_verified; // the provider vouches for the address
	struct span name; // may be empty
};

enum identity_result {
	IDENTITY_KNOWN,  // linked before
	IDENTITY_LINKED, // just now, to the account with that address
	IDENTITY_MADE    // a new account was made, or what had been registered with its address
			 // and never confirmed became his
};

/*
 * Who that person is here, for signing in. Somebody who was never here is linked to the account
 * with the same address only if both sides have confirmed it, and gets an account of his own if
 * there is none. Registrations with the address that nobody has confirmed may be somebody else's
 * trap: they are gone afterwards, with their passwords and links. ERR_AUTH: the provider does not
 * vouch for the address. ERR_FORBIDDEN: the account is closed.
 */
int identity_enter(const struct identity_desk *k, const struct person *p, int64_t *user_id,
	enum identity_result *result, struct err *e) ATTR_MUST_USE;

/*
 * Links a person to the account of who is signed in. ERR_AUTH: the provider does not vouch for the
 * address; ERR_FORBIDDEN: here the address was never confirmed; ERR_CONFLICT: the person is linked
 * to another account, or the account to another person.
 */
int identity_link(const struct identity_desk *k, int64_t user_id, const struct person *p,
	struct err *e) ATTR_MUST_USE;

/*
 * ERR_CONFLICT when nothing else would let the member in: without a password there is no other way.
 * ERR_NOT_FOUND when there is no such link.
 */
int identity_unlink(const struct identity_desk *k, int64_t user_id, const char *provider,
	struct err *e) ATTR_MUST_USE;

struct identity {
	struct span provider;
	struct span email;
	int64_t linked_at; // unix microseconds
	int64_t used_at;   // INT64_MIN: never
};

struct identities {
	const struct identity *v;
	size_t n;
	bool has_password; // there is another way in
	bool is_verified;  // the account's own address
};

/* All of a member's. */
int identity_list(struct db *d, struct arena *m, int64_t user_id, struct identities *out,
	struct err *e) ATTR_MUST_USE;

#endif
