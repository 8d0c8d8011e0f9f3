#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* What OAuth 2.0 with PKCE (RFC 6749, 7636) asks of every provider in the same words. */

struct oauth_client {
	const char *id;
	const char *secret;
	const char *redirect_url;
};

/* One pair of a query or a form, encoded, behind what is there; an absent value adds nothing. */
void oauth_put(struct buf *b, struct arena *m, const char *name, struct span value);

/* Of the consent page's address. */
struct oauth_consent {
	const char *scope;
	struct span state;     // random, given back by the callback
	struct span nonce;     // given back inside the id token
	struct span challenge; // base64url of SHA-256 of the code verifier
};
void oauth_put_consent(struct buf *b, struct arena *m, const struct oauth_client *k,
	const struct oauth_consent *c);

/* Of the form that gives a code for tokens, with the client's secret. */
struct oauth_code {
	struct span code; // of the callback
	struct span verifier;
};
void oauth_put_exchange(
	struct buf *b, struct arena *m, const struct oauth_client *k, const struct oauth_code *c);

#endif
