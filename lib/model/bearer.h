#ifndef MODEL_BEARER_H
#define MODEL_BEARER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/scope.h"
#include "model/user.h"

struct db;
struct keyring;

/*
 * Programs that act for a member. They carry an access token, which is signed and lives an hour, or
 * a token that the member made by hand, which opens what its scopes name. Neither is a session: no
 * cookie, no form token.
 */
struct bearer {
	struct user user;
	int64_t family_id; // of an access token; 0 for one made by hand
	int64_t token_id;  // of one made by hand; 0 for an access token
	unsigned scopes;   // of one made by hand
};

/* What the issuer of access tokens calls itself, and whom they are for. */
struct bearer_issuer {
	struct keyring *keys;
	const char *url;
	int64_t now_us;
};

/*
 * Who sent this token. ERR_AUTH, always with the same words, for one that is malformed, expired,
 * revoked, or of an account that is disabled.
 */
int bearer_find(struct db *d, struct arena *m, const struct bearer_issuer *by, struct span token,
	struct bearer **out, struct err *e) ATTR_MUST_USE;

#endif
