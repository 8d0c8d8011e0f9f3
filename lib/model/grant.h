#ifndef MODEL_GRANT_H
#define MODEL_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct bearer_issuer;
struct cache;
struct db;
struct envelope;

/* Programs that signed in with a password: an access token for an hour and a refresh token for a
 * day, which is exchanged for the next pair. */
struct grant {
	struct span access_token;
	struct span refresh_token;
	int64_t user_id;
};

/* Who signs in, and from where: what the list of devices shows. */
struct grant_new {
	int64_t user_id;
	struct span agent;   // User-Agent as sent; what is kept is "Firefox on Linux" or "curl/8.5"
	struct span address; // what is kept is its network
};

/* A new family with its first pair. The caller has made sure who this is. */
int grant_start(struct db *d, struct arena *m, const struct bearer_issuer *by,
	const struct grant_new *n, struct grant *out, struct err *e) ATTR_MUST_USE;

/* What using a refresh token needs to know besides. */
struct grant_use {
	struct span token;           // the refresh token
	const char *secret;          // SESSION_SECRET
	struct span agent;           // what the program says it is
	struct span address;         // of the client, for the audit
	const struct envelope *seal; // for the mail to the owner; may be NULL
	struct cache *cache;         // counts the uses
};

/*
 * The next pair for a refresh token, which is good once. The successor is computed from the token,
 * so that whoever repeats a request whose answer got lost gets the same one again: within
 * REFRESH_REPEAT_MS, from a program of the same name, and while the successor is unused. Any other
 * second use means that two have the token: the whole family ends and its owner is told.
 *
 * ERR_AUTH if the token is no longer or was never good; ERR_LIMIT with retry_after_s if the family
 * was refreshed too often.
 */
int grant_refresh(struct db *d, struct arena *m, const struct bearer_issuer *by,
	const struct grant_use *use, struct grant *out, struct err *e) ATTR_MUST_USE;

struct grant_item {
	struct span id; // says nothing of how many there are
	struct span agent;
	struct span address;
	int64_t created_us;
	int64_t used_us; // the last refresh
};

struct grant_list {
	const struct grant_item *v;
	size_t n;
};

/* The programs that are signed in to an account; the one that was used last first. */
int grant_list(struct db *d, struct arena *m, int64_t user_id, struct grant_list *out,
	struct err *e) ATTR_MUST_USE;

/* The member's own, by the id of the list; an unknown one, or somebody else's, is left alone. */
int grant_end_one(struct db *d, int64_t user_id, struct span id, struct err *e) ATTR_MUST_USE;

/* Whether this family's sign-in was within ten minutes: what may be done without another proof. */
int grant_is_fresh(
	struct db *d, struct arena *m, int64_t family_id, bool *out, struct err *e) ATTR_MUST_USE;

/* Ends the family of a refresh token, used or not. An unknown one is as good as ended. */
int grant_end(struct db *d, struct span token, struct err *e) ATTR_MUST_USE;

#endif
