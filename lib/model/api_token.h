#ifndef MODEL_API_TOKEN_H
#define MODEL_API_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/* Tokens that members make by hand for their scripts. model/bearer.h reads them. */
#define API_TOKEN_PREFIX "podium_"

struct api_token {
	int64_t id;
	struct span name;
	unsigned scopes;
	int64_t created_at;   // unix us
	int64_t expires_at;   // INT64_MIN: never
	int64_t last_used_at; // INT64_MIN: not yet
};

struct api_token_list {
	const struct api_token *v;
	size_t n;
};

/* The newest first. */
int api_token_list(struct db *d, struct arena *m, int64_t user_id, struct api_token_list *out,
	struct err *e) ATTR_MUST_USE;

struct api_token_new {
	int64_t user_id;
	struct span name; // 1 to 80 bytes on one line
	unsigned scopes;  // at least one
	int days;         // 0: until it is revoked
	struct span address;
	const struct envelope *seal; // for the mail to the owner
};

/*
 * The caller has made sure who it is, lately; the owner is told. *token is shown once and kept
 * nowhere. ERR_INVALID names the field; ERR_CONFLICT if the member has API_TOKEN_MOST already.
 */
int api_token_make(struct db *d, struct arena *m, const struct api_token_new *t, int64_t *id,
	struct span *token, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND if this member has no such token. */
int api_token_revoke(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct span address, struct err *e) ATTR_MUST_USE;

#endif
