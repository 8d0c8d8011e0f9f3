#ifndef MODEL_GOOGLE_PERSON_H
#define MODEL_GOOGLE_PERSON_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/identity.h"

struct cache;
struct google;

/* An id token that came straight from Google's token endpoint, and what it must fit. */
struct google_claim {
	struct span id_token;
	struct span nonce; // of this visit
	int64_t now_s;
};

/*
 * Who the id token speaks of: signed by one of Google's keys with RS256, by Google, for us, now
 * (GOOGLE_SKEW_S apart at most) and for this visit. The keys are kept in the cache for
 * GOOGLE_CERTS_S; a token of an unknown key has them fetched again, at most every
 * GOOGLE_CERTS_AGAIN_S. ERR_AUTH if anything does not fit, ERR_TEMPORARY when the keys cannot be
 * had.
 */
int google_person(struct cache *c, const struct google *g, struct arena *m,
	const struct google_claim *claim, struct person *out, struct err *e) ATTR_MUST_USE;

#endif
